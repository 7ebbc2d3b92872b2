package imports

import (
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"assay/server/op"
	"assay/server/sheet"
	"assay/storage"
)

// batch is how many rows are looked up and written at once.
const batch = 500

// ImportReport is what a dry run found.
type ImportReport struct {
	Rows     int             `json:"rows" doc:"Rows that say anything"`
	Create   int             `json:"create"`
	Change   int             `json:"change"`
	Same     int             `json:"same" doc:"Rows that say what is there already"`
	Refused  int             `json:"refused"`
	Diffs    []ImportDiff    `json:"diffs" doc:"The first fifty rows that would write something"`
	Problems []ImportProblem `json:"problems" doc:"The first hundred; the file of refused rows has all"`
	Warnings []ImportWarning `json:"warnings"`
	Unknown  []ImportUnknown `json:"unknown" doc:"Words that no person and no value is known for, the most frequent first"`
}

// ImportDiff is what a row would write.
type ImportDiff struct {
	Row    int           `json:"row"`
	ID     string        `json:"id" doc:"Empty for a new record"`
	Label  string        `json:"label"`
	Fields []ImportDelta `json:"fields"`
}

// ImportDelta is one field before and after.
type ImportDelta struct {
	Field string `json:"field"`
	Was   string `json:"was"`
	Now   string `json:"now"`
}

// ImportUnknown is a word that stands for nothing that is known.
type ImportUnknown struct {
	Field string `json:"field"`
	Word  string `json:"word"`
	Count int    `json:"count"`
}

const (
	mostDiffs    = 50
	mostProblems = 100
	mostUnknown  = 200
)

// planner turns the rows of a file into rows of a target, and judges them.
type planner struct {
	t      *Target
	m      ImportMapping
	run    *Run
	fields []planned
	key    Field
	words  map[string]map[string]string // by field, by word
	people people
	seed   maphash.Seed
	seen   map[uint64]int // keys of the file, and the row that has them
	width  int            // columns that have a heading
	report ImportReport
	counts map[[2]string]int // unknown words
}

type planned struct {
	Field
	column int // -1: value
	value  string
}

func newPlanner(tx *storage.ReadTx, t *Target, m ImportMapping, l ImportLook, under string, admin bool) (*planner, error) {
	p := &planner{t: t, m: m, run: &Run{Under: under, Admin: admin, Exact: m.Exact, Keep: map[string]any{}}, seed: maphash.MakeSeed(), seen: map[uint64]int{},
		words: map[string]map[string]string{}, counts: map[[2]string]int{}, width: len(l.Headings)}
	p.report = ImportReport{Diffs: []ImportDiff{}, Problems: []ImportProblem{}, Warnings: []ImportWarning{}, Unknown: []ImportUnknown{}}
	for _, s := range m.Fields {
		f, _ := t.field(s.Field)
		p.fields = append(p.fields, planned{f, slices.Index(l.Headings, s.Column), s.Value})
	}
	p.key, _ = t.field(m.Key)
	for _, w := range m.Words {
		if p.words[w.Field] == nil {
			p.words[w.Field] = map[string]string{}
		}
		p.words[w.Field][strings.ToLower(strings.TrimSpace(w.From))] = w.To
	}
	if t.Ready != nil {
		if err := t.Ready(tx, under); err != nil {
			return nil, err
		}
	}
	var err error
	p.people, err = everybody(tx)
	return p, err
}

// people are those that a word may mean.
type people struct {
	byID   map[string]person
	byWord map[string][]string
}

type person struct {
	name   string
	active bool
}

func everybody(tx *storage.ReadTx) (people, error) {
	p := people{map[string]person{}, map[string][]string{}}
	rows, err := tx.Query("SELECT id, name, email, active FROM person")
	if err != nil {
		return p, err
	}
	err = op.Each(rows, func(r op.Row) (err error) {
		var id, name, email string
		var active bool
		if err = r.Scan(&id, &name, &email, &active); err != nil {
			return err
		}
		p.byID[id] = person{name, active}
		for _, w := range []string{id, name, email} {
			if w = strings.ToLower(strings.TrimSpace(w)); w != "" && !slices.Contains(p.byWord[w], id) {
				p.byWord[w] = append(p.byWord[w], id)
			}
		}
		return nil
	})
	return p, err
}

