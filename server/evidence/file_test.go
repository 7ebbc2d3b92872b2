package evidence_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/server/evidence"
	"assay/server/op"
	"assay/server/optest"
	"assay/storage"
)

func TestBadFiles(t *testing.T) {
	api := world(t)
	user := api.As(op.User)
	e := request(t, api, map[string]any{})
	for _, c := range []struct {
		name, query string
		content     []byte
		status      int
		says        string
	}{
		{"big.pdf", "", append(pdf(""), bytes.Repeat([]byte("x"), 26<<20)...), 413, "25 MB"},
		{"page.pdf", "", []byte("<!doctype html><script>alert(1)</script>"), 422, "HTML"},
		{"page.html", "", []byte("<!doctype html>"), 422, "cannot be uploaded"},
		{"picture.svg", "", []byte("<svg onload=alert(1)>"), 422, "cannot be uploaded"},
		{"empty.pdf", "", nil, 422, "empty"},
		{"a.pdf", "?collected_on=2026-03-03", pdf("x"), 422, "future"},
		{"a.pdf", "?collected_on=yesterday", pdf("x"), 422, "YYYY-MM-DD"},
		{"a.pdf", "?period_start=2026-02-01&period_end=2026-01-31", pdf("x"), 422, "before it begins"},
		{"a.pdf", "?period_start=2026-02-01", pdf("x"), 422, "last day"},
		{"a.pdf", "?kind=poem", pdf("x"), 422, ""},
		{"a.pdf", "?replaces=none", pdf("x"), 422, "no such file"},
		{"a.pdf", "?colour=red", pdf("x"), 422, ""},
	} {
		got := user.Upload("/evidence/"+e.ID+"/files"+c.query, c.name, c.content, nil)
		if got != c.status || !strings.Contains(user.Body(), c.says) {
			t.Errorf("%s%s: %d %s", c.name, c.query, got, user.Body())
		}
	}
	if n := api.Count("SELECT count(*) FROM file"); n != 0 || len(objects(t, api)) != 0 {
		t.Errorf("%d files and %d objects were left", n, len(objects(t, api)))
	}
	if d := detail(t, api, e.ID); d.Status != evidence.NotCollected {
		t.Error("a refused file moved the clock")
	}
	upload(t, user, e.ID, "", "good")
	other := request(t, api, map[string]any{"name": "other"})
	if got := user.Upload("/evidence/"+other.ID+"/files?replaces="+detail(t, api, e.ID).Files[0].ID, "a.pdf", pdf("x"), nil); got != 422 {
		t.Errorf("a new version of another request's file: %d", got)
	}
}

// objects are the places where sealed content lies.
func objects(t *testing.T, api *optest.API) (all []string) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(api.Dir(), "objects"), func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all = append(all, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestDownload(t *testing.T) {
	api := world(t)
	e := request(t, api, map[string]any{})
	f := upload(t, api.As(op.User), e.ID, "", "the proof")
	auditor := api.As(op.Auditor)
	before := api.Count("SELECT count(*) FROM audit WHERE action = 'evidence.download'")
	auditor.Must("GET", "/files/"+f.ID, nil, nil)
	if h := auditor.Last().Header; auditor.Body() != string(pdf("the proof")) || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%v %q", auditor.Last().Header, auditor.Body())
	}
	auditor.Must("GET", "/files/"+f.ID+"?inline=true", nil, nil)
	if h := auditor.Last().Header; !strings.HasPrefix(h.Get("Content-Disposition"), "inline") || h.Get("X-Frame-Options") != "SAMEORIGIN" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox; default-src 'none'") {
		t.Error(h)
	}
	if n := api.Count("SELECT count(*) FROM audit WHERE action = 'evidence.download'"); n == before {
		t.Error("a download left no record")
	}
	var plain evidence.EvidenceFile
	if got := api.Upload("/evidence/"+e.ID+"/files", "notes.txt", []byte("plain words"), &plain); got != 200 {
		t.Fatal(got, api.Body())
	}
	auditor.Must("GET", "/files/"+plain.ID+"?inline=true", nil, nil)
	if h := auditor.Last().Header; !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") {
		t.Error("text is shown inline")
	}
	auditor.Header("Range", "bytes=9-11").Must("GET", "/files/"+f.ID, nil, nil)
	if auditor.Body() != "the" {
		t.Errorf("range: %q", auditor.Body())
	}
}

