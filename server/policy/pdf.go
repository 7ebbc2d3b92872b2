package policy

import (
	"fmt"
	"io"
	"strings"

	"codeberg.org/go-pdf/fpdf"

	"assay/server/framework/font"
	"assay/server/op"
	"assay/storage"
)

// pdf prints a version with what was decided about it. Of an uploaded document it prints the block and the approvals:
// the document itself is its own file.
func pdf(s *op.Scope, in op.ByID, w io.Writer) (op.Sent, error) {
	d := sheet{}
	err := s.Read(func(tx *storage.ReadTx) (err error) {
		if d.v, err = version(tx, in); err != nil {
			return err
		}
		if d.p, err = one(tx, d.v.Policy); err != nil {
			return err
		}
		d.day = tx.Today()
		var content string
		err = tx.QueryRow("SELECT (SELECT name FROM organisation), content FROM policy_version WHERE id = ?", in.ID).Scan(&d.organisation, &content)
		if err == nil && content != "" {
			d.text, err = kept(content)
		}
		return err
	})
	if err != nil {
		return op.Sent{}, err
	}
	p := fpdf.New("P", "mm", "A4", "")
	d.pdf = p
	p.SetCreationDate(s.Now())
	p.SetModificationDate(s.Now())
	p.SetCatalogSort(true)
	p.SetTitle(d.p.Ref+" "+d.p.Title, true)
	p.SetAuthor(d.organisation, true)
	p.SetCreator("Assay", true)
	p.SetLang("en")
	font.Add(p)
	p.SetMargins(margin, 20, margin)
	p.SetAutoPageBreak(true, 20)
	p.AliasNbPages("{pages}")
	p.SetFooterFunc(d.footer)
	p.AddPage()
	d.head()
	for _, n := range d.text.root.Content {
		d.node(n, 0, "")
	}
	if d.v.Name != "" {
		d.line("", 10, ink, fmt.Sprintf("The text is the document %s, SHA-256 %s.", d.v.Name, d.v.Digest), 0)
	}
	d.trail()
	return op.Sent{Name: fmt.Sprintf("%s %s %s.pdf", d.p.Ref, d.p.Title, d.v.Number), Type: "application/pdf"}, p.Output(w)
}

// sheet is a version on its way to paper.
type sheet struct {
	p                 Policy
	v                 VersionDetail
	text              Content
	organisation, day string
	pdf               *fpdf.Fpdf
}

const (
	margin = 20.0
	inner  = 210 - 2*margin
)

type colour [3]int

var (
	ink    = colour{24, 32, 38}
	grey   = colour{98, 108, 116}
	rule   = colour{214, 219, 223}
	accent = colour{15, 92, 77}
	alarm  = colour{170, 84, 0}
)

func (d *sheet) font(style string, size float64, c colour) {
	d.pdf.SetFont("Lato", style, size)
	d.pdf.SetTextColor(c[0], c[1], c[2])
}

// line prints a text that is as long as it is, moved in by some mm.
func (d *sheet) line(style string, size float64, c colour, text string, in float64) {
	d.font(style, size, c)
	d.pdf.SetX(margin + in)
	d.pdf.MultiCell(inner-in, size*0.5, font.Printable(text), "", "L", false)
}

func (d *sheet) footer() {
	d.pdf.SetY(-15)
	d.font("", 7.5, grey)
	d.pdf.CellFormat(inner/2, 5, font.Printable(d.organisation+" · "+d.p.Ref+" · Version "+d.v.Number), "", 0, "L", false, 0, "")
	// The number of pages is filled in at the end: the cell is as wide as its longest.
	d.pdf.CellFormat(inner/2, 5, fmt.Sprintf("Page %d of {pages}", d.pdf.PageNo()), "", 0, "R", false, 0, "")
}

// head is the block that says which version of what this is.
func (d *sheet) head() {
	d.line("B", 10, accent, d.organisation, 0)
	d.pdf.Ln(2)
	d.line("B", 22, ink, d.p.Title, 0)
	d.pdf.Ln(3)
	if d.v.State != Published {
		d.line("B", 11, alarm, "Not in force: this version is not published.", 0)
		d.pdf.Ln(1)
	}
	for _, f := range [][2]string{
		{"Policy", d.p.Ref}, {"Version", d.v.Number}, {"Status", strings.ReplaceAll(string(d.v.State), "_", " ")}, {"Owner", or(d.p.OwnerName, "–")},
		{"Author", or(d.v.AuthorName, "–")}, {"Published on", or(d.v.PublishedOn, "–")}, {"Next review", or(d.p.NextReviewOn, "–")},
		{"What changed", or(d.v.ChangeSummary, "–")}, {"SHA-256", or(d.v.Digest, "–")}, {"Printed on", d.day},
	} {
		y := d.pdf.GetY()
		d.font("", 8, grey)
		d.pdf.SetX(margin)
		d.pdf.CellFormat(30, 5, f[0], "", 0, "L", false, 0, "")
		d.pdf.SetXY(margin, y)
		d.line("", 9, ink, f[1], 30)
		d.pdf.SetY(max(d.pdf.GetY(), y+5))
	}
	d.parting()
}

