package ltxlog

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Verified is what reading a whole log found.
type Verified struct {
	Records   int      `json:"records"`
	Snapshots int      `json:"snapshots"`
	Bytes     int64    `json:"bytes"`
	First     uint64   `json:"first"` // the oldest record that is there
	Last      Position `json:"-"`
	Problems  []string `json:"problems"`
}

// OK says whether nothing was found.
func (v Verified) OK() bool { return len(v.Problems) == 0 }

// mostProblems keeps what is said of a ruined log readable.
const mostProblems = 20

// Verify reads everything a log has of a tenant to its end: every record opens, carries the checksum of the state
// it leads to, and goes on from the one before; every snapshot is the state that its record leads to. It does not
// restore. An error is one of reading; what is wrong with the log stands in Problems.
func Verify(ctx context.Context, l Log, tenant string) (v Verified, err error) {
	fail := func(err error) (Verified, error) { return v, fmt.Errorf("verify the log of %s: %w", tenant, err) }
	wrong := func(err error) error {
		if !errors.Is(err, ErrDamaged) {
			return err
		}
		if len(v.Problems) < mostProblems {
			v.Problems = append(v.Problems, err.Error())
		}
		return nil
	}
	sums := map[uint64]Position{}
	for e, err := range l.Records(ctx, tenant, 0) {
		if err != nil {
			return fail(err)
		}
		if v.Records == 0 {
			v.First = e.Max
		} else if e.Max != v.Last.Seq+1 {
			err = fmt.Errorf("%w: record %d is missing", ErrDamaged, v.Last.Seq+1)
		}
		h, at, bad := decode(ctx, l, tenant, e, nil)
		switch {
		case bad != nil:
			err, at = errors.Join(err, bad), Position{Seq: e.Max}
		case v.Records > 0 && v.Last.Sum != 0 && e.Max == v.Last.Seq+1 && h.PreApplyChecksum != v.Last.Sum:
			err = fmt.Errorf("%w: %v does not follow record %d", ErrDamaged, e, v.Last.Seq)
		}
		if err := wrong(err); err != nil {
			return fail(err)
		}
		v.Records, v.Bytes, v.Last = v.Records+1, v.Bytes+e.Size, at
		sums[e.Max] = at
	}
	for e, err := range l.Snapshots(ctx, tenant) {
		if err != nil {
			return fail(err)
		}
		_, at, err := decode(ctx, l, tenant, e, nil)
		if same, there := sums[e.Max]; err == nil && there && same.Sum != 0 && same.Sum != at.Sum {
			err = fmt.Errorf("%w: %v is not the state after record %d", ErrDamaged, e, e.Max)
		}
		if err := wrong(err); err != nil {
			return fail(err)
		}
		v.Snapshots, v.Bytes = v.Snapshots+1, v.Bytes+e.Size
	}
	if v.Records == 0 && v.Snapshots == 0 {
		return fail(ErrNotFound)
	}
	return v, nil
}

// Copy writes all that a log has of a tenant to another log, which has nothing of it: without its seal if from
// opens it and to does not close it again. What is large rests in scratch on its way.
func Copy(ctx context.Context, from, to Log, tenant, scratch string) (n int, err error) {
	put := func(e Entry) error {
		r, err := from.Get(ctx, tenant, e)
		if err != nil {
			return err
		}
		s, err := newSpool(scratch, e.Size)
		if err != nil {
			return errors.Join(err, r.Close())
		}
		defer s.free()
		_, err = io.Copy(s, r)
		if err := errors.Join(err, r.Close()); err != nil {
			return fmt.Errorf("read %v: %w", e, err)
		}
		if e.Snapshot {
			return to.PutSnapshot(ctx, tenant, e.Max, s.body())
		}
		return to.Append(ctx, tenant, e.Max, s.body())
	}
	for _, all := range []func() ([]Entry, error){
		func() ([]Entry, error) { return collect(from.Snapshots(ctx, tenant)) },
		func() ([]Entry, error) { return collect(from.Records(ctx, tenant, 0)) },
	} {
		entries, err := all()
		if err != nil {
			return n, fmt.Errorf("copy the log of %s: %w", tenant, err)
		}
		for _, e := range entries {
			if err := put(e); err != nil {
				return n, fmt.Errorf("copy the log of %s: %w", tenant, err)
			}
			n++
		}
	}
	if n == 0 {
		return 0, fmt.Errorf("copy the log of %s: %w", tenant, ErrNotFound)
	}
	return n, nil
}
