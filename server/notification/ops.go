package notification

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"assay/server/op"
	"assay/server/person"
	"assay/server/record"
	"assay/storage"
)

// Notification is one line of an inbox.
type Notification struct {
	ID        string       `json:"id"`
	Event     Event        `json:"event" doc:"What happened"`
	Title     string       `json:"title" doc:"One sentence"`
	Body      string       `json:"body" doc:"More, if there is any"`
	Kind      record.Kind  `json:"kind" doc:"What kind of record it is about, empty for none"`
	Record    string       `json:"record" doc:"Id of the record it is about"`
	About     *record.Line `json:"about,omitempty" doc:"That record, while it is there"`
	Actor     string       `json:"actor" doc:"Id of the person who gave cause to it, empty for the system"`
	ActorName string       `json:"actor_name"`
	At        string       `json:"at"`
	Read      bool         `json:"read"`
}

// NotificationFilter is what an inbox may be listed by.
type NotificationFilter struct {
	op.PageIn
	Show  string  `query:"show" json:"show,omitempty" enum:"all,unread" doc:"all unless given"`
	Event []Event `query:"event" json:"event,omitempty" maxItems:"20"`
}

// table is the caller's own inbox and no one else's.
var table = op.Table[NotificationFilter, Notification]{
	From:    "notification n LEFT JOIN person a ON a.id = n.actor",
	Columns: "n.id, n.event, n.title, n.body, n.kind, n.record, n.actor, coalesce(a.name, ''), n.at, n.read_at <> ''",
	Key:     "n.id",
	Scan: func(r op.Row) (n Notification, err error) {
		return n, r.Scan(&n.ID, &n.Event, &n.Title, &n.Body, &n.Kind, &n.Record, &n.Actor, &n.ActorName, &n.At, &n.Read)
	},
	Fill: fill,
	Where: func(w *op.Where, f NotificationFilter) {
		w.And("n.person = ? AND n.inbox = 1", person.Acting(w.Tx()))
		if f.Show == "unread" {
			w.And("n.read_at = ''")
		}
		w.In("n.event", f.Event)
		w.Search(f.Q, "n.title", "n.body")
	},
	Sort:    map[string]string{"at": "n.at"},
	Default: "-at",
}

