package evidence

import (
	"encoding/json"

	"assay/server/control"
	"assay/server/field"
	"assay/server/op"
	"assay/server/record"
	"assay/server/tag"
)

// Evidence is an evidence request as a list shows it, with every figure of its clock.
type Evidence struct {
	ID            string    `json:"id"`
	Name          string    `json:"name"`
	Scope         string    `json:"scope" doc:"Id of the product it belongs to, or organisation"`
	ScopeName     string    `json:"scope_name"`
	Status        Status    `json:"status" enum:"current,expiring_soon,expired,not_collected,not_applicable"`
	Category      string    `json:"category"`
	Kind          Kind      `json:"kind" enum:"policy_document,report,configuration,log,screenshot,attestation,other"`
	Frequency     Frequency `json:"frequency" enum:"monthly,quarterly,semi_annual,annual,once"`
	ValidityDays  int       `json:"validity_days" doc:"How long a proof counts; 0 means for ever"`
	Owner         string    `json:"owner" doc:"Id of the person who collects it, empty when nobody does"`
	OwnerName     string    `json:"owner_name"`
	Reviewer      string    `json:"reviewer" doc:"Id of the person who accepts files; empty: files are accepted as they come"`
	ReviewerName  string    `json:"reviewer_name"`
	CollectedOn   string    `json:"collected_on" doc:"Day of the newest accepted proof, empty when there is none"`
	ExpiresOn     string    `json:"expires_on" doc:"Last day it counts; empty when nothing is collected or it never expires"`
	DaysLeft      *int      `json:"days_left" doc:"Days from today to expires_on, negative when it has passed; null without expires_on"`
	Accepted      int       `json:"accepted" doc:"Accepted files that no newer version has replaced"`
	Pending       int       `json:"pending" doc:"Files that wait for review"`
	Controls      int       `json:"controls" doc:"Controls it proves"`
	ControlRefs   []string  `json:"control_refs" doc:"The first five of these, by number"`
	NotApplicable bool      `json:"not_applicable"`
	CycleState    string    `json:"cycle_state" enum:",scheduled,open,submitted,accepted,skipped" doc:"Of its latest collection cycle; empty before there is one"`
	CycleOpens    string    `json:"cycle_opens" doc:"The day on which that cycle begins"`
	CycleDue      string    `json:"cycle_due" doc:"The last day on which that cycle is not late"`
	Overdue       bool      `json:"overdue" doc:"That cycle is wanted and late"`

	Tags   []tag.RecordTag `json:"tags"`
	Custom map[string]any  `json:"custom" doc:"Values of custom fields by key"`

	UpdatedAt string `json:"updated_at"`
	Version   int    `json:"version"`

	words struct { // what only the export shows
		description, guidance, naReason, controls string
	}
}

// EvidenceFilter is what a list of evidence may be narrowed by, and what a bulk change may be aimed with.
type EvidenceFilter struct {
	op.PageIn
	Status    []Status  `query:"status" json:"status,omitempty" maxItems:"5" enum:"current,expiring_soon,expired,not_collected,not_applicable"`
	Category  string    `query:"category" json:"category,omitempty" maxLength:"100"`
	Kind      Kind      `query:"kind" json:"kind,omitempty" enum:"policy_document,report,configuration,log,screenshot,attestation,other"`
	Frequency Frequency `query:"frequency" json:"frequency,omitempty" enum:"monthly,quarterly,semi_annual,annual,once"`
	Owner     string    `query:"owner" json:"owner,omitempty" maxLength:"26" doc:"Id of a person, or none"`
	Reviewer  string    `query:"reviewer" json:"reviewer,omitempty" maxLength:"26" doc:"Id of a person, or none"`
	Control   string    `query:"control" json:"control,omitempty" maxLength:"26" doc:"Id of a control it proves"`
	Framework string    `query:"framework" json:"framework,omitempty" maxLength:"26" doc:"Id of a framework one of its controls serves"`
	Scope     string    `query:"scope" json:"scope,omitempty" maxLength:"26" doc:"Id of a product, or organisation for what belongs to no product"`
	Due       int       `query:"due" json:"due,omitempty" minimum:"1" maximum:"3660" doc:"Expires within that many days, or has expired"`
	Tag       []string  `query:"tag" json:"tag,omitempty" maxItems:"50" doc:"Ids of tags, any of them; or none"`
	Field     []string  `query:"field" json:"field,omitempty" maxItems:"50" doc:"Custom fields as key:value; key: alone asks for an empty one"`
	Review    string    `query:"review" json:"review,omitempty" enum:"pending" doc:"Has files that wait for review"`
	Cycle     []string  `query:"cycle" json:"cycle,omitempty" maxItems:"6" enum:"scheduled,open,submitted,accepted,skipped,overdue" doc:"How its latest collection cycle stands"`
	Period    string    `query:"period" json:"period,omitempty" maxLength:"26" doc:"Id of a compliance period that one of its files belongs to"`
	Without   bool      `query:"without" json:"without,omitempty" doc:"With period: has no accepted file that belongs to it"`
}

