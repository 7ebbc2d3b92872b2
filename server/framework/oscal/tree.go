package oscal

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// An Object is a JSON object as it stands in a file: its fields in their order, also those that nothing
// here knows. Its values are *Object, []any, string, json.Number, bool or nil.
//
// What is exported again is an Object that was kept and changed in places: a field that has no place in
// Assay survives because nobody touches it.
type Object struct {
	fields []field
}

type field struct {
	name  string
	value any
}

// Make is an object of names and values in turn. Values that say nothing ("", nil, no items) are left out:
// OSCAL has no empty fields.
func Make(pairs ...any) *Object {
	o := &Object{}
	for i := 0; i+1 < len(pairs); i += 2 {
		o.Set(pairs[i].(string), pairs[i+1])
	}
	return o
}

// Get is the value of a field, nil when there is none.
func (o *Object) Get(name string) any {
	if o != nil {
		for _, f := range o.fields {
			if f.name == name {
				return f.value
			}
		}
	}
	return nil
}

// Text is a field that holds text, else "".
func (o *Object) Text(name string) string {
	s, _ := o.Get(name).(string)
	return s
}

// Object is a field that holds an object, else nil. A nil object has no fields, so that reads can be chained.
func (o *Object) Object(name string) *Object {
	v, _ := o.Get(name).(*Object)
	return v
}

// List is the objects in a list.
func (o *Object) List(name string) []*Object {
	all, _ := o.Get(name).([]any)
	out := make([]*Object, 0, len(all))
	for _, v := range all {
		if v, ok := v.(*Object); ok {
			out = append(out, v)
		}
	}
	return out
}

