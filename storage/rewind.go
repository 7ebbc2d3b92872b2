package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A file goes back to an earlier state by one ordinary write, which makes every row what it is in a copy of that
// state: nothing is exchanged on the disk. So the audit log goes on, with a record that says of each row what it
// was and what it is again; jobs, mails that were sent and answers that were given stay; the search index and
// whoever follows the file hear of it as of any change; and it can be undone (decisions.md 15).

// keptTables stay as they are when a file goes back. They say what happened, or belong to what does not go back:
// people and the organisation's profile stand with the installation as well, whoever was reminded was reminded,
// the figures of a night, a package that was handed out and an import that ran were not otherwise, and a branch is a
// file of its own.
var keptTables = set("person", "organisation", "notification_choice", "evidence_reminder", "readiness_day", "readiness_part",
	"package", "import", "drill", "branch")

// Rewound is what going back does to the rows of a table.
type Rewound struct {
	Table string       `json:"table"`
	Gone  int          `json:"gone"`    // were added since
	Back  int          `json:"back"`    // were deleted since
	Other int          `json:"changed"` // were changed since
	Some  []RewoundRow `json:"some"`
}

// RewoundRow is one of them. Ref and Title are what the table has of them.
type RewoundRow struct {
	PK    string `json:"id"`
	Op    string `json:"op"` // insert: comes back, update: becomes what it was, delete: goes
	Ref   string `json:"ref"`
	Title string `json:"title"`
}

// Compare says what going back to a settled copy would do, without doing it: the tables in which something
// would change, by name, each with at most some of its rows.
func (db *DB) Compare(ctx context.Context, copied string, some int) ([]Rewound, error) {
	fail := func(err error) ([]Rewound, error) { return nil, fmt.Errorf("compare with a copy: %w", explain(err)) }
	pool := openSQL(db.path, "ro", unwatched)
	defer pool.Close()
	pool.SetMaxOpenConns(1)
	if _, err := pool.ExecContext(ctx, "ATTACH DATABASE ? AS past", copyURI(copied)); err != nil {
		return fail(err)
	}
	tx, err := pool.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fail(err)
	}
	defer tx.Rollback()
	out := []Rewound{}
	for _, name := range db.rewindable() {
		r, err := compare(ctx, tx, name, db.watch.tables[name], some)
		if err != nil {
			return fail(fmt.Errorf("%s: %w", name, err))
		}
		if r.Gone+r.Back+r.Other > 0 {
			out = append(out, r)
		}
	}
	return out, nil
}

// Rewind makes everything that modules keep what it is in a settled copy of an earlier state of this file, as one
// write; also is called in it at its end. What the call owns is not asked: this is the engine's.
func (db *DB) Rewind(ctx context.Context, c Call, copied string, also func(*WriteTx) error) (Receipt, error) {
	if err := ctx.Err(); err != nil {
		return Receipt{Seq: -1}, err
	}
	ctx = context.WithoutCancel(ctx)
	r, n, err := func() (Receipt, commit, error) {
		db.mu.Lock()
		defer db.mu.Unlock()
		if db.closed {
			return Receipt{Seq: -1}, commit{}, ErrClosed
		}
		// Rows come and go in any order here. What they refer to is looked at in the end.
		if err := db.pragmas(ctx, "PRAGMA foreign_keys = OFF"); err != nil {
			return Receipt{Seq: -1}, commit{}, err
		}
		defer db.afterwards(ctx, "PRAGMA foreign_keys = ON")
		if err := db.pragmas(ctx, "ATTACH DATABASE ? AS past", copyURI(copied)); err != nil {
			return Receipt{Seq: -1}, commit{}, err
		}
		defer db.afterwards(ctx, "DETACH DATABASE past")
		return db.writeLocked(ctx, c, func(tx *WriteTx) error {
			if err := tx.rewind(); err != nil {
				return err
			}
			return also(tx)
		})
	}()
	if err == nil {
		err = db.durable(ctx, n)
	}
	if err != nil {
		return Receipt{Seq: -1}, fmt.Errorf("go back to a copy: %w", explain(err))
	}
	return r, nil
}

