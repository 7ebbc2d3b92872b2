// Package storage keeps each tenant in a SQLite file of its own, and the installation in one more.
//
// The only way to a file's rows is a transaction, and a transaction needs a [Call]: who is asking, and for
// which operation. Reads run on connections that cannot write. A write records every row it changed in the
// file's audit log, a Merkle log, before it commits; a write that left no audit record does not commit.
//
// Nothing outside this package opens a database, knows a path, or chooses a tenant's file.
package storage

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"

	"assay/storage/keys"
)

// Errors that callers may match.
var (
	ErrNotFound = errors.New("not found")
	ErrNoTenant = errors.New("no such tenant")
	ErrExists   = errors.New("it exists already")
	ErrStale    = errors.New("the record was changed since it was read")
	ErrConflict = errors.New("something later depends on this")
	ErrFull     = errors.New("the disk is full")
	ErrSealed   = errors.New("this stands for good")
	ErrDamaged  = errors.New("the file is not what it should be")
	ErrLocked   = errors.New("another process uses this data directory")
	ErrClosed   = errors.New("the store is closed")
)

// Config says where a store keeps its files and what it takes from outside. Dir and Keys are required.
type Config struct {
	Dir     string           // holds control.db and tenants/
	Keys    keys.Keeper      // what secrets and personal values are sealed with
	Now     func() time.Time // nil means time.Now
	Rand    io.Reader        // ids come from here; nil means crypto/rand
	Log     *slog.Logger     // nil means nowhere
	MaxOpen int              // tenants open at once; 0 means 256
	Idle    time.Duration    // an unused tenant is closed after this; 0 means 10 minutes

	// Careless leaves out waiting for the disk. It is for building data that is thrown away when a power
	// cut comes, such as the demo's seed; no installation runs like that.
	Careless bool

	// Logs keep what is committed outside of the files; nil means that a file is what its disk keeps.
	Logs Logs

	// Past makes tenants' files as they were; nil means that nobody can look at the past. PastBytes is how large
	// the copies may be that are kept to be looked at again; 0 means 512 MiB.
	Past      Copies
	PastBytes int64

	// Cells are the other processes of the installation; nil means that this is the only one.
	Cells Cells

	// OnDue hears of work that waits in a file: after a write that enqueued a job, and when a tenant is
	// opened that has one. It must not block.
	OnDue func(id string, due time.Time)
}

// Store is one data directory: the control database and every tenant.
type Store struct {
	cfg     Config
	control atomic.Pointer[DB]
	turning sync.Mutex // the installation's database is being given or taken
	pasts   *pasts
	lock    *os.File
	done    chan struct{}
	blanks  blanks

	visitors visitors
	hints    sync.WaitGroup // the installation is told of checkpoints

	mu     sync.Mutex
	open   map[string]*entry
	begun  map[string]bool // imports of this process
	gone   map[string]bool // tenants that are opened by nobody any more
	closed bool
}

// entry is a tenant that is open, or being opened.
type entry struct {
	ready chan struct{} // closed when db or err is set
	db    *DB
	err   error
	pins  int
	whole int // how many of the pins are for work on the whole file
	used  time.Time

	leaving chan struct{} // set when it is to be closed; closed when nobody uses it any more
	gone    chan struct{} // set with leaving; closed when it is closed
	once    sync.Once
}

