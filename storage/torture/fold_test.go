package torture

import (
	osexec "os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestForeignFold lets another program, the sqlite3 shell, fold the write-ahead log of a file in use while writes go
// on: nothing is lost, and the log goes on and leads to the very bytes of the file.
func TestForeignFold(t *testing.T) {
	t.Parallel()
	shell, err := osexec.LookPath("sqlite3")
	if err != nil {
		t.Skip("no sqlite3 shell to fold with: run `apt-get install sqlite3`")
	}
	for _, m := range modes {
		t.Run(m.name, func(t *testing.T) {
			p := newPlace(t, m.Durability)
			h := p.mustOpen(t)
			b := newBook()
			id := h.NewID()
			ok(t, h.CreateTenant(t.Context(), id))
			var stop atomic.Bool
			ended := make(chan error, 2)
			for range 2 {
				go func() {
					for !stop.Load() {
						row, err := h.write(t.Context(), id, strings.Repeat("x", 700))
						if err != nil {
							ended <- err
							return
						}
						b.note(id, row)
					}
					ended <- nil
				}()
			}
			folds, whole := 0, 0
			file := filepath.Join(p.Data, "tenants", id+".db")
			began := time.Now()
			// A fold is noticed when what came after it is shipped, which may be later than the last of a few.
			for (folds < rounds(3, 100) || h.logs.Status()[id].Foreign == 0) && time.Since(began) < time.Minute {
				have := b.writes()
				for b.writes() < have+10 { // so that there is something to fold
					time.Sleep(time.Millisecond)
				}
				how := []string{"TRUNCATE", "RESTART", "PASSIVE"}[folds%3]
				out, err := osexec.Command(shell, "-cmd", ".timeout 200", file, "PRAGMA wal_checkpoint("+how+")").CombinedOutput()
				if err != nil {
					t.Fatalf("%v %s", err, out)
				}
				folds++
				if strings.HasPrefix(string(out), "0|") {
					whole++
				}
			}
			stop.Store(true)
			ok(t, <-ended)
			ok(t, <-ended)
			st := h.logs.Status()[id]
			b.holds(t, h)
			ok(t, h.Close())
			b.equals(t, p)
			p.Data = fastDir(t)
			b.holds(t, p.mustOpen(t))
			if whole == 0 || st.Foreign == 0 {
				t.Errorf("%d folds of another program, of which %d went through, and %d were noticed", folds, whole, st.Foreign)
			}
			t.Logf("%d foreign folds, %d of them whole, %d noticed; %d acknowledged writes, 0 lost", folds, whole, st.Foreign, b.writes())
		})
	}
}
