package server

import (
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"assay/server/snapshot"
	"assay/storage"
)

// Administrators and auditors make snapshots, of their own organisation alone; everybody else is refused. Each leaves
// one record, with the digest of what was sent.
func TestSnapshotsAreForMakers(t *testing.T) {
	t.Parallel()
	h := open(t)
	id := h.text(h.a, "SELECT min(id) FROM framework")
	query := "?from=2020-01-01&to=2099-12-31&frameworks=" + id
	for who, want := range map[string]int{"admin": 200, "auditor": 200, "user": 403, "executive": 403} {
		for _, path := range []string{"/snapshots/preview", "/snapshots/make"} {
			if a := h.send(h.a.callers[who], get(path+query)); a.status != want {
				t.Errorf("%s %s: %s, want %d", who, path, a, want)
			}
		}
	}
	for _, path := range []string{"/snapshots/preview", "/snapshots/make"} {
		if a := h.send(h.b.callers["admin"], get(path+query)); a.status != 422 || !strings.Contains(string(a.body), "There is no such framework.") {
			t.Errorf("the other organisation's framework: %s", a)
		}
		for _, wrong := range []string{"?from=2026-01-01&to=2025-01-01&frameworks=" + id, "?from=&to=2025-01-01&frameworks=" + id, "?from=2024-02-30&to=2025-01-01&frameworks=" + id, "?from=2020-01-01&to=2025-01-01"} {
			if a := h.send(h.a.callers["admin"], get(path+wrong)); a.status != 422 {
				t.Errorf("%s: %s", wrong, a)
			}
		}
	}
	a := h.want(h.a.callers["auditor"], get("/snapshots/make"+query), nil)
	sum := sha256.Sum256(a.body)
	if got := h.text(h.a, "SELECT count(*) FROM audit WHERE action = 'snapshot.make' AND record LIKE ?", "%"+hex.EncodeToString(sum[:])+"%"); got != "1" {
		t.Errorf("%s records have its digest", got)
	}
	if name := a.header.Get("Content-Disposition"); !strings.Contains(name, snapshot.Extension) {
		t.Errorf("it is called %s", name)
	}
}

// A snapshot that is shown answers reads, about its moment, without asking who asks; it writes nothing, and knows
// nothing of the store that it stands in.
func TestViewerOnlyReads(t *testing.T) {
	t.Parallel()
	h := open(t)
	id := h.text(h.a, "SELECT min(id) FROM framework")
	made := h.want(h.a.callers["admin"], get("/snapshots/make?from=2020-01-01&to=2099-12-31&frameworks="+id), nil)
	path := filepath.Join(t.TempDir(), "a"+snapshot.Extension)
	h.must(os.WriteFile(path, made.body, 0o600))
	s, err := snapshot.Open(t.Context(), path, t.TempDir(), slog.New(slog.DiscardHandler))
	h.must(err)
	t.Cleanup(func() { s.Close() })
	if len(s.Problems) > 0 {
		t.Fatal(s.Problems)
	}
	v := open(t, func(c *Config) { c.View = &snapshot.Viewer{Snapshot: s} }) // of a store that has organisations, to be sure
	var who struct {
		Role     string
		Snapshot struct{ MadeAt string }
		Tenant   struct{ Name string }
	}
	v.want(caller{}, get("/session"), &who)
	if who.Role != "auditor" || who.Tenant.Name != s.Organisation {
		t.Errorf("%+v", who)
	}
	shown := 0
	for _, o := range v.ops {
		if o.Method != "GET" {
			if a := v.send(caller{}, asJSON(o.Method, strings.NewReplacer("{", "", "}", "").Replace(o.Path), m{})); a.ok() || a.status == 500 {
				t.Errorf("%s: %s", o.name, a)
			}
			continue
		}
		if strings.Contains(o.Path, "{") || o.name == "live.events" {
			continue
		}
		switch a := v.send(caller{}, get(o.Path)); {
		case a.status == 200:
			shown++
		case !slices.Contains([]int{403, 404, 409, 422}, a.status):
			t.Errorf("%s: %s", o.name, a)
		}
	}
	if shown < 30 {
		t.Errorf("only %d of its reads answer", shown)
	}
	if a := v.send(caller{}, get("/controls").at(h.clock.Now())); a.status != 409 {
		t.Errorf("another moment: %s", a)
	}
	for _, o := range []*org{v.a, v.b} {
		v.in(o, func(tx *storage.ReadTx) error {
			var n int
			err := tx.QueryRow("SELECT count(*) FROM audit WHERE at > ?", h.clock.Now().Format(storage.Instant)).Scan(&n)
			if n > 0 {
				t.Errorf("%d records were written", n)
			}
			return err
		})
	}
}
