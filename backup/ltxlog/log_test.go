package ltxlog_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/backup/ltxlog"
	"assay/backup/ltxlog/ltxlogtest"
	"assay/storage/keys"
)

// eachLog runs a test on every kind of log.
func eachLog(t *testing.T, fn func(t *testing.T, l ltxlog.Log)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) { fn(t, &ltxlogtest.Memory{}) })
	t.Run("file", func(t *testing.T) { fn(t, ltxlog.FileLog{Dir: filepath.Join(t.TempDir(), "not", "there", "yet")}) })
	t.Run("S3", func(t *testing.T) { fn(t, s3Log(t)) })
	t.Run("sealed file", func(t *testing.T) { fn(t, ltxlog.Sealed(ltxlog.FileLog{Dir: t.TempDir()}, keyOf)) })
	t.Run("sealed S3", func(t *testing.T) { fn(t, ltxlog.Sealed(s3Log(t), keyOf)) })
}

func numbers(t testing.TB, entries iter.Seq2[ltxlog.Entry, error]) (n []uint64) {
	t.Helper()
	for e, err := range entries {
		ok(t, err)
		if e.Size <= 0 || time.Since(e.Stored).Abs() > time.Hour {
			t.Errorf("entry %+v", e)
		}
		n = append(n, e.Max)
	}
	return n
}

// TestLog is what every log promises.
func TestLog(t *testing.T) {
	eachLog(t, func(t *testing.T, l ltxlog.Log) {
		ctx := t.Context()
		text := func(s string) ltxlog.Body { return ltxlog.Bytes([]byte(s)) }
		if n := numbers(t, l.Records(ctx, tenant, 0)); len(n) != 0 {
			t.Fatalf("a new log holds %v", n)
		}
		// Numbers that sort otherwise as text than as numbers, had the names no fixed width.
		for _, n := range []uint64{1, 2, 9, 10, 11, 255, 256, 1 << 40} {
			ok(t, l.Append(ctx, tenant, n, text(fmt.Sprint("record ", n))))
		}
		for _, n := range []uint64{10, 2} {
			ok(t, l.PutSnapshot(ctx, tenant, n, text(fmt.Sprint("snapshot ", n))))
		}
		ok(t, l.PutSnapshot(ctx, tenant, 2, text("snapshot 2"))) // again
		ok(t, l.Append(ctx, tenant, 9, text("record 9")))        // the same bytes: ours
		for _, other := range []string{"record 8", "record 9 and more", "record"} {
			if err := l.Append(ctx, tenant, 9, text(other)); !errors.Is(err, ltxlog.ErrFenced) {
				t.Errorf("a taken slot: %v", err)
			}
		}
		if n := numbers(t, l.Records(ctx, tenant, 0)); !slices.Equal(n, []uint64{1, 2, 9, 10, 11, 255, 256, 1 << 40}) {
			t.Errorf("records %v", n)
		}
		if n := numbers(t, l.Records(ctx, tenant, 10)); !slices.Equal(n, []uint64{11, 255, 256, 1 << 40}) {
			t.Errorf("records after 10: %v", n)
		}
		if n := numbers(t, l.Snapshots(ctx, tenant)); !slices.Equal(n, []uint64{2, 10}) {
			t.Errorf("snapshots %v", n)
		}
		for e := range l.Records(ctx, tenant, 0) { // and no further
			if e.Max != 1 {
				t.Errorf("the first is %d", e.Max)
			}
			break
		}
		if got := get(t, l, ltxlog.Record(255)); string(got) != "record 255" {
			t.Errorf("got %q", got)
		}
		if got := get(t, l, ltxlog.Entry{Snapshot: true, Max: 10}); string(got) != "snapshot 10" {
			t.Errorf("got %q", got)
		}
		if _, err := l.Get(ctx, tenant, ltxlog.Record(3)); !errors.Is(err, ltxlog.ErrNotFound) {
			t.Errorf("a record that is not there: %v", err)
		}
		if n := numbers(t, l.Records(ctx, "another", 0)); len(n) != 0 {
			t.Errorf("another tenant sees %v", n)
		}
		ok(t, l.Append(ctx, "another", 9, text("another's")))
		for range 2 { // removing what is not there is no error
			ok(t, l.Remove(ctx, tenant, ltxlog.Record(9)))
			ok(t, l.Remove(ctx, tenant, ltxlog.Entry{Snapshot: true, Max: 2}))
		}
		if n := numbers(t, l.Records(ctx, tenant, 2)); n[0] != 10 {
			t.Errorf("records %v", n)
		}
		// A large one, which goes through files and streams.
		big := bytes.Repeat([]byte("0123456789abcdef"), 600_000)
		ok(t, l.Append(ctx, tenant, 500, ltxlog.Bytes(big)))
		ok(t, l.Append(ctx, tenant, 500, ltxlog.Bytes(big)))
		ok(t, l.PutSnapshot(ctx, tenant, 500, ltxlog.Bytes(big)))
		if !bytes.Equal(get(t, l, ltxlog.Record(500)), big) || !bytes.Equal(get(t, l, ltxlog.Entry{Snapshot: true, Max: 500}), big) {
			t.Error("a large one came back otherwise")
		}
		big[len(big)-1] ^= 1
		if err := l.Append(ctx, tenant, 500, ltxlog.Bytes(big)); !errors.Is(err, ltxlog.ErrFenced) {
			t.Errorf("a taken slot: %v", err)
		}
		for range 2 {
			ok(t, l.Destroy(ctx, tenant))
		}
		if n := append(numbers(t, l.Records(ctx, tenant, 0)), numbers(t, l.Snapshots(ctx, tenant))...); len(n) != 0 {
			t.Errorf("after it was destroyed the log holds %v", n)
		}
		if n := numbers(t, l.Records(ctx, "another", 0)); !slices.Equal(n, []uint64{9}) {
			t.Errorf("another tenant has %v", n)
		}
	})
}

