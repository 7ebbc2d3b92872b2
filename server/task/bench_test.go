package task_test

import (
	"testing"

	"assay/server/optest"
	"assay/server/task"
	"assay/storage"
)

// The budget is a p95 below 20 ms for a page of 50 out of 10,000, with filter, sort and total.
func BenchmarkList10000(b *testing.B) {
	api := optest.New(b, task.Module)
	api.Seed([]string{"task"}, func(tx *storage.WriteTx) error {
		return tx.Exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
			INSERT INTO task (id, title, description, status, owner, due_on, kind, record, source, created_at, created_by, updated_at)
			SELECT format('t%05d', i), 'Task ' || (i * 7919 % 10000), 'What is to be done, in a sentence or two, so that search has something to read.',
				CASE i % 5 WHEN 0 THEN 'done' WHEN 1 THEN 'in_progress' WHEN 2 THEN 'cancelled' ELSE 'open' END, CASE i % 3 WHEN 0 THEN 'user' WHEN 1 THEN 'admin' ELSE '' END,
				CASE i % 7 WHEN 0 THEN '' ELSE date('2026-03-02', (i * 17 % 200 - 100) || ' days') END, CASE i % 2 WHEN 0 THEN 'control' ELSE '' END,
				CASE i % 2 WHEN 0 THEN format('c%05d', i) ELSE '' END, CASE i % 4 WHEN 0 THEN 'evidence' ELSE 'person' END, 'at ' || i, 'admin', 'at ' || (i * 31 % 10000) FROM n`)
	})
	api.Times(b,
		"/tasks", "/tasks?status=open,in_progress", "/tasks?status=open&sort=title", "/tasks?due=overdue", "/tasks?owner=user&page=20", "/tasks?owner=me&due=7,30",
		"/tasks?sort=owner", "/tasks?sort=status", "/tasks?sort=-updated_at", "/tasks?q=sentence&page=3", "/tasks?kind=control&source=evidence", "/tasks/facets")
}
