package auditlog_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"assay/backup"
	"assay/backup/ltxlog"
	"assay/server/auditlog"
	"assay/server/comment"
	"assay/server/control"
	"assay/server/framework"
	"assay/server/op"
	"assay/server/optest"
	"assay/server/task"
	"assay/storage"
)

// last is the record that a request left.
func last(a *optest.API) (seq int64) {
	fmt.Sscan(a.Last().Header.Get("Assay-Audit"), &seq)
	return seq
}

func undo(a *optest.API, seq int64) int {
	return a.Do("POST", "/undo", map[string]any{"seq": seq}, nil)
}

// refused wants both the look and the deed to say why not, in the same words.
func refused(t *testing.T, a *optest.API, seq int64, status int, why string) {
	t.Helper()
	if got := undo(a, seq); got != status || a.Problem().Detail != why {
		t.Errorf("undo: %d %s, want %d %s", got, a.Body(), status, why)
	}
	var p auditlog.UndoPreview
	got := a.Do("GET", fmt.Sprintf("/undo/%d", seq), nil, &p)
	if got != 200 {
		if got != status || a.Problem().Detail != why {
			t.Errorf("preview: %d %s", got, a.Body())
		}
		return
	}
	if p.Possible || len(p.Why) == 0 || p.Why[0].Why != why {
		t.Errorf("preview: %+v", p)
	}
}

func changed(t *testing.T, a *optest.API, id string, body map[string]any) int64 {
	t.Helper()
	a.Must("POST", "/controls/"+id+"/set", body, nil)
	return last(a)
}

func TestUndo(t *testing.T) {
	api := setUp(t)
	user := api.As(op.User)
	id := create(t, user, "GOV-01")
	made := last(user)
	seq := changed(t, user, id, map[string]any{"status": "implemented"})

	var p auditlog.UndoPreview
	user.Must("GET", fmt.Sprintf("/undo/%d", seq), nil, &p)
	if !p.Possible || p.Rows != 1 || len(p.Changes) != 1 || p.Summary != "changed status of GOV-01 from Not started to Implemented" {
		t.Fatalf("preview: %+v", p)
	}
	if f := p.Changes[0].Fields[0]; f.Name != "Status" || f.Old != "Implemented" || f.New != "Not started" {
		t.Errorf("preview: %+v", p.Changes)
	}
	if api.Count("SELECT count(*) FROM control_status WHERE status = 'implemented'") != 1 {
		t.Fatal("a look changed something")
	}
	if got := undo(user, seq); got != 200 {
		t.Fatalf("undo: %d %s", got, user.Body())
	}
	redo := last(user)
	if api.Count("SELECT count(*) FROM control_status WHERE status = 'not_started'") != 1 {
		t.Error("the status is not back")
	}
	if e := list(api, "?action=audit.undo").Items[0]; e.Summary != fmt.Sprintf("undid record %d: changed status of GOV-01 from Implemented to Not started", seq) {
		t.Errorf("summary: %q", e.Summary)
	}
	refused(t, user, seq, 409, "The user has undone this already on 2 March.")
	if got := undo(user, redo); got != 200 || api.Count("SELECT count(*) FROM control_status WHERE status = 'implemented'") != 1 {
		t.Errorf("redo: %d %s", got, user.Body())
	}

	// One's own change of any age, until somebody changes it again.
	seq = changed(t, user, id, map[string]any{"title": "One"})
	api.Clock.Advance(400 * 24 * time.Hour)
	if got := undo(user, seq); got != 200 {
		t.Errorf("a year later: %d %s", got, user.Body())
	}
	seq = changed(t, user, id, map[string]any{"title": "Two"})
	changed(t, api, id, map[string]any{"title": "Three"})
	refused(t, user, seq, 409, "The admin changed the title of GOV-01 on 6 April. Undo that first.")
	api.Clock.Advance(300 * 24 * time.Hour)
	refused(t, user, seq, 409, "The admin changed the title of GOV-01 on 6 April 2027. Undo that first.")

	// What was made long ago is deleted by administrators alone, and then lies in the trash.
	refused(t, user, made, 403, "Undoing this deletes a record that is more than a day old, which only an administrator does.")
	id = create(t, user, "GOV-02")
	made = last(user)
	api.Clock.Advance(25 * time.Hour)
	got := undo(api, made)
	gone := last(api)
	if got != 200 || api.Count("SELECT count(*) FROM control WHERE id = ?", id) != 0 || api.Count("SELECT count(*) FROM trash") != 1 {
		t.Errorf("an administrator: %d %s", got, api.Body())
	}
	if got := undo(user, 100_000); got != 404 {
		t.Errorf("no such record: %d", got)
	}
	// What was deleted comes back, unless its place was taken.
	create(t, api, "GOV-02")
	refused(t, api, gone, 409, "Another control has the reference GOV-02 now. Change that first.")
}

