package keys

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// bundle is an owner's keys in plain text: secret material.
type bundle struct {
	Format  string            `json:"format"`
	Owner   string            `json:"owner"`
	Key     []byte            `json:"key"`
	Persons map[string][]byte `json:"persons,omitempty"`
	Erased  []string          `json:"erased,omitempty"`
	Signer  *savedSigner      `json:"signer,omitempty"`
}

const bundleFormat = "assay-keys-1"

// Export implements Keeper. The result is secret material: see there. The same
// keys give the same bytes.
func (r *Ring) Export(_ context.Context, owner string) ([]byte, error) {
	if err := checkNames(owner); err != nil {
		return nil, err
	}
	r.disk.Lock()
	defer r.disk.Unlock()
	o, err := r.load(owner)
	if err != nil {
		return nil, fmt.Errorf("export keys of %s: %w", owner, err)
	}
	b := bundle{Format: bundleFormat, Owner: owner, Key: o.key.s.raw[:], Persons: map[string][]byte{}}
	persons, err := r.persons(owner)
	if err != nil {
		return nil, err
	}
	for _, p := range persons {
		raw, err := r.get([]Key{o.key}, slip{Kind: personKind, Owner: owner, Person: p})
		switch {
		case errors.Is(err, ErrErased):
			b.Erased = append(b.Erased, p)
		case err != nil:
			return nil, fmt.Errorf("export keys of %s: %w", owner, err)
		default:
			b.Persons[p] = raw
		}
	}
	if owner == Control {
		switch s, err := r.loadSigner(); {
		case err == nil:
			saved := s.saved()
			b.Signer = &saved
		case !errors.Is(err, ErrNoKey):
			return nil, fmt.Errorf("export signing key: %w", err)
		}
	}
	return json.Marshal(b)
}

// Import implements Keeper.
func (r *Ring) Import(_ context.Context, owner string, data []byte) error {
	if err := checkNames(owner); err != nil {
		return err
	}
	var b bundle
	if err := json.Unmarshal(data, &b); err != nil || b.Format != bundleFormat || len(b.Key) != Size {
		return errors.New("this is not a bundle of keys")
	}
	if b.Owner != owner {
		return fmt.Errorf("this bundle holds the keys of %.80q, not of %s", b.Owner, owner)
	}
	for id, raw := range b.Persons {
		if !ValidName(id) || len(raw) != Size {
			return errors.New("the bundle of keys is damaged")
		}
	}
	if err := checkNames(b.Erased...); err != nil {
		return fmt.Errorf("the bundle of keys is damaged: %w", err)
	}
	r.disk.Lock()
	defer r.disk.Unlock()
	if b.Signer != nil && owner == Control {
		s, err := b.Signer.signer()
		if err != nil {
			return fmt.Errorf("the bundle of keys is damaged: %w", err)
		}
		if _, err := r.loadSigner(); errors.Is(err, ErrNoKey) {
			if err := r.putSigner(s); err != nil {
				return err
			}
		}
	}
	return r.create(owner, b.Key, b.Persons, b.Erased)
}

// Forget implements Keeper. The owner's key goes first: without it nothing else
// counts.
func (r *Ring) Forget(_ context.Context, owner string) error {
	if err := checkNames(owner); err != nil {
		return err
	}
	if owner == Control {
		return fmt.Errorf("forget keys of %s: the installation's own are kept", owner)
	}
	r.disk.Lock()
	defer r.disk.Unlock()
	data := slip{Kind: dataKind, Owner: owner}
	if _, err := r.get(r.masters(), data); errors.Is(err, ErrShredded) {
		return fmt.Errorf("forget keys of %s: %w", owner, err)
	}
	r.cache.Lock()
	delete(r.open, owner)
	r.cache.Unlock()
	for _, name := range []string{data.file(), owner} {
		if err := r.shelf.clear(name); err != nil {
			return fmt.Errorf("forget keys of %s: %w", owner, err)
		}
	}
	return nil
}

// persons lists everyone of the owner with a key or a tombstone.
func (r *Ring) persons(owner string) ([]string, error) {
	names, err := r.shelf.list(personDir(owner))
	if err != nil {
		return nil, fmt.Errorf("list persons of %s: %w", owner, err)
	}
	var out []string
	for _, n := range names {
		if id, ok := strings.CutSuffix(n, keySuffix); ok && ValidName(id) {
			out = append(out, id)
		}
	}
	return out, nil
}
