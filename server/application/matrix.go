package application

import (
	"encoding/json"

	"assay/server/op"
	"assay/storage"
)

// AccessMatrix says who of a department has access to what.
type AccessMatrix struct {
	People       []MatrixPerson      `json:"people" doc:"Who works there, or left and still has access"`
	Applications []MatrixApplication `json:"applications" doc:"Those to which any of them has access"`
	Cells        []MatrixCell        `json:"cells"`
	More         bool                `json:"more" doc:"There are more people than these"`
}

// MatrixPerson is a row of it.
type MatrixPerson struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Status string `json:"status" enum:"active,inactive,on_leave,terminated"`
}

// MatrixApplication is a column of it.
type MatrixApplication struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Criticality Grade  `json:"criticality" enum:",low,medium,high,critical"`
}

// MatrixCell is what a person may do in an application.
type MatrixCell struct {
	Personnel   string `json:"personnel"`
	Application string `json:"application"`
	Grant       string `json:"grant" doc:"Id of the grant, of the strongest when there are several"`
	Level       string `json:"level" doc:"All levels, with commas between"`
	Admin       bool   `json:"admin"`
}

// mostPeople is how many rows a matrix has. More are read in the list.
const mostPeople = 200

type matrixIn struct {
	Department string `query:"department" maxLength:"26" doc:"Id of a department, or none; everybody unless given"`
}

func matrix(tx *storage.ReadTx, in matrixIn) (m AccessMatrix, err error) {
	among := "?1 = ''"
	if in.Department != "" {
		among = "p.department = iif(?1 = 'none', '', ?1)" // alone, so that its index is used
	}
	rows, err := tx.Query(`SELECT p.id, p.name, p.status FROM personnel p WHERE `+among+` AND (p.status <> 'terminated' OR EXISTS (SELECT 1 FROM access_grant g WHERE g.personnel = p.id AND g.status = 'active'))
		ORDER BY p.name COLLATE NOCASE, p.id LIMIT ?2`, in.Department, mostPeople+1)
	if err != nil {
		return m, err
	}
	m.People, err = op.Scan(rows, func(r op.Row) (p MatrixPerson, err error) { return p, r.Scan(&p.ID, &p.Name, &p.Status) })
	if err != nil {
		return m, err
	}
	if m.More = len(m.People) > mostPeople; m.More {
		m.People = m.People[:mostPeople]
	}
	ids := make([]string, len(m.People))
	for i, p := range m.People {
		ids[i] = p.ID
	}
	here, err := json.Marshal(ids)
	if err != nil {
		return m, err
	}
	rows, err = tx.Query(`SELECT g.personnel, g.application, g.id, group_concat(g.level, ', '), max(g.admin) FROM access_grant g
		WHERE g.status = 'active' AND g.personnel IN (SELECT value FROM json_each(?)) GROUP BY g.personnel, g.application`, string(here))
	if err != nil {
		return m, err
	}
	m.Cells, err = op.Scan(rows, func(r op.Row) (c MatrixCell, err error) {
		return c, r.Scan(&c.Personnel, &c.Application, &c.Grant, &c.Level, &c.Admin)
	})
	if err != nil {
		return m, err
	}
	used := map[string]bool{}
	for _, c := range m.Cells {
		used[c.Application] = true
	}
	rows, err = tx.Query("SELECT id, name, criticality FROM application ORDER BY name COLLATE NOCASE, id")
	if err != nil {
		return m, err
	}
	every, err := op.Scan(rows, func(r op.Row) (a MatrixApplication, err error) { return a, r.Scan(&a.ID, &a.Name, &a.Criticality) })
	m.Applications = []MatrixApplication{}
	for _, a := range every {
		if used[a.ID] {
			m.Applications = append(m.Applications, a)
		}
	}
	return m, err
}
