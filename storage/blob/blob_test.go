package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"assay/storage/keys"
)

var ctx = context.Background()

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func is(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got %v, want %v", err, want)
	}
}

// content is n bytes that look random and are the same in every run.
func content(n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{byte(n), byte(n >> 8)})
	r.Read(b)
	return b
}

const noLimit = 1 << 40

// store is a Store of two tenants, acme and globex, on a backend.
func store(t testing.TB, b Backend) (*Store, keys.Keeper) {
	t.Helper()
	k := keys.NewMemory(nil)
	ok(t, k.Create(ctx, "acme"))
	ok(t, k.Create(ctx, "globex"))
	s := New(b, k, nil)
	t.Cleanup(func() { ok(t, s.Close()) })
	return s, k
}

// everywhere tells one story on every backend there is.
func everywhere(t *testing.T, story func(t *testing.T, b Backend)) {
	t.Run("disk", func(t *testing.T) { story(t, onDisk(t)) })
	t.Run("memory", func(t *testing.T) { story(t, Memory()) })
	t.Run("s3", func(t *testing.T) { story(t, onS3(t)) })
}

func onDisk(t testing.TB) Backend {
	t.Helper()
	b, err := Disk(filepath.Join(t.TempDir(), "objects"))
	ok(t, err)
	return b
}

func put(t testing.TB, s *Store, tenant string, b []byte) Object {
	t.Helper()
	o, err := s.Put(ctx, tenant, bytes.NewReader(b), noLimit)
	ok(t, err)
	return o
}

