package ltxlog

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// keep does what is due when everything is shipped: folds the write-ahead log, makes a snapshot. Its error is one
// of shipping; what fails besides is only logged, and tried again later.
func (s *Shipper) keep(ctx context.Context) error {
	s.mu.Lock()
	due := !s.snapping && (len(s.wanted) > 0 || s.unsnapped >= s.cfg.SnapshotEvery)
	s.mu.Unlock()
	if due {
		if err := s.snapshot(ctx); err != nil {
			return err
		}
	}
	if err := s.foldNow(ctx); err != nil {
		return err
	}
	size := s.wal.size()
	if size < s.foldTried {
		s.foldTried = 0 // it began anew
	}
	if size-s.foldTried >= s.cfg.CheckpointBytes {
		return s.settled(ctx, func() { s.fold(ctx) })
	}
	return nil
}

// fold lets SQLite move what was shipped from the write-ahead log into the file. The caller holds the writer.
func (s *Shipper) fold(ctx context.Context) {
	s.foldTried = s.wal.size() // if a reader is in the way, try again when the log has grown as much again
	frames, folded, err := s.cfg.File.Checkpoint(ctx)
	if err != nil {
		s.cfg.Logger.Error("fold the write-ahead log", "tenant", s.cfg.Tenant, "err", err)
		return
	}
	if read := s.wal.frames(); frames != read {
		s.cfg.Logger.Error("frames of the write-ahead log could not be read: shipping the whole file", "tenant", s.cfg.Tenant, "frames", frames, "read", read)
		s.whole = true
		return
	}
	if folded == frames {
		s.wal.folded()
	}
	s.mu.Lock()
	s.status.Folds++
	s.mu.Unlock()
}

// settled calls fn with the writer held and everything shipped. What is left after some tries is shipped while
// the writers wait; a log that stalls just then must not hold them for long.
func (s *Shipper) settled(ctx context.Context, fn func()) error {
	for try := range 4 {
		if try < 3 {
			if more, err := s.ship(ctx, s.cfg.Attempt); err != nil {
				return err
			} else if more {
				continue
			}
		}
		done, err := func() (bool, error) {
			s.cfg.File.Writer.Lock()
			defer s.cfg.File.Writer.Unlock()
			if err := ctx.Err(); err != nil {
				return false, err
			}
			if s.pending == nil && !s.whole {
				b, err := s.wal.read(1)
				if err != nil && !errors.Is(err, ErrForeignCheckpoint) {
					return false, err
				}
				if err == nil && b == nil {
					fn()
					return true, nil
				}
			}
			if try < 3 {
				return false, nil
			}
			s.holding = true
			more, err := s.ship(ctx, min(s.cfg.Attempt, 2*time.Second))
			s.holding = false
			if err != nil || more || s.pending != nil || s.whole {
				return false, err
			}
			fn()
			return true, nil
		}()
		if done || err != nil {
			return err
		}
	}
	return nil // too busy: it is tried again after the next record
}

// Fold waits until the log has everything that is committed now, and has the write-ahead log folded then.
func (s *Shipper) Fold(ctx context.Context) error {
	c := &snapshotCall{done: make(chan struct{})}
	s.mu.Lock()
	if s.final != nil {
		s.mu.Unlock()
		return s.final
	}
	s.folds = append(s.folds, c)
	s.kick()
	s.announce()
	s.mu.Unlock()
	select {
	case <-c.done:
		return c.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// foldNow folds for those who wait for it.
func (s *Shipper) foldNow(ctx context.Context) error {
	s.mu.Lock()
	calls := len(s.folds)
	s.mu.Unlock()
	if calls == 0 {
		return nil
	}
	done := false
	if err := s.settled(ctx, func() { s.fold(ctx); done = true }); err != nil || !done {
		return err
	}
	s.mu.Lock()
	ended := s.folds[:min(calls, len(s.folds))]
	s.folds = s.folds[len(ended):]
	s.mu.Unlock()
	for _, c := range ended {
		c.end(s.at, nil)
	}
	return nil
}

// Snapshot makes a snapshot of what is committed now and waits until the log has it.
func (s *Shipper) Snapshot(ctx context.Context) (Position, error) {
	c := &snapshotCall{done: make(chan struct{})}
	s.mu.Lock()
	if s.final != nil {
		s.mu.Unlock()
		return Position{}, s.final
	}
	s.wanted = append(s.wanted, c)
	s.kick()
	s.announce()
	s.mu.Unlock()
	select {
	case <-c.done:
		return c.at, c.err
	case <-ctx.Done():
		return Position{}, ctx.Err()
	}
}

func (c *snapshotCall) end(at Position, err error) {
	c.at, c.err = at, err
	close(c.done)
}

// snapshot fixes the newest state and makes a snapshot of it beside the shipping, which goes on. Its error is one
// of shipping.
func (s *Shipper) snapshot(ctx context.Context) error {
	conn, failed := s.cfg.File.Reader(ctx)
	var in *reading
	tried := false
	if err := s.settled(ctx, func() {
		tried = true
		if failed == nil {
			in, failed = beginReading(ctx, conn)
		}
	}); err != nil || !tried {
		if failed == nil {
			err = errors.Join(err, conn.Close())
		}
		return err
	}
	at := s.at
	s.unsnapped = 0
	s.mu.Lock()
	defer s.mu.Unlock()
	calls := s.wanted
	s.wanted, s.snapping = nil, true
	s.children.Go(func() {
		err := failed
		if err == nil {
			err = s.putSnapshot(ctx, in, at)
		}
		if err != nil {
			s.cfg.Logger.Error("snapshot", "tenant", s.cfg.Tenant, "record", at.Seq, "err", err)
		}
		s.mu.Lock()
		if s.snapping = false; err == nil {
			s.status.Snapshots++
		}
		if errors.Is(err, errDiffers) {
			s.distrust = true
		}
		if s.distrust || len(s.wanted) > 0 {
			s.kick()
		}
		s.mu.Unlock()
		for _, c := range calls {
			c.end(at, err)
		}
	})
	return nil
}

// errDiffers means that the records do not lead to what is in the file. The next record holds the whole file.
var errDiffers = errors.New("the file is not what its log says")

// putSnapshot writes the snapshot beside the database, reads it back, and uploads it only if it is whole and is
// the state that the records lead to.
func (s *Shipper) putSnapshot(ctx context.Context, in *reading, at Position) error {
	h := header(at.Seq, in.pageSize, in.count, at.Time, at.Node, 0)
	h.MinTXID = 1
	out, sums, err := encodeWhole(ctx, h, in, s.cfg.Scratch)
	if err = errors.Join(err, in.close()); err != nil {
		return err
	}
	defer out.free()
	if err := checkSnapshot(out.body(), at, sums); err != nil {
		return err
	}
	return s.cfg.Log.PutSnapshot(ctx, s.cfg.Tenant, at.Seq, out.body())
}

func checkSnapshot(b Body, at Position, sums *sums) error {
	if sums.total() != at.Sum || uint32(len(sums.page)) != at.Pages {
		return fmt.Errorf("%w after record %d: checksum %s over %d pages, want %s over %d", errDiffers, at.Seq, sums.total(), len(sums.page), at.Sum, at.Pages)
	}
	r, err := b.Open()
	if err != nil {
		return err
	}
	_, to, err := decodeFrom(r, Entry{Snapshot: true, Max: at.Seq}, nil)
	if err == nil && to.Sum != at.Sum {
		err = fmt.Errorf("%w: it leads to checksum %s, want %s", ErrDamaged, to.Sum, at.Sum)
	}
	return err
}
