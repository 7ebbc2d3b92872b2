// Package dashboard puts the figures of all modules on one page, and keeps those of every day.
//
// It defines no figure of its own: readiness comes from package framework, effective status from package
// control, the clock of proof from package evidence. Executives get the figures and nothing that names a
// record or a person, but for the policies that they themselves are asked to approve or to acknowledge.
package dashboard

import (
	"slices"

	"assay/server/auditlog"
	"assay/server/control"
	"assay/server/evidence"
	"assay/server/framework"
	"assay/server/mywork"
	"assay/server/op"
	"assay/server/record"
	"assay/storage"
)

// Module is the dashboard's part of the API.
var Module = op.Module{
	Name: "dashboard",
	Owns: []string{"readiness_day", "readiness_part"},
	Ops: []op.Op{
		op.Steps("get", "GET /dashboard", op.Everyone, get, op.AsOf(), // executives too: figures only
			op.Doc("How ready the organisation is, what is due, and what happened")),
		op.Steps("readiness", "GET /readiness", op.Everyone, readiness, op.AsOf(), // executives too: figures only
			op.Doc("Readiness by framework, product, family or owner, today and week by week")),
		op.Sheet("readiness_export", "GET /readiness/export", op.Readers, groupSheet, groupRows,
			op.Doc("Export as CSV or XLSX: readiness today, by framework, product, family or owner")),
		op.Sheet("readiness_weeks_export", "GET /readiness/weeks/export", op.Readers, weekSheet, weekRows,
			op.Doc("Export as CSV or XLSX: how readiness moved, week by week")),
	},
	Jobs: []op.Job{{Name: "snapshot", Nightly: true, Run: snapshot}},
}

// Dashboard is the page. What an Executive may not see is absent.
type Dashboard struct {
	Day        string               `json:"day" doc:"Today in the organisation's time zone"`
	Overall    framework.Readiness  `json:"overall" doc:"The whole program: every framework that is on, every control that applies"`
	Frameworks []DashboardFramework `json:"frameworks"`
	Controls   DashboardControls    `json:"controls"`
	Evidence   DashboardEvidence    `json:"evidence"`
	Trend      DashboardTrend       `json:"trend"`
	Defined    map[string]string    `json:"defined" doc:"What each figure means, to show beside it"`
	Scope      string               `json:"scope" doc:"What the figures are of: organisation, or a product"`
	Products   []DashboardProduct   `json:"products,omitempty" doc:"The products there are figures of"`

	Due        *DashboardDue         `json:"due,omitempty"`
	Mine       *mywork.Mine          `json:"mine,omitempty" doc:"What waits for the caller; for an executive, the policies that they are asked about, and absent where there are none"`
	Onboarding *Onboarding           `json:"onboarding,omitempty"`
	Activity   []auditlog.AuditEntry `json:"activity,omitempty" doc:"The newest changes in words"`
}

// How far the page looks ahead, and how much of a list it shows.
const (
	soonDays = evidence.SoonDays
	shown    = 20
)

// DashboardProduct is a product that the figures can be narrowed to.
type DashboardProduct struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type getIn struct {
	Scope string `query:"scope" maxLength:"26" doc:"Id of a product to count; the whole organisation unless given"`
}

func get(s *op.Scope, in getIn) (d Dashboard, err error) {
	records := s.Caller().Role&op.Readers != 0
	return d, s.Read(func(tx *storage.ReadTx) error {
		products, err := productsOf(tx)
		if err != nil {
			return err
		}
		scope := control.In(in.Scope)
		if err := checkScope(scope, products); err != nil {
			return err
		}
		f, err := measure(tx, scope)
		if err != nil {
			return err
		}
		d = Dashboard{Day: tx.Today(), Scope: scope, Overall: f.overall, Frameworks: f.frameworks, Controls: f.controls, Evidence: f.evidence, Defined: definitions}
		if err := d.compare(tx); err != nil {
			return err
		}
		if d.Trend, err = trend(tx, scope, f); err != nil {
			return err
		}
		d.Products = products
		if !records {
			asked, err := mywork.Asked(tx, s.Caller().Person, shown)
			if err != nil {
				return err
			}
			if asked.Total > 0 {
				d.Mine = asked
			}
			for i := range d.Frameworks {
				d.Frameworks[i].ID = "" // nothing to follow for who may not read records
			}
			return nil
		}
		return d.fill(tx, s.Caller().Person)
	})
}

