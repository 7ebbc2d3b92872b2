package storage_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/pressly/goose/v3"

	"assay/storage"
)

// older makes copies as an older version of this program left them: without the newest migrations, and with an
// index of another make.
type older struct {
	t    *testing.T
	rows int
}

func (o older) Find(_ context.Context, _ string, at time.Time) (storage.Point, error) {
	return storage.Point{Record: 1, At: at, Settled: true}, nil
}

func (o older) Reach(context.Context, string) (storage.Reach, error) { return storage.Reach{}, nil }

func (o older) Copy(ctx context.Context, id, path string, _ uint64) error {
	some := fstest.MapFS{}
	for dir, drop := range map[string]int{"migrations/engine": 0, "migrations/tenant": 2} {
		names, err := filepath.Glob(dir + "/*.sql")
		if err != nil {
			return err
		}
		slices.Sort(names)
		for _, n := range names[:len(names)-drop] {
			b, err := os.ReadFile(n)
			if err != nil {
				return err
			}
			some[filepath.Base(n)] = &fstest.MapFile{Data: b}
		}
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)")
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	p, err := goose.NewProvider(goose.DialectSQLite3, db, some)
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return err
	}
	for _, q := range []string{
		fmt.Sprintf("PRAGMA user_version = %d", len(some)),
		fmt.Sprintf("PRAGMA application_id = %d", 0x41535359),
		"INSERT INTO meta (key, value) VALUES ('id', '" + id + "'), ('kind', 'tenant'), ('search', 'of another make')",
		fmt.Sprintf(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
			INSERT INTO scope (id, name, kind, created_at) SELECT 's' || i, 'Quarry ' || i, 'product', '' FROM n`, o.rows),
	} {
		if _, err := db.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("%s: %w", q, err)
		}
	}
	return nil
}

// What an older version of this program kept is brought to today's schema in the copy, and can be searched.
func TestPastOfOlderSchema(t *testing.T) {
	f := open(t)
	const rows = 700 // more than are indexed while a file in use is opened
	f.past = older{t, rows}
	f.reopen()
	past, done, err := f.Past(t.Context(), f.id, f.now)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	var have, indexed, found int
	err = past.Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		return tx.QueryRow(`SELECT (SELECT count(*) FROM scope), (SELECT count(*) FROM search_doc WHERE kind = 'scope'),
			(SELECT count(*) FROM search_text WHERE search_text MATCH 'quarry'), (SELECT count(*) FROM trash)`).Scan(&have, &indexed, &found, new(int))
	})
	if err != nil || have != rows || indexed != rows || found != rows {
		t.Errorf("%d rows, %d indexed, %d found, %v", have, indexed, found, err)
	}
	// The copy is somebody's own, like the file.
	if _, _, err := f.Past(t.Context(), "nobody", f.now); err == nil {
		t.Error("the past of something that is no tenant")
	}
}

// A copy of another organisation is refused, and a store that keeps no past says so.
func TestPastRefusals(t *testing.T) {
	f := open(t)
	if _, _, err := f.Past(t.Context(), f.id, f.now); err == nil || !strings.Contains(err.Error(), storage.ErrNoPast.Error()) {
		t.Errorf("without copies: %v", err)
	}
	f.past = strange{older{t, 1}}
	f.reopen()
	if _, _, err := f.Past(t.Context(), f.id, f.now); err == nil || !strings.Contains(err.Error(), "belongs to") {
		t.Errorf("another organisation's copy: %v", err)
	}
	if left, err := filepath.Glob(filepath.Join(f.dir, "cache", "asof", "*")); err != nil || len(left) > 0 {
		t.Errorf("%v is left of it, %v", left, err)
	}
}

// strange gives everybody the same organisation.
type strange struct{ older }

func (s strange) Copy(ctx context.Context, _, path string, record uint64) error {
	return s.older.Copy(ctx, strings.Repeat("A", 26), path, record)
}
