package oscal

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

func says(t *testing.T, err error, words ...string) {
	t.Helper()
	var p Problem
	if !errors.As(err, &p) {
		t.Fatalf("not a sentence for people: %v", err)
	}
	for _, w := range words {
		if !strings.Contains(string(p), w) {
			t.Errorf("%q does not say %q", p, w)
		}
	}
}

// Whatever is sent, the answer says what is wrong with it.
func TestBadFiles(t *testing.T) {
	basic := string(sample(t, "basic-catalog.json"))
	for name, c := range map[string]struct {
		file  string
		words []string
	}{
		"empty":                {"", []string{"empty"}},
		"blank":                {" \n\t ", []string{"empty"}},
		"text":                 {"Dear auditor,", []string{"not an OSCAL file"}},
		"pdf":                  {"%PDF-1.7 ...", []string{"not an OSCAL file"}},
		"XML":                  {`<?xml version="1.0"?><catalog/>`, []string{"no metadata"}},
		"YAML":                 {"catalog:\n  uuid: x\n", []string{"YAML", ".json"}},
		"UTF-16":               {"\xff\xfe{\x00", []string{"UTF-16", "UTF-8"}},
		"list":                 {`[1,2]`, []string{"not an OSCAL file"}},
		"nothing in it":        {`{}`, []string{"no catalog and no profile"}},
		"other JSON":           {`{"name":"x"}`, []string{"not OSCAL", `"name"`}},
		"component definition": {`{"component-definition":{"uuid":"x"}}`, []string{"a component definition", "only catalogs and profiles"}},
		"ssp":                  {`{"system-security-plan":{}}`, []string{"a system security plan", "only catalogs and profiles"}},
		"schema":               {`{"$schema":"x","$id":"y"}`, []string{"JSON schema"}},
		"no metadata":          {`{"catalog":{"uuid":"x","controls":[{"id":"a","title":"b"}]}}`, []string{"no metadata"}},
		"catalog is text":      {`{"catalog":"x"}`, []string{"an object is expected where it has text"}},
		"groups is an object":  {`{"catalog":{"metadata":{"title":"t"},"groups":{"id":"x"}}}`, []string{"a list is expected where it has an object", "the metadata"}},
		"title is a number":    {`{"catalog":{"metadata":{"title":"t"},"controls":[{"id":"ac-1","title":7}]}}`, []string{"control ac-1", "text is expected where it has a number"}},
		"id is null":           {`{"catalog":{"metadata":{"title":"t"},"controls":[{"id":null}]}}`, []string{"text is expected where it has nothing"}},
		"broken":               {`{"catalog":{"metadata":{"title":"t"},"controls":[{"id":"ac-1" "title":"x"}]}}`, []string{"not valid JSON", "control ac-1"}},
		"no imports":           {`{"profile":{"metadata":{"title":"t"}}}`, []string{"selects nothing"}},
		"import of nothing":    {`{"profile":{"metadata":{"title":"t"},"imports":[{"include-all":{}}]}}`, []string{"which catalog"}},
		"cut in half":          {basic[:len(basic)/2], []string{"ends too early", "cut off", "control s1.1.2"}},
		"cut in the metadata":  {basic[:120], []string{"ends too early"}},
		"deep list":            {`{"catalog":{"x":` + strings.Repeat("[", 100_000), []string{"levels deep"}},
		"deep groups":          {`{"catalog":{"metadata":{"title":"t"},"groups":[` + strings.Repeat(`{"id":"g","groups":[`, 100_000), []string{"levels deep", "group g"}},
		"deep parts":           {`{"catalog":{"metadata":{"title":"t"},"controls":[{"id":"c","parts":[` + strings.Repeat(`{"name":"item","parts":[`, 100_000), []string{"levels deep", "control c"}},
		"too many":             {`{"catalog":{"metadata":{"title":"t"},"controls":[` + strings.Repeat(`{},`, 60_000), []string{"more than 50000"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(strings.NewReader(c.file))
			says(t, err, c.words...)
		})
	}
}

// Cut anywhere, a file is never taken for a whole one and the reader never
// panics.
func TestCutAnywhere(t *testing.T) {
	for _, name := range []string{"basic-catalog.json", "nist-800-53r5-low-profile.json"} {
		b := bytes.TrimSpace(sample(t, name))
		for n := 0; n < len(b); n += 7 {
			if _, err := Read(bytes.NewReader(b[:n])); err == nil {
				t.Fatalf("%s cut after %d bytes was read", name, n)
			} else {
				says(t, err)
			}
		}
	}
}

