package policy_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"assay/server/op"
	"assay/server/policy"
)

// What an editor makes is kept; what nobody thought of is refused, with a sentence.
func TestRead(t *testing.T) {
	text := func(s string, marks ...m) m { return m{"type": "text", "text": s, "marks": marks} }
	link := func(href any) m {
		return m{"type": "link", "attrs": m{"href": href, "target": "_blank", "rel": "noopener"}}
	}
	in := func(nodes ...m) m { return m{"type": "doc", "content": nodes} }
	p := func(nodes ...m) m { return m{"type": "paragraph", "content": nodes} }
	cell := func(kind string, n m) m {
		return m{"type": kind, "attrs": m{"colspan": 1, "rowspan": 1, "colwidth": nil}, "content": []m{n}}
	}
	good := in(
		m{"type": "heading", "attrs": m{"level": 2}, "content": []m{text("Access")}},
		p(text("Everybody "), text("locks", m{"type": "bold"}, link("https://example.com/a?b=c")), m{"type": "hardBreak"}, text("the door.")),
		m{"type": "orderedList", "attrs": m{"start": 3, "type": nil}, "content": []m{{"type": "listItem", "content": []m{p(text("One"))}}}},
		m{"type": "table", "content": []m{{"type": "tableRow", "content": []m{cell("tableHeader", p(text("Who"))), cell("tableCell", p(text("What")))}}}},
		m{"type": "blockquote", "content": []m{p()}}, m{"type": "horizontalRule"}, m{"type": "codeBlock", "attrs": m{"language": "sh"}, "content": []m{text("ls")}},
		p(text("<script>alert(1)</script> & <img src=x onerror=alert(1)>")),
	)
	read := func(v any) (policy.Content, string) {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return policy.Read(raw)
	}
	c, refusal := read(good)
	want := "Access\nEverybody locks the door.\nOne\nWho\nWhat\nls\n<script>alert(1)</script> & <img src=x onerror=alert(1)>"
	if refusal != "" || c.Text() != want {
		t.Errorf("%s\n%q", refusal, c.Text())
	}
	if strings.Contains(c.JSON, "target") || strings.Contains(c.JSON, "colwidth") || !strings.Contains(c.JSON, "https://example.com/a?b=c") {
		t.Errorf("not in its one form: %s", c.JSON)
	}
	if again, refusal := policy.Read([]byte(c.JSON)); refusal != "" || again.Digest() != c.Digest() {
		t.Errorf("its own form has another digest: %s", refusal)
	}
	deep := p(text("x"))
	for range 20 {
		deep = m{"type": "blockquote", "content": []m{deep}}
	}
	for name, v := range map[string]any{
		"nothing": m{}, "no text": in(p()), "only blanks": in(p(text("  "))), "a text alone": text("x"), "text in doc": in(text("x")),
		"iframe": in(m{"type": "iframe", "attrs": m{"src": "https://example.com"}}), "image": in(m{"type": "image", "attrs": m{"src": "x"}}),
		"html": in(m{"type": "paragraph", "html": "<b>"}), "style": in(m{"type": "paragraph", "attrs": m{"style": "x"}, "content": []m{text("x")}}),
		"onclick":    in(p(text("x", m{"type": "link", "attrs": m{"href": "https://a.example", "onclick": "x"}}))),
		"javascript": in(p(text("x", link("javascript:alert(1)")))), "JavaScript": in(p(text("x", link("JaVaScRiPt:alert(1)")))), "tab": in(p(text("x", link("java\tscript:alert(1)")))),
		"data": in(p(text("x", link("data:text/html,x")))), "vbscript": in(p(text("x", link("vbscript:x")))), "relative": in(p(text("x", link("//evil.example")))), "path": in(p(text("x", link("/api")))),
		"no address": in(p(text("x", m{"type": "link"}))), "number": in(p(text("x", link(5)))), "password": in(p(text("x", link("https://u:p@a.example")))),
		"level 7": in(m{"type": "heading", "attrs": m{"level": 7}, "content": []m{text("x")}}), "level 1.5": in(m{"type": "heading", "attrs": m{"level": 1.5}, "content": []m{text("x")}}), "no level": in(m{"type": "heading", "content": []m{text("x")}}),
		"list of text": in(m{"type": "bulletList", "content": []m{text("x")}}), "empty list": in(p(text("x")), m{"type": "bulletList"}), "doc in doc": in(in(p(text("x")))),
		"mark": in(p(text("x", m{"type": "highlight"}))), "mark twice": in(p(text("x", m{"type": "bold"}, m{"type": "bold"}))), "mark on a node": in(m{"type": "paragraph", "marks": []m{{"type": "bold"}}, "content": []m{text("x")}}),
		"text of a node": in(m{"type": "paragraph", "text": "x"}), "empty text": in(p(text("x"), text(""))), "deep": in(deep), "colspan": in(m{"type": "table", "content": []m{{"type": "tableRow", "content": []m{{"type": "tableCell", "attrs": m{"colspan": 5000}, "content": []m{p(text("x"))}}}}}}),
		"large": in(p(text(strings.Repeat("x", 600<<10)))), "zero": in(p(text("a\x00b"))),
	} {
		if _, refusal := read(v); refusal == "" || !strings.HasSuffix(refusal, ".") {
			t.Errorf("%s: %q", name, refusal)
		}
	}
	many := make([]m, 0, 20001)
	for range 20001 {
		many = append(many, m{"type": "horizontalRule"})
	}
	if _, refusal := read(in(many...)); refusal == "" {
		t.Error("twenty thousand rules are a text")
	}
	for _, raw := range []string{"", "[]", "null", `{"type":"doc","content":[]} {}`, `{"type":`, strings.Repeat(`{"type":"doc","content":[`, 9999)} {
		if _, refusal := policy.Read([]byte(raw)); refusal == "" {
			t.Errorf("%.40q was read", raw)
		}
	}
}

