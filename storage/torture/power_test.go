//go:build linux

package torture

import (
	"fmt"
	"math/rand/v2"
	"os"
	osexec "os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"assay/backup/ltxlog"
)

// disk is an ext4 file system of its own, whose power can be cut.
type disk struct {
	t          testing.TB
	image, dir string
}

func newDisk(t testing.TB, megabytes int64) *disk {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("needs disks of its own: run the tests as root to mount them")
	}
	for _, tool := range []string{"mkfs.ext4", "mount", "umount"} {
		if _, err := osexec.LookPath(tool); err != nil {
			t.Skipf("needs disks of its own, and there is no %s: %v", tool, err)
		}
	}
	d := &disk{t: t, image: filepath.Join(t.TempDir(), "disk.img"), dir: t.TempDir()}
	f, err := os.Create(d.image)
	ok(t, err)
	ok(t, f.Truncate(megabytes<<20))
	ok(t, f.Close())
	if out, err := osexec.Command("mkfs.ext4", "-q", "-F", d.image).CombinedOutput(); err != nil {
		t.Fatalf("mkfs.ext4: %v %s", err, out)
	}
	if out, err := osexec.Command("mount", "-o", "loop", d.image, d.dir).CombinedOutput(); err != nil {
		t.Skipf("needs disks of its own, and a loop device cannot be mounted here: %v %s", err, out)
	}
	t.Cleanup(func() { _ = syscall.Unmount(d.dir, syscall.MNT_DETACH) })
	return d
}

// cut lets the file system stop where it is: what is not on the disk does not get there, its journal included.
func (d *disk) cut() {
	d.t.Helper()
	const shutdown, noLogFlush = 0x8004587d, 2
	f, err := os.Open(d.dir)
	ok(d.t, err)
	defer f.Close()
	how := uint32(noLogFlush)
	if _, _, no := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), shutdown, uintptr(unsafe.Pointer(&how))); no != 0 {
		d.t.Fatalf("cut the power: %v", no)
	}
}

// again starts the disk after a cut. That it can be unmounted also shows that nobody holds a file of it.
func (d *disk) again() {
	d.t.Helper()
	var err error
	for range 100 { // the kernel may still be letting go of a killed process's files
		if err = syscall.Unmount(d.dir, 0); err == nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err != nil {
		d.t.Fatalf("unmount: %v", err)
	}
	if out, err := osexec.Command("mount", "-o", "loop", d.image, d.dir).CombinedOutput(); err != nil {
		d.t.Fatalf("mount: %v %s", err, out)
	}
}

// TestA2PowerCut cuts the power of the disk with the data, of the disk with the log, and of both, while a process
// writes. After each cut the same machine starts again on what its disks have: every write that was acknowledged
// must be there, none by half, and once it stopped in peace the log must lead to the very bytes of every file.
func TestA2PowerCut(t *testing.T) {
	t.Parallel()
	total, writes, late := 0, 0, 0
	for i, c := range []struct {
		what      string
		data, log bool
	}{{"data", true, false}, {"log", false, true}, {"both", true, true}} {
		for j, m := range modes {
			if !long && (i+j)%3 != 0 { // one mode for each
				continue
			}
			t.Run(fmt.Sprintf("%s/%s", c.what, m.name), func(t *testing.T) {
				data, log := newDisk(t, 256), newDisk(t, 1024)
				p := place{Data: data.dir, Keys: filepath.Join(data.dir, "keys"), Log: log.dir, Mode: m.Durability}
				b := newBook()
				for round := range rounds(1, 13) {
					p.Tenants, p.More = 2, 1+round%2 // some cuts come while a tenant is made
					w := p.start(t, b)
					after := w.acks + 1 + rand.IntN(80)
					w.until(func() bool { return w.acks >= after })
					if m.Durability == ltxlog.Sync && c.log || m.Durability != ltxlog.Sync && c.data {
						w.off = time.Now().UnixNano()
					}
					if c.data {
						data.cut()
					}
					if c.log {
						log.cut()
					}
					acks, bad := w.acks, w.refused+w.failed
					w.until(func() bool {
						if !c.data && m.Durability != ltxlog.Sync {
							return w.acks >= acks+40 // it writes on, on the disk that it has
						}
						return w.refused+w.failed > bad
					})
					w.kill()
					if c.data {
						data.again()
					}
					if c.log {
						log.again()
					}
					h := p.mustOpen(t)
					b.holds(t, h)
					for tenant := range b.acked {
						id, err := h.write(t.Context(), tenant, "after the cut")
						ok(t, err)
						b.note(tenant, id)
					}
					ok(t, h.Close())
					b.equals(t, p)
					total++
				}
				writes += b.writes()
				late += b.lostLate
			})
		}
	}
	t.Logf("%d cuts, %d acknowledged writes, 0 lost; %d more were answered when the power was off already, and are not there", total, writes, late)
}
