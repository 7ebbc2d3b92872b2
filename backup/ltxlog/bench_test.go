package ltxlog_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/backup/ltxlog"
	"assay/backup/ltxlog/ltxlogtest"
)

// slow is a log as far away as a bucket in the same region is said to be.
type slow struct{ ltxlog.Log }

func (l slow) Append(ctx context.Context, tenant string, seq uint64, rec ltxlog.Body) error {
	time.Sleep(30 * time.Millisecond)
	return l.Log.Append(ctx, tenant, seq, rec)
}

// BenchmarkCommit compares an acknowledged commit with a bare one on a file without a log: one row and an index,
// the two in turn, so that a busy machine is busy for both. x-bare is the ratio of their middles.
func BenchmarkCommit(b *testing.B) {
	file := func(b *testing.B) ltxlog.Log { return ltxlog.Sealed(ltxlog.FileLog{Dir: b.TempDir()}, keyOf) }
	bucket := func(b *testing.B) ltxlog.Log { return ltxlog.Sealed(s3Log(b), keyOf) }
	for _, c := range []struct {
		name string
		log  func(*testing.B) ltxlog.Log
		cfg  ltxlog.Config
		sync string
	}{
		{"local", file, ltxlog.Config{Durability: ltxlog.Local}, "FULL"},
		{"async", bucket, ltxlog.Config{Durability: ltxlog.Async}, "FULL"},
		{"sync-file", file, ltxlog.Config{Durability: ltxlog.Sync}, "FULL"},
		{"sync-S3", bucket, ltxlog.Config{Durability: ltxlog.Sync}, "FULL"},
		{"sync-S3-NORMAL", bucket, ltxlog.Config{Durability: ltxlog.Sync}, "NORMAL"},
	} {
		b.Run(c.name, func(b *testing.B) {
			o := start(b, c.log(b), filepath.Join(b.TempDir(), "a.db"), c.cfg)
			_, err := o.w.Exec("PRAGMA synchronous = " + c.sync)
			ok(b, err)
			bare, err := openWriter(filepath.Join(b.TempDir(), "bare.db"))
			ok(b, err)
			defer bare.Close()
			_, err = bare.Exec(schema)
			ok(b, err)
			insert := exec("INSERT INTO churn (v) VALUES (?)", strings.Repeat("v", 1000))
			var with, without []time.Duration
			for i := 0; b.Loop(); i++ {
				began := time.Now()
				tx, err := bare.Begin()
				ok(b, err)
				ok(b, insert(tx))
				ok(b, tx.Commit())
				between := time.Now()
				ok(b, o.write(b.Context(), insert))
				with, without = append(with, time.Since(between)), append(without, between.Sub(began))
				if i%400 == 399 {
					_, err := bare.Exec("PRAGMA wal_checkpoint(PASSIVE)")
					ok(b, err)
				}
			}
			slices.Sort(with)
			slices.Sort(without)
			p := func(d []time.Duration, of float64) time.Duration { return d[int(of*float64(len(d)-1))] }
			b.ReportMetric(float64(p(with, 0.5))/float64(p(without, 0.5)), "x-bare")
			b.ReportMetric(float64(p(with, 0.5).Microseconds()), "p50-µs")
			b.ReportMetric(float64(p(with, 0.99).Microseconds()), "p99-µs")
			ok(b, o.ship.Flush(b.Context()))
			if st := o.ship.Status(); st.Records > 0 {
				b.ReportMetric(float64(len(with))/float64(st.Records), "commits/record")
			}
		})
	}
}

