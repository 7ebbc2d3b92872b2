package storage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"assay/storage/keys"
)

// Cells are the processes that share an installation. Each has some of the tenants open, one of them the
// installation's own database; the others reach what is open elsewhere through them. Package server/cell has them.
// Their word is about who should write what; who may is decided by the logs alone, where a slot has one winner.
type Cells interface {
	// Here says whether a tenant that is not open belongs to this process.
	Here(id string) bool

	// Own is called before a file is opened here. Whoever had it open has closed it when Own returns, or its lease has
	// run out.
	Own(ctx context.Context, id string) error

	// Forget has every other process close a tenant and remove what lies on its disk of it.
	Forget(ctx context.Context, id string) error

	// Clear has every other process take the people who were erased from what lies on its disk of a tenant.
	Clear(ctx context.Context, id string) error

	// Closed is called when a file that was owned is closed.
	Closed(id string)

	// Alive is an error when another process may have taken over what this one has open.
	Alive() error

	// Follow keeps a copy of the installation's database at path. hold is locked while the copy changes.
	Follow(ctx context.Context, path string, hold sync.Locker) (Copy, error)

	// Newest is the newest record of the installation's database, as whoever writes it knows.
	Newest(ctx context.Context) (uint64, error)

	// Do takes a step of a transaction in the process that has a file open.
	Do(ctx context.Context, id string, s Step) (Done, error)
}

// Copy is a copy of a file that another process writes.
type Copy interface {
	Record() uint64                    // the state that it shows
	Advance(ctx context.Context) error // takes what is newer
	Close() error
}

// ErrMoving means a tenant that another process is about to open. It may be tried again in a moment.
var ErrMoving = fmt.Errorf("%w: it is moving to another process", ErrUnavailable)

// handedOver says of a file that was closed between finding it and reading it that another process has it now: asked again, it is
// found where it is then. database/sql has no name for its error.
func handedOver(err error) error {
	if strings.HasSuffix(err.Error(), "sql: database is closed") {
		return fmt.Errorf("%w: %w", ErrMoving, err)
	}
	return err
}

// Writes says whether this process writes the installation's database.
func (s *Store) Writes() bool { return s.Control().far == nil }

// Aside runs what is written by the way, such as that a session is in use: at once where the installation's database
// is written here, and beside the request where that would make it wait for another process.
func (s *Store) Aside(ctx context.Context, fn func(context.Context)) {
	if s.Writes() {
		fn(ctx)
		return
	}
	s.hints.Go(func() { fn(context.WithoutCancel(ctx)) })
}

// Has says whether a tenant is open here and stays so.
func (s *Store) Has(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.open[id]
	return e != nil && e.leaving == nil
}

// Release closes a tenant, so that another process can open it. Who uses it comes to an end first, at most until ctx
// ends; who comes meanwhile is told to come again. Only work on the whole file is not cut off then: the tenant is closed
// when that is over, and ErrMoving until then. A tenant that is not open is released already.
func (s *Store) Release(ctx context.Context, id string) error {
	s.mu.Lock()
	e := s.open[id]
	if e == nil {
		s.mu.Unlock()
		return nil
	}
	first := e.leave()
	s.mu.Unlock()
	if !first { // it is being closed already
		select {
		case <-e.gone:
			return nil
		case <-ctx.Done():
			return fmt.Errorf("release tenant: %w", ctx.Err())
		}
	}
	<-e.ready
	if e.db != nil {
		e.db.subs.closeAll() // streams would last for ever
	}
	select {
	case <-e.leaving:
	case <-ctx.Done(): // a download that takes its time is cut off
		s.mu.Lock()
		whole := e.whole > 0
		s.mu.Unlock()
		if whole {
			go func() {
				<-e.leaving
				if err := s.handOver(e, id); err != nil {
					s.cfg.Log.Error("close tenant", "tenant", id, "err", err)
				}
			}()
			return ErrMoving
		}
	}
	if err := s.handOver(e, id); err != nil {
		return fmt.Errorf("release tenant: %w", err)
	}
	return nil
}

// handOver closes a tenant that is leaving, and removes its file where others may have it next.
func (s *Store) handOver(e *entry, id string) error {
	return s.leave(e, func() error {
		if s.cfg.Cells == nil || !tenantID.MatchString(id) {
			return nil
		}
		return s.clean(id) // it is on the disk of whoever has it next
	})
}

// clean removes the file of a tenant that is not open, and copies of its past: the log has all of it.
func (s *Store) clean(id string) error {
	path, err := s.tenantPath(id)
	if err != nil {
		return err
	}
	return errors.Join(s.pasts.drop(id), removeFile(path))
}