// A comparison loses no word of either text, and what is the same on both sides it calls the same.
func TestCompareLosesNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	text := func() (out []string) {
		for range rng.IntN(6) {
			var words []string
			for range 1 + rng.IntN(6) {
				words = append(words, []string{"the", "door", "is", "locked,", "always", "é", "(7)"}[rng.IntN(7)])
			}
			out = append(out, strings.Join(words, " "))
		}
		return out
	}
	for range 5000 {
		old, now := text(), text()
		var was, is []string
		for _, b := range policy.Compare(old, now) {
			var o, n strings.Builder
			for _, p := range b.Parts {
				if p.Change != policy.Added {
					o.WriteString(p.Text)
				}
				if p.Change != policy.Removed {
					n.WriteString(p.Text)
				}
			}
			if b.Change != policy.Added {
				was = append(was, o.String())
			}
			if b.Change != policy.Removed {
				is = append(is, n.String())
			}
		}
		if fmt.Sprint(was) != fmt.Sprint(old) || fmt.Sprint(is) != fmt.Sprint(now) {
			t.Fatalf("%q to %q: %q and %q", old, now, was, is)
		}
	}
	for _, b := range policy.Compare([]string{"a", "b"}, []string{"a", "b"}) {
		if b.Change != policy.Same {
			t.Errorf("%+v", b)
		}
	}
	got := policy.Compare([]string{"Passwords have 8 characters."}, []string{"Passwords have 15 characters."})
	want := []policy.DiffBlock{{Change: policy.Changed, Parts: []policy.DiffPart{{Change: policy.Same, Text: "Passwords have "}, {Change: policy.Removed, Text: "8"},
		{Change: policy.Added, Text: "15"}, {Change: policy.Same, Text: " characters."}}}}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%+v", got)
	}
}

// What looks like a page's code is text wherever it is written, and comes back as it was sent.
func TestCodeIsText(t *testing.T) {
	api := world(t)
	user := api.As(op.User)
	evil := `"><script>alert(1)</script><img src=x onerror="alert(1)">{{7*7}}`
	p := create(user, m{"title": evil, "category": evil, "summary": evil})
	v := begun(user, p.ID, evil)
	var back policy.VersionDetail
	user.Must("GET", "/policy-versions/"+v.ID, nil, &back)
	if p.Title != evil || p.Summary != evil || back.Text != evil || back.Title != evil {
		t.Errorf("%+v", back)
	}
	if kind := user.Last().Header.Get("Content-Type"); kind != "application/json" {
		t.Errorf("it came as %s", kind)
	}
	user.Must("GET", "/policies/export?format=csv", nil, nil)
	if b := user.Body(); !strings.Contains(b, "<script>alert(1)</script>") || !strings.HasPrefix(user.Last().Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%s", b)
	}
}
