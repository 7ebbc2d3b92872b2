package oscal

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"assay/server/framework/catalog"
	"assay/server/framework/oscal/oscaltest"
)

func TestToken(t *testing.T) {
	for ref, want := range map[string]string{"CC6.1": "CC6.1", "3.10": "req-3.10", "164.308(a)(1)(ii)": "req-164.308.a.1.ii", "Art. 5(1)": "Art.-5.1", "AC-2(1)": "AC-2.1", "Ä 1": "Ä-1", "": "req-", "§ 4": "req-4"} {
		if got := Token(ref); got != want || !token.MatchString(got) {
			t.Errorf("%q: %q, want %q", ref, got, want)
		}
	}
	if ControlID("ac-2.1", "AC-2(1)") != "ac-2.1" || ControlID("has space", "AC-2(1)") != "AC-2.1" {
		t.Error("a file's own id stands when it is one")
	}
	if a, b := UUID("a", "b"), UUID("ab"); a == b || !uuid.MatchString(a) || a != UUID("a", "b") {
		t.Error(a, b)
	}
	if got := Instant("2026-03-01T10:00:00.123456Z"); got != "2026-03-01T10:00:00.123Z" || Instant("nonsense") != "1970-01-01T00:00:00.000Z" {
		t.Error(got)
	}
}

// back reads what was written, as entries.
func back(t *testing.T, doc []byte) []Entry {
	t.Helper()
	rows, _, err := mustRead(t, doc).Rows(nil)
	if err != nil {
		t.Fatal(err)
	}
	return entries(rows)
}

func entries(rows []Row) (out []Entry) {
	for _, r := range rows {
		out = append(out, Entry{Ref: r.Ref, Parent: r.Parent, Title: r.Title, Text: r.Text, Guidance: r.Guidance, Assessable: r.Assessable, Withdrawn: r.Withdrawn})
	}
	return out
}

// Every framework that comes with the program is a catalog that NIST's schema accepts and that reads back the
// same, from JSON and from XML.
func TestBuiltInFrameworksOut(t *testing.T) {
	for _, i := range catalog.Infos() {
		t.Run(i.Key, func(t *testing.T) {
			f, _ := catalog.Get(i.Key)
			var rows, want []Entry
			for _, r := range f.Requirements {
				e := Entry{Ref: r.Ref, Parent: r.Parent, Title: r.Title, Text: r.Summary, Assessable: r.Assessable, Applicable: true}
				want = append(want, e)
				want[len(want)-1].Applicable = false
				e.Tags = r.Tags
				rows = append(rows, e)
			}
			o := Emit(About{UUID: UUID(i.Key), Title: f.Title, Version: f.Version, Modified: "2026-01-01T00:00:00Z", Publisher: f.Publisher, Note: f.SourceNote}, rows)
			oscaltest.Valid(t, "catalog", o.JSON())
			for form, b := range map[string][]byte{"JSON": o.JSON(), "XML": XML(Catalog, o.Object("catalog"))} {
				if diff := cmp.Diff(want, back(t, b)); diff != "" {
					t.Errorf("%s: %.2000s", form, diff)
				}
			}
		})
	}
}

// Odd rows make a valid catalog too.
func TestEmitOddRows(t *testing.T) {
	rows := []Entry{
		{Ref: "A B", Title: "  two\nlines ", Assessable: false},
		{Ref: "1", Parent: "A B", Title: "x", Assessable: true, Text: "Do *it* <now>\n\n", Tags: []string{"status: withdrawn", "plain", "", "a: b", "x y: z"}},
		{Ref: "1.1", Parent: "1", Title: "A heading among controls", Assessable: false},
		{Ref: "1.1.1", Parent: "1.1", Title: "Below it", Assessable: true, Guidance: "Help."},
		{Ref: "1)", Parent: "A B", Title: "same token as 1", Assessable: true},
		{Ref: "2", Parent: "A B", Title: "Gone", Withdrawn: true, Text: "Withdrawn."},
		{Ref: "3", Title: "", Assessable: true},
	}
	o := Emit(About{UUID: UUID("x")}, rows)
	oscaltest.Valid(t, "catalog", o.JSON())
	got := back(t, o.JSON())
	var refs []string
	for i, e := range got {
		refs = append(refs, e.Ref)
		if e.Ref != rows[i].Ref || e.Parent != rows[i].Parent || e.Assessable != rows[i].Assessable || e.Withdrawn != rows[i].Withdrawn {
			t.Errorf("%+v, want %+v", e, rows[i])
		}
	}
	if !slices.Equal(refs, []string{"A B", "1", "1.1", "1.1.1", "1)", "2", "3"}) {
		t.Error(refs)
	}
	p := Select(About{UUID: UUID("p"), Title: "P"}, "T", UUID("x"), "t-catalog.json", []string{"req-1"})
	oscaltest.Valid(t, "profile", p.JSON())
}

