package evidence

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"assay/server/op"
	"assay/server/person"
	"assay/storage"
)

// CycleState is how one round of collecting a proof stands. It is worked out by [CycleStateOf] from the day and
// from the files that answer the round, and written down so that lists can ask for it:
//
//	scheduled ── its first day comes ──► open ── a file comes ──► submitted ── accepted ──► accepted
//	                                      ▲                            │
//	                                      └────────── rejected ────────┘        open ── with a reason ──► skipped
//
// Overdue is no state: an open or submitted round is overdue when its last day is over.
type CycleState string

// The states of a cycle. A step of its history may also be "rejected".
const (
	Scheduled     CycleState = "scheduled"
	Open          CycleState = "open"
	Submitted     CycleState = "submitted"
	CycleAccepted CycleState = "accepted"
	Skipped       CycleState = "skipped"
)

// Live says that the round is not over.
func (s CycleState) Live() bool { return s == Scheduled || s == Open || s == Submitted }

// CycleStateOf is the state on a day, with so many files that answer it.
func CycleStateOf(today, opensOn string, skipped bool, accepted, pending int) CycleState {
	switch {
	case skipped:
		return Skipped
	case accepted > 0:
		return CycleAccepted
	case pending > 0:
		return Submitted
	case today >= opensOn:
		return Open
	}
	return Scheduled
}

// CycleOverdue says whether a round is wanted and late. Its last day is not late.
func CycleOverdue(today string, s CycleState, dueOn string) bool {
	return (s == Open || s == Submitted) && today > dueOn
}

// FirstDays is how long a new request has to get its first proof.
const FirstDays = 30

// LeadDays is how many days before its end a proof that counts for so many days is collected again, and from
// when on one is reminded: thirty, but never more than half of the time it counts.
func LeadDays(days int) int { return min(SoonDays, days/2) }

// RoundDays is how long one round is: as often as the request asks for, and not longer than its proof counts.
// 0 means that there is no next round.
func RoundDays(f Frequency, validityDays int) int {
	days := f.ValidityDays()
	if days == 0 || validityDays > 0 && validityDays < days {
		days = validityDays
	}
	return days
}

// NextRound is when the round after a proof begins and by when it is wanted. ok is false when nothing is
// wanted after it.
func NextRound(f Frequency, validityDays int, collectedOn string) (opensOn, dueOn string, ok bool) {
	days := RoundDays(f, validityDays)
	if days == 0 || collectedOn == "" {
		return "", "", false
	}
	dueOn = ExpiresOn(collectedOn, days)
	return ExpiresOn(collectedOn, days-LeadDays(days)), dueOn, dueOn != ""
}

// EvidenceCycle is one round with what happened in it.
type EvidenceCycle struct {
	ID      string      `json:"id"`
	Number  int         `json:"number"`
	State   CycleState  `json:"state" enum:"scheduled,open,submitted,accepted,skipped"`
	OpensOn string      `json:"opens_on"`
	DueOn   string      `json:"due_on" doc:"The last day on which it is not late"`
	Overdue bool        `json:"overdue" doc:"It is wanted and its last day is over"`
	Late    bool        `json:"late" doc:"The proof that was accepted came after due_on"`
	Reason  string      `json:"reason" doc:"Why it was skipped"`
	Steps   []CycleStep `json:"steps" doc:"What happened, in order"`
	Version int         `json:"version"`
}

// CycleStep is one thing that happened in a round.
type CycleStep struct {
	State    string `json:"state" enum:"scheduled,open,submitted,accepted,rejected,skipped"`
	At       string `json:"at"`
	By       string `json:"by" doc:"Id of a person; empty for the system"`
	ByName   string `json:"by_name"`
	File     string `json:"file"`
	FileName string `json:"file_name"`
	Note     string `json:"note"`
}

