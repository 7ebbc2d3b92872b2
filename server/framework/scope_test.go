package framework_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"assay/server/control"
	"assay/server/framework"
	"assay/server/op"
	"assay/server/optest"
	"assay/server/scope"
	"assay/server/settings"
	"assay/storage"
)

func scoped(tb testing.TB) *optest.API {
	tb.Helper()
	return optest.New(tb, framework.Module, control.Module, scope.Module)
}

// example imports a catalog of five requirements, two of which share a tag.
func example(tb testing.TB, api *optest.API) (id string, rows map[string]string) {
	tb.Helper()
	var f framework.Imported
	if got := api.Upload("/frameworks/import?short=EX", "example.json", []byte(`{"catalog":{"uuid":"e","metadata":{"title":"Example","version":"1"},"controls":[
		{"id":"r1","title":"One","props":[{"name":"group","value":"IG1"}]},{"id":"r2","title":"Two","props":[{"name":"group","value":"IG1"}]},
		{"id":"r3","title":"Three"},{"id":"r4","title":"Four"},{"id":"r5","title":"Five"}]}}`), &f); got != 200 {
		tb.Fatal(got, api.Body())
	}
	var tree framework.RequirementTree
	api.Must("GET", "/frameworks/"+f.Framework.ID+"/requirements", nil, &tree)
	rows = map[string]string{}
	for _, r := range tree.Items {
		rows[r.Ref] = r.ID
	}
	return f.Framework.ID, rows
}

// applies are the requirements that apply in a scope, by their references.
func applies(api *optest.API, id, product string) string {
	var tree framework.RequirementTree
	api.Must("GET", "/frameworks/"+id+"/requirements?scope="+product, nil, &tree)
	var refs []string
	for _, r := range tree.Items {
		if r.Applicable {
			refs = append(refs, r.Ref)
		}
	}
	return strings.Join(refs, " ")
}

