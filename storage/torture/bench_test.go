package torture

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"assay/backup/ltxlog"
	"assay/backup/ltxlog/ltxlogtest"
	"assay/storage"
	"assay/storage/keys"
)

// slow is a log as far away as a bucket in the same region is said to be.
type slow struct{ ltxlog.Log }

func (l slow) Append(ctx context.Context, tenant string, seq uint64, rec ltxlog.Body) error {
	time.Sleep(30 * time.Millisecond)
	return l.Log.Append(ctx, tenant, seq, rec)
}

// away puts a log in memory that is 30 ms away in the place of p's own.
func away(p place) place {
	p.over = func(ltxlog.Log) ltxlog.Log { return slow{&ltxlogtest.Memory{}} }
	return p
}

const newComment = "INSERT INTO comment (id, kind, record, body, author, created_at) VALUES (?, 'control', 'x', 'Is this still so?', 'p1', '2026-03-01T09:00:00.000Z')"

var comments = storage.Call{Actor: torture.Actor, Action: "comment.create", Owns: []string{"comment"}}

func (h *house) comment(db *storage.DB) error {
	_, err := db.Write(context.Background(), comments, func(tx *storage.WriteTx) error { return tx.Exec(newComment, tx.NewID()) })
	return err
}

// onDisk is an installation on this machine's disk with one open organisation. A mode of 0 is one without a log.
func onDisk(b *testing.B, mode ltxlog.Durability, change func(place) place) (*house, *storage.DB) {
	dir := b.TempDir()
	p := change(place{Data: filepath.Join(dir, "data"), Log: filepath.Join(dir, "log"), Mode: mode, ring: keys.NewMemory(nil), calm: true})
	h := p.mustOpen(b)
	id := h.NewID()
	ok(b, h.CreateTenant(b.Context(), id))
	db, done, err := h.Tenant(b.Context(), id)
	ok(b, err)
	b.Cleanup(done)
	return h, db
}

// bare is what a program would do by hand: the same row with the same indexes and a plain audit row, in a file of its
// own, through the same driver at the same synchronous. It folds as often as the engine does.
func bare(b *testing.B) func() error {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "bare.db")+"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=wal_autocheckpoint(0)")
	ok(b, err)
	b.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	for _, q := range []string{
		"CREATE TABLE comment (id TEXT PRIMARY KEY, kind TEXT NOT NULL, record TEXT NOT NULL, body TEXT NOT NULL, author TEXT NOT NULL, created_at TEXT NOT NULL) STRICT",
		"CREATE INDEX c1 ON comment (kind, record, created_at)",
		"CREATE TABLE audit_log (id INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL) STRICT",
		"CREATE INDEX a1 ON audit_log (at)", "CREATE INDEX a2 ON audit_log (actor)",
	} {
		_, err := db.Exec(q)
		ok(b, err)
	}
	commits := 0
	return func() error {
		tx, err := db.Begin()
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if _, err := tx.Exec(newComment, rand.Text()); err != nil {
			return err
		}
		if _, err := tx.Exec("INSERT INTO audit_log (at, actor, action, detail) VALUES (?, 'p1', 'comment.create', ?)", time.Now().UTC().Format(storage.Instant),
			`{"table":"comment","pk":"x","op":"insert","set":{"kind":[null,"control"],"record":[null,"x"],"body":[null,"Is this still so?"]}}`); err != nil {
			return err
		}
		if err := tx.Commit(); err != nil {
			return err
		}
		if commits++; commits%400 == 0 {
			_, err = db.Exec("PRAGMA wal_checkpoint(PASSIVE)")
		}
		return err
	}
}

// BenchmarkCommit compares an acknowledged, audited write of the engine with a bare commit, the two in turn, so that a
// busy machine is busy for both. x-bare is the ratio of their middles.
func BenchmarkCommit(b *testing.B) {
	same := func(p place) place { return p }
	for _, c := range []struct {
		name  string
		mode  ltxlog.Durability
		place func(place) place
	}{
		{"without a log", 0, same},
		{"file, async", ltxlog.Async, same},
		{"file, local", ltxlog.Local, same},
		{"file, sync", ltxlog.Sync, same},
		{"S3, async", ltxlog.Async, func(p place) place { return onS3(b, p) }},
		{"S3, sync", ltxlog.Sync, func(p place) place { return onS3(b, p) }},
		{"30 ms away, sync", ltxlog.Sync, away},
	} {
		b.Run(c.name, func(b *testing.B) {
			h, db := onDisk(b, c.mode, c.place)
			byHand := bare(b)
			var with, without []time.Duration
			for b.Loop() {
				began := time.Now()
				ok(b, byHand())
				between := time.Now()
				ok(b, h.comment(db))
				with, without = append(with, time.Since(between)), append(without, between.Sub(began))
			}
			slices.Sort(with)
			slices.Sort(without)
			at := func(d []time.Duration, p float64) float64 {
				return float64(d[int(p*float64(len(d)-1))].Nanoseconds()) / 1e6
			}
			b.ReportMetric(at(with, 0.5)/at(without, 0.5), "x-bare")
			b.ReportMetric(at(with, 0.5), "p50-ms")
			b.ReportMetric(at(with, 0.99), "p99-ms")
		})
	}
}

// BenchmarkCommitTogether has many writers on one organisation whose log is 30 ms away: those that come while a record
// is under way share the next.
func BenchmarkCommitTogether(b *testing.B) {
	for _, writers := range []int{1, 16, 64} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) {
			h, db := onDisk(b, ltxlog.Sync, away)
			work := make(chan struct{})
			var wg sync.WaitGroup
			for range writers {
				wg.Go(func() {
					for range work {
						if err := h.comment(db); err != nil {
							b.Error(err)
						}
					}
				})
			}
			for b.Loop() {
				work <- struct{}{}
			}
			close(work)
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
		})
	}
}
