package tag_test

import (
	"strings"
	"testing"

	"assay/server/control"
	"assay/server/evidence"
	"assay/server/op"
	"assay/server/optest"
	"assay/server/tag"
)

type m = map[string]any

func setUp(t *testing.T) (api *optest.API, a, b control.Control) {
	api = optest.New(t, control.Module, evidence.Module, tag.Module)
	api.Must("POST", "/controls", m{"ref": "A", "title": "Doors"}, &a)
	api.Must("POST", "/controls", m{"ref": "B", "title": "Windows"}, &b)
	return api, a, b
}

func list(api *optest.API, query string) (refs string) {
	var p op.Page[control.Control]
	api.Must("GET", "/controls?sort=ref&"+query, nil, &p)
	for _, c := range p.Items {
		refs += c.Ref
	}
	return refs
}

func tags(api *optest.API) (all tag.Tags) {
	api.Must("GET", "/tags", nil, &all)
	return all
}

// A tag is made while it is added, whatever its case is; lists filter by it and exports name it.
func TestTagged(t *testing.T) {
	api, a, b := setUp(t)
	if all := tags(api); len(all.Items) != 0 || all.Items == nil {
		t.Errorf("%+v", all)
	}
	var now tag.RecordTags
	api.As(op.User).Must("POST", "/records/control/"+a.ID+"/tags", m{"add": []string{" SOC  2 ", "Q4"}}, &now)
	if tag.Names(now.Tags) != "Q4, SOC 2" {
		t.Errorf("%+v", now)
	}
	api.Must("POST", "/records/control/"+b.ID+"/tags", m{"add": []string{"soc 2"}}, &now)
	all := tags(api)
	if len(all.Items) != 2 || all.Items[1].Name != "SOC 2" || all.Items[1].Used != 2 || all.Items[1].Kinds["control"] != 2 {
		t.Errorf("%+v", all)
	}
	q4, soc := all.Items[0].ID, all.Items[1].ID
	for query, want := range map[string]string{"tag=" + soc: "AB", "tag=" + q4: "A", "tag=" + q4 + "," + soc: "AB", "tag=none": "", "tag=gone": ""} {
		if got := list(api, query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	csv := export(api, "/controls/export?columns=ref,tags&sort=ref")
	if !strings.Contains(csv, "A,\"Q4, SOC 2\"\r\nB,SOC 2\r\n") {
		t.Errorf("%q", csv)
	}
	api.Must("POST", "/records/control/"+a.ID+"/tags", m{"remove": []string{soc}}, &now)
	if tag.Names(now.Tags) != "Q4" || list(api, "tag="+soc) != "B" {
		t.Errorf("%+v", now)
	}
	api.Must("DELETE", "/controls/"+b.ID, nil, nil)
	if all = tags(api); all.Items[1].Used != 0 || api.Count("SELECT count(*) FROM record_tag WHERE tag = ?", soc) != 1 {
		t.Errorf("a deleted control is counted, or lost its tag: %+v", all)
	}
}

// Bulk changes tag many at once, in one record that one undo takes back.
func TestBulkTags(t *testing.T) {
	api, a, b := setUp(t)
	var out control.ControlBulk
	api.Must("POST", "/controls/bulk", m{"match": m{}, "set": m{"add_tags": []string{"All"}}}, &out)
	if out.Updated != 2 || list(api, "tag="+tags(api).Items[0].ID) != "AB" {
		t.Errorf("%+v", out)
	}
	api.Must("POST", "/controls/bulk", m{"ids": []string{a.ID, b.ID}, "set": m{"add_tags": []string{"all"}}}, &out)
	if out.Updated != 0 || len(out.Skipped) != 2 {
		t.Errorf("tagged already: %+v", out)
	}
	api.Must("POST", "/controls/bulk", m{"ids": []string{a.ID, "gone"}, "set": m{"remove_tags": []string{tags(api).Items[0].ID}}}, &out)
	if out.Updated != 1 || len(out.Skipped) != 1 || list(api, "tag=none") != "A" {
		t.Errorf("%+v", out)
	}
	var e struct{ ID string }
	api.Must("POST", "/evidence", m{"name": "Photo"}, &e)
	var done evidence.EvidenceBulk
	api.Must("POST", "/evidence/bulk", m{"ids": []string{e.ID}, "add_tags": []string{"Photos"}}, &done)
	if done.Updated != 1 {
		t.Errorf("%+v", done)
	}
	if s := api.Do("POST", "/controls/bulk", m{"match": m{}, "set": m{"add_tags": []string{"a, b"}}}, nil); s != 422 {
		t.Errorf("a comma: %d", s)
	}
}

// Administrators rename, merge and delete; what had the tags follows.
func TestKeepTags(t *testing.T) {
	api, a, b := setUp(t)
	var one, two tag.Tag
	api.As(op.User).Must("POST", "/tags", m{"name": "One", "color": "red"}, &one)
	api.Must("POST", "/tags", m{"name": "Two"}, &two)
	if two.Color != "grey" {
		t.Errorf("%+v", two)
	}
	for name, body := range map[string]m{"taken": {"name": "ONE"}, "empty": {"name": " "}, "long": {"name": strings.Repeat("x", 41)}, "comma": {"name": "a,b"}, "color": {"name": "x", "color": "pink"}} {
		if s := api.Do("POST", "/tags", body, nil); s != 422 {
			t.Errorf("%s: %d", name, s)
		}
	}
	api.Must("POST", "/records/control/"+a.ID+"/tags", m{"add": []string{"One", "Two"}}, nil)
	api.Must("POST", "/records/control/"+b.ID+"/tags", m{"add": []string{"One"}}, nil)
	for _, route := range []string{"DELETE /tags/" + one.ID, "POST /tags/" + one.ID + "/merge"} {
		method, path, _ := strings.Cut(route, " ")
		if s := api.As(op.User).Do(method, path, m{"into": two.ID}, nil); s != 403 {
			t.Errorf("%s by a user: %d", route, s)
		}
	}
	api.Version(1).Must("PATCH", "/tags/"+one.ID, m{"name": "Eins", "color": "green"}, &one)
	if one.Name != "Eins" || one.Color != "green" || one.Used != 2 {
		t.Errorf("%+v", one)
	}
	for name, into := range map[string]string{"itself": one.ID, "nothing": "gone"} {
		if s := api.Do("POST", "/tags/"+one.ID+"/merge", m{"into": into}, nil); s != 422 {
			t.Errorf("merged into %s: %d", name, s)
		}
	}
	api.Must("POST", "/tags/"+one.ID+"/merge", m{"into": two.ID}, &two)
	if two.Used != 2 || len(tags(api).Items) != 1 {
		t.Errorf("%+v", two)
	}
	if s := api.InTenant(1).Do("DELETE", "/tags/"+two.ID, nil, nil); s != 404 {
		t.Errorf("from elsewhere: %d", s)
	}
	api.Must("DELETE", "/tags/"+two.ID, nil, nil)
	if api.Count("SELECT count(*) FROM record_tag") != 0 || list(api, "tag=none") != "AB" {
		t.Error("a deleted tag is still on records")
	}
}

func export(api *optest.API, path string) string {
	api.Must("GET", path, nil, nil)
	return api.Body()
}
