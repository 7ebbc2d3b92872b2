package framework_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"assay/server/framework"
	"assay/server/framework/oscal/oscaltest"
	"assay/server/op"
	"assay/server/optest"
)

func download(tb testing.TB, api *optest.API, path string) []byte {
	tb.Helper()
	if s := api.Do("GET", path, nil, nil); s != 200 {
		tb.Fatalf("%s: %d %s", path, s, api.Body())
	}
	return []byte(api.Body())
}

// rowsOf is what a framework says, without what only this installation knows.
func rowsOf(api *optest.API, id string) (out []string) {
	var t framework.RequirementTree
	api.Must("GET", "/frameworks/"+id+"/requirements", nil, &t)
	refs := map[string]string{}
	for _, r := range t.Items {
		refs[r.ID] = r.Ref
		var q framework.RequirementDetail
		api.Must("GET", "/requirements/"+r.ID, nil, &q)
		out = append(out, fmt.Sprintf("%s < %s: %s | %s | %s | %v %v %v", r.Ref, refs[r.Parent], r.Title, q.Body, q.Guidance, r.Assessable, r.Withdrawn, q.Tags))
	}
	return out
}

// document is JSON that can be compared whatever the order of its fields.
func document(tb testing.TB, b []byte) (v any) {
	tb.Helper()
	if err := json.Unmarshal(b, &v); err != nil {
		tb.Fatal(err)
	}
	return v
}

// Every catalog that came in goes out as it came; written as XML and imported elsewhere it has the same rows.
func TestCatalogsInOutIn(t *testing.T) {
	for _, name := range []string{"examples/basic-catalog.json", "mvsp/mvsp_v3.0-20231109-catalog.json", "csf-2.0/NIST_CSF_v2.0_catalog.converted.json"} {
		t.Run(name, func(t *testing.T) {
			api := newAPI(t)
			file := realFile(t, name)
			var got framework.Imported
			if s := api.Upload("/frameworks/import", "c.json", file, &got); s != 200 {
				t.Fatal(s, api.Body())
			}
			id := got.Framework.ID
			var out []byte
			wrote(t, api, 1, func() { out = download(t, api, "/frameworks/"+id+"/oscal") })
			oscaltest.Valid(t, "catalog", out)
			if diff := cmp.Diff(document(t, file), document(t, out)); diff != "" {
				t.Errorf("%.2000s", diff)
			}
			other := api.InTenant(1)
			for _, form := range []string{"json", "xml"} {
				b := download(t, api, "/frameworks/"+id+"/oscal?format="+form)
				var again framework.Imported
				if s := other.Upload("/frameworks/import", "c."+form, b, &again); s != 200 {
					t.Fatal(s, other.Body())
				}
				squeeze := func(rows []string) []string {
					for i, r := range rows {
						rows[i] = strings.Join(strings.Fields(r), " ") // white space means nothing in XML
					}
					return rows
				}
				if diff := cmp.Diff(squeeze(rowsOf(api, id)), squeeze(rowsOf(other, again.Framework.ID))); diff != "" {
					t.Errorf("%s: %.2000s", form, diff)
				}
				other.Must("DELETE", "/frameworks/"+again.Framework.ID, nil, nil)
			}
		})
	}
}

// What was changed here goes out with what nobody here knows.
func TestEditsGoOutWithTheRest(t *testing.T) {
	api := newAPI(t)
	// A mark before it and something behind it do no harm.
	file := "\xef\xbb\xbf" + strings.Replace(string(sample(t)), `"metadata": {`, `"metadata": {"x-vendor": {"kept": [1, 2.50, "ä<b>"]},`, 1) + "{}"
	var got framework.Imported
	if s := api.Upload("/frameworks/import", "c.json", []byte(file), &got); s != 200 || got.Framework.Report.NotKept["metadata.x-vendor"] != 1 {
		t.Fatal(s, api.Body())
	}
	id := got.Framework.ID
	q := requirementID(t, api, id, "1.1.1")
	api.Version(1).Must("PATCH", "/requirements/"+q, map[string]any{"title": "Our title", "guidance": "Our guidance"}, nil)
	out := download(t, api, "/frameworks/"+id+"/oscal")
	for _, want := range []string{`"kept": [`, "2.50", "ä<b>", "Our title", "Our guidance", "one-or-more"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("%q is missing", want)
		}
	}
	var again framework.Imported
	other := api.InTenant(1)
	if s := other.Upload("/frameworks/import", "c.json", out, &again); s != 200 {
		t.Fatal(s, other.Body())
	}
	if diff := cmp.Diff(rowsOf(api, id), rowsOf(other, again.Framework.ID)); diff != "" {
		t.Error(diff)
	}
}

