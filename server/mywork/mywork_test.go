package mywork_test

import (
	"slices"
	"testing"
	"time"

	"assay/server/control"
	"assay/server/evidence"
	"assay/server/mywork"
	"assay/server/notification"
	"assay/server/number"
	"assay/server/op"
	"assay/server/optest"
	"assay/server/policy"
	"assay/server/record"
	"assay/server/risk"
	"assay/server/task"
	"assay/server/vendor"
	"assay/storage"
)

// What waits for somebody is theirs alone, and gone when it is done.
func TestMyWork(t *testing.T) {
	api := optest.New(t, mywork.Module, task.Module, notification.Module, control.Module, evidence.Module)
	user := api.As(op.User)
	read := func(as *optest.API) (m mywork.Mine) {
		t.Helper()
		as.Must("GET", "/work", nil, &m)
		return m
	}
	if m := read(user); m.Total != 0 || m.Tasks == nil || m.Evidence == nil || m.Controls == nil || m.Reviews == nil || m.Mentions == nil || m.Day != "2026-03-02" {
		t.Errorf("nothing waits: %+v", m)
	}
	var late, soon, other task.Task
	api.Must("POST", "/tasks", map[string]any{"title": "Soon", "owner": "user", "due_on": "2026-03-05"}, &soon)
	api.Must("POST", "/tasks", map[string]any{"title": "Late", "owner": "user", "due_on": "2026-03-01"}, &late)
	api.Must("POST", "/tasks", map[string]any{"title": "Another's", "owner": "admin"}, &other)
	var c control.ControlDetail
	api.Must("POST", "/controls", map[string]any{"ref": "AC-01", "title": "Doors are locked", "owner": "user"}, &c)
	api.Must("POST", "/controls/"+c.ID+"/status", map[string]any{"status": "gap"}, nil)
	api.Must("POST", "/evidence", map[string]any{"name": "A photo of the lock", "owner": "user"}, nil)
	api.Seed([]string{"notification"}, func(tx *storage.WriteTx) error {
		return notification.Send(tx, notification.Notice{Event: notification.Mention, To: []string{"user"}, Title: "You are named", About: record.Ref{Kind: record.Control, ID: c.ID}})
	})
	m := read(user)
	if m.Total != 5 || m.Overdue != 1 || m.TasksTotal != 2 || m.Tasks[0].ID != late.ID || m.ControlsTotal != 1 || m.Controls[0].Ref != "AC-01" || m.EvidenceTotal != 1 ||
		m.MentionsTotal != 1 || m.Mentions[0].About == nil || m.Mentions[0].About.Path != "controls/"+c.ID {
		t.Errorf("%+v", m)
	}
	user.Must("POST", "/tasks/"+late.ID+"/done", map[string]any{}, nil)
	user.Must("POST", "/notifications/read", map[string]any{"ids": []string{m.Mentions[0].ID}}, nil)
	if m := read(user); m.Total != 3 || m.Overdue != 0 {
		t.Errorf("%+v", m)
	}
	if m := read(api.As(op.Auditor)); m.Total != 0 {
		t.Errorf("an auditor owns nothing: %+v", m)
	}
	if m := read(user.InTenant(1)); m.Total != 0 {
		t.Errorf("of another organisation: %+v", m)
	}
	if m := read(api.As(op.Executive)); m.Total != 0 || m.Tasks == nil {
		t.Errorf("an executive: %+v", m)
	}
}

