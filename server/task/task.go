// Package task is what somebody has to do: what people ask of each other, and what the program asks for when
// proof expires or a date comes near.
package task

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"assay/server/notification"
	"assay/server/person"
	"assay/server/record"
	"assay/storage"
)

// Status is how far a task is.
type Status string

// The statuses.
const (
	Open       Status = "open"
	InProgress Status = "in_progress"
	Done       Status = "done"
	Cancelled  Status = "cancelled"
)

// Ended says whether nothing more is to be done.
func (s Status) Ended() bool { return s == Done || s == Cancelled }

// Step is what somebody does with a task.
type Step string

// The steps.
const (
	Start  Step = "start"
	Finish Step = "done"
	Cancel Step = "cancel"
	Reopen Step = "reopen"
)

// After is the status that a step leads to, or why it cannot be taken.
func (s Status) After(step Step) (next Status, refusal string) {
	switch step {
	case Start:
		next = InProgress
	case Finish:
		next = Done
	case Cancel:
		next = Cancelled
	case Reopen:
		next = Open
	}
	switch {
	case step == Reopen && !s.Ended():
		return s, "This task is open already."
	case step != Reopen && s.Ended():
		return s, "This task has ended. Open it again first."
	case s == next:
		return s, "Somebody has begun this task already."
	}
	return next, ""
}

// Bucket is how near the day of a task is. It is computed when it is read, never stored.
type Bucket string

// The buckets. What has ended is in none of them.
const (
	Overdue Bucket = "overdue"
	Today   Bucket = "today"
	Week    Bucket = "7"     // within seven days
	Month   Bucket = "30"    // within thirty
	Later   Bucket = "later" //
	Undated Bucket = "none"
)

// BucketOf is the rule; [BucketSQL] is the same in SQL, and a test compares the two.
func BucketOf(s Status, due, today string) Bucket {
	switch {
	case s.Ended():
		return ""
	case due == "":
		return Undated
	case due < today:
		return Overdue
	case due == today:
		return Today
	case due <= addDays(today, 7):
		return Week
	case due <= addDays(today, 30):
		return Month
	}
	return Later
}

// BucketSQL is BucketOf for a query in which t is the task and d holds today; see [DaySQL].
const BucketSQL = `CASE WHEN t.status IN ('done', 'cancelled') THEN '' WHEN t.due_on = '' THEN 'none' WHEN t.due_on < d.today THEN 'overdue'
	WHEN t.due_on = d.today THEN 'today' WHEN t.due_on <= d.week THEN '7' WHEN t.due_on <= d.month THEN '30' ELSE 'later' END`

// DaySQL gives a query the days that BucketSQL compares with. Its value is today.
const DaySQL = ` CROSS JOIN (SELECT day AS today, date(day, '+7 days') AS week, date(day, '+30 days') AS month FROM (SELECT ? AS day)) d `

func addDays(day string, n int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.AddDate(0, 0, n).Format(time.DateOnly)
}

// Wanted is a task that the program asks for. There is one open task a key.
type Wanted struct {
	Key         string // "evidence.collect/" and the record's id
	Title       string // what to do: "Collect “Access review” again"
	Description string
	Owner       string // id of a person, empty for nobody
	DueOn       string // date, or empty
	About       record.Ref
	Source      string // the module that asks
}

// Want makes sure that there is an open task with the key, and that it says what is wanted. The owner of a
// new one, and a new owner, is told. What a person has changed of its status stays. The caller's module lists
// task and notification among the tables it may change.
func Want(tx *storage.WriteTx, w Wanted) (id string, err error) {
	var owner, title, due string
	err = tx.QueryRow("SELECT id, owner, title, due_on FROM task WHERE key = ? AND status IN ('open', 'in_progress')", w.Key).Scan(&id, &owner, &title, &due)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		id = tx.NewID()
		err = tx.Exec(`INSERT INTO task (id, key, title, description, owner, due_on, kind, record, source, created_at, updated_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?10, ?10)`,
			id, w.Key, w.Title, w.Description, w.Owner, w.DueOn, string(w.About.Kind), w.About.ID, w.Source, tx.Stamp())
	case err != nil:
		return "", err
	case owner == w.Owner && title == w.Title && due == w.DueOn:
		return id, nil
	default:
		err = tx.ExecOne("UPDATE task SET title = ?, owner = ?, due_on = ?, updated_at = ? WHERE id = ?", w.Title, w.Owner, w.DueOn, tx.Stamp(), id)
	}
	if err != nil {
		return "", fmt.Errorf("task %s: %w", w.Key, err)
	}
	if owner == w.Owner {
		return id, nil
	}
	return id, assigned(tx, id, w.Title, w.Owner)
}

// assigned tells a person that a task is theirs now.
func assigned(tx *storage.WriteTx, id, title, owner string) error {
	return notification.Send(tx, notification.Notice{Event: notification.TaskAssigned, To: []string{owner},
		About: record.Ref{Kind: record.Task, ID: id}, Title: "A task is yours: " + title})
}

// Unwanted cancels the open tasks about a record that a part of the program asked for. outcome says why they are wanted
// no longer.
func Unwanted(tx *storage.WriteTx, source string, about record.Ref, outcome string) error {
	return tx.Exec(`UPDATE task SET status = 'cancelled', ended_at = ?1, ended_by = ?2, outcome = ?3, updated_at = ?1
		WHERE source = ?4 AND kind = ?5 AND record = ?6 AND status IN ('open', 'in_progress')`,
		tx.Stamp(), person.Acting(&tx.ReadTx), outcome, source, string(about.Kind), about.ID)
}

// Settled ends the open task with the key, if there is one: what it asked for has come, or is wanted no
// longer. outcome says how, in a sentence.
func Settled(tx *storage.WriteTx, key, outcome string) error {
	by := person.Acting(&tx.ReadTx)
	return tx.Exec(`UPDATE task SET status = 'done', ended_at = ?2, ended_by = ?3, outcome = ?4, updated_at = ?2
		WHERE key = ?1 AND status IN ('open', 'in_progress')`, key, tx.Stamp(), by, outcome)
}
