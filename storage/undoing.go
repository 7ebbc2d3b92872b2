package storage

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Whether an earlier record can be put back is decided here, from the rows as they are and the log: before it is
// done, to say what would happen, and again when it is done.

// Reason is why a row cannot be made what it was.
type Reason string

// The reasons.
const (
	NeverBack    Reason = "kept"       // its table never goes back
	ChangedSince Reason = "changed"    // it was changed since
	DeletedSince Reason = "deleted"    // it was deleted since
	ThereAgain   Reason = "again"      // it was deleted, and is there again
	AddedSince   Reason = "below"      // Other was added to it since, and would go with it
	TakenSince   Reason = "taken"      // Other has the values of Column now, which only one row may have
	OwnerGone    Reason = "orphan"     // Other, which it belonged to, is gone
	NotKept      Reason = "lost"       // the value of Column is too long for the log, and was not kept elsewhere
	NotReadable  Reason = "unreadable" // the value of Column is secret or erased
	SealedSince  Reason = "sealed"     // it may never change again: it was published, decided or acknowledged
)

// Obstacle is one row of a record that cannot be put back.
type Obstacle struct {
	Row    Row
	Why    Reason
	Column string
	Other  Row
	At     int // its place among the record's changes
}

// Place is one value of one row.
type Place struct {
	Row    Row
	Column string
}

// Texts are values that the log holds only as digests. One that does not fit its digest is not used.
type Texts map[Place]string

// Undoing is what putting a record back does.
type Undoing struct {
	Record   Record
	InTheWay []Obstacle // rows that cannot be put back, each once
	Left     int        // rows that stay as they are if only the rest is put back: those, and what belongs to them
	Rows     int        // rows that can be put back

	tx    *ReadTx
	how   Manner
	place map[Row]int
	now   []map[string]any // the rows as they are, nil for none
	left  map[int]bool
	skip  map[int]bool // left, or worked out again by the system
	texts Texts
	of    []int // which changes belong together: each names another, up to one that names itself
}

// Undoable says what putting a record back would do as things stand, and what is in the way.
func (tx *ReadTx) Undoable(seq int64, texts Texts) (*Undoing, error) {
	r, err := tx.Audit(seq)
	if err != nil {
		return nil, err
	}
	return tx.judge(r, Manner{Texts: texts})
}

// Lacks are the values that cannot be put back because the log holds only their digests.
func (u *Undoing) Lacks() (out []Place) {
	for i, ch := range u.Record.Changes {
		for col, pair := range ch.Set {
			if _, long := pair[0].(Long); long && ch.Op != "insert" && u.texts[Place{u.row(i), col}] == "" {
				out = append(out, Place{u.row(i), col})
			}
		}
	}
	return out
}

// Stays reports whether a change of the record would stay.
func (u *Undoing) Stays(i int) bool { return u.skip[i] }

func (u *Undoing) row(i int) Row {
	return Row{Table: u.Record.Changes[i].Table, PK: u.Record.Changes[i].PK}
}

func (tx *ReadTx) judge(r Record, how Manner) (*Undoing, error) {
	if len(r.Changes) == 0 {
		return nil, fmt.Errorf("%w: this record changed nothing", ErrConflict)
	}
	u := &Undoing{Record: r, tx: tx, how: how, place: map[Row]int{}, left: map[int]bool{}, skip: map[int]bool{}, texts: Texts{},
		now: make([]map[string]any, len(r.Changes)), of: make([]int, len(r.Changes))}
	for i := range r.Changes {
		u.place[u.row(i)] = i
	}
	st := statements{tx: tx}
	defer st.close()
	var err error
	found := map[int]Obstacle{}
	for i := range r.Changes {
		o, err := u.look(&st, i)
		if err != nil {
			return nil, fmt.Errorf("look at %s: %w", u.row(i).Table, err)
		}
		if o != nil {
			found[i] = *o
		}
	}
	u.gather()
	u.leave(found)
	for { // what is left is no longer moved out of the way of others, which may then have to be left, too
		if found, err = u.around(&st); err != nil {
			return nil, err
		}
		if len(found) == 0 {
			break
		}
		u.leave(found)
	}
	u.Left, u.Rows = len(u.left), len(r.Changes)-len(u.skip)
	slices.SortFunc(u.InTheWay, func(a, b Obstacle) int { return a.At - b.At })
	return u, nil
}

