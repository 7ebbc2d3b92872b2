package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"assay/storage/keys"
)

// errOther is a file that is sound, but not the one that was asked for: no damage that a log could repair.
var errOther = fmt.Errorf("%w", ErrDamaged)

// appID stands in the header of every file of ours: "ASSY".
const appID = 0x41535359

// When the engine folds the write-ahead log into a file that nobody follows: after so many commits, or when they
// wrote about so much. A follower folds it, because it must see every frame first. The log's file is reused, not
// cut: a file that grows makes every wait for the disk longer.
const (
	foldCommits = 400
	foldBytes   = 2 << 20
)

// DB is one file: a tenant's or the installation's.
type DB struct {
	id   string
	kind kind
	path string
	cfg  *Config
	key  keys.Key

	store *Store
	past  bool // a copy, as the file was once
	draft bool // a branch: nothing of it leaves, and no work is asked for

	partial bool // an excerpt: its audit log has gaps
	far     *far // set when another process has the file open

	last string // the checkpoint that was signed at the end, for the installation to remember

	read     *sql.DB
	write    *sql.DB  // of one connection
	pagesDB  *sql.DB  // where snapshots read, when there are logs
	follower Follower // nil when there are none
	watch    *watch

	mu      sync.Mutex // one writer; guards what follows and watch between begin and commit
	closed  bool
	commits int // since the write-ahead log was folded in
	bytes   int
	scrub   scrubbing

	addressee func(address any) (person string, err error) // while a record is written

	ids    ids
	pages  int // KiB that the writing connection keeps, when it was told; see Bulk
	log    auditState
	stmts  engineStmts
	signer note.Signer

	zone   zoneCache
	subs   subscribers
	search searchIndex
}

// auditState is where the Merkle log stands: its size and the roots of its complete subtrees.
type auditState struct {
	size      int64
	frontier  []tlog.Hash // by level: the root of the last complete subtree of 2^level records
	checked   int64       // size of the last signed checkpoint
	checkedAt time.Time
}

// ID is the tenant's id, or "control".
func (db *DB) ID() string { return db.id }

// dsn opens a file as the engine needs it. Temporary data stays in memory: an empty container has no folder
// for it, and elsewhere it would lie in the clear.
func dsn(path, mode string) string {
	common := "file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=trusted_schema(0)&_pragma=cache_size(-2000)&_pragma=cell_size_check(1)&_pragma=temp_store(2)&_dqs=0"
	if strings.HasPrefix(mode, "ro") { // alone, or with what else is true of the file
		return common + "&mode=" + mode + "&_pragma=query_only(1)"
	}
	return common + "&mode=" + mode + "&_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=wal_autocheckpoint(0)&_pragma=journal_size_limit(16777216)&_pragma=recursive_triggers(0)&_defensive=1"
}

func openSQL(path, mode string, hook sqlite.ConnectionHookFn) *sql.DB {
	d := &sqlite.Driver{}
	d.RegisterConnectionHook(hook)
	return sql.OpenDB(connector{d, dsn(path, mode)})
}

// unwatched is the hook of a connection that may do everything.
func unwatched(sqlite.ExecQuerierContext, string) error { return nil }

// identify refuses a file that is not the one asked for: missing, empty, another program's, another
// tenant's. SQLite itself calls an empty file a good database.
func identify(ctx context.Context, db *sql.DB, path, id string, k kind) error {
	switch st, err := os.Stat(path); {
	case errors.Is(err, os.ErrNotExist):
		return ErrNoTenant
	case err != nil:
		return err
	case st.Size() == 0:
		return fmt.Errorf("%w: it is empty", ErrDamaged)
	}
	var app int64
	if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&app); err != nil {
		return unreadable(err)
	}
	if app != appID {
		return fmt.Errorf("%w: it was not written by this program", errOther)
	}
	var is, of string
	if err := db.QueryRowContext(ctx, "SELECT coalesce((SELECT value FROM meta WHERE key = 'id'), ''), coalesce((SELECT value FROM meta WHERE key = 'kind'), '')").Scan(&is, &of); err != nil {
		return unreadable(fmt.Errorf("it does not say whose it is: %w", err))
	}
	if is == "" || of == "" {
		return fmt.Errorf("%w: it does not say whose it is", ErrDamaged)
	}
	if is != id || of != string(k) {
		return fmt.Errorf("%w: it belongs to %s %s, not to %s", errOther, of, is, id)
	}
	return nil
}

