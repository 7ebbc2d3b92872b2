// Package backup takes a tenant out of an installation and in again, as one archive that explains itself, or out as
// plain files; and keeps every change of every file a second time ([Logs]), from which a file comes back on an empty
// disk, as it was at any instant, or beside the one in use.
//
// All build on the same seam: only the engine folds a file's write-ahead log, and a copy is made through SQLite or
// restored from a log, never read from the file in use.
package backup

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"assay/storage"
	"assay/storage/blob"
	"assay/storage/keys"
)

// archiveFormat is what an archive says that it is. A change that an older program would misread gets a new number.
const archiveFormat = "assay-tenant/1"

// The entries of an archive.
const (
	manifestEntry = "manifest.json" // the last
	databaseEntry = "tenant.db"
	keysEntry     = "keys.json"
	objectsFolder = "objects/"
)

// Manifest is manifest.json of an archive: what is in it, and what its audit log had come to.
type Manifest struct {
	Format     string    `json:"format"` // "assay-tenant/1"
	Tenant     string    `json:"tenant"`
	Slug       string    `json:"slug"`
	Name       string    `json:"name"`
	ExportedAt string    `json:"exported_at"`
	Program    string    `json:"program"` // version that wrote it
	Checkpoint string    `json:"checkpoint"`
	Verifier   string    `json:"verifier"` // public key that checks the checkpoint
	Records    int64     `json:"records"`
	Entries    []Entry   `json:"entries"`
	Missing    []Missing `json:"missing"` // objects that could not be read whole
}

// Entry is one file of the archive.
type Entry struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	Name   string `json:"name,omitempty"` // what the person who uploaded it called it
}

// Missing is an object that a row speaks of and the archive lacks.
type Missing struct {
	Name   string `json:"name"`
	Object string `json:"object"`
	Why    string `json:"why"`
}

// Tenant says which tenant to export and how it is called.
type Tenant struct {
	ID, Slug, Name string

	Temp string // where the copy of its database rests meanwhile; empty means the system's temporary folder
	Told bool   // whoever asked leaves a record of it in the audit log; otherwise the export does
}

// tell leaves a record of an export in the audit log.
func (t Tenant) tell(ctx context.Context, db *storage.DB, e storage.Event) error {
	if t.Told {
		return nil
	}
	call := storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "export"}, Action: "tenant.export"}
	_, err := db.Record(ctx, call, e)
	return err
}

// Stored is one object that the tenant's rows speak of.
type Stored struct {
	blob.Object
	File string // what the person who uploaded it called it; "logo" for the organisation's
	Of   string // the evidence request it proves, or what else it is; empty for the logo
}

// Export writes the tenant as a ZIP: tenant.db (a SQLite file that any SQLite opens), objects/, keys.json
// and manifest.json with the digest of each. It holds everything the organisation has, readable by whoever
// holds the file: treat it as such. An object that cannot be read whole is named in Missing, and Export
// then returns the manifest together with an error.
func Export(ctx context.Context, store *storage.Store, blobs *blob.Store, keeper keys.Keeper, t Tenant, program string, to io.Writer) (Manifest, error) {
	m := Manifest{Format: archiveFormat, Tenant: t.ID, Slug: t.Slug, Name: t.Name, Program: program,
		ExportedAt: store.Now().UTC().Format(storage.Instant), Entries: []Entry{}, Missing: []Missing{}}
	db, done, err := store.Tenant(ctx, t.ID)
	if err != nil {
		return m, err
	}
	defer done()
	if err := t.tell(ctx, db, storage.Event{Subject: t.Slug}); err != nil {
		return m, fmt.Errorf("export: %w", err)
	}
	if m.Checkpoint, err = db.Checkpoint(ctx); err != nil {
		return m, fmt.Errorf("export: %w", err)
	}
	if m.Verifier, _, err = db.VerifierKey(ctx); err != nil {
		return m, fmt.Errorf("export: %w", err)
	}
	signed, err := storage.ParseCheckpoint(m.Checkpoint)
	if err != nil {
		return m, fmt.Errorf("export: %w", err)
	}
	m.Records = signed.Size
	dir, err := os.MkdirTemp(t.Temp, "assay-export-")
	if err != nil {
		return m, fmt.Errorf("export: %w", err)
	}
	defer os.RemoveAll(dir)
	copied := filepath.Join(dir, "tenant.db")
	if err := db.CopyTo(ctx, copied); err != nil {
		return m, fmt.Errorf("export: copy the database: %w", err)
	}
	bundle, err := keeper.Export(ctx, t.ID)
	if err != nil {
		return m, fmt.Errorf("export: %w", err)
	}
	objects, err := objectsOf(ctx, db)
	if err != nil {
		return m, fmt.Errorf("export: %w", err)
	}
	z := zip.NewWriter(to)
	add := func(path, name string, r io.Reader) error {
		w, err := z.CreateHeader(&zip.FileHeader{Name: path, Method: zip.Deflate, Modified: store.Now().UTC().Truncate(time.Second)})
		if err != nil {
			return err
		}
		sum := sha256.New()
		n, err := io.Copy(io.MultiWriter(w, sum), r)
		m.Entries = append(m.Entries, Entry{Path: path, Size: n, SHA256: hex.EncodeToString(sum.Sum(nil)), Name: name})
		return err
	}
	f, err := os.Open(copied) // a copy nobody else has open
	if err != nil {
		return m, fmt.Errorf("export: %w", err)
	}
	defer f.Close()
	if err := add(databaseEntry, "", f); err != nil {
		return m, fmt.Errorf("export: %w", err)
	}
	if err := add(keysEntry, "", bytes.NewReader(bundle)); err != nil {
		return m, fmt.Errorf("export: %w", err)
	}
	for _, o := range objects {
		err := blobs.Verify(ctx, t.ID, o.Object)
		if ctx.Err() != nil { // which says nothing of the object
			return m, fmt.Errorf("export: %w", ctx.Err())
		}
		if err != nil {
			m.Missing = append(m.Missing, Missing{Name: o.File, Object: o.Name, Why: Why(err)})
			continue
		}
		r, err := blobs.Open(ctx, t.ID, o.Object)
		if err != nil {
			return m, fmt.Errorf("export: object %s: %w", o.Name, err)
		}
		err = errors.Join(add(objectsFolder+o.Name, o.File, r), r.Close())
		if err != nil {
			return m, fmt.Errorf("export: object %s: %w", o.Name, err)
		}
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return m, err
	}
	w, err := z.Create(manifestEntry)
	if err == nil {
		_, err = w.Write(append(text, '\n'))
	}
	if err = errors.Join(err, z.Close()); err != nil {
		return m, fmt.Errorf("export: %w", err)
	}
	if len(m.Missing) > 0 {
		return m, fmt.Errorf("%d objects could not be read whole; the archive's manifest names them", len(m.Missing))
	}
	return m, nil
}