// look compares one row with what the record made of it.
func (u *Undoing) look(st *statements, i int) (*Obstacle, error) {
	ch, row := u.Record.Changes[i], u.row(i)
	no := func(why Reason, col string) *Obstacle { return &Obstacle{Row: row, Why: why, Column: col, At: i} }
	t, ok := u.tx.db.watch.tables[ch.Table]
	if !ok || standingTables[ch.Table] || engineTables[ch.Table] || derivedTables[ch.Table] || exemptTables[ch.Table] {
		return no(NeverBack, ""), nil
	}
	var err error
	if u.now[i], err = st.row("SELECT * FROM "+quote(ch.Table)+" WHERE "+t.keyIs(), t.keyArgs(ch.PK)...); err != nil {
		return nil, err
	}
	now := u.now[i]
	switch {
	case ch.Op == "delete" && now != nil:
		return no(ThereAgain, ""), nil
	case ch.Op != "delete" && now == nil:
		return no(DeletedSince, ""), nil
	case ch.Op != "delete" && now[sealedTables[ch.Table]] != nil && now[sealedTables[ch.Table]] != "":
		return no(SealedSince, ""), nil
	}
	for _, col := range t.columns {
		pair, ok := ch.Set[col]
		if !ok {
			continue
		}
		if ch.Op != "delete" && !passing(col) && !alike(now[col], pair[1]) {
			return no(ChangedSince, col), nil
		}
		if ch.Op == "insert" {
			continue
		}
		switch was := pair[0].(type) {
		case Long:
			text, ok, err := u.tx.rested(u.Record.Seq, ch, col)
			if err != nil {
				return nil, err
			}
			if !ok {
				text, ok = u.how.Texts[Place{row, col}]
			}
			if !ok || !sameValue(text, was) {
				return no(NotKept, col), nil
			}
			u.texts[Place{row, col}] = text
		case Secret, Erased:
			return no(NotReadable, col), nil
		}
	}
	return nil, nil
}

// alike is sameValue where the log says of a value only that it was there: then the rest of the row decides.
func alike(now, logged any) bool {
	switch logged.(type) {
	case Secret, Erased:
		return true
	}
	return sameValue(now, logged)
}

// gather finds which rows of the record belong together: a control and its status, a tag and what it is on.
func (u *Undoing) gather() {
	for i := range u.of {
		u.of[i] = i
	}
	for i, ch := range u.Record.Changes {
		for _, ref := range u.tx.db.watch.tables[ch.Table].refs {
			values := []any{u.now[i][ref.column], ch.Set[ref.column][0], ch.Set[ref.column][1]}
			for _, v := range values {
				id, _ := v.(string)
				if j, ok := u.place[u.parent(i, ref, id)]; ok {
					u.of[u.head(i)] = u.head(j)
				}
			}
		}
	}
}

func (u *Undoing) head(i int) int {
	for u.of[i] != i {
		u.of[i] = u.of[u.of[i]]
		i = u.of[i]
	}
	return i
}

// parent is the row that a reference of a change leads to.
func (u *Undoing) parent(i int, ref reference, id string) Row {
	if !ref.said {
		return Row{Table: ref.parent, PK: id}
	}
	kind, _ := u.now[i][ref.kind].(string)
	if kind == "" {
		kind, _ = u.Record.Changes[i].Set[ref.kind][0].(string)
	}
	return Row{Table: kind, PK: id}
}

// leave takes rows out of what is put back, with those that belong to them. What the system works out again
// stays by itself.
func (u *Undoing) leave(found map[int]Obstacle) {
	heads := map[int]bool{}
	for i, o := range found {
		if followTables[o.Row.Table] || standingTables[o.Row.Table] {
			u.skip[i] = true
			continue
		}
		heads[u.head(i)] = true
		u.InTheWay = append(u.InTheWay, o)
	}
	for i := range u.Record.Changes {
		if heads[u.head(i)] {
			u.left[i], u.skip[i] = true, true
		}
	}
}

// around looks at what stands around the rows that would be put back: rows added to those that would go, owners
// that are gone, values that others took.
func (u *Undoing) around(st *statements) (map[int]Obstacle, error) {
	found := map[int]Obstacle{}
	for _, look := range []func(*statements, map[int]Obstacle) error{u.below, u.above, u.beside} {
		if err := look(st, found); err != nil {
			return nil, fmt.Errorf("look around what would be put back: %w", err)
		}
	}
	return found, nil
}

