// Package ltxlogtest has logs for tests: one in memory, and one that fails as it is told to.
package ltxlogtest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"iter"
	"slices"
	"sync"
	"time"

	"assay/backup/ltxlog"
)

// Memory keeps logs in memory. The zero Memory is ready.
type Memory struct {
	Now func() time.Time // the store's clock; nil means time.Now

	mu      sync.Mutex
	tenants map[string]map[ltxlog.Entry]stored
}

type stored struct {
	data []byte
	at   time.Time
}

func key(e ltxlog.Entry) ltxlog.Entry { return ltxlog.Entry{Snapshot: e.Snapshot, Max: e.Max} }

func read(b ltxlog.Body) ([]byte, error) {
	r, err := b.Open()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func (m *Memory) put(ctx context.Context, tenant string, e ltxlog.Entry, b ltxlog.Body, only bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	data, err := read(b)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.tenants == nil {
		m.tenants = map[string]map[ltxlog.Entry]stored{}
	}
	t := m.tenants[tenant]
	if t == nil {
		t = map[ltxlog.Entry]stored{}
		m.tenants[tenant] = t
	}
	if old, taken := t[e]; taken && only {
		if bytes.Equal(old.data, data) {
			return nil
		}
		return ltxlog.ErrFenced
	}
	now := time.Now
	if m.Now != nil {
		now = m.Now
	}
	t[e] = stored{data, now()}
	return nil
}

// Append implements [ltxlog.Log].
func (m *Memory) Append(ctx context.Context, tenant string, seq uint64, rec ltxlog.Body) error {
	return m.put(ctx, tenant, ltxlog.Record(seq), rec, true)
}

// PutSnapshot implements [ltxlog.Log].
func (m *Memory) PutSnapshot(ctx context.Context, tenant string, max uint64, snap ltxlog.Body) error {
	return m.put(ctx, tenant, ltxlog.Entry{Snapshot: true, Max: max}, snap, false)
}

// Records implements [ltxlog.Log].
func (m *Memory) Records(_ context.Context, tenant string, after uint64) iter.Seq2[ltxlog.Entry, error] {
	return m.list(tenant, false, after)
}

// Snapshots implements [ltxlog.Log].
func (m *Memory) Snapshots(_ context.Context, tenant string) iter.Seq2[ltxlog.Entry, error] {
	return m.list(tenant, true, 0)
}

func (m *Memory) list(tenant string, snapshots bool, after uint64) iter.Seq2[ltxlog.Entry, error] {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []ltxlog.Entry
	for e, s := range m.tenants[tenant] {
		if e.Snapshot == snapshots && e.Max > after {
			e.Size, e.Stored = int64(len(s.data)), s.at
			all = append(all, e)
		}
	}
	slices.SortFunc(all, func(a, b ltxlog.Entry) int { return cmp.Compare(a.Max, b.Max) })
	return func(yield func(ltxlog.Entry, error) bool) {
		for _, e := range all {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// Get implements [ltxlog.Log].
func (m *Memory) Get(_ context.Context, tenant string, e ltxlog.Entry) (io.ReadCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.tenants[tenant][key(e)]
	if !ok {
		return nil, ltxlog.ErrNotFound
	}
	return io.NopCloser(bytes.NewReader(s.data)), nil
}

// Remove implements [ltxlog.Log].
func (m *Memory) Remove(_ context.Context, tenant string, e ltxlog.Entry) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.tenants[tenant], key(e))
	return nil
}

// Destroy implements [ltxlog.Log].
func (m *Memory) Destroy(_ context.Context, tenant string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.tenants, tenant)
	return nil
}

// Change replaces what lies in the log, to damage it. A nil result removes it.
func (m *Memory) Change(tenant string, e ltxlog.Entry, fn func([]byte) []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.tenants[tenant][key(e)]
	if data := fn(bytes.Clone(s.data)); data != nil {
		m.tenants[tenant][key(e)] = stored{data, s.at}
	} else {
		delete(m.tenants[tenant], key(e))
	}
}

// Fault is what happens to one append.
type Fault int

// What can happen to an append.
const (
	Pass     Fault = iota
	Lost           // it is stored, but the answer is an error
	Conflict       // it is not stored; the answer is an error that passes (409)
	Taken          // somebody else's record is stored first
	Stall          // nothing is stored and no answer comes until the caller gives up
	LateLost       // it is stored, and no answer comes until the caller gives up
)

// ErrDown is what a log says that is down, or whose answer was lost.
var ErrDown = errors.New("the store does not answer")

// Faulty is a log that fails as it is told to, and counts what is asked of it.
type Faulty struct {
	ltxlog.Log

	mu       sync.Mutex
	faults   []Fault
	down     bool
	requests int
	appends  int
	hook     func(seq uint64)
}

// Next says what happens to the next appends, one each.
func (f *Faulty) Next(faults ...Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults = append(f.faults, faults...)
}

// Down makes every request fail, or work again.
func (f *Faulty) Down(down bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.down = down
}

// Before calls fn before each append.
func (f *Faulty) Before(fn func(seq uint64)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hook = fn
}

// Requests is how much was asked of the log, and how much of it was appends.
func (f *Faulty) Requests() (all, appends int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.requests, f.appends
}

// Left is how many faults were not used yet.
func (f *Faulty) Left() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.faults)
}

