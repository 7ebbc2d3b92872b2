package story

import (
	"strconv"

	"assay/server/account"
	"assay/server/demo/people"
	"assay/server/op"
)

// invite lets the administrator invite somebody, who accepts an hour later.
func (o *org) invite(who string, p people.Person, day int) {
	o.at(o.day(day, 11), func() {
		o.do(who, "POST", "/members", map[string]any{"email": p.Email, "name": p.Name, "role": p.Role.String(), "title": p.Title, "department": p.Department}, nil)
	})
	o.at(o.day(day, 12.5), func() { o.join(p) })
}

// describe lets the first administrator, whom nobody invited, say who they are.
func (o *org) describe(who string, p people.Person) {
	var list struct {
		Items []struct {
			ID      string
			Version int
		}
	}
	o.do(who, "GET", "/members", nil, &list)
	if o.fail == nil {
		o.do(who, "PATCH", "/members/"+list.Items[0].ID, map[string]any{"title": p.Title, "department": p.Department}, nil, "If-Match", strconv.Itoa(list.Items[0].Version))
	}
}

// northwind is a 60-person company that sells software to clinics. It begins with SOC 2, adds HIPAA in the
// sixth month because its customers are clinics, and ISO 27001 in the eleventh because one is in Oslo.
func northwind(w *world) {
	o := w.found(account.Founding{Name: "Northwind Health", Slug: "northwind", Zone: "America/New_York"}, people.Northwind[0])
	o.at(o.day(0, 9), func() {
		o.do("Ingrid", "PATCH", "/settings", map[string]any{"industry": "Healthcare software", "website": "https://northwind.example", "address": "40 Water Street, Boston, MA",
			"contact_email": "security@northwind.example", "currency": "USD"}, nil, "If-Match", "1")
	})
	o.at(o.day(0, 9.2), func() { o.describe("Ingrid", people.Northwind[0]) })
	for i, p := range people.Northwind[1:] {
		day := 1 + i/4
		if p.Role == op.Auditor {
			day = 250
		}
		o.invite("Ingrid", p, day)
	}
	p := &program{org: o, lead: "Ingrid", known: map[string]bool{},
		owners: map[string]string{"Access": "Marcus", "Assets": "Marcus", "Change": "Ben", "Compliance": "Ingrid", "Configuration": "Dana", "Continuity": "Dana",
			"Cryptography": "Omar", "Data protection": "Omar", "Development": "Ben", "Governance": "Ingrid", "Incidents": "Omar", "Logging": "Dana", "Network": "Dana",
			"People": "Grace", "Physical": "Marcus", "Policy": "Ingrid", "Privacy": "Grace", "Risk": "Ingrid", "Training": "Grace", "Vendors": "Ingrid", "Vulnerability": "Omar"},
		reviewers: map[string]string{"Access": "Omar", "Network": "Omar", "Vulnerability": "Ingrid", "Incidents": "Ingrid", "People": "Ingrid", "Data protection": "Ingrid"},
	}
	p.adopt("Ingrid", "soc2-2017", 3, 12, 370, 0.93)
	p.adopt("Ingrid", "hipaa", 160, 10, 245, 0.88)
	p.adopt("Ingrid", "iso27001-2022", 300, 12, 110, 0.7)
	p.scopeOut(30)
	p.own(60)
	p.finding(380)
	p.routines()
	// Ben left the families "Processing integrity" and "AI" to nobody: the demo has unassigned controls.
}

// outOfScope are the controls of a data centre.
var outOfScope = []string{"PHY-03", "PHY-04"}

// scopeOut says with reasons what does not apply to a company without offices of its own.
func (p *program) scopeOut(day int) {
	p.at(p.day(day, 15), func() {
		const why = "Northwind has no data centre. Production runs at a cloud provider whose SOC 2 report covers this."
		for _, ref := range outOfScope {
			if id := p.control(ref); id != "" {
				p.do("Ingrid", "POST", "/controls/"+id+"/status", map[string]any{"status": "not_applicable", "justification": why}, nil)
			}
		}
	})
}

// control finds a control by what people call it.
func (p *program) control(ref string) string {
	var list struct{ Items []controlRow }
	p.do("Ingrid", "GET", "/controls?limit=100&q="+ref, nil, &list)
	for _, c := range list.Items {
		if c.Ref == ref {
			return c.ID
		}
	}
	return ""
}

// own adds what only this company does.
func (p *program) own(day int) {
	for i, c := range []map[string]any{
		{"ref": "NW-01", "title": "Patient data is masked in support tools", "domain": "Data protection", "description": "Support staff see the last four digits of a patient's record number and nothing else. Unmasking needs a ticket and is logged."},
		{"ref": "NW-02", "title": "Clinics are told of planned downtime seven days before", "domain": "Continuity", "description": "Clinics plan their day around the product. Planned downtime is announced on the status page and by mail a week before."},
		{"ref": "NW-03", "title": "Release notes state changes that affect clinical safety", "domain": "Development", "description": "Every release is read by the clinical safety officer before it goes out."},
	} {
		p.at(p.day(day+9*i, 14.2), func() {
			c["owner"] = p.person(p.owners[c["domain"].(string)])
			var made struct{ ID string }
			p.do("Ingrid", "POST", "/controls", c, &made)
			p.do("Ingrid", "POST", "/controls/"+made.ID+"/status", map[string]any{"status": "in_progress"}, nil)
			p.do("Ingrid", "POST", "/evidence", map[string]any{"name": "Sample for " + c["ref"].(string), "category": c["domain"], "kind": "screenshot", "frequency": "quarterly",
				"owner": c["owner"], "controls": []string{made.ID}}, nil)
			p.at(p.day(day+9*i+20, 10), func() {
				p.collectAll(p.owners[c["domain"].(string)], controlRow{ID: made.ID, Domain: c["domain"].(string)})
			})
			p.at(p.day(day+9*i+26, 10), func() {
				p.do("Ingrid", "POST", "/controls/"+made.ID+"/status", map[string]any{"status": "implemented"}, nil)
			})
		})
	}
}

// finding is what the readiness review found: two controls that are not what they were said to be.
func (p *program) finding(day int) {
	p.at(p.day(day, 16), func() {
		for _, ref := range []string{"ACC-05", "VUL-02"} {
			if id := p.control(ref); id != "" {
				p.do("Ingrid", "POST", "/controls/"+id+"/status", map[string]any{"status": "gap"}, nil)
			}
		}
	})
}

// harbor is a small neighbour in the same installation, at its beginning. Nothing of it is ever seen in
// Northwind, nor the other way round.
func harbor(w *world) {
	const start = 330
	w.at(people.End.AddDate(0, -Months, start), func() {
		o := w.found(account.Founding{Name: "Harbor Labs", Slug: "harbor-labs", Zone: "Europe/Lisbon"}, people.Harbor[0])
		o.at(o.day(start, 16), func() { o.describe("Mira", people.Harbor[0]) })
		for i, p := range people.Harbor[1:] {
			o.invite("Mira", p, start+2+i)
		}
		p := &program{org: o, lead: "Mira", known: map[string]bool{}, owners: map[string]string{"Access": "Tomas", "Privacy": "Mira", "Governance": "Mira", "Development": "Tomas", "Vendors": "Mira", "Data protection": "Tomas", "Policy": "Mira"}}
		p.adopt("Mira", "gdpr", start+4, 8, 90, 0.5)
	})
}
