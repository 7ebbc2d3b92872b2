package story

import (
	"strconv"
	"time"

	"assay/storage"
)

// peril is a risk of the library as the company weighs it: who answers for it, what is left of it,
// where it shall come to, and how far its treatment is.
type peril struct {
	key, owner       string
	residual, target [2]int // likelihood, impact
	status           string // after that
	weighed          int    // day of the story on which what is left was weighed
	due              int    // day of the story until which it shall be treated
	action, actionBy string
}

var perils = []peril{
	{"R-001", "Dana", [2]int{2, 5}, [2]int{1, 5}, "in_progress", 352, 470, "Move the second copy of the backups to another account", "Dana"},
	{"R-002", "Omar", [2]int{3, 4}, [2]int{2, 4}, "in_progress", 366, 440, "Give security keys to everybody in finance", "Marcus"},
	{"R-003", "Ingrid", [2]int{2, 4}, [2]int{2, 3}, "mitigated", 344, 0, "", ""},
	{"R-004", "Omar", [2]int{3, 5}, [2]int{2, 5}, "off_track", 373, 395, "Patch the two gateways that are behind", "Dana"},
	{"R-005", "Dana", [2]int{2, 4}, [2]int{1, 4}, "mitigated", 359, 0, "", ""},
	{"R-006", "Ben", [2]int{2, 4}, [2]int{1, 4}, "in_progress", 387, 450, "Turn on the scan for secrets in every repository", "Ben"},
	{"R-008", "Grace", [2]int{2, 3}, [2]int{2, 2}, "open", 394, 0, "", ""},
	{"R-010", "Marcus", [2]int{2, 3}, [2]int{1, 3}, "mitigated", 340, 0, "", ""},
	{"R-014", "Ingrid", [2]int{0, 0}, [2]int{0, 0}, "open", 0, 0, "", ""},
	{"R-020", "Grace", [2]int{3, 3}, [2]int{2, 3}, "in_progress", 408, 460, "Read the contracts of the three largest processors again", "Ingrid"},
}

// risks plans the register: a workshop picks from the library, half a year later what was done is weighed, and one
// risk is accepted for a while.
func (p *program) risks() {
	for i, r := range perils {
		p.at(p.day(72+i/4, 14+0.1*float64(i)), func() { p.weigh(r) })
	}
}

type riskRow struct {
	ID      string
	Version int
}

func (p *program) weigh(r peril) {
	var made struct{ IDs []string }
	p.do("Ingrid", "POST", "/risks/library", map[string]any{"keys": []string{r.key}}, &made)
	if p.fail != nil || len(made.IDs) == 0 {
		return
	}
	id := made.IDs[0]
	first := map[string]any{"owner": p.person(r.owner)}
	if r.target[0] > 0 {
		first["target"] = point(r.target)
	}
	if r.due > 0 {
		first["due_on"] = p.day(r.due, 9).In(p.zone).Format(storage.Date)
	}
	p.change("Ingrid", id, first)
	if r.action != "" {
		p.do(r.owner, "POST", "/tasks", map[string]any{"title": r.action, "owner": p.person(r.actionBy), "due_on": first["due_on"], "kind": "risk", "record": id}, nil)
	}
	p.cost(r.key, id)
	if r.residual[0] == 0 {
		return
	}
	// First what was done takes one step off; what is left today is weighed when the work is, one risk after another.
	before := [2]int{min(r.residual[0]+1, 5), r.residual[1]}
	p.later(170*24*time.Hour, func() { p.change(r.owner, id, map[string]any{"residual": point(before), "status": "in_progress"}) })
	p.at(p.day(r.weighed, 11), func() {
		p.change(r.owner, id, map[string]any{"residual": point(r.residual), "status": r.status})
		if r.key == "R-010" {
			until := p.day(480, 9).In(p.zone).Format(storage.Date)
			p.do("Ingrid", "POST", "/risks/"+id+"/accept", map[string]any{"reason": "The office moves next year; until then two locked doors and an alarm are enough.", "until": until}, nil)
		}
	})
}

func point(at [2]int) map[string]any { return map[string]any{"likelihood": at[0], "impact": at[1]} }

// change changes a risk as it is by then.
func (p *program) change(who, id string, body map[string]any) {
	var now riskRow
	p.do(who, "GET", "/risks/"+id, nil, &now)
	p.do(who, "PATCH", "/risks/"+id, body, nil, "If-Match", strconv.Itoa(now.Version))
}
