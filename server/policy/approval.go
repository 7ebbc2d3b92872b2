package policy

import (
	"fmt"
	"slices"
	"strings"

	"assay/server/notification"
	"assay/server/op"
	"assay/server/person"
	"assay/server/record"
	"assay/storage"
)

type submitIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Approvers []string `json:"approvers" minItems:"1" maxItems:"20" doc:"Ids of people who all have to approve, the author's not alone"`
	}
}

// submit asks people to approve a version as it is. Decisions of an earlier round count no longer.
func submit(tx *storage.WriteTx, in submitIn) (VersionDetail, error) {
	v, p, err := writable(&tx.ReadTx, in.ID)
	if err != nil {
		return VersionDetail{}, err
	}
	if v.State != Draft {
		return VersionDetail{}, op.Errorf(op.Conflict, "This version was submitted already. Withdraw it to submit it to others.")
	}
	if v.Digest == "" {
		return VersionDetail{}, op.Errorf(op.Conflict, "This version has no words yet. Write it or upload a document first.")
	}
	var c op.Check
	others := false
	for i, id := range in.Body.Approvers {
		at := fmt.Sprintf("approvers[%d]", i)
		c.Required(id, at)
		c.That(!slices.Contains(in.Body.Approvers[:i], id), at, "This person is named already.")
		if err := person.Check(&c, &tx.ReadTx, at, id); err != nil {
			return VersionDetail{}, err
		}
		others = others || id != v.Author
	}
	c.That(others, "approvers", "Name somebody else beside the author: nobody approves their own words alone.")
	if err := c.Err(); err != nil {
		return VersionDetail{}, err
	}
	if err := tx.Exec("DELETE FROM policy_approver WHERE policy_version = ?", v.ID); err != nil {
		return VersionDetail{}, err
	}
	for i, id := range in.Body.Approvers {
		if err := tx.Exec("INSERT INTO policy_approver (policy_version, person, position) VALUES (?, ?, ?)", v.ID, id, i); err != nil {
			return VersionDetail{}, err
		}
	}
	err = tx.ExecOne("UPDATE policy_version SET state = 'in_review', round = round + 1, submitted_at = ?1, submitted_by = ?2, updated_at = ?1 WHERE id = ?3",
		tx.Stamp(), person.Acting(&tx.ReadTx), v.ID)
	if err != nil {
		return VersionDetail{}, err
	}
	if err := askApprover(tx, p, v, in.Body.Approvers[0]); err != nil {
		return VersionDetail{}, err
	}
	return version(&tx.ReadTx, op.ByID{ID: v.ID})
}

// askApprover tells the one whose turn it is.
func askApprover(tx *storage.WriteTx, p Policy, v PolicyVersion, who string) error {
	return notification.Send(tx, notification.Notice{Event: notification.ReviewAsked, To: []string{who}, About: record.Ref{Kind: record.Policy, ID: p.ID},
		Title: fmt.Sprintf("Please approve %s %s, version %s", p.Ref, p.Title, v.Number), Body: v.ChangeSummary})
}

func withdraw(tx *storage.WriteTx, in op.ByID) (VersionDetail, error) {
	v, _, err := writable(&tx.ReadTx, in.ID)
	if err != nil {
		return VersionDetail{}, err
	}
	if v.State == Draft {
		return VersionDetail{}, op.Errorf(op.Conflict, "This version was not submitted.")
	}
	if err := back(tx, v); err != nil {
		return VersionDetail{}, err
	}
	return version(&tx.ReadTx, in)
}

// back makes a version a draft again, whose author stays.
func back(tx *storage.WriteTx, v PolicyVersion) error {
	return tx.ExecOne("UPDATE policy_version SET state = 'draft', submitted_at = '', submitted_by = '', ratified_at = '', updated_at = ? WHERE id = ?", tx.Stamp(), v.ID)
}

type decideIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Digest  string `json:"digest" minLength:"64" maxLength:"64" doc:"Of the content that was read: a decision counts for that alone"`
		Comment string `json:"comment,omitempty" maxLength:"2000" doc:"A rejection needs one"`
	}
}

