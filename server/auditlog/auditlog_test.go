package auditlog_test

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
	"time"

	"assay/server/auditlog"
	"assay/server/op"
	"assay/server/optest"
	"assay/storage"
)

// bench stands for the modules whose records are shown: a control that changes, and the members and tokens
// of the installation.
var bench = op.Module{
	Name: "control",
	Owns: []string{"control", "control_status", "control_effective", "mapping", "framework", "requirement", "evidence",
		"evidence_control", "activity_control", "policy_control", "policy_requirement", "file", "person", "organisation", "tenant", "account", "membership", "token",
		"statement", "oscal_document", "component"},
	Ops: []op.Op{
		op.Write("create", "POST /controls", op.Editors, func(tx *storage.WriteTx, in struct {
			Body struct {
				Ref string `json:"ref"`
			}
		}) (made, error) {
			id := tx.NewID()
			err := tx.Exec("INSERT INTO control (id, ref, title, created_at, updated_at) VALUES (?1, ?2, 'Control ' || ?2, ?3, ?3)", id, in.Body.Ref, tx.Stamp())
			if err == nil {
				err = tx.Exec("INSERT INTO control_status (control, scope, changed_at) VALUES (?, 'organisation', ?)", id, tx.Stamp())
			}
			return made{id}, err
		}),
		op.Write("update", "POST /controls/{id}/set", op.Editors, func(tx *storage.WriteTx, in struct {
			ID   string `path:"id"`
			Body struct {
				Status string `json:"status,omitempty"`
				Title  string `json:"title,omitempty"`
				Note   string `json:"note,omitempty"`
			}
		}) (struct{}, error) {
			tx.Note(in.Body.Note)
			if in.Body.Title != "" {
				return struct{}{}, tx.ExecOne("UPDATE control SET title = ?, updated_at = ? WHERE id = ?", in.Body.Title, tx.Stamp(), in.ID)
			}
			if err := tx.ExecOne("UPDATE control SET updated_at = ? WHERE id = ?", tx.Stamp(), in.ID); err != nil {
				return struct{}{}, err
			}
			return struct{}{}, tx.ExecOne("UPDATE control_status SET status = ?, changed_at = ?, changed_by = ? WHERE control = ?", in.Body.Status, tx.Stamp(), tx.Call().Actor.ID, in.ID)
		}),
		op.Write("delete", "DELETE /controls/{id}", op.Admin, func(tx *storage.WriteTx, in struct {
			ID string `path:"id"`
		}) (struct{}, error) {
			return struct{}{}, tx.ExecOne("DELETE FROM control WHERE id = ?", in.ID)
		}),
		op.Write("rename", "POST /organisation/name", op.Editors, func(tx *storage.WriteTx, in struct {
			Body struct {
				Name string `json:"name"`
			}
		}) (struct{}, error) {
			return struct{}{}, tx.ExecOne("UPDATE organisation SET name = ?", in.Body.Name)
		}),
		op.Steps("invite", "POST /members", op.Admin, func(s *op.Scope, in struct {
			Body struct {
				Email string `json:"email"`
				Role  string `json:"role"`
			}
		}) (struct{}, error) {
			return struct{}{}, s.WriteControl(func(tx *storage.WriteTx) error {
				account, stamp := tx.NewID(), tx.Stamp()
				err := tx.Exec("INSERT OR IGNORE INTO tenant (id, slug, name, created_at) VALUES (?1, ?1, 'Tenant', ?2)", s.Tenant(), stamp)
				if err == nil {
					err = tx.Exec("INSERT INTO account (id, email, name, created_at, updated_at) VALUES (?1, ?2, 'Ann Example', ?3, ?3)", account, in.Body.Email, stamp)
				}
				if err == nil {
					err = tx.Exec("INSERT INTO membership (id, tenant, account, person, role, created_at, updated_at) VALUES (?, ?, ?, 'p1', ?, ?5, ?5)", tx.NewID(), s.Tenant(), account, in.Body.Role, stamp)
				}
				return err
			})
		}),
	},
}

type made struct {
	ID string `json:"id"`
}

type page = op.Page[auditlog.AuditEntry]

func setUp(t testing.TB) *optest.API { return optest.New(t, bench, auditlog.Module) }

