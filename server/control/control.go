// Package control is what the company does: controls, what people claim of them, and what the claims are
// worth. One control serves requirements of many frameworks; the mappings belong to package framework.
package control

import (
	"encoding/json"
	"fmt"

	"assay/server/field"
	"assay/server/op"
	"assay/server/record"
	"assay/server/tag"
	"assay/storage"
)

// Control is a control as a list shows it.
type Control struct {
	ID          string             `json:"id"`
	Ref         string             `json:"ref" doc:"As people write it: AC-01"`
	Title       string             `json:"title"`
	Domain      string             `json:"domain"`
	Owner       string             `json:"owner" doc:"Id of a person, empty for nobody"`
	OwnerName   string             `json:"owner_name"`
	OwnerRole   string             `json:"owner_role" doc:"Who usually owns it, in words"`
	Source      string             `json:"source" enum:"own,common" doc:"Made here, or copied from the common control set"`
	Edited      bool               `json:"edited" doc:"The copy says something else than the common control"`
	Core        bool               `json:"core" doc:"Part of the small set that every company starts with"`
	Status      Status             `json:"status" enum:"not_started,in_progress,implemented,gap,not_applicable" doc:"What a person claims"`
	Effective   Effective          `json:"effective" enum:"not_started,in_progress,implemented,gap,not_applicable,needs_evidence,unproven" doc:"What the claim is worth, looking at its proof"`
	Reason      string             `json:"reason" doc:"Why it is worth that, in a sentence"`
	Evidence    EvidenceState      `json:"evidence" enum:"complete,partial,missing,none"`
	Requests    int                `json:"requests" doc:"Evidence requests linked to it that apply"`
	Missing     int                `json:"missing" doc:"Of these, without an accepted file"`
	FirstExpiry string             `json:"first_expiry" doc:"The first day on which a proof of it expires, or empty"`
	Frameworks  []ControlFramework `json:"frameworks" doc:"The frameworks it serves, with the requirements"`
	Tracked     bool               `json:"tracked" doc:"It has a status in each product, and its own is the worst of them"`
	Tags        []tag.RecordTag    `json:"tags"`
	Custom      map[string]any     `json:"custom" doc:"Values of custom fields by key"`
	UpdatedAt   string             `json:"updated_at"`
	StatusSince string             `json:"status_since" doc:"When the claim was last changed"`
	Version     int                `json:"version"`

	words struct { // what only the export shows
		description, test, justification string
		said                             int // version of the claim
	}
}

// ControlFramework is a framework that a control serves, and which of its requirements.
type ControlFramework struct {
	ID    string   `json:"id"`
	Key   string   `json:"key"`
	Short string   `json:"short"`
	Color string   `json:"color"`
	Refs  []string `json:"refs"`
}

// ControlFilter is what controls may be listed by, and what a bulk change may be aimed with.
type ControlFilter struct {
	op.PageIn
	Status    []Status        `query:"status" json:"status,omitempty" maxItems:"5" enum:"not_started,in_progress,implemented,gap,not_applicable"`
	Effective []Effective     `query:"effective" json:"effective,omitempty" maxItems:"7" enum:"not_started,in_progress,implemented,gap,not_applicable,needs_evidence,unproven"`
	Domain    string          `query:"domain" json:"domain,omitempty" maxLength:"100" doc:"Name of a family, or none"`
	Owner     string          `query:"owner" json:"owner,omitempty" maxLength:"26" doc:"Id of a person, or none"`
	Framework string          `query:"framework" json:"framework,omitempty" maxLength:"26" doc:"Id of a framework it serves, or none"`
	Evidence  []EvidenceState `query:"evidence" json:"evidence,omitempty" maxItems:"4" enum:"complete,partial,missing,none"`
	Scope     string          `query:"scope" json:"scope,omitempty" maxLength:"26" doc:"Id of a product to look at: its status and proof, of the controls that serve a framework it answers to; the whole organisation unless given"`
	Tag       []string        `query:"tag" json:"tag,omitempty" maxItems:"50" doc:"Ids of tags, any of them; or none"`
	Field     []string        `query:"field" json:"field,omitempty" maxItems:"50" doc:"Custom fields as key:value; key: alone asks for an empty one"`
	Counts    Counted         `query:"counts" json:"counts,omitempty" enum:"controls,effective,needing,covered" doc:"What a figure of readiness counts: the controls that apply, and of these the effective ones, those that need attention, or those with evidence requests; with a framework, what serves a requirement of it that applies, as the framework weighs it"`
	Custom    string          `query:"custom" json:"custom,omitempty" enum:"own,edited,common" doc:"Made here, changed here, or as in the common set"`
}

// Join is what a query needs to speak of controls with their effective status: c, s, p and d. Its values
// are those of [Days].
const Join = `control c LEFT JOIN control_proof p ON p.control = c.id AND p.scope = 'organisation'
	LEFT JOIN control_status s ON s.control = c.id AND s.scope = 'organisation' `

