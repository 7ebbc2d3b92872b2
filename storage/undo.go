package storage

import (
	"fmt"
	"slices"
	"strings"
)

// Undo puts back what an earlier record changed, as a change of its own. It refuses with [ErrConflict]
// when something later depends on it: a row changed again, a row added below one that would go.
// Values that the log holds only as a digest cannot be put back; that is [ErrConflict] too.
func (tx *WriteTx) Undo(seq int64) error {
	r, err := tx.Audit(seq)
	if err != nil {
		return err
	}
	if len(r.Changes) == 0 {
		return fmt.Errorf("%w: this record changed nothing", ErrConflict)
	}
	tx.undid = true
	w := tx.db.watch
	w.phase = schema // rows come back in any order; the commit checks that every reference holds
	err = tx.Exec("PRAGMA defer_foreign_keys = ON")
	w.phase = engine
	if err != nil {
		return err
	}
	defer func() { w.phase = module }()
	mine := map[Row]bool{}
	for _, ch := range r.Changes {
		mine[Row{Table: ch.Table, PK: ch.PK}] = true
	}
	start := len(w.changes)
	for _, ch := range slices.Backward(r.Changes) {
		if err := tx.revert(seq, ch); err != nil {
			return err
		}
	}
	if tx.db.kind == tenantKind {
		if err := tx.Exec("DELETE FROM trash WHERE seq = ?", seq); err != nil {
			return err
		}
	}
	for _, c := range w.changes[start:] {
		t := w.tables[c.table]
		if !mine[Row{Table: c.table, PK: max(t.pk(c.old), t.pk(c.new))}] {
			return fmt.Errorf("%w: records that were added since would go with it", ErrConflict)
		}
	}
	return nil
}

// passing are the columns that every change moves; they say nothing about whether a row was changed again.
func passing(col string) bool { return col == "version" || col == "updated_at" }

func (tx *WriteTx) revert(seq int64, ch Change) error {
	t, ok := tx.db.watch.tables[ch.Table]
	if !ok || engineTables[ch.Table] || derivedTables[ch.Table] || exemptTables[ch.Table] {
		return fmt.Errorf("%w: %s cannot be undone", ErrConflict, ch.Table)
	}
	for col, pair := range ch.Set {
		for side, v := range pair {
			if _, long := v.(Long); long {
				if side == 1 {
					continue // what is taken away is recognised by its digest
				}
				whole, ok, err := tx.rested(seq, ch, col)
				if err != nil {
					return err
				}
				if ok {
					ch.Set[col] = [2]any{whole, pair[1]}
					continue
				}
			}
			switch v.(type) {
			case Long, Secret, Erased:
				return fmt.Errorf("%w: the log does not hold the whole of %s", ErrConflict, col)
			}
		}
	}
	now, err := tx.currentRow(ch, t)
	if err != nil {
		return err
	}
	if ch.Op == "delete" {
		if now != nil {
			return fmt.Errorf("%w: it is there again", ErrConflict)
		}
		return tx.reinsert(ch, t)
	}
	if now == nil {
		return fmt.Errorf("%w: it was deleted since", ErrConflict)
	}
	for col, pair := range ch.Set {
		if !passing(col) && !sameValue(now[col], pair[1]) {
			return fmt.Errorf("%w: %s was changed again since", ErrConflict, col)
		}
	}
	if ch.Op == "insert" {
		return tx.Exec("DELETE FROM "+quote(ch.Table)+" WHERE "+t.keyIs(), t.keyArgs(now)...)
	}
	var set []string
	var args []any
	for _, col := range t.columns {
		if pair, ok := ch.Set[col]; ok && col != "version" {
			v := pair[0]
			if col == "updated_at" {
				v = tx.Stamp()
			}
			set, args = append(set, quote(col)+" = ?"), append(args, v)
		}
	}
	if len(set) == 0 {
		return nil
	}
	return tx.Exec("UPDATE "+quote(ch.Table)+" SET "+strings.Join(set, ", ")+" WHERE "+t.keyIs(), append(args, t.keyArgs(now)...)...)
}

func (tx *WriteTx) reinsert(ch Change, t table) error {
	var cols, marks []string
	var args []any
	for _, col := range t.columns {
		if pair, ok := ch.Set[col]; ok {
			cols, marks, args = append(cols, quote(col)), append(marks, "?"), append(args, pair[0])
		}
	}
	return tx.Exec("INSERT INTO "+quote(ch.Table)+" ("+strings.Join(cols, ", ")+") VALUES ("+strings.Join(marks, ", ")+")", args...)
}

// currentRow is the row as it stands, by column; nil when there is none.
func (tx *WriteTx) currentRow(ch Change, t table) (map[string]any, error) {
	rows, err := tx.Query("SELECT * FROM "+quote(ch.Table)+" WHERE "+t.keyText()+" = ?", ch.PK)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	if !rows.Next() {
		return nil, rows.Err()
	}
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	vals := make([]any, len(names))
	to := make([]any, len(names))
	for i := range vals {
		to[i] = &vals[i]
	}
	if err := rows.Scan(to...); err != nil {
		return nil, err
	}
	out := map[string]any{}
	for i, n := range names {
		out[n] = vals[i]
	}
	return out, rows.Err()
}

func (t table) keyText() string {
	var parts []string
	for _, k := range t.key {
		parts = append(parts, quote(t.columns[k]))
	}
	return strings.Join(parts, " || '/' || ")
}

func (t table) keyIs() string {
	var parts []string
	for _, k := range t.key {
		parts = append(parts, quote(t.columns[k])+" = ?")
	}
	return strings.Join(parts, " AND ")
}

// keyArgs are the values of keyIs, from a row.
func (t table) keyArgs(row map[string]any) []any {
	var args []any
	for _, k := range t.key {
		args = append(args, row[t.columns[k]])
	}
	return args
}

// quote makes a name of the schema safe in SQL. Names come from the file's own schema, never from input.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

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
