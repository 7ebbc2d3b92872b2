package oscal

import (
	"path"
	"regexp"
	"strings"
)

// imports is one import of a profile: where from, and which controls.
type imports struct {
	href    string
	all     bool
	include []selection
	exclude []selection
}

type selection struct {
	ids      []string
	patterns []string
	children bool // with the enhancements of what is selected
}

// alter is what a profile changes in one control.
type alter struct {
	control string
	removes []remove
	adds    []add
}

// A remove takes away what fits every word that is given.
type remove struct{ name, class, id, item, ns string }

type add struct {
	position string
	id       string // of the part to add to; "" is the control itself
	title    string
	params   []param
	props    []Prop
	parts    []part
}

func (r *reader) profile() error {
	d := r.doc
	merged := false
	err := r.object(func(name string) error {
		switch name {
		case "uuid":
			return r.text(&d.UUID)
		case "metadata":
			return r.metadata()
		case "imports":
			r.at = "the imports"
			return r.list(func() error { return appendTo(&d.imports, r.imports) })
		case "merge":
			merged = true
			return r.merge()
		case "modify":
			return r.modify()
		case "back-matter":
			return r.backMatter()
		}
		return r.leave("profile." + name)
	})
	d.flat = d.flat || !merged
	if err == nil && len(d.imports) == 0 {
		return problem("The profile has no imports: it selects nothing. It is damaged or not quite OSCAL.")
	}
	return err
}

func (r *reader) imports() (in imports, err error) {
	err = r.object(func(name string) error {
		switch name {
		case "href":
			return r.text(&in.href)
		case "include-all":
			in.all = true
			return r.skip()
		case "include-controls":
			return r.list(func() error { return appendTo(&in.include, r.selection) })
		case "exclude-controls":
			return r.list(func() error { return appendTo(&in.exclude, r.selection) })
		}
		return r.leave("import." + name)
	})
	if err == nil && in.href == "" {
		return in, problem("An import of the profile does not say which catalog it means (it has no href).")
	}
	in.all = in.all || len(in.include) == 0 // OSCAL: nothing said is everything
	return in, err
}

func (r *reader) selection() (s selection, err error) {
	err = r.object(func(name string) error {
		switch name {
		case "with-ids":
			return r.texts(&s.ids)
		case "with-child-controls":
			var yes string
			err := r.text(&yes)
			s.children = yes == "yes"
			return err
		case "matching":
			return r.list(func() error {
				return r.object(func(name string) error {
					if name != "pattern" {
						return r.leave("import.matching." + name)
					}
					var p string
					err := r.text(&p)
					s.patterns = append(s.patterns, p)
					return err
				})
			})
		}
		return r.leave("import." + name)
	})
	return s, err
}

func (r *reader) merge() error {
	return r.object(func(name string) error {
		switch name {
		case "as-is":
			t, err := r.dec.Token()
			if yes, ok := t.(bool); ok && !yes {
				r.doc.flat = true
			} else if err == nil && !ok {
				return r.wrong("true or false", t)
			}
			return err
		case "flat":
			r.doc.flat = true
			return r.skip()
		case "combine":
			// Whatever the method, a framework has each control once: the first.
			return r.skip()
		}
		return r.leave("merge." + name) // custom structure: the catalog's own is kept
	})
}

func (r *reader) modify() error {
	r.at = "the changes of the profile"
	return r.object(func(name string) error {
		switch name {
		case "set-parameters":
			return r.params(&r.doc.settings)
		case "alters":
			return r.list(func() error { return appendTo(&r.doc.alters, r.alter) })
		}
		return r.leave("modify." + name)
	})
}

func (r *reader) alter() (a alter, err error) {
	err = r.object(func(name string) error {
		switch name {
		case "control-id":
			return r.text(&a.control)
		case "removes":
			return r.list(func() error { return appendTo(&a.removes, r.remove) })
		case "adds":
			return r.list(func() error { return appendTo(&a.adds, r.add) })
		}
		return r.leave("alter." + name)
	})
	return a, err
}