func create(t testing.TB, api *optest.API, ref string) string {
	t.Helper()
	var m made
	api.Must("POST", "/controls", map[string]any{"ref": ref}, &m)
	return m.ID
}

func set(api *optest.API, id, status string) {
	api.Must("POST", "/controls/"+id+"/set", map[string]any{"status": status}, nil)
}

func list(api *optest.API, query string) page {
	var p page
	api.Must("GET", "/audit"+query, nil, &p)
	return p
}

func TestListSpeaks(t *testing.T) {
	api := setUp(t)
	id := create(t, api.As(op.User), "GOV-01")
	set(api.As(op.User), id, "implemented")
	api.Must("POST", "/members", map[string]any{"email": "ann@example.com", "role": "auditor"}, nil)
	if got := api.As(op.Auditor).Do("POST", "/controls", map[string]any{"ref": "X"}, nil); got != 403 {
		t.Fatalf("auditor creates: %d", got)
	}
	p := list(api, "")
	want := []struct{ log, actor, summary string }{
		{"tenant", "The auditor", "was refused control create: the role auditor does not allow it"},
		{"installation", "The admin", "invited Ann Example as Auditor"},
		{"tenant", "The user", "changed status of GOV-01 from Not started to Implemented"},
		{"tenant", "The user", "added control GOV-01"},
	}
	if p.Total != len(p.Items) || len(p.Items) < len(want) {
		t.Fatalf("%d of %d entries", len(p.Items), p.Total)
	}
	// The clock stands still: each log keeps its own order, the installation's record comes above what it is
	// not older than.
	byLog := func(log string) (out []auditlog.AuditEntry) {
		for _, e := range p.Items {
			if e.Log == log {
				out = append(out, e)
			}
		}
		return out
	}
	own, others := byLog("tenant"), byLog("installation")
	if others[0].Summary != want[1].summary || others[0].Actor.Name != want[1].actor {
		t.Errorf("installation: %+v", others[0])
	}
	for i, w := range []int{0, 2, 3} {
		if own[i].Summary != want[w].summary || own[i].Actor.Name != want[w].actor {
			t.Errorf("%d: %q %q", i, own[i].Actor.Name, own[i].Summary)
		}
	}
	for query, n := range map[string]int{
		"?actor=user": 2, "?action=control.update": 1, "?module=control": 3, "?table=control_status": 2, "?kind=event": 1,
		"?log=installation": 1, "?q=gov-01": 2, "?q=implemented": 1, "?q=ann": 1, "?q=The+user": 3, "?q=nothing-like-it": 0,
		"?from=2026-03-02": p.Total, "?to=2026-03-01": 0, "?from=2026-03-03": 0, "?q=%25": 0, "?actor=user&q=gov-01&kind=change": 2,
		"?by=system": 1, "?by=people": p.Total - 1, "?by=people&module=control": 3,
	} {
		if got := list(api, query); got.Total != n || len(got.Items) != n {
			t.Errorf("%s: %d, want %d", query, got.Total, n)
		}
	}
	if got := api.Do("GET", "/audit?from=yesterday", nil, nil); got != 422 {
		t.Errorf("a day that is none: %d", got)
	}
	var f auditlog.AuditFacets
	api.Must("GET", "/audit/facets", nil, &f)
	if len(f.Actors) < 4 || len(f.Actions) < 4 {
		t.Errorf("facets: %+v", f)
	}
}

func TestRoles(t *testing.T) {
	api := setUp(t)
	id := create(t, api, "GOV-01")
	for path, may := range map[string]op.Roles{
		"GET /audit": op.Admin, "GET /audit/facets": op.Admin, "GET /audit/tenant/0": op.Admin, "GET /audit/tenant/0/proof": op.Admin,
		"GET /audit/export": op.Admin, "GET /audit/checkpoints": op.Admin, "GET /audit/checkpoints/newest": op.Admin,
		"GET /history/control/" + id: op.Readers,
	} {
		method, path, _ := strings.Cut(path, " ")
		for _, r := range optest.Roles {
			want := map[bool]int{true: 200, false: 403}[may&r != 0]
			if got := api.As(r).Do(method, path, nil, nil); got != want {
				t.Errorf("%s %s as %s: %d", method, path, r, got)
			}
		}
	}
	for _, r := range optest.Roles {
		got := api.As(r).Do("POST", "/undo", map[string]any{"seq": 0}, nil) // it made the people: refused to each by its own sentence
		want := map[op.Roles]string{op.Admin: "Members and", op.User: "your own changes"}[r]
		if (got == 409) != (r == op.Admin) || !strings.Contains(api.Body(), cmp.Or(want, "Your role")) {
			t.Errorf("undo as %s: %d %s", r, got, api.Body())
		}
		if got := api.As(r).Do("POST", "/audit/verify", map[string]any{}, nil); (got == 200) != (r == op.Admin) {
			t.Errorf("verify as %s: %d", r, got)
		}
	}
}

