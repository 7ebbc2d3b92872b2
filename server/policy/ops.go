package policy

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"assay/server/number"
	"assay/server/op"
	"assay/server/person"
	"assay/storage"
)

// Module is the policies' part of the API.
var Module = op.Module{
	Name: "policy",
	Owns: []string{"policy", "policy_version", "policy_approver", "policy_approval", "policy_control", "policy_requirement",
		"policy_request", "policy_acknowledgment", "policy_exception", "policy_setting"},
	Also: []string{"number_given", "notification", "tag", "record_tag"}, // tags by tag.Change
	Ops: append(append(append(op.List("list", "GET /policies", op.Readers, table, op.Doc("Policies")),
		op.List("exceptions", "GET /policy-exceptions", op.Readers, exceptions, op.Doc("Exceptions from policies"))...),
		op.List("acknowledgments", "GET /policy-acknowledgments", op.Readers, people, op.Doc("Who was asked to acknowledge a policy, and who has"))...),
		op.Read("figures", "GET /policies/figures", op.Everyone, figures, op.Doc("How many policies there are of each status, whose review is due, and how many people have acknowledged them")),
		op.Read("coverage", "GET /policies/coverage", op.Readers, coverage, op.Doc("How many of those who are asked have acknowledged, by policy and by department")),
		op.Read("roadmap", "GET /policies/roadmap", op.Readers, roadmap, op.Doc("What is planned: which policies shall be in force by when, and when those in force are reviewed")),
		op.Read("get", "GET /policies/{id}", op.Readers, get, op.Doc("One policy with its versions, controls, requirements and requests")),
		op.Write("create", "POST /policies", op.Editors, create, op.Doc("Add a policy; it gets the next number")),
		op.Write("update", "PATCH /policies/{id}", op.Editors, update, op.Versioned("policy"), op.Doc("Change what is said of a policy, not its words")),
		op.Write("bulk", "POST /policies/bulk", op.Editors, bulk, op.Doc("Change owner, category, cadence or tags of many policies at once, take suggestions up, or archive")),
		op.Write("delete", "DELETE /policies/{id}", op.Admin, remove, op.Doc("Delete a policy with its versions, approvals and acknowledgments")),
		op.Write("archive", "POST /policies/{id}/archive", op.Editors, archive, op.Doc("Take a policy out of force; its open requests are closed")),
		op.Write("unarchive", "POST /policies/{id}/unarchive", op.Editors, unarchive, op.Doc("Put an archived policy back")),
		op.Write("flag", "POST /policies/{id}/flag", op.Editors, flag, op.Doc("Say that what is published needs an update, and why; without a reason, that it does not")),
		op.Write("review", "POST /policies/{id}/review", op.Editors, review, op.Doc("Say that a policy was looked at and needs no change: its review clock starts anew")),

		op.Write("begin", "POST /policies/{id}/versions", op.Editors, begin, op.Doc("Begin the next version, from the words in force")),
		op.Read("version", "GET /policy-versions/{id}", op.Readers, version, op.Doc("One version with its content, approvers and approvals")),
		op.Write("write", "PATCH /policy-versions/{id}", op.Editors, write, op.Versioned("policy_version"), op.Doc("Write a version. New content takes it back to draft, and approvals of the old count no longer"),
			op.Rules("content is a document of the TipTap editor with the nodes doc, paragraph, heading (level 1 to 4), bulletList, orderedList, listItem, blockquote, codeBlock, horizontalRule, hardBreak, table, tableRow, tableHeader, tableCell and text, and the marks bold, italic, underline, strike, code and link (http, https, mailto). Anything else is refused, and so is more than 512 kB.")),
		op.Upload("upload", "POST /policy-versions/{id}/document", op.Editors, op.Limit{MB: 25}, upload, op.Doc("Upload a document in place of a version's text. It takes the version back to draft")),
		op.Download("document", "GET /policy-versions/{id}/document", op.Readers, document, op.Present(), op.InSnapshot(), op.Doc("The document of a version")),
		op.Write("discard", "DELETE /policy-versions/{id}", op.Editors, discard, op.OwnOnly("Only a version that was never published: what editors are still writing is theirs to throw away."), op.Doc("Throw away the version that is being worked on")),
		op.Read("diff", "GET /policy-versions/{id}/diff", op.Readers, diff, op.Doc("What changed from one version of a policy to another, word by word")),
		op.Produce("pdf", "GET /policy-versions/{id}/pdf", op.Readers, pdf, op.Doc("A version as a PDF, with its approvals")),

		op.Write("submit", "POST /policy-versions/{id}/submit", op.Editors, submit, op.Doc("Ask people to approve a version. Its author alone cannot")),
		op.Write("withdraw", "POST /policy-versions/{id}/withdraw", op.Editors, withdraw, op.Doc("Take a version back that was submitted")),
		// Leadership approves, and leadership are often executives, who see no other records. Who is not named is refused.
		op.Write("approve", "POST /policy-versions/{id}/approve", op.Everyone, decide(Approved), op.Doc("Approve a version that names one as approver")),
		op.Write("reject", "POST /policy-versions/{id}/reject", op.Everyone, decide(Rejected), op.Doc("Send a version that names one as approver back, and say why")),
		op.Write("publish", "POST /policy-versions/{id}/publish", op.Editors, publish, op.Doc("Publish a ratified version. It never changes again, and its review clock starts")),

		op.Steps("ask", "POST /policies/{id}/requests", op.Editors, ask, op.Doc("Ask people to acknowledge the version in force")),
		op.Write("remind", "POST /policy-requests/{id}/remind", op.Editors, remindNow, op.Doc("Remind, now, everybody who has not acknowledged yet")),
		op.Write("close", "POST /policy-requests/{id}/close", op.Editors, closeRequest, op.Doc("Ask nobody any longer")),
		// What one is asked to read, one may read, whatever one's role.
		op.Read("mine", "GET /my-policies", op.Everyone, mine, op.Doc("What the caller is asked to approve or to acknowledge")),
		op.Read("my_version", "GET /my-policies/{id}", op.Everyone, myVersion, op.Doc("The version that the caller is asked to approve or to acknowledge, by the version's id")),
		op.Download("my_document", "GET /my-policies/{id}/document", op.Everyone, myDocument, op.Present(), op.Doc("The document of such a version")),
		op.Write("acknowledge", "POST /policy-requests/{id}/acknowledge", op.Everyone, acknowledge, op.Doc("Say that one has read a policy and follows it")),

		op.Write("except", "POST /policies/{id}/exceptions", op.Editors, except, op.Doc("Ask for an exception from a policy")),
		op.Write("update_exception", "PATCH /policy-exceptions/{id}", op.Editors, updateException, op.Versioned("policy_exception"), op.Doc("Change an exception. One that was decided waits for a decision again")),
		op.Write("allow", "POST /policy-exceptions/{id}/approve", op.Editors, decideException(Allowed), op.Doc("Approve an exception that somebody else asked for")),
		op.Write("decline", "POST /policy-exceptions/{id}/decline", op.Editors, decideException(Declined), op.Doc("Decline an exception, and say why")),
		op.Write("end_exception", "POST /policy-exceptions/{id}/close", op.Editors, endException, op.Doc("Say that an exception is no longer needed")),
		op.Write("delete_exception", "DELETE /policy-exceptions/{id}", op.Admin, removeException, op.Doc("Delete an exception")),

		op.Read("templates", "GET /policy-templates", op.Readers, templates, op.Doc("The policies that the program has words for")),
		op.Write("adopt", "POST /policy-templates/adopt", op.Editors, adopt, op.Doc("Make policies of templates: drafts with the organisation's name in them, or suggestions")),
		op.Read("settings", "GET /policy-settings", op.Readers, settings, op.Doc("When a review is shown as amber or red")),
		op.Write("set", "POST /policy-settings", op.Admin, setSettings, op.Doc("Set when a review is shown as amber or red")),
	),
	Jobs: []op.Job{{Name: "remind", Nightly: true, Run: remind}, {Name: "purge", Run: purge}},
}

