// Package optest runs modules against real tenant files, as a chosen role, through HTTP.
//
//	api := optest.New(t, control.Module)
//	var c control.Control
//	api.As(op.User).Must("POST", "/controls", draft, &c)
//	if got := api.As(op.Auditor).Do("DELETE", "/controls/"+c.ID, nil, nil); got != 403 { ... }
package optest

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/mux"

	"assay/backup"
	"assay/backup/ltxlog"
	"assay/server/op"
	"assay/storage"
	"assay/storage/blob"
	"assay/storage/keys"
)

// Start is when a test's clock begins: a Monday morning.
var Start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// Clock is the time as everything under test sees it. It stands still until it is moved.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is the time on the clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock on.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Set moves the clock to a moment, also backwards.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// world is what all views of one test share.
type world struct {
	tb      testing.TB
	dir     string
	server  *op.Server
	router  *mux.Router
	modules []op.Module
	tenants []string
	log     *lockedBuffer
	tick    chan time.Time
	failing error // what Authenticate answers, when set
}

// API is one tenant's API as one role sees it.
type API struct {
	*world
	Clock   *Clock
	Keys    keys.Keeper
	caller  op.Caller
	headers http.Header
	last    *last
}

type last struct{ answer *http.Response }

// New serves modules over two fresh tenants with a person for each role in each, as an administrator of the
// first.
func New(tb testing.TB, modules ...op.Module) *API {
	tb.Helper()
	return build(tb, nil, func(*backup.Logs) []op.Module { return modules })
}

// NewKept is New where every change is kept a second time, in the given log, before its write is answered.
func NewKept(tb testing.TB, log ltxlog.Log, modules func(*backup.Logs) []op.Module) *API {
	tb.Helper()
	return build(tb, log, modules)
}

func build(tb testing.TB, kept ltxlog.Log, modules func(*backup.Logs) []op.Module) *API {
	tb.Helper()
	clock := &Clock{now: Start}
	k := keys.NewMemory(nil)
	dir := tb.TempDir()
	w := &world{tb: tb, dir: dir, router: mux.NewRouter(), log: &lockedBuffer{}, tick: make(chan time.Time)}
	log := slog.New(slog.NewTextHandler(w.log, nil))
	files := storage.Config{Dir: dir, Keys: k, Now: clock.Now, Log: log}
	var logs *backup.Logs
	var err error
	if kept != nil {
		logs, err = backup.NewLogs(backup.LogsConfig{Log: ltxlog.Sealed(kept, k.Key), Dir: dir, Place: "a folder", Durability: ltxlog.Sync, Rand: rand.Reader, Now: clock.Now, Logger: log})
		if err != nil {
			tb.Fatal(err)
		}
		files.Logs, files.Past = logs, logs
	}
	w.modules = modules(logs)
	st, err := storage.Open(tb.Context(), files)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := st.Close(); err != nil {
			tb.Error(err)
		}
		if tb.Failed() {
			tb.Log("log:\n" + w.log.String())
		}
	})
	disk, err := blob.Disk(filepath.Join(dir, "objects"))
	if err != nil {
		tb.Fatal(err)
	}
	blobs := blob.New(disk, k, nil)
	tb.Cleanup(func() { blobs.Close() })
	w.server = &op.Server{Store: st, Blobs: blobs, Authenticate: w.authenticate, Log: log, Now: clock.Now, TempDir: tb.TempDir(),
		Ticker: func(time.Duration) (<-chan time.Time, func()) { return w.tick, func() {} }}
	w.server.Mount(w.router, w.modules...)
	for range 2 {
		id := st.NewID()
		if err := st.CreateTenant(tb.Context(), id); err != nil {
			tb.Fatal(err)
		}
		w.tenants = append(w.tenants, id)
		w.people(id)
	}
	a := &API{world: w, Clock: clock, Keys: k, headers: http.Header{}, last: &last{}}
	return a.InTenant(0)
}

// Roles are the four of a tenant.
var Roles = []op.Roles{op.Admin, op.User, op.Auditor, op.Executive}

// people makes the organisation's own row and a person for each role, with the ids admin, user, auditor and
// executive.
func (w *world) people(tenant string) {
	w.tb.Helper()
	call := storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "optest"}, Action: "optest.begin", Owns: []string{"person", "organisation", "scope"}}
	db, done, err := w.server.Store.Tenant(w.tb.Context(), tenant)
	if err != nil {
		w.tb.Fatal(err)
	}
	defer done()
	_, err = db.Write(w.tb.Context(), call, func(tx *storage.WriteTx) error {
		err := tx.Exec("INSERT OR IGNORE INTO organisation (id, name, updated_at) VALUES ('organisation', 'Test', ?)", tx.Stamp())
		if err == nil {
			err = tx.Exec("INSERT OR IGNORE INTO scope (id, name, created_at) VALUES ('organisation', 'Organisation', ?)", tx.Stamp())
		}
		for _, r := range Roles {
			if err == nil {
				err = tx.Exec("INSERT INTO person (id, name, email, created_at, updated_at) VALUES (?1, ?2, ?1 || '@example.com', ?3, ?3)",
					r.String(), "The "+r.String(), tx.Stamp())
			}
		}
		return err
	})
	if err != nil {
		w.tb.Fatal(err)
	}
}

