package server

import (
	"context"
	"encoding/json"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"assay/server/op"
	"assay/server/optest"
	"assay/storage"
)

// diary notes when a job ran.
type diary struct {
	mu   sync.Mutex
	when []time.Time
}

func (d *diary) job(name string) op.Job {
	return op.Job{Name: name, Nightly: true, Run: func(s *op.Scope, _ json.RawMessage) error {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.when = append(d.when, s.Now())
		return nil
	}}
}

// take gives what was noted since the last time.
func (d *diary) take() []time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	w := d.when
	d.when = nil
	return w
}

// TestNightlyRunsOncePerNight lets a year go by in zones with all sorts of nights: twice a year 23 and 25
// hours, no midnight at all (Santiago, Beirut), two of them (Havana), half hours.
func TestNightlyRunsOncePerNight(t *testing.T) {
	if testing.Short() {
		t.Skip("a year of nights; not with -short")
	}
	for _, zone := range []string{"UTC", "Europe/Berlin", "America/Santiago", "Asia/Beirut", "America/Havana", "Australia/Lord_Howe", "Pacific/Apia"} {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				loc, err := time.LoadLocation(zone)
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Until(time.Date(2026, 1, 15, 12, 0, 0, 0, loc)))
				var d diary
				o := newOffice(t, time.Now, work(d.job("count")))
				defer o.stop()
				o.tenant(zone)
				ctx, stop := context.WithCancel(t.Context())
				var wg sync.WaitGroup
				wg.Go(func() { o.jobs.Run(ctx) })
				time.Sleep(time.Minute)
				d.take() // the first one comes with the file
				time.Sleep(366 * 24 * time.Hour)
				stop()
				wg.Wait()
				nights := d.take()
				seen := map[string]bool{}
				for _, at := range nights {
					local := at.In(loc)
					date := local.Format(storage.Date)
					if seen[date] {
						t.Errorf("two nights on %s", date)
					}
					seen[date] = true
					if h := local.Hour(); h > 2 {
						t.Errorf("a night at %s", local)
					}
				}
				if len(nights) != 366 {
					t.Errorf("%d nights in 366 days", len(nights))
				}
			})
		})
	}
}

func TestNextNight(t *testing.T) {
	for _, zone := range []string{"UTC", "Europe/Berlin", "America/Santiago", "Asia/Beirut", "Africa/Cairo", "America/Havana", "America/Sao_Paulo", "Pacific/Apia", "Pacific/Kiritimati", "Asia/Kathmandu"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"A", "B", "C"} {
			// Every quarter of an hour over years in which all of these changed their clocks.
			for now := time.Date(2011, 1, 1, 0, 0, 0, 0, time.UTC); now.Year() < 2013; now = now.Add(15 * time.Minute) {
				at := nextNight(id, now, loc)
				if !at.After(now) || at.Sub(now) > 27*time.Hour || at.In(loc).Format(storage.Date) <= now.In(loc).Format(storage.Date) {
					t.Fatalf("%s: after %s comes %s", zone, now.In(loc), at.In(loc))
				}
			}
		}
	}
}

// TestClockJumps: however a clock jumps, no night is lost for good and none runs twice on one date.
func TestClockJumps(t *testing.T) {
	clock := &optest.Clock{}
	clock.Set(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	var d diary
	modules := work(d.job("count"))
	o := newOffice(t, clock.Now, modules)
	defer func() { o.stop() }()
	id := o.tenant("UTC")
	drain := func() int {
		o.jobs.Drain(t.Context())
		return len(d.take())
	}
	drain()
	night := func() time.Time { return nextNight(id, clock.Now(), time.UTC) }

	clock.Set(night().Add(time.Second))
	if n := drain(); n != 1 {
		t.Fatalf("%d runs in an ordinary night", n)
	}
	clock.Advance(-time.Hour)
	if n := drain(); n != 0 {
		t.Errorf("%d runs after the clock went back an hour", n)
	}
	clock.Advance(2 * time.Hour)
	if n := drain(); n != 0 {
		t.Errorf("%d runs when the hour came again", n)
	}
	clock.Advance(400 * 24 * time.Hour)
	if n := drain(); n != 1 {
		t.Errorf("%d runs after a jump of 400 days", n)
	}
	// A nightly job that failed while the clock was wrong waits for a day far away.
	o.write(id, func(tx *storage.WriteTx) error {
		return tx.Enqueue("work.count", nil, tx.Now().Add(time.Hour), "work.count")
	})
	clock.Advance(-400 * 24 * time.Hour)
	if err := o.jobs.recall(t.Context()); err != nil { // what Run does when it sees that
		t.Fatal(err)
	}
	drain()
	for range 3 {
		clock.Set(night().Add(time.Second))
		if n := drain(); n != 1 {
			t.Errorf("%d runs in a night after the clock was put right", n)
		}
	}
	// The same with a restart between.
	clock.Advance(400 * 24 * time.Hour)
	drain()
	o.stop()
	clock.Advance(-400 * 24 * time.Hour)
	o.start(modules)
	if err := o.jobs.recall(t.Context()); err != nil {
		t.Fatal(err)
	}
	drain()
	clock.Set(night().Add(time.Second))
	if n := drain(); n != 1 {
		t.Errorf("%d runs in the night after a restart with a clock put right", n)
	}
}

// TestRunSeesTheClockGoBack: the same without a restart, and by Run itself.
func TestRunSeesTheClockGoBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ahead atomic.Int64
		var d diary
		o := newOffice(t, func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }, work(d.job("count")))
		defer o.stop()
		o.tenant("UTC")
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var wg sync.WaitGroup
		wg.Go(func() { o.jobs.Run(ctx) })
		time.Sleep(time.Hour)
		d.take()
		ahead.Store(int64(400 * 24 * time.Hour))
		time.Sleep(2 * time.Hour)
		if n := len(d.take()); n != 1 {
			t.Errorf("%d runs when the clock jumped ahead", n)
		}
		ahead.Store(0)
		time.Sleep(48 * time.Hour)
		if n := len(d.take()); n != 2 {
			t.Errorf("%d runs in two days after the clock was put right", n)
		}
		stop()
		wg.Wait()
	})
}

// A tenant that moves to a zone far in the west keeps its nights.
func TestNightsSurviveAMove(t *testing.T) {
	clock := &optest.Clock{}
	clock.Set(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))
	var d diary
	o := newOffice(t, clock.Now, work(d.job("count")))
	defer o.stop()
	id := o.tenant("Pacific/Kiritimati")
	o.jobs.Drain(t.Context())
	d.take()
	zones := []string{"Pacific/Pago_Pago", "Pacific/Kiritimati", "Pacific/Honolulu", "Europe/Berlin"}
	total := 0
	for i := range 40 * 24 {
		if i%(10*24) == 5 {
			o.write(id, func(tx *storage.WriteTx) error {
				return tx.Exec("UPDATE organisation SET zone = ?", zones[i/(10*24)])
			})
		}
		clock.Advance(time.Hour)
		o.jobs.Drain(t.Context())
		if n := len(d.take()); n > 1 {
			t.Errorf("%d runs in one hour", n)
		} else {
			total += n
		}
	}
	if total < 38 || total > 43 {
		t.Errorf("%d nights in 40 days with four moves", total)
	}
}
