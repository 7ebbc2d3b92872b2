package storage

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// Manner is how an earlier record is put back.
type Manner struct {
	Leave bool  // leave the rows that something later depends on, and what belongs to them, and put back the rest
	Rest  bool  // what goes lies in the trash; otherwise nobody wanted it
	Texts Texts // long values that the log holds as digests

	said     bool // references that no foreign key says must hold, too
	dangling bool // rows may come back without what they refer to: the caller takes these away
}

// Blocked says that an earlier record cannot be put back, and what is in the way. It is an [ErrConflict].
type Blocked struct{ *Undoing }

func (b *Blocked) Unwrap() error { return ErrConflict }

func (b *Blocked) Error() string {
	o := b.InTheWay[0]
	return fmt.Sprintf("%v: record %d: %s %s %s: %s", ErrConflict, b.Record.Seq, o.Row.Table, o.Row.PK, o.Column, o.Why)
}

// Undo puts back the whole of what an earlier record changed, as a change of its own. It refuses with [Blocked]
// when something later depends on it.
func (tx *WriteTx) Undo(seq int64) error {
	_, err := tx.PutBack(seq, Manner{})
	return err
}

// PutBack is Undo in a manner. It tells what was put back and what was left; [Blocked] means that nothing was
// changed.
func (tx *WriteTx) PutBack(seq int64, how Manner) (*Undoing, error) {
	r, err := tx.Audit(seq)
	if err != nil {
		return nil, err
	}
	u, err := tx.putBack(r, how)
	if err == nil && tx.db.kind == tenantKind && u.Left == 0 {
		err = tx.enginely("DELETE FROM trash WHERE seq = ?", seq)
	}
	if err != nil {
		return nil, err
	}
	return u, nil
}

// enginely runs a statement on the engine's own tables.
func (tx *WriteTx) enginely(q string, args ...any) error {
	w := tx.db.watch
	w.phase = engine
	defer func() { w.phase = module }()
	return tx.Exec(q, args...)
}

// putBack makes the rows of a record what they were before it.
func (tx *WriteTx) putBack(r Record, how Manner) (*Undoing, error) {
	u, err := tx.judge(r, how)
	if err != nil {
		return nil, err
	}
	if len(u.InTheWay) > 0 && (!how.Leave || u.Rows == 0) {
		return nil, &Blocked{u}
	}
	tx.undid = !how.Rest
	w := tx.db.watch
	w.phase = schema // rows come back in any order; the commit checks that every reference holds
	err = tx.Exec("PRAGMA defer_foreign_keys = ON")
	w.phase = engine
	if err != nil {
		return nil, err
	}
	defer func() { w.phase = module }()
	start := len(w.changes)
	st := statements{tx: &tx.ReadTx}
	defer st.close()
	var all []int
	for i := range slices.Backward(u.Record.Changes) {
		if !u.skip[i] {
			all = append(all, i)
		}
	}
	if err := tx.revertAll(&st, u, all); err != nil {
		return nil, err
	}
	for _, c := range w.changes[start:] {
		t := w.tables[c.table]
		if i, mine := u.place[Row{Table: c.table, PK: max(t.pk(c.old), t.pk(c.new))}]; (!mine || u.left[i]) && !followTables[c.table] {
			return nil, fmt.Errorf("%w: %s would go with it", ErrConflict, c.table)
		}
	}
	return u, nil
}

// passing are the columns that every change moves; they say nothing about whether a row was changed again.
func passing(col string) bool { return col == "version" || col == "updated_at" }

// revertAll makes rows what they were. One whose value another has that is still to be moved waits for that one.
func (tx *WriteTx) revertAll(st *statements, u *Undoing, rows []int) error {
	for len(rows) > 0 {
		var waiting []int
		var taken error
		for _, i := range rows {
			ch := u.Record.Changes[i]
			err := tx.revert(st, u, i, ch)
			var e *sqlite.Error
			switch {
			case errors.As(err, &e) && e.Code() == lib.SQLITE_CONSTRAINT_UNIQUE:
				waiting, taken = append(waiting, i), err
			case err != nil:
				return fmt.Errorf("put %s %s back: %w", ch.Table, ch.PK, err)
			}
		}
		if len(waiting) == len(rows) {
			return fmt.Errorf("put %s back, whose values others have: %w", u.Record.Changes[rows[0]].Table, taken)
		}
		rows = waiting
	}
	return nil
}

