package account_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"assay/server/account"
	"assay/server/account/accounttest"
	"assay/server/account/totp"
	"assay/server/member"
	"assay/server/op"
	"assay/server/settings"
	"assay/storage"
)

func house(t testing.TB) *accounttest.House {
	return accounttest.New(t, func(h *accounttest.House) []op.Module {
		return []op.Module{member.Module(h.Door), settings.Module()}
	})
}

const (
	maria = "maria@northwind.example"
	good  = accounttest.Password
)

type view = account.Session

func TestSignInAndOut(t *testing.T) {
	h := house(t)
	_, tenant := h.Found("Northwind Health", maria)
	b := h.Browser()
	b.Want(401, "GET", "/session", nil)
	if b.Want(200, "GET", "/door", nil); !b.Says(`"signed_in":false`) || !b.Says(`"set_up":true`) {
		t.Errorf("%s", b.Body)
	}
	var s view
	b.Must("POST", "/session", map[string]any{"email": " Maria@Northwind.example", "password": good}, &s)
	if s.Account.Email != maria || s.Role != "admin" || s.Tenant.ID != tenant || s.Tenant.Slug != "northwind-health" || len(s.Tenants) != 1 || s.MFA.Enabled {
		t.Errorf("%+v", s)
	}
	var again view
	b.Must("GET", "/session", nil, &again)
	if again.Person != s.Person || again.Account.Name != "Maria López" {
		t.Errorf("%+v", again)
	}
	b.Must("DELETE", "/session", nil, nil)
	if got := b.Last.Header.Get("Clear-Site-Data"); !strings.Contains(got, "cookies") {
		t.Errorf("Clear-Site-Data: %q", got)
	}
	b.Want(401, "GET", "/session", nil)
}

// F6, B10: what the browser is told about the session.
func TestB10Cookie(t *testing.T) {
	h := accounttest.NewTLS(t, func(h *accounttest.House) []op.Module { return []op.Module{member.Module(h.Door)} })
	h.Found("Northwind", maria)
	b := h.Browser()
	if got := b.SignIn(maria); got != 200 {
		t.Fatalf("%d %s", got, b.Body)
	}
	c := b.Last.Cookies()
	if len(c) != 1 || c[0].Name != "__Host-assay" || !c[0].Secure || !c[0].HttpOnly || c[0].SameSite != http.SameSiteLaxMode || c[0].Path != "/" || c[0].Domain != "" || c[0].MaxAge != 0 {
		t.Fatalf("%+v", c)
	}
	if len(c[0].Value) < 22 {
		t.Errorf("the id has %d characters", len(c[0].Value))
	}
	if !strings.Contains(b.Last.Header.Get("Cache-Control"), "no-store") {
		t.Errorf("Cache-Control %q", b.Last.Header["Cache-Control"])
	}
	if stored := h.Control("SELECT token FROM session LIMIT 1"); strings.Contains(stored, c[0].Value) {
		t.Error("the cookie stands in the database as it is")
	}
	if b.Must("GET", "/session", nil, nil); len(b.Last.Cookies()) != 0 {
		t.Error("every answer sets the cookie again")
	}
}

func TestB10NewIdAndTimes(t *testing.T) {
	h := house(t)
	h.Found("Northwind", maria)
	b := h.Browser()
	b.SignIn(maria)
	first := b.Last.Cookies()[0].Value
	b.SignIn(maria)
	second := b.Last.Cookies()[0].Value
	if first == second {
		t.Error("a new sign-in keeps the id")
	}
	old := h.Browser().With("Cookie", "assay="+first)
	old.Want(401, "GET", "/session", nil)

	h.Clock.Advance(29 * time.Minute)
	b.Want(200, "GET", "/session", nil)
	h.Clock.Advance(29 * time.Minute)
	b.Want(200, "GET", "/session", nil)
	h.Clock.Advance(30 * time.Minute)
	b.Want(401, "GET", "/session", nil)

	if got := b.SignIn(maria); got != 200 {
		t.Fatal(got)
	}
	for range 11*4 + 3 { // eleven and three quarter hours, a click every quarter
		h.Clock.Advance(15 * time.Minute)
		b.Want(200, "GET", "/session", nil)
	}
	h.Clock.Advance(15 * time.Minute)
	b.Want(401, "GET", "/session", nil)
}

