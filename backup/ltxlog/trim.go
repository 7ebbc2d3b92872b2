package ltxlog

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// youngest is how long a slot stays taken at least. An owner that was fenced finds out by its slot being taken;
// no owner that is asleep for less than this may find it free. See also awhile.
const youngest = 24 * time.Hour

// Retention says how much of history is kept. The zero Retention is refused, so that forgetting it forgets
// nothing.
type Retention struct {
	Every time.Duration // every commit for so long; decisions.md 29 says 35 days
	Daily time.Duration // after that, the last snapshot of each day for so long; 13 months
	// After that the last snapshot of each month, for ever.
}

// Trimmed says what Trim removed.
type Trimmed struct {
	Records   int
	Snapshots int
	From      uint64 // every commit from this record on can be restored
}

// Trim forgets what a tenant's retention does not ask for. Records go only when a snapshot from before the
// window is there that was just read to its end and leads to the record after it: everything newer than that
// snapshot is kept. Nothing younger than 24 hours is removed, nor the newest record; a retention below that is
// ErrTooYoung.
//
// Age is what lies between an entry and the newest one, or now if that is less, by the store's clock: the clock
// of this machine may be wrong, and removing cannot be undone. An idle tenant therefore keeps a little more.
func Trim(ctx context.Context, l Log, tenant string, keep Retention, now time.Time) (t Trimmed, err error) {
	fail := func(err error) (Trimmed, error) { return t, fmt.Errorf("trim the log of %s: %w", tenant, err) }
	if keep.Every < youngest {
		return fail(ErrTooYoung)
	}
	snaps, err := collect(l.Snapshots(ctx, tenant))
	if err != nil {
		return fail(err)
	}
	records, err := collect(l.Records(ctx, tenant, 0))
	if err != nil {
		return fail(err)
	}
	if len(records) == 0 {
		return t, nil
	}
	if newest := records[len(records)-1].Stored; newest.Before(now) {
		now = newest
	}
	t.From = records[0].Max
	base, err := goodSnapshot(ctx, l, tenant, snaps, records, now.Add(-keep.Every))
	if err != nil {
		return fail(err)
	}
	if base.Max == 0 {
		return t, nil
	}
	doomed := oldRecords(records, base, now.Add(-keep.Every))
	// The oldest first: what is left must be without a gap if this ends half-way.
	for _, e := range doomed {
		if err := l.Remove(ctx, tenant, e); err != nil {
			return fail(err)
		}
		t.Records++
	}
	if t.Records > 0 {
		t.From = base.Max
	}
	for _, e := range oldSnapshots(snaps, base, keep, now) {
		if err := l.Remove(ctx, tenant, e); err != nil {
			return fail(err)
		}
		t.Snapshots++
	}
	return t, nil
}

// goodSnapshot finds the newest snapshot from before an instant that is whole and that the records go on from.
func goodSnapshot(ctx context.Context, l Log, tenant string, snaps, records []Entry, before time.Time) (Entry, error) {
	have := map[uint64]bool{}
	for _, e := range records {
		have[e.Max] = true
	}
	for i := len(snaps) - 1; i >= 0; i-- {
		e := snaps[i]
		if e.Stored.After(before) {
			continue
		}
		_, at, err := decode(ctx, l, tenant, e, nil)
		if err == nil && have[e.Max+1] {
			h, _, errNext := decode(ctx, l, tenant, Record(e.Max+1), nil)
			if err = errNext; err == nil && h.PreApplyChecksum != at.Sum {
				err = fmt.Errorf("%w: record %d does not follow %v", ErrDamaged, e.Max+1, e)
			}
		}
		if err == nil {
			return e, nil
		}
		if !errors.Is(err, ErrDamaged) {
			return Entry{}, err
		}
	}
	return Entry{}, nil
}

// oldRecords are those that nobody needs once base is kept.
func oldRecords(records []Entry, base Entry, before time.Time) (old []Entry) {
	newest := records[len(records)-1].Max
	for _, e := range records {
		if e.Max >= base.Max || e.Max == newest || e.Stored.After(before) {
			break
		}
		old = append(old, e)
	}
	return old
}

// oldSnapshots are those from before base that are neither the last of their day in the daily window nor the
// last of their month.
func oldSnapshots(snaps []Entry, base Entry, keep Retention, now time.Time) (old []Entry) {
	for i, e := range snaps {
		if e.Max >= base.Max {
			break
		}
		next := snaps[i+1].Stored.UTC() // there is one: base
		period := time.DateOnly
		if now.Sub(e.Stored) > keep.Every+keep.Daily {
			period = "2006-01"
		}
		if e.Stored.UTC().Format(period) == next.Format(period) {
			old = append(old, e)
		}
	}
	return old
}
