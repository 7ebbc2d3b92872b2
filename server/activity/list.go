package activity

import (
	"encoding/json"

	"assay/server/op"
	"assay/storage"
)

// Activity is an activity as a list shows it, with its current occurrence.
type Activity struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Frequency   Frequency `json:"frequency" enum:"daily,weekly,monthly,quarterly,yearly,as_needed"`
	StartsOn    string    `json:"starts_on"`
	DueDays     int       `json:"due_days" doc:"Days from the first day of a period until it is due; 0 means its last day"`
	Owner       string    `json:"owner" doc:"Id of a person, empty for nobody"`
	OwnerName   string    `json:"owner_name"`
	Scope       string    `json:"scope" doc:"Id of the product it belongs to, or organisation"`
	ScopeName   string    `json:"scope_name"`
	Policy      string    `json:"policy" doc:"The supporting policy, in words"`
	Paused      bool      `json:"paused" doc:"No new occurrences"`
	Status      Status    `json:"status" enum:"not_started,in_progress,completed,overdue,not_applicable" doc:"Of the current occurrence: the oldest that is open, or else the newest. Not started when there is none"`
	Current     string    `json:"current" doc:"Id of the current occurrence, or empty"`
	DueOn       string    `json:"due_on" doc:"When the current occurrence is due; empty when none is open"`
	NextOn      string    `json:"next_on" doc:"First day of the period that comes next; empty when paused or as needed"`
	Open        int       `json:"open" doc:"Occurrences that are not over"`
	Proof       bool      `json:"proof" doc:"It is linked to an evidence request"`
	Controls    int       `json:"controls"`
	ControlRefs []string  `json:"control_refs" doc:"The first five, by number"`
	Frameworks  []string  `json:"frameworks" doc:"Short names of the frameworks its controls serve"`
	UpdatedAt   string    `json:"updated_at"`
	Version     int       `json:"version"`
}

// ActivityFilter is what activities may be listed by.
type ActivityFilter struct {
	op.PageIn
	Status    []Status    `query:"status" json:"status,omitempty" maxItems:"5" enum:"not_started,in_progress,completed,overdue,not_applicable"`
	Frequency []Frequency `query:"frequency" json:"frequency,omitempty" maxItems:"6" enum:"daily,weekly,monthly,quarterly,yearly,as_needed"`
	Owner     string      `query:"owner" json:"owner,omitempty" maxLength:"26" doc:"Id of a person, or none"`
	Scope     string      `query:"scope" json:"scope,omitempty" maxLength:"26" doc:"Id of a product, or organisation"`
	Control   string      `query:"control" json:"control,omitempty" maxLength:"26" doc:"Id of a control it serves"`
	Framework string      `query:"framework" json:"framework,omitempty" maxLength:"26" doc:"Id of a framework that one of its controls serves"`
	Evidence  string      `query:"evidence" json:"evidence,omitempty" maxLength:"26" doc:"Id of an evidence request it proves, or none"`
}

// from joins an activity a with its current occurrence n.
const from = `activity a JOIN scope s ON s.id = a.scope LEFT JOIN person o ON o.id = a.owner
	LEFT JOIN occurrence n ON n.id = coalesce(
		(SELECT id FROM occurrence WHERE activity = a.id AND status IN ('not_started', 'in_progress') ORDER BY due_on, id LIMIT 1),
		(SELECT id FROM occurrence WHERE activity = a.id ORDER BY period_start DESC LIMIT 1))
	CROSS JOIN (SELECT ? AS today FROM (SELECT 1)) d`

func days(tx *storage.ReadTx) []any { return []any{tx.Today()} }

const columns = `a.id, a.name, a.frequency, a.starts_on, a.due_days, a.owner, coalesce(o.name, ''), a.scope, s.name, a.policy, a.paused,
	coalesce(n.id, ''), coalesce(n.status, 'not_started'), coalesce(n.due_on, ''), coalesce((SELECT max(period_start) FROM occurrence WHERE activity = a.id), ''),
	(SELECT count(*) FROM occurrence x WHERE x.activity = a.id AND x.status IN ('not_started', 'in_progress')),
	EXISTS (SELECT 1 FROM activity_evidence x WHERE x.activity = a.id),
	(SELECT count(*) FROM activity_control x WHERE x.activity = a.id),
	(SELECT json_group_array(ref) FROM (SELECT c.ref FROM activity_control x JOIN control c ON c.id = x.control WHERE x.activity = a.id ORDER BY c.sort_ref, c.id LIMIT 5)),
	(SELECT json_group_array(short) FROM (SELECT DISTINCT f.short FROM activity_control x JOIN mapping m ON m.control = x.control
		JOIN requirement q ON q.id = m.requirement JOIN framework f ON f.id = q.framework AND f.archived = 0 WHERE x.activity = a.id ORDER BY f.short)),
	a.updated_at, a.version, d.today`