// JoinIn is Join for one scope, the organisation or a product. Its values are those of [ViewIn].
const JoinIn = `control c LEFT JOIN control_proof p ON p.control = c.id AND p.scope = ?
	LEFT JOIN control_status s ON s.control = c.id AND s.scope = p.claimed_in `

// ViewIn are the values of JoinIn and DaysSQL.
func ViewIn(tx *storage.ReadTx, scope string) []any {
	return append([]any{In(scope)}, DaysIn(tx, scope)...)
}

const from = JoinIn + `LEFT JOIN person o ON o.id = c.owner ` + DaysSQL

const columns = `c.id, c.ref, c.title, c.domain, c.owner, coalesce(o.name, ''), c.owner_role, c.source,
	c.source = 'common' AND c.digest = '', c.core, s.status, p.requests, p.missing, p.first_expiry,
	(SELECT json_group_array(json_array(fid, fkey, short, color, ref)) FROM (
		SELECT f.id AS fid, f.key AS fkey, f.short, f.color, q.ref FROM mapping m JOIN requirement q ON q.id = m.requirement
		JOIN framework f ON f.id = q.framework AND f.archived = 0 WHERE m.control = c.id ORDER BY f.short, f.id, q.position)),
	EXISTS (SELECT 1 FROM control_status t WHERE t.control = c.id AND t.scope <> 'organisation'),
	` + tag.Column + `'control' AND rt.record = c.id` + tag.End + `, ` + field.Column + `'control' AND v.record = c.id),
	c.updated_at, s.changed_at, c.version, c.description, c.test, s.justification, s.version, d.today, ` + EffectiveInSQL

func scan(row op.Row) (Control, error) {
	var c Control
	var serves, tags, custom, today string
	var word Effective
	err := row.Scan(&c.ID, &c.Ref, &c.Title, &c.Domain, &c.Owner, &c.OwnerName, &c.OwnerRole, &c.Source,
		&c.Edited, &c.Core, &c.Status, &c.Requests, &c.Missing, &c.FirstExpiry, &serves,
		&c.Tracked, &tags, &custom, &c.UpdatedAt, &c.StatusSince, &c.Version,
		&c.words.description, &c.words.test, &c.words.justification, &c.words.said, &today, &word)
	if err != nil {
		return c, err
	}
	proof := Proof{Requests: c.Requests, Missing: c.Missing, FirstExpiry: c.FirstExpiry}
	c.Effective, c.Reason = EffectiveOf(c.Status, proof, today)
	if c.Effective != word {
		return c, fmt.Errorf("control %s: the rule says %s, the query %s", c.ID, c.Effective, word)
	}
	c.Evidence = EvidenceOf(proof, today)
	var pairs [][5]string
	if err := json.Unmarshal([]byte(serves), &pairs); err != nil {
		return c, fmt.Errorf("control %s: %w", c.ID, err)
	}
	if c.Tags, err = tag.Scan(tags); err != nil {
		return c, fmt.Errorf("control %s: %w", c.ID, err)
	}
	if c.Custom, err = field.Scan(custom); err != nil {
		return c, fmt.Errorf("control %s: %w", c.ID, err)
	}
	c.Frameworks = []ControlFramework{}
	for _, p := range pairs {
		n := len(c.Frameworks)
		if n == 0 || c.Frameworks[n-1].ID != p[0] {
			c.Frameworks = append(c.Frameworks, ControlFramework{ID: p[0], Key: p[1], Short: p[2], Color: p[3]})
			n++
		}
		c.Frameworks[n-1].Refs = append(c.Frameworks[n-1].Refs, p[4])
	}
	return c, nil
}

