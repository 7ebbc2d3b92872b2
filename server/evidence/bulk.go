package evidence

import (
	"errors"
	"slices"

	"assay/server/op"
	"assay/server/person"
	"assay/server/record"
	"assay/server/tag"
	"assay/storage"
)

type bulkIn struct {
	Body struct {
		IDs       []string        `json:"ids,omitempty" maxItems:"10000" doc:"The requests to change"`
		Match     *EvidenceFilter `json:"match,omitempty" doc:"Or: every request that this filter finds"`
		Owner     *string         `json:"owner,omitempty" maxLength:"26" doc:"Id of a person; empty for nobody"`
		Reviewer  *string         `json:"reviewer,omitempty" maxLength:"26" doc:"Id of a person; empty for nobody"`
		Frequency *Frequency      `json:"frequency,omitempty" enum:"monthly,quarterly,semi_annual,annual,once" doc:"The validity follows it"`

		AddTags    []string `json:"add_tags,omitempty" maxItems:"20" doc:"Names of tags; those that are not there yet are made"`
		RemoveTags []string `json:"remove_tags,omitempty" maxItems:"20" doc:"Ids of tags"`
	}
}

// EvidenceSkip is a row that a bulk change left as it was.
type EvidenceSkip struct {
	ID  string `json:"id"`
	Why string `json:"why"`
}

// EvidenceBulk says what a bulk change did.
type EvidenceBulk struct {
	Updated int            `json:"updated"`
	Skipped []EvidenceSkip `json:"skipped"`
}

// bulk changes many requests in one transaction: all of them, or none when something fails.
func bulk(tx *storage.WriteTx, in bulkIn) (EvidenceBulk, error) {
	b, out := in.Body, EvidenceBulk{Skipped: []EvidenceSkip{}}
	var c op.Check
	c.That((b.Match == nil) != (len(b.IDs) == 0), "ids", "Give either ids or match.")
	c.That(b.Owner != nil || b.Reviewer != nil || b.Frequency != nil || len(b.AddTags)+len(b.RemoveTags) > 0,
		"owner", "Give at least one field to change: owner, reviewer, frequency or tags.")
	var owner, reviewer string
	set(&owner, b.Owner)
	set(&reviewer, b.Reviewer)
	err := errors.Join(person.Check(&c, &tx.ReadTx, "owner", owner), person.Check(&c, &tx.ReadTx, "reviewer", reviewer))
	if err != nil {
		return out, err
	}
	if err := c.Err(); err != nil {
		return out, err
	}
	ids := b.IDs
	if b.Match != nil {
		if ids, err = table.IDs(&tx.ReadTx, *b.Match); err != nil {
			return out, err
		}
	}
	there := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return exists(&tx.ReadTx, id) != nil })
	tagged, err := tag.Change(tx, record.Evidence, there, b.AddTags, b.RemoveTags, "add_tags")
	if err != nil {
		return out, err
	}
	for _, id := range ids {
		why, err := bulkOne(tx, id, in, tagged[id])
		if err != nil {
			return out, err
		}
		if why != "" {
			out.Skipped = append(out.Skipped, EvidenceSkip{id, why})
			continue
		}
		out.Updated++
	}
	return out, askRecalculation(tx)
}

// bulkOne changes one row, or says why it did not.
func bulkOne(tx *storage.WriteTx, id string, in bulkIn, tagged bool) (why string, err error) {
	var owner, reviewer string
	var frequency Frequency
	var validity int
	err = tx.QueryRow("SELECT owner, reviewer, frequency, validity_days FROM evidence WHERE id = ?", id).Scan(&owner, &reviewer, &frequency, &validity)
	if err = none(err); errors.Is(err, storage.ErrNotFound) {
		return "There is no such evidence request.", nil
	}
	if err != nil {
		return "", err
	}
	newOwner, newReviewer, newFrequency, newValidity := owner, reviewer, frequency, validity
	set(&newOwner, in.Body.Owner)
	set(&newReviewer, in.Body.Reviewer)
	set(&newFrequency, in.Body.Frequency)
	if newFrequency != frequency {
		newValidity = newFrequency.ValidityDays()
	}
	if newOwner == owner && newReviewer == reviewer && newFrequency == frequency {
		if tagged {
			return "", nil
		}
		return "It is like this already.", nil
	}
	err = tx.ExecOne("UPDATE evidence SET owner = ?, reviewer = ?, frequency = ?, validity_days = ?, updated_at = ? WHERE id = ?",
		newOwner, newReviewer, string(newFrequency), newValidity, tx.Stamp(), id)
	if err != nil || newFrequency == frequency {
		return "", err
	}
	return "", advance(tx, id, move{})
}
