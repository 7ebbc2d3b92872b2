package ltxlog_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"assay/backup/ltxlog"
	"assay/backup/ltxlog/ltxlogtest"
	"assay/storage/keys"
)

// TestRestoreToInstants writes while a clock goes on by odd steps, remembers after each write what there was to
// see, and asks for 50 random instants.
func TestRestoreToInstants(t *testing.T) {
	c := newClock()
	m := &ltxlogtest.Faulty{Log: &ltxlogtest.Memory{}}
	l := ltxlog.Sealed(m, keyOf)
	o := start(t, l, filepath.Join(t.TempDir(), "a.db"), ltxlog.Config{Now: c.Now, SnapshotEvery: 12})
	type state struct {
		seq  uint64
		at   time.Time
		dump string
	}
	var model []state
	remember := func() {
		st := o.ship.Status()
		if n := len(model); n > 0 && model[n-1].seq == st.Seq {
			t.Fatal("a write made no record")
		}
		model = append(model, state{st.Seq, st.Time, dump(t, o.r)})
	}
	remember()
	r := mathrand.New(mathrand.NewPCG(3, 4))
	for i := 0; i < 120; i++ {
		switch {
		case i == 60:
			c.add(-2 * time.Hour) // a clock that is put back does not put history out of order
		case i%3 > 0:
			c.add(time.Duration(r.IntN(90_000)) * time.Millisecond) // else it stands
		}
		if err := o.write(t.Context(), change(r, fmt.Sprint("w", i))); errors.Is(err, errRollback) {
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		remember()
	}
	_, err := o.ship.Snapshot(t.Context()) // also waits for the one that may be under way
	ok(t, err)
	first, last := model[0], model[len(model)-1]
	check := func(at ltxlog.Point, want state) {
		t.Helper()
		before, _ := m.Requests()
		path, rep, err := restore(t, l, at)
		ok(t, err)
		if rep.Seq != want.seq || !rep.Time.Equal(want.at) {
			t.Errorf("%+v gave record %d of %v, want %d of %v", at, rep.Seq, rep.Time, want.seq, want.at)
		}
		if dumpFile(t, path) != want.dump {
			t.Errorf("%+v is not what there was to see after record %d", at, want.seq)
		}
		if rep.Records > 13 {
			t.Errorf("%d records were applied", rep.Records)
		}
		if after, _ := m.Requests(); after-before > 13+16+12 {
			t.Errorf("%d requests for one restore", after-before)
		}
	}
	for range 50 {
		at := first.at.Add(time.Duration(r.Int64N(int64(last.at.Sub(first.at) + time.Hour))))
		want := first
		for _, s := range model {
			if !s.at.After(at) {
				want = s
			}
		}
		check(ltxlog.Point{Time: at}, want)
	}
	for range 10 {
		want := model[r.IntN(len(model))]
		check(ltxlog.Point{Seq: want.seq}, want)
		check(ltxlog.Point{Time: want.at}, want) // to the millisecond
	}
	check(ltxlog.Point{}, last)
	for _, at := range []ltxlog.Point{{Time: first.at.Add(-time.Hour)}, {Seq: last.seq + 1}} {
		if _, _, err := restore(t, l, at); !errors.Is(err, ltxlog.ErrNotFound) {
			t.Errorf("%+v: %v", at, err)
		}
	}
}

// TestDamage does to a log what disks, people and attackers do. Each is refused with a sentence, and nothing is
// left where the restore was to go.
func TestDamage(t *testing.T) {
	flip := func(at func(n int) int) func(*ltxlogtest.Memory, ltxlog.Entry) {
		return func(m *ltxlogtest.Memory, e ltxlog.Entry) {
			m.Change(tenant, e, func(b []byte) []byte { b[at(len(b))] ^= 4; return b })
		}
	}
	cut := func(keep func(n int) int) func(*ltxlogtest.Memory, ltxlog.Entry) {
		return func(m *ltxlogtest.Memory, e ltxlog.Entry) {
			m.Change(tenant, e, func(b []byte) []byte { return b[:keep(len(b))] })
		}
	}
	become := func(of string, seq uint64) func(*ltxlogtest.Memory, ltxlog.Entry) {
		return func(m *ltxlogtest.Memory, e ltxlog.Entry) {
			var other []byte
			m.Change(of, ltxlog.Entry{Snapshot: e.Snapshot, Max: seq}, func(b []byte) []byte { other = b; return b })
			if len(other) == 0 {
				t.Fatalf("%s has no such entry as %d", of, seq)
			}
			m.Change(tenant, e, func([]byte) []byte { return other })
		}
	}
	head := func(int) int { return 20 }
	middle := func(n int) int { return n / 2 }
	end := func(n int) int { return n - 1 }
	sealed := "does not open with this tenant's key for this slot"
	for _, c := range []struct {
		name     string
		snapshot bool
		do       func(*ltxlogtest.Memory, ltxlog.Entry)
		plain    string
		ifSealed string
	}{
		{"record empty", false, cut(func(int) int { return 0 }), "record 6 is empty", "record 6 is empty"},
		{"record cut in its header", false, cut(head), "record 6 is cut short", sealed},
		{"record cut in the middle", false, cut(middle), "record 6 is cut short", sealed},
		{"record cut at its end", false, cut(end), "record 6 is cut short", sealed},
		{"record flipped in its header", false, flip(head), "record 6 was changed: ", sealed},
		{"record flipped in the middle", false, flip(middle), "record 6 was changed: ", sealed},
		{"record flipped at its end", false, flip(end), "record 6 was changed: ", sealed},
		{"record of another slot", false, become(tenant, 5), "record 6 was changed: it holds record 5 to 5", sealed},
		{"record of another tenant", false, become("other", 6), "record 6 does not follow record 5: it was made for another state, maybe of another tenant", sealed},
		{"record gone", false, func(m *ltxlogtest.Memory, e ltxlog.Entry) { m.Change(tenant, e, func([]byte) []byte { return nil }) }, "record 6 is missing", "record 6 is missing"},
		{"snapshot empty", true, cut(func(int) int { return 0 }), "snapshot 4 is empty", "snapshot 4 is empty"},
		{"snapshot cut in the middle", true, cut(middle), "snapshot 4 is cut short", sealed},
		{"snapshot flipped in the middle", true, flip(middle), "snapshot 4 was changed: ", sealed},
		{"snapshot flipped at its end", true, flip(end), "snapshot 4 was changed: ", sealed},
		{"snapshot of another tenant", true, become("other", 4), "snapshot 4 is not the state after record 4: it may be of another tenant", sealed},
	} {
		for _, seal := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s sealed=%v", c.name, seal), func(t *testing.T) {
				m := &ltxlogtest.Memory{}
				var l ltxlog.Log = m
				want := c.plain
				if seal {
					l, want = ltxlog.Sealed(m, keyOf), c.ifSealed
				}
				for _, id := range []string{"other", tenant} { // six records each, a snapshot of the fourth
					o := start(t, l, filepath.Join(t.TempDir(), "a.db"), ltxlog.Config{Tenant: id})
					for i := range 6 {
						if st := o.ship.Status(); st.Seq == 4 {
							at, err := o.ship.Snapshot(t.Context())
							ok(t, err)
							if at.Seq != 4 {
								t.Fatalf("a snapshot of %d", at.Seq)
							}
						}
						ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES (?, ?)", fmt.Sprint(id, i), rand.Text())))
					}
				}
				e := ltxlog.Record(6)
				if c.snapshot {
					e = ltxlog.Entry{Snapshot: true, Max: 4}
				}
				path, whole, err := restore(t, l, ltxlog.Point{})
				ok(t, err)
				before := dumpFile(t, path)
				c.do(m, e)
				if c.snapshot { // the records are all there still: it is passed over, and said so
					path, rep, err := restore(t, l, ltxlog.Point{})
					ok(t, err)
					if len(rep.Refused) != 1 || !strings.Contains(rep.Refused[0], want) || rep.Checksum != whole.Checksum || dumpFile(t, path) != before {
						t.Errorf("report %+v, want a refusal that says %q", rep, want)
					}
					m.Change(tenant, ltxlog.Record(2), func([]byte) []byte { return nil })
				}
				_, _, err = restore(t, l, ltxlog.Point{})
				if !errors.Is(err, ltxlog.ErrDamaged) || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %q", err, want)
				}
				t.Log(err)
			})
		}
	}
}

