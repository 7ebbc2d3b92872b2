package storage

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"
)

// An excerpt is a tenant's file with some of its rows: a fresh file into which they are copied. What nobody names is
// not in it, because it never was: no row of another table, no old page, no index of other words.

// Part says what an excerpt has of one table. Rows is a condition over the table as t, in which the names of tables
// mean what the excerpt has of them by then, and those after whole. mean the tenant's file: so a row can be taken
// because what it belongs to was. Put has, for columns that are not copied, what stands in their place.
//
// The part of audit takes, of the records that Rows names, those that changed nothing but rows which the excerpt has,
// and no column that Put replaces: a record cannot be shortened, since its hash is that of all of it.
type Part struct {
	Table string
	Rows  string
	Put   map[string]string
}

// Excerpt writes an excerpt to path, which must not exist. args are the named values of the conditions. What triggers
// compute is copied as it is, not computed from the rows that are left, where a part says so.
func (db *DB) Excerpt(ctx context.Context, path string, parts []Part, args ...sql.NamedArg) error {
	fail := func(err error) error { return fmt.Errorf("excerpt: %w", errors.Join(explain(err), removeFile(path))) }
	whole := path + ".whole"
	defer removeFile(whole)
	if err := db.CopyTo(ctx, whole); err != nil {
		return fmt.Errorf("excerpt: %w", err)
	}
	if err := db.store.blanks.write(ctx, path, tenantKind); err != nil {
		return fail(err)
	}
	e := excerpt{args: make([]any, len(args)), put: map[string]map[string]string{}}
	for i, a := range args {
		e.args[i] = a
	}
	if err := e.fill(ctx, path, whole, db.id, parts); err != nil {
		return fail(err)
	}
	indexed, err := openPartial(ctx, path, db.id, db.cfg.Now().UTC(), db.cfg.Log)
	if err != nil {
		return fail(err)
	}
	if err := indexed.read.Close(); err != nil {
		return fail(err)
	}
	if err := settleExcerpt(ctx, path); err != nil {
		return fail(err)
	}
	return nil
}

// excerpt is one on its way.
type excerpt struct {
	tx     *sql.Tx
	tables map[string]table
	args   []any
	put    map[string]map[string]string // by table
}

// fill copies the parts, in their order.
func (e *excerpt) fill(ctx context.Context, path, whole, id string, parts []Part) (err error) {
	db := openSQL(path, "rw", unwatched)
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	for _, q := range []string{"PRAGMA synchronous = OFF", "PRAGMA foreign_keys = OFF"} { // they are checked at the end
		if _, err := db.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	if e.tables, err = readTables(ctx, db); err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, "ATTACH ? AS whole", copyURI(whole)); err != nil {
		return err
	}
	if e.tx, err = db.BeginTx(ctx, nil); err != nil {
		return err
	}
	defer e.tx.Rollback()
	_, err = e.tx.ExecContext(ctx, "INSERT INTO main.meta (key, value) SELECT key, value FROM whole.meta WHERE key IN ('id', 'kind', 'created_at')")
	if err == nil { // when this process made its first file is nobody's business
		_, err = e.tx.ExecContext(ctx, "UPDATE main.goose_db_version SET tstamp = '2000-01-01 00:00:00'")
	}
	for _, p := range parts {
		if err == nil {
			err = e.copy(ctx, p)
		}
	}
	if err != nil {
		return err
	}
	if err := e.tx.Commit(); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "DETACH whole")
	return err
}

func (e *excerpt) copy(ctx context.Context, p Part) error {
	t, ok := e.tables[p.Table]
	if !ok || engineTables[p.Table] && p.Table != "audit" && p.Table != "object_text" {
		return fmt.Errorf("there is no table %s to take rows of", p.Table)
	}
	if p.Table == "audit" {
		return e.copyAudit(ctx, p)
	}
	if derivedTables[p.Table] { // triggers have filled it from what was copied
		if _, err := e.tx.ExecContext(ctx, "DELETE FROM main."+quote(p.Table)); err != nil {
			return err
		}
	}
	e.put[p.Table] = p.Put
	var to, from []string
	for _, c := range t.columns {
		to = append(to, quote(c))
		if v, ok := p.Put[c]; ok {
			from = append(from, v)
		} else {
			from = append(from, "t."+quote(c))
		}
	}
	_, err := e.tx.ExecContext(ctx, "INSERT INTO main."+quote(p.Table)+" ("+strings.Join(to, ", ")+") SELECT "+strings.Join(from, ", ")+
		" FROM whole."+quote(p.Table)+" AS t WHERE "+p.Rows, e.args...)
	if err != nil {
		return fmt.Errorf("take rows of %s: %w", p.Table, err)
	}
	return nil
}

