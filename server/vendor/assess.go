package vendor

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"assay/server/op"
	"assay/server/person"
	"assay/server/risk"
	"assay/server/task"
	"assay/storage"
)

// VendorAssessment is a review of a vendor, in a row.
type VendorAssessment struct {
	ID           string     `json:"id"`
	Vendor       string     `json:"vendor"`
	Number       int        `json:"number" doc:"1, 2, ... of this vendor"`
	Status       string     `json:"status" enum:"draft,concluded"`
	Step         int        `json:"step" doc:"Of five, to which the draft has come"`
	Likelihood   int        `json:"likelihood"`
	Impact       int        `json:"impact"`
	Notes        string     `json:"notes" doc:"Of the due diligence"`
	Conclusion   string     `json:"conclusion"`
	Decision     string     `json:"decision" enum:",approved,rejected"`
	StartedBy    string     `json:"started_by" doc:"The name of who began it"`
	StartedAt    string     `json:"started_at"`
	ConcludedBy  string     `json:"concluded_by" doc:"The name of who concluded it"`
	ConcludedAt  string     `json:"concluded_at"`
	ConcludedOn  string     `json:"concluded_on"`
	Score        int        `json:"score" doc:"Of a draft: as it would be"`
	Tier         risk.Level `json:"tier" enum:"critical,high,medium,low,unscored"`
	NextReviewOn string     `json:"next_review_on" doc:"Of a draft: as it would be if it were concluded today"`
	Version      int        `json:"version"`
}

// VendorAssessmentDetail is one with the facts it rests on.
type VendorAssessmentDetail struct {
	VendorAssessment
	Facts VendorFacts `json:"facts" doc:"Of a draft as they are today, else as they were"`
}

// VendorFacts are what is known of a vendor when it is assessed.
type VendorFacts struct {
	Name           string         `json:"name"`
	Service        string         `json:"service"`
	OwnerName      string         `json:"owner_name"`
	Data           []string       `json:"data" enum:"pii,phi,financial,credentials,source_code,customer_content,employee,none"`
	Classification Classification `json:"classification" enum:",public,internal,confidential,restricted"`
	Subservice     bool           `json:"subservice"`
	Location       string         `json:"location"`
	Purpose        string         `json:"purpose"`
	LegalReview    string         `json:"legal_review" enum:"not_needed,needed,done"`
	Attestations   []VendorProof  `json:"attestations"`
	Questionnaires []VendorAsked  `json:"questionnaires" doc:"The last one, if there is any"`
	Scale          risk.RiskScale `json:"scale" doc:"The scale of that day"`
}

// VendorProof is an attestation as an assessment has it.
type VendorProof struct {
	Type       string   `json:"type" enum:"soc2_type1,soc2_type2,soc3,iso27001,iso42001,hitrust,pci_dss,penetration_test,baa,dpa,insurance,other"`
	Title      string   `json:"title"`
	State      Attested `json:"state" enum:"valid,expiring,missing,expired"`
	ExpiresOn  string   `json:"expires_on"`
	Exceptions string   `json:"exceptions"`
	File       string   `json:"file"`
	SHA256     string   `json:"sha256" doc:"Of the file, so that it can be told from another"`
}

const assessmentColumns = `a.id, a.vendor, a.number, a.status, a.step, a.likelihood, a.impact, a.notes, a.conclusion, a.decision, coalesce(s.name, ''), a.started_at,
	coalesce(c.name, ''), a.concluded_at, a.concluded_on, a.score, a.tier, a.next_review_on, a.version, v.classification, k.critical, k.high, k.medium, a.facts`

const assessmentFrom = `vendor_assessment a JOIN vendor v ON v.id = a.vendor CROSS JOIN risk_scale k
	LEFT JOIN person s ON s.id = a.started_by LEFT JOIN person c ON c.id = a.concluded_by`

// scanAssessment reads one, and its facts where they are kept. A draft is weighed as it would be if it were concluded today.
func scanAssessment(tx *storage.ReadTx, row op.Row) (a VendorAssessment, facts string, err error) {
	var class Classification
	var scale risk.RiskScale
	err = row.Scan(&a.ID, &a.Vendor, &a.Number, &a.Status, &a.Step, &a.Likelihood, &a.Impact, &a.Notes, &a.Conclusion, &a.Decision, &a.StartedBy, &a.StartedAt,
		&a.ConcludedBy, &a.ConcludedAt, &a.ConcludedOn, &a.Score, &a.Tier, &a.NextReviewOn, &a.Version, &class, &scale.Critical, &scale.High, &scale.Medium, &facts)
	if a.Status == "draft" {
		a.Score = risk.Score(a.Likelihood, a.Impact)
		a.Tier = Tier(scale, a.Score, class)
		a.NextReviewOn = NextReview(tx.Today(), a.Tier)
	}
	if errors.Is(err, sql.ErrNoRows) {
		err = storage.ErrNotFound
	}
	return a, facts, err
}

