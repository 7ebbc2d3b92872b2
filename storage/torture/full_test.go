//go:build linux

package torture

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"assay/backup/ltxlog"
	"assay/storage"
	"assay/storage/keys"
)

// room is a disk in memory whose size can be changed.
type room struct {
	t   testing.TB
	dir string
}

func newRoom(t testing.TB, kb int) room {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("needs disks of its own: run the tests as root to mount them")
	}
	r := room{t, t.TempDir()}
	if err := syscall.Mount("tmpfs", r.dir, "tmpfs", 0, fmt.Sprintf("size=%dk,mode=700", kb)); err != nil {
		t.Skipf("needs disks of its own, which cannot be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(r.dir, syscall.MNT_DETACH) })
	return r
}

// size makes the disk so large.
func (r room) size(kb uint64) {
	r.t.Helper()
	ok(r.t, syscall.Mount("tmpfs", r.dir, "tmpfs", syscall.MS_REMOUNT, fmt.Sprintf("size=%dk,mode=700", kb)))
}

// leave makes the disk so large that so many kilobytes are free.
func (r room) leave(kb uint64) {
	r.t.Helper()
	for {
		var st syscall.Statfs_t
		ok(r.t, syscall.Statfs(r.dir, &st))
		used := (st.Blocks - st.Bfree) * uint64(st.Bsize) / 1024
		err := syscall.Mount("tmpfs", r.dir, "tmpfs", syscall.MS_REMOUNT, fmt.Sprintf("size=%dk,mode=700", used+kb))
		if !errors.Is(err, syscall.EINVAL) { // that much was written in between
			ok(r.t, err)
			return
		}
	}
}

// TestA5FullDisks fills the disk with the data, and the one with the log, again and again, each time with another rest
// of room. Whoever may not be told that a write is safe hears why, reads go on, and with room again everything goes on
// by itself: no restart, and the log catches up.
func TestA5FullDisks(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"data", "log"} {
		for _, m := range modes {
			t.Run(what+"/"+m.name, func(t *testing.T) {
				const plenty = 512 << 10
				data, log := newRoom(t, plenty), newRoom(t, plenty)
				p := place{Data: data.dir, Log: log.dir, Mode: m.Durability, ring: keys.NewMemory(nil)}
				small, want := data, storage.ErrFull
				if what == "log" {
					small, want = log, storage.ErrUnavailable
				}
				h := p.mustOpen(t)
				b := newBook()
				id := h.NewID()
				ok(t, h.CreateTenant(t.Context(), id))
				write := func() error {
					row, err := h.write(t.Context(), id, strings.Repeat("x", 3000))
					if err == nil {
						b.note(id, row)
					}
					return err
				}
				ok(t, write())
				refused := 0
				for round := range rounds(2, 30) {
					small.leave(uint64(round * 61 % 240))
					for tries := 0; ; tries++ {
						err := write()
						if err == nil && what == "log" && m.Durability != ltxlog.Sync && h.logs.Status()[id].Trouble != nil && tries > 50 {
							break // the disk counts: it writes on
						}
						if err != nil {
							if !errors.Is(err, want) {
								t.Fatalf("round %d: %v, want %v", round, err, want)
							}
							refused++
							break
						}
						if tries > 5000 {
							t.Fatalf("round %d: the disk does not fill up", round)
						}
					}
					if got := h.people(t, id); got < b.writes() {
						t.Fatalf("on a full disk %d people can be read, %d were acknowledged", got, b.writes())
					}
					small.size(plenty)
					again(t, "write with room again", write)
				}
				for try := 0; h.logs.Status()[id].Behind > 0; try++ {
					if try == 1000 {
						t.Fatalf("the log does not catch up: %+v", h.logs.Status()[id])
					}
					time.Sleep(10 * time.Millisecond)
				}
				b.holds(t, h)
				ok(t, h.Close())
				b.equals(t, p)
				p.Data = fastDir(t)
				b.holds(t, p.mustOpen(t))
				t.Logf("%d writes refused, %d acknowledged, 0 lost", refused, b.writes())
			})
		}
	}
}

// people is how many there are.
func (h *house) people(t testing.TB, tenant string) (n int) {
	t.Helper()
	db, done, err := h.Tenant(t.Context(), tenant)
	ok(t, err)
	defer done()
	ok(t, db.Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT count(*) FROM person").Scan(&n)
	}))
	return n
}

// TestA6NoRoomToOpen starts an installation on a disk that has room for a few pages, then for a few more, and so on:
// with its files there, which are ahead of their log, and on an empty disk, where they are to be restored. Wherever it
// runs out of room, it starts once there is some, and nothing is lost.
func TestA6NoRoomToOpen(t *testing.T) {
	t.Parallel()
	for _, m := range modes {
		for _, empty := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/empty=%v", m.name, empty), func(t *testing.T) {
				const plenty = 64 << 10
				disk, log := newRoom(t, plenty), newPlace(t, m.Durability)
				p := place{Data: disk.dir, Log: log.Log, Mode: m.Durability, ring: keys.NewMemory(nil)}
				h := p.mustOpen(t)
				b := newBook()
				id := h.NewID()
				ok(t, h.CreateTenant(t.Context(), id))
				write := func() {
					row, err := h.write(t.Context(), id, strings.Repeat("x", 3000))
					ok(t, err)
					b.note(id, row)
				}
				write()
				ok(t, h.Close())
				failed, step := 0, rounds(20, 3)
				if empty {
					step = rounds(300, 30)
				}
				for round := range rounds(5, 60) {
					if empty {
						disk = newRoom(t, plenty)
						p.Data = disk.dir
					}
					disk.leave(uint64(4 + round*step))
					if h, err := p.open(t.Context()); err != nil {
						failed++
						fullError(t, err)
					} else {
						if _, done, err := h.Tenant(t.Context(), id); err != nil {
							failed++
							fullError(t, err)
						} else {
							done()
						}
						if err := h.Close(); err != nil {
							fullError(t, err)
						}
					}
					disk.size(plenty)
					h = p.mustOpen(t)
					b.holds(t, h)
					write()
					ok(t, h.Close())
					b.equals(t, p)
				}
				if failed == 0 {
					t.Error("there was room enough in every round")
				}
				t.Logf("%d times there was no room, %d acknowledged writes, 0 lost", failed, b.writes())
			})
		}
	}
}

// fullError fails the test unless the error says that there is no room.
func fullError(t testing.TB, err error) {
	t.Helper()
	if !errors.Is(err, storage.ErrFull) && !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("without room: %v", err)
	}
}
