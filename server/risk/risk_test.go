package risk

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"assay/server/control"
	"assay/server/evidence"
	"assay/server/framework"
	"assay/server/imports"
	"assay/server/link"
	"assay/server/notification"
	"assay/server/number"
	"assay/server/op"
	"assay/server/optest"
	"assay/server/tag"
	"assay/server/task"
	"assay/storage"
)

type m = map[string]any

func open(t *testing.T) *optest.API {
	return optest.New(t, Module, number.Module, notification.Module, control.Module, evidence.Module, framework.Module, link.Module, tag.Module, task.Module, imports.Module(&Sheet))
}

func add(api *optest.API, body m) (d RiskDetail) {
	api.Must("POST", "/risks", body, &d)
	return d
}

func point(l, i int) m { return m{"likelihood": l, "impact": i} }

// refs are the numbers of the risks that a query finds.
func refs(api *optest.API, query string) string {
	var p op.Page[Risk]
	api.Must("GET", "/risks?sort=ref&"+query, nil, &p)
	var all []string
	for _, r := range p.Items {
		all = append(all, r.Ref[len("RSK-000"):])
	}
	return strings.Join(all, " ")
}

// Every cell of the map falls into its band, by the scale that a new organisation has.
func TestLevel(t *testing.T) {
	want := [5]string{"LLLLL", "LLMMM", "LMMHH", "LMHHC", "LMHCC"}
	usual := RiskScale{Critical: 20, High: 12, Medium: 6}
	for i := 1; i <= 5; i++ {
		for l := 1; l <= 5; l++ {
			if got := strings.ToUpper(string(usual.Level(Score(l, i)))[:1]); got != want[i-1][l-1:l] {
				t.Errorf("likelihood %d, impact %d: %s", l, i, got)
			}
		}
	}
	if usual.Level(Score(0, 5)) != Unscored || usual.Level(Score(5, 0)) != Unscored {
		t.Error("half a score is none")
	}
}

func TestStatusOn(t *testing.T) {
	for _, c := range []struct {
		written Status
		until   string
		want    Status
	}{{Accepted, "2026-03-02", Accepted}, {Accepted, "2026-03-01", Open}, {Mitigated, "", Mitigated}, {OffTrack, "2020-01-01", OffTrack}} {
		if got := StatusOn(c.written, c.until, "2026-03-02"); got != c.want {
			t.Errorf("%s until %s: %s", c.written, c.until, got)
		}
	}
	if Overdue(Accepted, "2026-01-01", "2026-03-02") || Overdue(Open, "2026-03-02", "2026-03-02") || Overdue(Open, "", "2026-03-02") || !Overdue(OffTrack, "2026-03-01", "2026-03-02") {
		t.Error("what is overdue")
	}
}

// For every full third of the controls that apply and are effective the likelihood falls by one.
func TestSuggest(t *testing.T) {
	const yes, grace, bad, off = control.Effective("implemented"), control.Effective("needs_evidence"), control.Effective("unproven"), control.Effective("not_applicable")
	for _, c := range []struct {
		inherent Point
		controls []control.Effective
		want     Point
		says     string
	}{
		{Point{}, []control.Effective{yes}, Point{}, "before controls first"},
		{Point{4, 5}, nil, Point{4, 5}, "No control that applies"},
		{Point{4, 5}, []control.Effective{off}, Point{4, 5}, "No control that applies"},
		{Point{4, 5}, []control.Effective{bad, bad}, Point{4, 5}, "0 of 2 linked controls are effective"},
		{Point{4, 5}, []control.Effective{yes, bad, bad}, Point{3, 5}, "from 4 to 3"},
		{Point{4, 5}, []control.Effective{yes, bad, bad, bad}, Point{4, 5}, "1 of 4"},
		{Point{5, 4}, []control.Effective{yes, grace, bad}, Point{3, 4}, "2 of 3"},
		{Point{5, 4}, []control.Effective{yes, grace, off}, Point{2, 4}, "2 of 2"},
		{Point{2, 3}, []control.Effective{yes}, Point{1, 3}, "from 2 to 1"},
	} {
		s := Suggest(c.inherent, c.controls)
		if s.Point != c.want || s.Score != c.want.Score() || !strings.Contains(s.Reason, c.says) {
			t.Errorf("%v %v: %+v", c.inherent, c.controls, s)
		}
	}
}

