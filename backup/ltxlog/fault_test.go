package ltxlog_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"assay/backup/ltxlog"
	"assay/backup/ltxlog/ltxlogtest"
)

// In these tests time is synctest's: it passes when everybody waits, and a minute takes nothing.

// bubble is one tenant on a log that fails as it is told to.
func bubble(t *testing.T, cfg ltxlog.Config, fn func(t *testing.T, l *ltxlogtest.Faulty, o *owner)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		l := &ltxlogtest.Faulty{Log: &ltxlogtest.Memory{}}
		o, err := newOwner(t.Context(), l, filepath.Join(dir, "a.db"), cfg)
		ok(t, err)
		fn(t, l, o)
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = o.close(ctx)
	})
}

// TestFaults: whatever one append meets, the commit is acknowledged once it is in the log, and is there once.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name   string
		faults []ltxlogtest.Fault
		atMost time.Duration
	}{
		{"lost answer", []ltxlogtest.Fault{ltxlogtest.Lost}, time.Second},
		{"lost answers", []ltxlogtest.Fault{ltxlogtest.Lost, ltxlogtest.Lost, ltxlogtest.Lost}, time.Second},
		{"409", []ltxlogtest.Fault{ltxlogtest.Conflict, ltxlogtest.Conflict}, time.Second},
		{"409, then a lost answer", []ltxlogtest.Fault{ltxlogtest.Conflict, ltxlogtest.Lost}, time.Second},
		{"stall", []ltxlogtest.Fault{ltxlogtest.Stall}, 4 * time.Second},
		{"stored, but no answer", []ltxlogtest.Fault{ltxlogtest.LateLost}, 4 * time.Second},
	} {
		for _, seal := range []string{"plain", "sealed"} {
			t.Run(c.name+" "+seal, func(t *testing.T) {
				bubble(t, ltxlog.Config{Attempt: 3 * time.Second}, func(t *testing.T, f *ltxlogtest.Faulty, o *owner) {
					var l ltxlog.Log = f
					if seal == "sealed" {
						l = ltxlog.Sealed(f, keyOf)
						ok(t, l.Destroy(t.Context(), tenant))
						sealed, err := newOwner(t.Context(), l, o.path+"2", ltxlog.Config{Attempt: 3 * time.Second})
						ok(t, err)
						defer sealed.close(t.Context())
						o = sealed
					}
					f.Next(c.faults...)
					before, began := o.ship.Status(), time.Now()
					ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('a', 'x')")))
					if d := time.Since(began); d > c.atMost {
						t.Errorf("it took %v", d)
					}
					if f.Left() != 0 {
						t.Errorf("%d faults did not happen", f.Left())
					}
					if after := o.ship.Status(); after.Seq != before.Seq+1 || after.Trouble != nil {
						t.Errorf("from %+v to %+v", before, after)
					}
					ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('b', 'x')")))
					sameAsLog(t, l, o)
				})
			})
		}
	}
}

// TestTaken: a slot that somebody else took ends it for ever, and nothing is acknowledged after.
func TestTaken(t *testing.T) {
	heard := 0
	bubble(t, ltxlog.Config{OnFenced: func() { heard++ }}, func(t *testing.T, l *ltxlogtest.Faulty, o *owner) {
		ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('a', 'x')")))
		l.Next(ltxlogtest.Taken)
		n, err := o.commit(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('b', 'x')"))
		ok(t, err)
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if err := o.ship.Durable(context.Background(), n); !errors.Is(err, ltxlog.ErrFenced) {
					t.Errorf("got %v", err)
				}
			})
		}
		all.Wait()
		_, asked := l.Requests()
		for what, err := range map[string]error{
			"ready":   o.ship.Ready(),
			"write":   o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('c', 'x')")),
			"flush":   o.ship.Flush(t.Context()),
			"barrier": o.ship.Barrier(t.Context()),
			"snapshot": func() error {
				_, err := o.ship.Snapshot(t.Context())
				return err
			}(),
			"close": o.ship.Close(t.Context()),
		} {
			if !errors.Is(err, ltxlog.ErrFenced) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, now := l.Requests(); now != asked || heard != 1 {
			t.Errorf("%d appends after it, told %d times", now-asked, heard)
		}
	})
}

