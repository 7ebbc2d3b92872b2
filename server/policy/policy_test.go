package policy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/server/control"
	"assay/server/notification"
	"assay/server/number"
	"assay/server/op"
	"assay/server/optest"
	"assay/server/policy"
	"assay/storage"
)

// world is an organisation with members of every role, two controls and a requirement.
func world(t *testing.T) *optest.API {
	t.Helper()
	api := optest.New(t, policy.Module, control.Module, notification.Module, number.Module)
	api.Seed([]string{"control", "framework", "requirement", "person"}, func(tx *storage.WriteTx) error {
		for _, q := range []string{
			"INSERT INTO control (id, ref, title, source_key, created_at, updated_at) VALUES ('c1', 'C-1', 'Accounts are reviewed', 'IAM-01', '', ''), ('c2', 'C-2', 'Doors are locked', '', '', '')",
			"INSERT INTO framework (id, key, name, short, source, created_at, updated_at) VALUES ('f', 'soc2-2017', 'SOC 2', 'SOC 2', 'builtin', '', '')",
			"INSERT INTO requirement (id, framework, ref, title, position, updated_at) VALUES ('q', 'f', 'CC5.3', 'Policies', 0, '')",
			"INSERT INTO person (id, name, active, created_at, updated_at) VALUES ('gone', 'Gone', 0, '', '')",
			"UPDATE person SET department = 'Finance' WHERE id IN ('user', 'executive')",
		} {
			if err := tx.Exec(q); err != nil {
				return err
			}
		}
		return nil
	})
	members(t, api, "admin", "user", "auditor", "executive")
	t.Cleanup(func() { stateIsRight(t, api) })
	return api
}

