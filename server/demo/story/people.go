package story

import (
	"net/url"
	"strconv"
	"time"

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
	p.crosswalk(320)
	p.finding(380)
	p.mistake(413)
	p.routines()
	p.risks()
	p.policies()
	p.inventory(340)
	p.vendors()
	p.staff()
	p.products(396)
	p.describeSystem(395)
	p.bring("Ingrid", 398)
	p.ask()
	p.talk(386)
	p.collecting()
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
		for _, ref := range []string{"IAM-05", "VUL-02"} {
			if id := p.control(ref); id != "" {
				p.do("Ingrid", "POST", "/controls/"+id+"/status", map[string]any{"status": "gap"}, nil)
			}
		}
	})
}

// mistake is a control that somebody wrote though there was one: it lies in the trash when the story ends.
func (p *program) mistake(day int) {
	p.at(p.day(day, 11), func() {
		var made struct{ ID string }
		p.do("Grace", "POST", "/controls", map[string]any{"ref": "NW-04", "title": "Visitors are met at reception and sign a list", "domain": "Physical",
			"owner": p.person("Grace"), "description": "Nobody walks through the office alone who does not work there."}, &made)
		p.at(p.day(day+1, 9), func() {
			p.do("Ingrid", "DELETE", "/controls/"+made.ID+"?reason="+url.QueryEscape("Written twice: the common control for visitors says the same."), nil, nil)
		})
	})
}

// products splits the company's work in two: the portal that clinics have used for years, and the app for
// patients that came later and is not as far. What is said of both differs from here on.
func (p *program) products(day int) {
	ids := map[string]string{} // of frameworks, by key
	made := map[string]string{}
	p.at(p.day(day, 10), func() {
		var list struct{ Items []struct{ ID, Key string } }
		p.do("Ingrid", "GET", "/frameworks", nil, &list)
		for _, f := range list.Items {
			ids[f.Key] = f.ID
		}
		for _, d := range []struct {
			name, about string
			answers     []string
		}{
			{"Clinic Portal", "The web application that clinics plan, document and bill with. Hosted in two regions; holds the records of patients.", []string{"soc2-2017", "hipaa", "iso27001-2022"}},
			{"Care Mobile", "The app in which patients see appointments and letters. Built by a team of its own since last spring.", []string{"soc2-2017", "hipaa"}},
		} {
			var frameworks []string
			for _, key := range d.answers {
				frameworks = append(frameworks, ids[key])
			}
			var out struct{ ID string }
			p.do("Ingrid", "POST", "/products", map[string]any{"name": d.name, "description": d.about, "frameworks": frameworks}, &out)
			made[d.name] = out.ID
		}
	})
	p.at(p.day(day+1, 11), func() {
		var tracked []string
		for _, ref := range perProduct {
			if id := p.control(ref); id != "" {
				tracked = append(tracked, id)
			}
		}
		p.do("Ingrid", "POST", "/controls/bulk", map[string]any{"ids": tracked, "set": map[string]any{"tracked": true}, "reason": "The app is not as far as the portal."}, nil)
		say := func(ref, status, why string) {
			if id := p.control(ref); id != "" {
				p.do("Ingrid", "POST", "/controls/"+id+"/status", map[string]any{"status": status, "scope": made["Care Mobile"], "justification": why}, nil)
			}
		}
		say(perProduct[0], "in_progress", "")
		say(perProduct[1], "in_progress", "")
		say(perProduct[2], "not_started", "")
		say(perProduct[3], "gap", "")
		say(perProduct[4], "not_applicable", "The app has no servers of its own; its back end is the portal's.")
	})
	p.at(p.day(day+3, 14), func() {
		var e evidenceRow
		p.do("Ben", "POST", "/evidence", map[string]any{"name": "Penetration test of the app", "category": "Vulnerability", "kind": "report", "frequency": "annual", "scope": made["Care Mobile"],
			"owner": p.person("Omar"), "controls": []string{p.control("VUL-04")}}, &e)
		p.collect("Omar", controlRow{Domain: "Vulnerability"}, e)
	})
	p.at(p.day(day+5, 9), func() { p.applicability(ids, made) })
}

// perProduct are controls whose status differs between the portal and the app.
var perProduct = []string{"ACC-02", "DEV-02", "LOG-02", "VUL-01", "NET-02", "CRY-01", "DEV-01", "LOG-01"}

// applicability is what Ingrid writes down before the auditors of ISO 27001 come.
func (p *program) applicability(ids, made map[string]string) {
	requirement := func(framework, ref string) string {
		var list struct{ Items []struct{ ID, Ref string } }
		p.do("Ingrid", "GET", "/frameworks/"+ids[framework]+"/requirements", nil, &list)
		for _, r := range list.Items {
			if r.Ref == ref {
				return r.ID
			}
		}
		return ""
	}
	exclude := func(ref, why string) {
		if id := requirement("iso27001-2022", ref); id != "" {
			p.do("Ingrid", "POST", "/requirements/applicability", map[string]any{"ids": []string{id}, "applicable": false, "justification": why}, nil)
		}
	}
	exclude("A.7.11", "Northwind has no premises with technical equipment of its own. The cloud provider's ISO 27001 certificate covers supporting utilities.")
	exclude("A.7.12", "There is no cabling of Northwind's own: everybody works remotely or in a shared office.")
	exclude("A.8.30", "All development is done by Northwind's own staff; nothing is outsourced.")
	for _, d := range []struct {
		ref, note string
		reasons   []string
	}{
		{"A.5.31", "", []string{"legal", "contractual"}},
		{"A.5.34", "The GDPR and HIPAA ask for it.", []string{"risk_treatment", "legal"}},
		{"A.8.24", "Clinics ask for encryption in their contracts.", []string{"risk_treatment", "contractual"}},
	} {
		if id := requirement("iso27001-2022", d.ref); id != "" {
			p.do("Ingrid", "POST", "/requirements/"+id+"/reasons", map[string]any{"reasons": d.reasons, "note": d.note}, nil)
		}
	}
	p.do("Ingrid", "POST", "/frameworks/"+ids["iso27001-2022"]+"/statement", map[string]any{"reasons": []string{"risk_treatment"}, "issue": "1.2", "owner": p.person("Ingrid"),
		"approver": p.person("Grace"), "approved_on": p.clock.now.In(p.zone).Format(time.DateOnly), "note": "The information security management system covers the development and operation of Northwind's products for clinics and patients."}, nil)
	if id := requirement("hipaa", "164.308(a)(5)(ii)(A)"); id != "" {
		p.do("Ingrid", "POST", "/requirements/"+id+"/addressed", map[string]any{"reasonable": false,
			"assessment":  "Periodic written reminders were read by fewer than one in ten. For sixty people who all work with the product they do not reach their purpose.",
			"alternative": "A quarterly ten-minute session in every team's meeting, with attendance recorded, and a short exercise at each change of the threat picture."}, nil)
	}
	var b struct{ Items []struct{ ID string } }
	p.do("Ingrid", "POST", "/frameworks/"+ids["hipaa"]+"/baselines", map[string]any{"name": "Security Rule", "requirements": []string{requirement("hipaa", "C")}}, &b)
	if p.fail == nil {
		p.do("Ingrid", "POST", "/frameworks/"+ids["hipaa"]+"/baseline", map[string]any{"baseline": b.Items[0].ID, "scope": made["Care Mobile"]}, nil)
	}
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
