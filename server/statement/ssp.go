package statement

import (
	"context"
	"io"
	"reflect"
	"strings"

	"assay/server/framework"
	"assay/server/framework/oscal"
	"assay/server/op"
	"assay/storage"
)

func parseSSP(_ context.Context, _ importIn, r io.Reader) (Parsed, error) {
	p, err := parse(r, oscal.SSP)
	if err == nil && len(p.root.Object(string(oscal.SSP)).Object("control-implementation").List("implemented-requirements")) == 0 {
		return p, refused("This plan has no implemented requirements: there is nothing to import.")
	}
	return p, err
}

// importSSP takes a plan's statements and its facts of the system. The document itself is kept: what has no
// place here goes out with the next export.
func importSSP(tx *storage.WriteTx, in importIn, p Parsed) (OscalPlan, error) {
	d, err := framework.Outgoing(&tx.ReadTx, in.ID)
	if err != nil {
		return OscalPlan{}, err
	}
	ssp := p.root.Object(string(oscal.SSP))
	plan := newPlan(in, oscal.SSP, ssp, planPaths)
	have, err := statements(&tx.ReadTx, in.ID)
	if err != nil {
		return plan, err
	}
	titles, err := titlesOf(&tx.ReadTx)
	if err != nil {
		return plan, err
	}
	place, w, matched := places(d), wordsOf(ssp, titles), 0
	seen := map[string]bool{}
	for _, req := range ssp.Object("control-implementation").List("implemented-requirements") {
		s := w.saidOf(req)
		plan.Report.Controls++
		q, ok := place[strings.ToLower(s.control)]
		if !ok {
			plan.warn("Control %s is not in this framework; its statement stays in the document.", clip(s.control, 60))
			continue
		}
		matched++
		id := d.Requires[q.Ref]
		if seen[id] {
			plan.warn("Control %s stands twice in the plan; only the first is taken.", clip(s.control, 60))
			continue
		}
		seen[id] = true
		if s.body == "" {
			if s.status != Unsaid {
				plan.warn("Control %s has a status but no text; it stays in the document.", clip(s.control, 60))
			}
			continue
		}
		if len([]rune(s.body)) > mostBody {
			plan.warn("The text of control %s is longer than %d characters; the rest stays in the document.", clip(s.control, 60), mostBody)
		}
		s.body, s.responsible = clip(s.body, mostBody), clip(s.responsible, 300)
		was, there := have[id]
		if s.owner == "" {
			s.owner = was.Owner // a plan that names nobody from here takes nobody away
		}
		same := there && was.Body == s.body && was.Status == s.status && was.Responsible == s.responsible && was.Owner == s.owner
		plan.add("statement", !there, same, q.Ref, q.Title)
		switch {
		case in.Dry || same:
		case there:
			err = tx.ExecOne("UPDATE statement SET body = ?, status = ?, owner = ?, responsible = ?, source = 'oscal', updated_at = ? WHERE id = ?", s.body, s.status, s.owner, s.responsible, tx.Stamp(), was.ID)
		default:
			_, err = insert(tx, id, s.body, s.status, s.owner, s.responsible, "oscal")
		}
		if err != nil {
			return plan, err
		}
	}
	if matched == 0 {
		return plan, refused("None of the controls of this plan is in this framework. Open the framework that it was written for and import it there.")
	}
	facts, err := system(&tx.ReadTx, Scope)
	if err != nil {
		return plan, err
	}
	now := factsOf(ssp)
	now.ID, now.UpdatedAt, now.Version, now.Missing = facts.ID, facts.UpdatedAt, facts.Version, facts.Missing
	plan.add("system", facts.Version == 0, reflect.DeepEqual(now, facts), "", oscal.Line(now.Name, "The system"))
	if in.Dry {
		return plan, nil
	}
	if err := putSystem(tx, facts, now); err != nil {
		return plan, err
	}
	_, err = keep(tx, in.ID, oscal.SSP, p)
	return plan, err
}

