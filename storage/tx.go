package storage

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// Instant is how times stand in files and on the wire: UTC and of fixed width, so that text sorts as time.
const Instant = "2006-01-02T15:04:05.000Z"

// Date is how calendar dates stand in files and on the wire.
const Date = "2006-01-02"

// ActorKind says what kind of someone acts.
type ActorKind string

// The kinds of actors.
const (
	Person    ActorKind = "person"
	Token     ActorKind = "token"
	System    ActorKind = "system"
	Operator  ActorKind = "operator"
	Guest     ActorKind = "guest"
	Anonymous ActorKind = "anonymous"
)

// Actor is who does something: a person by id, a job by name.
type Actor struct {
	Kind ActorKind `json:"kind"`
	ID   string    `json:"id"`
}

// Call says who runs which operation. It becomes the head of the audit record.
type Call struct {
	Actor   Actor
	Action  string   // "control.update"
	Request string   // request id
	Cause   string   // what set it off: a job's id, another record's number
	Note    string   // the reason a person gave
	Tenant  string   // in the control database only: whose record this is
	Token   string   // id of the access token used, if one was
	Owns    []string // tables the operation may change
}

// Receipt is what a write left behind.
type Receipt struct {
	Seq     int64 // number of its audit record, -1 when it changed nothing
	Changes []Change
}

// ReadTx reads one file at one moment. It has no way to write.
type ReadTx struct {
	ctx  context.Context
	tx   *sql.Tx
	now  time.Time
	call Call
	db   *DB
}

// WriteTx is a ReadTx that may also change the rows of its operation's tables.
type WriteTx struct {
	ReadTx
	events []Event
	jobs   []newJob
	idem   *remembered
	texts  []Text
	forget []string // objects whose text goes
	wrote  int      // bytes of the audit record, which says about how much the rows are
	bulk   bool
	undid  bool   // it put an earlier record back
	signed string // the checkpoint that it signed

	behind  []docKey // rows it changed that are searched
	indexed bool     // these are in the index, and all that waited
}

// Context is the context of the request.
func (tx *ReadTx) Context() context.Context { return tx.ctx }

// Now is the time at which the transaction began.
func (tx *ReadTx) Now() time.Time { return tx.now }

// Stamp is Now as it is stored.
func (tx *ReadTx) Stamp() string { return tx.now.Format(Instant) }

// Today is the date in the organisation's time zone.
func (tx *ReadTx) Today() string { return tx.now.In(tx.Zone()).Format(Date) }

// Zone is the organisation's time zone.
func (tx *ReadTx) Zone() *time.Location { return tx.db.zone.get(tx) }

// Call is who runs which operation.
func (tx *ReadTx) Call() Call { return tx.call }

// Query runs a query that returns rows.
func (tx *ReadTx) Query(q string, args ...any) (*sql.Rows, error) {
	return tx.tx.QueryContext(tx.ctx, q, args...)
}

// QueryRow runs a query that returns at most one row.
func (tx *ReadTx) QueryRow(q string, args ...any) *sql.Row {
	return tx.tx.QueryRowContext(tx.ctx, q, args...)
}

// Unseal opens a value that Seal made for the same place.
func (tx *ReadTx) Unseal(table, column, row, sealed string) ([]byte, error) {
	b, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil {
		return nil, fmt.Errorf("unseal %s.%s: %w", table, column, err)
	}
	return tx.db.key.OpenField(place(table, column, row), b)
}

// Seal encrypts a secret for one column of one row under the file's key.
func (tx *WriteTx) Seal(table, column, row string, plain []byte) (string, error) {
	b, err := tx.db.key.SealField(place(table, column, row), plain)
	if err != nil {
		return "", fmt.Errorf("seal %s.%s: %w", table, column, err)
	}
	return base64.RawStdEncoding.EncodeToString(b), nil
}

func place(table, column, row string) string { return table + "\x00" + column + "\x00" + row }

