//go:build linux

package torture

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"assay/backup/ltxlog"
	"assay/backup/ltxlog/ltxlogtest"
	"assay/storage"
)

// costs are what a process uses.
type costs struct {
	files, goroutines int
	megabytes         int64 // resident
}

func costsNow(t testing.TB) (c costs) {
	t.Helper()
	runtime.GC()
	debug.FreeOSMemory()
	fds, err := os.ReadDir("/proc/self/fd")
	ok(t, err)
	c.files, c.goroutines = len(fds), runtime.NumGoroutine()
	statm, err := os.ReadFile("/proc/self/statm")
	ok(t, err)
	var all, resident int64
	_, err = fmt.Sscan(string(statm), &all, &resident)
	ok(t, err)
	c.megabytes = resident * int64(os.Getpagesize()) >> 20
	return c
}

// cpu is the processor time of this process.
func cpu(t testing.TB) time.Duration {
	var r syscall.Rusage
	ok(t, syscall.Getrusage(syscall.RUSAGE_SELF, &r))
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func (c costs) String() string {
	return fmt.Sprintf("%d MB resident, %d open files, %d goroutines", c.megabytes, c.files, c.goroutines)
}

// TestManyTenants makes thousands of organisations in one process that keeps some of them open. What is open has its
// price, what is closed has none; and what is idle asks nothing of its log.
func TestManyTenants(t *testing.T) {
	many, open := rounds(50, 5000), rounds(10, 256)
	dir := t.TempDir()
	log := &ltxlogtest.Faulty{}
	p := place{Data: filepath.Join(dir, "data"), Keys: filepath.Join(dir, "keys"), Log: filepath.Join(dir, "log"), Mode: ltxlog.Async, MaxOpen: open,
		over: func(l ltxlog.Log) ltxlog.Log { log.Log = l; return log }}
	h := p.mustOpen(t)
	before := costsNow(t)
	var ids []string
	var half costs
	var making, opening []time.Duration
	began := time.Now()
	for i := range many {
		id := h.NewID()
		at := time.Now()
		ok(t, h.CreateTenant(t.Context(), id))
		making = append(making, time.Since(at))
		_, err := h.write(t.Context(), id, "the first")
		ok(t, err)
		ids = append(ids, id)
		if i == many/2 {
			half = costsNow(t)
		}
	}
	took := time.Since(began)
	for id, st := range h.logs.Status() {
		for try := 0; st.Behind > 0; try++ {
			if try > 500 {
				t.Fatalf("%s does not come to rest: %+v", id, st)
			}
			time.Sleep(10 * time.Millisecond)
			st = h.logs.Status()[id]
		}
	}
	if n := h.OpenTenants(); n != open {
		t.Errorf("%d organisations are open, want %d", n, open)
	}
	idle := costsNow(t)
	asked, _ := log.Requests()
	watched := time.Duration(rounds(1, 10)) * time.Second
	used := cpu(t)
	time.Sleep(watched) // nothing must happen
	used = cpu(t) - used
	if now, _ := log.Requests(); now != asked {
		t.Errorf("%d requests while nothing happened", now-asked)
	}
	for range rounds(20, 500) {
		id := ids[rand.IntN(many-open)] // closed, but for those of this loop
		at := time.Now()
		db, done, err := h.Tenant(t.Context(), id)
		ok(t, err)
		var n int
		ok(t, db.Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
			return tx.QueryRow("SELECT count(*) FROM person").Scan(&n)
		}))
		opening = append(opening, time.Since(at))
		done()
		if n != 1 {
			t.Fatalf("%s has %d people", id, n)
		}
	}
	after := costsNow(t)
	t.Logf("%d organisations in %v: made in %s; opened cold in %s", many, took.Round(time.Millisecond), spread(making), spread(opening))
	t.Logf("at first: %v", before)
	t.Logf("%d open, half of all made: %v", open, half)
	t.Logf("%d open, all made: %v", open, idle)
	t.Logf("after %d cold opens: %v", len(opening), after)
	t.Logf("idle for %v: %.2f%% of a core; %d requests so far, %.1f an organisation", watched, 100*float64(used)/float64(watched), asked, float64(asked)/float64(many))
	const filesEach, goroutinesEach = 12, 6 // of an open organisation
	for what, c := range map[string]costs{"half-way": half, "in the end": idle, "after cold opens": after} {
		if c.files > before.files+filesEach*open || c.goroutines > before.goroutines+goroutinesEach*open {
			t.Errorf("%s: %v", what, c)
		}
	}
	if idle.files > half.files+filesEach || idle.goroutines > half.goroutines+goroutinesEach {
		t.Errorf("closed organisations cost something: %v, then %v", half, idle)
	}
	ok(t, h.Close())
	if left := costsNow(t); left.files > before.files || left.goroutines > before.goroutines {
		t.Errorf("after closing: %v", left)
	}
}

func spread(d []time.Duration) string {
	d = slices.Sorted(slices.Values(d))
	at := func(p float64) time.Duration { return d[int(p*float64(len(d)-1))].Round(100 * time.Microsecond) }
	return strings.Join([]string{fmt.Sprint("p50 ", at(0.5)), fmt.Sprint("p99 ", at(0.99)), fmt.Sprint("at most ", at(1))}, ", ")
}