// PolicyDetail is one policy with all that belongs to it.
type PolicyDetail struct {
	Policy
	Template     string              `json:"template" doc:"Key of the template it was made from, or empty"`
	CreatedAt    string              `json:"created_at"`
	CreatorName  string              `json:"creator_name"`
	Linked       []PolicyControl     `json:"linked" doc:"The controls it governs"`
	Requirements []PolicyRequirement `json:"requirements" doc:"The requirements it answers by itself"`
	Versions     []PolicyVersion     `json:"versions" doc:"Newest first"`
	Requests     []PolicyRequest     `json:"requests" doc:"Newest first"`
}

// PolicyControl is a control that a policy governs.
type PolicyControl struct {
	ID    string `json:"id"`
	Ref   string `json:"ref"`
	Title string `json:"title"`
}

// PolicyRequirement is a requirement that a policy answers.
type PolicyRequirement struct {
	ID        string `json:"id"`
	Framework string `json:"framework"`
	Short     string `json:"short"`
	Ref       string `json:"ref"`
	Title     string `json:"title"`
}

func one(tx *storage.ReadTx, id string) (Policy, error) {
	p, err := scan(tx.QueryRow("SELECT "+columns+" FROM "+from+" WHERE p.id = ?", tx.Today(), id))
	return p, none(err)
}

