package sheet

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"assay/server/op/sniff"
)

// workbook is what must be known of an XLSX file before its rows are read: its shared texts, and which cell
// formats show dates, percentages and decimals.
type workbook struct {
	parts    map[string]*zip.File
	left     int64 // bytes that may still be unpacked
	from1904 bool
	texts    []byte
	ends     []int32 // where each shared text ends in texts
	formats  []format
}

// format is how a number is shown.
type format struct {
	date, time, percent bool
	decimals            int // -1: as many as there are
}

var broken = refuse("This workbook is damaged: a part of it cannot be read. Open it in a spreadsheet and save it again.")

func (b *Book) openXLSX() error {
	b.Kind = XLSX
	z, err := zip.NewReader(b.r, b.size)
	if err != nil {
		return broken
	}
	if len(z.File) > sniff.MaxEntries {
		return refuse("This workbook has more than %d parts, which no ordinary one has.", sniff.MaxEntries)
	}
	x := &workbook{parts: map[string]*zip.File{}, left: sniff.MaxUnpacked}
	for _, f := range z.File {
		x.parts[strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/")] = f
	}
	b.x = x
	if b.Pages, err = x.pages(); err != nil {
		return err
	}
	if len(b.Pages) == 0 {
		return refuse("This workbook has no sheet with cells.")
	}
	if err := x.styles(); err != nil {
		return err
	}
	return x.shared()
}

// part opens a part of the archive. What all parts unpack to together is bounded, whatever they claim.
func (x *workbook) part(name string) (io.ReadCloser, error) {
	f := x.parts[name]
	if f == nil {
		return nil, nil
	}
	rc, err := f.Open()
	if err != nil {
		return nil, broken
	}
	return &bounded{rc, &x.left}, nil
}

type bounded struct {
	io.ReadCloser
	left *int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if *b.left -= int64(n); *b.left < 0 {
		return 0, refuse("This workbook unpacks to more than %d MB, which no ordinary one does.", sniff.MaxUnpacked>>20)
	}
	return n, err
}

// walk calls fn for every element of a part that begins, with a decoder that stands behind its start.
func (x *workbook) walk(name string, fn func(*xml.Decoder, xml.StartElement) error) error {
	rc, err := x.part(name)
	if rc == nil || err != nil {
		return err
	}
	defer rc.Close()
	d := decoder(rc)
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return damaged(err)
		}
		if s, ok := t.(xml.StartElement); ok {
			if err := fn(d, s); err != nil {
				return damaged(err)
			}
		}
	}
}

func decoder(r io.Reader) *xml.Decoder {
	d := xml.NewDecoder(bufio.NewReaderSize(r, 64<<10))
	d.Strict = false
	return d
}

// damaged gives what goes wrong inside of a workbook one sentence, unless it has its own.
func damaged(err error) error {
	var no *Refused
	if errors.As(err, &no) {
		return err
	}
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, zip.ErrChecksum) || errors.Is(err, zip.ErrFormat) || strings.HasPrefix(err.Error(), "flate:") || strings.HasPrefix(err.Error(), "xml:") {
		return broken
	}
	return fmt.Errorf("read a workbook: %w", err)
}

