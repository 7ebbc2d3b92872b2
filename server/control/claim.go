package control

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"assay/server/op"
	"assay/storage"
)

const onlyAdmin = "Only an administrator can say that a control does not apply, or that it applies again."

type claimIn struct {
	ID   string `path:"id"`
	Body struct {
		Status        Status `json:"status" enum:"not_started,in_progress,implemented,gap,not_applicable"`
		Justification string `json:"justification,omitempty" maxLength:"2000" doc:"Why it does not apply; required then"`
		Was           Status `json:"was,omitempty" enum:"not_started,in_progress,implemented,gap,not_applicable" doc:"The status you saw: refused as stale when it is another by now"`
	}
}

// claim records what a person says of a control. It is told who asks, because one word is the
// administrators'.
func claim(s *op.Scope, in claimIn) (out ControlDetail, err error) {
	b := in.Body
	b.Justification = strings.TrimSpace(b.Justification)
	var c op.Check
	c.That(b.Status != NotApplicable || b.Justification != "", "justification", "Say why this control does not apply. Auditors read it.")
	if err := c.Err(); err != nil {
		return out, err
	}
	err = s.Write(func(tx *storage.WriteTx) error {
		if out, err = get(&tx.ReadTx, byID{in.ID}); err != nil {
			return err
		}
		if b.Was != "" && b.Was != out.Status {
			return storage.ErrStale
		}
		if b.Status == out.Status && (b.Status != NotApplicable || b.Justification == out.Justification) {
			return nil
		}
		if s.Caller().Role != op.Admin && (b.Status == NotApplicable || out.Status == NotApplicable) {
			return op.Errorf(op.Forbidden, onlyAdmin)
		}
		if b.Status != NotApplicable {
			b.Justification = "" // it explained a state that is over; history keeps it
		}
		if err := say(tx, []string{in.ID}, b.Status, b.Justification); err != nil {
			return err
		}
		out, err = get(&tx.ReadTx, byID{in.ID})
		return err
	})
	return out, err
}

// say sets the claim of controls.
func say(tx *storage.WriteTx, ids []string, status Status, justification string) error {
	list, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	err = tx.Exec(`UPDATE control_status SET status = ?, justification = ?, changed_at = ?, changed_by = ?
		WHERE scope = 'organisation' AND control IN (SELECT value FROM json_each(?))`,
		string(status), justification, tx.Stamp(), tx.Call().Actor.ID, string(list))
	if err != nil {
		return err
	}
	return askSettle(tx)
}

type bulkIn struct {
	Body struct {
		IDs           []string       `json:"ids,omitempty" maxItems:"10000" doc:"The controls to change"`
		Match         *ControlFilter `json:"match,omitempty" doc:"Or: every control that this filter finds"`
		Except        []string       `json:"except,omitempty" maxItems:"10000" doc:"With match: these controls stay as they are"`
		Set           BulkSet        `json:"set"`
		Justification string         `json:"justification,omitempty" maxLength:"2000" doc:"Why they do not apply; required then"`
		Reason        string         `json:"reason,omitempty" maxLength:"500" doc:"Why, for the audit log"`
	}
}

// BulkSet is what a bulk change sets; what is absent stays.
type BulkSet struct {
	Status *Status `json:"status,omitempty" enum:"not_started,in_progress,implemented,gap,not_applicable"`
	Owner  *string `json:"owner,omitempty" maxLength:"26" doc:"Id of a person; empty for nobody"`
	Domain *string `json:"domain,omitempty" maxLength:"100"`
}

// ControlBulk says what a bulk change did.
type ControlBulk struct {
	Updated int           `json:"updated"`
	Skipped []ControlSkip `json:"skipped"`
}

// ControlSkip is a row that a bulk change left as it was.
type ControlSkip struct {
	ID  string `json:"id"`
	Ref string `json:"ref"`
	Why string `json:"why"`
}

// bulk changes many controls in one transaction, which one undo takes back: all that may be changed, or
// none when something fails.
func bulk(s *op.Scope, in bulkIn) (out ControlBulk, err error) {
	b := in.Body
	b.Justification = strings.TrimSpace(b.Justification)
	var c op.Check
	c.That((b.Match == nil) != (len(b.IDs) == 0), "ids", "Give either ids or match.")
	c.That(b.Set.Status != nil || b.Set.Owner != nil || b.Set.Domain != nil, "set", "Give at least one field to set: status, owner or domain.")
	c.That(b.Set.Status == nil || *b.Set.Status != NotApplicable || b.Justification != "", "justification", "Say why these controls do not apply. Auditors read it.")
	if err := c.Err(); err != nil {
		return out, err
	}
	admin := s.Caller().Role == op.Admin
	if !admin && b.Set.Status != nil && *b.Set.Status == NotApplicable {
		return out, op.Errorf(op.Forbidden, onlyAdmin)
	}
	err = s.Write(func(tx *storage.WriteTx) error {
		out, err = change(tx, b.IDs, b.Match, b.Except, b.Set, b.Justification, admin)
		tx.Note(strings.TrimSpace(b.Reason))
		return err
	})
	return out, err
}

