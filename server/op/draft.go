package op

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// A register says once what people say of its records: a struct D whose fields are all required in answers, because
// its rows embed it. What is sent is made of the same struct:
//
//	Draft[D]  a new record: fields with minLength are required, the others may be left out   RiskDraft
//	Change[D] a PATCH: any of the fields; what is absent stays                                RiskChange
//	Set[D]    a change of many: the fields with bulk:"true"                                   RiskSet
//
// D is called RiskSaid, and the forms after it. Fields that JSON does not show cannot be sent.

// Draft is what is said of a new record.
type Draft[D any] struct{ Said D }

// Schema is that of D with what may be left out.
func (Draft[D]) Schema(r huma.Registry) *huma.Schema { return schema[D](r, draft) }

// UnmarshalJSON reads what is sent.
func (d *Draft[D]) UnmarshalJSON(text []byte) error { return json.Unmarshal(text, &d.Said) }

// Change is what a change says; what is absent stays.
type Change[D any] struct{ sent reflect.Value }

// Schema is that of D with nothing required.
func (Change[D]) Schema(r huma.Registry) *huma.Schema { return schema[D](r, change) }

// UnmarshalJSON reads what is sent.
func (c *Change[D]) UnmarshalJSON(text []byte) (err error) {
	c.sent, err = read[D](text, change)
	return err
}

// After is what is said once the change was made.
func (c Change[D]) After(was D) D { return after(c.sent, was) }

// Set is what a change of many sets; what is absent stays.
type Set[D any] struct{ sent reflect.Value }

// Schema is that of the fields of D that can be set for many at once.
func (Set[D]) Schema(r huma.Registry) *huma.Schema { return schema[D](r, set) }

// UnmarshalJSON reads what is sent.
func (s *Set[D]) UnmarshalJSON(text []byte) (err error) {
	s.sent, err = read[D](text, set)
	return err
}

// After is what is said of a record once it was set.
func (s Set[D]) After(was D) D { return after(s.sent, was) }

// Fields are the names of what is set.
func (s Set[D]) Fields() []string {
	names := []string{}
	for i := 0; s.sent.IsValid() && i < s.sent.NumField(); i++ {
		if !s.sent.Field(i).IsNil() {
			names = append(names, JSONName(s.sent.Type().Field(i)))
		}
	}
	return names
}

// Tags are the names to add to each record and the ids to take away.
func (s Set[D]) Tags() (add, remove []string) {
	for i := 0; s.sent.IsValid() && i < s.sent.NumField(); i++ {
		if s.sent.Field(i).IsNil() {
			continue
		}
		switch JSONName(s.sent.Type().Field(i)) {
		case addTags.name:
			add = s.sent.Field(i).Elem().Interface().([]string)
		case removeTags.name:
			remove = s.sent.Field(i).Elem().Interface().([]string)
		}
	}
	return add, remove
}

// What a change of many can do beside setting fields.
var (
	addTags    = tagField{"AddTags", "add_tags", `maxItems:"20" doc:"Names"`}
	removeTags = tagField{"RemoveTags", "remove_tags", `maxItems:"50" doc:"Ids"`}
)

type tagField struct{ field, name, tag string }

func (t tagField) made() reflect.StructField {
	return reflect.StructField{Name: t.field, Type: reflect.TypeFor[*[]string](), Tag: reflect.StructTag(fmt.Sprintf(`json:"%s,omitempty" %s`, t.name, t.tag))}
}

// form is one of the three ways to send what is said.
type form string

const (
	draft  form = "Draft"
	change form = "Change"
	set    form = "Set"
)

// field is what becomes of a field in the form; false leaves it out.
func (as form) field(f reflect.StructField) (reflect.StructField, bool) {
	name := JSONName(f)
	if as == draft && f.Tag.Get("minLength") != "" {
		return f, true
	}
	if as == set && f.Tag.Get("bulk") != "true" {
		return f, false
	}
	f.Tag = reflect.StructTag(strings.Replace(string(f.Tag), `json:"`+f.Tag.Get("json")+`"`, `json:"`+name+`,omitempty"`, 1))
	if as != draft {
		f.Type = reflect.PointerTo(f.Type)
	}
	return f, true
}

// JSONName is what a field is called on the wire, or "-".
func JSONName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// shape is the struct that a form of D is.
func shape[D any](as form) reflect.Type {
	var fields []reflect.StructField
	t := reflect.TypeFor[D]()
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() || JSONName(f) == "-" {
			continue
		}
		f.Offset, f.Index = 0, nil
		if f, ok := as.field(f); ok {
			fields = append(fields, f)
		}
	}
	if as == set {
		fields = append(fields, addTags.made(), removeTags.made())
	}
	return reflect.StructOf(fields)
}

// called begins the hint of a schema that has a name although its type has none.
const called = "="

// schema registers the schema of a form of D under D's name.
func schema[D any](r huma.Registry, as form) *huma.Schema {
	name, ok := strings.CutSuffix(reflect.TypeFor[D]().Name(), "Said")
	if !ok {
		panic(fmt.Sprintf("op: %s is said of records, so its name ends in Said", reflect.TypeFor[D]()))
	}
	return r.Schema(shape[D](as), true, called+name+string(as))
}

// read reads a form of D.
func read[D any](text []byte, as form) (reflect.Value, error) {
	v := reflect.New(shape[D](as))
	err := json.Unmarshal(text, v.Interface())
	return v.Elem(), err
}

// after copies what was sent over what was said.
func after[D any](sent reflect.Value, was D) D {
	now := reflect.ValueOf(&was).Elem()
	for i := 0; sent.IsValid() && i < sent.NumField(); i++ {
		f := sent.Type().Field(i)
		if to := now.FieldByName(f.Name); to.IsValid() && !sent.Field(i).IsNil() {
			to.Set(sent.Field(i).Elem())
		}
	}
	return was
}

// Leaf is a column of what is said of a record: a field of D, or of a struct in it.
type Leaf struct {
	Name  string            // due_on; inherent_likelihood in a struct called inherent
	Field string            // what is at fault when it is: due_on, inherent
	Type  reflect.Type      //
	Tag   reflect.StructTag //

	index []int
}

// Plain is a name of the product's own as SQL: of a table, of a column, of a value. It panics when it is more than a name.
func Plain(name string) sqlText {
	if !plainName.MatchString(name) {
		panic("op: not a name: " + name)
	}
	return sqlText(name)
}

// Of is the leaf in a D that d points to.
func (l Leaf) Of(d reflect.Value) reflect.Value { return d.Elem().FieldByIndex(l.index) }

// Leaves are the columns of what D says, in its order.
func Leaves(d reflect.Type) []Leaf { return leaves(d, "", "", nil) }

func leaves(t reflect.Type, before, field string, index []int) []Leaf {
	var all []Leaf
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("col")
		if name == "" {
			name = JSONName(f)
		}
		if name == "-" || name == "" {
			continue
		}
		if !plainName.MatchString(name) {
			panic(fmt.Sprintf("op: %s.%s is no name of a column", t, name))
		}
		l := Leaf{Name: before + name, Field: field, Type: f.Type, Tag: f.Tag, index: append(slices.Clone(index), i)}
		if field == "" {
			l.Field = name
		}
		if f.Type.Kind() == reflect.Struct {
			all = append(all, leaves(f.Type, l.Name+"_", l.Field, l.index)...)
			continue
		}
		all = append(all, l)
	}
	return all
}
