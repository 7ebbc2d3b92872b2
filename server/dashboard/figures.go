package dashboard

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"assay/server/control"
	"assay/server/evidence"
	"assay/server/framework"
	"assay/server/op"
	"assay/storage"
)

// DashboardFramework is a framework that is on, with how far the organisation is.
type DashboardFramework struct {
	ID    string `json:"id,omitempty"`
	Key   string `json:"key"`
	Name  string `json:"name"`
	Short string `json:"short"`
	Color string `json:"color"`
	framework.Readiness
}

// DashboardControls are the program's controls in numbers.
type DashboardControls struct {
	Total           int            `json:"total"`
	Applicable      int            `json:"applicable"`
	Claimed         map[string]int `json:"claimed" doc:"By the status that people set"`
	Effective       map[string]int `json:"effective" doc:"By what the claims are worth, looking at their proof"`
	Attention       int            `json:"attention" doc:"Controls that need attention"`
	AttentionChange *int           `json:"attention_change" doc:"Against seven days ago; null when that is not known"`
}

// DashboardEvidence is the program's evidence in numbers.
type DashboardEvidence struct {
	evidence.EvidenceHealth
	Expiring       int  `json:"expiring" doc:"Proof that ends within 30 days"`
	ExpiringChange *int `json:"expiring_change" doc:"Against seven days ago; null when that is not known"`
}

// definitions are what the page says of its figures. The rules themselves stand in the packages that make
// the figures; who changes a rule there changes its sentence here.
var definitions = map[string]string{
	"progress":       "Requirements that are met, of those that apply. A requirement is met when at least one control that applies serves it and all such controls are effective.",
	"met":            "At least one control that applies serves the requirement, and all such controls are effective: implemented and proven.",
	"attention":      "A control that serves the requirement is a gap, is claimed without proof, or its proof has expired.",
	"in_progress":    "Work on a control that serves the requirement has begun.",
	"not_started":    "No control serves the requirement, or nobody has begun.",
	"not_applicable": "The requirement does not apply to the organisation. It takes no part in any share.",
	"readiness":      "The mean over all controls that apply of claim times proof. Implemented counts 1 and in progress one half; complete proof counts 1, partial proof one half, none nothing.",
	"coverage":       "Controls with at least one evidence request, of those that apply.",
	"share":          "Controls that are effective, of those that apply.",
	"effective":      "What a claim is worth, looking at its proof: a control that is marked implemented is effective only while all of its evidence is current.",
	"needs_evidence": fmt.Sprintf("Marked implemented, but proof has expired. It still counts for %d days.", control.Grace),
	"unproven":       "Marked implemented, but evidence is missing.",
	"needing":        "Controls that are a gap, unproven, or need evidence.",
	"expiring":       fmt.Sprintf("Evidence requests whose proof ends within %d days.", evidence.SoonDays),
	"change":         "Against the figures of seven days ago.",
}

// figures are everything that is counted today.
type figures struct {
	overall    framework.Readiness
	frameworks []DashboardFramework
	controls   DashboardControls
	evidence   DashboardEvidence
}

// DashboardFigures are the dashboard's figures of a scope, for who sets two files side by side.
type DashboardFigures struct {
	Overall    framework.Readiness  `json:"overall" doc:"The whole program: every framework that is on, every control that applies"`
	Frameworks []DashboardFramework `json:"frameworks"`
	Controls   DashboardControls    `json:"controls"`
	Evidence   DashboardEvidence    `json:"evidence"`
}

// Count counts a scope, the whole organisation when it is empty.
func Count(tx *storage.ReadTx, scope string) (DashboardFigures, error) {
	f, err := measure(tx, control.In(scope))
	return DashboardFigures{f.overall, f.frameworks, f.controls, f.evidence}, err
}

// Products are those that the figures can be narrowed to.
func Products(tx *storage.ReadTx) ([]DashboardProduct, error) { return productsOf(tx) }

// Defined is what each figure means, to show beside it.
func Defined() map[string]string { return maps.Clone(definitions) }

