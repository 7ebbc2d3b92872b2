package vendor

import (
	"fmt"
	"io"
	"strings"

	"codeberg.org/go-pdf/fpdf"

	"assay/server/framework/font"
	"assay/server/op"
	"assay/server/risk"
	"assay/storage"
)

// pdf prints an assessment as an auditor wants to file it: what was decided, on which facts, with every answer.
func pdf(s *op.Scope, in op.ByID, w io.Writer) (op.Sent, error) {
	var d printed
	err := s.Read(func(tx *storage.ReadTx) (err error) {
		if d.a, err = assessmentByID(tx, in); err != nil {
			return err
		}
		d.day = tx.Today()
		return tx.QueryRow("SELECT name FROM organisation").Scan(&d.organisation)
	})
	if err != nil {
		return op.Sent{}, err
	}
	p := fpdf.New("P", "mm", "A4", "")
	d.pdf = p
	p.SetCreationDate(s.Now())
	p.SetModificationDate(s.Now())
	p.SetCatalogSort(true)
	p.SetTitle("Assessment of "+d.a.Facts.Name, true)
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
	d.text("Conclusion", d.a.Conclusion)
	d.text("Due diligence", d.a.Notes)
	d.proofs()
	for _, q := range d.a.Facts.Questionnaires {
		d.answers(q)
	}
	return op.Sent{Name: fmt.Sprintf("Assessment %d of %s.pdf", d.a.Number, d.a.Facts.Name), Type: "application/pdf"}, p.Output(w)
}

// printed is an assessment on its way to paper.
type printed struct {
	a                 VendorAssessmentDetail
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

// line prints a text that is as long as it is, moved in by some mm.
func (d *printed) line(style string, size float64, c colour, text string, in float64) {
	d.pdf.SetFont("Lato", style, size)
	d.pdf.SetTextColor(c[0], c[1], c[2])
	d.pdf.SetX(margin + in)
	d.pdf.MultiCell(inner-in, size*0.5, font.Printable(text), "", "L", false)
}

func (d *printed) footer() {
	d.pdf.SetY(-15)
	d.pdf.SetFont("Lato", "", 7.5)
	d.pdf.SetTextColor(grey[0], grey[1], grey[2])
	d.pdf.CellFormat(inner/2, 5, font.Printable(fmt.Sprintf("%s · Assessment %d of %s · printed on %s", d.organisation, d.a.Number, d.a.Facts.Name, d.day)), "", 0, "L", false, 0, "")
	// The number of pages is filled in at the end: the cell is as wide as its longest.
	d.pdf.CellFormat(inner/2, 5, fmt.Sprintf("Page %d of {pages}", d.pdf.PageNo()), "", 0, "R", false, 0, "")
}

// pair prints a fact beside its name.
func (d *printed) pair(name, value string) {
	y := d.pdf.GetY()
	d.line("", 8, grey, name, 0)
	d.pdf.SetXY(margin, y)
	d.line("", 9, ink, or(value, "–"), 34)
	d.pdf.SetY(max(d.pdf.GetY(), y+5))
}

func or(s, without string) string {
	if s == "" {
		return without
	}
	return s
}

func (d *printed) parting() {
	d.pdf.Ln(3)
	d.pdf.SetDrawColor(rule[0], rule[1], rule[2])
	d.pdf.Line(margin, d.pdf.GetY(), margin+inner, d.pdf.GetY())
	d.pdf.Ln(4)
}

func plainly(s string) string { return strings.ReplaceAll(s, "_", " ") }

// head is the block that says what was assessed, by whom and with what outcome.
func (d *printed) head() {
	f := d.a.Facts
	d.line("B", 10, accent, d.organisation, 0)
	d.pdf.Ln(2)
	d.line("B", 22, ink, "Assessment of "+f.Name, 0)
	d.pdf.Ln(3)
	if d.a.Status == "draft" {
		d.line("B", 11, alarm, "A draft: nothing of this is concluded.", 0)
		d.pdf.Ln(1)
	}
	of := "not a sub-processor"
	if f.Subservice {
		of = strings.Join([]string{"yes", or(f.Location, "no location"), or(f.Purpose, "no purpose")}, ", ")
	}
	tier := string(d.a.Tier)
	if d.a.Tier != risk.Unscored {
		tier = fmt.Sprintf("%s: likelihood %d × impact %d = %d (critical from %d, high from %d, medium from %d)", tier, d.a.Likelihood, d.a.Impact, d.a.Score, f.Scale.Critical, f.Scale.High, f.Scale.Medium)
	}
	if f.Classification == Restricted {
		tier += "; never below high, because it sees restricted data"
	}
	for _, p := range [][2]string{
		{"Service", f.Service}, {"Owner", f.OwnerName}, {"Tier", tier}, {"Decision", d.a.Decision}, {"Concluded", strings.TrimSpace(d.a.ConcludedOn + " " + d.a.ConcludedBy)},
		{"Next review", d.a.NextReviewOn}, {"Classification", string(f.Classification)}, {"Data", plainly(strings.Join(f.Data, ", "))}, {"Sub-processor", of}, {"Legal review", plainly(f.LegalReview)},
	} {
		d.pair(p[0], p[1])
	}
}

func (d *printed) text(title, text string) {
	if text == "" {
		return
	}
	d.parting()
	d.line("B", 12, ink, title, 0)
	d.pdf.Ln(1.5)
	for l := range strings.SplitSeq(text, "\n") {
		d.line("", 9.5, ink, or(strings.TrimSpace(l), " "), 0)
	}
}

func (d *printed) proofs() {
	if len(d.a.Facts.Attestations) == 0 {
		return
	}
	d.parting()
	d.line("B", 12, ink, "Attestations", 0)
	d.pdf.Ln(1.5)
	for _, p := range d.a.Facts.Attestations {
		said := string(p.State)
		if p.ExpiresOn != "" {
			said += ", until " + p.ExpiresOn
		}
		d.pair(VendorAttestationSaid{Type: p.Type, Title: p.Title}.called(), said)
		if p.File != "" {
			d.line("", 7.5, grey, p.File+", SHA-256 "+p.SHA256, 34)
		}
		if p.Exceptions != "" {
			d.line("", 8.5, alarm, "Exceptions: "+p.Exceptions, 34)
		}
	}
}

func (d *printed) answers(q VendorAsked) {
	d.parting()
	d.line("B", 12, ink, q.Title, 0)
	d.pdf.Ln(1)
	score := "not judged"
	if q.Score != nil {
		score = fmt.Sprintf("%d %% well", *q.Score/100)
	}
	d.line("", 9, grey, fmt.Sprintf("%d of %d answered, %s, %d to look at", q.Answered, q.Questions, score, q.Flagged), 0)
	section := ""
	for _, a := range q.Answers {
		if a.Section != section {
			section = a.Section
			d.pdf.Ln(3)
			d.line("B", 10, ink, section, 0)
		}
		d.pdf.Ln(1.5)
		d.line("", 9, ink, a.Question, 0)
		c := grey
		if a.Flagged {
			c = alarm
		}
		d.line("", 9, c, or(strings.Join(a.Answer, ", "), "no answer"), 4)
		for _, more := range []string{a.Detail, a.Note} {
			if more != "" {
				d.line("", 8.5, grey, more, 4)
			}
		}
	}
}
