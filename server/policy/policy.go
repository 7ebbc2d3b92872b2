// Package policy is what an organisation has decided its people do: policies with their words, who approved
// them, when they are looked at again, who has read them, and what is allowed not to follow them.
//
// The words stand in versions. At most one version of a policy is being worked on: it is written, submitted to
// approvers it names, ratified when all of them approved exactly its content, and published. Whatever changes the
// content sends it back to its writing, and approvals of other content count for nothing. What is published
// never changes again; the engine sees to that (sealedTables in package storage).
//
// Nobody says what the status of a policy is, or when it is to be reviewed: both follow from what happened, and
// triggers keep them in policy_state, so that lists need not work them out. How near a review is depends on the day,
// and is computed when it is read.
package policy

import (
	"fmt"
	"time"

	"assay/storage"
)

// Status is how far a policy is.
type Status string

// The statuses.
const (
	Suggested   Status = "suggested"   // the program recommends it
	NotStarted  Status = "not_started" // there are no words yet
	Draft       Status = "draft"
	InReview    Status = "in_review"
	Ratified    Status = "ratified" // approved, to be published
	Published   Status = "published"
	NeedsUpdate Status = "needs_update" // published, and somebody said that it no longer fits
	Archived    Status = "archived"
)

// Facts are what the status of a policy follows from.
type Facts struct {
	Archived, Suggested, Outdated bool
	Working                       Status // of the version that is being worked on, or empty
	InForce                       bool   // a version is published
}

// StatusOf is the rule. A new version that is being worked on tells more than the one in force: that one has a
// field of its own. The view policy_state_now is the same rule; a test compares the two over every case.
func StatusOf(f Facts) Status {
	switch {
	case f.Archived:
		return Archived
	case f.Working != "":
		return f.Working
	case f.InForce && f.Outdated:
		return NeedsUpdate
	case f.InForce:
		return Published
	case f.Suggested:
		return Suggested
	}
	return NotStarted
}

// Light is how near the next review of a policy is.
type Light string

// The lights. A policy that is not in force, or is never reviewed, has none.
const (
	Red   Light = "red"
	Amber Light = "amber"
	Green Light = "green"
)

// Clock is how lights are set: see policy_setting.
type Clock struct {
	AmberDays int // a review within so many days is amber
	RedDays   int // within fewer than so many, red; 0 means overdue ones only
}

// Usual is how they are unless an organisation chose otherwise.
var Usual = Clock{AmberDays: 30}

// LightOf is the rule; [lightSQL] is the same in SQL, and a test compares the two.
func (c Clock) LightOf(nextOn, today string) Light {
	switch {
	case nextOn == "":
		return ""
	case nextOn < addDays(today, c.RedDays):
		return Red
	case nextOn <= addDays(today, c.AmberDays):
		return Amber
	}
	return Green
}

// lightSQL is LightOf over a policy's state x, where d has the days.
const lightSQL = `CASE WHEN x.next_on = '' THEN '' WHEN x.next_on < d.red THEN 'red' WHEN x.next_on <= d.amber THEN 'amber' ELSE 'green' END`

// daysSQL gives a query the days that lights and buckets depend on. Its value is today. The limit limits nothing: it has
// SQLite compute the days once, not for every row.
const daysSQL = ` CROSS JOIN (SELECT day AS today, date(day, '+' || coalesce((SELECT red_days FROM policy_setting), 0) || ' days') AS red,
	date(day, '+' || coalesce((SELECT amber_days FROM policy_setting), 30) || ' days') AS amber,
	date(day, '+30 days') AS in_30, date(day, '+90 days') AS in_90 FROM (SELECT ? AS day) LIMIT 1) d `

// Bucket is how far away the next review is, as people plan.
type Bucket string

// The buckets. A policy without a review has none.
const (
	Overdue  Bucket = "overdue"
	Within30 Bucket = "within_30"
	Within90 Bucket = "within_90" // after these 30 days
	Later    Bucket = "later"
)

// BucketOf is the rule; [bucketSQL] is the same in SQL.
func BucketOf(nextOn, today string) Bucket {
	switch {
	case nextOn == "":
		return ""
	case nextOn < today:
		return Overdue
	case nextOn <= addDays(today, 30):
		return Within30
	case nextOn <= addDays(today, 90):
		return Within90
	}
	return Later
}

// bucketSQL is BucketOf over a policy's state x, where d has the days.
const bucketSQL = `CASE WHEN x.next_on = '' THEN '' WHEN x.next_on < d.today THEN 'overdue' WHEN x.next_on <= d.in_30 THEN 'within_30'
	WHEN x.next_on <= d.in_90 THEN 'within_90' ELSE 'later' END`

// NextReview is the day on which a policy is to be looked at again: so many months after it was published or last
// found good. Where a month has no such day, its last one stands for it.
func NextReview(last string, months int) (string, error) {
	day, err := time.Parse(storage.Date, last)
	if err != nil {
		return "", fmt.Errorf("the review counts from %q: %w", last, err)
	}
	first := time.Date(day.Year(), day.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	end := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(day.Day(), end)-1).Format(storage.Date), nil
}

func addDays(day string, n int) string {
	t, err := time.Parse(storage.Date, day)
	if err != nil {
		return day
	}
	return t.AddDate(0, 0, n).Format(storage.Date)
}

// Approver is somebody who has to approve a version, with what they decided about it as it is.
type Approver struct {
	Person   string   `json:"person"`
	Name     string   `json:"name"`
	Decision Decision `json:"decision" enum:",approved,rejected" doc:"About the content as it is, since it was last submitted; empty for none"`
	Comment  string   `json:"comment"`
	At       string   `json:"at"`
}

// Decision is what an approver says.
type Decision string

// The decisions.
const (
	Approved Decision = "approved"
	Rejected Decision = "rejected"
)

// Settled is the rule of approval: a version is ratified when everybody who has to approve it did, and among them
// is somebody else than its author.
func Settled(approvers []Approver, author string) bool {
	other := false
	for _, a := range approvers {
		if a.Decision != Approved {
			return false
		}
		other = other || a.Person != author
	}
	return other
}

// Turn is whose turn it is among approvers, who decide one after the other in the order in which they are named: an
// index, or that of nobody, -1, when all approved or one rejected.
func Turn(approvers []Approver) int {
	for i, a := range approvers {
		switch a.Decision {
		case "":
			return i
		case Rejected:
			return -1
		}
	}
	return -1
}

// ExceptionState is how an exception stands.
type ExceptionState string

// The states. Reopened is computed: an exception that was approved comes back by itself when its last day has passed.
const (
	Requested ExceptionState = "requested"
	Allowed   ExceptionState = "approved"
	Declined  ExceptionState = "declined"
	Reopened  ExceptionState = "reopened"
	Closed    ExceptionState = "closed"
)

// ExceptionOf is what an exception shows on the day today.
func ExceptionOf(said ExceptionState, expiresOn, today string) ExceptionState {
	if said == Allowed && expiresOn < today {
		return Reopened
	}
	return said
}

// exceptionSQL is ExceptionOf over an exception x where d has the days. A test compares the two.
const exceptionSQL = `CASE WHEN x.state = 'approved' AND x.expires_on < d.today THEN 'reopened' ELSE x.state END`

// None is a coverage of nobody: there is no figure, and it is shown as a dash.
const None = -1

// CoverageOf is which part of those who were asked has acknowledged, in basis points rounded down, so that whole
// means everybody. Who has left without doing so is no longer asked.
func CoverageOf(asked, acknowledged int) int {
	if asked == 0 {
		return None
	}
	return acknowledged * 10000 / asked
}
