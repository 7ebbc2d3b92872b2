package dashboard_test

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/server/control"
	"assay/server/dashboard"
	"assay/server/framework"
	"assay/server/op"
	"assay/server/optest"
	"assay/storage"
)

var breakdowns = []dashboard.By{dashboard.ByFramework, dashboard.ByProduct, dashboard.ByFamily, dashboard.ByOwner}

func figures(api *optest.API, by dashboard.By, scope string) (f dashboard.ReadinessFigures) {
	api.Must("GET", "/readiness?"+url.Values{"by": {string(by)}, "scope": {scope}}.Encode(), nil, &f)
	return f
}

// The company of TestFigures, part by part. soc is served by c1 to c4, of which c1 and c2 are effective and
// count 1 each; c5 serves nothing and is admin's. So of user's three controls two are ready, of admin's none,
// and of nobody's (c4, in progress without proof) none.
func TestReadinessByPart(t *testing.T) {
	api := optest.New(t, dashboard.Module)
	company(api)
	seed(api, func(s *seeder) { s.exec("UPDATE control SET domain = 'Access' WHERE id IN ('c1', 'c3')") })
	line := func(g dashboard.ReadinessGroup) string {
		return fmt.Sprintf("%s %s %d/%d %d/%d %s, %d need, %s ready", g.Key, g.Name, g.Met, g.Applicable, g.Effective, g.Controls, number(g.Share), g.Needing, number(g.ControlFigures.Readiness))
	}
	for by, want := range map[dashboard.By][]string{
		dashboard.ByFramework: {"soc Framework soc 1/3 2/4 5000, 1 need, 5000 ready"},
		dashboard.ByProduct:   nil,
		dashboard.ByFamily:    {"Access Access 0/0 1/2 5000, 1 need, 5000 ready", "none  0/0 1/3 3333, 1 need, 3333 ready"},
		dashboard.ByOwner:     {"admin The admin 0/0 0/1 0, 1 need, 0 ready", "user The user 0/0 2/3 6666, 1 need, 6666 ready", "none  0/0 0/1 0, 0 need, 0 ready"},
	} {
		f := figures(api, by, "")
		var got []string
		for _, g := range f.Groups {
			got = append(got, line(g))
		}
		if !slices.Equal(got, want) {
			t.Errorf("by %s: %q, want %q", by, got, want)
		}
		if got := line(f.Total); got != "  1/3 2/5 4000, 2 need, 4000 ready" {
			t.Errorf("by %s, the whole: %s", by, got)
		}
		if d := get(api).Overall; d.Readiness == nil || *d.Readiness != *f.Total.ControlFigures.Readiness || d.Needing != get(api).Controls.Attention {
			t.Errorf("the dashboard says something else: %+v", d)
		}
	}
}

