package framework

import (
	"encoding/json"
	"strings"

	"assay/server/control"
	"assay/server/op"
	"assay/storage"
)

// RequirementRow is one line of a framework's tree.
type RequirementRow struct {
	ID         string `json:"id"`
	Parent     string `json:"parent" doc:"Id of the row above, empty at the top; it stands before this one"`
	Ref        string `json:"ref"`
	Title      string `json:"title"`
	Assessable bool   `json:"assessable" doc:"It counts; a row can count and have rows below it"`
	Withdrawn  bool   `json:"withdrawn"`
	Applicable bool   `json:"applicable"`
	State      State  `json:"state" enum:"met,attention,in_progress,not_started,not_applicable" doc:"For a heading, that of what is below it"`
	Controls   int    `json:"controls" doc:"Controls mapped to it"`
	Total      int    `json:"total" doc:"Requirements that count and apply, itself and below"`
	Met        int    `json:"met" doc:"Of these, met"`
}

// RequirementTree is all rows of a framework in its order.
type RequirementTree struct {
	Items []RequirementRow `json:"items"`
}

type inScope struct {
	ID    string `path:"id"`
	Scope string `query:"scope" maxLength:"26" doc:"Id of a product to look at; the whole organisation unless given"`
}

func tree(tx *storage.ReadTx, in inScope) (RequirementTree, error) {
	if err := exists(tx, in.ID); err != nil {
		return RequirementTree{}, err
	}
	if err := seen(tx, in.Scope); err != nil {
		return RequirementTree{}, err
	}
	rows, err := tx.Query(`SELECT r.id, r.parent, r.ref, r.title, r.assessable, r.withdrawn, `+control.AppliesSQL+`,
		(SELECT count(*) FROM mapping m WHERE m.requirement = r.id), `+stateSQL+`
		FROM requirement r JOIN framework f ON f.id = r.framework `+control.DaysSQL+` WHERE r.framework = ? ORDER BY r.position`,
		append(control.DaysIn(tx, in.Scope), in.ID)...)
	if err != nil {
		return RequirementTree{}, err
	}
	items, err := op.Scan(rows, func(r op.Row) (q RequirementRow, err error) {
		return q, r.Scan(&q.ID, &q.Parent, &q.Ref, &q.Title, &q.Assessable, &q.Withdrawn, &q.Applicable, &q.Controls, &q.State)
	})
	if err != nil {
		return RequirementTree{}, err
	}
	rollUp(items)
	return RequirementTree{items}, nil
}

func exists(tx *storage.ReadTx, id string) error {
	var n int
	return none(tx.QueryRow("SELECT 1 FROM framework WHERE id = ?", id).Scan(&n))
}

// rollUp counts for every row what is below it, and gives headings the state of that. Parents stand before
// their children, so one pass from the end is enough.
func rollUp(items []RequirementRow) {
	at := make(map[string]int, len(items))
	below := make([]Readiness, len(items))
	for i, q := range items {
		at[q.ID] = i
		if q.Assessable {
			below[i].count(q.State, 1)
		}
	}
	for i := len(items) - 1; i >= 0; i-- {
		q, b := &items[i], &below[i]
		q.Total, q.Met = b.Applicable, b.Met
		if !q.Assessable {
			q.State = b.state(q.Applicable)
		}
		if p, ok := at[q.Parent]; ok && p < i {
			sum := &below[p]
			for s, n := range map[State]int{Met: b.Met, Attention: b.Attention, InProgress: b.InProgress, NotStarted: b.NotStarted, Inapplicable: b.NotApplicable} {
				sum.count(s, n)
			}
		}
	}
}

// state is that of a heading with this below it.
func (r Readiness) state(applicable bool) State {
	switch {
	case !applicable || r.Applicable == 0 && r.NotApplicable > 0:
		return Inapplicable
	case r.Applicable > 0 && r.Met == r.Applicable:
		return Met
	case r.Attention > 0:
		return Attention
	case r.InProgress > 0 || r.Met > 0:
		return InProgress
	}
	return NotStarted
}

