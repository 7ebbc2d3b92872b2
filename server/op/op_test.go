package op_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/server/op"
	"assay/server/optest"
)

func TestLife(t *testing.T) {
	api := fixture(t)
	th := add(api.As(op.User), "Lamp")
	if th.Kind != "good" || th.Version != 1 {
		t.Fatalf("created: %+v", th)
	}
	if h := api.Last().Header; h.Get("ETag") != `"1"` || h.Get("Assay-Audit") == "" || h.Get("Cache-Control") != "no-store" || h.Get("Assay-Request") == "" {
		t.Errorf("headers: %v", h)
	}
	api.Version(1).Must("PATCH", "/things/"+th.ID, map[string]string{"name": "Lantern"}, &th)
	if th.Name != "Lantern" || th.Version != 2 || api.Last().Header.Get("ETag") != `"2"` {
		t.Errorf("updated: %+v", th)
	}
	var p op.Page[Thing]
	api.As(op.Auditor).Must("GET", "/things?q=lant", nil, &p)
	if p.Total != 1 || p.Items[0] != th {
		t.Errorf("list: %+v", p)
	}
	if h := api.Last().Header.Get("Assay-Audit"); h != "" {
		t.Errorf("a read left record %s", h)
	}
	if got := api.Do("DELETE", "/things/"+th.ID, nil, nil); got != http.StatusNoContent || api.Body() != "" || api.Last().Header.Get("Assay-Audit") == "" {
		t.Errorf("delete: %d %q", got, api.Body())
	}
	if got := api.Do("GET", "/things/"+th.ID, nil, nil); got != 404 {
		t.Errorf("get after delete: %d", got)
	}
	if got := api.Do("DELETE", "/things/"+th.ID, nil, nil); got != 404 {
		t.Errorf("delete twice: %d", got)
	}
}

// A version is asked for (428), must be right (412), and one of many who change at once wins.
func TestVersions(t *testing.T) {
	api := fixture(t)
	th := add(api, "Lamp")
	body := map[string]string{"name": "x"}
	for header, want := range map[string]int{"": 428, `"7"`: 412, `"1x"`: 422, "*": 422, `"-1"`: 422} {
		a := api
		if header != "" {
			a = api.Header("If-Match", header)
		}
		if got := a.Do("PATCH", "/things/"+th.ID, body, nil); got != want {
			t.Errorf("If-Match %s: %d, want %d", header, got, want)
		}
	}
	if got := api.Version(1).Do("PATCH", "/things/nothing", body, nil); got != 404 {
		t.Errorf("no such row: %d", got)
	}
	var won sync.Map
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			w := httptest.NewRecorder()
			r := httptest.NewRequest("PATCH", "/api/v1/things/"+th.ID, strings.NewReader(fmt.Sprintf(`{"name":"n%d"}`, i)))
			r.Header.Set("If-Match", "1")
			api.Handler().ServeHTTP(w, r)
			won.Store(i, w.Code)
		})
	}
	all.Wait()
	codes := map[int]int{}
	won.Range(func(_, v any) bool { codes[v.(int)]++; return true })
	if codes[200] != 1 || codes[412] != 19 {
		t.Errorf("20 at once: %v", codes)
	}
}

