package personnel

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/server/application"
	"assay/server/control"
	"assay/server/evidence"
	"assay/server/framework"
	"assay/server/imports"
	"assay/server/link"
	"assay/server/notification"
	"assay/server/number"
	"assay/server/op"
	"assay/server/optest"
	"assay/server/risk"
	"assay/server/tag"
	"assay/server/task"
	"assay/storage"
)

type m = map[string]any

func open(t testing.TB) *optest.API {
	return optest.New(t, Module, Departments, Roles, application.Module, application.Grants, number.Module, notification.Module, control.Module, evidence.Module,
		framework.Module, link.Module, tag.Module, task.Module, risk.Module, imports.Module(&Sheet, &application.GrantSheet))
}

func add(api *optest.API, name string, more m) (d PersonnelDetail) {
	body := m{"name": name}
	for k, v := range more {
		body[k] = v
	}
	api.Must("POST", "/personnel", body, &d)
	return d
}

func patch(api *optest.API, d *PersonnelDetail, body m) int {
	var after PersonnelDetail
	status := api.Version(d.Version).Do("PATCH", "/personnel/"+d.ID, body, nil)
	if status == 200 {
		api.Must("GET", "/personnel/"+d.ID, nil, &after)
		*d = after
	}
	return status
}

// names are the people that a query finds.
func names(api *optest.API, query string) string {
	var p op.Page[Personnel]
	api.Must("GET", "/personnel?"+query, nil, &p)
	var all []string
	for _, r := range p.Items {
		all = append(all, r.Name)
	}
	return strings.Join(all, " ")
}

// Every flag by hand: what raises it, what clears it, what nobody can tell, and when it is not about somebody.
func TestStands(t *testing.T) {
	every := PersonnelRules{NoNDA: true, TrainingOverdue: true, NoBackground: true, TerminatedWithAccess: true, NoMFA: true, AdminRights: true, NoManager: true, TrainingMonths: 12}
	works := PersonnelSaid{Status: Active, NDA: "unknown", Background: "unknown", Training: "unknown", MFA: "unknown", AdminRights: "unknown"}
	with := func(change func(*PersonnelSaid)) PersonnelSaid {
		p := works
		change(&p)
		return p
	}
	since := Facts{Training: "2025-03-02"}
	for i, c := range []struct {
		flag  Flag
		who   PersonnelSaid
		facts Facts
		want  Standing
	}{
		{NoNDA, works, since, Unknown},
		{NoNDA, with(func(p *PersonnelSaid) { p.NDA = "not_signed" }), since, Raised},
		{NoNDA, with(func(p *PersonnelSaid) { p.NDA = "signed" }), since, Clear},
		{NoNDA, with(func(p *PersonnelSaid) { p.NDA, p.Status = "not_signed", OnLeave }), since, Raised},
		{NoNDA, with(func(p *PersonnelSaid) { p.NDA, p.Status = "not_signed", Inactive }), since, Off},
		{NoNDA, with(func(p *PersonnelSaid) { p.NDA, p.Status = "not_signed", Terminated }), since, Off},
		{TrainingOverdue, works, since, Unknown},
		{TrainingOverdue, with(func(p *PersonnelSaid) { p.Training = "never" }), since, Raised},
		{TrainingOverdue, with(func(p *PersonnelSaid) { p.Training = "done" }), since, Unknown},
		{TrainingOverdue, with(func(p *PersonnelSaid) { p.Training, p.TrainingOn = "done", "2025-03-02" }), since, Clear},
		{TrainingOverdue, with(func(p *PersonnelSaid) { p.Training, p.TrainingOn = "done", "2025-03-01" }), since, Raised},
		{NoBackground, works, since, Unknown},
		{NoBackground, with(func(p *PersonnelSaid) { p.Background = "pending" }), since, Raised},
		{NoBackground, with(func(p *PersonnelSaid) { p.Background = "failed" }), since, Raised},
		{NoBackground, with(func(p *PersonnelSaid) { p.Background = "passed" }), since, Clear},
		{TerminatedWithAccess, works, Facts{Apps: 3}, Off},
		{TerminatedWithAccess, with(func(p *PersonnelSaid) { p.Status = Terminated }), Facts{Apps: 3}, Raised},
		{TerminatedWithAccess, with(func(p *PersonnelSaid) { p.Status = Terminated }), Facts{}, Clear},
		{NoMFA, works, since, Unknown},
		{NoMFA, with(func(p *PersonnelSaid) { p.MFA = "no" }), since, Raised},
		{NoMFA, with(func(p *PersonnelSaid) { p.MFA = "yes" }), since, Clear},
		{AdminRights, works, since, Unknown},
		{AdminRights, works, Facts{Admin: true}, Raised},
		{AdminRights, with(func(p *PersonnelSaid) { p.AdminRights = "no" }), Facts{Admin: true}, Raised},
		{AdminRights, with(func(p *PersonnelSaid) { p.AdminRights = "no" }), since, Clear},
		{NoManager, works, since, Raised},
		{NoManager, works, Facts{Managed: true}, Clear},
		{NoManager, works, Facts{Reports: 2}, Clear},
	} {
		if got := Stands(c.flag, c.who, c.facts, every); got != c.want {
			t.Errorf("%d %s: %c, not %c", i, c.flag, got, c.want)
		}
		if got := Stands(c.flag, c.who, c.facts, PersonnelRules{}); got != Off {
			t.Errorf("%d %s is not wanted: %c", i, c.flag, got)
		}
	}
}

