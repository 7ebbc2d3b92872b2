package op_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/gorilla/mux"

	"assay/server/op"
)

func nothing(*storageReadTx, struct{}) (struct{}, error)   { return struct{}{}, nil }
func nothingW(*storageWriteTx, struct{}) (struct{}, error) { return struct{}{}, nil }
func byIDW(*storageWriteTx, op.ByID) (struct{}, error)     { return struct{}{}, nil }

type hidden struct {
	ID string `path:"id"`
}

// A program that would serve such an operation does not start.
func TestMountRefuses(t *testing.T) {
	one := func(o op.Op) []op.Module { return []op.Module{{Name: "m", Ops: []op.Op{o}}} }
	for _, c := range []struct {
		says    string
		modules []op.Module
	}{
		{"nobody may call it", one(op.Read("a", "GET /a", 0, nothing))},
		{"only Public", one(op.Read("a", "GET /a", op.Anyone, nothing))},
		{"not one we use", one(op.Read("a", "TRACE /a", op.Admin, nothing))},
		{"not plain", one(op.Read("a", "GET /A", op.Admin, nothing))},
		{"not plain", one(op.Read("a", "GET a", op.Admin, nothing))},
		{"lower-case word", one(op.Read("doIt", "GET /a", op.Admin, nothing))},
		{"must not write", one(op.Write("a", "GET /a", op.Admin, nothingW))},
		{"only reads", one(op.Read("a", "POST /a", op.Admin, nothing))},
		{"without Versioned", one(op.Write("a", "PATCH /a/{id}", op.Admin, byIDW))},
		{"needs its reason", one(op.Write("a", "PATCH /a/{id}", op.Admin, byIDW, op.Unversioned(" ")))},
		{"only administrators delete", one(op.Write("a", "DELETE /a/{id}", op.Editors, byIDW))},
		{"no field for {id}", one(op.Write("a", "DELETE /a/{id}", op.Admin, nothingW))},
		{"not in the path", one(op.Write("a", "DELETE /a", op.Admin, byIDW))},
		{"exported name", one(op.Write("a", "DELETE /a/{id}", op.Admin, func(*storageWriteTx, struct{ hidden }) (struct{}, error) { return struct{}{}, nil }))},
		{"name is used twice", []op.Module{{Name: "m", Ops: []op.Op{op.Read("a", "GET /a", op.Admin, nothing), op.Read("a", "GET /b", op.Admin, nothing)}}}},
		{"same as that of m.a", []op.Module{{Name: "m", Ops: []op.Op{op.Write("a", "POST /a/{id}", op.Admin, byIDW), op.Write("b", "POST /a/{other}", op.Admin, byIDW)}}}},
		{"owned by m and by n", []op.Module{{Name: "m", Owns: []string{"scope"}}, {Name: "n", Owns: []string{"scope"}}}},
		{"belongs to the engine", []op.Module{{Name: "m", Owns: []string{"audit"}}}},
		{"used twice", []op.Module{{Name: "m"}, {Name: "m"}}},
		{"duplicate name: Same", []op.Module{{Name: "m", Ops: []op.Op{clash(1)}}, {Name: "n", Ops: []op.Op{clash(2)}}}},
	} {
		func() {
			defer func() {
				if p := fmt.Sprint(recover()); !strings.Contains(p, c.says) {
					t.Errorf("want %q, got %q", c.says, p)
				}
			}()
			(&op.Server{}).Mount(mux.NewRouter(), c.modules...)
		}()
	}
	(&op.Server{}).Mount(mux.NewRouter(), one(op.Write("a", "PATCH /a/{id}", op.User, byIDW, op.Unversioned("It only adds.")))...)
	(&op.Server{}).Mount(mux.NewRouter(), one(op.Write("a", "DELETE /a/{id}", op.Editors, byIDW, op.OwnOnly("One's own comment.")))...)
}

// clash makes an operation whose answer has a type with a name that is also another's.
func clash(n int) op.Op {
	if n == 1 {
		type Same struct{ A int }
		return op.Read("one", "GET /one", op.Admin, func(*storageReadTx, struct{}) (Same, error) { return Same{}, nil })
	}
	type Same struct{ B string }
	return op.Read("two", "GET /two", op.Admin, func(*storageReadTx, struct{}) (Same, error) { return Same{}, nil })
}

