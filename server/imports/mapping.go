package imports

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"assay/server/op"
	"assay/server/sheet"
)

// ImportMapping says how a file is understood.
type ImportMapping struct {
	Sheet  string         `json:"sheet,omitempty" maxLength:"100" doc:"Which sheet of a workbook"`
	Header int            `json:"header" minimum:"1" maximum:"1000" doc:"The row that names the columns"`
	Key    string         `json:"key" maxLength:"40" doc:"The field by which a record is recognised"`
	Exact  bool           `json:"exact,omitempty" doc:"Empty cells clear their fields, and links that a cell does not list are removed. Otherwise empty cells leave everything as it is"`
	Fields []ImportSource `json:"fields" maxItems:"60" doc:"Where each field comes from; one that is not here stays as it is"`
	Words  []ImportWord   `json:"words,omitempty" maxItems:"500" doc:"What words of the file stand for"`
}

// ImportSource is where a field's value comes from: a column, or one value for all rows.
type ImportSource struct {
	Field  string `json:"field" maxLength:"40"`
	Column string `json:"column,omitempty" maxLength:"300" doc:"A heading of the file"`
	Value  string `json:"value,omitempty" maxLength:"1000" doc:"Or one value for every row"`
}

// ImportWord translates a word of the file into a value of a field: "Done" into implemented, "Bob" into a person's id.
type ImportWord struct {
	Field string `json:"field" maxLength:"40"`
	From  string `json:"from" maxLength:"300"`
	To    string `json:"to" maxLength:"300" doc:"A value of the field; empty means none"`
}

// ImportLook is what an uploaded file shows of itself.
type ImportLook struct {
	Sheets   []sheet.Page `json:"sheets" doc:"Of a workbook; hidden ones are not read unless chosen"`
	Sheet    string       `json:"sheet"`
	Header   int          `json:"header" doc:"The row that was taken for the headings"`
	Headings []string     `json:"headings"`
	Samples  [][]string   `json:"samples" doc:"The first rows below them"`
}

const (
	samples  = 20
	mostSeen = 40 // rows that are looked at to find the headings
)

