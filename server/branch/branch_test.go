package branch_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"assay/server/activity"
	"assay/server/auditlog"
	"assay/server/branch"
	"assay/server/control"
	"assay/server/dashboard"
	"assay/server/evidence"
	"assay/server/framework"
	"assay/server/live"
	"assay/server/op"
	"assay/server/optest"
	"assay/server/task"
	"assay/storage"
)

type m = map[string]any

func open(t *testing.T) *optest.API {
	return optest.New(t, branch.Module, control.Module, framework.Module, evidence.Module, dashboard.Module, auditlog.Module, task.Module, activity.Module, live.Module)
}

// in is the same API at work in a branch.
func in(api *optest.API, id string) *optest.API { return api.Header("Assay-Branch", id) }

func create(t *testing.T, api *optest.API, name string) (b branch.Branch) {
	t.Helper()
	api.Must("POST", "/branches", m{"name": name, "purpose": "To see"}, &b)
	return b
}

func controls(api *optest.API, n int) (all []control.Control) {
	for i := range n {
		var c control.Control
		api.Must("POST", "/controls", m{"ref": fmt.Sprintf("CTL-%d", i+1), "title": fmt.Sprintf("Control %d", i+1)}, &c)
		all = append(all, c)
	}
	return all
}

func title(api *optest.API, id string) string {
	var c struct{ Title string }
	api.Must("GET", "/controls/"+id, nil, &c)
	return c.Title
}

// A control is changed, one added and one deleted in a branch. The organisation does not change until the branch is
// applied: then by one record, which one undo takes back.
func TestBranchIsTriedAndApplied(t *testing.T) {
	api := open(t)
	all := controls(api, 3)
	b := create(t, api, "Next year")
	try := in(api, b.ID)
	if title(try, all[0].ID) != "Control 1" || try.Last().Header.Get("Assay-Branch") != b.ID {
		t.Error("the branch does not show what it is a copy of, or does not say that it is shown")
	}
	try.Version(all[0].Version).Must("PATCH", "/controls/"+all[0].ID, m{"title": "Crude oil"}, nil)
	try.Must("DELETE", "/controls/"+all[1].ID, nil, nil)
	try.Must("POST", "/controls", m{"ref": "CTL-9", "title": "New here"}, nil)
	try.Must("POST", "/controls/bulk", m{"match": m{"q": "Control 3"}, "set": m{"status": "implemented"}}, nil)
	if got := title(api, all[0].ID); got != "Control 1" || title(try, all[0].ID) != "Crude oil" {
		t.Errorf("the organisation has %q", got)
	}
	var trash struct{ Total int }
	if try.Must("GET", "/trash", nil, &trash); trash.Total != 1 {
		t.Error("what was deleted does not rest in the branch")
	}

	var c branch.BranchComparison
	api.As(op.Auditor).Must("GET", "/branches/"+b.ID+"/compare", nil, &c)
	if now, then := c.Scopes[0].Now.Controls, c.Scopes[0].Branch.Controls; now.Total != 3 || then.Total != 3 || now.Claimed["implemented"] != 0 || then.Claimed["implemented"] != 1 {
		t.Errorf("figures: now %+v, branch %+v", now, then)
	}
	said := ""
	for _, k := range c.Kinds {
		said += fmt.Sprintf("%s %d+ %d~ %d-; ", k.Table, k.Added, k.Changed, k.Removed)
	}
	if said != "control 1+ 1~ 1-; control_status 1+ 1~ 1-; " || c.InTheWay != 0 || c.Applies != c.Rows || c.Rows != 6 {
		t.Errorf("changes: %s%+v", said, c)
	}
	var list op.Page[auditlog.AuditChange]
	api.As(op.Auditor).Must("GET", "/branches/"+b.ID+"/changes?table=control", nil, &list)
	if s := fmt.Sprintf("%+v", list.Items); list.Total != 3 || !strings.Contains(s, "Old:Control 1 New:Crude oil") {
		t.Errorf("%d changes: %s", list.Total, s)
	}

	// What nobody compared is not applied.
	if got := api.Do("POST", "/branches/"+b.ID+"/apply", m{"reason": "Decided", "rows": 5}, nil); got != 409 || !strings.Contains(api.Problem().Detail, "since you compared") {
		t.Errorf("another number of rows: %d %s", got, api.Body())
	}
	before := api.Count("SELECT count(*) FROM audit WHERE kind = 'change'")
	var did branch.BranchApplied
	api.Must("POST", "/branches/"+b.ID+"/apply", m{"reason": "Decided on Monday", "rows": c.Rows}, &did)
	if did.Rows != 6 || did.Left != 0 || did.Branch.State != branch.Applied || did.Branch.Note != "Decided on Monday" || api.Last().Header.Get("Assay-Audit") != fmt.Sprint(did.Audit) {
		t.Errorf("%+v", did)
	}
	if n := api.Count("SELECT count(*) FROM audit WHERE kind = 'change'") - before; n != 1 {
		t.Errorf("%d records", n)
	}
	if title(api, all[0].ID) != "Crude oil" || api.Do("GET", "/controls/"+all[1].ID, nil, nil) != 404 || api.Count("SELECT count(*) FROM control WHERE ref = 'CTL-9'") != 1 {
		t.Error("it was not applied")
	}
	var r auditlog.AuditRecord
	api.Must("GET", fmt.Sprintf("/audit/tenant/%d", did.Audit), nil, &r)
	if r.Action != "branch.apply" || r.Note != "Decided on Monday" || r.Summary != "applied the branch Next year: 6 rows" || !r.Undo {
		t.Errorf("%+v", r.AuditEntry)
	}
	if got := in(api, b.ID).Do("GET", "/controls", nil, nil); got != 404 || !strings.Contains(api.Problem().Detail, "applied or discarded") {
		t.Errorf("a closed branch: %d %s", got, api.Body())
	}
	api.Must("POST", "/undo", m{"seq": did.Audit}, nil)
	if title(api, all[0].ID) != "Control 1" || title(api, all[1].ID) != "Control 2" || api.Count("SELECT count(*) FROM control") != 3 {
		t.Error("it was not undone")
	}
	if n := api.Count("SELECT count(*) FROM branch WHERE state = 'applied'"); n != 1 {
		t.Error("undoing opened the branch again")
	}
}

