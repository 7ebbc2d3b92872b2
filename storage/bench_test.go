//go:build unix

package storage_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"assay/storage"
	"assay/storage/keys"
)

const newScope = "INSERT INTO scope (id, name, kind, created_at) VALUES (?, 'Payments', 'product', '2026-03-01T09:00:00.000Z')"

// cpu is the processor time of this process, which a busy machine does not change as it does the time on the
// wall.
func cpu(b *testing.B) time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		b.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// BenchmarkWrite compares an audited, durable write with what any program would do by hand: the same row in a
// table with the same indexes, and a plain audit row, through the same driver at the same synchronous. The budget
// is 1.3 of bare.
func BenchmarkWrite(b *testing.B) {
	f := open(b) // first, because the process chooses its kind of file locks once
	db := f.tenant()
	for _, c := range []struct{ name, table, q string }{
		{"plain", "comment", "INSERT INTO comment (id, kind, record, body, author, created_at) VALUES (?, 'control', 'x', 'Is this still so?', 'p1', '2026-03-01T09:00:00.000Z')"},
		{"searched", "task", "INSERT INTO task (id, title, description, due_on, created_at, updated_at) VALUES (?, 'Review who may enter', 'Twice a year', '2026-04-01', '2026-03-01T09:00:00.000Z', '')"},
		{"searched and sealed", "person", "INSERT INTO person (id, name, email, created_at, updated_at) VALUES (?, 'Grace Hopper of the navy', '', '2026-03-01T09:00:00.000Z', '')"},
		{"with a heavy trigger", "scope", newScope},
	} {
		var bare float64
		measure := func(b *testing.B, write func() error) float64 {
			start := cpu(b)
			for b.Loop() {
				if err := write(); err != nil {
					b.Fatal(err)
				}
			}
			used := float64(cpu(b)-start) / float64(b.N)
			b.ReportMetric(used, "cpu-ns/op")
			return used
		}
		b.Run(c.name+"/bare", func(b *testing.B) {
			db := bareFile(b, c.table)
			bare = measure(b, func() error {
				tx, err := db.Begin()
				if err != nil {
					return err
				}
				defer tx.Rollback()
				if _, err := tx.Exec(c.q, rand.Text()); err != nil {
					return err
				}
				if _, err := tx.Exec("INSERT INTO audit_log (at, actor, action, detail) VALUES (?, ?, ?, ?)", time.Now().UTC().Format(storage.Instant), "p1", "scope.create",
					`{"table":"scope","pk":"x","op":"insert","set":{"name":[null,"Payments"],"kind":[null,"product"],"created_at":[null,"2026-03-01T09:00:00.000Z"]}}`); err != nil {
					return err
				}
				return tx.Commit()
			})
		})
		b.Run(c.name+"/audited", func(b *testing.B) {
			by := call(c.table+".create", c.table)
			used := measure(b, func() error {
				_, err := db.Write(context.Background(), by, func(tx *storage.WriteTx) error { return tx.Exec(c.q, tx.NewID()) })
				return err
			})
			if bare > 0 {
				b.ReportMetric(used/bare, "x-bare")
			}
		})
	}
}

// bareFile is a file with one table of the schema and its indexes, and a plain audit log.
func bareFile(b *testing.B, table string) *sql.DB {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "p.db")+"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	qs := regexp.MustCompile(`(?ms)^CREATE TABLE `+table+` \(.*?^[^\n]*\) STRICT;|^CREATE (UNIQUE )?INDEX \w+ ON `+table+` [^\n]*;`).FindAllString(schema, -1)
	for _, q := range append(qs,
		"CREATE TABLE audit_log (id INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL) STRICT",
		"CREATE INDEX a1 ON audit_log (at)", "CREATE INDEX a2 ON audit_log (actor)") {
		if _, err := db.Exec(q); err != nil {
			b.Fatal(err)
		}
	}
	return db
}

// BenchmarkOpen is the cold open of a tenant: identity, schema, audit log, and one read. Budget: 30 ms.
func BenchmarkOpen(b *testing.B) {
	f := open(b)
	other := f.NewID()
	if err := f.CreateTenant(context.Background(), other); err != nil {
		b.Fatal(err)
	}
	dir, k := f.dir, f.keys
	f.Close()
	s, err := storage.Open(context.Background(), storage.Config{Dir: dir, Keys: k, MaxOpen: 1})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	ids := []string{f.id, other}
	for i := 0; b.Loop(); i++ {
		db, done, err := s.Tenant(context.Background(), ids[i%2]) // with room for one, each open is a cold one
		if err != nil {
			b.Fatal(err)
		}
		if err := db.Read(context.Background(), storage.Call{}, func(tx *storage.ReadTx) error {
			var n int
			return tx.QueryRow("SELECT count(*) FROM person").Scan(&n)
		}); err != nil {
			b.Fatal(err)
		}
		done()
	}
}

// BenchmarkVerify recomputes a log of 10,000 records; I3 allows 5 s for 100,000.
func BenchmarkVerify(b *testing.B) {
	f := open(b)
	db := f.tenant()
	for range 10_000 / 100 {
		for range 100 {
			if _, err := db.Record(context.Background(), people, storage.Event{Subject: "x", Detail: map[string]any{"n": 1}}); err != nil {
				b.Fatal(err)
			}
		}
	}
	for b.Loop() {
		if rep, err := db.Verify(context.Background()); err != nil || !rep.OK() {
			b.Fatal(err, rep)
		}
	}
}

// BenchmarkManyTenants reads from many tenants at once: the process has one page-cache lock for all.
func BenchmarkManyTenants(b *testing.B) {
	s, err := storage.Open(context.Background(), storage.Config{Dir: b.TempDir(), Keys: keys.NewMemory(nil)})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	var dbs []*storage.DB
	for range 20 {
		id := s.NewID()
		if err := s.CreateTenant(context.Background(), id); err != nil {
			b.Fatal(err)
		}
		db, done, err := s.Tenant(context.Background(), id)
		if err != nil {
			b.Fatal(err)
		}
		defer done()
		if _, err := db.Write(context.Background(), people, func(tx *storage.WriteTx) error {
			for range 500 {
				if err := tx.Exec(newPerson, tx.NewID(), "Ada"); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
		dbs = append(dbs, db)
	}
	for _, readers := range []int{1, 2, 8} {
		b.Run(fmt.Sprint("readers=", readers), func(b *testing.B) {
			var wg sync.WaitGroup
			per := b.N/readers + 1
			b.ResetTimer()
			for g := range readers {
				wg.Go(func() {
					for i := range per {
						if err := dbs[(g*7+i)%len(dbs)].Read(context.Background(), storage.Call{}, func(tx *storage.ReadTx) error {
							rows, err := tx.Query("SELECT id, name FROM person ORDER BY name, id LIMIT 50")
							if err != nil {
								return err
							}
							defer rows.Close()
							for rows.Next() {
							}
							return rows.Err()
						}); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
		})
	}
}
