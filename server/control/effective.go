package control

import (
	"fmt"
	"time"

	"assay/server/op"
	"assay/storage"
)

// Status is what a person claims of a control.
type Status string

// The claims.
const (
	NotStarted    Status = "not_started"
	InProgress    Status = "in_progress"
	Implemented   Status = "implemented"
	Gap           Status = "gap"
	NotApplicable Status = "not_applicable"
)

// Effective is what a claim is worth when its proof is looked at: a claim, or one of two more words.
type Effective string

// What is added to the claims.
const (
	NeedsEvidence Effective = "needs_evidence" // proof expired, in its days of grace: still counts
	Unproven      Effective = "unproven"       // claimed, and nothing or not everything shows it
)

// Good reports whether a requirement may rest on it.
func (e Effective) Good() bool { return e == Effective(Implemented) || e == NeedsEvidence }

// Bad reports whether somebody should look at it.
func (e Effective) Bad() bool { return e == Effective(Gap) || e == NeedsEvidence || e == Unproven }

// Proof is what the evidence linked to a control amounts to.
type Proof struct {
	Requests    int    // linked evidence that applies
	Missing     int    // of these, without an accepted file
	FirstExpiry string // the earliest last day of the accepted ones, "" when nothing expires
	MajorGap    bool   // an open major finding; findings come from assessments and audits
}

// Grace is how many days expired proof still counts before the control falls back to in progress.
const Grace = 14

// EffectiveOf is the rule that weighs a claim against its proof, with the reason as a sentence. The claim
// itself is never changed by it. [EffectiveSQL] is the same rule; a test compares the two over every case.
func EffectiveOf(claim Status, p Proof, today string) (Effective, string) {
	switch {
	case claim != Implemented:
		return Effective(claim), claimed[claim]
	case p.MajorGap:
		return Effective(Gap), "There is an open major finding."
	case p.Requests == 0:
		return Unproven, "It is marked implemented, but no evidence is linked to it."
	case p.FirstExpiry != "" && p.FirstExpiry < graceDay(today):
		return Effective(InProgress), fmt.Sprintf("Its proof expired on %s, more than %d days ago.", p.FirstExpiry, Grace)
	case p.FirstExpiry != "" && p.FirstExpiry < today:
		return NeedsEvidence, fmt.Sprintf("Its proof expired on %s. It still counts until %s; collect it again.", p.FirstExpiry, addDays(p.FirstExpiry, Grace))
	case p.Missing == p.Requests && p.Requests == 1:
		return Unproven, "Its evidence request has no accepted file."
	case p.Missing > 0:
		return Unproven, fmt.Sprintf("%d of %d evidence requests have no accepted file.", p.Missing, p.Requests)
	case p.FirstExpiry != "":
		return Effective(Implemented), fmt.Sprintf("All of its evidence is current, until %s at least.", p.FirstExpiry)
	}
	return Effective(Implemented), "All of its evidence is current."
}

var claimed = map[Status]string{
	NotStarted:    "Nobody has started on it.",
	InProgress:    "It is being worked on.",
	Gap:           "It is marked as a gap.",
	NotApplicable: "It is marked as not applicable.",
}

// EffectiveSQL is EffectiveOf for a query in which s is the row of control_status, p that of control_proof
// and d holds today and grace; see [Days].
const EffectiveSQL = `CASE WHEN s.status <> 'implemented' THEN s.status ` + provenSQL

// EffectiveInSQL is EffectiveSQL for a query that has the row p alone, which repeats the claim that speaks in
// its scope.
const EffectiveInSQL = `CASE WHEN p.claim <> 'implemented' THEN p.claim ` + provenSQL

const provenSQL = `WHEN p.requests = 0 THEN 'unproven'
	WHEN p.first_expiry <> '' AND p.first_expiry < d.grace THEN 'in_progress'
	WHEN p.first_expiry <> '' AND p.first_expiry < d.today THEN 'needs_evidence'
	WHEN p.missing > 0 THEN 'unproven' ELSE 'implemented' END`

// GoodSQL and BadSQL are [Effective.Good] and [Effective.Bad] of a word that stands before them.
const (
	GoodSQL = ` IN ('implemented', 'needs_evidence')`
	BadSQL  = ` IN ('gap', 'needs_evidence', 'unproven')`
)

