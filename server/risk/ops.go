package risk

import (
	"fmt"

	"assay/server/control"
	"assay/server/notification"
	"assay/server/op"
	"assay/server/person"
	"assay/server/record"
	"assay/server/register"
	"assay/storage"
)

// Module is the risks' part of the API.
var Module = op.Module{
	Name: "risk",
	Owns: []string{"risk", "risk_score", "risk_scale", "risk_loss", "risk_appetite"},
	Also: append([]string{"notification", "record_link"}, register.Also...), // a link to a control comes with a risk of the library
	Ops: append(register.Ops(risks, get),
		// Executives get the figures and nothing that names a risk.
		op.Read("figures", "GET /risks/figures", op.Everyone, figures, op.AsOf(), op.Doc("Risks in figures: by level, status and place on the map, and how that moved")),
		op.Read("portfolio", "GET /risks/loss", op.Everyone, portfolio, op.Doc("What all risks that are said in money cost in a year")),
		op.Read("top", "GET /risks/loss/top", op.Readers, topLosses, op.Doc("The risks that cost most")),
		op.Read("loss", "GET /risks/{id}/loss", op.Readers, lossOf, op.Doc("What a risk costs in a year: the ranges, the figures and the curve")),
		op.Read("preview", "GET /risks/{id}/loss/preview", op.Readers, previewLoss, op.Doc("What ranges that are being typed would amount to. Nothing is written")),
		op.Write("set_loss", "PUT /risks/{id}/loss", op.Editors, setLoss, op.Versioned("risk"), op.Doc("Say how often a risk happens and what it costs each time")),
		op.Write("remove_loss", "DELETE /risks/{id}/loss", op.Editors, removeLoss, op.OwnOnly("It removes a part of a record: the risk stays, with likelihood and impact."), op.Doc("Say a risk no longer in money")),
		op.Read("appetite", "GET /risk-appetite", op.Readers, appetiteOf, op.Doc("The loss of a year that the organisation is ready to bear")),
		op.Write("update_appetite", "PATCH /risk-appetite", op.Admin, updateAppetite, op.Unversioned("there is one appetite: If-Match is compared with its version by the function"), op.Doc("Set the loss of a year that the organisation is ready to bear")),
		op.Read("library", "GET /risks/library", op.Readers, library, op.Doc("Risks that many companies have, to pick from")),
		op.Write("pick", "POST /risks/library", op.Editors, pick, op.Doc("Add risks of the library, linked to the controls that are here")),
		op.Read("scale", "GET /risk-scale", op.Readers, scaleOf, op.Doc("From which score on a risk is critical, high or medium")),
		op.Write("update_scale", "PATCH /risk-scale", op.Admin, updateScale, op.Unversioned("there is one scale: If-Match is compared with its version by the function"), op.Doc("Set from which score on a risk is critical, high or medium")),
		op.Write("accept", "POST /risks/{id}/accept", op.Admin, accept, op.Doc("Accept a risk until a day. The day after it is open again by itself")),
		op.Write("unaccept", "POST /risks/{id}/unaccept", op.Admin, unaccept, op.Doc("Take an acceptance back: the risk is open again")),
	),
	Jobs: []op.Job{{Name: "expire", Nightly: true, Run: expire}},
}

// RiskDetail is one risk with all that belongs to it.
type RiskDetail struct {
	Risk
	SourceKey      string         `json:"source_key" doc:"Its id in the library, or empty"`
	AcceptedReason string         `json:"accepted_reason"`
	AcceptedAt     string         `json:"accepted_at"`
	AcceptedBy     string         `json:"accepted_by" doc:"The name of who accepted it"`
	Linked         []RiskControl  `json:"linked" doc:"The controls that mitigate it"`
	Suggestion     RiskSuggestion `json:"suggestion" doc:"What these make of the risk"`
	Scores         []RiskScore    `json:"scores" doc:"Every change of a score, the oldest first"`
	Scale          RiskScale      `json:"scale"`
}

// RiskControl is a control that mitigates a risk.
type RiskControl struct {
	ID        string            `json:"id"`
	Ref       string            `json:"ref"`
	Title     string            `json:"title"`
	Effective control.Effective `json:"effective" enum:"not_started,in_progress,implemented,gap,not_applicable,needs_evidence,unproven"`
}

// RiskScore is a risk as it was scored from a day on.
type RiskScore struct {
	At       string `json:"at"`
	By       string `json:"by" doc:"The name of who scored it"`
	Inherent Point  `json:"inherent"`
	Residual Point  `json:"residual"`
	Target   Point  `json:"target"`
}

