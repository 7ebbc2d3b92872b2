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
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
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
