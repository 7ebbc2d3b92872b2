package server

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"assay/server/op"
)

const rolesFile = "testdata/roles.txt"

// allowed is one line of the reviewed table: who may call an operation.
type allowed struct {
	roles   []string
	session bool // only a person who is signed in: an access token is refused
}

// TestD1RolesAreReviewed holds the operations to testdata/roles.txt. A new operation, or one that is opened
// to others, fails until its line was rewritten with -update and read by somebody.
func TestD1RolesAreReviewed(t *testing.T) {
	was := reviewed(t)
	var lines []string
	for _, a := range actions(documented()) {
		line := fmt.Sprintf("%-30s %-6s %-42s %s", a.name, a.Method, a.Path, strings.Join(a.Roles.Names(), " "))
		if was[a.name].session {
			line += " (session)" // found out by TestD1EveryCaller, written by hand
		}
		lines = append(lines, line)
		if d := shared().byName[a.name]; d == nil || !slices.Equal(d.Roles, a.Roles.Names()) || d.Audited != a.Audited {
			t.Errorf("%s: the document has other roles, or another x-audited, than the code", a.name)
		}
	}
	slices.Sort(lines)
	got := "# Who may call which operation, as reviewed. go test ./server -run D1 -update writes new lines; read the diff.\n" +
		"# (session): only somebody who is signed in, never a program with an access token.\n" + strings.Join(lines, "\n") + "\n"
	if *update {
		if err := os.WriteFile(rolesFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(rolesFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != got {
		for l := range strings.Lines(got) {
			if !strings.Contains(string(have), l) {
				t.Errorf("not reviewed: %s", strings.TrimSpace(l))
			}
		}
		for l := range strings.Lines(string(have)) {
			if !strings.Contains(got, l) {
				t.Errorf("no longer so: %s", strings.TrimSpace(l))
			}
		}
	}
}

func reviewed(t *testing.T) map[string]allowed {
	t.Helper()
	b, err := os.ReadFile(rolesFile)
	if err != nil && !*update {
		t.Fatal(err)
	}
	all := map[string]allowed{}
	for l := range strings.Lines(string(b)) {
		f := strings.Fields(l)
		if len(f) < 4 || f[0] == "#" {
			continue
		}
		a := allowed{roles: f[3:]}
		if n := len(a.roles); a.roles[n-1] == "(session)" {
			a.roles, a.session = a.roles[:n-1], true
		}
		all[f[0]] = a
	}
	return all
}

// TestD1EveryCaller asks every operation as everybody: allowed exactly as the reviewed table says. Whoever
// is refused is told 401 or 403 and nothing else; whoever is allowed never is, and never meets a 5xx.
func TestD1EveryCaller(t *testing.T) {
	t.Parallel()
	table := reviewed(t)
	h := open(t)
	asked := 0
	check := func(a action, who string, c caller, want string) {
		t.Helper()
		asked++
		got := h.send(c, h.plain(h.a, a, c))
		refused := got.status == 401 || got.status == 403
		if refused {
			var p op.Problem
			if err := json.Unmarshal(got.body, &p); err != nil || p.Status != got.status || p.Request == "" {
				t.Errorf("%s as %s: %s is not a problem", a.name, who, got)
			}
		}
		switch {
		case got.status >= 500 || got.status <= 0:
			t.Errorf("%s as %s: %s", a.name, who, got)
		case want == "allowed" && refused, want == "401" && got.status != 401, want == "403" && got.status != 403:
			t.Errorf("%s as %s: %s, want %s", a.name, who, got, want)
		case want == "elsewhere" && (refused || got.ok() && strings.Contains(a.Path, "{") && !strings.Contains(a.Path, "{seq}") && a.How != op.WayPublic):
			t.Errorf("%s as %s: %s, want 404", a.name, who, got)
		}
	}
	for _, a := range h.ops {
		may, known := table[a.name]
		if !known {
			t.Errorf("%s is not in %s", a.name, rolesFile)
			continue
		}
		public := slices.Contains(may.roles, "public")
		want := func(role, yes string) string {
			if public || slices.Contains(may.roles, role) {
				return yes
			}
			return "403"
		}
		// Those who are refused come first: they must change nothing.
		for _, who := range []string{"expired session", "expired token", "disabled", "disabled token", "removed", "removed token", "nobody", "forged session", "forged token"} {
			c := h.a.callers[who]
			switch who {
			case "forged session":
				c.cookie = strings.Repeat("A", 43)
			case "forged token":
				c.bearer = h.a.callers["token admin"].bearer[:20] + strings.Repeat("A", len(h.a.callers["token admin"].bearer)-20)
			}
			if public {
				check(a, who, c, "")
				continue
			}
			check(a, who, c, "401")
		}
		for _, refused := range []bool{true, false} {
			ask := func(who string, c caller, want string) {
				if refused == (want == "403") {
					check(a, who, c, want)
				}
			}
			for _, role := range roleNames {
				ask("other organisation's "+role, h.b.callers[role], want(role, "elsewhere"))
			}
			for _, role := range slices.Backward(roleNames) {
				yes := "allowed"
				if may.session {
					yes = "403"
				}
				ask("token "+role, h.a.callers["token "+role], want(role, yes))
				ask(role, h.a.callers[role], want(role, "allowed"))
			}
		}
		// An operation that ended a session or changed who may do what: go on with a fresh copy.
		for c := range maps.Values(h.everybody()) {
			if h.send(c, request{method: "GET", path: "/session"}).status != 200 {
				h = open(t)
				break
			}
		}
	}
	t.Logf("%d operations, %d requests", len(h.ops), asked)
}

// everybody are those who may come in.
func (h *house) everybody() map[string]caller {
	all := map[string]caller{}
	for _, role := range roleNames {
		all[role], all["token "+role], all["b "+role] = h.a.callers[role], h.a.callers["token "+role], h.b.callers[role]
	}
	return all
}
