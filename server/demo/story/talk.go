package story

import "fmt"

// talk is what Northwind's people add to their records: tags, fields of their own, links, comments and views.
func (p *program) talk(day int) {
	p.at(p.day(day, 9.3), func() {
		for _, t := range [][2]string{{"SOC 2 fieldwork", "violet"}, {"Patient data", "red"}, {"Automated", "green"}, {"Board", "amber"}} {
			p.do("Ingrid", "POST", "/tags", map[string]any{"name": t[0], "color": t[1]}, nil)
		}
		for _, f := range []map[string]any{
			{"kind": "control", "name": "Control type", "type": "select", "options": []string{"Preventive", "Detective", "Corrective"}, "help": "What it does to a risk: keep it from happening, notice it, or repair it."},
			{"kind": "control", "name": "Systems", "type": "multiselect", "options": []string{"Clinic portal", "Data warehouse", "Corporate IT"}},
			{"kind": "control", "name": "Next walkthrough", "type": "date", "help": "When the auditor looks at it together with its owner."},
			{"kind": "evidence", "name": "Source system", "type": "text", "help": "Where the proof is taken from, so that somebody else finds it."},
			{"kind": "evidence", "name": "Sampled", "type": "checkbox", "help": "The auditor chose it for the sample."},
		} {
			p.do("Ingrid", "POST", "/fields", f, nil)
		}
	})
	p.at(p.day(day+1, 10.1), func() {
		p.do("Ingrid", "POST", "/controls/bulk", map[string]any{"match": map[string]any{"domain": "Access"}, "set": map[string]any{"add_tags": []string{"SOC 2 fieldwork"}}}, nil)
		p.do("Ingrid", "POST", "/controls/bulk", map[string]any{"match": map[string]any{"domain": "Data protection"}, "set": map[string]any{"add_tags": []string{"Patient data"}}}, nil)
		p.do("Dana", "POST", "/controls/bulk", map[string]any{"match": map[string]any{"domain": "Logging"}, "set": map[string]any{"add_tags": []string{"Automated"}}}, nil)
		p.do("Ingrid", "POST", "/evidence/bulk", map[string]any{"match": map[string]any{"category": "Access"}, "add_tags": []string{"SOC 2 fieldwork"}}, nil)
		for i, ref := range []string{"IAM-02", "IAM-08", "IAM-04", "IAM-03", "BCD-04", "BCD-05", "VUL-02", "NW-01"} {
			p.about(ref, func(at string) {
				p.do("Ingrid", "PATCH", at+"/custom", map[string]any{"custom": map[string]any{"control_type": []string{"Preventive", "Preventive", "Detective", "Corrective"}[i%4],
					"systems": [][]string{{"Clinic portal"}, {"Corporate IT", "Data warehouse"}}[i%2], "next_walkthrough": p.day(436+i, 10).Format("2006-01-02")}}, nil)
			})
		}
	})
	p.at(p.day(day+2, 11), func() {
		p.link("NW-01", "depends_on", "control", "IAM-08", "Unmasking is a right of its own, given and reviewed like any other.")
		p.link("BCD-05", "depends_on", "control", "BCD-04", "A restore can only be tested on a backup that exists.")
		p.link("VUL-02", "relates", "control", "NW-03", "")
		p.link("IAM-03", "relates", "control", "IAM-04", "Both fell out of the readiness review; they are mended together.")
	})
	p.threads(day + 3)
	p.at(p.day(day+4, 9.1), func() {
		p.do("Ingrid", "POST", "/views", map[string]any{"list": "control", "name": "Fieldwork", "shared": true, "compact": true,
			"search":  fmt.Sprintf(`{"tag":[%q],"sort":"owner"}`, p.tag("SOC 2 fieldwork")),
			"columns": []string{"ref", "title", "status", "effective", "owner", "evidence", "tags", "custom.control_type", "custom.next_walkthrough"}}, nil)
		p.do("Ingrid", "POST", "/views", map[string]any{"list": "evidence", "name": "Due this month", "shared": true, "compact": true, "search": `{"due":30,"sort":"expires_on"}`}, nil)
		p.do("Dana", "POST", "/views", map[string]any{"list": "control", "name": "My gaps", "search": fmt.Sprintf(`{"effective":["needs_evidence","unproven","gap"],"owner":%q}`, p.person("Dana"))}, nil)
	})
}

// threads are the conversations that the readiness review and the auditor's first look left behind.
func (p *program) threads(day int) {
	at := func(who string) string { return "@[" + p.person(who) + "]" }
	var first struct{ ID string }
	p.at(p.day(day, 10.4), func() {
		p.about("IAM-03", func(on string) {
			p.do("Ingrid", "POST", on+"/comments", map[string]any{"body": "The readiness review took **three accounts** out of the sample that were still open a week after people left:\n\n- two contractors\n- one in the data warehouse\n\n" +
				at("Marcus") + " what would it take to close them on the last day?"}, &first)
		})
	})
	p.at(p.day(day, 14.6), func() {
		p.about("IAM-03", func(on string) {
			p.do("Marcus", "POST", on+"/comments", map[string]any{"parent": first.ID, "body": "The HR system tells us on the day, but the warehouse is not connected. I will add it to the `offboarding` job; " + at("Dana") + " has to give the job its rights."}, nil)
		})
	})
	p.at(p.day(day+1, 9.4), func() {
		p.about("IAM-03", func(on string) {
			p.do("Dana", "POST", on+"/comments", map[string]any{"parent": first.ID, "body": "Done. It runs at 18:00, tonight for the first time."}, nil)
		})
	})
	p.at(p.day(day+2, 11.2), func() {
		var q struct{ ID string }
		p.about("BCD-05", func(on string) {
			p.do("Lena", "POST", on+"/comments", map[string]any{"body": at("Dana") + " does the restore test cover the *whole* database, or a sample of tables? Please put the answer into the report itself."}, &q)
			p.do("Dana", "POST", on+"/comments", map[string]any{"parent": q.ID, "body": "The whole database. The report says so from this quarter on."}, nil)
			p.do("Lena", "POST", "/comments/"+q.ID+"/resolve", map[string]any{"resolved": true}, nil)
		})
	})
	p.at(p.day(day+3, 15), func() {
		p.about("VUL-02", func(on string) {
			p.do("Omar", "POST", on+"/comments", map[string]any{"body": "Two findings are older than 30 days because the vendor has no fix yet. I have asked them again: see https://status.example.com/advisories."}, nil)
		})
	})
}

// about does something with a control, if the demo's frameworks brought it.
func (p *program) about(ref string, do func(at string)) {
	if id := p.control(ref); id != "" {
		do("/records/control/" + id)
	}
}

func (p *program) link(ref, kind, otherKind, other, note string) {
	to := p.control(other)
	p.about(ref, func(at string) {
		if to != "" {
			p.do("Ingrid", "POST", at+"/links", map[string]any{"type": kind, "kind": otherKind, "record": to, "note": note}, nil)
		}
	})
}

// tag is the id of the tag with a name.
func (p *program) tag(name string) string {
	var all struct{ Items []struct{ ID, Name string } }
	p.do("Ingrid", "GET", "/tags", nil, &all)
	for _, t := range all.Items {
		if t.Name == name {
			return t.ID
		}
	}
	return ""
}
