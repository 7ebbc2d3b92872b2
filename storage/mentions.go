package storage

import (
	"fmt"
	"slices"
	"strings"
)

// Mention is a row that has to do with somebody.
type Mention struct {
	Table  string `json:"table"`
	PK     string `json:"id"`
	Column string `json:"column"`
	Ref    string `json:"ref"`
	Title  string `json:"title"`
}

// Naming lists the records that name a person by id, at most so many of each column. It looks into every table: one
// that is added later is not forgotten.
func (tx *ReadTx) Naming(person string, most int) ([]Mention, error) {
	return tx.mentions(func(column string) string { return column + " = ?1" }, person, most)
}

// Containing lists the records in which a text stands, whatever its case.
func (tx *ReadTx) Containing(text string, most int) ([]Mention, error) {
	if strings.TrimSpace(text) == "" {
		return []Mention{}, nil
	}
	return tx.mentions(func(column string) string { return "instr(lower(" + column + "), lower(?1)) > 0" }, text, most)
}

func (tx *ReadTx) mentions(where func(column string) string, arg string, most int) ([]Mention, error) {
	out := []Mention{}
	tables := tx.db.watch.tables
	var names []string
	for name := range tables {
		if !engineTables[name] && !derivedTables[name] && name != "person" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		t := tables[name]
		for i, column := range t.columns {
			if slices.Contains(t.key, i) && len(t.key) == 1 || slices.Contains(t.blobs, column) {
				continue
			}
			rows, err := tx.Query("SELECT "+t.keyOf("m")+", "+t.first("m", "ref")+", "+t.first("m", "title", "name", "body")+
				" FROM "+quote(name)+" m WHERE "+where("m."+quote(column))+" LIMIT ?2", arg, most)
			if err != nil {
				return nil, fmt.Errorf("look for mentions in %s: %w", name, err)
			}
			for rows.Next() {
				m := Mention{Table: name, Column: column}
				if err = rows.Scan(&m.PK, &m.Ref, &m.Title); err != nil {
					break
				}
				out = append(out, m)
			}
			rows.Close()
			if err == nil {
				err = rows.Err()
			}
			if err != nil {
				return nil, fmt.Errorf("look for mentions in %s: %w", name, err)
			}
		}
	}
	return out, nil
}
