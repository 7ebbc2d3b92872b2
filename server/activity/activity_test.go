package activity

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"assay/server/control"
	"assay/server/evidence"
	"assay/server/notification"
	"assay/server/op"
	"assay/server/optest"
	"assay/server/task"
	"assay/storage"
)

func TestPeriodOf(t *testing.T) {
	for _, c := range []struct {
		f        Frequency
		startsOn string
		due, n   int
		want     Period
	}{
		{Daily, "2026-02-28", 0, 1, Period{"2026-03-01", "2026-03-01", "2026-03-01"}},
		{Weekly, "2026-03-02", 0, 1, Period{"2026-03-09", "2026-03-15", "2026-03-15"}},
		{Weekly, "2026-03-02", 3, 0, Period{"2026-03-02", "2026-03-08", "2026-03-04"}},
		{Monthly, "2026-01-31", 0, 1, Period{"2026-02-28", "2026-03-30", "2026-03-30"}},
		{Monthly, "2026-01-31", 0, 2, Period{"2026-03-31", "2026-04-29", "2026-04-29"}},
		{Monthly, "2028-01-31", 1, 1, Period{"2028-02-29", "2028-03-30", "2028-02-29"}},
		{Quarterly, "2026-01-01", 0, 3, Period{"2026-10-01", "2026-12-31", "2026-12-31"}},
		{Quarterly, "2026-01-01", 200, 0, Period{"2026-01-01", "2026-03-31", "2026-03-31"}}, // never after its period
		{Yearly, "2024-02-29", 0, 1, Period{"2025-02-28", "2026-02-27", "2026-02-27"}},
		{Yearly, "2024-02-29", 0, 4, Period{"2028-02-29", "2029-02-27", "2029-02-27"}},
	} {
		if got, err := PeriodOf(c.f, c.startsOn, c.due, c.n); err != nil || got != c.want {
			t.Errorf("%s from %s, number %d: %v %v, want %v", c.f, c.startsOn, c.n, got, err, c.want)
		}
	}
	if _, err := PeriodOf(AsNeeded, "2026-01-01", 0, 0); err == nil {
		t.Error("an activity as needed has a period")
	}
}

// Periods leave no day out and no day twice, and a day's period is found again by its number.
func TestPeriodsAreARow(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	at := func(days int) string {
		return time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, days).Format(storage.Date)
	}
	for range 5000 {
		f := []Frequency{Daily, Weekly, Monthly, Quarterly, Yearly}[rng.IntN(5)]
		start := rng.IntN(3000)
		day := start + rng.IntN(4000)
		n, err := NumberOf(f, at(start), at(day))
		if err != nil {
			t.Fatal(err)
		}
		p, err := PeriodOf(f, at(start), rng.IntN(40), n)
		if err != nil {
			t.Fatal(err)
		}
		next, err := PeriodOf(f, at(start), 0, n+1)
		if err != nil {
			t.Fatal(err)
		}
		end, _ := time.Parse(storage.Date, p.End)
		if at(day) < p.Start || at(day) > p.End || p.Due < p.Start || p.Due > p.End || end.AddDate(0, 0, 1).Format(storage.Date) != next.Start {
			t.Fatalf("%s from %s: %s is number %d, %v before %v", f, at(start), at(day), n, p, next)
		}
	}
	if n, err := NumberOf(Monthly, "2026-03-02", "2026-03-01"); n != -1 || err != nil {
		t.Errorf("a day before the first: %d %v", n, err)
	}
}

func TestStatusOf(t *testing.T) {
	for _, c := range []struct {
		said Status
		due  string
		want Status
	}{
		{NotStarted, "2026-03-02", NotStarted}, {NotStarted, "2026-03-01", Overdue}, {InProgress, "2026-03-01", Overdue},
		{InProgress, "2026-03-02", InProgress}, {Completed, "2026-03-01", Completed}, {NotApplicable, "2026-03-01", NotApplicable},
	} {
		if got := StatusOf(c.said, c.due, "2026-03-02"); got != c.want {
			t.Errorf("%s due %s: %s, want %s", c.said, c.due, got, c.want)
		}
	}
}

func modules() []op.Module {
	return []op.Module{Module, control.Module, evidence.Module, task.Module, notification.Module}
}

type draft = map[string]any

