package policy

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"assay/server/notification"
	"assay/server/op"
	"assay/server/record"
	"assay/storage"
)

type flagIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Reason string `json:"reason" maxLength:"2000" doc:"Why it no longer fits; empty takes the mark back"`
	}
}

func flag(tx *storage.WriteTx, in flagIn) (PolicyDetail, error) {
	p, err := one(&tx.ReadTx, in.ID)
	if err != nil {
		return PolicyDetail{}, err
	}
	if err := p.active(); err != nil {
		return PolicyDetail{}, err
	}
	if p.Current == "" {
		return PolicyDetail{}, op.Errorf(op.Conflict, "Nothing of this policy is published yet, so nothing can need an update.")
	}
	if err := tx.ExecOne("UPDATE policy SET outdated = ?, updated_at = ? WHERE id = ?", strings.TrimSpace(in.Body.Reason), tx.Stamp(), in.ID); err != nil {
		return PolicyDetail{}, err
	}
	return get(&tx.ReadTx, op.ByID{ID: in.ID})
}

// review starts the clock anew. That somebody looked is proved by the audit record of this.
func review(tx *storage.WriteTx, in op.ByID) (PolicyDetail, error) {
	p, err := one(&tx.ReadTx, in.ID)
	if err != nil {
		return PolicyDetail{}, err
	}
	switch {
	case p.Status != Published:
		return PolicyDetail{}, op.Errorf(op.Conflict, "Only a published policy that needs no update is found good by a review.")
	case p.ReviewedOn == tx.Today():
		return PolicyDetail{}, op.Errorf(op.Conflict, "This policy was reviewed today already.")
	}
	if err := tx.ExecOne("UPDATE policy SET reviewed_on = ?, updated_at = ? WHERE id = ?", tx.Today(), tx.Stamp(), in.ID); err != nil {
		return PolicyDetail{}, err
	}
	return get(&tx.ReadTx, in)
}

// PolicySettings are when a review is shown as amber or red.
type PolicySettings struct {
	AmberDays int `json:"amber_days" doc:"A review that is due within so many days is amber"`
	RedDays   int `json:"red_days" doc:"Within fewer than so many, red; 0: only when it is overdue"`
	Version   int `json:"version"`
}

func settings(tx *storage.ReadTx, _ struct{}) (PolicySettings, error) {
	s := PolicySettings{AmberDays: Usual.AmberDays, RedDays: Usual.RedDays, Version: 1}
	err := tx.QueryRow("SELECT amber_days, red_days, version FROM policy_setting").Scan(&s.AmberDays, &s.RedDays, &s.Version)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil // nobody chose yet: version 1, which a row never has
	}
	return s, err
}

type setIn struct {
	IfMatch string `header:"If-Match" maxLength:"24" doc:"The version that was read"`
	Body    struct {
		AmberDays int `json:"amber_days" minimum:"1" maximum:"365"`
		RedDays   int `json:"red_days" minimum:"0" maximum:"364"`
	}
}

func setSettings(tx *storage.WriteTx, in setIn) (PolicySettings, error) {
	was, err := settings(&tx.ReadTx, struct{}{})
	if err != nil {
		return was, err
	}
	if err := op.Matches(in.IfMatch, was.Version); err != nil {
		return was, err
	}
	var c op.Check
	c.That(in.Body.RedDays <= in.Body.AmberDays, "red_days", "A review is amber before it is red: choose fewer days than for amber.")
	if err := c.Err(); err != nil {
		return was, err
	}
	err = tx.Exec(`INSERT INTO policy_setting (id, amber_days, red_days, updated_at, version) VALUES ('policy', ?, ?, ?, 2)
		ON CONFLICT (id) DO UPDATE SET amber_days = excluded.amber_days, red_days = excluded.red_days, updated_at = excluded.updated_at`,
		in.Body.AmberDays, in.Body.RedDays, tx.Stamp())
	if err != nil {
		return was, err
	}
	return settings(&tx.ReadTx, struct{}{})
}

// PolicyFigures are the policies in numbers. They name none.
type PolicyFigures struct {
	Total        int            `json:"total" doc:"Without those that are archived"`
	Status       map[string]int `json:"status" doc:"How many of each status"`
	Reviewed     int            `json:"reviewed" doc:"Policies in force that are reviewed"`
	Overdue      int            `json:"overdue" doc:"Reviews whose day has passed"`
	Within30     int            `json:"within_30" doc:"Reviews that are due in the next 30 days"`
	Within90     int            `json:"within_90" doc:"Reviews that are due in the 60 days after these"`
	Asked        int            `json:"asked" doc:"People who are asked to acknowledge versions in force, counted once for each policy"`
	Acknowledged int            `json:"acknowledged"`
	Coverage     int            `json:"coverage" doc:"Acknowledged of asked in basis points; -1 when nobody is asked"`
	Exceptions   int            `json:"exceptions" doc:"Exceptions that hold today"`
	Reopened     int            `json:"reopened" doc:"Exceptions whose last day has passed"`
}