// TestDamagedHead: a tenant whose newest record is damaged is not taken over as if nothing were.
func TestDamagedHead(t *testing.T) {
	m := &ltxlogtest.Memory{}
	o := start(t, m, filepath.Join(t.TempDir(), "a.db"), ltxlog.Config{})
	ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('a', 'x')")))
	m.Change(tenant, ltxlog.Record(o.ship.Status().Seq), func(b []byte) []byte { return b[:len(b)/2] })
	_, _, err := ltxlog.Claim(t.Context(), m, tenant, 2, time.Now())
	if !errors.Is(err, ltxlog.ErrDamaged) || !strings.Contains(err.Error(), "is cut short") {
		t.Error(err)
	}
}

// TestBrokenLineIsNotDamage: an error of the store is not taken for one of the record.
func TestBrokenLineIsNotDamage(t *testing.T) {
	f := &ltxlogtest.Faulty{Log: &ltxlogtest.Memory{}}
	o := start(t, f, filepath.Join(t.TempDir(), "a.db"), ltxlog.Config{})
	ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('a', 'x')")))
	f.Down(true)
	if _, _, err := restore(t, f, ltxlog.Point{}); !errors.Is(err, ltxlogtest.ErrDown) || errors.Is(err, ltxlog.ErrDamaged) {
		t.Error(err)
	}
}