// A quarterly review: its occurrence and task are there at once; it is completed with a file, which is proof;
// the next one comes in its night, is missed, and shows as overdue.
func TestAReviewEveryQuarter(t *testing.T) {
	api := optest.New(t, modules()...)
	var c control.ControlDetail
	api.Must("POST", "/controls", draft{"ref": "AC-02", "title": "Access is reviewed"}, &c)
	var e evidence.EvidenceDetail
	api.Must("POST", "/evidence", draft{"name": "Review record", "frequency": "quarterly", "controls": []string{c.ID}}, &e)
	var a ActivityDetail
	api.As(op.User).Must("POST", "/activities", draft{"name": "Access review", "frequency": "quarterly", "starts_on": "2025-01-01", "owner": "user",
		"controls": []string{c.ID}, "evidence": []string{e.ID}}, &a)
	if len(a.Occurrences) != 1 || a.Occurrences[0].PeriodStart != "2026-01-01" || a.DueOn != "2026-03-31" || a.NextOn != "2026-04-01" || a.Status != NotStarted {
		t.Fatalf("the present period alone should be asked for: %+v", a)
	}
	if api.Count("SELECT count(*) FROM task WHERE owner = 'user' AND due_on = '2026-03-31' AND kind = 'activity' AND record = ?", a.ID) != 1 {
		t.Error("there is no task for it")
	}
	n := a.Occurrences[0]
	api.As(op.User).Must("POST", "/occurrences/"+n.ID+"/status", draft{"status": "in_progress"}, &n)
	if got := api.As(op.User).Upload("/occurrences/"+n.ID+"/files?complete=true&note=Two+leavers+removed", "review.txt", []byte("reviewed\n"), &n); got != 200 {
		t.Fatalf("%d: %s", got, api.Body())
	}
	if n.Status != Completed || len(n.Files) != 1 || n.Files[0].Evidence != e.ID || n.EndedBy == "" || n.Late || n.Note != "Two leavers removed" {
		t.Errorf("%+v", n)
	}
	api.Must("GET", "/evidence/"+e.ID, nil, &e)
	if e.Status != evidence.Current || e.CollectedOn != "2026-03-02" {
		t.Errorf("the proof's clock did not start: %+v", e.Evidence)
	}
	if api.Count("SELECT count(*) FROM task WHERE status = 'done' AND record = ?", a.ID) != 1 {
		t.Error("its task is not done")
	}
	ended := n.EndedAt
	api.Clock.Advance(time.Hour)
	api.Must("POST", "/occurrences/"+n.ID+"/status", draft{"status": "completed", "note": "Three"}, &n)
	if n.EndedAt != ended || n.Note != "Three" {
		t.Errorf("a better note moved the end: %+v", n)
	}

	api.Clock.Set(time.Date(2026, 7, 2, 1, 0, 0, 0, time.UTC)) // nothing ran for three months
	api.RunJob("activity", "turn", nil)
	api.RunJob("activity", "turn", nil)
	api.Must("GET", "/activities/"+a.ID, nil, &a)
	if len(a.Occurrences) != 3 || a.Status != Overdue || a.DueOn != "2026-06-30" || a.Open != 2 {
		t.Errorf("%s, %d open: %+v", a.Status, a.Open, a.Occurrences)
	}
	var list op.Page[Activity]
	for query, want := range map[string]int{"status=overdue": 1, "status=completed": 0, "frequency=quarterly&owner=user": 1, "owner=none": 0,
		"control=" + c.ID: 1, "evidence=" + e.ID: 1, "evidence=none": 0, "q=access": 1, "scope=organisation": 1, "sort=-status": 1} {
		if api.Must("GET", "/activities?"+query, nil, &list); list.Total != want || len(list.Items) != want {
			t.Errorf("%s: %d, want %d", query, list.Total, want)
		}
	}
	if r := list.Items; len(r) == 1 && (fmt.Sprint(r[0].ControlRefs) != "[AC-02]" || !r[0].Proof) {
		t.Errorf("%+v", r[0])
	}
	late := a.Occurrences[1]
	api.Must("POST", "/occurrences/"+late.ID+"/status", draft{"status": "completed"}, &late)
	if !late.Late {
		t.Error("what was done after its day is late")
	}
	api.Must("POST", "/occurrences/"+late.ID+"/status", draft{"status": "not_started"}, &late)
	if late.Status != Overdue || late.EndedAt != "" || api.Count("SELECT count(*) FROM task WHERE status = 'open' AND due_on = '2026-06-30'") != 1 {
		t.Errorf("opened again: %+v", late)
	}
}

