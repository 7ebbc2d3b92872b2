// Package server is the web server: it puts the modules, the doors and the embedded pages together.
package server

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/mux"
	"github.com/klauspost/compress/gzhttp"

	"assay/backup"
	"assay/backup/witness"
	"assay/server/account"
	"assay/server/calendar"
	"assay/server/cell"
	"assay/server/checkpoint"
	"assay/server/delivery"
	"assay/server/erasure"
	"assay/server/mail"
	"assay/server/op"
	"assay/server/snapshot"
	"assay/storage"
	"assay/storage/blob"
	"assay/storage/keys"
	"assay/ui"
)

// Config is what a server needs. Everything but Sender, Metrics and Log is required.
type Config struct {
	Store       *storage.Store
	Keys        keys.Keeper
	Blobs       *blob.Store
	Logs        *backup.Logs  // nil when changes are not kept a second time
	Checkpoints Checkpoints   // where signed checkpoints go every night
	Cell        *cell.Cell    // this process among others that share the installation; nil when it is alone
	Jobs        *Jobs         // the dispatcher whose Notify the store was given
	Base        string        // how browsers reach this installation: https://assay.example
	BehindProxy bool          // the last hop of X-Forwarded-For is the client
	Sender      mail.Sender   // nil means mail waits until there is one
	TempDir     string        // for files on their way in and out; empty means the system's
	CacheDir    string        // for what is dear to make and can be made again; empty means nowhere
	Program     string        // its version, as archives name it
	EraseAfter  time.Duration // how long an organisation that is to be deleted waits; 0 means erasure.DefaultAfter
	Unnamed     bool          // changes were kept a second time once, in a place that no setting names now
	Ready       func()        // jobs begin when it returns; nil means at once
	Demo        bool          // mails are shown at /demo/outbox instead of sent
	Log         *slog.Logger  // nil means nowhere

	// Authenticate stands in for the door, and Unlimited lets one address ask as fast as it can: for the
	// demo's builder, whose people act without a browser and do a year's work in seconds.
	Authenticate func(*http.Request) (op.Caller, error)
	Unlimited    bool

	// View is a snapshot that is shown in place of the store's organisations, of which there are none then.
	View *snapshot.Viewer
}

// Checkpoints say where signed checkpoints of every log are kept, and for how long nobody may remove them there. The
// zero value keeps none elsewhere.
type Checkpoints struct {
	Place witness.Place
	Lock  time.Duration
}

// Server answers requests and runs jobs.
type Server struct {
	Door    *account.Door
	Post    *mail.Post
	Eraser  *erasure.Eraser
	Modules []op.Module

	cfg         Config
	courier     *delivery.Courier
	calendar    *calendar.Feeds
	checkpoints *checkpoint.Sender
	jobs        *Jobs
	metrics     *metrics
	closing     chan struct{}
	handler     http.Handler
}