// copyAudit takes the records that speak of nothing but what the excerpt has. Their hashes stay behind: those of a log
// with gaps prove nothing, inclusion proofs do.
func (e *excerpt) copyAudit(ctx context.Context, p Part) error {
	here, err := e.present(ctx)
	if err != nil {
		return err
	}
	rows, err := e.tx.QueryContext(ctx, "SELECT t.record FROM whole.audit AS t WHERE "+p.Rows+" ORDER BY t.seq", e.args...)
	if err != nil {
		return fmt.Errorf("take records: %w", err)
	}
	var take []toldRecord
	for rows.Next() {
		var text []byte
		var r Record
		var told toldRecord
		if err := rows.Scan(&text); err != nil {
			return errors.Join(err, rows.Close())
		}
		if err := errors.Join(json.Unmarshal(text, &r), json.Unmarshal(text, &told)); err != nil {
			return errors.Join(fmt.Errorf("read a record: %w", err), rows.Close())
		}
		if e.speaksOf(r, here) {
			take = append(take, told)
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for _, r := range take {
		_, err := e.tx.ExecContext(ctx, `INSERT INTO main.audit (seq, at, kind, actor_kind, actor, action, tenant, rows, record, hashes)
			SELECT seq, at, kind, actor_kind, actor, action, tenant, rows, record, x'' FROM whole.audit WHERE seq = ?`, r.Seq)
		for _, c := range r.Changes {
			if err == nil {
				_, err = e.tx.ExecContext(ctx, "INSERT OR IGNORE INTO main.audit_row (tbl, pk, seq) VALUES (?, ?, ?)", c.Table, c.PK, r.Seq)
			}
		}
		if err != nil {
			return fmt.Errorf("take record %d: %w", r.Seq, err)
		}
	}
	return nil
}

// speaksOf reports whether all that a record says is in the excerpt anyway, or was in the same places of it.
func (e *excerpt) speaksOf(r Record, here map[Row]bool) bool {
	if r.Kind != "change" || len(r.Events) > 0 || len(r.Changes) == 0 {
		return false
	}
	return !slices.ContainsFunc(r.Changes, func(c Change) bool {
		for column := range e.put[c.Table] {
			if _, says := c.Set[column]; says {
				return true
			}
		}
		return !here[Row{Table: c.Table, PK: c.PK}]
	})
}

// present are the rows that the excerpt has by now.
func (e *excerpt) present(ctx context.Context) (map[Row]bool, error) {
	here := map[Row]bool{}
	for name := range e.put {
		t := e.tables[name]
		keys := make([]string, len(t.key))
		for i, k := range t.key {
			keys[i] = quote(t.columns[k])
		}
		of := table{key: make([]int, len(keys))}
		for i := range of.key {
			of.key[i] = i
		}
		rows, err := e.tx.QueryContext(ctx, "SELECT "+strings.Join(keys, ", ")+" FROM main."+quote(name))
		if err != nil {
			return nil, err
		}
		vals := make([]any, len(keys))
		to := make([]any, len(keys))
		for i := range vals {
			to[i] = &vals[i]
		}
		for rows.Next() {
			if err := rows.Scan(to...); err != nil {
				return nil, errors.Join(err, rows.Close())
			}
			here[Row{Table: name, PK: of.pk(vals)}] = true
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
	}
	return here, nil
}

// settleExcerpt makes the file one that is the same whenever it holds the same, with nothing beside it and no page
// that is not in use.
func settleExcerpt(ctx context.Context, path string) (err error) {
	db := openSQL(path, "rw", unwatched)
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	for _, q := range []string{"PRAGMA synchronous = OFF", "DELETE FROM job", "PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA journal_mode = DELETE", "VACUUM"} {
		if _, err := db.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return ask(ctx, db, "PRAGMA integrity_check(1)", "PRAGMA foreign_key_check")
}

// openPartial opens an excerpt for reading alone, as it was at an instant, and indexes it unless it is. Nobody else may
// have it open.
func openPartial(ctx context.Context, path, id string, at time.Time, log *slog.Logger) (*DB, error) {
	cfg := &Config{Now: func() time.Time { return at }, Rand: rand.Reader, Log: log}
	db := &DB{id: id, kind: tenantKind, path: path, cfg: cfg, past: true, partial: true, watch: &watch{phase: schema}}
	if err := db.readyPast(ctx); err != nil {
		return nil, errors.Join(err, db.release())
	}
	if err := db.release(); err != nil { // SQLite folds its write-ahead log with the last connection
		return nil, err
	}
	db.write, db.closed = nil, true // for every way of writing
	db.read = openReaders(path, "ro&immutable=1")
	return db, nil
}

// OpenExcerpt opens an excerpt that came from elsewhere, as its tenant was at an instant, until the returned function
// is called, which also removes the file. It looks at the file first, as [Store.Receive] does: that it is that
// tenant's, has what this program's migrations make and nothing else, and that SQLite finds no fault in it. What is
// wrong with the file is an error that matches [ErrDamaged] or [ErrNewer].
func OpenExcerpt(ctx context.Context, path, id string, at time.Time, log *slog.Logger) (*Past, func() error, error) {
	fail := func(err error) (*Past, func() error, error) {
		return nil, nil, fmt.Errorf("open excerpt: %w", errors.Join(explain(err), removeFile(path)))
	}
	if !tenantID.MatchString(id) {
		return fail(fmt.Errorf("%w: %.40q is not the id of a tenant", ErrDamaged, id))
	}
	if err := examineFile(ctx, path, id); err != nil {
		return fail(err)
	}
	db, err := openPartial(ctx, path, id, at.UTC(), log)
	if err != nil {
		return fail(unreadable(err))
	}
	return &Past{db: db, at: at.UTC(), point: Point{At: at.UTC(), Settled: true}}, db.discard, nil
}

func examineFile(ctx context.Context, path, id string) (err error) {
	db := openSQL(path, "ro", unwatched)
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	return looksRight(ctx, db, path, id)
}
