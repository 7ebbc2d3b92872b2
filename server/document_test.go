package server

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"mime"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"assay/server/op"
)

// document is the OpenAPI document as a client sees it: tests make their requests from it and hold the
// answers to it.
type document struct {
	Paths      map[string]map[string]*described
	Components struct {
		Schemas    map[string]*schema
		Parameters map[string]param
	}

	byName map[string]*described
}

type described struct {
	OperationID string   `json:"operationId"`
	Roles       []string `json:"x-roles"`
	Audited     bool     `json:"x-audited"`
	Parameters  []param
	RequestBody *struct {
		Content map[string]struct{ Schema *schema }
	} `json:"requestBody"`
	Responses map[string]struct {
		Content map[string]struct{ Schema *schema }
	}
}

type param struct {
	Ref      string `json:"$ref"`
	Name, In string
	Required bool
	Schema   *schema
}

// schema is the part of JSON Schema that our document uses.
type schema struct {
	Ref                  string `json:"$ref"`
	Type                 any
	Format, Pattern      string
	Enum                 []any
	Properties           map[string]*schema
	Required             []string
	Items                *schema
	AdditionalProperties any
	MinLength, MaxLength *int
	MinItems, MaxItems   *int
	Minimum, Maximum     *float64
}

var shared = sync.OnceValue(func() *document {
	d := &document{byName: map[string]*described{}}
	if err := json.Unmarshal(op.OpenAPI(documented()...), d); err != nil {
		panic(err)
	}
	for _, methods := range d.Paths {
		for _, o := range methods {
			d.byName[o.OperationID] = o
			for i, p := range o.Parameters {
				if p.Ref != "" {
					o.Parameters[i] = d.Components.Parameters[p.Ref[strings.LastIndex(p.Ref, "/")+1:]]
				}
			}
		}
	}
	return d
})

func (d *document) of(s *schema) *schema {
	for s != nil && s.Ref != "" {
		s = d.Components.Schemas[s.Ref[strings.LastIndex(s.Ref, "/")+1:]]
	}
	return s
}

// input is the schema of an operation's JSON body, nil for none.
func (d *document) input(name string) *schema {
	if o := d.byName[name]; o != nil && o.RequestBody != nil {
		return d.of(o.RequestBody.Content["application/json"].Schema)
	}
	return nil
}

// is says whether a value of that type may stand here.
func (s *schema) is(t string) bool {
	switch v := s.Type.(type) {
	case string:
		return v == t
	case []any:
		return slices.Contains(v, any(t))
	}
	return false
}

func has(s *schema, name string) bool { return slices.Contains(s.Required, name) }

// valid makes a value that the schema allows. r nil makes the smallest one.
func (d *document) valid(s *schema, r *rand.Rand) any {
	s = d.of(s)
	switch {
	case s == nil:
		return nil
	case len(s.Enum) > 0:
		return s.Enum[pick(r, len(s.Enum))]
	case s.is("boolean"):
		return pick(r, 2) == 1
	case s.is("integer"), s.is("number"):
		lo, hi := 0, 100
		if s.Minimum != nil {
			lo = int(*s.Minimum)
		}
		if s.Maximum != nil {
			hi = min(int(*s.Maximum), lo+1000)
		}
		return lo + pick(r, hi-lo+1)
	case s.is("array"):
		n := pick(r, 3)
		if s.MinItems != nil {
			n = max(n, *s.MinItems)
		}
		list := []any{}
		for range n {
			list = append(list, d.valid(s.Items, r))
		}
		return list
	case s.is("object"):
		m := map[string]any{}
		for _, k := range slices.Sorted(maps.Keys(s.Properties)) {
			if has(s, k) || r != nil && r.IntN(2) == 0 {
				m[k] = d.valid(s.Properties[k], r)
			}
		}
		return m
	}
	switch {
	case s.Format == "date":
		return "2026-03-05"
	case s.Pattern != "" && strings.HasPrefix(s.Pattern, "^#"):
		return "#336699"
	case s.Pattern != "":
		return "en-GB"
	}
	n := 1 + pick(r, 20)
	if s.MinLength != nil {
		n = max(n, *s.MinLength)
	}
	if s.MaxLength != nil {
		n = min(n, *s.MaxLength)
	}
	b := make([]rune, n)
	for i := range b {
		b[i] = 'a'
		if r != nil {
			b[i] = rune(' ' + 1 + r.IntN(0x250))
			for !utf8.ValidRune(b[i]) || b[i] == 0x7f || b[i] >= 0x80 && b[i] < 0xa1 {
				b[i] = rune('a' + r.IntN(26))
			}
		}
	}
	return string(b)
}

