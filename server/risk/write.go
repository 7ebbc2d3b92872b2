package risk

import (
	"fmt"

	"assay/server/notification"
	"assay/server/number"
	"assay/server/op"
	"assay/server/person"
	"assay/server/record"
	"assay/server/tag"
	"assay/storage"
)

// insert adds a risk that was judged before, and gives its id. Its owner is told.
func insert(tx *storage.WriteTx, d RiskDraft) (string, error) {
	var used int
	if err := tx.QueryRow("SELECT coalesce(max(CAST(substr(ref, 5) AS INTEGER)), 0) FROM risk").Scan(&used); err != nil {
		return "", err
	}
	n, err := number.Next(tx, "risk", used)
	if err != nil {
		return "", err
	}
	if d.Status == "" {
		d.Status = Open
	}
	id := tx.NewID()
	err = tx.Exec("INSERT INTO risk (id, ref, title, source_key, created_at, updated_at) VALUES (?, ?, ?, ?, ?5, ?5)", id, Ref(n), d.Title, d.source, tx.Stamp())
	if err != nil {
		return "", err
	}
	return id, write(tx, id, RiskDraft{}, d)
}

// write makes a risk what is said of it now, keeps a changed score for its history, and tells a new owner. An
// acceptance ends with the status that it gave.
func write(tx *storage.WriteTx, id string, was, now RiskDraft) error {
	err := tx.ExecOne(`UPDATE risk SET title = ?1, description = ?2, category = ?3, owner = ?4, inherent_likelihood = ?5, inherent_impact = ?6,
		residual_likelihood = ?7, residual_impact = ?8, target_likelihood = ?9, target_impact = ?10, treatment = ?11, plan = ?12, due_on = ?13, review_on = ?14,
		status = ?15, accepted_until = iif(?15 = 'accepted', accepted_until, ''), accepted_reason = iif(?15 = 'accepted', accepted_reason, ''),
		accepted_at = iif(?15 = 'accepted', accepted_at, ''), accepted_by = iif(?15 = 'accepted', accepted_by, ''), updated_at = ?16 WHERE id = ?17`,
		now.Title, now.Description, now.Category, now.Owner, now.Inherent.Likelihood, now.Inherent.Impact, now.Residual.Likelihood, now.Residual.Impact,
		now.Target.Likelihood, now.Target.Impact, string(now.Treatment), now.Plan, now.DueOn, now.ReviewOn, string(now.Status), tx.Stamp(), id)
	if err != nil {
		return fmt.Errorf("write risk: %w", err)
	}
	if was.Inherent != now.Inherent || was.Residual != now.Residual || was.Target != now.Target {
		err := tx.Exec(`INSERT INTO risk_score (id, risk, at, day, inherent_likelihood, inherent_impact, residual_likelihood, residual_impact, target_likelihood, target_impact, changed_by)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, tx.NewID(), id, tx.Stamp(), tx.Today(), now.Inherent.Likelihood, now.Inherent.Impact,
			now.Residual.Likelihood, now.Residual.Impact, now.Target.Likelihood, now.Target.Impact, person.Acting(&tx.ReadTx))
		if err != nil {
			return fmt.Errorf("keep the score: %w", err)
		}
	}
	if was.Owner == now.Owner {
		return nil
	}
	return tell(tx, now.Owner, id, "A risk is yours: "+now.Title)
}

// tell tells somebody of a risk of theirs.
func tell(tx *storage.WriteTx, who, id, sentence string) error {
	return notification.Send(tx, notification.Notice{Event: notification.RiskChanged, To: []string{who}, About: record.Ref{Kind: record.Risk, ID: id}, Title: sentence})
}

// RiskSet is what a bulk change sets; what is absent stays.
type RiskSet struct {
	Status     *Status    `json:"status,omitempty" enum:"open,in_progress,off_track,mitigated,closed"`
	Owner      *string    `json:"owner,omitempty" maxLength:"26" doc:"Id of a person; empty for nobody"`
	Category   *string    `json:"category,omitempty" maxLength:"60"`
	Treatment  *Treatment `json:"treatment,omitempty" enum:",mitigate,accept,transfer,avoid"`
	DueOn      *string    `json:"due_on,omitempty" maxLength:"10" doc:"A date; empty for none"`
	AddTags    []string   `json:"add_tags,omitempty" maxItems:"20" doc:"Names"`
	RemoveTags []string   `json:"remove_tags,omitempty" maxItems:"50" doc:"Ids"`
}

// bulk changes many risks in one transaction, which one undo takes back.
func bulk(tx *storage.WriteTx, in bulkIn) (op.Bulk, error) {
	b, out := in.Body, op.Bulk{Skipped: []op.Skip{}}
	change := RiskChange{Status: b.Set.Status, Owner: b.Set.Owner, Category: b.Set.Category, Treatment: b.Set.Treatment, DueOn: b.Set.DueOn}
	var c op.Check
	c.That(change != RiskChange{} || len(b.Set.AddTags)+len(b.Set.RemoveTags) > 0, "set", "Give at least one field to set.")
	if b.Set.DueOn != nil {
		c.Date(*b.Set.DueOn, "set.due_on")
	}
	if b.Set.Owner != nil {
		if err := person.Check(&c, &tx.ReadTx, "set.owner", *b.Set.Owner); err != nil {
			return out, err
		}
	}
	if err := c.Err(); err != nil {
		return out, err
	}
	ids, err := table.Aimed(&tx.ReadTx, b.IDs, b.Match, b.Except)
	if err != nil {
		return out, err
	}
	is, err := table.Rows(&tx.ReadTx, ids)
	if err != nil {
		return out, err
	}
	there := []string{}
	for _, id := range ids {
		if _, ok := is[id]; ok {
			there = append(there, id)
		}
	}
	tagged, err := tag.Change(tx, record.Risk, there, b.Set.AddTags, b.Set.RemoveTags, "set.add_tags")
	if err != nil {
		return out, err
	}
	for _, id := range ids {
		r, ok := is[id]
		was := r.said()
		now := was.after(change)
		why := mayMove(was.Status, now.Status)
		switch {
		case !ok:
			why = "There is no such risk."
		case why == "" && now == was && !tagged[id]:
			why = op.Same
		}
		if why != "" {
			out.Skipped = append(out.Skipped, op.Skip{ID: id, Name: r.Ref, Why: why})
			continue
		}
		out.Updated++
		if now == was {
			continue
		}
		if err := write(tx, id, was, now); err != nil {
			return out, err
		}
	}
	return out, nil
}
