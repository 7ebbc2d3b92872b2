package storage

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// reference is a column that holds the key of a row of another table.
type reference struct {
	table, column string // where it stands
	parent        string // the table whose key it is; its key is one column
	said          bool   // no foreign key says so
	kind          string // the column that names the parent's table, where one does
}

// unique are columns whose values together only one row may have.
type unique struct {
	columns []string
	collate []string
	where   string // only rows of which this is true are compared; empty means all
}

// saidOf are the columns that hold the key of a record of any kind.
var saidOf = []reference{
	{table: "comment", column: "record", said: true, kind: "kind"},
	{table: "field_value", column: "record", said: true},
	{table: "record_link", column: "record", said: true, kind: "kind"},
	{table: "record_link", column: "other", said: true, kind: "other_kind"},
	{table: "record_tag", column: "record", said: true, kind: "kind"},
	{table: "task", column: "record", said: true, kind: "kind"},
}

// followTables hold what the system works out from other rows, and works out again when these change. Nobody
// builds on them: they stand in no undo's way.
var followTables = set("control_effective", "evidence_reminder")

// standingTables say what became of something outside of the file, which no undo brings back: their rows stay as they
// are when what was changed with them is put back.
var standingTables = set("branch")

// readReferences adds to the tables what their rows refer to, and what they may not share.
func readReferences(ctx context.Context, db *sql.DB, tables map[string]table) error {
	rows, err := db.QueryContext(ctx, `SELECT t.name, f."from", f."table" FROM pragma_table_list t, pragma_foreign_key_list(t.name) f WHERE t.schema = 'main' AND t.type = 'table' AND f.seq = 0 ORDER BY 1, f.id`)
	if err != nil {
		return fmt.Errorf("read references: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r reference
		if err := rows.Scan(&r.table, &r.column, &r.parent); err != nil {
			return fmt.Errorf("read references: %w", err)
		}
		if t, ok := tables[r.table]; ok {
			t.refs = append(t.refs, r)
			tables[r.table] = t
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read references: %w", err)
	}
	for _, r := range saidOf {
		if t, ok := tables[r.table]; ok {
			t.refs = append(t.refs, r)
			tables[r.table] = t
		}
	}
	return readUnique(ctx, db, tables)
}

// partial finds the condition of an index that speaks of some rows only.
var partial = regexp.MustCompile(`(?is)\)\s*WHERE\s+(.*)$`)

func readUnique(ctx context.Context, db *sql.DB, tables map[string]table) error {
	rows, err := db.QueryContext(ctx, `
		SELECT t.name, i.name, coalesce(s.sql, ''), x.name, x.coll
		FROM pragma_table_list t, pragma_index_list(t.name) i, pragma_index_xinfo(i.name) x LEFT JOIN sqlite_schema s ON s.name = i.name
		WHERE t.schema = 'main' AND t.type = 'table' AND i."unique" AND i.origin <> 'pk' AND x.key AND x.name IS NOT NULL
		ORDER BY t.name, i.name, x.seqno`)
	if err != nil {
		return fmt.Errorf("read unique columns: %w", err)
	}
	defer rows.Close()
	last := ""
	for rows.Next() {
		var name, index, text, column, collate string
		if err := rows.Scan(&name, &index, &text, &column, &collate); err != nil {
			return fmt.Errorf("read unique columns: %w", err)
		}
		t, ok := tables[name]
		if !ok {
			continue
		}
		if index != last {
			u := unique{}
			if m := partial.FindStringSubmatch(text); m != nil {
				u.where = m[1]
			}
			t.unique, last = append(t.unique, u), index
		}
		u := &t.unique[len(t.unique)-1]
		u.columns, u.collate = append(u.columns, column), append(u.collate, collate)
		tables[name] = t
	}
	return rows.Err()
}

// children are the references to a table's rows.
func (w *watch) children(parent string) (out []reference) {
	for _, t := range w.tables {
		for _, r := range t.refs {
			if r.parent == parent || r.said && recordTables[parent] {
				out = append(out, r)
			}
		}
	}
	slices.SortFunc(out, func(a, b reference) int { return strings.Compare(a.table+"."+a.column, b.table+"."+b.column) })
	return out
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

// keyArgs are the values of keyIs, from the key as the log has it.
func (t table) keyArgs(pk string) []any {
	parts := strings.SplitN(pk, "/", len(t.key)) // ids have no slash, and the last part may
	args := make([]any, len(parts))
	for i, p := range parts {
		args[i] = p
	}
	return args
}

// quote makes a name of the schema safe in SQL. Names come from the file's own schema, never from input.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