// look reads a file's beginning. header 0 means: find it.
func look(b *sheet.Book, page string, header int) (ImportLook, error) {
	l := ImportLook{Sheets: b.Pages, Sheet: page, Samples: [][]string{}, Headings: []string{}}
	if page == "" || b.Kind == sheet.CSV {
		l.Sheet = b.Visible()
	}
	rows, err := b.Rows(l.Sheet)
	if err != nil {
		return l, err
	}
	defer rows.Close()
	var first []sheet.Row
	for len(first) < mostSeen || header > 0 && first[len(first)-1].Number < header+samples {
		row, err := rows.Next()
		if err != nil {
			if isEnd(err) {
				break
			}
			return l, err
		}
		row.Cells = slices.Clone(row.Cells)
		first = append(first, row)
	}
	if len(first) == 0 {
		return l, &sheet.Refused{Sentence: "There is nothing in this sheet."}
	}
	if header == 0 {
		header = sheet.HeadingRow(first[:min(len(first), 20)])
	}
	l.Header = header
	i := slices.IndexFunc(first, func(r sheet.Row) bool { return r.Number == header })
	if i < 0 {
		return l, &sheet.Refused{Sentence: "There is nothing in the row that is said to hold the headings."}
	}
	var above sheet.Row
	if i > 0 && first[i-1].Number == header-1 {
		above = first[i-1]
	}
	l.Headings = sheet.Headings(first[i], above)
	for _, r := range first[i+1:] {
		if len(l.Samples) == samples {
			break
		}
		cells := make([]string, len(l.Headings))
		for c := range cells {
			cells[c] = clip(clean(sheet.Unguard(r.Text(c))), 160)
		}
		l.Samples = append(l.Samples, cells)
	}
	if len(l.Samples) == 0 {
		return l, &sheet.Refused{Sentence: "There are headings in this sheet, but no rows below them."}
	}
	return l, nil
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// clean drops characters that no text has, and blanks around it.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r == 0xfeff {
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// problemHeading is the column that a file of refused rows has behind its own.
const problemHeading = "Problem"

// headsOf is the digest of headings, without the one that a file of refused rows has more.
func headsOf(l ImportLook) string {
	heads := slices.DeleteFunc(slices.Clone(l.Headings), func(h string) bool { return h == problemHeading })
	sum := sha256.Sum256([]byte(strings.ToLower(strings.Join(heads, "\x00"))))
	return hex.EncodeToString(sum[:16])
}

// propose reads the headings: a field gets the column that is called like it, or like one of its other names.
func propose(t *Target, l ImportLook) ImportMapping {
	m := ImportMapping{Sheet: l.Sheet, Header: l.Header, Fields: []ImportSource{}, Words: []ImportWord{}}
	used := map[string]bool{}
	for pass := range 3 { // its own name goes before other names, and those before a part of one
		for _, f := range t.all() {
			if slices.ContainsFunc(m.Fields, func(s ImportSource) bool { return s.Field == f.Name }) {
				continue
			}
			for _, h := range l.Headings {
				if !used[h] && h != problemHeading && called(f, h, pass) {
					used[h] = true
					m.Fields = append(m.Fields, ImportSource{Field: f.Name, Column: h})
					break
				}
			}
		}
	}
	has := func(name string) bool {
		f, _ := t.field(name)
		return !slices.ContainsFunc(f.parts(), func(part string) bool {
			return !slices.ContainsFunc(m.Fields, func(s ImportSource) bool { return s.Field == part })
		})
	}
	m.Key = t.Keys[0]
	switch i := slices.IndexFunc(t.Keys, has); {
	case has(ID) && has(Version): // it went out here
		m.Key, m.Exact = ID, true
	case i >= 0:
		m.Key = t.Keys[i]
	case has(ID):
		m.Key = ID
	}
	return m
}

func called(f Field, heading string, pass int) bool {
	h := plainWord(heading)
	switch pass {
	case 0:
		return h == plainWord(f.Label) || h == plainWord(f.Name)
	case 1:
		return slices.ContainsFunc(f.Also, func(a string) bool { return h == plainWord(a) })
	}
	if f.Name == ID || f.Name == Version {
		return false
	}
	return slices.ContainsFunc(append([]string{f.Label}, f.Also...), func(a string) bool {
		w := plainWord(a)
		return len(w) > 4 && (strings.HasPrefix(h, w) || strings.HasSuffix(h, w))
	})
}

// check says what is wrong with a mapping, before anything is read.
func (m *ImportMapping) check(t *Target, l ImportLook) error {
	var c op.Check
	seen := map[string]bool{}
	for _, s := range m.Fields {
		f, ok := t.field(s.Field)
		switch {
		case !ok:
			c.That(false, "mapping.fields", "There is no field “"+s.Field+"” here.")
		case seen[s.Field]:
			c.That(false, "mapping.fields", f.Label+" is given twice. Choose one column for it.")
		case s.Column != "" && !slices.Contains(l.Headings, s.Column):
			c.That(false, "mapping.fields", "The file has no column “"+s.Column+"”.")
		case s.Column == "" && s.Value == "":
			c.That(false, "mapping.fields", "Choose a column or a value for "+f.Label+".")
		case s.Column == "" && (s.Field == ID || s.Field == Version):
			c.That(false, "mapping.fields", f.Label+" cannot be the same for every row.")
		}
		seen[s.Field] = true
	}
	c.That(m.Key == ID || slices.Contains(t.Keys, m.Key), "mapping.key", "Records cannot be recognised by this field.")
	if f, ok := t.field(m.Key); ok {
		column := false // a part of the key may be the same for every row, not all of it
		for _, part := range f.parts() {
			c.That(seen[part], "mapping.key", "Choose the column that holds “"+f.Label+"”, by which a "+t.One+" is recognised.")
			column = column || slices.ContainsFunc(m.Fields, func(s ImportSource) bool { return s.Field == part && s.Column != "" })
		}
		c.That(column, "mapping.key", f.Label+" cannot be the same for every row.")
	}
	for _, w := range m.Words {
		_, ok := t.field(w.Field)
		c.That(ok, "mapping.words", "There is no field “"+w.Field+"” here.")
	}
	return c.Err()
}
