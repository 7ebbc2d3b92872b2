package calendar

import (
	"fmt"
	"time"

	"assay/server/op"
	"assay/storage"
)

// source says what of one kind stands in calendars: rows of id, day, title, the path of its page below that
// of the organisation, and when it was last changed. ?1 is a person, ?2 whether everybody's are wanted, ?3 the
// first day that is worth a line. Titles are all that is told: no names of files or people.
type source struct {
	kind  string // of the record: with the id it names the event for good
	query string
}

// sources are all kinds of what has a day. A new kind is a line here.
var sources = []source{
	{"task", `SELECT id, due_on, title, 'tasks/' || id, updated_at FROM task
		WHERE status IN ('open', 'in_progress') AND due_on >= ?3 AND (owner = ?1 OR ?2)`},
	{"policy", `SELECT p.id, x.next_on, 'Policy review: ' || p.ref || ' ' || p.title, 'policies/' || p.id, p.updated_at FROM policy p JOIN policy_state x ON x.policy = p.id
		WHERE x.next_on >= ?3 AND (p.owner = ?1 OR ?2)`},
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
	return events, nil
}
