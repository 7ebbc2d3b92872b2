package backup

import (
	"context"
	"errors"
	"fmt"
	"io"

	"assay/storage"
	"assay/storage/blob"
	"assay/storage/keys"
)

// Installation is where a tenant is imported into.
type Installation struct {
	Store *storage.Store
	Blobs *blob.Store
	Keys  keys.Keeper
	Logs  *Logs // nil when changes are not kept a second time

	Unnamed bool // they were once, in a place that no setting names now
}

// Importing says how an archive is imported. Actor is required.
type Importing struct {
	Actor   storage.Actor
	Program string // version of this program

	// Incomplete takes an archive also when objects are missing that were missing when it was made.
	Incomplete bool

	// Look is asked, when it is given, before the database is unpacked: an error of its ends the import.
	Look func(Manifest) error
}

// Imported is what an import has brought.
type Imported struct {
	Manifest Manifest
	Digest   string // SHA-256 of the archive
	Records  int64  // of its audit log, which proves itself
	Objects  int
	Missing  []Missing // objects that the archive lacked already; see Importing.Incomplete
	Migrated bool      // an older version of this program had made it
	Unmailed int       // notifications that were due by mail, and stay in the inbox alone
}

// Import brings an archive that Export wrote into an installation. Nothing is written before the whole archive
// was checked: its entries against the manifest, the database, the audit log up to the checkpoint that the
// manifest has, the keys, and every object that rows speak of. What is wrong with the archive is a [Refused].
//
// The tenant keeps its id, so it can be in an installation once. Its audit log goes on with a record that says
// where it came from, and proves itself here as it did there.
//
// register is called when everything stands; it writes the tenant's row into the control database, and only with
// that anybody sees it. Whatever fails before, and a crash, leaves nothing: see [Sweep].
func Import(ctx context.Context, in Installation, r io.ReaderAt, size int64, how Importing, register func(Imported) error) (done Imported, err error) {
	if err := Sweep(ctx, in); err != nil {
		return done, err
	}
	a, err := openArchive(ctx, r, size)
	if err != nil {
		return done, err
	}
	done.Manifest, done.Digest = a.manifest, a.digest
	id := a.manifest.Tenant
	if err := in.free(ctx, id); err != nil {
		return done, err
	}
	if how.Look != nil {
		if err := how.Look(a.manifest); err != nil {
			return done, err
		}
	}
	bundle, err := a.read(ctx, a.entries[keysEntry], maxKeys)
	if err != nil {
		return done, err
	}
	came := keys.NewMemory(nil)
	if err := came.Import(ctx, id, bundle); err != nil {
		return done, refuse("keys.json in the archive cannot be used: %v.", err)
	}
	file, err := a.database(ctx, in.Store, came)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	done.Records = file.Report.Records
	objects, err := a.objects(ctx, file, how.Incomplete)
	if err != nil {
		return done, err
	}
	done.Objects, done.Missing = len(objects), a.manifest.Missing

	if err := in.Store.BeginImport(id); err != nil {
		return done, fmt.Errorf("import: %w", err)
	}
	if err = in.write(ctx, a, file, bundle, objects, how, &done); err == nil {
		if err = register(done); err == nil {
			return done, in.Store.EndImport(id)
		}
	}
	return done, errors.Join(err, in.discard(context.WithoutCancel(ctx), id))
}

// free refuses a tenant that is here, or was.
func (in Installation) free(ctx context.Context, id string) error {
	var name string
	err := in.Store.Control().Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT coalesce(max(name || ' (' || slug || ')'), '') FROM tenant WHERE id = ?", id).Scan(&name)
	})
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	if name != "" {
		return refuse("This organisation is here already: %s. A copy beside it would share its keys and ids, so an organisation can be in an installation once.", name)
	}
	switch _, err := in.Keys.Key(ctx, id); {
	case err == nil:
		return refuse("This installation holds the keys of this organisation (%s), but not the organisation. If they are left from a data directory that was lost, move that folder of the keys away and try again.", id)
	case errors.Is(err, keys.ErrShredded):
		return refuse("This organisation was erased here for good; its keys may not come back.")
	case errors.Is(err, keys.ErrName):
		return refuse("The manifest of the archive names the organisation %.40q, which cannot be.", id)
	case !errors.Is(err, keys.ErrNoKey):
		return fmt.Errorf("import: %w", err)
	}
	if in.Logs == nil {
		return nil
	}
	known, err := in.Logs.knows(ctx, id)
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	if known {
		return refuse("The backup of this installation has a history of this organisation already. Restore it from there, or give this installation a backup of its own.")
	}
	return nil
}

