package control_test

import (
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"

	"assay/server/control"
	"assay/server/framework/catalog"
	"assay/server/op"
	"assay/server/optest"
	"assay/storage"
)

type detail = control.ControlDetail
type page = op.Page[control.Control]

func draft(edit func(*control.Draft)) control.Draft {
	d := control.Draft{Ref: "OWN-1", Title: "Screens lock", Description: "After five minutes.", Domain: "Access"}
	if edit != nil {
		edit(&d)
	}
	return d
}

func status(s control.Status, more ...string) map[string]any {
	m := map[string]any{"status": s}
	for i := 0; i < len(more); i += 2 {
		m[more[i]] = more[i+1]
	}
	return m
}

// records is how many audit records there are.
func records(api *optest.API) int { return api.Count("SELECT count(*) FROM audit") }

// one runs a write and fails unless it left exactly one audit record.
func one(t *testing.T, api *optest.API, do func()) {
	t.Helper()
	before := records(api)
	do()
	if n := records(api) - before; n != 1 {
		t.Errorf("%d audit records, want 1", n)
	}
}

func TestLife(t *testing.T) {
	api := optest.New(t, control.Module).As(op.User)
	var c detail
	one(t, api, func() { api.Must("POST", "/controls", draft(nil), &c) })
	if c.Status != "not_started" || c.Effective != "not_started" || c.Evidence != "none" || c.Source != "own" || c.Version != 1 || c.Frameworks == nil {
		t.Fatalf("%+v", c)
	}
	one(t, api, func() {
		api.Version(c.Version).Must("PATCH", "/controls/"+c.ID, map[string]any{"title": "All screens lock", "owner": "user"}, &c)
	})
	if c.Title != "All screens lock" || c.OwnerName != "The user" || c.Version != 2 || c.Description != "After five minutes." {
		t.Errorf("%+v", c)
	}
	one(t, api, func() { api.Must("POST", "/controls/"+c.ID+"/status", status("implemented"), &c) })
	if c.Status != "implemented" || c.Effective != "unproven" || !strings.Contains(c.Reason, "no evidence") || c.StatusBy != "The user" {
		t.Errorf("%+v", c)
	}
	var p page
	api.As(op.Auditor).Must("GET", "/controls?q=screens+lock&effective=unproven&owner=user&evidence=none&custom=own&domain=Access&framework=none", nil, &p)
	if p.Total != 1 || p.Items[0].ID != c.ID || p.Items[0].Reason != c.Reason {
		t.Errorf("%+v", p)
	}
	one(t, api, func() { api.As(op.Admin).Must("DELETE", "/controls/"+c.ID, nil, nil) })
	if got := api.Do("GET", "/controls/"+c.ID, nil, nil); got != 404 {
		t.Errorf("get after delete: %d", got)
	}
	if n := api.Count("SELECT count(*) FROM control_status") + api.Count("SELECT count(*) FROM control_proof"); n != 0 {
		t.Errorf("%d rows left behind", n)
	}
}

// What changes nothing leaves no record.
func TestNothingChanged(t *testing.T) {
	api := optest.New(t, control.Module)
	var c detail
	api.Must("POST", "/controls", draft(nil), &c)
	before := records(api)
	api.Version(c.Version).Must("PATCH", "/controls/"+c.ID, map[string]any{"title": c.Title}, nil)
	api.Must("POST", "/controls/"+c.ID+"/status", status("not_started"), nil)
	if n := records(api) - before; n != 0 {
		t.Errorf("%d records of nothing", n)
	}
}

