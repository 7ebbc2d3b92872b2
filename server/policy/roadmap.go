package policy

import (
	"fmt"

	"assay/server/op"
	"assay/storage"
)

// mostPlanned is how much a roadmap shows.
const mostPlanned = 500

// Roadmap is what is planned for policies.
type Roadmap struct {
	Day     string    `json:"day" doc:"Today in the organisation's time zone"`
	Items   []Planned `json:"items" doc:"By day, the first first; policies that are not in force and have no day come last"`
	Undated int       `json:"undated" doc:"How many are not in force, or do not fit any more, and have no day"`
	More    int       `json:"more" doc:"How many items there are beyond these"`
}

// Planned is a day that is planned for a policy.
type Planned struct {
	ID        string      `json:"id"`
	Ref       string      `json:"ref"`
	Title     string      `json:"title"`
	Status    Status      `json:"status" enum:"suggested,not_started,draft,in_review,ratified,published,needs_update"`
	InForce   string      `json:"in_force" doc:"Number of the version that is published, or empty"`
	OwnerName string      `json:"owner_name"`
	What      PlannedWhat `json:"what" enum:"publication,review"`
	Day       string      `json:"day" doc:"Empty where nobody has said"`
	Late      bool        `json:"late" doc:"That day has passed"`
}

// PlannedWhat is what shall happen by a day.
type PlannedWhat string

// What is planned.
const (
	Publication  PlannedWhat = "publication" // what is being written comes into force
	PlannedCheck PlannedWhat = "review"
)

// plannedSQL are the days: of every policy that is not as it shall be, that by which it is; of every policy in force, that
// of its review.
const plannedSQL = `SELECT p.id, p.ref, p.title, x.status, coalesce(k.major || '.' || k.minor, '') AS number, coalesce(o.name, '') AS owner, 'publication' AS what, p.planned_on AS day
	FROM policy_state x JOIN policy p ON p.id = x.policy LEFT JOIN policy_version k ON k.id = x.current LEFT JOIN person o ON o.id = p.owner WHERE x.status NOT IN ('published', 'archived')
	UNION ALL SELECT p.id, p.ref, p.title, x.status, coalesce(k.major || '.' || k.minor, ''), coalesce(o.name, ''), 'review', x.next_on
	FROM policy_state x JOIN policy p ON p.id = x.policy LEFT JOIN policy_version k ON k.id = x.current LEFT JOIN person o ON o.id = p.owner WHERE x.next_on > ''`

func roadmap(tx *storage.ReadTx, _ struct{}) (Roadmap, error) {
	r := Roadmap{Day: tx.Today(), Items: []Planned{}}
	var all int
	err := tx.QueryRow("SELECT count(*), count(*) FILTER (WHERE day = '') FROM ("+plannedSQL+")").Scan(&all, &r.Undated)
	if err != nil {
		return r, fmt.Errorf("count what is planned: %w", err)
	}
	rows, err := tx.Query("SELECT * FROM ("+plannedSQL+") ORDER BY day = '', day, ref, what LIMIT ?", mostPlanned)
	if err != nil {
		return r, fmt.Errorf("roadmap: %w", err)
	}
	r.Items, err = op.Scan(rows, func(row op.Row) (p Planned, err error) {
		err = row.Scan(&p.ID, &p.Ref, &p.Title, &p.Status, &p.InForce, &p.OwnerName, &p.What, &p.Day)
		p.Late = p.Day != "" && p.Day < r.Day
		return p, err
	})
	r.More = all - len(r.Items)
	return r, err
}
