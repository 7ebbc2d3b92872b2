package evidence_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"assay/server/evidence"
	"assay/server/op"
	"assay/server/optest"
	"assay/storage"
)

// told counts what a person was told of one event.
func told(api *optest.API, person, event string) int {
	return api.Count("SELECT count(*) FROM notification WHERE person = ? AND event = ?", person, event)
}

// states are a request's rounds, newest first, with the steps of each.
func states(d evidence.EvidenceDetail) (s string) {
	for _, c := range d.Cycles {
		s += fmt.Sprintf("%d %s:", c.Number, c.State)
		for _, step := range c.Steps {
			s += " " + step.State
		}
		if c.Overdue {
			s += " overdue"
		}
		if c.Late {
			s += " late"
		}
		s += "; "
	}
	return strings.TrimSuffix(s, "; ")
}

// A colleague is asked, uploads late, is rejected, uploads again and is accepted: the round, the tasks and what
// everybody is told go with it.
func TestCollecting(t *testing.T) {
	api := world(t)
	admin, user, reviewer := api.As(op.Admin), api.As(op.User), as(api, "reviewer", op.User)
	e := request(t, api, map[string]any{"reviewer": "reviewer", "owner": "admin", "frequency": "quarterly", "controls": []string{"c1"}})
	if got := states(e); got != "1 open: open" || e.Cycles[0].DueOn != "2026-04-01" || e.CycleState != "open" || e.CycleDue != "2026-04-01" {
		t.Fatalf("%s %+v", got, e.Evidence)
	}
	var d evidence.EvidenceDetail
	for _, c := range []struct {
		body  map[string]any
		field string
	}{
		{map[string]any{"person": "user", "due_on": "2026-03-01"}, "due_on"},
		{map[string]any{"person": "user", "due_on": "tomorrow.."}, "due_on"},
		{map[string]any{"person": "nobody", "due_on": "2026-03-05"}, "person"},
		{map[string]any{"person": "gone", "due_on": "2026-03-05"}, "person"},
		{map[string]any{"person": "admin", "due_on": "2026-03-05"}, "person"}, // oneself
		{map[string]any{"due_on": "2026-03-05"}, "person"},
	} {
		if got := admin.Do("POST", "/evidence/"+e.ID+"/asks", c.body, nil); got != 422 || admin.FieldError(c.field) == "" {
			t.Errorf("%v: %d %s", c.body, got, admin.Body())
		}
	}
	body := map[string]any{"person": "user", "message": "The one of March, signed.", "due_on": "2026-03-05"}
	admin.Must("POST", "/evidence/"+e.ID+"/asks", body, &d)
	if len(d.Asks) != 1 || d.Asks[0].State != "open" || d.Asks[0].AskedName != "The user" || d.Asks[0].AskedByName != "The admin" {
		t.Fatalf("%+v", d.Asks)
	}
	if told(api, "user", "evidence_asked") != 1 || api.Count("SELECT count(*) FROM task WHERE owner = 'user' AND status = 'open' AND due_on = '2026-03-05'") != 1 {
		t.Error("the colleague does not know")
	}
	if got := admin.Do("POST", "/evidence/"+e.ID+"/asks", body, nil); got != 409 {
		t.Errorf("asked twice: %d", got)
	}

	api.Clock.Advance(5 * day)
	if d = detail(t, api, e.ID); d.Asks[0].State != "late" {
		t.Errorf("%+v", d.Asks[0])
	}
	first := upload(t, user, e.ID, "", "unsigned")
	d = detail(t, api, e.ID)
	if d.Asks[0].State != "answered_late" || d.Asks[0].File != first.ID || states(d) != "1 submitted: open submitted" || d.Files[0].Cycle != 1 {
		t.Errorf("%+v %s", d.Asks, states(d))
	}
	if api.Count("SELECT count(*) FROM task WHERE status = 'open'") != 0 || told(api, "admin", "evidence_asked") != 1 || told(api, "reviewer", "review_asked") != 1 {
		t.Error("not everybody was told of the answer")
	}
	reviewer.Must("POST", "/files/"+first.ID+"/reject", map[string]any{"note": "It is not signed."}, nil)
	d = detail(t, api, e.ID)
	if states(d) != "1 open: open submitted rejected open" || d.Cycles[0].Steps[2].Note != "It is not signed." || d.Cycles[0].Steps[2].ByName != "Rea Viewer" {
		t.Errorf("%s %+v", states(d), d.Cycles[0].Steps)
	}
	if told(api, "user", "review_done") != 1 {
		t.Error("the uploader was not told")
	}
	api.Clock.Advance(40 * day) // after the round's last day
	if d = detail(t, api, e.ID); !d.Overdue || states(d) != "1 open: open submitted rejected open overdue" {
		t.Error(states(d))
	}
	var p op.Page[evidence.Evidence]
	api.Must("GET", "/evidence?cycle=overdue", nil, &p)
	if p.Total != 1 {
		t.Errorf("%d are overdue", p.Total)
	}
	second := upload(t, user, e.ID, "?replaces="+first.ID, "signed")
	reviewer.Must("POST", "/files/"+second.ID+"/accept", map[string]any{}, nil)
	d = detail(t, api, e.ID)
	if states(d) != "2 scheduled:; 1 accepted: open submitted rejected open submitted accepted late" {
		t.Error(states(d))
	}
	if c := d.Cycles[0]; c.DueOn != d.ExpiresOn || c.OpensOn != evidence.ExpiresOn(d.ExpiresOn, -30) {
		t.Errorf("%+v, proof until %s", c, d.ExpiresOn)
	}
	for _, q := range []string{"?cycle=overdue", "?cycle=open,submitted"} {
		if api.Must("GET", "/evidence"+q, nil, &p); p.Total != 0 {
			t.Errorf("%s finds %d", q, p.Total)
		}
	}
	if api.Must("GET", "/evidence?cycle=scheduled&sort=cycle_due", nil, &p); p.Total != 1 {
		t.Error("the next round is not found")
	}
	onTime := request(t, api, map[string]any{"name": "on time", "frequency": "annual"})
	upload(t, user, onTime.ID, "", "first")
	api.Clock.Advance(200 * day)
	upload(t, user, onTime.ID, "", "early") // joins the round that is over, and moves the next one on
	if got := detail(t, api, onTime.ID); states(got) != "2 scheduled:; 1 accepted: open submitted accepted submitted accepted" || got.Cycles[0].DueOn != got.ExpiresOn {
		t.Error(states(got))
	}
}

