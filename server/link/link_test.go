package link_test

import (
	"fmt"
	"testing"

	"assay/server/control"
	"assay/server/evidence"
	"assay/server/framework"
	"assay/server/link"
	"assay/server/op"
	"assay/server/optest"
	"assay/server/record"
)

type m = map[string]any

func controls(t *testing.T, n int) (api *optest.API, ids []string) {
	api = optest.New(t, control.Module, evidence.Module, framework.Module, link.Module)
	for i := range n {
		var c struct{ ID string }
		api.Must("POST", "/controls", m{"ref": fmt.Sprintf("C-%02d", i), "title": fmt.Sprintf("Control %d", i)}, &c)
		ids = append(ids, c.ID)
	}
	return api, ids
}

func links(api *optest.API, id string) []link.RecordLink {
	var l link.RecordLinks
	api.Must("GET", "/records/control/"+id+"/links", nil, &l)
	return l.Items
}

// A link is seen from both ends, each in its own direction; where it says the same both ways there is one.
func TestLinkFromBothEnds(t *testing.T) {
	api, c := controls(t, 3)
	if l := links(api, c[0]); len(l) != 0 || l == nil {
		t.Errorf("%+v", l)
	}
	add := func(from, kind, to string, inverse bool) int {
		return api.As(op.User).Do("POST", "/records/control/"+from+"/links", m{"type": kind, "kind": "control", "record": to, "inverse": inverse, "note": " Because "}, nil)
	}
	if s := add(c[0], "depends_on", c[1], false); s != 200 {
		t.Fatal(s)
	}
	a, b := links(api, c[0])[0], links(api, c[1])[0]
	if a.Inverse || a.Other.Ref != "C-01" || a.Note != "Because" || a.CreatedBy != "The user" || !b.Inverse || b.Other.Ref != "C-00" {
		t.Errorf("%+v\n%+v", a, b)
	}
	for _, again := range []struct {
		name     string
		from, to string
		kind     string
		inverse  bool
		want     int
	}{
		{"the same", c[0], c[1], "depends_on", false, 422},
		{"the same from the other end", c[1], c[0], "depends_on", true, 422},
		{"the other way round", c[1], c[0], "depends_on", false, 200},
		{"another type", c[0], c[1], "relates", false, 200},
		{"both ways, from the other end", c[1], c[0], "relates", false, 422},
		{"itself", c[0], c[0], "relates", false, 422},
		{"nothing", c[0], "gone", "relates", false, 422},
		{"no such type", c[0], c[2], "likes", false, 422},
	} {
		if s := add(again.from, again.kind, again.to, again.inverse); s != again.want {
			t.Errorf("%s: %d, want %d", again.name, s, again.want)
		}
	}
	api.Must("DELETE", "/controls/"+c[1], nil, nil)
	if l := links(api, c[0]); len(l) != 0 {
		t.Errorf("links to a control that is gone: %+v", l)
	}
	if api.Count("SELECT count(*) FROM record_link") != 3 {
		t.Error("its links went with it, and an undo would not bring them back")
	}
}

func TestLinkRefused(t *testing.T) {
	api, c := controls(t, 2)
	on := "/records/control/" + c[0] + "/links"
	body := m{"type": "relates", "kind": "control", "record": c[1]}
	if s := api.As(op.Auditor).Do("POST", on, body, nil); s != 403 {
		t.Errorf("an auditor links: %d", s)
	}
	if s := api.InTenant(1).Do("POST", on, body, nil); s != 404 {
		t.Errorf("from elsewhere: %d", s)
	}
	var l link.RecordLink
	api.Must("POST", on, body, &l)
	if s := api.Version(7).Do("PATCH", "/links/"+l.ID, m{"note": "x"}, nil); s != 412 {
		t.Errorf("an old version: %d", s)
	}
	api.Version(1).Must("PATCH", "/links/"+l.ID, m{"note": "x"}, &l)
	if l.Note != "x" {
		t.Errorf("%+v", l)
	}
	if s := api.InTenant(1).Do("DELETE", "/links/"+l.ID, nil, nil); s != 404 {
		t.Errorf("deleted from elsewhere: %d", s)
	}
	api.As(op.User).Must("DELETE", "/links/"+l.ID, nil, nil)
	var f link.FoundRecords
	api.Must("GET", "/records?q=control+1", nil, &f)
	if len(f.Items) != 1 || f.Items[0].ID != c[1] || f.Items[0].Kind != record.Control {
		t.Errorf("%+v", f)
	}
	api.Must("GET", "/records?q=100%25", nil, &f)
	if len(f.Items) != 0 {
		t.Errorf("%+v", f)
	}
}

// The graph has what people linked and what is known anyway; it stops where a picture stops saying anything,
// says how much it left out, and never leaves out a link for a mapping.
func TestGraph(t *testing.T) {
	api, c := controls(t, 60)
	graph := func(depth int) (g link.Graph) {
		api.As(op.Auditor).Must("GET", fmt.Sprintf("/records/control/%s/graph?depth=%d", c[0], depth), nil, &g)
		return g
	}
	if g := graph(1); len(g.Nodes) != 1 || len(g.Edges) != 0 || g.Edges == nil || g.More != 0 {
		t.Errorf("%+v", g)
	}
	var e struct{ ID string }
	api.Must("POST", "/evidence", m{"name": "Photo of the door", "controls": c[:2]}, &e)
	api.Must("POST", "/records/control/"+c[2]+"/links", m{"type": "depends_on", "kind": "control", "record": c[0]}, nil)
	g := graph(1)
	if len(g.Nodes) != 3 || g.Nodes[0].ID != c[0] || g.Nodes[1].ID != c[2] || g.Nodes[2].ID != e.ID || g.Nodes[2].Distance != 1 {
		t.Errorf("%+v", g.Nodes)
	}
	if len(g.Edges) != 2 || g.Edges[0].From.ID != c[2] || g.Edges[0].Source != "link" || g.Edges[1].Type != link.Evidences || g.Edges[1].Source != "evidence" {
		t.Errorf("%+v", g.Edges)
	}
	if g = graph(2); len(g.Nodes) != 4 || g.Nodes[3].ID != c[1] || g.Nodes[3].Distance != 2 || len(g.Edges) != 3 {
		t.Errorf("two steps: %+v", g)
	}
	for _, other := range c[3:] {
		api.Must("POST", "/records/control/"+c[0]+"/links", m{"type": "relates", "kind": "control", "record": other}, nil)
	}
	g = graph(1)
	if len(g.Nodes) != 41 || g.More != 19 {
		t.Errorf("%d nodes and %d more; there are 59 neighbours", len(g.Nodes), g.More)
	}
	for _, n := range g.Nodes {
		if n.Kind == record.Evidence {
			t.Error("a link was left out for what is known anyway")
		}
	}
	if s := api.As(op.Executive).Do("GET", "/records/control/"+c[0]+"/graph", nil, nil); s != 403 {
		t.Errorf("an executive: %d", s)
	}
}

func TestOrder(t *testing.T) {
	a, b := record.Ref{Kind: "control", ID: "1"}, record.Ref{Kind: "evidence", ID: "0"}
	for _, c := range []struct {
		kind   link.Type
		first  record.Ref
		second record.Ref
	}{{link.Relates, a, b}, {link.Duplicates, a, b}, {link.DependsOn, b, a}} {
		if x, y := link.Order(c.kind, b, a); x != c.first || y != c.second {
			t.Errorf("%s: %v %v", c.kind, x, y)
		}
	}
}
