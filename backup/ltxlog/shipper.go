package ltxlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Durability says what an acknowledged commit survives.
type Durability int

const (
	// Sync: the log is the durability. A commit is acknowledged when the log has it, and survives the loss of
	// the machine. It must be chosen on purpose, so it is not the zero value.
	Sync Durability = iota + 1
	// Async: the disk is the durability; the log follows within Config.Interval, many commits in a record.
	Async
	// Local: the disk is the durability; the log, on another disk, follows at once.
	Local
)

// File is what a shipper needs of the one who owns a database file.
type File struct {
	Path string // of the database; its write-ahead log lies beside it

	// Writer is held by whoever writes, from before BEGIN to after Committed.
	Writer sync.Locker

	// Checkpoint runs PRAGMA wal_checkpoint(PASSIVE) and returns two of its figures: how many frames are in the
	// log, and how many of them were folded. It is called with Writer held, and nothing else may fold the log
	// while the shipper runs.
	Checkpoint func(ctx context.Context) (frames, folded int, err error)

	// Reader gives a connection that only reads, for as long as it is not closed; it may be a minute, for a
	// snapshot. It must be allowed to begin a transaction and to read the table sqlite_dbpage.
	Reader func(ctx context.Context) (*sql.Conn, error)

	// Sound is asked before a file that Take kept becomes the newest state although the log leads to another: an
	// error keeps what is damaged out of the log. nil means that nobody is asked.
	Sound func(ctx context.Context) error
}

// Config is what a shipper is made of. Log, Tenant, Node, File and Durability are required.
type Config struct {
	Log        Log
	Tenant     string
	Node       uint64 // who writes: never the same for two data directories
	File       File
	Base       Base // what Take returned
	Durability Durability

	Interval        time.Duration // Async: commits are gathered for so long; 0 means 1 s
	Deadline        time.Duration // Sync: a commit waits so long for the log; 0 means 5 s
	Attempt         time.Duration // one try to reach the log may take so long, and longer for large records; 0 means 15 s
	SnapshotEvery   uint64        // records between snapshots; 0 means 200
	CheckpointBytes int64         // the write-ahead log is folded when so much of it was shipped; 0 means 4 MB
	UnshippedBytes  int64         // Async, Local: see relieve; 0 means 256 MB
	RecordBytes     int64         // a record ends with the first commit after so much; 0 means 16 MB

	Now     func() time.Time // instants of records; nil means time.Now
	Logger  *slog.Logger     // nil means nowhere
	Scratch string           // where large records are made; "" means beside the database

	// OnFenced is called once, when the tenant has a new owner. It must not block.
	OnFenced func()
}

// Shipper appends what is committed in one file to the tenant's log. It costs nothing while nothing is
// committed: no goroutine, no timer, no request.
type Shipper struct {
	cfg Config
	wal follower

	mu       sync.Mutex
	written  uint64 // commits
	durable  uint64 // commits that the log has
	running  bool
	urgent   uint64 // commits that somebody waits for: do not gather
	closing  bool
	final    error     // ErrFenced or ErrClosed
	trouble  error     // why the last try failed, nil after a success
	since    time.Time // when the trouble began
	changed  chan struct{}
	wanted   []*snapshotCall
	snapping bool
	distrust bool // a snapshot found that the file is not what its log says
	status   Status
	children sync.WaitGroup

	life context.Context // ends with Close
	end  context.CancelFunc

	// What follows belongs to Start and then to run.
	at        Position
	sums      *sums
	pending   *record // was tried, and may lie in the log: these bytes must be tried again
	whole     bool    // the next record holds the whole file
	unsnapped uint64  // records since the last snapshot
	appended  time.Time
	foldTried int64
	holding   bool // the writer is held by us
}

// Status is where a shipper stands.
type Status struct {
	Seq       uint64    // newest record
	Time      time.Time // its instant
	Behind    uint64    // commits that the log does not have
	Records   int64     // appended since Start
	Bytes     int64
	Snapshots int64
	Folds     int64
	Foreign   int64         // times that somebody else folded our write-ahead log
	Down      time.Duration // for how long the log could not be reached; 0 means it can
	Trouble   error         // why
}

type snapshotCall struct {
	done chan struct{}
	at   Position
	err  error
}

