package ltxlog_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"modernc.org/sqlite"

	"assay/backup/ltxlog"
)

// long asks for the versions of the tests that take minutes.
var long = os.Getenv("ASSAY_TORTURE") != ""

const tenant = "acme"

// chanLock is a mutex that testing/synctest can see through.
type chanLock chan struct{}

func newLock() chanLock    { return make(chanLock, 1) }
func (l chanLock) Lock()   { l <- struct{}{} }
func (l chanLock) Unlock() { <-l }

// owner owns one SQLite file as storage does: the same pragmas, one writer, folded by the shipper only.
type owner struct {
	lock  chanLock
	path  string
	w, r  *sql.DB
	ship  *ltxlog.Shipper
	base  ltxlog.Base
	taken ltxlog.Report
}

const pragmas = "?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=trusted_schema(0)&_pragma=cache_size(-2000)&_pragma=cell_size_check(1)&_pragma=temp_store(2)&_dqs=0"

func openWriter(path string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+path+pragmas+"&_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=wal_autocheckpoint(0)&_pragma=journal_size_limit(16777216)&_defensive=1")
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

func openReader(path string) (*sql.DB, error) {
	return sql.Open("sqlite", "file:"+path+pragmas+"&mode=ro&_pragma=query_only(1)")
}

// openSettled is what RestoreOptions.Open asks for.
func openSettled(path string) (*sql.DB, error) {
	return sql.Open("sqlite", "file:"+path+"?mode=ro&immutable=1")
}

const schema = `CREATE TABLE IF NOT EXISTS ev (id TEXT PRIMARY KEY, pad TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS twin (id TEXT PRIMARY KEY REFERENCES ev (id)) STRICT;
CREATE TABLE IF NOT EXISTS churn (k INTEGER PRIMARY KEY, v TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS churn_v ON churn (v);`

// newOwner takes the tenant over and begins to ship.
func newOwner(ctx context.Context, l ltxlog.Log, path string, cfg ltxlog.Config) (*owner, error) {
	return newOwnerAfter(ctx, l, path, cfg, func() {})
}

// newOwnerAfter does something between taking the tenant over and opening its file.
func newOwnerAfter(ctx context.Context, l ltxlog.Log, path string, cfg ltxlog.Config, do func()) (o *owner, err error) {
	o = &owner{lock: newLock(), path: path}
	if cfg.Durability == 0 {
		cfg.Durability = ltxlog.Sync
	}
	if cfg.Node == 0 {
		cfg.Node = 1
	}
	if cfg.Tenant == "" {
		cfg.Tenant = tenant
	}
	o.base, o.taken, err = ltxlog.Take(ctx, l, cfg.Tenant, path, ltxlog.TakeOptions{
		Node: cfg.Node, DiskCounts: cfg.Durability != ltxlog.Sync, Aside: filepath.Join(filepath.Dir(path), "aside"), Now: cfg.Now, Open: openSettled,
	})
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			o.release()
		}
	}()
	do()
	if o.w, err = openWriter(path); err != nil {
		return nil, err
	}
	if o.r, err = openReader(path); err != nil {
		return nil, err
	}
	if _, err := o.w.ExecContext(ctx, schema); err != nil { // a migration, before anything is shipped
		return nil, err
	}
	cfg.Log, cfg.Base = l, o.base
	file := ltxlog.File{Path: path, Writer: o.lock, Checkpoint: o.checkpoint, Reader: o.r.Conn}
	if cfg.File.Checkpoint != nil {
		file.Checkpoint = cfg.File.Checkpoint
	}
	if cfg.File.Reader != nil {
		file.Reader = cfg.File.Reader
	}
	cfg.File = file
	o.ship, err = ltxlog.Start(ctx, cfg)
	return o, err
}

func (o *owner) checkpoint(ctx context.Context) (frames, folded int, err error) {
	var busy int
	err = o.w.QueryRowContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)").Scan(&busy, &frames, &folded)
	return frames, folded, err
}

var errRollback = errors.New("changed its mind")

// commit runs one transaction and returns its number.
func (o *owner) commit(ctx context.Context, fn func(*sql.Tx) error) (uint64, error) {
	o.lock.Lock()
	defer o.lock.Unlock()
	if err := o.ship.Ready(); err != nil {
		return 0, err
	}
	tx, err := o.w.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	if err := fn(tx); err != nil {
		return 0, errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return 0, err
	}
	return o.ship.Committed(), nil
}

// write is commit that waits until it may be acknowledged.
func (o *owner) write(ctx context.Context, fn func(*sql.Tx) error) error {
	n, err := o.commit(ctx, fn)
	if err != nil {
		return err
	}
	return o.ship.Durable(ctx, n)
}

func (o *owner) release() {
	for _, db := range []*sql.DB{o.r, o.w} {
		if db != nil {
			_ = db.Close()
		}
	}
}

// close ships the rest, folds the log and lets go.
func (o *owner) close(ctx context.Context) error {
	err := o.ship.Close(ctx)
	if err == nil {
		_, err = o.w.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	}
	o.release()
	return err
}

func exec(q string, args ...any) func(*sql.Tx) error {
	return func(tx *sql.Tx) error {
		_, err := tx.Exec(q, args...)
		return err
	}
}

// bigRows is how many rows a large transaction changes; the long tests pass what the page cache keeps.
func bigRows() int {
	if long {
		return 1000
	}
	return 40
}

