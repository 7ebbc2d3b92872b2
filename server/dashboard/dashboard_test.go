package dashboard_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/server/dashboard"
	"assay/server/op"
	"assay/server/optest"
	"assay/storage"
)

var owns = []string{"framework", "requirement", "control", "control_status", "mapping", "evidence", "evidence_control", "file", "person", "organisation", "readiness_day", "readiness_part"}

// seeder writes rows until the first error.
type seeder struct {
	tx  *storage.WriteTx
	err error
}

func (s *seeder) exec(q string, args ...any) {
	if s.err == nil {
		s.err = s.tx.Exec(q, args...)
	}
}

func seed(api *optest.API, fn func(*seeder)) {
	api.Seed(owns, func(tx *storage.WriteTx) error {
		s := &seeder{tx: tx}
		fn(s)
		return s.err
	})
}

func (s *seeder) framework(id string) {
	s.exec("INSERT INTO framework (id, key, name, short, source, created_at, updated_at) VALUES (?1, ?1, 'Framework ' || ?1, ?1, 'builtin', '', '')", id)
}

func (s *seeder) requirement(id, framework string, position int) {
	s.exec("INSERT INTO requirement (id, framework, ref, title, position, updated_at) VALUES (?, ?, ?1, 'Requirement titled ' || ?1, ?, '')", id, framework, position)
}

func (s *seeder) control(id, status, owner string, serves ...string) {
	s.exec("INSERT INTO control (id, ref, sort_ref, title, owner, created_at, updated_at) VALUES (?1, 'REF-' || ?1, ?1, 'Control titled ' || ?1, ?2, '', '')", id, owner)
	s.exec("INSERT INTO control_status (control, scope, status, changed_at) VALUES (?, 'organisation', ?, '')", id, status)
	for _, r := range serves {
		s.exec("INSERT INTO mapping (id, control, requirement, created_at) VALUES (?1 || ?2, ?1, ?2, '')", id, r)
	}
}

// evidence makes a request; collected is the day of its accepted file, empty for none.
func (s *seeder) evidence(id, owner, reviewer, collected string, days int, proves ...string) {
	s.exec("INSERT INTO evidence (id, name, owner, reviewer, validity_days, created_at, updated_at) VALUES (?1, 'Evidence titled ' || ?1, ?, ?, ?, '', '')", id, owner, reviewer, days)
	for _, c := range proves {
		s.exec("INSERT INTO evidence_control (evidence, control) VALUES (?, ?)", id, c)
	}
	if collected != "" {
		s.file(id, collected, "accepted")
	}
}

func (s *seeder) file(evidence, day, review string) {
	s.exec("INSERT INTO file (id, evidence, number, name, type, size, sha256, object, collected_on, uploaded_by, uploaded_at, review) VALUES (?1 || ?2, ?1, 1, 'File named ' || ?1 || '.pdf', 'application/pdf', 1, 'x', 'x', ?2, 'user', ?2, ?3)", evidence, day, review)
}

// The clock begins on 2026-03-02. soc has three requirements:
//
//	r1 <- c1 (implemented, proof until 2026-12-31)                 met
//	r2 <- c2 (implemented, proof until 2026-03-10), c3 (no proof)  attention: c3 is unproven
//	r3 <- c4 (in progress)                                         in progress
//
// and c5 is a gap that serves nothing. So progress is 1 of 3, three controls of five serve well enough or
// are on their way, and two need attention.
func company(api *optest.API) {
	seed(api, func(s *seeder) {
		s.framework("soc")
		for i, r := range []string{"r1", "r2", "r3"} {
			s.requirement(r, "soc", i)
		}
		s.control("c1", "implemented", "user", "r1")
		s.control("c2", "implemented", "user", "r2")
		s.control("c3", "implemented", "user", "r2")
		s.control("c4", "in_progress", "", "r3")
		s.control("c5", "gap", "admin")
		s.evidence("e1", "user", "", "2025-12-31", 365, "c1")
		s.evidence("e2", "user", "", "2026-02-08", 30, "c2")
		s.evidence("e3", "user", "admin", "", 365, "c3")
		s.file("e3", "2026-03-01", "pending")
		s.evidence("e4", "admin", "", "2025-12-01", 60)
	})
}

