package keys

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

// Ring is the Keeper of this package: wrapped keys on a shelf, which is a folder
// (OpenDir), a bucket (OpenBucket) or memory (NewMemory), opened keys in memory.
//
// The master key wraps every data key and the signer; a data key wraps its
// persons' keys, so that destroying it destroys them and changing the master
// key touches one small file per owner.
type Ring struct {
	shelf shelf
	rand  io.Reader

	// disk serialises everything that reads or changes the shelf, cache guards
	// the maps: a caller whose key is open never waits for an fsync.
	disk   sync.Mutex
	cache  sync.RWMutex
	open   map[string]*opened
	signer *Signer

	master   Key   // wraps what is written
	former   []Key // the other side of a rotation not yet confirmed
	external bool  // the master key was given, not kept in the folder
}

// opened is an owner's keys in memory; person is guarded by Ring.cache.
type opened struct {
	key    Key
	person map[string][]byte
}

var _ Keeper = (*Ring)(nil)

// NewMemory keeps keys in memory only, for tests and trials. It runs the same
// code as a folder does. A nil random means crypto/rand.
func NewMemory(random io.Reader) *Ring {
	random = locked(random)
	raw := make([]byte, Size)
	if _, err := io.ReadFull(random, raw); err != nil {
		panic("keys: no randomness: " + err.Error())
	}
	master, err := New(masterOwner, raw, random)
	if err != nil {
		panic(err)
	}
	return newRing(&memory{}, random, master)
}

func newRing(s shelf, random io.Reader, master Key) *Ring {
	return &Ring{shelf: s, rand: random, master: master, open: map[string]*opened{}}
}

// Create implements Keeper.
func (r *Ring) Create(_ context.Context, owner string) error {
	if err := checkNames(owner); err != nil {
		return err
	}
	r.disk.Lock()
	defer r.disk.Unlock()
	raw, err := r.fresh()
	if err != nil {
		return err
	}
	return r.create(owner, raw, nil, nil)
}

// create writes the owner's key last: until it exists, nothing else counts.
func (r *Ring) create(owner string, raw []byte, persons map[string][]byte, erased []string) error {
	switch _, err := r.load(owner); {
	case err == nil:
		return fmt.Errorf("create key of %s: %w", owner, ErrExists)
	case errors.Is(err, ErrShredded) || !errors.Is(err, ErrNoKey):
		return fmt.Errorf("create key of %s: %w", owner, err)
	}
	if err := r.shelf.clear(personDir(owner)); err != nil { // left by a creation that was cut short
		return fmt.Errorf("create key of %s: %w", owner, err)
	}
	key, err := New(owner, raw, r.rand)
	if err != nil {
		return err
	}
	for id, p := range persons {
		if err := r.put(r.shelf.create, key, slip{Kind: personKind, Owner: owner, Person: id}, p); err != nil {
			return err
		}
	}
	for _, id := range erased {
		if err := r.put(r.shelf.create, key, slip{Kind: personKind, Owner: owner, Person: id, Destroyed: true}, nil); err != nil {
			return err
		}
	}
	err = r.put(r.shelf.create, r.master, slip{Kind: dataKind, Owner: owner}, raw)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("create key of %s: %w", owner, ErrExists)
	}
	return err
}

// Key implements Keeper.
func (r *Ring) Key(_ context.Context, owner string) (Key, error) {
	o, err := r.owner(owner)
	if err != nil {
		return Key{}, err
	}
	return o.key, nil
}

func (r *Ring) owner(owner string) (*opened, error) {
	if err := checkNames(owner); err != nil {
		return nil, err
	}
	r.cache.RLock()
	o := r.open[owner]
	r.cache.RUnlock()
	if o != nil {
		return o, nil
	}
	r.disk.Lock()
	defer r.disk.Unlock()
	o, err := r.load(owner)
	if err != nil {
		return nil, fmt.Errorf("key of %s: %w", owner, err)
	}
	return o, nil
}

// load opens the owner's key from the shelf into the cache; r.disk is held.
func (r *Ring) load(owner string) (*opened, error) {
	r.cache.RLock()
	o := r.open[owner]
	r.cache.RUnlock()
	if o != nil {
		return o, nil
	}
	raw, err := r.get(r.masters(), slip{Kind: dataKind, Owner: owner})
	if err != nil {
		return nil, err
	}
	key, err := New(owner, raw, r.rand)
	if err != nil {
		return nil, err
	}
	o = &opened{key: key, person: map[string][]byte{}}
	r.cache.Lock()
	r.open[owner] = o
	r.cache.Unlock()
	return o, nil
}

