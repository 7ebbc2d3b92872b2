package ltxlog

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"time"
)

// Point is a moment of history: after a record, at an instant, or, when both are zero, now.
type Point struct {
	Seq  uint64
	Time time.Time
}

// RestoreOptions say how a restore is made. Open is required, unless it is Unchecked.
type RestoreOptions struct {
	// Open opens a database that nobody writes, to check it: read-only and immutable, so that nothing is left
	// beside it. The caller of it closes it.
	Open func(path string) (*sql.DB, error)
	Now  func() time.Time // how long it took is told by it; nil means time.Now

	// Unchecked leaves out SQLite's own look for faults, which takes longer than the rest together: for a copy
	// that is looked at and thrown away. That its bytes are those of the record is proved all the same. Open is
	// not needed then.
	Unchecked bool
}

// Report says what was restored. Whoever has one holds a database that was proved to be the state after record
// Seq: its bytes were read back and have the checksum that the record carries, and SQLite finds no fault in it
// unless it was told not to look.
type Report struct {
	Seq      uint64        `json:"record"`
	Time     time.Time     `json:"instant"` // of the record
	Snapshot uint64        `json:"snapshot"`
	Records  int           `json:"records"` // applied after the snapshot
	Pages    uint32        `json:"pages"`
	Bytes    int64         `json:"bytes"` // of the database
	Read     int64         `json:"read"`  // from the log
	Checksum string        `json:"checksum"`
	Took     time.Duration `json:"took"`
	Refused  []string      `json:"refused,omitempty"` // snapshots that could not be used, and why
	Aside    string        `json:"aside,omitempty"`   // where Take moved the file that was there

	sums *sums
}

// Restore writes the state of a tenant at a point of its history to path, which must not exist. It returns
// ErrNotFound when there is no such point, and ErrDamaged, with a sentence, when what the log has does not lead
// to it exactly; then nothing is left at path. It holds a few pages in memory, never the database.
//
// A snapshot that is damaged is passed over if an older one and all records after it are still there.
func Restore(ctx context.Context, l Log, tenant, path string, at Point, o RestoreOptions) (Report, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	began := o.Now()
	fail := func(err error) (Report, error) { return Report{}, fmt.Errorf("restore %s: %w", tenant, err) }
	if o.Open == nil && !o.Unchecked {
		return fail(errors.New("no way to check the database was given"))
	}
	if _, err := os.Lstat(path); err == nil {
		return fail(fmt.Errorf("%s exists already", path))
	}
	snaps, err := collect(l.Snapshots(ctx, tenant))
	if err != nil {
		return fail(err)
	}
	var refused []string
	for {
		p, left, passed, err := passing(ctx, l, tenant, snaps, at)
		refused = append(refused, passed...)
		if err != nil {
			return fail(because(refused, err))
		}
		rep, err := p.restore(ctx, l, tenant, path, o)
		if err == nil {
			rep.Refused, rep.Took = refused, o.Now().Sub(began)
			return rep, nil
		}
		if e := removeDatabase(path); e != nil {
			return fail(errors.Join(err, e))
		}
		if !p.base.Snapshot || !errors.As(err, &badBase{}) {
			return fail(because(refused, err))
		}
		refused = append(refused, err.Error())
		snaps = without(left, p.base.Max)
	}
}

// badBase is an error of the snapshot that a route begins with: an older one may still lead there.
type badBase struct{ error }

func (b badBase) Unwrap() error { return b.error }

// baseError marks damage as that of the base.
func baseError(err error) error {
	if errors.Is(err, ErrDamaged) {
		return badBase{err}
	}
	return err
}

// because adds why an older way had to be tried.
func because(refused []string, err error) error {
	if len(refused) == 0 {
		return err
	}
	return fmt.Errorf("%w (before that: %s)", err, refused[0])
}

func without(snaps []Entry, max uint64) (left []Entry) {
	for _, e := range snaps {
		if e.Max != max {
			left = append(left, e)
		}
	}
	return left
}

// route leads to a state: a snapshot or record 1, and the records after it.
type route struct {
	base   Entry
	check  bool // the record that the base ends with is still there, and must agree with it
	steps  []Entry
	broken Entry // a snapshot that does not even say when it was made
}