func get(api *optest.API) (d dashboard.Dashboard) {
	api.Must("GET", "/dashboard", nil, &d)
	return d
}

func number(n *int) string {
	if n == nil {
		return "none"
	}
	return fmt.Sprint(*n)
}

func TestFigures(t *testing.T) {
	api := optest.New(t, dashboard.Module)
	company(api)
	d := get(api.As(op.User))
	if len(d.Frameworks) != 1 {
		t.Fatalf("frameworks: %+v", d.Frameworks)
	}
	f := d.Frameworks[0]
	got := fmt.Sprint(f.Applicable, f.Met, f.Attention, f.InProgress, f.NotStarted, f.NotApplicable, " ", number(f.Progress), " ", number(f.Readiness.Readiness), " ", number(f.Coverage))
	// readiness: c1 1, c2 1, c3 0, c4 0 of 4; coverage: c1, c2, c3 of 4
	if want := fmt.Sprint(3, 1, 1, 1, 0, 0, " ", 3333, " ", 5000, " ", 7500); got != want {
		t.Errorf("framework: %s, want %s", got, want)
	}
	c := d.Controls
	if c.Total != 5 || c.Applicable != 5 || c.Attention != 2 || c.Claimed["implemented"] != 3 || c.Effective["implemented"] != 2 || c.Effective["unproven"] != 1 || c.AttentionChange != nil {
		t.Errorf("controls: %+v", c)
	}
	if e := d.Evidence; e.Total != 4 || e.Current != 1 || e.ExpiringSoon != 1 || e.Expired != 1 || e.NotCollected != 1 || e.PendingFiles != 1 || e.Expiring != 1 {
		t.Errorf("evidence: %+v", e)
	}
	if d.Due.Total != 2 || d.Due.Items[0].ID != "e4" || d.Due.Items[1].ID != "e2" {
		t.Errorf("due: %+v", d.Due)
	}
	m := d.Mine
	if len(m.Controls) != 1 || m.Controls[0].Ref != "REF-c3" || m.Controls[0].Reason == "" || m.EvidenceTotal != 2 || m.Evidence[0].ID != "e2" || m.Evidence[1].ID != "e3" || m.ReviewsTotal != 0 {
		t.Errorf("mine: %+v", m)
	}
	if m := get(api).Mine; m.ReviewsTotal != 1 || m.Reviews[0].Name != "File named e3.pdf" || m.Reviews[0].UploadedBy != "The user" || m.ControlsTotal != 1 {
		t.Errorf("the administrator's: %+v", m)
	}
	for _, key := range []string{"progress", "readiness", "coverage", "needing", "expiring"} {
		if d.Defined[key] == "" {
			t.Errorf("%s is not defined", key)
		}
	}
}

func TestNothingYet(t *testing.T) {
	api := optest.New(t, dashboard.Module)
	d := get(api)
	if d.Overall.Progress != nil || d.Overall.Readiness != nil || d.Controls.Total != 0 || d.Due.Total != 0 || len(d.Trend.Days) != 1 || d.Trend.Overall.Progress[0] != nil {
		t.Errorf("an empty organisation: %+v", d)
	}
	if d.Onboarding.Done != 1 { // people: the test has four
		t.Errorf("onboarding: %+v", d.Onboarding)
	}
}

func TestOnboarding(t *testing.T) {
	api := optest.New(t, dashboard.Module)
	company(api)
	o := get(api).Onboarding
	want := map[string]string{"profile": "false 1/3", "framework": "true 1/1", "people": "true 2/2", "owners": "false 4/5", "evidence": "true 1/1"}
	for _, s := range o.Steps {
		if got := fmt.Sprintf("%v %d/%d", s.Done, s.N, s.Of); got != want[s.Key] {
			t.Errorf("%s: %s, want %s", s.Key, got, want[s.Key])
		}
	}
	seed(api, func(s *seeder) {
		s.exec("UPDATE organisation SET industry = 'Health', contact_email = 'a@example.com'")
		s.exec("UPDATE control SET owner = 'user' WHERE id = 'c4'")
	})
	if o := get(api).Onboarding; o.Done != 5 {
		t.Errorf("all done: %+v", o)
	}
}

