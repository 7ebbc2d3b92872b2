package op_test

import (
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"assay/server/op"
	"assay/server/optest"
	"assay/storage"
)

func names(p op.Page[Thing]) (n []string) {
	for _, t := range p.Items {
		n = append(n, t.Name)
	}
	return n
}

func TestList(t *testing.T) {
	api := fixture(t)
	api.Seed([]string{"scope"}, func(tx *storage.WriteTx) error {
		for i, name := range []string{"delta 100%", "alpha", "charlie_x", "bravo", `echo\`} {
			kind := []string{"good", "bad"}[i%2]
			if err := tx.Exec("INSERT INTO scope (id, name, kind, created_at) VALUES (?, ?, ?, '')", fmt.Sprint(i), name, kind); err != nil {
				return err
			}
		}
		return nil
	})
	for path, want := range map[string][]string{
		"/things":                       {"alpha", "bravo", "charlie_x", "delta 100%", `echo\`},
		"/things?sort=-name":            {`echo\`, "delta 100%", "charlie_x", "bravo", "alpha"},
		"/things?sort=kind&limit=2":     {"alpha", "bravo"},
		"/things?sort=length":           {"alpha", "bravo", `echo\`, "charlie_x", "delta 100%"}, // as long as others: by id
		"/things?sort=-length&kind=bad": {"bravo", "alpha"},
		"/things?sort=length&q=nothing": nil,
		"/things?kind=bad":              {"alpha", "bravo"},
		"/things?kind=bad,good&limit=1": {"alpha"},
		"/things?q=a%20o":               {"bravo", "charlie_x", "delta 100%"}, // every word, in any column: "good" has an o
		"/things?q=lie%20oo":            {"charlie_x"},
		"/things?q=100%25":              {"delta 100%"},
		"/things?q=%25":                 {"delta 100%"}, // a % is a letter
		"/things?q=_":                   {"charlie_x"},
		"/things?q=%5C":                 {`echo\`},
		"/things?name=bravo":            {"bravo"},
		"/things?q=nothing":             nil,
		"/things?page=2&limit=2":        {"charlie_x", "delta 100%"},
		"/things?page=9":                nil,
		"/things?q=%27%3B+DROP+TABLE+x": nil,
		"/things?q=good&sort=name":      {"charlie_x", "delta 100%", `echo\`},
		"/things?q=ALPHA":               {"alpha"},
	} {
		var p op.Page[Thing]
		api.Must("GET", path, nil, &p)
		if diff := cmp.Diff(want, names(p)); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
		if !strings.Contains(api.Body(), `"items":[`) {
			t.Errorf("%s: no array: %s", path, api.Body())
		}
	}
	for _, sort := range []string{"name", "-length"} {
		var p op.Page[Thing]
		api.Must("GET", "/things?page=2&limit=2&sort="+sort, nil, &p)
		if p.Total != 5 || p.Page != 2 || p.Limit != 2 || len(p.Items) != 2 {
			t.Errorf("by %s: %+v", sort, p)
		}
		api.Must("GET", "/things?page=9&limit=2&sort="+sort, nil, &p)
		if p.Total != 5 || len(p.Items) != 0 {
			t.Errorf("by %s, beyond the end: %+v", sort, p)
		}
	}
	// Facets look at the search alone, so that the menu shows what else there is.
	var f map[string][]op.FacetValue
	api.Must("GET", "/things/facets?kind=bad&name=bravo", nil, &f)
	if diff := cmp.Diff(map[string][]op.FacetValue{"kind": {{"bad", 2}, {"good", 3}}, "archived": {{"", 5}}}, f); diff != "" {
		t.Error(diff)
	}
	api.Must("GET", "/things/facets?q=alpha", nil, &f)
	if diff := cmp.Diff([]op.FacetValue{{"bad", 1}}, f["kind"]); diff != "" {
		t.Error(diff)
	}
	// A bulk operation takes the same filter in its body.
	var n Changed
	api.Must("POST", "/things/bulk", `{"match":{"kind":["bad"],"sort":"-name"},"kind":"good"}`, &n)
	if n.Count != 2 || api.Count("SELECT count(*) FROM scope WHERE kind = 'bad'") != 0 {
		t.Errorf("bulk: %+v", n)
	}
	if got := api.Do("POST", "/things/bulk", `{"match":{"evil":1},"kind":"good"}`, nil); got != 422 || api.FieldError("match.evil") == "" {
		t.Errorf("bulk with an unknown filter: %d %s", got, api.Body())
	}
}

func TestFacetsOfAnyText(t *testing.T) {
	api := fixture(t)
	var f map[string][]op.FacetValue
	api.Must("GET", "/things/facets", nil, &f)
	if diff := cmp.Diff(map[string][]op.FacetValue{"kind": {}, "archived": {}}, f); diff != "" {
		t.Errorf("of no rows: %s", diff)
	}
	kinds := []string{"", "\t", "\x1f", `", "`, `\`, "]", "a", "a ", "z", "é", "\U0001f512"} // in the order of their bytes
	api.Seed([]string{"scope"}, func(tx *storage.WriteTx) error {
		for i := range 5 * len(kinds) {
			if err := tx.Exec("INSERT INTO scope (id, name, kind, archived, created_at) VALUES (?, 'x', ?, ?, '')", fmt.Sprint(i), kinds[i%len(kinds)], i%2); err != nil {
				return err
			}
		}
		return nil
	})
	var want []op.FacetValue
	for _, k := range kinds {
		want = append(want, op.FacetValue{Value: k, Count: 5})
	}
	api.Must("GET", "/things/facets", nil, &f)
	if diff := cmp.Diff(map[string][]op.FacetValue{"kind": want, "archived": {{Value: "", Count: 28}, {Value: "1", Count: 27}}}, f); diff != "" {
		t.Error(diff)
	}
}

// payloads are the twelve ways to make a spreadsheet run something.
var payloads = []string{"=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", `=HYPERLINK("http://x","y")`, "=1+1\n", "@x", "-2+3", "+A1"}

func TestExport(t *testing.T) {
	api := fixture(t)
	api.Seed([]string{"scope"}, func(tx *storage.WriteTx) error {
		for i, name := range append(payloads, `quote " comma , ünï`, "plain") {
			if err := tx.Exec("INSERT INTO scope (id, name, kind, created_at) VALUES (?, ?, 'good', '')", fmt.Sprintf("%02d", i), name); err != nil {
				return err
			}
		}
		return nil
	})
	api.As(op.Auditor).Must("GET", "/things/export?sort=kind", nil, nil)
	h := api.Last().Header
	if h.Get("Content-Type") != "text/csv; charset=utf-8" || h.Get("Content-Disposition") != "attachment; filename=things-2026-03-02.csv; filename*=UTF-8''things-2026-03-02.csv" ||
		h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Security-Policy") != "sandbox; default-src 'none'" || h.Get("Assay-Audit") == "" {
		t.Errorf("headers: %v", h)
	}
	body, ok := strings.CutPrefix(api.Body(), "\ufeff")
	if !ok {
		t.Error("no byte order mark")
	}
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Name", "Its kind", "Version"}, rows[0]); diff != "" {
		t.Error(diff)
	}
	if len(rows) != 15 {
		t.Fatalf("%d rows", len(rows))
	}
	harmless := func(where, cell, payload string) {
		t.Helper()
		if want := strings.ReplaceAll("'"+payload, "\r\n", "\n"); cell != want && strings.TrimRight(cell, "\n") != strings.TrimRight(want, "\n") {
			t.Errorf("%s: %q came out as %q", where, payload, cell)
		}
	}
	for i, p := range payloads {
		harmless("csv", rows[i+1][0], strings.ReplaceAll(p, "\r", "")) // the line ends are CRLF, so a lone CR is not written
	}
	if rows[13][0] != `quote " comma , ünï` || rows[14][0] != "plain" || rows[14][2] != "1" {
		t.Errorf("%q %q", rows[13], rows[14])
	}

	api.Must("GET", "/things/export?sort=kind&format=xlsx&columns=version,name", nil, nil)
	f, err := excelize.OpenReader(strings.NewReader(api.Body()))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cells, err := f.GetRows("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Version", "Name"}, cells[0]); diff != "" {
		t.Error(diff)
	}
	for i, p := range payloads {
		at := fmt.Sprintf("B%d", i+2)
		if formula, _ := f.GetCellFormula("Sheet1", at); formula != "" {
			t.Errorf("%s is a formula: %s", at, formula)
		}
		harmless("xlsx", strings.ReplaceAll(cells[i+1][1], "_x000D_", "\r"), p)
	}
	if kind, _ := f.GetCellType("Sheet1", "A2"); kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber {
		t.Errorf("a number is %v", kind)
	}
	if n := api.Count("SELECT count(*) FROM audit WHERE action = 'thing.export'"); n != 2 {
		t.Errorf("%d records of 2 exports", n)
	}
	api.Must("GET", "/things/export?kind=bad", nil, nil)
	if rows, _ := csv.NewReader(strings.NewReader(strings.TrimPrefix(api.Body(), "\ufeff"))).ReadAll(); len(rows) != 1 {
		t.Errorf("filtered export: %d rows", len(rows))
	}
}

func TestExportOfTenThousand(t *testing.T) {
	api := fixture(t)
	many(t, api, 10_000)
	api.Must("GET", "/things/export", nil, nil)
	if n := strings.Count(api.Body(), "\r\n"); n != 10_001 {
		t.Errorf("csv: %d lines", n)
	}
	api.Must("GET", "/things/export?format=xlsx", nil, nil)
	f, err := excelize.OpenReader(strings.NewReader(api.Body()))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if rows, err := f.GetRows("Sheet1"); err != nil || len(rows) != 10_001 {
		t.Errorf("xlsx: %d rows, %v", len(rows), err)
	}
}

func many(tb testing.TB, api *optest.API, n int) {
	tb.Helper()
	api.Seed([]string{"scope"}, func(tx *storage.WriteTx) error {
		return tx.Exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
			INSERT INTO scope (id, name, kind, created_at) SELECT printf('%06d', i), 'thing ' || i, 'good', '' FROM n`, n)
	})
}

func BenchmarkList(b *testing.B) {
	api := fixture(b)
	many(b, api, 10_000)
	for b.Loop() {
		api.Must("GET", "/things?q=77&sort=-name&limit=50", nil, nil)
	}
}