// Policies wait for whoever is asked, whatever their role: to approve when it is their turn, to acknowledge until they have.
func TestMyPolicies(t *testing.T) {
	api := optest.New(t, mywork.Module, policy.Module, task.Module, notification.Module, control.Module, evidence.Module, number.Module)
	user, boss, auditor := api.As(op.User), api.As(op.Executive), api.As(op.Auditor)
	read := func(as *optest.API) (m mywork.Mine) {
		t.Helper()
		as.Must("GET", "/work", nil, &m)
		return m
	}
	var p policy.PolicyDetail
	var v policy.VersionDetail
	user.Must("POST", "/policies", map[string]any{"title": "Doors", "owner": "user"}, &p)
	user.Must("POST", "/policies/"+p.ID+"/versions", map[string]any{}, &v)
	words := map[string]any{"type": "doc", "content": []any{map[string]any{"type": "paragraph", "content": []any{map[string]any{"type": "text", "text": "Doors are locked."}}}}}
	user.Version(v.Version).Must("PATCH", "/policy-versions/"+v.ID, map[string]any{"content": words}, &v)
	user.Must("POST", "/policy-versions/"+v.ID+"/submit", map[string]any{"approvers": []string{"admin", "executive"}}, &v)
	if m := read(boss); m.Total != 0 {
		t.Errorf("it is not their turn: %+v", m)
	}
	if m := read(api.As(op.Admin)); m.Total != 1 || m.ApproveTotal != 1 || m.Approve[0].VersionID != v.ID || m.Approve[0].Title != "Doors" {
		t.Errorf("it is their turn: %+v", m)
	}
	api.As(op.Admin).Must("POST", "/policy-versions/"+v.ID+"/approve", map[string]any{"digest": v.Digest}, nil)
	if m := read(api.As(op.Admin)); m.Total != 0 {
		t.Errorf("they have decided: %+v", m)
	}
	// An executive has a task, too, which is not told to them: they read no records.
	api.Seed([]string{"task"}, func(tx *storage.WriteTx) error {
		return tx.Exec("INSERT INTO task (id, title, owner, created_at, updated_at) VALUES ('t', 'Secret', 'executive', ?1, ?1)", tx.Stamp())
	})
	if m := read(boss); m.Total != 1 || m.ApproveTotal != 1 || len(m.Tasks) != 0 {
		t.Errorf("it is their turn: %+v", m)
	}
	boss.Must("POST", "/policy-versions/"+v.ID+"/approve", map[string]any{"digest": v.Digest}, nil)
	user.Must("POST", "/policy-versions/"+v.ID+"/publish", nil, &v)
	api.Seed([]string{"policy_request", "policy_acknowledgment"}, func(tx *storage.WriteTx) error {
		err := tx.Exec(`INSERT INTO policy_request (id, policy, policy_version, audience, asked_on, due_on, created_at) VALUES ('r', ?, ?, 'people', '2026-03-02', '2026-03-03', ?)`, p.ID, v.ID, tx.Stamp())
		if err != nil {
			return err
		}
		return tx.Exec("INSERT INTO policy_acknowledgment (id, policy_request, person, asked_on) SELECT id, 'r', id, '2026-03-02' FROM person WHERE id IN ('auditor', 'executive')")
	})
	api.Clock.Advance(48 * time.Hour)
	for _, who := range []*optest.API{boss, auditor} {
		m := read(who)
		if m.Total != 1 || m.AcknowledgeTotal != 1 || m.Overdue != 1 || m.Acknowledge[0].Request != "r" || m.Acknowledge[0].DueOn != "2026-03-03" {
			t.Errorf("asked to acknowledge: %+v", m)
		}
	}
	auditor.Must("POST", "/policy-requests/r/acknowledge", map[string]any{"digest": v.Digest, "name": "The auditor"}, nil)
	if m := read(auditor); m.Total != 0 {
		t.Errorf("acknowledged: %+v", m)
	}
	// Eleven months on its owner is to review it; nobody else is.
	api.Clock.Set(time.Date(2027, 2, 2, 12, 0, 0, 0, time.UTC))
	if m := read(user); m.Total != 1 || m.DueTotal != 1 || m.Due[0].Title != "Doors" || m.Due[0].DueOn != "2027-03-02" || m.Due[0].Path != "policies/"+p.ID || m.Due[0].Overdue {
		t.Errorf("a review is near: %+v", m)
	}
	if m := read(api.As(op.Admin)); m.Total != 0 {
		t.Errorf("of somebody else: %+v", m)
	}
	api.Clock.Advance(60 * 24 * time.Hour)
	if m := read(user); m.DueTotal != 1 || m.Overdue != 1 || !m.Due[0].Overdue {
		t.Errorf("a review is late: %+v", m)
	}
	user.Must("POST", "/policies/"+p.ID+"/review", nil, nil)
	if m := read(user); m.Total != 0 {
		t.Errorf("reviewed: %+v", m)
	}
}

// What a task asks somebody for stands among their tasks alone.
func TestDueOnce(t *testing.T) {
	api := optest.New(t, mywork.Module, vendor.Module, risk.Module, task.Module, notification.Module, control.Module, evidence.Module, number.Module)
	var v vendor.VendorDetail
	var r risk.RiskDetail
	api.Must("POST", "/vendors", map[string]any{"name": "Acme", "owner": "user", "status": "in_review", "risk": map[string]any{"likelihood": 5, "impact": 5}, "assessed_on": "2025-09-10"}, &v)
	api.Must("POST", "/risks", map[string]any{"title": "Fire", "owner": "user", "due_on": "2026-03-01", "review_on": "2026-04-01"}, &r)
	var m mywork.Mine
	api.As(op.User).Must("GET", "/work", nil, &m)
	var got []string
	for _, d := range m.Due {
		got = append(got, d.Says()+" "+d.DueOn)
	}
	if want := []string{"Risk treatment: RSK-0001 Fire 2026-03-01", "Vendor review: VEN-0001 Acme 2026-03-10", "Risk review: RSK-0001 Fire 2026-04-01"}; !slices.Equal(got, want) || m.Total != 3 || m.Overdue != 1 {
		t.Errorf("%q of %d", got, m.Total)
	}
	api.RunJob("vendor", "remind", nil)
	api.As(op.User).Must("GET", "/work", nil, &m)
	if m.Total-m.MentionsTotal != 3 || m.DueTotal != 2 || m.TasksTotal != 1 {
		t.Errorf("with a task: %+v", m)
	}
	// The task of whoever had it before is not that of the new owner.
	api.Version(v.Version).Must("PATCH", "/vendors/"+v.ID, map[string]any{"owner": "admin"}, nil)
	api.As(op.Admin).Must("GET", "/work", nil, &m)
	if m.DueTotal != 1 || m.Due[0].Title != "Acme" {
		t.Errorf("another's task: %+v", m)
	}
}