// Exec runs a statement that changes rows.
func (tx *WriteTx) Exec(q string, args ...any) error {
	_, err := tx.tx.ExecContext(tx.ctx, q, args...)
	return err
}

// ExecN is Exec that says how many rows it changed.
func (tx *WriteTx) ExecN(q string, args ...any) (int64, error) {
	res, err := tx.tx.ExecContext(tx.ctx, q, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// ExecOne is Exec for a statement that must change exactly one row; it returns [ErrNotFound] when it
// changed none.
func (tx *WriteTx) ExecOne(q string, args ...any) error {
	switch n, err := tx.ExecN(q, args...); {
	case err != nil:
		return err
	case n == 0:
		return ErrNotFound
	case n > 1:
		return fmt.Errorf("%s changed %d rows, want 1", tx.call.Action, n)
	}
	return nil
}

// NewID makes an id for a new row. Ids of a file sort as they were made, so that rows that come together stand
// together in every index: where each landed somewhere else, an import would touch the whole file.
func (tx *WriteTx) NewID() string { return tx.db.ids.next(tx.now, tx.db.cfg.Rand) }

// The pages that the writing connection keeps, in KiB: for ordinary writes, and for those of many rows, whose
// indexes would otherwise be read and spilled again for every row.
const (
	usualPages = 2000
	bulkPages  = 48_000
)

// Bulk says that this write changes thousands of rows. The connection keeps more pages until another write
// comes that does not say so.
func (tx *WriteTx) Bulk() error {
	tx.bulk = true
	return tx.db.keepPages(tx.ctx, tx.tx, bulkPages)
}

// keepPages sets how many pages the writing connection keeps. The caller holds mu, and a transaction is open.
func (db *DB) keepPages(ctx context.Context, tx *sql.Tx, kib int) error {
	if db.pages == kib {
		return nil
	}
	was := db.watch.phase
	db.watch.phase = schema
	defer func() { db.watch.phase = was }()
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA cache_size = -%d", kib)); err != nil {
		return err
	}
	db.pages = kib
	return nil
}

// Event adds to this write's audit record what its changed rows do not say.
func (tx *WriteTx) Event(e Event) { tx.events = append(tx.events, e) }

// Note sets the reason that the audit record gives, for operations that ask a person for one.
func (tx *WriteTx) Note(reason string) { tx.call.Note = reason }

// Read calls fn with a transaction that cannot write.
func (db *DB) Read(ctx context.Context, c Call, fn func(*ReadTx) error) error {
	return db.readAt(ctx, c, db.cfg.Now().UTC(), fn)
}

// Write calls fn with a transaction, appends what fn changed to the audit log, and commits; it returns
// when the disk has it. Nothing is kept if any of the three fails. A request that ends early does not
// cut a write in half: it runs to its end.
func (db *DB) Write(ctx context.Context, c Call, fn func(*WriteTx) error) (Receipt, error) {
	if err := ctx.Err(); err != nil {
		return Receipt{Seq: -1}, err
	}
	if db.far != nil {
		return db.far.write(ctx, c, fn)
	}
	ctx = context.WithoutCancel(ctx)
	r, done, err := func() (Receipt, commit, error) {
		db.mu.Lock()
		defer db.mu.Unlock() // also when fn panics
		return db.writeLocked(ctx, c, fn)
	}()
	if errors.Is(err, ErrClosed) {
		if next := db.successor(); next != nil {
			return next.Write(ctx, c, fn)
		}
	}
	if err == nil {
		err = db.durable(ctx, done)
	}
	if err != nil {
		return Receipt{Seq: -1}, explain(err)
	}
	return r, nil
}

// writeLocked also returns the commit, for durable. The caller holds mu.
func (db *DB) writeLocked(ctx context.Context, c Call, fn func(*WriteTx) error) (Receipt, commit, error) {
	none := Receipt{Seq: -1}
	if db.closed {
		return none, commit{}, ErrClosed
	}
	if err := db.ready(); err != nil {
		return none, commit{}, err
	}
	db.watch.begin(c.Owns)
	defer func() { db.watch.phase = closed }()
	t, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return none, commit{}, fmt.Errorf("begin write: %w", err)
	}
	defer t.Rollback()
	tx := &WriteTx{ReadTx: ReadTx{ctx: ctx, tx: t, now: db.cfg.Now().UTC(), call: c, db: db}}
	if err := fn(tx); err != nil {
		return none, commit{}, err
	}
	db.watch.phase = engine
	before := db.log
	seq, changes, err := db.record(tx)
	var also []Row
	if err == nil {
		err = db.lay(tx, seq, changes)
	}
	if err == nil {
		also, err = db.feed(tx, changes)
	}
	if err == nil {
		err = db.flush(tx)
	}
	if err == nil {
		err = t.Commit()
	}
	if err != nil {
		db.log = before
		return none, commit{}, err
	}
	done := commit{db.noted(), tx.signed}
	db.wait(tx.behind, tx.indexed)
	if !tx.bulk && db.pages == bulkPages {
		db.shrink(ctx)
	}
	db.committed(ctx, tx.wrote)
	for _, ch := range changes {
		if ch.Table == "organisation" {
			db.zone.reset()
		}
	}
	db.subs.publish(seq, changes, also, db.watch.touched)
	if due := tx.earliest(); !due.IsZero() && db.cfg.OnDue != nil {
		db.cfg.OnDue(db.id, due)
	}
	return Receipt{Seq: seq, Changes: changes}, done, nil
}

