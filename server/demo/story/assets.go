package story

import (
	"strconv"
	"strings"

	"assay/storage"
)

// thing is an asset of the company: what it is, whose it is, what is said of its data, and what it needs.
type thing struct {
	name, kind, identifier, environment string
	owner, team                         string
	class, types                        string // what it holds; empty where nobody has said
	sealed                              string // encrypted at rest and in transit
	backup, rto                         string
	needs                               string // names of others, with commas between
	about                               string
}

const arn = "arn:aws:"

// things are two environments at a cloud provider, alike but for their size, and what everybody in the office uses.
// Of some nobody has said enough: that is what the register is for.
var things = []thing{
	{"Production network", "network", arn + "ec2:us-east-1:447100002231:vpc/vpc-0a41", "production", "Dana", "Platform", "", "", "", "", "le_4h", "", "Three zones, private subnets for all that holds data, one way in through the load balancer."},
	{"Production cluster", "container", arn + "eks:us-east-1:447100002231:cluster/prod", "production", "Dana", "Platform", "", "", "", "", "le_4h", "Production network,Source repositories", "Runs every service that clinics use."},
	{"Patient database", "database", arn + "rds:us-east-1:447100002231:cluster:patients", "production", "Dana", "Platform", "restricted", "personal,health", "yes", "continuous", "le_4h", "Production network,Production secrets", "Records of patients, one schema for each clinic."},
	{"Billing database", "database", arn + "rds:us-east-1:447100002231:db:billing", "production", "Ben", "Backend", "confidential", "personal,financial", "yes", "daily", "le_24h", "Production network,Production secrets", "What clinics are charged, and what they paid."},
	{"Session cache", "database", arn + "elasticache:us-east-1:447100002231:cluster:sessions", "production", "Dana", "Platform", "internal", "credentials", "", "never", "le_1h", "Production network", "Who is signed in. It fills again by itself."},
	{"Patient documents", "bucket", arn + "s3:::northwind-patient-documents", "production", "Dana", "Platform", "restricted", "personal,health", "yes", "continuous", "le_8h", "", "Letters, scans and pictures that clinics attach to a patient."},
	{"Nightly exports", "bucket", arn + "s3:::northwind-nightly-exports", "production", "", "", "", "", "", "", "", "", "Found in the inventory of the account. Nobody remembers who reads it."},
	{"Audit log archive", "bucket", arn + "s3:::northwind-audit-archive", "production", "Omar", "Security", "confidential", "logs", "yes", "continuous", "le_72h", "", "Logs of all systems for seven years, locked against deletion."},
	{"Production secrets", "secrets", arn + "secretsmanager:us-east-1:447100002231", "production", "Omar", "Security", "restricted", "credentials", "yes", "daily", "le_1h", "", "Keys and passwords of services."},
	{"Portal API", "application", "api.northwind.example", "production", "Ben", "Backend", "", "", "", "", "le_4h", "Production cluster,Patient database,Patient documents,Session cache,Production secrets,Identity provider", "What the portal and the app talk to."},
	{"Clinic Portal", "application", "portal.northwind.example", "production", "Ben", "Backend", "", "", "", "", "le_4h", "Portal API", "The web application that clinics plan, document and bill with."},
	{"Care Mobile back end", "application", "mobile.northwind.example", "production", "Ben", "Mobile", "", "", "", "", "le_8h", "Portal API", "What the patients' app talks to."},
	{"Billing service", "application", "billing.northwind.example", "production", "Ben", "Backend", "", "", "", "", "le_24h", "Production cluster,Billing database", "Makes invoices on the first of the month."},
	{"Reporting warehouse", "database", arn + "redshift:us-east-1:447100002231:cluster:reports", "production", "", "Data", "", "personal,health", "", "daily", "le_72h", "Production network,Patient database,Billing database", "Copies of both databases for reports. It is not clear how far patients can be recognised in it."},
	{"Staging network", "network", arn + "ec2:us-east-1:447100007784:vpc/vpc-0c13", "staging", "Dana", "Platform", "", "", "", "", "le_72h", "", "As in production, in one zone."},
	{"Staging cluster", "container", arn + "eks:us-east-1:447100007784:cluster/staging", "staging", "Dana", "Platform", "", "", "", "", "le_72h", "Staging network,Source repositories", "Every change runs here first."},
	{"Staging database", "database", arn + "rds:us-east-1:447100007784:db:staging", "staging", "Dana", "Platform", "internal", "", "yes", "never", "le_7d", "Staging network", "Made-up patients only."},
	{"Staging uploads", "bucket", arn + "s3:::northwind-staging-uploads", "staging", "Dana", "Platform", "", "", "yes", "", "", "", "What testers upload."},
	{"Identity provider", "saas", "login.northwind.example", "corporate", "Marcus", "IT", "confidential", "personal,credentials", "yes", "continuous", "le_4h", "", "Everybody signs in here, with a second factor."},
	{"E-mail and calendar", "saas", "mail.northwind.example", "corporate", "Marcus", "IT", "confidential", "personal", "yes", "daily", "le_8h", "Identity provider", "Mail, calendars and shared documents."},
	{"Support desk", "saas", "support.northwind.example", "corporate", "Marcus", "IT", "restricted", "personal,health", "yes", "daily", "le_24h", "Identity provider,E-mail and calendar", "Questions of clinics, sometimes with pictures of a patient's record."},
	{"Source repositories", "repository", "git.northwind.example", "corporate", "Ben", "Backend", "confidential", "source_code", "yes", "daily", "le_24h", "Identity provider", "All code, its reviews and its builds."},
	{"Payroll service", "saas", "payroll.northwind.example", "corporate", "Grace", "People", "confidential", "personal,financial", "yes", "daily", "le_72h", "Identity provider", "Wages and taxes of everybody who works here."},
	{"Laptops", "endpoints", "64 devices", "corporate", "Marcus", "IT", "internal", "", "yes", "never", "le_24h", "Identity provider", "Managed, encrypted, wiped when somebody leaves."},
	{"Boston office", "facility", "40 Water Street", "corporate", "Grace", "People", "", "", "", "", "gt_7d", "", "Nothing runs here. Everybody can work from home."},
}

