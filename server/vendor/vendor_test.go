package vendor

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"assay/server/attachment"
	"assay/server/control"
	"assay/server/imports"
	"assay/server/link"
	"assay/server/notification"
	"assay/server/number"
	"assay/server/op"
	"assay/server/optest"
	"assay/server/risk"
	"assay/server/tag"
	"assay/server/task"
)

type m = map[string]any

func open(t testing.TB) *optest.API {
	return optest.New(t, Module, risk.Module, attachment.Module, number.Module, notification.Module, control.Module, link.Module, tag.Module, task.Module, imports.Module(&Sheet))
}

func add(api *optest.API, body m) (d VendorDetail) {
	api.Must("POST", "/vendors", body, &d)
	return d
}

func show(api *optest.API, id string) (d VendorDetail) {
	api.Must("GET", "/vendors/"+id, nil, &d)
	return d
}

// review takes a vendor through an assessment.
func review(api *optest.API, id string, likelihood, impact int, decision string) (a VendorAssessmentDetail) {
	api.Must("POST", "/vendors/"+id+"/assessments", nil, &a)
	api.Version(a.Version).Must("PATCH", "/vendor-assessments/"+a.ID, m{"likelihood": likelihood, "impact": impact, "notes": "Looked at", "step": 4}, &a)
	body := m{"conclusion": "Good enough"}
	if decision != "" {
		body["decision"] = decision
	}
	api.Must("POST", "/vendor-assessments/"+a.ID+"/conclude", body, &a)
	return a
}

// refs are the numbers of the vendors that a query finds.
func refs(api *optest.API, query string) string {
	var p op.Page[Vendor]
	api.Must("GET", "/vendors?sort=ref&"+query, nil, &p)
	var all []string
	for _, v := range p.Items {
		all = append(all, v.Ref[len("VEN-000"):])
	}
	return strings.Join(all, " ")
}

