package policy

import (
	"cmp"
	"slices"

	"assay/server/op"
	"assay/storage"
)

// PolicyCoverage is how many of those who are asked to acknowledge versions in force have done so.
type PolicyCoverage struct {
	Asked        int                 `json:"asked" doc:"Counted once for each policy"`
	Acknowledged int                 `json:"acknowledged"`
	Overdue      int                 `json:"overdue" doc:"Those who are late"`
	Coverage     int                 `json:"coverage" doc:"Acknowledged of asked in basis points; -1 when nobody is asked"`
	Policies     []Covered           `json:"policies" doc:"Those that somebody is asked about, the least covered first"`
	Departments  []CoveredDepartment `json:"departments" doc:"The least covered first"`
}

// Covered is the part of one policy.
type Covered struct {
	ID           string `json:"id"`
	Ref          string `json:"ref"`
	Title        string `json:"title"`
	Number       string `json:"number" doc:"Of the version in force"`
	Request      string `json:"request" doc:"Id of the newest request that is open, or empty"`
	DueOn        string `json:"due_on" doc:"The last day of that request"`
	Asked        int    `json:"asked"`
	Acknowledged int    `json:"acknowledged"`
	Overdue      int    `json:"overdue"`
	Coverage     int    `json:"coverage"`
}

// CoveredDepartment is the part of one department.
type CoveredDepartment struct {
	Name         string `json:"name" doc:"Empty for people without one"`
	Asked        int    `json:"asked"`
	Acknowledged int    `json:"acknowledged"`
	Overdue      int    `json:"overdue"`
	Coverage     int    `json:"coverage"`
}

// waits is one person for one policy: of several requests about the version in force, the one with the last day.
const waits = `SELECT p.id, p.ref, p.title, k.major || '.' || k.minor AS number, trim(y.department) AS department, max(a.acknowledged_at) <> '' AS done,
	max(iif(r.closed_at = '', r.due_on, '')) AS due,
	coalesce((SELECT o.id FROM policy_request o WHERE o.policy_version = k.id AND o.closed_at = '' ORDER BY o.created_at DESC, o.id LIMIT 1), '') AS request,
	coalesce((SELECT o.due_on FROM policy_request o WHERE o.policy_version = k.id AND o.closed_at = '' ORDER BY o.created_at DESC, o.id LIMIT 1), '') AS until
	FROM policy p JOIN policy_version k ON k.id = (SELECT id FROM policy_version WHERE policy = p.id AND published_at <> '' ORDER BY major DESC, minor DESC LIMIT 1)
	JOIN policy_request r ON r.policy_version = k.id JOIN policy_acknowledgment a ON a.policy_request = r.id JOIN person y ON y.id = a.person
	WHERE p.archived_at = '' GROUP BY p.id, a.person HAVING y.active OR done`

// coverage counts as the list of policies does: a person once for each policy, and nobody who has left without
// acknowledging. A test compares the two.
func coverage(tx *storage.ReadTx, _ struct{}) (PolicyCoverage, error) {
	c := PolicyCoverage{Policies: []Covered{}, Departments: []CoveredDepartment{}}
	rows, err := tx.Query(waits)
	if err != nil {
		return c, err
	}
	policies, departments, today := map[string]*Covered{}, map[string]*CoveredDepartment{}, tx.Today()
	err = op.Each(rows, func(r op.Row) error {
		var p Covered
		var department, due string
		var done bool
		if err := r.Scan(&p.ID, &p.Ref, &p.Title, &p.Number, &department, &done, &due, &p.Request, &p.DueOn); err != nil {
			return err
		}
		if policies[p.ID] == nil {
			policies[p.ID] = &p
		}
		if departments[department] == nil {
			departments[department] = &CoveredDepartment{Name: department}
		}
		of, in := policies[p.ID], departments[department]
		for _, n := range []*int{&c.Asked, &of.Asked, &in.Asked} {
			*n++
		}
		if done {
			for _, n := range []*int{&c.Acknowledged, &of.Acknowledged, &in.Acknowledged} {
				*n++
			}
		}
		if !done && due != "" && due < today {
			for _, n := range []*int{&c.Overdue, &of.Overdue, &in.Overdue} {
				*n++
			}
		}
		return nil
	})
	if err != nil {
		return c, err
	}
	c.Coverage = CoverageOf(c.Asked, c.Acknowledged)
	for _, p := range policies {
		p.Coverage = CoverageOf(p.Asked, p.Acknowledged)
		c.Policies = append(c.Policies, *p)
	}
	for _, d := range departments {
		d.Coverage = CoverageOf(d.Asked, d.Acknowledged)
		c.Departments = append(c.Departments, *d)
	}
	slices.SortFunc(c.Policies, func(a, b Covered) int { return cmp.Or(a.Coverage-b.Coverage, cmp.Compare(a.Ref, b.Ref)) })
	slices.SortFunc(c.Departments, func(a, b CoveredDepartment) int { return cmp.Or(a.Coverage-b.Coverage, cmp.Compare(a.Name, b.Name)) })
	return c, nil
}
