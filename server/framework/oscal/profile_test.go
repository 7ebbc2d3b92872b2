package oscal

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"assay/server/framework/catalog"
)

// small is a catalog with two groups, three controls and two enhancements.
const small = `{"catalog":{"uuid":"11111111-2222-4333-8444-555555555555","metadata":{"title":"Small Catalog of Controls: with a subtitle","version":"1"},"groups":[
	{"id":"ac","title":"Access","controls":[
		{"id":"ac-1","title":"Accounts","props":[{"name":"label","value":"AC-1"}],"params":[{"id":"p1","label":"how often"},{"id":"p2","select":{"how-many":"one","choice":["red","blue"]}}],
		 "parts":[{"id":"ac-1_s","name":"statement","prose":"Review {{ insert: param, p1 }} in {{ insert: param, p2 }}.","parts":[{"id":"ac-1_s.a","name":"item","props":[{"name":"label","value":"a."}],"prose":"First."}]},{"id":"ac-1_g","name":"guidance","prose":"Help."}],
		 "controls":[{"id":"ac-1.1","title":"More","props":[{"name":"label","value":"AC-1(1)"}]},{"id":"ac-1.2","title":"Most","props":[{"name":"label","value":"AC-1(2)"}]}]},
		{"id":"ac-2","title":"Locks"}]},
	{"id":"cm","title":"Change","controls":[{"id":"cm-1","title":"Changes"}]}]}}`

func profileOf(imports, rest string) string {
	return `{"profile":{"uuid":"p","metadata":{"title":"My profile","version":"1"},"imports":` + imports + rest + `}}`
}