// ClearHere takes the people who were erased from what lies here of a tenant that another process has open.
func (s *Store) ClearHere(ctx context.Context, id string) error {
	if !tenantID.MatchString(id) {
		return ErrNoTenant
	}
	err := s.whileClosed(ctx, id, func() error { return s.clean(id) })
	if err = errors.Join(err, s.clearBranches(ctx, id)); err != nil {
		return fmt.Errorf("clear tenant: %w", err)
	}
	return nil
}

// cellMark is how a data directory remembers that it belongs to a cell, whose files are what the logs have.
const cellMark = "cell"

// cleanAll begins with an empty disk but for branches, from which it takes who was erased while this process did not
// run. A directory that was not a cell's is left as it is: what is in it may be nowhere else yet.
func (s *Store) cleanAll(ctx context.Context) error {
	fail := func(err error) error { return fmt.Errorf("clean the data directory of a cell: %w", err) }
	mark := filepath.Join(s.cfg.Dir, cellMark)
	if s.cfg.Cells == nil { // from now on its files may be ahead of what the logs have
		return removeFile(mark)
	}
	files, err := filepath.Glob(filepath.Join(s.cfg.Dir, "tenants", "*.db"))
	if err != nil {
		return fail(err)
	}
	if _, err := os.Stat(mark); errors.Is(err, os.ErrNotExist) {
		if len(files) > 0 {
			return nil
		}
		if err := writeFile(mark, strings.NewReader("")); err != nil {
			return fail(err)
		}
	} else if err != nil {
		return fail(err)
	}
	for _, f := range files {
		if err := removeFile(f); err != nil {
			return fail(err)
		}
	}
	dirs, err := filepath.Glob(filepath.Join(s.cfg.Dir, "branches", "*"))
	if err != nil {
		return fail(err)
	}
	for _, d := range dirs {
		err := s.clearBranches(ctx, filepath.Base(d))
		if errors.Is(err, keys.ErrNoKey) {
			err = os.RemoveAll(d)
		}
		if err != nil {
			return fail(err)
		}
	}
	return nil
}

// whileClosed calls fn while a file of the pool is closed: who comes meanwhile is told to come again.
func (s *Store) whileClosed(ctx context.Context, name string, fn func() error) error {
	brief, cancel := context.WithTimeout(ctx, lastWords)
	defer cancel()
	if err := s.Release(brief, name); err != nil {
		return err
	}
	e := &entry{ready: make(chan struct{})}
	close(e.ready)
	s.mu.Lock()
	if s.open[name] != nil { // somebody was faster
		s.mu.Unlock()
		return ErrMoving
	}
	e.leave()
	s.open[name] = e
	s.mu.Unlock()
	return s.leave(e, fn)
}

// leave marks a tenant that is to be closed, and says whether this was the first to do so. The caller holds the
// store's mu.
func (e *entry) leave() (first bool) {
	if e.leaving != nil {
		return false
	}
	e.leaving, e.gone = make(chan struct{}), make(chan struct{})
	if e.pins == 0 {
		close(e.leaving)
	}
	return true
}

// leave closes a tenant that was marked, does what is to be done while nobody can open it again, and forgets it.
func (s *Store) leave(e *entry, then func() error) (err error) {
	e.once.Do(func() {
		if e.db != nil {
			err = s.shut(e.db)
		}
		err = errors.Join(err, then())
		s.mu.Lock()
		for id, o := range s.open {
			if o == e {
				delete(s.open, id)
			}
		}
		s.mu.Unlock()
		close(e.gone)
	})
	return err
}

// shut closes a file, tells the other processes, and has the installation remember where its log stood. Who waits for
// the file does not wait for that.
func (s *Store) shut(db *DB) error {
	err := db.close()
	if s.cfg.Cells != nil && db.far == nil && !db.draft {
		s.cfg.Cells.Closed(db.id)
	}
	if db.last != "" {
		if s.cfg.Cells == nil {
			db.hintCheckpoint(context.Background(), db.last)
		} else {
			s.hints.Go(func() { db.hintCheckpoint(context.Background(), db.last) })
		}
	}
	return err
}

// elsewhere is a tenant that another process has open, nil when it belongs here.
func (s *Store) elsewhere(ctx context.Context, id string) (*DB, error) {
	if s.cfg.Cells.Here(id) {
		return nil, nil
	}
	key, err := s.cfg.Keys.Key(ctx, id)
	if errors.Is(err, keys.ErrNoKey) {
		return nil, ErrNoTenant
	}
	if err != nil {
		return nil, fmt.Errorf("key of %s: %w", id, err)
	}
	db := &DB{id: id, kind: tenantKind, cfg: &s.cfg, key: key, store: s, watch: &watch{}}
	db.far = &far{db: db, cells: s.cfg.Cells}
	return db, nil
}