// Paused, nothing is asked for, and what passed meanwhile is not late afterwards.
func TestPaused(t *testing.T) {
	api := optest.New(t, modules()...)
	var a ActivityDetail
	api.Must("POST", "/activities", draft{"name": "Look at the logs", "frequency": "daily", "starts_on": "2026-03-01"}, &a)
	api.Version(a.Version).Must("PATCH", "/activities/"+a.ID, draft{"paused": true}, &a)
	api.Clock.Advance(10 * 24 * time.Hour)
	api.RunJob("activity", "turn", nil)
	if n := api.Count("SELECT count(*) FROM occurrence"); n != 1 || a.NextOn != "" {
		t.Errorf("%d occurrences, next on %q", n, a.NextOn)
	}
	api.Version(a.Version).Must("PATCH", "/activities/"+a.ID, draft{"paused": false, "owner": "user"}, &a)
	if len(a.Occurrences) != 2 || a.Occurrences[0].PeriodStart != "2026-03-12" {
		t.Errorf("%+v", a.Occurrences)
	}
	if api.Count("SELECT count(*) FROM task WHERE owner = 'user' AND status = 'open'") != 2 {
		t.Error("the new owner did not get the open tasks")
	}
	if got := api.As(op.User).Do("DELETE", "/activities/"+a.ID, nil, nil); got != 403 {
		t.Errorf("a user deleted it: %d", got)
	}
	api.Must("DELETE", "/activities/"+a.ID, nil, nil)
	if api.Count("SELECT count(*) FROM occurrence") != 0 || api.Count("SELECT count(*) FROM task WHERE status = 'open'") != 0 {
		t.Error("something of it is left")
	}
}

// A new schedule leaves what was and counts from now.
func TestScheduleMoves(t *testing.T) {
	api := optest.New(t, modules()...)
	var a ActivityDetail
	api.Must("POST", "/activities", draft{"name": "Restore test", "frequency": "monthly", "starts_on": "2026-02-15"}, &a)
	api.Version(a.Version).Must("PATCH", "/activities/"+a.ID, draft{"frequency": "yearly", "starts_on": "2026-06-01"}, &a)
	if len(a.Occurrences) != 1 || a.NextOn != "2026-06-01" {
		t.Errorf("next on %s: %+v", a.NextOn, a.Occurrences)
	}
	api.Clock.Set(time.Date(2026, 6, 1, 1, 0, 0, 0, time.UTC))
	api.RunJob("activity", "turn", nil)
	api.Must("GET", "/activities/"+a.ID, nil, &a)
	if len(a.Occurrences) != 2 || a.Occurrences[0].PeriodEnd != "2027-05-31" {
		t.Errorf("%+v", a.Occurrences)
	}
}

func TestByHand(t *testing.T) {
	api := optest.New(t, modules()...)
	var a ActivityDetail
	api.Must("POST", "/activities", draft{"name": "Review after an incident", "frequency": "as_needed"}, &a)
	if len(a.Occurrences) != 0 || a.Current != "" || a.NextOn != "" || a.Status != NotStarted {
		t.Fatalf("%+v", a)
	}
	var n Occurrence
	api.Must("POST", "/activities/"+a.ID+"/occurrences", draft{"due_on": "2026-03-10"}, &n)
	if got := api.Do("POST", "/activities/"+a.ID+"/occurrences", draft{"due_on": "2026-03-11"}, nil); got != 409 {
		t.Errorf("a second on one day: %d", got)
	}
	if got := api.Do("POST", "/occurrences/"+n.ID+"/status", draft{"status": "not_applicable"}, nil); got != 422 || api.FieldError("note") == "" {
		t.Errorf("set aside without a reason: %d", got)
	}
	if got := api.Upload("/occurrences/"+n.ID+"/files", "a.txt", []byte("x"), nil); got != 422 {
		t.Errorf("a file that proves nothing: %d", got)
	}
	if api.Count("SELECT count(*) FROM file") != 0 {
		t.Error("a refused file was kept")
	}
	api.Version(n.Version).Must("PATCH", "/occurrences/"+n.ID, draft{"due_on": "2026-03-20"}, &n)
	if n.DueOn != "2026-03-20" || api.Count("SELECT count(*) FROM task WHERE due_on = '2026-03-20'") != 1 {
		t.Errorf("%+v", n)
	}
	api.Must("POST", "/occurrences/"+n.ID+"/status", draft{"status": "not_applicable", "note": "There was none"}, &n)
	if got := api.Version(n.Version).Do("PATCH", "/occurrences/"+n.ID, draft{"due_on": "2026-03-21"}, nil); got != 409 {
		t.Errorf("what is over was moved: %d", got)
	}
}

