package framework

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // a logo may be one
	"image/png"
	"io"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"assay/server/control"
	"assay/server/framework/font"
	"assay/server/op"
	"assay/storage"
	"assay/storage/blob"
)

// statementPDF prints a Statement of Applicability as an auditor wants to file it.
func statementPDF(s *op.Scope, in inScope, w io.Writer) (op.Sent, error) {
	var d sheet
	var logo blob.Object
	err := s.Read(func(tx *storage.ReadTx) (err error) {
		if d.head, err = statement(tx, in); err != nil {
			return err
		}
		d.now, d.day = tx.Now(), tx.Today()
		if err := tx.QueryRow("SELECT logo_object, logo_sha256, logo_size FROM organisation").Scan(&logo.Name, &logo.SHA256, &logo.Size); err != nil {
			return err
		}
		rows, err := tx.Query("SELECT "+statementColumns+" FROM "+statementFrom+" WHERE r.framework = ? AND r.assessable = 1 AND r.withdrawn = 0 ORDER BY r.position, r.id",
			append(control.DaysIn(tx, in.Scope), in.ID)...)
		if err != nil {
			return err
		}
		d.rows, err = op.Scan(rows, scanStatement)
		return err
	})
	if err != nil {
		return op.Sent{}, err
	}
	if logo.Name != "" {
		content, err := s.Blobs().Open(s.Context(), s.Tenant(), logo)
		switch {
		case errors.Is(err, blob.ErrNotFound): // a statement of the past, whose logo is gone
		case err != nil:
			return op.Sent{}, fmt.Errorf("open the logo: %w", err)
		default:
			d.logo, _, err = image.Decode(content)
			if content.Close(); err != nil {
				return op.Sent{}, fmt.Errorf("read the logo: %w", err)
			}
		}
	}
	name := "Statement of Applicability " + d.head.Short
	if d.head.Scope != control.Organisation {
		name += " " + d.head.ScopeName
	}
	return op.Sent{Name: name + " " + d.day + ".pdf", Type: "application/pdf"}, d.print(w)
}

// sheet is a statement on its way to paper.
type sheet struct {
	head Applicability
	rows []StatementRow
	logo image.Image
	now  time.Time
	day  string
	pdf  *fpdf.Fpdf
	wide []float64 // of the columns, in mm
}

const (
	margin = 12.0
	inner  = 297 - 2*margin
	line   = 3.9 // height of a line of the table
)

type colour [3]int

var (
	ink    = colour{24, 32, 38}
	grey   = colour{98, 108, 116}
	rule   = colour{214, 219, 223}
	shade  = colour{243, 245, 246}
	accent = colour{15, 92, 77}
	states = map[State]colour{Met: {22, 113, 74}, Attention: {170, 84, 0}, InProgress: {38, 84, 160}, NotStarted: grey, Inapplicable: grey}
)

func (d *sheet) print(w io.Writer) error {
	p := fpdf.New("L", "mm", "A4", "")
	d.pdf = p
	p.SetCreationDate(d.now)
	p.SetModificationDate(d.now)
	p.SetCatalogSort(true)
	p.SetTitle("Statement of Applicability – "+d.head.Name, true)
	p.SetAuthor(d.head.Organisation, true)
	p.SetCreator("Assay", true)
	p.SetLang("en")
	font.Add(p)
	p.SetMargins(margin, 20, margin)
	p.SetAutoPageBreak(false, 16)
	p.AliasNbPages("{pages}")
	p.SetHeaderFuncMode(d.header, true)
	p.SetFooterFunc(d.footer)
	p.AddPage()
	d.cover()
	d.table()
	return p.Output(w)
}

func (d *sheet) font(style string, size float64, c colour) {
	d.pdf.SetFont("Lato", style, size)
	d.pdf.SetTextColor(c[0], c[1], c[2])
}

func (d *sheet) fill(c colour) { d.pdf.SetFillColor(c[0], c[1], c[2]) }
func (d *sheet) draw(c colour) { d.pdf.SetDrawColor(c[0], c[1], c[2]) }

func (d *sheet) at(x, y, w, h float64, text, align string) {
	d.pdf.SetXY(x, y)
	d.pdf.CellFormat(w, h, font.Printable(text), "", 0, align, false, 0, "")
}

// header stands on every page but the first, which says it larger.
func (d *sheet) header() {
	if d.pdf.PageNo() == 1 {
		return
	}
	d.font("B", 8, ink)
	d.at(margin, 9, inner/2, 5, d.head.Organisation, "L")
	d.font("", 8, grey)
	d.at(margin+inner/2, 9, inner/2, 5, "Statement of Applicability · "+d.head.Short+d.of(), "R")
	d.draw(rule)
	d.pdf.SetLineWidth(0.2)
	d.pdf.Line(margin, 15, margin+inner, 15)
	d.pdf.SetY(18)
}

