package search_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"assay/server/control"
	"assay/server/evidence"
	"assay/server/op"
	"assay/server/optest"
	"assay/server/search"
	"assay/storage"
)

func program(t *testing.T) *optest.API {
	t.Helper()
	api := optest.New(t, search.Module(), control.Module, evidence.Module)
	api.Seed([]string{"framework", "requirement"}, func(tx *storage.WriteTx) error {
		for _, q := range []string{
			"INSERT INTO framework (id, key, name, short, source, created_at, updated_at) VALUES ('F', 'f', 'Security and Privacy Controls', 'SP 800-53', 'oscal', '', '')",
			"INSERT INTO requirement (id, framework, ref, title, position, updated_at) VALUES ('R0', 'F', 'AC', 'Access Control', 0, '')",
			"INSERT INTO requirement (id, framework, parent, ref, title, body, position, updated_at) VALUES ('R1', 'F', 'R0', 'AC-2', 'Account Management', 'Define the types of accounts. Monitor the use of accounts.', 1, '')",
			"INSERT INTO requirement (id, framework, parent, ref, title, position, updated_at) VALUES ('R2', 'F', 'R1', 'AC-2(9)', 'Restrictions on Shared Accounts', 2, '')",
			"INSERT INTO requirement (id, framework, parent, ref, title, position, updated_at) VALUES ('R3', 'F', 'R0', 'AC-20', 'Use of External Systems', 3, '')",
			"INSERT INTO requirement (id, framework, parent, ref, title, position, updated_at) VALUES ('R4', 'F', '', 'A.5.15', 'Sécurité des accès', 4, '')",
			"INSERT INTO requirement (id, framework, parent, ref, title, position, updated_at) VALUES ('R5', 'F', '', '3.10', 'Monitor transmissions', 5, '')",
		} {
			if err := tx.Exec(q); err != nil {
				return err
			}
		}
		return nil
	})
	return api
}

func find(api *optest.API, q string, more ...string) search.Found {
	var out search.Found
	api.Must("GET", "/search?q="+url.QueryEscape(q)+strings.Join(more, ""), nil, &out)
	return out
}

// titles are the hits of all kinds in their order.
func titles(f search.Found) []string {
	out := []string{}
	for _, g := range f.Groups {
		for _, h := range g.Hits {
			out = append(out, strings.TrimSpace(h.Ref+" "+h.Title))
		}
	}
	return out
}

