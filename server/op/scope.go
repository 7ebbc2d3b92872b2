package op

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"assay/storage"
)

// Scope is what an operation of several steps works with: transactions around what takes long. It reads,
// calls a model, a bucket or a network with no transaction open, and writes.
type Scope struct {
	*Visit
}

// Steps makes an operation of several steps. On a GET its Scope refuses to write.
func Steps[In, Out any](name, route string, may Roles, fn func(*Scope, In) (Out, error), opts ...Option) Op {
	o := describe[In, Out](WaySteps, name, route, may, opts)
	if o.Method != "GET" {
		o.Writes, o.Audited = true, true
	}
	o.register = func(m *mounted) {
		handle(m, func(ctx context.Context, rq *request, in *In) (Out, error) {
			return fn(&Scope{&Visit{rq: rq, ctx: ctx}}, *in)
		})
	}
	return o
}

// Caller is who asked.
func (s *Scope) Caller() Caller { return s.rq.caller }

// Does reports whether the caller's role may call the operation that the audit log names; of none that is called so
// today it may not.
func (s *Scope) Does(action string) bool {
	for _, m := range s.rq.site.ops {
		if m.module.Name+"."+m.Name == action {
			return s.rq.caller.Role&m.Roles != 0
		}
	}
	return false
}

// Tenant is the id of the organisation, for what is kept outside its file: objects, keys.
func (s *Scope) Tenant() string { return s.rq.caller.Tenant }

// Call is how this scope stands in the audit log.
func (s *Scope) Call() storage.Call { return s.rq.call() }

// Read runs fn in a transaction that cannot write. Nothing slow belongs in it.
func (s *Scope) Read(fn func(*storage.ReadTx) error) error { return s.rq.read(s.ctx, fn) }

// Write runs fn in one audited transaction. Several are possible; each leaves its own record.
func (s *Scope) Write(fn func(*storage.WriteTx) error) error {
	if !s.rq.m.Writes {
		return fmt.Errorf("%s is not an operation that writes", s.rq.m.action())
	}
	return s.rq.write(s.ctx, fn)
}

// Record leaves an event record: a read that matters.
func (s *Scope) Record(e storage.Event) error { return s.rq.record(s.rq.call(), e) }

// Blobs is where files are kept. Its methods take [Scope.Tenant].
func (s *Scope) Blobs() Blobs { return s.rq.site.Blobs }

// CacheDir is a folder for what can be made again and is dear to make, or empty when there is none.
func (s *Scope) CacheDir() string { return s.rq.site.CacheDir }

// TempDir is a folder for files on their way, or empty for the system's.
func (s *Scope) TempDir() string { return s.rq.site.TempDir }

// FreshIndex brings the organisation's search index to what is committed.
func (s *Scope) FreshIndex() error {
	if s.rq.past != nil {
		return nil // a copy comes indexed
	}
	return s.on(func(db *storage.DB) error { return db.Index(s.ctx) })
}

// Reindex builds the organisation's search index again from its rows.
func (s *Scope) Reindex() error {
	return s.on(func(db *storage.DB) error { return db.Reindex(s.ctx) })
}

// TidyIndex merges the organisation's search index into one piece.
func (s *Scope) TidyIndex() error {
	return s.on(func(db *storage.DB) error { return db.Tidy(s.ctx) })
}

// EmptyTrash lets go of what was deleted long enough ago.
func (s *Scope) EmptyTrash() error {
	return s.on(func(db *storage.DB) error { return db.EmptyTrash(s.ctx) })
}

// Compare says what going back to a copy of the organisation's file would do; see [storage.DB.Compare].
func (s *Scope) Compare(copied string, some int) (out []storage.Rewound, err error) {
	err = s.on(func(db *storage.DB) error {
		out, err = db.Compare(s.ctx, copied, some)
		return err
	})
	return out, err
}

// Rewind makes the organisation's records what they are in a copy of its file, with also at the end of the same
// write; see [storage.DB.Rewind]. It returns the number of the audit record and how many rows changed.
func (s *Scope) Rewind(copied string, also func(*storage.WriteTx) error) (seq int64, rows int, err error) {
	if !s.rq.m.Writes {
		return -1, 0, fmt.Errorf("%s is not an operation that writes", s.rq.m.action())
	}
	err = s.on(func(db *storage.DB) error {
		r, err := db.Rewind(s.ctx, s.rq.call(), copied, also)
		if err == nil {
			s.rq.noted(r)
		}
		seq, rows = r.Seq, len(r.Changes)
		return err
	})
	return seq, rows, err
}

