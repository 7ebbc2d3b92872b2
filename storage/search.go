package storage

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sync/atomic"
	"time"
)

// What can be searched stands in the schema, as a view searchable_<table> (id, ref, title, body). The engine
// keeps a document for each row of such a view. No module writes to the index or can forget to.
//
// A document costs a write twice the pages that its row does, and sixty documents cost little more than one. So
// the rows that writes changed wait, and are indexed together: by the write after which too many would wait, and
// before anybody searches ([DB.Index]). Nothing is lost when the process dies: the file says how far into the
// audit log its index goes, and what the records after that changed is read from them when the file is opened.
//
// A view readable_<table> (id, object, name, type, size, sha256) says that rows of the table are files. What
// is written inside a file is read by a job, kept in object_text, and found through the view searchable_<table>
// that joins it.

// Jobs that the engine asks for. The module search has them.
const (
	JobReadTexts = "search.read"    // read the text of new files
	JobReindex   = "search.reindex" // build the index again, because what it is built from changed
)

// searchFormat stands for everything about the index that the schema does not say. Raise it when RefKey, Fold
// or the way of indexing changes: every file then builds its index again.
const searchFormat = "1"

// kindShift leaves room for 2^40 documents of a kind.
const kindShift = 40

// inPlace is how many rows are indexed while a file is being opened. More are left to a job.
const inPlace = 300

// How many changed rows wait at most, and how many records the index is behind the audit log: so much may have
// to be done before a search, or be read when a file is opened after a crash.
const (
	mostWaiting = 64
	mostBehind  = 1000
)

// searchIndex is what the engine knows of a file's index.
type searchIndex struct {
	kinds    map[string]searchKind // by table
	readable map[string]string     // by table: its view
	version  string
	stmts    searchStmts

	// Guarded by the file's mu.
	behind  []docKey     // changed rows that wait, in the order of their changes
	upTo    int64        // the first record of the audit log that the file does not call indexed
	waiting atomic.Int64 // len(behind), for searches, which do not wait for a write under way
}

// docKey is whose document it is: the table and the row's primary key.
type docKey struct{ kind, record string }

// searchKind is one table with a view searchable_<table>.
type searchKind struct {
	number  int64
	rows    *sql.Stmt       // SELECT id, ref, title, body ... WHERE id IN (?, ...)
	columns map[string]bool // of the table, that rows reads
	all     string
}

// searchStmts are prepared once, because preparing them costs more than running them. Like all of the engine's
// they never leave it.
type searchStmts struct {
	find, last, place, touch, drop, text, dropText, upTo *sql.Stmt
}

// feed notes which rows a write changed for the index, or indexes them, keeps the texts it brought, and asks for
// those of new files to be read. It returns the rows that read differently now without having changed.
func (db *DB) feed(tx *WriteTx, changes []Change) ([]Row, error) {
	if len(db.search.kinds) == 0 {
		return nil, nil
	}
	read := false
	for _, ch := range changes {
		if k, ok := db.search.kinds[ch.Table]; ok && k.sees(ch) {
			tx.behind = append(tx.behind, docKey{ch.Table, ch.PK})
		}
		read = read || db.search.readable[ch.Table] != "" && (ch.Op != "update" || ch.Set["object"] != [2]any{})
	}
	if read {
		// All writes of a second share one job, which cannot start before that second is over.
		at := tx.now.Truncate(time.Second).Add(time.Second)
		if err := tx.Enqueue(JobReadTexts, nil, at, at.Format(Instant)); err != nil {
			return nil, err
		}
	}
	for _, object := range tx.forget {
		if _, err := tx.tx.ExecContext(tx.ctx, "DELETE FROM object_text WHERE object = ?", object); err != nil {
			return nil, fmt.Errorf("forget text: %w", err)
		}
	}
	var also []Row
	for _, t := range tx.texts {
		if _, err := tx.tx.ExecContext(tx.ctx, `INSERT INTO object_text (object, state, reason, text, at) VALUES (?1, ?2, ?3, ?4, ?5)
			ON CONFLICT (object) DO UPDATE SET state = ?2, reason = ?3, text = ?4, at = ?5`, t.Object, t.State, t.Reason, t.Text, tx.Stamp()); err != nil {
			return nil, fmt.Errorf("keep text: %w", err)
		}
		rows, err := db.readableRows(tx, t.Object)
		if err != nil {
			return nil, fmt.Errorf("index text: %w", err)
		}
		for _, r := range rows {
			if _, ok := db.search.kinds[r.Table]; ok {
				tx.behind = append(tx.behind, docKey{r.Table, r.PK})
			}
		}
		also = append(also, rows...)
	}
	// Texts do not stand in the audit log, so what they change cannot wait.
	if len(db.search.behind)+len(tx.behind) <= mostWaiting && db.log.size-db.search.upTo <= mostBehind && len(also) == 0 {
		return also, nil
	}
	tx.indexed = true
	return also, db.index(tx.ctx, tx.tx, slices.Concat(db.search.behind, tx.behind))
}

