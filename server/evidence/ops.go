package evidence

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"assay/server/control"
	"assay/server/op"
	"assay/server/person"
	"assay/storage"
)

// Module is the evidence library's part of the API.
var Module = op.Module{
	Name: "evidence",
	Owns: []string{"evidence", "evidence_control", "file", "period", "cycle", "cycle_step", "evidence_ask", "evidence_reminder", "package", "package_progress"},
	Also: []string{"control_effective", "task", "notification", // by control.Settle, task.Want and notification.Send
		"activity_evidence", "occurrence_file", // what hangs on a request or a file goes with it
		"tag", "record_tag"}, // by tag.Change
	Ops: slices.Concat(op.List("list", "GET /evidence", op.Readers, table, op.Doc("Evidence requests")),
		op.List("queue", "GET /evidence/review", op.Readers, queue, op.Doc("Files that wait for review, oldest first")), []op.Op{
			op.Read("health", "GET /evidence/health", op.Everyone, health, op.Doc("Count evidence by status")),
			op.Read("coverage", "GET /evidence/coverage", op.Everyone, coverage, op.Doc("How much of each framework has evidence")),
			op.Read("get", "GET /evidence/{id}", op.Readers, get, op.Doc("One evidence request with its controls, files and clock")),
			op.Write("create", "POST /evidence", op.Editors, create, op.Doc("Ask for a proof")),
			op.Write("update", "PATCH /evidence/{id}", op.Editors, update, op.Versioned("evidence"), op.Doc("Change an evidence request")),
			op.Write("delete", "DELETE /evidence/{id}", op.Admin, remove, op.Doc("Delete an evidence request with its files")),
			op.Write("bulk", "POST /evidence/bulk", op.Editors, bulk, op.Doc("Change owner, reviewer or frequency of many requests at once")),
			op.Write("link", "POST /evidence/{id}/controls", op.Editors, link, op.Doc("Say which controls a request proves")),
			op.Write("unlink", "DELETE /evidence/{id}/controls/{control}", op.Editors, unlink,
				op.OwnOnly("It removes a link, not a record."), op.Doc("Say that a request does not prove a control")),

			op.Upload("upload", "POST /evidence/{id}/files", op.Editors, op.Limit{MB: 25}, upload, op.Doc("Upload a file as proof. "+
				"It is accepted as it comes when the request has no reviewer; otherwise it waits for review. With replaces it is a new version of an earlier file.")),
			op.Download("download", "GET /files/{id}", op.Readers, download, op.Present(), op.InSnapshot(), op.Doc("Download a file; PDF and pictures can be shown inline")),
			op.Steps("verify", "GET /files/{id}/verify", op.Readers, verify, op.Audited(), op.InBranch(), op.InSnapshot(), op.Doc("Read a file again and compare its SHA-256 with that of the upload")),
			op.Steps("accept", "POST /files/{id}/accept", op.Editors, accept, op.InBranch(), op.Doc("Accept a file as proof. "+mayReview)),
			op.Steps("reject", "POST /files/{id}/reject", op.Editors, reject, op.InBranch(), op.Doc("Reject a file and say why. "+mayReview)),
			op.Steps("update_file", "PATCH /files/{id}", op.Editors, updateFile, op.Versioned("file"), op.InBranch(),
				op.Doc("Correct what is said of a file: anyone who edits while it waits for review, an administrator afterwards")),
			op.Write("delete_file", "DELETE /files/{id}", op.Admin, removeFile, op.Doc("Delete a file; its content is kept for 30 days, so that this can be undone")),
			op.Steps("preview", "GET /files/{id}/preview", op.Readers, preview, op.Audited(), op.InBranch(), op.InSnapshot(), op.Doc("What a file holds, for reading: text, or the first rows of a table. "+
				"Pictures and PDF are only named; fetch them by download with inline")),

			op.Write("skip", "POST /cycles/{id}/skip", op.Editors, skip, op.Doc("End a collection cycle without proof, with a reason")),
			op.Steps("ask", "POST /evidence/{id}/asks", op.Editors, ask, op.InBranch(), op.Doc("Ask a colleague for proof by a day. They get a task. "+
				"It is answered by the next file that they upload to the request; users and administrators can upload, so only they can be asked")),
			op.Steps("withdraw", "POST /asks/{id}/withdraw", op.Editors, withdraw, op.InBranch(), op.Doc("Withdraw what a colleague was asked for: who asked may, or an administrator")),

			op.Read("periods", "GET /periods", op.Readers, periods, op.Doc("Compliance periods, newest first")),
			op.Read("propose_periods", "GET /periods/proposal", op.Admin, propose, op.Doc("The fiscal year of a day and its quarters, without those that are there")),
			op.Write("create_periods", "POST /periods", op.Admin, createPeriods, op.Doc("Make compliance periods")),
			op.Write("update_period", "PATCH /periods/{id}", op.Admin, updatePeriod, op.Versioned("period"), op.Doc("Change a compliance period")),
			op.Write("delete_period", "DELETE /periods/{id}", op.Admin, removePeriod, op.Doc("Delete a compliance period; its files stay")),

			op.Read("packages", "GET /packages", op.Readers, packages, op.Doc("Auditor packages that were made, newest first")),
			op.Read("package", "GET /packages/{id}", op.Readers, packageByID, op.Doc("One auditor package, with how far it has come")),
			op.Write("create_package", "POST /packages", op.Readers, createPackage, op.Doc("Make an auditor package: a ZIP with index, files, hashes and a signed checkpoint. "+
				"Auditors may, too: it changes nothing but the list of packages")),
			op.Download("download_package", "GET /packages/{id}/download", op.Readers, downloadPackage, op.Present(), op.Doc("Download an auditor package, within 30 days of its making")),
		}),
	Jobs: []op.Job{
		{Name: "recalculate", Nightly: true, Run: recalculate},
		{Name: "cycles", Nightly: true, Run: turn},
		{Name: "remind", Nightly: true, Run: remind},
		{Name: "package", Run: build},
		{Name: "remove_package", Run: removePackage},
		{Name: "purge", Run: purge},
	},
}

