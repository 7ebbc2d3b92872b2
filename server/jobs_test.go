package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"assay/server/op"
	"assay/server/optest"
	"assay/storage"
	"assay/storage/keys"
)

// office is a store with a dispatcher whose jobs the test gives.
type office struct {
	t     *testing.T
	store *storage.Store
	jobs  *Jobs
	keys  keys.Keeper
	dir   string
	now   func() time.Time
}

// work makes a module "work" of jobs.
func work(jobs ...op.Job) []op.Module { return []op.Module{{Name: "work", Jobs: jobs}} }

func newOffice(t *testing.T, now func() time.Time, modules []op.Module) *office {
	t.Helper()
	o := &office{t: t, keys: keys.NewMemory(nil), dir: t.TempDir(), now: now}
	o.start(modules)
	return o
}

// start opens the directory as a new process would.
func (o *office) start(modules []op.Module) {
	o.t.Helper()
	o.jobs = NewJobs()
	var err error
	// Idle is long: a bubble's clock runs through years, and each look for idle files would be a step.
	o.store, err = storage.Open(context.Background(), storage.Config{Dir: o.dir, Keys: o.keys, Now: o.now, OnDue: o.jobs.Notify, Idle: 24 * time.Hour})
	if err != nil {
		o.t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	o.jobs.attach(o.store, &op.Server{Store: o.store, Log: log}, modules, log)
}

func (o *office) stop() {
	o.t.Helper()
	if err := o.store.Close(); err != nil {
		o.t.Error(err)
	}
}

func (o *office) tenant(zone string) string {
	o.t.Helper()
	id := o.store.NewID()
	if err := o.store.CreateTenant(o.t.Context(), id); err != nil {
		o.t.Fatal(err)
	}
	o.write(id, func(tx *storage.WriteTx) error {
		return tx.Exec("INSERT INTO organisation (id, name, zone, updated_at) VALUES ('organisation', 'Test', ?, '')", zone)
	})
	return id
}

func (o *office) write(id string, fn func(*storage.WriteTx) error) {
	o.t.Helper()
	err := o.jobs.with(o.t.Context(), id, func(db *storage.DB) error {
		_, err := db.Write(o.t.Context(), storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "test"}, Action: "test", Owns: []string{"organisation"}}, fn)
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) ask(id, job, key string) {
	o.t.Helper()
	o.write(id, func(tx *storage.WriteTx) error { return tx.Enqueue(job, nil, tx.Now(), key) })
}

// jobRow is one row of the table.
type jobRow struct {
	Name, State, Error string
	Attempt            int
}

func (o *office) rows(id, name string) (all []jobRow) {
	o.t.Helper()
	err := o.jobs.with(o.t.Context(), id, func(db *storage.DB) error {
		return db.Read(o.t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
			rows, err := tx.Query("SELECT name, state, error, attempt FROM job WHERE name = ? ORDER BY due", name)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var r jobRow
				if err := rows.Scan(&r.Name, &r.State, &r.Error, &r.Attempt); err != nil {
					return err
				}
				all = append(all, r)
			}
			return rows.Err()
		})
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return all
}

// TestRetriesThenDead: a failing job is tried again after growing waits, then given up; the night that was
// given up does not end the nights.
func TestRetriesThenDead(t *testing.T) {
	clock := &optest.Clock{}
	clock.Set(optest.Start)
	tries := 0
	o := newOffice(t, clock.Now, work(op.Job{Name: "fail", Run: func(*op.Scope, json.RawMessage) error {
		if tries++; tries == 2 {
			panic("a bug")
		}
		return errors.New("no luck")
	}}))
	defer o.stop()
	id := o.tenant("UTC")
	o.jobs.Drain(t.Context())
	o.ask(id, "work.fail", "one")
	o.jobs.Drain(t.Context())
	for i, wait := range retries {
		if tries != i+1 {
			t.Fatalf("%d tries before wait %d", tries, i)
		}
		clock.Advance(wait - time.Second)
		o.jobs.Drain(t.Context())
		if tries != i+1 {
			t.Fatalf("tried too early after try %d", i+1)
		}
		clock.Advance(time.Second)
		o.jobs.Drain(t.Context())
		if i == 0 {
			if r := o.rows(id, "work.fail"); len(r) != 1 || !strings.HasPrefix(r[0].Error, "panic: a bug") {
				t.Errorf("after a panic: %+v", r)
			}
		}
	}
	if r := o.rows(id, "work.fail"); len(r) != 1 || r[0].State != "dead" || r[0].Error != "no luck" || r[0].Attempt != len(retries)+1 {
		t.Errorf("in the end: %+v", r)
	}
	clock.Advance(48 * time.Hour)
	o.jobs.Drain(t.Context())
	if tries != len(retries)+1 {
		t.Errorf("a dead job was tried: %d", tries)
	}
	o.ask(id, "work.fail", "one") // its key is free again
	o.jobs.Drain(t.Context())
	if tries != len(retries)+2 {
		t.Error("a new job with the key of a dead one did not run")
	}
}

func TestDeadNightIsNotTheLast(t *testing.T) {
	clock := &optest.Clock{}
	clock.Set(optest.Start)
	var d diary
	o := newOffice(t, clock.Now, work(d.job("count")))
	defer o.stop()
	id := o.tenant("UTC")
	o.jobs.Drain(t.Context())
	d.take()
	err := o.jobs.with(t.Context(), id, func(db *storage.DB) error {
		clock.Set(nextNight(id, clock.Now(), time.UTC))
		job, err := db.ClaimJob(t.Context(), lease)
		if err != nil || job.Name != storage.Nightly {
			return fmt.Errorf("claimed %q: %w", job.Name, err)
		}
		err = db.EndJob(t.Context(), job, errors.New("given up"), time.Time{})
		_, next := o.jobs.again(t.Context(), db)
		return errors.Join(err, next)
	})
	if err != nil {
		t.Fatal(err)
	}
	clock.Advance(25 * time.Hour)
	o.jobs.Drain(t.Context())
	if n := len(d.take()); n != 1 {
		t.Errorf("%d runs in the night after the one given up", n)
	}
}

// TestLeaseOfADeadProcess: what a process began and did not end runs again when its lease is over, not
// before, in the next process; and one that always takes the program down is given up.
func TestLeaseOfADeadProcess(t *testing.T) {
	clock := &optest.Clock{}
	clock.Set(optest.Start)
	runs := 0
	modules := work(op.Job{Name: "do", Run: func(*op.Scope, json.RawMessage) error { runs++; return nil }})
	o := newOffice(t, clock.Now, modules)
	defer func() { o.stop() }()
	id := o.tenant("UTC")
	o.jobs.Drain(t.Context())
	o.ask(id, "work.do", "")
	begin := func() {
		t.Helper()
		err := o.jobs.with(t.Context(), id, func(db *storage.DB) error {
			job, err := db.ClaimJob(t.Context(), lease)
			if err == nil && job.Name != "work.do" {
				err = fmt.Errorf("claimed %s", job.Name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	begin()
	o.stop() // and the process is gone
	o.start(modules)
	if err := o.jobs.recall(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.jobs.Drain(t.Context())
	clock.Advance(lease - time.Second)
	o.jobs.Notify(id, clock.Now())
	o.jobs.Drain(t.Context())
	if runs != 0 {
		t.Fatal("it ran before its lease was over")
	}
	clock.Advance(time.Second)
	o.jobs.Drain(t.Context())
	if r := o.rows(id, "work.do"); runs != 1 || r[0].State != "done" || r[0].Attempt != 2 {
		t.Errorf("%d runs, %+v", runs, r)
	}

	o.ask(id, "work.do", "poison")
	for range mostStarts {
		begin()
		clock.Advance(lease)
	}
	o.jobs.Notify(id, clock.Now())
	o.jobs.Drain(t.Context())
	if r := o.rows(id, "work.do"); runs != 1 || r[1].State != "dead" || !strings.Contains(r[1].Error, "20 times") {
		t.Errorf("%d runs, %+v", runs, r)
	}
}

// A job that takes longer than its lease is cancelled; a clock that jumps over the lease does not start it a
// second time beside itself.
func TestOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ahead atomic.Int64
		var running, most, runs atomic.Int32
		o := newOffice(t, func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }, work(op.Job{Name: "slow", Run: func(s *op.Scope, _ json.RawMessage) error {
			runs.Add(1)
			most.Store(max(most.Load(), running.Add(1)))
			defer running.Add(-1)
			select {
			case <-s.Context().Done():
				return s.Context().Err()
			case <-time.After(3 * time.Minute):
				return nil
			}
		}}))
		defer o.stop()
		id := o.tenant("UTC")
		ctx, stop := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { o.jobs.Run(ctx) })
		time.Sleep(time.Second)
		o.ask(id, "work.slow", "")
		time.Sleep(time.Minute)
		ahead.Store(int64(time.Hour))
		o.jobs.Notify(id, o.now())
		time.Sleep(10 * time.Minute)
		if runs.Load() != 1 || most.Load() != 1 {
			t.Errorf("%d runs, %d at once", runs.Load(), most.Load())
		}
		// Shutdown waits for what runs, tells it to end, and leaves it to the next start.
		o.ask(id, "work.slow", "")
		time.Sleep(time.Minute)
		stop()
		wg.Wait()
		if running.Load() != 0 {
			t.Error("Run returned before the job did")
		}
		if r := o.rows(id, "work.slow"); len(r) != 2 || r[1].State != "ready" {
			t.Errorf("after the shutdown: %+v", r)
		}
	})
}

// TestThousandJobs: a thousand jobs due over twenty tenants, all closed before, finish; tenants are found by
// their hints.
func TestThousandJobs(t *testing.T) {
	var ran atomic.Int32
	modules := work(op.Job{Name: "do", Run: func(s *op.Scope, _ json.RawMessage) error {
		ran.Add(1)
		return nil
	}})
	clock := &optest.Clock{}
	clock.Set(optest.Start)
	o := newOffice(t, clock.Now, modules)
	defer func() { o.stop() }()
	var ids []string
	for range 20 {
		ids = append(ids, o.tenant("UTC"))
	}
	o.jobs.Drain(t.Context()) // their first nights
	later := clock.Now().Add(time.Minute)
	for _, id := range ids {
		o.write(id, func(tx *storage.WriteTx) error {
			for range 50 {
				if err := tx.Enqueue("work.do", nil, later, ""); err != nil {
					return err
				}
			}
			return nil
		})
		var due time.Time
		err := o.jobs.with(t.Context(), id, func(db *storage.DB) (err error) {
			due, err = o.jobs.again(t.Context(), db)
			return err
		})
		if err = errors.Join(err, o.store.HintDue(t.Context(), id, due)); err != nil {
			t.Fatal(err)
		}
	}
	o.stop()
	o.start(modules)
	if n := o.store.OpenTenants(); n != 0 {
		t.Fatalf("%d tenants open", n)
	}
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	clock.Advance(2 * time.Minute)
	wg.Go(func() { o.jobs.Run(ctx) })
	end := time.After(time.Minute)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for ran.Load() < 1000 {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("%d of 1000 jobs after a minute", ran.Load())
		}
	}
	stop()
	wg.Wait()
	for _, id := range ids {
		if r := o.rows(id, "work.do"); len(r) != 50 {
			t.Errorf("%d rows", len(r))
		}
	}
	if ran.Load() != 1000 {
		t.Errorf("%d runs", ran.Load())
	}
}

// A tenant that was made on the command line has no hint yet; the next start finds it all the same.
func TestTenantWithoutHint(t *testing.T) {
	clock := &optest.Clock{}
	clock.Set(optest.Start)
	var d diary
	modules := work(d.job("count"))
	o := newOffice(t, clock.Now, modules)
	defer func() { o.stop() }()
	id := o.tenant("UTC")
	call := storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "test"}, Action: "test", Owns: []string{"tenant"}}
	_, err := o.store.Control().Write(t.Context(), call, func(tx *storage.WriteTx) error {
		return tx.Exec("INSERT INTO tenant (id, slug, name, created_at) VALUES (?, 'acme', 'Acme', ?)", id, tx.Stamp())
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second start goes by the hint
		o.stop()
		o.start(modules)
		if err := o.jobs.recall(t.Context()); err != nil {
			t.Fatal(err)
		}
		o.jobs.Drain(t.Context())
		if n := len(d.take()); n != 1 {
			t.Errorf("%d runs", n)
		}
		clock.Set(nextNight(id, clock.Now(), time.UTC))
	}
}

// A file that cannot be worked on now is tried again, and does not hold up the others.
func TestUnopenableTenantIsTriedAgain(t *testing.T) {
	clock := &optest.Clock{}
	clock.Set(optest.Start)
	var d diary
	o := newOffice(t, clock.Now, work(d.job("count")))
	defer o.stop()
	id := o.store.NewID()
	if err := o.store.CreateTenant(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if err := o.keys.Shred(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	o.jobs.Notify(id, clock.Now())
	good := o.tenant("UTC")
	o.jobs.Notify(good, clock.Now())
	o.jobs.Drain(t.Context())
	if n := len(d.take()); n != 1 {
		t.Errorf("%d runs of the good one", n)
	}
	if _, waits := o.jobs.due[id]; !waits {
		t.Error("nobody will look at the file again")
	}
}
