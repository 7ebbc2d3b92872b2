package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"assay/storage/keys"
)

func TestProbe(t *testing.T) {
	everywhere(t, func(t *testing.T, b Backend) {
		s, _ := store(t, b)
		ok(t, s.Probe(ctx))
		for n, err := range b.list(ctx, "probe") {
			t.Errorf("the probe left %v %v", n, err)
		}
		for what, ill := range map[string]Backend{
			"written":     unwell{Backend: b, put_: true},
			"read":        unwell{Backend: b, open_: true},
			"delete":      unwell{Backend: b, remove_: true},
			"still":       unwell{Backend: b, keep: true},
			"other bytes": unwell{Backend: b, lie: true},
		} {
			s := New(ill, keys.NewMemory(nil), nil)
			if err := s.Probe(ctx); err == nil || !strings.Contains(err.Error(), what) {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

// unwell is a backend with one thing out of order.
type unwell struct {
	Backend
	put_, open_, remove_, keep, lie bool
}

var errUnwell = errors.New("out of order")

func (u unwell) put(ctx context.Context, n string, r io.Reader) error {
	if u.put_ {
		return errUnwell
	}
	if u.lie {
		r = io.MultiReader(r, strings.NewReader("!"))
	}
	return u.Backend.put(ctx, n, r)
}

func (u unwell) open(ctx context.Context, n string) (source, error) {
	if u.open_ {
		return nil, errUnwell
	}
	return u.Backend.open(ctx, n)
}

func (u unwell) remove(ctx context.Context, n string) error {
	switch {
	case u.remove_:
		return errUnwell
	case u.keep:
		return nil
	}
	return u.Backend.remove(ctx, n)
}

func TestDiskHoldsNothingReadable(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "objects")
	b, err := Disk(dir)
	ok(t, err)
	s, _ := store(t, b)
	put(t, s, "acme", []byte("the board minutes of acme"))
	ok(t, filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		st, err := d.Info()
		if err == nil && st.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", p, st.Mode())
		}
		if d.Type().IsRegular() {
			raw, _ := os.ReadFile(p)
			if bytes.Contains(raw, []byte("minutes")) {
				t.Errorf("%s shows the content", p)
			}
		}
		return err
	}))
}

func TestDiskDoesNotFollowLinksOut(t *testing.T) {
	base := t.TempDir()
	b, err := Disk(filepath.Join(base, "objects"))
	ok(t, err)
	s, _ := store(t, b)
	o := put(t, s, "acme", content(100))
	outside := filepath.Join(base, "outside")
	ok(t, os.Rename(filepath.Join(base, "objects", "t", "acme"), outside))
	ok(t, os.Symlink(outside, filepath.Join(base, "objects", "t", "acme")))
	if _, err := s.Open(ctx, "acme", o); err == nil {
		t.Error("read through a link")
	}
	if _, err := s.Put(ctx, "acme", strings.NewReader("x"), 1); err == nil {
		t.Error("wrote through a link")
	}
	ok(t, s.DestroyTenant(ctx, "acme"))
	if _, err := os.Stat(filepath.Join(outside, "o", o.Name)); err != nil {
		t.Error("destroyed through a link")
	}
}

func TestCleanRemovesOnlyOldLeftovers(t *testing.T) {
	b := onDisk(t).(disk)
	s, _ := store(t, b)
	o := put(t, s, "acme", content(100))
	for _, n := range []string{"old", "new"} {
		ok(t, b.root.WriteFile(tempDir+"/"+n, []byte("x"), 0o600))
	}
	day := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	ok(t, b.root.Chtimes(tempDir+"/old", day, day))
	ok(t, b.root.Chtimes(tempDir+"/new", day.AddDate(0, 0, 2), day.AddDate(0, 0, 2)))
	ok(t, s.Clean(ctx, day.AddDate(0, 0, 1)))
	var left []string
	for n, err := range b.list(ctx, tempDir) {
		ok(t, err)
		left = append(left, n)
	}
	if fmt.Sprint(left) != "[new]" {
		t.Fatalf("left: %v", left)
	}
	ok(t, s.Verify(ctx, "acme", o))
}
