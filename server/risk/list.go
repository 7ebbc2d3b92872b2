package risk

import (
	"fmt"

	"assay/server/control"
	"assay/server/field"
	"assay/server/op"
	"assay/server/person"
	"assay/server/record"
	"assay/server/tag"
)

// Risk is a risk as a list shows it.
type Risk struct {
	ID            string                                     `json:"id"`
	Ref           string                                     `json:"ref" doc:"As people write it: RSK-0001; never given twice"`
	Title         string                                     `json:"title"`
	Category      string                                     `json:"category"`
	Owner         string                                     `json:"owner" doc:"Id of a person, empty for nobody"`
	OwnerName     string                                     `json:"owner_name"`
	Status        Status                                     `json:"status" enum:"open,in_progress,off_track,mitigated,accepted,closed" doc:"As of today: an acceptance that has run out is open"`
	Inherent      Point                                      `json:"inherent" doc:"Before anything is done about it"`
	Residual      Point                                      `json:"residual" doc:"As it is today"`
	Target        Point                                      `json:"target" doc:"Where it shall come to"`
	Score         int                                        `json:"score" doc:"Residual where that is known, else inherent; 0 for neither"`
	Level         Level                                      `json:"level" enum:"critical,high,medium,low,unscored" doc:"The band of the score"`
	InherentLevel Level                                      `json:"inherent_level" enum:"critical,high,medium,low,unscored"`
	TargetLevel   Level                                      `json:"target_level" enum:"critical,high,medium,low,unscored"`
	Treatment     Treatment                                  `json:"treatment" enum:",mitigate,accept,transfer,avoid"`
	DueOn         string                                     `json:"due_on" doc:"The last day on which the treatment is not late, or empty"`
	Overdue       bool                                       `json:"overdue"`
	ReviewOn      string                                     `json:"review_on" doc:"When it is looked at again, or empty"`
	AcceptedUntil string                                     `json:"accepted_until" doc:"The last day of the acceptance, or empty"`
	Controls      int                                        `json:"controls" doc:"Linked controls that apply"`
	Effective     int                                        `json:"effective" doc:"Of these, the effective ones"`
	Actions       int                                        `json:"actions" doc:"Tasks about it that were not cancelled"`
	Done          int                                        `json:"done" doc:"Of these, the ones that are done"`
	Tags          []tag.RecordTag                            `json:"tags"`
	Custom        map[string]any                             `json:"custom" doc:"Values of custom fields by key"`
	UpdatedAt     string                                     `json:"updated_at"`
	Version       int                                        `json:"version"`
	words         struct{ description, plan, reason string } // what only the export shows
}

// RiskFilter is what risks may be listed by, and what a bulk change may be aimed with.
type RiskFilter struct {
	op.PageIn
	Status     []Status    `query:"status" json:"status,omitempty" maxItems:"6" enum:"open,in_progress,off_track,mitigated,accepted,closed"`
	Level      []Level     `query:"level" json:"level,omitempty" maxItems:"5" enum:"critical,high,medium,low,unscored"`
	Category   string      `query:"category" json:"category,omitempty" maxLength:"60" doc:"A category, or none"`
	Owner      string      `query:"owner" json:"owner,omitempty" maxLength:"26" doc:"Id of a person, me, or none"`
	Treatment  []Treatment `query:"treatment" json:"treatment,omitempty" maxItems:"4" enum:"mitigate,accept,transfer,avoid"`
	Overdue    bool        `query:"overdue" json:"overdue,omitempty" doc:"Only those whose day has passed"`
	Of         string      `query:"of" json:"of,omitempty" enum:"inherent,residual,target" doc:"Which map likelihood and impact are of; residual, else inherent, unless given"`
	Likelihood int         `query:"likelihood" json:"likelihood,omitempty" minimum:"1" maximum:"5" doc:"A column of the map"`
	Impact     int         `query:"impact" json:"impact,omitempty" minimum:"1" maximum:"5" doc:"A row of the map"`
	Control    string      `query:"control" json:"control,omitempty" maxLength:"26" doc:"Id of a control that mitigates it"`
	Tag        []string    `query:"tag" json:"tag,omitempty" maxItems:"50" doc:"Ids of tags, any of them; or none"`
	Field      []string    `query:"field" json:"field,omitempty" maxItems:"50" doc:"Custom fields as key:value; key: alone asks for an empty one"`
}