func TestTwoTenants(t *testing.T) {
	api := setUp(t)
	other := api.InTenant(1)
	id := create(t, api, "GOV-01")
	for range 5 {
		set(api, id, "implemented")
		set(api, id, "in_progress")
	}
	api.Must("POST", "/members", map[string]any{"email": "ann@example.com", "role": "user"}, nil)
	if p := list(other, "?q=GOV-01"); p.Total != 0 {
		t.Errorf("the other organisation reads %d records", p.Total)
	}
	if p := list(other, "?log=installation"); p.Total != 0 {
		t.Errorf("the other organisation reads %d records of the installation", p.Total)
	}
	mine := list(api, "?log=installation").Items[0]
	for _, path := range []string{fmt.Sprintf("/audit/installation/%d", mine.Seq), fmt.Sprintf("/audit/installation/%d/proof", mine.Seq), "/history/control/" + id, "/audit/tenant/10"} {
		if got := other.Do("GET", path, nil, nil); got != 404 {
			t.Errorf("GET %s from the other organisation: %d", path, got)
		}
	}
	for _, path := range []string{"/audit/export?format=jsonl", "/audit/export", "/audit/facets"} {
		other.Must("GET", path, nil, nil)
		if body := other.Body(); strings.Contains(body, id) || strings.Contains(body, "GOV-01") || strings.Contains(body, "ann@") {
			t.Errorf("%s shows what is another's", path)
		}
	}
	if got := other.Do("POST", "/undo", map[string]any{"seq": 10}, nil); got != 404 {
		t.Errorf("undo of another's record: %d", got)
	}
}

// A clock that is put back shuffles neither log; every record is on exactly one page.
func TestOrderWithAClockThatJumps(t *testing.T) {
	api := setUp(t)
	id := create(t, api, "GOV-01")
	invite := func(n int) {
		api.Must("POST", "/members", map[string]any{"email": fmt.Sprintf("ann%d@example.com", n), "role": "user"}, nil)
	}
	for i := range 40 {
		switch i {
		case 15, 16:
			api.Clock.Advance(-3 * time.Hour)
		case 30:
			api.Clock.Advance(-10 * time.Minute)
		}
		api.Clock.Advance(time.Minute)
		set(api, id, []string{"implemented", "in_progress"}[i%2])
		if i%4 == 0 {
			api.Clock.Advance(time.Minute)
			invite(i)
		}
	}
	for _, query := range []string{"", "&actor=admin", "&kind=change", "&module=control"} {
		whole := list(api, "?limit=100"+query)
		for _, limit := range []int{1, 3, 7, 10, 50} {
			var all []auditlog.AuditEntry
			for n := 1; ; n++ {
				p := list(api, fmt.Sprintf("?page=%d&limit=%d%s", n, limit, query))
				if p.Total != whole.Total {
					t.Fatalf("%s: total %d on page %d, was %d", query, p.Total, n, whole.Total)
				}
				if len(p.Items) == 0 {
					break
				}
				all = append(all, p.Items...)
			}
			if len(all) != whole.Total {
				t.Fatalf("%s, %d a page: %d of %d records", query, limit, len(all), whole.Total)
			}
			last := map[string]int64{}
			for i, e := range all {
				if e.Log != whole.Items[i].Log || e.Seq != whole.Items[i].Seq {
					t.Fatalf("%s, %d a page: record %d is %s %d, was %s %d", query, limit, i, e.Log, e.Seq, whole.Items[i].Log, whole.Items[i].Seq)
				}
				if was, seen := last[e.Log]; seen && e.Seq >= was {
					t.Errorf("%s: %s %d after %d", query, e.Log, e.Seq, was)
				}
				last[e.Log] = e.Seq
			}
		}
	}
}

