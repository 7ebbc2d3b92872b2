package oscal

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"assay/server/framework/catalog"
)

// realFile opens a file others wrote. They are not part of this repository:
// ASSAY_DATA names the folder they are in.
func realFile(tb testing.TB, name string) []byte {
	tb.Helper()
	dir := os.Getenv("ASSAY_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "data", "real")
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

func sample(tb testing.TB, name string) []byte {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func mustRead(tb testing.TB, b []byte) *Document {
	tb.Helper()
	d, err := Read(bytes.NewReader(b))
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func mustRows(tb testing.TB, d *Document, from ...Named) (map[string]Row, []Row, Report) {
	tb.Helper()
	rows, rep, err := d.Rows(From(from, nil))
	if err != nil {
		tb.Fatal(err)
	}
	byRef := map[string]Row{}
	for _, r := range rows {
		if r.Ref == "" || r.Title == "" {
			tb.Errorf("row without ref or title: %+v", r)
		}
		if _, twice := byRef[r.Ref]; twice {
			tb.Errorf("%s stands twice", r.Ref)
		}
		if _, ok := byRef[r.Parent]; r.Parent != "" && !ok {
			tb.Errorf("%s stands before its parent %s", r.Ref, r.Parent)
		}
		if strings.Contains(r.Text+r.Guidance, "{{") {
			tb.Errorf("%s: a parameter was left in the text: %s", r.Ref, r.Text)
		}
		byRef[r.Ref] = r
	}
	return byRef, rows, rep
}

const nist = "nist-800-53r5/NIST_SP-800-53_rev5_catalog-min.v1.0.0.json"

// Every catalog and profile of the real files, with what is known to be in it.
func TestRealFiles(t *testing.T) {
	for _, f := range []struct {
		file                                    string
		kind                                    Kind
		controls, groups, withdrawn, assessable int
	}{
		{nist, Catalog, 1189, 20, 182, 1007},
		{"nist-800-53r5/NIST_SP-800-53_rev5_LOW-baseline-resolved-profile_catalog-min.json", Catalog, 149, 18, 0, 149},
		{"nist-800-53r5/NIST_SP-800-53_rev5_LOW-baseline_profile.json", Profile, 149, 18, 0, 149},
		{"nist-800-53r5/NIST_SP-800-53_rev5_MODERATE-baseline_profile.json", Profile, 287, 18, 0, 287},
		{"fedramp/FedRAMP_rev5_LOW-baseline_profile.json", Profile, 156, 18, 0, 156},
		{"fedramp/FedRAMP_rev5_MODERATE-baseline_profile.json", Profile, 323, 18, 0, 323},
		{"csf-2.0/NIST_CSF_v2.0_catalog.converted.json", Catalog, 219, 6, 91, 106},
		{"examples/basic-catalog.json", Catalog, 4, 4, 0, 4},
		{"mvsp/mvsp_v3.0-20231109-catalog.json", Catalog, 25, 4, 0, 25},
	} {
		t.Run(filepath.Base(f.file), func(t *testing.T) {
			d := mustRead(t, realFile(t, f.file))
			var from []Named
			if f.kind == Profile {
				from = []Named{{mustRead(t, realFile(t, nist)), filepath.Base(nist)}}
			}
			_, rows, rep := mustRows(t, d, from...)
			assessable := 0
			for _, r := range rows {
				if r.Assessable {
					assessable++
				}
			}
			if rep.Kind != f.kind || rep.Controls != f.controls || rep.Groups != f.groups || rep.Withdrawn != f.withdrawn || assessable != f.assessable {
				t.Errorf("%s: %d controls, %d groups, %d withdrawn, %d assessable; want %+v", rep.Kind, rep.Controls, rep.Groups, rep.Withdrawn, assessable, f)
			}
			if rep.Title == "" || rep.Version == "" || rep.OSCALVersion == "" {
				t.Errorf("no title, version or OSCAL version: %+v", rep)
			}
			for _, w := range rep.Warnings {
				t.Log("warning:", w)
			}
			t.Log("not kept:", rep.NotKept)
		})
	}
}

// NIST resolved its LOW profile itself: ours must select the same controls and
// hang them below the same parents. (The editions differ in the case of a few titles.)
func TestProfileResolvesAsNISTDoes(t *testing.T) {
	whole := mustRead(t, realFile(t, nist))
	ours, _, _ := mustRows(t, mustRead(t, sample(t, "nist-800-53r5-low-profile.json")), Named{whole, "NIST_SP-800-53_rev5_catalog.json"})
	theirs, _, _ := mustRows(t, mustRead(t, realFile(t, "nist-800-53r5/NIST_SP-800-53_rev5_LOW-baseline-resolved-profile_catalog-min.json")))
	for ref, r := range theirs {
		if o, ok := ours[ref]; !ok || o.Parent != r.Parent || !strings.EqualFold(o.Title, r.Title) {
			t.Errorf("%s: NIST has %q below %q, we have %q below %q", ref, r.Title, r.Parent, o.Title, o.Parent)
		}
	}
	if len(ours) != len(theirs) {
		t.Errorf("%d rows, NIST has %d", len(ours), len(theirs))
	}
}

// CSF 2.0 as imported must be CSF 2.0 as built in: the rows without a mark that
// NIST withdrew are found.
func TestCSF2KnowsItsWithdrawnRows(t *testing.T) {
	rows, _, _ := mustRows(t, mustRead(t, realFile(t, "csf-2.0/NIST_CSF_v2.0_catalog.converted.json")))
	builtIn, _ := catalog.Get("nist-csf-2.0")
	live := 0
	for _, r := range rows {
		if !r.Withdrawn {
			live++
		}
	}
	if live != len(builtIn.Requirements) {
		t.Errorf("%d rows in force, %d built in", live, len(builtIn.Requirements))
	}
	for _, want := range builtIn.Requirements {
		r, ok := rows[want.Ref]
		if !ok || r.Withdrawn || r.Assessable != want.Assessable || r.Parent != want.Parent {
			t.Errorf("%s: built in %+v, imported %+v", want.Ref, want, r)
		}
	}
}

func TestRowsReadWell(t *testing.T) {
	rows, _, _ := mustRows(t, mustRead(t, sample(t, "basic-catalog.json")))
	r := rows["1.1.1"]
	if want := "[one or more of: initiating a device lock after [a duration] of inactivity; requiring the user"; !strings.Contains(r.Text, want) {
		t.Errorf("choice with a parameter inside: %s", r.Text)
	}
	if !strings.Contains(r.Text, "choppy syntax: (choppy).") {
		t.Errorf("a link into the file should leave its words: %s", r.Text)
	}
	if r.SourceID != "s1.1.1" || rows["2.1"].Text == "" || rows["2.1.1"].Parent != "2.1" || rows["2.1"].Parent != "2" {
		t.Errorf("%+v", r)
	}

	rows, _, _ = mustRows(t, mustRead(t, realFile(t, nist)))
	ac1 := rows["AC-1"]
	for _, want := range []string{
		"a. Develop, document, and disseminate to [organization-defined personnel or roles]:\n  1. [one or more of: Organization-level;",
		"\n    (a) Addresses purpose", "\nb. Designate an [organization-defined official]",
	} {
		if !strings.Contains(ac1.Text, want) {
			t.Errorf("AC-1 lacks %q:\n%s", want, ac1.Text)
		}
	}
	if e := rows["AC-2(1)"]; e.Parent != "AC-2" || !e.Assessable || e.SourceID != "ac-2.1" || e.Guidance == "" {
		t.Errorf("%+v", e)
	}
	if e := rows["AC-2(10)"]; !e.Withdrawn || e.Assessable || e.Title != "Shared and Group Account Credential Change" {
		t.Errorf("%+v", e)
	}
	if g := rows["PM"]; g.Assessable || !strings.Contains(g.Text, "FISMA, PRIVACT, and OMB A-130 require") {
		t.Errorf("%+v", g)
	}
}

func TestRefOf(t *testing.T) {
	label := func(pairs ...string) (props []Prop) {
		for i := 0; i < len(pairs); i += 2 {
			props = append(props, Prop{Name: "label", Class: pairs[i], Value: pairs[i+1]})
		}
		return props
	}
	for _, c := range []struct {
		id    string
		props []Prop
		want  string
	}{
		{"ac-2.1", label("zero-padded", "AC-02(01)", "", "AC-2(1)", "sp800-53a", "AC-02(01)"), "AC-2(1)"},
		{"ac-2.1", label("sp800-53a", "AC-02(01)", "sp800-53", "AC-2(1)"), "AC-2(1)"},
		{"ac-2.1", label("zero-padded", "AC-02(01)"), "AC-2.1"},
		{"ac-1", nil, "AC-1"},
		{"GV.OC", label("", "Organizational Context (GV.OC)"), "GV.OC"},
		{"ctl_1.1-mvsp", label("", "1.1"), "1.1"},
		{"art5", label("", "Art. 5(1)"), "Art. 5(1)"},
		{"x", label("", strings.Repeat("long ", 20)), "X"},
		{"", nil, ""},
	} {
		if got := refOf(c.id, c.props); got != c.want {
			t.Errorf("%s %v: %q, want %q", c.id, c.props, got, c.want)
		}
	}
}

func TestSortKey(t *testing.T) {
	refs := []string{"3.1", "3.2", "3.9", "3.10", "A.5.9", "A.5.10", "AC-2", "AC-2(1)", "AC-2(9)", "AC-2(10)", "AC-3", "AC-10", "CC1.1", "CC1.10"}
	mixed := slices.Clone(refs)
	slices.Reverse(mixed)
	slices.SortFunc(mixed, func(a, b string) int { return strings.Compare(SortKey(a), SortKey(b)) })
	if !slices.Equal(mixed, refs) {
		t.Errorf("%v", mixed)
	}
}

// Importing 800-53 may take 2 s in all; reading it must be a small part.
func BenchmarkRead80053(b *testing.B) {
	file := realFile(b, nist)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		d, err := Read(bytes.NewReader(file))
		if err != nil {
			b.Fatal(err)
		}
		if rows, _, err := d.Rows(nil); err != nil || len(rows) != 1209 {
			b.Fatal(len(rows), err)
		}
	}
}

// Run it with -fuzzminimizetime 1x: shortening the seeds takes minutes and finds nothing.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"basic-catalog.json", "nist-800-53r5-low-profile.json"} {
		b := sample(f, name)
		f.Add(b)
		f.Add(b[:len(b)/2])
	}
	f.Add([]byte(`{"profile":{"metadata":{"title":"p"},"imports":[{"href":"#x","include-controls":[{"matching":[{"pattern":"[a"}]}]}],"modify":{"alters":[{"control-id":"s1.1.1","removes":[{"by-name":"statement"}],"adds":[{"position":"before","by-id":"s1.1.1_stm","parts":[{"name":"item","prose":"{{ insert: param, x }}"}]}]}]}}}`))
	basic := mustRead(f, sample(f, "basic-catalog.json"))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := Read(bytes.NewReader(b))
		if err != nil {
			var p Problem
			if !errors.As(err, &p) {
				t.Fatalf("an error that is no sentence: %v", err)
			}
			return
		}
		rows, rep, err := d.Rows(From([]Named{{basic, "basic"}}, nil))
		if err != nil {
			return
		}
		refs := map[string]bool{"": true}
		for _, r := range rows {
			if r.Ref == "" || refs[r.Ref] || !refs[r.Parent] {
				t.Fatalf("row %+v: no ref, twice, or before its parent", r)
			}
			refs[r.Ref] = true
		}
		if rep.Controls+rep.Groups != len(rows) {
			t.Fatalf("%d rows, report %+v", len(rows), rep)
		}
	})
}
