package op

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gorilla/mux"

	"assay/storage"
	"assay/storage/blob"
)

// Caller is who sent a request, as the session or token has it at this moment.
type Caller struct {
	Account    string // control.db
	Person     string // the row in the tenant's file
	Tenant     string
	TenantSlug string
	Name       string
	Email      string
	Role       Roles
	Session    string
	Token      string // id of the personal access token, if one was used
}

// actor is how the caller stands in the audit log. What a program does with a person's token is done by
// that person; the record names the token beside.
func (c Caller) actor() storage.Actor {
	switch {
	case c.Token != "":
		return storage.Actor{Kind: storage.Token, ID: c.Person}
	case c.Role&(OperatorSuper|OperatorTeam) != 0:
		return storage.Actor{Kind: storage.Operator, ID: c.Account}
	case c.Role&Guest != 0:
		return storage.Actor{Kind: storage.Guest, ID: c.Account}
	case c.Person != "":
		return storage.Actor{Kind: storage.Person, ID: c.Person}
	}
	return storage.Actor{Kind: storage.Anonymous}
}

// Blobs is where uploaded files are kept, sealed for one tenant.
type Blobs interface {
	Put(ctx context.Context, tenant string, r io.Reader, limit int64) (blob.Object, error)
	Open(ctx context.Context, tenant string, o blob.Object) (io.ReadSeekCloser, error)
	Verify(ctx context.Context, tenant string, o blob.Object) error
	Delete(ctx context.Context, tenant, name string) error
}

// Server is what operations need from the rest of the program.
type Server struct {
	Store        *storage.Store
	Blobs        Blobs
	Authenticate func(*http.Request) (Caller, error)            // an *Error of kind Unauthenticated for nobody we know
	ClientIP     func(*http.Request) string                     // nil means the connection's address
	Log          *slog.Logger                                   // nil means nowhere
	Now          func() time.Time                               // nil means the store's clock
	Ticker       func(time.Duration) (<-chan time.Time, func()) // heartbeats of streams; nil means time.NewTicker
	Frozen       *storage.Past                                  // shown instead of any organisation; see frozen.go
	Closing      <-chan struct{}                                // closed when the program ends, which ends every stream
	TempDir      string                                         // for files on their way in and out; empty means the system's
	CacheDir     string                                         // for what can be made again; empty means nowhere

	MaxConcurrent int // requests of one tenant in work at a time, streams and transfers aside; 0 means 64
	MaxTransfers  int // uploads, downloads and exports of one tenant at a time; 0 means 16
	MaxStreams    int // streams of one person at a time; 0 means 16
}

// site is a Server with its modules mounted.
type site struct {
	Server
	api     huma.API
	adapter *adapter
	names   *namer
	ops     []*mounted
	refused minute // one event record a caller and operation
	read    minute // one event record a caller, operation and object
	looked  minute // one event record a caller and instant of the past, a day
	busy    counter
	doc     func() []byte
	page    func() []byte
}

// mounted is one operation in its place.
type mounted struct {
	*Op
	site   *site
	module *Module
	etag   bool
	hop    *huma.Operation // as huma has it, for documents
}

func (m *mounted) action() string { return m.module.Name + "." + m.Name }

// idempotent reports whether the operation knows Idempotency-Key.
func (m *mounted) idempotent() bool {
	return m.Method == "POST" && (m.How == WayWrite || m.How == WayUpload || m.How == WayImport)
}

// Mount adds every operation of the modules to r, below /api/v1, with the API's document and its reference
// page. It panics when a rule of the house is broken: a program that would serve such an operation must not
// start. Addresses are taken as they are: r no longer redirects //x to /x.
func (s *Server) Mount(r *mux.Router, modules ...Module) {
	st := newSite(*s, modules)
	r.SkipClean(true)
	r.Path(base + "/openapi.json").Methods("GET").HandlerFunc(st.serveDocument)
	r.Path("/api/reference").Methods("GET").HandlerFunc(st.serveReference)
	r.Path("/api/reference.css").Methods("GET").HandlerFunc(st.serveStyle)
	r.PathPrefix("/api/").Handler(st.adapter)
	r.Path("/api").HandlerFunc(st.notFound)
}

