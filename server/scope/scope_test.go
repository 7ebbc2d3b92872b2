package scope_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"assay/server/control"
	"assay/server/evidence"
	"assay/server/framework"
	"assay/server/op"
	"assay/server/optest"
	"assay/server/scope"
	"assay/storage"
)

func newAPI(tb testing.TB) *optest.API {
	tb.Helper()
	api := optest.New(tb, scope.Module, framework.Module, control.Module, evidence.Module)
	tb.Cleanup(func() { derivedRowsAreRight(tb, api) })
	return api
}

// derivedRowsAreRight compares what the triggers kept with what it must be. It runs after every test.
func derivedRowsAreRight(tb testing.TB, api *optest.API) {
	ctx := context.Background() // the test's own has ended
	db, done, err := api.Store().Tenant(ctx, api.Caller().Tenant)
	if err != nil {
		tb.Fatal(err)
	}
	defer done()
	err = db.Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		var n int
		err := tx.QueryRow(`SELECT (SELECT count(*) FROM (SELECT * FROM control_proof EXCEPT SELECT * FROM control_proof_now))
			+ (SELECT count(*) FROM (SELECT * FROM control_proof_now EXCEPT SELECT * FROM control_proof))`).Scan(&n)
		if n != 0 {
			tb.Errorf("%d rows of control_proof are not what they must be", n)
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
}

func product(api *optest.API, name string, frameworks ...string) (p scope.Product) {
	api.Must("POST", "/products", map[string]any{"name": name, "frameworks": frameworks}, &p)
	return p
}

func newControl(api *optest.API, ref string) (d control.ControlDetail) {
	api.Must("POST", "/controls", control.Draft{Ref: ref, Title: ref}, &d)
	return d
}

func track(api *optest.API, on bool, ids ...string) (out control.ControlBulk) {
	api.Must("POST", "/controls/bulk", map[string]any{"ids": ids, "set": map[string]any{"tracked": on}}, &out)
	return out
}

func claim(api *optest.API, id, product, status string) (d control.ControlDetail) {
	api.Must("POST", "/controls/"+id+"/status", map[string]any{"scope": product, "status": status, "justification": "Because."}, &d)
	return d
}

func get(api *optest.API, id string) (d control.ControlDetail) {
	api.Must("GET", "/controls/"+id, nil, &d)
	return d
}

// stands is how a control stands: itself, then in its products by name.
func stands(d control.ControlDetail) string {
	s := []string{string(d.Status)}
	for _, p := range d.Products {
		s = append(s, fmt.Sprint(p.Name, " ", p.Status, "/", p.Effective))
	}
	return strings.Join(s, ", ")
}

func want(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %s, want %s", what, got, want)
	}
}

func TestProducts(t *testing.T) {
	api := newAPI(t)
	var list scope.Products
	api.Must("GET", "/products", nil, &list)
	if len(list.Items) != 0 {
		t.Fatalf("the organisation is a product: %+v", list)
	}
	if got := api.Do("POST", "/products", map[string]any{"name": "  "}, nil); got != 422 || api.FieldError("name") == "" {
		t.Errorf("without a name: %d", got)
	}
	if got := api.Do("POST", "/products", map[string]any{"name": "X", "frameworks": []string{"nothing"}}, nil); got != 422 || api.FieldError("frameworks") == "" {
		t.Errorf("an unknown framework: %d", got)
	}
	p := product(api, "Portal")
	if got := api.Do("POST", "/products", map[string]any{"name": "portal"}, nil); got != 422 || api.FieldError("name") == "" {
		t.Errorf("the same name: %d", got)
	}
	api.Version(p.Version).Must("PATCH", "/products/"+p.ID, map[string]any{"description": "What clinics use"}, &p)
	if got := api.Version(p.Version-1).Do("PATCH", "/products/"+p.ID, map[string]any{"name": "Y"}, nil); got != 412 {
		t.Errorf("a stale change: %d", got)
	}
	if got := api.Version(1).Do("PATCH", "/products/"+control.Organisation, map[string]any{"name": "Y"}, nil); got != 412 && got != 404 {
		t.Errorf("the organisation was renamed as a product: %d", got)
	}
	if got := api.Do("DELETE", "/products/"+control.Organisation, nil, nil); got != 404 {
		t.Errorf("the organisation was deleted as a product: %d", got)
	}
	c := newControl(api, "C-1")
	track(api, true, c.ID)
	if got := api.Do("DELETE", "/products/"+p.ID, nil, nil); got != 409 {
		t.Errorf("a product in use was deleted: %d", got)
	}
	api.Must("POST", "/products/"+p.ID+"/archive", nil, &p)
	api.Must("GET", "/products", nil, &list)
	if !p.Archived || len(list.Items) != 0 {
		t.Errorf("%+v %+v", p, list)
	}
	api.Must("POST", "/products/"+p.ID+"/restore", nil, &p)
	track(api, false, c.ID)
	api.Must("DELETE", "/products/"+p.ID, nil, nil)
	if n := api.Count("SELECT count(*) FROM control_proof WHERE scope <> 'organisation'"); n != 0 {
		t.Errorf("%d rows of proof of a product that is gone", n)
	}
	for _, role := range []op.Roles{op.User, op.Auditor, op.Executive} {
		if got := api.As(role).Do("POST", "/products", map[string]any{"name": "Z"}, nil); got != 403 {
			t.Errorf("%s adds a product: %d", role, got)
		}
	}
	if got := api.As(op.Executive).Do("GET", "/products", nil, nil); got != 403 {
		t.Errorf("an executive reads products: %d", got)
	}
}

