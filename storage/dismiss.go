package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// ErrGone means a tenant that is being erased, or was.
var ErrGone = fmt.Errorf("%w: it was erased", ErrNoTenant)

// dismissed is how the folder of the tenants remembers that one is being erased: nobody opens its file again.
const dismissed = ".going"

func dismissal(path string) string { return strings.TrimSuffix(path, ".db") + dismissed }

// readDismissed finds the tenants that an earlier process began to erase.
func (s *Store) readDismissed() error {
	names, err := filepath.Glob(filepath.Join(s.cfg.Dir, "tenants", "*"+dismissed))
	if err != nil {
		return fmt.Errorf("list tenants that are being erased: %w", err)
	}
	for _, n := range names {
		s.gone[strings.TrimSuffix(filepath.Base(n), dismissed)] = true
	}
	return nil
}

// Dismiss closes a tenant for good: from now on it is opened by nobody, also after a restart. Streams end at once,
// requests under way have a few seconds to do so.
func (s *Store) Dismiss(ctx context.Context, id string) error {
	fail := func(err error) error { return fmt.Errorf("dismiss tenant: %w", err) }
	path, err := s.tenantPath(id)
	if err != nil {
		return fail(err)
	}
	err = writeFile(dismissal(path), strings.NewReader(""))
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fail(err)
	}
	if err := syncDir(path); err != nil {
		return fail(err)
	}
	s.mu.Lock()
	s.gone[id] = true
	s.mu.Unlock()
	if err := s.shut(ctx, id); err != nil {
		return fail(err)
	}
	return s.pasts.drop(id)
}

// lastWords is how long requests under way may use a file that is dismissed.
const lastWords = 5 * time.Second

// shut closes a tenant that is open: when nobody uses it any more, or when that took too long.
func (s *Store) shut(ctx context.Context, id string) error {
	s.mu.Lock()
	e := s.open[id]
	delete(s.open, id)
	s.mu.Unlock()
	if e == nil {
		return nil
	}
	select {
	case <-e.ready:
	case <-ctx.Done():
		return ctx.Err()
	}
	if e.db == nil {
		return nil
	}
	e.db.subs.closeAll()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(lastWords); time.Now().Before(end); {
		s.mu.Lock()
		pins := e.pins
		s.mu.Unlock()
		if pins == 0 {
			break
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if err := e.db.close(); err != nil { // what it could not write is not wanted any more
		s.cfg.Log.WarnContext(ctx, "close a tenant that is erased", "tenant", id, "err", err)
	}
	return nil
}

// RemoveTenant removes everything that lies on the disk of a tenant that was dismissed: its file and what is beside
// it, copies of its past, files that were put aside, its branches, and the installation's hints.
func (s *Store) RemoveTenant(ctx context.Context, id string) error {
	fail := func(err error) error { return fmt.Errorf("remove tenant: %w", err) }
	path, err := s.tenantPath(id)
	if err != nil {
		return fail(err)
	}
	s.mu.Lock()
	gone := s.gone[id]
	s.mu.Unlock()
	if !gone {
		return fail(ErrConflict)
	}
	if err := s.pasts.drop(id); err != nil {
		return fail(err)
	}
	err = s.control.maintain(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM tenant_hint WHERE tenant = ?", id)
		return err
	})
	if err != nil {
		return fail(err)
	}
	if err := removeFile(path); err != nil {
		return fail(err)
	}
	left := []string{path + ".new", mark(path), filepath.Join(s.cfg.Dir, "branches", id)}
	for _, beside := range []string{filepath.Join(s.cfg.Dir, "lost+found", id+"-*"), filepath.Join(s.pasts.dir, id+"-*")} {
		found, err := filepath.Glob(beside)
		if err != nil {
			return fail(err)
		}
		left = append(left, found...)
	}
	for _, f := range append(left, dismissal(path)) { // the mark goes last: until then nobody opens what is left
		if err := os.RemoveAll(f); err != nil {
			return fail(err)
		}
	}
	return syncDir(path)
}
