package policy

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"unicode/utf8"
)

// What a content may have at most.
const (
	mostBytes = 512 << 10
	mostNodes = 20000
	mostDepth = 16
)

// node is a node of a TipTap document. What is not named here is refused, so that nothing is kept, shown or printed
// that nobody thought of.
type node struct {
	Type    string         `json:"type"`
	Attrs   map[string]any `json:"attrs,omitempty"`
	Content []node         `json:"content,omitempty"`
	Marks   []mark         `json:"marks,omitempty"`
	Text    string         `json:"text,omitempty"`
}

type mark struct {
	Type  string         `json:"type"`
	Attrs map[string]any `json:"attrs,omitempty"`
}

// The groups of what may stand in what.
const (
	blocks = "paragraph heading bulletList orderedList blockquote codeBlock horizontalRule table"
	inline = "text hardBreak"
)

// within says what each node may hold; a node that is not here is not known.
var within = map[string]string{
	"doc": blocks, "paragraph": inline, "heading": inline, "bulletList": "listItem", "orderedList": "listItem", "listItem": blocks,
	"blockquote": blocks, "codeBlock": "text", "horizontalRule": "", "hardBreak": "", "text": "",
	"table": "tableRow", "tableRow": "tableHeader tableCell", "tableHeader": blocks, "tableCell": blocks,
}

// filled are the nodes that mean nothing without content.
var filled = map[string]bool{"doc": true, "bulletList": true, "orderedList": true, "listItem": true, "blockquote": true,
	"table": true, "tableRow": true, "tableHeader": true, "tableCell": true}

// attributes judge and clean what a node may say of itself. An attribute that an editor always sends and that means
// nothing here is dropped by a rule that keeps nothing.
var attributes = map[string]map[string]func(any) (any, bool){
	"heading":     {"level": whole(1, 4)},
	"orderedList": {"start": whole(0, 100000), "type": dropped},
	"codeBlock":   {"language": dropped},
	"tableHeader": {"colspan": whole(1, 50), "rowspan": whole(1, 500), "colwidth": dropped, "align": dropped},
	"tableCell":   {"colspan": whole(1, 50), "rowspan": whole(1, 500), "colwidth": dropped, "align": dropped},
	"link":        {"href": address, "target": dropped, "rel": dropped, "class": dropped, "title": dropped},
}

var marks = map[string]bool{"bold": true, "italic": true, "underline": true, "strike": true, "code": true, "link": true}

func whole(low, high float64) func(any) (any, bool) {
	return func(v any) (any, bool) {
		if v == nil {
			return nil, true
		}
		n, ok := v.(float64)
		return v, ok && n >= low && n <= high && n == float64(int(n))
	}
}

func dropped(any) (any, bool) { return nil, true }

// address allows links that lead to a page or open a letter, never ones that run something.
func address(v any) (any, bool) {
	s, _ := v.(string)
	u, err := url.Parse(s)
	if err != nil || len(s) > 2000 || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return nil, false
	}
	switch u.Scheme {
	case "http", "https":
		return s, u.Host != "" && u.User == nil
	case "mailto":
		return s, u.Opaque != ""
	}
	return nil, false
}

// Content is a rich text that was read and found good.
type Content struct {
	root node
	JSON string // in one form, so that the same words have the same digest
}

// Digest is what approvals of the content count for.
func (c Content) Digest() string { return digest(c.JSON) }

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// Read takes a TipTap document apart and puts it into its one form, or says in a sentence why it is refused.
func Read(raw []byte) (c Content, refusal string) {
	if len(raw) > mostBytes {
		return c, fmt.Sprintf("The text is larger than %d kB, which is the most that a policy can have. Upload it as a document.", mostBytes>>10)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&c.root); err != nil {
		return c, "This is not a text as the editor makes it: " + plainly(err) + "."
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return c, "There is something after the end of the text."
	}
	if c.root.Type != "doc" {
		return c, "A text begins with a node doc."
	}
	r := reader{}
	if refusal = r.node(&c.root, 1); refusal != "" {
		return c, refusal
	}
	if strings.TrimSpace(strings.Join(c.Blocks(), "")) == "" {
		return c, "The text says nothing yet."
	}
	out, err := json.Marshal(c.root)
	c.JSON = string(out)
	if err != nil {
		return c, "The text cannot be written: " + plainly(err) + "."
	}
	return c, ""
}

// plainly is an error of the decoder without its name; it repeats no more of the input than a field's name.
func plainly(err error) string { return strings.TrimPrefix(err.Error(), "json: ") }

