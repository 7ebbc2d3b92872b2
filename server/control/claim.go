package control

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"assay/server/op"
	"assay/server/person"
	"assay/server/record"
	"assay/server/tag"
	"assay/storage"
)

const onlyAdmin = "Only an administrator can say that a control does not apply, or that it applies again."

const needsReason = "Say why this control does not apply. Auditors read it."

// mayClaim is the rule of what may be said of a control, and by whom: the field at fault and why, both empty
// when it may.
func mayClaim(was, now Status, justification string, admin bool) (field, why string) {
	switch {
	case now == NotApplicable && strings.TrimSpace(justification) == "":
		return "justification", needsReason
	case !admin && (now == NotApplicable || was == NotApplicable):
		return "status", onlyAdmin
	}
	return "", ""
}

type claimIn struct {
	ID   string `path:"id"`
	Body struct {
		Status        Status `json:"status" enum:"not_started,in_progress,implemented,gap,not_applicable"`
		Scope         string `json:"scope,omitempty" maxLength:"26" doc:"Id of a product, for a control that is kept per product; the organisation unless given"`
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
	c.That(b.Status != NotApplicable || b.Justification != "", "justification", needsReason)
	if err := c.Err(); err != nil {
		return out, err
	}
	err = s.Write(func(tx *storage.WriteTx) error {
		if out, err = get(&tx.ReadTx, byID{in.ID}); err != nil {
			return err
		}
		was, justification, err := out.saidIn(&tx.ReadTx, b.Scope)
		if err != nil {
			return err
		}
		if b.Was != "" && b.Was != was {
			return storage.ErrStale
		}
		if b.Status == was && (b.Status != NotApplicable || b.Justification == justification) {
			return nil
		}
		if _, why := mayClaim(was, b.Status, b.Justification, s.Caller().Role == op.Admin); why != "" {
			return op.Errorf(op.Forbidden, "%s", why)
		}
		if b.Status != NotApplicable {
			b.Justification = "" // it explained a state that is over; history keeps it
		}
		if err := say(tx, In(b.Scope), []string{in.ID}, b.Status, b.Justification); err != nil {
			return err
		}
		out, err = get(&tx.ReadTx, byID{in.ID})
		return err
	})
	return out, err
}

// saidIn is what is claimed of a control in a scope, where it may be claimed.
func (d ControlDetail) saidIn(tx *storage.ReadTx, scope string) (Status, string, error) {
	if In(scope) == Organisation {
		if d.Tracked {
			return "", "", op.Errorf(op.Conflict, keptPerProduct)
		}
		return d.Status, d.Justification, nil
	}
	var c op.Check
	if err := checkProduct(&c, tx, "scope", scope); err != nil {
		return "", "", err
	}
	if err := c.Err(); err != nil {
		return "", "", err
	}
	for _, p := range d.Products {
		if p.ID == scope && p.Own {
			return p.Status, p.Justification, nil
		}
	}
	return "", "", op.Errorf(op.Conflict, notPerProduct)
}

// say sets the claim of controls in a scope; the organisation's follows that of products.
func say(tx *storage.WriteTx, scope string, ids []string, status Status, justification string) error {
	list, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	err = tx.Exec(`UPDATE control_status SET status = ?, justification = ?, changed_at = ?, changed_by = ?
		WHERE scope = ? AND control IN (SELECT value FROM json_each(?))`,
		string(status), justification, tx.Stamp(), tx.Call().Actor.ID, scope, string(list))
	if err == nil && scope != Organisation {
		err = roll(tx, ids)
	}
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
		Scope         string         `json:"scope,omitempty" maxLength:"26" doc:"Id of the product whose status is set, of controls that are kept per product; the organisation unless given"`
		Set           BulkSet        `json:"set"`
		Justification string         `json:"justification,omitempty" maxLength:"2000" doc:"Why they do not apply; required then"`
		Reason        string         `json:"reason,omitempty" maxLength:"500" doc:"Why, for the audit log"`
	}
}

