package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"assay/server/account"
	"assay/server/account/totp"
	"assay/server/mail"
	"assay/server/op"
	"assay/server/optest"
	"assay/storage"
	"assay/storage/blob"
	"assay/storage/keys"
)

// The structural tests ask the whole product, through the handler it serves, on real files. They share one
// installation with two organisations, Northwind and Quarrystone, that have something of every kind. It is
// built once by the product's own operations; every test gets its own copy.

// house is a running copy of the installation.
type house struct {
	*installation
	tb    testing.TB
	dir   string
	clock *optest.Clock
	store *storage.Store
	srv   *Server
	log   *lines
	post  *outbox
	h     http.Handler
	ops   []action
	doc   *document
	code  string // of an app that was just set up

	careful bool // writes wait for the disk
}

// installation is what is known of the two organisations. It is never changed after it was built.
type installation struct {
	dir string
	now time.Time
	a   *org // Northwind
	b   *org // Quarrystone: every text of it contains the canary
}

// canary stands in every text of Quarrystone. Nobody at Northwind may ever see it.
const canary = "Qzxcanary"

// org is one organisation with what its people hold.
type org struct {
	id, slug string
	callers  map[string]caller   // "admin", "token user", "expired session", ...
	ids      map[string][]string // rows by table
	links    map[string]string   // secrets of mailed links, by kind
	secrets  []string            // whatever must never come back
}

// caller is somebody who sends requests.
type caller struct {
	name            string
	account, person string
	email           string
	role            op.Roles
	cookie, bearer  string
}

func (o *org) id1(table string) string {
	if len(o.ids[table]) == 0 {
		panic("the installation has no row of " + table)
	}
	return o.ids[table][0]
}

// roleNames are the four of an organisation.
var roleNames = []string{"admin", "user", "auditor", "executive"}

const housePassword = "quiet harbor tin lantern"

var template struct {
	sync.Once
	in *installation
}

func TestMain(m *testing.M) {
	code := m.Run()
	if template.in != nil {
		os.RemoveAll(template.in.dir)
	}
	os.Exit(code)
}

// open gives a test its own copy of the installation.
func open(tb testing.TB, opts ...func(*Config)) *house {
	tb.Helper()
	template.Do(func() { template.in = build(tb) })
	if template.in == nil {
		tb.Fatal("the installation could not be built")
	}
	dir := tb.TempDir()
	copyTree(tb, dir, template.in.dir)
	h := &house{installation: template.in}
	h.start(tb, dir, template.in.now, opts...)
	return h
}

// start runs what lies in dir.
func (h *house) start(tb testing.TB, dir string, now time.Time, opts ...func(*Config)) {
	tb.Helper()
	h.tb, h.dir, h.clock, h.log, h.post = tb, dir, &optest.Clock{}, &lines{}, &outbox{}
	h.clock.Set(now)
	k, err := keys.OpenDir(filepath.Join(dir, "keys"), nil)
	h.must(err)
	log := slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	jobs := NewJobs()
	h.store, err = storage.Open(context.Background(), storage.Config{Dir: dir, Keys: k, Now: h.clock.Now, Log: log, OnDue: jobs.Notify, Careless: !h.careful})
	h.must(err)
	disk, err := blob.Disk(filepath.Join(dir, "objects"))
	h.must(err)
	blobs := blob.New(disk, k, nil)
	c := Config{Store: h.store, Keys: k, Blobs: blobs, Jobs: jobs, Base: "http://assay.example", Sender: h.post, TempDir: tb.TempDir(), Log: log, Unlimited: true}
	for _, o := range opts {
		o(&c)
	}
	h.srv, err = New(c)
	h.must(err)
	h.h = h.srv.Handler()
	h.ops, h.doc = actions(h.srv.Modules), shared()
	var once sync.Once
	stop := func() {
		once.Do(func() {
			h.store.Close()
			blobs.Close()
			k.Close()
		})
	}
	tb.Cleanup(stop)
}

func (h *house) must(err error) {
	h.tb.Helper()
	if err != nil {
		h.tb.Fatal(err)
	}
}

