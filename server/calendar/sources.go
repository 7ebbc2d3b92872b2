package calendar

import (
	"cmp"
	"fmt"
	"time"

	"assay/server/due"
	"assay/server/op"
	"assay/server/record"
	"assay/storage"
)

// source says what of one kind stands in calendars: rows of id, day, title, the path of its page below that
// of the organisation, and when it was last changed. ?1 is a person, ?2 whether everybody's are wanted, ?3 the
// first day that is worth a line. Titles are all that is told: no names of files or people.
type source struct {
	kind  string // of the record: with the id it names the event for good
	query string
}

// sources are tasks and evidence. What the registers have to be looked at again for, package due says.
var sources = []source{
	{"task", `SELECT id, due_on, title, 'tasks/' || id, updated_at FROM task
		WHERE status IN ('open', 'in_progress') AND due_on >= ?3 AND (owner = ?1 OR ?2)`},
	{"evidence", `SELECT e.id, k.expires_on, 'Evidence expires: ' || e.name, 'evidence/' || e.id, e.updated_at FROM evidence e JOIN evidence_clock k ON k.evidence = e.id
		WHERE e.not_applicable = 0 AND k.expires_on >= ?3 AND (e.owner = ?1 OR ?2)`},
}

// behind is how many days back a calendar reaches.
const behind = 90

// Event is one day in a calendar.
type Event struct {
	UID     string
	Day     string // YYYY-MM-DD: it lasts all day, in no zone
	Title   string
	URL     string
	Changed time.Time

	path string
}

// Events lists what stands in a person's calendar, in the order of its days.
func Events(tx *storage.ReadTx, person string, all bool) ([]Event, error) {
	from := tx.Now().In(tx.Zone()).AddDate(0, 0, -behind).Format(storage.Date)
	events := []Event{}
	for _, s := range sources {
		rows, err := tx.Query(s.query+" ORDER BY 2, 1", person, all, from)
		if err != nil {
			return nil, fmt.Errorf("calendar: %s: %w", s.kind, err)
		}
		some, err := op.Scan(rows, func(r op.Row) (e Event, err error) {
			var id, changed string
			if err = r.Scan(&id, &e.Day, &e.Title, &e.path, &changed); err != nil {
				return e, err
			}
			e.UID = s.kind + "-" + id + "@assay"
			e.Changed, err = time.Parse(storage.Instant, changed)
			return e, err
		})
		if err != nil {
			return nil, fmt.Errorf("calendar: %s: %w", s.kind, err)
		}
		events = append(events, some...)
	}
	again, err := looking(tx, person, all, from)
	return append(events, again...), err
}

// looking is what the registers have a day for, but for what a task in the same calendar asks for.
func looking(tx *storage.ReadTx, person string, all bool, from string) ([]Event, error) {
	if all {
		person = ""
	}
	days, err := due.Of(tx, record.DueFilter{Owner: person, From: from})
	if err == nil {
		days, err = due.Untasked(tx, person, days)
	}
	if err == nil {
		err = record.Named(tx, days)
	}
	events := []Event{}
	for _, d := range days {
		e := Event{UID: string(d.Kind) + "-" + cmp.Or(d.PartID, d.ID), Day: d.DueOn, Title: d.Says(), path: d.Path}
		if d.What != record.Review {
			e.UID += "-" + string(d.What)
		}
		e.UID += "@assay"
		if err == nil {
			e.Changed, err = time.Parse(storage.Instant, d.ChangedAt)
		}
		events = append(events, e)
	}
	if err != nil {
		return nil, fmt.Errorf("calendar: %w", err)
	}
	return events, nil
}
