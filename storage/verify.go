package storage

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// Problem is one thing that verification found. Seq is the record it is about, -1 for the log as a whole.
type Problem struct {
	Seq  int64  `json:"seq"`
	What string `json:"what"`
}

// Report is what verification found of one audit log.
type Report struct {
	Records     int64     `json:"records"`
	Root        string    `json:"root"`
	Checkpoints int       `json:"checkpoints"`
	Unsigned    int64     `json:"unsigned"` // records since the newest checkpoint: the next one signs for them
	Problems    []Problem `json:"problems"`
}

// OK says whether nothing was found.
func (r Report) OK() bool { return len(r.Problems) == 0 }

// mostProblems keeps a report of a ruined log readable.
const mostProblems = 100

func (r *Report) add(seq int64, format string, args ...any) {
	if len(r.Problems) < mostProblems {
		r.Problems = append(r.Problems, Problem{seq, fmt.Sprintf(format, args...)})
	}
}

// ImportAction is the action of the record that an import adds to a log. What came before it was signed by the
// installation it came from, whose public key stands in the record's event under [ImportVerifier]. The record is
// in the log itself: who would exchange the key has to change what this installation signed since.
const (
	ImportAction   = "tenant.import"
	ImportVerifier = "verifier"
)

// signedBy is a public key that checkpoints may be signed with, up to a size of the log; -1 means any.
type signedBy struct {
	verifier string
	upTo     int64
}

// Kept is a signed checkpoint that was kept outside of the file. Where is how a sentence about it begins: "The
// checkpoint of the auditor".
type Kept struct{ Where, Note string }

// Verify recomputes the audit log from its records: every hash, every signed checkpoint, the columns and the index
// that repeat a record, and the checkpoints that were kept elsewhere: by the installation, and those given. It finds
// any record that was changed, removed, added or moved, and a file that was swapped for an older copy of itself.
// With a checkpoint from elsewhere it finds a log that was written anew, also by who has the signing key.
func (db *DB) Verify(ctx context.Context, kept ...Kept) (Report, error) {
	rep := Report{Problems: []Problem{}}
	signer, err := db.cfg.Keys.Signer(ctx)
	if err != nil {
		return rep, err
	}
	err = db.Read(ctx, Call{}, func(tx *ReadTx) error {
		if text := db.store.rememberedCheckpoint(ctx, db); text != "" {
			kept = append(kept[:len(kept):len(kept)], Kept{"The checkpoint that the installation remembers", text})
		}
		return verifyLog(tx, &rep, db.id, []signedBy{{signer.VerifierKey(), -1}}, kept...)
	})
	return rep, err
}

// told is what a record says that stands beside it once more: in the columns, and in the index of rows.
type told struct {
	Seq    int64  `json:"seq"`
	At     string `json:"at"`
	Kind   string `json:"kind"`
	Actor  Actor  `json:"actor"`
	Action string `json:"action"`
	Tenant string `json:"tenant"`
	rows   int
}

type toldRecord struct {
	told
	Changes []toldRow `json:"changes"`
	unread  bool
}

type toldRow struct {
	Table string `json:"table"`
	PK    string `json:"pk"`
}

// verifyLog walks over the records once. What is found wrong is reported where it is and nowhere else: the walk goes
// on with the hash that is stored, as if that were right, so what lies above and behind is judged by itself.
func verifyLog(tx *ReadTx, rep *Report, id string, by []signedBy, kept ...Kept) error {
	before, err := importedFrom(tx)
	if err != nil {
		return err
	}
	signed, err := checkpoints(tx, rep, id, append(by, before...), kept)
	if err != nil {
		return err
	}
	var log auditState
	index := newRowIndex()
	err = eachRecord(tx, func(is told, r toldRecord, record, stored []byte) {
		for ; log.size < is.Seq; log.size++ {
			rep.add(log.size, "Record %d is missing.", log.size)
			index.faulty[log.size] = true
		}
		if r.unread {
			rep.add(is.Seq, "Record %d cannot be read.", is.Seq)
			index.faulty[is.Seq] = true
		} else if r.told != is {
			rep.add(is.Seq, "Record %d differs from the columns that repeat it.", is.Seq)
		}
		index.add(is.Seq, r.Changes)
		if compareHashes(rep, is.Seq, stored, &log, record) {
			index.faulty[is.Seq] = true
		}
		signed.at(rep, &log)
	})
	if err != nil {
		return err
	}
	signed.rest(rep, log.size)
	rep.Records, rep.Root, rep.Unsigned = log.size, log.root().String(), signed.unsigned(log.size)
	return index.compare(tx, rep)
}

// eachRecord calls fn with what the columns of every record say, what it says itself, its text and its hashes.
func eachRecord(tx *ReadTx, fn func(is told, r toldRecord, record, hashes []byte)) error {
	rows, err := tx.Query("SELECT seq, at, kind, actor_kind, actor, action, tenant, rows, record, hashes FROM audit ORDER BY seq")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var c told
		var record, hashes []byte
		if err := rows.Scan(&c.Seq, &c.At, &c.Kind, &c.Actor.Kind, &c.Actor.ID, &c.Action, &c.Tenant, &c.rows, &record, &hashes); err != nil {
			return err
		}
		var r toldRecord
		r.unread = json.Unmarshal(record, &r) != nil
		r.rows = len(r.Changes)
		fn(c, r, record, hashes)
	}
	return rows.Err()
}

