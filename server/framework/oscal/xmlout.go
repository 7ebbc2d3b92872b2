package oscal

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// XML writes a catalog or profile as OSCAL's XML. What OSCAL has no place for stands as elements of its own
// name, so that it survives this way too.
func XML(kind Kind, o *Object) []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	w := xmlWriter{b: &b}
	w.object(string(kind), o, shapes[kind], "\n", ` xmlns="`+oscalNS+`"`)
	b.WriteByte('\n')
	return b.Bytes()
}

type xmlWriter struct{ b *bytes.Buffer }

func (w xmlWriter) object(name string, o *Object, s *shape, nl, extra string) {
	w.b.WriteString("<" + name + extra)
	known := map[string]bool{}
	for _, f := range s.slots {
		known[f.json] = true
		if v := o.Get(f.json); f.sort == attribute && v != nil {
			fmt.Fprintf(w.b, ` %s="%s"`, f.xml, escape(fmt.Sprint(v)))
		}
	}
	var inside bytes.Buffer
	in, deeper := xmlWriter{&inside}, nl+"  "
	for _, f := range s.slots {
		v := o.Get(f.json)
		if v == nil || f.sort == attribute {
			continue
		}
		if f.sort == inner {
			inside.WriteString(escape(fmt.Sprint(v)))
			deeper = "" // such an element has nothing but its text
			nl = ""
			continue
		}
		items := []any{v}
		if all, ok := v.([]any); ok && f.many {
			items = all
		}
		below := deeper
		if f.wrap != "" {
			inside.WriteString(deeper + "<" + f.wrap + ">")
			below += "  "
		}
		for _, item := range items {
			in.field(f, item, below)
		}
		if f.wrap != "" {
			inside.WriteString(deeper + "</" + f.wrap + ">")
		}
	}
	if o != nil {
		for _, f := range o.fields {
			if !known[f.name] && f.name != "$schema" {
				in.unknown(f.name, f.value, deeper)
			}
		}
	}
	if inside.Len() == 0 {
		w.b.WriteString("/>")
		return
	}
	w.b.WriteByte('>')
	w.b.Write(inside.Bytes())
	w.b.WriteString(nl + "</" + name + ">")
}

func (w xmlWriter) field(f slot, v any, nl string) {
	switch f.sort {
	case child:
		o, _ := v.(*Object)
		w.b.WriteString(nl)
		w.object(f.xml, o, f.of, nl, "")
	case word, truth:
		w.b.WriteString(nl + "<" + f.xml + ">" + escape(fmt.Sprint(v)) + "</" + f.xml + ">")
	case line:
		w.b.WriteString(nl + "<" + f.xml + ">" + inlineXML(fmt.Sprint(v)) + "</" + f.xml + ">")
	case prose:
		w.b.WriteString(nl + "<" + f.xml + ">")
		w.paragraphs(fmt.Sprint(v), nl+"  ")
		w.b.WriteString(nl + "</" + f.xml + ">")
	case bare:
		w.paragraphs(fmt.Sprint(v), nl)
	}
}

var xmlName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9._-]*$`)

func (w xmlWriter) unknown(name string, v any, nl string) {
	if !xmlName.MatchString(name) {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			w.unknown(name, item, nl)
		}
	case *Object:
		w.b.WriteString(nl + "<" + name + ">")
		for _, f := range v.fields {
			w.unknown(f.name, f.value, nl+"  ")
		}
		w.b.WriteString(nl + "</" + name + ">")
	default:
		w.b.WriteString(nl + "<" + name + ">" + escape(fmt.Sprint(v)) + "</" + name + ">")
	}
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes everything
	return b.String()
}

var (
	bulleted = regexp.MustCompile(`^- \S`)
	numbered = regexp.MustCompile(`^(\d+)\. \S`)
)

// paragraphs writes Markdown as elements. Only what reads back the same is more than a paragraph.
func (w xmlWriter) paragraphs(text, nl string) {
	for _, p := range strings.Split(text, "\n\n") {
		if p = strings.Trim(p, "\n"); strings.TrimSpace(p) == "" {
			continue
		}
		lines := strings.Split(p, "\n")
		tag, cut := "", func(s string) string { return s }
		switch {
		case all(lines, func(_ int, s string) bool { return bulleted.MatchString(s) }):
			tag, cut = "ul", func(s string) string { return s[2:] }
		case all(lines, func(i int, s string) bool { return numbered.MatchString(s) && strings.HasPrefix(s, itoa(i+1)+". ") }):
			tag, cut = "ol", func(s string) string { _, s, _ = strings.Cut(s, ". "); return s }
		}
		if tag == "" {
			for i, l := range lines {
				lines[i] = inlineXML(l)
			}
			w.b.WriteString(nl + "<p>" + strings.Join(lines, "<br/>") + "</p>")
			continue
		}
		w.b.WriteString(nl + "<" + tag + ">")
		for _, l := range lines {
			w.b.WriteString(nl + "  <li>" + inlineXML(cut(l)) + "</li>")
		}
		w.b.WriteString(nl + "</" + tag + ">")
	}
}

func all(lines []string, is func(int, string) bool) bool {
	for i, l := range lines {
		if !is(i, l) {
			return false
		}
	}
	return true
}

var inlineMark = regexp.MustCompile("\\{\\{ insert: ([a-z-]+), ([^\\s{},]+) \\}\\}|\\[([^\\[\\]]+)\\]\\(([^()\\s]+)\\)|\\*\\*([^*\\s]|[^*\\s][^*]*[^*\\s])\\*\\*|\\*([^*\\s]|[^*\\s][^*]*[^*\\s])\\*|`([^`]+)`")

// inlineXML writes a line of Markdown.
func inlineXML(s string) string {
	var b strings.Builder
	at := 0
	for _, m := range inlineMark.FindAllStringSubmatchIndex(s, -1) {
		b.WriteString(escape(s[at:m[0]]))
		at = m[1]
		group := func(n int) string {
			if m[2*n] < 0 {
				return ""
			}
			return s[m[2*n]:m[2*n+1]]
		}
		switch {
		case m[2] >= 0:
			fmt.Fprintf(&b, `<insert type="%s" id-ref="%s"/>`, escape(group(1)), escape(group(2)))
		case m[6] >= 0:
			fmt.Fprintf(&b, `<a href="%s">%s</a>`, escape(group(4)), inlineXML(group(3)))
		case m[10] >= 0:
			b.WriteString("<strong>" + inlineXML(group(5)) + "</strong>")
		case m[12] >= 0:
			b.WriteString("<em>" + inlineXML(group(6)) + "</em>")
		default:
			b.WriteString("<code>" + escape(group(7)) + "</code>")
		}
	}
	b.WriteString(escape(s[at:]))
	return b.String()
}
