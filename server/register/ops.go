package register

import (
	"fmt"
	"reflect"
	"strings"

	"assay/server/number"
	"assay/server/op"
	"assay/server/tag"
	"assay/storage"
)

// Also are the tables that a register's operations change beside its own.
var Also = []string{"number_given", "tag", "record_tag"}

type createIn[D any] struct {
	Body op.Draft[D]
}

type updateIn[D any] struct {
	op.ByID
	Body op.Change[D]
}

type bulkIn[D, F any] struct {
	Body struct {
		IDs    []string  `json:"ids,omitempty" maxItems:"10000" doc:"The records to change"`
		Match  *F        `json:"match,omitempty" doc:"Or: every record that this filter finds"`
		Except []string  `json:"except,omitempty" maxItems:"10000" doc:"With match: these records stay as they are"`
		Set    op.Set[D] `json:"set"`
	}
}

// Ops are the operations that every register has: its list with counts and export, one record as detail gives it, and
// creating, changing, changing many and deleting. Readers read, editors write, administrators delete.
func Ops[D, F, R, T any](g *Register[D, F, R], detail func(*storage.ReadTx, op.ByID) (T, error)) []op.Op {
	path, table := "/"+strings.ReplaceAll(g.Many, " ", "-"), string(g.Kind)
	show := func(tx *storage.WriteTx, id string, err error) (t T, _ error) {
		if err != nil {
			return t, err
		}
		return detail(&tx.ReadTx, op.ByID{ID: id})
	}
	return append(op.List("list", "GET "+path, op.Readers, g.Table, op.Doc(sentence(g.Many))),
		op.Read("get", "GET "+path+"/{id}", op.Readers, detail, op.Doc("One "+g.One+" with all that belongs to it")),
		op.Write("create", "POST "+path, op.Editors, func(tx *storage.WriteTx, in createIn[D]) (T, error) {
			id, err := g.Create(tx, in.Body.Said)
			return show(tx, id, err)
		}, op.Doc("Add a record to the "+g.Many)),
		op.Write("update", "PATCH "+path+"/{id}", op.Editors, func(tx *storage.WriteTx, in updateIn[D]) (T, error) {
			return show(tx, in.ID, g.Change(tx, in.ID, in.Body.After))
		}, op.Versioned(table), op.Doc("Change a "+g.One)),
		op.Write("bulk", "POST "+path+"/bulk", op.Editors, g.bulk, op.Doc("Change many "+g.Many+" at once")),
		op.Write("delete", "DELETE "+path+"/{id}", op.Admin, func(tx *storage.WriteTx, in op.ByID) (struct{}, error) {
			if g.Bound != nil {
				why, err := g.Bound(&tx.ReadTx, in.ID)
				if err != nil {
					return struct{}{}, err
				}
				if why != "" {
					return struct{}{}, op.Errorf(op.Conflict, "%s", why)
				}
			}
			return struct{}{}, tx.ExecOne("DELETE FROM "+table+" WHERE id = ?", in.ID)
		}, op.Doc("Delete a "+g.One)),
	)
}

// Create adds a record and gives its id. What is said is judged first.
func (g *Register[D, F, R]) Create(tx *storage.WriteTx, said D) (string, error) {
	var nothing D
	now := begin(g.leaves, tidy(g.leaves, said))
	var c op.Check
	if field, why := g.may(nothing, now); why != "" {
		c.That(false, field, why)
	}
	if err := g.check(&c, &tx.ReadTx, "", nothing, now); err != nil {
		return "", err
	}
	if err := c.Err(); err != nil {
		return "", err
	}
	return g.insert(tx, now)
}

