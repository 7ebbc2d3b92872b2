package policy_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"assay/server/op"
	"assay/server/policy"
	"assay/storage"
)

// People are asked, reminded, and counted; what one has acknowledged stands, until a major version asks anew.
func TestAcknowledge(t *testing.T) {
	api := world(t)
	p, v := published(api, "Doors")
	user := api.As(op.User)
	path := "/policies/" + p.ID + "/requests"
	for name, c := range map[string]struct {
		in    m
		field string
	}{
		"past":       {m{"audience": "all", "due_on": "2026-03-01"}, "due_on"},
		"no day":     {m{"audience": "all", "due_on": "2026-02-31"}, "due_on"},
		"nobody":     {m{"audience": "people", "due_on": "2026-03-20"}, "chosen"},
		"all of two": {m{"audience": "all", "chosen": []string{"user"}, "due_on": "2026-03-20"}, "chosen"},
		"role":       {m{"audience": "roles", "chosen": []string{"owner"}, "due_on": "2026-03-20"}, "chosen[0]"},
		"left":       {m{"audience": "people", "chosen": []string{"user", "gone"}, "due_on": "2026-03-20"}, "chosen[1]"},
		"audience":   {m{"audience": "robots", "chosen": []string{"x"}, "due_on": "2026-03-20"}, "audience"},
	} {
		if got := user.Do("POST", path, c.in, nil); got != 422 || user.FieldError(c.field) == "" {
			t.Errorf("%s: %d %s", name, got, user.Body())
		}
	}
	if got := user.Do("POST", path, m{"audience": "departments", "chosen": []string{"Moon"}, "due_on": "2026-03-20"}, nil); got != 409 {
		t.Errorf("an empty department: %d", got)
	}
	var r policy.PolicyRequest
	user.Must("POST", path, m{"audience": "departments", "chosen": []string{"finance"}, "due_on": "2026-03-20", "message": "Please."}, &r)
	if r.Asked != 2 || r.Coverage != 0 || r.Number != "1.0" {
		t.Errorf("%+v", r)
	}
	// An executive sees no policies, but what they are asked to read.
	boss := api.As(op.Executive)
	if got := boss.Do("GET", "/policies/"+p.ID, nil, nil); got != 403 {
		t.Errorf("an executive read a record: %d", got)
	}
	var mine policy.MyPolicies
	boss.Must("GET", "/my-policies", nil, &mine)
	if len(mine.Acknowledge) != 1 || mine.Acknowledge[0].Ref != "POL-0001" || mine.Acknowledge[0].Overdue {
		t.Fatalf("%+v", mine)
	}
	var read policy.MyVersion
	boss.Must("GET", "/my-policies/"+v.ID, nil, &read)
	if read.Digest != v.Digest || len(read.Content) == 0 {
		t.Errorf("%+v", read)
	}
	for _, who := range []op.Roles{op.Auditor, op.Admin} {
		if got := api.As(who).Do("GET", "/my-policies/"+v.ID, nil, nil); got != 404 {
			t.Errorf("%s was not asked: %d", who, got)
		}
		if got := api.As(who).Do("POST", "/policy-requests/"+r.ID+"/acknowledge", m{"digest": v.Digest, "name": "Whoever"}, nil); got != 404 {
			t.Errorf("%s was not asked: %d", who, got)
		}
	}
	if got := boss.Do("POST", "/policy-requests/"+r.ID+"/acknowledge", m{"digest": strings.Repeat("a", 64), "name": "Whoever"}, nil); got != 409 {
		t.Errorf("other words: %d", got)
	}
	if got := boss.Do("POST", "/policy-requests/"+r.ID+"/acknowledge", m{"digest": v.Digest, "name": "Somebody Else"}, nil); got != 422 {
		t.Errorf("signed with another's name: %d", got)
	}
	boss.Must("POST", "/policy-requests/"+r.ID+"/acknowledge", m{"digest": v.Digest, "name": " " + strings.ToUpper(mine.Name) + " "}, nil)
	if got := boss.Do("POST", "/policy-requests/"+r.ID+"/acknowledge", m{"digest": v.Digest, "name": mine.Name}, nil); got != 409 {
		t.Errorf("twice: %d", got)
	}
	user.Must("GET", "/policies/"+p.ID, nil, &p)
	if p.Asked != 2 || p.Acknowledged != 1 || p.Coverage != 5000 {
		t.Errorf("%d of %d: %d", p.Acknowledged, p.Asked, p.Coverage)
	}
	var c policy.PolicyCoverage
	user.Must("GET", "/policies/coverage", nil, &c)
	if c.Asked != p.Asked || c.Acknowledged != p.Acknowledged || c.Coverage != p.Coverage || len(c.Policies) != 1 || c.Policies[0].Request != r.ID || c.Policies[0].Coverage != p.Coverage ||
		len(c.Departments) != 1 || c.Departments[0] != (policy.CoveredDepartment{Name: "Finance", Asked: 2, Acknowledged: 1, Coverage: 5000}) {
		t.Errorf("%+v", c)
	}
	// Reminding reaches those who have not, once a day.
	for _, want := range []int{1, 0} {
		var out policy.Reminded
		if user.Must("POST", "/policy-requests/"+r.ID+"/remind", nil, &out); out.Reminded != want {
			t.Errorf("%d were reminded, want %d", out.Reminded, want)
		}
	}
	call := storage.Call{Actor: storage.Actor{Kind: storage.Person, ID: "user"}, Action: "policy.acknowledge", Owns: policy.Module.Owns}
	_, err := api.DB().Write(t.Context(), call, func(tx *storage.WriteTx) error {
		return tx.Exec("UPDATE policy_acknowledgment SET acknowledged_at = '2026-01-01T00:00:00.000Z' WHERE person = 'executive'")
	})
	if err == nil {
		t.Error("an acknowledgment was changed")
	}

	// Who joins the department is asked by night, who is late is reminded every week, who has read is left alone.
	api.Seed([]string{"person"}, func(tx *storage.WriteTx) error {
		return tx.Exec("INSERT INTO person (id, name, department, created_at, updated_at) VALUES ('new', 'New', 'FINANCE', '', '')")
	})
	members(t, api, "new")
	told := func(who string) int {
		return api.Count("SELECT count(*) FROM notification WHERE event = 'policy_asked' AND person = ?", who)
	}
	nights := func(n int) {
		for range n {
			api.Clock.Advance(24 * time.Hour)
			api.RunJob("policy", "remind", nil)
		}
	}
	if nights(7); told("new") != 1 || told("user") != 1 {
		t.Errorf("after a week the new one was told %d times, the user, who asked, reminded %d times", told("new"), told("user"))
	}
	if nights(1); told("new") != 2 || told("user") != 1 {
		t.Errorf("a week after the new one came: %d and %d", told("new"), told("user"))
	}
	if told("executive") != 1 {
		t.Errorf("who has read was told %d times", told("executive"))
	}
	var list op.Page[policy.Acknowledgment]
	api.Clock.Advance(14 * 24 * time.Hour)
	user.Must("GET", "/policy-acknowledgments?request="+r.ID, nil, &list)
	var states []string
	for _, a := range list.Items {
		states = append(states, a.Person+" "+a.State)
	}
	if slices.Sort(states); !slices.Equal(states, []string{"executive acknowledged", "new overdue", "user overdue"}) {
		t.Errorf("%v", states)
	}
	// Who leaves is no longer counted; who acknowledged before is.
	api.Seed([]string{"person"}, func(tx *storage.WriteTx) error {
		return tx.Exec("UPDATE person SET active = 0 WHERE id IN ('new', 'executive')")
	})
	user.Must("GET", "/policies/"+p.ID, nil, &p)
	if p.Asked != 2 || p.Acknowledged != 1 || p.Requests[0].Asked != 2 || p.Requests[0].Overdue != 1 {
		t.Errorf("%+v", p.Requests)
	}
	api.As(op.Auditor).Must("GET", "/policy-acknowledgments/export?format=csv&request="+r.ID, nil, nil)
	if b := api.As(op.Auditor).Body(); !strings.Contains(b, "The executive") || !strings.Contains(b, v.Digest) {
		t.Errorf("%s", b)
	}
	// A minor version asks nobody; a major one asks those who are still here.
	var next policy.VersionDetail
	user.Must("POST", "/policies/"+p.ID+"/versions", m{"major": false}, &next)
	through := func() {
		user.Must("POST", "/policy-versions/"+next.ID+"/submit", m{"approvers": []string{"admin"}}, &next)
		api.As(op.Admin).Must("POST", "/policy-versions/"+next.ID+"/approve", m{"digest": next.Digest}, nil)
		user.Must("POST", "/policy-versions/"+next.ID+"/publish", nil, &next)
		user.Must("GET", "/policies/"+p.ID, nil, &p)
	}
	if through(); len(p.Requests) != 1 || p.InForce != "1.1" {
		t.Errorf("a minor version: %+v", p.Requests)
	}
	user.Must("POST", "/policies/"+p.ID+"/versions", m{}, &next)
	if through(); len(p.Requests) != 2 || p.Requests[0].Number != "2.0" || p.Requests[0].Asked != 1 || p.Requests[1].ClosedAt == "" || p.Coverage != 0 {
		t.Errorf("a major version: %+v", p.Requests)
	}
}

