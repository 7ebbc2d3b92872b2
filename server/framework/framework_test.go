package framework_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"assay/server/control"
	"assay/server/evidence"
	"assay/server/framework"
	"assay/server/op"
	"assay/server/optest"
	"assay/storage"
)

func newAPI(tb testing.TB) *optest.API {
	tb.Helper()
	return optest.New(tb, framework.Module, control.Module, evidence.Module)
}

func enable(tb testing.TB, api *optest.API, key string) framework.Enabled {
	tb.Helper()
	var e framework.Enabled
	api.Must("POST", "/frameworks", map[string]any{"key": key}, &e)
	return e
}

func records(api *optest.API) int { return api.Count("SELECT count(*) FROM audit") }

// wrote runs a write and fails unless it left n audit records.
func wrote(tb testing.TB, api *optest.API, n int, do func()) {
	tb.Helper()
	before := records(api)
	do()
	if got := records(api) - before; got != n {
		tb.Errorf("%d audit records, want %d", got, n)
	}
}

func TestEnableTwiceChangesNothing(t *testing.T) {
	api := newAPI(t)
	var first framework.Enabled
	wrote(t, api, 1, func() { first = enable(t, api, "soc2-2017") })
	f := first.Framework
	if first.Requirements != 81 || f.Rows != 81 || first.Controls != 159 || first.Evidence == 0 || first.Mappings == 0 || f.Readiness.Applicable != 61 || f.Readiness.NotStarted != 61 {
		t.Fatalf("%+v", first)
	}
	if got := api.Count("SELECT count(*) FROM evidence e WHERE NOT EXISTS (SELECT 1 FROM evidence_control x WHERE x.evidence = e.id)"); got != 0 {
		t.Errorf("%d evidence requests prove nothing", got)
	}
	var again framework.Enabled
	wrote(t, api, 0, func() { again = enable(t, api, "soc2-2017") })
	if again.Requirements+again.Controls+again.Evidence+again.Mappings != 0 || again.Framework.ID != f.ID {
		t.Errorf("%+v", again)
	}

	// What people made of it stands when it is turned on again.
	var q framework.Requirement
	id := requirementID(t, api, f.ID, "CC6.1")
	api.Must("GET", "/requirements/"+id, nil, &q)
	gone := q.Controls[0].ID
	api.Must("DELETE", "/requirements/"+id+"/controls/"+gone, nil, nil)
	api.Must("GET", "/requirements/"+id, nil, &q)
	api.Version(q.Version).Must("PATCH", "/requirements/"+id, map[string]any{"title": "Our words"}, nil)
	api.Must("POST", "/frameworks/"+f.ID+"/archive", nil, nil)
	again = enable(t, api, "soc2-2017")
	api.Must("GET", "/requirements/"+id, nil, &q)
	if again.Framework.Archived || again.Mappings != 0 || q.Title != "Our words" || !q.Edited {
		t.Errorf("%+v %+v", again, q)
	}
	for _, c := range q.Controls {
		if c.ID == gone {
			t.Error("a mapping that a person removed came back")
		}
	}

	// A second framework shares the controls, and each serves both.
	hipaa := enable(t, api, "hipaa")
	if hipaa.Requirements != 122 || hipaa.Controls > 5 || hipaa.Mappings < 100 {
		t.Errorf("%+v", hipaa)
	}
	if n := api.Count("SELECT count(*) FROM control"); n != 159+hipaa.Controls {
		t.Errorf("%d controls", n)
	}
	if n := api.Count("SELECT count(*) FROM mapping m JOIN control c ON c.id = m.control WHERE c.source_key = 'GOV-01'"); n < 2 {
		t.Errorf("GOV-01 serves %d requirements", n)
	}
}

// A common control that was deleted comes back whole: with its mappings and its evidence requests.
func TestDeletedControlComesBack(t *testing.T) {
	api := newAPI(t)
	enable(t, api, "gdpr")
	counts := func() [3]int {
		return [3]int{api.Count("SELECT count(*) FROM control"), api.Count("SELECT count(*) FROM mapping"), api.Count("SELECT count(*) FROM evidence_control")}
	}
	before := counts()
	var p op.Page[control.Control]
	api.Must("GET", "/controls?limit=1", nil, &p)
	wrote(t, api, 1, func() { api.Must("DELETE", "/controls/"+p.Items[0].ID+"?reason=By+mistake", nil, nil) })
	if counts() == before {
		t.Fatal("nothing was deleted")
	}
	wrote(t, api, 1, func() { enable(t, api, "gdpr") })
	if counts() != before {
		t.Errorf("%v, before %v", counts(), before)
	}
}

