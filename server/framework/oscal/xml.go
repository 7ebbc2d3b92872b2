package oscal

import (
	"bufio"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// maxElements is how many elements a file may have. NIST's largest has 60,000.
const maxElements = 1_000_000

// readXML reads a catalog or profile that is written in XML, as the object that its JSON would be.
//
// Nothing that XML can do beyond elements is let in: a document type is where entities are defined, which
// expand without end or fetch files.
func readXML(in *bufio.Reader) (*Object, Kind, error) {
	r := xmlReader{dec: xml.NewDecoder(in)}
	r.dec.CharsetReader = func(charset string, _ io.Reader) (io.Reader, error) {
		return nil, problem("The file is written in %s. Save it as UTF-8 and try again.", clip(charset))
	}
	o, kind, err := r.root()
	return o, kind, r.explain(err)
}

type xmlReader struct {
	dec      *xml.Decoder
	depth    int
	elements int
	at       string
}

func (r *xmlReader) root() (*Object, Kind, error) {
	for {
		t, err := r.token()
		if err != nil {
			return nil, "", err
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		kind := Kind(start.Name.Local)
		s := shapes[kind]
		switch {
		case start.Name.Space != "" && start.Name.Space != oscalNS:
			return nil, "", problem("This is XML, but not OSCAL: its first element <%s> belongs to %q.", clip(start.Name.Local), clip(start.Name.Space))
		case others[string(kind)] != "":
			return nil, "", otherKind(string(kind), true)
		case s == nil:
			return nil, "", problem("This is XML, but not OSCAL: it starts with <%s> where a catalog or a profile is expected.", clip(start.Name.Local))
		}
		o, err := r.object(start, s)
		if err != nil {
			return nil, "", err
		}
		for { // nothing but blanks and comments may follow
			if _, err := r.token(); errors.Is(err, io.EOF) {
				return o, kind, nil
			} else if err != nil {
				return nil, "", err
			}
		}
	}
}

const oscalNS = "http://csrc.nist.gov/ns/oscal/1.0"

// token is the next piece that counts.
func (r *xmlReader) token() (xml.Token, error) {
	for {
		t, err := r.dec.Token()
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.Directive:
			return nil, problem("The file has a document type (<!DOCTYPE …>), which OSCAL never has. It could define entities that grow without end or read other files, so it is not opened.")
		case xml.StartElement:
			if r.elements++; r.elements > maxElements {
				return nil, problem("The file has more than %d elements: no OSCAL file has. It is damaged or was made to do harm.", maxElements)
			}
			if len(t.Attr) > maxFields {
				return nil, tooMany(r.place())
			}
			if r.depth++; r.depth > maxNest {
				return nil, problem("The file is nested more than %d levels deep%s: no OSCAL file is. It is damaged or was made to do harm.", maxNest, r.place())
			}
			return t, nil
		case xml.EndElement:
			r.depth--
			return t, nil
		case xml.CharData:
			return t.Copy(), nil
		}
	}
}

func (r *xmlReader) place() string {
	if r.at == "" {
		return ""
	}
	return " in or after " + r.at
}

// object reads an element by its shape. What the shape does not know is kept under its own name, so that it
// is counted when the document is read.
func (r *xmlReader) object(start xml.StartElement, s *shape) (*Object, error) {
	o := &Object{}
	for _, a := range start.Attr {
		if a.Name.Space != "" || a.Name.Local == "xmlns" {
			continue // namespaces and hints for XML tools
		}
		o.Set(a.Name.Local, a.Value)
		if a.Name.Local == "id" || a.Name.Local == "uuid" {
			r.at = start.Name.Local + " " + clip(a.Value)
		}
	}
	var own *slot
	for i, f := range s.slots {
		if f.sort == bare || f.sort == inner {
			own = &s.slots[i]
		}
	}
	var m markup
	for {
		t, err := r.token()
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.EndElement:
			if own != nil {
				if own.sort == inner {
					o.Set(own.json, strings.TrimSpace(m.inline.String()))
				} else {
					o.Set(own.json, m.done())
				}
			}
			return ordered(o, s), nil
		case xml.CharData:
			if own != nil && own.sort == inner {
				m.inline.Write(t)
			}
		case xml.StartElement:
			f, ok := s.slot(t.Name.Local, false)
			switch {
			case ok && f.wrap != "":
				err = r.wrapped(o, f)
			case ok:
				var v any
				if v, err = r.field(t, f); err == nil {
					put(o, f.json, v, f.many)
				}
			case own != nil && own.sort == bare && blocks[t.Name.Local]:
				err = r.block(t, &m, 0)
			default:
				var v any
				if v, err = r.unknown(t); err == nil {
					put(o, t.Name.Local, v, o.Get(t.Name.Local) != nil)
				}
			}
			if err == nil && len(o.fields) > maxFields {
				err = tooMany(r.place())
			}
			if err != nil {
				return nil, err
			}
		}
	}
}