// members makes people members of the organisation, as the installation knows it.
func members(t *testing.T, api *optest.API, who ...string) {
	t.Helper()
	call := storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "test"}, Action: "test.members", Owns: []string{"tenant", "account", "membership"}}
	_, err := api.Store().Control().Write(t.Context(), call, func(tx *storage.WriteTx) error {
		id := api.Caller().Tenant
		if err := tx.Exec("INSERT INTO tenant (id, slug, name, created_at) VALUES (?1, lower(?1), 'Test', '') ON CONFLICT DO NOTHING", id); err != nil {
			return err
		}
		for _, w := range who {
			role := w
			if !slices.Contains([]string{"admin", "user", "auditor", "executive"}, w) {
				role = "user"
			}
			if err := tx.Exec("INSERT INTO account (id, email, name, created_at, updated_at) VALUES (?1, ?1 || '@example.com', ?1, '', '')", "a-"+w); err != nil {
				return err
			}
			if err := tx.Exec("INSERT INTO membership (id, account, tenant, person, role, status, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, 'active', '', '')", "m-"+w, "a-"+w, id, w, role); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

type m = map[string]any

func paragraph(text string) m {
	return m{"type": "paragraph", "content": []m{{"type": "text", "text": text}}}
}

func doc(texts ...string) m {
	var all []m
	for _, s := range texts {
		all = append(all, paragraph(s))
	}
	return m{"type": "doc", "content": all}
}

func create(api *optest.API, in m) policy.PolicyDetail {
	var p policy.PolicyDetail
	api.Must("POST", "/policies", in, &p)
	return p
}

// begun is a version with words.
func begun(api *optest.API, id string, texts ...string) policy.VersionDetail {
	var v policy.VersionDetail
	api.Must("POST", "/policies/"+id+"/versions", m{}, &v)
	api.Version(v.Version).Must("PATCH", "/policy-versions/"+v.ID, m{"content": doc(texts...)}, &v)
	return v
}

// published is a policy of the user's whose first version is in force.
func published(api *optest.API, title string) (policy.PolicyDetail, policy.VersionDetail) {
	user := api.As(op.User)
	p := create(user, m{"title": title, "owner": "user"})
	v := publishNext(api, p.ID, "Everybody locks the door.", "Nobody is excepted.")
	user.Must("GET", "/policies/"+p.ID, nil, &p)
	return p, v
}

func publishNext(api *optest.API, id string, texts ...string) policy.VersionDetail {
	user := api.As(op.User)
	v := begun(user, id, texts...)
	user.Must("POST", "/policy-versions/"+v.ID+"/submit", m{"approvers": []string{"admin"}}, &v)
	api.As(op.Admin).Must("POST", "/policy-versions/"+v.ID+"/approve", m{"digest": v.Digest}, nil)
	user.Must("POST", "/policy-versions/"+v.ID+"/publish", nil, &v)
	return v
}

// The rule of statuses and that in SQL say the same of every case: list and get fail when they differ.
func TestStatusOf(t *testing.T) {
	for _, c := range []struct {
		f    policy.Facts
		want policy.Status
	}{
		{policy.Facts{}, policy.NotStarted},
		{policy.Facts{Suggested: true}, policy.Suggested},
		{policy.Facts{Working: policy.Draft, Suggested: true}, policy.Draft},
		{policy.Facts{Working: policy.Ratified, InForce: true, Outdated: true}, policy.Ratified},
		{policy.Facts{InForce: true}, policy.Published},
		{policy.Facts{InForce: true, Outdated: true}, policy.NeedsUpdate},
		{policy.Facts{InForce: true, Archived: true, Working: policy.Draft}, policy.Archived},
	} {
		if got := policy.StatusOf(c.f); got != c.want {
			t.Errorf("%+v: %s, want %s", c.f, got, c.want)
		}
	}
}

func TestNextReview(t *testing.T) {
	for _, c := range []struct {
		last   string
		months int
		want   string
	}{{"2026-03-02", 12, "2027-03-02"}, {"2026-01-31", 1, "2026-02-28"}, {"2024-02-29", 12, "2025-02-28"}, {"2026-08-31", 6, "2027-02-28"}, {"2026-12-31", 2, "2027-02-28"}} {
		if got, err := policy.NextReview(c.last, c.months); got != c.want || err != nil {
			t.Errorf("%s and %d months: %s %v, want %s", c.last, c.months, got, err, c.want)
		}
		api := optest.New(t)
		var sql string
		err := api.DB().Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
			return tx.QueryRow("SELECT date(?, '+' || ? || ' months', 'floor')", c.last, c.months).Scan(&sql)
		})
		if sql != c.want || err != nil {
			t.Errorf("in SQL: %s %v", sql, err)
		}
	}
	clock := policy.Clock{AmberDays: 30, RedDays: 7}
	for day, want := range map[string]policy.Light{"": "", "2026-03-01": policy.Red, "2026-03-08": policy.Red, "2026-03-09": policy.Amber, "2026-04-01": policy.Amber, "2026-04-02": policy.Green} {
		if got := clock.LightOf(day, "2026-03-02"); got != want {
			t.Errorf("a review on %s: %s, want %s", day, got, want)
		}
	}
	if policy.Usual.LightOf("2026-03-02", "2026-03-02") != policy.Amber || policy.Usual.LightOf("2026-03-01", "2026-03-02") != policy.Red {
		t.Error("the day itself is not overdue, the one after is")
	}
}

func TestSettledAndCoverage(t *testing.T) {
	yes, no := policy.Approved, policy.Rejected
	for _, c := range []struct {
		said map[string]policy.Decision
		want bool
	}{
		{nil, false}, {map[string]policy.Decision{"author": yes}, false}, {map[string]policy.Decision{"author": yes, "b": yes}, true},
		{map[string]policy.Decision{"b": yes}, true}, {map[string]policy.Decision{"b": yes, "c": ""}, false}, {map[string]policy.Decision{"b": yes, "c": no}, false},
	} {
		var list []policy.Approver
		for who, d := range c.said {
			list = append(list, policy.Approver{Person: who, Decision: d})
		}
		if got := policy.Settled(list, "author"); got != c.want {
			t.Errorf("%v: %v", c.said, got)
		}
	}
	for _, c := range [][3]int{{0, 0, policy.None}, {3, 0, 0}, {3, 1, 3333}, {3, 2, 6666}, {3, 3, 10000}, {100000, 99999, 9999}} {
		if got := policy.CoverageOf(c[0], c[1]); got != c[2] {
			t.Errorf("%d of %d: %d, want %d", c[1], c[0], got, c[2])
		}
	}
}

// A policy goes from nothing to a published version and to the next one, and says where it is at every step.
func TestLife(t *testing.T) {
	api := world(t)
	user := api.As(op.User)
	p := create(user, m{"title": " Access control ", "category": "Security", "owner": "user", "controls": []string{"c2", "c1"}, "requirements": []string{"q"}})
	if p.Ref != "POL-0001" || p.Title != "Access control" || p.Status != policy.NotStarted || !slices.Equal(p.ControlRefs, []string{"C-1", "C-2"}) ||
		!slices.Equal(p.Frameworks, []string{"SOC 2"}) || p.Coverage != policy.None || p.NextReviewOn != "" {
		t.Errorf("%+v", p)
	}
	is := func(want policy.Status, light policy.Light) {
		t.Helper()
		var list op.Page[policy.Policy]
		user.Must("GET", "/policies?status="+string(want), nil, &list)
		user.Must("GET", "/policies/"+p.ID, nil, &p)
		if list.Total != 1 || list.Items[0].ID != p.ID || p.Status != want || p.Light != light {
			t.Fatalf("%s %s, want %s %s; %d in the list", p.Status, p.Light, want, light, list.Total)
		}
	}
	v := begun(user, p.ID, "Accounts are personal.")
	if v.Number != "1.0" || v.Author != "user" || v.Text != "Accounts are personal." {
		t.Errorf("%+v", v)
	}
	is(policy.Draft, "")
	if got := user.Do("POST", "/policies/"+p.ID+"/versions", m{}, nil); got != 409 {
		t.Errorf("two versions at once: %d", got)
	}
	if got := user.Do("POST", "/policy-versions/"+v.ID+"/publish", nil, nil); got != 409 {
		t.Errorf("a draft was published: %d", got)
	}
	// The author alone cannot approve, nor somebody who left.
	for _, who := range [][]string{{"user"}, {"gone"}, {"nobody"}, {"admin", "admin"}} {
		if got := user.Do("POST", "/policy-versions/"+v.ID+"/submit", m{"approvers": who}, nil); got != 422 {
			t.Errorf("approvers %v: %d", who, got)
		}
	}
	submit := func(who ...string) {
		t.Helper()
		user.Must("POST", "/policy-versions/"+v.ID+"/submit", m{"approvers": who}, &v)
	}
	submit("user", "executive")
	is(policy.InReview, "")
	decide := func(as op.Roles, what, digest, comment string) int {
		return api.As(as).Do("POST", "/policy-versions/"+v.ID+"/"+what, m{"digest": digest, "comment": comment}, nil)
	}
	if got := decide(op.Admin, "approve", v.Digest, ""); got != 409 {
		t.Errorf("somebody who is not named approved: %d", got)
	}
	if got := decide(op.Executive, "approve", strings.Repeat("0", 64), ""); got != 409 {
		t.Errorf("other content was approved: %d", got)
	}
	if got := decide(op.Executive, "approve", v.Digest, ""); got != 409 {
		t.Errorf("approved before it was their turn: %d", got)
	}
	if got := decide(op.User, "approve", v.Digest, ""); got != 200 {
		t.Errorf("the author, named beside another: %d", got)
	}
	is(policy.InReview, "")
	if got := decide(op.Executive, "reject", v.Digest, " "); got != 422 {
		t.Errorf("a rejection without a reason: %d", got)
	}
	if got := decide(op.Executive, "reject", v.Digest, "Say who reviews them."); got != 200 {
		t.Errorf("rejected: %d", got)
	}
	is(policy.Draft, "")
	// What is submitted again is decided again, and a change of the content takes approvals away.
	submit("auditor", "executive")
	if got := decide(op.Auditor, "approve", v.Digest, "Good."); got != 200 {
		t.Errorf("approved: %d", got)
	}
	user.Must("GET", "/policy-versions/"+v.ID, nil, &v)
	first := v.Digest
	user.Version(v.Version).Must("PATCH", "/policy-versions/"+v.ID, m{"content": doc("Accounts are personal.", "Owners review them.")}, &v)
	if v.State != policy.Draft || v.Digest == first || v.Approvers[0].Decision != "" || len(v.Approvals) != 3 || slices.ContainsFunc(v.Approvals, func(a policy.PolicyApproval) bool { return a.Counts }) {
		t.Errorf("%+v", v)
	}
	submit("auditor", "executive")
	for _, who := range []op.Roles{op.Auditor, op.Executive} {
		if got := decide(who, "approve", v.Digest, ""); got != 200 {
			t.Errorf("%s approved: %d", who, got)
		}
	}
	is(policy.Ratified, "")
	if got := decide(op.Executive, "approve", v.Digest, ""); got != 409 {
		t.Errorf("approved twice: %d", got)
	}
	user.Must("POST", "/policy-versions/"+v.ID+"/publish", nil, &v)
	is(policy.Published, policy.Green)
	if p.InForce != "1.0" || p.NextReviewOn != "2027-03-02" || v.PublishedOn != "2026-03-02" {
		t.Errorf("%+v", p)
	}
	user.Must("POST", "/policies/"+p.ID+"/flag", m{"reason": "There is a new law."}, nil)
	is(policy.NeedsUpdate, policy.Green)

	// The next version starts with the words in force; a minor one is 1.1.
	var next policy.VersionDetail
	user.Must("POST", "/policies/"+p.ID+"/versions", m{"major": false}, &next)
	if next.Number != "1.1" || next.Text != v.Text || next.Digest != v.Digest || len(next.Approvals) != 0 {
		t.Errorf("%+v", next)
	}
	is(policy.Draft, policy.Green)
	user.Version(next.Version).Must("PATCH", "/policy-versions/"+next.ID, m{"major": true, "content": doc("Accounts are strictly personal.", "Owners review them.", "Every quarter.")}, &next)
	if next.Number != "2.0" {
		t.Errorf("a major version is %s", next.Number)
	}
	var d policy.PolicyDiff
	user.Must("GET", "/policy-versions/"+next.ID+"/diff", nil, &d)
	if d.From != "1.0" || d.To != "2.0" || d.Added != 3 || d.Removed != 0 || d.Blocks[0].Change != policy.Changed || d.Blocks[1].Change != policy.Same || d.Blocks[2].Change != policy.Added {
		t.Errorf("%+v", d)
	}
	user.Must("DELETE", "/policy-versions/"+next.ID, nil, nil)
	user.Must("POST", "/policies/"+p.ID+"/archive", nil, &p)
	is(policy.Archived, "")
	if got := user.Do("POST", "/policies/"+p.ID+"/versions", m{}, nil); got != 409 {
		t.Errorf("an archived policy was written: %d", got)
	}
	user.Must("POST", "/policies/"+p.ID+"/unarchive", nil, &p)
	is(policy.NeedsUpdate, policy.Green)
}

// What is published never changes: not by an operation, and not by a statement that a module runs. It goes with its
// policy, and comes back out of the trash as it was.
func TestPublishedStands(t *testing.T) {
	api := world(t)
	p, v := published(api, "Doors")
	user := api.As(op.User)
	user.Must("GET", "/policy-versions/"+v.ID, nil, &v)
	if got := user.Version(v.Version).Do("PATCH", "/policy-versions/"+v.ID, m{"content": doc("Other words.")}, nil); got != 409 {
		t.Errorf("written: %d", got)
	}
	if got := user.Do("DELETE", "/policy-versions/"+v.ID, nil, nil); got != 409 {
		t.Errorf("discarded: %d", got)
	}
	if got := user.Upload("/policy-versions/"+v.ID+"/document", "a.txt", []byte("Other words.\n"), nil); got != 409 {
		t.Errorf("a document in its place: %d", got)
	}
	call := storage.Call{Actor: storage.Actor{Kind: storage.Person, ID: "user"}, Action: "policy.write", Owns: policy.Module.Owns}
	for _, q := range []string{
		"UPDATE policy_version SET text = 'Other words.'", "UPDATE policy_version SET published_at = ''", "UPDATE policy_version SET change_summary = 'x' WHERE published_at <> ''",
		"DELETE FROM policy_version", "REPLACE INTO policy_version SELECT * FROM policy_version",
		"UPDATE policy_approval SET comment = 'Never'", "DELETE FROM policy_approval",
	} {
		_, err := api.DB().Write(t.Context(), call, func(tx *storage.WriteTx) error { return tx.Exec(q) })
		if err == nil {
			t.Errorf("%s was done", q)
		}
	}
	var again policy.VersionDetail
	user.Must("GET", "/policy-versions/"+v.ID, nil, &again)
	if fmt.Sprint(again) != fmt.Sprint(v) {
		t.Errorf("%+v\nwas %+v", again, v)
	}
	_, err := api.DB().Write(t.Context(), call, func(tx *storage.WriteTx) error { return tx.Exec("DELETE FROM policy WHERE id = ?", p.ID) })
	if err != nil || api.Count("SELECT count(*) FROM policy_version") != 0 {
		t.Errorf("a policy goes with its versions: %v", err)
	}
	seq := api.Count("SELECT max(seq) FROM trash")
	_, err = api.DB().Write(t.Context(), call, func(tx *storage.WriteTx) error {
		_, _, err := tx.Restore(int64(seq))
		return err
	})
	user.Must("GET", "/policy-versions/"+v.ID, nil, &again)
	if again.Text != v.Text || again.Digest != v.Digest || again.PublishedAt != v.PublishedAt || len(again.Approvals) != 1 || err != nil {
		t.Errorf("out of the trash: %v %+v", err, again)
	}
}

// Many are changed at once, in one step; what cannot be is left as it is, and says why.
func TestBulk(t *testing.T) {
	api := world(t)
	user := api.As(op.User)
	doors, _ := published(api, "Doors")
	var made policy.Adopted
	user.Must("POST", "/policy-templates/adopt", m{"keys": []string{"access-control"}, "suggest": true}, &made)
	waits := create(user, m{"title": "Waits"})
	v := begun(user, waits.ID, "Words.")
	user.Must("POST", "/policy-versions/"+v.ID+"/submit", m{"approvers": []string{"admin"}}, nil)
	all := []string{doors.ID, made.Made[0], waits.ID}

	var out op.Bulk
	user.Must("POST", "/policies/bulk", m{"ids": all, "set": m{"owner": "user", "review_months": 6, "add_tags": []string{"Yearly"}}}, &out)
	if out.Updated != 3 || len(out.Skipped) != 0 {
		t.Errorf("%+v", out)
	}
	user.Must("POST", "/policies/bulk", m{"match": m{"owner": "user"}, "set": m{"status": "not_started"}}, &out)
	if out.Updated != 1 || len(out.Skipped) != 2 || out.Skipped[0].Why != "Only a suggestion can be taken up." {
		t.Errorf("%+v", out)
	}
	user.Must("POST", "/policies/bulk", m{"ids": append(all, "none"), "set": m{"status": "archived"}}, &out)
	if out.Updated != 2 || len(out.Skipped) != 2 || out.Skipped[0].Name != waits.Ref || out.Skipped[1].Why != "There is no such policy." {
		t.Errorf("%+v", out)
	}
	for id, want := range map[string]policy.Status{doors.ID: policy.Archived, made.Made[0]: policy.Archived, waits.ID: policy.InReview} {
		var p policy.PolicyDetail
		user.Must("GET", "/policies/"+id, nil, &p)
		if p.Status != want || p.Owner != "user" || p.ReviewMonths != 6 || len(p.Tags) != 1 {
			t.Errorf("%+v", p.Policy)
		}
	}
	for name, set := range map[string]m{"nothing": {}, "a stranger": {"owner": "nobody"}, "a status that happens": {"status": "published"}} {
		if got := user.Do("POST", "/policies/bulk", m{"ids": all, "set": set}, nil); got != 422 {
			t.Errorf("%s: %d", name, got)
		}
	}
}

// Numbers are never given twice, also when the last policy is gone.
func TestNumbers(t *testing.T) {
	api := world(t)
	a, b := create(api, m{"title": "A"}), create(api, m{"title": "B"})
	api.Must("DELETE", "/policies/"+b.ID, nil, nil)
	if c := create(api, m{"title": "C"}); a.Ref != "POL-0001" || b.Ref != "POL-0002" || c.Ref != "POL-0003" {
		t.Errorf("%s %s %s", a.Ref, b.Ref, c.Ref)
	}
	if other := create(api.InTenant(1), m{"title": "A"}); other.Ref != "POL-0001" {
		t.Errorf("the other organisation begins with %s", other.Ref)
	}
	if got := api.InTenant(1).Do("GET", "/policies/"+a.ID, nil, nil); got != 404 {
		t.Errorf("a policy of the other organisation: %d", got)
	}
}

// The clock: amber, then red, told once each, and begun anew by a review.
func TestReviewClock(t *testing.T) {
	api := world(t)
	p, _ := published(api, "Doors")
	user := api.As(op.User)
	told := func() int {
		return api.Count("SELECT count(*) FROM notification WHERE event = 'policy_review' AND person = 'user'")
	}
	for _, step := range []struct {
		day   string
		light policy.Light
		told  int
	}{{"2027-01-30", policy.Green, 0}, {"2027-02-01", policy.Amber, 1}, {"2027-02-02", policy.Amber, 1}, {"2027-03-02", policy.Amber, 1}, {"2027-03-03", policy.Red, 2}, {"2027-03-04", policy.Red, 2}} {
		at, err := time.Parse(storage.Date, step.day)
		if err != nil {
			t.Fatal(err)
		}
		api.Clock.Set(at.Add(2 * time.Hour))
		api.RunJob("policy", "remind", nil)
		user.Must("GET", "/policies/"+p.ID, nil, &p)
		if p.Light != step.light || told() != step.told {
			t.Errorf("on %s: %s, told %d times; want %s and %d", step.day, p.Light, told(), step.light, step.told)
		}
	}
	var f policy.PolicyFigures
	api.As(op.Executive).Must("GET", "/policies/figures", nil, &f)
	if f.Overdue != 1 || f.Total != 1 || f.Status["published"] != 1 {
		t.Errorf("%+v", f)
	}
	user.Must("POST", "/policies/"+p.ID+"/review", nil, &p)
	if p.NextReviewOn != "2028-03-04" || p.Light != policy.Green {
		t.Errorf("%+v", p)
	}
	var s policy.PolicySettings
	if got := api.Header("If-Match", `"1"`).Do("POST", "/policy-settings", m{"amber_days": 10, "red_days": 20}, nil); got != 422 {
		t.Errorf("red before amber: %d", got)
	}
	api.Header("If-Match", `"1"`).Must("POST", "/policy-settings", m{"amber_days": 365, "red_days": 364}, &s)
	api.Clock.Advance(24 * time.Hour)
	user.Must("GET", "/policies/"+p.ID, nil, &p)
	if p.Light != policy.Amber {
		t.Errorf("with other settings: %s", p.Light)
	}
	if got := api.Header("If-Match", `"1"`).Do("POST", "/policy-settings", m{"amber_days": 10, "red_days": 2}, nil); got != 412 {
		t.Errorf("stale settings: %d", got)
	}
}
