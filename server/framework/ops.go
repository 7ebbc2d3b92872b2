package framework

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"assay/server/control"
	"assay/server/op"
	"assay/storage"
)

// Module is the frameworks' part of the API.
var Module = op.Module{
	Name: "framework",
	Owns: []string{"framework", "framework_source", "requirement", "mapping", "framework_scope", "requirement_scope", "requirement_reason",
		"baseline", "baseline_requirement", "addressable", "relation", "relation_set", "dismissal", "edition", "edition_row"},
	Also: []string{"control", "control_status", "evidence", "evidence_control", // by control.Adopt, control.Create and evidence.Adopt
		"statement", "oscal_document", "component", "policy_requirement"}, // what hangs on a framework goes with it
	Ops: append([]op.Op{
		op.Read("list", "GET /frameworks", op.Readers, list, op.Doc("The frameworks that are on, with their readiness")),
		op.Read("library", "GET /frameworks/library", op.Readers, library, op.Doc("The frameworks that come with the program, and how much of each is satisfied already")),
		op.Read("get", "GET /frameworks/{id}", op.Readers, get, op.Doc("One framework with its readiness and the report of its import")),
		op.Write("enable", "POST /frameworks", op.Admin, enable, op.Doc("Turn a built-in framework on: copy its requirements, controls, mappings and evidence requests")),
		op.Import("import", "POST /frameworks/import", op.Admin, op.Limit{MB: MostMB}, parse, imported,
			op.Doc("Import an OSCAL catalog or profile (JSON or XML), or a library of CISO Assistant (YAML). A profile selects from catalogs that were imported before, or that lie beside it in one ZIP file")),
		op.Write("update", "PATCH /frameworks/{id}", op.Admin, update, op.Versioned("framework"), op.Doc("Change how a framework is called, shown and counted")),
		op.Write("archive", "POST /frameworks/{id}/archive", op.Admin, archive, op.Doc("Turn a framework off; everything in it is kept")),
		op.Write("restore", "POST /frameworks/{id}/restore", op.Admin, restore, op.Doc("Turn an archived framework on again")),
		op.Write("delete", "DELETE /frameworks/{id}", op.Admin, remove, op.Doc("Delete an imported framework, or one of your own, with its requirements and mappings")),
		op.Download("export_catalog", "GET /frameworks/{id}/oscal", op.Readers, exportCatalog,
			op.Doc("The framework as an OSCAL catalog. An imported one keeps what Assay has no place for")),
		op.Download("export_profile", "GET /frameworks/{id}/profile", op.Readers, exportProfile,
			op.Doc("The requirements that apply, as an OSCAL profile of that catalog")),
		op.Read("tree", "GET /frameworks/{id}/requirements", op.Readers, tree, op.Doc("All requirements of a framework in its order, with their state")),

		op.Read("requirement", "GET /requirements/{id}", op.Readers, requirement, op.Doc("One requirement with its text and the controls that serve it")),
		op.Write("update_requirement", "PATCH /requirements/{id}", op.Editors, updateRequirement, op.Versioned("requirement"),
			op.Doc("Say whether a requirement applies, or change its words. A heading passes applicability on to all that is below it")),
		op.Write("applicability", "POST /requirements/applicability", op.Editors, applicability, op.Doc("Say of many requirements whether they apply")),
		op.Write("map", "POST /requirements/{id}/controls", op.Editors, mapControl, op.Doc("Map a control to a requirement")),
		op.Write("unmap", "DELETE /requirements/{id}/controls/{control}", op.Editors, unmapControl,
			op.OwnOnly("It removes a link, not a record."), op.Doc("Take a control off a requirement")),
		op.Write("add_control", "POST /requirements/{id}/controls/new", op.Editors, addControl, op.Doc("Make a control for a requirement and map it")),

		op.Read("products", "GET /frameworks/{id}/products", op.Readers, products, op.Doc("The products that answer to a framework, with how far each is")),
		op.Read("baselines", "GET /frameworks/{id}/baselines", op.Readers, baselines, op.Doc("The baselines of a framework, which one is chosen where, and the tags that one can be made of")),
		op.Write("add_baseline", "POST /frameworks/{id}/baselines", op.Admin, addBaseline, op.Doc("Name a selection of a framework's requirements: by tags, or one by one")),
		op.Import("import_baseline", "POST /frameworks/{id}/baselines/import", op.Admin, op.Limit{MB: MostMB}, parseBaseline, importBaseline,
			op.Doc("Make a baseline of an OSCAL profile (JSON) that selects from this framework's catalog")),
		op.Write("choose_baseline", "POST /frameworks/{id}/baseline", op.Admin, chooseBaseline,
			op.Doc("Choose a baseline for a framework, in the organisation or in a product: what is outside no longer applies, except where a person decided")),
		op.Write("delete_baseline", "DELETE /baselines/{id}", op.Admin, removeBaseline, op.Doc("Delete a baseline that is chosen nowhere")),
		op.Write("address", "POST /requirements/{id}/addressed", op.Editors, address,
			op.Doc("Document what was decided of an addressable HIPAA specification (45 CFR 164.306(d)(3))")),
		op.Write("unaddress", "DELETE /requirements/{id}/addressed", op.Admin, unaddress, op.Doc("Take the documented decision of an addressable specification away")),
		op.Read("statement", "GET /frameworks/{id}/statement", op.Readers, statement, op.Doc("The head of a Statement of Applicability, with its figures")),
		op.Write("update_statement", "POST /frameworks/{id}/statement", op.Admin, updateStatement, op.Doc("Change the head of a Statement of Applicability: its reasons, edition and approval")),
		op.Write("include", "POST /requirements/{id}/reasons", op.Editors, include, op.Doc("Say why a requirement is included")),
		op.Produce("statement_pdf", "GET /frameworks/{id}/statement/pdf", op.Readers, statementPDF, op.AsOf(), op.Doc("The Statement of Applicability as PDF")),
		op.Write("create", "POST /frameworks/own", op.Admin, create, op.Doc("Begin a framework of your own: a customer's contract, a regulator's letter, house rules")),
		op.Write("add", "POST /frameworks/{id}/requirements", op.Editors, add, op.Doc("Add a row to a framework of your own")),
		op.Write("move", "POST /requirements/{id}/move", op.Editors, move, op.Doc("Move a row of your own framework by one step, with what is below it")),
		op.Write("delete_requirement", "DELETE /requirements/{id}", op.Admin, deleteRow, op.Doc("Delete a row of your own framework with what is below it")),

		op.Read("relations", "GET /requirements/{id}/relations", op.Readers, relations, op.Doc("How a requirement stands to those of other frameworks")),
		op.Write("relate", "POST /requirements/{id}/relations", op.Editors, relate, op.Doc("Say how a requirement stands to another")),
		op.Write("update_relation", "PATCH /relations/{id}", op.Editors, updateRelation, op.Versioned("relation"), op.Doc("Change what a relation says")),
		op.Write("unrelate", "DELETE /relations/{id}", op.Editors, unrelate, op.OwnOnly("It removes a link, not a record."), op.Doc("Take a relation away")),
		op.Read("relation_sets", "GET /relation-sets", op.Readers, relationSets, op.Doc("The mapping sets that were imported, and how much of each is here")),
		op.Write("delete_relation_set", "DELETE /relation-sets/{id}", op.Admin, removeSet, op.Doc("Delete a mapping set with its relations")),

		op.Read("suggestions", "GET /requirements/{id}/suggestions", op.Readers, suggestions, op.Doc("Controls that serve a related requirement, with the path to it")),
		op.Write("accept_suggestions", "POST /suggestions/accept", op.Editors, accept, op.Doc("Map controls as they were suggested")),
		op.Write("dismiss_suggestions", "POST /suggestions/dismiss", op.Editors, dismiss, op.Doc("Do not suggest these again")),
		op.Write("recall_suggestions", "POST /suggestions/recall", op.Editors, recall, op.Doc("Suggest again what was dismissed")),
		op.Read("crosswalk", "GET /frameworks/{id}/crosswalk", op.Readers, crosswalk, op.Doc("What a framework asks for beside what is done already")),
		op.Sheet("crosswalk_export", "GET /frameworks/{id}/crosswalk/export", op.Readers, crosswalkSheet, crosswalkRows, op.Doc("Export as CSV or XLSX: what a framework asks for beside what is done already")),
		op.Read("compare", "GET /frameworks/{id}/compare/{other}", op.Readers, compare, op.Doc("How far another framework answers this one, family by family")),
		op.Sheet("compare_export", "GET /frameworks/{id}/compare/{other}/export", op.Readers, compareSheet, compareRows, op.Doc("Export as CSV or XLSX: how far another framework answers this one")),

		op.Read("editions", "GET /frameworks/{id}/editions", op.Readers, editions, op.Doc("Other editions of a framework that came")),
		op.Write("newer", "POST /frameworks/{id}/editions", op.Admin, newer, op.Doc("Lay the edition that comes with the program beside the one that is here")),
		op.Read("edition", "GET /editions/{id}", op.Readers, edition, op.Doc("One edition with its differences")),
		op.Write("accept_rows", "POST /editions/{id}/accept", op.Admin, acceptRows, op.Doc("Take rows of another edition over. Words that were changed here stay")),
		op.Write("decline_rows", "POST /editions/{id}/decline", op.Admin, declineRows, op.Doc("Leave rows of another edition as they are here")),
		op.Write("discard_edition", "DELETE /editions/{id}", op.Admin, discard, op.Doc("Take another edition away; what was accepted stays")),
	}, slices.Concat(
		op.List("requirements", "GET /requirements", op.Readers, requirements, op.Doc("Requirements of all frameworks")),
		op.List("statement_rows", "GET /applicability", op.Readers, statementRows, op.Doc("Statement of Applicability")),
	)...),
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

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return fmt.Sprintf(many, n)
}