// TestRace: of many that come for a slot at once one gets it, every time.
func TestRace(t *testing.T) {
	eachLog(t, func(t *testing.T, l ltxlog.Log) {
		for seq := uint64(1); seq <= 10; seq++ {
			var wg sync.WaitGroup
			var mu sync.Mutex
			won := []string{}
			for n := range 8 {
				wg.Go(func() {
					mine := fmt.Sprint("owner ", n)
					for { // 409 and the like may pass
						err := l.Append(t.Context(), tenant, seq, ltxlog.Bytes([]byte(mine)))
						if errors.Is(err, ltxlog.ErrFenced) {
							return
						}
						if err == nil {
							mu.Lock()
							won = append(won, mine)
							mu.Unlock()
							return
						}
						if t.Context().Err() != nil {
							return
						}
					}
				})
			}
			wg.Wait()
			if len(won) != 1 || string(get(t, l, ltxlog.Record(seq))) != won[0] {
				t.Fatalf("slot %d: %v think they have it", seq, won)
			}
		}
	})
}

// TestNames: what is no tenant's name reaches neither disk nor bucket.
func TestNames(t *testing.T) {
	eachLog(t, func(t *testing.T, l ltxlog.Log) {
		if _, memory := l.(*ltxlogtest.Memory); memory {
			return
		}
		for _, name := range []string{"", "..", "../acme", "a/b", "acme/0000", "a\x00b", strings.Repeat("a", 100)} {
			_, getErr := l.Get(t.Context(), name, ltxlog.Record(1))
			var listErr error
			for _, err := range l.Records(t.Context(), name, 0) {
				listErr = err
			}
			for what, err := range map[string]error{
				"append": l.Append(t.Context(), name, 1, ltxlog.Bytes([]byte("x"))), "snapshot": l.PutSnapshot(t.Context(), name, 1, ltxlog.Bytes([]byte("x"))),
				"get": getErr, "list": listErr, "remove": l.Remove(t.Context(), name, ltxlog.Record(1)), "destroy": l.Destroy(t.Context(), name),
			} {
				if !errors.Is(err, keys.ErrName) {
					t.Errorf("%s %q: %v", what, name, err)
				}
			}
		}
	})
}

// TestSealedTwice: the same record gives the same bytes, or an owner whose answer was lost would not know its
// own again; another gives another nonce, or two owners would share one.
func TestSealedTwice(t *testing.T) {
	nonces := map[string]bool{}
	for _, content := range []string{"one", "two", "one"} {
		m := &ltxlogtest.Memory{}
		ok(t, ltxlog.Sealed(m, keyOf).Append(t.Context(), tenant, 1, ltxlog.Bytes([]byte(content))))
		raw := get(t, m, ltxlog.Record(1))
		if bytes.Contains(raw, []byte(content)) {
			t.Error("it is not sealed")
		}
		nonces[string(raw[4:16])] = true
	}
	if len(nonces) != 2 {
		t.Errorf("%d nonces for two contents", len(nonces))
	}
}

