package ltxlog

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// Between two tries to reach the log.
const (
	firstWait = 20 * time.Millisecond
	lastWait  = 5 * time.Second
)

// sleep reports false when it was interrupted.
func sleep(stop <-chan struct{}, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-stop:
		return false
	case <-t.C:
		return true
	}
}

// run works until there is nothing to do.
func (s *Shipper) run() {
	defer s.children.Done()
	ctx := s.life
	wait := firstWait
	for more := false; s.gather(more); {
		var err error
		more, err = s.ship(ctx, s.cfg.Attempt)
		if err == nil && !more {
			err = s.keep(ctx)
		}
		switch {
		case err == nil:
			wait = firstWait
			s.recovered()
		case errors.Is(err, ErrFenced):
			s.fenced(err)
			return
		case ctx.Err() != nil:
			return
		default:
			s.failed(err)
			s.relieve(ctx)
			sleep(ctx.Done(), wait)
			wait = min(2*wait, lastWait)
		}
	}
}

// gather waits until there is something to ship, and is false when there is nothing to do. It does not wait when more
// was left than one record holds: a log that was away for long would never catch up.
func (s *Shipper) gather(more bool) bool {
	for first := true; ; first = false {
		s.mu.Lock()
		idle := s.written == s.durable && (len(s.wanted) == 0 || s.snapping) && len(s.folds) == 0 && !s.distrust && s.trouble == nil && s.pending == nil && !s.whole
		if idle || s.final != nil {
			s.running = false
			s.mu.Unlock()
			return false
		}
		gather := first && !more && s.cfg.Durability == Async && s.urgent <= s.durable && s.trouble == nil && len(s.wanted)+len(s.folds) == 0
		changed := s.changed
		s.mu.Unlock()
		if !gather {
			return true
		}
		t := time.NewTimer(s.cfg.Interval)
		select {
		case <-t.C:
		case <-changed: // somebody is in a hurry
		case <-s.life.Done():
		}
		t.Stop()
	}
}

func (s *Shipper) failed(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.trouble == nil {
		s.since = time.Now() // not cfg.Now: how long it lasts is about this process
		s.cfg.Logger.Warn("the log of a tenant cannot be reached", "tenant", s.cfg.Tenant, "err", err)
	}
	s.trouble = err
}

// relieve keeps the write-ahead log from filling the disk while the log cannot be reached and writing goes on all
// the same: it is folded unshipped, and the record after it holds the whole file. The commits in between cannot be
// told apart later; none is lost.
func (s *Shipper) relieve(ctx context.Context) {
	if st, err := os.Stat(s.wal.path); err != nil || s.cfg.Durability == Sync || st.Size() < s.cfg.UnshippedBytes {
		return
	}
	s.cfg.File.Writer.Lock()
	defer s.cfg.File.Writer.Unlock()
	s.whole = true
	if _, _, err := s.cfg.File.Checkpoint(ctx); err != nil {
		s.cfg.Logger.Error("fold the write-ahead log", "tenant", s.cfg.Tenant, "err", err)
	}
}

func (s *Shipper) recovered() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.trouble != nil {
		s.cfg.Logger.Info("the log of a tenant is back", "tenant", s.cfg.Tenant, "after", time.Since(s.since))
	}
	s.trouble = nil
}

func (s *Shipper) fenced(err error) {
	s.mu.Lock()
	first := s.final == nil
	if first {
		s.final = fmt.Errorf("%w: %s", ErrFenced, firstLine(err))
	}
	s.running = false
	calls := append(s.wanted, s.folds...)
	s.wanted, s.folds = nil, nil
	s.announce()
	s.mu.Unlock()
	for _, c := range calls {
		c.end(Position{}, ErrFenced)
	}
	s.cfg.Logger.Error("a tenant has another owner", "tenant", s.cfg.Tenant, "record", s.at.Seq+1)
	if first && s.cfg.OnFenced != nil {
		s.cfg.OnFenced()
	}
}

// ship appends one record, if there is something to append, and says whether there is more. A record that was
// tried is tried again until the log has taken or refused it.
func (s *Shipper) ship(ctx context.Context, patience time.Duration) (more bool, err error) {
	if s.pending == nil {
		if s.pending, err = s.next(ctx); err != nil {
			return false, err
		}
	}
	if s.pending == nil {
		return false, nil
	}
	r := s.pending
	if err := s.owns(ctx); err != nil {
		return false, err
	}
	try, cancel := context.WithTimeout(ctx, patience+time.Duration(r.body.Size)*time.Microsecond) // 1 MB a second
	defer cancel()
	if err := s.cfg.Log.Append(try, s.cfg.Tenant, r.to.Seq, r.body); err != nil {
		return false, err
	}
	s.shipped(r)
	return r.batch != nil && r.batch.more || r.whole != nil, nil
}

