package storage

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// What can be searched stands in the schema, as a view searchable_<table> (id, ref, title, body). The engine
// keeps a document for each row of such a view: after an operation's function, in its transaction, for every
// row of the table that the function changed. No module writes to the index or can forget to.
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

// searchIndex is what the engine knows of a file's index.
type searchIndex struct {
	kinds    map[string]searchKind // by table
	readable map[string]string     // by table: its view
	version  string
	stmts    searchStmts
}

// searchKind is one table with a view searchable_<table>.
type searchKind struct {
	number int64
	row    *sql.Stmt // SELECT ref, title, body ... WHERE id = ?
	all    string
}

// searchStmts are prepared once, because preparing them costs more than running them. Like all of the engine's
// they never leave it.
type searchStmts struct {
	find, last, place, touch, drop, text, dropText *sql.Stmt
}

// Text is what is written inside an object.
type Text struct {
	Object string
	State  string // ok, empty, unreadable, too_large, none
	Reason string // for people
	Text   string
}

// RefKey is a reference as the index knows it, however it is typed: "AC-02 (9)", "ac2(9)" and "AC-2.9" are
// all "ac.2.9".
func RefKey(ref string) string {
	var b strings.Builder
	digits, letters := false, false
	var number strings.Builder
	flush := func() {
		if number.Len() > 0 {
			n := strings.TrimLeft(number.String(), "0")
			if n == "" {
				n = "0"
			}
			b.WriteString(n)
			number.Reset()
		}
	}
	for _, r := range Fold(ref) {
		switch {
		case unicode.IsDigit(r):
			if !digits {
				if b.Len() > 0 {
					b.WriteByte('.')
				}
				digits, letters = true, false
			}
			number.WriteRune(r)
		case unicode.IsLetter(r):
			flush()
			if !letters && b.Len() > 0 {
				b.WriteByte('.')
			}
			digits, letters = false, true
			b.WriteRune(r)
		default:
			flush()
			digits, letters = false, false
		}
		if b.Len()+number.Len() > 64 {
			break
		}
	}
	flush()
	return b.String()
}

// Fold is text without capitals and accents, as the index compares it.
func Fold(s string) string {
	ascii := true
	for i := range len(s) {
		if s[i] >= 0x80 {
			ascii = false
			break
		}
	}
	if ascii {
		return strings.ToLower(s)
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(s))
}

func beginning(title string) string {
	h := []rune(Fold(strings.TrimSpace(title)))
	return string(h[:min(len(h), 24)])
}

// openSearch reads which rows can be searched. When that is not what the index was built from, it builds the
// index again: here if there is little to do, in a job otherwise.
func (db *DB) openSearch(ctx context.Context) error {
	db.search = searchIndex{kinds: map[string]searchKind{}, readable: map[string]string{}}
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
	numbers, built, err := db.searchState(ctx)
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
		row, err := db.write.PrepareContext(ctx, "SELECT ref, title, body FROM "+view+" WHERE id = ?")
		if err != nil {
			return fmt.Errorf("%s: %w", view, err)
		}
		db.search.kinds[t] = searchKind{numbers[t], row, "SELECT id FROM " + view + " WHERE id > ? ORDER BY id LIMIT ?"}
	}
	if err := db.prepareSearch(ctx); err != nil {
		return err
	}
	if built == db.search.version {
		return nil
	}
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
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
	if n > inPlace {
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
	if err != nil {
		return err
	}
	return tx.Commit()
}

func (db *DB) searchState(ctx context.Context) (numbers map[string]int64, built string, err error) {
	numbers = map[string]int64{}
	rows, err := db.write.QueryContext(ctx, "SELECT kind, number FROM search_kind")
	if err != nil {
		return nil, "", err
	}
	for rows.Next() {
		var kind string
		var n int64
		if err := rows.Scan(&kind, &n); err != nil {
			return nil, "", errors.Join(err, rows.Close())
		}
		numbers[kind] = n
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, "", err
	}
	err = db.write.QueryRowContext(ctx, "SELECT coalesce((SELECT value FROM meta WHERE key = 'search'), '')").Scan(&built)
	return numbers, built, err
}