// An Executive reads figures: nothing that names a record or a person, and no id to follow. What they are asked about is
// shown in package mywork.
func TestExecutiveSeesFiguresOnly(t *testing.T) {
	api := optest.New(t, dashboard.Module)
	company(api)
	api.As(op.Executive).Must("GET", "/dashboard", nil, nil)
	body := api.Body()
	for _, secret := range []string{"titled", "REF-", "File named", "The user", "The admin", "@example.com", `"due"`, `"mine"`, `"activity"`, `"onboarding"`, `"id"`, `"c1"`, `"e1"`, `"r1"`} {
		if strings.Contains(body, secret) {
			t.Errorf("an executive is shown %q", secret)
		}
	}
	var d dashboard.Dashboard
	if err := json.Unmarshal([]byte(body), &d); err != nil || d.Controls.Total != 5 || len(d.Frameworks) != 1 || d.Frameworks[0].Short != "soc" || d.Evidence.Expired != 1 {
		t.Errorf("the figures: %v %+v", err, d)
	}
	for _, r := range []op.Roles{op.Admin, op.User, op.Auditor} {
		d := get(api.As(r))
		if d.Due == nil || d.Mine == nil || d.Onboarding == nil || d.Frameworks[0].ID == "" {
			t.Errorf("%s: %+v", r, d)
		}
	}
	if got := api.As(0).Do("GET", "/dashboard", nil, nil); got != 401 {
		t.Errorf("nobody: %d", got)
	}
}

func TestTwoTenants(t *testing.T) {
	api := optest.New(t, dashboard.Module)
	company(api)
	d := get(api.InTenant(1))
	if d.Controls.Total != 0 || len(d.Frameworks) != 0 || d.Due.Total != 0 || strings.Contains(api.Body(), "titled") {
		t.Errorf("the other organisation: %+v", d)
	}
}

func TestTrendAndChange(t *testing.T) {
	api := optest.New(t, dashboard.Module)
	company(api)
	night := func() { api.RunJob("dashboard", "snapshot", nil) }
	night()
	night() // run again, it changes nothing
	if n := api.Count("SELECT count(*) FROM readiness_day"); n != 2 {
		t.Fatalf("%d rows after one night", n)
	}
	for range 30 {
		api.Clock.Advance(24 * time.Hour)
		night()
	}
	d := get(api) // 2026-04-01: e2 expired on 2026-03-10 and is out of grace
	if want := []string{"2026-03-04", "2026-03-11", "2026-03-18", "2026-03-25", "2026-04-01"}; !slices.Equal(d.Trend.Days, want) {
		t.Errorf("days: %v", d.Trend.Days)
	}
	n := len(d.Trend.Days)
	for _, l := range append(d.Trend.Frameworks, d.Trend.Overall) {
		if len(l.Progress) != n || len(l.Readiness) != n {
			t.Errorf("%q has %d values for %d days", l.Key, len(l.Progress), n)
		}
		if l.Progress[0] == nil || *l.Progress[0] != 3333 || *l.Progress[n-1] != 3333 {
			t.Errorf("%q: %v", l.Key, l.Progress)
		}
	}
	if first, last := *d.Trend.Frameworks[0].Readiness[0], *d.Trend.Frameworks[0].Readiness[n-1]; first != 5000 || last != 3750 {
		t.Errorf("readiness went from %d to %d", first, last) // the proof of c2 expired: it counts half
	}
	if a, e := d.Trend.Attention, d.Trend.Expiring; len(a) != n || len(e) != n || *a[0] != 2 || *a[n-1] != d.Controls.Attention || *e[0] != 1 || *e[n-1] != d.Evidence.Expiring {
		t.Errorf("attention and expiring: %v %v", a, e)
	}
	// A week ago c2's proof was in grace no more either: c3 and c5 needed attention, as they do now.
	if d.Controls.AttentionChange == nil || *d.Controls.AttentionChange != 0 || d.Evidence.ExpiringChange == nil || *d.Evidence.ExpiringChange != 0 {
		t.Errorf("change: %s %s", number(d.Controls.AttentionChange), number(d.Evidence.ExpiringChange))
	}
	seed(api, func(s *seeder) {
		s.exec("UPDATE control_status SET status = 'gap' WHERE control = 'c4'")
		s.exec("UPDATE evidence SET validity_days = 100 WHERE id = 'e1'")
	})
	d = get(api)
	if *d.Controls.AttentionChange != 1 || *d.Evidence.ExpiringChange != 1 {
		t.Errorf("change: %s %s", number(d.Controls.AttentionChange), number(d.Evidence.ExpiringChange))
	}
}