// below finds rows that would lose what they belong to.
func (u *Undoing) below(st *statements, found map[int]Obstacle) error {
	going := map[string][]string{}
	for i, ch := range u.Record.Changes {
		if ch.Op == "insert" && !u.skip[i] && len(u.tx.db.watch.tables[ch.Table].key) == 1 {
			going[ch.Table] = append(going[ch.Table], ch.PK)
		}
	}
	for parent, keys := range going {
		list, err := json.Marshal(keys)
		if err != nil {
			return err
		}
		for _, ref := range u.tx.db.watch.children(parent) {
			if engineTables[ref.table] || derivedTables[ref.table] || exemptTables[ref.table] || followTables[ref.table] {
				continue
			}
			q := "SELECT " + u.tx.db.watch.tables[ref.table].keyText() + ", " + quote(ref.column) + " FROM " + quote(ref.table) +
				" WHERE " + quote(ref.column) + " IN (SELECT value FROM json_each(?))"
			args := []any{string(list)}
			if ref.kind != "" {
				q, args = q+" AND "+quote(ref.kind)+" = ?", append(args, parent)
			}
			err := st.each(q, args, func(child, of string) {
				i := u.place[Row{Table: parent, PK: of}]
				row := Row{Table: ref.table, PK: child}
				if j, mine := u.place[row]; mine && !u.skip[j] {
					ch := u.Record.Changes[j]
					if was, moves := ch.Set[ref.column]; ch.Op == "insert" || ch.Op == "update" && moves && was[0] != of {
						return
					}
				}
				if _, ok := found[i]; !ok {
					found[i] = Obstacle{Row: u.row(i), Why: AddedSince, Column: ref.column, Other: row, At: i}
				}
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// above finds rows that would come back without what they belong to.
func (u *Undoing) above(st *statements, found map[int]Obstacle) error {
	if u.how.dangling {
		return nil
	}
	known := map[Row]bool{}
	for i, ch := range u.Record.Changes {
		if ch.Op == "insert" || u.skip[i] {
			continue
		}
		for _, ref := range u.tx.db.watch.tables[ch.Table].refs {
			id, _ := ch.Set[ref.column][0].(string)
			if ref.said && !u.how.said || id == "" {
				continue
			}
			row := u.parent(i, ref, id)
			if _, ok := u.tx.db.watch.tables[row.Table]; !ok {
				continue // it may be of any kind
			}
			there, ok := known[row]
			if j, mine := u.place[row]; mine && !u.skip[j] {
				there, ok = u.Record.Changes[j].Op != "insert", true
			}
			if !ok {
				now, err := st.row("SELECT 1 FROM "+quote(row.Table)+" WHERE "+u.tx.db.watch.tables[row.Table].keyIs(), id)
				if err != nil {
					return err
				}
				there, known[row] = now != nil, now != nil
			}
			if !there {
				found[i] = Obstacle{Row: u.row(i), Why: OwnerGone, Column: ref.column, Other: row, At: i}
			}
		}
	}
	return nil
}

// beside finds rows that have what only one may have.
func (u *Undoing) beside(st *statements, found map[int]Obstacle) error {
	for i, ch := range u.Record.Changes {
		if ch.Op == "insert" || u.skip[i] {
			continue
		}
		t := u.tx.db.watch.tables[ch.Table]
		for _, one := range t.unique {
			if ch.Op == "update" && !slices.ContainsFunc(one.columns, func(c string) bool { return ch.Set[c] != [2]any{} }) && !touches(one.where, ch) {
				continue
			}
			q, args, err := u.sharing(t, one, i)
			if err != nil {
				return err
			}
			err = st.each(q, args, func(other, _ string) {
				row := Row{Table: ch.Table, PK: other}
				if j, mine := u.place[row]; (!mine || u.skip[j]) && other != ch.PK {
					found[i] = Obstacle{Row: u.row(i), Why: TakenSince, Column: one.columns[len(one.columns)-1], Other: row, At: i}
				}
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// touches reports whether a condition speaks of a column that changes.
func touches(where string, ch Change) bool {
	for col := range ch.Set {
		if where != "" && strings.Contains(where, col) {
			return true
		}
	}
	return false
}

// sharing asks for the rows that have in the columns of an index what a row had before the record.
func (u *Undoing) sharing(t table, one unique, i int) (string, []any, error) {
	ch := u.Record.Changes[i]
	var args []any
	var was, meet []string
	for _, col := range t.columns {
		v := u.now[i][col]
		if pair, ok := ch.Set[col]; ok {
			var err error
			if v, err = u.before(t, i, col, pair[0]); err != nil {
				return "", nil, err
			}
		}
		args = append(args, v)
		was = append(was, fmt.Sprintf("?%d AS %s", len(args), quote(col)))
	}
	for k, col := range one.columns {
		meet = append(meet, fmt.Sprintf("%s = ?%d COLLATE %s", quote(col), slices.Index(t.columns, col)+1, one.collate[k]))
	}
	q := "SELECT " + t.keyText() + ", '' FROM " + quote(ch.Table) + " WHERE " + strings.Join(meet, " AND ")
	if one.where != "" {
		q += " AND (" + one.where + ") AND (SELECT " + one.where + " FROM (SELECT " + strings.Join(was, ", ") + "))"
	}
	return q, args, nil
}

// Recall reads what the log lacks from an earlier state of the file, into texts: only what fits its digest.
func (u *Undoing) Recall(past *ReadTx, texts Texts) error {
	st := statements{tx: past}
	defer st.close()
	for _, p := range u.Lacks() {
		t, ok := past.db.watch.tables[p.Row.Table]
		if _, had := texts[p]; had || !ok || !slices.Contains(t.columns, p.Column) {
			continue
		}
		row, err := st.row("SELECT "+quote(p.Column)+" AS v FROM "+quote(p.Row.Table)+" WHERE "+t.keyIs(), t.keyArgs(p.Row.PK)...)
		if err != nil {
			return fmt.Errorf("recall %s of %s: %w", p.Column, p.Row.Table, err)
		}
		s, ok := plain(row["v"]).(string)
		if ok && sameValue(s, u.Record.Changes[u.place[p.Row]].Set[p.Column][0]) {
			texts[p] = s
		}
	}
	return nil
}