func measure(tx *storage.ReadTx, scope string) (f figures, err error) {
	readiness, err := framework.MeasureIn(tx, scope)
	if err != nil {
		return f, err
	}
	f.overall = readiness.Overall
	if f.frameworks, err = frameworks(tx, readiness); err != nil {
		return f, err
	}
	if scope != control.Organisation {
		f.frameworks = slices.DeleteFunc(f.frameworks, uncounted(readiness))
	}
	if f.controls, err = programControls(tx, scope); err != nil {
		return f, err
	}
	f.evidence, err = programEvidence(tx, scope)
	return f, err
}

// programControls counts the controls by the rules of package control.
func programControls(tx *storage.ReadTx, scope string) (DashboardControls, error) {
	c := DashboardControls{Claimed: map[string]int{}, Effective: map[string]int{}}
	rows, err := tx.Query("SELECT s.status, "+control.EffectiveSQL+" AS effective, count(*) FROM "+control.JoinIn+control.DaysSQL+" WHERE p.answers = 1 OR p.claimed_in <> 'organisation' GROUP BY 1, 2", control.ViewIn(tx, scope)...)
	if err != nil {
		return c, err
	}
	err = op.Each(rows, func(r op.Row) (err error) {
		var claim control.Status
		var effective control.Effective
		var n int
		if err = r.Scan(&claim, &effective, &n); err != nil {
			return err
		}
		c.Total += n
		c.Claimed[string(claim)] += n
		c.Effective[string(effective)] += n
		if claim != control.NotApplicable {
			c.Applicable += n
		}
		if effective.Bad() {
			c.Attention += n
		}
		return nil
	})
	return c, err
}

func programEvidence(tx *storage.ReadTx, scope string) (DashboardEvidence, error) {
	h, err := evidence.HealthIn(tx, scope)
	return DashboardEvidence{EvidenceHealth: h, Expiring: h.ExpiringSoon}, err
}

// frameworks are those that are on, with their figures.
func frameworks(tx *storage.ReadTx, now framework.Figures) ([]DashboardFramework, error) {
	rows, err := tx.Query("SELECT id, key, name, short, color FROM framework WHERE archived = 0 ORDER BY short COLLATE NOCASE, id")
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (d DashboardFramework, err error) {
		err = r.Scan(&d.ID, &d.Key, &d.Name, &d.Short, &d.Color)
		d.Readiness = now.Frameworks[d.ID]
		return d, err
	})
}

// uncounted tells of a framework whether no requirement of it was counted.
func uncounted(now framework.Figures) func(DashboardFramework) bool {
	return func(d DashboardFramework) bool { _, ok := now.Frameworks[d.ID]; return !ok }
}

// compare adds how two figures moved since the newest day kept that is a week old, two weeks at most.
func (d *Dashboard) compare(tx *storage.ReadTx) error {
	var needing, expiring int
	err := tx.QueryRow(`SELECT needing, expiring FROM readiness_day WHERE framework = '' AND scope = ?2 AND day <= date(?1, '-7 days') AND day >= date(?1, '-13 days')
		ORDER BY day DESC LIMIT 1`, d.Day, d.Scope).Scan(&needing, &expiring)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	needing, expiring = d.Controls.Attention-needing, d.Evidence.Expiring-expiring
	d.Controls.AttentionChange, d.Evidence.ExpiringChange = &needing, &expiring
	return err
}

// DashboardTrend is how the figures moved, week by week, today last.
type DashboardTrend struct {
	Days       []string    `json:"days" doc:"Today, the days that lie whole weeks before it, or the last one kept before those"`
	Overall    TrendLine   `json:"overall"`
	Frameworks []TrendLine `json:"frameworks"`
	Attention  []*int      `json:"attention" doc:"Controls that needed attention"`
	Expiring   []*int      `json:"expiring" doc:"Proof that ended within 30 days from then"`
}

// TrendLine is one line of the chart: a value for each of the days, null where there was none.
type TrendLine struct {
	Key       string `json:"key" doc:"The framework's; empty for the whole program"`
	Short     string `json:"short"`
	Color     string `json:"color"`
	Progress  []*int `json:"progress" doc:"Basis points"`
	Readiness []*int `json:"readiness" doc:"Basis points"`
}

// kept is how far back the trend goes: 14 months.
const kept = 427