// TestDestroyedKey: what is left of a tenant whose key is gone does not open, nor can it be taken over.
func TestDestroyedKey(t *testing.T) {
	k := keys.NewMemory(nil)
	ok(t, k.Create(t.Context(), tenant))
	dir := t.TempDir()
	l := ltxlog.Sealed(ltxlog.FileLog{Dir: dir}, k.Key)
	o := start(t, l, filepath.Join(t.TempDir(), "a.db"), ltxlog.Config{Deadline: 50 * time.Millisecond})
	ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('canary-1234', 'x')")))
	seen := 0
	ok(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		seen++
		if bytes.Contains(b, []byte("canary")) || bytes.Contains(b, []byte("LTX1")) {
			t.Errorf("%s says what is in it", path)
		}
		return err
	}))
	if seen == 0 {
		t.Error("there is no log")
	}
	ok(t, k.Shred(t.Context(), tenant))
	if _, _, err := restore(t, l, ltxlog.Point{}); !errors.Is(err, keys.ErrShredded) {
		t.Error(err)
	}
	if _, _, err := ltxlog.Claim(t.Context(), l, tenant, 2, time.Now()); !errors.Is(err, keys.ErrShredded) {
		t.Error(err)
	}
	if err := o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('b', 'x')")); err == nil {
		t.Error("a write was acknowledged under a destroyed key")
	}
	ok(t, l.Destroy(t.Context(), tenant))
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Error(left, err)
	}
}