// What comes in is checked in every place, before anything runs, and nothing that was sent is sent back.
func TestInput(t *testing.T) {
	api := fixture(t)
	before := api.Count("SELECT count(*) FROM scope")
	for _, c := range []struct {
		name, body string
		status     int
		field      string
	}{
		{"unknown field", `{"name":"a","evil":1}`, 422, "body.evil"},
		{"other case", `{"Name":"a"}`, 422, "body.Name"},
		{"missing", `{}`, 422, "body.name"},
		{"wrong type", `{"name":7}`, 422, "body.name"},
		{"too long", `{"name":"` + strings.Repeat("canary", 20) + `"}`, 422, "body.name"},
		{"not of the set", `{"name":"a","kind":"canary"}`, 422, "body.kind"},
		{"not a date", `{"name":"a","due":"canary"}`, 422, "body.due"},
		{"too many", `{"name":"a","tags":["a","b","c","canary"]}`, 422, "body.tags"},
		{"a rule of the module", `{"name":"bomb"}`, 422, "body.kind"},
		{"blank", `{"name":"  "}`, 422, "body.name"},
		{"null", `{"name":null}`, 422, "body.name"},
		{"twice", `{"name":"a","name":"canary"}`, 400, ""},
		{"twice, escaped", `{"name":"a","n\u0061me":"canary"}`, 400, ""},
		{"twice, deep", `{"name":"a","tags":[{"x":1,"x":2}]}`, 400, ""},
		{"half", `{"name":"canary`, 400, ""},
		{"something after", `{"name":"a"} {"canary":1}`, 400, ""},
		{"nothing", ``, 400, ""},
		{"deep", `{"name":` + strings.Repeat("[", 200_000) + strings.Repeat("]", 200_000) + `}`, 400, ""},
		{"deeper than 64", `{"name":` + strings.Repeat("[", 64) + strings.Repeat("]", 64) + `}`, 400, ""},
		{"large", `{"name":"` + strings.Repeat("a", 1<<20) + `"}`, 413, ""},
	} {
		got := api.Do("POST", "/things", c.body, nil)
		if got != c.status || api.Last().Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s, want %d", c.name, got, api.Body(), c.status)
			continue
		}
		if c.field != "" && api.FieldError(c.field) == "" {
			t.Errorf("%s: nothing about %s in %s", c.name, c.field, api.Body())
		}
		if strings.Contains(api.Body(), "canary") {
			t.Errorf("%s: the answer repeats what was sent: %s", c.name, api.Body())
		}
	}
	for path, field := range map[string]string{
		"/things?page=0":                             "query.page",
		"/things?limit=101":                          "query.limit",
		"/things?limit=canary":                       "query.limit",
		"/things?sort=canary":                        "query.sort",
		"/things?kind=canary":                        "query.kind[0]",
		"/things?evil=1":                             "query.evil",
		"/things/export?format=docx":                 "query.format",
		"/things/export?columns=x":                   "query.columns",
		"/things/export?columns=name,name,name,name": "query.columns",
		"/things/facets?x=1":                         "query.x",
		"/things?sort=name;DROP":                     "query.sort",
	} {
		if got := api.Do("GET", path, nil, nil); got != 422 || api.FieldError(field) == "" || strings.Contains(api.Body(), "canary") {
			t.Errorf("%s: %d %s", path, got, api.Body())
		}
	}
	r := httptest.NewRequest("POST", "/api/v1/things", strings.NewReader(`{"name":"a"}`))
	r.Header.Set("Content-Type", "text/plain")
	if got := api.Send(r); got != 415 {
		t.Errorf("text/plain: %d", got)
	}
	if got := api.Do("GET", "/things?q="+strings.Repeat("a", 9000), nil, nil); got != 414 {
		t.Errorf("long address: %d", got)
	}
	if n := api.Count("SELECT count(*) FROM scope"); n != before {
		t.Errorf("%d rows came of it", n-before)
	}
}

// A problem has all that RFC 9457 and a person need.
func TestProblem(t *testing.T) {
	api := fixture(t)
	api.Do("POST", "/things", `{"name":""}`, nil)
	p := api.Problem()
	if p.Status != 422 || p.Kind != op.Invalid || p.Type != "/api/reference#invalid" || p.Title != "Unprocessable Entity" ||
		p.Detail == "" || p.Request == "" || p.Request != api.Last().Header.Get("Assay-Request") ||
		len(p.Errors) != 1 || p.Errors[0] != (op.FieldError{Location: "body.name", Message: "This field is required."}) {
		t.Errorf("%+v", p)
	}
	api.Do("POST", "/things", `{}`, nil)
	if got := api.FieldError("name"); got != "This field is required." {
		t.Errorf("missing: %q", got)
	}
	api.Do("POST", "/hello", `{"password":"canary"}`, nil)
	if strings.Contains(api.Body(), "canary") {
		t.Errorf("a password came back: %s", api.Body())
	}
}

