package statement

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"assay/server/control"
	"assay/server/framework"
	"assay/server/framework/oscal"
	"assay/server/op"
	"assay/storage"
)

// A component is a control here: its implemented requirements are the control's mappings, and what it says of
// each is the mapping's note.

var componentPaths = []string{
	"uuid", "metadata.title", "metadata.last-modified", "metadata.published", "metadata.version", "metadata.oscal-version",
	"components.uuid", "components.type", "components.title", "components.description", "components.props",
	"components.control-implementations.uuid", "components.control-implementations.source",
	reqs + "uuid", reqs + "control-id", reqs + "description",
}

const (
	reqs       = "components.control-implementations.implemented-requirements."
	mostNote   = 2000
	mostMade   = 2000 // components of one document
	mostTitle  = 300
	mostRefLen = 30
)

func parseComponents(_ context.Context, _ importIn, r io.Reader) (Parsed, error) {
	p, err := parse(r, oscal.Components)
	if err != nil {
		return p, err
	}
	switch n := len(p.root.Object(string(oscal.Components)).List("components")); {
	case n == 0:
		return p, refused("This component definition has no components: there is nothing to import.")
	case n > mostMade:
		return p, refused("This component definition has more than 2000 components. Please split it.")
	}
	return p, nil
}

// known is a control that a component could be.
type known struct{ id, title, description, source string }

// importComponents makes own controls of components, or changes those that it made before, and maps them.
func importComponents(tx *storage.WriteTx, in importIn, p Parsed) (OscalPlan, error) {
	d, err := framework.Outgoing(&tx.ReadTx, in.ID)
	if err != nil {
		return OscalPlan{}, err
	}
	def := p.root.Object(string(oscal.Components))
	plan := newPlan(in, oscal.Components, def, componentPaths)
	if n := len(def.List("capabilities")); n > 0 {
		plan.warn("Capabilities have no place here; what their components do is taken, they stay in the document.")
	}
	place, matched := places(d), 0
	components := def.List("components")
	for _, c := range components {
		for _, r := range requirementsOf(c) {
			if _, ok := place[strings.ToLower(r.Text("control-id"))]; ok {
				matched++
			}
		}
	}
	if matched == 0 {
		return plan, refused("None of the controls that these components implement is in this framework. Open the framework that they were written for and import them there.")
	}
	document := ""
	if !in.Dry {
		if document, err = keep(tx, in.ID, oscal.Components, p); err != nil {
			return plan, err
		}
	}
	seen := map[string]bool{}
	for _, c := range components {
		uuid, title := c.Text("uuid"), clip(oscal.Line(c.Text("title"), "Untitled component"), mostTitle)
		if seen[uuid] {
			plan.warn("Component “%s” has the id of another; only the first is taken.", clip(title, 60))
			continue
		}
		seen[uuid] = true
		at, ok, err := find(&tx.ReadTx, in.ID, c)
		if err != nil {
			return plan, err
		}
		description := clip(strings.TrimSpace(c.Text("description")), mostBody)
		ref, err := refFor(&tx.ReadTx, c, at.id)
		if err != nil {
			return plan, err
		}
		// The words of a common control stay the organisation's own.
		same := ok && (at.source != "own" || titled(title, ref) == at.title && description == strings.TrimSpace(at.description))
		plan.add("control", !ok, same, ref, title)
		switch {
		case in.Dry:
		case !ok:
			at.id, err = control.Create(tx, control.Draft{Ref: ref, Title: titled(title, ref), Description: description})
		case !same:
			err = control.Reword(tx, at.id, titled(title, ref), description)
		}
		if err != nil {
			return plan, err
		}
		if !in.Dry {
			err := tx.Exec(`INSERT INTO component (id, document, control, uuid) VALUES (?, ?, ?, ?)
				ON CONFLICT (document, control) DO UPDATE SET uuid = excluded.uuid WHERE uuid <> excluded.uuid`, tx.NewID(), document, at.id, uuid)
			if err != nil {
				return plan, err
			}
		}
		mapped := map[string]bool{}
		for _, r := range requirementsOf(c) {
			plan.Report.Controls++
			q, ok := place[strings.ToLower(r.Text("control-id"))]
			if !ok {
				plan.warn("Control %s of “%s” is not in this framework; it stays in the document.", clip(r.Text("control-id"), 60), clip(title, 60))
				continue
			}
			id := d.Requires[q.Ref]
			if mapped[id] {
				plan.warn("“%s” speaks of control %s twice; only the first is taken.", clip(title, 60), clip(r.Text("control-id"), 60))
				continue
			}
			mapped[id] = true
			note := strings.TrimSpace(r.Text("description"))
			if len([]rune(note)) > mostNote {
				plan.warn("What “%s” says of %s is longer than %d characters; the rest stays in the document.", clip(title, 60), q.Ref, mostNote)
			}
			note = clip(note, mostNote)
			was, there, err := noteOf(&tx.ReadTx, id, at.id)
			if err != nil {
				return plan, err
			}
			plan.add("mapping", !there, was == note, ref+" → "+q.Ref, q.Title)
			if !in.Dry && (!there || was != note) {
				if err := framework.Map(tx, id, at.id, note); err != nil {
					return plan, err
				}
			}
		}
	}
	return plan, nil
}