// database takes the database out of the archive and has it looked at.
func (a *archive) database(ctx context.Context, store *storage.Store, came keys.Keeper) (*storage.Incoming, error) {
	rc, err := a.open(ctx, a.entries[databaseEntry])
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	m := a.manifest
	if m.Checkpoint == "" {
		return nil, refuse("The manifest of the archive has no signed checkpoint, so nothing proves its audit log.")
	}
	file, err := store.Receive(ctx, storage.Origin{Tenant: m.Tenant, Verifier: m.Verifier, Checkpoint: m.Checkpoint, Keys: came}, rc)
	var refused *Refused
	switch {
	case errors.As(err, &refused):
		return nil, refused
	case err != nil && ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, storage.ErrNewer):
		return nil, refuse("The archive was made by a newer version of this program (%s). Update this installation first. (%v)", m.Program, err)
	case errors.Is(err, storage.ErrDamaged), errors.Is(err, keys.ErrSealed):
		return nil, refuse("tenant.db in the archive cannot be trusted: %v.", err)
	case err != nil:
		return nil, fmt.Errorf("import: %w", err)
	}
	if n := file.Report.Records; n < m.Records {
		return nil, errors.Join(refuse("tenant.db in the archive has %d audit records, its manifest speaks of %d.", n, m.Records), file.Close())
	}
	return file, nil
}

// objects reads everything that the rows speak of, and compares it with what they say.
func (a *archive) objects(ctx context.Context, file *storage.Incoming, incomplete bool) ([]Stored, error) {
	var all, out []Stored
	err := file.Read(ctx, func(tx *storage.ReadTx) (err error) {
		all, err = Objects(tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("import: list objects: %w", err)
	}
	lost := map[string]bool{}
	for _, m := range a.manifest.Missing {
		lost[m.Object] = true
	}
	for _, o := range all {
		e, there := a.entries[objectsFolder+o.Name]
		switch {
		case !there && lost[o.Name] && incomplete:
			continue
		case !there && lost[o.Name]:
			return nil, refuse("The file %q (object %s) is not in the archive: it was missing or damaged when the archive was made. To go on without it, say --incomplete.", o.File, o.Name)
		case !there:
			return nil, refuse("The file %q (object %s) is not in the archive.", o.File, o.Name)
		case e.Size != o.Size || e.SHA256 != o.SHA256:
			return nil, refuse("%s in the archive is not the file %q that the organisation's records speak of.", e.Path, o.File)
		}
		if err := a.verify(ctx, e); err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

// write puts keys, objects and the database into their places, and has the audit log go on.
func (in Installation) write(ctx context.Context, a *archive, file *storage.Incoming, bundle []byte, objects []Stored, how Importing, done *Imported) error {
	id := a.manifest.Tenant
	if err := in.Keys.Import(ctx, id, bundle); err != nil {
		return fmt.Errorf("import: %w", err)
	}
	for _, o := range objects {
		rc, err := a.open(ctx, a.entries[objectsFolder+o.Name])
		if err != nil {
			return err
		}
		if err := errors.Join(in.Blobs.Restore(ctx, id, o.Object, rc), rc.Close()); err != nil {
			return fmt.Errorf("import: %w", err)
		}
	}
	done.Migrated = file.Migrated
	if err := file.Adopt(); err != nil {
		return fmt.Errorf("import: %w", err)
	}
	db, release, err := in.Store.Tenant(ctx, id)
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	defer release()
	m := a.manifest
	call := storage.Call{Actor: how.Actor, Action: storage.ImportAction, Owns: []string{"notification"}}
	_, err = db.Write(ctx, call, func(tx *storage.WriteTx) error {
		// The installation it comes from may go on and mail them: here they stay in the inbox alone.
		n, err := tx.ExecN("UPDATE notification SET mail = 'dropped' WHERE mail = 'due'")
		done.Unmailed = int(n)
		tx.Event(storage.Event{Subject: m.Slug, Detail: map[string]any{
			"archive": a.digest, "exported_at": m.ExportedAt, "made_by": m.Program, "imported_by": how.Program,
			"records": file.Report.Records, "root": file.Report.Root, storage.ImportVerifier: m.Verifier, "missing": len(m.Missing)}})
		return err
	})
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	if _, err := db.Checkpoint(ctx); err != nil {
		return fmt.Errorf("import: %w", err)
	}
	rep, err := db.Verify(ctx)
	if err == nil && !rep.OK() {
		err = fmt.Errorf("the audit log does not prove itself here: %s", rep.Problems[0].What)
	}
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	return nil
}

// Sweep removes what imports that were cut off have left. Import does it first; an installation does it when it
// starts.
func Sweep(ctx context.Context, in Installation) error {
	left, err := in.Store.Begun()
	if err != nil {
		return err
	}
	for _, id := range left {
		var there bool
		err := in.Store.Control().Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
			return tx.QueryRow("SELECT EXISTS (SELECT 1 FROM tenant WHERE id = ?)", id).Scan(&there)
		})
		switch {
		case err != nil:
		case there: // it was registered, and only not ended
			err = in.Store.EndImport(id)
		default:
			err = in.discard(ctx, id)
		}
		if err != nil {
			return fmt.Errorf("clear up after an import: %w", err)
		}
	}
	return nil
}

// discard removes a tenant that was not registered. Its keys go last: who is cut off here as well comes back.
func (in Installation) discard(ctx context.Context, id string) error {
	if err := in.Store.Discard(ctx, id); err != nil {
		return err
	}
	if err := in.Blobs.DestroyTenant(ctx, id); err != nil {
		return err
	}
	if in.Logs != nil {
		if err := in.Logs.forget(ctx, id); err != nil {
			return err
		}
	}
	if err := in.Keys.Forget(ctx, id); err != nil {
		return err
	}
	return in.Store.EndImport(id)
}
