package backup_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"os"
	osexec "os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"assay/backup"
	"assay/storage"
	"assay/storage/keys"
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

// parts is an archive taken apart, to be put together with something else in it.
type parts struct {
	t        *testing.T
	names    []string
	files    map[string][]byte
	manifest backup.Manifest
}

func apart(t *testing.T, b []byte) *parts {
	t.Helper()
	p := &parts{t: t, files: readArchive(t, b).files}
	p.names = slices.Sorted(maps.Keys(p.files))
	if err := json.Unmarshal(p.files["manifest.json"], &p.manifest); err != nil {
		t.Fatal(err)
	}
	return p
}

// set exchanges an entry and has the manifest agree.
func (p *parts) set(name string, content []byte) {
	if _, ok := p.files[name]; !ok {
		p.names = append(p.names, name)
		p.manifest.Entries = append(p.manifest.Entries, backup.Entry{Path: name})
	}
	p.files[name] = content
	for i, e := range p.manifest.Entries {
		if e.Path == name {
			sum := sha256.Sum256(content)
			p.manifest.Entries[i].Size, p.manifest.Entries[i].SHA256 = int64(len(content)), hex.EncodeToString(sum[:])
		}
	}
}

func (p *parts) remove(name string) {
	p.names = slices.DeleteFunc(p.names, func(n string) bool { return n == name })
	p.manifest.Entries = slices.DeleteFunc(p.manifest.Entries, func(e backup.Entry) bool { return e.Path == name })
}

// database changes the database as somebody with a SQLite shell would.
func (p *parts) database(statements ...string) {
	path := filepath.Join(p.t.TempDir(), "t.db")
	if err := os.WriteFile(path, p.files["tenant.db"], 0o600); err != nil {
		p.t.Fatal(err)
	}
	change(p.t, path, statements...)
	b, err := os.ReadFile(path)
	if err != nil {
		p.t.Fatal(err)
	}
	p.set("tenant.db", b)
}

func (p *parts) object() string {
	return p.names[slices.IndexFunc(p.names, func(n string) bool { return strings.HasPrefix(n, "objects/") })]
}

func (p *parts) whole() []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range p.names {
		content := p.files[n]
		if n == "manifest.json" {
			var err error
			if content, err = json.Marshal(p.manifest); err != nil {
				p.t.Fatal(err)
			}
		}
		w, err := z.Create(n)
		if err == nil {
			_, err = w.Write(content)
		}
		if err != nil {
			p.t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		p.t.Fatal(err)
	}
	return b.Bytes()
}

