// Package framework is what the organisation wants to comply with: frameworks copied from the catalogs that
// come with the program or imported as OSCAL or from CISO
// Assistant, or written by the organisation itself, their requirements, which controls serve them, and how ready
// all of that makes the organisation.
package framework

import (
	"encoding/json"

	"assay/server/control"
	"assay/server/framework/oscal"
	"assay/server/op"
	"assay/storage"
)

// Framework is a standard in a tenant, with how far the organisation is.
type Framework struct {
	ID               string    `json:"id"`
	Key              string    `json:"key" doc:"That of the catalog, or made from the title of the import"`
	Name             string    `json:"name"`
	Short            string    `json:"short" doc:"For chips and table cells"`
	Edition          string    `json:"edition"`
	Publisher        string    `json:"publisher"`
	Description      string    `json:"description"`
	Source           string    `json:"source" enum:"builtin,oscal,ciso,own"`
	SourceNote       string    `json:"source_note" doc:"What the wording is based on"`
	Color            string    `json:"color"`
	Archived         bool      `json:"archived" doc:"Turned off: kept, but in no figure"`
	EvidenceRequired bool      `json:"evidence_required" doc:"Off: what is claimed counts as proven in this framework"`
	Rows             int       `json:"rows" doc:"Requirements of any kind"`
	Readiness        Readiness `json:"readiness"`
	CreatedAt        string    `json:"created_at"`
	UpdatedAt        string    `json:"updated_at"`
	Version          int       `json:"version"`
}

const columns = `f.id, f.key, f.name, f.short, f.edition, f.publisher, f.description, f.source, f.source_note, f.color,
	f.archived, f.evidence_required, (SELECT count(*) FROM requirement r WHERE r.framework = f.id), f.created_at, f.updated_at, f.version`

func scan(r op.Row) (f Framework, err error) {
	return f, r.Scan(&f.ID, &f.Key, &f.Name, &f.Short, &f.Edition, &f.Publisher, &f.Description, &f.Source, &f.SourceNote, &f.Color,
		&f.Archived, &f.EvidenceRequired, &f.Rows, &f.CreatedAt, &f.UpdatedAt, &f.Version)
}

// All lists the tenant's frameworks by name with their readiness, and that of the whole program; of a product
// those that it answers to.
func All(tx *storage.ReadTx, scope string, archived bool) ([]Framework, Readiness, error) {
	rows, err := tx.Query("SELECT "+columns+" FROM framework f "+control.DaysSQL+" WHERE (? OR f.archived = 0) AND "+answersSQL+" ORDER BY f.archived, f.short COLLATE NOCASE, f.id",
		append(control.DaysIn(tx, scope), archived)...)
	if err != nil {
		return nil, Readiness{}, err
	}
	all, err := op.Scan(rows, scan)
	if err != nil {
		return nil, Readiness{}, err
	}
	figures, err := MeasureIn(tx, scope)
	for i := range all {
		all[i].Readiness = figures.Frameworks[all[i].ID]
	}
	return all, figures.Overall, err
}

// FrameworkDetail is one framework with what its import left behind.
type FrameworkDetail struct {
	Framework
	Report *oscal.Report `json:"report,omitempty" doc:"What was imported and what has no place in Assay; absent for a built-in framework"`
	Newer  string        `json:"newer" doc:"The edition that the program brings, when it is another than the one copied"`
	Waits  *Edition      `json:"waits,omitempty" doc:"An edition that waits to be reviewed"`
}

func detail(tx *storage.ReadTx, id string) (FrameworkDetail, error) {
	f, err := scan(tx.QueryRow("SELECT "+columns+" FROM framework f WHERE f.id = ?", id))
	if err != nil {
		return FrameworkDetail{}, none(err)
	}
	d := FrameworkDetail{Framework: f}
	figures, err := Measure(tx)
	if err != nil {
		return d, err
	}
	d.Readiness = figures.Frameworks[id]
	if err := offered(tx, &d); err != nil {
		return d, err
	}
	if f.Source == "oscal" || f.Source == "ciso" {
		var report string
		if err := tx.QueryRow("SELECT report FROM framework WHERE id = ?", id).Scan(&report); err != nil {
			return d, err
		}
		d.Report = &oscal.Report{}
		if err := json.Unmarshal([]byte(report), d.Report); err != nil {
			return d, err
		}
	}
	return d, nil
}
