package activity

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"assay/server/op"
	"assay/server/person"
	"assay/storage"
)

// Module is the recurring activities' part of the API.
var Module = op.Module{
	Name: "activity",
	Owns: []string{"activity", "activity_control", "activity_evidence", "occurrence", "occurrence_file"},
	Also: []string{"task", "notification", // a task for every open occurrence
		"file", "control_effective", "cycle", "cycle_step", "evidence_ask", "evidence_reminder"}, // a file that completes one is proof
	Ops: append(append(op.List("list", "GET /activities", op.Readers, table, op.Doc("Recurring activities")),
		op.List("occurrences", "GET /occurrences", op.Readers, occurrences, op.Doc("Occurrences of activities"))...),
		op.Read("calendar", "GET /activities/calendar", op.Readers, calendar, op.Doc("What is due between two days, also what will be when its period begins")),
		op.Read("get", "GET /activities/{id}", op.Readers, get, op.Doc("One activity with its occurrences, controls and evidence requests")),
		op.Write("create", "POST /activities", op.Editors, create, op.Doc("Add an activity; the occurrence of its present period is made at once")),
		op.Write("update", "PATCH /activities/{id}", op.Editors, update, op.Versioned("activity"), op.Doc("Change an activity. A new schedule counts for periods that have no occurrence yet")),
		op.Write("delete", "DELETE /activities/{id}", op.Admin, remove, op.Doc("Delete an activity with its occurrences; files stay with their evidence requests")),
		op.Write("add", "POST /activities/{id}/occurrences", op.Editors, add, op.Doc("Add an occurrence by hand, for an activity that is done as needed")),
		op.Write("reschedule", "PATCH /occurrences/{id}", op.Editors, reschedule, op.Versioned("occurrence"), op.Doc("Move the day on which an occurrence is due")),
		op.Write("say", "POST /occurrences/{id}/status", op.Editors, say, op.Doc("Say how far an occurrence is")),
		op.Upload("prove", "POST /occurrences/{id}/files", op.Editors, op.Limit{MB: 25}, prove, op.Doc("Upload what an occurrence has produced: it answers an evidence request of the activity and starts its clock anew")),
	),
	Jobs: []op.Job{{Name: "turn", Nightly: true, Run: turn}},
}

// ActivityDetail is one activity with all that belongs to it.
type ActivityDetail struct {
	Activity
	Description string             `json:"description"`
	Notes       string             `json:"notes"`
	CreatedAt   string             `json:"created_at"`
	Linked      []ActivityControl  `json:"linked" doc:"The controls it serves"`
	Requests    []ActivityEvidence `json:"requests" doc:"The evidence requests it proves"`
	Occurrences []Occurrence       `json:"occurrences" doc:"The newest 60, newest first"`
}

// ActivityControl is a control that an activity serves.
type ActivityControl struct {
	ID    string `json:"id"`
	Ref   string `json:"ref"`
	Title string `json:"title"`
}

// ActivityEvidence is an evidence request that an activity proves.
type ActivityEvidence struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	CollectedOn string `json:"collected_on"`
	ExpiresOn   string `json:"expires_on"`
}

const shownOccurrences = 60

func get(tx *storage.ReadTx, in op.ByID) (ActivityDetail, error) {
	var d ActivityDetail
	var err error
	d.Activity, err = scan(tx.QueryRow("SELECT "+columns+" FROM "+from+" WHERE a.id = ?", tx.Today(), in.ID))
	if err != nil {
		return d, none(err)
	}
	if err := tx.QueryRow("SELECT description, notes, created_at FROM activity WHERE id = ?", in.ID).Scan(&d.Description, &d.Notes, &d.CreatedAt); err != nil {
		return d, err
	}
	rows, err := tx.Query(`SELECT c.id, c.ref, c.title FROM activity_control x JOIN control c ON c.id = x.control WHERE x.activity = ? ORDER BY c.sort_ref, c.id`, in.ID)
	if err != nil {
		return d, err
	}
	d.Linked, err = op.Scan(rows, func(r op.Row) (c ActivityControl, err error) { return c, r.Scan(&c.ID, &c.Ref, &c.Title) })
	if err != nil {
		return d, err
	}
	rows, err = tx.Query(`SELECT e.id, e.name, k.collected_on, k.expires_on FROM activity_evidence x JOIN evidence e ON e.id = x.evidence
		JOIN evidence_clock k ON k.evidence = e.id WHERE x.activity = ? ORDER BY e.name COLLATE NOCASE, e.id`, in.ID)
	if err != nil {
		return d, err
	}
	d.Requests, err = op.Scan(rows, func(r op.Row) (e ActivityEvidence, err error) {
		return e, r.Scan(&e.ID, &e.Name, &e.CollectedOn, &e.ExpiresOn)
	})
	if err != nil {
		return d, err
	}
	rows, err = tx.Query("SELECT "+occurrenceColumns+" FROM "+occurrenceFrom+" WHERE n.activity = ? ORDER BY n.period_start DESC LIMIT ?", tx.Today(), in.ID, shownOccurrences)
	if err != nil {
		return d, err
	}
	d.Occurrences, err = op.Scan(rows, scanOccurrence)
	return d, err
}

