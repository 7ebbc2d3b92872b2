package keys

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

const (
	masterFile   = "master.key"
	checkFile    = "check.key"
	rotationFile = "rotation.key"

	checkKind = "check value"
)

// Option changes how OpenDir works.
type Option func(*options)

type options struct{ master string }

// WithMaster takes the master key from outside instead of keeping it in the
// folder: "file:/path/to/it", or the key itself in base64 (from an environment
// variable). "" means the folder's own. Make one with: openssl rand -base64 32
func WithMaster(spec string) Option { return func(o *options) { o.master = spec } }

// OpenDir opens the key folder, making it and its master key on first use. The
// folder must be readable by its owner only (0700, files 0600); anything wider is
// refused with the command that repairs it. A nil random means crypto/rand.
//
// The layout is master.key (unless given from outside), check.key, signer.key,
// <owner>/data.key and <owner>/person/<person>.key. Keep copies of the folder
// and of the master key, apart from each other: without both every tenant is lost.
func OpenDir(dir string, random io.Reader, opts ...Option) (*Ring, error) {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	random = locked(random)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make key folder: %w", err)
	}
	if err := private(dir); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open key folder: %w", err)
	}
	r, err := openFolder(folder{root}, random, o.master)
	if err != nil {
		root.Close()
		return nil, fmt.Errorf("key folder %s: %w", dir, err)
	}
	return r, nil
}

func openFolder(f folder, random io.Reader, spec string) (*Ring, error) {
	if err := f.clear(tempDir); err != nil { // left by a write that was cut short
		return nil, err
	}
	used, err := used(f)
	if err != nil {
		return nil, err
	}
	var raw []byte
	if spec != "" {
		raw, err = ReadMaster(spec)
	} else {
		raw, err = f.ownMaster(random, used)
	}
	if err != nil {
		return nil, err
	}
	return openShelf(f, random, raw, spec != "", used)
}

// openShelf opens a ring under a master key, which has to be the one that the shelf was made with.
func openShelf(s shelf, random io.Reader, raw []byte, external, used bool) (*Ring, error) {
	master, err := New(masterOwner, raw, random)
	if err != nil {
		return nil, err
	}
	r := newRing(s, random, master)
	r.external = external
	if err := r.resume(); err != nil {
		return nil, err
	}
	switch _, err := r.get(r.masters(), slip{Kind: checkKind}); {
	case errors.Is(err, ErrSealed):
		return nil, errors.New("this is not the master key the keys were made with; give the right one")
	case errors.Is(err, ErrNoKey) && used:
		return nil, fmt.Errorf("%s is missing; restore the keys from a copy", checkFile)
	case errors.Is(err, ErrNoKey):
		err := r.put(s.create, r.master, slip{Kind: checkKind}, []byte("assay"))
		if errors.Is(err, fs.ErrExist) { // another process was faster: its master key has to be ours
			return openShelf(s, random, raw, external, true)
		}
		return r, err
	default:
		return r, err
	}
}

// used reports whether the shelf holds anything a master key was needed for.
func used(s shelf) (bool, error) {
	names, err := s.list(".")
	return slices.ContainsFunc(names, func(n string) bool {
		return n != masterFile && (ValidName(n) || strings.HasSuffix(n, keySuffix))
	}), err
}

// ownMaster reads the folder's master key. It makes one only in an unused
// folder: a new master key would hide that the old one was lost.
func (f folder) ownMaster(random io.Reader, used bool) ([]byte, error) {
	text, err := f.read(masterFile)
	if errors.Is(err, fs.ErrNotExist) {
		if used {
			return nil, fmt.Errorf("%s is missing but keys wrapped by it are here; put it back from your copy, or give it as the master key", masterFile)
		}
		raw := make([]byte, Size)
		if _, err := io.ReadFull(random, raw); err != nil {
			return nil, fmt.Errorf("read randomness: %w", err)
		}
		return raw, f.create(masterFile, masterText(raw))
	}
	if err != nil {
		return nil, err
	}
	if err := private(filepath.Join(f.root.Name(), masterFile)); err != nil {
		return nil, err
	}
	return parseMaster(string(text))
}

func masterText(raw []byte) []byte {
	return []byte(base64.StdEncoding.EncodeToString(raw) + "\n")
}

// ReadMaster reads a master key given as "file:/path" or as base64 text. A file
// must be readable by its owner only. Errors never repeat the value.
func ReadMaster(spec string) ([]byte, error) {
	file, ok := strings.CutPrefix(spec, "file:")
	if !ok {
		return parseMaster(spec)
	}
	if err := private(file); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read master key: %w", err)
	}
	return parseMaster(string(text))
}

func parseMaster(text string) ([]byte, error) {
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(strings.TrimSpace(text), "="))
	if err != nil || len(raw) != Size {
		return nil, errors.New("the master key is not 32 bytes in base64; make one with: openssl rand -base64 32")
	}
	return raw, nil
}

// private refuses a file or folder that others than its owner may touch.
func private(path string) error {
	st, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("look at keys: %w", err)
	}
	if runtime.GOOS == "windows" || st.Mode().Perm()&0o077 == 0 {
		return nil
	}
	want := 0o600
	if st.IsDir() {
		want = 0o700
	}
	return fmt.Errorf("others may touch the keys in %s (mode %04o); run: chmod %o %s", path, st.Mode().Perm(), want, path)
}

// Close lets go of the folder. Keys already handed out keep working.
func (r *Ring) Close() error {
	if f, ok := r.shelf.(folder); ok {
		return f.root.Close()
	}
	return nil
}