// Whatever happens to the content in the store, it is never sent as if it were the proof, and verify says so.
func TestTamperedContent(t *testing.T) {
	api := world(t)
	e := request(t, api, map[string]any{})
	a, b := upload(t, api, e.ID, "", strings.Repeat("first ", 30000)), upload(t, api, e.ID, "", strings.Repeat("other ", 30000))
	check := func(id string) (c evidence.FileCheck) {
		api.As(op.Auditor).Must("GET", "/files/"+id+"/verify", nil, &c)
		return c
	}
	if c := check(a.ID); !c.Intact || c.Found != a.SHA256 {
		t.Errorf("%+v", c)
	}
	if n := api.Count("SELECT count(*) FROM audit WHERE action = 'evidence.verify'"); n != 1 {
		t.Errorf("%d records of a check", n)
	}
	ps := objects(t, api)
	if len(ps) != 2 {
		t.Fatal(ps)
	}
	read := func(p string) []byte {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	write := func(p string, b []byte) {
		if err := os.Chmod(p, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	bad := func(what, id string) {
		t.Helper()
		if c := check(id); c.Intact || c.Sentence == "" {
			t.Errorf("%s: verify says %+v", what, c)
		}
		if got := api.Do("GET", "/files/"+id, nil, nil); got == 200 && len(api.Body()) == a.Size {
			t.Errorf("%s: it was sent whole", what)
		}
	}
	x, y := read(ps[0]), read(ps[1])
	write(ps[0], y)
	write(ps[1], x)
	bad("swapped", a.ID)
	bad("swapped", b.ID)
	flip := func(b []byte) []byte {
		c := bytes.Clone(b)
		c[len(c)/2] ^= 1
		return c
	}
	write(ps[0], flip(x))
	write(ps[1], flip(y))
	bad("one bit turned", a.ID)
	write(ps[0], x[:len(x)-1])
	write(ps[1], y[:len(y)-1])
	bad("cut off", a.ID)
	for _, p := range ps {
		if err := os.Remove(p); err != nil {
			t.Fatal(err)
		}
	}
	bad("gone", a.ID)

	// A row that points to another file's object is found by its digest.
	f1, f2 := upload(t, api, e.ID, "", "aaaa"), upload(t, api, e.ID, "", "bbbb")
	api.Seed([]string{"file"}, func(tx *storage.WriteTx) error {
		return tx.Exec("UPDATE file SET object = (SELECT object FROM file WHERE id = ?) WHERE id = ?", f2.ID, f1.ID)
	})
	if c := check(f1.ID); c.Intact || c.Found != f2.SHA256 {
		t.Errorf("%+v", c)
	}
	if got := api.Do("GET", "/files/"+f1.ID, nil, nil); got == 200 && strings.Contains(api.Body(), "bbbb") {
		t.Error("another file was sent")
	}
}

func TestSeveralFiles(t *testing.T) {
	api := world(t)
	e := request(t, api, map[string]any{})
	for i, text := range []string{"one", "two", "three"} {
		if f := upload(t, api, e.ID, "?kind=screenshot", text); f.Number != i+1 || f.Kind != "screenshot" {
			t.Errorf("%+v", f)
		}
	}
	d := detail(t, api, e.ID)
	if d.Accepted != 3 || len(d.Files) != 3 || d.Files[0].Number != 3 {
		t.Fatalf("%+v", d)
	}
	api.As(op.Admin).Must("DELETE", "/files/"+d.Files[0].ID, nil, nil)
	if f := upload(t, api, e.ID, "", "four"); f.Number != 4 {
		t.Errorf("number %d was given twice", f.Number)
	}
}

func TestDeletedFiles(t *testing.T) {
	api := world(t)
	e := request(t, api, map[string]any{})
	admin := api.As(op.Admin)
	v1 := upload(t, api, e.ID, "?collected_on=2026-01-01", "one")
	v2 := upload(t, api, e.ID, "?collected_on=2026-02-01&replaces="+v1.ID, "two")
	v3 := upload(t, api, e.ID, "?collected_on=2026-03-01&replaces="+v2.ID, "three")
	if d := detail(t, api, e.ID); d.Accepted != 1 || d.CollectedOn != "2026-03-01" || !d.Files[1].Replaced || !d.Files[2].Replaced {
		t.Errorf("%+v", d)
	}
	admin.Must("DELETE", "/files/"+v2.ID, nil, nil)
	if d := detail(t, api, e.ID); d.Files[0].Replaces != v1.ID || !d.Files[1].Replaced {
		t.Errorf("the row of versions has a gap: %+v", d.Files)
	}
	admin.Must("DELETE", "/files/"+v3.ID, nil, nil)
	gone := seq(t, admin)
	if d := detail(t, api, e.ID); d.Accepted != 1 || d.CollectedOn != "2026-01-01" || d.Files[0].Replaced {
		t.Errorf("the older version does not count again: %+v", d)
	}
	admin.Must("POST", "/undo", map[string]any{"seq": gone}, nil)
	if d := detail(t, api, e.ID); d.CollectedOn != "2026-03-01" || !d.Files[1].Replaced {
		t.Errorf("%+v", d)
	}

	// After thirty days what nobody asked back is removed from the store, and nothing else.
	if n := len(objects(t, api)); n != 3 {
		t.Errorf("%d objects", n)
	}
	api.Clock.Advance(30 * day)
	for {
		j, err := api.DB().ClaimJob(t.Context(), day)
		if err != nil {
			break
		}
		if j.Name == "evidence.purge" {
			api.RunJob("evidence", "purge", jsonOf(j.Args))
		}
	}
	if n := len(objects(t, api)); n != 2 {
		t.Errorf("%d objects after the purge, want those of the two files that are there", n)
	}
	api.Must("GET", "/files/"+v3.ID, nil, nil)
	api.Must("GET", "/files/"+v1.ID, nil, nil)
}

// jsonOf lets RunJob send what the job was enqueued with.
type jsonOf []byte

func (j jsonOf) MarshalJSON() ([]byte, error) { return j, nil }

func TestUpdateFile(t *testing.T) {
	api := world(t)
	user, admin := api.As(op.User), api.As(op.Admin)
	e := request(t, api, map[string]any{"reviewer": "reviewer"})
	f := upload(t, user, e.ID, "", "one")
	patch := func(who *optest.API, body map[string]any) int {
		return who.Version(f.Version).Do("PATCH", "/files/"+f.ID, body, nil)
	}
	if got := user.Do("PATCH", "/files/"+f.ID, map[string]any{"note": "x"}, nil); got != 428 {
		t.Errorf("without a version: %d", got)
	}
	if got := patch(user, map[string]any{"collected_on": "2026-03-09"}); got != 422 || user.FieldError("collected_on") == "" {
		t.Errorf("a day in the future: %d", got)
	}
	if got := patch(user, map[string]any{"collected_on": ""}); got != 422 {
		t.Errorf("no day: %d", got)
	}
	user.Version(f.Version).Must("PATCH", "/files/"+f.ID, map[string]any{"collected_on": "2026-02-01", "note": "February", "kind": "log"}, &f)
	if f.CollectedOn != "2026-02-01" || f.Note != "February" || f.Kind != "log" || f.Version != 2 {
		t.Errorf("%+v", f)
	}
	if got := user.Version(1).Do("PATCH", "/files/"+f.ID, map[string]any{"note": "x"}, nil); got != 412 {
		t.Errorf("stale: %d", got)
	}
	as(api, "reviewer", op.User).Must("POST", "/files/"+f.ID+"/accept", map[string]any{}, &f)
	if got := patch(user, map[string]any{"note": "x"}); got != 403 {
		t.Errorf("an accepted file was changed by %d", got)
	}
	admin.Version(f.Version).Must("PATCH", "/files/"+f.ID, map[string]any{"collected_on": "2026-01-01"}, &f)
	if d := detail(t, api, e.ID); d.CollectedOn != "2026-01-01" || d.ExpiresOn != "2027-01-01" {
		t.Errorf("the clock did not follow: %+v", d.Evidence)
	}
}

// Every operation, by every role of the tenant and by an administrator of another one.
func TestRolesAndTenants(t *testing.T) {
	api := world(t)
	e := request(t, api, map[string]any{"reviewer": "reviewer", "controls": []string{"c1"}})
	f := upload(t, api, e.ID, "", "x")
	var d evidence.EvidenceDetail
	api.As(op.Admin).Must("POST", "/evidence/"+e.ID+"/asks", map[string]any{"person": "reviewer", "due_on": "2026-03-09"}, &d)
	var periods evidence.Periods
	api.As(op.Admin).Must("POST", "/periods", map[string]any{"items": []map[string]any{{"name": "Q1", "starts_on": "2026-01-01", "ends_on": "2026-03-31"}}}, &periods)
	var p evidence.EvidencePackage
	api.Must("POST", "/packages", map[string]any{"frameworks": []string{"fa"}}, &p)
	const (
		readers = "admin user auditor"
		editors = "admin user"
	)
	for _, c := range []struct {
		method, path string
		body         any
		may          string
	}{
		{"GET", "/evidence", nil, readers},
		{"GET", "/evidence/facets", nil, readers},
		{"GET", "/evidence/export", nil, readers},
		{"GET", "/evidence/health", nil, readers + " executive"},
		{"GET", "/evidence/coverage", nil, readers + " executive"},
		{"GET", "/evidence/{e}", nil, readers},
		{"POST", "/evidence", map[string]any{"name": ""}, editors},
		{"PATCH", "/evidence/{e}", map[string]any{"name": ""}, editors},
		{"POST", "/evidence/bulk", map[string]any{}, editors},
		{"POST", "/evidence/{e}/controls", map[string]any{"controls": []string{"c2"}}, editors},
		{"DELETE", "/evidence/{e}/controls/c2", nil, editors},
		{"GET", "/files/{f}", nil, readers},
		{"GET", "/files/{f}/verify", nil, readers},
		{"POST", "/files/{f}/accept", map[string]any{}, editors},
		{"POST", "/files/{f}/reject", map[string]any{"note": "no"}, editors},
		{"PATCH", "/files/{f}", map[string]any{"collected_on": ""}, editors},
		{"UPLOAD", "/evidence/{e}/files", nil, editors},
		{"GET", "/evidence/review", nil, readers},
		{"GET", "/files/{f}/preview", nil, readers},
		{"POST", "/cycles/{c}/skip", map[string]any{"reason": "x"}, editors},
		{"POST", "/evidence/{e}/asks", map[string]any{"person": "user", "due_on": "2026-03-09"}, editors},
		{"POST", "/asks/{a}/withdraw", nil, editors},
		{"GET", "/periods", nil, readers},
		{"GET", "/periods/proposal", nil, "admin"},
		{"POST", "/periods", map[string]any{"items": []map[string]any{}}, "admin"},
		{"PATCH", "/periods/{p}", map[string]any{"name": ""}, "admin"},
		{"DELETE", "/periods/{p}", nil, "admin"},
		{"GET", "/packages", nil, readers},
		{"GET", "/packages/{k}", nil, readers},
		{"GET", "/packages/{k}/download", nil, readers},
		{"POST", "/packages", map[string]any{"frameworks": []string{}}, readers},
		{"DELETE", "/files/{f}", nil, "admin"},
		{"DELETE", "/evidence/{e}", nil, "admin"},
	} {
		path := strings.NewReplacer("{e}", e.ID, "{f}", f.ID, "{c}", d.Cycles[0].ID, "{a}", d.Asks[0].ID, "{p}", periods.Items[0].ID, "{k}", p.ID).Replace(c.path)
		call := func(who *optest.API) int {
			if c.method == "UPLOAD" {
				return who.Upload(path, "a.pdf", pdf("x"), nil)
			}
			return who.Version(1).Do(c.method, path, c.body, nil)
		}
		if strings.Contains(c.path, "{") {
			body := c.body
			if c.method == "PATCH" {
				c.body = map[string]any{} // nothing to correct, so that only the id is at fault
			}
			other := api.InTenant(1).As(op.Admin)
			if got := call(other); got != 404 {
				t.Errorf("%s %s by another tenant: %d %s", c.method, c.path, got, other.Body())
			}
			c.body = body
		}
		if got := call(api.As(0)); got != 401 {
			t.Errorf("%s %s by nobody: %d", c.method, c.path, got)
		}
		for _, role := range []op.Roles{op.Executive, op.Auditor, op.User, op.Admin} { // the one that deletes last
			may := strings.Contains(" "+c.may+" ", " "+role.String()+" ")
			got := call(api.As(role))
			refused := got == 403 && strings.Contains(api.Body(), "Your role")
			if refused == may {
				t.Errorf("%s %s by %s: %d %s", c.method, c.path, role, got, api.Body())
			}
		}
	}
	if n := len(evidence.Module.Ops); n != 33 {
		t.Errorf("%d operations, this test knows 33", n)
	}
	var list op.Page[evidence.Evidence]
	api.InTenant(1).Must("GET", "/evidence", nil, &list)
	if list.Total != 0 {
		t.Error("another tenant's evidence is in the list")
	}
}
