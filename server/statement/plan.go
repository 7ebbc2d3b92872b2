package statement

import (
	"slices"
	"strings"

	"assay/server/framework/oscal"
)

// Reading a system security plan: what it says of the system, and of each control.

// planPaths are the fields of a plan that have a place in Assay.
var planPaths = []string{
	"uuid", "metadata.title", "metadata.last-modified", "metadata.published", "metadata.version", "metadata.oscal-version", "import-profile.href",
	"system-characteristics.system-name", "system-characteristics.description", "system-characteristics.security-sensitivity-level",
	"system-characteristics.security-impact-level.security-objective-confidentiality",
	"system-characteristics.security-impact-level.security-objective-integrity",
	"system-characteristics.security-impact-level.security-objective-availability",
	"system-characteristics.status.state", "system-characteristics.status.remarks", "system-characteristics.authorization-boundary.description",
	info + "uuid", info + "title", info + "description", info + "confidentiality-impact.base", info + "integrity-impact.base", info + "availability-impact.base",
	implemented + "uuid", implemented + "control-id", implemented + "remarks", implemented + "responsible-roles.role-id",
	implemented + "by-components.uuid", implemented + "by-components.component-uuid", implemented + "by-components.description", implemented + "by-components.implementation-status.state",
	implemented + "statements.uuid", implemented + "statements.statement-id", implemented + "statements.remarks",
	implemented + "statements.by-components.uuid", implemented + "statements.by-components.component-uuid",
	implemented + "statements.by-components.description", implemented + "statements.by-components.implementation-status.state",
}

const (
	info        = "system-characteristics.system-information.information-types."
	implemented = "control-implementation.implemented-requirements."
)

// said is what a plan says of one control.
type said struct {
	control, body, responsible string
	owner                      string // of the people here, when the plan names one
	status                     Status
}

// factsOf is what a plan says of the system.
func factsOf(ssp *oscal.Object) SystemFacts {
	c := ssp.Object("system-characteristics")
	impact := c.Object("security-impact-level")
	s := SystemFacts{ID: Scope, Name: c.Text("system-name"), Description: c.Text("description"), Sensitivity: c.Text("security-sensitivity-level"),
		Confidentiality: impact.Text("security-objective-confidentiality"), Integrity: impact.Text("security-objective-integrity"),
		Availability: impact.Text("security-objective-availability"), Boundary: c.Object("authorization-boundary").Text("description"),
		Status: c.Object("status").Text("state"), StatusNote: c.Object("status").Text("remarks"), Information: []InformationType{}}
	for _, t := range c.Object("system-information").List("information-types") {
		about := t.Text("description")
		if about == t.Text("title") {
			about = "" // OSCAL demands one; this one says nothing
		}
		s.Information = append(s.Information, InformationType{UUID: t.Text("uuid"), Title: t.Text("title"), Description: about,
			Confidentiality: t.Object("confidentiality-impact").Text("base"), Integrity: t.Object("integrity-impact").Text("base"), Availability: t.Object("availability-impact").Text("base")})
	}
	return s
}

// words are what a plan calls its components and roles.
type words struct {
	system     string            // uuid of the component that is the system itself
	components map[string]string // uuid -> title
	roles      map[string]string // id -> title
	people     map[string]string // uuid of a party -> person here
}

// wordsOf needs the titles of the people here, by id.
func wordsOf(ssp *oscal.Object, titles map[string]string) words {
	w := words{components: map[string]string{}, roles: map[string]string{}, people: map[string]string{}}
	for id := range titles {
		w.people[oscal.UUID("person", id)] = id
	}
	for _, c := range ssp.Object("system-implementation").List("components") {
		w.components[c.Text("uuid")] = c.Text("title")
		if c.Text("type") == "this-system" && w.system == "" {
			w.system = c.Text("uuid")
		}
	}
	for _, r := range ssp.Object("metadata").List("roles") {
		w.roles[r.Text("id")] = r.Text("title")
	}
	return w
}

// unwritten stands in a plan where nobody wrote a statement; read again, it is none.
const unwritten = "No implementation statement is written yet."

// saidOf is what a plan says of a control. The text of the system itself is the statement; where a plan only
// has texts for parts of the control and for its components, they are put together under their names.
func (w words) saidOf(req *oscal.Object) said {
	s := said{control: req.Text("control-id")}
	var roles []string
	for _, r := range req.List("responsible-roles") {
		if parties := r.Texts("party-uuids"); len(parties) == 1 && w.people[parties[0]] != "" {
			s.owner = w.people[parties[0]]
			continue
		}
		title := w.roles[r.Text("role-id")]
		if title == "" {
			title = r.Text("role-id")
		}
		roles = append(roles, title)
	}
	s.responsible = strings.Join(roles, ", ")
	if own := w.own(req); own != nil {
		s.body = strings.TrimSpace(own.Text("description"))
		s.status = statusIn(own)
		return s
	}
	if req.Text("remarks") == unwritten {
		return s // what its components say is not a statement of anybody
	}
	type block struct{ name, text string }
	var blocks []block
	var states []Status
	gather := func(label string, list []*oscal.Object) {
		for _, c := range list {
			if st := statusIn(c); st != Unsaid {
				states = append(states, st)
			}
			name := strings.TrimSpace(strings.TrimPrefix(label+" – "+w.components[c.Text("component-uuid")], " – "))
			if text := strings.TrimSpace(c.Text("description")); text != "" {
				blocks = append(blocks, block{strings.TrimSuffix(name, " –"), text})
			}
		}
	}
	gather("", req.List("by-components"))
	for _, st := range req.List("statements") {
		label := labelOf(st.Text("statement-id"), s.control)
		gather(label, st.List("by-components"))
		if text := strings.TrimSpace(st.Text("remarks")); text != "" {
			blocks = append(blocks, block{label, text})
		}
	}
	if text := strings.TrimSpace(req.Text("remarks")); text != "" {
		blocks = append(blocks, block{"", text})
	}
	var texts []string
	for _, b := range blocks {
		if b.name != "" && len(blocks) > 1 {
			b.text = b.name + ": " + b.text
		}
		texts = append(texts, b.text)
	}
	s.body = strings.Join(texts, "\n\n")
	s.status = together(states)
	return s
}

// own is the text of the system itself on a control, nil when there is none.
func (w words) own(req *oscal.Object) *oscal.Object {
	for _, c := range req.List("by-components") {
		if w.system != "" && c.Text("component-uuid") == w.system {
			return c
		}
	}
	return nil
}

// labelOf is the part of a control that a statement is about: "a.1" of "au-1_smt.a.1".
func labelOf(statement, control string) string {
	_, label, ok := strings.Cut(statement, "_smt")
	if !ok {
		label = strings.TrimPrefix(statement, control)
	}
	return strings.Trim(label, "._-")
}

// statusIn is what a component says of its implementation.
func statusIn(c *oscal.Object) Status {
	s := Status(strings.ReplaceAll(c.Object("implementation-status").Text("state"), "-", "_"))
	if slices.Contains([]Status{Planned, Partial, Implemented, Alternative, NotApplicable}, s) {
		return s
	}
	return Unsaid
}

// together is the status of a control whose components have these.
func together(states []Status) Status {
	for _, s := range states {
		if s != states[0] {
			return Partial
		}
	}
	if len(states) == 0 {
		return Unsaid
	}
	return states[0]
}

// state is a status in OSCAL.
func (s Status) state() string { return strings.ReplaceAll(string(s), "_", "-") }