// Both sides change a title: it is told of, and left when the rest is applied.
func TestBranchInTheWay(t *testing.T) {
	api := open(t)
	all := controls(api, 4)
	b := create(t, api, "Conflicts")
	try := in(api, b.ID)
	patch := func(api *optest.API, i int, with m) {
		t.Helper()
		var c struct{ Version int }
		api.Must("GET", "/controls/"+all[i].ID, nil, &c)
		api.Version(c.Version).Must("PATCH", "/controls/"+all[i].ID, with, nil)
	}
	patch(try, 0, m{"title": "Branch"})
	patch(api, 0, m{"title": "Organisation"})
	patch(try, 1, m{"title": "Branch"})
	patch(api, 1, m{"description": "Another field"})
	patch(try, 2, m{"title": "Branch"})
	api.Must("DELETE", "/controls/"+all[2].ID, nil, nil)
	patch(try, 3, m{"ref": "CTL-7"})
	api.Must("POST", "/controls", m{"ref": "CTL-7", "title": "Quicker"}, nil)
	var c branch.BranchComparison
	api.Must("GET", "/branches/"+b.ID+"/compare", nil, &c)
	said := []string{}
	for _, h := range c.Why {
		said = append(said, h.Why)
	}
	for _, want := range []string{"The admin changed the title of CTL-1", "and so did the branch.", "The admin deleted Control 3", "Control CTL-7 has the"} {
		if !strings.Contains(strings.Join(said, "\n"), want) {
			t.Errorf("%q is not said: %q", want, said)
		}
	}
	if c.InTheWay != 3 || c.Left != 3 || c.Applies != 1 || c.Rows != 4 {
		t.Errorf("%+v", c)
	}
	before := api.Count("SELECT count(*) FROM audit")
	if got := api.Do("POST", "/branches/"+b.ID+"/apply", m{"reason": "x", "rows": 4}, nil); got != 409 || !strings.Contains(api.Problem().Detail, "leave the 3 rows") {
		t.Errorf("%d %s", got, api.Body())
	}
	if n := api.Count("SELECT count(*) FROM audit") - before; n != 0 || title(api, all[1].ID) != "Control 2" {
		t.Error("a refused branch is half applied")
	}
	var did branch.BranchApplied
	api.Must("POST", "/branches/"+b.ID+"/apply", m{"reason": "x", "rows": 4, "leave": true}, &did)
	if did.Rows != 1 || did.Left != 3 || len(did.Why) != 3 || title(api, all[0].ID) != "Organisation" || title(api, all[1].ID) != "Branch" || title(api, all[3].ID) != "Control 4" {
		t.Errorf("%+v", did)
	}
}

