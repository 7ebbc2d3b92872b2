package control

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"assay/server/imports"
	"assay/server/op"
	"assay/storage"
)

// Sheet is how controls come in as a table. Package framework adds the requirements that they serve.
var Sheet = imports.Target{
	Name: "controls", One: "control", Keys: []string{"ref"},
	Writes: []string{"control", "control_status"},
	Fields: []imports.Field{
		{Name: "ref", Label: "Ref", Kind: imports.Ref, Max: 40, Required: true, Also: []string{"reference", "control", "control id", "control ref", "control number", "control no", "number", "no", "nr", "nummer", "code", "kennung", "identifier"}},
		{Name: "title", Label: "Title", Kind: imports.Text, Max: 300, Required: true, Also: []string{"name", "control name", "control title", "titel", "bezeichnung", "summary", "short description"}},
		{Name: "description", Label: "Description", Kind: imports.Long, Max: 20000, Also: []string{"control description", "details", "text", "beschreibung", "activity", "control activity"}},
		{Name: "test", Label: "Test", Kind: imports.Long, Max: 20000, Also: []string{"how to test", "test procedure", "testing procedure", "prüfung", "audit procedure"}, Hint: "How to check that it works"},
		{Name: "domain", Label: "Domain", Kind: imports.Text, Max: 100, Also: []string{"category", "area", "bereich", "family", "group", "topic", "theme"}},
		{Name: "owner", Label: "Owner", Kind: imports.Person, Also: []string{"control owner", "owner email", "responsible", "assignee", "assigned to", "verantwortlich", "owner name"}},
		{Name: "status", Label: "Claimed status", Kind: imports.Choice, Also: []string{"status", "state", "implementation status", "stand", "control status"}, Options: []imports.Option{
			{Value: string(NotStarted), Label: "Not started", Also: []string{"open", "todo", "to do", "new", "planned", "none", "not implemented", "offen"}},
			{Value: string(InProgress), Label: "In progress", Also: []string{"started", "ongoing", "partial", "partially implemented", "wip", "in arbeit", "in review"}},
			{Value: string(Implemented), Label: "Implemented", Also: []string{"done", "complete", "completed", "closed", "in place", "fully implemented", "effective", "compliant", "umgesetzt", "erledigt"}},
			{Value: string(Gap), Label: "Gap", Also: []string{"missing", "non compliant", "failed", "not effective", "lücke"}},
			{Value: string(NotApplicable), Label: "Not applicable", Also: []string{"n/a", "na", "out of scope", "excluded", "nicht anwendbar"}},
		}},
		{Name: "justification", Label: "Justification", Kind: imports.Long, Max: 2000, Also: []string{"reason for exclusion", "exclusion reason", "why not applicable", "begründung"}, Hint: "Why it does not apply; an administrator's word"},
	},
	Find: findControls, Check: checkControls, Apply: applyControls,
}

const sheetColumns = `SELECT c.id, c.ref, c.title, c.description, c.test, c.domain, c.owner, s.status, s.justification, c.source,
	EXISTS (SELECT 1 FROM control_status t WHERE t.control = c.id AND t.scope <> 'organisation'), c.version + s.version - 1, `

const sheetFrom = ` FROM (SELECT DISTINCT value FROM json_each(?)) j CROSS JOIN control c ON `

const sheetJoin = ` JOIN control_status s ON s.control = c.id AND s.scope = 'organisation'`

// findControls looks controls up. Their version counts what was written and what was claimed, as the export's does.
func findControls(tx *storage.ReadTx, _, key string, values []string) ([]imports.Record, error) {
	list, err := json.Marshal(values)
	if err != nil {
		return nil, err
	}
	q := sheetColumns + "c.ref" + sheetFrom + "c.ref = j.value COLLATE NOCASE" + sheetJoin
	if key == imports.ID {
		q = sheetColumns + "c.id" + sheetFrom + "c.id = j.value" + sheetJoin
	}
	rows, err := tx.Query(q, string(list))
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (rec imports.Record, err error) {
		var ref, title, description, test, domain, owner, status, justification, source, tracked string
		err = r.Scan(&rec.ID, &ref, &title, &description, &test, &domain, &owner, &status, &justification, &source, &tracked, &rec.Version, &rec.Key)
		rec.Values = map[string]string{"ref": ref, "title": title, "description": description, "test": test, "domain": domain, "owner": owner,
			"status": status, "justification": justification, "source": source, "tracked": tracked}
		return rec, err
	})
}