// TestDown: the log is away for a minute while four people go on writing. They are told so within the deadline,
// nothing that was acknowledged is lost, nothing that was not is lost either once the log is back, and writing
// goes on by itself.
func TestDown(t *testing.T) {
	bubble(t, ltxlog.Config{}, func(t *testing.T, l *ltxlogtest.Faulty, o *owner) {
		ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('before', 'x')")))
		before := o.ship.Status().Seq
		l.Down(true)
		began := time.Now()
		back := began.Add(time.Minute)
		var wg sync.WaitGroup
		var mu sync.Mutex
		unavailable, refused := 0, 0
		first := time.Duration(0)
		for w := range 4 {
			wg.Go(func() {
				for i := 0; time.Now().Before(back); i++ {
					n, err := o.commit(t.Context(), exec("INSERT INTO ev (id, pad) VALUES (?, 'x')", string(rune('a'+w))+strings.Repeat("i", i)))
					if errors.Is(err, ltxlog.ErrUnavailable) {
						mu.Lock()
						refused++
						mu.Unlock()
						time.Sleep(time.Second) // of synctest
						continue
					}
					if err == nil {
						err = o.ship.Durable(t.Context(), n)
					}
					mu.Lock()
					if unavailable++; first == 0 {
						first = time.Since(began)
					}
					mu.Unlock()
					if !errors.Is(err, ltxlog.ErrUnavailable) || !errors.Is(err, ltxlogtest.ErrDown) {
						t.Errorf("while it is down: %v", err)
					}
				}
			})
		}
		wg.Wait()
		if first != 5*time.Second || unavailable != 4 || refused < 4*50 {
			t.Errorf("the first was told after %v; %d waited, %d were refused at once", first, unavailable, refused)
		}
		if st := o.ship.Status(); st.Behind != 4 || st.Down < 55*time.Second || st.Trouble == nil || st.Seq != before {
			t.Errorf("status while it is down: %+v", st)
		}
		if _, appends := l.Requests(); appends > 40 {
			t.Errorf("%d tries in a minute", appends)
		}
		if err := o.ship.Barrier(t.Context()); !errors.Is(err, ltxlog.ErrUnavailable) {
			t.Errorf("a reader was let see what may be lost: %v", err)
		}
		l.Down(false)
		again := time.Now()
		ok(t, o.ship.Flush(t.Context()))
		if d := time.Since(again); d > 5*time.Second {
			t.Errorf("it took %v to notice that the log is back", d)
		}
		ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('after', 'x')")))
		rep := sameAsLog(t, l, o)
		if rep.Seq > before+4 {
			t.Errorf("%d records for 5 commits, 4 of which waited together", rep.Seq-before)
		}
		if st := o.ship.Status(); st.Trouble != nil || st.Down != 0 || st.Behind != 0 {
			t.Errorf("status after: %+v", st)
		}
	})
}

// TestDownWhereTheDiskCounts: nobody waits, nobody is refused, and the log catches up.
func TestDownWhereTheDiskCounts(t *testing.T) {
	for name, d := range map[string]ltxlog.Durability{"local": ltxlog.Local, "async": ltxlog.Async} {
		t.Run(name, func(t *testing.T) {
			bubble(t, ltxlog.Config{Durability: d, CheckpointBytes: 64 << 10}, func(t *testing.T, l *ltxlogtest.Faulty, o *owner) {
				ok(t, o.ship.Flush(t.Context()))
				l.Down(true)
				began := time.Now()
				r := rand.New(rand.NewPCG(1, 2))
				for i := range 100 {
					if err := o.write(t.Context(), change(r, strings.Repeat("i", i))); err != nil && !errors.Is(err, errRollback) {
						t.Fatal(err)
					}
				}
				if d := time.Since(began); d != 0 {
					t.Errorf("100 writes waited %v", d)
				}
				time.Sleep(time.Minute) // of synctest
				if st := o.ship.Status(); st.Behind == 0 || st.Folds != 0 {
					t.Errorf("it is down, and %+v", st)
				}
				l.Down(false)
				sameAsLog(t, l, o)
			})
		})
	}
}

// TestCatchUp: what gathered while the log was away goes there in one go, not one record in each interval.
func TestCatchUp(t *testing.T) {
	bubble(t, ltxlog.Config{Durability: ltxlog.Async, RecordBytes: 16 << 10}, func(t *testing.T, l *ltxlogtest.Faulty, o *owner) {
		ok(t, o.ship.Flush(t.Context()))
		before := o.ship.Status().Seq
		l.Down(true)
		for range 200 {
			ok(t, o.write(t.Context(), exec("INSERT INTO churn (v) VALUES (hex(randomblob(2000)))")))
		}
		time.Sleep(time.Minute) // of synctest
		l.Down(false)
		time.Sleep(7 * time.Second) // it looks every five
		if st := o.ship.Status(); st.Behind > 0 || st.Seq < before+20 {
			t.Errorf("seven seconds after the log came back: %+v", st)
		}
		sameAsLog(t, l, o)
	})
}