func TestWithdraw(t *testing.T) {
	api := world(t)
	e := request(t, api, map[string]any{})
	var d evidence.EvidenceDetail
	api.As(op.User).Must("POST", "/evidence/"+e.ID+"/asks", map[string]any{"person": "reviewer", "due_on": "2026-03-05"}, &d)
	path := "/asks/" + d.Asks[0].ID + "/withdraw"
	if got := as(api, "reviewer", op.User).Do("POST", path, nil, nil); got != 403 {
		t.Errorf("withdrawn by who was asked: %d", got)
	}
	api.As(op.User).Must("POST", path, nil, &d)
	if d.Asks[0].State != "withdrawn" || api.Count("SELECT count(*) FROM task WHERE status = 'open'") != 0 {
		t.Errorf("%+v", d.Asks)
	}
	if got := api.Do("POST", path, nil, nil); got != 409 {
		t.Errorf("twice: %d", got)
	}
	upload(t, as(api, "reviewer", op.User), e.ID, "", "all the same")
	if d = detail(t, api, e.ID); d.Asks[0].State != "withdrawn" {
		t.Error("what was withdrawn was answered")
	}
}

// What was asked by mistake is undone whole, with the task that it made; so is a skipped round.
func TestUndoAsk(t *testing.T) {
	api := world(t)
	e := request(t, api, map[string]any{"frequency": "monthly"})
	before := detail(t, api, e.ID)
	api.Must("POST", "/evidence/"+e.ID+"/asks", map[string]any{"person": "user", "due_on": "2026-03-05"}, nil)
	api.Must("POST", "/undo", map[string]any{"seq": seq(t, api)}, nil)
	if d := detail(t, api, e.ID); len(d.Asks) != 0 || api.Count("SELECT count(*) FROM task") != 0 {
		t.Errorf("%+v", d.Asks)
	}
	api.Must("POST", "/cycles/"+e.Cycles[0].ID+"/skip", map[string]any{"reason": "x"}, nil)
	api.Must("POST", "/undo", map[string]any{"seq": seq(t, api)}, nil)
	if d := detail(t, api, e.ID); states(d) != states(before) {
		t.Errorf("%s, want %s", states(d), states(before))
	}
}

