package story

import (
	"strconv"
	"time"

	"assay/server/demo/people"
	"assay/storage"
)

// rule is a policy of the library as the company makes it its own: who owns and writes it, who approves it one after
// the other, the day on which that is done, and how far it comes.
type rule struct {
	key, owner string
	approvers  []string
	category   string
	months     int
	day        int
	until      string // published, ratified, in_review, draft, suggested
}

var rules = []rule{
	{"information-security", "Ingrid", []string{"Omar", "Priya"}, "Governance", 12, 30, "published"},
	{"access-control", "Marcus", []string{"Omar", "Ingrid"}, "Security", 12, 38, "published"},
	{"acceptable-use", "Grace", []string{"Ingrid"}, "People", 12, 50, "published"}, // nobody has looked at it since
	{"code-of-conduct", "Grace", []string{"Ingrid", "Priya"}, "People", 24, 60, "published"},
	{"incident-response", "Omar", []string{"Ingrid", "Priya"}, "Security", 12, 68, "published"}, // its review is near
	{"backup", "Dana", []string{"Ingrid"}, "Operations", 12, 150, "published"},
	{"vulnerability-management", "Omar", []string{"Ingrid"}, "Security", 12, 210, "published"},
	{"vendor-management", "Ingrid", []string{"Grace", "Priya"}, "Governance", 12, 408, "ratified"},
	{"change-management", "Ben", []string{"Dana", "Ingrid"}, "Operations", 12, 414, "in_review"},
	{"business-continuity", "Dana", []string{"Ingrid"}, "Operations", 12, 405, "draft"},
	{"breach-notification", "Grace", nil, "Privacy", 12, 418, "draft"},
	{"privacy", "Grace", nil, "Privacy", 12, 300, "suggested"},
	{"secure-development", "Ben", nil, "Operations", 12, 300, "suggested"},
	{"ai-governance", "Ingrid", nil, "Governance", 12, 300, "suggested"},
}

type (
	policyRow  struct{ ID, Current, Working string }
	versionRow struct {
		ID, Digest string
		Version    int
		Content    map[string]any
	}
)

// policies plans the policies: drafts from the library are made the company's own, approved and published, people are
// asked to read them, and a year later some are due to be looked at again.
func (p *program) policies() {
	made := map[string]string{}
	for i, r := range rules {
		p.at(p.day(r.day, 9+0.07*float64(i)), func() { made[r.key] = p.rule(r) })
	}
	staff := []string{"Dana", "Marcus", "Grace", "Omar", "Ben", "Priya", "Ingrid"}
	p.acknowledged(made, "information-security", 44, 64, staff)
	p.acknowledged(made, "access-control", 50, 70, staff)
	p.acknowledged(made, "code-of-conduct", 74, 95, staff)
	// The second edition of access control is acknowledged anew, and some are late.
	p.at(p.day(393, 9.4), func() { p.edition(made["access-control"]) })
	for i, w := range []string{"Dana", "Ingrid", "Omar", "Grace", "Ben"} {
		p.at(p.day(401+3*i, 10.3+0.5*float64(i)), func() { p.signs(w, made["access-control"]) })
	}
	p.at(p.day(396, 9.5), func() { p.do("Ingrid", "POST", "/policies/"+made["information-security"]+"/review", nil, nil) })
	p.at(p.day(404, 15), func() {
		p.do("Dana", "POST", "/policies/"+made["backup"]+"/flag", map[string]any{"reason": "The second copy moves to another account this quarter. The words still name the old one."}, nil)
	})
	p.exceptions(made)
}

// planned are the policies that shall be in force by a day: so many days after the story ends.
var planned = map[string]int{"vendor-management": 6, "change-management": 24, "business-continuity": 52, "breach-notification": -8, "privacy": 118, "secure-development": 160}

// rule makes one policy, and brings it as far as it comes.
func (p *program) rule(r rule) string {
	var made struct{ Made []string }
	p.do("Ingrid", "POST", "/policy-templates/adopt", map[string]any{"keys": []string{r.key}, "owner": p.person(r.owner), "suggest": r.until == "suggested"}, &made)
	if p.fail != nil {
		return ""
	}
	id := made.Made[0]
	var now struct{ Version int }
	p.do("Ingrid", "GET", "/policies/"+id, nil, &now)
	said := map[string]any{"category": r.category, "review_months": r.months}
	if days, ok := planned[r.key]; ok {
		said["planned_on"] = people.End.AddDate(0, 0, days).Format(time.DateOnly)
	}
	p.do("Ingrid", "PATCH", "/policies/"+id, said, nil, "If-Match", strconv.Itoa(now.Version))
	if r.until == "suggested" || r.key == "breach-notification" {
		return id
	}
	p.later(26*time.Hour, func() {
		p.rewrite(r.owner, p.policy(id).Working, "How this is done day by day stands in the handbook of the team that owns this policy.")
		p.submit(r.owner, id, r.approvers)
	})
	if r.until == "draft" {
		p.later(75*time.Hour, func() {
			v := p.version(p.policy(id).Working)
			p.do("Ingrid", "POST", "/policy-versions/"+v.ID+"/reject", map[string]any{"digest": v.Digest,
				"comment": "It does not say how long the clinics may be without the portal. Please add the hours that we promise them."}, nil)
		})
		return id
	}
	approvers := r.approvers
	if r.until == "in_review" {
		approvers = approvers[:1]
	}
	p.later(50*time.Hour, func() {
		p.approve(id, approvers, func() {
			if r.until == "published" {
				p.do(r.owner, "POST", "/policy-versions/"+p.policy(id).Working+"/publish", nil, nil)
			}
		})
	})
	return id
}

