package personnel

import (
	"fmt"

	"assay/server/op"
	"assay/server/register"
	"assay/storage"
)

// Departments is the part of the API about where people work.
var Departments = op.Module{
	Name: "department",
	Owns: []string{"department"},
	Also: append([]string{"personnel"}, register.Also...), // who moves when one is merged into another
	Ops: append(register.Ops(departments, departments.Detail),
		op.Write("merge", "POST /departments/{id}/merge", op.Admin, merge(departments, "department"), op.Doc("Move everybody to another department, and delete this one")),
	),
}

// Roles is the part about what they work as.
var Roles = op.Module{
	Name: "job_role",
	Owns: []string{"job_role"},
	Also: append([]string{"personnel"}, register.Also...),
	Ops: append(register.Ops(roles, roles.Detail),
		op.Write("merge", "POST /job-roles/{id}/merge", op.Admin, merge(roles, "job_role"), op.Doc("Give everybody another role, and delete this one")),
	),
}

// DepartmentSheet and RoleSheet are how they come in as tables.
var (
	DepartmentSheet = departments.Sheet()
	RoleSheet       = roles.Sheet()
)

// DepartmentSaid is what people say of a department.
type DepartmentSaid struct {
	Name        string `json:"name" minLength:"1" maxLength:"200" unique:"true" also:"department,team,unit"`
	Description string `json:"description" maxLength:"2000" long:"true" find:"true" also:"purpose"`
	Head        string `json:"head" maxLength:"26" is:"personnel.name" by:"email" bulk:"true" doc:"Who leads it: id of a record of the personnel, or empty" also:"lead,manager,head of department"`
	Color       string `json:"color" enum:"grey,violet,green,blue,amber,red" start:"grey" bulk:"true" doc:"In the chart"`
}

// Department is a department as a list shows it.
type Department struct {
	register.Row
	DepartmentSaid
	HeadName string `json:"head_name"`
	People   int    `json:"people" doc:"Who work there and have not left"`
}

// DepartmentFilter is what departments may be listed by, and what a bulk change may be aimed with.
type DepartmentFilter struct {
	op.PageIn
	Head string   `query:"head" json:"head,omitempty" maxLength:"26" doc:"Id of a record of the personnel, or none"`
	Tag  []string `query:"tag" json:"tag,omitempty" maxItems:"50" doc:"Ids of tags, any of them; or none"`
}

var departments = register.New(register.Register[DepartmentSaid, DepartmentFilter, Department]{
	Kind: "department", One: "department", Many: "departments",
	Row: func(d *Department) *register.Row { return &d.Row }, Said: func(d *Department) *DepartmentSaid { return &d.DepartmentSaid },
	Into:  func(d *Department) []any { return []any{&d.People} },
	Bound: bound("department"),
	Table: op.Table[DepartmentFilter, Department]{
		Columns: `(SELECT count(*) FROM personnel x WHERE x.department = r.id AND x.status <> 'terminated')`,
		Sort:    map[string]string{"people": "(SELECT count(*) FROM personnel x WHERE x.department = r.id AND x.status <> 'terminated')"},
		Default: "name",
		Export:  []op.Col[Department]{{Header: "People", Value: func(d Department) any { return d.People }}},
	},
})

// JobRoleSaid is what people say of a role.
type JobRoleSaid struct {
	Name        string `json:"name" minLength:"1" maxLength:"200" unique:"true" also:"role,job title,title,position"`
	Description string `json:"description" maxLength:"2000" long:"true" find:"true" also:"duties"`
	Owner       string `json:"owner" maxLength:"26" is:"person" bulk:"true" doc:"Who answers for what the role may do: id of a person, empty for nobody" also:"responsible"`
}

// JobRole is a role as a list shows it.
type JobRole struct {
	register.Row
	JobRoleSaid
	OwnerName string `json:"owner_name"`
	People    int    `json:"people" doc:"Who have it and have not left"`
}

// JobRoleFilter is what roles may be listed by, and what a bulk change may be aimed with.
type JobRoleFilter struct {
	op.PageIn
	Owner string   `query:"owner" json:"owner,omitempty" maxLength:"26" doc:"Id of a person, me, or none"`
	Tag   []string `query:"tag" json:"tag,omitempty" maxItems:"50" doc:"Ids of tags, any of them; or none"`
}

var roles = register.New(register.Register[JobRoleSaid, JobRoleFilter, JobRole]{
	Kind: "job_role", One: "role", Many: "job roles",
	Row: func(j *JobRole) *register.Row { return &j.Row }, Said: func(j *JobRole) *JobRoleSaid { return &j.JobRoleSaid },
	Into:  func(j *JobRole) []any { return []any{&j.People} },
	Bound: bound("job_role"),
	Table: op.Table[JobRoleFilter, JobRole]{
		Columns: `(SELECT count(*) FROM personnel x WHERE x.job_role = r.id AND x.status <> 'terminated')`,
		Sort:    map[string]string{"people": "(SELECT count(*) FROM personnel x WHERE x.job_role = r.id AND x.status <> 'terminated')"},
		Default: "name",
		Export:  []op.Col[JobRole]{{Header: "People", Value: func(j JobRole) any { return j.People }}},
	},
})

// bound keeps a department or a role that people have from being deleted.
func bound(column string) func(*storage.ReadTx, string) (string, error) {
	return func(tx *storage.ReadTx, id string) (string, error) {
		var n int
		err := tx.QueryRow("SELECT count(*) FROM personnel WHERE "+column+" = ?", id).Scan(&n)
		if err != nil || n == 0 {
			return "", err
		}
		return fmt.Sprintf("%d people are in it. Merge it into another one.", n), nil
	}
}

type mergeIn struct {
	op.ByID
	Body struct {
		Into string `json:"into" minLength:"1" maxLength:"26" doc:"Id of the one that stays"`
	}
}

// merge moves everybody to another department or role and deletes the first. It answers with the one that stays.
func merge[D, F, R any](g *register.Register[D, F, R], column string) func(*storage.WriteTx, mergeIn) (R, error) {
	return func(tx *storage.WriteTx, in mergeIn) (r R, err error) {
		if _, err := g.Get(&tx.ReadTx, in.ID); err != nil {
			return r, err
		}
		var n int
		if err := tx.QueryRow("SELECT count(*) FROM "+column+" WHERE id = ?", in.Body.Into).Scan(&n); err != nil {
			return r, err
		}
		var c op.Check
		c.That(n == 1, "into", "There is none like this.")
		c.That(in.Body.Into != in.ID, "into", "Choose another one.")
		if err := c.Err(); err != nil {
			return r, err
		}
		if err := tx.Exec("UPDATE personnel SET "+column+" = ?, updated_at = ? WHERE "+column+" = ?", in.Body.Into, tx.Stamp(), in.ID); err != nil {
			return r, fmt.Errorf("merge: %w", err)
		}
		if err := tx.ExecOne("DELETE FROM "+column+" WHERE id = ?", in.ID); err != nil {
			return r, err
		}
		return g.Get(&tx.ReadTx, in.Body.Into)
	}
}