// openFile opens a file in the state that the logs have, if there are any. A file that is ahead of its log is kept,
// and taken from there all the same when it turns out to be damaged.
func (s *Store) openFile(ctx context.Context, path, id string, k kind) (*DB, error) {
	if s.cfg.Logs == nil {
		return s.openTaken(ctx, path, id, k, nil)
	}
	taken, err := s.cfg.Logs.Take(ctx, id, path)
	if err != nil {
		return nil, unavailable(err)
	}
	db, err := s.openTaken(ctx, path, id, k, taken)
	if !errors.Is(err, ErrDamaged) || errors.Is(err, errOther) {
		return db, err
	}
	s.cfg.Log.ErrorContext(ctx, "a file is damaged: it is moved aside and taken from its log; what the log did not have yet is in the damaged file alone", "db", id, "err", err)
	if taken, err = s.cfg.Logs.Retake(ctx, id, path); err != nil {
		return nil, unavailable(err)
	}
	return s.openTaken(ctx, path, id, k, taken)
}

func (s *Store) openTaken(ctx context.Context, path, id string, k kind, taken Taken) (_ *DB, err error) {
	key, err := s.cfg.Keys.Key(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("key of %s: %w", id, err)
	}
	signer, err := s.cfg.Keys.Signer(ctx)
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	db := &DB{id: id, kind: k, path: path, cfg: &s.cfg, key: key, store: s, watch: &watch{phase: schema}}
	if db.signer, err = note.NewSigner(signer.SignerKey()); err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	db.write = openSQL(path, "rw", db.watch.install)
	db.write.SetMaxOpenConns(1)
	defer func() {
		if err != nil {
			err = errors.Join(err, db.release())
		}
	}()
	if err := identify(ctx, db.write, path, id, k); err != nil {
		return nil, err
	}
	if s.cfg.Careless {
		if _, err := db.write.ExecContext(ctx, "PRAGMA synchronous = OFF"); err != nil {
			return nil, err
		}
	}
	if err := db.readyWriter(ctx); err != nil {
		return nil, err
	}
	db.read = openReaders(path, "ro")
	db.zone.reset()
	if taken != nil {
		if err := db.follow(ctx, taken); err != nil {
			return nil, err
		}
	}
	return db, nil
}

// readyWriter brings the file to this program's schema and readies the writing connection for others.
func (db *DB) readyWriter(ctx context.Context) (err error) {
	if _, err := migrate(ctx, db.write, db.kind); err != nil {
		return err
	}
	if db.watch.tables, err = readTables(ctx, db.write); err != nil {
		return err
	}
	if err := db.prepare(ctx); err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	if !db.partial {
		if err := db.loadLog(ctx); err != nil {
			return fmt.Errorf("read audit log: %w", err)
		}
	}
	if err := db.openSearch(ctx); err != nil {
		return fmt.Errorf("search index: %w", err)
	}
	db.watch.phase = closed
	return nil
}

// openReaders opens the connections that reads run on.
func openReaders(path, mode string) *sql.DB {
	db := openSQL(path, mode, readOnly)
	readers := min(max(runtime.NumCPU(), 2), 4)
	db.SetMaxOpenConns(readers)
	db.SetMaxIdleConns(readers)
	return db
}

// release lets go of every connection.
func (db *DB) release() error {
	var errs []error
	db.stmts.close()
	db.search.close()
	if db.pagesDB != nil {
		errs = append(errs, db.pagesDB.Close())
	}
	if db.read != nil {
		errs = append(errs, db.read.Close())
	}
	if db.write != nil {
		errs = append(errs, db.write.Close())
	}
	return errors.Join(errs...)
}