// TestForeign lets other programs fold a live file's write-ahead log. Whatever they do, the log goes on with one
// record of the whole file, and restores to what there is to see.
func TestForeign(t *testing.T) {
	fold := map[string]func(path string) *osexec.Cmd{
		"another process": func(path string) *osexec.Cmd { return role{Fold: path}.start(t) },
	}
	if _, err := osexec.LookPath("sqlite3"); err == nil {
		fold["the sqlite3 shell"] = func(path string) *osexec.Cmd {
			return osexec.Command("sqlite3", path, "PRAGMA wal_checkpoint(TRUNCATE)")
		}
	}
	for name, cmd := range fold {
		run := func(t *testing.T, path string) {
			t.Helper()
			if out, err := cmd(path).Output(); err != nil || bytes.HasPrefix(out, []byte("1")) {
				t.Fatalf("fold: %v %s", err, out)
			}
		}
		insert := func(t *testing.T, o *owner, id string) {
			t.Helper()
			ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES (?, hex(randomblob(3000)))", id)))
		}
		t.Run(name+" before anything was shipped", func(t *testing.T) {
			l := &ltxlogtest.Memory{}
			o := start(t, l, filepath.Join(t.TempDir(), "a.db"), ltxlog.Config{Durability: ltxlog.Async, Interval: time.Hour})
			for i := range 5 {
				insert(t, o, fmt.Sprint("a", i))
			}
			run(t, o.path)
			insert(t, o, "b")
			before := o.ship.Status().Seq
			sameAsLog(t, l, o)
			if st := o.ship.Status(); st.Foreign != 1 || st.Seq != before+1 {
				t.Errorf("%+v, was at record %d", st, before)
			}
			insert(t, o, "c")
			sameAsLog(t, l, o)
			if st := o.ship.Status(); st.Foreign != 1 || st.Seq != before+2 {
				t.Errorf("after it %+v", st)
			}
		})
		// The case that only the salts at the first commit tell: our own fold allows a restart, but a reader keeps
		// the next commit from using it; that commit is not shipped when somebody else folds.
		t.Run(name+" between our fold and the shipping of the commit after it", func(t *testing.T) {
			l := &ltxlogtest.Memory{}
			o := start(t, l, filepath.Join(t.TempDir(), "a.db"), ltxlog.Config{Durability: ltxlog.Async, Interval: time.Hour, CheckpointBytes: 1})
			insert(t, o, "a")
			reader, err := o.r.Begin()
			ok(t, err)
			ok(t, reader.QueryRow("SELECT count(*) FROM ev").Scan(new(int)))
			ok(t, o.ship.Flush(t.Context()))
			for range 2 { // when the second is made, the fold after the first record is over
				ok(t, snapshot(t, o))
			}
			if n := o.ship.Status().Folds; n != 1 {
				t.Fatalf("%d folds", n)
			}
			insert(t, o, "b")
			ok(t, reader.Rollback())
			run(t, o.path)
			insert(t, o, "c")
			sameAsLog(t, l, o)
			if st := o.ship.Status(); st.Foreign != 1 {
				t.Errorf("%+v", st)
			}
		})
		t.Run(name+" while all is shipped", func(t *testing.T) {
			l := &ltxlogtest.Memory{}
			o := start(t, l, filepath.Join(t.TempDir(), "a.db"), ltxlog.Config{})
			for i := range 4 {
				insert(t, o, fmt.Sprint("a", i))
				run(t, o.path)
				sameAsLog(t, l, o)
			}
			if st := o.ship.Status(); st.Foreign == 0 {
				t.Errorf("%+v", st)
			}
		})
	}
}

// TestForeignWhileWriting: four writers write while another program folds again and again, and the log goes away in
// the middle. What was acknowledged by then is in the log.
func TestForeignWhileWriting(t *testing.T) {
	rounds := 12
	if long {
		rounds = 300
	}
	foreign := int64(0)
	for round := range rounds {
		m := &ltxlogtest.Memory{}
		f := &ltxlogtest.Faulty{Log: m}
		o := start(t, f, filepath.Join(t.TempDir(), "a.db"), ltxlog.Config{Deadline: 20 * time.Millisecond, CheckpointBytes: 64 << 10})
		other, err := openWriter(o.path)
		ok(t, err)
		last := o.ship.Status().Seq + 5 + mathrand.Uint64N(30)
		f.Before(func(seq uint64) {
			if seq > last {
				f.Down(true)
			}
			_, _ = other.Exec("PRAGMA wal_checkpoint(PASSIVE)") // in everybody's way, so it may fail
		})
		var mu sync.Mutex
		var wg sync.WaitGroup
		acked := map[string]bool{}
		for w := range 4 {
			wg.Go(func() {
				r := mathrand.New(mathrand.NewPCG(uint64(round), uint64(w)))
				for i := 0; ; i++ {
					id := fmt.Sprint(w, "-", i)
					switch err := o.write(context.Background(), change(r, id)); {
					case errors.Is(err, errRollback):
					case errors.Is(err, ltxlog.ErrUnavailable):
						return
					case err != nil:
						t.Error(err)
						return
					default:
						mu.Lock()
						acked[id] = true
						mu.Unlock()
					}
				}
			})
		}
		wg.Wait()
		path, _, err := restore(t, m, ltxlog.Point{})
		ok(t, err)
		holds(t, path, acked)
		f.Before(nil)
		f.Down(false)
		sameAsLog(t, m, o)
		foreign += o.ship.Status().Foreign
		ok(t, other.Close())
	}
	if foreign == 0 {
		t.Error("nobody folded")
	}
}

