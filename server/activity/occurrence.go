package activity

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"assay/server/evidence"
	"assay/server/op"
	"assay/server/person"
	"assay/server/record"
	"assay/server/task"
	"assay/storage"
)

// Occurrence is one time that an activity is done.
type Occurrence struct {
	ID          string           `json:"id"`
	Activity    string           `json:"activity"`
	Name        string           `json:"name" doc:"The activity's"`
	Owner       string           `json:"owner" doc:"The activity's"`
	OwnerName   string           `json:"owner_name"`
	PeriodStart string           `json:"period_start"`
	PeriodEnd   string           `json:"period_end"`
	DueOn       string           `json:"due_on"`
	Status      Status           `json:"status" enum:"not_started,in_progress,completed,overdue,not_applicable"`
	Late        bool             `json:"late" doc:"It was completed after it was due"`
	Note        string           `json:"note" doc:"What was found, or why it did not apply"`
	EndedAt     string           `json:"ended_at"`
	EndedBy     string           `json:"ended_by" doc:"Name of who completed it or set it aside"`
	Files       []OccurrenceFile `json:"files"`
	Version     int              `json:"version"`
}

// OccurrenceFile is a file that an occurrence has produced.
type OccurrenceFile struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Evidence string `json:"evidence" doc:"Id of the evidence request that it answers"`
}

const occurrenceFrom = `occurrence n JOIN activity a ON a.id = n.activity LEFT JOIN person o ON o.id = a.owner
	LEFT JOIN person b ON b.id = n.ended_by CROSS JOIN (SELECT ? AS today FROM (SELECT 1)) d`

const occurrenceColumns = `n.id, n.activity, a.name, a.owner, coalesce(o.name, ''), n.period_start, n.period_end, n.due_on, n.status, n.note,
	n.ended_at, n.status = 'completed' AND n.ended_on > n.due_on, coalesce(b.name, ''), n.version, d.today,
	(SELECT json_group_array(json_array(f.id, f.name, f.evidence)) FROM occurrence_file x JOIN file f ON f.id = x.file WHERE x.occurrence = n.id)`

func scanOccurrence(row op.Row) (Occurrence, error) {
	var n Occurrence
	var said Status
	var today, files string
	err := row.Scan(&n.ID, &n.Activity, &n.Name, &n.Owner, &n.OwnerName, &n.PeriodStart, &n.PeriodEnd, &n.DueOn, &said, &n.Note,
		&n.EndedAt, &n.Late, &n.EndedBy, &n.Version, &today, &files)
	if err != nil {
		return n, err
	}
	n.Status = StatusOf(said, n.DueOn, today)
	var of [][3]string
	if err := json.Unmarshal([]byte(files), &of); err != nil {
		return n, err
	}
	n.Files = []OccurrenceFile{}
	for _, f := range of {
		n.Files = append(n.Files, OccurrenceFile{ID: f[0], Name: f[1], Evidence: f[2]})
	}
	return n, nil
}

// OccurrenceFilter is what occurrences may be listed by.
type OccurrenceFilter struct {
	op.PageIn
	Activity string   `query:"activity" json:"activity,omitempty" maxLength:"26"`
	Status   []Status `query:"status" json:"status,omitempty" maxItems:"5" enum:"not_started,in_progress,completed,overdue,not_applicable"`
	Owner    string   `query:"owner" json:"owner,omitempty" maxLength:"26" doc:"Id of a person, or none"`
	From     string   `query:"from" json:"from,omitempty" maxLength:"10" doc:"Due on this day or later"`
	To       string   `query:"to" json:"to,omitempty" maxLength:"10" doc:"Due on this day or before"`
}