// All eight at once: every mapping of the common controls arrives, whatever the order.
func TestEnableAll(t *testing.T) {
	a, b := newAPI(t), newAPI(t)
	keys := []string{"soc2-2017", "iso27001-2022", "hipaa", "nist-csf-2.0", "pci-dss-4.0.1", "nist-800-171r2", "gdpr", "iso42001-2023"}
	for i := range keys {
		enable(t, a, keys[i])
		enable(t, b, keys[len(keys)-1-i])
	}
	const all = "SELECT count(*) FROM mapping"
	if a.Count(all) != b.Count(all) || a.Count("SELECT count(*) FROM control") != 161 || a.Count("SELECT count(*) FROM evidence") != 356 {
		t.Errorf("%d and %d mappings, %d controls, %d evidence requests", a.Count(all), b.Count(all), a.Count("SELECT count(*) FROM control"), a.Count("SELECT count(*) FROM evidence"))
	}
	if n := a.Count("SELECT count(*) FROM requirement r WHERE assessable = 1 AND NOT EXISTS (SELECT 1 FROM mapping m WHERE m.requirement = r.id)"); n > 0 {
		t.Logf("%d requirements that nothing serves", n)
	}
}

func requirementID(tb testing.TB, api *optest.API, id, ref string) string {
	tb.Helper()
	var tree framework.RequirementTree
	api.Must("GET", "/frameworks/"+id+"/requirements", nil, &tree)
	for _, r := range tree.Items {
		if r.Ref == ref {
			return r.ID
		}
	}
	tb.Fatalf("no %s", ref)
	return ""
}

// The library promises what will be true once a framework is on.
func TestLibraryKeepsItsPromise(t *testing.T) {
	api := newAPI(t)
	enable(t, api, "soc2-2017")
	var p op.Page[control.Control]
	api.Must("GET", "/controls?limit=100", nil, &p)
	var ids []string
	for _, c := range p.Items {
		ids = append(ids, c.ID)
	}
	api.Must("POST", "/controls/bulk", map[string]any{"ids": ids, "set": map[string]any{"status": "implemented"}}, nil)
	for _, id := range ids {
		prove(api, id, "2026-12-31")
	}
	// Common controls bring requests of their own; without files they would keep everything unproven.
	api.Seed([]string{"evidence"}, func(tx *storage.WriteTx) error {
		return tx.Exec("UPDATE evidence SET not_applicable = 1 WHERE source_key <> ''")
	})
	var lib framework.Library
	api.Must("GET", "/frameworks/library", nil, &lib)
	for _, l := range lib.Items {
		if l.Key == "soc2-2017" && (!l.Enabled || l.NewControls != 0) {
			t.Errorf("%+v", l)
		}
		if l.Key != "nist-800-171r2" {
			continue
		}
		if l.Enabled || l.Satisfied == 0 || l.Covered < l.Satisfied {
			t.Fatalf("%+v", l)
		}
		e := enable(t, api, l.Key)
		if e.Framework.Readiness.Met != l.Satisfied || e.Controls != l.NewControls {
			t.Errorf("promised %d satisfied and %d new controls, there are %d and %d", l.Satisfied, l.NewControls, e.Framework.Readiness.Met, e.Controls)
		}
	}
}