func TestDocument(t *testing.T) {
	api := fixture(t)
	if got := api.As(0).Do("GET", "/openapi.json", nil, nil); got != 200 {
		t.Fatal(got)
	}
	var doc struct {
		OpenAPI    string
		Components struct{ Schemas map[string]any }
		Paths      map[string]map[string]struct {
			OperationID string
			Summary     string
			Tags        []string
			Roles       []string `json:"x-roles"`
			Audited     *bool    `json:"x-audited"`
			Security    []any
			Parameters  []struct {
				Name, In string
				Required bool
				Schema   struct{ Enum []string }
			}
			RequestBody *struct{ Content map[string]any }
			Responses   map[string]struct{ Headers, Content map[string]any }
		}
	}
	if err := json.Unmarshal([]byte(api.Body()), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.OpenAPI != "3.1.0" || string(op.OpenAPI(module)) != api.Body() {
		t.Error("not the document")
	}
	n := 0
	for path, item := range doc.Paths {
		for method, o := range item {
			n++
			if !strings.HasPrefix(path, "/api/v1/") || len(o.Roles) == 0 || o.Audited == nil || o.Summary == "" || len(o.Tags) != 1 || !strings.HasPrefix(o.OperationID, o.Tags[0]+".") {
				t.Errorf("%s %s: %+v", method, path, o)
			}
			if public := o.Roles[0] == "public"; public == (len(o.Security) > 0) {
				t.Errorf("%s %s: security %v", method, path, o.Security)
			}
			if o.Responses["default"].Content["application/problem+json"] == nil {
				t.Errorf("%s %s: no problem in %v", method, path, o.Responses)
			}
		}
	}
	if n != len(module.Ops) {
		t.Errorf("%d operations in the document, %d in the module", n, len(module.Ops))
	}
	update := doc.Paths["/api/v1/things/{id}"]["patch"]
	if got := update.Parameters[1]; got.Name != "If-Match" || !got.Required || !*update.Audited || strings.Join(update.Roles, ",") != "admin,user" ||
		update.Responses["200"].Headers["ETag"] == nil || update.Responses["200"].Headers["Assay-Audit"] == nil {
		t.Errorf("update: %+v", update)
	}
	list := doc.Paths["/api/v1/things"]["get"]
	for _, p := range list.Parameters {
		if p.Name == "sort" && strings.Join(p.Schema.Enum, " ") != "kind -kind length -length name -name" {
			t.Errorf("sort: %+v", p)
		}
	}
	if *list.Audited || !*doc.Paths["/api/v1/things/export"]["get"].Audited || !*doc.Paths["/api/v1/things/{id}/proof"]["get"].Audited {
		t.Error("x-audited")
	}
	if doc.Paths["/api/v1/things/proofs"]["post"].RequestBody.Content["multipart/form-data"] == nil {
		t.Error("upload has no file")
	}
	if doc.Components.Schemas["ThingPage"] == nil || doc.Components.Schemas["Problem"] == nil {
		t.Errorf("schemas: %v", doc.Components.Schemas)
	}
	for _, s := range []string{"$schema", `"null"`} { // huma's link, and lists that may be null
		if strings.Contains(api.Body(), s) {
			t.Errorf("the document has %s", s)
		}
	}
}

// The page for people has no script, needs nothing from elsewhere, and names every operation.
func TestReference(t *testing.T) {
	api := fixture(t)
	page := get2(t, api, "/api/reference")
	if got := page.header.Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'none'; style-src 'self'") {
		t.Errorf("policy: %s", got)
	}
	for _, o := range module.Ops {
		if !strings.Contains(page.body, `id="thing.`+o.Name+`"`) {
			t.Errorf("no %s", o.Name)
		}
	}
	for _, bad := range []string{"<script", "style=", "http://", "https://", "onclick", "<style"} {
		if strings.Contains(strings.ReplaceAll(page.body, "http://127.0.0.1:8080", ""), bad) {
			t.Errorf("the page has %s", bad)
		}
	}
	for _, want := range []string{"at most 40 characters", "required", "curl -X PATCH", "If-Match", "What it is called", "application/problem+json", "-F file=@proof.pdf"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if css := get2(t, api, "/api/reference.css"); css.code != 200 || !strings.HasPrefix(css.header.Get("Content-Type"), "text/css") {
		t.Errorf("style: %d", css.code)
	}
	// The kinds of problems are explained where their type says.
	api.Do("GET", "/things/x", nil, nil)
	_, anchor, _ := strings.Cut(api.Problem().Type, "#")
	if !strings.Contains(page.body, `id="`+anchor+`"`) {
		t.Errorf("nothing at #%s", anchor)
	}
}

func TestTypeScript(t *testing.T) {
	got := string(op.TypeScript(module))
	for _, want := range []string{
		`import { call, href, stream, upload } from "./call";`,
		"export interface Thing {\n  id: string;\n  kind: \"good\" | \"bad\";\n  name: string;\n  version: number;\n}",
		"export interface ThingPage {\n  items: Thing[];\n",
		"  /** What it is called */\n  name: string;\n  due?: string;\n  kind?: \"good\" | \"bad\";\n  tags?: string[];\n",
		"export const thing = {",
		`  list: (query: { page?: number; limit?: number; sort?: "kind" | "-kind" | "length" | "-length" | "name" | "-name"; q?: string; kind?: ("good" | "bad")[]; name?: string } = {}) => call<ThingPage>("GET", "/api/v1/things", { query }),`,
		`  facets: `,
		`call<{ [name: string]: FacetValue[] }>("GET", "/api/v1/things/facets", { query }),`,
		`  get: ({ id }: { id: string }) => call<Thing>("GET", "/api/v1/things/{id}", { path: { id } }),`,
		`  create: ({ body }: { body: ThingDraft }) => call<Thing>("POST", "/api/v1/things", { body, idempotent: true }),`,
		`  update: ({ id, version, body }: { id: string; version: number; body: ThingUpdateBody }) => call<Thing>("PATCH", "/api/v1/things/{id}", { path: { id }, version, body }),`,
		`  delete: ({ id }: { id: string }) => call<void>("DELETE", "/api/v1/things/{id}", { path: { id } }),`,
		`  upload: ({ file, onProgress, signal, ...query }: { file: File; onProgress?: (sent: number, total: number) => void; signal?: AbortSignal; fail?: boolean }) => upload<Proof>("/api/v1/things/proofs", file, { onProgress, signal, query }),`,
		`  download: ({ id, ...query }: { id: string; inline?: boolean; as?: string }) => href("/api/v1/things/{id}/proof", { path: { id }, query }),`,
		`  events: (onEvent: (e: { event: string; data: unknown }) => void) => stream("/api/v1/things/events", onEvent),`,
		`format?: "csv" | "xlsx"; columns?: ("name" | "its_kind" | "version")[]`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("missing: %s", want)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
	if string(op.TypeScript(module)) != got {
		t.Error("written twice, it differs")
	}
}