var occurrences = op.Table[OccurrenceFilter, Occurrence]{
	From: occurrenceFrom, Args: days, Columns: occurrenceColumns, Scan: scanOccurrence, Key: "n.id",
	Where: func(w *op.Where, f OccurrenceFilter) {
		w.Eq("n.activity", f.Activity)
		w.In(statusSQL, f.Status)
		switch f.Owner {
		case "none":
			w.And("a.owner = ''")
		default:
			w.Eq("a.owner", f.Owner)
		}
		if f.From != "" {
			w.And("n.due_on >= ?", f.From)
		}
		if f.To != "" {
			w.And("n.due_on <= ?", f.To)
		}
		w.Search(f.Q, "a.name", "n.note")
	},
	Sort:    map[string]string{"due_on": "n.due_on", "name": "a.name COLLATE NOCASE", "ended_at": "n.ended_at"},
	Default: "due_on",
	Export: []op.Col[Occurrence]{
		{Header: "Activity", Value: func(n Occurrence) any { return n.Name }},
		{Header: "Period start", Value: func(n Occurrence) any { return n.PeriodStart }},
		{Header: "Period end", Value: func(n Occurrence) any { return n.PeriodEnd }},
		{Header: "Due on", Value: func(n Occurrence) any { return n.DueOn }},
		{Header: "Status", Value: func(n Occurrence) any { return string(n.Status) }},
		{Header: "Late", Value: func(n Occurrence) any { return n.Late }},
		{Header: "Owner", Value: func(n Occurrence) any { return n.OwnerName }},
		{Header: "Note", Value: func(n Occurrence) any { return n.Note }},
		{Header: "Ended at", Value: func(n Occurrence) any { return n.EndedAt }},
		{Header: "Ended by", Value: func(n Occurrence) any { return n.EndedBy }},
		{Header: "Files", Value: func(n Occurrence) any { return len(n.Files) }},
		{Header: "ID", Value: func(n Occurrence) any { return n.ID }},
	},
}

func occurrence(tx *storage.ReadTx, id string) (Occurrence, error) {
	n, err := scanOccurrence(tx.QueryRow("SELECT "+occurrenceColumns+" FROM "+occurrenceFrom+" WHERE n.id = ?", tx.Today(), id))
	return n, none(err)
}

// begin makes the occurrences of an activity whose period has begun and that are not there yet. The caller's
// module lists occurrence, task and notification.
func begin(tx *storage.WriteTx, id string) error {
	var f Frequency
	var startsOn, since, last string
	var dueDays int
	var paused bool
	err := tx.QueryRow(`SELECT frequency, starts_on, due_days, since, paused, coalesce((SELECT max(period_start) FROM occurrence WHERE activity = a.id), '')
		FROM activity a WHERE id = ?`, id).Scan(&f, &startsOn, &dueDays, &since, &paused, &last)
	if err != nil {
		return none(err)
	}
	if paused || f == AsNeeded {
		return nil
	}
	now, err := NumberOf(f, startsOn, tx.Today())
	if err != nil || now < 0 {
		return err
	}
	from, err := NumberOf(f, startsOn, since)
	if err != nil {
		return err
	}
	from = max(from, 0)
	if last >= startsOn {
		n, err := NumberOf(f, startsOn, last)
		if err != nil {
			return err
		}
		from = max(from, n+1)
	}
	made := 0
	for n := max(from, now-mostCaughtUp+1); n <= now; n++ {
		p, err := PeriodOf(f, startsOn, dueDays, n)
		if err != nil {
			return err
		}
		if p.End < since || p.Start <= last && last != "" { // a schedule that was moved keeps what it had
			continue
		}
		err = tx.Exec("INSERT INTO occurrence (id, activity, period_start, period_end, due_on, created_at) VALUES (?, ?, ?, ?, ?, ?)",
			tx.NewID(), id, p.Start, p.End, p.Due, tx.Stamp())
		if err != nil {
			return fmt.Errorf("begin an occurrence: %w", err)
		}
		made++
	}
	if made == 0 {
		return nil
	}
	return ask(tx, id)
}

// turn is the nightly job.
func turn(s *op.Scope, _ json.RawMessage) error {
	var ids []string
	err := s.Read(func(tx *storage.ReadTx) error {
		rows, err := tx.Query("SELECT id FROM activity WHERE paused = 0 ORDER BY id")
		if err != nil {
			return err
		}
		ids, err = op.Scan(rows, func(r op.Row) (id string, err error) { return id, r.Scan(&id) })
		return err
	})
	if err != nil {
		return err
	}
	return s.Write(func(tx *storage.WriteTx) error {
		for _, id := range ids {
			if err := begin(tx, id); err != nil && !errors.Is(err, storage.ErrNotFound) {
				return err
			}
		}
		return nil
	})
}

// openOf lists the occurrences of an activity that are not over, oldest first.
func openOf(tx *storage.ReadTx, activity string) ([]Occurrence, error) {
	rows, err := tx.Query("SELECT "+occurrenceColumns+" FROM "+occurrenceFrom+" WHERE n.activity = ? AND n.status IN ('not_started', 'in_progress') ORDER BY n.due_on, n.id",
		tx.Today(), activity)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, scanOccurrence)
}

