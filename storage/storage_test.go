package storage_test

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"os"
	osexec "os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/storage"
	"assay/storage/keys"
)

var update = flag.Bool("update", false, "rewrite golden files")

// fixture is a store with one tenant on a clock that a test can set.
type fixture struct {
	*storage.Store
	t    testing.TB
	dir  string
	keys keys.Keeper
	id   string
	mu   sync.Mutex
	now  time.Time
	past storage.Copies // from the next reopen on
}

func open(t testing.TB) *fixture {
	t.Helper()
	f := &fixture{t: t, dir: t.TempDir(), keys: keys.NewMemory(nil), now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	f.reopen()
	f.id = f.NewID()
	if err := f.CreateTenant(t.Context(), f.id); err != nil {
		t.Fatal(err)
	}
	f.write(people, func(tx *storage.WriteTx) error {
		return tx.Exec("INSERT INTO scope (id, name, created_at) VALUES ('organisation', 'Organisation', ?)", tx.Stamp())
	})
	return f
}

func (f *fixture) reopen() {
	f.t.Helper()
	if f.Store != nil {
		if err := f.Close(); err != nil {
			f.t.Fatal(err)
		}
	}
	s, err := storage.Open(context.Background(), storage.Config{Dir: f.dir, Keys: f.keys, Now: f.clock, Past: f.past})
	if err != nil {
		f.t.Fatal(err)
	}
	f.Store = s
	f.t.Cleanup(func() { s.Close() })
}

func (f *fixture) clock() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

func (f *fixture) advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

func (f *fixture) tenant() *storage.DB {
	f.t.Helper()
	db, done, err := f.Tenant(f.t.Context(), f.id)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(done)
	return db
}

func (f *fixture) write(c storage.Call, fn func(*storage.WriteTx) error) storage.Receipt {
	f.t.Helper()
	r, err := f.tenant().Write(f.t.Context(), c, fn)
	if err != nil {
		f.t.Fatal(err)
	}
	return r
}

func (f *fixture) count(q string, args ...any) int {
	f.t.Helper()
	var n int
	if err := f.tenant().Read(f.t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		return tx.QueryRow(q, args...).Scan(&n)
	}); err != nil {
		f.t.Fatal(err)
	}
	return n
}

var (
	people   = call("person.test", "person", "scope", "organisation")
	controls = call("control.test", moduleTables()...)
)

//go:embed schema.sql
var schema string // embedded, because some tests run this program in an empty directory

// moduleTables are all tables of a tenant's file that a module may own.
func moduleTables() []string {
	tenant, _, _ := strings.Cut(schema, "-- ==== control ====")
	var all []string
	for _, m := range regexp.MustCompile(`CREATE TABLE (\w+)`).FindAllStringSubmatch(tenant, -1) {
		if m[1] != "scope" && m[1] != "person" && !slices.Contains(storage.EngineTables(), m[1]) { // those are of people's tests
			all = append(all, m[1])
		}
	}
	return all
}

func call(action string, owns ...string) storage.Call {
	return storage.Call{Actor: storage.Actor{Kind: storage.Person, ID: "p1"}, Action: action, Request: "r1", Owns: owns}
}

func exec(q string, args ...any) func(*storage.WriteTx) error {
	return func(tx *storage.WriteTx) error { return tx.Exec(q, args...) }
}

const newPerson = "INSERT INTO person (id, name, email, created_at, updated_at) VALUES (?, ?, '', '', '')"