// A vendor is requested, assessed, approved; the assessment sets its score and its clock, and stays as it was.
func TestLife(t *testing.T) {
	api := open(t)
	d := add(api, m{"name": "  Stripe ", "owner": "user", "data": []string{"pii", "pii", "financial"}, "classification": "confidential"})
	if d.Ref != "VEN-0001" || d.Name != "Stripe" || d.Status != Requested || d.Tier != risk.Unscored || d.Review != Never || len(d.Data) != 2 {
		t.Fatalf("%+v", d)
	}
	user := api.As(op.User)
	if user.Version(d.Version).Do("PATCH", "/vendors/"+d.ID, m{"status": "approved"}, nil) != 409 || !strings.Contains(user.Body(), "administrator") {
		t.Error("a change approved a vendor")
	}
	if user.Do("POST", "/vendors/"+d.ID+"/decide", m{"decision": "approved", "reason": "Fine"}, nil) != 403 {
		t.Error("a user approved a vendor")
	}
	if api.Do("POST", "/vendors/"+d.ID+"/decide", m{"decision": "approved", "reason": "Fine"}, nil) != 409 {
		t.Error("a vendor was approved that nobody assessed")
	}
	var a VendorAssessmentDetail
	user.Must("POST", "/vendors/"+d.ID+"/assessments", nil, &a)
	if d = show(api, d.ID); d.Status != InReview || d.Draft != a.ID || a.Number != 1 || a.Facts.Name != "Stripe" {
		t.Errorf("%+v", a)
	}
	if user.Do("POST", "/vendors/"+d.ID+"/assessments", nil, nil) != 409 {
		t.Error("two assessments at once")
	}
	if user.Do("POST", "/vendor-assessments/"+a.ID+"/conclude", m{}, nil) != 422 || user.FieldError("likelihood") == "" {
		t.Error("concluded without a score")
	}
	user.Version(a.Version).Must("PATCH", "/vendor-assessments/"+a.ID, m{"likelihood": 3, "impact": 5, "notes": "Read the report", "step": 3}, &a)
	if a.Score != 15 || a.Tier != risk.High || a.NextReviewOn != "2027-03-02" || show(api, d.ID).Score != 0 {
		t.Errorf("%+v", a)
	}
	if user.Version(1).Do("PATCH", "/vendor-assessments/"+a.ID, m{"notes": "Stale"}, nil) != 412 {
		t.Error("a stale draft was saved")
	}
	if user.Do("POST", "/vendor-assessments/"+a.ID+"/conclude", m{"decision": "approved", "conclusion": "Good"}, nil) != 403 {
		t.Error("a user approved with a conclusion")
	}
	api.Version(d.Version).Must("PATCH", "/vendors/"+d.ID, m{"legal_review": "needed"}, &d)
	if api.Do("POST", "/vendor-assessments/"+a.ID+"/conclude", m{"decision": "approved", "conclusion": "Good"}, nil) != 409 || show(api, d.ID).Score != 0 {
		t.Error("approved before legal looked at it")
	}
	api.Version(d.Version).Must("PATCH", "/vendors/"+d.ID, m{"legal_review": "done"}, &d)
	api.Must("POST", "/vendor-assessments/"+a.ID+"/conclude", m{"decision": "approved", "conclusion": "Good"}, &a)
	d = show(api, d.ID)
	if d.Status != Approved || d.Score != 15 || d.Tier != risk.High || d.AssessedOn != "2026-03-02" || d.NextReviewOn != "2027-03-02" || d.Review != Current || d.Cadence != 12 || d.DecisionReason != "Good" {
		t.Errorf("%+v", d)
	}
	if api.Count("SELECT count(*) FROM notification WHERE person = 'user' AND event = 'vendor_changed'") != 2 {
		t.Error("the owner was not told of the vendor and of the decision")
	}
	// What is concluded stays: as a record, and as the vendor's score.
	for what, got := range map[string]int{
		"changed":   api.Version(a.Version).Do("PATCH", "/vendor-assessments/"+a.ID, m{"notes": "Other"}, nil),
		"discarded": api.Do("DELETE", "/vendor-assessments/"+a.ID, nil, nil),
		"again":     api.Do("POST", "/vendor-assessments/"+a.ID+"/conclude", m{}, nil),
		"score":     api.Version(d.Version).Do("PATCH", "/vendors/"+d.ID, m{"risk": m{"likelihood": 1, "impact": 1}}, nil),
		"clock":     api.Version(d.Version).Do("PATCH", "/vendors/"+d.ID, m{"assessed_on": "2026-03-01"}, nil),
	} {
		if got != 409 {
			t.Errorf("%s: %d", what, got)
		}
	}
	api.Version(d.Version).Must("PATCH", "/vendors/"+d.ID, m{"name": "Stripe Payments", "classification": "restricted"}, &d)
	api.Must("GET", "/vendor-assessments/"+a.ID, nil, &a)
	if a.Facts.Name != "Stripe" || a.Facts.Classification != Confidential || a.Facts.LegalReview != "done" {
		t.Errorf("the assessment moved with its vendor: %+v", a.Facts)
	}
	for _, to := range []string{"offboarding", "offboarded", "in_review"} {
		user.Version(d.Version).Must("PATCH", "/vendors/"+d.ID, m{"status": to}, &d)
	}
	api.Must("POST", "/vendors/"+d.ID+"/decide", m{"decision": "rejected", "reason": "Too dear"}, &d)
	if d.Status != Rejected || d.Review != Closed {
		t.Errorf("%+v", d)
	}
}

// An assessment is printed with its facts, also where somebody wrote what no font has.
func TestPaper(t *testing.T) {
	api := open(t)
	d := add(api, m{"name": "Stripe 💳", "classification": "restricted", "subservice": true})
	api.Must("POST", "/vendors/"+d.ID+"/attestations", m{"type": "iso27001", "exceptions": strings.Repeat("Long words. ", 200)}, nil)
	api.Must("POST", "/vendors/"+d.ID+"/questionnaires", m{"depth": 1}, nil)
	a := review(api, d.ID, 3, 3, "approved")
	for _, role := range []op.Roles{op.Admin, op.Auditor} {
		if got := api.As(role).Do("GET", "/vendor-assessments/"+a.ID+"/pdf", nil, nil); got != 200 || !strings.HasPrefix(api.Body(), "%PDF-") {
			t.Errorf("%s: %d", role, got)
		}
	}
	if api.As(op.Executive).Do("GET", "/vendor-assessments/"+a.ID+"/pdf", nil, nil) != 403 {
		t.Error("an executive read an assessment")
	}
	if api.Count("SELECT count(*) FROM audit WHERE action = 'vendor.assessment_pdf'") == 0 {
		t.Error("nobody knows who took it")
	}
}