// action is one operation by the name that the audit log gives it.
type action struct {
	op.Op
	module op.Module
	name   string
}

func actions(modules []op.Module) (all []action) {
	for _, m := range modules {
		for _, o := range m.Ops {
			all = append(all, action{o, m, m.Name + "." + o.Name})
		}
	}
	return all
}

// answer is how a request ended.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) String() string { return fmt.Sprintf("%d %.300s", a.status, a.body) }

func (a answer) ok() bool { return a.status >= 200 && a.status < 300 }

// request is one that has not been sent.
type request struct {
	method, path string // below /api/v1, with query
	body         []byte
	kind         string // Content-Type
	header       http.Header
}

func (r request) with(name, value string) request {
	h := r.header.Clone()
	if h == nil {
		h = http.Header{}
	}
	h.Set(name, value)
	r.header = h
	return r
}

// asJSON is a request with a body, none for nil.
func asJSON(method, path string, body any) request {
	r := request{method: method, path: path}
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			panic(err)
		}
		r.body, r.kind = b, "application/json"
	}
	return r
}

// asFile is a request with one file.
func asFile(path, name string, content []byte) request {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		panic(err)
	}
	part.Write(content)
	w.Close()
	return request{method: "POST", path: path, body: b.Bytes(), kind: w.FormDataContentType()}
}

var addresses atomic.Uint32

// send sends a request as somebody. Each comes from an address of its own, so that a thousand tries are not
// one visitor knocking.
func (h *house) send(c caller, q request) answer {
	h.tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var body io.Reader = http.NoBody
	if q.body != nil {
		body = bytes.NewReader(q.body)
	}
	r, err := http.NewRequestWithContext(ctx, q.method, "http://assay.example/api/v1"+q.path, body)
	if err != nil {
		return answer{status: -1, body: []byte(err.Error())} // no client can send it
	}
	r.RequestURI = r.URL.RequestURI()
	n := addresses.Add(1)
	r.RemoteAddr = fmt.Sprintf("10.%d.%d.%d:4000", byte(n>>16), byte(n>>8), byte(n))
	if q.kind != "" {
		r.Header.Set("Content-Type", q.kind)
	}
	if c.cookie != "" {
		r.Header.Set("Cookie", "assay="+c.cookie)
	}
	if c.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+c.bearer)
	}
	for k, v := range q.header {
		if k == "Host" {
			r.Host = v[0]
			continue
		}
		r.Header[k] = v
	}
	w := &recorder{ResponseRecorder: httptest.NewRecorder(), enough: cancel}
	func() {
		defer func() {
			if p := recover(); p == http.ErrAbortHandler {
				w.Code = 0 // the connection was cut
			} else if p != nil {
				panic(p)
			}
		}()
		h.h.ServeHTTP(w, r)
	}()
	return answer{w.Code, w.Header(), w.Body.Bytes()}
}

// recorder hangs up on a stream after its first event.
type recorder struct {
	*httptest.ResponseRecorder
	enough func()
}

func (r *recorder) Write(b []byte) (int, error) {
	n, err := r.ResponseRecorder.Write(b)
	if bytes.Contains(b, []byte("event: ")) && strings.HasPrefix(r.Header().Get("Content-Type"), "text/event-stream") {
		r.enough()
	}
	return n, err
}

// do is send for what has to succeed.
func (h *house) do(c caller, method, path string, in, out any, headers ...http.Header) answer {
	h.tb.Helper()
	q := asJSON(method, path, in)
	for _, hd := range headers {
		q.header = hd
	}
	return h.want(c, q, out)
}

func (h *house) want(c caller, q request, out any) answer {
	h.tb.Helper()
	a := h.send(c, q)
	if !a.ok() {
		h.tb.Fatalf("%s %s as %s: %s", q.method, q.path, c.name, a)
	}
	if out != nil {
		if err := json.Unmarshal(a.body, out); err != nil {
			h.tb.Fatalf("%s %s: %v: %.300s", q.method, q.path, err, a.body)
		}
	}
	return a
}