// change is one write of a busy tenant: a row in each of two tables, and something that moves pages about.
func change(r *rand.Rand, id string) func(*sql.Tx) error {
	return func(tx *sql.Tx) error {
		if _, err := tx.Exec("INSERT INTO ev (id, pad) VALUES (?, ?)", id, strings.Repeat("x", r.IntN(3000))); err != nil {
			return err
		}
		put := func(v string) error {
			_, err := tx.Exec("INSERT OR REPLACE INTO churn (k, v) VALUES (?, ?)", r.IntN(3000), v)
			return err
		}
		var err error
		switch r.IntN(12) {
		case 0:
			_, err = tx.Exec("DELETE FROM churn WHERE k IN (SELECT k FROM churn ORDER BY k LIMIT 40)")
		case 1: // more pages than the rest together
			for range bigRows() {
				err = errors.Join(err, put(strings.Repeat("y", 1000+r.IntN(2000))))
			}
		case 2:
			err = errors.Join(put("never"), errRollback)
		default:
			err = put(strings.Repeat("z", r.IntN(500)))
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec("INSERT INTO twin (id) VALUES (?)", id)
		return err
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// start is newOwner for a test that fails with it, closed at its end.
func start(t testing.TB, l ltxlog.Log, path string, cfg ltxlog.Config) *owner {
	t.Helper()
	o, err := newOwner(t.Context(), l, path, cfg)
	ok(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel() // what a test wants shipped it flushes
		_ = o.close(ctx)
	})
	return o
}

func restore(t testing.TB, l ltxlog.Log, at ltxlog.Point) (string, ltxlog.Report, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "restored.db")
	rep, err := ltxlog.Restore(t.Context(), l, tenant, path, at, ltxlog.RestoreOptions{Open: openSettled})
	if _, e := os.Stat(path); err != nil && e == nil {
		t.Error("a restore that failed left a file")
	}
	return path, rep, err
}

// dump is everything in a database as text, hashed.
func dump(t testing.TB, db *sql.DB) string {
	t.Helper()
	h := sha256.New()
	for _, q := range []string{
		"SELECT name || coalesce(sql, '') FROM sqlite_schema ORDER BY name", "SELECT id || ' ' || pad FROM ev ORDER BY id",
		"SELECT id FROM twin ORDER BY id", "SELECT k || ' ' || v FROM churn ORDER BY k",
	} {
		rows, err := db.QueryContext(t.Context(), q)
		ok(t, err)
		for rows.Next() {
			var s string
			ok(t, rows.Scan(&s))
			fmt.Fprintln(h, s)
		}
		ok(t, rows.Err())
		ok(t, rows.Close())
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

func dumpFile(t testing.TB, path string) string {
	t.Helper()
	db, err := openSettled(path)
	ok(t, err)
	defer db.Close()
	return dump(t, db)
}

// sameAsLog fails the test unless what the log restores to is what the owner sees.
func sameAsLog(t testing.TB, l ltxlog.Log, o *owner) ltxlog.Report {
	t.Helper()
	ok(t, o.ship.Flush(t.Context()))
	path, rep, err := restore(t, l, ltxlog.Point{})
	ok(t, err)
	if dumpFile(t, path) != dump(t, o.r) {
		t.Fatal("the log restores to something else than what was written")
	}
	return rep
}

// holds fails the test unless the database at path has every acknowledged write, and none by half.
func holds(t testing.TB, path string, acked map[string]bool) {
	t.Helper()
	db, err := openSettled(path)
	ok(t, err)
	defer db.Close()
	var halves int
	ok(t, db.QueryRow("SELECT (SELECT count(*) FROM ev WHERE id NOT IN (SELECT id FROM twin)) + (SELECT count(*) FROM twin WHERE id NOT IN (SELECT id FROM ev)) + (SELECT count(*) FROM churn WHERE v = 'never')").Scan(&halves))
	if halves != 0 {
		t.Errorf("%d half-made writes", halves)
	}
	rows, err := db.Query("SELECT id FROM ev")
	ok(t, err)
	defer rows.Close()
	found := map[string]bool{}
	for rows.Next() {
		var id string
		ok(t, rows.Scan(&id))
		found[id] = true
	}
	ok(t, rows.Err())
	lost := 0
	for id := range acked {
		if !found[id] {
			lost++
		}
	}
	if lost > 0 {
		t.Fatalf("%d of %d acknowledged writes are lost", lost, len(acked))
	}
}

// clock is a clock that stands until it is told to go on.
type clock struct {
	lock chanLock
	now  time.Time
}

func newClock() *clock {
	return &clock{newLock(), time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
}

func (c *clock) Now() time.Time {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.now = c.now.Add(d)
}

func get(t testing.TB, l ltxlog.Log, e ltxlog.Entry) []byte {
	t.Helper()
	r, err := l.Get(t.Context(), tenant, e)
	ok(t, err)
	defer r.Close()
	var b bytes.Buffer
	_, err = io.Copy(&b, r)
	ok(t, err)
	return b.Bytes()
}

func TestMain(m *testing.M) {
	if _, err := sqlite.OFDLocking(true); err != nil && runtime.GOOS == "linux" {
		fmt.Fprintln(os.Stderr, "these tests need open-file-description locks:", err)
		os.Exit(1)
	}
	if role := os.Getenv("ASSAY_LTX_CHILD"); role != "" {
		child(role)
		return
	}
	code := m.Run()
	if gateway.stop != nil {
		gateway.stop()
	}
	os.Exit(code)
}

// goroutinesIn counts goroutines with a function of that name on their stack.
func goroutinesIn(name string) (n int) {
	buf := make([]byte, 1<<20)
	for _, g := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if strings.Contains(g, name) {
			n++
		}
	}
	return n
}