func (db *DB) setSearchBuilt(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO meta (key, value) VALUES ('search', ?1) ON CONFLICT (key) DO UPDATE SET value = ?1", db.search.version)
	return err
}

// prepareSearch prepares the statements of the index. The engine may while the file is being opened.
func (db *DB) prepareSearch(ctx context.Context) error {
	for to, q := range map[**sql.Stmt]string{
		&db.search.stmts.find:     "SELECT id, digest FROM search_doc WHERE kind = ? AND record = ?",
		&db.search.stmts.last:     "SELECT coalesce(max(id), ?1) FROM search_doc WHERE id >= ?1 AND id < ?2",
		&db.search.stmts.place:    "INSERT INTO search_doc (id, kind, record, ref, head, digest) VALUES (?, ?, ?, ?, ?, ?)",
		&db.search.stmts.touch:    "UPDATE search_doc SET ref = ?, head = ?, digest = ? WHERE id = ?",
		&db.search.stmts.drop:     "DELETE FROM search_doc WHERE id = ?",
		&db.search.stmts.text:     "INSERT INTO search_text (rowid, ref, title, body) VALUES (?, ?, ?, ?)",
		&db.search.stmts.dropText: "DELETE FROM search_text WHERE rowid = ?",
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
	for _, st := range []*sql.Stmt{s.stmts.find, s.stmts.last, s.stmts.place, s.stmts.touch, s.stmts.drop, s.stmts.text, s.stmts.dropText} {
		if st != nil {
			st.Close()
		}
	}
	for _, k := range s.kinds {
		if k.row != nil {
			k.row.Close()
		}
	}
}

// indexer writes documents in one transaction.
type indexer struct {
	db   *DB
	ctx  context.Context
	tx   *sql.Tx
	next map[string]int64 // by kind
}

func (x *indexer) exec(s *sql.Stmt, args ...any) error {
	_, err := x.tx.StmtContext(x.ctx, s).ExecContext(x.ctx, args...)
	return err
}

func (x *indexer) row(s *sql.Stmt, args ...any) *sql.Row {
	return x.tx.StmtContext(x.ctx, s).QueryRowContext(x.ctx, args...)
}

// put indexes one row, or takes its document away when there is no such row.
func (x *indexer) put(kind, record string) error {
	k, st := x.db.search.kinds[kind], &x.db.search.stmts
	var id, digest int64
	err := x.row(st.find, kind, record).Scan(&id, &digest)
	there := err == nil
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	var ref, title, body string
	err = x.row(k.row, record).Scan(&ref, &title, &body)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		if !there {
			return nil
		}
		return errors.Join(x.exec(st.dropText, id), x.exec(st.drop, id))
	case err != nil:
		return err
	}
	h := fnv.New64a()
	h.Write([]byte(ref + "\x00" + title + "\x00" + body))
	sum := int64(h.Sum64())
	switch {
	case there && sum == digest:
		return nil
	case there:
		err = errors.Join(x.exec(st.dropText, id), x.exec(st.touch, RefKey(ref), beginning(title), sum, id))
	default:
		if id, err = x.newID(kind, k.number); err != nil {
			return err
		}
		err = x.exec(st.place, id, kind, record, RefKey(ref), beginning(title), sum)
	}
	if err != nil {
		return err
	}
	return x.exec(st.text, id, ref, title, body)
}

func (x *indexer) newID(kind string, number int64) (int64, error) {
	if x.next == nil {
		x.next = map[string]int64{}
	}
	if x.next[kind] == 0 {
		var last int64
		if err := x.row(x.db.search.stmts.last, number<<kindShift, (number+1)<<kindShift).Scan(&last); err != nil {
			return 0, err
		}
		x.next[kind] = last
	}
	x.next[kind]++
	return x.next[kind], nil
}

