package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"assay/server/op"
	"assay/storage"
	"assay/storage/keys"
)

// Jobs runs the work that waits in tenants' files and in the control database: one dispatcher for all of
// them. A closed tenant costs nothing; the installation's hints say when it is worth opening.
type Jobs struct {
	store   *storage.Store
	ops     *op.Server
	modules []op.Module
	log     *slog.Logger
	mine    func(id string) bool // whether a file's jobs are run here; nil means that all are

	mu   sync.Mutex
	due  map[string]time.Time // by tenant id or keys.Control
	busy map[string]bool      // files whose job runs now: one at a time each
	wake chan struct{}
}

// lease is how long a job may run before it is cancelled, and how long one that a dead process left behind
// stays untouched.
const lease = 5 * time.Minute

// retries are the waits after a failed try. After the last one the job is dead, and doctor says so.
var retries = [...]time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 12 * time.Hour}

// mostStarts is how often a job is begun at most. One that comes to no end takes the program down with it.
const mostStarts = 20

// NewJobs makes a dispatcher. Its Notify may be called before Attach.
func NewJobs() *Jobs {
	return &Jobs{due: map[string]time.Time{}, busy: map[string]bool{}, wake: make(chan struct{}, 1)}
}

// attach gives the dispatcher what it runs.
func (j *Jobs) attach(store *storage.Store, ops *op.Server, modules []op.Module, log *slog.Logger) {
	j.store, j.ops, j.modules, j.log = store, ops, modules, log
}

// Notify says that a file has a job due at the given time. It never blocks; storage.Config.OnDue takes it.
func (j *Jobs) Notify(id string, at time.Time) {
	j.mu.Lock()
	if was, ok := j.due[id]; !ok || at.Before(was) {
		j.due[id] = at
	}
	j.mu.Unlock()
	select {
	case j.wake <- struct{}{}:
	default:
	}
}

// next takes the file whose job is due longest, or says how long until one is. The file is busy until
// release: a clock that jumps over a running job's lease does not start it twice.
func (j *Jobs) next(now time.Time) (id string, wait time.Duration) {
	j.mu.Lock()
	defer j.mu.Unlock()
	wait = time.Hour
	var first time.Time
	for k, at := range j.due {
		if !j.busy[k] && (id == "" || at.Before(first) || at.Equal(first) && k < id) {
			id, first = k, at
		}
	}
	if id == "" {
		return "", wait
	}
	if d := first.Sub(now); d > 0 {
		return "", min(d, wait)
	}
	delete(j.due, id)
	j.busy[id] = true
	return id, 0
}

func (j *Jobs) release(id string) {
	j.mu.Lock()
	delete(j.busy, id)
	j.mu.Unlock()
	select {
	case j.wake <- struct{}{}: // what came for the file meanwhile
	default:
	}
}

// Recall looks again at what waits: the files that are worked on here may be others than before.
func (j *Jobs) Recall(ctx context.Context) {
	if j.store == nil {
		return
	}
	if err := j.recall(ctx); err != nil {
		j.log.WarnContext(ctx, "read waiting jobs", "err", err)
	}
}

// here says whether a file's jobs are run in this process.
func (j *Jobs) here(id string) bool {
	if id == keys.Control {
		return j.store.Writes()
	}
	return j.mine == nil || j.mine(id)
}

// Run dispatches until ctx ends, then waits for the jobs under way.
func (j *Jobs) Run(ctx context.Context) {
	if err := j.recall(ctx); err != nil {
		j.log.ErrorContext(ctx, "read waiting jobs", "err", err)
	}
	const workers = 2
	slots := make(chan struct{}, workers)
	var wg sync.WaitGroup
	defer wg.Wait()
	timer := time.NewTimer(0)
	defer timer.Stop()
	last := j.store.Now()
	for {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		now := j.store.Now()
		if now.Before(last.Add(-time.Minute)) {
			j.log.WarnContext(ctx, "the clock was set back", "from", last, "to", now)
			if err := j.recall(ctx); err != nil {
				j.log.ErrorContext(ctx, "read waiting jobs", "err", err)
			}
		}
		last = now
		id, wait := j.next(now)
		if id != "" {
			wg.Go(func() {
				defer func() { <-slots }()
				j.one(ctx, id)
			})
			continue
		}
		<-slots
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return
		case <-j.wake:
		case <-timer.C:
		}
	}
}

