package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Rest is how long a deleted record can be brought back.
const Rest = 30 * 24 * time.Hour

// recordTables hold what people call records: a deletion of one lies in the trash, with all that went with it.
// Rows of other tables say something about records or join them.
var recordTables = set("access_grant", "activity", "application", "asset", "attachment", "baseline", "control", "department", "evidence", "file", "framework",
	"job_role", "period", "personnel", "policy", "process", "requirement", "risk",
	"scope", "statement", "task", "vendor")

// lay puts what a write deleted in the trash. No module does this, so none can forget it. What an undo takes
// away is not there: it was undone because nobody wanted it.
func (db *DB) lay(tx *WriteTx, seq int64, changes []Change) error {
	gone := func(ch Change) bool { return ch.Op == "delete" && recordTables[ch.Table] }
	if db.kind != tenantKind || tx.undid || !slices.ContainsFunc(changes, gone) {
		return nil
	}
	if _, err := tx.tx.ExecContext(tx.ctx, "INSERT INTO trash (seq, until) VALUES (?, ?)", seq, tx.now.Add(Rest).Format(Instant)); err != nil {
		return fmt.Errorf("trash: %w", err)
	}
	for _, ch := range changes {
		for col, pair := range ch.Set {
			s, ok := pair[0].(string)
			if ch.Op != "delete" || !ok || len(s) <= longest || secretColumns[ch.Table][col] || personalColumns[ch.Table][col] {
				continue
			}
			if _, err := tx.tx.ExecContext(tx.ctx, "INSERT INTO trash_value (seq, tbl, pk, col, value) VALUES (?, ?, ?, ?, ?)", seq, ch.Table, ch.PK, col, s); err != nil {
				return fmt.Errorf("trash: %w", err)
			}
		}
	}
	return nil
}

// rested is a long value of a row that a record deleted, while it lies in the trash.
func (tx *ReadTx) rested(seq int64, ch Change, col string) (v string, ok bool, err error) {
	if tx.db.kind != tenantKind || ch.Op != "delete" {
		return "", false, nil
	}
	err = tx.QueryRow("SELECT value FROM trash_value WHERE seq = ? AND tbl = ? AND pk = ? AND col = ?", seq, ch.Table, ch.PK, col).Scan(&v)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return v, err == nil, err
}

// Restore brings back what a record deleted, as a change of its own, with its links. Links to what is gone
// itself stay away; left says how many. It is [ErrNotFound] when that record lies in the trash no more, and
// [ErrConflict] when a record it belonged to is gone or its place was taken.
func (tx *WriteTx) Restore(seq int64) (u *Undoing, left int, err error) {
	var there bool
	if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM trash WHERE seq = ? AND until > ?)", seq, tx.Stamp()).Scan(&there); err != nil {
		return nil, 0, err
	}
	if !there {
		return nil, 0, ErrNotFound
	}
	if u, err = tx.PutBack(seq, Manner{dangling: true}); err != nil {
		return nil, 0, err
	}
	w := tx.db.watch
	defer func() { w.phase = module }()
	tables := map[string]bool{}
	for _, ch := range u.Record.Changes {
		tables[ch.Table] = true
	}
	for table := range tables {
		w.phase = schema
		dangling, err := tx.dangling(table)
		if err != nil {
			return nil, 0, err
		}
		if len(dangling) > 0 && recordTables[table] {
			return nil, 0, fmt.Errorf("%w: what it belonged to is gone. Bring that back first", ErrConflict)
		}
		w.phase = engine
		for _, row := range dangling {
			if err := tx.ExecOne("DELETE FROM "+quote(table)+" WHERE rowid = ?", row); err != nil {
				return nil, 0, err
			}
		}
		left += len(dangling)
	}
	return u, left, nil
}

// dangling are the rows of a table that refer to what is not there.
func (tx *WriteTx) dangling(table string) ([]int64, error) {
	rows, err := tx.Query("SELECT DISTINCT rowid FROM pragma_foreign_key_check(?)", table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}

// EmptyTrash lets go of what has rested long enough.
func (db *DB) EmptyTrash(ctx context.Context) error {
	return db.maintain(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM trash WHERE until <= ?", db.cfg.Now().UTC().Format(Instant))
		return err
	})
}
