package auditlog_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"assay/storage"
)

func BenchmarkList(b *testing.B) {
	api := setUp(b)
	db := api.DB()
	call := storage.Call{Actor: storage.Actor{Kind: storage.Person, ID: "user"}, Action: "control.update", Owns: bench.Owns}
	id := create(b, api, "GOV-01")
	records := 10_000
	if os.Getenv("ASSAY_BENCH_RECORDS") != "" {
		fmt.Sscan(os.Getenv("ASSAY_BENCH_RECORDS"), &records)
	}
	for i := range records {
		if i%500 == 0 {
			call.Actor.ID = []string{"user", "admin"}[i/500%2]
		}
		if _, err := db.Write(context.Background(), call, func(tx *storage.WriteTx) error {
			return tx.ExecOne("UPDATE control SET title = ?, description = ? WHERE id = ?", fmt.Sprint(i), strings.Repeat("words ", 40+i%20), id)
		}); err != nil {
			b.Fatal(err)
		}
	}
	for range 20 {
		api.Must("POST", "/members", map[string]any{"email": fmt.Sprintf("a%d@example.com", api.Clock.Now().UnixNano()), "role": "user"}, nil)
		api.Clock.Advance(time.Second)
	}
	for _, q := range []string{"", "?page=150", "?actor=user", "?actor=user&page=90", "?action=control.update", "?module=control", "?kind=event", "?kind=change", "?from=2026-03-01&to=2026-03-05", "?table=control", "?q=zebra", "?q=gov-01"} {
		b.Run("q="+q, func(b *testing.B) {
			for b.Loop() {
				api.Must("GET", "/audit"+q, nil, nil)
			}
		})
	}
	b.Run("facets", func(b *testing.B) {
		for b.Loop() {
			api.Must("GET", "/audit/facets", nil, nil)
		}
	})
	b.Run("history", func(b *testing.B) {
		for b.Loop() {
			api.Must("GET", "/history/control/"+id, nil, nil)
		}
	})
}