// What goes wrong inside is logged under the request's id and shown as one sentence.
func TestFailures(t *testing.T) {
	api := fixture(t)
	for how, want := range map[string]int{"error": 500, "panic": 500, "full": 507} {
		if got := api.Do("GET", "/things/fails?how="+how, nil, nil); got != want {
			t.Errorf("%s: %d", how, got)
		}
		for _, secret := range []string{"canary", "SELECT", "/secret", "goroutine"} {
			if strings.Contains(api.Body(), secret) {
				t.Errorf("%s: the answer says %s: %s", how, secret, api.Body())
			}
		}
		if !strings.Contains(api.Log(), api.Problem().Request) {
			t.Errorf("%s: not logged under its id", how)
		}
	}
	if !strings.Contains(api.Log(), "canary") {
		t.Error("the cause is not in the log")
	}
	if got := api.Do("GET", "/things/fails?how=wait", nil, nil); got != 429 || api.Last().Header.Get("Retry-After") != "91" {
		t.Errorf("wait: %d %v", got, api.Last().Header)
	}
	if got := api.Do("GET", "/things", nil, nil); got != 200 {
		t.Errorf("after the failures: %d", got)
	}
}

// A request's id is ours: a client cannot choose what stands in the audit log.
func TestRequestID(t *testing.T) {
	api := fixture(t)
	a := api.Header("X-Request-Id", "mine").Header("Assay-Request", "mine")
	a.Do("GET", "/things", nil, nil)
	if id := api.Last().Header.Get("Assay-Request"); id == "mine" || len(id) != 26 {
		t.Errorf("id %q", id)
	}
}

func TestNowhere(t *testing.T) {
	api := fixture(t)
	for path, want := range map[string]int{"/nothing": 404, "/things/a/b/c": 404, "/thingsandmore": 404, "//things": 404, "/things/../things": 404, "/": 404} {
		if got := api.Do("GET", path, nil, nil); got != want || api.Problem().Kind != op.NotFound {
			t.Errorf("%s: %d %s", path, got, api.Body())
		}
	}
	if got := api.Do("PUT", "/things/x", nil, nil); got != 405 || api.Problem().Kind != op.NotAllowed || api.Last().Header.Get("Allow") != "GET, PATCH, DELETE" {
		t.Errorf("PUT: %d %v", got, api.Last().Header)
	}
	if got := api.Do("HEAD", "/things", nil, nil); got != 405 {
		t.Errorf("HEAD: %d", got)
	}
}

func TestRoles(t *testing.T) {
	api := fixture(t)
	th := add(api, "Lamp")
	for _, c := range []struct {
		role         op.Roles
		method, path string
		want         int
	}{
		{0, "GET", "/things", 401},
		{0, "POST", "/things", 401},
		{op.Executive, "GET", "/things", 200},
		{op.Executive, "GET", "/things/facets", 200},
		{op.Executive, "GET", "/things/export", 403}, // an export is of records
		{op.Executive, "GET", "/things/" + th.ID, 403},
		{op.Auditor, "GET", "/things/export", 200},
		{op.Auditor, "POST", "/things", 403},
		{op.User, "DELETE", "/things/" + th.ID, 403},
		{op.Employee, "GET", "/things", 403},
		{op.OperatorSuper, "GET", "/things", 403},
		{op.Anyone, "GET", "/things", 403},
	} {
		if got := api.As(c.role).Do(c.method, c.path, nil, nil); got != c.want {
			t.Errorf("%s: %s %s: %d, want %d", c.role, c.method, c.path, got, c.want)
		}
	}
	if got := api.As(0).Do("POST", "/hello", map[string]string{"password": "long enough"}, nil); got != 200 {
		t.Errorf("public: %d", got)
	}
	if api.Count("SELECT count(*) FROM scope WHERE id = ?", th.ID) != 1 {
		t.Error("somebody removed it")
	}
}

// A refused call is noted in the tenant's own log, once a minute for each caller and operation.
func TestRefusalsAreNoted(t *testing.T) {
	api := fixture(t)
	refused := func() int { return api.Count("SELECT count(*) FROM audit WHERE action = 'refused'") }
	for range 5 {
		api.As(op.Auditor).Do("POST", "/things", ThingDraft{Name: "a"}, nil)
	}
	if n := refused(); n != 1 {
		t.Errorf("%d records of 5 refusals in one minute", n)
	}
	api.As(op.Executive).Do("POST", "/things", nil, nil)
	api.As(op.Auditor).Do("POST", "/things/bulk", nil, nil)
	if n := refused(); n != 3 {
		t.Errorf("%d records: another caller and another operation each have their own", n)
	}
	api.Clock.Advance(time.Minute)
	api.As(op.Auditor).Do("POST", "/things", nil, nil)
	if n := refused(); n != 4 {
		t.Errorf("%d records a minute later", n)
	}
	if n := api.InTenant(1).Count("SELECT count(*) FROM audit WHERE action = 'refused'"); n != 0 {
		t.Errorf("%d records in another tenant", n)
	}
}

