package op

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"assay/storage"
)

type requestKey struct{}

// request is one call of one operation on its way through.
type request struct {
	site   *site
	m      *mounted
	id     string
	caller Caller
	r      *http.Request
	w      *writer

	version int       // what If-Match names
	idem    string    // Idempotency-Key, if one was sent and the operation knows it
	body    hash.Hash // of address and body, while there is one
	wrote   []int64   // audit records of this request in the tenant's log
	control []int64   // and in the installation's
	replay  bool
	checked bool // If-Match was compared
	export  exportIn
	job     bool   // nobody asked: the system runs a job
	asked   string // the instant of the past that was asked for, as it was sent, and where
	askedIn string
	past    *storage.Past // the organisation as it was then
	draft   string        // the branch that was asked for
	branch  *storage.DB   // its file
	cause   string
}

func requestOf(ctx context.Context) *request { return ctx.Value(requestKey{}).(*request) }

func (rq *request) ctx() context.Context {
	if rq.r == nil {
		return context.Background()
	}
	return rq.r.Context()
}

// enter is the way into every operation.
func (st *site) enter(m *mounted, next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(hw http.ResponseWriter, r *http.Request) {
		w := &writer{ResponseWriter: hw}
		rq := &request{site: st, m: m, id: st.Store.NewID(), w: w} // an id sent by the client is not looked at
		rq.r = r.WithContext(context.WithValue(r.Context(), requestKey{}, rq))
		defer rq.recover()
		h := w.Header()
		h.Set("Assay-Request", rq.id)
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		if err := rq.admit(); err != nil {
			rq.refuse(err)
			return
		}
		kind, limit := "work "+rq.caller.Tenant, st.MaxConcurrent
		switch m.How {
		case WayUpload, WayImport, WayDownload:
			kind, limit = "move "+rq.caller.Tenant, st.MaxTransfers
		case WayStream:
			kind, limit = "stream "+rq.caller.Tenant+" "+rq.caller.Account, st.MaxStreams
		case WayPublic:
			kind, limit = "public "+st.ClientIP(r), st.MaxConcurrent
		}
		if !st.busy.enter(kind, limit) {
			e := Errorf(TooMany, "Your organisation has too many requests in work. Wait a moment and try again.")
			e.After = time.Second
			rq.refuse(e)
			return
		}
		defer st.busy.leave(kind)
		done, err := rq.lookBack()
		if err != nil {
			rq.refuse(err)
			return
		}
		defer done()
		leave, err := rq.branchOff()
		if err != nil {
			rq.refuse(err)
			return
		}
		defer leave()
		next(w, rq.r)
	})
}

// admit finds the caller and decides whether this caller may call this operation.
func (rq *request) admit() error {
	if len(rq.r.URL.RequestURI()) > maxURL {
		return &Problem{Type: "about:blank", Kind: Malformed, Title: "URI Too Long", Status: 414, Detail: "The address is longer than 8 KB."}
	}
	if rq.m.How != WayPublic {
		c, err := rq.site.Authenticate(rq.r)
		if err != nil {
			return err // "Your session has ended", or the database does not answer
		}
		rq.caller = c
		if want := rq.r.Header.Get("Assay-Expect-Tenant"); want != "" && want != c.Tenant {
			return Errorf(TenantMismatch, "You are now signed in to another organisation than this page was opened for. Load the page again.")
		}
		if c.Role&rq.m.Roles == 0 {
			rq.noteRefusal()
			return Errorf(Forbidden, "Your role does not allow this.")
		}
	}
	if rq.frozen() != nil {
		if err := rq.freeze(); err != nil {
			return err
		}
	} else if err := rq.askedPast(); err != nil {
		return err
	}
	if err := rq.askedBranch(); err != nil {
		return err
	}
	if rq.m.Table != "" {
		v, err := version(rq.r.Header.Get("If-Match"))
		if err != nil {
			return err
		}
		rq.version = v
	}
	if rq.m.columns != nil {
		if err := rq.readExport(); err != nil {
			return err
		}
	}
	if rq.m.idempotent() {
		key := rq.r.Header.Get("Idempotency-Key")
		if len(key) > 200 {
			return &Error{Kind: Invalid, Message: "Please correct the marked fields.",
				Fields: map[string]string{"header.Idempotency-Key": "Use at most 200 characters."}}
		}
		if rq.idem = key; key != "" {
			rq.body = sha256.New()
			io.WriteString(rq.body, rq.r.URL.RequestURI()+"\n")
		}
		if key != "" && rq.m.How == WayWrite { // a file's digest is added when it was received
			rq.r.Body = struct {
				io.Reader
				io.Closer
			}{io.TeeReader(rq.r.Body, rq.body), rq.r.Body}
		}
	}
	return nil
}

