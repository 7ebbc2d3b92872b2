// Package oscal reads NIST's Open Security Controls Assessment Language: JSON
// catalogs and profiles, as rows of a framework.
//
// A file is read token by token; only what a framework can use is kept, and
// what is left behind is counted by name. Nothing is ever fetched: a profile is
// resolved against documents that the caller has.
package oscal

import (
	"fmt"
	"strings"
)

// A Row is one requirement.
type Row struct {
	SourceID   string // the id in the file: "ac-2.1"
	Ref        string // as people write it: "AC-2(1)"; unique in a document
	Parent     string // ref of the parent, "" at the top; it stands before the row
	Title      string
	Text       string // the statement, parameters in square brackets
	Guidance   string
	Assessable bool // a control that is in force; groups and withdrawn controls are not
	Withdrawn  bool
	Props      []Prop
}

// A Prop is a named value of a control, kept as it came.
type Prop struct {
	Name  string `json:"name"`
	Class string `json:"class,omitempty"`
	NS    string `json:"ns,omitempty"`
	Value string `json:"value"`
}

// Kind is what sort of document a file holds.
type Kind string

// The kinds that can be read: frameworks come from the first two.
const (
	Catalog    Kind = "catalog"
	Profile    Kind = "profile"
	SSP        Kind = "system-security-plan"
	Components Kind = "component-definition"
)

// A Report says what was read, and what has no place in Assay.
type Report struct {
	Kind         Kind           `json:"kind"`
	Title        string         `json:"title"`
	Version      string         `json:"version"`
	OSCALVersion string         `json:"oscal_version"`
	Controls     int            `json:"controls"` // controls and enhancements, withdrawn ones too
	Groups       int            `json:"groups"`
	Withdrawn    int            `json:"withdrawn"`
	Warnings     []string       `json:"warnings"` // sentences; the first hundred, then how many more
	NotKept      map[string]int `json:"not_kept"` // field of the file -> how often it was left behind
	muted        int
}

const maxWarnings = 100

func (r *Report) warn(format string, args ...any) {
	if len(r.Warnings) >= maxWarnings {
		r.muted++
		return
	}
	r.Warnings = append(r.Warnings, fmt.Sprintf(format, args...))
}

func (r *Report) drop(name string, n int) {
	if n > 0 {
		r.NotKept[name] += n
	}
}

// A Problem is why a file cannot be used: a sentence for the person who sent it.
type Problem string

func (p Problem) Error() string { return string(p) }

func problem(format string, args ...any) error { return Problem(fmt.Sprintf(format, args...)) }

// A Document is a file that was read.
type Document struct {
	Kind         Kind
	UUID         string
	Title        string
	Version      string
	OSCALVersion string
	Converted    []byte // the document as JSON, when the file was XML

	report Report // what reading left behind
	groups []group
	loose  []control // controls outside any group
	params []param   // of the catalog as a whole
	csf2   bool      // see quirk.go

	imports   []imports
	flat      bool // the profile wants no groups
	settings  []param
	alters    []alter
	resources map[string]resource
}

type group struct {
	id, class, title string
	props            []Prop
	params           []param
	parts            []part
	groups           []group
	controls         []control
}

type control struct {
	id, class, title string
	props            []Prop
	params           []param
	parts            []part
	controls         []control // enhancements
}

type part struct {
	id, name, title, label, prose string
	parts                         []part
}

type param struct {
	id, label   string
	values      []string
	constraints []string
	choices     []string
	howMany     string
	aliases     []string // other ids that mean this parameter
	sums        []string // parameters this one stands for
}

// Rows is the document as a framework's rows, with the report on it. For a
// profile, resolve finds the catalogs (or profiles) that it selects from; a
// catalog does not need it.
func (d *Document) Rows(resolve func(Reference) (*Document, bool)) ([]Row, Report, error) {
	rep := Report{Kind: d.Kind, Title: d.Title, Version: d.Version, OSCALVersion: d.OSCALVersion, Warnings: []string{}, NotKept: map[string]int{}}
	tree := d
	if d.Kind == Profile {
		r := resolver{find: resolve, report: &rep, told: map[*Document]bool{}}
		var err error
		if tree, err = r.resolve(d, nil); err != nil {
			return nil, Report{}, err
		}
	} else {
		rep.add(d.report)
	}
	w := writer{doc: tree, report: &rep, params: map[string]param{}, refs: map[string]bool{}}
	w.write()
	if rep.Controls == 0 {
		return nil, Report{}, problem("This %s has no controls: there is nothing to import.", d.Kind)
	}
	if rep.muted > 0 {
		rep.Warnings = append(rep.Warnings, fmt.Sprintf("And %d more of the same kind.", rep.muted))
	}
	return w.rows, rep, nil
}

func (r *Report) add(other Report) {
	for name, n := range other.NotKept {
		r.drop(name, n)
	}
	for _, w := range other.Warnings {
		r.warn("%s", w)
	}
	r.muted += other.muted
}

// SortKey orders refs as people count: "AC-2(9)" before "AC-2(10)", "3.9"
// before "3.10". Compare keys as plain text.
func SortKey(ref string) string {
	const width = 6
	var b strings.Builder
	ref = strings.ToUpper(ref)
	for i := 0; i < len(ref); {
		j := i
		for j < len(ref) && ref[j] >= '0' && ref[j] <= '9' {
			j++
		}
		if j == i {
			b.WriteByte(ref[i])
			i++
			continue
		}
		for n := width - (j - i); n > 0; n-- {
			b.WriteByte('0')
		}
		b.WriteString(ref[i:j])
		i = j
	}
	return b.String()
}

// An Item is a row of a catalog that does not come from a file.
type Item struct {
	ID, Parent, Title, Text string
	Assessable              bool
}

// Made is a catalog made of items, a parent before its children: so that a profile can select from a
// framework that is built in. A row with children that does not count becomes a group.
func Made(title string, items []Item) *Document {
	below := map[string][]Item{}
	for _, it := range items {
		below[it.Parent] = append(below[it.Parent], it)
	}
	text := func(it Item) []part {
		if it.Text == "" {
			return nil
		}
		return []part{{name: "statement", prose: it.Text}}
	}
	label := func(it Item) []Prop { return []Prop{{Name: "label", Value: it.ID}} }
	var controls func(list []Item) []control
	var groups func(list []Item) ([]group, []control)
	controls = func(list []Item) (out []control) {
		for _, it := range list {
			out = append(out, control{id: ControlID("", it.ID), title: it.Title, props: label(it), parts: text(it), controls: controls(below[it.ID])})
		}
		return out
	}
	groups = func(list []Item) (gs []group, cs []control) {
		for _, it := range list {
			if it.Assessable {
				cs = append(cs, controls([]Item{it})...)
				continue
			}
			g := group{id: ControlID("", it.ID), title: it.Title, props: label(it), parts: text(it)}
			g.groups, g.controls = groups(below[it.ID])
			gs = append(gs, g)
		}
		return gs, cs
	}
	d := &Document{Kind: Catalog, Title: title, report: Report{NotKept: map[string]int{}}}
	d.groups, d.loose = groups(below[""])
	return d
}