// statements are those of a framework by requirement.
func statements(tx *storage.ReadTx, framework string) (map[string]Statement, error) {
	rows, err := tx.Query("SELECT "+columns+" FROM "+from+" WHERE r.framework = ? AND s.scope = ?", framework, Scope)
	if err != nil {
		return nil, err
	}
	out := map[string]Statement{}
	err = op.Each(rows, func(r op.Row) (err error) {
		s, err := scan(r)
		out[s.Requirement] = s
		return err
	})
	return out, err
}

func exportSSP(tx *storage.ReadTx, in byID) (op.Sent, error) {
	d, err := framework.Outgoing(tx, in.ID)
	if err != nil {
		return op.Sent{}, err
	}
	facts, err := system(tx, Scope)
	if err != nil {
		return op.Sent{}, err
	}
	have, err := statements(tx, in.ID)
	if err != nil {
		return op.Sent{}, err
	}
	_, root, err := kept(tx, in.ID, oscal.SSP)
	if err != nil {
		return op.Sent{}, err
	}
	titles, err := titlesOf(tx)
	if err != nil {
		return op.Sent{}, err
	}
	list, err := servingOf(tx, in.ID)
	if err != nil {
		return op.Sent{}, err
	}
	if root != nil {
		ssp := root.Object(string(oscal.SSP))
		amendSSP(ssp, d, facts, have, titles)
		if ssp.Text("uuid") == oscal.UUID("ssp", d.ID) {
			refreshSSP(ssp, writeSSP(d, facts, have, list, titles).Object(string(oscal.SSP)), d)
		}
	} else {
		if len(facts.Missing) > 0 {
			return op.Sent{}, op.Errorf(op.Conflict, "A plan has to say more of the system: %s. Fill that in under “System facts” and try again.", listed(facts.Missing))
		}
		if len(d.Applicable()) == 0 {
			return op.Sent{}, op.Errorf(op.Conflict, "No requirement of this framework applies: there is nothing to plan.")
		}
		root = writeSSP(d, facts, have, list, titles)
	}
	return op.Sent{Bytes: root.JSON(), Name: d.File("ssp", "json"), Type: "application/json"}, nil
}

func listed(words []string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return strings.Join(words, "")
}

// titlesOf are the titles of people, by id: they become roles.
func titlesOf(tx *storage.ReadTx) (map[string]string, error) {
	rows, err := tx.Query("SELECT id, title FROM person")
	if err != nil {
		return nil, err
	}
	return op.Map[string, string](rows)
}