// A baseline decides only what nobody decided or a baseline did, and one undo takes it back.
func TestBaseline(t *testing.T) {
	api := scoped(t)
	id, rows := example(t, api)
	if got := api.Do("POST", "/frameworks/"+id+"/baselines", map[string]any{"name": "Empty"}, nil); got != 422 || api.FieldError("tags") == "" {
		t.Errorf("of nothing: %d", got)
	}
	var list framework.Baselines
	api.Must("POST", "/frameworks/"+id+"/baselines", map[string]any{"name": "First", "tags": []string{"group: IG1"}}, &list)
	api.Must("POST", "/frameworks/"+id+"/baselines", map[string]any{"name": "Second", "requirements": []string{rows["R2"], rows["R3"]}}, &list)
	if len(list.Items) != 2 || list.Items[0].Size != 2 || list.Items[0].Source != "tags" || list.Items[1].Size != 2 || len(list.Tags) != 1 || list.Tags[0].Size != 2 {
		t.Fatalf("%+v", list)
	}
	if got := api.Do("POST", "/frameworks/"+id+"/baselines", map[string]any{"name": "first", "tags": []string{"group: IG1"}}, nil); got != 422 || api.FieldError("name") == "" {
		t.Errorf("the same name: %d", got)
	}
	first, second := list.Items[0].ID, list.Items[1].ID
	say := func(ref string, applicable bool) {
		api.Must("POST", "/requirements/applicability", map[string]any{"ids": []string{rows[ref]}, "applicable": applicable, "justification": "A person said so."}, nil)
	}
	choose := func(baseline, product string) (out framework.BaselineChosen) {
		api.Must("POST", "/frameworks/"+id+"/baseline", map[string]any{"baseline": baseline, "scope": product}, &out)
		return out
	}
	check := func(what, product, want string) {
		t.Helper()
		if got := applies(api, id, product); got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	say("R1", false) // inside, but a person said no
	say("R4", false)
	say("R4", true) // outside, but a person said yes
	var out framework.BaselineChosen
	wrote(t, api, 1, func() { out = choose(first, "") })
	check("first", "", "R2 R4")
	if out != (framework.BaselineChosen{Outside: 2, Standing: 2}) {
		t.Errorf("%+v", out)
	}
	var q framework.RequirementDetail
	api.Must("GET", "/requirements/"+rows["R3"], nil, &q)
	if q.Decided != "baseline" || q.Baseline != "First" || q.Justification != "Outside baseline First" {
		t.Errorf("%+v", q)
	}
	out = choose(second, "")
	check("second", "", "R2 R3 R4")
	if out.Inside != 1 || out.Outside != 1 { // R5's reason names the new one
		t.Errorf("%+v", out)
	}
	if got := api.Do("DELETE", "/baselines/"+second, nil, nil); got != 409 {
		t.Errorf("a chosen baseline was deleted: %d", got)
	}
	wrote(t, api, 0, func() { choose(second, "") })

	// In a product the organisation's baseline gives way to its own.
	if got := api.Do("POST", "/frameworks/"+id+"/baseline", map[string]any{"baseline": first, "scope": "nothing"}, nil); got != 422 || api.FieldError("scope") == "" {
		t.Errorf("an unknown product: %d", got)
	}
	var p scope.Product
	api.Must("POST", "/products", map[string]any{"name": "P", "frameworks": []string{id}}, &p)
	check("as the organisation", p.ID, "R2 R3 R4")
	choose(first, p.ID)
	check("of its own", p.ID, "R2 R4")
	choose("", "")
	check("none", "", "R2 R3 R4 R5")
	check("still its own", p.ID, "R2 R4")
	choose("", p.ID)
	check("none in the product", p.ID, "R2 R3 R4 R5")
	api.Must("DELETE", "/baselines/"+second, nil, nil)
	if got := api.As(op.User).Do("POST", "/frameworks/"+id+"/baseline", map[string]any{"baseline": first}, nil); got != 403 {
		t.Errorf("a user chooses: %d", got)
	}
	if got := api.InTenant(1).Do("GET", "/frameworks/"+id+"/baselines", nil, nil); got != 404 {
		t.Errorf("another tenant: %d", got)
	}
}

// The published baselines select what their publishers say: of the catalog that is here already.
func TestPublishedBaselines(t *testing.T) {
	api := scoped(t)
	var f framework.Imported
	if got := api.Upload("/frameworks/import", "NIST_SP-800-53_rev5_catalog-min.v1.0.0.json", realFile(t, "nist-800-53r5/NIST_SP-800-53_rev5_catalog-min.v1.0.0.json"), &f); got != 200 {
		t.Fatal(got, api.Body())
	}
	for _, c := range []struct {
		file string
		want int
	}{
		{"nist-800-53r5/NIST_SP-800-53_rev5_LOW-baseline_profile.json", 149},
		{"nist-800-53r5/NIST_SP-800-53_rev5_MODERATE-baseline_profile.json", 287},
		{"fedramp/FedRAMP_rev5_LOW-baseline_profile.json", 156},
		{"fedramp/FedRAMP_rev5_MODERATE-baseline_profile.json", 323},
	} {
		var out framework.BaselineImported
		if got := api.Upload("/frameworks/"+f.Framework.ID+"/baselines/import?name="+fmt.Sprint(c.want), "profile.json", realFile(t, c.file), &out); got != 200 {
			t.Fatal(c.file, got, api.Body())
		}
		if out.Selected != c.want || out.Found != c.want || len(out.Missing) != 0 {
			t.Errorf("%s: %d selected, %d found, missing %v", c.file, out.Selected, out.Found, out.Missing)
		}
		api.Must("POST", "/frameworks/"+f.Framework.ID+"/baseline", map[string]any{"baseline": out.ID}, nil)
		var one framework.Framework
		api.Must("GET", "/frameworks/"+f.Framework.ID, nil, &one)
		if one.Readiness.Applicable != c.want {
			t.Errorf("%s: %d apply", c.file, one.Readiness.Applicable)
		}
	}
	if got := api.Upload("/frameworks/"+f.Framework.ID+"/baselines/import", "catalog.json", []byte(`{"catalog":{"uuid":"x","metadata":{"title":"X","version":"1"},"controls":[{"id":"a","title":"A"}]}}`), nil); got != 422 {
		t.Errorf("a catalog as a baseline: %d", got)
	}
}

// 45 CFR 164.306(d)(3): what is addressable may be met by a documented alternative, what is required may not.
func TestAddressable(t *testing.T) {
	api := scoped(t)
	f := enable(t, api, "hipaa").Framework
	id := requirementID(t, api, f.ID, "164.308(a)(5)(ii)(A)")
	var q framework.RequirementDetail
	api.Must("GET", "/requirements/"+id, nil, &q)
	if q.Rule != "addressable" || q.State != framework.NotStarted || q.Addressed != nil {
		t.Fatalf("%+v", q)
	}
	address := func(body map[string]any) int { return api.Do("POST", "/requirements/"+id+"/addressed", body, &q) }
	if got := address(map[string]any{"reasonable": false, "assessment": " "}); got != 422 || api.FieldError("assessment") == "" {
		t.Errorf("without reasoning: %d", got)
	}
	if got := address(map[string]any{"reasonable": true, "assessment": "It is.", "alternative": "Another"}); got != 422 || api.FieldError("alternative") == "" {
		t.Errorf("reasonable with an alternative: %d", got)
	}
	met := func() int {
		var one framework.Framework
		api.Must("GET", "/frameworks/"+f.ID, nil, &one)
		return one.Readiness.Met
	}
	wrote(t, api, 1, func() { address(map[string]any{"reasonable": false, "assessment": "Nobody reads them."}) })
	if q.State != framework.NotStarted || met() != 0 || !strings.Contains(q.Addressed.Sentence, "does not count") {
		t.Errorf("without an alternative: %+v", q)
	}
	address(map[string]any{"reasonable": false, "assessment": "Nobody reads them.", "alternative": "A session every quarter."})
	if q.State != framework.Met || met() != 1 || !strings.Contains(q.Sentence, "alternative") || q.Addressed.DecidedBy != "The admin" {
		t.Errorf("with an alternative: %+v %+v", q, q.Addressed)
	}
	var p op.Page[framework.Requirement]
	api.Must("GET", "/requirements?rule=addressable&framework="+f.ID, nil, &p)
	if p.Total != 22 {
		t.Errorf("%d addressable specifications", p.Total)
	}
	address(map[string]any{"reasonable": true, "assessment": "It is after all."})
	if q.State != framework.NotStarted || met() != 0 {
		t.Errorf("reasonable: %+v", q)
	}
	q = framework.RequirementDetail{}
	api.Must("DELETE", "/requirements/"+id+"/addressed", nil, &q)
	if q.Addressed != nil {
		t.Errorf("%+v", q.Addressed)
	}
	required := requirementID(t, api, f.ID, "164.308(a)(1)(ii)(A)")
	api.Must("GET", "/requirements/"+required, nil, &q)
	if q.Rule != "required" || !strings.Contains(q.Warning, "164.306(d)(2)") {
		t.Errorf("no warning: %+v", q)
	}
	if got := api.Do("POST", "/requirements/"+required+"/addressed", map[string]any{"reasonable": false, "assessment": "No.", "alternative": "Another"}, nil); got != 409 {
		t.Errorf("a required specification was addressed: %d", got)
	}
	if got := api.As(op.Auditor).Do("POST", "/requirements/"+id+"/addressed", map[string]any{"reasonable": false, "assessment": "No."}, nil); got != 403 {
		t.Errorf("an auditor decides: %d", got)
	}
	soc := enable(t, api, "soc2-2017").Framework
	if got := api.Do("POST", "/requirements/"+requirementID(t, api, soc.ID, "CC1.1")+"/addressed", map[string]any{"reasonable": false, "assessment": "No."}, nil); got != 409 {
		t.Errorf("another framework's requirement: %d", got)
	}
}

func TestStatement(t *testing.T) {
	api := optest.New(t, framework.Module, control.Module, scope.Module, settings.Module())
	f := enable(t, api, "iso27001-2022").Framework
	path := "/frameworks/" + f.ID + "/statement"
	var s framework.Applicability
	api.Must("GET", path, nil, &s)
	if fmt.Sprint(s.Reasons) != "[risk_treatment]" || s.Included != f.Readiness.Applicable || s.Excluded != 0 || s.Issue != "" {
		t.Errorf("at first: %+v", s)
	}
	id := requirementID(t, api, f.ID, "A.8.24")
	out := requirementID(t, api, f.ID, "A.7.12")
	var row framework.StatementRow
	api.As(op.User).Must("POST", "/requirements/"+id+"/reasons", map[string]any{"reasons": []string{"contractual", "legal"}, "note": "Clinics ask for it."}, &row)
	if fmt.Sprint(row.Reasons) != "[legal contractual]" || !row.Own || row.Note != "Clinics ask for it." || len(row.Controls) == 0 {
		t.Errorf("%+v", row)
	}
	if got := api.Do("POST", "/requirements/"+id+"/reasons", map[string]any{"reasons": []string{"fun"}}, nil); got != 422 || api.FieldError("reasons") == "" {
		t.Errorf("an unknown reason: %d", got)
	}
	api.Must("POST", "/requirements/applicability", map[string]any{"ids": []string{out}, "applicable": false, "justification": "No cabling of our own – “none”, really."}, nil)
	if got := api.Do("POST", path, map[string]any{"approved_on": "2026-03-01"}, nil); got != 422 || api.FieldError("approver") == "" {
		t.Errorf("approved by nobody: %d", got)
	}
	if got := api.Do("POST", path, map[string]any{"reasons": []string{}}, nil); got != 422 || api.FieldError("reasons") == "" {
		t.Errorf("without reasons: %d", got)
	}
	if got := api.Do("POST", path, map[string]any{"approver": "admin", "approved_on": "2027-03-01"}, nil); got != 422 || api.FieldError("approved_on") == "" {
		t.Errorf("approved in the future: %d", got)
	}
	api.Must("POST", path, map[string]any{"issue": "1.0", "approver": "admin", "approved_on": "2026-03-01", "reasons": []string{"best_practice", "risk_treatment"}}, &s)
	if s.ApproverName != "The admin" || s.Excluded != 1 || fmt.Sprint(s.Reasons) != "[risk_treatment best_practice]" {
		t.Errorf("%+v", s)
	}

	// The list, the export and the paper say the same of every assessable requirement.
	var p op.Page[framework.StatementRow]
	api.Must("GET", "/applicability?limit=100&framework="+f.ID, nil, &p)
	if p.Total != s.Included+s.Excluded || fmt.Sprint(p.Items[0].Reasons) != "[risk_treatment best_practice]" || p.Items[0].Own {
		t.Errorf("%d rows, %+v", p.Total, p.Items[0])
	}
	api.Must("GET", "/applicability?applicable=no&framework="+f.ID, nil, &p)
	if p.Total != 1 || p.Items[0].Ref != "A.7.12" || p.Items[0].State != framework.Inapplicable || len(p.Items[0].Reasons) != 0 {
		t.Errorf("%+v", p)
	}
	api.Must("GET", "/applicability/export?format=csv&framework="+f.ID, nil, nil)
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(api.Body(), "\ufeff"))).ReadAll()
	if err != nil || len(lines) != s.Included+s.Excluded+1 {
		t.Fatalf("%d lines: %v", len(lines), err)
	}
	for _, l := range lines {
		switch l[0] {
		case "A.8.24":
			if l[3] != "Yes" || l[4] != "Legal requirement, Contractual obligation" || l[5] != "Clinics ask for it." || l[6] != "Not started" {
				t.Errorf("%q", l)
			}
		case "A.7.12":
			if l[3] != "No" || l[4] != "" || !strings.HasPrefix(l[5], "No cabling") || l[6] != "Not applicable" {
				t.Errorf("%q", l)
			}
		}
	}
	for _, role := range []op.Roles{op.Admin, op.User, op.Auditor} {
		if got := api.As(role).Do("GET", path+"/pdf", nil, nil); got != 200 || !strings.HasPrefix(api.Body(), "%PDF-") || !strings.HasSuffix(strings.TrimSpace(api.Body()), "%%EOF") {
			t.Errorf("%s: %d, %d bytes", role, got, len(api.Body()))
		}
	}
	if got := api.As(op.Executive).Do("GET", path+"/pdf", nil, nil); got != 403 {
		t.Errorf("an executive: %d", got)
	}
	if got := api.Do("GET", path+"/pdf?scope=nothing", nil, nil); got != 422 {
		t.Errorf("an unknown product: %d", got)
	}
	if got := api.InTenant(1).Do("GET", path+"/pdf", nil, nil); got != 404 {
		t.Errorf("another tenant: %d", got)
	}
	if got := api.InTenant(1).Do("GET", "/applicability?framework="+f.ID, nil, nil); got != 200 || strings.Contains(api.Body(), "A.8.24") {
		t.Errorf("another tenant's rows: %d %s", got, api.Body())
	}
	// Long words, signs without a shape and a text longer than a page do not stop the press.
	api.Must("POST", "/requirements/applicability", map[string]any{"ids": []string{id}, "applicable": false, "justification": strings.Repeat("Überlängewort🙂", 120)}, nil)
	api.Seed([]string{"requirement"}, func(tx *storage.WriteTx) error {
		return tx.Exec("UPDATE requirement SET title = ? WHERE id = ?", strings.Repeat("A very long title \x01 indeed. ", 200), out)
	})
	if got := api.Do("GET", path+"/pdf", nil, nil); got != 200 || !bytes.Contains([]byte(api.Body()), []byte("/Type /Page")) {
		t.Errorf("a hard one: %d", got)
	}
}
