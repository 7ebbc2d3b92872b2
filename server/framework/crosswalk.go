package framework

import (
	"fmt"
	"slices"
	"strings"

	"assay/server/control"
	"assay/server/op"
	"assay/storage"
)

// Standing says what the organisation already does for a requirement, as far as anybody knows.
type Standing string

// The standings, best first.
const (
	StandingMet     Standing = "met"     // it is met
	StandingServed  Standing = "served"  // controls are mapped, it is not met yet
	StandingCovered Standing = "covered" // none is mapped, but one that exists would meet all of it
	StandingPartly  Standing = "partly"  // one that exists would meet a part of it
	StandingUnknown Standing = "unknown" // nothing is known
)

// StandingOf is the rule. best is the best suggestion that nobody dismissed, nil when there is none.
func StandingOf(state State, controls int, best *Suggestion) Standing {
	switch {
	case state == Met:
		return StandingMet
	case controls > 0:
		return StandingServed
	case best == nil:
		return StandingUnknown
	case best.Whole:
		return StandingCovered
	}
	return StandingPartly
}

// CrosswalkFigures count requirements that count and apply by what is already done for them.
type CrosswalkFigures struct {
	Total   int  `json:"total" doc:"Requirements that count and apply"`
	Met     int  `json:"met" doc:"Of these, met"`
	Served  int  `json:"served" doc:"Of these, controls are mapped but it is not met yet"`
	Covered int  `json:"covered" doc:"Of these, no control is mapped, and one that exists serves an equal or wider requirement"`
	Ready   int  `json:"ready" doc:"Of the covered ones, such a control is effective today"`
	Partly  int  `json:"partly" doc:"Of these, no control is mapped, and one that exists serves a requirement that overlaps"`
	Unknown int  `json:"unknown" doc:"Of these, nothing that exists is known to help"`
	Known   *int `json:"known" doc:"All but unknown and partly, of total, in basis points; null when nothing applies"`
}

// figuresOf is the one place where these figures are made.
func figuresOf(rows []CrosswalkRow) CrosswalkFigures {
	var f CrosswalkFigures
	for _, r := range rows {
		f.Total++
		switch r.Standing {
		case StandingMet:
			f.Met++
		case StandingServed:
			f.Served++
		case StandingCovered:
			f.Covered++
			if slices.ContainsFunc(r.Suggestions, func(s Suggestion) bool { return s.Whole && !s.Dismissed && s.Control.Effective.Good() }) {
				f.Ready++
			}
		case StandingPartly:
			f.Partly++
		default:
			f.Unknown++
		}
	}
	f.Known = Ratio(f.Met+f.Served+f.Covered, f.Total)
	return f
}

// CrosswalkRow is a requirement with what is already done for it.
type CrosswalkRow struct {
	ID          string               `json:"id"`
	Ref         string               `json:"ref"`
	Title       string               `json:"title"`
	Family      string               `json:"family" doc:"Ref of the heading it is counted under; empty without one"`
	State       State                `json:"state" enum:"met,attention,in_progress,not_started,not_applicable"`
	Standing    Standing             `json:"standing" enum:"met,served,covered,partly,unknown"`
	Controls    []RequirementControl `json:"controls" doc:"Those that are mapped"`
	Suggestions []Suggestion         `json:"suggestions" doc:"Best first, at most eight; only where no control is mapped"`
	More        int                  `json:"more" doc:"Suggestions beyond these"`
	Dismissed   int                  `json:"dismissed" doc:"Suggestions that somebody does not want to see"`
}

// Family is a heading under which requirements are counted.
type Family struct {
	Ref     string           `json:"ref"`
	Title   string           `json:"title"`
	Figures CrosswalkFigures `json:"figures"`
}

// Crosswalk is what a framework asks for beside what the organisation does already.
type Crosswalk struct {
	Figures  CrosswalkFigures `json:"figures"`
	Families []Family         `json:"families" doc:"In the order of the framework"`
	Items    []CrosswalkRow   `json:"items"`
}