type listIn struct {
	Archived bool   `query:"archived" doc:"Also those that are turned off"`
	Scope    string `query:"scope" maxLength:"26" doc:"Id of a product: the frameworks it answers to, with its figures"`
}

// Frameworks are the tenant's frameworks and the readiness of them all.
type Frameworks struct {
	Items   []Framework `json:"items"`
	Overall Readiness   `json:"overall"`
}

func list(tx *storage.ReadTx, in listIn) (Frameworks, error) {
	if err := seen(tx, in.Scope); err != nil {
		return Frameworks{}, err
	}
	all, overall, err := All(tx, in.Scope, in.Archived)
	return Frameworks{all, overall}, err
}

func get(tx *storage.ReadTx, in byID) (FrameworkDetail, error) { return detail(tx, in.ID) }

type enableIn struct {
	Body struct {
		Key string `json:"key" minLength:"1" maxLength:"60" doc:"That of the library"`
	}
}

func enable(tx *storage.WriteTx, in enableIn) (Enabled, error) { return Enable(tx, in.Body.Key) }

type updateIn struct {
	ID   string `path:"id"`
	Body struct {
		Name             *string `json:"name,omitempty" minLength:"1" maxLength:"300"`
		Short            *string `json:"short,omitempty" minLength:"1" maxLength:"40"`
		Description      *string `json:"description,omitempty" maxLength:"10000"`
		Color            *string `json:"color,omitempty" pattern:"^#[0-9a-f]{6}$"`
		EvidenceRequired *bool   `json:"evidence_required,omitempty"`
	}
}

