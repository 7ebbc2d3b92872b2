package control

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"assay/server/framework/oscal"
	"assay/server/op"
	"assay/server/person"
	"assay/storage"
)

// Module is the controls' part of the API.
var Module = op.Module{
	Name: "control",
	Owns: []string{"control", "control_status", "control_effective"},
	Also: []string{"mapping", "evidence_control", "activity_control", "policy_control", "component", // what hangs on a control goes with it
		"tag", "record_tag"}, // by tag.Change
	Ops: append(op.List("list", "GET /controls", op.Readers, table, op.Doc("Controls")),
		op.Read("get", "GET /controls/{id}", op.Readers, get, op.Doc("One control with its requirements, evidence and the reason of its status")),
		op.Write("create", "POST /controls", op.Editors, create, op.Doc("Add an own control")),
		op.Write("update", "PATCH /controls/{id}", op.Editors, update, op.Versioned("control"), op.Doc("Change a control")),
		op.Steps("claim", "POST /controls/{id}/status", op.Editors, claim, op.InBranch(), op.Doc("Say how far a control is. Only an administrator says, or takes back, that one does not apply")),
		op.Steps("bulk", "POST /controls/bulk", op.Editors, bulk, op.InBranch(), op.Doc("Change status, owner or domain of many controls at once, or keep them per product")),
		op.Write("delete", "DELETE /controls/{id}", op.Admin, remove, op.Doc("Delete a control with its mappings")),
	),
	Jobs: []op.Job{{Name: "settle", Run: settle}},
}

// ControlDetail is one control with all that belongs to it.
type ControlDetail struct {
	Control
	Description   string               `json:"description"`
	Test          string               `json:"test" doc:"How to check that it works"`
	SourceKey     string               `json:"source_key" doc:"Its id in the common control set, or empty"`
	Justification string               `json:"justification" doc:"Why it does not apply, when it does not"`
	StatusBy      string               `json:"status_by" doc:"Who changed the claim last, in words"`
	CreatedAt     string               `json:"created_at"`
	Requirements  []ControlRequirement `json:"requirements"`
	Linked        []ControlEvidence    `json:"linked" doc:"The evidence requests that prove it"`
	Products      []ControlProduct     `json:"products" doc:"How it stands in each product"`
}

// ControlRequirement is a requirement that a control serves.
type ControlRequirement struct {
	ID         string `json:"id"`
	Framework  string `json:"framework"`
	Short      string `json:"short"`
	Color      string `json:"color"`
	Ref        string `json:"ref"`
	Title      string `json:"title"`
	Applicable bool   `json:"applicable"`
	Source     string `json:"source" enum:"catalog,person" doc:"Who mapped it"`
	Note       string `json:"note"`
}

// ControlEvidence is an evidence request that proves a control.
type ControlEvidence struct {
	ID            string `json:"id"`
	Name          string `json:"name"`
	Scope         string `json:"scope" doc:"Id of the product it belongs to, or organisation"`
	ScopeName     string `json:"scope_name"`
	Kind          string `json:"kind"`
	Frequency     string `json:"frequency"`
	Accepted      int    `json:"accepted" doc:"Accepted files"`
	CollectedOn   string `json:"collected_on"`
	ExpiresOn     string `json:"expires_on"`
	NotApplicable bool   `json:"not_applicable"`
}

type byID struct {
	ID string `path:"id"`
}

func get(tx *storage.ReadTx, in byID) (ControlDetail, error) {
	c, err := Get(tx, in.ID)
	if err != nil {
		return ControlDetail{}, none(err)
	}
	d := ControlDetail{Control: c}
	err = tx.QueryRow(`SELECT c.description, c.test, c.source_key, c.created_at, s.justification, coalesce(p.name, s.changed_by)
		FROM control c JOIN control_status s ON s.control = c.id AND s.scope = 'organisation' LEFT JOIN person p ON p.id = s.changed_by
		WHERE c.id = ?`, in.ID).Scan(&d.Description, &d.Test, &d.SourceKey, &d.CreatedAt, &d.Justification, &d.StatusBy)
	if err != nil {
		return d, err
	}
	rows, err := tx.Query(`SELECT q.id, f.id, f.short, f.color, q.ref, q.title, q.applicable, m.source, m.note
		FROM mapping m JOIN requirement q ON q.id = m.requirement JOIN framework f ON f.id = q.framework
		WHERE m.control = ? AND f.archived = 0 ORDER BY f.short, f.id, q.position`, in.ID)
	if err != nil {
		return d, err
	}
	d.Requirements, err = op.Scan(rows, func(r op.Row) (q ControlRequirement, err error) {
		return q, r.Scan(&q.ID, &q.Framework, &q.Short, &q.Color, &q.Ref, &q.Title, &q.Applicable, &q.Source, &q.Note)
	})
	if err != nil {
		return d, err
	}
	rows, err = tx.Query(`SELECT e.id, e.name, e.scope, y.name, e.kind, e.frequency, k.accepted, k.collected_on, k.expires_on, e.not_applicable
		FROM evidence_control x JOIN evidence e ON e.id = x.evidence JOIN evidence_clock k ON k.evidence = e.id JOIN scope y ON y.id = e.scope
		WHERE x.control = ? ORDER BY e.name, e.id`, in.ID)
	if err != nil {
		return d, err
	}
	d.Linked, err = op.Scan(rows, func(r op.Row) (e ControlEvidence, err error) {
		return e, r.Scan(&e.ID, &e.Name, &e.Scope, &e.ScopeName, &e.Kind, &e.Frequency, &e.Accepted, &e.CollectedOn, &e.ExpiresOn, &e.NotApplicable)
	})
	if err != nil {
		return d, err
	}
	d.Products, err = productsOf(tx, in.ID)
	return d, err
}