// TestCommitBesideWholeFile: what is committed while the whole file is being read for a record is not in that
// record, and not acknowledged with it.
func TestCommitBesideWholeFile(t *testing.T) {
	m := &ltxlogtest.Memory{}
	f := &ltxlogtest.Faulty{Log: m}
	var o *owner
	var hook atomic.Pointer[func()]
	cfg := ltxlog.Config{Deadline: 50 * time.Millisecond}
	cfg.File.Reader = func(ctx context.Context) (*sql.Conn, error) {
		if fn := hook.Swap(nil); fn != nil {
			(*fn)()
		}
		return o.r.Conn(ctx)
	}
	// The first record is of the whole file too, so there is an owner before there is this one.
	path := filepath.Join(t.TempDir(), "a.db")
	first, err := newOwner(t.Context(), m, path, ltxlog.Config{})
	ok(t, err)
	ok(t, first.write(t.Context(), exec("WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 3000) INSERT INTO churn (v) SELECT hex(randomblob(500)) FROM c")))
	ok(t, first.close(t.Context()))
	o = start(t, f, path, cfg)
	ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('a', 'x')")))
	refused := 0
	for round := range 5 {
		acked := map[string]bool{}
		whole := o.ship.Status().Seq + 1
		committed, done := make(chan struct{}), make(chan error, 1)
		write := func() {
			go func() {
				n, err := o.commit(context.Background(), exec("INSERT INTO ev (id, pad) VALUES (?, 'x')", fmt.Sprint("beside", round)))
				close(committed)
				if err == nil {
					err = o.ship.Durable(context.Background(), n)
				}
				done <- err
			}()
		}
		hook.Store(&write)
		f.Before(func(seq uint64) {
			if seq > whole {
				f.Down(true)
			}
			<-committed
		})
		if out, err := (role{Fold: o.path}).start(t).Output(); err != nil {
			t.Fatalf("fold: %v %s", err, out)
		}
		_, err := o.commit(t.Context(), exec("INSERT INTO ev (id, pad) VALUES (?, 'x')", fmt.Sprint("a", round)))
		ok(t, err)
		if err := <-done; err == nil {
			acked[fmt.Sprint("beside", round)] = true
		} else if refused++; !errors.Is(err, ltxlog.ErrUnavailable) {
			t.Fatal(err)
		}
		restored, _, err := restore(t, m, ltxlog.Point{})
		ok(t, err)
		db, err := openSettled(restored)
		ok(t, err)
		for id := range acked {
			var n int
			ok(t, db.QueryRow("SELECT count(*) FROM ev WHERE id = ?", id).Scan(&n))
			if n != 1 {
				t.Errorf("%s was acknowledged and is not in the log", id)
			}
		}
		ok(t, db.Close())
		f.Before(nil)
		f.Down(false)
		sameAsLog(t, m, o)
	}
	t.Logf("%d of 5 commits came after the reading began", refused)
}

