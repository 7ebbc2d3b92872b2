package story

import (
	"net/url"
	"time"

	"assay/server/demo/people"
	"assay/storage"
)

// routine is something that the company does again and again.
type routine struct {
	name, frequency, owner, what, policy string
	control, request                     string // what it serves, and the proof that a file of it is
	day                                  int    // of the story, on which it was written down
	after                                int    // days into each period until it is usually done
	until                                int    // of the story, after which nobody does it any more; 0: always done
}

var routines = []routine{
	{"Review of user access", "quarterly", "Marcus", "Export the accounts of every system in the list, have each owner confirm or remove them, and close the tickets.", "Access Control Policy", "IAM-04", "Completed access reviews", 20, 40, 0},
	{"Review of privileged accounts", "monthly", "Marcus", "Compare the administrators of the cloud, the directory and the repository with the approved list.", "Access Control Policy", "IAM-08", "Privileged account list", 26, 12, 0},
	{"Restore test", "quarterly", "Dana", "Restore last night's backup of the records database into an empty environment. Note how long it took and what was missing.", "Business Continuity Policy", "BCD-05", "Restore test record with times", 31, 55, 330},
	{"Check of the backup jobs", "weekly", "Dana", "Look at the week's backup jobs. Open a ticket for each that failed twice.", "Business Continuity Policy", "BCD-04", "Backup job report", 34, 4, 0},
	{"Vulnerability scan", "monthly", "Omar", "Run the internal and the external scan, compare them with last month's, give every new finding an owner.", "Vulnerability Management Policy", "VUL-01", "Internal scan reports", 40, 9, 0},
	{"Risk workshop", "yearly", "Ingrid", "Half a day with the heads of all teams: new threats, changes of the business, treatment of the ten largest risks.", "Risk Management Policy", "RSK-02", "", 70, 60, 0},
	{"Incident response exercise", "yearly", "Omar", "Play one scenario with the people who would be called. Write down what was slow or unclear.", "Incident Response Policy", "INC-09", "", 120, 200, 0},
	{"Security awareness training", "yearly", "Grace", "Assign the course to everybody, remind twice, report who has not finished.", "Awareness and Training Policy", "TRN-01", "Training completion report", 45, 150, 0},
	{"Review of critical vendors", "yearly", "Ingrid", "Ask each critical vendor for its newest report and read the exceptions in it.", "Vendor Management Policy", "VEN-04", "", 150, 210, 0},
	{"Walk through the office", "quarterly", "Marcus", "Doors, badges, screens, papers on desks, the key of the server cabinet.", "Physical Security Policy", "PHY-05", "Walk-through record", 90, 30, 300},
	{"Rotation of encryption keys", "yearly", "Omar", "Rotate the keys that do not rotate by themselves and test that old data still opens.", "Cryptography Policy", "CRY-02", "Key rotation settings", 100, 90, 0},
	{"Look at the security log", "daily", "Dana", "Read what the alerts left over. Note what was looked at.", "Logging and Monitoring Policy", "LOG-04", "Daily review record or ticket", 405, 0, 0},
	{"Review after an incident", "as_needed", "Omar", "Within ten days: what happened, what helped, what will be changed, by whom.", "Incident Response Policy", "INC-08", "", 130, 0, 0},
	{"Report to the board", "quarterly", "Ingrid", "Readiness by framework, open findings, overdue evidence, the largest risks: two pages.", "Governance Charter", "GOV-06", "Metrics dashboard or report", 60, 70, 0},
}

// routines plans the company's recurring activities: most are done in time, some late, two have been
// forgotten for a while when the story ends.
func (p *program) routines() {
	for i, r := range routines {
		p.at(p.day(r.day, 9.6+0.05*float64(i)), func() { p.begin(i, r) })
	}
}

