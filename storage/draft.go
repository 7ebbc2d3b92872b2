package storage

import (
	"cmp"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
)

// Draft is what a branch changed since it was made: one change a row, however often it was written. Values from
// before are as the log has them, those after as the rows are.
type Draft struct {
	Base    int64 // how many records its log had then
	Changes []Change
}

// drafted is a row that was written in a branch.
type drafted struct {
	row Row
	was map[string]any // what its columns were in the beginning, as far as they were written
	new bool           // it was not there then
}

// Draft reads what was done in a branch.
func (tx *ReadTx) Draft() (Draft, error) {
	var d Draft
	var base string
	if err := tx.QueryRow("SELECT coalesce((SELECT value FROM meta WHERE key = 'base'), '')").Scan(&base); err != nil {
		return d, err
	}
	var err error
	if d.Base, err = strconv.ParseInt(base, 10, 64); err != nil {
		return d, fmt.Errorf("%w: it does not say where it began", ErrDamaged)
	}
	all, err := tx.drafted(d.Base)
	if err != nil {
		return d, fmt.Errorf("read what a branch changed: %w", err)
	}
	st := statements{tx: tx}
	defer st.close()
	for _, r := range all {
		ch, ok, err := tx.net(&st, r)
		if err != nil {
			return d, fmt.Errorf("read %s of a branch: %w", r.row.Table, err)
		}
		if ok {
			d.Changes = append(d.Changes, ch)
		}
	}
	return d, nil
}

// drafted are the rows that records from base on changed, in the order in which they first were.
func (tx *ReadTx) drafted(base int64) ([]*drafted, error) {
	rows, err := tx.Query("SELECT record FROM audit WHERE seq >= ? AND kind = 'change' ORDER BY seq", base)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	got := map[Row]*drafted{}
	var all []*drafted
	for rows.Next() {
		var text sql.RawBytes
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		r, err := tx.OpenRecord(string(text))
		if err != nil {
			return nil, err
		}
		for _, ch := range r.Changes {
			if !tx.db.appliable(ch.Table) {
				continue
			}
			row := Row{Table: ch.Table, PK: ch.PK}
			d := got[row]
			if d == nil {
				d = &drafted{row: row, was: map[string]any{}, new: ch.Op == "insert"}
				got[row] = d
				all = append(all, d)
			}
			for col, pair := range ch.Set {
				if _, known := d.was[col]; !known {
					d.was[col] = pair[0]
				}
			}
		}
	}
	return all, rows.Err()
}

// appliable reports whether rows of a table go from a branch to the file it was made from.
func (db *DB) appliable(table string) bool {
	_, known := db.watch.tables[table]
	return known && !engineTables[table] && !derivedTables[table] && !exemptTables[table] && !keptTables[table]
}

// net is what became of a row in the end; ok is false when it is as it was.
func (tx *ReadTx) net(st *statements, d *drafted) (ch Change, ok bool, err error) {
	t := tx.db.watch.tables[d.row.Table]
	now, err := st.row("SELECT * FROM "+quote(d.row.Table)+" WHERE "+t.keyIs(), t.keyArgs(d.row.PK)...)
	if err != nil {
		return ch, false, err
	}
	ch = Change{Table: d.row.Table, PK: d.row.PK, Op: "update", Set: map[string][2]any{}}
	switch {
	case d.new && now == nil:
		return ch, false, nil // it came and went
	case d.new:
		ch.Op = "insert"
	case now == nil:
		ch.Op = "delete"
	}
	for _, col := range t.columns {
		pair := [2]any{nil, plain(now[col])}
		if !d.new {
			was, written := d.was[col]
			if !written {
				continue
			}
			pair[0] = was
		}
		if ch.Op != "update" || !sameValue(pair[1], pair[0]) {
			ch.Set[col] = pair
		}
	}
	return ch, ch.Op != "update" || moves(ch), nil
}

// moves reports whether a change is of more than what every change moves.
func moves(ch Change) bool {
	for col := range ch.Set {
		if !passing(col) {
			return true
		}
	}
	return false
}

// unsettled is what of a draft is not so already: what both sides made the same is nobody's change any more.
func (tx *ReadTx) unsettled(d Draft) ([]Change, error) {
	st := statements{tx: tx}
	defer st.close()
	var out []Change
	for _, ch := range d.Changes {
		t := tx.db.watch.tables[ch.Table]
		now, err := st.row("SELECT * FROM "+quote(ch.Table)+" WHERE "+t.keyIs(), t.keyArgs(ch.PK)...)
		if err != nil {
			return nil, fmt.Errorf("look at %s: %w", ch.Table, err)
		}
		if ch.Op == "delete" {
			if now != nil {
				out = append(out, ch)
			}
			continue
		}
		rest := Change{Table: ch.Table, PK: ch.PK, Op: ch.Op, Set: map[string][2]any{}}
		for col, pair := range ch.Set {
			if now == nil || !sameValue(now[col], pair[1]) {
				rest.Set[col] = pair
			}
		}
		switch {
		case now == nil || ch.Op == "insert" && moves(rest):
			out = append(out, ch)
		case moves(rest):
			out = append(out, rest)
		}
	}
	return out, nil
}

// Appliable says what applying a draft to this file would do as things stand, and what is in the way. Its Record is
// the way back from the draft: to apply it is to put that record back. It is nil when there is nothing to apply.
func (tx *ReadTx) Appliable(d Draft) (*Undoing, error) {
	changes, err := tx.unsettled(d)
	if err != nil || len(changes) == 0 {
		return nil, err
	}
	return tx.judge(wayBack(d.Base, changes), Manner{said: true})
}

// apply writes a draft. What it deletes rests in the trash, as ever.
func (tx *WriteTx) apply(d Draft, leave bool) (*Undoing, error) {
	changes, err := tx.unsettled(d)
	if err != nil {
		return nil, err
	}
	if len(changes) == 0 {
		return nil, fmt.Errorf("%w: there is nothing to apply", ErrConflict)
	}
	if len(changes) > 1000 {
		if err := tx.Bulk(); err != nil {
			return nil, err
		}
	}
	return tx.putBack(wayBack(d.Base, changes), Manner{Leave: leave, Rest: true, said: true})
}

// wayBack is a record that would lead from a draft to where it began. Put back, its rows are changed from the last to
// the first: those that stay before those that go, because what was moved away from a row must not go with it, and
// those that come at the end, when the values they have are free.
func wayBack(base int64, changes []Change) Record {
	r := Record{Seq: base - 1, Kind: "change"}
	changes = slices.Clone(changes)
	turn := []string{"update", "delete", "insert"}
	slices.SortStableFunc(changes, func(a, b Change) int { return cmp.Compare(slices.Index(turn, a.Op), slices.Index(turn, b.Op)) })
	for _, ch := range slices.Backward(changes) {
		back := Change{Table: ch.Table, PK: ch.PK, Op: ch.Op, Set: make(map[string][2]any, len(ch.Set))}
		switch ch.Op {
		case "insert":
			back.Op = "delete"
		case "delete":
			back.Op = "insert"
		}
		for col, pair := range ch.Set {
			back.Set[col] = [2]any{pair[1], pair[0]}
		}
		r.Changes = append(r.Changes, back)
	}
	return r
}