// Change makes a record what after says of it, in view of what is said of it now. Nothing is written when that is the same.
func (g *Register[D, F, R]) Change(tx *storage.WriteTx, id string, after func(D) D) error {
	r, err := g.Get(&tx.ReadTx, id)
	if err != nil {
		return err
	}
	was := *g.Said(&r)
	now := tidy(g.leaves, after(was))
	if g.same(was, now) {
		return nil
	}
	if _, why := g.mayOf(r, now); why != "" {
		return op.Errorf(op.Conflict, "%s", why)
	}
	var c op.Check
	if err := g.check(&c, &tx.ReadTx, id, was, now); err != nil {
		return err
	}
	if err := c.Err(); err != nil {
		return err
	}
	return g.write(tx, id, was, now)
}

func (g *Register[D, F, R]) may(was, now D) (field, why string) {
	if g.May == nil {
		return "", ""
	}
	return g.May(was, now)
}

// mayOf is [Register.may] for a record that is there.
func (g *Register[D, F, R]) mayOf(is R, now D) (field, why string) {
	if field, why = g.may(*g.Said(&is), now); why != "" || g.Hold == nil {
		return field, why
	}
	return g.Hold(is, now)
}

// check notes all that is wrong with what is said now.
func (g *Register[D, F, R]) check(c *op.Check, tx *storage.ReadTx, id string, was, now D) error {
	before, after := reflect.ValueOf(&was), reflect.ValueOf(&now)
	for _, l := range g.leaves {
		if err := l.check(c, tx, before, after); err != nil {
			return err
		}
	}
	return g.rules(c, tx, id, was, now)
}

// rules notes what the register's own rules have against what is said now.
func (g *Register[D, F, R]) rules(c *op.Check, tx *storage.ReadTx, id string, was, now D) error {
	if g.Check != nil {
		if err := g.Check(c, tx, was, now); err != nil {
			return err
		}
	}
	after := reflect.ValueOf(&now)
	for _, l := range g.leaves {
		v := l.Of(after)
		if !l.unique() || v.String() == "" {
			continue
		}
		var n int
		err := tx.QueryRow("SELECT count(*) FROM "+string(g.Kind)+" WHERE "+l.Name+" = ? COLLATE NOCASE AND id <> ?", v.String(), id).Scan(&n)
		if err != nil {
			return err
		}
		c.That(n == 0, l.Field, "Another "+g.One+" has this already.")
	}
	if g.Among == nil {
		return nil
	}
	return g.Among(c, tx, id, now)
}

// same says whether two say the same.
func (g *Register[D, F, R]) same(a, b D) bool {
	x, y := reflect.ValueOf(&a), reflect.ValueOf(&b)
	for _, l := range g.leaves {
		if l.value(x) != l.value(y) {
			return false
		}
	}
	return true
}

// insert adds a record that was judged.
func (g *Register[D, F, R]) insert(tx *storage.WriteTx, now D) (string, error) {
	id := tx.NewID()
	columns, values := []string{"id", "created_at", "updated_at"}, []any{id, tx.Stamp(), tx.Stamp()}
	if g.Letter != "" {
		var used int
		err := tx.QueryRow("SELECT coalesce(max(CAST(substr(ref, ?) AS INTEGER)), 0) FROM "+string(g.Kind), len(g.Letter)+2).Scan(&used)
		if err != nil {
			return "", err
		}
		n, err := number.Next(tx, string(g.Kind), used)
		if err != nil {
			return "", err
		}
		columns, values = append(columns, "ref"), append(values, fmt.Sprintf("%s-%04d", g.Letter, n))
	}
	v := reflect.ValueOf(&now)
	for _, l := range g.leaves {
		columns, values = append(columns, l.Name), append(values, l.value(v))
	}
	err := tx.Exec("INSERT INTO "+string(g.Kind)+" ("+strings.Join(columns, ", ")+") VALUES (?"+strings.Repeat(", ?", len(columns)-1)+")", values...)
	if err != nil {
		return "", fmt.Errorf("add a %s: %w", g.One, err)
	}
	var nothing D
	return id, g.written(tx, id, nothing, now)
}

