package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

func open(t testing.TB, content []byte) *Book {
	t.Helper()
	b, err := Open(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func all(t testing.TB, b *Book, page string) (rows []Row) {
	t.Helper()
	r, err := b.Rows(page)
	if err != nil {
		t.Fatal(err)
	}
	err = Each(r, func(row Row) error {
		row.Cells = append([]Cell{}, row.Cells...)
		rows = append(rows, row)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func texts(r Row) (out []string) {
	for _, c := range r.Cells {
		out = append(out, c.Text)
	}
	return out
}

func utf16le(s string) []byte {
	b := []byte("\xff\xfe")
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

func TestCSV(t *testing.T) {
	for name, c := range map[string]struct {
		content  string
		encoding string
		comma    rune
		want     [][]string
	}{
		"plain":                  {"Ref,Title\nA-1,Doors\n", UTF8, ',', [][]string{{"Ref", "Title"}, {"A-1", "Doors"}}},
		"mark and semicolons":    {"\ufeffRef;Title\r\nA-1;\"Doors; locked\"\r\n", UTF8, ';', [][]string{{"Ref", "Title"}, {"A-1", "Doors; locked"}}},
		"Latin-1":                {"Ref;Titel\r\nA-1;T\xfcren gepr\xfcft\r\n", Windows1252, ';', [][]string{{"Ref", "Titel"}, {"A-1", "Türen geprüft"}}},
		"Windows quotes":         {"Ref,Title\nA-1,\x93Doors\x94 \x80\n", Windows1252, ',', [][]string{{"Ref", "Title"}, {"A-1", "“Doors” €"}}},
		"UTF-16":                 {string(utf16le("Ref\tTitle\r\nA-1\tTüren\r\n")), UTF16, '\t', [][]string{{"Ref", "Title"}, {"A-1", "Türen"}}},
		"quoted line breaks":     {"Ref;Title\r\nA-1;\"one\r\ntwo\nthree\"\r\n", UTF8, ';', [][]string{{"Ref", "Title"}, {"A-1", "one\ntwo\nthree"}}},
		"doubled quotes":         {"Ref,Title\nA-1,\"a \"\"b\"\" c\"\n", UTF8, ',', [][]string{{"Ref", "Title"}, {"A-1", `a "b" c`}}},
		"quote within":           {"Ref,Title\nA-1,5\" disk\nA-2,\"x\" y\n", UTF8, ',', [][]string{{"Ref", "Title"}, {"A-1", `5" disk`}, {"A-2", "x y"}}},
		"old line ends":          {"Ref,Title\rA-1,Doors\r", UTF8, ',', [][]string{{"Ref", "Title"}, {"A-1", "Doors"}}},
		"pipes":                  {"Ref|Title\nA-1|Doors, all\n", UTF8, '|', [][]string{{"Ref", "Title"}, {"A-1", "Doors, all"}}},
		"commas inside of texts": {"Ref;Title\nA-1;a, b, c\nA-2;d, e, f\nA-3;g\n", UTF8, ';', [][]string{{"Ref", "Title"}, {"A-1", "a, b, c"}, {"A-2", "d, e, f"}, {"A-3", "g"}}},
		"sep= of a spreadsheet":  {"sep=;\r\nRef;Title\r\n1,5;x\r\n", UTF8, ';', [][]string{{"Ref", "Title"}, {"1,5", "x"}}},
		"one column":             {"Name\nDoors\n\n  \nWindows", UTF8, ',', [][]string{{"Name"}, {"Doors"}, {"Windows"}}},
		"empty last cell":        {"Ref,Title\nA-1,", UTF8, ',', [][]string{{"Ref", "Title"}, {"A-1", ""}}},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t, []byte(c.content))
			if b.Encoding != c.encoding || b.Comma != c.comma {
				t.Errorf("%s, %q", b.Encoding, b.Comma)
			}
			var got [][]string
			for _, r := range all(t, b, "") {
				got = append(got, texts(r))
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("%q", got)
			}
		})
	}
}

// Rows keep the number that a spreadsheet shows, and a row that is too long says so.
func TestRowNumbers(t *testing.T) {
	rows := all(t, open(t, []byte("Ref,Title\n\n\nA-1,\"x\ny\"\nA-2,y,z\n")), "")
	if len(rows) != 3 || rows[1].Number != 4 || rows[2].Number != 5 || rows[1].Ragged || !rows[2].Ragged {
		t.Errorf("%+v", rows)
	}
}

// A file that cannot be a table gets a sentence, and nothing is read of it.
func TestRefused(t *testing.T) {
	for name, c := range map[string]struct{ content, says string }{
		"empty":             {"", "empty"},
		"web page":          {"<!doctype html><table>", "not a table"},
		"JSON":              {`{"a": 1}`, "not a table"},
		"binary":            {"Ref,Title\nA\x00B,c\n", "not a text file"},
		"old spreadsheet":   {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more", "XLS"},
		"archive":           {archive(t, map[string]string{"a.txt": "hello"}), "ZIP archive"},
		"cut off":           {archive(t, map[string]string{"a.txt": "hello"})[:40], "cut off"},
		"bomb":              {archive(t, map[string]string{"[Content_Types].xml": "<Types/>", "xl/workbook.xml": strings.Repeat(" ", 64<<20)}), "times its size"},
		"no sheets":         {archive(t, map[string]string{"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"}), "no sheet"},
		"broken inside":     {archive(t, map[string]string{"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook", "xl/_rels/workbook.xml.rels": "<Rel"}), "damaged"},
		"archive in itself": {archive(t, map[string]string{"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>", "xl/a.zip": "PK\x03\x04"}), "another archive"},
	} {
		_, err := Open(strings.NewReader(c.content), int64(len(c.content)))
		var no *Refused
		if !errors.As(err, &no) || !strings.Contains(no.Sentence, c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]struct{ content, says string }{
		"open quote":       {"Ref,Title\nA-1,\"Doors\nA-2,Windows\n", "never closed"},
		"too many columns": {strings.Repeat("a,", 300) + "\n", "columns"},
		"endless cell":     {"Ref,Title\nA-1,\"" + strings.Repeat("x", MaxCell+10) + "\"\n", "longer than"},
	} {
		r, err := open(t, []byte(c.content)).Rows("")
		if err == nil {
			err = Each(r, func(Row) error { return nil })
		}
		var no *Refused
		if !errors.As(err, &no) || !strings.Contains(no.Sentence, c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func archive(t testing.TB, parts map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range parts {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// workbookOf is a workbook made by another program's hand.
func workbookOf(t testing.TB, make func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	make(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func style(f *excelize.File, cell, code string) {
	id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
	if err == nil {
		err = f.SetCellStyle("Sheet1", cell, cell, id)
	}
	if err != nil {
		panic(err)
	}
}

func TestXLSX(t *testing.T) {
	content := workbookOf(t, func(f *excelize.File) {
		set := func(cell string, v any) {
			if err := f.SetCellValue("Sheet1", cell, v); err != nil {
				t.Fatal(err)
			}
		}
		set("A1", "Our controls")
		f.MergeCell("Sheet1", "A1", "F1")
		for i, h := range []string{"Ref", "Title", "Since", "Share", "Done"} {
			set(string(rune('A'+i))+"3", h)
		}
		set("A4", 3.1)
		set("B4", "one\ntwo")
		set("C4", time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC))
		set("D4", 0.125)
		style(f, "D4", "0.0%")
		set("E4", true)
		set("A5", 3.1)
		style(f, "A5", "0.00")
		f.SetCellRichText("Sheet1", "B5", []excelize.RichTextRun{{Text: "rich "}, {Text: "text", Font: &excelize.Font{Bold: true}}})
		set("C5", 46083.5)
		style(f, "C5", "dd.mm.yyyy hh:mm")
		set("A7", "'=1+1")
		set("B7", "merged down")
		f.MergeCell("Sheet1", "B7", "B8")
		set("A8", "A-8")
		f.NewSheet("Lists")
		f.SetCellValue("Lists", "A1", "hidden")
		f.SetSheetVisible("Lists", false)
	})
	b := open(t, content)
	if len(b.Pages) != 2 || !b.Pages[1].Hidden || b.Visible() != "Sheet1" {
		t.Fatalf("%+v", b.Pages)
	}
	rows := all(t, b, "Sheet1")
	if got := HeadingRow(rows); got != 3 {
		t.Errorf("headings in row %d", got)
	}
	if got := Headings(rows[1], rows[0]); !reflect.DeepEqual(got, []string{"Ref", "Title", "Since", "Share", "Done"}) {
		t.Errorf("%q", got)
	}
	want := [][]string{
		{"3.1", "one\ntwo", "2026-03-02", "12.5%", "TRUE"},
		{"3.10", "rich text", "2026-03-02 12:00"},
		{"'=1+1", "merged down"},
		{"A-8", "merged down"},
	}
	for i, w := range want {
		if got := texts(rows[i+2]); !reflect.DeepEqual(got, w) {
			t.Errorf("row %d: %q, want %q", i+4, got, w)
		}
	}
	if !rows[2].Cell(0).Number || rows[2].Cell(1).Number || rows[5].Number != 8 || !rows[5].Cell(1).Filled {
		t.Errorf("%+v", rows)
	}
}

// What was found in the wild is read, too.
func TestWild(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "data", "real", "questionnaires")
	if env := os.Getenv("ASSAY_REAL_DATA"); env != "" {
		dir = filepath.Join(env, "questionnaires")
	}
	content, err := os.ReadFile(filepath.Join(dir, "customer-questionnaire-sample.xlsx"))
	if err != nil {
		t.Skip("no files of others here: set ASSAY_REAL_DATA to their folder")
	}
	b := open(t, content)
	rows := all(t, b, "Security")
	if n := HeadingRow(rows[:10]); n != 4 {
		t.Errorf("headings in row %d", n)
	}
	content, err = os.ReadFile(filepath.Join(dir, "customer-questionnaire-sample.csv"))
	if err != nil {
		t.Fatal(err)
	}
	b = open(t, content)
	if rows := all(t, b, ""); b.Comma != ';' || len(rows[0].Cells) != 3 || len(rows) < 20 {
		t.Errorf("%q, %d rows", b.Comma, len(rows))
	}
}

func TestHeadings(t *testing.T) {
	cell := func(names ...string) (r Row) {
		for _, n := range names {
			r.Cells = append(r.Cells, Cell{Text: n})
		}
		return r
	}
	got := Headings(cell("Name", "", "Name", "E-mail", "E-mail", ""), cell("", "", "Reviewer", "", ""))
	if want := []string{"Name", "Column B", "Reviewer: Name", "E-mail", "E-mail (2)"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
	if Letter(0) != "A" || Letter(25) != "Z" || Letter(26) != "AA" || Letter(701) != "ZZ" || Letter(702) != "AAA" {
		t.Error("letters")
	}
}

// What goes out guarded comes back as it was, whatever it is.
func TestGuard(t *testing.T) {
	for _, s := range []string{"", "plain", "=1+1", "+1", "-1", "@x", "'=1", "''@", "'quoted'", "\tx", "a=b", "'"} {
		if g := Guard(s); Unguard(g) != s || strings.ContainsRune("=+-@\t\r", rune((g + " ")[0])) {
			t.Errorf("%q: %q", s, g)
		}
	}
	if Unguard("'tis") != "'tis" {
		t.Error("an apostrophe of one's own")
	}
}

func drain(b *Book) {
	for _, p := range b.Pages {
		rows, err := b.Rows(p.Name)
		if err != nil {
			continue
		}
		n, first := 0, []Row{}
		Each(rows, func(r Row) error {
			if n++; n > 20_000 {
				return io.EOF
			}
			if len(first) < 20 {
				r.Cells = append([]Cell{}, r.Cells...)
				first = append(first, r)
			}
			if len(r.Cells) > MaxColumns+1 {
				return fmt.Errorf("%d cells", len(r.Cells))
			}
			return nil
		})
		HeadingRow(first)
		if len(first) > 1 {
			Headings(first[1], first[0])
		}
	}
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\ufeffa;b\r\n\"x\ny\";z", "a\tb\r1\t\"", "\xff\xfea\x00", "sep=;\na;b", "\x93x\x94,\"\"\"\"\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		b, err := Open(bytes.NewReader(content), int64(len(content)))
		if err != nil {
			return
		}
		drain(b)
	})
}

func FuzzXLSX(f *testing.F) {
	f.Add(`<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" s="1"><v>46083.5</v></c></row></sheetData><mergeCells><mergeCell ref="A1:C4"/></mergeCells></worksheet>`, `<sst><si><t>x_x000D_y</t></si></sst>`, `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="[$-409]d/m/yy;@"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>`)
	f.Add(`<worksheet><sheetData><row><c t="inlineStr"><is><r><t>a</t></r><rPh><t>b</t></rPh></is></c><c><v>1e400</v></c></row></sheetData></worksheet>`, ``, ``)
	f.Add(`<worksheet><sheetData><row r="99999999"><c r="ZZZZZZZZ1"><v>-1</v></c>`, `<sst><si>`, `<styleSheet><cellXfs><xf numFmtId="x"/>`)
	f.Fuzz(func(t *testing.T, page, shared, styles string) {
		content := archive(t, map[string]string{
			"[Content_Types].xml":        "<Types/>",
			"xl/workbook.xml":            `<workbook xmlns:r="r"><sheets><sheet name="One" r:id="r1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
			"xl/worksheets/sheet1.xml":   page,
			"xl/sharedStrings.xml":       shared,
			"xl/styles.xml":              styles,
		})
		b, err := Open(strings.NewReader(content), int64(len(content)))
		if err != nil {
			return
		}
		drain(b)
	})
}

// BenchmarkCSV says how long a hundred thousand rows take to be read.
func BenchmarkCSV(b *testing.B) {
	var s strings.Builder
	s.WriteString("Ref;Title;Description;Owner\r\n")
	for i := range 100_000 {
		fmt.Fprintf(&s, "A-%d;A control with a title;\"What is done; and by whom\";ada@example.com\r\n", i)
	}
	content := s.String()
	for b.Loop() {
		k, err := Open(strings.NewReader(content), int64(len(content)))
		if err != nil {
			b.Fatal(err)
		}
		rows, _ := k.Rows("")
		if err := Each(rows, func(Row) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
