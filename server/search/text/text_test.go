package text

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/xuri/excelize/v2"
)

func pdfOf(tb testing.TB, protect bool, pages ...string) []byte {
	tb.Helper()
	p := fpdf.New("P", "mm", "A4", "")
	if protect {
		p.SetProtection(fpdf.CnProtectPrint, "secret", "owner")
	}
	p.SetFont("Helvetica", "", 12)
	for _, text := range pages {
		p.AddPage()
		p.MultiCell(0, 6, text, "", "L", false)
	}
	var b bytes.Buffer
	if err := p.Output(&b); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func zipOf(tb testing.TB, parts ...string) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := io.WriteString(w, parts[i+1]); err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func docxOf(tb testing.TB, body string) []byte {
	return zipOf(tb, "[Content_Types].xml", "<Types/>", "word/document.xml", `<w:document xmlns:w="w"><w:body>`+body+`</w:body></w:document>`,
		"word/footnotes.xml", `<w:footnotes xmlns:w="w"><w:p><w:r><w:t>a footnote</w:t></w:r></w:p></w:footnotes>`)
}

func workbookOf(tb testing.TB) []byte {
	tb.Helper()
	x := excelize.NewFile()
	for cell, v := range map[string]any{"A1": "Reviewer", "B1": "Zürich office", "A2": 4711, "B2": "quarterly <review>"} {
		if err := x.SetCellValue("Sheet1", cell, v); err != nil {
			tb.Fatal(err)
		}
	}
	if err := x.SetSheetName("Sheet1", "Access list"); err != nil {
		tb.Fatal(err)
	}
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func TestRead(t *testing.T) {
	r, cache := &Reader{}, t.TempDir()
	defer r.Close()
	deep := strings.Repeat("<a>", maxDepth+10)
	for _, c := range []struct {
		name, media string
		file        []byte
		state       State
		has, reason string
	}{
		{"text", "text/plain", []byte("Plain words"), OK, "Plain words", ""},
		{"text with a mark", "text/plain", []byte("\xef\xbb\xbfna\xc3\xafve"), OK, "naïve", ""},
		{"windows-1252", "text/csv", []byte("caf\xe9;\x80 5"), OK, "café;€ 5", ""},
		{"utf-16 little", "text/plain", []byte("\xff\xfeh\x00i\x00\xe9\x00"), OK, "hié", ""},
		{"utf-16 big", "text/plain", []byte("\xfe\xff\x00h\x00i"), OK, "hi", ""},
		{"json", "application/json", []byte(`{"mfa": true}`), OK, "mfa", ""},
		{"blank", "text/plain", []byte(" \n "), Empty, "", "It has no text."},
		{"long", "text/plain", []byte(strings.Repeat("word ", MaxText/4)), OK, "word", "Only the first 1 MB of its text can be searched."},
		{"control characters", "text/plain", []byte("a\x00b\x1b[31mred\r\nline"), OK, "red", ""},
		{"picture", "image/png", []byte("x"), None, "", "A picture: its text is not read."},
		{"old word", "application/msword", []byte("x"), Unreadable, "", "The old Word format is not read. Save it as DOCX to find its text."},
		{"docx", docx, docxOf(t, `<w:p><w:r><w:t>The fire </w:t></w:r><w:r><w:t>drill</w:t></w:r></w:p><w:p><w:r><w:t>of May</w:t></w:r></w:p>`), OK, "The fire drill\nof May", ""},
		{"docx with notes", docx, docxOf(t, `<w:p/>`), OK, "a footnote", ""},
		{"docx without text part", docx, zipOf(t, "a.xml", "<a/>"), Unreadable, "", "The document is damaged: it has no text part."},
		{"docx that is no zip", docx, []byte("PK\x03\x04 broken"), Unreadable, "", "The document is damaged: its archive cannot be opened."},
		{"docx with broken xml", docx, docxOf(t, `<w:p><w:t>x</w:p`), Unreadable, "", "The document is damaged: its parts cannot be read."},
		{"docx of depth", docx, docxOf(t, deep), Unreadable, "", "The document has elements within elements, 200 deep."},
		{"docx bomb", docx, docxOf(t, strings.Repeat("<w:r/>", 5<<20)), Unreadable, "", "A part of the document unpacks to more than 200 times its size."},
		{"xlsx", xlsx, workbookOf(t), OK, "Reviewer\tZürich office\t\n4711\tquarterly <review>", ""},
		{"xlsx sheet name", xlsx, workbookOf(t), OK, "Access list", ""},
		{"xlsx bomb", xlsx, zipOf(t, "xl/workbook.xml", "<workbook/>", "xl/sharedStrings.xml", "<sst>"+strings.Repeat("<si><t>aaaaaaaaaaaaaaaa</t></si>", 1<<20)+"</sst>"), Unreadable, "", "A part of the document unpacks to more than 200 times its size."},
		{"xlsx with wild indexes", xlsx, zipOf(t, "xl/workbook.xml", "<workbook/>", "xl/worksheets/sheet1.xml", `<c t="s"><v>-1</v></c><c t="s"><v>999999999999999999999</v></c><c><v>77</v></c>`), OK, "77", ""},
		{"pdf", "application/pdf", pdfOf(t, false, "The quarterly restore test", "Second page about Grundschutz"), OK, "restore test", ""},
		{"pdf, second page", "application/pdf", pdfOf(t, false, "one", "two"), OK, "one\ftwo", ""},
		{"pdf without text", "application/pdf", pdfOf(t, false, ""), Empty, "", "It has no text, only pictures. A scan has to be recognised first."},
		{"pdf with a password", "application/pdf", pdfOf(t, true, "hidden"), Unreadable, "", "It is protected with a password."},
		{"pdf cut off", "application/pdf", []byte("%PDF-1.7\n1 0 obj"), Unreadable, "", "The PDF is damaged: it cannot be opened."},
	} {
		at := time.Now()
		got, err := r.Read(t.Context(), cache, c.media, c.file)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if got.State != c.state || got.Reason != c.reason || !strings.Contains(got.Text, c.has) {
			t.Errorf("%s: %s %q %.200q, want %s %q with %q", c.name, got.State, got.Reason, got.Text, c.state, c.reason, c.has)
		}
		t.Log(c.name, time.Since(at))
		if len(got.Text) > MaxText {
			t.Errorf("%s: %d bytes of text", c.name, len(got.Text))
		}
	}
}

// TestDamagedPDF flips bytes of a good file, two hundred times: each is read or refused, and the reader still
// reads the good one after.
func TestDamagedPDF(t *testing.T) {
	r, cache := &Reader{}, t.TempDir()
	defer r.Close()
	good := pdfOf(t, false, strings.Repeat("Words of a report that goes on. ", 100), "More of it")
	rnd := rand.New(rand.NewPCG(7, 7))
	states := map[State]int{}
	for i := range 200 {
		bad := bytes.Clone(good)
		for range 1 + i/4 {
			bad[rnd.IntN(len(bad))] ^= byte(1 + rnd.IntN(255))
		}
		at := time.Now()
		c, err := r.Read(t.Context(), cache, "application/pdf", bad)
		if err != nil {
			t.Fatalf("copy %d: %v", i, err)
		}
		if took := time.Since(at); took > MaxTime+2*time.Second {
			t.Errorf("copy %d took %s", i, took)
		}
		states[c.State]++
	}
	t.Log(states)
	if states[OK] == 200 {
		t.Error("no copy was damaged: the test flips nothing")
	}
	if c, err := r.Read(t.Context(), cache, "application/pdf", good); err != nil || c.State != OK {
		t.Errorf("the good one after them: %v %v", c.State, err)
	}
}

// TestDeadline: reading ends when the caller's time does, and says so as an error, not as a word on the file.
func TestDeadline(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := &Reader{}
	if _, err := r.Read(ctx, "", docx, docxOf(t, "<w:p/>")); err == nil {
		t.Error("a document was read after its time")
	}
}

func FuzzOffice(f *testing.F) {
	f.Add(true, docxOf(f, "<w:p><w:r><w:t>x</w:t></w:r></w:p>"))
	f.Add(false, workbookOf(f))
	f.Fuzz(func(t *testing.T, word bool, file []byte) {
		fuzzed(t, map[bool]string{true: docx, false: xlsx}[word], file)
	})
}

// FuzzParts puts anything where the parts of a document should be.
func FuzzParts(f *testing.F) {
	f.Add("<w:p><w:t>x</w:t></w:p>", "<sst><si><t>a</t></si></sst>", `<row><c t="s"><v>0</v></c></row>`)
	f.Add("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<si><t>", "</c></c><v>")
	f.Fuzz(func(t *testing.T, body, strings, sheet string) {
		fuzzed(t, docx, zipOf(t, "word/document.xml", body))
		fuzzed(t, xlsx, zipOf(t, "xl/workbook.xml", body, "xl/sharedStrings.xml", strings, "xl/worksheets/sheet1.xml", sheet))
	})
}

func FuzzPlain(f *testing.F) {
	for _, s := range []string{"a;b\n", "\xff\xfea\x00", "\xfe\xff\x00", "\xef\xbb\xbf", "\xc3", "\x00\x1b\xad"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) { fuzzed(t, "text/csv", b) })
}

func fuzzed(t *testing.T, media string, file []byte) {
	c, err := (&Reader{}).Read(t.Context(), "", media, file)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Text) > MaxText || c.State == "" || (c.State == OK) != (c.Text != "") || strings.ContainsFunc(c.Text, odd) {
		t.Fatalf("%+v", fmt.Sprint(c.State, c.Reason, len(c.Text)))
	}
}
