// Package story makes the demo's data directory: a made-up health-software company and fourteen months of
// its compliance program, done by its people through the product's own operations, on a clock that the
// story moves. So the history, the audit log and the charts of the demo are true.
package story

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"log/slog"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"assay/server"
	"assay/server/account"
	"assay/server/demo/people"
	"assay/server/op"
	"assay/storage"
	"assay/storage/blob"
	"assay/storage/keys"
)

// Months is how long the story is.
const Months = 14

// clock is the story's time. Every look at it takes a moment, so that no two things happen at once.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(7 * time.Millisecond)
	return c.now
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.After(c.now) {
		c.now = t
	}
}

// event is something that somebody does at a time of the story.
type event struct {
	at time.Time
	n  int // in the order they were planned, when at is the same
	do func()
}

// world is the installation while its story is told.
type world struct {
	ctx   context.Context
	srv   *server.Server
	store *storage.Store
	jobs  *server.Jobs
	clock *clock
	plan  []event
	n     int
	fail  error
}

type callerKey struct{}

// Build writes the data directory dir, which must be empty. It gives the keys' bundles of every owner, for
// the seed to carry.
func Build(ctx context.Context, dir string, log *slog.Logger) (err error) {
	src := rand.NewChaCha8([32]byte([]byte("a demo tells the same story twice"[:32])))
	w := &world{ctx: ctx, clock: &clock{now: people.End.AddDate(0, -Months, 0)}, jobs: server.NewJobs()}
	ring, err := keys.OpenDir(filepath.Join(dir, "keys"), src)
	if err != nil {
		return err
	}
	defer ring.Close()
	w.store, err = storage.Open(ctx, storage.Config{Dir: dir, Keys: ring, Now: w.clock.Now, Rand: src, Log: log, OnDue: w.jobs.Notify, Careless: true})
	if err != nil {
		return err
	}
	defer func() {
		if cerr := w.store.Close(); err == nil {
			err = cerr
		}
	}()
	disk, err := blob.Disk(filepath.Join(dir, "objects"))
	if err != nil {
		return err
	}
	objects := blob.New(disk, ring, src)
	defer objects.Close()
	w.srv, err = server.New(server.Config{Store: w.store, Keys: ring, Blobs: objects, Jobs: w.jobs, Base: "http://127.0.0.1:8080", Demo: true, Log: log, Unlimited: true,
		Authenticate: func(r *http.Request) (op.Caller, error) {
			c, ok := r.Context().Value(callerKey{}).(op.Caller)
			if !ok {
				return c, op.Errorf(op.Unauthenticated, "Nobody of the story.")
			}
			return c, nil
		}})
	if err != nil {
		return err
	}
	northwind(w)
	harbor(w)
	w.tell()
	return w.fail
}

// at plans what somebody does.
func (w *world) at(t time.Time, do func()) {
	w.n++
	w.plan = append(w.plan, event{t, w.n, do})
}

// tell lets everything happen in its order, and every night do its work.
func (w *world) tell() {
	night := w.clock.Now().Truncate(24 * time.Hour).Add(30 * time.Hour)
	for w.fail == nil {
		slices.SortStableFunc(w.plan, func(a, b event) int {
			if c := a.at.Compare(b.at); c != 0 {
				return c
			}
			return a.n - b.n
		})
		if len(w.plan) == 0 || w.plan[0].at.After(people.End) {
			break
		}
		next := w.plan[0]
		for night.Before(next.at) {
			w.night(night)
			night = night.Add(24 * time.Hour)
		}
		w.plan = w.plan[1:]
		w.clock.set(next.at)
		next.do()
		w.jobs.Drain(w.ctx)
	}
	for night.Before(people.End) {
		w.night(night)
		night = night.Add(24 * time.Hour)
	}
	w.clock.set(people.End)
	w.jobs.Drain(w.ctx)
	if _, err := w.srv.Post.Deliver(w.ctx); err != nil && w.fail == nil {
		w.fail = err
	}
}

func (w *world) night(at time.Time) {
	w.clock.set(at)
	w.jobs.Drain(w.ctx)
	_, err := w.srv.Post.Deliver(w.ctx)
	if err == nil {
		err = w.forget(at.AddDate(0, 0, -2))
	}
	if err != nil && w.fail == nil {
		w.fail = err
	}
}

// forget throws sent mails away that are older than anybody reads in a demo: sealed, they make up most of the
// seed.
func (w *world) forget(before time.Time) error {
	call := storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "story"}, Action: "mail.tidy", Owns: []string{"mail"}}
	_, err := w.store.Control().Write(w.ctx, call, func(tx *storage.WriteTx) error {
		return tx.Exec("DELETE FROM mail WHERE sent_at <> '' AND created_at < ?", before.UTC().Format(storage.Instant))
	})
	return err
}

// org is one organisation of the story.
type org struct {
	*world
	id, slug string
	zone     *time.Location
	callers  map[string]op.Caller // by first name
}

