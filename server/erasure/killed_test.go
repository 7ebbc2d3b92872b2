package erasure_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"assay/backup"
	"assay/backup/ltxlog"
	"assay/server/account"
	"assay/server/erasure"
	"assay/server/mail"
	"assay/server/optest"
	"assay/storage"
	"assay/storage/blob"
	"assay/storage/keys"
)

// canary is in every name of the organisation that goes, and in no other.
const canary = "Zebrastone"

// place is an installation on a disk.
type place struct {
	testing.TB
	dir string
	in  backup.Installation
	*erasure.Eraser
	door  *account.Door
	close func() error
}

// open opens an installation; now is called whenever something is written.
func open(t testing.TB, dir string, now func() time.Time) *place {
	p := &place{TB: t, dir: dir}
	ring, err := keys.OpenDir(filepath.Join(dir, "keys"), nil)
	p.must(err)
	log := ltxlog.Sealed(ltxlog.FileLog{Dir: filepath.Join(dir, "log")}, ring.Key)
	logs, err := backup.NewLogs(backup.LogsConfig{Log: log, Dir: dir, Durability: ltxlog.Local, Rand: rand.Reader, Now: now})
	p.must(err)
	store, err := storage.Open(t.Context(), storage.Config{Dir: dir, Keys: ring, Now: now, Logs: logs, Past: logs})
	p.must(err)
	disk, err := blob.Disk(filepath.Join(dir, "objects"))
	p.must(err)
	p.in = backup.Installation{Store: store, Blobs: blob.New(disk, ring, nil), Keys: ring, Logs: logs}
	post := mail.NewPost(store, nil, false, nil)
	p.door, err = account.New(account.Config{Store: store, Post: post, Base: "http://127.0.0.1:1"})
	p.must(err)
	p.Eraser = erasure.New(erasure.Config{In: p.in, Door: p.door, Post: post, Base: "http://127.0.0.1:1", After: erasure.DefaultAfter})
	p.close = func() error { return errors.Join(store.Close(), p.in.Blobs.Close(), ring.Close()) }
	return p
}

func (p *place) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// found makes an organisation with an object, a state of the past that somebody looks at, and a file put aside.
func (p *place) found(name, slug string) string {
	ctx := p.Context()
	id, _, _, err := p.door.Found(ctx, storage.Actor{Kind: storage.Operator, ID: "test"}, account.Founding{Name: name, Slug: slug, Email: slug + "@" + slug + ".example", Admin: name})
	p.must(err)
	_, err = p.in.Blobs.Put(ctx, id, strings.NewReader(name+" has a file"), 1<<20)
	p.must(err)
	for _, f := range []string{filepath.Join("lost+found", id+"-7.db"), filepath.Join("branches", id, "one", "tenant.db")} {
		p.must(os.MkdirAll(filepath.Dir(filepath.Join(p.dir, f)), 0o700))
		p.must(os.WriteFile(filepath.Join(p.dir, f), []byte(name), 0o600))
	}
	return id
}

func (p *place) ask(tenant string) {
	call := storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "test"}, Action: "erasure.ask", Tenant: tenant, Owns: []string{"erasure", "mail"}}
	_, err := p.in.Store.Control().Write(p.Context(), call, func(tx *storage.WriteTx) error {
		_, err := p.Ask(tx, tenant, "", canary, canary+" is sold", erasure.DefaultAfter)
		return err
	})
	p.must(err)
}

// leaver is a person of an organisation that stays, who was asked to be erased. They bear the canary, too.
func (p *place) leaver(tenant string) {
	ctx := p.Context()
	db, done, err := p.in.Store.Tenant(ctx, tenant)
	p.must(err)
	defer done()
	by := storage.Actor{Kind: storage.System, ID: "test"}
	for i, name := range []string{"Vera " + canary, "Vera X. " + canary} { // the first is in no row any more
		_, err = db.Write(ctx, storage.Call{Actor: by, Action: "test", Owns: []string{"person"}}, func(tx *storage.WriteTx) error {
			return tx.Exec("INSERT INTO person (id, name, email, created_at, updated_at) VALUES ('vera', ?, ?, '', '') ON CONFLICT (id) DO UPDATE SET name = excluded.name", name, fmt.Sprint("vera", i, "@", canary, ".example"))
		})
		p.must(err)
	}
	_, err = p.in.Store.Control().Write(ctx, storage.Call{Actor: by, Action: "test", Tenant: tenant, Owns: []string{"person_erasure"}}, func(tx *storage.WriteTx) error {
		return tx.Exec("INSERT INTO person_erasure (id, tenant, person, asked_at, asked_by) VALUES ('erasure-of-vera', ?, 'vera', ?, 'admin')", tenant, tx.Stamp())
	})
	p.must(err)
}