// version reads If-Match: "7" or 7.
func version(header string) (int, error) {
	if header == "" {
		return 0, Errorf(Precondition, "Send the version you read as If-Match, so that nobody's change is lost.")
	}
	v, err := strconv.Atoi(strings.Trim(header, `"`))
	if err != nil || v < 0 {
		return 0, &Error{Kind: Invalid, Message: "Please correct the marked fields.",
			Fields: map[string]string{"header.If-Match": "Give the version as it stood in ETag."}}
	}
	return v, nil
}

// noteRefusal leaves a record of a call that a role does not allow, in the caller's own tenant.
func (rq *request) noteRefusal() {
	c := rq.caller
	if c.Tenant == "" || rq.frozen() != nil || !rq.site.refused.first(c.Account+" "+c.Person+" "+c.Token+" "+rq.m.action(), rq.site.Now()) {
		return
	}
	call := rq.call()
	call.Action = "refused"
	if err := rq.record(call, storage.Event{Subject: rq.m.action(), Detail: map[string]any{"role": c.Role.String()}}); err != nil {
		rq.site.log(rq, "record a refusal", err)
	}
}

// refuse answers a request that does not reach its function.
func (rq *request) refuse(err error) {
	p, known := problemOf(err)
	if !known {
		rq.site.log(rq, "request failed", err)
	}
	p.Request = rq.id
	writeProblem(rq.w, p)
}

// fail is what huma is given when a function failed.
func (rq *request) fail(err error) error {
	p, known := problemOf(err)
	if !known {
		rq.site.log(rq, "operation failed", err)
	}
	p.Request = rq.id
	return p
}

// recover turns a panic into one answer of 500. If part of an answer is on its way, the connection is cut:
// a client must not take half for whole.
func (rq *request) recover() {
	p := recover()
	if p == nil {
		return
	}
	if p == http.ErrAbortHandler {
		panic(p)
	}
	if rq.ctx().Err() == nil {
		rq.site.Log.ErrorContext(rq.ctx(), "panic", "action", rq.m.action(), "request", rq.id, "panic", p, "stack", string(debug.Stack()))
	}
	if rq.w.wrote {
		panic(http.ErrAbortHandler)
	}
	pr := newProblem(Internal, 500, internalSentence)
	pr.Request = rq.id
	writeProblem(rq.w, pr)
}

// call says to storage who is asking and what for.
func (rq *request) call() storage.Call {
	c := storage.Call{Actor: rq.caller.actor(), Action: rq.m.action(), Request: rq.id, Cause: rq.cause, Token: rq.caller.Token, Owns: rq.owns()}
	if rq.job {
		c.Actor = storage.Actor{Kind: storage.System, ID: rq.m.action()}
	}
	return c
}

func (rq *request) owns() []string {
	return append(rq.module().Owns[:len(rq.module().Owns):len(rq.module().Owns)], rq.module().Also...)
}

func (rq *request) module() *Module { return rq.m.module }

// tenant opens the caller's own tenant, or the branch of it that was asked for. There is no other way to one.
func (rq *request) tenant(ctx context.Context) (*storage.DB, func(), error) {
	if rq.branch != nil {
		return rq.branch, func() {}, nil // it is open for as long as the request
	}
	return rq.home(ctx)
}

// home opens the caller's own tenant, whatever was asked for.
func (rq *request) home(ctx context.Context) (*storage.DB, func(), error) {
	return rq.site.Store.Tenant(ctx, rq.caller.Tenant)
}

func (rq *request) read(ctx context.Context, fn func(*storage.ReadTx) error) error {
	if rq.m.control {
		c := rq.call()
		c.Tenant = rq.caller.Tenant
		return rq.site.Store.Control().Read(ctx, c, fn)
	}
	if rq.past != nil {
		return rq.past.Read(ctx, rq.call(), fn)
	}
	return rq.now(ctx, fn)
}