// sees says whether a change of a row may have changed what is searched of it.
func (k searchKind) sees(ch Change) bool {
	if ch.Op != "update" {
		return true
	}
	for col := range ch.Set {
		if k.columns[col] {
			return true
		}
	}
	return false
}

// index indexes rows and says in the file that none waits.
func (db *DB) index(ctx context.Context, tx *sql.Tx, rows []docKey) error {
	x := &indexer{db: db, ctx: ctx, tx: tx}
	records, known := map[string][]string{}, make(map[docKey]bool, len(rows))
	var kinds []string
	for _, k := range rows {
		if known[k] {
			continue
		}
		known[k] = true
		if records[k.kind] == nil {
			kinds = append(kinds, k.kind)
		}
		records[k.kind] = append(records[k.kind], k.record)
	}
	for _, kind := range kinds {
		if err := x.put(kind, records[kind]); err != nil {
			return fmt.Errorf("index %s: %w", kind, err)
		}
	}
	return db.setUpTo(ctx, tx)
}

// wait notes, after a commit, which rows wait now: those that did and more, or none once they are indexed. The
// caller holds mu.
func (db *DB) wait(more []docKey, indexed bool) {
	if indexed {
		db.search.behind, db.search.upTo = nil, db.log.size
	} else {
		db.search.behind = append(db.search.behind, more...)
	}
	db.search.waiting.Store(int64(len(db.search.behind)))
}

// Index brings the index to what is committed. Who searches calls it first.
func (db *DB) Index(ctx context.Context) error {
	if db.search.waiting.Load() == 0 {
		return nil
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.indexLocked(context.WithoutCancel(ctx))
}

func (db *DB) indexLocked(ctx context.Context) error {
	if len(db.search.behind) == 0 {
		return nil
	}
	if err := db.maintainLocked(ctx, func(tx *sql.Tx) error { return db.index(ctx, tx, db.search.behind) }); err != nil {
		return err
	}
	db.wait(nil, true)
	return nil
}

// SearchKinds are the tables whose rows can be searched, with the range of their documents in search_doc and
// search_text: from number<<40 to the next.
func (tx *ReadTx) SearchKinds() map[string][2]int64 {
	out := make(map[string][2]int64, len(tx.db.search.kinds))
	for kind, k := range tx.db.search.kinds {
		out[kind] = [2]int64{k.number << kindShift, (k.number+1)<<kindShift - 1}
	}
	return out
}

// SearchReport says how the index stands beside the rows.
type SearchReport struct {
	Rows, Docs int
	Stale      bool // it was built from another version of the schema; a job builds it again
	Unread     int  // files whose text waits to be read
}

// CheckSearch compares the index with the rows.
func (db *DB) CheckSearch(ctx context.Context) (SearchReport, error) {
	var r SearchReport
	if err := db.Index(ctx); err != nil {
		return r, err
	}
	err := db.Read(ctx, Call{}, func(tx *ReadTx) error {
		var built string
		if err := tx.QueryRow("SELECT coalesce((SELECT value FROM meta WHERE key = 'search'), ''), (SELECT count(*) FROM search_doc)").Scan(&built, &r.Docs); err != nil {
			return err
		}
		r.Stale = built != db.search.version
		for kind := range db.search.kinds {
			var n int
			if err := tx.QueryRow("SELECT count(*) FROM " + quote("searchable_"+kind)).Scan(&n); err != nil {
				return err
			}
			r.Rows += n
		}
		u, err := tx.Unread(1000)
		r.Unread = len(u)
		return err
	})
	return r, err
}
