package story

import (
	"fmt"
	"strings"
)

// related says how criteria of SOC 2 stand to ISO 27001, as Ingrid sees it.
const related = `CC1.3 intersects 5.3
CC1.4 intersects 7.2
CC3.2 superset 6.1.2
CC5.3 superset A.5.1
CC6.1 superset A.5.15
CC6.1 superset A.8.3
CC6.2 superset A.5.16
CC6.3 superset A.5.18
CC6.4 superset A.7.2
CC6.5 equal A.7.14
CC6.6 intersects A.8.20
CC6.7 intersects A.5.14
CC6.8 superset A.8.7
CC7.1 superset A.8.8
CC7.2 superset A.8.16
CC7.3 equal A.5.25
CC7.4 superset A.5.26
CC7.5 intersects A.5.29
CC8.1 superset A.8.32
CC9.2 superset A.5.19
A1.1 equal A.8.6
A1.2 superset A.8.13
A1.3 intersects A.5.30
C1.2 superset A.8.10`

func mappingSet() []byte {
	var b strings.Builder
	b.WriteString(`name: SOC 2 to ISO 27001
version: 1
provider: Northwind Health
objects:
  requirement_mapping_sets:
  - urn: urn:northwind:req_mapping_set:soc2-to-iso27001
    name: SOC 2 to ISO 27001
    source_framework_urn: urn:northwind:framework:soc2-2017
    target_framework_urn: urn:northwind:framework:iso27001-2022
    requirement_mappings:
`)
	for line := range strings.Lines(related) {
		w := strings.Fields(line)
		fmt.Fprintf(&b, "    - {source_requirement_urn: \"urn:northwind:req_node:soc2-2017:%s\", target_requirement_urn: \"urn:northwind:req_node:iso27001-2022:%s\", relationship: %s}\n", strings.ToLower(w[0]), strings.ToLower(w[2]), strings.TrimSuffix(w[1], "s"))
	}
	return []byte(b.String())
}

// contractRow is what a customer's security addendum asks for, and what of the catalogs it is like.
type contractRow struct {
	ref, title, body string
	kind, like       string // how it stands to a requirement of another framework: "SOC 2 CC6.2"
}

var contract = []contractRow{
	{ref: "1", title: "Access"},
	{"1.1", "Accounts are personal and approved", "Every user of a system that holds Riverside's data has an account of their own, approved by their manager.", "subset", "SOC 2 CC6.2"},
	{"1.2", "Access ends within one working day of leaving", "Accounts of people who leave are disabled within one working day.", "intersects", "SOC 2 CC6.2"},
	{"1.3", "Two factors for remote and administrative access", "Remote access and administration need a second factor.", "subset", "SOC 2 CC6.1"},
	{ref: "2", title: "Protection of data"},
	{"2.1", "Data is encrypted in transit", "Riverside's data crosses networks only encrypted.", "subset", "SOC 2 CC6.7"},
	{"2.2", "Data is erased at the end of the contract", "All copies are erased within 30 days after the contract ends, and the erasure is certified.", "subset", "SOC 2 C1.2"},
	{"2.3", "Backups are tested twice a year", "A restore from backup is tested at least every six months.", "intersects", "SOC 2 A1.2"},
	{"2.4", "Data stays in the United States", "Riverside's data is stored and worked on in the United States only.", "", ""},
	{ref: "3", title: "Operation"},
	{"3.1", "Critical weaknesses are mended in 14 days", "Critical vulnerabilities of systems that hold Riverside's data are mended within 14 days.", "subset", "SOC 2 CC7.1"},
	{"3.2", "Changes are reviewed by a second person", "No change reaches production without another person's review.", "subset", "SOC 2 CC8.1"},
	{"3.3", "Subcontractors are assessed every year", "Whoever else works on Riverside's data is assessed once a year.", "subset", "SOC 2 CC9.2"},
	{ref: "4", title: "Incidents"},
	{"4.1", "Riverside hears of a breach within 48 hours", "A breach of Riverside's data is reported to Riverside within 48 hours after it became known.", "intersects", "HIPAA 164.410(a)(1)"},
	{"4.2", "Incidents are handled by a tested plan", "There is a plan for incidents, and it is tried once a year.", "equal", "SOC 2 CC7.4"},
	{"4.3", "Riverside may audit once a year", "Riverside, or an auditor of its choice, may audit once a year with 30 days' notice.", "", ""},
}

// crosswalk relates the frameworks to each other, and writes down what a customer asks for beside them.
func (p *program) crosswalk(day int) {
	p.at(p.day(day, 11), func() {
		p.upload("Ingrid", "/frameworks/import", "soc2-to-iso27001.yaml", mappingSet(), nil)
	})
	p.at(p.day(day+70, 14.5), func() {
		var f struct{ ID string }
		p.do("Ingrid", "POST", "/frameworks/own", map[string]any{"name": "Riverside Clinics security addendum", "short": "Riverside", "edition": "2026", "publisher": "Riverside Clinics", "color": "#9c4221"}, &f)
		parent := ""
		made := map[string]string{}
		for _, c := range contract {
			in := map[string]any{"ref": c.ref, "title": c.title, "body": c.body, "assessable": c.body != ""}
			if c.body != "" {
				in["parent"] = parent
			}
			var q struct{ ID string }
			p.do("Ingrid", "POST", "/frameworks/"+f.ID+"/requirements", in, &q)
			if made[c.ref] = q.ID; c.body == "" {
				parent = q.ID
				continue
			}
			if to := p.requirement(c.like); to != "" {
				p.do("Ingrid", "POST", "/requirements/"+q.ID+"/relations", map[string]any{"to": to, "kind": c.kind, "rationale": "The addendum beside " + c.like + "."}, nil)
			}
		}
		// Some suggestions were looked at; the others wait.
		p.at(p.day(day+72, 10), func() {
			for _, ref := range []string{"1.1", "3.2", "4.2"} {
				p.decide(made[ref], "accept", 2)
			}
			p.decide(made["2.3"], "dismiss", 1)
		})
	})
}

// requirement finds one by its framework's short name and its ref.
func (p *program) requirement(name string) string {
	i := strings.LastIndexByte(name, ' ')
	if i < 0 {
		return ""
	}
	var list struct {
		Items []struct{ ID, Short, Ref string }
	}
	p.do("Ingrid", "GET", "/requirements?limit=100&q="+strings.ReplaceAll(name[i+1:], "(", "%28"), nil, &list)
	for _, r := range list.Items {
		if r.Short == name[:i] && r.Ref == name[i+1:] {
			return r.ID
		}
	}
	return ""
}

// decide accepts or dismisses the first n suggestions for a requirement.
func (p *program) decide(requirement, what string, n int) {
	var list struct {
		Items []struct {
			Requirement string
			Control     struct{ ID string }
		}
	}
	p.do("Ingrid", "GET", "/requirements/"+requirement+"/suggestions", nil, &list)
	var pairs []map[string]any
	for _, s := range list.Items[:min(n, len(list.Items))] {
		pairs = append(pairs, map[string]any{"requirement": s.Requirement, "control": s.Control.ID})
	}
	if len(pairs) > 0 {
		p.do("Ingrid", "POST", "/suggestions/"+what, map[string]any{"pairs": pairs}, nil)
	}
}
