package policy

import (
	"strings"

	"assay/server/op"
	"assay/server/person"
	"assay/storage"
)

// Exception is what is allowed not to follow a policy.
type Exception struct {
	ID            string         `json:"id"`
	Policy        string         `json:"policy"`
	Ref           string         `json:"ref" doc:"Of the policy"`
	Title         string         `json:"title" doc:"Of the policy"`
	Subject       string         `json:"subject" doc:"Who or what does not follow it"`
	What          string         `json:"what" doc:"Which part of it"`
	Reason        string         `json:"reason"`
	Compensation  string         `json:"compensation" doc:"What is done instead"`
	ExpiresOn     string         `json:"expires_on" doc:"The last day on which it holds"`
	State         ExceptionState `json:"state" enum:"requested,approved,declined,reopened,closed" doc:"reopened: it was approved, and its last day has passed"`
	RequestedBy   string         `json:"requested_by"`
	RequesterName string         `json:"requester_name"`
	DecidedBy     string         `json:"decided_by"`
	DeciderName   string         `json:"decider_name"`
	DecidedAt     string         `json:"decided_at"`
	DecisionNote  string         `json:"decision_note"`
	CreatedAt     string         `json:"created_at"`
	UpdatedAt     string         `json:"updated_at"`
	Version       int            `json:"version"`
}

// ExceptionFilter is what exceptions may be listed by.
type ExceptionFilter struct {
	op.PageIn
	State  []ExceptionState `query:"state" json:"state,omitempty" maxItems:"5" enum:"requested,approved,declined,reopened,closed"`
	Policy string           `query:"policy" json:"policy,omitempty" maxLength:"26" doc:"Id of a policy"`
	Within int              `query:"within" json:"within,omitempty" minimum:"1" maximum:"3650" doc:"Only those that hold and end within so many days"`
}

const (
	exceptionColumns = `x.id, x.policy, p.ref, p.title, x.subject, x.what, x.reason, x.compensation, x.expires_on, ` + exceptionSQL + `,
	x.requested_by, coalesce(a.name, ''), x.decided_by, coalesce(b.name, ''), x.decided_at, x.decision_note, x.created_at, x.updated_at, x.version`
	exceptionFrom = "policy_exception x JOIN policy p ON p.id = x.policy LEFT JOIN person a ON a.id = x.requested_by LEFT JOIN person b ON b.id = x.decided_by" + daysSQL
)

func scanException(r op.Row) (x Exception, err error) {
	return x, r.Scan(&x.ID, &x.Policy, &x.Ref, &x.Title, &x.Subject, &x.What, &x.Reason, &x.Compensation, &x.ExpiresOn, &x.State,
		&x.RequestedBy, &x.RequesterName, &x.DecidedBy, &x.DeciderName, &x.DecidedAt, &x.DecisionNote, &x.CreatedAt, &x.UpdatedAt, &x.Version)
}