func TestWriteLeavesOneRecord(t *testing.T) {
	f := open(t)
	before := f.count("SELECT count(*) FROM audit")
	r := f.write(people, func(tx *storage.WriteTx) error {
		for _, id := range []string{"p1", "p2"} {
			if err := tx.Exec(newPerson, id, "Ada"); err != nil {
				return err
			}
		}
		return tx.ExecOne("UPDATE person SET name = 'Grace' WHERE id = 'p2'")
	})
	if got := f.count("SELECT count(*) FROM audit"); got != before+1 {
		t.Fatalf("%d records for one write", got-before)
	}
	if len(r.Changes) != 2 || r.Changes[1].Op != "insert" || r.Changes[1].Set["name"] != [2]any{nil, "Grace"} {
		t.Errorf("changes: %+v", r.Changes)
	}
	r = f.write(people, exec("UPDATE person SET title = 'CISO' WHERE id = 'p2'"))
	if c := r.Changes[0]; c.Op != "update" || c.Set["title"] != [2]any{"", "CISO"} || c.Set["version"] == [2]any{} || len(c.Set) != 2 {
		t.Errorf("update: %+v", r.Changes)
	}
	if r := f.write(people, exec("UPDATE person SET title = 'CISO' WHERE id = 'p2'")); r.Seq == -1 {
		t.Log("an update to the same values still moves the version")
	}
	if r := f.write(people, exec("DELETE FROM person WHERE id = 'nobody'")); r.Seq != -1 {
		t.Errorf("nothing changed, but there is a record: %+v", r)
	}
}

func TestHistoryIsReadable(t *testing.T) {
	f := open(t)
	f.write(people, exec(newPerson, "p1", "Ada"))
	f.advance(time.Hour)
	f.write(people, exec("UPDATE person SET name = 'Ada L.' WHERE id = 'p1'"))
	err := f.tenant().Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		var raw string
		if err := tx.QueryRow("SELECT record FROM audit ORDER BY seq DESC LIMIT 1").Scan(&raw); err != nil {
			return err
		}
		if strings.Contains(raw, "Ada") {
			t.Errorf("a personal value stands open in the log: %s", raw)
		}
		h, err := tx.History("person", "p1", 10)
		if err != nil {
			return err
		}
		if len(h) != 2 || h[0].Changes[0].Set["name"] != [2]any{"Ada", "Ada L."} || h[0].At != "2026-03-01T10:00:00.000Z" {
			t.Errorf("history: %+v", h)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.keys.ErasePerson(t.Context(), f.id, "p1"); err != nil {
		t.Fatal(err)
	}
	f.tenant().Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		h, err := tx.History("person", "p1", 10)
		if err != nil || h[0].Changes[0].Set["name"] != [2]any{storage.Erased{Erased: true}, storage.Erased{Erased: true}} {
			t.Errorf("after erasure: %v %+v", err, h)
		}
		return nil
	})
	if rep, err := f.tenant().Verify(t.Context()); err != nil || !rep.OK() {
		t.Errorf("erasing must not break the log: %v %+v", err, rep)
	}
}

func TestForbiddenStatements(t *testing.T) {
	f := open(t)
	other := filepath.Join(t.TempDir(), "other.db")
	for _, q := range []string{
		"DELETE FROM audit",
		"UPDATE audit SET actor = 'x'",
		"INSERT INTO audit (seq, at, kind, actor_kind, actor, action, tenant, rows, record, hashes) VALUES (99, '', '', '', '', '', '', 0, '', '')",
		"DELETE FROM audit_row",
		"INSERT INTO job (id, name, args, due) VALUES ('', '', '', '')",
		"UPDATE meta SET value = 'x'",
		"INSERT INTO framework (id, key, name, short, source, created_at, updated_at) VALUES ('', '', '', '', '', '', '')", // another module's
		"INSERT INTO control_proof (control, scope) VALUES ('x', 'organisation')",                                          // derived
		"ATTACH DATABASE '" + other + "' AS other",
		"PRAGMA query_only = 0",
		"PRAGMA wal_checkpoint",
		"DROP TABLE person",
		"CREATE TABLE x (y)",
		"CREATE TRIGGER x AFTER INSERT ON person BEGIN DELETE FROM audit; END",
		"VACUUM INTO '" + other + "'",
	} {
		if _, err := f.tenant().Write(t.Context(), people, exec(q)); err == nil {
			t.Errorf("%s: allowed in a write", q)
		}
		if err := f.tenant().Read(t.Context(), people, func(tx *storage.ReadTx) error {
			rows, err := tx.Query(q)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
			}
			return rows.Err()
		}); err == nil {
			t.Errorf("%s: allowed in a read", q)
		}
	}
	if rep, err := f.tenant().Verify(t.Context()); err != nil || !rep.OK() {
		t.Errorf("verify: %v %+v", err, rep)
	}
}