// BenchmarkGroupCommit has many writers on a log that is 30 ms away.
func BenchmarkGroupCommit(b *testing.B) {
	for _, writers := range []int{1, 16, 64} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) {
			o := start(b, slow{&ltxlogtest.Memory{}}, filepath.Join(b.TempDir(), "a.db"), ltxlog.Config{})
			insert := exec("INSERT INTO churn (v) VALUES (?)", strings.Repeat("v", 1000))
			work := make(chan struct{})
			var wg sync.WaitGroup
			for range writers {
				wg.Go(func() {
					for range work {
						if err := o.write(b.Context(), insert); err != nil {
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

// filled is a tenant of about so many bytes, and 200 records since its snapshot.
func filled(b *testing.B, l ltxlog.Log, path string, size int) *owner {
	o := start(b, l, path, ltxlog.Config{SnapshotEvery: 1 << 60})
	ok(b, o.write(b.Context(), exec("WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ?) INSERT INTO churn (v) SELECT hex(randomblob(300)) FROM c", size/1400)))
	ok(b, snapshot(b, o))
	for i := range 200 {
		ok(b, o.write(b.Context(), exec("INSERT INTO ev (id, pad) VALUES (?, 'x')", fmt.Sprint(i))))
	}
	return o
}

func BenchmarkRestore(b *testing.B) {
	for _, c := range []struct {
		name string
		size int
		log  func(*testing.B) ltxlog.Log
	}{
		{"1MB-file", 1 << 20, func(b *testing.B) ltxlog.Log { return ltxlog.Sealed(ltxlog.FileLog{Dir: b.TempDir()}, keyOf) }},
		{"22MB-file", 22 << 20, func(b *testing.B) ltxlog.Log { return ltxlog.Sealed(ltxlog.FileLog{Dir: b.TempDir()}, keyOf) }},
		{"22MB-S3", 22 << 20, func(b *testing.B) ltxlog.Log { return ltxlog.Sealed(s3Log(b), keyOf) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			l := c.log(b)
			filled(b, l, filepath.Join(b.TempDir(), "a.db"), c.size)
			n := 0
			for b.Loop() {
				n++
				rep, err := ltxlog.Restore(b.Context(), l, tenant, filepath.Join(b.TempDir(), fmt.Sprint(n, ".db")), ltxlog.Point{}, ltxlog.RestoreOptions{Open: openSettled})
				ok(b, err)
				b.SetBytes(rep.Bytes)
			}
		})
	}
}

// BenchmarkOpen takes over a tenant whose file was closed here and is the newest state, as a pool does that closed
// it when idle.
func BenchmarkOpen(b *testing.B) {
	for name, size := range map[string]int{"1MB": 1 << 20, "22MB": 22 << 20} {
		b.Run(name, func(b *testing.B) {
			l := ltxlog.Sealed(ltxlog.FileLog{Dir: b.TempDir()}, keyOf)
			path := filepath.Join(b.TempDir(), "a.db")
			o := filled(b, l, path, size)
			ok(b, o.close(b.Context()))
			for b.Loop() {
				base, rep, err := ltxlog.Take(b.Context(), l, tenant, path, ltxlog.TakeOptions{Node: 1, Open: openSettled})
				ok(b, err)
				if rep.Seq != 0 || base.Seq == 0 {
					b.Fatal("it was restored")
				}
			}
		})
	}
}

// TestBeyondOneGiB takes a tenant past the page that SQLite keeps for its locks, through records, a snapshot, a
// fold, a restore and another owner.
func TestBeyondOneGiB(t *testing.T) {
	if !long {
		t.Skip("writes 4 GB: only with ASSAY_TORTURE=1")
	}
	l := ltxlog.Sealed(ltxlog.FileLog{Dir: t.TempDir()}, keyOf)
	dir := t.TempDir()
	o := start(t, l, filepath.Join(dir, "a.db"), ltxlog.Config{Deadline: 5 * time.Minute, Attempt: 5 * time.Minute, CheckpointBytes: 32 << 20})
	fill := func(tx *sql.Tx) error {
		_, err := tx.Exec("WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 64) INSERT INTO churn (v) SELECT printf('%.*c', 1000000, 'x') FROM c")
		return err
	}
	_, err := o.w.Exec("DROP INDEX churn_v")
	ok(t, err)
	for range 17 {
		ok(t, o.write(t.Context(), fill))
	}
	ok(t, snapshot(t, o))
	ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES ('last', 'x')")))
	st := o.ship.Status()
	t.Logf("%+v", st)
	if st.Folds == 0 || st.Foreign != 0 {
		t.Errorf("%+v", st)
	}
	other := start(t, l, filepath.Join(dir, "b.db"), ltxlog.Config{Node: 2, Deadline: 5 * time.Minute, Attempt: 5 * time.Minute})
	t.Logf("%+v", other.taken)
	if other.taken.Bytes < 1<<30+1<<20 || other.taken.Snapshot == 0 || other.taken.Records < 1 {
		t.Errorf("restored %+v", other.taken)
	}
	ok(t, other.write(t.Context(), fill))
	if dump(t, other.r) == dump(t, o.r) {
		t.Error("the second owner's write is missing")
	}
	if err := o.write(t.Context(), fill); err == nil {
		t.Error("the first owner was not fenced")
	}
}