var exceptions = op.Table[ExceptionFilter, Exception]{
	From: exceptionFrom, Args: today, Columns: exceptionColumns, Scan: scanException, Key: "x.id",
	Count: "SELECT count(*) FROM policy_exception",
	Where: func(w *op.Where, f ExceptionFilter) {
		w.In(exceptionSQL, f.State)
		w.Eq("x.policy", f.Policy)
		if f.Within > 0 {
			w.And(exceptionSQL+" = 'approved' AND x.expires_on <= date(d.today, '+' || ? || ' days')", f.Within)
		}
		w.Search(f.Q, "x.subject", "x.what", "x.reason", "x.compensation", "p.ref", "p.title")
	},
	Sort: map[string]string{
		"expires_on": "x.expires_on",
		"policy":     "p.number",
		"state":      "CASE " + exceptionSQL + " WHEN 'reopened' THEN 1 WHEN 'requested' THEN 2 WHEN 'approved' THEN 3 WHEN 'declined' THEN 4 ELSE 5 END",
		"subject":    "x.subject COLLATE NOCASE",
		"updated_at": "x.updated_at",
	},
	Default: "expires_on",
	Facets:  []op.Facet{{Name: "state", SQL: exceptionSQL}, {Name: "policy", SQL: "x.policy"}},
	Export: []op.Col[Exception]{
		{Header: "Policy", Value: func(x Exception) any { return x.Ref }},
		{Header: "Title", Value: func(x Exception) any { return x.Title }},
		{Header: "Subject", Value: func(x Exception) any { return x.Subject }},
		{Header: "What", Value: func(x Exception) any { return x.What }},
		{Header: "Reason", Value: func(x Exception) any { return x.Reason }},
		{Header: "Compensating control", Value: func(x Exception) any { return x.Compensation }},
		{Header: "State", Value: func(x Exception) any { return string(x.State) }},
		{Header: "Expires on", Value: func(x Exception) any { return x.ExpiresOn }},
		{Header: "Requested by", Value: func(x Exception) any { return x.RequesterName }},
		{Header: "Decided by", Value: func(x Exception) any { return x.DeciderName }},
		{Header: "Decided at", Value: func(x Exception) any { return x.DecidedAt }},
		{Header: "Note", Value: func(x Exception) any { return x.DecisionNote }},
		{Header: "ID", Value: func(x Exception) any { return x.ID }},
	},
}

func exceptionByID(tx *storage.ReadTx, id string) (Exception, error) {
	x, err := scanException(tx.QueryRow("SELECT "+exceptionColumns+" FROM "+exceptionFrom+" WHERE x.id = ?", tx.Today(), id))
	return x, none(err)
}

// longestException is how many days an exception holds at most: it is decided anew every year.
const longestException = 366

func (x *Exception) check(c *op.Check, day string, moved bool) {
	for _, s := range []*string{&x.Subject, &x.What, &x.Reason, &x.Compensation} {
		*s = strings.TrimSpace(*s)
	}
	c.Required(x.Subject, "subject")
	c.Required(x.What, "what")
	c.Required(x.Reason, "reason")
	c.That(x.ExpiresOn != "", "expires_on", "An exception ends on some day.")
	c.Date(x.ExpiresOn, "expires_on")
	c.That(!moved || x.ExpiresOn >= day && x.ExpiresOn <= addDays(day, longestException), "expires_on", "Choose a day from today to a year from now.")
}

type exceptIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Subject      string `json:"subject" minLength:"1" maxLength:"300" doc:"Who or what does not follow the policy"`
		What         string `json:"what" minLength:"1" maxLength:"2000" doc:"Which part of it"`
		Reason       string `json:"reason" minLength:"1" maxLength:"5000"`
		Compensation string `json:"compensation,omitempty" maxLength:"5000" doc:"What is done instead"`
		ExpiresOn    string `json:"expires_on" minLength:"10" maxLength:"10"`
	}
}

func except(tx *storage.WriteTx, in exceptIn) (Exception, error) {
	p, err := one(&tx.ReadTx, in.ID)
	if err != nil {
		return Exception{}, err
	}
	if err := p.active(); err != nil {
		return Exception{}, err
	}
	b := in.Body
	x := Exception{Subject: b.Subject, What: b.What, Reason: b.Reason, Compensation: b.Compensation, ExpiresOn: b.ExpiresOn}
	var c op.Check
	x.check(&c, tx.Today(), true)
	if err := c.Err(); err != nil {
		return x, err
	}
	id := tx.NewID()
	err = tx.Exec(`INSERT INTO policy_exception (id, policy, subject, what, reason, compensation, expires_on, requested_by, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?9, ?9)`, id, in.ID, x.Subject, x.What, x.Reason, x.Compensation, x.ExpiresOn, person.Acting(&tx.ReadTx), tx.Stamp())
	if err != nil {
		return x, err
	}
	return exceptionByID(&tx.ReadTx, id)
}

type updateExceptionIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Subject      *string `json:"subject,omitempty" minLength:"1" maxLength:"300"`
		What         *string `json:"what,omitempty" minLength:"1" maxLength:"2000"`
		Reason       *string `json:"reason,omitempty" minLength:"1" maxLength:"5000"`
		Compensation *string `json:"compensation,omitempty" maxLength:"5000"`
		ExpiresOn    *string `json:"expires_on,omitempty" minLength:"10" maxLength:"10"`
	}
}