// An exception is asked for, decided by somebody else, holds, and comes back by itself.
func TestException(t *testing.T) {
	api := world(t)
	p, _ := published(api, "Doors")
	user, admin := api.As(op.User), api.As(op.Admin)
	good := func() m {
		return m{"subject": "The back door", "what": "Locks", "reason": "It is being rebuilt.", "compensation": "A guard", "expires_on": "2026-03-10"}
	}
	for field, bad := range map[string]any{"subject": " ", "what": "", "reason": "  ", "expires_on": "2026-03-01"} {
		in := good()
		in[field] = bad
		if got := user.Do("POST", "/policies/"+p.ID+"/exceptions", in, nil); got != 422 || user.FieldError(field) == "" {
			t.Errorf("%s %q: %d %s", field, bad, got, user.Body())
		}
	}
	var x policy.Exception
	user.Must("POST", "/policies/"+p.ID+"/exceptions", good(), &x)
	one := "/policy-exceptions/" + x.ID
	if got := user.Do("POST", one+"/approve", m{}, nil); got != 409 {
		t.Errorf("approved by who asked: %d", got)
	}
	if got := admin.Do("POST", one+"/decline", m{}, nil); got != 422 {
		t.Errorf("declined without a word: %d", got)
	}
	if got := api.As(op.Auditor).Do("POST", one+"/approve", m{}, nil); got != 403 {
		t.Errorf("approved by an auditor: %d", got)
	}
	admin.Must("POST", one+"/approve", m{"note": "Until it is done."}, &x)
	state := func(want policy.ExceptionState) {
		t.Helper()
		var list op.Page[policy.Exception]
		user.Must("GET", "/policy-exceptions?state="+string(want)+"&policy="+p.ID, nil, &list)
		if list.Total != 1 || list.Items[0].State != want {
			t.Errorf("%s: %+v", want, list)
		}
	}
	state(policy.Allowed)
	api.Clock.Advance(8 * 24 * time.Hour) // the last day itself still counts
	state(policy.Allowed)
	api.Clock.Advance(24 * time.Hour)
	state(policy.Reopened)
	api.RunJob("policy", "remind", nil)
	api.RunJob("policy", "remind", nil)
	if n := api.Count("SELECT count(*) FROM notification WHERE event = 'policy_review' AND person = 'user'"); n != 1 {
		t.Errorf("told %d times", n)
	}
	admin.Version(x.Version).Must("PATCH", one, m{"expires_on": "2026-04-10"}, &x)
	if x.State != policy.Requested || x.RequestedBy != "admin" || x.DecidedBy != "" {
		t.Errorf("%+v", x)
	}
	if got := admin.Do("POST", one+"/approve", m{}, nil); got != 409 {
		t.Errorf("approved by who changed it: %d", got)
	}
	user.Must("POST", one+"/approve", m{}, nil)
	user.Must("POST", one+"/close", nil, &x)
	state(policy.Closed)
	if got := user.Do("DELETE", one, nil, nil); got != 403 {
		t.Errorf("deleted by a user: %d", got)
	}
	for day, want := range map[string]policy.ExceptionState{"2026-03-09": policy.Reopened, "2026-03-10": policy.Allowed} {
		if got := policy.ExceptionOf(policy.Allowed, day, "2026-03-10"); got != want {
			t.Errorf("on %s: %s", day, got)
		}
	}
}
