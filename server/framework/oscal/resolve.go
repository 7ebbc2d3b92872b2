package oscal

import (
	"path"
)

const maxProfiles = 8 // profiles that select from profiles

// A resolver makes the catalog that a profile describes.
type resolver struct {
	find   func(Reference) (*Document, bool)
	report *Report
	told   map[*Document]bool // whose own report is in report
}

func (r resolver) resolve(d *Document, through []*Document) (*Document, error) {
	for _, p := range through {
		if p == d {
			return nil, problem("The profile “%s” selects from itself.", d.Title)
		}
	}
	if len(through) >= maxProfiles {
		return nil, problem("More than %d profiles select from each other. That is more than Assay follows.", maxProfiles)
	}
	r.tell(d)
	out := &Document{Kind: Catalog, Title: d.Title}
	for _, in := range d.imports {
		ref := d.reference(in.href)
		var from *Document
		if r.find != nil {
			from, _ = r.find(ref)
		}
		if from == nil {
			return nil, problem("This profile selects from %s, which is not here. Import that catalog first, or put both files into one ZIP file and import that.", ref)
		}
		if from.Kind == Profile {
			var err error
			if from, err = r.resolve(from, append(through, d)); err != nil {
				return nil, err
			}
		} else {
			r.tell(from)
		}
		if err := r.take(out, from, in); err != nil {
			return nil, err
		}
	}
	if d.flat {
		out.loose = append(out.loose, flatten(out.groups)...)
		out.groups = nil
	}
	once(out, r.report)
	r.modify(out, d)
	return out, nil
}

// tell adds what was left behind in reading d: it is missing here too.
func (r resolver) tell(d *Document) {
	if !r.told[d] {
		r.told[d] = true
		r.report.add(d.report)
	}
}

// take adds to out what an import selects of from, in the order and the groups
// of from.
func (r resolver) take(out, from *Document, in imports) error {
	include, err := pick(in.include)
	if err != nil {
		return err
	}
	exclude, err := pick(in.exclude)
	if err != nil {
		return err
	}
	found := map[string]bool{}
	var controls func(list []control, inherit, drop bool) []control
	controls = func(list []control, inherit, drop bool) []control {
		var kept []control
		for _, c := range list {
			found[c.id] = true
			yes, down := include(c.id)
			no, downNo := exclude(c.id)
			yes = (yes || in.all || inherit) && !no && !drop
			below := controls(c.controls, inherit || down, drop || downNo)
			if yes {
				c.controls = below
				kept = append(kept, c)
			} else {
				kept = append(kept, below...) // an enhancement without its control
			}
		}
		return kept
	}
	var groups func(list []group) []group
	groups = func(list []group) []group {
		var kept []group
		for _, g := range list {
			g.controls = controls(g.controls, false, false)
			g.groups = groups(g.groups)
			if len(g.controls)+len(g.groups) > 0 {
				kept = append(kept, g)
			}
		}
		return kept
	}
	out.loose = append(out.loose, controls(from.loose, false, false)...)
	out.groups = append(out.groups, groups(from.groups)...)
	out.params = append(out.params, from.params...)
	// A text may speak of a parameter of a control that was not selected.
	for _, c := range from.loose {
		out.params = append(out.params, paramsOf(c)...)
	}
	for _, g := range from.groups {
		out.params = append(out.params, paramsOfGroup(g)...)
	}
	out.csf2 = out.csf2 || from.csf2
	var missing []string
	for _, s := range in.include {
		for _, id := range s.ids {
			if !found[id] {
				missing = append(missing, id)
			}
		}
	}
	for i, id := range missing {
		if i == 10 {
			r.report.warn("And %d more controls that the profile selects are not in its catalog.", len(missing)-i)
			break
		}
		r.report.warn("The profile selects %s, which is not in its catalog (another edition perhaps).", clip(id))
	}
	return nil
}

func paramsOf(c control) []param {
	out := append([]param(nil), c.params...)
	for _, e := range c.controls {
		out = append(out, paramsOf(e)...)
	}
	return out
}