func (rq *request) write(ctx context.Context, fn func(*storage.WriteTx) error) error {
	db, done, err := rq.tenant(ctx)
	if err != nil {
		return err
	}
	defer done()
	rc, err := db.Write(ctx, rq.call(), func(tx *storage.WriteTx) error {
		if err := rq.compare(&tx.ReadTx); err != nil {
			return err
		}
		return fn(tx)
	})
	if err != nil {
		return rq.inDraft(err)
	}
	rq.noted(rc)
	return nil
}

func (rq *request) noted(rc storage.Receipt) {
	rq.checked = true
	if rc.Seq >= 0 {
		rq.wrote = append(rq.wrote, rc.Seq)
	}
}

// compare refuses a change of a row that is no longer what the caller read. Of several writes of one
// request the first compares: after it the version is our own.
func (rq *request) compare(tx *storage.ReadTx) error {
	if rq.m.Table == "" || rq.checked {
		return nil
	}
	var have int
	err := tx.QueryRow("SELECT version FROM "+rq.m.Table+" WHERE id = ?", mux.Vars(rq.r)[rq.m.key]).Scan(&have) // Table: a plain name, checked by Versioned
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return storage.ErrNotFound
	case err != nil:
		return fmt.Errorf("read version of %s: %w", rq.m.Table, err)
	case have != rq.version:
		return storage.ErrStale
	}
	return nil
}

// record leaves an event record in the caller's tenant.
func (rq *request) record(c storage.Call, e storage.Event) error {
	if rq.frozen() != nil {
		return nil
	}
	ctx := context.WithoutCancel(rq.ctx()) // a client that hangs up is recorded all the same
	db, done, err := rq.home(ctx)
	if err != nil {
		return err
	}
	defer done()
	if e.Detail == nil && (rq.past != nil || rq.branch != nil) {
		e.Detail = map[string]any{}
	}
	if rq.past != nil {
		e.Detail["as_of"] = rq.past.At().Format(storage.Instant)
	}
	if rq.branch != nil {
		e.Detail["branch"] = rq.draft
	}
	seq, err := db.Record(ctx, c, e)
	if err == nil {
		rq.wrote = append(rq.wrote, seq)
	}
	return err
}

// seqs is the value of Assay-Audit: the records this request left, of which there is almost always one.
func (rq *request) seqs() string {
	var s []string
	for _, n := range rq.wrote {
		s = append(s, strconv.FormatInt(n, 10))
	}
	return strings.Join(s, ",")
}

func (rq *request) replayed() string {
	if rq.replay {
		return "true"
	}
	return ""
}

// once24 runs fn unless the same person asked the same under the same Idempotency-Key within a day; then
// it repeats the answer instead. Answer and change are in one transaction: there is never one without
// the other.
func once24[Out any](tx *storage.WriteTx, rq *request, out *Out, fn func() error) error {
	if rq.idem == "" {
		return fn()
	}
	key := rq.caller.Account + "\n" + rq.caller.Person + "\n" + rq.m.action() + "\n" + rq.idem
	digest := fmt.Sprintf("%x", rq.body.Sum(nil))
	_, body, ok, err := tx.Remembered(key, digest)
	switch {
	case errors.Is(err, storage.ErrKeyReused):
		return &Error{Kind: Invalid, Message: "This Idempotency-Key was used for another request. Take a new one.",
			Fields: map[string]string{"header.Idempotency-Key": "It was used for another request."}}
	case err != nil:
		return err
	case ok && rq.m.secret:
		return Errorf(Conflict, "This was done already. Its answer held a secret, which is shown once only.")
	case ok:
		rq.replay = true
		return json.Unmarshal(body, out)
	}
	if err := fn(); err != nil {
		return err
	}
	if body = nil; !rq.m.secret {
		if body, err = json.Marshal(out); err != nil {
			return err
		}
	}
	tx.Remember(key, digest, http.StatusOK, body)
	return nil
}

// writer notices whether an answer has begun.
type writer struct {
	http.ResponseWriter
	wrote bool
}

func (w *writer) WriteHeader(status int) {
	w.wrote = true
	w.ResponseWriter.WriteHeader(status)
}

func (w *writer) Write(b []byte) (int, error) {
	w.wrote = true
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController and huma set deadlines and flush.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
