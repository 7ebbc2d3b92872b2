// Package risk is what could go wrong: how likely and how bad it is before anything is done, today, and where it shall
// come to; what is done about it, by whom and until when; and who accepted what is left, for how long.
package risk

import (
	"fmt"

	"assay/server/control"
)

// Score is likelihood times impact, 1 to 25; 0 while either is missing.
func Score(likelihood, impact int) int { return likelihood * impact }

// Level is the band that a score falls into.
type Level string

// The levels.
const (
	Critical Level = "critical"
	High     Level = "high"
	Medium   Level = "medium"
	Low      Level = "low"
	Unscored Level = "unscored"
)

// RiskScale says from which score on a risk is of which level. The organisation sets it.
type RiskScale struct {
	Critical int `json:"critical" doc:"Critical from this score on"`
	High     int `json:"high" doc:"High from this score on"`
	Medium   int `json:"medium" doc:"Medium from this score on; what is lower is low"`
	Version  int `json:"version"`
}

// Level is the rule; [levelSQL] is the same in SQL, and a list compares the two row by row.
func (s RiskScale) Level(score int) Level {
	switch {
	case score == 0:
		return Unscored
	case score >= s.Critical:
		return Critical
	case score >= s.High:
		return High
	case score >= s.Medium:
		return Medium
	}
	return Low
}

// Status is how far the treatment of a risk is.
type Status string

// The statuses.
const (
	Open       Status = "open"
	InProgress Status = "in_progress"
	OffTrack   Status = "off_track"
	Mitigated  Status = "mitigated"
	Accepted   Status = "accepted"
	Closed     Status = "closed"
)

// Ended says whether nothing more is to be done about it.
func (s Status) Ended() bool { return s == Mitigated || s == Accepted || s == Closed }

// StatusOn is the status on a day: an acceptance that has run out is none, also before the night writes it down.
// [statusSQL] is the same in SQL.
func StatusOn(written Status, until, today string) Status {
	if written == Accepted && until < today {
		return Open
	}
	return written
}

// Overdue says whether the day of the treatment has passed before it has ended.
func Overdue(s Status, due, today string) bool { return !s.Ended() && due != "" && due < today }

// Treatment is what is done about a risk.
type Treatment string

// The treatments. None is empty.
const (
	Mitigate Treatment = "mitigate"
	Accept   Treatment = "accept"
	Transfer Treatment = "transfer"
	Avoid    Treatment = "avoid"
)

// Point is a place on the map of likelihood and impact; 0 is unknown.
type Point struct {
	Likelihood int `json:"likelihood" minimum:"0" maximum:"5" doc:"1 rare to 5 almost certain; 0 while nobody has said"`
	Impact     int `json:"impact" minimum:"0" maximum:"5" doc:"1 negligible to 5 severe; 0 while nobody has said"`
}

// Score is that of the point.
func (p Point) Score() int { return Score(p.Likelihood, p.Impact) }

// RiskSuggestion is what the linked controls make of a risk, in figures and in a sentence.
type RiskSuggestion struct {
	Point
	Score     int    `json:"score"`
	Effective int    `json:"effective" doc:"Linked controls that are effective"`
	Controls  int    `json:"controls" doc:"Linked controls that apply"`
	Reason    string `json:"reason" doc:"How the suggestion is made, for the hover"`
}

// Suggest is the one rule by which linked controls lower a risk: for every full third of those that apply and are
// effective the likelihood falls by one step, never below rare. The impact stays: how bad it would be, controls of
// unknown kind do not say.
func Suggest(inherent Point, controls []control.Effective) RiskSuggestion {
	s := RiskSuggestion{Point: inherent}
	for _, e := range controls {
		if e == control.Effective(control.NotApplicable) {
			continue
		}
		s.Controls++
		if e.Good() {
			s.Effective++
		}
	}
	switch {
	case inherent.Score() == 0:
		s.Point, s.Reason = Point{}, "Score the risk before controls first: the suggestion starts there."
		return s
	case s.Controls == 0:
		s.Reason = "No control that applies is linked, so the risk stands as it does without any."
	default:
		fall := min(3*s.Effective/s.Controls, inherent.Likelihood-1)
		s.Likelihood -= fall
		s.Reason = fmt.Sprintf("%d of %d linked controls are effective. For every full third of them the likelihood falls by one step: from %d to %d. The impact stays %d.",
			s.Effective, s.Controls, inherent.Likelihood, s.Likelihood, s.Impact)
	}
	s.Score = s.Point.Score()
	return s
}
