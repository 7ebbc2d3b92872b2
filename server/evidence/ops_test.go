package evidence_test

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"assay/server/evidence"
	"assay/server/framework"
	"assay/server/op"
	"assay/server/optest"
	"assay/storage"
)

func TestRequestsAreChecked(t *testing.T) {
	api := world(t)
	for _, c := range []struct {
		body  map[string]any
		field string
	}{
		{map[string]any{"name": " "}, "name"},
		{map[string]any{"owner": "nobody"}, "owner"},
		{map[string]any{"reviewer": "gone"}, "reviewer"}, // no longer active
		{map[string]any{"frequency": "hourly"}, "frequency"},
		{map[string]any{"kind": "secret"}, "kind"},
		{map[string]any{"validity_days": -1}, "validity_days"},
		{map[string]any{"validity_days": evidence.MaxValidity + 1}, "validity_days"},
		{map[string]any{"controls": []string{"c1", "c9"}}, "controls[1]"},
		{map[string]any{"status": "current"}, "status"}, // computed, never set
	} {
		if c.body["name"] == nil {
			c.body["name"] = "x"
		}
		if got := api.Do("POST", "/evidence", c.body, nil); got != 422 || api.FieldError(c.field) == "" {
			t.Errorf("%v: %d %s", c.body, got, api.Body())
		}
	}
	if n := api.Count("SELECT count(*) FROM evidence"); n != 0 {
		t.Errorf("%d rows were left", n)
	}
}

func TestUpdate(t *testing.T) {
	api := world(t)
	user := api.As(op.User)
	e := request(t, api, map[string]any{"controls": []string{"c1"}})
	patch := func(body map[string]any) int {
		return user.Version(e.Version).Do("PATCH", "/evidence/"+e.ID, body, &e)
	}
	if got := user.Do("PATCH", "/evidence/"+e.ID, map[string]any{"name": "x"}, nil); got != 428 {
		t.Errorf("without a version: %d", got)
	}
	if got := patch(map[string]any{"frequency": "quarterly"}); got != 200 || e.ValidityDays != 92 {
		t.Errorf("the validity does not follow the frequency: %d %+v", got, e)
	}
	if got := patch(map[string]any{"frequency": "monthly", "validity_days": 45, "category": " Access "}); got != 200 || e.ValidityDays != 45 || e.Category != "Access" {
		t.Errorf("%d %+v", got, e)
	}
	if got := user.Version(1).Do("PATCH", "/evidence/"+e.ID, map[string]any{"name": "stale"}, nil); got != 412 {
		t.Errorf("a stale version: %d", got)
	}
	if got := user.Version(e.Version).Do("PATCH", "/evidence/"+e.ID, map[string]any{"not_applicable": true}, nil); got != 422 || user.FieldError("na_reason") == "" {
		t.Errorf("not applicable without a reason: %d", got)
	}
	if got := patch(map[string]any{"not_applicable": true, "na_reason": "We have no office."}); got != 200 || e.Status != evidence.NotApplicable || e.NAReason == "" {
		t.Errorf("%d %+v", got, e)
	}
	if got := user.Upload("/evidence/"+e.ID+"/files", "a.pdf", pdf("x"), nil); got != 409 {
		t.Errorf("a file for what does not apply: %d", got)
	}
	if n := api.Count("SELECT requests FROM control_proof WHERE control = 'c1'"); n != 0 {
		t.Errorf("the control still waits for %d requests", n)
	}
	if got := patch(map[string]any{"not_applicable": false}); got != 200 || e.NAReason != "" || e.Status != evidence.NotCollected {
		t.Errorf("%d %+v", got, e)
	}
	if got := user.Version(e.Version).Do("PATCH", "/evidence/"+e.ID, map[string]any{"owner": "gone"}, nil); got != 422 {
		t.Errorf("an owner who left: %d", got)
	}
}

func TestLinks(t *testing.T) {
	api := world(t)
	user := api.As(op.User)
	e := request(t, api, map[string]any{})
	var d evidence.EvidenceDetail
	user.Must("POST", "/evidence/"+e.ID+"/controls", map[string]any{"controls": []string{"c2", "c1"}}, &d)
	user.Must("POST", "/evidence/"+e.ID+"/controls", map[string]any{"controls": []string{"c1"}}, &d)
	if len(d.Linked) != 2 || d.Linked[0].Ref != "C-1" || d.Controls != 2 || !slices.Equal(d.ControlRefs, []string{"C-1", "C-2"}) {
		t.Errorf("%+v", d)
	}
	if user.Last().Header.Get("Assay-Audit") != "" {
		t.Error("linking what is linked left a record")
	}
	if n := api.Count("SELECT requests FROM control_proof WHERE control = 'c2'"); n != 1 {
		t.Errorf("the control knows of %d requests", n)
	}
	if got := user.Do("POST", "/evidence/"+e.ID+"/controls", map[string]any{"controls": []string{"c9"}}, nil); got != 422 {
		t.Errorf("a control that is not there: %d", got)
	}
	user.Must("DELETE", "/evidence/"+e.ID+"/controls/c2", nil, &d)
	if len(d.Linked) != 1 || api.Count("SELECT requests FROM control_proof WHERE control = 'c2'") != 0 {
		t.Errorf("%+v", d)
	}
	if got := user.Do("DELETE", "/evidence/"+e.ID+"/controls/c2", nil, nil); got != 404 {
		t.Errorf("unlinked twice: %d", got)
	}
}

