package policy

import (
	"encoding/json"
	"fmt"
	"strings"

	"assay/server/field"
	"assay/server/op"
	"assay/server/person"
	"assay/server/record"
	"assay/server/tag"
	"assay/storage"
)

// Policy is a policy as a list shows it.
type Policy struct {
	ID           string          `json:"id"`
	Ref          string          `json:"ref" doc:"POL-0001: given once, never again"`
	Title        string          `json:"title"`
	Category     string          `json:"category"`
	Summary      string          `json:"summary" doc:"What it is for"`
	Location     string          `json:"location" doc:"Address of the text where it is kept elsewhere, or empty"`
	Owner        string          `json:"owner" doc:"Id of a person, empty for nobody"`
	OwnerName    string          `json:"owner_name"`
	Scope        string          `json:"scope" doc:"Id of the product it belongs to, or organisation"`
	ScopeName    string          `json:"scope_name"`
	Status       Status          `json:"status" enum:"suggested,not_started,draft,in_review,ratified,published,needs_update,archived"`
	Outdated     string          `json:"outdated" doc:"Why what is published needs an update, or empty"`
	InForce      string          `json:"in_force" doc:"Number of the version that is published: 1.0, or empty"`
	Current      string          `json:"current" doc:"Id of that version"`
	PublishedOn  string          `json:"published_on"`
	Working      string          `json:"working" doc:"Id of the version that is being worked on, or empty"`
	PlannedOn    string          `json:"planned_on" doc:"Day by which what is being written shall be in force, or empty"`
	ReviewMonths int             `json:"review_months" doc:"0: it is not reviewed"`
	ReviewedOn   string          `json:"reviewed_on"`
	NextReviewOn string          `json:"next_review_on" doc:"Empty while nothing is published"`
	Light        Light           `json:"light" enum:",red,amber,green" doc:"How near that day is, by the organisation's settings"`
	Review       Bucket          `json:"review" enum:",overdue,within_30,within_90,later" doc:"How far away that day is"`
	Controls     int             `json:"controls"`
	ControlRefs  []string        `json:"control_refs" doc:"The first five, by number"`
	Frameworks   []string        `json:"frameworks" doc:"Short names of the frameworks it serves"`
	Asked        int             `json:"asked" doc:"How many people are asked to acknowledge the version in force"`
	Acknowledged int             `json:"acknowledged"`
	Coverage     int             `json:"coverage" doc:"Acknowledged of asked in basis points; -1 when nobody is asked"`
	Exceptions   int             `json:"exceptions" doc:"Exceptions that hold, wait for a decision or came back"`
	Tags         []tag.RecordTag `json:"tags"`
	Custom       map[string]any  `json:"custom" doc:"Values of custom fields by key"`
	UpdatedAt    string          `json:"updated_at"`
	Version      int             `json:"version"`
}

// PolicyFilter is what policies may be listed by.
type PolicyFilter struct {
	op.PageIn
	Status      []Status `query:"status" json:"status,omitempty" maxItems:"8" enum:"suggested,not_started,draft,in_review,ratified,published,needs_update,archived" doc:"All but archived unless given"`
	Category    string   `query:"category" json:"category,omitempty" maxLength:"100"`
	Owner       string   `query:"owner" json:"owner,omitempty" maxLength:"26" doc:"Id of a person, me, or none"`
	Scope       string   `query:"scope" json:"scope,omitempty" maxLength:"26" doc:"Id of a product, or organisation"`
	Light       []Light  `query:"light" json:"light,omitempty" maxItems:"3" enum:"red,amber,green"`
	Review      []Bucket `query:"review" json:"review,omitempty" maxItems:"4" enum:"overdue,within_30,within_90,later"`
	Within      int      `query:"within" json:"within,omitempty" minimum:"1" maximum:"3650" doc:"Only policies whose review is overdue or due within so many days"`
	Control     string   `query:"control" json:"control,omitempty" maxLength:"26" doc:"Id of a control"`
	Requirement string   `query:"requirement" json:"requirement,omitempty" maxLength:"26" doc:"Id of a requirement"`
	Framework   string   `query:"framework" json:"framework,omitempty" maxLength:"26" doc:"Id of a framework it serves"`
	Tag         []string `query:"tag" json:"tag,omitempty" maxItems:"50" doc:"Ids of tags, any of them; or none"`
	Field       []string `query:"field" json:"field,omitempty" maxItems:"50" doc:"Custom fields as key:value; key: alone asks for an empty one"`
}

