package task

import (
	"testing"
	"time"

	"assay/server/auditlog"
	"assay/server/control"
	"assay/server/notification"
	"assay/server/op"
	"assay/server/optest"
	"assay/server/record"
	"assay/storage"
)

// What the program asks for is one task, told once to whom it falls, and over when it has come.
func TestWanted(t *testing.T) {
	api := optest.New(t, Module, notification.Module)
	owns := []string{"task", "notification"}
	want := func(w Wanted) (id string) {
		api.Seed(owns, func(tx *storage.WriteTx) (err error) {
			id, err = Want(tx, w)
			return err
		})
		return id
	}
	w := Wanted{Key: "evidence.collect/1", Title: "Collect it again", Owner: "user", DueOn: "2026-04-01",
		About: record.Ref{Kind: record.Evidence, ID: "1"}, Source: "evidence"}
	first := want(w)
	if want(w) != first || api.Count("SELECT count(*) FROM task") != 1 || api.Count("SELECT count(*) FROM notification WHERE person = 'user'") != 1 {
		t.Error("the same task was asked for, or told, twice")
	}
	api.Seed([]string{"person"}, func(tx *storage.WriteTx) error { return tx.Exec("UPDATE person SET email = '' WHERE id = 'admin'") })
	w.Owner, w.DueOn = "admin", "2026-04-02"
	if want(w) != first || api.Count("SELECT count(*) FROM notification WHERE person = 'admin' AND mail = 'due' AND event = 'task_assigned'") != 0 {
		t.Error("a person without an address gets no mail")
	}
	if api.Count("SELECT count(*) FROM notification WHERE person = 'admin' AND inbox = 1 AND record = ?", first) != 1 {
		t.Error("the new owner was not told")
	}
	api.Seed(owns, func(tx *storage.WriteTx) error { return Settled(tx, w.Key, "It has come.") })
	if api.Count("SELECT count(*) FROM task WHERE status = 'done' AND outcome = 'It has come.'") != 1 {
		t.Error("the task is not over")
	}
	if want(w) == first {
		t.Error("a task that is over was asked for again in place of a new one")
	}
}

// Nobody is told of what they did themselves, nor who is gone, nor of what they do not want to hear.
func TestSend(t *testing.T) {
	api := optest.New(t, Module, notification.Module)
	api.Seed([]string{"person", "notification", "notification_choice"}, func(tx *storage.WriteTx) error {
		if err := tx.Exec("UPDATE person SET active = 0 WHERE id = 'executive'"); err != nil {
			return err
		}
		if err := tx.Exec("UPDATE person SET email = id || '@example.com'"); err != nil {
			return err
		}
		if err := tx.Exec("INSERT INTO notification_choice VALUES ('auditor', 'mention', 0, 0), ('admin', 'mention', 1, 0)"); err != nil {
			return err
		}
		return notification.Send(tx, notification.Notice{Event: notification.Mention, Title: "You are named",
			To: []string{"", "user", "user", "executive", "auditor", "admin", "nobody"}})
	})
	if n := api.Count("SELECT count(*) FROM notification"); n != 2 {
		t.Errorf("%d notifications, want those of user and admin", n)
	}
	if api.Count("SELECT count(*) FROM notification WHERE person = 'user' AND mail = 'due'") != 1 || api.Count("SELECT count(*) FROM notification WHERE person = 'admin' AND mail = ''") != 1 {
		t.Error("who is mailed is not as chosen")
	}
	if api.Count("SELECT count(*) FROM notification WHERE read_at <> ''") != 0 {
		t.Error("a new one is read already")
	}
}

// The rule in Go and the rule in SQL say the same of every case.
func TestBucket(t *testing.T) {
	api := optest.New(t, Module, notification.Module)
	const today = "2026-03-02"
	for _, c := range []struct {
		status Status
		due    string
		want   Bucket
	}{
		{Open, "", Undated}, {Open, "2026-03-01", Overdue}, {InProgress, "2025-12-31", Overdue}, {Open, today, Today}, {Open, "2026-03-03", Week},
		{Open, "2026-03-09", Week}, {Open, "2026-03-10", Month}, {Open, "2026-04-01", Month}, {Open, "2026-04-02", Later},
		{Done, "2026-03-01", ""}, {Cancelled, "", ""},
	} {
		if got := BucketOf(c.status, c.due, today); got != c.want {
			t.Errorf("%s due %q: %q, want %q", c.status, c.due, got, c.want)
		}
		var task Task
		api.Must("POST", "/tasks", map[string]any{"title": "x", "due_on": c.due}, &task)
		api.Seed([]string{"task"}, func(tx *storage.WriteTx) error {
			return tx.Exec("UPDATE task SET status = ? WHERE id = ?", string(c.status), task.ID)
		})
		if api.Must("GET", "/tasks/"+task.ID, nil, &task); task.Bucket != c.want { // the query is compared with the rule
			t.Errorf("%s due %q: the API says %q", c.status, c.due, task.Bucket)
		}
	}
}