// from joins what a request is shown with. Each join is a LEFT JOIN that a key says gives one row at most, so
// that SQLite leaves it out where nothing asks for it; a request always has its clock, by triggers, and the
// latest cycle is named by its rowid because no key knows that there is one.
const from = `evidence e LEFT JOIN evidence_clock k ON k.evidence = e.id LEFT JOIN scope x ON x.id = e.scope
	LEFT JOIN person o ON o.id = e.owner LEFT JOIN person r ON r.id = e.reviewer
	LEFT JOIN cycle y ON y.rowid = (SELECT l.rowid FROM cycle l WHERE l.evidence = e.id AND l.latest = 1)` + daysSQL

// cycleSQL is the state of the latest cycle, with overdue in the place of what is late; over cycle y.
const cycleSQL = `CASE WHEN y.state IN ('open', 'submitted') AND y.due_on < t.today THEN 'overdue' ELSE coalesce(y.state, '') END`

const columns = `e.id, e.name, e.scope, x.name, e.category, e.kind, e.frequency, e.validity_days, e.owner, coalesce(o.name, ''),
	e.reviewer, coalesce(r.name, ''), k.collected_on, k.expires_on, k.accepted, k.pending,
	(SELECT count(*) FROM evidence_control x WHERE x.evidence = e.id),
	(SELECT json_group_array(ref) FROM (SELECT c.ref FROM evidence_control x JOIN control c ON c.id = x.control
		WHERE x.evidence = e.id ORDER BY c.sort_ref, c.id LIMIT 5)),
	e.not_applicable, ` + tag.Column + `'evidence' AND rt.record = e.id` + tag.End + `, ` + field.Column + `'evidence' AND v.record = e.id),
	coalesce(y.state, ''), coalesce(y.opens_on, ''), coalesce(y.due_on, ''), e.updated_at, e.version, e.description, e.guidance, e.na_reason,
	(SELECT coalesce(group_concat(ref, ', '), '') FROM (SELECT c.ref FROM evidence_control x JOIN control c ON c.id = x.control
		WHERE x.evidence = e.id ORDER BY c.sort_ref, c.id)), t.today`

func scan(row op.Row) (Evidence, error) {
	var e Evidence
	var refs, tags, custom, today string
	err := row.Scan(&e.ID, &e.Name, &e.Scope, &e.ScopeName, &e.Category, &e.Kind, &e.Frequency, &e.ValidityDays, &e.Owner, &e.OwnerName,
		&e.Reviewer, &e.ReviewerName, &e.CollectedOn, &e.ExpiresOn, &e.Accepted, &e.Pending,
		&e.Controls, &refs, &e.NotApplicable, &tags, &custom, &e.CycleState, &e.CycleOpens, &e.CycleDue, &e.UpdatedAt, &e.Version,
		&e.words.description, &e.words.guidance, &e.words.naReason, &e.words.controls, &today)
	if err != nil {
		return e, err
	}
	if e.Tags, err = tag.Scan(tags); err != nil {
		return e, err
	}
	if e.Custom, err = field.Scan(custom); err != nil {
		return e, err
	}
	e.Status = StatusOf(today, e.NotApplicable, e.CollectedOn, e.ExpiresOn)
	e.Overdue = CycleOverdue(today, CycleState(e.CycleState), e.CycleDue)
	if e.ExpiresOn != "" {
		left := DaysLeft(today, e.ExpiresOn)
		e.DaysLeft = &left
	}
	return e, json.Unmarshal([]byte(refs), &e.ControlRefs)
}