func none(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return storage.ErrNotFound
	}
	return err
}

type createIn struct {
	Body struct {
		Name        string    `json:"name" minLength:"1" maxLength:"200"`
		Description string    `json:"description,omitempty" maxLength:"20000" doc:"What is to be done, and how"`
		Frequency   Frequency `json:"frequency" enum:"daily,weekly,monthly,quarterly,yearly,as_needed"`
		StartsOn    string    `json:"starts_on,omitempty" doc:"First day of the first period; today unless given"`
		DueDays     int       `json:"due_days,omitempty" minimum:"0" maximum:"366"`
		Owner       string    `json:"owner,omitempty" maxLength:"26"`
		Scope       string    `json:"scope,omitempty" maxLength:"26" doc:"Id of a product; organisation unless given"`
		Policy      string    `json:"policy,omitempty" maxLength:"200"`
		Notes       string    `json:"notes,omitempty" maxLength:"20000"`
		Controls    []string  `json:"controls,omitempty" maxItems:"200"`
		Evidence    []string  `json:"evidence,omitempty" maxItems:"50" doc:"Ids of evidence requests it proves"`
	}
}

func create(tx *storage.WriteTx, in createIn) (ActivityDetail, error) {
	b := in.Body
	if b.StartsOn == "" {
		b.StartsOn = tx.Today()
	}
	if b.Scope == "" {
		b.Scope = "organisation"
	}
	d := ActivityDetail{Activity: Activity{Name: b.Name, Frequency: b.Frequency, StartsOn: b.StartsOn, DueDays: b.DueDays, Owner: b.Owner, Scope: b.Scope}}
	var c op.Check
	if err := check(&c, &tx.ReadTx, ActivityDetail{}, d, b.Controls, b.Evidence); err != nil {
		return d, err
	}
	if err := c.Err(); err != nil {
		return d, err
	}
	id := tx.NewID()
	err := tx.Exec(`INSERT INTO activity (id, name, description, frequency, starts_on, due_days, since, owner, scope, policy, notes, created_at, updated_at)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12)`,
		id, strings.TrimSpace(b.Name), b.Description, string(b.Frequency), b.StartsOn, b.DueDays, tx.Today(), b.Owner, b.Scope, strings.TrimSpace(b.Policy), b.Notes, tx.Stamp())
	if err != nil {
		return d, err
	}
	if err := relate(tx, id, &b.Controls, &b.Evidence); err != nil {
		return d, err
	}
	if err := begin(tx, id); err != nil {
		return d, err
	}
	return get(&tx.ReadTx, op.ByID{ID: id})
}

// check notes what is wrong with an activity, looking at what was not so before.
func check(c *op.Check, tx *storage.ReadTx, was, now ActivityDetail, controls, evidence []string) error {
	c.Required(now.Name, "name")
	c.Date(now.StartsOn, "starts_on")
	c.That(now.StartsOn != "", "starts_on", "Say on which day the first period begins.")
	c.That(now.StartsOn == "" || now.StartsOn >= "1990-01-01" && now.StartsOn < "2200-01-01", "starts_on", "Choose a day between 1990 and 2199.")
	if was.Owner != now.Owner {
		if err := person.Check(c, tx, "owner", now.Owner); err != nil {
			return err
		}
	}
	if was.Scope != now.Scope {
		var there bool
		if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM scope WHERE id = ? AND archived = 0)", now.Scope).Scan(&there); err != nil {
			return err
		}
		c.That(there, "scope", "There is no such product.")
	}
	for i, id := range controls {
		var there bool
		if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM control WHERE id = ?)", id).Scan(&there); err != nil {
			return err
		}
		c.That(there, fmt.Sprintf("controls[%d]", i), "There is no such control.")
	}
	for i, id := range evidence {
		var there bool
		if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM evidence WHERE id = ?)", id).Scan(&there); err != nil {
			return err
		}
		c.That(there, fmt.Sprintf("evidence[%d]", i), "There is no such evidence request.")
	}
	return nil
}