// TestDownForLong: where writing goes on while the log is away, its disk does not fill up.
func TestDownForLong(t *testing.T) {
	bubble(t, ltxlog.Config{Durability: ltxlog.Local, UnshippedBytes: 1 << 20}, func(t *testing.T, l *ltxlogtest.Faulty, o *owner) {
		ok(t, o.ship.Flush(t.Context()))
		before := o.ship.Status().Seq
		l.Down(true)
		for i := range 400 {
			ok(t, o.write(t.Context(), exec("INSERT OR REPLACE INTO churn (k, v) VALUES (?, hex(randomblob(10000)))", i%10)))
			time.Sleep(time.Second) // of synctest
		}
		wal, err := os.Stat(o.path + "-wal")
		ok(t, err)
		if wal.Size() > 2<<20 {
			t.Errorf("the write-ahead log has %d bytes after 10 MB were written", wal.Size())
		}
		l.Down(false)
		sameAsLog(t, l, o)
		if st := o.ship.Status(); st.Seq != before+2 || st.Foreign != 0 {
			t.Errorf("%d records, want the one that was tried and one of the whole file: %+v", st.Seq-before, st)
		}
	})
}

// TestAsyncGathers: commits of one second are one record, and closing does not wait for the second.
func TestAsyncGathers(t *testing.T) {
	bubble(t, ltxlog.Config{Durability: ltxlog.Async}, func(t *testing.T, l *ltxlogtest.Faulty, o *owner) {
		_, before := l.Requests()
		for i := range 10 {
			ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES (?, 'x')", i)))
			time.Sleep(50 * time.Millisecond)
		}
		if _, now := l.Requests(); now != before {
			t.Error("it did not gather")
		}
		time.Sleep(501 * time.Millisecond)
		if _, now := l.Requests(); now != before+1 || o.ship.Status().Behind != 0 {
			t.Errorf("%d appends, %+v", now-before, o.ship.Status())
		}
		ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('last', 'x')")))
		began := time.Now()
		ok(t, o.ship.Close(t.Context()))
		if time.Since(began) != 0 || o.ship.Status().Behind != 0 {
			t.Errorf("closing took %v and left %+v", time.Since(began), o.ship.Status())
		}
	})
}

// TestIdleCostsNothing: an open tenant that nobody writes asks nothing of the log for a month, and no goroutine
// waits for it. (synctest ends a test in which one would, once Close was not called; so the bubble is told.)
func TestIdleCostsNothing(t *testing.T) {
	for name, d := range map[string]ltxlog.Durability{"sync": ltxlog.Sync, "local": ltxlog.Local, "async": ltxlog.Async} {
		t.Run(name, func(t *testing.T) {
			bubble(t, ltxlog.Config{Durability: d}, func(t *testing.T, l *ltxlogtest.Faulty, o *owner) {
				for i := range 3 {
					ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES (?, 'x')", i)))
				}
				ok(t, o.ship.Flush(t.Context()))
				synctest.Wait()
				before, _ := l.Requests()
				time.Sleep(30 * 24 * time.Hour)
				if now, _ := l.Requests(); now != before {
					t.Errorf("%d requests in a month", now-before)
				}
				if n := goroutinesIn("ltxlog.(*Shipper)"); n != 0 {
					t.Errorf("%d goroutines of an idle shipper", n)
				}
			})
		})
	}
}

