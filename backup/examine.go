package backup

import (
	"context"
	"errors"
	"io"
	"os"

	"assay/storage"
	"assay/storage/keys"
)

// Examine looks at an archive as Import does, and brings nothing in: its entries against the manifest, the database,
// the audit log up to the checkpoint that the manifest has, the keys, and every object that rows speak of. dir is
// where the database rests meanwhile; empty means the system's temporary folder. What is wrong is a [Refused].
func Examine(ctx context.Context, dir string, r io.ReaderAt, size int64) (found Imported, err error) {
	a, err := openArchive(ctx, r, size)
	if err != nil {
		return found, err
	}
	found.Manifest, found.Digest, found.Missing = a.manifest, a.digest, a.manifest.Missing
	bundle, err := a.read(ctx, a.entries[keysEntry], maxKeys)
	if err != nil {
		return found, err
	}
	came := keys.NewMemory(nil)
	if err := came.Import(ctx, a.manifest.Tenant, bundle); err != nil {
		return found, refuse("keys.json in the archive cannot be used: %v.", err)
	}
	if dir, err = os.MkdirTemp(dir, "assay-verify-"); err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	store, err := storage.Open(ctx, storage.Config{Dir: dir, Keys: keys.NewMemory(nil), Careless: true})
	if err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	file, err := a.database(ctx, store, came)
	if err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	found.Records = file.Report.Records
	objects, err := a.objects(ctx, file, false)
	found.Objects = len(objects)
	return found, err
}