func TestSelection(t *testing.T) {
	asIs := `,"merge":{"as-is":true}`
	for name, c := range map[string]struct {
		profile string
		want    string
	}{
		"all":                {profileOf(`[{"href":"c.json","include-all":{}}]`, asIs), "AC AC-1 AC-1(1) AC-1(2) AC-2 CM CM-1"},
		"nothing said":       {profileOf(`[{"href":"c.json"}]`, asIs), "AC AC-1 AC-1(1) AC-1(2) AC-2 CM CM-1"},
		"ids":                {profileOf(`[{"href":"c.json","include-controls":[{"with-ids":["ac-2","cm-1"]}]}]`, asIs), "AC AC-2 CM CM-1"},
		"without children":   {profileOf(`[{"href":"c.json","include-controls":[{"with-ids":["ac-1"]}]}]`, asIs), "AC AC-1"},
		"with children":      {profileOf(`[{"href":"c.json","include-controls":[{"with-child-controls":"yes","with-ids":["ac-1"]}]}]`, asIs), "AC AC-1 AC-1(1) AC-1(2)"},
		"child alone":        {profileOf(`[{"href":"c.json","include-controls":[{"with-ids":["ac-1.2"]}]}]`, asIs), "AC AC-1(2)"},
		"pattern":            {profileOf(`[{"href":"c.json","include-controls":[{"matching":[{"pattern":"*-1"}]}]}]`, asIs), "AC AC-1 CM CM-1"},
		"exclude":            {profileOf(`[{"href":"c.json","include-all":{},"exclude-controls":[{"with-ids":["ac-1.1","cm-1"]}]}]`, asIs), "AC AC-1 AC-1(2) AC-2"},
		"exclude with below": {profileOf(`[{"href":"c.json","include-all":{},"exclude-controls":[{"with-child-controls":"yes","with-ids":["ac-1"]}]}]`, asIs), "AC AC-2 CM CM-1"},
		"flat":               {profileOf(`[{"href":"c.json","include-all":{}}]`, `,"merge":{"flat":{}}`), "AC-1 AC-1(1) AC-1(2) AC-2 CM-1"},
		"no merge is flat":   {profileOf(`[{"href":"c.json","include-controls":[{"with-ids":["cm-1"]}]}]`, ``), "CM-1"},
		"twice, combined": {profileOf(`[{"href":"c.json","include-controls":[{"with-ids":["ac-1"]}]},{"href":"c.json","include-controls":[{"with-ids":["ac-1","ac-2"]}]}]`,
			`,"merge":{"combine":{"method":"use-first"},"as-is":true}`), "AC AC-1 AC-2"},
	} {
		t.Run(name, func(t *testing.T) {
			_, rows, _ := mustRows(t, mustRead(t, []byte(c.profile)), Named{mustRead(t, []byte(small)), "c.json"})
			var refs []string
			for _, r := range rows {
				refs = append(refs, r.Ref)
			}
			if got := strings.Join(refs, " "); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestModify(t *testing.T) {
	whole := Named{mustRead(t, []byte(small)), "c.json"}
	d := mustRead(t, []byte(profileOf(`[{"href":"c.json","include-all":{}}]`, `,"merge":{"as-is":true},"modify":{
		"set-parameters":[{"param-id":"p1","constraints":[{"description":"at least yearly "}]},{"param-id":"p2","values":["green"]},{"param-id":"gone","values":["x"]}],
		"alters":[
			{"control-id":"ac-1","removes":[{"by-name":"guidance"}],"adds":[
				{"position":"ending","by-id":"ac-1_s","parts":[{"name":"item","props":[{"name":"label","value":"b."}],"prose":"Last."}]},
				{"position":"before","by-id":"ac-1_s.a","parts":[{"name":"item","prose":"Before."}]},
				{"position":"ending","by-id":"nowhere","parts":[{"name":"item","prose":"Lost."}]},
				{"title":"Accounts, changed","props":[{"name":"priority","value":"P1"}]}]},
			{"control-id":"zz-9","adds":[{"title":"x"}]}]}`)))
	rows, _, rep := mustRows(t, d, whole)
	r := rows["AC-1"]
	if want := "Review [how often: at least yearly] in green.\n  Before.\n  a. First.\n  b. Last."; r.Text != want || r.Guidance != "" || r.Title != "Accounts, changed" {
		t.Errorf("%q %q %q", r.Title, r.Text, r.Guidance)
	}
	if !slices.Contains(r.Props, Prop{Name: "priority", Value: "P1"}) {
		t.Errorf("%+v", r.Props)
	}
	for name, n := range map[string]int{"modify.set-parameters (parameter not in the catalog)": 1, "alter.adds (place not in the control)": 1, "alters (control not selected)": 1} {
		if rep.NotKept[name] != n {
			t.Errorf("%s: %d, want %d: %v", name, rep.NotKept[name], n, rep.NotKept)
		}
	}
	// The catalog itself is as it was: another profile may use it.
	rows, _, _ = mustRows(t, whole.Document)
	if r := rows["AC-1"]; r.Text != "Review [how often] in [one of: red; blue].\n  a. First." || r.Title != "Accounts" || r.Guidance != "Help." {
		t.Errorf("the profile changed its catalog: %+v", r)
	}
}

func TestNestedProfiles(t *testing.T) {
	whole := Named{mustRead(t, []byte(small)), "c.json"}
	inner := Named{mustRead(t, []byte(profileOf(`[{"href":"c.json","include-controls":[{"with-ids":["ac-1","ac-2"]}]}]`, `,"merge":{"as-is":true},"modify":{"set-parameters":[{"param-id":"p1","values":["weekly"]}]}`))), "inner.json"}
	outer := mustRead(t, []byte(profileOf(`[{"href":"inner.json","include-controls":[{"with-ids":["ac-1","cm-1"]}]}]`, `,"merge":{"as-is":true}`)))
	rows, _, rep := mustRows(t, outer, whole, inner)
	if len(rows) != 2 || !strings.HasPrefix(rows["AC-1"].Text, "Review weekly") {
		t.Errorf("%+v", rows)
	}
	if len(rep.Warnings) != 1 || !strings.Contains(rep.Warnings[0], "cm-1") {
		t.Errorf("a control that the inner profile left out: %v", rep.Warnings)
	}
	self := Named{mustRead(t, []byte(profileOf(`[{"href":"self.json"}]`, ``))), "self.json"}
	_, _, err := self.Rows(From(nil, []Named{self}))
	says(t, err, "selects from itself")
	var chain []Named
	for i := range 12 {
		chain = append(chain, Named{mustRead(t, []byte(profileOf(fmt.Sprintf(`[{"href":"n%d.json"}]`, i+1), ``))), fmt.Sprintf("n%d.json", i)})
	}
	_, _, err = chain[0].Rows(From(chain, nil))
	says(t, err, "More than 8")
}

func TestMissingCatalogIsNamed(t *testing.T) {
	d := mustRead(t, sample(t, "nist-800-53r5-low-profile.json"))
	for _, find := range []func(Reference) (*Document, bool){nil, From(nil, nil)} {
		_, _, err := d.Rows(find)
		says(t, err, "NIST Special Publication 800-53 Revision 5", "NIST_SP-800-53_rev5_catalog.json", "Import that catalog first")
	}
}

func TestReferenceNames(t *testing.T) {
	low := mustRead(t, sample(t, "nist-800-53r5-low-profile.json")).References()[0]
	fedramp := Reference{Href: "#x", Title: "NIST Special Publication (SP) 800-53 revision 5", Files: []string{"NIST_SP-800-53_rev5_catalog.json"}}
	const title = "NIST Special Publication 800-53 Revision 5: Security and Privacy Controls for Federal Information Systems and Organizations"
	for _, c := range []struct {
		ref               Reference
		uuid, title, file string
		want              bool
	}{
		{low, "", title, "", true},
		{fedramp, "", title, "", true},
		{low, "", "", "NIST_SP-800-53_rev5_catalog-min.v1.0.0.json", true},
		{low, "", "", "NIST_SP-800-53_rev5_catalog.json", true},
		{fedramp, "", "NIST Special Publication 800-53 Revision 5.1.1 LOW IMPACT BASELINE", "NIST_SP-800-53_rev5_LOW-baseline_profile.json", false},
		{low, "", "NIST Special Publication 800-53 Revision 4", "NIST_SP-800-53_rev4_catalog.json", false},
		{Reference{Href: "urn:uuid:ABCDEF00-0000-4000-8000-000000000000"}, "abcdef00-0000-4000-8000-000000000000", "", "", true},
		{Reference{Href: "#x"}, "", "", "", false},
		{Reference{}, "", "", "", false},
	} {
		if got := c.ref.Names(c.uuid, c.title, c.file); got != c.want {
			t.Errorf("%v names %q %q %q: %v", c.ref, c.uuid, c.title, c.file, got)
		}
	}
	// Sent together with exactly one catalog, that one is meant.
	other := Named{mustRead(t, []byte(small)), "anything.json"}
	if _, ok := From([]Named{other}, nil)(low); !ok {
		t.Error("the catalog sent with a profile was not taken")
	}
	if _, ok := From([]Named{other, other}, nil)(low); ok {
		t.Error("one of two catalogs was taken by chance")
	}
	if _, ok := From(nil, []Named{other})(low); ok {
		t.Error("a stored catalog of another name was taken")
	}
}

func TestBadPattern(t *testing.T) {
	d := mustRead(t, []byte(profileOf(`[{"href":"c.json","include-controls":[{"matching":[{"pattern":"[a"}]}]}]`, ``)))
	_, _, err := d.Rows(From([]Named{{mustRead(t, []byte(small)), "c.json"}}, nil))
	says(t, err, "pattern")
	d = mustRead(t, []byte(profileOf(`[{"href":"c.json","include-controls":[{"with-ids":["nothing"]}]}]`, ``)))
	_, _, err = d.Rows(From([]Named{{mustRead(t, []byte(small)), "c.json"}}, nil))
	says(t, err, "no controls")
}

// A framework that is built in can be selected from like a file.
func TestMade(t *testing.T) {
	f, _ := catalog.Get("nist-csf-2.0")
	var items []Item
	for _, r := range f.Requirements {
		items = append(items, Item{ID: r.Ref, Parent: r.Parent, Title: r.Title, Text: r.Summary, Assessable: r.Assessable})
	}
	d := Made(f.Title, items)
	rows, _, rep := mustRows(t, mustRead(t, []byte(profileOf(`[{"href":"c","include-controls":[{"with-ids":["GV.OC-01","PR.AA-05"]}]}]`, `,"merge":{"as-is":true}`))), Named{d, ""})
	if rep.Controls != 2 || rows["GV.OC-01"].Parent != "GV.OC" || rows["GV.OC"].Parent != "GV" || rows["PR.AA-05"].Text == "" {
		t.Errorf("%+v %+v", rep, rows)
	}
	if _, all, _ := mustRows(t, d); len(all) != len(f.Requirements) {
		t.Errorf("%d rows of %d", len(all), len(f.Requirements))
	}
}
