package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// The encodings of a CSV file, as people call them.
const (
	UTF8        = "UTF-8"
	UTF16       = "UTF-16"
	Windows1252 = "Windows-1252"
)

// mark is the length of the byte order mark at the file's beginning.
func (b *Book) mark() int64 {
	head := make([]byte, 3)
	n, _ := b.r.ReadAt(head, 0) // a shorter file has none
	if bytes.HasPrefix(head[:n], []byte("\xef\xbb\xbf")) {
		return 3
	}
	return 0
}

// openCSV finds the encoding, which takes a look at every byte, and the delimiter.
func (b *Book) openCSV() error {
	b.Kind, b.Pages, b.skip = CSV, []Page{{}}, b.mark()
	head := make([]byte, min(b.size, 1024))
	if _, err := b.r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read a table: %w", err)
	}
	text := bytes.TrimLeft(bytes.ToLower(head[b.skip:]), " \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		b.Encoding = UTF16
	case bytes.HasPrefix(text, []byte("%pdf")), bytes.HasPrefix(text, []byte("{")), bytes.HasPrefix(text, []byte("<")):
		return refuse("This is not a table. Upload a CSV or XLSX file.")
	default:
		valid, err := scanText(io.NewSectionReader(b.r, b.skip, b.size-b.skip))
		if err != nil {
			return err
		}
		b.Encoding = UTF8
		if !valid {
			b.Encoding = Windows1252 // and with it Latin-1, which has the same letters
		}
	}
	return b.findComma()
}

// scanText reads a text to its end: whether it is UTF-8, and that it is text at all.
func scanText(r io.Reader) (valid bool, err error) {
	buf := make([]byte, 64<<10)
	valid = true
	kept := 0 // bytes of a letter that was cut at the buffer's end
	for {
		n, err := io.ReadFull(r, buf[kept:])
		part := buf[:kept+n]
		for _, c := range part[kept:] {
			if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\v' || c == 0x7f {
				return false, refuse("This is not a text file: it holds bytes that text does not have. Save the table as CSV UTF-8 or as XLSX.")
			}
		}
		end := err != nil
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return false, fmt.Errorf("read a table: %w", err)
		}
		kept = 0
		if valid {
			if !end {
				for i := 1; i < utf8.UTFMax && i <= len(part); i++ {
					if utf8.RuneStart(part[len(part)-i]) {
						if !utf8.FullRune(part[len(part)-i:]) {
							kept = i
						}
						break
					}
				}
			}
			valid = utf8.Valid(part[:len(part)-kept])
			copy(buf, part[len(part)-kept:])
		}
		if end {
			return valid, nil
		}
	}
}