const (
	// from joins a policy p with its state x, which every policy has, its scope and its owner. They are joined on the left so
	// that SQLite leaves out what a query has no need of.
	from = `policy p LEFT JOIN policy_state x ON x.policy = p.id LEFT JOIN scope s ON s.id = p.scope LEFT JOIN person o ON o.id = p.owner
	` + daysSQL

	inForce = `FROM policy_version k WHERE k.id = x.current`

	// serves are the frameworks that a policy serves: by its requirements, and by those that its controls are mapped to.
	serves = `SELECT q.framework FROM policy_requirement x JOIN requirement q ON q.id = x.requirement WHERE x.policy = p.id
		UNION SELECT q.framework FROM policy_control x JOIN mapping m ON m.control = x.control JOIN requirement q ON q.id = m.requirement WHERE x.policy = p.id`

	// asked are the acknowledgments a that the version in force waits for or has: of the newest request to each person.
	asked = `FROM (SELECT a.person, max(a.acknowledged_at) AS at FROM policy_request r JOIN policy_acknowledgment a ON a.policy_request = r.id
		WHERE r.policy_version = x.current GROUP BY a.person) a JOIN person y ON y.id = a.person WHERE (y.active OR a.at <> '')`

	columns = `p.id, p.ref, p.title, p.category, p.summary, p.location, p.owner, coalesce(o.name, ''), p.scope, s.name,
	p.archived_at, p.suggested, coalesce((SELECT w.state FROM policy_version w WHERE w.id = x.working), ''), x.status, p.outdated,
	coalesce((SELECT k.major || '.' || k.minor ` + inForce + `), ''), coalesce((SELECT k.id ` + inForce + `), ''), coalesce((SELECT k.published_on ` + inForce + `), ''), x.working, p.planned_on, p.review_months, p.reviewed_on, x.next_on, ` + lightSQL + `, d.today, ` + bucketSQL + `,
	(SELECT count(*) FROM policy_control WHERE policy = p.id),
	(SELECT json_group_array(ref) FROM (SELECT c.ref FROM policy_control x JOIN control c ON c.id = x.control WHERE x.policy = p.id ORDER BY c.sort_ref, c.id LIMIT 5)),
	(SELECT json_group_array(short) FROM (SELECT DISTINCT f.short FROM framework f WHERE f.archived = 0 AND f.id IN (` + serves + `) ORDER BY f.short)),
	(SELECT count(*) ` + asked + `), (SELECT count(*) ` + asked + ` AND a.at <> ''),
	(SELECT count(*) FROM policy_exception WHERE policy = p.id AND state IN ('requested', 'approved')), ` + tag.Column + `'policy' AND rt.record = p.id` + tag.End + `, ` + field.Column + `'policy' AND v.record = p.id),
	p.updated_at, p.version`
)

func today(tx *storage.ReadTx) []any { return []any{tx.Today()} }

func scan(row op.Row) (Policy, error) {
	var p Policy
	var f Facts
	var archived, day, refs, frameworks, tags, custom string
	err := row.Scan(&p.ID, &p.Ref, &p.Title, &p.Category, &p.Summary, &p.Location, &p.Owner, &p.OwnerName, &p.Scope, &p.ScopeName,
		&archived, &f.Suggested, &f.Working, &p.Status, &p.Outdated, &p.InForce, &p.Current, &p.PublishedOn, &p.Working, &p.PlannedOn, &p.ReviewMonths, &p.ReviewedOn,
		&p.NextReviewOn, &p.Light, &day, &p.Review, &p.Controls, &refs, &frameworks, &p.Asked, &p.Acknowledged, &p.Exceptions, &tags, &custom, &p.UpdatedAt, &p.Version)
	if err != nil {
		return p, err
	}
	f.Archived, f.Outdated, f.InForce = archived != "", p.Outdated != "", p.Current != ""
	if is := StatusOf(f); is != p.Status {
		return p, fmt.Errorf("policy %s: the rule says %q, the query %q", p.ID, is, p.Status)
	}
	next := ""
	if f.InForce && !f.Archived && p.ReviewMonths > 0 {
		if next, err = NextReview(max(p.PublishedOn, p.ReviewedOn), p.ReviewMonths); err != nil {
			return p, fmt.Errorf("policy %s: %w", p.ID, err)
		}
	}
	if next != p.NextReviewOn {
		return p, fmt.Errorf("policy %s: the rule says its review is on %q, the query %q", p.ID, next, p.NextReviewOn)
	}
	if is := BucketOf(p.NextReviewOn, day); is != p.Review {
		return p, fmt.Errorf("policy %s: the rule says its review is %q, the query %q", p.ID, is, p.Review)
	}
	p.Coverage = CoverageOf(p.Asked, p.Acknowledged)
	if p.Tags, err = tag.Scan(tags); err != nil {
		return p, err
	}
	if p.Custom, err = field.Scan(custom); err != nil {
		return p, err
	}
	if err := json.Unmarshal([]byte(refs), &p.ControlRefs); err != nil {
		return p, err
	}
	return p, json.Unmarshal([]byte(frameworks), &p.Frameworks)
}

