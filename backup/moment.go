package backup

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"time"

	"assay/backup/ltxlog"
	"assay/storage"
)

// Moment is a tenant's file as it was after a record of its log, restored beside the one in use and proved: its
// bytes are those of the record, SQLite finds no fault in it, it is this tenant's, at this program's schema, and
// its audit log is whole.
type Moment struct {
	Path    string
	Records int64 // of its audit log
	Report  ltxlog.Report

	dir string
}

// Moment restores a tenant's file as it was into a folder of its own below temp. Close removes it. Errors are those
// of [storage.Copies].
func (l *Logs) Moment(ctx context.Context, s *storage.Store, id string, at ltxlog.Point, temp string) (m Moment, err error) {
	fail := func(err error) (Moment, error) {
		return Moment{}, fmt.Errorf("restore beside: %w", errors.Join(err, m.Close()))
	}
	if m.dir, err = os.MkdirTemp(temp, "assay-restore-"); err != nil {
		return fail(err)
	}
	m.Path = filepath.Join(m.dir, "tenant.db")
	if m.Report, err = l.Restore(ctx, id, m.Path, at); err != nil {
		return fail(named(err))
	}
	if m.Records, err = s.Settle(ctx, id, m.Path); err != nil {
		return fail(err)
	}
	return m, nil
}

// Close removes the copy.
func (m Moment) Close() error {
	if m.dir == "" {
		return nil
	}
	return os.RemoveAll(m.dir)
}

// Snapshot is a whole state of a file that its log keeps by itself.
type Snapshot struct {
	Record uint64    `json:"record"`
	At     time.Time `json:"at"` // when the store got it
	Bytes  int64     `json:"bytes"`
}

// Snapshots lists those of a file, the oldest first.
func (l *Logs) Snapshots(ctx context.Context, id string) ([]Snapshot, error) {
	out := []Snapshot{}
	for e, err := range l.log.Snapshots(ctx, id) {
		if err != nil {
			return nil, fmt.Errorf("list snapshots: %w", named(err))
		}
		out = append(out, Snapshot{e.Max, e.Stored, e.Size})
	}
	return out, nil
}

// Settings say where the logs lie, in words, what an acknowledged write survives, and how much is kept.
func (l *Logs) Settings() (place string, mode ltxlog.Durability, keep ltxlog.Retention) {
	return l.cfg.Place, l.cfg.Durability, l.cfg.Retention
}

// Flush waits until the log of an open file has all that is committed, and returns the number of its newest record.
func (l *Logs) Flush(ctx context.Context, id string) (uint64, error) {
	s := l.of(id)
	if s == nil {
		return 0, fmt.Errorf("flush the log of %s: the file is not open", id)
	}
	if err := s.Flush(ctx); err != nil {
		return 0, fmt.Errorf("flush the log of %s: %w", id, named(err))
	}
	return s.Status().Seq, nil
}

// Fresh makes a snapshot of an open file now, which leads to what is in it without what was before, and returns the
// number of its record.
func (l *Logs) Fresh(ctx context.Context, id string) (uint64, error) {
	s := l.of(id)
	if s == nil {
		return 0, fmt.Errorf("make a snapshot of %s: the file is not open", id)
	}
	at, err := s.Snapshot(ctx)
	if err != nil {
		return 0, fmt.Errorf("make a snapshot of %s: %w", id, named(err))
	}
	return at.Seq, nil
}

func (l *Logs) of(id string) *ltxlog.Shipper {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.open[id]
}

// Objects lists every stored file that the rows of the copy speak of.
func (m Moment) Objects(ctx context.Context) ([]Stored, error) {
	db, err := storage.OpenCopy(m.Path)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.QueryContext(ctx, objectsQuery, m.Report.Time.UTC().Format(storage.Instant))
	if err != nil {
		return nil, fmt.Errorf("list stored files: %w", err)
	}
	return scanObjects(rows)
}

// Keep is a file's nightly turn: a snapshot of what changed since the last, so that later every day can be had,
// and forgetting what the retention does not ask for (decisions.md 29).
func (l *Logs) Keep(ctx context.Context, id string, now time.Time) (ltxlog.Trimmed, error) {
	s := l.of(id)
	if s == nil {
		return ltxlog.Trimmed{}, fmt.Errorf("keep the log of %s: the file is not open", id)
	}
	var newest uint64
	for e, err := range l.log.Snapshots(ctx, id) {
		if err != nil {
			return ltxlog.Trimmed{}, err
		}
		newest = e.Max
	}
	if s.Status().Seq > newest {
		if _, err := s.Snapshot(ctx); err != nil {
			return ltxlog.Trimmed{}, fmt.Errorf("keep the log of %s: %w", id, err)
		}
	}
	return ltxlog.Trim(ctx, l.log, id, l.cfg.Retention, now)
}

// Verify reads everything the log has of a file to its end.
func (l *Logs) Verify(ctx context.Context, id string) (ltxlog.Verified, error) {
	return ltxlog.Verify(ctx, l.log, id)
}

// ExportPlain writes the whole log of a file, without its seal, into a folder in the layout of Litestream, whose
// `litestream restore file://FOLDER/ID` makes the database of it: the way out that needs no program of ours. The
// folder must not exist, and nothing of it stays when something fails. It returns how many records and snapshots
// that are. What is older than the first snapshot from record from on stays out of it.
func (l *Logs) ExportPlain(ctx context.Context, id, dir string, from uint64) (n int, err error) {
	log := l.log
	if from > 0 {
		first := uint64(0)
		for e, err := range l.log.Snapshots(ctx, id) {
			if err != nil {
				return 0, fmt.Errorf("list snapshots: %w", named(err))
			}
			if first == 0 && e.Max >= from {
				first = e.Max
			}
		}
		if first == 0 {
			return 0, fmt.Errorf("%w: there is no snapshot from record %d on yet", storage.ErrConflict, from)
		}
		log = later{l.log, first}
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return 0, err
	}
	if n, err = ltxlog.Copy(ctx, log, ltxlog.FileLog{Dir: dir}, id, dir); err != nil {
		return 0, errors.Join(err, os.RemoveAll(dir))
	}
	return n, nil
}

// later is a log of which nothing is shown from before a snapshot.
type later struct {
	ltxlog.Log
	first uint64
}

// Snapshots is [ltxlog.Log].
func (l later) Snapshots(ctx context.Context, tenant string) iter.Seq2[ltxlog.Entry, error] {
	return func(yield func(ltxlog.Entry, error) bool) {
		for e, err := range l.Log.Snapshots(ctx, tenant) {
			if (err != nil || e.Max >= l.first) && !yield(e, err) {
				return
			}
		}
	}
}

// Records is [ltxlog.Log].
func (l later) Records(ctx context.Context, tenant string, after uint64) iter.Seq2[ltxlog.Entry, error] {
	return l.Log.Records(ctx, tenant, max(after, l.first))
}
