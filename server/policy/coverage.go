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

const (
	// asksSQL is who was asked to acknowledge the version in force of a policy x, request by request, a policy after another.
	asksSQL = `SELECT x.policy, a.person, a.acknowledged_at <> '', iif(r.closed_at = '', r.due_on, '') FROM policy_state x
	CROSS JOIN policy_request r ON r.policy_version = x.current CROSS JOIN policy_acknowledgment a ON a.policy_request = r.id WHERE x.status <> 'archived' ORDER BY x.policy`

	// coveredSQL are the policies that anybody was ever asked about, with the newest request that is open.
	coveredSQL = `SELECT p.id, p.ref, p.title, k.major || '.' || k.minor, coalesce(o.id, ''), coalesce(o.due_on, '')
	FROM policy_state x JOIN policy p ON p.id = x.policy JOIN policy_version k ON k.id = x.current
	LEFT JOIN policy_request o ON o.id = (SELECT id FROM policy_request WHERE policy_version = x.current AND closed_at = '' ORDER BY created_at DESC, id LIMIT 1)
	WHERE x.status <> 'archived' AND EXISTS (SELECT 1 FROM policy_request WHERE policy_version = x.current)`
)

// waits gives fn each person once for each policy they are asked about, with the last day of several open requests. Who
// has left without acknowledging is not among them. It groups what comes in the order of the policies: SQLite would
// sort everybody first.
func waits(tx *storage.ReadTx, fn func(policy, department string, done bool, due string)) error {
	type member struct {
		department string
		active     bool
	}
	people := map[string]member{}
	rows, err := tx.Query("SELECT id, trim(department), active FROM person")
	if err == nil {
		err = op.Each(rows, func(r op.Row) error {
			var id string
			var m member
			err := r.Scan(&id, &m.department, &m.active)
			people[id] = m
			return err
		})
	}
	if err != nil {
		return err
	}
	type state struct {
		done bool
		due  string
	}
	of, asked := "", map[string]state{}
	give := func() {
		for id, s := range asked {
			if m, known := people[id]; known && (m.active || s.done) {
				fn(of, m.department, s.done, s.due)
			}
		}
		clear(asked)
	}
	if rows, err = tx.Query(asksSQL); err != nil {
		return err
	}
	err = op.Each(rows, func(r op.Row) error {
		var policy, person, due string
		var done bool
		if err := r.Scan(&policy, &person, &done, &due); err != nil {
			return err
		}
		if policy != of {
			give()
			of = policy
		}
		was := asked[person]
		asked[person] = state{was.done || done, max(was.due, due)}
		return nil
	})
	give()
	return err
}

// coverage counts as the list of policies does: a person once for each policy, and nobody who has left without
// acknowledging. A test compares the two.
func coverage(tx *storage.ReadTx, _ struct{}) (PolicyCoverage, error) {
	c := PolicyCoverage{Policies: []Covered{}, Departments: []CoveredDepartment{}}
	rows, err := tx.Query(coveredSQL)
	if err != nil {
		return c, err
	}
	policies, departments, today := map[string]*Covered{}, map[string]*CoveredDepartment{}, tx.Today()
	err = op.Each(rows, func(r op.Row) error {
		var p Covered
		err := r.Scan(&p.ID, &p.Ref, &p.Title, &p.Number, &p.Request, &p.DueOn)
		policies[p.ID] = &p
		return err
	})
	if err != nil {
		return c, err
	}
	err = waits(tx, func(policy, department string, done bool, due string) {
		if departments[department] == nil {
			departments[department] = &CoveredDepartment{Name: department}
		}
		of, in := policies[policy], departments[department]
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
	})
	if err != nil {
		return c, err
	}
	c.Coverage = CoverageOf(c.Asked, c.Acknowledged)
	for _, p := range policies {
		if p.Asked > 0 {
			p.Coverage = CoverageOf(p.Asked, p.Acknowledged)
			c.Policies = append(c.Policies, *p)
		}
	}
	for _, d := range departments {
		d.Coverage = CoverageOf(d.Asked, d.Acknowledged)
		c.Departments = append(c.Departments, *d)
	}
	slices.SortFunc(c.Policies, func(a, b Covered) int { return cmp.Or(a.Coverage-b.Coverage, cmp.Compare(a.Ref, b.Ref)) })
	slices.SortFunc(c.Departments, func(a, b CoveredDepartment) int { return cmp.Or(a.Coverage-b.Coverage, cmp.Compare(a.Name, b.Name)) })
	return c, nil
}
