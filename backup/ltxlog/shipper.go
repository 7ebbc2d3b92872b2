package ltxlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
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

// Base is where a shipper begins: the claimed record, and the checksums of the pages of its state when they are
// known. The zero Base is a tenant without history.
type Base struct {
	Position
	Unsnapped uint64 // records since the newest snapshot
	sums      *sums
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
	folds    []*snapshotCall // who waits for the write-ahead log to be folded
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

// Newest is the newest record that is known to be in the log.
func (s *Shipper) Newest() uint64 { return s.Status().Seq }

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
	calls := append(s.wanted, s.folds...)
	s.wanted, s.folds = nil, nil
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
