package risk

import (
	"fmt"

	"assay/server/control"
	"assay/server/money"
	"assay/server/op"
	"assay/server/register"
	"assay/storage"
)

// RiskSaid is what people say of a risk.
type RiskSaid struct {
	Title       string    `json:"title" minLength:"1" maxLength:"300" also:"name,risk,risk name,risk title,threat,risiko,bezeichnung"`
	Description string    `json:"description" maxLength:"20000" long:"true" find:"true" also:"details,risk description,scenario,beschreibung"`
	Category    string    `json:"category" maxLength:"60" facet:"true" bulk:"true" also:"risk category,type,risk type,area,kategorie"`
	Owner       string    `json:"owner" maxLength:"26" is:"person" bulk:"true" doc:"Id of a person, empty for nobody" also:"risk owner,responsible,assigned to,verantwortlich"`
	Status      Status    `json:"status" enum:"open,in_progress,off_track,mitigated,accepted,closed" start:"open" bulk:"true" doc:"As of today: an acceptance that has run out is open. Accepting a risk is an operation of its own" also:"state,risk status"`
	Inherent    Point     `json:"inherent" doc:"Before anything is done about it"`
	Residual    Point     `json:"residual" doc:"As it is today"`
	Target      Point     `json:"target" doc:"Where it shall come to"`
	Treatment   Treatment `json:"treatment" enum:",mitigate,accept,transfer,avoid" bulk:"true" also:"strategy,response,risk treatment"`
	Plan        string    `json:"plan" maxLength:"20000" long:"true" doc:"How it is treated; single actions are tasks about it" also:"treatment plan,mitigation,mitigation plan,action,actions"`
	DueOn       string    `json:"due_on" maxLength:"10" is:"date" bulk:"true" doc:"The last day on which the treatment is not late, or empty" also:"due,due date,target date"`
	ReviewOn    string    `json:"review_on" maxLength:"10" is:"date" bulk:"true" doc:"When it is looked at again, or empty" also:"review,review date,next review"`
}

// words are what other tables call a value.
var words = map[string]string{
	"status.open": "new,identified,offen", "status.in_progress": "on track,treating,in treatment,started", "status.off_track": "late,blocked,at risk",
	"status.mitigated": "treated,done,reduced", "status.closed": "retired,geschlossen",
	"treatment.mitigate": "reduce,treat", "treatment.accept": "tolerate", "treatment.transfer": "share,insure", "treatment.avoid": "terminate",
}

// Risk is a risk as a list shows it.
type Risk struct {
	register.Row
	RiskSaid
	OwnerName     string `json:"owner_name"`
	Score         int    `json:"score" doc:"Residual where that is known, else inherent; 0 for neither"`
	Level         Level  `json:"level" enum:"critical,high,medium,low,unscored" doc:"The band of the score"`
	InherentLevel Level  `json:"inherent_level" enum:"critical,high,medium,low,unscored"`
	TargetLevel   Level  `json:"target_level" enum:"critical,high,medium,low,unscored"`
	Overdue       bool   `json:"overdue"`
	AcceptedUntil string `json:"accepted_until" doc:"The last day of the acceptance, or empty"`
	ExpectedLoss  int64  `json:"expected_loss" doc:"What it costs in an average year as it is today, in minor units of loss_currency; 0 for one that nobody has said in money"`
	LossCurrency  string `json:"loss_currency" doc:"Empty for one that nobody has said in money"`
	Controls      int    `json:"controls" doc:"Linked controls that apply"`
	Effective     int    `json:"effective" doc:"Of these, the effective ones"`
	Actions       int    `json:"actions" doc:"Tasks about it that were not cancelled"`
	Done          int    `json:"done" doc:"Of these, the ones that are done"`

	read seen
}

// seen is what the query says that the rules say, too.
type seen struct {
	scale   RiskScale
	today   string
	score   int
	level   Level
	status  Status
	overdue bool
	reason  string
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
	inherentSQL   = `r.inherent_likelihood * r.inherent_impact`
	residualSQL   = `r.residual_likelihood * r.residual_impact`
	levelSQL      = `CASE WHEN ` + residualSQL + ` > 0 THEN CASE WHEN ` + residualSQL + ` >= k.critical THEN 'critical' WHEN ` + residualSQL + ` >= k.high THEN 'high' WHEN ` + residualSQL + ` >= k.medium THEN 'medium' ELSE 'low' END
		WHEN ` + inherentSQL + ` = 0 THEN 'unscored' WHEN ` + inherentSQL + ` >= k.critical THEN 'critical' WHEN ` + inherentSQL + ` >= k.high THEN 'high' WHEN ` + inherentSQL + ` >= k.medium THEN 'medium' ELSE 'low' END`
	statusSQL  = `CASE WHEN r.status = 'accepted' AND r.accepted_until < d.today THEN 'open' ELSE r.status END`
	overdueSQL = `iif(r.due_on <> '' AND r.due_on < d.today AND ` + statusSQL + ` NOT IN ('mitigated', 'accepted', 'closed'), 'true', 'false')`

	// mitigating are the links to controls that apply: l is the link, p what the control's proof amounts to.
	mitigating = `FROM record_link l JOIN control_proof p ON p.control = l.record AND p.scope = 'organisation' AND p.claim <> 'not_applicable'
		WHERE l.type = 'mitigates' AND l.kind = 'control' AND l.other_kind = 'risk' AND l.other = r.id`
	from    = `risk r LEFT JOIN risk_loss q ON q.risk = r.id CROSS JOIN risk_scale k ` + control.DaysSQL
	actions = `FROM task t WHERE t.kind = 'risk' AND t.record = r.id AND t.status <> 'cancelled'`
)