func paramsOfGroup(g group) []param {
	out := append([]param(nil), g.params...)
	for _, c := range g.controls {
		out = append(out, paramsOf(c)...)
	}
	for _, g := range g.groups {
		out = append(out, paramsOfGroup(g)...)
	}
	return out
}

// pick says of an id whether it is selected, and whether its children are too.
func pick(list []selection) (func(id string) (yes, children bool), error) {
	ids := map[string]bool{} // id -> with children
	var globs []string
	childrenOf := map[string]bool{}
	for _, s := range list {
		for _, id := range s.ids {
			ids[id] = ids[id] || s.children
		}
		for _, p := range s.patterns {
			if _, err := path.Match(p, ""); err != nil {
				return nil, problem("The profile selects controls by the pattern %q, which cannot be read.", clip(p))
			}
			globs = append(globs, p)
			childrenOf[p] = childrenOf[p] || s.children
		}
	}
	return func(id string) (yes, children bool) {
		children, yes = ids[id]
		for _, p := range globs {
			if ok, _ := path.Match(p, id); ok {
				yes, children = true, children || childrenOf[p]
			}
		}
		return yes, children
	}, nil
}

func flatten(groups []group) []control {
	var out []control
	for _, g := range groups {
		out = append(append(out, g.controls...), flatten(g.groups)...)
	}
	return out
}

// once keeps the first of controls that several imports brought, and joins
// groups that have one id.
func once(d *Document, rep *Report) {
	seen := map[string]bool{}
	var controls func([]control) []control
	controls = func(list []control) []control {
		var kept []control
		for _, c := range list {
			if c.id != "" && seen[c.id] {
				rep.warn("Control %s is selected twice; the first is kept.", clip(c.id))
				continue
			}
			seen[c.id] = true
			c.controls = controls(c.controls)
			kept = append(kept, c)
		}
		return kept
	}
	var groups func([]group) []group
	groups = func(list []group) []group {
		at := map[string]int{}
		var kept []group
		for _, g := range list {
			if i, ok := at[g.id]; ok && g.id != "" {
				kept[i].controls = append(kept[i].controls, controls(g.controls)...)
				kept[i].groups = groups(append(kept[i].groups, g.groups...))
				continue
			}
			g.controls = controls(g.controls)
			g.groups = groups(g.groups)
			at[g.id] = len(kept)
			kept = append(kept, g)
		}
		return kept
	}
	d.loose = controls(d.loose)
	d.groups = groups(d.groups)
}

// modify applies what the profile sets and alters; what it speaks of and is not
// there is counted.
func (r resolver) modify(out, d *Document) {
	if len(d.settings) > 0 {
		known := map[string]bool{}
		set := map[string]param{}
		for _, s := range d.settings {
			set[s.id] = s
		}
		change := func(list []param) []param {
			fresh := append([]param(nil), list...)
			for i, p := range fresh {
				for _, id := range append([]string{p.id}, p.aliases...) {
					if s, ok := set[id]; ok {
						known[id] = true
						fresh[i] = overlay(p, s)
					}
				}
			}
			return fresh
		}
		out.params = change(out.params)
		each(out, func(c *control) { c.params = change(c.params) })
		for id := range set {
			if !known[id] {
				r.report.drop("modify.set-parameters (parameter not in the catalog)", 1)
			}
		}
	}
	if len(d.alters) == 0 {
		return
	}
	byControl := map[string][]alter{}
	for _, a := range d.alters {
		byControl[a.control] = append(byControl[a.control], a)
	}
	each(out, func(c *control) {
		for _, a := range byControl[c.id] {
			for _, m := range a.removes {
				m.from(c)
			}
			for _, n := range a.adds {
				if !n.to(c) {
					r.report.drop("alter.adds (place not in the control)", 1)
				} else if n.id != "" && n.id != c.id {
					r.report.drop("alter.adds.props (of a part)", len(n.props))
				}
			}
		}
		delete(byControl, c.id)
	})
	for _, left := range byControl {
		r.report.drop("alters (control not selected)", len(left))
	}
}

