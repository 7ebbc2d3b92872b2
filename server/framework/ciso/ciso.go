// Package ciso reads the library files of CISO Assistant: YAML with a framework, mapping sets between
// frameworks, or both.
//
// Only what a framework can use is kept; what is left behind is counted by name. A file is looked at before
// it is understood: one that would unfold into more than it says is refused.
package ciso

import (
	"fmt"
	"slices"
	"strings"

	"assay/server/framework/oscal"
)

// A Library is a file that was read.
type Library struct {
	URN       string
	Name      string
	Version   string
	Locale    string
	Provider  string
	Framework *Framework // nil: the file holds mapping sets only
	Sets      []Set
	NotKept   map[string]int // field of the file -> how often it was left behind
	Warnings  []string
}

// A Framework is a library's framework.
type Framework struct {
	URN         string
	Name        string
	Description string
	nodes       []node
}

// A Set is the mappings from one framework to another.
type Set struct {
	URN  string
	Name string
	From string // URN of a framework
	To   string
	// Pairs that were named twice stand once.
	Pairs []Pair
}

// A Pair says how one requirement stands to another: From is Kind of To.
type Pair struct {
	From, To  string // URNs of requirements
	Kind      string // equal, subset, superset, intersects
	Strength  int    // 0 to 100, -1 when the file does not say
	Rationale string
}

// A Row is one requirement.
type Row struct {
	URN        string
	Ref        string // unique in a framework
	Parent     string // ref of the parent, "" at the top; it stands before the row
	Title      string
	Text       string
	Guidance   string
	Assessable bool
	Withdrawn  bool
	Tags       []string
}

type node struct {
	urn, parent, ref string
	words            words
	translations     map[string]words
	assessable       bool
	groups           []string
	questions        int
}

// words are what a translation may replace.
type words struct{ name, description, annotation, evidence string }

// Kind is what an import's report calls a file of this package.
const Kind oscal.Kind = "ciso_library"

// Last is the end of a URN, under which a framework or a requirement is known elsewhere:
// "urn:intuitem:risk:req_node:nist-csf-2.0:gv.oc-01" is gv.oc-01.
func Last(urn string) string { return urn[strings.LastIndexByte(urn, ':')+1:] }

// Rows is the framework as rows, a parent before its children, with the report on it. Words are taken in
// language where the file has them, else in the file's own.
func (l *Library) Rows(language string) ([]Row, oscal.Report, error) {
	f := l.Framework
	rep := oscal.Report{Kind: Kind, Title: f.Name, Version: l.Version, Warnings: append([]string{}, l.Warnings...), NotKept: map[string]int{}}
	for name, n := range l.NotKept {
		rep.NotKept[name] = n
	}
	w := writer{language: language, own: language == "" || language == l.Locale, nodes: f.nodes, used: map[string]bool{}, report: &rep}
	if err := w.write(); err != nil {
		return nil, oscal.Report{}, err
	}
	if !w.own && w.translated > 0 {
		w.warn(w.translated, "One row was taken in the language %[2]s; the file's own is %[3]s.", "%[1]d rows were taken in the language %[2]s; the file's own is %[3]s.", language, l.Locale)
	}
	if rep.Controls == 0 {
		return nil, oscal.Report{}, problem("This framework has no requirement that counts: there is nothing to import.")
	}
	return w.rows, rep, nil
}

type writer struct {
	language string
	own      bool
	nodes    []node
	below    map[string][]int
	used     map[string]bool // refs
	rows     []Row
	report   *oscal.Report

	placed, nameless, twice, loose, questions, translated int
}

const mostDeep = 40