// TestOwnFolds: folds of our own are never taken for another's, with and without readers in the way.
func TestOwnFolds(t *testing.T) {
	l := &ltxlogtest.Memory{}
	o := start(t, l, filepath.Join(t.TempDir(), "a.db"), ltxlog.Config{CheckpointBytes: 20 << 10, SnapshotEvery: 7})
	r := mathrand.New(mathrand.NewPCG(5, 6))
	var reader *sql.Tx
	for i := range 150 {
		if reader != nil && r.IntN(4) == 0 {
			ok(t, reader.Rollback())
			reader = nil
		} else if reader == nil && r.IntN(4) == 0 {
			var err error
			reader, err = o.r.Begin()
			ok(t, err)
			ok(t, reader.QueryRow("SELECT count(*) FROM ev").Scan(new(int)))
		}
		if err := o.write(t.Context(), change(r, fmt.Sprint("w", i))); err != nil && !errors.Is(err, errRollback) {
			t.Fatal(err)
		}
		ok(t, o.write(t.Context(), func(*sql.Tx) error { return nil })) // a commit that writes nothing
		if i%40 == 39 {                                                 // the database becomes shorter, and longer again
			ok(t, o.write(t.Context(), exec("DELETE FROM churn")))
			o.lock.Lock()
			_, err := o.w.Exec("VACUUM")
			n := o.ship.Committed()
			o.lock.Unlock()
			ok(t, err)
			ok(t, o.ship.Durable(t.Context(), n))
		}
	}
	if reader != nil {
		ok(t, reader.Rollback())
	}
	rep := sameAsLog(t, l, o)
	st := o.ship.Status()
	if st.Foreign != 0 || st.Folds < 10 || st.Snapshots < 5 || rep.Snapshot == 0 {
		t.Errorf("%+v, restored from %+v", st, rep)
	}
}

// TestShortAndLongInOneRecord: pages that went and came back in commits that ride in one record.
func TestShortAndLongInOneRecord(t *testing.T) {
	l := &ltxlogtest.Memory{}
	o := start(t, l, filepath.Join(t.TempDir(), "a.db"), ltxlog.Config{Durability: ltxlog.Async, Interval: time.Hour})
	fill := func(n int) func(*sql.Tx) error {
		return exec("WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ?) INSERT INTO churn (v) SELECT hex(randomblob(1000)) FROM c", n)
	}
	for _, first := range []int{10, 60, 200} {
		before := o.ship.Status()
		for _, n := range []int{first, 5, 40} {
			ok(t, o.write(t.Context(), exec("DELETE FROM churn")))
			o.lock.Lock()
			_, err := o.w.Exec("VACUUM")
			o.ship.Committed()
			o.lock.Unlock()
			ok(t, err)
			ok(t, o.write(t.Context(), fill(n)))
		}
		sameAsLog(t, l, o)
		if st := o.ship.Status(); st.Seq != before.Seq+1 {
			t.Errorf("%d records", st.Seq-before.Seq)
		}
	}
}

// TestFramesThatWereNotRead: SQLite counts the frames of its write-ahead log; if we read fewer, the log gets the
// whole file.
func TestFramesThatWereNotRead(t *testing.T) {
	l := &ltxlogtest.Memory{}
	var lie atomic.Int32
	o := &owner{}
	cfg := ltxlog.Config{CheckpointBytes: 1}
	cfg.File.Checkpoint = func(ctx context.Context) (int, int, error) {
		frames, folded, err := o.checkpoint(ctx)
		return frames + int(lie.Load()), folded, err
	}
	path := filepath.Join(t.TempDir(), "a.db")
	o = start(t, l, path, cfg)
	ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('a', 'x')")))
	before := o.ship.Status()
	lie.Store(1)
	ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('b', 'x')")))
	for range 2 { // when the second is made, the fold is over
		ok(t, snapshot(t, o))
	}
	lie.Store(0)
	ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('c', 'x')")))
	sameAsLog(t, l, o)
	if st := o.ship.Status(); st.Seq < before.Seq+3 {
		t.Errorf("no record of the whole file: from %d to %d", before.Seq, st.Seq)
	}
}

func snapshot(t testing.TB, o *owner) error {
	t.Helper()
	_, err := o.ship.Snapshot(t.Context())
	return err
}

