// Package mywork is what waits for somebody, wherever it is kept: tasks, policies to approve and to acknowledge, proof to
// collect, files to review, controls and records of theirs to look at, words addressed to them. The page, the dashboard's
// card and the digest all show what [Of] says.
package mywork

import (
	"assay/server/control"
	"assay/server/due"
	"assay/server/evidence"
	"assay/server/notification"
	"assay/server/op"
	"assay/server/policy"
	"assay/server/record"
	"assay/server/task"
	"assay/storage"
)

// Module is the part of the API about the caller's own work.
var Module = op.Module{
	Name: "mywork",
	Ops: []op.Op{
		// Executives, too, are asked to approve and to acknowledge policies. Nothing else is told to them.
		op.Steps("get", "GET /work", op.Everyone, get, op.Doc("What waits for the caller, the most urgent first; for an executive, the policies they are asked about")),
	},
}

// Mine is what waits for somebody.
type Mine struct {
	Day              string                      `json:"day" doc:"Today in the organisation's time zone"`
	Total            int                         `json:"total" doc:"Everything that waits"`
	Overdue          int                         `json:"overdue" doc:"Of the tasks, the acknowledgments and what is due, those whose day has passed"`
	Approve          []policy.MyPolicy           `json:"approve" doc:"Versions of policies that wait for my decision, now that it is my turn"`
	ApproveTotal     int                         `json:"approve_total"`
	Acknowledge      []policy.MyPolicy           `json:"acknowledge" doc:"Policies that I am asked to acknowledge and have not"`
	AcknowledgeTotal int                         `json:"acknowledge_total"`
	Due              []record.Due                `json:"due" doc:"Records of mine that are to be looked at again: overdue, or within 30 days. What a task asks me for already is not among them"`
	DueTotal         int                         `json:"due_total"`
	Tasks            []task.Task                 `json:"tasks" doc:"Tasks that are mine"`
	TasksTotal       int                         `json:"tasks_total"`
	Controls         []MyControl                 `json:"controls" doc:"Controls of mine that need attention"`
	ControlsTotal    int                         `json:"controls_total"`
	Evidence         []evidence.EvidenceDue      `json:"evidence" doc:"Evidence of mine that is due or was never collected"`
	EvidenceTotal    int                         `json:"evidence_total"`
	Reviews          []MyReview                  `json:"reviews" doc:"Files that wait for my review"`
	ReviewsTotal     int                         `json:"reviews_total"`
	Mentions         []notification.Notification `json:"mentions" doc:"Where I was named or answered, and have not looked yet"`
	MentionsTotal    int                         `json:"mentions_total"`
}

// MyControl is a control that needs attention, and why.
type MyControl struct {
	ID        string            `json:"id"`
	Ref       string            `json:"ref"`
	Title     string            `json:"title"`
	Effective control.Effective `json:"effective"`
	Reason    string            `json:"reason"`
}

// MyReview is a file that waits for the caller's review.
type MyReview struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Evidence     string `json:"evidence" doc:"Id of the evidence request"`
	EvidenceName string `json:"evidence_name"`
	UploadedAt   string `json:"uploaded_at"`
	UploadedBy   string `json:"uploaded_by" doc:"The name of who uploaded it"`
}

// shown is how much of each kind the page has at once.
const shown = 200

func get(s *op.Scope, _ struct{}) (m *Mine, err error) {
	me := s.Caller().Person
	return m, s.Read(func(tx *storage.ReadTx) error {
		if s.Caller().Role&op.Readers == 0 {
			m, err = Asked(tx, me, shown)
			return err
		}
		a, err := Look(tx, me)
		if err == nil {
			m, err = Of(tx, me, a, shown)
		}
		return err
	})
}

// Ahead is what ends or is due soon, of one person or of everybody: whoever asks for several people looks once.
type Ahead struct {
	Evidence []evidence.EvidenceDue
	Records  []record.Due // without names: [record.Named] adds them
}

// Look says what ends or is due soon: of a person, or of everybody where nobody is named.
func Look(tx *storage.ReadTx, person string) (a Ahead, err error) {
	if a.Evidence, err = evidence.Due(tx, evidence.SoonDays); err != nil {
		return a, err
	}
	a.Records, err = due.Soon(tx, person)
	return a, err
}

func none(tx *storage.ReadTx) *Mine {
	return &Mine{Day: tx.Today(), Tasks: []task.Task{}, Approve: []policy.MyPolicy{}, Acknowledge: []policy.MyPolicy{}, Due: []record.Due{}, Controls: []MyControl{},
		Evidence: []evidence.EvidenceDue{}, Reviews: []MyReview{}, Mentions: []notification.Notification{}}
}

// Asked is what waits for somebody who reads no records: the policies that they are asked about.
func Asked(tx *storage.ReadTx, person string, most int) (*Mine, error) {
	m := none(tx)
	if person == "" {
		return m, nil
	}
	approve, err := policy.ToApprove(tx, person)
	if err != nil {
		return nil, err
	}
	m.ApproveTotal, m.Approve = len(approve), approve[:min(len(approve), most)]
	read, err := policy.ToAcknowledge(tx, person)
	if err != nil {
		return nil, err
	}
	for _, p := range read {
		if p.Overdue {
			m.Overdue++
		}
	}
	m.AcknowledgeTotal, m.Acknowledge = len(read), read[:min(len(read), most)]
	m.Total = m.ApproveTotal + m.AcknowledgeTotal
	return m, nil
}