func checkControls(tx *storage.ReadTx, run *imports.Run, rows []*imports.Row) error {
	refs, _ := run.Keep["refs"].(map[string]bool) // that this file gives to controls it does not recognise by them
	if refs == nil {
		refs = map[string]bool{}
		run.Keep["refs"] = refs
	}
	var renamed []string
	for _, r := range rows {
		if r.Was == nil || r.Differs("ref") {
			renamed = append(renamed, r.To["ref"])
		}
	}
	taken := map[string]imports.Record{}
	if len(renamed) > 0 {
		found, err := findControls(tx, "", "ref", renamed)
		if err != nil {
			return err
		}
		for _, f := range found {
			taken[strings.ToLower(f.Key)] = f
		}
	}
	for _, r := range rows {
		was := NotStarted
		if r.Was != nil {
			was = Status(r.Was.Values["status"])
		}
		now := Status(r.To["status"])
		if now == "" {
			now = NotStarted
			r.To["status"] = string(now)
		}
		if now != NotApplicable { // a justification explains nothing else, and goes with the state it explained
			r.Drop("justification")
			r.To["justification"] = ""
		}
		if now != was || now == NotApplicable && r.Differs("justification") {
			if field, why := mayClaim(was, now, r.To["justification"], run.Admin); why != "" {
				r.Refuse(field, why)
			}
			if r.Was != nil && r.Was.Values["tracked"] == "1" {
				r.Refuse("status", keptPerProduct)
			}
		}
		if r.Was == nil || r.Differs("ref") {
			ref := strings.ToLower(r.To["ref"])
			by, there := taken[ref]
			switch {
			case there && (r.Was == nil || by.ID != r.Was.ID):
				r.Refuse("ref", "This reference is taken by “"+by.Values["title"]+"”.")
			case refs[ref]:
				r.Refuse("ref", "Another row of this file has the same reference.")
			case r.Was != nil && r.Was.Values["source"] != "own":
				r.Refuse("ref", keepsRef)
			}
			if r.Good() {
				refs[ref] = true
			}
		}
	}
	return nil
}

func applyControls(tx *storage.WriteTx, _ *imports.Run, rows []*imports.Row) error {
	var added []fresh
	type claim struct {
		status        Status
		justification string
	}
	claims := map[claim][]string{}
	var order []claim
	for _, r := range rows {
		d := Draft{Ref: r.To["ref"], Title: r.To["title"], Description: r.To["description"], Test: r.To["test"], Domain: r.To["domain"], Owner: r.To["owner"]}
		said := claim{Status(r.To["status"]), r.To["justification"]}
		if r.Was == nil {
			r.ID = tx.NewID()
			added = append(added, fresh{ID: r.ID, Draft: d, Status: said.status, Justification: said.justification})
			continue
		}
		words := r.Differs("ref", "title", "description", "test", "domain")
		if words || r.Differs("owner") {
			if err := rewrite(tx, r.Was.ID, d, !words); err != nil {
				return err
			}
		}
		if r.Differs("status", "justification") {
			if !slices.Contains(order, said) {
				order = append(order, said)
			}
			claims[said] = append(claims[said], r.Was.ID)
		}
	}
	if len(added) > 0 {
		if err := errors.Join(insert(tx, added), askSettle(tx)); err != nil {
			return err
		}
	}
	for _, said := range order {
		if err := say(tx, Organisation, claims[said], said.status, said.justification); err != nil {
			return err
		}
	}
	return nil
}
