package story

import "net/url"

// describeSystem says what the company's product is, and of some requirements how they are met: what a system
// security plan is made of.
func (p *program) describeSystem(day int) {
	p.at(p.day(day, 11), func() {
		p.do("Ingrid", "PATCH", "/system", map[string]any{
			"name":        "Northwind Care",
			"description": "The web application in which clinics plan appointments and keep notes on their patients, with its API and the services behind it.",
			"boundary":    "The production account at the cloud provider with its network, databases and storage, the deployment pipeline, and the laptops from which engineers reach them. Clinics' own devices and the provider's data centres are outside.",
			"status":      "operational", "sensitivity": "moderate",
			"confidentiality": "fips-199-high", "integrity": "fips-199-moderate", "availability": "fips-199-moderate",
			"information": []map[string]any{
				{"title": "Patient records", "description": "Names, contacts, appointments and notes of patients.", "confidentiality": "fips-199-high", "integrity": "fips-199-moderate", "availability": "fips-199-moderate"},
				{"title": "Accounts of clinic staff", "description": "Who may sign in, with what role, and when they did.", "confidentiality": "fips-199-moderate", "integrity": "fips-199-moderate", "availability": "fips-199-low"},
			},
		}, nil, "If-Match", "0")
	})
	for i, s := range []struct{ who, framework, ref, status, responsible, text string }{
		{"Marcus", "SOC 2", "CC6.1", "implemented", "", "Everyone signs in through the identity provider with a second factor; nothing in production has a password of its own. Roles are groups there, and a group gives the least that a job needs. Keys for services live in the secret store and are replaced every ninety days."},
		{"Marcus", "SOC 2", "CC6.2", "implemented", "Grace's team", "A joiner's access follows from the group of their job, asked for by People and granted by IT. Whoever leaves loses all access within the hour, because the identity provider is the only door."},
		{"Marcus", "SOC 2", "CC6.3", "partial", "", "Managers confirm the access of their people every quarter. For the two oldest internal tools this is still a list that IT keeps by hand; they move behind the identity provider this winter."},
		{"Dana", "SOC 2", "CC7.2", "implemented", "On-call engineers", "Logs of all services go to one place that nobody can write to or delete from. Forty alerts page the engineer on call; each has a page that says what to do."},
		{"Omar", "SOC 2", "CC7.4", "implemented", "", "The incident process names a lead, a scribe and who speaks to clinics. It is rehearsed twice a year, the last time with the loss of a database."},
		{"Ben", "SOC 2", "CC8.1", "implemented", "", "A change is a pull request with a second pair of eyes and green tests, deployed by the pipeline alone. Emergencies may go first and are reviewed the next working day."},
	} {
		p.at(p.day(day+1+i/3, 13+float64(i)/2), func() {
			var list struct {
				Items []struct{ ID, Ref, Short string }
			}
			p.do(s.who, "GET", "/requirements?limit=100&q="+url.QueryEscape(s.ref), nil, &list)
			for _, r := range list.Items {
				if r.Ref == s.ref && r.Short == s.framework {
					p.do(s.who, "POST", "/requirements/"+r.ID+"/statement", map[string]any{"body": s.text, "status": s.status, "owner": p.person(s.who), "responsible": s.responsible}, nil)
				}
			}
		})
	}
}
