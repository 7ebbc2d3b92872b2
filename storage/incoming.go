package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"

	"assay/storage/keys"
)

// ErrNewer means a file that a newer version of this program has written.
var ErrNewer = errors.New("a newer version of this program has written it; update this installation first")

// Origin is what is known of a tenant's file that comes from elsewhere, beside what it says itself.
type Origin struct {
	Tenant     string
	Verifier   string      // public key of the installation it comes from
	Checkpoint string      // what that installation signed last
	Keys       keys.Keeper // holds the keys that came with it
}

// Incoming is a tenant's file that came from elsewhere and was found good. It is nobody's until Adopt.
type Incoming struct {
	store   *Store
	path    string
	db      *DB // of which only reading is open
	adopted bool

	Report   Report // what its audit log came to
	Migrated bool   // it came with the schema of an older version
}

// Files on their way in lie in one folder. What is in it at a start was left by an import that was cut off.
func (s *Store) incomingDir() string { return filepath.Join(s.cfg.Dir, "incoming") }

// Receive takes a tenant's file in and looks at it before anything of it is used: that it is this program's and
// that tenant's, that it has the tables, views and triggers that this program's migrations make and no others,
// that SQLite finds no fault in it, that its audit log proves itself, up to the checkpoint, and that the keys are
// those of its personal values. Then the copy is brought to this program's schema. What is wrong with the file
// is an error that matches [ErrDamaged] or [ErrNewer].
func (s *Store) Receive(ctx context.Context, o Origin, r io.Reader) (_ *Incoming, err error) {
	if !tenantID.MatchString(o.Tenant) {
		return nil, fmt.Errorf("%w: %.40q is not the id of a tenant", ErrDamaged, o.Tenant)
	}
	if err := os.MkdirAll(s.incomingDir(), 0o700); err != nil {
		return nil, fmt.Errorf("receive tenant: %w", err)
	}
	cfg := s.cfg
	cfg.Keys = o.Keys
	in := &Incoming{store: s, path: filepath.Join(s.incomingDir(), s.NewID()+".db")}
	in.db = &DB{id: o.Tenant, kind: tenantKind, path: in.path, cfg: &cfg, store: s}
	defer func() {
		if err != nil {
			err = errors.Join(err, in.Close())
		}
	}()
	if err := writeFile(in.path, r); err != nil {
		return nil, fmt.Errorf("receive tenant: %w", explain(err))
	}
	if err := in.examine(ctx, o); err != nil {
		return nil, fmt.Errorf("look at the tenant's database: %w", err)
	}
	if in.Migrated, err = update(ctx, o.Tenant, in.path); err != nil { // the tenant stays where it came from
		return nil, fmt.Errorf("bring the tenant's database to this version: %w", err)
	}
	erased, err := o.Keys.Erased(ctx, o.Tenant)
	if err == nil && len(erased) > 0 {
		err = clearErased(ctx, o.Tenant, in.path, erased)
	}
	if err != nil {
		return nil, fmt.Errorf("take erased people from the tenant's database: %w", explain(err))
	}
	in.db.read = openSQL(in.path, "ro", readOnly)
	return in, nil
}

func writeFile(path string, r io.Reader) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Sync(), f.Close())
}

// looksRight looks at a file as it came. Its schema comes first: nothing else is asked of it before that is known.
func looksRight(ctx context.Context, db *sql.DB, path, id string) error {
	if err := sameSchema(ctx, db); err != nil {
		return err
	}
	if err := identify(ctx, db, path, id, tenantKind); err != nil {
		return err
	}
	return ask(ctx, db, "PRAGMA integrity_check(1)", "PRAGMA foreign_key_check")
}