// Another tenant's records are nowhere, however they are asked for.
func TestTwoTenants(t *testing.T) {
	api := fixture(t)
	other := api.InTenant(1)
	th := add(api, "Lamp")
	var p op.Page[Thing]
	if other.Must("GET", "/things", nil, &p); p.Total != 0 {
		t.Errorf("the list of the other: %+v", p)
	}
	home, away := api.Caller().Tenant, other.Caller().Tenant
	for _, a := range []*optest.API{other, other.Header("X-Tenant", home), other.Header("Assay-Expect-Tenant", away)} {
		for _, c := range []struct{ method, path string }{{"GET", "/things/" + th.ID}, {"PATCH", "/things/" + th.ID}, {"DELETE", "/things/" + th.ID}, {"GET", "/things/" + th.ID + "/proof"}} {
			var body any
			if c.method == "PATCH" {
				body = map[string]string{"name": "stolen"}
			}
			if got := a.Version(1).Do(c.method, c.path, body, nil); got != 404 {
				t.Errorf("%s %s: %d %s", c.method, c.path, got, a.Body())
			}
		}
	}
	if got := other.Do("GET", "/things?tenant="+home, nil, nil); got != 422 {
		t.Errorf("a tenant in the query: %d", got)
	}
	// Expecting is not choosing: the wrong expectation is refused, whichever it is.
	if got := api.Header("Assay-Expect-Tenant", away).Do("POST", "/things", ThingDraft{Name: "x"}, nil); got != 409 || api.Problem().Kind != op.TenantMismatch {
		t.Errorf("expecting the other: %d %s", got, api.Body())
	}
	if got := api.Header("Assay-Expect-Tenant", home).Do("GET", "/things/"+th.ID, nil, nil); got != 200 {
		t.Errorf("expecting one's own: %d", got)
	}
	if got := api.AsCaller(op.Caller{Account: "a", Person: "p", Tenant: "../control", Role: op.Admin}).Do("GET", "/things", nil, nil); got != 404 {
		t.Errorf("a tenant that is no id: %d", got)
	}
}

// One tenant's flood does not take every place, and is told when to come back.
func TestTooManyAtOnce(t *testing.T) {
	block, inside := make(chan struct{}), make(chan struct{})
	m := op.Module{Name: "slow", Ops: []op.Op{op.Read("wait", "GET /wait", op.Readers, func(tx *storageReadTx, _ struct{}) (Changed, error) {
		inside <- struct{}{}
		<-block
		return Changed{}, nil
	})}}
	api := optest.New(t, m)
	h := api.Limited(1)
	done := make(chan int)
	go func() {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/api/v1/wait", nil))
		done <- w.Code
	}()
	<-inside
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/api/v1/wait", nil))
	if w.Code != 429 || w.Header().Get("Retry-After") != "1" {
		t.Errorf("second: %d %v", w.Code, w.Header())
	}
	close(block)
	if got := <-done; got != 200 {
		t.Errorf("first: %d", got)
	}
}

func TestEmail(t *testing.T) {
	for v, ok := range map[string]bool{"": true, "a@example.com": true, "a.b+c@x.co": true, "ä@example.com": true,
		"a": false, "a@b": false, "a@b.c@d.e": false, "A <a@b.co>": false, "a@b.co\nBcc: x@y.z": false, "a b@c.de": false, "@b.co": false, "a@.co.": false} {
		var c op.Check
		c.Email(v, "email")
		if (c.Err() == nil) != ok {
			t.Errorf("%q: %v", v, c.Err())
		}
	}
	var c op.Check
	c.Date("2026-02-30", "a")
	c.Date("2026-02-28", "b")
	c.MaxLen("äöü", 3, "b")
	c.MaxLen("äöü", 2, "c")
	c.Between(6, 1, 5, "d")
	c.OneOf(op.Kind("x"), "e", "a", "b")
	if got := fmt.Sprint(c.Err()); strings.Contains(got, " b:") || !strings.Contains(got, "a:Give a date") || !strings.Contains(got, "c:Use at most 2") ||
		!strings.Contains(got, "d:Choose a number from 1 to 5.") || !strings.Contains(got, "e:Choose one of: a, b.") {
		t.Error(got)
	}
}
