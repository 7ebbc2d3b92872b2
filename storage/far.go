package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// A file that another process has open is read and written through that process, statement by statement, by the same
// functions as one that is open here. The other process runs the transaction: it watches which tables change, writes
// the audit record and waits for the log. The installation's database is also kept here as a copy, so that reading it
// costs one question whether the copy is new enough, and none while the answer is not known: then the log is asked.

var errElsewhere = fmt.Errorf("%w: this can only be done where the file is open", ErrUnavailable)

// Step is one step of a transaction: its beginning, a statement, or its end.
type Step struct {
	Tx     string // empty at the beginning
	What   What
	Call   Call
	SQL    string
	Args   []Value
	Ending []byte // of a commit: what the transaction asked of the engine
}

// What is done in a step.
type What int

// The steps. A transaction begins with one of the first three.
const (
	BeginRead What = iota + 1
	BeginWrite
	BeginEngine // the engine's own tables, without an audit record
	Query
	Exec
	Commit
	Rollback
	SignCheckpoint // by itself, as the next
	ScrubFile
)

// Done is what came of a step.
type Done struct {
	Tx      string
	Now     time.Time
	Columns []string
	Rows    [][]Value
	Changed int64
	Receipt int64  // of a commit: the number of its audit record
	Record  uint64 // of a commit: a record of the log that has it
	Note    string // a signed checkpoint
	Failed  *Failure
}

// Failure is an error on its way between processes.
type Failure struct {
	Text string
	Is   int // which of the errors that callers match, from 1; 0 for none
}

// matched are the errors that keep their meaning on the way. Only ever add at the end.
var matched = []error{ErrNotFound, ErrNoTenant, ErrExists, ErrStale, ErrConflict, ErrFull, ErrDamaged, ErrClosed, ErrUnavailable, ErrNoJob, ErrKeyReused, sql.ErrNoRows, errNotHere}

var errNotHere = errors.New("the file is not open here")

func failureOf(err error) *Failure {
	if err == nil {
		return nil
	}
	f := &Failure{Text: err.Error()}
	for i, m := range matched {
		if errors.Is(err, m) {
			f.Is = i + 1
			break
		}
	}
	return f
}

// NotHere says that the file is not open in the process that was asked.
func (f *Failure) NotHere() bool { return errors.Is(f.error(), errNotHere) }

func (f *Failure) error() error {
	switch {
	case f == nil:
		return nil
	case f.Is > 0 && f.Is <= len(matched):
		return fmt.Errorf("elsewhere: %w (%s)", matched[f.Is-1], f.Text)
	}
	return errors.New("elsewhere: " + f.Text)
}

// Value is one value of SQLite.
type Value struct {
	Kind  byte // 0 for NULL
	Int   int64
	Float float64
	Text  string
	Bytes []byte
}

func valueOf(v any) (Value, error) {
	switch v := v.(type) {
	case nil:
		return Value{}, nil
	case int64:
		return Value{Kind: 'i', Int: v}, nil
	case bool:
		if v {
			return Value{Kind: 'i', Int: 1}, nil
		}
		return Value{Kind: 'i'}, nil
	case float64:
		return Value{Kind: 'f', Float: v}, nil
	case string:
		return Value{Kind: 't', Text: v}, nil
	case []byte:
		return Value{Kind: 'b', Bytes: v}, nil
	}
	return Value{}, fmt.Errorf("a value of type %T cannot leave this process", v)
}

func (v Value) any() any {
	switch v.Kind {
	case 'i':
		return v.Int
	case 'f':
		return v.Float
	case 't':
		return v.Text
	case 'b':
		if v.Bytes == nil {
			return []byte{}
		}
		return v.Bytes
	}
	return nil
}

// ending is what a write asks of the engine at its end.
type ending struct {
	Events []Event   `json:"events,omitempty"`
	Note   string    `json:"note,omitempty"`
	Jobs   []farJob  `json:"jobs,omitempty"`
	Answer *farReply `json:"answer,omitempty"`
}