func update(tx *storage.WriteTx, in updateIn) (FrameworkDetail, error) {
	was, err := detail(&tx.ReadTx, in.ID)
	if err != nil {
		return was, err
	}
	now, b := was.Framework, in.Body
	text(&now.Name, b.Name)
	text(&now.Short, b.Short)
	text(&now.Description, b.Description)
	put(&now.Color, b.Color)
	put(&now.EvidenceRequired, b.EvidenceRequired)
	var c op.Check
	c.Required(now.Name, "name")
	c.Required(now.Short, "short")
	if err := c.Err(); err != nil || now == was.Framework {
		return was, err
	}
	err = tx.ExecOne("UPDATE framework SET name = ?, short = ?, description = ?, color = ?, evidence_required = ?, updated_at = ? WHERE id = ?",
		now.Name, now.Short, now.Description, now.Color, now.EvidenceRequired, tx.Stamp(), in.ID)
	if err != nil {
		return was, err
	}
	return detail(&tx.ReadTx, in.ID)
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

func archive(tx *storage.WriteTx, in byID) (FrameworkDetail, error) { return turn(tx, in.ID, true) }
func restore(tx *storage.WriteTx, in byID) (FrameworkDetail, error) { return turn(tx, in.ID, false) }

func turn(tx *storage.WriteTx, id string, archived bool) (FrameworkDetail, error) {
	was, err := detail(&tx.ReadTx, id)
	if err != nil || was.Archived == archived {
		return was, err
	}
	if err := tx.ExecOne("UPDATE framework SET archived = ?, updated_at = ? WHERE id = ?", archived, tx.Stamp(), id); err != nil {
		return was, err
	}
	return detail(&tx.ReadTx, id)
}

// remove deletes an imported framework. The controls that were made for it stay: they may serve others.
func remove(tx *storage.WriteTx, in byID) (struct{}, error) {
	var source string
	if err := tx.QueryRow("SELECT source FROM framework WHERE id = ?", in.ID).Scan(&source); err != nil {
		return struct{}{}, none(err)
	}
	if source == "builtin" {
		return struct{}{}, op.Errorf(op.Conflict, "A built-in framework cannot be deleted. Archive it: it leaves every figure and keeps its history.")
	}
	return struct{}{}, tx.ExecOne("DELETE FROM framework WHERE id = ?", in.ID)
}

type updateRequirementIn struct {
	ID   string `path:"id"`
	Body struct {
		Scope         string  `json:"scope,omitempty" maxLength:"26" doc:"Id of the product that applicable is said of; the whole organisation unless given"`
		Applicable    *bool   `json:"applicable,omitempty"`
		Justification *string `json:"justification,omitempty" maxLength:"2000" doc:"Why it does not apply; required then"`
		Title         *string `json:"title,omitempty" minLength:"1" maxLength:"500"`
		Body          *string `json:"body,omitempty" maxLength:"20000"`
		Guidance      *string `json:"guidance,omitempty" maxLength:"20000"`
		Ref           *string `json:"ref,omitempty" minLength:"1" maxLength:"100" doc:"Only in a framework of your own, like the two below"`
		Assessable    *bool   `json:"assessable,omitempty" doc:"It counts; a heading does not"`
		Withdrawn     *bool   `json:"withdrawn,omitempty" doc:"It stands for what was, and counts nowhere"`
	}
}

const needsReason = "Say why it does not apply. Auditors read it."

// checkApplies is the rule of what may be said of whether a requirement applies.
func checkApplies(c *op.Check, applicable, before, withdrawn bool, justification string) {
	c.That(applicable || justification != "", "justification", needsReason)
	c.That(!withdrawn || applicable == before, "applicable", "A withdrawn requirement counts nowhere; there is nothing to decide.")
}

func updateRequirement(tx *storage.WriteTx, in updateRequirementIn) (RequirementDetail, error) {
	var c op.Check
	if err := checkScope(&c, &tx.ReadTx, "scope", in.Body.Scope); err != nil {
		return RequirementDetail{}, err
	}
	if err := c.Err(); err != nil {
		return RequirementDetail{}, err
	}
	was, err := requirement(&tx.ReadTx, inScope{in.ID, in.Body.Scope})
	if err != nil {
		return was, err
	}
	now, b := was, in.Body
	put(&now.Applicable, b.Applicable)
	text(&now.Justification, b.Justification)
	text(&now.Title, b.Title)
	put(&now.Body, b.Body)
	put(&now.Guidance, b.Guidance)
	checkApplies(&c, now.Applicable, was.Applicable, was.Withdrawn, now.Justification)
	c.Required(now.Title, "title")
	if err := c.Err(); err != nil {
		return was, err
	}
	if now.Applicable {
		now.Justification = "" // it explained a state that is over; history keeps it
	}
	if now.Title != was.Title || now.Body != was.Body || now.Guidance != was.Guidance {
		// A row without a digest is one whose words were changed here; origin remembers those of the catalog.
		err := tx.ExecOne("UPDATE requirement SET title = ?, body = ?, guidance = ?, origin = CASE WHEN digest <> '' THEN digest ELSE origin END, digest = '', updated_at = ? WHERE id = ?", now.Title, now.Body, now.Guidance, tx.Stamp(), in.ID)
		if err != nil {
			return was, err
		}
	}
	if err := reshape(tx, was, b.Ref, b.Assessable, b.Withdrawn); err != nil {
		return was, err
	}
	if now.Applicable != was.Applicable || now.Justification != was.Justification {
		if _, err := apply(tx, b.Scope, []string{in.ID}, now.Applicable, now.Justification); err != nil {
			return was, err
		}
	}
	return requirement(&tx.ReadTx, inScope{in.ID, in.Body.Scope})
}

// belowSQL are the rows that ids (a JSON array, ?4) name, and all that is below headings among them.
const belowSQL = `WITH RECURSIVE below (id, heading) AS (
	SELECT q.id, q.assessable = 0 FROM json_each(?4) j CROSS JOIN requirement q ON q.id = j.value
	UNION SELECT q.id, q.assessable = 0 FROM below JOIN requirement q ON q.parent = below.id AND q.parent <> '' WHERE below.heading)`

// apply says of requirements, and of all that is below headings among them, whether they apply: to the
// organisation, or to one product.
func apply(tx *storage.WriteTx, scope string, ids []string, applicable bool, justification string) (int, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return 0, err
	}
	if control.In(scope) != control.Organisation {
		n, err := tx.ExecN(`INSERT INTO requirement_scope (requirement, scope, applicable, justification, decided, updated_at)
			SELECT id, ?5, ?1, ?2, 'person', ?3 FROM (`+belowSQL+` SELECT id FROM below) WHERE true
			ON CONFLICT (requirement, scope) DO UPDATE SET applicable = ?1, justification = ?2, decided = 'person', updated_at = ?3
			WHERE applicable <> ?1 OR justification <> ?2`, applicable, justification, tx.Stamp(), string(list), scope)
		return int(n), err
	}
	n, err := tx.ExecN(`UPDATE requirement SET applicable = ?1, justification = ?2, decided = 'person', updated_at = ?3
		WHERE (applicable <> ?1 OR justification <> ?2) AND id IN (`+belowSQL+` SELECT id FROM below)`, applicable, justification, tx.Stamp(), string(list))
	return int(n), err
}

