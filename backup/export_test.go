package backup_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	osexec "os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	_ "modernc.org/sqlite"

	"assay/backup"
	"assay/backup/ltxlog"
	"assay/storage"
	"assay/storage/blob"
	"assay/storage/keys"
)

// place is an installation of two tenants with a file each.
type place struct {
	t     *testing.T
	store *storage.Store
	blobs *blob.Store
	keys  *keys.Ring
	logs  *backup.Logs
	dir   string
	temp  string
	ids   [2]string

	logDir string // where changes are kept a second time; empty for nowhere
}

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{t: t, dir: t.TempDir(), temp: t.TempDir()}
	p.reopen()
	for i := range p.ids {
		p.ids[i] = p.store.NewID()
		if err := p.store.CreateTenant(t.Context(), p.ids[i]); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// reopen opens the data directory, as a start does.
func (p *place) reopen() {
	t := p.t
	t.Helper()
	if p.store != nil {
		if err := errors.Join(p.store.Close(), p.blobs.Close(), p.keys.Close()); err != nil && !errors.Is(err, os.ErrClosed) {
			t.Fatal(err)
		}
	}
	var err error
	if p.keys, err = keys.OpenDir(filepath.Join(p.dir, "keys"), nil); err != nil {
		t.Fatal(err)
	}
	c := storage.Config{Dir: p.dir, Keys: p.keys}
	if p.logDir != "" {
		p.logs, err = backup.NewLogs(backup.LogsConfig{Log: ltxlog.Sealed(ltxlog.FileLog{Dir: p.logDir}, p.keys.Key), Dir: p.dir, Durability: ltxlog.Async, Rand: rand.Reader})
		if err != nil {
			t.Fatal(err)
		}
		c.Logs = p.logs
	}
	if p.store, err = storage.Open(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	disk, err := blob.Disk(filepath.Join(p.dir, "objects"))
	if err != nil {
		t.Fatal(err)
	}
	p.blobs = blob.New(disk, p.keys, nil)
	store, blobs, ring := p.store, p.blobs, p.keys
	t.Cleanup(func() {
		if err := errors.Join(store.Close(), blobs.Close(), ring.Close()); err != nil && !errors.Is(err, os.ErrClosed) {
			t.Error(err)
		}
	})
}

// keepLogs has every change kept a second time from now on.
func (p *place) keepLogs() {
	p.logDir = p.t.TempDir()
	p.reopen()
}

// put keeps a file for a tenant, with the rows that speak of it.
func (p *place) put(tenant int, name, content string) blob.Object {
	p.t.Helper()
	o, err := p.blobs.Put(p.t.Context(), p.ids[tenant], strings.NewReader(content), 1<<20)
	if err != nil {
		p.t.Fatal(err)
	}
	db, done, err := p.store.Tenant(p.t.Context(), p.ids[tenant])
	if err != nil {
		p.t.Fatal(err)
	}
	defer done()
	call := storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "test"}, Action: "test.put", Owns: []string{"scope", "evidence", "file"}}
	_, err = db.Write(p.t.Context(), call, func(tx *storage.WriteTx) error {
		id := tx.NewID()
		if err := tx.Exec("INSERT OR IGNORE INTO scope (id, name, created_at) VALUES ('organisation', 'Organisation', ?)", tx.Stamp()); err != nil {
			return err
		}
		if err := tx.Exec("INSERT INTO evidence (id, name, created_at, updated_at) VALUES (?, ?, ?3, ?3)", id, "For "+name, tx.Stamp()); err != nil {
			return err
		}
		return tx.Exec("INSERT INTO file (id, evidence, number, name, type, object, size, sha256, collected_on, uploaded_at) VALUES (?, ?, 1, ?, 'text/plain', ?, ?, ?, ?, ?)",
			tx.NewID(), id, name, o.Name, o.Size, o.SHA256, tx.Today(), tx.Stamp())
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return o
}

func (p *place) export(tenant int) (backup.Manifest, []byte, error) {
	p.t.Helper()
	var b bytes.Buffer
	m, err := backup.Export(p.t.Context(), p.store, p.blobs, p.keys, backup.Tenant{ID: p.ids[tenant], Slug: "acme", Name: "Acme", Temp: p.temp}, "test", &b)
	return m, b.Bytes(), err
}

// archive is what an outsider makes of an export: nothing of this program is used to read it.
type archive struct {
	files    map[string][]byte
	manifest struct {
		Format, Tenant, Slug, Name, Checkpoint, Verifier string
		Records                                          int64
		Entries                                          []struct {
			Path, SHA256, Name string
			Size               int64
		}
		Missing []struct{ Name, Object, Why string }
	}
}

func readArchive(t *testing.T, b []byte) archive {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	a := archive{files: map[string][]byte{}}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if a.files[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
	}
	if err := json.Unmarshal(a.files["manifest.json"], &a.manifest); err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, e := range a.manifest.Entries {
		sum := sha256.Sum256(a.files[e.Path])
		if hex.EncodeToString(sum[:]) != e.SHA256 || int64(len(a.files[e.Path])) != e.Size {
			t.Errorf("%s is not what the manifest says", e.Path)
		}
		listed = append(listed, e.Path)
	}
	if len(listed)+1 != len(a.files) {
		t.Errorf("the manifest lists %v, there are %d files", listed, len(a.files))
	}
	return a
}

// database is tenant.db of an archive, opened with plain SQLite.
func (a archive) database(t *testing.T) *sql.DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tenant.db")
	if err := os.WriteFile(path, a.files["tenant.db"], 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro&immutable=1")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if shell, err := osexec.LookPath("sqlite3"); err == nil {
		out, err := osexec.Command(shell, "-readonly", path, "PRAGMA integrity_check; PRAGMA foreign_key_check; SELECT count(*) > 0 FROM audit; SELECT value FROM meta WHERE key = 'id'").CombinedOutput()
		if want := "ok\n1\n" + a.manifest.Tenant + "\n"; err != nil || string(out) != want {
			t.Errorf("the sqlite3 program says %v %q, want %q", err, out, want)
		}
	}
	return db
}

func TestArchiveExplainsItself(t *testing.T) {
	p := newPlace(t)
	p.put(0, "policy.pdf", "our policy")
	p.put(0, "log.txt", strings.Repeat("line\n", 50_000))
	p.put(1, "theirs.txt", "a secret of the other")
	m, b, err := p.export(0)
	if err != nil {
		t.Fatal(err)
	}
	a := readArchive(t, b)
	got := a.manifest
	if got.Format != "assay-tenant/1" || got.Tenant != p.ids[0] || got.Slug != "acme" || len(got.Missing) != 0 || len(got.Entries) != 4 || m.Records != got.Records {
		t.Errorf("%+v", got)
	}
	for _, want := range []struct{ name, content string }{{"policy.pdf", "our policy"}, {"log.txt", strings.Repeat("line\n", 50_000)}} {
		i := slices.IndexFunc(got.Entries, func(e struct {
			Path, SHA256, Name string
			Size               int64
		}) bool {
			return e.Name == want.name
		})
		if i < 0 || string(a.files[got.Entries[i].Path]) != want.content || !strings.HasPrefix(got.Entries[i].Path, "objects/") {
			t.Errorf("%s is not in the archive", want.name)
		}
	}

	// The log's records give the root that the checkpoint signs, by the public algorithm alone.
	db := a.database(t)
	v, err := note.NewVerifier(got.Verifier)
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open([]byte(got.Checkpoint), note.VerifierList(v))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := db.Query("SELECT record FROM audit ORDER BY seq")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var hashes []tlog.Hash
	reader := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(at))
		for i, n := range at {
			out[i] = hashes[n]
		}
		return out, nil
	})
	var size int64
	for rows.Next() {
		var record []byte
		if err := rows.Scan(&record); err != nil {
			t.Fatal(err)
		}
		more, err := tlog.StoredHashes(size, record, reader)
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, more...)
		size++
	}
	root, err := tlog.TreeHash(size, reader)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(n.Text, "\n")
	if lines[0] != "assay/"+p.ids[0] || lines[1] != "3" || size != got.Records || lines[2] != root.String() {
		t.Errorf("the checkpoint says %q; there are %d records with the root %s", n.Text, size, root)
	}

	// Nothing of the other tenant is in it.
	for name, content := range a.files {
		if bytes.Contains(content, []byte("a secret of the other")) || bytes.Contains(content, []byte(p.ids[1])) || bytes.Contains(content, []byte("theirs.txt")) {
			t.Errorf("%s holds something of the other tenant", name)
		}
	}
	_, b2, err := p.export(1)
	if err != nil {
		t.Fatal(err)
	}
	if other := readArchive(t, b2); other.manifest.Tenant != p.ids[1] || bytes.Contains(other.files["tenant.db"], []byte("policy.pdf")) {
		t.Errorf("%+v", other.manifest)
	}
}

