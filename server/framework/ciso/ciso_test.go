package ciso

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"assay/server/framework/oscal"
)

const small = `urn: urn:acme:risk:library:doors
locale: fr
ref_id: DOORS
name: Portes
version: 3
provider: Acme
objects:
  framework:
    urn: urn:acme:risk:framework:doors
    name: Portes
    scores_definition: [{score: 1}]
    requirement_nodes:
    - {urn: "urn:acme:risk:req_node:doors:1", assessable: false, depth: 1, ref_id: '1', name: Serrures}
    - urn: urn:acme:risk:req_node:doors:1.10
      parent_urn: urn:acme:risk:req_node:doors:1
      assessable: true
      ref_id: 1.10
      name: Les portes ferment
      description: Chaque porte a une serrure.
      annotation: Regardez.
      typical_evidence: Une photo
      implementation_groups: ['1', '2']
      translations: {en: {name: Doors close, description: Every door has a lock.}}
    - urn: urn:acme:risk:req_node:doors:node9
      parent_urn: urn:acme:risk:req_node:doors:1
      assessable: true
      description: A row without a ref and without a name, as they are found in the wild.
      questions: {q1: {type: text}}
    - {urn: "urn:acme:risk:req_node:doors:x", parent_urn: "urn:acme:risk:req_node:doors:nowhere", assessable: true, ref_id: X, name: "[Withdrawn] Gone"}
    - {urn: "urn:acme:risk:req_node:doors:y", parent_urn: "urn:acme:risk:req_node:doors:1", assessable: true, ref_id: "1.10", name: Again}
  risk_matrix: [{name: m}]
`