func (w *writer) write() error {
	at := map[string]int{}
	for i, n := range w.nodes {
		if n.urn != "" {
			at[n.urn] = i
		}
		if n.ref != "" {
			w.used[n.ref] = true
		}
	}
	w.below = map[string][]int{}
	for i, n := range w.nodes {
		p, ok := at[n.parent]
		if n.parent != "" && (!ok || p == i) {
			w.loose++
		}
		if !ok || p == i {
			w.below[""] = append(w.below[""], i)
			continue
		}
		w.below[n.parent] = append(w.below[n.parent], i)
	}
	refs := map[string]bool{}
	if err := w.children("", "", 0, refs); err != nil {
		return err
	}
	if lost := len(w.nodes) - len(w.rows); lost > 0 {
		return problem("%d rows of this framework name each other as parents in a circle. Ask its publisher for a mended file.", lost)
	}
	w.warn(w.placed, "One row has no ref; it got one from its place.", "%d rows have no ref; they got one from their place.")
	w.warn(w.nameless, "One row has no name; the beginning of its text stands in its place.", "%d rows have no name; the beginning of their text stands in its place.")
	w.warn(w.twice, "One ref is used twice; the second got a number behind it.", "%d refs are used more than once; the later ones got a number behind them.")
	w.warn(w.loose, "One row names a parent that is not in the file; it stands at the top.", "%d rows name a parent that is not in the file; they stand at the top.")
	w.warn(w.questions, "One row has questions of a questionnaire; the row was kept, its questions were not.", "%d rows have questions of a questionnaire; the rows were kept, their questions were not.")
	return nil
}

func (w *writer) warn(n int, one, many string, more ...any) {
	switch {
	case n == 1 && len(more) == 0:
		w.report.Warnings = append(w.report.Warnings, one)
	case n == 1:
		w.report.Warnings = append(w.report.Warnings, fmt.Sprintf(one, append([]any{n}, more...)...))
	case n > 1:
		w.report.Warnings = append(w.report.Warnings, fmt.Sprintf(many, append([]any{n}, more...)...))
	}
}

func (w *writer) children(urn, parent string, depth int, seen map[string]bool) error {
	if depth > mostDeep {
		return problem("The rows of this framework are nested more than %d deep.", mostDeep)
	}
	for place, i := range w.below[urn] {
		n := w.nodes[i]
		ref := n.ref
		switch {
		case ref == "":
			ref = fmt.Sprint(place + 1)
			if parent != "" {
				ref = parent + "." + ref
			}
			ref = free(ref, w.used)
			w.placed++
		case seen[ref]:
			ref = free(ref, w.used)
			w.twice++
		}
		seen[ref], w.used[ref] = true, true
		said := n.words
		if t, ok := n.translations[w.language]; ok && !w.own {
			said = said.in(t)
			w.translated++
		}
		if n.questions > 0 {
			w.questions++
		}
		title := said.name
		if title == "" {
			title = beginning(said.description)
			w.nameless++
		}
		if title == "" {
			title = ref
		}
		guidance := said.annotation
		if said.evidence != "" {
			guidance = strings.TrimSpace(guidance + "\n\nTypical evidence:\n" + said.evidence)
		}
		r := Row{URN: n.urn, Ref: ref, Parent: parent, Title: clip(title, 500), Text: clip(said.description, 20000), Guidance: clip(guidance, 20000), Assessable: n.assessable}
		if strings.HasPrefix(strings.ToLower(title), "[withdrawn") {
			r.Withdrawn, r.Assessable = true, false
			w.report.Withdrawn++
		}
		for _, g := range n.groups {
			if tag := clip("group: "+g, 200); len(r.Tags) < 20 && !slices.Contains(r.Tags, tag) {
				r.Tags = append(r.Tags, tag)
			}
		}
		if r.Assessable || r.Withdrawn {
			w.report.Controls++
		} else {
			w.report.Groups++
		}
		w.rows = append(w.rows, r)
		if n.urn == "" {
			continue // nothing can name it as its parent
		}
		if err := w.children(n.urn, ref, depth+1, seen); err != nil {
			return err
		}
	}
	return nil
}

func (a words) in(t words) words {
	for _, p := range []struct {
		to   *string
		from string
	}{{&a.name, t.name}, {&a.description, t.description}, {&a.annotation, t.annotation}, {&a.evidence, t.evidence}} {
		if p.from != "" {
			*p.to = p.from
		}
	}
	return a
}

func free(ref string, used map[string]bool) string {
	out := ref
	for n := 2; used[out]; n++ {
		out = fmt.Sprintf("%s (%d)", ref, n)
	}
	return out
}

// beginning is the first sentence of a text, or as much of it as a title takes.
func beginning(text string) string {
	const most = 140
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	line = strings.TrimSpace(line)
	r := []rune(line)
	if len(r) <= most {
		return line
	}
	cut := string(r[:most])
	if i := strings.LastIndexByte(cut, ' '); i > most/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:") + "…"
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

func problem(format string, args ...any) error { return oscal.Problem(fmt.Sprintf(format, args...)) }
