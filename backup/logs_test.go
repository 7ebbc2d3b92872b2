package backup_test

import (
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"assay/backup"
	"assay/backup/ltxlog"
	"assay/storage"
	"assay/storage/keys"
)

// machine is an installation whose disk may be lost; the logs and the keys are not on it.
type machine struct {
	t    *testing.T
	log  ltxlog.FileLog
	keys keys.Keeper
	mode ltxlog.Durability
	now  time.Time
	dir  string // where it was started last
}

func (m *machine) start(dir string) *storage.Store {
	m.t.Helper()
	return m.startWith(dir, func(*storage.Config) {})
}

func (m *machine) startWith(dir string, also func(*storage.Config)) *storage.Store {
	m.t.Helper()
	m.dir = dir
	now := func() time.Time { return m.now }
	logs, err := backup.NewLogs(backup.LogsConfig{Log: ltxlog.Sealed(m.log, m.keys.Key), Dir: dir, Durability: m.mode, Rand: rand.Reader, Now: now})
	if err != nil {
		m.t.Fatal(err)
	}
	cfg := storage.Config{Dir: dir, Keys: m.keys, Now: now, Logs: logs, Past: logs}
	also(&cfg)
	s, err := storage.Open(m.t.Context(), cfg)
	if err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(func() { s.Close() })
	return s
}

var scopes = storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "test"}, Action: "scope.test", Owns: []string{"scope"}}

func (m *machine) add(s *storage.Store, id string, names ...string) error {
	db, done, err := s.Tenant(m.t.Context(), id)
	if err != nil {
		return err
	}
	defer done()
	for _, n := range names {
		m.now = m.now.Add(time.Minute)
		_, err = db.Write(m.t.Context(), scopes, func(tx *storage.WriteTx) error {
			return tx.Exec("INSERT INTO scope (id, name, created_at) VALUES (?1, ?1, '')", n)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (m *machine) names(s *storage.Store, id string) (out []string) {
	m.t.Helper()
	db, done, err := s.Tenant(m.t.Context(), id)
	if err != nil {
		m.t.Fatal(err)
	}
	defer done()
	err = db.Read(m.t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		rows, err := tx.Query("SELECT name FROM scope ORDER BY rowid")
		if err != nil {
			return err
		}
		out, err = scan(rows)
		return err
	})
	if err != nil {
		m.t.Fatal(err)
	}
	if rep, err := db.Verify(m.t.Context()); err != nil || !rep.OK() {
		m.t.Errorf("%v %+v", err, rep)
	}
	return out
}

func scan(rows *sql.Rows) (out []string, err error) {
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// Every file of an installation comes back on an empty disk, as it was when the last write was acknowledged, and
// beside it as it was at any instant.
func TestNewDisk(t *testing.T) {
	for name, mode := range map[string]ltxlog.Durability{"sync": ltxlog.Sync, "async": ltxlog.Async, "local": ltxlog.Local} {
		t.Run(name, func(t *testing.T) {
			m := &machine{t: t, log: ltxlog.FileLog{Dir: t.TempDir()}, keys: keys.NewMemory(nil), mode: mode, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
			dir := t.TempDir()
			s := m.start(dir)
			id := s.NewID()
			if err := s.CreateTenant(t.Context(), id); err != nil {
				t.Fatal(err)
			}
			if err := m.add(s, id, "one", "two", "three"); err != nil {
				t.Fatal(err)
			}
			at := m.now.Add(-time.Minute) // when two was written
			if mode != ltxlog.Sync {      // the log is not waited for, but a file that is closed has gone there whole
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
			}
			// In sync mode the old process is still there: it does not know yet that its disk is gone.
			next := m.start(t.TempDir())
			if got := m.names(next, id); fmt.Sprint(got) != "[one two three]" {
				t.Errorf("on a new disk: %v", got)
			}
			if mode == ltxlog.Sync {
				if err := m.add(s, id, "from the grave"); !errors.Is(err, storage.ErrUnavailable) {
					t.Errorf("the old owner writes on: %v", err)
				}
			}
			if err := m.add(next, id, "four"); err != nil {
				t.Fatal(err)
			}
			if err := next.Close(); err != nil {
				t.Fatal(err)
			}
			third := m.start(t.TempDir())
			if got := m.names(third, id); fmt.Sprint(got) != "[one two three four]" {
				t.Errorf("on a third disk: %v", got)
			}

			logs, err := backup.NewLogs(backup.LogsConfig{Log: ltxlog.Sealed(m.log, m.keys.Key), Dir: t.TempDir(), Durability: mode, Rand: rand.Reader})
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "then.db")
			point := ltxlog.Point{Time: at}
			if mode == ltxlog.Async { // commits of a second share a record, and this test's second lasts minutes
				point = ltxlog.Point{}
			}
			rep, err := logs.Restore(t.Context(), id, path, point)
			if err != nil {
				t.Fatal(err)
			}
			copied, err := storage.OpenCopy(path)
			if err != nil {
				t.Fatal(err)
			}
			defer copied.Close()
			rows, err := copied.Query("SELECT name FROM scope ORDER BY rowid")
			if err != nil {
				t.Fatal(err)
			}
			got, err := scan(rows)
			if err != nil || mode == ltxlog.Sync && fmt.Sprint(got) != "[one two]" || mode == ltxlog.Async && fmt.Sprint(got) != "[one two three four]" {
				t.Errorf("at %v: %v %v %+v", at, got, err, rep)
			}
		})
	}
}

// Without the tenant's key its log says nothing.
func TestLogsAreSealed(t *testing.T) {
	m := &machine{t: t, log: ltxlog.FileLog{Dir: t.TempDir()}, keys: keys.NewMemory(nil), mode: ltxlog.Sync, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	s := m.start(t.TempDir())
	id := s.NewID()
	if err := s.CreateTenant(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if err := m.add(s, id, "a word that must not be read"); err != nil {
		t.Fatal(err)
	}
	if _, err := ltxlog.Restore(t.Context(), m.log, id, filepath.Join(t.TempDir(), "x.db"), ltxlog.Point{}, ltxlog.RestoreOptions{Open: storage.OpenCopy}); err == nil {
		t.Error("restored without the key")
	}
	found := 0
	err := filepath.WalkDir(m.log.Dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found++
		}
		return err
	})
	if err != nil || found == 0 {
		t.Errorf("%d files in the log, %v", found, err)
	}
}