// A risk is added with a title alone, scored, given away; what changed of its score is kept.
func TestRegister(t *testing.T) {
	api := open(t)
	d := add(api, m{"title": "  The office burns "})
	if d.Ref != "RSK-0001" || d.Title != "The office burns" || d.Level != Unscored || d.Status != Open || len(d.Scores) != 0 {
		t.Fatalf("%+v", d)
	}
	patch := func(body m, out *RiskDetail) int {
		return api.Version(out.Version).Do("PATCH", "/risks/"+out.ID, body, out)
	}
	if patch(m{"inherent": point(4, 5), "owner": "user", "due_on": "2026-02-01"}, &d) != 200 || d.Score != 20 || d.Level != Critical || !d.Overdue || len(d.Scores) != 1 {
		t.Errorf("%+v", d)
	}
	if api.Count("SELECT count(*) FROM notification WHERE person = 'user' AND event = 'risk_changed'") != 1 {
		t.Error("the new owner was not told")
	}
	if patch(m{"residual": point(2, 5), "target": point(1, 5)}, &d) != 200 || d.Score != 10 || d.Level != Medium || d.InherentLevel != Critical || len(d.Scores) != 2 {
		t.Errorf("%+v", d)
	}
	if patch(m{"plan": "Sprinklers"}, &d) != 200 || len(d.Scores) != 2 {
		t.Error("words made a score")
	}
	for field, body := range map[string]m{"inherent": {"inherent": point(4, 0)}, "due_on": {"due_on": "2026-02-30"}, "owner": {"owner": "nobody"}, "title": {"title": " "}} {
		if api.Version(d.Version).Do("PATCH", "/risks/"+d.ID, body, nil) != 422 || api.FieldError(field) == "" {
			t.Errorf("%v: %s", body, api.Body())
		}
	}
	if api.Version(1).Do("PATCH", "/risks/"+d.ID, m{"title": "Stale"}, nil) != 412 {
		t.Error("a stale change went through")
	}
}

// A number is given once: a deletion does not give it back, and one that came from elsewhere is stepped over.
func TestNumbers(t *testing.T) {
	api := open(t)
	add(api, m{"title": "One"})
	two := add(api, m{"title": "Two"})
	api.Must("DELETE", "/risks/"+two.ID, nil, nil)
	if d := add(api, m{"title": "Three"}); d.Ref != "RSK-0003" {
		t.Error(d.Ref)
	}
	api.Seed([]string{"risk"}, func(tx *storage.WriteTx) error { // as one that came from a branch
		return tx.Exec("INSERT INTO risk (id, ref, title, created_at, updated_at) VALUES ('x', 'RSK-0007', 'From elsewhere', '', '')")
	})
	if d := add(api, m{"title": "Eight"}); d.Ref != "RSK-0008" {
		t.Error(d.Ref)
	}
}

