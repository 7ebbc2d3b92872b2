package statement

import (
	"database/sql"
	"errors"
	"strings"

	"assay/server/op"
	"assay/server/person"
	"assay/storage"
)

// Module is the implementation statements' part of the API.
var Module = op.Module{
	Name: "statement",
	Owns: []string{"statement", "system", "oscal_document", "component"},
	Also: []string{"control", "control_status", "mapping"}, // by control.Create, control.Reword and framework.Map
	Ops: append(op.List("list", "GET /statements", op.Readers, table, op.Doc("Implementation statements")),
		op.Read("of", "GET /requirements/{id}/statement", op.Readers, of, op.Doc("How a requirement is met, or a draft of it from the controls that serve it")),
		op.Write("create", "POST /requirements/{id}/statement", op.Editors, create, op.Doc("Say how a requirement is met")),
		op.Write("update", "PATCH /statements/{id}", op.Editors, update, op.Versioned("statement"), op.Doc("Change how a requirement is said to be met")),
		op.Write("delete", "DELETE /statements/{id}", op.Admin, remove, op.Doc("Delete a statement")),

		op.Read("system", "GET /system", op.Readers, getSystem, op.Doc("What plans say of the system")),
		op.Write("update_system", "PATCH /system", op.Editors, updateSystem, op.Unversioned("It compares If-Match itself: the row is made by the first change."),
			op.Doc("Change what plans say of the system")),

		op.Download("export_ssp", "GET /frameworks/{id}/ssp", op.Readers, exportSSP, op.Doc("The system security plan of a framework as OSCAL")),
		op.Import("import_ssp", "POST /frameworks/{id}/ssp", op.Admin, op.Limit{MB: mostMB}, parseSSP, importSSP,
			op.Doc("Import an OSCAL system security plan: its statements, matched by control, and the facts of the system. With dry=true it only says what would change")),
		op.Download("export_components", "GET /frameworks/{id}/components", op.Readers, exportComponents, op.Doc("The controls that serve a framework as an OSCAL component definition")),
		op.Import("import_components", "POST /frameworks/{id}/components", op.Admin, op.Limit{MB: mostMB}, parseComponents, importComponents,
			op.Doc("Import an OSCAL component definition: own controls with their mappings. With dry=true it only says what would change")),
	),
}

type byID struct {
	ID string `path:"id"`
}

func none(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return storage.ErrNotFound
	}
	return err
}

// StatementOf is what there is to say of a requirement.
type StatementOf struct {
	Statement *Statement     `json:"statement,omitempty" doc:"Absent when nobody wrote one"`
	Draft     StatementDraft `json:"draft" doc:"Put together from the controls that serve the requirement; empty when none does"`
}

func of(tx *storage.ReadTx, in byID) (out StatementOf, err error) {
	if err := writable(tx, in.ID); err != nil && !errors.Is(err, errHeading) {
		return out, err
	}
	s, err := scan(tx.QueryRow("SELECT "+columns+" FROM "+from+" WHERE s.requirement = ? AND s.scope = ?", in.ID, Scope))
	if err == nil {
		out.Statement = &s
	} else if !errors.Is(err, sql.ErrNoRows) {
		return out, err
	}
	list, err := served(tx, in.ID)
	out.Draft = DraftOf(list)
	return out, err
}

var errHeading = op.Errorf(op.Conflict, "This row is a heading or was withdrawn. Write how the requirements below it are met.")

// writable refuses rows of which there is nothing to say.
func writable(tx *storage.ReadTx, requirement string) error {
	var counts bool
	if err := tx.QueryRow("SELECT assessable AND NOT withdrawn FROM requirement WHERE id = ?", requirement).Scan(&counts); err != nil {
		return none(err)
	}
	if !counts {
		return errHeading
	}
	return nil
}

func get(tx *storage.ReadTx, id string) (Statement, error) {
	s, err := scan(tx.QueryRow("SELECT "+columns+" FROM "+from+" WHERE s.id = ?", id))
	return s, none(err)
}

type createIn struct {
	ID   string `path:"id"`
	Body struct {
		Body        string `json:"body" minLength:"1" maxLength:"20000"`
		Status      Status `json:"status,omitempty" enum:",planned,partial,implemented,alternative,not_applicable"`
		Owner       string `json:"owner,omitempty" maxLength:"26" doc:"Id of a person, empty for nobody"`
		Responsible string `json:"responsible,omitempty" maxLength:"300"`
	}
}

func create(tx *storage.WriteTx, in createIn) (Statement, error) {
	if err := writable(&tx.ReadTx, in.ID); err != nil {
		return Statement{}, err
	}
	b := in.Body
	var c op.Check
	c.Required(b.Body, "body")
	if err := person.Check(&c, &tx.ReadTx, "owner", b.Owner); err != nil {
		return Statement{}, err
	}
	if err := c.Err(); err != nil {
		return Statement{}, err
	}
	var there bool
	if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM statement WHERE requirement = ? AND scope = ?)", in.ID, Scope).Scan(&there); err != nil {
		return Statement{}, err
	}
	if there {
		return Statement{}, op.Errorf(op.Conflict, "Somebody has written a statement for this requirement meanwhile. Look at it first.")
	}
	id, err := insert(tx, in.ID, b.Body, b.Status, b.Owner, b.Responsible, "person")
	if err != nil {
		return Statement{}, err
	}
	return get(&tx.ReadTx, id)
}

func insert(tx *storage.WriteTx, requirement, body string, status Status, owner, responsible, source string) (string, error) {
	id := tx.NewID()
	return id, tx.Exec(`INSERT INTO statement (id, requirement, scope, body, status, owner, responsible, source, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?9, ?9)`, id, requirement, Scope, strings.TrimSpace(body), status, owner, strings.TrimSpace(responsible), source, tx.Stamp())
}

type updateIn struct {
	ID   string `path:"id"`
	Body struct {
		Body        *string `json:"body,omitempty" minLength:"1" maxLength:"20000"`
		Status      *Status `json:"status,omitempty" enum:",planned,partial,implemented,alternative,not_applicable"`
		Owner       *string `json:"owner,omitempty" maxLength:"26" doc:"Id of a person, empty for nobody"`
		Responsible *string `json:"responsible,omitempty" maxLength:"300"`
	}
}

func update(tx *storage.WriteTx, in updateIn) (Statement, error) {
	was, err := get(&tx.ReadTx, in.ID)
	if err != nil {
		return was, err
	}
	now, b := was, in.Body
	text(&now.Body, b.Body)
	put(&now.Status, b.Status)
	put(&now.Owner, b.Owner)
	text(&now.Responsible, b.Responsible)
	var c op.Check
	c.Required(now.Body, "body")
	if now.Owner != was.Owner {
		if err := person.Check(&c, &tx.ReadTx, "owner", now.Owner); err != nil {
			return was, err
		}
	}
	if err := c.Err(); err != nil || now == was {
		return was, err
	}
	err = tx.ExecOne("UPDATE statement SET body = ?, status = ?, owner = ?, responsible = ?, updated_at = ? WHERE id = ?",
		now.Body, now.Status, now.Owner, now.Responsible, tx.Stamp(), in.ID)
	if err != nil {
		return was, err
	}
	return get(&tx.ReadTx, in.ID)
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

func remove(tx *storage.WriteTx, in byID) (struct{}, error) {
	return struct{}{}, tx.ExecOne("DELETE FROM statement WHERE id = ?", in.ID)
}
