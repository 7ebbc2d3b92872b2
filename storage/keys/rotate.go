package keys

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
)

// rotation lies on the shelf while two master keys are about. Each side wraps
// the other, so that whoever holds one of them opens every file, wherever the
// change was cut short.
type rotation struct {
	To          string `json:"to"` // ID of the new master key
	OldUnderNew []byte `json:"old_under_new"`
	NewUnderOld []byte `json:"new_under_old"`
}

const (
	oldPlace = "rotation/old"
	newPlace = "rotation/new"
)

// Rewrap wraps everything under a new master key of 32 bytes. Data keys,
// persons' keys and the signer stay the same, so nothing sealed is touched and
// the ring serves on meanwhile.
//
// A master key kept in the folder is replaced and forgotten at once. One given
// from outside works on together with the new one until the ring is opened with
// the new one, which ends the change: a forgotten environment variable locks
// nobody out. Cut short, it goes on at the next opening or the next Rewrap.
func (r *Ring) Rewrap(_ context.Context, newMaster []byte) error {
	next, err := New(masterOwner, newMaster, r.rand)
	if err != nil {
		return err
	}
	r.disk.Lock()
	defer r.disk.Unlock()
	switch {
	case next.ID() != r.master.ID() && len(r.former) > 0 && r.former[0].ID() != next.ID():
		return errors.New("the last change of the master key is not ended; start with its new key first")
	case next.ID() != r.master.ID():
		if err := r.begin(next); err != nil {
			return err
		}
	case len(r.former) == 0:
		return errors.New("this is the master key in use; give a new one")
	}
	if err := r.rewrap(); err != nil {
		return err
	}
	if r.external {
		return nil
	}
	return r.adopt()
}

// begin makes both keys known on the shelf before anything is wrapped anew.
func (r *Ring) begin(next Key) error {
	rot := rotation{To: next.ID()}
	var err error
	if rot.OldUnderNew, err = next.SealField(oldPlace, r.master.s.raw[:]); err != nil {
		return err
	}
	if rot.NewUnderOld, err = r.master.SealField(newPlace, next.s.raw[:]); err != nil {
		return err
	}
	b, err := json.Marshal(rot)
	if err != nil {
		return err
	}
	if err := r.shelf.replace(rotationFile, b); err != nil {
		return fmt.Errorf("write %s: %w", rotationFile, err)
	}
	r.former, r.master = []Key{r.master}, next
	return nil
}

// resume reads what a change of the master key left, and ends it when this
// process holds the new key.
func (r *Ring) resume() error {
	b, err := r.shelf.read(rotationFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var rot rotation
	if err := json.Unmarshal(b, &rot); err != nil {
		return fmt.Errorf("%s is damaged; restore the folder from a copy", rotationFile)
	}
	isNew := rot.To == r.master.ID()
	raw, err := r.master.OpenField(newPlace, rot.NewUnderOld)
	if isNew {
		raw, err = r.master.OpenField(oldPlace, rot.OldUnderNew)
	}
	if err != nil {
		return errors.New("this is neither the old nor the new master key of a change under way; give one of them")
	}
	other, err := New(masterOwner, raw, r.rand)
	if err != nil {
		return err
	}
	r.former = []Key{other}
	if r.external && !isNew {
		return nil // both work until the new one is given
	}
	if !isNew {
		r.master, r.former = other, []Key{r.master}
	}
	if err := r.rewrap(); err != nil {
		return err
	}
	return r.adopt()
}

// rewrap seals every slip under the present master key.
func (r *Ring) rewrap() error {
	owners, err := r.owners()
	if err != nil {
		return err
	}
	slips := []slip{{Kind: checkKind}, {Kind: signerKind}}
	for _, o := range owners {
		slips = append(slips, slip{Kind: dataKind, Owner: o})
	}
	for _, s := range slips {
		raw, err := r.get(r.masters(), s)
		if errors.Is(err, ErrNoKey) {
			continue // none, or a tombstone: nothing to wrap
		}
		if err == nil {
			err = r.put(r.shelf.replace, r.master, s, raw)
		}
		if err != nil {
			return fmt.Errorf("rewrap %s: %w", s.file(), err)
		}
	}
	return nil
}

// adopt ends a change: the new master key stands alone.
func (r *Ring) adopt() error {
	if !r.external {
		if err := r.shelf.replace(masterFile, masterText(r.master.s.raw[:])); err != nil {
			return fmt.Errorf("write %s: %w", masterFile, err)
		}
	}
	if err := r.shelf.clear(rotationFile); err != nil {
		return fmt.Errorf("remove %s: %w", rotationFile, err)
	}
	r.former = nil
	return nil
}

// owners lists everyone with a key or a tombstone.
func (r *Ring) owners() ([]string, error) {
	names, err := r.shelf.list(".")
	if err != nil {
		return nil, fmt.Errorf("list keys: %w", err)
	}
	var out []string
	for _, n := range names {
		if ValidName(n) {
			out = append(out, n)
		}
	}
	return out, nil
}