// An archive that is not whole, not ours or not true is refused by name, and leaves nothing.
func TestImportRefuses(t *testing.T) {
	a := lived(t)
	good := a.exported(0)
	here := newPlace(t)
	empty := here.everything()
	file := apart(t, good).object()
	for name, c := range map[string]struct {
		harm  func(p *parts)
		words string
	}{
		"traversal": {func(p *parts) { p.set("objects/../../control.db", nil) }, `has an entry "objects/../../control.db", which no export`},
		"absolute":  {func(p *parts) { p.set("/etc/passwd", nil) }, `"/etc/passwd"`},
		"backslash": {func(p *parts) { p.set(`objects\x`, nil) }, "which no export"},
		"twice":     {func(p *parts) { p.names = append(p.names, "keys.json") }, "keys.json twice"},
		"undeclared": {func(p *parts) {
			p.names = append(p.names, "objects/"+strings.Repeat("A", 26))
			p.files["objects/"+strings.Repeat("A", 26)] = nil
		}, "of which its manifest says nothing"},
		"entry gone":  {func(p *parts) { p.names = slices.DeleteFunc(p.names, func(n string) bool { return n == file }) }, file},
		"object gone": {func(p *parts) { p.remove(file) }, "is not in the archive"},
		"no keys":     {func(p *parts) { p.remove("keys.json") }, "no keys.json"},
		"no manifest": {func(p *parts) {
			p.names = slices.DeleteFunc(p.names, func(n string) bool { return n == "manifest.json" })
		}, "no manifest.json"},
		"other format":      {func(p *parts) { p.manifest.Format = "photos/1" }, "not an export of an organisation"},
		"newer format":      {func(p *parts) { p.manifest.Format = "assay-tenant/2" }, "newer version of this program"},
		"another object":    {func(p *parts) { p.set(file, []byte("something else")) }, "that the organisation's records speak of"},
		"another tenant":    {func(p *parts) { p.manifest.Tenant = a.ids[1] }, "keys.json in the archive cannot be used"},
		"path as tenant":    {func(p *parts) { p.manifest.Tenant = "../../x" }, "which cannot be"},
		"not a database":    {func(p *parts) { p.set("tenant.db", []byte("hello, I am no database at all")) }, "tenant.db in the archive cannot be trusted"},
		"an empty database": {func(p *parts) { p.set("tenant.db", nil) }, "tenant.db in the archive cannot be trusted"},
		"another program's": {func(p *parts) { p.database("PRAGMA application_id = 1") }, "not written by this program"},
		"newer schema":      {func(p *parts) { p.database("PRAGMA user_version = 9999") }, "made by a newer version of this program (test). Update this installation first"},
		"newer migration": {func(p *parts) {
			p.database("UPDATE goose_db_version SET version_id = 99999 WHERE id = (SELECT max(id) FROM goose_db_version)")
		}, "made by a newer version"},
		"a trigger of theirs": {func(p *parts) { p.database("CREATE TRIGGER evil AFTER INSERT ON scope BEGIN DELETE FROM audit; END") }, "trigger evil is not what this program makes"},
		"a view changed": {func(p *parts) {
			p.database("DROP VIEW evidence_clock_now", "CREATE VIEW evidence_clock_now AS SELECT 1")
		}, "view evidence_clock_now"},
		"an index gone":      {func(p *parts) { p.database("DROP INDEX person_name") }, "it has no index person_name"},
		"dangling reference": {func(p *parts) { p.database("PRAGMA foreign_keys = OFF", "DELETE FROM evidence") }, "cannot be trusted"},
		"record changed": {func(p *parts) {
			p.database("UPDATE audit SET record = replace(record, 'test.put', 'test.pat') WHERE seq = 1")
		}, "Record 1 differs"},
		"record removed": {func(p *parts) { p.database("DELETE FROM audit WHERE seq = 1") }, "Record 1 is missing"},
		"end removed": {func(p *parts) {
			p.database("DELETE FROM checkpoint", "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)")
		}, "speaks of 4 records; the log has 3"},
		"signature changed": {func(p *parts) { p.manifest.Checkpoint = strings.Replace(p.manifest.Checkpoint, "\n4\n", "\n3\n", 1) }, "signature"},
		"no checkpoint":     {func(p *parts) { p.manifest.Checkpoint = "" }, "no signed checkpoint"},
		"others' key":       {func(p *parts) { p.manifest.Verifier = here.verifier() }, "signature"},
		"others' keys":      {func(p *parts) { p.set("keys.json", otherKeys(t, a.ids[0], "ada")) }, "keys that came with it are not its own"},
	} {
		t.Run(name, func(t *testing.T) {
			p := apart(t, good)
			c.harm(p)
			if _, err := here.imports(p.whole(), byTest); !refusal(err, c.words) {
				t.Errorf("%v, want %q", err, c.words)
			}
		})
	}
	for _, name := range []string{file, "keys.json", "tenant.db"} { // packed again, so that the ZIP agrees with itself
		p := apart(t, good)
		p.files[name][len(p.files[name])/2] ^= 1
		if _, err := here.imports(p.whole(), byTest); !refusal(err, name+" in the archive is not what its manifest says") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, b := range map[string][]byte{"nothing": nil, "cut": good[:len(good)/2], "text": []byte("PK\x03\x04 hello")} {
		if _, err := here.imports(b, byTest); !refusal(err, "not a whole ZIP file") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := here.imports(good[100:], byTest); !refusal(err, "tenant.db in the archive is not what its manifest says") {
		t.Errorf("head cut: %v", err)
	}
	if _, err := here.imports(bomb(t, good), byTest); !refusal(err, "claims to unpack to far more") {
		t.Error(err)
	}
	if got := here.everything(); got != empty {
		t.Errorf("something was left: %s, was %s", got, empty)
	}
	if _, err := here.imports(good, byTest); err != nil {
		t.Errorf("the archive itself: %v", err)
	}
}

// One flipped byte in the content of any entry is found, and the entry named.
func TestImportFindsAFlippedByte(t *testing.T) {
	a, here := lived(t), newPlace(t)
	good := a.exported(0)
	z, err := zip.NewReader(bytes.NewReader(good), int64(len(good)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		at, err := f.DataOffset()
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []uint64{4, 2} { // about the middle, and a quarter in
			b := bytes.Clone(good)
			b[uint64(at)+f.CompressedSize64/part] ^= 0x10
			if _, err := here.imports(b, byTest); !refusal(err, f.Name) {
				t.Errorf("%s: %v", f.Name, err)
			}
		}
	}
}

// bomb is an archive with an entry that claims to be 8 GB.
func bomb(t *testing.T, good []byte) []byte {
	p := apart(t, good)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range p.names {
		w, err := z.Create(n)
		if err == nil {
			_, err = w.Write(p.files[n])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	w, err := z.CreateRaw(&zip.FileHeader{Name: "objects/" + strings.Repeat("B", 26), Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(nil), CompressedSize64: 2, UncompressedSize64: 8 << 30})
	if err == nil {
		_, err = w.Write([]byte{3, 0})
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func otherKeys(t *testing.T, owner, person string) []byte {
	k := keys.NewMemory(nil)
	if err := k.Create(t.Context(), owner); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Person(t.Context(), owner, person, true); err != nil {
		t.Fatal(err)
	}
	b, err := k.Export(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (p *place) verifier() string {
	p.t.Helper()
	v, _, err := p.store.Control().VerifierKey(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	return v
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

const killAt = "ASSAY_TEST_KILL_IMPORT"

// dying ends the process at the n-th read, without a word to anybody.
type dying struct {
	io.ReaderAt
	n *int
}

func (d dying) ReadAt(p []byte, off int64) (int, error) {
	if *d.n--; *d.n == 0 {
		os.Exit(9)
	}
	return d.ReaderAt.ReadAt(p, off)
}

// An import that is killed anywhere leaves nothing that anybody sees; what it left is swept at the next start,
// and the import works then.
func TestImportKilled(t *testing.T) {
	if spec := os.Getenv(killAt); spec != "" {
		f := strings.Split(spec, "|")
		b, err := os.ReadFile(f[1])
		if err != nil {
			t.Fatal(err)
		}
		p := &place{t: t, dir: f[2], temp: t.TempDir()}
		if f[3] != "" {
			p.logDir = f[3]
		}
		p.reopen()
		n, end := 0, func() { os.Exit(9) }
		fmt.Sscan(f[0], &n)
		_, err = backup.Import(t.Context(), p.installation(), dying{bytes.NewReader(b), &n}, int64(len(b)), byTest, func(got backup.Imported) error {
			if f[0] == "registering" {
				end()
			}
			err := p.register(got)
			if f[0] == "registered" {
				end()
			}
			return err
		})
		t.Log(err)
		os.Exit(3)
	}
	a := lived(t)
	good := a.exported(0)
	path := filepath.Join(t.TempDir(), "acme.zip")
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	reads := 0 // of a whole import
	counted := newPlace(t)
	if _, err := backup.Import(t.Context(), counted.installation(), dying{bytes.NewReader(good), &reads}, int64(len(good)), byTest, counted.register); err != nil {
		t.Fatal(err)
	}
	reads = -reads
	spots := []string{"registering", "registered", fmt.Sprint(reads), fmt.Sprint(reads - 1), fmt.Sprint(reads - 3), fmt.Sprint(reads / 2)}
	for i, spot := range spots {
		here := newPlace(t)
		if i%2 == 0 {
			here.keepLogs()
		}
		before := here.everything()
		if err := errors.Join(here.store.Close(), here.blobs.Close(), here.keys.Close()); err != nil {
			t.Fatal(err)
		}
		cmd := osexec.Command(os.Args[0], "-test.run=^TestImportKilled$", "-test.v")
		cmd.Env = append(os.Environ(), killAt+"="+strings.Join([]string{spot, path, here.dir, here.logDir}, "|"))
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState.ExitCode() != 9 {
			t.Fatalf("%s: the import was not killed: %v %s", spot, err, out)
		}
		here.reopen()
		if spot == "registered" {
			if err := backup.Sweep(t.Context(), here.installation()); err != nil {
				t.Fatal(err)
			}
			here.proven(a.ids[0], 2)
			if begun, err := here.store.Begun(); err != nil || len(begun) > 0 {
				t.Errorf("%v %v", begun, err)
			}
			continue
		}
		if n := here.tenants(); n != 0 {
			t.Errorf("%s: %d organisations are seen", spot, n)
		}
		if i%3 == 0 {
			if err := backup.Sweep(t.Context(), here.installation()); err != nil {
				t.Fatal(err)
			}
			if got := here.everything(); got != before {
				t.Errorf("%s: something was left:\n%s\nwas\n%s", spot, got, before)
			}
		}
		if _, err := here.imports(good, byTest); err != nil {
			t.Errorf("%s: the next try: %v", spot, err)
			continue
		}
		here.proven(a.ids[0], 2)
	}
}

func (p *place) tenants() (n int) {
	p.t.Helper()
	err := p.store.Control().Read(p.t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT count(*) FROM tenant").Scan(&n)
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return n
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
