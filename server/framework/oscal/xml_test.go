package oscal

import (
	"bytes"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const csfXML = "csf-2.0/NIST_CSF_v2.0_catalog.xml"

// The same catalog in XML and in JSON gives the same rows, whoever converted it.
func TestXMLGivesTheSameRows(t *testing.T) {
	_, fromXML, repXML := mustRows(t, mustRead(t, realFile(t, csfXML)))
	_, fromJSON, repJSON := mustRows(t, mustRead(t, realFile(t, "csf-2.0/NIST_CSF_v2.0_catalog.converted.json")))
	if diff := cmp.Diff(fromJSON, fromXML); diff != "" {
		t.Error(diff)
	}
	repXML.muted, repJSON.muted = 0, 0
	if !reflect.DeepEqual(repXML, repJSON) {
		t.Errorf("XML: %+v\nJSON: %+v", repXML, repJSON)
	}
	if repXML.Controls != 219 || repXML.Withdrawn != 91 {
		t.Errorf("%+v", repXML)
	}
}

// Written as XML and read again, every document is what it was. White space means nothing in XML.
func TestJSONToXMLAndBack(t *testing.T) {
	for _, name := range []string{
		nist,
		"nist-800-53r5/NIST_SP-800-53_rev5_LOW-baseline-resolved-profile_catalog-min.json",
		"nist-800-53r5/NIST_SP-800-53_rev5_MODERATE-baseline_profile.json",
		"fedramp/FedRAMP_rev5_MODERATE-baseline_profile.json",
		"csf-2.0/NIST_CSF_v2.0_catalog.converted.json",
		"examples/basic-catalog.json",
		"mvsp/mvsp_v3.0-20231109-catalog.json",
	} {
		t.Run(filepath.Base(name), func(t *testing.T) {
			doc, err := Parse(bytes.NewReader(realFile(t, name)))
			if err != nil {
				t.Fatal(err)
			}
			kind := Kind(doc.Names()[len(doc.Names())-1])
			inXML := XML(kind, doc.Object(string(kind)))
			d := mustRead(t, inXML)
			again, err := Parse(bytes.NewReader(d.Converted))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(lines(doc.Object(string(kind))), lines(again.Object(string(kind)))); diff != "" {
				t.Errorf("%.3000s", diff)
			}
		})
	}
}

// lines is an object with blanks made one, as lines that can be compared.
func lines(v any) (out []string) {
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case *Object:
			if len(v.fields) == 0 {
				out = append(out, path+"{}")
			}
			names := map[string]bool{}
			for _, f := range v.fields {
				names[f.name] = true
			}
			for _, n := range slices.Sorted(maps.Keys(names)) {
				walk(path+"."+n, v.Get(n))
			}
		case []any:
			for i, item := range v {
				walk(fmt.Sprintf("%s[%d]", path, i), item)
			}
		default:
			out = append(out, path+" = "+strings.Join(strings.Fields(fmt.Sprint(v)), " "))
		}
	}
	walk("", v)
	return out
}

func TestMarkupIsReadAsMarkdown(t *testing.T) {
	d := mustRead(t, []byte(`<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand --><catalog xmlns="http://csrc.nist.gov/ns/oscal/1.0" uuid="74c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724">
<metadata><title>A <em>small</em> catalog</title><last-modified>2026-01-01T00:00:00Z</last-modified><version>1</version><oscal-version>1.1.2</oscal-version>
 <revisions><revision><version>0.9</version></revision></revisions><x-vendor><a>1</a></x-vendor></metadata>
<control id="c1"><title>One</title><param id="p1"><label>a period</label></param>
<part name="statement" id="c1_smt"><p>Do it within <insert type="param" id-ref="p1"/>,
   not <strong>later</strong> &amp; never &lt;twice&gt;.<br/>See <a href="https://nist.example">there</a>.</p>
   <ul><li>first</li><li><p>second</p><ol><li>deep</li></ol></li></ul><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>
   <part name="item"><p>Below</p></part></part>
<part name="guidance"><h2>Heading</h2><p/><pre>x
 y</pre><blockquote>said</blockquote></part></control>
</catalog>`))
	rows, _, rep := mustRows(t, d)
	want := "Do it within [a period], not **later** & never <twice>.\nSee [there](https://nist.example).\n\n- first\n- second\n  1. deep\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n  Below"
	if got := rows["C1"].Text; got != want {
		t.Errorf("%q\nwant\n%q", got, want)
	}
	if got := rows["C1"].Guidance; got != "## Heading\n\n```\nx\n y\n```\n\n> said" {
		t.Errorf("%q", got)
	}
	if d.Title != "A *small* catalog" || rep.NotKept["metadata.x-vendor"] != 1 || rep.NotKept["metadata.revisions"] != 1 {
		t.Errorf("%s %+v", d.Title, rep)
	}
}

