// Package accounttest is an installation with its doors, served over real HTTP:
// cookies, a clock that is moved by hand, and the mails that were sent.
package accounttest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/mux"

	"assay/server/account"
	"assay/server/account/totp"
	"assay/server/mail"
	"assay/server/op"
	"assay/server/optest"
	"assay/storage"
	"assay/storage/blob"
	"assay/storage/keys"
)

// House is one installation.
type House struct {
	TB    testing.TB
	Clock *optest.Clock
	Store *storage.Store
	Door  *account.Door
	Post  *mail.Post
	URL   string
	Dir   string

	client *http.Client

	mu   sync.Mutex
	sent []mail.Message
}

// Password is a good one, for tests that are about something else.
const Password = "quiet harbor tin lantern"

// Operator is who founds organisations here.
var Operator = storage.Actor{Kind: storage.Operator, ID: "test"}

// Send keeps a mail.
func (h *House) Send(_ context.Context, m mail.Message) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sent = append(h.sent, m)
	return nil
}

// New builds an installation with the given modules beside those about
// accounts.
func New(tb testing.TB, modules func(*House) []op.Module) *House {
	tb.Helper()
	return build(tb, httptest.NewUnstartedServer(nil), false, modules)
}

// NewTLS is New over https.
func NewTLS(tb testing.TB, modules func(*House) []op.Module) *House {
	tb.Helper()
	return build(tb, httptest.NewUnstartedServer(nil), true, modules)
}

