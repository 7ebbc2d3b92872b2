// Package font is the typeface of PDF documents: Lato, under the SIL Open Font License, whose terms are in OFL.txt.
package font

import (
	_ "embed"
	"strings"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
)

var (
	//go:embed Lato-Regular.ttf
	regular []byte
	//go:embed Lato-Bold.ttf
	bold []byte
)

// Add gives a document the font Lato, plain and bold.
func Add(p *fpdf.Fpdf) {
	p.AddUTF8FontFromBytes("Lato", "", regular)
	p.AddUTF8FontFromBytes("Lato", "B", bold)
}

// Printable leaves out what the fonts have no shape for: control characters, and signs beyond the basic plane.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case r > 0xFFFF:
			return '?'
		case unicode.IsControl(r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
}