// risks is the register.
var risks = register.New(register.Register[RiskSaid, RiskFilter, Risk]{
	Kind: "risk", One: "risk", Many: "risks", Letter: "RSK", Values: words,
	Row: func(r *Risk) *register.Row { return &r.Row }, Said: func(r *Risk) *RiskSaid { return &r.RiskSaid },
	May: mayMove, Check: check, Written: written, Writes: []string{"risk_score", "notification"},
	Rules: func(r *Risk) error { return r.rules() },
	Into: func(r *Risk) []any {
		s := &r.read
		return []any{&s.scale.Critical, &s.scale.High, &s.scale.Medium, &s.today, &s.score, &s.level, &s.status, &s.overdue, &s.reason,
			&r.AcceptedUntil, &r.ExpectedLoss, &r.LossCurrency, &r.Controls, &r.Effective, &r.Actions, &r.Done}
	},
	Table: op.Table[RiskFilter, Risk]{
		From: from, Args: control.Days,
		Columns: `k.critical, k.high, k.medium, d.today, ` + scoreSQL + `, ` + levelSQL + `, ` + statusSQL + `, ` + overdueSQL + ` = 'true', r.accepted_reason, r.accepted_until, coalesce(q.expected_loss, 0), coalesce(q.currency, ''),
			(SELECT count(*) ` + mitigating + `), (SELECT count(*) ` + mitigating + ` AND ` + control.EffectiveInSQL + control.GoodSQL + `),
			(SELECT count(*) ` + actions + `), (SELECT count(*) ` + actions + ` AND t.status = 'done')`,
		Where: func(w *op.Where, f RiskFilter) {
			place(w, f)
			if f.Control != "" {
				w.And("r.id IN (SELECT l.other FROM record_link l WHERE l.type = 'mitigates' AND l.kind = 'control' AND l.record = ? AND l.other_kind = 'risk')", f.Control)
			}
		},
		Sort: map[string]string{
			"status":        "CASE " + statusSQL + " WHEN 'off_track' THEN 1 WHEN 'open' THEN 2 WHEN 'in_progress' THEN 3 WHEN 'accepted' THEN 4 WHEN 'mitigated' THEN 5 ELSE 6 END",
			"score":         scoreSQL,
			"expected_loss": "coalesce(q.expected_loss, 0)",
			"inherent":      "(r.inherent_likelihood * r.inherent_impact)",
			"target":        "(r.target_likelihood * r.target_impact)",
		},
		Indexed: []string{"score"},
		Default: "-score",
		Facets:  []op.Facet{{Name: "status", SQL: statusSQL}, {Name: "level", SQL: levelSQL}, {Name: "overdue", SQL: overdueSQL}},
		Export: []op.Col[Risk]{
			{Header: "Score", Value: func(r Risk) any { return known(r.Score) }},
			{Header: "Level", Value: func(r Risk) any { return string(r.Level) }},
			{Header: "Overdue", Value: func(r Risk) any { return r.Overdue }},
			{Header: "Accepted until", Value: func(r Risk) any { return r.AcceptedUntil }},
			{Header: "Acceptance reason", Value: func(r Risk) any { return r.read.reason }},
			{Header: "Expected loss", Value: func(r Risk) any { return r.expected() }},
			{Header: "Controls", Value: func(r Risk) any { return r.Controls }},
			{Header: "Effective controls", Value: func(r Risk) any { return r.Effective }},
		},
	},
})

// Sheet is how risks come in as a table.
var Sheet = risks.Sheet()

// rules works out what is computed, and compares it with what the query found.
func (r *Risk) rules() error {
	s := r.read
	if r.Score = r.Residual.Score(); r.Score == 0 {
		r.Score = r.Inherent.Score()
	}
	r.Level, r.InherentLevel, r.TargetLevel = s.scale.Level(r.Score), s.scale.Level(r.Inherent.Score()), s.scale.Level(r.Target.Score())
	r.Status = StatusOn(r.Status, r.AcceptedUntil, s.today)
	r.Overdue = Overdue(r.Status, r.DueOn, s.today)
	if r.Score != s.score || r.Level != s.level || r.Status != s.status || r.Overdue != s.overdue {
		return fmt.Errorf("the rules say %d %s %s %v, the query %d %s %s %v", r.Score, r.Level, r.Status, r.Overdue, s.score, s.level, s.status, s.overdue)
	}
	if r.Status != Accepted {
		r.AcceptedUntil, r.read.reason = "", "" // of an acceptance that is none any more
	}
	return nil
}

// expected is what it costs in an average year, as a cell says it: empty for one that nobody has said in money.
func (r Risk) expected() string {
	if r.LossCurrency == "" {
		return ""
	}
	return money.Text(r.ExpectedLoss, r.LossCurrency)
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

// mayMove is why a status may not be changed like this by who edits risks; empty when it may.
func mayMove(was, now RiskSaid) (field, why string) {
	switch {
	case was.Status == now.Status:
		return "", ""
	case now.Status == Accepted:
		return "status", "Only an administrator accepts a risk, with a reason and a last day."
	case was.Status == Accepted:
		return "status", "This risk is accepted. An administrator can take the acceptance back."
	}
	return "", ""
}

func check(c *op.Check, _ *storage.ReadTx, _, now RiskSaid) error {
	for name, p := range map[string]Point{"inherent": now.Inherent, "residual": now.Residual, "target": now.Target} {
		c.That((p.Likelihood == 0) == (p.Impact == 0), name, "Give both likelihood and impact, or neither.")
	}
	return nil
}