const mostShown = 8

func crosswalk(tx *storage.ReadTx, in byID) (Crosswalk, error) {
	out := Crosswalk{Families: []Family{}}
	if err := exists(tx, in.ID); err != nil {
		return out, err
	}
	families, family, err := familiesOf(tx, in.ID)
	if err != nil {
		return out, err
	}
	rows, err := tx.Query("SELECT "+requirementColumns+" FROM "+requirementFrom+" WHERE r.framework = ? AND r.assessable = 1 AND r.applicable = 1 AND r.withdrawn = 0 ORDER BY r.position",
		append(control.Days(tx), in.ID)...)
	if err != nil {
		return out, err
	}
	all, err := op.Scan(rows, scanRequirement)
	if err != nil {
		return out, err
	}
	var bare []string
	for _, q := range all {
		if applicableControls(q) == 0 {
			bare = append(bare, q.ID)
		}
	}
	found, err := suggest(tx, bare)
	if err != nil {
		return out, err
	}
	out.Items = make([]CrosswalkRow, len(all))
	for i, q := range all {
		r := CrosswalkRow{ID: q.ID, Ref: q.Ref, Title: q.Title, Family: family[q.ID], State: q.State, Controls: q.Controls, Suggestions: []Suggestion{}}
		for _, s := range found[q.ID] {
			switch {
			case s.Dismissed:
				r.Dismissed++
			case len(r.Suggestions) == mostShown:
				r.More++
			default:
				r.Suggestions = append(r.Suggestions, s)
			}
		}
		var best *Suggestion
		if len(r.Suggestions) > 0 {
			best = &r.Suggestions[0]
		}
		r.Standing = StandingOf(q.State, applicableControls(q), best)
		out.Items[i] = r
	}
	out.Figures = figuresOf(out.Items)
	for _, f := range families {
		var of []CrosswalkRow
		for _, r := range out.Items {
			if r.Family == f.Ref {
				of = append(of, r)
			}
		}
		if len(of) > 0 {
			f.Figures = figuresOf(of)
			out.Families = append(out.Families, f)
		}
	}
	return out, nil
}

func applicableControls(q Requirement) int {
	n := 0
	for _, c := range q.Controls {
		if c.Status != control.NotApplicable {
			n++
		}
	}
	return n
}

var crosswalkSheet = []op.Col[CrosswalkRow]{
	{Header: "Family", Value: func(r CrosswalkRow) any { return r.Family }},
	{Header: "Ref", Value: func(r CrosswalkRow) any { return r.Ref }},
	{Header: "Title", Value: func(r CrosswalkRow) any { return r.Title }},
	{Header: "Standing", Value: func(r CrosswalkRow) any { return standingWords[r.Standing] }},
	{Header: "State", Value: func(r CrosswalkRow) any { return string(r.State) }},
	{Header: "Controls", Value: func(r CrosswalkRow) any { return Requirement{Controls: r.Controls}.served() }},
	{Header: "Best suggestion", Value: func(r CrosswalkRow) any {
		if len(r.Suggestions) == 0 {
			return ""
		}
		return r.Suggestions[0].Control.Ref
	}},
	{Header: "Strength", Value: func(r CrosswalkRow) any {
		if len(r.Suggestions) == 0 {
			return ""
		}
		return r.Suggestions[0].Strength
	}},
	{Header: "Because", Value: func(r CrosswalkRow) any {
		if len(r.Suggestions) == 0 {
			return ""
		}
		return r.Suggestions[0].Sentence
	}},
	{Header: "Suggestions", Value: func(r CrosswalkRow) any { return len(r.Suggestions) + r.More }},
	{Header: "ID", Value: func(r CrosswalkRow) any { return r.ID }},
}

var standingWords = map[Standing]string{
	StandingMet: "Met", StandingServed: "Mapped, not met yet", StandingCovered: "Covered by a suggestion", StandingPartly: "Partly", StandingUnknown: "Nothing known",
}

