// Package sniff decides what an uploaded file is by looking at it, and refuses what it should not be: a web
// page named .pdf, a program, an archive that unpacks to a thousand times its size, a document with macros.
// It reads and never writes, executes or unpacks to disk.
package sniff

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// Type is a kind of file that may be uploaded.
type Type struct {
	Name  string   // "PDF"
	Media string   // as it is sent to browsers
	Ext   []string // the endings it may have, the usual one first
}

// The types that proof comes in.
var (
	PDF  = Type{"PDF", "application/pdf", []string{".pdf"}}
	DOCX = Type{"DOCX", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", []string{".docx"}}
	DOC  = Type{"DOC", "application/msword", []string{".doc"}}
	XLSX = Type{"XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", []string{".xlsx"}}
	TXT  = Type{"TXT", "text/plain", []string{".txt", ".log", ".md"}}
	JSON = Type{"JSON", "application/json", []string{".json"}}
	CSV  = Type{"CSV", "text/csv", []string{".csv"}}
	PNG  = Type{"PNG", "image/png", []string{".png"}}
	JPEG = Type{"JPEG", "image/jpeg", []string{".jpg", ".jpeg"}}
)

// Documents is every type above.
var Documents = []Type{PDF, DOCX, DOC, TXT, JSON, PNG, JPEG, CSV, XLSX}

// Limits on what a file may be made of.
const (
	MaxEntries  = 1000      // parts of an archive
	MaxUnpacked = 200 << 20 // bytes of all its parts together
	MaxRatio    = 100       // unpacked bytes for each packed one
	MaxPixels   = 40_000_000
)

// Refused is why a file is not taken, as a sentence for the person who sent it.
type Refused struct{ Sentence string }

func (r *Refused) Error() string { return r.Sentence }

func refuse(format string, args ...any) error { return &Refused{fmt.Sprintf(format, args...)} }

// Check looks at a file and returns its type. The type must be among allowed, the name must have one of its
// endings, and the content must be whole and harmless as far as that can be seen. The error is a [Refused],
// or what reading gave.
func Check(r io.ReaderAt, size int64, name string, allowed []Type) (Type, error) {
	if size == 0 {
		return Type{}, refuse("The file is empty.")
	}
	ext := strings.ToLower(path.Ext(name))
	i := slices.IndexFunc(allowed, func(t Type) bool { return slices.Contains(t.Ext, ext) })
	if i < 0 {
		return Type{}, refuse("Files of this kind cannot be uploaded. Allowed are %s.", names(allowed))
	}
	t := allowed[i]
	found, err := look(r, size)
	if err != nil {
		return Type{}, err
	}
	if !found.is(t) {
		return Type{}, refuse("The name ends in %s, but this is %s. Upload the real file, or give it its right ending.", ext, found.words)
	}
	return t, found.check(r, size, t)
}

func names(ts []Type) string {
	var n []string
	for _, t := range ts {
		n = append(n, t.Name)
	}
	if len(n) < 2 {
		return strings.Join(n, "")
	}
	return strings.Join(n[:len(n)-1], ", ") + " and " + n[len(n)-1]
}

// kind is what a file's first bytes show.
type kind struct {
	words string // "an HTML page"
	types []string
	check func(io.ReaderAt, int64, Type) error
}

func (k kind) is(t Type) bool { return slices.Contains(k.types, t.Name) }

func fine(io.ReaderAt, int64, Type) error { return nil }

// magic is how files begin that are not text. Order matters only where one is the start of another.
var magic = []struct {
	start string
	kind  kind
}{
	{"%PDF-", kind{"a PDF", []string{"PDF"}, fine}},
	{"\x89PNG\r\n\x1a\n", kind{"a PNG picture", []string{"PNG"}, checkImage}},
	{"\xff\xd8\xff", kind{"a JPEG picture", []string{"JPEG"}, checkImage}},
	{"PK\x03\x04", kind{"a ZIP archive", []string{"DOCX", "XLSX"}, checkOffice}},
	{"PK\x05\x06", kind{"an empty ZIP archive", nil, fine}},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", kind{"an old Office document", []string{"DOC"}, checkDOC}},
	{"GIF8", kind{"a GIF picture", nil, fine}},
	{"RIFF", kind{"a WebP picture, sound or film", nil, fine}},
	{"BM", kind{"a bitmap picture", nil, fine}},
	{"II*\x00", kind{"a TIFF picture", nil, fine}},
	{"MM\x00*", kind{"a TIFF picture", nil, fine}},
	{"MZ", kind{"a Windows program", nil, fine}},
	{"\x7fELF", kind{"a Linux program", nil, fine}},
	{"\xcf\xfa\xed\xfe", kind{"a macOS program", nil, fine}},
	{"\xca\xfe\xba\xbe", kind{"a Java or macOS program", nil, fine}},
	{"\x00asm", kind{"a WebAssembly program", nil, fine}},
	{"7z\xbc\xaf\x27\x1c", kind{"a 7-Zip archive", nil, fine}},
	{"Rar!\x1a\x07", kind{"a RAR archive", nil, fine}},
	{"\x1f\x8b", kind{"a gzip archive", nil, fine}},
	{"{\\rtf", kind{"an RTF document", nil, fine}},
	{"SQLite format 3\x00", kind{"a database", nil, fine}},
	{"L\x00\x00\x00\x01\x14\x02\x00", kind{"a Windows shortcut", nil, fine}},
}

// look reads a file's beginning.
func look(r io.ReaderAt, size int64) (kind, error) {
	head := make([]byte, min(size, 1024))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return kind{}, fmt.Errorf("read the file's beginning: %w", err)
	}
	for _, m := range magic {
		// Two letters are also how a word may begin: those kinds need a byte that text does not have.
		if bytes.HasPrefix(head, []byte(m.start)) && (len(m.start) > 2 || untext(head)) {
			return m.kind, nil
		}
	}
	if words := markup(head); words != "" {
		return kind{words: words}, nil
	}
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return kind{words: "text in UTF-16; save it as UTF-8"}, nil
	}
	if untext(head) {
		return kind{words: "not text and of no kind we know"}, nil
	}
	return kind{"text", []string{"TXT", "CSV", "JSON"}, checkText}, nil
}

// untext reports bytes that text does not have.
func untext(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b || c == 0x7f {
			return true
		}
	}
	return false
}

// markup says what a text is that a browser might take for a page. Anything that begins with a tag counts.
func markup(head []byte) string {
	b := bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	b = bytes.ToLower(bytes.TrimLeft(b, " \t\r\n\f\x00"))
	switch {
	case bytes.HasPrefix(b, []byte("#!")):
		return "a script"
	case bytes.HasPrefix(b, []byte("<svg")), bytes.HasPrefix(b, []byte("<?xml")) && bytes.Contains(b, []byte("<svg")):
		return "an SVG picture, which can run scripts"
	case bytes.HasPrefix(b, []byte("<?xml")):
		return "an XML document"
	case bytes.HasPrefix(b, []byte("<?php")), bytes.HasPrefix(b, []byte("<%")):
		return "a web program"
	case bytes.HasPrefix(b, []byte("<!doctype html")), bytes.HasPrefix(b, []byte("<html")), bytes.HasPrefix(b, []byte("<script")):
		return "an HTML page"
	case len(b) > 1 && b[0] == '<' && (b[1] == '!' || b[1] == '?' || b[1] == '/' || 'a' <= b[1] && b[1] <= 'z'):
		return "an HTML page"
	}
	return ""
}
