package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"assay/backup"
	"assay/backup/ltxlog"
	"assay/backup/witness"
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
	jobs *Jobs
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

	careful bool   // writes wait for the disk
	kept    string // folder where every change is kept a second time; empty means nowhere
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
	return openAs(tb, &house{}, opts...)
}

// openAs is open for a house that differs.
func openAs(tb testing.TB, h *house, opts ...func(*Config)) *house {
	tb.Helper()
	template.Do(func() { template.in = build(tb) })
	if template.in == nil {
		tb.Fatal("the installation could not be built")
	}
	dir := tb.TempDir()
	copyTree(tb, dir, template.in.dir)
	h.installation = template.in
	h.start(tb, dir, template.in.now, opts...)
	return h
}

// openKept is open for a house in which every change is kept a second time.
func openKept(tb testing.TB) *house {
	tb.Helper()
	return openAs(tb, &house{kept: tb.TempDir()})
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
	h.jobs = jobs
	files := storage.Config{Dir: dir, Keys: k, Now: h.clock.Now, Log: log, OnDue: jobs.Notify, Careless: !h.careful}
	var logs *backup.Logs
	if h.kept != "" {
		logs, err = backup.NewLogs(backup.LogsConfig{Log: ltxlog.Sealed(ltxlog.FileLog{Dir: h.kept}, k.Key), Dir: dir, Durability: ltxlog.Sync, Rand: rand.Reader, Now: h.clock.Now, Logger: log})
		h.must(err)
		files.Logs, files.Past = logs, logs
	}
	h.store, err = storage.Open(context.Background(), files)
	h.must(err)
	disk, err := blob.Disk(filepath.Join(dir, "objects"))
	h.must(err)
	blobs := blob.New(disk, k, nil)
	c := Config{Store: h.store, Keys: k, Blobs: blobs, Logs: logs, Jobs: jobs, Checkpoints: Checkpoints{Place: witness.Folder{Dir: tb.TempDir()}, Lock: 24 * time.Hour}, Base: "http://assay.example", Sender: h.post, TempDir: tb.TempDir(), Log: log, Unlimited: true}
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
	said := h.log
	tb.Cleanup(func() {
		for l := range strings.Lines(said.String()) {
			if tb.Failed() && strings.Contains(l, "level=ERROR") {
				tb.Log(l) // why something was answered with 500
			}
		}
	})
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