func TestAnotherTenant(t *testing.T) {
	api := newAPI(t)
	p := product(api, "Portal")
	other := api.InTenant(1)
	for path, got := range map[string]int{
		"get": other.Do("GET", "/products/"+p.ID, nil, nil), "archive": other.Do("POST", "/products/"+p.ID+"/archive", nil, nil),
		"delete": other.Do("DELETE", "/products/"+p.ID, nil, nil), "update": other.Version(1).Do("PATCH", "/products/"+p.ID, map[string]any{"name": "X"}, nil),
	} {
		if got != 404 {
			t.Errorf("%s: %d", path, got)
		}
	}
}

// The status of a control that is kept per product is the worst of those that apply.
func TestWorstOfProducts(t *testing.T) {
	api := newAPI(t)
	a, b := product(api, "A"), product(api, "B")
	c := newControl(api, "C-1")
	claim(api, c.ID, "", "in_progress")
	if got := api.Do("POST", "/controls/"+c.ID+"/status", map[string]any{"scope": a.ID, "status": "gap"}, nil); got != 409 {
		t.Errorf("a status in a product of a control that is not kept per product: %d", got)
	}
	if out := track(api, true, c.ID); out.Updated != 1 {
		t.Fatalf("%+v", out)
	}
	want(t, "at first", stands(get(api, c.ID)), "in_progress, A in_progress/in_progress, B in_progress/in_progress")
	want(t, "one is done", stands(claim(api, c.ID, a.ID, "implemented")), "in_progress, A implemented/unproven, B in_progress/in_progress")
	want(t, "one is a gap", stands(claim(api, c.ID, b.ID, "gap")), "gap, A implemented/unproven, B gap/gap")
	want(t, "one does not apply", stands(claim(api, c.ID, b.ID, "not_applicable")), "implemented, A implemented/unproven, B not_applicable/not_applicable")
	want(t, "none applies", stands(claim(api, c.ID, a.ID, "not_applicable")), "not_applicable, A not_applicable/not_applicable, B not_applicable/not_applicable")
	claim(api, c.ID, a.ID, "in_progress")

	if got := api.Do("POST", "/controls/"+c.ID+"/status", map[string]any{"status": "implemented"}, nil); got != 409 {
		t.Errorf("the worst was overruled: %d", got)
	}
	if got := api.As(op.User).Do("POST", "/controls/"+c.ID+"/status", map[string]any{"scope": b.ID, "status": "in_progress"}, nil); got != 403 {
		t.Errorf("a user says that it applies again: %d", got)
	}
	if got := api.Do("POST", "/controls/"+c.ID+"/status", map[string]any{"scope": b.ID, "status": "not_applicable"}, nil); got != 422 || api.FieldError("justification") == "" {
		t.Errorf("without a reason: %d", got)
	}
	if got := api.Do("POST", "/controls/"+c.ID+"/status", map[string]any{"scope": a.ID, "status": "gap", "was": "implemented"}, nil); got != 412 {
		t.Errorf("a stale claim: %d", got)
	}
	if got := api.Do("POST", "/controls/"+c.ID+"/status", map[string]any{"scope": "nothing", "status": "gap"}, nil); got != 422 || api.FieldError("scope") == "" {
		t.Errorf("an unknown product: %d", got)
	}

	// A product that comes later begins with not started, and one that is archived no longer counts.
	d := product(api, "D")
	want(t, "a third", stands(get(api, c.ID)), "not_started, A in_progress/in_progress, B not_applicable/not_applicable, D not_started/not_started")
	api.Must("POST", "/products/"+d.ID+"/archive", nil, nil)
	want(t, "without it", stands(get(api, c.ID)), "in_progress, A in_progress/in_progress, B not_applicable/not_applicable")
	if got := api.As(op.User).Do("POST", "/controls/bulk", map[string]any{"ids": []string{c.ID}, "set": map[string]any{"tracked": false}}, nil); got != 403 {
		t.Errorf("a user takes statuses away: %d", got)
	}
	track(api, false, c.ID)
	want(t, "one status again", stands(get(api, c.ID)), "in_progress, A in_progress/in_progress, B in_progress/in_progress")
}

