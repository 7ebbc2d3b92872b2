package op

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	table "assay/server/sheet"
	"assay/storage"
)

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// exportIn is what an export takes beside the list's own filter.
type exportIn struct {
	format  string
	columns []string
}

// export makes the operation that sends all rows that match as one file. Rows go one by one into a file on
// disk while the transaction is open, and from there to the client: a slow client holds no transaction.
func export[F, R any](name, route string, may Roles, t *Table[F, R], opts ...Option) Op {
	return exported(name, route, may, t.Export, t.More, t.Each, opts)
}

// Sheet makes an export, CSV or XLSX, of rows that are computed and not listed. Its route ends in /export.
func Sheet[In, R any](name, route string, may Roles, cols []Col[R], fn func(*storage.ReadTx, In) ([]R, error), opts ...Option) Op {
	return exported(name, route, may, cols, nil, func(tx *storage.ReadTx, in In, row func(R) error) error {
		all, err := fn(tx, in)
		for _, r := range all {
			if err == nil {
				err = row(r)
			}
		}
		return err
	}, opts)
}

// exported makes an export of the columns own, and of those that more says the organisation has.
func exported[F, R any](name, route string, may Roles, own []Col[R], more func(*storage.ReadTx) ([]Col[R], error), each func(*storage.ReadTx, F, func(R) error) error, opts []Option) Op {
	o := describe[F, Sent](WayDownload, name, route, may, opts)
	o.Audited = true
	o.columns = make([]string, len(own))
	for i, c := range own {
		o.columns[i] = c.name()
	}
	o.more = more != nil
	o.register = func(m *mounted) {
		stream(m, func(ctx context.Context, rq *request, in *F) (func(), error) {
			file, err := newSpool(rq.site.TempDir)
			if err != nil {
				return nil, err
			}
			n := 0
			var today string
			err = rq.read(ctx, func(tx *storage.ReadTx) error {
				today = tx.Today()
				all := own
				if more != nil {
					theirs, err := more(tx)
					if err != nil {
						return err
					}
					all = slices.Concat(own, theirs)
				}
				cols, err := choose(all, rq.export.columns)
				if err != nil {
					return err
				}
				out, err := newSheet(file, rq.site.TempDir, rq.export.format, cols)
				if err != nil {
					return err
				}
				cells := make([]any, len(cols))
				err = each(tx, *in, func(row R) error {
					n++
					for i, c := range cols {
						cells[i] = harmless(c.Value(row))
					}
					return out.row(cells)
				})
				return errors.Join(err, out.end(err == nil))
			})
			if err == nil {
				err = rq.record(rq.call(), storage.Event{Subject: m.module.Name, Detail: map[string]any{
					"format": rq.export.format, "rows": n, "filter": printable(rq.r.URL.RawQuery)}})
			}
			if err != nil {
				return nil, errors.Join(err, file.Close())
			}
			return func() {
				defer file.Close()
				h := rq.w.Header()
				kind := "text/csv; charset=utf-8"
				if rq.export.format == "xlsx" {
					kind = xlsxType
				}
				safeHeaders(h, exportName(m.Path, today, rq.export.format), kind, "attachment")
				h.Set("Assay-Audit", rq.seqs())
				out := rq.slowly()
				defer out.done()
				http.ServeContent(out, rq.r, "", time.Time{}, file)
			}, nil
		})
	}
	return o
}

// readExport takes format and columns out of the address, so that what is left is the list's own filter.
func (rq *request) readExport() error {
	u := *rq.r.URL
	q := u.Query()
	rq.export.format = "csv"
	if q.Has("format") {
		rq.export.format = q.Get("format")
	}
	if f := rq.export.format; f != "csv" && f != "xlsx" {
		return &Error{Kind: Invalid, Message: "Please correct the marked fields.", Fields: map[string]string{"query.format": "Choose one of: csv, xlsx."}}
	}
	if c := q.Get("columns"); c != "" {
		rq.export.columns = strings.Split(c, ",")
	}
	q.Del("format")
	q.Del("columns")
	u.RawQuery = q.Encode()
	rq.r.URL = &u
	return nil
}