func crosswalkRows(tx *storage.ReadTx, in byID) ([]CrosswalkRow, error) {
	c, err := crosswalk(tx, in)
	return c.Items, err
}

// placeRow is a row as far as it says where others stand.
type placeRow struct {
	id, parent, ref, title string
	assessable             bool
}

func placesOf(tx *storage.ReadTx, framework string) ([]placeRow, error) {
	rows, err := tx.Query("SELECT id, parent, ref, title, assessable FROM requirement WHERE framework = ? ORDER BY position", framework)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (p placeRow, err error) {
		return p, r.Scan(&p.id, &p.parent, &p.ref, &p.title, &p.assessable)
	})
}

// familiesOf are the headings that a framework is counted by, and the ref of that of every requirement.
func familiesOf(tx *storage.ReadTx, framework string) ([]Family, map[string]string, error) {
	rows, err := placesOf(tx, framework)
	if err != nil {
		return nil, nil, err
	}
	list, of := familiesIn(rows)
	return list, of, nil
}

// familiesIn takes for families the headings of the highest level that has at least four: the criteria of SOC 2, the functions of
// NIST CSF, and in ISO 27001 not its two halves but the clauses and themes. Where no level has four, the one with most.
// What stands above that level is counted under its nearest heading.
func familiesIn(rows []placeRow) ([]Family, map[string]string) {
	depth := map[string]int{}
	count := map[int]int{}
	deepest := 0
	for _, r := range rows {
		d := 0
		if p, ok := depth[r.parent]; ok {
			d = p + 1
		}
		depth[r.id] = d
		if !r.assessable {
			count[d]++
		}
		deepest = max(deepest, d)
	}
	level := 0
	for d := 0; d <= deepest; d++ {
		if count[d] >= 4 {
			level = d
			break
		}
		if count[d] > count[level] {
			level = d
		}
	}
	var list []Family
	under := map[string]string{} // id of a row -> ref of its family
	for _, r := range rows {
		under[r.id] = under[r.parent]
		if !r.assessable && depth[r.id] <= level {
			under[r.id] = r.ref
			list = append(list, Family{Ref: r.ref, Title: r.title})
		}
	}
	return append(list, Family{}), under
}

type compareIn struct {
	ID    string `path:"id"`
	Other string `path:"other" maxLength:"64" doc:"Id of the other framework"`
}

// Comparison is how far one framework answers another, family by family.
type Comparison struct {
	Figures  CompareFigures  `json:"figures"`
	Columns  []CompareColumn `json:"columns" doc:"The families of the other framework"`
	Families []CompareFamily `json:"families" doc:"Those of this one"`
	Items    []CompareRow    `json:"items" doc:"The requirements of this framework that count and apply"`
}

// CompareFigures count the requirements of a framework by how another one answers them.
type CompareFigures struct {
	Total  int  `json:"total" doc:"Requirements of this framework that count and apply"`
	Whole  int  `json:"whole" doc:"Of these, equal to or part of a requirement of the other framework"`
	Partly int  `json:"partly" doc:"Of these, one of the other framework overlaps, or a control serves both"`
	None   int  `json:"none" doc:"Of these, nothing leads to the other framework"`
	Share  *int `json:"share" doc:"whole and partly of total in basis points; null when nothing applies"`
}

// CompareColumn is a family of the other framework.
type CompareColumn struct {
	Ref   string `json:"ref"`
	Title string `json:"title"`
}

// CompareFamily is a row of the matrix.
type CompareFamily struct {
	Ref     string         `json:"ref"`
	Title   string         `json:"title"`
	Figures CompareFigures `json:"figures"`
	Cells   []int          `json:"cells" doc:"For each column: requirements of this family that something leads from into that one"`
}

// Answered says how far another framework answers a requirement.
type Answered string

// The answers, best first.
const (
	AnswerWhole  Answered = "whole"
	AnswerPartly Answered = "partly"
	AnswerNone   Answered = "none"
)