func get(tx *storage.ReadTx, in op.ByID) (d RiskDetail, err error) {
	if d.Risk, err = risks.Get(tx, in.ID); err != nil {
		return d, err
	}
	d.AcceptedReason = d.read.reason
	err = tx.QueryRow(`SELECT r.source_key, r.accepted_at, coalesce(p.name, '') FROM risk r LEFT JOIN person p ON p.id = r.accepted_by WHERE r.id = ?`,
		in.ID).Scan(&d.SourceKey, &d.AcceptedAt, &d.AcceptedBy)
	if err != nil {
		return d, err
	}
	rows, err := tx.Query(`SELECT c.id, c.ref, c.title, `+control.EffectiveInSQL+` FROM record_link l JOIN control c ON c.id = l.record
		JOIN control_proof p ON p.control = c.id AND p.scope = 'organisation' `+control.DaysSQL+`
		WHERE l.type = 'mitigates' AND l.kind = 'control' AND l.other_kind = 'risk' AND l.other = ? ORDER BY c.sort_ref, c.id`, append(control.Days(tx), in.ID)...)
	if err != nil {
		return d, err
	}
	d.Linked, err = op.Scan(rows, func(r op.Row) (c RiskControl, err error) {
		return c, r.Scan(&c.ID, &c.Ref, &c.Title, &c.Effective)
	})
	if err != nil {
		return d, err
	}
	var effective []control.Effective
	for _, c := range d.Linked {
		effective = append(effective, c.Effective)
	}
	d.Suggestion = Suggest(d.Inherent, effective)
	if d.Scale, err = scaleOf(tx, struct{}{}); err != nil {
		return d, err
	}
	d.Scores, err = scores(tx, in.ID)
	return d, err
}

// written keeps a changed score for its history, and tells a new owner.
func written(tx *storage.WriteTx, id string, was, now RiskSaid) error {
	if was.Inherent != now.Inherent || was.Residual != now.Residual || was.Target != now.Target {
		err := tx.Exec(`INSERT INTO risk_score (id, risk, at, day, inherent_likelihood, inherent_impact, residual_likelihood, residual_impact, target_likelihood, target_impact, changed_by)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, tx.NewID(), id, tx.Stamp(), tx.Today(), now.Inherent.Likelihood, now.Inherent.Impact,
			now.Residual.Likelihood, now.Residual.Impact, now.Target.Likelihood, now.Target.Impact, person.Acting(&tx.ReadTx))
		if err != nil {
			return fmt.Errorf("keep the score: %w", err)
		}
	}
	if was.Owner == now.Owner {
		return nil
	}
	return tell(tx, now.Owner, id, "A risk is yours: "+now.Title)
}

// tell tells somebody of a risk of theirs.
func tell(tx *storage.WriteTx, who, id, sentence string) error {
	return notification.Send(tx, notification.Notice{Event: notification.RiskChanged, To: []string{who}, About: record.Ref{Kind: record.Risk, ID: id}, Title: sentence})
}

func scaleOf(tx *storage.ReadTx, _ struct{}) (s RiskScale, err error) {
	return s, tx.QueryRow("SELECT critical, high, medium, version FROM risk_scale").Scan(&s.Critical, &s.High, &s.Medium, &s.Version)
}

type scaleIn struct {
	IfMatch string `header:"If-Match" maxLength:"24" doc:"The version that was read"`
	Body    struct {
		Critical *int `json:"critical,omitempty" minimum:"2" maximum:"25"`
		High     *int `json:"high,omitempty" minimum:"2" maximum:"25"`
		Medium   *int `json:"medium,omitempty" minimum:"2" maximum:"25"`
	}
}

func updateScale(tx *storage.WriteTx, in scaleIn) (RiskScale, error) {
	was, err := scaleOf(&tx.ReadTx, struct{}{})
	if err != nil {
		return was, err
	}
	if err := op.Matches(in.IfMatch, was.Version); err != nil {
		return was, err
	}
	now := was
	op.Put(&now.Critical, in.Body.Critical)
	op.Put(&now.High, in.Body.High)
	op.Put(&now.Medium, in.Body.Medium)
	var c op.Check
	c.That(now.High < now.Critical, "high", fmt.Sprintf("High begins below critical, which begins at %d.", now.Critical))
	c.That(now.Medium < now.High, "medium", fmt.Sprintf("Medium begins below high, which begins at %d.", now.High))
	if err := c.Err(); err != nil || now == was {
		return was, err
	}
	err = tx.ExecOne("UPDATE risk_scale SET critical = ?, high = ?, medium = ?, updated_at = ?", now.Critical, now.High, now.Medium, tx.Stamp())
	if err != nil {
		return was, err
	}
	return scaleOf(&tx.ReadTx, struct{}{})
}