// The list says what the rules say, counts it and finds it; what nobody can tell is neither.
func TestFlags(t *testing.T) {
	api := open(t)
	boss := add(api, "Ada", m{"nda": "signed", "training": "done", "training_on": "2025-03-02", "background": "passed", "mfa": "yes", "admin_rights": "no"})
	add(api, "Bo", m{"manager": boss.ID, "nda": "not_signed", "mfa": "no", "training": "done", "training_on": "2025-03-01"})
	cy := add(api, "Cy", m{"employment": "contractor"})
	if len(boss.Flags) != 1 || boss.Flags[0] != NoManager || !slices.Equal(cy.Unknown, []Flag{NoNDA, TrainingOverdue, NoBackground, NoMFA, AdminRights}) {
		t.Errorf("%v %v", boss.Flags, cy.Unknown)
	}
	for query, want := range map[string]string{"flags=no_nda": "Bo", "flags=no_nda,no_manager": "Bo Cy", "flags=training_overdue": "Bo", "flags=none": "Ada", "unknown=no_mfa": "Cy",
		"unknown=no_background": "Bo Cy", "flags=no_mfa&unknown=admin_rights": "Bo", "sort=-flags": "Bo Cy Ada", "manager=none": "Ada Cy", "employment=contractor": "Cy"} {
		if got := names(api, query); got != want {
			t.Errorf("%s: %q, not %q", query, got, want)
		}
	}
	var facets map[string][]op.FacetValue
	api.Must("GET", "/personnel/facets", nil, &facets)
	if got := fmt.Sprint(facets["flags"]); got != "[{no_manager 1} {no_mfa 1} {no_nda 1} {training_overdue 1}]" {
		t.Error(got)
	}
	var f PersonnelFigures
	api.As(op.Executive).Must("GET", "/personnel/figures", nil, &f)
	got := ""
	for _, x := range f.Flags {
		got += fmt.Sprintf("%s %d/%d?%d ", x.Flag, x.Raised, x.Of, x.Unknown)
	}
	if f.Total != 3 || f.Flagged != 2 || got != "no_nda 1/3?1 training_overdue 1/3?1 no_background 0/3?2 terminated_with_access 0/0?0 no_mfa 1/3?1 admin_rights 0/3?2 no_manager 1/3?0 " {
		t.Errorf("%+v %s", f, got)
	}
	// What the organisation does not want is not there, and a training counts as long as it says.
	var rules PersonnelRules
	api.Must("GET", "/personnel-rules", nil, &rules)
	if api.Do("PATCH", "/personnel-rules", m{"no_nda": false}, nil) != 428 || api.As(op.User).Version(rules.Version).Do("PATCH", "/personnel-rules", m{"no_nda": false}, nil) != 403 {
		t.Error("who may change the rules")
	}
	api.Version(rules.Version).Must("PATCH", "/personnel-rules", m{"no_nda": false, "training_months": 13}, &rules)
	if names(api, "flags=no_nda,training_overdue") != "" || rules.Version != 2 || !strings.Contains(rules.Defined(TrainingOverdue), "13 months") {
		t.Errorf("%+v", rules)
	}
}