func TestSkip(t *testing.T) {
	api := world(t)
	e := request(t, api, map[string]any{"frequency": "monthly"})
	path := "/cycles/" + e.Cycles[0].ID + "/skip"
	if got := api.Do("POST", path, map[string]any{"reason": " "}, nil); got != 422 || api.FieldError("reason") == "" {
		t.Errorf("without a reason: %d", got)
	}
	var d evidence.EvidenceDetail
	api.As(op.User).Must("POST", path, map[string]any{"reason": "The office is closed."}, &d)
	if states(d) != "2 scheduled:; 1 skipped: open skipped" || d.Cycles[1].Reason != "The office is closed." || d.Cycles[0].DueOn != "2026-05-02" {
		t.Errorf("%s %+v", states(d), d.Cycles)
	}
	if got := api.Do("POST", path, map[string]any{"reason": "x"}, nil); got != 409 {
		t.Errorf("twice: %d", got)
	}
	if d.Status != evidence.NotCollected {
		t.Error("skipping moved the clock")
	}
	reviewed := request(t, api, map[string]any{"name": "y", "reviewer": "reviewer"})
	upload(t, api, reviewed.ID, "", "x")
	if got := api.Do("POST", "/cycles/"+reviewed.Cycles[0].ID+"/skip", map[string]any{"reason": "x"}, nil); got != 409 {
		t.Errorf("skipped while a file waits: %d", got)
	}
}

// Every mark is told once, however many nights ran or were missed; the task comes at thirty days and goes with
// fresh proof. The organisation's day decides, not the server's.
func TestReminders(t *testing.T) {
	api := world(t)
	e := request(t, api, map[string]any{"owner": "user", "frequency": "annual"})
	upload(t, api, e.ID, "?collected_on=2026-03-02", "x") // it counts until 2027-03-02
	other := request(t, api, map[string]any{"name": "never expires", "owner": "user", "frequency": "once"})
	upload(t, api, other.ID, "", "x")
	at := func(day string) {
		d, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		api.Clock.Set(d.Add(9 * time.Hour))
		api.RunJob("evidence", "remind", nil)
		records := api.Count("SELECT count(*) FROM audit")
		api.RunJob("evidence", "remind", nil)
		if api.Count("SELECT count(*) FROM audit") != records {
			t.Errorf("%s: the second run of a night changed something", day)
		}
	}
	tasks := func() int { return api.Count("SELECT count(*) FROM task WHERE status = 'open' AND owner = 'user'") }
	for _, c := range []struct {
		day   string
		told  int
		tasks int
	}{
		{"2027-01-30", 0, 0}, {"2027-01-31", 1, 1}, {"2027-02-01", 1, 1},
		{"2027-02-17", 2, 1}, // 13 days: the night of the 14th was missed
		{"2027-02-23", 3, 1}, {"2027-03-01", 4, 1}, {"2027-03-02", 4, 1},
		{"2027-03-03", 5, 1}, {"2027-03-09", 5, 1}, {"2027-03-10", 6, 1}, {"2027-03-31", 7, 1},
	} {
		at(c.day)
		if got := told(api, "user", "evidence_expiring"); got != c.told || tasks() != c.tasks {
			t.Errorf("%s: told %d times, %d tasks; want %d and %d", c.day, got, tasks(), c.told, c.tasks)
		}
	}
	if api.Count("SELECT count(*) FROM task WHERE title = 'Collect “Access review” again' AND due_on = '2027-03-02' AND key = ?", "evidence.collect/"+e.ID) != 1 {
		t.Error("the task does not say what to do")
	}
	// Somebody ends the task: it comes back at the next mark, not the next night.
	api.Seed([]string{"task"}, func(tx *storage.WriteTx) error { return tx.Exec("UPDATE task SET status = 'cancelled'") })
	at("2027-04-01")
	if tasks() != 0 {
		t.Error("the task came back in the next night")
	}
	at("2027-04-07")
	if tasks() != 1 || told(api, "user", "evidence_expiring") != 8 {
		t.Error("the task did not come back with the next mark")
	}
	upload(t, api, e.ID, "", "fresh")
	if tasks() != 0 {
		t.Error("fresh proof did not end the task")
	}
	at("2027-04-08")
	if tasks() != 0 || told(api, "user", "evidence_expiring") != 8 {
		t.Error("reminded of fresh proof")
	}
}

