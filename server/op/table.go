package op

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"assay/storage"
)

// sqlText is SQL written in the source. Its name cannot be said outside this package, so that a caller can
// only pass a constant: text that came from a request does not compile.
type sqlText string

// Table is a list: what its rows are, how they may be filtered, sorted, counted and exported. F is the
// filter, a struct that embeds [PageIn] and has a query and a json tag on every field, because lists take it
// from the address and bulk operations from a body ("match").
type Table[F, R any] struct {
	From    sqlText                                 // "control c LEFT JOIN person p ON p.id = c.owner"
	Args    func(*storage.ReadTx) []any             // values of the ? in From: today, who asks
	View    func(*storage.ReadTx, F) []any          // instead of Args, when they depend on the filter: which product is looked at
	Columns sqlText                                 // what Scan reads: "c.id, c.title, coalesce(p.name, '')"
	Short   sqlText                                 // optional: what a page reads instead of Columns, long texts left empty
	Scan    func(Row) (R, error)                    //
	Fill    func(*storage.ReadTx, []R) error        // optional: adds to rows what a second query says of them
	Where   func(*Where, F)                         // the conditions a filter asks for
	Find    []sqlText                               // optional: the columns in which the words of q are looked for
	Sort    map[string]string                       // what callers may sort by: "title": "c.title COLLATE NOCASE"
	Joins   map[string]string                       // optional: what From needs more for a sort: a join of one row at most
	Indexed []string                                // optional: keys of Sort that are computed, and have an index of just that
	Default string                                  // "-updated_at": a key of Sort, downwards with a leading -
	Key     sqlText                                 // "c.id": breaks ties, and names rows for bulk operations
	Facets  []Facet                                 // counts of values, for the filter menus
	Export  []Col[R]                                // columns of CSV and XLSX; none means no export
	More    func(*storage.ReadTx) ([]Col[R], error) // columns that the organisation made; they come after the others
	Count   sqlText                                 // optional: a quicker count of all rows, for a list without filter
	Control bool                                    // rows are the installation's: Where asks for those of Tx().Call().Tenant
}

// Columns are columns to look for words in, as Find asks for them.
func Columns(names ...sqlText) []sqlText { return names }

// Col is one column of an export. Value may give text, a number or a bool. It is asked for by its Name, which is
// that of the header unless given.
type Col[R any] struct {
	Header string
	Name   string
	Value  func(R) any
}

func (c Col[R]) name() string {
	if c.Name != "" {
		return c.Name
	}
	return columnName(c.Header)
}

// Where gathers the conditions of a list. Conditions are constants; values are always parameters.
type Where struct {
	tx    *storage.ReadTx
	key   string
	conds []string
	args  []any
}

// Tx is the transaction the list is read in, for what a condition may depend on: Today, Call.
func (w *Where) Tx() *storage.ReadTx { return w.tx }

// And adds a condition with its values: w.And("c.owner = ?", f.Owner).
func (w *Where) And(cond sqlText, args ...any) {
	w.conds = append(w.conds, "("+string(cond)+")")
	w.args = append(w.args, args...)
}

// Key adds a condition that begins after the list's key, for what is kept beside records of every kind:
// w.Key(" IN (SELECT record FROM …)").
func (w *Where) Key(cond sqlText, args ...any) {
	w.conds = append(w.conds, w.key+string(cond))
	w.args = append(w.args, args...)
}

// OrNone is Eq for a column that may be empty: the value none asks for that.
func (w *Where) OrNone(column sqlText, value string) {
	if value == "none" {
		w.conds = append(w.conds, string(column)+" = ''")
		return
	}
	w.Eq(column, value)
}

// Eq adds column = value, unless value is empty.
func (w *Where) Eq(column sqlText, value string) {
	if value != "" {
		w.conds = append(w.conds, string(column)+" = ?")
		w.args = append(w.args, value)
	}
}

// In adds column IN (values). values is a slice; an empty one adds nothing.
func (w *Where) In(column sqlText, values any) {
	v := reflect.ValueOf(values)
	if v.Len() == 0 {
		return
	}
	w.conds = append(w.conds, string(column)+" IN (?"+strings.Repeat(",?", v.Len()-1)+")")
	for i := range v.Len() {
		x := v.Index(i)
		if x.Kind() == reflect.String {
			w.args = append(w.args, x.String()) // a named string type is text to SQLite
			continue
		}
		w.args = append(w.args, x.Interface())
	}
}

// AnyIs adds that any of the columns is value, unless there are none.
func (w *Where) AnyIs(value string, columns ...sqlText) {
	var or []string
	for _, c := range columns {
		or = append(or, string(c)+" = ?")
		w.args = append(w.args, value)
	}
	if or != nil {
		w.conds = append(w.conds, "("+strings.Join(or, " OR ")+")")
	}
}

