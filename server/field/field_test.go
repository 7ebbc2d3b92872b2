package field_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"assay/server/control"
	"assay/server/evidence"
	"assay/server/field"
	"assay/server/op"
	"assay/server/optest"
)

type m = map[string]any

// Every type takes what it is for, and says what is wrong with the rest.
func TestCheck(t *testing.T) {
	options := []string{"Gold", "Silver"}
	for _, c := range []struct {
		kind  field.Type
		value any
		kept  any
		wrong string
	}{
		{field.Text, " a ", "a", ""},
		{field.Text, "  ", nil, ""},
		{field.Text, nil, nil, ""},
		{field.Text, 1.0, nil, "Give text."},
		{field.Text, strings.Repeat("x", 1001), nil, "Use at most 1,000 characters."},
		{field.Number, 2.5, 2.5, ""},
		{field.Number, "-3", -3.0, ""},
		{field.Number, 0.0, 0.0, ""},
		{field.Number, "many", nil, "Give a number."},
		{field.Number, "NaN", nil, "Give a number."},
		{field.Number, "1e300", nil, "Give a number."},
		{field.Number, true, nil, "Give a number."},
		{field.Date, "2026-02-28", "2026-02-28", ""},
		{field.Date, "2026-02-30", nil, "Give a date as YYYY-MM-DD."},
		{field.Date, "28.2.2026", nil, "Give a date as YYYY-MM-DD."},
		{field.Select, "Gold", "Gold", ""},
		{field.Select, "gold", nil, "Choose one of: Gold, Silver."},
		{field.Select, []any{"Gold"}, nil, "Give text."},
		{field.Multiselect, []any{"Silver", "Gold", "Gold"}, []string{"Gold", "Silver"}, ""},
		{field.Multiselect, []any{}, nil, ""},
		{field.Multiselect, []any{"Tin"}, nil, "Choose from: Gold, Silver."},
		{field.Multiselect, []any{1.0}, nil, "Choose from: Gold, Silver."},
		{field.Multiselect, "Gold", nil, "Give a list of: Gold, Silver."},
		{field.URL, "https://a.example/b", "https://a.example/b", ""},
		{field.URL, "javascript:alert(1)", nil, "Give a complete address, starting with https://."},
		{field.URL, "a.example", nil, "Give a complete address, starting with https://."},
		{field.Checkbox, true, true, ""},
		{field.Checkbox, false, false, ""},
		{field.Checkbox, "yes", nil, "Give true or false."},
	} {
		kept, wrong := field.Field{Name: "Tier", Type: c.kind, Options: options}.Check(c.value)
		if !reflect.DeepEqual(kept, c.kept) || wrong != c.wrong {
			t.Errorf("%s %v: %#v %q", c.kind, c.value, kept, wrong)
		}
	}
	if _, wrong := (field.Field{Name: "Tier", Type: field.Text, Required: true}).Check(" "); wrong != "Tier is required: give another value instead." {
		t.Errorf("a required field was emptied: %q", wrong)
	}
}