// Of is what waits for a person who reads records, at most so many of each kind.
func Of(tx *storage.ReadTx, person string, ahead Ahead, most int) (*Mine, error) {
	m, err := Asked(tx, person, most)
	if err != nil || person == "" {
		return m, err
	}
	tasks, err := task.Mine(tx, person)
	if err != nil {
		return nil, err
	}
	for _, t := range tasks {
		if t.Bucket == task.Overdue {
			m.Overdue++
		}
	}
	m.TasksTotal, m.Tasks = len(tasks), tasks[:min(len(tasks), most)]
	again, err := looking(tx, person, ahead.Records)
	if err != nil {
		return nil, err
	}
	for _, d := range again {
		if d.Overdue {
			m.Overdue++
		}
	}
	m.DueTotal, m.Due = len(again), again[:min(len(again), most)]
	if err := record.Named(tx, m.Due); err != nil {
		return nil, err
	}
	controls, err := needing(tx, person)
	if err != nil {
		return nil, err
	}
	m.ControlsTotal, m.Controls = len(controls), controls[:min(len(controls), most)]
	proof, err := collecting(tx, person, ahead.Evidence)
	if err != nil {
		return nil, err
	}
	m.EvidenceTotal, m.Evidence = len(proof), proof[:min(len(proof), most)]
	reviews, err := reviewing(tx, person)
	if err != nil {
		return nil, err
	}
	m.ReviewsTotal, m.Reviews = len(reviews), reviews[:min(len(reviews), most)]
	m.Mentions, m.MentionsTotal, err = notification.Unread(tx, person, most, notification.Mention, notification.Reply)
	m.Total += m.TasksTotal + m.DueTotal + m.ControlsTotal + m.EvidenceTotal + m.ReviewsTotal + m.MentionsTotal
	return m, err
}

// looking are the records of an owner that are to be looked at again and that no task of theirs asks for.
func looking(tx *storage.ReadTx, owner string, all []record.Due) ([]record.Due, error) {
	own := []record.Due{}
	for _, d := range all {
		if d.Owner == owner {
			own = append(own, d)
		}
	}
	return due.Untasked(tx, owner, own)
}

// collecting lists the evidence of an owner that is due, then what was never collected.
func collecting(tx *storage.ReadTx, owner string, due []evidence.EvidenceDue) ([]evidence.EvidenceDue, error) {
	own := []evidence.EvidenceDue{}
	for _, d := range due {
		if d.Owner == owner {
			own = append(own, d)
		}
	}
	rows, err := tx.Query(`SELECT e.id, e.name, e.owner, coalesce(o.name, '') FROM evidence e JOIN evidence_clock k ON k.evidence = e.id LEFT JOIN person o ON o.id = e.owner
		WHERE e.owner = ? AND e.not_applicable = 0 AND k.collected_on = '' ORDER BY e.name COLLATE NOCASE, e.id`, owner)
	if err != nil {
		return nil, err
	}
	never, err := op.Scan(rows, func(r op.Row) (d evidence.EvidenceDue, err error) {
		d.Status = evidence.NotCollected
		return d, r.Scan(&d.ID, &d.Name, &d.Owner, &d.OwnerName)
	})
	return append(own, never...), err
}

// reviewing lists the files that wait for a reviewer, the oldest first.
func reviewing(tx *storage.ReadTx, reviewer string) ([]MyReview, error) {
	rows, err := tx.Query(`SELECT f.id, f.name, e.id, e.name, f.uploaded_at, coalesce(u.name, '') FROM file f JOIN evidence e ON e.id = f.evidence LEFT JOIN person u ON u.id = f.uploaded_by
		WHERE f.review = 'pending' AND e.reviewer = ? ORDER BY f.uploaded_at, f.id`, reviewer)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (f MyReview, err error) {
		return f, r.Scan(&f.ID, &f.Name, &f.Evidence, &f.EvidenceName, &f.UploadedAt, &f.UploadedBy)
	})
}

// needing lists the controls of an owner that somebody should look at, by their reference.
func needing(tx *storage.ReadTx, owner string) ([]MyControl, error) {
	rows, err := tx.Query("SELECT c.id, c.ref, c.title, s.status, p.requests, p.missing, p.first_expiry, d.today FROM "+control.Join+control.DaysSQL+
		" WHERE c.owner = ? ORDER BY c.sort_ref, c.id", append(control.Days(tx), owner)...)
	if err != nil {
		return nil, err
	}
	bad := []MyControl{}
	err = op.Each(rows, func(r op.Row) (err error) {
		var c MyControl
		var claim control.Status
		var p control.Proof
		var today string
		if err = r.Scan(&c.ID, &c.Ref, &c.Title, &claim, &p.Requests, &p.Missing, &p.FirstExpiry, &today); err != nil {
			return err
		}
		if c.Effective, c.Reason = control.EffectiveOf(claim, p, today); c.Effective.Bad() {
			bad = append(bad, c)
		}
		return nil
	})
	return bad, err
}