// shelf is one request of each status, with names that say which.
func shelf(t *testing.T, api *optest.API) map[string]string {
	t.Helper()
	ids := map[string]string{}
	for _, c := range []struct {
		name, collected string
		body            map[string]any
	}{
		{"current", "2026-02-01", map[string]any{"category": "Access", "owner": "user", "controls": []string{"c1"}}},
		{"expiring_soon", "2025-03-20", map[string]any{"category": "Access", "kind": "report", "controls": []string{"c2"}}},
		{"expired", "2024-01-01", map[string]any{"reviewer": "reviewer", "controls": []string{"c1", "c2"}}},
		{"not_collected", "", map[string]any{"frequency": "monthly", "owner": "admin", "controls": []string{"c3"}}},
		{"not_applicable", "", map[string]any{}},
		{"never", "2020-01-01", map[string]any{"frequency": "once"}},
	} {
		c.body["name"] = c.name
		e := request(t, api, c.body)
		ids[c.name] = e.ID
		if c.collected != "" {
			f := upload(t, api.As(op.User), e.ID, "?collected_on="+c.collected, c.name)
			if f.Review == evidence.Pending {
				as(api, "reviewer", op.User).Must("POST", "/files/"+f.ID+"/accept", map[string]any{}, nil)
				upload(t, api.As(op.User), e.ID, "", "waits")
			}
		}
		if c.name == "not_applicable" {
			api.Version(e.Version).Must("PATCH", "/evidence/"+e.ID, map[string]any{"not_applicable": true, "na_reason": "x"}, nil)
		}
	}
	return ids
}

func TestListFilters(t *testing.T) {
	api := world(t)
	shelf(t, api)
	for _, c := range []struct{ query, want string }{
		{"", "current expired expiring_soon never not_applicable not_collected"},
		{"?status=expired", "expired"},
		{"?status=current,expired", "current expired never"},
		{"?status=not_applicable", "not_applicable"},
		{"?category=Access", "current expiring_soon"},
		{"?kind=report", "expiring_soon"},
		{"?frequency=monthly", "not_collected"},
		{"?owner=user", "current"},
		{"?owner=none", "expired expiring_soon never not_applicable"},
		{"?reviewer=reviewer", "expired"},
		{"?reviewer=none&owner=admin", "not_collected"},
		{"?control=c1", "current expired"},
		{"?framework=fa", "current expired expiring_soon"},
		{"?framework=fb", "current expired"},
		{"?framework=fc", ""},
		{"?due=17", "expired"},
		{"?due=18", "expired expiring_soon"},
		{"?due=365", "current expired expiring_soon"},
		{"?review=pending", "expired"},
		{"?q=EXPIR", "expired expiring_soon"},
		{"?q=100%25", ""},
		{"?sort=status", "expired expiring_soon not_collected never current not_applicable"},
		{"?sort=-status", "not_applicable current never not_collected expiring_soon expired"},
		{"?sort=expires_on&status=expired,expiring_soon,current", "expired expiring_soon current never"},
		{"?sort=-collected_on&status=expired,expiring_soon,current", "current expiring_soon expired never"},
		{"?sort=owner&category=Access", "current expiring_soon"},
		{"?sort=-name&limit=2", "not_collected not_applicable"},
		{"?sort=name&limit=4&page=2", "not_applicable not_collected"},
	} {
		var p op.Page[evidence.Evidence]
		api.As(op.Auditor).Must("GET", "/evidence"+c.query, nil, &p)
		var names []string
		for _, e := range p.Items {
			names = append(names, e.Name)
			if s := evidence.StatusOf("2026-03-02", e.NotApplicable, e.CollectedOn, e.ExpiresOn); s != e.Status {
				t.Errorf("%s is shown as %s, but is %s", e.Name, e.Status, s)
			}
		}
		if got := strings.Join(names, " "); got != c.want && !(strings.Contains(c.query, "status&") && sameWords(got, c.want)) {
			t.Errorf("%s:\n got %s\nwant %s", c.query, got, c.want)
		}
	}
	for _, q := range []string{"?status=fine", "?due=0", "?sort=id", "?review=done", "?colour=red"} {
		if got := api.Do("GET", "/evidence"+q, nil, nil); got != 422 {
			t.Errorf("%s: %d", q, got)
		}
	}
	var facets map[string][]op.FacetValue
	api.Must("GET", "/evidence/facets", nil, &facets)
	if got := fmt.Sprint(facets["status"]); got != "[{current 2} {expired 1} {expiring_soon 1} {not_applicable 1} {not_collected 1}]" {
		t.Error(got)
	}
}