// TestNothingPreparedOutlivesItsOwner shows decisions.md 18: what one operation prepared cannot run for
// another one that may not do it.
func TestNothingPreparedOutlivesItsOwner(t *testing.T) {
	f := open(t)
	q := "INSERT INTO scope (id, name, created_at) VALUES (?, 'x', '')"
	f.write(people, exec(q, "one"))
	if _, err := f.tenant().Write(t.Context(), controls, exec(q, "two")); err == nil {
		t.Error("a statement of another owner ran")
	}
}

func TestErrorLeavesNothing(t *testing.T) {
	f := open(t)
	before := f.count("SELECT count(*) FROM audit")
	boom := errors.New("boom")
	_, err := f.tenant().Write(t.Context(), people, func(tx *storage.WriteTx) error {
		if err := tx.Exec(newPerson, "p1", "Ada"); err != nil {
			return err
		}
		if err := tx.Enqueue("x", nil, tx.Now(), ""); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
	if n := f.count("SELECT (SELECT count(*) FROM person) + (SELECT count(*) FROM job WHERE name = 'x')"); n != 0 || f.count("SELECT count(*) FROM audit") != before {
		t.Errorf("%d rows left", n)
	}
	func() {
		defer func() { recover() }()
		f.tenant().Write(t.Context(), people, func(tx *storage.WriteTx) error {
			tx.Exec(newPerson, "p1", "Ada")
			panic("boom")
		})
	}()
	f.write(people, exec(newPerson, "p2", "Ada")) // the connection is usable after a panic
	if f.count("SELECT count(*) FROM person") != 1 {
		t.Error("a panic left a row")
	}
}

func TestDerivedRowsFollow(t *testing.T) {
	f := open(t)
	f.write(controls, func(tx *storage.WriteTx) error {
		for _, q := range []string{
			"INSERT INTO control (id, ref, title, created_at, updated_at) VALUES ('c1', 'C1', 't', '', '')",
			"INSERT INTO evidence (id, name, validity_days, created_at, updated_at) VALUES ('e1', 'n', 31, '', ''), ('e2', 'n', 0, '', '')",
			"INSERT INTO evidence_control (evidence, control) VALUES ('e1', 'c1'), ('e2', 'c1')",
			"INSERT INTO file (id, evidence, number, name, type, size, sha256, object, collected_on, uploaded_at, review) VALUES ('f1', 'e1', 1, 'a.pdf', 'application/pdf', 1, '', '', '2026-02-10', '', 'pending')",
		} {
			if err := tx.Exec(q); err != nil {
				return err
			}
		}
		return nil
	})
	check := func(want string) {
		t.Helper()
		var got string
		f.tenant().Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
			return tx.QueryRow("SELECT p.requests || ' ' || p.missing || ' ' || p.first_expiry || ' ' || (SELECT pending || '/' || accepted FROM evidence_clock WHERE evidence = 'e1') FROM control_proof p").Scan(&got)
		})
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check("2 2  1/0")
	r := f.write(controls, exec("UPDATE file SET review = 'accepted' WHERE id = 'f1'"))
	check("2 1 2026-03-13 0/1")
	if len(r.Changes) != 1 {
		t.Errorf("derived rows are in the log: %+v", r.Changes)
	}
	f.write(controls, exec("UPDATE evidence SET not_applicable = 1 WHERE id = 'e2'"))
	check("1 0 2026-03-13 0/1")
	f.write(controls, exec("UPDATE evidence SET validity_days = 365 WHERE id = 'e1'"))
	check("1 0 2027-02-10 0/1")
	undo(t, f, r.Seq)
	check("1 1  1/0")
	f.write(controls, exec("DELETE FROM evidence_control WHERE evidence = 'e1'"))
	check("0 0  1/0")
	f.write(controls, exec("DELETE FROM control WHERE id = 'c1'"))
	if n := f.count("SELECT count(*) FROM control_proof"); n != 0 {
		t.Errorf("%d proof rows of a control that is gone", n)
	}
}

func undo(t *testing.T, f *fixture, seq int64) {
	t.Helper()
	if err := tryUndo(f, seq); err != nil {
		t.Fatal(err)
	}
}

func tryUndo(f *fixture, seq int64) error {
	_, err := f.tenant().Write(f.t.Context(), call("audit.undo"), func(tx *storage.WriteTx) error { return tx.Undo(seq) })
	return err
}

func TestUndo(t *testing.T) {
	f := open(t)
	created := f.write(people, exec(newPerson, "p1", "Ada"))
	renamed := f.write(people, exec("UPDATE person SET name = 'Grace' WHERE id = 'p1'"))
	if err := tryUndo(f, created.Seq); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("undo of a creation after a change: %v", err)
	}
	undo(t, f, renamed.Seq)
	if f.count("SELECT count(*) FROM person WHERE name = 'Ada'") != 1 {
		t.Error("the name did not come back")
	}
	if err := tryUndo(f, renamed.Seq); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("undone twice: %v", err)
	}
	undo(t, f, created.Seq)
	if f.count("SELECT count(*) FROM person") != 0 {
		t.Error("the row is still there")
	}
	gone := f.write(people, func(tx *storage.WriteTx) error {
		return errors.Join(tx.Exec(newPerson, "p2", "Ada"), tx.Exec("DELETE FROM person WHERE id = 'p2'"))
	})
	if gone.Seq != -1 {
		t.Error("came and went, but was recorded")
	}
	f.write(people, exec(newPerson, "p3", "Ada"))
	deleted := f.write(people, exec("DELETE FROM person WHERE id = 'p3'"))
	undo(t, f, deleted.Seq)
	if f.count("SELECT count(*) FROM person WHERE id = 'p3' AND name = 'Ada'") != 1 {
		t.Error("the deleted row did not come back")
	}
}