// weekSQL names the days that are shown of what was kept of a scope: one for each week, today not among them. Of every
// night there is the whole program and each framework; an auditor snapshot has its frameworks alone. The weeks are found
// once and come first in what is joined to them (CROSS JOIN): found anew for every row they cost a hundred times as much.
const weekSQL = `WITH week AS MATERIALIZED (
	SELECT max(day) AS day FROM readiness_day WHERE scope = ?3 AND day <= date(?1, '-7 days') AND day >= date(?1, '-' || ?2 || ' days')
	GROUP BY CAST(julianday(?1) - julianday(day) AS INTEGER) / 7)`

// weeks are the values of weekSQL.
func weeks(tx *storage.ReadTx, scope string) []any { return []any{tx.Today(), kept, scope} }

// trend reads what was kept of each week and adds what was counted just now.
func trend(tx *storage.ReadTx, scope string, f figures) (DashboardTrend, error) {
	t := DashboardTrend{Days: []string{}, Frameworks: make([]TrendLine, len(f.frameworks)), Attention: []*int{}, Expiring: []*int{}}
	lines := map[string]*TrendLine{"": &t.Overall}
	for i, d := range f.frameworks {
		t.Frameworks[i] = TrendLine{Key: d.Key, Short: d.Short, Color: d.Color}
		lines[d.ID] = &t.Frameworks[i]
	}
	rows, err := tx.Query(weekSQL+`
		SELECT d.day, d.framework, d.applicable, d.met, d.controls, d.readiness, d.needing, d.expiring FROM week w CROSS JOIN readiness_day d ON d.day = w.day AND +d.scope = ?3 ORDER BY d.day`, weeks(tx, scope)...)
	if err != nil {
		return t, err
	}
	grow := func(day string) {
		t.Days, t.Attention, t.Expiring = append(t.Days, day), append(t.Attention, nil), append(t.Expiring, nil)
		for _, l := range lines {
			l.Progress, l.Readiness = append(l.Progress, nil), append(l.Readiness, nil)
		}
	}
	err = op.Each(rows, func(r op.Row) (err error) {
		var day, id string
		var applicable, met, controls, readiness, needing, expiring int
		if err = r.Scan(&day, &id, &applicable, &met, &controls, &readiness, &needing, &expiring); err != nil {
			return err
		}
		if n := len(t.Days); n == 0 || t.Days[n-1] != day {
			grow(day)
		}
		last := len(t.Days) - 1
		if id == "" {
			t.Attention[last], t.Expiring[last] = &needing, &expiring
		}
		if l := lines[id]; l != nil {
			l.Progress[last] = framework.Ratio(met, applicable)
			if controls > 0 {
				l.Readiness[last] = &readiness
			}
		}
		return nil
	})
	if err != nil {
		return t, err
	}
	grow(tx.Today())
	last := len(t.Days) - 1
	t.Overall.Progress[last], t.Overall.Readiness[last] = f.overall.Progress, f.overall.Readiness
	t.Attention[last], t.Expiring[last] = &f.controls.Attention, &f.evidence.Expiring
	for i, d := range f.frameworks {
		t.Frameworks[i].Progress[last], t.Frameworks[i].Readiness[last] = d.Progress, d.Readiness.Readiness
	}
	return t, nil
}

// snapshot keeps the day's figures. It runs soon after midnight in the organisation's zone, so a day's
// figures are those it began with; run again, it replaces them.
func snapshot(s *op.Scope, _ json.RawMessage) error {
	return s.Write(func(tx *storage.WriteTx) error {
		if err := framework.Keep(tx); err != nil {
			return err
		}
		rows, err := tx.Query("SELECT scope FROM readiness_day WHERE day = ? AND framework = ''", tx.Today())
		if err != nil {
			return err
		}
		scopes, err := op.Scan(rows, func(r op.Row) (id string, err error) { return id, r.Scan(&id) })
		if err != nil {
			return err
		}
		for _, scope := range scopes {
			c, err := programControls(&tx.ReadTx, scope)
			if err != nil {
				return err
			}
			e, err := programEvidence(&tx.ReadTx, scope)
			if err != nil {
				return err
			}
			if err := tx.ExecOne("UPDATE readiness_day SET needing = ?, expiring = ? WHERE day = ? AND framework = '' AND scope = ?", c.Attention, e.Expiring, tx.Today(), scope); err != nil {
				return err
			}
			if err := keepParts(tx, scope); err != nil {
				return err
			}
		}
		return nil
	})
}
