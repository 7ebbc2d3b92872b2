package evidence

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"assay/server/op"
	"assay/storage"
	"assay/storage/blob"
)

// FilePreview is what a file holds, as data: the page shows it as text and tables of its own making, and nothing
// of the file ever runs.
type FilePreview struct {
	Show      string     `json:"show" enum:"image,pdf,text,table,none"`
	Sentence  string     `json:"sentence" doc:"Why there is nothing to show, or what was left out"`
	Text      string     `json:"text"`
	Sheets    []string   `json:"sheets" doc:"Names of the sheets of a workbook"`
	Sheet     string     `json:"sheet" doc:"The sheet that is shown"`
	Rows      [][]string `json:"rows"`
	Truncated bool       `json:"truncated" doc:"There is more than is shown"`
}

// The most that a preview shows.
const (
	previewRows    = 200
	previewColumns = 50
	previewCell    = 500
	previewText    = 200_000
	previewUnpack  = 64 << 20 // of a workbook, unpacked
	previewRatio   = 100
)

type previewIn struct {
	ID    string `path:"id" maxLength:"26"`
	Sheet string `query:"sheet" maxLength:"100" doc:"Of a workbook; its first sheet unless given"`
}

func preview(s *op.Scope, in previewIn) (FilePreview, error) {
	var name, media string
	var o blob.Object
	err := s.Read(func(tx *storage.ReadTx) error {
		return none(tx.QueryRow("SELECT name, type, object, size, sha256 FROM file WHERE id = ?", in.ID).Scan(&name, &media, &o.Name, &o.Size, &o.SHA256))
	})
	if err != nil {
		return FilePreview{}, err
	}
	p := FilePreview{Show: showAs(media)}
	switch p.Show {
	case "none":
		p.Sentence = "Files of this kind are not shown here. Download the file to read it."
	case "text", "table":
		content, err := whole(s, o)
		if err != nil {
			return p, err
		}
		p = Preview(media, content, in.Sheet)
	}
	if p.Sheets == nil {
		p.Sheets = []string{}
	}
	if p.Rows == nil {
		p.Rows = [][]string{}
	}
	return p, s.Record(storage.Event{Subject: name, Detail: map[string]any{"preview": p.Show, "digest": o.SHA256}})
}

// whole reads an object into memory and compares its digest.
func whole(s *op.Scope, o blob.Object) ([]byte, error) {
	r, err := s.Blobs().Open(s.Context(), s.Tenant(), o)
	if err == nil {
		var content []byte
		content, err = io.ReadAll(io.LimitReader(r, o.Size+1))
		err = errors.Join(err, r.Close())
		if sum := sha256.Sum256(content); err == nil && hex.EncodeToString(sum[:]) != o.SHA256 {
			err = blob.ErrCorrupt
		}
		if err == nil {
			return content, nil
		}
	}
	if errors.Is(err, blob.ErrNotFound) || errors.Is(err, blob.ErrCorrupt) {
		return nil, op.Errorf(op.Conflict, "The content of this file is missing or damaged. Restore it from a backup.")
	}
	return nil, err
}

const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

func showAs(media string) string {
	switch {
	case media == "application/pdf":
		return "pdf"
	case strings.HasPrefix(media, "image/"):
		return "image"
	case media == "text/csv" || media == xlsx:
		return "table"
	case strings.HasPrefix(media, "text/") || media == "application/json":
		return "text"
	}
	return "none"
}

// Preview reads text and tables. A file that cannot be read gives a sentence, never an error.
func Preview(media string, content []byte, sheet string) FilePreview {
	switch {
	case media == xlsx:
		return previewXLSX(content, sheet)
	case media == "text/csv":
		return previewCSV(content)
	}
	p := FilePreview{Show: "text"}
	if len(content) > previewText {
		content, p.Truncated = content[:previewText], true
	}
	p.Text = plainText(content)
	return p
}

