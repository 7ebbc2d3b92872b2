package framework_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/server/control"
	"assay/server/framework"
	"assay/server/op"
	"assay/server/optest"
	"assay/storage"
)

// library is a small framework as CISO Assistant writes it.
func library(version, text string) []byte {
	return []byte(`urn: urn:acme:risk:library:house
locale: en
name: House rules
version: ` + version + `
provider: Acme
objects:
  framework:
    urn: urn:acme:risk:framework:house
    name: House rules
    requirement_nodes:
    - {urn: "urn:acme:risk:req_node:house:h", assessable: false, ref_id: H, name: Doors}
    - {urn: "urn:acme:risk:req_node:house:h.1", parent_urn: "urn:acme:risk:req_node:house:h", assessable: true, ref_id: H.1, name: Access is given and taken, implementation_groups: ['1']}
    - {urn: "urn:acme:risk:req_node:house:h.2", parent_urn: "urn:acme:risk:req_node:house:h", assessable: true, ref_id: H.2, name: ` + text + `}
    - {urn: "urn:acme:risk:req_node:house:h.3", parent_urn: "urn:acme:risk:req_node:house:h", assessable: true, ref_id: H.3, name: Windows close}
`)
}

func mappingSet(kind string) []byte {
	return fmt.Appendf(nil, `name: House rules -> SOC 2
objects:
  requirement_mapping_sets:
  - urn: urn:acme:risk:req_mapping_set:house-to-soc2
    source_framework_urn: urn:acme:risk:framework:house
    target_framework_urn: urn:intuitem:risk:framework:soc2-2017
    requirement_mappings:
    - {source_requirement_urn: "urn:acme:risk:req_node:house:h.1", target_requirement_urn: "urn:x:req_node:soc2-2017:cc6.1", relationship: %s, strength_of_relationship: 9, rationale: Both speak of access.}
    - {source_requirement_urn: "urn:acme:risk:req_node:house:h.2", target_requirement_urn: "urn:x:req_node:soc2-2017:cc6.4", relationship: intersect}
    - {source_requirement_urn: "urn:acme:risk:req_node:house:h.9", target_requirement_urn: "urn:x:req_node:soc2-2017:cc6.4", relationship: intersect}
`, kind)
}

func upload(tb testing.TB, api *optest.API, name string, file []byte) framework.Imported {
	tb.Helper()
	var got framework.Imported
	if s := api.Upload("/frameworks/import", name, file, &got); s != 200 {
		tb.Fatalf("%s: %d %s", name, s, api.Body())
	}
	return got
}

// A mapping set may come before its frameworks, between them and after them: the relations are the same.
func TestSetsBindInAnyOrder(t *testing.T) {
	steps := map[byte]func(*optest.API){
		's': func(api *optest.API) { upload(t, api, "set.yaml", mappingSet("equal")) },
		'h': func(api *optest.API) { upload(t, api, "house.yaml", library("1", "Doors close")) },
		'c': func(api *optest.API) { enable(t, api, "soc2-2017") },
	}
	for _, order := range []string{"shc", "hsc", "hcs", "csh"} {
		api := newAPI(t)
		for i := range order {
			steps[order[i]](api)
		}
		var sets framework.RelationSets
		api.Must("GET", "/relation-sets", nil, &sets)
		if s := sets.Items[0]; len(sets.Items) != 1 || s.Total != 3 || s.Bound != 2 || s.From.Short != "House rules" || s.To.Short != "SOC 2" {
			t.Errorf("%s: %+v", order, sets)
		}
	}
}

func TestImportLibrary(t *testing.T) {
	api := newAPI(t)
	var got framework.Imported
	wrote(t, api, 1, func() { got = upload(t, api, "house.yaml", library("1", "Doors close")) })
	f := got.Framework
	if f.Source != "ciso" || f.Edition != "1" || f.Publisher != "Acme" || f.Rows != 4 || f.Report == nil || f.Report.Controls != 3 || f.Readiness.Applicable != 3 {
		t.Errorf("%+v", f)
	}
	var q framework.RequirementDetail
	api.Must("GET", "/requirements/"+requirementID(t, api, f.ID, "H.1"), nil, &q)
	if !slices.Equal(q.Tags, []string{"group: 1"}) || q.Path[0].Ref != "H" {
		t.Errorf("%+v", q)
	}
	if s := api.Upload("/frameworks/import", "again.yaml", library("1", "Doors close"), nil); s != 409 {
		t.Errorf("a second time: %d", s)
	}
	// Whatever is wrong, nothing half-done stays.
	for name, c := range map[string]struct{ file, says string }{
		"matrix": {"name: M\nobjects:\n  risk_matrix: [{name: m}]\n", "a risk matrix"},
		"broken": {"name: M\nobjects: [", "cannot be read"},
		"bomb":   {"name: M\na: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\nobjects: *d\n", "aliases"},
	} {
		wrote(t, api, 0, func() {
			if s := api.Upload("/frameworks/import", name+".yaml", []byte(c.file), nil); s != 422 || !strings.Contains(api.FieldError("file"), c.says) {
				t.Errorf("%s: %d %s", name, s, api.Body())
			}
		})
	}
	if s := api.As(op.User).Upload("/frameworks/import", "x.yaml", library("9", "x"), nil); s != 403 {
		t.Errorf("user imports: %d", s)
	}
	wrote(t, api, 1, func() { api.Must("DELETE", "/frameworks/"+f.ID, nil, nil) })
}

