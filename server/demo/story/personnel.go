package story

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"assay/storage"
)

// worker is somebody who works for the company: where, as what, under whom, since which day of the story (before it when
// negative), and what is not in order.
type worker struct {
	name, department, role, manager string
	since                           int
	not                             string // words: nda, training, never, background, mfa, admin, contractor, intern, leave, unknown
}

var workers = []worker{
	{"Priya Raman", "Executive", "Chief Executive Officer", "", -1800, ""},
	{"Helen Marsh", "Executive", "Chief Financial Officer", "Priya Raman", -1500, ""},
	{"Ravi Patel", "Executive", "Chief Technology Officer", "Priya Raman", -1600, "admin"},
	{"Ingrid Solberg", "Security", "Head of Security and Compliance", "Priya Raman", -900, "admin"},
	{"Omar Haddad", "Security", "Security Engineer", "Ingrid Solberg", -700, "admin"},
	{"Yuki Tanaka", "Security", "Security Analyst", "Ingrid Solberg", -200, ""},
	{"Dana Whitfield", "Engineering", "Platform Engineering Lead", "Ravi Patel", -1100, "admin"},
	{"Ben Lindqvist", "Engineering", "Backend Lead", "Ravi Patel", -800, ""},
	{"Carla Mendes", "Engineering", "Frontend Lead", "Ravi Patel", -760, ""},
	{"Samir Khan", "Engineering", "Software Engineer", "Ben Lindqvist", -500, "training"},
	{"Julia Novotny", "Engineering", "Software Engineer", "Ben Lindqvist", -420, ""},
	{"Tom Becker", "Engineering", "Software Engineer", "Ben Lindqvist", -90, "mfa"},
	{"Aisha Bello", "Engineering", "Software Engineer", "Carla Mendes", -610, ""},
	{"Leo Martin", "Engineering", "Software Engineer", "Carla Mendes", -330, ""},
	{"Nora Quinn", "Engineering", "Quality Engineer", "Carla Mendes", -280, "training"},
	{"Felix Braun", "Engineering", "Site Reliability Engineer", "Dana Whitfield", -640, "admin"},
	{"Mei Lin", "Engineering", "Site Reliability Engineer", "Dana Whitfield", -150, "admin"},
	{"Oskar Lund", "Engineering", "Software Engineer", "Ben Lindqvist", 40, "contractor nda background"},
	{"Paula Reyes", "Engineering", "Data Engineer", "Ben Lindqvist", 120, "contractor unknown"},
	{"Jonas Weiss", "Engineering", "Software Engineer", "Carla Mendes", 220, ""},
	{"Marcus Chen", "IT", "IT Manager", "Ravi Patel", -1000, "admin"},
	{"Elif Kaya", "IT", "Support Engineer", "Marcus Chen", -310, ""},
	{"Hugo Silva", "IT", "Support Engineer", "Marcus Chen", 160, "background"},
	{"Grace Novak", "People", "Head of People", "Priya Raman", -1050, ""},
	{"Sofia Rossi", "People", "Recruiter", "Grace Novak", -240, "training"},
	{"Amir Cohen", "People", "People Partner", "Grace Novak", -130, "leave"},
	{"Rosa Diaz", "Customer Success", "Head of Customer Success", "Helen Marsh", -870, ""},
	{"Kofi Mensah", "Customer Success", "Customer Success Manager", "Rosa Diaz", -560, "mfa"},
	{"Lina Haas", "Customer Success", "Customer Success Manager", "Rosa Diaz", -400, ""},
	{"Peter Novy", "Customer Success", "Implementation Consultant", "Rosa Diaz", -360, "training"},
	{"Maya Stone", "Customer Success", "Implementation Consultant", "Rosa Diaz", -60, ""},
	{"Isaac Grant", "Customer Success", "Support Agent", "Rosa Diaz", 80, "nda mfa"},
	{"Clara Vogt", "Customer Success", "Support Agent", "Rosa Diaz", 200, ""},
	{"Emil Sand", "Customer Success", "Support Agent", "Rosa Diaz", 300, "never background"},
	{"Anna Schulz", "Customer Success", "Account Manager", "Rosa Diaz", -480, ""},
	{"Dylan Price", "Customer Success", "Account Manager", "", -70, ""},
	{"Zoe Clarke", "Engineering", "Engineering Intern", "Carla Mendes", 340, "intern never"},
	{"Victor Hale", "Engineering", "Penetration Tester", "", 250, "vendor unknown"},
	{"Nadia Petrova", "Engineering", "Software Engineer", "Ben Lindqvist", -520, ""},
	{"George Ellis", "Customer Success", "Account Manager", "Rosa Diaz", -650, ""},
}