// passing plans a route past the snapshots that do not even say when they were made. It returns those that are left,
// and why the others were refused.
func passing(ctx context.Context, l Log, tenant string, snaps []Entry, at Point) (r route, left []Entry, refused []string, err error) {
	for {
		r, err = plan(ctx, l, tenant, snaps, at)
		if err == nil || r.broken.Max == 0 || !errors.Is(err, ErrDamaged) {
			return r, snaps, refused, err
		}
		refused = append(refused, err.Error())
		snaps = without(snaps, r.broken.Max)
	}
}

// plan finds the shortest route to a point.
func plan(ctx context.Context, l Log, tenant string, snaps []Entry, at Point) (route, error) {
	var r route
	var broken error
	before := func(e []Entry) func(i int) bool { // whether entry i is after the point
		return func(i int) bool {
			if broken != nil {
				return true
			}
			if at.Seq > 0 {
				return e[i].Max > at.Seq
			}
			t, err := instant(ctx, l, tenant, e[i])
			if err != nil {
				if broken = err; e[i].Snapshot {
					r.broken = e[i]
				}
			}
			return t.After(at.Time)
		}
	}
	upto := len(snaps)
	if at != (Point{}) {
		upto = sort.Search(len(snaps), before(snaps))
	}
	if broken != nil {
		return r, broken
	}
	last := ^uint64(0)
	if upto < len(snaps) {
		last = snaps[upto].Max // no record from here on is before the point
	}
	from := uint64(0)
	if upto > 0 {
		r.base = snaps[upto-1]
		from = r.base.Max - 1
	}
	var steps []Entry
	for e, err := range l.Records(ctx, tenant, from) {
		if err != nil {
			return r, err
		}
		if e.Max > last || at.Seq > 0 && e.Max > at.Seq {
			break
		}
		steps = append(steps, e)
	}
	if r.base.Max > 0 && len(steps) > 0 && steps[0].Max == r.base.Max {
		r.check, steps = true, steps[1:]
	}
	if !at.Time.IsZero() && at.Seq == 0 {
		steps = steps[:sort.Search(len(steps), before(steps))]
		if broken != nil {
			return r, broken
		}
	}
	if r.base.Max == 0 {
		if len(steps) == 0 || steps[0].Max != 1 {
			return r, fmt.Errorf("%w: nothing was kept from before that point", ErrNotFound)
		}
		r.base, steps = steps[0], steps[1:]
	}
	next := r.base.Max + 1
	for _, e := range steps {
		if e.Max != next {
			return r, fmt.Errorf("%w: record %d is missing", ErrDamaged, next)
		}
		next++
	}
	if at.Seq > 0 && next-1 != at.Seq {
		return r, fmt.Errorf("record %d: %w", at.Seq, ErrNotFound)
	}
	r.steps = steps
	return r, nil
}

// restore walks a route. Every step must begin where the one before ended.
func (r route) restore(ctx context.Context, l Log, tenant, path string, o RestoreOptions) (Report, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return Report{}, err
	}
	defer f.Close()
	rep := Report{Records: len(r.steps)}
	if r.base.Snapshot {
		rep.Snapshot = r.base.Max
	}
	s := &sums{}
	size := 0 // of a page
	write := func(no uint32, data []byte) error {
		if err := s.adding(len(data), nil)(no, data); err != nil {
			return err
		}
		_, err := f.WriteAt(data, (int64(no)-1)*int64(len(data)))
		return err
	}
	_, at, err := decode(ctx, l, tenant, r.base, write)
	if err != nil {
		return rep, baseError(err)
	}
	size = at.PageSize
	rep.Read += r.base.Size
	s.resize(at.Pages)
	if s.total() != at.Sum {
		return rep, baseError(fmt.Errorf("%w: %v leads to checksum %s, but says %s", ErrDamaged, r.base, s.total(), at.Sum))
	}
	if r.base.Snapshot && r.check {
		if _, same, err := decode(ctx, l, tenant, Record(r.base.Max), nil); err != nil {
			return rep, err
		} else if same.Sum != at.Sum {
			return rep, baseError(fmt.Errorf("%w: %v is not the state after record %d: it may be of another tenant", ErrDamaged, r.base, r.base.Max))
		}
	}
	ahead := fetch(ctx, l, tenant, r.steps)
	defer ahead.stop()
	for _, e := range r.steps {
		if err := ctx.Err(); err != nil {
			return rep, err
		}
		body, err := ahead.next()
		if err != nil {
			return rep, err
		}
		h, to, err := decodeFrom(body, e, write)
		if err = errors.Join(err, body.Close()); err != nil {
			return rep, err
		}
		if h.PreApplyChecksum != at.Sum || to.PageSize != size {
			err := fmt.Errorf("%w: %v does not follow record %d: it was made for another state, maybe of another tenant", ErrDamaged, e, at.Seq)
			if at.Seq == r.base.Max && !r.check {
				return rep, baseError(err) // which of the two is wrong nobody can say
			}
			return rep, err
		}
		s.resize(to.Pages)
		if s.total() != to.Sum {
			return rep, fmt.Errorf("%w: %v leads to checksum %s, but says %s", ErrDamaged, e, s.total(), to.Sum)
		}
		at = to
		rep.Read += e.Size
	}
	// The file may have been longer on the way, or end with the page that no record holds.
	if err := errors.Join(f.Truncate(int64(at.Pages)*int64(size)), f.Sync(), f.Close()); err != nil {
		return rep, err
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		return rep, err
	}
	rep.Seq, rep.Time, rep.Pages, rep.Bytes = at.Seq, at.Time, at.Pages, int64(at.Pages)*int64(size)
	rep.Checksum, rep.sums = at.Sum.String(), s
	return rep, prove(ctx, path, at, o)
}

