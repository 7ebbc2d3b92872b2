package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"assay/backup/ltxlog"
	"assay/server/op"
	"assay/storage"
)

// vera is the canary of the person who is erased: it stands in every place that asks who somebody is.
const vera = "xylograph"

var anyCase = regexp.MustCompile("(?i)" + vera)

// trace is where a text names her, with what stands around it; empty when it does not.
func trace(text string) string {
	at := anyCase.FindStringIndex(text)
	if at == nil {
		return ""
	}
	return fmt.Sprintf("%q", text[max(0, at[0]-200):min(len(text), at[1]+60)])
}

// hired is somebody who leaves traces in every place where the program itself writes who a person is.
func (h *house) hired(o *org) caller {
	h.tb.Helper()
	admin, email := o.callers["admin"], "vera@"+vera+".example"
	h.do(admin, "POST", "/members", map[string]any{"email": email, "role": "user", "name": "Vera " + vera, "title": "Keeper of the " + vera, "department": vera}, nil)
	c := h.join(o, "vera", op.User, email, h.link(email), "Vera X. "+vera)
	h.do(c, "PATCH", "/profile", map[string]any{"name": "Vera " + strings.ToUpper(vera)}, nil)
	h.do(c, "PATCH", "/profile", map[string]any{"name": "Vera " + vera}, nil)
	var made struct{ Token string }
	h.do(c, "POST", "/tokens", map[string]any{"name": vera + " laptop", "role": "user", "expires_on": "2026-12-31"}, &made)
	o.callers["token vera"] = caller{name: "token vera", account: c.account, person: c.person, email: c.email, role: op.User, bearer: made.Token}
	h.do(c, "POST", "/calendar", map[string]any{"what": "mine"}, nil)
	h.do(c, "POST", "/notifications/choices", map[string]any{"event": "mention", "mail": true}, nil)
	about := "/records/control/" + o.ids["control"][0]
	h.do(c, "POST", about+"/comments", map[string]any{"body": "I have looked at it @[" + o.callers["user"].person + "]"}, nil)
	h.do(o.callers["user"], "POST", about+"/comments", map[string]any{"body": "Thanks @[" + c.person + "]"}, nil)
	h.do(c, "POST", "/tasks", map[string]any{"title": "Look again", "owner": o.callers["user"].person, "due_on": "2027-01-01"}, nil)
	h.do(admin, "POST", "/tasks", map[string]any{"title": "Look once more", "owner": c.person, "due_on": "2027-01-01"}, nil)
	var work struct{ ID string }
	h.do(admin, "POST", "/personnel", map[string]any{"name": "Vera " + vera, "email": strings.ToUpper(email), "employee_id": vera + "-7", "phone": "555 " + vera, "notes": "Likes " + vera, "mfa": "no"}, &work)
	h.do(admin, "POST", "/grants", map[string]any{"personnel": work.ID, "application": o.ids["application"][0], "level": "Member"}, nil)
	h.do(admin, "PATCH", "/settings", map[string]any{"contact_email": email}, nil, version(h.text(o, "SELECT version FROM organisation")))
	h.do(admin, "PATCH", "/checkpoints/kept", map[string]any{"address": email}, nil, version(h.text(o, "SELECT version FROM checkpoint_mail")))
	rows := "Ref,Title,Owner\nX-1,Doors," + email + "\n"
	var up struct {
		ID      string
		Mapping json.RawMessage
	}
	h.must(json.Unmarshal(h.want(admin, asFile("/imports?target=controls", "controls.csv", []byte(rows)), nil).body, &up))
	h.do(admin, "POST", "/imports/"+up.ID+"/check", map[string]any{"mapping": up.Mapping}, nil)
	h.send(caller{}, asJSON("POST", "/session", map[string]any{"email": email, "password": "wrong"}))
	return c
}

// traces lists the files below the data directory that say who the person is, whatever the case.
func (h *house) traces(dirs ...string) (out []string) {
	h.tb.Helper()
	for _, dir := range dirs {
		h.must(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil || d.IsDir() {
				return err
			}
			b, err := os.ReadFile(path)
			if at := anyCase.FindIndex(b); at != nil {
				out = append(out, fmt.Sprintf("%s: %q", path, bytes.Trim(b[max(0, at[0]-200):min(len(b), at[1]+60)], "\x00")))
			}
			return err
		}))
	}
	return out
}