func TestRoles(t *testing.T) {
	api := newAPI(t)
	f := enable(t, api, "gdpr").Framework
	q := requirementID(t, api, f.ID, "Art.5")
	for _, x := range []struct {
		role   op.Roles
		method string
		path   string
		in     any
		want   int
	}{
		{op.User, "POST", "/frameworks", map[string]any{"key": "hipaa"}, 403},
		{op.User, "POST", "/frameworks/" + f.ID + "/archive", nil, 403},
		{op.User, "DELETE", "/frameworks/" + f.ID, nil, 403},
		{op.Auditor, "GET", "/frameworks", nil, 200},
		{op.Auditor, "GET", "/requirements/" + q, nil, 200},
		{op.Auditor, "POST", "/requirements/applicability", map[string]any{"ids": []string{q}, "applicable": true}, 403},
		{op.Executive, "GET", "/frameworks", nil, 403},
		{op.Executive, "GET", "/requirements/" + q, nil, 403},
		{0, "GET", "/frameworks", nil, 401},
		{op.Admin, "DELETE", "/frameworks/" + f.ID, nil, 409},
		{op.Admin, "POST", "/frameworks", map[string]any{"key": "cis-8.1"}, 422},
	} {
		if got := api.As(x.role).Do(x.method, x.path, x.in, nil); got != x.want {
			t.Errorf("%s %s %s: %d, want %d", x.role, x.method, x.path, got, x.want)
		}
	}
	if got := api.As(op.User).Upload("/frameworks/import", "x.json", sample(t), nil); got != 403 {
		t.Errorf("user imports: %d", got)
	}
}

func TestTwoTenants(t *testing.T) {
	api := newAPI(t)
	other := api.InTenant(1)
	f := enable(t, api, "gdpr").Framework
	q := requirementID(t, api, f.ID, "Art.5")
	for what, got := range map[string]int{
		"framework": other.Do("GET", "/frameworks/"+f.ID, nil, nil), "tree": other.Do("GET", "/frameworks/"+f.ID+"/requirements", nil, nil),
		"archive": other.Do("POST", "/frameworks/"+f.ID+"/archive", nil, nil), "requirement": other.Do("GET", "/requirements/"+q, nil, nil),
		"update": other.Version(1).Do("PATCH", "/requirements/"+q, map[string]any{"applicable": true}, nil),
		"unmap":  other.Do("DELETE", "/requirements/"+q+"/controls/x", nil, nil),
	} {
		if got != 404 {
			t.Errorf("%s of another tenant: %d", what, got)
		}
	}
	var list framework.Frameworks
	other.Must("GET", "/frameworks?archived=true", nil, &list)
	if len(list.Items) != 0 || list.Overall.Progress != nil {
		t.Errorf("%+v", list)
	}
}

func TestApplicability(t *testing.T) {
	api := newAPI(t)
	f := enable(t, api, "soc2-2017").Framework
	user := api.As(op.User)
	heading := requirementID(t, api, f.ID, "PI1")
	var q framework.RequirementDetail
	api.Must("GET", "/requirements/"+heading, nil, &q)
	if got := user.Version(q.Version).Do("PATCH", "/requirements/"+heading, map[string]any{"applicable": false}, nil); got != 422 || api.FieldError("justification") == "" {
		t.Fatalf("without a word: %d", got)
	}
	wrote(t, api, 1, func() {
		user.Version(q.Version).Must("PATCH", "/requirements/"+heading, map[string]any{"applicable": false, "justification": "We process nothing for others."}, &q)
	})
	var tree framework.RequirementTree
	api.Must("GET", "/frameworks/"+f.ID+"/requirements", nil, &tree)
	for _, r := range tree.Items {
		if strings.HasPrefix(r.Ref, "PI1") && (r.State != framework.Inapplicable || r.Applicable) {
			t.Errorf("%+v", r)
		}
	}
	api.Must("GET", "/frameworks/"+f.ID, nil, &f)
	if f.Readiness.NotApplicable != 5 || f.Readiness.Applicable != 56 {
		t.Errorf("%+v", f.Readiness)
	}
	api.Must("GET", "/requirements/"+heading, nil, &q)
	api.Version(q.Version).Must("PATCH", "/requirements/"+heading, map[string]any{"applicable": true}, &q)
	if q.Justification != "" || api.Count("SELECT count(*) FROM requirement WHERE applicable = 0 OR justification <> ''") != 0 {
		t.Errorf("%+v", q)
	}
	var b framework.RequirementBulk
	wrote(t, api, 1, func() {
		user.Must("POST", "/requirements/applicability", map[string]any{"match": map[string]any{"framework": f.ID, "q": "P"}, "applicable": false, "justification": "No."}, &b)
	})
	if b.Updated == 0 {
		t.Errorf("%+v", b)
	}
	wrote(t, api, 0, func() {
		user.Must("POST", "/requirements/applicability", map[string]any{"ids": []string{"nothing"}, "applicable": true}, &b)
	})
}