// follow takes a product's own decisions away, so that the organisation's hold.
func follow(tx *storage.WriteTx, scope string, ids []string) (int, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return 0, err
	}
	n, err := tx.ExecN("DELETE FROM requirement_scope WHERE scope = ? AND requirement IN (SELECT value FROM json_each(?))", scope, string(list))
	return int(n), err
}

type applicabilityIn struct {
	Body struct {
		IDs           []string           `json:"ids,omitempty" maxItems:"10000" doc:"The requirements"`
		Match         *RequirementFilter `json:"match,omitempty" doc:"Or: every requirement that this filter finds"`
		Scope         string             `json:"scope,omitempty" maxLength:"26" doc:"Id of the product this is said of; the whole organisation unless given"`
		Applicable    bool               `json:"applicable"`
		Follow        bool               `json:"follow,omitempty" doc:"Instead: take the product's own decisions away, so that the organisation's hold"`
		Justification string             `json:"justification,omitempty" maxLength:"2000" doc:"Why they do not apply; required then"`
		Reason        string             `json:"reason,omitempty" maxLength:"500" doc:"Why, for the audit log"`
	}
}

// RequirementBulk says how many rows a bulk change has changed; those that were like this already, or are
// not there, are skipped.
type RequirementBulk struct {
	Updated int `json:"updated"`
}