func get(s *Store, tenant string, o Object) ([]byte, error) {
	r, err := s.OpenChecked(ctx, tenant, o)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

func names(t testing.TB, s *Store, tenant string) []string {
	t.Helper()
	var out []string
	for n, err := range s.List(ctx, tenant) {
		ok(t, err)
		out = append(out, n)
	}
	return out
}

// stored reads and replaces the sealed bytes behind the Store's back.
func stored(t testing.TB, b Backend, tenant, name string) []byte {
	t.Helper()
	src, err := b.open(ctx, "t/"+tenant+"/o/"+name)
	ok(t, err)
	defer src.close()
	r, err := src.from(0)
	ok(t, err)
	defer r.Close()
	raw, err := io.ReadAll(r)
	ok(t, err)
	return raw
}

func replace(t testing.TB, b Backend, tenant, name string, raw []byte) {
	t.Helper()
	ok(t, b.put(ctx, "t/"+tenant+"/o/"+name, bytes.NewReader(raw)))
}

func TestWhatGoesInComesOut(t *testing.T) {
	everywhere(t, func(t *testing.T, b Backend) {
		s, _ := store(t, b)
		sizes := []int{0, 1, packageSize - 1, packageSize, packageSize + 1, 3 * packageSize, 1<<20 + 7, wholeSize, wholeSize + 1, wholeSize + 2*partSize + 3}
		for _, n := range sizes {
			want := content(n)
			// A slow sender that hands over odd pieces changes nothing.
			o, err := s.Put(ctx, "acme", iotest.DataErrReader(bytes.NewReader(want)), int64(n))
			ok(t, err)
			sum := sha256.Sum256(want)
			if o.Size != int64(n) || o.SHA256 != hex.EncodeToString(sum[:]) || !validName(o.Name) {
				t.Fatalf("%d bytes became %+v", n, o)
			}
			got, err := get(s, "acme", o)
			ok(t, err)
			if !bytes.Equal(got, want) {
				t.Fatalf("%d bytes came back changed", n)
			}
			ok(t, s.Verify(ctx, "acme", o))
			if raw := stored(t, b, "acme", o.Name); n >= 32 && bytes.Contains(raw, want[:32]) {
				t.Fatal("the content shows in the store")
			}
		}
		if got := names(t, s, "acme"); len(got) != len(sizes) {
			t.Fatalf("%d objects listed, want %d", len(got), len(sizes))
		}
		if got := names(t, s, "globex"); len(got) != 0 {
			t.Fatalf("another tenant sees %v", got)
		}
	})
}

func TestReadingFromAnywhere(t *testing.T) {
	everywhere(t, func(t *testing.T, b Backend) {
		s, _ := store(t, b)
		want := content(3*packageSize + 100)
		o := put(t, s, "acme", want)
		r, err := s.Open(ctx, "acme", o)
		ok(t, err)
		defer r.Close()
		dice := rand.New(rand.NewPCG(1, 2))
		for range 60 {
			off := dice.IntN(len(want))
			if dice.IntN(4) == 0 {
				off = off / packageSize * packageSize
			}
			n := 1 + dice.IntN(min(len(want)-off, 2*packageSize))
			if _, err := r.Seek(int64(off), io.SeekStart); err != nil {
				t.Fatal(err)
			}
			got := make([]byte, n)
			if _, err := io.ReadFull(r, got); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want[off:off+n]) {
				t.Fatalf("bytes %d to %d differ", off, off+n)
			}
		}
		if end, _ := r.Seek(-10, io.SeekEnd); end != o.Size-10 {
			t.Fatalf("ten before the end is %d", end)
		}
		tail, err := io.ReadAll(r)
		ok(t, err)
		if !bytes.Equal(tail, want[len(want)-10:]) {
			t.Fatal("the end differs")
		}
		if _, err := r.Seek(-1, io.SeekStart); err == nil {
			t.Fatal("sought before the beginning")
		}
		if _, err := r.Seek(o.Size+5, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if n, err := r.Read(make([]byte, 1)); n != 0 || err != io.EOF {
			t.Fatalf("beyond the end: %d, %v", n, err)
		}
	})
}

func TestReaderObeysItsContract(t *testing.T) {
	s, _ := store(t, Memory())
	want := content(packageSize + 500)
	r, err := s.Open(ctx, "acme", put(t, s, "acme", want))
	ok(t, err)
	defer r.Close()
	ok(t, iotest.TestReader(r, want))
}

func TestBrowserAsksForARange(t *testing.T) {
	everywhere(t, func(t *testing.T, b Backend) {
		s, _ := store(t, b)
		want := content(2*packageSize + 9)
		o := put(t, s, "acme", want)
		serve := func(w http.ResponseWriter, r *http.Request) {
			f, err := s.Open(r.Context(), "acme", o)
			ok(t, err)
			defer f.Close()
			http.ServeContent(w, r, "proof.pdf", time.Time{}, f)
		}
		for header, part := range map[string][]byte{
			"":                  want,
			"bytes=0-0":         want[:1],
			"bytes=65530-65545": want[65530:65546],
			"bytes=131000-":     want[131000:],
			"bytes=-9":          want[len(want)-9:],
		} {
			q := httptest.NewRequest("GET", "/", nil)
			q.Header.Set("Range", header)
			w := httptest.NewRecorder()
			serve(w, q)
			if !bytes.Equal(w.Body.Bytes(), part) {
				t.Errorf("%q gave %d: %d bytes, want %d", header, w.Code, w.Body.Len(), len(part))
			}
		}
	})
}

func TestNamesFromOutsideAreRefused(t *testing.T) {
	everywhere(t, func(t *testing.T, b Backend) {
		s, _ := store(t, b)
		good := put(t, s, "acme", content(10)).Name
		for _, bad := range []string{"", ".", "..", "../../globex/o/" + good, strings.ToLower(good), good[:25], good + "A", good[:24] + "/A", good[:25] + "\x00", good[:25] + "é", `..\..\` + good[:20], "%2e%2e%2f" + good[:17], good[:25] + "0"} {
			_, err := s.Open(ctx, "acme", Object{Name: bad})
			is(t, err, ErrName)
			is(t, s.Verify(ctx, "acme", Object{Name: bad}), ErrName)
			is(t, s.Delete(ctx, "acme", bad), ErrName)
		}
		for _, bad := range []string{"", "a", ".", "..", "../acme", "acme/o", "acme\x00", `..\acme`, "%2e%2e"} {
			_, err := s.Open(ctx, bad, Object{Name: good})
			is(t, err, ErrName)
			_, err = s.Put(ctx, bad, strings.NewReader("x"), 1)
			is(t, err, ErrName)
			is(t, s.Delete(ctx, bad, good), ErrName)
			is(t, s.DestroyTenant(ctx, bad), ErrName)
			for _, err := range s.List(ctx, bad) {
				is(t, err, ErrName)
			}
		}
		_, err := s.Open(ctx, "acme", Object{Name: strings.Repeat("A", nameSize)})
		is(t, err, ErrNotFound)
		ok(t, s.Delete(ctx, "acme", strings.Repeat("A", nameSize)))
	})
}

func FuzzNamesStayInside(f *testing.F) {
	for _, n := range []string{"..", "acme", "../../x", strings.Repeat("A", nameSize), "a\x00b", `C:\x`, "%2e"} {
		f.Add(n, n)
	}
	f.Fuzz(func(t *testing.T, tenant, name string) {
		p, err := objectPath(tenant, name)
		if err == nil && (p != filepath.ToSlash(filepath.Clean(p)) || !filepath.IsLocal(p) || strings.Count(p, "/") != 3) {
			t.Fatalf("%q %q became %q", tenant, name, p)
		}
	})
}

func TestManyAtOnce(t *testing.T) {
	everywhere(t, func(t *testing.T, b Backend) {
		s, _ := store(t, b)
		var wg sync.WaitGroup
		for i := range 12 {
			wg.Go(func() {
				tenant := []string{"acme", "globex"}[i%2]
				want := content(packageSize + i*5000)
				o, err := s.Put(ctx, tenant, bytes.NewReader(want), noLimit)
				if err != nil {
					t.Error(err)
					return
				}
				if got, err := get(s, tenant, o); err != nil || !bytes.Equal(got, want) {
					t.Errorf("read back: %v", err)
				}
			})
		}
		wg.Wait()
		if a, g := len(names(t, s, "acme")), len(names(t, s, "globex")); a != 6 || g != 6 {
			t.Fatalf("%d and %d objects", a, g)
		}
	})
}

func TestNamesComeFromTheGivenRandomness(t *testing.T) {
	k := keys.NewMemory(nil)
	ok(t, k.Create(ctx, "acme"))
	make1 := func() string {
		return put(t, New(Memory(), k, rand.NewChaCha8([32]byte{1})), "acme", []byte("x")).Name
	}
	if a, b := make1(), make1(); a != b || !validName(a) {
		t.Fatalf("%s and %s", a, b)
	}
	if _, err := New(Memory(), k, strings.NewReader("too short")).Put(ctx, "acme", strings.NewReader("x"), 1); err == nil {
		t.Fatal("named an object without randomness")
	}
}

func BenchmarkPut(b *testing.B)  { benchmark(b, false) }
func BenchmarkRead(b *testing.B) { benchmark(b, true) }

// benchmark moves 16 MB objects; disk includes the fsync.
func benchmark(b *testing.B, read bool) {
	for name, backend := range map[string]Backend{"disk": onDisk(b), "memory": Memory()} {
		b.Run(name, func(b *testing.B) {
			s, _ := store(b, noClose{backend})
			want := content(16 << 20)
			o := put(b, s, "acme", want)
			b.SetBytes(int64(len(want)))
			b.ReportAllocs()
			for b.Loop() {
				if read {
					ok(b, s.Verify(ctx, "acme", o))
					continue
				}
				ok(b, s.Delete(ctx, "acme", o.Name))
				o = put(b, s, "acme", want)
			}
		})
	}
}

type noClose struct{ Backend }

func (noClose) close() error { return nil }

// An object that comes from elsewhere keeps its name, and what is not its content is not kept.
func TestRestoreKeepsTheName(t *testing.T) {
	everywhere(t, func(t *testing.T, b Backend) {
		s, _ := store(t, b)
		want := content(200_000)
		o := put(t, s, "acme", want)
		ok(t, s.Restore(ctx, "globex", o, bytes.NewReader(want)))
		got, err := get(s, "globex", o)
		ok(t, err)
		if !bytes.Equal(got, want) {
			t.Error("it came back as something else")
		}
		other := put(t, s, "acme", content(1000))
		for _, wrong := range [][]byte{content(999), content(1001), bytes.Repeat([]byte{1}, 1000)} {
			is(t, s.Restore(ctx, "globex", other, bytes.NewReader(wrong)), ErrCorrupt)
		}
		is(t, s.Restore(ctx, "globex", Object{Name: "../../x"}, bytes.NewReader(nil)), ErrName)
		if n := names(t, s, "globex"); len(n) != 1 {
			t.Errorf("kept: %v", n)
		}
	})
}