// TestUndoOfLongValues: what is taken away need only be recognised, what is put back must be known whole.
func TestUndoOfLongValues(t *testing.T) {
	f := open(t)
	long := strings.Repeat("long ", 2000)
	made := f.write(people, exec("INSERT INTO scope (id, name, created_at) VALUES ('s1', ?, '')", long))
	undo(t, f, made.Seq)
	if f.count("SELECT count(*) FROM scope WHERE id = 's1'") != 0 {
		t.Error("the row is still there")
	}
	made = f.write(people, exec("INSERT INTO scope (id, name, created_at) VALUES ('s2', ?, '')", long))
	changed := f.write(people, exec("UPDATE scope SET name = ? WHERE id = 's2'", long+"!"))
	for _, seq := range []int64{made.Seq, changed.Seq} {
		if err := tryUndo(f, seq); !errors.Is(err, storage.ErrConflict) {
			t.Errorf("undo of %d: %v", seq, err)
		}
	}
	gone := f.write(people, exec("DELETE FROM scope WHERE id = 's2'")) // it lies in the trash, whole
	undo(t, f, gone.Seq)
	if f.count("SELECT count(*) FROM scope WHERE id = 's2' AND name = ?", long+"!") != 1 {
		t.Error("the deleted row did not come back whole")
	}
}

