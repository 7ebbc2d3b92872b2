// Package blob stores the objects of tenants: uploaded files, exports, reports.
// What lies in the store says nothing: an object's name is random, its content
// is sealed under a key made from its tenant's key and its name, so that bytes
// moved to another name or tenant do not open, and a tenant whose key is
// destroyed is unreadable wherever a copy lies.
package blob

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"strings"
	"sync"
	"time"

	"github.com/minio/sio"

	"assay/storage/keys"
)

var (
	// ErrNotFound means the tenant has no such object.
	ErrNotFound = errors.New("no such object")
	// ErrTooLarge means an upload passed its limit; nothing of it is kept.
	ErrTooLarge = errors.New("the object is too large")
	// ErrCorrupt means the store gave back something else than was put in.
	ErrCorrupt = errors.New("the object is damaged")
	// ErrName means a tenant or object name this package did not make.
	ErrName = errors.New("not a valid object name")
)

// Object is what must be remembered of an object to read it again. Size and
// SHA256 (lower-case hex) are those of the content, not of the sealed bytes.
type Object struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Backend is where sealed bytes lie: Disk, S3 or Memory. Names are slash paths
// made by Store, and are never reused.
type Backend interface {
	// put stores all of r, or nothing. Once it returns nil the bytes survive a
	// power cut.
	put(ctx context.Context, name string, r io.Reader) error
	// open gives ErrNotFound for what is not there. ctx covers all reading.
	open(ctx context.Context, name string) (source, error)
	// remove is silent about what is not there.
	remove(ctx context.Context, name string) error
	// removeAll removes everything under dir.
	removeAll(ctx context.Context, dir string) error
	// list gives the last part of every name directly under dir.
	list(ctx context.Context, dir string) iter.Seq2[string, error]
	// clean removes unfinished uploads begun before an instant.
	clean(ctx context.Context, before time.Time) error
	close() error
}

// source is one stored object, opened.
type source interface {
	size() int64
	// from reads the sealed bytes from an offset to the end.
	from(off int64) (io.ReadCloser, error)
	close() error
}

// Store seals, opens and checks objects. It is safe for concurrent use.
type Store struct {
	backend Backend
	keys    keys.Keeper
	rand    io.Reader
}

// New makes a Store. Names and nonces come from random; nil means crypto/rand.
func New(b Backend, k keys.Keeper, random io.Reader) *Store {
	if random == nil {
		random = rand.Reader
	} else {
		random = &lockedReader{r: random}
	}
	return &Store{backend: b, keys: k, rand: random}
}

// Close lets go of the backend.
func (s *Store) Close() error { return s.backend.close() }

// Put stores all of r for the tenant and returns what to remember of it. More
// than limit bytes is ErrTooLarge. Whatever fails, nothing is left behind; once
// Put returned an Object, it is durable. The content is never held in memory
// whole.
func (s *Store) Put(ctx context.Context, tenant string, r io.Reader, limit int64) (Object, error) {
	name, err := s.newName()
	if err != nil {
		return Object{}, err
	}
	return s.put(ctx, tenant, name, r, limit)
}

// Restore puts back an object under the name it had, as when a tenant comes from another installation: rows speak
// of it by that name. ErrCorrupt when r is not its content; then nothing is kept.
func (s *Store) Restore(ctx context.Context, tenant string, o Object, r io.Reader) error {
	got, err := s.put(ctx, tenant, o.Name, r, o.Size)
	if errors.Is(err, ErrTooLarge) {
		err = ErrCorrupt
	}
	if err == nil && got != o {
		err = errors.Join(ErrCorrupt, s.Delete(ctx, tenant, o.Name))
	}
	if err != nil {
		return fmt.Errorf("restore object %.26s of %.64s: %w", o.Name, tenant, err)
	}
	return nil
}