// choose picks the columns asked for, in the order asked for; all of them when none are.
func choose[R any](all []Col[R], names []string) ([]Col[R], error) {
	if len(names) == 0 {
		return all, nil
	}
	var some []Col[R]
	for _, name := range names {
		found := false
		for _, c := range all {
			if c.name() == name && len(some) < len(all) {
				some, found = append(some, c), true
			}
		}
		if !found {
			var known []string
			for _, c := range all {
				known = append(known, c.name())
			}
			return nil, &Error{Kind: Invalid, Message: "Please correct the marked fields.",
				Fields: map[string]string{"query.columns": "Choose from: " + strings.Join(known, ", ") + ", each once."}}
		}
	}
	return some, nil
}

// columnName is how a column is asked for: "Due date" as due_date.
func columnName(header string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			return r
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '_'
	}, header), "_")
}

// exportName is the file's name: the last fixed part of the route before "export", and the date.
func exportName(path, today, format string) string {
	name := "export"
	for p := range strings.SplitSeq(strings.TrimSuffix(path, "/export"), "/") {
		if p != "" && p[0] != '{' {
			name = p
		}
	}
	return name + "-" + today + "." + format
}

// harmless keeps a spreadsheet from taking text for a formula: it gets an apostrophe in front.
func harmless(v any) any {
	s, ok := v.(string)
	if !ok {
		if t, named := v.(fmt.Stringer); named {
			s = t.String()
		} else if s, ok = asText(v); !ok {
			return v
		}
	}
	return table.Guard(s)
}

// sheet is a file of rows being written.
type sheet interface {
	row([]any) error
	end(whole bool) error
}

func newSheet[R any](w io.Writer, temp, format string, cols []Col[R]) (sheet, error) {
	return newSheetOf(w, temp, format, 0, cols)
}

func newSheetOf[R any](w io.Writer, temp, format string, comma rune, cols []Col[R]) (sheet, error) {
	heads := make([]any, len(cols))
	for i, c := range cols {
		heads[i] = harmless(c.Header)
	}
	if format == "xlsx" {
		return newXLSX(w, temp, heads)
	}
	b := bufio.NewWriterSize(w, 64<<10)
	b.WriteString("\ufeff") // without it spreadsheets take UTF-8 for something else
	s := &csvSheet{b: b, w: csv.NewWriter(b)}
	s.w.UseCRLF = true // RFC 4180
	if comma != 0 {
		s.w.Comma = comma
	}
	return s, s.row(heads)
}

type csvSheet struct {
	b    *bufio.Writer
	w    *csv.Writer
	line []string
}

func (s *csvSheet) row(cells []any) error {
	s.line = s.line[:0]
	for _, c := range cells {
		if c == nil {
			c = ""
		}
		s.line = append(s.line, fmt.Sprint(c))
	}
	return s.w.Write(s.line)
}

func (s *csvSheet) end(whole bool) error {
	s.w.Flush()
	return errors.Join(s.w.Error(), s.b.Flush())
}

type xlsxSheet struct {
	out io.Writer
	f   *excelize.File
	w   *excelize.StreamWriter
	n   int
}

func newXLSX(out io.Writer, temp string, heads []any) (sheet, error) {
	f := excelize.NewFile(excelize.Options{TmpDir: temp}) // large sheets rest there on their way
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	s := &xlsxSheet{out: out, f: f, w: w}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err == nil {
		err = w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	}
	if err == nil {
		err = w.SetColWidth(1, max(len(heads), 1), 24)
	}
	if err == nil {
		s.n = 1
		err = w.SetRow("A1", heads, excelize.RowOpts{StyleID: bold})
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return s, nil
}

func (s *xlsxSheet) row(cells []any) error {
	s.n++
	cell, err := excelize.CoordinatesToCellName(1, s.n)
	if err != nil {
		return Errorf(TooLarge, "A spreadsheet holds at most 1,048,576 rows. Export as CSV instead.")
	}
	for i, c := range cells {
		if text, ok := c.(string); ok && len(text) > excelize.TotalCellChars {
			cells[i] = clip(text, excelize.TotalCellChars)
		}
	}
	return s.w.SetRow(cell, cells)
}

func (s *xlsxSheet) end(whole bool) error {
	if !whole {
		return s.f.Close()
	}
	err := s.w.Flush()
	if err == nil {
		err = s.f.Write(s.out)
	}
	return errors.Join(err, s.f.Close())
}
