package storage

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// openSearch reads which rows can be searched. When that is not what the index was built from, it builds the
// index again: here if there is little to do, in a job otherwise.
func (db *DB) openSearch(ctx context.Context) error {
	db.search.kinds, db.search.readable = map[string]searchKind{}, map[string]string{}
	if db.kind != tenantKind {
		return nil
	}
	rows, err := db.write.QueryContext(ctx, `SELECT name, sql FROM sqlite_schema
		WHERE type = 'view' AND (name LIKE 'searchable\_%' ESCAPE '\' OR name LIKE 'readable\_%' ESCAPE '\') OR name = 'search_text' ORDER BY name`)
	if err != nil {
		return err
	}
	sum := sha256.New()
	sum.Write([]byte(searchFormat))
	var tables []string
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return errors.Join(err, rows.Close())
		}
		sum.Write([]byte(name + "\x00" + text + "\x00"))
		if table, ok := strings.CutPrefix(name, "searchable_"); ok {
			tables = append(tables, table)
		}
		if table, ok := strings.CutPrefix(name, "readable_"); ok {
			db.search.readable[table] = quote(name)
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	db.search.version = hex.EncodeToString(sum.Sum(nil))
	numbers, built, upTo, err := db.searchState(ctx)
	if err != nil {
		return err
	}
	var last int64
	for _, n := range numbers {
		last = max(last, n)
	}
	var fresh []string
	for _, t := range tables {
		if numbers[t] == 0 {
			last++
			numbers[t] = last
			fresh = append(fresh, t)
		}
		view := quote("searchable_" + t)
		columns := map[string]bool{}
		db.watch.reads = func(table, column string) { columns[column] = columns[column] || table == t }
		rows, err := db.write.PrepareContext(ctx, "SELECT id, ref, title, body FROM "+view+" WHERE id IN "+places)
		db.watch.reads = nil
		if err != nil {
			return fmt.Errorf("%s: %w", view, err)
		}
		db.search.kinds[t] = searchKind{numbers[t], rows, columns, "SELECT id FROM " + view + " WHERE id > ? ORDER BY id LIMIT ?"}
	}
	if err := db.prepareSearch(ctx); err != nil {
		return err
	}
	if built == db.search.version && upTo >= 0 {
		db.search.upTo = upTo
		return db.readBehind(ctx)
	}
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if built != db.search.version {
		if err := db.rebuild(ctx, tx, tables, fresh, numbers); err != nil {
			return err
		}
	}
	// When the file did not say how far its index goes, it is from when every write indexed what it changed.
	if err := db.setUpTo(ctx, tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	db.wait(nil, true)
	return nil
}

// rebuild builds the index again, or asks for the job that does.
func (db *DB) rebuild(ctx context.Context, tx *sql.Tx, tables, fresh []string, numbers map[string]int64) error {
	for _, t := range fresh {
		if _, err := tx.ExecContext(ctx, "INSERT INTO search_kind (kind, number) VALUES (?, ?)", t, numbers[t]); err != nil {
			return err
		}
	}
	var n int
	for _, t := range tables {
		var k int
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM "+quote(t)+" LIMIT ?)", inPlace+1).Scan(&k); err != nil {
			return err
		}
		n += k
	}
	now := db.cfg.Now().UTC().Format(Instant)
	ask := func(job string) error {
		_, err := tx.StmtContext(ctx, db.stmts.job).ExecContext(ctx, newID(db.cfg.Rand), job, "null", "open", now, "")
		return err
	}
	var err error
	if n > inPlace && !db.past { // a copy has no jobs
		err = ask(JobReindex)
	} else if err = db.reindexKinds(ctx, tx, tables); err == nil {
		err = db.setSearchBuilt(ctx, tx)
	}
	for _, view := range db.search.readable {
		var any bool
		if err == nil {
			err = tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM "+view+" r WHERE NOT EXISTS (SELECT 1 FROM object_text t WHERE t.object = r.object))").Scan(&any)
		}
		if err == nil && any {
			err = ask(JobReadTexts)
		}
	}
	return err
}