var table = op.Table[ControlFilter, Control]{
	From: from, Columns: columns, Scan: scan, Key: "c.id",
	View:  func(tx *storage.ReadTx, f ControlFilter) []any { return ViewIn(tx, f.Scope) },
	Count: "SELECT count(*) FROM control",
	Where: func(w *op.Where, f ControlFilter) { // what is cheap to look at first
		w.OrNone("c.domain", f.Domain)
		w.OrNone("c.owner", f.Owner)
		switch f.Custom {
		case "own", "common":
			w.Eq("c.source", f.Custom)
		case "edited":
			w.And("c.source = 'common' AND c.digest = ''")
		}
		if f.Scope != "" && f.Scope != Organisation {
			// coalesce keeps the planner from beginning with every proof of the scope: the list's order comes from c.
			w.And("coalesce(" + InScopeSQL + ", 0)")
		}
		w.In("p.claim", f.Status) // it is s.status, with an index for each scope
		if len(f.Effective) > 0 {
			w.In("p.claim", claimsOf(f.Effective)) // says less, but an index knows it
			w.In(EffectiveInSQL, f.Effective)
		}
		w.In(EvidenceSQL, f.Evidence)
		switch f.Framework {
		case "":
		case "none":
			w.And(`NOT EXISTS (SELECT 1 FROM mapping m JOIN requirement q ON q.id = m.requirement
				JOIN framework f ON f.id = q.framework AND f.archived = 0 WHERE m.control = c.id)`)
		default:
			// The + keeps the planner from looking for every requirement among the control's mappings.
			w.And("EXISTS (SELECT 1 FROM mapping m WHERE m.control = c.id AND +m.requirement IN (SELECT id FROM requirement WHERE framework = ?))", f.Framework)
		}
		counted(w, f)
		tag.Filter(w, record.Control, f.Tag)
		field.Filter(w, record.Control, f.Field)
		w.Search(f.Q, "c.ref", "c.title", "c.description")
	},
	Sort: map[string]string{
		"ref":          "c.sort_ref",
		"title":        "c.title",
		"domain":       "c.domain",
		"owner":        "coalesce(o.name, char(1114111)) COLLATE NOCASE", // nobody stands last
		"status":       "CASE p.claim WHEN 'gap' THEN 1 WHEN 'not_started' THEN 2 WHEN 'in_progress' THEN 3 WHEN 'implemented' THEN 4 ELSE 5 END",
		"effective":    "CASE " + EffectiveInSQL + " WHEN 'gap' THEN 1 WHEN 'unproven' THEN 2 WHEN 'needs_evidence' THEN 3 WHEN 'not_started' THEN 4 WHEN 'in_progress' THEN 5 WHEN 'implemented' THEN 6 ELSE 7 END",
		"first_expiry": "coalesce(nullif(p.first_expiry, ''), '9999')",
		"updated_at":   "c.updated_at",
	},
	Default: "ref",
	Facets: []op.Facet{
		{Name: "status", SQL: "p.claim"}, {Name: "effective", SQL: EffectiveInSQL}, {Name: "evidence", SQL: EvidenceSQL},
		{Name: "domain", SQL: "c.domain"}, {Name: "owner", SQL: "c.owner"},
		{Name: "custom", SQL: "CASE WHEN c.source = 'own' THEN 'own' WHEN c.digest = '' THEN 'edited' ELSE 'common' END"},
	},
	Export: []op.Col[Control]{
		{Header: "Ref", Value: func(c Control) any { return c.Ref }},
		{Header: "Title", Value: func(c Control) any { return c.Title }},
		{Header: "Description", Value: func(c Control) any { return c.words.description }},
		{Header: "Test", Value: func(c Control) any { return c.words.test }},
		{Header: "Domain", Value: func(c Control) any { return c.Domain }},
		{Header: "Claimed status", Value: func(c Control) any { return string(c.Status) }},
		{Header: "Justification", Value: func(c Control) any { return c.words.justification }},
		{Header: "Effective status", Value: func(c Control) any { return string(c.Effective) }},
		{Header: "Reason", Value: func(c Control) any { return c.Reason }},
		{Header: "Owner", Value: func(c Control) any { return c.OwnerName }},
		{Header: "Evidence", Value: func(c Control) any { return string(c.Evidence) }},
		{Header: "Evidence requests", Value: func(c Control) any { return c.Requests }},
		{Header: "First expiry", Value: func(c Control) any { return c.FirstExpiry }},
		{Header: "Frameworks", Value: func(c Control) any { return c.shorts() }},
		{Header: "Requirements", Value: func(c Control) any { return c.refs() }},
		{Header: "Per product", Value: func(c Control) any { return c.Tracked }},
		{Header: "Source", Value: func(c Control) any { return c.Source }},
		{Header: "Tags", Value: func(c Control) any { return tag.Names(c.Tags) }},
		{Header: "Updated at", Value: func(c Control) any { return c.UpdatedAt }},
		{Header: "ID", Value: func(c Control) any { return c.ID }},
		{Header: "Version", Value: func(c Control) any { return c.Version + c.words.said - 1 }}, // of both rows: see findControls
	},
	More: field.Columns(record.Control, func(c Control) map[string]any { return c.Custom }),
}

func (c Control) shorts() string {
	var s string
	for i, f := range c.Frameworks {
		if i > 0 {
			s += ", "
		}
		s += f.Short
	}
	return s
}

func (c Control) refs() string {
	var s string
	for i, f := range c.Frameworks {
		if i > 0 {
			s += "; "
		}
		s += f.Short + ": "
		for j, r := range f.Refs {
			if j > 0 {
				s += ", "
			}
			s += r
		}
	}
	return s
}

// Get is one control as a list shows it.
func Get(tx *storage.ReadTx, id string) (Control, error) {
	return scan(tx.QueryRow("SELECT "+columns+" FROM "+from+" WHERE c.id = ?", append(ViewIn(tx, ""), id)...))
}

// Of lists the controls that serve a requirement, as a list of controls shows them in a scope.
func Of(tx *storage.ReadTx, requirement, scope string) ([]Control, error) {
	rows, err := tx.Query("SELECT "+columns+" FROM "+from+" WHERE c.id IN (SELECT control FROM mapping WHERE requirement = ?) ORDER BY c.sort_ref, c.id",
		append(ViewIn(tx, scope), requirement)...)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, scan)
}
