package evidence_test

import (
	"testing"

	"assay/server/evidence"
	"assay/server/op"
	"assay/server/optest"
	"assay/storage"
)

// The budget is 20 ms for a page of 50 out of 10,000, with filter, sort and total.
func BenchmarkList(b *testing.B) {
	api := optest.New(b, evidence.Module)
	api.Seed([]string{"evidence", "file", "control", "evidence_control"}, func(tx *storage.WriteTx) error {
		for _, q := range []string{
			`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
				INSERT INTO control (id, ref, sort_ref, title, created_at, updated_at) SELECT 'c' || i, 'C-' || i, 'C-' || i, 'Control ' || i, '', '' FROM n`,
			`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
				INSERT INTO evidence (id, name, category, owner, created_at, updated_at)
				SELECT 'e' || i, 'Request ' || (i * 7919 % 10000), 'Category ' || (i % 20), CASE i % 3 WHEN 0 THEN 'user' ELSE '' END, '', 'at ' || (i * 31 % 10000) FROM n`,
			`INSERT INTO file (id, evidence, number, name, type, size, sha256, object, collected_on, uploaded_at, review)
				SELECT 'f' || id, id, 1, 'a.pdf', 'application/pdf', 1, '', '', date('2026-03-02', '-' || (rowid * 17 % 500) || ' days'), '', 'accepted' FROM evidence WHERE rowid % 5 > 0`,
			`INSERT INTO evidence_control (evidence, control) SELECT id, 'c' || (rowid % 500 + 1) FROM evidence`,
		} {
			if err := tx.Exec(q); err != nil {
				return err
			}
		}
		return nil
	})
	for _, path := range []string{"", "?page=150", "?status=expired", "?status=expiring_soon&sort=-expires_on", "?sort=status", "?sort=category", "?owner=user&sort=owner", "?q=request+77", "?control=c7", "/facets", "/health"} {
		b.Run(path, func(b *testing.B) {
			for range b.N {
				var p op.Page[evidence.Evidence]
				var out any = &p
				if path[:min(1, len(path))] == "/" {
					out = nil
				}
				if got := api.Do("GET", "/evidence"+path, nil, out); got != 200 {
					b.Fatal(got, api.Body())
				}
			}
		})
	}
}
