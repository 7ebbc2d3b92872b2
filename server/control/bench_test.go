package control_test

import (
	"fmt"
	"slices"
	"testing"

	"assay/server/control"
	"assay/server/op"
	"assay/server/optest"
	"assay/storage"
)

// tenThousand is a tenant with two products and 10,000 controls, each with an evidence request and two
// requirements, and half of them with a tag.
func tenThousand(b *testing.B) *optest.API {
	api := optest.New(b, control.Module)
	claims := []string{"not_started", "in_progress", "implemented", "implemented", "gap"}
	api.Seed(slices.Concat(control.Module.Owns, control.Module.Also, []string{"framework", "requirement", "evidence", "file", "scope", "framework_scope", "tag", "record_tag"}), func(tx *storage.WriteTx) error {
		run := func(q string, args ...any) {
			if err := tx.Exec(q, args...); err != nil {
				b.Fatal(err)
			}
		}
		run("INSERT INTO framework (id, key, name, short, source, created_at, updated_at) VALUES ('f', 'f', 'Framework', 'FW', 'builtin', '', '')")
		for _, p := range []string{"p1", "p2"} {
			run("INSERT INTO scope (id, name, kind, created_at) VALUES (?1, ?1, 'product', '')", p)
			run("INSERT INTO framework_scope (framework, scope, updated_at) VALUES ('f', ?, '')", p)
		}
		for _, t := range []string{"t0", "t1", "t2"} {
			run("INSERT INTO tag (id, name, created_at) VALUES (?1, ?1, '')", t)
		}
		for i := range 500 {
			run("INSERT INTO requirement (id, framework, ref, title, position, updated_at) VALUES (?1, 'f', ?1, 'A requirement', ?2, '')", fmt.Sprintf("R%03d", i), i)
		}
		for i := range 10_000 {
			id := fmt.Sprintf("C%05d", i)
			run("INSERT INTO control (id, ref, sort_ref, title, description, domain, owner, created_at, updated_at) VALUES (?1, ?1, ?1, ?2, ?3, ?4, ?5, ?6, ?6)",
				id, fmt.Sprintf("Control number %d about access and logs", i%977), "A description that says in a sentence or two what is done here and by whom, so that search has something to read.",
				fmt.Sprintf("Domain %d", i%20), []string{"", "admin", "user"}[i%3], fmt.Sprintf("2026-01-%02dT00:00:00.000Z", i%28+1))
			run("INSERT INTO control_status (control, scope, status, changed_at) VALUES (?, 'organisation', ?, '')", id, claims[i%5])
			if i%10 == 0 { // kept per product
				run("INSERT INTO control_status (control, scope, status, changed_at) VALUES (?1, 'p1', ?2, ''), (?1, 'p2', ?3, '')", id, claims[i%5], claims[i%3])
			}
			run("INSERT INTO evidence (id, name, created_at, updated_at) VALUES (?1, 'Proof', '', '')", id)
			run("INSERT INTO evidence_control (evidence, control) VALUES (?1, ?1)", id)
			if i%2 == 0 {
				run(`INSERT INTO file (id, evidence, number, name, type, size, sha256, object, collected_on, uploaded_at, review)
					VALUES (?1, ?1, 1, 'x', 'x', 1, 'x', ?1, ?2, '', 'accepted')`, id, fmt.Sprintf("2025-%02d-01", i%12+1))
			}
			if i%2 == 0 {
				run("INSERT INTO record_tag (tag, kind, record) VALUES (?, 'control', ?)", fmt.Sprint("t", i%3), id)
			}
			for j := range 2 {
				run("INSERT INTO mapping (id, control, requirement, created_at) VALUES (?, ?, ?, '')", fmt.Sprint(id, j), id, fmt.Sprintf("R%03d", (i+j*250)%500))
			}
		}
		return nil
	})
	return api
}

// The budget is a p95 below 20 ms in the server, and at most three times the bare SQL.
func BenchmarkList10000(b *testing.B) {
	api := tenThousand(b)
	api.Times(b,
		"/controls", "/controls?q=access&page=3", "/controls?q=access+977", "/controls?status=gap&sort=title", "/controls?domain=Domain+3&sort=-updated_at",
		"/controls?owner=user", "/controls?owner=user&page=20", "/controls?tag=t1", "/controls?tag=none", "/controls?effective=unproven",
		"/controls?framework=f", "/controls?framework=f&evidence=partial", "/controls?sort=effective", "/controls?sort=owner",
		"/controls?scope=p1", "/controls?scope=p1&status=gap&sort=title", "/controls?scope=p1&effective=unproven", "/controls?scope=p1&sort=effective",
		"/controls/facets", "/controls/facets?q=access", "/controls/facets?scope=p1")
	for name, q := range map[string]string{
		"gap by title": "SELECT c.id, c.ref, c.title, s.status FROM control c JOIN control_status s ON s.control = c.id AND s.scope = 'organisation' WHERE s.status = 'gap' ORDER BY c.title, c.id LIMIT 50",
		"first page":   "SELECT c.id, c.ref, c.title, s.status FROM control c LEFT JOIN control_status s ON s.control = c.id AND s.scope = 'organisation' ORDER BY c.sort_ref, c.id LIMIT 50",
	} {
		b.Run("bare SQL: "+name, func(b *testing.B) {
			db := api.DB()
			for b.Loop() {
				err := db.Read(b.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
					rows, err := tx.Query(q)
					if err != nil {
						return err
					}
					if _, err := op.Scan(rows, func(r op.Row) (x [4]string, err error) { return x, r.Scan(&x[0], &x[1], &x[2], &x[3]) }); err != nil {
						return err
					}
					var n int
					return tx.QueryRow("SELECT count(*) FROM control_status WHERE scope = 'organisation' AND status = 'gap'").Scan(&n)
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A bulk change of every row, and its settling.
func BenchmarkBulk10000(b *testing.B) {
	api := tenThousand(b)
	i := 0
	for b.Loop() {
		var out control.ControlBulk
		api.Must("POST", "/controls/bulk", map[string]any{"match": map[string]any{"q": "Control"}, "set": map[string]any{"status": []string{"in_progress", "implemented"}[i%2]}}, &out)
		i++
	}
}