// ask wants a task for every open occurrence of an activity.
func ask(tx *storage.WriteTx, activity string) error {
	open, err := openOf(&tx.ReadTx, activity)
	if err != nil {
		return err
	}
	for _, n := range open {
		if err := wanted(tx, n); err != nil {
			return err
		}
	}
	return nil
}

func wanted(tx *storage.WriteTx, n Occurrence) error {
	_, err := task.Want(tx, task.Wanted{Key: taskKey(n.ID), Title: n.Name, Owner: n.Owner, DueOn: n.DueOn,
		About: record.Ref{Kind: record.Activity, ID: n.Activity}, Source: "activity"})
	return err
}

func settled(tx *storage.WriteTx, occurrence, outcome string) error {
	return task.Settled(tx, taskKey(occurrence), outcome)
}

func taskKey(occurrence string) string { return "activity.occurrence/" + occurrence }

type addIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		DueOn string `json:"due_on" minLength:"10" doc:"When it is to be done"`
	}
}

// add makes an occurrence by hand.
func add(tx *storage.WriteTx, in addIn) (Occurrence, error) {
	var f Frequency
	var paused bool
	if err := tx.QueryRow("SELECT frequency, paused FROM activity WHERE id = ?", in.ID).Scan(&f, &paused); err != nil {
		return Occurrence{}, none(err)
	}
	if f != AsNeeded {
		return Occurrence{}, op.Errorf(op.Conflict, "The occurrences of this activity follow its schedule. Only one that is done as needed takes them by hand.")
	}
	var c op.Check
	c.Date(in.Body.DueOn, "due_on")
	c.That(in.Body.DueOn >= tx.Today(), "due_on", "Choose today or a later day.")
	if err := c.Err(); err != nil {
		return Occurrence{}, err
	}
	start := tx.Today()
	var taken bool
	if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM occurrence WHERE activity = ? AND period_start = ?)", in.ID, start).Scan(&taken); err != nil {
		return Occurrence{}, err
	}
	if taken {
		return Occurrence{}, op.Errorf(op.Conflict, "An occurrence of this activity was begun today already. Move its due date instead.")
	}
	id := tx.NewID()
	err := tx.Exec("INSERT INTO occurrence (id, activity, period_start, period_end, due_on, created_at) VALUES (?1, ?2, ?3, ?4, ?4, ?5)", id, in.ID, start, in.Body.DueOn, tx.Stamp())
	if err != nil {
		return Occurrence{}, err
	}
	n, err := occurrence(&tx.ReadTx, id)
	if err != nil {
		return n, err
	}
	return n, wanted(tx, n)
}

type rescheduleIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		DueOn *string `json:"due_on,omitempty" minLength:"10"`
	}
}

func reschedule(tx *storage.WriteTx, in rescheduleIn) (Occurrence, error) {
	n, err := occurrence(&tx.ReadTx, in.ID)
	if err != nil || in.Body.DueOn == nil || *in.Body.DueOn == n.DueOn {
		return n, err
	}
	if n.Status == Completed || n.Status == NotApplicable {
		return n, op.Errorf(op.Conflict, "This occurrence is over; its date stays. Open it again first.")
	}
	due := *in.Body.DueOn
	var c op.Check
	c.Date(due, "due_on")
	c.That(due >= n.PeriodStart, "due_on", "Choose a day on or after "+n.PeriodStart+", when its period begins.")
	if err := c.Err(); err != nil {
		return n, err
	}
	if err := tx.ExecOne("UPDATE occurrence SET due_on = ? WHERE id = ?", due, in.ID); err != nil {
		return n, err
	}
	if n, err = occurrence(&tx.ReadTx, in.ID); err != nil {
		return n, err
	}
	return n, wanted(tx, n)
}

type sayIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Status Status  `json:"status" enum:"not_started,in_progress,completed,not_applicable" doc:"Overdue is not said, it is computed"`
		Note   *string `json:"note,omitempty" maxLength:"4000" doc:"What was found; why, when it does not apply"`
	}
}

