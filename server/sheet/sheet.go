// Package sheet reads tables that people made: CSV of any encoding and delimiter, and XLSX. Rows come one after
// another, so that a file of a hundred thousand takes no more memory than one of a hundred; the texts that an
// XLSX file shares between its cells are the exception, and are bounded.
//
// A cell is what a person sees: a date as a day, a percentage with its sign, a number with the decimals its
// format gives it. Where a cell is a number underneath is kept beside it, because a reference such as 3.10 that
// was typed into a spreadsheet is the number 3.1.
package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"assay/server/op/sniff"
)

// Limits of a table.
const (
	MaxRows    = 250_000
	MaxColumns = 200
	MaxCell    = 100_000 // bytes of one cell
	maxShared  = 64 << 20
	maxMerges  = 5_000
)

// Kinds of files.
const (
	CSV  = "csv"
	XLSX = "xlsx"
)

// Refused is why a file is not read, as a sentence for the person who sent it.
type Refused struct{ Sentence string }

func (r *Refused) Error() string { return r.Sentence }

func refuse(format string, args ...any) error { return &Refused{fmt.Sprintf(format, args...)} }

// Cell is one cell as it is shown.
type Cell struct {
	Text   string
	Number bool // a number underneath: it may have been typed with zeros at its end
	Filled bool // it repeats the cell that it is merged with
}

// Row is one row that holds anything. Its cells are good until the next one is read.
type Row struct {
	Number int // as a spreadsheet counts: the first row is 1
	Cells  []Cell
	Ragged bool // CSV: it has more cells than the first row had
}

// Text is a cell's text, empty where there is none.
func (r Row) Text(column int) string { return r.Cell(column).Text }

// Cell is a cell of the row, empty where there is none.
func (r Row) Cell(column int) Cell {
	if column < 0 || column >= len(r.Cells) {
		return Cell{}
	}
	return r.Cells[column]
}

// Page is one sheet of a workbook.
type Page struct {
	Name   string `json:"name"`
	Hidden bool   `json:"hidden"`

	part string
}

// Book is an opened file.
type Book struct {
	Kind     string
	Encoding string // of CSV
	Comma    rune   // of CSV
	Pages    []Page // of XLSX; the one of a CSV has no name

	r    io.ReaderAt
	size int64
	skip int64 // of CSV: the byte order mark
	x    *workbook
}

// Open looks at a whole file, whatever its name, and refuses what cannot be a table.
func Open(r io.ReaderAt, size int64) (*Book, error) {
	b := &Book{r: r, size: size}
	head := make([]byte, min(size, 8))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read a table: %w", err)
	}
	switch {
	case size == 0:
		return nil, refuse("The file is empty.")
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		if _, err := sniff.Check(r, size, "table.xlsx", []sniff.Type{sniff.XLSX}); err != nil {
			var no *sniff.Refused
			if errors.As(err, &no) {
				return nil, refuse("%s", no.Sentence)
			}
			return nil, err
		}
		return b, b.openXLSX()
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return nil, refuse("This is a spreadsheet in the old XLS format, or one with a password. Save it as XLSX without a password, or as CSV.")
	}
	return b, b.openCSV()
}

// Reopen reads a file again that Open has looked at, as it was found then, without looking at it again.
func Reopen(r io.ReaderAt, size int64, kind, encoding string, comma rune) (*Book, error) {
	b := &Book{r: r, size: size, Kind: kind, Encoding: encoding, Comma: comma}
	if kind == XLSX {
		return b, b.openXLSX()
	}
	b.skip, b.Pages = b.mark(), []Page{{}}
	return b, nil
}

// Visible is the first sheet that is not hidden.
func (b *Book) Visible() string {
	for _, p := range b.Pages {
		if !p.Hidden {
			return p.Name
		}
	}
	return b.Pages[0].Name
}

// Rows gives the rows of a sheet.
func (b *Book) Rows(page string) (Rows, error) {
	if b.Kind == CSV {
		return b.rowsCSV(), nil
	}
	for _, p := range b.Pages {
		if p.Name == page {
			return b.x.rows(p)
		}
	}
	return nil, refuse("This file has no sheet “%s”.", page)
}

// Rows are read with Next until it gives io.EOF.
type Rows interface {
	Next() (Row, error)
	Close() error
}

// Each reads all rows.
func Each(rows Rows, fn func(Row) error) error {
	defer rows.Close()
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := fn(row); err != nil {
			return err
		}
	}
}

// HeadingRow finds the row that names the columns: of the first rows, the first that has nearly as many texts of
// its own as any. A title that is merged over the whole width counts once, and a number is no name.
func HeadingRow(first []Row) int {
	most := 0
	names := make([]int, len(first))
	for i, r := range first {
		seen := map[string]bool{}
		for _, c := range r.Cells {
			if t := strings.TrimSpace(c.Text); t != "" && !c.Filled && !c.Number && utf8.RuneCountInString(t) <= 120 && !seen[t] {
				seen[t] = true
				names[i]++
			}
		}
		most = max(most, names[i])
	}
	for i, n := range names {
		if n > 0 && n*3 >= most*2 {
			return first[i].Number
		}
	}
	if len(first) > 0 {
		return first[0].Number
	}
	return 1
}

// Headings are the names of the columns. One without a name is called after its letter; of two with the same
// name, the second gets the heading above it or a number.
func Headings(row, above Row) []string {
	var names []string
	taken := map[string]bool{}
	last := -1
	for i, c := range row.Cells {
		if strings.TrimSpace(c.Text) != "" && !c.Filled {
			last = i
		}
	}
	for i := range last + 1 {
		name := strings.Join(strings.Fields(row.Text(i)), " ")
		if row.Cell(i).Filled && taken[strings.ToLower(name)] {
			name = ""
		}
		if name == "" {
			name = "Column " + Letter(i)
		}
		if taken[strings.ToLower(name)] && strings.TrimSpace(above.Text(i)) != "" {
			name = strings.Join(strings.Fields(above.Text(i)), " ") + ": " + name
		}
		for n, plain := 2, name; taken[strings.ToLower(name)]; n++ {
			name = fmt.Sprintf("%s (%d)", plain, n)
		}
		taken[strings.ToLower(name)] = true
		names = append(names, name)
	}
	return names
}

// Letter is how a spreadsheet calls a column: A for 0, AA for 26.
func Letter(column int) string {
	s := ""
	for n := column + 1; n > 0; n = (n - 1) / 26 {
		s = string(rune('A'+(n-1)%26)) + s
	}
	return s
}

// Guard keeps a spreadsheet from taking text for a formula: it gets an apostrophe in front. Unguard takes it off
// again, so that what goes out and comes back is the same.
func Guard(s string) string {
	if dangerous(s) {
		return "'" + s
	}
	return s
}

// Unguard is the text that Guard was given.
func Unguard(s string) string {
	if strings.HasPrefix(s, "'") && dangerous(s[1:]) {
		return s[1:]
	}
	return s
}

func dangerous(s string) bool {
	s = strings.TrimLeft(s, "'")
	return s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0]))
}
