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
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"sync"
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

	// OnDue hears of work that waits in a file: after a write that enqueued a job, and when a tenant is
	// opened that has one. It must not block.
	OnDue func(id string, due time.Time)
}

// Store is one data directory: the control database and every tenant.
type Store struct {
	cfg     Config
	control *DB
	pasts   *pasts
	lock    *os.File
	done    chan struct{}
	blanks  blanks

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
	used  time.Time
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
	if err := s.openControl(ctx); err != nil {
		return nil, errors.Join(err, unlockDir(lock))
	}
	if err := os.RemoveAll(s.incomingDir()); err != nil { // left by an import that was cut off
		return nil, errors.Join(fmt.Errorf("open store: %w", err), s.control.close(), unlockDir(lock))
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

func (s *Store) openControl(ctx context.Context) error {
	path := filepath.Join(s.cfg.Dir, "control.db")
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		if s.cfg.Logs != nil { // a new disk: the logs may have what was on the old one
			db, err := s.openFile(ctx, path, keys.Control, controlKind)
			if err == nil {
				s.control = db
				return nil
			}
			if !errors.Is(err, ErrNoTenant) && !errors.Is(err, keys.ErrNoKey) {
				return fmt.Errorf("open control database: %w", err)
			}
		}
		if err := s.cfg.Keys.Create(ctx, keys.Control); err != nil && !errors.Is(err, keys.ErrExists) {
			return fmt.Errorf("make the installation's key: %w", err)
		}
		if err := s.create(ctx, path, keys.Control, controlKind); err != nil {
			return err
		}
	}
	db, err := s.openFile(ctx, path, keys.Control, controlKind)
	if err != nil {
		return fmt.Errorf("open control database: %w", err)
	}
	s.control = db
	return nil
}

// Control is the installation's own database: tenants, accounts, memberships, sessions. It holds no
// customer content.
func (s *Store) Control() *DB { return s.control }

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
	return s.create(ctx, path, id, tenantKind)
}

// Tenant opens the tenant with the given id, or finds it open, and keeps it open until the returned
// function is called. It checks that the file is this tenant's and brings it to this program's schema.
func (s *Store) Tenant(ctx context.Context, id string) (*DB, func(), error) {
	path, err := s.tenantPath(id)
	if err != nil {
		return nil, nil, err
	}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil, nil, ErrClosed
	}
	if s.gone[id] {
		s.mu.Unlock()
		return nil, nil, ErrGone
	}
	e, ok := s.open[id]
	if !ok {
		e = &entry{ready: make(chan struct{})}
		s.open[id] = e
	}
	e.pins++
	e.used = time.Now() // not cfg.Now: idleness is about this process, not about the data's clock
	victims := s.victims()
	s.mu.Unlock()
	closeAll(s.cfg.Log, victims)

	if !ok {
		db, err := s.openFile(context.WithoutCancel(ctx), path, id, tenantKind)
		s.mu.Lock()
		e.db, e.err = db, err
		s.mu.Unlock()
		close(e.ready)
	}
	<-e.ready
	if e.err != nil {
		s.mu.Lock()
		e.pins--
		if s.open[id] == e {
			delete(s.open, id)
		}
		s.mu.Unlock()
		return nil, nil, fmt.Errorf("open tenant: %w", e.err)
	}
	if !ok && s.cfg.OnDue != nil {
		if due, waits, err := e.db.NextDue(ctx); err == nil && waits {
			s.cfg.OnDue(id, due) // work that an earlier process left behind
		}
	}
	var once sync.Once
	return e.db, func() {
		once.Do(func() {
			s.mu.Lock()
			e.pins--
			e.used = time.Now()
			s.mu.Unlock()
		})
	}, nil
}

// victims takes the least recently used unpinned tenants out of the pool until it is small enough.
// The caller holds mu and closes them after.
func (s *Store) victims() []*DB {
	var out []*DB
	for len(s.open) > s.cfg.MaxOpen {
		oldest := ""
		for id, e := range s.open {
			if e.pins == 0 && e.db != nil && (oldest == "" || e.used.Before(s.open[oldest].used)) {
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
				if e.pins == 0 && e.db != nil && now.Sub(e.used) >= s.cfg.Idle {
					idle = append(idle, e.db)
					delete(s.open, id)
				}
			}
			s.mu.Unlock()
			closeAll(s.cfg.Log, idle)
		}
	}
}

func closeAll(log *slog.Logger, dbs []*DB) {
	for _, db := range dbs {
		if err := db.close(); err != nil {
			log.Error("close tenant", "tenant", db.id, "err", err)
		}
	}
}

// OpenTenants is how many tenants are open now.
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
	var errs []error
	for _, e := range s.open {
		if e.db != nil {
			errs = append(errs, e.db.close())
		}
	}
	clear(s.open)
	s.mu.Unlock()
	errs = append(errs, s.closePasts(), s.control.close(), unlockDir(s.lock))
	return errors.Join(errs...)
}