func (s *Scope) on(fn func(*storage.DB) error) error {
	db, done, err := s.rq.tenant(s.ctx)
	if err != nil {
		return err
	}
	defer done()
	return fn(db)
}

// Subscribe gives what is committed in this organisation from now on.
func (s *Scope) Subscribe() (<-chan storage.Changed, func(), error) {
	db, done, err := s.rq.tenant(s.ctx)
	if err != nil {
		return nil, nil, err
	}
	changes, stop := db.Subscribe()
	return changes, func() { stop(); done() }, nil
}

// Visit is what an operation without a caller works with.
type Visit struct {
	rq  *request
	ctx context.Context
}

// Public makes an operation that anyone may call, signed in or not: signing in, a trust center. A test
// lists every one by name.
func Public[In, Out any](name, route string, fn func(*Visit, In) (Out, error), opts ...Option) Op {
	o := describe[In, Out](WayPublic, name, route, Anyone, opts)
	o.Audited = o.Audited || o.Method != "GET"
	o.register = func(m *mounted) {
		handle(m, func(ctx context.Context, rq *request, in *In) (Out, error) {
			return fn(&Visit{rq: rq, ctx: ctx}, *in)
		})
	}
	return o
}

// Context is the request's context. The session middleware's values are in it.
func (v *Visit) Context() context.Context { return v.ctx }

// Now is the time as the store sees it.
func (v *Visit) Now() time.Time { return v.rq.site.Now() }

// Log is where the program writes what concerns whoever runs it.
func (v *Visit) Log() *slog.Logger { return v.rq.site.Log }

// Request is the request's id.
func (v *Visit) Request() string { return v.rq.id }

// IP is the address the request came from, or empty in a job.
func (v *Visit) IP() string {
	if v.rq.r == nil {
		return ""
	}
	return v.rq.site.ClientIP(v.rq.r)
}

// UserAgent is what the client says it is, shortened.
func (v *Visit) UserAgent() string {
	if v.rq.r == nil {
		return ""
	}
	return printableTo(300, v.rq.r.UserAgent()) // browsers say who they are at its end
}

// Who is the caller, if the request has a session or a token. A Scope always has one: see [Scope.Caller].
func (v *Visit) Who() (Caller, bool) {
	if v.rq.m.How != WayPublic {
		return v.rq.caller, true
	}
	c, err := v.rq.site.Authenticate(v.rq.r)
	return c, err == nil
}

// Store is the store itself, for the doors: what decides which organisation a visitor comes to.
func (v *Visit) Store() *storage.Store { return v.rq.site.Store }

// ReadControl reads the installation's own database.
func (v *Visit) ReadControl(fn func(*storage.ReadTx) error) error {
	return v.rq.site.Store.Control().Read(v.ctx, v.rq.call(), fn)
}

// WriteControl changes the installation's own database in one audited transaction. The record names the
// caller's organisation, so that its audit log can show it.
func (v *Visit) WriteControl(fn func(*storage.WriteTx) error) error {
	return v.WriteControlAs(v.rq.call().Actor, v.rq.caller.Tenant, fn)
}

// WriteControlAs is WriteControl for a visitor who has just shown who they are.
func (v *Visit) WriteControlAs(a storage.Actor, tenant string, fn func(*storage.WriteTx) error) error {
	c := v.rq.call()
	c.Actor, c.Tenant = a, tenant
	rc, err := v.rq.site.Store.Control().Write(v.ctx, c, fn)
	if err == nil && rc.Seq >= 0 {
		v.rq.control = append(v.rq.control, rc.Seq)
	}
	return err
}

// RunJob runs a job of a module in a tenant, as the system. cause is what set it off.
func (s *Server) RunJob(ctx context.Context, tenant string, m Module, j Job, args json.RawMessage, cause string) error {
	st := &site{Server: *s}
	if st.Now == nil {
		st.Now = s.Store.Now
	}
	o := &Op{Name: j.Name, How: WaySteps, Writes: true, Audited: true}
	rq := &request{site: st, m: &mounted{Op: o, site: st, module: &m}, id: s.Store.NewID(), job: true,
		cause: cause, caller: Caller{Tenant: tenant}}
	return j.Run(&Scope{&Visit{rq: rq, ctx: ctx}}, args)
}