// Files that never end are refused, and most of them are hardly read.
func TestLargeNonsense(t *testing.T) {
	const limit = 8 << 20 // MaxBytes in the product; the same code
	for name, c := range map[string]struct {
		start, rest string
		most        int64
	}{
		"zeros":        {"", "\x00", 1 << 20},
		"numbers":      {`{"catalog":{"metadata":{"title":"t"},"x":[1`, ",1", limit},
		"other root":   {`{"x":[1`, ",1", 1 << 20},
		"blanks":       {"", " ", limit},
		"one text":     {`{"catalog":{"metadata":{"title":"`, "a", limit},
		"endless tail": {`{"catalog":{"metadata":{"title":"t"},"controls":[{"id":"a","title":"b"}]}}`, " ", limit},
	} {
		t.Run(name, func(t *testing.T) {
			src := &endless{start: c.start, rest: c.rest}
			_, err := read(src, limit)
			if name == "endless tail" {
				if err != nil {
					t.Errorf("a whole document with blanks behind it: %v", err)
				}
			} else {
				says(t, err)
			}
			if src.read > c.most+1<<20 {
				t.Errorf("%d bytes were read", src.read)
			}
		})
	}
}

type endless struct {
	start, rest string
	read        int64
}

func (e *endless) Read(p []byte) (int, error) {
	if e.read == 0 && e.start != "" {
		n := copy(p, e.start)
		e.read = int64(n)
		return n, nil
	}
	for i := range p {
		p[i] = e.rest[(e.read-int64(len(e.start))+int64(i))%int64(len(e.rest))]
	}
	e.read += int64(len(p))
	return len(p), nil
}

func TestReaderErrorIsNotBlamedOnTheFile(t *testing.T) {
	broken := errors.New("connection reset")
	_, err := Read(io.MultiReader(strings.NewReader(`{"catalog":{"metadata":{`), iotestErr{broken}))
	var p Problem
	if !errors.Is(err, broken) || errors.As(err, &p) {
		t.Errorf("%v", err)
	}
}

type iotestErr struct{ err error }

func (e iotestErr) Read([]byte) (int, error) { return 0, e.err }

func TestByteOrderMark(t *testing.T) {
	b := append([]byte("\xef\xbb\xbf"), sample(t, "basic-catalog.json")...)
	if _, _, rep := mustRows(t, mustRead(t, b)); rep.Controls != 4 {
		t.Errorf("%+v", rep)
	}
}

// What is odd but harmless is imported, and said.
func TestWarnings(t *testing.T) {
	d := mustRead(t, []byte(`{"$schema":"x","catalog":{"uuid":"u","metadata":{"title":"T","version":"1","oscal-version":"v1.1.3","x-vendor":{"a":1}},
		"groups":[{"title":"No id","controls":[
			{"id":"a-1","title":"One","parts":[{"name":"statement","prose":"Do {{ insert: param, nowhere }}."}]},
			{"id":"a-1","title":"One again"},
			{"title":"Without id"},
			{"id":"a-2","parts":[{"name":"statement","prose":"Only a text, no title."}]},
			{"id":"a-3","title":"[Withdrawn: moved to a-1]"},
			{"id":"a-4","title":"Old","parts":[{"name":"statement","prose":"[Withdrawn: moved.]"}]},
			{"id":"b","title":"Same label","props":[{"name":"label","value":"A-1"}]},
			{"id":"c","title":"Loop","params":[{"id":"p","label":"","select":{"choice":["{{ insert: param, p }}"]}}],"parts":[{"name":"statement","prose":"{{insert: param,p}}"}]}
		]}]}}`))
	byRef, rows, rep := mustRows(t, d)
	if rep.Controls != 7 || rep.Withdrawn != 2 || rep.OSCALVersion != "1.1.3" || rep.NotKept["metadata.x-vendor"] != 1 {
		t.Errorf("%+v", rep)
	}
	all := strings.Join(rep.Warnings, "\n")
	for _, want := range []string{"a-1 stands twice", "nowhere", `"Without id"`, `"No id"`, "A-2 has no title", "A-1 stands twice; the second is called A-1-2"} {
		if !strings.Contains(all, want) {
			t.Errorf("no warning about %q in:\n%s", want, all)
		}
	}
	if byRef["A-2"].Title != "Only a text, no title." || byRef["C"].Text != "[one of: [p]]" || byRef["A-1"].Text != "Do [nowhere]." {
		t.Errorf("%+v", rows)
	}
	if rows[0].Ref != "GROUP-1" {
		t.Errorf("group is called %s", rows[0].Ref)
	}
}

func TestManyWarningsAreCounted(t *testing.T) {
	d := mustRead(t, []byte(`{"catalog":{"metadata":{"title":"T"},"controls":[`+strings.Repeat(`{"title":"x"},`, 499)+`{"title":"x"}]}}`))
	_, _, rep := mustRows(t, d)
	if n := len(rep.Warnings); n != maxWarnings+1 || !strings.Contains(rep.Warnings[maxWarnings], "And ") {
		t.Errorf("%d warnings, the last: %s", n, rep.Warnings[n-1])
	}
}
