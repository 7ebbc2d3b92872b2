// Package activity is what a compliance program does again and again: access reviews, restore tests, the
// yearly training. An activity has a schedule; every period of it has one occurrence, which is completed,
// best with a file that also answers the evidence request it proves, or said not to apply.
//
// Periods are counted from the first day of the first one, so that the 31st of January is followed by the
// last of February and the 31st of March. The nightly job makes the occurrences that have begun, also those
// of nights in which nothing ran: what was missed shows. Overdue is not written down but computed: an
// occurrence that is not over and whose last day has passed.
package activity

import (
	"fmt"
	"time"

	"assay/storage"
)

// Frequency is how often something is done.
type Frequency string

// The frequencies.
const (
	Daily     Frequency = "daily"
	Weekly    Frequency = "weekly"
	Monthly   Frequency = "monthly"
	Quarterly Frequency = "quarterly"
	Yearly    Frequency = "yearly"
	AsNeeded  Frequency = "as_needed" // its occurrences are made by hand
)

// Status is how far an occurrence is; that of an activity is the status of its current occurrence.
type Status string

// The statuses. Overdue is computed, the others are what somebody said.
const (
	NotStarted    Status = "not_started"
	InProgress    Status = "in_progress"
	Completed     Status = "completed"
	Overdue       Status = "overdue"
	NotApplicable Status = "not_applicable"
)

// StatusOf is what an occurrence shows on the day today.
func StatusOf(said Status, dueOn, today string) Status {
	if (said == NotStarted || said == InProgress) && dueOn < today {
		return Overdue
	}
	return said
}

// statusSQL is StatusOf over occurrence n and the one row d of the days. A test compares them.
const statusSQL = `CASE WHEN n.status IN ('not_started', 'in_progress') AND n.due_on < d.today THEN 'overdue' ELSE n.status END`

// A Period is one turn of a schedule: from its first to its last day.
type Period struct {
	Start, End, Due string
}

// PeriodOf is the period with the number n, from 0, of a schedule. An activity as needed has none.
func PeriodOf(f Frequency, startsOn string, dueDays, n int) (Period, error) {
	first, err := time.Parse(storage.Date, startsOn)
	if err != nil {
		return Period{}, fmt.Errorf("the schedule starts on %q: %w", startsOn, err)
	}
	start, next := step(f, first, n), step(f, first, n+1)
	if start.IsZero() {
		return Period{}, fmt.Errorf("an activity that is done %s has no periods", f)
	}
	end := next.AddDate(0, 0, -1)
	due := end
	if dueDays > 0 {
		due = start.AddDate(0, 0, dueDays-1)
		if due.After(end) {
			due = end
		}
	}
	return Period{start.Format(storage.Date), end.Format(storage.Date), due.Format(storage.Date)}, nil
}

// step is n turns after the first day. Where a month has no such day, its last one stands for it.
func step(f Frequency, first time.Time, n int) time.Time {
	months := 0
	switch f {
	case Daily:
		return first.AddDate(0, 0, n)
	case Weekly:
		return first.AddDate(0, 0, 7*n)
	case Monthly:
		months = n
	case Quarterly:
		months = 3 * n
	case Yearly:
		months = 12 * n
	default:
		return time.Time{}
	}
	month := time.Date(first.Year(), first.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := month.AddDate(0, 1, -1).Day()
	return month.AddDate(0, 0, min(first.Day(), last)-1)
}

// NumberOf is the number of the period that a day falls into; -1 before the first.
func NumberOf(f Frequency, startsOn, day string) (int, error) {
	first, err := time.Parse(storage.Date, startsOn)
	if err != nil {
		return -1, fmt.Errorf("the schedule starts on %q: %w", startsOn, err)
	}
	at, err := time.Parse(storage.Date, day)
	if err != nil {
		return -1, err
	}
	if at.Before(first) || step(f, first, 0).IsZero() {
		return -1, nil
	}
	days := int(at.Sub(first).Hours()) / 24
	n := 0
	switch f {
	case Daily:
		return days, nil
	case Weekly:
		return days / 7, nil
	case Monthly:
		n = days / 31
	case Quarterly:
		n = days / 92
	case Yearly:
		n = days / 366
	}
	for !step(f, first, n+1).After(at) {
		n++
	}
	return n, nil
}

// mostCaughtUp is how many missed occurrences one night makes of one activity: a year of days.
const mostCaughtUp = 366
