package task

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"assay/server/notification"
	"assay/server/op"
	"assay/server/person"
	"assay/server/record"
	"assay/storage"
)

// Module is the tasks' part of the API.
var Module = op.Module{
	Name: "task",
	Owns: []string{"task"},
	Also: []string{"notification"},
	Ops: append(op.List("list", "GET /tasks", op.Readers, table, op.Doc("Tasks")),
		op.Read("get", "GET /tasks/{id}", op.Readers, get, op.Doc("One task")),
		op.Write("create", "POST /tasks", op.Editors, create, op.Doc("Ask somebody, or oneself, to do something")),
		op.Write("update", "PATCH /tasks/{id}", op.Editors, update, op.Versioned("task"), op.Doc("Change a task's words, owner or day")),
		op.Write("assign", "POST /tasks/{id}/assign", op.Editors, assign, op.Doc("Give a task to somebody, or to nobody")),
		op.Write("start", "POST /tasks/{id}/start", op.Editors, step(Start), op.Doc("Say that work on a task has begun")),
		op.Write("done", "POST /tasks/{id}/done", op.Editors, end(Finish), op.Doc("Say that a task is done, and how")),
		op.Write("cancel", "POST /tasks/{id}/cancel", op.Editors, end(Cancel), op.Doc("Say that a task is wanted no longer, and why")),
		op.Write("reopen", "POST /tasks/{id}/reopen", op.Editors, step(Reopen), op.Doc("Open a task again that had ended")),
		op.Write("bulk", "POST /tasks/bulk", op.Editors, bulk, op.Doc("Change status, owner or day of many tasks at once")),
		op.Write("delete", "DELETE /tasks/{id}", op.Admin, remove, op.Doc("Delete a task")),
	),
	Jobs: []op.Job{{Name: "remind", Nightly: true, Run: remind}},
}

// Task is something that somebody has to do.
type Task struct {
	ID          string       `json:"id"`
	Title       string       `json:"title"`
	Description string       `json:"description"`
	Status      Status       `json:"status" enum:"open,in_progress,done,cancelled"`
	Owner       string       `json:"owner" doc:"Id of a person, empty for nobody"`
	OwnerName   string       `json:"owner_name"`
	DueOn       string       `json:"due_on" doc:"The last day on which it is not late, or empty"`
	Bucket      Bucket       `json:"bucket" enum:",overdue,today,7,30,later,none" doc:"How near that day is; empty when the task has ended"`
	Kind        record.Kind  `json:"kind" doc:"What kind of record it is about, empty for none"`
	Record      string       `json:"record" doc:"Id of the record it is about"`
	About       *record.Line `json:"about,omitempty" doc:"That record, while it is there"`
	Source      string       `json:"source" doc:"person, or the part of the program that asked"`
	CreatedAt   string       `json:"created_at"`
	CreatedBy   string       `json:"created_by" doc:"Id of a person, empty for the system"`
	CreatorName string       `json:"creator_name"`
	EndedAt     string       `json:"ended_at"`
	EndedBy     string       `json:"ended_by" doc:"Id of a person, empty for the system"`
	EnderName   string       `json:"ender_name"`
	Outcome     string       `json:"outcome" doc:"How it ended, in a sentence"`
	UpdatedAt   string       `json:"updated_at"`
	Version     int          `json:"version"`
}

// TaskFilter is what tasks may be listed by, and what a bulk change may be aimed with.
type TaskFilter struct {
	op.PageIn
	Status []Status    `query:"status" json:"status,omitempty" maxItems:"4" enum:"open,in_progress,done,cancelled"`
	Owner  string      `query:"owner" json:"owner,omitempty" maxLength:"26" doc:"Id of a person, me, or none"`
	Due    []Bucket    `query:"due" json:"due,omitempty" maxItems:"6" enum:"overdue,today,7,30,later,none" doc:"How near the day is, of what has not ended"`
	Source string      `query:"source" json:"source,omitempty" maxLength:"40" doc:"person, or the part of the program that asked"`
	Kind   record.Kind `query:"kind" json:"kind,omitempty" maxLength:"40" doc:"What kind of record it is about, or none"`
	Record string      `query:"record" json:"record,omitempty" maxLength:"26" doc:"Id of the record it is about"`
}

const (
	from = "task t LEFT JOIN person o ON o.id = t.owner LEFT JOIN person m ON m.id = t.created_by LEFT JOIN person e ON e.id = t.ended_by" + DaySQL

	columns = `t.id, t.title, t.description, t.status, t.owner, coalesce(o.name, ''), t.due_on, ` + BucketSQL + `, d.today, t.kind, t.record, t.source,
	t.created_at, t.created_by, coalesce(m.name, ''), t.ended_at, t.ended_by, coalesce(e.name, ''), t.outcome, t.updated_at, t.version`
)

