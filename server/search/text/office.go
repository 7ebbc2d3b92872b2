package text

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Limits on archives. What was uploaded was held to some already; what is read here does not rely on it.
const (
	maxParts    = 2000
	maxUnpacked = 200 << 20 // bytes of all parts that are read
	maxRatio    = 200       // unpacked bytes of a part for each packed one, once it is over a megabyte
	maxDepth    = 200       // elements within elements
	maxStrings  = 16 << 20  // bytes of a workbook's shared strings
)

// refused says in a sentence why a document is not read.
type refused struct{ sentence string }

func (r *refused) Error() string { return r.sentence }

func refuse(format string, args ...any) error { return &refused{fmt.Sprintf(format, args...)} }

// office is a document's text, until it is longer than MaxText.
func office(ctx context.Context, media string, file []byte) (string, bool, error) {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return "", false, refuse("The document is damaged: its archive cannot be opened.")
	}
	if len(z.File) > maxParts {
		return "", false, refuse("The document has more than %d parts.", maxParts)
	}
	d := &document{ctx: ctx, left: maxUnpacked, parts: map[string]*zip.File{}}
	for _, f := range z.File {
		d.parts[f.Name] = f
	}
	if media == docx {
		err = d.word()
	} else {
		err = d.workbook()
	}
	if errors.Is(err, errEnough) {
		return d.out.String(), false, nil
	}
	return d.out.String(), true, err
}

// errEnough means that there is as much text as is kept.
var errEnough = errors.New("enough")

type document struct {
	ctx   context.Context
	parts map[string]*zip.File
	left  int64
	out   strings.Builder
}

// bounded reads a part and refuses what no ordinary document has.
type bounded struct {
	d      *document
	r      io.Reader
	packed int64
	n      int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.n += int64(n)
	b.d.left -= int64(n)
	switch {
	case b.d.left < 0:
		return n, refuse("The document unpacks to more than %d MB.", maxUnpacked>>20)
	case b.n > 1<<20 && b.n > b.packed*maxRatio:
		return n, refuse("A part of the document unpacks to more than %d times its size.", maxRatio)
	case b.d.ctx.Err() != nil:
		return n, b.d.ctx.Err()
	}
	return n, err
}

// each calls fn for the elements and texts of a part. A part that is missing has none.
func (d *document) each(name string, fn func(xml.Token) error) error {
	f := d.parts[name]
	if f == nil {
		return nil
	}
	rc, err := f.Open()
	if err != nil {
		return refuse("The document is damaged: a part of it cannot be unpacked.")
	}
	defer rc.Close()
	x := xml.NewDecoder(&bounded{d: d, r: rc, packed: int64(f.CompressedSize64)})
	x.CharsetReader = func(string, io.Reader) (io.Reader, error) {
		return nil, refuse("The document is in an encoding that no ordinary document has.")
	}
	depth := 0
	for {
		t, err := x.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t.(type) {
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return refuse("The document has elements within elements, %d deep.", maxDepth)
			}
		case xml.EndElement:
			depth--
		}
		if err := fn(t); err != nil {
			return err
		}
		if d.out.Len() > MaxText {
			return errEnough
		}
	}
}

// word reads the main text of a DOCX, then its notes, comments, headers and footers.
func (d *document) word() error {
	const main = "word/document.xml"
	if d.parts[main] == nil {
		return refuse("The document is damaged: it has no text part.")
	}
	names := []string{main, "word/footnotes.xml", "word/endnotes.xml", "word/comments.xml"}
	var more []string
	for n := range d.parts {
		if base := path.Base(n); path.Dir(n) == "word" && (strings.HasPrefix(base, "header") || strings.HasPrefix(base, "footer")) && path.Ext(n) == ".xml" {
			more = append(more, n)
		}
	}
	slices.Sort(more)
	for _, name := range append(names, more...) {
		inText := false
		err := d.each(name, func(t xml.Token) error {
			switch t := t.(type) {
			case xml.StartElement:
				switch t.Name.Local {
				case "t":
					inText = true
				case "tab":
					d.out.WriteByte('\t')
				case "br", "cr":
					d.out.WriteByte('\n')
				}
			case xml.EndElement:
				switch t.Name.Local {
				case "t":
					inText = false
				case "p":
					d.out.WriteByte('\n')
				case "tc":
					d.out.WriteByte('\t')
				}
			case xml.CharData:
				if inText {
					d.out.Write(t)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// workbook reads the cells of an XLSX, row by row.
func (d *document) workbook() error {
	if d.parts["xl/workbook.xml"] == nil {
		return refuse("The workbook is damaged: it has no list of sheets.")
	}
	shared, err := d.sharedStrings()
	if err != nil {
		return err
	}
	err = d.each("xl/workbook.xml", func(t xml.Token) error {
		if s, ok := t.(xml.StartElement); ok && s.Name.Local == "sheet" {
			d.out.WriteString(attr(s, "name") + "\n")
		}
		return nil
	})
	if err != nil {
		return err
	}
	var sheets []string
	for n := range d.parts {
		if path.Dir(n) == "xl/worksheets" && path.Ext(n) == ".xml" {
			sheets = append(sheets, n)
		}
	}
	slices.SortFunc(sheets, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b) // sheet2 before sheet10
		}
		return strings.Compare(a, b)
	})
	for _, name := range append(sheets, d.comments()...) {
		if err := d.sheet(name, shared); err != nil {
			return err
		}
	}
	return nil
}

func (d *document) comments() []string {
	var all []string
	for n := range d.parts {
		if path.Dir(n) == "xl" && strings.HasPrefix(path.Base(n), "comments") {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	return all
}

// sheet writes the cells of a sheet, or the texts of its comments.
func (d *document) sheet(name string, shared []string) error {
	var kind string
	var value strings.Builder
	in := false
	return d.each(name, func(t xml.Token) error {
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "c":
				kind = attr(t, "t")
			case "v", "t":
				in = true
				value.Reset()
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "v", "t":
				in = false
				s := value.String()
				if kind == "s" && t.Name.Local == "v" {
					i, err := strconv.Atoi(strings.TrimSpace(s))
					if err != nil || i < 0 || i >= len(shared) {
						s = ""
					} else {
						s = shared[i]
					}
				}
				if s != "" {
					d.out.WriteString(s + "\t")
				}
			case "row", "comment":
				d.out.WriteByte('\n')
			}
		case xml.CharData:
			if in && value.Len() < MaxText {
				value.Write(t)
			}
		}
		return nil
	})
}

func (d *document) sharedStrings() ([]string, error) {
	var all []string
	var one strings.Builder
	in, total := false, 0
	err := d.each("xl/sharedStrings.xml", func(t xml.Token) error {
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "si":
				one.Reset()
			case "t":
				in = true
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "t":
				in = false
			case "si":
				all = append(all, one.String())
				if total += one.Len() + 16; total > maxStrings {
					return errEnough // cells that name later ones stay empty
				}
			}
		case xml.CharData:
			if in && one.Len() < MaxText {
				one.Write(t)
			}
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return all, err
}

func attr(s xml.StartElement, name string) string {
	for _, a := range s.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
