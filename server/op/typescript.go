package op

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// TypeScript writes the client that the UI calls, from the same schemas as the API's document: an interface
// for every named schema, and for every module an object with one function an operation. It is the content
// of ui/src/api/api.ts. It leans on ui/src/api/call.ts, written by hand, which must export
//
//	call<Out>(method: string, path: string, input?: { path?, query?, body?, version?, idempotent?, present? }): Promise<Out>
//	upload<Out>(path: string, file: File, input?: { path?, query?, version?, present?, onProgress?, signal? }): Promise<Out>
//	href(path: string, input?: { path?, query?, present? }): string
//	stream(address: string, onEvent: (e: { event: string; data: unknown }) => void): () => void
//
// where path replaces {name} in the address, query leaves out what is undefined and joins lists with commas,
// version is sent as If-Match, and idempotent asks for an Idempotency-Key that stays the same when the call
// is repeated after a broken connection. A page that looks at the past sends Assay-As-Of with everything but what
// says present, and adds as_of to every href. onProgress is called with bytes sent and bytes in all.
func TypeScript(modules ...Module) []byte {
	st := newSite(Server{}, modules)
	var api bytes.Buffer
	used := map[string]bool{}
	for _, m := range modules {
		if len(m.Ops) == 0 {
			continue
		}
		fmt.Fprintf(&api, "\nexport const %s = {\n", m.Name)
		for _, o := range st.ops {
			if o.module.Name == m.Name {
				st.tsOperation(&api, o, used)
			}
		}
		api.WriteString("};\n")
	}
	var b bytes.Buffer
	b.WriteString("// Written by go test ./server -update from the Go code. Do not edit.\n\n")
	fmt.Fprintf(&b, "import { %s } from \"./call\";\n", strings.Join(slices.Sorted(maps.Keys(used)), ", "))
	schemas := st.api.OpenAPI().Components.Schemas.Map()
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		s := schemas[name]
		comment(&b, "", s.Description)
		if s.Type != huma.TypeObject || s.Properties == nil {
			fmt.Fprintf(&b, "\nexport type %s = %s;\n", name, st.tsType(s))
			continue
		}
		fmt.Fprintf(&b, "\nexport interface %s {\n", name)
		for _, p := range properties(s) {
			comment(&b, "  ", s.Properties[p].Description)
			fmt.Fprintf(&b, "  %s%s: %s;\n", tsName(p), optional(slices.Contains(s.Required, p)), st.tsType(s.Properties[p]))
		}
		b.WriteString("}\n")
	}
	b.Write(api.Bytes())
	return b.Bytes()
}

func comment(b *bytes.Buffer, indent, text string) {
	if text != "" {
		fmt.Fprintf(b, "%s/** %s */\n", indent, strings.ReplaceAll(text, "*/", "* /"))
	}
}

func optional(required bool) string {
	if required {
		return ""
	}
	return "?"
}