// kept reads a content that was found good when it was written.
func kept(text string) (Content, error) {
	c := Content{JSON: text}
	if err := json.Unmarshal([]byte(text), &c.root); err != nil {
		return c, fmt.Errorf("read the content of a policy: %w", err)
	}
	return c, nil
}

// reader walks over a document that came from outside.
type reader struct{ nodes int }

func (r *reader) node(n *node, depth int) (refusal string) {
	if r.nodes++; r.nodes > mostNodes {
		return fmt.Sprintf("The text has more than %d parts.", mostNodes)
	}
	if depth > mostDepth {
		return fmt.Sprintf("The text is nested deeper than %d levels.", mostDepth)
	}
	may, known := within[n.Type]
	switch {
	case !known:
		return fmt.Sprintf("A text cannot have a node %.40q.", n.Type)
	case n.Type == "text" && (n.Text == "" || !utf8.ValidString(n.Text) || strings.ContainsRune(n.Text, 0)):
		return "A node text needs a text."
	case n.Type != "text" && (n.Text != "" || len(n.Marks) > 0):
		return fmt.Sprintf("Only a node text has a text and marks, not %s.", n.Type)
	case filled[n.Type] && len(n.Content) == 0:
		return fmt.Sprintf("A node %s needs content.", n.Type)
	}
	var refused string
	if n.Attrs, refused = clean(n.Type, n.Attrs); refused != "" {
		return refused
	}
	if n.Type == "heading" && n.Attrs["level"] == nil {
		return "A heading needs a level from 1 to 4."
	}
	seen := map[string]bool{}
	for i := range n.Marks {
		m := &n.Marks[i]
		if !marks[m.Type] || seen[m.Type] {
			return fmt.Sprintf("A text cannot have the mark %.40q here.", m.Type)
		}
		seen[m.Type] = true
		if m.Attrs, refused = clean(m.Type, m.Attrs); refused != "" {
			return refused
		}
		if m.Type == "link" && m.Attrs["href"] == nil {
			return "A link needs an address."
		}
	}
	for i := range n.Content {
		child := n.Content[i].Type
		if _, known := within[child]; known && !word(may, child) {
			return fmt.Sprintf("A node %s cannot stand in a node %s.", child, n.Type)
		}
		if refusal = r.node(&n.Content[i], depth+1); refusal != "" {
			return refusal
		}
	}
	return ""
}

func word(list, w string) bool { return strings.Contains(" "+list+" ", " "+w+" ") }

// clean keeps of attributes what means something.
func clean(of string, attrs map[string]any) (map[string]any, string) {
	out := map[string]any{}
	for name, v := range attrs {
		judge, known := attributes[of][name]
		if !known {
			return nil, fmt.Sprintf("A %s cannot have the attribute %.40q.", of, name)
		}
		v, ok := judge(v)
		if !ok {
			if name == "href" {
				return nil, "A link leads to an address that begins with https://, http:// or mailto:."
			}
			return nil, fmt.Sprintf("The attribute %s of a %s has a value that is not allowed.", name, of)
		}
		if v != nil {
			out[name] = v
		}
	}
	if len(out) == 0 {
		return nil, ""
	}
	return out, ""
}

// Blocks are the words of a text, one line a paragraph, heading, list entry or cell: what is searched, compared
// and mailed.
func (c Content) Blocks() []string {
	var out []string
	var walk func(node)
	walk = func(n node) {
		switch n.Type {
		case "paragraph", "heading", "codeBlock":
			var b strings.Builder
			for _, t := range n.Content {
				if t.Type == "hardBreak" {
					b.WriteByte(' ')
				}
				b.WriteString(t.Text)
			}
			if s := strings.Join(strings.Fields(b.String()), " "); s != "" {
				out = append(out, s)
			}
			return
		}
		for _, child := range n.Content {
			walk(child)
		}
	}
	walk(c.root)
	return out
}

// Text is the words of a text with a line for each block.
func (c Content) Text() string { return strings.Join(c.Blocks(), "\n") }

// written makes a text of sections: a heading and a paragraph each.
func written(sections []Section) (Content, string) {
	root := node{Type: "doc"}
	for _, s := range sections {
		root.Content = append(root.Content,
			node{Type: "heading", Attrs: map[string]any{"level": 2.0}, Content: []node{{Type: "text", Text: s.Title}}},
			node{Type: "paragraph", Content: []node{{Type: "text", Text: s.Body}}})
	}
	raw, err := json.Marshal(root)
	if err != nil {
		return Content{}, plainly(err)
	}
	return Read(raw)
}