func pick(r *rand.Rand, n int) int {
	if r == nil {
		return 0
	}
	return r.IntN(n)
}

// kindsOfError are the statuses that an operation may refuse with; the reference page explains each.
var kindsOfError = []int{400, 401, 403, 404, 405, 409, 412, 413, 414, 415, 422, 428, 429, 507}

// holds checks an answer against the document: its status is one that is written down, its body has the
// form that is. The empty text means that all is well.
func (d *document) holds(name string, a answer) string {
	o := d.byName[name]
	if o == nil {
		return "the operation is not in the document"
	}
	kind, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	if a.status >= 400 {
		if !slices.Contains(kindsOfError, a.status) {
			return fmt.Sprintf("status %d", a.status)
		}
		if kind != "application/problem+json" {
			return fmt.Sprintf("status %d is %q, not a problem", a.status, kind)
		}
		var p op.Problem
		dec := json.NewDecoder(strings.NewReader(string(a.body)))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&p); err != nil || p.Status != a.status || p.Detail == "" || p.Title == "" || p.Type == "" {
			return fmt.Sprintf("status %d is not a whole problem: %.200s", a.status, a.body)
		}
		return ""
	}
	r, known := o.Responses[fmt.Sprint(a.status)]
	if !known {
		return fmt.Sprintf("status %d is not in the document", a.status)
	}
	switch {
	case a.status == 204:
		if len(a.body) > 0 {
			return "204 with a body"
		}
		return ""
	case r.Content["application/json"].Schema == nil:
		return "" // a file or a stream
	case kind != "application/json":
		return fmt.Sprintf("the answer is %q, not JSON", kind)
	}
	var v any
	if err := json.Unmarshal(a.body, &v); err != nil {
		return "the answer is not JSON: " + err.Error()
	}
	return d.fits(r.Content["application/json"].Schema, v, "")
}

// fits says where v is not what the schema promises.
func (d *document) fits(s *schema, v any, at string) string {
	s = d.of(s)
	wrong := func(want string) string { return fmt.Sprintf("%s is %T, not %s", at+"/", v, want) }
	switch {
	case s == nil || s.Type == nil:
		return ""
	case v == nil:
		if s.is("null") {
			return ""
		}
		return wrong(fmt.Sprint(s.Type))
	case s.is("object"):
		m, ok := v.(map[string]any)
		if !ok {
			return wrong("an object")
		}
		for _, k := range s.Required {
			if _, ok := m[k]; !ok {
				return at + "/" + k + " is missing"
			}
		}
		for k, x := range m {
			p := s.Properties[k]
			if p == nil {
				extra, _ := json.Marshal(s.AdditionalProperties)
				if string(extra) == "false" || string(extra) == "null" && len(s.Properties) > 0 {
					return at + "/" + k + " is not in the document"
				}
				p = new(schema)
				if len(extra) > 0 && extra[0] == '{' {
					json.Unmarshal(extra, p)
				}
			}
			if bad := d.fits(p, x, at+"/"+k); bad != "" {
				return bad
			}
		}
	case s.is("array"):
		list, ok := v.([]any)
		if !ok {
			return wrong("an array")
		}
		for i, x := range list {
			if bad := d.fits(s.Items, x, fmt.Sprintf("%s/%d", at, i)); bad != "" {
				return bad
			}
		}
	case s.is("string"):
		t, ok := v.(string)
		if !ok {
			return wrong("text")
		}
		if len(s.Enum) > 0 && !slices.Contains(s.Enum, any(t)) {
			return fmt.Sprintf("%s/ is %q, which is not in the document", at, t)
		}
		if s.Format == "date-time" {
			if _, err := time.Parse(time.RFC3339, t); err != nil {
				return at + "/ is not a moment"
			}
		}
	case s.is("integer"):
		if f, ok := v.(float64); !ok || f != float64(int64(f)) {
			return wrong("a whole number")
		}
	case s.is("number"):
		if _, ok := v.(float64); !ok {
			return wrong("a number")
		}
	case s.is("boolean"):
		if _, ok := v.(bool); !ok {
			return wrong("true or false")
		}
	}
	return ""
}

var parameter = regexp.MustCompile(`\{(\w+)\}`)
