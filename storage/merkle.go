package storage

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// How often the log signs where it stands.
const (
	checkpointEvery  = time.Hour
	checkpointAmount = 1000
)

// push adds a record to the Merkle tree and returns the hashes that are stored for it: its own, and one
// more for every subtree it completes.
func (l *auditState) push(data []byte) [][]byte {
	h := tlog.RecordHash(data)
	out := [][]byte{}
	for level := 0; ; level++ {
		out = append(out, bytes.Clone(h[:]))
		for level >= len(l.frontier) {
			l.frontier = append(l.frontier, h)
		}
		left := l.frontier[level]
		l.frontier[level] = h
		if l.size>>level&1 == 0 {
			break
		}
		h = tlog.NodeHash(left, h)
	}
	l.size++
	return out
}

// root is the hash over every record so far.
func (l auditState) root() tlog.Hash {
	if l.size == 0 {
		return tlog.Hash(sha256.Sum256(nil))
	}
	var h tlog.Hash
	first := true
	for level := range l.frontier {
		if l.size>>level&1 == 0 {
			continue
		}
		if first {
			h, first = l.frontier[level], false
			continue
		}
		h = tlog.NodeHash(l.frontier[level], h)
	}
	return h
}

// sign adds a signed checkpoint of the log as it stands. The caller is in the engine's phase.
func (db *DB) sign(ctx context.Context, tx *sql.Tx, now time.Time) (string, error) {
	var before int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM checkpoint WHERE size < ?", db.log.size).Scan(&before); err != nil {
		return "", fmt.Errorf("count checkpoints: %w", err)
	}
	at := now.Format(Instant)
	text, err := note.Sign(&note.Note{Text: checkpointText(db.id, db.log.size, db.log.root(), before+1, at)}, db.signer)
	if err != nil {
		return "", fmt.Errorf("sign checkpoint: %w", err)
	}
	if _, err := tx.StmtContext(ctx, db.stmts.checkpoint).ExecContext(ctx, db.log.size, at, string(text)); err != nil {
		return "", fmt.Errorf("write checkpoint: %w", err)
	}
	db.log.checked, db.log.checkedAt = db.log.size, now
	return string(text), nil
}

// checkpointText is what is signed, in the form of C2SP tlog-checkpoint: whose log, how long, its root. Two lines
// more say which of the log's checkpoints it is and when it was signed, so that one that is taken out of the file
// is missed, and its time cannot be changed.
func checkpointText(id string, size int64, root tlog.Hash, number int, at string) string {
	return fmt.Sprintf("assay/%s\n%d\n%s\n%s%d\n%s%s\n", id, size, root, numberLine, number, signedLine, at)
}

const (
	numberLine = "checkpoint "
	signedLine = "signed "
)

// Checkpoint signs where the log stands now and returns the signed note.
func (db *DB) Checkpoint(ctx context.Context) (string, error) {
	ctx = context.WithoutCancel(ctx)
	if db.far != nil {
		return db.far.checkpoint(ctx)
	}
	c, err := func() (commit, error) {
		db.mu.Lock()
		defer db.mu.Unlock()
		if db.closed {
			return commit{}, ErrClosed
		}
		if db.draft {
			return commit{}, ErrBranch
		}
		return db.checkpointLocked(ctx)
	}()
	if err == nil {
		err = db.durable(ctx, c) // what is signed leaves the house, and cannot be taken back
	}
	return c.signed, err
}

func (db *DB) checkpointLocked(ctx context.Context) (commit, error) {
	db.watch.begin(nil)
	db.watch.phase = engine
	defer func() { db.watch.phase = closed }()
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return commit{}, explain(err)
	}
	defer tx.Rollback()
	before := db.log
	text, err := db.sign(ctx, tx, db.cfg.Now().UTC())
	if err == nil {
		err = tx.Commit()
	}
	if err != nil {
		db.log = before
		return commit{}, explain(err)
	}
	return commit{db.noted(), text}, nil
}

// loadLog reads where the log stands.
func (db *DB) loadLog(ctx context.Context) error {
	var size int64
	if err := db.write.QueryRowContext(ctx, "SELECT coalesce(max(seq) + 1, 0) FROM audit").Scan(&size); err != nil {
		return err
	}
	db.log = auditState{size: size}
	for level := 0; size>>level > 0; level++ {
		// The record that completed the last subtree of this level keeps its root.
		var b []byte
		err := db.write.QueryRowContext(ctx, "SELECT substr(hashes, ?, 32) FROM audit WHERE seq = ?", level*tlog.HashSize+1, size>>level<<level-1).Scan(&b)
		if err != nil || len(b) != tlog.HashSize {
			return fmt.Errorf("%w: a hash of its audit log is missing at level %d; record %d, which has it, was removed or changed", ErrDamaged, level, size>>level<<level-1)
		}
		db.log.frontier = append(db.log.frontier, tlog.Hash(b))
	}
	var at string
	err := db.write.QueryRowContext(ctx, "SELECT size, at FROM checkpoint ORDER BY size DESC LIMIT 1").Scan(&db.log.checked, &at)
	if errors.Is(err, sql.ErrNoRows) {
		db.log.checkedAt = db.cfg.Now()
		return nil
	}
	if err != nil {
		return err
	}
	if db.log.checkedAt, err = time.Parse(Instant, at); err != nil {
		return fmt.Errorf("%w: the checkpoint at %d does not say when it was signed", ErrDamaged, db.log.checked)
	}
	return nil
}