// Requirement is a requirement as a list shows it.
type Requirement struct {
	ID            string               `json:"id"`
	Framework     string               `json:"framework" doc:"Id of its framework"`
	Short         string               `json:"short"`
	Color         string               `json:"color"`
	Ref           string               `json:"ref"`
	Title         string               `json:"title"`
	Assessable    bool                 `json:"assessable"`
	Withdrawn     bool                 `json:"withdrawn"`
	Applicable    bool                 `json:"applicable"`
	Justification string               `json:"justification" doc:"Why it does not apply, when it does not"`
	Decided       string               `json:"decided" enum:",person,baseline" doc:"Who decided whether it applies: nobody, a person, or the choice of a baseline"`
	Own           bool                 `json:"own" doc:"The decision is the product's own, not the organisation's"`
	Rule          string               `json:"rule" enum:",required,addressable" doc:"Of a HIPAA specification: whether the rule requires it or lets it be addressed (45 CFR 164.306(d))"`
	State         State                `json:"state" enum:"met,attention,in_progress,not_started,not_applicable"`
	Controls      []RequirementControl `json:"controls"`
	Edited        bool                 `json:"edited" doc:"Its words are no longer those of the catalog"`
	UpdatedAt     string               `json:"updated_at"`
	Version       int                  `json:"version"`

	words struct{ parent, body, guidance string } // what only the export shows
}

// RequirementControl is a control that serves a requirement, in few words.
type RequirementControl struct {
	ID        string            `json:"id"`
	Ref       string            `json:"ref"`
	Status    control.Status    `json:"status" enum:"not_started,in_progress,implemented,gap,not_applicable"`
	Effective control.Effective `json:"effective" enum:"not_started,in_progress,implemented,gap,not_applicable,needs_evidence,unproven"`
}

// RequirementFilter is what requirements may be listed by, and what a bulk change may be aimed with.
type RequirementFilter struct {
	op.PageIn
	Framework  string  `query:"framework" json:"framework,omitempty" maxLength:"26" doc:"Id of a framework"`
	Scope      string  `query:"scope" json:"scope,omitempty" maxLength:"26" doc:"Id of a product to look at; the whole organisation unless given"`
	Tag        string  `query:"tag" json:"tag,omitempty" maxLength:"200" doc:"A tag of the catalog"`
	Rule       string  `query:"rule" json:"rule,omitempty" enum:"required,addressable" doc:"HIPAA specifications of this kind"`
	State      []State `query:"state" json:"state,omitempty" maxItems:"5" enum:"met,attention,in_progress,not_started,not_applicable"`
	Applicable string  `query:"applicable" json:"applicable,omitempty" enum:"yes,no"`
	Mapped     string  `query:"mapped" json:"mapped,omitempty" enum:"yes,no" doc:"A control serves it, or none does"`
	Below      string  `query:"below" json:"below,omitempty" maxLength:"26" doc:"Id of a requirement: itself and what is below it"`
	Headings   bool    `query:"headings" json:"headings,omitempty" doc:"Also rows that do not count"`
}

const requirementFrom = `requirement r JOIN framework f ON f.id = r.framework ` + control.DaysSQL

// ruleSQL is what the HIPAA Security Rule says of a specification r, by the tag of its catalog.
const ruleSQL = `CASE WHEN f.key <> 'hipaa' THEN '' WHEN EXISTS (SELECT 1 FROM json_each(r.tags) WHERE value = 'addressable') THEN 'addressable'
	WHEN EXISTS (SELECT 1 FROM json_each(r.tags) WHERE value = 'required') THEN 'required' ELSE '' END`

const requirementColumns = `r.id, f.id, f.short, f.color, r.ref, r.title, r.assessable, r.withdrawn, ` + control.AppliesSQL + `,
	coalesce((SELECT x.justification FROM requirement_scope x WHERE x.requirement = r.id AND x.scope = d.scope), r.justification),
	coalesce((SELECT x.decided FROM requirement_scope x WHERE x.requirement = r.id AND x.scope = d.scope), r.decided),
	EXISTS (SELECT 1 FROM requirement_scope x WHERE x.requirement = r.id AND x.scope = d.scope), ` + ruleSQL + `,
	r.digest = '', r.updated_at, r.version, coalesce((SELECT a.ref FROM requirement a WHERE a.id = r.parent), ''), r.body, r.guidance, ` + stateSQL + `,
	(SELECT json_group_array(json_array(id, ref, status, e)) FROM (SELECT c.id, c.ref, p.claim AS status, ` + control.WeighedSQL + ` AS e
		FROM mapping m CROSS JOIN control c ON c.id = m.control CROSS JOIN control_proof p ON p.control = c.id AND p.scope = d.scope
		WHERE m.requirement = r.id ORDER BY c.sort_ref, c.id))`

