package risk

import (
	"encoding/json"
	"strings"

	"assay/server/op"
	"assay/server/person"
	"assay/storage"
)

type acceptIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"2000" doc:"Why it may stay as it is; auditors read it"`
		Until  string `json:"until" minLength:"10" maxLength:"10" doc:"The last day of the acceptance, two years from now at most"`
	}
}

// accept says that a risk may stay as it is until a day. It may be said again, with another day.
func accept(tx *storage.WriteTx, in acceptIn) (RiskDetail, error) {
	r, err := risks.Get(&tx.ReadTx, in.ID)
	if err != nil {
		return RiskDetail{}, err
	}
	reason := strings.TrimSpace(in.Body.Reason)
	var c op.Check
	c.Required(reason, "reason")
	c.Date(in.Body.Until, "until")
	c.That(in.Body.Until >= tx.Today(), "until", "Choose a day that has not passed.")
	c.That(in.Body.Until <= tx.Now().AddDate(2, 0, 0).Format(storage.Date), "until", "Accept a risk for two years at most, then look at it again.")
	if err := c.Err(); err != nil {
		return RiskDetail{}, err
	}
	if r.Status == Closed {
		return RiskDetail{}, op.Errorf(op.Conflict, "This risk is closed. Open it again first.")
	}
	tx.Note(reason)
	err = tx.ExecOne("UPDATE risk SET status = 'accepted', accepted_until = ?2, accepted_reason = ?3, accepted_at = ?4, accepted_by = ?5, updated_at = ?4 WHERE id = ?1",
		in.ID, in.Body.Until, reason, tx.Stamp(), person.Acting(&tx.ReadTx))
	if err != nil {
		return RiskDetail{}, err
	}
	if err := tell(tx, r.Owner, in.ID, "A risk of yours is accepted until "+in.Body.Until+": "+r.Title); err != nil {
		return RiskDetail{}, err
	}
	return get(&tx.ReadTx, op.ByID{ID: in.ID})
}

func unaccept(tx *storage.WriteTx, in op.ByID) (RiskDetail, error) {
	r, err := risks.Get(&tx.ReadTx, in.ID)
	if err != nil {
		return RiskDetail{}, err
	}
	if r.Status != Accepted {
		return RiskDetail{}, op.Errorf(op.Conflict, "This risk is not accepted.")
	}
	if err := reopen(tx, in.ID); err != nil {
		return RiskDetail{}, err
	}
	return get(&tx.ReadTx, in)
}

func reopen(tx *storage.WriteTx, id string) error {
	return tx.ExecOne("UPDATE risk SET status = 'open', accepted_until = '', accepted_reason = '', accepted_at = '', accepted_by = '', updated_at = ? WHERE id = ?", tx.Stamp(), id)
}

// expire writes down which acceptances have run out, and tells the owners. Who reads a risk sees that from the first
// minute of the day; what is written here is for the history.
func expire(s *op.Scope, _ json.RawMessage) error {
	return s.Write(func(tx *storage.WriteTx) error {
		rows, err := tx.Query("SELECT id, title, owner FROM risk WHERE status = 'accepted' AND accepted_until < ? ORDER BY ref", tx.Today())
		if err != nil {
			return err
		}
		over, err := op.Scan(rows, func(r op.Row) (x Risk, err error) { return x, r.Scan(&x.ID, &x.Title, &x.Owner) })
		if err != nil {
			return err
		}
		for _, r := range over {
			if err := reopen(tx, r.ID); err != nil {
				return err
			}
			if err := tell(tx, r.Owner, r.ID, "The acceptance of a risk of yours has run out: "+r.Title); err != nil {
				return err
			}
		}
		return nil
	})
}
