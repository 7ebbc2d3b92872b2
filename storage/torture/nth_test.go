package torture

import (
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"assay/backup/ltxlog"
	"assay/storage"
	"assay/storage/keys"
)

// nth is a log whose n-th request fails, and so many after it.
type nth struct {
	ltxlog.Log
	kind fault

	mu    sync.Mutex
	n     int // requests until the first that fails
	times int // how many fail from then on
	hit   bool
}

// fault is how a request fails.
type fault int

const (
	refused fault = iota // nothing was done
	lost                 // it was done, but the answer was an error
	torn                 // it broke off half-way: a read after some bytes, a list after some entries
	faults
)

func (f fault) String() string { return [...]string{"refused", "lost", "torn"}[f] }

var errDown = errors.New("the store does not answer")

func (l *nth) fails() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.n--; l.n > 0 || l.times == 0 {
		return false
	}
	l.times--
	l.hit = true
	return true
}

func (l *nth) put(store func() error) error {
	if !l.fails() {
		return store()
	}
	if l.kind == refused {
		return errDown
	}
	return errors.Join(store(), errDown)
}

func (l *nth) Append(ctx context.Context, tenant string, seq uint64, rec ltxlog.Body) error {
	return l.put(func() error { return l.Log.Append(ctx, tenant, seq, rec) })
}

func (l *nth) PutSnapshot(ctx context.Context, tenant string, max uint64, snap ltxlog.Body) error {
	return l.put(func() error { return l.Log.PutSnapshot(ctx, tenant, max, snap) })
}

func (l *nth) Get(ctx context.Context, tenant string, e ltxlog.Entry) (io.ReadCloser, error) {
	fails := l.fails()
	if fails && l.kind != torn {
		return nil, errDown
	}
	r, err := l.Log.Get(ctx, tenant, e)
	if err != nil || !fails {
		return r, err
	}
	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(io.LimitReader(r, 100), broken{}), r}, nil
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errDown }

func (l *nth) list(all iter.Seq2[ltxlog.Entry, error]) iter.Seq2[ltxlog.Entry, error] {
	if !l.fails() {
		return all
	}
	return func(yield func(ltxlog.Entry, error) bool) {
		if l.kind == torn {
			for e, err := range all {
				if !yield(e, err) {
					return
				}
				break
			}
		}
		yield(ltxlog.Entry{}, errDown)
	}
}

func (l *nth) Records(ctx context.Context, tenant string, after uint64) iter.Seq2[ltxlog.Entry, error] {
	return l.list(l.Log.Records(ctx, tenant, after))
}

func (l *nth) Snapshots(ctx context.Context, tenant string) iter.Seq2[ltxlog.Entry, error] {
	return l.list(l.Log.Snapshots(ctx, tenant))
}

// again does what may fail because the log does, as a client would, and fails the test if it never works.
func again(t testing.TB, what string, fn func() error) {
	t.Helper()
	var err error
	for range 200 {
		if err = fn(); err == nil {
			return
		}
		if !errors.Is(err, storage.ErrUnavailable) && !errors.Is(err, storage.ErrClosed) {
			t.Fatalf("%s: %v", what, err)
		}
		time.Sleep(10 * time.Millisecond) // as a client waits before it tries again
	}
	t.Fatalf("%s: it never worked again: %v", what, err)
}

// TestA6NthRequestFails lets the first request to the log fail, then the second, and so on until there are not so
// many, once and six times in a row: at claiming, restoring, comparing, committing, folding, making snapshots and
// closing. Nothing acknowledged is lost, and everything works again by itself.
func TestA6NthRequestFails(t *testing.T) {
	t.Parallel()
	for i, m := range modes {
		t.Run(m.name, func(t *testing.T) {
			// An installation with some history, of which every round has a copy.
			origin := newPlace(t, m.Durability)
			origin.ring = keys.NewMemory(nil)
			h := origin.mustOpen(t)
			first := h.NewID()
			ok(t, h.CreateTenant(t.Context(), first))
			b := newBook()
			for range 30 {
				id, err := h.write(t.Context(), first, "before")
				ok(t, err)
				b.note(first, id)
			}
			ok(t, h.Close())
			most, ran, writes := 0, 0, 0
			for kind := range faults {
				for _, times := range []int{1, 6} {
					for _, same := range []bool{false, true} {
						if !long && (times > 1 || int(kind) != i || same != (i == 1)) { // one of them for each mode
							continue
						}
						for n, step := 1+i, rounds(9, 1); ; n += step {
							mine := newBook()
							for id := range b.acked[first] {
								mine.note(first, id)
							}
							if !fail(t, origin, mine, first, n, times, kind, same) {
								break
							}
							most, ran, writes = max(most, n), ran+1, writes+mine.writes()-len(b.acked[first])
						}
					}
				}
			}
			t.Logf("%d rounds, up to request %d; %d acknowledged writes, 0 lost", ran, most, writes)
		})
	}
}

// fail is one round; it is false when there was no n-th request.
func fail(t *testing.T, origin place, b *book, first string, n, times int, kind fault, same bool) bool {
	dir := fastDir(t)
	defer os.RemoveAll(dir)
	p := origin
	p.Data, p.Log = filepath.Join(dir, "data"), filepath.Join(dir, "log")
	ok(t, os.CopyFS(p.Log, os.DirFS(origin.Log)))
	if same {
		ok(t, os.CopyFS(p.Data, os.DirFS(origin.Data)))
	}
	defer func() {
		if t.Failed() {
			t.Logf("request %d, %d times, %v, same disk: %v", n, times, kind, same)
		}
	}()
	faulty := &nth{kind: kind, n: n, times: times}
	p.over = func(l ltxlog.Log) ltxlog.Log {
		faulty.Log = l
		return faulty
	}
	var h *house
	again(t, "open", func() (err error) {
		h, err = p.open(t.Context())
		return err
	})
	defer h.Close()
	second := h.NewID()
	ok(t, h.CreateTenant(t.Context(), second))
	for range 12 {
		for _, tenant := range []string{first, second} {
			again(t, "write", func() error {
				id, err := h.write(t.Context(), tenant, "now")
				if err == nil {
					b.note(tenant, id)
				}
				return err
			})
		}
	}
	b.holds(t, h)
	ok(t, h.Close())
	b.equals(t, p)
	p.Data, p.over = filepath.Join(dir, "new"), nil
	next, err := p.open(t.Context())
	ok(t, err)
	b.holds(t, next)
	ok(t, next.Close())
	return faulty.hit
}