// Fresh forgets what was read of an owner's keys, so that they are read again: where several processes share
// them, another one may have destroyed some.
func (r *Ring) Fresh(owner string) {
	r.cache.Lock()
	defer r.cache.Unlock()
	delete(r.open, owner)
}

func (r *Ring) masters() []Key { return append([]Key{r.master}, r.former...) }

// Shred implements Keeper. The tombstone comes first: from then on the key is
// gone, whatever else is cut short.
func (r *Ring) Shred(_ context.Context, owner string) error {
	if err := checkNames(owner); err != nil {
		return err
	}
	r.disk.Lock()
	defer r.disk.Unlock()
	s := slip{Kind: dataKind, Owner: owner}
	if _, err := r.shelf.read(s.file()); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("shred key of %s: %w", owner, ErrNoKey)
	}
	s.Destroyed = true
	if err := r.put(r.shelf.replace, Key{}, s, nil); err != nil {
		return fmt.Errorf("shred key of %s: %w", owner, err)
	}
	r.cache.Lock()
	delete(r.open, owner)
	r.cache.Unlock()
	if err := r.shelf.clear(personDir(owner)); err != nil {
		return fmt.Errorf("shred persons of %s: %w", owner, err)
	}
	return nil
}

// Person implements Keeper.
func (r *Ring) Person(_ context.Context, owner, person string, create bool) ([]byte, error) {
	if err := checkNames(person); err != nil {
		return nil, err
	}
	o, err := r.owner(owner)
	if err != nil {
		return nil, err
	}
	if raw := r.cached(o, person); raw != nil {
		return raw, nil
	}
	r.disk.Lock()
	defer r.disk.Unlock()
	if o, err = r.load(owner); err != nil { // shredded meanwhile
		return nil, fmt.Errorf("key of %s: %w", owner, err)
	}
	if raw := r.cached(o, person); raw != nil {
		return raw, nil
	}
	s := slip{Kind: personKind, Owner: owner, Person: person}
	raw, err := r.get([]Key{o.key}, s)
	if create && errors.Is(err, ErrNoKey) && !errors.Is(err, ErrErased) {
		if raw, err = r.fresh(); err == nil {
			err = r.put(r.shelf.create, o.key, s, raw)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("key of person %s of %s: %w", person, owner, err)
	}
	r.cache.Lock()
	o.person[person] = raw
	r.cache.Unlock()
	return append([]byte(nil), raw...), nil
}

func (r *Ring) cached(o *opened, person string) []byte {
	r.cache.RLock()
	defer r.cache.RUnlock()
	return append([]byte(nil), o.person[person]...)
}

// ErasePerson implements Keeper.
func (r *Ring) ErasePerson(_ context.Context, owner, person string) error {
	if err := checkNames(owner, person); err != nil {
		return err
	}
	r.disk.Lock()
	defer r.disk.Unlock()
	o, err := r.load(owner)
	if err != nil {
		return fmt.Errorf("key of %s: %w", owner, err)
	}
	s := slip{Kind: personKind, Owner: owner, Person: person, Destroyed: true}
	if err := r.put(r.shelf.replace, Key{}, s, nil); err != nil {
		return fmt.Errorf("erase person %s of %s: %w", person, owner, err)
	}
	r.cache.Lock()
	delete(o.person, person)
	r.cache.Unlock()
	return nil
}

// Erased implements Keeper.
func (r *Ring) Erased(_ context.Context, owner string) ([]string, error) {
	if err := checkNames(owner); err != nil {
		return nil, err
	}
	r.disk.Lock()
	defer r.disk.Unlock()
	o, err := r.load(owner)
	if err != nil {
		return nil, fmt.Errorf("key of %s: %w", owner, err)
	}
	persons, err := r.persons(owner)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, p := range persons {
		if r.inUse(o, p) {
			continue // most are in use
		}
		_, err := r.get([]Key{o.key}, slip{Kind: personKind, Owner: owner, Person: p})
		switch {
		case errors.Is(err, ErrErased):
			out = append(out, p)
		case err != nil:
			return nil, fmt.Errorf("erased persons of %s: %w", owner, err)
		}
	}
	slices.Sort(out)
	return out, nil
}

func (r *Ring) inUse(o *opened, person string) bool {
	r.cache.RLock()
	defer r.cache.RUnlock()
	return o.person[person] != nil
}

// Signer implements Keeper.
func (r *Ring) Signer(context.Context) (Signer, error) {
	r.cache.RLock()
	kept := r.signer
	r.cache.RUnlock()
	if kept != nil {
		return *kept, nil
	}
	r.disk.Lock()
	defer r.disk.Unlock()
	s, err := r.loadSigner()
	if errors.Is(err, ErrNoKey) {
		if s, err = newSigner(r.rand); err == nil {
			err = r.putSigner(s)
		}
		if errors.Is(err, fs.ErrExist) { // another process that shares the keys was faster
			s, err = r.loadSigner()
		}
	}
	if err != nil {
		return Signer{}, fmt.Errorf("signing key: %w", err)
	}
	r.cache.Lock()
	r.signer = &s
	r.cache.Unlock()
	return s, nil
}

func (r *Ring) loadSigner() (Signer, error) {
	b, err := r.get(r.masters(), slip{Kind: signerKind})
	if err != nil {
		return Signer{}, err
	}
	return decodeSigner(b)
}

func (r *Ring) putSigner(s Signer) error {
	return r.put(r.shelf.create, r.master, slip{Kind: signerKind}, s.saved().encode())
}

func (r *Ring) fresh() ([]byte, error) {
	raw := make([]byte, Size)
	if _, err := io.ReadFull(r.rand, raw); err != nil {
		return nil, fmt.Errorf("read randomness: %w", err)
	}
	return raw, nil
}

// slip is what one file on the shelf holds: a wrapped key, or the tombstone of
// one. What it says of itself is bound into the seal, so that a file copied to
// another name does not open.
type slip struct {
	Kind      string `json:"kind"`
	Owner     string `json:"owner,omitempty"`
	Person    string `json:"person,omitempty"`
	Destroyed bool   `json:"destroyed,omitempty"`
	Sealed    []byte `json:"sealed,omitempty"`
}

const (
	dataKind   = "data key"
	personKind = "person key"
	signerKind = "signing key"

	masterOwner = "master" // owner name of the wrapping key itself
	dataFile    = "data.key"
	signerFile  = "signer.key"
	keySuffix   = ".key"
)

func personDir(owner string) string { return path.Join(owner, "person") }

func (s slip) file() string {
	switch s.Kind {
	case dataKind:
		return path.Join(s.Owner, dataFile)
	case personKind:
		return path.Join(personDir(s.Owner), s.Person+keySuffix)
	case checkKind:
		return checkFile
	}
	return signerFile
}

// place frames what the slip is by names that hold no separator.
func (s slip) place() string { return strings.Join([]string{s.Kind, s.Owner, s.Person}, "/") }

// put writes the slip, sealing raw under the key unless it is a tombstone.
func (r *Ring) put(write func(string, []byte) error, under Key, s slip, raw []byte) error {
	if !s.Destroyed {
		sealed, err := under.SealField(s.place(), raw)
		if err != nil {
			return err
		}
		s.Sealed = sealed
	}
	b, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if err := write(s.file(), append(b, '\n')); err != nil {
		return fmt.Errorf("write %s: %w", s.file(), err)
	}
	return nil
}

// get reads the slip back and opens it with whichever of the keys sealed it.
func (r *Ring) get(under []Key, want slip) ([]byte, error) {
	b, err := r.shelf.read(want.file())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoKey
	}
	if err != nil {
		return nil, err
	}
	var got slip
	if err := json.Unmarshal(b, &got); err != nil || got.Kind != want.Kind || got.Owner != want.Owner || got.Person != want.Person {
		return nil, fmt.Errorf("%s is damaged or belongs elsewhere; restore it from a copy of the key folder", want.file())
	}
	if got.Destroyed {
		if want.Kind == personKind {
			return nil, ErrErased
		}
		return nil, ErrShredded
	}
	for _, k := range under {
		if raw, err := k.OpenField(want.place(), got.Sealed); err == nil {
			return raw, nil
		}
	}
	return nil, fmt.Errorf("%s does not open with this master key (%s): %w", want.file(), under[0].ID(), ErrSealed)
}

// locked makes a reader safe for concurrent use; crypto/rand already is.
func locked(r io.Reader) io.Reader {
	if r == nil {
		return rand.Reader
	}
	return &lockedReader{r: r}
}

type lockedReader struct {
	mu sync.Mutex
	r  io.Reader
}

func (l *lockedReader) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return io.ReadFull(l.r, p) // one caller's bytes stay together
}
