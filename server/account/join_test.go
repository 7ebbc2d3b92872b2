package account_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"assay/server/account"
	"assay/server/account/token"
)

const sam = "sam@northwind.example"

func TestInvitation(t *testing.T) {
	h := house(t)
	admin, _ := h.Found("Northwind", maria)
	admin.Must("POST", "/members", map[string]any{"email": "Sam@Northwind.example", "role": "user", "name": "Sam Doe", "title": "Engineer", "department": "Product"}, nil)
	m := h.Mail(sam)
	if !strings.Contains(m.Subject, "Maria López invites you to Northwind") {
		t.Errorf("%s", m.Subject)
	}
	link := h.Link(sam)
	b := h.Browser()
	for range 3 { // looking does not use it up
		var l account.LinkView
		b.Must("GET", "/links/"+link, nil, &l)
		if l.Kind != "invitation" || l.Email != sam || l.Organisation != "Northwind" || l.Role != "user" || l.Name != "Sam Doe" || l.HasAccount {
			t.Errorf("%+v", l)
		}
	}
	if b.Want(422, "POST", "/invitations/accept", map[string]any{"token": link, "password": "Sam Doe Northwind"}); !b.Says("body.password") {
		t.Errorf("%s", b.Body)
	}
	b.Must("POST", "/invitations/accept", map[string]any{"token": link, "password": good}, nil)
	if b.Want(200, "GET", "/session", nil); !b.Says(`"name":"Sam Doe"`) {
		t.Errorf("%s", b.Body)
	}
	if b.Want(409, "POST", "/invitations/accept", map[string]any{"token": link, "password": good}); !b.Says("used already") {
		t.Errorf("%s", b.Body)
	}
	if b.Want(409, "GET", "/links/"+link, nil); !b.Says("used already") {
		t.Errorf("%s", b.Body)
	}
	if got := h.Browser().SignIn(sam); got != 200 {
		t.Error(got)
	}
}

func TestInvitationOfAnAccount(t *testing.T) {
	h := house(t)
	a, _ := h.Found("Northwind", maria)
	b, _ := h.Found("Contoso", "eve@contoso.example")
	secret, _ := enrol(t, a)
	h.Clock.Advance(time.Minute)
	b.Must("POST", "/members", map[string]any{"email": maria, "role": "user"}, nil)
	link := h.Link(maria)
	c := h.Browser()
	var l account.LinkView
	if c.Must("GET", "/links/"+link, nil, &l); !l.HasAccount || !l.MFA {
		t.Errorf("%+v", l)
	}
	c.Want(401, "POST", "/invitations/accept", map[string]any{"token": link, "password": "some other password"})
	c.Want(401, "POST", "/invitations/accept", map[string]any{"token": link, "password": good}) // no code
	c.Want(401, "GET", "/session", nil)
	c.Must("POST", "/invitations/accept", map[string]any{"token": link, "password": good, "code": code(t, h, secret)}, nil)
	if c.Want(200, "GET", "/session", nil); !c.Says("Contoso") || !c.Says("Northwind") {
		t.Errorf("%s", c.Body)
	}
	// Somebody else's open session takes no invitation that is not theirs.
	a.Must("POST", "/members", map[string]any{"email": "pat@northwind.example", "role": "user"}, nil)
	if b.Want(409, "POST", "/invitations/accept", map[string]any{"token": h.Link("pat@northwind.example"), "name": "Eve", "password": good}); !b.Says("Sign out first") {
		t.Errorf("%s", b.Body)
	}
}

func TestExpiredAndReplacedLinks(t *testing.T) {
	h := house(t)
	admin, _ := h.Found("Northwind", maria)
	admin.Must("POST", "/members", map[string]any{"email": sam, "role": "user"}, nil)
	first := h.Link(sam)
	h.Clock.Advance(7 * 24 * time.Hour)
	b := h.Browser()
	if b.Want(409, "POST", "/invitations/accept", map[string]any{"token": first, "name": "Sam", "password": good}); !b.Says("expired on 9 March 2026 at 09:00 UTC") {
		t.Errorf("%s", b.Body)
	}
	admin.SignIn(maria)
	id := memberID(t, admin, sam)
	admin.Must("POST", "/members/"+id+"/invitation", nil, nil)
	second := h.Link(sam)
	b.Want(404, "GET", "/links/"+first, nil)
	admin.Must("DELETE", "/members/"+id, nil, nil) // taken back
	b.Want(404, "POST", "/invitations/accept", map[string]any{"token": second, "name": "Sam", "password": good})
	b.Want(404, "GET", "/links/nothing-of-the-kind", nil)

	b.Must("POST", "/password/reset-request", map[string]any{"email": maria}, nil)
	reset := h.Link(maria)
	b.Want(404, "POST", "/invitations/accept", map[string]any{"token": reset, "name": "x", "password": good}) // for something else
	h.Clock.Advance(time.Hour)
	if b.Want(409, "POST", "/password/reset", map[string]any{"token": reset, "password": good}); !b.Says("Ask for a new one") {
		t.Errorf("%s", b.Body)
	}
}