// A task goes from hand to hand until it is done, and can be opened again.
func TestSteps(t *testing.T) {
	for _, c := range []struct {
		from Status
		step Step
		to   Status // empty: refused
	}{
		{Open, Start, InProgress}, {Open, Finish, Done}, {Open, Cancel, Cancelled}, {Open, Reopen, ""},
		{InProgress, Start, ""}, {InProgress, Finish, Done}, {InProgress, Cancel, Cancelled}, {InProgress, Reopen, ""},
		{Done, Start, ""}, {Done, Finish, ""}, {Done, Cancel, ""}, {Done, Reopen, Open}, {Cancelled, Reopen, Open}, {Cancelled, Finish, ""},
	} {
		to, refusal := c.from.After(c.step)
		if (refusal == "") != (c.to != "") || refusal == "" && to != c.to {
			t.Errorf("%s, %s: %s %q", c.from, c.step, to, refusal)
		}
	}
}

// TestTask is the life of a task through the API.
func TestTask(t *testing.T) {
	api := optest.New(t, Module, notification.Module, control.Module, auditlog.Module)
	list := func(as *optest.API, query string) (p struct {
		Items []Task
		Total int
	}) {
		t.Helper()
		as.Must("GET", "/tasks"+query, nil, &p)
		return p
	}
	if p := list(api, ""); p.Total != 0 || p.Items == nil {
		t.Errorf("an empty list: %+v", p)
	}
	var c control.ControlDetail
	api.Must("POST", "/controls", map[string]any{"ref": "AC-01", "title": "Doors are locked"}, &c)
	for field, body := range map[string]map[string]any{
		"title": {"title": "  "}, "due_on": {"title": "x", "due_on": "2026-02-30"}, "owner": {"title": "x", "owner": "nobody"},
		"record": {"title": "x", "kind": "control", "record": "none"},
	} {
		if got := api.Do("POST", "/tasks", body, nil); got != 422 {
			t.Errorf("%s: %d", field, got)
		}
	}
	if got := api.Do("POST", "/tasks", map[string]any{"title": "x", "kind": "session", "record": "1"}, nil); got != 422 {
		t.Errorf("an unknown kind: %d", got)
	}
	var task Task
	user := api.As(op.User)
	api.Must("POST", "/tasks", map[string]any{"title": " Change the locks ", "owner": "user", "due_on": "2026-03-01", "kind": "control", "record": c.ID}, &task)
	if task.Title != "Change the locks" || task.Bucket != Overdue || task.About == nil || task.About.Ref != "AC-01" || task.CreatedBy != "admin" || task.Source != "person" {
		t.Errorf("%+v", task)
	}
	if api.Count("SELECT count(*) FROM notification WHERE person = 'user' AND event = 'task_assigned' AND record = ?", task.ID) != 1 {
		t.Error("the owner was not told")
	}
	api.Must("POST", "/tasks", map[string]any{"title": "Mine alone"}, nil)
	for query, want := range map[string]int{"?owner=me": 1, "?owner=none": 1, "?due=overdue": 1, "?due=none": 1, "?due=overdue,none": 2, "?kind=control&record=" + c.ID: 1,
		"?kind=none": 1, "?source=person": 2, "?source=evidence": 0, "?q=locks": 1, "?status=done": 0} {
		if p := list(user, query); p.Total != want || len(p.Items) != want {
			t.Errorf("%s: %d, want %d", query, p.Total, want)
		}
	}
	if p := list(api.As(op.Auditor), "?owner=me"); p.Total != 0 {
		t.Error("me is another person's")
	}
	// Refusals.
	for _, role := range []op.Roles{op.Auditor, op.Executive} {
		for _, path := range []string{"", "/" + task.ID + "/done", "/bulk"} {
			if got := api.As(role).Do("POST", "/tasks"+path, map[string]any{}, nil); got != 403 {
				t.Errorf("%s %s: %d", role, path, got)
			}
		}
	}
	if got := user.Do("DELETE", "/tasks/"+task.ID, nil, nil); got != 403 {
		t.Errorf("a user deletes: %d", got)
	}
	if got := api.As(op.Executive).Do("GET", "/tasks", nil, nil); got != 403 {
		t.Errorf("an executive reads: %d", got)
	}
	for _, q := range [][2]string{{"GET", ""}, {"POST", "/start"}, {"POST", "/reopen"}, {"DELETE", ""}} {
		if got := api.InTenant(1).Do(q[0], "/tasks/"+task.ID+q[1], nil, nil); got != 404 {
			t.Errorf("another organisation, %s: %d", q[1], got)
		}
	}
	// Changes.
	if got := user.Do("PATCH", "/tasks/"+task.ID, map[string]any{"title": "y"}, nil); got != 428 {
		t.Errorf("without a version: %d", got)
	}
	user.Version(task.Version).Must("PATCH", "/tasks/"+task.ID, map[string]any{"due_on": "2026-03-05", "owner": "admin"}, &task)
	if task.Bucket != Week || task.OwnerName != "The admin" || api.Count("SELECT count(*) FROM notification WHERE person = 'admin'") != 1 {
		t.Errorf("%+v", task)
	}
	if got := user.Version(1).Do("PATCH", "/tasks/"+task.ID, map[string]any{"title": "z"}, nil); got != 412 {
		t.Errorf("a stale version: %d", got)
	}
	api.Must("POST", "/tasks/"+task.ID+"/assign", map[string]any{"owner": ""}, &task)
	api.Must("POST", "/tasks/"+task.ID+"/start", nil, &task)
	if got := api.Do("POST", "/tasks/"+task.ID+"/start", nil, nil); got != 409 {
		t.Errorf("begun twice: %d", got)
	}
	user.Must("POST", "/tasks/"+task.ID+"/done", map[string]any{"outcome": "New locks"}, &task)
	if task.Status != Done || task.Outcome != "New locks" || task.EndedBy != "user" || task.EndedAt == "" || task.Bucket != "" {
		t.Errorf("%+v", task)
	}
	user.Must("POST", "/undo", map[string]any{"seq": api.Count("SELECT max(seq) FROM audit")}, nil)
	if api.Must("GET", "/tasks/"+task.ID, nil, &task); task.Status != InProgress || task.Outcome != "" {
		t.Errorf("after undo: %+v", task)
	}
	api.Must("POST", "/tasks/"+task.ID+"/cancel", map[string]any{}, &task)
	api.Must("POST", "/tasks/"+task.ID+"/reopen", nil, &task)
	if task.Status != Open || task.EndedAt != "" || task.EndedBy != "" {
		t.Errorf("%+v", task)
	}
	api.Must("DELETE", "/tasks/"+task.ID, nil, nil)
	if list(api, "").Total != 1 {
		t.Error("it is still there")
	}
}