func (d *sheet) of() string {
	if d.head.Scope == control.Organisation {
		return ""
	}
	return " · " + d.head.ScopeName
}

func (d *sheet) footer() {
	d.draw(rule)
	d.pdf.SetLineWidth(0.2)
	d.pdf.Line(margin, 198, margin+inner, 198)
	d.font("", 7.5, grey)
	left := "As of " + d.day
	if d.head.Issue != "" {
		left = "Version " + d.head.Issue + " · " + left
	}
	d.at(margin, 199, inner/2, 5, left, "L")
	// The number of pages is filled in at the end: the line is as wide as its longest.
	d.at(margin+inner-d.pdf.GetStringWidth("Page 000 of 000")-2, 199, 40, 5, fmt.Sprintf("Page %d of {pages}", d.pdf.PageNo()), "L")
}

func (d *sheet) cover() {
	p := d.pdf
	y := 16.0
	if d.logo != nil {
		var b bytes.Buffer
		if err := png.Encode(&b, flat(d.logo)); err == nil {
			p.RegisterImageOptionsReader("logo", fpdf.ImageOptions{ImageType: "PNG"}, &b)
			size := d.logo.Bounds().Size()
			h := 14.0
			w := h * float64(size.X) / float64(max(size.Y, 1))
			if w > 60 {
				w, h = 60, 60*float64(size.Y)/float64(size.X)
			}
			p.ImageOptions("logo", margin+inner-w, y, w, h, false, fpdf.ImageOptions{ImageType: "PNG"}, 0, "")
		}
	}
	d.font("B", 10, accent)
	d.at(margin, y, inner-70, 5, d.head.Organisation, "L")
	d.font("B", 24, ink)
	d.at(margin, y+8, inner, 11, "Statement of Applicability", "L")
	d.font("", 12, grey)
	sub := d.head.Name
	if d.head.Edition != "" && !strings.Contains(sub, d.head.Edition) {
		sub += ", " + d.head.Edition
	}
	d.at(margin, y+20, inner, 6, sub, "L")
	y += 33
	scope := "The whole organisation"
	if d.head.Scope != control.Organisation {
		scope = d.head.ScopeName
	}
	y = d.pairs(y, [][2]string{
		{"Scope", scope}, {"Version", or(d.head.Issue, "Draft")}, {"As of", d.day},
		{"Baseline", or(d.head.Baseline, "All requirements")}, {"Kept by", or(d.head.OwnerName, "–")}, {"Approved by", or(d.head.ApproverName, "Not approved yet")},
		{"Reasons for inclusion", StatementRow{Reasons: d.head.Reasons}.reasons() + " (unless a row says otherwise)"}, {"Signature", ""}, {"Approved on", or(d.head.ApprovedOn, "–")},
	})
	r := d.head.Readiness
	y = d.figures(y+6, []figure{
		{d.head.Included + d.head.Excluded, "requirements", ink}, {d.head.Included, "included", ink}, {d.head.Excluded, "excluded", grey},
		{r.Met, "implemented", states[Met]}, {r.Attention, "need attention", states[Attention]}, {r.InProgress, "in progress", states[InProgress]}, {r.NotStarted, "not started", grey},
	})
	if d.head.Note != "" {
		d.font("", 9, ink)
		for _, l := range p.SplitText(font.Printable(d.head.Note), inner-2) {
			d.at(margin, y, inner, 4.6, l, "L")
			y += 4.6
		}
		y += 3
	}
	p.SetY(y)
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// pairs is the block of a document's particulars, three a row.
func (d *sheet) pairs(y float64, list [][2]string) float64 {
	const h = 12.0
	w := []float64{inner * 0.46, inner * 0.27, inner * 0.27}
	d.draw(rule)
	d.pdf.SetLineWidth(0.2)
	for i, p := range list {
		x := margin
		for _, before := range w[:i%3] {
			x += before
		}
		top := y + float64(i/3)*h
		d.pdf.Rect(x, top, w[i%3], h, "D")
		d.font("", 7, grey)
		d.at(x+1.5, top+1.2, w[i%3]-3, 3.5, p[0], "L")
		d.font("B", 9.5, ink)
		d.at(x+1.5, top+5.4, w[i%3]-3, 5, d.cut(p[1], w[i%3]-4), "L")
	}
	return y + float64((len(list)+2)/3)*h
}

// cut shortens what does not fit into one line.
func (d *sheet) cut(s string, w float64) string {
	s = font.Printable(s)
	if d.pdf.GetStringWidth(s) <= w {
		return s
	}
	r := []rune(s)
	for len(r) > 1 && d.pdf.GetStringWidth(string(r)+"…") > w {
		r = r[:len(r)-1]
	}
	return strings.TrimSpace(string(r)) + "…"
}

type figure struct {
	n    int
	what string
	c    colour
}

func (d *sheet) figures(y float64, list []figure) float64 {
	w := inner / float64(len(list))
	for i, f := range list {
		x := margin + float64(i)*w
		d.font("B", 17, f.c)
		d.at(x, y, w, 8, fmt.Sprint(f.n), "L")
		d.font("", 8, grey)
		d.at(x, y+8, w, 4, f.what, "L")
	}
	return y + 18
}

var heads = []string{"Ref", "Requirement", "Applies", "Justification for inclusion or exclusion", "Status", "Controls", "Evidence", "Owner"}

func (d *sheet) table() {
	ref := 18.0
	d.font("B", 8, ink)
	for _, q := range d.rows {
		ref = max(ref, min(d.pdf.GetStringWidth(font.Printable(q.Ref))+3, 38))
	}
	d.wide = []float64{ref, 60, 14, 84 - ref, 27, 36, 24, 28}
	d.heading()
	group := ""
	for _, q := range d.rows {
		if q.Group != group && q.Group != "" {
			group = q.Group
			if d.pdf.GetY()+2*line+8 > 195 {
				d.next()
			}
			y := d.pdf.GetY()
			d.fill(shade)
			d.pdf.Rect(margin, y, inner, 6, "F")
			d.font("B", 8, ink)
			d.at(margin+1, y+0.5, inner-2, 5, d.cut(group, inner-4), "L")
			d.pdf.SetY(y + 6)
		}
		d.row(q)
	}
	d.draw(rule)
	d.pdf.Line(margin, d.pdf.GetY(), margin+inner, d.pdf.GetY())
}

func (d *sheet) heading() {
	y := d.pdf.GetY()
	d.fill(accent)
	d.pdf.Rect(margin, y, inner, 7, "F")
	d.font("B", 8, colour{255, 255, 255})
	x := margin
	for i, h := range heads {
		d.at(x+1, y+1, d.wide[i]-2, 5, h, "L")
		x += d.wide[i]
	}
	d.pdf.SetY(y + 7)
}

func (d *sheet) next() {
	d.pdf.AddPage()
	d.pdf.SetY(18)
	d.heading()
}

func (d *sheet) row(q StatementRow) {
	why := q.reasons()
	if q.why() != "" && why != "" {
		why += ". "
	}
	why += q.why()
	cells := []string{q.Ref, q.Title, yesNo(q.Applicable), why, stateWords[q.State], q.controls(), strings.Replace(q.proof(), " of ", "/", 1), strings.Join(q.Owners, ", ")}
	lines := make([][]string, len(cells))
	most := 1
	for i, c := range cells {
		d.font(d.style(i), 8, ink)
		lines[i] = d.pdf.SplitText(font.Printable(c), d.wide[i]-2)
		most = max(most, len(lines[i]))
	}
	for from := 0; from < most; { // a row that is longer than a page goes on on the next
		room := int((195 - d.pdf.GetY() - 2) / line)
		if room < min(most-from, 40) && d.pdf.GetY() > 30 {
			d.next()
			continue
		}
		n := min(most-from, room)
		y, x := d.pdf.GetY(), margin
		d.draw(rule)
		d.pdf.SetLineWidth(0.15)
		d.pdf.Line(margin, y, margin+inner, y)
		for i, l := range lines {
			c := ink
			switch {
			case i == 4:
				c = states[q.State]
			case !q.Applicable && i != 3 && i != 0:
				c = grey
			}
			d.font(d.style(i), 8, c)
			for j := from; j < from+n && j < len(l); j++ {
				d.at(x+1, y+1+float64(j-from)*line, d.wide[i]-2, line, l[j], "L")
			}
			x += d.wide[i]
		}
		d.pdf.SetY(y + float64(n)*line + 2)
		from += n
	}
}

func (d *sheet) style(column int) string {
	if column == 0 || column == 4 {
		return "B"
	}
	return ""
}

// flat draws a picture of any kind as the one that the writer knows: eight bits a colour, not interlaced.
func flat(m image.Image) image.Image {
	b := m.Bounds()
	out := image.NewNRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	for y := range b.Dy() {
		for x := range b.Dx() {
			out.Set(x, y, m.At(b.Min.X+x, b.Min.Y+y))
		}
	}
	return out
}
