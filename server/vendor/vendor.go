// Package vendor is who does something for the organisation: what they see of its data, how much depends on them, who
// decided that they may, what they have to show for themselves and when they are looked at again.
//
// A vendor's tier follows from its score on the scale of the risks (package risk) and from the data that it sees; the
// tier says how often it is reviewed. Both are computed when a vendor is read, so that a scale that is set anew moves
// every clock at once. The score comes from assessments: a review in five steps that is kept, once it is concluded, as
// it was.
package vendor

import (
	"time"

	"assay/server/risk"
	"assay/storage"
)

// Status is how far it is decided that a vendor may work for the organisation.
type Status string

// The statuses.
const (
	Requested   Status = "requested"
	InReview    Status = "in_review"
	Approved    Status = "approved"
	Rejected    Status = "rejected"
	Offboarding Status = "offboarding"
	Offboarded  Status = "offboarded"
)

// Ended says whether the vendor does nothing for the organisation any more, or never did.
func (s Status) Ended() bool { return s == Rejected || s == Offboarded }

// moves are the steps that whoever edits vendors may take. Approving and rejecting are an administrator's.
var moves = map[Status][]Status{
	"":          {Requested, InReview},
	Requested:   {InReview},
	InReview:    {Requested},
	Approved:    {Offboarding},
	Rejected:    {InReview},
	Offboarding: {Offboarded},
	Offboarded:  {InReview},
}

// decides are the steps that an administrator may take, with a reason.
var decides = map[Status][]Status{
	Requested:   {Rejected},
	InReview:    {Approved, Rejected},
	Approved:    {Approved, Rejected}, // decided anew, after another assessment
	Rejected:    {Approved},
	Offboarding: {Approved},
}

// Classification is how well data has to be kept.
type Classification string

// The classifications. Unknown is empty.
const (
	Public       Classification = "public"
	Internal     Classification = "internal"
	Confidential Classification = "confidential"
	Restricted   Classification = "restricted"
)

// Tier is the one rule by which a vendor gets its tier: the level of its score on the organisation's scale, and never
// below high where it handles restricted data. [tierSQL] is the same in SQL, and a list compares the two row by row.
func Tier(scale risk.RiskScale, score int, c Classification) risk.Level {
	level := scale.Level(score)
	if c == Restricted && level != risk.Critical {
		return risk.High
	}
	return level
}

// cadences are the months from one review to the next, by tier. This is the one table that knows.
var cadences = map[risk.Level]int{risk.Critical: 6, risk.High: 12, risk.Medium: 24, risk.Low: 36}

// NextReview is the day of the next review: so many months after the last assessment; empty where there was none, or
// where the tier is not known.
func NextReview(assessedOn string, tier risk.Level) string {
	months := cadences[tier]
	if assessedOn == "" || months == 0 {
		return ""
	}
	return After(assessedOn, months)
}

// After is the same day so many months later, or the last of that month where it is shorter.
func After(day string, months int) string {
	d, err := time.Parse(storage.Date, day)
	if err != nil {
		return ""
	}
	first := time.Date(d.Year(), d.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1)
	return first.AddDate(0, 0, min(d.Day(), last.Day())-1).Format(storage.Date)
}

// Before is the first day that is at least a day, so many months later.
func Before(day string, months int) string {
	d, err := time.Parse(storage.Date, day)
	if err != nil {
		return ""
	}
	from := d.AddDate(0, -months, -4).Format(storage.Date) // months differ by three days at most
	for After(from, months) < day {
		from = later(from, 1)
	}
	return from
}

// Review is where a vendor stands on its clock.
type Review string

// The states of the clock.
const (
	Never   Review = "never"    // assessed
	Current Review = "current"  //
	DueSoon Review = "due_soon" // within [soonDays]
	Overdue Review = "overdue"  //
	Closed  Review = "closed"   // nobody reviews who was rejected or is gone
)

const soonDays = 30

// ReviewOn is where the clock stands on a day: soon is [soonDays] after it. [reviewSQL] is the same in SQL.
func ReviewOn(s Status, next, today, soon string) Review {
	switch {
	case s.Ended():
		return Closed
	case next == "":
		return Never
	case next < today:
		return Overdue
	case next <= soon:
		return DueSoon
	}
	return Current
}

// later is a day so many days after another.
func later(day string, days int) string {
	d, err := time.Parse(storage.Date, day)
	if err != nil {
		return ""
	}
	return d.AddDate(0, 0, days).Format(storage.Date)
}
