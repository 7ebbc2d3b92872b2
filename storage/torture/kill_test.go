package torture

import (
	"errors"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"assay/backup/ltxlog"
	"assay/storage"
	"assay/storage/keys"
)

// TestA1KillAndMove kills the writing process of an installation in sync mode, or lets it sleep, and moves the
// installation to an empty disk: everything acknowledged must come out of the log, and be the very bytes of every
// file. A writer that slept wakes up beside its heir. It must find out, and may take its files back only as the heir
// left them.
func TestA1KillAndMove(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		short int
		place func(t testing.TB) place
	}{
		{"file", 3, func(t testing.TB) place { return newPlace(t, ltxlog.Sync) }},
		{"S3", 2, func(t testing.TB) place { return onS3(t, newPlace(t, ltxlog.Sync)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := c.place(t)
			ring, err := keys.OpenDir(p.Keys, nil)
			ok(t, err)
			t.Cleanup(func() { ring.Close() })
			p.ring = ring // opening the folder tidies it, which a sleeping writer may not expect
			disks := fastDir(t)
			b := newBook()
			fenced, records := 0, uint64(0)
			many := rounds(c.short, 100)
			for round := range many {
				w := p.start(t, b)
				after := 1 + rand.IntN(120)
				w.until(func() bool { return w.acks >= after })
				old, sleeps := p, round%3 == 1
				if sleeps {
					ok(t, w.cmd.Process.Signal(syscall.SIGSTOP))
				} else {
					w.kill()
				}
				p.Data = filepath.Join(disks, strconv.Itoa(round))
				h := p.mustOpen(t)
				if !sleeps {
					b.holds(t, h)
				}
				for tenant := range b.acked {
					id, err := h.write(t.Context(), tenant, "on another disk")
					ok(t, err)
					b.note(tenant, id)
				}
				if sleeps {
					ok(t, w.cmd.Process.Signal(syscall.SIGCONT))
					w.until(func() bool { return w.refused > 0 })
					acks := w.acks
					w.until(func() bool { return w.acks >= acks+20 }) // it took them back, with what the heir wrote
					w.kill()
					fenced += w.refused
					for tenant := range b.acked { // the heir reads on what it has until a write tells it that this is history
						id, err := h.write(t.Context(), tenant, "again")
						for try := 0; errors.Is(err, storage.ErrUnavailable) && try < 1000; try++ {
							fenced++
							time.Sleep(time.Millisecond) // as a client waits before it tries again
							id, err = h.write(t.Context(), tenant, "and again")
						}
						ok(t, err)
						b.note(tenant, id)
					}
					b.holds(t, h)
				}
				for _, st := range h.logs.Status() {
					records = max(records, st.Seq)
				}
				ok(t, h.Close())
				b.equals(t, p)
				if w.failed > 0 {
					t.Errorf("round %d: %d writes failed, of late: %s", round, w.failed, w.why)
				}
				if round%4 == 3 {
					p = old // its files are behind the log by now
				}
			}
			t.Logf("%d rounds, %d acknowledged writes, 0 lost, %d writes of stale owners refused, %d records", many, b.writes(), fenced, records)
		})
	}
}