func get(tx *storage.ReadTx, in op.ByID) (d PolicyDetail, err error) {
	if d.Policy, err = one(tx, in.ID); err != nil {
		return d, err
	}
	err = tx.QueryRow("SELECT p.template, p.created_at, coalesce(c.name, '') FROM policy p LEFT JOIN person c ON c.id = p.created_by WHERE p.id = ?", in.ID).Scan(&d.Template, &d.CreatedAt, &d.CreatorName)
	if err != nil {
		return d, err
	}
	rows, err := tx.Query("SELECT c.id, c.ref, c.title FROM policy_control x JOIN control c ON c.id = x.control WHERE x.policy = ? ORDER BY c.sort_ref, c.id", in.ID)
	if err != nil {
		return d, err
	}
	if d.Linked, err = op.Scan(rows, func(r op.Row) (c PolicyControl, err error) { return c, r.Scan(&c.ID, &c.Ref, &c.Title) }); err != nil {
		return d, err
	}
	rows, err = tx.Query(`SELECT q.id, f.id, f.short, q.ref, q.title FROM policy_requirement x JOIN requirement q ON q.id = x.requirement
		JOIN framework f ON f.id = q.framework WHERE x.policy = ? ORDER BY f.short, f.id, q.position, q.id`, in.ID)
	if err != nil {
		return d, err
	}
	d.Requirements, err = op.Scan(rows, func(r op.Row) (q PolicyRequirement, err error) {
		return q, r.Scan(&q.ID, &q.Framework, &q.Short, &q.Ref, &q.Title)
	})
	if err != nil {
		return d, err
	}
	if d.Versions, err = versionsOf(tx, in.ID); err != nil {
		return d, err
	}
	d.Requests, err = requestsOf(tx, in.ID)
	return d, err
}

func none(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return storage.ErrNotFound
	}
	return err
}

// said is what people say of a policy.
type said struct {
	title, category, summary, location, owner, scope string
	planned                                          string // day by which it shall be in force
	months                                           int
}

// check notes what is wrong, looking at what was not so before.
func (now *said) check(c *op.Check, tx *storage.ReadTx, was said) error {
	for _, s := range []*string{&now.title, &now.category, &now.summary, &now.location} {
		*s = strings.TrimSpace(*s)
	}
	c.Required(now.title, "title")
	c.Date(now.planned, "planned_on")
	if u, err := url.Parse(now.location); now.location != "" {
		c.That(err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil, "location", "Give an address that begins with https://.")
	}
	if now.owner != was.owner {
		if err := person.Check(c, tx, "owner", now.owner); err != nil {
			return err
		}
	}
	if now.scope == was.scope {
		return nil
	}
	var there bool
	err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM scope WHERE id = ? AND archived = 0)", now.scope).Scan(&there)
	c.That(there, "scope", "There is no such product.")
	return err
}

// checkLinks notes which of the controls and requirements are not there.
func checkLinks(c *op.Check, tx *storage.ReadTx, controls, requirements *[]string) error {
	for _, l := range []struct {
		ids          *[]string
		field, query string
		sentence     string
	}{
		{controls, "controls", "SELECT EXISTS (SELECT 1 FROM control WHERE id = ?)", "There is no such control."},
		{requirements, "requirements", "SELECT EXISTS (SELECT 1 FROM requirement WHERE id = ?)", "There is no such requirement."},
	} {
		if l.ids == nil {
			continue
		}
		for i, id := range *l.ids {
			var there bool
			if err := tx.QueryRow(l.query, id).Scan(&there); err != nil {
				return err
			}
			c.That(there, fmt.Sprintf("%s[%d]", l.field, i), l.sentence)
		}
	}
	return nil
}