// fill adds the records that notifications are about.
func fill(tx *storage.ReadTx, items []Notification) error {
	var refs []record.Ref
	for _, n := range items {
		refs = append(refs, record.Ref{Kind: n.Kind, ID: n.Record})
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

// Unread lists the newest unread notifications of a person about one of some events, and counts all of them.
func Unread(tx *storage.ReadTx, person string, most int, events ...Event) (items []Notification, total int, err error) {
	list, err := json.Marshal(events)
	if err != nil {
		return nil, 0, err
	}
	const where = " WHERE n.person = ? AND n.inbox = 1 AND n.read_at = '' AND n.event IN (SELECT value FROM json_each(?))"
	if err := tx.QueryRow("SELECT count(*) FROM notification n"+where, person, string(list)).Scan(&total); err != nil {
		return nil, 0, err
	}
	rows, err := tx.Query("SELECT "+string(table.Columns)+" FROM "+string(table.From)+where+" ORDER BY n.at DESC, n.id DESC LIMIT ?", person, string(list), most)
	if err != nil {
		return nil, 0, err
	}
	if items, err = op.Scan(rows, table.Scan); err != nil {
		return nil, 0, err
	}
	return items, total, fill(tx, items)
}

// InboxCount is how much is new in an inbox.
type InboxCount struct {
	Unread int `json:"unread"`
}

func count(tx *storage.ReadTx, _ struct{}) (c InboxCount, err error) {
	return c, tx.QueryRow("SELECT count(*) FROM notification WHERE person = ? AND inbox = 1 AND read_at = ''", person.Acting(tx)).Scan(&c.Unread)
}

type readIn struct {
	Body struct {
		IDs    []string `json:"ids,omitempty" maxItems:"1000" doc:"Which ones"`
		All    bool     `json:"all,omitempty" doc:"Or: all that are there"`
		Unread bool     `json:"unread,omitempty" doc:"Mark them as unread instead"`
	}
}

// read marks the caller's own notifications; those of others it does not find.
func read(tx *storage.WriteTx, in readIn) (InboxCount, error) {
	b := in.Body
	var c op.Check
	c.That(b.All != (len(b.IDs) > 0), "ids", "Give either ids or all.")
	c.That(!b.All || !b.Unread, "unread", "Only single notifications can be marked as unread.")
	if err := c.Err(); err != nil {
		return InboxCount{}, err
	}
	list, err := json.Marshal(b.IDs)
	if err != nil {
		return InboxCount{}, err
	}
	at := tx.Stamp()
	if b.Unread {
		at = ""
	}
	err = tx.Exec(`UPDATE notification SET read_at = ?3 WHERE person = ?1 AND inbox = 1 AND (read_at = '') = (?3 <> '')
		AND (?4 OR id IN (SELECT value FROM json_each(?2)))`, person.Acting(&tx.ReadTx), string(list), at, b.All)
	if err != nil {
		return InboxCount{}, err
	}
	return count(&tx.ReadTx, struct{}{})
}

// Choice is how the caller hears of an event.
type Choice struct {
	Event     Event `json:"event"`
	Inbox     bool  `json:"inbox"`
	Mail      bool  `json:"mail"`
	Own       bool  `json:"own" doc:"Chosen by oneself, not as everybody has it"`
	Active    bool  `json:"active" doc:"False: the organisation turned the event off for everybody"`
	InboxElse bool  `json:"inbox_else" doc:"What it is for who has not chosen"`
	MailElse  bool  `json:"mail_else"`
}

// Choices are all events with how the caller hears of them.
type Choices struct {
	Items  []Choice `json:"items"`
	Digest bool     `json:"digest" doc:"The organisation's digest is wanted"`
	Mail   string   `json:"mail" doc:"The address in the records to which mail goes; empty means there is none"`
}

func choices(tx *storage.ReadTx, _ struct{}) (Choices, error) {
	out := Choices{Items: []Choice{}}
	own, err := ways(tx, "SELECT event, 1, inbox, mail FROM notification_choice WHERE person = ?", person.Acting(tx))
	if err != nil {
		return out, err
	}
	org, err := ways(tx, "SELECT event, active, inbox, mail FROM notification_default")
	if err != nil {
		return out, err
	}
	for _, b := range Events {
		c := Choice{Event: b.Event, Active: true}
		var set *Default
		var chosen *Ways
		if d, ok := org[b.Event]; ok {
			set, c.Active = &d, d.Active
		}
		if d, ok := own[b.Event]; ok {
			chosen, c.Own = &d.Ways, true
		}
		w, other := Decide(b, set, chosen), Decide(b, set, nil)
		c.Inbox, c.Mail, c.InboxElse, c.MailElse = w.Inbox, w.Mail, other.Inbox, other.Mail
		out.Items = append(out.Items, c)
	}
	digest, chosen := own[Digest]
	out.Digest = !chosen || digest.Mail
	err = tx.QueryRow("SELECT email FROM person WHERE id = ?", person.Acting(tx)).Scan(&out.Mail)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return out, err
}

// ways reads what was set, by event.
func ways(tx *storage.ReadTx, query string, args ...any) (map[Event]Default, error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	all := map[Event]Default{}
	err = op.Each(rows, func(r op.Row) (err error) {
		var e Event
		var d Default
		err = r.Scan(&e, &d.Active, &d.Inbox, &d.Mail)
		all[e] = d
		return err
	})
	return all, err
}

// WantsDigest says who of the organisation has turned the digest down.
func WantsDigest(tx *storage.ReadTx) (func(person string) bool, error) {
	rows, err := tx.Query("SELECT person FROM notification_choice WHERE event = ? AND mail = 0", string(Digest))
	if err != nil {
		return nil, err
	}
	no := map[string]bool{}
	_, err = op.Scan(rows, func(r op.Row) (person string, err error) {
		err = r.Scan(&person)
		no[person] = true
		return person, err
	})
	return func(person string) bool { return !no[person] }, err
}

type chooseIn struct {
	Body struct {
		Event Event `json:"event" maxLength:"40" doc:"An event, or digest"`
		Inbox *bool `json:"inbox,omitempty"`
		Mail  *bool `json:"mail,omitempty"`
		Reset bool  `json:"reset,omitempty" doc:"Go back to what everybody gets"`
	}
}

func choose(tx *storage.WriteTx, in chooseIn) (Choices, error) {
	b, me := in.Body, person.Acting(&tx.ReadTx)
	rule, known := builtin(b.Event)
	var c op.Check
	c.That(known || b.Event == Digest, "event", "There is no such event.")
	c.That(b.Reset || b.Inbox != nil || b.Mail != nil, "inbox", "Say what to change: inbox, mail, or reset.")
	if err := c.Err(); err != nil {
		return Choices{}, err
	}
	if b.Reset {
		if err := tx.Exec("DELETE FROM notification_choice WHERE person = ? AND event = ?", me, string(b.Event)); err != nil {
			return Choices{}, err
		}
		return choices(&tx.ReadTx, struct{}{})
	}
	now := Ways{Inbox: true, Mail: true}
	if b.Event != Digest {
		org, err := defaultOf(&tx.ReadTx, b.Event)
		if err != nil {
			return Choices{}, err
		}
		if org != nil {
			org.Active = true // what stands behind the switch, while it is off
		}
		now = Decide(rule, org, nil)
	}
	err := tx.Exec(`INSERT INTO notification_choice (person, event, inbox, mail) VALUES (?1, ?2, coalesce(?3, ?5), coalesce(?4, ?6))
		ON CONFLICT (person, event) DO UPDATE SET inbox = coalesce(?3, inbox), mail = coalesce(?4, mail)`, me, string(b.Event), b.Inbox, b.Mail, now.Inbox, now.Mail)
	if err != nil {
		return Choices{}, err
	}
	return choices(&tx.ReadTx, struct{}{})
}

// EventDefault is how everybody hears of an event who has not chosen.
type EventDefault struct {
	Event  Event `json:"event"`
	Active bool  `json:"active" doc:"False: nobody hears of it"`
	Inbox  bool  `json:"inbox"`
	Mail   bool  `json:"mail"`
	Set    bool  `json:"set" doc:"Set by the organisation, not as the program has it"`
}

// EventDefaults are those of all events.
type EventDefaults struct {
	Items []EventDefault `json:"items"`
}

func defaults(tx *storage.ReadTx, _ struct{}) (EventDefaults, error) {
	out := EventDefaults{Items: []EventDefault{}}
	org, err := ways(tx, "SELECT event, active, inbox, mail FROM notification_default")
	if err != nil {
		return out, err
	}
	for _, b := range Events {
		d, set := org[b.Event]
		if !set {
			d = Default{Active: true, Ways: Decide(b, nil, nil)}
		}
		out.Items = append(out.Items, EventDefault{b.Event, d.Active, d.Inbox, d.Mail, set})
	}
	return out, nil
}

type setDefaultIn struct {
	Body struct {
		Event  Event `json:"event" maxLength:"40"`
		Active *bool `json:"active,omitempty"`
		Inbox  *bool `json:"inbox,omitempty"`
		Mail   *bool `json:"mail,omitempty"`
		Reset  bool  `json:"reset,omitempty" doc:"Go back to what the program has"`
	}
}

func setDefault(tx *storage.WriteTx, in setDefaultIn) (EventDefaults, error) {
	b := in.Body
	rule, known := builtin(b.Event)
	var c op.Check
	c.That(known, "event", "There is no such event.")
	c.That(b.Reset || b.Active != nil || b.Inbox != nil || b.Mail != nil, "active", "Say what to change: active, inbox, mail, or reset.")
	if err := c.Err(); err != nil {
		return EventDefaults{}, err
	}
	var err error
	if b.Reset {
		err = tx.Exec("DELETE FROM notification_default WHERE event = ?", string(b.Event))
	} else {
		w := Decide(rule, nil, nil)
		err = tx.Exec(`INSERT INTO notification_default (event, active, inbox, mail) VALUES (?1, coalesce(?2, 1), coalesce(?3, ?5), coalesce(?4, ?6))
			ON CONFLICT (event) DO UPDATE SET active = coalesce(?2, active), inbox = coalesce(?3, inbox), mail = coalesce(?4, mail)`,
			string(b.Event), b.Active, b.Inbox, b.Mail, w.Inbox, w.Mail)
	}
	if err != nil {
		return EventDefaults{}, err
	}
	return defaults(&tx.ReadTx, struct{}{})
}

// Keep is how many days a notification stays in the inbox.
const Keep = 180

// tidy deletes what nobody needs to hear any more.
func tidy(s *op.Scope, _ json.RawMessage) error {
	err := s.Write(func(tx *storage.WriteTx) error {
		return tx.Exec("DELETE FROM notification WHERE at < ? AND mail <> 'due'", tx.Now().AddDate(0, 0, -Keep).Format(storage.Instant))
	})
	if err != nil {
		return fmt.Errorf("delete old notifications: %w", err)
	}
	return nil
}