// D6: of fifty who use a link at once, one gets through.
func TestD6LinkOnce(t *testing.T) {
	h := house(t)
	h.Found("Northwind", maria)
	h.Browser().Must("POST", "/password/reset-request", map[string]any{"email": maria}, nil)
	link := h.Link(maria)
	var wins atomic.Int32
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			b := h.Browser()
			b.IP = fmt.Sprintf("198.51.100.%d", i)
			switch got := b.Do("POST", "/password/reset", map[string]any{"token": link, "password": fmt.Sprintf("seven green bicycles %d", i)}, nil); got {
			case 204:
				wins.Add(1)
			case 409:
			default:
				t.Errorf("%d %s", got, b.Body)
			}
		})
	}
	wg.Wait()
	if wins.Load() != 1 {
		t.Errorf("%d resets by one link", wins.Load())
	}
}

func TestResetEndsSessionsAndKeepsCodes(t *testing.T) {
	h := house(t)
	b, _ := h.Found("Northwind", maria)
	secret, _ := enrol(t, b)
	h.Browser().Must("POST", "/password/reset-request", map[string]any{"email": maria}, nil)
	h.Browser().Must("POST", "/password/reset", map[string]any{"token": h.Link(maria), "password": "seven green bicycles"}, nil)
	b.Want(401, "GET", "/session", nil)
	if !strings.Contains(h.Mail(maria).Subject, "password was changed") {
		t.Errorf("%s", h.Mail(maria).Subject)
	}
	h.Clock.Advance(time.Minute)
	b.Want(401, "POST", "/session", map[string]any{"email": maria, "password": good, "code": code(t, h, secret)})
	b.Want(401, "POST", "/session", map[string]any{"email": maria, "password": "seven green bicycles"})
	b.Must("POST", "/session", map[string]any{"email": maria, "password": "seven green bicycles", "code": code(t, h, secret)}, nil)
}