func TestBadXML(t *testing.T) {
	whole := `<?xml version="1.0"?><catalog xmlns="http://csrc.nist.gov/ns/oscal/1.0"><metadata><title>T</title></metadata><control id="a"><title>A</title></control></catalog>`
	for name, c := range map[string]struct {
		file  string
		words []string
	}{
		"entity bomb": {`<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]><catalog><metadata><title>&lol2;</title></metadata></catalog>`,
			[]string{"document type", "not opened"}},
		"outside entity":   {`<!DOCTYPE catalog [<!ENTITY x SYSTEM "file:///etc/passwd">]><catalog><metadata><title>&x;</title></metadata></catalog>`, []string{"document type"}},
		"unknown entity":   {`<catalog><metadata><title>&nbsp;</title></metadata></catalog>`, []string{"entity"}},
		"deep":             {`<catalog><metadata><title>T</title></metadata>` + strings.Repeat(`<group id="g">`, 100_000), []string{"levels deep", "group g"}},
		"many":             {`<catalog><metadata><title>T</title></metadata>` + strings.Repeat(`<x/>`, maxElements), []string{"more than 1000000 elements"}},
		"many names":       {`<catalog><metadata><title>T</title>` + names(`<x%[1]d>1</x%[1]d>`), []string{"different things"}},
		"many names below": {`<catalog><x>` + names(`<x%[1]d>1</x%[1]d>`), []string{"different things"}},
		"many attributes":  {`<catalog ` + names(`x%d="" `) + `/>`, []string{"different things"}},
		"cut":              {whole[:len(whole)-30], []string{"ends too early", "control a"}},
		"broken":           {strings.Replace(whole, "</title>", "</titel>", 1), []string{"not valid XML", "line 1"}},
		"html":             {`<html><body>Not found</body></html>`, []string{"XML, but not OSCAL", "<html>"}},
		"other namespace":  {`<catalog xmlns="urn:books"/>`, []string{"not OSCAL", "urn:books"}},
		"ssp":              {`<system-security-plan xmlns="http://csrc.nist.gov/ns/oscal/1.0"/>`, []string{"a system security plan", "as JSON"}},
		"results":          {`<assessment-results/>`, []string{"assessment results", "does not read this kind yet"}},
		"latin":            {`<?xml version="1.0" encoding="ISO-8859-1"?><catalog/>`, []string{"ISO-8859-1", "UTF-8"}},
		"two roots":        {whole + `<x>`, []string{"ends too early"}},
		"no metadata":      {`<catalog/>`, []string{"no metadata"}},
		"empty profile":    {`<profile><metadata><title>T</title></metadata></profile>`, []string{"selects nothing"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(strings.NewReader(c.file))
			says(t, err, c.words...)
		})
	}
	if _, err := Read(strings.NewReader(whole)); err != nil {
		t.Error(err)
	}
	for n := 1; n < len(whole); n++ {
		if _, err := Read(strings.NewReader(whole[:n])); err == nil {
			t.Errorf("cut after %d bytes it was read", n)
		} else {
			says(t, err)
		}
	}
}

func BenchmarkReadXML(b *testing.B) {
	file := realFile(b, csfXML)
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		if _, err := Read(bytes.NewReader(file)); err != nil {
			b.Fatal(err)
		}
	}
}

func names(format string) string {
	var b strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}