// A session in use costs one write a minute, not one a request.
func TestSessionIsTouchedOnceAMinute(t *testing.T) {
	h := house(t)
	b, _ := h.Found("Northwind", maria)
	before := h.Control("SELECT seen FROM session")
	h.Clock.Advance(59 * time.Second)
	b.Want(200, "GET", "/session", nil)
	if h.Control("SELECT seen FROM session") != before {
		t.Error("touched within a minute")
	}
	h.Clock.Advance(2 * time.Second)
	b.Want(200, "GET", "/session", nil)
	if h.Control("SELECT seen FROM session") == before {
		t.Error("not touched after a minute")
	}
}

// A14: a clock set back locks nobody out and lengthens no session beyond its
// twelve hours.
func TestA14ClockJumps(t *testing.T) {
	h := house(t)
	b, _ := h.Found("Northwind", maria)
	for range 6 {
		h.Browser().Do("POST", "/session", map[string]any{"email": maria, "password": "wrong"}, nil)
	}
	h.Clock.Advance(-time.Hour)
	b.Want(200, "GET", "/session", nil)
	if got := h.Browser().SignIn(maria); got != 200 {
		t.Errorf("an hour back: %d", got)
	}
	h.Clock.Advance(400 * 24 * time.Hour)
	b.Want(401, "GET", "/session", nil)
	if got := h.Browser().SignIn(maria); got != 200 {
		t.Errorf("400 days on: %d", got)
	}
}

func TestB11OldSessionsEnd(t *testing.T) {
	h := house(t)
	admin, _ := h.Found("Northwind", maria)
	sam := h.Join(t, admin, "sam@northwind.example", "user")
	id := memberID(t, admin, "sam@northwind.example")
	patch := func(body map[string]any) {
		t.Helper()
		var m member.Member
		admin.Must("GET", "/members/"+id, nil, &m)
		admin.With("If-Match", admin.Last.Header.Get("ETag")).Must("PATCH", "/members/"+id, body, nil)
	}

	sam.Want(200, "GET", "/session", nil)
	stolen := h.Browser().With("Cookie", sam.CookieHeader())
	stolen.Want(200, "GET", "/session", nil)
	sam.Must("DELETE", "/session", nil, nil)
	stolen.Want(401, "GET", "/session", nil) // sign-out

	sam.SignIn("sam@northwind.example")
	other := h.Browser()
	other.SignIn("sam@northwind.example")
	sam.Must("POST", "/password", map[string]any{"current": good, "password": "seven green bicycles"}, nil)
	other.Want(401, "GET", "/session", nil) // password change
	sam.Want(200, "GET", "/session", nil)
	sam.Must("POST", "/password", map[string]any{"current": "seven green bicycles", "password": good}, nil)

	patch(map[string]any{"role": "auditor"})
	sam.Want(401, "GET", "/session", nil) // role change
	sam.SignIn("sam@northwind.example")
	if sam.Want(200, "GET", "/session", nil); !sam.Says(`"role":"auditor"`) {
		t.Errorf("%s", sam.Body)
	}

	patch(map[string]any{"status": "disabled"})
	sam.Want(401, "GET", "/session", nil) // disabled
	if got := sam.SignIn("sam@northwind.example"); got != 403 {
		t.Errorf("a disabled member signs in: %d", got)
	}
	patch(map[string]any{"status": "active"})
	if got := sam.SignIn("sam@northwind.example"); got != 200 {
		t.Errorf("enabled again: %d %s", got, sam.Body)
	}

	admin.Must("DELETE", "/members/"+id+"/sessions", nil, nil) // B14
	sam.Want(401, "GET", "/session", nil)
}