func TestRemindersFollowTheZone(t *testing.T) {
	api := world(t)
	api.Seed([]string{"organisation"}, func(tx *storage.WriteTx) error {
		return tx.Exec("UPDATE organisation SET zone = 'Pacific/Kiritimati'")
	})
	e := request(t, api, map[string]any{"owner": "user", "frequency": "annual"})
	upload(t, api, e.ID, "?collected_on=2026-03-02", "x")
	api.Clock.Set(time.Date(2027, 1, 30, 9, 0, 0, 0, time.UTC)) // 23:00 of the 30th there: 31 days left
	api.RunJob("evidence", "remind", nil)
	if told(api, "user", "evidence_expiring") != 0 {
		t.Error("too early")
	}
	api.Clock.Set(time.Date(2027, 1, 30, 11, 0, 0, 0, time.UTC)) // the 31st there: 30 days left
	api.RunJob("evidence", "remind", nil)
	if told(api, "user", "evidence_expiring") != 1 {
		t.Error("the server's day decided")
	}
}

func TestPeriods(t *testing.T) {
	api := world(t)
	var all evidence.Periods
	api.As(op.Auditor).Must("GET", "/periods", nil, &all)
	if all.Items == nil || len(all.Items) != 0 {
		t.Fatalf("%+v", all)
	}
	api.Must("GET", "/periods/proposal", nil, &all)
	if len(all.Items) != 5 {
		t.Fatalf("%+v", all)
	}
	draft := func(name, from, to string) map[string]any {
		return map[string]any{"name": name, "kind": "quarter", "starts_on": from, "ends_on": to}
	}
	for _, c := range []struct {
		items []map[string]any
		field string
	}{
		{[]map[string]any{draft(" ", "2026-01-01", "2026-03-31")}, "items[0].name"},
		{[]map[string]any{draft("Q1", "2026-03-31", "2026-01-01")}, "items[0].ends_on"},
		{[]map[string]any{draft("Q1", "2026-02-30", "2026-03-01")}, "items[0].starts_on"},
		{[]map[string]any{draft("Q1", "1926-01-01", "2026-03-01")}, "items[0].ends_on"},
		{[]map[string]any{draft("Q1", "2026-01-01", "2026-03-31"), draft("q1", "2026-01-01", "2026-03-31")}, "items[1].name"},
	} {
		if got := api.Do("POST", "/periods", map[string]any{"items": c.items}, nil); got != 422 || api.FieldError(c.field) == "" {
			t.Errorf("%v: %d %s", c.items, got, api.Body())
		}
	}
	api.Must("POST", "/periods", map[string]any{"items": []map[string]any{draft("Q4 2025", "2025-10-01", "2025-12-31"), draft("Q1 2026", "2026-01-01", "2026-03-31")}}, &all)
	if len(all.Items) != 2 || all.Items[0].Name != "Q1 2026" {
		t.Fatalf("%+v", all)
	}
	if got := api.Do("POST", "/periods", map[string]any{"items": []map[string]any{draft("q1 2026", "2026-01-01", "2026-03-31")}}, nil); got != 422 {
		t.Errorf("the same name: %d", got)
	}
	q1, q4 := all.Items[0], all.Items[1]
	a, b := request(t, api, map[string]any{"name": "a"}), request(t, api, map[string]any{"name": "b"})
	upload(t, api, a.ID, "?collected_on=2026-02-01", "x")
	upload(t, api, b.ID, "?collected_on=2026-02-01&period_start=2025-10-01&period_end=2025-12-31", "y") // it says what it is about
	names := func(query string) string {
		var p op.Page[evidence.Evidence]
		api.Must("GET", "/evidence?period="+query, nil, &p)
		s := ""
		for _, e := range p.Items {
			s += e.Name
		}
		return s
	}
	if names(q1.ID) != "a" || names(q4.ID) != "b" || names(q1.ID+"&without=true") != "b" {
		t.Error(names(q1.ID), names(q4.ID), names(q1.ID+"&without=true"))
	}
	if d := detail(t, api, b.ID); fmt.Sprint(d.Files[0].Periods) != "[Q4 2025]" {
		t.Errorf("%+v", d.Files[0].Periods)
	}
	var p evidence.Period
	api.Version(1).Must("PATCH", "/periods/"+q1.ID, map[string]any{"name": "First quarter"}, &p)
	if p.Name != "First quarter" || p.Files != 1 || p.Version != 2 {
		t.Errorf("%+v", p)
	}
	if got := api.Version(1).Do("PATCH", "/periods/"+q1.ID, map[string]any{"name": "x"}, nil); got != 412 {
		t.Errorf("stale: %d", got)
	}
	api.Must("DELETE", "/periods/"+q1.ID, nil, nil)
	if d := detail(t, api, a.ID); len(d.Files) != 1 || len(d.Files[0].Periods) != 0 {
		t.Errorf("%+v", d.Files)
	}
}