func attr(s xml.StartElement, name string) string {
	for _, a := range s.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// pages lists the sheets that have cells, in their order.
func (x *workbook) pages() ([]Page, error) {
	main := "xl/workbook.xml"
	targets := map[string]string{}
	err := x.walk("xl/_rels/workbook.xml.rels", func(_ *xml.Decoder, s xml.StartElement) error {
		if s.Name.Local == "Relationship" && strings.HasSuffix(attr(s, "Type"), "/worksheet") {
			to := attr(s, "Target")
			if rest, ok := strings.CutPrefix(to, "/"); ok {
				to = rest
			} else {
				to = path.Join("xl", to)
			}
			targets[attr(s, "Id")] = to
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var pages []Page
	err = x.walk(main, func(_ *xml.Decoder, s xml.StartElement) error {
		switch s.Name.Local {
		case "workbookPr":
			v := attr(s, "date1904")
			x.from1904 = v == "1" || v == "true"
		case "sheet":
			var id string
			for _, a := range s.Attr {
				if a.Name.Local == "id" && a.Name.Space != "" {
					id = a.Value
				}
			}
			if part := targets[id]; x.parts[part] != nil && len(pages) < 200 {
				pages = append(pages, Page{Name: attr(s, "name"), Hidden: attr(s, "state") != "" && attr(s, "state") != "visible", part: part})
			}
		}
		return nil
	})
	return pages, err
}

// styles reads which formats show what.
func (x *workbook) styles() error {
	codes := map[string]string{}
	inCells := false
	return x.walk("xl/styles.xml", func(_ *xml.Decoder, s xml.StartElement) error {
		switch s.Name.Local {
		case "numFmt":
			codes[attr(s, "numFmtId")] = attr(s, "formatCode")
		case "cellXfs":
			inCells = true
		case "cellStyles", "dxfs", "cellStyleXfs":
			inCells = false
		case "xf":
			if inCells && len(x.formats) < 100_000 {
				x.formats = append(x.formats, formatOf(attr(s, "numFmtId"), codes[attr(s, "numFmtId")]))
			}
		}
		return nil
	})
}

// formatOf reads a number format: one of the built-in ones by its number, or a code such as dd.mm.yyyy.
func formatOf(id, code string) format {
	if code == "" {
		switch n, _ := strconv.Atoi(id); {
		case n == 1, n == 3, n == 37, n == 38:
			return format{decimals: 0}
		case n == 2, n == 4, n == 39, n == 40:
			return format{decimals: 2}
		case n == 9:
			return format{percent: true, decimals: 0}
		case n == 10:
			return format{percent: true, decimals: 2}
		case n >= 14 && n <= 17, n >= 27 && n <= 36, n >= 50 && n <= 58:
			return format{date: true}
		case n == 22:
			return format{date: true, time: true}
		case n >= 18 && n <= 21, n >= 45 && n <= 47:
			return format{time: true}
		}
		return format{decimals: -1}
	}
	code, _, _ = strings.Cut(code, ";") // what follows is for negative numbers, zero and text
	var plain strings.Builder
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"':
			if j := strings.IndexByte(code[i+1:], '"'); j >= 0 {
				i += j + 1
			}
		case '[':
			if j := strings.IndexByte(code[i:], ']'); j > 0 {
				i += j
			}
		case '\\', '_', '*':
			i++
		default:
			plain.WriteByte(c)
		}
	}
	p := strings.ToLower(plain.String())
	f := format{decimals: -1}
	if p == "general" || p == "@" {
		return f
	}
	f.date = strings.ContainsAny(p, "dy") || strings.Contains(p, "mmm")
	f.time = strings.ContainsAny(p, "hs")
	f.percent = strings.Contains(p, "%")
	if _, after, ok := strings.Cut(p, "."); ok {
		f.decimals = len(after) - len(strings.TrimLeft(after, "0"))
	} else if strings.Contains(p, "0") {
		f.decimals = 0
	}
	return f
}

// shared reads the texts that cells name by number.
func (x *workbook) shared() error {
	return x.walk("xl/sharedStrings.xml", func(d *xml.Decoder, s xml.StartElement) error {
		if s.Name.Local != "si" {
			return nil
		}
		text, err := richText(d, "si")
		if err != nil {
			return err
		}
		x.texts = append(x.texts, text...)
		x.ends = append(x.ends, int32(len(x.texts)))
		if len(x.texts) > maxShared {
			return refuse("The texts of this workbook are larger than %d MB together. Save the sheet as CSV.", maxShared>>20)
		}
		return nil
	})
}

// richText joins the pieces of a text up to the end of the element; how a word is read aloud is not part of it.
func richText(d *xml.Decoder, until string) (string, error) {
	var b strings.Builder
	inText, aloud := false, 0
	for {
		t, err := d.RawToken()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.StartElement:
			inText = t.Name.Local == "t"
			if t.Name.Local == "rPh" {
				aloud++
			}
		case xml.EndElement:
			inText = false
			switch t.Name.Local {
			case "rPh":
				aloud--
			case until:
				return unescape(b.String()), nil
			}
		case xml.CharData:
			if inText && aloud == 0 {
				b.Write(t)
			}
			if b.Len() > MaxCell {
				return "", refuse("A cell of this workbook is longer than %d characters.", MaxCell)
			}
		}
	}
}

// unescape reads _x000D_ as the character it stands for, and gives line breaks one form.
func unescape(s string) string {
	for at := 0; ; {
		i := strings.Index(s[at:], "_x")
		if i < 0 {
			break
		}
		i += at
		at = i + 2
		if i+7 <= len(s) && s[i+6] == '_' {
			if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil {
				s = s[:i] + string(rune(n)) + s[i+7:]
				at = i + utf8.RuneLen(max(rune(n), 0))
				if n >= 0xd800 && n < 0xe000 {
					at = i
				}
			}
		}
	}
	if strings.Contains(s, "\r") {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	return s
}

func (x *workbook) text(n int) string {
	if n < 0 || n >= len(x.ends) {
		return ""
	}
	from := int32(0)
	if n > 0 {
		from = x.ends[n-1]
	}
	return string(x.texts[from:x.ends[n]])
}

// merge is a range of cells that are shown as one.
type merge struct {
	top, bottom, left, right int
	text                     Cell
}

// merges are the merged ranges of a sheet. They stand behind its cells, so the part is searched first.
func (x *workbook) merges(p Page) ([]*merge, error) {
	rc, err := x.part(p.part)
	if err != nil || rc == nil {
		return nil, err
	}
	defer rc.Close()
	r := bufio.NewReaderSize(rc, 64<<10)
	// Looking for the word is twenty times quicker than reading the XML. It cannot stand in a text: < is escaped there.
	if found, err := skipTo(r, "<mergeCells"); err != nil || !found {
		return nil, err
	}
	var all []*merge
	d := decoder(io.MultiReader(strings.NewReader("<mergeCells"), r))
	for {
		t, err := d.RawToken()
		if err != nil {
			return nil, damaged(err)
		}
		if e, ok := t.(xml.EndElement); ok && e.Name.Local == "mergeCells" {
			return all, nil
		}
		s, ok := t.(xml.StartElement)
		if !ok || s.Name.Local != "mergeCell" {
			continue
		}
		from, to, _ := strings.Cut(attr(s, "ref"), ":")
		m := &merge{}
		m.left, m.top = place(from)
		m.right, m.bottom = place(to)
		if len(all) < maxMerges && m.right >= m.left && m.bottom >= m.top && m.top > 0 && m.left >= 0 {
			all = append(all, m)
		}
	}
}

// skipTo reads up to and with a word.
func skipTo(r *bufio.Reader, word string) (bool, error) {
	for {
		chunk, err := r.ReadSlice('<')
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil {
			if errors.Is(err, io.EOF) {
				return false, nil
			}
			return false, damaged(err)
		}
		_ = chunk
		next, err := r.Peek(len(word) - 1)
		if err != nil && !errors.Is(err, io.EOF) {
			return false, damaged(err)
		}
		if string(next) == word[1:] {
			_, err := r.Discard(len(word) - 1)
			return true, err
		}
	}
}

// place reads a cell's name: B12 is column 1, row 12.
func place(name string) (column, row int) {
	i := 0
	for i < len(name) && name[i] >= 'A' && name[i] <= 'Z' && column < 1<<20 {
		column = column*26 + int(name[i]-'A') + 1
		i++
	}
	row, _ = strconv.Atoi(name[i:])
	return column - 1, row
}

// xlsxRows reads the rows of one sheet.
type xlsxRows struct {
	x      *workbook
	rc     io.ReadCloser
	d      *xml.Decoder
	merges []*merge // that begin further down
	active []*merge // that have begun
	filled int
	row    int
	read   int
	cells  []Cell
}

func (x *workbook) rows(p Page) (Rows, error) {
	x.left = 2 * sniff.MaxUnpacked // the part is read twice
	merges, err := x.merges(p)
	if err != nil {
		return nil, err
	}
	rc, err := x.part(p.part)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(merges, func(a, b *merge) int { return a.top - b.top })
	return &xlsxRows{x: x, rc: rc, d: decoder(rc), merges: merges}, nil
}

func (r *xlsxRows) Close() error { return r.rc.Close() }

func (r *xlsxRows) Next() (Row, error) {
	for {
		t, err := r.d.RawToken()
		if errors.Is(err, io.EOF) {
			return Row{}, io.EOF
		}
		if err != nil {
			return Row{}, damaged(err)
		}
		switch t := t.(type) {
		case xml.EndElement:
			if t.Name.Local == "sheetData" {
				return Row{}, io.EOF
			}
		case xml.StartElement:
			if t.Name.Local != "row" {
				continue
			}
			r.row++
			if n, err := strconv.Atoi(attr(t, "r")); err == nil && n >= r.row && n <= 1<<20 {
				r.row = n
			}
			if err := r.readRow(); err != nil {
				return Row{}, damaged(err)
			}
			r.fill()
			blank := true
			for _, c := range r.cells {
				blank = blank && (strings.TrimSpace(c.Text) == "" || c.Filled)
			}
			if blank {
				continue
			}
			if r.read++; r.read > MaxRows+100 {
				return Row{}, refuse("This sheet has more than %d rows. Split it into several files.", MaxRows)
			}
			return Row{Number: r.row, Cells: r.cells}, nil
		}
	}
}

// readRow reads the cells up to the end of the row.
func (r *xlsxRows) readRow() error {
	r.cells = r.cells[:0]
	next := 0
	for {
		t, err := r.d.RawToken()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.EndElement:
			if t.Name.Local == "row" {
				return nil
			}
		case xml.StartElement:
			if t.Name.Local != "c" {
				continue
			}
			column := next
			if ref := attr(t, "r"); ref != "" {
				if n, _ := place(ref); n >= next {
					column = n
				}
			}
			next = column + 1
			cell, err := r.readCell(attr(t, "t"), attr(t, "s"))
			if err != nil {
				return err
			}
			if cell.Text == "" {
				continue
			}
			if column >= MaxColumns {
				if strings.TrimSpace(cell.Text) == "" {
					continue
				}
				return refuse("Row %d has more than %d columns.", r.row, MaxColumns)
			}
			for len(r.cells) <= column {
				r.cells = append(r.cells, Cell{})
			}
			r.cells[column] = cell
		}
	}
}

// readCell reads a cell up to its end.
func (r *xlsxRows) readCell(kind, style string) (Cell, error) {
	var value []byte
	inValue := false
	for {
		t, err := r.d.RawToken()
		if err != nil {
			return Cell{}, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			inValue = t.Name.Local == "v"
			if t.Name.Local == "is" {
				text, err := richText(r.d, "is")
				if err != nil {
					return Cell{}, err
				}
				value = []byte(text)
				kind = "inlineStr"
			}
		case xml.CharData:
			if inValue {
				value = append(value, t...)
			}
			if len(value) > MaxCell {
				return Cell{}, refuse("A cell in row %d is longer than %d characters.", r.row, MaxCell)
			}
		case xml.EndElement:
			inValue = false
			if t.Name.Local == "c" {
				return r.shown(kind, style, string(value)), nil
			}
		}
	}
}

// shown is a cell as a person sees it.
func (r *xlsxRows) shown(kind, style, value string) Cell {
	switch kind {
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil {
			return Cell{}
		}
		return Cell{Text: r.x.text(n)}
	case "inlineStr":
		return Cell{Text: value}
	case "str", "e":
		return Cell{Text: unescape(value)}
	case "b":
		if value == "1" || strings.EqualFold(value, "true") {
			return Cell{Text: "TRUE"}
		}
		return Cell{Text: "FALSE"}
	case "d":
		return Cell{Text: strings.TrimSuffix(strings.TrimSuffix(value, "Z"), "T00:00:00")}
	}
	value = strings.TrimSpace(value)
	if value == "" {
		return Cell{}
	}
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
		return Cell{Text: value}
	}
	f := format{decimals: -1}
	if i, err := strconv.Atoi(style); err == nil && i >= 0 && i < len(r.x.formats) {
		f = r.x.formats[i]
	}
	switch {
	case (f.date || f.time) && n >= 0 && n < 2_958_466: // the year 9999
		return Cell{Text: r.x.day(n, f)}
	case f.percent:
		return Cell{Text: decimal(n*100, f.decimals) + "%", Number: true}
	}
	return Cell{Text: decimal(n, f.decimals), Number: true}
}