func TestRules(t *testing.T) {
	api := optest.New(t, control.Module)
	var c detail
	api.Must("POST", "/controls", draft(nil), &c)
	for field, edit := range map[string]func(*control.Draft){
		"title": func(d *control.Draft) { d.Title, d.Ref = " ", "X-1" },
		"ref":   func(d *control.Draft) { d.Ref = "own-1" },
		"owner": func(d *control.Draft) { d.Owner, d.Ref = "nobody", "X-1" },
	} {
		if got := api.Do("POST", "/controls", draft(edit), nil); got != 422 || api.FieldError(field) == "" {
			t.Errorf("%s: %d %s", field, got, api.Body())
		}
	}
	path := "/controls/" + c.ID
	if got := api.Do("POST", path+"/status", status("not_applicable"), nil); got != 422 || api.FieldError("justification") == "" {
		t.Errorf("not applicable without a word: %d", got)
	}
	if got := api.Do("POST", path+"/status", status("done"), nil); got != 422 {
		t.Errorf("unknown status: %d", got)
	}
	if got := api.Do("POST", path+"/status", status("gap", "was", "implemented"), nil); got != 412 {
		t.Errorf("a status that was not seen: %d", got)
	}
	if got := api.Do("PATCH", path, map[string]any{"title": "x"}, nil); got != 428 {
		t.Errorf("no version: %d", got)
	}
	if got := api.Version(9).Do("PATCH", path, map[string]any{"title": "x"}, nil); got != 412 {
		t.Errorf("stale version: %d", got)
	}
	if got := api.Version(1).Do("PATCH", path, map[string]any{"status": "gap"}, nil); got != 422 {
		t.Errorf("unknown field: %d", got)
	}
	if got := api.Do("POST", "/controls/nothing/status", status("gap"), nil); got != 404 {
		t.Errorf("status of nothing: %d", got)
	}
}

func TestOnlyAdminsDecideApplicability(t *testing.T) {
	api := optest.New(t, control.Module)
	user := api.As(op.User)
	var c detail
	api.Must("POST", "/controls", draft(nil), &c)
	path := "/controls/" + c.ID + "/status"
	if got := user.Do("POST", path, status("not_applicable", "justification", "No."), nil); got != 403 {
		t.Errorf("user sets not applicable: %d", got)
	}
	api.Must("POST", path, status("not_applicable", "justification", "No offices."), &c)
	if c.Effective != "not_applicable" || c.Justification != "No offices." {
		t.Errorf("%+v", c)
	}
	if got := user.Do("POST", path, status("in_progress"), nil); got != 403 {
		t.Errorf("user takes not applicable back: %d", got)
	}
	api.Must("POST", path, status("in_progress"), &c)
	if c.Justification != "" {
		t.Errorf("justification of a state that is over: %q", c.Justification)
	}
}

func TestRoles(t *testing.T) {
	api := optest.New(t, control.Module)
	var c detail
	api.Must("POST", "/controls", draft(nil), &c)
	for _, x := range []struct {
		role   op.Roles
		method string
		path   string
		in     any
		want   int
	}{
		{op.Auditor, "GET", "/controls", nil, 200}, {op.Auditor, "GET", "/controls/export", nil, 200},
		{op.Auditor, "POST", "/controls", draft(nil), 403}, {op.Auditor, "POST", "/controls/bulk", map[string]any{}, 403},
		{op.Executive, "GET", "/controls", nil, 403}, {op.Executive, "GET", "/controls/" + c.ID, nil, 403},
		{op.User, "DELETE", "/controls/" + c.ID, nil, 403}, {0, "GET", "/controls", nil, 401},
	} {
		if got := api.As(x.role).Do(x.method, x.path, x.in, nil); got != x.want {
			t.Errorf("%s %s %s: %d, want %d", x.role, x.method, x.path, got, x.want)
		}
	}
}

func TestTwoTenants(t *testing.T) {
	api := optest.New(t, control.Module)
	other := api.InTenant(1)
	var c detail
	api.Must("POST", "/controls", draft(nil), &c)
	path := "/controls/" + c.ID
	for method, try := range map[string]int{
		"get": other.Do("GET", path, nil, nil), "patch": other.Version(1).Do("PATCH", path, map[string]any{"title": "x"}, nil),
		"status": other.Do("POST", path+"/status", status("gap"), nil), "delete": other.Do("DELETE", path, nil, nil),
	} {
		if try != 404 {
			t.Errorf("%s another tenant's control: %d", method, try)
		}
	}
	var p page
	other.Must("GET", "/controls", nil, &p)
	if p.Total != 0 {
		t.Errorf("the other tenant sees %d controls", p.Total)
	}
	var b control.ControlBulk
	other.Must("POST", "/controls/bulk", map[string]any{"ids": []string{c.ID}, "set": map[string]any{"status": "gap"}}, &b)
	if b.Updated != 0 || len(b.Skipped) != 1 {
		t.Errorf("%+v", b)
	}
}