// awhile is after what time without an append an owner asks whether it still is one.
const awhile = 12 * time.Hour

// owns asks, when the last append was long ago, whether somebody went on without us. A slot that was freed since
// would not tell; it is freed after 24 hours at the earliest, and the newest one never. The calendar is asked,
// which also advances while a machine sleeps.
func (s *Shipper) owns(ctx context.Context) error {
	if d := s.cfg.Now().Sub(s.appended); d < awhile && d > -awhile {
		return nil
	}
	for e, err := range s.cfg.Log.Records(ctx, s.cfg.Tenant, s.at.Seq) {
		if err != nil {
			return err
		}
		if e.Max > s.pending.to.Seq { // that one may be ours; the append tells
			return fmt.Errorf("%v: %w", e, ErrFenced)
		}
	}
	s.appended = s.cfg.Now()
	return nil
}

// next makes the next record, nil when there is nothing to ship.
func (s *Shipper) next(ctx context.Context) (*record, error) {
	s.mu.Lock()
	upto := s.written
	if s.distrust {
		s.whole, s.distrust = true, false
	}
	s.mu.Unlock()
	if s.whole {
		return s.nextWhole(ctx)
	}
	b, err := s.wal.read(s.cfg.RecordBytes)
	var r *record
	if err == nil && b != nil {
		r, err = encodeBatch(&s.wal, b, s.at, s.sums, s.instant(), s.cfg.Node, s.cfg.Scratch)
	}
	switch {
	case errors.Is(err, ErrForeignCheckpoint), errors.Is(err, errIncomplete):
		s.cfg.Logger.Warn("shipping a tenant's whole file", "tenant", s.cfg.Tenant, "because", err)
		if errors.Is(err, ErrForeignCheckpoint) {
			s.mu.Lock()
			s.status.Foreign++
			s.mu.Unlock()
		}
		s.whole = true
		return s.nextWhole(ctx)
	case err != nil:
		return nil, err
	case b == nil: // commits that wrote nothing
		s.confirm(upto)
		return nil, nil
	}
	if !b.more {
		r.upto = upto
	}
	return r, nil
}

// nextWhole makes a record of the whole file.
func (s *Shipper) nextWhole(ctx context.Context) (*record, error) {
	if s.holding {
		return nil, nil // it takes the writer itself; settled leaves it for later
	}
	s.mu.Lock()
	upto := s.written // before the state is fixed: a commit after it is not in this record
	s.mu.Unlock()
	in, err := s.hold(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the file: %w", err)
	}
	if s.at.Seq > 0 && in.pageSize != s.at.PageSize {
		return nil, errors.Join(fmt.Errorf("the file has pages of %d bytes, its log of %d", in.pageSize, s.at.PageSize), in.close())
	}
	at := s.instant()
	out, sums, err := encodeWhole(ctx, header(s.at.Seq+1, in.pageSize, in.count, at, s.cfg.Node, s.at.Sum), in, s.cfg.Scratch)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read the file: %w", err), in.close())
	}
	r := &record{body: out.body(), free: out.free, whole: sums, upto: upto,
		to: Position{Seq: s.at.Seq + 1, Time: at, Node: s.cfg.Node, Sum: sums.total(), PageSize: in.pageSize, Pages: in.count}}
	return r, in.close()
}

func (s *Shipper) instant() time.Time { return after(s.at.Time, s.cfg.Now()) }

// shipped makes a record part of what is known, after the log took it.
func (s *Shipper) shipped(r *record) {
	if r.whole != nil {
		s.sums, s.whole = r.whole, false
	} else {
		s.sums.resize(r.to.Pages)
		for no, c := range r.changed {
			s.sums.set(no, c)
		}
		s.wal.advance(r.batch)
	}
	s.at, s.appended = r.to, s.cfg.Now()
	s.unsnapped++
	if r.to.Seq == 1 {
		s.unsnapped = 0 // it is a snapshot itself
	}
	s.drop()
	s.mu.Lock()
	s.status.Seq, s.status.Time = r.to.Seq, r.to.Time
	s.status.Records++
	s.status.Bytes += r.body.Size
	s.mu.Unlock()
	s.confirm(r.upto)
}

// drop forgets the pending record.
func (s *Shipper) drop() {
	if s.pending != nil {
		s.pending.free()
		s.pending = nil
	}
}

func (s *Shipper) confirm(upto uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if upto > s.durable {
		s.durable = upto
		s.trouble = nil
		s.announce()
	}
}
