package member_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"assay/server/account/accounttest"
	"assay/server/member"
	"assay/server/op"
	"assay/server/settings"
)

const (
	maria = "maria@northwind.example"
	sam   = "sam@northwind.example"
)

func house(t testing.TB) *accounttest.House {
	return accounttest.New(t, func(h *accounttest.House) []op.Module {
		return []op.Module{member.Module(h.Door), settings.Module()}
	})
}

type page struct {
	Items []member.Member
	Total int
}

func find(t testing.TB, b *accounttest.Browser, email string) member.Member {
	t.Helper()
	var p page
	b.Must("GET", "/members?q="+email, nil, &p)
	if len(p.Items) != 1 {
		t.Fatalf("%d members match %s", len(p.Items), email)
	}
	return p.Items[0]
}

func change(b *accounttest.Browser, m member.Member, body map[string]any) int {
	return b.With("If-Match", fmt.Sprintf("%q", fmt.Sprint(m.Version))).Do("PATCH", "/members/"+m.ID, body, nil)
}

func TestListOfMembers(t *testing.T) {
	h := house(t)
	admin, _ := h.Found("Northwind", maria)
	h.Found("Contoso", "eve@contoso.example")
	for i, role := range []string{"user", "user", "auditor", "executive"} {
		admin.Must("POST", "/members", map[string]any{"email": fmt.Sprintf("p%d@northwind.example", i), "role": role, "name": fmt.Sprintf("Person %d", i), "department": "Product"}, nil)
	}
	h.Join(t, admin, sam, "user")
	var p page
	admin.Must("GET", "/members?limit=2&sort=-email", nil, &p)
	if p.Total != 6 || len(p.Items) != 2 || p.Items[0].Email != sam {
		t.Errorf("%+v", p)
	}
	admin.Must("GET", "/members?status=pending&role=user", nil, &p)
	if p.Total != 2 || p.Items[0].Name != "Person 0" || p.Items[0].LastSignIn != "" {
		t.Errorf("%+v", p)
	}
	admin.Must("GET", "/members?q=maria&mfa=off", nil, &p)
	if p.Total != 1 || p.Items[0].LastSignIn == "" || p.Items[0].MFA {
		t.Errorf("%+v", p)
	}
	var facets map[string][]op.FacetValue
	admin.Must("GET", "/members/facets", nil, &facets)
	if fmt.Sprint(facets["status"]) != "[{active 2} {pending 4}]" {
		t.Errorf("%v", facets)
	}
	if admin.Must("GET", "/members/export?format=csv", nil, nil); admin.Says("contoso") || strings.Count(string(admin.Body), "\n") != 7 {
		t.Errorf("%s", admin.Body)
	}
	var people struct{ Items []member.Person }
	admin.Must("GET", "/people?q=person", nil, &people)
	if len(people.Items) != 4 || !people.Items[0].Active {
		t.Errorf("%+v", people)
	}
}

// reference.md 1.3: only an administrator manages members.
func TestD1Roles(t *testing.T) {
	h := house(t)
	admin, _ := h.Found("Northwind", maria)
	m := find(t, admin, maria)
	for i, role := range []string{"user", "auditor", "executive"} {
		b := h.Join(t, admin, fmt.Sprintf("r%d@northwind.example", i), role)
		for _, c := range []struct{ method, path string }{
			{"GET", "/members"}, {"GET", "/members/facets"}, {"GET", "/members/export"}, {"GET", "/members/" + m.ID}, {"POST", "/members"}, {"PATCH", "/members/" + m.ID},
			{"DELETE", "/members/" + m.ID}, {"POST", "/members/" + m.ID + "/invitation"}, {"DELETE", "/members/" + m.ID + "/sessions"}, {"DELETE", "/members/" + m.ID + "/mfa"},
			{"PATCH", "/settings"}, {"POST", "/settings/slug"}, {"DELETE", "/settings/logo"}, {"GET", "/auth-log/tenant"}, {"GET", "/auth-log/tenant/export"},
		} {
			if got := b.Do(c.method, c.path, map[string]any{}, nil); got != 403 {
				t.Errorf("%s %s as %s: %d", c.method, c.path, role, got)
			}
		}
		b.Want(200, "GET", "/settings", nil)
		want := 200
		if role == "executive" { // reads figures, not records
			want = 403
		}
		b.Want(want, "GET", "/people", nil)
	}
	h.Browser().Want(401, "GET", "/members", nil)
}