// updateException changes what is asked for: who changes it asks for it, and nobody has decided about that yet.
func updateException(tx *storage.WriteTx, in updateExceptionIn) (Exception, error) {
	was, err := exceptionByID(&tx.ReadTx, in.ID)
	if err != nil {
		return was, err
	}
	if was.State == Closed {
		return was, op.Errorf(op.Conflict, "This exception is closed. Ask for a new one.")
	}
	now, b := was, in.Body
	for _, f := range []struct{ to, sent *string }{{&now.Subject, b.Subject}, {&now.What, b.What}, {&now.Reason, b.Reason}, {&now.Compensation, b.Compensation}, {&now.ExpiresOn, b.ExpiresOn}} {
		op.Put(f.to, f.sent)
	}
	var c op.Check
	now.check(&c, tx.Today(), now.ExpiresOn != was.ExpiresOn)
	if err := c.Err(); err != nil {
		return was, err
	}
	if now == was {
		return was, nil
	}
	err = tx.ExecOne(`UPDATE policy_exception SET subject = ?, what = ?, reason = ?, compensation = ?, expires_on = ?, state = 'requested', requested_by = ?,
		decided_by = '', decided_at = '', decision_note = '', updated_at = ? WHERE id = ?`,
		now.Subject, now.What, now.Reason, now.Compensation, now.ExpiresOn, person.Acting(&tx.ReadTx), tx.Stamp(), in.ID)
	if err != nil {
		return was, err
	}
	return exceptionByID(&tx.ReadTx, in.ID)
}

type decideExceptionIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Note string `json:"note,omitempty" maxLength:"2000" doc:"Declining needs one"`
	}
}

func decideException(to ExceptionState) func(*storage.WriteTx, decideExceptionIn) (Exception, error) {
	return func(tx *storage.WriteTx, in decideExceptionIn) (Exception, error) {
		x, err := exceptionByID(&tx.ReadTx, in.ID)
		if err != nil {
			return x, err
		}
		me, note := person.Acting(&tx.ReadTx), strings.TrimSpace(in.Body.Note)
		switch {
		case x.State != Requested:
			return x, op.Errorf(op.Conflict, "This exception does not wait for a decision.")
		case to == Allowed && x.RequestedBy == me:
			return x, op.Errorf(op.Conflict, "You asked for this exception yourself. Somebody else has to approve it.")
		case to == Allowed && x.ExpiresOn < tx.Today():
			return x, op.Errorf(op.Conflict, "The last day of this exception has passed. Choose another first.")
		}
		var c op.Check
		c.That(to == Allowed || note != "", "note", "Say why it is declined.")
		if err := c.Err(); err != nil {
			return x, err
		}
		err = tx.ExecOne("UPDATE policy_exception SET state = ?1, decided_by = ?2, decided_at = ?3, decision_note = ?4, updated_at = ?3 WHERE id = ?5", string(to), me, tx.Stamp(), note, in.ID)
		if err != nil {
			return x, err
		}
		return exceptionByID(&tx.ReadTx, in.ID)
	}
}

func endException(tx *storage.WriteTx, in op.ByID) (Exception, error) {
	x, err := exceptionByID(&tx.ReadTx, in.ID)
	if err == nil && x.State == Closed {
		err = op.Errorf(op.Conflict, "This exception is closed already.")
	}
	if err != nil {
		return x, err
	}
	if err := tx.ExecOne("UPDATE policy_exception SET state = 'closed', updated_at = ? WHERE id = ?", tx.Stamp(), in.ID); err != nil {
		return x, err
	}
	return exceptionByID(&tx.ReadTx, in.ID)
}

func removeException(tx *storage.WriteTx, in op.ByID) (struct{}, error) {
	return struct{}{}, tx.ExecOne("DELETE FROM policy_exception WHERE id = ?", in.ID)
}