// The night keeps what the flags were, so that there is a trend; a day is kept once.
func TestTrend(t *testing.T) {
	api := open(t)
	d := add(api, "Bo", m{"nda": "not_signed"})
	api.RunJob("personnel", "nightly", nil)
	patch(api, &d, m{"nda": "signed"})
	api.Clock.Advance(7 * 24 * time.Hour)
	var f PersonnelFigures
	api.Must("GET", "/personnel/figures", nil, &f)
	if len(f.Weeks) != 2 || f.Weeks[0].Day != "2026-03-02" || f.Weeks[0].Raised[NoNDA] != 1 || f.Weeks[1].Raised[NoNDA] != 0 {
		t.Errorf("%+v", f.Weeks)
	}
	api.RunJob("personnel", "nightly", nil)
	before := api.Count("SELECT count(*) FROM audit")
	api.RunJob("personnel", "nightly", nil)
	if api.Count("SELECT count(*) FROM audit") != before || api.Count("SELECT count(*) FROM personnel_day") != 14 {
		t.Error("a day was kept twice")
	}
}

// No address and no number belongs to two, and nobody reports to themselves, over however many others.
func TestOneOfEach(t *testing.T) {
	api := open(t)
	a := add(api, "Ada", m{"email": "ada@example.com", "employee_id": "E1"})
	b := add(api, "Bo", m{"manager": a.ID})
	c := add(api, "Cy", m{"manager": b.ID})
	for field, body := range map[string]m{"email": {"name": "X", "email": "ADA@example.com"}, "employee_id": {"name": "X", "employee_id": "e1"}, "manager": {"name": "X", "manager": "nobody"},
		"ended_on": {"name": "X", "status": "terminated"}, "nda_on": {"name": "X", "nda_on": "2026-03-03"}} {
		if api.Do("POST", "/personnel", body, nil) != 422 || api.FieldError(field) == "" {
			t.Errorf("%v: %s", body, api.Body())
		}
	}
	for _, manager := range []string{a.ID, b.ID, c.ID} {
		if patch(api, &a, m{"manager": manager}) != 422 || api.FieldError("manager") == "" {
			t.Errorf("%s: %s", manager, api.Body())
		}
	}
	var out op.Bulk
	api.Must("POST", "/personnel/bulk", m{"ids": []string{a.ID, b.ID}, "set": m{"manager": c.ID}}, &out)
	if out.Updated != 0 || len(out.Skipped) != 2 || !strings.Contains(out.Skipped[0].Why, "circle") {
		t.Errorf("%+v", out)
	}
	var d PersonnelDetail
	api.Must("GET", "/personnel/"+c.ID, nil, &d)
	if len(d.Chain) != 2 || d.Chain[0].Name != "Bo" || d.Chain[1].Name != "Ada" {
		t.Errorf("%+v", d.Chain)
	}
	api.Must("GET", "/personnel/"+a.ID, nil, &d)
	if len(d.Team) != 1 || d.Team[0].Name != "Bo" || d.Reports != 1 {
		t.Errorf("%+v", d.Team)
	}
	var chart PersonnelChart
	api.Must("GET", "/personnel/chart", nil, &chart)
	if len(chart.Items) != 3 || chart.Items[2].Manager != b.ID {
		t.Errorf("%+v", chart)
	}
	if api.As(op.Executive).Do("GET", "/personnel/chart", nil, nil) != 403 || api.As(op.Executive).Do("GET", "/personnel", nil, nil) != 403 || api.As(op.Auditor).Do("POST", "/personnel", m{"name": "X"}, nil) != 403 {
		t.Error("who may see and write")
	}
}