// relate makes the links of a policy those given; nil leaves them.
func relate(tx *storage.WriteTx, id string, controls, requirements *[]string) error {
	if controls != nil {
		list := listed(*controls)
		if err := tx.Exec("DELETE FROM policy_control WHERE policy = ? AND control NOT IN (SELECT value FROM json_each(?))", id, list); err != nil {
			return err
		}
		if err := tx.Exec("INSERT INTO policy_control (policy, control) SELECT ?1, value FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING", id, list); err != nil {
			return err
		}
	}
	if requirements == nil {
		return nil
	}
	list := listed(*requirements)
	if err := tx.Exec("DELETE FROM policy_requirement WHERE policy = ? AND requirement NOT IN (SELECT value FROM json_each(?))", id, list); err != nil {
		return err
	}
	return tx.Exec("INSERT INTO policy_requirement (policy, requirement) SELECT ?1, value FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING", id, list)
}

// listed is a list of ids as a parameter.
func listed(ids []string) string {
	b, err := json.Marshal(append([]string{}, ids...))
	if err != nil {
		panic(err) // texts always have JSON
	}
	return string(b)
}

type createIn struct {
	Body struct {
		Title        string   `json:"title" minLength:"1" maxLength:"300"`
		Category     string   `json:"category,omitempty" maxLength:"100"`
		Summary      string   `json:"summary,omitempty" maxLength:"5000"`
		Location     string   `json:"location,omitempty" maxLength:"2000" doc:"Address of the text where it is kept elsewhere"`
		Owner        string   `json:"owner,omitempty" maxLength:"26"`
		Scope        string   `json:"scope,omitempty" maxLength:"26" doc:"Id of a product; organisation unless given"`
		PlannedOn    string   `json:"planned_on,omitempty" maxLength:"10" doc:"Day by which it shall be in force"`
		ReviewMonths *int     `json:"review_months,omitempty" minimum:"0" maximum:"60" doc:"12 unless given; 0: it is not reviewed"`
		Controls     []string `json:"controls,omitempty" maxItems:"200"`
		Requirements []string `json:"requirements,omitempty" maxItems:"500"`
	}
}

func create(tx *storage.WriteTx, in createIn) (PolicyDetail, error) {
	b := in.Body
	s := said{b.Title, b.Category, b.Summary, b.Location, b.Owner, b.Scope, b.PlannedOn, 12}
	op.Put(&s.months, b.ReviewMonths)
	if s.scope == "" {
		s.scope = organisation
	}
	var c op.Check
	if err := errors.Join(s.check(&c, &tx.ReadTx, said{scope: organisation}), checkLinks(&c, &tx.ReadTx, &b.Controls, &b.Requirements)); err != nil {
		return PolicyDetail{}, err
	}
	if err := c.Err(); err != nil {
		return PolicyDetail{}, err
	}
	id, err := insert(tx, s, "", false)
	if err != nil {
		return PolicyDetail{}, err
	}
	if err := relate(tx, id, &b.Controls, &b.Requirements); err != nil {
		return PolicyDetail{}, err
	}
	return get(&tx.ReadTx, op.ByID{ID: id})
}

const organisation = "organisation"

// insert adds a policy under the next number.
func insert(tx *storage.WriteTx, s said, template string, suggested bool) (id string, err error) {
	var used int
	if err := tx.QueryRow("SELECT coalesce(max(number), 0) FROM policy").Scan(&used); err != nil {
		return "", err
	}
	n, err := number.Next(tx, "policy", used)
	if err != nil {
		return "", err
	}
	id = tx.NewID()
	return id, tx.Exec(`INSERT INTO policy (id, number, ref, title, category, summary, location, owner, scope, template, suggested, review_months, planned_on, created_at, created_by, updated_at)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?14)`,
		id, n, fmt.Sprintf("POL-%04d", n), s.title, s.category, s.summary, s.location, s.owner, s.scope, template, suggested, s.months, s.planned, tx.Stamp(), person.Acting(&tx.ReadTx))
}

type updateIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Title        *string   `json:"title,omitempty" minLength:"1" maxLength:"300"`
		Category     *string   `json:"category,omitempty" maxLength:"100"`
		Summary      *string   `json:"summary,omitempty" maxLength:"5000"`
		Location     *string   `json:"location,omitempty" maxLength:"2000"`
		Owner        *string   `json:"owner,omitempty" maxLength:"26"`
		Scope        *string   `json:"scope,omitempty" maxLength:"26"`
		PlannedOn    *string   `json:"planned_on,omitempty" maxLength:"10" doc:"Day by which what is being written shall be in force; publishing takes it away"`
		ReviewMonths *int      `json:"review_months,omitempty" minimum:"0" maximum:"60"`
		Suggested    *bool     `json:"suggested,omitempty" doc:"false takes a suggestion up"`
		Controls     *[]string `json:"controls,omitempty" maxItems:"200" doc:"All controls it governs from now on"`
		Requirements *[]string `json:"requirements,omitempty" maxItems:"500" doc:"All requirements it answers from now on"`
	}
}

