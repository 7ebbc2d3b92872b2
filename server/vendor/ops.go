package vendor

import (
	"fmt"
	"slices"
	"strings"

	"assay/server/attachment"
	"assay/server/notification"
	"assay/server/op"
	"assay/server/person"
	"assay/server/record"
	"assay/server/register"
	"assay/storage"
)

// Module is the vendors' part of the API.
var Module = op.Module{
	Name: "vendor",
	Owns: []string{"vendor", "vendor_assessment", "vendor_attestation", "vendor_contract", "vendor_questionnaire", "vendor_answer", "vendor_reminder"},
	Also: append([]string{"notification", "task"}, register.Also...), // reminders are tasks, too
	Ops: slices.Concat(register.Ops(vendors, get), register.PartOps(attestations, "vendors"), register.PartOps(contracts, "vendors"),
		op.List("subprocessors", "GET /vendors/sub-processors", op.Readers, subprocessors, op.Doc("Approved sub-processors, as customers are shown them")), []op.Op{
			// Executives get the figures and nothing that names a vendor.
			op.Read("figures", "GET /vendors/figures", op.Everyone, figures, op.Doc("Vendors in figures: by tier, clock, attestations, data and status")),
			op.Write("decide", "POST /vendors/{id}/decide", op.Admin, decide, op.Doc("Approve or reject a vendor, with a reason")),

			op.Write("assess", "POST /vendors/{id}/assessments", op.Editors, assess, op.Doc("Begin an assessment. There is one under way at most")),
			op.Read("assessment", "GET /vendor-assessments/{id}", op.Readers, assessmentByID, op.Doc("One assessment: as it stands while it is a draft, as it was once it is concluded")),
			op.Write("save_assessment", "PATCH /vendor-assessments/{id}", op.Editors, saveAssessment, op.Versioned("vendor_assessment"), op.Doc("Save the draft of an assessment")),
			op.Steps("conclude", "POST /vendor-assessments/{id}/conclude", op.Editors, conclude, op.InBranch(), op.Doc("Conclude an assessment: it sets the vendor's score, tier and clock and stays as it was. "+
				"An administrator may approve or reject the vendor with it")),
			op.Produce("assessment_pdf", "GET /vendor-assessments/{id}/pdf", op.Readers, pdf, op.Doc("An assessment as a PDF, with its facts and answers")),
			op.Write("discard_assessment", "DELETE /vendor-assessments/{id}", op.Editors, discard, op.OwnOnly("It throws a draft away. One that was concluded stays."), op.Doc("Discard the draft of an assessment")),

			op.Write("ask", "POST /vendors/{id}/questionnaires", op.Editors, ask, op.Doc("Put the questions of the catalog to a vendor, as many as its tier asks for")),
			op.Read("questionnaire", "GET /vendor-questionnaires/{id}", op.Readers, questionnaireByID, op.Doc("A questionnaire with its answers")),
			op.Write("answer", "PATCH /vendor-answers/{id}", op.Editors, answer, op.Versioned("vendor_answer"), op.Doc("Write down an answer, or judge one")),
			op.Write("delete_questionnaire", "DELETE /vendor-questionnaires/{id}", op.Admin, func(tx *storage.WriteTx, in op.ByID) (struct{}, error) {
				return struct{}{}, tx.ExecOne("DELETE FROM vendor_questionnaire WHERE id = ?", in.ID)
			}, op.Doc("Delete a questionnaire with its answers")),
		}),
	Jobs: []op.Job{{Name: "remind", Nightly: true, Run: remind}},
}

// VendorDetail is one vendor with all that belongs to it.
type VendorDetail struct {
	Vendor
	DecidedAt      string                  `json:"decided_at" doc:"When it was last approved or rejected, or empty"`
	DecidedBy      string                  `json:"decided_by" doc:"The name of who did"`
	DecisionReason string                  `json:"decision_reason"`
	Cadence        int                     `json:"cadence" doc:"Months from one review to the next, by its tier; 0 while that is not known"`
	Attestations   []VendorAttestation     `json:"attestations"`
	Contracts      []VendorContract        `json:"contracts"`
	Files          []attachment.Attachment `json:"files" doc:"All files of the vendor, newest first"`
	Assessments    []VendorAssessment      `json:"assessments" doc:"Newest first"`
	Questionnaires []VendorQuestionnaire   `json:"questionnaires" doc:"Newest first"`
	Defined        string                  `json:"defined" doc:"How tier and clock are made, to show beside them"`
}

