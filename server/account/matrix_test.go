package account_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/server/account/accounttest"
	"assay/server/member"
	"assay/server/op"
	"assay/server/settings"
)

// What anyone may call, by name: a new one has to be written down here.
func TestPublicOperations(t *testing.T) {
	h := house(t)
	var public []string
	for _, o := range h.Door.Module().Ops {
		if o.How == op.WayPublic {
			public = append(public, o.Name)
		}
	}
	slices.Sort(public)
	want := []string{"accept_invitation", "door", "link", "request_reset", "reset_password", "set_up", "sign_in", "sign_out"}
	if !slices.Equal(public, want) {
		t.Errorf("public operations: %v", public)
	}
}

// Every other operation asks who is there: nobody, an ended session, a disabled
// member, a removed one, a token that was deleted.
func TestNobodyGetsIn(t *testing.T) {
	h := house(t)
	admin, _ := h.Found("Northwind", maria)
	inside := func(email string) *accounttest.Browser { return h.Join(t, admin, email, "admin") }

	disabled, removed, program := inside("d@northwind.example"), inside("r@northwind.example"), inside("p@northwind.example")
	var tok struct{ ID, Token string }
	program.Must("POST", "/tokens", map[string]any{"name": "x", "role": "admin", "expires_on": "2026-12-31"}, &tok)
	program.Must("DELETE", "/tokens/"+tok.ID, nil, nil)
	var m member.Member
	admin.Must("GET", "/members/"+memberID(t, admin, "d@northwind.example"), nil, &m)
	admin.With("If-Match", admin.Last.Header.Get("ETag")).Must("PATCH", "/members/"+m.ID, map[string]any{"status": "disabled"}, nil)
	admin.Must("DELETE", "/members/"+memberID(t, admin, "r@northwind.example"), nil, nil)
	expired := h.Browser()
	h.Clock.Advance(-time.Hour)
	if got := expired.SignIn(maria); got != 200 {
		t.Fatal(got)
	}
	h.Clock.Advance(time.Hour)

	for who, b := range map[string]*accounttest.Browser{"nobody": h.Browser(), "expired": expired, "disabled": disabled, "removed": removed,
		"deleted token": h.Program(tok.Token), "forged cookie": h.Browser().With("Cookie", "assay="+strings.Repeat("A", 43))} {
		for _, mod := range []op.Module{h.Door.Module(), member.Module(h.Door), settings.Module()} {
			for _, o := range mod.Ops {
				if o.How == op.WayPublic {
					continue
				}
				path := strings.NewReplacer("{id}", m.ID).Replace(o.Path)
				if got := b.Do(o.Method, path, nil, nil); got != 401 {
					t.Errorf("%s: %s %s: %d", who, o.Method, o.Path, got)
				}
			}
		}
	}
}

// D4: no answer holds what only its owner was shown once, nor a hash.
func TestD4NoSecretComesBack(t *testing.T) {
	h := house(t)
	admin, _ := h.Found("Northwind", maria)
	secret, codes := enrol(t, admin)
	var tok struct{ Token string }
	admin.Must("POST", "/tokens", map[string]any{"name": "x", "role": "admin", "expires_on": "2026-12-31"}, &tok)
	canaries := append(codes, secret, tok.Token, good, "$argon2id$", h.Control("SELECT hash FROM token"), h.Control("SELECT token FROM session LIMIT 1"), h.Control("SELECT hash FROM recovery_code LIMIT 1"))
	id := memberID(t, admin, maria)
	seen := 0
	for _, mod := range []op.Module{h.Door.Module(), member.Module(h.Door), settings.Module()} {
		for _, o := range mod.Ops {
			if o.Method != "GET" {
				continue
			}
			if got := admin.Do("GET", strings.NewReplacer("{id}", id, "{token}", "x").Replace(o.Path), nil, nil); got >= 500 {
				t.Errorf("GET %s: %d", o.Path, got)
			}
			seen++
			for _, c := range canaries {
				if admin.Says(c) || strings.Contains(fmt.Sprint(admin.Last.Header), c) {
					t.Errorf("GET %s answers %q", o.Path, c)
				}
			}
		}
	}
	if seen < 12 {
		t.Errorf("only %d operations were asked", seen)
	}
}