// duty is a business process as a workshop wrote it down.
type duty struct {
	name, owner, department   string
	rto, rpo, mtd, class      string
	harms                     [4]string // financial, operational, legal, reputational
	note, backup, needs, logs string
	reviewed                  bool
}

var duties = []duty{
	{"Care planning and documentation", "Dana", "Product", "le_4h", "le_1h", "le_24h", "restricted", [4]string{"high", "severe", "high", "severe"}, "Clinics cannot see what was planned for a patient and write on paper. After a day treatments are put off.", "continuous", "Clinic Portal,Patient database,Patient documents", "daily", true},
	{"Appointment booking", "Ben", "Product", "le_4h", "le_4h", "le_24h", "restricted", [4]string{"medium", "high", "low", "high"}, "Patients call the clinics instead. The phones of a large clinic cannot take that for longer than a morning.", "continuous", "Clinic Portal,Care Mobile back end", "daily", true},
	{"Customer support", "Marcus", "Support", "le_8h", "le_24h", "le_24h", "confidential", [4]string{"low", "medium", "medium", "high"}, "Clinics wait for answers; urgent ones have a number to call.", "daily", "Support desk,E-mail and calendar", "weekly", true},
	{"Incident response", "Omar", "Security", "le_1h", "le_4h", "le_4h", "confidential", [4]string{"medium", "high", "severe", "high"}, "Laws give seventy-two hours to tell of a breach. The first hours decide how large it becomes.", "daily", "E-mail and calendar,Audit log archive,Identity provider", "daily", true},
	{"Billing of clinics", "Ben", "Finance", "le_72h", "le_24h", "le_7d", "confidential", [4]string{"high", "low", "medium", "low"}, "Invoices are late. At the end of a month that is money that is missing.", "daily", "Billing service", "monthly", true},
	{"Software delivery", "Ben", "Engineering", "le_24h", "le_24h", "le_72h", "internal", [4]string{"low", "high", "low", "low"}, "Nothing can be mended that is broken.", "daily", "Source repositories,Staging cluster,Production cluster", "weekly", false},
	{"Payroll", "Grace", "People", "le_72h", "le_24h", "le_7d", "confidential", [4]string{"low", "medium", "high", "medium"}, "Wages are due on the last working day; the bank needs the file two days before.", "daily", "Payroll service", "monthly", true},
	{"Hiring", "Grace", "People", "gt_7d", "le_7d", "gt_7d", "internal", [4]string{"none", "low", "low", "low"}, "Interviews are moved.", "weekly", "E-mail and calendar", "", false},
	{"Reports to the board", "", "Finance", "le_7d", "", "", "", [4]string{}, "", "", "Reporting warehouse,Billing of clinics", "", false},
}