func assessmentsOf(tx *storage.ReadTx, vendor string) ([]VendorAssessment, error) {
	rows, err := tx.Query("SELECT "+assessmentColumns+" FROM "+assessmentFrom+" WHERE a.vendor = ? ORDER BY a.number DESC", vendor)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (VendorAssessment, error) {
		a, _, err := scanAssessment(tx, r)
		return a, err
	})
}

func assessmentByID(tx *storage.ReadTx, in op.ByID) (d VendorAssessmentDetail, err error) {
	var kept string
	d.VendorAssessment, kept, err = scanAssessment(tx, tx.QueryRow("SELECT "+assessmentColumns+" FROM "+assessmentFrom+" WHERE a.id = ?", in.ID))
	if err != nil {
		return d, err
	}
	if d.Status == "draft" {
		d.Facts, err = factsOf(tx, d.Vendor)
		return d, err
	}
	if err := json.Unmarshal([]byte(kept), &d.Facts); err != nil {
		return d, fmt.Errorf("facts of assessment %s: %w", in.ID, err)
	}
	return d, nil
}

// factsOf are the facts of a vendor as they are today.
func factsOf(tx *storage.ReadTx, id string) (f VendorFacts, err error) {
	v, err := vendors.Get(tx, id)
	if err != nil {
		return f, err
	}
	f = VendorFacts{Name: v.Name, Service: v.Service, OwnerName: v.OwnerName, Data: v.Data, Classification: v.Classification, Subservice: v.Subservice,
		Location: v.Location, Purpose: v.Purpose, LegalReview: v.LegalReview, Attestations: []VendorProof{}, Questionnaires: []VendorAsked{}, Scale: v.read.scale}
	all, err := attestations.All(tx, id)
	if err != nil {
		return f, err
	}
	for _, a := range all {
		f.Attestations = append(f.Attestations, VendorProof{a.Type, a.Title, a.State, max(a.ExpiresOn, a.BridgeUntil), a.Exceptions, a.File, a.sha256})
	}
	asked, err := questionnairesOf(tx, id)
	if err != nil || len(asked) == 0 {
		return f, err
	}
	q, err := questionnaireByID(tx, op.ByID{ID: asked[0].ID})
	f.Questionnaires = append(f.Questionnaires, q)
	return f, err
}

func assess(tx *storage.WriteTx, in op.ByID) (VendorAssessmentDetail, error) {
	v, err := vendors.Get(&tx.ReadTx, in.ID)
	if err != nil {
		return VendorAssessmentDetail{}, err
	}
	if v.Draft != "" {
		return VendorAssessmentDetail{}, op.Errorf(op.Conflict, "An assessment of this vendor is under way. Conclude or discard that one.")
	}
	id := tx.NewID()
	err = tx.Exec(`INSERT INTO vendor_assessment (id, vendor, number, likelihood, impact, started_by, started_at, updated_at)
		VALUES (?1, ?2, (SELECT coalesce(max(number), 0) + 1 FROM vendor_assessment WHERE vendor = ?2), ?3, ?4, ?5, ?6, ?6)`,
		id, in.ID, v.Risk.Likelihood, v.Risk.Impact, person.Acting(&tx.ReadTx), tx.Stamp())
	if err != nil {
		return VendorAssessmentDetail{}, fmt.Errorf("begin an assessment: %w", err)
	}
	if v.Status == Requested {
		err := vendors.Change(tx, in.ID, func(d VendorSaid) VendorSaid { d.Status = InReview; return d })
		if err != nil {
			return VendorAssessmentDetail{}, err
		}
	}
	return assessmentByID(&tx.ReadTx, op.ByID{ID: id})
}

type saveIn struct {
	op.ByID
	Body struct {
		Step       *int    `json:"step,omitempty" minimum:"1" maximum:"5"`
		Likelihood *int    `json:"likelihood,omitempty" minimum:"0" maximum:"5"`
		Impact     *int    `json:"impact,omitempty" minimum:"0" maximum:"5"`
		Notes      *string `json:"notes,omitempty" maxLength:"20000"`
		Conclusion *string `json:"conclusion,omitempty" maxLength:"2000"`
	}
}

// draft is an assessment that may still be changed.
func draft(tx *storage.ReadTx, id string) (VendorAssessment, error) {
	a, _, err := scanAssessment(tx, tx.QueryRow("SELECT "+assessmentColumns+" FROM "+assessmentFrom+" WHERE a.id = ?", id))
	if err == nil && a.Status != "draft" {
		err = op.Errorf(op.Conflict, "This assessment is concluded and stays as it is. Begin another one.")
	}
	return a, err
}