// write makes a record what was judged: the columns that differ.
func (g *Register[D, F, R]) write(tx *storage.WriteTx, id string, was, now D) error {
	before, after := reflect.ValueOf(&was), reflect.ValueOf(&now)
	set, values := "updated_at = ?", []any{tx.Stamp()}
	for _, l := range g.leaves {
		if v := l.value(after); v != l.value(before) {
			set, values = set+", "+l.Name+" = ?", append(values, v)
		}
	}
	if err := tx.ExecOne("UPDATE "+string(g.Kind)+" SET "+set+" WHERE id = ?", append(values, id)...); err != nil {
		return fmt.Errorf("change a %s: %w", g.One, err)
	}
	return g.written(tx, id, was, now)
}

func (g *Register[D, F, R]) written(tx *storage.WriteTx, id string, was, now D) error {
	if g.Written == nil {
		return nil
	}
	return g.Written(tx, id, was, now)
}

// bulk changes many records in one transaction, which one undo takes back.
func (g *Register[D, F, R]) bulk(tx *storage.WriteTx, in bulkIn[D, F]) (op.Bulk, error) {
	b, out := in.Body, op.Bulk{Skipped: []op.Skip{}}
	add, remove := b.Set.Tags()
	var c op.Check
	c.That(len(b.Set.Fields()) > 0, "set", "Give at least one field to set.")
	var nothing D
	if err := g.checkSet(&c, &tx.ReadTx, b.Set.Fields(), tidy(g.leaves, b.Set.After(nothing))); err != nil {
		return out, err
	}
	if err := c.Err(); err != nil {
		return out, err
	}
	ids, err := g.Table.Aimed(&tx.ReadTx, b.IDs, b.Match, b.Except)
	if err != nil {
		return out, err
	}
	rows, err := g.Table.Rows(&tx.ReadTx, ids)
	if err != nil {
		return out, err
	}
	there := []string{}
	for _, id := range ids {
		if _, ok := rows[id]; ok {
			there = append(there, id)
		}
	}
	tagged, err := tag.Change(tx, g.Kind, there, add, remove, "set.add_tags")
	if err != nil {
		return out, err
	}
	for _, id := range ids {
		r, ok := rows[id]
		if !ok {
			out.Skipped = append(out.Skipped, op.Skip{ID: id, Why: "There is no such " + g.One + "."})
			continue
		}
		was := *g.Said(&r)
		now := tidy(g.leaves, b.Set.After(was))
		why, err := g.skip(&tx.ReadTx, id, r, was, now)
		if err != nil {
			return out, err
		}
		if why == op.Same && tagged[id] {
			out.Updated++
			continue
		}
		if why != "" {
			out.Skipped = append(out.Skipped, op.Skip{ID: id, Name: g.called(r), Why: why})
			continue
		}
		out.Updated++
		if err := g.write(tx, id, was, now); err != nil {
			return out, err
		}
	}
	return out, nil
}

// checkSet notes what is wrong with the values themselves, whatever record they are for.
func (g *Register[D, F, R]) checkSet(c *op.Check, tx *storage.ReadTx, fields []string, now D) error {
	var was D
	before, after := reflect.ValueOf(&was), reflect.ValueOf(&now)
	var values op.Check
	for _, l := range g.leaves {
		for _, f := range fields {
			if f != l.Field {
				continue
			}
			if err := l.check(&values, tx, before, after); err != nil {
				return err
			}
		}
	}
	for f, sentence := range values.Fields() {
		c.That(false, "set."+f, sentence)
	}
	return nil
}

// skip is why a change of many leaves a record as it is; empty when it does not.
func (g *Register[D, F, R]) skip(tx *storage.ReadTx, id string, is R, was, now D) (string, error) {
	if g.same(was, now) {
		return op.Same, nil
	}
	if _, why := g.mayOf(is, now); why != "" {
		return why, nil
	}
	var c op.Check
	if err := g.rules(&c, tx, id, was, now); err != nil {
		return "", err
	}
	for _, sentence := range c.Fields() {
		return sentence, nil
	}
	return "", nil
}
