// Package tag groups records of every kind under words that the organisation chooses.
//
// A record that is deleted keeps its tags, hidden: lists show the tags of records that are there, and counts
// join on them. Undoing the deletion brings them back.
package tag

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"assay/server/op"
	"assay/server/record"
	"assay/storage"
)

// Module is the tags' part of the API.
var Module = op.Module{
	Name: "tag",
	Owns: []string{"tag", "record_tag"},
	Ops: []op.Op{
		op.Read("list", "GET /tags", op.Readers, list, op.Doc("All tags, and how many records of each kind have them")),
		op.Write("create", "POST /tags", op.Editors, create, op.Doc("Make a tag")),
		op.Write("update", "PATCH /tags/{id}", op.Admin, update, op.Versioned("tag"), op.Doc("Give a tag another name or color, wherever it is")),
		op.Write("merge", "POST /tags/{id}/merge", op.Admin, merge, op.Doc("Make one tag of two: records with this one get the other, and this one goes")),
		op.Write("delete", "DELETE /tags/{id}", op.Admin, remove, op.Doc("Delete a tag, and take it from all records")),
		op.Read("of", "GET /records/{kind}/{id}/tags", op.Readers, of, op.Doc("The tags of a record")),
		op.Write("put", "POST /records/{kind}/{id}/tags", op.Editors, put, op.Doc("Add tags to a record, by name, and remove some")),
	},
}

// Color is one of the product's own colors, which are as legible in the dark as in the light.
type Color string

// Tag is a tag.
type Tag struct {
	ID      string         `json:"id"`
	Name    string         `json:"name"`
	Color   Color          `json:"color" enum:"grey,violet,green,blue,amber,red"`
	Used    int            `json:"used" doc:"Records that have it"`
	Kinds   map[string]int `json:"kinds" doc:"Of these, how many of each kind"`
	Version int            `json:"version"`
}

// RecordTag is a tag as a record shows it.
type RecordTag struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Color Color  `json:"color" enum:"grey,violet,green,blue,amber,red"`
}

// A list of records has a column with their tags as JSON, read by [Scan]: Column + "'control' AND rt.record = c.id" + End.
const (
	Column = `(SELECT json_group_array(json_array(id, name, color)) FROM (SELECT t.id, t.name, t.color FROM record_tag rt JOIN tag t ON t.id = rt.tag WHERE rt.kind = `
	End    = ` ORDER BY t.name COLLATE NOCASE))`
)

// Scan reads such a column.
func Scan(text string) ([]RecordTag, error) {
	var rows [][3]string
	if err := json.Unmarshal([]byte(text), &rows); err != nil {
		return nil, err
	}
	tags := make([]RecordTag, len(rows))
	for i, r := range rows {
		tags[i] = RecordTag{r[0], r[1], Color(r[2])}
	}
	return tags, nil
}

// Filter keeps, in a list of records of a kind, those that have one of some tags, by their ids, or with none among
// the ids those that have no tag.
func Filter(w *op.Where, kind record.Kind, ids []string) {
	const having = " IN (SELECT rt.record FROM record_tag rt WHERE rt.kind = ? "
	switch {
	case len(ids) == 0:
	case slices.Contains(ids, "none"):
		w.Key(" NOT"+having+")", string(kind))
	default:
		w.Key(having+"AND rt.tag IN (SELECT value FROM json_each(?)))", string(kind), listed(ids))
	}
}

func listed(ids []string) string {
	b, err := json.Marshal(ids)
	if err != nil {
		panic(err) // texts always have JSON
	}
	return string(b)
}

// Names are tags in one cell of an export.
func Names(tags []RecordTag) string {
	names := make([]string, len(tags))
	for i, t := range tags {
		names[i] = t.Name
	}
	return strings.Join(names, ", ")
}

// longest is how long a tag's name may be: a tag is a word or two.
const longest = 40

// most is how many tags an organisation may have. Beyond that nobody finds any.
const most = 1000

// named says what is wrong with a name, or nothing. Exports join names with commas.
func named(name string) string {
	switch {
	case name == "":
		return "Give the tag a name."
	case utf8.RuneCountInString(name) > longest:
		return fmt.Sprintf("Use at most %d characters.", longest)
	case strings.ContainsAny(name, ",\n\t"):
		return "A tag has no comma in its name. Add one tag after the other."
	}
	return ""
}

// Change adds tags to records, by name, and removes others, by id. A name that no tag has makes one. It gives
// the ids of the records that were changed. The caller's module lists tag and record_tag among the tables it
// may change, and knows that the records are there. field is where the input stands, for what is wrong with it.
func Change(tx *storage.WriteTx, kind record.Kind, records, add, remove []string, field string) (changed map[string]bool, err error) {
	changed = map[string]bool{}
	var c op.Check
	for i, name := range add {
		add[i] = strings.Join(strings.Fields(name), " ")
		wrong := named(add[i])
		c.That(wrong == "", field, wrong)
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	list := listed(records)
	note := func(rows *sql.Rows, err error) error {
		if err != nil {
			return err
		}
		ids, err := op.Scan(rows, func(r op.Row) (id string, err error) { return id, r.Scan(&id) })
		for _, id := range ids {
			changed[id] = true
		}
		return err
	}
	for _, name := range add {
		id, err := named1(tx, name)
		if err != nil {
			return nil, err
		}
		err = note(tx.Query("SELECT value FROM json_each(?) WHERE value NOT IN (SELECT record FROM record_tag WHERE tag = ? AND kind = ?)", list, id, string(kind)))
		if err == nil {
			err = tx.Exec("INSERT INTO record_tag (tag, kind, record) SELECT ?1, ?2, value FROM json_each(?3) WHERE true ON CONFLICT DO NOTHING", id, string(kind), list)
		}
		if err != nil {
			return nil, err
		}
	}
	for _, id := range remove {
		err = note(tx.Query("SELECT record FROM record_tag WHERE tag = ? AND kind = ? AND record IN (SELECT value FROM json_each(?))", id, string(kind), list))
		if err == nil {
			err = tx.Exec("DELETE FROM record_tag WHERE tag = ? AND kind = ? AND record IN (SELECT value FROM json_each(?))", id, string(kind), list)
		}
		if err != nil {
			return nil, err
		}
	}
	return changed, nil
}

// named1 is the id of the tag with a name, whatever its case; a new one if there is none.
func named1(tx *storage.WriteTx, name string) (id string, err error) {
	err = tx.QueryRow("SELECT id FROM tag WHERE name = ? COLLATE NOCASE", name).Scan(&id)
	if !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	return insert(tx, name, "grey")
}

func insert(tx *storage.WriteTx, name string, color Color) (string, error) {
	var n int
	if err := tx.QueryRow("SELECT count(*) FROM tag").Scan(&n); err != nil {
		return "", err
	}
	if n >= most {
		return "", op.Errorf(op.Conflict, "There are %d tags already, which is the most an organisation can have. Merge or delete some first.", most)
	}
	id := tx.NewID()
	return id, tx.Exec("INSERT INTO tag (id, name, color, created_at) VALUES (?, ?, ?, ?)", id, name, string(color), tx.Stamp())
}
