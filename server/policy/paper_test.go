package policy_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/server/control"
	"assay/server/imports"
	"assay/server/op"
	"assay/server/optest"
	"assay/server/policy"
	"assay/storage"
)

// Templates become drafts with the organisation's name in them, linked to the controls they are about.
func TestTemplates(t *testing.T) {
	api := world(t)
	user := api.As(op.User)
	var l policy.TemplateList
	user.Must("GET", "/policy-templates", nil, &l)
	if len(l.Items) != 29 {
		t.Errorf("%d templates", len(l.Items))
	}
	for _, x := range l.Items {
		for _, s := range x.Sections {
			if strings.Contains(s.Title+s.Body, "{{") || s.Title == "" || s.Body == "" {
				t.Errorf("%s: %+v", x.Key, s)
			}
		}
		if x.Wanted != slices.Contains(x.Frameworks, "soc2-2017") {
			t.Errorf("%s is wanted: %v", x.Key, x.Wanted)
		}
	}
	for field, keys := range map[string][]string{"keys[0]": {"nonsense"}, "keys[1]": {"access-control", "access-control"}} {
		if got := user.Do("POST", "/policy-templates/adopt", m{"keys": keys}, nil); got != 422 || user.FieldError(field) == "" {
			t.Errorf("%v: %d %s", keys, got, user.Body())
		}
	}
	var made policy.Adopted
	user.Must("POST", "/policy-templates/adopt", m{"keys": []string{"access-control", "information-security"}, "owner": "user"}, &made)
	var p policy.PolicyDetail
	user.Must("GET", "/policies/"+made.Made[0], nil, &p)
	if p.Title != "Access Control Policy" || p.Status != policy.Draft || len(p.Linked) != 1 || p.Linked[0].Ref != "C-1" || p.Template != "access-control" {
		t.Errorf("%+v", p)
	}
	var v policy.VersionDetail
	user.Must("GET", "/policies/"+made.Made[1], nil, &p)
	user.Must("GET", "/policy-versions/"+p.Working, nil, &v)
	if !strings.Contains(v.Text, "sites and suppliers of Test within") {
		t.Errorf("%s", v.Text)
	}
	if got := user.Do("POST", "/policy-templates/adopt", m{"keys": []string{"access-control"}}, nil); got != 422 {
		t.Errorf("twice: %d", got)
	}
	// A suggestion is taken up by beginning it, with the template's words.
	user.Must("POST", "/policy-templates/adopt", m{"keys": []string{"acceptable-use"}, "suggest": true}, &made)
	user.Must("GET", "/policies/"+made.Made[0], nil, &p)
	if p.Status != policy.Suggested {
		t.Errorf("%s", p.Status)
	}
	user.Must("POST", "/policies/"+p.ID+"/versions", m{}, &v)
	user.Must("GET", "/policies/"+p.ID, nil, &p)
	if p.Status != policy.Draft || !strings.Contains(v.Text, "Do not share accounts") {
		t.Errorf("%s: %s", p.Status, v.Text)
	}
}