// CompareRow is a requirement with what leads from it to the other framework.
type CompareRow struct {
	ID       string        `json:"id"`
	Ref      string        `json:"ref"`
	Title    string        `json:"title"`
	Family   string        `json:"family"`
	Answer   Answered      `json:"answer" enum:"whole,partly,none"`
	Related  []CompareLink `json:"related" doc:"Requirements of the other framework it is related to"`
	Shared   []string      `json:"shared" doc:"Refs of the controls that serve it and the other framework"`
	Families []string      `json:"families" doc:"Families of the other framework that something leads to"`
}

// CompareLink is a related requirement of the other framework.
type CompareLink struct {
	ID   string `json:"id"`
	Ref  string `json:"ref"`
	Kind Kind   `json:"kind" enum:"equal,subset,superset,intersects"`
}

// compareFigures is the one place where these figures are made.
func compareFigures(rows []CompareRow) CompareFigures {
	var f CompareFigures
	for _, r := range rows {
		f.Total++
		switch r.Answer {
		case AnswerWhole:
			f.Whole++
		case AnswerPartly:
			f.Partly++
		default:
			f.None++
		}
	}
	f.Share = Ratio(f.Whole+f.Partly, f.Total)
	return f
}

func compare(tx *storage.ReadTx, in compareIn) (Comparison, error) {
	out := Comparison{Columns: []CompareColumn{}, Families: []CompareFamily{}, Items: []CompareRow{}}
	for _, id := range []string{in.ID, in.Other} {
		if err := exists(tx, id); err != nil {
			return out, err
		}
	}
	if in.ID == in.Other {
		var c op.Check
		c.That(false, "path.other", "Choose another framework to compare with.")
		return out, c.Err()
	}
	mine, of, err := familiesOf(tx, in.ID)
	if err != nil {
		return out, err
	}
	theirs, under, err := familiesOf(tx, in.Other)
	if err != nil {
		return out, err
	}
	rows, err := tx.Query("SELECT id, ref, title FROM requirement WHERE framework = ? AND assessable = 1 AND applicable = 1 AND withdrawn = 0 ORDER BY position", in.ID)
	if err != nil {
		return out, err
	}
	if out.Items, err = op.Scan(rows, func(r op.Row) (c CompareRow, err error) {
		err = r.Scan(&c.ID, &c.Ref, &c.Title)
		c.Family, c.Related, c.Shared, c.Families = of[c.ID], []CompareLink{}, []string{}, []string{}
		return c, err
	}); err != nil {
		return out, err
	}
	ids := make([]string, len(out.Items))
	for i, r := range out.Items {
		ids[i] = r.ID
	}
	related, err := links(tx, ids)
	if err != nil {
		return out, err
	}
	refs, err := openRefs(tx, in.Other)
	if err != nil {
		return out, err
	}
	shared, err := sharedWith(tx, in.ID, in.Other)
	if err != nil {
		return out, err
	}
	columns := map[string]bool{}
	for i := range out.Items {
		r := &out.Items[i]
		r.Answer = AnswerNone
		leads := map[string]bool{}
		for _, l := range related[r.ID] {
			ref, ok := refs[l.to]
			if !ok {
				continue
			}
			r.Related = append(r.Related, CompareLink{l.to, ref, l.kind})
			leads[under[l.to]] = true
			if l.kind.Whole() {
				r.Answer = AnswerWhole
			} else if r.Answer == AnswerNone {
				r.Answer = AnswerPartly
			}
		}
		slices.SortFunc(r.Related, func(a, b CompareLink) int {
			if d := a.Kind.rank() - b.Kind.rank(); d != 0 {
				return d
			}
			return strings.Compare(a.Ref, b.Ref)
		})
		for _, s := range shared[r.ID] {
			leads[under[s.to]] = true
			if !slices.Contains(r.Shared, s.control) {
				r.Shared = append(r.Shared, s.control)
			}
			if r.Answer == AnswerNone {
				r.Answer = AnswerPartly
			}
		}
		for _, f := range theirs {
			if leads[f.Ref] {
				r.Families = append(r.Families, f.Ref)
				columns[f.Ref] = true
			}
		}
	}
	out.Figures = compareFigures(out.Items)
	counted := map[string]bool{}
	for id := range refs {
		counted[under[id]] = true
	}
	for _, f := range theirs {
		if counted[f.Ref] {
			out.Columns = append(out.Columns, CompareColumn{f.Ref, f.Title})
		}
	}
	for _, f := range mine {
		var rows []CompareRow
		cells := make([]int, len(out.Columns))
		for _, r := range out.Items {
			if r.Family != f.Ref {
				continue
			}
			rows = append(rows, r)
			for i, c := range out.Columns {
				if slices.Contains(r.Families, c.Ref) {
					cells[i]++
				}
			}
		}
		if len(rows) > 0 {
			out.Families = append(out.Families, CompareFamily{f.Ref, f.Title, compareFigures(rows), cells})
		}
	}
	return out, nil
}

