package story

import (
	"fmt"
	"net/url"
	"time"

	"assay/server/demo/people"
)

// collecting is what surrounds the proof itself: the periods it is collected for, a round that is skipped, a
// colleague who is asked, and files that wait for review on the evening the story ends.
func (p *program) collecting() {
	p.at(p.day(20, 10.4), func() {
		start := p.day(0, 12)
		day := func(months, less int) string { return start.AddDate(0, months, -less).Format(time.DateOnly) }
		// The demo moves all dates so that it ends today: names that spoke of months would be wrong then.
		items := []map[string]any{{"name": "Program year 1", "kind": "fiscal_year", "starts_on": day(0, 0), "ends_on": day(12, 1)}}
		for q := range 5 {
			items = append(items, map[string]any{"name": fmt.Sprintf("Year %d, quarter %d", 1+q/4, 1+q%4), "kind": "quarter", "starts_on": day(3*q, 0), "ends_on": day(3*q+3, 1)})
		}
		items = append(items, map[string]any{"name": "SOC 2 audit window", "kind": "custom", "starts_on": day(8, 0), "ends_on": day(14, 1)})
		p.do("Ingrid", "POST", "/periods", map[string]any{"items": items}, nil)
	})
	last := int(people.End.Sub(p.day(0, 0)).Hours() / 24)
	p.at(p.day(last-9, 11.2), func() {
		for _, e := range p.find("Ingrid", "cycle=open,overdue&category=Physical") {
			p.skip(e, "The office moves this month. The new landlord's report covers the next round.")
			return
		}
		for _, e := range p.find("Ingrid", "cycle=open") {
			p.skip(e, "The vendor replaces this system this month, so there is nothing to export.")
			return
		}
	})
	p.at(p.day(last-2, 9.6), func() {
		ask := func(e found, who string, days int, message string) {
			p.do("Ingrid", "POST", "/evidence/"+e.ID+"/asks", map[string]any{"person": p.person(who), "due_on": people.End.AddDate(0, 0, days).Format(time.DateOnly), "message": message}, nil)
		}
		asked := 0
		for _, e := range p.find("Ingrid", "status=expired,expiring_soon,not_collected&owner="+url.QueryEscape(p.person("Dana"))) {
			ask(e, "Omar", 5, "Lena samples this one. Please export it from production, with the date range visible.")
			asked++
			break
		}
		for _, e := range p.find("Ingrid", "category=Incidents&cycle=open,overdue,scheduled&sort=-cycle_due&reviewer="+url.QueryEscape(p.person("Ingrid"))) {
			ask(e, "Dana", -1, "Omar is away. Could you take the export of this one?")
			asked++
			break
		}
		if asked < 2 && p.fail == nil {
			p.fail = fmt.Errorf("only %d colleagues were asked", asked)
		}
	})
	for i, reviewer := range []string{"Ingrid", "Ingrid", "Ingrid", "Omar", "Ingrid"} {
		p.at(p.day(last-1, 9.5+float64(i)/2), func() {
			found := p.find("Ingrid", "cycle=open,overdue,scheduled&sort=cycle_due&reviewer="+url.QueryEscape(p.person(reviewer)))
			if i >= len(found) {
				return
			}
			e := found[i]
			who := p.owners[e.Category]
			if who == "" || who == reviewer {
				who = "Dana"
			}
			kind := []string{"log", "screenshot", "report", "configuration", "policy_document"}[i]
			name, content := proof(kind, e.Name, p.company(), p.clock.now.In(p.zone), 3*i+1)
			p.upload(who, "/evidence/"+e.ID+"/files", name, content, nil)
		})
	}
}

// found is a request as the list shows it.
type found struct{ ID, Name, Category string }

func (p *program) find(who, query string) []found {
	var list struct{ Items []found }
	p.do(who, "GET", "/evidence?limit=40&"+query, nil, &list)
	return list.Items
}

func (p *program) skip(e found, why string) {
	var d struct{ Cycles []struct{ ID, State string } }
	p.do("Ingrid", "GET", "/evidence/"+e.ID, nil, &d)
	for _, c := range d.Cycles {
		if c.State == "open" {
			p.do("Ingrid", "POST", "/cycles/"+c.ID+"/skip", map[string]any{"reason": why}, nil)
			return
		}
	}
}