var table = op.Table[PolicyFilter, Policy]{
	From: from, Args: today, Columns: columns, Scan: scan, Key: "p.id",
	Where: func(w *op.Where, f PolicyFilter) {
		if len(f.Status) == 0 {
			w.And("p.archived_at = ''")
		}
		if w.In("x.status", f.Status); len(f.Status) > 0 {
			w.And("x.status > ''") // says to SQLite that there is a state, so that it may begin with it
		}
		w.Eq("p.category", f.Category)
		if f.Owner == "me" {
			w.And("p.owner = ? AND p.owner <> ''", person.Acting(w.Tx()))
		} else {
			w.OrNone("p.owner", f.Owner)
		}
		w.Eq("p.scope", f.Scope)
		w.In(lightSQL, f.Light)
		w.In(bucketSQL, f.Review)
		if len(f.Light)+len(f.Review) > 0 {
			w.And("x.next_on > ''") // as above: all of them have a review
		}
		if f.Within > 0 {
			w.And("x.next_on > '' AND x.next_on <= date(d.today, '+' || ? || ' days')", f.Within)
		}
		if f.Control != "" {
			w.And("p.id IN (SELECT policy FROM policy_control WHERE control = ?)", f.Control)
		}
		if f.Requirement != "" {
			w.And(`p.id IN (SELECT policy FROM policy_requirement WHERE requirement = ?
				UNION SELECT x.policy FROM mapping m JOIN policy_control x ON x.control = m.control WHERE m.requirement = ?)`, f.Requirement, f.Requirement)
		}
		if f.Framework != "" {
			w.And("? IN ("+serves+")", f.Framework)
		}
		tag.Filter(w, record.Policy, f.Tag)
		field.Filter(w, record.Policy, f.Field)
		w.Search(f.Q, "p.ref", "p.title", "p.category", "p.summary")
	},
	Sort: map[string]string{
		"ref":            "p.number",
		"title":          "p.title COLLATE NOCASE",
		"category":       "p.category COLLATE NOCASE",
		"owner":          "coalesce(o.name, char(1114111)) COLLATE NOCASE",
		"status":         "CASE x.status WHEN 'needs_update' THEN 1 WHEN 'in_review' THEN 2 WHEN 'ratified' THEN 3 WHEN 'draft' THEN 4 WHEN 'not_started' THEN 5 WHEN 'suggested' THEN 6 WHEN 'published' THEN 7 ELSE 8 END",
		"next_review_on": "coalesce(nullif(x.next_on, ''), '9999')",
		"published_on":   "x.published_on",
		"planned_on":     "coalesce(nullif(p.planned_on, ''), '9999')",
		"updated_at":     "p.updated_at",
	},
	Default: "ref",
	Facets: []op.Facet{
		{Name: "status", SQL: "x.status"}, {Name: "category", SQL: "p.category"}, {Name: "owner", SQL: "p.owner"},
		{Name: "scope", SQL: "p.scope"}, {Name: "light", SQL: lightSQL}, {Name: "review", SQL: bucketSQL},
	},
	Export: []op.Col[Policy]{
		{Header: "Ref", Value: func(p Policy) any { return p.Ref }},
		{Header: "Title", Value: func(p Policy) any { return p.Title }},
		{Header: "Category", Value: func(p Policy) any { return p.Category }},
		{Header: "Status", Value: func(p Policy) any { return string(p.Status) }},
		{Header: "Owner", Value: func(p Policy) any { return p.OwnerName }},
		{Header: "In force", Value: func(p Policy) any { return p.InForce }},
		{Header: "Published on", Value: func(p Policy) any { return p.PublishedOn }},
		{Header: "Planned on", Value: func(p Policy) any { return p.PlannedOn }},
		{Header: "Review months", Value: func(p Policy) any { return p.ReviewMonths }},
		{Header: "Next review on", Value: func(p Policy) any { return p.NextReviewOn }},
		{Header: "Light", Value: func(p Policy) any { return string(p.Light) }},
		{Header: "Asked", Value: func(p Policy) any { return p.Asked }},
		{Header: "Acknowledged", Value: func(p Policy) any { return p.Acknowledged }},
		{Header: "Exceptions", Value: func(p Policy) any { return p.Exceptions }},
		{Header: "Controls", Value: func(p Policy) any { return several(p.ControlRefs, p.Controls) }},
		{Header: "Frameworks", Value: func(p Policy) any { return strings.Join(p.Frameworks, ", ") }},
		{Header: "Product", Value: func(p Policy) any { return p.ScopeName }},
		{Header: "Location", Value: func(p Policy) any { return p.Location }},
		{Header: "Summary", Value: func(p Policy) any { return p.Summary }},
		{Header: "Tags", Value: func(p Policy) any { return tag.Names(p.Tags) }},
		{Header: "ID", Value: func(p Policy) any { return p.ID }},
		{Header: "Version", Value: func(p Policy) any { return p.Version }},
	},
	More: field.Columns(record.Policy, func(p Policy) map[string]any { return p.Custom }),
}

// several are the first of some names, with a sign that there are more.
func several(names []string, of int) string {
	s := strings.Join(names, ", ")
	if of > len(names) {
		s += ", …"
	}
	return s
}
