package vendor

import (
	"encoding/json"
	"strings"

	"assay/server/op"
)

// Subprocessor is who works with data that customers gave the organisation, as customers are shown it.
type Subprocessor struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Website  string   `json:"website"`
	Purpose  string   `json:"purpose"`
	Location string   `json:"location"`
	Data     []string `json:"data"`
	Since    string   `json:"since" doc:"When it was approved, an instant"`
}

// subprocessors is the list that a trust center shows and contracts refer to: who is approved, and no one else.
var subprocessors = op.Table[op.PageIn, Subprocessor]{
	From: "vendor r", Key: "r.id", Columns: "r.id, r.name, r.website, r.purpose, r.location, r.data, r.decided_at",
	Scan: func(r op.Row) (s Subprocessor, err error) {
		var data string
		if err := r.Scan(&s.ID, &s.Name, &s.Website, &s.Purpose, &s.Location, &data, &s.Since); err != nil {
			return s, err
		}
		return s, json.Unmarshal([]byte(data), &s.Data)
	},
	Where: func(w *op.Where, _ op.PageIn) { w.And("r.subservice AND r.status = 'approved'") },
	Sort:  map[string]string{"name": "r.name COLLATE NOCASE", "location": "r.location COLLATE NOCASE"}, Default: "name",
	Export: []op.Col[Subprocessor]{
		{Header: "Name", Value: func(s Subprocessor) any { return s.Name }},
		{Header: "Purpose", Value: func(s Subprocessor) any { return s.Purpose }},
		{Header: "Location", Value: func(s Subprocessor) any { return s.Location }},
		{Header: "Data", Value: func(s Subprocessor) any { return strings.Join(s.Data, ", ") }},
		{Header: "Website", Value: func(s Subprocessor) any { return s.Website }},
		{Header: "Since", Value: func(s Subprocessor) any { return s.Since[:min(len(s.Since), 10)] }},
	},
}