func TestOneRecord(t *testing.T) {
	api := setUp(t)
	api.Seed([]string{"control", "person"}, func(tx *storage.WriteTx) error {
		if err := tx.Exec("INSERT INTO control (id, ref, title, description, owner, created_at, updated_at) VALUES ('c', 'GOV-01', 'Policies', ?, 'user', ?2, ?2)", strings.Repeat("long ", 2000), tx.Stamp()); err != nil {
			return err
		}
		return tx.Exec("INSERT INTO person (id, name, email, created_at, updated_at) VALUES ('person-eve', 'Eve Adams', 'eve@example.com', ?1, ?1)", tx.Stamp())
	})
	newest := list(api, "?log=tenant").Items[0]
	var r auditlog.AuditRecord
	api.Must("GET", fmt.Sprintf("/audit/tenant/%d", newest.Seq), nil, &r)
	got := map[string]string{}
	for _, c := range r.Changes.Items {
		for _, f := range c.Fields {
			got[c.Table+"."+f.Column] = f.New
		}
	}
	for place, want := range map[string]string{"control.owner": "The user", "control.description": "(a text of 10000 bytes)", "person.name": "Eve Adams", "person.email": "eve@example.com"} {
		if got[place] != want {
			t.Errorf("%s: %q, want %q", place, got[place], want)
		}
	}
	if err := api.Keys.ErasePerson(t.Context(), api.Caller().Tenant, "person-eve"); err != nil {
		t.Fatal(err)
	}
	api.Must("GET", fmt.Sprintf("/audit/tenant/%d", newest.Seq), nil, nil)
	if body := api.Body(); strings.Contains(body, "eve@example.com") || !strings.Contains(body, "(erased)") {
		t.Errorf("an erased person still shows: %s", body)
	}
	api.Must("POST", "/members", map[string]any{"email": "ann@example.com", "role": "user"}, nil)
	inst := list(api, "?log=installation").Items[0]
	api.Must("GET", fmt.Sprintf("/audit/installation/%d", inst.Seq), nil, &r)
	if !strings.Contains(api.Body(), "ann@example.com") {
		t.Errorf("the invited address is not shown: %s", api.Body())
	}
}

func TestHistory(t *testing.T) {
	api := setUp(t)
	id := create(t, api, "GOV-01")
	another := create(t, api, "GOV-02")
	api.Clock.Advance(time.Hour)
	api.As(op.User).Must("POST", "/controls/"+id+"/set", map[string]any{"status": "implemented", "note": "The policy is signed."}, nil)
	api.As(op.User).Must("POST", "/controls/"+another+"/set", map[string]any{"status": "gap"}, nil)
	api.Seed([]string{"control_effective", "framework", "requirement", "mapping"}, func(tx *storage.WriteTx) error {
		for _, q := range []string{
			"INSERT INTO control_effective (control, scope, effective, reason, since) VALUES (?1, 'organisation', 'needs_evidence', 'Access review expired on 2026-02-28.', '2026-03-01')",
			"INSERT INTO framework (id, key, name, short, source, created_at, updated_at) VALUES ('f', 'soc2', 'SOC 2', 'SOC 2', 'builtin', '', '')",
			"INSERT INTO requirement (id, framework, ref, position, updated_at) VALUES ('r', 'f', 'CC6.1', 1, ?1)",
			"INSERT INTO mapping (id, control, requirement, created_at) VALUES ('m', ?1, 'r', '')",
		} {
			if err := tx.Exec(q, id); err != nil {
				return err
			}
		}
		return nil
	})
	api.Seed([]string{"mapping"}, func(tx *storage.WriteTx) error { return tx.ExecOne("DELETE FROM mapping WHERE id = 'm'") })
	var h op.Page[auditlog.HistoryStep]
	api.As(op.Auditor).Must("GET", "/history/control/"+id, nil, &h)
	if h.Total != 4 || len(h.Items) != 4 {
		t.Fatalf("%d steps: %+v", h.Total, h)
	}
	if c := h.Items[0].Changes[0]; c.Table != "mapping" || c.Op != "delete" || c.Name != "GOV-01 to SOC 2 CC6.1" {
		t.Errorf("a mapping that is gone: %+v", c)
	}
	if s := h.Items[1]; s.Actor.Kind != storage.System || s.Because != "Access review expired on 2026-02-28." {
		t.Errorf("by the system: %+v", s)
	}
	s := h.Items[2]
	if s.Actor.Name != "The user" || s.Because != "The policy is signed." || len(s.Changes) != 1 || len(s.Changes[0].Fields) != 1 {
		t.Fatalf("by a person: %+v", s)
	}
	if f := s.Changes[0].Fields[0]; f != (auditlog.AuditField{Column: "status", Name: "Status", Old: "Not started", New: "Implemented"}) {
		t.Errorf("field: %+v", f)
	}
	if strings.Contains(api.Body(), "GOV-02") {
		t.Error("another control's change is in the history")
	}
	api.Must("GET", "/history/requirement/r", nil, &h)
	if h.Total != 2 {
		t.Errorf("history of the requirement: %+v", h)
	}
	api.Must("DELETE", "/controls/"+another, nil, nil)
	api.Must("GET", "/history/control/"+another, nil, &h)
	if h.Items[0].Changes[0].Op != "delete" {
		t.Errorf("history of a deleted control: %+v", h.Items[0])
	}
	for path, want := range map[string]int{"/history/control/nothing": 404, "/history/audit/0": 422, "/history/account/x": 422} {
		if got := api.Do("GET", path, nil, nil); got != want {
			t.Errorf("GET %s: %d, want %d", path, got, want)
		}
	}
}

