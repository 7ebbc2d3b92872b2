package keys

import (
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
)

// shelf is where wrapped keys lie. Names are slash paths made by this package.
// What create, replace and clear did survives a power cut once they return nil.
type shelf interface {
	read(name string) ([]byte, error)          // fs.ErrNotExist when absent
	create(name string, data []byte) error     // fs.ErrExist when present
	replace(name string, data []byte) error    // atomic; the old bytes are overwritten where the disk allows
	list(dir string) (names []string, _ error) // sorted; none when the folder is absent
	clear(dir string) error                    // removes the folder and all in it, or the file
}

// folder is a shelf on disk. os.Root keeps every name inside it.
type folder struct{ root *os.Root }

const tempDir = ".tmp" // the dot keeps it apart from every owner

func (f folder) read(name string) ([]byte, error) { return f.root.ReadFile(name) }

func (f folder) create(name string, data []byte) error {
	return f.write(name, data, func(temp string) error {
		// A link fails where something exists, a rename would replace it.
		if err := f.root.Link(temp, name); err != nil {
			return err
		}
		return f.root.Remove(temp)
	})
}

func (f folder) replace(name string, data []byte) error {
	old, err := f.root.OpenFile(name, os.O_WRONLY, 0)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err == nil {
		defer old.Close()
	}
	if err := f.write(name, data, func(temp string) error { return f.root.Rename(temp, name) }); err != nil {
		return err
	}
	if old == nil {
		return nil
	}
	// The name shows the new bytes now; wipe the old ones as well as a file
	// system lets us. Failing here would report an undone step that is done.
	if st, err := old.Stat(); err == nil {
		if _, err := old.WriteAt(make([]byte, st.Size()), 0); err == nil {
			_ = old.Sync()
		}
	}
	return nil
}

// write puts data into a temporary file, syncs it, lets publish give it its
// name, and syncs the folders, so that a reader sees the whole file or none.
func (f folder) write(name string, data []byte, publish func(temp string) error) error {
	dir := path.Dir(name)
	if err := f.mkdir(dir); err != nil {
		return err
	}
	if err := f.mkdir(tempDir); err != nil {
		return err
	}
	temp := path.Join(tempDir, rand.Text()) // a name only; keys come from the Ring's source
	w, err := f.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	if err == nil {
		err = w.Sync()
	}
	if e := w.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = publish(temp)
	}
	if err != nil {
		_ = f.root.Remove(temp)
		return err
	}
	return f.sync(dir)
}

// mkdir makes the folder and syncs every parent that got a new entry.
func (f folder) mkdir(dir string) error {
	if dir == "." {
		return nil
	}
	if st, err := f.root.Stat(dir); err == nil && st.IsDir() {
		return nil
	}
	if err := f.mkdir(path.Dir(dir)); err != nil {
		return err
	}
	if err := f.root.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return f.sync(path.Dir(dir))
}

func (f folder) sync(dir string) error {
	d, err := f.root.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

func (f folder) list(dir string) ([]string, error) {
	d, err := f.root.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer d.Close()
	names, err := d.Readdirnames(-1)
	if err != nil && err != io.EOF {
		return nil, err
	}
	slices.Sort(names)
	return names, nil
}

func (f folder) clear(dir string) error {
	if _, err := f.root.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := f.root.RemoveAll(dir); err != nil {
		return err
	}
	return f.sync(path.Dir(dir))
}

// memory is a shelf that is gone with the process. The Ring locks it.
type memory struct{ files map[string][]byte }

func (m *memory) read(name string) ([]byte, error) {
	b, ok := m.files[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return slices.Clone(b), nil
}

func (m *memory) create(name string, data []byte) error {
	if _, ok := m.files[name]; ok {
		return fs.ErrExist
	}
	return m.replace(name, data)
}

func (m *memory) replace(name string, data []byte) error {
	if m.files == nil {
		m.files = map[string][]byte{}
	}
	m.files[name] = slices.Clone(data)
	return nil
}

func (m *memory) list(dir string) ([]string, error) {
	seen := map[string]bool{}
	for name := range m.files {
		rest, ok := strings.CutPrefix(name, dir+"/")
		if dir == "." {
			rest, ok = name, true
		}
		if ok {
			first, _, _ := strings.Cut(rest, "/")
			seen[first] = true
		}
	}
	return slices.Sorted(maps.Keys(seen)), nil
}

func (m *memory) clear(dir string) error {
	for name := range m.files {
		if name == dir || strings.HasPrefix(name, dir+"/") {
			delete(m.files, name)
		}
	}
	return nil
}
