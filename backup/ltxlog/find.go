package ltxlog

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Found is a state of a tenant that its log leads to.
type Found struct {
	Seq  uint64
	Time time.Time // of the record

	// Settled means that the log has a later record: whatever is appended from now on comes after the instant
	// that was asked for.
	Settled bool
}

// Find says which state a restore to an instant would write, without restoring it: it reads listings and a few
// headers. ErrNotFound means that nothing was kept from before that instant.
func Find(ctx context.Context, l Log, tenant string, at time.Time) (Found, error) {
	fail := func(err error) (Found, error) { return Found{}, fmt.Errorf("find an instant of %s: %w", tenant, err) }
	snaps, err := collect(l.Snapshots(ctx, tenant))
	if err != nil {
		return fail(err)
	}
	r, _, _, err := passing(ctx, l, tenant, snaps, Point{Time: at})
	if err != nil {
		return fail(err)
	}
	last := r.base
	if n := len(r.steps); n > 0 {
		last = r.steps[n-1]
	}
	f := Found{Seq: last.Max}
	if f.Time, err = instant(ctx, l, tenant, last); err != nil {
		return fail(err)
	}
	for _, err := range l.Records(ctx, tenant, f.Seq) {
		if err != nil {
			return fail(err)
		}
		f.Settled = true
		break
	}
	return f, nil
}

// Kept says how far back a log leads.
type Kept struct {
	First time.Time // the oldest state
	Every time.Time // from here on every record; before it, snapshots only
}

// Reach says how far back the log of a tenant leads; ErrNotFound when it has nothing.
func Reach(ctx context.Context, l Log, tenant string) (Kept, error) {
	fail := func(err error) (Kept, error) {
		return Kept{}, fmt.Errorf("how far back the log of %s leads: %w", tenant, err)
	}
	var oldest Entry
	for e, err := range l.Records(ctx, tenant, 0) {
		if err != nil {
			return fail(err)
		}
		oldest = e
		break
	}
	if oldest.Max == 0 {
		return fail(ErrNotFound)
	}
	every, err := instant(ctx, l, tenant, oldest)
	if err != nil {
		return fail(err)
	}
	if oldest.Max == 1 {
		return Kept{First: every, Every: every}, nil
	}
	for e, err := range l.Snapshots(ctx, tenant) {
		if err != nil {
			return fail(err)
		}
		switch first, err := instant(ctx, l, tenant, e); {
		case err == nil:
			return Kept{First: first, Every: later(every, first)}, nil
		case !errors.Is(err, ErrDamaged): // a restore passes over a damaged one, too
			return fail(err)
		}
	}
	return fail(ErrNotFound)
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