// in reads an organisation's file; in nil reads the installation's.
func (h *house) in(o *org, fn func(*storage.ReadTx) error) {
	h.tb.Helper()
	db, done := h.store.Control(), func() {}
	if o != nil {
		var err error
		db, done, err = h.store.Tenant(context.Background(), o.id)
		h.must(err)
	}
	defer done()
	h.must(db.Read(context.Background(), storage.Call{}, fn))
}

// text is the one value a query gives.
func (h *house) text(o *org, query string, args ...any) (s string) {
	h.tb.Helper()
	h.in(o, func(tx *storage.ReadTx) error { return tx.QueryRow(query, args...).Scan(&s) })
	return s
}

// column is the first column of all rows a query gives.
func (h *house) column(o *org, query string, args ...any) (all []string) {
	h.tb.Helper()
	h.in(o, func(tx *storage.ReadTx) error {
		rows, err := tx.Query(query, args...)
		if err != nil {
			return err
		}
		all, err = op.Scan(rows, func(r op.Row) (s string, err error) { return s, r.Scan(&s) })
		return err
	})
	return all
}

// write changes rows behind the product's back, as no operation does. o nil is the installation.
func (h *house) write(o *org, tables []string, fn func(*storage.WriteTx) error) {
	h.tb.Helper()
	db, done := h.store.Control(), func() {}
	if o != nil {
		var err error
		db, done, err = h.store.Tenant(context.Background(), o.id)
		h.must(err)
	}
	defer done()
	_, err := db.Write(context.Background(), storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "test"}, Action: "test.seed", Owns: tables}, fn)
	h.must(err)
}

// lines is a log that is read while it is written.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// take is what was logged since the last take.
func (l *lines) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.b.String()
	l.b.Reset()
	return s
}

// outbox keeps the mails that were sent.
type outbox struct {
	mu   sync.Mutex
	sent []mail.Message
}

func (o *outbox) Send(_ context.Context, m mail.Message) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sent = append(o.sent, m)
	return nil
}

var mailed = regexp.MustCompile(`https?://\S+#(\S+)`)

// link is the secret of the link in the last mail to an address.
func (h *house) link(to string) string {
	h.tb.Helper()
	_, err := h.srv.Post.Deliver(context.Background())
	h.must(err)
	h.post.mu.Lock()
	defer h.post.mu.Unlock()
	for i := len(h.post.sent) - 1; i >= 0; i-- {
		if m := mailed.FindStringSubmatch(h.post.sent[i].Text); h.post.sent[i].To == to && m != nil {
			return m[1]
		}
	}
	h.tb.Fatalf("no link was mailed to %s", to)
	return ""
}

// copyTree copies the databases and links the rest: keys and objects are written once.
func copyTree(tb testing.TB, to, from string) {
	tb.Helper()
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == from {
			return err
		}
		there := filepath.Join(to, strings.TrimPrefix(path, from))
		switch {
		case d.IsDir():
			return os.Mkdir(there, 0o700)
		case d.Name() == "lock":
			return nil
		case filepath.Ext(path) != ".db":
			return os.Link(path, there)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(there, b, 0o600)
	})
	if err != nil {
		tb.Fatal(err)
	}
}

// build makes the installation that all tests copy.
func build(tb testing.TB) *installation {
	dir, err := os.MkdirTemp("", "assay-house-")
	if err != nil {
		tb.Fatal(err)
	}
	h := &house{installation: &installation{dir: dir, now: optest.Start}}
	h.start(tb, dir, optest.Start)
	h.a = h.found("Northwind", "northwind", "northwind.example", "Ada Northwind")
	h.b = h.found(canary+" Quarrystone", "quarry-b", strings.ToLower(canary)+".example", "Zed "+canary)
	h.fill(h.a, "Northwind")
	h.fill(h.b, canary)
	h.sing()
	for _, o := range []*org{h.a, h.b} {
		h.note(o)
	}
	if err := h.store.Close(); err != nil {
		tb.Fatal(err)
	}
	return h.installation
}

