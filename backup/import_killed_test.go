package backup_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"testing"

	"assay/backup"
	"assay/storage"
)

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
// and the import works then. ASSAY_KILL_EVERYWHERE=1 kills it at every read of the archive.
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
	spots := []string{"registering", "registered", fmt.Sprint(reads), fmt.Sprint(reads - 3)}
	if os.Getenv("ASSAY_KILL_EVERYWHERE") != "" {
		for n := range reads {
			spots = append(spots, fmt.Sprint(n+1))
		}
	}
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