// pragmas runs what no transaction may be open for. The caller holds mu.
func (db *DB) pragmas(ctx context.Context, q string, args ...any) error {
	was := db.watch.phase
	db.watch.phase = schema
	defer func() { db.watch.phase = was }()
	_, err := db.write.ExecContext(ctx, q, args...)
	return err
}

// afterwards is pragmas for what puts the connection back in order. What was written stands by then, so a failure
// can only be told: the next one who goes back is refused, and a start puts it right.
func (db *DB) afterwards(ctx context.Context, q string) {
	if err := db.pragmas(ctx, q); err != nil {
		db.cfg.Log.ErrorContext(ctx, "after going back to a copy", "db", db.id, "statement", q, "err", err)
	}
}

func (tx *WriteTx) rewind() error {
	if err := tx.Bulk(); err != nil {
		return err
	}
	w := tx.db.watch
	defer func() { w.phase = module }()
	w.phase = engine
	var records, same int64
	if err := tx.QueryRow("SELECT (SELECT count(*) FROM past.audit), (SELECT count(*) FROM past.audit p JOIN main.audit m ON m.seq = p.seq AND m.hashes = p.hashes)").Scan(&records, &same); err != nil {
		return err
	}
	if records != same {
		return fmt.Errorf("%w: the audit log of the copy is not the beginning of this one", ErrDamaged)
	}
	tables := tx.db.rewindable()
	for _, name := range tables {
		if err := tx.rewindTable(name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	// What was deleted since is there again, and must not come back twice.
	if err := tx.Exec("DELETE FROM trash_value WHERE seq >= ?", records); err != nil {
		return err
	}
	if err := tx.Exec("DELETE FROM trash WHERE seq >= ?", records); err != nil {
		return err
	}
	w.phase = schema
	for _, q := range rederive {
		if err := tx.Exec(q); err != nil {
			return err
		}
	}
	return tx.settleReferences(tables)
}

// rederive makes the derived tables what they were: triggers kept them while rows came and went in any order. The
// highest number that a file ever had is never taken back.
var rederive = []string{
	`INSERT INTO main.evidence_clock (evidence, accepted, pending, collected_on, expires_on, last_number)
		SELECT evidence, accepted, pending, collected_on, expires_on, last_number FROM past.evidence_clock WHERE true
		ON CONFLICT (evidence) DO UPDATE SET accepted = excluded.accepted, pending = excluded.pending, collected_on = excluded.collected_on,
			expires_on = excluded.expires_on, last_number = max(last_number, excluded.last_number)`,
	"DELETE FROM main.evidence_clock WHERE evidence NOT IN (SELECT evidence FROM past.evidence_clock)",
	"DELETE FROM main.control_proof",
	"INSERT INTO main.control_proof SELECT * FROM past.control_proof",
	"DELETE FROM main.policy_state",
	"INSERT INTO main.policy_state SELECT * FROM past.policy_state",
}

// rewindTable makes the rows of one table what they are in the copy.
func (tx *WriteTx) rewindTable(name string) error {
	t := tx.db.watch.tables[name]
	values := make([]string, len(t.columns))
	for i, c := range t.columns {
		values[i] = "p." + quote(c)
	}
	if i := slices.Index(t.columns, "version"); i >= 0 {
		// A version that somebody has seen must not come again with another content.
		var highest int64
		if err := tx.QueryRow("SELECT coalesce(max(version), 0) FROM main." + quote(name)).Scan(&highest); err != nil {
			return err
		}
		values[i] = fmt.Sprintf("max(p.version, %d) + 1", highest)
	}
	if err := tx.Exec("DELETE FROM main." + quote(name) + " AS m WHERE NOT EXISTS (SELECT 1 FROM past." + quote(name) + " p WHERE " + t.meets() + " AND " + t.same() + ")"); err != nil {
		return err
	}
	return tx.Exec("INSERT INTO main." + quote(name) + " (" + quoted(t.columns) + ") SELECT " + strings.Join(values, ", ") +
		" FROM past." + quote(name) + " p WHERE NOT EXISTS (SELECT 1 FROM main." + quote(name) + " m WHERE " + t.meets() + ")")
}

// settleReferences lets go of kept rows about what is gone, and refuses when anything else refers to nothing.
func (tx *WriteTx) settleReferences(rewound []string) error {
	w := tx.db.watch
	for name := range w.tables {
		w.phase = schema
		dangling, err := tx.dangling(name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if len(dangling) == 0 {
			continue
		}
		if slices.Contains(rewound, name) {
			return fmt.Errorf("%w: %d rows of %s refer to what does not go back", ErrConflict, len(dangling), name)
		}
		w.phase = engine
		for _, row := range dangling {
			if err := tx.ExecOne("DELETE FROM "+quote(name)+" WHERE rowid = ?", row); err != nil {
				return err
			}
		}
	}
	return nil
}

func compare(ctx context.Context, tx *sql.Tx, name string, t table, some int) (Rewound, error) {
	r := Rewound{Table: name, Some: []RewoundRow{}}
	q := quote(name)
	for _, part := range []struct {
		n    *int
		op   string
		row  string // whose ref and title are shown
		from string
	}{
		{&r.Back, "insert", "p", "past." + q + " p WHERE NOT EXISTS (SELECT 1 FROM main." + q + " m WHERE " + t.meets() + ")"},
		{&r.Other, "update", "m", "main." + q + " m JOIN past." + q + " p ON " + t.meets() + " WHERE NOT (" + t.same() + ")"},
		{&r.Gone, "delete", "m", "main." + q + " m WHERE NOT EXISTS (SELECT 1 FROM past." + q + " p WHERE " + t.meets() + ")"},
	} {
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM "+part.from).Scan(part.n); err != nil {
			return r, err
		}
		if *part.n == 0 || len(r.Some) >= some {
			continue
		}
		rows, err := tx.QueryContext(ctx, "SELECT "+t.keyOf(part.row)+", "+t.first(part.row, "ref")+", "+t.first(part.row, "title", "name", "body")+" FROM "+part.from+" LIMIT ?", some-len(r.Some))
		if err != nil {
			return r, err
		}
		for rows.Next() {
			row := RewoundRow{Op: part.op}
			if err := rows.Scan(&row.PK, &row.Ref, &row.Title); err != nil {
				return r, errors.Join(err, rows.Close())
			}
			r.Some = append(r.Some, row)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return r, err
		}
	}
	return r, nil
}

// rewindable are the tables whose rows go back, by name.
func (db *DB) rewindable() []string {
	var out []string
	for name := range db.watch.tables {
		if !engineTables[name] && !derivedTables[name] && !exemptTables[name] && !keptTables[name] {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// meets is true of a row m of the file and a row p of the copy with the same key.
func (t table) meets() string {
	var parts []string
	for _, k := range t.key {
		parts = append(parts, "m."+quote(t.columns[k])+" = p."+quote(t.columns[k]))
	}
	return strings.Join(parts, " AND ")
}

// same is true of two such rows that say the same.
func (t table) same() string {
	parts := []string{"1"}
	for i, c := range t.columns {
		if !passing(c) && !slices.Contains(t.key, i) {
			parts = append(parts, "m."+quote(c)+" IS p."+quote(c))
		}
	}
	return strings.Join(parts, " AND ")
}

// keyOf is the key of a row as the audit log writes it.
func (t table) keyOf(row string) string {
	var parts []string
	for _, k := range t.key {
		parts = append(parts, row+"."+quote(t.columns[k]))
	}
	return strings.Join(parts, " || '/' || ")
}

// first is the first of some columns that the table has, as a short text.
func (t table) first(row string, columns ...string) string {
	for _, c := range columns {
		if slices.Contains(t.columns, c) {
			return "substr(coalesce(" + row + "." + quote(c) + ", ''), 1, 200)"
		}
	}
	return "''"
}