func newSite(s Server, modules []Module) *site {
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	if s.Now == nil && s.Store != nil {
		s.Now = s.Store.Now
	}
	if s.ClientIP == nil {
		s.ClientIP = func(r *http.Request) string {
			host, _, err := net.SplitHostPort(r.RemoteAddr)
			if err != nil {
				return r.RemoteAddr
			}
			return host
		}
	}
	if s.Ticker == nil {
		s.Ticker = func(d time.Duration) (<-chan time.Time, func()) {
			t := time.NewTicker(d)
			return t.C, t.Stop
		}
	}
	if s.TempDir == "" {
		s.TempDir = os.TempDir()
	}
	for n, def := range map[*int]int{&s.MaxConcurrent: 64, &s.MaxTransfers: 16, &s.MaxStreams: 16} {
		if *n <= 0 {
			*n = def
		}
	}
	st := &site{Server: s}
	st.adapter = &adapter{site: st}
	st.api, st.names = newAPI(st.adapter)
	mayMount(modules)
	for i := range modules {
		m := &modules[i]
		for j := range m.Ops {
			st.mount(&mounted{Op: &m.Ops[j], site: st, module: m})
		}
	}
	st.adapter.build()
	st.document(modules)
	return st
}

func (st *site) mount(m *mounted) {
	st.names.op = camel(m.action())
	defer func() {
		if p := recover(); p != nil {
			panic(fmt.Sprintf("op %s: %v", m.action(), p))
		}
	}()
	m.checkInput()
	m.register(m)
	st.ops = append(st.ops, m)
}

// checkInput panics when an input would quietly stay empty: a parameter of the path that it does not name,
// or fields in an embedded type that huma cannot see because its name is not exported.
func (m *mounted) checkInput() {
	named := map[string]bool{}
	for _, f := range reflect.VisibleFields(m.In) {
		if f.Anonymous && !f.IsExported() {
			panic(fmt.Sprintf("the input embeds %s: give the type an exported name, or its fields stay empty", f.Type))
		}
		if !f.IsExported() && (f.Tag.Get("path") != "" || f.Tag.Get("query") != "" || f.Tag.Get("json") != "") {
			panic(fmt.Sprintf("the input's field %s is not exported", f.Name))
		}
		named[f.Tag.Get("path")] = true
	}
	delete(named, "")
	for part := range strings.SplitSeq(m.Path, "/") {
		if name := strings.Trim(part, "{}"); name != part {
			if !named[name] {
				panic(fmt.Sprintf("the input has no field for {%s} of the path", name))
			}
			delete(named, name)
		}
	}
	for name := range named {
		panic(fmt.Sprintf("the input names {%s}, which is not in the path", name))
	}
}

// operation is what huma is told of m.
func (m *mounted) operation() huma.Operation {
	return huma.Operation{OperationID: m.action(), Method: m.Method, Path: base + m.Path, Summary: m.Summary, Description: m.Rules,
		Tags: []string{m.module.Name}, MaxBodyBytes: maxBody + 1, BodyReadTimeout: 15 * time.Second,
		Metadata: map[string]any{"op": m}}
}

// mayMount holds every operation to the rules of the house.
func mayMount(modules []Module) {
	refuse := func(m Module, o Op, format string, args ...any) {
		panic(fmt.Sprintf("op %s.%s (%s %s): ", m.Name, o.Name, o.Method, o.Path) + fmt.Sprintf(format, args...))
	}
	owner, names, routes := map[string]string{}, map[string]bool{}, map[string]string{}
	for _, m := range modules {
		if !plainName.MatchString(m.Name) || names[m.Name] {
			panic(fmt.Sprintf("op: module name %q is not a plain word or is used twice", m.Name))
		}
		names[m.Name] = true
		for _, table := range m.Owns {
			if o, taken := owner[table]; taken {
				panic(fmt.Sprintf("op: table %s is owned by %s and by %s", table, o, m.Name))
			}
			if slices.Contains(storage.EngineTables(), table) {
				panic(fmt.Sprintf("op: table %s belongs to the engine, not to %s", table, m.Name))
			}
			owner[table] = m.Name
		}
		for _, o := range m.Ops {
			name := m.Name + "." + o.Name
			switch {
			case !plainName.MatchString(o.Name):
				refuse(m, o, "its name is not one lower-case word")
			case names[name]:
				refuse(m, o, "the name is used twice")
			case !strings.HasPrefix(o.Path, "/") || o.Path != strings.ToLower(o.Path) || strings.HasSuffix(o.Path, "/"):
				refuse(m, o, "the path is not plain and lower-case")
			case !slices.Contains([]string{"GET", "POST", "PATCH", "PUT", "DELETE"}, o.Method):
				refuse(m, o, "the method is not one we use")
			case o.Roles == 0:
				refuse(m, o, "nobody may call it")
			case o.Roles&Anyone != 0 && o.How != WayPublic:
				refuse(m, o, "only Public is for anyone")
			case o.Writes && o.Method == "GET":
				refuse(m, o, "a GET must not write")
			case (o.How == WayRead || o.How == WayDownload || o.How == WayStream) && o.Method != "GET":
				refuse(m, o, "it only reads, so it is a GET")
			case (o.Method == "PATCH" || o.Method == "PUT") && o.Table == "" && !o.loose:
				refuse(m, o, "it changes a record without Versioned; if that is right, say Unversioned(reason)")
			case o.Method == "DELETE" && o.Roles != Admin && !o.wide:
				refuse(m, o, "only administrators delete; if callers remove what is their own, say OwnOnly(reason)")
			case (o.loose || o.wide) && strings.TrimSpace(o.Exception) == "":
				refuse(m, o, "an exception needs its reason")
			}
			shape := o.Method + " " + shapeOf(o.Path)
			if other, taken := routes[shape]; taken {
				refuse(m, o, "the route is the same as that of %s", other)
			}
			names[name], routes[shape] = true, name
		}
		for _, j := range m.Jobs {
			if !plainName.MatchString(j.Name) || names[m.Name+"."+j.Name+" job"] || j.Run == nil {
				panic(fmt.Sprintf("op: job %s.%s has no plain name, the name of another, or nothing to run", m.Name, j.Name))
			}
			names[m.Name+"."+j.Name+" job"] = true
		}
	}
}