// TestPersonErased: nothing that the program keeps, shows, exports or restores says who somebody was who was erased;
// the audit log still proves itself, and what they did is still theirs, under another name.
func TestPersonErased(t *testing.T) {
	t.Parallel()
	h, _ := openPast(t)
	c := h.hired(h.a)
	admin := h.a.callers["admin"]
	h.in(h.a, func(*storage.ReadTx) error { return nil })
	h.clock.Advance(time.Minute)
	then := h.clock.Now()
	h.clock.Advance(time.Minute)
	h.want(admin, get("/controls?q=a"), nil)
	h.must(h.fresh(h.a))
	old := h.want(h.a.callers["token admin"], get("/people?q="+vera).at(then), nil)
	if !strings.Contains(strings.ToLower(string(old.body)), vera) {
		t.Fatalf("the past does not know them: %s", old.body)
	}
	if got := h.traces(h.dir); len(got) < 3 {
		t.Fatalf("only %d files name them: %.300q", len(got), got)
	}

	// Everything about them can be taken out, by themselves and by an administrator.
	for _, q := range []request{get("/profile/data"), get("/people/" + c.person + "/data")} {
		by := admin
		if q.path == "/profile/data" {
			by = c
		}
		text := unzipped(h.want(by, q, nil).body)
		for _, part := range []string{`"format": "assay-person/1"`, "Keeper of the " + vera, vera + " laptop", "I have looked at it", `"event": "mention"`, `"table": "task"`, "wrong_password", "comment.create", "Likes " + vera, `"level": "Member"`, "<h1>Personal data of Vera " + vera} {
			if !strings.Contains(text, part) {
				t.Errorf("%s does not have %s", q.path, part)
			}
		}
	}
	path := "/people/" + c.person + "/erasure"
	var look struct {
		Name, Pseudonym           string
		Member, Elsewhere, Erased bool
		Mentions                  []struct{ Kind, Title string }
	}
	h.do(admin, "GET", path, nil, &look)
	if !look.Member || look.Elsewhere || look.Erased || look.Pseudonym != storage.Pseudonym(c.person) {
		t.Errorf("%+v", look)
	}
	good := map[string]any{"confirm": c.email, "password": housePassword, "reason": "They asked for it"}
	for field, value := range map[string]string{"confirm": "Vera", "password": "wrong wrong wrong", "reason": "Vera " + vera + " asked"} {
		bad := map[string]any{}
		for k, v := range good {
			bad[k] = v
		}
		bad[field] = value
		if a := h.send(admin, asJSON("POST", path, bad)); a.status != 422 || !strings.Contains(string(a.body), "body."+field) {
			t.Errorf("%s: %d %s", field, a.status, a.body)
		}
	}
	if a := h.send(admin, asJSON("POST", "/people/"+admin.person+"/erasure", map[string]any{"confirm": admin.email, "password": housePassword, "reason": "Me"})); a.status != 409 {
		t.Errorf("oneself: %d %s", a.status, a.body)
	}
	if a := h.send(h.b.callers["admin"], asJSON("POST", path, good)); a.status != 404 {
		t.Errorf("from elsewhere: %d", a.status)
	}
	var branch struct{ ID string }
	h.do(admin, "POST", "/branches", map[string]any{"name": "What if"}, &branch)
	inBranch := func(q request) request { return q.with("Assay-Branch", branch.ID) }
	title := map[string]any{"ref": "BR-1", "title": "Only in the branch", "owner": c.person}
	h.want(admin, inBranch(asJSON("POST", "/controls", title)), nil)
	h.log.take()
	h.do(admin, "POST", path, good, nil)
	if a := h.send(admin, asJSON("POST", path, good)); a.status != 409 {
		t.Errorf("while it is done: %d %s", a.status, a.body)
	}
	h.jobs.Drain(t.Context())
	if a := h.send(admin, asJSON("POST", path, map[string]any{"confirm": look.Pseudonym, "password": housePassword, "reason": "Again"})); a.status != 409 {
		t.Errorf("again: %d %s", a.status, a.body)
	}
	for _, who := range []string{"vera", "token vera"} {
		if a := h.send(h.a.callers[who], get("/session")); a.status != 401 {
			t.Errorf("%s comes in: %d", who, a.status)
		}
	}

	// What is on the disk while the program runs: databases, write-ahead logs, copies of the past, objects.
	for _, where := range h.traces(h.dir, h.kept) {
		if !strings.Contains(where, "objects") {
			t.Error(where)
		}
	}
	for _, o := range []*org{h.a, h.b, nil} {
		h.verified(t, o)
	}
	// A branch from before goes on, and does not know them either.
	if got := h.want(admin, inBranch(get("/controls?q=branch")), nil); !strings.Contains(string(got.body), "Only in the branch") {
		t.Errorf("the branch lost what it had: %s", got.body)
	}
	var known struct{ Items []struct{ Name string } }
	h.want(admin, inBranch(get("/people?q="+strings.Fields(look.Pseudonym)[1])), &known)
	if len(known.Items) != 1 || known.Items[0].Name != look.Pseudonym {
		t.Errorf("the branch calls them %+v", known)
	}
	// What is shown and exported, today and then, to every role.
	asked := 0
	for _, at := range []time.Time{{}, then} {
		for _, a := range h.ops {
			if a.Method != "GET" || a.How == op.WayStream {
				continue
			}
			for _, who := range []string{"token admin", "token auditor"} {
				q := h.plain(h.a, a, h.a.callers[who])
				q.path = strings.Replace(q.path, "/people/"+h.a.ids["person"][0], "/people/"+c.person, 1)
				if !at.IsZero() {
					q = q.at(at)
				}
				got := h.send(h.a.callers[who], q)
				if where := trace(unzipped(got.body)); where != "" {
					t.Errorf("%s as %s at %v: %s", a.name, who, at, where)
				}
				asked++
			}
		}
	}
	if asked < 200 {
		t.Errorf("only %d requests", asked)
	}
	var people struct{ Items []struct{ Name string } }
	h.want(h.a.callers["token admin"], get("/people?q="+strings.Fields(look.Pseudonym)[1]).at(then), &people)
	if len(people.Items) != 1 || people.Items[0].Name != look.Pseudonym {
		t.Errorf("the past calls them %+v", people)
	}
	for _, format := range []string{"archive", "plain"} {
		got := h.want(h.a.callers["token admin"], get("/backups/export?format="+format), nil)
		if where := trace(unzipped(got.body)); where != "" {
			t.Errorf("the %s names them: %s", format, where)
		}
	}
	// A state of the past that is restored beside, and the log without its seal.
	temp := t.TempDir()
	m, err := h.srv.cfg.Logs.Moment(t.Context(), h.store, h.a.id, ltxlog.Point{Time: then}, temp)
	h.must(err)
	if got := h.traces(temp); len(got) > 0 {
		t.Errorf("a restored state: %v", got)
	}
	h.must(m.Close())
	plain := filepath.Join(t.TempDir(), "plain")
	from := h.text(nil, "SELECT record FROM person_erasure WHERE ended_at <> ''")
	var first uint64
	fmt.Sscan(from, &first)
	_, err = h.srv.cfg.Logs.ExportPlain(t.Context(), h.a.id, plain, first)
	h.must(err)
	bare := filepath.Join(t.TempDir(), "bare.db")
	_, err = ltxlog.Restore(t.Context(), ltxlog.FileLog{Dir: plain}, h.a.id, bare, ltxlog.Point{}, ltxlog.RestoreOptions{Open: storage.OpenCopy})
	h.must(err)
	if got := h.traces(filepath.Dir(bare)); len(got) > 0 {
		t.Errorf("the log without its seal: %v", got)
	}
	if where := trace(h.log.String()); where != "" {
		t.Errorf("the program's log: %s", where)
	}
	if got := h.text(h.a, "SELECT author FROM comment WHERE body LIKE 'I have looked%'"); got != c.person {
		t.Errorf("the comment is %s's", got)
	}
}