func scanRequirement(row op.Row) (Requirement, error) {
	var q Requirement
	var by string
	err := row.Scan(&q.ID, &q.Framework, &q.Short, &q.Color, &q.Ref, &q.Title, &q.Assessable, &q.Withdrawn, &q.Applicable, &q.Justification,
		&q.Decided, &q.Own, &q.Rule, &q.Edited, &q.UpdatedAt, &q.Version, &q.words.parent, &q.words.body, &q.words.guidance, &q.State, &by)
	if err != nil {
		return q, err
	}
	if q.Decided != "" && q.Decided != "person" {
		q.Decided = "baseline"
	}
	var list [][4]string
	if err := json.Unmarshal([]byte(by), &list); err != nil {
		return q, err
	}
	q.Controls = make([]RequirementControl, len(list))
	for i, c := range list {
		q.Controls[i] = RequirementControl{c[0], c[1], control.Status(c[2]), control.Effective(c[3])}
	}
	return q, nil
}

var requirements = op.Table[RequirementFilter, Requirement]{
	From: requirementFrom, Columns: requirementColumns, Scan: scanRequirement, Key: "r.id",
	View: func(tx *storage.ReadTx, f RequirementFilter) []any { return control.DaysIn(tx, f.Scope) },
	Where: func(w *op.Where, f RequirementFilter) {
		if f.Framework == "" {
			w.And("f.archived = 0")
		}
		w.Eq("r.framework", f.Framework)
		if !f.Headings {
			w.And("r.assessable = 1")
		}
		if f.Below != "" {
			w.And(`r.id IN (WITH RECURSIVE below (id) AS (VALUES (?) UNION SELECT q.id FROM requirement q JOIN below ON q.parent = below.id AND q.parent <> '') SELECT id FROM below)`, f.Below)
		}
		switch f.Applicable {
		case "yes":
			w.And(control.AppliesSQL + " = 1")
		case "no":
			w.And(control.AppliesSQL + " = 0")
		}
		if f.Tag != "" {
			w.And("EXISTS (SELECT 1 FROM json_each(r.tags) WHERE value = ?)", f.Tag)
		}
		w.Eq(ruleSQL, f.Rule)
		switch f.Mapped {
		case "yes":
			w.And("EXISTS (SELECT 1 FROM mapping m WHERE m.requirement = r.id)")
		case "no":
			w.And("NOT EXISTS (SELECT 1 FROM mapping m WHERE m.requirement = r.id)")
		}
		w.Search(f.Q, "r.ref", "r.title", "r.body")
		w.In(stateSQL, f.State)
	},
	Sort: map[string]string{
		"position":   "f.short || char(1) || f.id || printf('%08d', r.position)",
		"title":      "r.title COLLATE NOCASE",
		"state":      "CASE " + stateSQL + " WHEN 'attention' THEN 1 WHEN 'not_started' THEN 2 WHEN 'in_progress' THEN 3 WHEN 'met' THEN 4 ELSE 5 END",
		"updated_at": "r.updated_at",
	},
	Default: "position",
	Facets: []op.Facet{
		{Name: "framework", SQL: "f.id"}, {Name: "state", SQL: stateSQL},
	},
	Export: []op.Col[Requirement]{
		{Header: "Framework", Value: func(q Requirement) any { return q.Short }},
		{Header: "Ref", Value: func(q Requirement) any { return q.Ref }},
		{Header: "Parent ref", Value: func(q Requirement) any { return q.words.parent }},
		{Header: "Title", Value: func(q Requirement) any { return q.Title }},
		{Header: "Text", Value: func(q Requirement) any { return q.words.body }},
		{Header: "Guidance", Value: func(q Requirement) any { return q.words.guidance }},
		{Header: "Assessable", Value: func(q Requirement) any { return q.Assessable }},
		{Header: "Applicable", Value: func(q Requirement) any { return q.Applicable }},
		{Header: "Justification", Value: func(q Requirement) any { return q.Justification }},
		{Header: "State", Value: func(q Requirement) any { return string(q.State) }},
		{Header: "Controls", Value: func(q Requirement) any { return q.served() }},
		{Header: "Updated at", Value: func(q Requirement) any { return q.UpdatedAt }},
		{Header: "ID", Value: func(q Requirement) any { return q.ID }},
		{Header: "Version", Value: func(q Requirement) any { return q.Version }},
	},
}

func (q Requirement) served() string {
	words := make([]string, len(q.Controls))
	for i, c := range q.Controls {
		words[i] = c.Ref + " (" + strings.ReplaceAll(string(c.Effective), "_", " ") + ")"
	}
	return strings.Join(words, ", ")
}