var table = op.Table[EvidenceFilter, Evidence]{
	From: from, Args: days, Columns: columns, Scan: scan, Key: "e.id",
	Where: func(w *op.Where, f EvidenceFilter) {
		w.Search(f.Q, "e.name", "e.description", "e.category")
		w.In(statusSQL, f.Status)
		w.Eq("e.category", f.Category)
		w.Eq("e.scope", f.Scope)
		w.Eq("e.kind", string(f.Kind))
		w.Eq("e.frequency", string(f.Frequency))
		w.OrNone("e.owner", f.Owner)
		switch f.Reviewer {
		case "none":
			w.And("e.reviewer = ''")
		default:
			w.Eq("e.reviewer", f.Reviewer)
		}
		if f.Control != "" {
			w.And("e.id IN (SELECT evidence FROM evidence_control WHERE control = ?)", f.Control)
		}
		if f.Framework != "" {
			// The + keeps the planner from looking for every control among the request's.
			w.And(`EXISTS (SELECT 1 FROM evidence_control x WHERE x.evidence = e.id AND +x.control IN
				(SELECT m.control FROM requirement q JOIN mapping m ON m.requirement = q.id WHERE q.framework = ?))`, f.Framework)
		}
		if f.Due > 0 {
			w.And("e.not_applicable = 0 AND k.expires_on <> '' AND k.expires_on <= date(t.today, '+' || ? || ' days')", f.Due)
		}
		if f.Review == "pending" {
			w.And("k.pending > 0")
		}
		tag.Filter(w, record.Evidence, f.Tag)
		field.Filter(w, record.Evidence, f.Field)
		w.In(cycleSQL, f.Cycle)
		switch {
		case f.Period != "" && f.Without:
			w.And(`e.not_applicable = 0 AND NOT EXISTS (SELECT 1 FROM file f JOIN period p ON p.id = ?
				WHERE f.evidence = e.id AND f.review = 'accepted' AND `+belongs+`)`, f.Period)
		case f.Period != "":
			w.And(`EXISTS (SELECT 1 FROM file f JOIN period p ON p.id = ? WHERE f.evidence = e.id AND `+belongs+`)`, f.Period)
		}
	},
	Sort: map[string]string{ // one expression each, so that it can be turned round
		"name":         "e.name COLLATE NOCASE",
		"status":       "CASE " + statusSQL + " WHEN 'expired' THEN 'a' WHEN 'expiring_soon' THEN 'b' WHEN 'not_collected' THEN 'c' WHEN 'current' THEN 'd' ELSE 'e' END || k.expires_on",
		"expires_on":   "coalesce(nullif(k.expires_on, ''), '9999')",
		"collected_on": "k.collected_on",
		"owner":        "coalesce(o.name, char(1114111)) COLLATE NOCASE",
		"category":     "(e.category || char(1) || e.name) COLLATE NOCASE",
		"updated_at":   "e.updated_at",
		"cycle_due":    "CASE WHEN y.state IN ('open', 'submitted') THEN y.due_on WHEN y.state = 'scheduled' THEN '8' || y.due_on ELSE '9' END",
	},
	Default: "name",
	Count:   "SELECT count(*) FROM evidence",
	Facets: []op.Facet{
		{Name: "status", SQL: statusSQL}, {Name: "category", SQL: "e.category"}, {Name: "kind", SQL: "e.kind"},
		{Name: "frequency", SQL: "e.frequency"}, {Name: "owner", SQL: "e.owner"}, {Name: "reviewer", SQL: "e.reviewer"},
		{Name: "scope", SQL: "e.scope"},
		{Name: "cycle", SQL: cycleSQL},
	},
	Export: []op.Col[Evidence]{
		{Header: "Name", Value: func(e Evidence) any { return e.Name }},
		{Header: "Status", Value: func(e Evidence) any { return string(e.Status) }},
		{Header: "Product", Value: func(e Evidence) any {
			if e.Scope == control.Organisation {
				return ""
			}
			return e.ScopeName
		}},
		{Header: "Description", Value: func(e Evidence) any { return e.words.description }},
		{Header: "Guidance", Value: func(e Evidence) any { return e.words.guidance }},
		{Header: "Category", Value: func(e Evidence) any { return e.Category }},
		{Header: "Kind", Value: func(e Evidence) any { return string(e.Kind) }},
		{Header: "Frequency", Value: func(e Evidence) any { return string(e.Frequency) }},
		{Header: "Validity days", Value: func(e Evidence) any { return e.ValidityDays }},
		{Header: "Owner", Value: func(e Evidence) any { return e.OwnerName }},
		{Header: "Reviewer", Value: func(e Evidence) any { return e.ReviewerName }},
		{Header: "Collected on", Value: func(e Evidence) any { return e.CollectedOn }},
		{Header: "Expires on", Value: func(e Evidence) any { return e.ExpiresOn }},
		{Header: "Days left", Value: func(e Evidence) any {
			if e.DaysLeft == nil {
				return ""
			}
			return *e.DaysLeft
		}},
		{Header: "Accepted files", Value: func(e Evidence) any { return e.Accepted }},
		{Header: "Pending files", Value: func(e Evidence) any { return e.Pending }},
		{Header: "Controls", Value: func(e Evidence) any { return e.Controls }},
		{Header: "Control refs", Value: func(e Evidence) any { return e.words.controls }},
		{Header: "Not applicable", Value: func(e Evidence) any { return e.NotApplicable }},
		{Header: "Why not applicable", Value: func(e Evidence) any { return e.words.naReason }},
		{Header: "Tags", Value: func(e Evidence) any { return tag.Names(e.Tags) }},
		{Header: "Cycle", Value: func(e Evidence) any {
			if e.Overdue {
				return e.CycleState + ", overdue"
			}
			return e.CycleState
		}},
		{Header: "Cycle due", Value: func(e Evidence) any { return e.CycleDue }},
		{Header: "Updated at", Value: func(e Evidence) any { return e.UpdatedAt }},
		{Header: "ID", Value: func(e Evidence) any { return e.ID }},
		{Header: "Version", Value: func(e Evidence) any { return e.Version }},
	},
	More: field.Columns(record.Evidence, func(e Evidence) map[string]any { return e.Custom }),
}