func scan(r op.Row) (t Task, err error) {
	var word Bucket
	var today string
	err = r.Scan(&t.ID, &t.Title, &t.Description, &t.Status, &t.Owner, &t.OwnerName, &t.DueOn, &word, &today, &t.Kind, &t.Record, &t.Source,
		&t.CreatedAt, &t.CreatedBy, &t.CreatorName, &t.EndedAt, &t.EndedBy, &t.EnderName, &t.Outcome, &t.UpdatedAt, &t.Version)
	if err != nil {
		return t, err
	}
	if t.Bucket = BucketOf(t.Status, t.DueOn, today); t.Bucket != word {
		return t, fmt.Errorf("task %s: the rule says %q, the query %q", t.ID, t.Bucket, word)
	}
	return t, nil
}

// fill adds the records that tasks are about.
func fill(tx *storage.ReadTx, items []Task) error {
	var refs []record.Ref
	for _, t := range items {
		refs = append(refs, record.Ref{Kind: t.Kind, ID: t.Record})
	}
	lines, err := record.Lines(tx, refs)
	if err != nil {
		return err
	}
	for i := range items {
		if l, ok := lines[refs[i]]; ok {
			items[i].About = &l
		}
	}
	return nil
}

func today(tx *storage.ReadTx) []any { return []any{tx.Today()} }

var table = op.Table[TaskFilter, Task]{
	From: from, Args: today, Columns: columns, Scan: scan, Fill: fill, Key: "t.id",
	Count: "SELECT count(*) FROM task",
	Where: func(w *op.Where, f TaskFilter) {
		w.In("t.status", f.Status)
		switch f.Owner {
		case "none":
			w.And("t.owner = ''")
		case "me":
			w.And("t.owner = ? AND t.owner <> ''", person.Acting(w.Tx()))
		default:
			w.Eq("t.owner", f.Owner)
		}
		w.In(BucketSQL, f.Due)
		w.Eq("t.source", f.Source)
		switch f.Kind {
		case "none":
			w.And("t.kind = ''")
		default:
			w.Eq("t.kind", string(f.Kind))
		}
		w.Eq("t.record", f.Record)
		w.Search(f.Q, "t.title", "t.description")
	},
	Sort: map[string]string{
		"title":      "t.title COLLATE NOCASE",
		"status":     "CASE t.status WHEN 'in_progress' THEN 1 WHEN 'open' THEN 2 WHEN 'done' THEN 3 ELSE 4 END",
		"owner":      "coalesce(o.name, char(1114111)) COLLATE NOCASE", // nobody stands last
		"due_on":     "coalesce(nullif(t.due_on, ''), '9999')",
		"created_at": "t.created_at",
		"updated_at": "t.updated_at",
		"ended_at":   "t.ended_at",
	},
	Default: "due_on",
	Facets: []op.Facet{
		{Name: "status", SQL: "t.status"}, {Name: "due", SQL: BucketSQL}, {Name: "owner", SQL: "t.owner"},
		{Name: "source", SQL: "t.source"}, {Name: "kind", SQL: "t.kind"},
	},
	Export: []op.Col[Task]{
		{Header: "Title", Value: func(t Task) any { return t.Title }},
		{Header: "Status", Value: func(t Task) any { return string(t.Status) }},
		{Header: "Owner", Value: func(t Task) any { return t.OwnerName }},
		{Header: "Due on", Value: func(t Task) any { return t.DueOn }},
		{Header: "Overdue", Value: func(t Task) any { return t.Bucket == Overdue }},
		{Header: "About", Value: func(t Task) any { return t.about() }},
		{Header: "Description", Value: func(t Task) any { return t.Description }},
		{Header: "Asked by", Value: func(t Task) any { return t.CreatorName }},
		{Header: "Source", Value: func(t Task) any { return t.Source }},
		{Header: "Created at", Value: func(t Task) any { return t.CreatedAt }},
		{Header: "Ended at", Value: func(t Task) any { return t.EndedAt }},
		{Header: "Ended by", Value: func(t Task) any { return t.EnderName }},
		{Header: "Outcome", Value: func(t Task) any { return t.Outcome }},
		{Header: "ID", Value: func(t Task) any { return t.ID }},
	},
}

// about is the record that a task is about, as people say it.
func (t Task) about() string {
	if t.About == nil {
		return ""
	}
	return strings.TrimSpace(t.About.Ref + " " + t.About.Title)
}