func TestMapping(t *testing.T) {
	api := newAPI(t)
	f := enable(t, api, "hipaa").Framework
	user := api.As(op.User)
	id := requirementID(t, api, f.ID, "164.308(a)(1)(ii)(A)")
	var c control.ControlDetail
	api.Must("POST", "/controls", control.Draft{Ref: "OWN-1", Title: "Ours"}, &c)
	var q framework.RequirementDetail
	wrote(t, api, 1, func() {
		user.Must("POST", "/requirements/"+id+"/controls", map[string]any{"control": c.ID, "note": "Partly"}, &q)
	})
	n := len(q.Controls)
	wrote(t, api, 0, func() {
		user.Must("POST", "/requirements/"+id+"/controls", map[string]any{"control": c.ID, "note": "Partly"}, &q)
	})
	api.Must("GET", "/controls/"+c.ID, nil, &c)
	if len(c.Requirements) != 1 || c.Requirements[0].Note != "Partly" || c.Requirements[0].Source != "person" || len(c.Frameworks) != 1 || c.Frameworks[0].Refs[0] != "164.308(a)(1)(ii)(A)" {
		t.Errorf("%+v", c)
	}
	wrote(t, api, 1, func() { user.Must("DELETE", "/requirements/"+id+"/controls/"+c.ID, nil, &q) })
	if len(q.Controls) != n-1 {
		t.Errorf("%d controls left", len(q.Controls))
	}
	if got := user.Do("DELETE", "/requirements/"+id+"/controls/"+c.ID, nil, nil); got != 404 {
		t.Errorf("unmap twice: %d", got)
	}
	if got := user.Do("POST", "/requirements/"+id+"/controls", map[string]any{"control": "nothing"}, nil); got != 422 {
		t.Errorf("map nothing: %d", got)
	}
	if got := user.Do("POST", "/requirements/"+requirementID(t, api, f.ID, "C")+"/controls", map[string]any{"control": c.ID}, nil); got != 409 {
		t.Errorf("map to a heading: %d", got)
	}
	wrote(t, api, 1, func() { user.Must("POST", "/requirements/"+id+"/controls/new", map[string]any{}, &q) })
	made := q.Served[len(q.Served)-1]
	for _, s := range q.Served {
		if s.Source == "own" {
			made = s
		}
	}
	if made.Ref != "164.308(a)(1)(ii)(A)" || made.Title != q.Title || made.Domain == "" {
		t.Errorf("%+v", made)
	}
	user.Must("POST", "/requirements/"+id+"/controls/new", map[string]any{}, &q)
	if n := api.Count("SELECT count(*) FROM control WHERE ref = '164.308(a)(1)(ii)(A)-2'"); n != 1 {
		t.Error("a second control from one requirement has no reference of its own")
	}
}