// cyclesOf lists a request's rounds, newest first.
func cyclesOf(tx *storage.ReadTx, evidence string) ([]EvidenceCycle, error) {
	rows, err := tx.Query("SELECT id, number, state, opens_on, due_on, reason, version FROM cycle WHERE evidence = ? ORDER BY number DESC LIMIT 60", evidence)
	if err != nil {
		return nil, err
	}
	today := tx.Today()
	all, err := op.Scan(rows, func(r op.Row) (c EvidenceCycle, err error) {
		err = r.Scan(&c.ID, &c.Number, &c.State, &c.OpensOn, &c.DueOn, &c.Reason, &c.Version)
		c.Overdue, c.Steps = CycleOverdue(today, c.State, c.DueOn), []CycleStep{}
		return c, err
	})
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, c := range all {
		at[c.ID] = i
	}
	rows, err = tx.Query(`SELECT s.cycle, s.state, s.at, s.person, coalesce(p.name, ''), s.file, coalesce(f.name, ''), s.note
		FROM cycle_step s JOIN cycle c ON c.id = s.cycle LEFT JOIN person p ON p.id = s.person LEFT JOIN file f ON f.id = s.file
		WHERE c.evidence = ? ORDER BY s.cycle, s.number`, evidence)
	if err != nil {
		return nil, err
	}
	type step struct {
		cycle string
		CycleStep
	}
	steps, err := op.Scan(rows, func(r op.Row) (s step, err error) {
		return s, r.Scan(&s.cycle, &s.State, &s.At, &s.By, &s.ByName, &s.File, &s.FileName, &s.Note)
	})
	if err != nil {
		return nil, err
	}
	zone, came, over, of := tx.Zone(), "", false, ""
	for _, s := range steps {
		i, ok := at[s.cycle]
		if !ok {
			continue
		}
		if s.cycle != of {
			of, over = s.cycle, false
		}
		all[i].Steps = append(all[i].Steps, s.CycleStep)
		switch CycleState(s.State) {
		case Open:
			over = false
		case Submitted:
			came = s.At
		case CycleAccepted: // the first time; what joins the round later is not late
			if !over {
				all[i].Late, over = dayOf(came, zone) > all[i].DueOn, true
			}
		}
	}
	return all, nil
}

// move is what set a round going: a file came, or was decided on. The zero move is a day that passed.
type move struct {
	as   string // submitted, accepted, rejected
	file string
	note string
}

// cycleRow is a round as advance works on it.
type cycleRow struct {
	id, opensOn, dueOn, reason string
	number                     int
	state                      CycleState
	accepted, pending, files   int
}

func cycleRows(tx *storage.ReadTx, evidence string) ([]cycleRow, error) {
	rows, err := tx.Query(`SELECT c.id, c.number, c.state, c.opens_on, c.due_on, c.reason,
			count(f.id) FILTER (WHERE f.review = 'accepted'), count(f.id) FILTER (WHERE f.review = 'pending'), count(f.id)
		FROM cycle c LEFT JOIN file f ON f.cycle = c.id AND f.evidence = c.evidence
		WHERE c.evidence = ? GROUP BY c.id ORDER BY c.number`, evidence)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (c cycleRow, err error) {
		return c, r.Scan(&c.id, &c.number, &c.state, &c.opensOn, &c.dueOn, &c.reason, &c.accepted, &c.pending, &c.files)
	})
}

// asked is what a round depends on of its request.
type asked struct {
	frequency              Frequency
	validity               int
	notApplicable          bool
	naReason               string
	collectedOn, expiresOn string
}

func askedOf(tx *storage.ReadTx, evidence string) (a asked, err error) {
	return a, none(tx.QueryRow(`SELECT e.frequency, e.validity_days, e.not_applicable, e.na_reason, k.collected_on, k.expires_on
		FROM evidence e JOIN evidence_clock k ON k.evidence = e.id WHERE e.id = ?`, evidence).
		Scan(&a.frequency, &a.validity, &a.notApplicable, &a.naReason, &a.collectedOn, &a.expiresOn))
}

// answers is the round that a file which comes now belongs to: the one that is open. Between two rounds it
// joins the one that ended: a further file for it, or an early one that moves the next round on.
func answers(tx *storage.WriteTx, evidence string) (string, error) {
	if err := advance(tx, evidence, move{}); err != nil {
		return "", err
	}
	rows, err := cycleRows(&tx.ReadTx, evidence)
	if err != nil {
		return "", err
	}
	ended := ""
	for _, c := range slices.Backward(rows) {
		if c.state == Open || c.state == Submitted {
			return c.id, nil
		}
		if c.state == CycleAccepted && ended == "" {
			ended = c.id
		}
	}
	if ended == "" && len(rows) > 0 && rows[len(rows)-1].state == Scheduled {
		return rows[len(rows)-1].id, nil // the first proof that comes before its time
	}
	return ended, nil
}

