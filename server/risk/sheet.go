package risk

import (
	"encoding/json"
	"strconv"

	"assay/server/imports"
	"assay/server/op"
	"assay/storage"
)

// Sheet is how risks come in as a table. The file that the export gives comes in again.
var Sheet = imports.Target{
	Name: "risks", One: "risk", Keys: []string{"title", "ref"},
	Writes: []string{"risk", "risk_score", "number_given", "notification"},
	Fields: []imports.Field{
		{Name: "ref", Label: "Ref", Kind: imports.Ref, Max: 40, Also: []string{"number", "risk id", "risk number", "risk no", "nummer"}, Hint: "Of risks that are here; new ones are given a number"},
		{Name: "title", Label: "Title", Kind: imports.Text, Max: 300, Required: true, Also: []string{"name", "risk", "risk name", "risk title", "threat", "risiko", "bezeichnung"}},
		{Name: "description", Label: "Description", Kind: imports.Long, Max: 20000, Also: []string{"details", "risk description", "scenario", "beschreibung"}},
		{Name: "category", Label: "Category", Kind: imports.Text, Max: 60, Also: []string{"risk category", "type", "risk type", "area", "kategorie"}},
		{Name: "owner", Label: "Owner", Kind: imports.Person, Also: []string{"risk owner", "responsible", "assigned to", "verantwortlich"}},
		{Name: "status", Label: "Status", Kind: imports.Choice, Also: []string{"state", "risk status"}, Options: []imports.Option{
			{Value: string(Open), Label: "Open", Also: []string{"new", "identified", "offen"}},
			{Value: string(InProgress), Label: "In progress", Also: []string{"on track", "treating", "in treatment", "started"}},
			{Value: string(OffTrack), Label: "Off track", Also: []string{"late", "blocked", "at risk"}},
			{Value: string(Mitigated), Label: "Mitigated", Also: []string{"treated", "done", "reduced"}},
			{Value: string(Accepted), Label: "Accepted"},
			{Value: string(Closed), Label: "Closed", Also: []string{"retired", "geschlossen"}},
		}},
		step("inherent_likelihood", "Inherent likelihood", "likelihood", "probability", "gross likelihood"), step("inherent_impact", "Inherent impact", "impact", "severity", "gross impact"),
		step("residual_likelihood", "Residual likelihood", "net likelihood", "current likelihood"), step("residual_impact", "Residual impact", "net impact", "current impact"),
		step("target_likelihood", "Target likelihood"), step("target_impact", "Target impact"),
		{Name: "treatment", Label: "Treatment", Kind: imports.Choice, Also: []string{"strategy", "response", "risk treatment"}, Options: []imports.Option{
			{Value: string(Mitigate), Label: "Mitigate", Also: []string{"reduce", "treat"}}, {Value: string(Accept), Label: "Accept", Also: []string{"tolerate"}},
			{Value: string(Transfer), Label: "Transfer", Also: []string{"share", "insure"}}, {Value: string(Avoid), Label: "Avoid", Also: []string{"terminate"}},
		}},
		{Name: "plan", Label: "Plan", Kind: imports.Long, Max: 20000, Also: []string{"treatment plan", "mitigation", "mitigation plan", "action", "actions"}},
		{Name: "due_on", Label: "Due on", Kind: imports.Text, Max: 10, Also: []string{"due", "due date", "target date"}, Hint: "As 2026-12-31"},
		{Name: "review_on", Label: "Review on", Kind: imports.Text, Max: 10, Also: []string{"review", "review date", "next review"}, Hint: "As 2026-12-31"},
	},
	Find: findRisks, Check: checkRisks, Apply: applyRisks,
}

// step is a likelihood or an impact, 1 to 5.
func step(name, label string, also ...string) imports.Field {
	return imports.Field{Name: name, Label: label, Kind: imports.Number, Also: also, Hint: "1 to 5"}
}