// Texts is the texts in a list.
func (o *Object) Texts(name string) []string {
	all, _ := o.Get(name).([]any)
	var out []string
	for _, v := range all {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// Set puts a value in the place of a field, or behind the others. An empty one takes the field away.
func (o *Object) Set(name string, value any) {
	value = plain(value)
	for i, f := range o.fields {
		if f.name == name {
			if value == nil {
				o.fields = append(o.fields[:i], o.fields[i+1:]...)
			} else {
				o.fields[i].value = value
			}
			return
		}
	}
	if value != nil {
		o.fields = append(o.fields, field{name, value})
	}
}

// Add puts an object at the end of a list.
func (o *Object) Add(name string, item *Object) {
	all, _ := o.Get(name).([]any)
	o.Set(name, append(all, item))
}

// plain brings lists into the one form that they have here, and empty values to nil.
func plain(v any) any {
	var out []any
	switch v := v.(type) {
	case string:
		if v == "" {
			return nil
		}
		return v
	case *Object:
		if v == nil {
			return nil
		}
		return v
	case []string:
		for _, s := range v {
			out = append(out, s)
		}
	case []*Object:
		for _, o := range v {
			out = append(out, o)
		}
	case []any:
		out = v
	default:
		return v
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// Names are the fields in their order.
func (o *Object) Names() []string {
	if o == nil {
		return nil
	}
	out := make([]string, len(o.fields))
	for i, f := range o.fields {
		out[i] = f.name
	}
	return out
}

// Parse reads one JSON object, whatever follows it. What is wrong with it is a Problem.
func Parse(src io.Reader) (*Object, error) {
	o, _, err := parse(src)
	return o, err
}

// parse says, too, whether the object is all that there is.
func parse(src io.Reader) (o *Object, whole bool, err error) {
	r := reader{dec: json.NewDecoder(src), doc: &Document{}}
	r.dec.UseNumber()
	v, err := r.value()
	if err != nil {
		return nil, false, r.explain(err)
	}
	o, ok := v.(*Object)
	if !ok {
		return nil, false, problem("This is not an OSCAL file: an OSCAL JSON file starts with a curly bracket.")
	}
	_, err = r.dec.Token()
	return o, errors.Is(err, io.EOF), nil
}

func (r *reader) value() (any, error) {
	t, err := r.dec.Token()
	if err != nil {
		return nil, err
	}
	switch t {
	case json.Delim('{'):
		o := &Object{}
		if err := r.deeper(); err != nil {
			return nil, err
		}
		for r.dec.More() {
			name, err := r.dec.Token()
			if err != nil {
				return nil, err
			}
			v, err := r.value()
			if err != nil {
				return nil, err
			}
			o.fields = append(o.fields, field{name.(string), v}) // a key is always text
		}
		return o, r.close()
	case json.Delim('['):
		list := []any{}
		if err := r.deeper(); err != nil {
			return nil, err
		}
		for r.dec.More() {
			v, err := r.value()
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, r.close()
	}
	return t, nil
}

// JSON writes the object, indented by two.
func (o *Object) JSON() []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	writeJSON(&b, enc, o, "\n")
	b.WriteByte('\n')
	return b.Bytes()
}

func writeJSON(b *bytes.Buffer, enc *json.Encoder, v any, line string) {
	scalar := func(v any) {
		_ = enc.Encode(v)       // text, numbers and truths can be written always
		b.Truncate(b.Len() - 1) // the line end that Encode adds
	}
	switch v := v.(type) {
	case *Object:
		if len(v.fields) == 0 {
			b.WriteString("{}")
			return
		}
		for i, f := range v.fields {
			b.WriteByte("{,"[min(i, 1)])
			b.WriteString(line + "  ")
			scalar(f.name)
			b.WriteString(": ")
			writeJSON(b, enc, f.value, line+"  ")
		}
		b.WriteString(line + "}")
	case []any:
		if len(v) == 0 {
			b.WriteString("[]")
			return
		}
		for i, item := range v {
			b.WriteByte("[,"[min(i, 1)])
			b.WriteString(line + "  ")
			writeJSON(b, enc, item, line+"  ")
		}
		b.WriteString(line + "]")
	default:
		scalar(v)
	}
}

// Open reads a document of one kind, as JSON, for what is not a framework. What is wrong with it is a Problem.
func Open(src io.Reader, want Kind) (*Object, error) {
	in := bufio.NewReaderSize(&capped{r: src, left: MaxBytes}, 64<<10)
	isXML, err := sniff(in)
	if err != nil {
		return nil, err
	}
	if isXML {
		return nil, problem("This is an XML file. Assay reads %s as JSON: publishers offer both, please choose the .json file.", Spoken(want))
	}
	o, whole, err := parse(in)
	if err != nil {
		return nil, err
	}
	if !whole {
		return nil, problem("Something follows after the end of the document: the file is damaged.")
	}
	for _, name := range o.Names() {
		switch {
		case name == "$schema":
			continue
		case Kind(name) == want:
			doc := o.Object(name)
			if doc == nil {
				return nil, problem("The file does not follow the OSCAL format: an object is expected in %s.", want)
			}
			if doc.Object("metadata").Text("title") == "" {
				return nil, problem("The file has no metadata with a title, which OSCAL requires: it is damaged or not quite OSCAL.")
			}
			return o, nil
		case name == string(Catalog) || name == string(Profile):
			return nil, problem("This is an OSCAL %s. Import it as a framework, from the list of frameworks.", name)
		case name == string(SSP) || name == string(Components):
			return nil, problem("This is %s; %s is expected here.", others[name], Spoken(want))
		case others[name] != "":
			return nil, problem("This is an OSCAL file of another kind, %s. Assay does not read this kind yet.", others[name])
		}
		return nil, problem("This is JSON, but not OSCAL: it starts with %q where %s is expected.", clip(name), Spoken(want))
	}
	return nil, problem("The file is empty: it holds no document.")
}

// Spoken names a kind in a sentence.
func Spoken(k Kind) string {
	if s := others[string(k)]; s != "" {
		return s
	}
	return "a " + string(k)
}

// mostLost is how many names Lost tells apart.
const mostLost = 200

// Lost counts the fields of a document that none of the paths names: "metadata.title" is a field, and names
// what is above it. The items of a list are counted one by one.
func Lost(o *Object, paths ...string) map[string]int {
	kept, inside := map[string]bool{}, map[string]bool{}
	for _, p := range paths {
		kept[p] = true
		for i := range p {
			if p[i] == '.' {
				inside[p[:i]] = true
			}
		}
	}
	out := map[string]int{}
	count := func(p string, n int) {
		if _, ok := out[p]; !ok && len(out) >= mostLost {
			p = "…"
		}
		out[p] += n
	}
	var walk func(path string, o *Object)
	walk = func(path string, o *Object) {
		for _, f := range o.fields {
			p := path + clip(f.name)
			items, isList := f.value.([]any)
			switch {
			case kept[p]:
			case inside[p] || path == "" && !isList:
				if v, ok := f.value.(*Object); ok {
					walk(p+".", v)
				} else if !isList {
					count(p, 1)
				}
				for _, item := range items {
					if v, ok := item.(*Object); ok {
						walk(p+".", v)
					}
				}
			case isList:
				count(p, len(items))
			default:
				count(p, 1)
			}
		}
	}
	walk("", o)
	return out
}