func text(parts []search.Part) string {
	var b strings.Builder
	for _, p := range parts {
		if p.Hit {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestFind(t *testing.T) {
	api := program(t)
	for q, want := range map[string][]string{
		"":                   {},
		"  ":                 {},
		"!?":                 {},
		`"`:                  {},
		`""`:                 {},
		"nothing like that":  {},
		"account":            {"AC-2 Account Management", "AC-2(9) Restrictions on Shared Accounts"},
		"ACCOUNT mana":       {"AC-2 Account Management"},
		"manage acc":         {}, // only the last word may be begun
		"shared account":     {"AC-2(9) Restrictions on Shared Accounts"},
		"monitor":            {"3.10 Monitor transmissions", "AC-2 Account Management"}, // title before text
		`"use of"`:           {"AC-20 Use of External Systems", "AC-2 Account Management"},
		`"of use"`:           {},
		"\u201cuse of\u201d": {"AC-20 Use of External Systems", "AC-2 Account Management"},
		"securite":           {"A.5.15 Sécurité des accès"},
		"SÉCURITÉ":           {"A.5.15 Sécurité des accès"},
		"AC-2":               {"AC-2 Account Management", "AC-2(9) Restrictions on Shared Accounts", "AC-20 Use of External Systems"},
		"ac2":                {"AC-2 Account Management", "AC-2(9) Restrictions on Shared Accounts", "AC-20 Use of External Systems"},
		"AC-02":              {"AC-2 Account Management", "AC-2(9) Restrictions on Shared Accounts", "AC-20 Use of External Systems"},
		"AC-2(9)":            {"AC-2(9) Restrictions on Shared Accounts"},
		"ac-2 (9)":           {"AC-2(9) Restrictions on Shared Accounts"},
		"A.5.15":             {"A.5.15 Sécurité des accès"},
		"a5.15":              {"A.5.15 Sécurité des accès"},
		"3.10":               {"3.10 Monitor transmissions"},
		"ac":                 {"AC Access Control", "AC-2 Account Management", "AC-2(9) Restrictions on Shared Accounts", "AC-20 Use of External Systems", "A.5.15 Sécurité des accès"},
		"us":                 {"AC-20 Use of External Systems", "The user"},
		"800-53":             {"SP 800-53 Security and Privacy Controls"},
		"the auditor":        {"The auditor"},
		"sec":                {"A.5.15 Sécurité des accès", "SP 800-53 Security and Privacy Controls"},
		"a AND OR NOT (":     {},
		"title:account":      {},
		"accoun*":            {"AC-2 Account Management", "AC-2(9) Restrictions on Shared Accounts"},
		"^account":           {"AC-2 Account Management", "AC-2(9) Restrictions on Shared Accounts"},
		"x\x00y":             {},
	} {
		if got := titles(find(api, q)); !slices.Equal(got, want) {
			t.Errorf("%q finds %q, want %q", q, got, want)
		}
	}
}

func TestHit(t *testing.T) {
	api := program(t)
	h := find(api, "monitor acc").Groups[0].Hits[0]
	if h.ID != "R1" || h.Kind != "requirement" || h.Path != "frameworks/F?open=R1" || !slices.Equal(h.Crumbs, []string{"SP 800-53", "AC Access Control"}) {
		t.Errorf("%+v", h)
	}
	if got := text(h.Marked) + " | " + text(h.Snippet); got != "[Account] Management | Define the types of [accounts]. [Monitor] the use of [accounts]." {
		t.Error(got)
	}
	if h.Exact || !find(api, "ac-02").Groups[0].Hits[0].Exact {
		t.Error("exact is the reference that was typed, and no other")
	}
	if got := text(find(api, "acces").Groups[0].Hits[1].Marked); got != "Sécurité des [accès]" {
		t.Error(got)
	}
}

// TestWrites: what a write changed is found, or no longer, as soon as it is committed.
func TestWrites(t *testing.T) {
	api := program(t)
	var c control.ControlDetail
	api.Must("POST", "/controls", map[string]any{"ref": "OWN-1", "title": "Badges are collected", "description": "When somebody leaves."}, &c)
	n := func(q string) int { return len(titles(find(api, q))) }
	if n("badges") != 1 || n("OWN-1") != 1 || n("leaves") != 1 {
		t.Error("a new control is not found")
	}
	if n := len(titles(find(api.InTenant(1), "badges"))); n != 0 {
		t.Error("another organisation finds it")
	}
	api.Version(c.Version).Must("PATCH", "/controls/"+c.ID, map[string]any{"title": "Keys are collected"}, &c)
	if n("badges") != 0 || n("keys") != 1 {
		t.Error("a changed control is found as it was")
	}
	docs := api.Count("SELECT count(*) FROM search_doc")
	if api.Version(c.Version).Do("PATCH", "/controls/"+c.ID, map[string]any{"title": ""}, nil) != http.StatusUnprocessableEntity || n("keys") != 1 {
		t.Error("a refused write changed the index")
	}
	if code := api.Version(c.Version).Do("DELETE", "/controls/"+c.ID, nil, nil); code >= 300 {
		t.Fatal(code)
	}
	if n("keys") != 0 || api.Count("SELECT count(*) FROM search_doc") != docs-1 {
		t.Error("a deleted control is found")
	}
	if rows := api.Count("SELECT count(*) FROM audit_row WHERE tbl LIKE 'search%' OR tbl LIKE 'object_text'"); rows != 0 {
		t.Errorf("%d changes of the index stand in the audit log", rows)
	}
}

// TestPages: totals count all, pages follow each other without gaps, also where hits are not weighed.
func TestPages(t *testing.T) {
	api := program(t)
	api.Seed([]string{"requirement"}, func(tx *storage.WriteTx) error {
		for i := range 400 {
			title, body := fmt.Sprint("Row ", i), "mentions walrus"
			if i%2 == 0 {
				title = fmt.Sprint("Walrus ", i)
			}
			if err := tx.Exec("INSERT INTO requirement (id, framework, ref, title, body, position, updated_at) VALUES (?1, 'F', ?1, ?2, ?3, ?4, '')", fmt.Sprint("W-", i), title, body, i); err != nil {
				return err
			}
		}
		return nil
	})
	for _, q := range []string{"walrus", "W-1", "wa"} {
		seen := map[string]bool{}
		total := 0
		for page := 1; page <= 9; page++ {
			f := find(api, q, "&kinds=requirement&limit=50&page=", fmt.Sprint(page))
			for _, g := range f.Groups {
				total = g.Total
				for i, h := range g.Hits {
					if seen[h.ID] {
						t.Errorf("%s: %s stands on two pages", q, h.ID)
					}
					seen[h.ID] = true
					if q == "walrus" && strings.HasPrefix(h.Title, "Walrus") != ((page-1)*50+i < 200) {
						t.Errorf("page %d, %d: %s: titles come first", page, i, h.Title)
					}
				}
			}
		}
		if q == "walrus" && (total != 400 || len(seen) != 400) {
			t.Errorf("%s: total %d, seen %d, want 400", q, total, len(seen))
		}
	}
}

func TestRoles(t *testing.T) {
	api := program(t)
	for role, want := range map[op.Roles]int{op.Admin: 200, op.User: 200, op.Auditor: 200, op.Executive: 403, 0: 401} {
		if got := api.As(role).Do("GET", "/search?q=account", nil, nil); got != want {
			t.Errorf("%s: %d, want %d", role, got, want)
		}
	}
	for _, q := range []string{"q=a&kinds=secrets", "q=a&limit=51", "q=a&page=0", "q=" + strings.Repeat("a", 201)} {
		if got := api.Do("GET", "/search?"+q, nil, nil); got != 422 {
			t.Errorf("%.40s: %d, want 422", q, got)
		}
	}
}

// TestKinds: every view of the schema is a kind of the search and the other way round, and every kind can be shown.
func TestKinds(t *testing.T) {
	api := program(t)
	var e evidence.EvidenceDetail
	api.Must("POST", "/evidence", map[string]any{"name": "Everything proof"}, &e)
	api.Must("POST", "/controls", map[string]any{"ref": "OWN-1", "title": "Everything control"}, nil)
	api.Upload("/evidence/"+e.ID+"/files", "everything.txt", []byte("x"), nil)
	api.Seed([]string{"framework", "requirement", "person", "activity", "risk", "vendor", "attachment", "asset", "process", "personnel", "department", "application", "task", "scope", "comment", "policy", "policy_version"}, func(tx *storage.WriteTx) error {
		for _, q := range []string{"INSERT INTO activity (id, name, frequency, starts_on, since, created_at, updated_at) VALUES ('a', 'Everything again', 'daily', '2026-03-01', '2026-03-01', '', '')",
			"INSERT INTO personnel (id, name, created_at, updated_at) VALUES ('jones', 'Everything Jones', '', '')",
			"INSERT INTO department (id, name, created_at, updated_at) VALUES ('d', 'Everything else', '', '')",
			"INSERT INTO application (id, name, created_at, updated_at) VALUES ('a', 'Everything at once', '', '')",
			"INSERT INTO risk (id, ref, title, created_at, updated_at) VALUES ('k', 'RSK-0001', 'Everything at risk', '', '')",
			"INSERT INTO asset (id, ref, name, created_at, updated_at) VALUES ('s', 'AST-0001', 'Everything we run', '', '')",
			"INSERT INTO process (id, ref, name, created_at, updated_at) VALUES ('u', 'PRC-0001', 'Everything we do', '', '')",
			"INSERT INTO vendor (id, ref, name, created_at, updated_at) VALUES ('v', 'VEN-0001', 'Everything Ltd', '', '')",
			"INSERT INTO attachment (id, kind, record, name, type, size, sha256, original, object, uploaded_at) VALUES ('f', 'vendor', 'v', 'everything.pdf', '', 1, '', '', 'o', '')",
			"INSERT INTO task (id, title, created_at, updated_at) VALUES ('t', 'Everything to do', '', '')", "UPDATE framework SET name = 'Everything framework'", "UPDATE requirement SET title = 'Everything required' WHERE id = 'R1'", "UPDATE person SET name = 'Everything Person' WHERE id = 'user'",
			"INSERT INTO policy (id, number, ref, title, created_at, updated_at) VALUES ('y', 1, 'POL-0001', 'Everything decided', '', '')",
			"INSERT INTO policy_version (id, policy, major, minor, text, created_at, updated_at) VALUES ('v', 'y', 1, 0, 'Everything is written.', '', '')",
			"INSERT INTO scope (id, name, kind, description, created_at) VALUES ('p', 'Product of everything', 'product', '', '')",
			"INSERT INTO comment (id, kind, record, body, author, created_at) VALUES ('c', 'task', 't', 'Everything waits for @[user] and @[gone].', 'admin', '2026-03-01T10:00:00.000Z')",
			"INSERT INTO comment (id, kind, record, body, author, created_at, deleted_at) VALUES ('d', 'task', 't', 'Everything taken back', 'admin', '', '2026-03-02')"} {
			if err := tx.Exec(q); err != nil {
				return err
			}
		}
		return nil
	})
	var kinds []string
	for _, g := range find(api, "everything").Groups {
		kinds = append(kinds, g.Kind)
	}
	if want := []string{"control", "requirement", "framework", "evidence", "file", "policy", "policy_version", "activity", "risk", "vendor", "attachment", "asset", "process", "personnel", "department", "application", "task", "scope", "comment", "person"}; !slices.Equal(kinds, want) {
		t.Errorf("found %q, want %q", kinds, want)
	}
	said := find(api, "everything waits", "&kinds=comment")
	if h := said.Groups[0].Hits[0]; len(said.Groups[0].Hits) != 1 || h.Title != "Everything to do" || h.Path != "tasks/t" || text(h.Snippet) != "[Everything] [waits] for @[Everything] Person and @somebody." || !slices.Equal(h.Crumbs, []string{"The admin", "2026-03-01"}) {
		t.Errorf("a comment is found as %+v", h)
	}
	if n := api.Count("SELECT count(*) FROM sqlite_schema WHERE type = 'view' AND name LIKE 'searchable_%'"); n != len(kinds) {
		t.Errorf("%d searchable views, %d kinds", n, len(kinds))
	}
}

func pdfOf(t *testing.T, pages ...string) []byte {
	t.Helper()
	p := fpdf.New("P", "mm", "A4", "")
	p.SetFont("Helvetica", "", 12)
	for _, s := range pages {
		p.AddPage()
		p.MultiCell(0, 6, s, "", "L", false)
	}
	var b bytes.Buffer
	if err := p.Output(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestFiles: the text of an uploaded file is found, with its page; a damaged one says why not; what is deleted
// is not found any more, and its text is not kept.
func TestFiles(t *testing.T) {
	api := program(t)
	var e evidence.EvidenceDetail
	api.Must("POST", "/evidence", map[string]any{"name": "Restore tests"}, &e)
	var pdf, bad, txt evidence.EvidenceFile
	api.Upload("/evidence/"+e.ID+"/files", "restore.pdf", pdfOf(t, "The first page.", "We restored the payroll ledger within four hours."), &pdf)
	broken := pdfOf(t, "x")
	copy(broken[30:], bytes.Repeat([]byte{'#'}, len(broken)-60)) // still begins and ends like one
	api.Upload("/evidence/"+e.ID+"/files", "bad.pdf", broken, &bad)
	api.Upload("/evidence/"+e.ID+"/files", "notes.txt", []byte("caf\xe9 notes"), &txt)
	if pdf.Text != "waiting" {
		t.Errorf("a new file's text is %q", pdf.Text)
	}
	if n := api.Count("SELECT count(*) FROM job WHERE name = ?", storage.JobReadTexts); n != 1 {
		t.Errorf("%d jobs to read texts, want one for all writes of a second", n)
	}
	if len(titles(find(api, "payroll"))) != 0 || len(titles(find(api, "restore.pdf"))) != 1 {
		t.Error("before it is read a file is found by its name alone")
	}
	audit := api.Count("SELECT count(*) FROM audit")
	api.RunJob("search", "read", nil)
	h := find(api, "payroll led").Groups[0].Hits[0]
	if h.Kind != "file" || h.ID != pdf.ID || h.Page != 2 || h.Path != "evidence?open="+e.ID || !strings.Contains(text(h.Snippet), "the [payroll] [ledger] within") {
		t.Errorf("%+v", h)
	}
	if len(titles(find(api, "cafe"))) != 1 {
		t.Error("text in an old encoding is not found")
	}
	var d evidence.EvidenceDetail
	api.Must("GET", "/evidence/"+e.ID, nil, &d)
	got := map[string]string{}
	for _, f := range d.Files {
		got[f.Name] = f.Text + " " + f.TextReason
	}
	if got["restore.pdf"] != "ok " || got["notes.txt"] != "ok " || got["bad.pdf"] != "unreadable The PDF is damaged: it cannot be opened." {
		t.Errorf("%q", got)
	}
	if n := api.Count("SELECT count(*) FROM audit"); n != audit {
		t.Errorf("reading texts left %d audit records", n-audit)
	}
	if code := api.Do("DELETE", "/files/"+pdf.ID, nil, nil); code >= 300 {
		t.Fatal(code)
	}
	if len(titles(find(api, "payroll"))) != 0 {
		t.Error("a deleted file is found")
	}
	api.RunJob("search", "read", nil)
	api.Clock.Set(time.Date(2026, 3, 8, 0, 30, 0, 0, time.UTC)) // a Sunday
	api.RunJob("search", "tidy", nil)
	if len(titles(find(api, "cafe"))) != 1 {
		t.Error("the tidied index does not find what it found")
	}
	if n := api.Count("SELECT count(*) FROM object_text"); n != 2 {
		t.Errorf("%d texts are kept, want those of 2 files", n)
	}
}

// TestReindex: the index can be made again from the rows and then says the same.
func TestReindex(t *testing.T) {
	api := program(t)
	want := titles(find(api, "account"))
	api.RunJob("search", "reindex", nil)
	if got := titles(find(api, "account")); !slices.Equal(got, want) || len(got) == 0 {
		t.Errorf("%q, want %q", got, want)
	}
	r, err := api.DB().CheckSearch(t.Context())
	if err != nil || r.Stale || r.Docs != r.Rows || r.Docs == 0 {
		t.Errorf("%+v %v", r, err)
	}
}