// Who may do what with a branch, and what is refused in one.
func TestBranchRoles(t *testing.T) {
	api := open(t)
	controls(api, 1)
	b := create(t, api.As(op.User), "Mine")
	other := create(t, api, "The administrator's")
	for _, c := range []struct {
		role   op.Roles
		method string
		path   string
		in     any
		want   int
	}{
		{op.Executive, "GET", "/branches", nil, 403},
		{op.Auditor, "GET", "/branches", nil, 200},
		{op.Auditor, "POST", "/branches", m{"name": "x"}, 403},
		{op.Auditor, "GET", "/branches/" + b.ID + "/compare", nil, 200},
		{op.Executive, "GET", "/branches/" + b.ID + "/compare", nil, 403},
		{op.Auditor, "POST", "/branches/" + b.ID + "/discard", m{}, 403},
		{op.User, "POST", "/branches/" + b.ID + "/apply", m{"reason": "x", "rows": 0}, 403},
		{op.User, "POST", "/branches/" + other.ID + "/discard", m{}, 403},
		{op.Admin, "POST", "/branches/" + b.ID + "/apply", m{"reason": "x", "rows": 0}, 409},
		{op.Admin, "POST", "/branches/" + b.ID + "/apply", m{"reason": " ", "rows": 0}, 422},
		{op.User, "POST", "/branches", m{"name": "mine"}, 422},
		{op.User, "POST", "/branches/" + b.ID + "/discard", m{"reason": "Seen enough"}, 200},
		{op.User, "POST", "/branches/" + b.ID + "/discard", m{}, 409},
		{op.User, "GET", "/branches/" + b.ID + "/compare", nil, 409},
		{op.Admin, "GET", "/branches/" + api.Store().NewID() + "/compare", nil, 404},
	} {
		if got := api.As(c.role).Do(c.method, c.path, c.in, nil); got != c.want {
			t.Errorf("%s %s as %s: %d %s", c.method, c.path, c.role, got, api.Body())
		}
	}
	// The role of today decides in the branch, too.
	if got := in(api.As(op.Auditor), other.ID).Do("POST", "/controls", m{"title": "x"}, nil); got != 403 {
		t.Errorf("an auditor writes in a branch: %d", got)
	}
	if got := in(api, other.ID).Do("GET", "/branches", nil, nil); got != 409 {
		t.Errorf("a branch has branches: %d", got)
	}
	if got := in(api, other.ID).Header("Assay-As-Of", "2026-03-01").Do("GET", "/controls", nil, nil); got != 409 || !strings.Contains(api.Problem().Detail, "not for both") {
		t.Errorf("the past of a branch: %d %s", got, api.Body())
	}
	if got := in(api, other.ID).Upload("/evidence/x/files", "a.pdf", []byte("%PDF-1.4"), nil); got != 409 || !strings.Contains(api.Problem().Detail, "takes no files") {
		t.Errorf("an upload to a branch: %d %s", got, api.Body())
	}
	if got := in(api.InTenant(1), other.ID).Do("GET", "/controls", nil, nil); got != 404 {
		t.Errorf("another organisation opens it: %d %s", got, api.Body())
	}
	if got := in(api, "../"+other.ID).Do("GET", "/controls", nil, nil); got != 404 {
		t.Errorf("a path for an id: %d", got)
	}
	for i := range 4 {
		create(t, api, fmt.Sprint("More ", i))
	}
	if got := api.Do("POST", "/branches", m{"name": "One too many"}, nil); got != 409 || !strings.Contains(api.Problem().Detail, "5 open branches") {
		t.Errorf("%d %s", got, api.Body())
	}
}