// An object that is gone or damaged is named, everything else is there, and the export says that it failed.
func TestMissingAndDamagedObjectsAreNamed(t *testing.T) {
	p := newPlace(t)
	p.put(0, "good.txt", "good")
	gone, bad := p.put(0, "gone.txt", "gone"), p.put(0, "bad.txt", "this one will be damaged")
	if err := p.blobs.Delete(t.Context(), p.ids[0], gone.Name); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(p.dir, "objects", "t", p.ids[0], "o", bad.Name)
	sealed, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sealed[len(sealed)/2] ^= 4
	if err := os.WriteFile(path, sealed, 0o600); err != nil {
		t.Fatal(err)
	}
	m, b, err := p.export(0)
	if err == nil || !strings.Contains(err.Error(), "2 objects could not be read whole") || len(m.Missing) != 2 {
		t.Fatalf("%v %+v", err, m.Missing)
	}
	a := readArchive(t, b)
	why := map[string]string{}
	for _, x := range a.manifest.Missing {
		why[x.Name] = x.Why
	}
	if why["gone.txt"] != "it is not in the object store" || why["bad.txt"] != "its content does not match its SHA-256" || len(a.manifest.Entries) != 3 {
		t.Errorf("%v %+v", why, a.manifest.Entries)
	}

	db, done, err := p.store.Tenant(t.Context(), p.ids[0])
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	problems, read, err := backup.Check(t.Context(), db, p.blobs)
	if err != nil || read != 3 || len(problems) != 2 || !strings.Contains(strings.Join(problems, "\n"), `The file "gone.txt" of "For gone.txt" (object `+gone.Name+`): it is not in the object store.`) {
		t.Errorf("%d %q %v", read, problems, err)
	}
}

