package view_test

import (
	"testing"

	"assay/server/op"
	"assay/server/optest"
	"assay/server/view"
)

type m = map[string]any

func names(api *optest.API, list string) (all string) {
	var v view.Views
	api.Must("GET", "/views?list="+list, nil, &v)
	for _, one := range v.Items {
		all += one.Name + ";"
		if one.Default {
			all += "*"
		}
	}
	return all
}

// One's own views are one's own; shared ones are seen by all who read, and changed by their owner or an
// administrator.
func TestOwnAndShared(t *testing.T) {
	api := optest.New(t, view.Module)
	user, auditor := api.As(op.User), api.As(op.Auditor)
	var v view.Views
	api.Must("GET", "/views", nil, &v)
	if v.Items == nil || len(v.Items) != 0 {
		t.Errorf("%+v", v)
	}
	var mine, all view.View
	user.Must("POST", "/views", m{"list": "control", "name": " Mine ", "search": `{"q":"door","status":["gap"]}`, "columns": []string{"ref", "custom.tier"}, "compact": true}, &mine)
	user.Must("POST", "/views", m{"list": "control", "name": "Ours", "shared": true}, &all)
	if mine.Name != "Mine" || len(mine.Columns) != 2 || mine.Search != `{"q":"door","status":["gap"]}` || all.Search != "{}" || all.Columns == nil {
		t.Errorf("%+v %+v", mine, all)
	}
	if u, a, e := names(user, "control"), names(auditor, "control"), names(user, "evidence"); u != "Mine;Ours;" || a != "Ours;" || e != "" {
		t.Errorf("user %q, auditor %q, another list %q", u, a, e)
	}
	for _, other := range []*optest.API{api, auditor, api.InTenant(1)} {
		if s := other.Version(1).Do("PATCH", "/views/"+mine.ID, m{"name": "x"}, nil); s != 404 {
			t.Errorf("somebody else's own view: %d", s)
		}
	}
	if s := auditor.Version(1).Do("PATCH", "/views/"+all.ID, m{"name": "x"}, nil); s != 403 {
		t.Errorf("an auditor changed a shared view: %d", s)
	}
	if s := auditor.Do("DELETE", "/views/"+all.ID, nil, nil); s != 403 {
		t.Errorf("an auditor deleted a shared view: %d", s)
	}
	api.Version(1).Must("PATCH", "/views/"+all.ID, m{"name": "Everybody's"}, &all)
	if s := user.Version(1).Do("PATCH", "/views/"+all.ID, m{"name": "x"}, nil); s != 412 {
		t.Errorf("an old version: %d", s)
	}
	auditor.Must("POST", "/views/default", m{"list": "control", "view": all.ID}, nil)
	if got := names(auditor, "control"); got != "Everybody's;*" || names(user, "control") != "Everybody's;Mine;" && names(user, "control") != "Mine;Everybody's;" {
		t.Errorf("%q %q", got, names(user, "control"))
	}
	user.Version(2).Must("PATCH", "/views/"+all.ID, m{"shared": false}, nil)
	if names(auditor, "control") != "" || api.Count("SELECT count(*) FROM view_default") != 0 {
		t.Error("a view that is no longer shared is still somebody's")
	}
	user.Must("DELETE", "/views/"+mine.ID, nil, nil)
	if got := names(user, "control"); got != "Everybody's;" {
		t.Errorf("%q", got)
	}
}

func TestViewRefused(t *testing.T) {
	api := optest.New(t, view.Module)
	for name, body := range map[string]m{
		"no name": {"list": "control", "name": " "}, "no list": {"list": "", "name": "x"}, "odd list": {"list": "Controls!", "name": "x"},
		"no JSON": {"list": "control", "name": "x", "search": "status=gap"}, "an array": {"list": "control", "name": "x", "search": "[]"},
		"deep": {"list": "control", "name": "x", "search": `{"a":{"b":1}}`}, "null": {"list": "control", "name": "x", "search": `{"a":null}`},
		"empty column": {"list": "control", "name": "x", "columns": []string{""}},
	} {
		if s := api.Do("POST", "/views", body, nil); s != 422 {
			t.Errorf("%s: %d", name, s)
		}
	}
	if s := api.As(op.Auditor).Do("POST", "/views", m{"list": "control", "name": "x", "shared": true}, nil); s != 422 {
		t.Errorf("an auditor shared a view: %d", s)
	}
	if s := api.As(op.Executive).Do("POST", "/views", m{"list": "control", "name": "x"}, nil); s != 403 {
		t.Errorf("an executive: %d", s)
	}
	api.Must("POST", "/views", m{"list": "control", "name": "Taken"}, nil)
	if s := api.Do("POST", "/views", m{"list": "control", "name": "taken"}, nil); s != 422 {
		t.Errorf("the name is taken: %d", s)
	}
	if s := api.As(op.User).Do("POST", "/views", m{"list": "control", "name": "Taken"}, nil); s != 200 {
		t.Errorf("what somebody else calls their own: %d", s)
	}
	if s := api.Do("POST", "/views/default", m{"list": "control", "view": "gone"}, nil); s != 422 {
		t.Errorf("no such view: %d", s)
	}
}
