package demo_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"assay/server/demo"
	"assay/server/demo/people"
	"assay/server/demo/story"
	"assay/storage"
	"assay/storage/keys"
)

var update = flag.Bool("update", false, "build the seed anew")

// TestSeed tells the story anew and compares: the seed in the program is what the product's operations of
// today make of it. A changed rule, a changed schema or a changed story shows here.
func TestSeed(t *testing.T) {
	if testing.Short() {
		t.Skip("tells fourteen months; not with -short")
	}
	dir := t.TempDir()
	if err := story.Build(t.Context(), dir, slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))); err != nil {
		t.Fatal(err)
	}
	if *update {
		b, err := demo.Pack(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("seed.tar.gz", b, 0o644); err != nil {
			t.Fatal(err)
		}
		t.Logf("seed.tar.gz has %d kB; run again to compare", len(b)>>10)
		return
	}
	old := t.TempDir()
	unpack(t, old, people.End)
	got, want := dump(t, dir), dump(t, old)
	for k, v := range got {
		if slices.Equal(want[k], v) {
			continue
		}
		i := 0
		for i < min(len(v), len(want[k])) && v[i] == want[k][i] {
			i++
		}
		t.Errorf("%s differs: run go test ./server/demo -update. The first difference of %d and %d rows:\n%s\n%s", k, len(v), len(want[k]),
			strings.Join(v[i:min(i+1, len(v))], ""), strings.Join(want[k][i:min(i+1, len(want[k]))], ""))
	}
	if len(got) != len(want) {
		t.Errorf("%d tables, the seed has %d", len(got), len(want))
	}
}

func unpack(t *testing.T, dir string, now time.Time) {
	t.Helper()
	rest, err := demo.Unpack(t.Context(), dir, now)
	if err != nil {
		t.Fatal(err)
	}
	if err := rest(); err != nil {
		t.Fatal(err)
	}
}

// dump is every row of every file, of what does not depend on chance: no sealed values, no hashes of them,
// nothing of the engine's.
func dump(t *testing.T, dir string) map[string][]string {
	t.Helper()
	ring, err := keys.OpenDir(filepath.Join(dir, "keys"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer ring.Close()
	s, err := storage.Open(t.Context(), storage.Config{Dir: dir, Keys: ring, Now: func() time.Time { return people.End }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	out := map[string][]string{}
	add := func(name string, db *storage.DB) {
		if rep, err := db.Verify(context.Background()); err != nil || !rep.OK() {
			t.Errorf("%s: %v %+v", name, err, rep.Problems)
		}
		db.Read(context.Background(), storage.Call{}, func(tx *storage.ReadTx) error {
			for table, q := range dumps {
				rows, err := tx.Query(q)
				if err != nil {
					continue // the other kind of file
				}
				var lines []string
				cols, _ := rows.Columns()
				for rows.Next() {
					vals := make([]any, len(cols))
					to := make([]any, len(cols))
					for i := range vals {
						to[i] = &vals[i]
					}
					if err := rows.Scan(to...); err != nil {
						t.Fatal(err)
					}
					lines = append(lines, fmt.Sprint(vals...))
				}
				rows.Close()
				sort.Strings(lines)
				out[name+" "+table] = lines
			}
			return nil
		})
	}
	add("control", s.Control())
	names, _ := filepath.Glob(filepath.Join(dir, "tenants", "*.db"))
	for _, n := range names {
		id := strings.TrimSuffix(filepath.Base(n), ".db")
		db, done, err := s.Tenant(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		add(id, db)
		done()
	}
	return out
}

var dumps = map[string]string{
	"audit":         "SELECT seq, at, kind, actor_kind, actor, action, rows FROM audit",
	"person":        "SELECT * FROM person",
	"organisation":  "SELECT * FROM organisation",
	"framework":     "SELECT * FROM framework",
	"requirement":   "SELECT * FROM requirement",
	"control":       "SELECT * FROM control",
	"status":        "SELECT * FROM control_status",
	"effective":     "SELECT * FROM control_effective",
	"mapping":       "SELECT * FROM mapping",
	"evidence":      "SELECT * FROM evidence",
	"file":          "SELECT * FROM file",
	"readiness_day": "SELECT * FROM readiness_day",
	"part":          "SELECT * FROM readiness_part",
	"tenant":        "SELECT * FROM tenant",
	"membership":    "SELECT * FROM membership",
}

// TestUnpack starts the demo on a later day: it is quick, its logs prove themselves, and its story ends
// on that day.
func TestUnpack(t *testing.T) {
	dir := t.TempDir()
	later := people.End.AddDate(0, 5, 3)
	start := time.Now()
	unpack(t, dir, later)
	t.Logf("unpacked in %v", time.Since(start))
	ring, err := keys.OpenDir(filepath.Join(dir, "keys"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer ring.Close()
	s, err := storage.Open(t.Context(), storage.Config{Dir: dir, Keys: ring, Now: func() time.Time { return later }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	names, _ := filepath.Glob(filepath.Join(dir, "tenants", "*.db"))
	if len(names) != 2 {
		t.Fatalf("%d tenants", len(names))
	}
	for _, n := range names {
		db, done, err := s.Tenant(t.Context(), strings.TrimSuffix(filepath.Base(n), ".db"))
		if err != nil {
			t.Fatal(err)
		}
		if rep, err := db.Verify(t.Context()); err != nil || !rep.OK() || rep.Checkpoints == 0 {
			t.Errorf("verify: %v %+v", err, rep.Problems)
		}
		db.Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
			var last string
			err := tx.QueryRow("SELECT max(at) FROM audit").Scan(&last)
			if d := later.Format(storage.Date); err != nil || !strings.HasPrefix(last, d) {
				t.Errorf("the story ends at %s, not on %s", last, d)
			}
			return err
		})
		done()
	}
}
