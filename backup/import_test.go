package backup_test

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"assay/backup"
	"assay/storage"
)

func (p *place) installation() backup.Installation {
	return backup.Installation{Store: p.store, Blobs: p.blobs, Keys: p.keys, Logs: p.logs}
}

var byTest = backup.Importing{Actor: storage.Actor{Kind: storage.System, ID: "test"}, Program: "test"}

// imports brings an archive in and registers it as acme.
func (p *place) imports(b []byte, how backup.Importing) (backup.Imported, error) {
	p.t.Helper()
	return backup.Import(p.t.Context(), p.installation(), bytes.NewReader(b), int64(len(b)), how, p.register)
}

func (p *place) register(got backup.Imported) error {
	call := storage.Call{Actor: byTest.Actor, Action: storage.ImportAction, Tenant: got.Manifest.Tenant, Owns: []string{"tenant"}}
	_, err := p.store.Control().Write(p.t.Context(), call, func(tx *storage.WriteTx) error {
		return tx.Exec("INSERT INTO tenant (id, slug, name, created_at) VALUES (?, 'acme', 'Acme', ?)", got.Manifest.Tenant, tx.Stamp())
	})
	return err
}

func (p *place) write(id string, owns []string, statements ...string) {
	p.t.Helper()
	db, done, err := p.store.Tenant(p.t.Context(), id)
	if err != nil {
		p.t.Fatal(err)
	}
	defer done()
	_, err = db.Write(p.t.Context(), storage.Call{Actor: byTest.Actor, Action: "test.write", Owns: owns}, func(tx *storage.WriteTx) error {
		for _, q := range statements {
			if err := tx.Exec(q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

// lived is a tenant with something of what an import has to carry over.
func lived(t *testing.T) *place {
	t.Helper()
	p := newPlace(t)
	p.put(0, "policy.pdf", "our policy")
	p.put(0, "log.txt", strings.Repeat("line\n", 50_000))
	p.write(p.ids[0], []string{"person", "notification"},
		"INSERT INTO person (id, name, email, created_at, updated_at) VALUES ('ada', 'Ada Byron', 'ada@acme.example', '', '')",
		"INSERT INTO notification (id, person, event, title, at, mail) VALUES ('n1', 'ada', 'mention', 'Look', '2026-01-01', 'due')",
		"INSERT INTO notification (id, person, event, title, at, mail) VALUES ('n2', 'ada', 'mention', 'Look', '2026-01-01', 'sent')")
	return p
}

func (p *place) exported(tenant int) []byte {
	p.t.Helper()
	_, b, err := p.export(tenant)
	if err != nil {
		p.t.Fatal(err)
	}
	return b
}

// proven checks what an imported tenant promises: its log, its file, its objects, and that it can be written.
func (p *place) proven(id string, files int) []string {
	p.t.Helper()
	db, done, err := p.store.Tenant(p.t.Context(), id)
	if err != nil {
		p.t.Fatal(err)
	}
	defer done()
	rep, err := db.Verify(p.t.Context())
	if err != nil || !rep.OK() {
		p.t.Errorf("the audit log: %v %+v", err, rep)
	}
	if err := db.CheckFile(p.t.Context()); err != nil {
		p.t.Error(err)
	}
	problems, read, err := backup.Check(p.t.Context(), db, p.blobs)
	if err != nil || len(problems) > 0 || read != files {
		p.t.Errorf("objects: %v %v, %d of %d", err, problems, read, files)
	}
	var leaves []string
	err = db.Read(p.t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		rows, err := tx.Query("SELECT record FROM audit ORDER BY seq")
		if err == nil {
			leaves, err = scan(rows)
		}
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return leaves
}

func (p *place) ask(id, query string) string {
	p.t.Helper()
	db, done, err := p.store.Tenant(p.t.Context(), id)
	if err != nil {
		p.t.Fatal(err)
	}
	defer done()
	var s string
	err = db.Read(p.t.Context(), storage.Call{}, func(tx *storage.ReadTx) error { return tx.QueryRow(query).Scan(&s) })
	if err != nil {
		p.t.Fatal(err)
	}
	return s
}

// A tenant goes to another installation and from there to a third: rows, files, keys and the proof go with it.
func TestImportBringsEverything(t *testing.T) {
	a, b, c := lived(t), newPlace(t), newPlace(t)
	id := a.ids[0]
	first := a.exported(0)
	sum := sha256.Sum256(first)
	got, err := b.imports(first, byTest)
	if err != nil {
		t.Fatal(err)
	}
	if got.Manifest.Tenant != id || got.Objects != 2 || got.Unmailed != 1 || got.Migrated || got.Records != got.Manifest.Records || got.Digest != hex.EncodeToString(sum[:]) {
		t.Errorf("%+v", got)
	}
	before, after := a.proven(id, 2), b.proven(id, 2)
	if len(after) != len(before)+1 || !slices.Equal(after[:len(before)], before) {
		t.Errorf("%d leaves became %d", len(before), len(after))
	}
	for _, want := range []string{got.Digest, `"action":"tenant.import"`, got.Manifest.Verifier, `"made_by":"test"`} {
		if !strings.Contains(after[len(after)-1], want) {
			t.Errorf("the record of the import does not have %s: %s", want, after[len(after)-1])
		}
	}
	if s := b.ask(id, "SELECT group_concat(id || ' ' || mail) FROM (SELECT * FROM notification ORDER BY id)"); s != "n1 dropped,n2 sent" {
		t.Errorf("mails: %s", s)
	}
	opened := func(p *place) string { // the person's key came too
		db, done, err := p.store.Tenant(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		defer done()
		var r storage.Record
		if err := db.Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) (err error) { r, err = tx.Audit(2); return err }); err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(r.Changes[0].Set["name"][1])
	}
	if opened(b) != "Ada Byron" {
		t.Error("the personal values of the log do not open")
	}

	b.ids[0] = id
	b.write(id, []string{"person"}, "UPDATE person SET title = 'Countess' WHERE id = 'ada'")
	if _, err := c.imports(b.exported(0), byTest); err != nil {
		t.Fatal(err)
	}
	if n := len(c.proven(id, 2)); n != len(before)+4 || opened(c) != "Ada Byron" {
		t.Errorf("%d leaves", n)
	}
	// The way back is closed where the organisation still is, and where it was under the same id.
	if _, err := a.imports(first, byTest); !refusal(err, "holds the keys of this organisation") {
		t.Error(err)
	}
	if _, err := b.imports(first, byTest); !refusal(err, "is here already: Acme (acme)") {
		t.Error(err)
	}

	// A key that is exchanged in the record of the import is found out.
	path := filepath.Join(c.dir, "tenants", id+".db")
	if err := c.store.Close(); err != nil {
		t.Fatal(err)
	}
	change(t, path, "UPDATE audit SET record = replace(record, '"+got.Manifest.Verifier+"', 'x')")
	c.reopen()
	db, done, err := c.store.Tenant(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	if rep, err := db.Verify(t.Context()); err != nil || rep.OK() {
		t.Errorf("%v %+v", err, rep)
	}
}

func refusal(err error, words string) bool {
	var r *backup.Refused
	return errors.As(err, &r) && strings.Contains(r.Sentence, words)
}

func change(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, q := range statements {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(q, err)
		}
	}
}

// everything lists what lies in the data directory, and the rows that speak of tenants.
func (p *place) everything() string {
	p.t.Helper()
	var names []string
	err := filepath.WalkDir(p.dir, func(path string, d os.DirEntry, err error) error {
		if rel, e := filepath.Rel(p.dir, path); e == nil && !strings.HasSuffix(path, "-wal") && !strings.HasSuffix(path, "-shm") {
			if rel == filepath.Join("objects", ".tmp") { // what was cut off there goes when it is a day old
				return filepath.SkipDir
			}
			if !d.IsDir() || strings.Count(rel, "/") > 1 {
				names = append(names, rel)
			}
		}
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	err = p.store.Control().Read(p.t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		rows, err := tx.Query("SELECT 'tenant ' || id FROM tenant UNION ALL SELECT 'hint ' || tenant FROM tenant_hint")
		if err != nil {
			return err
		}
		more, err := scan(rows)
		names = append(names, more...)
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	slices.Sort(names)
	return strings.Join(names, "\n")
}

// What was missing when the archive was made stays missing only when that is asked for.
func TestImportIncomplete(t *testing.T) {
	a, here := lived(t), newPlace(t)
	gone := a.put(0, "gone.txt", "gone")
	if err := a.blobs.Delete(t.Context(), a.ids[0], gone.Name); err != nil {
		t.Fatal(err)
	}
	_, b, err := a.export(0)
	if err == nil {
		t.Fatal("the export does not say what is missing")
	}
	if _, err := here.imports(b, byTest); !refusal(err, `"gone.txt" (object `+gone.Name+`) is not in the archive: it was missing`) {
		t.Error(err)
	}
	how := byTest
	how.Incomplete = true
	got, err := here.imports(b, how)
	if err != nil || len(got.Missing) != 1 || got.Objects != 2 {
		t.Errorf("%v %+v", err, got)
	}
}

// A registration that fails leaves nothing, also where every change is kept a second time; the next try works,
// and a new disk has it all.
func TestImportIsWholeOrNothing(t *testing.T) {
	a := lived(t)
	good := a.exported(0)
	for _, logged := range []bool{false, true} {
		here := newPlace(t)
		if logged {
			here.keepLogs()
		}
		before := here.everything()
		refused := errors.New("the short name is taken")
		_, err := backup.Import(t.Context(), here.installation(), bytes.NewReader(good), int64(len(good)), byTest, func(backup.Imported) error { return refused })
		if !errors.Is(err, refused) {
			t.Fatal(err)
		}
		if got := here.everything(); got != before {
			t.Errorf("logged %v: something was left:\n%s\nwas\n%s", logged, got, before)
		}
		if _, err := here.imports(good, byTest); err != nil {
			t.Fatal(err)
		}
		here.proven(a.ids[0], 2)
		if !logged {
			continue
		}
		if err := here.store.Close(); err != nil {
			t.Fatal(err)
		}
		for _, gone := range []string{"control.db", "tenants"} {
			if err := os.RemoveAll(filepath.Join(here.dir, gone)); err != nil {
				t.Fatal(err)
			}
		}
		here.reopen()
		here.proven(a.ids[0], 2)
	}
}

// An archive of an earlier version comes in and is brought to this one.
func TestImportOfAnEarlierVersion(t *testing.T) {
	a, here := lived(t), newPlace(t)
	p := apart(t, a.exported(0))
	// What the last migration that stood alone has made is taken away: the schema of the day before.
	p.database("DROP TABLE trash_value", "DROP TABLE trash", "DELETE FROM goose_db_version WHERE version_id = 152")
	path := filepath.Join(t.TempDir(), "old.db")
	if err := os.WriteFile(path, p.files["tenant.db"], 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var n int
	if err := db.QueryRow("SELECT count(*) FROM goose_db_version WHERE version_id > 0").Scan(&n); err != nil {
		t.Fatal(err)
	}
	p.database(fmt.Sprintf("PRAGMA user_version = %d", n))
	got, err := here.imports(p.whole(), byTest)
	if err != nil || !got.Migrated {
		t.Fatalf("%v %+v", err, got)
	}
	here.proven(a.ids[0], 2)
	if s := here.ask(a.ids[0], "SELECT count(*) FROM trash"); s != "0" {
		t.Error(s)
	}
}

// The archives in testdata were made by the versions that their names say, and are never made again: each comes
// in for ever. ASSAY_KEEP_ARCHIVE=FILE makes one of this version.
func TestImportOfKeptArchives(t *testing.T) {
	if to := os.Getenv("ASSAY_KEEP_ARCHIVE"); to != "" {
		if err := os.WriteFile(to, lived(t).exported(0), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := filepath.Glob("testdata/archive-*.zip")
	if err != nil || len(kept) == 0 {
		t.Fatal("no archive is kept", err)
	}
	for _, name := range kept {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		here := newPlace(t)
		got, err := here.imports(b, byTest)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		id := got.Manifest.Tenant
		here.proven(id, 2)
		here.write(id, []string{"scope"}, "UPDATE scope SET name = 'All of it' WHERE id = 'organisation'")
		if s := here.ask(id, "SELECT group_concat(name || ' ' || number) FROM (SELECT f.name, f.number FROM file f ORDER BY name)"); s != "log.txt 1,policy.pdf 1" {
			t.Errorf("%s: %s", name, s)
		}
	}
}