// inventory plans the registers of assets and of processes: Marcus and Dana write down what there is, a workshop says what
// it is needed for.
func (p *program) inventory(day int) {
	made := map[string]string{} // records by name, as a link names them
	for i, a := range things {
		p.at(p.day(day+i/9, 10+0.2*float64(i%9)), func() { p.thing(a, made) })
	}
	for i, d := range duties {
		p.at(p.day(day+8+i/5, 13.5+0.3*float64(i%5)), func() { p.duty(d, made) })
	}
	p.at(p.day(day+11, 16), func() {
		for _, a := range things {
			p.join(a.name, a.needs, made)
		}
		for _, d := range duties {
			p.join(d.name, d.needs, made)
		}
	})
}

func (p *program) thing(a thing, made map[string]string) {
	who := "Marcus"
	if a.environment != "corporate" {
		who = "Dana"
	}
	body := map[string]any{"name": a.name, "kind": a.kind, "identifier": a.identifier, "environment": a.environment, "description": a.about, "custodian": a.team,
		"classification": a.class, "encrypted_at_rest": a.sealed, "encrypted_in_transit": a.sealed, "backup": a.backup, "rto": a.rto, "seen_on": p.today()}
	if strings.HasPrefix(a.identifier, arn) {
		body["provider"], body["region"], body["account_id"] = "AWS", "us-east-1", "447100002231"
		if a.environment == "staging" {
			body["account_id"] = "447100007784"
		}
	}
	if a.types != "" {
		body["data_types"] = strings.Split(a.types, ",")
	}
	if a.class == "restricted" && a.backup == "continuous" {
		body["backup_tested_on"], body["retention"], body["criticality"] = p.today(), "Ten years after the last treatment", "critical"
	}
	if a.owner != "" {
		body["owner"] = p.person(a.owner)
		body["review_on"] = p.clock.now.AddDate(0, 6, 0).Format(storage.Date)
	}
	if a.name == "Support desk" {
		body["review_on"] = p.clock.now.AddDate(0, 1, 0).Format(storage.Date) // nobody has come to it yet
	}
	var out struct{ ID string }
	p.do(who, "POST", "/assets", body, &out)
	made[a.name] = "asset/" + out.ID
}

func (p *program) duty(d duty, made map[string]string) {
	body := map[string]any{"name": d.name, "managed_by": d.department, "rto": d.rto, "rpo": d.rpo, "mtd": d.mtd, "classification": d.class, "backup": d.backup,
		"operational_note": d.note, "log_review": d.logs}
	for i, harm := range []string{"financial", "operational", "legal", "reputational"} {
		body[harm] = d.harms[i]
	}
	if d.class == "restricted" {
		body["antimalware"], body["backup_needs"] = "yes", "A second copy in another region; a restore is tried every quarter."
	}
	if d.owner != "" {
		body["owner"] = p.person(d.owner)
	}
	var out struct {
		ID      string
		Version int
	}
	p.do("Ingrid", "POST", "/processes", body, &out)
	made[d.name] = "process/" + out.ID
	if d.reviewed && p.fail == nil {
		p.do(d.owner, "POST", "/processes/"+out.ID+"/review", nil, nil)
	}
	if d.name == "Hiring" {
		p.do("Grace", "PATCH", "/processes/"+out.ID, map[string]any{"review_on": p.clock.now.AddDate(0, 1, 0).Format(storage.Date)}, nil, "If-Match", strconv.Itoa(out.Version))
	}
}

// join says what a record depends on.
func (p *program) join(name, needs string, made map[string]string) {
	for other := range strings.SplitSeq(needs, ",") {
		if other == "" || p.fail != nil {
			continue
		}
		kind, id, _ := strings.Cut(made[other], "/")
		p.do("Dana", "POST", "/records/"+made[name]+"/links", map[string]any{"type": "depends_on", "kind": kind, "record": id}, nil)
	}
}

// today is the day of the story.
func (p *program) today() string { return p.clock.now.In(p.zone).Format(storage.Date) }