// advance brings a request's rounds to where they are today, and makes the next one when it is time. It
// changes nothing when nothing has changed.
func advance(tx *storage.WriteTx, evidence string, m move) error {
	a, err := askedOf(&tx.ReadTx, evidence)
	if err != nil {
		return err
	}
	rows, err := cycleRows(&tx.ReadTx, evidence)
	if err != nil {
		return err
	}
	today := tx.Today()
	if m.as != "" {
		var of string
		if err := tx.QueryRow("SELECT cycle FROM file WHERE id = ?", m.file).Scan(&of); err != nil {
			return err
		}
		if of != "" {
			if err := step(tx, of, m); err != nil {
				return err
			}
		}
	}
	for i, c := range rows {
		want := CycleStateOf(today, c.opensOn, c.state == Skipped, c.accepted, c.pending)
		if a.notApplicable && want.Live() {
			want, c.reason = Skipped, "The request does not apply: "+a.naReason
		}
		if want == c.state {
			continue
		}
		ended := ""
		if !want.Live() {
			ended = tx.Stamp()
		}
		if err := tx.ExecOne("UPDATE cycle SET state = ?, reason = ?, ended_at = ? WHERE id = ?", string(want), c.reason, ended, c.id); err != nil {
			return err
		}
		if string(want) != m.as {
			if err := step(tx, c.id, move{as: string(want), note: c.reason}); err != nil {
				return err
			}
		}
		rows[i].state = want
	}
	if rows, err = drop(tx, rows); err != nil {
		return err
	}
	return next(tx, evidence, a, rows)
}

// drop removes rounds that came too early: an earlier one goes on after all, because its proof was rejected or
// deleted, or there is no next one any more.
func drop(tx *storage.WriteTx, rows []cycleRow) ([]cycleRow, error) {
	first := slices.IndexFunc(rows, func(c cycleRow) bool { return c.state.Live() })
	if first < 0 {
		return rows, nil
	}
	for len(rows) > first+1 {
		last := rows[len(rows)-1]
		if last.files > 0 || !last.state.Live() {
			break
		}
		if err := tx.ExecOne("DELETE FROM cycle WHERE id = ?", last.id); err != nil {
			return rows, err
		}
		rows = rows[:len(rows)-1]
		if err := tx.ExecOne("UPDATE cycle SET latest = 1 WHERE id = ?", rows[len(rows)-1].id); err != nil {
			return rows, err
		}
	}
	return rows, nil
}

// next makes the round after the last one, or moves it while it has not begun.
func next(tx *storage.WriteTx, evidence string, a asked, rows []cycleRow) error {
	if a.notApplicable {
		return nil
	}
	today := tx.Today()
	opens, due, ok := NextRound(a.frequency, a.validity, a.collectedOn)
	if len(rows) == 0 {
		if a.collectedOn == "" {
			opens, due, ok = today, ExpiresOn(today, FirstDays), true
		}
		return begin(tx, evidence, 1, today, opens, due, ok)
	}
	last := rows[len(rows)-1]
	switch {
	case last.state == Scheduled && a.collectedOn != "" && !ok:
		if len(rows) == 1 || last.files > 0 {
			return nil
		}
		if err := tx.ExecOne("DELETE FROM cycle WHERE id = ?", last.id); err != nil {
			return err
		}
		return tx.ExecOne("UPDATE cycle SET latest = 1 WHERE id = ?", rows[len(rows)-2].id)
	case last.state == Scheduled && ok && due != last.dueOn && due > last.dueOn:
		// An early proof moves the round on. A shorter frequency moves it nearer, below.
		return reschedule(tx, last, today, opens, due)
	case last.state == Scheduled && ok && due < last.dueOn && !skippedBefore(rows):
		return reschedule(tx, last, today, opens, due)
	case last.state.Live():
		return nil
	case last.state == Skipped:
		days := RoundDays(a.frequency, a.validity)
		if days == 0 {
			return nil
		}
		if after := ExpiresOn(last.dueOn, days); !ok || due <= last.dueOn {
			opens, due, ok = ExpiresOn(last.dueOn, days-LeadDays(days)), after, after != ""
		}
	}
	return begin(tx, evidence, last.number+1, today, opens, due, ok)
}

// skippedBefore says that the last round follows one that was skipped: it is not due with the proof.
func skippedBefore(rows []cycleRow) bool {
	return len(rows) > 1 && rows[len(rows)-2].state == Skipped
}