// examine looks at the file, and at its audit log and keys.
func (in *Incoming) examine(ctx context.Context, o Origin) (err error) {
	db := openSQL(in.path, "ro", unwatched)
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	if err := looksRight(ctx, db, in.path, o.Tenant); err != nil {
		return err
	}
	t, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return explain(err)
	}
	defer t.Rollback()
	tx := &ReadTx{ctx: ctx, tx: t, now: in.db.cfg.Now().UTC(), db: in.db}
	in.Report.Problems = []Problem{}
	if err := verifyLog(tx, &in.Report, o.Tenant, []signedBy{{o.Verifier, -1}}, Kept{"The checkpoint that came with it", o.Checkpoint}); err != nil {
		return unreadable(err)
	}
	if !in.Report.OK() {
		return fmt.Errorf("%w: its audit log does not prove itself: %s", ErrDamaged, in.Report.Problems[0].What)
	}
	if err := openSealed(tx); err != nil {
		return unreadable(err)
	}
	return nil
}

// openSealed opens every personal value of the log that is not erased.
func openSealed(tx *ReadTx) error {
	rows, err := tx.Query(`SELECT record FROM audit WHERE instr(record, '"sealed":') > 0`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
		if _, err := tx.OpenRecord(text); err != nil {
			return fmt.Errorf("the keys that came with it are not its own: %w", err)
		}
	}
	return rows.Err()
}

// sameSchema compares everything that is defined in a file with what this program's migrations make, in the
// order in which the file had them: a trigger that somebody added would otherwise run as ours.
func sameSchema(ctx context.Context, db *sql.DB) (err error) {
	all, want, err := migrationsOf(tenantKind)
	if err != nil {
		return err
	}
	var have int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&have); err != nil {
		return unreadable(err)
	}
	if have > want {
		return fmt.Errorf("%w (schema %d, this one knows %d)", ErrNewer, have, want)
	}
	applied, err := versions(ctx, db)
	if err != nil {
		return unreadable(err)
	}
	if len(applied) != have {
		return fmt.Errorf("%w: it says that it has %d migrations, and lists %d", ErrDamaged, have, len(applied))
	}
	model, err := sql.Open("sqlite", "file::memory:")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, model.Close()) }()
	model.SetMaxOpenConns(1)
	p, err := goose.NewProvider(goose.DialectSQLite3, model, all, goose.WithAllowOutofOrder(true))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	for _, v := range applied {
		_, err := p.ApplyVersion(ctx, v, true)
		if errors.Is(err, goose.ErrVersionNotFound) {
			return fmt.Errorf("%w (this one does not know its migration %d)", ErrNewer, v)
		}
		if err != nil {
			return fmt.Errorf("%w: its migrations do not follow each other: %w", ErrDamaged, err)
		}
	}
	if err := versionTriggers(ctx, model); err != nil {
		return err
	}
	ours, err := definitions(ctx, model)
	if err != nil {
		return err
	}
	theirs, err := definitions(ctx, db)
	if err != nil {
		return unreadable(err)
	}
	for name, text := range theirs {
		if ours[name] != text {
			return fmt.Errorf("%w: its %s is not what this program makes", ErrDamaged, name)
		}
	}
	for name := range ours {
		if _, ok := theirs[name]; !ok {
			return fmt.Errorf("%w: it has no %s", ErrDamaged, name)
		}
	}
	return nil
}