// tool is an application: how much hangs on it, how its data are, how people sign in, and who uses it.
type tool struct {
	name, vendor, criticality, class, sso, mfa, review, owner, about string
	users                                                            string // names of departments, or all
	level                                                            string
}

var tools = []tool{
	{"Google Workspace", "Google", "critical", "confidential", "yes", "yes", "quarterly", "Marcus", "Mail, calendar and documents of everybody.", "all", "Member"},
	{"Okta", "Okta", "critical", "confidential", "yes", "yes", "quarterly", "Marcus", "Where everybody signs in.", "all", "User"},
	{"AWS production", "Amazon", "critical", "restricted", "yes", "yes", "monthly", "Dana", "The accounts that the product runs in.", "Security", "ReadOnly"},
	{"GitHub", "GitHub", "critical", "confidential", "yes", "yes", "quarterly", "Ben", "Source code, and how it is built.", "Engineering Security", "Write"},
	{"Slack", "Salesforce", "medium", "internal", "yes", "yes", "yearly", "Marcus", "Chat.", "all", "Member"},
	{"Zendesk", "Zendesk", "high", "restricted", "yes", "no", "half_yearly", "Grace", "Tickets of clinics, some of which speak of patients.", "Customer Success", "Agent"},
	{"BambooHR", "BambooHR", "high", "restricted", "yes", "yes", "half_yearly", "Grace", "Contracts, salaries and absences.", "People Executive", "Employee data"},
	{"Salesforce", "Salesforce", "high", "confidential", "no", "yes", "half_yearly", "Grace", "Customers and contracts.", "Executive", "Standard"},
	{"Datadog", "Datadog", "high", "internal", "yes", "yes", "half_yearly", "Dana", "How the product feels, and who is called when it does not.", "Security", "Standard"},
	{"Figma", "Figma", "low", "internal", "yes", "unknown", "", "Ben", "Designs.", "", "Viewer"},
	{"Xero", "Xero", "high", "confidential", "no", "yes", "quarterly", "", "The books.", "Executive", "Adviser"},
	{"Metabase", "", "medium", "restricted", "no", "no", "", "Ben", "Figures of the product, hosted by ourselves.", "Customer Success", "Viewer"},
}

// administrators are the levels above the usual one: application, who, level.
var administrators = [][3]string{
	{"Google Workspace", "Marcus Chen", "Super admin"}, {"Okta", "Marcus Chen", "Super admin"}, {"Okta", "Omar Haddad", "Read-only admin"}, {"AWS production", "Dana Whitfield", "Administrator"},
	{"AWS production", "Felix Braun", "Administrator"}, {"AWS production", "Mei Lin", "PowerUser"}, {"GitHub", "Ravi Patel", "Owner"}, {"GitHub", "Dana Whitfield", "Owner"}, {"Datadog", "Dana Whitfield", "Admin"},
	{"Datadog", "Felix Braun", "Standard"}, {"Datadog", "Mei Lin", "Standard"}, {"Slack", "Marcus Chen", "Workspace owner"}, {"BambooHR", "Grace Novak", "Full admin"}, {"Xero", "Helen Marsh", "Standard"},
	{"Figma", "Carla Mendes", "Editor"}, {"Figma", "Aisha Bello", "Editor"}, {"Figma", "Leo Martin", "Editor"}, {"Metabase", "Paula Reyes", "Administrator"},
}

// staff plans the directory: it comes in as a table from the HR system, access comes as the lists of the applications, and
// two people leave: one long enough ago that everything is done, one last week.
func (p *program) staff() {
	p.at(p.day(20, 10), func() { p.table("Grace", "personnel", "staff.csv", p.staffTable(20)) })
	p.at(p.day(20, 10.5), p.paint)
	for i, t := range tools {
		p.at(p.day(21, 9+0.1*float64(i)), func() { p.tool(t) })
	}
	p.at(p.day(28, 9), func() { p.table("Marcus", "grants", "access.csv", p.accessTable(28)) })
	for _, w := range workers {
		if w.since > 28 { // who came later
			p.at(p.day(w.since, 9), func() { p.hire(w) })
		}
	}
	p.at(p.day(365, 11), func() { p.trained(365) })
	p.at(p.day(330, 15), func() { p.goes("Nadia Petrova", 330) })
	p.at(p.day(340, 10), func() { p.offboard("Nadia Petrova", 1) })
	p.at(p.day(418, 15), func() { p.goes("George Ellis", 418) })
	p.at(p.day(420, 10), func() { p.offboard("George Ellis", 0.4) })
}

