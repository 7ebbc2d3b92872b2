package op

import (
	"context"
	"errors"
	"fmt"
	"time"

	"assay/storage"
)

// Any operation that only reads the organisation's file can show it as it was: with the header Assay-As-Of, or, in
// the address of a file that a browser fetches, as_of. Who asks, as whom and whether they may is decided by what is
// true now. Nothing can be changed in the past, and what the past does not have is refused, not made up: sessions,
// members, live events, the content of files.

const (
	asOfHeader = "Assay-As-Of"
	asOfQuery  = "as_of"
)

// AsOf lets an operation of several steps, or one that produces a file, show the past: its function reads the
// organisation's file through its Scope, and what else it opens it can do without. Others can by themselves.
func AsOf() Option { return func(o *Op) { o.asOf = true } }

// Present says that an operation shows what never changes, or only matters now: a page of the past asks for it as it
// is today.
func Present() Option { return func(o *Op) { o.present = true } }

// inPast reports whether an operation can show the past.
func (m *mounted) inPast() bool {
	if m.module.Present || m.Op.present || m.control || m.Writes || m.Method != "GET" {
		return false
	}
	return m.How == WayRead || m.How == WayDownload && !m.steps || m.asOf
}

// today reports whether the UI's client never asks the operation about the past: what shows only the present,
// and what is about the person at the screen. All others are asked, and refused if they would write.
func (m *mounted) today() bool {
	return m.module.Present || m.Op.present || m.How == WayPublic || m.Method == "GET" && !m.inPast()
}

// askedPast takes the instant that is asked for out of the request.
func (rq *request) askedPast() error {
	rq.asked, rq.askedIn = rq.r.Header.Get(asOfHeader), "header."+asOfHeader
	if q := rq.r.URL.Query(); rq.m.How == WayDownload && q.Has(asOfQuery) {
		rq.asked, rq.askedIn = q.Get(asOfQuery), "query."+asOfQuery
		u := *rq.r.URL
		q.Del(asOfQuery)
		u.RawQuery = q.Encode()
		rq.r.URL = &u
	}
	switch {
	case rq.asked == "" || rq.m.inPast():
		return nil
	case rq.m.Method != "GET":
		return Errorf(Conflict, "This shows the past; it cannot be changed. Go back to today first.")
	}
	return Errorf(Conflict, "Only the present can be shown here. Go back to today first.")
}

// lookBack opens the organisation as it was, if the past was asked for, until the returned function is called.
func (rq *request) lookBack() (func(), error) {
	rq.past = rq.frozen()
	if rq.asked == "" {
		return func() {}, nil
	}
	ctx := rq.ctx()
	at, err := rq.instant(ctx)
	if err != nil {
		return nil, err
	}
	past, done, err := rq.site.Store.Past(ctx, rq.caller.Tenant, at)
	switch {
	case errors.Is(err, storage.ErrNoPast):
		return nil, Errorf(Conflict, "The past is not kept on this installation. An administrator turns it on with the setting backup.")
	case errors.Is(err, storage.ErrNotFound):
		return nil, rq.outside(ctx, "Nothing is kept of that moment.")
	case errors.Is(err, storage.ErrUnavailable):
		rq.site.log(rq, "the past cannot be read", err)
		e := Errorf(Unavailable, "The past cannot be read at the moment. Try again soon.")
		e.After = 5 * time.Second
		return nil, e
	case err != nil:
		return nil, err
	}
	rq.past = past
	if err := rq.noteLook(); err != nil {
		done()
		return nil, err
	}
	rq.w.Header().Set(asOfHeader, past.Point().At.Format(storage.Instant))
	return done, nil
}

// noteLook leaves one record a day of a person who looks at an instant: the past shows what was deleted since, and
// what was there before the person came (decisions.md 13). Lists and pages leave none of their own, as ever.
func (rq *request) noteLook() error {
	c, at := rq.caller, rq.past.At().Format(storage.Instant)
	if !rq.site.looked.within(c.Account+" "+c.Person+" "+c.Token+" "+c.Tenant+" "+at, rq.site.Now(), 24*time.Hour) {
		return nil
	}
	call := rq.call()
	call.Action = "past.look"
	return rq.record(call, storage.Event{Subject: at})
}

// instant is what was asked for: a moment, or the end of a day in the organisation's zone.
func (rq *request) instant(ctx context.Context) (time.Time, error) {
	var at time.Time
	day, err := time.Parse(storage.Date, rq.asked)
	if err == nil {
		err = rq.now(ctx, func(tx *storage.ReadTx) error {
			y, m, d := day.Date()
			at = time.Date(y, m, d+1, 0, 0, 0, 0, tx.Zone()).Add(-time.Millisecond)
			return nil
		})
		if err != nil {
			return at, err
		}
	} else if at, err = time.Parse(time.RFC3339, rq.asked); err != nil {
		return at, rq.outside(ctx, "Give a moment as 2006-01-02T15:04:05Z, or a day as 2006-01-02, which means its end.")
	}
	if at = at.UTC().Truncate(time.Millisecond); at.After(rq.site.Now()) {
		return at, rq.outside(ctx, "That moment has not come yet.")
	}
	return at, nil
}

// outside says what is wrong with the instant and which could be shown.
func (rq *request) outside(ctx context.Context, what string) error {
	reach, err := rq.site.Store.PastReach(ctx, rq.caller.Tenant)
	switch {
	case errors.Is(err, storage.ErrNoPast):
		what = "The past is not kept on this installation."
	case errors.Is(err, storage.ErrNotFound):
		what = "Nothing has been kept of your organisation yet."
	case err != nil:
		rq.site.log(rq, "how far back the past goes", err)
	default:
		err = rq.now(ctx, func(tx *storage.ReadTx) error {
			first := reach.First.Add(time.Minute - 1).Truncate(time.Minute) // it must be good when it is typed
			what += fmt.Sprintf(" Choose one from %s (%s) until now.", first.In(tx.Zone()).Format("2 January 2006, 15:04"), tx.Zone())
			return nil
		})
		if err != nil {
			return err
		}
	}
	return &Error{Kind: Invalid, Message: what, Fields: map[string]string{rq.askedIn: what}}
}

// now reads the present, whatever was asked for.
func (rq *request) now(ctx context.Context, fn func(*storage.ReadTx) error) error {
	db, done, err := rq.tenant(ctx)
	if err != nil {
		return err
	}
	defer done()
	return db.Read(ctx, rq.call(), fn)
}

// PastReach says how far back the caller's organisation can be shown.
func (s *Scope) PastReach() (storage.Reach, error) {
	return s.rq.site.Store.PastReach(s.ctx, s.rq.caller.Tenant)
}

// Earlier reads the organisation's file as it was at a moment, for what the present needs of it; nobody is shown it
// here. Errors are those of [storage.Store.Past].
func (s *Scope) Earlier(at time.Time, fn func(*storage.ReadTx) error) error {
	past, done, err := s.rq.site.Store.Past(s.ctx, s.rq.caller.Tenant, at)
	if err != nil {
		return err
	}
	defer done()
	return past.Read(s.ctx, s.rq.call(), fn)
}