func sameWords(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

func TestExport(t *testing.T) {
	api := world(t)
	shelf(t, api)
	api.As(op.Auditor).Must("GET", "/evidence/export?status=expired", nil, nil)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(api.Body(), "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatal(rows, err)
	}
	row := map[string]string{}
	for i, h := range rows[0] {
		row[h] = rows[1][i]
	}
	for h, want := range map[string]string{"Name": "expired", "Status": "expired", "Collected on": "2024-01-01", "Expires on": "2024-12-31", "Days left": "-426",
		"Validity days": "365", "Accepted files": "1", "Pending files": "1", "Controls": "2", "Reviewer": "Rea Viewer"} {
		if row[h] != want {
			t.Errorf("%s: %q, want %q", h, row[h], want)
		}
	}
	if got := api.As(op.Executive).Do("GET", "/evidence/export", nil, nil); got != 403 {
		t.Errorf("an executive exports: %d", got)
	}
}

func TestBulk(t *testing.T) {
	api := world(t)
	ids := shelf(t, api)
	user := api.As(op.User)
	var out evidence.EvidenceBulk
	user.Must("POST", "/evidence/bulk", map[string]any{"ids": []string{ids["current"], ids["expired"], "unknown"}, "owner": "user"}, &out)
	if out.Updated != 1 || len(out.Skipped) != 2 || out.Skipped[0].ID != ids["current"] || out.Skipped[1].Why != "There is no such evidence request." {
		t.Errorf("%+v", out)
	}
	if s := user.Last().Header.Get("Assay-Audit"); strings.Contains(s, ",") {
		t.Errorf("one transaction left records %s", s)
	}
	user.Must("POST", "/evidence/bulk", map[string]any{"match": map[string]any{"category": "Access"}, "frequency": "quarterly", "reviewer": "reviewer"}, &out)
	n := seq(t, user)
	if out.Updated != 2 || api.Count("SELECT count(*) FROM evidence WHERE frequency = 'quarterly' AND validity_days = 92 AND reviewer = 'reviewer'") != 2 {
		t.Errorf("%+v", out)
	}
	if d := detail(t, api, ids["current"]); d.ExpiresOn != "2026-05-04" {
		t.Errorf("the clock did not follow: %s", d.ExpiresOn)
	}
	user.Must("POST", "/undo", map[string]any{"seq": n}, nil)
	if api.Count("SELECT count(*) FROM evidence WHERE frequency = 'quarterly'") != 0 || detail(t, api, ids["current"]).ExpiresOn != "2027-02-01" {
		t.Error("undo did not put it back")
	}
	for _, body := range []map[string]any{
		{"owner": "user"},
		{"ids": []string{ids["current"]}},
		{"ids": []string{ids["current"]}, "match": map[string]any{}, "owner": "user"},
		{"ids": []string{ids["current"]}, "owner": "gone"},
		{"match": map[string]any{"colour": "red"}, "owner": "user"},
	} {
		if got := user.Do("POST", "/evidence/bulk", body, nil); got != 422 {
			t.Errorf("%v: %d", body, got)
		}
	}
}

// The figures of the shelf, counted by hand. fa has a1 and a2, served by c1, c2 and c4, of which c4 does not
// apply; fb has b1, served by c1; nothing serves fc. c1 and c2 have requests with files; c3 has one without.
func TestFigures(t *testing.T) {
	api := world(t)
	ids := shelf(t, api)
	var h evidence.EvidenceHealth
	api.As(op.Executive).Must("GET", "/evidence/health", nil, &h)
	if want := (evidence.EvidenceHealth{Total: 6, Current: 2, ExpiringSoon: 1, Expired: 1, NotCollected: 1, NotApplicable: 1, PendingFiles: 1}); h != want {
		t.Errorf("got  %+v\nwant %+v", h, want)
	}
	figures := func() string {
		var c evidence.EvidenceCoverages
		api.As(op.Executive).Must("GET", "/evidence/coverage", nil, &c)
		s := ""
		for _, f := range c.Items {
			if r := measured(t, api)[f.Framework]; r.Controls != f.Controls || r.Covered != f.Covered || fmt.Sprint(deref(r.Coverage)) != fmt.Sprint(deref(f.Share)) {
				t.Errorf("package framework says %d of %d of %s", r.Covered, r.Controls, f.Short)
			}
			s += fmt.Sprintf("%s %d/%d proven %d %v %v; ", f.Short, f.Covered, f.Controls, f.Proven, deref(f.Share), f.Full)
		}
		return s
	}
	api.Seed([]string{"requirement", "mapping"}, func(tx *storage.WriteTx) error { // c3 serves what does not apply, or does not count
		if err := tx.Exec("INSERT INTO requirement (id, framework, ref, position, applicable, assessable, updated_at) VALUES ('a3', 'fa', '3', 3, 0, 1, ''), ('a4', 'fa', '4', 4, 1, 0, '')"); err != nil {
			return err
		}
		return tx.Exec("INSERT INTO mapping (id, control, requirement, created_at) VALUES ('m8', 'c3', 'a3', ''), ('m9', 'c3', 'a4', '')")
	})
	if got := figures(); got != "A 2/2 proven 2 10000 true; B 1/1 proven 1 10000 true; C 0/0 proven 0 - false; " {
		t.Error(got)
	}
	api.Seed([]string{"mapping", "framework"}, func(tx *storage.WriteTx) error {
		if err := tx.Exec("UPDATE framework SET archived = 1 WHERE id = 'fc'"); err != nil {
			return err
		}
		return tx.Exec("INSERT INTO mapping (id, control, requirement, created_at) VALUES ('m6', 'c3', 'a1', ''), ('m7', 'c3', 'b1', '')")
	})
	api.Must("DELETE", "/evidence/"+ids["expired"]+"/controls/c2", nil, nil)
	api.Must("DELETE", "/evidence/"+ids["expiring_soon"]+"/controls/c2", nil, nil)
	if got := figures(); got != "A 2/3 proven 1 6666 false; B 2/2 proven 1 10000 true; " {
		t.Error(got)
	}

	err := api.DB().Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		due, err := evidence.Due(tx, 30)
		if err != nil {
			return err
		}
		if len(due) != 2 || due[0].Name != "expired" || due[0].DaysLeft != -426 || due[1].Status != evidence.ExpiringSoon || due[1].DaysLeft != 18 {
			t.Errorf("%+v", due)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// measured are the figures of package framework, which counts covered controls for itself.
func measured(t *testing.T, api *optest.API) (all map[string]framework.Readiness) {
	t.Helper()
	err := api.DB().Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		f, err := framework.Measure(tx)
		all = f.Frameworks
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func deref(n *int) any {
	if n == nil {
		return "-"
	}
	return *n
}

func TestAdopt(t *testing.T) {
	api := world(t)
	items := []evidence.Item{
		{Key: "common/C-1/1", Name: "Access list", Category: "Access", Kind: "report", Frequency: "quarterly", Controls: []string{"c1", "c2"}},
		{Key: "common/C-1/2", Name: "Policy", Category: "Access", Kind: "policy_document", Frequency: "once", Controls: []string{"c1"}},
	}
	adopt := func(items []evidence.Item) (n int) {
		api.Seed([]string{"evidence", "evidence_control"}, func(tx *storage.WriteTx) (err error) {
			n, err = evidence.Adopt(tx, items)
			return err
		})
		return n
	}
	if n := adopt(items); n != 2 {
		t.Errorf("%d adopted", n)
	}
	var p op.Page[evidence.Evidence]
	api.Must("GET", "/evidence", nil, &p)
	if len(p.Items) != 2 || p.Items[0].ValidityDays != 92 || p.Items[0].Controls != 2 || p.Items[1].ValidityDays != 0 {
		t.Fatalf("%+v", p.Items)
	}
	id := p.Items[0].ID
	api.Version(p.Items[0].Version).Must("PATCH", "/evidence/"+id, map[string]any{"name": "Our list", "frequency": "monthly"}, nil)
	api.Must("DELETE", "/evidence/"+id+"/controls/c2", nil, nil)
	records := api.Count("SELECT count(*) FROM audit")
	if n := adopt(items); n != 0 || api.Count("SELECT count(*) FROM audit") != records {
		t.Errorf("adopting again changed %d", n)
	}
	if d := detail(t, api, id); d.Name != "Our list" || d.Frequency != "monthly" || d.Controls != 1 || d.Source != "catalog" {
		t.Errorf("an edit was overwritten: %+v", d)
	}
}