func get(tx *storage.ReadTx, in op.ByID) (d VendorDetail, err error) {
	if d.Vendor, err = vendors.Get(tx, in.ID); err != nil {
		return d, err
	}
	d.Defined, d.Cadence = defined(d.read.scale), cadences[d.Tier]
	err = tx.QueryRow("SELECT v.decided_at, coalesce(p.name, ''), v.decision_reason FROM vendor v LEFT JOIN person p ON p.id = v.decided_by WHERE v.id = ?", in.ID).
		Scan(&d.DecidedAt, &d.DecidedBy, &d.DecisionReason)
	if err != nil {
		return d, err
	}
	if d.Attestations, err = attestations.All(tx, in.ID); err != nil {
		return d, err
	}
	if d.Contracts, err = contracts.All(tx, in.ID); err != nil {
		return d, err
	}
	if d.Files, err = attachment.Of(tx, record.Ref{Kind: record.Vendor, ID: in.ID}); err != nil {
		return d, err
	}
	if d.Assessments, err = assessmentsOf(tx, in.ID); err != nil {
		return d, err
	}
	d.Questionnaires, err = questionnairesOf(tx, in.ID)
	return d, err
}

// written tells a new owner.
func written(tx *storage.WriteTx, id string, was, now VendorSaid) error {
	if was.Owner == now.Owner {
		return nil
	}
	return tell(tx, notification.VendorChanged, now.Owner, id, "A vendor is yours: "+now.Name)
}

// tell tells somebody of a vendor.
func tell(tx *storage.WriteTx, what notification.Event, who, id, sentence string) error {
	return notification.Send(tx, notification.Notice{Event: what, To: []string{who}, About: record.Ref{Kind: record.Vendor, ID: id}, Title: sentence})
}

type decideIn struct {
	op.ByID
	Body struct {
		Decision Status `json:"decision" enum:"approved,rejected"`
		Reason   string `json:"reason" minLength:"1" maxLength:"2000" doc:"Auditors read it"`
	}
}

func decide(tx *storage.WriteTx, in decideIn) (VendorDetail, error) {
	v, err := vendors.Get(&tx.ReadTx, in.ID)
	if err != nil {
		return VendorDetail{}, err
	}
	reason := strings.TrimSpace(in.Body.Reason)
	var c op.Check
	c.Required(reason, "reason")
	if err := c.Err(); err != nil {
		return VendorDetail{}, err
	}
	if err := mayDecide(v, in.Body.Decision); err != nil {
		return VendorDetail{}, err
	}
	if err := decided(tx, v, in.Body.Decision, reason); err != nil {
		return VendorDetail{}, err
	}
	return get(&tx.ReadTx, in.ByID)
}

// mayDecide is what is in the way of a decision.
func mayDecide(v Vendor, to Status) error {
	switch {
	case !slices.Contains(decides[v.Status], to):
		return op.Errorf(op.Conflict, "A vendor that is %s cannot be %s.", spoken(v.Status), to)
	case to == Approved && v.AssessedOn == "":
		return op.Errorf(op.Conflict, "Nobody has assessed this vendor. Conclude an assessment first.")
	case to == Approved && v.LegalReview == "needed":
		return op.Errorf(op.Conflict, "Legal has yet to look at this vendor. Say when that is done, then approve it.")
	}
	return nil
}

// decided writes a decision down and tells the owner.
func decided(tx *storage.WriteTx, v Vendor, to Status, reason string) error {
	tx.Note(reason)
	err := tx.ExecOne("UPDATE vendor SET status = ?2, decided_at = ?3, decided_by = ?4, decision_reason = ?5, updated_at = ?3 WHERE id = ?1",
		v.ID, string(to), tx.Stamp(), person.Acting(&tx.ReadTx), reason)
	if err != nil {
		return fmt.Errorf("decide on a vendor: %w", err)
	}
	return tell(tx, notification.VendorChanged, v.Owner, v.ID, "A vendor of yours was "+string(to)+": "+v.Name)
}