// The day is the organisation's, not the server's.
func TestSnapshotInTheTenantsZone(t *testing.T) {
	api := optest.New(t, dashboard.Module)
	seed(api, func(s *seeder) { s.exec("UPDATE organisation SET zone = 'Pacific/Auckland'") })
	api.Clock.Set(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)) // 01:00 on the 3rd in Auckland
	api.RunJob("dashboard", "snapshot", nil)
	if n := api.Count("SELECT count(*) FROM readiness_day WHERE day = '2026-03-03'"); n != 1 {
		t.Error("the day kept is not Auckland's")
	}
	if d := get(api); d.Day != "2026-03-03" || len(d.Trend.Days) != 1 {
		t.Errorf("%s %v", d.Day, d.Trend.Days)
	}
}

func TestActivityInWords(t *testing.T) {
	api := optest.New(t, dashboard.Module)
	company(api)
	db := api.DB()
	call := storage.Call{Actor: storage.Actor{Kind: storage.Person, ID: "user"}, Action: "control.claim", Owns: owns}
	if _, err := db.Write(t.Context(), call, func(tx *storage.WriteTx) error {
		return tx.ExecOne("UPDATE control_status SET status = 'implemented' WHERE control = 'c4'")
	}); err != nil {
		t.Fatal(err)
	}
	a := get(api.As(op.Auditor)).Activity
	if len(a) != 1 || a[0].Actor.Name != "The user" || a[0].Summary != "changed status of REF-c4 from In progress to Implemented" {
		t.Errorf("activity: %+v", a)
	}
}

func BenchmarkDashboard(b *testing.B) {
	api := optest.New(b, dashboard.Module)
	seed(api, func(s *seeder) {
		for f := range 8 {
			s.framework(fmt.Sprint("f", f))
			for r := range 125 {
				s.requirement(fmt.Sprint("f", f, "r", r), fmt.Sprint("f", f), r)
			}
		}
		for c := range 400 {
			id := fmt.Sprint("c", c)
			serves := []string{}
			for i := range 5 {
				serves = append(serves, fmt.Sprint("f", (c+i)%8, "r", (c*7+i)%125))
			}
			s.control(id, []string{"implemented", "implemented", "in_progress", "not_started", "gap"}[c%5], []string{"admin", "user"}[c%2], serves...)
			s.evidence("e"+id, "admin", "admin", []string{"2026-02-01", "2025-01-01", ""}[c%3], 365, id)
		}
		for day := range 427 {
			at := optest.Start.AddDate(0, 0, -day-1).Format(storage.Date)
			for f := range 9 {
				id := fmt.Sprint("f", f)
				if f == 8 {
					id = ""
				}
				s.exec("INSERT INTO readiness_day (day, framework, applicable, met, attention, in_progress, controls, effective, readiness, evidence, current) VALUES (?, ?, 100, 50, 10, 10, 50, 30, 5000, 100, 50)", at, id)
			}
		}
	})
	db := api.DB()
	for i := range 200 {
		call := storage.Call{Actor: storage.Actor{Kind: storage.Person, ID: "user"}, Action: "control.update", Owns: owns}
		if _, err := db.Write(b.Context(), call, func(tx *storage.WriteTx) error {
			return tx.ExecOne("UPDATE control SET title = ? WHERE id = ?", fmt.Sprint("Title ", i), fmt.Sprint("c", i))
		}); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		api.Must("GET", "/dashboard", nil, nil)
	}
}