// Mine lists what a person has to do, the most urgent first.
func Mine(tx *storage.ReadTx, person string) ([]Task, error) {
	rows, err := tx.Query("SELECT "+columns+" FROM "+from+" WHERE t.owner = ? AND t.status IN ('open', 'in_progress') ORDER BY coalesce(nullif(t.due_on, ''), '9999'), t.created_at, t.id",
		append(today(tx), person)...)
	if err != nil {
		return nil, err
	}
	all, err := op.Scan(rows, scan)
	if err != nil {
		return nil, err
	}
	return all, fill(tx, all)
}

type byID struct {
	ID string `path:"id" maxLength:"26"`
}

func get(tx *storage.ReadTx, in byID) (Task, error) {
	t, err := scan(tx.QueryRow("SELECT "+columns+" FROM "+from+" WHERE t.id = ?", append(today(tx), in.ID)...))
	if errors.Is(err, sql.ErrNoRows) {
		return t, storage.ErrNotFound
	}
	if err != nil {
		return t, err
	}
	one := []Task{t}
	err = fill(tx, one)
	return one[0], err
}

type createIn struct {
	Body struct {
		Title       string      `json:"title" minLength:"1" maxLength:"300"`
		Description string      `json:"description,omitempty" maxLength:"20000"`
		Owner       string      `json:"owner,omitempty" maxLength:"26" doc:"Id of a person, empty for nobody"`
		DueOn       string      `json:"due_on,omitempty" maxLength:"10" doc:"The last day on which it is not late"`
		Kind        record.Kind `json:"kind,omitempty" maxLength:"40" doc:"What kind of record it is about"`
		Record      string      `json:"record,omitempty" maxLength:"26" doc:"Id of that record"`
	}
}

func create(tx *storage.WriteTx, in createIn) (Task, error) {
	b := in.Body
	b.Title = strings.TrimSpace(b.Title)
	var c op.Check
	c.Required(b.Title, "title")
	c.Date(b.DueOn, "due_on")
	c.That((b.Kind == "") == (b.Record == ""), "record", "Give both the kind of the record and its id, or neither.")
	if b.Kind != "" && b.Record != "" {
		_, err := record.Find(&tx.ReadTx, record.Ref{Kind: b.Kind, ID: b.Record})
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return Task{}, err
		}
		c.That(err == nil, "record", "There is no such record.")
	}
	if err := person.Check(&c, &tx.ReadTx, "owner", b.Owner); err != nil {
		return Task{}, err
	}
	if err := c.Err(); err != nil {
		return Task{}, err
	}
	id := tx.NewID()
	err := tx.Exec(`INSERT INTO task (id, title, description, owner, due_on, kind, record, source, created_at, created_by, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, 'person', ?8, ?9, ?8)`,
		id, b.Title, b.Description, b.Owner, b.DueOn, string(b.Kind), b.Record, tx.Stamp(), person.Acting(&tx.ReadTx))
	if err != nil {
		return Task{}, err
	}
	if err := assigned(tx, id, b.Title, b.Owner); err != nil {
		return Task{}, err
	}
	return get(&tx.ReadTx, byID{id})
}

type updateIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Title       *string `json:"title,omitempty" minLength:"1" maxLength:"300"`
		Description *string `json:"description,omitempty" maxLength:"20000"`
		Owner       *string `json:"owner,omitempty" maxLength:"26" doc:"Id of a person, empty for nobody"`
		DueOn       *string `json:"due_on,omitempty" maxLength:"10" doc:"The last day on which it is not late; empty for none"`
	}
}

func update(tx *storage.WriteTx, in updateIn) (Task, error) {
	was, err := get(&tx.ReadTx, byID{in.ID})
	if err != nil {
		return was, err
	}
	now, b := was, in.Body
	put(&now.Title, b.Title)
	put(&now.Description, b.Description)
	put(&now.Owner, b.Owner)
	put(&now.DueOn, b.DueOn)
	now.Title = strings.TrimSpace(now.Title)
	var c op.Check
	c.Required(now.Title, "title")
	c.Date(now.DueOn, "due_on")
	if now.Owner != was.Owner {
		if err := person.Check(&c, &tx.ReadTx, "owner", now.Owner); err != nil {
			return was, err
		}
	}
	if err := c.Err(); err != nil {
		return was, err
	}
	if now == was {
		return was, nil
	}
	err = tx.ExecOne("UPDATE task SET title = ?, description = ?, owner = ?, due_on = ?, updated_at = ? WHERE id = ?",
		now.Title, now.Description, now.Owner, now.DueOn, tx.Stamp(), in.ID)
	if err != nil {
		return was, err
	}
	if now.Owner != was.Owner && !was.Status.Ended() {
		if err := assigned(tx, in.ID, now.Title, now.Owner); err != nil {
			return was, err
		}
	}
	return get(&tx.ReadTx, byID{in.ID})
}