func applicability(tx *storage.WriteTx, in applicabilityIn) (RequirementBulk, error) {
	b := in.Body
	b.Justification = strings.TrimSpace(b.Justification)
	var c op.Check
	c.That((b.Match == nil) != (len(b.IDs) == 0), "ids", "Give either ids or match.")
	c.That(b.Applicable || b.Follow || b.Justification != "", "justification", needsReason)
	c.That(!b.Follow || control.In(b.Scope) != control.Organisation, "follow", "Only a product can follow the organisation.")
	if err := checkScope(&c, &tx.ReadTx, "scope", b.Scope); err != nil {
		return RequirementBulk{}, err
	}
	if err := c.Err(); err != nil {
		return RequirementBulk{}, err
	}
	if b.Applicable {
		b.Justification = ""
	}
	ids := b.IDs
	if b.Match != nil {
		var err error
		if ids, err = requirements.IDs(&tx.ReadTx, *b.Match); err != nil {
			return RequirementBulk{}, err
		}
	}
	tx.Note(strings.TrimSpace(b.Reason))
	if b.Follow {
		n, err := follow(tx, b.Scope, ids)
		return RequirementBulk{n}, err
	}
	n, err := apply(tx, b.Scope, ids, b.Applicable, b.Justification)
	return RequirementBulk{n}, err
}

type mapIn struct {
	ID   string `path:"id"`
	Body struct {
		Control string `json:"control" minLength:"1" maxLength:"26" doc:"Id of a control"`
		Note    string `json:"note,omitempty" maxLength:"2000" doc:"How it serves the requirement"`
	}
}