// revert makes one row what it was. That it can be is known.
func (tx *WriteTx) revert(st *statements, u *Undoing, i int, ch Change) error {
	t := tx.db.watch.tables[ch.Table]
	var cols []string
	var args []any
	for _, col := range t.columns {
		pair, ok := ch.Set[col]
		if !ok || col == "version" && ch.Op == "update" {
			continue
		}
		v, err := u.before(t, i, col, pair[0])
		if err != nil {
			return err
		}
		if col == "updated_at" && ch.Op == "update" {
			v = tx.Stamp()
		}
		cols, args = append(cols, quote(col)), append(args, v)
	}
	if ch.Op == "delete" {
		return st.exec("INSERT INTO "+quote(ch.Table)+" ("+strings.Join(cols, ", ")+") VALUES (?"+strings.Repeat(", ?", len(cols)-1)+")", args...)
	}
	if ch.Op == "insert" {
		return st.exec("DELETE FROM "+quote(ch.Table)+" WHERE "+t.keyIs(), t.keyArgs(ch.PK)...)
	}
	if len(cols) == 0 {
		return nil
	}
	return st.execOne("UPDATE "+quote(ch.Table)+" SET "+strings.Join(cols, " = ?, ")+" = ? WHERE "+t.keyIs(), append(args, t.keyArgs(ch.PK)...)...)
}

// before is the value that a column gets back, as SQLite takes it.
func (u *Undoing) before(t table, i int, col string, v any) (any, error) {
	if _, long := v.(Long); long {
		text, ok := u.texts[Place{u.row(i), col}]
		if !ok {
			return nil, errors.New("a long value is not known")
		}
		v = text
	}
	s, ok := v.(string)
	if !ok || !slices.Contains(t.blobs, col) {
		return v, nil
	}
	return base64.StdEncoding.DecodeString(strings.TrimPrefix(s, "base64:"))
}

// History lists the records that touched one row, newest first, at most limit of them.
func (tx *ReadTx) History(table, pk string, limit int) ([]Record, error) {
	rows, err := tx.Query("SELECT a.record FROM audit_row r JOIN audit a ON a.seq = r.seq WHERE r.tbl = ? AND r.pk = ? ORDER BY r.seq DESC LIMIT ?", table, pk, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := []Record{}
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		r, err := tx.OpenRecord(text)
		if err != nil {
			return nil, err
		}
		r.Changes = slices.DeleteFunc(r.Changes, func(ch Change) bool { return ch.Table != table || ch.PK != pk })
		out = append(out, r)
	}
	return out, rows.Err()
}

// Since is the newest record after one that changed a row; column, unless empty, says where. seen keeps what was
// read, for a next question.
func (tx *ReadTx) Since(seq int64, row Row, column string, seen map[int64]Record) (Record, error) {
	rows, err := tx.Query("SELECT seq FROM audit_row WHERE tbl = ? AND pk = ? AND seq > ? ORDER BY seq DESC LIMIT 50", row.Table, row.PK, seq)
	if err != nil {
		return Record{}, err
	}
	defer rows.Close()
	var seqs []int64
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return Record{}, err
		}
		seqs = append(seqs, n)
	}
	if err := rows.Err(); err != nil {
		return Record{}, err
	}
	for _, n := range seqs {
		r, ok := seen[n]
		if !ok {
			if r, err = tx.Audit(n); err != nil {
				return Record{}, err
			}
			seen[n] = r
		}
		for _, ch := range r.Changes {
			if ch.Table == row.Table && ch.PK == row.PK && (column == "" || ch.Set[column] != [2]any{}) {
				return r, nil
			}
		}
	}
	return Record{}, ErrNotFound
}
