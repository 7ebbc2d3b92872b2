// Package field lets an organisation give records properties of its own: a definition for each kind of record,
// and typed values, which are checked here and nowhere else.
//
// A record that is deleted keeps its values, hidden, because a record's values are only read beside the record:
// undoing the deletion brings them back. A definition is never deleted either, only archived.
package field

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"assay/server/op"
	"assay/server/record"
	"assay/storage"
)

// Module is the custom fields' part of the API.
var Module = op.Module{
	Name: "field",
	Owns: []string{"field", "field_value"},
	Ops: []op.Op{
		op.Read("list", "GET /fields", op.Readers, list, op.Doc("The custom fields of every kind of record, those that are archived too")),
		op.Write("create", "POST /fields", op.Admin, create, op.Doc("Give records of one kind a custom field")),
		op.Write("update", "PATCH /fields/{id}", op.Admin, update, op.Versioned("field"), op.Doc("Change a custom field; its key and type stay")),
		op.Write("archive", "DELETE /fields/{id}", op.Admin, archive, op.Doc("Archive a custom field: it is no longer shown, and its values stay for when it comes back")),
		op.Read("of", "GET /records/{kind}/{id}/custom", op.Readers, of, op.Doc("The custom fields of a record with their values")),
		op.Write("set", "PATCH /records/{kind}/{id}/custom", op.Editors, set,
			op.Unversioned("Each value stands for itself: two people who fill in different fields are not in each other's way, and the history keeps what was there."),
			op.Doc("Fill in custom fields of a record: values by key, null to empty one. Those that are absent stay")),
	},
}

// Type is what a field holds.
type Type string

// The types.
const (
	Text        Type = "text"
	Number      Type = "number"
	Date        Type = "date"
	Select      Type = "select"
	Multiselect Type = "multiselect"
	Person      Type = "person"
	URL         Type = "url"
	Checkbox    Type = "checkbox"
)

// Field is the definition of a custom field.
type Field struct {
	ID       string      `json:"id"`
	Kind     record.Kind `json:"kind" doc:"The kind of record that has it"`
	Key      string      `json:"key" doc:"What programs and exports call it; never changes"`
	Name     string      `json:"name"`
	Type     Type        `json:"type" enum:"text,number,date,select,multiselect,person,url,checkbox"`
	Options  []string    `json:"options" doc:"What a select offers"`
	Help     string      `json:"help"`
	Required bool        `json:"required" doc:"A value once given can be changed, not taken away; a record without one says so"`
	Archived bool        `json:"archived" doc:"No longer shown; its values stay"`
	Position int         `json:"position"`
	Version  int         `json:"version"`
}

// Check turns a value from JSON into what is kept, or says what is wrong with it. nil is kept as nothing.
// Whether a person is there is for the caller to look up.
func (f Field) Check(v any) (kept any, wrong string) {
	if s, ok := v.(string); ok {
		if v = strings.TrimSpace(s); v == "" {
			v = nil
		}
	}
	if l, ok := v.([]any); ok && len(l) == 0 {
		v = nil
	}
	if v == nil {
		if f.Required {
			return nil, f.Name + " is required: give another value instead."
		}
		return nil, ""
	}
	s, isText := v.(string)
	switch f.Type {
	case Number:
		n, ok := v.(float64)
		if isText { // as a form sends it
			var err error
			n, err = strconv.ParseFloat(s, 64)
			ok = err == nil
		}
		if !ok || n > 1e15 || n < -1e15 || n != n {
			return nil, "Give a number."
		}
		return n, ""
	case Checkbox:
		b, ok := v.(bool)
		if !ok {
			return nil, "Give true or false."
		}
		return b, ""
	case Multiselect:
		l, ok := v.([]any)
		if !ok {
			return nil, "Give a list of: " + strings.Join(f.Options, ", ") + "."
		}
		chosen := []string{}
		for _, o := range f.Options { // in the order of the options, each once
			if slices.Contains(l, any(o)) {
				chosen = append(chosen, o)
			}
		}
		for _, x := range l {
			if t, ok := x.(string); !ok || !slices.Contains(f.Options, t) {
				return nil, "Choose from: " + strings.Join(f.Options, ", ") + "."
			}
		}
		return chosen, ""
	}
	if !isText {
		return nil, "Give text."
	}
	switch f.Type {
	case Date:
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			return nil, "Give a date as YYYY-MM-DD."
		}
	case Select:
		if !slices.Contains(f.Options, s) {
			return nil, "Choose one of: " + strings.Join(f.Options, ", ") + "."
		}
	case URL:
		u, err := url.Parse(s)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(s) > 1000 {
			return nil, "Give a complete address, starting with https://."
		}
	case Text:
		if utf8.RuneCountInString(s) > 1000 {
			return nil, "Use at most 1,000 characters."
		}
	}
	return s, ""
}

