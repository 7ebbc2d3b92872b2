package evidence

import (
	"strings"
	"time"

	"assay/server/notification"
	"assay/server/op"
	"assay/server/person"
	"assay/server/record"
	"assay/server/task"
	"assay/storage"
)

// EvidenceAsk is a colleague being asked for proof. It is answered by the first file that they upload to the
// request from then on, whether or not that is accepted later.
type EvidenceAsk struct {
	ID          string `json:"id"`
	Asked       string `json:"asked" doc:"Id of the person who is asked"`
	AskedName   string `json:"asked_name"`
	AskedBy     string `json:"asked_by"`
	AskedByName string `json:"asked_by_name"`
	Message     string `json:"message"`
	DueOn       string `json:"due_on"`
	AskedAt     string `json:"asked_at"`
	State       string `json:"state" enum:"open,late,answered,answered_late,withdrawn"`
	AnsweredAt  string `json:"answered_at"`
	File        string `json:"file" doc:"Id of the file that answered"`
	WithdrawnAt string `json:"withdrawn_at"`
	Version     int    `json:"version"`
}

// AskState says how an ask stands. The last day is not late.
func AskState(today, dueOn, answeredOn string, withdrawn bool) string {
	switch {
	case withdrawn:
		return "withdrawn"
	case answeredOn != "" && answeredOn > dueOn:
		return "answered_late"
	case answeredOn != "":
		return "answered"
	case today > dueOn:
		return "late"
	}
	return "open"
}

func asksOf(tx *storage.ReadTx, evidence string) ([]EvidenceAsk, error) {
	rows, err := tx.Query(`SELECT a.id, a.asked, coalesce(p.name, ''), a.asked_by, coalesce(b.name, ''), a.message, a.due_on, a.asked_at,
			a.answered_on, a.answered_at, a.file, a.withdrawn_at, a.version
		FROM evidence_ask a LEFT JOIN person p ON p.id = a.asked LEFT JOIN person b ON b.id = a.asked_by
		WHERE a.evidence = ? ORDER BY a.asked_at DESC, a.id DESC LIMIT 60`, evidence)
	if err != nil {
		return nil, err
	}
	today := tx.Today()
	return op.Scan(rows, func(r op.Row) (a EvidenceAsk, err error) {
		var answeredOn string
		err = r.Scan(&a.ID, &a.Asked, &a.AskedName, &a.AskedBy, &a.AskedByName, &a.Message, &a.DueOn, &a.AskedAt,
			&answeredOn, &a.AnsweredAt, &a.File, &a.WithdrawnAt, &a.Version)
		a.State = AskState(today, a.DueOn, answeredOn, a.WithdrawnAt != "")
		return a, err
	})
}

func askKey(id string) string { return "evidence.ask/" + id }

type askIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Person  string `json:"person" minLength:"1" maxLength:"26" doc:"Id of who is asked: an active person who may upload, so a user or an administrator"`
		Message string `json:"message,omitempty" maxLength:"2000"`
		DueOn   string `json:"due_on" minLength:"10" maxLength:"10"`
	}
}

// ask looks up what the person may do in the installation first: an auditor could not answer.
func ask(s *op.Scope, in askIn) (d EvidenceDetail, err error) {
	b, reads := in.Body, false
	err = s.ReadControl(func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT EXISTS (SELECT 1 FROM membership WHERE tenant = ? AND person = ? AND person <> '' AND role NOT IN ('admin', 'user'))",
			s.Tenant(), b.Person).Scan(&reads)
	})
	if err != nil {
		return d, err
	}
	err = s.Write(func(tx *storage.WriteTx) error {
		a, err := askedOf(&tx.ReadTx, in.ID)
		if err != nil {
			return err
		}
		var c op.Check
		c.Required(b.Person, "person")
		if err := person.Check(&c, &tx.ReadTx, "person", b.Person); err != nil {
			return err
		}
		me := person.Acting(&tx.ReadTx)
		c.That(!reads, "person", "This person can only read, so they could not upload anything. Choose a user or an administrator.")
		c.That(b.Person != me, "person", "Choose somebody else: you need not ask yourself.")
		c.Date(b.DueOn, "due_on")
		c.That(b.DueOn >= tx.Today(), "due_on", "This day is over. Choose today or a later one.")
		if err := c.Err(); err != nil {
			return err
		}
		if a.notApplicable {
			return op.Errorf(op.Conflict, "This request is marked as not applicable, so nobody can answer it.")
		}
		var open bool
		err = tx.QueryRow("SELECT EXISTS (SELECT 1 FROM evidence_ask WHERE evidence = ? AND asked = ? AND answered_at = '' AND withdrawn_at = '')", in.ID, b.Person).Scan(&open)
		if err != nil {
			return err
		}
		if open {
			return op.Errorf(op.Conflict, "This person is asked already. Withdraw that first to ask anew.")
		}
		id, message := tx.NewID(), strings.TrimSpace(b.Message)
		err = tx.Exec("INSERT INTO evidence_ask (id, evidence, asked, asked_by, message, due_on, asked_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
			id, in.ID, b.Person, me, message, b.DueOn, tx.Stamp())
		if err != nil {
			return err
		}
		if err := advance(tx, in.ID, move{}); err != nil { // what is asked for is collected in a round
			return err
		}
		if d, err = get(&tx.ReadTx, byID{in.ID}); err != nil {
			return err
		}
		about := record.Ref{Kind: record.Evidence, ID: in.ID}
		_, err = task.Want(tx, task.Wanted{Key: askKey(id), Title: "Upload proof for “" + d.Name + "”", Description: message,
			Owner: b.Person, DueOn: b.DueOn, About: about, Source: "evidence"})
		if err != nil {
			return err
		}
		return notification.Send(tx, notification.Notice{Event: notification.EvidenceAsked, To: []string{b.Person}, About: about,
			Title: s.Caller().Name + " asks you for proof: " + d.Name + ", by " + b.DueOn, Body: message})
	})
	return d, err
}