// TestFileThatIsNotWhatItsLogSays: somebody broke the rules and folded before Start. The next snapshot finds out,
// is not uploaded, and the log gets the whole file.
func TestFileThatIsNotWhatItsLogSays(t *testing.T) {
	l := &ltxlogtest.Memory{}
	path := filepath.Join(t.TempDir(), "a.db")
	o, err := newOwner(t.Context(), l, path, ltxlog.Config{})
	ok(t, err)
	ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('a', 'x')")))
	ok(t, o.close(t.Context()))
	o, err = newOwnerAfter(t.Context(), l, path, ltxlog.Config{}, func() {
		db, err := openWriter(path)
		ok(t, err)
		for _, q := range []string{"UPDATE ev SET pad = 'changed behind its back'", "PRAGMA wal_checkpoint(TRUNCATE)"} {
			_, err = db.Exec(q)
			ok(t, err)
		}
		ok(t, db.Close())
	})
	ok(t, err)
	defer o.close(t.Context())
	if err := snapshot(t, o); err == nil || !strings.Contains(err.Error(), "the file is not what its log says") {
		t.Fatalf("a snapshot of another state: %v", err)
	}
	if n := numbers(t, l.Snapshots(t.Context(), tenant)); len(n) != 0 {
		t.Errorf("snapshots %v", n)
	}
	ok(t, snapshot(t, o)) // after the whole file
	rep := sameAsLog(t, l, o)
	if rep.Snapshot == 0 {
		t.Errorf("%+v", rep)
	}
}

// TestTake: what lies on the disk is kept when it is the newest state, and put aside when it is not.
func TestTake(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.db")
	l := ltxlog.FileLog{Dir: t.TempDir()}
	o, err := newOwner(t.Context(), l, path, ltxlog.Config{Node: 1})
	ok(t, err)
	ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('a', 'x')")))
	want := dump(t, o.r)
	ok(t, o.close(t.Context()))

	o, err = newOwner(t.Context(), l, path, ltxlog.Config{Node: 2}) // closed and whole: no restore, whoever comes
	ok(t, err)
	if o.taken.Seq != 0 || o.base.Seq != 3 {
		t.Errorf("restored %+v, claimed %+v", o.taken, o.base.Position)
	}
	ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('b', 'x')")))
	want2 := dump(t, o.r)
	sameAsLog(t, l, o)
	ok(t, o.close(t.Context()))

	// The disk of another machine goes on from there; this one's file is old.
	o, err = newOwner(t.Context(), l, filepath.Join(t.TempDir(), "b.db"), ltxlog.Config{Node: 3, Durability: ltxlog.Local})
	ok(t, err)
	if o.taken.Seq != 5 || dump(t, o.r) != want2 || want == want2 {
		t.Errorf("restored %+v", o.taken)
	}
	ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('c', 'x')")))
	want3 := dump(t, o.r)
	ok(t, o.close(t.Context()))

	o, err = newOwner(t.Context(), l, path, ltxlog.Config{Node: 2, Durability: ltxlog.Local})
	ok(t, err)
	defer o.close(t.Context())
	if dump(t, o.r) != want3 {
		t.Error("an old local file was kept")
	}
	aside, err := filepath.Glob(filepath.Join(dir, "aside", "*.db"))
	if err != nil || len(aside) != 1 || dumpFile(t, aside[0]) != want2 {
		t.Errorf("put aside: %v %v", aside, err)
	}
	sameAsLog(t, l, o)
}

// TestAdopt: a file that never had a log gets one, with all that is in it.
func TestAdopt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := openWriter(path)
	ok(t, err)
	for _, q := range []string{schema, "INSERT INTO ev (id, pad) VALUES ('old', 'x')", "PRAGMA wal_checkpoint(TRUNCATE)"} {
		_, err := db.Exec(q)
		ok(t, err)
	}
	ok(t, db.Close())
	l := &ltxlogtest.Memory{}
	o := start(t, l, path, ltxlog.Config{})
	if st := o.ship.Status(); st.Seq != 1 {
		t.Errorf("%+v", st)
	}
	sameAsLog(t, l, o)
	ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('new', 'x')")))
	sameAsLog(t, l, o)

	// Two nodes with a new tenant of one name: record 1 is the claim, and one of them has it.
	_, err = newOwner(t.Context(), &claimedFirst{Memory: &ltxlogtest.Memory{}}, filepath.Join(t.TempDir(), "b.db"), ltxlog.Config{})
	if !errors.Is(err, ltxlog.ErrFenced) {
		t.Error(err)
	}
}