// A built-in framework goes out as a valid catalog with a profile of what applies, and both come in again.
func TestBuiltInOutAndIn(t *testing.T) {
	api := newAPI(t)
	for _, key := range []string{"soc2-2017", "hipaa", "pci-dss-4.0.1"} {
		f := enable(t, api, key).Framework
		out := download(t, api, "/frameworks/"+f.ID+"/oscal")
		oscaltest.Valid(t, "catalog", out)
		if again := download(t, api, "/frameworks/"+f.ID+"/oscal"); string(out) != string(again) {
			t.Errorf("%s: twice the same export is not the same", key)
		}
		other := api.InTenant(1)
		var back framework.Imported
		if s := other.Upload("/frameworks/import", key+".json", out, &back); s != 200 {
			t.Fatal(s, other.Body())
		}
		if diff := cmp.Diff(rowsOf(api, f.ID), rowsOf(other, back.Framework.ID)); diff != "" {
			t.Errorf("%s: %.2000s", key, diff)
		}

		var tree framework.RequirementTree
		api.Must("GET", "/frameworks/"+f.ID+"/requirements", nil, &tree)
		gone := slices.IndexFunc(tree.Items, func(r framework.RequirementRow) bool { return r.Assessable })
		api.Must("POST", "/requirements/applicability", map[string]any{"ids": []string{tree.Items[gone].ID}, "applicable": false, "justification": "We have none."}, nil)
		profile := download(t, api, "/frameworks/"+f.ID+"/profile")
		oscaltest.Valid(t, "profile", profile)
		// Here it selects from the framework that is built in, elsewhere from the catalog beside it.
		for place, send := range map[string]func(out any) int{
			"here":      func(out any) int { return api.Upload("/frameworks/import", "p.json", profile, out) },
			"elsewhere": func(out any) int { return other.Upload("/frameworks/import", "p.json", profile, out) },
			"xml": func(v any) int {
				return other.Upload("/frameworks/import", "p.zip", zipped(t, map[string][]byte{
					"c.xml": download(t, api, "/frameworks/"+f.ID+"/oscal?format=xml"), "p.xml": download(t, api, "/frameworks/"+f.ID+"/profile?format=xml")}), v)
			},
		} {
			var p framework.Imported
			if s := send(&p); s != 200 || p.Framework.Readiness.Applicable != f.Readiness.Applicable-1 {
				t.Errorf("%s %s: %d, %d apply of %d: %s", key, place, s, p.Framework.Readiness.Applicable, f.Readiness.Applicable, api.Body())
			}
			if place != "here" {
				other.Must("DELETE", "/frameworks/"+p.Framework.ID, nil, nil)
			}
		}
	}
}

// A profile that came in goes out as it came, less what does not apply; its catalog is made of the rows.
func TestImportedProfileOut(t *testing.T) {
	api := newAPI(t)
	var whole, p framework.Imported
	api.Upload("/frameworks/import", "basic-catalog.json", sample(t), &whole)
	if s := api.Upload("/frameworks/import", "p.json", []byte(basicProfile), &p); s != 200 {
		t.Fatal(s, api.Body())
	}
	id := p.Framework.ID
	if diff := cmp.Diff(document(t, []byte(basicProfile)), document(t, download(t, api, "/frameworks/"+id+"/profile"))); diff != "" {
		t.Error(diff)
	}
	oscaltest.Valid(t, "catalog", download(t, api, "/frameworks/"+id+"/oscal"))
	api.Must("POST", "/requirements/applicability", map[string]any{"ids": []string{requirementID(t, api, id, "2.1.1")}, "applicable": false, "justification": "None."}, nil)
	out := download(t, api, "/frameworks/"+id+"/profile")
	if !strings.Contains(string(out), "exclude-controls") || !strings.Contains(string(out), "ten minutes") {
		t.Errorf("%s", out)
	}
	var again framework.Imported
	if s := api.Upload("/frameworks/import", "again.json", []byte(strings.Replace(string(out), `"uuid": "p"`, `"uuid": "q"`, 1)), &again); s != 200 || again.Framework.Report.Controls != 1 {
		t.Errorf("%d %s", s, api.Body())
	}
}

func TestExportRefusals(t *testing.T) {
	api := newAPI(t)
	f := enable(t, api, "gdpr").Framework
	for _, what := range []string{"oscal", "profile"} {
		path := "/frameworks/" + f.ID + "/" + what
		for role, want := range map[op.Roles]int{op.Auditor: 200, op.User: 200, op.Executive: 403} {
			if s := api.As(role).Do("GET", path, nil, nil); s != want {
				t.Errorf("%s as %v: %d", what, role, s)
			}
		}
		if s := api.InTenant(1).Do("GET", path, nil, nil); s != 404 {
			t.Errorf("%s of another organisation: %d", what, s)
		}
		if s := api.Do("GET", path+"?format=yaml", nil, nil); s != 422 {
			t.Errorf("%s as YAML: %d", what, s)
		}
	}
	var tree framework.RequirementTree
	api.Must("GET", "/frameworks/"+f.ID+"/requirements", nil, &tree)
	ids := map[string]bool{}
	for _, r := range tree.Items {
		ids[r.ID] = true
	}
	api.Must("POST", "/requirements/applicability", map[string]any{"ids": slices.Collect(maps.Keys(ids)), "applicable": false, "justification": "None."}, nil)
	if s := api.Do("GET", "/frameworks/"+f.ID+"/profile", nil, nil); s != 409 || !strings.Contains(api.Problem().Detail, "nothing to put") {
		t.Errorf("%d %s", s, api.Body())
	}
}

// How long NIST SP 800-53 takes to go out, and how large it is.
func TestExport80053(t *testing.T) {
	api := newAPI(t)
	file := realFile(t, nist)
	var got framework.Imported
	if s := api.Upload("/frameworks/import", "NIST_SP-800-53_rev5_catalog-min.json", file, &got); s != 200 {
		t.Fatal(s, api.Body())
	}
	for _, form := range []string{"json", "xml"} {
		start := time.Now()
		out := download(t, api, "/frameworks/"+got.Framework.ID+"/oscal?format="+form)
		t.Logf("%s: %d bytes in %v", form, len(out), time.Since(start))
		if form == "json" {
			oscaltest.Valid(t, "catalog", out)
			if diff := cmp.Diff(document(t, file), document(t, out)); diff != "" {
				t.Errorf("%.2000s", diff)
			}
			continue
		}
		var again framework.Imported
		start = time.Now()
		if s := api.InTenant(1).Upload("/frameworks/import", "nist.xml", out, &again); s != 200 || again.Framework.Report.Controls != 1189 {
			t.Fatal(s, api.Body())
		}
		t.Logf("imported from XML in %v", time.Since(start))
	}
}
