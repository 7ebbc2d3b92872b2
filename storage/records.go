package storage

import (
	"database/sql"
	"maps"
	"slices"
	"strings"
)

// RecordTable is a table of what people wrote and decided.
type RecordTable struct {
	Name    string
	Columns []string // in the order of the schema, without those that hold secrets
	Key     []string
}

// RecordTables are all tables of the file but those that the engine keeps for itself, that are made from others,
// or that prove nothing; LeftOut are the names of these.
func (db *DB) RecordTables() (all []RecordTable, leftOut []string) {
	for _, name := range slices.Sorted(maps.Keys(db.watch.tables)) {
		if engineTables[name] || derivedTables[name] || exemptTables[name] {
			leftOut = append(leftOut, name)
			continue
		}
		t := RecordTable{Name: name}
		for i, c := range db.watch.tables[name].columns {
			if slices.Contains(db.watch.tables[name].key, i) {
				t.Key = append(t.Key, c)
			}
			if !secretColumns[name][c] {
				t.Columns = append(t.Columns, c)
			}
		}
		all = append(all, t)
	}
	return all, leftOut
}

// Rows are all rows of a table, its Columns, in the order of its key.
func (tx *ReadTx) Rows(t RecordTable) (*sql.Rows, error) {
	return tx.Query("SELECT " + quoted(t.Columns) + " FROM " + quote(t.Name) + " ORDER BY " + quoted(t.Key))
}

// quoted is a list of columns as SQL writes it.
func quoted(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = quote(n)
	}
	return strings.Join(out, ", ")
}