// versions are the migrations of a file in the order in which it had them.
func versions(ctx context.Context, db *sql.DB) ([]int64, error) {
	rows, err := db.QueryContext(ctx, "SELECT version_id FROM goose_db_version WHERE version_id > 0 AND is_applied ORDER BY id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []int64
	for rows.Next() {
		var v int64
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// definitions is everything that is defined in a file, by kind and name. Quotes and blanks do not count: SQLite
// puts some in when it renames a table.
func definitions(ctx context.Context, db *sql.DB) (map[string]string, error) {
	rows, err := db.QueryContext(ctx, "SELECT type, name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\'")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var kind, name, text string
		if err := rows.Scan(&kind, &name, &text); err != nil {
			return nil, err
		}
		out[kind+" "+name] = strings.Join(strings.Fields(strings.ReplaceAll(text, `"`, "")), " ")
	}
	return out, rows.Err()
}

// Read calls fn with a transaction that reads the file, which has this program's schema by now.
func (in *Incoming) Read(ctx context.Context, fn func(*ReadTx) error) error {
	return in.db.Read(ctx, Call{}, fn)
}

// Adopt makes it the tenant's file, under an import that was begun. It matches [ErrExists] when there is one.
func (in *Incoming) Adopt() error {
	path, err := in.store.tenantPath(in.db.id)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); err == nil {
		return fmt.Errorf("adopt tenant: %w", ErrExists)
	}
	if err := in.shut(); err != nil {
		return fmt.Errorf("adopt tenant: %w", err)
	}
	if err := os.Rename(in.path, path); err != nil {
		return fmt.Errorf("adopt tenant: %w", err)
	}
	in.adopted = true
	return syncDir(path)
}

func (in *Incoming) shut() error {
	read := in.db.read
	if in.db.read = nil; read == nil {
		return nil
	}
	return read.Close()
}

// Close removes the copy, unless it was adopted.
func (in *Incoming) Close() error {
	err := in.shut()
	if in.adopted {
		return err
	}
	return errors.Join(err, removeFile(in.path))
}

// begun is how the folder of the tenants remembers that an import of one is under way.
const begun = ".begun"

func mark(path string) string { return strings.TrimSuffix(path, ".db") + begun }

// BeginImport remembers that a tenant is being imported, until EndImport: whatever is there of a tenant that is
// listed by Begun and has no row in the control database was left by an import that was cut off.
func (s *Store) BeginImport(id string) error {
	path, err := s.tenantPath(id)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); err == nil {
		return fmt.Errorf("begin import: %w", ErrExists)
	}
	if err := writeFile(mark(path), strings.NewReader("")); err != nil {
		return fmt.Errorf("begin import: %w", err)
	}
	s.mu.Lock()
	s.begun[id] = true
	s.mu.Unlock()
	return syncDir(path)
}

// Begun lists the tenants whose import an earlier process has begun and not ended.
func (s *Store) Begun() ([]string, error) {
	names, err := filepath.Glob(filepath.Join(s.cfg.Dir, "tenants", "*"+begun))
	if err != nil {
		return nil, fmt.Errorf("list imports: %w", err)
	}
	var out []string
	for _, n := range names {
		id := strings.TrimSuffix(filepath.Base(n), begun)
		s.mu.Lock()
		ours := s.begun[id]
		s.mu.Unlock()
		if tenantID.MatchString(id) && !ours {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out, nil
}

// EndImport forgets that a tenant is being imported.
func (s *Store) EndImport(id string) error {
	path, err := s.tenantPath(id)
	if err != nil {
		return err
	}
	if err := os.Remove(mark(path)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("end import: %w", err)
	}
	s.mu.Lock()
	delete(s.begun, id)
	s.mu.Unlock()
	return syncDir(path)
}

// Discard removes the file of a tenant whose import was begun and not ended. One that somebody uses, or that has
// its row in the control database, it does not touch.
func (s *Store) Discard(ctx context.Context, id string) error {
	path, err := s.tenantPath(id)
	if err != nil {
		return err
	}
	if _, err := os.Stat(mark(path)); err != nil {
		return fmt.Errorf("discard tenant: %w", err)
	}
	var there bool
	err = s.Control().Read(ctx, Call{}, func(tx *ReadTx) error {
		return tx.QueryRow("SELECT EXISTS (SELECT 1 FROM tenant WHERE id = ?)", id).Scan(&there)
	})
	if err == nil && there {
		err = ErrConflict
	}
	if err != nil {
		return fmt.Errorf("discard tenant: %w", err)
	}
	s.mu.Lock()
	e := s.open[id]
	if e != nil && e.pins > 0 {
		s.mu.Unlock()
		return fmt.Errorf("discard tenant: %w: it is in use", ErrConflict)
	}
	delete(s.open, id)
	s.mu.Unlock()
	if e != nil && e.db != nil {
		s.closeAll([]*DB{e.db})
	}
	if err := removeFile(path); err != nil {
		return fmt.Errorf("discard tenant: %w", err)
	}
	return s.Control().maintain(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM tenant_hint WHERE tenant = ?", id)
		return err
	})
}