func TestCommonControls(t *testing.T) {
	api := optest.New(t, control.Module)
	adopt := func() (fresh int) {
		api.Seed([]string{"control", "control_status"}, func(tx *storage.WriteTx) error {
			at, err := control.Adopt(tx, catalog.Controls())
			for _, a := range at {
				if a.Fresh {
					fresh++
				}
			}
			return err
		})
		return fresh
	}
	api.Must("POST", "/controls", draft(func(d *control.Draft) { d.Ref = "GOV-01" }), nil)
	if n := adopt(); n != 161 {
		t.Fatalf("%d copied", n)
	}
	var p page
	api.Must("GET", "/controls?q=GOV-01-2&custom=common", nil, &p)
	if p.Total != 1 || p.Items[0].Edited {
		t.Fatalf("a reference that was taken: %+v", p)
	}
	c := p.Items[0]
	api.Version(c.Version).Must("PATCH", "/controls/"+c.ID, map[string]any{"owner": "user"}, &c)
	if c.Edited {
		t.Error("an owner is no edit of the words")
	}
	api.Version(c.Version).Must("PATCH", "/controls/"+c.ID, map[string]any{"title": "Our code of conduct"}, &c)
	if !c.Edited {
		t.Error("changed words are not shown as an edit")
	}
	before := records(api)
	if n := adopt(); n != 0 || records(api) != before {
		t.Errorf("a second time: %d copied, %d records", n, records(api)-before)
	}
	api.Must("GET", "/controls?custom=edited", nil, &p)
	if p.Total != 1 || p.Items[0].Title != "Our code of conduct" {
		t.Errorf("an edit was overwritten: %+v", p)
	}
	if got := api.Version(c.Version).Do("PATCH", "/controls/"+c.ID, map[string]any{"ref": "X-1"}, nil); got != 422 {
		t.Errorf("a copy was renamed: %d", got)
	}
	if got := api.Do("DELETE", "/controls/"+c.ID, nil, nil); got != 422 || api.FieldError("query.reason") == "" {
		t.Errorf("a copy was deleted without a word: %d", got)
	}
	api.Must("DELETE", "/controls/"+c.ID+"?reason=We+have+our+own", nil, nil)
}