// shapeOf is a path without the names of its parameters: two routes of one shape are one route.
func shapeOf(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if strings.HasPrefix(p, "{") {
			parts[i] = "{}"
		}
	}
	return strings.Join(parts, "/")
}

// sortRoutes puts fixed parts before parameters, place by place.
func sortRoutes(rs []route) {
	place := func(rt route) []string {
		parts := strings.Split(rt.op.Path, "/")
		for i, p := range parts {
			if strings.HasPrefix(p, "{") {
				parts[i] = "~" // after every plain name
			}
		}
		return parts
	}
	slices.SortFunc(rs, func(a, b route) int { return slices.Compare(place(a), place(b)) })
}

func (st *site) notFound(w http.ResponseWriter, r *http.Request) {
	writeProblem(w, newProblem(NotFound, 404, "There is nothing at this address."))
}

// notAllowed answers a method that an address does not have, and says which it has.
func (st *site) notAllowed(sub *mux.Router) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var has []string
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			try := r.Clone(r.Context())
			try.Method = method
			var found mux.RouteMatch
			if sub.Match(try, &found) && found.MatchErr == nil {
				has = append(has, method)
			}
		}
		w.Header().Set("Allow", strings.Join(has, ", "))
		writeProblem(w, newProblem(NotAllowed, 405, "This address does not take "+printable(r.Method)+"."))
	})
}

// log notes a failure with all that helps to find its cause. Nothing of it is in the answer.
func (st *site) log(rq *request, what string, err error) {
	level := slog.LevelError
	if errors.Is(err, context.Canceled) {
		level = slog.LevelInfo // the client went away
	}
	st.Log.Log(rq.ctx(), level, what, "action", rq.m.action(), "request", rq.id, "tenant", rq.caller.Tenant, "err", err)
}

// minute lets a key through once a minute, or in another while. It forgets everything when it has grown large, which costs a
// few records too many, never one too few.
type minute struct {
	mu   sync.Mutex
	last map[string]time.Time
}

func (m *minute) first(key string, now time.Time) bool { return m.within(key, now, time.Minute) }

func (m *minute) within(key string, now time.Time, while time.Duration) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if at, ok := m.last[key]; ok && now.Sub(at) < while && !now.Before(at) {
		return false
	}
	if m.last == nil || len(m.last) >= 10_000 {
		m.last = map[string]time.Time{}
	}
	m.last[key] = now
	return true
}

// counter counts what is in work for each key.
type counter struct {
	mu sync.Mutex
	n  map[string]int
}

// enter reports whether one more fits under limit; if so, leave must be called.
func (c *counter) enter(key string, limit int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n[key] >= limit {
		return false
	}
	if c.n == nil {
		c.n = map[string]int{}
	}
	c.n[key]++
	return true
}

func (c *counter) leave(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n[key]--; c.n[key] <= 0 {
		delete(c.n, key)
	}
}

// buffered is a small body written in one piece.
func serveBytes(w http.ResponseWriter, contentType string, b []byte) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	io.Copy(w, bytes.NewReader(b))
}