func none(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return storage.ErrNotFound
	}
	return err
}

// Draft is what a person says of a new control.
type Draft struct {
	Ref         string `json:"ref" minLength:"1" maxLength:"40" doc:"As people write it; unique"`
	Title       string `json:"title" minLength:"1" maxLength:"300"`
	Description string `json:"description,omitempty" maxLength:"20000"`
	Test        string `json:"test,omitempty" maxLength:"20000"`
	Domain      string `json:"domain,omitempty" maxLength:"100"`
	Owner       string `json:"owner,omitempty" maxLength:"26" doc:"Id of a person, empty for nobody"`
	OwnerRole   string `json:"owner_role,omitempty" maxLength:"100"`
}

type createIn struct {
	Body Draft
}

func create(tx *storage.WriteTx, in createIn) (ControlDetail, error) {
	id, err := Create(tx, in.Body)
	if err != nil {
		return ControlDetail{}, err
	}
	return get(&tx.ReadTx, byID{id})
}

// Create adds an own control that nobody has started on, and gives its id. The caller's module must list
// control and control_status.
func Create(tx *storage.WriteTx, d Draft) (string, error) {
	d.Ref, d.Title, d.Domain = strings.TrimSpace(d.Ref), strings.TrimSpace(d.Title), strings.TrimSpace(d.Domain)
	var c op.Check
	c.Required(d.Title, "title")
	c.Required(d.Ref, "ref")
	if err := errors.Join(checkRef(&c, &tx.ReadTx, d.Ref, ""), person.Check(&c, &tx.ReadTx, "owner", d.Owner)); err != nil {
		return "", err
	}
	if err := c.Err(); err != nil {
		return "", err
	}
	id := tx.NewID()
	return id, insert(tx, []fresh{{ID: id, Draft: d, Status: NotStarted}})
}

// fresh is a new control with its first claim.
type fresh struct {
	ID            string `json:"id"`
	SortRef       string `json:"sort_ref"`
	Status        Status `json:"status"`
	Justification string `json:"justification"`
	Draft
}