// What cannot be written is an error, and so is a tenant that is not there; a cancelled export ends.
func TestExportFails(t *testing.T) {
	p := newPlace(t)
	p.put(0, "a.txt", "a")
	if _, err := backup.Export(t.Context(), p.store, p.blobs, p.keys, backup.Tenant{ID: p.store.NewID()}, "test", io.Discard); !errors.Is(err, storage.ErrNoTenant) && !errors.Is(err, keys.ErrNoKey) {
		t.Errorf("no such tenant: %v", err)
	}
	if _, err := backup.Export(t.Context(), p.store, p.blobs, p.keys, backup.Tenant{ID: p.ids[0], Temp: p.temp}, "test", nowhere{}); !errors.Is(err, errFull) {
		t.Errorf("nowhere to write: %v", err)
	}
	if left, err := os.ReadDir(p.temp); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	ctx, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	if _, err := backup.Export(ctx, p.store, p.blobs, p.keys, backup.Tenant{ID: p.ids[0]}, "test", io.Discard); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("cancelled: %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	m, err := backup.Export(ctx, p.store, p.blobs, p.keys, backup.Tenant{ID: p.ids[0]}, "test", stopping{stop})
	if !errors.Is(err, context.Canceled) || len(m.Missing) > 0 {
		t.Errorf("stopped in between: %v, missing %v", err, m.Missing)
	}
}

// stopping takes what is written, and calls it off.
type stopping struct{ stop func() }

func (s stopping) Write(b []byte) (int, error) {
	s.stop()
	return len(b), nil
}

var errFull = errors.New("full")

type nowhere struct{}

func (nowhere) Write([]byte) (int, error) { return 0, errFull }