func update(tx *storage.WriteTx, in updateIn) (PolicyDetail, error) {
	p, err := one(&tx.ReadTx, in.ID)
	if err != nil {
		return PolicyDetail{}, err
	}
	b := in.Body
	was := said{p.Title, p.Category, p.Summary, p.Location, p.Owner, p.Scope, p.PlannedOn, p.ReviewMonths}
	now := was
	for _, f := range []struct{ to, sent *string }{{&now.title, b.Title}, {&now.category, b.Category}, {&now.summary, b.Summary},
		{&now.location, b.Location}, {&now.owner, b.Owner}, {&now.scope, b.Scope}, {&now.planned, b.PlannedOn}} {
		op.Put(f.to, f.sent)
	}
	op.Put(&now.months, b.ReviewMonths)
	suggested := p.Status == Suggested
	op.Put(&suggested, b.Suggested)
	var c op.Check
	c.That(!suggested || p.Status == Suggested, "suggested", "Only the program suggests policies. This one was taken up.")
	if err := errors.Join(now.check(&c, &tx.ReadTx, was), checkLinks(&c, &tx.ReadTx, b.Controls, b.Requirements)); err != nil {
		return PolicyDetail{}, err
	}
	if err := c.Err(); err != nil {
		return PolicyDetail{}, err
	}
	if now != was || suggested != (p.Status == Suggested) {
		err := tx.ExecOne(`UPDATE policy SET title = ?, category = ?, summary = ?, location = ?, owner = ?, scope = ?, review_months = ?, planned_on = ?, suggested = iif(?, suggested, 0), updated_at = ? WHERE id = ?`,
			now.title, now.category, now.summary, now.location, now.owner, now.scope, now.months, now.planned, suggested, tx.Stamp(), in.ID)
		if err != nil {
			return PolicyDetail{}, err
		}
	}
	if err := relate(tx, in.ID, b.Controls, b.Requirements); err != nil {
		return PolicyDetail{}, err
	}
	return get(&tx.ReadTx, op.ByID{ID: in.ID})
}

func remove(tx *storage.WriteTx, in op.ByID) (struct{}, error) {
	objects, err := objectsOf(&tx.ReadTx, in.ID)
	if err != nil {
		return struct{}{}, err
	}
	if err := tx.ExecOne("DELETE FROM policy WHERE id = ?", in.ID); err != nil {
		return struct{}{}, err
	}
	return struct{}{}, askPurge(tx, objects...)
}

func archive(tx *storage.WriteTx, in op.ByID) (PolicyDetail, error) {
	p, err := one(&tx.ReadTx, in.ID)
	switch {
	case err != nil:
		return PolicyDetail{}, err
	case p.Status == Archived:
		return PolicyDetail{}, op.Errorf(op.Conflict, "This policy is archived already.")
	case p.Status == InReview:
		return PolicyDetail{}, op.Errorf(op.Conflict, "A version of this policy waits for approval. Withdraw it first.")
	}
	if err := shelve(tx, in.ID); err != nil {
		return PolicyDetail{}, err
	}
	return get(&tx.ReadTx, in)
}

// shelve takes a policy out of force: nobody is asked to acknowledge it any longer.
func shelve(tx *storage.WriteTx, id string) error {
	if err := tx.ExecOne("UPDATE policy SET archived_at = ?1, updated_at = ?1 WHERE id = ?2", tx.Stamp(), id); err != nil {
		return err
	}
	return tx.Exec("UPDATE policy_request SET closed_at = ? WHERE policy = ? AND closed_at = ''", tx.Stamp(), id)
}

func unarchive(tx *storage.WriteTx, in op.ByID) (PolicyDetail, error) {
	p, err := one(&tx.ReadTx, in.ID)
	if err != nil {
		return PolicyDetail{}, err
	}
	if p.Status != Archived {
		return PolicyDetail{}, op.Errorf(op.Conflict, "This policy is not archived.")
	}
	if err := tx.ExecOne("UPDATE policy SET archived_at = '', updated_at = ? WHERE id = ?", tx.Stamp(), in.ID); err != nil {
		return PolicyDetail{}, err
	}
	return get(&tx.ReadTx, in)
}

// active refuses what cannot be done with an archived policy.
func (p Policy) active() error {
	if p.Status == Archived {
		return op.Errorf(op.Conflict, "This policy is archived. Put it back first.")
	}
	return nil
}