// shown is a value as a person reads it.
func (p *planner) shown(f Field, v string) string {
	switch f.Kind {
	case Person:
		if who, ok := p.people.byID[v]; ok {
			return who.name
		}
	case Choice:
		for _, o := range f.Options {
			if o.Value == v {
				return o.Label
			}
		}
	}
	return clip(v, 300)
}

// said is what a row of the file says, before it is known of which record.
type said struct {
	row   *Row
	text  map[string]string
	raw   map[string]sheet.Cell
	key   string
	extra []string // keys that the row could also mean: 3.10 for 3.1
}

var dotted = regexp.MustCompile(`^\d+(\.\d+)*\.\d*[1-9]$`)

// plan judges a batch. What it returns may be applied where it is good and changes something.
func (p *planner) plan(tx *storage.ReadTx, raws []sheet.Row) ([]*Row, error) {
	list := make([]said, 0, len(raws))
	keys := make([]string, 0, len(raws))
	for _, raw := range raws {
		s := p.read(raw)
		list = append(list, s)
		if s.key != "" {
			keys = append(append(keys, s.key), s.extra...)
		}
	}
	found, err := p.t.Find(tx, p.run.Under, p.key.Name, keys)
	if err != nil {
		return nil, err
	}
	by := make(map[string][]*Record, len(found))
	for i := range found {
		k := strings.ToLower(found[i].Key)
		by[k] = append(by[k], &found[i])
	}
	rows := make([]*Row, len(list))
	var work []*Row
	for i, s := range list {
		rows[i] = s.row
		p.match(s, by)
		if s.row.Good() {
			p.compare(s)
		}
		if s.row.Good() && len(s.row.Changed) > 0 {
			work = append(work, s.row)
		}
	}
	if len(work) > 0 {
		if err := p.t.Check(tx, p.run, work); err != nil {
			return nil, err
		}
	}
	for _, r := range rows {
		p.count(r)
	}
	return rows, nil
}

// read takes what the mapping wants out of a row.
func (p *planner) read(raw sheet.Row) said {
	s := said{row: &Row{Number: raw.Number}, text: map[string]string{}, raw: map[string]sheet.Cell{}}
	for i := range min(len(raw.Cells), max(p.width, 1)) {
		s.row.cells = append(s.row.cells, sheet.Unguard(raw.Cells[i].Text))
	}
	if raw.Ragged {
		s.row.Refuse("", "This row has more cells than there are headings. A delimiter in a text may lack its quotation marks.")
	}
	for _, f := range p.fields {
		if f.column < 0 {
			s.text[f.Name] = f.value
			continue
		}
		cell := raw.Cell(f.column)
		text := clean(sheet.Unguard(cell.Text))
		if f.Kind != Long && strings.ContainsAny(text, "\n\t") {
			text = strings.Join(strings.Fields(text), " ")
		}
		s.text[f.Name], s.raw[f.Name] = text, cell
	}
	s.key = s.text[p.key.Name]
	if p.key.of != nil {
		var parts []string
		for _, name := range p.key.of {
			parts = append(parts, s.text[name])
		}
		if strings.Join(parts, "") != "" {
			s.key = strings.Join(parts, Between)
		}
	}
	switch {
	case s.key == "" && p.key.Name != ID:
		s.row.Refuse(p.key.Name, "This row has no "+strings.ToLower(p.key.Label)+", so it cannot be said which "+p.t.One+" it is.")
	case s.key == "":
	case p.key.tooLong(s.key):
		s.row.Refuse(p.key.Name, fmt.Sprintf("Use at most %d characters.", p.key.Max))
		s.key = ""
	default:
		hash := maphash.String(p.seed, strings.ToLower(s.key))
		if first, ok := p.seen[hash]; ok {
			sentence := fmt.Sprintf("Row %d has the same %s, “%s”.", first, strings.ToLower(p.key.Label), clip(s.key, 60))
			if dotted.MatchString(s.key) {
				sentence += " A spreadsheet may have made " + s.key + " of " + s.key + "0: type it as text."
			}
			s.row.Refuse(p.key.Name, sentence)
		} else {
			p.seen[hash] = raw.Number
		}
		if p.key.Kind == Ref && dotted.MatchString(s.key) {
			s.extra = []string{s.key + "0"}
		}
	}
	return s
}