type farJob struct {
	ID, Name, Args, Key, Cause string
	Due                        time.Time
}

type farReply struct {
	Key, Digest, Body string
	Status            int
}

// far is a file that another process has open.
type far struct {
	db    *DB
	cells Cells

	copy Copy // of the installation's database alone
	gate gate

	mu      sync.Mutex
	asking  bool
	waiting *asked
}

// asked is a question whether the copy is new enough, for all who came before it was put.
type asked struct {
	done chan struct{}
	err  error
}

// fresh waits until the copy shows everything that was acknowledged before it was called.
func (f *far) fresh(ctx context.Context) error {
	f.mu.Lock()
	if f.waiting == nil {
		f.waiting = &asked{done: make(chan struct{})}
	}
	mine := f.waiting
	if !f.asking {
		f.asking = true
		go f.ask()
	}
	f.mu.Unlock()
	select {
	case <-mine.done:
		return mine.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (f *far) ask() {
	for {
		f.mu.Lock()
		a := f.waiting
		f.waiting = nil
		if a == nil {
			f.asking = false
			f.mu.Unlock()
			return
		}
		f.mu.Unlock()
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		a.err = f.catchUp(ctx)
		cancel()
		close(a.done)
	}
}

func (f *far) catchUp(ctx context.Context) error {
	if newest, err := f.cells.Newest(ctx); err == nil && newest <= f.copy.Record() {
		return nil
	}
	return f.copy.Advance(ctx) // nobody answers, or there is more: the log knows
}

func (f *far) read(ctx context.Context, c Call, now time.Time, fn func(*ReadTx) error) error {
	if f.copy == nil {
		_, err := f.run(ctx, BeginRead, c, func(tx *WriteTx) error { return fn(&tx.ReadTx) })
		return err
	}
	if err := f.fresh(ctx); err != nil {
		if next := f.db.successor(); next != nil {
			return next.readAt(ctx, c, now, fn)
		}
		return unavailable(err)
	}
	f.gate.enter()
	defer f.gate.leave()
	tx, err := f.db.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		if next := f.db.successor(); next != nil {
			return next.readAt(ctx, c, now, fn)
		}
		return fmt.Errorf("begin read: %w", handedOver(explain(err)))
	}
	defer tx.Rollback()
	return fn(&ReadTx{ctx: ctx, tx: tx, now: now, call: c, db: f.db})
}

// write runs a write in the other process. Its receipt has no changes.
func (f *far) write(ctx context.Context, c Call, fn func(*WriteTx) error) (Receipt, error) {
	done, err := f.run(context.WithoutCancel(ctx), BeginWrite, c, fn)
	if err != nil {
		return Receipt{Seq: -1}, err
	}
	return Receipt{Seq: done.Receipt}, f.reach(ctx, done)
}

func (f *far) maintain(ctx context.Context, fn func(*sql.Tx) error) error {
	done, err := f.run(ctx, BeginEngine, Call{}, func(tx *WriteTx) error { return fn(tx.tx) })
	if err != nil {
		return err
	}
	return f.reach(ctx, done)
}

// reach brings the copy to what was written, so that who wrote it reads it.
func (f *far) reach(ctx context.Context, done Done) error {
	if f.copy == nil || f.copy.Record() >= done.Record {
		return nil
	}
	if err := f.copy.Advance(ctx); err != nil { // it is written all the same; the next read waits for it
		f.db.cfg.Log.WarnContext(ctx, "follow the control database", "err", err)
	}
	return nil
}

func (f *far) checkpoint(ctx context.Context) (string, error) {
	done, err := f.do(ctx, Step{What: SignCheckpoint})
	return done.Note, err
}

func (f *far) do(ctx context.Context, s Step) (Done, error) {
	d, err := f.cells.Do(ctx, f.db.id, s)
	if err != nil {
		return d, unavailable(err)
	}
	return d, d.Failed.error()
}

// run runs fn in a transaction of the other process.
func (f *far) run(ctx context.Context, begin What, c Call, fn func(*WriteTx) error) (done Done, err error) {
	conn := &farConn{ctx: ctx, far: f, begin: begin, call: c}
	db := sql.OpenDB(conn)
	defer db.Close()
	t, err := db.BeginTx(ctx, nil)
	if err != nil {
		return done, err
	}
	defer t.Rollback()
	tx := &WriteTx{ReadTx: ReadTx{ctx: ctx, tx: t, now: conn.now, call: c, db: f.db}}
	if err := fn(tx); err != nil {
		return done, err
	}
	if begin == BeginRead {
		return done, nil
	}
	e := ending{Events: tx.events, Note: tx.call.Note}
	for _, j := range tx.jobs {
		e.Jobs = append(e.Jobs, farJob{j.id, j.name, j.args, j.key, j.cause, j.due})
	}
	if i := tx.idem; i != nil {
		e.Answer = &farReply{i.key, i.digest, i.body, i.status}
	}
	if len(tx.texts)+len(tx.forget) > 0 || tx.undid || tx.bulk {
		return done, errElsewhere
	}
	if conn.ending, err = json.Marshal(e); err != nil {
		return done, err
	}
	err = t.Commit()
	return conn.done, err
}

// farConn is the one connection of one transaction. database/sql sees a driver in it.
type farConn struct {
	ctx   context.Context
	far   *far
	begin What
	call  Call

	tx     string
	now    time.Time
	ending []byte
	done   Done
}

func (c *farConn) Connect(context.Context) (driver.Conn, error) { return c, nil }
func (c *farConn) Driver() driver.Driver                        { return nil }
func (c *farConn) Close() error                                 { return nil }

// Prepare is needed by database/sql for statements that are prepared; nobody prepares any here.
func (c *farConn) Prepare(string) (driver.Stmt, error) {
	return nil, errors.New("statements of a file that is open elsewhere are not prepared")
}

func (c *farConn) Begin() (driver.Tx, error) { return c.BeginTx(c.ctx, driver.TxOptions{}) }

func (c *farConn) BeginTx(ctx context.Context, _ driver.TxOptions) (driver.Tx, error) {
	d, err := c.far.do(ctx, Step{What: c.begin, Call: c.call})
	if err != nil {
		return nil, err
	}
	c.tx, c.now = d.Tx, d.Now
	return c, nil
}

func (c *farConn) Commit() (err error) {
	c.done, err = c.far.do(c.ctx, Step{Tx: c.tx, What: Commit, Ending: c.ending})
	return err
}

func (c *farConn) Rollback() error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.ctx), patience)
	defer cancel()
	_, err := c.far.do(ctx, Step{Tx: c.tx, What: Rollback})
	return err
}