// TestUndoSparesWhatCameLater: undoing a creation must not take records with it that others added below.
func TestUndoSparesWhatCameLater(t *testing.T) {
	f := open(t)
	fw := f.write(controls, exec("INSERT INTO framework (id, key, name, short, source, created_at, updated_at) VALUES ('f', 'k', 'n', 's', 'builtin', '', '')"))
	f.write(controls, exec("INSERT INTO requirement (id, framework, ref, position, updated_at) VALUES ('r', 'f', 'R', 1, '')"))
	if err := tryUndo(f, fw.Seq); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("undo: %v", err)
	}
	if f.count("SELECT count(*) FROM requirement") != 1 {
		t.Error("a refused undo took a row")
	}
}

func TestCascadeIsRecorded(t *testing.T) {
	f := open(t)
	f.write(controls, func(tx *storage.WriteTx) error {
		return errors.Join(
			tx.Exec("INSERT INTO framework (id, key, name, short, source, created_at, updated_at) VALUES ('f', 'k', 'n', 's', 'builtin', '', '')"),
			tx.Exec("INSERT INTO requirement (id, framework, ref, position, updated_at) VALUES ('r', 'f', 'R', 1, '')"))
	})
	r := f.write(controls, exec("DELETE FROM framework WHERE id = 'f'"))
	if len(r.Changes) != 2 {
		t.Errorf("the cascade is not in the log: %+v", r.Changes)
	}
	undo(t, f, r.Seq)
	if f.count("SELECT count(*) FROM requirement") != 1 {
		t.Error("the cascade did not come back")
	}
}

func TestBadTenants(t *testing.T) {
	f := open(t)
	for _, id := range []string{"", "../x", "a", "A/B", "a?mode=memory", strings.Repeat("A", 27), strings.Repeat("a", 26), f.NewID()} {
		if _, _, err := f.Tenant(t.Context(), id); !errors.Is(err, storage.ErrNoTenant) && !errors.Is(err, keys.ErrNoKey) {
			t.Errorf("%q: %v", id, err)
		}
	}
	second := f.NewID()
	if err := f.CreateTenant(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	f.reopen()
	one, two := filepath.Join(f.dir, "tenants", f.id+".db"), filepath.Join(f.dir, "tenants", second+".db")
	good, err := os.ReadFile(one)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"another tenant's file": good, "empty": {}, "cut short": good[:len(good)/2], "zero page": make([]byte, 4096), "not a database": []byte("hello"),
	} {
		if err := os.WriteFile(two, content, 0o600); err != nil {
			t.Fatal(err)
		}
		db, done, err := f.Tenant(t.Context(), second)
		if err == nil && name == "cut short" { // SQLite sees the loss only when it gets there
			_, err = db.Verify(t.Context())
			done()
		}
		if err == nil {
			t.Errorf("%s: opened", name)
		}
		if _, done, err := f.Tenant(t.Context(), f.id); err != nil {
			t.Errorf("%s: the other tenant suffers: %v", name, err)
		} else {
			done()
		}
	}
}

func TestOneProcessOneDirectory(t *testing.T) {
	f := open(t)
	if _, err := storage.Open(t.Context(), storage.Config{Dir: f.dir, Keys: f.keys}); !errors.Is(err, storage.ErrLocked) {
		t.Errorf("a second store on one directory: %v", err)
	}
}

