package storage

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/pressly/goose/v3"
)

// A file that grew with the program, version by version, has what a new one has, whichever version it began
// with and in whichever order two branches brought it their migrations.
func TestSameSchemaKnowsFilesThatGrew(t *testing.T) {
	if err := chooseLocks(); err != nil { // before the first database of this process
		t.Fatal(err)
	}
	all, want, err := migrationsOf(tenantKind)
	if err != nil {
		t.Fatal(err)
	}
	grown := func(t *testing.T, began int, swapped bool) error {
		db := openSQL(filepath.Join(t.TempDir(), "t.db"), "rwc", unwatched)
		defer db.Close()
		db.SetMaxOpenConns(1)
		p, err := goose.NewProvider(goose.DialectSQLite3, db, all, goose.WithAllowOutofOrder(true))
		if err != nil {
			t.Fatal(err)
		}
		order := p.ListSources()
		if n := len(order); swapped {
			order[n-1], order[n-2] = order[n-2], order[n-1]
		}
		for i, m := range order {
			if i == began {
				if err := versionTriggers(t.Context(), db); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := p.ApplyVersion(t.Context(), m.Version, true); err != nil {
				t.Fatal(err)
			}
		}
		if err := versionTriggers(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(fmt.Sprintf("PRAGMA user_version = %d", want)); err != nil {
			t.Fatal(err)
		}
		if err := sameSchema(t.Context(), db); err != nil {
			return err
		}
		if _, err := db.Exec("CREATE TRIGGER more AFTER INSERT ON meta BEGIN SELECT 1; END"); err != nil {
			t.Fatal(err)
		}
		if err := sameSchema(t.Context(), db); !errors.Is(err, ErrDamaged) {
			t.Errorf("another trigger: %v", err)
		}
		return nil
	}
	for began := 2; began < want; began += 6 {
		if err := grown(t, began, false); err != nil {
			t.Errorf("began with %d migrations: %v", began, err)
		}
	}
	if err := grown(t, want, true); err != nil {
		t.Errorf("two branches: %v", err)
	}
}