func say(tx *storage.WriteTx, in sayIn) (Occurrence, error) {
	n, err := occurrence(&tx.ReadTx, in.ID)
	if err != nil {
		return n, err
	}
	note := n.Note
	if in.Body.Note != nil {
		note = strings.TrimSpace(*in.Body.Note)
	}
	var c op.Check
	c.That(in.Body.Status != NotApplicable || note != "", "note", "Say why it does not apply this time: an auditor will ask.")
	if err := c.Err(); err != nil {
		return n, err
	}
	return becomes(tx, n, in.Body.Status, note)
}

// becomes sets what is said of an occurrence, and asks for a task or ends it.
func becomes(tx *storage.WriteTx, n Occurrence, status Status, note string) (Occurrence, error) {
	ended, day, by := "", "", ""
	over := status == Completed || status == NotApplicable
	if over {
		ended, day, by = tx.Stamp(), tx.Today(), person.Acting(&tx.ReadTx)
	}
	var said Status
	err := tx.QueryRow("SELECT status FROM occurrence WHERE id = ?", n.ID).Scan(&said)
	switch {
	case err != nil:
	case said == status: // only the note may be new
		err = tx.Exec("UPDATE occurrence SET note = ?1 WHERE id = ?2 AND note <> ?1", note, n.ID)
	default:
		err = tx.ExecOne("UPDATE occurrence SET status = ?, note = ?, ended_at = ?, ended_on = ?, ended_by = ? WHERE id = ?",
			string(status), note, ended, day, by, n.ID)
	}
	if err != nil {
		return n, err
	}
	if n, err = occurrence(&tx.ReadTx, n.ID); err != nil {
		return n, err
	}
	switch status {
	case Completed:
		return n, settled(tx, n.ID, "The activity was completed.")
	case NotApplicable:
		return n, settled(tx, n.ID, "The activity does not apply this time: "+note)
	}
	return n, wanted(tx, n)
}

type proveIn struct {
	ID          string `path:"id" maxLength:"26"`
	Evidence    string `query:"evidence" maxLength:"26" doc:"Id of the evidence request it answers; may be left out where the activity has one"`
	CollectedOn string `query:"collected_on" maxLength:"10" doc:"The day the proof is from; today unless given"`
	Note        string `query:"note" maxLength:"2000" doc:"What was found"`
	Complete    bool   `query:"complete" doc:"With it the occurrence is completed"`
}

// prove keeps a file under an evidence request of the activity and notes that the occurrence produced it.
func prove(tx *storage.WriteTx, in proveIn, f op.File) (Occurrence, error) {
	n, err := occurrence(&tx.ReadTx, in.ID)
	if err != nil {
		return n, err
	}
	rows, err := tx.Query("SELECT evidence FROM activity_evidence WHERE activity = ?", n.Activity)
	if err != nil {
		return n, err
	}
	requests, err := op.Scan(rows, func(r op.Row) (id string, err error) { return id, r.Scan(&id) })
	if err != nil {
		return n, err
	}
	request := in.Evidence
	if request == "" && len(requests) == 1 {
		request = requests[0]
	}
	var c op.Check
	c.That(len(requests) > 0, "query.evidence", "Link an evidence request to this activity first: a file must prove something.")
	c.That(request != "", "query.evidence", "Choose which evidence request the file answers.")
	c.That(request == "" || slices.Contains(requests, request), "query.evidence", "This activity is not linked to that evidence request.")
	if err := c.Err(); err != nil {
		return n, err
	}
	note := strings.TrimSpace(in.Note)
	kept, err := evidence.Answer(tx, request, f, in.CollectedOn, note)
	if err != nil {
		return n, err
	}
	if err := tx.Exec("INSERT INTO occurrence_file (occurrence, file) VALUES (?, ?)", n.ID, kept.ID); err != nil {
		return n, err
	}
	if !in.Complete {
		return occurrence(&tx.ReadTx, n.ID)
	}
	if note == "" {
		note = n.Note
	}
	return becomes(tx, n, Completed, note)
}

// CalendarDay is something due: an occurrence, or one that will be made when its period begins.
type CalendarDay struct {
	Activity   string `json:"activity"`
	Name       string `json:"name"`
	OwnerName  string `json:"owner_name"`
	Occurrence string `json:"occurrence" doc:"Its id; empty while its period has not begun"`
	DueOn      string `json:"due_on"`
	Status     Status `json:"status" enum:"not_started,in_progress,completed,overdue,not_applicable"`
	Version    int    `json:"version" doc:"Of the occurrence"`
}

// Calendar is the answer of calendar.
type Calendar struct {
	Items []CalendarDay `json:"items" doc:"By day"`
}

