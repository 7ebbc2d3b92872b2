package register

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"assay/server/imports"
	"assay/server/op"
	"assay/storage"
)

// Sheet is how the register's records come in as a table. The file that its export gives comes in again.
func (g *Register[D, F, R]) Sheet() imports.Target {
	t := imports.Target{Name: g.Many, One: g.One, Keys: g.keys(),
		Writes: append([]string{string(g.Kind), "number_given"}, g.Writes...),
		Find:   g.found, Check: g.checkRows, Apply: g.applyRows}
	for _, l := range g.leaves {
		if l.grows() {
			t.Writes = append(t.Writes, l.table)
		}
	}
	if g.Letter != "" {
		t.Keys = append(t.Keys, "ref")
		t.Fields = append(t.Fields, imports.Field{Name: "ref", Label: "Ref", Kind: imports.Ref, Max: 40, Also: []string{"number", g.One + " id", g.One + " number"}, Hint: "Of " + g.Many + " that are here; new ones are given a number"})
	}
	for _, l := range g.leaves {
		t.Fields = append(t.Fields, g.field(l))
	}
	return t
}

// keys are the fields by which a table's rows are recognised: what is unique, else the name.
func (g *Register[D, F, R]) keys() []string {
	if g.Key != "" {
		return []string{g.Key}
	}
	var keys []string
	for _, l := range g.leaves {
		if l.unique() {
			keys = append(keys, l.Name)
		}
	}
	return append(keys, g.leaves[g.name].Name)
}

// field is a leaf as an import knows it.
func (g *Register[D, F, R]) field(l leaf) imports.Field {
	f := imports.Field{Name: l.Name, Label: l.head(), Kind: imports.Text, Required: l.required(), Hint: l.Tag.Get("hint"), Also: parts(l.Tag.Get("also"))}
	f.Max, _ = strconv.Atoi(l.Tag.Get("maxLength"))
	switch l.kind {
	case long:
		f.Kind = imports.Long
	case someone:
		f.Kind = imports.Person
	case other:
		f.Max, f.Hint = 300, "The name of one that is here"
		if l.by != l.name {
			f.Hint = "The name or the " + strings.ReplaceAll(l.by, "_", " ") + " of one that is here"
		}
		if l.grows() {
			f.Hint = "A name that is not here is added"
		}
	case day:
		f.Hint = "As 2026-12-31"
	case flag:
		f.Kind = imports.Flag
	case figure:
		f.Kind = imports.Number
		if from, to := l.Tag.Get("minimum"), l.Tag.Get("maximum"); f.Hint == "" && to != "" {
			f.Hint = fmt.Sprintf("%s to %s", from, to)
		}
	case list:
		f.Kind = imports.List
		if f.Max = 2000; len(l.options) > 0 {
			f.Hint, f.Options = "Any of: "+strings.Join(l.options, ", "), g.options(l)
		}
	case choice:
		f.Kind, f.Options = imports.Choice, g.options(l)
	}
	return f
}

func (g *Register[D, F, R]) options(l leaf) []imports.Option {
	var all []imports.Option
	for _, o := range l.options {
		all = append(all, imports.Option{Value: o, Label: sentence(o), Also: parts(g.Values[l.Name+"."+o])})
	}
	return all
}

// parts are words with commas between.
func parts(s string) []string {
	var all []string
	for w := range strings.SplitSeq(s, ",") {
		if w = strings.TrimSpace(w); w != "" {
			all = append(all, w)
		}
	}
	return all
}

// cells are what is said of a record, as a table has it.
func (g *Register[D, F, R]) cells(r R) map[string]string {
	said := reflect.ValueOf(g.Said(&r))
	all := map[string]string{"ref": g.Row(&r).Ref}
	for _, l := range g.leaves {
		switch v := l.Of(said); l.kind {
		case figure:
			if all[l.Name] = ""; v.Int() != 0 {
				all[l.Name] = strconv.FormatInt(v.Int(), 10)
			}
		case flag:
			all[l.Name] = strconv.FormatBool(v.Bool())
		case list:
			all[l.Name] = strings.Join(v.Interface().([]string), ", ")
		case other:
			all[l.Name] = reflect.ValueOf(r).FieldByIndex(l.named).String()
		default:
			all[l.Name] = v.String()
		}
	}
	return all
}