// writeSSP makes a plan of what is here.
func writeSSP(d framework.Document, facts SystemFacts, have map[string]Statement, list []serving, titles map[string]string) *oscal.Object {
	self := oscal.UUID("system", d.ID, facts.ID)
	profile := oscal.UUID("resource", oscal.UUID("profile", d.ID))
	p := people{known: map[string]bool{}}
	about := d.About
	about.UUID, about.Title, about.Version, about.Note = oscal.UUID("ssp", d.ID), facts.Name+": system security plan, "+d.Short, "1", ""
	about.Modified = max(about.Modified, facts.UpdatedAt)

	components := []*oscal.Object{oscal.Make("uuid", self, "type", "this-system", "title", oscal.Line(facts.Name, "This system"), "description", facts.Description,
		"status", oscal.Make("state", componentState(facts.Status)))}
	by := map[string][]*oscal.Object{} // requirement -> what its controls say
	for _, c := range list {
		id := oscal.UUID("control", c.ID)
		about.Modified = max(about.Modified, c.Updated)
		components = append(components, oscal.Make("uuid", id, "type", "process-procedure", "title", oscal.Line(c.Ref+" "+c.Title, c.Ref), "description", c.words(),
			"props", c.refProp(), "status", oscal.Make("state", c.operating()), "responsible-roles", p.person(c.Owner, c.OwnerName, c.OwnerTitle)))
		for _, m := range c.Serves {
			by[m.requirement] = append(by[m.requirement], oscal.Make("component-uuid", id, "uuid", oscal.UUID("by", c.ID, m.requirement), "description", c.how(m.note),
				"implementation-status", oscal.Make("state", c.state())))
		}
	}
	var reqs []*oscal.Object
	for _, r := range d.Rows {
		if !r.Assessable || !r.Applicable || r.Withdrawn {
			continue
		}
		id := d.Requires[r.Ref]
		req := oscal.Make("uuid", oscal.UUID("requirement", id), "control-id", d.IDs[r.Ref])
		s, ok := have[id]
		if ok {
			about.Modified = max(about.Modified, s.UpdatedAt)
			req.Set("responsible-roles", responsible(&p, s, titles))
			req.Add("by-components", ownText(self, s))
		}
		for _, c := range by[id] {
			req.Add("by-components", c)
		}
		if !ok {
			req.Set("remarks", unwritten)
		}
		reqs = append(reqs, req)
	}
	if len(p.users) == 0 {
		p.role("System owner")
	}
	metadata := about.Metadata()
	p.into(metadata)
	c := oscal.Make("system-ids", []*oscal.Object{oscal.Make("identifier-type", "https://ietf.org/rfc/rfc4122", "id", self)})
	putFacts(c, SystemFacts{Information: []InformationType{}}, facts)
	return oscal.Make(string(oscal.SSP), oscal.Make("uuid", about.UUID, "metadata", metadata,
		"import-profile", oscal.Make("href", "#"+profile),
		"system-characteristics", c,
		"system-implementation", oscal.Make("users", p.users, "components", components),
		"control-implementation", oscal.Make("description", "How the requirements of "+d.Title+" that apply are met.", "implemented-requirements", reqs),
		"back-matter", oscal.Make("resources", []*oscal.Object{oscal.Resource(profile, d.Title+": what applies", d.File("profile", "json"), "application/oscal.profile+json")})))
}

// componentState is the state of a system, in the words of components.
func componentState(status string) string {
	switch status {
	case "operational", "disposition", "other":
		return status
	}
	return "under-development"
}

// responsible are the roles of a statement: who is named in words, and its owner with the person's own title.
func responsible(p *people, s Statement, titles map[string]string) (out []*oscal.Object) {
	if s.Responsible != "" {
		out = append(out, oscal.Make("role-id", p.role(s.Responsible)))
	}
	return append(out, p.person(s.Owner, s.OwnerName, titles[s.Owner])...)
}

// ownText is what the system says on a control.
func ownText(self string, s Statement) *oscal.Object {
	o := oscal.Make("component-uuid", self, "uuid", oscal.UUID("statement", s.ID), "description", s.Body)
	if s.Status != Unsaid {
		o.Set("implementation-status", oscal.Make("state", s.Status.state()))
	}
	return o
}