func TestWhoUndoes(t *testing.T) {
	api := setUp(t)
	user := api.As(op.User)
	id := create(t, user, "GOV-01")
	theirs := changed(t, user, id, map[string]any{"title": "A user's"})
	for _, who := range []op.Roles{op.Auditor, op.Executive} {
		a := api.As(who)
		if got, look := undo(a, theirs), a.Do("GET", fmt.Sprintf("/undo/%d", theirs), nil, nil); got != 403 || look != 403 {
			t.Errorf("%s: %d %d", who, got, look)
		}
	}
	if got := undo(api.InTenant(1), theirs); got != 404 {
		t.Errorf("another organisation: %d", got)
	}
	if got := undo(api, theirs); got != 200 {
		t.Errorf("an administrator undoes a user's: %d %s", got, api.Body())
	}
	mine := changed(t, api, id, map[string]any{"title": "An administrator's"})
	refused(t, user, mine, 403, "You can undo your own changes only. Ask an administrator to undo this one.")

	na := changed(t, api, id, map[string]any{"status": "not_applicable"})
	demoted := api.AsCaller(op.Caller{Account: "account-admin", Person: "admin", Role: op.User})
	refused(t, demoted, na, 403, "Only an administrator changes this, so only one can undo it.")
	if got := undo(api, na); got != 200 {
		t.Errorf("an administrator: %d", got)
	}
	refused(t, demoted, last(api), 403, "Only an administrator changes this, so only one can undo it.") // nor can one redo it

	api.Must("POST", "/organisation/name", map[string]any{"name": "New"}, nil)
	refused(t, api, last(api), 409, "Members and the organisation's settings are not undone. Change them back on their own page.")
	api.Seed([]string{"control"}, func(tx *storage.WriteTx) error { return tx.Exec("UPDATE control SET domain = 'x'") })
	refused(t, api, int64(api.Count("SELECT max(seq) FROM audit")), 409, "The system worked this out by itself, and would do so again. Undo the change that led to it.")

	var h op.Page[auditlog.HistoryStep]
	for who, want := range map[op.Roles]string{op.Admin: "0111111", op.User: "0000011", op.Auditor: "0000000"} {
		api.As(who).Must("GET", "/history/control/"+id, nil, &h)
		got := ""
		for _, s := range h.Items {
			got += map[bool]string{true: "1", false: "0"}[s.Undo]
		}
		if got != want {
			t.Errorf("%s may undo %s, want %s", who, got, want)
		}
	}
}

// What is in the way is named: what was added, what is gone.
func TestUndoNamesWhatIsInTheWay(t *testing.T) {
	api := optest.New(t, framework.Module, control.Module, comment.Module, task.Module, auditlog.Module)
	user := api.As(op.User)
	var c struct{ ID string }
	user.Must("POST", "/controls", map[string]any{"ref": "GOV-01", "title": "One"}, &c)
	made := last(user)
	api.Must("POST", "/records/control/"+c.ID+"/comments", map[string]any{"body": "Good."}, nil)
	said := last(api)
	refused(t, user, made, 409, "The admin commented on GOV-01 on 2 March. Undo that first.")
	if got := undo(api, said); got != 200 {
		t.Fatal(got, api.Body())
	}
	api.Must("POST", "/tasks", map[string]any{"title": "Look", "kind": "control", "record": c.ID}, nil)
	refused(t, user, made, 409, "The admin added a task Look to GOV-01 on 2 March. Undo that first.")
	undo(api, last(api))

	var f struct{ ID string }
	api.Must("POST", "/frameworks/own", map[string]any{"name": "House rules"}, &f)
	var r struct{ ID string }
	api.Must("POST", "/frameworks/"+f.ID+"/requirements", map[string]any{"ref": "H-1", "title": "Be kind"}, &r)
	user.Must("POST", "/requirements/"+r.ID+"/controls", map[string]any{"control": c.ID}, nil)
	mapped := last(user)
	refused(t, user, made, 409, "The user mapped GOV-01 to House rules H-1 on 2 March. Undo that first.")
	user.Must("DELETE", "/requirements/"+r.ID+"/controls/"+c.ID, nil, nil)
	unmapped := last(user)
	refused(t, user, mapped, 409, "The user deleted GOV-01 to House rules H-1 on 2 March. Undo that first.")
	api.Must("DELETE", "/controls/"+c.ID, nil, nil)
	refused(t, user, unmapped, 409, "The admin deleted control GOV-01 on 2 March, without which this cannot be. Bring that back first.")
}

