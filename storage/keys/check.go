package keys

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
)

// Check implements Keeper.
func (r *Ring) Check(ctx context.Context) error {
	var wrong []error
	note := func(err error) {
		if err != nil && !errors.Is(err, ErrNoKey) {
			wrong = append(wrong, err)
		}
	}
	note(r.checkFolder())
	r.disk.Lock()
	owners, err := r.owners()
	note(err)
	_, err = r.loadSigner()
	note(err)
	r.disk.Unlock()
	for _, owner := range owners {
		if err := ctx.Err(); err != nil {
			return errors.Join(append(wrong, err)...)
		}
		r.disk.Lock() // owner by owner, so that nobody waits for the whole walk
		raw, err := r.get(r.masters(), slip{Kind: dataKind, Owner: owner})
		note(err)
		if err == nil {
			note(r.checkPersons(owner, raw))
		}
		r.disk.Unlock()
	}
	return errors.Join(wrong...)
}

func (r *Ring) checkPersons(owner string, raw []byte) error {
	key, err := New(owner, raw, r.rand)
	if err != nil {
		return err
	}
	persons, err := r.persons(owner)
	wrong := []error{err}
	for _, p := range persons {
		if _, err := r.get([]Key{key}, slip{Kind: personKind, Owner: owner, Person: p}); !errors.Is(err, ErrNoKey) {
			wrong = append(wrong, err)
		}
	}
	return errors.Join(wrong...)
}

// checkFolder looks at modes, leftovers and whether a key could be written.
func (r *Ring) checkFolder() error {
	f, ok := r.shelf.(folder)
	if !ok {
		return nil
	}
	r.disk.Lock()
	defer r.disk.Unlock()
	wrong := []error{private(f.root.Name())}
	own := filepath.Join(f.root.Name(), masterFile)
	_, err := f.root.Stat(masterFile)
	switch {
	case err == nil && r.external:
		wrong = append(wrong, fmt.Errorf("the master key is given from outside, but %s is still there; compare the two and delete the file", own))
	case err == nil:
		wrong = append(wrong, private(own))
	case !r.external:
		wrong = append(wrong, fmt.Errorf("%s is gone; put it back from your copy before the next start", own))
	}
	if len(r.former) > 0 {
		wrong = append(wrong, errors.New("a change of the master key is under way; start with the new key to end it"))
	}
	const probe = ".tmp/probe"
	err = f.replace(probe, []byte("probe"))
	if err == nil {
		err = f.root.Remove(probe)
	}
	if err != nil {
		wrong = append(wrong, fmt.Errorf("the key folder cannot be written: %w", err))
	}
	return errors.Join(wrong...)
}
