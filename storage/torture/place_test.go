package torture

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"

	"assay/backup"
	"assay/backup/ltxlog"
	"assay/storage"
	"assay/storage/blob"
	"assay/storage/blob/s3test"
	"assay/storage/keys"
)

// long asks for the versions of the tests that take minutes.
var long = os.Getenv("ASSAY_TORTURE") != ""

func rounds(short, many int) int {
	if long {
		return many
	}
	return short
}

var modes = []struct {
	name string
	ltxlog.Durability
}{{"local", ltxlog.Local}, {"async", ltxlog.Async}, {"sync", ltxlog.Sync}}

// place is where an installation keeps what. Another process can be told of it.
type place struct {
	Data, Keys       string
	Log              string            // a folder, or
	Endpoint, Prefix string            // a server of the S3 kind
	Mode             ltxlog.Durability // 0 is no log at all
	Tenants          int               // the writing process makes so many before it writes
	More             int               // and so many while it writes
	MaxOpen          int               // see storage.Config

	ring keys.Keeper                 // open already; nil means the folder
	over func(ltxlog.Log) ltxlog.Log // what stands before the log, for tests that fail it
	calm bool                        // things happen as often as in production, not more often
}

// newPlace has everything in folders of the test's own.
func newPlace(t testing.TB, mode ltxlog.Durability) place {
	dir := fastDir(t)
	return place{Data: filepath.Join(dir, "data"), Keys: filepath.Join(dir, "keys"), Log: filepath.Join(dir, "log"), Mode: mode, Tenants: 3}
}

// fastDir is a folder in memory where there is enough of it: a killed process leaves its files whole, and only power
// cuts need a disk to wait for.
func fastDir(t testing.TB) string {
	const memory = "/dev/shm"
	var st syscall.Statfs_t
	if err := syscall.Statfs(memory, &st); err != nil || st.Bavail*uint64(st.Bsize) < 2<<30 {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp(memory, "assay-torture-")
	ok(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

const bucket = "logs"

func (p place) log() (ltxlog.Log, error) {
	if p.Endpoint == "" {
		return ltxlog.FileLog{Dir: p.Log}, nil
	}
	c, err := p.client()
	if err != nil {
		return nil, err
	}
	return ltxlog.NewS3Log(c, bucket, p.Prefix), nil
}

func (p place) client() (*minio.Client, error) {
	return blob.S3Config{Endpoint: p.Endpoint, Region: "us-east-1", Bucket: bucket, AccessKey: s3test.AccessKey, SecretKey: s3test.SecretKey}.Client()
}

// pace makes everything happen often.
func (p place) pace() ltxlog.Config {
	if p.calm {
		return ltxlog.Config{}
	}
	return ltxlog.Config{CheckpointBytes: 256 << 10, SnapshotEvery: 25, RecordBytes: 128 << 10, Interval: 50 * time.Millisecond, Deadline: time.Second, Attempt: time.Second}
}

// house is an installation that runs.
type house struct {
	*storage.Store
	place place
	logs  *backup.Logs
	close func() error // the keys
}

// keeper opens the keys.
func (p place) keeper() (keys.Keeper, func() error, error) {
	if p.ring != nil {
		return p.ring, func() error { return nil }, nil
	}
	ring, err := keys.OpenDir(p.Keys, nil)
	if err != nil {
		return nil, nil, err
	}
	return ring, ring.Close, nil
}

// follow opens the log of changes.
func (p place) follow(k keys.Keeper) (*backup.Logs, error) {
	l, err := p.log()
	if err != nil {
		return nil, err
	}
	if p.over != nil {
		l = p.over(l)
	}
	return backup.NewLogs(backup.LogsConfig{Log: ltxlog.Sealed(l, k.Key), Dir: p.Data, Durability: p.Mode, Rand: rand.Reader, Pace: p.pace()})
}

func (p place) open(ctx context.Context) (*house, error) {
	k, shut, err := p.keeper()
	if err != nil {
		return nil, err
	}
	c := storage.Config{Dir: p.Data, Keys: k, MaxOpen: p.MaxOpen}
	var logs *backup.Logs
	if p.Mode != 0 {
		if logs, err = p.follow(k); err != nil {
			return nil, errors.Join(err, shut())
		}
		c.Logs = logs
	}
	s, err := storage.Open(ctx, c)
	if err != nil {
		return nil, errors.Join(err, shut())
	}
	return &house{s, p, logs, shut}, nil
}

func (h *house) Close() error { return errors.Join(h.Store.Close(), h.close()) }

func (p place) mustOpen(t testing.TB) *house {
	t.Helper()
	h, err := p.open(t.Context())
	ok(t, err)
	t.Cleanup(func() { h.Close() })
	return h
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var torture = storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "test"}, Action: "torture.write", Owns: []string{"person", "scope"}}

// write makes a person and a scope of one id, and by that one audit record.
func (h *house) write(ctx context.Context, tenant, text string) (id string, err error) {
	db, done, err := h.Tenant(ctx, tenant)
	if err != nil {
		return "", err
	}
	defer done()
	_, err = db.Write(ctx, torture, func(tx *storage.WriteTx) error {
		id = tx.NewID()
		if err := tx.Exec("INSERT INTO person (id, name, email, created_at, updated_at) VALUES (?, ?, '', '', '')", id, text); err != nil {
			return err
		}
		return tx.Exec("INSERT INTO scope (id, name, created_at) VALUES (?, 'x', '')", id)
	})
	return id, err
}

// book is what was acknowledged: the ids of writes, by tenant.
type book struct {
	sync.Mutex
	acked map[string]map[string]bool

	// late are those that were answered after the power of the disk that is to keep them was cut. A machine without
	// power answers nobody; here a write to the disk that was under way at that instant may still be called a success.
	late     map[string]bool
	lostLate int
}

func newBook() *book { return &book{acked: map[string]map[string]bool{}, late: map[string]bool{}} }

func (b *book) tenant(id string) {
	b.Lock()
	defer b.Unlock()
	if b.acked[id] == nil {
		b.acked[id] = map[string]bool{}
	}
}

func (b *book) note(tenant, id string) {
	b.tenant(tenant)
	b.Lock()
	defer b.Unlock()
	b.acked[tenant][id] = true
}

func (b *book) writes() (n int) {
	b.Lock()
	defer b.Unlock()
	for _, ids := range b.acked {
		n += len(ids)
	}
	return n
}

const (
	halves = `SELECT (SELECT count(*) FROM person WHERE id NOT IN (SELECT id FROM scope)) + (SELECT count(*) FROM scope WHERE id NOT IN (SELECT id FROM person))
		+ abs((SELECT count(*) FROM person) - (SELECT count(*) FROM audit))`
	written = "SELECT id FROM person"
)

// holds checks an installation against the book: every acknowledged write is there, none is there by half, the
// audit logs prove it, and the search index knows it.
func (b *book) holds(t testing.TB, h *house) {
	t.Helper()
	if rep, err := h.Control().Verify(t.Context()); err != nil || !rep.OK() {
		t.Fatalf("control: %v %+v", err, rep.Problems)
	}
	for tenant, acked := range b.acked {
		db, done, err := h.Tenant(t.Context(), tenant)
		if err != nil {
			t.Fatalf("tenant %s: %v", tenant, err)
		}
		if rep, err := db.Verify(t.Context()); err != nil || !rep.OK() {
			t.Errorf("%s: verify: %v %+v", tenant, err, rep.Problems)
		}
		if r, err := db.CheckSearch(t.Context()); err != nil || r.Docs != r.Rows {
			t.Errorf("%s: search: %+v %v", tenant, r, err)
		}
		ok(t, db.CheckFile(t.Context()))
		ok(t, db.Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
			var half int
			if err := tx.QueryRow(halves).Scan(&half); err != nil {
				return err
			}
			rows, err := tx.Query(written)
			if err != nil {
				return err
			}
			b.compare(t, tenant, half, rows, acked)
			return nil
		}))
		done()
	}
	clear(b.late)
}