// naming lists the files below a folder that have a text in them, whatever its case.
func naming(t testing.TB, dir, text string) (out []string) {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(bytes.ToLower(b), []byte(strings.ToLower(text))) || strings.Contains(path, text) {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const killAt = "ASSAY_TEST_KILL_ERASURE"

// TestErasureKilled ends the process at every write of the erasure of an organisation and of a person in another. Whatever was
// reached, the next start ends it, and the organisation beside it is as it was. The usual run takes every seventh write,
// ASSAY_KILL_EVERYWHERE=1 each.
func TestErasureKilled(t *testing.T) {
	late := func() time.Time { return optest.Start.Add(erasure.DefaultAfter + time.Hour) }
	if spec := os.Getenv(killAt); spec != "" {
		var dir string
		n, armed := 0, false
		fmt.Sscanf(spec, "%d %s", &n, &dir)
		p := open(t, dir, func() time.Time {
			if armed {
				if n--; n == 0 {
					os.Exit(9)
				}
			}
			return late()
		})
		armed = true
		p.must(p.Due(context.Background()))
		os.Exit(3) // it came to its end
	}
	made := filepath.Join(t.TempDir(), "made")
	p := open(t, made, func() time.Time { return optest.Start })
	goes, stays := p.found(canary+" Quarry", "quarry"), p.found("Harbor", "harbor")
	p.ask(goes)
	p.leaver(stays)
	db, done, err := p.in.Store.Tenant(t.Context(), goes)
	p.must(err)
	rep, err := db.Verify(t.Context())
	p.must(err)
	done()
	if !rep.OK() {
		t.Fatalf("%+v", rep)
	}
	p.must(p.close())
	if len(naming(t, made, canary)) < 4 {
		t.Fatalf("only %v name it before", naming(t, made, canary))
	}
	kills, next := 0, 7
	if os.Getenv("ASSAY_KILL_EVERYWHERE") != "" {
		next = 1
	}
	for n := 1; ; n += next {
		dir := filepath.Join(t.TempDir(), "killed")
		p.must(os.CopyFS(dir, os.DirFS(made)))
		p.must(os.Chmod(filepath.Join(dir, "keys"), 0o700))
		p.must(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if d.IsDir() {
				return errors.Join(err, os.Chmod(path, 0o700))
			}
			return errors.Join(err, os.Chmod(path, 0o600))
		}))
		cmd := osexec.Command(os.Args[0], "-test.run=^TestErasureKilled$")
		cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d %s", killAt, n, dir))
		out, err := cmd.CombinedOutput()
		code := cmd.ProcessState.ExitCode()
		if code != 9 && code != 3 {
			t.Fatalf("kill %d: %v %s", n, err, out)
		}
		erased(t, dir, goes, stays, late)
		if code == 3 {
			break
		}
		kills++
	}
	if kills < 8 {
		t.Errorf("it was killed only %d times", kills)
	}
	t.Logf("killed %d times, ended %d times", kills, kills+1)
}

// erased starts an installation again, ends what it finds begun, and looks for what is left.
func erased(t *testing.T, dir, goes, stays string, now func() time.Time) {
	t.Helper()
	p := open(t, dir, now)
	p.must(p.Due(t.Context()))
	p.must(p.Due(t.Context())) // there is nothing more to do
	if _, _, err := p.in.Store.Tenant(t.Context(), goes); !errors.Is(err, storage.ErrNoTenant) && !errors.Is(err, keys.ErrShredded) {
		t.Errorf("it opens: %v", err)
	}
	if _, err := p.in.Keys.Key(t.Context(), goes); !errors.Is(err, keys.ErrShredded) {
		t.Errorf("its key: %v", err)
	}
	db, done, err := p.in.Store.Tenant(t.Context(), stays)
	p.must(err)
	for _, d := range []*storage.DB{db, p.in.Store.Control()} {
		rep, err := d.Verify(t.Context())
		p.must(err)
		if !rep.OK() {
			t.Errorf("%s: %+v", d.ID(), rep.Problems)
		}
	}
	p.must(db.Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		var name string
		err := tx.QueryRow("SELECT name || email FROM person WHERE id = 'vera'").Scan(&name)
		if name != storage.Pseudonym("vera") {
			t.Errorf("the person is called %s", name)
		}
		return err
	}))
	done()
	var left string
	p.must(p.in.Store.Control().Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT (SELECT group_concat(slug) FROM tenant) || ' ' || (SELECT step FROM erasure) || ' ' || (SELECT count(*) FROM account)").Scan(&left)
	}))
	if left != "harbor done 1" {
		t.Errorf("left: %s", left)
	}
	for n, where := range map[string][]string{"canary": naming(t, dir, canary), "id": naming(t, filepath.Join(dir, "objects"), goes), "log": naming(t, filepath.Join(dir, "log"), goes)} {
		if len(where) > 0 { // while the program runs: not in a write-ahead log either
			t.Errorf("its %s is in %v", n, where)
		}
	}
	for _, f := range []string{"tenants/" + goes + ".db", "tenants/" + goes + ".going", "branches/" + goes, "lost+found/" + goes + "-7.db"} {
		if _, err := os.Stat(filepath.Join(dir, f)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is there: %v", f, err)
		}
	}
	if len(naming(t, filepath.Join(dir, "objects"), stays)) != 1 {
		t.Error("the other organisation lost its file")
	}
	p.must(p.close())
}