// A version is printed with who approved it; a document is kept beside it, and approved by its digest.
func TestPaper(t *testing.T) {
	api := world(t)
	user := api.As(op.User)
	_, v := published(api, "Doors")
	api.As(op.Auditor).Must("GET", "/policy-versions/"+v.ID+"/pdf", nil, nil)
	if b := api.As(op.Auditor).Body(); !strings.HasPrefix(b, "%PDF-") || len(b) < 5000 || api.Last().Header.Get("Content-Disposition") == "" {
		t.Errorf("%d bytes: %.20q", len(b), b)
	}
	if got := api.As(op.Executive).Do("GET", "/policy-versions/"+v.ID+"/pdf", nil, nil); got != 403 {
		t.Errorf("an executive: %d", got)
	}
	p := create(user, m{"title": "Windows"})
	var d policy.VersionDetail
	user.Must("POST", "/policies/"+p.ID+"/versions", m{}, &d)
	if got := user.Do("POST", "/policy-versions/"+d.ID+"/submit", m{"approvers": []string{"admin"}}, nil); got != 409 {
		t.Errorf("no words were submitted: %d", got)
	}
	if got := user.Upload("/policy-versions/"+d.ID+"/document", "a.html", []byte("<html><script>"), nil); got != 422 {
		t.Errorf("a page was uploaded: %d", got)
	}
	content := []byte("Windows are shut at night.\n")
	if got := user.Upload("/policy-versions/"+d.ID+"/document", "windows.txt", content, &d); got != 200 || d.Name != "windows.txt" || d.Digest == "" {
		t.Errorf("%d %+v", got, d)
	}
	user.Must("GET", "/policy-versions/"+d.ID+"/document", nil, nil)
	if user.Body() != string(content) {
		t.Errorf("%q", user.Body())
	}
	user.Must("POST", "/policy-versions/"+d.ID+"/submit", m{"approvers": []string{"executive"}}, &d)
	boss := api.As(op.Executive)
	boss.Must("GET", "/my-policies/"+d.ID+"/document", nil, nil)
	if boss.Body() != string(content) {
		t.Errorf("%q", boss.Body())
	}
	boss.Must("POST", "/policy-versions/"+d.ID+"/approve", m{"digest": d.Digest}, nil)
	user.Must("GET", "/policy-versions/"+d.ID, nil, &d)
	if d.State != policy.Ratified {
		t.Errorf("%s", d.State)
	}
	user.Must("GET", "/policy-versions/"+d.ID+"/pdf", nil, nil)
	if got := user.Upload("/policy-versions/"+d.ID+"/document", "windows.txt", append(content, '!'), &d); got != 200 || d.State != policy.Draft {
		t.Errorf("another document: %d %s", got, d.State)
	}
}

// Documents that were replaced, or went with their policy, are removed when nobody can ask them back.
func TestPurge(t *testing.T) {
	api := world(t)
	user := api.As(op.User)
	begin := func() (id string, v policy.VersionDetail) {
		p := create(user, m{"title": "Windows"})
		user.Must("POST", "/policies/"+p.ID+"/versions", m{}, &v)
		user.Upload("/policy-versions/"+v.ID+"/document", "one.txt", []byte("Windows are shut.\n"), &v)
		return p.ID, v
	}
	_, kept := begin()
	user.Upload("/policy-versions/"+kept.ID+"/document", "two.txt", []byte("Windows are locked.\n"), &kept)
	gone, _ := begin()
	_, discarded := begin()
	api.Must("DELETE", "/policies/"+gone, nil, nil)
	user.Must("DELETE", "/policy-versions/"+discarded.ID, nil, nil)
	if n := objects(t, api); n != 4 {
		t.Fatalf("%d documents", n)
	}
	api.Clock.Advance(storage.Rest + time.Hour)
	for {
		j, err := api.DB().ClaimJob(t.Context(), 24*time.Hour)
		if err != nil {
			break
		}
		if j.Name == "policy.purge" {
			api.RunJob("policy", "purge", json.RawMessage(j.Args))
		}
	}
	if n := objects(t, api); n != 1 {
		t.Errorf("%d documents, want the one that is there", n)
	}
	user.Must("GET", "/policy-versions/"+kept.ID+"/document", nil, nil)
}

