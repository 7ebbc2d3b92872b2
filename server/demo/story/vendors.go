package story

import (
	"fmt"
	"strconv"

	"assay/storage"
)

// supplier is a vendor as the company knows it. Days are those of the story; the last is the 426th.
type supplier struct {
	name, service, kind, category, owner string
	class                                string
	data                                 []string
	location, purpose                    string // of a sub-processor
	since, assessed                      int    // days; 0 for never
	risk                                 [2]int // likelihood, impact
	says                                 string // of the assessment
	decision                             string
	proofs                               []paper
	contract                             *deal
	legal                                string
}

type paper struct {
	kind           string
	from, to, came int // the period or the day of issue, and when it came; 0 for a proof that is missing
	exceptions     string
}

type deal struct {
	title, number  string
	from, to       int
	notice, amount int
	renews         bool
}

var suppliers = []supplier{
	{name: "Cumulus Hosting", service: "Servers, databases and object storage", kind: "infrastructure", category: "Cloud", owner: "Dana", class: "restricted", data: []string{"phi", "pii", "customer_content"},
		location: "United States", purpose: "Hosts the product and its backups", since: 8, assessed: 264, risk: [2]int{4, 5}, decision: "approved", legal: "done",
		says:   "Everything rests on them. Two regions, tested fail-over, a clean report. Reviewed twice a year because of what would follow.",
		proofs: []paper{{"soc2_type2", -60, 240, 262, ""}, {"iso27001", 30, 0, 262, ""}, {"baa", 12, 0, 12, ""}}, contract: &deal{"Enterprise agreement", "CH-20418", 12, 742, 90, 18400000, true}},
	{name: "Ledgerly", service: "Card payments of clinics", kind: "payments", category: "Finance", owner: "Grace", class: "confidential", data: []string{"financial", "pii"},
		location: "Ireland", purpose: "Takes the payments of clinics", since: 14, assessed: 40, risk: [2]int{3, 4}, decision: "approved", says: "Card data never reaches us. The report covers what we use.",
		proofs: []paper{{"pci_dss", 120, 0, 124, ""}, {"dpa", 20, 0, 20, ""}}, contract: &deal{"Merchant agreement", "M-77120", 20, 450, 10, 2400000, true}},
	{name: "Postwing", service: "Sends mails and text messages", kind: "software", category: "Software", owner: "Ben", class: "confidential", data: []string{"pii"},
		location: "Germany", purpose: "Sends reminders to patients", since: 20, assessed: 150, risk: [2]int{2, 4}, decision: "approved", says: "Reminders hold a name and a time, nothing medical.",
		proofs: []paper{{"soc2_type2", -200, 100, 148, ""}, {"dpa", 30, 0, 30, ""}}, contract: &deal{"Subscription", "PW-3391", 20, 520, 30, 960000, true}},
	{name: "Loomdesk", service: "Help desk", kind: "software", category: "Software", owner: "Marcus", class: "restricted", data: []string{"phi", "pii", "customer_content"},
		location: "United States", purpose: "Keeps what clinics write to support", since: 25, assessed: 332, risk: [2]int{2, 4}, decision: "approved", legal: "done",
		says:   "Screenshots of clinics may show patients, so it counts as restricted. Masking is on since spring.",
		proofs: []paper{{"soc2_type2", -270, 95, 130, "Two leavers kept their access for nine days. They told us what they changed."}, {"baa", 60, 0, 60, ""}}, contract: &deal{"Order form", "LD-1184", 25, 512, 60, 1440000, true}},
	{name: "Keystone Identity", service: "Single sign-on for employees", kind: "software", category: "Security", owner: "Omar", class: "confidential", data: []string{"credentials", "employee"},
		since: 10, assessed: 210, risk: [2]int{3, 5}, decision: "approved", says: "Who breaks in there is everywhere. Security keys for administrators, alerts on every change of a policy.",
		proofs: []paper{{"soc2_type2", -240, 30, 60, ""}, {"penetration_test", 190, 0, 205, ""}}, contract: &deal{"Subscription", "KI-5520", 10, 740, 60, 1180000, false}},
	{name: "Wagewright", service: "Payroll", kind: "software", category: "People", owner: "Grace", class: "confidential", data: []string{"employee", "financial"},
		since: 30, assessed: 190, risk: [2]int{2, 4}, decision: "approved", says: "Pays sixty people. A payday without them can be bridged by hand.", proofs: []paper{{"soc2_type1", 170, 0, 185, ""}}},
	{name: "Sightline", service: "Metrics and alerts", kind: "software", category: "Cloud", owner: "Dana", class: "internal", data: []string{"none"}, since: 35, assessed: 120, risk: [2]int{2, 2}, decision: "approved",
		says: "No data of customers; the agent drops request bodies.", proofs: []paper{{"iso27001", 80, 0, 118, ""}}, contract: &deal{"Subscription", "", 35, 400, 30, 780000, true}},
	{name: "Shredline", service: "Destroys paper and disks", kind: "facilities", category: "Office", owner: "Marcus", class: "internal", data: []string{"employee"}, since: 40, assessed: 130, risk: [2]int{1, 3}, decision: "approved",
		says: "Certificates of destruction are filed.", proofs: []paper{{"insurance", 125, 0, 128, ""}}},
	{name: "Harrow & Pike", service: "Legal advice", kind: "professional_services", category: "Professional services", owner: "Ingrid", class: "confidential", data: []string{"none"}, since: 50, assessed: 160, risk: [2]int{1, 4}, decision: "approved",
		says: "Bound by their profession."},
	{name: "Scribewell", service: "Writes down what is said in visits", kind: "software", category: "AI", owner: "Ben", class: "restricted", data: []string{"phi", "pii"}, location: "United States", purpose: "Transcribes visits for clinics that ask for it",
		since: 398, legal: "needed", proofs: []paper{{"soc2_type1", 380, 0, 404, ""}, {"baa", 0, 0, 0, ""}}},
	{name: "Brightquill", service: "Translates the handbook", kind: "contractor", category: "Content", owner: "Grace", since: 419},
	{name: "Polltree", service: "Surveys among clinics", kind: "software", category: "Software", owner: "Ben", class: "internal", data: []string{"pii"}, since: 423},
	{name: "Quickform", service: "Web forms", kind: "software", category: "Software", owner: "Ben", class: "confidential", data: []string{"pii"}, since: 210, assessed: 222, risk: [2]int{4, 4}, decision: "rejected",
		says: "No report, no answer to the questionnaire, and data is kept for ever.", proofs: []paper{{"soc2_type2", 0, 0, 0, ""}}},
	{name: "Bluefin Analytics", service: "Product analytics", kind: "software", category: "Software", owner: "Ben", class: "internal", data: []string{"pii"}, since: 45, assessed: 140, risk: [2]int{2, 3}, decision: "approved",
		says: "Pseudonyms only.", contract: &deal{"Subscription", "BF-208", 45, 440, 0, 600000, false}},
}

