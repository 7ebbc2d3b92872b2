package story

import "assay/server/demo/people"

// ask is a task that somebody gives to a colleague.
type ask struct {
	day         int // of the story
	by, to      string
	title, more string
	due         int    // days after that; 0 for no day
	about       string // reference of a control, or empty
	done        int    // days until it is done; 0 for not
	outcome     string
}

// end is the last day of the story.
const end = 425

var asks = []ask{
	{end - 120, "Ingrid", "Marcus", "Collect the access review of the first quarter", "The auditor samples five leavers. Include the tickets.", 14, "IAM-01", 9, "Exported from the identity provider and uploaded."},
	{end - 96, "Ingrid", "Dana", "Write down how backups are restored", "Somebody who has never done it should be able to follow.", 21, "", 18, "In the runbook; tested with Ben."},
	{end - 60, "Omar", "Ben", "Turn on branch protection for the mobile repository", "", 7, "", 12, "Two reviews, signed commits."},
	{end - 45, "Ingrid", "Grace", "Remind the three people who have not finished their training", "", 10, "", 6, "All three are through."},
	{end - 33, "Dana", "Marcus", "Retire the old VPN accounts", "The list is in the shared folder.", 30, "", 0, ""},
	{end - 24, "Ingrid", "Omar", "Fix what the readiness review found in vulnerability scanning", "Scans skip the staging network. Agree a date with Dana.", 18, "VUL-02", 0, ""},
	{end - 20, "Ingrid", "Marcus", "Close the gap in privileged access", "The review found four standing administrators. Two should go through just-in-time access.", 25, "IAM-05", 0, ""},
	{end - 15, "Omar", "Dana", "Test the restore of the patient database", "Note how long it took: the contract with Oslo says four hours.", 19, "", 0, ""},
	{end - 11, "Ingrid", "Ben", "Answer the clinic's questions about release notes", "", 9, "NW-03", 0, ""},
	{end - 8, "Ingrid", "Grace", "Collect signed confidentiality agreements of new joiners", "", 20, "", 0, ""},
	{end - 6, "Dana", "Ingrid", "Decide on the retention of access logs", "Ninety days or a year? The auditor asks.", 12, "", 0, ""},
	{end - 5, "Omar", "Ingrid", "Sign the scope statement for ISO 27001", "", 4, "", 0, ""},
	{end - 4, "Ingrid", "Ingrid", "Prepare the management review", "Figures of the quarter, open findings, resources.", 35, "", 0, ""},
	{end - 3, "Ingrid", "Dana", "Show Lena how log alerts are handled", "She tests the control next week.", 6, "", 0, ""},
}

// ask lets people ask things of each other, and the administrator turn the weekly digest on.
func (p *program) ask() {
	for i, a := range asks {
		p.at(p.day(a.day, 9.4+float64(i%7)), func() {
			body := map[string]any{"title": a.title, "description": a.more, "owner": p.person(a.to)}
			if a.due > 0 {
				body["due_on"] = p.day(a.day, 12).AddDate(0, 0, a.due).In(p.zone).Format("2006-01-02")
			}
			if id := p.control(a.about); a.about != "" && id != "" {
				body["kind"], body["record"] = "control", id
			}
			var made struct{ ID string }
			p.do(a.by, "POST", "/tasks", body, &made)
			if a.done > 0 {
				p.at(p.day(a.day+a.done, 15.3), func() {
					p.do(a.to, "POST", "/tasks/"+made.ID+"/done", map[string]any{"outcome": a.outcome}, nil)
				})
			} else if i%3 == 1 {
				p.at(p.day(a.day+2, 10.7), func() { p.do(a.to, "POST", "/tasks/"+made.ID+"/start", nil, nil) })
			}
		})
	}
	p.at(people.End.AddDate(0, 0, -9), func() {
		p.do("Ingrid", "PATCH", "/digest", map[string]any{"active": true, "rhythm": "weekly", "weekday": 1, "hour": 8}, nil, "If-Match", "1")
	})
	// Whoever looks into the demo's inbox finds some of it read.
	for _, who := range []string{"Ingrid", "Dana", "Marcus"} {
		p.at(people.End.AddDate(0, 0, -6), func() {
			p.do(who, "POST", "/notifications/read", map[string]any{"all": true}, nil)
		})
	}
}
