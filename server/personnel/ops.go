package personnel

import (
	"strings"

	"assay/server/op"
	"assay/server/record"
	"assay/server/register"
	"assay/storage"
)

// Module is the part of the API about everybody who works here.
var Module = op.Module{
	Name: "personnel",
	Owns: []string{"personnel", "personnel_rule", "personnel_day", "leaving", "leaver_step"},
	Also: append(append([]string{"notification", "access_grant"}, record.OwnedTables()...), register.Also...), // grants go with their person
	Ops: append(register.Ops(people, get),
		// Executives get the figures and nothing that names a person.
		op.Read("figures", "GET /personnel/figures", op.Everyone, figures, op.AsOf(), op.Doc("The personnel in figures: by status and by flag, and how the flags moved")),
		op.Read("chart", "GET /personnel/chart", op.Readers, chart, op.Doc("Everybody who has not left, with whom they report to")),
		op.Read("rules", "GET /personnel-rules", op.Readers, rulesOf, op.Doc("Which flags the organisation wants to see")),
		op.Write("update_rules", "PATCH /personnel-rules", op.Admin, updateRules, op.Unversioned("there is one set of rules: If-Match is compared with its version by the function"), op.Doc("Set which flags the organisation wants to see, and how long a training counts")),
		op.Read("steps", "GET /leaver-steps", op.Readers, steps, op.Doc("What has to be done whenever somebody leaves")),
		op.Write("set_steps", "PUT /leaver-steps", op.Admin, setSteps, op.Unversioned("the list is replaced as a whole"), op.Doc("Set what has to be done whenever somebody leaves. Checklists that have begun stay as they are")),
		op.Write("add_item", "POST /personnel/{id}/items", op.Editors, addItem, op.Doc("Add an item to the checklist of somebody who leaves")),
		op.Write("hand_over", "POST /personnel/{id}/hand-over", op.Editors, handOver, op.Doc("Give everything that somebody owns to somebody else")),
	),
	Jobs: []op.Job{{Name: "nightly", Nightly: true, Run: nightly}},
}

// PersonnelDetail is one record with all that belongs to it.
type PersonnelDetail struct {
	Personnel
	Chain   []PersonnelLine    `json:"chain" doc:"Whom they report to, up to the top"`
	Team    []PersonnelLine    `json:"team" doc:"Who reports to them and has not left"`
	Leaving *Leaving           `json:"leaving,omitempty" doc:"The checklist of somebody who left"`
	Owned   []record.OwnedKind `json:"owned" doc:"What they own as a person of the product"`
}

// PersonnelLine is somebody as others show them.
type PersonnelLine struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	JobRoleName string `json:"job_role_name"`
}

func line(r op.Row) (l PersonnelLine, err error) { return l, r.Scan(&l.ID, &l.Name, &l.JobRoleName) }

func get(tx *storage.ReadTx, in op.ByID) (d PersonnelDetail, err error) {
	if d.Personnel, err = people.Get(tx, in.ID); err != nil {
		return d, err
	}
	rows, err := tx.Query(`WITH RECURSIVE up (id, far) AS (SELECT manager, 1 FROM personnel WHERE id = ?1 UNION SELECT p.manager, up.far + 1 FROM up JOIN personnel p ON p.id = up.id WHERE up.far < 50)
		SELECT p.id, p.name, coalesce(j.name, '') FROM up JOIN personnel p ON p.id = up.id LEFT JOIN job_role j ON j.id = p.job_role ORDER BY up.far`, in.ID)
	if err != nil {
		return d, err
	}
	if d.Chain, err = op.Scan(rows, line); err != nil {
		return d, err
	}
	rows, err = tx.Query(`SELECT p.id, p.name, coalesce(j.name, '') FROM personnel p LEFT JOIN job_role j ON j.id = p.job_role
		WHERE p.manager = ? AND p.status <> 'terminated' ORDER BY p.name COLLATE NOCASE, p.id`, in.ID)
	if err != nil {
		return d, err
	}
	if d.Team, err = op.Scan(rows, line); err != nil {
		return d, err
	}
	if d.Leaving, err = leavingOf(tx, in.ID); err != nil {
		return d, err
	}
	d.Owned, err = ownedBy(tx, in.ID)
	return d, err
}

// written notes where a record comes from, and begins or ends the checklist of a leaver. Who had left before the record
// was written has none.
func written(tx *storage.WriteTx, id string, was, now PersonnelSaid) error {
	if was.Name == "" {
		if !strings.HasPrefix(tx.Call().Action, "imports.") {
			return nil
		}
		return tx.ExecOne("UPDATE personnel SET source = 'import' WHERE id = ?", id)
	}
	switch {
	case was.Status != Terminated && now.Status == Terminated:
		return begin(tx, id, now)
	case was.Status == Terminated && now.Status != Terminated:
		return comeBack(tx, id)
	}
	return nil
}

// PersonnelChart is who reports to whom.
type PersonnelChart struct {
	Items []ChartPerson `json:"items" doc:"By name"`
}

// ChartPerson is a place in the chart.
type ChartPerson struct {
	ID             string `json:"id"`
	Name           string `json:"name"`
	JobRoleName    string `json:"job_role_name"`
	Department     string `json:"department"`
	DepartmentName string `json:"department_name"`
	Color          string `json:"color" enum:",grey,violet,green,blue,amber,red"`
	Manager        string `json:"manager" doc:"Empty for nobody who has not left"`
	Status         Status `json:"status" enum:"active,inactive,on_leave"`
}

func chart(tx *storage.ReadTx, _ struct{}) (c PersonnelChart, err error) {
	rows, err := tx.Query(`SELECT r.id, r.name, coalesce(j.name, ''), r.department, coalesce(d.name, ''), coalesce(d.color, ''), coalesce(m.id, ''), r.status
		FROM personnel r LEFT JOIN job_role j ON j.id = r.job_role LEFT JOIN department d ON d.id = r.department LEFT JOIN personnel m ON m.id = r.manager AND m.status <> 'terminated'
		WHERE r.status <> 'terminated' ORDER BY r.name COLLATE NOCASE, r.id`)
	if err != nil {
		return c, err
	}
	c.Items, err = op.Scan(rows, func(r op.Row) (p ChartPerson, err error) {
		return p, r.Scan(&p.ID, &p.Name, &p.JobRoleName, &p.Department, &p.DepartmentName, &p.Color, &p.Manager, &p.Status)
	})
	return c, err
}