// vendors plans the register: who is there is brought in during the first weeks, assessed when its turn comes, and one
// leaves. What came last waits.
func (p *program) vendors() {
	for i, s := range suppliers {
		p.at(p.day(s.since, 11+0.1*float64(i)), func() { p.supply(s, i) })
	}
}

func (p *program) dayOf(n int) string { return p.day(n, 9).In(p.zone).Format(storage.Date) }

func (p *program) supply(s supplier, i int) {
	var v struct{ ID string }
	legal := s.legal
	if legal == "" {
		legal = "not_needed"
	}
	p.do("Ingrid", "POST", "/vendors", map[string]any{"name": s.name, "service": s.service, "type": s.kind, "category": s.category, "owner": p.person(s.owner), "classification": s.class,
		"data": append([]string{}, s.data...), "subservice": s.location != "", "location": s.location, "purpose": s.purpose, "legal_review": legal,
		"description": s.service + ". Used by the team of " + s.owner + "."}, &v)
	for _, x := range s.proofs {
		p.at(p.day(max(x.came, s.since), 13+0.1*float64(i)), func() { p.show(s, v.ID, x) })
	}
	if d := s.contract; d != nil {
		p.do(s.owner, "POST", "/vendors/"+v.ID+"/contracts", map[string]any{"title": d.title, "number": d.number, "owner": p.person(s.owner), "starts_on": p.dayOf(d.from), "ends_on": p.dayOf(d.to),
			"notice_days": d.notice, "renews": d.renews, "amount": d.amount, "currency": "USD"}, nil)
	}
	switch {
	case s.assessed > 0:
		p.at(p.day(s.assessed, 15+0.1*float64(i)), func() { p.review(s, v.ID) })
	case s.legal == "needed":
		p.at(p.day(408, 10), func() { p.begun(v.ID) })
	}
	if s.name == "Bluefin Analytics" {
		p.at(p.day(405, 10), func() { p.changeVendor("Ingrid", v.ID, map[string]any{"status": "offboarding"}) })
	}
}