// said is the way back. A name of a record that is not here once is noted under its field, where absent has no id for it.
func (g *Register[D, F, R]) said(tx *storage.ReadTx, row *imports.Row, was D, absent absence) (D, error) {
	now := was
	v := reflect.ValueOf(&now)
	for _, l := range g.leaves {
		if row.Was != nil && !row.Differs(l.Name) {
			continue
		}
		cell, at := row.To[l.Name], l.Of(v)
		switch l.kind {
		case figure:
			n, _ := strconv.ParseInt(cell, 10, 64) // an empty cell is unknown; others were read as numbers
			if at.OverflowInt(n) {
				n = 0
			}
			at.SetInt(n)
			g.between(row, l, cell, n)
		case flag:
			at.SetBool(cell == "true")
		case list:
			at.Set(reflect.ValueOf(imports.Split(cell)).Convert(at.Type()))
		case other:
			id, err := g.refers(tx, row, l, cell, absent)
			if err != nil {
				return now, err
			}
			at.SetString(id)
		default:
			at.SetString(cell)
		}
	}
	now = tidy(g.leaves, now)
	if row.Was == nil {
		now = begin(g.leaves, now)
	}
	return now, nil
}

// between refuses a number outside of what its tags allow, as the API does.
func (g *Register[D, F, R]) between(row *imports.Row, l leaf, cell string, n int64) {
	if cell == "" {
		return
	}
	for _, bound := range []struct {
		tag     string
		outside func(int64) bool
	}{{"minimum", func(b int64) bool { return n < b }}, {"maximum", func(b int64) bool { return n > b }}} {
		b, err := strconv.ParseInt(l.Tag.Get(bound.tag), 10, 64)
		if err == nil && bound.outside(b) {
			row.Refuse(l.Name, fmt.Sprintf("Give a number from %s to %s.", l.Tag.Get("minimum"), l.Tag.Get("maximum")))
			return
		}
	}
}

// absence is what to do about a name of a record that is not here; false is to refuse its row.
type absence func(l leaf, name string) (id string, ok bool, err error)

// refers is the id of the record that a cell names.
func (g *Register[D, F, R]) refers(tx *storage.ReadTx, row *imports.Row, l leaf, cell string, absent absence) (id string, err error) {
	if cell == "" {
		return "", nil
	}
	ids, err := l.called(tx, cell)
	if err != nil {
		return "", err
	}
	switch len(ids) {
	case 1:
		return ids[0], nil
	case 0:
		id, ok, err := absent(l, cell)
		if !ok {
			row.Refuse(l.Name, "There is none with this name.")
		}
		return id, err
	}
	row.Refuse(l.Name, "There are several with this name. Give its id.")
	return "", nil
}

func (g *Register[D, F, R]) found(tx *storage.ReadTx, _, key string, values []string) ([]imports.Record, error) {
	wanted, err := json.Marshal(values)
	if err != nil {
		return nil, err
	}
	var query string
	for i, by := range g.keySQL(key) {
		if i > 0 {
			query += " UNION "
		}
		query += "SELECT r.id, " + by + " FROM " + string(g.Kind) + " r WHERE " + by + " COLLATE NOCASE IN (SELECT value FROM json_each(?1))"
		if g.Living != "" && key != imports.ID {
			query += " AND " + g.Living
		}
	}
	rows, err := tx.Query(query, string(wanted))
	if err != nil {
		return nil, err
	}
	all, err := op.Scan(rows, func(r op.Row) (rec imports.Record, err error) { return rec, r.Scan(&rec.ID, &rec.Key) })
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(all))
	for i, f := range all {
		ids[i] = f.ID
	}
	is, err := g.Table.Rows(tx, ids)
	for i := range all {
		r := is[all[i].ID]
		all[i].Version, all[i].Values = g.Row(&r).Version, g.cells(r)
	}
	return all, err
}

// keySQL is a key in SQL, once for every way in which its records may be named.
func (g *Register[D, F, R]) keySQL(key string) []string {
	var name, by []string
	for part := range strings.SplitSeq(key, "+") { // of one of Keys, or id
		column := "r." + string(op.Plain(part))
		name, by = append(name, column), append(by, column)
		if i := slices.IndexFunc(g.leaves, func(l leaf) bool { return l.Name == part }); i >= 0 && g.leaves[i].table != "" {
			l := g.leaves[i]
			of := " FROM " + l.table + " x WHERE x.id = " + column + "), '')"
			name[len(name)-1], by[len(by)-1] = "coalesce((SELECT x."+l.name+of, "coalesce((SELECT x."+l.by+of
		}
	}
	return slices.Compact([]string{strings.Join(name, " || '"+imports.Between+"' || "), strings.Join(by, " || '"+imports.Between+"' || ")})
}

// before are the records of rows, which is nothing for a new one.
func (g *Register[D, F, R]) before(tx *storage.ReadTx, rows []*imports.Row) (map[string]R, error) {
	var ids []string
	for _, r := range rows {
		if r.Was != nil {
			ids = append(ids, r.Was.ID)
		}
	}
	return g.Table.Rows(tx, ids)
}