// shrink gives back the pages of a write of many rows. The caller holds mu; a failure only costs memory.
func (db *DB) shrink(ctx context.Context) {
	db.watch.phase = schema
	for _, q := range []string{fmt.Sprintf("PRAGMA cache_size = -%d", usualPages), "PRAGMA shrink_memory"} {
		if _, err := db.write.ExecContext(ctx, q); err != nil {
			db.cfg.Log.WarnContext(ctx, "give back pages", "db", db.id, "err", err)
			return
		}
	}
	db.pages = usualPages
}

// Record appends an event to the audit log: a read that matters, or a refused call (decisions.md 13).
func (db *DB) Record(ctx context.Context, c Call, e Event) (int64, error) {
	r, err := db.Write(ctx, c, func(tx *WriteTx) error {
		tx.Event(e)
		return nil
	})
	return r.Seq, err
}

// maintain runs the engine's own statements in a transaction of their own, without an audit record.
func (db *DB) maintain(ctx context.Context, fn func(tx *sql.Tx) error) error {
	if db.far != nil {
		return db.far.maintain(context.WithoutCancel(ctx), fn)
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.maintainLocked(context.WithoutCancel(ctx), fn)
}

func (db *DB) maintainLocked(ctx context.Context, fn func(tx *sql.Tx) error) error {
	if db.closed {
		return ErrClosed
	}
	db.watch.begin(nil)
	db.watch.phase = engine
	defer func() { db.watch.phase = closed }()
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return explain(err)
	}
	defer tx.Rollback()
	if err := fn(tx); err != nil {
		return explain(err)
	}
	if err := tx.Commit(); err != nil {
		return explain(err)
	}
	db.noted() // what the engine tidies need not be waited for
	db.committed(ctx, 0)
	return nil
}

// zoneCache keeps the organisation's time zone between the writes that may change it.
type zoneCache struct{ at atomic.Pointer[time.Location] }

func (z *zoneCache) reset() { z.at.Store(nil) }

func (z *zoneCache) get(tx *ReadTx) *time.Location {
	if l := z.at.Load(); l != nil {
		return l
	}
	l := time.UTC
	var name string
	if tx.db.kind == tenantKind && tx.QueryRow("SELECT zone FROM organisation").Scan(&name) == nil {
		if found, err := time.LoadLocation(name); err == nil {
			l = found
		}
	}
	z.at.Store(l)
	return l
}
