package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
)

// Copies of files lie beside them, made by SQLite or restored from a log. Nobody writes a copy once it is ready, so it
// is read without locks, and by whatever may be done to a database: it is thrown away after.

// OpenCopy opens a copy for reading.
func OpenCopy(path string) (*sql.DB, error) {
	return openSQL(path, "ro&immutable=1", unwatched), nil
}

// copyURI names a copy for ATTACH.
func copyURI(path string) string {
	return (&url.URL{Scheme: "file", Path: path, RawQuery: "mode=ro&immutable=1"}).String()
}

// Settle makes a copy of a tenant's file, from whenever it is, fit to be compared with the file, and proves it:
// it is that tenant's, it has this program's schema, nobody is in it who was erased, and its audit log is whole. Nobody else may have it open. It
// returns how many records its audit log has.
func (s *Store) Settle(ctx context.Context, id, path string) (records int64, err error) {
	fail := func(err error) (int64, error) { return 0, fmt.Errorf("settle a copy: %w", err) }
	if _, err := update(ctx, id, path); err != nil {
		return fail(err)
	}
	if _, err := s.ClearErased(ctx, id, path); err != nil {
		return fail(err)
	}
	signer, err := s.cfg.Keys.Signer(ctx)
	if err != nil {
		return fail(err)
	}
	copied, err := OpenCopy(path)
	if err != nil {
		return fail(err)
	}
	defer copied.Close()
	tx, err := copied.BeginTx(ctx, nil)
	if err != nil {
		return fail(explain(err))
	}
	defer tx.Rollback()
	var rep Report
	if err := verifyLog(&ReadTx{ctx: ctx, tx: tx}, &rep, id, []signedBy{{signer.VerifierKey(), -1}}); err != nil {
		return fail(explain(err))
	}
	if !rep.OK() {
		return fail(fmt.Errorf("%w: its audit log does not hold: %s", ErrDamaged, rep.Problems[0].What))
	}
	return rep.Records, nil
}

// update brings a copy of a tenant's file to this program's schema, with all of it in the one file. It refuses what
// is not that tenant's.
func update(ctx context.Context, id, path string) (migrated bool, err error) {
	db := openSQL(path, "rw", unwatched)
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	if err := identify(ctx, db, path, id, tenantKind); err != nil {
		return false, err
	}
	if migrated, err = migrate(ctx, db, tenantKind); err != nil {
		return false, explain(err)
	}
	_, err = db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return migrated, explain(err)
}