// Search adds that every word of q occurs in at least one of the columns. A % or _ is a letter like others.
func (w *Where) Search(q string, columns ...sqlText) {
	words := strings.Fields(q)
	for _, word := range words[:min(len(words), 8)] {
		like := "%" + likeEscape.Replace(word) + "%"
		var any []string
		for _, c := range columns {
			any = append(any, string(c)+` LIKE ? ESCAPE '\'`)
			w.args = append(w.args, like)
		}
		w.conds = append(w.conds, "("+strings.Join(any, " OR ")+")")
	}
}

var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func (w *Where) sql() string {
	if len(w.conds) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conds, " AND ")
}

// paged is a filter that embeds PageIn.
type paged interface{ pageIn() PageIn }

func pageOf(f any) PageIn { return f.(paged).pageIn() }

// values are those of the ? in From, in a slice of its own.
func (t *Table[F, R]) values(tx *storage.ReadTx, f F) []any {
	switch {
	case t.View != nil:
		return t.View(tx, f)
	case t.Args != nil:
		return t.Args(tx)
	}
	return nil
}

func (t *Table[F, R]) where(tx *storage.ReadTx, f F) *Where { return t.whereIn(tx, f, f) }

// whereIn are the conditions of f on what view looks at.
func (t *Table[F, R]) whereIn(tx *storage.ReadTx, view, f F) *Where {
	w := &Where{tx: tx, key: string(t.Key), args: t.values(tx, view)}
	if t.Where != nil {
		t.Where(w, f)
	}
	if len(t.Find) > 0 {
		w.Search(pageOf(f).Q, t.Find...)
	}
	return w
}

// ordering is how a list is sorted: by one expression, and where that is the same by the key.
type ordering struct {
	by, key  string
	down     string // " DESC", or nothing
	join     string // what by needs beside the table
	computed bool   // by is not a column, so that no index has it
}

func (o ordering) sql() string {
	if o.by == "" {
		return " ORDER BY " + o.key
	}
	return " ORDER BY " + o.by + o.down + ", " + o.key + o.down
}

// order is how sort asks for a list to be sorted. It is made of the table's own text; what the caller sends only
// chooses.
func (t *Table[F, R]) order(sort string) (ordering, error) {
	if sort == "" {
		sort = t.Default
	}
	name, down := strings.CutPrefix(sort, "-")
	o := ordering{key: string(t.Key)}
	if name == "" && len(t.Sort) == 0 {
		return o, nil
	}
	var ok bool
	if o.by, ok = t.Sort[name]; !ok {
		return o, &Error{Kind: Invalid, Message: "Please correct the marked fields.", Fields: map[string]string{
			"query.sort": "Choose one of: " + strings.Join(slices.Sorted(maps.Keys(t.Sort)), ", ") + "."}}
	}
	if down {
		o.down = " DESC"
	}
	if join := t.Joins[name]; join != "" {
		o.join = " " + join
	}
	if column, _, _ := strings.Cut(o.by, " COLLATE "); strings.ContainsAny(column, " (") && !slices.Contains(t.Indexed, name) {
		o.computed = true
		o.key = "+" + o.key // keeps SQLite from walking an index for the sake of the key in it
	}
	return o, nil
}

// Page reads one page and counts all.
func (t *Table[F, R]) Page(tx *storage.ReadTx, f F) (Page[R], error) {
	in := pageOf(f)
	p := Page[R]{Page: in.Number(), Limit: in.Size()}
	order, err := t.order(in.Sort)
	if err != nil {
		return p, err
	}
	w := t.where(tx, f)
	all := len(w.conds) == 0 && t.Count != ""
	// The page's keys come first, so that columns are computed for its rows alone, not for all that are sorted.
	from := string(t.From) + order.join
	keys := "SELECT " + string(t.Key) + ", -1 FROM " + from + w.sql() + order.sql()
	if order.computed && !all {
		// Every row that matches is looked at to sort it, so it is counted at once: conditions may cost much.
		keys = "WITH m (k, o) AS MATERIALIZED (SELECT " + string(t.Key) + ", " + order.by + " FROM " + from + w.sql() + ")" +
			" SELECT k, (SELECT count(*) FROM m) FROM m ORDER BY o" + order.down + ", k" + order.down
	}
	rows, err := tx.Query(keys+" LIMIT ? OFFSET ?", append(w.args[:len(w.args):len(w.args)], in.Size(), in.Offset())...)
	if err != nil {
		return p, fmt.Errorf("list: %w", err)
	}
	p.Total = -1
	args := t.values(tx, f)
	before := len(args)
	if err := Each(rows, func(r Row) error {
		var key any
		err := r.Scan(&key, &p.Total)
		args = append(args, key)
		return err
	}); err != nil {
		return p, fmt.Errorf("list: %w", err)
	}
	p.Items = []R{}
	if n := len(args) - before; n > 0 {
		columns := t.Columns
		if t.Short != "" {
			columns = t.Short
		}
		rows, err := tx.Query("SELECT "+string(columns)+" FROM "+from+" WHERE "+string(t.Key)+" IN (?"+strings.Repeat(",?", n-1)+")"+order.sql(), args...)
		if err != nil {
			return p, fmt.Errorf("list: %w", err)
		}
		if p.Items, err = Scan(rows, t.Scan); err != nil {
			return p, fmt.Errorf("list: %w", err)
		}
	}
	if t.Fill != nil {
		if err := t.Fill(tx, p.Items); err != nil {
			return p, fmt.Errorf("list: %w", err)
		}
	}
	if p.Total >= 0 {
		return p, nil
	}
	// A short first page has counted itself.
	if n := len(p.Items); n < in.Size() && (n > 0 || in.Offset() == 0) {
		p.Total = in.Offset() + n
		return p, nil
	}
	count := "SELECT count(*) FROM " + t.matching("1", w)
	if all {
		count, w.args = string(t.Count), nil
	}
	if err := tx.QueryRow(count, w.args...).Scan(&p.Total); err != nil {
		return p, fmt.Errorf("count: %w", err)
	}
	return p, nil
}