func bulk(t *testing.T, a *optest.API, ids []string, set map[string]any) int64 {
	t.Helper()
	a.Must("POST", "/controls/bulk", map[string]any{"ids": ids, "set": set}, nil)
	return last(a)
}

// A change of many rows is undone whole, or but for those that were changed since.
func TestUndoInBulk(t *testing.T) {
	api := optest.New(t, control.Module, auditlog.Module)
	user := api.As(op.User)
	var ids []string
	for i := range 6 {
		var c struct{ ID string }
		user.Must("POST", "/controls", map[string]any{"ref": fmt.Sprintf("GOV-%02d", i), "title": "One"}, &c)
		ids = append(ids, c.ID)
	}
	inDomain := func(d string) int { return api.Count("SELECT count(*) FROM control WHERE domain = ?", d) }
	seq := bulk(t, user, ids, map[string]any{"domain": "A"})
	if got := undo(user, seq); got != 200 || inDomain("") != 6 {
		t.Fatalf("whole: %d %s", got, user.Body())
	}
	seq = bulk(t, user, ids, map[string]any{"domain": "B"})
	bulk(t, api, ids[:2], map[string]any{"domain": "C"})
	if got := undo(user, seq); got != 409 || user.Problem().Detail != "The admin changed the domain of GOV-00 on 2 March. Undo that first. Or leave the 2 of its 6 rows that are in the way, and undo the rest." {
		t.Errorf("two were changed since: %d %s", got, user.Body())
	}
	if inDomain("B") != 4 {
		t.Error("half undone")
	}
	var p auditlog.UndoPreview
	user.Must("GET", fmt.Sprintf("/undo/%d", seq), nil, &p)
	if p.Possible || p.InTheWay != 2 || p.Rows != 4 || p.Left != 2 || len(p.Why) != 2 || p.Why[1].Name != "GOV-01" || p.Why[1].Table != "control" || p.Why[1].ID != ids[1] || len(p.Changes) != 4 {
		t.Errorf("%+v", p)
	}
	var out auditlog.Undone
	user.Must("POST", "/undo", map[string]any{"seq": seq, "leave": true}, &out)
	if out.Rows != 4 || out.Left != 2 || len(out.Why) != 2 || inDomain("") != 4 || inDomain("C") != 2 {
		t.Errorf("%+v", out)
	}
	if got := user.Do("POST", "/undo", map[string]any{"seq": seq, "leave": true}, nil); got != 409 {
		t.Errorf("nothing is left to undo: %d %s", got, user.Body())
	}
}

// A text longer than the log keeps comes from the backup; without one, a sentence says so.
func TestUndoOfLongTexts(t *testing.T) {
	first, second := strings.Repeat("first ", 1000), strings.Repeat("second ", 1000)
	for _, kept := range []bool{true, false} {
		api := optest.New(t, control.Module, auditlog.Module)
		if kept {
			api = optest.NewKept(t, ltxlog.FileLog{Dir: t.TempDir()}, func(*backup.Logs) []op.Module { return []op.Module{control.Module, auditlog.Module} })
		}
		var c struct {
			ID      string
			Version int
		}
		api.Must("POST", "/controls", map[string]any{"ref": "GOV-01", "title": "One", "description": first}, &c)
		api.Clock.Advance(time.Minute)
		api.Version(c.Version).Must("PATCH", "/controls/"+c.ID, map[string]any{"description": second}, &c)
		seq := last(api)
		api.Clock.Advance(48 * time.Hour)
		if !kept {
			refused(t, api, seq, 409, "The earlier text of the description of GOV-01 is longer than the log keeps, and there is no backup to take it from.")
			continue
		}
		var p auditlog.UndoPreview
		api.Must("GET", fmt.Sprintf("/undo/%d", seq), nil, &p)
		if !p.Possible {
			t.Fatalf("%+v", p)
		}
		if got := undo(api, seq); got != 200 || api.Count("SELECT count(*) FROM control WHERE description = ?", first) != 1 {
			t.Errorf("%d %s", got, api.Body())
		}
		// And back again: the second text was there from the change to its undoing.
		if got := undo(api, last(api)); got != 200 || api.Count("SELECT count(*) FROM control WHERE description = ?", second) != 1 {
			t.Errorf("redo: %d %s", got, api.Body())
		}
	}
}