func (p *program) begin(i int, r routine) {
	body := map[string]any{"name": r.name, "frequency": r.frequency, "owner": p.person(r.owner), "description": r.what, "policy": r.policy,
		"starts_on": p.clock.now.In(p.zone).Format(storage.Date)}
	if id := p.control(r.control); id != "" {
		body["controls"] = []string{id}
	}
	var request evidenceRow
	if r.request != "" {
		var list struct{ Items []evidenceRow }
		p.do(r.owner, "GET", "/evidence?q="+url.QueryEscape(r.request), nil, &list)
		for _, e := range list.Items {
			if e.Name == r.request {
				request = e
				body["evidence"] = []string{e.ID}
			}
		}
	}
	var made struct{ ID string }
	p.do("Ingrid", "POST", "/activities", body, &made)
	if r.frequency == "as_needed" {
		p.later(25*24*time.Hour, func() {
			p.do(r.owner, "POST", "/activities/"+made.ID+"/occurrences", map[string]any{"due_on": p.clock.now.AddDate(0, 0, 10).In(p.zone).Format(storage.Date)}, nil)
			p.later(6*24*time.Hour, func() { p.turn(i, r, made.ID, request) })
		})
		return
	}
	p.routine(i, r, made.ID, request, p.clock.now)
}

// routine plans the next time that something is done, and after it the one that follows.
func (p *program) routine(i int, r routine, id string, request evidenceRow, start time.Time) {
	done := start.AddDate(0, 0, r.after+i%3)
	if r.until > 0 && done.After(p.day(r.until, 9)) {
		return
	}
	p.at(p.working(done), func() { p.turn(i, r, id, request) })
	next := start
	switch r.frequency {
	case "daily":
		next = start.AddDate(0, 0, 1)
	case "weekly":
		next = start.AddDate(0, 0, 7)
	case "monthly":
		next = start.AddDate(0, 1, 0)
	case "quarterly":
		next = start.AddDate(0, 3, 0)
	case "yearly":
		next = start.AddDate(1, 0, 0)
	}
	p.at(next.Add(12*time.Hour), func() { p.routine(i, r, id, request, next) })
}

// turn does what is open of an activity, oldest first.
func (p *program) turn(i int, r routine, id string, request evidenceRow) {
	var a struct {
		Status, Current string
		Occurrences     []struct{ PeriodStart string }
	}
	p.do(r.owner, "GET", "/activities/"+id, nil, &a)
	if a.Current == "" || a.Status == "completed" || a.Status == "not_applicable" || p.fail != nil {
		return
	}
	if i == 9 && len(a.Occurrences) == 2 {
		p.do(r.owner, "POST", "/occurrences/"+a.Current+"/status", map[string]any{"status": "not_applicable", "note": "The office was closed for the move to the second floor."}, nil)
		return
	}
	note := []string{"Nothing unusual.", "Two items were corrected the same day.", "One exception, see the ticket.", ""}[(i+len(a.Occurrences))%4]
	if request.ID == "" || r.frequency == "daily" || r.frequency == "weekly" {
		p.do(r.owner, "POST", "/occurrences/"+a.Current+"/status", map[string]any{"status": "completed", "note": note}, nil)
		return
	}
	p.proofs++
	name, content := proof(request.Kind, request.Name, p.company(), p.clock.now.In(p.zone), p.proofs)
	var done struct{ Files []struct{ ID string } }
	p.upload(r.owner, "/occurrences/"+a.Current+"/files?complete=true&evidence="+request.ID+"&note="+url.QueryEscape(note), name, content, &done)
	var asked struct{ Reviewer string }
	p.do(r.owner, "GET", "/evidence/"+request.ID, nil, &asked)
	for who, c := range p.callers {
		if c.Person == asked.Reviewer && who != r.owner && p.clock.now.Before(people.End.AddDate(0, 0, -3)) {
			for _, f := range done.Files {
				p.at(p.working(p.clock.now.Add(26*time.Hour)), func() { p.do(who, "POST", "/files/"+f.ID+"/accept", map[string]any{}, nil) })
			}
		}
	}
}
