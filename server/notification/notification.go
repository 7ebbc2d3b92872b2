// Package notification tells people what concerns them: in their inbox, and by mail where they want it.
// Package delivery carries the mails.
package notification

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"assay/server/op"
	"assay/server/person"
	"assay/server/record"
	"assay/storage"
)

// Module is the notifications' part of the API. Executives have no inbox: what it says names records.
var Module = op.Module{
	Name: "notification", Present: true,
	Owns: []string{"notification", "notification_choice", "notification_default"},
	Ops: append(op.List("list", "GET /notifications", op.Readers, table, op.Doc("One's inbox, newest first")),
		op.Read("count", "GET /notifications/count", op.Readers, count, op.Doc("How many of one's notifications are unread")),
		op.Write("read", "POST /notifications/read", op.Readers, read, op.Doc("Mark some of one's notifications, or all, as read or unread")),
		op.Read("choices", "GET /notifications/choices", op.Readers, choices, op.Doc("What one hears of, event by event")),
		op.Write("choose", "POST /notifications/choices", op.Readers, choose, op.Doc("Choose how to hear of an event, or go back to what everybody gets")),
		op.Read("defaults", "GET /notifications/defaults", op.Admin, defaults, op.Doc("What everybody hears of who has not chosen")),
		op.Write("set_default", "POST /notifications/defaults", op.Admin, setDefault, op.Doc("Set for everybody how to hear of an event, or that nobody does")),
	),
	Jobs: []op.Job{{Name: "tidy", Nightly: true, Run: tidy}},
}

// Event is what may happen that somebody wants to hear of.
type Event string

// The events.
const (
	TaskAssigned     Event = "task_assigned"
	TaskDue          Event = "task_due"     // soon, by the days of a reminder
	TaskOverdue      Event = "task_overdue" //
	Mention          Event = "mention"
	Reply            Event = "reply" // to one's comment, or under one's record
	ControlChanged   Event = "control_changed"
	EvidenceExpiring Event = "evidence_expiring"
	EvidenceAsked    Event = "evidence_asked" // somebody asks a colleague for proof
	ReviewAsked      Event = "review_asked"
	ReviewDone       Event = "review_done"
	PolicyAsked      Event = "policy_asked"    // to read a policy and acknowledge it
	PolicyReview     Event = "policy_review"   // a review is near or overdue, or an exception has ended
	RiskChanged      Event = "risk_changed"    // a risk is one's own now, was accepted, or is open again
	AssetChanged     Event = "asset_changed"   // an asset is one's own now
	ProcessChanged   Event = "process_changed" // a business process is one's own now
	VendorDue        Event = "vendor_due"      // a review, a proof or a contract of a vendor runs out
	VendorChanged    Event = "vendor_changed"  // a vendor is one's own now, or was decided on
	HandedOver       Event = "handed_over"     // what a leaver owned is one's own now
)

// Builtin is what the program does with an event unless somebody chose otherwise. Every one goes to the inbox.
type Builtin struct {
	Event  Event
	ByMail bool // it is mailed to who has not chosen
}

// Events are all events, in the order in which people choose among them.
var Events = []Builtin{
	{TaskAssigned, true}, {TaskDue, true}, {TaskOverdue, true}, {Mention, true}, {Reply, false}, {ControlChanged, false},
	{EvidenceExpiring, true}, {EvidenceAsked, true}, {ReviewAsked, true}, {ReviewDone, false}, {PolicyAsked, true}, {PolicyReview, true},
	{RiskChanged, true},
	{AssetChanged, false}, {ProcessChanged, false},
	{VendorDue, true}, {VendorChanged, true},
	{HandedOver, true},
}

// Digest stands among a person's choices and is no event: whether they want the organisation's digest.
const Digest Event = "digest"

// Urgent events wait for no others and for no pause between two mails: a colleague waits for an answer.
func (e Event) Urgent() bool { return e == Mention || e == EvidenceAsked }

// Ways is how somebody hears of an event.
type Ways struct {
	Inbox bool
	Mail  bool
}

// Default is what an organisation set for an event.
type Default struct {
	Active bool // false: nobody hears of it
	Ways
}