// The worked example of readiness, by hand. Today is 2 March 2026.
//
//	R1 <- C1, C2        C1 implemented   P1 until 31 December                     -> implemented
//	R2 <- C2, C3        C2 implemented   P2 until 31 December, P3 until 26 Feb    -> needs evidence (4 days ago: grace)
//	R3 <- C4            C3 in progress   P4 nothing collected                     -> in progress
//	                    C4 implemented   P5 until 10 February                     -> in progress (20 days ago: grace is over)
//
//	R1: C1 and C2 are both effective                        met
//	R2: C2 needs evidence, C3 is not effective              attention
//	R3: C4 is in progress                                   in progress
//	progress   = 1 met of 3 applicable                      = 3333
//	effective  = C1, C2                                     = 2 of 4
//	readiness  = claim x proof: C1 1 x 1, C2 1 x 1/2, C3 1/2 x 0, C4 1 x 1/2 = 2 of 4 = 5000
//	coverage   = all four have a request                    = 10000
//
// On 13 March the grace of C2 is over (26 February + 14 days = 12 March): C2 is in progress. Nothing is met
// any more, R1 is in progress, R2 too; readiness stays, because the claims and the files are the same.
func TestWorkedExample(t *testing.T) {
	api := newAPI(t)
	var f framework.Imported
	if got := api.Upload("/frameworks/import?name=Example&short=EX", "example.json", []byte(`{"catalog":{"uuid":"e","metadata":{"title":"Example","version":"1"},
		"controls":[{"id":"r1","title":"One"},{"id":"r2","title":"Two"},{"id":"r3","title":"Three"}]}}`), &f); got != 200 {
		t.Fatal(got, api.Body())
	}
	fid := f.Framework.ID
	r := map[string]string{}
	for _, ref := range []string{"R1", "R2", "R3"} {
		r[ref] = requirementID(t, api, fid, ref)
	}
	for _, c := range []struct {
		ref    string
		claim  control.Status
		proofs []string
		serves []string
	}{
		{"C1", "implemented", []string{"2026-12-31"}, []string{"R1"}},
		{"C2", "implemented", []string{"2026-12-31", "2026-02-26"}, []string{"R1", "R2"}},
		{"C3", "in_progress", []string{""}, []string{"R2"}},
		{"C4", "implemented", []string{"2026-02-10"}, []string{"R3"}},
	} {
		var d control.ControlDetail
		api.Must("POST", "/controls", control.Draft{Ref: c.ref, Title: c.ref}, &d)
		api.Must("POST", "/controls/"+d.ID+"/status", map[string]any{"status": c.claim}, nil)
		prove(api, d.ID, c.proofs...)
		for _, ref := range c.serves {
			api.Must("POST", "/requirements/"+r[ref]+"/controls", map[string]any{"control": d.ID}, nil)
		}
	}
	bp := func(n int) *int { return &n }
	want := framework.Readiness{Applicable: 3, Met: 1, Attention: 1, InProgress: 1, Progress: bp(3333),
		ControlFigures: framework.ControlFigures{Controls: 4, Effective: 2, Share: bp(5000), Needing: 1, Readiness: bp(5000), Covered: 4, Coverage: bp(10000)}}
	check := func(want framework.Readiness, states, effective string) {
		t.Helper()
		var one framework.Framework
		var list framework.Frameworks
		api.Must("GET", "/frameworks/"+fid, nil, &one)
		api.Must("GET", "/frameworks", nil, &list)
		for where, got := range map[string]framework.Readiness{"get": one.Readiness, "list": list.Items[0].Readiness, "overall": list.Overall} {
			if show(got) != show(want) {
				t.Errorf("%s: %s, want %s", where, show(got), show(want))
			}
		}
		var tree framework.RequirementTree
		api.Must("GET", "/frameworks/"+fid+"/requirements", nil, &tree)
		var got []string
		for _, q := range tree.Items {
			got = append(got, string(q.State))
		}
		if strings.Join(got, " ") != states {
			t.Errorf("tree: %v, want %s", got, states)
		}
		if got := strings.Join(column(t, api, "/requirements/export?format=csv", "State"), " "); got != states {
			t.Errorf("export of requirements: %s, want %s", got, states)
		}
		if got := strings.Join(column(t, api, "/controls/export?format=csv", "Effective status"), " "); got != effective {
			t.Errorf("export of controls: %s, want %s", got, effective)
		}
	}
	check(want, "met attention in_progress", "implemented needs_evidence in_progress in_progress")
	api.Clock.Advance(10 * 24 * time.Hour) // 12 March
	check(want, "met attention in_progress", "implemented needs_evidence in_progress in_progress")

	api.Seed([]string{"readiness_day"}, framework.Keep)
	api.Seed([]string{"readiness_day"}, framework.Keep)
	api.Clock.Advance(24 * time.Hour)
	after := want
	after.Met, after.Attention, after.InProgress, after.Progress, after.Effective = 0, 0, 3, bp(0), 1
	check(after, "in_progress in_progress in_progress", "implemented in_progress in_progress in_progress")

	api.Seed([]string{"readiness_day"}, framework.Keep)
	const kept = "SELECT count(*) FROM readiness_day WHERE framework IN ('', ?) AND day = ? AND applicable = 3 AND met = ? AND attention = ? AND in_progress = ? AND controls = 4 AND effective = ? AND readiness = 5000 AND evidence = 5 AND current = 2"
	if api.Count(kept, fid, "2026-03-12", 1, 1, 1, 2) != 2 || api.Count(kept, fid, "2026-03-13", 0, 0, 3, 1) != 2 || api.Count("SELECT count(*) FROM readiness_day") != 4 {
		t.Error("the figures of the two days were not kept, for the framework and for the whole program")
	}

	// A framework that does not ask for evidence takes the claims for facts.
	var one framework.Framework
	api.Must("GET", "/frameworks/"+fid, nil, &one)
	api.Version(one.Version).Must("PATCH", "/frameworks/"+fid, map[string]any{"evidence_required": false}, &one)
	if one.Readiness.Met != 2 || *one.Readiness.Readiness != 8750 || one.Readiness.Effective != 3 {
		t.Errorf("without evidence: %s", show(one.Readiness))
	}
	// Turned off, it is in no figure; nothing of nothing is no figure at all.
	api.Must("POST", "/frameworks/"+fid+"/archive", nil, nil)
	var list framework.Frameworks
	api.Must("GET", "/frameworks", nil, &list)
	if len(list.Items) != 0 || list.Overall.Progress != nil || list.Overall.Applicable != 0 {
		t.Errorf("%+v", list)
	}
}