// New puts a server together. It panics when an operation breaks a rule of the house: such a program must
// not start.
func New(c Config) (*Server, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Demo {
		c.Sender = mail.Nowhere{}
	}
	s := &Server{cfg: c, jobs: c.Jobs, metrics: newMetrics(c.Store), closing: make(chan struct{})}
	s.Post = mail.NewPost(c.Store, c.Sender, c.Demo, c.Log)
	door, err := account.New(account.Config{Store: c.Store, Post: s.Post, Base: c.Base, Log: c.Log})
	if err != nil {
		return nil, err
	}
	s.Door = door
	s.courier = delivery.New(s.Post, c.Base)
	s.checkpoints = checkpoint.New(s.Post, c.Checkpoints.Place, c.Checkpoints.Lock)
	if c.EraseAfter == 0 {
		c.EraseAfter = erasure.DefaultAfter
	}
	s.Eraser = erasure.New(erasure.Config{In: backup.Installation{Store: c.Store, Blobs: c.Blobs, Keys: c.Keys, Logs: c.Logs, Unnamed: c.Unnamed},
		Door: door, Post: s.Post, Base: c.Base, After: c.EraseAfter, Log: c.Log})
	s.calendar = calendar.New(calendar.Config{Store: c.Store, Base: c.Base, Log: c.Log})
	s.Modules = modules(s)
	ip := clientIP(c.BehindProxy)
	if c.Authenticate == nil {
		c.Authenticate = door.Authenticate
	}
	ops := &op.Server{Store: c.Store, Blobs: c.Blobs, Authenticate: c.Authenticate, ClientIP: ip, Log: c.Log, Closing: s.closing, TempDir: c.TempDir, CacheDir: c.CacheDir}
	if c.View != nil {
		s.Modules = viewed(s.Modules, c.View)
		ops.Blobs, ops.Frozen = c.View.Snapshot.Blobs(), c.View.Snapshot.Past
		ops.Authenticate = func(*http.Request) (op.Caller, error) { return c.View.Caller(), nil }
	}
	c.Jobs.attach(c.Store, ops, s.Modules, c.Log)

	pages, err := ui.Handler()
	if err != nil {
		return nil, err
	}
	r := mux.NewRouter()
	ops.Mount(r, s.Modules...)
	r.Path("/notices").Methods("GET", "HEAD").Handler(notices())
	r.PathPrefix(calendar.Path).Handler(s.calendar)
	r.Path("/healthz").Methods("GET", "HEAD").Handler(s.health())
	if c.Demo {
		r.PathPrefix("/demo/outbox").Handler(s.Post.Outbox())
	}
	r.PathPrefix("/").Handler(pages)
	var routed http.Handler = r
	if c.Cell != nil {
		routed = c.Cell.Route(door.Tenant, ip, r)
		c.Jobs.mine = func(id string) bool { return c.Store.Has(id) || c.Cell.Here(id) }
	}

	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(refuseCrossOrigin))
	if err := cross.AddTrustedOrigin(c.Base); err != nil {
		return nil, err
	}
	compress, err := gzhttp.NewWrapper(gzhttp.MinSize(1400), gzhttp.RandomJitter(32, 0, false),
		gzhttp.ContentTypes([]string{"application/json", "application/problem+json", "text/html"}))
	if err != nil {
		return nil, err
	}
	var h http.Handler = cross.Handler(door.Wrap(routed))
	h = compress(h)
	if !c.Unlimited {
		h = limit(ip, time.Now, h)
	}
	h = headers(strings.HasPrefix(c.Base, "https:"), h)
	s.handler = logRequests(c.Log, s.metrics, h)
	return s, nil
}

// Handler answers everything that comes in by the main listener.
func (s *Server) Handler() http.Handler { return s.handler }

// Log is where the server writes what happens.
func (s *Server) Log() *slog.Logger { return s.cfg.Log }

// Metrics serves figures about the program. It belongs on a listener of its own.
func (s *Server) Metrics() http.Handler { return s.metrics.handler() }

// Run delivers mail and runs jobs until ctx ends, and returns when those under way are over.
func (s *Server) Run(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() { s.Post.Run(ctx) })
	wg.Go(func() {
		if s.cfg.Ready != nil {
			s.cfg.Ready()
		}
		if err := s.Eraser.Due(ctx); err != nil && ctx.Err() == nil { // what was cut off when the program ended
			s.cfg.Log.ErrorContext(ctx, "erase organisations", "err", err)
		}
		s.jobs.Run(ctx)
	})
	wg.Wait()
}

// RunJob runs a job of a module in an organisation now, by its whole name: for commands.
func (s *Server) RunJob(ctx context.Context, tenant, name string, args any) error {
	m, j := s.jobs.find(name)
	if j == nil {
		return fmt.Errorf("no module has a job %q", name)
	}
	raw, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("run %s: %w", name, err)
	}
	return s.jobs.ops.RunJob(ctx, tenant, m, *j, raw, "")
}

// EndStreams ends every open stream, so that a graceful shutdown need not wait for browsers.
func (s *Server) EndStreams() { close(s.closing) }

// health says that the installation can write: it does, to the control database, at most every five seconds.
func (s *Server) health() http.Handler {
	var mu sync.Mutex
	var last time.Time
	var failed error
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		if now := time.Now(); now.Sub(last) >= 5*time.Second {
			last, failed = now, s.cfg.Store.Alive(r.Context())
		}
		err := failed
		mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		if err != nil {
			s.cfg.Log.ErrorContext(r.Context(), "health check", "err", err)
			w.WriteHeader(http.StatusServiceUnavailable)
			w.Write([]byte(`{"status":"cannot write"}` + "\n"))
			return
		}
		w.Write([]byte(`{"status":"ok"}` + "\n"))
	})
}

func refuseCrossOrigin(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusForbidden)
	json.NewEncoder(w).Encode(map[string]any{"type": "about:blank", "kind": "forbidden", "title": "Forbidden", "status": 403,
		"detail": "This request came from another web site. Open the page here and try again."})
}