// Start begins to ship a file. Nothing may have been folded since Take, and nothing is written before Start
// returned. Without history it appends record 1, which holds the whole file and is the claim; if Take kept a
// file whose state the log may not have, it appends one record with all of it.
func Start(ctx context.Context, cfg Config) (*Shipper, error) {
	if cfg.Log == nil || cfg.Node == 0 || cfg.Durability < Sync || cfg.Durability > Local ||
		cfg.File.Path == "" || cfg.File.Writer == nil || cfg.File.Checkpoint == nil || cfg.File.Reader == nil {
		return nil, errors.New("start shipper: a log, a node, a durability and a file are needed")
	}
	if err := checkTenant(cfg.Tenant); err != nil {
		return nil, fmt.Errorf("start shipper: %w", err)
	}
	def := func(v *time.Duration, d time.Duration) {
		if *v <= 0 {
			*v = d
		}
	}
	def(&cfg.Interval, time.Second)
	def(&cfg.Deadline, 5*time.Second)
	def(&cfg.Attempt, 15*time.Second)
	if cfg.SnapshotEvery == 0 {
		cfg.SnapshotEvery = 200
	}
	if cfg.CheckpointBytes <= 0 {
		cfg.CheckpointBytes = 4 << 20
	}
	if cfg.RecordBytes <= 0 {
		cfg.RecordBytes = 16 << 20
	}
	if cfg.UnshippedBytes <= 0 {
		cfg.UnshippedBytes = 256 << 20
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Scratch == "" {
		cfg.Scratch = filepath.Dir(cfg.File.Path)
	}
	s := &Shipper{
		cfg: cfg, at: cfg.Base.Position, sums: cfg.Base.sums, unsnapped: cfg.Base.Unsnapped,
		changed: make(chan struct{}), appended: cfg.Now(),
	}
	s.life, s.end = context.WithCancel(context.WithoutCancel(ctx))
	s.wal.path, s.wal.pageSize = cfg.File.Path+"-wal", s.at.PageSize
	s.status.Seq, s.status.Time = s.at.Seq, s.at.Time
	if err := s.begin(ctx); err != nil {
		s.end()
		return nil, errors.Join(fmt.Errorf("start shipper: %w", err), s.wal.close())
	}
	return s, nil
}

// begin brings log and file to the same state.
func (s *Shipper) begin(ctx context.Context) error {
	if s.sums == nil && s.at.Seq > 0 {
		same, err := s.equal(ctx)
		if err == nil && !same && s.cfg.File.Sound != nil {
			err = s.cfg.File.Sound(ctx)
		}
		if err != nil {
			return err
		}
		s.whole = !same
	} else if s.at.Seq == 0 {
		s.whole, s.sums = true, &sums{}
	}
	ctx, cancel := context.WithTimeout(ctx, max(s.cfg.Deadline, s.cfg.Attempt))
	defer cancel()
	for wait := firstWait; ; wait = min(2*wait, lastWait) {
		more, err := s.ship(ctx, s.cfg.Attempt)
		if err == nil && !more {
			return nil
		}
		if err == nil {
			continue
		}
		if errors.Is(err, ErrFenced) || !sleep(ctx.Done(), wait) {
			s.drop()
			if errors.Is(err, ErrFenced) {
				return err
			}
			return unavailable(err)
		}
	}
}

// equal reports whether the file that was kept is the state of the log.
func (s *Shipper) equal(ctx context.Context) (bool, error) {
	r, err := s.hold(ctx)
	if err != nil {
		return false, err
	}
	sums, err := r.checksums(ctx)
	if err = errors.Join(err, r.close()); err != nil {
		return false, err
	}
	if r.pageSize != s.at.PageSize {
		return false, fmt.Errorf("the file has pages of %d bytes, its log of %d", r.pageSize, s.at.PageSize)
	}
	s.sums = sums
	return sums.total() == s.at.Sum && r.count == s.at.Pages, nil
}

// hold fixes the state that is committed now, and goes to the end of the write-ahead log before it: what is
// committed between the two is shipped twice, never not at all.
func (s *Shipper) hold(ctx context.Context) (*reading, error) {
	conn, err := s.cfg.File.Reader(ctx)
	if err != nil {
		return nil, err
	}
	s.cfg.File.Writer.Lock()
	defer s.cfg.File.Writer.Unlock()
	if err := s.wal.skip(); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return beginReading(ctx, conn)
}

// Ready says before a write whether it makes sense to begin it: ErrFenced or ErrClosed when it never will again,
// ErrUnavailable when commits must wait for the log and it could not be reached for longer than they may wait.
func (s *Shipper) Ready() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.final != nil {
		return s.final
	}
	if s.cfg.Durability == Sync && s.trouble != nil && time.Since(s.since) >= s.cfg.Deadline {
		return unavailable(s.trouble)
	}
	return nil
}