// found makes an organisation with somebody of every role, and those who may no longer come in.
func (h *house) found(name, slug, domain, admin string) *org {
	h.tb.Helper()
	o := &org{callers: map[string]caller{}, ids: map[string][]string{}, links: map[string]string{}}
	email := "admin@" + domain
	id, slug, url, err := h.srv.Door.Found(context.Background(), storage.Actor{Kind: storage.Operator, ID: "test"}, account.Founding{Name: name, Slug: slug, Email: email, Admin: admin})
	h.must(err)
	o.id, o.slug = id, slug
	_, secret, _ := strings.Cut(url, "#")
	o.callers["admin"] = h.join(o, "admin", op.Admin, email, secret, admin)
	for who, role := range map[string]string{"user": "user", "auditor": "auditor", "executive": "executive", "spare": "user", "disabled": "admin", "removed": "admin"} {
		email := who + "@" + domain
		h.do(o.callers["admin"], "POST", "/members", map[string]any{"email": email, "role": role, "title": name + " " + who, "department": name}, nil)
		o.callers[who] = h.join(o, who, op.RoleOf(role), email, h.link(email), who+" "+admin)
	}
	for _, who := range []string{"pending", "invited"} {
		email := who + "@" + domain
		h.do(o.callers["admin"], "POST", "/members", map[string]any{"email": email, "role": "user", "name": who + " " + name}, nil)
		o.links["invitation "+who] = h.link(email)
	}
	return o
}

// join accepts an invitation.
func (h *house) join(o *org, who string, role op.Roles, email, link, name string) caller {
	h.tb.Helper()
	a := h.do(caller{name: "nobody"}, "POST", "/invitations/accept", map[string]any{"token": link, "name": name, "password": housePassword}, nil)
	c := caller{name: who, role: role, email: email, cookie: cookieOf(a)}
	c.account = h.text(nil, "SELECT id FROM account WHERE email = ?", email)
	c.person = h.text(nil, "SELECT person FROM membership WHERE account = ? AND tenant = ?", c.account, o.id)
	o.secrets = append(o.secrets, c.cookie)
	return c
}

func cookieOf(a answer) string {
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if strings.HasSuffix(c.Name, "assay") {
			return c.Value
		}
	}
	return ""
}