// searchState is how the file numbers its kinds, what its index was built from, and how far into the audit log
// it goes, -1 when the file does not say.
func (db *DB) searchState(ctx context.Context) (numbers map[string]int64, built string, upTo int64, err error) {
	if err := db.write.QueryRowContext(ctx, `SELECT coalesce((SELECT value FROM meta WHERE key = 'search'), ''),
		coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'indexed'), -1)`).Scan(&built, &upTo); err != nil {
		return nil, "", 0, err
	}
	rows, err := db.write.QueryContext(ctx, "SELECT kind, number FROM search_kind")
	if err != nil {
		return nil, "", 0, err
	}
	defer rows.Close()
	numbers = map[string]int64{}
	for rows.Next() {
		var kind string
		var n int64
		if err := rows.Scan(&kind, &n); err != nil {
			return nil, "", 0, err
		}
		numbers[kind] = n
	}
	return numbers, built, upTo, rows.Err()
}

// setUpTo says in the file that the index goes as far as the audit log does.
func (db *DB) setUpTo(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.StmtContext(ctx, db.search.stmts.upTo).ExecContext(ctx, strconv.FormatInt(db.log.size, 10))
	return err
}

// readBehind reads from the audit log which rows an earlier process left waiting.
func (db *DB) readBehind(ctx context.Context) error {
	if db.search.upTo >= db.log.size {
		return nil
	}
	rows, err := db.write.QueryContext(ctx, `SELECT c.value ->> 'table', c.value ->> 'pk'
		FROM audit a, json_each(a.record, '$.changes') c WHERE a.seq >= ? ORDER BY a.seq, c.key`, db.search.upTo)
	if err != nil {
		return err
	}
	defer rows.Close()
	var behind []docKey
	for rows.Next() {
		var k docKey
		if err := rows.Scan(&k.kind, &k.record); err != nil {
			return err
		}
		if _, ok := db.search.kinds[k.kind]; ok {
			behind = append(behind, k)
		}
	}
	db.wait(behind, false)
	return rows.Err()
}

func (db *DB) setSearchBuilt(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO meta (key, value) VALUES ('search', ?1) ON CONFLICT (key) DO UPDATE SET value = ?1", db.search.version)
	return err
}

// prepareSearch prepares the statements of the index. The engine may while the file is being opened.
func (db *DB) prepareSearch(ctx context.Context) error {
	for to, q := range map[**sql.Stmt]string{
		&db.search.stmts.find:     "SELECT record, id, digest FROM search_doc WHERE kind = ? AND record IN " + places,
		&db.search.stmts.last:     "SELECT coalesce(max(id), ?1) FROM search_doc WHERE id >= ?1 AND id < ?2",
		&db.search.stmts.place:    "INSERT INTO search_doc (id, kind, record, ref, head, digest) VALUES (?, ?, ?, ?, ?, ?)",
		&db.search.stmts.touch:    "UPDATE search_doc SET ref = ?, head = ?, digest = ? WHERE id = ?",
		&db.search.stmts.drop:     "DELETE FROM search_doc WHERE id = ?",
		&db.search.stmts.text:     "INSERT INTO search_text (rowid, ref, title, body) VALUES (?, ?, ?, ?)",
		&db.search.stmts.dropText: "DELETE FROM search_text WHERE rowid = ?",
		&db.search.stmts.upTo:     "INSERT INTO meta (key, value) VALUES ('indexed', ?1) ON CONFLICT (key) DO UPDATE SET value = ?1",
	} {
		s, err := db.write.PrepareContext(ctx, q)
		if err != nil {
			return err
		}
		*to = s
	}
	return nil
}

func (s *searchIndex) close() {
	for _, st := range []*sql.Stmt{s.stmts.find, s.stmts.last, s.stmts.place, s.stmts.touch, s.stmts.drop, s.stmts.text, s.stmts.dropText, s.stmts.upTo} {
		if st != nil {
			st.Close()
		}
	}
	for _, k := range s.kinds {
		if k.rows != nil {
			k.rows.Close()
		}
	}
}
