package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"assay/storage/keys"
)

// visitors are the transactions that other processes run here, by their number.
type visitors struct {
	mu   sync.Mutex
	open map[string]*visitor
}

// visitor is one transaction of another process: its steps go in, what came of them goes out.
type visitor struct {
	steps   chan Step
	answers chan Done
}

var (
	errGone   = errors.New("the other process has gone")
	errUndone = errors.New("the other process takes it back")
	errNoTx   = fmt.Errorf("%w: this transaction has ended", ErrUnavailable)
)

// Serve takes a step of a transaction that another process runs on a file that is open here. A file that is not open
// here is refused: the other process has to look again where it is.
func (s *Store) Serve(ctx context.Context, id string, step Step) Done {
	if step.Tx != "" {
		return s.visitors.step(ctx, step)
	}
	db, release, err := s.localFor(ctx, id)
	if err != nil {
		return Done{Failed: failureOf(err)}
	}
	switch step.What {
	case SignCheckpoint:
		defer release()
		text, err := db.Checkpoint(ctx)
		return Done{Note: text, Record: db.NewestRecord(), Failed: failureOf(err)}
	case ScrubFile:
		defer release()
		return Done{Failed: failureOf(db.Scrub(ctx))}
	}
	v := &visitor{steps: make(chan Step), answers: make(chan Done)}
	tx := s.NewID()
	s.visitors.add(tx, v)
	go func() {
		defer release()
		defer s.visitors.remove(tx)
		v.serve(context.WithoutCancel(ctx), db, tx, step)
	}()
	return v.answer(ctx)
}

// localFor finds a file that is open here, or belongs here.
func (s *Store) localFor(ctx context.Context, id string) (*DB, func(), error) {
	if id == keys.Control {
		db := s.Control()
		if db.far != nil {
			return nil, nil, errNotHere
		}
		return db, func() {}, nil
	}
	db, release, err := s.Tenant(ctx, id)
	if err == nil && db.far != nil {
		release()
		return nil, nil, errNotHere
	}
	return db, release, err
}

func (vs *visitors) add(tx string, v *visitor) {
	vs.mu.Lock()
	defer vs.mu.Unlock()
	if vs.open == nil {
		vs.open = map[string]*visitor{}
	}
	vs.open[tx] = v
}

func (vs *visitors) remove(tx string) {
	vs.mu.Lock()
	defer vs.mu.Unlock()
	delete(vs.open, tx)
}

func (vs *visitors) step(ctx context.Context, step Step) Done {
	vs.mu.Lock()
	v := vs.open[step.Tx]
	vs.mu.Unlock()
	if v == nil {
		return Done{Failed: failureOf(errNoTx)}
	}
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case v.steps <- step:
		return v.answer(ctx)
	case <-late.C:
	case <-ctx.Done():
	}
	return Done{Failed: failureOf(errNoTx)}
}

// answer waits for what comes of a step. A commit may wait for the log as long as any other.
func (v *visitor) answer(ctx context.Context) Done {
	select {
	case d := <-v.answers:
		return d
	case <-ctx.Done():
		return Done{Failed: failureOf(fmt.Errorf("%w: %w", ErrUnavailable, ctx.Err()))}
	}
}

// serve runs the transaction, from its first step to its last.
func (v *visitor) serve(ctx context.Context, db *DB, id string, begin Step) {
	var last Done
	var err error
	switch begin.What {
	case BeginRead:
		err = db.Read(ctx, begin.Call, func(tx *ReadTx) error {
			return v.follow(Done{Tx: id, Now: tx.now}, func(s Step) (Done, error) { return statement(ctx, tx.tx, s) }, nil)
		})
	case BeginWrite:
		var rc Receipt
		rc, err = db.Write(ctx, begin.Call, func(tx *WriteTx) error {
			return v.follow(Done{Tx: id, Now: tx.now}, func(s Step) (Done, error) { return statement(ctx, tx.tx, s) }, tx.end)
		})
		last.Receipt = rc.Seq
	case BeginEngine:
		err = db.maintain(ctx, func(tx *sql.Tx) error {
			return v.follow(Done{Tx: id, Now: db.cfg.Now().UTC()}, func(s Step) (Done, error) { return statement(ctx, tx, s) }, nil)
		})
	default:
		err = fmt.Errorf("%d is no way to begin", begin.What)
	}
	if errors.Is(err, errGone) {
		return
	}
	if errors.Is(err, errUndone) {
		err = nil
	}
	last.Failed, last.Record = failureOf(err), db.NewestRecord()
	v.say(last)
}

// say hands an answer to whoever asked, if there still is one.
func (v *visitor) say(d Done) bool {
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case v.answers <- d:
		return true
	case <-late.C:
		return false
	}
}

// follow answers that the transaction has begun, and then every statement until its end.
func (v *visitor) follow(begun Done, run func(Step) (Done, error), end func([]byte) error) error {
	next := begun
	for {
		if !v.say(next) {
			return errGone
		}
		late := time.NewTimer(patience)
		select {
		case <-late.C:
			return errGone
		case s := <-v.steps:
			late.Stop()
			switch s.What {
			case Rollback:
				return errUndone
			case Commit:
				if end == nil {
					return nil
				}
				return end(s.Ending)
			}
			d, err := run(s)
			d.Failed = failureOf(err)
			next = d
		}
	}
}

// mostRows is how many rows one statement of another process may give.
const mostRows = 100_000

func statement(ctx context.Context, tx *sql.Tx, s Step) (d Done, err error) {
	args := make([]any, len(s.Args))
	for i, v := range s.Args {
		args[i] = v.any()
	}
	if s.What == Exec {
		r, err := tx.ExecContext(ctx, s.SQL, args...)
		if err != nil {
			return d, explain(err)
		}
		d.Changed, err = r.RowsAffected()
		return d, err
	}
	rows, err := tx.QueryContext(ctx, s.SQL, args...)
	if err != nil {
		return d, explain(err)
	}
	defer rows.Close()
	if d.Columns, err = rows.Columns(); err != nil {
		return d, err
	}
	for rows.Next() {
		row, to := make([]any, len(d.Columns)), make([]any, len(d.Columns))
		for i := range row {
			to[i] = &row[i]
		}
		if err := rows.Scan(to...); err != nil {
			return d, err
		}
		out := make([]Value, len(row))
		for i, v := range row {
			if out[i], err = valueOf(v); err != nil {
				return d, err
			}
		}
		if d.Rows = append(d.Rows, out); len(d.Rows) > mostRows {
			return d, fmt.Errorf("more than %d rows are not read from another process", mostRows)
		}
	}
	return d, explain(rows.Err())
}

// end takes what a write of another process asks of the engine.
func (tx *WriteTx) end(text []byte) error {
	var e ending
	if err := json.Unmarshal(text, &e); err != nil {
		return err
	}
	tx.events, tx.call.Note = e.Events, e.Note
	for _, j := range e.Jobs {
		tx.jobs = append(tx.jobs, newJob{id: j.ID, name: j.Name, args: j.Args, key: j.Key, cause: j.Cause, due: j.Due})
	}
	if a := e.Answer; a != nil {
		tx.idem = &remembered{key: a.Key, digest: a.Digest, body: a.Body, status: a.Status}
	}
	return nil
}
