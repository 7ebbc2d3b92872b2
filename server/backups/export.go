package backups

import (
	"errors"
	"io"

	"assay/backup"
	"assay/server/op"
	"assay/storage"
	"assay/storage/blob"
	"assay/storage/keys"
)

// Leaving is what an organisation is taken out with: the store, files and keys behind it.
type Leaving struct {
	Store   *storage.Store
	Blobs   *blob.Store
	Keys    keys.Keeper
	Program string // its version, for the archive
}

type exportIn struct {
	Format string `query:"format" enum:"archive,plain" required:"true" doc:"archive: to bring the organisation into another installation; plain: pages, tables and files that need no program"`
}

// export writes everything the organisation has.
func (s *service) export(sc *op.Scope, in exportIn, w io.Writer) (op.Sent, error) {
	t := backup.Tenant{ID: sc.Tenant(), Temp: sc.TempDir(), Told: true}
	err := sc.ReadControl(func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT slug, name FROM tenant WHERE id = ?", t.ID).Scan(&t.Slug, &t.Name)
	})
	if err != nil {
		return op.Sent{}, err
	}
	day := sc.Now().UTC().Format(storage.Date)
	if in.Format == "archive" {
		m, err := backup.Export(sc.Context(), s.out.Store, s.out.Blobs, s.out.Keys, t, s.out.Program, w)
		if len(m.Missing) > 0 {
			err = nil // the manifest names them
		}
		return op.Sent{Name: t.Slug + "-" + day + ".zip", Type: "application/zip"}, err
	}
	z := backup.NewZipped(w, sc.Now())
	_, err = backup.Plain(sc.Context(), s.out.Store, s.out.Blobs, t, s.out.Program, z)
	if errors.Is(err, backup.ErrMissing) {
		err = nil // its README names them
	}
	return op.Sent{Name: t.Slug + "-plain-" + day + ".zip", Type: "application/zip"}, errors.Join(err, z.Close())
}