func address(name string) string {
	for _, known := range []string{"Ingrid", "Dana", "Priya", "Marcus", "Grace", "Omar", "Ben"} {
		if strings.HasPrefix(name, known+" ") {
			return strings.ToLower(known) + "@northwind.example"
		}
	}
	return strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "@northwind.example"
}

// on is a day of the story as a date; days before it are before it.
func (p *program) on(day int) string { return p.day(day, 9).In(p.zone).Format(storage.Date) }

func (w worker) is(word string) bool { return strings.Contains(" "+w.not+" ", " "+word+" ") }

// facts are what is known of a worker, in the order of a table's columns.
func (p *program) facts(w worker, today int) []string {
	trained := today - 30 - (len(w.name)*17)%200
	if w.is("training") {
		trained = today - 380
	}
	row := []string{"employee", "signed", p.on(w.since + 1), "passed", p.on(w.since + 2), "done", p.on(max(w.since+5, trained)), "yes", "no", "active"}
	for word, cells := range map[string]map[int]string{
		"contractor": {0: "contractor"}, "intern": {0: "intern"}, "vendor": {0: "vendor_staff"}, "nda": {1: "not_signed", 2: ""}, "background": {3: "pending", 4: ""}, "never": {5: "never", 6: ""},
		"mfa": {7: "no"}, "admin": {8: "yes"}, "leave": {9: "on_leave"}, "unknown": {1: "unknown", 2: "", 3: "unknown", 4: "", 5: "unknown", 6: "", 7: "unknown", 8: "unknown"},
	} {
		for i, cell := range cells {
			if w.is(word) {
				row[i] = cell
			}
		}
	}
	return row
}

func (p *program) staffTable(day int) string {
	var b strings.Builder
	b.WriteString("Employee ID,Name,Email,Department,Role,Manager email,Start,Location,Employment,NDA,NDA signed on,Background check,Background check on,Security training,Last trained on,MFA,Admin rights,Status\n")
	for i, w := range workers {
		if w.since > day {
			continue
		}
		manager := ""
		if w.manager != "" {
			manager = address(w.manager)
		}
		fmt.Fprintf(&b, "NW-%03d,%s,%s,%s,%s,%s,%s,%s,%s\n", i+1, w.name, address(w.name), w.department, w.role, manager, p.on(w.since), []string{"Boston", "Boston", "Remote", "Oslo"}[i%4], strings.Join(p.facts(w, day), ","))
	}
	return b.String()
}

// table imports a table as somebody would: upload, check, run.
func (p *program) table(who, target, name, csv string) {
	var made struct {
		ID      string
		Mapping any
	}
	p.upload(who, "/imports?target="+target, name, []byte(csv), &made)
	p.do(who, "POST", "/imports/"+made.ID+"/check", map[string]any{"mapping": made.Mapping}, nil)
	p.do(who, "POST", "/imports/"+made.ID+"/run", nil, nil)
}

type named struct {
	ID, Name string
	Version  int
	Status   string
}

// named finds records of a register by their names.
func (p *program) named(who, path string) map[string]named {
	all := map[string]named{}
	var list struct{ Items []named }
	p.do(who, "GET", path, nil, &list)
	for _, n := range list.Items {
		all[n.Name] = n
	}
	return all
}

// paint gives departments their colours and heads.
func (p *program) paint() {
	people := p.named("Grace", "/personnel?limit=100")
	for name, d := range p.named("Grace", "/departments?limit=100") {
		look := map[string][2]string{"Executive": {"Priya Raman", "violet"}, "Security": {"Ingrid Solberg", "red"}, "Engineering": {"Ravi Patel", "blue"}, "IT": {"Marcus Chen", "grey"},
			"People": {"Grace Novak", "amber"}, "Customer Success": {"Rosa Diaz", "green"}}[name]
		p.do("Grace", "PATCH", "/departments/"+d.ID, map[string]any{"head": people[look[0]].ID, "color": look[1]}, nil, "If-Match", strconv.Itoa(d.Version))
	}
}

func (p *program) tool(t tool) {
	body := map[string]any{"name": t.name, "vendor": t.vendor, "criticality": t.criticality, "classification": t.class, "sso": t.sso, "mfa": t.mfa, "review_every": t.review, "description": t.about}
	if t.owner != "" {
		body["owner"] = p.person(t.owner)
	}
	p.do("Marcus", "POST", "/applications", body, nil)
}

