//go:build linux

package storage_test

import (
	"errors"
	"fmt"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"assay/storage"
	"assay/storage/keys"
)

// onSmallDisk is a store whose directory is a disk of its own with the given room.
func onSmallDisk(t *testing.T, megabytes int) *fixture {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("needs a disk of its own: run the tests as root to mount one")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dm,mode=700", megabytes)); err != nil {
		t.Skipf("needs a disk of its own, which cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	f := &fixture{t: t, dir: dir, keys: keys.NewMemory(nil), now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	f.reopen()
	f.id = f.NewID()
	if err := f.CreateTenant(t.Context(), f.id); err != nil {
		t.Fatal(err)
	}
	return f
}

// fillUp leaves the given number of pages of 4 KB on the disk.
func fillUp(t *testing.T, dir string, pages int) {
	t.Helper()
	filler := filepath.Join(dir, "filler")
	if err := os.Remove(filler); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	f, err := os.Create(filler)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	page := make([]byte, 4096)
	var size int64
	for {
		n, err := f.Write(page)
		size += int64(n)
		if errors.Is(err, syscall.ENOSPC) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Truncate(max(0, size-int64(pages)*4096)); err != nil {
		t.Fatal(err)
	}
}

func makeRoom(t *testing.T, dir string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, "filler")); err != nil {
		t.Fatal(err)
	}
}

// whole checks that the tenant holds exactly the acknowledged people, each with its record.
func (f *fixture) whole(acked map[string]bool) {
	f.t.Helper()
	rep, err := f.tenant().Verify(f.t.Context())
	if err != nil || !rep.OK() {
		f.t.Fatalf("verify: %v %+v", err, rep.Problems)
	}
	for id := range acked {
		if f.count("SELECT count(*) FROM person WHERE id = ?", id) != 1 {
			f.t.Fatalf("%s was acknowledged and is not there", id)
		}
	}
	if n := f.count("SELECT count(*) FROM person"); n != len(acked) {
		f.t.Fatalf("%d people, %d acknowledged", n, len(acked))
	}
	if n := f.count("SELECT count(*) FROM audit"); n != len(acked) {
		f.t.Fatalf("%d records, %d acknowledged", n, len(acked))
	}
}

// TestA5DiskFull fills the disk again and again so that every step of a write is the one that finds no
// room: each refused write is ErrFull and leaves nothing, reads go on, nothing acknowledged is lost, and
// writing goes on by itself when there is room.
func TestA5DiskFull(t *testing.T) {
	f := onSmallDisk(t, 12)
	acked := map[string]bool{}
	big := strings.Repeat("x", 3000)
	n := 0
	add := func() error {
		n++
		id := fmt.Sprint("p", n)
		_, err := f.tenant().Write(t.Context(), people, exec(newPerson, id, big))
		if err == nil {
			acked[id] = true
		}
		return err
	}
	if err := add(); err != nil {
		t.Fatal(err)
	}
	other := f.NewID() // closed all the time
	if err := f.CreateTenant(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	refused := 0
	for pages := range 40 {
		fillUp(t, f.dir, pages)
		for tries := 0; ; tries++ {
			err := add()
			if err == nil && tries < 200 {
				continue
			}
			if !errors.Is(err, storage.ErrFull) {
				t.Fatalf("%d pages left: %v, want ErrFull", pages, err)
			}
			refused++
			break
		}
		if got := f.count("SELECT count(*) FROM person"); got != len(acked) {
			t.Fatalf("on a full disk %d people can be read, %d were acknowledged", got, len(acked))
		}
		if err := f.Alive(t.Context()); pages == 0 && !errors.Is(err, storage.ErrFull) {
			t.Logf("alive on a full disk: %v", err) // it may still fit into what its log has
		}
		if err := f.CreateTenant(t.Context(), f.NewID()); pages < 5 && err == nil {
			t.Error("a tenant was made on a full disk")
		} else if err != nil && !errors.Is(err, storage.ErrFull) && !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%d pages left: make a tenant: %v", pages, err)
		}
		if pages%4 == 0 {
			if err := f.Close(); err != nil && !errors.Is(err, storage.ErrFull) {
				t.Errorf("close: %v", err)
			}
			f.Store = nil
			if s, err := storage.Open(t.Context(), storage.Config{Dir: f.dir, Keys: f.keys, Now: f.clock}); err != nil {
				if !errors.Is(err, storage.ErrFull) {
					t.Errorf("%d pages left: open the store: %v", pages, err)
				}
			} else {
				if _, done, err := s.Tenant(t.Context(), other); err == nil {
					done()
				} else if !errors.Is(err, storage.ErrFull) {
					t.Errorf("%d pages left: open a tenant: %v", pages, err)
				}
				s.Close()
			}
		}
		makeRoom(t, f.dir)
		if pages%4 == 0 {
			f.reopen()
		}
		if err := add(); err != nil {
			t.Fatalf("with room again: %v", err)
		}
		if pages%8 == 0 {
			f.whole(acked)
		}
	}
	f.whole(acked)
	t.Logf("%d refused, %d acknowledged", refused, len(acked))

	// Ending on a full disk loses nothing either; the next start repairs what could not be tidied.
	fillUp(t, f.dir, 0)
	if err := f.Close(); err != nil && !errors.Is(err, storage.ErrFull) {
		t.Errorf("close on a full disk: %v", err)
	}
	f.Store = nil
	makeRoom(t, f.dir)
	f.reopen()
	f.whole(acked)
	if err := add(); err != nil {
		t.Fatal(err)
	}
	// What a refused creation left is not in the way, and no tenant.
	left, err := filepath.Glob(filepath.Join(f.dir, "tenants", "*.db"))
	if err != nil || len(left) == 0 {
		t.Fatal(left, err)
	}
	for _, name := range left {
		id := strings.TrimSuffix(filepath.Base(name), ".db")
		_, done, err := f.Tenant(t.Context(), id)
		if err != nil {
			t.Errorf("half a tenant was left: %v", err)
			continue
		}
		done()
	}
}