// fill gives an organisation something of every kind, through its own operations.
func (h *house) fill(o *org, word string) {
	h.tb.Helper()
	admin := o.callers["admin"]
	id := func(a answer) string {
		var r struct{ ID string }
		h.must(json.Unmarshal(a.body, &r))
		return r.ID
	}
	h.do(admin, "POST", "/frameworks", map[string]any{"key": "soc2-2017"}, nil)
	h.want(admin, asFile("/frameworks/import?short=Own", "catalog.json", oscal(word)), nil)
	h.want(admin, asFile("/settings/logo", "logo.png", logo(len(word))), nil)
	h.do(admin, "PATCH", "/settings", map[string]any{"industry": word, "address": word, "website": "https://" + strings.ToLower(word) + ".example"}, nil, version(h.text(o, "SELECT version FROM organisation")))
	var controls []string
	for i := range 3 {
		controls = append(controls, id(h.do(admin, "POST", "/controls", map[string]any{"ref": fmt.Sprint("OWN-", i), "title": word + " doors are locked", "description": word, "test": word, "domain": word, "owner": o.callers["user"].person}, nil)))
	}
	o.ids["control"] = controls
	h.do(admin, "POST", "/controls/"+controls[0]+"/status", map[string]any{"status": "not_applicable", "justification": word + " has no doors"}, nil)
	for i := range 3 {
		e := id(h.do(admin, "POST", "/evidence", map[string]any{"name": fmt.Sprint(word, " photo ", i), "description": word, "guidance": word, "category": word, "controls": controls[:1], "reviewer": o.callers[[]string{"admin", "user", "admin"}[i]].person}, nil))
		o.ids["evidence"] = append(o.ids["evidence"], e)
		for j := range 2 {
			a := h.want(o.callers["spare"], asFile("/evidence/"+e+"/files?note="+word, fmt.Sprint(word, j, ".txt"), fmt.Appendf(nil, "%s proof %d %d\n", word, i, j)), nil)
			o.ids["file"] = append(o.ids["file"], id(a))
		}
	}
	h.do(admin, "POST", "/files/"+o.ids["file"][0]+"/accept", map[string]any{"note": word}, nil)
	h.do(admin, "POST", "/files/"+o.ids["file"][1]+"/reject", map[string]any{"note": word}, nil)
	for _, r := range roleNames {
		var made struct{ ID, Token string }
		h.do(admin, "POST", "/tokens", map[string]any{"name": word + " " + r, "role": r, "expires_on": "2026-12-31"}, &made)
		o.callers["token "+r] = caller{name: "token " + r, account: admin.account, person: admin.person, email: admin.email, role: op.RoleOf(r), bearer: made.Token}
		o.secrets = append(o.secrets, made.Token)
	}
	h.clock.Advance(-72 * time.Hour)
	var made struct{ Token string }
	h.do(admin, "POST", "/tokens", map[string]any{"name": "old " + word, "role": "admin", "expires_on": h.clock.Now().Format(storage.Date)}, &made)
	o.callers["expired token"] = caller{name: "expired token", bearer: made.Token}
	h.clock.Advance(71 * time.Hour)
	old := h.do(caller{}, "POST", "/session", map[string]any{"email": admin.email, "password": housePassword}, nil)
	o.callers["expired session"] = caller{name: "expired session", cookie: cookieOf(old)}
	h.clock.Set(h.now)
	for _, who := range []string{"disabled", "removed"} {
		c := o.callers[who]
		m := h.text(nil, "SELECT id FROM membership WHERE account = ?", c.account)
		var made struct{ Token string }
		h.do(c, "POST", "/tokens", map[string]any{"name": who, "role": "admin", "expires_on": "2026-12-31"}, &made)
		o.callers[who+" token"] = caller{name: who + " token", bearer: made.Token}
		if who == "removed" {
			h.do(admin, "DELETE", "/members/"+m, nil, nil)
			continue
		}
		h.want(admin, asJSON("PATCH", "/members/"+m, map[string]any{"status": "disabled"}).with("If-Match", h.text(nil, "SELECT version FROM membership WHERE id = ?", m)), nil)
	}
	h.do(caller{}, "POST", "/password/reset-request", map[string]any{"email": o.callers["spare"].email}, nil)
	o.links["reset"] = h.link(o.callers["spare"].email)
	for _, l := range o.links {
		o.secrets = append(o.secrets, l)
	}
	// The auditor has two-step sign-in.
	c := o.callers["auditor"]
	var start struct{ Secret string }
	h.do(c, "POST", "/mfa/totp", map[string]any{"password": housePassword}, &start)
	code, err := totp.Code(start.Secret, h.clock.Now())
	h.must(err)
	var codes struct {
		Codes []string `json:"recovery_codes"`
	}
	a := h.do(c, "POST", "/mfa/totp/confirm", map[string]any{"code": code}, &codes)
	c.cookie = cookieOf(a)
	o.callers["auditor"] = c
	o.secrets = append(append(o.secrets, c.cookie, start.Secret), codes.Codes...)
}

// version is a header for do.
func version(v string) http.Header { return http.Header{"If-Match": {v}} }

// machine are text columns whose values the program chooses: ids, references, words of a vocabulary, times,
// digests. Every other text column of Quarrystone is given the canary, also one that is added later.
var machine = regexp.MustCompile(`^(\w+\.)?(id|scope|owner|reviewer|control|evidence|requirement|framework|parent|person|uploaded_by|reviewed_by|changed_by|replaces|` +
	`\w+_at|\w+_on|\w+_start|\w+_end|day|since|first_expiry|source|source_key|source_id|key|ref|sort_ref|digest|sha256|original|object|\w+_sha256|\w+_object|\w+_type|type|` +
	`kind|status|effective|relation|frequency|review|tags|report|color|zone|currency|email|contact_email|website|uuid|reason)$`)