// approve lets people approve what is submitted, each the day after the one before, and then does what follows.
func (p *program) approve(id string, who []string, then func()) {
	v := p.version(p.policy(id).Working)
	p.do(who[0], "POST", "/policy-versions/"+v.ID+"/approve", map[string]any{"digest": v.Digest}, nil)
	p.later(22*time.Hour, func() {
		if len(who) == 1 {
			then()
			return
		}
		p.approve(id, who[1:], then)
	})
}

// edition writes, approves and publishes the next major version.
func (p *program) edition(id string) {
	var begun versionRow
	p.do("Marcus", "POST", "/policies/"+id+"/versions", map[string]any{"change_summary": "Security keys for everybody who reaches patient data; accounts of contractors end with their contract."}, &begun)
	p.rewrite("Marcus", begun.ID, "Whoever reaches patient data signs in with a security key. Accounts of contractors end on the last day of their contract, without anybody asking for it.")
	p.submit("Marcus", id, []string{"Omar", "Ingrid"})
	p.later(20*time.Hour, func() {
		p.approve(id, []string{"Omar", "Ingrid"}, func() { p.do("Marcus", "POST", "/policy-versions/"+p.policy(id).Working+"/publish", nil, nil) })
	})
}

func (p *program) policy(id string) (now policyRow) {
	p.do("Ingrid", "GET", "/policies/"+id, nil, &now)
	return now
}

func (p *program) version(id string) (v versionRow) {
	p.do("Ingrid", "GET", "/policy-versions/"+id, nil, &v)
	return v
}

// rewrite adds a paragraph at the end of a version.
func (p *program) rewrite(who, id, paragraph string) {
	v := p.version(id)
	if p.fail != nil {
		return
	}
	blocks, _ := v.Content["content"].([]any)
	v.Content["content"] = append(blocks, map[string]any{"type": "paragraph", "content": []any{map[string]any{"type": "text", "text": paragraph}}})
	p.do(who, "PATCH", "/policy-versions/"+id, map[string]any{"content": v.Content}, nil, "If-Match", strconv.Itoa(v.Version))
}

func (p *program) submit(who, id string, approvers []string) {
	var ids []string
	for _, a := range approvers {
		ids = append(ids, p.person(a))
	}
	p.do(who, "POST", "/policy-versions/"+p.policy(id).Working+"/submit", map[string]any{"approvers": ids}, nil)
}

// acknowledged asks everybody who works here to read a policy, and lets some of them say on the days after that they have.
func (p *program) acknowledged(made map[string]string, key string, day, due int, who []string) {
	p.at(p.day(day, 10.5), func() {
		p.do("Ingrid", "POST", "/policies/"+made[key]+"/requests", map[string]any{"audience": "roles", "chosen": []string{"admin", "user", "executive"},
			"due_on": p.day(due, 9).In(p.zone).Format(storage.Date), "message": "Please read it once from beginning to end; it is short."}, nil)
	})
	for i, w := range who {
		p.at(p.day(day+1+i, 11+0.4*float64(i%5)), func() { p.signs(w, made[key]) })
	}
}

// signs lets somebody acknowledge the version in force, as the newest request asks.
func (p *program) signs(who, id string) {
	var now struct {
		Current  string
		Requests []struct{ ID string }
	}
	p.do("Ingrid", "GET", "/policies/"+id, nil, &now)
	v := p.version(now.Current)
	if p.fail == nil {
		p.do(who, "POST", "/policy-requests/"+now.Requests[0].ID+"/acknowledge", map[string]any{"digest": v.Digest, "name": p.callers[who].Name}, nil)
	}
}

// exceptions are what is allowed not to follow a policy: one holds, one waits, one has ended and nobody has closed it.
func (p *program) exceptions(made map[string]string) {
	last := func(day int) string { return p.day(day, 9).In(p.zone).Format(storage.Date) }
	ask := func(who, key string, day int, body map[string]any, by string) {
		p.at(p.day(day, 13.2), func() {
			var x struct{ ID string }
			p.do(who, "POST", "/policies/"+made[key]+"/exceptions", body, &x)
			if by != "" {
				p.later(20*time.Hour, func() {
					p.do(by, "POST", "/policy-exceptions/"+x.ID+"/approve", map[string]any{"note": "Looked at with the team; the compensation is enough until then."}, nil)
				})
			}
		})
	}
	ask("Dana", "access-control", 340, map[string]any{"subject": "The imaging gateway", "what": "Everybody signs in with an account of their own",
		"reason": "The device knows one account. The maker delivers a version with accounts in spring.", "compensation": "The gateway stands in a network of its own, and every session is recorded.",
		"expires_on": last(500)}, "Ingrid")
	ask("Ben", "vulnerability-management", 260, map[string]any{"subject": "Two build machines", "what": "High findings are patched within 30 days",
		"reason": "The patch breaks the toolchain of an older release that customers still run.", "compensation": "They are reached from the office network alone.", "expires_on": last(412)}, "Omar")
	ask("Marcus", "acceptable-use", 417, map[string]any{"subject": "The meeting-room tablets", "what": "Screens lock after five minutes", "reason": "Guests are shown slides for longer than that.",
		"compensation": "The tablets hold no data and reach no internal system.", "expires_on": last(520)}, "")
}