func overlay(p, s param) param {
	if s.label != "" {
		p.label = s.label
	}
	if len(s.values) > 0 {
		p.values = s.values
	}
	if len(s.constraints) > 0 {
		p.constraints = s.constraints
	}
	if len(s.choices) > 0 {
		p.choices, p.howMany = s.choices, s.howMany
	}
	return p
}

func each(d *Document, do func(*control)) {
	var controls func([]control)
	controls = func(list []control) {
		for i := range list {
			do(&list[i])
			controls(list[i].controls)
		}
	}
	var groups func([]group)
	groups = func(list []group) {
		for i := range list {
			controls(list[i].controls)
			groups(list[i].groups)
		}
	}
	controls(d.loose)
	groups(d.groups)
}

// from takes away what fits. Lists are copied first: the catalog may serve
// other profiles too.
func (m remove) from(c *control) {
	if m == (remove{}) {
		return
	}
	fits := func(item, id, name, class, ns string) bool {
		return (m.item == "" || m.item == item) && (m.id == "" || m.id == id) && (m.name == "" || m.name == name) &&
			(m.class == "" || m.class == class) && (m.ns == "" || m.ns == ns)
	}
	var parts func([]part) []part
	parts = func(list []part) []part {
		var kept []part
		for _, p := range list {
			if !fits("part", p.id, p.name, "", "") {
				p.parts = parts(p.parts)
				kept = append(kept, p)
			}
		}
		return kept
	}
	c.parts = parts(c.parts)
	var props []Prop
	for _, p := range c.props {
		if !fits("prop", "", p.Name, p.Class, p.NS) {
			props = append(props, p)
		}
	}
	c.props = props
	var params []param
	for _, p := range c.params {
		if !fits("param", p.id, "", "", "") {
			params = append(params, p)
		}
	}
	c.params = params
}

// to adds to a control; false when the place is not there.
func (n add) to(c *control) bool {
	if n.id == "" || n.id == c.id {
		if n.title != "" {
			c.title = n.title
		}
		c.params = append(append([]param(nil), c.params...), n.params...)
		c.props = append(append([]Prop(nil), c.props...), n.props...)
		if n.position == "starting" || n.position == "before" {
			c.parts = append(append([]part(nil), n.parts...), c.parts...)
		} else {
			c.parts = append(append([]part(nil), c.parts...), n.parts...)
		}
		return true
	}
	var done bool
	c.parts, done = n.beside(c.parts)
	if done && len(n.params) > 0 {
		c.params = append(append([]param(nil), c.params...), n.params...)
	}
	return done
}

// beside puts the parts of n into, before or after the part it names.
func (n add) beside(list []part) ([]part, bool) {
	for i, p := range list {
		if p.id != n.id {
			below, ok := n.beside(p.parts)
			if !ok {
				continue
			}
			fresh := append([]part(nil), list...)
			fresh[i].parts = below
			return fresh, true
		}
		fresh := append([]part(nil), list[:i]...)
		switch n.position {
		case "before":
			fresh = append(append(fresh, n.parts...), p)
		case "after":
			fresh = append(append(fresh, p), n.parts...)
		default:
			if n.title != "" {
				p.title = n.title
			}
			for _, q := range n.props {
				if q.Name == "label" {
					p.label = q.Value
				}
			}
			if n.position == "starting" {
				p.parts = append(append([]part(nil), n.parts...), p.parts...)
			} else {
				p.parts = append(append([]part(nil), p.parts...), n.parts...)
			}
			fresh = append(fresh, p)
		}
		return append(fresh, list[i+1:]...), true
	}
	return list, false
}

// A Named is a document with the name of the file it came in.
type Named struct {
	*Document
	File string
}

// From finds documents among those given. Where a profile and exactly one
// catalog were sent together, that catalog is meant, whatever it is called.
func From(beside []Named, stored []Named) func(Reference) (*Document, bool) {
	return func(ref Reference) (*Document, bool) {
		for _, list := range [][]Named{beside, stored} {
			for _, n := range list {
				if ref.Names(n.UUID, n.Title, n.File) {
					return n.Document, true
				}
			}
		}
		if len(beside) == 1 && beside[0].Kind == Catalog {
			return beside[0].Document, true
		}
		return nil, false
	}
}