// Who leaves leaves a checklist: what has to be done always, a grant each, what they own. It ends item by item; who
// comes back has none.
func TestLeaver(t *testing.T) {
	api := open(t)
	var app application.Application
	api.Must("POST", "/applications", m{"name": "Payroll", "owner": "user"}, &app)
	d := add(api, "The user", m{"email": "User@example.com"})
	if d.Person != "user" || len(d.Owned) != 1 {
		t.Fatalf("%+v", d)
	}
	var g application.Grant
	api.Must("POST", "/grants", m{"personnel": d.ID, "application": app.ID, "level": "Clerk"}, &g)
	if patch(api, &d, m{"status": "terminated", "ended_on": "2026-03-01"}) != 200 || d.Leaving == nil || d.LeavingItems != 7 || d.LeavingLate != 3 || len(d.Flags) != 1 || d.Flags[0] != TerminatedWithAccess {
		t.Fatalf("%d items, %d late, %v: %+v", d.LeavingItems, d.LeavingLate, d.Flags, d.Leaving)
	}
	if names(api, "leaving=true") != "The user" {
		t.Error("a leaver is not found")
	}
	var f PersonnelFigures
	api.Must("GET", "/personnel/figures", nil, &f)
	if f.Leavers != 1 || f.LeaverItems != 7 || f.LeaverLate != 3 || f.Total != 0 {
		t.Errorf("%+v", f)
	}
	api.Must("POST", "/personnel/"+d.ID+"/items", m{"title": "Take back the bicycle", "owner": "user", "due_on": "2026-03-09"}, &d)
	if d.LeavingItems != 8 || api.Count("SELECT count(*) FROM notification WHERE person = 'user' AND event = 'task_assigned'") != 2 {
		t.Errorf("%d items", d.LeavingItems)
	}
	// A grant that is revoked is done; one that comes later is asked for in the night.
	api.Version(g.Version).Must("PATCH", "/grants/"+g.ID, m{"status": "revoked", "note": "Ticket 12"}, nil)
	api.Must("POST", "/grants", m{"personnel": d.ID, "application": app.ID, "level": "Clerk"}, &g)
	api.RunJob("personnel", "nightly", nil)
	api.RunJob("personnel", "nightly", nil)
	api.Must("GET", "/personnel/"+d.ID, nil, &d)
	if d.LeavingItems != 9 || d.LeavingDone != 1 {
		t.Errorf("%d of %d", d.LeavingDone, d.LeavingItems)
	}
	if i := slices.IndexFunc(d.Leaving.Items, func(i LeavingItem) bool {
		return i.Outcome == "Ticket 12" && i.Status == task.Done && i.EndedBy == "The admin"
	}); i < 0 {
		t.Errorf("%+v", d.Leaving.Items)
	}
	// What they own goes to somebody else.
	if api.Do("POST", "/personnel/"+d.ID+"/hand-over", m{"to": "user"}, nil) != 422 {
		t.Error("to themselves")
	}
	api.Must("POST", "/personnel/"+d.ID+"/hand-over", m{"to": "admin"}, &d)
	if len(d.Owned) != 0 || api.Count("SELECT count(*) FROM application WHERE owner = 'admin'") != 1 || api.Count("SELECT count(*) FROM task WHERE owner = 'user' AND status = 'open'") != 0 {
		t.Errorf("%+v", d.Owned)
	}
	for _, i := range d.Leaving.Items {
		switch {
		case i.Status.Ended():
		case i.Grant != "":
			api.Version(1).Must("PATCH", "/grants/"+i.Grant, m{"status": "revoked"}, nil)
		default:
			api.Must("POST", "/tasks/"+i.ID+"/done", m{"outcome": "Seen"}, nil)
		}
	}
	api.Must("GET", "/personnel/"+d.ID, nil, &d)
	if d.LeavingDone != 9 || len(d.Flags) != 0 || names(api, "leaving=true") != "" {
		t.Errorf("%d of %d, %v", d.LeavingDone, d.LeavingItems, d.Flags)
	}
	// They come back, and leave again: a new list.
	if patch(api, &d, m{"status": "active"}) != 422 || patch(api, &d, m{"status": "active", "ended_on": ""}) != 200 || d.Leaving != nil || d.LeavingItems != 0 {
		t.Errorf("%s %+v", api.Body(), d.Leaving)
	}
	api.Clock.Advance(time.Hour)
	if patch(api, &d, m{"status": "terminated", "ended_on": "2026-03-02"}) != 200 || d.LeavingItems != 5 || d.LeavingDone != 0 {
		t.Errorf("%d of %d", d.LeavingDone, d.LeavingItems)
	}
	api.Clock.Advance(time.Hour)
	if patch(api, &d, m{"status": "active", "ended_on": ""}) != 200 || api.Count("SELECT count(*) FROM task WHERE status = 'cancelled' AND outcome = 'They work here again.'") != 5 {
		t.Error("the list goes on")
	}
}

// Who had left before the record was written has no checklist, nor has a bulk change without a last day an effect.
func TestLeftBefore(t *testing.T) {
	api := open(t)
	if d := add(api, "Old", m{"status": "terminated", "ended_on": "2020-01-01"}); d.Leaving != nil || d.LeavingItems != 0 {
		t.Errorf("%+v", d.Leaving)
	}
	d := add(api, "New", nil)
	var out op.Bulk
	api.Must("POST", "/personnel/bulk", m{"ids": []string{d.ID}, "set": m{"status": "terminated"}}, &out)
	if out.Updated != 0 || out.Skipped[0].Why != "Give the last day of somebody who leaves." {
		t.Errorf("%+v", out)
	}
	api.Must("PUT", "/leaver-steps", m{"items": []m{{"title": "Only this", "days": 2, "owner": "user"}}}, nil)
	api.Must("POST", "/personnel/bulk", m{"ids": []string{d.ID}, "set": m{"status": "terminated", "ended_on": "2026-03-02"}}, &out)
	api.Must("GET", "/personnel/"+d.ID, nil, &d)
	if out.Updated != 1 || len(d.Leaving.Items) != 1 || d.Leaving.Items[0].Title != "Only this" || d.Leaving.Items[0].DueOn != "2026-03-04" || d.Leaving.Items[0].OwnerName != "The user" {
		t.Errorf("%+v", d.Leaving)
	}
}

