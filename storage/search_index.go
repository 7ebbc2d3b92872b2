package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
)

// together is how many rows one statement reads. A statement costs more than a row does.
const together = 32

var places = "(?" + strings.Repeat(", ?", together-1) + ")"

// indexer writes documents in one transaction.
type indexer struct {
	db   *DB
	ctx  context.Context
	tx   *sql.Tx
	next map[string]int64 // by kind
	of   map[*sql.Stmt]*sql.Stmt
}

// in is a prepared statement in the indexer's transaction. Each is asked for once: the transaction keeps all
// that it was asked for.
func (x *indexer) in(s *sql.Stmt) *sql.Stmt {
	if x.of == nil {
		x.of = map[*sql.Stmt]*sql.Stmt{}
	}
	if x.of[s] == nil {
		x.of[s] = x.tx.StmtContext(x.ctx, s)
	}
	return x.of[s]
}

func (x *indexer) exec(s *sql.Stmt, args ...any) error {
	_, err := x.in(s).ExecContext(x.ctx, args...)
	return err
}

// each calls found for every row that s gives, which scan reads.
func (x *indexer) each(s *sql.Stmt, args []any, found func(scan func(...any) error) error) error {
	rows, err := x.in(s).QueryContext(x.ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := found(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// document is what the index holds of a row, and what it should hold.
type document struct {
	id, digest       int64 // id is 0 when there is none yet
	there            bool  // the row is
	ref, title, body string
}

// put indexes rows of one kind, each named once, and takes the documents away of those that are not there.
func (x *indexer) put(kind string, records []string) error {
	k, st := x.db.search.kinds[kind], &x.db.search.stmts
	for some := range slices.Chunk(records, together) {
		docs := make(map[string]*document, len(some))
		keys := make([]any, together) // those not needed stay NULL, which is in no row
		for i, r := range some {
			docs[r], keys[i] = &document{}, r
		}
		err := x.each(st.find, slices.Concat([]any{kind}, keys), func(scan func(...any) error) error {
			var record string
			var id, digest int64
			if err := scan(&record, &id, &digest); err != nil {
				return err
			}
			docs[record].id, docs[record].digest = id, digest
			return nil
		})
		if err != nil {
			return err
		}
		err = x.each(k.rows, keys, func(scan func(...any) error) error {
			var record string
			d := document{there: true}
			if err := scan(&record, &d.ref, &d.title, &d.body); err != nil {
				return err
			}
			d.id, d.digest = docs[record].id, docs[record].digest
			*docs[record] = d
			return nil
		})
		if err != nil {
			return err
		}
		for _, r := range some {
			if err := x.write(kind, k.number, r, docs[r]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (x *indexer) write(kind string, number int64, record string, d *document) (err error) {
	st := &x.db.search.stmts
	if !d.there {
		if d.id == 0 {
			return nil
		}
		return errors.Join(x.exec(st.dropText, d.id), x.exec(st.drop, d.id))
	}
	h := fnv.New64a()
	h.Write([]byte(d.ref + "\x00" + d.title + "\x00" + d.body))
	sum := int64(h.Sum64())
	switch {
	case d.id != 0 && sum == d.digest:
		return nil
	case d.id != 0:
		err = errors.Join(x.exec(st.dropText, d.id), x.exec(st.touch, RefKey(d.ref), beginning(d.title), sum, d.id))
	default:
		if d.id, err = x.newID(kind, number); err != nil {
			return err
		}
		err = x.exec(st.place, d.id, kind, record, RefKey(d.ref), beginning(d.title), sum)
	}
	if err != nil {
		return err
	}
	return x.exec(st.text, d.id, d.ref, d.title, d.body)
}

func (x *indexer) newID(kind string, number int64) (int64, error) {
	if x.next == nil {
		x.next = map[string]int64{}
	}
	if x.next[kind] == 0 {
		var last int64
		if err := x.in(x.db.search.stmts.last).QueryRowContext(x.ctx, number<<kindShift, (number+1)<<kindShift).Scan(&last); err != nil {
			return 0, err
		}
		x.next[kind] = last
	}
	x.next[kind]++
	return x.next[kind], nil
}

// Reindex builds the index again from the rows, some at a time, so that others can write in between. What
// they change meanwhile waits as ever.
func (db *DB) Reindex(ctx context.Context) error {
	if err := db.maintain(ctx, func(tx *sql.Tx) error { return db.wipe(ctx, tx) }); err != nil {
		return fmt.Errorf("reindex: %w", err)
	}
	for kind := range db.search.kinds {
		after, more := "", true
		for more {
			if err := ctx.Err(); err != nil {
				return err
			}
			err := db.maintain(ctx, func(tx *sql.Tx) (err error) {
				after, more, err = db.reindexSome(ctx, tx, kind, after, 1000)
				return err
			})
			if err != nil {
				return fmt.Errorf("reindex %s: %w", kind, err)
			}
		}
	}
	return db.maintain(ctx, func(tx *sql.Tx) error { return db.setSearchBuilt(ctx, tx) })
}

// Tidy merges the index into one piece: words of what was deleted or changed leave the file.
func (db *DB) Tidy(ctx context.Context) error {
	if err := db.Index(ctx); err != nil {
		return err
	}
	return db.maintain(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO search_text (search_text) VALUES ('optimize')")
		return err
	})
}

// wipe empties the index. Until it is whole again the file says that it is stale.
func (db *DB) wipe(ctx context.Context, tx *sql.Tx) error {
	for _, q := range []string{
		"INSERT INTO search_text (search_text) VALUES ('delete-all')",
		"DELETE FROM search_doc",
		"DELETE FROM meta WHERE key = 'search'",
	} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// reindexKinds builds everything in one transaction.
func (db *DB) reindexKinds(ctx context.Context, tx *sql.Tx, kinds []string) error {
	if err := db.wipe(ctx, tx); err != nil {
		return err
	}
	for _, kind := range kinds {
		after, more := "", true
		for more {
			var err error
			if after, more, err = db.reindexSome(ctx, tx, kind, after, 1000); err != nil {
				return err
			}
		}
	}
	return nil
}

func (db *DB) reindexSome(ctx context.Context, tx *sql.Tx, kind, after string, n int) (last string, more bool, err error) {
	rows, err := tx.QueryContext(ctx, db.search.kinds[kind].all, after, n)
	if err != nil {
		return "", false, err
	}
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return "", false, errors.Join(err, rows.Close())
		}
		ids = append(ids, id)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil || len(ids) == 0 {
		return "", false, err
	}
	x := &indexer{db: db, ctx: ctx, tx: tx}
	if err := x.put(kind, ids); err != nil {
		return "", false, err
	}
	return ids[len(ids)-1], len(ids) == n, nil
}