func unavailable(why error) error { return fmt.Errorf("%w: %w", ErrUnavailable, why) }

// Committed notes one commit and returns its number, for Durable. Call it after COMMIT, still holding the
// writer. It does not wait for anything but one look at the write-ahead log's header.
func (s *Shipper) Committed() uint64 {
	// A foreign fold is remembered and dealt with when the commit is shipped; so is an error of the disk.
	_ = s.wal.refresh()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.written++
	s.kick()
	return s.written
}

// kick makes sure that somebody works. The caller holds mu.
func (s *Shipper) kick() {
	if !s.running && s.final == nil {
		s.running = true
		s.children.Add(1)
		go s.run()
	}
}

// Durable waits until commit n is as durable as the mode promises. ErrUnavailable after the deadline: the commit
// is kept and will be shipped, but whether it is part of history is not known yet. ErrFenced: it is not.
func (s *Shipper) Durable(ctx context.Context, n uint64) error {
	if s.cfg.Durability != Sync {
		return nil
	}
	return s.wait(ctx, n, s.cfg.Deadline)
}

// Barrier waits until all that a reader may have seen by now is durable. In the modes where nothing waits for
// the log it returns at once.
func (s *Shipper) Barrier(ctx context.Context) error {
	s.mu.Lock()
	n := s.written
	s.mu.Unlock()
	return s.Durable(ctx, n)
}

// Flush waits until the log has every commit made so far, in every mode, for as long as ctx allows.
func (s *Shipper) Flush(ctx context.Context) error {
	s.mu.Lock()
	n := s.written
	if n > s.durable {
		s.urgent = n
		s.kick()
		s.announce()
	}
	s.mu.Unlock()
	return s.wait(ctx, n, 0)
}

func (s *Shipper) wait(ctx context.Context, n uint64, patience time.Duration) error {
	var late <-chan time.Time
	for {
		s.mu.Lock()
		durable, final, changed := s.durable, s.final, s.changed
		s.mu.Unlock()
		if durable >= n {
			return nil
		}
		if final != nil {
			return final
		}
		if late == nil && patience > 0 {
			t := time.NewTimer(patience)
			defer t.Stop()
			late = t.C
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-late:
			trouble := s.Status().Trouble
			if trouble == nil {
				trouble = fmt.Errorf("no answer in %v", patience)
			}
			return unavailable(trouble)
		}
	}
}

// announce wakes everybody who waits. The caller holds mu.
func (s *Shipper) announce() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Status tells where the shipper stands.
func (s *Shipper) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.status
	st.Behind = s.written - s.durable
	if st.Trouble = s.trouble; s.trouble != nil {
		st.Down = time.Since(s.since)
	}
	return st
}

// Close ships what is left, for as long as ctx allows, and ends the shipper. Nothing may be written any more;
// the owner may fold the write-ahead log and close the file after it. An error says that the log may lack
// commits that were made.
func (s *Shipper) Close(ctx context.Context) error {
	err := s.Flush(ctx)
	s.mu.Lock()
	if s.closing {
		s.mu.Unlock()
		return err
	}
	s.closing = true
	if s.final == nil {
		s.final = ErrClosed
	}
	s.announce()
	calls := s.wanted
	s.wanted = nil
	s.end()
	s.mu.Unlock()
	for _, c := range calls {
		c.end(Position{}, ErrClosed)
	}
	s.children.Wait()
	s.drop()
	if err != nil {
		return errors.Join(fmt.Errorf("close shipper: %w", err), s.wal.close())
	}
	return s.wal.close()
}

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
		idle := s.written == s.durable && (len(s.wanted) == 0 || s.snapping) && !s.distrust && s.trouble == nil && s.pending == nil && !s.whole
		if idle || s.final != nil {
			s.running = false
			s.mu.Unlock()
			return false
		}
		gather := first && !more && s.cfg.Durability == Async && s.urgent <= s.durable && s.trouble == nil && len(s.wanted) == 0
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
	calls := s.wanted
	s.wanted = nil
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

// Base is where a shipper begins: the claimed record, and the checksums of the pages of its state when they are
// known. The zero Base is a tenant without history.
type Base struct {
	Position
	Unsnapped uint64 // records since the newest snapshot
	sums      *sums
}
