package snapshot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"

	"assay/storage/blob"
)

// Blobs are the contents of its files, for reading.
func (s *Snapshot) Blobs() *Objects { return &Objects{s} }

// Objects stand where an installation keeps the content of files.
type Objects struct{ s *Snapshot }

// errSealed is what writing comes to.
var errSealed = errors.New("a snapshot is not written to")

type section struct{ *io.SectionReader }

func (section) Close() error { return nil }

// Open finds a content by its digest, which whoever reads it whole compares.
func (o *Objects) Open(_ context.Context, _ string, of blob.Object) (io.ReadSeekCloser, error) {
	p, ok := o.s.places[objectsFolder+of.SHA256]
	if !ok {
		return nil, blob.ErrNotFound
	}
	return section{io.NewSectionReader(o.s.file, p.at, p.size)}, nil
}

// Verify reads a content whole and compares its digest.
func (o *Objects) Verify(ctx context.Context, tenant string, of blob.Object) error {
	r, err := o.Open(ctx, tenant, of)
	if err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, r); err != nil {
		return err
	}
	if hex.EncodeToString(sum.Sum(nil)) != of.SHA256 {
		return blob.ErrCorrupt
	}
	return nil
}

// Put refuses: nothing is written here.
func (o *Objects) Put(context.Context, string, io.Reader, int64) (blob.Object, error) {
	return blob.Object{}, errSealed
}

// Delete refuses: nothing is written here.
func (o *Objects) Delete(context.Context, string, string) error { return errSealed }
