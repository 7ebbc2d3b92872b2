// Package imports takes tables in: controls, requirements, evidence requests, and whatever else a module has a
// [Target] for. A file goes through four steps, and nothing is written before the last:
//
//	upload   the file is kept sealed; its sheet, its headings and its first rows are shown, with a proposal
//	         which column is which field
//	check    a dry run: what would be created, changed, left as it is and refused, with every reason; the
//	         refused rows are a file to correct and upload again
//	run      exactly what was checked, in one transaction, or for a large file in a job whose transactions
//	         have one cause and which goes on where it stopped
//	undo     within a day, where nothing later depends on it
//
// A run is idempotent: a row that says what is there already writes nothing. A row that was exported, changed
// here and changed in the file is refused, so that nobody's work is overwritten unseen.
//
// Rules are not repeated here. A target belongs to the module that owns the table: it finds records, judges
// rows with the module's own rules and writes them with the module's own functions, a batch at a time.
package imports

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"assay/storage"
)

// Kind is what a field holds.
type Kind string

// The kinds of fields. Their values are text: a flag is true or false, a person is an id.
const (
	Text   Kind = "text"
	Long   Kind = "long"
	Ref    Kind = "ref" // text that a spreadsheet may have taken for a number
	Choice Kind = "choice"
	Flag   Kind = "flag"
	Number Kind = "number"
	Person Kind = "person"
	List   Kind = "list"
)

// The fields that every target has: the record's id and its version, as an export gave them.
const (
	ID      = "id"
	Version = "version"
)

// Between stands between the parts of a key that several fields make.
const Between = " · "

// Option is a value that a field may have.
type Option struct {
	Value string   `json:"value"`
	Label string   `json:"label"`
	Also  []string `json:"-"` // what others call it
}

// Field is one thing that a row may say of a record.
type Field struct {
	Name     string   `json:"name"`
	Label    string   `json:"label" doc:"As a heading"`
	Kind     Kind     `json:"kind" enum:"text,long,ref,choice,flag,number,person,list"`
	Required bool     `json:"required" doc:"A new record needs it"`
	Options  []Option `json:"options,omitempty"`
	Hint     string   `json:"hint,omitempty"`
	Also     []string `json:"-"` // other headings it is known by
	Max      int      `json:"-"` // characters

	of    []string            // of a key that several fields make: these
	Canon func(string) string `json:"-"` // one form of a list, so that two can be compared
}

// Record is what is there.
type Record struct {
	ID      string
	Key     string // the value of the key it was found by, as it is stored
	Version int
	Values  map[string]string // of every field
}

// Row is what one row of the file asks for.
type Row struct {
	Number  int
	ID      string            // of a new record: Apply sets it
	Was     *Record           // nil for a new record
	To      map[string]string // every field as it is to be
	Changed []string          // the fields that differ; for a new record, those that are given

	problems []ImportProblem
	cells    []string
}

// ImportProblem is why a row is refused.
type ImportProblem struct {
	Row      int    `json:"row" doc:"As the spreadsheet counts"`
	Field    string `json:"field" doc:"The field at fault, or empty"`
	Sentence string `json:"sentence"`
}

// Refuse says why the row cannot be taken.
func (r *Row) Refuse(field, sentence string) {
	r.problems = append(r.problems, ImportProblem{r.Number, field, sentence})
}

// Drop takes a change back that Check finds to be none.
func (r *Row) Drop(field string) {
	r.Changed = slices.DeleteFunc(r.Changed, func(f string) bool { return f == field })
	if r.To[field] = ""; r.Was != nil {
		r.To[field] = r.Was.Values[field]
	}
}

// Good reports whether nothing was found against the row yet.
func (r *Row) Good() bool { return len(r.problems) == 0 }

// Differs reports whether the row changes any of these fields.
func (r *Row) Differs(fields ...string) bool {
	return slices.ContainsFunc(fields, func(f string) bool { return slices.Contains(r.Changed, f) })
}

// Run is one reading of a file, from its first batch to its last.
type Run struct {
	Under string         // the record that rows belong to, of a target that has one
	Admin bool           // an administrator imports
	Exact bool           // what a cell does not name goes: empty cells clear, links that are not listed are removed
	Keep  map[string]any // what the target remembers from batch to batch

	warnings []ImportWarning
}

// ImportWarning is something to know that refuses nothing, counted.
type ImportWarning struct {
	Sentence string `json:"sentence"`
	Count    int    `json:"count"`
	Rows     []int  `json:"rows" doc:"The first of them"`
}

