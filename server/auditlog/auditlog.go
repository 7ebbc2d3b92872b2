// Package auditlog shows what was done in an organisation, and proves it.
//
// Two logs are read as one: the organisation's own, and what the installation's log says of its members,
// roles and tokens. They are joined in one place (join.go) and put into words in one place (words.go).
// Nobody can change either: this module owns no table.
package auditlog

import (
	"assay/server/op"
	"assay/storage"
)

// Module is the audit log's part of the API.
var Module = op.Module{
	Name: "audit",
	Ops: []op.Op{
		op.Steps("list", "GET /audit", op.Admin, list, op.InBranch(),
			op.Doc("What was done in the organisation, newest first: its own log and the installation's records of it as one")),
		op.Steps("facets", "GET /audit/facets", op.Admin, facets, op.InBranch(),
			op.Doc("Who did something and which actions there were, for the filter menus")),
		op.Steps("get", "GET /audit/{log}/{seq}", op.Admin, get, op.InBranch(),
			op.Doc("One record with every changed field, before and after")),
		op.Produce("proof", "GET /audit/{log}/{seq}/proof", op.Admin, proof,
			op.Doc("One record with what proves that it is in the signed log: a file to check anywhere")),
		op.Produce("verifier", "GET /audit/verifier", op.Admin, verifier,
			op.Doc("The program that checks a proof: one file of Go, to read and to run anywhere")),
		op.Produce("export", "GET /audit/export", op.Admin, export,
			op.Doc("The whole log: as CSV to read, as JSON lines to verify elsewhere")),
		op.Steps("verify", "POST /audit/verify", op.Admin, verify,
			op.Doc("Recompute the log from its records, compare it with every signed checkpoint, and read every file if asked")),
		op.Steps("checkpoints", "GET /audit/checkpoints", op.Admin, checkpoints,
			op.Doc("Where the log was signed, and the public key that checks it")),
		op.Produce("checkpoint", "GET /audit/checkpoints/newest", op.Admin, newest,
			op.Doc("The newest signed checkpoint, to keep somewhere else")),
		op.Steps("history", "GET /history/{table}/{id}", op.Readers, history, op.AsOf(), // of members it says what they are called now
			op.Doc("What happened to one record, field by field, newest first")),
		op.Steps("undo", "POST /undo", op.Editors, undo, op.InBranch(),
			op.Doc("Put back what an earlier change changed, as a change of its own"), op.Rules(whoUndoes)),
		op.Steps("undo_preview", "GET /undo/{seq}", op.Editors, preview, op.Present(), op.InBranch(),
			op.Doc("What undoing a change would do as things stand, field by field, and what is in the way")),
		op.Read("trash", "GET /trash", op.Admin, trash,
			op.Doc("What was deleted in the last 30 days and can be brought back, newest first")),
		op.Steps("restore", "POST /trash/{seq}/restore", op.Admin, restore, op.InBranch(),
			op.Doc("Bring a deleted record back, with what went with it and its links")),
	},
	Jobs: []op.Job{{Name: "empty_trash", Nightly: true, Run: emptyTrash}},
}

// The two logs.
const (
	Tenant       = "tenant"
	Installation = "installation"
)

// AuditEntry is one record in a line.
type AuditEntry struct {
	Log     string       `json:"log" enum:"tenant,installation"`
	Seq     int64        `json:"seq" doc:"Number of the record in its log"`
	At      string       `json:"at"`
	Kind    string       `json:"kind" enum:"change,event"`
	Actor   AuditActor   `json:"actor"`
	Action  string       `json:"action"`
	Summary string       `json:"summary" doc:"What was done, for a person: follows the actor's name"`
	Counts  []AuditCount `json:"counts" doc:"Changed rows by table"`
	Request string       `json:"request,omitempty"`
	Cause   string       `json:"cause,omitempty" doc:"What set it off"`
	Note    string       `json:"note,omitempty" doc:"The reason a person gave"`
}

// AuditActor is who did something.
type AuditActor struct {
	Kind  storage.ActorKind `json:"kind"`
	ID    string            `json:"id"`
	Name  string            `json:"name"`
	Token string            `json:"token,omitempty" doc:"The access token it was done with"`
}

// AuditCount is how many rows of a table a record changed.
type AuditCount struct {
	Table string `json:"table"`
	Op    string `json:"op" enum:"insert,update,delete"`
	N     int    `json:"n"`
}

// AuditFilter is what the log can be asked for.
type AuditFilter struct {
	Page   int    `query:"page" minimum:"1" maximum:"1000000" doc:"Which page, from 1"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" doc:"Rows on a page; 50 unless given"`
	Q      string `query:"q" maxLength:"200" doc:"Words that must all occur in the record or in the names of what it is about"`
	Actor  string `query:"actor" maxLength:"60" doc:"Id of a person, name of a job"`
	By     string `query:"by" enum:"people,system" doc:"What people did, by hand or by a program of theirs; or what the system did by itself"`
	Action string `query:"action" maxLength:"60" doc:"control.update"`
	Module string `query:"module" maxLength:"30" doc:"The first part of an action: control"`
	Table  string `query:"table" maxLength:"30" doc:"Records that changed a row of this table"`
	Kind   string `query:"kind" enum:"change,event"`
	Log    string `query:"log" enum:"tenant,installation" doc:"One of the two logs alone"`
	From   string `query:"from" format:"date" doc:"First day, in the organisation's time zone"`
	To     string `query:"to" format:"date" doc:"Last day"`
}

func (f AuditFilter) page() op.PageIn { return op.PageIn{Page: f.Page, Limit: f.Limit} }

func list(s *op.Scope, f AuditFilter) (out op.Page[AuditEntry], err error) {
	return out, both(s, func(tx, control *storage.ReadTx) error {
		in := f.page()
		j, err := newJoin(tx, control, s.Tenant(), f)
		if err != nil {
			return err
		}
		keys, err := j.window(in.Offset(), in.Size())
		if err != nil {
			return err
		}
		out = op.Page[AuditEntry]{Total: j.total(), Page: in.Number(), Limit: in.Size()}
		out.Items, err = describe(tx, control, s.Tenant(), keys)
		return err
	})
}

// Recent puts the newest records of the organisation's own log that changed something into words, for the
// dashboard. What the system does every night is left out. It looks at the last 2,000 records, not further.
func Recent(tx *storage.ReadTx, n int) ([]AuditEntry, error) {
	rows, err := tx.Query(`SELECT seq FROM audit WHERE seq > (SELECT max(seq) FROM audit) - 2000 AND kind = 'change' AND actor_kind <> 'system'
		ORDER BY seq DESC LIMIT ?`, n)
	if err != nil {
		return nil, err
	}
	keys, err := op.Scan(rows, func(r op.Row) (k key, err error) { return k, r.Scan(&k.seq) })
	if err != nil {
		return nil, err
	}
	return describe(tx, nil, "", keys)
}

// both reads the organisation's file and the installation's at once.
func both(s *op.Scope, fn func(tx, control *storage.ReadTx) error) error {
	return s.Read(func(tx *storage.ReadTx) error {
		return s.ReadControl(func(control *storage.ReadTx) error { return fn(tx, control) })
	})
}