// requirementsOf are what a component implements, of all the catalogs it speaks of.
func requirementsOf(c *oscal.Object) (out []*oscal.Object) {
	for _, ci := range c.List("control-implementations") {
		out = append(out, ci.List("implemented-requirements")...)
	}
	return out
}

// find looks for the control that a component is: one it was made into before, or the one it was exported from.
func find(tx *storage.ReadTx, framework string, c *oscal.Object) (k known, ok bool, err error) {
	err = tx.QueryRow(`SELECT c.id, c.title, c.description, c.source FROM component x JOIN oscal_document o ON o.id = x.document JOIN control c ON c.id = x.control
		WHERE o.framework = ? AND x.uuid = ?`, framework, c.Text("uuid")).Scan(&k.id, &k.title, &k.description, &k.source)
	if ref := refIn(c); errors.Is(err, sql.ErrNoRows) && ref != "" {
		err = tx.QueryRow("SELECT id, title, description, source FROM control WHERE ref = ? COLLATE NOCASE", ref).Scan(&k.id, &k.title, &k.description, &k.source)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return k, false, nil
	}
	return k, err == nil, err
}

func refIn(c *oscal.Object) string {
	for _, p := range c.List("props") {
		if p.Text("name") == "control-ref" && p.Text("ns") == oscal.NS {
			return clip(p.Text("value"), mostRefLen)
		}
	}
	return ""
}

// refFor is the reference of the control that is there, or of the one to be made.
func refFor(tx *storage.ReadTx, c *oscal.Object, id string) (ref string, err error) {
	if id != "" {
		return ref, tx.QueryRow("SELECT ref FROM control WHERE id = ?", id).Scan(&ref)
	}
	if ref = refIn(c); ref == "" {
		ref = strings.ToUpper(oscal.Token(clip(oscal.Line(c.Text("title"), "COMPONENT"), mostRefLen)))
	}
	return framework.FreeRef(tx, ref)
}

// titled is a component's title without the reference that an export put before it.
func titled(title, ref string) string {
	if rest, ok := strings.CutPrefix(title, ref+" "); ok && rest != "" {
		return rest
	}
	return title
}

func noteOf(tx *storage.ReadTx, requirement, control string) (note string, there bool, err error) {
	err = tx.QueryRow("SELECT note FROM mapping WHERE requirement = ? AND control = ?", requirement, control).Scan(&note)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return note, err == nil, err
}

func exportComponents(tx *storage.ReadTx, in byID) (op.Sent, error) {
	d, err := framework.Outgoing(tx, in.ID)
	if err != nil {
		return op.Sent{}, err
	}
	list, err := servingOf(tx, in.ID)
	if err != nil {
		return op.Sent{}, err
	}
	id, root, err := kept(tx, in.ID, oscal.Components)
	if err != nil {
		return op.Sent{}, err
	}
	if len(list) == 0 && root == nil {
		return op.Sent{}, op.Errorf(op.Conflict, "No control serves a requirement of this framework that applies: there is no component to describe.")
	}
	made := map[string]string{} // control -> component
	if root == nil {
		about := d.About
		about.UUID, about.Title, about.Note = oscal.UUID("components", d.ID), d.Short+": controls", ""
		for _, c := range list {
			about.Modified = max(about.Modified, c.Updated)
		}
		root = oscal.Make(string(oscal.Components), oscal.Make("uuid", about.UUID, "metadata", about.Metadata()))
	} else {
		rows, err := tx.Query("SELECT control, uuid FROM component WHERE document = ?", id)
		if err != nil {
			return op.Sent{}, err
		}
		made, err = op.Map[string, string](rows)
		if err == nil {
			list, err = withUnmapped(tx, list, made)
		}
		if err != nil {
			return op.Sent{}, err
		}
		dropDeleted(root.Object(string(oscal.Components)), made)
	}
	amendComponents(root.Object(string(oscal.Components)), d, list, made)
	return op.Sent{Bytes: root.JSON(), Name: d.File("components", "json"), Type: "application/json"}, nil
}