// Many tasks are changed in one step, and who gets them is told once.
func TestBulk(t *testing.T) {
	api := optest.New(t, Module, notification.Module)
	var ids []string
	for _, title := range []string{"one", "two", "three"} {
		var task Task
		api.Must("POST", "/tasks", map[string]any{"title": title}, &task)
		ids = append(ids, task.ID)
	}
	if got := api.Do("POST", "/tasks/bulk", map[string]any{"set": map[string]any{"owner": "user"}}, nil); got != 422 {
		t.Errorf("nothing named: %d", got)
	}
	if got := api.Do("POST", "/tasks/bulk", map[string]any{"ids": ids, "set": map[string]any{"due_on": "soon"}}, nil); got != 422 {
		t.Errorf("no date: %d", got)
	}
	var out TaskBulk
	api.Must("POST", "/tasks/bulk", map[string]any{"match": map[string]any{"owner": "none"}, "except": ids[2:], "set": map[string]any{"owner": "user", "due_on": "2026-04-01"}}, &out)
	if out.Updated != 2 || api.Count("SELECT count(*) FROM notification WHERE person = 'user'") != 1 {
		t.Errorf("%+v", out)
	}
	api.Must("POST", "/tasks/bulk", map[string]any{"ids": append(ids, "gone"), "set": map[string]any{"status": "done", "owner": "user"}}, &out)
	if out.Updated != 3 || len(out.Skipped) != 1 || api.Count("SELECT count(*) FROM task WHERE status = 'done' AND ended_by = 'admin' AND owner = 'user'") != 3 {
		t.Errorf("%+v", out)
	}
	if api.Count("SELECT count(*) FROM notification WHERE person = 'user'") != 1 {
		t.Error("somebody was told of a task that was done when it came")
	}
}

// A reminder comes once before the day and once after it; a day that was moved is another one.
func TestRemind(t *testing.T) {
	api := optest.New(t, Module, notification.Module)
	var task Task
	api.Must("POST", "/tasks", map[string]any{"title": "Test the backup", "owner": "user", "due_on": "2026-03-06"}, &task)
	told := func(event string) int {
		return api.Count("SELECT count(*) FROM notification WHERE person = 'user' AND event = ?", event)
	}
	night := func(days int) {
		for range days {
			api.Clock.Advance(24 * time.Hour)
			api.RunJob("task", "remind", nil)
			api.RunJob("task", "remind", nil) // tried again
		}
	}
	api.RunJob("task", "remind", nil)
	if told("task_due") != 0 {
		t.Error("told four days before")
	}
	if night(4); told("task_due") != 1 || told("task_overdue") != 0 {
		t.Errorf("%d reminders by its day, %d that it is late", told("task_due"), told("task_overdue"))
	}
	if night(3); told("task_due") != 1 || told("task_overdue") != 1 {
		t.Errorf("%d reminders, %d that it is late", told("task_due"), told("task_overdue"))
	}
	api.Must("GET", "/tasks/"+task.ID, nil, &task)
	api.Version(task.Version).Must("PATCH", "/tasks/"+task.ID, map[string]any{"due_on": "2026-03-20"}, nil)
	if night(14); told("task_due") != 2 || told("task_overdue") != 2 {
		t.Errorf("of the new day %d reminders, %d that it is late", told("task_due")-1, told("task_overdue")-1)
	}
	api.Must("POST", "/tasks/"+task.ID+"/done", map[string]any{}, nil)
	if night(3); told("task_overdue") != 2 {
		t.Error("told of what is done")
	}
}