func TestTokens(t *testing.T) {
	h := house(t)
	admin, _ := h.Found("Northwind", maria)
	user := h.Join(t, admin, sam, "user")
	year := h.Clock.Now().AddDate(1, 0, 0).Format("2006-01-02")
	for field, body := range map[string]map[string]any{
		"body.role":       {"name": "ci", "role": "admin", "expires_on": year},
		"body.expires_on": {"name": "ci", "role": "user", "expires_on": h.Clock.Now().AddDate(1, 0, 1).Format("2006-01-02")},
		"body.name":       {"name": " ", "role": "user", "expires_on": year},
	} {
		if user.Want(422, "POST", "/tokens", body); !user.Says(field) {
			t.Errorf("%s", user.Body)
		}
	}
	user.Want(422, "POST", "/tokens", map[string]any{"name": "ci", "role": "user", "expires_on": "2026-03-01"})
	var made struct{ ID, Token string }
	user.Must("POST", "/tokens", map[string]any{"name": "ci", "role": "user", "expires_on": year}, &made)
	if !token.IsAccess(made.Token) || strings.Contains(h.Dump("token"), made.Token) {
		t.Errorf("%q", made.Token)
	}
	var list struct{ Items []account.TokenView }
	user.Must("GET", "/tokens", nil, &list)
	if len(list.Items) != 1 || list.Items[0].LastUsed != "" || user.Says(made.Token) {
		t.Errorf("%s", user.Body)
	}
	p := h.Program(made.Token)
	if p.Want(200, "GET", "/session", nil); !p.Says(`"role":"user"`) || len(p.Last.Cookies()) != 0 {
		t.Errorf("%s", p.Body)
	}
	p.Want(200, "GET", "/people", nil)
	p.Want(403, "GET", "/members", nil)
	// A token is no way to more: not to another token, nor to the account.
	p.Want(403, "POST", "/tokens", map[string]any{"name": "more", "role": "user", "expires_on": year})
	p.Want(403, "POST", "/password", map[string]any{"current": good, "password": "seven green bicycles"})
	p.Want(403, "POST", "/mfa/totp", map[string]any{"password": good})
	p.Want(403, "DELETE", "/sessions", nil)
	p.Want(403, "PATCH", "/profile", map[string]any{"name": "x"})

	used := h.Control("SELECT at FROM token_use")
	h.Clock.Advance(30 * time.Second)
	if p.Want(200, "GET", "/session", nil); h.Control("SELECT at FROM token_use") != used {
		t.Error("written twice within a minute")
	}
	h.Clock.Advance(31 * time.Second)
	if p.Want(200, "GET", "/session", nil); h.Control("SELECT at FROM token_use") == used {
		t.Error("not written after a minute")
	}

	id := memberID(t, admin, sam)
	set := func(body map[string]any) {
		admin.Must("GET", "/members/"+id, nil, nil)
		admin.With("If-Match", admin.Last.Header.Get("ETag")).Must("PATCH", "/members/"+id, body, nil)
	}
	set(map[string]any{"role": "executive"})
	if p.Want(200, "GET", "/session", nil); !p.Says(`"role":"executive"`) {
		t.Errorf("a lowered role: %s", p.Body)
	}
	set(map[string]any{"role": "admin"})
	if p.Want(200, "GET", "/session", nil); !p.Says(`"role":"user"`) {
		t.Errorf("more than the token was made for: %s", p.Body)
	}
	set(map[string]any{"status": "disabled"})
	p.Want(401, "GET", "/session", nil)
	set(map[string]any{"status": "active"})
	p.Want(200, "GET", "/session", nil)

	for _, wrong := range []string{"", made.Token + "x", made.Token[:len(made.Token)-1] + "0", strings.ToUpper(made.Token)} {
		if wrong != made.Token {
			h.Program(wrong+" ").Want(401, "GET", "/session", nil)
		}
	}
	// A wrong token is refused although there is a good cookie.
	both := h.Browser()
	both.SignIn(maria)
	both.Bearer = "assay_nothing"
	both.Want(401, "GET", "/session", nil)

	h.Clock.Advance(366 * 24 * time.Hour)
	p.Want(401, "GET", "/session", nil)

	var mine struct{ ID, Token string }
	admin.SignIn(maria)
	admin.Must("POST", "/tokens", map[string]any{"name": "a", "role": "auditor", "expires_on": h.Clock.Now().Format("2006-01-02")}, &mine)
	user.SignIn(sam)
	user.Want(404, "DELETE", "/tokens/"+mine.ID, nil)
	h.Program(mine.Token).Want(200, "GET", "/session", nil)
	admin.Must("DELETE", "/tokens/"+mine.ID, nil, nil)
	h.Program(mine.Token).Want(401, "GET", "/session", nil)
}

// D3: what is not asked for is refused and never stored.
func TestD3UnknownFields(t *testing.T) {
	h := house(t)
	admin, tenant := h.Found("Northwind", maria)
	for _, c := range []struct{ method, path string }{
		{"POST", "/session"}, {"POST", "/session/tenant"}, {"POST", "/password"}, {"POST", "/password/reset-request"}, {"POST", "/password/reset"},
		{"POST", "/invitations/accept"}, {"POST", "/setup"}, {"POST", "/mfa/totp"}, {"POST", "/mfa/totp/confirm"}, {"DELETE", "/mfa/totp"},
		{"POST", "/mfa/recovery-codes"}, {"POST", "/tokens"}, {"PATCH", "/profile"}, {"POST", "/members"}, {"PATCH", "/settings"}, {"POST", "/settings/slug"},
	} {
		for _, field := range []string{"id", "role_", "tenant_id", "is_admin", "version", "account", "created_at", "hash", "totp", "status_"} {
			if got := admin.Do(c.method, c.path, map[string]any{field: tenant}, nil); got != 422 || !admin.Says("body."+field) && !admin.Says("not known here") {
				t.Errorf("%s %s takes %s: %d %s", c.method, c.path, field, got, admin.Body)
			}
		}
	}
}

