package statement_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"assay/server/auditlog"
	"assay/server/control"
	"assay/server/evidence"
	"assay/server/framework"
	"assay/server/framework/oscal/oscaltest"
	"assay/server/op"
	"assay/server/optest"
	"assay/server/statement"
	"assay/storage"
)

type m = map[string]any

func newAPI(tb testing.TB) *optest.API {
	tb.Helper()
	return optest.New(tb, framework.Module, control.Module, evidence.Module, statement.Module)
}

func enable(tb testing.TB, api *optest.API, key string) string {
	tb.Helper()
	var e framework.Enabled
	api.Must("POST", "/frameworks", m{"key": key}, &e)
	return e.Framework.ID
}

// requirements are a framework's by reference.
func requirements(tb testing.TB, api *optest.API, id string) map[string]string {
	tb.Helper()
	var t framework.RequirementTree
	api.Must("GET", "/frameworks/"+id+"/requirements", nil, &t)
	out := map[string]string{}
	for _, r := range t.Items {
		out[r.Ref] = r.ID
	}
	return out
}

func download(tb testing.TB, api *optest.API, path string) []byte {
	tb.Helper()
	if s := api.Do("GET", path, nil, nil); s != 200 {
		tb.Fatalf("%s: %d %s", path, s, api.Body())
	}
	return []byte(api.Body())
}

func document(tb testing.TB, b []byte) (v any) {
	tb.Helper()
	if err := json.Unmarshal(b, &v); err != nil {
		tb.Fatal(err)
	}
	return v
}