// A department is counted and merged, not deleted while people are in it.
func TestDepartments(t *testing.T) {
	api := open(t)
	var a, b Department
	api.Must("POST", "/departments", m{"name": "Sales", "color": "blue"}, &a)
	api.Must("POST", "/departments", m{"name": "Selling"}, &b)
	if api.Do("POST", "/departments", m{"name": "sales"}, nil) != 422 {
		t.Error("two of one name")
	}
	d := add(api, "Ada", m{"department": b.ID})
	if api.Do("DELETE", "/departments/"+b.ID, nil, nil) != 409 || api.As(op.User).Do("POST", "/departments/"+b.ID+"/merge", m{"into": a.ID}, nil) != 403 || api.Do("POST", "/departments/"+b.ID+"/merge", m{"into": b.ID}, nil) != 422 {
		t.Error("it went")
	}
	api.Must("POST", "/departments/"+b.ID+"/merge", m{"into": a.ID}, &a)
	api.Must("GET", "/personnel/"+d.ID, nil, &d)
	if a.People != 1 || d.DepartmentName != "Sales" || d.DepartmentColor != "blue" || api.Do("GET", "/departments/"+b.ID, nil, nil) != 404 {
		t.Errorf("%+v %+v", a, d)
	}
}

// The nightly job, the list and its facets answer fast enough with ten thousand people.
func BenchmarkList10000(b *testing.B) {
	api := open(b)
	api.Seed([]string{"personnel", "application", "access_grant", "department"}, func(tx *storage.WriteTx) error {
		for _, q := range []string{
			`INSERT INTO department (id, name, created_at, updated_at) SELECT 'd' || value, 'Department ' || value, '', '' FROM json_each('[0,1,2,3,4,5,6,7,8,9]')`,
			`INSERT INTO application (id, name, created_at, updated_at) SELECT 'a' || value, 'Application ' || value, '', '' FROM json_each('[0,1,2,3,4,5,6,7,8,9]')`,
			`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
				INSERT INTO personnel (id, name, email, department, manager, status, nda, mfa, training, training_on, background, created_at, updated_at)
				SELECT format('p%05d', i), 'Person ' || (i * 7919 % 10000), 'p' || i || '@example.com', 'd' || (i % 10), CASE WHEN i > 8 THEN format('p%05d', i / 8) ELSE '' END,
					CASE i % 20 WHEN 0 THEN 'terminated' WHEN 1 THEN 'on_leave' ELSE 'active' END, CASE i % 3 WHEN 0 THEN 'signed' WHEN 1 THEN 'not_signed' ELSE 'unknown' END,
					CASE i % 4 WHEN 0 THEN 'no' ELSE 'yes' END, 'done', date('2026-03-02', '-' || (i * 17 % 600) || ' days'), 'passed', 'at ' || i, 'at ' || (i * 31 % 10000) FROM n`,
			`INSERT INTO access_grant (id, personnel, application, level, admin, created_at, updated_at)
				SELECT 'g' || p.id, p.id, a.id, 'Member', p.id LIKE '%7', 'at ' || p.rowid, 'at ' || p.rowid FROM personnel p JOIN application a ON a.id = 'a' || substr(p.id, -1)`,
		} {
			if err := tx.Exec(q); err != nil {
				return err
			}
		}
		return nil
	})
	api.Times(b, "/personnel", "/personnel?status=active&sort=name", "/personnel?flags=no_nda", "/personnel?flags=terminated_with_access", "/personnel?unknown=no_nda&sort=-flags", "/personnel?department=d3&page=5",
		"/personnel?q=person+42", "/personnel?sort=manager", "/personnel?sort=-updated_at", "/personnel/facets", "/personnel/figures", "/grants", "/grants?application=a1&status=active", "/grants?leaver=true", "/grants/matrix?department=d3")
}