// Every figure is the number of rows of the list it opens, in any mixture of frameworks that ask for evidence
// and such that do not, products, controls kept per product, and requirements that do not apply.
func TestFiguresAreTheirLists(t *testing.T) {
	api := optest.New(t, dashboard.Module, control.Module, framework.Module)
	chance := rand.New(rand.NewPCG(7, 1))
	pick := func(of ...string) string { return of[chance.IntN(len(of))] }
	statuses := []string{"not_started", "in_progress", "implemented", "implemented", "implemented", "gap", "not_applicable"}
	api.Seed(append(owns, "scope", "framework_scope", "requirement_scope"), func(tx *storage.WriteTx) error {
		s := &seeder{tx: tx}
		for _, p := range []string{"p1", "p2"} {
			s.exec("INSERT INTO scope (id, name, kind, created_at) VALUES (?1, 'Product ' || ?1, 'product', '')", p)
		}
		for f := range 4 {
			id := fmt.Sprint("f", f)
			s.framework(id)
			s.exec("UPDATE framework SET evidence_required = ?, archived = ? WHERE id = ?", f%2, f/3, id)
			for r := range 25 {
				q := fmt.Sprint(id, "r", r)
				s.requirement(q, id, r)
				s.exec("UPDATE requirement SET applicable = ?, assessable = ? WHERE id = ?", chance.IntN(5) > 0, chance.IntN(6) > 0, q)
			}
		}
		for _, a := range []string{"f0 p1", "f1 p1", "f1 p2", "f3 p2"} {
			f, p, _ := strings.Cut(a, " ")
			s.exec("INSERT INTO framework_scope (framework, scope, updated_at) VALUES (?, ?, '')", f, p)
			for r := range 25 {
				if chance.IntN(4) == 0 {
					s.exec("INSERT INTO requirement_scope (requirement, scope, applicable, updated_at) VALUES (?, ?, ?, '')", fmt.Sprint(f, "r", r), p, chance.IntN(2))
				}
			}
		}
		for i := range 120 {
			id := fmt.Sprintf("c%03d", i)
			var serves []string
			for range chance.IntN(4) {
				serves = append(serves, fmt.Sprintf("f%dr%d", chance.IntN(4), chance.IntN(25)))
			}
			slices.Sort(serves)
			s.control(id, pick(statuses...), pick("", "user", "admin"), slices.Compact(serves)...)
			s.exec("UPDATE control SET domain = ? WHERE id = ?", pick("", "Access", "Assets", "none such", "Backup & restore"), id)
			for e := range chance.IntN(3) {
				s.evidence(fmt.Sprint(id, "e", e), "", "", pick("", "2026-02-01", "2026-02-01", "2025-01-01", "2025-12-25"), 60, id)
			}
			if chance.IntN(4) == 0 {
				for _, p := range []string{"p1", "p2"} {
					s.exec("INSERT INTO control_status (control, scope, status, changed_at) VALUES (?, ?, ?, '')", id, p, pick(statuses...))
				}
			}
		}
		return s.err
	})
	total := func(path string, q url.Values) int {
		for name, v := range q {
			if v[0] == "" {
				q.Del(name)
			}
		}
		var p op.Page[struct{}]
		q.Set("limit", "1")
		api.Must("GET", path+"?"+q.Encode(), nil, &p)
		return p.Total
	}
	compared, seen := 0, map[string]bool{}
	for _, by := range breakdowns {
		for _, scope := range []string{"", "p1", "p2"} {
			f := figures(api.As(op.Auditor), by, scope)
			for _, g := range append(f.Groups, f.Total) {
				ask := url.Values{"scope": {strings.TrimPrefix(f.Scope, control.Organisation)}}
				if g.ID != "" {
					ask.Set(map[dashboard.By]string{dashboard.ByFramework: "framework", dashboard.ByProduct: "scope", dashboard.ByFamily: "domain", dashboard.ByOwner: "owner"}[by], g.ID)
				}
				for counts, n := range map[string]int{"controls": g.Controls, "effective": g.Effective, "needing": g.Needing, "covered": g.Covered} {
					ask.Set("counts", counts)
					if got := total("/controls", ask); got != n {
						t.Errorf("%s %q in %q: %s is %d, its list has %d", by, g.Key, scope, counts, n, got)
					}
					compared++
					seen[counts] = seen[counts] || n > 0 && n < g.Controls || counts == "controls"
				}
				ask.Del("counts")
				if by != dashboard.ByFramework || g.ID == "" {
					continue
				}
				for state, n := range map[framework.State]int{framework.Met: g.Met, framework.Attention: g.Attention, framework.InProgress: g.InProgress,
					framework.NotStarted: g.NotStarted, framework.Inapplicable: g.NotApplicable} {
					ask.Set("state", string(state))
					if got := total("/requirements", ask); got != n {
						t.Errorf("%q in %q: %s is %d, its list has %d", g.Key, scope, state, n, got)
					}
					compared++
				}
			}
		}
	}
	if compared < 200 || len(seen) != 4 || !seen["effective"] || !seen["needing"] || !seen["covered"] {
		t.Errorf("%d figures compared, %v", compared, seen)
	}
}