func mustRead(t *testing.T, text string) *Library {
	t.Helper()
	l, err := Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestRows(t *testing.T) {
	l := mustRead(t, small)
	rows, rep, err := l.Rows("en")
	if err != nil {
		t.Fatal(err)
	}
	var refs []string
	for _, r := range rows {
		refs = append(refs, r.Parent+">"+r.Ref)
	}
	// 1.10 is not 1.1; what has no ref is counted from its place; what is named twice gets a number.
	if got := strings.Join(refs, " "); got != ">1 1>1.10 1>1.2 1>1.10 (2) >X" {
		t.Errorf("%s", got)
	}
	one := rows[1]
	if one.Title != "Doors close" || one.Text != "Every door has a lock." || one.Guidance != "Regardez.\n\nTypical evidence:\nUne photo" || !slices.Equal(one.Tags, []string{"group: 1", "group: 2"}) {
		t.Errorf("%+v", one)
	}
	if r := rows[2]; r.Title != r.Text || !r.Assessable {
		t.Errorf("%+v", r)
	}
	if r := rows[4]; !r.Withdrawn || r.Assessable {
		t.Errorf("%+v", r)
	}
	if rep.Controls != 4 || rep.Groups != 1 || rep.Withdrawn != 1 || rep.NotKept["requirement_nodes.translations"] != 1 || rep.NotKept["framework.scores_definition"] != 1 || rep.NotKept["objects.risk_matrix"] != 1 {
		t.Errorf("%+v", rep)
	}
	for _, says := range []string{"no ref", "no name", "used twice", "parent that is not in the file", "questions", "language en"} {
		if !strings.Contains(strings.Join(rep.Warnings, "\n"), says) {
			t.Errorf("no warning says %q: %q", says, rep.Warnings)
		}
	}
	// In its own language.
	if rows, _, _ := l.Rows("fr"); rows[1].Title != "Les portes ferment" {
		t.Errorf("%+v", rows[1])
	}
}

// A ref that comes from a place stays the same from one reading to the next.
func TestPlacesAreStable(t *testing.T) {
	a, _, err := mustRead(t, small).Rows("en")
	if err != nil {
		t.Fatal(err)
	}
	b, _, _ := mustRead(t, small).Rows("en")
	for i := range a {
		if a[i].Ref != b[i].Ref {
			t.Errorf("%s, then %s", a[i].Ref, b[i].Ref)
		}
	}
}

const set = `name: Doors to windows
objects:
  requirement_mapping_sets:
  - urn: urn:acme:risk:req_mapping_set:doors-windows
    source_framework_urn: urn:acme:risk:framework:doors
    target_framework_urn: urn:acme:risk:framework:windows
    requirement_mappings:
    - {source_requirement_urn: "u:1", target_requirement_urn: "v:1", relationship: equal, strength_of_relationship: 8, rationale: Same words}
    - {source_requirement_urn: "u:1", target_requirement_urn: "v:1", relationship: subset}
    - {source_requirement_urn: "u:2", target_requirement_urn: "v:1", relationship: intersect, strength_of_relationship: 55}
    - {source_requirement_urn: "u:3", target_requirement_urn: "v:3", relationship: not_related}
    - {source_requirement_urn: "u:4", relationship: equal}
    - {source_requirement_urn: "u:5", target_requirement_urn: "v:5", relationship: superset, strength_of_relationship: many}
`

func TestSet(t *testing.T) {
	l := mustRead(t, set)
	if len(l.Sets) != 1 || l.Framework != nil {
		t.Fatalf("%+v", l)
	}
	s := l.Sets[0]
	want := []Pair{{"u:1", "v:1", "equal", 80, "Same words"}, {"u:2", "v:1", "intersects", 55, ""}, {"u:5", "v:5", "superset", -1, ""}}
	if !slices.Equal(s.Pairs, want) || s.Name != "Doors to windows" {
		t.Errorf("%+v", s)
	}
	if len(l.Warnings) != 4 {
		t.Errorf("%q", l.Warnings)
	}
}

// bomb says little and means a lot.
func bomb() string {
	var b strings.Builder
	b.WriteString("name: Bomb\na0: &a0 [x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 12; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9), ", "))
	}
	return b.String() + "objects: *a11\n"
}

func TestBadFiles(t *testing.T) {
	node := "\nobjects:\n  framework:\n    name: F\n    requirement_nodes:\n"
	for name, c := range map[string]struct{ file, says string }{
		"bomb":          {bomb(), "aliases"},
		"itself":        {"name: X\nobjects: &o\n  framework: *o\n", "contains itself"},
		"deep":          {"name: X\nobjects: " + strings.Repeat("[", 200) + strings.Repeat("]", 200), "nested"},
		"broken":        {"name: X\nobjects: [", "cannot be read"},
		"tabs":          {"name: X\n\tobjects: 1", "cannot be read"},
		"several":       {"name: X\n---\nname: Y\n", "several"},
		"no objects":    {"name: X\n", "no objects"},
		"a list":        {"- name\n", "does not begin with fields"},
		"empty objects": {"name: X\nobjects: {}\n", "neither a framework nor a mapping set"},
		"matrix":        {"name: X\nobjects:\n  risk_matrix: [{name: m}]\n", "a risk matrix"},
		"unknown":       {"name: X\nobjects:\n  spells: [{name: m}]\n", `"spells"`},
		"no name":       {"objects:\n  framework: {requirement_nodes: []}\n", "no name"},
		"two":           {"name: X\nobjects:\n  frameworks: [{name: a}, {name: b}]\n", "several frameworks"},
		"set of one":    {"name: X\nobjects:\n  requirement_mapping_sets: [{name: s}]\n", "between which"},
		"set of none":   {"name: X\nobjects:\n  requirement_mapping_sets: [{source_framework_urn: a, target_framework_urn: b}]\n", "no mapping"},
		"no rows":       {"name: X\nobjects:\n  framework: {name: F}\n", "nothing to import"},
		"headings":      {"name: X" + node + "    - {urn: a, ref_id: A, name: A}\n", "nothing to import"},
		"circle":        {"name: X" + node + "    - {urn: a, parent_urn: b, ref_id: A, name: A, assessable: true}\n    - {urn: b, parent_urn: a, ref_id: B, name: B, assessable: true}\n    - {urn: c, ref_id: C, name: C, assessable: true}\n", "circle"},
		"marks":         {"name: X\na: " + strings.Repeat("[],", 2*mostNodes), "too many parts"},
		"long":          {"name: X\n" + strings.Repeat("# "+strings.Repeat("x", 1<<20)+"\n", mostMB+1), "larger than"},
	} {
		l, err := Read(strings.NewReader(c.file))
		if err == nil && l.Framework != nil {
			_, _, err = l.Rows("en")
		}
		var p oscal.Problem
		if !errors.As(err, &p) || !strings.Contains(string(p), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDeepTree(t *testing.T) {
	var b strings.Builder
	b.WriteString("name: X\nobjects:\n  framework:\n    name: F\n    requirement_nodes:\n")
	for i := range mostDeep + 5 {
		fmt.Fprintf(&b, "    - {urn: n%d, parent_urn: n%d, ref_id: R%d, name: N, assessable: true}\n", i, i-1, i)
	}
	if _, _, err := mustRead(t, b.String()).Rows("en"); err == nil || !strings.Contains(err.Error(), "nested") {
		t.Errorf("%v", err)
	}
}

// Aliases that repeat what was said within reason are how other writers save space.
func TestAliases(t *testing.T) {
	l := mustRead(t, "name: X\nobjects:\n  framework:\n    name: F\n    requirement_nodes:\n    - {urn: a, ref_id: A, name: A, assessable: true, implementation_groups: &g ['1', '2']}\n    - {urn: b, ref_id: B, name: B, assessable: true, implementation_groups: *g}\n")
	rows, _, err := l.Rows("en")
	if err != nil || len(rows) != 2 || !slices.Equal(rows[1].Tags, []string{"group: 1", "group: 2"}) {
		t.Errorf("%v %+v", err, rows)
	}
}

func TestLooks(t *testing.T) {
	for text, want := range map[string]bool{
		small: true, set: true, "\ufeff# a comment\n---\nurn: x\n": true, "convert_library_version: 'v2'\n": true,
		`{"catalog": {}}`: false, "<html>": false, "catalog:\n  uuid: x\n": false, "hello": false, "": false, "PK\x03\x04": false,
	} {
		if got := Looks("file.txt", []byte(text)); got != want {
			t.Errorf("%.20q: %v", text, got)
		}
	}
	if !Looks("x.YAML", []byte("something: else\n")) || Looks("x.yaml", []byte("catalog:\n")) || Looks("x.txt", []byte("something: else\n")) {
		t.Error("names of files")
	}
}

func realFile(tb testing.TB, name string) []byte {
	tb.Helper()
	dir := os.Getenv("ASSAY_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "data", "real")
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

// Every file as it is found in the wild.
func TestRealFiles(t *testing.T) {
	for name, want := range map[string][2]int{"essential-eight.yaml": {157, 149}, "nist-csf-2.0.yaml": {134, 106}, "vendor-due-diligence.yaml": {55, 46}} {
		l := mustRead(t, string(realFile(t, name)))
		rows, rep, err := l.Rows("en")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		assessable := 0
		seen := map[string]bool{"": true}
		for _, r := range rows {
			if r.Assessable {
				assessable++
			}
			if !seen[r.Parent] || seen[r.Ref] || r.Title == "" {
				t.Errorf("%s: %+v", name, r)
			}
			seen[r.Ref] = true
		}
		if got := [2]int{len(rows), assessable}; got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		t.Log(name, rep.Warnings, rep.NotKept)
	}
	l := mustRead(t, string(realFile(t, "mapping-nist-csf-2.0-to-iso27001-2022.yaml")))
	n := 0
	for _, s := range l.Sets {
		n += len(s.Pairs)
	}
	if n != 682 { // 686, of which four stand there twice
		t.Errorf("%d mappings in %d sets: %q", n, len(l.Sets), l.Warnings)
	}
	if _, err := Read(strings.NewReader(string(realFile(t, "risk-matrix-5x5-sensitive.yaml")))); err == nil || !strings.Contains(err.Error(), "a risk matrix") {
		t.Errorf("%v", err)
	}
}

// FuzzRead: whatever comes, it is read or refused in a sentence.
func FuzzRead(f *testing.F) {
	for _, s := range []string{small, set, bomb(), "a: &a\n  b: *a\n", "objects:\n  framework:\n  - ?"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l, err := Read(strings.NewReader(s))
		if err == nil && l.Framework != nil {
			_, _, err = l.Rows("en")
		}
		var p oscal.Problem
		if err != nil && !errors.As(err, &p) {
			t.Errorf("%v", err)
		}
	})
}
