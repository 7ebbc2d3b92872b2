package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"time"
)

// disk keeps objects in a folder. os.Root keeps every name inside it.
type disk struct{ root *os.Root }

const tempDir = ".tmp" // the dot keeps it apart from everything Store names

// Disk keeps objects in a folder, made on first use.
func Disk(dir string) (Backend, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make object folder: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open object folder: %w", err)
	}
	return disk{root}, nil
}

// put writes a temporary file, syncs it, gives it its name and syncs the
// folder: a reader sees the whole object or none, also after a power cut.
func (d disk) put(_ context.Context, name string, r io.Reader) error {
	if err := d.mkdir(tempDir); err != nil {
		return err
	}
	if err := d.mkdir(path.Dir(name)); err != nil {
		return err
	}
	temp := path.Join(tempDir, rand.Text())
	f, err := d.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	// The wrapper keeps io from choosing a smaller buffer of its own.
	_, err = io.CopyBuffer(struct{ io.Writer }{f}, r, make([]byte, 2*sealedPackage))
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = d.root.Rename(temp, name)
	}
	if err != nil {
		_ = d.root.Remove(temp)
		return err
	}
	if err := d.sync(path.Dir(name)); err != nil {
		_ = d.root.Remove(name) // not acknowledged, so not kept
		return err
	}
	return nil
}

// mkdir makes the folder and syncs every parent that got a new entry.
func (d disk) mkdir(dir string) error {
	if dir == "." {
		return nil
	}
	if st, err := d.root.Stat(dir); err == nil && st.IsDir() {
		return nil
	}
	if err := d.mkdir(path.Dir(dir)); err != nil {
		return err
	}
	if err := d.root.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return d.sync(path.Dir(dir))
}

func (d disk) sync(dir string) error {
	f, err := d.root.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

func (d disk) open(_ context.Context, name string) (source, error) {
	f, err := d.root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	st, err := f.Stat()
	if err == nil && !st.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a file: %w", name, ErrCorrupt)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return diskFile{f, st.Size()}, nil
}

type diskFile struct {
	file   *os.File
	length int64
}

func (f diskFile) size() int64  { return f.length }
func (f diskFile) close() error { return f.file.Close() }

func (f diskFile) from(off int64) (io.ReadCloser, error) {
	return io.NopCloser(io.NewSectionReader(f.file, off, f.length-off)), nil
}

func (d disk) remove(_ context.Context, name string) error {
	err := d.root.Remove(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return d.sync(path.Dir(name))
}

func (d disk) removeAll(_ context.Context, dir string) error {
	if _, err := d.root.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := d.root.RemoveAll(dir); err != nil {
		return err
	}
	return d.sync(path.Dir(dir))
}

func (d disk) list(ctx context.Context, dir string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		f, err := d.root.Open(dir)
		if errors.Is(err, fs.ErrNotExist) {
			return
		}
		if err != nil {
			yield("", err)
			return
		}
		defer f.Close()
		for {
			names, err := f.Readdirnames(1000)
			if err == nil {
				err = ctx.Err()
			}
			if err == io.EOF {
				return
			}
			if err != nil {
				yield("", err)
				return
			}
			for _, n := range names {
				if !yield(n, nil) {
					return
				}
			}
		}
	}
}

func (d disk) clean(ctx context.Context, before time.Time) error {
	for name, err := range d.list(ctx, tempDir) {
		if err != nil {
			return err
		}
		st, err := d.root.Lstat(path.Join(tempDir, name))
		if err == nil && st.ModTime().Before(before) {
			err = d.root.Remove(path.Join(tempDir, name))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (d disk) close() error { return d.root.Close() }
