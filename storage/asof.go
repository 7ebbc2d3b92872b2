package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// ErrNoPast means that nothing keeps tenants' files as they were.
var ErrNoPast = errors.New("the past is not kept")

// Copies make a tenant's file as it was. Package backup has them. Errors are [ErrNotFound] for a state that is not
// kept, [ErrUnavailable] when it may be had later, and [ErrDamaged].
type Copies interface {
	// Find says, without making it, which state shows an instant.
	Find(ctx context.Context, id string, at time.Time) (Point, error)

	// Copy writes the state after a record to path, which must not exist, and proves it.
	Copy(ctx context.Context, id, path string, record uint64) error

	// Reach says how far back there are states.
	Reach(ctx context.Context, id string) (Reach, error)
}

// Point is a state of a file that can be had.
type Point struct {
	Record  uint64
	At      time.Time // when it was kept
	Settled bool      // nothing that is written from now on can be the state at the instant that was asked for
}

// Reach says how far back a file can be had: every state from Every on, some from First on.
type Reach struct {
	First, Every time.Time
}

// Past is a tenant as it was at an instant: it can be read, and nothing else.
type Past struct {
	db    *DB
	at    time.Time
	point Point
}

// At is the instant that is shown.
func (p *Past) At() time.Time { return p.at }

// Point is the state that shows it: the last one from before.
func (p *Past) Point() Point { return p.point }

// Read is [DB.Read] in the past. What is computed from the clock is computed as it was then.
func (p *Past) Read(ctx context.Context, c Call, fn func(*ReadTx) error) error {
	return p.db.readAt(ctx, c, p.at, fn)
}

// How many copies are kept to be looked at again, and how large they may be together. One copy may be larger.
const (
	pastCopies = 64
	pastBytes  = 512 << 20
)

// unsettled is how long a state is taken for the newest: it may be that already, and a page asks ten times.
const unsettled = 2 * time.Second

// pasts are the copies that are there. They lie in the clear beside the files, and go at every start.
type pasts struct {
	source Copies
	dir    string
	bytes  int64 // that all may have together

	making chan struct{} // holds one for each copy that is being made

	mu     sync.Mutex
	closed bool
	turn   int64 // counts uses
	open   map[pastKey]*pastCopy
	found  map[pastAsk]foundPoint
	drops  map[string]int // how often a tenant's copies were dropped
}

type pastKey struct {
	id     string
	record uint64
}

type pastAsk struct {
	id string
	at int64 // milliseconds
}

type foundPoint struct {
	Point
	asked time.Time
}

// pastCopy is a copy that is there, or being made.
type pastCopy struct {
	ready chan struct{} // closed when db or err is set
	db    *DB
	err   error
	bytes int64
	pins  int
	used  int64
	drops int // of its tenant, when it was begun
}

// openPasts throws away what an earlier process left.
func (s *Store) openPasts() error {
	s.pasts = &pasts{source: s.cfg.Past, dir: filepath.Join(s.cfg.Dir, "cache", "asof"), bytes: pastBytes,
		making: make(chan struct{}, 2), open: map[pastKey]*pastCopy{}, found: map[pastAsk]foundPoint{}, drops: map[string]int{}}
	if s.cfg.PastBytes > 0 {
		s.pasts.bytes = s.cfg.PastBytes
	}
	if err := os.RemoveAll(s.pasts.dir); err != nil {
		return fmt.Errorf("remove copies of the past: %w", err)
	}
	return nil
}

// PastReach says how far back a tenant can be looked at; [ErrNoPast] when nothing is kept, [ErrNotFound] when
// nothing is kept of this tenant.
func (s *Store) PastReach(ctx context.Context, id string) (Reach, error) {
	if _, err := s.tenantPath(id); err != nil {
		return Reach{}, err
	}
	if s.pasts.source == nil {
		return Reach{}, ErrNoPast
	}
	return s.pasts.source.Reach(ctx, id)
}