// Families and owners are kept on the days they changed, and shown as they stood in between.
func TestReadinessWeekByWeek(t *testing.T) {
	api := optest.New(t, dashboard.Module)
	company(api)
	nights := func(n int) {
		for range n {
			api.RunJob("dashboard", "snapshot", nil)
			api.Clock.Advance(24 * time.Hour)
		}
	}
	nights(15)
	if n := api.Count("SELECT count(*) FROM readiness_part WHERE kind = 'owner'"); n != 4 { // three owners, and user again when c2's proof expired
		t.Errorf("%d rows of owners after 15 nights in which one thing changed", n)
	}
	seed(api, func(s *seeder) { // everything of admin's goes to user
		s.exec("UPDATE control SET owner = 'user', domain = 'Access' WHERE id = 'c5'")
	})
	nights(14)
	f := figures(api, dashboard.ByOwner, "")
	past := map[string]string{}
	for _, g := range f.Groups {
		for i := range f.Days {
			past[g.Key] += " " + number(g.Past.Readiness[i]) + "/" + number(g.Past.Share[i])
		}
	}
	// c2 loses a half of its worth on 2026-03-11, stays effective in its days of grace, and loses that on the 25th.
	if want := []string{"2026-03-03", "2026-03-10", "2026-03-17", "2026-03-24", "2026-03-31"}; !slices.Equal(f.Days, want) {
		t.Errorf("days %v", f.Days)
	}
	if got := past["user"]; got != " 6666/6666 6666/6666 3750/5000 3750/5000 3750/2500" {
		t.Errorf("user: %s", got)
	}
	if _, there := past["admin"]; there {
		t.Error("who owns nothing any more is still listed")
	}
	f = figures(api, dashboard.ByFamily, "")
	if g := f.Groups[0]; g.Key != "Access" || g.Past.Readiness[0] != nil || g.Past.Readiness[1] != nil || number(g.Past.Readiness[3]) != "0" {
		t.Errorf("a family that came later: %+v", g)
	}
	if got, want := number(f.Total.Past.Progress[0])+number(f.Total.Past.Share[0]), "33334000"; got != want {
		t.Errorf("the whole: %s", got)
	}
	if n := api.Count("SELECT count(*) FROM readiness_part WHERE part = 'admin' AND controls = 0"); n != 1 {
		t.Errorf("%d rows say that admin has none any more", n)
	}
}

func TestReadinessSheets(t *testing.T) {
	api := optest.New(t, dashboard.Module)
	company(api)
	api.RunJob("dashboard", "snapshot", nil)
	api.Clock.Advance(7 * 24 * time.Hour)
	rows := func(path string) [][]string {
		t.Helper()
		api.Must("GET", path, nil, nil)
		all, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(api.Body(), "\ufeff"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	for path, want := range map[string]string{
		"/readiness/export?format=csv&by=framework":   "Framework soc,3,1,1,1,0,0,33.33,4,2,50,1,3,75,50|Whole program,3,1,1,1,0,0,33.33,5,2,40,2,3,60,40",
		"/readiness/export?format=csv&by=owner":       "The admin,,,,,,,,1,0,0,1,0,0,0|The user,,,,,,,,3,2,66.66,1,3,100,66.66|None,,,,,,,,1,0,0,0,0,0,0|Whole program,3,1,1,1,0,0,33.33,5,2,40,2,3,60,40",
		"/readiness/weeks/export?format=csv&by=owner": "2026-03-02,The admin,,0,0|2026-03-02,The user,,66.66,66.66|2026-03-02,None,,0,0|2026-03-02,Whole program,33.33,40,40|2026-03-09,The admin,,0,0|2026-03-09,The user,,66.66,66.66|2026-03-09,None,,0,0|2026-03-09,Whole program,33.33,40,40",
	} {
		var got []string
		for _, r := range rows(path)[1:] {
			got = append(got, strings.Join(r, ","))
		}
		if s := strings.Join(got, "|"); s != want {
			t.Errorf("%s: %s, want %s", path, s, want)
		}
	}
	if got := api.As(op.Executive).Do("GET", "/readiness/export?format=csv", nil, nil); got != 403 {
		t.Errorf("an executive exports: %d", got)
	}
}

func TestReadinessRefusals(t *testing.T) {
	api := optest.New(t, dashboard.Module)
	company(api)
	executive := api.As(op.Executive)
	if got := executive.Do("GET", "/readiness?by=owner", nil, nil); got != 403 {
		t.Errorf("an executive asks for people: %d", got)
	}
	for _, by := range breakdowns[:3] {
		executive.Must("GET", "/readiness?by="+string(by), nil, nil)
		for _, secret := range []string{"titled", "REF-", "The user", "The admin", `"id"`} {
			if strings.Contains(executive.Body(), secret) {
				t.Errorf("by %s, an executive is shown %q", by, secret)
			}
		}
	}
	if got := api.Do("GET", "/readiness?by=colour", nil, nil); got != 422 {
		t.Errorf("a breakdown that is none: %d", got)
	}
	if got := api.Do("GET", "/readiness?scope=elsewhere", nil, nil); got != 422 || api.FieldError("query.scope") == "" {
		t.Errorf("a product that is none: %d", got)
	}
	if f := figures(api.InTenant(1), dashboard.ByOwner, ""); len(f.Groups) != 0 || f.Total.Controls != 0 || f.Total.Share != nil {
		t.Errorf("the other organisation: %+v", f)
	}
}