func put(o *Object, name string, v any, many bool) {
	if !many {
		if v == "" {
			return
		}
		o.fields = append(o.fields, field{name, v})
		return
	}
	was := o.Get(name)
	all, ok := was.([]any)
	if !ok && was != nil {
		all = []any{was}
	}
	o.Set(name, append(all, v))
}

// ordered brings the fields into the order of their shape, in which JSON is usually written.
func ordered(o *Object, s *shape) *Object {
	out := &Object{fields: make([]field, 0, len(o.fields))}
	known := map[string]bool{}
	for _, f := range s.slots {
		known[f.json] = true
		if v := o.Get(f.json); v != nil {
			out.fields = append(out.fields, field{f.json, v})
		}
	}
	for _, f := range o.fields {
		if !known[f.name] {
			out.fields = append(out.fields, f)
		}
	}
	return out
}

// wrapped reads a list that has an element around it.
func (r *xmlReader) wrapped(o *Object, f slot) error {
	for {
		t, err := r.token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			v, err := r.object(t, f.of)
			if err != nil {
				return err
			}
			put(o, f.json, v, true)
		}
	}
}

func (r *xmlReader) field(start xml.StartElement, f slot) (any, error) {
	switch f.sort {
	case child:
		return r.object(start, f.of)
	case line:
		var m markup
		err := r.inline(&m)
		return squeeze(m.inline.String()), err
	case prose:
		var m markup
		for {
			t, err := r.token()
			if err != nil {
				return nil, err
			}
			switch t := t.(type) {
			case xml.EndElement:
				return m.done(), nil
			case xml.CharData:
				m.inline.Write(t)
			case xml.StartElement:
				if blocks[t.Name.Local] {
					err = r.block(t, &m, 0)
				} else {
					err = r.span(t, &m)
				}
				if err != nil {
					return nil, err
				}
			}
		}
	}
	var m markup
	err := r.inline(&m)
	s := strings.TrimSpace(m.inline.String())
	if f.sort == truth {
		return s == "true" || s == "1" || s == "yes", err
	}
	return s, err
}

// unknown reads an element that no shape names: text, or an object of what is in it.
func (r *xmlReader) unknown(start xml.StartElement) (any, error) {
	o := &Object{}
	for _, a := range start.Attr {
		if a.Name.Space == "" && a.Name.Local != "xmlns" {
			o.Set(a.Name.Local, a.Value)
		}
	}
	var text strings.Builder
	for {
		t, err := r.token()
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.EndElement:
			s := strings.TrimSpace(text.String())
			if len(o.fields) == 0 {
				return s, nil
			}
			o.Set("text", s)
			return o, nil
		case xml.CharData:
			text.Write(t)
		case xml.StartElement:
			v, err := r.unknown(t)
			if err != nil {
				return nil, err
			}
			put(o, t.Name.Local, v, o.Get(t.Name.Local) != nil)
			if len(o.fields) > maxFields {
				return nil, tooMany(r.place())
			}
		}
	}
}

// maxFields is how many different things may stand in one element.
const maxFields = 200

func tooMany(place string) error {
	return problem("An element holds more than %d different things%s: no OSCAL file does. It is damaged or was made to do harm.", maxFields, place)
}

// markup gathers paragraphs as Markdown.
type markup struct {
	blocks []string
	inline strings.Builder
}

func (m *markup) flush() {
	if s := squeeze(m.inline.String()); s != "" {
		m.blocks = append(m.blocks, s)
	}
	m.inline.Reset()
}

func (m *markup) done() string {
	m.flush()
	return strings.Join(m.blocks, "\n\n")
}