// feed brings the index to what a write changed, keeps the texts it brought, and asks for those of new files
// to be read. It returns the rows that read differently now without having changed.
func (db *DB) feed(tx *WriteTx, changes []Change) ([]Row, error) {
	if len(db.search.kinds) == 0 {
		return nil, nil
	}
	x := &indexer{db: db, ctx: tx.ctx, tx: tx.tx}
	read := false
	for _, ch := range changes {
		if _, ok := db.search.kinds[ch.Table]; ok {
			if err := x.put(ch.Table, ch.PK); err != nil {
				return nil, fmt.Errorf("index %s: %w", ch.Table, err)
			}
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
			if _, ok := db.search.kinds[r.Table]; !ok {
				continue
			}
			if err := x.put(r.Table, r.PK); err != nil {
				return nil, fmt.Errorf("index %s: %w", r.Table, err)
			}
		}
		also = append(also, rows...)
	}
	return also, nil
}

func (db *DB) readableRows(tx *WriteTx, object string) ([]Row, error) {
	var out []Row
	for table, view := range db.search.readable {
		rows, err := tx.tx.QueryContext(tx.ctx, "SELECT id FROM "+view+" WHERE object = ?", object)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			r := Row{Table: table, Op: "update"}
			if err := rows.Scan(&r.PK); err != nil {
				return nil, errors.Join(err, rows.Close())
			}
			out = append(out, r)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// KeepText keeps what is written inside an object, for searching. It is not a change of a record.
func (tx *WriteTx) KeepText(t Text) { tx.texts = append(tx.texts, t) }

// ForgetText drops the text of an object that no record refers to any more.
func (tx *WriteTx) ForgetText(object string) { tx.forget = append(tx.forget, object) }

// SearchKinds are the tables whose rows can be searched, with the range of their documents in search_doc and
// search_text: from number<<40 to the next.
func (tx *ReadTx) SearchKinds() map[string][2]int64 {
	out := make(map[string][2]int64, len(tx.db.search.kinds))
	for kind, k := range tx.db.search.kinds {
		out[kind] = [2]int64{k.number << kindShift, (k.number+1)<<kindShift - 1}
	}
	return out
}

// Unread lists files whose text was not read yet, at most n, oldest rows first.
func (tx *ReadTx) Unread(n int) ([]Unread, error) {
	var out []Unread
	for _, table := range tx.db.search.readableTables() {
		rows, err := tx.Query("SELECT r.object, r.name, r.type, r.size, r.sha256 FROM "+tx.db.search.readable[table]+` r
			WHERE r.object <> '' AND NOT EXISTS (SELECT 1 FROM object_text t WHERE t.object = r.object) GROUP BY r.object LIMIT ?`, n-len(out))
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var u Unread
			if err := rows.Scan(&u.Object, &u.Name, &u.Type, &u.Size, &u.SHA256); err != nil {
				return nil, errors.Join(err, rows.Close())
			}
			out = append(out, u)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Unread is a file whose text was not read yet.
type Unread struct {
	Object, Name, Type string
	Size               int64
	SHA256             string
}

func (s *searchIndex) readableTables() []string {
	var all []string
	for t := range s.readable {
		all = append(all, t)
	}
	slices.Sort(all)
	return all
}

// OrphanTexts are the objects whose text is kept although no record refers to them.
func (tx *ReadTx) OrphanTexts() ([]string, error) {
	q := "SELECT object FROM object_text t WHERE 1"
	for _, table := range tx.db.search.readableTables() {
		q += " AND NOT EXISTS (SELECT 1 FROM " + tx.db.search.readable[table] + " r WHERE r.object = t.object)"
	}
	rows, err := tx.Query(q)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var o string
		if err := rows.Scan(&o); err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, rows.Err()
}

// Reindex builds the index again from the rows, some at a time, so that others can write in between. What
// they change meanwhile is indexed with their own write.
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
	for _, id := range ids {
		if err := x.put(kind, id); err != nil {
			return "", false, err
		}
	}
	return ids[len(ids)-1], len(ids) == n, nil
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
