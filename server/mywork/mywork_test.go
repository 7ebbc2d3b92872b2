package mywork_test

import (
	"testing"

	"assay/server/control"
	"assay/server/evidence"
	"assay/server/mywork"
	"assay/server/notification"
	"assay/server/op"
	"assay/server/optest"
	"assay/server/record"
	"assay/server/task"
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
	if got := api.As(op.Executive).Do("GET", "/work", nil, nil); got != 403 {
		t.Errorf("an executive: %d", got)
	}
}