// EvidenceControl is a control that a request proves.
type EvidenceControl struct {
	ID    string `json:"id"`
	Ref   string `json:"ref"`
	Title string `json:"title"`
}

// EvidenceDetail is one request with all that belongs to it.
type EvidenceDetail struct {
	Evidence
	Description string            `json:"description"`
	Guidance    string            `json:"guidance"`
	NAReason    string            `json:"na_reason"`
	Source      string            `json:"source" enum:"own,catalog"`
	Sentence    string            `json:"sentence" doc:"The clock in words"`
	CreatedAt   string            `json:"created_at"`
	Linked      []EvidenceControl `json:"linked" doc:"The controls it proves"`
	Files       []EvidenceFile    `json:"files" doc:"Every file, newest first, with the versions that were replaced"`
	Cycles      []EvidenceCycle   `json:"cycles" doc:"The rounds of collecting it, newest first"`
	Asks        []EvidenceAsk     `json:"asks" doc:"Colleagues who were asked for it, newest first"`
}

type byID struct {
	ID string `path:"id" maxLength:"26"`
}

func health(tx *storage.ReadTx, _ struct{}) (EvidenceHealth, error) { return Health(tx) }

// EvidenceCoverages is the answer of coverage.
type EvidenceCoverages struct {
	Items []EvidenceCoverage `json:"items"`
}

func coverage(tx *storage.ReadTx, _ struct{}) (EvidenceCoverages, error) {
	items, err := Coverage(tx)
	return EvidenceCoverages{items}, err
}

func get(tx *storage.ReadTx, in byID) (EvidenceDetail, error) {
	d := EvidenceDetail{}
	var err error
	d.Evidence, err = scan(tx.QueryRow("SELECT "+columns+" FROM "+from+" WHERE e.id = ?", append(days(tx), in.ID)...))
	if err != nil {
		return d, none(err)
	}
	err = tx.QueryRow("SELECT description, guidance, na_reason, source, created_at FROM evidence WHERE id = ?", in.ID).
		Scan(&d.Description, &d.Guidance, &d.NAReason, &d.Source, &d.CreatedAt)
	if err != nil {
		return d, err
	}
	left := 0
	if d.DaysLeft != nil {
		left = *d.DaysLeft
	}
	d.Sentence = Sentence(d.Status, d.CollectedOn, d.ExpiresOn, left, d.Pending)
	rows, err := tx.Query(`SELECT c.id, c.ref, c.title FROM evidence_control x JOIN control c ON c.id = x.control
		WHERE x.evidence = ? ORDER BY c.sort_ref, c.id`, in.ID)
	if err != nil {
		return d, err
	}
	d.Linked, err = op.Scan(rows, func(r op.Row) (c EvidenceControl, err error) { return c, r.Scan(&c.ID, &c.Ref, &c.Title) })
	if err != nil {
		return d, err
	}
	if d.Files, err = filesOf(tx, in.ID); err != nil {
		return d, err
	}
	if d.Cycles, err = cyclesOf(tx, in.ID); err != nil {
		return d, err
	}
	d.Asks, err = asksOf(tx, in.ID)
	return d, err
}