// close signs where the log stands, folds the write-ahead log into the file and lets go. Store.shut is how a file is
// closed that others may have next.
func (db *DB) close() error {
	if db.far != nil {
		if db.far.copy != nil {
			return errors.Join(db.far.copy.Close(), db.read.Close())
		}
		return nil
	}
	db.mu.Lock()
	if db.closed {
		db.mu.Unlock()
		return nil
	}
	var errs []error
	var last commit
	if db.ready() == nil { // else what would be written now may never be part of history
		var err error
		if db.log.size > db.log.checked && !db.draft {
			if last, err = db.checkpointLocked(context.Background()); err != nil {
				errs = append(errs, err)
			}
		}
		if err := db.indexLocked(context.Background()); err != nil {
			errs = append(errs, fmt.Errorf("index: %w", err)) // what waits is in the log
		}
	}
	db.closed = true
	db.subs.closeAll()
	db.mu.Unlock()
	if db.follower != nil { // it may have to hold the writer once more
		ctx, cancel := context.WithTimeout(context.Background(), closing)
		if err := db.follower.Close(ctx); err != nil {
			errs = append(errs, unavailable(err))
			last.signed = ""
		}
		cancel()
	}
	db.last = last.signed
	db.mu.Lock()
	defer db.mu.Unlock()
	if _, _, err := db.fold(context.Background(), truncate); err != nil {
		errs = append(errs, explain(err))
	}
	return errors.Join(append(errs, db.release())...)
}

// The ways to fold: as far as readers let, or whole, which waits for them.
const (
	passive  = "PASSIVE"
	truncate = "TRUNCATE"
)

// fold copies the write-ahead log into the file, and says how many frames there are and how many of them are in
// the file. The caller holds mu.
func (db *DB) fold(ctx context.Context, mode string) (frames, folded int, err error) {
	db.watch.phase = schema
	defer func() { db.watch.phase = closed }()
	var busy int
	err = db.write.QueryRowContext(ctx, "PRAGMA wal_checkpoint("+mode+")").Scan(&busy, &frames, &folded)
	return frames, folded, err
}

// committed counts what a commit wrote and folds the write-ahead log in when it is time. The caller holds mu.
func (db *DB) committed(ctx context.Context, bytes int) {
	if db.follower != nil {
		return // who follows folds, when the log has everything
	}
	db.commits++
	db.bytes += bytes
	if db.commits < foldCommits && db.bytes < foldBytes {
		return
	}
	db.commits, db.bytes = 0, 0
	if _, _, err := db.fold(ctx, passive); err != nil {
		db.cfg.Log.ErrorContext(ctx, "checkpoint", "db", db.id, "err", err)
	}
}

func syncDir(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// sqliteCode is the primary result code behind err, 0 when there is none.
func sqliteCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

// unreadable says that a file is not what it should be, unless it is the disk that failed, or somebody is in the way.
func unreadable(err error) error {
	if err = explain(err); sqliteCode(err) == lib.SQLITE_ERROR { // it lacks what every file of ours has
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}

// explain gives errors of the disk the name that callers match.
func explain(err error) error {
	var e *sqlite.Error
	switch {
	case errors.Is(err, ErrFull), errors.Is(err, ErrDamaged):
		return err
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("%w: %w", ErrFull, err)
	case errors.As(err, &e) && e.Code() == lib.SQLITE_IOERR_SHMSIZE: // no room for the index beside the log
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	switch sqliteCode(err) {
	case lib.SQLITE_FULL:
		return fmt.Errorf("%w: %w", ErrFull, err)
	case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}

// CopyTo writes a whole, settled copy of the file to path, which must not exist. It is made by SQLite, so
// no reader or writer notices.
func (db *DB) CopyTo(ctx context.Context, path string) error {
	if db.far != nil {
		return errElsewhere
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed {
		return ErrClosed
	}
	db.watch.phase = schema // VACUUM INTO attaches the new file
	defer func() { db.watch.phase = closed }()
	_, err := db.write.ExecContext(ctx, "VACUUM INTO ?", path)
	return explain(err)
}