// TestGroupCommit: what is committed while an append is under way rides in the next record.
func TestGroupCommit(t *testing.T) {
	bubble(t, ltxlog.Config{}, func(t *testing.T, l *ltxlogtest.Faulty, o *owner) {
		l.Before(func(uint64) { time.Sleep(30 * time.Millisecond) }) // as far as S3 is away
		before := o.ship.Status().Records
		began := time.Now()
		var wg sync.WaitGroup
		for w := range 16 {
			wg.Go(func() {
				for i := range 10 {
					if err := o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES (?, 'x')", string(rune('a'+w))+strings.Repeat("i", i))); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		records, took := o.ship.Status().Records-before, time.Since(began)
		if records > 25 || took > 800*time.Millisecond {
			t.Errorf("160 commits of 16 writers in %d records and %v", records, took)
		}
		sameAsLog(t, l, o)
	})
}

// TestAsleep: an owner that was asleep while its slots were taken, trimmed and freed does not come back, though
// the slot it comes for is free.
func TestAsleep(t *testing.T) {
	c := newClock()
	m := &ltxlogtest.Memory{Now: c.Now}
	cfg := ltxlog.Config{Now: c.Now, SnapshotEvery: 5, Node: 1}
	old := start(t, m, filepath.Join(t.TempDir(), "old.db"), cfg)
	ok(t, old.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('old', 'x')")))
	next := old.ship.Status().Seq + 1
	cfg.Node = 2
	young := start(t, m, filepath.Join(t.TempDir(), "young.db"), cfg)
	for i := range 20 {
		c.add(3 * time.Hour)
		ok(t, young.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES (?, 'x')", i)))
	}
	_, err := young.ship.Snapshot(t.Context())
	ok(t, err)
	tr, err := ltxlog.Trim(t.Context(), m, tenant, ltxlog.Retention{Every: 24 * time.Hour}, c.Now())
	ok(t, err)
	if _, err := m.Get(t.Context(), tenant, ltxlog.Record(next)); tr.Records == 0 || !errors.Is(err, ltxlog.ErrNotFound) {
		t.Fatalf("the slot was to be free: %+v %v", tr, err)
	}
	if err := old.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('zombie', 'x')")); !errors.Is(err, ltxlog.ErrFenced) {
		t.Errorf("an owner came back after %d records of another: %v", tr.Records, err)
	}
	sameAsLog(t, m, young)
}

// faultyWire breaks the line to a real store.
type faultyWire struct {
	mu     sync.Mutex
	faults []string
	seen   []string
}

func (f *faultyWire) RoundTrip(r *http.Request) (*http.Response, error) {
	f.mu.Lock()
	fault := ""
	if r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/0000/") && len(f.faults) > 0 {
		fault, f.faults = f.faults[0], f.faults[1:]
	}
	f.seen = append(f.seen, r.Method)
	f.mu.Unlock()
	switch fault {
	case "409":
		if r.Body != nil {
			_, _ = io.Copy(io.Discard, r.Body)
			r.Body.Close()
		}
		body := "<Error><Code>ConditionalRequestConflict</Code><Message>Conflict</Message></Error>"
		return &http.Response{StatusCode: 409, Status: "409 Conflict", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
			Header: http.Header{"Content-Type": {"application/xml"}}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}, nil
	case "lost":
		a, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		_, _ = io.Copy(io.Discard, a.Body)
		a.Body.Close()
		return nil, errors.New("the line broke after the request")
	}
	return http.DefaultTransport.RoundTrip(r)
}

// TestS3Faults breaks the line to a real store: an answer that is lost after the store took the record, and a
// store that says 409 while somebody else is at the slot. A slot that really is another's stays another's.
func TestS3Faults(t *testing.T) {
	prefix := newPrefix(t)
	wire := &faultyWire{}
	l := s3Through(t, prefix, wire)
	ctx := t.Context()
	append1 := func(seq uint64, s string) error { return l.Append(ctx, tenant, seq, ltxlog.Bytes([]byte(s))) }

	wire.faults = []string{"lost"}
	if err := append1(1, "one"); err == nil || errors.Is(err, ltxlog.ErrFenced) {
		t.Fatalf("a lost answer: %v", err)
	}
	ok(t, append1(1, "one")) // ours
	wire.faults = []string{"409", "lost"}
	if err := append1(2, "two"); err == nil || errors.Is(err, ltxlog.ErrFenced) {
		t.Fatalf("409: %v", err)
	}
	if err := append1(2, "two"); err == nil || errors.Is(err, ltxlog.ErrFenced) {
		t.Fatalf("a lost answer: %v", err)
	}
	ok(t, append1(2, "two"))
	if err := append1(1, "other"); !errors.Is(err, ltxlog.ErrFenced) {
		t.Fatalf("another's slot: %v", err)
	}
	if got := get(t, l, ltxlog.Record(1)); !bytes.Equal(got, []byte("one")) {
		t.Fatalf("slot 1 holds %q", got)
	}
	if len(wire.faults) != 0 {
		t.Fatal("not every fault happened")
	}

	// The same beneath a shipper, sealed.
	wire.faults = nil
	sealed := ltxlog.Sealed(s3Through(t, newPrefix(t), wire), keyOf)
	o := start(t, sealed, filepath.Join(t.TempDir(), "a.db"), ltxlog.Config{})
	before := o.ship.Status().Seq
	for i, faults := range [][]string{{"lost"}, {"409"}, {"409", "lost", "lost"}, nil} {
		wire.mu.Lock()
		wire.faults = faults
		wire.mu.Unlock()
		ok(t, o.write(ctx, exec("INSERT INTO ev (id, pad) VALUES (?, 'x')", i)))
	}
	if st := o.ship.Status(); st.Seq != before+4 {
		t.Errorf("4 commits made %d records", st.Seq-before)
	}
	sameAsLog(t, sealed, o)
}

// claimedFirst is a log in which somebody else takes record 1 between looking and appending.
type claimedFirst struct{ *ltxlogtest.Memory }

func (l claimedFirst) Append(ctx context.Context, tenant string, seq uint64, rec ltxlog.Body) error {
	if err := l.Memory.Append(ctx, tenant, seq, ltxlog.Bytes([]byte("somebody else's"))); err != nil {
		return err
	}
	return l.Memory.Append(ctx, tenant, seq, rec)
}