// The tier says when the next review is: soon, then late, with a task and one notification each.
func TestReminders(t *testing.T) {
	api := open(t)
	d := add(api, m{"name": "Stripe", "owner": "user"})
	review(api, d.ID, 5, 5, "approved")
	night := func(days int) (tasks, told int) {
		api.Clock.Advance(time.Duration(days) * 24 * time.Hour)
		for range 2 {
			api.RunJob("vendor", "remind", nil)
		}
		return api.Count("SELECT count(*) FROM task WHERE source = 'vendor' AND status = 'open'"), api.Count("SELECT count(*) FROM notification WHERE event = 'vendor_due'")
	}
	for _, c := range []struct {
		days        int
		review      Review
		tasks, told int
	}{{1, Current, 0, 0}, {153, DueSoon, 1, 1}, {20, DueSoon, 1, 1}, {20, Overdue, 1, 2}, {40, Overdue, 1, 2}} {
		tasks, told := night(c.days)
		if now := show(api, d.ID); now.Review != c.review || tasks != c.tasks || told != c.told {
			t.Errorf("after %d days: %s, %d tasks, told %d; want %+v", c.days, now.Review, tasks, told, c)
		}
	}
	review(api, d.ID, 5, 5, "")
	if tasks, told := night(1); tasks != 0 || told != 2 || show(api, d.ID).Review != Current {
		t.Errorf("the review did not end its task: %d %d", tasks, told)
	}
}