type calendarIn struct {
	From  string `query:"from" required:"true" maxLength:"10" doc:"First day"`
	To    string `query:"to" required:"true" maxLength:"10" doc:"Last day, at most 62 days later"`
	Owner string `query:"owner" maxLength:"26" doc:"Id of a person, or none"`
}

// mostCalendarDays is about two months: what a calendar shows, with what stands before and behind a month.
const mostCalendarDays = 62

func calendar(tx *storage.ReadTx, in calendarIn) (Calendar, error) {
	var c op.Check
	c.Date(in.From, "query.from")
	c.Date(in.To, "query.to")
	from, errFrom := time.Parse(storage.Date, in.From)
	to, errTo := time.Parse(storage.Date, in.To)
	if errFrom == nil && errTo == nil {
		c.That(!to.Before(from), "query.to", "The last day is before the first.")
		c.That(to.Sub(from) <= mostCalendarDays*24*time.Hour, "query.to", fmt.Sprintf("Ask for at most %d days.", mostCalendarDays))
	}
	if err := c.Err(); err != nil {
		return Calendar{}, err
	}
	rows, err := tx.Query("SELECT "+occurrenceColumns+" FROM "+occurrenceFrom+` WHERE n.due_on BETWEEN ? AND ? AND (?4 = '' OR a.owner = iif(?4 = 'none', '', ?4))
		ORDER BY n.due_on, a.name COLLATE NOCASE, n.id`, tx.Today(), in.From, in.To, in.Owner)
	if err != nil {
		return Calendar{}, err
	}
	made, err := op.Scan(rows, scanOccurrence)
	if err != nil {
		return Calendar{}, err
	}
	out := Calendar{Items: []CalendarDay{}}
	for _, n := range made {
		out.Items = append(out.Items, CalendarDay{n.Activity, n.Name, n.OwnerName, n.ID, n.DueOn, n.Status, n.Version})
	}
	planned, err := plan(tx, in)
	if err != nil {
		return out, err
	}
	out.Items = append(out.Items, planned...)
	slices.SortStableFunc(out.Items, func(a, b CalendarDay) int { return strings.Compare(a.DueOn, b.DueOn) })
	return out, nil
}

// plan is what will be due, of periods that have not begun.
func plan(tx *storage.ReadTx, in calendarIn) ([]CalendarDay, error) {
	if in.To <= tx.Today() {
		return nil, nil
	}
	rows, err := tx.Query(`SELECT a.id, a.name, coalesce(o.name, ''), a.frequency, a.starts_on, a.due_days,
			coalesce((SELECT max(period_start) FROM occurrence WHERE activity = a.id), '')
		FROM activity a LEFT JOIN person o ON o.id = a.owner
		WHERE a.paused = 0 AND a.frequency <> 'as_needed' AND (?1 = '' OR a.owner = iif(?1 = 'none', '', ?1)) ORDER BY a.name COLLATE NOCASE, a.id`, in.Owner)
	if err != nil {
		return nil, err
	}
	type schedule struct {
		CalendarDay
		frequency      Frequency
		startsOn, last string
		dueDays        int
	}
	all, err := op.Scan(rows, func(r op.Row) (s schedule, err error) {
		return s, r.Scan(&s.Activity, &s.Name, &s.OwnerName, &s.frequency, &s.startsOn, &s.dueDays, &s.last)
	})
	if err != nil {
		return nil, err
	}
	var out []CalendarDay
	for _, s := range all {
		next, err := nextOn(s.frequency, s.startsOn, s.last, tx.Today(), false)
		if err != nil {
			return nil, err
		}
		n, err := NumberOf(s.frequency, s.startsOn, next)
		if err != nil {
			return nil, err
		}
		for ; ; n++ {
			p, err := PeriodOf(s.frequency, s.startsOn, s.dueDays, n)
			if err != nil {
				return nil, err
			}
			if p.Start > in.To {
				break
			}
			if p.Due >= in.From && p.Due <= in.To && p.Start > tx.Today() {
				s.DueOn, s.Status = p.Due, NotStarted
				out = append(out, s.CalendarDay)
			}
		}
	}
	return out, nil
}

// listed is ids as the parameter of json_each.
func listed(ids []string) string {
	b, err := json.Marshal(ids)
	if err != nil || ids == nil {
		return "[]"
	}
	return string(b)
}
