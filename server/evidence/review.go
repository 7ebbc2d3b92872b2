package evidence

import (
	"strings"

	"assay/server/op"
	"assay/storage"
)

// mayReview is the rule of [Standing.Refusal] for documents.
const mayReview = "The reviewer of the request and administrators may do this; nobody reviews a file of their own, unless no one else could."

// Standing is how somebody stands to a file that is to be reviewed.
type Standing struct {
	Admin    bool
	Reviewer bool // of the file's request
	Uploader bool // of this file
	Alone    bool // no other active member is an administrator or the reviewer
}

// Refusal is why somebody may not review a file; empty when they may. Two pairs of eyes see every proof,
// except where an organisation has only one pair.
func (s Standing) Refusal() string {
	switch {
	case !s.Admin && !s.Reviewer:
		return "Only the reviewer of this request or an administrator can review its files."
	case s.Uploader && !s.Alone:
		return "You uploaded this file yourself. Ask the reviewer or another administrator to review it."
	}
	return ""
}

// standing reads how the caller stands to a file.
func standing(s *op.Scope, file string) (Standing, error) {
	c := s.Caller()
	st := Standing{Admin: c.Role&op.Admin != 0}
	var reviewer, uploader string
	err := s.Read(func(tx *storage.ReadTx) error {
		return none(tx.QueryRow("SELECT e.reviewer, f.uploaded_by FROM file f JOIN evidence e ON e.id = f.evidence WHERE f.id = ?", file).Scan(&reviewer, &uploader))
	})
	if err != nil {
		return st, err
	}
	st.Reviewer = reviewer != "" && reviewer == c.Person
	st.Uploader = uploader != "" && uploader == c.Person
	if !st.Uploader {
		return st, nil
	}
	// Who may sign in, and as what, is known to the installation alone.
	err = s.ReadControl(func(tx *storage.ReadTx) error {
		return tx.QueryRow(`SELECT NOT EXISTS (SELECT 1 FROM membership WHERE tenant = ? AND status = 'active' AND person <> ?
			AND (role = 'admin' OR role = 'user' AND person = ?))`, s.Tenant(), c.Person, reviewer).Scan(&st.Alone)
	})
	return st, err
}

type acceptIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Note string `json:"note,omitempty" maxLength:"2000"`
	}
}

func accept(s *op.Scope, in acceptIn) (EvidenceFile, error) {
	return decide(s, in.ID, Accepted, in.Body.Note)
}

type rejectIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Note string `json:"note" minLength:"1" maxLength:"2000" doc:"What is wrong with it, for whoever uploads the next version"`
	}
}

func reject(s *op.Scope, in rejectIn) (EvidenceFile, error) {
	var c op.Check
	c.Required(in.Body.Note, "note")
	if err := c.Err(); err != nil {
		return EvidenceFile{}, err
	}
	return decide(s, in.ID, Rejected, in.Body.Note)
}

// decide writes a review. A decision may be turned round later, as long as no newer version was accepted.
func decide(s *op.Scope, id string, as Review, note string) (f EvidenceFile, err error) {
	st, err := standing(s, id)
	if err != nil {
		return f, err
	}
	if why := st.Refusal(); why != "" {
		return f, op.Errorf(op.Forbidden, "%s", why)
	}
	err = s.Write(func(tx *storage.WriteTx) error {
		if f, err = fileByID(&tx.ReadTx, id); err != nil {
			return err
		}
		switch {
		case f.Replaced:
			return op.Errorf(op.Conflict, "A newer version of this file was accepted. Review that one.")
		case f.Review == as:
			return op.Errorf(op.Conflict, "This file is %s already.", as)
		}
		note = strings.TrimSpace(note)
		tx.Note(note)
		err := tx.ExecOne("UPDATE file SET review = ?, review_note = ?, reviewed_by = ?, reviewed_at = ? WHERE id = ?",
			string(as), note, s.Caller().Person, tx.Stamp(), id)
		if err != nil {
			return err
		}
		if f, err = settled(tx, f.Evidence, move{as: string(moves[as]), file: id, note: note}); err != nil {
			return err
		}
		return tellReviewed(tx, f)
	})
	return f, err
}
