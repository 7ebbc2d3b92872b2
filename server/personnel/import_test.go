package personnel

import (
	"strings"
	"testing"

	"assay/server/application"
	"assay/server/op"
	"assay/server/optest"
)

// comes imports a table and gives the status of the run and what the dry run found: created, changed, same, refused.
func comes(t *testing.T, api *optest.API, target, csv string) (status int, report [4]int) {
	t.Helper()
	var made struct {
		ID                              string
		Mapping                         any
		Created, Changed, Same, Refused int
	}
	if api.Upload("/imports?target="+target, "table.csv", []byte(csv), &made) != 200 {
		t.Fatal(api.Body())
	}
	api.Must("POST", "/imports/"+made.ID+"/check", m{"mapping": made.Mapping}, &made)
	return api.Do("POST", "/imports/"+made.ID+"/run", nil, nil), [4]int{made.Created, made.Changed, made.Same, made.Refused}
}

// A table brings people, their managers whatever their order, and the departments that they name; what goes out comes in
// again and changes nothing.
func TestSheet(t *testing.T) {
	api := open(t)
	const table = "Full name,Work email,Team,Job title,Manager email,Start date,MFA enabled,NDA,Training date,Training\n" +
		"Cy,cy@example.com,Sales,Seller,bo@example.com,2024-02-01,yes,signed,2025-11-01,completed\n" +
		"Bo,BO@example.com,sales,Head of Sales,ada@example.com,2023-01-01,no,no,,\n" +
		"Ada,ada@example.com,Board,Chief,,2020-01-01,on,,,\n" +
		"Dee,dee@example.com,Sales,Seller,nobody@example.com,,,,,\n" +
		"Eve,ada@example.com,,,,,,,,\n"
	status, report := comes(t, api, "personnel", table)
	if status != 200 || report != [4]int{4, 0, 0, 1} || names(api, "") != "Ada Bo Cy Dee" {
		t.Fatalf("%d %v %s", status, report, names(api, ""))
	}
	var p op.Page[Personnel]
	api.Must("GET", "/personnel", nil, &p)
	bo, cy := p.Items[1], p.Items[2]
	if bo.ManagerName != "Ada" || cy.ManagerName != "Bo" || p.Items[3].Manager != "" || bo.DepartmentName != cy.DepartmentName || cy.JobRoleName != "Seller" || bo.MFA != "no" || cy.Training != "done" || cy.Source != "import" {
		t.Errorf("%+v %+v", bo, cy)
	}
	if n := api.Count("SELECT count(*) FROM department"); n != 2 {
		t.Errorf("%d departments", n)
	}
	if status, report := comes(t, api, "personnel", strings.Join(strings.SplitAfter(table, "\n")[:4], "")); status != 409 || report != [4]int{0, 0, 3, 0} {
		t.Errorf("the same again: %d %v", status, report)
	}
	// Two rows that are right each for itself would make a circle together.
	if status, _ := comes(t, api, "personnel", "Name,Email,Manager\nAda,ada@example.com,Dee\nDee,dee@example.com,Cy\n"); status != 409 || !strings.Contains(api.Body(), "circle") {
		t.Errorf("a circle came in: %d %s", status, api.Body())
	}
	before := api.Count("SELECT sum(version) FROM personnel")
	api.Must("GET", "/personnel/export", nil, nil)
	if status, report := comes(t, api, "personnel", api.Body()); status != 409 || report != [4]int{0, 0, 4, 0} || api.Count("SELECT sum(version) FROM personnel") != before {
		t.Errorf("what went out changed something: %d %v", status, report)
	}
}

// A table of access names people by their addresses. Who has it already is left alone, who lost it has it again.
func TestGrantSheet(t *testing.T) {
	api := open(t)
	var app application.Application
	api.Must("POST", "/applications", m{"name": "Payroll"}, &app)
	add(api, "Ada", m{"email": "ada@example.com"})
	add(api, "Bo", m{"email": "bo@example.com"})
	const table = "Employee email,App,Role,Admin\nada@example.com,Payroll,Owner,yes\nADA@example.com,payroll,Clerk,no\nbo@example.com,Payroll,Clerk,\nzed@example.com,Payroll,Clerk,\nbo@example.com,Nothing,Clerk,\nbo@example.com,Payroll,clerk,\n"
	status, report := comes(t, api, "grants", table)
	if status != 200 || report != [4]int{3, 0, 0, 3} {
		t.Fatalf("%d %v", status, report)
	}
	if status, report := comes(t, api, "grants", table); status != 409 || report != [4]int{0, 0, 3, 3} {
		t.Errorf("the same again: %d %v", status, report)
	}
	var p op.Page[application.Grant]
	api.Must("GET", "/grants?sort=personnel", nil, &p)
	if len(p.Items) != 3 || !p.Items[0].Admin || p.Items[0].PersonnelName != "Ada" || p.Items[0].Source != "import" {
		t.Errorf("%+v", p.Items)
	}
	var out op.Bulk
	api.Must("POST", "/grants/bulk", m{"match": m{"personnel": p.Items[2].Personnel}, "set": m{"status": "revoked", "note": "Quarterly review"}}, &out)
	if out.Updated != 1 {
		t.Errorf("%+v", out)
	}
	if status, report := comes(t, api, "grants", table); status != 200 || report != [4]int{1, 0, 2, 3} {
		t.Errorf("access that came back: %d %v", status, report)
	}
	var x application.AccessMatrix
	api.Must("GET", "/grants/matrix?department=none", nil, &x)
	if len(x.People) != 2 || len(x.Applications) != 1 || len(x.Cells) != 2 || !x.Cells[0].Admin || !strings.Contains(x.Cells[0].Level, "Clerk") {
		t.Errorf("%+v", x)
	}
	var f application.AccessFigures
	api.As(op.Executive).Must("GET", "/applications/figures", nil, &f)
	if f.Grants != 3 || f.Admins != 1 || f.People != 2 || f.Unowned != 1 {
		t.Errorf("%+v", f)
	}
	before := api.Count("SELECT sum(version) FROM access_grant")
	api.Must("GET", "/grants/export", nil, nil)
	if status, _ := comes(t, api, "grants", api.Body()); status != 409 || api.Count("SELECT sum(version) FROM access_grant") != before {
		t.Error("what went out changed something")
	}
}