type callerKey struct{}

// errNobody is what a request without a session gets.
var errNobody = op.Errorf(op.Unauthenticated, "Please sign in.")

func (w *world) authenticate(r *http.Request) (op.Caller, error) {
	if w.failing != nil {
		return op.Caller{}, w.failing
	}
	c, ok := r.Context().Value(callerKey{}).(op.Caller)
	if !ok || c.Role == 0 {
		return op.Caller{}, errNobody
	}
	return c, nil
}

// EndSessions makes every later request one without a session.
func (a *API) EndSessions() { a.world.failing = errNobody }

// As is the same API as seen by another role of the same tenant. Role 0 is somebody without a session.
func (a *API) As(role op.Roles) *API {
	b := *a
	b.caller.Role = role
	b.caller.Person = role.String()
	b.caller.Account = "account-" + role.String()
	b.caller.Name = "The " + role.String()
	b.caller.Email = role.String() + "@example.com"
	b.headers = a.headers.Clone()
	return &b
}

// AsCaller is the same API for a caller with everything given.
func (a *API) AsCaller(c op.Caller) *API {
	b := *a
	if c.Tenant == "" {
		c.Tenant = a.caller.Tenant
	}
	b.caller = c
	b.headers = a.headers.Clone()
	return &b
}

// InTenant is the same role in the first (0) or second (1) tenant.
func (a *API) InTenant(n int) *API {
	role := a.caller.Role
	if role == 0 {
		role = op.Admin
	}
	b := *a
	b.caller.Tenant = a.tenants[n]
	b.caller.TenantSlug = fmt.Sprintf("tenant-%d", n)
	return b.As(role)
}

// Header is the same API sending one header more with every request.
func (a *API) Header(name, value string) *API {
	b := *a
	b.headers = a.headers.Clone()
	b.headers.Set(name, value)
	return &b
}

// Version is the same API sending If-Match with every request.
func (a *API) Version(v int) *API { return a.Header("If-Match", fmt.Sprintf(`"%d"`, v)) }

// Caller is who this API acts as.
func (a *API) Caller() op.Caller { return a.caller }

// DB is the tenant's database, opened for the length of the test.
func (a *API) DB() *storage.DB {
	a.tb.Helper()
	db, done, err := a.server.Store.Tenant(a.tb.Context(), a.caller.Tenant)
	if err != nil {
		a.tb.Fatal(err)
	}
	a.tb.Cleanup(done)
	return db
}

// Store is the store under the API.
func (a *API) Store() *storage.Store { return a.server.Store }

// Blobs is where files are kept.
func (a *API) Blobs() op.Blobs { return a.server.Blobs }

// Dir is the data directory. Objects lie below objects/.
func (a *API) Dir() string { return a.dir }

// Log is what was logged so far.
func (a *API) Log() string { return a.log.String() }

// Count runs a query that gives one number.
func (a *API) Count(query string, args ...any) int {
	a.tb.Helper()
	var n int
	err := a.DB().Read(a.tb.Context(), storage.Call{}, func(tx *storage.ReadTx) error { return tx.QueryRow(query, args...).Scan(&n) })
	if err != nil {
		a.tb.Fatal(err)
	}
	return n
}

// Seed writes rows that no operation of the module under test makes. owns are the tables it writes.
func (a *API) Seed(owns []string, fn func(*storage.WriteTx) error) {
	a.tb.Helper()
	call := storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "optest"}, Action: "optest.seed", Owns: owns}
	if _, err := a.DB().Write(a.tb.Context(), call, fn); err != nil {
		a.tb.Fatal(err)
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// RunJob runs a module's job in this API's tenant, as the system.
func (a *API) RunJob(module, job string, args any) {
	a.tb.Helper()
	b, err := json.Marshal(args)
	if err != nil {
		a.tb.Fatal(err)
	}
	for _, m := range a.modules {
		for _, j := range m.Jobs {
			if m.Name == module && j.Name == job {
				if err := a.server.RunJob(a.tb.Context(), a.caller.Tenant, m, j, b, "optest"); err != nil {
					a.tb.Fatalf("job %s.%s: %v", module, job, err)
				}
				return
			}
		}
	}
	a.tb.Fatalf("no job %s.%s", module, job)
}

// Limited is everything mounted again with room for n requests of a tenant at a time, as this API's caller.
func (a *API) Limited(n int) http.Handler {
	s := *a.server
	s.MaxConcurrent, s.MaxTransfers, s.MaxStreams = n, n, n
	r := mux.NewRouter()
	s.Mount(r, a.modules...)
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.ServeHTTP(w, req.WithContext(context.WithValue(req.Context(), callerKey{}, a.caller)))
	})
}
