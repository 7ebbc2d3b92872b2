package account

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"assay/server/op"
	"assay/storage"
)

// How long a session lasts without a request, and at most.
const (
	Idle     = 30 * time.Minute
	Absolute = 12 * time.Hour
	touch    = time.Minute // a session in use is written no more often than this
)

// Wrap gives every request its session. What answers requests with a session
// has to stand behind it.
//
// It loads and never saves: an operation that changes its session saves it
// itself, so that it can still answer with an error.
func (d *Door) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Cookie")
		secret := ""
		if c, err := r.Cookie(d.sm.Cookie.Name); err == nil && len(c.Value) <= 100 {
			secret = c.Value
		}
		ctx, err := d.sm.Load(context.WithValue(r.Context(), visitKey{}, &visit{w: w}), secret)
		if err != nil {
			d.unreadable(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

type visitKey struct{}

// visit is what is known of a request beside its session.
type visit struct {
	w       http.ResponseWriter // for its headers
	found   string              // hash of the session the request came with
	fresh   bool                // its session is to be a new row
	leaving bool                // its session is to be deleted, not moved
}

var errUnwrapped = errors.New("the request has no session: it did not come through Wrap")

func visitOf(ctx context.Context) *visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	return v
}

// enter begins a session in an organisation. Whatever session the browser had
// before is over.
func (d *Door) enter(v *op.Visit, account, tenant string) error {
	ctx := v.Context()
	if err := d.leave(ctx); err != nil {
		return err
	}
	visitOf(ctx).fresh = true
	d.sm.Put(ctx, "id", d.store.NewID())
	d.sm.Put(ctx, "account", account)
	d.sm.Put(ctx, "tenant", tenant)
	d.sm.Put(ctx, "since", v.Now().UTC().Format(storage.Instant))
	d.sm.Put(ctx, "ip", v.IP())
	d.sm.Put(ctx, "agent", v.UserAgent())
	return d.renew(ctx)
}

// leave ends the session of a request, if it has one, and takes the cookie back.
func (d *Door) leave(ctx context.Context) error {
	v := visitOf(ctx)
	if v == nil {
		return errUnwrapped
	}
	v.leaving = true
	defer func() { v.leaving = false }()
	if err := d.sm.Destroy(ctx); err != nil {
		return err
	}
	v.w.Header().Del("Set-Cookie")
	d.sm.WriteSessionCookie(ctx, v.w, "", time.Time{})
	return nil
}

// renew saves the session of a request under a new id and sends the cookie: at
// sign-in, after a second factor, a change of password or of organisation. Its
// twelve hours go on.
func (d *Door) renew(ctx context.Context) error {
	v := visitOf(ctx)
	if v == nil {
		return errUnwrapped
	}
	if err := d.sm.RenewToken(ctx); err != nil {
		return err
	}
	secret, _, err := d.sm.Commit(ctx)
	if errors.Is(err, storage.ErrNotFound) { // ended while this request was at work
		return op.Errorf(op.Unauthenticated, "Your session has ended. Please sign in again.")
	}
	if err != nil {
		return fmt.Errorf("save the session: %w", err)
	}
	v.w.Header().Del("Set-Cookie")
	d.sm.WriteSessionCookie(ctx, v.w, secret, d.store.Now().Add(Absolute)) // the cookie is not persistent: the time is not sent
	return nil
}

// unreadable answers a request whose session could not be read.
func (d *Door) unreadable(w http.ResponseWriter, r *http.Request, err error) {
	d.log.ErrorContext(r.Context(), "read session", "err", err)
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusServiceUnavailable)
	json.NewEncoder(w).Encode(op.Problem{Type: "/api/reference#unavailable", Kind: op.Unavailable, Title: http.StatusText(http.StatusServiceUnavailable),
		Status: http.StatusServiceUnavailable, Detail: "Your session could not be read. Please try again."})
}

