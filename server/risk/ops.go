package risk

import (
	"fmt"
	"strings"

	"assay/server/control"
	"assay/server/op"
	"assay/server/person"
	"assay/storage"
)

// Module is the risks' part of the API.
var Module = op.Module{
	Name: "risk",
	Owns: []string{"risk", "risk_score", "risk_scale"},
	Also: []string{"number_given", "notification", "record_link", // what a risk of the library comes with
		"tag", "record_tag"}, // by tag.Change
	Ops: append(op.List("list", "GET /risks", op.Readers, table, op.Doc("Risks")),
		// Executives get the figures and nothing that names a risk.
		op.Read("figures", "GET /risks/figures", op.Everyone, figures, op.AsOf(), op.Doc("Risks in figures: by level, status and place on the map, and how that moved")),
		op.Read("library", "GET /risks/library", op.Readers, library, op.Doc("Risks that many companies have, to pick from")),
		op.Write("pick", "POST /risks/library", op.Editors, pick, op.Doc("Add risks of the library, linked to the controls that are here")),
		op.Read("scale", "GET /risk-scale", op.Readers, scaleOf, op.Doc("From which score on a risk is critical, high or medium")),
		op.Write("update_scale", "PATCH /risk-scale", op.Admin, updateScale, op.Unversioned("there is one scale: If-Match is compared with its version by the function"), op.Doc("Set from which score on a risk is critical, high or medium")),
		op.Read("get", "GET /risks/{id}", op.Readers, get, op.Doc("One risk with its controls, what they suggest, and how its score moved")),
		op.Write("create", "POST /risks", op.Editors, create, op.Doc("Add a risk; a title is enough")),
		op.Write("update", "PATCH /risks/{id}", op.Editors, update, op.Versioned("risk"), op.Doc("Change a risk")),
		op.Write("bulk", "POST /risks/bulk", op.Editors, bulk, op.Doc("Change status, owner, category, treatment or day of many risks at once")),
		op.Write("accept", "POST /risks/{id}/accept", op.Admin, accept, op.Doc("Accept a risk until a day. The day after it is open again by itself")),
		op.Write("unaccept", "POST /risks/{id}/unaccept", op.Admin, unaccept, op.Doc("Take an acceptance back: the risk is open again")),
		op.Write("delete", "DELETE /risks/{id}", op.Admin, remove, op.Doc("Delete a risk with its history of scores")),
	),
	Jobs: []op.Job{{Name: "expire", Nightly: true, Run: expire}},
}