// Drain runs everything that is due now and returns how many jobs that were. Tests and the demo's builder
// use it in place of Run.
func (j *Jobs) Drain(ctx context.Context) int {
	n := 0
	for ctx.Err() == nil {
		id, _ := j.next(j.store.Now())
		if id == "" {
			return n
		}
		if j.one(ctx, id) {
			n++
		}
	}
	return n
}

// recall reads what an earlier process left: the installation's own jobs, and the tenants' hints. Every
// file has a night before it; a hint beyond that was written by a clock that ran ahead, and a file without
// one was made on the command line: both are looked at now.
func (j *Jobs) recall(ctx context.Context) error {
	if j.here(keys.Control) {
		if _, err := j.again(ctx, j.store.Control()); err != nil {
			return err
		}
	}
	now := j.store.Now()
	hints, err := j.store.Due(ctx, farAway)
	if err != nil {
		return err
	}
	for id, at := range hints {
		if at.After(now.Add(2 * day)) {
			at = now
		}
		j.Notify(id, at)
	}
	return j.store.Control().Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		rows, err := tx.Query("SELECT id FROM tenant WHERE NOT EXISTS (SELECT 1 FROM tenant_hint h WHERE h.tenant = tenant.id AND h.next_due <> '')")
		if err != nil {
			return err
		}
		_, err = op.Scan(rows, func(r op.Row) (id string, err error) {
			if err = r.Scan(&id); err == nil {
				j.Notify(id, now)
			}
			return id, err
		})
		return err
	})
}

const day = 24 * time.Hour

var farAway = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func systemCall(name string) storage.Call {
	return storage.Call{Actor: storage.Actor{Kind: storage.System, ID: name}, Action: "system." + name}
}

// nextNight is the coming night's time for a file: between ten past midnight and ten past one in the
// tenant's zone, spread over tenants by their id.
func nextNight(id string, now time.Time, zone *time.Location) time.Time {
	h := fnv.New32a()
	h.Write([]byte(id))
	local := now.In(zone)
	midnight := time.Date(local.Year(), local.Month(), local.Day()+1, 0, 0, 0, 0, zone)
	for midnight.Day() == local.Day() { // there is no midnight where clocks are put forward at it
		midnight = midnight.Add(time.Hour)
	}
	return midnight.Add(10*time.Minute + time.Duration(h.Sum32()%3600)*time.Second)
}

// enqueueNight asks for the coming night. Its key names the night, so that it is asked for once, also by
// the night before it, which is still running then.
func enqueueNight(tx *storage.WriteTx, id string) error {
	at := nextNight(id, tx.Now(), tx.Zone())
	return tx.Enqueue(storage.Nightly, nil, at, at.In(tx.Zone()).Format(storage.Date))
}

// keepNight asks for the coming night where nothing does: the last one was given up, or a clock that ran
// ahead has put it off to a far day.
func keepNight(ctx context.Context, db *storage.DB) error {
	var due string
	missing := false
	err := db.Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		latest := nextNight(db.ID(), tx.Now(), tx.Zone()).Add(day).UTC().Format(storage.Instant)
		err := tx.QueryRow("SELECT coalesce(min(due), '') FROM job WHERE name = ? AND state IN ('ready', 'running')", storage.Nightly).Scan(&due)
		missing = due == "" || due > latest
		return err
	})
	if err != nil || !missing {
		return err
	}
	_, err = db.Write(ctx, systemCall(storage.Nightly), func(tx *storage.WriteTx) error { return enqueueNight(tx, db.ID()) })
	return err
}

func (j *Jobs) with(ctx context.Context, id string, fn func(*storage.DB) error) error {
	if id == keys.Control {
		return fn(j.store.Control())
	}
	db, done, err := j.store.Tenant(ctx, id)
	if err != nil {
		return err
	}
	defer done()
	return fn(db)
}

