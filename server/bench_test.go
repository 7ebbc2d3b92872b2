package server

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"assay/storage"
)

// The budgets of the architecture, through the handler that the program serves: session, role, transaction,
// audit, JSON. go test ./server -run '^$' -bench . -benchtime 200x

// timed runs fn as often as the benchmark wants and prints the middle and the 95th percentile.
func timed(b *testing.B, fn func(i int)) (p95 time.Duration) {
	b.Helper()
	fn(0) // caches are warm
	var took []time.Duration
	i := 1
	for b.Loop() {
		at := time.Now()
		fn(i)
		took = append(took, time.Since(at))
		i++
	}
	slices.Sort(took)
	p50, p95 := took[len(took)/2], took[len(took)*95/100]
	b.ReportMetric(float64(p50.Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(p95.Microseconds())/1000, "p95-ms")
	return p95
}

// careful waits for the disk, as an installation does.
func careful(tb testing.TB) *house {
	h := open(tb)
	h.must(h.store.Close())
	dir := h.dir
	h2 := &house{installation: h.installation, careful: true}
	h2.start(tb, dir, h.now)
	return h2
}

// large is an organisation with 10,000 controls more, each with a request for evidence.
func large(tb testing.TB) *house {
	h := careful(tb)
	owns := []string{"control", "control_status", "control_effective", "evidence", "evidence_control", "file", "mapping"}
	h.write(h.a, owns, func(tx *storage.WriteTx) error {
		owners := []string{"", h.a.callers["user"].person, h.a.callers["admin"].person}
		for i := range 10_000 {
			id := fmt.Sprintf("C%025d", i)
			for _, q := range []struct {
				sql  string
				args []any
			}{
				{`INSERT INTO control (id, ref, sort_ref, title, description, domain, owner, created_at, updated_at) VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, ?7, ?7)`,
					[]any{id, fmt.Sprintf("BIG-%05d", i), fmt.Sprintf("Control number %d about access and logs", i%977), "What is done here, and by whom.", fmt.Sprint("Domain ", i%20), owners[i%3], fmt.Sprintf("2026-01-%02dT00:00:00.000Z", i%28+1)}},
				{"INSERT INTO control_status (control, scope, status, changed_at) VALUES (?, 'organisation', ?, '')", []any{id, []string{"not_started", "in_progress", "implemented", "implemented", "gap"}[i%5]}},
				{"INSERT INTO evidence (id, name, created_at, updated_at) VALUES (?1, 'Proof of ' || ?1, '', '')", []any{id}},
				{"INSERT INTO evidence_control (evidence, control) VALUES (?1, ?1)", []any{id}},
				{"INSERT INTO mapping (id, control, requirement, created_at) VALUES (?1, ?1, ?2, '')", []any{id, h.a.ids["requirement"][i%20]}},
			} {
				if err := tx.Exec(q.sql, q.args...); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return h
}

// BenchmarkList is a page of 50 out of 10,000 controls with filter, sort and total. Budget: p95 below 20 ms,
// and at most three times the bare SQL.
func BenchmarkList(b *testing.B) {
	h := large(b)
	var p95 time.Duration
	for _, path := range []string{"/controls", "/controls?status=implemented&sort=title", "/controls?domain=Domain+3&sort=-updated_at", "/controls?q=access&sort=title&page=3", "/evidence", "/members"} {
		b.Run(path[1:], func(b *testing.B) {
			took := timed(b, func(int) { h.do(h.a.callers["admin"], "GET", path, nil, nil) })
			if path == "/controls?status=implemented&sort=title" {
				p95 = took
			}
		})
	}
	b.Run("bare SQL of status=implemented&sort=title", func(b *testing.B) {
		db, err := sql.Open("sqlite", "file:"+filepath.Join(h.dir, "tenants", h.a.id+".db")+"?mode=ro")
		h.must(err)
		defer db.Close()
		bare := timed(b, func(int) {
			var n int
			h.must(db.QueryRow("SELECT count(*) FROM control c JOIN control_status s ON s.control = c.id AND s.scope = 'organisation' WHERE s.status = 'implemented'").Scan(&n))
			rows, err := db.Query(`SELECT c.id, c.ref, c.title, c.domain, c.owner, c.updated_at, c.version, s.status, coalesce(e.effective, ''), coalesce(p.requests, 0), coalesce(p.missing, 0), coalesce(n.name, '')
				FROM control c JOIN control_status s ON s.control = c.id AND s.scope = 'organisation' LEFT JOIN control_effective e ON e.control = c.id AND e.scope = 'organisation'
				LEFT JOIN control_proof p ON p.control = c.id AND p.scope = 'organisation' LEFT JOIN person n ON n.id = c.owner WHERE s.status = 'implemented' ORDER BY c.title, c.id LIMIT 50`)
			h.must(err)
			var v [12]any
			for rows.Next() {
				h.must(rows.Scan(&v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7], &v[8], &v[9], &v[10], &v[11]))
			}
			h.must(rows.Close())
		})
		if bare > 0 {
			b.ReportMetric(float64(p95)/float64(bare), "list/bare")
		}
	})
}

// BenchmarkRead is what people look at most: one record, the dashboard, a tree of 1,300 rows.
func BenchmarkRead(b *testing.B) {
	h := large(b)
	admin := h.a.callers["admin"]
	tree := h.a.id1("framework")
	if id, err := nist(h); err == nil {
		tree = id
	}
	for name, path := range map[string]string{"get by id": "/controls/C0000000000000000000001234", "dashboard": "/dashboard", "tree": "/frameworks/" + tree + "/requirements", "session": "/session"} {
		b.Run(name, func(b *testing.B) { timed(b, func(int) { h.do(admin, "GET", path, nil, nil) }) })
	}
}

// BenchmarkCreate is an audited, durable create through everything.
func BenchmarkCreate(b *testing.B) {
	h := careful(b)
	n := 0
	timed(b, func(i int) {
		n++
		h.do(h.a.callers["admin"], "POST", "/controls", m{"ref": fmt.Sprint("N-", n), "title": "A new control"}, nil)
	})
}

// BenchmarkColdOpen is the first request to an organisation that was closed. Budget: 30 ms.
func BenchmarkColdOpen(b *testing.B) {
	h := careful(b)
	dir, k := h.dir, h.srv.cfg.Keys
	h.must(h.store.Close())
	s, err := storage.Open(context.Background(), storage.Config{Dir: dir, Keys: k, MaxOpen: 1})
	h.must(err)
	defer s.Close()
	timed(b, func(i int) {
		db, done, err := s.Tenant(context.Background(), []string{h.a.id, h.b.id}[i%2]) // with room for one, each opening is a cold one
		h.must(err)
		h.must(db.Read(context.Background(), storage.Call{}, func(tx *storage.ReadTx) error {
			var n int
			return tx.QueryRow("SELECT count(*) FROM control").Scan(&n)
		}))
		done()
	})
}

const nistFile = "../../shared/data/real/oscal/nist-800-53r5/NIST_SP-800-53_rev5_catalog-min.v1.0.0.json"

// nist imports NIST SP 800-53 and gives the framework's id.
func nist(h *house) (string, error) {
	content, err := os.ReadFile(nistFile)
	if err != nil {
		return "", err
	}
	var out struct{ Framework struct{ ID string } }
	h.want(h.a.callers["admin"], asFile("/frameworks/import?short=NIST", "nist.json", content), &out)
	return out.Framework.ID, nil
}

// BenchmarkImportNIST imports NIST SP 800-53 revision 5 through the upload. Budget: 2 s.
func BenchmarkImportNIST(b *testing.B) {
	if _, err := os.Stat(nistFile); err != nil {
		b.Skip("the catalog is not here:", err)
	}
	for b.Loop() {
		b.StopTimer()
		h := careful(b)
		b.StartTimer()
		if _, err := nist(h); err != nil {
			b.Fatal(err)
		}
	}
}