func TestBulkInAProduct(t *testing.T) {
	api := newAPI(t)
	var ids []string
	for i := range 3 {
		ids = append(ids, newControl(api, fmt.Sprint("C-", i)).ID)
	}
	if got := api.Do("POST", "/controls/bulk", map[string]any{"ids": ids, "set": map[string]any{"tracked": true}}, nil); got != 409 {
		t.Errorf("kept per product without a product: %d", got)
	}
	a := product(api, "A")
	product(api, "B")
	track(api, true, ids[:2]...)
	var out control.ControlBulk
	before := api.Count("SELECT count(*) FROM audit")
	api.Must("POST", "/controls/bulk", map[string]any{"ids": ids, "scope": a.ID, "set": map[string]any{"status": "implemented"}}, &out)
	if out.Updated != 2 || len(out.Skipped) != 1 || out.Skipped[0].ID != ids[2] || api.Count("SELECT count(*) FROM audit") != before+1 {
		t.Errorf("%+v", out)
	}
	api.Must("POST", "/controls/bulk", map[string]any{"ids": ids, "set": map[string]any{"status": "gap"}}, &out)
	if out.Updated != 1 || len(out.Skipped) != 2 {
		t.Errorf("the organisation's: %+v", out)
	}
	var p op.Page[control.Control]
	api.Must("GET", "/controls?scope="+a.ID+"&status=implemented", nil, &p)
	if p.Total != 2 || p.Items[0].Status != control.Implemented || p.Items[0].Effective != control.Unproven || !p.Items[0].Tracked {
		t.Errorf("in A: %+v", p)
	}
	api.Must("GET", "/controls?status=not_started", nil, &p)
	if p.Total != 2 {
		t.Errorf("in the organisation: %+v", p)
	}
	api.Must("GET", "/controls?scope=nothing", nil, &p)
	if p.Total != 0 {
		t.Errorf("in an unknown product: %+v", p)
	}
}

// What belongs to a product proves its controls there, and in the view of the whole organisation.
func TestProofOfAProduct(t *testing.T) {
	api := newAPI(t)
	a, b := product(api, "A"), product(api, "B")
	c := newControl(api, "C-1")
	claim(api, c.ID, "", "implemented")
	var e evidence.EvidenceDetail
	api.Must("POST", "/evidence", map[string]any{"name": "Of A", "scope": a.ID, "controls": []string{c.ID}}, &e)
	if got := api.Upload("/evidence/"+e.ID+"/files", "proof.txt", []byte("It is so.\n"), nil); got != 200 {
		t.Fatal(got)
	}
	want(t, "proof of A", stands(get(api, c.ID)), "implemented, A implemented/implemented, B implemented/unproven")
	api.Must("GET", "/evidence/"+e.ID, nil, &e)
	if e.ScopeName != "A" {
		t.Errorf("%+v", e.Evidence)
	}
	api.Version(e.Version).Must("PATCH", "/evidence/"+e.ID, map[string]any{"scope": b.ID}, &e)
	want(t, "proof of B", stands(get(api, c.ID)), "implemented, A implemented/unproven, B implemented/implemented")
	api.Version(e.Version).Must("PATCH", "/evidence/"+e.ID, map[string]any{"scope": "organisation"}, &e)
	want(t, "proof of all", stands(get(api, c.ID)), "implemented, A implemented/implemented, B implemented/implemented")
	if got := api.Version(e.Version).Do("PATCH", "/evidence/"+e.ID, map[string]any{"scope": "nothing"}, nil); got != 422 || api.FieldError("scope") == "" {
		t.Errorf("an unknown product: %d", got)
	}
	var p op.Page[evidence.Evidence]
	api.Must("GET", "/evidence?scope="+b.ID, nil, &p)
	if p.Total != 0 {
		t.Errorf("%+v", p)
	}

	// The history of what a claim is worth is kept in each product.
	track(api, true, c.ID)
	api.Clock.Advance(400 * 24 * time.Hour)
	api.RunJob("evidence", "recalculate", nil)
	if n := api.Count("SELECT count(*) FROM control_effective WHERE effective = 'in_progress'"); n != 3 {
		t.Errorf("%d transitions of three scopes", n)
	}
}

