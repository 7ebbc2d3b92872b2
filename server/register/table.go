package register

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"assay/server/field"
	"assay/server/op"
	"assay/server/person"
	"assay/server/tag"
)

// complete adds to the declared table what the struct of what is said gives it.
func (g *Register[D, F, R]) complete() {
	t := &g.Table
	t.Key = "r.id"
	if t.From == "" {
		t.From = op.Plain(string(g.Kind)) + " r"
	}
	if t.Default == "" {
		t.Default = "-updated_at"
	}
	t.Count = "SELECT count(*) FROM " + op.Plain(string(g.Kind))
	g.columns()
	t.Scan = g.scan
	if g.Letter != "" {
		t.Find = append(t.Find, "r.ref")
	}
	for i, l := range g.leaves {
		if i == g.name || l.Tag.Get("find") == "true" {
			t.Find = append(t.Find, "r."+op.Plain(l.Name))
		}
	}
	g.filters()
	g.sorts()
	g.exports()
	t.More = field.Columns(g.Kind, func(r R) map[string]any { return g.Row(&r).Custom })
}

// columns are what a row is read from: the record, what is said, tags and custom fields, names, and what is declared.
func (g *Register[D, F, R]) columns() {
	t := &g.Table
	own := t.Columns
	full := t.Key // a text that only grows by text of the program
	if full += ", ''"; g.Letter != "" {
		full = t.Key + ", r.ref"
	}
	short := full
	for _, l := range g.leaves {
		full += ", r." + op.Plain(l.Name)
		if l.kind == long {
			short += ", ''"
			continue
		}
		short += ", r." + op.Plain(l.Name)
	}
	rest := ", r.created_at, r.updated_at, r.version, " + tag.Column + "'" + op.Plain(string(g.Kind)) + "' AND rt.record = r.id" + tag.End + ", " +
		field.Column + "'" + op.Plain(string(g.Kind)) + "' AND v.record = r.id)"
	for _, l := range g.leaves {
		if l.named != nil {
			rest += ", coalesce((SELECT x." + op.Plain(l.name) + " FROM " + op.Plain(l.table) + " x WHERE x.id = r." + op.Plain(l.Name) + "), '')"
		}
	}
	if own != "" {
		rest += ", " + own
	}
	t.Columns, t.Short = full+rest, short+rest
}

// namedIn is the place in a row R of the name of who or what a leaf refers to, or nil where the row has none.
func namedIn[R any](l leaf) []int {
	if l.table == "" {
		return nil
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[R]()) {
		if op.JSONName(f) == l.Name+"_name" && f.Type.Kind() == reflect.String {
			return f.Index
		}
	}
	return nil
}

func (g *Register[D, F, R]) scan(row op.Row) (r R, err error) {
	of, said := g.Row(&r), reflect.ValueOf(g.Said(&r))
	to := []any{&of.ID, &of.Ref}
	for _, l := range g.leaves {
		to = append(to, l.into(said))
	}
	var tags, custom string
	to = append(to, &of.CreatedAt, &of.UpdatedAt, &of.Version, &tags, &custom)
	for _, l := range g.leaves {
		if l.named != nil {
			to = append(to, reflect.ValueOf(&r).Elem().FieldByIndex(l.named).Addr().Interface())
		}
	}
	if g.Into != nil {
		to = append(to, g.Into(&r)...)
	}
	if err := row.Scan(to...); err != nil {
		return r, err
	}
	if of.Tags, err = tag.Scan(tags); err != nil {
		return r, fmt.Errorf("%s %s: %w", g.One, of.ID, err)
	}
	if of.Custom, err = field.Scan(custom); err != nil {
		return r, fmt.Errorf("%s %s: %w", g.One, of.ID, err)
	}
	if g.Rules == nil {
		return r, nil
	}
	if err := g.Rules(&r); err != nil {
		return r, fmt.Errorf("%s %s: %w", g.One, of.ID, err)
	}
	return r, nil
}

// filters counts choices, people, records and flags, and makes conditions of the filter's fields.
func (g *Register[D, F, R]) filters() {
	t := &g.Table
	declared := map[string]bool{}
	for _, f := range t.Facets {
		declared[f.Name] = true
	}
	for _, l := range g.leaves {
		if declared[l.Name] || l.Tag.Get("facet") == "false" {
			continue // computed: what is written is not what it is today
		}
		switch column := "r." + op.Plain(l.Name); {
		case l.kind == flag:
			t.Facets = append(t.Facets, op.Facet{Name: l.Name, SQL: "iif(" + column + ", 'true', 'false')"})
		case l.kind == choice, l.table != "", l.Tag.Get("facet") == "true" && l.kind != list:
			t.Facets = append(t.Facets, op.Facet{Name: l.Name, SQL: column})
		}
	}
	more := t.Where
	t.Where = func(w *op.Where, f F) {
		v := reflect.ValueOf(f)
		for _, sf := range reflect.VisibleFields(v.Type()) {
			if !sf.Anonymous {
				g.filter(w, sf.Tag.Get("query"), v.FieldByIndex(sf.Index))
			}
		}
		if more != nil {
			more(w, f)
		}
	}
}

