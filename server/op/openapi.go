package op

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
)

// OpenAPI describes the operations of the modules as an OpenAPI 3.1 document, as GET /api/v1/openapi.json
// serves it.
func OpenAPI(modules ...Module) []byte { return newSite(Server{}, modules).doc() }

// document adds to what huma wrote what it cannot know: roles, records, versions, files. What is read of it is
// written when somebody asks: it would be most of what starting takes.
func (st *site) document(modules []Module) {
	api := st.api.OpenAPI()
	asOf := "Show the organisation as it was at this moment (RFC 3339), or at the end of this day in its time zone. The answer names the state it shows in " + asOfHeader
	branch := "Work in this branch of the organisation. An operation without this parameter reaches beyond a branch and is refused in one"
	api.Components.Parameters = map[string]*huma.Param{
		"AsOf":       {Name: asOfHeader, In: "header", Schema: textSchema, Description: asOf},
		"AsOfLink":   {Name: asOfQuery, In: "query", Schema: textSchema, Description: asOf + ". For links; the header does the same"},
		"Branch":     {Name: branchHeader, In: "header", Schema: textSchema, Description: branch},
		"BranchLink": {Name: branchQuery, In: "query", Schema: textSchema, Description: branch + ". For links; the header does the same"},
	}
	for _, m := range modules {
		api.Tags = append(api.Tags, &huma.Tag{Name: m.Name})
	}
	for _, m := range st.ops {
		m.hop = operationAt(api.Paths[base+m.Path], m.Method)
		m.describe()
	}
	st.doc = sync.OnceValue(func() []byte {
		b, err := json.MarshalIndent(api, "", "  ")
		if err != nil {
			panic(fmt.Sprintf("op: write the API's document: %v", err))
		}
		return append(b, '\n')
	})
	st.page = sync.OnceValue(func() []byte { return st.reference(modules) })
}

func operationAt(p *huma.PathItem, method string) *huma.Operation {
	switch method {
	case "GET":
		return p.Get
	case "POST":
		return p.Post
	case "PUT":
		return p.Put
	case "PATCH":
		return p.Patch
	}
	return p.Delete
}

var (
	textSchema   = &huma.Schema{Type: huma.TypeString}
	binarySchema = &huma.Schema{Type: huma.TypeString, Format: "binary"}
)