func TestQueue(t *testing.T) {
	api := world(t)
	reviewer := as(api, "reviewer", op.User)
	var q op.Page[evidence.ReviewFile]
	reviewer.Must("GET", "/evidence/review", nil, &q)
	if q.Total != 0 || q.Items == nil {
		t.Fatalf("%+v", q)
	}
	mine := request(t, api, map[string]any{"name": "mine", "reviewer": "reviewer", "controls": []string{"c1", "c2"}})
	others := request(t, api, map[string]any{"name": "others", "reviewer": "admin"})
	first := upload(t, api.As(op.User), mine.ID, "", "1")
	api.Clock.Advance(time.Hour)
	upload(t, reviewer, mine.ID, "", "own")
	api.Clock.Advance(time.Hour)
	upload(t, api.As(op.User), others.ID, "", "2")
	reviewer.Must("GET", "/evidence/review", nil, &q)
	if q.Total != 3 || q.Items[0].ID != first.ID || q.Items[0].EvidenceName != "mine" || q.Items[0].Controls != 2 || q.Items[0].CycleDue != "2026-04-01" || q.Items[0].Cycle != 1 {
		t.Errorf("%+v", q)
	}
	reviewer.Must("GET", "/evidence/review?mine=true", nil, &q)
	if q.Total != 1 || q.Items[0].ID != first.ID {
		t.Errorf("%+v", q)
	}
	reviewer.Must("POST", "/files/"+first.ID+"/accept", map[string]any{}, nil)
	if reviewer.Must("GET", "/evidence/review?mine=true", nil, &q); q.Total != 0 {
		t.Errorf("%+v", q)
	}
	if told(api, "reviewer", "review_asked") != 1 { // not of what they uploaded
		t.Errorf("asked %d times", told(api, "reviewer", "review_asked"))
	}
}