// prove reads a restored database back and lets SQLite look for faults.
func prove(ctx context.Context, path string, at Position, o RestoreOptions) error {
	s, err := sumFile(path, at.PageSize)
	if err != nil {
		return err
	}
	if s == nil || s.total() != at.Sum {
		return errors.New("the disk gave back something else than was written to it")
	}
	if o.Unchecked {
		return nil
	}
	db, err := o.Open(path)
	if err != nil {
		return fmt.Errorf("check the database: %w", err)
	}
	err = checkSQL(ctx, db)
	return errors.Join(err, db.Close())
}

func checkSQL(ctx context.Context, db *sql.DB) error {
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&verdict); ctx.Err() != nil {
		return ctx.Err()
	} else if err != nil {
		return fmt.Errorf("%w: SQLite cannot read it: %w", ErrDamaged, err)
	}
	if verdict != "ok" {
		return fmt.Errorf("%w: SQLite says %s", ErrDamaged, verdict)
	}
	var table, parent string
	var row, key sql.NullInt64
	switch err := db.QueryRowContext(ctx, "PRAGMA foreign_key_check").Scan(&table, &row, &parent, &key); {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return fmt.Errorf("check the references: %w", err)
	}
	return fmt.Errorf("%w: row %d of table %s refers to nothing in %s", ErrDamaged, row.Int64, table, parent)
}

const (
	aheadCount = 16      // records asked for before their turn
	aheadSize  = 1 << 20 // a larger one is read in its turn
)

// fetched reads records ahead of their turn: from a bucket each takes a while to answer.
type fetched struct {
	ctx    context.Context
	stop   context.CancelFunc
	l      Log
	tenant string
	rest   []Entry
	queue  []func() (io.ReadCloser, error)
}

func fetch(ctx context.Context, l Log, tenant string, entries []Entry) *fetched {
	f := &fetched{l: l, tenant: tenant, rest: entries}
	f.ctx, f.stop = context.WithCancel(ctx)
	for range aheadCount {
		f.ask()
	}
	return f
}

// ask begins to read one more record.
func (f *fetched) ask() {
	if len(f.rest) == 0 {
		return
	}
	e := f.rest[0]
	f.rest = f.rest[1:]
	if e.Size > aheadSize {
		f.queue = append(f.queue, func() (io.ReadCloser, error) { return f.l.Get(f.ctx, f.tenant, e) })
		return
	}
	type result struct {
		b   []byte
		err error
	}
	got := make(chan result, 1)
	go func() {
		r := result{}
		body, err := f.l.Get(f.ctx, f.tenant, e)
		if r.err = err; err == nil {
			r.b, r.err = io.ReadAll(body)
			r.err = errors.Join(r.err, body.Close())
		}
		got <- r
	}()
	f.queue = append(f.queue, func() (io.ReadCloser, error) {
		r := <-got
		return io.NopCloser(bytes.NewReader(r.b)), r.err
	})
}

// next gives the next record.
func (f *fetched) next() (io.ReadCloser, error) {
	get := f.queue[0]
	f.queue = f.queue[1:]
	f.ask()
	return get()
}