// Past opens a tenant as it was at an instant, until the returned function is called. [ErrNotFound] means that
// nothing was kept from before that instant. The first look makes a copy of the file, beside it and at today's
// schema; others at the same state wait for that one, and later ones find it.
func (s *Store) Past(ctx context.Context, id string, at time.Time) (*Past, func(), error) {
	if _, err := s.tenantPath(id); err != nil {
		return nil, nil, err
	}
	if s.isGone(id) {
		return nil, nil, ErrGone
	}
	ps := s.pasts
	if ps.source == nil {
		return nil, nil, ErrNoPast
	}
	point, err := ps.find(ctx, id, at)
	if err != nil {
		return nil, nil, err
	}
	key := pastKey{id, point.Record}
	ps.mu.Lock()
	if ps.closed {
		ps.mu.Unlock()
		return nil, nil, ErrClosed
	}
	c, ok := ps.open[key]
	if !ok {
		c = &pastCopy{ready: make(chan struct{}), drops: ps.drops[id]}
		ps.open[key] = c
	}
	c.pins++
	ps.turn++
	turn := ps.turn
	c.used = turn
	ps.mu.Unlock()
	done := sync.OnceFunc(func() { ps.unpin(c) })
	if !ok {
		s.makePast(context.WithoutCancel(ctx), key, c, turn) // others may wait for it
	}
	select {
	case <-c.ready:
	case <-ctx.Done():
		done()
		return nil, nil, ctx.Err()
	}
	if c.err != nil {
		done()
		return nil, nil, fmt.Errorf("open a copy of the past: %w", c.err)
	}
	return &Past{db: c.db, at: at.UTC(), point: point}, done, nil
}

// find remembers which state shows an instant, for ever once that cannot change.
func (ps *pasts) find(ctx context.Context, id string, at time.Time) (Point, error) {
	ask := pastAsk{id, at.UnixMilli()}
	ps.mu.Lock()
	f, ok := ps.found[ask]
	ps.mu.Unlock()
	if ok && (f.Settled || time.Since(f.asked) < unsettled) {
		return f.Point, nil
	}
	f.asked = time.Now() // not cfg.Now: how old an answer is, is about this process
	var err error
	if f.Point, err = ps.source.Find(ctx, id, at); err != nil {
		return Point{}, err
	}
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if len(ps.found) >= 1000 {
		clear(ps.found)
	}
	ps.found[ask] = f
	return f.Point, nil
}

// makePast makes the copy that others wait for, and lets go of those that have not been looked at for longest. n is
// a number that no other copy has.
func (s *Store) makePast(ctx context.Context, key pastKey, c *pastCopy, n int64) {
	ps := s.pasts
	ps.making <- struct{}{}
	db, bytes, err := s.copyPast(ctx, key, n)
	<-ps.making
	ps.mu.Lock()
	if ps.closed { // while it was made: its folder is gone, too
		if db != nil {
			err = db.discard()
		}
		db, err = nil, errors.Join(ErrClosed, err)
	}
	if db != nil && c.drops != ps.drops[key.id] { // it has what must not be seen any more
		db, err = nil, errors.Join(ErrUnavailable, db.discard())
	}
	c.db, c.bytes, c.err = db, bytes, err
	if err != nil && ps.open[key] == c {
		delete(ps.open, key)
	}
	victims := ps.victims(c)
	ps.mu.Unlock()
	close(c.ready)
	for _, v := range victims {
		if err := v.discard(); err != nil {
			s.cfg.Log.Error("discard a copy of the past", "tenant", v.id, "err", err)
		}
	}
}

// victims takes copies out until the rest is small enough; newest stays. The caller holds mu and discards them.
func (ps *pasts) victims(newest *pastCopy) (out []*DB) {
	for {
		var sum int64
		var oldest pastKey
		var least *pastCopy
		for k, c := range ps.open {
			sum += c.bytes
			if c.pins == 0 && c.db != nil && c != newest && (least == nil || c.used < least.used) {
				oldest, least = k, c
			}
		}
		if least == nil || sum <= ps.bytes && len(ps.open) <= pastCopies {
			return out // all in use: better over the limit than a refused request
		}
		out = append(out, least.db)
		delete(ps.open, oldest)
	}
}

func (ps *pasts) unpin(c *pastCopy) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	c.pins--
}

// drop throws away a tenant's copies, also those that are being made or looked at: what follows has to be made again.
func (ps *pasts) drop(id string) error {
	ps.mu.Lock()
	ps.drops[id]++
	var all []*DB
	for key, c := range ps.open {
		if key.id != id {
			continue
		}
		if c.db != nil {
			all = append(all, c.db)
		}
		delete(ps.open, key)
	}
	for ask := range ps.found {
		if ask.id == id {
			delete(ps.found, ask)
		}
	}
	ps.mu.Unlock()
	var errs []error
	for _, db := range all {
		errs = append(errs, db.discard())
	}
	return errors.Join(errs...)
}