// match finds the record that a row means.
func (p *planner) match(s said, by map[string][]*Record) {
	if s.key == "" {
		return
	}
	found := by[strings.ToLower(s.key)]
	if len(found) > 1 {
		s.row.Refuse(p.key.Name, fmt.Sprintf("%d records have this %s. Import by ID.", len(found), strings.ToLower(p.key.Label)))
		return
	}
	for _, other := range s.extra {
		if len(by[strings.ToLower(other)]) == 0 {
			continue
		}
		if s.raw[p.key.Name].Number {
			p.run.Warn(s.row.Number, "A reference is a number in this sheet, and one with a zero behind it exists: a spreadsheet makes 3.1 of 3.10. These rows are refused rather than guessed.")
			s.row.Refuse(p.key.Name, fmt.Sprintf("This cell is the number %s, and %s exists: a spreadsheet makes the one of the other. Format the cell as text and type which it is.", s.key, other))
			return
		}
		p.run.Warn(s.row.Number, "A reference with a zero behind it exists, too. If a spreadsheet has made 3.1 of 3.10, correct these rows.")
	}
	if len(found) == 1 {
		s.row.Was = found[0]
	} else if p.key.Name == ID {
		s.row.Refuse(ID, "There is no "+p.t.One+" with this ID. Leave the cell empty to add a new one.")
	}
}

// compare works out what a row changes, and whether its values are such that they may be.
func (p *planner) compare(s said) {
	r := s.row
	r.To = make(map[string]string, len(p.t.Fields))
	if r.Was != nil {
		for k, v := range r.Was.Values {
			r.To[k] = v
		}
	}
	for _, f := range p.fields {
		if f.Name == ID || f.Name == Version {
			continue
		}
		was := ""
		if r.Was != nil {
			was = r.Was.Values[f.Name]
		}
		text := s.text[f.Name]
		if r.Was != nil && f.Name == p.key.Name && strings.EqualFold(text, was) {
			continue // it was recognised by it, in other letters
		}
		if text == "" && (r.Was == nil || !p.run.Exact) {
			continue // it says nothing
		}
		v, ok := p.value(r, f.Field, text, was, s.raw[f.Name])
		if !ok || f.canon(v) == f.canon(was) {
			continue
		}
		if f.Kind == List && r.Was != nil && !p.run.Exact {
			if v = f.canon(was + "; " + v); v == f.canon(was) {
				continue
			}
		}
		if f.tooLong(v) {
			r.Refuse(f.Name, fmt.Sprintf("%s has %d characters; at most %d are possible.", f.Label, len([]rune(v)), f.Max))
			continue
		}
		r.To[f.Name] = v
		r.Changed = append(r.Changed, f.Name)
	}
	for _, f := range p.t.Fields {
		if f.Required && r.To[f.Name] == "" && (r.Was == nil || r.Differs(f.Name)) {
			r.Refuse(f.Name, f.Label+" is empty, and a "+p.t.One+" needs one.")
		}
	}
	if v := s.text[Version]; v != "" && r.Was != nil && len(r.Changed) > 0 {
		if n, err := strconv.Atoi(v); err != nil || n != r.Was.Version {
			r.Refuse(Version, "Somebody changed this "+p.t.One+" after it was exported. Export it again and repeat your change, or empty the version cell to overwrite.")
		}
	}
}

// value reads a cell as a value of a field. ok is false when it says nothing that counts.
func (p *planner) value(r *Row, f Field, text, was string, raw sheet.Cell) (v string, ok bool) {
	if text == "" {
		if f.Kind == Flag || f.Kind == Number || f.Kind == Choice {
			return "", false // there is no empty value
		}
		return "", true
	}
	if to, known := p.words[f.Name][strings.ToLower(text)]; known {
		if to == "" && (f.Kind == Flag || f.Kind == Number || f.Kind == Choice) {
			return "", false
		}
		text = to
		if to == "" {
			return "", true
		}
	}
	switch f.Kind {
	case Choice:
		if v, ok := f.option(text); ok {
			return v, true
		}
		var can []string
		for _, o := range f.Options {
			can = append(can, o.Label)
		}
		p.counts[[2]string{f.Name, text}]++
		r.Refuse(f.Name, fmt.Sprintf("“%s” is not a %s. Choose one of: %s.", clip(text, 60), strings.ToLower(f.Label), strings.Join(can, ", ")))
		return "", false
	case Flag:
		if v, ok := flag(text); ok {
			return v, true
		}
		p.counts[[2]string{f.Name, text}]++
		r.Refuse(f.Name, fmt.Sprintf("“%s” is neither yes nor no.", clip(text, 60)))
		return "", false
	case Number:
		n, err := strconv.ParseFloat(strings.ReplaceAll(text, "\u00a0", ""), 64)
		if err != nil || n != float64(int64(n)) {
			r.Refuse(f.Name, fmt.Sprintf("“%s” is not a whole number.", clip(text, 60)))
			return "", false
		}
		return strconv.FormatInt(int64(n), 10), true
	case Person:
		return p.person(r, f, text, was)
	case Ref:
		// The record was found by another key, and a spreadsheet has cut its zeros off: it is still called like that.
		if dotted.MatchString(text) && was != text && strings.TrimRight(was, "0") == text {
			p.run.Warn(r.Number, "A spreadsheet has cut a zero off a reference. The reference stays as it is.")
			return was, true
		}
	}
	if f.Canon == nil && f.Kind == List {
		return f.canon(text), true
	}
	return text, true
}

