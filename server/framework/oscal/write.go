package oscal

import (
	"fmt"
	"regexp"
	"strings"
)

// A writer turns the groups and controls of a document into rows.
type writer struct {
	doc    *Document
	report *Report
	params map[string]param // every parameter of the document by id and alias
	refs   map[string]bool
	ids    map[string]bool
	rows   []Row
	lost   map[string]int // parts that are not for the reader of a framework
}

func (w *writer) write() {
	w.ids, w.lost = map[string]bool{}, map[string]int{}
	w.learn(w.doc.params)
	for _, c := range w.doc.loose {
		w.learnControl(c)
	}
	for _, g := range w.doc.groups {
		w.learnGroup(g)
	}
	for _, c := range w.doc.loose {
		w.control(c, "", false)
	}
	for _, g := range w.doc.groups {
		w.group(g, "")
	}
	for name, n := range w.lost {
		w.report.drop(name, n)
	}
}

func (w *writer) learn(params []param) {
	for _, p := range params {
		w.params[p.id] = p
		for _, a := range p.aliases {
			if _, taken := w.params[a]; !taken {
				w.params[a] = p
			}
		}
	}
}

func (w *writer) learnControl(c control) {
	w.learn(c.params)
	for _, e := range c.controls {
		w.learnControl(e)
	}
}

func (w *writer) learnGroup(g group) {
	w.learn(g.params)
	for _, c := range g.controls {
		w.learnControl(c)
	}
	for _, g := range g.groups {
		w.learnGroup(g)
	}
}

func (w *writer) group(g group, parent string) {
	w.report.Groups++
	r := Row{SourceID: g.id, Parent: parent, Title: g.title, Props: keep(g.props)}
	r.Ref = w.unique(refOf(g.id, g.props), fmt.Sprintf("GROUP-%d", w.report.Groups), "group", g.title)
	r.Text, r.Guidance = w.prose(g.parts)
	if r.Title == "" {
		r.Title = r.Ref
		w.report.warn("Group %s has no title; its reference stands in for it.", r.Ref)
	}
	w.rows = append(w.rows, r)
	for _, c := range g.controls {
		w.control(c, r.Ref, false)
	}
	for _, g := range g.groups {
		w.group(g, r.Ref)
	}
}

func (w *writer) control(c control, parent string, inherited bool) {
	if c.id == "" {
		w.report.warn("A control titled %q has no id.", clip(c.title))
	} else if w.ids[c.id] {
		w.report.warn("Control %s stands twice in the file; only the first is kept.", clip(c.id))
		return
	}
	w.ids[c.id] = c.id != ""
	w.report.Controls++
	r := Row{SourceID: c.id, Parent: parent, Title: strings.TrimSpace(c.title), Props: keep(c.props)}
	r.Ref = w.unique(refOf(c.id, c.props), fmt.Sprintf("ROW-%d", w.report.Controls), "control", c.title)
	r.Text, r.Guidance = w.prose(c.parts)
	r.Withdrawn = inherited || w.withdrawn(c, r)
	if r.Withdrawn {
		w.report.Withdrawn++
	}
	r.Assessable = !r.Withdrawn && !heading[c.class]
	if r.Title == "" || r.Title == r.Ref && r.Text != "" {
		if r.Title == "" {
			w.report.warn("Control %s has no title; the start of its text stands in for it.", r.Ref)
		}
		r.Title = firstWords(r.Text, r.Ref)
	}
	w.rows = append(w.rows, r)
	for _, e := range c.controls {
		// An enhancement outlives a withdrawn control only where the catalog says
		// so control by control; a withdrawn category of CSF takes all with it.
		w.control(e, r.Ref, w.doc.csf2 && r.Withdrawn)
	}
}

// heading holds the classes of controls that are only there to group others.
var heading = map[string]bool{"function": true, "category": true, "family": true, "group": true, "domain": true}

func (w *writer) withdrawn(c control, r Row) bool {
	for _, p := range c.props {
		if p.Name == "status" && strings.EqualFold(p.Value, "withdrawn") {
			return true
		}
	}
	mark := func(s string) bool {
		s = strings.ToLower(strings.TrimLeft(s, " ["))
		return strings.HasPrefix(s, "withdrawn")
	}
	return mark(r.Title) || strings.Contains(strings.ToLower(r.Title), "[withdrawn") || mark(r.Text) || w.doc.csf2 && withdrawnCSF2(c)
}

// unique makes ref one that no earlier row has.
func (w *writer) unique(ref, fallback, what, title string) string {
	if ref == "" {
		w.report.warn("A %s titled %q has neither a label nor an id; it is called %s.", what, clip(title), fallback)
		ref = fallback
	}
	free := ref
	for n := 2; w.refs[free]; n++ {
		free = fmt.Sprintf("%s-%d", ref, n)
	}
	if free != ref {
		w.report.warn("The reference %s stands twice; the second is called %s.", ref, free)
	}
	w.refs[free] = true
	return free
}

// refOf is how people write the row: its plain label ("AC-2(1)"), else its id.
// Labels made for sorting or for assessors ("AC-02(01)") are passed over, and
// so is a label that is a title with the id behind it ("Oversight (GV.OV)").
func refOf(id string, props []Prop) string {
	best, rank := "", 3
	for _, p := range props {
		if p.Name != "label" {
			continue
		}
		at := 2
		switch strings.ToLower(p.Class) {
		case "":
			at = 0
		case "sp800-53":
			at = 1
		case "sp800-53a", "zero-padded":
			continue
		}
		if at < rank {
			best, rank = strings.TrimSpace(p.Value), at
		}
	}
	const most = 32
	if best == "" || len(best) > most || id != "" && strings.HasSuffix(strings.ToUpper(best), "("+strings.ToUpper(id)+")") && strings.Contains(best, " ") {
		return clip(strings.ToUpper(id))
	}
	return best
}