func TestBulk(t *testing.T) {
	api := optest.New(t, control.Module)
	var ids []string
	for i := range 5 {
		var c detail
		api.Must("POST", "/controls", draft(func(d *control.Draft) {
			d.Ref, d.Domain = fmt.Sprintf("B-%d", i), []string{"Access", "Network"}[i%2]
		}), &c)
		ids = append(ids, c.ID)
	}
	api.Must("POST", "/controls/"+ids[0]+"/status", status("not_applicable", "justification", "No."), nil)
	api.Must("POST", "/controls/"+ids[1]+"/status", status("implemented"), nil)

	var b control.ControlBulk
	user := api.As(op.User)
	one(t, api, func() {
		user.Must("POST", "/controls/bulk", map[string]any{"ids": append(ids, "nothing", ids[2]), "set": map[string]any{"status": "implemented"}, "reason": "Audit week"}, &b)
	})
	if b.Updated != 3 || len(b.Skipped) != 3 {
		t.Fatalf("%+v", b)
	}
	why := map[string]string{}
	for _, s := range b.Skipped {
		why[s.ID] = s.Why
	}
	if !strings.Contains(why[ids[0]], "administrator") || !strings.Contains(why[ids[1]], "already") || !strings.Contains(why["nothing"], "no such") {
		t.Errorf("%v", why)
	}

	// One undo takes all of it back, and nothing else.
	seq := lastSeq(t, api)
	undo(t, api, seq)
	var p page
	api.Must("GET", "/controls?status=not_started", nil, &p)
	if p.Total != 3 {
		t.Errorf("after undo %d are not started, want 3", p.Total)
	}

	one(t, api, func() {
		user.Must("POST", "/controls/bulk", map[string]any{"match": map[string]any{"domain": "Network"}, "set": map[string]any{"owner": "user", "domain": "Networks", "status": "in_progress"}}, &b)
	})
	api.Must("GET", "/controls?domain=Networks&owner=user&status=in_progress", nil, &p)
	if b.Updated != 2 || p.Total != 2 {
		t.Errorf("by filter: %+v, %d", b, p.Total)
	}
	user.Must("POST", "/controls/bulk", map[string]any{"match": map[string]any{"domain": "Networks"}, "except": []string{p.Items[0].ID}, "set": map[string]any{"owner": ""}}, &b)
	if b.Updated != 1 {
		t.Errorf("all but one of two: %+v", b)
	}
	for name, body := range map[string]map[string]any{
		"ids":           {"set": map[string]any{"status": "gap"}},
		"set":           {"ids": ids, "set": map[string]any{}},
		"set.owner":     {"ids": ids, "set": map[string]any{"owner": "nobody"}},
		"justification": {"ids": ids, "set": map[string]any{"status": "not_applicable"}},
	} {
		if got := api.Do("POST", "/controls/bulk", body, nil); got != 422 || api.FieldError(name) == "" {
			t.Errorf("%s: %d %s", name, got, api.Body())
		}
	}
	if got := user.Do("POST", "/controls/bulk", map[string]any{"ids": ids, "set": map[string]any{"status": "not_applicable"}, "justification": "No."}, nil); got != 403 {
		t.Errorf("user sets not applicable in bulk: %d", got)
	}
	api.Must("POST", "/controls/bulk", map[string]any{"match": map[string]any{"q": "B-"}, "set": map[string]any{"status": "not_applicable"}, "justification": "None."}, &b)
	if b.Updated != 5 {
		t.Errorf("admin: %+v", b)
	}
}

func lastSeq(t *testing.T, api *optest.API) int64 {
	t.Helper()
	return int64(api.Count("SELECT max(seq) FROM audit"))
}

func undo(t *testing.T, api *optest.API, seq int64) {
	t.Helper()
	api.Seed(append(control.Module.Owns, control.Module.Also...), func(tx *storage.WriteTx) error { return tx.Undo(seq) })
}

