package evidence

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"assay/server/notification"
	"assay/server/op"
	"assay/server/record"
	"assay/server/task"
	"assay/storage"
)

// marks are the days left at which one is reminded before a proof ends.
var marks = []int{30, 14, 7, 1}

// MarkOf is the last reminder that is due with so many days left: 30, 14, 7 or 1 before the end, then -1, -8,
// -15 and so on, once a week. lead is from when on one is reminded at all: a proof that counts for a month does
// not need to be asked for from its first day. Nights that were missed are made up for by the last mark alone.
func MarkOf(left, lead int) (mark int, ok bool) {
	if left < 0 {
		return -1 - 7*((-1-left)/7), true
	}
	for _, m := range slices.Backward(marks) {
		if left <= m && m <= lead {
			return m, true
		}
	}
	return 0, false
}

func collectKey(evidence string) string { return "evidence.collect/" + evidence }

// collected ends what asks for a proof once one is there that counts for longer than one is reminded.
func collected(tx *storage.WriteTx, evidence string) error {
	a, err := askedOf(&tx.ReadTx, evidence)
	if err != nil || a.collectedOn == "" {
		return err
	}
	if a.expiresOn != "" && DaysLeft(tx.Today(), a.expiresOn) <= LeadDays(a.validity) {
		return nil
	}
	return task.Settled(tx, collectKey(evidence), "Fresh proof from "+a.collectedOn+" was accepted.")
}

// due is a request whose proof ends soon or has ended.
type due struct {
	id, name, owner, reviewer, expiresOn string
	validity                             int
}

// remind asks for proof that ends soon, or has ended: by a task, and by a notification at every mark.
func remind(s *op.Scope, _ json.RawMessage) error {
	var all []due
	err := s.Read(func(tx *storage.ReadTx) error {
		rows, err := tx.Query(`SELECT e.id, e.name, e.owner, e.reviewer, k.expires_on, e.validity_days
			FROM evidence_clock k JOIN evidence e ON e.id = k.evidence
			WHERE k.expires_on <> '' AND k.expires_on <= ? AND e.not_applicable = 0 ORDER BY e.id`, ExpiresOn(tx.Today(), SoonDays))
		if err != nil {
			return err
		}
		all, err = op.Scan(rows, func(r op.Row) (d due, err error) {
			return d, r.Scan(&d.id, &d.name, &d.owner, &d.reviewer, &d.expiresOn, &d.validity)
		})
		return err
	})
	if err != nil {
		return err
	}
	for some := range slices.Chunk(all, atOnce) {
		err := s.Write(func(tx *storage.WriteTx) error {
			for _, d := range some {
				if err := remindOf(tx, d); err != nil && !errors.Is(err, storage.ErrNotFound) {
					return fmt.Errorf("remind of evidence %s: %w", d.id, err)
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

func remindOf(tx *storage.WriteTx, d due) error {
	now, err := askedOf(&tx.ReadTx, d.id) // what was read may have changed since
	if err != nil || now.expiresOn != d.expiresOn || now.notApplicable {
		return err
	}
	left := DaysLeft(tx.Today(), d.expiresOn)
	mark, ok := MarkOf(left, LeadDays(d.validity))
	if !ok {
		return nil
	}
	var sent, open bool
	err = tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM evidence_reminder WHERE evidence = ?1 AND expires_on = ?2 AND mark <= ?3),
		EXISTS (SELECT 1 FROM task WHERE key = ?4 AND status IN ('open', 'in_progress'))`, d.id, d.expiresOn, mark, collectKey(d.id)).Scan(&sent, &open)
	if err != nil {
		return err
	}
	// A task that somebody ended comes back with the next mark, not the next night.
	if !sent || open {
		_, err := task.Want(tx, task.Wanted{Key: collectKey(d.id), Title: "Collect “" + d.name + "” again", Owner: d.owner, DueOn: d.expiresOn,
			Description: "Its proof counts until " + d.expiresOn + ". Upload a fresh file to the evidence request.",
			About:       record.Ref{Kind: record.Evidence, ID: d.id}, Source: "evidence"})
		if err != nil {
			return err
		}
	}
	if sent {
		return nil
	}
	err = tx.Exec(`INSERT INTO evidence_reminder (evidence, expires_on, mark) VALUES (?, ?, ?)
		ON CONFLICT (evidence) DO UPDATE SET expires_on = excluded.expires_on, mark = excluded.mark`, d.id, d.expiresOn, mark)
	if err != nil {
		return err
	}
	to := []string{d.owner}
	if d.owner == "" || left < 0 {
		to = append(to, d.reviewer) // somebody has to know
	}
	return notification.Send(tx, notification.Notice{Event: notification.EvidenceExpiring, To: to,
		About: record.Ref{Kind: record.Evidence, ID: d.id}, Title: expiryTitle(d.name, left), Body: "It counts until " + d.expiresOn + "."})
}

func expiryTitle(name string, left int) string {
	switch {
	case left < 0:
		return fmt.Sprintf("The proof of “%s” expired %s ago", name, daysWord(-left))
	case left == 0:
		return fmt.Sprintf("Today is the last day on which the proof of “%s” counts", name)
	}
	return fmt.Sprintf("The proof of “%s” expires in %s", name, daysWord(left))
}

// dayOf is the day of an instant in a zone.
func dayOf(instant string, zone *time.Location) string {
	at, err := time.Parse(storage.Instant, instant)
	if err != nil {
		return ""
	}
	return at.In(zone).Format(time.DateOnly)
}