func TestRelations(t *testing.T) {
	api := newAPI(t)
	a := requirementID(t, api, enable(t, api, "gdpr").Framework.ID, "Art.32")
	soc := enable(t, api, "soc2-2017").Framework.ID
	b := requirementID(t, api, soc, "CC6.1")
	var list framework.Relations
	api.Must("GET", "/requirements/"+a+"/relations", nil, &list)
	if len(list.Items) != 0 {
		t.Fatalf("%+v", list)
	}
	user := api.As(op.User)
	var made framework.Relation
	wrote(t, api, 1, func() {
		user.Must("POST", "/requirements/"+a+"/relations", map[string]any{"to": b, "kind": "superset", "strength": 70, "rationale": "Article 32 asks for more."}, &made)
	})
	if made.Kind != framework.Superset || *made.Strength != 70 || made.Source != "person" || made.Other.Ref != "CC6.1" || made.Other.Controls == 0 {
		t.Errorf("%+v", made)
	}
	for _, c := range []struct {
		to, kind string
		want     int
	}{{b, "equal", 409}, {a, "equal", 422}, {"nobody", "equal", 422}, {b, "friends", 422}} {
		if got := user.Do("POST", "/requirements/"+a+"/relations", map[string]any{"to": c.to, "kind": c.kind}, nil); got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
	if got := user.Do("POST", "/requirements/"+b+"/relations", map[string]any{"to": a, "kind": "equal"}, nil); got != 409 {
		t.Errorf("the same pair from its other end: %d", got)
	}
	// From its other end it is the inverse, and can be changed there.
	api.Must("GET", "/requirements/"+b+"/relations", nil, &list)
	if len(list.Items) != 1 || list.Items[0].Kind != framework.Subset || list.Items[0].Of != b {
		t.Errorf("%+v", list)
	}
	var changed framework.Relation
	user.Version(made.Version).Must("PATCH", "/relations/"+made.ID, map[string]any{"of": b, "kind": "superset", "strength": -1}, &changed)
	if changed.Kind != framework.Superset || changed.Strength != nil {
		t.Errorf("%+v", changed)
	}
	api.Must("GET", "/requirements/"+a+"/relations", nil, &list)
	if list.Items[0].Kind != framework.Subset {
		t.Errorf("%+v", list)
	}
	if got := user.Version(made.Version).Do("PATCH", "/relations/"+made.ID, map[string]any{"kind": "equal"}, nil); got != 412 {
		t.Errorf("stale: %d", got)
	}
	for what, got := range map[string]int{
		"auditor relates":      api.As(op.Auditor).Do("POST", "/requirements/"+a+"/relations", map[string]any{"to": b, "kind": "equal"}, nil),
		"auditor deletes":      api.As(op.Auditor).Do("DELETE", "/relations/"+made.ID, nil, nil),
		"executive looks":      api.As(op.Executive).Do("GET", "/frameworks/"+soc+"/crosswalk", nil, nil),
		"user deletes a set":   user.Do("DELETE", "/relation-sets/x", nil, nil),
		"auditor accepts":      api.As(op.Auditor).Do("POST", "/suggestions/accept", map[string]any{"pairs": []any{map[string]any{"requirement": a, "control": "c"}}}, nil),
		"user writes its own":  user.Do("POST", "/frameworks/own", map[string]any{"name": "Mine"}, nil),
		"user deletes a row":   user.Do("DELETE", "/requirements/"+a, nil, nil),
		"user accepts edition": user.Do("POST", "/editions/x/accept", map[string]any{"rows": []string{"x"}}, nil),
	} {
		if got != 403 {
			t.Errorf("%s: %d", what, got)
		}
	}
	other := api.InTenant(1)
	for what, got := range map[string]int{
		"relations": other.Do("GET", "/requirements/"+a+"/relations", nil, nil), "relate": other.Do("POST", "/requirements/"+a+"/relations", map[string]any{"to": b, "kind": "equal"}, nil),
		"unrelate": other.Do("DELETE", "/relations/"+made.ID, nil, nil), "crosswalk": other.Do("GET", "/frameworks/"+soc+"/crosswalk", nil, nil),
		"compare": other.Do("GET", "/frameworks/"+soc+"/compare/"+soc, nil, nil), "suggestions": other.Do("GET", "/requirements/"+a+"/suggestions", nil, nil),
		"editions": other.Do("GET", "/frameworks/"+soc+"/editions", nil, nil), "add": other.Do("POST", "/frameworks/"+soc+"/requirements", map[string]any{"ref": "x", "title": "x"}, nil),
		"move": other.Do("POST", "/requirements/"+a+"/move", map[string]any{"step": "up"}, nil),
	} {
		if got != 404 {
			t.Errorf("%s of another tenant: %d", what, got)
		}
	}
	wrote(t, api, 1, func() { user.Must("DELETE", "/relations/"+made.ID, nil, nil) })
}

// What somebody made of a set stands when the set comes again, and nothing that was taken away comes back.
func TestSetComesAgain(t *testing.T) {
	api := newAPI(t)
	house := upload(t, api, "house.yaml", library("1", "Doors close")).Framework
	enable(t, api, "soc2-2017")
	got := upload(t, api, "set.yaml", mappingSet("subset"))
	if got.Framework != nil || len(got.Sets) != 1 || got.Sets[0].Bound != 2 {
		t.Fatalf("%+v", got)
	}
	if s := api.Upload("/frameworks/import", "set.yaml", mappingSet("subset"), nil); s != 409 {
		t.Errorf("the same set: %d", s)
	}
	one, two := requirementID(t, api, house.ID, "H.1"), requirementID(t, api, house.ID, "H.2")
	relation := func(id string) framework.Relation {
		var list framework.Relations
		api.Must("GET", "/requirements/"+id+"/relations", nil, &list)
		if len(list.Items) != 1 {
			t.Fatalf("%+v", list)
		}
		return list.Items[0]
	}
	r := relation(one)
	if r.Kind != framework.Subset || *r.Strength != 90 || r.Source != "import" || r.Set != "House rules -> SOC 2" || r.Rationale == "" {
		t.Errorf("%+v", r)
	}
	api.Version(r.Version).Must("PATCH", "/relations/"+r.ID, map[string]any{"kind": "equal"}, nil)
	api.Must("DELETE", "/relations/"+relation(two).ID, nil, nil)
	enable(t, api, "soc2-2017")
	if n := api.Count("SELECT count(*) FROM relation"); n != 1 {
		t.Errorf("%d relations after turning a framework on again", n)
	}
	got = upload(t, api, "set.yaml", mappingSet("superset"))
	if r := relation(one); r.Kind != framework.Equal || r.Source != "person" {
		t.Errorf("a person's word was overwritten: %+v", r)
	}
	wrote(t, api, 1, func() { api.Must("DELETE", "/relation-sets/"+got.Sets[0].ID, nil, nil) })
	if n := api.Count("SELECT count(*) FROM relation"); n != 1 {
		t.Errorf("%d relations without their set", n)
	}
}

func TestSuggestions(t *testing.T) {
	api := newAPI(t)
	house := upload(t, api, "house.yaml", library("1", "Doors close")).Framework
	soc := enable(t, api, "soc2-2017").Framework.ID
	one := requirementID(t, api, house.ID, "H.1")
	var list framework.Suggestions
	api.Must("GET", "/requirements/"+one+"/suggestions", nil, &list)
	if len(list.Items) != 0 {
		t.Fatalf("nothing is related, but: %+v", list)
	}
	upload(t, api, "set.yaml", mappingSet("equal"))
	var cc framework.RequirementDetail
	api.Must("GET", "/requirements/"+requirementID(t, api, soc, "CC6.1"), nil, &cc)
	api.Must("GET", "/requirements/"+one+"/suggestions", nil, &list)
	if len(list.Items) != len(cc.Controls) || len(cc.Controls) < 3 {
		t.Fatalf("%d suggestions from %d controls", len(list.Items), len(cc.Controls))
	}
	s := list.Items[0]
	if !s.Whole || s.Strength != 90 || s.Kind != framework.Equal || s.Sentence != "House rules H.1 = SOC 2 CC6.1, which "+s.Control.Ref+" serves" {
		t.Errorf("%+v", s)
	}
	var before framework.Crosswalk
	api.Must("GET", "/frameworks/"+house.ID+"/crosswalk", nil, &before)
	if f := before.Figures; f.Total != 3 || f.Covered != 1 || f.Partly != 1 || f.Unknown != 1 || f.Met+f.Served != 0 || *f.Known != 3333 || len(before.Families) != 1 || before.Families[0].Ref != "H" {
		t.Errorf("%+v", before.Figures)
	}
	if n := api.Count("SELECT count(*) FROM mapping m JOIN requirement r ON r.id = m.requirement WHERE r.framework = ?", house.ID); n != 0 {
		t.Errorf("%d suggestions were applied by themselves", n)
	}
	pair := func(s framework.Suggestion) map[string]any {
		return map[string]any{"requirement": s.Requirement, "control": s.Control.ID}
	}
	pairs := func(p ...any) map[string]any { return map[string]any{"pairs": p} }
	user := api.As(op.User)
	var done framework.SuggestionsDone

	// Dismissed, remembered, brought back.
	wrote(t, api, 1, func() { user.Must("POST", "/suggestions/dismiss", pairs(pair(list.Items[1])), &done) })
	var less framework.Suggestions
	api.Must("GET", "/requirements/"+one+"/suggestions", nil, &less)
	if done.Done != 1 || less.Dismissed != 1 || len(less.Items) != len(list.Items)-1 {
		t.Errorf("%+v %+v", done, less)
	}
	api.Must("GET", "/requirements/"+one+"/suggestions?dismissed=true", nil, &less)
	if len(less.Items) != len(list.Items) {
		t.Errorf("%d shown", len(less.Items))
	}
	wrote(t, api, 0, func() { user.Must("POST", "/suggestions/dismiss", pairs(pair(list.Items[1])), nil) })
	wrote(t, api, 1, func() { user.Must("POST", "/suggestions/recall", pairs(pair(list.Items[1])), &done) })
	if done.Done != 1 {
		t.Errorf("%+v", done)
	}

	// Accepted: two at once, what is no suggestion is skipped, and the mapping says why it is there.
	wrote(t, api, 1, func() {
		user.Must("POST", "/suggestions/accept", pairs(pair(list.Items[0]), pair(list.Items[1]), map[string]any{"requirement": one, "control": "nobody"}, map[string]any{"requirement": "nobody", "control": list.Items[0].Control.ID}), &done)
	})
	if done.Done != 2 || done.Skipped != 2 {
		t.Errorf("%+v", done)
	}
	if n := api.Count("SELECT count(*) FROM mapping WHERE requirement = ? AND source = 'suggestion' AND note LIKE 'House rules H.1 = SOC 2 CC6.1, which % serves.'", one); n != 2 {
		t.Errorf("%d mappings", n)
	}
	var after framework.Crosswalk
	api.Must("GET", "/frameworks/"+house.ID+"/crosswalk", nil, &after)
	if f := after.Figures; f.Served != 1 || f.Covered != 0 {
		t.Errorf("%+v", f)
	}
	api.Must("GET", "/requirements/"+one+"/suggestions", nil, &less)
	if len(less.Items) != len(list.Items)-2 {
		t.Errorf("%d suggestions left", len(less.Items))
	}
	if got := user.Do("POST", "/suggestions/accept", pairs(), nil); got != 422 {
		t.Errorf("nothing accepted: %d", got)
	}

	// A control that does not apply is no help.
	api.Must("POST", "/controls/"+list.Items[2].Control.ID+"/status", map[string]any{"status": "not_applicable", "justification": "No."}, nil)
	api.Must("GET", "/requirements/"+one+"/suggestions", nil, &less)
	if slices.ContainsFunc(less.Items, func(s framework.Suggestion) bool { return s.Control.ID == list.Items[2].Control.ID }) {
		t.Error("a control that does not apply is suggested")
	}

	if got := api.Do("GET", "/frameworks/"+house.ID+"/crosswalk/export?format=csv", nil, nil); got != 200 {
		t.Fatal(got, api.Body())
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(api.Body(), "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 4 || rows[1][3] != "Mapped, not met yet" || rows[2][3] != "Partly" || rows[3][3] != "Nothing known" || !strings.Contains(rows[2][8], "overlaps SOC 2 CC6.4") {
		t.Errorf("%v %v", err, rows)
	}
	if got := api.Do("GET", "/frameworks/"+house.ID+"/crosswalk/export?format=xlsx", nil, nil); got != 200 || !strings.HasPrefix(api.Body(), "PK") {
		t.Errorf("xlsx: %d", got)
	}
}

// Two hops: over a relation and a relation, and over a relation and a common control that two share.
func TestTwoHops(t *testing.T) {
	api := newAPI(t)
	house := upload(t, api, "house.yaml", library("1", "Doors close")).Framework
	soc, gdpr := enable(t, api, "soc2-2017").Framework.ID, enable(t, api, "gdpr").Framework.ID
	three := requirementID(t, api, house.ID, "H.3")
	relate := func(from, to, kind string) {
		api.Must("POST", "/requirements/"+from+"/relations", map[string]any{"to": to, "kind": kind}, nil)
	}
	// H.3 is part of SOC 2 CC6.4, which is part of Article 32: an own control of Article 32 serves all of H.3.
	cc, art := requirementID(t, api, soc, "CC6.4"), requirementID(t, api, gdpr, "Art.32")
	relate(three, cc, "subset")
	relate(cc, art, "subset")
	var q framework.RequirementDetail
	api.Must("POST", "/requirements/"+art+"/controls/new", map[string]any{"ref": "OWN-1", "title": "Shutters"}, &q)
	// H.1 is equal to CC6.1. A SOC 2 requirement that shares a common control with CC6.1 has a control of its own.
	one, cc61 := requirementID(t, api, house.ID, "H.1"), requirementID(t, api, soc, "CC6.1")
	relate(one, cc61, "equal")
	near := func() (id string) {
		api.Seed(nil, func(tx *storage.WriteTx) error {
			return tx.QueryRow(`SELECT min(b.requirement) FROM mapping a JOIN mapping b ON b.control = a.control AND b.requirement <> a.requirement JOIN requirement r ON r.id = b.requirement
				WHERE a.requirement = ? AND r.framework = ? AND r.id <> ?`, cc61, soc, cc).Scan(&id)
		})
		return id
	}()
	api.Must("POST", "/requirements/"+near+"/controls/new", map[string]any{"ref": "OWN-2", "title": "Fence"}, nil)
	find := func(id, ref string) framework.Suggestion {
		t.Helper()
		var list framework.Suggestions
		api.Must("GET", "/requirements/"+id+"/suggestions", nil, &list)
		for _, s := range list.Items {
			if s.Control.Ref == ref {
				return s
			}
		}
		t.Fatalf("no %s among %+v", ref, list)
		return framework.Suggestion{}
	}
	s := find(three, "OWN-1")
	if s.Kind != framework.Subset || !s.Whole || s.Strength != 81 || s.Sentence != "House rules H.3 is part of SOC 2 CC6.4 is part of GDPR Art.32, which OWN-1 serves" || len(s.Path) != 3 {
		t.Errorf("%+v", s)
	}
	s = find(one, "OWN-2")
	if s.Whole || s.Kind != framework.Intersects || s.Strength != 40 || s.Path[2].Shared == "" || !strings.Contains(s.Sentence, " shares "+s.Path[2].Shared+" with SOC 2 ") {
		t.Errorf("%+v", s)
	}
	// The whole of one hop comes before the part of two.
	var list framework.Suggestions
	api.Must("GET", "/requirements/"+one+"/suggestions", nil, &list)
	if !list.Items[0].Whole || len(list.Items[0].Path) != 2 {
		t.Errorf("%+v", list.Items[0])
	}
}

func TestCompare(t *testing.T) {
	api := newAPI(t)
	soc, iso := enable(t, api, "soc2-2017").Framework.ID, enable(t, api, "iso27001-2022").Framework.ID
	api.Must("POST", "/requirements/"+requirementID(t, api, soc, "CC6.1")+"/relations", map[string]any{"to": requirementID(t, api, iso, "A.5.15"), "kind": "equal"}, nil)
	var c framework.Comparison
	api.Must("GET", "/frameworks/"+soc+"/compare/"+iso, nil, &c)
	f := c.Figures
	if f.Total != 61 || f.Whole != 1 || f.Partly < 40 || f.Whole+f.Partly+f.None != 61 || len(c.Families) != 20 && len(c.Families) < 12 || len(c.Columns) != 11 {
		t.Errorf("%+v, %d families, %d columns", f, len(c.Families), len(c.Columns))
	}
	total := 0
	for _, fam := range c.Families {
		total += fam.Figures.Total
		for i, n := range fam.Cells {
			if n > fam.Figures.Total {
				t.Errorf("%s to %s: %d of %d", fam.Ref, c.Columns[i].Ref, n, fam.Figures.Total)
			}
		}
	}
	if total != f.Total {
		t.Errorf("families hold %d of %d", total, f.Total)
	}
	i := slices.IndexFunc(c.Items, func(r framework.CompareRow) bool { return r.Ref == "CC6.1" })
	if r := c.Items[i]; r.Answer != framework.AnswerWhole || r.Related[0].Ref != "A.5.15" || r.Family != "CC6" || !slices.Contains(r.Families, "A.5") || len(r.Shared) == 0 {
		t.Errorf("%+v", r)
	}
	if got := api.Do("GET", "/frameworks/"+soc+"/compare/"+soc, nil, nil); got != 422 {
		t.Errorf("with itself: %d", got)
	}
	if got := api.Do("GET", "/frameworks/"+soc+"/compare/"+iso+"/export?format=csv", nil, nil); got != 200 || !strings.Contains(api.Body(), "A.5.15 (equal)") {
		t.Errorf("%d %.300s", got, api.Body())
	}
}

// A new edition changes nothing until somebody accepts, and never the words that were changed here.
func TestEdition(t *testing.T) {
	api := newAPI(t)
	f := upload(t, api, "house.yaml", library("1", "Doors close")).Framework
	edited, gone := requirementID(t, api, f.ID, "H.1"), requirementID(t, api, f.ID, "H.3")
	var q framework.RequirementDetail
	api.Must("GET", "/requirements/"+edited, nil, &q)
	api.Version(q.Version).Must("PATCH", "/requirements/"+edited, map[string]any{"title": "Our own words"}, nil)
	// Edition 2: H.1 and H.2 in other words, H.3 gone, H.4 new before H.2 and H.4.1 below it.
	next := strings.NewReplacer("Access is given and taken", "Access is granted", "version: 1", "version: 2", "Windows close", "Roofs hold",
		"house:h.3", "house:h.4", "H.3", "H.4").Replace(string(library("1", "Doors close and lock")))
	next += `    - {urn: "urn:acme:risk:req_node:house:h.4.1", parent_urn: "urn:acme:risk:req_node:house:h.4", assessable: true, ref_id: H.4.1, name: Also in storms}` + "\n"
	var got framework.Imported
	wrote(t, api, 1, func() { got = upload(t, api, "house-2.yaml", []byte(next)) })
	e := got.Edition
	if e == nil || got.Framework != nil || e.Status != "open" || e.Open != 5 || e.From != "1" || e.Name != "2" {
		t.Fatalf("%+v", got)
	}
	api.Must("GET", "/requirements/"+edited, nil, &q)
	if q.Title != "Our own words" {
		t.Errorf("%+v", q)
	}
	row := map[string]framework.EditionRow{}
	var all []string
	for _, r := range e.Rows {
		row[r.Kind+" "+r.Ref] = r
		all = append(all, r.ID)
	}
	if r := row["changed H.1"]; !r.Edited || r.Was.Title != "Our own words" || r.Now.Title != "Access is granted" {
		t.Errorf("%+v", r)
	}
	if r := row["withdrawn H.3"]; r.Requirement != gone || r.Now != nil {
		t.Errorf("%+v", r)
	}
	if s := api.Upload("/frameworks/import", "house-3.yaml", []byte(strings.ReplaceAll(next, "version: 2", "version: 3")), nil); s != 409 {
		t.Errorf("a third edition while the second waits: %d", s)
	}
	if s := api.Do("POST", "/editions/"+e.ID+"/accept", map[string]any{"rows": []string{row["added H.4.1"].ID}}, nil); s != 409 {
		t.Errorf("a row without the one above it: %d", s)
	}
	var done framework.EditionDone
	wrote(t, api, 1, func() {
		api.Must("POST", "/editions/"+e.ID+"/accept", map[string]any{"rows": []string{row["changed H.2"].ID}}, &done)
	})
	if done.Done != 1 || done.Edition.Open != 4 || done.Edition.Status != "open" {
		t.Errorf("%+v", done)
	}
	var d framework.FrameworkDetail
	api.Must("GET", "/frameworks/"+f.ID, nil, &d)
	if d.Edition != "1" || d.Waits == nil || d.Waits.Open != 4 {
		t.Errorf("%+v", d)
	}
	// All the rest at once, in one record: the edited row keeps its words and stays offered.
	wrote(t, api, 1, func() { api.Must("POST", "/editions/"+e.ID+"/accept", map[string]any{"rows": all}, &done) })
	if done.Done != 3 || done.Kept != 1 || done.Skipped != 1 || done.Edition.Open != 1 {
		t.Errorf("%+v", done)
	}
	var tree framework.RequirementTree
	api.Must("GET", "/frameworks/"+f.ID+"/requirements", nil, &tree)
	var refs []string
	for _, r := range tree.Items {
		if r.Ref == "H.3" && (!r.Withdrawn || r.Assessable) {
			t.Errorf("%+v", r)
		}
		refs = append(refs, r.Ref+" "+r.Title)
	}
	if s := strings.Join(refs, ", "); s != "H Doors, H.1 Our own words, H.2 Doors close and lock, H.4 Roofs hold, H.4.1 Also in storms, H.3 Windows close" {
		t.Error(s)
	}
	api.Must("POST", "/editions/"+e.ID+"/decline", map[string]any{"rows": []string{row["changed H.1"].ID}}, &done)
	d = framework.FrameworkDetail{}
	api.Must("GET", "/frameworks/"+f.ID, nil, &d)
	if done.Edition.Status != "done" || d.Edition != "2" || d.Waits != nil {
		t.Errorf("%+v %+v", done.Edition.Edition, d)
	}
	if s := api.Upload("/frameworks/import", "house-2.yaml", []byte(next), nil); s != 409 {
		t.Errorf("the same edition again: %d", s)
	}
	// The next edition with the same words for H.1 as the last: the edited row is offered against the first
	// edition's words, because that is what was edited.
	got = upload(t, api, "house-3.yaml", []byte(strings.ReplaceAll(strings.ReplaceAll(next, "version: 2", "version: 3"), "Access is granted", "Access is given and taken")))
	if got.Edition.Open != 0 || got.Edition.Status != "done" {
		t.Errorf("%+v", got.Edition)
	}
	// As a framework of its own, if somebody wants that.
	var beside framework.Imported
	if s := api.Upload("/frameworks/import?as=new&name=Beside", "house-4.yaml", []byte(strings.ReplaceAll(next, "version: 2", "version: 4")), &beside); s != 200 || beside.Framework == nil || beside.Framework.Name != "Beside" {
		t.Errorf("%d %+v", s, beside)
	}
}

// A built-in framework that is older than the program's is offered its new edition in the same way.
func TestNewerBuiltIn(t *testing.T) {
	api := newAPI(t)
	f := enable(t, api, "gdpr").Framework
	if f.Newer != "" {
		t.Fatalf("%+v", f)
	}
	if s := api.Do("POST", "/frameworks/"+f.ID+"/editions", nil, nil); s != 409 {
		t.Errorf("nothing is newer: %d", s)
	}
	old, lost := requirementID(t, api, f.ID, "Art.5"), requirementID(t, api, f.ID, "Art.6")
	api.Seed(append(framework.Module.Owns, framework.Module.Also...), func(tx *storage.WriteTx) error {
		return errors.Join(tx.ExecOne("UPDATE framework SET digest = 'old', edition = 'old' WHERE id = ?", f.ID),
			tx.ExecOne("UPDATE requirement SET title = 'Old words', digest = 'old' WHERE id = ?", old), tx.ExecOne("DELETE FROM requirement WHERE id = ?", lost))
	})
	enable(t, api, "gdpr")
	var d framework.FrameworkDetail
	api.Must("GET", "/frameworks/"+f.ID, nil, &d)
	if d.Newer != f.Edition {
		t.Fatalf("%+v", d)
	}
	var e framework.EditionDetail
	wrote(t, api, 1, func() { api.Must("POST", "/frameworks/"+f.ID+"/editions", nil, &e) })
	var ids []string
	for _, r := range e.Rows {
		ids = append(ids, r.ID)
	}
	// Enabling again has brought the lost row back, so one difference is left.
	if e.Open != 1 || e.Rows[0].Kind != "changed" || e.Rows[0].Ref != "Art.5" {
		t.Errorf("%+v", e)
	}
	var done framework.EditionDone
	api.Must("POST", "/editions/"+e.ID+"/accept", map[string]any{"rows": ids}, &done)
	api.Must("GET", "/frameworks/"+f.ID, nil, &d)
	if done.Edition.Status != "done" || d.Newer != "" || d.Edition != f.Edition {
		t.Errorf("%+v %+v", done, d)
	}
	wrote(t, api, 1, func() { api.Must("DELETE", "/editions/"+e.ID, nil, nil) })
}

func TestOwnFramework(t *testing.T) {
	api := newAPI(t)
	var f framework.FrameworkDetail
	wrote(t, api, 1, func() {
		api.Must("POST", "/frameworks/own", map[string]any{"name": "Contract with Acme", "short": "Acme", "edition": "2026"}, &f)
	})
	if f.Source != "own" || f.Short != "Acme" || f.Color == "" || f.Rows != 0 || f.Readiness.Progress != nil {
		t.Fatalf("%+v", f)
	}
	if s := api.Do("POST", "/frameworks/own", map[string]any{"name": " "}, nil); s != 422 || api.FieldError("name") == "" {
		t.Errorf("no name: %d %s", s, api.Body())
	}
	user := api.As(op.User)
	add := func(ref, parent string, counts bool) framework.RequirementDetail {
		t.Helper()
		var q framework.RequirementDetail
		user.Must("POST", "/frameworks/"+f.ID+"/requirements", map[string]any{"ref": ref, "title": "Title of " + ref, "parent": parent, "assessable": counts}, &q)
		return q
	}
	one := add("1", "", false)
	two := add("2", "", false)
	a, b := add("1.1", one.ID, true), add("1.2", one.ID, true)
	add("2.1", two.ID, true)
	refs := func() string {
		var tree framework.RequirementTree
		api.Must("GET", "/frameworks/"+f.ID+"/requirements", nil, &tree)
		var out []string
		for _, r := range tree.Items {
			out = append(out, r.Ref)
		}
		return strings.Join(out, " ")
	}
	if got := refs(); got != "1 1.1 1.2 2 2.1" {
		t.Error(got)
	}
	for _, c := range []struct{ field, ref, parent string }{{"ref", "1.1", ""}, {"ref", " ", ""}, {"parent", "x", "nobody"}} {
		if s := user.Do("POST", "/frameworks/"+f.ID+"/requirements", map[string]any{"ref": c.ref, "title": "T", "parent": c.parent}, nil); s != 422 || api.FieldError(c.field) == "" {
			t.Errorf("%+v: %d %s", c, s, api.Body())
		}
	}
	step := func(id, step string, want int) {
		t.Helper()
		if got := user.Do("POST", "/requirements/"+id+"/move", map[string]any{"step": step}, nil); got != want {
			t.Errorf("%s: %d %s", step, got, api.Body())
		}
	}
	step(b.ID, "up", 200)
	step(b.ID, "up", 409)
	step(a.ID, "in", 200)
	if got := refs(); got != "1 1.2 1.1 2 2.1" {
		t.Error(got)
	}
	step(a.ID, "out", 200)
	step(one.ID, "down", 200)
	if got := refs(); got != "2 2.1 1 1.2 1.1" {
		t.Error(got)
	}
	var q framework.RequirementDetail
	api.Must("GET", "/requirements/"+a.ID, nil, &q)
	user.Version(q.Version).Must("PATCH", "/requirements/"+a.ID, map[string]any{"ref": "1.9", "withdrawn": true}, &q)
	if q.Ref != "1.9" || !q.Withdrawn || q.Assessable {
		t.Errorf("%+v", q)
	}
	user.Version(q.Version).Must("PATCH", "/requirements/"+a.ID, map[string]any{"withdrawn": false}, &q)
	if q.Withdrawn || !q.Assessable {
		t.Errorf("%+v", q)
	}
	if s := user.Version(q.Version).Do("PATCH", "/requirements/"+a.ID, map[string]any{"ref": "1.2"}, nil); s != 422 || api.FieldError("ref") == "" {
		t.Errorf("a ref twice: %d", s)
	}
	user.Must("POST", "/requirements/"+a.ID+"/controls/new", map[string]any{"ref": "OWN-1", "title": "Ours"}, &q)
	if s := user.Version(q.Version).Do("PATCH", "/requirements/"+a.ID, map[string]any{"assessable": false}, nil); s != 422 {
		t.Errorf("a heading with controls: %d", s)
	}
	// Deleting asks when controls are mapped below.
	if s := api.Do("DELETE", "/requirements/"+one.ID, nil, nil); s != 409 || !strings.Contains(api.Problem().Detail, "One control is mapped") {
		t.Errorf("%d %s", s, api.Body())
	}
	wrote(t, api, 1, func() { api.Must("DELETE", "/requirements/"+one.ID+"?confirm=true", nil, nil) })
	if got := refs(); got != "2 2.1" {
		t.Error(got)
	}
	if n := api.Count("SELECT count(*) FROM control WHERE ref = 'OWN-1'"); n != 1 {
		t.Error("the control went with the requirement")
	}
	// Copied frameworks keep their rows.
	gdpr := enable(t, api, "gdpr").Framework.ID
	art := requirementID(t, api, gdpr, "Art.5")
	api.Must("GET", "/requirements/"+art, nil, &q)
	for what, got := range map[string]int{
		"add": api.Do("POST", "/frameworks/"+gdpr+"/requirements", map[string]any{"ref": "x", "title": "x"}, nil), "move": api.Do("POST", "/requirements/"+art+"/move", map[string]any{"step": "up"}, nil),
		"delete": api.Do("DELETE", "/requirements/"+art, nil, nil), "withdraw": api.Version(q.Version).Do("PATCH", "/requirements/"+art, map[string]any{"withdrawn": true}, nil),
	} {
		if got != 409 {
			t.Errorf("%s in a copied framework: %d", what, got)
		}
	}
	wrote(t, api, 1, func() { api.Must("DELETE", "/frameworks/"+f.ID, nil, nil) })
}

func cisoFile(tb testing.TB, name string) []byte {
	tb.Helper()
	dir := os.Getenv("ASSAY_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data", "real")
	}
	b, err := os.ReadFile(filepath.Join(dir, "ciso-assistant", name))
	if errors.Is(err, os.ErrNotExist) {
		tb.Skipf("%s is not here: set ASSAY_DATA to the folder with the real files to run this test", name)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// Every file as it is found in the wild, into one organisation.
func TestRealLibraries(t *testing.T) {
	api := newAPI(t)
	sets := cisoFile(t, "mapping-nist-csf-2.0-to-iso27001-2022.yaml")
	if got := upload(t, api, "mapping.yaml", sets); len(got.Sets) == 0 || got.Sets[0].Bound != 0 {
		t.Errorf("%+v", got)
	}
	enable(t, api, "iso27001-2022")
	start := time.Now()
	csf := upload(t, api, "nist-csf-2.0.yaml", cisoFile(t, "nist-csf-2.0.yaml"))
	t.Logf("imported in %v", time.Since(start))
	if f := csf.Framework; f.Rows != 134 || f.Readiness.Applicable != 106 || csf.Related != 341 {
		t.Errorf("%+v", csf)
	}
	for name, want := range map[string][2]int{"essential-eight.yaml": {157, 149}, "vendor-due-diligence.yaml": {55, 46}} {
		got := upload(t, api, name, cisoFile(t, name))
		if f := got.Framework; f.Rows != want[0] || f.Readiness.Applicable != want[1] {
			t.Errorf("%s: %d rows, %d count", name, f.Rows, f.Readiness.Applicable)
		}
	}
	if s := api.Upload("/frameworks/import", "matrix.yaml", cisoFile(t, "risk-matrix-5x5-sensitive.yaml"), nil); s != 422 || !strings.Contains(api.FieldError("file"), "risk matrix") {
		t.Errorf("%d %s", s, api.Body())
	}
	var c framework.Crosswalk
	start = time.Now()
	api.Must("GET", "/frameworks/"+csf.Framework.ID+"/crosswalk", nil, &c)
	t.Logf("crosswalk in %v: %+v", time.Since(start), c.Figures)
	if c.Figures.Total != 106 || c.Figures.Partly < 80 || c.Figures.Covered != 0 {
		t.Errorf("%+v", c.Figures)
	}
}

// seventyThousand is a tenant with as many requirements and relations as all public libraries together hold.
func seventyThousand(tb testing.TB, api *optest.API) (widest string) {
	tb.Helper()
	const frameworks, each = 200, 350
	api.Seed([]string{"framework", "requirement", "relation", "control", "control_status", "mapping"}, func(tx *storage.WriteTx) error {
		for f := range frameworks {
			id := fmt.Sprintf("f%03d", f)
			if err := tx.Exec("INSERT INTO framework (id, key, name, short, source, created_at, updated_at) VALUES (?1, ?1, ?1, ?1, 'own', ?2, ?2)", id, tx.Stamp()); err != nil {
				return err
			}
			err := tx.Exec(`WITH RECURSIVE n (i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < ?2 - 1)
				INSERT INTO requirement (id, framework, ref, title, position, updated_at) SELECT ?1 || '-' || i, ?1, 'R' || i, 'Requirement ' || i, i, ?3 FROM n`, id, each, tx.Stamp())
			if err != nil {
				return err
			}
			if f == 0 {
				continue
			}
			// Each is related to one of every neighbour, and every framework to the widest.
			err = tx.Exec(`INSERT INTO relation (id, from_requirement, to_requirement, kind, created_at, updated_at)
				SELECT 'x' || r.id, r.id, ?2 || substr(r.id, 6), 'intersects', ?3, ?3 FROM requirement r WHERE r.framework = ?1`, id, fmt.Sprintf("f%03d-", f-1), tx.Stamp())
			if err == nil {
				err = tx.Exec(`INSERT INTO relation (id, from_requirement, to_requirement, kind, created_at, updated_at)
					SELECT 'w' || r.id, 'f000-0', r.id, 'intersects', ?2, ?2 FROM requirement r WHERE r.framework = ?1 AND r.position IN (3, 5) AND true ON CONFLICT DO NOTHING`, id, tx.Stamp())
			}
			if err != nil {
				return err
			}
		}
		for c := range 500 {
			id := fmt.Sprintf("c%03d", c)
			if _, err := control.Create(tx, control.Draft{Ref: id, Title: id}); err != nil {
				return err
			}
		}
		return tx.Exec(`INSERT INTO mapping (id, control, requirement, created_at) SELECT r.id, (SELECT id FROM control WHERE ref = 'c' || printf('%03d', r.rowid % 500)), r.id, ?
			FROM requirement r WHERE r.rowid % 3 = 0 AND r.framework <> 'f000'`, tx.Stamp())
	})
	return "f000-0"
}

// Crosswalk queries stay quick with 70,000 requirements.
func TestSuggestIsQuick(t *testing.T) {
	if testing.Short() {
		t.Skip("it fills a file with 70,000 requirements")
	}
	api := newAPI(t)
	widest := seventyThousand(t, api)
	if n := api.Count("SELECT count(*) FROM requirement"); n != 70000 {
		t.Fatalf("%d requirements", n)
	}
	var list framework.Suggestions
	api.Must("GET", "/requirements/"+widest+"/suggestions", nil, &list)
	hops := api.Count(`SELECT count(DISTINCT b.to_requirement) FROM relation a JOIN relation b ON b.from_requirement = a.to_requirement WHERE a.from_requirement = ?`, widest)
	var took []time.Duration
	for range 11 {
		start := time.Now()
		api.Must("GET", "/requirements/"+widest+"/suggestions", nil, &list)
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	t.Logf("%d of %d related, %d over two hops: median %v, worst %v", api.Count("SELECT count(*) FROM relation WHERE from_requirement = ? OR to_requirement = ?", widest, widest), api.Count("SELECT count(*) FROM relation"), hops, took[5], took[10])
	if len(list.Items) == 0 || took[5] > 60*time.Millisecond { // 30 on an idle machine; the test shares one
		t.Errorf("%d suggestions, median %v", len(list.Items), took[5])
	}
	start := time.Now()
	var c framework.Crosswalk
	api.Must("GET", "/frameworks/f001/crosswalk", nil, &c)
	t.Logf("crosswalk of %d requirements in %v", c.Figures.Total, time.Since(start))
}