// A kept catalog with changed words reads as the framework does, and has lost nothing else.
func TestAmend(t *testing.T) {
	for _, name := range []string{nist, "csf-2.0/NIST_CSF_v2.0_catalog.converted.json", "mvsp/mvsp_v3.0-20231109-catalog.json", "examples/basic-catalog.json"} {
		t.Run(filepath.Base(name), func(t *testing.T) {
			file := realFile(t, name)
			kept, err := Parse(bytes.NewReader(file))
			if err != nil {
				t.Fatal(err)
			}
			was, _, err := mustRead(t, file).Rows(nil)
			if err != nil {
				t.Fatal(err)
			}
			now := entries(was)
			untouched, _ := Parse(bytes.NewReader(file))
			if n := Amend(kept.Object("catalog"), was, now); n != 0 || !bytes.Equal(kept.JSON(), untouched.JSON()) {
				t.Fatalf("%d rows changed of none", n)
			}
			edits := 0
			for i := range now {
				if was[i].SourceID == "" || was[i].Withdrawn {
					continue
				}
				switch i % 7 {
				case 1:
					now[i].Title = "Our title & more"
				case 2:
					now[i].Text = "Our text.\nIn two lines."
				case 3:
					now[i].Guidance = "Our guidance."
				case 4:
					now[i].Text, now[i].Guidance, now[i].Title = "Both", "Changed", "And the title"
				case 5:
					now[i].Guidance = ""
				default:
					continue
				}
				if e := entries(was[i : i+1])[0]; e.Title != now[i].Title || e.Text != now[i].Text || e.Guidance != now[i].Guidance {
					edits++
				}
			}
			if n := Amend(kept.Object("catalog"), was, now); n != edits {
				t.Errorf("%d rows changed, want %d", n, edits)
			}
			got := back(t, kept.JSON())
			csf := mustRead(t, file).csf2
			for i := range got {
				if csf {
					got[i].Withdrawn, got[i].Assessable = now[i].Withdrawn, now[i].Assessable // they hang on parts, see quirk.go
				}
			}
			if diff := cmp.Diff(now, got); diff != "" {
				t.Errorf("%.3000s", diff)
			}
			if a, b := len(untouched.JSON()), len(kept.JSON()); strings.Contains(name, "53") && b < a/2 {
				t.Errorf("%d bytes of %d are left", b, a)
			}
		})
	}
}

// What NIST and others publish, held against the schemas: what comes in valid must go out valid.
func TestRealFilesAreValid(t *testing.T) {
	for name, valid := range map[string]bool{
		nist: true,
		"nist-800-53r5/NIST_SP-800-53_rev5_LOW-baseline-resolved-profile_catalog-min.json": true,
		"nist-800-53r5/NIST_SP-800-53_rev5_LOW-baseline_profile.json":                      true,
		"nist-800-53r5/NIST_SP-800-53_rev5_MODERATE-baseline_profile.json":                 true,
		"fedramp/FedRAMP_rev5_LOW-baseline_profile.json":                                   true,
		"fedramp/FedRAMP_rev5_MODERATE-baseline_profile.json":                              true,
		"csf-2.0/NIST_CSF_v2.0_catalog.converted.json":                                     true,
		"examples/basic-catalog.json":                                                      true,
		"mvsp/mvsp_v3.0-20231109-catalog.json":                                             true,
		"examples/ssp-example.json":                                                        true,
		"examples/example-component-definition.json":                                       true,
	} {
		t.Run(filepath.Base(name), func(t *testing.T) {
			file := realFile(t, name)
			o, err := Parse(bytes.NewReader(file))
			if err != nil {
				t.Fatal(err)
			}
			kind := o.Names()[len(o.Names())-1]
			was, now := oscaltest.Check(t, kind, file), oscaltest.Check(t, kind, o.JSON())
			if (was == nil) != valid || (now == nil) != valid {
				t.Errorf("as it came: %.1000v\nas it goes: %.1000v", was, now)
			}
		})
	}
}