func mapControl(tx *storage.WriteTx, in mapIn) (RequirementDetail, error) {
	if err := mayServe(&tx.ReadTx, in.ID); err != nil {
		return RequirementDetail{}, err
	}
	var n int
	if err := none(tx.QueryRow("SELECT 1 FROM control WHERE id = ?", in.Body.Control).Scan(&n)); errors.Is(err, storage.ErrNotFound) {
		var c op.Check
		c.That(false, "control", "There is no such control.")
		return RequirementDetail{}, c.Err()
	} else if err != nil {
		return RequirementDetail{}, err
	}
	if err := connect(tx, in.ID, in.Body.Control, strings.TrimSpace(in.Body.Note)); err != nil {
		return RequirementDetail{}, err
	}
	return requirement(&tx.ReadTx, inScope{ID: in.ID})
}

// mayServe refuses rows that no control can serve.
func mayServe(tx *storage.ReadTx, id string) error {
	var assessable, withdrawn bool
	if err := tx.QueryRow("SELECT assessable, withdrawn FROM requirement WHERE id = ?", id).Scan(&assessable, &withdrawn); err != nil {
		return none(err)
	}
	if why := servable(assessable, withdrawn); why != "" {
		return op.Errorf(op.Conflict, "%s", why)
	}
	return nil
}

// servable says why no control can serve a row; nothing when one can.
func servable(assessable, withdrawn bool) string {
	switch {
	case withdrawn:
		return "The publisher has withdrawn this requirement; no control can serve it."
	case !assessable:
		return "This is a heading. Map the control to a requirement below it."
	}
	return ""
}

func connect(tx *storage.WriteTx, requirement, control, note string) error {
	return tx.Exec(`INSERT INTO mapping (id, control, requirement, source, note, created_at) VALUES (?, ?, ?, 'person', ?, ?)
		ON CONFLICT (requirement, control) DO UPDATE SET note = excluded.note WHERE note <> excluded.note`,
		tx.NewID(), control, requirement, note, tx.Stamp())
}

type unmapIn struct {
	ID      string `path:"id"`
	Control string `path:"control"`
}

func unmapControl(tx *storage.WriteTx, in unmapIn) (RequirementDetail, error) {
	if err := tx.ExecOne("DELETE FROM mapping WHERE requirement = ? AND control = ?", in.ID, in.Control); err != nil {
		return RequirementDetail{}, err
	}
	return requirement(&tx.ReadTx, inScope{ID: in.ID})
}

type addControlIn struct {
	ID   string `path:"id"`
	Body struct {
		Ref         string `json:"ref,omitempty" maxLength:"40" doc:"The requirement's own unless given"`
		Title       string `json:"title,omitempty" maxLength:"300" doc:"The requirement's own unless given"`
		Description string `json:"description,omitempty" maxLength:"20000"`
		Test        string `json:"test,omitempty" maxLength:"20000"`
		Domain      string `json:"domain,omitempty" maxLength:"100"`
		Owner       string `json:"owner,omitempty" maxLength:"26"`
	}
}

func addControl(tx *storage.WriteTx, in addControlIn) (RequirementDetail, error) {
	if err := mayServe(&tx.ReadTx, in.ID); err != nil {
		return RequirementDetail{}, err
	}
	q, err := requirement(&tx.ReadTx, inScope{ID: in.ID})
	if err != nil {
		return q, err
	}
	b := in.Body
	d := control.Draft{Ref: b.Ref, Title: b.Title, Description: b.Description, Test: b.Test, Domain: b.Domain, Owner: b.Owner}
	if strings.TrimSpace(d.Title) == "" {
		d.Title = clip(q.Title, 300)
	}
	if strings.TrimSpace(d.Ref) == "" {
		if d.Ref, err = freeRef(&tx.ReadTx, clip(q.Ref, 30)); err != nil {
			return q, err
		}
	}
	if d.Domain == "" && len(q.Path) > 0 {
		d.Domain = clip(q.Path[len(q.Path)-1].Title, 100)
	}
	id, err := control.Create(tx, d)
	if err != nil {
		return q, err
	}
	if err := connect(tx, in.ID, id, ""); err != nil {
		return q, err
	}
	return requirement(&tx.ReadTx, inScope{ID: in.ID})
}

// freeRef is ref, or ref with the first number behind it that no control has.
func freeRef(tx *storage.ReadTx, ref string) (string, error) {
	free := ref
	for n := 2; ; n++ {
		var taken bool
		if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM control WHERE ref = ? COLLATE NOCASE)", free).Scan(&taken); err != nil || !taken {
			return free, err
		}
		free = fmt.Sprintf("%s-%d", ref, n)
	}
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
