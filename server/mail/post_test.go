package mail_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"assay/server/mail"
	"assay/server/optest"
	"assay/storage"
	"assay/storage/keys"
)

// flaky is a mail server with moods.
type flaky struct {
	fail error
	got  []mail.Message
}

func (f *flaky) Send(_ context.Context, m mail.Message) error {
	if f.fail != nil {
		return f.fail
	}
	f.got = append(f.got, m)
	return nil
}

func installation(t *testing.T) (*storage.Store, *optest.Clock) {
	clock := &optest.Clock{}
	clock.Set(optest.Start)
	st, err := storage.Open(t.Context(), storage.Config{Dir: t.TempDir(), Keys: keys.NewMemory(nil), Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	return st, clock
}

var call = storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "test"}, Action: "test.mail", Owns: []string{"mail"}}

func put(t *testing.T, st *storage.Store, p *mail.Post, to string) {
	t.Helper()
	_, err := st.Control().Write(t.Context(), call, func(tx *storage.WriteTx) error {
		return p.Put(tx, "test", "", mail.Reset("https://assay.example/reset#canary-secret", tx.Now()).To(to))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func value(t *testing.T, st *storage.Store, q string) (v string) {
	t.Helper()
	err := st.Control().Read(t.Context(), call, func(tx *storage.ReadTx) error { return tx.QueryRow(q).Scan(&v) })
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestQueueSendsOnceAndForgets(t *testing.T) {
	st, _ := installation(t)
	server := &flaky{}
	p := mail.NewPost(st, server, false, nil)
	for i := range 45 { // more than one batch
		put(t, st, p, fmt.Sprintf("p%02d@northwind.example", i))
	}
	if v := value(t, st, "SELECT max(body) FROM mail"); strings.Contains(v, "canary") || v == "" {
		t.Errorf("the body is not sealed: %q", v)
	}
	if n, err := p.Deliver(t.Context()); n != 45 || err != nil {
		t.Fatalf("%d %v", n, err)
	}
	if n, _ := p.Deliver(t.Context()); n != 0 {
		t.Errorf("%d sent again", n)
	}
	if server.got[0].To != "p00@northwind.example" || server.got[44].To != "p44@northwind.example" || !strings.Contains(server.got[0].HTML, "canary-secret") || server.got[0].ID == server.got[1].ID {
		t.Errorf("%+v", server.got[0])
	}
	if v := value(t, st, "SELECT count(*) FROM mail WHERE body <> '' OR sent_at = ''"); v != "0" {
		t.Errorf("%s mails keep their body", v)
	}
}

// A mail whose write fails does not exist.
func TestNoMailWithoutItsChange(t *testing.T) {
	st, _ := installation(t)
	p := mail.NewPost(st, &flaky{}, false, nil)
	undo := errors.New("undo")
	_, err := st.Control().Write(t.Context(), call, func(tx *storage.WriteTx) error {
		if err := p.Put(tx, "test", "", mail.NoAccount().To("a@b.example")); err != nil {
			return err
		}
		return undo
	})
	if !errors.Is(err, undo) || value(t, st, "SELECT count(*) FROM mail") != "0" {
		t.Errorf("%v, %s mails", err, value(t, st, "SELECT count(*) FROM mail"))
	}
}

func TestRetries(t *testing.T) {
	st, clock := installation(t)
	server := &flaky{fail: errors.New("connection refused\r\nby peer")}
	p := mail.NewPost(st, server, false, nil)
	put(t, st, p, "sam@northwind.example")
	var waited time.Duration
	for i := 1; i < mail.Tries; i++ {
		p.Deliver(t.Context())
		if got := value(t, st, "SELECT tries FROM mail"); got != fmt.Sprint(i) {
			t.Fatalf("try %d: counted %s", i, got)
		}
		clock.Advance(mail.Again(i) - time.Second)
		if p.Deliver(t.Context()); value(t, st, "SELECT tries FROM mail") != fmt.Sprint(i) {
			t.Fatalf("tried again before %v", mail.Again(i))
		}
		clock.Advance(time.Second)
		waited += mail.Again(i)
	}
	if waited < 12*time.Hour || waited > 48*time.Hour {
		t.Errorf("given up after %v", waited)
	}
	p.Deliver(t.Context())
	if v := value(t, st, "SELECT next_at || body || error FROM mail"); v != "connection refused by peer" {
		t.Errorf("%q", v)
	}
	clock.Advance(1000 * time.Hour)
	server.fail = nil
	if n, _ := p.Deliver(t.Context()); n != 0 {
		t.Error("sent after it was given up")
	}
	put(t, st, p, "sam@northwind.example")
	server.fail = errors.New("try later")
	p.Deliver(t.Context())
	server.fail = nil
	clock.Advance(time.Minute)
	if n, err := p.Deliver(t.Context()); n != 1 || err != nil {
		t.Errorf("after the server came back: %d %v", n, err)
	}
}

// Without a mail server mails wait, and a shutdown is not the mail's fault.
func TestWaitsForASender(t *testing.T) {
	st, _ := installation(t)
	put(t, st, mail.NewPost(st, nil, false, nil), "sam@northwind.example")
	if n, err := mail.NewPost(st, nil, false, nil).Deliver(t.Context()); n != 0 || err != nil {
		t.Errorf("%d %v", n, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	stop := mail.NewPost(st, sender(func(context.Context, mail.Message) error { cancel(); return context.Canceled }), false, nil)
	stop.Deliver(ctx)
	if got := value(t, st, "SELECT tries FROM mail"); got != "0" {
		t.Errorf("a shutdown counts as try %s", got)
	}
	server := &flaky{}
	if n, _ := mail.NewPost(st, server, false, nil).Deliver(t.Context()); n != 1 {
		t.Errorf("%d sent once there is a server", n)
	}
}

type sender func(context.Context, mail.Message) error

func (f sender) Send(ctx context.Context, m mail.Message) error { return f(ctx, m) }

// Run sends what is there at the start and what it is woken for, and ends.
func TestRun(t *testing.T) {
	st, _ := installation(t)
	got := make(chan string, 10)
	p := mail.NewPost(st, sender(func(_ context.Context, m mail.Message) error { got <- m.To; return nil }), false, nil)
	put(t, st, p, "first@northwind.example")
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { p.Run(ctx); close(ended) }()
	if to := <-got; to != "first@northwind.example" {
		t.Errorf("%s", to)
	}
	put(t, st, p, "second@northwind.example")
	p.Wake()
	if to := <-got; to != "second@northwind.example" {
		t.Errorf("%s", to)
	}
	cancel()
	<-ended
}

func TestOutbox(t *testing.T) {
	st, _ := installation(t)
	p := mail.NewPost(st, mail.Nowhere{}, true, nil)
	show := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		p.Outbox().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w
	}
	if w := show("/demo/outbox"); !strings.Contains(w.Body.String(), "There is no mail yet") {
		t.Errorf("%s", w.Body)
	}
	put(t, st, p, "sam@northwind.example")
	put(t, st, p, "<script>@northwind.example")
	p.Deliver(t.Context())
	var all struct{ Items []mail.Kept }
	if err := json.Unmarshal(show("/demo/outbox.json").Body.Bytes(), &all); err != nil || len(all.Items) != 2 {
		t.Fatalf("%v %+v", err, all)
	}
	m := all.Items[1]
	if m.To != "sam@northwind.example" || m.SentAt == "" || !strings.Contains(m.Text, "#canary-secret") {
		t.Errorf("%+v", m)
	}
	w := show("/demo/outbox")
	if strings.Contains(w.Body.String(), "<script>") || !strings.Contains(w.Body.String(), "/demo/outbox/"+m.ID) {
		t.Errorf("%s", w.Body)
	}
	if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
		t.Errorf("%s", csp)
	}
	if w := show("/demo/outbox/" + m.ID); w.Code != 200 || !strings.Contains(w.Body.String(), "canary-secret") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := show("/demo/outbox/nothing"); w.Code != 404 {
		t.Errorf("%d", w.Code)
	}
}