// RequirementDetail is one requirement with its text and the controls that serve it.
type RequirementDetail struct {
	Requirement
	Parent    string            `json:"parent"`
	Body      string            `json:"body" doc:"What it asks for"`
	Guidance  string            `json:"guidance"`
	Tags      []string          `json:"tags"`
	Path      []RequirementStep `json:"path" doc:"The rows above it, from the top"`
	Served    []control.Control `json:"served" doc:"The controls that serve it, with what they are worth and why"`
	Sentence  string            `json:"sentence" doc:"Why it is in its state"`
	Warning   string            `json:"warning" doc:"What to know before saying that it does not apply, or empty"`
	Baseline  string            `json:"baseline" doc:"The name of the baseline that decided, or empty"`
	Addressed *Addressed        `json:"addressed,omitempty" doc:"What is documented of an addressable specification"`
}

// RequirementStep is a row above a requirement.
type RequirementStep struct {
	ID    string `json:"id"`
	Ref   string `json:"ref"`
	Title string `json:"title"`
}

func requirement(tx *storage.ReadTx, in inScope) (RequirementDetail, error) {
	if err := seen(tx, in.Scope); err != nil {
		return RequirementDetail{}, err
	}
	q, err := scanRequirement(tx.QueryRow("SELECT "+requirementColumns+" FROM "+requirementFrom+" WHERE r.id = ?", append(control.DaysIn(tx, in.Scope), in.ID)...))
	if err != nil {
		return RequirementDetail{}, none(err)
	}
	d := RequirementDetail{Requirement: q}
	var tags string
	if err := tx.QueryRow("SELECT parent, body, guidance, tags FROM requirement WHERE id = ?", in.ID).Scan(&d.Parent, &d.Body, &d.Guidance, &tags); err != nil {
		return d, err
	}
	if err := json.Unmarshal([]byte(tags), &d.Tags); err != nil {
		return d, err
	}
	rows, err := tx.Query(`WITH RECURSIVE up (id, parent, ref, title, n) AS (
			SELECT id, parent, ref, title, 0 FROM requirement WHERE id = ?
			UNION ALL SELECT q.id, q.parent, q.ref, q.title, n + 1 FROM requirement q JOIN up ON q.id = up.parent WHERE n < 100)
		SELECT id, ref, title FROM up WHERE n > 0 ORDER BY n DESC`, in.ID)
	if err != nil {
		return d, err
	}
	if d.Path, err = op.Scan(rows, func(r op.Row) (s RequirementStep, err error) { return s, r.Scan(&s.ID, &s.Ref, &s.Title) }); err != nil {
		return d, err
	}
	if d.Served, err = control.Of(tx, in.ID, in.Scope); err != nil {
		return d, err
	}
	if q.Rule == "required" {
		d.Warning = RequiredWarning
	}
	if q.Decided == "baseline" {
		if d.Baseline, err = baselineOf(tx, in); err != nil {
			return d, err
		}
	}
	if q.Rule == "addressable" {
		if d.Addressed, err = addressedIn(tx, in); err != nil {
			return d, err
		}
	}
	d.Sentence = sentence(q, d.Addressed)
	return d, err
}

// sentence says why a requirement is in its state.
func sentence(q Requirement, a *Addressed) string {
	n, good := 0, 0
	var bad []string
	for _, c := range q.Controls {
		if c.Status == control.NotApplicable {
			continue
		}
		n++
		if c.Effective.Good() {
			good++
		}
		if c.Effective.Bad() {
			bad = append(bad, c.Ref)
		}
	}
	switch {
	case q.Withdrawn:
		return "The publisher has withdrawn it."
	case !q.Assessable:
		return "It is a heading: what is below it counts."
	case q.State == Inapplicable:
		return "It is marked as not applicable: " + q.Justification
	case a != nil && a.Stands():
		return "It is not implemented as written; a documented equivalent alternative stands in its place."
	case len(q.Controls) == 0:
		return "No control serves it yet."
	case n == 0:
		return "None of the controls mapped to it applies."
	case q.State == Met:
		return plural(n, "The one control that serves it is effective.", "All %d controls that serve it are effective.")
	case q.State == Attention:
		return "Look at " + strings.Join(bad, ", ") + "."
	case q.State == InProgress:
		return plural(n-good, "One control that serves it is not effective yet.", "%d controls that serve it are not effective yet.")
	}
	return "Nobody has started on a control that serves it."
}