// What nobody came to for thirty days ends in the night; what somebody looks at stays.
func TestBranchEnds(t *testing.T) {
	api := open(t)
	controls(api, 1)
	old, used := create(t, api, "Forgotten"), create(t, api, "Looked at")
	api.Clock.Advance(20 * 24 * time.Hour)
	in(api, used.ID).Must("GET", "/controls", nil, nil)
	api.Clock.Advance(9 * 24 * time.Hour)
	api.RunJob("branch", "tidy", nil)
	if api.Count("SELECT count(*) FROM branch WHERE state = 'open'") != 2 {
		t.Error("one ended early")
	}
	api.Clock.Advance(24 * time.Hour)
	api.RunJob("branch", "tidy", nil)
	var all branch.Branches
	api.Must("GET", "/branches", nil, &all)
	if all.Open != 1 || all.Items[0].ID != used.ID || all.Items[1].ID != old.ID || all.Items[1].State != branch.Discarded || all.Items[1].Note == "" || all.Items[1].ClosedBy != "" {
		t.Errorf("%+v", all)
	}
	// A row whose file is gone says so, and can be discarded.
	if err := api.Store().DropBranch(t.Context(), api.Caller().Tenant, used.ID); err != nil {
		t.Fatal(err)
	}
	if got := in(api, used.ID).Do("GET", "/controls", nil, nil); got != 409 || !strings.Contains(api.Problem().Detail, "is gone") {
		t.Errorf("%d %s", got, api.Body())
	}
	if api.Must("GET", "/branches", nil, &all); !all.Items[0].Gone {
		t.Error("the list does not say that its file is gone")
	}
	api.Must("POST", "/branches/"+used.ID+"/discard", m{}, nil)
}

// A browser in a branch hears of the branch's changes, and of no others.
func TestBranchIsLive(t *testing.T) {
	api := open(t)
	all := controls(api, 2)
	b := create(t, api, "Live")
	srv := httptest.NewServer(api.Handler())
	defer srv.Close()
	r := httptest.NewRequest("GET", srv.URL+"/api/v1/events", nil)
	r.RequestURI = ""
	r.Header.Set("Assay-Branch", b.ID)
	res, err := srv.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	buf := make([]byte, 4096)
	read := func(until string) (got string) {
		t.Helper()
		for !strings.Contains(got, until) {
			n, err := res.Body.Read(buf)
			if got += string(buf[:n]); err != nil {
				t.Fatalf("%v: %s", err, got)
			}
		}
		return got
	}
	read("begin")
	api.Must("POST", "/controls/"+all[0].ID+"/status", m{"status": "in_progress"}, nil)
	in(api, b.ID).Must("POST", "/controls/"+all[1].ID+"/status", m{"status": "in_progress"}, nil)
	if got := read(all[1].ID); strings.Contains(got, all[0].ID) {
		t.Errorf("the branch hears of the organisation: %s", got)
	}
}

// Thousands of rows are compared and applied in seconds.
func TestBranchOfThousands(t *testing.T) {
	api := open(t)
	api.Seed([]string{"control", "control_status"}, func(tx *storage.WriteTx) error {
		if err := tx.Exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
			INSERT INTO control (id, ref, title, created_at, updated_at) SELECT 'c' || i, 'S-' || i, 'Seeded', ?1, ?1 FROM n`, tx.Stamp()); err != nil {
			return err
		}
		return tx.Exec("INSERT INTO control_status (control, scope, changed_at) SELECT id, 'organisation', ? FROM control", tx.Stamp())
	})
	began := time.Now()
	b := create(t, api, "Bulk")
	made := time.Since(began)
	in(api, b.ID).Must("POST", "/controls/bulk", m{"match": m{"q": "Seeded"}, "set": m{"status": "in_progress"}}, nil)
	began = time.Now()
	var c branch.BranchComparison
	api.Must("GET", "/branches/"+b.ID+"/compare", nil, &c)
	compared := time.Since(began)
	began = time.Now()
	var did branch.BranchApplied
	api.Must("POST", "/branches/"+b.ID+"/apply", m{"reason": "x", "rows": c.Rows}, &did)
	t.Logf("made in %v, %d rows compared in %v, applied in %v", made, c.Rows, compared, time.Since(began))
	if did.Rows != 3000 || api.Count("SELECT count(*) FROM control_status WHERE status = 'in_progress'") != 3000 {
		t.Errorf("%d rows", did.Rows)
	}
}