// Lists narrow by every filter, and a figure opens exactly what it counts.
func TestList(t *testing.T) {
	api := open(t)
	add(api, m{"name": "A", "category": "Software", "owner": "user", "risk": m{"likelihood": 5, "impact": 5}, "assessed_on": "2025-08-31", "data": []string{"pii"}, "classification": "restricted", "status": "in_review"})
	add(api, m{"name": "B", "type": "payments", "risk": m{"likelihood": 1, "impact": 2}, "classification": "restricted", "subservice": true, "location": "Ireland"})
	c := add(api, m{"name": "C", "risk": m{"likelihood": 2, "impact": 3}, "assessed_on": "2024-03-20", "data": []string{"phi", "pii"}, "classification": "internal", "legal_review": "needed"})
	e := add(api, m{"name": "E"})
	for query, want := range map[string]string{
		"": "1 2 3 4", "tier=critical": "1", "tier=high": "2", "tier=medium": "3", "tier=unscored": "4", "review=overdue": "1", "review=due_soon": "3", "review=never": "2 4",
		"category=Software": "1", "owner=none": "2 3 4", "type=payments": "2", "classification=restricted": "1 2", "data=pii": "1 3", "data=phi,financial": "3", "subservice=true": "2",
		"legal_review=needed": "3", "status=in_review": "1", "attested=unasked": "1 2 3 4", "q=ven-0002": "2",
	} {
		if got := refs(api, query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	api.Must("POST", "/vendors/"+c.ID+"/assessments", nil, nil)
	api.Must("POST", "/vendors/"+e.ID+"/decide", m{"decision": "rejected", "reason": "No need"}, nil)
	var f VendorFigures
	api.As(op.Executive).Must("GET", "/vendors/figures", nil, &f)
	if f.Total != 3 || f.Subservice != 1 || f.Statuses[Rejected] != 1 || f.Tiers[risk.Unscored] != 0 || !strings.Contains(f.Defined, "every 6, 12, 24 or 36 months") {
		t.Errorf("%+v", f)
	}
	running := "&status=requested,in_review,approved,offboarding"
	count := func(query string, want int) {
		t.Helper()
		var p op.Page[Vendor]
		if api.Must("GET", "/vendors?"+query+running, nil, &p); p.Total != want {
			t.Errorf("%s: the figure says %d, the list %d", query, want, p.Total)
		}
	}
	for k, n := range f.Tiers {
		count("tier="+string(k), n)
	}
	for k, n := range f.Reviews {
		count("review="+string(k), n)
	}
	for k, n := range f.Attested {
		count("attested="+string(k), n)
	}
	for k, n := range f.Impacts[1:] {
		count(fmt.Sprintf("impact=%d", k+1), n)
	}
	if f.Impacts[0] != 0 || f.Impacts[4]+f.Impacts[5] == 0 {
		t.Errorf("impacts: %v", f.Impacts)
	}
	if api.As(op.Executive).Do("GET", "/vendors", nil, nil) != 403 || api.As(op.Auditor).Do("POST", "/vendors", m{"name": "X"}, nil) != 403 {
		t.Error("who may")
	}
	// The scale is the risks': who sets it anew moves every clock.
	var s risk.RiskScale
	api.Must("GET", "/risk-scale", nil, &s)
	api.Version(s.Version).Must("PATCH", "/risk-scale", m{"critical": 6, "high": 5, "medium": 4}, nil)
	if now := show(api, c.ID); now.Tier != risk.Critical || now.NextReviewOn != "2024-09-20" || now.Review != Overdue {
		t.Errorf("%+v", now)
	}
}

// Only approved sub-processors are on the list that customers are shown.
func TestSubprocessors(t *testing.T) {
	api := open(t)
	d := add(api, m{"name": "A", "subservice": true, "location": "Ireland", "purpose": "Hosting"})
	add(api, m{"name": "B", "subservice": true})
	review(api, d.ID, 2, 2, "approved")
	var out op.Page[Subprocessor]
	api.Must("GET", "/vendors/sub-processors", nil, &out)
	if len(out.Items) != 1 || out.Items[0].Location != "Ireland" || !strings.HasPrefix(out.Items[0].Since, "2026-03-02") {
		t.Errorf("%+v", out)
	}
	if api.Must("GET", "/vendors/sub-processors/export?format=csv", nil, nil); !strings.Contains(api.Body(), "A,Hosting,Ireland") {
		t.Error(api.Body())
	}
}

// A table comes in as it went out. What an assessment has said is not changed by one.
func TestSheet(t *testing.T) {
	api := open(t)
	d := add(api, m{"name": "A"})
	review(api, d.ID, 3, 4, "approved")
	run := func(csv string) (status int) {
		var made struct {
			ID      string
			Mapping any
		}
		if api.Upload("/imports?target=vendors", "vendors.csv", []byte(csv), &made) != 200 {
			t.Fatal(api.Body())
		}
		api.Must("POST", "/imports/"+made.ID+"/check", m{"mapping": made.Mapping}, nil)
		return api.Do("POST", "/imports/"+made.ID+"/run", nil, nil)
	}
	imported := run("Vendor,Risk likelihood,Risk impact,Assessed on,Data types,Status,Sub-processor\n" +
		"B,2,4,2025-05-01,\"pii, phi\",pending,yes\nC,,,2025-05-01,,,\nD,,,,,active,\nE,,,2099-01-01,,,\nF,2,2,,\"pii, none\",,\n")
	if got := refs(api, ""); imported != 200 || got != "1 2" || refs(api, "data=phi&status=in_review&subservice=true&tier=medium") != "2" {
		t.Errorf("%d: %q came in", imported, got)
	}
	if run("Vendor,Risk likelihood,Risk impact\nA,1,1\n") != 409 {
		t.Error("a table changed what an assessment said")
	}
	before := api.Count("SELECT sum(version) FROM vendor")
	api.Must("GET", "/vendors/export", nil, nil)
	if run(api.Body()) != 409 || refs(api, "") != "1 2" || api.Count("SELECT sum(version) FROM vendor") != before {
		t.Error("what went out and came in again changed something")
	}
}

// Many are changed at once; what may not be says why.
func TestBulk(t *testing.T) {
	api := open(t)
	a := add(api, m{"name": "A"})
	add(api, m{"name": "B"})
	review(api, a.ID, 1, 1, "approved")
	var out op.Bulk
	api.Must("POST", "/vendors/bulk", m{"match": m{}, "set": m{"status": "in_review", "owner": "user"}}, &out)
	if out.Updated != 1 || len(out.Skipped) != 1 || out.Skipped[0].Name != "VEN-0001" || !strings.Contains(out.Skipped[0].Why, "approved cannot be made in review") {
		t.Errorf("%+v", out)
	}
}
