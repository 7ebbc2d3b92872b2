package policy

import (
	"assay/server/op"
	"assay/server/person"
	"assay/server/record"
	"assay/server/tag"
	"assay/storage"
)

type bulkIn struct {
	Body struct {
		IDs    []string      `json:"ids,omitempty" maxItems:"1000"`
		Match  *PolicyFilter `json:"match,omitempty" doc:"All policies that this filter finds, instead of ids"`
		Except []string      `json:"except,omitempty" maxItems:"1000" doc:"Of these, the ones that stay as they are"`
		Set    PolicySet     `json:"set"`
	}
}

// PolicySet is what a bulk change sets; what is absent stays. A policy gets most of its statuses by what happens to
// its words, so that only the two that somebody decides are set here.
type PolicySet struct {
	Status       *Status  `json:"status,omitempty" enum:"not_started,archived" doc:"not_started takes suggestions up; archived takes policies out of force"`
	Owner        *string  `json:"owner,omitempty" maxLength:"26" doc:"Id of a person; empty for nobody"`
	Category     *string  `json:"category,omitempty" maxLength:"100"`
	ReviewMonths *int     `json:"review_months,omitempty" minimum:"0" maximum:"60"`
	AddTags      []string `json:"add_tags,omitempty" maxItems:"20" doc:"Names"`
	RemoveTags   []string `json:"remove_tags,omitempty" maxItems:"50" doc:"Ids"`
}

// bulk changes many policies in one transaction, which one undo takes back.
func bulk(tx *storage.WriteTx, in bulkIn) (op.Bulk, error) {
	b, out := in.Body, op.Bulk{Skipped: []op.Skip{}}
	var c op.Check
	c.That(b.Set.Status != nil || b.Set.Owner != nil || b.Set.Category != nil || b.Set.ReviewMonths != nil || len(b.Set.AddTags)+len(b.Set.RemoveTags) > 0,
		"set", "Give at least one field to set.")
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
	tagged, err := tag.Change(tx, record.Policy, there, b.Set.AddTags, b.Set.RemoveTags, "set.add_tags")
	if err != nil {
		return out, err
	}
	for _, id := range ids {
		p, ok := is[id]
		why, changed, err := "There is no such policy.", false, error(nil)
		if ok {
			why, changed, err = bulkOne(tx, p, b.Set)
		}
		if err != nil {
			return out, err
		}
		if why == "" && !changed && !tagged[id] {
			why = op.Same
		}
		if why != "" {
			out.Skipped = append(out.Skipped, op.Skip{ID: id, Name: p.Ref, Why: why})
			continue
		}
		out.Updated++
	}
	return out, nil
}

// bulkOne changes one policy, or says why it stays as it is.
func bulkOne(tx *storage.WriteTx, p Policy, set PolicySet) (why string, changed bool, err error) {
	archived := false
	if set.Status != nil && *set.Status != p.Status {
		switch {
		case *set.Status == NotStarted && p.Status != Suggested:
			return "Only a suggestion can be taken up.", false, nil
		case *set.Status == Archived && p.Status == InReview:
			return "A version of it waits for approval. Withdraw it first.", false, nil
		}
		archived = *set.Status == Archived
	}
	was := said{p.Title, p.Category, p.Summary, p.Location, p.Owner, p.Scope, p.PlannedOn, p.ReviewMonths}
	now := was
	op.Put(&now.category, set.Category)
	op.Put(&now.owner, set.Owner)
	op.Put(&now.months, set.ReviewMonths)
	taken := set.Status != nil && *set.Status == NotStarted && p.Status == Suggested
	if archived {
		if err := shelve(tx, p.ID); err != nil {
			return "", false, err
		}
	}
	if now == was && !taken {
		return "", archived, nil
	}
	err = tx.ExecOne("UPDATE policy SET category = ?, owner = ?, review_months = ?, suggested = iif(?, 0, suggested), updated_at = ? WHERE id = ?",
		now.category, now.owner, now.months, taken, tx.Stamp(), p.ID)
	return "", true, err
}