// plainText is text without what is not a letter: broken UTF-8 and control characters.
func plainText(b []byte) string {
	s := strings.ToValidUTF8(string(bytes.TrimPrefix(b, []byte("\ufeff"))), "\ufffd")
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}

func unreadable(what string) FilePreview {
	return FilePreview{Show: "none", Sentence: what + " Download the file to look at it."}
}

func previewCSV(content []byte) FilePreview {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(content, []byte("\ufeff"))))
	r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = -1, true, true
	r.Comma = separator(content)
	p := FilePreview{Show: "table"}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return p
		}
		if err != nil {
			if len(p.Rows) == 0 {
				return unreadable("This is not a table that can be read.")
			}
			p.Truncated, p.Sentence = true, "The table cannot be read any further."
			return p
		}
		if !p.add(row) {
			return p
		}
	}
}

// separator is what stands between the cells of the first line.
func separator(content []byte) rune {
	line, _, _ := bytes.Cut(content[:min(len(content), 64<<10)], []byte("\n"))
	best, most := ',', bytes.Count(line, []byte(","))
	for _, c := range ";\t" {
		if n := bytes.Count(line, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

// add takes a row in, and says whether there is room for more.
func (p *FilePreview) add(row []string) bool {
	if len(p.Rows) == previewRows {
		p.Truncated = true
		return false
	}
	if len(row) > previewColumns {
		row, p.Truncated = row[:previewColumns], true
	}
	cells := make([]string, len(row))
	for i, c := range row {
		cells[i] = plainText([]byte(c[:min(len(c), 4*previewCell)]))
		if utf8.RuneCountInString(cells[i]) > previewCell {
			cells[i] = string([]rune(cells[i])[:previewCell]) + "…"
		}
	}
	p.Rows = append(p.Rows, cells)
	return true
}

func previewXLSX(content []byte, sheet string) FilePreview {
	if why := bomb(content); why != "" {
		return unreadable(why)
	}
	f, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{UnzipSizeLimit: previewUnpack, UnzipXMLSizeLimit: previewUnpack})
	if err != nil {
		return unreadable("This workbook cannot be read: it is damaged, protected by a password, or too large.")
	}
	defer f.Close()
	p := FilePreview{Show: "table", Sheets: f.GetSheetList()}
	if len(p.Sheets) == 0 {
		return unreadable("This workbook has no sheet.")
	}
	p.Sheet = p.Sheets[0]
	for _, name := range p.Sheets {
		if name == sheet {
			p.Sheet = name
		}
	}
	rows, err := f.Rows(p.Sheet)
	if err != nil {
		p.Sentence = "This sheet holds no table: it may be a chart."
		return p
	}
	defer rows.Close()
	for rows.Next() {
		row, err := rows.Columns()
		if err != nil {
			p.Truncated, p.Sentence = true, "The sheet cannot be read any further."
			return p
		}
		if !p.add(row) {
			return p
		}
	}
	if rows.Error() != nil {
		p.Truncated, p.Sentence = true, "The sheet cannot be read any further."
	}
	return p
}

// bomb unpacks an archive to nowhere and says why it should not be opened. What it claims of itself is not
// believed.
func bomb(content []byte) string {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return "This workbook is damaged: its archive cannot be read."
	}
	if len(z.File) > 1000 {
		return "This workbook has more parts than any ordinary one."
	}
	var unpacked int64
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return "This workbook is damaged: a part of it cannot be read."
		}
		n, err := io.Copy(io.Discard, io.LimitReader(r, previewUnpack-unpacked+1))
		r.Close()
		unpacked += n
		if unpacked > previewUnpack || unpacked > 1<<20 && unpacked/previewRatio > int64(len(content)) {
			return fmt.Sprintf("This workbook unpacks to more than is opened here (%d MB, or %d times its size).", previewUnpack>>20, previewRatio)
		}
		if err != nil {
			return "This workbook is damaged: a part of it cannot be read."
		}
	}
	return ""
}