func productsOf(tx *storage.ReadTx) ([]DashboardProduct, error) {
	rows, err := tx.Query("SELECT id, name FROM scope WHERE kind = 'product' AND archived = 0 ORDER BY name COLLATE NOCASE, id")
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (p DashboardProduct, err error) { return p, r.Scan(&p.ID, &p.Name) })
}

// fill adds what names records and people.
func (d *Dashboard) fill(tx *storage.ReadTx, me string) error {
	ahead, err := mywork.Look(tx, "")
	if err != nil {
		return err
	}
	proof, records := ahead.Evidence, ahead.Records
	d.Due = &DashboardDue{Total: len(proof), Items: proof[:min(len(proof), shown)], RecordsTotal: len(records), Records: slices.Clone(records[:min(len(records), shown)]), Kinds: map[record.Kind]int{}}
	for _, r := range records {
		d.Due.Kinds[r.Kind]++
	}
	if err := record.Named(tx, d.Due.Records); err != nil {
		return err
	}
	if d.Mine, err = mywork.Of(tx, me, ahead, shown); err != nil {
		return err
	}
	if d.Onboarding, err = onboarding(tx); err != nil {
		return err
	}
	d.Activity, err = auditlog.Recent(tx, shown)
	return err
}

// DashboardDue is what has expired or is overdue, or will be soon, most urgent first: evidence, and records of the registers.
type DashboardDue struct {
	Total        int                    `json:"total" doc:"Of evidence"`
	Items        []evidence.EvidenceDue `json:"items"`
	Records      []record.Due           `json:"records" doc:"Policies, vendors, risks, assets and processes that are to be looked at again"`
	RecordsTotal int                    `json:"records_total"`
	Kinds        map[record.Kind]int    `json:"kinds" doc:"How many there are of each kind of record"`
}

// Onboarding is how far a new organisation has come, seen in its data, not in what was clicked.
type Onboarding struct {
	Done  int              `json:"done"`
	Steps []OnboardingStep `json:"steps"`
}

// OnboardingStep is one step: n of m, when it can be counted.
type OnboardingStep struct {
	Key  string `json:"key" enum:"profile,framework,people,owners,evidence"`
	Done bool   `json:"done"`
	N    int    `json:"n"`
	Of   int    `json:"of"`
}

func onboarding(tx *storage.ReadTx) (*Onboarding, error) {
	var frameworks, people, controls, owned, accepted, profile int
	err := tx.QueryRow(`SELECT (SELECT count(*) FROM framework WHERE archived = 0),
		(SELECT count(*) FROM person WHERE active = 1 AND email <> ''),
		(SELECT count(*) FROM control c JOIN control_status s ON s.control = c.id AND s.scope = 'organisation' WHERE s.status <> 'not_applicable'),
		(SELECT count(*) FROM control c JOIN control_status s ON s.control = c.id AND s.scope = 'organisation' WHERE s.status <> 'not_applicable' AND c.owner <> ''),
		(SELECT count(*) FROM evidence_clock WHERE accepted > 0),
		coalesce((SELECT (name <> '') + (industry <> '') + (contact_email <> '') FROM organisation), 0)`).
		Scan(&frameworks, &people, &controls, &owned, &accepted, &profile)
	if err != nil {
		return nil, err
	}
	o := &Onboarding{Steps: []OnboardingStep{
		{"profile", profile == 3, profile, 3},
		{"framework", frameworks > 0, min(frameworks, 1), 1},
		{"people", people > 1, min(people, 2), 2},
		{"owners", controls > 0 && owned == controls, owned, controls},
		{"evidence", accepted > 0, min(accepted, 1), 1},
	}}
	for _, s := range o.Steps {
		if s.Done {
			o.Done++
		}
	}
	return o, nil
}