// The calendar shows what is due and what will be, each once.
func TestCalendar(t *testing.T) {
	api := optest.New(t, modules()...)
	var empty Calendar
	api.Must("GET", "/activities/calendar?from=2026-03-01&to=2026-03-31", nil, &empty)
	if empty.Items == nil || len(empty.Items) != 0 {
		t.Errorf("%+v", empty)
	}
	api.Must("POST", "/activities", draft{"name": "Weekly scan", "frequency": "weekly", "starts_on": "2026-03-02", "owner": "user"}, nil)
	api.Must("POST", "/activities", draft{"name": "Yearly test", "frequency": "yearly", "starts_on": "2026-03-20"}, nil)
	var m Calendar
	api.Must("GET", "/activities/calendar?from=2026-03-01&to=2026-04-05", nil, &m)
	var got []string
	for _, d := range m.Items {
		got = append(got, fmt.Sprint(d.DueOn, " ", d.Name, " ", d.Occurrence != ""))
	}
	want := []string{"2026-03-08 Weekly scan true", "2026-03-15 Weekly scan false", "2026-03-22 Weekly scan false", "2026-03-29 Weekly scan false", "2026-04-05 Weekly scan false"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v", got)
	}
	if api.Must("GET", "/activities/calendar?from=2026-03-01&to=2026-04-05&owner=none", nil, &m); len(m.Items) != 0 {
		t.Errorf("%v", m.Items)
	}
	for _, q := range []string{"from=2026-03-01&to=2026-12-31", "from=2026-03-31&to=2026-03-01", "from=x&to=2026-03-01", ""} {
		if got := api.Do("GET", "/activities/calendar?"+q, nil, nil); got != 422 {
			t.Errorf("%q: %d", q, got)
		}
	}
}

func TestWhoMay(t *testing.T) {
	api := optest.New(t, modules()...)
	var a ActivityDetail
	api.Must("POST", "/activities", draft{"name": "Drill", "frequency": "monthly", "starts_on": "2026-03-01"}, &a)
	for _, c := range []struct {
		role         op.Roles
		method, path string
		want         int
	}{
		{op.Auditor, "GET", "/activities", 200}, {op.Auditor, "GET", "/occurrences/export?format=csv", 200}, {op.Auditor, "POST", "/occurrences/" + a.Current + "/status", 403},
		{op.Executive, "GET", "/activities", 403}, {op.Executive, "GET", "/activities/calendar?from=2026-03-01&to=2026-03-31", 403},
	} {
		if got := api.As(c.role).Do(c.method, c.path, draft{"status": "completed"}, nil); got != c.want {
			t.Errorf("%v %s %s: %d, want %d", c.role, c.method, c.path, got, c.want)
		}
	}
	if got := api.InTenant(1).Do("GET", "/activities/"+a.ID, nil, nil); got != 404 {
		t.Errorf("another organisation sees it: %d", got)
	}
	for field, body := range map[string]draft{
		"name": {"name": " ", "frequency": "daily"}, "owner": {"name": "x", "frequency": "daily", "owner": "nobody"}, "scope": {"name": "x", "frequency": "daily", "scope": "moon"},
		"controls[0]": {"name": "x", "frequency": "daily", "controls": []string{"none"}}, "evidence[0]": {"name": "x", "frequency": "daily", "evidence": []string{"none"}},
		"starts_on": {"name": "x", "frequency": "daily", "starts_on": "2026-02-30"},
	} {
		if got := api.Do("POST", "/activities", body, nil); got != 422 || api.FieldError(field) == "" {
			t.Errorf("%s: %d %s", field, got, api.Body())
		}
	}
	if api.Count("SELECT count(*) FROM activity") != 1 {
		t.Error("a refused one was kept")
	}
}