// putFacts writes the facts that are not as they were.
func putFacts(c *oscal.Object, was, now SystemFacts) bool {
	changed := false
	set := func(o *oscal.Object, name, was, now string) {
		if was != now {
			o.Set(name, now)
			changed = true
		}
	}
	within := func(name string) *oscal.Object {
		if o := c.Object(name); o != nil {
			return o
		}
		o := oscal.Make()
		c.Set(name, o)
		return o
	}
	set(c, "system-name", was.Name, oscal.Line(now.Name, ""))
	set(c, "description", was.Description, now.Description)
	set(c, "security-sensitivity-level", was.Sensitivity, oscal.Line(now.Sensitivity, ""))
	if !reflect.DeepEqual(was.Information, now.Information) {
		changed = true
		infos := within("system-information")
		old := map[string]*oscal.Object{}
		for _, t := range infos.List("information-types") {
			old[t.Text("uuid")] = t
		}
		var list []*oscal.Object
		for _, t := range now.Information {
			o := old[t.UUID]
			if o == nil {
				o = oscal.Make("uuid", t.UUID)
			}
			o.Set("title", oscal.Line(t.Title, ""))
			o.Set("description", t.Description)
			if t.Description == "" {
				o.Set("description", t.Title)
			}
			for name, base := range map[string]string{"confidentiality-impact": t.Confidentiality, "integrity-impact": t.Integrity, "availability-impact": t.Availability} {
				switch impact := o.Object(name); {
				case impact.Text("base") == base:
				case base == "":
					o.Set(name, nil)
				case impact != nil:
					impact.Set("base", base)
				}
			}
			for _, i := range [][2]string{{"confidentiality-impact", t.Confidentiality}, {"integrity-impact", t.Integrity}, {"availability-impact", t.Availability}} {
				if i[1] != "" && o.Object(i[0]) == nil {
					o.Set(i[0], oscal.Make("base", i[1]))
				}
			}
			list = append(list, o)
		}
		infos.Set("information-types", list)
	}
	if was.Confidentiality != now.Confidentiality || was.Integrity != now.Integrity || was.Availability != now.Availability {
		changed = true
		if now.Confidentiality == "" || now.Integrity == "" || now.Availability == "" {
			c.Set("security-impact-level", nil) // OSCAL has all three or none
		} else {
			impact := within("security-impact-level")
			impact.Set("security-objective-confidentiality", now.Confidentiality)
			impact.Set("security-objective-integrity", now.Integrity)
			impact.Set("security-objective-availability", now.Availability)
		}
	}
	if was.Status != now.Status || was.StatusNote != now.StatusNote {
		status := within("status")
		set(status, "state", was.Status, now.Status)
		set(status, "remarks", was.StatusNote, now.StatusNote)
	}
	if was.Boundary != now.Boundary {
		set(within("authorization-boundary"), "description", was.Boundary, now.Boundary)
	}
	return changed
}

// amendSSP puts what was changed here into a plan that was kept.
func amendSSP(ssp *oscal.Object, d framework.Document, facts SystemFacts, have map[string]Statement, titles map[string]string) {
	w, modified := wordsOf(ssp, titles), ""
	c := ssp.Object("system-characteristics")
	if c == nil {
		c = oscal.Make()
		ssp.Set("system-characteristics", c)
	}
	if putFacts(c, factsOf(ssp), facts) {
		modified = facts.UpdatedAt
	}
	p := people{known: map[string]bool{}}
	for id := range w.roles {
		p.known[id] = true
	}
	for _, party := range ssp.Object("metadata").List("parties") {
		p.known[party.Text("uuid")] = true
	}
	own := func() string { // the component that is the system; a plan without one is given it
		if w.system == "" {
			w.system = oscal.UUID("system", d.ID, facts.ID)
			impl := ssp.Object("system-implementation")
			if impl == nil {
				impl = oscal.Make()
				ssp.Set("system-implementation", impl)
			}
			impl.Add("components", oscal.Make("uuid", w.system, "type", "this-system", "title", oscal.Line(facts.Name, "This system"),
				"description", oscal.Line(facts.Description, "The system"), "status", oscal.Make("state", componentState(facts.Status))))
		}
		return w.system
	}
	place := places(d)
	done := map[string]bool{}
	impl := ssp.Object("control-implementation")
	for _, req := range impl.List("implemented-requirements") {
		was := w.saidOf(req)
		q, ok := place[strings.ToLower(was.control)]
		id := d.Requires[q.Ref]
		s, written := have[id]
		if !ok || done[id] {
			continue
		}
		done[id] = true
		if !written {
			continue // nobody speaks of it here: it stays as it came
		}
		body := s.Body != clip(was.body, mostBody)
		if body || s.Status != was.status {
			text := w.own(req)
			if text == nil {
				text = ownText(own(), s)
				req.Add("by-components", text)
			}
			text.Set("description", s.Body)
			if s.Status == Unsaid {
				text.Set("implementation-status", nil)
			} else if st := text.Object("implementation-status"); st != nil {
				st.Set("state", s.Status.state())
			} else {
				text.Set("implementation-status", oscal.Make("state", s.Status.state()))
			}
			modified = max(modified, s.UpdatedAt)
		}
		if s.Responsible != clip(was.responsible, 300) || s.Owner != was.owner {
			req.Set("responsible-roles", responsible(&p, s, titles))
			modified = max(modified, s.UpdatedAt)
		}
	}
	for _, r := range d.Rows {
		s, ok := have[d.Requires[r.Ref]]
		if !ok || done[s.Requirement] {
			continue
		}
		req := oscal.Make("uuid", oscal.UUID("requirement", s.Requirement), "control-id", d.IDs[r.Ref])
		req.Set("responsible-roles", responsible(&p, s, titles))
		req.Add("by-components", ownText(own(), s))
		impl.Add("implemented-requirements", req)
		modified = max(modified, s.UpdatedAt)
	}
	if modified != "" {
		m := ssp.Object("metadata")
		p.into(m)
		m.Set("last-modified", oscal.Instant(modified))
	}
}