func reschedule(tx *storage.WriteTx, c cycleRow, today, opens, due string) error {
	state := CycleStateOf(today, opens, false, c.accepted, c.pending)
	if err := tx.ExecOne("UPDATE cycle SET opens_on = ?, due_on = ?, state = ? WHERE id = ?", opens, due, string(state), c.id); err != nil || state == c.state {
		return err
	}
	return step(tx, c.id, move{as: string(state)})
}

func begin(tx *storage.WriteTx, evidence string, number int, today, opens, due string, ok bool) error {
	if !ok {
		return nil
	}
	if err := tx.Exec("UPDATE cycle SET latest = 0 WHERE evidence = ? AND latest = 1", evidence); err != nil {
		return err
	}
	id, state := tx.NewID(), CycleStateOf(today, opens, false, 0, 0)
	err := tx.Exec("INSERT INTO cycle (id, evidence, number, state, opens_on, due_on, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
		id, evidence, number, string(state), opens, due, tx.Stamp())
	if err != nil || state == Scheduled {
		return err
	}
	return step(tx, id, move{as: string(state)})
}

func step(tx *storage.WriteTx, cycle string, m move) error {
	return tx.Exec(`INSERT INTO cycle_step (id, cycle, number, state, at, person, file, note)
		SELECT ?1, ?2, coalesce(max(number), 0) + 1, ?3, ?4, ?5, ?6, ?7 FROM cycle_step WHERE cycle = ?2`,
		tx.NewID(), cycle, m.as, tx.Stamp(), person.Acting(&tx.ReadTx), m.file, m.note)
}

type skipIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500" doc:"Why nothing is collected this time: an auditor will ask"`
	}
}

// skip ends a round without proof. The clock is not moved by it: a proof that has expired stays expired.
func skip(tx *storage.WriteTx, in skipIn) (EvidenceDetail, error) {
	var evidence string
	var state CycleState
	err := tx.QueryRow("SELECT evidence, state FROM cycle WHERE id = ?", in.ID).Scan(&evidence, &state)
	if err != nil {
		return EvidenceDetail{}, none(err)
	}
	var c op.Check
	c.Required(in.Body.Reason, "reason")
	if err := c.Err(); err != nil {
		return EvidenceDetail{}, err
	}
	switch state {
	case Submitted:
		return EvidenceDetail{}, op.Errorf(op.Conflict, "A file waits for review in this cycle. Accept or reject it first.")
	case CycleAccepted, Skipped:
		return EvidenceDetail{}, op.Errorf(op.Conflict, "This cycle is over: it was %s.", state)
	}
	reason := strings.TrimSpace(in.Body.Reason)
	tx.Note(reason)
	if err := tx.ExecOne("UPDATE cycle SET state = 'skipped', reason = ?, ended_at = ? WHERE id = ?", reason, tx.Stamp(), in.ID); err != nil {
		return EvidenceDetail{}, err
	}
	if err := step(tx, in.ID, move{as: string(Skipped), note: reason}); err != nil {
		return EvidenceDetail{}, err
	}
	if err := advance(tx, evidence, move{}); err != nil {
		return EvidenceDetail{}, err
	}
	return get(&tx.ReadTx, byID{evidence})
}

// atOnce is how many requests a job works on in one write, so that nobody waits long.
const atOnce = 200

// turn opens the rounds whose day has come and makes first rounds for requests that have none.
func turn(s *op.Scope, _ json.RawMessage) error {
	var ids []string
	err := s.Read(func(tx *storage.ReadTx) error {
		rows, err := tx.Query(`SELECT e.id FROM evidence e LEFT JOIN cycle y ON y.evidence = e.id AND y.latest = 1
			WHERE y.id IS NULL AND e.not_applicable = 0 OR y.state = 'scheduled' AND y.opens_on <= ?
				OR y.state IN ('accepted', 'skipped') AND e.not_applicable = 0 ORDER BY e.id`, tx.Today())
		if err != nil {
			return err
		}
		ids, err = op.Scan(rows, func(r op.Row) (id string, err error) { return id, r.Scan(&id) })
		return err
	})
	if err != nil {
		return err
	}
	for some := range slices.Chunk(ids, atOnce) {
		err := s.Write(func(tx *storage.WriteTx) error {
			for _, id := range some {
				if err := advance(tx, id, move{}); err != nil && !errors.Is(err, storage.ErrNotFound) {
					return fmt.Errorf("cycles of evidence %s: %w", id, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
