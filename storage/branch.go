package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// A branch is a copy of a tenant's file to try something in: with the tenant's own id and key, so that its sealed
// values open and its objects are the tenant's. It is written like any file, and its audit log goes on from the
// copy's; but it is a draft. No log follows it, it signs nothing, its jobs are not kept, and it is on this machine
// only. That it is there is said by a row of the tenant's table branch: nobody finds a branch but through the file
// it was made from.

// Errors about branches that callers may match.
var (
	ErrBranch     = errors.New("this cannot be done in a branch")
	ErrBranchGone = errors.New("the file of the branch is gone")
)

// draftless are the rows that a branch does not take along: what waits to be done or sent, and what belongs to the
// file itself. They are of no use in a copy, and must not happen twice.
var draftless = []string{"job", "idempotency", "notification", "digest_sent", "package_progress", "checkpoint_kept", "branch_use"}

// draftable refuses a write in a branch that changes what stands outside of it: people and the organisation's profile
// stand with the installation as well, imports and packages are worked on by jobs. What no write of a person changes
// is not among them: reminders go with what they remind of.
func draftable(changes []Change) error {
	for _, ch := range changes {
		if keptTables[ch.Table] && !followTables[ch.Table] {
			return fmt.Errorf("%w: it changes %s", ErrBranch, ch.Table)
		}
	}
	return nil
}

func (s *Store) branchPath(id, branch string) (string, error) {
	if !tenantID.MatchString(id) {
		return "", ErrNoTenant
	}
	if !tenantID.MatchString(branch) {
		return "", ErrNotFound
	}
	return filepath.Join(s.branchDir(id), branch+".db"), nil
}

func (s *Store) branchDir(id string) string { return filepath.Join(s.cfg.Dir, "branches", id) }

func branchName(id, branch string) string { return id + "/" + branch }

// MakeBranch copies a tenant's file as it is now. It says how many records the audit log of the copy has. The row that
// says it is there is the caller's to write, after it; a file without one goes at the next [Store.TidyBranches].
func (s *Store) MakeBranch(ctx context.Context, id, branch string) (records int64, err error) {
	path, err := s.branchPath(id, branch)
	if err != nil {
		return 0, err
	}
	db, done, err := s.Tenant(ctx, id)
	if err != nil {
		return 0, err
	}
	defer done()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return 0, fmt.Errorf("make a branch: %w", explain(err))
	}
	whole := path + ".new" // a file that has its name is a whole one
	if err := removeFile(whole); err != nil {
		return 0, fmt.Errorf("make a branch: %w", err)
	}
	if err = db.CopyTo(ctx, whole); err == nil {
		records, err = s.becomeBranch(ctx, whole, id, branch)
	}
	if err == nil {
		err = os.Rename(whole, path)
	}
	if err == nil {
		err = syncDir(path)
	}
	if err != nil {
		return 0, fmt.Errorf("make a branch: %w", errors.Join(explain(err), removeFile(whole)))
	}
	return records, nil
}

// becomeBranch makes a copy that branch, and of nobody else's work.
func (s *Store) becomeBranch(ctx context.Context, path, id, branch string) (records int64, err error) {
	if err := os.Chmod(path, 0o600); err != nil {
		return 0, err
	}
	err = alone(path, func(db *sql.DB) error {
		if err := identify(ctx, db, path, id, tenantKind); err != nil {
			return err
		}
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		for _, t := range draftless {
			if _, err := tx.ExecContext(ctx, "DELETE FROM "+quote(t)); err != nil {
				return fmt.Errorf("%s: %w", t, err)
			}
		}
		if err := tx.QueryRowContext(ctx, "SELECT coalesce(max(seq) + 1, 0) FROM audit").Scan(&records); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO meta (key, value) VALUES ('branch', ?), ('base', ?)", branch, records); err != nil {
			return err
		}
		if err := tx.Commit(); err != nil {
			return err
		}
		_, err = db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
		return err
	})
	return records, err
}

// Branch opens a branch of a tenant, as [Store.Tenant] opens the tenant. [ErrNotFound] means that the tenant has no
// such open branch, [ErrBranchGone] that its file is missing.
func (s *Store) Branch(ctx context.Context, id, branch string) (*DB, func(), error) {
	path, err := s.branchPath(id, branch)
	if err != nil {
		return nil, nil, err
	}
	if err := s.usable(ctx, id, branch); err != nil {
		return nil, nil, err
	}
	db, fresh, done, err := s.pinned(ctx, branchName(id, branch), func(ctx context.Context) (*DB, error) { return s.openBranch(ctx, path, id, branch) })
	if errors.Is(err, ErrNoTenant) {
		err = ErrBranchGone
	}
	if err != nil {
		return nil, nil, err
	}
	if fresh { // it may have been closed before it was opened: then its file is no longer anybody's
		if err := s.usable(ctx, id, branch); err != nil {
			done()
			return nil, nil, errors.Join(err, s.DropBranch(ctx, id, branch))
		}
	}
	return db, done, nil
}

