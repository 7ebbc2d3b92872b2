// Package throttle is how often something may be tried: plain rules on plain
// values. Who keeps the values between tries is another matter.
//
// No rule locks a person out for good: waiting always helps, except after the
// hard stop, which a mailed reset reopens.
package throttle

import "time"

// Wrong passwords in a row, for one account.
const (
	Free  = 5                // answered at once
	First = time.Second      // the wait after these, doubled by each further one
	Most  = 15 * time.Minute // and never longer
	Stop  = 100              // from here only a mailed reset reopens the account
)

// Delay is how long to wait after n wrong passwords in a row.
func Delay(n int) time.Duration {
	if n < Free {
		return 0
	}
	d := First
	for range n - Free {
		if d *= 2; d >= Most {
			return Most
		}
	}
	return d
}

// Wait is what is left of the delay at now, and whether the account is stopped.
// A last failure in the future (the clock was set back) makes nobody wait.
func Wait(failures int, last, now time.Time) (left time.Duration, stopped bool) {
	if failures >= Stop {
		return 0, true
	}
	since := now.Sub(last)
	if since < 0 {
		return 0, false
	}
	return max(0, Delay(failures)-since), false
}

// A Limit is so many tries in any stretch of time so long.
type Limit struct {
	Tries int
	Per   time.Duration
}

// The limits, in one place.
var (
	PerAddress = Limit{20, time.Minute}     // sign-ins, resets and links from one network address
	PerCode    = Limit{5, 5 * time.Minute}  // one-time codes of one account
	PerMail    = Limit{3, 15 * time.Minute} // reset mails to one account
)

// Try says whether one more try may be made at now after the given ones, and
// if not, how long to wait. The first result is what to keep for next time:
// the tries that still count, with this one when it may be made.
func (l Limit) Try(before []time.Time, now time.Time) (keep []time.Time, wait time.Duration) {
	for _, t := range before {
		if age := now.Sub(t); age >= 0 && age < l.Per {
			keep = append(keep, t)
		}
	}
	if len(keep) >= l.Tries {
		return keep, keep[len(keep)-l.Tries].Add(l.Per).Sub(now)
	}
	return append(keep, now), 0
}