// fresh brings the log of an organisation to what is committed.
func (h *house) fresh(o *org) (err error) {
	h.in(o, func(*storage.ReadTx) error {
		_, err = h.srv.cfg.Logs.Flush(h.tb.Context(), o.id)
		return err
	})
	return err
}

// verified has an audit log prove itself; nil is the installation's.
func (h *house) verified(t *testing.T, o *org) {
	t.Helper()
	db := h.store.Control()
	if o != nil {
		d, done, err := h.store.Tenant(t.Context(), o.id)
		h.must(err)
		defer done()
		db = d
	}
	rep, err := db.Verify(t.Context())
	h.must(err)
	if !rep.OK() {
		t.Errorf("%s: %+v", db.ID(), rep.Problems)
	}
}

// TestPersonErasedInOne: who is in two organisations is erased in one, and is who they are in the other.
func TestPersonErasedInOne(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.hired(h.a)
	h.do(h.b.callers["admin"], "POST", "/members", map[string]any{"email": c.email, "role": "user", "name": "ignored", "title": "Guest " + vera}, nil)
	person := h.text(nil, "SELECT person FROM membership WHERE account = ? AND tenant = ?", c.account, h.b.id)
	h.do(h.a.callers["admin"], "POST", "/people/"+c.person+"/erasure", map[string]any{"confirm": c.email, "password": housePassword, "reason": "They left"}, nil)
	h.jobs.Drain(t.Context())
	if got := h.text(h.b, "SELECT email FROM person WHERE id = ?", person); got != c.email {
		t.Errorf("the other organisation knows %q", got)
	}
	if got := h.text(nil, "SELECT email || ' ' || (SELECT count(*) FROM membership m WHERE m.account = a.id) FROM account a WHERE id = ?", c.account); got != c.email+" 1" {
		t.Errorf("the account is %q", got)
	}
	if got := h.text(h.a, "SELECT name || email FROM person WHERE id = ?", c.person); got != storage.Pseudonym(c.person) {
		t.Errorf("here they are %q", got)
	}
	for _, o := range []*org{h.a, h.b, nil} {
		h.verified(t, o)
	}
}