func (s *Store) put(ctx context.Context, tenant, name string, r io.Reader, limit int64) (Object, error) {
	path, cfg, err := s.locate(ctx, tenant, name)
	if err != nil {
		return Object{}, err
	}
	in := &intake{ctx: ctx, r: r, left: max(limit, 0), sum: sha256.New()}
	sealed, err := sio.EncryptReader(in, cfg)
	if err != nil {
		return Object{}, fmt.Errorf("seal object: %w", err)
	}
	err = s.backend.put(ctx, path, sealed)
	if in.err != nil { // what went wrong first explains the rest
		return Object{}, fmt.Errorf("take in object: %w", in.err)
	}
	if err != nil {
		return Object{}, fmt.Errorf("store object: %w", err)
	}
	return Object{Name: name, Size: in.size, SHA256: hex.EncodeToString(in.sum.Sum(nil))}, nil
}

// intake counts, hashes and limits what is read, and remembers its own failure.
type intake struct {
	ctx  context.Context
	r    io.Reader
	left int64
	size int64
	sum  hash.Hash
	err  error
}

// errIntake goes down the chain in place of the real failure: an upload cut off
// reports io.ErrUnexpectedEOF, which sealing would take for a proper end.
var errIntake = errors.New("the upload failed")

func (in *intake) Read(p []byte) (int, error) {
	if in.err == nil {
		in.err = in.ctx.Err()
	}
	if in.err != nil {
		return 0, errIntake
	}
	n, err := in.r.Read(p)
	in.size += int64(n)
	if in.left -= int64(n); in.left < 0 {
		in.err = ErrTooLarge
		return 0, errIntake
	}
	in.sum.Write(p[:n])
	if err != nil && err != io.EOF {
		in.err = err
		return n, errIntake
	}
	return n, err
}

// Open reads an object from anywhere in it; every 64 KB are verified before one
// byte is given out. ErrNotFound when the tenant has no such object, ErrCorrupt
// as soon as the store gives back something else. ctx covers all reading. The
// result fits http.ServeContent; it is for one goroutine.
func (s *Store) Open(ctx context.Context, tenant string, o Object) (io.ReadSeekCloser, error) {
	r, err := s.open(ctx, tenant, o)
	if err != nil {
		return nil, fmt.Errorf("object %.26s of %.64s: %w", o.Name, tenant, err)
	}
	return r, nil
}

func (s *Store) open(ctx context.Context, tenant string, o Object) (*reader, error) {
	path, cfg, err := s.locate(ctx, tenant, o.Name)
	if err != nil {
		return nil, err
	}
	want, err := sio.EncryptedSize(uint64(max(o.Size, 0)))
	if err != nil || o.Size < 0 {
		return nil, fmt.Errorf("size %d: %w", o.Size, ErrCorrupt)
	}
	src, err := s.backend.open(ctx, path)
	if err != nil {
		return nil, err
	}
	if src.size() != int64(want) {
		src.close()
		return nil, fmt.Errorf("%d sealed bytes instead of %d: %w", src.size(), want, ErrCorrupt)
	}
	return &reader{src: src, cfg: cfg, object: o}, nil
}

// OpenChecked reads an object once from its beginning, and gives ErrCorrupt in
// place of io.EOF when the content's SHA-256 is not the remembered one.
func (s *Store) OpenChecked(ctx context.Context, tenant string, o Object) (io.ReadCloser, error) {
	r, err := s.Open(ctx, tenant, o)
	if err != nil {
		return nil, err
	}
	return &checked{ReadCloser: r, object: o, sum: sha256.New()}, nil
}

// Verify reads the whole object and compares size and SHA-256.
func (s *Store) Verify(ctx context.Context, tenant string, o Object) error {
	r, err := s.OpenChecked(ctx, tenant, o)
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.CopyBuffer(struct{ io.Writer }{io.Discard}, r, make([]byte, packageSize))
	return err
}

// Delete removes an object. One that is gone already is no error.
func (s *Store) Delete(ctx context.Context, tenant, name string) error {
	path, err := objectPath(tenant, name)
	if err != nil {
		return err
	}
	if err := s.backend.remove(ctx, path); err != nil {
		return fmt.Errorf("delete object %s of %s: %w", name, tenant, err)
	}
	return nil
}

// List gives the names of all the tenant's objects, in no order to rely on.
func (s *Store) List(ctx context.Context, tenant string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		if !keys.ValidName(tenant) {
			yield("", fmt.Errorf("tenant %.64q: %w", tenant, ErrName))
			return
		}
		for name, err := range s.backend.list(ctx, tenantDir(tenant)+"/o") {
			if err != nil {
				yield("", fmt.Errorf("list objects of %s: %w", tenant, err))
				return
			}
			if validName(name) && !yield(name, nil) {
				return
			}
		}
	}
}

