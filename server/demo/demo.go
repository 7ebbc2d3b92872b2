// Package demo is the made-up company that `assay demo` starts with. Its data directory was built by the
// product's own operations (package story) and travels in the program as seed.tar.gz; starting unpacks it,
// moves its dates so that the story ends today, and gives its people fresh passwords.
package demo

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"assay/server/demo/people"
	"assay/storage"
	"assay/storage/keys"
)

// Seed is the packed data directory. go test ./server/demo -update builds it anew.
//
//go:embed seed.tar.gz
var Seed []byte

// Unpack writes the seed's databases and keys into dir, wraps the keys under a master key of its own, and
// moves all dates so that the story ends on the day of now. The stored files, a thousand small ones, follow
// in rest, which the caller runs beside its own start and waits for before it lets go of dir.
func Unpack(ctx context.Context, dir string, now time.Time) (rest func() error, err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(Seed))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("unpack the demo: %w", err), root.Close())
	}
	t := tar.NewReader(z)
	next, err := unpackUntil(root, t, nil, isObject)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("unpack the demo: %w", err), root.Close())
	}
	ended := make(chan error, 1)
	go func() {
		_, err := unpackUntil(root, t, next, func(string) bool { return false })
		ended <- errors.Join(err, root.Close())
	}()
	rest = func() error { return <-ended }
	if err := prepare(ctx, dir, now); err != nil {
		return nil, errors.Join(fmt.Errorf("unpack the demo: %w", err), rest())
	}
	return rest, nil
}

func isObject(name string) bool { return strings.HasPrefix(name, "objects/") }

// prepare makes the unpacked directory this start's own.
func prepare(ctx context.Context, dir string, now time.Time) error {
	ring, err := keys.OpenDir(filepath.Join(dir, "keys"), nil)
	if err != nil {
		return err
	}
	defer ring.Close()
	var master [keys.Size]byte
	rand.Read(master[:])
	if err := ring.Rewrap(ctx, master[:]); err != nil {
		return err
	}
	days := int(math.Floor(now.Sub(people.End).Hours() / 24)) // never into the future
	if days == 0 {
		return nil
	}
	return storage.Redate(ctx, dir, ring, days)
}

// unpackUntil unpacks from the entry at, or the reader's next one, until stop says so; it gives the entry
// that it stopped at.
func unpackUntil(root *os.Root, t *tar.Reader, at *tar.Header, stop func(name string) bool) (*tar.Header, error) {
	dir, in := ".", root // the folder of the entry before: a thousand files are in one, and each step of a path costs
	defer func() {
		if in != root {
			in.Close()
		}
	}()
	for {
		if at == nil {
			h, err := t.Next()
			if errors.Is(err, io.EOF) {
				return nil, nil
			}
			if err != nil {
				return nil, err
			}
			at = h
		}
		if stop(at.Name) {
			return at, nil
		}
		if d := path.Dir(path.Clean(at.Name)); d != dir {
			next, err := root.OpenRoot(d)
			if err != nil {
				return nil, err
			}
			if in != root {
				in.Close()
			}
			dir, in = d, next
		}
		if err := unpack(in, path.Base(at.Name), at, t); err != nil {
			return nil, fmt.Errorf("%s: %w", at.Name, err)
		}
		at = nil
	}
}

func unpack(in *os.Root, name string, h *tar.Header, r io.Reader) error {
	if h.Typeflag == tar.TypeDir {
		if err := in.Mkdir(name, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		return nil
	}
	f, err := in.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Close())
}

// Pack makes a seed of a data directory that nobody has open.
func Pack(dir string) ([]byte, error) {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	t := tar.NewWriter(z)
	var names []string
	err = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, p)
		if err == nil && rel != "." && rel != "lock" && !strings.HasSuffix(rel, "-wal") && !strings.HasSuffix(rel, "-shm") && !strings.Contains(rel, "tmp") {
			names = append(names, rel)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(names, func(a, b string) int { // objects last: a start does not wait for them
		if isObject(a+"/") != isObject(b+"/") {
			if isObject(a + "/") {
				return 1
			}
			return -1
		}
		return strings.Compare(a, b)
	})
	for _, n := range names {
		st, err := os.Stat(filepath.Join(dir, n))
		if err != nil {
			return nil, err
		}
		h := &tar.Header{Name: filepath.ToSlash(n), Mode: 0o600, Size: st.Size(), Typeflag: tar.TypeReg, Format: tar.FormatUSTAR}
		if st.IsDir() {
			h.Mode, h.Size, h.Typeflag = 0o700, 0, tar.TypeDir
		}
		if err := t.WriteHeader(h); err != nil {
			return nil, err
		}
		if st.IsDir() {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, n))
		if err != nil {
			return nil, err
		}
		if _, err := t.Write(b); err != nil {
			return nil, err
		}
	}
	err = errors.Join(t.Close(), z.Close())
	return out.Bytes(), err
}