// text is the file as UTF-8.
func (b *Book) text() io.Reader {
	r := io.NewSectionReader(b.r, b.skip, b.size-b.skip)
	switch b.Encoding {
	case UTF16:
		return transform.NewReader(r, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
	case Windows1252:
		return transform.NewReader(r, charmap.Windows1252.NewDecoder())
	}
	return r
}

// findComma reads the first rows with every delimiter and takes the one that makes the most even table.
func (b *Book) findComma() error {
	head, err := io.ReadAll(io.LimitReader(b.text(), 256<<10))
	if err != nil {
		return fmt.Errorf("read a table: %w", err)
	}
	if rest, ok := bytes.CutPrefix(head, []byte("sep=")); ok && len(rest) > 1 && (rest[1] == '\r' || rest[1] == '\n') {
		b.Comma = rune(rest[0])
		return nil
	}
	best := -1
	for _, comma := range []rune{',', ';', '\t', '|'} {
		rows := newCSV(bytes.NewReader(head), comma)
		widths := map[int]int{}
		for n := 0; n < 100; n++ {
			row, err := rows.Next()
			if err != nil {
				break // the end, or a quote that goes on behind what is looked at
			}
			if len(row.Cells) > 1 {
				widths[len(row.Cells)]++
			}
		}
		for width, n := range widths {
			if score := n*100 + min(width, 99); score > best {
				best, b.Comma = score, comma
			}
		}
	}
	if best < 0 {
		b.Comma = ','
	}
	return nil
}

func (b *Book) rowsCSV() Rows { return newCSV(b.text(), b.Comma) }

// csvRows reads CSV as spreadsheets write it and as people break it: any line end, quotes around line breaks,
// a quote in the middle of a cell that is not quoted.
type csvRows struct {
	r     *bufio.Reader
	comma byte
	line  int // lines read
	row   int // rows read, the empty ones too: it is how a spreadsheet numbers them
	width int
	cell  []byte
	cells []Cell
	ended bool
}

func newCSV(r io.Reader, comma rune) *csvRows {
	return &csvRows{r: bufio.NewReaderSize(r, 64<<10), comma: byte(comma)}
}

func (c *csvRows) Close() error { return nil }

func (c *csvRows) Next() (Row, error) {
	for {
		if c.ended {
			return Row{}, io.EOF
		}
		if err := c.read(); err != nil {
			return Row{}, err
		}
		c.row++
		if c.row == 1 && len(c.cells) <= 2 && strings.HasPrefix(c.cells[0].Text, "sep=") {
			continue
		}
		blank := true
		for _, cell := range c.cells {
			blank = blank && strings.TrimSpace(cell.Text) == ""
		}
		if blank {
			continue
		}
		if c.row > MaxRows+100 {
			return Row{}, refuse("This table has more than %d rows. Split it into several files.", MaxRows)
		}
		if c.width == 0 {
			c.width = len(c.cells)
		}
		return Row{Number: c.row, Cells: c.cells, Ragged: len(c.cells) > c.width}, nil
	}
}

// read reads one row into cells.
func (c *csvRows) read() error {
	c.cells, c.cell = c.cells[:0], c.cell[:0]
	began := c.line + 1
	quoted, closed := false, false
	end := func() {
		c.cells = append(c.cells, Cell{Text: string(c.cell)})
		c.cell, quoted, closed = c.cell[:0], false, false
	}
	for {
		b, err := c.r.ReadByte()
		if errors.Is(err, io.EOF) {
			c.ended = true
			if quoted && !closed {
				return refuse("A quotation mark that opens in row %d (line %d) is never closed, so the rest of the file would be one cell.", c.row+1, began)
			}
			end()
			return nil
		}
		if err != nil {
			return fmt.Errorf("read a table: %w", err)
		}
		switch {
		case quoted && !closed:
			if b != '"' {
				if b == '\n' {
					c.line++
				}
				if b == '\r' { // line breaks in a cell are one character
					if next, err := c.r.Peek(1); err == nil && next[0] == '\n' {
						continue
					}
					b = '\n'
				}
				c.cell = append(c.cell, b)
				break
			}
			if next, err := c.r.Peek(1); err == nil && next[0] == '"' {
				c.r.Discard(1)
				c.cell = append(c.cell, '"')
				break
			}
			closed = true
		case b == c.comma:
			if len(c.cells) >= MaxColumns {
				return refuse("Row %d has more than %d columns.", c.row+1, MaxColumns)
			}
			end()
		case b == '\n' || b == '\r':
			if b == '\r' {
				if next, err := c.r.Peek(1); err == nil && next[0] == '\n' {
					c.r.Discard(1)
				}
			}
			c.line++
			end()
			if _, err := c.r.Peek(1); errors.Is(err, io.EOF) {
				c.ended = true
			}
			return nil
		case b == '"' && len(bytes.TrimSpace(c.cell)) == 0 && !closed:
			quoted, c.cell = true, c.cell[:0]
		default:
			c.cell = append(c.cell, b)
		}
		if len(c.cell) > MaxCell {
			return refuse("A cell in row %d (line %d) is longer than %d characters. A quotation mark there may not be closed.", c.row+1, began, MaxCell)
		}
	}
}
