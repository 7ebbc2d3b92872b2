package backup_test

import (
	"bytes"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
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
	dir  string       // where it was started last
	tell *slog.Logger // nil means nowhere
}

func (m *machine) start(dir string) *storage.Store {
	m.t.Helper()
	return m.startWith(dir, func(*storage.Config) {})
}

func (m *machine) startWith(dir string, also func(*storage.Config)) *storage.Store {
	m.t.Helper()
	m.dir = dir
	now := func() time.Time { return m.now }
	logs, err := backup.NewLogs(backup.LogsConfig{Log: ltxlog.Sealed(m.log, m.keys.Key), Dir: dir, Durability: m.mode, Rand: rand.Reader, Now: now, Logger: m.tell})
	if err != nil {
		m.t.Fatal(err)
	}
	cfg := storage.Config{Dir: dir, Keys: m.keys, Now: now, Logs: logs, Past: logs, Log: m.tell}
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

// TestA7DamagedFile: a file that was damaged while it was closed comes back from its log where the log is not the
// durability, too. It is moved aside, loudly; the other organisation is not touched.
func TestA7DamagedFile(t *testing.T) {
	middle := func(size int64) int64 { return size / 2 &^ 4095 }
	for name, harm := range map[string]func(f *os.File, size int64) error{
		"empty":     func(f *os.File, _ int64) error { return f.Truncate(0) },
		"truncated": func(f *os.File, size int64) error { return f.Truncate(size / 2) },
		"no first page": func(f *os.File, _ int64) error {
			_, err := f.WriteAt(make([]byte, 4096), 0)
			return err
		},
		"a zeroed page": func(f *os.File, size int64) error {
			_, err := f.WriteAt(make([]byte, 4096), middle(size))
			return err
		},
		"flipped bits": func(f *os.File, size int64) error {
			for at := int64(4096); at < size; at += 4096 {
				b := make([]byte, 1)
				if _, err := f.ReadAt(b, at); err != nil {
					return err
				}
				if _, err := f.WriteAt([]byte{b[0] ^ 4}, at); err != nil {
					return err
				}
			}
			return nil
		},
	} {
		for mode, durability := range map[string]ltxlog.Durability{"async": ltxlog.Async, "local": ltxlog.Local} {
			if mode == "local" && name != "truncated" {
				continue // as async
			}
			t.Run(name+"/"+mode, func(t *testing.T) {
				var said bytes.Buffer
				m := &machine{t: t, log: ltxlog.FileLog{Dir: t.TempDir()}, keys: keys.NewMemory(nil), mode: durability, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
					tell: slog.New(slog.NewTextHandler(&said, nil))}
				dir := t.TempDir()
				s := m.start(dir)
				id, other := s.NewID(), s.NewID()
				for _, id := range []string{id, other} {
					if err := s.CreateTenant(t.Context(), id); err != nil {
						t.Fatal(err)
					}
					if err := m.add(s, id, "one", "two"); err != nil {
						t.Fatal(err)
					}
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				path := filepath.Join(dir, "tenants", id+".db")
				f, err := os.OpenFile(path, os.O_RDWR, 0)
				if err != nil {
					t.Fatal(err)
				}
				st, err := f.Stat()
				if err := errors.Join(err, harm(f, st.Size()), f.Close()); err != nil {
					t.Fatal(err)
				}
				s = m.start(dir)
				if got := m.names(s, other); fmt.Sprint(got) != "[one two]" {
					t.Errorf("the other organisation has %v", got)
				}
				if got := m.names(s, id); fmt.Sprint(got) != "[one two]" {
					t.Errorf("the damaged one came back with %v", got)
				}
				if err := m.add(s, id, "three"); err != nil {
					t.Fatal(err)
				}
				aside, err := filepath.Glob(filepath.Join(dir, "lost+found", "*.db"))
				if err != nil || len(aside) != 1 || !strings.HasPrefix(filepath.Base(aside[0]), id) {
					t.Errorf("moved aside: %v %v", aside, err)
				}
				if log := said.String(); !strings.Contains(log, "lost+found") || name != "empty" && !strings.Contains(log, "level=ERROR msg=\"a file is damaged") {
					t.Errorf("it only said:\n%s", said.String())
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				if got := m.names(m.start(t.TempDir()), id); fmt.Sprint(got) != "[one two three]" {
					t.Errorf("the log has %v", got)
				}
			})
		}
	}
}

// A file that is sound but another organisation's stays where it is: no log repairs a mix-up, and both would lose
// what their logs lack.
func TestA7SwappedFiles(t *testing.T) {
	m := &machine{t: t, log: ltxlog.FileLog{Dir: t.TempDir()}, keys: keys.NewMemory(nil), mode: ltxlog.Local, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	dir := t.TempDir()
	s := m.start(dir)
	ids := []string{s.NewID(), s.NewID()}
	for _, id := range ids {
		if err := errors.Join(s.CreateTenant(t.Context(), id), m.add(s, id, "one")); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	file := func(id string) string { return filepath.Join(dir, "tenants", id+".db") }
	if err := errors.Join(os.Rename(file(ids[0]), file("x")), os.Rename(file(ids[1]), file(ids[0])), os.Rename(file("x"), file(ids[1]))); err != nil {
		t.Fatal(err)
	}
	s = m.start(dir)
	for _, id := range ids {
		if _, _, err := s.Tenant(t.Context(), id); !errors.Is(err, storage.ErrDamaged) {
			t.Errorf("another organisation's file: %v", err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "lost+found")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("something was moved aside: %v", err)
	}
}

// An export without the seal that fails leaves nothing of what it had opened by then.
func TestExportPlainFails(t *testing.T) {
	m := newMachine(t)
	dir := t.TempDir()
	s := m.start(dir)
	id := m.tenant(s)
	if err := m.add(s, id, "one", "two", "three"); err != nil {
		t.Fatal(err)
	}
	logs, err := backup.NewLogs(backup.LogsConfig{Log: ltxlog.Sealed(m.log, m.keys.Key), Dir: dir, Durability: m.mode, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "plain")
	if n, err := logs.ExportPlain(t.Context(), id, to, 0); err != nil || n < 4 {
		t.Fatal(n, err)
	}
	if _, err := logs.ExportPlain(t.Context(), id, to, 0); !errors.Is(err, os.ErrExist) {
		t.Errorf("over what is there: %v", err)
	}
	records, err := filepath.Glob(filepath.Join(m.log.Dir, id, "ltx", "0", "*.ltx"))
	if err != nil || len(records) < 3 {
		t.Fatal(records, err)
	}
	if err := os.Truncate(records[len(records)-1], 100); err != nil {
		t.Fatal(err)
	}
	if _, err := logs.ExportPlain(t.Context(), id, to+"2", 0); !errors.Is(err, ltxlog.ErrDamaged) {
		t.Errorf("a damaged record: %v", err)
	}
	if _, err := os.Lstat(to + "2"); err == nil {
		t.Error("what was opened before it failed is still there")
	}
}