func decide(d Decision) func(*storage.WriteTx, decideIn) (PolicyVersion, error) {
	return func(tx *storage.WriteTx, in decideIn) (PolicyVersion, error) {
		v, err := versionByID(&tx.ReadTx, in.ID)
		if err != nil {
			return v, err
		}
		me := person.Acting(&tx.ReadTx)
		at := slices.IndexFunc(v.Approvers, func(a Approver) bool { return a.Person == me && me != "" })
		if at < 0 {
			return v, op.Errorf(op.Conflict, "You are not named as an approver of this version.")
		}
		p, err := one(&tx.ReadTx, v.Policy)
		if err != nil {
			return v, err
		}
		comment := strings.TrimSpace(in.Body.Comment)
		switch {
		case v.State != InReview:
			return v, op.Errorf(op.Conflict, "This version does not wait for approval.")
		case in.Body.Digest != v.Digest:
			return v, op.Errorf(op.Conflict, "The content was changed since you read it. Read it again.")
		case v.Approvers[at].Decision != "":
			return v, op.Errorf(op.Conflict, "You have decided about this version already.")
		case Turn(v.Approvers) != at:
			return v, op.Errorf(op.Conflict, "It is the turn of %s, who is named before you.", v.Approvers[Turn(v.Approvers)].Name)
		}
		if err := p.active(); err != nil {
			return v, err
		}
		var c op.Check
		c.That(d != Rejected || comment != "", "comment", "Say what has to change.")
		if err := c.Err(); err != nil {
			return v, err
		}
		err = tx.Exec("INSERT INTO policy_approval (id, policy_version, round, person, decision, comment, digest, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			tx.NewID(), v.ID, v.round, me, string(d), comment, v.Digest, tx.Stamp())
		if err != nil {
			return v, err
		}
		v.Approvers[at].Decision = d
		said := ""
		switch {
		case d == Rejected:
			said, err = "was sent back", back(tx, v)
		case Settled(v.Approvers, v.Author):
			said, err = "is approved", tx.ExecOne("UPDATE policy_version SET state = 'ratified', ratified_at = ?1, updated_at = ?1 WHERE id = ?2", tx.Stamp(), v.ID)
		default:
			err = askApprover(tx, p, v, v.Approvers[Turn(v.Approvers)].Person)
		}
		if err == nil && said != "" {
			err = notification.Send(tx, notification.Notice{Event: notification.ReviewDone, To: []string{v.Author, p.Owner}, About: record.Ref{Kind: record.Policy, ID: p.ID},
				Title: fmt.Sprintf("%s %s, version %s, %s", p.Ref, p.Title, v.Number, said), Body: comment})
		}
		if err != nil {
			return v, err
		}
		return versionByID(&tx.ReadTx, v.ID)
	}
}

// publish puts a ratified version in force. From here on the engine refuses every change of it.
func publish(tx *storage.WriteTx, in op.ByID) (VersionDetail, error) {
	v, p, err := writable(&tx.ReadTx, in.ID)
	if err != nil {
		return VersionDetail{}, err
	}
	if v.State != Ratified || !Settled(v.Approvers, v.Author) {
		return VersionDetail{}, op.Errorf(op.Conflict, "Only a version that all its approvers have approved is published.")
	}
	err = tx.ExecOne("UPDATE policy_version SET state = 'published', published_at = ?1, published_on = ?2, published_by = ?3, updated_at = ?1 WHERE id = ?4",
		tx.Stamp(), tx.Today(), person.Acting(&tx.ReadTx), v.ID)
	if err == nil {
		err = tx.ExecOne("UPDATE policy SET outdated = '', planned_on = '', suggested = 0, updated_at = ? WHERE id = ?", tx.Stamp(), p.ID)
	}
	if err == nil {
		err = renew(tx, p, v)
	}
	if err != nil {
		return VersionDetail{}, err
	}
	return version(&tx.ReadTx, in)
}