// A request that is at work while its session is ended must not bring it back.
func TestEndedSessionStaysEnded(t *testing.T) {
	h := house(t)
	admin, _ := h.Found("Northwind", maria)
	var wg sync.WaitGroup
	for range 8 {
		b := h.Browser()
		b.IP = "192.0.2.77"
		if b.SignIn(maria) != 200 {
			h.Clock.Advance(time.Minute)
			b.SignIn(maria)
		}
		cookie := b.CookieHeader()
		wg.Go(func() {
			b.Do("POST", "/session/tenant", map[string]any{"slug": "northwind"}, nil) // renews
		})
		wg.Go(func() { admin.Clone().Do("DELETE", "/sessions", nil, nil) })
		wg.Wait()
		// Whichever came first, at most the renewed session is left, never the old one.
		old := h.Browser().With("Cookie", cookie)
		if got := old.Do("GET", "/session", nil, nil); got == 200 && b.CookieHeader() != cookie {
			t.Fatal("the old session works")
		}
		admin.Must("DELETE", "/sessions", nil, nil)
		b.Want(401, "GET", "/session", nil)
	}
}

func TestB14OwnSessions(t *testing.T) {
	h := house(t)
	one, _ := h.Found("Northwind", maria)
	two := h.Browser()
	two.Agent = "Safari"
	two.SignIn(maria)
	if m := h.Mail(maria); !strings.Contains(m.Text, "Safari") {
		t.Errorf("no mail about a new device: %s", m.Subject)
	}
	var list struct{ Items []account.SessionView }
	one.Must("GET", "/sessions", nil, &list)
	if len(list.Items) != 2 {
		t.Fatalf("%+v", list)
	}
	var other string
	for _, s := range list.Items {
		if !s.Current {
			other = s.ID
			if s.Agent != "Safari" || s.Tenant != "Northwind" || s.IP == "" {
				t.Errorf("%+v", s)
			}
		}
	}
	one.Must("DELETE", "/sessions/"+other, nil, nil)
	two.Want(401, "GET", "/session", nil)
	one.Want(404, "DELETE", "/sessions/"+other, nil)

	eve, _ := h.Found("Contoso", "eve@contoso.example")
	var mine struct{ Items []account.SessionView }
	one.Must("GET", "/sessions", nil, &mine)
	eve.Want(404, "DELETE", "/sessions/"+mine.Items[0].ID, nil)
	one.Want(200, "GET", "/session", nil)
}

func TestB15FirstSetup(t *testing.T) {
	h := house(t)
	first, err := h.Door.SetupLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	url, err := h.Door.SetupLink(t.Context()) // started again: the older one is void
	if err != nil {
		t.Fatal(err)
	}
	b := h.Browser()
	body := func(link string) map[string]any {
		return map[string]any{"token": accounttest.Secret(link), "organisation": "Northwind", "name": "Maria López", "email": maria, "password": good, "zone": "Europe/Berlin"}
	}
	b.Want(404, "POST", "/setup", body(first))
	var l account.LinkView
	b.Must("GET", "/links/"+accounttest.Secret(url), nil, &l)
	if l.Kind != "setup" {
		t.Errorf("%+v", l)
	}
	weak := body(url)
	weak["password"] = "Northwind-Maria-1"
	b.Want(422, "POST", "/setup", weak)

	h.Clock.Advance(time.Hour)
	if b.Want(409, "POST", "/setup", body(url)); !b.Says("expired on 2 March 2026 at 10:00 UTC") {
		t.Errorf("%s", b.Body)
	}
	url, err = h.Door.SetupLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var wins atomic.Int32
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			b := h.Browser()
			b.IP = "198.51.100." + string(rune('1'+i%9)) + string(rune('0'+i/9))
			if b.Do("POST", "/setup", body(url), nil) == 200 {
				wins.Add(1)
			}
		})
	}
	wg.Wait()
	if wins.Load() != 1 || h.Control("SELECT count(*) FROM tenant") != "1" || h.Control("SELECT count(*) FROM account") != "1" {
		t.Errorf("%d set-ups, %s organisations", wins.Load(), h.Control("SELECT count(*) FROM tenant"))
	}
	if h.Mails(maria) != 1 || !strings.Contains(h.Mail(maria).Subject, "Northwind is set up") {
		t.Errorf("%d mails to the first administrator", h.Mails(maria))
	}
	if got := b.SignIn(maria); got != 200 {
		t.Errorf("sign in after set-up: %d", got)
	}
	var s settings.Settings
	b.Must("GET", "/settings", nil, &s)
	if s.Zone != "Europe/Berlin" || s.Slug != "northwind" {
		t.Errorf("%+v", s)
	}
	if url, err := h.Door.SetupLink(t.Context()); url != "" || err != nil {
		t.Errorf("a set-up link although it is set up: %q %v", url, err)
	}
}

