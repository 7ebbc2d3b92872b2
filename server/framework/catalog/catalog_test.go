package catalog

import (
	"slices"
	"testing"
)

// The counts of what ships: assessable rows and all rows.
var counts = map[string][2]int{
	"soc2-2017": {61, 81}, "iso27001-2022": {123, 140}, "hipaa": {96, 122}, "nist-csf-2.0": {106, 134},
	"pci-dss-4.0.1": {257, 335}, "nist-800-171r2": {110, 124}, "gdpr": {40, 110}, "iso42001-2023": {70, 94},
}

func TestCounts(t *testing.T) {
	if len(Infos()) != len(counts) {
		t.Fatalf("%d frameworks, want %d", len(Infos()), len(counts))
	}
	for _, i := range Infos() {
		f, ok := Get(i.Key)
		if !ok {
			t.Fatalf("no %s", i.Key)
		}
		if f.Info != i {
			t.Errorf("%s: list says %+v, file says %+v", i.Key, i, f.Info)
		}
		assessable := 0
		for _, r := range f.Requirements {
			if r.Assessable {
				assessable++
			}
		}
		got := [2]int{assessable, len(f.Requirements)}
		if got != counts[i.Key] || got != [2]int{i.Assessable, i.Rows} {
			t.Errorf("%s: %v in the file, %v promised, %d/%d listed", i.Key, got, counts[i.Key], i.Assessable, i.Rows)
		}
		if i.Title == "" || i.Short == "" || i.Version == "" || i.Publisher == "" || i.SourceNote == "" || len(i.Color) != 7 {
			t.Errorf("%s: something is not said: %+v", i.Key, i)
		}
	}
	evidence, core := 0, 0
	for _, c := range Controls() {
		evidence += len(c.Evidence)
		if c.Core {
			core++
		}
	}
	if len(Controls()) != 161 || evidence != 356 || core != 104 {
		t.Errorf("%d controls, %d evidence items, %d core; want 161, 356, 104", len(Controls()), evidence, core)
	}
}

func TestUnknownKey(t *testing.T) {
	if _, ok := Get("cis-8.1"); ok {
		t.Error("CIS Controls must not ship")
	}
	if For("nothing") != nil {
		t.Error("controls for a framework that does not exist")
	}
}

func TestRequirementsStandInOrder(t *testing.T) {
	for _, i := range Infos() {
		f, _ := Get(i.Key)
		seen := map[string]bool{}
		for _, r := range f.Requirements {
			if r.Ref == "" || r.Title == "" {
				t.Errorf("%s: row without ref or title: %+v", i.Key, r)
			}
			if seen[r.Ref] {
				t.Errorf("%s: %s stands twice", i.Key, r.Ref)
			}
			if r.Parent != "" && !seen[r.Parent] {
				t.Errorf("%s: %s stands before its parent %s", i.Key, r.Ref, r.Parent)
			}
			seen[r.Ref] = true
		}
	}
	f, _ := Get("nist-800-171r2")
	if !slices.ContainsFunc(f.Requirements, func(r Requirement) bool { return r.Ref == "3.10" }) {
		t.Error("3.10 was lost: refs are text")
	}
}

func TestMappingsPointAtRequirements(t *testing.T) {
	refs := map[string]map[string]bool{}
	for _, i := range Infos() {
		f, _ := Get(i.Key)
		refs[i.Key] = map[string]bool{}
		for _, r := range f.Requirements {
			refs[i.Key][r.Ref] = true
		}
	}
	ids := map[string]bool{}
	for _, c := range Controls() {
		if ids[c.ID] || c.ID == "" || c.Title == "" || c.Description == "" || c.Domain == "" || c.Test == "" || c.OwnerRole == "" || len(c.Evidence) == 0 {
			t.Errorf("control %q: twice, or something is not said", c.ID)
		}
		ids[c.ID] = true
		for key, to := range c.Mappings {
			if key == "cis-8.1" {
				continue // not shipped; serves a tenant that imports it
			}
			for _, ref := range to {
				if !refs[key][ref] {
					t.Errorf("%s maps to %s %s, which does not exist", c.ID, key, ref)
				}
			}
		}
	}
}

func TestWordsAreOurs(t *testing.T) {
	for _, c := range Controls() {
		for _, e := range c.Evidence {
			if !slices.Contains(e.Frequency.Values(), string(e.Frequency)) || !slices.Contains(e.Kind.Values(), string(e.Kind)) {
				t.Errorf("%s: %+v", c.ID, e)
			}
		}
	}
	for word, want := range map[string]Frequency{"once": Once, "daily": Monthly, "weekly": Monthly, "continuous": Monthly,
		"monthly": Monthly, "quarterly": Quarterly, "semiannual": SemiAnnual, "annual": Annual, "on_event": Annual} {
		if got := frequencyOf(word); got != want {
			t.Errorf("%s: %s, want %s", word, got, want)
		}
	}
	for word, want := range map[string]Kind{"document": PolicyDocument, "record": Report, "report": Report, "configuration": Configuration} {
		if got := kindOf(word); got != want {
			t.Errorf("%s: %s, want %s", word, got, want)
		}
	}
}

func TestValidityDays(t *testing.T) {
	for f, want := range map[Frequency]int{Monthly: 31, Quarterly: 92, SemiAnnual: 183, Annual: 365, Once: 0} {
		if got := f.ValidityDays(); got != want {
			t.Errorf("%s: %d days, want %d", f, got, want)
		}
	}
}

// A list of frameworks must not cost a parse of all of them.
func BenchmarkInfos(b *testing.B) {
	for b.Loop() {
		readInfos()
	}
}

func BenchmarkControls(b *testing.B) {
	for b.Loop() {
		readControls()
	}
}