// usable says whether a tenant has an open branch, and notes the day on which somebody came to it.
func (s *Store) usable(ctx context.Context, id, branch string) error {
	db, done, err := s.Tenant(ctx, id)
	if err != nil {
		return err
	}
	defer done()
	var today, used string
	err = db.Read(ctx, Call{}, func(tx *ReadTx) error {
		today = tx.Today()
		return tx.QueryRow("SELECT coalesce(u.day, '') FROM branch b LEFT JOIN branch_use u ON u.branch = b.id WHERE b.id = ? AND b.state = 'open'", branch).Scan(&used)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	if err != nil || used == today {
		return err
	}
	return db.maintain(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO branch_use (branch, day) VALUES (?1, ?2) ON CONFLICT (branch) DO UPDATE SET day = ?2", branch, today)
		return err
	})
}

func (s *Store) openBranch(ctx context.Context, path, id, branch string) (*DB, error) {
	db, err := s.openTaken(ctx, path, id, tenantKind, nil)
	if err != nil {
		return nil, err
	}
	db.draft = true
	var is string
	if err := db.read.QueryRowContext(ctx, "SELECT coalesce((SELECT value FROM meta WHERE key = 'branch'), '')").Scan(&is); err == nil && is != branch {
		err = fmt.Errorf("%w: it is not branch %s", errOther, branch)
		return nil, errors.Join(err, db.release())
	} else if err != nil {
		return nil, errors.Join(unreadable(err), db.release())
	}
	return db, nil
}

// branchFiles names the branches of a tenant that have a file.
func (s *Store) branchFiles(id string) (all []string, err error) {
	names, err := filepath.Glob(filepath.Join(s.branchDir(id), "*.db"))
	for _, n := range names {
		all = append(all, strings.TrimSuffix(filepath.Base(n), ".db"))
	}
	return all, err
}

// DropBranch removes the file of a branch, whoever may be looking at it.
func (s *Store) DropBranch(_ context.Context, id, branch string) error {
	path, err := s.branchPath(id, branch)
	if err != nil {
		return err
	}
	s.mu.Lock()
	e := s.open[branchName(id, branch)]
	delete(s.open, branchName(id, branch))
	s.mu.Unlock()
	if e != nil {
		<-e.ready
		if e.db != nil {
			e.db.drop()
		}
	}
	if err := removeFile(path); err != nil {
		return fmt.Errorf("remove a branch: %w", err)
	}
	return nil
}

// drop closes a file whose content nobody needs any more.
func (db *DB) drop() {
	db.mu.Lock()
	db.closed = true
	db.subs.closeAll()
	db.mu.Unlock()
	if err := db.release(); err != nil {
		db.cfg.Log.Error("close a branch", "db", db.id, "err", err)
	}
}

// TidyBranches removes the files of a tenant's branches but those that are named, and what a crash left. What was
// written within the hour stays until the next time: it may be that its row comes only now.
func (s *Store) TidyBranches(ctx context.Context, id string, keep ...string) error {
	if _, err := s.tenantPath(id); err != nil {
		return err
	}
	files, err := os.ReadDir(s.branchDir(id))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("tidy branches: %w", err)
	}
	kept := set(keep...)
	var errs []error
	for _, f := range files {
		branch, rest, _ := strings.Cut(f.Name(), ".")
		path, err := s.branchPath(id, branch)
		st, gone := f.Info()
		switch {
		case err != nil || gone != nil || time.Since(st.ModTime()) < time.Hour: // not cfg.Now: the disk has a clock of its own
		case strings.HasPrefix(rest, "db.new"):
			errs = append(errs, removeFile(path+".new"))
		case !kept[branch]:
			errs = append(errs, s.DropBranch(ctx, id, branch))
		}
	}
	return errors.Join(errs...)
}

// HasBranch reports whether the file of a branch is there.
func (s *Store) HasBranch(id, branch string) bool {
	path, err := s.branchPath(id, branch)
	if err != nil {
		return false
	}
	_, err = os.Stat(path)
	return err == nil
}

// ApplyBranch makes what a branch changed a change of the tenant's file, in one write; also is called in it at its
// end. With leave, rows are left that were changed on both sides, or whose owner is gone; without, they make it
// refuse with [Blocked]. The branch takes no writes meanwhile, and none after it; its file goes.
func (s *Store) ApplyBranch(ctx context.Context, id, branch string, c Call, leave bool, also func(*WriteTx, *Undoing) error) (Receipt, error) {
	none := Receipt{Seq: -1}
	db, done, err := s.Tenant(ctx, id)
	if err != nil {
		return none, err
	}
	defer done()
	b, letGo, err := s.Branch(ctx, id, branch)
	if err != nil {
		return none, err
	}
	defer letGo()
	unlock := sync.OnceFunc(b.mu.Unlock)
	b.mu.Lock()
	defer unlock()
	if b.closed {
		return none, ErrNotFound
	}
	var d Draft
	if err := b.Read(ctx, c, func(tx *ReadTx) (err error) { d, err = tx.Draft(); return err }); err != nil {
		return none, err
	}
	r, err := db.Write(ctx, c, func(tx *WriteTx) error {
		u, err := tx.apply(d, leave)
		if err != nil {
			return err
		}
		return also(tx, u)
	})
	if err != nil {
		return none, err
	}
	b.closed = true
	unlock()
	if err := s.DropBranch(ctx, id, branch); err != nil { // it is applied; the night removes what is left of it
		s.cfg.Log.ErrorContext(ctx, "remove an applied branch", "tenant", id, "branch", branch, "err", err)
	}
	return r, nil
}
