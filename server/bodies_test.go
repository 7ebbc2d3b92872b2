package server

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"assay/server/op"
)

var fuzzN = flag.Int("fuzzn", 60, "how many inputs TestE1Fuzz gives every operation; a release gives 500")

// TestD3UnknownFields: ten fields more in every body and every query, one by one: all refused, none stored.
func TestD3UnknownFields(t *testing.T) {
	t.Parallel()
	h := open(t)
	before := h.states()
	extra := m{"id": "x", "version": 7, "created_at": "2020-01-01", "role": "admin", "tenant": "x", "owner_id": "x", "is_admin": true, "__proto__": m{"x": 1}, "review": "accepted", "Title": "other case"}
	for _, a := range h.ops {
		c := h.a.callers["admin"]
		if a.How == op.WayPublic {
			c = caller{}
		}
		q := h.plain(h.a, a, c)
		for k, v := range extra {
			s := h.doc.input(a.name)
			known := s != nil && s.Properties[k] != nil
			for _, p := range h.doc.byName[a.name].Parameters {
				known = known || p.In == "query" && p.Name == k
			}
			if known {
				continue
			}
			if s != nil {
				var b map[string]any
				h.must(json.Unmarshal(q.body, &b))
				b[k] = v
				more := q
				more.body, _ = json.Marshal(b)
				if got := h.send(c, more); got.status != 422 {
					t.Errorf("%s with %s: %s", a.name, k, got)
				}
			}
			more := q
			more.path += map[bool]string{true: "&", false: "?"}[strings.Contains(q.path, "?")] + url.QueryEscape(k) + "=x"
			if got := h.send(c, more); got.status != 422 && a.How != op.WayStream {
				t.Errorf("%s with ?%s: %s", a.name, k, got)
			}
		}
	}
	for name, is := range h.states() {
		if c := changed(before[name], is); len(c) > 0 {
			t.Errorf("%v of %s changed", c, name)
		}
	}
}

// TestE3Limits: too large, too deep, too long, of another type, the same key twice.
func TestE3Limits(t *testing.T) {
	t.Parallel()
	h := open(t)
	deep := strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100)
	for _, a := range h.ops {
		c := h.a.callers["admin"]
		if a.How == op.WayPublic {
			c = caller{}
		}
		q := h.plain(h.a, a, c)
		if got := h.send(c, request{method: q.method, path: q.path + map[bool]string{true: "&", false: "?"}[strings.Contains(q.path, "?")] + "x=" + strings.Repeat("y", 9000), body: q.body, kind: q.kind, header: q.header}); got.status != 414 && got.status != 431 {
			t.Errorf("%s with a long address: %s", a.name, got)
		}
		if h.doc.input(a.name) == nil {
			continue
		}
		for what, try := range map[string]struct {
			body, kind string
			want       []int
		}{
			"large":         {`{"a":"` + strings.Repeat("x", 1<<20) + `"}`, "application/json", []int{413}},
			"deep":          {deep, "application/json", []int{400}},
			"text":          {string(q.body), "text/plain", []int{415}},
			"form":          {"a=b", "application/x-www-form-urlencoded", []int{415}},
			"twice":         {`{"a":1,"a":2}`, "application/json", []int{400}},
			"not an object": {`[]`, "application/json", []int{422}},
			"empty":         {``, "application/json", []int{400, 422}},
			"garbage":       {"\x00\xff{", "application/json", []int{400}},
		} {
			got := h.send(c, request{method: q.method, path: q.path, body: []byte(try.body), kind: try.kind, header: q.header})
			if !slices.Contains(try.want, got.status) {
				t.Errorf("%s, %s: %s", a.name, what, got)
			} else if bad := h.doc.holds(a.name, got); bad != "" {
				t.Errorf("%s, %s: %s", a.name, what, bad)
			}
		}
	}
	h.discreet(t, h.log.take())
}

// hush stands in submitted values: no refusal and no log line repeats it.
const hush = "Hush-7Yq-submitted"

var nasty = []any{nil, true, -1, 0, 1e308, 9007199254740993, "", " ", "\x00", "'", "' OR 1=1--", "<script>alert(1)</script>", "../../etc/passwd", "=1+1", "%00", "%", "𝕏🏴‍☠️", "\u202efdp.exe",
	strings.Repeat("A", 30_000), []any{}, m{}, m{"$ne": 1}, "2026-02-30", "0000-00-00", "1e999", "NaN", hush, hush, hush}

// spoil changes one or two things of a value.
func spoil(r *rand.Rand, v any) any {
	if r.IntN(3) == 0 {
		return nasty[r.IntN(len(nasty))]
	}
	switch v := v.(type) {
	case map[string]any:
		keys := slices.Sorted(maps.Keys(v))
		if len(keys) == 0 {
			return m{"x": hush}
		}
		c := maps.Clone(v)
		for range 1 + r.IntN(2) {
			k := keys[r.IntN(len(keys))]
			switch r.IntN(5) {
			case 0:
				delete(c, k)
			case 1:
				c["unknown"] = hush
			default:
				c[k] = spoil(r, v[k])
			}
		}
		return c
	case []any:
		if r.IntN(4) == 0 {
			return slices.Repeat([]any{"x"}, 3000)
		}
		return append(slices.Clone(v), nasty[r.IntN(len(nasty))])
	}
	return nasty[r.IntN(len(nasty))]
}