// none turns "no row" into the error that is answered with 404.
func none(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return storage.ErrNotFound
	}
	return err
}

type createIn struct {
	Body struct {
		Name         string    `json:"name" minLength:"1" maxLength:"200"`
		Description  string    `json:"description,omitempty" maxLength:"4000"`
		Guidance     string    `json:"guidance,omitempty" maxLength:"4000"`
		Category     string    `json:"category,omitempty" maxLength:"100"`
		Kind         Kind      `json:"kind,omitempty" enum:"policy_document,report,configuration,log,screenshot,attestation,other"`
		Frequency    Frequency `json:"frequency,omitempty" enum:"monthly,quarterly,semi_annual,annual,once" doc:"annual unless given"`
		ValidityDays *int      `json:"validity_days,omitempty" minimum:"0" maximum:"3660" doc:"What the frequency says unless given; 0 means for ever"`
		Owner        string    `json:"owner,omitempty" maxLength:"26"`
		Reviewer     string    `json:"reviewer,omitempty" maxLength:"26"`
		Scope        string    `json:"scope,omitempty" maxLength:"26" doc:"Id of the product it belongs to; the whole organisation unless given"`
		Controls     []string  `json:"controls,omitempty" maxItems:"200"`
	}
}

func create(tx *storage.WriteTx, in createIn) (EvidenceDetail, error) {
	b := in.Body
	if b.Frequency == "" {
		b.Frequency = "annual"
	}
	if b.Kind == "" {
		b.Kind = "other"
	}
	validity := b.Frequency.ValidityDays()
	if b.ValidityDays != nil {
		validity = *b.ValidityDays
	}
	var c op.Check
	c.Required(b.Name, "name")
	err := errors.Join(person.Check(&c, &tx.ReadTx, "owner", b.Owner), person.Check(&c, &tx.ReadTx, "reviewer", b.Reviewer),
		checkControls(&c, &tx.ReadTx, b.Controls), checkScope(&c, &tx.ReadTx, control.In(b.Scope)))
	if err != nil {
		return EvidenceDetail{}, err
	}
	if err := c.Err(); err != nil {
		return EvidenceDetail{}, err
	}
	id := tx.NewID()
	err = insert(tx, []request{{id, b.Name, b.Description, b.Guidance, b.Category, string(b.Kind), string(b.Frequency), validity, b.Owner, b.Reviewer, false, "", control.In(b.Scope), b.Controls}})
	if err != nil {
		return EvidenceDetail{}, err
	}
	return changed(tx, id)
}

// request is a request of one's own as it is written.
type request struct {
	ID            string   `json:"id"`
	Name          string   `json:"name"`
	Description   string   `json:"description"`
	Guidance      string   `json:"guidance"`
	Category      string   `json:"category"`
	Kind          string   `json:"kind"`
	Frequency     string   `json:"frequency"`
	ValidityDays  int      `json:"validity_days"`
	Owner         string   `json:"owner"`
	Reviewer      string   `json:"reviewer"`
	NotApplicable bool     `json:"not_applicable"`
	NAReason      string   `json:"na_reason"`
	Scope         string   `json:"scope"` // '': the organisation's, or as it was
	Controls      []string `json:"controls"`
}

