package server

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
)

// foreign are all ids of Quarrystone.
func (h *house) foreign() (all []string) {
	for table, ids := range h.b.ids {
		for _, id := range ids {
			if id != "organisation" && !slices.Contains(h.a.ids[table], id) {
				all = append(all, id)
			}
		}
	}
	return append(all, h.column(h.b, "SELECT id FROM control UNION SELECT id FROM requirement UNION SELECT id FROM evidence UNION SELECT object FROM file")...)
}

// leak is what of Quarrystone stands in an answer to Northwind, "" for nothing.
func leak(a answer, ids []string) string {
	var head bytes.Buffer
	a.header.Write(&head)
	known, others := map[string]bool{}, []string{}
	for _, id := range ids {
		if len(id) == idLength && !strings.ContainsFunc(id, noLetter) {
			known[id] = true
		} else {
			others = append(others, id)
		}
	}
	for _, text := range []string{head.String(), unzipped(a.body)} {
		if i := strings.Index(strings.ToLower(text), strings.ToLower(canary)); i >= 0 {
			return text[max(0, i-60):min(len(text), i+60)]
		}
		for _, id := range others {
			if strings.Contains(text, id) {
				return id
			}
		}
		// All ids are as long, so one look into the set for every place does for all of them.
		for word := range strings.FieldsFuncSeq(text, noLetter) {
			for i := idLength; i <= len(word); i++ {
				if id := word[i-idLength : i]; known[id] {
					return id
				}
			}
		}
	}
	return ""
}

const idLength = 26

// noLetter is true of what no id has in it.
func noLetter(r rune) bool {
	return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

// unzipped is the text of a workbook, or b as it is.
func unzipped(b []byte) string {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return string(b)
	}
	var all strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err == nil {
			io.Copy(&all, r)
			r.Close()
		}
	}
	return all.String()
}

// What stands in a sentence, in a longer word, in a path or in the header is found; what is another's is not.
func TestLeak(t *testing.T) {
	id, object := strings.Repeat("A", 25)+"7", "objects/quarry"
	for _, body := range []string{`{"id":"` + id + `"}`, "x" + id + "y", id, "at " + object + "."} {
		if leak(answer{body: []byte(body)}, []string{id, object}) == "" {
			t.Errorf("nothing is found in %q", body)
		}
	}
	if leak(answer{header: map[string][]string{"Location": {"/controls/" + id}}}, []string{id}) != id {
		t.Error("nothing is found in a header")
	}
	if what := leak(answer{body: []byte(id[1:] + " " + object[1:])}, []string{id, object}); what != "" {
		t.Errorf("%q is found", what)
	}
}