// forgetful is a log that ignores its condition.
type forgetful struct{ *ltxlogtest.Memory }

func (l forgetful) Append(ctx context.Context, tenant string, seq uint64, rec ltxlog.Body) error {
	if err := l.Remove(ctx, tenant, ltxlog.Record(seq)); err != nil {
		return err
	}
	return l.Memory.Append(ctx, tenant, seq, rec)
}

// unconditional makes a store look like one that ignores the condition: it never says no.
type unconditional struct{}

func (unconditional) RoundTrip(r *http.Request) (*http.Response, error) {
	a, err := http.DefaultTransport.RoundTrip(r)
	if err == nil && a.StatusCode == http.StatusPreconditionFailed {
		a.StatusCode, a.Status = http.StatusOK, "200 OK"
		a.Header.Set("ETag", `"0123456789abcdef0123456789abcdef"`)
	}
	return a, err
}

func TestProbe(t *testing.T) {
	eachLog(t, func(t *testing.T, l ltxlog.Log) {
		for i := range 2 {
			ok(t, ltxlog.Probe(t.Context(), l, time.Unix(1, int64(i))))
		}
		if n := numbers(t, l.Records(t.Context(), "probe", 0)); len(n) != 0 {
			t.Errorf("it left %v", n)
		}
	})
	if err := ltxlog.Probe(t.Context(), forgetful{&ltxlogtest.Memory{}}, time.Now()); !errors.Is(err, ltxlog.ErrNoCompare) || !strings.Contains(err.Error(), "this store ignores If-None-Match") {
		t.Error(err)
	}
	t.Run("S3 that ignores it", func(t *testing.T) {
		err := ltxlog.Probe(t.Context(), s3Through(t, newPrefix(t), unconditional{}), time.Now())
		if !errors.Is(err, ltxlog.ErrNoCompare) {
			t.Errorf("a store that ignores the condition: %v", err)
		}
	})
	f := &ltxlogtest.Faulty{Log: &ltxlogtest.Memory{}}
	f.Down(true)
	if err := ltxlog.Probe(t.Context(), f, time.Now()); !errors.Is(err, ltxlogtest.ErrDown) || errors.Is(err, ltxlog.ErrNoCompare) {
		t.Error(err)
	}
}

// TestS3Pages lists more than a server gives at once.
func TestS3Pages(t *testing.T) {
	l := s3Log(t)
	if !long {
		t.Skip("1,100 uploads: only with ASSAY_TORTURE=1")
	}
	for n := uint64(1); n <= 1100; n++ {
		ok(t, l.Append(t.Context(), tenant, n, ltxlog.Bytes([]byte("x"))))
	}
	if n := numbers(t, l.Records(t.Context(), tenant, 50)); len(n) != 1050 || n[0] != 51 || !slices.IsSorted(n) {
		t.Errorf("%d listed", len(n))
	}
	ok(t, l.Destroy(t.Context(), tenant))
	if n := numbers(t, l.Records(t.Context(), tenant, 0)); len(n) != 0 {
		t.Errorf("%d left", len(n))
	}
}

// TestFileLogAfterCrash: what a crash left of a record is no record, and is cleaned away.
func TestFileLogAfterCrash(t *testing.T) {
	l := ltxlog.FileLog{Dir: t.TempDir()}
	ok(t, l.Append(t.Context(), tenant, 1, ltxlog.Bytes([]byte("one"))))
	dir := filepath.Join(l.Dir, tenant, "ltx", "0")
	ok(t, os.WriteFile(filepath.Join(dir, ".new-123"), []byte("ha"), 0o600))
	if n := numbers(t, l.Records(t.Context(), tenant, 0)); !slices.Equal(n, []uint64{1}) {
		t.Errorf("listed %v", n)
	}
	ok(t, l.Clean(time.Now().Add(-time.Hour))) // it may be somebody's who is writing it
	if files, err := os.ReadDir(dir); err != nil || len(files) != 2 {
		t.Error(files, err)
	}
	ok(t, l.Clean(time.Now().Add(time.Hour)))
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Error(files, err)
	}
	st, err := os.Stat(filepath.Join(dir, files[0].Name()))
	ok(t, err)
	if st.Mode().Perm() != 0o600 {
		t.Errorf("a record may be read by others: %v", st.Mode())
	}
}