// compareHashes adds a record to the log as it is stored, and compares the hashes that this takes with what they are
// made from. It says whether the record itself was changed.
func compareHashes(rep *Report, seq int64, stored []byte, log *auditState, record []byte) (changed bool) {
	levels := bits.TrailingZeros64(^uint64(log.size)) + 1
	if len(stored) != levels*tlog.HashSize {
		rep.add(seq, "Record %d does not have the hashes that belong to it.", seq)
		log.push(record)
		return false
	}
	right := tlog.RecordHash(record) // if all below were as it should be
	follows := right                 // from what is stored below
	for level := range levels {
		is := tlog.Hash(stored[level*tlog.HashSize : (level+1)*tlog.HashSize])
		switch {
		case is == right || is == follows:
		case level == 0:
			changed = true
			rep.add(seq, "Record %d was changed: it does not match its hash.", seq)
		default:
			rep.add(seq, "The tree above record %d does not match its records: one of %d to %d was changed together with its hash, or the hash above them was.", seq, seq+1-1<<level, seq)
		}
		if level == len(log.frontier) {
			log.frontier = append(log.frontier, tlog.Hash{})
		}
		left := log.frontier[level]
		log.frontier[level] = is
		right, follows = tlog.NodeHash(left, right), tlog.NodeHash(left, is)
	}
	log.size++
	return changed
}

// importedFrom are the public keys of the installations that a log was in before.
func importedFrom(tx *ReadTx) ([]signedBy, error) {
	rows, err := tx.Query("SELECT seq, record FROM audit WHERE action = ? ORDER BY seq", ImportAction)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []signedBy
	for rows.Next() {
		var seq int64
		var text []byte
		if err := rows.Scan(&seq, &text); err != nil {
			return nil, err
		}
		var r Record
		if json.Unmarshal(text, &r) != nil {
			continue // verifyLog names it
		}
		for _, e := range r.Events {
			if key, ok := e.Detail[ImportVerifier].(string); ok {
				out = append(out, signedBy{key, seq})
			}
		}
	}
	return out, rows.Err()
}

// VerifierKey is the public key that checks this installation's checkpoints, as the note format has it.
func (db *DB) VerifierKey(ctx context.Context) (string, ed25519.PublicKey, error) {
	s, err := db.cfg.Keys.Signer(ctx)
	if err != nil {
		return "", nil, err
	}
	return s.VerifierKey(), s.Public, nil
}

// hintCheckpoint leaves the newest checkpoint of a tenant with the installation, so that the tenant's
// file cannot be swapped for an older one unnoticed. Failing is logged, not fatal: the file has it too.
func (db *DB) hintCheckpoint(ctx context.Context, text string) {
	if db.kind != tenantKind {
		return
	}
	err := db.store.Control().maintain(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO tenant_hint (tenant, checkpoint) VALUES (?, ?) ON CONFLICT (tenant) DO UPDATE SET checkpoint = excluded.checkpoint", db.id, text)
		return err
	})
	if err != nil {
		db.cfg.Log.ErrorContext(ctx, "remember checkpoint", "db", db.id, "err", err)
	}
}

func (s *Store) rememberedCheckpoint(ctx context.Context, db *DB) string {
	if db.kind != tenantKind {
		return ""
	}
	var text string
	err := s.Control().Read(ctx, Call{}, func(tx *ReadTx) error {
		return tx.QueryRow("SELECT checkpoint FROM tenant_hint WHERE tenant = ?", db.id).Scan(&text)
	})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		s.cfg.Log.ErrorContext(ctx, "read remembered checkpoint", "db", db.id, "err", err)
	}
	return text
}

// CheckFile asks SQLite whether the file is sound and every reference holds. It does not see a flipped bit
// in a value; Verify does, for what the audit log holds.
func (db *DB) CheckFile(ctx context.Context) error {
	return db.check(ctx, "PRAGMA quick_check(1)", "PRAGMA foreign_key_check")
}

// CheckWhole is CheckFile with everything that SQLite can see of a file: also whether its indexes have what its
// tables have. It takes longer.
func (db *DB) CheckWhole(ctx context.Context) error {
	return db.check(ctx, "PRAGMA integrity_check(1)", "PRAGMA foreign_key_check")
}

// sound is CheckFile for what SQLite alone is answerable for.
func (db *DB) sound(ctx context.Context) error { return db.check(ctx, "PRAGMA quick_check(1)") }

func (db *DB) check(ctx context.Context, qs ...string) error {
	if db.far != nil {
		return errElsewhere
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed {
		return ErrClosed
	}
	db.watch.phase = schema // PRAGMA
	defer func() { db.watch.phase = closed }()
	return ask(ctx, db.write, qs...)
}

// ask runs checks of SQLite's, which find nothing or say ok.
func ask(ctx context.Context, db *sql.DB, checks ...string) error {
	for _, q := range checks {
		rows, err := db.QueryContext(ctx, q)
		if err != nil {
			return explain(err)
		}
		for rows.Next() {
			cols, _ := rows.Columns()
			vals := make([]any, len(cols))
			to := make([]any, len(cols))
			for i := range vals {
				to[i] = &vals[i]
			}
			if err := rows.Scan(to...); err != nil {
				return errors.Join(explain(err), rows.Close())
			}
			if fmt.Sprint(vals[0]) != "ok" {
				rows.Close()
				return fmt.Errorf("%w: %v", ErrDamaged, vals)
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return explain(err)
		}
	}
	return nil
}