// C1: nothing of another organisation, by any id.
func TestC1OtherOrganisation(t *testing.T) {
	h := house(t)
	admin, _ := h.Found("Northwind", maria)
	eve, _ := h.Found("Contoso", "eve@contoso.example")
	m := find(t, admin, maria)
	for _, c := range []struct{ method, path string }{
		{"GET", "/members/" + m.ID}, {"DELETE", "/members/" + m.ID}, {"POST", "/members/" + m.ID + "/invitation"},
		{"DELETE", "/members/" + m.ID + "/sessions"}, {"DELETE", "/members/" + m.ID + "/mfa"},
	} {
		if eve.Want(404, c.method, c.path, nil); eve.Says("northwind") {
			t.Errorf("%s", eve.Body)
		}
	}
	if got := change(eve, m, map[string]any{"role": "user"}); got != 404 {
		t.Errorf("%d", got)
	}
	if eve.Must("GET", "/members", nil, nil); eve.Says("northwind") {
		t.Errorf("%s", eve.Body)
	}
	if eve.Must("GET", "/auth-log/tenant", nil, nil); eve.Says("northwind") {
		t.Errorf("%s", eve.Body)
	}
	admin.Want(200, "GET", "/session", nil)
}

func TestLastAdministrator(t *testing.T) {
	h := house(t)
	admin, _ := h.Found("Northwind", maria)
	me := find(t, admin, maria)
	for _, body := range []map[string]any{{"role": "user"}, {"status": "disabled"}} {
		if got := change(admin, me, body); got != 409 {
			t.Errorf("%v: %d", body, got)
		}
	}
	admin.Want(409, "DELETE", "/members/"+me.ID, nil)

	second := h.Join(t, admin, sam, "admin")
	if got := change(second, me, map[string]any{"role": "user"}); got != 200 {
		t.Fatalf("%d %s", got, second.Body)
	}
	admin.Want(401, "GET", "/session", nil)
	admin.SignIn(maria)
	admin.Want(403, "GET", "/members", nil)

	// A program with an administrator's token cannot take the last one away either.
	last := find(t, second, sam)
	var tok struct{ Token string }
	second.Must("POST", "/tokens", map[string]any{"name": "x", "role": "admin", "expires_on": "2026-12-31"}, &tok)
	if got := change(h.Program(tok.Token), last, map[string]any{"status": "disabled"}); got != 409 {
		t.Errorf("%d", got)
	}
	me = find(t, second, maria)
	if got := change(second, me, map[string]any{"role": "admin"}); got != 200 {
		t.Fatal(got)
	}
	admin.SignIn(maria)
	// Two administrators take each other away at once: one is left.
	me, last = find(t, second, maria), find(t, second, sam)
	var wg sync.WaitGroup
	wg.Go(func() { change(second, me, map[string]any{"role": "user"}) })
	wg.Go(func() { change(admin, last, map[string]any{"role": "user"}) })
	wg.Wait()
	if got := h.Control("SELECT count(*) FROM membership WHERE role = 'admin' AND status = 'active' AND tenant = (SELECT id FROM tenant WHERE slug = 'northwind')"); got != "1" {
		t.Errorf("%s administrators are left", got)
	}
}

// D6: of fifty changes from one version, one is made.
func TestD6LostUpdate(t *testing.T) {
	h := house(t)
	admin, _ := h.Found("Northwind", maria)
	h.Join(t, admin, sam, "user")
	m := find(t, admin, sam)
	var wins, stale atomic.Int32
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			switch change(admin.Clone(), m, map[string]any{"title": fmt.Sprint("Engineer ", i)}) {
			case 200:
				wins.Add(1)
			case 412:
				stale.Add(1)
			}
		})
	}
	wg.Wait()
	if wins.Load() != 1 || stale.Load() != 49 {
		t.Errorf("%d made, %d refused", wins.Load(), stale.Load())
	}
	admin.Want(428, "PATCH", "/members/"+m.ID, map[string]any{"title": "x"})
	var people struct{ Items []member.Person }
	admin.Must("GET", "/people?q=sam", nil, &people)
	if got := find(t, admin, sam).Title; people.Items[0].Title != got || !strings.HasPrefix(got, "Engineer") {
		t.Errorf("%q %q", people.Items[0].Title, got)
	}
}