// insert adds requests that were judged before, with their links, many in one statement.
func insert(tx *storage.WriteTx, list []request) error {
	for i := range list {
		r := &list[i]
		r.Name, r.Category, r.NAReason = strings.TrimSpace(r.Name), strings.TrimSpace(r.Category), strings.TrimSpace(r.NAReason)
	}
	rows, err := json.Marshal(list)
	if err != nil {
		return err
	}
	err = tx.Exec(`INSERT INTO evidence (id, name, description, guidance, category, kind, frequency, validity_days, owner, reviewer, not_applicable, na_reason, scope, created_at, updated_at)
		SELECT value ->> 'id', value ->> 'name', value ->> 'description', value ->> 'guidance', value ->> 'category', value ->> 'kind', value ->> 'frequency',
			value ->> 'validity_days', value ->> 'owner', value ->> 'reviewer', value ->> 'not_applicable', value ->> 'na_reason', coalesce(nullif(value ->> 'scope', ''), 'organisation'), ?2, ?2 FROM jsonb_each(?1)`, string(rows), tx.Stamp())
	if err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO evidence_control (evidence, control) SELECT r.value ->> 'id', c.value FROM jsonb_each(?) r, jsonb_each(r.value, '$.controls') c WHERE c.value IS NOT NULL
		ON CONFLICT DO NOTHING`, string(rows))
}

// checkScope notes a product that is not there or archived.
func checkScope(c *op.Check, tx *storage.ReadTx, id string) error {
	if id == control.Organisation {
		return nil
	}
	var ok bool
	if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM scope WHERE id = ? AND archived = 0)", id).Scan(&ok); err != nil {
		return err
	}
	c.That(ok, "scope", "There is no such product, or it is archived.")
	return nil
}

func checkControls(c *op.Check, tx *storage.ReadTx, ids []string) error {
	for i, id := range ids {
		var ok bool
		if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM control WHERE id = ?)", id).Scan(&ok); err != nil {
			return err
		}
		c.That(ok, fmt.Sprintf("controls[%d]", i), "There is no such control.")
	}
	return nil
}

// connect links controls that are not linked yet.
func connect(tx *storage.WriteTx, id string, controls []string) error {
	for _, c := range controls {
		if err := tx.Exec("INSERT INTO evidence_control (evidence, control) VALUES (?, ?) ON CONFLICT DO NOTHING", id, c); err != nil {
			return err
		}
	}
	return nil
}

// changed ends every change that may move a control or a cycle: it asks for a recalculation and reads the
// request anew.
func changed(tx *storage.WriteTx, id string) (EvidenceDetail, error) {
	if err := errors.Join(advance(tx, id, move{}), askRecalculation(tx)); err != nil {
		return EvidenceDetail{}, err
	}
	return get(&tx.ReadTx, byID{id})
}

type updateIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Name          *string    `json:"name,omitempty" minLength:"1" maxLength:"200"`
		Description   *string    `json:"description,omitempty" maxLength:"4000"`
		Guidance      *string    `json:"guidance,omitempty" maxLength:"4000"`
		Category      *string    `json:"category,omitempty" maxLength:"100"`
		Kind          *Kind      `json:"kind,omitempty" enum:"policy_document,report,configuration,log,screenshot,attestation,other"`
		Frequency     *Frequency `json:"frequency,omitempty" enum:"monthly,quarterly,semi_annual,annual,once"`
		ValidityDays  *int       `json:"validity_days,omitempty" minimum:"0" maximum:"3660" doc:"Follows the frequency when only that is changed"`
		Owner         *string    `json:"owner,omitempty" maxLength:"26"`
		Reviewer      *string    `json:"reviewer,omitempty" maxLength:"26"`
		Scope         *string    `json:"scope,omitempty" maxLength:"26" doc:"Id of the product it belongs to, or organisation"`
		NotApplicable *bool      `json:"not_applicable,omitempty" doc:"Needs na_reason"`
		NAReason      *string    `json:"na_reason,omitempty" maxLength:"2000"`
	}
}

const needsReason = "Say why this request does not apply: an auditor will ask."

func update(tx *storage.WriteTx, in updateIn) (EvidenceDetail, error) {
	was, err := get(&tx.ReadTx, byID{in.ID})
	if err != nil {
		return was, err
	}
	b, now := in.Body, was
	set(&now.Name, b.Name)
	set(&now.Description, b.Description)
	set(&now.Guidance, b.Guidance)
	set(&now.Category, b.Category)
	set(&now.Kind, b.Kind)
	set(&now.Frequency, b.Frequency)
	if now.Frequency != was.Frequency {
		now.ValidityDays = now.Frequency.ValidityDays()
	}
	set(&now.ValidityDays, b.ValidityDays)
	set(&now.Owner, b.Owner)
	set(&now.Reviewer, b.Reviewer)
	set(&now.Scope, b.Scope)
	now.Scope = control.In(now.Scope)
	set(&now.NotApplicable, b.NotApplicable)
	set(&now.NAReason, b.NAReason)
	if !now.NotApplicable {
		now.NAReason = ""
	}
	var c op.Check
	c.Required(now.Name, "name")
	c.That(!now.NotApplicable || strings.TrimSpace(now.NAReason) != "", "na_reason", needsReason)
	if now.Owner != was.Owner {
		err = person.Check(&c, &tx.ReadTx, "owner", now.Owner)
	}
	if now.Reviewer != was.Reviewer {
		err = errors.Join(err, person.Check(&c, &tx.ReadTx, "reviewer", now.Reviewer))
	}
	if now.Scope != was.Scope {
		err = errors.Join(err, checkScope(&c, &tx.ReadTx, now.Scope))
	}
	if err != nil {
		return was, err
	}
	if err := c.Err(); err != nil {
		return was, err
	}
	err = rewrite(tx, request{in.ID, now.Name, now.Description, now.Guidance, now.Category, string(now.Kind), string(now.Frequency), now.ValidityDays,
		now.Owner, now.Reviewer, now.NotApplicable, now.NAReason, now.Scope, nil})
	if err != nil {
		return was, err
	}
	if now.NotApplicable && !was.NotApplicable {
		if err := settleTasks(tx, in.ID, "The request does not apply any more."); err != nil {
			return was, err
		}
	}
	return changed(tx, in.ID)
}

// rewrite writes everything that a request says, but for its links.
func rewrite(tx *storage.WriteTx, r request) error {
	return tx.ExecOne(`UPDATE evidence SET name = ?, description = ?, guidance = ?, category = ?, kind = ?, frequency = ?, validity_days = ?,
		owner = ?, reviewer = ?, scope = coalesce(nullif(?, ''), scope), not_applicable = ?, na_reason = ?, updated_at = ? WHERE id = ?`,
		strings.TrimSpace(r.Name), r.Description, r.Guidance, strings.TrimSpace(r.Category), r.Kind, r.Frequency, r.ValidityDays,
		r.Owner, r.Reviewer, r.Scope, r.NotApplicable, strings.TrimSpace(r.NAReason), tx.Stamp(), r.ID)
}

// set takes a field that was sent; one that was not stays as it is.
func set[T any](to *T, sent *T) {
	if sent != nil {
		*to = *sent
	}
}

func remove(tx *storage.WriteTx, in byID) (struct{}, error) {
	rows, err := tx.Query("SELECT object FROM file WHERE evidence = ?", in.ID)
	if err != nil {
		return struct{}{}, err
	}
	objects, err := op.Scan(rows, func(r op.Row) (o string, err error) { return o, r.Scan(&o) })
	if err != nil {
		return struct{}{}, err
	}
	if err := settleTasks(tx, in.ID, "The request was deleted."); err != nil {
		return struct{}{}, err
	}
	if err := tx.ExecOne("DELETE FROM evidence WHERE id = ?", in.ID); err != nil { // files, links, cycles and asks go with it
		return struct{}{}, err
	}
	if err := askPurge(tx, objects); err != nil {
		return struct{}{}, err
	}
	return struct{}{}, askRecalculation(tx)
}

type linkIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Controls []string `json:"controls" minItems:"1" maxItems:"200" doc:"Ids of controls; those linked already stay linked"`
	}
}

func link(tx *storage.WriteTx, in linkIn) (EvidenceDetail, error) {
	if err := exists(&tx.ReadTx, in.ID); err != nil {
		return EvidenceDetail{}, err
	}
	var c op.Check
	if err := checkControls(&c, &tx.ReadTx, in.Body.Controls); err != nil {
		return EvidenceDetail{}, err
	}
	if err := c.Err(); err != nil {
		return EvidenceDetail{}, err
	}
	if err := connect(tx, in.ID, in.Body.Controls); err != nil {
		return EvidenceDetail{}, err
	}
	return changed(tx, in.ID)
}

func exists(tx *storage.ReadTx, id string) error {
	return none(tx.QueryRow("SELECT id FROM evidence WHERE id = ?", id).Scan(&id))
}

type unlinkIn struct {
	ID      string `path:"id" maxLength:"26"`
	Control string `path:"control" maxLength:"26"`
}

func unlink(tx *storage.WriteTx, in unlinkIn) (EvidenceDetail, error) {
	if err := tx.ExecOne("DELETE FROM evidence_control WHERE evidence = ? AND control = ?", in.ID, in.Control); err != nil {
		return EvidenceDetail{}, err
	}
	return changed(tx, in.ID)
}