// BulkSet is what a bulk change sets; what is absent stays.
type BulkSet struct {
	Status  *Status `json:"status,omitempty" enum:"not_started,in_progress,implemented,gap,not_applicable"`
	Owner   *string `json:"owner,omitempty" maxLength:"26" doc:"Id of a person; empty for nobody"`
	Domain  *string `json:"domain,omitempty" maxLength:"100"`
	Tracked *bool   `json:"tracked,omitempty" doc:"Keep them per product, or no longer: an administrator takes the statuses in products away"`

	AddTags    []string `json:"add_tags,omitempty" maxItems:"20" doc:"Names of tags; those that are not there yet are made"`
	RemoveTags []string `json:"remove_tags,omitempty" maxItems:"20" doc:"Ids of tags"`
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
	c.That(b.Set.Status != nil || b.Set.Owner != nil || b.Set.Domain != nil || b.Set.Tracked != nil || len(b.Set.AddTags)+len(b.Set.RemoveTags) > 0,
		"set", "Give at least one field to set: status, owner, domain, tracked or tags.")
	c.That(b.Set.Status == nil || b.Set.Tracked == nil, "set.tracked", "Change this first, and the status afterwards.")
	c.That(b.Set.Status == nil || *b.Set.Status != NotApplicable || b.Justification != "", "justification", "Say why these controls do not apply. Auditors read it.")
	if err := c.Err(); err != nil {
		return out, err
	}
	admin := s.Caller().Role == op.Admin
	if !admin && b.Set.Status != nil && *b.Set.Status == NotApplicable {
		return out, op.Errorf(op.Forbidden, onlyAdmin)
	}
	if !admin && b.Set.Tracked != nil && !*b.Set.Tracked {
		return out, op.Errorf(op.Forbidden, "Only an administrator can take the statuses in products away.")
	}
	err = s.Write(func(tx *storage.WriteTx) error {
		if err := mayTrack(&tx.ReadTx, b.Scope, b.Set); err != nil {
			return err
		}
		out, err = change(tx, In(b.Scope), b.IDs, b.Match, b.Except, b.Set, b.Justification, admin)
		tx.Note(strings.TrimSpace(b.Reason))
		return err
	})
	return out, err
}

// mayTrack refuses a product that is not there, and keeping controls per product without any.
func mayTrack(tx *storage.ReadTx, scope string, set BulkSet) error {
	var c op.Check
	if err := checkProduct(&c, tx, "scope", scope); err != nil {
		return err
	}
	if err := c.Err(); err != nil {
		return err
	}
	if set.Tracked == nil || !*set.Tracked {
		return nil
	}
	var some bool
	if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM scope WHERE kind = 'product' AND archived = 0)").Scan(&some); err != nil {
		return err
	}
	if !some {
		return op.Errorf(op.Conflict, noProducts)
	}
	return nil
}