// own asks for a file that is to be opened.
func (s *Store) own(ctx context.Context, id string) error {
	if s.cfg.Cells == nil {
		return nil
	}
	if err := s.cfg.Cells.Own(ctx, id); err != nil {
		return fmt.Errorf("%w: %w", ErrMoving, err)
	}
	return nil
}

// followControl opens the installation's database as a copy of what another process writes.
func (s *Store) followControl(ctx context.Context) (*DB, error) {
	key, err := s.cfg.Keys.Key(ctx, keys.Control)
	if err != nil {
		return nil, fmt.Errorf("key of the installation: %w", err)
	}
	path := filepath.Join(s.cfg.Dir, "control-copy.db")
	if err := removeFile(path); err != nil {
		return nil, err
	}
	db := &DB{id: keys.Control, kind: controlKind, path: path, cfg: &s.cfg, key: key, store: s, watch: &watch{}}
	db.far = &far{db: db, cells: s.cfg.Cells}
	if db.far.copy, err = s.cfg.Cells.Follow(ctx, path, &db.far.gate); err != nil {
		return nil, fmt.Errorf("follow the control database: %w", err)
	}
	db.read = openReaders(path, "ro")
	all := openSQL(path, "ro", unwatched) // the schema is not for readers to see
	if db.watch.tables, err = readTables(ctx, all); err != nil {
		err = errors.Join(err, db.far.copy.Close(), db.read.Close())
	}
	return db, errors.Join(err, all.Close())
}

// TakeControl makes this process the one that writes the installation's database, which it makes if there is none.
func (s *Store) TakeControl(ctx context.Context) error {
	s.turning.Lock()
	defer s.turning.Unlock()
	was := s.control.Load()
	if was != nil && was.far == nil {
		return nil
	}
	db, err := s.openControl(ctx)
	if err != nil {
		return err
	}
	s.control.Store(db)
	if was != nil {
		s.letGo(was)
	}
	return nil
}

// GiveControl makes this process follow the installation's database, and lets another one write it.
func (s *Store) GiveControl(ctx context.Context) error {
	s.turning.Lock()
	defer s.turning.Unlock()
	was := s.control.Load()
	if was == nil || was.far != nil {
		return nil
	}
	db, err := s.followControl(ctx)
	if err != nil {
		return err
	}
	s.control.Store(db)
	return s.shut(was)
}

// successor is what the installation's database is by now, when this one was given or taken meanwhile; nil when it
// is still the one. Whoever came with the old one and has not begun goes on with it.
func (db *DB) successor() *DB {
	if db.kind != controlKind || db.cfg.Cells == nil {
		return nil
	}
	if now := db.store.Control(); now != db {
		return now
	}
	return nil
}

// letGo closes a copy once the reads under way are over.
func (s *Store) letGo(db *DB) {
	if err := errors.Join(db.far.copy.Close(), db.read.Close()); err != nil {
		s.cfg.Log.Error("close the copy of the control database", "err", err)
	}
	if err := os.Remove(db.path); err != nil {
		s.cfg.Log.Error("remove the copy of the control database", "err", err)
	}
}

// SchemaNumber is a number that grows with every migration of this program, of tenants and installation.
func SchemaNumber() int {
	n := 0
	for _, k := range []kind{tenantKind, controlKind} {
		if _, version, err := migrationsOf(k); err == nil {
			n += version
		}
	}
	return n
}

// NewestRecord is the newest record of this file's log, 0 when it has none.
func (db *DB) NewestRecord() uint64 {
	if db.follower == nil {
		return 0
	}
	return db.follower.Newest()
}

// gate lets many read or one write. A reader never waits for a writer that waits: reads may be nested.
type gate struct {
	mu      sync.Mutex
	readers int
	free    *sync.Cond
	writing bool
}

func (g *gate) cond() *sync.Cond {
	if g.free == nil {
		g.free = sync.NewCond(&g.mu)
	}
	return g.free
}

// Lock waits until nobody reads.
func (g *gate) Lock() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.readers > 0 || g.writing {
		g.cond().Wait()
	}
	g.writing = true
}

// Unlock lets readers in.
func (g *gate) Unlock() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.writing = false
	g.cond().Broadcast()
}

func (g *gate) enter() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.writing {
		g.cond().Wait()
	}
	g.readers++
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.readers--
	g.cond().Broadcast()
}

// patience is how long a transaction with another process may stand still before it is given up.
const patience = 5 * time.Second