func (d *sheet) parting() {
	d.pdf.Ln(3)
	d.pdf.SetDrawColor(rule[0], rule[1], rule[2])
	d.pdf.Line(margin, d.pdf.GetY(), margin+inner, d.pdf.GetY())
	d.pdf.Ln(4)
}

// deepest is how far text is moved in at most, however deep its list is.
const deepest = 8

// node prints a node of the text at a depth of lists; sign stands before its first line.
func (d *sheet) node(n node, depth int, sign string) {
	in := float64(min(depth, deepest)) * 6
	switch n.Type {
	case "heading":
		size := map[float64]float64{1: 16, 2: 13, 3: 11.5}[level(n)]
		d.pdf.Ln(2)
		d.line("B", max(size, 10.5), ink, words1(n), in)
		d.pdf.Ln(1)
	case "paragraph", "codeBlock":
		if sign != "" {
			y := d.pdf.GetY()
			d.font("", 10, grey)
			d.pdf.SetX(margin + in - 6)
			d.pdf.CellFormat(6, 5, sign, "", 0, "L", false, 0, "")
			d.pdf.SetXY(margin, y)
		}
		d.line("", 10, ink, words1(n), in)
		d.pdf.Ln(1.5)
	case "bulletList", "orderedList":
		start := 1.0
		if s, ok := n.Attrs["start"].(float64); ok {
			start = s
		}
		for i, item := range n.Content {
			sign := "•"
			if n.Type == "orderedList" {
				sign = fmt.Sprintf("%d.", int(start)+i)
			}
			for j, child := range item.Content {
				if j > 0 {
					sign = ""
				}
				d.node(child, depth+1, sign)
			}
		}
	case "tableRow":
		var cells []string
		for _, cell := range n.Content {
			cells = append(cells, strings.Join(Content{root: cell}.Blocks(), " "))
		}
		d.line("", 9, ink, strings.Join(cells, "   |   "), in)
		d.pdf.Ln(1)
	case "horizontalRule":
		d.parting()
	default:
		if n.Type == "blockquote" {
			depth++
		}
		for _, child := range n.Content {
			d.node(child, depth, "")
		}
	}
}

func level(n node) float64 {
	l, _ := n.Attrs["level"].(float64)
	return l
}

// words1 is the text of one block. Where a link leads stands behind it: paper cannot be clicked.
func words1(n node) string {
	var b strings.Builder
	for _, t := range n.Content {
		if t.Type == "hardBreak" {
			b.WriteByte(' ')
		}
		b.WriteString(t.Text)
		for _, m := range t.Marks {
			if href, ok := m.Attrs["href"].(string); ok && href != t.Text {
				b.WriteString(" (" + href + ")")
			}
		}
	}
	return b.String()
}

// trail is what was decided about the version: who, when, about which content.
func (d *sheet) trail() {
	d.parting()
	d.line("B", 13, ink, "Approvals", 0)
	d.pdf.Ln(1)
	if len(d.v.Approvals) == 0 {
		d.line("", 10, grey, "Nobody has decided about this version.", 0)
	}
	for _, a := range d.v.Approvals {
		said := fmt.Sprintf("%s %s on %s UTC", or(a.Name, a.Person), a.Decision, strings.Replace(a.At[:min(16, len(a.At))], "T", " at ", 1))
		if !a.Counts {
			said += " (of other content, or before it was submitted again)"
		}
		d.line("", 10, ink, said, 0)
		if a.Comment != "" {
			d.line("", 9, grey, a.Comment, 6)
		}
		d.line("", 7.5, grey, "SHA-256 "+a.Digest, 6)
		d.pdf.Ln(1)
	}
	if d.v.PublishedAt != "" {
		d.line("", 10, ink, fmt.Sprintf("Published by %s on %s", or(d.v.PublisherName, "–"), d.v.PublishedOn), 0)
	}
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