// show brings a proof of a vendor, or asks for one.
func (p *program) show(s supplier, vendor string, x paper) {
	body := map[string]any{"type": x.kind, "exceptions": x.exceptions}
	if x.came > 0 {
		var file struct{ ID string }
		name := fmt.Sprintf("%s %s.txt", s.name, x.kind)
		p.upload(s.owner, "/records/vendor/"+vendor+"/attachments", name, []byte(s.name+" made this up for a demo. It stands for a report that a vendor sends.\n"), &file)
		body["attachment"] = file.ID
	}
	switch {
	case x.to > 0:
		body["period_start"], body["period_end"] = p.dayOf(x.from), p.dayOf(x.to)
	case x.from > 0:
		body["issued_on"] = p.dayOf(x.from)
	}
	p.do(s.owner, "POST", "/vendors/"+vendor+"/attestations", body, nil)
}

type versioned struct {
	ID      string
	Version int
}

// review takes a vendor through the five steps.
func (p *program) review(s supplier, vendor string) {
	if s.class == "restricted" {
		p.questions(s, vendor)
	}
	a := p.draft("Ingrid", vendor, map[string]any{"step": 5, "likelihood": s.risk[0], "impact": s.risk[1], "notes": "Read what they sent, asked " + s.owner + " how it is used. " + s.says})
	p.do("Ingrid", "POST", "/vendor-assessments/"+a.ID+"/conclude", map[string]any{"decision": s.decision, "conclusion": s.says}, nil)
}

func (p *program) draft(who, vendor string, body map[string]any) (a versioned) {
	p.do(who, "POST", "/vendors/"+vendor+"/assessments", nil, &a)
	p.do(who, "PATCH", "/vendor-assessments/"+a.ID, body, nil, "If-Match", strconv.Itoa(a.Version))
	return a
}

// begun is a review that waits for legal.
func (p *program) begun(vendor string) {
	p.draft("Ingrid", vendor, map[string]any{"step": 4, "likelihood": 3, "impact": 4, "notes": "The report is of a single day; they promise one over time next year. Legal reads the agreement on health data."})
	p.do("Ingrid", "POST", "/vendors/"+vendor+"/questionnaires", map[string]any{"depth": 1}, nil)
}

// questions puts the questionnaire to a vendor and writes down what it answered: all is well but two things, of which one
// was explained.
func (p *program) questions(s supplier, vendor string) {
	type question struct {
		ID, Type, Key string
		Version       int
		Options       []string
		Adverse       []string
	}
	var q struct{ Answers []question }
	p.do(s.owner, "POST", "/vendors/"+vendor+"/questionnaires", map[string]any{}, &q)
	for i, a := range q.Answers {
		body := map[string]any{"answer": []string{"Described in section 4 of their security overview."}}
		if len(a.Options) > 0 {
			body["answer"] = a.Options[:1]
			if len(a.Adverse) > 0 && a.Adverse[0] == a.Options[0] {
				body["answer"] = a.Options[1:2]
			}
		}
		switch i {
		case 10:
			body["answer"], body["mark"], body["note"] = a.Adverse, "follow_up", "Planned for next year. Ask again."
		case 31:
			body["answer"], body["mark"], body["note"] = a.Adverse, "accepted", "Not needed for what we use."
		}
		p.do(s.owner, "PATCH", "/vendor-answers/"+a.ID, body, nil, "If-Match", strconv.Itoa(a.Version))
	}
}

// changeVendor changes a vendor as it is by then.
func (p *program) changeVendor(who, id string, body map[string]any) {
	var now versioned
	p.do(who, "GET", "/vendors/"+id, nil, &now)
	p.do(who, "PATCH", "/vendors/"+id, body, nil, "If-Match", strconv.Itoa(now.Version))
}