const (
	// scored begins what is taken of the residual score where there is one, else of the inherent one.
	scored        = `CASE WHEN r.residual_likelihood * r.residual_impact > 0 THEN r.residual_`
	likelihoodSQL = scored + `likelihood ELSE r.inherent_likelihood END`
	impactSQL     = scored + `impact ELSE r.inherent_impact END`
	scoreSQL      = scored + `likelihood * r.residual_impact ELSE r.inherent_likelihood * r.inherent_impact END`
	levelSQL      = `CASE WHEN ` + scoreSQL + ` = 0 THEN 'unscored' WHEN ` + scoreSQL + ` >= k.critical THEN 'critical' WHEN ` + scoreSQL + ` >= k.high THEN 'high'
	WHEN ` + scoreSQL + ` >= k.medium THEN 'medium' ELSE 'low' END`
	statusSQL  = `CASE WHEN r.status = 'accepted' AND r.accepted_until < d.today THEN 'open' ELSE r.status END`
	overdueSQL = `(r.due_on <> '' AND r.due_on < d.today AND ` + statusSQL + ` NOT IN ('mitigated', 'accepted', 'closed'))`

	// mitigating are the links to controls that apply: l is the link, p what the control's proof amounts to.
	mitigating = `FROM record_link l JOIN control_proof p ON p.control = l.record AND p.scope = 'organisation' AND p.claim <> 'not_applicable'
		WHERE l.type = 'mitigates' AND l.kind = 'control' AND l.other_kind = 'risk' AND l.other = r.id`
	actions = `FROM task t WHERE t.kind = 'risk' AND t.record = r.id AND t.status <> 'cancelled'`

	from = `risk r LEFT JOIN person o ON o.id = r.owner CROSS JOIN risk_scale k ` + control.DaysSQL

	columns = `r.id, r.ref, r.title, r.category, r.owner, coalesce(o.name, ''), r.status, ` + statusSQL + `, r.inherent_likelihood, r.inherent_impact,
	r.residual_likelihood, r.residual_impact, r.target_likelihood, r.target_impact, ` + scoreSQL + `, ` + levelSQL + `, k.critical, k.high, k.medium,
	r.treatment, r.due_on, ` + overdueSQL + `, r.review_on, r.accepted_until, d.today,
	(SELECT count(*) ` + mitigating + `), (SELECT count(*) ` + mitigating + ` AND ` + control.EffectiveInSQL + control.GoodSQL + `),
	(SELECT count(*) ` + actions + `), (SELECT count(*) ` + actions + ` AND t.status = 'done'),
	` + tag.Column + `'risk' AND rt.record = r.id` + tag.End + `, ` + field.Column + `'risk' AND v.record = r.id),
	r.updated_at, r.version, r.description, r.plan, r.accepted_reason`
)

func scan(row op.Row) (r Risk, err error) {
	var k RiskScale
	var written, status Status
	var level Level
	var late bool
	var score int
	var today, tags, custom string
	err = row.Scan(&r.ID, &r.Ref, &r.Title, &r.Category, &r.Owner, &r.OwnerName, &written, &status, &r.Inherent.Likelihood, &r.Inherent.Impact,
		&r.Residual.Likelihood, &r.Residual.Impact, &r.Target.Likelihood, &r.Target.Impact, &score, &level, &k.Critical, &k.High, &k.Medium,
		&r.Treatment, &r.DueOn, &late, &r.ReviewOn, &r.AcceptedUntil, &today, &r.Controls, &r.Effective, &r.Actions, &r.Done, &tags, &custom,
		&r.UpdatedAt, &r.Version, &r.words.description, &r.words.plan, &r.words.reason)
	if err != nil {
		return r, err
	}
	if r.Score = r.Residual.Score(); r.Score == 0 {
		r.Score = r.Inherent.Score()
	}
	r.Level, r.InherentLevel, r.TargetLevel = k.Level(r.Score), k.Level(r.Inherent.Score()), k.Level(r.Target.Score())
	r.Status = StatusOn(written, r.AcceptedUntil, today)
	r.Overdue = Overdue(r.Status, r.DueOn, today)
	if r.Score != score || r.Level != level || r.Status != status || r.Overdue != late {
		return r, fmt.Errorf("risk %s: the rules say %d %s %s %v, the query %d %s %s %v", r.ID, r.Score, r.Level, r.Status, r.Overdue, score, level, status, late)
	}
	if r.Tags, err = tag.Scan(tags); err != nil {
		return r, fmt.Errorf("risk %s: %w", r.ID, err)
	}
	if r.Custom, err = field.Scan(custom); err != nil {
		return r, fmt.Errorf("risk %s: %w", r.ID, err)
	}
	return r, nil
}

