// Package witness keeps signed checkpoints where the installation that made them cannot take them back. Who has the
// disk and the signing key can write a whole log anew; it will not fit a checkpoint that is kept elsewhere.
package witness

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"

	"assay/storage"
)

// Place is where checkpoints are kept: each a file of its own, which is written once.
type Place interface {
	// Put keeps a text under a name; until is how long nobody may remove it, where the place can see to that. A name
	// that is there already is an error that matches [storage.ErrExists].
	Put(ctx context.Context, name, text string, until time.Time) error

	// List gives every name that begins with a prefix, and Get the text under one.
	List(ctx context.Context, prefix string) ([]string, error)
	Get(ctx context.Context, name string) (string, error)

	// Locks says whether the place keeps what was put from being removed, by whomever.
	Locks(ctx context.Context) (bool, error)

	// String is the place in words, for people.
	String() string
}

// Name is what a checkpoint is called: whose log, how many records, when. Names sort as the log grows.
func Name(c storage.Checkpoint, now time.Time) string {
	return fmt.Sprintf("%s/%012d-%s.txt", c.Log, c.Size, now.UTC().Format("20060102T150405Z"))
}

// Text is what is kept of a checkpoint: the note, and the key that checks it.
func Text(note, verifier string) string { return note + "\nChecked with: " + verifier + "\n" }

// Newest is how many records the newest checkpoint of a log signs for that a place has, -1 when it has none.
func Newest(ctx context.Context, p Place, log string) (int64, error) {
	names, err := p.List(ctx, log+"/")
	if err != nil {
		return -1, fmt.Errorf("list checkpoints: %w", err)
	}
	newest := int64(-1)
	for _, n := range names {
		var size int64
		if _, err := fmt.Sscanf(path.Base(n), "%d-", &size); err == nil {
			newest = max(newest, size)
		}
	}
	return newest, nil
}

// All are the checkpoints of a log that a place has.
func All(ctx context.Context, p Place, log string) (kept []storage.Kept, err error) {
	names, err := p.List(ctx, log+"/")
	if err != nil {
		return nil, fmt.Errorf("list checkpoints: %w", err)
	}
	for _, n := range names {
		text, err := p.Get(ctx, n)
		if err != nil {
			return nil, fmt.Errorf("read checkpoint %s: %w", n, err)
		}
		notes := Find(text)
		if len(notes) == 0 {
			notes = []string{text} // whoever verifies says that it cannot be read
		}
		for _, note := range notes {
			kept = append(kept, storage.Kept{Where: fmt.Sprintf("The checkpoint %s, kept in %s,", n, p), Note: note})
		}
	}
	return kept, nil
}

var validName = regexp.MustCompile(`^[A-Za-z0-9]+/[0-9]+-[0-9TZ]+\.txt$`)

// Folder keeps checkpoints in a folder, best on another machine's disk. It refuses to write over one; removing them is
// as easy as that folder's rights make it.
type Folder struct{ Dir string }

func (f Folder) String() string { return "a folder" }

// Locks is false: a folder has no such lock.
func (f Folder) Locks(context.Context) (bool, error) { return false, nil }

// Put writes a file that is whole or absent.
func (f Folder) Put(_ context.Context, name, text string, _ time.Time) (err error) {
	if !validName.MatchString(name) {
		return fmt.Errorf("keep checkpoint: %q is no name", name)
	}
	to := filepath.Join(f.Dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	t, err := os.CreateTemp(filepath.Dir(to), "new-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(t.Name())) }()
	_, err = t.WriteString(text)
	if err = errors.Join(err, t.Chmod(0o444), t.Sync(), t.Close()); err != nil {
		return err
	}
	if err := os.Link(t.Name(), to); errors.Is(err, fs.ErrExist) { // a rename would write over it
		return storage.ErrExists
	} else if err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(to))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// List is [Place].
func (f Folder) List(_ context.Context, prefix string) ([]string, error) {
	all, err := filepath.Glob(filepath.Join(f.Dir, "*", "*.txt"))
	if err != nil {
		return nil, err
	}
	var out []string
	for _, p := range all {
		rel, err := filepath.Rel(f.Dir, p)
		if err != nil {
			return nil, err
		}
		if n := filepath.ToSlash(rel); strings.HasPrefix(n, prefix) && validName.MatchString(n) {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out, nil
}

// Get is [Place].
func (f Folder) Get(_ context.Context, name string) (string, error) {
	if !validName.MatchString(name) {
		return "", fmt.Errorf("%q is no name", name)
	}
	b, err := os.ReadFile(filepath.Join(f.Dir, filepath.FromSlash(name)))
	return string(b), err
}

// Bucket keeps checkpoints in a bucket. Where the bucket has object lock nobody can remove one before its time, not
// even who owns the bucket (mode COMPLIANCE).
type Bucket struct {
	client       *minio.Client
	name, prefix string
}

// NewBucket keeps checkpoints under a prefix of a bucket.
func NewBucket(client *minio.Client, name, prefix string) *Bucket {
	if prefix = strings.Trim(prefix, "/"); prefix != "" {
		prefix += "/"
	}
	return &Bucket{client, name, prefix}
}

func (b *Bucket) String() string { return "a bucket" }

// Locks asks the bucket whether object lock is on.
func (b *Bucket) Locks(ctx context.Context) (bool, error) {
	state, _, _, _, err := b.client.GetObjectLockConfig(ctx, b.name)
	switch r := answer(err); {
	case err == nil:
		return state == "Enabled", nil
	case r.Code == "ObjectLockConfigurationNotFoundError", r.Code == "ObjectLockConfigurationNotFound", r.Code == minio.NotImplemented, r.Code == "InvalidRequest" && r.StatusCode == 400:
		return false, nil
	}
	return false, fmt.Errorf("ask the bucket whether it locks objects: %w", err)
}

// Put is [Place]. Without object lock the object is put all the same.
func (b *Bucket) Put(ctx context.Context, name, text string, until time.Time) error {
	locks, err := b.Locks(ctx)
	if err != nil {
		return err
	}
	o := minio.PutObjectOptions{ContentType: "text/plain; charset=utf-8", SendContentMd5: true, DisableMultipart: true}
	if locks && !until.IsZero() {
		o.Mode, o.RetainUntilDate = minio.Compliance, until.UTC().Truncate(time.Second)
	}
	o.SetMatchETagExcept("*")
	_, err = b.client.PutObject(ctx, b.name, b.prefix+name, strings.NewReader(text), int64(len(text)), o)
	if r := answer(err); r.Code == minio.PreconditionFailed || r.StatusCode == 412 {
		return storage.ErrExists
	}
	return err
}

// List is [Place].
func (b *Bucket) List(ctx context.Context, prefix string) (out []string, err error) {
	for o := range b.client.ListObjectsIter(ctx, b.name, minio.ListObjectsOptions{Prefix: b.prefix + prefix, Recursive: true}) {
		if o.Err != nil {
			return nil, o.Err
		}
		if n := strings.TrimPrefix(o.Key, b.prefix); validName.MatchString(n) {
			out = append(out, n)
		}
	}
	return out, nil
}

// Get is [Place].
func (b *Bucket) Get(ctx context.Context, name string) (string, error) {
	o, err := b.client.GetObject(ctx, b.name, b.prefix+name, minio.GetObjectOptions{})
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(io.LimitReader(o, 1<<20))
	return string(text), errors.Join(err, o.Close())
}

func answer(err error) (r minio.ErrorResponse) {
	errors.As(err, &r)
	return r
}
