package personnel

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"assay/server/application"
	"assay/server/notification"
	"assay/server/op"
	"assay/server/person"
	"assay/server/record"
	"assay/server/task"
	"assay/storage"
)

// source is what the tasks of a checklist are asked for by.
const source = "leaver"

// Leaving is the checklist of somebody who left. Its items are tasks about them: they have owners and days, are reminded
// of, and say how they were done.
type Leaving struct {
	ID        string        `json:"id"`
	StartedAt string        `json:"started_at"`
	StartedBy string        `json:"started_by" doc:"The name of who started it"`
	EndedOn   string        `json:"ended_on" doc:"The last day of work, as it was then"`
	Items     []LeavingItem `json:"items"`
}

// LeavingItem is one thing to do.
type LeavingItem struct {
	ID        string      `json:"id" doc:"Of the task"`
	Title     string      `json:"title"`
	Status    task.Status `json:"status" enum:"open,in_progress,done,cancelled"`
	Owner     string      `json:"owner"`
	OwnerName string      `json:"owner_name"`
	DueOn     string      `json:"due_on"`
	Late      bool        `json:"late"`
	EndedAt   string      `json:"ended_at"`
	EndedBy   string      `json:"ended_by" doc:"The name of who did it"`
	Outcome   string      `json:"outcome" doc:"How it was done"`
	Grant     string      `json:"grant" doc:"Id of the grant to revoke, of an item that asks for that"`
	Handover  bool        `json:"handover" doc:"It asks for the records to be handed over that they own"`
	Version   int         `json:"version"`
}

// begin starts the checklist of somebody who leaves: what has to be done always, and what this person has.
func begin(tx *storage.WriteTx, id string, now PersonnelSaid) error {
	by := person.Acting(&tx.ReadTx)
	leaving := tx.NewID()
	err := tx.Exec("INSERT INTO leaving (id, personnel, started_at, started_by, ended_on) VALUES (?, ?, ?, ?, ?)", leaving, id, tx.Stamp(), by, now.EndedOn)
	if err != nil {
		return fmt.Errorf("start the checklist: %w", err)
	}
	steps, err := stepsOf(&tx.ReadTx)
	if err != nil {
		return err
	}
	want := func(key, title, owner string, days int) error {
		due, err := time.Parse(storage.Date, now.EndedOn)
		if err != nil {
			return err
		}
		if owner == "" {
			owner = by
		}
		_, err = task.Want(tx, task.Wanted{Key: key, Title: title, Owner: owner, DueOn: due.AddDate(0, 0, days).Format(storage.Date), About: about(id), Source: source})
		return err
	}
	for _, s := range steps {
		if err := want("leaver/"+leaving+"/"+s.ID, s.Title, s.Owner, s.Days); err != nil {
			return err
		}
	}
	grants, err := application.AskedOf(&tx.ReadTx, id)
	if err != nil {
		return err
	}
	for _, g := range grants {
		if err := want(application.RevokeKey(g.ID), "Revoke access to "+g.Application, g.Owner, 0); err != nil {
			return err
		}
	}
	owned, err := ownedBy(&tx.ReadTx, id)
	if err != nil || len(owned) == 0 {
		return err
	}
	return want(handover(leaving), "Hand over the records that they own", "", 0)
}

func about(id string) record.Ref { return record.Ref{Kind: record.Personnel, ID: id} }

// handover is the key of the item that asks for records to be handed over.
func handover(leaving string) string { return "leaver/" + leaving + "/handover" }

// comeBack ends the checklist of somebody who works here again.
func comeBack(tx *storage.WriteTx, id string) error {
	if err := tx.Exec("UPDATE leaving SET returned_at = ? WHERE personnel = ? AND returned_at = ''", tx.Stamp(), id); err != nil {
		return err
	}
	return task.Unwanted(tx, source, about(id), "They work here again.")
}