func (f *Faulty) request() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests++
	if f.down {
		return ErrDown
	}
	return nil
}

// Append implements [ltxlog.Log].
func (f *Faulty) Append(ctx context.Context, tenant string, seq uint64, rec ltxlog.Body) error {
	f.mu.Lock()
	f.appends++
	hook := f.hook
	f.mu.Unlock()
	if hook != nil {
		hook(seq)
	}
	if err := f.request(); err != nil {
		return err
	}
	f.mu.Lock()
	fault := Pass
	if len(f.faults) > 0 {
		fault, f.faults = f.faults[0], f.faults[1:]
	}
	f.mu.Unlock()
	switch fault {
	case Lost:
		return cmp.Or(f.Log.Append(ctx, tenant, seq, rec), ErrDown)
	case Conflict:
		return errors.New("409 ConditionalRequestConflict")
	case Taken:
		if err := f.Log.Append(ctx, tenant, seq, ltxlog.Bytes([]byte("somebody else's"))); err != nil {
			return err
		}
	case Stall:
		<-ctx.Done()
		return ctx.Err()
	case LateLost:
		if err := f.Log.Append(ctx, tenant, seq, rec); err != nil {
			return err
		}
		<-ctx.Done()
		return ctx.Err()
	}
	return f.Log.Append(ctx, tenant, seq, rec)
}

// PutSnapshot implements [ltxlog.Log].
func (f *Faulty) PutSnapshot(ctx context.Context, tenant string, max uint64, snap ltxlog.Body) error {
	if err := f.request(); err != nil {
		return err
	}
	return f.Log.PutSnapshot(ctx, tenant, max, snap)
}

// Records implements [ltxlog.Log].
func (f *Faulty) Records(ctx context.Context, tenant string, after uint64) iter.Seq2[ltxlog.Entry, error] {
	if err := f.request(); err != nil {
		return func(yield func(ltxlog.Entry, error) bool) { yield(ltxlog.Entry{}, err) }
	}
	return f.Log.Records(ctx, tenant, after)
}

// Snapshots implements [ltxlog.Log].
func (f *Faulty) Snapshots(ctx context.Context, tenant string) iter.Seq2[ltxlog.Entry, error] {
	if err := f.request(); err != nil {
		return func(yield func(ltxlog.Entry, error) bool) { yield(ltxlog.Entry{}, err) }
	}
	return f.Log.Snapshots(ctx, tenant)
}

// Get implements [ltxlog.Log].
func (f *Faulty) Get(ctx context.Context, tenant string, e ltxlog.Entry) (io.ReadCloser, error) {
	if err := f.request(); err != nil {
		return nil, err
	}
	return f.Log.Get(ctx, tenant, e)
}