var plainKey = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// KeyOf makes a key of a name: "Risk tier" is risk_tier.
func KeyOf(name string) string {
	key := strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			return r
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '_'
	}, name), "_")
	for strings.Contains(key, "__") {
		key = strings.ReplaceAll(key, "__", "_")
	}
	if key == "" || key[0] < 'a' {
		key = "field_" + key
	}
	return strings.Trim(key[:min(len(key), 40)], "_")
}

// most is how many fields that are shown a kind of record may have. More, and nobody fills them in.
const most = 50

// check holds a definition to what works.
func (f Field) check(c *op.Check) {
	c.Required(strings.TrimSpace(f.Name), "name")
	c.That(plainKey.MatchString(f.Key), "key", "Use lower-case letters, digits and _, starting with a letter.")
	choice := f.Type == Select || f.Type == Multiselect
	c.That(!choice || len(f.Options) > 0, "options", "Give at least one option to choose from.")
	c.That(choice || len(f.Options) == 0, "options", "Only a select has options.")
	seen := map[string]bool{}
	for _, o := range f.Options {
		c.That(o != "" && o == strings.TrimSpace(o) && utf8.RuneCountInString(o) <= 100 && !strings.ContainsAny(o, ",\n"), "options", "Give each option as a short text without a comma.")
		c.That(!seen[o], "options", "Give each option once.")
		seen[o] = true
	}
}

// A list of records has a column with their values as JSON, read by [Scan]: Column + "'control' AND v.record = c.id)".
const Column = `(SELECT json_group_object(f.key, json(v.value)) FROM field_value v JOIN field f ON f.id = v.field AND f.archived = 0 WHERE f.kind = `

// Scan reads such a column.
func Scan(text string) (custom map[string]any, err error) {
	return custom, json.Unmarshal([]byte(text), &custom)
}

// Filter keeps, in a list of records of a kind, those with the values that a filter asks for, each as key:value.
// Several values of a key are alternatives; an empty value asks for records without one.
func Filter(w *op.Where, kind record.Kind, filter []string) {
	const held = " IN (SELECT v.record FROM field_value v JOIN field f ON f.id = v.field, json_each(v.value) j WHERE f.kind = ? AND f.key = ? "
	values, order := map[string][]string{}, []string{}
	for _, f := range filter {
		key, v, _ := strings.Cut(f, ":")
		if values[key] == nil {
			order = append(order, key)
		}
		values[key] = append(values[key], v)
	}
	for _, key := range order {
		if slices.Contains(values[key], "") {
			w.Key(" NOT"+held+")", string(kind), key)
			continue
		}
		list, err := json.Marshal(values[key])
		if err != nil {
			panic(err) // texts always have JSON
		}
		w.Key(held+"AND CASE j.type WHEN 'true' THEN 'true' ELSE CAST(j.value AS TEXT) END IN (SELECT value FROM json_each(?)))", string(kind), key, string(list))
	}
}

// Columns are the export's columns of the custom fields of a kind: asked for as custom.<key>, headed by the
// field's name.
func Columns[R any](kind record.Kind, custom func(R) map[string]any) func(*storage.ReadTx) ([]op.Col[R], error) {
	return func(tx *storage.ReadTx) ([]op.Col[R], error) {
		fields, err := shown(tx, kind)
		if err != nil {
			return nil, err
		}
		rows, err := tx.Query("SELECT id, name FROM person")
		if err != nil {
			return nil, err
		}
		people, err := op.Map[string, string](rows)
		var cols []op.Col[R]
		for _, f := range fields {
			cols = append(cols, op.Col[R]{Header: f.Name, Name: "custom." + f.Key, Value: func(row R) any { return f.cell(custom(row)[f.Key], people) }})
		}
		return cols, err
	}
}

// cell is a value in a spreadsheet.
func (f Field) cell(v any, people map[string]string) any {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case []any:
		var all []string
		for _, x := range v {
			all = append(all, fmt.Sprint(x))
		}
		return strings.Join(all, ", ")
	case string:
		if f.Type == Person {
			return people[v]
		}
	}
	return v
}
