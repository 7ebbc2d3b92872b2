package storage

import (
	"context"
	"errors"
	"fmt"
)

// scrubbing is what a fold is to do beside folding, while a file is scrubbed.
type scrubbing struct {
	wanted, done bool
}

// errBusy means that somebody was reading all the time.
var errBusy = fmt.Errorf("%w: the file is in use", ErrConflict)

// Scrub writes the file anew from its rows and empties its write-ahead log. What was deleted or changed is not in the
// file any more after it: SQLite leaves it in pages that it will use again. It reads and writes the whole file, so it
// is for what must be gone.
func (db *DB) Scrub(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	fail := func(err error) error { return fmt.Errorf("scrub %s: %w", db.id, explain(err)) }
	if db.far != nil {
		if _, err := db.far.do(ctx, Step{What: ScrubFile}); err != nil {
			return fail(err)
		}
		return nil
	}
	if err := db.rewrite(ctx); err != nil {
		return fail(err)
	}
	for range 3 {
		if done, err := db.empty(ctx); done || err != nil {
			if err != nil {
				return fail(err)
			}
			return nil
		}
	}
	return fail(errBusy)
}

func (db *DB) rewrite(ctx context.Context) error {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed {
		return ErrClosed
	}
	if err := db.ready(); err != nil {
		return err
	}
	db.watch.begin(nil)
	db.watch.phase = schema
	defer func() { db.watch.phase = closed }()
	if _, err := db.write.ExecContext(ctx, "VACUUM"); err != nil {
		return err
	}
	db.noted()
	return nil
}

// empty folds the write-ahead log whole and cuts it off, and says whether it could.
func (db *DB) empty(ctx context.Context) (bool, error) {
	db.mu.Lock()
	if db.closed {
		db.mu.Unlock()
		return false, ErrClosed
	}
	db.scrub = scrubbing{wanted: true}
	follower := db.follower
	if follower == nil {
		defer db.mu.Unlock()
		_, _, err := db.foldFollowed(ctx)
		db.scrub.wanted = false
		return db.scrub.done, err
	}
	db.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, closing)
	defer cancel()
	err := follower.Fold(ctx)
	db.mu.Lock()
	defer db.mu.Unlock()
	db.scrub.wanted = false
	if errors.Is(err, context.DeadlineExceeded) {
		err = unavailable(err)
	}
	return db.scrub.done, err
}

// foldFollowed is how a follower has the file folded. The caller holds mu.
func (db *DB) foldFollowed(ctx context.Context) (frames, inFile int, err error) {
	frames, inFile, err = db.fold(ctx, passive)
	if err == nil && db.scrub.wanted && frames == inFile {
		// Everything is in the file, so nothing of it can be lost; who still reads may keep the log as it is.
		var busy int
		busy, err = db.cut(ctx)
		db.scrub.done = err == nil && busy == 0
	}
	return frames, inFile, err
}

func (db *DB) cut(ctx context.Context) (busy int, err error) {
	db.watch.phase = schema
	defer func() { db.watch.phase = closed }()
	var frames, inFile int
	err = db.write.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &inFile)
	return busy, err
}