func scan(row op.Row) (Activity, error) {
	var a Activity
	var said Status
	var last, refs, frameworks, today string
	err := row.Scan(&a.ID, &a.Name, &a.Frequency, &a.StartsOn, &a.DueDays, &a.Owner, &a.OwnerName, &a.Scope, &a.ScopeName, &a.Policy, &a.Paused,
		&a.Current, &said, &a.DueOn, &last, &a.Open, &a.Proof, &a.Controls, &refs, &frameworks, &a.UpdatedAt, &a.Version, &today)
	if err != nil {
		return a, err
	}
	if a.Current == "" {
		a.Status = NotStarted
	} else {
		a.Status = StatusOf(said, a.DueOn, today)
	}
	if a.Open == 0 {
		a.DueOn = ""
	}
	if a.NextOn, err = nextOn(a.Frequency, a.StartsOn, last, today, a.Paused); err != nil {
		return a, err
	}
	if err := json.Unmarshal([]byte(refs), &a.ControlRefs); err != nil {
		return a, err
	}
	return a, json.Unmarshal([]byte(frameworks), &a.Frameworks)
}

// nextOn is the first day of the next period that has no occurrence yet.
func nextOn(f Frequency, startsOn, last, today string, paused bool) (string, error) {
	if paused || f == AsNeeded {
		return "", nil
	}
	after := last
	if after < startsOn { // none yet, or the schedule was moved behind it
		after = ""
	}
	n := 0
	if after != "" {
		at, err := NumberOf(f, startsOn, after)
		if err != nil {
			return "", err
		}
		n = at + 1
	}
	now, err := NumberOf(f, startsOn, today)
	if err != nil {
		return "", err
	}
	p, err := PeriodOf(f, startsOn, 0, max(n, now))
	return p.Start, err
}

var table = op.Table[ActivityFilter, Activity]{
	From: from, Args: days, Columns: columns, Scan: scan, Key: "a.id",
	Count: "SELECT count(*) FROM activity",
	Where: func(w *op.Where, f ActivityFilter) {
		w.In("a.frequency", f.Frequency)
		switch f.Owner {
		case "none":
			w.And("a.owner = ''")
		default:
			w.Eq("a.owner", f.Owner)
		}
		w.Eq("a.scope", f.Scope)
		w.In("coalesce("+statusSQL+", 'not_started')", f.Status)
		if f.Control != "" {
			w.And("a.id IN (SELECT activity FROM activity_control WHERE control = ?)", f.Control)
		}
		if f.Framework != "" {
			w.And(`a.id IN (SELECT x.activity FROM requirement q JOIN mapping m ON m.requirement = q.id
				JOIN activity_control x ON x.control = m.control WHERE q.framework = ?)`, f.Framework)
		}
		switch f.Evidence {
		case "":
		case "none":
			w.And("NOT EXISTS (SELECT 1 FROM activity_evidence x WHERE x.activity = a.id)")
		default:
			w.And("a.id IN (SELECT activity FROM activity_evidence WHERE evidence = ?)", f.Evidence)
		}
		w.Search(f.Q, "a.name", "a.description", "a.policy", "a.notes")
	},
	Sort: map[string]string{
		"name":      "a.name COLLATE NOCASE",
		"status":    "CASE coalesce(" + statusSQL + ", 'not_started') WHEN 'overdue' THEN 1 WHEN 'in_progress' THEN 2 WHEN 'not_started' THEN 3 WHEN 'completed' THEN 4 ELSE 5 END",
		"frequency": "CASE a.frequency WHEN 'daily' THEN 1 WHEN 'weekly' THEN 2 WHEN 'monthly' THEN 3 WHEN 'quarterly' THEN 4 WHEN 'yearly' THEN 5 ELSE 6 END",
		"owner":     "coalesce(o.name, char(1114111)) COLLATE NOCASE",
		"due_on":    "iif(n.status IN ('not_started', 'in_progress'), n.due_on, '9999')",
		"starts_on": "a.starts_on",
	},
	Default: "due_on",
	Facets: []op.Facet{
		{Name: "status", SQL: "coalesce(" + statusSQL + ", 'not_started')"}, {Name: "frequency", SQL: "a.frequency"},
		{Name: "owner", SQL: "a.owner"}, {Name: "scope", SQL: "a.scope"},
	},
	Export: []op.Col[Activity]{
		{Header: "Name", Value: func(a Activity) any { return a.Name }},
		{Header: "Status", Value: func(a Activity) any { return string(a.Status) }},
		{Header: "Frequency", Value: func(a Activity) any { return string(a.Frequency) }},
		{Header: "Owner", Value: func(a Activity) any { return a.OwnerName }},
		{Header: "Due on", Value: func(a Activity) any { return a.DueOn }},
		{Header: "Next on", Value: func(a Activity) any { return a.NextOn }},
		{Header: "Starts on", Value: func(a Activity) any { return a.StartsOn }},
		{Header: "Product", Value: func(a Activity) any { return a.ScopeName }},
		{Header: "Supporting policy", Value: func(a Activity) any { return a.Policy }},
		{Header: "Controls", Value: func(a Activity) any { return joined(a.ControlRefs, a.Controls) }},
		{Header: "Frameworks", Value: func(a Activity) any { return joined(a.Frameworks, len(a.Frameworks)) }},
		{Header: "Paused", Value: func(a Activity) any { return a.Paused }},
		{Header: "ID", Value: func(a Activity) any { return a.ID }},
	},
}

func joined(names []string, of int) string {
	var s string
	for i, n := range names {
		if i > 0 {
			s += ", "
		}
		s += n
	}
	if of > len(names) {
		s += ", …"
	}
	return s
}