// wasOf is what is said of the record of a row before it comes in.
func (g *Register[D, F, R]) wasOf(is map[string]R, row *imports.Row) (was D) {
	if row.Was != nil {
		r := is[row.Was.ID]
		was = *g.Said(&r)
	}
	return was
}

func (g *Register[D, F, R]) checkRows(tx *storage.ReadTx, run *imports.Run, rows []*imports.Row) error {
	is, err := g.before(tx, rows)
	if err != nil {
		return err
	}
	for _, r := range rows {
		was := g.wasOf(is, r)
		if r.Was == nil && r.To["ref"] != "" || r.Was != nil && r.Differs("ref") {
			r.Refuse("ref", "Numbers are given here and never changed. Leave this cell empty.")
		}
		now, err := g.said(tx, r, was, func(l leaf, _ string) (string, bool, error) {
			if l.table == string(g.Kind) {
				run.Warn(r.Number, l.head()+": some are not here yet. Those that come with this file are found when it is imported; for others the cell stays empty.")
			}
			return "", l.grows() || l.table == string(g.Kind), nil
		})
		if err != nil {
			return err
		}
		for _, l := range g.leaves { // another name of the same record is no change
			if r.Was != nil && l.kind == other && r.Differs(l.Name) && l.Of(reflect.ValueOf(&now)).String() == l.Of(reflect.ValueOf(&was)).String() && r.Good() {
				r.Drop(l.Name)
			}
		}
		field, why := g.may(was, now)
		if r.Was != nil {
			field, why = g.mayOf(is[r.Was.ID], now)
		}
		if why != "" {
			r.Refuse(g.column(field), why)
		}
		var c op.Check
		id := ""
		if r.Was != nil {
			id = r.Was.ID
		}
		if err := g.check(&c, tx, id, was, now); err != nil {
			return err
		}
		for field, sentence := range c.Fields() {
			r.Refuse(g.column(field), sentence)
		}
	}
	return nil
}

// column is the column of a field that a table has in several.
func (g *Register[D, F, R]) column(field string) string {
	i := slices.IndexFunc(g.leaves, func(l leaf) bool { return l.Name == field || l.Field == field })
	if i < 0 {
		return field
	}
	return g.leaves[i].Name
}

func (g *Register[D, F, R]) applyRows(tx *storage.WriteTx, _ *imports.Run, rows []*imports.Row) error {
	is, err := g.before(&tx.ReadTx, rows)
	if err != nil {
		return err
	}
	type later struct {
		row  *imports.Row
		leaf leaf
		name string
	}
	var waiting []later // for records that come with a later row
	for _, r := range rows {
		was := g.wasOf(is, r)
		now, err := g.said(&tx.ReadTx, r, was, func(l leaf, name string) (string, bool, error) {
			if l.table == string(g.Kind) {
				waiting = append(waiting, later{r, l, name})
				return "", true, nil
			}
			id := tx.NewID()
			return id, true, tx.Exec("INSERT INTO "+l.table+" (id, "+l.name+", created_at, updated_at) VALUES (?1, ?2, ?3, ?3)", id, name, tx.Stamp())
		})
		if err != nil {
			return err
		}
		switch {
		case r.Was == nil:
			r.ID, err = g.insert(tx, now)
		case !g.same(was, now):
			if err := g.stands(tx, r.Number, r.Was.ID, now); err != nil {
				return err
			}
			err = g.write(tx, r.Was.ID, was, now)
		}
		if err != nil {
			return err
		}
	}
	for _, w := range waiting {
		ids, err := w.leaf.called(&tx.ReadTx, w.name)
		if err != nil {
			return err
		}
		if len(ids) != 1 {
			continue // the dry run said so
		}
		id := w.row.ID
		if w.row.Was != nil {
			id = w.row.Was.ID
		}
		r, err := g.Get(&tx.ReadTx, id)
		if err != nil {
			return err
		}
		was := *g.Said(&r)
		now := was
		w.leaf.Of(reflect.ValueOf(&now)).SetString(ids[0])
		if err := g.stands(tx, w.row.Number, id, now); err != nil {
			return err
		}
		if err := g.write(tx, id, was, now); err != nil {
			return err
		}
	}
	return nil
}

// stands holds what a row makes of a record to the rules about other records, some of which came with earlier rows.
func (g *Register[D, F, R]) stands(tx *storage.WriteTx, row int, id string, now D) error {
	if g.Among == nil {
		return nil
	}
	var c op.Check
	if err := g.Among(&c, &tx.ReadTx, id, now); err != nil {
		return err
	}
	for _, sentence := range c.Fields() {
		return op.Errorf(op.Conflict, "Row %d: %s", row, sentence)
	}
	return nil
}