// one runs one job of a file that next gave, and reports whether there was one. A file that cannot be
// worked on now, because its disk is full or its key is missing, is tried again after a while.
func (j *Jobs) one(ctx context.Context, id string) (ran bool) {
	defer j.release(id)
	if !j.here(id) {
		return false // another process heard of it, or will
	}
	var due time.Time
	err := j.with(ctx, id, func(db *storage.DB) error {
		job, err := db.ClaimJob(ctx, lease)
		if errors.Is(err, storage.ErrNoJob) {
			due, err = j.again(ctx, db)
			return err
		}
		if err != nil {
			return err
		}
		ran = true
		failure := j.run(ctx, db, job)
		now := j.store.Now()
		var retry time.Time
		switch {
		case failure == nil:
		case ctx.Err() != nil:
			retry = now // it was the program that ended, not the job that failed
		case job.Attempt <= len(retries):
			retry = now.Add(retries[job.Attempt-1])
		}
		if failure != nil {
			j.log.ErrorContext(ctx, "job failed", "job", job.Name, "attempt", job.Attempt, "db", id, "err", failure)
		}
		// The job is over even when the program is ending: say so before it does.
		ctx := context.WithoutCancel(ctx)
		err = db.EndJob(ctx, job, failure, retry)
		var next error
		due, next = j.again(ctx, db)
		return errors.Join(err, next)
	})
	if err == nil && id != keys.Control { // nobody waits for the file because of this
		err = j.store.HintDue(context.WithoutCancel(ctx), id, due)
	}
	if err != nil && ctx.Err() == nil {
		j.log.ErrorContext(ctx, "run jobs", "db", id, "err", err)
		if !errors.Is(err, storage.ErrNoTenant) {
			j.Notify(id, j.store.Now().Add(lease))
		}
	}
	return ran
}

// again notes when a file is to be looked at next, and says when that is, for the installation's hints.
func (j *Jobs) again(ctx context.Context, db *storage.DB) (time.Time, error) {
	if err := keepNight(ctx, db); err != nil {
		return time.Time{}, err
	}
	due, ok, err := db.NextDue(ctx)
	if err == nil && ok {
		j.Notify(db.ID(), due)
	}
	return due, err
}

func (j *Jobs) run(ctx context.Context, db *storage.DB, job storage.Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	if job.Attempt > mostStarts {
		return fmt.Errorf("it was begun %d times and never came to an end", mostStarts)
	}
	ctx, cancel := context.WithTimeout(ctx, lease)
	defer cancel()
	if job.Name == storage.Nightly {
		return j.night(ctx, db)
	}
	m, found := j.find(job.Name)
	if found == nil {
		return fmt.Errorf("no module has a job %q", job.Name)
	}
	tenant := db.ID()
	if tenant == keys.Control {
		tenant = ""
	}
	return j.ops.RunJob(ctx, tenant, m, *found, json.RawMessage(job.Args), job.Cause)
}

// find looks a job up by its full name, "evidence.recalculate".
func (j *Jobs) find(name string) (op.Module, *op.Job) {
	module, job, _ := strings.Cut(name, ".")
	for _, m := range j.modules {
		if m.Name != module {
			continue
		}
		for i := range m.Jobs {
			if m.Jobs[i].Name == job {
				return m, &m.Jobs[i]
			}
		}
	}
	return op.Module{}, nil
}

// night enqueues every nightly job of the file's kind, and the next night.
func (j *Jobs) night(ctx context.Context, db *storage.DB) error {
	_, err := db.Write(ctx, systemCall(storage.Nightly), func(tx *storage.WriteTx) error {
		for _, m := range j.modules {
			for _, job := range m.Jobs {
				if !job.Nightly || job.Control != (db.ID() == keys.Control) {
					continue
				}
				name := m.Name + "." + job.Name
				if err := tx.Enqueue(name, nil, tx.Now(), name); err != nil {
					return err
				}
			}
		}
		return enqueueNight(tx, db.ID())
	})
	return err
}