// tsOperation writes one function. What it takes is one flat object: the parameters of path and query by
// their names, version, body, and file for an upload.
func (st *site) tsOperation(b *bytes.Buffer, m *mounted, used map[string]bool) {
	var take, fields, give []string // names taken out of the input, its type, what is handed on
	field := func(name, t string, required bool) {
		for _, f := range fields {
			if strings.HasPrefix(f, name+":") || strings.HasPrefix(f, name+"?:") {
				panic(fmt.Sprintf("op %s: two inputs are called %s", m.action(), name))
			}
		}
		fields = append(fields, tsName(name)+optional(required)+": "+t)
	}
	needed := false
	if ps := m.params("path"); len(ps) > 0 {
		var names []string
		for _, p := range ps {
			field(p.Name, st.tsType(p.Schema), true)
			names = append(names, p.Name)
		}
		take, needed = append(take, names...), true
		give = append(give, "path: { "+strings.Join(names, ", ")+" }")
	}
	if m.How == WayUpload || m.How == WayImport {
		field("file", "File", true)
		field("onProgress", "(sent: number, total: number) => void", false)
		field("signal", "AbortSignal", false)
		take, needed = append(take, "file", "onProgress", "signal"), true
		give = append(give, "onProgress", "signal")
	}
	if m.Table != "" || slices.ContainsFunc(m.params("header"), func(p *huma.Param) bool { return p.Name == "If-Match" }) {
		field("version", "number", true)
		take, needed = append(take, "version"), true
		give = append(give, "version")
	}
	if in := m.input(); in != nil {
		field("body", st.tsType(in), true)
		take, needed = append(take, "body"), true
		give = append(give, "body")
	}
	if query := m.params("query"); len(query) > 0 {
		for _, p := range query {
			field(p.Name, st.tsType(p.Schema), p.Required)
			needed = needed || p.Required
		}
		take = append(take, "...query")
		give = append(give, "query")
	}
	if m.idempotent() && m.How == WayWrite { // upload asks for one itself
		give = append(give, "idempotent: true")
	}
	switch {
	case !m.today() || m.How == WayStream:
	case m.inBranch():
		give = append(give, `present: "branch"`)
	default:
		give = append(give, "present: true")
	}
	arg := ""
	if len(fields) > 0 {
		names := "{ " + strings.Join(take, ", ") + " }"
		if len(take) == 1 && take[0] == "...query" {
			names = "query"
		}
		arg = names + ": { " + strings.Join(fields, "; ") + " }"
		if !needed {
			arg += " = {}"
		}
	}
	rest := ""
	if len(give) > 0 {
		rest = ", { " + strings.Join(give, ", ") + " }"
	}
	out := "void"
	if s := m.output(); s != nil {
		out = st.tsType(s)
	}
	path := base + m.Path
	comment(b, "  ", m.Summary)
	switch m.How {
	case WayUpload, WayImport:
		used["upload"] = true
		fmt.Fprintf(b, "  %s: (%s) => upload<%s>(%q, file%s),\n", m.Name, arg, out, path, rest)
	case WayDownload:
		used["href"] = true
		fmt.Fprintf(b, "  %s: (%s) => href(%q%s),\n", m.Name, arg, path, rest)
	case WayStream:
		used["stream"] = true
		at := fmt.Sprintf("%q", path)
		if arg != "" {
			used["href"] = true
			arg, at = ", "+arg, fmt.Sprintf("href(%q%s)", path, rest)
		}
		fmt.Fprintf(b, "  %s: (onEvent: (e: { event: string; data: unknown }) => void%s) => stream(%s, onEvent),\n", m.Name, arg, at)
	default:
		used["call"] = true
		fmt.Fprintf(b, "  %s: (%s) => call<%s>(%q, %q%s),\n", m.Name, arg, out, m.Method, path, rest)
	}
}

// tsName quotes a property that is not a plain word.
func tsName(name string) string {
	for i, r := range name {
		if !(r == '_' || r == '$' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || i > 0 && '0' <= r && r <= '9') {
			b, _ := json.Marshal(name) // a string always has JSON
			return string(b)
		}
	}
	return name
}

func (st *site) tsType(s *huma.Schema) string {
	t := st.tsBare(s)
	if s.Nullable {
		t += " | null"
	}
	return t
}

func (st *site) tsBare(s *huma.Schema) string {
	switch {
	case s.Ref != "":
		return refName(s.Ref)
	case len(s.Enum) > 0:
		var values []string
		for _, v := range s.Enum {
			b, err := json.Marshal(v)
			if err != nil {
				panic(fmt.Sprintf("op: enum value %v: %v", v, err))
			}
			values = append(values, string(b))
		}
		return strings.Join(values, " | ")
	case len(s.OneOf) > 0:
		return st.tsUnion(s.OneOf)
	case len(s.AnyOf) > 0:
		return st.tsUnion(s.AnyOf)
	}
	switch s.Type {
	case huma.TypeBoolean:
		return "boolean"
	case huma.TypeInteger, huma.TypeNumber:
		return "number"
	case huma.TypeString:
		return "string"
	case huma.TypeArray:
		t := st.tsType(s.Items)
		if strings.Contains(t, " ") {
			t = "(" + t + ")"
		}
		return t + "[]"
	case huma.TypeObject:
		if more, ok := s.AdditionalProperties.(*huma.Schema); ok {
			return "{ [name: string]: " + st.tsType(more) + " }" // not Record: a module may have a type of that name
		}
		var parts []string
		for _, p := range properties(s) {
			parts = append(parts, tsName(p)+optional(slices.Contains(s.Required, p))+": "+st.tsType(s.Properties[p]))
		}
		if parts == nil {
			return "{ [name: string]: never }"
		}
		return "{ " + strings.Join(parts, "; ") + " }"
	}
	return "unknown"
}

func (st *site) tsUnion(all []*huma.Schema) string {
	var parts []string
	for _, s := range all {
		parts = append(parts, st.tsType(s))
	}
	return strings.Join(parts, " | ")
}
