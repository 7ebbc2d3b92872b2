package op

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"assay/storage"
)

// Produce makes an operation that writes a file as it goes, from several transactions if it must, for the
// caller to download; it leaves an event record with the file's digest. fn returns the file's name and type.
// What it writes goes to the disk first: a slow client holds no transaction, and a file that could not be
// finished is never sent.
func Produce[In any](name, route string, may Roles, fn func(*Scope, In, io.Writer) (Sent, error), opts ...Option) Op {
	o := describe[In, Sent](WayDownload, name, route, may, opts)
	o.Audited, o.steps = true, true
	o.register = func(m *mounted) {
		stream(m, func(ctx context.Context, rq *request, in *In) (func(), error) {
			file, err := newSpool(rq.site.TempDir)
			if err != nil {
				return nil, err
			}
			sum := sha256.New()
			out := bufio.NewWriterSize(io.MultiWriter(file, sum), 64<<10)
			s, err := fn(&Scope{&Visit{rq: rq, ctx: ctx}}, *in, out)
			if err == nil {
				err = out.Flush()
			}
			size, sizeErr := file.Seek(0, io.SeekEnd)
			if err = errors.Join(err, sizeErr); err != nil {
				return nil, errors.Join(fmt.Errorf("produce %s: %w", rq.m.action(), err), file.Close())
			}
			if err := rq.record(rq.call(), storage.Event{Subject: s.Name, Detail: map[string]any{
				"filter": printable(rq.r.URL.RawQuery), "sha256": hex.EncodeToString(sum.Sum(nil)), "bytes": size}}); err != nil {
				return nil, errors.Join(err, file.Close())
			}
			return func() {
				defer file.Close()
				h := rq.w.Header()
				safeHeaders(h, s.Name, s.Type, "attachment")
				h.Set("Assay-Audit", rq.seqs())
				out := rq.slowly()
				defer out.done()
				http.ServeContent(out, rq.r, "", time.Time{}, file)
			}, nil
		})
	}
	return o
}

// CSV writes a CSV file for Produce that is safe to open in a spreadsheet, like those of List.
type CSV struct{ s sheet }

// NewCSV begins a file with its headings.
func NewCSV(w io.Writer, heads ...string) (*CSV, error) {
	cols := make([]Col[struct{}], len(heads))
	for i, h := range heads {
		cols[i].Header = h
	}
	s, err := newSheet(w, "", "csv", cols)
	return &CSV{s}, err
}

// NewTable begins a file of rows in a format, csv or xlsx. comma parts the cells of a CSV; 0 means a comma.
func NewTable(w io.Writer, temp, format string, comma rune, heads ...string) (*CSV, error) {
	cols := make([]Col[struct{}], len(heads))
	for i, h := range heads {
		cols[i].Header = h
	}
	s, err := newSheetOf(w, temp, format, comma, cols)
	return &CSV{s}, err
}

// Row writes one row.
func (c *CSV) Row(cells ...any) error {
	for i, v := range cells {
		cells[i] = harmless(v)
	}
	return c.s.row(cells)
}

// End completes the file.
func (c *CSV) End() error { return c.s.end(true) }