// insert adds own controls that were judged before, many in one statement.
func insert(tx *storage.WriteTx, list []fresh) error {
	for i := range list {
		list[i].SortRef = oscal.SortKey(list[i].Ref)
	}
	rows, err := json.Marshal(list)
	if err != nil {
		return err
	}
	err = tx.Exec(`INSERT INTO control (id, ref, sort_ref, title, description, test, domain, owner, owner_role, source, created_at, updated_at)
		SELECT value ->> 'id', value ->> 'ref', value ->> 'sort_ref', value ->> 'title', coalesce(value ->> 'description', ''), coalesce(value ->> 'test', ''),
			coalesce(value ->> 'domain', ''), coalesce(value ->> 'owner', ''), coalesce(value ->> 'owner_role', ''), 'own', ?2, ?2 FROM jsonb_each(?1)`, string(rows), tx.Stamp())
	if err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO control_status (control, scope, status, justification, changed_at, changed_by)
		SELECT value ->> 'id', 'organisation', value ->> 'status', value ->> 'justification', ?2, ?3 FROM jsonb_each(?1)`, string(rows), tx.Stamp(), tx.Call().Actor.ID)
}

// begin gives a new control its first status.
func begin(tx *storage.WriteTx, id string) error {
	return tx.Exec("INSERT INTO control_status (control, scope, changed_at, changed_by) VALUES (?, 'organisation', ?, ?)", id, tx.Stamp(), tx.Call().Actor.ID)
}

func checkRef(c *op.Check, tx *storage.ReadTx, ref, self string) error {
	var title string
	err := tx.QueryRow("SELECT title FROM control WHERE ref = ? COLLATE NOCASE AND id <> ?", ref, self).Scan(&title)
	if err == nil {
		c.That(false, "ref", fmt.Sprintf("This reference is taken by “%s”.", title))
		return nil
	}
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

type updateIn struct {
	ID   string `path:"id"`
	Body struct {
		Ref         *string `json:"ref,omitempty" minLength:"1" maxLength:"40" doc:"Own controls only"`
		Title       *string `json:"title,omitempty" minLength:"1" maxLength:"300"`
		Description *string `json:"description,omitempty" maxLength:"20000"`
		Test        *string `json:"test,omitempty" maxLength:"20000"`
		Domain      *string `json:"domain,omitempty" maxLength:"100"`
		Owner       *string `json:"owner,omitempty" maxLength:"26" doc:"Id of a person, empty for nobody"`
	}
}

const keepsRef = "A copy of a common control keeps its reference, so that its evidence and mappings can be recognised."

// rewrite writes what a control says and who owns it. A copy whose words were changed has no digest any more:
// see Adopt.
func rewrite(tx *storage.WriteTx, id string, d Draft, sameWords bool) error {
	return tx.ExecOne(`UPDATE control SET ref = ?, sort_ref = ?, title = ?, description = ?, test = ?, domain = ?, owner = ?,
		digest = CASE WHEN ? THEN digest ELSE '' END, updated_at = ? WHERE id = ?`,
		d.Ref, oscal.SortKey(d.Ref), d.Title, d.Description, d.Test, d.Domain, d.Owner, sameWords, tx.Stamp(), id)
}

func update(tx *storage.WriteTx, in updateIn) (ControlDetail, error) {
	was, err := get(&tx.ReadTx, byID{in.ID})
	if err != nil {
		return ControlDetail{}, err
	}
	now := was
	b := in.Body
	text(&now.Ref, b.Ref)
	text(&now.Title, b.Title)
	text(&now.Domain, b.Domain)
	put(&now.Description, b.Description)
	put(&now.Test, b.Test)
	put(&now.Owner, b.Owner)
	var c op.Check
	c.Required(now.Title, "title")
	c.Required(now.Ref, "ref")
	if now.Ref != was.Ref {
		c.That(was.Source == "own", "ref", keepsRef)
		if err := checkRef(&c, &tx.ReadTx, now.Ref, in.ID); err != nil {
			return was, err
		}
	}
	if now.Owner != was.Owner {
		if err := person.Check(&c, &tx.ReadTx, "owner", now.Owner); err != nil {
			return was, err
		}
	}
	if err := c.Err(); err != nil {
		return was, err
	}
	same := now.Ref == was.Ref && now.Title == was.Title && now.Description == was.Description && now.Test == was.Test && now.Domain == was.Domain
	if same && now.Owner == was.Owner {
		return was, nil
	}
	err = rewrite(tx, in.ID, Draft{Ref: now.Ref, Title: now.Title, Description: now.Description, Test: now.Test, Domain: now.Domain, Owner: now.Owner}, same)
	if err != nil {
		return was, err
	}
	return get(&tx.ReadTx, byID{in.ID})
}

func put[T any](to, sent *T) {
	if sent != nil {
		*to = *sent
	}
}

func text(to, sent *string) {
	if sent != nil {
		*to = strings.TrimSpace(*sent)
	}
}

type removeIn struct {
	ID     string `path:"id"`
	Reason string `query:"reason" maxLength:"500" doc:"Why; required for a copy of a common control"`
}

// remove deletes a control. Its evidence requests stay: they may prove others.
func remove(tx *storage.WriteTx, in removeIn) (struct{}, error) {
	var source string
	if err := tx.QueryRow("SELECT source FROM control WHERE id = ?", in.ID).Scan(&source); err != nil {
		return struct{}{}, none(err)
	}
	reason := strings.TrimSpace(in.Reason)
	if source == "common" && reason == "" {
		var c op.Check
		c.That(false, "query.reason", "Say in a sentence why this common control goes. Often it is better to mark it not applicable: deleted, it comes back when a framework that needs it is turned on.")
		return struct{}{}, c.Err()
	}
	tx.Note(reason)
	return struct{}{}, tx.ExecOne("DELETE FROM control WHERE id = ?", in.ID)
}

// settle is the job behind [askSettle].
func settle(s *op.Scope, _ json.RawMessage) error {
	return s.Write(func(tx *storage.WriteTx) error {
		_, err := Settle(tx)
		return err
	})
}
