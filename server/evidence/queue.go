package evidence

import (
	"assay/server/notification"
	"assay/server/op"
	"assay/server/person"
	"assay/server/record"
	"assay/storage"
)

// ReviewFile is a file in the queue of those that wait for review.
type ReviewFile struct {
	EvidenceFile
	EvidenceName string `json:"evidence_name"`
	Category     string `json:"category"`
	Reviewer     string `json:"reviewer" doc:"Id of who reviews it, empty: an administrator"`
	ReviewerName string `json:"reviewer_name"`
	CycleDue     string `json:"cycle_due" doc:"By when the proof is wanted; empty outside of a cycle"`
	Overdue      bool   `json:"overdue"`
	Controls     int    `json:"controls" doc:"Controls it proves"`
}

// ReviewFilter narrows the queue.
type ReviewFilter struct {
	op.PageIn
	Mine     bool   `query:"mine" json:"mine,omitempty" doc:"Only those whose reviewer is the caller, and that the caller did not upload"`
	Reviewer string `query:"reviewer" json:"reviewer,omitempty" maxLength:"26" doc:"Id of a person, or none"`
}

var queue = op.Table[ReviewFilter, ReviewFile]{
	From: `file f JOIN evidence e ON e.id = f.evidence LEFT JOIN person u ON u.id = f.uploaded_by LEFT JOIN person v ON v.id = f.reviewed_by LEFT JOIN object_text o ON o.object = f.object
		LEFT JOIN person r ON r.id = e.reviewer LEFT JOIN cycle y ON y.id = f.cycle AND f.cycle <> '' CROSS JOIN (SELECT ? AS today FROM (SELECT 1)) t`,
	Args: func(tx *storage.ReadTx) []any { return []any{tx.Today()} },
	Columns: fileColumns + `, e.name, e.category, e.reviewer, coalesce(r.name, ''), coalesce(y.due_on, ''),
		coalesce(y.due_on, '9999') < t.today, (SELECT count(*) FROM evidence_control x WHERE x.evidence = e.id)`,
	Key: "f.id",
	Scan: func(row op.Row) (ReviewFile, error) {
		q := ReviewFile{EvidenceFile: EvidenceFile{SameAs: []int{}}}
		return q, row.Scan(append(q.EvidenceFile.into(), &q.EvidenceName, &q.Category, &q.Reviewer, &q.ReviewerName, &q.CycleDue, &q.Overdue, &q.Controls)...)
	},
	Where: func(w *op.Where, f ReviewFilter) {
		w.And("f.review = 'pending' AND f.replaced = 0 AND e.not_applicable = 0")
		w.Search(f.Q, "f.name", "e.name", "e.category")
		if f.Mine {
			me := person.Acting(w.Tx())
			w.And("e.reviewer = ? AND e.reviewer <> '' AND f.uploaded_by <> ?", me, me)
		}
		switch f.Reviewer {
		case "none":
			w.And("e.reviewer = ''")
		default:
			w.Eq("e.reviewer", f.Reviewer)
		}
	},
	Sort: map[string]string{
		"uploaded_at": "f.uploaded_at",
		"evidence":    "e.name COLLATE NOCASE",
		"due":         "coalesce(y.due_on, '9999')",
	},
	Default: "uploaded_at",
}

// askReview tells the reviewer of a file that waits.
func askReview(tx *storage.WriteTx, f EvidenceFile, reviewer string) error {
	if f.Review != Pending || reviewer == "" {
		return nil
	}
	name, err := nameOf(&tx.ReadTx, f.Evidence)
	if err != nil {
		return err
	}
	return notification.Send(tx, notification.Notice{Event: notification.ReviewAsked, To: []string{reviewer},
		About: record.Ref{Kind: record.File, ID: f.ID}, Title: f.Name + " waits for your review: " + name, Body: f.Note})
}

// tellReviewed tells the uploader what was decided.
func tellReviewed(tx *storage.WriteTx, f EvidenceFile) error {
	name, err := nameOf(&tx.ReadTx, f.Evidence)
	if err != nil {
		return err
	}
	return notification.Send(tx, notification.Notice{Event: notification.ReviewDone, To: []string{f.UploadedBy},
		About: record.Ref{Kind: record.File, ID: f.ID}, Title: f.Name + " was " + string(f.Review) + ": " + name, Body: f.ReviewNote})
}

func nameOf(tx *storage.ReadTx, evidence string) (name string, err error) {
	return name, none(tx.QueryRow("SELECT name FROM evidence WHERE id = ?", evidence).Scan(&name))
}