// filter makes a condition of one field of the filter, where the register knows what it means.
func (g *Register[D, F, R]) filter(w *op.Where, name string, v reflect.Value) {
	if v.IsZero() {
		return
	}
	switch name {
	case "tag":
		tag.Filter(w, g.Kind, v.Interface().([]string))
		return
	case "field":
		field.Filter(w, g.Kind, v.Interface().([]string))
		return
	}
	i := slices.IndexFunc(g.leaves, func(l leaf) bool { return l.Name == name })
	if i >= 0 && g.leaves[i].kind == list {
		words, err := json.Marshal(v.Interface())
		if err != nil {
			panic(err) // words always have JSON
		}
		w.And("EXISTS (SELECT 1 FROM json_each(r."+op.Plain(name)+") j WHERE j.value IN (SELECT value FROM json_each(?)))", string(words))
		return
	}
	n := slices.IndexFunc(g.Table.Facets, func(f op.Facet) bool { return f.Name == name })
	switch {
	case n >= 0 && g.Table.Facets[n].Each != nil:
		return // several values a row: the register asks for them
	case n < 0 && (i < 0 || g.leaves[i].table == ""):
		return
	case n < 0:
		w.OrNone("r."+op.Plain(name), v.String())
		return
	}
	switch by := g.Table.Facets[n].SQL; {
	case v.Kind() == reflect.Slice:
		w.In(by, said(v))
	case v.Kind() == reflect.Bool:
		w.Eq(by, "true")
	case v.String() == "me" && i >= 0 && g.leaves[i].kind == someone:
		w.And(by+" = ?", cmp.Or(person.Acting(w.Tx()), "me")) // who is no person has nothing
	default:
		w.OrNone(by, v.String())
	}
}

// said are the words of a filter as columns have them: none asks for those of which nobody has said it.
func said(words reflect.Value) []string {
	all := make([]string, words.Len())
	for i := range all {
		if all[i] = words.Index(i).String(); all[i] == "none" {
			all[i] = ""
		}
	}
	return all
}

// sorts orders by every column that has an order: choices as they are declared, what is empty last.
func (g *Register[D, F, R]) sorts() {
	joins := map[string]string{}
	all := map[string]string{"created_at": "r.created_at", "updated_at": "r.updated_at"}
	if g.Letter != "" {
		all["ref"] = "r.ref"
	}
	for _, l := range g.leaves {
		if l.Name != l.Field {
			continue // a part of something: the register says how the whole is sorted
		}
		switch column := "r." + l.Name; l.kind {
		case long, list, link:
		case choice:
			order := "CASE " + column
			for i, o := range l.options {
				order += fmt.Sprintf(" WHEN '%s' THEN %d", op.Plain(o), i)
			}
			all[l.Name] = order + fmt.Sprintf(" ELSE %d END", len(l.options))
		case day:
			all[l.Name] = "coalesce(nullif(" + column + ", ''), '9999')"
		case someone, other:
			// A join costs half of what a query for every row does.
			all[l.Name] = "coalesce(named." + l.name + ", char(1114111)) COLLATE NOCASE"
			joins[l.Name] = "LEFT JOIN " + l.table + " named ON named.id = " + column
		case figure, flag:
			all[l.Name] = column
		default:
			all[l.Name] = column + " COLLATE NOCASE"
		}
	}
	for name := range g.Table.Sort {
		delete(joins, name)
	}
	maps.Copy(all, g.Table.Sort)
	maps.DeleteFunc(all, func(_, by string) bool { return by == "" }) // declared as none
	g.Table.Sort, g.Table.Joins = all, joins
}

// exports are the columns of a table: what is said stands first, so that the file can be edited and comes in again.
func (g *Register[D, F, R]) exports() {
	var all []op.Col[R]
	if g.Letter != "" {
		all = append(all, op.Col[R]{Header: "Ref", Value: func(r R) any { return g.Row(&r).Ref }})
	}
	for _, l := range g.leaves {
		all = append(all, op.Col[R]{Header: l.head(), Name: l.Name, Value: g.cell(l)})
	}
	all = append(all, g.Table.Export...)
	g.Table.Export = append(all,
		op.Col[R]{Header: "Tags", Value: func(r R) any { return tag.Names(g.Row(&r).Tags) }},
		op.Col[R]{Header: "Updated at", Value: func(r R) any { return g.Row(&r).UpdatedAt }},
		op.Col[R]{Header: "ID", Value: func(r R) any { return g.Row(&r).ID }},
		op.Col[R]{Header: "Version", Value: func(r R) any { return g.Row(&r).Version }})
}

// cell is a leaf in a spreadsheet: people and records by their names, a number that is unknown empty.
func (g *Register[D, F, R]) cell(l leaf) func(R) any {
	if l.named != nil {
		return func(r R) any { return reflect.ValueOf(r).FieldByIndex(l.named).String() }
	}
	return func(r R) any {
		switch v := l.Of(reflect.ValueOf(g.Said(&r))); l.kind {
		case figure:
			if v.Int() == 0 {
				return ""
			}
			return v.Int()
		case flag:
			return v.Bool()
		case list:
			return strings.Join(v.Interface().([]string), ", ")
		default:
			return v.String()
		}
	}
}
