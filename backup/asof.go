package backup

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"assay/backup/ltxlog"
	"assay/storage"
)

// Find is [storage.Copies].
func (l *Logs) Find(ctx context.Context, id string, at time.Time) (storage.Point, error) {
	f, err := ltxlog.Find(ctx, l.log, id, at)
	return storage.Point{Record: f.Seq, At: f.Time, Settled: f.Settled}, named(err)
}

// Reach is [storage.Copies].
func (l *Logs) Reach(ctx context.Context, id string) (storage.Reach, error) {
	k, err := ltxlog.Reach(ctx, l.log, id)
	return storage.Reach{First: k.First, Every: k.Every}, named(err)
}

// Copy is [storage.Copies]. SQLite does not look through the copy for faults, which would take longer than making
// it: the checksum over all its pages is that of the file that was in use.
func (l *Logs) Copy(ctx context.Context, id, path string, record uint64) error {
	_, err := ltxlog.Restore(ctx, l.log, id, path, ltxlog.Point{Seq: record}, ltxlog.RestoreOptions{Unchecked: true, Now: l.cfg.Now})
	return named(err)
}

// named gives errors of a log the names that storage knows.
func named(err error) error {
	switch {
	case err == nil || errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("%w: %w", storage.ErrFull, err)
	case errors.Is(err, ltxlog.ErrNotFound):
		return fmt.Errorf("%w: %w", storage.ErrNotFound, err)
	case errors.Is(err, ltxlog.ErrDamaged):
		return fmt.Errorf("%w: %w", storage.ErrDamaged, err)
	}
	return fmt.Errorf("%w: %w", storage.ErrUnavailable, err)
}
