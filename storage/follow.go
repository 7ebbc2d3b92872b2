package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrUnavailable means that a write could not be made as durable as was promised: its log cannot be reached, or
// another process has taken the file over. It may be tried again.
var ErrUnavailable = errors.New("the log of changes cannot be reached")

// Logs keep what is committed in files outside of them, so that a file can be made again elsewhere, as it was at
// any instant. Package backup has them; without any, a file is what its disk keeps.
type Logs interface {
	// Take makes path hold the newest state of a file that nobody has open, and says how it is followed once it
	// is. A file that the logs do not know stays as it is, also when it is not there.
	Take(ctx context.Context, id, path string) (Taken, error)

	// Retake is Take for a file that turned out to be damaged: it is moved aside, and path holds what the logs have.
	// It stays as it is when they have nothing.
	Retake(ctx context.Context, id, path string) (Taken, error)
}

// Taken is a file that may be opened now.
type Taken interface {
	// Follow begins with what is committed from now on. Nothing was folded since Take.
	Follow(ctx context.Context, f Followed) (Follower, error)
}

// Followed is what a follower needs of a file.
type Followed struct {
	ID, Path string

	// Writer is held by whoever writes. Checkpoint folds the write-ahead log, PASSIVE, with Writer held, and
	// returns how many frames there are and how many of them are folded. Nothing else folds it meanwhile.
	Writer     sync.Locker
	Checkpoint func(ctx context.Context) (frames, folded int, err error)

	// Reader is a connection that only reads, for as long as it is not closed.
	Reader func(ctx context.Context) (*sql.Conn, error)

	// Sound says whether the file is one that SQLite can read. It is asked before the file becomes the newest state
	// although the log leads to another.
	Sound func(ctx context.Context) error

	// Lost is called once when another process has taken the file over. It must not block.
	Lost func()
}

// Follower takes what is committed in one file to its log.
type Follower interface {
	Ready() error                                // before a write: whether it makes sense to begin
	Committed() uint64                           // after a commit, with the writer held: its number
	Durable(ctx context.Context, n uint64) error // waits until that commit is as durable as was promised
	Newest() uint64                              // the newest record of the log: all that is durable is in it
	Fold(ctx context.Context) error              // takes everything to the log and has the file folded, by Checkpoint
	Close(ctx context.Context) error             // takes the rest to the log; the file may be folded after it
}

// closing is how long a file that is closed waits for its log.
const closing = 30 * time.Second

// follow begins to take to the log what is committed, at the end of opening a file.
func (db *DB) follow(ctx context.Context, taken Taken) (err error) {
	// Snapshots read the pages of the file itself, which the readers' connections may not.
	db.pagesDB = openSQL(db.path, "ro", unwatched)
	db.pagesDB.SetMaxIdleConns(0)
	f := Followed{ID: db.id, Path: db.path, Writer: &db.mu, Reader: db.pagesDB.Conn, Sound: db.sound, Lost: func() { go db.lost() },
		Checkpoint: db.foldFollowed}
	if db.follower, err = taken.Follow(ctx, f); err != nil {
		return fmt.Errorf("follow: %w", unavailable(err))
	}
	return nil
}

// noted tells the follower of a commit; the caller holds mu. Its number goes to durable.
func (db *DB) noted() uint64 {
	if db.follower == nil {
		return 0
	}
	return db.follower.Committed()
}

// ready says whether a write makes sense. The caller holds mu.
func (db *DB) ready() error {
	if db.follower == nil {
		return nil
	}
	return unavailable(db.follower.Ready())
}

// commit is what is to be done about a commit once mu is free.
type commit struct {
	n      uint64 // its number, for the follower
	signed string // the checkpoint in it, "" for none
}

// durable waits until a commit is as durable as was promised. The installation hears of a checkpoint only then: one
// that history went on without would accuse the file for ever.
func (db *DB) durable(ctx context.Context, c commit) error {
	if db.follower != nil && c.n > 0 {
		if err := db.follower.Durable(ctx, c.n); err != nil {
			return unavailable(err)
		}
	}
	if c.signed != "" {
		db.hintCheckpoint(ctx, c.signed)
	}
	return nil
}

func unavailable(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

// lost lets go of a file that another process has taken over: whoever asks for it next takes it back, with what
// the other one wrote.
func (db *DB) lost() {
	db.cfg.Log.Warn("another process has taken this file over; it is opened anew when it is asked for", "db", db.id)
	s := db.store
	if db.kind == controlKind && db.cfg.Cells != nil {
		if err := s.GiveControl(context.Background()); err != nil {
			db.cfg.Log.Error("follow the control database", "err", err)
		}
		return
	}
	s.mu.Lock()
	if e := s.open[db.id]; e != nil && e.db == db {
		delete(s.open, db.id)
	}
	s.mu.Unlock()
	if err := s.shut(db); err != nil {
		db.cfg.Log.Error("close a file that was taken over", "db", db.id, "err", err)
	}
}