// RiskDetail is one risk with all that belongs to it.
type RiskDetail struct {
	Risk
	Description    string         `json:"description"`
	Plan           string         `json:"plan" doc:"How it is treated; single actions are tasks about it"`
	SourceKey      string         `json:"source_key" doc:"Its id in the library, or empty"`
	AcceptedReason string         `json:"accepted_reason"`
	AcceptedAt     string         `json:"accepted_at"`
	AcceptedBy     string         `json:"accepted_by" doc:"The name of who accepted it"`
	CreatedAt      string         `json:"created_at"`
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
	if d.Risk, err = table.One(tx, in.ID); err != nil {
		return d, err
	}
	d.Description, d.Plan, d.AcceptedReason = d.words.description, d.words.plan, d.words.reason
	err = tx.QueryRow(`SELECT r.source_key, r.accepted_at, coalesce(p.name, ''), r.created_at FROM risk r LEFT JOIN person p ON p.id = r.accepted_by WHERE r.id = ?`,
		in.ID).Scan(&d.SourceKey, &d.AcceptedAt, &d.AcceptedBy, &d.CreatedAt)
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

// RiskDraft is what a person says of a risk.
type RiskDraft struct {
	Title       string    `json:"title" minLength:"1" maxLength:"300"`
	Description string    `json:"description,omitempty" maxLength:"20000"`
	Category    string    `json:"category,omitempty" maxLength:"60"`
	Owner       string    `json:"owner,omitempty" maxLength:"26" doc:"Id of a person, empty for nobody"`
	Status      Status    `json:"status,omitempty" enum:"open,in_progress,off_track,mitigated,closed" doc:"Open unless given"`
	Inherent    Point     `json:"inherent,omitempty"`
	Residual    Point     `json:"residual,omitempty"`
	Target      Point     `json:"target,omitempty"`
	Treatment   Treatment `json:"treatment,omitempty" enum:",mitigate,accept,transfer,avoid"`
	Plan        string    `json:"plan,omitempty" maxLength:"20000"`
	DueOn       string    `json:"due_on,omitempty" maxLength:"10"`
	ReviewOn    string    `json:"review_on,omitempty" maxLength:"10"`

	source string // its id in the library
}

// check notes what is wrong with what is said of a risk, looking at what was not so before.
func (d RiskDraft) check(c *op.Check, tx *storage.ReadTx, was RiskDraft) error {
	c.Required(d.Title, "title")
	c.Date(d.DueOn, "due_on")
	c.Date(d.ReviewOn, "review_on")
	for name, p := range map[string]Point{"inherent": d.Inherent, "residual": d.Residual, "target": d.Target} {
		c.That((p.Likelihood == 0) == (p.Impact == 0), name, "Give both likelihood and impact, or neither.")
	}
	if d.Owner == was.Owner {
		return nil
	}
	return person.Check(c, tx, "owner", d.Owner)
}

func (d RiskDraft) trimmed() RiskDraft {
	d.Title, d.Category = strings.TrimSpace(d.Title), strings.TrimSpace(d.Category)
	return d
}

type createIn struct {
	Body RiskDraft
}

func create(tx *storage.WriteTx, in createIn) (RiskDetail, error) {
	d := in.Body.trimmed()
	var c op.Check
	if err := d.check(&c, &tx.ReadTx, RiskDraft{}); err != nil {
		return RiskDetail{}, err
	}
	if err := c.Err(); err != nil {
		return RiskDetail{}, err
	}
	id, err := insert(tx, d)
	if err != nil {
		return RiskDetail{}, err
	}
	return get(&tx.ReadTx, op.ByID{ID: id})
}

// RiskChange is what a change says; what is absent stays.
type RiskChange struct {
	Title       *string    `json:"title,omitempty" minLength:"1" maxLength:"300"`
	Description *string    `json:"description,omitempty" maxLength:"20000"`
	Category    *string    `json:"category,omitempty" maxLength:"60"`
	Owner       *string    `json:"owner,omitempty" maxLength:"26" doc:"Id of a person, empty for nobody"`
	Status      *Status    `json:"status,omitempty" enum:"open,in_progress,off_track,mitigated,closed" doc:"Accepting a risk is an operation of its own"`
	Inherent    *Point     `json:"inherent,omitempty"`
	Residual    *Point     `json:"residual,omitempty"`
	Target      *Point     `json:"target,omitempty"`
	Treatment   *Treatment `json:"treatment,omitempty" enum:",mitigate,accept,transfer,avoid"`
	Plan        *string    `json:"plan,omitempty" maxLength:"20000"`
	DueOn       *string    `json:"due_on,omitempty" maxLength:"10" doc:"Empty for none"`
	ReviewOn    *string    `json:"review_on,omitempty" maxLength:"10" doc:"Empty for none"`
}

// said is what is said of a risk now.
func (r Risk) said() RiskDraft {
	return RiskDraft{Title: r.Title, Description: r.words.description, Category: r.Category, Owner: r.Owner, Status: r.Status, Inherent: r.Inherent,
		Residual: r.Residual, Target: r.Target, Treatment: r.Treatment, Plan: r.words.plan, DueOn: r.DueOn, ReviewOn: r.ReviewOn}
}

// after is what is said when a change was made.
func (d RiskDraft) after(b RiskChange) RiskDraft {
	op.Put(&d.Title, b.Title)
	op.Put(&d.Description, b.Description)
	op.Put(&d.Category, b.Category)
	op.Put(&d.Owner, b.Owner)
	op.Put(&d.Status, b.Status)
	op.Put(&d.Inherent, b.Inherent)
	op.Put(&d.Residual, b.Residual)
	op.Put(&d.Target, b.Target)
	op.Put(&d.Treatment, b.Treatment)
	op.Put(&d.Plan, b.Plan)
	op.Put(&d.DueOn, b.DueOn)
	op.Put(&d.ReviewOn, b.ReviewOn)
	return d.trimmed()
}

type updateIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body RiskChange
}

func update(tx *storage.WriteTx, in updateIn) (RiskDetail, error) {
	r, err := table.One(&tx.ReadTx, in.ID)
	if err != nil {
		return RiskDetail{}, err
	}
	was := r.said()
	now := was.after(in.Body)
	if why := mayMove(was.Status, now.Status); why != "" {
		return RiskDetail{}, op.Errorf(op.Conflict, "%s", why)
	}
	var c op.Check
	if err := now.check(&c, &tx.ReadTx, was); err != nil {
		return RiskDetail{}, err
	}
	if err := c.Err(); err != nil {
		return RiskDetail{}, err
	}
	if now != was {
		if err := write(tx, in.ID, was, now); err != nil {
			return RiskDetail{}, err
		}
	}
	return get(&tx.ReadTx, op.ByID{ID: in.ID})
}

// mayMove is why a status may not be changed like this by who edits risks; empty when it may.
func mayMove(was, now Status) string {
	if was == now {
		return ""
	}
	if now == Accepted {
		return "Only an administrator accepts a risk, with a reason and a last day."
	}
	if was == Accepted {
		return "This risk is accepted. An administrator can take the acceptance back."
	}
	return ""
}

type bulkIn struct {
	Body struct {
		IDs    []string    `json:"ids,omitempty" maxItems:"10000" doc:"The risks to change"`
		Match  *RiskFilter `json:"match,omitempty" doc:"Or: every risk that this filter finds"`
		Except []string    `json:"except,omitempty" maxItems:"10000" doc:"With match: these risks stay as they are"`
		Set    RiskSet     `json:"set"`
	}
}

func remove(tx *storage.WriteTx, in op.ByID) (struct{}, error) {
	return struct{}{}, tx.ExecOne("DELETE FROM risk WHERE id = ?", in.ID)
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