func put[T any](to, sent *T) {
	if sent != nil {
		*to = *sent
	}
}

type assignIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Owner string `json:"owner" maxLength:"26" doc:"Id of a person, empty for nobody"`
	}
}

func assign(tx *storage.WriteTx, in assignIn) (Task, error) {
	u := updateIn{ID: in.ID}
	u.Body.Owner = &in.Body.Owner
	return update(tx, u)
}

type stepIn struct {
	ID string `path:"id" maxLength:"26"`
}

func step(s Step) func(*storage.WriteTx, stepIn) (Task, error) {
	return func(tx *storage.WriteTx, in stepIn) (Task, error) { return take(tx, in.ID, s, "") }
}

type endIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Outcome string `json:"outcome,omitempty" maxLength:"2000" doc:"How it ended, in a sentence"`
	}
}

func end(s Step) func(*storage.WriteTx, endIn) (Task, error) {
	return func(tx *storage.WriteTx, in endIn) (Task, error) {
		return take(tx, in.ID, s, strings.TrimSpace(in.Body.Outcome))
	}
}

// take takes a step with a task.
func take(tx *storage.WriteTx, id string, s Step, outcome string) (Task, error) {
	t, err := get(&tx.ReadTx, byID{id})
	if err != nil {
		return t, err
	}
	next, refusal := t.Status.After(s)
	if refusal == "" && s == Reopen {
		if refusal, err = askedAgain(&tx.ReadTx, id); err != nil {
			return t, err
		}
	}
	if refusal != "" {
		return t, op.Errorf(op.Conflict, "%s", refusal)
	}
	if err := move(tx, id, next, outcome); err != nil {
		return t, err
	}
	return get(&tx.ReadTx, byID{id})
}

func move(tx *storage.WriteTx, id string, to Status, outcome string) error {
	at, by := "", ""
	if to.Ended() {
		at, by = tx.Stamp(), person.Acting(&tx.ReadTx)
	}
	return tx.ExecOne("UPDATE task SET status = ?2, ended_at = ?3, ended_by = ?4, outcome = ?5, updated_at = ?6 WHERE id = ?1", id, string(to), at, by, outcome, tx.Stamp())
}