// Readiness by product: each counts the frameworks it answers to, with its own statuses.
func TestReadinessByProduct(t *testing.T) {
	api := newAPI(t)
	var f framework.Imported
	if got := api.Upload("/frameworks/import?short=EX", "x.json", []byte(`{"catalog":{"uuid":"e","metadata":{"title":"Example","version":"1"},
		"controls":[{"id":"r1","title":"One"},{"id":"r2","title":"Two"}]}}`), &f); got != 200 {
		t.Fatal(got)
	}
	fid := f.Framework.ID
	a, b, other := product(api, "A", fid), product(api, "B", fid), product(api, "C")
	var tree framework.RequirementTree
	api.Must("GET", "/frameworks/"+fid+"/requirements", nil, &tree)
	for i, q := range tree.Items {
		c := newControl(api, fmt.Sprint("C-", i))
		api.Must("POST", "/requirements/"+q.ID+"/controls", map[string]any{"control": c.ID}, nil)
		claim(api, c.ID, "", "implemented")
		var e evidence.EvidenceDetail
		api.Must("POST", "/evidence", map[string]any{"name": c.Ref, "controls": []string{c.ID}}, &e)
		api.Upload("/evidence/"+e.ID+"/files", "proof.txt", []byte(c.Ref+"\n"), nil)
		if i == 0 {
			track(api, true, c.ID)
			claim(api, c.ID, b.ID, "in_progress")
		}
	}
	api.Must("POST", "/requirements/applicability", map[string]any{"ids": []string{tree.Items[1].ID}, "scope": b.ID, "applicable": false, "justification": "Not in B."}, nil)
	var list framework.FrameworkProducts
	api.Must("GET", "/frameworks/"+fid+"/products", nil, &list)
	var got []string
	for _, p := range list.Items {
		r := p.Readiness
		got = append(got, fmt.Sprintf("%s %d/%d %d %d", p.Name, r.Met, r.Applicable, r.NotApplicable, r.Controls))
	}
	want(t, "products", strings.Join(got, ", "), "Organisation 1/2 0 2, A 2/2 0 2, B 0/1 1 1")
	var all framework.Frameworks
	api.Must("GET", "/frameworks?scope="+other.ID, nil, &all)
	if len(all.Items) != 0 || all.Overall.Progress != nil || all.Overall.Controls != 1 { // C-0 is kept per product
		t.Errorf("a product that answers to nothing: %+v", all)
	}
	api.Must("GET", "/frameworks?scope="+a.ID, nil, &all)
	if len(all.Items) != 1 || all.Overall.Met != 2 || *all.Overall.Progress != 10000 || all.Overall.Controls != 2 {
		t.Errorf("A: %+v", all)
	}
	var q framework.RequirementDetail
	api.Must("GET", "/requirements/"+tree.Items[1].ID+"?scope="+b.ID, nil, &q)
	if q.Applicable || !q.Own || q.Justification != "Not in B." || q.Decided != "person" {
		t.Errorf("%+v", q.Requirement)
	}
	api.Must("POST", "/requirements/applicability", map[string]any{"ids": []string{q.ID}, "scope": b.ID, "applicable": true, "follow": true}, nil)
	api.Must("GET", "/requirements/"+tree.Items[1].ID+"?scope="+b.ID, nil, &q)
	if !q.Applicable || q.Own || q.State != framework.Met {
		t.Errorf("%+v", q.Requirement)
	}
	api.Seed([]string{"readiness_day"}, framework.Keep)
	for _, x := range []struct {
		scope string
		met   int
	}{{"organisation", 1}, {a.ID, 2}, {b.ID, 1}, {other.ID, 0}} {
		n := api.Count("SELECT count(*) FROM readiness_day WHERE framework = '' AND scope = ? AND met = ?", x.scope, x.met)
		if n != 1 {
			t.Errorf("%s: not kept", x.scope)
		}
	}
}

// Rows written before there were products are the organisation's.
func TestDefaultsAreTheOrganisations(t *testing.T) {
	api := newAPI(t)
	api.Seed([]string{"readiness_day"}, func(tx *storage.WriteTx) error {
		return tx.Exec("INSERT INTO readiness_day (day, framework, applicable, met, attention, in_progress, controls, effective, readiness, evidence, current) VALUES ('2026-01-01', '', 1, 1, 0, 0, 1, 1, 1, 1, 1)")
	})
	if n := api.Count("SELECT count(*) FROM readiness_day WHERE scope = 'organisation'"); n != 1 {
		t.Error("a day without a scope is not the organisation's")
	}
}