func testdata(tb testing.TB, name string) []byte {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("..", "framework", "oscal", "testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func realFile(tb testing.TB, name string) []byte {
	tb.Helper()
	dir := os.Getenv("ASSAY_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data", "real")
	}
	b, err := os.ReadFile(filepath.Join(dir, "oscal", filepath.FromSlash(name)))
	if errors.Is(err, os.ErrNotExist) {
		tb.Skipf("%s is not here: set ASSAY_DATA to the folder with the real files to run this test", name)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// catalogOf is a small catalog with controls of these ids.
func catalogOf(ids ...string) []byte {
	var list []string
	for _, id := range ids {
		list = append(list, fmt.Sprintf(`{"id":%q,"title":"Title of %[1]s","props":[{"name":"label","value":%[2]q}],"parts":[{"id":"%[3]s_smt","name":"statement","prose":"Do %[3]s."}]}`, id, strings.ToUpper(id), id))
	}
	return []byte(`{"catalog":{"uuid":"74c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724","metadata":{"title":"A catalog for tests","last-modified":"2026-01-01T00:00:00Z","version":"1","oscal-version":"1.1.2"},"controls":[` + strings.Join(list, ",") + `]}}`)
}

func importCatalog(tb testing.TB, api *optest.API, file []byte) string {
	tb.Helper()
	var f framework.Imported
	if s := api.Upload("/frameworks/import", "catalog.json", file, &f); s != 200 {
		tb.Fatal(s, api.Body())
	}
	return f.Framework.ID
}

var facts = m{"name": "Northwind Cloud", "description": "It keeps records.", "sensitivity": "moderate", "confidentiality": "fips-199-moderate", "integrity": "fips-199-moderate",
	"availability": "fips-199-low", "boundary": "All that runs in one account.", "status": "operational", "information": []m{{"title": "Customer records", "confidentiality": "fips-199-moderate"}}}

func setFacts(tb testing.TB, api *optest.API) {
	tb.Helper()
	api.Header("If-Match", `"0"`).Must("PATCH", "/system", facts, nil)
}

func records(api *optest.API) int { return api.Count("SELECT count(*) FROM audit") }

func TestDraftOf(t *testing.T) {
	for name, c := range map[string]struct {
		in   []statement.Served
		want statement.StatementDraft
	}{
		"nothing":        {nil, statement.StatementDraft{}},
		"not applicable": {[]statement.Served{{Ref: "A-1", Title: "T", Status: control.NotApplicable, Effective: "not_applicable", Owner: "p"}}, statement.StatementDraft{}},
		"one, done": {[]statement.Served{{Ref: "A-1", Title: "Doors", Description: " We lock them. ", Status: control.Implemented, Effective: "implemented", Owner: "p"}},
			statement.StatementDraft{Body: "Doors (A-1): We lock them.", Status: statement.Implemented, Owner: "p"}},
		"two, one without words": {[]statement.Served{{Ref: "A-1", Title: "Doors", Status: control.NotStarted, Effective: "not_started"}, {Ref: "B", Title: "Windows", Description: "Shut.", Status: control.InProgress, Effective: "in_progress", Owner: "q"}},
			statement.StatementDraft{Body: "Doors (A-1): Doors.\n\nWindows (B): Shut.", Status: statement.Partial, Owner: "q"}},
		"planned": {[]statement.Served{{Ref: "A", Title: "A", Status: control.NotStarted, Effective: "not_started"}}, statement.StatementDraft{Body: "A (A): A.", Status: statement.Planned}},
	} {
		if got := statement.DraftOf(c.in); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestStatement(t *testing.T) {
	api := newAPI(t)
	id := enable(t, api, "soc2-2017")
	q := requirements(t, api, id)
	var of statement.StatementOf
	api.Must("GET", "/requirements/"+q["CC6.1"]+"/statement", nil, &of)
	if of.Statement != nil || !strings.Contains(of.Draft.Body, "(") || of.Draft.Status != statement.Planned {
		t.Errorf("%+v", of)
	}
	var s statement.Statement
	api.Must("POST", "/requirements/"+q["CC6.1"]+"/statement", m{"body": of.Draft.Body, "status": "partial", "responsible": "Platform team"}, &s)
	if s.Ref != "CC6.1" || s.Source != "person" || s.Version != 1 || s.Framework != id {
		t.Errorf("%+v", s)
	}
	if got := api.Do("POST", "/requirements/"+q["CC6.1"]+"/statement", m{"body": "Another"}, nil); got != 409 {
		t.Errorf("a second one: %d", got)
	}
	api.Version(1).Must("PATCH", "/statements/"+s.ID, m{"body": "Two people hold the key.", "status": "implemented"}, &s)
	if got := api.Version(1).Do("PATCH", "/statements/"+s.ID, m{"body": "Lost update"}, nil); got != 412 {
		t.Errorf("a stale change: %d", got)
	}
	var page op.Page[statement.Statement]
	api.Must("GET", "/statements?framework="+id+"&status=implemented&q=hold+the+key", nil, &page)
	if page.Total != 1 || page.Items[0].Body != "Two people hold the key." {
		t.Errorf("%+v", page)
	}
	for field, c := range map[string]struct {
		body m
		want string
	}{
		"body":   {m{"body": "  "}, "required"},
		"owner":  {m{"body": "x", "owner": "nobody"}, "no such person"},
		"status": {m{"body": "x", "status": "done"}, ""},
	} {
		if got := api.Do("POST", "/requirements/"+q["CC6.2"]+"/statement", c.body, nil); got != 422 || !strings.Contains(api.FieldError(field), c.want) {
			t.Errorf("%s: %d %s", field, got, api.Body())
		}
	}
	if got := api.Do("POST", "/requirements/"+q["CC6"]+"/statement", m{"body": "x"}, nil); got != 409 {
		t.Errorf("a heading: %d %s", got, api.Body())
	}
	for role, want := range map[op.Roles]int{op.Auditor: 403, op.Executive: 403, op.User: 200} {
		if got := api.As(role).Do("POST", "/requirements/"+q["CC6.3"]+"/statement", m{"body": "x"}, nil); got != want {
			t.Errorf("%v: %d", role, got)
		}
	}
	if got := api.InTenant(1).Do("GET", "/requirements/"+q["CC6.1"]+"/statement", nil, nil); got != 404 {
		t.Errorf("another organisation reads: %d", got)
	}
	if got := api.As(op.User).Do("DELETE", "/statements/"+s.ID, nil, nil); got != 403 {
		t.Errorf("a user deletes: %d", got)
	}
	api.Must("DELETE", "/statements/"+s.ID, nil, nil)
	api.Must("GET", "/requirements/"+q["CC6.1"]+"/statement", nil, &of)
}

func TestSystem(t *testing.T) {
	api := newAPI(t)
	var s statement.SystemFacts
	api.Must("GET", "/system", nil, &s)
	if s.Version != 0 || len(s.Missing) != 5 {
		t.Errorf("%+v", s)
	}
	setFacts(t, api)
	api.Must("GET", "/system", nil, &s)
	if s.Version != 1 || len(s.Missing) != 0 || len(s.Information) != 1 || s.Information[0].UUID == "" {
		t.Errorf("%+v", s)
	}
	for _, c := range []struct {
		body m
		want int
	}{{m{"status": "fine"}, 422}, {m{"sensitivity": "very"}, 422}, {m{"information": []m{{"title": " "}}}, 422}, {m{"name": "B"}, 200}} {
		if got := api.Header("If-Match", `"1"`).Do("PATCH", "/system", c.body, nil); got != c.want {
			t.Errorf("%v: %d %s", c.body, got, api.Body())
		}
	}
	if got := api.Header("If-Match", `"1"`).Do("PATCH", "/system", m{"name": "C"}, nil); got != 412 {
		t.Errorf("stale: %d", got)
	}
	if got := api.Do("PATCH", "/system", m{"name": "C"}, nil); got != 428 && got != 412 {
		t.Errorf("without a version: %d", got)
	}
	var elsewhere statement.SystemFacts
	api.InTenant(1).Must("GET", "/system", nil, &elsewhere)
	if elsewhere.Version != 0 {
		t.Errorf("another organisation sees %+v", elsewhere)
	}
	if got := api.As(op.Auditor).Header("If-Match", `"2"`).Do("PATCH", "/system", m{"name": "C"}, nil); got != 403 {
		t.Errorf("an auditor writes: %d", got)
	}
}

// NIST's example of a plan comes in, and goes out as it came.
func TestExamplePlanInAndOut(t *testing.T) {
	api := newAPI(t)
	id := importCatalog(t, api, catalogOf("au-1", "au-2"))
	file := testdata(t, "ssp-example.json")
	var plan statement.OscalPlan
	before := records(api)
	if s := api.Upload("/frameworks/"+id+"/ssp?dry=true", "ssp.json", file, &plan); s != 200 {
		t.Fatal(s, api.Body())
	}
	if n := records(api) - before; n != 0 || !plan.Dry || plan.Created != 2 || plan.Changed != 0 {
		t.Errorf("%d records, %+v", n, plan)
	}
	if k := plan.Report.NotKept; k["system-implementation.components"] != 6 || k["system-implementation.users"] != 5 || k["metadata.roles"] != 5 ||
		k["control-implementation.implemented-requirements.statements.by-components.set-parameters"] != 8 {
		t.Errorf("%+v", k)
	}
	if s := api.Upload("/frameworks/"+id+"/ssp", "ssp.json", file, &plan); s != 200 || plan.Dry {
		t.Fatal(s, api.Body())
	}
	if n := records(api) - before; n != 1 {
		t.Errorf("%d audit records", n)
	}
	out := download(t, api, "/frameworks/"+id+"/ssp")
	oscaltest.Valid(t, "system-security-plan", out)
	if diff := cmp.Diff(document(t, file), document(t, out)); diff != "" {
		t.Errorf("%.3000s", diff)
	}
	var of statement.StatementOf
	q := requirements(t, api, id)
	api.Must("GET", "/requirements/"+q["AU-1"]+"/statement", nil, &of)
	if s := of.Statement; s == nil || s.Source != "oscal" || !strings.HasPrefix(s.Body, "a – Enterprise Logging, Monitoring, and Alerting Policy: The legal department develops") ||
		!strings.Contains(s.Body, "\n\nb: N/A\n\n") {
		t.Errorf("%+v", of.Statement)
	}
	// The same again changes nothing; into another organisation it brings the same.
	api.Upload("/frameworks/"+id+"/ssp", "ssp.json", out, &plan)
	if plan.Created+plan.Changed != 0 || plan.Same != 2 {
		t.Errorf("%+v", plan)
	}
	other := api.InTenant(1)
	there := importCatalog(t, other, catalogOf("au-1"))
	if s := other.Upload("/frameworks/"+there+"/ssp", "ssp.json", out, &plan); s != 200 || plan.Created != 2 {
		t.Fatal(s, other.Body())
	}
	if diff := cmp.Diff(document(t, out), document(t, download(t, other, "/frameworks/"+there+"/ssp"))); diff != "" {
		t.Errorf("%.3000s", diff)
	}

	// What is changed here goes out, with all the rest.
	api.Version(of.Statement.Version).Must("PATCH", "/statements/"+of.Statement.ID, m{"body": "We log everything.", "status": "implemented", "responsible": "Logging team"}, nil)
	api.Must("POST", "/requirements/"+q["AU-2"]+"/statement", m{"body": "We log events too.", "status": "planned"}, nil)
	api.Header("If-Match", `"1"`).Must("PATCH", "/system", m{"availability": "fips-199-high", "boundary": "Moved."}, nil)
	out = download(t, api, "/frameworks/"+id+"/ssp")
	oscaltest.Valid(t, "system-security-plan", out)
	for _, want := range []string{"We log everything.", "We log events too.", `"logging-team"`, "fips-199-high", "Moved.", "inventory-items", "cloud-service-model", "au-1_prm_3"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("%q is missing", want)
		}
	}
	there2 := importCatalog(t, other, []byte(strings.NewReplacer("74c8ba1e", "84c8ba1e").Replace(string(catalogOf("au-1", "au-2")))))
	if s := other.Upload("/frameworks/"+there2+"/ssp", "ssp.json", out, &plan); s != 200 {
		t.Fatal(s, other.Body())
	}
	var a, b op.Page[statement.Statement]
	api.Must("GET", "/statements?framework="+id, nil, &a)
	other.Must("GET", "/statements?framework="+there2, nil, &b)
	if len(a.Items) != 2 || len(b.Items) != 2 {
		t.Fatalf("%+v %+v", a, b)
	}
	for i := range a.Items {
		x, y := a.Items[i], b.Items[i]
		if x.Ref != y.Ref || x.Body != y.Body || x.Status != y.Status || x.Responsible != y.Responsible {
			t.Errorf("%+v\n%+v", x, y)
		}
	}
}

// A plan made of what is here is valid, and comes back as it was said.
func TestPlanOfOurOwn(t *testing.T) {
	api := newAPI(t)
	id := enable(t, api, "soc2-2017")
	if s := api.Do("GET", "/frameworks/"+id+"/ssp", nil, nil); s != 409 || !strings.Contains(api.Problem().Detail, "its name, what it does") {
		t.Errorf("without facts: %d %s", s, api.Body())
	}
	setFacts(t, api)
	q := requirements(t, api, id)
	api.Must("POST", "/requirements/"+q["CC6.1"]+"/statement", m{"body": "Two people\n\n* hold the <key>.", "status": "alternative", "responsible": "Platform team"}, nil)
	api.Must("POST", "/requirements/"+q["CC6.2"]+"/statement", m{"body": "Later.", "responsible": "The provider", "owner": api.Caller().Person}, nil)
	api.Must("POST", "/requirements/applicability", m{"ids": []string{q["CC6.4"]}, "applicable": false, "justification": "No building."}, nil)
	out := download(t, api, "/frameworks/"+id+"/ssp")
	oscaltest.Valid(t, "system-security-plan", out)
	if string(out) != string(download(t, api, "/frameworks/"+id+"/ssp")) {
		t.Error("twice the same export is not the same")
	}
	if strings.Contains(string(out), `"CC6.4"`) || !strings.Contains(string(out), `"CC6.5"`) {
		t.Error("it has what does not apply, or lacks what does")
	}
	// Here it changes nothing: nobody's statement is made of what controls say.
	var plan statement.OscalPlan
	if s := api.Upload("/frameworks/"+id+"/ssp", "ssp.json", out, &plan); s != 200 || plan.Created+plan.Changed != 0 || plan.Same != 3 {
		t.Fatalf("%d %+v", s, plan)
	}
	if diff := cmp.Diff(document(t, out), document(t, download(t, api, "/frameworks/"+id+"/ssp"))); diff != "" {
		t.Errorf("%.2000s", diff)
	}
	other := api.InTenant(1)
	there := enable(t, other, "soc2-2017")
	if s := other.Upload("/frameworks/"+there+"/ssp", "ssp.json", out, &plan); s != 200 || plan.Report.Controls != 60 || plan.Created != 3 {
		t.Fatal(s, other.Body())
	}
	var of statement.StatementOf
	other.Must("GET", "/requirements/"+requirements(t, other, there)["CC6.1"]+"/statement", nil, &of)
	if s := of.Statement; s == nil || s.Body != "Two people\n\n* hold the <key>." || s.Status != "alternative" || s.Responsible != "Platform team" {
		t.Errorf("%+v", s)
	}
	if diff := cmp.Diff(document(t, out), document(t, download(t, other, "/frameworks/"+there+"/ssp"))); diff != "" {
		t.Errorf("%.2000s", diff)
	}
}

// A plan of our own that came back with more in it follows what changes here, and keeps what was added.
func TestPlanThatWasEnriched(t *testing.T) {
	api := newAPI(t)
	id := enable(t, api, "soc2-2017")
	setFacts(t, api)
	q := requirements(t, api, id)
	var s statement.Statement
	api.Must("POST", "/requirements/"+q["CC6.1"]+"/statement", m{"body": "Written.", "owner": api.Caller().Person}, &s)
	out := strings.Replace(string(download(t, api, "/frameworks/"+id+"/ssp")), `"system-implementation": {`, `"system-implementation": {"inventory-items":[{"uuid":"c9c32657-a0eb-4cf2-b5c1-20928983063c","description":"A server."}],`, 1)
	var plan statement.OscalPlan
	if s := api.Upload("/frameworks/"+id+"/ssp", "ssp.json", []byte(out), &plan); s != 200 || plan.Created+plan.Changed != 0 {
		t.Fatal(s, api.Body())
	}
	if diff := cmp.Diff(document(t, []byte(out)), document(t, download(t, api, "/frameworks/"+id+"/ssp"))); diff != "" {
		t.Errorf("%.2000s", diff)
	}
	var r framework.RequirementDetail
	api.Must("GET", "/requirements/"+q["CC6.2"], nil, &r)
	c := r.Served[0]
	api.Version(c.Version).Must("PATCH", "/controls/"+c.ID, m{"description": "Our own description."}, nil)
	api.Must("DELETE", "/requirements/"+q["CC6.2"]+"/controls/"+r.Served[1].ID, nil, nil)
	api.Must("POST", "/requirements/"+q["CC6.3"]+"/statement", m{"body": "Also written."}, nil)
	api.Must("DELETE", "/statements/"+s.ID, nil, nil)
	api.Must("POST", "/requirements/applicability", m{"ids": []string{q["CC6.4"]}, "applicable": false, "justification": "No building."}, nil)
	api.Must("POST", "/requirements/"+q["CC6.5"]+"/controls/new", m{"ref": "OWN-9", "title": "Shredder"}, nil)
	got := download(t, api, "/frameworks/"+id+"/ssp")
	oscaltest.Valid(t, "system-security-plan", got)
	for want, there := range map[string]bool{"inventory-items": true, "Our own description.": true, "Also written.": true, `"Written."`: false, `"CC6.4"`: false, "OWN-9 Shredder": true} {
		if strings.Contains(string(got), want) != there {
			t.Errorf("%q: %v", want, !there)
		}
	}
	// But for what was added, it says what a new plan says.
	api.Seed([]string{"oscal_document", "component"}, func(tx *storage.WriteTx) error { return tx.Exec("DELETE FROM oscal_document") })
	fresh := download(t, api, "/frameworks/"+id+"/ssp")
	var sorted func(v any) any // what is new stands last in one and in its place in the other
	sorted = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			for k := range v {
				v[k] = sorted(v[k])
			}
		case []any:
			for i := range v {
				v[i] = sorted(v[i])
			}
			slices.SortFunc(v, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		}
		return v
	}
	drop := func(b []byte) any {
		v := document(t, b).(map[string]any)["system-security-plan"].(map[string]any)
		delete(v["system-implementation"].(map[string]any), "inventory-items")
		delete(v["system-implementation"].(map[string]any), "users") // a role that nobody has any more stays
		delete(v, "metadata")
		return sorted(v)
	}
	if diff := cmp.Diff(drop(fresh), drop(got)); diff != "" {
		t.Errorf("%.3000s", diff)
	}
}

func TestBadPlans(t *testing.T) {
	api := newAPI(t)
	id := importCatalog(t, api, catalogOf("au-1"))
	before := records(api)
	for name, c := range map[string]struct{ file, says string }{
		"catalog":        {string(catalogOf("x")), "Import it as a framework"},
		"results":        {`{"assessment-results":{}}`, "assessment results. Assay does not read this kind yet"},
		"poam":           {`{"plan-of-action-and-milestones":{}}`, "does not read this kind yet"},
		"components":     {`{"component-definition":{}}`, "a component definition; a system security plan is expected"},
		"xml":            {`<system-security-plan/>`, "as JSON"},
		"bomb":           {`<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>`, "as JSON"},
		"text":           {`Dear auditor`, "not an OSCAL file"},
		"list":           {`[1]`, "not an OSCAL file"},
		"deep":           {`{"system-security-plan":` + strings.Repeat(`{"a":`, 5000), "levels deep"},
		"cut":            {`{"system-security-plan":{"uuid":`, "ends too early"},
		"no metadata":    {`{"system-security-plan":{"uuid":"x"}}`, "no metadata"},
		"nothing in it":  {`{"system-security-plan":{"metadata":{"title":"t"},"control-implementation":{"implemented-requirements":[]}}}`, "nothing to import"},
		"wrong shape":    {`{"system-security-plan":{"metadata":{"title":"t"},"control-implementation":7}}`, "nothing to import"},
		"more behind":    {`{"system-security-plan":{"metadata":{"title":"t"}}} {}`, "Something follows"},
		"text for plan":  {`{"system-security-plan":"x"}`, "an object is expected"},
		"other controls": {`{"system-security-plan":{"metadata":{"title":"t"},"control-implementation":{"implemented-requirements":[{"control-id":"zz-1"}]}}}`, "None of the controls"},
	} {
		if got := api.Upload("/frameworks/"+id+"/ssp", name+".json", []byte(c.file), nil); got != 422 || !strings.Contains(api.FieldError("file"), c.says) {
			t.Errorf("%s: %d %s", name, got, api.Body())
		}
	}
	for name, c := range map[string]struct{ file, says string }{
		"plan":           {`{"system-security-plan":{}}`, "a system security plan; a component definition is expected"},
		"empty":          {`{"component-definition":{"metadata":{"title":"t"}}}`, "no components"},
		"other controls": {`{"component-definition":{"metadata":{"title":"t"},"components":[{"uuid":"x","title":"C"}]}}`, "None of the controls"},
	} {
		if got := api.Upload("/frameworks/"+id+"/components", name+".json", []byte(c.file), nil); got != 422 || !strings.Contains(api.FieldError("file"), c.says) {
			t.Errorf("%s: %d %s", name, got, api.Body())
		}
	}
	if n := records(api) - before; n != 0 {
		t.Errorf("%d audit records of refused files", n)
	}
	for _, what := range []string{"ssp", "components"} {
		if got := api.As(op.User).Upload("/frameworks/"+id+"/"+what, "x.json", testdata(t, "ssp-example.json"), nil); got != 403 {
			t.Errorf("a user imports %s: %d", what, got)
		}
		if got := api.As(op.Executive).Do("GET", "/frameworks/"+id+"/"+what, nil, nil); got != 403 {
			t.Errorf("an executive exports %s: %d", what, got)
		}
		if got := api.InTenant(1).Do("GET", "/frameworks/"+id+"/"+what, nil, nil); got != 404 {
			t.Errorf("another organisation exports %s: %d", what, got)
		}
	}
	if got := api.Do("GET", "/frameworks/"+id+"/components", nil, nil); got != 409 || !strings.Contains(api.Problem().Detail, "No control serves") {
		t.Errorf("%d %s", got, api.Body())
	}
}

// NIST's example of components becomes a control with mappings, and goes out as it came.
func TestExampleComponentsInAndOut(t *testing.T) {
	api := newAPI(t)
	id := importCatalog(t, api, catalogOf("sc-8", "sc-8.1", "sa-4.9", "au-1"))
	file := testdata(t, "example-component-definition.json")
	before := records(api)
	var plan statement.OscalPlan
	if s := api.Upload("/frameworks/"+id+"/components?dry=true", "c.json", file, &plan); s != 200 || plan.Created != 4 || records(api) != before {
		t.Fatal(s, api.Body())
	}
	if k := plan.Report.NotKept; k["components.protocols"] != 3 || k["back-matter.resources"] != 1 {
		t.Errorf("%+v", k)
	}
	if s := api.Upload("/frameworks/"+id+"/components", "c.json", file, &plan); s != 200 || plan.Created != 4 || plan.Changes[0].Ref != "MONGODB" {
		t.Fatal(s, api.Body())
	}
	out := download(t, api, "/frameworks/"+id+"/components")
	oscaltest.Valid(t, "component-definition", out)
	if diff := cmp.Diff(document(t, file), document(t, out)); diff != "" {
		t.Errorf("%.3000s", diff)
	}
	api.Upload("/frameworks/"+id+"/components", "c.json", out, &plan)
	if plan.Created+plan.Changed != 0 || plan.Same != 4 {
		t.Errorf("again: %+v", plan)
	}
	var list op.Page[control.Control]
	api.Must("GET", "/controls?framework="+id, nil, &list)
	if list.Total != 1 || list.Items[0].Title != "MongoDB" || len(list.Items[0].Frameworks[0].Refs) != 3 {
		t.Fatalf("%+v", list)
	}
	c := list.Items[0]

	// Changed here: a title, a mapping more, one less, a control of our own.
	q := requirements(t, api, id)
	api.Version(c.Version).Must("PATCH", "/controls/"+c.ID, m{"title": "Our database"}, nil)
	api.Must("DELETE", "/requirements/"+q["SA-4.9"]+"/controls/"+c.ID, nil, nil)
	api.Must("POST", "/requirements/"+q["AU-1"]+"/controls", m{"control": c.ID, "note": "It logs."}, nil)
	api.Must("POST", "/requirements/"+q["AU-1"]+"/controls/new", m{"ref": "LOG-1", "title": "Logging", "description": "We log."}, nil)
	out = download(t, api, "/frameworks/"+id+"/components")
	oscaltest.Valid(t, "component-definition", out)
	for want, there := range map[string]bool{"Our database": true, `"sa-4.9"`: false, "It logs.": true, "LOG-1 Logging": true, "mongodb-configsvr": true, "PEMKeyFile": true} {
		if strings.Contains(string(out), want) != there {
			t.Errorf("%q: %v", want, !there)
		}
	}
	other := api.InTenant(1)
	there := importCatalog(t, other, catalogOf("sc-8", "sc-8.1", "sa-4.9", "au-1"))
	if s := other.Upload("/frameworks/"+there+"/components", "c.json", out, &plan); s != 200 || plan.Created != 2+4 {
		t.Fatal(s, other.Body())
	}
	if diff := cmp.Diff(document(t, out), document(t, download(t, other, "/frameworks/"+there+"/components"))); diff != "" {
		t.Errorf("%.3000s", diff)
	}
	// A component whose control was deleted is gone.
	api.Must("DELETE", "/controls/"+c.ID, nil, nil)
	if out := download(t, api, "/frameworks/"+id+"/components"); strings.Contains(string(out), "mongodb-shardsrv") {
		t.Error("a deleted control is still a component")
	}
	// With a framework goes what hangs on it; the controls stay.
	api.Must("POST", "/requirements/"+q["AU-1"]+"/statement", m{"body": "We log."}, nil)
	api.Must("DELETE", "/frameworks/"+id, nil, nil)
	if n := api.Count("SELECT (SELECT count(*) FROM statement) + (SELECT count(*) FROM oscal_document) + (SELECT count(*) FROM component)"); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

// The controls of a built-in framework are valid components, and are recognised when they come back.
func TestComponentsOfOurOwn(t *testing.T) {
	api := newAPI(t)
	id := enable(t, api, "nist-800-171r2")
	out := download(t, api, "/frameworks/"+id+"/components")
	oscaltest.Valid(t, "component-definition", out)
	var plan statement.OscalPlan
	controls := api.Count("SELECT count(*) FROM control")
	if s := api.Upload("/frameworks/"+id+"/components?dry=true", "c.json", out, &plan); s != 200 || plan.Created != 0 {
		t.Fatalf("%d %.1000s", s, api.Body())
	}
	if s := api.Upload("/frameworks/"+id+"/components", "c.json", out, &plan); s != 200 || api.Count("SELECT count(*) FROM control") != controls {
		t.Errorf("%d %.1000s", s, api.Body())
	}
	oscaltest.Valid(t, "component-definition", download(t, api, "/frameworks/"+id+"/components"))
}

// NIST's whole catalog with its own examples, as they are published.
func TestWith80053(t *testing.T) {
	api := newAPI(t)
	id := importCatalog(t, api, realFile(t, "nist-800-53r5/NIST_SP-800-53_rev5_catalog-min.v1.0.0.json"))
	for kind, name := range map[string]string{"ssp": "ssp-example.json", "components": "example-component-definition.json"} {
		file := realFile(t, "examples/"+name)
		var plan statement.OscalPlan
		if s := api.Upload("/frameworks/"+id+"/"+kind, name, file, &plan); s != 200 || len(plan.Report.Warnings) != 0 {
			t.Fatal(s, api.Body())
		}
		start := time.Now()
		out := download(t, api, "/frameworks/"+id+"/"+kind)
		t.Logf("%s: %d bytes in %v", kind, len(out), time.Since(start))
		if diff := cmp.Diff(document(t, file), document(t, out)); diff != "" {
			t.Errorf("%.2000s", diff)
		}
	}
	for _, name := range []string{"ifa_assessment-results-example.json", "ifa_plan-of-action-and-milestones.json"} {
		for _, path := range []string{"/frameworks/import", "/frameworks/" + id + "/ssp", "/frameworks/" + id + "/components"} {
			if s := api.Upload(path, name, realFile(t, "examples/"+name), nil); s != 422 || !strings.Contains(api.FieldError("file"), "does not read this kind yet") {
				t.Errorf("%s to %s: %d %s", name, path, s, api.Body())
			}
		}
	}
}

// One undo takes an import back.
func TestImportsAreUndone(t *testing.T) {
	api := optest.New(t, framework.Module, control.Module, evidence.Module, statement.Module, auditlog.Module)
	id := importCatalog(t, api, catalogOf("au-1", "sc-8", "sc-8.1", "sa-4.9"))
	for kind, name := range map[string]string{"ssp": "ssp-example.json", "components": "example-component-definition.json"} {
		if s := api.Upload("/frameworks/"+id+"/"+kind, name, testdata(t, name), nil); s != 200 {
			t.Fatal(s, api.Body())
		}
		seq, err := strconv.Atoi(api.Last().Header.Get("Assay-Audit"))
		if err != nil {
			t.Fatal(err)
		}
		api.Must("POST", "/undo", m{"seq": seq}, nil)
	}
	if n := api.Count("SELECT (SELECT count(*) FROM statement) + (SELECT count(*) FROM system) + (SELECT count(*) FROM oscal_document) + (SELECT count(*) FROM component) + (SELECT count(*) FROM control) + (SELECT count(*) FROM mapping)"); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}