// leavingOf is the checklist of somebody who left and has not come back, or nil.
func leavingOf(tx *storage.ReadTx, id string) (*Leaving, error) {
	rows, err := tx.Query(`SELECT l.id, l.started_at, coalesce(p.name, ''), l.ended_on FROM leaving l LEFT JOIN person p ON p.id = l.started_by
		WHERE l.personnel = ? AND l.returned_at = '' ORDER BY l.started_at DESC LIMIT 1`, id)
	if err != nil {
		return nil, err
	}
	all, err := op.Scan(rows, func(r op.Row) (l Leaving, err error) { return l, r.Scan(&l.ID, &l.StartedAt, &l.StartedBy, &l.EndedOn) })
	if err != nil || len(all) == 0 {
		return nil, err
	}
	l := all[0]
	rows, err = tx.Query(`SELECT t.id, t.title, t.status, t.owner, coalesce(o.name, ''), t.due_on, t.ended_at, coalesce(e.name, ''), t.outcome, t.key, t.version
		FROM task t LEFT JOIN person o ON o.id = t.owner LEFT JOIN person e ON e.id = t.ended_by
		WHERE t.kind = 'personnel' AND t.record = ? AND t.source = 'leaver' AND t.status <> 'cancelled' AND t.created_at >= ?
		ORDER BY t.key NOT LIKE 'leaver/%/step-%', t.key LIKE 'revoke/%', t.due_on, t.title, t.id`, id, l.StartedAt)
	if err != nil {
		return nil, err
	}
	l.Items, err = op.Scan(rows, func(r op.Row) (i LeavingItem, err error) {
		var key string
		err = r.Scan(&i.ID, &i.Title, &i.Status, &i.Owner, &i.OwnerName, &i.DueOn, &i.EndedAt, &i.EndedBy, &i.Outcome, &key, &i.Version)
		i.Late = !i.Status.Ended() && i.DueOn != "" && i.DueOn < tx.Today()
		i.Grant, _ = strings.CutPrefix(key, application.RevokeKey(""))
		if i.Grant == key {
			i.Grant = ""
		}
		i.Handover = key == handover(l.ID)
		return i, err
	})
	return &l, err
}

type itemIn struct {
	op.ByID
	Body struct {
		Title string `json:"title" minLength:"1" maxLength:"300" doc:"What has to be done, such as to return a key"`
		Owner string `json:"owner,omitempty" maxLength:"26" doc:"Id of a person; whoever adds it unless given"`
		DueOn string `json:"due_on,omitempty" maxLength:"10"`
	}
}

// addItem adds one thing more to the checklist of a leaver.
func addItem(tx *storage.WriteTx, in itemIn) (PersonnelDetail, error) {
	l, err := leavingOf(&tx.ReadTx, in.ID)
	if err != nil {
		return PersonnelDetail{}, err
	}
	if _, err := people.Get(&tx.ReadTx, in.ID); err != nil {
		return PersonnelDetail{}, err
	}
	if l == nil {
		return PersonnelDetail{}, op.Errorf(op.Conflict, "This person has no checklist: it begins when somebody leaves.")
	}
	b := in.Body
	var c op.Check
	c.Required(b.Title, "title")
	c.Date(b.DueOn, "due_on")
	if err := person.Check(&c, &tx.ReadTx, "owner", b.Owner); err != nil {
		return PersonnelDetail{}, err
	}
	if err := c.Err(); err != nil {
		return PersonnelDetail{}, err
	}
	if b.Owner == "" {
		b.Owner = person.Acting(&tx.ReadTx)
	}
	_, err = task.Want(tx, task.Wanted{Key: "leaver/" + l.ID + "/" + tx.NewID(), Title: strings.TrimSpace(b.Title), Owner: b.Owner, DueOn: b.DueOn, About: about(in.ID), Source: source})
	if err != nil {
		return PersonnelDetail{}, err
	}
	return get(&tx.ReadTx, in.ByID)
}

// ownedBy counts what the person of the product owns who has the address of a record.
func ownedBy(tx *storage.ReadTx, id string) ([]record.OwnedKind, error) {
	who, err := personOf(tx, id)
	if err != nil || who == "" {
		return []record.OwnedKind{}, err
	}
	return record.Owned(tx, who)
}

func personOf(tx *storage.ReadTx, id string) (who string, err error) {
	return who, tx.QueryRow("SELECT coalesce((SELECT p.id FROM person p WHERE p.email = lower(r.email) AND p.email <> ''), '') FROM personnel r WHERE r.id = ?", id).Scan(&who)
}

type handOverIn struct {
	op.ByID
	Body struct {
		To string `json:"to" minLength:"1" maxLength:"26" doc:"Id of the person who gets it all"`
	}
}

// handOver gives everything that somebody owns to somebody else.
func handOver(tx *storage.WriteTx, in handOverIn) (PersonnelDetail, error) {
	r, err := people.Get(&tx.ReadTx, in.ID)
	if err != nil {
		return PersonnelDetail{}, err
	}
	var c op.Check
	c.That(in.Body.To != r.Person, "to", "Choose somebody else.")
	if err := person.Check(&c, &tx.ReadTx, "to", in.Body.To); err != nil {
		return PersonnelDetail{}, err
	}
	if err := c.Err(); err != nil {
		return PersonnelDetail{}, err
	}
	if r.Person == "" {
		return PersonnelDetail{}, op.Errorf(op.Conflict, "This person owns nothing here: nobody in the product has their address.")
	}
	n, err := record.HandOver(tx, r.Person, in.Body.To)
	if err != nil {
		return PersonnelDetail{}, err
	}
	if n > 0 {
		err := notification.Send(tx, notification.Notice{Event: notification.HandedOver, To: []string{in.Body.To}, About: about(in.ID),
			Title: fmt.Sprintf("%d records of somebody who leaves are yours now", n)})
		if err != nil {
			return PersonnelDetail{}, err
		}
	}
	if l, err := leavingOf(&tx.ReadTx, in.ID); err != nil {
		return PersonnelDetail{}, err
	} else if l != nil {
		if err := task.Settled(tx, handover(l.ID), fmt.Sprintf("%d records were handed over.", n)); err != nil {
			return PersonnelDetail{}, err
		}
	}
	return get(&tx.ReadTx, in.ByID)
}