// DestroyTenant removes every object of the tenant. It needs no key: the key is
// destroyed first, and this only frees the room.
func (s *Store) DestroyTenant(ctx context.Context, tenant string) error {
	if !keys.ValidName(tenant) {
		return fmt.Errorf("tenant %.64q: %w", tenant, ErrName)
	}
	if err := s.backend.removeAll(ctx, tenantDir(tenant)); err != nil {
		return fmt.Errorf("remove objects of %s: %w", tenant, err)
	}
	return nil
}

// Clean removes uploads that were begun before an instant and never finished,
// as after a crash. Give an instant long past (a day): a running upload of
// another process that is younger is not touched.
func (s *Store) Clean(ctx context.Context, before time.Time) error {
	if err := s.backend.clean(ctx, before); err != nil {
		return fmt.Errorf("remove unfinished uploads: %w", err)
	}
	return nil
}

// Probe writes, reads and deletes a small object, for doctor and start-up.
func (s *Store) Probe(ctx context.Context) error {
	name, err := s.newName()
	if err != nil {
		return err
	}
	path, want := "probe/"+name, []byte("assay probe "+name)
	if err := s.backend.put(ctx, path, bytes.NewReader(want)); err != nil {
		return fmt.Errorf("the object store cannot be written: %w", err)
	}
	got, err := s.readProbe(ctx, path, int64(len(want)))
	if e := s.backend.remove(ctx, path); err == nil && e != nil {
		return fmt.Errorf("the object store cannot delete: %w", e)
	}
	if err != nil {
		return fmt.Errorf("the object store cannot be read: %w", err)
	}
	if !bytes.Equal(got, want) {
		return fmt.Errorf("the object store gives back other bytes than it was given: %w", ErrCorrupt)
	}
	if src, err := s.backend.open(ctx, path); err == nil {
		src.close()
		return errors.New("the object store still shows a deleted object")
	}
	return nil
}

func (s *Store) readProbe(ctx context.Context, path string, limit int64) ([]byte, error) {
	src, err := s.backend.open(ctx, path)
	if err != nil {
		return nil, err
	}
	defer src.close()
	r, err := src.from(0)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, limit+1))
}

// locate makes the path of an object and the key that seals it. Both hold the
// tenant and the name, so neither bytes nor names can be swapped.
func (s *Store) locate(ctx context.Context, tenant, name string) (string, sio.Config, error) {
	path, err := objectPath(tenant, name)
	if err != nil {
		return "", sio.Config{}, err
	}
	key, err := s.keys.Key(ctx, tenant)
	if err != nil {
		return "", sio.Config{}, err
	}
	return path, sio.Config{
		MinVersion:   sio.Version20,
		MaxVersion:   sio.Version20,
		CipherSuites: []byte{sio.AES_256_GCM},
		Key:          key.Derive("obj", tenant, name),
		Rand:         s.rand,
	}, nil
}

func tenantDir(tenant string) string { return "t/" + tenant }

func objectPath(tenant, name string) (string, error) {
	if !keys.ValidName(tenant) || !validName(name) {
		return "", fmt.Errorf("object %.64q of %.64q: %w", name, tenant, ErrName)
	}
	return tenantDir(tenant) + "/o/" + name, nil
}

const (
	nameSize = 26
	alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
)

func (s *Store) newName() (string, error) {
	b := make([]byte, nameSize)
	if _, err := io.ReadFull(s.rand, b); err != nil {
		return "", fmt.Errorf("read randomness: %w", err)
	}
	for i := range b {
		b[i] = alphabet[b[i]%32]
	}
	return string(b), nil
}

func validName(name string) bool {
	return len(name) == nameSize && strings.Trim(name, alphabet) == ""
}

// lockedReader makes a source of randomness safe for concurrent use.
type lockedReader struct {
	mu sync.Mutex
	r  io.Reader
}

func (l *lockedReader) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return io.ReadFull(l.r, p)
}
