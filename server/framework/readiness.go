package framework

import (
	"slices"

	"assay/server/control"
	"assay/server/op"
	"assay/storage"
)

// Every figure of readiness is made in this file: lists, the dashboard, exports and the daily record use
// these functions and no others.

// State is how a requirement stands.
type State string

// The states.
const (
	Met          State = "met"            // something serves it, and all that does is effective
	Attention    State = "attention"      // something that serves it is a gap, unproven, or its proof expired
	InProgress   State = "in_progress"    // somebody has started
	NotStarted   State = "not_started"    // nobody has, or nothing serves it
	Inapplicable State = "not_applicable" // it does not apply to the organisation
)

// StateOf is the rule: how a requirement stands that is served by controls with these effective statuses.
// Controls that do not apply take no part. [stateSQL] is the same rule.
func StateOf(applicable bool, by []control.Effective) State {
	if !applicable {
		return Inapplicable
	}
	n, good, bad, started := 0, 0, 0, 0
	for _, e := range by {
		if e == control.Effective(control.NotApplicable) {
			continue
		}
		n++
		if e.Good() {
			good++
		}
		if e.Bad() {
			bad++
		}
		if e != control.Effective(control.NotStarted) {
			started++
		}
	}
	switch {
	case n > 0 && good == n:
		return Met
	case bad > 0:
		return Attention
	case started > 0:
		return InProgress
	}
	return NotStarted
}

// proofSQL joins the claim and the proof, in the scope that d names, of the control that a mapping m names.
// CROSS keeps SQLite from beginning with every control of the organisation for each requirement, which takes a
// hundred times as long; so d stands before it.
const proofSQL = ` CROSS JOIN control_proof p ON p.control = m.control AND p.scope = d.scope AND p.claim <> 'not_applicable' `

// alternativeSQL tells whether an equivalent alternative is documented for an addressable specification r; see
// [Addressed].
const alternativeSQL = `coalesce((SELECT a.reasonable = 0 AND a.alternative <> '' FROM addressable a
	WHERE a.requirement = r.id AND a.scope IN (d.scope, 'organisation') ORDER BY a.scope = 'organisation' LIMIT 1), 0)`

// stateSQL is StateOf for a row r of requirement with its framework f; d is that of [control.DaysSQL]. An
// addressable specification that a documented alternative stands in for is met.
const stateSQL = `CASE WHEN ` + control.AppliesSQL + ` = 0 THEN 'not_applicable' WHEN ` + alternativeSQL + ` THEN 'met' ELSE (
	SELECT CASE WHEN count(*) > 0 AND sum(e` + control.GoodSQL + `) = count(*) THEN 'met'
		WHEN sum(e` + control.BadSQL + `) > 0 THEN 'attention'
		WHEN sum(e <> 'not_started') > 0 THEN 'in_progress' ELSE 'not_started' END
	FROM (SELECT ` + control.WeighedSQL + ` AS e FROM mapping m` + proofSQL + `WHERE m.requirement = r.id)) END`

// Readiness is how far a framework, or the whole program, is.
type Readiness struct {
	Applicable    int  `json:"applicable" doc:"Requirements that count and apply"`
	Met           int  `json:"met" doc:"Of these: something serves them, and all that does is effective"`
	Attention     int  `json:"attention" doc:"Of these: something that serves them is a gap, unproven, or its proof expired"`
	InProgress    int  `json:"in_progress"`
	NotStarted    int  `json:"not_started"`
	NotApplicable int  `json:"not_applicable" doc:"Requirements that count but do not apply here"`
	Progress      *int `json:"progress" doc:"met of applicable in basis points; null when nothing applies"`

	ControlFigures
}

// ControlFigures are what a group of controls amounts to: those of a framework, a family, an owner, or all.
type ControlFigures struct {
	Controls  int  `json:"controls" doc:"Controls that apply; of a framework, those that serve one of its requirements"`
	Effective int  `json:"effective" doc:"Of these, effective: implemented and proven, or in the days of grace"`
	Share     *int `json:"share" doc:"effective of controls in basis points; null without controls"`
	Needing   int  `json:"needing" doc:"Of these, a gap, unproven, or in need of evidence"`
	Readiness *int `json:"readiness" doc:"Mean over the controls of claim times proof in basis points; null without controls"`
	Covered   int  `json:"covered" doc:"Controls with at least one evidence request"`
	Coverage  *int `json:"coverage" doc:"covered of controls in basis points; null without controls"`
}

// Ratio is part of whole in basis points, rounded down: 100 % means all of it. It is nil for 0 of 0.
func Ratio(part, whole int) *int {
	if whole == 0 {
		return nil
	}
	bp := part * 10000 / whole
	return &bp
}

func (r *Readiness) count(s State, n int) {
	switch s {
	case Inapplicable:
		r.NotApplicable += n
		return
	case Met:
		r.Met += n
	case Attention:
		r.Attention += n
	case InProgress:
		r.InProgress += n
	default:
		r.NotStarted += n
	}
	r.Applicable += n
}

// tally is what is counted of a group of controls before shares are made of it.
type tally struct{ controls, effective, needing, points, covered int }