func TestKeyOf(t *testing.T) {
	for name, want := range map[string]string{"Risk tier": "risk_tier", "  A / B ": "a_b", "2nd owner": "field_2nd_owner", "Größe": "gr_e", "日本": "field", strings.Repeat("a b", 40): "a" + strings.Repeat("_ba", 13)} {
		if got := field.KeyOf(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func setUp(t *testing.T) (api *optest.API, a, b control.Control) {
	api = optest.New(t, control.Module, evidence.Module, field.Module)
	api.Must("POST", "/controls", m{"ref": "A", "title": "Doors"}, &a)
	api.Must("POST", "/controls", m{"ref": "B", "title": "Windows"}, &b)
	return api, a, b
}

func make1(api *optest.API, def m) (f field.Field) {
	api.Must("POST", "/fields", def, &f)
	return f
}

func refs(api *optest.API, query string) (all string) {
	var p op.Page[control.Control]
	api.Must("GET", "/controls?sort=ref&"+query, nil, &p)
	for _, c := range p.Items {
		all += c.Ref
	}
	return all
}

// Values are filled in, checked, listed, filtered and exported under the field's own name.
func TestValues(t *testing.T) {
	api, a, b := setUp(t)
	var none field.RecordFields
	api.Must("GET", "/records/control/"+a.ID+"/custom", nil, &none)
	if len(none.Fields) != 0 || none.Fields == nil || len(none.Custom) != 0 {
		t.Errorf("%+v", none)
	}
	make1(api, m{"kind": "control", "name": "Risk tier", "type": "select", "options": []string{"Gold", "Silver"}})
	make1(api, m{"kind": "control", "name": "Systems", "type": "multiselect", "options": []string{"Web", "App"}})
	make1(api, m{"kind": "control", "name": "Automated", "type": "checkbox"})
	make1(api, m{"kind": "control", "name": "Expert", "type": "person"})
	make1(api, m{"kind": "control", "name": "Cost", "type": "number"})
	make1(api, m{"kind": "evidence", "name": "Risk tier", "type": "text"})
	set := func(id string, custom m) int {
		return api.As(op.User).Do("PATCH", "/records/control/"+id+"/custom", m{"custom": custom}, nil)
	}
	if s := set(a.ID, m{"risk_tier": "Gold", "systems": []string{"App", "Web"}, "automated": true, "expert": "user", "cost": 12.5}); s != 200 {
		t.Fatal(s)
	}
	if s := set(b.ID, m{"systems": []string{"App"}, "automated": false}); s != 200 {
		t.Fatal(s)
	}
	for name, custom := range map[string]m{"unknown key": {"tier": "Gold"}, "wrong option": {"risk_tier": "Tin"}, "nobody": {"expert": "nobody"}, "one of two wrong": {"risk_tier": "Silver", "cost": "much"}} {
		if s := set(a.ID, custom); s != 422 {
			t.Errorf("%s: %d", name, s)
		}
	}
	var c control.ControlDetail
	api.Must("GET", "/controls/"+a.ID, nil, &c)
	if want := fmt.Sprint(m{"risk_tier": "Gold", "systems": []any{"Web", "App"}, "automated": true, "expert": "user", "cost": 12.5}); fmt.Sprint(c.Custom) != want {
		t.Errorf("%v, want %s", c.Custom, want)
	}
	for query, want := range map[string]string{
		"field=risk_tier:Gold": "A", "field=risk_tier:Gold,risk_tier:Silver": "A", "field=risk_tier:Silver": "", "field=risk_tier:": "B",
		"field=systems:App": "AB", "field=systems:Web": "A", "field=systems:App,risk_tier:Gold": "A", "field=automated:true": "A",
		"field=expert:user": "A", "field=cost:12.5": "A", "field=unknown:x": "", "field=unknown:": "AB",
	} {
		if got := refs(api, query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	csv := export(api, "/controls/export?sort=ref&columns=ref,custom.risk_tier,custom.systems,custom.automated,custom.expert,custom.cost")
	want := "Ref,Risk tier,Systems,Automated,Expert,Cost\r\nA,Gold,\"Web, App\",yes,The user,12.5\r\nB,,App,no,,\r\n"
	if strings.TrimPrefix(csv, "\ufeff") != want {
		t.Errorf("%q, want %q", csv, want)
	}
	if all := export(api, "/controls/export"); !strings.Contains(all, "Version,Risk tier,Systems,Automated,Expert,Cost\r\n") {
		t.Errorf("an export of all columns lacks the organisation's own: %.300s", all)
	}
	if s := api.Do("GET", "/controls/export?columns=custom.nothing", nil, nil); s != 422 {
		t.Errorf("a column that is not there: %d", s)
	}
	if s := set(a.ID, m{"risk_tier": nil}); s != 200 || refs(api, "field=risk_tier:Gold") != "" {
		t.Errorf("not emptied: %d", s)
	}
	api.Must("DELETE", "/controls/"+b.ID, nil, nil)
	if api.Count("SELECT count(*) FROM field_value WHERE record = ?", b.ID) != 2 {
		t.Error("values went with their record, and an undo would not bring them back")
	}
}

// Administrators define fields; one that is archived keeps its values for when it comes back.
func TestDefinitions(t *testing.T) {
	api, a, _ := setUp(t)
	good := m{"kind": "control", "name": "Tier", "type": "select", "options": []string{"Gold"}}
	with := func(more m) m {
		d := m{}
		for _, part := range []m{good, more} {
			for k, v := range part {
				d[k] = v
			}
		}
		return d
	}
	for name, d := range map[string]m{
		"no options": with(m{"options": []string{}}), "twice": with(m{"options": []string{"a", "a"}}), "comma": with(m{"options": []string{"a,b"}}),
		"blank": with(m{"name": " "}), "kind": with(m{"kind": "person"}), "type": with(m{"type": "color"}), "key": with(m{"key": "Tier 1"}),
		"options of a text": with(m{"type": "text"}),
	} {
		if s := api.Do("POST", "/fields", d, nil); s != 422 {
			t.Errorf("%s: %d", name, s)
		}
	}
	for _, role := range []op.Roles{op.User, op.Auditor, op.Executive} {
		if s := api.As(role).Do("POST", "/fields", good, nil); s != 403 {
			t.Errorf("%s defined a field: %d", role, s)
		}
	}
	f := make1(api, good)
	if s := api.Do("POST", "/fields", good, nil); s != 422 {
		t.Errorf("the key is taken: %d", s)
	}
	on := "/records/control/" + a.ID + "/custom"
	api.Must("PATCH", on, m{"custom": m{"tier": "Gold"}}, nil)
	api.Version(1).Must("PATCH", "/fields/"+f.ID, m{"options": []string{"Bronze"}, "required": true}, &f)
	if s := api.Do("PATCH", on, m{"custom": m{"tier": nil}}, nil); s != 422 {
		t.Errorf("a required value was taken away: %d", s)
	}
	api.Must("DELETE", "/fields/"+f.ID, nil, &f)
	var now field.RecordFields
	api.Must("GET", on, nil, &now)
	if len(now.Fields)+len(now.Custom) != 0 || !f.Archived {
		t.Errorf("an archived field is shown: %+v", now)
	}
	if s := api.Do("PATCH", on, m{"custom": m{"tier": "Bronze"}}, nil); s != 422 {
		t.Errorf("an archived field was filled in: %d", s)
	}
	api.Version(f.Version).Must("PATCH", "/fields/"+f.ID, m{"archived": false}, nil)
	api.Must("GET", on, nil, &now)
	if now.Custom["tier"] != "Gold" {
		t.Errorf("its value is gone: %+v", now)
	}
	if s := api.InTenant(1).Version(1).Do("PATCH", "/fields/"+f.ID, m{"name": "x"}, nil); s != 404 {
		t.Errorf("from elsewhere: %d", s)
	}
	if s := api.InTenant(1).Do("PATCH", on, m{"custom": m{}}, nil); s != 404 {
		t.Errorf("a record from elsewhere: %d", s)
	}
}

func export(api *optest.API, path string) string {
	api.Must("GET", path, nil, nil)
	return api.Body()
}
