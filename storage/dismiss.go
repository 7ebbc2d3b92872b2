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

	"assay/storage/keys"
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
	s.closeForGood(ctx, id)
	if s.cfg.Cells != nil {
		if err := s.cfg.Cells.Forget(ctx, id); err != nil {
			return fail(err)
		}
	}
	return s.pasts.drop(id)
}

// lastWords is how long requests under way may use a file that is dismissed.
const lastWords = 5 * time.Second

// clearErased removes the files of tenants that another process erased while this one did not run.
func (s *Store) clearErased(ctx context.Context) error {
	if s.cfg.Cells == nil {
		return nil
	}
	names, err := filepath.Glob(filepath.Join(s.cfg.Dir, "tenants", "*.db"))
	if err != nil {
		return fmt.Errorf("look for erased tenants: %w", err)
	}
	for _, n := range names {
		id := strings.TrimSuffix(filepath.Base(n), ".db")
		if _, err := s.cfg.Keys.Key(ctx, id); !errors.Is(err, keys.ErrShredded) {
			continue
		}
		if err := s.removeHere(n, id); err != nil {
			return fmt.Errorf("remove an erased tenant: %w", err)
		}
	}
	return nil
}

// closeForGood closes a tenant that is opened by nobody any more.
func (s *Store) closeForGood(ctx context.Context, id string) {
	s.mu.Lock()
	s.gone[id] = true
	s.mu.Unlock()
	brief, cancel := context.WithTimeout(ctx, lastWords)
	defer cancel()
	if err := s.Release(brief, id); err != nil { // what it could not write is not wanted any more
		s.cfg.Log.WarnContext(ctx, "close a tenant that is erased", "tenant", id, "err", err)
	}
}

// isGone says whether a tenant is opened by nobody any more.
func (s *Store) isGone(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gone[id]
}

// Forget removes what lies here of a tenant that another process erases.
func (s *Store) Forget(ctx context.Context, id string) error {
	path, err := s.tenantPath(id)
	if err != nil {
		return fmt.Errorf("forget tenant: %w", err)
	}
	s.closeForGood(ctx, id)
	if err := s.removeHere(path, id); err != nil {
		return fmt.Errorf("forget tenant: %w", err)
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
	if !s.isGone(id) {
		return fail(ErrConflict)
	}
	err = s.Control().maintain(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM tenant_hint WHERE tenant = ?", id)
		return err
	})
	if err != nil {
		return fail(err)
	}
	if err := s.removeHere(path, id); err != nil {
		return fail(err)
	}
	return nil
}

// removeHere removes what lies on this disk of a tenant.
func (s *Store) removeHere(path, id string) error {
	branches, err := s.branchFiles(id)
	if err = errors.Join(err, s.pasts.drop(id)); err != nil {
		return err
	}
	brief, cancel := context.WithTimeout(context.Background(), lastWords)
	defer cancel()
	for _, b := range branches {
		if err := s.Release(brief, branchName(id, b)); err != nil {
			s.cfg.Log.Warn("close a branch of a tenant that is erased", "tenant", id, "err", err)
		}
	}
	if err := removeFile(path); err != nil {
		return err
	}
	left := []string{path + ".new", mark(path), filepath.Join(s.cfg.Dir, "branches", id)}
	for _, beside := range []string{filepath.Join(s.cfg.Dir, "lost+found", id+"-*"), filepath.Join(s.pasts.dir, id+"-*")} {
		found, err := filepath.Glob(beside)
		if err != nil {
			return err
		}
		left = append(left, found...)
	}
	for _, f := range append(left, dismissal(path)) { // the mark goes last: until then nobody opens what is left
		if err := os.RemoveAll(f); err != nil {
			return err
		}
	}
	return syncDir(path)
}