// found makes an organisation and its first administrator.
func (w *world) found(f account.Founding, admin people.Person) *org {
	o := &org{world: w, callers: map[string]op.Caller{}}
	var err error
	if o.zone, err = time.LoadLocation(f.Zone); err != nil {
		panic(err)
	}
	f.Email, f.Admin = admin.Email, admin.Name
	if o.id, o.slug, _, err = w.srv.Door.Found(w.ctx, storage.Actor{Kind: storage.System, ID: "setup"}, f); err != nil {
		panic(err)
	}
	o.join(admin)
	return o
}

// join lets an invited person accept: the account gets a password nobody knows, and a place in the story.
func (o *org) join(p people.Person) {
	var b [20]byte
	luck := o.luck(p.Email)
	for i := range b {
		b[i] = byte('a' + luck.IntN(26))
	}
	if err := o.srv.Door.SetPassword(o.ctx, storage.Actor{Kind: storage.System, ID: "setup"}, p.Email, string(b[:])); err != nil {
		panic(fmt.Errorf("%s joins: %w", p.Name, err))
	}
	c := op.Caller{Tenant: o.id, TenantSlug: o.slug, Name: p.Name, Email: p.Email, Role: p.Role, Session: "story"}
	err := o.store.Control().Read(o.ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT a.id, m.person FROM account a JOIN membership m ON m.account = a.id WHERE a.email = ? AND m.tenant = ?", p.Email, o.id).Scan(&c.Account, &c.Person)
	})
	if err != nil {
		panic(fmt.Errorf("%s joins: %w", p.Name, err))
	}
	o.callers[first(p.Name)] = c
}

func first(name string) string {
	for i, r := range name {
		if r == ' ' {
			return name[:i]
		}
	}
	return name
}

// person is the id that records name somebody by.
func (o *org) person(who string) string { return o.callers[who].Person }

// do lets somebody call an operation. A story that the product refuses is a mistake in the story.
func (o *org) do(who, method, path string, in, out any, headers ...string) {
	if o.fail != nil {
		return
	}
	var body bytes.Buffer
	if in != nil {
		if err := json.NewEncoder(&body).Encode(in); err != nil {
			panic(err)
		}
	}
	r := httptest.NewRequest(method, "/api/v1"+path, &body)
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	o.send(who, r, out)
}

// upload lets somebody upload a file.
func (o *org) upload(who, path, name string, content []byte, out any) {
	if o.fail != nil {
		return
	}
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	part, err := m.CreateFormFile("file", name)
	if err != nil {
		panic(err)
	}
	part.Write(content)
	m.Close()
	r := httptest.NewRequest("POST", "/api/v1"+path, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	o.send(who, r, out)
}

func (o *org) send(who string, r *http.Request, out any) {
	c, ok := o.callers[who]
	if !ok {
		panic("nobody is called " + who)
	}
	answer := httptest.NewRecorder()
	o.srv.Handler().ServeHTTP(answer, r.WithContext(context.WithValue(o.ctx, callerKey{}, c)))
	if answer.Code >= 300 {
		o.fail = fmt.Errorf("%s, %s: %s %s: %d %s", o.clock.now.Format(time.DateOnly), who, r.Method, r.URL, answer.Code, answer.Body)
		return
	}
	if out != nil {
		if err := json.Unmarshal(answer.Body.Bytes(), out); err != nil {
			o.fail = fmt.Errorf("%s %s: %w", r.Method, r.URL, err)
		}
	}
}

// luck is what chance has for a part of the story, by its name: the same whatever else happens, so that a part that is
// added changes nothing of the others.
func (o *org) luck(of string) *rand.Rand {
	h := fnv.New64a()
	io.WriteString(h, o.slug+"/"+of)
	return rand.New(rand.NewPCG(14, h.Sum64()))
}

// working is the first moment from t on at which somebody is at work: from eight to six on a weekday.
func (o *org) working(t time.Time) time.Time {
	t = t.In(o.zone)
	minutes := time.Duration(o.luck(t.Truncate(time.Hour).UTC().String()).IntN(150)) * time.Minute
	switch {
	case t.Hour() < 8:
		t = time.Date(t.Year(), t.Month(), t.Day(), 8, 10, 0, 0, o.zone).Add(minutes)
	case t.Hour() >= 18:
		t = time.Date(t.Year(), t.Month(), t.Day()+1, 8, 10, 0, 0, o.zone).Add(minutes)
	}
	for t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
		t = t.AddDate(0, 0, 1)
	}
	return t.UTC()
}

// later plans what somebody does after a while, when they are at work.
func (o *org) later(after time.Duration, do func()) { o.at(o.working(o.clock.now.Add(after)), do) }

// day is a working hour of a day of the story, counted from its beginning.
func (o *org) day(n int, hour float64) time.Time {
	start := people.End.AddDate(0, -Months, 0).In(o.zone)
	t := time.Date(start.Year(), start.Month(), start.Day()+n, 0, 0, 0, 0, o.zone)
	for t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
		t = t.AddDate(0, 0, 1)
	}
	return t.Add(time.Duration(hour * float64(time.Hour))).UTC()
}