// Why says why an object could not be read whole, within a sentence.
func Why(err error) string {
	switch {
	case errors.Is(err, blob.ErrNotFound):
		return "it is not in the object store"
	case errors.Is(err, blob.ErrCorrupt):
		return "its content does not match its SHA-256"
	}
	return err.Error()
}

// objectsQuery finds every object that a tenant's rows speak of at an instant. What exports, doctor, drills and the
// audit log's verification look at is this list: a module that keeps objects adds its rows here. Files that lie in
// the trash are among them: they may be brought back.
const objectsQuery = `
	SELECT f.name, e.name, f.object, f.size, f.sha256 FROM file f JOIN evidence e ON e.id = f.evidence WHERE f.object <> ''
	UNION SELECT v.name, p.ref || ' ' || p.title, v.object, v.size, v.digest FROM policy_version v JOIN policy p ON p.id = v.policy WHERE v.object <> ''
	UNION SELECT c.value ->> '$.set.name[0]', 'trash', c.value ->> '$.set.object[0]', c.value ->> '$.set.size[0]', c.value ->> '$.set.digest[0]'
		FROM trash t JOIN audit a ON a.seq = t.seq, json_each(a.record, '$.changes') c
		WHERE t.until > ?1 AND c.value ->> '$.table' = 'policy_version' AND c.value ->> '$.op' = 'delete' AND c.value ->> '$.set.object[0]' <> ''
	UNION SELECT c.value ->> '$.set.name[0]', 'trash', c.value ->> '$.set.object[0]', c.value ->> '$.set.size[0]', c.value ->> '$.set.sha256[0]'
		FROM trash t JOIN audit a ON a.seq = t.seq, json_each(a.record, '$.changes') c
		WHERE t.until > ?1 AND c.value ->> '$.table' IN ('file', 'attachment') AND c.value ->> '$.op' = 'delete'
		AND NOT EXISTS (SELECT 1 FROM file f WHERE f.object = c.value ->> '$.set.object[0]')
		AND NOT EXISTS (SELECT 1 FROM attachment f WHERE f.object = c.value ->> '$.set.object[0]')
	UNION SELECT name, 'attachment', object, size, sha256 FROM attachment
	UNION SELECT name, 'auditor package', object, size, sha256 FROM package WHERE object <> ''
	UNION SELECT 'logo', '', logo_object, logo_size, logo_sha256 FROM organisation WHERE logo_object <> ''
	UNION SELECT name, 'import', object, size, sha256 FROM import WHERE object <> ''
	UNION SELECT name || ', refused rows', 'import', problems, problems_size, problems_sha256 FROM import WHERE problems <> '' ORDER BY 3, 4, 5`

// Objects lists every object that the tenant's rows speak of, once though two files may share it. One that they do
// not agree about is there as often as they say something else.
func Objects(tx *storage.ReadTx) ([]Stored, error) {
	rows, err := tx.Query(objectsQuery, tx.Stamp())
	if err != nil {
		return nil, err
	}
	return scanObjects(rows)
}

func scanObjects(rows *sql.Rows) (out []Stored, err error) {
	defer rows.Close()
	for rows.Next() {
		var o Stored
		if err := rows.Scan(&o.File, &o.Of, &o.Name, &o.Size, &o.SHA256); err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return slices.CompactFunc(out, func(a, b Stored) bool { return a.Object == b.Object }), rows.Err()
}

func objectsOf(ctx context.Context, db *storage.DB) (all []Stored, err error) {
	err = db.Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		all, err = Objects(tx)
		return err
	})
	return all, err
}

// Check reads every object that the tenant's rows speak of and compares its SHA-256. It returns what is
// wrong, one sentence each, and how many it read.
func Check(ctx context.Context, db *storage.DB, blobs *blob.Store) (problems []string, read int, err error) {
	objects, err := objectsOf(ctx, db)
	if err != nil {
		return nil, 0, err
	}
	for _, o := range objects {
		err := blobs.Verify(ctx, db.ID(), o.Object)
		if ctx.Err() != nil {
			return nil, read, ctx.Err()
		}
		if err != nil {
			of := ""
			if o.Of != "" {
				of = fmt.Sprintf(" of %q", o.Of)
			}
			problems = append(problems, fmt.Sprintf("The file %q%s (object %s): %s.", o.File, of, o.Name, Why(err)))
		}
		read++
	}
	return problems, read, nil
}
