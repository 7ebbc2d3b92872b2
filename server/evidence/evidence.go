// Package evidence keeps the proof that controls work: what has to be collected, how often and for which
// controls, and every file that was collected, with the clock that says how long it still counts.
//
// An evidence request asks for one proof. Files answer it; several may, and a file may be a new version of
// an earlier one. A file is accepted as it comes when the request has no reviewer; otherwise it waits until
// the reviewer or an administrator accepts or rejects it. Nobody reviews a file of their own while somebody
// else could. Only accepted files that no newer accepted version has replaced move the clock:
//
//	expires_on = collected_on of the newest such file + validity_days      (the last day it counts)
//
// What is shown is computed from these dates whenever it is read, by [StatusOf] or by the same rule in SQL.
// The nightly job writes down transitions only, so that the history says when and why a control changed.
package evidence

import (
	"fmt"
	"time"

	"assay/server/framework/catalog"
	"assay/server/op"
	"assay/storage"
)

// Status is how the proof of one request stands on one day.
type Status string

// The five statuses.
const (
	Current       Status = "current"
	ExpiringSoon  Status = "expiring_soon"
	Expired       Status = "expired"
	NotCollected  Status = "not_collected"
	NotApplicable Status = "not_applicable"
)

// SoonDays is how many days before its end a proof is said to expire soon.
const SoonDays = 30

// StatusOf is the status on the day today. collectedOn is empty when nothing was accepted yet; expiresOn is
// empty then too, and when what was accepted never expires.
func StatusOf(today string, notApplicable bool, collectedOn, expiresOn string) Status {
	switch {
	case notApplicable:
		return NotApplicable
	case collectedOn == "":
		return NotCollected
	case expiresOn == "":
		return Current
	}
	switch left := DaysLeft(today, expiresOn); {
	case left < 0:
		return Expired
	case left <= SoonDays:
		return ExpiringSoon
	}
	return Current
}

// statusSQL is StatusOf in SQL, over evidence e, evidence_clock k and the one row of daysSQL. A test compares
// both on a grid of days.
const statusSQL = `CASE
	WHEN e.not_applicable = 1 THEN 'not_applicable'
	WHEN k.collected_on = '' THEN 'not_collected'
	WHEN k.expires_on = '' OR k.expires_on > t.soon THEN 'current'
	WHEN k.expires_on < t.today THEN 'expired'
	ELSE 'expiring_soon' END`

// daysSQL is one row with the values of days. It stands last in a join and has a FROM, as [control.DaysSQL].
const daysSQL = ` CROSS JOIN (SELECT ? AS today, ? AS soon FROM (SELECT 1)) t`

// days are today and the last day on which a proof that ends is said to expire soon.
func days(tx *storage.ReadTx) []any {
	today := tx.Today()
	return []any{today, ExpiresOn(today, SoonDays)}
}

// ExpiresOn is the last day a proof counts. Validity 0 means for ever.
func ExpiresOn(collectedOn string, validityDays int) string {
	at, err := time.Parse(time.DateOnly, collectedOn)
	if err != nil || validityDays == 0 {
		return ""
	}
	return at.AddDate(0, 0, validityDays).Format(time.DateOnly)
}

// DaysLeft is how many days of proof are left after today: 0 on the last day, negative when it is over.
func DaysLeft(today, expiresOn string) int {
	from, _ := time.Parse(time.DateOnly, today)
	to, _ := time.Parse(time.DateOnly, expiresOn)
	return int(to.Sub(from).Hours()) / 24
}

// Frequencies and kinds are the catalog's, so that a request of one's own and one of the catalog read alike.
type (
	Frequency = catalog.Frequency
	Kind      = catalog.Kind
)

// MaxValidity is the longest a proof may count, ten years: longer is better said as "never expires".
const MaxValidity = 3660

// Sentence says in words how long the proof counts. days is what [DaysLeft] gave.
func Sentence(s Status, collectedOn, expiresOn string, days, pending int) string {
	waiting := ""
	if pending > 0 {
		waiting = " " + files(pending) + " for review."
	}
	switch {
	case s == NotApplicable:
		return "This request does not apply, so nothing is collected for it."
	case s == NotCollected && pending > 0:
		return "Nothing is accepted yet." + waiting
	case s == NotCollected:
		return "Nothing is collected yet. Upload a file to start the clock."
	case expiresOn == "":
		return fmt.Sprintf("Collected on %s. It does not expire.", collectedOn) + waiting
	case s == Expired:
		return fmt.Sprintf("Expired %s ago: collected on %s, it counted until %s.", daysWord(-days), collectedOn, expiresOn) + waiting
	case days == 0:
		return fmt.Sprintf("Collected on %s. Today is the last day it counts.", collectedOn) + waiting
	}
	return fmt.Sprintf("Collected on %s. It counts until %s, %s from now.", collectedOn, expiresOn, daysWord(days)) + waiting
}

func files(n int) string {
	if n == 1 {
		return "1 file waits"
	}
	return fmt.Sprintf("%d files wait", n)
}

func daysWord(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}

// checkDates holds the dates of a file to what can be: collected today or before, for a period that has
// both ends, in order, and has begun. in is where the fields are ("query." or "").
func checkDates(c *op.Check, in, today, collectedOn, start, end string) {
	c.Date(collectedOn, in+"collected_on")
	c.Date(start, in+"period_start")
	c.Date(end, in+"period_end")
	c.That(collectedOn <= today, in+"collected_on", "This day is in the future. Give the day the proof is from.")
	c.That(start == "" || end != "", in+"period_end", "Give the last day of the period too, or leave both empty.")
	c.That(end == "" || start != "", in+"period_start", "Give the first day of the period too, or leave both empty.")
	c.That(start == "" || end == "" || start <= end, in+"period_end", "The period ends before it begins.")
	c.That(start <= today, in+"period_start", "The period has not begun yet.")
}
