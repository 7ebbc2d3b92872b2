package storage

import (
	"context"
	"encoding/json"
	"testing"
)

// The record of a write is the JSON that encoding/json makes of it, byte for byte.
func TestEncodeIsJSON(t *testing.T) {
	long := make([]byte, longest+1)
	for i := range long {
		long[i] = 'a'
	}
	r := Record{Seq: 7, At: "2026-01-02T03:04:05.678Z", Kind: "change", Actor: Actor{Kind: Person, ID: "p<1>"}, Action: "control.update", Note: "so & so",
		Events: []Event{{Subject: "control/1", Detail: map[string]any{"n": 1}}},
		Changes: []Change{
			{Table: "control", PK: `a"/\b`, Op: "update", Set: map[string][2]any{
				"title": {"<script>", "line\nbreak\ttab\u2028 \x7f ü \xff"}, "owner": {nil, ""}, "weight": {1.5, 1e30}, "version": {int64(-3), int64(4)}}},
			{Table: "control", PK: "2", Op: "delete", Set: map[string][2]any{}},
			{Table: "control", PK: "3", Op: "insert", Set: map[string][2]any{"description": {nil, string(long)}}},
		}}
	got, err := (&DB{}).encode(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	for i, ch := range r.Changes {
		for col, pair := range ch.Set {
			for side, v := range pair {
				if pair[side], err = (&DB{}).keep(context.Background(), ch, col, v); err != nil {
					t.Fatal(err)
				}
			}
			r.Changes[i].Set[col] = pair
		}
	}
	want, err := json.Marshal(r)
	if err != nil || string(got) != string(want) {
		t.Errorf("%v\n%s\n%s", err, got, want)
	}
	none := Record{Kind: "event"}
	got, err = (&DB{}).encode(context.Background(), none)
	if want, _ := json.Marshal(none); err != nil || string(got) != string(want) {
		t.Errorf("%v %s", err, got)
	}
}