// withUnmapped adds the controls that were made of components and serve nothing here any more.
func withUnmapped(tx *storage.ReadTx, list []serving, made map[string]string) ([]serving, error) {
	there := map[string]bool{}
	for _, c := range list {
		there[c.ID] = true
	}
	for _, id := range slices.Sorted(maps.Keys(made)) {
		if there[id] {
			continue
		}
		c := serving{ID: id}
		if err := tx.QueryRow("SELECT ref, title, description, source, updated_at FROM control WHERE id = ?", id).Scan(&c.Ref, &c.Title, &c.Description, &c.Source, &c.Updated); err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

// dropDeleted takes out the components whose controls were deleted here.
func dropDeleted(def *oscal.Object, made map[string]string) {
	kept := map[string]bool{}
	for _, uuid := range made {
		kept[uuid] = true
	}
	var left []*oscal.Object
	for _, c := range def.List("components") {
		if kept[c.Text("uuid")] {
			left = append(left, c)
		}
	}
	def.Set("components", left)
}

// amendComponents puts what was changed here into a definition that was kept, or fills a new one.
func amendComponents(def *oscal.Object, d framework.Document, list []serving, made map[string]string) {
	have := map[string]*oscal.Object{}
	for _, c := range def.List("components") {
		if have[c.Text("uuid")] == nil {
			have[c.Text("uuid")] = c
		}
	}
	refs, place := map[string]oscal.Entry{}, places(d)
	for _, r := range d.Rows {
		refs[d.Requires[r.Ref]] = r
	}
	p := people{known: map[string]bool{}}
	resource := oscal.UUID("resource", d.UUID)
	named, modified := false, ""
	implemented := func(c serving, m served1) *oscal.Object {
		return oscal.Make("uuid", oscal.UUID("by", c.ID, m.requirement), "control-id", d.IDs[refs[m.requirement].Ref], "description", c.how(m.note))
	}
	group := func(c serving, list []served1) *oscal.Object {
		named = true
		var out []*oscal.Object
		for _, m := range list {
			out = append(out, implemented(c, m))
		}
		return oscal.Make("uuid", oscal.UUID("implements", c.ID, d.ID), "source", "#"+resource, "description", "How it serves "+d.Title+".", "implemented-requirements", out)
	}
	for _, c := range list {
		o := have[made[c.ID]]
		if o == nil {
			def.Add("components", oscal.Make("uuid", oscal.UUID("control", c.ID), "type", "process-procedure", "title", oscal.Line(c.Ref+" "+c.Title, c.Ref), "description", c.words(),
				"props", c.refProp(), "responsible-roles", p.person(c.Owner, c.OwnerName, c.OwnerTitle), "control-implementations", []*oscal.Object{group(c, c.Serves)}))
			modified = max(modified, c.Updated)
			continue
		}
		changed := false
		if c.Source == "own" {
			if was := clip(oscal.Line(o.Text("title"), "Untitled component"), mostTitle); titled(was, c.Ref) != c.Title {
				o.Set("title", oscal.Line(c.Title, c.Ref))
				changed = true
			}
			if was := clip(strings.TrimSpace(o.Text("description")), mostBody); was != strings.TrimSpace(c.Description) {
				o.Set("description", c.words())
				changed = true
			}
		}
		// What it implements: notes that changed, mappings that are new, and those that are gone.
		now, done := map[string]served1{}, map[string]bool{}
		for _, m := range c.Serves {
			now[m.requirement] = m
		}
		var groups []*oscal.Object
		for _, ci := range o.List("control-implementations") {
			var keep []*oscal.Object
			for _, r := range ci.List("implemented-requirements") {
				q, ok := place[strings.ToLower(r.Text("control-id"))]
				m, mapped := now[d.Requires[q.Ref]]
				if !ok || !q.Applicable {
					keep = append(keep, r)
					continue
				}
				if !mapped {
					changed = true
					continue
				}
				if !done[m.requirement] && m.note != clip(strings.TrimSpace(r.Text("description")), mostNote) {
					r.Set("description", c.how(m.note))
					changed = true
				}
				done[m.requirement] = true
				keep = append(keep, r)
			}
			if len(keep) > 0 {
				ci.Set("implemented-requirements", keep)
				groups = append(groups, ci)
			}
		}
		var fresh []served1
		for _, m := range c.Serves {
			if !done[m.requirement] {
				fresh = append(fresh, m)
			}
		}
		if len(fresh) > 0 {
			groups = append(groups, group(c, fresh))
			changed = true
		}
		o.Set("control-implementations", groups)
		if changed {
			modified = max(modified, c.Updated, d.Modified)
		}
	}
	if named {
		back := def.Object("back-matter")
		if back == nil {
			back = oscal.Make()
			def.Set("back-matter", back)
		}
		addTo(back, "resources", "uuid", []*oscal.Object{oscal.Resource(resource, d.Names, d.File("catalog", "json"), "application/oscal.catalog+json")})
	}
	if modified != "" {
		m := def.Object("metadata")
		p.into(m)
		m.Set("last-modified", oscal.Instant(modified))
	}
}