func (t *tally) add(n tally) {
	t.controls, t.effective, t.needing = t.controls+n.controls, t.effective+n.effective, t.needing+n.needing
	t.points, t.covered = t.points+n.points, t.covered+n.covered
}

func (t tally) figures() ControlFigures {
	return ControlFigures{Controls: t.controls, Effective: t.effective, Share: Ratio(t.effective, t.controls), Needing: t.needing,
		Readiness: Ratio(t.points, t.controls*control.MostPoints), Covered: t.covered, Coverage: Ratio(t.covered, t.controls)}
}

// Figures are the readiness of the whole program and of each of its frameworks.
type Figures struct {
	Overall    Readiness
	Frameworks map[string]Readiness // by id; those that are archived too
	Parts      Parts                // of the controls of the whole program
}

// pointsSQL is what a control adds to a framework's readiness; see [control.Points].
const pointsSQL = `CASE WHEN f.evidence_required = 0 THEN 2 * CASE p.claim WHEN 'implemented' THEN 2 WHEN 'in_progress' THEN 1 ELSE 0 END
	ELSE ` + control.PointsInSQL + ` END`

// answersSQL keeps of the frameworks f those that the scope of d answers to: the organisation to all.
const answersSQL = `(d.scope = 'organisation' OR EXISTS (SELECT 1 FROM framework_scope z WHERE z.framework = f.id AND z.scope = d.scope))`

// Measure is MeasureIn for the whole organisation.
func Measure(tx *storage.ReadTx) (Figures, error) { return MeasureIn(tx, control.Organisation) }

