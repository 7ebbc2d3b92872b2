package evidence_test

import (
	"testing"

	"assay/server/evidence"
	"assay/server/optest"
	"assay/storage"
)

// The budget is a p95 below 20 ms for a page of 50 out of 10,000, with filter, sort and total.
func BenchmarkList(b *testing.B) {
	api := optest.New(b, evidence.Module)
	api.Seed([]string{"evidence", "file", "control", "evidence_control", "cycle", "framework", "requirement", "mapping", "tag", "record_tag"}, func(tx *storage.WriteTx) error {
		for _, q := range []string{
			`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
				INSERT INTO control (id, ref, sort_ref, title, created_at, updated_at) SELECT 'c' || i, 'C-' || i, 'C-' || i, 'Control ' || i, '', '' FROM n`,
			`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
				INSERT INTO evidence (id, name, category, owner, created_at, updated_at)
				SELECT 'e' || i, 'Request ' || (i * 7919 % 10000), 'Category ' || (i % 20), CASE i % 3 WHEN 0 THEN 'user' ELSE '' END, '', 'at ' || (i * 31 % 10000) FROM n`,
			`INSERT INTO file (id, evidence, number, name, type, size, sha256, object, collected_on, uploaded_at, review)
				SELECT 'f' || id, id, 1, 'a.pdf', 'application/pdf', 1, '', '', date('2026-03-02', '-' || (rowid * 17 % 500) || ' days'), '', 'accepted' FROM evidence WHERE rowid % 5 > 0`,
			`INSERT INTO evidence_control (evidence, control) SELECT id, 'c' || (rowid % 500 + 1) FROM evidence`,
			`INSERT INTO cycle (id, evidence, number, latest, state, opens_on, due_on, created_at)
				SELECT 'y' || n || id, id, n, n = 2, CASE WHEN n = 1 THEN 'accepted' WHEN rowid % 3 THEN 'scheduled' ELSE 'open' END, '2026-02-01', date('2026-03-02', (rowid % 60 - 30) || ' days'), ''
				FROM evidence, (SELECT 1 AS n UNION ALL SELECT 2) WHERE rowid % 4 > 0`,
			`INSERT INTO framework (id, key, name, short, source, created_at, updated_at) VALUES ('f', 'f', 'Framework', 'FW', 'builtin', '', '')`,
			`INSERT INTO requirement (id, framework, ref, title, position, updated_at) SELECT 'r' || id, 'f', ref, 'A requirement', rowid, '' FROM control WHERE rowid % 2`,
			`INSERT INTO mapping (id, control, requirement, created_at) SELECT c.id || q.id, c.id, q.id, '' FROM control c JOIN requirement q ON q.position BETWEEN c.rowid AND c.rowid + 5`,
			`INSERT INTO tag (id, name, created_at) VALUES ('t', 't', '')`,
			`INSERT INTO record_tag (tag, kind, record) SELECT 't', 'evidence', id FROM evidence WHERE rowid % 4 = 0`,
		} {
			if err := tx.Exec(q); err != nil {
				return err
			}
		}
		return nil
	})
	api.Times(b,
		"/evidence", "/evidence?page=150", "/evidence?status=expired", "/evidence?status=expiring_soon&sort=-expires_on", "/evidence?sort=status",
		"/evidence?sort=category", "/evidence?sort=cycle_due", "/evidence?owner=user&sort=owner", "/evidence?owner=user", "/evidence?cycle=open,overdue",
		"/evidence?q=request+77", "/evidence?q=request&page=3", "/evidence?control=c7", "/evidence?framework=f", "/evidence?tag=t", "/evidence?due=90",
		"/evidence/facets", "/evidence/health")
}
