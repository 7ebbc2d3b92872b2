package story

import (
	"fmt"
	"strings"
)

// howTo is what a consultant wrote down of how proof is collected, in a spreadsheet.
var howTo = []string{
	"Export the list from the console as PDF.\nThe date and the account must be visible.",
	"Take the newest approved version from the handbook, with its history of changes.",
	"One screenshot of the setting, one of the test that it works.",
	"Ask the owner for the ticket, and save it with its comments.",
	"Run the report for the whole quarter; a part of it does not count.",
	"Sample five entries, and keep the list they were drawn from.",
}

// bring imports guidance for evidence requests from a table, one row of which names somebody who is not there.
func (p *program) bring(who string, day int) {
	p.at(p.day(day, 14.2), func() {
		var list struct{ Items []evidenceRow }
		p.do(who, "GET", "/evidence?limit=60", nil, &list)
		if p.fail != nil || len(list.Items) < 8*len(howTo) {
			return
		}
		var table strings.Builder
		table.WriteString("Evidence;How to collect;Responsible\r\n")
		for i, text := range howTo {
			fmt.Fprintf(&table, "%s;\"%s\";\r\n", list.Items[8*i].Name, text)
		}
		fmt.Fprintf(&table, "%s;As last year.;Facilities\r\n", list.Items[7].Name)
		var made struct {
			ID      string
			Mapping any
		}
		p.upload(who, "/imports?target=evidence", "Guidance from the gap assessment.csv", []byte(table.String()), &made)
		p.do(who, "POST", "/imports/"+made.ID+"/check", map[string]any{"mapping": made.Mapping}, nil)
		p.do(who, "POST", "/imports/"+made.ID+"/run", nil, nil)
	})
}
