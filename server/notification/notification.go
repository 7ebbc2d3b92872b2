// Package notification tells people what concerns them: in their inbox, and by mail where they want it.
package notification

import (
	"fmt"
	"slices"

	"assay/server/op"
	"assay/server/record"
	"assay/storage"
)

// Module is the notifications' part of the API.
var Module = op.Module{
	Name: "notification",
	Owns: []string{"notification", "notification_choice"},
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
)

// Events are all events, in the order in which people choose among them; by mail says whether one is mailed
// to who has not chosen. Every one goes to the inbox.
var Events = []struct {
	Event  Event
	ByMail bool
}{
	{TaskAssigned, true}, {TaskDue, true}, {TaskOverdue, true}, {Mention, true}, {Reply, false}, {ControlChanged, false},
	{EvidenceExpiring, true}, {EvidenceAsked, true}, {ReviewAsked, true}, {ReviewDone, false},
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
	i := slices.IndexFunc(Events, func(e struct {
		Event  Event
		ByMail bool
	}) bool {
		return e.Event == n.Event
	})
	if i < 0 {
		return fmt.Errorf("notify: there is no event %q", n.Event)
	}
	actor := ""
	if a := tx.Call().Actor; a.Kind == storage.Person || a.Kind == storage.Token {
		actor = a.ID
	}
	told := map[string]bool{"": true, actor: true}
	for _, person := range n.To {
		if told[person] {
			continue
		}
		told[person] = true
		err := tx.Exec(`INSERT INTO notification (id, person, event, kind, record, title, body, actor, at, inbox, mail)
			SELECT ?, p.id, ?3, ?4, ?5, ?6, ?7, ?8, ?9, coalesce(c.inbox, 1), iif(coalesce(c.mail, ?10) AND p.email <> '', 'due', '')
			FROM person p LEFT JOIN notification_choice c ON c.person = p.id AND c.event = ?3
			WHERE p.id = ?2 AND p.active AND (coalesce(c.inbox, 1) OR coalesce(c.mail, ?10))`,
			tx.NewID(), person, string(n.Event), string(n.About.Kind), n.About.ID, n.Title, n.Body, actor, tx.Stamp(), Events[i].ByMail)
		if err != nil {
			return fmt.Errorf("notify: %w", err)
		}
	}
	return nil
}