// objects is how many documents are stored.
func objects(t *testing.T, api *optest.API) (n int) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(api.Dir(), "objects"), func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// What is wrong is said field by field, and roles are refused.
func TestRefusals(t *testing.T) {
	api := world(t)
	user := api.As(op.User)
	for _, c := range []struct {
		field string
		bad   any
	}{{"title", "  "}, {"title", ""}, {"location", "javascript:alert(1)"}, {"location", "ftp://x"}, {"owner", "gone"}, {"owner", "nobody"}, {"scope", "moon"}, {"review_months", 61},
		{"review_months", -1}, {"controls", []string{"c9"}}, {"requirements", []string{"q", "q9"}}, {"category", strings.Repeat("x", 101)}, {"surprise", 1}} {
		in := m{"title": "Good"}
		in[c.field] = c.bad
		at := map[string]string{"controls": "controls[0]", "requirements": "requirements[1]"}[c.field]
		if at == "" {
			at = c.field
		}
		if got := user.Do("POST", "/policies", in, nil); got != 422 || user.FieldError(at) == "" {
			t.Errorf("%s %v: %d %s", c.field, c.bad, got, user.Body())
		}
	}
	p, v := published(api, "Doors")
	if got := user.Version(p.Version+9).Do("PATCH", "/policies/"+p.ID, m{"title": "Stale"}, nil); got != 412 {
		t.Errorf("stale: %d", got)
	}
	user.Version(p.Version).Must("PATCH", "/policies/"+p.ID, m{"title": "All doors", "controls": []string{"c1"}}, &p)
	if p.Title != "All doors" || p.Controls != 1 {
		t.Errorf("%+v", p)
	}
	begunOne := begun(user, p.ID, "Some words.")
	for _, bad := range []any{m{"type": "doc"}, m{"type": "doc", "content": []m{{"type": "script"}}}, m{"html": "<b>"}, doc()} {
		if got := user.Version(begunOne.Version).Do("PATCH", "/policy-versions/"+begunOne.ID, m{"content": bad}, nil); got != 422 || user.FieldError("content") == "" {
			t.Errorf("%v: %d %s", bad, got, user.Body())
		}
	}
	for _, c := range []struct {
		role         op.Roles
		method, path string
	}{
		{op.Auditor, "POST", "/policies"}, {op.Auditor, "POST", "/policies/" + p.ID + "/versions"}, {op.Auditor, "POST", "/policy-versions/" + v.ID + "/publish"},
		{op.Executive, "GET", "/policies"}, {op.Executive, "GET", "/policies/export"}, {op.Executive, "GET", "/policy-versions/" + v.ID}, {op.User, "DELETE", "/policies/" + p.ID},
		{op.User, "POST", "/policy-settings"}, {op.Auditor, "POST", "/policies/" + p.ID + "/requests"}, {op.Auditor, "POST", "/policy-templates/adopt"},
	} {
		if got := api.As(c.role).Do(c.method, c.path, nil, nil); got != 403 || !strings.HasSuffix(api.As(c.role).Problem().Detail, ".") {
			t.Errorf("%s %s %s: %d %+v", c.role, c.method, c.path, got, api.As(c.role).Problem())
		}
	}
	other := api.InTenant(1)
	for _, path := range []string{"/policies/" + p.ID, "/policy-versions/" + v.ID, "/policy-versions/" + v.ID + "/pdf", "/my-policies/" + v.ID} {
		if got := other.Do("GET", path, nil, nil); got != 404 {
			t.Errorf("%s of the other organisation: %d", path, got)
		}
	}
}

// A table brings policies in; the second time nothing is written.
func TestImport(t *testing.T) {
	api := optest.New(t, policy.Module, control.Module, imports.Module(&policy.Sheet))
	api.Seed([]string{"control"}, func(tx *storage.WriteTx) error {
		return tx.Exec("INSERT INTO control (id, ref, title, created_at, updated_at) VALUES ('c1', 'C-1', 'Accounts', '', '')")
	})
	file := []byte("Policy name,Policy type,Owner,Review cadence,Controls,URL\nAccess,Security,user@example.com,6,C-1,https://wiki.example/access\nBackup,,,,,\nBad,,,99,C-9,javascript:x\n")
	run := func() int {
		t.Helper()
		var made struct {
			ID      string
			Mapping any
		}
		user := api.As(op.User)
		if got := user.Upload("/imports?target=policies", "policies.csv", file, &made); got != 200 {
			t.Fatalf("%d %s", got, user.Body())
		}
		user.Must("POST", "/imports/"+made.ID+"/check", m{"mapping": made.Mapping}, nil)
		return user.Do("POST", "/imports/"+made.ID+"/run", nil, nil)
	}
	if got := run(); got != 200 {
		t.Fatalf("%d %s", got, api.Body())
	}
	var list op.Page[policy.Policy]
	api.Must("GET", "/policies", nil, &list)
	if list.Total != 2 || list.Items[0].Ref != "POL-0001" || list.Items[0].Owner != "user" || list.Items[0].ReviewMonths != 6 || list.Items[0].Controls != 1 ||
		list.Items[0].Location != "https://wiki.example/access" || list.Items[1].ReviewMonths != 12 {
		t.Errorf("%+v", list)
	}
	if got := run(); got != 409 || api.Count("SELECT sum(version) FROM policy") != 2 {
		t.Errorf("the second time something was written: %d", got)
	}
	api.Must("GET", "/policies/export?format=xlsx", nil, nil)
	if !bytes.HasPrefix([]byte(api.Body()), []byte("PK")) {
		t.Error("no XLSX")
	}
}
