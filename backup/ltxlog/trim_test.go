package ltxlog_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"assay/backup/ltxlog"
	"assay/backup/ltxlog/ltxlogtest"
)

const day = 24 * time.Hour

// TestTrim keeps a history of 500 days, of which the last 35 are kept whole, a year of days before them, and
// months before that.
func TestTrim(t *testing.T) {
	c := newClock()
	m := &ltxlogtest.Memory{Now: c.Now}
	o := start(t, m, filepath.Join(t.TempDir(), "a.db"), ltxlog.Config{Now: c.Now, SnapshotEvery: 1 << 60})
	dumps := map[uint64]string{} // by record
	for d := range 500 {
		for range 2 {
			ok(t, o.write(t.Context(), exec("INSERT OR REPLACE INTO ev (id, pad) VALUES (?, 'x')", c.Now().Format("Jan 02 15"))))
			c.add(12 * time.Hour)
		}
		if d%10 == 0 || d > 470 {
			for range 2 { // the later one of a day stays
				at, err := o.ship.Snapshot(t.Context())
				ok(t, err)
				dumps[at.Seq] = dump(t, o.r)
				if d > 30 {
					break
				}
				ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES (?, 'x')", fmt.Sprint("again ", len(dumps)))))
			}
		}
	}
	keep := ltxlog.Retention{Every: 35 * day, Daily: 365 * day}
	// A clock that is a year ahead removes nothing that it should not: the log's own clock counts.
	tr, err := ltxlog.Trim(t.Context(), m, tenant, keep, c.Now().Add(365*day))
	ok(t, err)
	again, err := ltxlog.Trim(t.Context(), m, tenant, keep, c.Now())
	ok(t, err)
	if tr.Records < 900 || again.Records != 0 || again.Snapshots != 0 {
		t.Errorf("removed %+v, then %+v", tr, again)
	}
	cutoff := c.Now().Add(-35 * day)
	// Every record since before the window is there, and the way to each of them.
	var oldest ltxlog.Entry
	next := tr.From
	for e, err := range m.Records(t.Context(), tenant, 0) {
		ok(t, err)
		if oldest.Max == 0 {
			oldest = e
		}
		if e.Max != next {
			t.Fatalf("record %d is gone", next)
		}
		next++
	}
	if oldest.Stored.After(cutoff) || cutoff.Sub(oldest.Stored) > 11*day {
		t.Errorf("the oldest record is of %v, the window begins at %v", oldest.Stored, cutoff)
	}
	for _, at := range []ltxlog.Point{{}, {Time: cutoff}, {Time: cutoff.Add(20 * day)}, {Seq: oldest.Max}} {
		_, _, err := restore(t, m, at)
		ok(t, err)
	}
	// Of what is older, the snapshots that were to stay, and each of them restores to what it was.
	months, younger := map[string]int{}, 0
	for e, err := range m.Snapshots(t.Context(), tenant) {
		ok(t, err)
		if c.Now().Sub(e.Stored) > 400*day {
			months[e.Stored.Format("2006-01")]++
		} else {
			younger++
		}
		path, rep, err := restore(t, m, ltxlog.Point{Seq: e.Max})
		ok(t, err)
		if rep.Records != 0 || dumpFile(t, path) != dumps[e.Max] {
			t.Errorf("snapshot %d is not what it was", e.Max)
		}
	}
	for month, n := range months {
		if n != 1 {
			t.Errorf("%d snapshots of %s", n, month)
		}
	}
	if len(months) < 3 || younger < 30 {
		t.Errorf("%d months and %d younger snapshots", len(months), younger)
	}
	// Between two old snapshots the older one answers, and says which state it is.
	_, rep, err := restore(t, m, ltxlog.Point{Time: c.Now().Add(-200 * day)})
	ok(t, err)
	if want := c.Now().Add(-200 * day); rep.Time.After(want) || want.Sub(rep.Time) > 11*day {
		t.Errorf("asked for %v, got %v", want, rep.Time)
	}
	ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('after', 'x')")))
	sameAsLog(t, m, o)
}

func TestTrimRefuses(t *testing.T) {
	c := newClock()
	m := &ltxlogtest.Memory{Now: c.Now}
	o := start(t, m, filepath.Join(t.TempDir(), "a.db"), ltxlog.Config{Now: c.Now})
	keep := ltxlog.Retention{Every: day}
	left := func() (n int) {
		for _, err := range m.Records(t.Context(), tenant, 0) {
			ok(t, err)
			n++
		}
		return n
	}
	trim := func(want int) {
		t.Helper()
		before := left()
		tr, err := ltxlog.Trim(t.Context(), m, tenant, keep, c.Now())
		ok(t, err)
		if tr.Records != want || before-left() != want {
			t.Errorf("%d of %d records were removed, want %d", tr.Records, before, want)
		}
	}
	for _, short := range []time.Duration{0, time.Hour, day - 1} {
		if _, err := ltxlog.Trim(t.Context(), m, tenant, ltxlog.Retention{Every: short}, c.Now()); !errors.Is(err, ltxlog.ErrTooYoung) {
			t.Errorf("%v: %v", short, err)
		}
	}
	ok(t, func() error { _, err := ltxlog.Trim(t.Context(), m, "nobody", keep, c.Now()); return err }())
	for i := range 5 {
		ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES (?, 'x')", fmt.Sprint("a", i))))
	}
	at, err := o.ship.Snapshot(t.Context())
	ok(t, err)
	c.add(day - time.Minute)
	ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('b', 'x')")))
	trim(0) // too young by a minute
	m.Change(tenant, ltxlog.Entry{Snapshot: true, Max: at.Seq}, func(b []byte) []byte { b[len(b)/2] ^= 1; return b })
	c.add(30 * day)
	ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('c', 'x')")))
	trim(0) // the only snapshot is damaged
	m.Change(tenant, ltxlog.Entry{Snapshot: true, Max: at.Seq}, func(b []byte) []byte { b[len(b)/2] ^= 1; return b })
	trim(int(at.Seq) - 1)
	sameAsLog(t, m, o)
	// The newest record stays, however old: an owner that was asleep must find its slot taken.
	at, err = o.ship.Snapshot(t.Context())
	ok(t, err)
	c.add(90 * day)
	trim(0) // nothing newer says that time has passed
	if left() == 0 {
		t.Error("the log is empty")
	}
	if _, err := m.Get(t.Context(), tenant, ltxlog.Record(at.Seq)); err != nil {
		t.Error(err)
	}
}