// Open opens the data directory, making it and the control database if they are missing. One process at
// a time may hold a directory: a second gets [ErrLocked].
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Dir == "" || cfg.Keys == nil {
		return nil, errors.New("open store: a directory and a keeper of keys are needed")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Rand == nil {
		cfg.Rand = rand.Reader
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.MaxOpen <= 0 {
		cfg.MaxOpen = 256
	}
	if cfg.Idle <= 0 {
		cfg.Idle = 10 * time.Minute
	}
	if err := chooseLocks(); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	if err := os.MkdirAll(filepath.Join(cfg.Dir, "tenants"), 0o700); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	lock, err := lockDir(cfg.Dir)
	if err != nil {
		return nil, err
	}
	s := &Store{cfg: cfg, lock: lock, open: map[string]*entry{}, begun: map[string]bool{}, gone: map[string]bool{}, done: make(chan struct{})}
	if err := errors.Join(s.readDismissed(), s.openPasts()); err != nil {
		return nil, errors.Join(err, unlockDir(lock))
	}
	if err := errors.Join(s.clearErased(ctx), s.cleanAll(ctx), s.begin(ctx)); err != nil {
		return nil, errors.Join(err, s.closePasts(), unlockDir(lock))
	}
	if err := os.RemoveAll(s.incomingDir()); err != nil { // left by an import that was cut off
		return nil, errors.Join(fmt.Errorf("open store: %w", err), s.Control().close(), unlockDir(lock))
	}
	go s.sweep()
	return s, nil
}

// chooseLocks makes SQLite take locks that belong to its own open file. The other kind is lost as soon as
// anything in this process opens and closes the same file. It must come before the first database.
func chooseLocks() error {
	sqlite.StrictPragmas(true)
	if runtime.GOOS != "linux" {
		return nil
	}
	if _, err := sqlite.OFDLocking(true); err != nil {
		return fmt.Errorf("this system has no open-file-description locks, which keep a database safe from other programs: %w", err)
	}
	return nil
}

// begin opens the installation's database: for writing, or as a copy of what another process writes.
func (s *Store) begin(ctx context.Context) (err error) {
	var db *DB
	for {
		if s.cfg.Cells == nil || s.cfg.Cells.Here(keys.Control) {
			db, err = s.openControl(ctx)
			break
		}
		// Another process may be about to make it.
		if db, err = s.followControl(ctx); !errors.Is(err, ErrNoTenant) {
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	s.control.Store(db)
	return err
}

func (s *Store) openControl(ctx context.Context) (*DB, error) {
	if err := s.own(ctx, keys.Control); err != nil {
		return nil, err
	}
	path := filepath.Join(s.cfg.Dir, "control.db")
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		if s.cfg.Logs != nil { // a new disk: the logs may have what was on the old one
			db, err := s.openFile(ctx, path, keys.Control, controlKind)
			if err == nil || !errors.Is(err, ErrNoTenant) && !errors.Is(err, keys.ErrNoKey) {
				return db, wrap("open control database", err)
			}
		}
		if err := s.cfg.Keys.Create(ctx, keys.Control); err != nil && !errors.Is(err, keys.ErrExists) {
			return nil, fmt.Errorf("make the installation's key: %w", err)
		}
		if err := s.create(ctx, path, keys.Control, controlKind); err != nil {
			return nil, err
		}
	}
	db, err := s.openFile(ctx, path, keys.Control, controlKind)
	return db, wrap("open control database", err)
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// Control is the installation's own database: tenants, accounts, memberships, sessions. It holds no
// customer content.
func (s *Store) Control() *DB { return s.control.Load() }

// Now is the time as this store sees it.
func (s *Store) Now() time.Time { return s.cfg.Now() }

// NewID makes a random id: 26 characters of base 32, 130 bits.
func (s *Store) NewID() string { return newID(s.cfg.Rand) }

var tenantID = regexp.MustCompile(`^[A-Z2-7]{26}$`)

func (s *Store) tenantPath(id string) (string, error) {
	if !tenantID.MatchString(id) {
		return "", ErrNoTenant
	}
	return filepath.Join(s.cfg.Dir, "tenants", id+".db"), nil
}

// CreateTenant makes a tenant's file and its key. The tenant's row in the control database is the
// caller's business. What a crash leaves behind is a file with another name, never half a tenant.
func (s *Store) CreateTenant(ctx context.Context, id string) error {
	path, err := s.tenantPath(id)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); err == nil {
		return fmt.Errorf("create tenant: %w", ErrExists)
	}
	if err := s.cfg.Keys.Create(ctx, id); err != nil && !errors.Is(err, keys.ErrExists) {
		return fmt.Errorf("create tenant: %w", err)
	}
	if err := s.create(ctx, path, id, tenantKind); err != nil || s.cfg.Cells == nil {
		return err
	}
	db, err := s.openOwn(ctx, path, id) // the log has it then, and any process can open it
	if err != nil {
		return fmt.Errorf("create tenant: %w", err)
	}
	return s.shut(db)
}

// Tenant opens the tenant with the given id, or finds it open, and keeps it open until the returned
// function is called. It checks that the file is this tenant's and brings it to this program's schema.
func (s *Store) Tenant(ctx context.Context, id string) (*DB, func(), error) {
	if s.cfg.Cells != nil && tenantID.MatchString(id) && !s.isGone(id) && !s.Has(id) {
		if db, err := s.elsewhere(ctx, id); db != nil || err != nil {
			return db, func() {}, err
		}
	}
	return s.local(ctx, id)
}

// Local is Tenant for work on a whole file, which is then opened here, also when it belongs to another process. Another
// process that wants the file gets it when that work is over, however long it takes: cut off, it would begin again for
// ever.
func (s *Store) Local(ctx context.Context, id string) (*DB, func(), error) {
	db, done, err := s.local(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.open[id]
	if e == nil || e.db != db { // it was cut off meanwhile
		done()
		return nil, nil, ErrMoving
	}
	e.whole++
	return db, sync.OnceFunc(func() {
		s.mu.Lock()
		e.whole--
		s.mu.Unlock()
		done()
	}), nil
}

func (s *Store) local(ctx context.Context, id string) (*DB, func(), error) {
	path, err := s.tenantPath(id)
	if err != nil {
		return nil, nil, err
	}
	if s.isGone(id) {
		return nil, nil, ErrGone
	}
	db, fresh, done, err := s.pinned(ctx, id, func(ctx context.Context) (*DB, error) { return s.openOwn(ctx, path, id) })
	if err != nil {
		return nil, nil, err
	}
	if fresh && s.cfg.OnDue != nil {
		if due, waits, err := db.NextDue(ctx); err == nil && waits {
			s.cfg.OnDue(id, due) // work that an earlier process left behind
		}
	}
	return db, done, nil
}

// pinned opens a file of the pool, or finds it open, until the returned function is called.
func (s *Store) pinned(ctx context.Context, name string, open func(context.Context) (*DB, error)) (db *DB, fresh bool, done func(), err error) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil, false, nil, ErrClosed
	}
	e, ok := s.open[name]
	if ok && e.leaving != nil {
		s.mu.Unlock()
		return nil, false, nil, ErrMoving
	}
	if !ok {
		e = &entry{ready: make(chan struct{})}
		s.open[name] = e
	}
	e.pins++
	e.used = time.Now() // not cfg.Now: idleness is about this process, not about the data's clock
	victims := s.victims()
	s.mu.Unlock()
	s.closeAll(victims)

	if !ok {
		db, err := open(context.WithoutCancel(ctx))
		s.mu.Lock()
		e.db, e.err = db, err
		s.mu.Unlock()
		close(e.ready)
	}
	<-e.ready
	if e.err != nil {
		s.mu.Lock()
		e.pins--
		if e.pins == 0 && e.leaving != nil {
			close(e.leaving)
		}
		if s.open[name] == e {
			delete(s.open, name)
		}
		s.mu.Unlock()
		return nil, false, nil, fmt.Errorf("open tenant: %w", e.err)
	}
	return e.db, !ok, sync.OnceFunc(func() {
		s.mu.Lock()
		e.pins--
		e.used = time.Now()
		if e.pins == 0 && e.leaving != nil {
			close(e.leaving)
		}
		s.mu.Unlock()
	}), nil
}

// openOwn opens a tenant's file once it may be opened here.
func (s *Store) openOwn(ctx context.Context, path, id string) (*DB, error) {
	if err := s.own(ctx, id); err != nil {
		return nil, err
	}
	db, err := s.openFile(ctx, path, id, tenantKind)
	if err != nil && s.cfg.Cells != nil {
		s.cfg.Cells.Closed(id)
	}
	return db, err
}

// victims takes the least recently used unpinned tenants out of the pool until it is small enough.
// The caller holds mu and closes them after.
func (s *Store) victims() []*DB {
	var out []*DB
	for len(s.open) > s.cfg.MaxOpen {
		oldest := ""
		for id, e := range s.open {
			if e.pins == 0 && e.db != nil && e.leaving == nil && (oldest == "" || e.used.Before(s.open[oldest].used)) {
				oldest = id
			}
		}
		if oldest == "" {
			break // all in use: better over the limit than a refused request
		}
		out = append(out, s.open[oldest].db)
		delete(s.open, oldest)
	}
	return out
}

// sweep closes tenants that nobody used for a while.
func (s *Store) sweep() {
	tick := time.NewTicker(max(s.cfg.Idle/10, time.Second))
	defer tick.Stop()
	for {
		select {
		case <-s.done:
			return
		case now := <-tick.C:
			var idle []*DB
			s.mu.Lock()
			for id, e := range s.open {
				if e.pins == 0 && e.db != nil && e.leaving == nil && now.Sub(e.used) >= s.cfg.Idle {
					idle = append(idle, e.db)
					delete(s.open, id)
				}
			}
			s.mu.Unlock()
			s.closeAll(idle)
		}
	}
}

func (s *Store) closeAll(dbs []*DB) {
	for _, db := range dbs {
		if err := s.shut(db); err != nil {
			s.cfg.Log.Error("close tenant", "tenant", db.id, "err", err)
		}
	}
}

// OpenTenants is how many tenants are open now, their branches among them.
func (s *Store) OpenTenants() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open)
}

// Close waits for the writes under way, folds every write-ahead log into its file and closes everything.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	close(s.done)
	all := slices.Collect(maps.Values(s.open))
	for _, e := range all {
		e.leave()
	}
	s.mu.Unlock()
	var wg sync.WaitGroup
	var errs []error
	slots := make(chan struct{}, 8)
	for _, e := range all {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			<-e.ready
			if err := s.leave(e, func() error { return nil }); err != nil {
				s.mu.Lock()
				errs = append(errs, err)
				s.mu.Unlock()
			}
		})
	}
	wg.Wait()
	s.hints.Wait()
	errs = append(errs, s.closePasts(), s.shut(s.Control()), unlockDir(s.lock))
	return errors.Join(errs...)
}