// cells are what is said of a risk, as a table has it.
func (d RiskDraft) cells(ref string) map[string]string {
	n := func(i int) string {
		if i == 0 {
			return ""
		}
		return strconv.Itoa(i)
	}
	return map[string]string{"ref": ref, "title": d.Title, "description": d.Description, "category": d.Category, "owner": d.Owner, "status": string(d.Status),
		"inherent_likelihood": n(d.Inherent.Likelihood), "inherent_impact": n(d.Inherent.Impact), "residual_likelihood": n(d.Residual.Likelihood), "residual_impact": n(d.Residual.Impact),
		"target_likelihood": n(d.Target.Likelihood), "target_impact": n(d.Target.Impact), "treatment": string(d.Treatment), "plan": d.Plan, "due_on": d.DueOn, "review_on": d.ReviewOn}
}

// fromCells is the way back. What is not a step of the scale is noted under its field.
func fromCells(v map[string]string, wrong func(field, sentence string)) RiskDraft {
	n := func(name string) int {
		if v[name] == "" {
			return 0
		}
		i, err := strconv.Atoi(v[name])
		if err != nil || i < 1 || i > 5 {
			wrong(name, "Give a number from 1 to 5.")
			return 0
		}
		return i
	}
	d := RiskDraft{Title: v["title"], Description: v["description"], Category: v["category"], Owner: v["owner"], Status: Status(v["status"]),
		Inherent: Point{n("inherent_likelihood"), n("inherent_impact")}, Residual: Point{n("residual_likelihood"), n("residual_impact")}, Target: Point{n("target_likelihood"), n("target_impact")},
		Treatment: Treatment(v["treatment"]), Plan: v["plan"], DueOn: v["due_on"], ReviewOn: v["review_on"]}
	if d.Status == "" {
		d.Status = Open
	}
	return d
}

func findRisks(tx *storage.ReadTx, _, key string, values []string) ([]imports.Record, error) {
	list, err := json.Marshal(values)
	if err != nil {
		return nil, err
	}
	q := "SELECT r.id, r.title FROM risk r WHERE r.title COLLATE NOCASE IN (SELECT value FROM json_each(?))"
	switch key {
	case "ref":
		q = "SELECT r.id, r.ref FROM risk r WHERE r.ref COLLATE NOCASE IN (SELECT value FROM json_each(?))"
	case imports.ID:
		q = "SELECT r.id, r.id FROM risk r WHERE r.id IN (SELECT value FROM json_each(?))"
	}
	rows, err := tx.Query(q, string(list))
	if err != nil {
		return nil, err
	}
	found, err := op.Scan(rows, func(r op.Row) (rec imports.Record, err error) { return rec, r.Scan(&rec.ID, &rec.Key) })
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(found))
	for i, f := range found {
		ids[i] = f.ID
	}
	is, err := table.Rows(tx, ids)
	for i := range found {
		r := is[found[i].ID]
		found[i].Version, found[i].Values = r.Version, r.said().cells(r.Ref)
	}
	return found, err
}

func checkRisks(tx *storage.ReadTx, _ *imports.Run, rows []*imports.Row) error {
	for _, r := range rows {
		was := RiskDraft{Status: Open}
		if r.Was != nil {
			was = fromCells(r.Was.Values, func(string, string) {})
		}
		if r.Was == nil && r.To["ref"] != "" || r.Was != nil && r.Differs("ref") {
			r.Refuse("ref", "Numbers are given here and never changed. Leave this cell empty.")
		}
		now := fromCells(r.To, r.Refuse)
		if why := mayMove(was.Status, now.Status); why != "" {
			r.Refuse("status", why)
		}
		var c op.Check
		was.Owner = now.Owner // who is not there was refused when the cell was read
		if err := now.check(&c, tx, was); err != nil {
			return err
		}
		for field, sentence := range c.Fields() {
			r.Refuse(sheetField(field), sentence)
		}
	}
	return nil
}

// sheetField is the column of a field that a table has in two.
func sheetField(field string) string {
	switch field {
	case "inherent", "residual", "target":
		return field + "_impact"
	}
	return field
}

func applyRisks(tx *storage.WriteTx, _ *imports.Run, rows []*imports.Row) error {
	said := func(string, string) {} // Check has judged every row
	for _, r := range rows {
		now := fromCells(r.To, said).trimmed()
		if r.Was == nil {
			id, err := insert(tx, now)
			if err != nil {
				return err
			}
			r.ID = id
			continue
		}
		was := fromCells(r.Was.Values, said)
		if now == was {
			continue
		}
		if err := write(tx, r.Was.ID, was, now); err != nil {
			return err
		}
	}
	return nil
}