// MeasureIn counts as of today. The whole program of the organisation is every requirement of the frameworks
// that are on, and every control that applies, whether a framework asks for it or not; that of a product is
// the frameworks it answers to, and the controls that serve them or are kept per product: see
// [control.InScopeSQL].
func MeasureIn(tx *storage.ReadTx, scope string) (Figures, error) {
	out := Figures{Frameworks: map[string]Readiness{}}
	days := control.DaysIn(tx, scope)
	rows, err := tx.Query(`SELECT f.id, f.archived, `+stateSQL+`, count(*) FROM framework f JOIN requirement r ON r.framework = f.id
		`+control.DaysSQL+` WHERE r.assessable = 1 AND `+answersSQL+` GROUP BY 1, 2, 3`, days...)
	if err != nil {
		return out, err
	}
	err = op.Each(rows, func(row op.Row) error {
		var id string
		var archived bool
		var s State
		var n int
		if err := row.Scan(&id, &archived, &s, &n); err != nil {
			return err
		}
		r := out.Frameworks[id]
		r.count(s, n)
		out.Frameworks[id] = r
		if !archived {
			out.Overall.count(s, n)
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	rows, err = tx.Query(`SELECT m.framework, count(*), sum(`+control.WeighedSQL+control.GoodSQL+`), sum(`+control.WeighedSQL+control.BadSQL+`), sum(`+pointsSQL+`), sum(p.requests > 0)
		FROM (SELECT DISTINCT r.framework, m.control FROM requirement r JOIN mapping m ON m.requirement = r.id `+control.DaysSQL+`
			WHERE r.assessable = 1 AND `+control.AppliesSQL+` = 1) m
		JOIN framework f ON f.id = m.framework `+control.DaysSQL+proofSQL+` WHERE `+answersSQL+` GROUP BY 1`, append(days[:len(days):len(days)], days...)...)
	if err != nil {
		return out, err
	}
	err = op.Each(rows, func(row op.Row) error {
		var id string
		var t tally
		if err := row.Scan(&id, &t.controls, &t.effective, &t.needing, &t.points, &t.covered); err != nil {
			return err
		}
		r := out.Frameworks[id]
		r.ControlFigures = t.figures()
		out.Frameworks[id] = r
		return nil
	})
	if err != nil {
		return out, err
	}
	if out.Parts, err = PartsIn(tx, scope); err != nil {
		return out, err
	}
	out.Overall.ControlFigures = out.Parts.All
	out.Overall.Progress = Ratio(out.Overall.Met, out.Overall.Applicable)
	for id, r := range out.Frameworks {
		r.Progress = Ratio(r.Met, r.Applicable)
		out.Frameworks[id] = r
	}
	return out, nil
}

// Parts are the figures of the controls that a scope looks at: of all, by family, and by owner.
type Parts struct {
	All      ControlFigures
	Families map[string]ControlFigures // by name; "" is no family
	Owners   map[string]ControlFigures // by id of a person; "" is nobody
}

// PartsIn counts as of today. A group without controls that apply is absent.
func PartsIn(tx *storage.ReadTx, scope string) (Parts, error) {
	var all tally
	families, owners := map[string]tally{}, map[string]tally{}
	rows, err := tx.Query(`SELECT c.domain, c.owner, count(*), sum(`+control.EffectiveInSQL+control.GoodSQL+`), sum(`+control.EffectiveInSQL+control.BadSQL+`),
		sum(`+control.PointsInSQL+`), sum(p.requests > 0)
		FROM control_proof p JOIN control c ON c.id = p.control `+control.DaysSQL+`
		WHERE p.scope = ? AND p.claim <> 'not_applicable' AND `+control.InScopeSQL+` GROUP BY 1, 2`, append(control.DaysIn(tx, scope), control.In(scope))...)
	if err != nil {
		return Parts{}, err
	}
	err = op.Each(rows, func(row op.Row) error {
		var family, owner string
		var n tally
		if err := row.Scan(&family, &owner, &n.controls, &n.effective, &n.needing, &n.points, &n.covered); err != nil {
			return err
		}
		f, o := families[family], owners[owner]
		f.add(n)
		o.add(n)
		all.add(n)
		families[family], owners[owner] = f, o
		return nil
	})
	out := Parts{All: all.figures(), Families: map[string]ControlFigures{}, Owners: map[string]ControlFigures{}}
	for name, t := range families {
		out.Families[name] = t.figures()
	}
	for id, t := range owners {
		out.Owners[id] = t.figures()
	}
	return out, err
}

// Keep writes today's figures down, for trends, of the organisation and of each product: those of an earlier
// hour are replaced. The dashboard, which owns readiness_day, calls it every night.
func Keep(tx *storage.WriteTx) error {
	scopes, err := scopes(&tx.ReadTx)
	if err != nil {
		return err
	}
	for _, scope := range scopes {
		if err := keep(tx, scope); err != nil {
			return err
		}
	}
	return nil
}

// scopes are the organisation and the products that are not archived.
func scopes(tx *storage.ReadTx) ([]string, error) {
	rows, err := tx.Query("SELECT id FROM scope WHERE archived = 0 ORDER BY kind, id")
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (id string, err error) { return id, r.Scan(&id) })
}

func keep(tx *storage.WriteTx, scope string) error {
	f, err := MeasureIn(&tx.ReadTx, scope)
	if err != nil {
		return err
	}
	today := tx.Today()
	evidence := map[string][2]int{}
	rows, err := tx.Query(`
		SELECT '', count(*), coalesce(sum(k.collected_on <> '' AND (k.expires_on = '' OR k.expires_on >= d.today)), 0)
			FROM evidence e JOIN evidence_clock k ON k.evidence = e.id `+control.DaysSQL+`
			WHERE e.not_applicable = 0 AND (d.scope = 'organisation' OR e.scope IN ('organisation', d.scope))
		UNION ALL
		SELECT x.framework, count(*), sum(k.collected_on <> '' AND (k.expires_on = '' OR k.expires_on >= d.today))
			FROM (SELECT DISTINCT r.framework, l.evidence FROM requirement r JOIN mapping m ON m.requirement = r.id
				JOIN evidence_control l ON l.control = m.control `+control.DaysSQL+` WHERE r.assessable = 1 AND `+control.AppliesSQL+` = 1) x
			JOIN evidence e ON e.id = x.evidence AND e.not_applicable = 0 JOIN evidence_clock k ON k.evidence = e.id `+control.DaysSQL+`
			WHERE d.scope = 'organisation' OR e.scope IN ('organisation', d.scope) GROUP BY 1`, slices.Repeat(control.DaysIn(&tx.ReadTx, scope), 3)...)
	if err != nil {
		return err
	}
	err = op.Each(rows, func(r op.Row) (err error) {
		var id string
		var n [2]int
		err = r.Scan(&id, &n[0], &n[1])
		evidence[id] = n
		return err
	})
	if err != nil {
		return err
	}
	all := f.Frameworks
	all[""] = f.Overall
	for id, r := range all {
		readiness := 0
		if r.Readiness != nil {
			readiness = *r.Readiness
		}
		err := tx.Exec(`INSERT INTO readiness_day (day, framework, scope, applicable, met, attention, in_progress, controls, effective, readiness, evidence, current)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (day, framework, scope) DO UPDATE SET applicable = excluded.applicable, met = excluded.met,
			attention = excluded.attention, in_progress = excluded.in_progress, controls = excluded.controls, effective = excluded.effective,
			readiness = excluded.readiness, evidence = excluded.evidence, current = excluded.current`,
			today, id, scope, r.Applicable, r.Met, r.Attention, r.InProgress, r.Controls, r.Effective, readiness, evidence[id][0], evidence[id][1])
		if err != nil {
			return err
		}
	}
	return nil
}

// RequirementState is a requirement that counts, with how it stands.
type RequirementState struct {
	ID, Framework, Ref, Title string
	State                     State
}

// States are how the requirements that count stand today in the whole organisation, in the order of their frameworks.
func States(tx *storage.ReadTx) ([]RequirementState, error) {
	rows, err := tx.Query(`SELECT r.id, f.id, f.short || ' ' || r.ref, r.title, `+stateSQL+` FROM framework f JOIN requirement r ON r.framework = f.id
		`+control.DaysSQL+` WHERE r.assessable = 1 ORDER BY f.name, f.id, r.position, r.id`, control.Days(tx)...)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(row op.Row) (s RequirementState, err error) {
		return s, row.Scan(&s.ID, &s.Framework, &s.Ref, &s.Title, &s.State)
	})
}