func (b *book) compare(t testing.TB, tenant string, half int, rows *sql.Rows, acked map[string]bool) {
	t.Helper()
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
		switch {
		case found[id]:
		case b.late[id]:
			b.lostLate++
			delete(acked, id)
		default:
			lost++
		}
	}
	if lost > 0 || half > 0 {
		t.Fatalf("%s: %d of %d acknowledged writes lost, %d half-made", tenant, lost, len(acked), half)
	}
}

// equals checks that the log leads to the very bytes of every file. The installation is closed.
func (b *book) equals(t testing.TB, p place) {
	t.Helper()
	k, shut, err := p.keeper()
	ok(t, err)
	defer shut()
	p.over = nil
	logs, err := p.follow(k)
	ok(t, err)
	dir := fastDir(t)
	defer os.RemoveAll(dir)
	files := map[string]string{keys.Control: filepath.Join(p.Data, "control.db")}
	for tenant := range b.acked {
		files[tenant] = filepath.Join(p.Data, "tenants", tenant+".db")
	}
	for id, file := range files {
		restored := filepath.Join(dir, id+".db")
		rep, err := logs.Restore(t.Context(), id, restored, ltxlog.Point{})
		if err != nil {
			t.Fatalf("restore %s: %v", id, err)
		}
		if x, y := sum(t, file), sum(t, restored); !bytes.Equal(x, y) {
			t.Fatalf("%s: the log leads to another file at record %d: %x, not %x", id, rep.Seq, y[:8], x[:8])
		}
	}
}

func sum(t testing.TB, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	ok(t, err)
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	ok(t, err)
	return h.Sum(nil)
}

// gateway is one S3 server for all tests of this package, stopped by TestMain.
var gateway struct {
	once sync.Once
	s    *s3test.Server
	err  error
}

// onS3 puts the log of a place on a real server of the S3 kind.
func onS3(t testing.TB, p place) place {
	t.Helper()
	gateway.once.Do(func() { gateway.s, gateway.err = s3test.Start() })
	if errors.Is(gateway.err, s3test.ErrNone) {
		t.Skip(gateway.err)
	}
	ok(t, gateway.err)
	p.Log, p.Endpoint, p.Prefix = "", gateway.s.Addr, "torture-"+rand.Text()
	c, err := p.client()
	ok(t, err)
	if err := c.MakeBucket(t.Context(), bucket, minio.MakeBucketOptions{}); err != nil && minio.ToErrorResponse(err).Code != minio.BucketAlreadyOwnedByYou {
		t.Fatal(err)
	}
	return p
}

func TestMain(m *testing.M) {
	if s := os.Getenv("ASSAY_TORTURE_CHILD"); s != "" {
		if err := child(s); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		return
	}
	code := m.Run()
	if gateway.s != nil {
		gateway.s.Stop()
	}
	os.Exit(code)
}