// copyPast makes a copy and opens it.
func (s *Store) copyPast(ctx context.Context, key pastKey, n int64) (_ *DB, bytes int64, err error) {
	if err := os.MkdirAll(s.pasts.dir, 0o700); err != nil {
		return nil, 0, err
	}
	// An earlier copy of the same state may be on its way out: each has a name of its own.
	path := filepath.Join(s.pasts.dir, fmt.Sprintf("%s-%d-%d.db", key.id, key.record, n))
	if err := s.pasts.source.Copy(ctx, key.id, path, key.record); err != nil {
		return nil, 0, explain(err)
	}
	var db *DB
	if _, err = s.ClearErased(ctx, key.id, path); err == nil {
		db, err = s.openPast(ctx, path, key.id)
	}
	if err != nil {
		return nil, 0, errors.Join(explain(err), removeFile(path))
	}
	st, err := os.Stat(path)
	if err != nil {
		return nil, 0, errors.Join(err, db.discard())
	}
	return db, st.Size(), nil
}

// openPast brings a copy to today's schema, indexes what waited to be, and opens it for reading alone. It has
// no log, is in no pool, and is not waited for at the disk: whoever loses it makes it again.
func (s *Store) openPast(ctx context.Context, path, id string) (_ *DB, err error) {
	key, err := s.cfg.Keys.Key(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("key of %s: %w", id, err)
	}
	signer, err := s.cfg.Keys.Signer(ctx)
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	db := &DB{id: id, kind: tenantKind, path: path, cfg: &s.cfg, key: key, store: s, past: true, watch: &watch{phase: schema}}
	if db.signer, err = note.NewSigner(signer.SignerKey()); err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	if err := db.readyPast(ctx); err != nil {
		return nil, errors.Join(err, db.release())
	}
	if err := db.release(); err != nil { // SQLite folds its write-ahead log with the last connection
		return nil, err
	}
	db.write, db.closed = nil, true // for every way of writing
	db.read = openReaders(path, "ro&immutable=1")
	db.read.SetConnMaxIdleTime(time.Minute)
	return db, nil
}

func (db *DB) readyPast(ctx context.Context) error {
	db.write = openSQL(db.path, "rw", db.watch.install)
	db.write.SetMaxOpenConns(1)
	if err := identify(ctx, db.write, db.path, db.id, db.kind); err != nil {
		return err
	}
	if _, err := db.write.ExecContext(ctx, "PRAGMA synchronous = OFF"); err != nil {
		return err
	}
	if err := db.readyWriter(ctx); err != nil {
		return err
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	if err := db.indexLocked(ctx); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	_, _, err := db.fold(ctx, truncate)
	return err
}

// discard closes a copy and removes it.
func (db *DB) discard() error { return errors.Join(db.read.Close(), removeFile(db.path)) }

// closePasts lets go of every copy.
func (s *Store) closePasts() error {
	ps := s.pasts
	ps.mu.Lock()
	defer ps.mu.Unlock()
	ps.closed = true
	var errs []error
	for _, c := range ps.open {
		if c.db != nil {
			errs = append(errs, c.db.read.Close())
		}
	}
	clear(ps.open)
	return errors.Join(append(errs, os.RemoveAll(ps.dir))...)
}

// readAt is Read at a time that is given.
func (db *DB) readAt(ctx context.Context, c Call, now time.Time, fn func(*ReadTx) error) error {
	if db.far != nil {
		return db.far.read(ctx, c, now, fn)
	}
	if cells := db.cfg.Cells; cells != nil && !db.past {
		if err := cells.Alive(); err != nil { // what is here may be old by now
			return fmt.Errorf("%w: %w", ErrMoving, err)
		}
	}
	tx, err := db.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		if next := db.successor(); next != nil {
			return next.readAt(ctx, c, now, fn)
		}
		return fmt.Errorf("begin read: %w", handedOver(explain(err)))
	}
	defer tx.Rollback()
	return fn(&ReadTx{ctx: ctx, tx: tx, now: now, call: c, db: db})
}
