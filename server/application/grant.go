package application

import (
	"fmt"
	"strings"

	"assay/server/op"
	"assay/server/person"
	"assay/server/register"
	"assay/server/task"
	"assay/storage"
)

// Status says whether a grant counts.
type Status string

// The statuses.
const (
	Active  Status = "active"
	Revoked Status = "revoked"
)

// GrantSaid is what people say of a grant.
type GrantSaid struct {
	Personnel   string `json:"personnel" minLength:"1" maxLength:"26" is:"personnel.name" by:"email" facet:"false" head:"Person" doc:"Who has access: id of a record of the personnel" also:"email,e-mail,employee,user,name,employee email,person"`
	Application string `json:"application" minLength:"1" maxLength:"26" is:"application.name" doc:"To what: id of an application" also:"app,application name,system"`
	Level       string `json:"level" maxLength:"100" name:"true" facet:"true" bulk:"true" find:"true" doc:"As the application calls it" also:"role,access level,permission,permissions,profile"`
	Admin       bool   `json:"admin" bulk:"true" head:"Administrator" also:"admin,is admin,privileged" doc:"It gives the rights of an administrator"`
	GrantedOn   string `json:"granted_on" maxLength:"10" is:"date" bulk:"true" also:"granted,since,created,date granted"`
	GrantedBy   string `json:"granted_by" maxLength:"26" is:"person" bulk:"true" doc:"Id of a person, empty when nobody knows" also:"approved by,approver"`
	LastUsedOn  string `json:"last_used_on" maxLength:"10" is:"date" head:"Last used" also:"last login,last sign-in,last activity,last used on" doc:"Empty when nobody knows"`
	Status      Status `json:"status" enum:"active,revoked" start:"active" bulk:"true" also:"state"`
	Note        string `json:"note" maxLength:"2000" long:"true" bulk:"true" also:"comment,reason,proof" doc:"Why it was given, or how it was taken back"`
}

// Grant is a grant as a list shows it.
type Grant struct {
	register.Row
	GrantSaid
	PersonnelName   string `json:"personnel_name"`
	ApplicationName string `json:"application_name"`
	GrantedByName   string `json:"granted_by_name"`
	Leaver          bool   `json:"leaver" doc:"It is active although the person left"`
	Department      string `json:"department" doc:"Id of the person's department, or empty"`
	DepartmentName  string `json:"department_name"`
	RevokedAt       string `json:"revoked_at"`
	RevokedBy       string `json:"revoked_by" doc:"The name of who revoked it"`
	Source          string `json:"source" enum:"manual,import" doc:"How it came in"`
}

// GrantFilter is what grants may be listed by, and what a bulk change may be aimed with.
type GrantFilter struct {
	op.PageIn
	Personnel   string   `query:"personnel" json:"personnel,omitempty" maxLength:"26" doc:"Id of a record of the personnel"`
	Application string   `query:"application" json:"application,omitempty" maxLength:"26" doc:"Id of an application"`
	Department  string   `query:"department" json:"department,omitempty" maxLength:"26" doc:"Id of a department, or none"`
	Level       string   `query:"level" json:"level,omitempty" maxLength:"100" doc:"A level, or none"`
	Status      []Status `query:"status" json:"status,omitempty" maxItems:"2" enum:"active,revoked"`
	Admin       bool     `query:"admin" json:"admin,omitempty" doc:"Only with the rights of an administrator"`
	Leaver      bool     `query:"leaver" json:"leaver,omitempty" doc:"Only active ones of people who left"`
}

