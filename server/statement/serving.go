package statement

import (
	"strings"

	"assay/server/control"
	"assay/server/framework/oscal"
	"assay/server/op"
	"assay/storage"
)

// serving is a control that serves a framework, with the requirements and how it serves each.
type serving struct {
	ID, Ref, Title, Description, Source, Updated string
	Owner, OwnerName, OwnerTitle                 string
	Status                                       control.Status
	Effective                                    control.Effective
	Serves                                       []served1
}

type served1 struct{ requirement, note string }

// servingOf lists the controls that serve a framework's requirements that count and apply.
func servingOf(tx *storage.ReadTx, framework string) ([]serving, error) {
	rows, err := tx.Query(`SELECT c.id, c.ref, c.title, c.description, c.source, c.updated_at, c.owner, coalesce(o.name, ''), coalesce(o.title, ''),
			s.status, `+control.EffectiveSQL+`, m.requirement, m.note
		FROM `+control.Join+control.DaysSQL+` JOIN mapping m ON m.control = c.id JOIN requirement r ON r.id = m.requirement LEFT JOIN person o ON o.id = c.owner
		WHERE r.framework = ? AND r.assessable = 1 AND r.applicable = 1 AND r.withdrawn = 0 ORDER BY c.sort_ref, c.id, r.position`,
		append(control.Days(tx), framework)...)
	if err != nil {
		return nil, err
	}
	var out []serving
	err = op.Each(rows, func(r op.Row) (err error) {
		var c serving
		var m served1
		err = r.Scan(&c.ID, &c.Ref, &c.Title, &c.Description, &c.Source, &c.Updated, &c.Owner, &c.OwnerName, &c.OwnerTitle, &c.Status, &c.Effective, &m.requirement, &m.note)
		if n := len(out); n == 0 || out[n-1].ID != c.ID {
			out = append(out, c)
		}
		last := &out[len(out)-1]
		last.Serves = append(last.Serves, m)
		return err
	})
	return out, err
}

// words is what a component says of itself.
func (c serving) words() string {
	if s := strings.TrimSpace(c.Description); s != "" {
		return s
	}
	return oscal.Line(c.Title, c.Ref)
}

// how is what a component says of a requirement.
func (c serving) how(note string) string {
	if s := strings.TrimSpace(note); s != "" {
		return s
	}
	return c.words()
}

// state says in OSCAL how far a control implements what it serves.
func (c serving) state() string {
	switch {
	case c.Status == control.NotApplicable:
		return NotApplicable.state()
	case c.Effective.Good():
		return Implemented.state()
	case c.Status == control.NotStarted || c.Status == control.Gap:
		return Planned.state()
	}
	return Partial.state()
}

// operating says whether a control is at work.
func (c serving) operating() string {
	switch c.Status {
	case control.Implemented:
		return "operational"
	case control.NotApplicable:
		return "other"
	}
	return "under-development"
}

// refProp lets a component that comes back find the control that it was.
func (c serving) refProp() []*oscal.Object {
	return []*oscal.Object{oscal.Make("name", "control-ref", "ns", oscal.NS, "value", oscal.Line(c.Ref, c.ID))}
}

// people are the roles and parties of a document, each once.
type people struct {
	roles, parties, users []*oscal.Object
	known                 map[string]bool
}

// role names a role by its title and gives its id.
func (p *people) role(title string) string {
	title = oscal.Line(title, "Control owner")
	id := roleID(title)
	if !p.known[id] {
		p.known[id] = true
		p.roles = append(p.roles, oscal.Make("id", id, "title", title))
		p.users = append(p.users, oscal.Make("uuid", oscal.UUID("user", id), "title", title, "role-ids", []string{id}))
	}
	return id
}

func roleID(title string) string { return strings.ToLower(oscal.Token(clip(title, 60))) }

// person is a responsible role with the person who has it.
func (p *people) person(id, name, title string) []*oscal.Object {
	if id == "" || name == "" {
		return nil
	}
	party := oscal.UUID("person", id)
	if !p.known[party] {
		p.known[party] = true
		p.parties = append(p.parties, oscal.Make("uuid", party, "type", "person", "name", oscal.Line(name, "Somebody")))
	}
	return []*oscal.Object{oscal.Make("role-id", p.role(title), "party-uuids", []string{party})}
}

// into adds what is not there yet to the head of a document.
func (p *people) into(metadata *oscal.Object) {
	addTo(metadata, "roles", "id", p.roles)
	addTo(metadata, "parties", "uuid", p.parties)
}

func addTo(o *oscal.Object, list, key string, items []*oscal.Object) {
	have := map[string]bool{}
	for _, v := range o.List(list) {
		have[v.Text(key)] = true
	}
	for _, v := range items {
		if !have[v.Text(key)] {
			o.Add(list, v)
		}
	}
}