// F4: another site's page cannot use the cookie.
func TestF4CrossSite(t *testing.T) {
	h := house(t)
	b, _ := h.Found("Northwind", maria)
	for _, header := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
		for _, c := range []struct{ method, path string }{{"POST", "/session"}, {"DELETE", "/session"}, {"POST", "/tokens"}, {"PATCH", "/profile"}, {"DELETE", "/sessions"}} {
			if got := b.With(header[0], header[1]).Do(c.method, c.path, map[string]any{}, nil); got != 403 {
				t.Errorf("%s %s with %v: %d", c.method, c.path, header, got)
			}
		}
	}
	b.With("Sec-Fetch-Site", "same-origin").Want(200, "PATCH", "/profile", map[string]any{"name": "Maria"})
}

func TestAuthLogAndNight(t *testing.T) {
	h := house(t)
	b, tenant := h.Found("Northwind", maria)
	h.Browser().Do("POST", "/session", map[string]any{"email": maria, "password": "wrong"}, nil)
	h.Browser().Do("POST", "/session", map[string]any{"email": "nobody\r\n@x\u001b[31m.example", "password": "wrong"}, nil)
	if typed := h.Control("SELECT email FROM auth_log WHERE account = ''"); typed != "nobody??@x?[31m.example" {
		t.Errorf("%q", typed)
	}
	var log struct {
		Items []account.Visited
		Total int
	}
	b.Must("GET", "/auth-log", nil, &log)
	seen := map[string]bool{}
	for _, e := range log.Items {
		seen[e.Event+" "+e.Outcome+" "+e.Detail] = true
	}
	if !seen["sign_in refused wrong_password"] || !seen["invitation_accepted ok "] || log.Total != len(log.Items) {
		t.Errorf("%+v", log)
	}
	b.Must("GET", "/auth-log/tenant?outcome=refused", nil, &log)
	if log.Total != 1 || log.Items[0].Email != maria {
		t.Errorf("%+v", log) // the stranger's try concerns nobody here
	}
	b.Must("GET", "/auth-log/tenant/export?format=csv", nil, nil)
	if !b.Says("wrong_password") || !b.Says("Firefox") {
		t.Errorf("%s", b.Body)
	}
	if strings.Contains(h.Dump("auth_log"), good) {
		t.Error("a password stands in the auth log")
	}

	h.Clock.Advance(300 * 24 * time.Hour)
	b.SignIn(maria)
	b.Must("GET", "/settings", nil, nil)
	b.With("If-Match", b.Last.Header.Get("ETag")).Must("PATCH", "/settings", map[string]any{"auth_log_days": 90}, nil)
	h.Night()
	if got := h.Control("SELECT count(*) FROM auth_log WHERE tenant = ? AND at < '2026-06-01'", tenant); got != "0" {
		t.Errorf("%s old entries after 90 days", got)
	}
	if h.Control("SELECT count(*) FROM auth_log WHERE account = '' ") != "1" {
		t.Error("what names nobody is kept for a year")
	}
	h.Clock.Advance(100 * 24 * time.Hour)
	h.Night()
	if got := h.Control("SELECT count(*) FROM auth_log"); got != "0" {
		t.Errorf("%s entries after a year", got)
	}
	if h.Control("SELECT count(*) FROM session") != "0" || h.Control("SELECT count(*) FROM mail") != "0" || h.Control("SELECT count(*) FROM throttle WHERE failures = 0") != "0" {
		t.Error("something is left of last year")
	}
}

// Every change of accounts and members stands in the installation's own audit
// log, with no secret in it.
func TestControlIsAudited(t *testing.T) {
	h := house(t)
	b, tenant := h.Found("Northwind", maria)
	secret, codes := enrol(t, b)
	var tok struct{ Token string }
	b.Must("POST", "/tokens", map[string]any{"name": "ci", "role": "user", "expires_on": "2026-12-31"}, &tok)
	h.Join(t, b, sam, "user")
	report, err := h.Store.Control().Verify(t.Context())
	if err != nil {
		t.Fatalf("%v %+v", err, report)
	}
	log := h.Dump("audit")
	for _, action := range []string{"account.confirm_totp", "account.create_token", "member.invite", "account.accept_invitation"} {
		if !strings.Contains(log, action) {
			t.Errorf("no record of %s", action)
		}
	}
	hash := h.Control("SELECT password FROM account LIMIT 1")
	for _, s := range append(codes, secret, tok.Token, token.Hash(tok.Token), hash, good) {
		if strings.Contains(log, s) {
			t.Errorf("the audit log holds %q", s)
		}
	}
	if !strings.Contains(log, tenant) {
		t.Error("the records do not say which organisation they are about")
	}
}
