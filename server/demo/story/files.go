package story

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// proof makes a small file of the kind that a request asks for. Its content is made up and says so.
func proof(kind, title, company string, at time.Time, n int) (name string, content []byte) {
	base := strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 32
		}
		return '-'
	}, title), "-")
	for strings.Contains(base, "--") {
		base = strings.ReplaceAll(base, "--", "-")
	}
	if len(base) > 48 {
		base = strings.Trim(base[:48], "-")
	}
	day := at.Format("2 January 2006")
	switch kind {
	case "configuration":
		b, _ := json.MarshalIndent(map[string]any{"export": title, "company": company, "taken": day, "enforced": true, "exceptions": []string{}, "items": 12 + n%40, "note": "made up for a demo"}, "", "  ")
		return base + ".json", b
	case "log", "report":
		if n%3 != 0 {
			return base + ".csv", table(title, day, n)
		}
	case "screenshot":
		return base + ".png", picture(n)
	}
	return base + ".pdf", document(title, company, day, at)
}

func table(title, day string, n int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s, %s (made up for a demo)\nitem,result,checked_by\n", strings.ReplaceAll(title, ",", " "), day)
	for i := range 4 + n%5 {
		fmt.Fprintf(&b, "sample-%02d,%s,%s\n", i+1, []string{"as expected", "as expected", "as expected", "fixed the same day"}[(i+n)%4], []string{"dw", "mc", "oh"}[i%3])
	}
	return b.Bytes()
}

func document(title, company, day string, at time.Time) []byte {
	p := fpdf.New("P", "mm", "A4", "")
	p.SetCreationDate(at)
	p.SetModificationDate(at)
	p.SetCatalogSort(true)
	p.AddPage()
	p.SetFont("Helvetica", "B", 18)
	p.MultiCell(0, 9, latin(title), "", "L", false)
	p.SetFont("Helvetica", "", 11)
	p.MultiCell(0, 7, latin(company+", "+day), "", "L", false)
	p.Ln(6)
	p.MultiCell(0, 6, "This document was made up for a demo. In a real program it would be the proof that the request asks for.", "", "L", false)
	var b bytes.Buffer
	if err := p.Output(&b); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// latin keeps what the built-in fonts of PDF can show.
func latin(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 126 {
			return '-'
		}
		return r
	}, s)
}

func picture(n int) []byte {
	m := image.NewPaletted(image.Rect(0, 0, 96, 60), color.Palette{color.RGBA{245, 246, 250, 255}, color.RGBA{72, 78, 190, 255}, color.RGBA{210, 214, 226, 255}, color.RGBA{38, 150, 95, 255}})
	for y := range 60 {
		for x := range 96 {
			switch {
			case y < 8:
				m.SetColorIndex(x, y, 1)
			case y%9 == 3 && x > 8 && x < 40+(n+y)%40:
				m.SetColorIndex(x, y, 2)
			case y%9 == 3 && x > 84 && x < 90:
				m.SetColorIndex(x, y, 3)
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err)
	}
	return b.Bytes()
}