// openRefs are the refs of a framework's requirements that count and apply, by id.
func openRefs(tx *storage.ReadTx, framework string) (map[string]string, error) {
	rows, err := tx.Query("SELECT id, ref FROM requirement WHERE framework = ? AND assessable = 1 AND applicable = 1 AND withdrawn = 0", framework)
	if err != nil {
		return nil, err
	}
	return op.Map[string, string](rows)
}

type sharedControl struct{ to, control string }

// sharedWith are the controls that apply and serve requirements of both frameworks.
func sharedWith(tx *storage.ReadTx, framework, with string) (map[string][]sharedControl, error) {
	rows, err := tx.Query(`SELECT a.requirement, b.requirement, c.ref FROM requirement r
		CROSS JOIN mapping a ON a.requirement = r.id CROSS JOIN mapping b ON b.control = a.control CROSS JOIN requirement q ON q.id = b.requirement
		CROSS JOIN control c ON c.id = a.control CROSS JOIN control_status s ON s.control = c.id AND s.scope = 'organisation' AND s.status <> 'not_applicable'
		WHERE r.framework = ? AND q.framework = ? AND q.assessable = 1 AND q.applicable = 1 AND q.withdrawn = 0 ORDER BY c.sort_ref, q.position`, framework, with)
	if err != nil {
		return nil, err
	}
	out := map[string][]sharedControl{}
	err = op.Each(rows, func(r op.Row) (err error) {
		var from string
		var s sharedControl
		err = r.Scan(&from, &s.to, &s.control)
		out[from] = append(out[from], s)
		return err
	})
	return out, err
}

var compareSheet = []op.Col[CompareRow]{
	{Header: "Family", Value: func(r CompareRow) any { return r.Family }},
	{Header: "Ref", Value: func(r CompareRow) any { return r.Ref }},
	{Header: "Title", Value: func(r CompareRow) any { return r.Title }},
	{Header: "Answered", Value: func(r CompareRow) any { return answerWords[r.Answer] }},
	{Header: "Related requirements", Value: func(r CompareRow) any {
		words := make([]string, len(r.Related))
		for i, l := range r.Related {
			words[i] = fmt.Sprintf("%s (%s)", l.Ref, l.Kind)
		}
		return strings.Join(words, ", ")
	}},
	{Header: "Shared controls", Value: func(r CompareRow) any { return strings.Join(r.Shared, ", ") }},
	{Header: "Families", Value: func(r CompareRow) any { return strings.Join(r.Families, ", ") }},
	{Header: "ID", Value: func(r CompareRow) any { return r.ID }},
}

var answerWords = map[Answered]string{AnswerWhole: "Whole", AnswerPartly: "Partly", AnswerNone: "No"}

func compareRows(tx *storage.ReadTx, in compareIn) ([]CompareRow, error) {
	c, err := compare(tx, in)
	return c.Items, err
}