// sessions keeps scs sessions in the installation's database, by the store's
// clock. The times in it are ours: scs only looks at the clock on the wall.
type sessions struct {
	store *storage.Store
	log   *slog.Logger
}

var sessionCall = storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "session"}, Action: "session", Owns: []string{"session"}}

// ends is when a session that began at since and is used at now is over.
func ends(since string, now time.Time) string {
	idle := now.Add(Idle)
	began, err := time.Parse(storage.Instant, since)
	if err != nil {
		return "" // no beginning: over already
	}
	if last := began.Add(Absolute); last.Before(idle) {
		idle = last
	}
	return idle.UTC().Format(storage.Instant)
}

// FindCtx reads a session that has not ended, and notes that it is in use.
func (s *sessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	now := s.store.Now().UTC()
	var data, since, seen string
	err := s.store.Control().Read(ctx, sessionCall, func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT data, coalesce(since, ''), seen FROM session WHERE token = ? AND expires > ?", token, now.Format(storage.Instant)).Scan(&data, &since, &seen)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	if v := visitOf(ctx); v != nil {
		v.found = token
	}
	if seen < now.Add(-touch).Format(storage.Instant) {
		s.store.Aside(ctx, func(ctx context.Context) {
			_, err := s.store.Control().Write(ctx, sessionCall, func(tx *storage.WriteTx) error {
				return tx.Exec("UPDATE session SET seen = ?2, expires = ?3 WHERE token = ?1", token, now.Format(storage.Instant), ends(since, now))
			})
			if err != nil { // a full disk must not keep people from reading
				s.log.WarnContext(ctx, "note that a session is in use", "err", err)
			}
		})
	}
	return []byte(data), true, nil
}

// CommitCtx writes a session that was changed. A session that is not new moves
// its row, and only if the row is still there: ending a session wins over a
// request that was at work meanwhile.
func (s *sessions) CommitCtx(ctx context.Context, token string, data []byte, _ time.Time) error {
	v := visitOf(ctx)
	if v == nil {
		return errors.New("a session is changed outside a request")
	}
	var r record
	if err := json.Unmarshal(data, &r); err != nil {
		return err
	}
	since, _ := r.Values["since"].(string)
	_, err := s.store.Control().Write(ctx, sessionCall, func(tx *storage.WriteTx) error {
		if v.fresh {
			return tx.Exec("INSERT INTO session (token, data, seen, expires) VALUES (?, ?, ?, ?)", token, string(data), tx.Stamp(), ends(since, tx.Now()))
		}
		return tx.ExecOne("UPDATE session SET token = ?2, data = ?3, seen = ?4, expires = ?5 WHERE token = ?1", v.found, token, string(data), tx.Stamp(), ends(since, tx.Now()))
	})
	if err == nil {
		v.found, v.fresh = token, false
	}
	return err
}

// DeleteCtx ends a session at sign-out and before a sign-in. It does nothing
// when a session is renewed: its row is moved by CommitCtx.
func (s *sessions) DeleteCtx(ctx context.Context, token string) error {
	if v := visitOf(ctx); v == nil || v.found != token || !v.leaving {
		return nil
	}
	_, err := s.store.Control().Write(ctx, sessionCall, func(tx *storage.WriteTx) error {
		return tx.Exec("DELETE FROM session WHERE token = ?", token)
	})
	return err
}

// Find, Commit and Delete complete the interface of scs; it calls the ones
// with a context.
func (s *sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}
func (s *sessions) Commit(token string, b []byte, at time.Time) error {
	return s.CommitCtx(context.Background(), token, b, at)
}
func (s *sessions) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// codec writes sessions as JSON, which SQL can look into.
type codec struct{}

type record struct {
	Deadline time.Time      `json:"d"`
	Values   map[string]any `json:"v"`
}

func (codec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	return json.Marshal(record{deadline, values})
}

func (codec) Decode(b []byte) (time.Time, map[string]any, error) {
	var r record
	err := json.Unmarshal(b, &r)
	return r.Deadline, r.Values, err
}
