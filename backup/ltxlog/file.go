package ltxlog

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// FileLog keeps logs in a directory: <tenant>/ltx/0 holds records, <tenant>/ltx/9 snapshots, which is where
// Litestream's file replica looks (litestream restore -o out.db file:///dir/tenant). It belongs on another disk
// than the tenants' files; the disk must know hard links.
type FileLog struct{ Dir string }

// tmpPrefix begins the names of files that are not records yet.
const tmpPrefix = ".new-"

func (l FileLog) dir(tenant string, e Entry) string {
	return filepath.Join(l.Dir, tenant, "ltx", strconv.Itoa(e.level()))
}

func (l FileLog) path(tenant string, e Entry) string {
	return filepath.Join(l.dir(tenant, e), e.file())
}

// Append implements [Log].
func (l FileLog) Append(_ context.Context, tenant string, seq uint64, rec Body) error {
	return l.put(tenant, Record(seq), rec, func(tmp, path string) error {
		err := os.Link(tmp, path)
		switch {
		case errors.Is(err, os.ErrExist):
			if same, err := sameContent(path, rec); err != nil || same {
				return err // ours, from a try that did not hear of its success
			}
			return ErrFenced
		case errors.Is(err, syscall.EPERM), errors.Is(err, errors.ErrUnsupported):
			return fmt.Errorf("this disk knows no hard links, so it cannot tell two owners apart: %w", err)
		}
		return err
	})
}

// PutSnapshot implements [Log].
func (l FileLog) PutSnapshot(_ context.Context, tenant string, max uint64, snap Body) error {
	return l.put(tenant, Entry{Snapshot: true, Max: max}, snap, os.Rename)
}

// put writes a file under another name, waits for the disk, gives it its name and waits again.
func (l FileLog) put(tenant string, e Entry, b Body, name func(tmp, path string) error) error {
	if err := checkTenant(tenant); err != nil {
		return err
	}
	fail := func(err error) error { return fmt.Errorf("store %v: %w", e, err) }
	dir := l.dir(tenant, e)
	if err := l.makeDir(dir); err != nil {
		return fail(err)
	}
	r, err := b.Open()
	if err != nil {
		return fail(err)
	}
	f, err := os.CreateTemp(dir, tmpPrefix+"*") // O_EXCL, 0600
	if err != nil {
		return fail(err)
	}
	defer os.Remove(f.Name())
	n, err := io.Copy(f, r)
	if err == nil && n != b.Size {
		err = fmt.Errorf("%d bytes instead of %d", n, b.Size)
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fail(err)
	}
	if err := name(f.Name(), l.path(tenant, e)); err != nil {
		return fail(err)
	}
	if err := syncDir(dir); err != nil {
		return fail(err)
	}
	return nil
}

// makeDir makes a folder that survives a power cut, as its records will.
func (l FileLog) makeDir(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for d := filepath.Dir(dir); len(d) >= len(filepath.Clean(l.Dir)); d = filepath.Dir(d) {
		if err := syncDir(d); err != nil {
			return err
		}
		if d == filepath.Dir(d) {
			break
		}
	}
	return nil
}

func sameContent(path string, b Body) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	r, err := b.Open()
	if err != nil {
		return false, err
	}
	x, y := bufio.NewReaderSize(f, 64<<10), bufio.NewReaderSize(r, 64<<10)
	p, q := make([]byte, 32<<10), make([]byte, 32<<10)
	for {
		n, errX := io.ReadFull(x, p)
		m, errY := io.ReadFull(y, q)
		if !bytes.Equal(p[:n], q[:m]) {
			return false, nil
		}
		if errX != nil || errY != nil {
			ends := func(err error) bool { return err == io.EOF || err == io.ErrUnexpectedEOF }
			if ends(errX) && ends(errY) {
				return true, nil
			}
			return false, cmp.Or(errX, errY)
		}
	}
}

// Records implements [Log].
func (l FileLog) Records(_ context.Context, tenant string, after uint64) iter.Seq2[Entry, error] {
	return l.list(tenant, Entry{}, after)
}

// Snapshots implements [Log].
func (l FileLog) Snapshots(_ context.Context, tenant string) iter.Seq2[Entry, error] {
	return l.list(tenant, Entry{Snapshot: true}, 0)
}

func (l FileLog) list(tenant string, kind Entry, after uint64) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		if err := checkTenant(tenant); err != nil {
			yield(Entry{}, err)
			return
		}
		names, err := os.ReadDir(l.dir(tenant, kind)) // in order of names, which is that of numbers
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			yield(Entry{}, fmt.Errorf("list the log: %w", err))
			return
		}
		for _, d := range names {
			e, ok := parseFile(d.Name(), kind.Snapshot)
			if !ok || e.Max <= after {
				continue
			}
			st, err := d.Info()
			if errors.Is(err, os.ErrNotExist) {
				continue // trimmed since
			}
			if err != nil {
				yield(Entry{}, fmt.Errorf("list the log: %w", err))
				return
			}
			e.Size, e.Stored = st.Size(), st.ModTime()
			if !yield(e, nil) {
				return
			}
		}
	}
}

// Get implements [Log].
func (l FileLog) Get(_ context.Context, tenant string, e Entry) (io.ReadCloser, error) {
	if err := checkTenant(tenant); err != nil {
		return nil, err
	}
	f, err := os.Open(l.path(tenant, e))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%v: %w", e, ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("read %v: %w", e, err)
	}
	return f, nil
}

// Remove implements [Log].
func (l FileLog) Remove(_ context.Context, tenant string, e Entry) error {
	if err := checkTenant(tenant); err != nil {
		return err
	}
	if err := os.Remove(l.path(tenant, e)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove %v: %w", e, err)
	}
	return nil
}

// Destroy implements [Log].
func (l FileLog) Destroy(_ context.Context, tenant string) error {
	if err := checkTenant(tenant); err != nil {
		return err
	}
	if err := os.RemoveAll(filepath.Join(l.Dir, tenant)); err != nil {
		return fmt.Errorf("destroy the log: %w", err)
	}
	if err := syncDir(l.Dir); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("destroy the log: %w", err)
	}
	return nil
}

// Clean removes what a crash left of records that were begun before an instant, by this machine's clock. What is
// being written now may belong to another process.
func (l FileLog) Clean(before time.Time) error {
	left, err := fs.Glob(os.DirFS(l.Dir), "*/ltx/*/"+tmpPrefix+"*")
	if err != nil {
		return err
	}
	var errs []error
	for _, name := range left {
		p := filepath.Join(l.Dir, name)
		st, err := os.Stat(p)
		if err == nil && st.ModTime().Before(before) {
			err = os.Remove(p)
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