func TestTenantSwitcher(t *testing.T) {
	h := house(t)
	a, north := h.Found("Northwind", maria)
	b, cont := h.Found("Contoso", "eve@contoso.example")
	b.Must("POST", "/members", map[string]any{"email": maria, "role": "auditor"}, nil)
	if h.Control("SELECT count(*) FROM account") != "2" {
		t.Error("a second account for the same address")
	}
	a.Want(404, "POST", "/session/tenant", map[string]any{"slug": "contoso"}) // not yet
	a.Must("POST", "/invitations/accept", map[string]any{"token": h.Link(maria)}, nil)
	var s view
	a.Must("GET", "/session", nil, &s)
	if s.Tenant.ID != cont || s.Role != "auditor" || len(s.Tenants) != 2 {
		t.Errorf("%+v", s)
	}
	a.Want(403, "GET", "/members", nil)
	before := a.CookieHeader()
	h.Clock.Advance(time.Second)
	a.Must("POST", "/session/tenant", map[string]any{"slug": "northwind"}, &s)
	if s.Tenant.ID != north || s.Role != "admin" || a.CookieHeader() == before {
		t.Errorf("%+v", s)
	}
	h.Browser().With("Cookie", before).Want(401, "GET", "/session", nil)
	a.With("Assay-Expect-Tenant", cont).Want(409, "GET", "/session", nil)
	a.With("Assay-Expect-Tenant", north).Want(200, "GET", "/session", nil)
	a.Want(404, "POST", "/session/tenant", map[string]any{"slug": "fabrikam"})

	// The next sign-in comes back to where the last one was.
	h.Clock.Advance(time.Second)
	c := h.Browser()
	c.SignIn(maria)
	if c.Must("GET", "/session", nil, &s); s.Tenant.ID != north {
		t.Errorf("home is %s", s.Tenant.Slug)
	}
	c.Must("PATCH", "/profile", map[string]any{"name": "Maria L.", "preferences": map[string]any{"theme": "dark"}}, &s)
	if s.Account.Name != "Maria L." || s.Account.Preferences.Theme != "dark" {
		t.Errorf("%+v", s)
	}
	c.Must("PATCH", "/profile", map[string]any{"preferences": map[string]any{"locale": "en-GB"}}, &s)
	if s.Account.Preferences.Theme != "dark" || s.Account.Preferences.Locale != "en-GB" {
		t.Errorf("%+v", s)
	}
	for _, id := range []string{north, cont} { // the name is right in both organisations' records
		db, done, err := h.Store.Tenant(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		db.Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
			var name string
			if err := tx.QueryRow("SELECT name FROM person WHERE email = ?", maria).Scan(&name); err != nil || name != "Maria L." {
				t.Errorf("%s: %q %v", id, name, err)
			}
			return nil
		})
		done()
	}
}

func code(t testing.TB, h *accounttest.House, secret string) string {
	t.Helper()
	c, err := totp.Code(secret, h.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// enrol turns two-step sign-in on.
func enrol(t testing.TB, b *accounttest.Browser) (secret string, codes []string) {
	t.Helper()
	var start struct{ Secret, URL, QR string }
	b.Must("POST", "/mfa/totp", map[string]any{"password": good}, &start)
	var done struct {
		Codes []string `json:"recovery_codes"`
	}
	b.Must("POST", "/mfa/totp/confirm", map[string]any{"code": code(t, b.House, start.Secret)}, &done)
	return start.Secret, done.Codes
}

func memberID(t testing.TB, admin *accounttest.Browser, email string) string {
	t.Helper()
	var list struct{ Items []member.Member }
	admin.Must("GET", "/members?q="+email, nil, &list)
	if len(list.Items) != 1 {
		t.Fatalf("%d members match %s", len(list.Items), email)
	}
	return list.Items[0].ID
}

func problem(t testing.TB, b *accounttest.Browser) op.Problem {
	t.Helper()
	var p op.Problem
	if err := json.Unmarshal(b.Body, &p); err != nil {
		t.Fatal(err)
	}
	p.Request = ""
	return p
}