func (c *farConn) statement(ctx context.Context, what What, q string, args []driver.NamedValue) (Done, error) {
	s := Step{Tx: c.tx, What: what, SQL: q, Args: make([]Value, len(args))}
	for i, a := range args {
		if a.Name != "" {
			return Done{}, errors.New("named arguments cannot leave this process")
		}
		var err error
		if s.Args[i], err = valueOf(a.Value); err != nil {
			return Done{}, err
		}
	}
	return c.far.do(ctx, s)
}

func (c *farConn) ExecContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Result, error) {
	d, err := c.statement(ctx, Exec, q, args)
	return driver.RowsAffected(d.Changed), err
}

func (c *farConn) QueryContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Rows, error) {
	d, err := c.statement(ctx, Query, q, args)
	if err != nil {
		return nil, err
	}
	return &farRows{d.Columns, d.Rows}, nil
}

type farRows struct {
	columns []string
	rows    [][]Value
}

func (r *farRows) Columns() []string { return r.columns }
func (r *farRows) Close() error      { return nil }

func (r *farRows) Next(to []driver.Value) error {
	if len(r.rows) == 0 {
		return io.EOF
	}
	for i, v := range r.rows[0] {
		to[i] = v.any()
	}
	r.rows = r.rows[1:]
	return nil
}