func (m *mounted) describe() {
	o := m.hop
	if o.Extensions == nil {
		o.Extensions = map[string]any{}
	}
	o.Extensions["x-roles"] = m.Roles.Names()
	o.Extensions["x-audited"] = m.Audited
	if m.Exception != "" {
		o.Extensions["x-exception"] = m.Exception
	}
	if m.How != WayPublic {
		o.Security = []map[string][]string{{"session": {}}, {"token": {}}}
	}
	header := func(name, doc string, required bool) {
		o.Parameters = append(o.Parameters, &huma.Param{Name: name, In: "header", Required: required, Schema: textSchema, Description: doc})
	}
	if m.Table != "" {
		header("If-Match", `The version that was read, as "7" or 7. 428 without it, 412 when the record changed since.`, true)
	}
	if m.idempotent() {
		header("Idempotency-Key", "Any text: the same request with the same key within 24 hours is carried out once.", false)
	}
	if m.inPast() {
		o.Parameters = append(o.Parameters, &huma.Param{Ref: "#/components/parameters/AsOf"})
		if m.How == WayDownload {
			o.Parameters = append(o.Parameters, &huma.Param{Ref: "#/components/parameters/AsOfLink"})
		}
	}
	if m.inBranch() {
		o.Parameters = append(o.Parameters, &huma.Param{Ref: "#/components/parameters/Branch"})
		if m.How == WayDownload {
			o.Parameters = append(o.Parameters, &huma.Param{Ref: "#/components/parameters/BranchLink"})
		}
	}
	if m.columns != nil {
		column := &huma.Schema{Type: huma.TypeString, Enum: anys(m.columns)}
		if m.more {
			own := &huma.Schema{Type: huma.TypeString, Pattern: `^custom\.[a-z][a-z0-9_]*$`, Description: "A custom field by its key"}
			column = &huma.Schema{AnyOf: []*huma.Schema{column, own}}
		}
		o.Parameters = append(o.Parameters,
			&huma.Param{Name: "format", In: "query", Description: "csv unless given", Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"csv", "xlsx"}}},
			&huma.Param{Name: "columns", In: "query", Explode: new(bool), Description: "Columns and their order; all unless given",
				Schema: &huma.Schema{Type: huma.TypeArray, Items: column}})
	}
	ok := o.Responses["200"]
	if ok == nil {
		ok = o.Responses["204"]
	}
	if ok.Headers == nil {
		ok.Headers = map[string]*huma.Param{}
	}
	if m.Audited {
		ok.Headers["Assay-Audit"] = &huma.Header{Description: "Number of the audit record this left; absent when nothing changed", Schema: textSchema}
	}
	if m.etag {
		ok.Headers["ETag"] = &huma.Header{Description: "The record's version, for If-Match", Schema: textSchema}
	}
	switch m.How {
	case WayUpload, WayImport:
		words := fmt.Sprintf("One file of at most %d MB", m.Limit.bytes()>>20)
		for i, t := range m.Limit.Types {
			words += map[bool]string{true: ": ", false: ", "}[i == 0] + t.Name
		}
		o.RequestBody = &huma.RequestBody{Required: true, Description: words, Content: map[string]*huma.MediaType{
			"multipart/form-data": {Schema: &huma.Schema{Type: huma.TypeObject, Required: []string{"file"}, Properties: map[string]*huma.Schema{"file": binarySchema}}}}}
	case WayDownload:
		ok.Content = map[string]*huma.MediaType{"application/octet-stream": {Schema: binarySchema}}
		o.Responses["206"] = &huma.Response{Description: "A range of it"}
	case WayStream:
		ok.Content = map[string]*huma.MediaType{"text/event-stream": {Schema: textSchema}}
	}
}

func anys(s []string) []any {
	a := make([]any, len(s))
	for i := range s {
		a[i] = s[i]
	}
	return a
}

// sortedBy lists in the document, and has huma check, what a list may be sorted by.
func (m *mounted) sortedBy(o *huma.Operation) {
	for _, p := range o.Parameters {
		if p.In == "query" && p.Name == "sort" && m.sorts != nil {
			p.Schema.Enum = anys(m.sorts)
			p.Schema.PrecomputeMessages()
		}
	}
}

func (st *site) serveDocument(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-cache")
	serveBytes(w, "application/json", st.doc())
}

// resolve follows a reference to the schema it names.
func (st *site) resolve(s *huma.Schema) *huma.Schema {
	for s != nil && s.Ref != "" {
		s = st.api.OpenAPI().Components.Schemas.SchemaFromRef(s.Ref)
	}
	return s
}

// output is the schema of an operation's answer, nil for none.
func (m *mounted) output() *huma.Schema {
	if ok := m.hop.Responses["200"]; ok != nil {
		if c := ok.Content["application/json"]; c != nil {
			return c.Schema
		}
	}
	return nil
}

// input is the schema of an operation's JSON body, nil for none.
func (m *mounted) input() *huma.Schema {
	if m.hop.RequestBody != nil {
		if c := m.hop.RequestBody.Content["application/json"]; c != nil {
			return c.Schema
		}
	}
	return nil
}

// params are an operation's own parameters in one place, in the order of its input.
func (m *mounted) params(in string) []*huma.Param {
	var ps []*huma.Param
	for _, p := range m.hop.Parameters {
		if p.In == in {
			ps = append(ps, p)
		}
	}
	return ps
}

// properties are the names of an object's fields: the required ones first, then by alphabet.
func properties(s *huma.Schema) []string {
	var names []string
	for n := range s.Properties {
		names = append(names, n)
	}
	slices.SortFunc(names, func(a, b string) int {
		ra, rb := slices.Contains(s.Required, a), slices.Contains(s.Required, b)
		if ra != rb {
			if ra {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	return names
}

func refName(ref string) string { return ref[strings.LastIndex(ref, "/")+1:] }
