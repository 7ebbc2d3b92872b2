package torture

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite"

	"assay/backup/ltxlog"
	"assay/storage"
	"assay/storage/keys"
)

// otherVersion leaves the log of an organisation as another version of the program would have: one that knew only so
// many of today's migrations, and called its schema so.
func otherVersion(t *testing.T, p place, id string, known, schema int) {
	t.Helper()
	var all []string
	for _, dir := range []string{"engine", "tenant"} {
		names, err := filepath.Glob(filepath.Join("..", "migrations", dir, "*.sql"))
		ok(t, err)
		all = append(all, names...)
	}
	slices.SortFunc(all, func(a, b string) int { return strings.Compare(filepath.Base(a), filepath.Base(b)) })
	files := fstest.MapFS{}
	for _, name := range all[:known] {
		b, err := os.ReadFile(name)
		ok(t, err)
		files[filepath.Base(name)] = &fstest.MapFile{Data: b}
	}
	path := filepath.Join(t.TempDir(), "other.db")
	writer, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=wal_autocheckpoint(0)")
	ok(t, err)
	writer.SetMaxOpenConns(1)
	goose, err := goose.NewProvider(goose.DialectSQLite3, writer, files)
	ok(t, err)
	_, err = goose.Up(t.Context())
	ok(t, err)
	exec := func(q string, args ...any) {
		t.Helper()
		_, err := writer.Exec(q, args...)
		ok(t, err)
	}
	exec(fmt.Sprintf("PRAGMA user_version = %d", schema))
	exec(fmt.Sprintf("PRAGMA application_id = %d", 0x41535359))
	exec("INSERT INTO meta (key, value) VALUES ('id', ?), ('kind', 'tenant'), ('created_at', '2026-03-01T09:00:00.000Z')", id)

	ok(t, p.ring.Create(t.Context(), id))
	logs, err := p.follow(p.ring)
	ok(t, err)
	taken, err := logs.Take(t.Context(), id, path)
	ok(t, err)
	var mu sync.Mutex
	reader, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	ok(t, err)
	defer reader.Close()
	f, err := taken.Follow(t.Context(), storage.Followed{ID: id, Path: path, Writer: &mu, Reader: reader.Conn,
		Checkpoint: func(ctx context.Context) (frames, folded int, err error) {
			var busy int
			err = writer.QueryRowContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)").Scan(&busy, &frames, &folded)
			return frames, folded, err
		}})
	ok(t, err)
	for i := range 3 {
		mu.Lock()
		exec("INSERT INTO scope (id, name, created_at) VALUES (?, 'from another version', '')", fmt.Sprint("s", i))
		f.Committed()
		mu.Unlock()
	}
	ok(t, f.Close(t.Context()))
	ok(t, writer.Close())
}

// TestA11OtherVersions restores logs that another version of the program wrote: an older one's is migrated when it is
// opened, and its log goes on; a newer one's is refused with a sentence that names both, and is left as it is.
func TestA11OtherVersions(t *testing.T) {
	t.Parallel()
	p := newPlace(t, ltxlog.Sync)
	p.ring = keys.NewMemory(nil)
	h := p.mustOpen(t)
	fresh := h.NewID()
	ok(t, h.CreateTenant(t.Context(), fresh))
	engine, err := filepath.Glob("../migrations/engine/*.sql")
	ok(t, err)
	tenant, err := filepath.Glob("../migrations/tenant/*.sql")
	ok(t, err)
	now := len(engine) + len(tenant)
	b := newBook()
	for _, known := range []int{2, now - 3, now - 1} { // the first that had people, and some releases since
		id := h.NewID()
		otherVersion(t, p, id, known, known)
		db, done, err := h.Tenant(t.Context(), id)
		if err != nil {
			t.Fatalf("a log of schema %d: %v", known, err)
		}
		ok(t, db.Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
			var scopes int
			err := tx.QueryRow("SELECT count(*) FROM scope WHERE name = 'from another version'").Scan(&scopes)
			if scopes != 3 {
				t.Errorf("a log of schema %d has %d of 3 rows", known, scopes)
			}
			return err
		}))
		ok(t, db.CheckFile(t.Context()))
		if rep, err := db.Verify(t.Context()); err != nil || !rep.OK() {
			t.Errorf("%v %+v", err, rep.Problems)
		}
		_, err = db.Write(t.Context(), torture, func(tx *storage.WriteTx) error {
			return tx.Exec("INSERT INTO scope (id, name, created_at) VALUES (?, 'from this version', '')", tx.NewID())
		})
		ok(t, err)
		done()
		b.tenant(id)
	}
	newer := h.NewID()
	otherVersion(t, p, newer, now, now+7)
	for range 2 { // also when the file is there already
		_, _, err := h.Tenant(t.Context(), newer)
		if want := fmt.Sprintf("it was written by a newer version of this program (schema %d, this one knows %d): run that version", now+7, now); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("it says %v, want %s", err, want)
		}
	}
	ok(t, h.Close())
	b.equals(t, p)
	for id := range b.acked {
		db, err := storage.OpenCopy(filepath.Join(p.Data, "tenants", id+".db"))
		ok(t, err)
		var schema int
		if err := db.QueryRow("PRAGMA user_version").Scan(&schema); err != nil || schema != now {
			t.Errorf("it was migrated to schema %d, want %d: %v", schema, now, err)
		}
		ok(t, db.Close())
	}
	if aside, err := filepath.Glob(filepath.Join(p.Data, "lost+found", "*")); err != nil || len(aside) > 0 {
		t.Errorf("moved aside: %v %v; the newer one is %s", aside, err, newer)
	}
}