func saveAssessment(tx *storage.WriteTx, in saveIn) (VendorAssessmentDetail, error) {
	a, err := draft(&tx.ReadTx, in.ID)
	if err != nil {
		return VendorAssessmentDetail{}, err
	}
	op.Put(&a.Step, in.Body.Step)
	op.Put(&a.Likelihood, in.Body.Likelihood)
	op.Put(&a.Impact, in.Body.Impact)
	op.Put(&a.Notes, in.Body.Notes)
	op.Put(&a.Conclusion, in.Body.Conclusion)
	err = tx.ExecOne("UPDATE vendor_assessment SET step = ?, likelihood = ?, impact = ?, notes = ?, conclusion = ?, updated_at = ? WHERE id = ?",
		a.Step, a.Likelihood, a.Impact, a.Notes, a.Conclusion, tx.Stamp(), in.ID)
	if err != nil {
		return VendorAssessmentDetail{}, err
	}
	return assessmentByID(&tx.ReadTx, in.ByID)
}

func discard(tx *storage.WriteTx, in op.ByID) (struct{}, error) {
	if _, err := draft(&tx.ReadTx, in.ID); err != nil {
		return struct{}{}, err
	}
	return struct{}{}, tx.ExecOne("DELETE FROM vendor_assessment WHERE id = ?", in.ID)
}

type concludeIn struct {
	op.ByID
	Body struct {
		Decision   Status `json:"decision,omitempty" enum:"approved,rejected" doc:"Of an administrator; without one the vendor's status stays"`
		Conclusion string `json:"conclusion,omitempty" maxLength:"2000" doc:"What was found, and why it was decided so"`
	}
}

func conclude(s *op.Scope, in concludeIn) (d VendorAssessmentDetail, err error) {
	if in.Body.Decision != "" && s.Caller().Role&op.Admin == 0 {
		return d, op.Errorf(op.Forbidden, "Only an administrator approves or rejects a vendor. Conclude the assessment without a decision.")
	}
	err = s.Write(func(tx *storage.WriteTx) error {
		d, err = concluded(tx, in)
		return err
	})
	return d, err
}

func concluded(tx *storage.WriteTx, in concludeIn) (d VendorAssessmentDetail, err error) {
	a, err := draft(&tx.ReadTx, in.ID)
	if err != nil {
		return d, err
	}
	a.Conclusion = cmp.Or(strings.TrimSpace(in.Body.Conclusion), a.Conclusion)
	var c op.Check
	c.That(a.Score > 0, "likelihood", "Give likelihood and impact: the tier and the next review follow from them.")
	c.That(in.Body.Decision == "" || a.Conclusion != "", "conclusion", "Say why: auditors read it.")
	if err := c.Err(); err != nil {
		return d, err
	}
	facts, err := factsOf(&tx.ReadTx, a.Vendor)
	if err != nil {
		return d, err
	}
	kept, err := json.Marshal(facts)
	if err != nil {
		return d, err
	}
	err = tx.ExecOne(`UPDATE vendor_assessment SET status = 'concluded', step = 5, conclusion = ?2, decision = ?3, concluded_by = ?4, concluded_at = ?5, concluded_on = ?6,
		score = ?7, tier = ?8, next_review_on = ?9, facts = ?10, updated_at = ?5 WHERE id = ?1`,
		in.ID, a.Conclusion, string(in.Body.Decision), person.Acting(&tx.ReadTx), tx.Stamp(), tx.Today(), a.Score, string(a.Tier), a.NextReviewOn, string(kept))
	if err != nil {
		return d, fmt.Errorf("conclude an assessment: %w", err)
	}
	err = tx.ExecOne("UPDATE vendor SET risk_likelihood = ?2, risk_impact = ?3, assessed_on = ?4, assessment = ?5, updated_at = ?6 WHERE id = ?1",
		a.Vendor, a.Likelihood, a.Impact, tx.Today(), in.ID, tx.Stamp())
	if err != nil {
		return d, fmt.Errorf("set a vendor's clock: %w", err)
	}
	if err := task.Settled(tx, reviewKey+a.Vendor, "Assessed on "+tx.Today()+"."); err != nil {
		return d, err
	}
	if in.Body.Decision != "" {
		v, err := vendors.Get(&tx.ReadTx, a.Vendor)
		if err != nil {
			return d, err
		}
		if err := mayDecide(v, in.Body.Decision); err != nil {
			return d, err
		}
		if err := decided(tx, v, in.Body.Decision, a.Conclusion); err != nil {
			return d, err
		}
	}
	return assessmentByID(&tx.ReadTx, in.ByID)
}