// Decide says how a person hears of an event: not at all where the organisation turned it off, else as the
// person chose, else as the organisation set, else as the program has it. The one place that knows.
func Decide(b Builtin, org *Default, chosen *Ways) Ways {
	switch {
	case org != nil && !org.Active:
		return Ways{}
	case chosen != nil:
		return *chosen
	case org != nil:
		return org.Ways
	}
	return Ways{Inbox: true, Mail: b.ByMail}
}

// builtin finds an event.
func builtin(e Event) (Builtin, bool) {
	for _, b := range Events {
		if b.Event == e {
			return b, true
		}
	}
	return Builtin{}, false
}

// defaultOf reads what the organisation set for an event, nil for nothing.
func defaultOf(tx *storage.ReadTx, e Event) (*Default, error) {
	var d Default
	err := tx.QueryRow("SELECT active, inbox, mail FROM notification_default WHERE event = ?", string(e)).Scan(&d.Active, &d.Inbox, &d.Mail)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &d, err
}

// Notice is what is to be told.
type Notice struct {
	Event Event
	To    []string   // ids of people; who did it is not told, nor who is no longer active
	About record.Ref // zero for nothing
	Title string     // one sentence
	Body  string     // more, if there is any: the words of a comment
}

// Send tells people in the transaction that gives cause to. The caller's module lists notification among
// the tables it may change.
func Send(tx *storage.WriteTx, n Notice) error {
	b, known := builtin(n.Event)
	if !known {
		return fmt.Errorf("notify: there is no event %q", n.Event)
	}
	org, err := defaultOf(&tx.ReadTx, n.Event)
	if err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	actor := person.Acting(&tx.ReadTx)
	told, mailed := map[string]bool{"": true, actor: true}, false
	for _, person := range n.To {
		if told[person] {
			continue
		}
		told[person] = true
		ways, err := waysOf(&tx.ReadTx, person, b, org)
		if err != nil {
			return fmt.Errorf("notify: %w", err)
		}
		if !ways.Inbox && !ways.Mail {
			continue
		}
		mail := ""
		if ways.Mail {
			mail, mailed = "due", true
		}
		err = tx.Exec("INSERT INTO notification (id, person, event, kind, record, title, body, actor, at, inbox, mail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			tx.NewID(), person, string(n.Event), string(n.About.Kind), n.About.ID, n.Title, n.Body, actor, tx.Stamp(), ways.Inbox, mail)
		if err != nil {
			return fmt.Errorf("notify: %w", err)
		}
	}
	if !mailed {
		return nil
	}
	at := tx.Now()
	if !n.Event.Urgent() {
		at = at.Add(Wait)
	}
	return AskMail(tx, at)
}

// waysOf says how a person hears of an event: in no way who is not active, not by mail who has no address.
func waysOf(tx *storage.ReadTx, person string, b Builtin, org *Default) (Ways, error) {
	var email string
	var inbox, mail sql.NullBool
	err := tx.QueryRow(`SELECT p.email, c.inbox, c.mail FROM person p LEFT JOIN notification_choice c ON c.person = p.id AND c.event = ?2
		WHERE p.id = ?1 AND p.active`, person, string(b.Event)).Scan(&email, &inbox, &mail)
	if errors.Is(err, sql.ErrNoRows) {
		return Ways{}, nil
	}
	if err != nil {
		return Ways{}, err
	}
	var chosen *Ways
	if inbox.Valid {
		chosen = &Ways{inbox.Bool, mail.Bool}
	}
	w := Decide(b, org, chosen)
	w.Mail = w.Mail && email != ""
	return w, nil
}

// Wait is how long a mail waits for others to the same person.
const Wait = 30 * time.Second

// AskMail asks for the job that mails what is due, at the next half minute after a time, which is the job's
// key: all that comes meanwhile shares one.
func AskMail(tx *storage.WriteTx, at time.Time) error {
	at = at.Truncate(Wait).Add(Wait)
	return tx.Enqueue("delivery.mail", nil, at, at.UTC().Format(storage.Instant))
}
