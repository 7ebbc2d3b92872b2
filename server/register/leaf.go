package register

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"assay/server/op"
	"assay/server/person"
	"assay/storage"
)

// kind is what a leaf holds.
type kind string

const (
	text    kind = "text"
	long    kind = "long"
	choice  kind = "choice"
	day     kind = "date"
	someone kind = "person"
	other   kind = "record"
	link    kind = "link"
	email   kind = "email"
	figure  kind = "number"
	flag    kind = "flag"
	list    kind = "list"
)

// leaf is a column of what is said.
type leaf struct {
	op.Leaf
	kind        kind
	options     []string // of a choice, and of a list of choices; empty is never among them
	table, name string   // of another record: where it is, and the column with its name
	by          string   // another column by which tables may name it, or empty
	named       []int    // where a row has the name of who or what it refers to; nil where rows have none
}

func leavesOf[D any]() []leaf {
	var all []leaf
	for _, l := range op.Leaves(reflect.TypeFor[D]()) {
		x := leaf{Leaf: l, kind: text}
		for o := range strings.SplitSeq(l.Tag.Get("enum"), ",") {
			if o != "" {
				x.options = append(x.options, o)
			}
		}
		is := l.Tag.Get("is")
		switch l.Type.Kind() {
		case reflect.Int, reflect.Int64:
			x.kind = figure
		case reflect.Bool:
			x.kind = flag
		case reflect.Slice:
			x.kind = list
		case reflect.String:
			switch {
			case is == "date", is == "link", is == "email":
				x.kind = kind(is)
			case is == "person":
				x.kind, x.table, x.name = someone, "person", "name"
			case is != "":
				x.kind = other
				x.table, x.name, _ = strings.Cut(is, ".")
				x.by = cmp.Or(l.Tag.Get("by"), x.name)
			case len(x.options) > 0:
				x.kind = choice
			case l.Tag.Get("long") == "true":
				x.kind = long
			}
		default:
			panic(fmt.Sprintf("register: %s is a %s", l.Name, l.Type))
		}
		all = append(all, x)
	}
	return all
}

// required says whether a record needs it.
func (l leaf) required() bool { return l.Tag.Get("minLength") != "" }

// unique says whether no two records may have the same.
func (l leaf) unique() bool { return l.Tag.Get("unique") == "true" }

// grows says whether a table that names a record which is not here adds it.
func (l leaf) grows() bool { return l.Tag.Get("grow") == "true" }

// called are the ids of at most two records of another kind that have a name.
func (l leaf) called(tx *storage.ReadTx, name string) ([]string, error) {
	rows, err := tx.Query("SELECT id FROM "+l.table+" WHERE id = ?1 OR "+l.name+" = ?1 COLLATE NOCASE OR "+l.by+" = ?1 COLLATE NOCASE LIMIT 2", name)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (id string, err error) { return id, r.Scan(&id) })
}

// head is what tables call it.
func (l leaf) head() string {
	if h := l.Tag.Get("head"); h != "" {
		return h
	}
	return sentence(l.Name)
}

// sentence makes words of a name: in_progress is "In progress".
func sentence(name string) string {
	if name == "" {
		return ""
	}
	return strings.ToUpper(name[:1]) + strings.ReplaceAll(name[1:], "_", " ")
}

// value is the leaf of what is said, for a column.
func (l leaf) value(d reflect.Value) any {
	switch v := l.Of(d); l.kind {
	case figure:
		return v.Int()
	case flag:
		return v.Bool()
	case list:
		b, err := json.Marshal(v.Interface())
		if err != nil {
			panic(err) // words always have JSON
		}
		return string(b)
	default:
		return v.String()
	}
}

// into is where the column is read to.
func (l leaf) into(d reflect.Value) any {
	if l.kind == list {
		return words{l.Of(d).Addr().Interface()}
	}
	return l.Of(d).Addr().Interface()
}

// words reads a column with a list.
type words struct{ to any }

func (w words) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("a list is text, not %T", v)
	}
	return json.Unmarshal([]byte(s), w.to)
}

// tidy is what was said without blanks around it, and a list with every word once.
func tidy[D any](leaves []leaf, d D) D {
	v := reflect.ValueOf(&d)
	for _, l := range leaves {
		switch at := l.Of(v); l.kind {
		case figure, flag:
		case list:
			kept := reflect.MakeSlice(at.Type(), 0, at.Len())
			for i := range at.Len() {
				w := strings.TrimSpace(at.Index(i).String())
				if w == "" || slices.ContainsFunc(kept.Interface().([]string), func(k string) bool { return strings.EqualFold(k, w) }) {
					continue
				}
				kept = reflect.Append(kept, reflect.ValueOf(w))
			}
			at.Set(kept)
		default:
			at.SetString(strings.TrimSpace(at.String()))
		}
	}
	return d
}

// begin is what is said of a new record, with what stands where nothing is said.
func begin[D any](leaves []leaf, d D) D {
	v := reflect.ValueOf(&d)
	for _, l := range leaves {
		at := l.Of(v)
		if start := l.Tag.Get("start"); start != "" && at.Kind() == reflect.String && at.String() == "" {
			at.SetString(start)
		}
	}
	return d
}

// check notes what is wrong with a leaf. who and what it names is looked at where that is new.
func (l leaf) check(c *op.Check, tx *storage.ReadTx, was, now reflect.Value) error {
	v := l.Of(now)
	if l.required() {
		c.Required(v.String(), l.Field)
	}
	switch l.kind {
	case day:
		c.Date(v.String(), l.Field)
	case email:
		c.Email(v.String(), l.Field)
	case link:
		u, err := url.Parse(v.String())
		c.That(v.String() == "" || err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "", l.Field, "Give an address that begins with https:// or http://.")
	case list:
		for i := range v.Len() {
			c.That(len(l.options) == 0 || slices.Contains(l.options, v.Index(i).String()), l.Field, "Choose among: "+strings.Join(l.options, ", ")+".")
		}
	case someone:
		if v.String() != l.Of(was).String() {
			return person.Check(c, tx, l.Field, v.String())
		}
	case other:
		if v.String() == "" || v.String() == l.Of(was).String() {
			return nil
		}
		var n int
		if err := tx.QueryRow("SELECT count(*) FROM "+l.table+" WHERE id = ?", v.String()).Scan(&n); err != nil {
			return err
		}
		c.That(n > 0, l.Field, "There is no such record.")
	}
	return nil
}