// sing writes the canary into every text of Quarrystone, that of the catalogs too.
func (h *house) sing() {
	h.tb.Helper()
	var tables []string
	set := map[string][]string{}
	for _, table := range h.column(h.b, "SELECT name FROM sqlite_master WHERE type = 'table'") {
		if !slices.ContainsFunc(h.srv.Modules, func(m op.Module) bool { return slices.Contains(m.Owns, table) }) {
			continue
		}
		h.in(h.b, func(tx *storage.ReadTx) error {
			rows, err := tx.Query("SELECT * FROM " + table + " LIMIT 0")
			if err != nil {
				return err
			}
			defer rows.Close()
			columns, err := rows.ColumnTypes()
			for _, c := range columns {
				if c.DatabaseTypeName() == "TEXT" && !machine.MatchString(c.Name()) {
					set[table] = append(set[table], c.Name())
				}
			}
			return err
		})
		if set[table] != nil {
			tables = append(tables, table)
		}
	}
	if len(tables) < 8 {
		h.tb.Fatalf("only %v have texts", tables)
	}
	h.write(h.b, tables, func(tx *storage.WriteTx) error {
		for table, columns := range set {
			for _, c := range columns {
				if err := tx.Exec(fmt.Sprintf("UPDATE %s SET %s = '%s %s.%s ' || %[2]s WHERE %[2]s NOT LIKE '%%%[3]s%%'", table, c, canary, table, c)); err != nil {
					return fmt.Errorf("%s.%s: %w", table, c, err)
				}
			}
		}
		return nil
	})
}

// note writes down the ids of an organisation's rows.
func (h *house) note(o *org) {
	h.tb.Helper()
	add := func(in *org, table, query string, args ...any) {
		for _, id := range h.column(in, query, args...) {
			if !strings.Contains(strings.Join(o.ids[table], " "), id) {
				o.ids[table] = append(o.ids[table], id)
			}
		}
	}
	add(o, "control", "SELECT id FROM control ORDER BY ref LIMIT 20")
	add(o, "framework", "SELECT id FROM framework ORDER BY source")
	add(o, "requirement", "SELECT id FROM requirement WHERE assessable = 1 ORDER BY framework, position LIMIT 20")
	add(o, "person", "SELECT id FROM person ORDER BY email")
	add(o, "scope", "SELECT id FROM scope")
	add(o, "mapping", "SELECT id FROM mapping LIMIT 20")
	add(nil, "membership", "SELECT m.id FROM membership m JOIN account a ON a.id = m.account WHERE m.tenant = ? ORDER BY a.email = ? DESC", o.id, o.callers["spare"].email)
	add(nil, "account", "SELECT account FROM membership WHERE tenant = ?", o.id)
	add(nil, "token", "SELECT id FROM token WHERE tenant = ? AND account = ?", o.id, o.callers["admin"].account)
	add(nil, "session", "SELECT id FROM session WHERE tenant = ? AND account = ? AND expires > ?", o.id, o.callers["admin"].account, h.clock.Now().Format(storage.Instant))
	o.ids["tenant"] = []string{o.id}
	o.ids["slug"] = []string{o.slug}
}

// logo is a small picture, another one for each n.
func logo(n int) []byte {
	m := image.NewGray(image.Rect(0, 0, 64, 64))
	m.Pix[n%len(m.Pix)] = 200
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// oscal is a small catalog.
func oscal(word string) []byte {
	return fmt.Appendf(nil, `{"catalog":{"uuid":"74c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724","metadata":{"title":"%[1]s catalog","last-modified":"2026-01-01T00:00:00Z","version":"1","oscal-version":"1.1.2"},
"groups":[{"id":"g1","title":"%[1]s group","controls":[
{"id":"c1","title":"%[1]s one","parts":[{"id":"c1_smt","name":"statement","prose":"%[1]s says so."}]},
{"id":"c2","title":"%[1]s two","parts":[{"id":"c2_smt","name":"statement","prose":"%[1]s says so too."}]}]}]}}`, word)
}