// matching is a table of one column over all rows that match, to be counted. SQLite leaves out the joins that
// a query has no need of, but not where it counts them; the limit keeps the two apart, and limits nothing.
func (t *Table[F, R]) matching(column string, w *Where) string {
	return "(SELECT " + column + " FROM " + string(t.From) + w.sql() + " LIMIT -1)"
}

// IDs are the keys of all rows that match, in the list's order: what "all 312 matching" means to a bulk
// operation.
func (t *Table[F, R]) IDs(tx *storage.ReadTx, f F) ([]string, error) {
	order, err := t.order(pageOf(f).Sort)
	if err != nil {
		return nil, err
	}
	w := t.where(tx, f)
	rows, err := tx.Query("SELECT "+string(t.Key)+" FROM "+string(t.From)+order.join+w.sql()+order.sql(), w.args...)
	if err != nil {
		return nil, fmt.Errorf("list ids: %w", err)
	}
	return Scan(rows, func(r Row) (id string, err error) { return id, r.Scan(&id) })
}

// Each reads all matching rows one after another.
func (t *Table[F, R]) Each(tx *storage.ReadTx, f F, fn func(R) error) error {
	order, err := t.order(pageOf(f).Sort)
	if err != nil {
		return err
	}
	w := t.where(tx, f)
	rows, err := tx.Query("SELECT "+string(t.Columns)+" FROM "+string(t.From)+order.join+w.sql()+order.sql(), w.args...)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	defer rows.Close()
	var some []R // rows that wait to be filled together
	give := func() error {
		if t.Fill != nil {
			if err := t.Fill(tx, some); err != nil {
				return fmt.Errorf("export: %w", err)
			}
		}
		for _, row := range some {
			if err := fn(row); err != nil {
				return err
			}
		}
		some = some[:0]
		return nil
	}
	for rows.Next() {
		row, err := t.Scan(rows)
		if err != nil {
			return fmt.Errorf("export: %w", err)
		}
		if some = append(some, row); len(some) == 100 || t.Fill == nil {
			if err := give(); err != nil {
				return err
			}
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return give()
}

// check panics at start when a table cannot work.
func (t *Table[F, R]) check(name string) {
	var f F
	if _, ok := any(f).(paged); !ok {
		panic(fmt.Sprintf("op %s: the filter %T does not embed PageIn", name, f))
	}
	if t.From == "" || t.Columns == "" || t.Key == "" || t.Scan == nil {
		panic(fmt.Sprintf("op %s: a list needs From, Columns, Key and Scan", name))
	}
	if _, err := t.order(""); err != nil {
		panic(fmt.Sprintf("op %s: the default sort %q is not in Sort", name, t.Default))
	}
}

// List makes the operations of a list: the list itself, with filter, sort, page and total; its facets, if
// it has any; and its export, if it has columns for one. Executives see lists where they are allowed to but
// never export: an export is of records.
func List[F, R any](name, route string, may Roles, t Table[F, R], opts ...Option) []Op {
	t.check(name)
	sub := func(what string) string {
		if name == "list" {
			return what
		}
		return name + "_" + what
	}
	ops := []Op{Read(name, route, may, t.Page, opts...)}
	for _, s := range slices.Sorted(maps.Keys(t.Sort)) {
		ops[0].sorts = append(ops[0].sorts, s, "-"+s)
	}
	thing := strings.ToLower(ops[0].Summary)
	if len(t.Facets) > 0 {
		ops = append(ops, Read(sub("facets"), route+"/facets", may, t.facets, Doc("Count the values to filter by: "+thing)))
		ops[len(ops)-1].sorts = ops[0].sorts
	}
	if may&Readers != 0 && len(t.Export) > 0 {
		ops = append(ops, export(sub("export"), route+"/export", may&Readers, &t, Doc("Export as CSV or XLSX: "+thing)))
		ops[len(ops)-1].sorts = ops[0].sorts
	}
	for i := range ops {
		ops[i].control = t.Control
	}
	return ops
}
