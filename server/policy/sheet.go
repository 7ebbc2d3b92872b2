package policy

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"assay/server/imports"
	"assay/server/op"
	"assay/storage"
)

// mostMonths is the longest time between two reviews.
const mostMonths = 60

// Sheet is how policies come in as a table. Their words do not: these are written, approved and published here.
var Sheet = imports.Target{
	Name: "policies", One: "policy", Keys: []string{"title", "ref"},
	Writes: []string{"policy", "policy_control", "number_given"},
	Fields: []imports.Field{
		{Name: "title", Label: "Title", Kind: imports.Text, Max: 300, Required: true, Also: []string{"name", "policy", "policy name", "policy title", "document name", "document", "titel", "richtlinie"}},
		{Name: "ref", Label: "Ref", Kind: imports.Ref, Max: 20, Also: []string{"number", "policy number", "policy id", "no", "nr"}, Hint: "Finds a policy that is here; new ones get the next number"},
		{Name: "category", Label: "Category", Kind: imports.Text, Max: 100, Also: []string{"type", "policy type", "area", "kategorie"}},
		{Name: "summary", Label: "Summary", Kind: imports.Long, Max: 5000, Also: []string{"description", "purpose", "scope", "beschreibung", "zweck"}},
		{Name: "location", Label: "Location", Kind: imports.Text, Max: 2000, Also: []string{"document location", "url", "link", "address", "ablage"}},
		{Name: "owner", Label: "Owner", Kind: imports.Person, Also: []string{"policy owner", "owner email", "responsible", "verantwortlich", "owner name"}},
		{Name: "planned_on", Label: "Planned on", Kind: imports.Text, Max: 10, Also: []string{"planned for", "target date", "due date", "geplant"}, Hint: "As 2026-12-31: the day by which it shall be in force"},
		{Name: "review_months", Label: "Review months", Kind: imports.Number, Also: []string{"review cadence", "review interval", "cadence", "months"}, Hint: "0 to 60; 12 unless given"},
		{Name: "control_refs", Label: "Controls", Kind: imports.List, Also: []string{"control refs", "control", "linked controls", "kontrollen"}, Hint: "References of controls, with commas between them"},
	},
	Find: findPolicies, Check: checkPolicies, Apply: applyPolicies,
}

const sheetColumns = `SELECT p.id, p.title, p.ref, p.category, p.summary, p.location, p.owner, p.planned_on, p.review_months, p.version,
	(SELECT coalesce(group_concat(upper(ref), ', '), '') FROM (SELECT c.ref FROM policy_control x JOIN control c ON c.id = x.control WHERE x.policy = p.id ORDER BY upper(c.ref))), `

const sheetFrom = ` FROM (SELECT DISTINCT value FROM json_each(?)) j CROSS JOIN policy p ON `

func findPolicies(tx *storage.ReadTx, _, key string, values []string) ([]imports.Record, error) {
	q := sheetColumns + "p.title" + sheetFrom + "p.title = j.value COLLATE NOCASE"
	switch key {
	case imports.ID:
		q = sheetColumns + "p.id" + sheetFrom + "p.id = j.value"
	case "ref":
		q = sheetColumns + "p.ref" + sheetFrom + "p.ref = j.value COLLATE NOCASE"
	}
	rows, err := tx.Query(q, listed(values))
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (rec imports.Record, err error) {
		var title, ref, category, summary, location, owner, planned, controls string
		var months int
		err = r.Scan(&rec.ID, &title, &ref, &category, &summary, &location, &owner, &planned, &months, &rec.Version, &controls, &rec.Key)
		rec.Values = map[string]string{"title": title, "ref": ref, "category": category, "summary": summary, "location": location, "owner": owner,
			"planned_on": planned, "review_months": strconv.Itoa(months), "control_refs": controls}
		return rec, err
	})
}

// controlsOf are the ids of the controls that rows name, by reference, as far as they are there.
func controlsOf(tx *storage.ReadTx, rows []*imports.Row) (map[string]string, error) {
	var refs []string
	for _, r := range rows {
		if r.Differs("control_refs") {
			refs = append(refs, imports.Split(r.To["control_refs"])...)
		}
	}
	list, err := json.Marshal(append([]string{}, refs...))
	if err != nil {
		return nil, err
	}
	found, err := tx.Query("SELECT upper(c.ref), c.id FROM (SELECT DISTINCT value FROM json_each(?)) j CROSS JOIN control c ON c.ref = j.value COLLATE NOCASE", string(list))
	if err != nil {
		return nil, err
	}
	return op.Map[string, string](found)
}

func checkPolicies(tx *storage.ReadTx, _ *imports.Run, rows []*imports.Row) error {
	controls, err := controlsOf(tx, rows)
	if err != nil {
		return err
	}
	for _, r := range rows {
		to := r.To
		if r.Was == nil && to["review_months"] == "" {
			to["review_months"] = "12"
		}
		if n, err := strconv.Atoi(to["review_months"]); err != nil || n < 0 || n > mostMonths {
			r.Refuse("review_months", fmt.Sprintf("Choose a number from 0 to %d.", mostMonths))
		}
		var c op.Check
		if c.Date(to["planned_on"], "planned_on"); c.Err() != nil {
			r.Refuse("planned_on", c.Fields()["planned_on"])
		}
		if r.Was == nil && to["ref"] != "" {
			r.Refuse("ref", "There is no policy "+to["ref"]+". Leave the cell empty: a new policy gets the next number.")
		}
		if r.Was != nil && r.Differs("ref") {
			r.Refuse("ref", "The number of a policy never changes.")
		}
		if u, err := url.Parse(to["location"]); to["location"] != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil) {
			r.Refuse("location", "Give an address that begins with https://.")
		}
		if !r.Differs("control_refs") {
			continue
		}
		missing := slices.DeleteFunc(imports.Split(to["control_refs"]), func(ref string) bool { return controls[strings.ToUpper(ref)] != "" })
		if len(missing) > 0 {
			r.Refuse("control_refs", "There is no control "+strings.Join(missing, ", ")+".")
		}
	}
	return nil
}

func applyPolicies(tx *storage.WriteTx, _ *imports.Run, rows []*imports.Row) error {
	controls, err := controlsOf(&tx.ReadTx, rows)
	if err != nil {
		return err
	}
	for _, r := range rows {
		to := r.To
		months, err := strconv.Atoi(to["review_months"])
		if err != nil {
			return err
		}
		s := said{to["title"], to["category"], to["summary"], to["location"], to["owner"], organisation, to["planned_on"], months}
		if r.Was == nil {
			if r.ID, err = insert(tx, s, "", false); err != nil {
				return err
			}
		} else {
			r.ID = r.Was.ID
			if len(r.Changed) > 1 || !r.Differs("control_refs") {
				err := tx.ExecOne("UPDATE policy SET title = ?, category = ?, summary = ?, location = ?, owner = ?, planned_on = ?, review_months = ?, updated_at = ? WHERE id = ?",
					s.title, s.category, s.summary, s.location, s.owner, s.planned, s.months, tx.Stamp(), r.ID)
				if err != nil {
					return err
				}
			}
		}
		if !r.Differs("control_refs") {
			continue
		}
		ids := []string{}
		for _, ref := range imports.Split(to["control_refs"]) {
			ids = append(ids, controls[strings.ToUpper(ref)])
		}
		if err := relate(tx, r.ID, &ids, nil); err != nil {
			return err
		}
	}
	return nil
}