// claimsOf are the claims that can be worth one of these.
func claimsOf(list []Effective) []Status {
	var out []Status
	for _, e := range list {
		switch e {
		case NeedsEvidence, Unproven:
			out = append(out, Implemented)
		case Effective(InProgress), Effective(Gap):
			out = append(out, Status(e), Implemented)
		default:
			out = append(out, Status(e))
		}
	}
	return out
}

// DaysSQL is the one row that EffectiveSQL calls d. It stands last in a join, so that the indexes of what
// stands before it can give the order. Its FROM lets SQLite put the values where they are asked for; otherwise
// it reads them from this row for every row of the others. Its values are those of [Days].
const DaysSQL = `CROSS JOIN (SELECT ? AS today, ? AS grace, ? AS scope FROM (SELECT 1)) d`

// Days are the values of DaysSQL: today, the first day on which proof that expired is still in grace, and
// the scope that is looked at: the whole organisation.
func Days(tx *storage.ReadTx) []any { return DaysIn(tx, "") }

// DaysIn is Days for a product; empty is the organisation.
func DaysIn(tx *storage.ReadTx, scope string) []any {
	today := tx.Today()
	return []any{today, graceDay(today), In(scope)}
}

func graceDay(today string) string { return addDays(today, -Grace) }

// addDays is a day that many days later. What is no date stays as it is.
func addDays(day string, n int) string {
	t, err := time.Parse(storage.Date, day)
	if err != nil {
		return day
	}
	return t.AddDate(0, 0, n).Format(storage.Date)
}

// EvidenceState is what the evidence icon of a control shows.
type EvidenceState string

// The states, best first.
const (
	Complete EvidenceState = "complete" // every request has an accepted file that has not expired
	Partial  EvidenceState = "partial"  // something is there, something is missing or expired
	Missing  EvidenceState = "missing"  // requests, but not one accepted file
	None     EvidenceState = "none"     // nothing is linked
)

// EvidenceOf is the rule; [EvidenceSQL] is the same in SQL.
func EvidenceOf(p Proof, today string) EvidenceState {
	switch {
	case p.Requests == 0:
		return None
	case p.Missing >= p.Requests:
		return Missing
	case p.Missing > 0 || p.FirstExpiry != "" && p.FirstExpiry < today:
		return Partial
	}
	return Complete
}

// EvidenceSQL is EvidenceOf for the same query as EffectiveSQL.
const EvidenceSQL = `CASE WHEN p.requests = 0 THEN 'none' WHEN p.missing >= p.requests THEN 'missing'
	WHEN p.missing > 0 OR (p.first_expiry <> '' AND p.first_expiry < d.today) THEN 'partial' ELSE 'complete' END`

// MostPoints is what Points gives a control that is implemented and proven.
const MostPoints = 4

// Points are what a control adds to readiness: claim (implemented 2, in progress 1, else 0) times proof
// (complete 2, partial 1, else 0). A request that nobody has answered proves nothing, so it is worth as
// little as none.
func Points(claim Status, e EvidenceState) int {
	c := map[Status]int{Implemented: 2, InProgress: 1}[claim]
	return c * map[EvidenceState]int{Complete: 2, Partial: 1}[e]
}

// PointsSQL is Points for the same query as EffectiveSQL.
const PointsSQL = `(CASE s.status WHEN 'implemented' THEN 2 WHEN 'in_progress' THEN 1 ELSE 0 END) * ` + proofPointsSQL

// PointsInSQL is PointsSQL for a query that has the row p alone.
const PointsInSQL = `(CASE p.claim WHEN 'implemented' THEN 2 WHEN 'in_progress' THEN 1 ELSE 0 END) * ` + proofPointsSQL

const proofPointsSQL = `(CASE WHEN p.requests = 0 OR p.missing >= p.requests THEN 0
	WHEN p.missing > 0 OR (p.first_expiry <> '' AND p.first_expiry < d.today) THEN 1 ELSE 2 END)`

// Standing is a control with what its claim is worth today.
type Standing struct {
	ID, Ref, Title string
	Effective      Effective
}

// Standings are those of all controls in the whole organisation, in the order of their refs.
func Standings(tx *storage.ReadTx) ([]Standing, error) {
	rows, err := tx.Query(`SELECT c.id, c.ref, c.title, `+EffectiveInSQL+` FROM control c JOIN control_proof p ON p.control = c.id AND p.scope = 'organisation'
		`+DaysSQL+` ORDER BY c.sort_ref, c.id`, Days(tx)...)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (s Standing, err error) { return s, r.Scan(&s.ID, &s.Ref, &s.Title, &s.Effective) })
}