func change(tx *storage.WriteTx, ids []string, match *ControlFilter, except []string, set BulkSet, justification string, admin bool) (ControlBulk, error) {
	out := ControlBulk{Skipped: []ControlSkip{}}
	if set.Owner != nil {
		var c op.Check
		if err := checkOwner(&c, &tx.ReadTx, "set.owner", *set.Owner); err != nil {
			return out, err
		}
		if err := c.Err(); err != nil {
			return out, err
		}
	}
	if match != nil {
		var err error
		if ids, err = table.IDs(&tx.ReadTx, *match); err != nil {
			return out, err
		}
		if len(except) > 0 {
			stay := map[string]bool{}
			for _, id := range except {
				stay[id] = true
			}
			ids = slices.DeleteFunc(ids, func(id string) bool { return stay[id] })
		}
	}
	now, err := standing(&tx.ReadTx, ids)
	if err != nil {
		return out, err
	}
	var rows, claims []string
	done := map[string]bool{}
	for _, id := range ids {
		if done[id] {
			continue
		}
		done[id] = true
		is, ok := now[id]
		newRow := set.Owner != nil && *set.Owner != is.owner || set.Domain != nil && strings.TrimSpace(*set.Domain) != is.domain
		newClaim := set.Status != nil && (*set.Status != is.status || *set.Status == NotApplicable && justification != is.justification)
		switch {
		case !ok:
			out.Skipped = append(out.Skipped, ControlSkip{id, "", "There is no such control."})
			continue
		case newClaim && is.status == NotApplicable && !admin:
			out.Skipped = append(out.Skipped, ControlSkip{id, is.ref, onlyAdmin})
			continue
		case !newRow && !newClaim:
			out.Skipped = append(out.Skipped, ControlSkip{id, is.ref, "It is like this already."})
			continue
		}
		if newRow {
			rows = append(rows, id)
		}
		if newClaim {
			claims = append(claims, id)
		}
		out.Updated++
	}
	if len(claims) > 0 {
		if *set.Status != NotApplicable {
			justification = ""
		}
		if err := say(tx, claims, *set.Status, justification); err != nil {
			return out, err
		}
	}
	if len(rows) == 0 {
		return out, nil
	}
	list, err := json.Marshal(rows)
	if err != nil {
		return out, err
	}
	var domain *string
	if set.Domain != nil {
		d := strings.TrimSpace(*set.Domain)
		domain = &d
	}
	return out, tx.Exec(`UPDATE control SET owner = coalesce(?1, owner), domain = coalesce(?2, domain), updated_at = ?3,
		digest = CASE WHEN ?2 IS NULL OR ?2 = domain THEN digest ELSE '' END
		WHERE id IN (SELECT value FROM json_each(?4))`, set.Owner, domain, tx.Stamp(), string(list))
}

type stands struct {
	ref, owner, domain, justification string
	status                            Status
}

// standing is what a bulk change must know of its rows.
func standing(tx *storage.ReadTx, ids []string) (map[string]stands, error) {
	list, err := json.Marshal(slices.Clone(ids))
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(`SELECT c.id, c.ref, c.owner, c.domain, s.status, s.justification FROM json_each(?) j CROSS JOIN control c ON c.id = j.value
		CROSS JOIN control_status s ON s.control = c.id AND s.scope = 'organisation'`, string(list))
	if err != nil {
		return nil, err
	}
	out := map[string]stands{}
	_, err = op.Scan(rows, func(r op.Row) (none struct{}, err error) {
		var id string
		var s stands
		err = r.Scan(&id, &s.ref, &s.owner, &s.domain, &s.status, &s.justification)
		out[id] = s
		return none, err
	})
	return out, err
}

// Settle writes down which controls changed their effective status by themselves since it was last called:
// by a proof that came or expired, or a day that passed. It writes transitions only, and nothing for a
// control that never was anything but what was claimed. The caller's module must list control_effective.
func Settle(tx *storage.WriteTx) (int, error) {
	rows, err := tx.Query(`SELECT c.id, s.status, p.requests, p.missing, p.first_expiry, d.today, coalesce(e.effective, s.status)
		FROM `+Join+`LEFT JOIN control_effective e ON e.control = c.id AND e.scope = 'organisation' `+DaysSQL+`
		WHERE coalesce(e.effective, s.status) <> `+EffectiveSQL, Days(&tx.ReadTx)...)
	if err != nil {
		return 0, err
	}
	type moved struct {
		id, effective, reason string
	}
	changes, err := op.Scan(rows, func(r op.Row) (c moved, err error) {
		var claim Status
		var p Proof
		var today, seen string
		err = r.Scan(&c.id, &claim, &p.Requests, &p.Missing, &p.FirstExpiry, &today, &seen)
		e, why := EffectiveOf(claim, p, today)
		c.effective, c.reason = string(e), why
		return c, err
	})
	if err != nil {
		return 0, err
	}
	for _, c := range changes {
		err := tx.Exec(`INSERT INTO control_effective (control, scope, effective, reason, since) VALUES (?, 'organisation', ?, ?, ?)
			ON CONFLICT (control, scope) DO UPDATE SET effective = excluded.effective, reason = excluded.reason, since = excluded.since`,
			c.id, c.effective, c.reason, tx.Stamp())
		if err != nil {
			return 0, err
		}
	}
	return len(changes), nil
}

// askSettle asks for one Settle at the next full second, which is the job's key: all claims of a second
// share one, and it sees them all.
func askSettle(tx *storage.WriteTx) error {
	at := tx.Now().Truncate(time.Second).Add(time.Second)
	return tx.Enqueue("control.settle", nil, at, at.Format(storage.Instant))
}