// What was deleted lies in the trash of its organisation, and comes back once, for administrators.
func TestTrash(t *testing.T) {
	api := setUp(t)
	id := create(t, api, "GOV-01")
	var all auditlog.Trash
	look := func() {
		t.Helper()
		all = auditlog.Trash{}
		api.Must("GET", "/trash", nil, &all)
	}
	look()
	if all.Total != 0 || all.Days != 30 || all.Items == nil {
		t.Errorf("nothing was deleted: %+v", all)
	}
	api.Must("DELETE", "/controls/"+id, nil, nil)
	look()
	if all.Total != 1 || all.Items[0].Summary != "deleted control GOV-01" || all.Items[0].Table != "control" || all.Items[0].Ref != "GOV-01" || all.Items[0].Title == "" || all.Items[0].With != 0 ||
		all.Items[0].Actor.Name != "The admin" || all.Items[0].Until != optest.Start.Add(storage.Rest).Format(storage.Instant) {
		t.Fatalf("the trash: %+v", all)
	}
	path := fmt.Sprintf("/trash/%d/restore", all.Items[0].Seq)
	for _, role := range []op.Roles{op.User, op.Auditor, op.Executive} {
		if a, b := api.As(role).Do("GET", "/trash", nil, nil), api.As(role).Do("POST", path, nil, nil); a != 403 || b != 403 {
			t.Errorf("%s: %d %d", role, a, b)
		}
	}
	if got := api.InTenant(1).Do("POST", path, nil, nil); got != 404 {
		t.Errorf("another organisation: %d", got)
	}
	var back auditlog.Restored
	api.Must("POST", path, nil, &back)
	if back.Rows != 2 || back.Left != 0 || api.Count("SELECT count(*) FROM control c JOIN control_status s ON s.control = c.id WHERE c.id = ?", id) != 1 {
		t.Errorf("it came back as %+v", back)
	}
	if e := list(api, "?action=audit.restore").Items[0]; e.Summary != "brought back control GOV-01" {
		t.Errorf("summary: %q", e.Summary)
	}
	if got := api.Do("POST", path, nil, nil); got != 404 {
		t.Errorf("brought back twice: %d", got)
	}
	look()
	if all.Total != 0 {
		t.Errorf("it is still in the trash: %+v", all)
	}
	api.Must("DELETE", "/controls/"+id, nil, nil)
	create(t, api, "GOV-01")
	look()
	if got := api.Do("POST", fmt.Sprintf("/trash/%d/restore", all.Items[0].Seq), nil, nil); got != 409 || !strings.Contains(api.Body(), "Another control has the reference GOV-01 now") {
		t.Errorf("its reference is taken: %d %s", got, api.Body())
	}
	api.Clock.Advance(storage.Rest)
	look()
	if all.Total != 0 || api.Count("SELECT count(*) FROM trash") != 1 {
		t.Errorf("after thirty days: %+v", all)
	}
	api.RunJob("audit", "empty_trash", nil)
	if n := api.Count("SELECT count(*) FROM trash"); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}