// withdraw takes an ask back.
func withdraw(s *op.Scope, in byID) (d EvidenceDetail, err error) {
	err = s.Write(func(tx *storage.WriteTx) error {
		var evidence, by, answered, gone string
		err := none(tx.QueryRow("SELECT evidence, asked_by, answered_at, withdrawn_at FROM evidence_ask WHERE id = ?", in.ID).Scan(&evidence, &by, &answered, &gone))
		if err != nil {
			return err
		}
		switch {
		case by != s.Caller().Person && s.Caller().Role&op.Admin == 0:
			return op.Errorf(op.Forbidden, "Only who asked, or an administrator, can withdraw this.")
		case answered != "":
			return op.Errorf(op.Conflict, "This was answered already.")
		case gone != "":
			return op.Errorf(op.Conflict, "This was withdrawn already.")
		}
		if err := tx.ExecOne("UPDATE evidence_ask SET withdrawn_at = ? WHERE id = ?", tx.Stamp(), in.ID); err != nil {
			return err
		}
		if err := task.Settled(tx, askKey(in.ID), "It is wanted no longer."); err != nil {
			return err
		}
		d, err = get(&tx.ReadTx, byID{evidence})
		return err
	})
	return d, err
}

// answered ends what the uploader was asked for, and tells who asked.
func answered(tx *storage.WriteTx, evidence, file, name string) error {
	me := person.Acting(&tx.ReadTx)
	if me == "" {
		return nil
	}
	type ask struct{ id, by, title, dueOn, who string }
	rows, err := tx.Query(`SELECT a.id, a.asked_by, e.name, a.due_on, coalesce(p.name, '') FROM evidence_ask a JOIN evidence e ON e.id = a.evidence
		LEFT JOIN person p ON p.id = a.asked WHERE a.evidence = ? AND a.asked = ? AND a.answered_at = '' AND a.withdrawn_at = ''`, evidence, me)
	if err != nil {
		return err
	}
	asks, err := op.Scan(rows, func(r op.Row) (a ask, err error) { return a, r.Scan(&a.id, &a.by, &a.title, &a.dueOn, &a.who) })
	if err != nil {
		return err
	}
	today := tx.Now().In(tx.Zone()).Format(time.DateOnly)
	for _, a := range asks {
		if err := tx.ExecOne("UPDATE evidence_ask SET answered_on = ?, answered_at = ?, file = ? WHERE id = ?", today, tx.Stamp(), file, a.id); err != nil {
			return err
		}
		late := ""
		if today > a.dueOn {
			late = ", after " + a.dueOn
		}
		if err := task.Settled(tx, askKey(a.id), "Answered with "+name+late+"."); err != nil {
			return err
		}
		err = notification.Send(tx, notification.Notice{Event: notification.EvidenceAsked, To: []string{a.by},
			About: record.Ref{Kind: record.Evidence, ID: evidence}, Title: a.who + " uploaded the proof you asked for: " + a.title + late, Body: name})
		if err != nil {
			return err
		}
	}
	return nil
}

// settleTasks ends every task that asks for the proof of a request.
func settleTasks(tx *storage.WriteTx, evidence, outcome string) error {
	rows, err := tx.Query("SELECT id FROM evidence_ask WHERE evidence = ? AND answered_at = '' AND withdrawn_at = ''", evidence)
	if err != nil {
		return err
	}
	ids, err := op.Scan(rows, func(r op.Row) (id string, err error) { return id, r.Scan(&id) })
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := task.Settled(tx, askKey(id), outcome); err != nil {
			return err
		}
	}
	return task.Settled(tx, collectKey(evidence), outcome)
}
