package control

import "assay/server/op"

// Counted is what a figure of readiness counts. A list that is asked with it shows the controls behind the
// figure, no more and no fewer: package framework, which makes the figures, counts by the same SQL.
type Counted string

// The figures that count controls.
const (
	CountsControls  Counted = "controls"  // those that apply
	CountsEffective Counted = "effective" // of these, what is implemented and proven
	CountsNeeding   Counted = "needing"   // of these, what needs attention
	CountsCovered   Counted = "covered"   // of these, what has an evidence request
)

// InScopeSQL keeps of the controls with their proof p those that a scope looks at: the organisation at all, a
// product at those that serve a framework it answers to, or that have a status of their own there.
const InScopeSQL = `(p.answers = 1 OR p.claimed_in <> 'organisation')`

// AppliesSQL tells whether a requirement r applies in the scope that d names: as was decided for the product,
// otherwise as the organisation says.
const AppliesSQL = `coalesce((SELECT x.applicable FROM requirement_scope x WHERE x.requirement = r.id AND x.scope = d.scope), r.applicable)`

// WeighedSQL is [EffectiveInSQL] in the eyes of a framework f: one that does not ask for evidence takes the
// claim for the fact.
const WeighedSQL = `CASE WHEN f.evidence_required = 0 THEN p.claim ELSE ` + EffectiveInSQL + ` END`

// weighedSQL is WeighedSQL for the framework whose id follows, or for none.
const weighedSQL = `CASE WHEN EXISTS (SELECT 1 FROM framework z WHERE z.id = ? AND z.evidence_required = 0) THEN p.claim ELSE ` + EffectiveInSQL + ` END`

// counted keeps what a figure counts, of one framework where the filter names one.
func counted(w *op.Where, f ControlFilter) {
	switch f.Counts {
	case "":
		return
	case CountsEffective:
		w.And(weighedSQL+GoodSQL, f.Framework)
	case CountsNeeding:
		w.And(weighedSQL+BadSQL, f.Framework)
	case CountsCovered:
		w.And("p.requests > 0")
	}
	w.And("p.claim <> 'not_applicable'")
	if f.Framework != "" {
		w.And("EXISTS (SELECT 1 FROM mapping m JOIN requirement r ON r.id = m.requirement AND r.assessable = 1 WHERE m.control = c.id AND r.framework = ? AND "+AppliesSQL+" = 1)", f.Framework)
	}
}