// Lists narrow by every filter, and a cell of a map opens exactly what it counts.
func TestList(t *testing.T) {
	api := open(t)
	add(api, m{"title": "A", "category": "Fraud", "owner": "user", "inherent": point(5, 5), "residual": point(2, 4), "target": point(1, 4)})
	add(api, m{"title": "B", "inherent": point(2, 4), "treatment": "transfer", "due_on": "2026-01-01"})
	add(api, m{"title": "C", "inherent": point(2, 4), "status": "closed", "due_on": "2026-01-01"})
	add(api, m{"title": "D", "category": "Fraud"})
	for query, want := range map[string]string{
		"": "1 2 3 4", "level=medium": "1 2 3", "level=unscored": "4", "level=critical": "", "category=Fraud": "1 4", "category=none": "2 3", "owner=none": "2 3 4",
		"owner=user": "1", "status=closed": "3", "status=open,closed": "1 2 3 4", "treatment=transfer": "2", "overdue=true": "2", "q=rsk-0003": "3",
		"likelihood=2&impact=4": "1 2 3", "likelihood=2&impact=4&of=inherent": "2 3", "likelihood=2&of=residual": "1", "impact=4&of=target": "1", "likelihood=5&of=inherent": "1",
	} {
		if got := refs(api, query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	var f RiskFigures
	api.As(op.Executive).Must("GET", "/risks/figures", nil, &f)
	if f.Total != 3 || f.Levels[Medium] != 2 || f.Levels[Unscored] != 1 || f.Statuses[Closed] != 1 || f.Overdue != 1 {
		t.Errorf("%+v", f)
	}
	for of, cells := range map[string][]RiskCell{"inherent": f.Maps.Inherent, "residual": f.Maps.Residual, "target": f.Maps.Target} {
		for _, c := range cells {
			var p op.Page[Risk]
			api.Must("GET", fmt.Sprintf("/risks?of=%s&likelihood=%d&impact=%d&status=open,in_progress,off_track,mitigated,accepted", of, c.Likelihood, c.Impact), nil, &p)
			if p.Total != c.Count {
				t.Errorf("%s %d×%d: the map says %d, the list %d", of, c.Likelihood, c.Impact, c.Count, p.Total)
			}
		}
	}
	if last := f.Weeks[len(f.Weeks)-1]; last.Medium != 3 || last.Critical != 0 || f.Weeks[0].Medium != 0 {
		t.Errorf("%+v", f.Weeks)
	}
	var s RiskScale
	api.Must("GET", "/risk-scale", nil, &s)
	if api.Version(s.Version).Do("PATCH", "/risk-scale", m{"high": 25}, nil) != 422 || api.FieldError("high") == "" {
		t.Error("high begins where critical does")
	}
	api.Version(s.Version).Must("PATCH", "/risk-scale", m{"critical": 8, "high": 7}, &s)
	if refs(api, "level=critical") != "1 2 3" {
		t.Error("the scale was set and the levels stayed")
	}
}

// An administrator accepts a risk until a day. The day after it is open, for every reader and before the night.
func TestAcceptance(t *testing.T) {
	api := open(t)
	d := add(api, m{"title": "A", "owner": "user", "inherent": point(2, 2)})
	until := api.Clock.Now().AddDate(0, 0, 10).Format(storage.Date)
	if api.As(op.User).Do("POST", "/risks/"+d.ID+"/accept", m{"reason": "Small", "until": until}, nil) != 403 {
		t.Error("a user accepted a risk")
	}
	if api.Version(d.Version).Do("PATCH", "/risks/"+d.ID, m{"status": "accepted"}, nil) != 409 {
		t.Error("a change accepted a risk")
	}
	for _, day := range []string{"2020-01-01", "2099-01-01", "tomorrow!!"} {
		if api.Do("POST", "/risks/"+d.ID+"/accept", m{"reason": "Small", "until": day}, nil) != 422 || api.FieldError("until") == "" {
			t.Error(day)
		}
	}
	api.Must("POST", "/risks/"+d.ID+"/accept", m{"reason": "Small", "until": until}, &d)
	if d.Status != Accepted || d.AcceptedReason != "Small" || d.AcceptedBy == "" {
		t.Errorf("%+v", d)
	}
	user := api.As(op.User).Version(d.Version)
	if user.Do("PATCH", "/risks/"+d.ID, m{"status": "open"}, nil) != 409 {
		t.Error("a user took an acceptance back")
	}
	user.Must("PATCH", "/risks/"+d.ID, m{"plan": "Look again"}, &d)
	if d.Status != Accepted || d.AcceptedUntil != until {
		t.Error("words ended the acceptance")
	}
	api.Clock.Advance(11 * 24 * time.Hour)
	if refs(api, "status=open") != "1" || refs(api, "status=accepted") != "" {
		t.Error("the acceptance outlived its day")
	}
	told := api.Count("SELECT count(*) FROM notification WHERE person = 'user'")
	for range 2 {
		api.RunJob("risk", "expire", nil)
	}
	if api.Count("SELECT count(*) FROM risk WHERE status = 'open' AND accepted_until = ''") != 1 || api.Count("SELECT count(*) FROM notification WHERE person = 'user'") != told+1 {
		t.Error("the night did not write it down, once")
	}
	api.Must("POST", "/risks/"+d.ID+"/accept", m{"reason": "Still small", "until": api.Clock.Now().Format(storage.Date)}, &d)
	api.Must("POST", "/risks/"+d.ID+"/unaccept", nil, &d)
	if d.Status != Open || d.AcceptedReason != "" {
		t.Errorf("%+v", d)
	}
	if api.Do("POST", "/risks/"+d.ID+"/unaccept", nil, nil) != 409 {
		t.Error("what is not accepted was taken back")
	}
}

// Many are changed at once, and what stays as it is says why.
func TestBulk(t *testing.T) {
	api := open(t)
	a, b := add(api, m{"title": "A"}), add(api, m{"title": "B", "category": "Fraud"})
	accepted := add(api, m{"title": "C"})
	api.Must("POST", "/risks/"+accepted.ID+"/accept", m{"reason": "Small", "until": api.Clock.Now().Format(storage.Date)}, nil)
	var out op.Bulk
	api.Must("POST", "/risks/bulk", m{"match": m{}, "set": m{"status": "in_progress", "add_tags": []string{"Board"}}}, &out)
	if out.Updated != 2 || len(out.Skipped) != 1 || out.Skipped[0].Name != "RSK-0003" || !strings.Contains(out.Skipped[0].Why, "administrator") {
		t.Errorf("%+v", out)
	}
	api.Must("POST", "/risks/bulk", m{"ids": []string{a.ID, a.ID, b.ID, "gone"}, "set": m{"category": "Fraud"}}, &out)
	if out.Updated != 1 || len(out.Skipped) != 2 {
		t.Errorf("%+v", out)
	}
	api.Must("POST", "/risks/bulk", m{"match": m{}, "except": []string{a.ID}, "set": m{"owner": "user"}}, &out)
	if out.Updated != 2 || refs(api, "owner=user") != "2 3" {
		t.Errorf("%+v %s", out, refs(api, "owner=user"))
	}
	for _, body := range []m{{"set": m{"owner": "user"}}, {"ids": []string{a.ID}, "match": m{}, "set": m{"owner": "user"}}, {"ids": []string{a.ID}, "set": m{}}, {"match": m{}, "set": m{"owner": "x"}}} {
		if api.Do("POST", "/risks/bulk", body, nil) != 422 {
			t.Errorf("%v", body)
		}
	}
}

// A risk of the library comes once, with the controls that are here; what they are worth is shown and suggests.
func TestLibrary(t *testing.T) {
	api := open(t)
	api.Must("POST", "/frameworks", m{"key": "soc2-2017"}, nil)
	var lib RiskLibrary
	api.Must("GET", "/risks/library", nil, &lib)
	if len(lib.Items) != 42 {
		t.Fatalf("%d risks", len(lib.Items))
	}
	var out RiskPicked
	api.Must("POST", "/risks/library", m{"keys": []string{"R-001", "R-002", "R-001"}}, &out)
	if len(out.IDs) != 2 || out.Skipped != 1 {
		t.Fatalf("%+v", out)
	}
	var d RiskDetail
	api.Must("GET", "/risks/"+out.IDs[0], nil, &d)
	n := len(d.Linked)
	if d.Score != 20 || n == 0 || d.Controls != n || d.Effective != 0 || d.Suggestion.Score != 20 {
		t.Errorf("%+v", d)
	}
	for _, c := range d.Linked { // without a proof it counts for nothing
		api.Must("POST", "/controls/"+c.ID+"/status", m{"status": "implemented"}, nil)
		var e struct{ ID string }
		api.Seed([]string{"evidence", "evidence_control"}, func(tx *storage.WriteTx) error {
			return tx.Exec("UPDATE evidence SET not_applicable = 1 WHERE id IN (SELECT evidence FROM evidence_control WHERE control = ?)", c.ID)
		})
		api.Must("POST", "/evidence", m{"name": "Proof of " + c.Ref, "controls": []string{c.ID}}, &e)
		api.Upload("/evidence/"+e.ID+"/files", "proof.txt", []byte("It is so.\n"), nil)
	}
	api.Must("GET", "/risks/"+out.IDs[0], nil, &d)
	if d.Effective != n || d.Suggestion.Effective != n || d.Suggestion.Point != (Point{1, 5}) {
		t.Errorf("%d of %d: %+v", d.Effective, n, d.Suggestion)
	}
	if api.As(op.Executive).Do("GET", "/risks/library", nil, nil) != 403 || api.As(op.Auditor).Do("POST", "/risks/library", m{"keys": []string{"R-003"}}, nil) != 403 {
		t.Error("who may")
	}
	if api.Do("POST", "/risks/library", m{"keys": []string{"R-999"}}, nil) != 422 {
		t.Error("what the library does not have")
	}
	if refs(api, "control="+d.Linked[0].ID) == "" {
		t.Error("a control does not lead to its risks")
	}
}

// A table comes in as it went out: what is new is given a number, what differs is changed, what cannot be is refused.
func TestSheet(t *testing.T) {
	api := open(t)
	add(api, m{"title": "A", "inherent": point(4, 4)})
	run := func(csv string) (status int) {
		var made struct {
			ID      string
			Mapping any
		}
		if api.Upload("/imports?target=risks", "risks.csv", []byte(csv), &made) != 200 {
			t.Fatal(api.Body())
		}
		api.Must("POST", "/imports/"+made.ID+"/check", m{"mapping": made.Mapping}, nil)
		return api.Do("POST", "/imports/"+made.ID+"/run", nil, nil)
	}
	imported := run("Title,Inherent likelihood,Inherent impact,Treatment,Due on,Status\n" +
		"A,2,4,reduce,2026-12-31,\nB,5,5,insure,,on track\nC,6,5,,,\nD,5,,,,\nE,,,,2026-02-31,\nF,,,,,accepted\n")
	if got := refs(api, ""); imported != 200 || got != "1 2" {
		t.Errorf("%q came in", got)
	}
	if refs(api, "likelihood=2&impact=4&treatment=mitigate") != "1" || refs(api, "level=critical&status=in_progress&treatment=transfer") != "2" {
		t.Error("a row is not as the table has it")
	}
	if api.Count("SELECT count(*) FROM risk_score") != 3 {
		t.Error("a changed score has no row of its history")
	}
	before := api.Count("SELECT sum(version) FROM risk")
	api.Must("GET", "/risks/export", nil, nil)
	if run(api.Body()) != 409 || refs(api, "") != "1 2" || api.Count("SELECT sum(version) FROM risk") != before {
		t.Error("what went out and came in again changed something")
	}
}

// The index of the score says in a migration what the list says here; see the one of processes.
func TestIndexOfScore(t *testing.T) {
	api := open(t)
	if n := api.Count("SELECT count(*) FROM risk r INDEXED BY risk_points WHERE " + scoreSQL + " > 25"); n != 0 {
		t.Errorf("%d risks above the scale", n)
	}
}