func figures(tx *storage.ReadTx, _ struct{}) (PolicyFigures, error) {
	f := PolicyFigures{Status: map[string]int{}}
	for _, s := range []Status{Suggested, NotStarted, Draft, InReview, Ratified, Published, NeedsUpdate, Archived} {
		f.Status[string(s)] = 0
	}
	day := tx.Today()
	rows, err := tx.Query("SELECT x.status, "+bucketSQL+" AS review, sum(n) FROM (SELECT status, next_on, count(*) AS n FROM policy_state GROUP BY status, next_on) x"+daysSQL+"GROUP BY x.status, review", day)
	if err != nil {
		return f, err
	}
	err = op.Each(rows, func(r op.Row) error {
		var status Status
		var review Bucket
		var n int
		if err := r.Scan(&status, &review, &n); err != nil {
			return err
		}
		if f.Status[string(status)] += n; status == Archived {
			return nil
		}
		f.Total += n
		if review != "" {
			f.Reviewed += n
		}
		switch review {
		case Overdue:
			f.Overdue += n
		case Within30:
			f.Within30 += n
		case Within90:
			f.Within90 += n
		}
		return nil
	})
	if err != nil {
		return f, err
	}
	err = waits(tx, func(_, _ string, done bool, _ string) {
		if f.Asked++; done {
			f.Acknowledged++
		}
	})
	if err != nil {
		return f, err
	}
	f.Coverage = CoverageOf(f.Asked, f.Acknowledged)
	err = tx.QueryRow("SELECT count(*) FILTER (WHERE "+exceptionSQL+" = 'approved'), count(*) FILTER (WHERE "+exceptionSQL+" = 'reopened') FROM policy_exception x"+daysSQL, day).
		Scan(&f.Exceptions, &f.Reopened)
	return f, err
}

// remind tells owners that a review is near or overdue and that an exception has come back, adds who has come since
// to the requests that are for them, and reminds who has not acknowledged yet.
func remind(s *op.Scope, _ json.RawMessage) error {
	members, err := membersOf(s)
	if err != nil {
		return err
	}
	return s.Write(func(tx *storage.WriteTx) error {
		if err := remindOfReviews(tx); err != nil {
			return fmt.Errorf("remind of reviews: %w", err)
		}
		if err := remindOfExceptions(tx); err != nil {
			return fmt.Errorf("remind of exceptions: %w", err)
		}
		if err := joiners(tx, members); err != nil {
			return fmt.Errorf("ask who has come since: %w", err)
		}
		if err := remindPeople(tx); err != nil {
			return fmt.Errorf("remind people: %w", err)
		}
		return nil
	})
}

// notTold is that a person has had no notification of an event about a record since a day. A review that was moved
// is another one.
const notTold = ` NOT EXISTS (SELECT 1 FROM notification t WHERE t.person = p.owner AND t.event = 'policy_review' AND t.kind = 'policy' AND t.record = p.id AND `

// remindOfReviews tells owners twice: when a review turns amber, and when its day has passed.
func remindOfReviews(tx *storage.WriteTx) error {
	for _, when := range []struct{ where, say string }{
		{"x.next_on BETWEEN d.today AND d.amber AND" + notTold + "t.at >= date(x.next_on, '-' || (julianday(d.amber) - julianday(d.today) + 1) || ' days'))", "is to be reviewed by"},
		{"x.next_on < d.today AND" + notTold + "t.at >= x.next_on AND t.title LIKE '%overdue%')", "is overdue for review since"},
	} {
		rows, err := tx.Query("SELECT p.id, p.ref, p.title, p.owner, x.next_on FROM "+from+" WHERE p.owner <> '' AND x.next_on > '' AND "+when.where+" ORDER BY p.number", tx.Today())
		if err != nil {
			return err
		}
		due, err := op.Scan(rows, func(r op.Row) (p Policy, err error) {
			return p, r.Scan(&p.ID, &p.Ref, &p.Title, &p.Owner, &p.NextReviewOn)
		})
		if err != nil {
			return err
		}
		for _, p := range due {
			err := notification.Send(tx, notification.Notice{Event: notification.PolicyReview, To: []string{p.Owner}, About: record.Ref{Kind: record.Policy, ID: p.ID},
				Title: fmt.Sprintf("%s %s %s %s", p.Ref, p.Title, when.say, p.NextReviewOn)})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// remindOfExceptions tells, once each, who asked for an exception and who owns the policy that it holds no longer.
func remindOfExceptions(tx *storage.WriteTx) error {
	rows, err := tx.Query("SELECT x.id, x.requested_by, p.owner, p.id, p.ref, x.what, x.expires_on FROM policy_exception x JOIN policy p ON p.id = x.policy"+daysSQL+
		"WHERE "+exceptionSQL+` = 'reopened' AND x.expires_on >= date(d.today, '-7 days')
		AND NOT EXISTS (SELECT 1 FROM notification t WHERE t.event = 'policy_review' AND t.record = p.id AND t.body = x.id)`, tx.Today())
	if err != nil {
		return err
	}
	type gone struct{ id, by, owner, policy, ref, what, on string }
	all, err := op.Scan(rows, func(r op.Row) (g gone, err error) {
		return g, r.Scan(&g.id, &g.by, &g.owner, &g.policy, &g.ref, &g.what, &g.on)
	})
	if err != nil {
		return err
	}
	for _, g := range all {
		err := notification.Send(tx, notification.Notice{Event: notification.PolicyReview, To: []string{g.by, g.owner}, About: record.Ref{Kind: record.Policy, ID: g.policy},
			Title: fmt.Sprintf("An exception from %s ended on %s: %s", g.ref, g.on, g.what), Body: g.id})
		if err != nil {
			return err
		}
	}
	return nil
}
