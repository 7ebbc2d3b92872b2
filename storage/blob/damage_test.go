package blob

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"assay/storage/keys"
)

func TestDamageIsFound(t *testing.T) {
	everywhere(t, func(t *testing.T, b Backend) {
		s, _ := store(t, b)
		size := 2*packageSize + 100
		o := put(t, s, "acme", content(size))
		other := put(t, s, "acme", content(size))
		foreign := put(t, s, "globex", content(size))
		sound := stored(t, b, "acme", o.Name)
		flip := func(i int) []byte {
			raw := bytes.Clone(sound)
			raw[i] ^= 1
			return raw
		}
		swap := bytes.Clone(sound)
		copy(swap[:sealedPackage], sound[sealedPackage:2*sealedPackage])
		copy(swap[sealedPackage:], sound[:sealedPackage])
		for what, raw := range map[string][]byte{
			"first byte flipped":         flip(0),
			"header flipped":             flip(5),
			"a byte flipped":             flip(sealedPackage + 1000),
			"last byte flipped":          flip(len(sound) - 1),
			"one byte short":             sound[:len(sound)-1],
			"a package short":            sound[:2*sealedPackage],
			"empty":                      nil,
			"longer":                     append(bytes.Clone(sound), 0),
			"packages swapped":           swap,
			"another object's bytes":     stored(t, b, "acme", other.Name),
			"another tenant's bytes":     stored(t, b, "globex", foreign.Name),
			"same length of other bytes": content(len(sound)),
		} {
			replace(t, b, "acme", o.Name, raw)
			err := s.Verify(ctx, "acme", o)
			is(t, err, ErrCorrupt)
			if !strings.Contains(err.Error(), o.Name) {
				t.Errorf("%s: %q does not name the object", what, err)
			}
		}
		replace(t, b, "acme", o.Name, sound)
		ok(t, s.Verify(ctx, "acme", o))

		// Damage further on does not spoil what is read before it, and what is
		// given out is always true.
		replace(t, b, "acme", o.Name, flip(sealedPackage+1000))
		got, err := get(s, "acme", o)
		is(t, err, ErrCorrupt)
		if !bytes.Equal(got, content(size)[:len(got)]) {
			t.Error("untrue bytes were given out")
		}

		// The remembered size and sum are checked too.
		replace(t, b, "acme", o.Name, sound)
		lie := o
		lie.SHA256 = strings.Repeat("0", 64)
		is(t, s.Verify(ctx, "acme", lie), ErrCorrupt)
		for _, size := range []int64{0, 1, o.Size - 1, o.Size + 1, -1, 1 << 62} {
			lie = o
			lie.Size = size
			is(t, s.Verify(ctx, "acme", lie), ErrCorrupt)
		}
		// An empty object has no sealed bytes; putting some there is found.
		nothing := put(t, s, "acme", nil)
		replace(t, b, "acme", nothing.Name, []byte("x"))
		is(t, s.Verify(ctx, "acme", nothing), ErrCorrupt)
	})
}

func TestTenantsStayApart(t *testing.T) {
	everywhere(t, func(t *testing.T, b Backend) {
		s, k := store(t, b)
		o := put(t, s, "acme", content(1000))
		_, err := s.Open(ctx, "globex", o)
		is(t, err, ErrNotFound)
		// even when the bytes are carried over to the other tenant's name
		replace(t, b, "globex", o.Name, stored(t, b, "acme", o.Name))
		is(t, s.Verify(ctx, "globex", o), ErrCorrupt)
		ok(t, s.Delete(ctx, "globex", o.Name))
		ok(t, s.Verify(ctx, "acme", o))

		_, err = s.Put(ctx, "initech", strings.NewReader("x"), noLimit)
		is(t, err, keys.ErrNoKey)

		theirs := put(t, s, "globex", content(10))
		ok(t, k.Shred(ctx, "acme"))
		_, err = s.Open(ctx, "acme", o)
		is(t, err, keys.ErrShredded)
		is(t, s.Verify(ctx, "acme", o), keys.ErrShredded)
		ok(t, s.DestroyTenant(ctx, "acme"))
		ok(t, s.DestroyTenant(ctx, "acme"))
		if left := names(t, s, "acme"); len(left) != 0 {
			t.Fatalf("%v were left", left)
		}
		ok(t, s.Verify(ctx, "globex", theirs))
	})
}

func TestDestroyTenantStopsAtTheName(t *testing.T) {
	everywhere(t, func(t *testing.T, b Backend) {
		s, k := store(t, b)
		ok(t, k.Create(ctx, "acme2"))
		put(t, s, "acme", content(10))
		o := put(t, s, "acme2", content(10))
		ok(t, s.DestroyTenant(ctx, "acme"))
		ok(t, s.Verify(ctx, "acme2", o))
	})
}

func TestTheLimitLeavesNothingBehind(t *testing.T) {
	everywhere(t, func(t *testing.T, b Backend) {
		s, _ := store(t, b)
		for _, n := range []int{1, 100_000, wholeSize + 2*partSize} {
			_, err := s.Put(ctx, "acme", bytes.NewReader(content(n)), int64(n-1))
			is(t, err, ErrTooLarge)
			ok(t, s.Delete(ctx, "acme", put(t, s, "acme", content(n)).Name))
		}
		_, err := s.Put(ctx, "acme", strings.NewReader("x"), -1)
		is(t, err, ErrTooLarge)
		nothingLeft(t, s, b)
	})
}

// An upload cut off by the sender reports io.ErrUnexpectedEOF, which must not
// pass for the end of the file.
func TestACutUploadLeavesNothingBehind(t *testing.T) {
	everywhere(t, func(t *testing.T, b Backend) {
		s, _ := store(t, b)
		for _, cut := range []error{io.ErrUnexpectedEOF, errors.New("connection reset"), io.ErrClosedPipe} {
			for _, n := range []int{0, 100, 2 * packageSize, wholeSize + partSize + 5} {
				_, err := s.Put(ctx, "acme", io.MultiReader(bytes.NewReader(content(n)), iotest.ErrReader(cut)), noLimit)
				is(t, err, cut)
			}
		}
		gone, cancel := context.WithCancel(ctx)
		body := io.MultiReader(bytes.NewReader(content(wholeSize+partSize)), readerFunc(func([]byte) (int, error) { cancel(); return 0, nil }))
		_, err := s.Put(gone, "acme", body, noLimit)
		is(t, err, context.Canceled)
		nothingLeft(t, s, b)
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// nothingLeft looks for objects, temporary files and unfinished parts.
func nothingLeft(t testing.TB, s *Store, b Backend) {
	t.Helper()
	if left := names(t, s, "acme"); len(left) != 0 {
		t.Errorf("objects were left: %v", left)
	}
	switch b := b.(type) {
	case disk:
		for n, err := range b.list(ctx, tempDir) {
			t.Errorf("temporary file was left: %v %v", n, err)
		}
	case *bucket:
		for u := range b.core.Client.ListIncompleteUploads(ctx, b.name, b.prefix, true) {
			t.Errorf("unfinished upload was left: %v %v", u.Key, u.Err)
		}
	}
}
