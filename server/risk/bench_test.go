package risk_test

import (
	"testing"

	"assay/server/optest"
	"assay/server/risk"
	"assay/storage"
)

// The budget is a p95 below 20 ms for a page of 50 out of 10,000, with filter, sort and total.
func BenchmarkList10000(b *testing.B) {
	api := optest.New(b, risk.Module)
	api.Seed([]string{"risk"}, func(tx *storage.WriteTx) error {
		return tx.Exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
			INSERT INTO risk (id, ref, title, description, plan, category, owner, status, inherent_likelihood, inherent_impact, residual_likelihood, residual_impact,
				treatment, due_on, created_at, updated_at)
			SELECT format('r%05d', i), format('RSK-%04d', i), 'Risk ' || (i * 7919 % 10000), 'What could happen, in a sentence or two, so that search has something to read.', 'How it is treated.',
				CASE i % 6 WHEN 0 THEN '' ELSE 'Category ' || (i % 6) END, CASE i % 3 WHEN 0 THEN 'user' WHEN 1 THEN 'admin' ELSE '' END,
				CASE i % 5 WHEN 0 THEN 'closed' WHEN 1 THEN 'in_progress' WHEN 2 THEN 'mitigated' ELSE 'open' END, 1 + i % 5, 1 + i * 3 % 5,
				CASE i % 4 WHEN 0 THEN 0 ELSE 1 + i % 3 END, CASE i % 4 WHEN 0 THEN 0 ELSE 1 + i % 5 END, CASE i % 2 WHEN 0 THEN 'mitigate' ELSE '' END,
				CASE i % 7 WHEN 0 THEN '' ELSE date('2026-03-02', (i * 17 % 200 - 100) || ' days') END, 'at ' || i, 'at ' || (i * 31 % 10000) FROM n`)
	})
	api.Times(b, "/risks", "/risks?status=open,in_progress", "/risks?level=critical", "/risks?sort=title&page=20", "/risks?overdue=true&sort=due_on", "/risks?owner=user",
		"/risks?sort=owner", "/risks?sort=-updated_at", "/risks?q=sentence&page=3", "/risks?of=residual&likelihood=3&impact=3", "/risks/facets", "/risks/figures")
}