// prove links evidence to a control: each expiry is a request with an accepted file that counts until then,
// "" one without a file.
func prove(api *optest.API, id string, expiries ...string) {
	api.Seed([]string{"evidence", "evidence_control", "file"}, func(tx *storage.WriteTx) error {
		for i, until := range expiries {
			e := tx.NewID()
			if err := tx.Exec("INSERT INTO evidence (id, name, validity_days, created_at, updated_at) VALUES (?, ?, 365, ?3, ?3)", e, fmt.Sprintf("Proof %d of %s", i, id), tx.Stamp()); err != nil {
				return err
			}
			if err := tx.Exec("INSERT INTO evidence_control (evidence, control) VALUES (?, ?)", e, id); err != nil {
				return err
			}
			if until == "" {
				continue
			}
			day, err := time.Parse(storage.Date, until)
			if err != nil {
				return err
			}
			err = tx.Exec(`INSERT INTO file (id, evidence, number, name, type, size, sha256, object, collected_on, uploaded_at, review)
				VALUES (?, ?, 1, 'proof.pdf', 'application/pdf', 1, 'x', ?1, ?, ?, 'accepted')`, tx.NewID(), e, day.AddDate(0, 0, -365).Format(storage.Date), tx.Stamp())
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func TestProofAndSettle(t *testing.T) {
	api := optest.New(t, control.Module)
	var c detail
	api.Must("POST", "/controls", draft(nil), &c)
	api.Must("POST", "/controls/"+c.ID+"/status", status("implemented"), nil)
	settle := func() (n int) {
		api.Seed([]string{"control_effective"}, func(tx *storage.WriteTx) (err error) {
			n, err = control.Settle(tx)
			return err
		})
		return n
	}
	see := func(effective control.Effective, evidence control.EvidenceState) {
		t.Helper()
		api.Must("GET", "/controls/"+c.ID, nil, &c)
		if c.Effective != effective || c.Evidence != evidence {
			t.Errorf("%s: %s %s %q, want %s %s", api.Clock.Now().Format(storage.Date), c.Effective, c.Evidence, c.Reason, effective, evidence)
		}
	}
	see("unproven", "none")
	prove(api, c.ID, "2026-03-10", "2027-01-01")
	see("implemented", "complete")
	if n := settle(); n != 0 {
		t.Errorf("settled %d: it never was anything but what was claimed", n)
	}
	if len(c.Linked) != 2 || c.Linked[0].Accepted != 1 {
		t.Errorf("%+v", c.Linked)
	}
	api.Clock.Advance(9 * 24 * time.Hour) // 11 March
	see("needs_evidence", "partial")
	before := records(api)
	if a, b := settle(), settle(); a != 1 || b != 0 || records(api)-before != 1 {
		t.Errorf("settled %d, then %d, with %d records", a, b, records(api)-before)
	}
	api.Clock.Advance(13 * 24 * time.Hour) // 24 March: 10 + 14
	see("needs_evidence", "partial")
	api.Clock.Advance(24 * time.Hour)
	see("in_progress", "partial")
	if c.Status != "implemented" {
		t.Error("the claim was changed")
	}
	settle()
	prove(api, c.ID, "")
	see("in_progress", "partial")
	if n := api.Count("SELECT count(*) FROM control_effective WHERE effective = 'in_progress' AND reason LIKE '%2026-03-10%'"); n != 1 {
		t.Error("the reason of the transition was not kept")
	}
}

// A claim asks for one settling, however many are made in a second.
func TestClaimAsksToSettle(t *testing.T) {
	api := optest.New(t, control.Module)
	for i := range 3 {
		var c detail
		api.Must("POST", "/controls", draft(func(d *control.Draft) { d.Ref = fmt.Sprint("J-", i) }), &c)
		api.Must("POST", "/controls/"+c.ID+"/status", status("implemented"), nil)
	}
	if n := api.Count("SELECT count(*) FROM job WHERE name = 'control.settle'"); n != 1 {
		t.Errorf("%d jobs", n)
	}
}

func TestExport(t *testing.T) {
	api := optest.New(t, control.Module)
	var c detail
	api.Must("POST", "/controls", draft(func(d *control.Draft) { d.Owner, d.Title = "admin", "=cmd()" }), &c)
	api.Must("POST", "/controls/"+c.ID+"/status", status("implemented"), nil)
	prove(api, c.ID, "2026-03-01")
	api.Must("GET", "/controls/export?format=csv", nil, nil)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(api.Body(), "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatal(err, rows)
	}
	got := map[string]string{}
	for i, h := range rows[0] {
		got[h] = rows[1][i]
	}
	if got["Claimed status"] != "implemented" || got["Effective status"] != "needs_evidence" || got["Owner"] != "The admin" || !strings.Contains(got["Reason"], "2026-03-15") {
		t.Errorf("%v", got)
	}
	if strings.HasPrefix(got["Title"], "=") {
		t.Errorf("a formula left the house: %q", got["Title"])
	}
}

func TestListSortsAndFacets(t *testing.T) {
	api := optest.New(t, control.Module)
	for _, ref := range []string{"A-10", "A-9", "A-2"} {
		api.Must("POST", "/controls", draft(func(d *control.Draft) { d.Ref = ref }), nil)
	}
	var p page
	api.Must("GET", "/controls", nil, &p)
	if p.Items[0].Ref+p.Items[1].Ref+p.Items[2].Ref != "A-2A-9A-10" {
		t.Errorf("order of references: %+v", p.Items)
	}
	for _, sort := range []string{"ref", "title", "domain", "owner", "status", "effective", "first_expiry", "updated_at"} {
		api.Must("GET", "/controls?sort="+sort, nil, &p)
		api.Must("GET", "/controls?sort=-"+sort, nil, &p)
	}
	var f map[string][]op.FacetValue
	api.Must("GET", "/controls/facets", nil, &f)
	if len(f["status"]) != 1 || f["status"][0].Count != 3 || f["custom"][0].Value != "own" {
		t.Errorf("%v", f)
	}
}