func TestInviteTwiceAndComeBack(t *testing.T) {
	h := house(t)
	admin, _ := h.Found("Northwind", maria)
	for email, field := range map[string]bool{"": true, "sam": true, "sam@": true, "sam@x@y.example": true, "a b@x.example": true, "Sam <sam@x.example>": true} {
		if got := admin.Do("POST", "/members", map[string]any{"email": email, "role": "user"}, nil); got != 422 || field && !admin.Says("body.email") {
			t.Errorf("%q: %d %s", email, got, admin.Body)
		}
	}
	admin.Want(422, "POST", "/members", map[string]any{"email": sam, "role": "operator_super"})
	b := h.Join(t, admin, sam, "user")
	admin.Want(409, "POST", "/members", map[string]any{"email": strings.ToUpper(sam), "role": "admin"})
	m := find(t, admin, sam)
	admin.Want(409, "POST", "/members/"+m.ID+"/invitation", nil)

	var tok struct{ Token string }
	b.Must("POST", "/tokens", map[string]any{"name": "x", "role": "user", "expires_on": "2026-12-31"}, &tok)
	admin.Must("DELETE", "/members/"+m.ID, nil, nil)
	b.Want(401, "GET", "/session", nil)
	h.Program(tok.Token).Want(401, "GET", "/session", nil)
	var people struct{ Items []member.Person }
	admin.Must("GET", "/people?q=sam", nil, &people)
	if len(people.Items) != 1 || people.Items[0].Active {
		t.Errorf("%+v", people) // old records keep the name
	}
	admin.Must("POST", "/members", map[string]any{"email": sam, "role": "auditor"}, nil)
	b.Must("POST", "/invitations/accept", map[string]any{"token": h.Link(sam), "password": accounttest.Password}, nil)
	if again := find(t, admin, sam); again.Person != m.Person || again.Role != "auditor" {
		t.Errorf("%+v", again)
	}
}

func TestResetMFA(t *testing.T) {
	h := house(t)
	admin, _ := h.Found("Northwind", maria)
	b := h.Join(t, admin, sam, "user")
	m := find(t, admin, sam)
	admin.Want(409, "DELETE", "/members/"+m.ID+"/mfa", nil)
	h.Enrol(b)
	b.Must("POST", "/password", map[string]any{"current": accounttest.Password, "password": "t7#kq2vz"}, nil)
	if !find(t, admin, sam).MFA {
		t.Error("two-step sign-in is not shown")
	}
	admin.Must("DELETE", "/members/"+m.ID+"/mfa", nil, nil)
	b.Want(401, "GET", "/session", nil)
	// The short password is not enough by itself: it has to be replaced.
	b.Want(401, "POST", "/session", map[string]any{"email": sam, "password": "t7#kq2vz"})
	b.Must("POST", "/password/reset", map[string]any{"token": h.Link(sam), "password": accounttest.Password}, nil)
	if got := b.SignIn(sam); got != 200 {
		t.Errorf("%d %s", got, b.Body)
	}

	// Somebody who belongs elsewhere too is not this administrator's to weaken.
	eve, _ := h.Found("Contoso", "eve@contoso.example")
	eve.Must("POST", "/members", map[string]any{"email": sam, "role": "user"}, nil)
	b.Must("POST", "/invitations/accept", map[string]any{"token": h.Link(sam)}, nil)
	h.Enrol(b)
	admin.Want(409, "DELETE", "/members/"+m.ID+"/mfa", nil)
}

// Every write leaves its record: in the installation's log, and in the
// organisation's for the person.
func TestI1Records(t *testing.T) {
	h := house(t)
	admin, tenant := h.Found("Northwind", maria)
	admin.Must("POST", "/members", map[string]any{"email": sam, "role": "user"}, nil)
	if !strings.Contains(h.Dump("audit"), "member.invite") {
		t.Error("the installation's log knows nothing")
	}
	db, done, err := h.Store.Tenant(t.Context(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	if _, err := db.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}