// keep is the props without those that only say how to write or sort the row.
func keep(props []Prop) []Prop {
	var out []Prop
	for _, p := range props {
		if p.Name != "label" && p.Name != "sort-id" && p.Name != "alt-identifier" {
			out = append(out, p)
		}
	}
	return out
}

// prose splits the parts into what is asked and what helps to do it.
func (w *writer) prose(parts []part) (text, guidance string) {
	var asks, helps, about []string
	var examples []string
	for _, p := range parts {
		switch p.name {
		case "statement", "item":
			asks = append(asks, w.flat(p, 0))
		case "overview":
			about = append(about, w.flat(p, 0))
		case "guidance", "implementation", "discussion", "information", "note":
			helps = append(helps, w.flat(p, 0))
		case "example":
			examples = append(examples, "- "+w.flat(p, 0))
		default:
			w.lost["part:"+clip(p.name)] += 1 + within(p)
		}
	}
	text = join(asks, "\n")
	if text == "" {
		text = join(about, "\n\n")
	} else {
		helps = append(about, helps...)
	}
	if len(examples) > 0 {
		helps = append(helps, "Examples:\n"+join(examples, "\n"))
	}
	return text, join(helps, "\n\n")
}

func within(p part) int {
	n := len(p.parts)
	for _, q := range p.parts {
		n += within(q)
	}
	return n
}

// flat writes a part and what is below it, one line each, indented.
func (w *writer) flat(p part, level int) string {
	line := strings.TrimSpace(w.insert(p.prose))
	if p.title != "" && p.title != p.label {
		line = strings.TrimSpace(p.title + "\n" + line)
	}
	if p.label != "" && line != "" {
		between := " "
		if len(p.label) > 16 { // a heading rather than a number
			between = "\n"
		}
		line = p.label + between + line
	}
	var lines []string
	if line != "" {
		lines = append(lines, strings.ReplaceAll(strings.Repeat("  ", level)+line, "\n", "\n"+strings.Repeat("  ", level)))
		level++
	}
	for _, q := range p.parts {
		if s := w.flat(q, level); s != "" {
			lines = append(lines, s)
		}
	}
	return strings.Join(lines, "\n")
}

func join(blocks []string, between string) string {
	out := make([]string, 0, len(blocks))
	for _, b := range blocks {
		if strings.TrimSpace(b) != "" {
			out = append(out, strings.TrimRight(b, " \n"))
		}
	}
	return strings.Join(out, between)
}

func firstWords(text, or string) string {
	line, _, _ := strings.Cut(text, "\n")
	if line = strings.TrimSpace(line); line == "" {
		return or
	}
	const most = 120
	if r := []rune(line); len(r) > most {
		cut := string(r[:most])
		if i := strings.LastIndexByte(cut, ' '); i > most/2 {
			cut = cut[:i]
		}
		return cut + "…"
	}
	return line
}

var (
	insertion = regexp.MustCompile(`\{\{\s*(?:insert:\s*)?(?:param[,:]\s*)?([^\s{},]+)\s*\}\}`)
	innerLink = regexp.MustCompile(`\[([^\[\]]*)\]\(#[^)\s]*\)`)
)

// insert puts the parameters into a text, and takes the links out that lead
// nowhere outside the file.
func (w *writer) insert(prose string) string {
	if strings.Contains(prose, "](#") {
		prose = innerLink.ReplaceAllString(prose, "$1")
	}
	return w.fill(prose, nil)
}

func (w *writer) fill(prose string, inside []string) string {
	if !strings.Contains(prose, "{{") {
		return prose
	}
	return insertion.ReplaceAllStringFunc(prose, func(m string) string {
		id := insertion.FindStringSubmatch(m)[1]
		for _, outer := range inside {
			if outer == id { // a parameter that names itself
				return "[" + id + "]"
			}
		}
		p, ok := w.params[id]
		if !ok {
			w.report.warn("A text inserts the parameter %s, which the file does not define.", clip(id))
			return "[" + id + "]"
		}
		return w.param(p, append(inside, id))
	})
}

// param is a parameter as it reads in a sentence: its value, else in square
// brackets what is to be decided, with what a profile demands of it.
func (w *writer) param(p param, inside []string) string {
	if len(p.values) > 0 {
		return w.fill(strings.Join(p.values, ", "), inside)
	}
	demands := p.constraints
	if len(demands) == 0 && len(p.sums) > 0 && len(inside) < 5 {
		for _, id := range p.sums {
			if q, ok := w.params[id]; ok {
				demands = append(demands, append(q.constraints, q.values...)...)
			}
		}
	}
	says := p.label
	if len(p.choices) > 0 {
		choices := make([]string, len(p.choices))
		for i, c := range p.choices {
			choices[i] = strings.TrimSpace(w.fill(c, inside))
		}
		lead := "one of: "
		if p.howMany == "one-or-more" {
			lead = "one or more of: "
		}
		says = lead + strings.Join(choices, "; ")
	}
	if says == "" {
		says = p.id
	}
	if len(demands) > 0 {
		says += ": " + strings.Join(demands, "; ")
	}
	return "[" + says + "]"
}
