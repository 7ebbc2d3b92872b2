// Package statement says in words how requirements are met: an implementation statement for each, what a
// system security plan needs to know of the system, and both as OSCAL, out and in.
package statement

import (
	"fmt"
	"strings"

	"assay/server/control"
	"assay/server/op"
	"assay/storage"
)

// Scope is what statements are about, as long as there are no products.
const Scope = "organisation"

// Status says how far a requirement is implemented, in OSCAL's words.
type Status string

// The statuses. Unsaid is that of a statement that does not speak of it.
const (
	Unsaid        Status = ""
	Planned       Status = "planned"
	Partial       Status = "partial"
	Implemented   Status = "implemented"
	Alternative   Status = "alternative"
	NotApplicable Status = "not_applicable"
)

// Statement is how one requirement is met.
type Statement struct {
	ID          string `json:"id"`
	Requirement string `json:"requirement" doc:"Id of the requirement"`
	Framework   string `json:"framework" doc:"Id of its framework"`
	Short       string `json:"short"`
	Color       string `json:"color"`
	Ref         string `json:"ref"`
	Title       string `json:"title" doc:"That of the requirement"`
	Body        string `json:"body" doc:"How it is met"`
	Status      Status `json:"status" enum:",planned,partial,implemented,alternative,not_applicable"`
	Owner       string `json:"owner" doc:"Id of a person, empty for nobody"`
	OwnerName   string `json:"owner_name"`
	Responsible string `json:"responsible" doc:"Who else is responsible, in words: a team, a provider"`
	Source      string `json:"source" enum:"person,oscal" doc:"Written here, or from an imported plan"`
	UpdatedAt   string `json:"updated_at"`
	Version     int    `json:"version"`
}

// StatementFilter is what statements may be listed by.
type StatementFilter struct {
	op.PageIn
	Framework string   `query:"framework" json:"framework,omitempty" maxLength:"26" doc:"Id of a framework"`
	Status    []Status `query:"status" json:"status,omitempty" maxItems:"5" enum:"planned,partial,implemented,alternative,not_applicable"`
	Owner     string   `query:"owner" json:"owner,omitempty" maxLength:"26" doc:"Id of a person, or none"`
}

const from = `statement s JOIN requirement r ON r.id = s.requirement JOIN framework f ON f.id = r.framework LEFT JOIN person p ON p.id = s.owner`

const columns = `s.id, r.id, f.id, f.short, f.color, r.ref, r.title, s.body, s.status, s.owner, coalesce(p.name, ''), s.responsible, s.source, s.updated_at, s.version`

func scan(r op.Row) (s Statement, err error) {
	return s, r.Scan(&s.ID, &s.Requirement, &s.Framework, &s.Short, &s.Color, &s.Ref, &s.Title, &s.Body, &s.Status, &s.Owner, &s.OwnerName,
		&s.Responsible, &s.Source, &s.UpdatedAt, &s.Version)
}

var table = op.Table[StatementFilter, Statement]{
	From: from, Columns: columns, Scan: scan, Key: "s.id",
	Where: func(w *op.Where, f StatementFilter) {
		w.And("s.scope = 'organisation'")
		if f.Framework == "" {
			w.And("f.archived = 0")
		}
		w.Eq("r.framework", f.Framework)
		if f.Owner == "none" {
			w.And("s.owner = ''")
		} else {
			w.Eq("s.owner", f.Owner)
		}
		w.In("s.status", f.Status)
		w.Search(f.Q, "r.ref", "r.title", "s.body", "s.responsible")
	},
	Sort: map[string]string{
		"position":   "f.short || char(1) || f.id || printf('%08d', r.position)",
		"updated_at": "s.updated_at",
	},
	Default: "position",
	Facets:  []op.Facet{{Name: "framework", SQL: "f.id"}, {Name: "status", SQL: "s.status"}},
	Export: []op.Col[Statement]{
		{Header: "Framework", Value: func(s Statement) any { return s.Short }},
		{Header: "Ref", Value: func(s Statement) any { return s.Ref }},
		{Header: "Requirement", Value: func(s Statement) any { return s.Title }},
		{Header: "Status", Value: func(s Statement) any { return string(s.Status) }},
		{Header: "Statement", Value: func(s Statement) any { return s.Body }},
		{Header: "Owner", Value: func(s Statement) any { return s.OwnerName }},
		{Header: "Responsible", Value: func(s Statement) any { return s.Responsible }},
		{Header: "Updated at", Value: func(s Statement) any { return s.UpdatedAt }},
		{Header: "ID", Value: func(s Statement) any { return s.ID }},
	},
}

// StatementDraft is a statement that could be written, put together from the controls that serve the requirement.
type StatementDraft struct {
	Body   string `json:"body"`
	Status Status `json:"status" enum:",planned,partial,implemented,alternative,not_applicable"`
	Owner  string `json:"owner"`
}

// Served is what a draft needs to know of a control.
type Served struct {
	Ref, Title, Description, Owner string
	Status                         control.Status
	Effective                      control.Effective
}

// DraftOf puts a statement together from controls: their own words, in their order. Controls that do not
// apply say nothing.
func DraftOf(controls []Served) (d StatementDraft) {
	var blocks []string
	good, begun, n := 0, 0, 0
	for _, c := range controls {
		if c.Status == control.NotApplicable {
			continue
		}
		n++
		if c.Effective.Good() {
			good++
		}
		if c.Status == control.InProgress || c.Status == control.Implemented {
			begun++
		}
		if d.Owner == "" {
			d.Owner = c.Owner
		}
		text := strings.TrimSpace(c.Description)
		if text == "" {
			text = c.Title + "."
		}
		blocks = append(blocks, fmt.Sprintf("%s (%s): %s", c.Title, c.Ref, text))
	}
	d.Body = clip(strings.Join(blocks, "\n\n"), mostBody)
	switch {
	case n == 0:
	case good == n:
		d.Status = Implemented
	case begun > 0:
		d.Status = Partial
	default:
		d.Status = Planned
	}
	return d
}

const mostBody = 20_000

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// served are the controls of a requirement with their words.
func served(tx *storage.ReadTx, requirement string) ([]Served, error) {
	list, err := control.Of(tx, requirement, "organisation")
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query("SELECT c.id, c.description FROM mapping m JOIN control c ON c.id = m.control WHERE m.requirement = ?", requirement)
	if err != nil {
		return nil, err
	}
	texts, err := op.Map[string, string](rows)
	out := make([]Served, len(list))
	for i, c := range list {
		out[i] = Served{Ref: c.Ref, Title: c.Title, Description: texts[c.ID], Owner: c.Owner, Status: c.Status, Effective: c.Effective}
	}
	return out, err
}