// grants is the register.
var grants = register.New(register.Register[GrantSaid, GrantFilter, Grant]{
	Kind: "access_grant", One: "grant", Many: "grants", Key: "personnel+application+level", Living: "r.status = 'active'",
	Values: map[string]string{"status.active": "enabled,granted", "status.revoked": "removed,disabled,inactive"},
	Row:    func(g *Grant) *register.Row { return &g.Row }, Said: func(g *Grant) *GrantSaid { return &g.GrantSaid },
	Called: func(g *Grant) string { return g.PersonnelName + ", " + g.ApplicationName },
	May:    mayMove, Among: once, Written: written, Writes: []string{"task", "notification"},
	Into: func(g *Grant) []any {
		return []any{&g.Leaver, &g.Department, &g.DepartmentName, &g.RevokedAt, &g.RevokedBy, &g.Source}
	},
	Table: op.Table[GrantFilter, Grant]{
		From: `access_grant r LEFT JOIN personnel p ON p.id = r.personnel LEFT JOIN application a ON a.id = r.application`,
		Columns: `r.status = 'active' AND p.status = 'terminated', p.department, coalesce((SELECT d.name FROM department d WHERE d.id = p.department), ''),
			r.revoked_at, coalesce((SELECT o.name FROM person o WHERE o.id = r.revoked_by), ''), r.source`,
		Find: op.Columns("p.name", "a.name"),
		Where: func(w *op.Where, f GrantFilter) {
			if f.Leaver {
				// What the facet says, in words that let SQLite begin with those who left.
				w.And("r.status = 'active' AND r.personnel IN (SELECT x.id FROM personnel x WHERE x.status = 'terminated')")
			}
		},
		Sort: map[string]string{"personnel": "p.name COLLATE NOCASE", "application": "a.name COLLATE NOCASE"},
		Facets: []op.Facet{{Name: "department", SQL: "p.department"},
			{Name: "leaver", SQL: "iif(r.status = 'active' AND p.status = 'terminated', 'true', 'false')"}},
		Export: []op.Col[Grant]{
			{Header: "Department", Value: func(g Grant) any { return g.DepartmentName }},
			{Header: "Leaver", Value: func(g Grant) any { return g.Leaver }},
			{Header: "Revoked at", Value: func(g Grant) any { return g.RevokedAt }},
			{Header: "Revoked by", Value: func(g Grant) any { return g.RevokedBy }},
			{Header: "Source", Value: func(g Grant) any { return g.Source }},
		},
	},
})

// mayMove is why a grant may not be changed like this; empty when it may.
func mayMove(was, now GrantSaid) (field, why string) {
	if was.Personnel != "" && (was.Personnel != now.Personnel || was.Application != now.Application) {
		return "personnel", "A grant is of one person and one application. Revoke it and add another."
	}
	return "", ""
}

// once refuses a second active grant of the same level.
func once(c *op.Check, tx *storage.ReadTx, id string, now GrantSaid) error {
	var n int
	err := tx.QueryRow("SELECT count(*) FROM access_grant WHERE personnel = ? AND application = ? AND level = ? COLLATE NOCASE AND status = 'active' AND id <> ?",
		now.Personnel, now.Application, now.Level, id).Scan(&n)
	c.That(n == 0 || now.Status != Active, "level", "This person has this access already.")
	return err
}

// RevokeKey is the key of the task that asks for a grant to be revoked. It is settled where that is done.
func RevokeKey(grant string) string { return "revoke/" + grant }

// written notes where a grant comes from, and who took it back when.
func written(tx *storage.WriteTx, id string, was, now GrantSaid) error {
	if was.Personnel == "" && strings.HasPrefix(tx.Call().Action, "imports.") {
		if err := tx.ExecOne("UPDATE access_grant SET source = 'import' WHERE id = ?", id); err != nil {
			return err
		}
	}
	if was.Status == now.Status || was.Status == "" && now.Status == Active {
		return nil
	}
	if now.Status != Revoked {
		return tx.ExecOne("UPDATE access_grant SET revoked_at = '', revoked_by = '' WHERE id = ?", id)
	}
	err := tx.ExecOne("UPDATE access_grant SET revoked_at = ?, revoked_by = ? WHERE id = ?", tx.Stamp(), person.Acting(&tx.ReadTx), id)
	if err != nil {
		return fmt.Errorf("revoke: %w", err)
	}
	outcome := "Access was revoked."
	if now.Note != "" && now.Note != was.Note {
		outcome = now.Note
	}
	return task.Settled(tx, RevokeKey(id), outcome)
}

// Asked is a grant whose access is to be taken back, for the checklist of a leaver.
type Asked struct {
	ID, Application, Owner string
}

// AskedOf are the active grants of somebody.
func AskedOf(tx *storage.ReadTx, personnel string) ([]Asked, error) {
	rows, err := tx.Query(`SELECT g.id, a.name || iif(g.level = '', '', ' (' || g.level || ')'), a.owner FROM access_grant g JOIN application a ON a.id = g.application
		WHERE g.personnel = ? AND g.status = 'active' ORDER BY a.name, g.id`, personnel)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (a Asked, err error) { return a, r.Scan(&a.ID, &a.Application, &a.Owner) })
}