func build(tb testing.TB, srv *httptest.Server, tls bool, modules func(*House) []op.Module) *House {
	clock := &optest.Clock{}
	clock.Set(optest.Start)
	h := &House{TB: tb, Clock: clock, Dir: tb.TempDir(), URL: "http://" + srv.Listener.Addr().String()}
	if tls {
		h.URL = "https://" + srv.Listener.Addr().String()
	}
	k := keys.NewMemory(nil)
	log := slog.New(slog.NewTextHandler(tb.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	var err error
	if h.Store, err = storage.Open(tb.Context(), storage.Config{Dir: h.Dir, Keys: k, Now: clock.Now, Log: log}); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { h.Store.Close() })
	disk, err := blob.Disk(filepath.Join(h.Dir, "objects"))
	if err != nil {
		tb.Fatal(err)
	}
	blobs := blob.New(disk, k, nil)
	tb.Cleanup(func() { blobs.Close() })
	h.Post = mail.NewPost(h.Store, h, true, log)
	if h.Door, err = account.New(account.Config{Store: h.Store, Post: h.Post, Base: h.URL, Log: log}); err != nil {
		tb.Fatal(err)
	}
	// A test says where it comes from, so that a hundred sign-ins are not one
	// address knocking too often.
	ip := func(r *http.Request) string {
		if ip := r.Header.Get("Test-IP"); ip != "" {
			return ip
		}
		return "192.0.2.1"
	}
	router := mux.NewRouter()
	ops := &op.Server{Store: h.Store, Blobs: blobs, Authenticate: h.Door.Authenticate, ClientIP: ip, Log: log, TempDir: tb.TempDir()}
	ops.Mount(router, append([]op.Module{h.Door.Module()}, modules(h)...)...)
	router.PathPrefix("/demo/outbox").Handler(h.Post.Outbox())
	srv.Config.Handler = http.NewCrossOriginProtection().Handler(h.Door.Wrap(router))
	if tls {
		srv.StartTLS()
	} else {
		srv.Start()
	}
	tb.Cleanup(srv.Close)
	h.client = srv.Client()
	return h
}

// Found makes an organisation whose administrator has joined, and gives the
// administrator's browser.
func (h *House) Found(name, email string) (*Browser, string) {
	h.TB.Helper()
	tenant, _, url, err := h.Door.Found(h.TB.Context(), Operator, account.Founding{Name: name, Email: email, Admin: "Maria López"})
	if err != nil {
		h.TB.Fatal(err)
	}
	b := h.Browser()
	b.Must("POST", "/invitations/accept", map[string]any{"token": Secret(url), "name": "Maria López", "password": Password}, nil)
	return b, tenant
}

// Secret is what stands behind the # of a link.
func Secret(link string) string {
	_, s, _ := strings.Cut(link, "#")
	return s
}

var linkIn = regexp.MustCompile(`https?://\S+#\S+`)

// Mail is the last mail to an address, delivered now. It fails without one.
func (h *House) Mail(to string) mail.Message {
	h.TB.Helper()
	if _, err := h.Post.Deliver(h.TB.Context()); err != nil {
		h.TB.Fatal(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := len(h.sent) - 1; i >= 0; i-- {
		if h.sent[i].To == to {
			return h.sent[i]
		}
	}
	h.TB.Fatalf("no mail to %s", to)
	return mail.Message{}
}

// Mails is how many were sent to an address.
func (h *House) Mails(to string) (n int) {
	h.TB.Helper()
	if _, err := h.Post.Deliver(h.TB.Context()); err != nil {
		h.TB.Fatal(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, m := range h.sent {
		if m.To == to {
			n++
		}
	}
	return n
}

// Link is the secret of the link in the last mail to an address.
func (h *House) Link(to string) string {
	h.TB.Helper()
	l := linkIn.FindString(h.Mail(to).Text)
	if l == "" {
		h.TB.Fatalf("no link in %q", h.Mail(to).Text)
	}
	return Secret(l)
}

// Control reads one value from the installation's database.
func (h *House) Control(query string, args ...any) (value string) {
	h.TB.Helper()
	err := h.Store.Control().Read(h.TB.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		return tx.QueryRow(query, args...).Scan(&value)
	})
	if err != nil {
		h.TB.Fatalf("%s: %v", query, err)
	}
	return value
}

// Browser is somebody's browser, with its cookies.
type Browser struct {
	*House
	IP     string
	Agent  string
	Bearer string // an access token instead of cookies
	Last   *http.Response
	Body   []byte
	client *http.Client
	header http.Header
}

// Browser opens a fresh one.
func (h *House) Browser() *Browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.TB.Fatal(err)
	}
	c := *h.client
	c.Jar = jar
	return &Browser{House: h, client: &c, header: http.Header{}, Agent: "Firefox"}
}

// With is the same browser with one more header in its requests.
func (b *Browser) With(key, value string) *Browser {
	c := *b
	c.header = b.header.Clone()
	c.header.Set(key, value)
	return &c
}

// Program is somebody without cookies but with an access token.
func (h *House) Program(token string) *Browser {
	b := h.Browser()
	b.Bearer = token
	return b
}

// Do sends a request below /api/v1 and decodes a good answer into out.
func (b *Browser) Do(method, path string, in, out any) int {
	b.TB.Helper()
	var body io.Reader
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			b.TB.Fatal(err)
		}
		body = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(b.TB.Context(), method, b.URL+"/api/v1"+path, body)
	if err != nil {
		b.TB.Fatal(err)
	}
	for k, v := range b.header {
		r.Header[k] = v
	}
	r.Header.Set("User-Agent", b.Agent)
	if in != nil && r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if b.IP != "" {
		r.Header.Set("Test-IP", b.IP)
	}
	if b.Bearer != "" {
		r.Header.Set("Authorization", "Bearer "+b.Bearer)
	}
	return b.Send(r, out)
}

// Send sends a request that the test made itself.
func (b *Browser) Send(r *http.Request, out any) int {
	b.TB.Helper()
	res, err := b.client.Do(r)
	if err != nil {
		b.TB.Fatal(err)
	}
	defer res.Body.Close()
	if b.Body, err = io.ReadAll(res.Body); err != nil {
		b.TB.Fatal(err)
	}
	b.Last = res
	if out != nil && res.StatusCode < 300 {
		if err := json.Unmarshal(b.Body, out); err != nil {
			b.TB.Fatalf("%s %s: %v: %s", r.Method, r.URL.Path, err, b.Body)
		}
	}
	return res.StatusCode
}

// Must is Do for what has to succeed.
func (b *Browser) Must(method, path string, in, out any) {
	b.TB.Helper()
	if got := b.Do(method, path, in, out); got >= 300 {
		b.TB.Fatalf("%s %s: %d %s", method, path, got, b.Body)
	}
}

// Want is Do for what has to be answered with a status.
func (b *Browser) Want(status int, method, path string, in any) {
	b.TB.Helper()
	if got := b.Do(method, path, in, nil); got != status {
		b.TB.Errorf("%s %s: %d, want %d: %s", method, path, got, status, b.Body)
	}
}

// Says is whether the last answer holds text.
func (b *Browser) Says(text string) bool { return bytes.Contains(b.Body, []byte(text)) }

// SignIn signs in with the password of these tests.
func (b *Browser) SignIn(email string) int {
	b.TB.Helper()
	return b.Do("POST", "/session", map[string]any{"email": email, "password": Password}, nil)
}

// Join invites somebody and accepts for them; it gives their browser.
func (h *House) Join(tb testing.TB, admin *Browser, email, role string) *Browser {
	tb.Helper()
	admin.Must("POST", "/members", map[string]any{"email": email, "role": role}, nil)
	b := h.Browser()
	b.Must("POST", "/invitations/accept", map[string]any{"token": h.Link(email), "name": strings.Split(email, "@")[0] + " Doe", "password": Password}, nil)
	return b
}

// CookieHeader is what the browser sends as its cookies.
func (b *Browser) CookieHeader() string {
	u, err := url.Parse(b.URL)
	if err != nil {
		b.TB.Fatal(err)
	}
	var all []string
	for _, c := range b.client.Jar.Cookies(u) {
		all = append(all, c.Name+"="+c.Value)
	}
	return strings.Join(all, "; ")
}

// Clone is another tab of the browser.
func (b *Browser) Clone() *Browser {
	c := *b
	c.header = b.header.Clone()
	return &c
}

// Forget clears every count of tries.
func (h *House) Forget() {
	h.TB.Helper()
	_, err := h.Store.Control().Write(h.TB.Context(), storage.Call{Actor: Operator, Action: "test", Owns: []string{"throttle"}}, func(tx *storage.WriteTx) error {
		return tx.Exec("DELETE FROM throttle WHERE failures < 5")
	})
	if err != nil {
		h.TB.Fatal(err)
	}
}

// Dump is all there is in a table of the installation's database, as text.
func (h *House) Dump(table string) string {
	h.TB.Helper()
	var out strings.Builder
	err := h.Store.Control().Read(h.TB.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		rows, err := tx.Query("SELECT * FROM " + table)
		if err != nil {
			return err
		}
		defer rows.Close()
		cols, err := rows.Columns()
		if err != nil {
			return err
		}
		for rows.Next() {
			vals, ptrs := make([]any, len(cols)), make([]any, len(cols))
			for i := range vals {
				ptrs[i] = &vals[i]
			}
			if err := rows.Scan(ptrs...); err != nil {
				return err
			}
			fmt.Fprintln(&out, vals...)
		}
		return rows.Err()
	})
	if err != nil {
		h.TB.Fatal(err)
	}
	return out.String()
}

// SignOutAndIn signs in afresh.
func (b *Browser) SignOutAndIn(body map[string]any) {
	b.TB.Helper()
	b.Must("DELETE", "/session", nil, nil)
	b.Must("POST", "/session", body, nil)
}

// Night runs the nightly work on the installation's database.
func (h *House) Night() {
	h.TB.Helper()
	m := h.Door.Module()
	s := &op.Server{Store: h.Store}
	for _, j := range m.Jobs {
		if err := s.RunJob(h.TB.Context(), "", m, j, nil, "night"); err != nil {
			h.TB.Fatal(err)
		}
	}
}

// Enrol turns two-step sign-in on and gives the seed and the recovery codes.
func (h *House) Enrol(b *Browser) (secret string, codes []string) {
	h.TB.Helper()
	var start struct{ Secret string }
	b.Must("POST", "/mfa/totp", map[string]any{"password": Password}, &start)
	code, err := totp.Code(start.Secret, h.Clock.Now())
	if err != nil {
		h.TB.Fatal(err)
	}
	var done struct {
		Codes []string `json:"recovery_codes"`
	}
	b.Must("POST", "/mfa/totp/confirm", map[string]any{"code": code}, &done)
	return start.Secret, done.Codes
}
