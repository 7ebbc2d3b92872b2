package story

import (
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"time"

	"assay/server/demo/people"
)

type controlRow struct {
	ID, Ref, Title, Domain string
}

type evidenceRow struct {
	ID, Name, Kind, Frequency string
}

// program is how an organisation works on its controls: who owns a family, how fast it goes, what slips.
type program struct {
	*org
	lead      string            // owns what nobody else does, and reviews
	owners    map[string]string // family -> first name
	reviewers map[string]string // family -> first name of who reviews its proof
	known     map[string]bool   // controls that are planned already
	proofs    int
}

// adopt turns a framework on and plans the work on the controls that came with it. Work begins after lead
// days and most of it is done after span more; share is the part of controls that gets done at all.
func (p *program) adopt(who, key string, day, lead, span int, share float64) {
	p.at(p.day(day, 9.5), func() {
		p.do(who, "POST", "/frameworks", map[string]any{"key": key}, nil)
		var fresh []controlRow
		for page := 1; ; page++ {
			var list struct {
				Items []controlRow
				Total int
			}
			p.do(who, "GET", "/controls?limit=100&page="+strconv.Itoa(page), nil, &list)
			for _, c := range list.Items {
				if !p.known[c.ID] {
					p.known[c.ID] = true
					fresh = append(fresh, c)
				}
			}
			if page*100 >= list.Total || p.fail != nil {
				break
			}
		}
		p.assign(who, day+2)
		for _, c := range fresh {
			p.work(c, day+lead, span, share)
		}
	})
}

// assign gives every family its owner and its proof an owner and a reviewer, in bulk as people do.
func (p *program) assign(who string, day int) {
	hour := 10.0
	for _, family := range sorted(p.owners) {
		owner := p.owners[family]
		hour += 0.1
		p.at(p.day(day, hour), func() {
			p.do(who, "POST", "/controls/bulk", map[string]any{"match": map[string]any{"domain": family, "owner": "none"}, "set": map[string]any{"owner": p.person(owner)}, "reason": "Owner of the family " + family}, nil)
			set := map[string]any{"match": map[string]any{"category": family, "owner": "none"}, "owner": p.person(owner)}
			if r, ok := p.reviewers[family]; ok && r != owner {
				set["reviewer"] = p.person(r)
			}
			p.do(who, "POST", "/evidence/bulk", set, nil)
		})
	}
}

// work plans the life of one control: begun, done, proven, proven again; or not.
func (p *program) work(c controlRow, from, span int, share float64) {
	if slices.Contains(outOfScope, c.Ref) {
		return
	}
	owner := p.owners[c.Domain]
	if owner == "" {
		owner = p.lead
	}
	luck := p.luck(c.Ref)
	fate := luck.Float64()
	// Most controls are done in the middle of the span, few at its ends.
	done := from + int(float64(span)*(0.5+0.5*math.Tanh(luck.NormFloat64()*0.9)))
	begun := max(from-2, done-12-luck.IntN(25))
	hour := 9 + luck.Float64()*8
	claim := func(day int, status, why string) {
		p.at(p.day(day, hour), func() {
			p.do(owner, "POST", "/controls/"+c.ID+"/status", map[string]any{"status": status, "justification": why}, nil)
		})
	}
	switch {
	case fate > share+0.05: // not begun
		return
	case fate > share: // begun, not done
		claim(begun, "in_progress", "")
		return
	}
	claim(begun, "in_progress", "")
	claim(done, "implemented", "")
	p.at(p.day(max(begun+1, done-6), hour), func() { p.collectAll(owner, c) })
}

// collectAll looks up what proves a control and plans its collection.
func (p *program) collectAll(owner string, c controlRow) {
	var list struct{ Items []evidenceRow }
	p.do(owner, "GET", "/evidence?limit=100&control="+url.QueryEscape(c.ID), nil, &list)
	for _, e := range list.Items {
		if p.known[e.ID] {
			continue // another control brought it
		}
		p.known[e.ID] = true
		luck := p.luck(e.Name)
		delay := luck.IntN(9)
		if luck.IntN(24) == 0 {
			delay = 400 // never gets round to it
		}
		p.later(time.Duration(delay)*24*time.Hour+time.Hour, func() { p.collect(owner, c, e) })
	}
}

var again = map[string]int{"monthly": 30, "quarterly": 90, "semi_annual": 181, "annual": 360}

// collect uploads one proof, has it reviewed where somebody reviews, and plans the next.
func (p *program) collect(owner string, c controlRow, e evidenceRow) {
	p.proofs++
	n := p.proofs
	luck := p.luck(e.Name + p.clock.now.Format(time.DateOnly))
	name, content := proof(e.Kind, e.Name, p.company(), p.clock.now.In(p.zone), n)
	var file struct{ ID, Review string }
	p.upload(owner, "/evidence/"+e.ID+"/files", name, content, &file)
	if p.fail != nil {
		return
	}
	if file.Review == "pending" {
		wait := time.Duration(4+luck.IntN(60)) * time.Hour
		reviewer := p.reviewers[c.Domain]
		if reviewer == "" || reviewer == owner {
			reviewer = p.lead
		}
		if n%17 == 5 {
			p.later(wait, func() {
				p.do(reviewer, "POST", "/files/"+file.ID+"/reject", map[string]any{"note": rejections[n%len(rejections)]}, nil)
			})
			p.later(wait+30*time.Hour, func() {
				var next struct{ ID string }
				name, content := proof(e.Kind, e.Name, p.company(), p.clock.now.In(p.zone), n+1)
				p.upload(owner, "/evidence/"+e.ID+"/files?replaces="+file.ID, name, content, &next)
				p.later(20*time.Hour, func() {
					p.do(reviewer, "POST", "/files/"+next.ID+"/accept", map[string]any{}, nil)
				})
			})
		} else if p.clock.now.Add(wait).Before(people.End.Add(-72 * time.Hour)) {
			p.later(wait, func() {
				p.do(reviewer, "POST", "/files/"+file.ID+"/accept", map[string]any{}, nil)
			})
		}
	}
	every, ok := again[e.Frequency]
	if !ok {
		return
	}
	days := every - luck.IntN(1+every/10)
	switch luck.IntN(60) {
	case 0:
		days += 20 // late, and back
	case 1:
		if p.clock.now.After(people.End.AddDate(0, -4, 0)) {
			return // forgotten: overdue when the story ends
		}
	}
	p.later(time.Duration(days)*24*time.Hour+time.Duration(luck.IntN(180))*time.Minute, func() { p.collect(owner, c, e) })
}

var rejections = []string{
	"The export is of the staging environment. Please take it from production.",
	"The period is not visible. Include the date range in the report.",
	"Two of the sampled people are missing. Please add them and upload again.",
}

func (p *program) company() string {
	if p.slug == "harbor-labs" {
		return "Harbor Labs"
	}
	return "Northwind Health"
}

func sorted(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