func TestPoolStaysSmall(t *testing.T) {
	dir, k := t.TempDir(), keys.NewMemory(nil)
	s, err := storage.Open(t.Context(), storage.Config{Dir: dir, Keys: k, MaxOpen: 4})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var ids []string
	for range 12 {
		ids = append(ids, s.NewID())
		if err := s.CreateTenant(t.Context(), ids[len(ids)-1]); err != nil {
			t.Fatal(err)
		}
	}
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 60 {
				id := ids[(i*7+g)%len(ids)]
				db, done, err := s.Tenant(t.Context(), id)
				if err != nil {
					t.Error(err)
					return
				}
				if db.ID() != id {
					t.Errorf("asked for %s, got %s", id, db.ID())
				}
				if _, err := db.Write(t.Context(), people, exec(newPerson, s.NewID(), "x")); err != nil {
					t.Error(err)
				}
				done()
			}
		})
	}
	wg.Wait()
	if n := s.OpenTenants(); n > 5 {
		t.Errorf("%d open", n)
	}
	total := 0
	for _, id := range ids {
		db, done, err := s.Tenant(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		db.Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
			var n int
			err := tx.QueryRow("SELECT count(*) FROM person").Scan(&n)
			total += n
			return err
		})
		done()
	}
	if total != 240 {
		t.Errorf("%d of 240 rows after closing and opening", total)
	}
}

// TestReleaseWaitsForTheWholeFile hands a file over while somebody reads it, who is cut off, and while somebody works on
// the whole of it, who is not: nobody else comes in, and the file goes when the work is over.
func TestReleaseWaitsForTheWholeFile(t *testing.T) {
	f := open(t)
	at, cancel := context.WithCancel(t.Context())
	cancel()
	count := func(db *storage.DB) error {
		return db.Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
			var n int
			return tx.QueryRow("SELECT count(*) FROM person").Scan(&n)
		})
	}

	f.reopen()
	db, done, err := f.Tenant(t.Context(), f.id)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Release(at, f.id); err != nil {
		t.Errorf("release what is read: %v", err)
	}
	if err := count(db); err == nil {
		t.Error("a reader goes on in a file that was handed over")
	}
	done()

	db, done, err = f.Local(t.Context(), f.id)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Release(at, f.id); !errors.Is(err, storage.ErrMoving) {
		t.Errorf("release what is worked on: %v", err)
	}
	if err := count(db); err != nil {
		t.Errorf("work on the whole file was cut off: %v", err)
	}
	if _, _, err := f.Tenant(t.Context(), f.id); !errors.Is(err, storage.ErrMoving) {
		t.Errorf("somebody came in meanwhile: %v", err)
	}
	done()
	if err := f.Release(t.Context(), f.id); err != nil {
		t.Errorf("release when the work is over: %v", err)
	}
	if err := count(db); err == nil {
		t.Error("the file is still open")
	}
	if n := f.OpenTenants(); n != 0 {
		t.Errorf("%d are open", n)
	}
}

// TestSchema keeps schema.sql equal to what the migrations make, so that a change shows in review.
func TestSchema(t *testing.T) {
	var got strings.Builder
	got.WriteString("-- Made by go test ./storage -update from storage/migrations. Do not edit.\n")
	for _, kind := range []string{"tenant", "control"} {
		text, err := storage.Schema(t.Context(), kind)
		if err != nil {
			t.Fatal(err)
		}
		got.WriteString("\n-- ==== " + kind + " ====\n\n" + text)
	}
	if *update {
		if err := os.WriteFile("schema.sql", []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, _ := os.ReadFile("schema.sql"); string(want) != got.String() {
		t.Error("schema.sql is stale: run go test ./storage -update")
	}
}

// TestLibc: the transpiled SQLite is only tested with the exact libc that its own go.mod names.
func TestLibc(t *testing.T) {
	version := func(args ...string) string {
		out, err := osexec.Command("go", args...).Output()
		if err != nil {
			t.Skip("no go command here:", err)
		}
		return strings.TrimSpace(string(out))
	}
	mod := version("list", "-m", "-f", "{{.GoMod}}", "modernc.org/sqlite")
	text, err := os.ReadFile(mod)
	if err != nil {
		t.Skip("the module cache is not here:", err)
	}
	ours := version("list", "-m", "-f", "{{.Version}}", "modernc.org/libc")
	if !strings.Contains(string(text), "modernc.org/libc "+ours+"\n") {
		t.Errorf("modernc.org/libc %s is not what %s asks for", ours, mod)
	}
}
