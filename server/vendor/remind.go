package vendor

import (
	"encoding/json"
	"fmt"

	"assay/server/notification"
	"assay/server/op"
	"assay/server/record"
	"assay/server/task"
	"assay/storage"
)

// Keys of the tasks that clocks ask for.
const (
	reviewKey      = "vendor.review/"
	attestationKey = "vendor.attestation/"
	contractKey    = "vendor.contract/"
)

// clock is something of a vendor that runs out: its review, a proof, a contract.
type clock struct {
	id, key    string // of the vendor, the attestation or the contract
	day        string // on which it runs out
	over       bool   // it has, else it will soon
	vendor     string
	owner      string
	title      string // of the task
	soon, late string // what the owner is told, before and after
}

// remind asks for what runs out soon or has: by a task, and by a notification when it comes near and when it is over.
// Every clock is told of once each, however many nights pass; a task that somebody ended comes back with the next.
func remind(s *op.Scope, _ json.RawMessage) error {
	return s.Write(func(tx *storage.WriteTx) error {
		all, err := running(&tx.ReadTx)
		if err != nil {
			return err
		}
		for _, c := range all {
			if err := c.tell(tx); err != nil {
				return fmt.Errorf("remind of vendor %s: %w", c.vendor, err)
			}
		}
		return nil
	})
}

// running are the clocks that are due. Nobody is reminded of who was rejected or is gone.
func running(tx *storage.ReadTx) (all []clock, err error) {
	today := tx.Today()
	err = vendors.Table.Each(tx, VendorFilter{Status: []Status{InReview, Approved, Offboarding}}, func(v Vendor) error {
		if v.Review == DueSoon || v.Review == Overdue {
			all = append(all, clock{id: v.ID, key: reviewKey + v.ID, day: v.NextReviewOn, over: v.Review == Overdue, vendor: v.ID, owner: v.Owner,
				title: "Review “" + v.Name + "” again", soon: "The review of “" + v.Name + "” is due on " + v.NextReviewOn, late: "The review of “" + v.Name + "” was due on " + v.NextReviewOn})
		}
		if v.Attested == Expiring || v.Attested == Expired {
			proofs, err := attestations.All(tx, v.ID)
			if err != nil {
				return err
			}
			for _, a := range proofs {
				if a.State != Expiring && a.State != Expired {
					continue
				}
				end, name := max(a.ExpiresOn, a.BridgeUntil), a.called()
				all = append(all, clock{id: a.ID, key: attestationKey + a.ID, day: end, over: a.State == Expired, vendor: v.ID, owner: v.Owner,
					title: "Ask “" + v.Name + "” for a newer " + name, soon: "The " + name + " of “" + v.Name + "” counts until " + end, late: "The " + name + " of “" + v.Name + "” counted until " + end})
			}
		}
		if !v.ContractDue {
			return nil
		}
		papers, err := contracts.All(tx, v.ID)
		for _, p := range papers {
			if !p.State.due() {
				continue
			}
			c := clock{id: p.ID, key: contractKey + p.ID, day: p.NoticeBy, over: today > p.NoticeBy, vendor: v.ID, owner: v.Owner,
				title: "Decide about “" + p.Title + "” with “" + v.Name + "”", soon: "“" + p.Title + "” with “" + v.Name + "” has to be decided on by " + p.NoticeBy,
				late: "“" + p.Title + "” with “" + v.Name + "” renewed by itself: say until when"}
			if p.Owner != "" {
				c.owner = p.Owner
			}
			all = append(all, c)
		}
		return err
	})
	return all, err
}

func (c clock) tell(tx *storage.WriteTx) error {
	due, sentence := "soon", c.soon
	if c.over {
		due, sentence = "over", c.late
	}
	var told, open bool
	err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM vendor_reminder WHERE id = ?1 AND day = ?2 AND due IN (?3, 'over')),
		EXISTS (SELECT 1 FROM task WHERE key = ?4 AND status IN ('open', 'in_progress'))`, c.id, c.day, due, c.key).Scan(&told, &open)
	if err != nil {
		return err
	}
	if !told || open {
		_, err := task.Want(tx, task.Wanted{Key: c.key, Title: c.title, Owner: c.owner, DueOn: c.day, About: record.Ref{Kind: record.Vendor, ID: c.vendor}, Source: "vendor"})
		if err != nil {
			return err
		}
	}
	if told {
		return nil
	}
	err = tx.Exec("INSERT INTO vendor_reminder (id, day, due) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET day = excluded.day, due = excluded.due", c.id, c.day, due)
	if err != nil {
		return err
	}
	return tell(tx, notification.VendorDue, c.owner, c.vendor, sentence)
}