// LeaverStep is something that has to be done whenever somebody leaves.
type LeaverStep struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Owner     string `json:"owner" doc:"Id of a person; empty for whoever says that somebody leaves"`
	OwnerName string `json:"owner_name"`
	Days      int    `json:"days" doc:"After the last day of work"`
}

// LeaverSteps are all of them.
type LeaverSteps struct {
	Items []LeaverStep `json:"items"`
}

func stepsOf(tx *storage.ReadTx) ([]LeaverStep, error) {
	rows, err := tx.Query("SELECT s.id, s.title, s.owner, coalesce(p.name, ''), s.days FROM leaver_step s LEFT JOIN person p ON p.id = s.owner ORDER BY s.position, s.id")
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (s LeaverStep, err error) {
		return s, r.Scan(&s.ID, &s.Title, &s.Owner, &s.OwnerName, &s.Days)
	})
}

func steps(tx *storage.ReadTx, _ struct{}) (out LeaverSteps, err error) {
	out.Items, err = stepsOf(tx)
	return out, err
}

type stepsIn struct {
	Body struct {
		Items []struct {
			Title string `json:"title" minLength:"1" maxLength:"300"`
			Owner string `json:"owner,omitempty" maxLength:"26" doc:"Id of a person"`
			Days  int    `json:"days,omitempty" minimum:"0" maximum:"365"`
		} `json:"items" maxItems:"50"`
	}
}

// setSteps replaces the list of what has to be done. Checklists that have begun stay as they are.
func setSteps(tx *storage.WriteTx, in stepsIn) (LeaverSteps, error) {
	var c op.Check
	for i, s := range in.Body.Items {
		c.Required(s.Title, fmt.Sprintf("items[%d].title", i))
		if err := person.Check(&c, &tx.ReadTx, fmt.Sprintf("items[%d].owner", i), s.Owner); err != nil {
			return LeaverSteps{}, err
		}
	}
	if err := c.Err(); err != nil {
		return LeaverSteps{}, err
	}
	if err := tx.Exec("DELETE FROM leaver_step"); err != nil {
		return LeaverSteps{}, err
	}
	for i, s := range in.Body.Items {
		err := tx.Exec("INSERT INTO leaver_step (id, position, title, owner, days) VALUES (?, ?, ?, ?, ?)", "step-"+tx.NewID(), i+1, strings.TrimSpace(s.Title), s.Owner, s.Days)
		if err != nil {
			return LeaverSteps{}, err
		}
	}
	return steps(&tx.ReadTx, struct{}{})
}

// nightly writes down how many people had each flag at the end of the day, and asks for grants to be revoked that
// somebody got, or kept, after they left.
func nightly(s *op.Scope, _ json.RawMessage) error {
	return s.Write(func(tx *storage.WriteTx) error {
		if err := keepDay(tx); err != nil {
			return err
		}
		rows, err := tx.Query(`SELECT g.id, g.personnel, a.name, coalesce(nullif(a.owner, ''), l.started_by), l.ended_on
			FROM leaving l JOIN access_grant g ON g.personnel = l.personnel AND g.status = 'active' JOIN application a ON a.id = g.application
			WHERE l.returned_at = '' AND NOT EXISTS (SELECT 1 FROM task t WHERE t.key = 'revoke/' || g.id AND t.status IN ('open', 'in_progress')) ORDER BY g.id`)
		if err != nil {
			return err
		}
		missing, err := op.Scan(rows, func(r op.Row) (w task.Wanted, err error) {
			var grant, who, app string
			err = r.Scan(&grant, &who, &app, &w.Owner, &w.DueOn)
			w.Key, w.Title, w.About, w.Source = application.RevokeKey(grant), "Revoke access to "+app, about(who), source
			return w, err
		})
		if err != nil {
			return err
		}
		for _, w := range missing {
			if _, err := task.Want(tx, w); err != nil {
				return err
			}
		}
		return nil
	})
}