// squeeze makes one blank of many; a line end that stands for <br/> stays.
func squeeze(s string) string {
	lines := strings.Split(s, breakMark)
	for i, l := range lines {
		lines[i] = strings.Join(strings.Fields(l), " ")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

const breakMark = "\x01" // not a character of XML

var blocks = map[string]bool{"p": true, "ul": true, "ol": true, "h1": true, "h2": true, "h3": true, "h4": true, "h5": true, "h6": true,
	"pre": true, "blockquote": true, "table": true, "hr": true}

// block reads a paragraph, heading, list, table or quotation.
func (r *xmlReader) block(start xml.StartElement, m *markup, level int) error {
	m.flush()
	name := start.Name.Local
	switch name {
	case "ul", "ol":
		items, err := r.items(name, level)
		if len(items) > 0 {
			m.blocks = append(m.blocks, strings.Join(items, "\n"))
		}
		return err
	case "table":
		rows, err := r.rows()
		if len(rows) > 0 {
			m.blocks = append(m.blocks, strings.Join(rows, "\n"))
		}
		return err
	case "pre":
		var p markup
		err := r.inline(&p)
		m.blocks = append(m.blocks, "```\n"+strings.Trim(p.inline.String(), "\n")+"\n```")
		return err
	}
	var p markup
	if err := r.inline(&p); err != nil {
		return err
	}
	text := p.done()
	switch {
	case text == "":
		return nil
	case name[0] == 'h' && len(name) == 2 && name != "hr":
		text = strings.Repeat("#", int(name[1]-'0')) + " " + text
	case name == "blockquote":
		text = "> " + strings.ReplaceAll(text, "\n", "\n> ")
	}
	m.blocks = append(m.blocks, text)
	return nil
}

func (r *xmlReader) items(name string, level int) (out []string, err error) {
	indent := strings.Repeat("  ", level)
	for {
		t, err := r.token()
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.EndElement:
			return out, nil
		case xml.StartElement:
			var m markup
			var below []string
			for open := true; open; {
				u, err := r.token()
				if err != nil {
					return nil, err
				}
				switch u := u.(type) {
				case xml.EndElement:
					open = false
				case xml.CharData:
					m.inline.Write(u)
				case xml.StartElement:
					switch u.Name.Local {
					case "ul", "ol":
						var more []string
						if more, err = r.items(u.Name.Local, level+1); err == nil {
							below = append(below, more...)
						}
					case "p":
						m.inline.WriteString(" ")
						err = r.inline(&m)
					default:
						err = r.span(u, &m)
					}
					if err != nil {
						return nil, err
					}
				}
			}
			_ = t
			mark := "- "
			if name == "ol" {
				mark = itoa(len(out)+1) + ". "
			}
			out = append(out, indent+mark+squeeze(m.inline.String()))
			out = append(out, below...)
		}
	}
}

func (r *xmlReader) rows() (out []string, err error) {
	for {
		t, err := r.token()
		if err != nil {
			return nil, err
		}
		switch t.(type) {
		case xml.EndElement:
			return out, nil
		case xml.StartElement: // tr
			row := "|"
			for open := true; open; {
				u, err := r.token()
				if err != nil {
					return nil, err
				}
				switch u.(type) {
				case xml.EndElement:
					open = false
				case xml.StartElement: // th, td
					var m markup
					if err := r.inline(&m); err != nil {
						return nil, err
					}
					row += " " + squeeze(m.inline.String()) + " |"
				}
			}
			out = append(out, row)
			if len(out) == 1 {
				out = append(out, "|"+strings.Repeat(" --- |", strings.Count(row, "|")-1))
			}
		}
	}
}

// inline reads text with markup in it, up to the end of the element that is open.
func (r *xmlReader) inline(m *markup) error {
	for {
		t, err := r.token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.EndElement:
			return nil
		case xml.CharData:
			m.inline.Write(t)
		case xml.StartElement:
			if err := r.span(t, m); err != nil {
				return err
			}
		}
	}
}

var spans = map[string][2]string{"em": {"*", "*"}, "i": {"*", "*"}, "strong": {"**", "**"}, "b": {"**", "**"}, "code": {"`", "`"}, "q": {`"`, `"`}, "sub": {"~", "~"}, "sup": {"^", "^"}}

// span reads one piece of inline markup as Markdown.
func (r *xmlReader) span(start xml.StartElement, m *markup) error {
	attr := func(name string) string {
		for _, a := range start.Attr {
			if a.Name.Local == name {
				return a.Value
			}
		}
		return ""
	}
	before, after := "", ""
	switch name := start.Name.Local; name {
	case "insert":
		before = "{{ insert: " + attr("type") + ", " + attr("id-ref") + " }}"
	case "a":
		before, after = "[", "]("+attr("href")+")"
	case "img":
		before = "![" + attr("alt") + "](" + attr("src") + ")"
	case "br":
		before = breakMark
	default:
		before, after = spans[name][0], spans[name][1]
	}
	m.inline.WriteString(before)
	err := r.inline(m)
	m.inline.WriteString(after)
	return err
}

// explain puts what went wrong into a sentence.
func (r *xmlReader) explain(err error) error {
	var p Problem
	var syntax *xml.SyntaxError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &p):
		return p
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return problem("The file ends too early, after %d bytes%s: it was probably cut off on its way. Please fetch it again.", r.dec.InputOffset(), r.place())
	case errors.As(err, &syntax):
		if strings.Contains(syntax.Msg, "unexpected EOF") {
			return problem("The file ends too early, in line %d%s: it was probably cut off on its way. Please fetch it again.", syntax.Line, r.place())
		}
		if strings.Contains(syntax.Msg, "entity") {
			return problem("The file uses an entity that XML itself does not know (line %d%s). OSCAL has none; write the character itself.", syntax.Line, r.place())
		}
		return problem("This is not valid XML: something is wrong in line %d%s.", syntax.Line, r.place())
	case strings.Contains(err.Error(), "xml:"):
		return problem("This is not valid XML%s.", r.place())
	}
	return err
}