func change(tx *storage.WriteTx, scope string, ids []string, match *ControlFilter, except []string, set BulkSet, justification string, admin bool) (ControlBulk, error) {
	out := ControlBulk{Skipped: []ControlSkip{}}
	if set.Owner != nil {
		var c op.Check
		if err := person.Check(&c, &tx.ReadTx, "set.owner", *set.Owner); err != nil {
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
	now, err := standing(&tx.ReadTx, scope, ids)
	if err != nil {
		return out, err
	}
	there := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { _, ok := now[id]; return !ok })
	tagged, err := tag.Change(tx, record.Control, there, set.AddTags, set.RemoveTags, "set.add_tags")
	if err != nil {
		return out, err
	}
	var rows, claims, turns []string
	done := map[string]bool{}
	for _, id := range ids {
		if done[id] {
			continue
		}
		done[id] = true
		is, ok := now[id]
		newRow := set.Owner != nil && *set.Owner != is.owner || set.Domain != nil && strings.TrimSpace(*set.Domain) != is.domain
		newClaim := set.Status != nil && (*set.Status != is.status || *set.Status == NotApplicable && justification != is.justification)
		turned := set.Tracked != nil && *set.Tracked != is.tracked
		switch {
		case !ok:
			out.Skipped = append(out.Skipped, ControlSkip{id, "", "There is no such control."})
			continue
		case set.Status != nil && scope == Organisation && is.tracked:
			out.Skipped = append(out.Skipped, ControlSkip{id, is.ref, keptPerProduct})
			continue
		case set.Status != nil && scope != Organisation && !is.tracked:
			out.Skipped = append(out.Skipped, ControlSkip{id, is.ref, notPerProduct})
			continue
		case newClaim && is.status == NotApplicable && !admin:
			out.Skipped = append(out.Skipped, ControlSkip{id, is.ref, onlyAdmin})
			continue
		case !newRow && !newClaim && !turned && !tagged[id]:
			out.Skipped = append(out.Skipped, ControlSkip{id, is.ref, "It is like this already."})
			continue
		}
		if newRow {
			rows = append(rows, id)
		}
		if newClaim {
			claims = append(claims, id)
		}
		if turned {
			turns = append(turns, id)
		}
		out.Updated++
	}
	if len(claims) > 0 {
		if *set.Status != NotApplicable {
			justification = ""
		}
		if err := say(tx, scope, claims, *set.Status, justification); err != nil {
			return out, err
		}
	}
	if len(turns) > 0 {
		turn := merge
		if *set.Tracked {
			turn = split
		}
		if err := errors.Join(turn(tx, turns), askSettle(tx)); err != nil {
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
	tracked                           bool
}

// standing is what a bulk change must know of its rows in a scope.
func standing(tx *storage.ReadTx, scope string, ids []string) (map[string]stands, error) {
	list, err := json.Marshal(slices.Clone(ids))
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(`SELECT c.id, c.ref, c.owner, c.domain, s.status, s.justification,
			EXISTS (SELECT 1 FROM control_status t WHERE t.control = c.id AND t.scope <> 'organisation')
		FROM json_each(?) j CROSS JOIN control c ON c.id = j.value CROSS JOIN control_proof p ON p.control = c.id AND p.scope = ?
		CROSS JOIN control_status s ON s.control = c.id AND s.scope = p.claimed_in`, string(list), scope)
	if err != nil {
		return nil, err
	}
	out := map[string]stands{}
	err = op.Each(rows, func(r op.Row) (err error) {
		var id string
		var s stands
		err = r.Scan(&id, &s.ref, &s.owner, &s.domain, &s.status, &s.justification, &s.tracked)
		out[id] = s
		return err
	})
	return out, err
}

// Settle writes down which controls changed their effective status by themselves since it was last called:
// by a proof that came or expired, or a day that passed. It writes transitions only, and nothing for a
// control that never was anything but what was claimed. A control is settled in every scope that it has a
// status in. The caller's module must list control_effective.
func Settle(tx *storage.WriteTx) (int, error) {
	rows, err := tx.Query(`SELECT s.control, s.scope, s.status, p.requests, p.missing, p.first_expiry, d.today, coalesce(e.effective, s.status)
		FROM scope x CROSS JOIN control_status s ON s.scope = x.id JOIN control_proof p ON p.control = s.control AND p.scope = s.scope
		LEFT JOIN control_effective e ON e.control = s.control AND e.scope = s.scope `+DaysSQL+`
		WHERE x.archived = 0 AND coalesce(e.effective, s.status) <> `+EffectiveSQL, Days(&tx.ReadTx)...)
	if err != nil {
		return 0, err
	}
	type moved struct {
		id, scope, effective, reason string
	}
	changes, err := op.Scan(rows, func(r op.Row) (c moved, err error) {
		var claim Status
		var p Proof
		var today, seen string
		err = r.Scan(&c.id, &c.scope, &claim, &p.Requests, &p.Missing, &p.FirstExpiry, &today, &seen)
		e, why := EffectiveOf(claim, p, today)
		c.effective, c.reason = string(e), why
		return c, err
	})
	if err != nil {
		return 0, err
	}
	for _, c := range changes {
		err := tx.Exec(`INSERT INTO control_effective (control, scope, effective, reason, since) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (control, scope) DO UPDATE SET effective = excluded.effective, reason = excluded.reason, since = excluded.since`,
			c.id, c.scope, c.effective, c.reason, tx.Stamp())
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