// fuzzed is a request made from the document: a valid one, and mostly a spoiled one.
func (h *house) fuzzed(r *rand.Rand, o *org, a action, c caller) request {
	bad := r.IntN(4) > 0
	word := func(v any) string {
		if bad && r.IntN(3) == 0 {
			v = nasty[r.IntN(len(nasty))]
		}
		s := fmt.Sprint(v)
		return s[:min(len(s), 3000)]
	}
	d := h.doc.byName[a.name]
	q := request{method: a.Method}
	q.path = parameter.ReplaceAllStringFunc(a.Path, func(p string) string {
		p = strings.Trim(p, "{}")
		v := o.idIn(a, p)
		if a.name == "account.end_session" {
			return "x" // not the one that asks
		}
		if ids := o.ids[places[strings.Split(a.Path, "/")[1]]]; p == "id" && len(ids) > 0 {
			v = ids[r.IntN(len(ids))]
		}
		if v = word(v); v == "" {
			v = "x"
		}
		return url.PathEscape(v)
	})
	query := url.Values{}
	for _, p := range d.Parameters {
		switch {
		case p.In == "query" && r.IntN(3) == 0:
			query.Add(p.Name, word(h.doc.valid(p.Schema, r)))
		case p.Name == "If-Match" && r.IntN(4) > 0:
			q = q.with("If-Match", strings.Map(func(r rune) rune {
				if r < ' ' || r > '~' {
					return '?'
				}
				return r
			}, word(1+r.IntN(3))))
		}
	}
	if len(query) > 0 {
		q.path += "?" + query.Encode()
	}
	switch {
	case h.doc.input(a.name) != nil:
		var v any = h.doc.valid(h.doc.input(a.name), r)
		if fresh := h.plain(o, a, c); recipes[a.name].body != nil && r.IntN(2) == 0 {
			json.Unmarshal(fresh.body, &v)
		}
		if bad {
			v = spoil(r, v)
		}
		q.body, _ = json.Marshal(v)
		q.kind = "application/json"
		if bad && r.IntN(12) == 0 {
			q.body = q.body[:len(q.body)/2]
		}
	case recipes[a.name].file != nil:
		name, content := recipes[a.name].file()
		content = bytes.Clone(content)
		if bad {
			for range 1 + r.IntN(20) {
				content[r.IntN(len(content))] ^= 1 << r.IntN(8)
			}
			if r.IntN(3) == 0 {
				content = content[:r.IntN(len(content))]
			}
		}
		f := asFile(q.path, name, content)
		q.body, q.kind = f.body, f.kind
		if bad && r.IntN(10) == 0 {
			q.body = q.body[:len(q.body)/2]
		}
	}
	return q
}

// TestE1Fuzz gives every operation inputs made from the document, most of them spoiled: no 5xx, no status
// and no body that the document does not have, and without a session always 401.
func TestE1Fuzz(t *testing.T) {
	t.Parallel()
	h := open(t)
	dir := h.dir
	total, found := 0, map[string]int{}
	for i, a := range h.ops {
		r := rand.New(rand.NewPCG(1, uint64(i)))
		n := *fuzzN
		if s := h.doc.input(a.name); s != nil && s.Properties["password"] != nil {
			n = max(n/20, 5) // each makes a password's hash, which takes long on purpose
		}
		for j := range n {
			c := h.a.callers["admin"]
			q := h.fuzzed(r, h.a, a, c)
			if nobody := j%10 == 0; nobody || a.How == op.WayPublic {
				c = caller{}
			}
			got := h.send(c, q)
			total++
			if got.status < 0 {
				continue // no client can send it
			}
			if bad := h.doc.holds(a.name, got); bad != "" {
				found[fmt.Sprintf("%s: %s", a.name, regexp.MustCompile(`/\d+/`).ReplaceAllString(bad, "/n/"))]++
			}
			if c.cookie == "" && a.How != op.WayPublic && got.status != 401 && got.status != 414 && got.status != 404 && got.status != 405 {
				found[fmt.Sprintf("%s: %d without a session", a.name, got.status)]++
			}
			if got.status >= 400 && (bytes.Contains(named.ReplaceAll(got.body, nil), []byte(hush)) || inside.Match(got.body) || bytes.Contains(got.body, []byte(dir))) {
				found[fmt.Sprintf("%s: the refusal says too much: %s", a.name, got.body)]++
			}
			if c.cookie != "" && got.status == 401 {
				h = open(t)
			}
		}
		h.discreet(t, h.log.take())
		if h.send(h.a.callers["admin"], request{method: "GET", path: "/session"}).status != 200 {
			h = open(t)
		}
	}
	for what, n := range found {
		t.Errorf("%4d x %s", n, what)
	}
	t.Logf("%d requests", total)
}

// named is a record of this organisation that a sentence calls by its name.
var named = regexp.MustCompile(`“[^”]*”`)

// inside is what only we know: source, SQL, libraries, versions.
var inside = regexp.MustCompile(`goroutine \d|\w\.go:\d|(?i:sqlite)|SELECT [\w*(]|INSERT INTO|UPDATE \w+ SET|modernc|huma|go1\.\d|panic|/tmp/|runtime error`)

// discreet checks a log: nothing went wrong inside, and nothing that was submitted stands in it.
func (h *house) discreet(t *testing.T, log string) {
	t.Helper()
	for l := range strings.Lines(log) {
		if strings.Contains(l, "level=ERROR") || strings.Contains(l, "panic") {
			t.Errorf("logged: %.600s", l)
			return
		}
		if strings.Contains(l, hush) && !strings.Contains(l, "path=") {
			t.Errorf("the log repeats what was sent: %.400s", l)
			return
		}
	}
}