func (t tool) of(w worker) bool {
	return t.users == "all" || w.department != "" && strings.Contains(t.users, w.department)
}

func (p *program) accessTable(day int) string {
	var b strings.Builder
	b.WriteString("Email,Application,Level,Administrator,Granted on,Last used\n")
	above := map[string]bool{}
	for _, a := range administrators {
		above[a[0]+a[1]] = true
	}
	row := func(who worker, app, level string) {
		admin := strings.Contains(strings.ToLower(level), "admin") || strings.Contains(strings.ToLower(level), "owner")
		fmt.Fprintf(&b, "%s,%s,%s,%v,%s,%s\n", address(who.name), app, level, admin, p.on(who.since), p.on(day-len(who.name)%6))
	}
	for _, t := range tools {
		for _, w := range workers {
			if w.since <= day && t.of(w) && !above[t.name+w.name] {
				row(w, t.name, t.level)
			}
		}
	}
	for _, a := range administrators {
		for _, w := range workers {
			if w.name == a[1] && w.since <= day {
				row(w, a[0], a[2])
			}
		}
	}
	return b.String()
}

// hire writes down somebody who came during the story, with access to what their department uses.
func (p *program) hire(w worker) {
	people, departments := p.named("Grace", "/personnel?limit=100"), p.named("Grace", "/departments?limit=100")
	f := p.facts(w, w.since)
	body := map[string]any{"name": w.name, "email": address(w.name), "department": departments[w.department].ID, "manager": people[w.manager].ID, "started_on": p.on(w.since), "location": "Remote",
		"employment": f[0], "nda": f[1], "background": f[3], "training": f[5], "mfa": f[7], "admin_rights": f[8]}
	if f[5] == "done" {
		body["training_on"] = p.on(w.since)
	}
	if role, ok := p.named("Grace", "/job-roles?limit=100")[w.role]; ok {
		body["job_role"] = role.ID
	} else {
		var made named
		p.do("Grace", "POST", "/job-roles", map[string]any{"name": w.role}, &made)
		body["job_role"] = made.ID
	}
	var made named
	p.do("Grace", "POST", "/personnel", body, &made)
	apps := p.named("Marcus", "/applications?limit=100")
	for _, t := range tools {
		if t.of(w) {
			p.do("Marcus", "POST", "/grants", map[string]any{"personnel": made.ID, "application": apps[t.name].ID, "level": t.level, "granted_on": p.on(w.since), "granted_by": p.person("Marcus")}, nil)
		}
	}
}

// trained writes down who took this year's training; some did not.
func (p *program) trained(day int) {
	var ids []string
	people := p.named("Grace", "/personnel?limit=100&status=active")
	for _, w := range workers {
		if n, ok := people[w.name]; ok && !w.is("training") && !w.is("never") && !w.is("unknown") {
			ids = append(ids, n.ID)
		}
	}
	p.do("Grace", "POST", "/personnel/bulk", map[string]any{"ids": ids, "set": map[string]any{"training": "done", "training_on": p.on(day)}}, nil)
}

func (p *program) goes(name string, day int) {
	n := p.named("Grace", "/personnel?limit=100")[name]
	p.do("Grace", "PATCH", "/personnel/"+n.ID, map[string]any{"status": "terminated", "ended_on": p.on(day)}, nil, "If-Match", strconv.Itoa(n.Version))
}

// offboard goes through a part of somebody's checklist.
func (p *program) offboard(name string, part float64) {
	n := p.named("Grace", "/personnel?limit=100&status=terminated")[name]
	var d struct {
		Leaving struct {
			Items []struct{ ID, Grant, Title string }
		}
	}
	p.do("Grace", "GET", "/personnel/"+n.ID, nil, &d)
	for i, item := range d.Leaving.Items {
		if float64(i) >= part*float64(len(d.Leaving.Items)) {
			return
		}
		p.later(time.Duration(i)*20*time.Minute, func() {
			if item.Grant == "" {
				p.do("Grace", "POST", "/tasks/"+item.ID+"/done", map[string]any{"outcome": "Done and noted in the leaver's ticket."}, nil)
				return
			}
			var g named
			p.do("Marcus", "GET", "/grants/"+item.Grant, nil, &g)
			p.do("Marcus", "PATCH", "/grants/"+item.Grant, map[string]any{"status": "revoked", "note": "Removed in the application's own console."}, nil, "If-Match", strconv.Itoa(g.Version))
		})
	}
}
