package server

import (
	"slices"
	"testing"

	"assay/server/imports"
	"assay/server/op"
)

// TestRegistersComeInAgain exports every register that can be imported, as both kinds of file, and looks at what an
// import of that very file would do: nothing.
func TestRegistersComeInAgain(t *testing.T) {
	t.Parallel()
	h := open(t)
	admin := h.a.callers["admin"]
	var targets struct {
		Items []struct{ Name, Under string }
	}
	h.do(admin, "GET", "/imports/targets", nil, &targets)
	tried := 0
	for _, target := range targets.Items {
		export := slices.IndexFunc(h.ops, func(a action) bool { return a.Path == "/"+target.Name+"/export" })
		if target.Under != "" || export < 0 {
			continue
		}
		tried++
		var rows op.Page[map[string]any]
		h.do(admin, "GET", "/"+target.Name, nil, &rows)
		if rows.Total == 0 {
			t.Errorf("%s: the installation has none to export", target.Name)
		}
		for _, format := range []string{"csv", "xlsx"} {
			file := h.send(admin, asJSON("GET", "/"+target.Name+"/export?format="+format, nil))
			if !file.ok() {
				t.Fatalf("%s: %s", target.Name, file)
			}
			var d imports.TableImportDetail
			h.want(admin, asFile("/imports?target="+target.Name, target.Name+"."+format, file.body), &d)
			h.do(admin, "POST", "/imports/"+d.ID+"/check", map[string]any{"mapping": d.Mapping}, &d)
			if d.Same != rows.Total || d.Created+d.Changed+d.Refused > 0 {
				t.Errorf("%s as %s: %d rows: %d new, %d changed, %d same, %d refused: %+v", target.Name, format, rows.Total, d.Created, d.Changed, d.Same, d.Refused, d.Report)
			}
		}
	}
	if tried < 2 {
		t.Errorf("%d registers were tried", tried)
	}
}