// decimal writes a number with so many decimals, or as many as it has.
func decimal(n float64, decimals int) string {
	if decimals >= 0 && decimals <= 15 && math.Abs(n) < 1e15 {
		return strconv.FormatFloat(n, 'f', decimals, 64)
	}
	if math.Abs(n) >= 1e15 || n != 0 && math.Abs(n) < 1e-9 {
		return strconv.FormatFloat(n, 'g', -1, 64)
	}
	// Fifteen digits are what a spreadsheet keeps: 3.1 is stored as 3.1000000000000001.
	n, _ = strconv.ParseFloat(strconv.FormatFloat(n, 'g', 15, 64), 64)
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// day is the date that a number stands for. Spreadsheets believe that there was a 29 February 1900.
func (x *workbook) day(n float64, f format) string {
	base := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if x.from1904 {
		base = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	} else if n < 60 {
		n++
	}
	days, part := math.Modf(n)
	at := base.AddDate(0, 0, int(days)).Add(time.Duration(math.Round(part*86400)) * time.Second)
	switch {
	case !f.date:
		return at.Format("15:04:05")
	case f.time && part > 0:
		return at.Format("2006-01-02 15:04")
	}
	return at.Format("2006-01-02")
}

// mostFilling bounds how many cells are filled: a file may claim that everything is merged with everything.
const mostFilling = 20_000_000

// fill writes the text of merged cells into every cell they cover.
func (r *xlsxRows) fill() {
	for len(r.merges) > 0 && r.merges[0].top <= r.row {
		r.active, r.merges = append(r.active, r.merges[0]), r.merges[1:]
	}
	r.active = slices.DeleteFunc(r.active, func(m *merge) bool { return m.bottom < r.row })
	for _, m := range r.active {
		if r.filled += m.right - m.left + 1; r.filled > mostFilling {
			return
		}
		if m.top == r.row && m.left < len(r.cells) {
			m.text = r.cells[m.left]
			m.text.Filled = true
		}
		if m.text.Text == "" {
			continue
		}
		for column := m.left; column <= min(m.right, MaxColumns-1); column++ {
			if m.top == r.row && column == m.left {
				continue
			}
			for len(r.cells) <= column {
				r.cells = append(r.cells, Cell{})
			}
			if r.cells[column].Text == "" {
				r.cells[column] = m.text
			}
		}
	}
}