// relate makes the links of an activity those given; nil leaves them.
func relate(tx *storage.WriteTx, id string, controls, evidence *[]string) error {
	if controls != nil {
		list := listed(*controls)
		if err := tx.Exec("DELETE FROM activity_control WHERE activity = ? AND control NOT IN (SELECT value FROM json_each(?))", id, list); err != nil {
			return err
		}
		if err := tx.Exec("INSERT INTO activity_control (activity, control) SELECT ?1, value FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING", id, list); err != nil {
			return err
		}
	}
	if evidence == nil {
		return nil
	}
	list := listed(*evidence)
	if err := tx.Exec("DELETE FROM activity_evidence WHERE activity = ? AND evidence NOT IN (SELECT value FROM json_each(?))", id, list); err != nil {
		return err
	}
	return tx.Exec("INSERT INTO activity_evidence (activity, evidence) SELECT ?1, value FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING", id, list)
}

type updateIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Name        *string    `json:"name,omitempty" minLength:"1" maxLength:"200"`
		Description *string    `json:"description,omitempty" maxLength:"20000"`
		Frequency   *Frequency `json:"frequency,omitempty" enum:"daily,weekly,monthly,quarterly,yearly,as_needed"`
		StartsOn    *string    `json:"starts_on,omitempty" minLength:"10"`
		DueDays     *int       `json:"due_days,omitempty" minimum:"0" maximum:"366"`
		Owner       *string    `json:"owner,omitempty" maxLength:"26"`
		Scope       *string    `json:"scope,omitempty" maxLength:"26"`
		Policy      *string    `json:"policy,omitempty" maxLength:"200"`
		Notes       *string    `json:"notes,omitempty" maxLength:"20000"`
		Paused      *bool      `json:"paused,omitempty"`
		Controls    *[]string  `json:"controls,omitempty" maxItems:"200" doc:"All controls it serves from now on"`
		Evidence    *[]string  `json:"evidence,omitempty" maxItems:"50" doc:"All evidence requests it proves from now on"`
	}
}

func update(tx *storage.WriteTx, in updateIn) (ActivityDetail, error) {
	was, err := get(&tx.ReadTx, op.ByID{ID: in.ID})
	if err != nil {
		return was, err
	}
	b, now := in.Body, was
	put(&now.Name, b.Name)
	put(&now.Description, b.Description)
	put(&now.Frequency, b.Frequency)
	put(&now.StartsOn, b.StartsOn)
	put(&now.DueDays, b.DueDays)
	put(&now.Owner, b.Owner)
	put(&now.Scope, b.Scope)
	put(&now.Policy, b.Policy)
	put(&now.Notes, b.Notes)
	put(&now.Paused, b.Paused)
	var controls, evidence []string
	put(&controls, b.Controls)
	put(&evidence, b.Evidence)
	var c op.Check
	if err := check(&c, &tx.ReadTx, was, now, controls, evidence); err != nil {
		return was, err
	}
	if err := c.Err(); err != nil {
		return was, err
	}
	// What was not done while it was paused is not late.
	err = tx.ExecOne(`UPDATE activity SET name = ?1, description = ?2, frequency = ?3, starts_on = ?4, due_days = ?5, owner = ?6, scope = ?7,
		policy = ?8, notes = ?9, since = iif(paused AND NOT ?10, ?11, since), paused = ?10, updated_at = ?12 WHERE id = ?13`,
		strings.TrimSpace(now.Name), now.Description, string(now.Frequency), now.StartsOn, now.DueDays, now.Owner, now.Scope,
		strings.TrimSpace(now.Policy), now.Notes, now.Paused, tx.Today(), tx.Stamp(), in.ID)
	if err != nil {
		return was, err
	}
	if err := relate(tx, in.ID, b.Controls, b.Evidence); err != nil {
		return was, err
	}
	if err := begin(tx, in.ID); err != nil {
		return was, err
	}
	if now.Owner != was.Owner || now.Name != was.Name {
		if err := ask(tx, in.ID); err != nil {
			return was, err
		}
	}
	return get(&tx.ReadTx, op.ByID{ID: in.ID})
}

func put[T any](to, sent *T) {
	if sent != nil {
		*to = *sent
	}
}

func remove(tx *storage.WriteTx, in op.ByID) (struct{}, error) {
	open, err := openOf(&tx.ReadTx, in.ID)
	if err != nil {
		return struct{}{}, err
	}
	for _, n := range open {
		if err := settled(tx, n.ID, "The activity was deleted."); err != nil {
			return struct{}{}, err
		}
	}
	return struct{}{}, tx.ExecOne("DELETE FROM activity WHERE id = ?", in.ID)
}
