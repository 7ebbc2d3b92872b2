package backup

import (
	"context"
	"errors"
	"fmt"

	"github.com/minio/minio-go/v7"

	"assay/storage/keys"
)

// EraseStep is how far the erasure of a tenant has come.
type EraseStep string

// The steps, in their order. Each is whole when it is named, and can be done again.
const (
	EraseClosed  EraseStep = "closed"  // nobody opens it any more
	EraseKeys    EraseStep = "keys"    // nothing that was ever sealed for it can be read, wherever a copy of it lies
	EraseLog     EraseStep = "log"     // its backup is gone
	EraseObjects EraseStep = "objects" // its stored files are gone
	EraseFiles   EraseStep = "files"   // its database and what lay beside it are gone
)

// Erase destroys a tenant, from the step after the one that was done last ("" for none). The key goes first: whatever
// is cut off or refused after it can only leave what nobody reads. done hears of every step before the next begins,
// with what a store refused to give up.
//
// A store may refuse for good, as a bucket does whose objects are locked until a day. That ends no erasure; what
// may pass, such as a network, does, and Erase is called again.
func (in Installation) Erase(ctx context.Context, id string, last EraseStep, done func(s EraseStep, remains string) error) error {
	steps := []struct {
		name EraseStep
		do   func() (remains string, err error)
	}{
		{EraseClosed, func() (string, error) { return "", in.Store.Dismiss(ctx, id) }},
		{EraseKeys, func() (string, error) {
			err := in.Keys.Shred(ctx, id)
			if errors.Is(err, keys.ErrNoKey) {
				err = nil // it never had one, or lost it
			}
			return "", err
		}},
		{EraseLog, func() (string, error) { return in.eraseLog(ctx, id) }},
		{EraseObjects, func() (string, error) {
			return refused("stored files", in.Blobs.DestroyTenant(ctx, id))
		}},
		{EraseFiles, func() (string, error) { // once more dismissed: the mark of that goes with the files
			return "", errors.Join(in.Store.Dismiss(ctx, id), in.Store.RemoveTenant(ctx, id))
		}},
	}
	begin := 0
	for i, s := range steps {
		if s.name == last {
			begin = i + 1
		}
	}
	for _, s := range steps[begin:] {
		remains, err := s.do()
		if err == nil {
			err = done(s.name, remains)
		}
		if err != nil {
			return fmt.Errorf("erase tenant %s, %s: %w", id, s.name, err)
		}
	}
	return nil
}

func (in Installation) eraseLog(ctx context.Context, id string) (string, error) {
	switch {
	case in.Logs != nil:
		return refused("the backup", in.Logs.forget(ctx, id))
	case in.Unnamed:
		return "the backup, which no setting names now", nil
	}
	return "", nil
}

// refused tells a store that will not remove something from one that cannot now.
func refused(what string, err error) (remains string, _ error) {
	var r minio.ErrorResponse
	if !errors.As(err, &r) {
		return "", err
	}
	switch r.Code {
	case "AccessDenied", "InvalidRequest", "ObjectLocked", "MethodNotAllowed":
		return what + ": the bucket refused (" + r.Code + ")", nil
	}
	return "", err
}
