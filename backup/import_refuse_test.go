package backup_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash/crc32"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"assay/backup"
	"assay/storage/keys"
)

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