// refreshSSP brings a plan that was exported here, and came back with more in it, to what is here now: its
// controls and what they say of requirements that apply. What was added elsewhere stays.
func refreshSSP(ssp, now *oscal.Object, d framework.Document) {
	before := string(ssp.JSON())
	sync := func(to, from *oscal.Object, fields ...string) {
		for _, f := range fields {
			to.Set(f, from.Get(f))
		}
	}
	index := func(list []*oscal.Object, key string) map[string]*oscal.Object {
		out := map[string]*oscal.Object{}
		for _, o := range list {
			out[o.Text(key)] = o
		}
		return out
	}
	// together is the list of o that is not gone, brought to what from says, with what is new behind it.
	together := func(o, from *oscal.Object, name, key string, gone func(*oscal.Object) bool, bring func(to, from *oscal.Object)) {
		fresh := index(from.List(name), key)
		var out []*oscal.Object
		for _, v := range o.List(name) {
			f := fresh[v.Text(key)]
			switch {
			case f != nil:
				bring(v, f)
			case gone(v):
				continue
			}
			delete(fresh, v.Text(key))
			out = append(out, v)
		}
		for _, f := range from.List(name) {
			if fresh[f.Text(key)] != nil {
				out = append(out, f)
			}
		}
		o.Set(name, out)
	}
	ours := map[string]bool{} // components that are or were controls here, and the system itself
	impl, fresh := ssp.Object("system-implementation"), now.Object("system-implementation")
	for _, c := range impl.List("components") {
		ours[c.Text("uuid")] = refIn(c) != "" || c.Text("type") == "this-system"
	}
	together(impl, fresh, "components", "uuid", func(c *oscal.Object) bool { return refIn(c) != "" }, func(to, from *oscal.Object) {
		sync(to, from, "title", "description", "status", "responsible-roles")
	})
	addTo(impl, "users", "uuid", fresh.List("users"))
	place := places(d)
	together(ssp.Object("control-implementation"), now.Object("control-implementation"), "implemented-requirements", "control-id",
		func(req *oscal.Object) bool { _, known := place[strings.ToLower(req.Text("control-id"))]; return known },
		func(req, from *oscal.Object) {
			together(req, from, "by-components", "uuid", func(c *oscal.Object) bool { return ours[c.Text("component-uuid")] }, func(to, from *oscal.Object) {
				sync(to, from, "description", "implementation-status")
			})
			was := req.Text("remarks")
			if was != unwritten || from.Text("remarks") == "" { // there was a statement, or there is one
				sync(req, from, "responsible-roles")
			}
			if was == unwritten || was == "" {
				sync(req, from, "remarks")
			}
		})
	m := ssp.Object("metadata")
	for list, key := range map[string]string{"roles": "id", "parties": "uuid"} {
		addTo(m, list, key, now.Object("metadata").List(list))
	}
	if string(ssp.JSON()) != before {
		sync(m, now.Object("metadata"), "last-modified")
	}
}