// askedAgain says why a task that the program asked for cannot be opened again: it has asked anew.
func askedAgain(tx *storage.ReadTx, id string) (refusal string, err error) {
	var again bool
	err = tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM task t JOIN task n ON n.key = t.key AND n.id <> t.id AND n.status IN ('open', 'in_progress')
		WHERE t.id = ? AND t.key <> '')`, id).Scan(&again)
	if again {
		refusal = "The same was asked for again meanwhile, and that task is open."
	}
	return refusal, err
}

type bulkIn struct {
	Body struct {
		IDs    []string    `json:"ids,omitempty" maxItems:"10000" doc:"The tasks to change"`
		Match  *TaskFilter `json:"match,omitempty" doc:"Or: every task that this filter finds"`
		Except []string    `json:"except,omitempty" maxItems:"10000" doc:"With match: these tasks stay as they are"`
		Set    TaskSet     `json:"set"`
	}
}

// TaskSet is what a bulk change sets; what is absent stays.
type TaskSet struct {
	Status *Status `json:"status,omitempty" enum:"open,in_progress,done,cancelled"`
	Owner  *string `json:"owner,omitempty" maxLength:"26" doc:"Id of a person; empty for nobody"`
	DueOn  *string `json:"due_on,omitempty" maxLength:"10" doc:"A date; empty for none"`
}

// TaskBulk says what a bulk change did.
type TaskBulk struct {
	Updated int        `json:"updated"`
	Skipped []TaskSkip `json:"skipped"`
}

// TaskSkip is a task that a bulk change left as it was.
type TaskSkip struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Why   string `json:"why"`
}

// bulk changes many tasks in one transaction, which one undo takes back. Who gets many is told once.
func bulk(tx *storage.WriteTx, in bulkIn) (TaskBulk, error) {
	b, out := in.Body, TaskBulk{Skipped: []TaskSkip{}}
	var c op.Check
	c.That(b.Set.Status != nil || b.Set.Owner != nil || b.Set.DueOn != nil, "set", "Give at least one field to set: status, owner or due_on.")
	if b.Set.DueOn != nil {
		c.Date(*b.Set.DueOn, "set.due_on")
	}
	if b.Set.Owner != nil {
		if err := person.Check(&c, &tx.ReadTx, "set.owner", *b.Set.Owner); err != nil {
			return out, err
		}
	}
	if err := c.Err(); err != nil {
		return out, err
	}
	ids, err := table.Aimed(&tx.ReadTx, b.IDs, b.Match, b.Except)
	if err != nil {
		return out, err
	}
	is, err := table.Rows(&tx.ReadTx, ids)
	if err != nil {
		return out, err
	}
	var given []Task // to a new owner
	for _, id := range ids {
		t, ok := is[id]
		why, moved, err := bulkOne(tx, t, ok, b.Set)
		if err != nil {
			return out, err
		}
		if why != "" {
			out.Skipped = append(out.Skipped, TaskSkip{id, t.Title, why})
			continue
		}
		out.Updated++
		if moved {
			given = append(given, t)
		}
	}
	switch len(given) {
	case 0:
		return out, nil
	case 1:
		return out, assigned(tx, given[0].ID, given[0].Title, *b.Set.Owner)
	}
	return out, notification.Send(tx, notification.Notice{Event: notification.TaskAssigned, To: []string{*b.Set.Owner},
		Title: fmt.Sprintf("%d tasks are yours, among them: %s", len(given), given[0].Title)})
}

// bulkOne changes one task, or says why it did not; moved says that an open one has a new owner.
func bulkOne(tx *storage.WriteTx, t Task, ok bool, set TaskSet) (why string, moved bool, err error) {
	if !ok {
		return "There is no such task.", false, nil
	}
	status, owner, due := t.Status, t.Owner, t.DueOn
	put(&status, set.Status)
	put(&owner, set.Owner)
	put(&due, set.DueOn)
	if status == t.Status && owner == t.Owner && due == t.DueOn {
		return "It is like this already.", false, nil
	}
	if status != t.Status {
		if t.Status.Ended() && !status.Ended() {
			if why, err := askedAgain(&tx.ReadTx, t.ID); why != "" || err != nil {
				return why, false, err
			}
		}
		if err := move(tx, t.ID, status, ""); err != nil {
			return "", false, err
		}
	}
	if owner != t.Owner || due != t.DueOn {
		if err := tx.ExecOne("UPDATE task SET owner = ?, due_on = ?, updated_at = ? WHERE id = ?", owner, due, tx.Stamp(), t.ID); err != nil {
			return "", false, err
		}
	}
	return "", owner != t.Owner && !status.Ended(), nil
}

func remove(tx *storage.WriteTx, in byID) (struct{}, error) {
	return struct{}{}, tx.ExecOne("DELETE FROM task WHERE id = ?", in.ID)
}

// SoonDays is how many days before its day the owner of a task is reminded.
const SoonDays = 3

// remind tells owners, once each, that the day of a task is near or has passed. A day that was moved is
// another day.
func remind(s *op.Scope, _ json.RawMessage) error {
	return s.Write(func(tx *storage.WriteTx) error {
		for _, r := range []struct {
			event      notification.Event
			where, say string
		}{
			{notification.TaskDue, "t.due_on BETWEEN ?1 AND date(?1, '+' || ?3 || ' days')", "Due soon: "},
			{notification.TaskOverdue, "t.due_on < ?1", "Overdue: "},
		} {
			// A reminder is about this day if it came when the day was as near as this: a day of grace for zones.
			rows, err := tx.Query(`SELECT t.id, t.title, t.owner, t.due_on FROM task t
				WHERE t.status IN ('open', 'in_progress') AND t.owner <> '' AND t.due_on <> '' AND `+r.where+`
				AND NOT EXISTS (SELECT 1 FROM notification n WHERE n.person = t.owner AND n.event = ?2 AND n.kind = 'task' AND n.record = t.id
					AND n.at >= date(t.due_on, iif(?2 = 'task_due', '-' || (?3 + 1) || ' days', '+0 days')))
				ORDER BY t.due_on, t.id`, tx.Today(), string(r.event), SoonDays)
			if err != nil {
				return err
			}
			due, err := op.Scan(rows, func(r op.Row) (t Task, err error) { return t, r.Scan(&t.ID, &t.Title, &t.Owner, &t.DueOn) })
			if err != nil {
				return err
			}
			for _, t := range due {
				err := notification.Send(tx, notification.Notice{Event: r.event, To: []string{t.Owner},
					About: record.Ref{Kind: record.Task, ID: t.ID}, Title: r.say + t.Title})
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}