func (r *reader) remove() (m remove, err error) {
	into := map[string]*string{"by-name": &m.name, "by-class": &m.class, "by-id": &m.id, "by-item-name": &m.item, "by-ns": &m.ns}
	err = r.object(func(name string) error {
		if p := into[name]; p != nil {
			return r.text(p)
		}
		return r.leave("remove." + name)
	})
	return m, err
}

func (r *reader) add() (a add, err error) {
	err = r.object(func(name string) error {
		switch name {
		case "position":
			return r.text(&a.position)
		case "by-id":
			return r.text(&a.id)
		case "title":
			return r.text(&a.title)
		case "params":
			return r.params(&a.params)
		case "props":
			return r.props(&a.props)
		case "parts":
			return r.list(func() error { return appendTo(&a.parts, r.part) })
		}
		return r.leave("add." + name)
	})
	return a, err
}

// A Reference is how a profile names the document it selects from.
type Reference struct {
	Href  string
	Title string   // from the back matter, "" when there is none
	Files []string // the file names it is published under, without folders
}

func (d *Document) reference(href string) Reference {
	ref := Reference{Href: href}
	hrefs := []string{href}
	if id, ok := strings.CutPrefix(href, "#"); ok {
		res := d.resources[strings.ToLower(id)]
		ref.Title, hrefs = res.title, res.hrefs
	}
	seen := map[string]bool{}
	for _, h := range hrefs {
		name, _, _ := strings.Cut(h, "#")
		name = path.Base(strings.ReplaceAll(name, "\\", "/"))
		if name != "." && name != "/" && !seen[name] {
			seen[name] = true
			ref.Files = append(ref.Files, name)
		}
	}
	return ref
}

// References lists what a profile selects from; nothing for a catalog.
func (d *Document) References() []Reference {
	var out []Reference
	for _, in := range d.imports {
		out = append(out, d.reference(in.href))
	}
	return out
}

// String names the document for a person: its title and the file to look for.
func (ref Reference) String() string {
	file := ""
	for _, f := range ref.Files {
		if file == "" || strings.HasSuffix(strings.ToLower(f), ".json") {
			file = f
		}
	}
	switch {
	case ref.Title != "" && file != "":
		return "“" + ref.Title + "” (" + file + ")"
	case ref.Title != "":
		return "“" + ref.Title + "”"
	case file != "":
		return file
	}
	return ref.Href
}

// Names says whether the reference means a document with this identity. file
// is the name it was uploaded under, "" when that is not known.
func (ref Reference) Names(uuid, title, file string) bool {
	if uuid != "" && strings.Contains(strings.ToLower(ref.Href), strings.ToLower(uuid)) {
		return true
	}
	if have := stem(file); have != "" {
		for _, f := range ref.Files {
			if stem(f) == have {
				return true
			}
		}
	}
	return sameTitle(ref.Title, title)
}

var (
	bracketed = regexp.MustCompile(`\([^)]*\)`)
	variant   = regexp.MustCompile(`(?i)(\.(json|xml|yaml|yml)|-min|[._-]?v\d+(\.\d+)*)$`)
)

// stem is a file's name without what differs between editions of one document:
// "NIST_SP-800-53_rev5_catalog-min.v1.0.0.json" is "nist_sp-800-53_rev5_catalog".
func stem(file string) string {
	for {
		cut := variant.ReplaceAllString(file, "")
		if cut == file {
			return strings.ToLower(file)
		}
		file = cut
	}
}

// sameTitle is true for equal titles, and where one is the other without its
// subtitle ("NIST ... 800-53 Revision 5" and "NIST ... 800-53 Revision 5: ...").
func sameTitle(a, b string) bool {
	norm := func(s string) string {
		return strings.ToLower(strings.Join(strings.Fields(bracketed.ReplaceAllString(s, " ")), " "))
	}
	a, b = norm(a), norm(b)
	if len(a) > len(b) {
		a, b = b, a
	}
	const least = 12 // anything shorter is no title to rely on
	return len(a) >= least && (a == b || strings.HasPrefix(b, a+":") || strings.HasPrefix(b, a+" -") || strings.HasPrefix(b, a+" –"))
}