func workbook(t *testing.T) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	f.SetSheetRow("Sheet1", "A1", &[]any{"name", "role"})
	f.SetSheetRow("Sheet1", "A2", &[]any{"<script>alert(1)</script>", "=1+1"})
	f.NewSheet("Second")
	for i := range 250 {
		f.SetSheetRow("Second", fmt.Sprint("A", i+1), &[]any{i, i * i})
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPreview(t *testing.T) {
	api := world(t)
	e := request(t, api, map[string]any{})
	see := func(name string, content []byte, query string) (p evidence.FilePreview) {
		t.Helper()
		var f evidence.EvidenceFile
		if got := api.Upload("/evidence/"+e.ID+"/files", name, content, &f); got != 200 {
			t.Fatalf("%s: %d %s", name, got, api.Body())
		}
		api.As(op.Auditor).Must("GET", "/files/"+f.ID+"/preview"+query, nil, &p)
		return p
	}
	if p := see("a.pdf", pdf("x"), ""); p.Show != "pdf" {
		t.Errorf("%+v", p)
	}
	if p := see("a.txt", []byte("one\x1b\ntwo <b>"), ""); p.Show != "text" || p.Text != "one\ntwo <b>" {
		t.Errorf("%+v", p)
	}
	if p := see("a.json", []byte(`{"a": 1}`), ""); p.Show != "text" || p.Text != `{"a": 1}` {
		t.Errorf("%+v", p)
	}
	if p := see("long.txt", bytes.Repeat([]byte("line\n"), 100_000), ""); !p.Truncated || len(p.Text) != 200_000 {
		t.Errorf("%v %d", p.Truncated, len(p.Text))
	}
	if p := see("a.csv", []byte("\ufeffname;role\n\"Ada; L\";=cmd\n\"broken"), ""); p.Show != "table" || fmt.Sprint(p.Rows[:2]) != "[[name role] [Ada; L =cmd]]" {
		t.Errorf("%+v", p)
	}
	p := see("a.xlsx", workbook(t), "")
	if p.Show != "table" || fmt.Sprint(p.Sheets) != "[Sheet1 Second]" || p.Sheet != "Sheet1" || p.Rows[1][0] != "<script>alert(1)</script>" {
		t.Errorf("%+v", p)
	}
	if p := see("b.xlsx", workbook(t), "?sheet=Second"); len(p.Rows) != 200 || !p.Truncated || p.Rows[9][1] != "81" {
		t.Errorf("%d rows", len(p.Rows))
	}
	if n := api.Count("SELECT count(*) FROM audit WHERE action = 'evidence.preview'"); n != 7 {
		t.Errorf("%d records", n)
	}
	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	w, _ := z.Create("xl/workbook.xml")
	w.Write(bytes.Repeat([]byte(" "), 70<<20))
	z.Close()
	for what, content := range map[string][]byte{"a bomb": bomb.Bytes(), "nonsense": []byte("PK nonsense"), "cut off": workbook(t)[:2000]} {
		if p := evidence.Preview("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", content, ""); p.Show != "none" || p.Sentence == "" {
			t.Errorf("%s: %+v", what, p)
		}
	}
}

// made builds a package and gives its bytes.
func made(t *testing.T, api *optest.API, body map[string]any) (p evidence.EvidencePackage, content []byte) {
	t.Helper()
	api.Must("POST", "/packages", body, &p)
	if p.State != "waiting" {
		t.Fatalf("%+v", p)
	}
	if got := api.Do("GET", "/packages/"+p.ID+"/download", nil, nil); got != 409 {
		t.Errorf("downloaded before it was made: %d", got)
	}
	api.RunJob("evidence", "package", map[string]any{"ID": p.ID})
	api.Must("GET", "/packages/"+p.ID, nil, &p)
	if p.State != "done" || p.Done != p.Total || p.Size == 0 {
		t.Fatalf("%+v", p)
	}
	api.Must("GET", "/packages/"+p.ID+"/download", nil, nil)
	return p, []byte(api.Body())
}

// inside are the files of an archive.
func inside(t *testing.T, content []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name], err = io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestPackage(t *testing.T) {
	api := world(t)
	ids := shelf(t, api)
	auditor := api.As(op.Auditor)
	api.Must("POST", "/periods", map[string]any{"items": []map[string]any{{"name": "H1", "starts_on": "2026-01-01", "ends_on": "2026-06-30"}}}, nil)
	for i := range 6 {
		upload(t, api.As(op.User), ids["current"], "?collected_on=2026-02-0"+fmt.Sprint(i+1), fmt.Sprint("again ", i))
	}
	for _, c := range []struct {
		body  map[string]any
		field string
	}{
		{map[string]any{"frameworks": []string{}}, "frameworks"},
		{map[string]any{"frameworks": []string{"fa", "nothing"}}, "frameworks[1]"},
		{map[string]any{"frameworks": []string{"fa"}, "period": "never"}, "period"},
		{map[string]any{"frameworks": []string{"fa"}, "sample": -1}, "sample"},
		{map[string]any{"frameworks": []string{"fa"}, "sample": 1, "seed": "line\nbreak"}, "seed"},
	} {
		if got := auditor.Do("POST", "/packages", c.body, nil); got != 422 || auditor.FieldError(c.field) == "" {
			t.Errorf("%v: %d %s", c.body, got, auditor.Body())
		}
	}
	p, content := made(t, auditor, map[string]any{"frameworks": []string{"fa", "fb"}, "status": "all"})
	all := inside(t, content)
	if p.CreatedByName != "The auditor" || p.Files != 10 || p.Missing != 0 || !strings.HasPrefix(p.Name, "auditor-package-a-b-") {
		t.Errorf("%+v", p)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(all["index.csv"], []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	text := string(all["index.csv"])
	for _, want := range []string{"A,1,", "files/current/001-proof.pdf", "files/expired/002-proof.pdf", "pending", "Rea Viewer", "accepted as it came"} {
		if !strings.Contains(text, want) {
			t.Errorf("the index lacks %q", want)
		}
	}
	if len(rows) < 12 || strings.Contains(text, "not_collected,files") {
		t.Errorf("%d lines", len(rows))
	}
	if n := api.Count("SELECT count(*) FROM audit WHERE action = 'evidence.package' AND record LIKE '%hashes%'"); n != 1 {
		t.Errorf("%d records of the export", n)
	}
	sampled, one := made(t, auditor, map[string]any{"frameworks": []string{"fa"}, "period": periodID(t, api), "sample": 2, "seed": "audit-2026"})
	again, two := made(t, auditor, map[string]any{"frameworks": []string{"fa"}, "period": periodID(t, api), "sample": 2, "seed": "audit-2026"})
	if sampled.Files != 2 || !bytes.Equal(inside(t, one)["population.csv"], inside(t, two)["population.csv"]) || again.Choice.Seed != "audit-2026" {
		t.Errorf("%+v", sampled)
	}
	if !strings.Contains(string(inside(t, one)["README.txt"]), "audit-2026") {
		t.Error("the seed is not printed")
	}
	python(t, api, one, false)
	python(t, api, content, true)

	api.RunJob("evidence", "remove_package", map[string]any{"ID": p.ID})
	if api.Must("GET", "/packages/"+p.ID, nil, &p); p.State != "done" {
		t.Error("removed before its time")
	}
	n := len(objects(t, api))
	api.Clock.Advance(30*day + time.Minute)
	api.RunJob("evidence", "remove_package", map[string]any{"ID": p.ID})
	if api.Must("GET", "/packages/"+p.ID, nil, &p); p.State != "removed" || len(objects(t, api)) != n-1 {
		t.Errorf("%+v", p)
	}
	if got := api.Do("GET", "/packages/"+p.ID+"/download", nil, nil); got != 409 {
		t.Errorf("downloaded after its time: %d", got)
	}
}

func periodID(t *testing.T, api *optest.API) string {
	t.Helper()
	var all evidence.Periods
	api.Must("GET", "/periods", nil, &all)
	return all.Items[0].ID
}

// python checks a package with the script, which shares no code with the product, and then, if asked to, with faults in
// it: each must be found.
func python(t *testing.T, api *optest.API, content []byte, faults bool) {
	t.Helper()
	program, err := exec.LookPath("python3")
	if err != nil {
		t.Log("NOT CHECKED: there is no python3 here to run testdata/check_package.py with")
		return
	}
	key, _, err := api.DB().VerifierKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "package.zip")
	run := func(content []byte, key string) (string, error) {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), program, "testdata/check_package.py", file, key).CombinedOutput()
		return string(out), err
	}
	if out, err := run(content, key); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !faults {
		return
	}
	all := inside(t, content)
	proof := ""
	for name := range all {
		if strings.HasPrefix(name, "files/") && (proof == "" || name < proof) {
			proof = name
		}
	}
	swap := func(name, old, new string) func(map[string][]byte) {
		return func(f map[string][]byte) {
			if !bytes.Contains(f[name], []byte(old)) {
				t.Fatalf("%s has no %q to plant a fault in", name, old)
			}
			f[name] = bytes.Replace(f[name], []byte(old), []byte(new), 1)
		}
	}
	// rehashed covers its tracks: the lists of hashes follow what was changed.
	rehashed := func(change func(map[string][]byte)) func(map[string][]byte) {
		return func(f map[string][]byte) {
			before := map[string]string{}
			for n, b := range f {
				before[n] = sum(b)
			}
			change(f)
			for n, b := range f {
				for _, list := range []string{"hashes.txt", "manifest.json", "index.csv"} {
					if n != list {
						f[list] = bytes.ReplaceAll(f[list], []byte(before[n]), []byte(sum(b)))
					}
				}
			}
			for _, list := range []string{"index.csv", "hashes.txt"} {
				f["hashes.txt"] = bytes.ReplaceAll(f["hashes.txt"], []byte(before[list]), []byte(sum(f[list])))
				f["manifest.json"] = bytes.ReplaceAll(f["manifest.json"], []byte(before[list]), []byte(sum(f[list])))
			}
		}
	}
	for what, fault := range map[string]func(map[string][]byte){
		"a changed proof":         func(f map[string][]byte) { f[proof] = append(f[proof], '!') },
		"a changed proof, hidden": rehashed(func(f map[string][]byte) { f[proof] = append(f[proof], '!') }),
		"a missing proof":         func(f map[string][]byte) { delete(f, proof) },
		"a file more":             func(f map[string][]byte) { f["files/extra.txt"] = []byte("x") },
		"another date":            swap("index.csv", ",2026-02-0", ",2026-01-0"),
		"another date, hidden":    rehashed(swap("index.csv", ",2026-02-0", ",2026-01-0")),
		"another sample, hidden":  rehashed(swap("population.csv", ",yes", ",no")),
		"another root":            func(f map[string][]byte) { resign(f, func(s []string) { s[2] = strings.Repeat("A", 43) + "=" }) },
		"another signature": func(f map[string][]byte) {
			resign(f, func(s []string) { i := len(s) - 2; s[i] = s[i][:60] + flip(s[i][60:]) })
		},
		"another record":        swap("proof.json", `evidence.package`, `evidence.other`),
		"no checkpoint":         func(f map[string][]byte) { delete(f, "checkpoint.txt") },
		"a manifest of another": swap("manifest.json", `"files": `, `"files": 1`),
	} {
		f := map[string][]byte{}
		for n, b := range all {
			f[n] = bytes.Clone(b)
		}
		fault(f)
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for n, content := range f {
			w, _ := z.Create(n)
			w.Write(content)
		}
		z.Close()
		if out, err := run(b.Bytes(), key); err == nil || !strings.Contains(out, "WRONG") {
			t.Errorf("%s was not found:\n%s", what, out)
		}
	}
	if out, err := run(content, strings.Replace(key, "+", "x+", 1)); err == nil {
		t.Errorf("another key was not noticed:\n%s", out)
	}
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// resign alters the lines of the checkpoint wherever it stands.
func resign(f map[string][]byte, change func([]string)) {
	was := string(f["checkpoint.txt"])
	lines := strings.Split(was, "\n")
	change(lines)
	now := strings.Join(lines, "\n")
	f["checkpoint.txt"] = []byte(now)
	quoted := func(s string) []byte {
		var b bytes.Buffer
		out := json.NewEncoder(&b)
		out.SetEscapeHTML(false)
		out.Encode(s)
		return bytes.TrimSpace(b.Bytes())
	}
	for _, n := range []string{"proof.json", "manifest.json"} {
		f[n] = bytes.ReplaceAll(f[n], quoted(was), quoted(now))
	}
}

// flip alters the first letter.
func flip(s string) string {
	if s[0] == 'A' {
		return "B" + s[1:]
	}
	return "A" + s[1:]
}