// TestEmptyMachine works in a root directory that holds nothing but the data, as somebody who may write
// nothing else: an empty container. SQLite looks for a folder for temporary files there and finds none, and
// outside one they would lie in the clear beside an encrypted volume.
func TestEmptyMachine(t *testing.T) {
	if os.Getenv("ASSAY_EMPTY_MACHINE") != "" {
		onEmptyMachine(t)
		return
	}
	if os.Getuid() != 0 {
		t.Skip("needs chroot: run the tests as root")
	}
	const nobody = 65532
	root := t.TempDir()
	if err := errors.Join(os.Chmod(root, 0o755), os.Mkdir(filepath.Join(root, "data"), 0o700), os.Chown(filepath.Join(root, "data"), nobody, nobody)); err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "test"), program, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := osexec.Command("/test", "-test.run", "^TestEmptyMachine$", "-test.v")
	cmd.Dir = "/"
	cmd.Env = []string{"ASSAY_EMPTY_MACHINE=/data"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("this test binary needs the C library's loader, which an empty machine lacks: run with CGO_ENABLED=0")
	}
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// onEmptyMachine is the other process. It does what needs room for temporary data: sorts more than a cache
// holds, changes many rows in one statement that might fail at the last, copies the file.
func onEmptyMachine(t *testing.T) {
	f := &fixture{t: t, dir: "/data", keys: keys.NewMemory(nil), now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	f.reopen()
	f.id = f.NewID()
	if err := f.CreateTenant(t.Context(), f.id); err != nil {
		t.Fatal(err)
	}
	f.write(people, func(tx *storage.WriteTx) error {
		for i := range 20_000 {
			if err := tx.Exec("INSERT INTO scope (id, name, created_at) VALUES (?, ?, '')", fmt.Sprint("s", i), strings.Repeat(fmt.Sprint(i*7919%20_000), 50)); err != nil {
				return err
			}
		}
		return nil
	})
	f.write(people, exec("UPDATE scope SET id = id || 'x', name = name || 'y'"))
	f.write(people, exec("UPDATE scope SET name = (SELECT s.name FROM scope s ORDER BY s.name || s.id DESC LIMIT 1 OFFSET 19000)"))
	if n := f.count("SELECT count(*) FROM (SELECT DISTINCT name || id FROM scope ORDER BY 1 DESC)"); n != 20_000 {
		t.Errorf("%d rows", n)
	}
	if err := f.tenant().CopyTo(t.Context(), "/data/copy.db"); err != nil {
		t.Error(err)
	}
	if err := f.tenant().CheckFile(t.Context()); err != nil {
		t.Error(err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}

// TestA6ReadOnlyDisk: a disk that has become read-only is an error that says so, and nothing worse; with the
// disk put right all is there.
func TestA6ReadOnlyDisk(t *testing.T) {
	f := onSmallDisk(t, 8)
	acked := map[string]bool{"p1": true}
	f.write(people, exec(newPerson, "p1", "Ada"))
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	remount := func(flags uintptr) {
		t.Helper()
		if err := syscall.Mount("tmpfs", f.dir, "tmpfs", syscall.MS_REMOUNT|flags, ""); err != nil {
			t.Fatal(err)
		}
	}
	remount(syscall.MS_RDONLY)
	s, err := storage.Open(t.Context(), storage.Config{Dir: f.dir, Keys: f.keys})
	if err == nil {
		s.Close()
		t.Fatal("a store opened on a read-only disk")
	}
	if !strings.Contains(err.Error(), "read-only file system") {
		t.Errorf("it says %v", err)
	}
	remount(0)
	f.Store = nil
	f.reopen()
	f.whole(acked)
}
