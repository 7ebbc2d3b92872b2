package storage

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
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

// Verify recomputes the audit log from its records: every hash, every signed checkpoint, the columns that
// repeat a record, and the checkpoint that the installation remembers. It finds any record that was
// changed, removed, added or moved, and a file that was swapped for an older copy of itself.
func (db *DB) Verify(ctx context.Context) (Report, error) {
	rep := Report{Problems: []Problem{}}
	signer, err := db.cfg.Keys.Signer(ctx)
	if err != nil {
		return rep, err
	}
	err = db.Read(ctx, Call{}, func(tx *ReadTx) error {
		return verifyLog(tx, &rep, db.id, []signedBy{{signer.VerifierKey(), -1}}, db.store.rememberedCheckpoint(ctx, db))
	})
	return rep, err
}

type head struct {
	Seq    int64  `json:"seq"`
	At     string `json:"at"`
	Kind   string `json:"kind"`
	Actor  Actor  `json:"actor"`
	Action string `json:"action"`
	Tenant string `json:"tenant"`
}

func verifyLog(tx *ReadTx, rep *Report, id string, by []signedBy, remembered string) error {
	before, err := importedFrom(tx)
	if err != nil {
		return err
	}
	wanted, err := checkpoints(tx, rep, id, append(by, before...), remembered)
	if err != nil {
		return err
	}
	rows, err := tx.Query("SELECT seq, at, kind, actor_kind, actor, action, tenant, record, hashes FROM audit ORDER BY seq")
	if err != nil {
		return err
	}
	defer rows.Close()
	var log auditState
	for rows.Next() {
		var seq int64
		var at, kind, actorKind, actor, action, tenant string
		var record, stored []byte
		if err := rows.Scan(&seq, &at, &kind, &actorKind, &actor, &action, &tenant, &record, &stored); err != nil {
			return err
		}
		for ; log.size < seq; log.size++ { // keep counting where the log says it is, so that one gap is one problem
			rep.add(log.size, "Record %d is missing.", log.size)
			log.frontier = nil
		}
		var h head
		if err := json.Unmarshal(record, &h); err != nil {
			rep.add(seq, "Record %d cannot be read.", seq)
		} else if h != (head{seq, at, kind, Actor{ActorKind(actorKind), actor}, action, tenant}) {
			rep.add(seq, "Record %d differs from the columns that repeat it.", seq)
		}
		hashes := log.push(record)
		switch {
		case bytes.Equal(stored, bytes.Join(hashes, nil)):
		case len(stored) < tlog.HashSize || !bytes.Equal(stored[:tlog.HashSize], hashes[0]):
			rep.add(seq, "Record %d was changed: it does not match its hash.", seq)
		default:
			rep.add(seq, "The tree above record %d does not match its records.", seq)
		}
		if root, ok := wanted[log.size]; ok && len(rep.Problems) == 0 && root != log.root().String() {
			rep.add(seq, "The log up to record %d is not the one that was signed.", seq)
		}
		delete(wanted, log.size)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	delete(wanted, 0)
	for size := range wanted {
		rep.add(-1, "A signed checkpoint speaks of %d records; the log has %d. Records were removed, or the file is an older copy.", size, log.size)
	}
	rep.Records, rep.Root = log.size, log.root().String()
	return nil
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

// checkpoints reads the signed checkpoints: for each size the root that was signed.
func checkpoints(tx *ReadTx, rep *Report, id string, by []signedBy, remembered string) (map[int64]string, error) {
	rows, err := tx.Query("SELECT size, note FROM checkpoint ORDER BY size")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	wanted := map[int64]string{}
	check := func(where, text string, size int64) {
		n := openNote(text, size, by)
		if n == nil {
			rep.add(-1, "%s has a signature that is not this installation's.", where)
			return
		}
		var said int64
		lines := strings.Split(n.Text, "\n")
		if len(lines) < 3 || lines[0] != "assay/"+id {
			rep.add(-1, "%s is of another log.", where)
			return
		}
		if _, err := fmt.Sscan(lines[1], &said); err != nil || size >= 0 && said != size {
			rep.add(-1, "%s is of another size than it says.", where)
			return
		}
		if was, ok := wanted[said]; ok && was != lines[2] {
			rep.add(-1, "Two signed checkpoints disagree about the first %d records.", said)
		}
		wanted[said] = lines[2]
	}
	for rows.Next() {
		var size int64
		var text string
		if err := rows.Scan(&size, &text); err != nil {
			return nil, err
		}
		rep.Checkpoints++
		check(fmt.Sprintf("The checkpoint at %d", size), text, size)
	}
	if remembered != "" {
		check("The checkpoint that the installation remembers", remembered, -1)
	}
	return wanted, rows.Err()
}

// openNote opens a signed note with whichever of the keys signed it, nil when none did.
func openNote(text string, size int64, by []signedBy) *note.Note {
	for _, b := range by {
		v, err := note.NewVerifier(b.verifier)
		if err != nil || b.upTo >= 0 && (size < 0 || size > b.upTo) {
			continue
		}
		if n, err := note.Open([]byte(text), note.VerifierList(v)); err == nil {
			return n
		}
	}
	return nil
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
	err := db.store.control.maintain(ctx, func(tx *sql.Tx) error {
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
	err := s.control.Read(ctx, Call{}, func(tx *ReadTx) error {
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

// sound is CheckFile for what SQLite alone is answerable for.
func (db *DB) sound(ctx context.Context) error { return db.check(ctx, "PRAGMA quick_check(1)") }

func (db *DB) check(ctx context.Context, qs ...string) error {
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