var table = op.Table[RiskFilter, Risk]{
	From: from, Args: control.Days, Columns: columns, Scan: scan, Key: "r.id",
	Count: "SELECT count(*) FROM risk",
	Where: func(w *op.Where, f RiskFilter) {
		w.In(statusSQL, f.Status)
		w.In(levelSQL, f.Level)
		w.OrNone("r.category", f.Category)
		if f.Owner == "me" {
			w.And("r.owner = ? AND r.owner <> ''", person.Acting(w.Tx()))
		} else {
			w.OrNone("r.owner", f.Owner)
		}
		w.In("r.treatment", f.Treatment)
		if f.Overdue {
			w.And(overdueSQL)
		}
		place(w, f)
		if f.Control != "" {
			w.And("r.id IN (SELECT l.other FROM record_link l WHERE l.type = 'mitigates' AND l.kind = 'control' AND l.record = ? AND l.other_kind = 'risk')", f.Control)
		}
		tag.Filter(w, record.Risk, f.Tag)
		field.Filter(w, record.Risk, f.Field)
		w.Search(f.Q, "r.ref", "r.title", "r.description")
	},
	Sort: map[string]string{
		"ref":        "r.ref",
		"title":      "r.title COLLATE NOCASE",
		"category":   "r.category COLLATE NOCASE",
		"owner":      "coalesce(o.name, char(1114111)) COLLATE NOCASE", // nobody stands last
		"status":     "CASE " + statusSQL + " WHEN 'off_track' THEN 1 WHEN 'open' THEN 2 WHEN 'in_progress' THEN 3 WHEN 'accepted' THEN 4 WHEN 'mitigated' THEN 5 ELSE 6 END",
		"score":      scoreSQL,
		"inherent":   "(r.inherent_likelihood * r.inherent_impact)",
		"target":     "(r.target_likelihood * r.target_impact)",
		"due_on":     "coalesce(nullif(r.due_on, ''), '9999')",
		"review_on":  "coalesce(nullif(r.review_on, ''), '9999')",
		"updated_at": "r.updated_at",
	},
	Default: "-score",
	Facets: []op.Facet{
		{Name: "status", SQL: statusSQL}, {Name: "level", SQL: levelSQL}, {Name: "category", SQL: "r.category"},
		{Name: "owner", SQL: "r.owner"}, {Name: "treatment", SQL: "r.treatment"}, {Name: "overdue", SQL: "iif(" + overdueSQL + ", 'true', 'false')"},
	},
	Export: []op.Col[Risk]{
		{Header: "Ref", Value: func(r Risk) any { return r.Ref }},
		{Header: "Title", Value: func(r Risk) any { return r.Title }},
		{Header: "Description", Value: func(r Risk) any { return r.words.description }},
		{Header: "Category", Value: func(r Risk) any { return r.Category }},
		{Header: "Owner", Value: func(r Risk) any { return r.OwnerName }},
		{Header: "Status", Value: func(r Risk) any { return string(r.Status) }},
		{Header: "Inherent likelihood", Value: func(r Risk) any { return known(r.Inherent.Likelihood) }},
		{Header: "Inherent impact", Value: func(r Risk) any { return known(r.Inherent.Impact) }},
		{Header: "Residual likelihood", Value: func(r Risk) any { return known(r.Residual.Likelihood) }},
		{Header: "Residual impact", Value: func(r Risk) any { return known(r.Residual.Impact) }},
		{Header: "Target likelihood", Value: func(r Risk) any { return known(r.Target.Likelihood) }},
		{Header: "Target impact", Value: func(r Risk) any { return known(r.Target.Impact) }},
		{Header: "Score", Value: func(r Risk) any { return known(r.Score) }},
		{Header: "Level", Value: func(r Risk) any { return string(r.Level) }},
		{Header: "Treatment", Value: func(r Risk) any { return string(r.Treatment) }},
		{Header: "Plan", Value: func(r Risk) any { return r.words.plan }},
		{Header: "Due on", Value: func(r Risk) any { return r.DueOn }},
		{Header: "Overdue", Value: func(r Risk) any { return r.Overdue }},
		{Header: "Review on", Value: func(r Risk) any { return r.ReviewOn }},
		{Header: "Accepted until", Value: func(r Risk) any { return r.AcceptedUntil }},
		{Header: "Acceptance reason", Value: func(r Risk) any { return r.words.reason }},
		{Header: "Controls", Value: func(r Risk) any { return r.Controls }},
		{Header: "Effective controls", Value: func(r Risk) any { return r.Effective }},
		{Header: "Tags", Value: func(r Risk) any { return tag.Names(r.Tags) }},
		{Header: "Updated at", Value: func(r Risk) any { return r.UpdatedAt }},
		{Header: "ID", Value: func(r Risk) any { return r.ID }},
		{Header: "Version", Value: func(r Risk) any { return r.Version }},
	},
	More: field.Columns(record.Risk, func(r Risk) map[string]any { return r.Custom }),
}

// known is a number of a scale in a cell: empty while nobody has said.
func known(n int) any {
	if n == 0 {
		return ""
	}
	return n
}

// place keeps the risks of a column, a row or a cell of a map.
func place(w *op.Where, f RiskFilter) {
	if f.Likelihood > 0 {
		w.And("CASE ? WHEN 'inherent' THEN r.inherent_likelihood WHEN 'residual' THEN r.residual_likelihood WHEN 'target' THEN r.target_likelihood ELSE "+likelihoodSQL+" END = ?", f.Of, f.Likelihood)
	}
	if f.Impact > 0 {
		w.And("CASE ? WHEN 'inherent' THEN r.inherent_impact WHEN 'residual' THEN r.residual_impact WHEN 'target' THEN r.target_impact ELSE "+impactSQL+" END = ?", f.Of, f.Impact)
	}
}
