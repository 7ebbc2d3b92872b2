// Package text reads what is written inside uploaded files: PDF, DOCX, XLSX, plain text, CSV, JSON. Files come
// from anybody: each reader has limits, and what cannot be read is said in a sentence, never a failure.
package text

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"assay/server/search/pdfium"
)

// State says what became of a file.
type State string

// The states.
const (
	OK         State = "ok"
	Empty      State = "empty"
	Unreadable State = "unreadable"
	TooLarge   State = "too_large"
	None       State = "none" // a picture: there is nothing to read
)

// Limits of what is read.
const (
	MaxFile = 32 << 20         // bytes of a file
	MaxText = 1 << 20          // bytes of its text that are kept
	MaxTime = 20 * time.Second // for one file
)

// Content is what is written inside a file. Reason is a sentence for people.
type Content struct {
	State  State
	Reason string
	Text   string
}

func unreadable(format string, args ...any) Content {
	return Content{State: Unreadable, Reason: fmt.Sprintf(format, args...)}
}

// Readable reports whether files of a type are worth fetching.
func Readable(media string) bool {
	switch media {
	case "application/pdf", docx, xlsx, "text/plain", "text/csv", "application/json":
		return true
	}
	return false
}

const (
	docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// Reader reads files, one at a time: what a file may take of memory, all of them together take. It compiles
// PDFium when the first PDF comes and lets go of it when none has come for a while.
type Reader struct {
	mu   sync.Mutex
	pdf  *pdfium.Engine
	idle *time.Timer
}

// idleTime is how long PDFium, some 30 MB, is kept for the next PDF.
const idleTime = 30 * time.Second

// engine is PDFium, compiled. The caller holds mu.
func (r *Reader) engine(ctx context.Context, cacheDir string) (*pdfium.Engine, error) {
	if r.idle != nil {
		r.idle.Stop()
	}
	r.idle = time.AfterFunc(idleTime, r.Close)
	if r.pdf != nil {
		return r.pdf, nil
	}
	e, err := pdfium.Open(context.WithoutCancel(ctx), cacheDir) // it stays for others
	if err != nil {
		return nil, err
	}
	r.pdf = e
	return e, nil
}

// Close lets go of PDFium until the next PDF comes.
func (r *Reader) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.drop()
}

func (r *Reader) drop() {
	if r.pdf != nil {
		_ = r.pdf.Close(context.Background()) // it holds nothing but memory
		r.pdf = nil
	}
}

// Unread is what is said of a file that is not even fetched.
func Unread(media string, size int64) (Content, bool) {
	switch {
	case strings.HasPrefix(media, "image/"):
		return Content{State: None, Reason: "A picture: its text is not read."}, true
	case media == "application/msword":
		return unreadable("The old Word format is not read. Save it as DOCX to find its text."), true
	case !Readable(media):
		return Content{State: None, Reason: "Files of this type are not read."}, true
	case size > MaxFile:
		return Content{State: TooLarge, Reason: fmt.Sprintf("It is larger than %d MB.", MaxFile>>20)}, true
	}
	return Content{}, false
}

// Read gives the text of a file. An error means that this program failed, or that ctx ended: nothing is known
// of the file then. cacheDir is where PDFium is kept compiled; empty means nowhere.
func (r *Reader) Read(ctx context.Context, cacheDir, media string, file []byte) (c Content, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer func() {
		if p := recover(); p != nil { // one file that no reader was made for must not keep others from being read
			c, err = unreadable("It could not be read."), nil
			r.drop()
		}
	}()
	if c, done := Unread(media, int64(len(file))); done {
		return c, nil
	}
	outer := ctx
	ctx, cancel := context.WithTimeout(ctx, MaxTime)
	defer cancel()
	var text string
	whole := true
	switch media {
	case "application/pdf":
		engine, err := r.engine(outer, cacheDir)
		if err != nil {
			return c, err
		}
		text, whole, err = engine.Text(ctx, file, MaxText)
		switch {
		case outer.Err() != nil:
			return c, outer.Err()
		case errors.Is(err, pdfium.ErrPassword):
			return unreadable("It is protected with a password."), nil
		case err != nil && ctx.Err() != nil:
			if text == "" {
				return unreadable("Reading it took longer than %d seconds.", int(MaxTime.Seconds())), nil
			}
			whole = false
		case err != nil:
			return unreadable("The PDF is damaged: it cannot be opened."), nil
		}
	case docx, xlsx:
		text, whole, err = office(ctx, media, file)
		var bad *refused
		switch {
		case outer.Err() != nil:
			return c, outer.Err()
		case errors.As(err, &bad):
			return unreadable("%s", bad.sentence), nil
		case err != nil && ctx.Err() != nil:
			return unreadable("Reading it took longer than %d seconds.", int(MaxTime.Seconds())), nil
		case err != nil:
			return unreadable("The document is damaged: its parts cannot be read."), nil
		}
	default:
		text, whole = plain(file)
	}
	text = tidy(text)
	if len(text) > MaxText {
		text, whole = cut(text, MaxText), false
	}
	c = Content{State: OK, Text: text}
	switch {
	case strings.TrimSpace(text) == "" && media == "application/pdf":
		return Content{State: Empty, Reason: "It has no text, only pictures. A scan has to be recognised first."}, nil
	case strings.TrimSpace(text) == "":
		return Content{State: Empty, Reason: "It has no text."}, nil
	case !whole:
		c.Reason = fmt.Sprintf("Only the first %s can be searched.", size(len(text)))
	}
	return c, nil
}

func size(n int) string {
	if n >= 1<<20-1<<10 {
		return fmt.Sprintf("%d MB of its text", (n+1<<10)>>20)
	}
	return fmt.Sprintf("%d kB of its text", n>>10)
}

func cut(s string, n int) string {
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// tidy leaves valid text without control characters but line breaks, tabs and form feeds.
func tidy(s string) string {
	if utf8.ValidString(s) && strings.IndexFunc(s, odd) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || r == '\r' {
			return ' '
		}
		if odd(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, " "))
}

func odd(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' && r != '\f' || r == 0x7f || r == utf8.RuneError || r == 0xad
}

// plain reads text in the encoding that it is in: a byte order mark says so; what is not UTF-8 is taken for
// Windows-1252, which old programs of offices write.
func plain(b []byte) (text string, whole bool) {
	const most = MaxText * 2 // of UTF-16
	whole = len(b) <= most
	if !whole {
		b = b[:most]
	}
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		b = b[3:]
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		little := b[0] == 0xff
		units := make([]uint16, 0, len(b)/2)
		for i := 2; i+1 < len(b); i += 2 {
			if little {
				units = append(units, uint16(b[i])|uint16(b[i+1])<<8)
			} else {
				units = append(units, uint16(b[i+1])|uint16(b[i])<<8)
			}
		}
		return string(utf16.Decode(units)), whole
	}
	if !whole {
		b = b[:len(cut(string(b), len(b)-utf8.UTFMax))]
	}
	if utf8.Valid(b) {
		return string(b), whole
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), " "), whole
	}
	return string(out), whole
}