// person finds who is meant. Whoever is there already stays, also one who has left or shares a name.
func (p *planner) person(r *Row, f Field, text, was string) (string, bool) {
	ids := p.people.byWord[strings.ToLower(text)]
	if slices.Contains(ids, was) {
		return was, true
	}
	active := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !p.people.byID[id].active })
	switch {
	case len(active) == 1:
		return active[0], true
	case len(active) > 1:
		r.Refuse(f.Name, fmt.Sprintf("%d people are called “%s”. Give the e-mail address.", len(active), clip(text, 60)))
	case len(ids) > 0:
		r.Refuse(f.Name, fmt.Sprintf("“%s” is no longer active.", clip(text, 60)))
	default:
		r.Refuse(f.Name, fmt.Sprintf("There is nobody called “%s”. Give the name or the e-mail address of a member.", clip(text, 60)))
	}
	p.counts[[2]string{f.Name, text}]++
	return "", false
}

// count adds a row to the report.
func (p *planner) count(r *Row) {
	rep := &p.report
	rep.Rows++
	switch {
	case !r.Good():
		rep.Refused++
		for _, x := range r.problems {
			if len(rep.Problems) < mostProblems {
				rep.Problems = append(rep.Problems, x)
			}
		}
		return
	case len(r.Changed) == 0 && r.Was != nil:
		rep.Same++
		return
	case r.Was == nil:
		rep.Create++
	default:
		rep.Change++
	}
	if len(rep.Diffs) == mostDiffs {
		return
	}
	d := ImportDiff{Row: r.Number, Fields: []ImportDelta{}}
	for _, name := range []string{"ref", "title", "name"} {
		if v := r.To[name]; v != "" && d.Label != "" {
			d.Label += " · " + clip(v, 120)
		} else if v != "" {
			d.Label = clip(v, 120)
		}
	}
	if r.Was != nil {
		d.ID = r.Was.ID
	}
	for _, name := range r.Changed {
		f, _ := p.t.field(name)
		delta := ImportDelta{Field: name, Now: p.shown(f, r.To[name])}
		if r.Was != nil {
			delta.Was = p.shown(f, r.Was.Values[name])
		}
		d.Fields = append(d.Fields, delta)
	}
	rep.Diffs = append(rep.Diffs, d)
}

// end completes the report.
func (p *planner) end() ImportReport {
	p.report.Warnings = append(p.report.Warnings, p.run.warnings...)
	for k, n := range p.counts {
		p.report.Unknown = append(p.report.Unknown, ImportUnknown{k[0], clip(k[1], 200), n})
	}
	slices.SortFunc(p.report.Unknown, func(a, b ImportUnknown) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return strings.Compare(a.Field+a.Word, b.Field+b.Word)
	})
	p.report.Unknown = p.report.Unknown[:min(len(p.report.Unknown), mostUnknown)]
	return p.report
}

func isEnd(err error) bool { return errors.Is(err, io.EOF) }

// batches reads the rows below the headings, so many at a time. A batch's rows are its own.
func batches(b *sheet.Book, m ImportMapping, size int, fn func([]sheet.Row) error) error {
	rows, err := b.Rows(m.Sheet)
	if err != nil {
		return err
	}
	list := make([]sheet.Row, 0, size)
	err = sheet.Each(rows, func(r sheet.Row) error {
		if r.Number <= m.Header {
			return nil
		}
		r.Cells = slices.Clone(r.Cells)
		if list = append(list, r); len(list) < size {
			return nil
		}
		err := fn(list)
		list = list[:0]
		return err
	})
	if err == nil && len(list) > 0 {
		err = fn(list)
	}
	return err
}
