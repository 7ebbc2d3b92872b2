package op

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed reference.html
var referenceHTML string

//go:embed reference.css
var referenceCSS []byte

var referencePage = template.Must(template.New("reference").Parse(referenceHTML))

type refOp struct {
	ID, Method, Path, Summary, Curl, Out, Body, Exception string
	Roles                                                 []string
	Audited                                               bool
	Params, Fields, Answer                                []refField
}

type refField struct {
	Name, Type, Doc, In string
	Required            bool
}

type refModule struct {
	Name string
	Ops  []refOp
}

// reference is the API for people: one page without a script, with an example for every operation.
func (st *site) reference(modules []Module) []byte {
	var all []refModule
	for _, m := range modules {
		rm := refModule{Name: m.Name}
		for _, o := range st.ops {
			if o.module.Name == m.Name {
				rm.Ops = append(rm.Ops, st.refOp(o))
			}
		}
		if rm.Ops != nil {
			all = append(all, rm)
		}
	}
	var b bytes.Buffer
	if err := referencePage.Execute(&b, map[string]any{"Modules": all, "Kinds": kinds, "Base": base}); err != nil {
		panic(fmt.Sprintf("op: write the reference page: %v", err))
	}
	return b.Bytes()
}

func (st *site) refOp(m *mounted) refOp {
	r := refOp{ID: m.action(), Method: m.Method, Path: base + m.Path, Summary: m.Summary, Roles: m.Roles.Names(),
		Audited: m.Audited, Exception: m.Exception}
	for _, p := range m.hop.Parameters {
		if p.Ref != "" {
			p = st.api.OpenAPI().Components.Parameters[refName(p.Ref)]
		}
		r.Params = append(r.Params, refField{Name: p.Name, In: p.In, Type: st.tsType(p.Schema) + limits(p.Schema), Doc: p.Description, Required: p.Required})
	}
	if in := m.input(); in != nil {
		r.Body = st.tsType(in)
		r.Fields = st.refFields(in)
	}
	switch out := m.output(); {
	case out != nil:
		r.Out = st.tsType(out)
		r.Answer = st.refFields(out)
	case m.How == WayDownload:
		r.Out = "the file"
	case m.How == WayStream:
		r.Out = "events, for as long as the connection lasts"
	default:
		r.Out = "nothing (204)"
	}
	if m.How == WayUpload || m.How == WayImport {
		r.Fields = []refField{{Name: "file", Type: "multipart/form-data", Doc: m.hop.RequestBody.Description, Required: true}}
	}
	r.Curl = st.curl(m)
	return r
}

func (st *site) refFields(s *huma.Schema) []refField {
	s = st.resolve(s)
	if s == nil || s.Type != huma.TypeObject {
		return nil
	}
	var fs []refField
	for _, name := range properties(s) {
		p := s.Properties[name]
		fs = append(fs, refField{Name: name, Type: st.tsType(p) + limits(p), Doc: p.Description, Required: slices.Contains(s.Required, name)})
	}
	return fs
}

// limits says in words what is checked beside the type.
func limits(s *huma.Schema) string {
	var w []string
	if s.Format != "" && s.Format != "int64" && s.Format != "int32" && s.Format != "double" {
		w = append(w, s.Format)
	}
	if s.MinLength != nil && *s.MinLength > 0 {
		w = append(w, fmt.Sprintf("at least %d characters", *s.MinLength))
	}
	if s.MaxLength != nil {
		w = append(w, fmt.Sprintf("at most %d characters", *s.MaxLength))
	}
	if s.Minimum != nil {
		w = append(w, fmt.Sprintf("from %v", *s.Minimum))
	}
	if s.Maximum != nil {
		w = append(w, fmt.Sprintf("up to %v", *s.Maximum))
	}
	if s.MaxItems != nil {
		w = append(w, fmt.Sprintf("at most %d entries", *s.MaxItems))
	}
	if w == nil {
		return ""
	}
	return " (" + strings.Join(w, ", ") + ")"
}

// curl is a command that can be pasted once the two variables are set.
func (st *site) curl(m *mounted) string {
	var b strings.Builder
	b.WriteString("curl")
	if m.Method != "GET" {
		b.WriteString(" -X " + m.Method)
	}
	if m.How != WayPublic {
		b.WriteString(` -H "Authorization: Bearer $TOKEN"`)
	}
	if m.Table != "" {
		b.WriteString(` -H 'If-Match: "1"'`)
	}
	if m.idempotent() {
		b.WriteString(` -H "Idempotency-Key: $(uuidgen)"`)
	}
	if m.How == WayUpload || m.How == WayImport {
		b.WriteString(" -F file=@proof.pdf")
	}
	if m.How == WayDownload {
		b.WriteString(" -OJ")
	}
	if m.How == WayStream {
		b.WriteString(" -N")
	}
	if in := m.input(); in != nil {
		b.WriteString(" -H 'Content-Type: application/json' \\\n  -d '" + strings.ReplaceAll(st.example(in, 0), "'", `'\''`) + "'")
	}
	b.WriteString(" \\\n  \"$ASSAY" + base + m.Path + "\"")
	return b.String()
}

// example is a body with every required field.
func (st *site) example(s *huma.Schema, depth int) string {
	if len(s.Examples) > 0 {
		return fmt.Sprintf("%q", fmt.Sprint(s.Examples[0]))
	}
	s = st.resolve(s)
	switch {
	case s == nil || depth > 4:
		return "null"
	case len(s.Enum) > 0:
		return fmt.Sprintf("%q", fmt.Sprint(s.Enum[0]))
	}
	switch s.Type {
	case huma.TypeString:
		switch s.Format {
		case "date":
			return `"2026-01-31"`
		case "date-time":
			return `"2026-01-31T09:00:00Z"`
		case "email":
			return `"name@example.com"`
		}
		return `"..."`
	case huma.TypeInteger, huma.TypeNumber:
		if s.Minimum != nil {
			return fmt.Sprint(*s.Minimum)
		}
		return "1"
	case huma.TypeBoolean:
		return "true"
	case huma.TypeArray:
		return "[" + st.example(s.Items, depth+1) + "]"
	case huma.TypeObject:
		var parts []string
		for _, name := range properties(s) {
			if slices.Contains(s.Required, name) {
				parts = append(parts, fmt.Sprintf("%q: %s", name, st.example(s.Properties[name], depth+1)))
			}
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return "null"
}

func (st *site) serveReference(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	w.Header().Set("Cache-Control", "no-cache")
	serveBytes(w, "text/html; charset=utf-8", st.page())
}

func (st *site) serveStyle(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-cache")
	serveBytes(w, "text/css; charset=utf-8", referenceCSS)
}
