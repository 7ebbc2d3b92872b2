package record_test

import (
	"errors"
	"testing"

	"assay/server/control"
	"assay/server/optest"
	"assay/server/record"
	"assay/storage"
)

// Every kind can be read, and what is gone or unknown is absent.
func TestLines(t *testing.T) {
	api := optest.New(t, control.Module)
	var c control.ControlDetail
	api.Must("POST", "/controls", map[string]any{"ref": "AC-01", "title": "Doors are locked", "owner": "user"}, &c)
	err := api.DB().Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		for _, k := range record.Kinds() {
			if _, err := record.Find(tx, record.Ref{Kind: k, ID: "none"}); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("%s: %v", k, err)
			}
		}
		if _, err := record.Find(tx, record.Ref{Kind: "session", ID: "1"}); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("an unknown kind: %v", err)
		}
		got, err := record.Lines(tx, []record.Ref{{Kind: record.Control, ID: c.ID}, {Kind: record.Control, ID: "gone"}, {Kind: record.Task, ID: c.ID}})
		want := record.Line{Kind: record.Control, ID: c.ID, Ref: "AC-01", Title: "Doors are locked", Owner: "user", Path: "controls/" + c.ID}
		if err == nil && (len(got) != 1 || got[record.Ref{Kind: record.Control, ID: c.ID}] != want) {
			t.Errorf("%+v", got)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