func show(r framework.Readiness) string {
	s := fmt.Sprintf("%d/%d/%d/%d/%d/%d %d/%d/%d", r.Applicable, r.Met, r.Attention, r.InProgress, r.NotStarted, r.NotApplicable, r.Controls, r.Effective, r.Covered)
	for _, p := range []*int{r.Progress, r.Readiness, r.Coverage} {
		if p == nil {
			s += " -"
		} else {
			s += fmt.Sprint(" ", *p)
		}
	}
	return s
}

func column(t *testing.T, api *optest.API, path, header string) []string {
	t.Helper()
	api.Must("GET", path, nil, nil)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(api.Body(), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for i, h := range rows[0] {
		if h == header {
			for _, r := range rows[1:] {
				out = append(out, r[i])
			}
		}
	}
	return out
}

// prove links evidence to a control: each expiry is a request with an accepted file that counts until then,
// "" one without a file.
func prove(api *optest.API, id string, expiries ...string) {
	api.Seed([]string{"evidence", "evidence_control", "file"}, func(tx *storage.WriteTx) error {
		for _, until := range expiries {
			e := tx.NewID()
			if err := tx.Exec("INSERT INTO evidence (id, name, validity_days, created_at, updated_at) VALUES (?, 'Proof', 365, ?2, ?2)", e, tx.Stamp()); err != nil {
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

func sample(tb testing.TB) []byte {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("oscal", "testdata", "basic-catalog.json"))
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

func TestImport(t *testing.T) {
	api := newAPI(t)
	var got framework.Imported
	wrote(t, api, 1, func() {
		if s := api.Upload("/frameworks/import", "basic-catalog.json", sample(t), &got); s != 200 {
			t.Fatal(s, api.Body())
		}
	})
	f := got.Framework
	if f.Source != "oscal" || f.Report == nil || f.Report.Controls != 4 || f.Report.NotKept["metadata.remarks"] != 1 || f.Rows != 8 || f.Readiness.Applicable != 4 || f.Short == "" {
		t.Errorf("%+v %+v", f, f.Report)
	}
	if s := api.Upload("/frameworks/import", "again.json", sample(t), nil); s != 409 || !strings.Contains(api.Problem().Detail, "here already") {
		t.Errorf("a second time: %d %s", s, api.Body())
	}
	var q framework.RequirementDetail
	api.Must("GET", "/requirements/"+requirementID(t, api, f.ID, "1.1.1"), nil, &q)
	if len(q.Path) != 2 || q.Path[0].Ref != "1" || q.Body == "" || q.Guidance == "" || q.Sentence != "No control serves it yet." {
		t.Errorf("%+v", q)
	}
	wrote(t, api, 1, func() { api.Must("DELETE", "/frameworks/"+f.ID, nil, nil) })
	if n := api.Count("SELECT (SELECT count(*) FROM requirement) + (SELECT count(*) FROM framework_source)"); n != 0 {
		t.Errorf("%d rows left behind", n)
	}
	api.Upload("/frameworks/import", "basic-catalog.json", sample(t), &got)
}

// Whatever is wrong with a file, nothing half-done stays.
func TestBadImports(t *testing.T) {
	api := newAPI(t)
	for name, c := range map[string]struct {
		file []byte
		says string
	}{
		"half":      {sample(t)[:8000], "ends too early"},
		"component": {[]byte(`{"component-definition":{}}`), "a component definition"},
		"html":      {[]byte(`<html>`), "XML"},
		"zip":       {[]byte("PK\x03\x04 not a zip"), "ZIP"},
		"profile":   {[]byte(`{"profile":{"metadata":{"title":"P"},"imports":[{"href":"nist.json"}]}}`), "nist.json"},
	} {
		wrote(t, api, 0, func() {
			if got := api.Upload("/frameworks/import", name+".json", c.file, nil); got != 422 || !strings.Contains(api.FieldError("file"), c.says) {
				t.Errorf("%s: %d %s", name, got, api.Body())
			}
		})
	}
	if n := api.Count("SELECT count(*) FROM framework"); n != 0 {
		t.Errorf("%d frameworks", n)
	}
}

func zipped(tb testing.TB, files map[string][]byte) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range files {
		w, err := z.Create(name)
		if err != nil {
			tb.Fatal(err)
		}
		w.Write(content)
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

const basicProfile = `{"profile":{"uuid":"p","metadata":{"title":"Two controls","version":"1"},"imports":[{"href":"basic-catalog.json","include-controls":[{"with-ids":["s1.1.1","s2.1.1"]}]}],"merge":{"as-is":true},
	"modify":{"set-parameters":[{"param-id":"s1.1.1-prm_2","values":["ten minutes"]}]}}}`

func TestImportProfile(t *testing.T) {
	api := newAPI(t)
	check := func(got framework.Imported) {
		t.Helper()
		if got.Framework.Report.Controls != 2 || got.Framework.Name != "Two controls" {
			t.Errorf("%+v", got.Framework.Report)
		}
		var q framework.RequirementDetail
		api.Must("GET", "/requirements/"+requirementID(t, api, got.Framework.ID, "1.1.1"), nil, &q)
		if !strings.Contains(q.Body, "device lock after ten minutes of inactivity") {
			t.Errorf("the profile's value is not in the text: %s", q.Body)
		}
		api.Must("DELETE", "/frameworks/"+got.Framework.ID, nil, nil)
	}
	var got framework.Imported
	// Beside its catalog in one ZIP file.
	if s := api.Upload("/frameworks/import", "both.zip", zipped(t, map[string][]byte{"x/any.json": sample(t), "x/p.json": []byte(basicProfile), "readme.txt": []byte("hello")}), &got); s != 200 {
		t.Fatal(s, api.Body())
	}
	check(got)
	// After its catalog, also when that is archived.
	var whole framework.Imported
	api.Upload("/frameworks/import", "basic-catalog.json", sample(t), &whole)
	api.Must("POST", "/frameworks/"+whole.Framework.ID+"/archive", nil, nil)
	if s := api.Upload("/frameworks/import", "p.json", []byte(basicProfile), &got); s != 200 {
		t.Fatal(s, api.Body())
	}
	check(got)
	// From a framework that is built in.
	csf := `{"profile":{"uuid":"c","metadata":{"title":"Some of CSF","version":"1"},"imports":[{"href":"#r","include-controls":[{"with-ids":["GV.OC-01"]}]}],"back-matter":{"resources":[{"uuid":"r","title":"NIST Cybersecurity Framework 2.0"}]}}}`
	if s := api.Upload("/frameworks/import", "csf.json", []byte(csf), &got); s != 200 || got.Framework.Report.Controls != 1 {
		t.Errorf("%d %s", s, api.Body())
	}
	for name, files := range map[string]map[string][]byte{
		"several":  {"a.json": sample(t), "b.json": []byte(strings.Replace(string(sample(t)), "Sample Security", "Other", 1))},
		"no OSCAL": {"a.txt": []byte("x")},
		"broken":   {"a.json": []byte(`{"catalog":`)},
	} {
		if s := api.Upload("/frameworks/import", name+".zip", zipped(t, files), nil); s != 422 || api.FieldError("file") == "" {
			t.Errorf("%s: %d %s", name, s, api.Body())
		}
	}
}

const nist = "nist-800-53r5/NIST_SP-800-53_rev5_catalog-min.v1.0.0.json"

// NIST SP 800-53 and a FedRAMP baseline of it, as they are published.
func TestImport80053(t *testing.T) {
	api := newAPI(t)
	file := realFile(t, nist)
	var got framework.Imported
	start := time.Now()
	if s := api.Upload("/frameworks/import", "NIST_SP-800-53_rev5_catalog-min.json", file, &got); s != 200 {
		t.Fatal(s, api.Body())
	}
	took := time.Since(start)
	t.Logf("imported in %v", took)
	if took > 2*time.Second {
		t.Errorf("the import took %v, the budget is 2 s", took)
	}
	if r := got.Framework.Report; r.Controls != 1189 || got.Framework.Rows != 1209 || got.Framework.Readiness.Applicable != 1007 || got.Framework.Short != "NIST SP 800-53 Revision 5" {
		t.Errorf("%+v %+v", got.Framework, r)
	}
	var base framework.Imported
	if s := api.Upload("/frameworks/import", "moderate.json", realFile(t, "fedramp/FedRAMP_rev5_MODERATE-baseline_profile.json"), &base); s != 200 || base.Framework.Report.Controls != 323 {
		t.Fatalf("%d %s", s, api.Body())
	}
	var tree framework.RequirementTree
	start = time.Now()
	api.Must("GET", "/frameworks/"+got.Framework.ID+"/requirements", nil, &tree)
	t.Logf("tree of %d rows in %v", len(tree.Items), time.Since(start))
	for i, r := range tree.Items {
		if r.Ref == "AC-2(10)" && (!r.Withdrawn || r.Assessable) || r.Ref == "AC" && r.Total != 126 && i > 0 {
			t.Errorf("%+v", r)
		}
	}
	var p op.Page[framework.Requirement]
	api.Must("GET", "/requirements?framework="+got.Framework.ID+"&q=account+management&mapped=no&state=not_started", nil, &p)
	if p.Total == 0 || p.Items[0].Framework != got.Framework.ID {
		t.Errorf("%+v", p)
	}
}

// A tenant that imports CIS Controls 8.1 finds them served: the mapping is here although the catalog is not.
func TestImportThatControlsKnow(t *testing.T) {
	api := newAPI(t)
	enable(t, api, "soc2-2017")
	var got framework.Imported
	api.Upload("/frameworks/import", "cis.json", []byte(`{"catalog":{"uuid":"cis","metadata":{"title":"CIS Critical Security Controls","version":"8.1"},
		"groups":[{"id":"1","title":"Inventory","controls":[{"id":"1.1","title":"Establish an inventory"},{"id":"1.2","title":"Address unauthorized assets"}]}]}}`), &got)
	if got.Mappings == 0 || got.Mappings != api.Count("SELECT count(*) FROM mapping m JOIN requirement r ON r.id = m.requirement WHERE r.framework = ?", got.Framework.ID) {
		t.Errorf("%+v", got)
	}
}

// A framework of 1,300 rows in one call takes less than 30 ms; so do the figures of a tenant with nine.
func BenchmarkTreeAndFigures(b *testing.B) {
	api := newAPI(b)
	for _, key := range []string{"soc2-2017", "iso27001-2022", "hipaa", "nist-csf-2.0", "pci-dss-4.0.1", "nist-800-171r2", "gdpr", "iso42001-2023"} {
		enable(b, api, key)
	}
	var got framework.Imported
	api.Upload("/frameworks/import", "nist.json", realFile(b, nist), &got)
	var p op.Page[control.Control]
	api.Must("GET", "/controls?limit=3", nil, &p)
	api.Seed([]string{"mapping"}, func(tx *storage.WriteTx) error {
		return tx.Exec(`INSERT INTO mapping (id, control, requirement, created_at) SELECT c.id || r.id, c.id, r.id, '' FROM requirement r, (SELECT id FROM control LIMIT 3) c
			WHERE r.framework = ? AND r.assessable = 1`, got.Framework.ID)
	})
	of := "/requirements?framework=" + got.Framework.ID
	api.Times(b, "/frameworks/"+got.Framework.ID+"/requirements", "/frameworks", "/frameworks/library", of, of+"&state=not_started", of+"&sort=state", of+"&q=access&page=2",
		"/requirements", "/requirements?sort=title", "/requirements?state=not_started", "/requirements/facets")
}