// Warn counts a warning. Its sentence is the same for every row.
func (r *Run) Warn(row int, sentence string) {
	for i := range r.warnings {
		if w := &r.warnings[i]; w.Sentence == sentence {
			if w.Count++; len(w.Rows) < 5 {
				w.Rows = append(w.Rows, row)
			}
			return
		}
	}
	if len(r.warnings) < 100 {
		r.warnings = append(r.warnings, ImportWarning{sentence, 1, []int{row}})
	}
}

// Target is a kind of record that can be imported.
type Target struct {
	Name   string // "controls"
	One    string // "control", in sentences
	Under  string // what the records belong to: "framework", or empty
	Fields []Field
	Keys   []string // the fields beside id by which a record can be recognised, the usual one first; "a+b" are two together
	Writes []string // the tables that Apply changes

	// Find looks records up by a field's values, without regard to case. Two records with one key are both given.
	Find func(tx *storage.ReadTx, under, key string, values []string) ([]Record, error)
	// Check refuses rows that the module's rules do not allow. It is given rows that change something.
	Check func(tx *storage.ReadTx, run *Run, rows []*Row) error
	// Apply writes rows that Check had nothing against, in the same transaction.
	Apply func(tx *storage.WriteTx, run *Run, rows []*Row) error
	// Ready refuses an import as a whole: the record that rows would belong to is not there.
	Ready func(tx *storage.ReadTx, under string) error
}

// field finds a field by its name.
func (t *Target) field(name string) (Field, bool) {
	switch name {
	case ID:
		return Field{Name: ID, Label: "ID", Kind: Text, Max: 64}, true
	case Version:
		return Field{Name: Version, Label: "Version", Kind: Number}, true
	}
	if parts := strings.Split(name, "+"); len(parts) > 1 {
		key := Field{Name: name, Kind: Text, of: parts}
		for i, part := range parts {
			f, ok := t.field(part)
			if !ok {
				return key, false
			}
			if i > 0 {
				key.Label += " + "
			}
			key.Label += f.Label
		}
		return key, true
	}
	i := slices.IndexFunc(t.Fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Field{}, false
	}
	return t.Fields[i], true
}

// all are the fields with those that every target has.
func (t *Target) all() []Field {
	id, _ := t.field(ID)
	version, _ := t.field(Version)
	id.Also, version.Also = []string{"record id", t.One + " id"}, []string{"record version"}
	return append([]Field{id}, append(slices.Clone(t.Fields), version)...)
}

// Split takes a list apart: at commas, semicolons and line breaks.
func Split(s string) []string {
	var parts []string
	for p := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		if p = strings.TrimSpace(p); p != "" && !slices.ContainsFunc(parts, func(o string) bool { return strings.EqualFold(o, p) }) {
			parts = append(parts, p)
		}
	}
	return parts
}

// canon is the one form of a value, in which two are compared.
func (f Field) canon(s string) string {
	switch {
	case f.Canon != nil:
		return f.Canon(s)
	case f.Kind == List && len(f.Options) > 0:
		parts := Split(s)
		for i, p := range parts {
			if v, ok := f.option(p); ok {
				parts[i] = v
			}
		}
		sort.Strings(parts)
		return strings.Join(slices.Compact(parts), ", ")
	case f.Kind == List:
		parts := Split(strings.ToUpper(s))
		sort.Strings(parts)
		return strings.Join(parts, ", ")
	case f.Kind == Long:
		return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	}
	return strings.TrimSpace(s)
}

// parts are the fields that make a key: the field itself, unless several do.
func (f Field) parts() []string {
	if f.of == nil {
		return []string{f.Name}
	}
	return f.of
}

func (f Field) tooLong(s string) bool { return f.Max > 0 && utf8.RuneCountInString(s) > f.Max }

// Option finds the value that a word stands for.
func (f Field) option(word string) (string, bool) {
	w := plainWord(word)
	for _, o := range f.Options {
		if w == plainWord(o.Value) || w == plainWord(o.Label) || slices.ContainsFunc(o.Also, func(a string) bool { return w == plainWord(a) }) {
			return o.Value, true
		}
	}
	return "", false
}

// plainWord is a word without what people write differently: case, blanks, hyphens, underscores.
func plainWord(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '_' || r == '-' || r == '/' || r == '.' || r == ':' || r == '*' || r == '#' || r == '\u00a0' || r == '\n' {
			return -1
		}
		return r
	}, strings.ToLower(strings.TrimSpace(s)))
}

// flag reads a yes or no.
func flag(word string) (string, bool) {
	switch plainWord(word) {
	case "true", "yes", "y", "1", "x", "ja", "oui", "si", "wahr", "vrai", "applicable", "✓", "✔":
		return "true", true
	case "false", "no", "n", "0", "nein", "non", "falsch", "faux", "notapplicable", "na":
		return "false", true
	}
	return "", false
}
