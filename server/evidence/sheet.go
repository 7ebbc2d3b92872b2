package evidence

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"assay/server/imports"
	"assay/server/op"
	"assay/storage"
)

// Sheet is how evidence requests come in as a table.
var Sheet = imports.Target{
	Name: "evidence", One: "evidence request", Keys: []string{"name"},
	Writes: []string{"evidence", "evidence_control"},
	Fields: []imports.Field{
		{Name: "name", Label: "Name", Kind: imports.Text, Max: 200, Required: true, Also: []string{"evidence", "evidence name", "title", "request", "item", "artefact", "artifact", "nachweis", "bezeichnung"}},
		{Name: "description", Label: "Description", Kind: imports.Long, Max: 4000, Also: []string{"details", "text", "beschreibung"}},
		{Name: "guidance", Label: "Guidance", Kind: imports.Long, Max: 4000, Also: []string{"instructions", "how to collect", "hint", "anleitung", "notes"}},
		{Name: "category", Label: "Category", Kind: imports.Text, Max: 100, Also: []string{"area", "domain", "group", "kategorie", "topic"}},
		{Name: "kind", Label: "Kind", Kind: imports.Choice, Also: []string{"type", "evidence type", "art", "format"}, Options: []imports.Option{
			{Value: "policy_document", Label: "Policy document", Also: []string{"policy", "document", "procedure"}},
			{Value: "report", Label: "Report", Also: []string{"export", "list"}},
			{Value: "configuration", Label: "Configuration", Also: []string{"config", "settings"}},
			{Value: "log", Label: "Log", Also: []string{"logs", "audit log", "record", "records"}},
			{Value: "screenshot", Label: "Screenshot", Also: []string{"picture", "image"}},
			{Value: "attestation", Label: "Attestation", Also: []string{"certificate", "sign off", "signed statement"}},
			{Value: "other", Label: "Other"},
		}},
		{Name: "frequency", Label: "Frequency", Kind: imports.Choice, Also: []string{"interval", "how often", "cadence", "collection frequency", "recurrence", "häufigkeit", "turnus"}, Options: []imports.Option{
			{Value: "monthly", Label: "Monthly", Also: []string{"month", "every month", "1m", "monatlich"}},
			{Value: "quarterly", Label: "Quarterly", Also: []string{"quarter", "every quarter", "3m", "vierteljährlich", "quartalsweise"}},
			{Value: "semi_annual", Label: "Twice a year", Also: []string{"half yearly", "semi annually", "biannual", "6m", "halbjährlich"}},
			{Value: "annual", Label: "Yearly", Also: []string{"annually", "year", "every year", "12m", "jährlich"}},
			{Value: "once", Label: "Once", Also: []string{"one time", "one off", "einmalig"}},
		}},
		{Name: "validity_days", Label: "Validity days", Kind: imports.Number, Also: []string{"validity", "valid for", "days valid", "valid days", "gültigkeit"}, Hint: "0 means for ever; otherwise it follows the frequency"},
		{Name: "owner", Label: "Owner", Kind: imports.Person, Also: []string{"responsible", "assignee", "assigned to", "collector", "owner email", "verantwortlich"}},
		{Name: "reviewer", Label: "Reviewer", Kind: imports.Person, Also: []string{"approver", "reviewed by", "reviewer email", "prüfer"}},
		{Name: "control_refs", Label: "Control refs", Kind: imports.List, Also: []string{"control", "controls proved", "control ref", "control reference", "linked controls", "control ids", "kontrollen"}, Hint: "References of controls, with commas between them"},
		{Name: "not_applicable", Label: "Not applicable", Kind: imports.Flag},
		{Name: "na_reason", Label: "Why not applicable", Kind: imports.Long, Max: 2000},
	},
	Find: findRequests, Check: checkRequests, Apply: applyRequests,
}

const sheetColumns = `SELECT e.id, e.name, e.description, e.guidance, e.category, e.kind, e.frequency, e.validity_days, e.owner, e.reviewer, e.not_applicable, e.na_reason,
	e.version, (SELECT coalesce(group_concat(upper(ref), ', '), '') FROM (SELECT c.ref FROM evidence_control x JOIN control c ON c.id = x.control
		WHERE x.evidence = e.id ORDER BY upper(c.ref))), `

const sheetFrom = ` FROM (SELECT DISTINCT value FROM json_each(?)) j CROSS JOIN evidence e ON `

func findRequests(tx *storage.ReadTx, _, key string, values []string) ([]imports.Record, error) {
	list, err := json.Marshal(values)
	if err != nil {
		return nil, err
	}
	q := sheetColumns + "e.name" + sheetFrom + "e.name = j.value COLLATE NOCASE"
	if key == imports.ID {
		q = sheetColumns + "e.id" + sheetFrom + "e.id = j.value"
	}
	rows, err := tx.Query(q, string(list))
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (rec imports.Record, err error) {
		var name, description, guidance, category, kind, frequency, owner, reviewer, reason, controls string
		var validity int
		var none bool
		err = r.Scan(&rec.ID, &name, &description, &guidance, &category, &kind, &frequency, &validity, &owner, &reviewer, &none, &reason, &rec.Version, &controls, &rec.Key)
		rec.Values = map[string]string{"name": name, "description": description, "guidance": guidance, "category": category, "kind": kind, "frequency": frequency,
			"validity_days": strconv.Itoa(validity), "owner": owner, "reviewer": reviewer, "not_applicable": strconv.FormatBool(none), "na_reason": reason, "control_refs": controls}
		return rec, err
	})
}

// controlsOf are the ids of controls by their references, as far as they are there.
func controlsOf(tx *storage.ReadTx, refs []string) (map[string]string, error) {
	list, err := json.Marshal(refs)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query("SELECT c.id, c.ref FROM (SELECT DISTINCT value FROM json_each(?)) j CROSS JOIN control c ON c.ref = j.value COLLATE NOCASE", string(list))
	if err != nil {
		return nil, err
	}
	ids := map[string]string{}
	err = op.Each(rows, func(r op.Row) (err error) {
		var id, ref string
		err = r.Scan(&id, &ref)
		ids[strings.ToUpper(ref)] = id
		return err
	})
	return ids, err
}

func linked(rows []*imports.Row) (refs []string) {
	for _, r := range rows {
		if r.Differs("control_refs") {
			refs = append(refs, imports.Split(r.To["control_refs"])...)
		}
	}
	return refs
}

func checkRequests(tx *storage.ReadTx, _ *imports.Run, rows []*imports.Row) error {
	controls, err := controlsOf(tx, linked(rows))
	if err != nil {
		return err
	}
	for _, r := range rows {
		to := r.To
		if r.Was == nil {
			orElse(to, "kind", "other")
			orElse(to, "frequency", "annual")
			orElse(to, "not_applicable", "false")
		}
		if (r.Was == nil || r.Differs("frequency")) && !r.Differs("validity_days") {
			to["validity_days"] = strconv.Itoa(Frequency(to["frequency"]).ValidityDays())
		}
		if n, err := strconv.Atoi(to["validity_days"]); err != nil || n < 0 || n > MaxValidity {
			r.Refuse("validity_days", fmt.Sprintf("Choose a number from 0 to %d.", MaxValidity))
		}
		if to["not_applicable"] == "true" && strings.TrimSpace(to["na_reason"]) == "" {
			r.Refuse("na_reason", needsReason)
		}
		if to["not_applicable"] != "true" {
			r.Drop("na_reason")
			to["na_reason"] = ""
		}
		if !r.Differs("control_refs") {
			continue
		}
		var missing []string
		for _, ref := range imports.Split(to["control_refs"]) {
			if controls[strings.ToUpper(ref)] == "" {
				missing = append(missing, ref)
			}
		}
		if len(missing) > 0 {
			r.Refuse("control_refs", "There is no control "+strings.Join(missing, ", ")+".")
		}
	}
	return nil
}

func orElse(to map[string]string, field, value string) {
	if to[field] == "" {
		to[field] = value
	}
}

func applyRequests(tx *storage.WriteTx, _ *imports.Run, rows []*imports.Row) error {
	controls, err := controlsOf(&tx.ReadTx, linked(rows))
	if err != nil {
		return err
	}
	var added []request
	for _, r := range rows {
		to := r.To
		validity, err := strconv.Atoi(to["validity_days"])
		if err != nil {
			return err
		}
		q := request{"", to["name"], to["description"], to["guidance"], to["category"], to["kind"], to["frequency"], validity,
			to["owner"], to["reviewer"], to["not_applicable"] == "true", to["na_reason"], "", nil}
		if r.Differs("control_refs") {
			for _, ref := range imports.Split(to["control_refs"]) {
				q.Controls = append(q.Controls, controls[strings.ToUpper(ref)])
			}
		}
		if r.Was == nil {
			q.ID = tx.NewID()
			r.ID = q.ID
			added = append(added, q)
			continue
		}
		q.ID = r.Was.ID
		if len(r.Changed) > 1 || !r.Differs("control_refs") {
			if err := rewrite(tx, q); err != nil {
				return err
			}
		}
		if !r.Differs("control_refs") {
			continue
		}
		if err := connect(tx, q.ID, q.Controls); err != nil {
			return err
		}
		stay := imports.Split(strings.ToUpper(to["control_refs"]))
		for _, ref := range imports.Split(r.Was.Values["control_refs"]) {
			if slices.Contains(stay, strings.ToUpper(ref)) {
				continue
			}
			if err := tx.Exec("DELETE FROM evidence_control WHERE evidence = ? AND control = (SELECT id FROM control WHERE ref = ? COLLATE NOCASE)", q.ID, ref); err != nil {
				return err
			}
		}
	}
	if len(added) > 0 {
		at := tx.Now().Truncate(time.Second).Add(time.Second)
		// Their first cycles come from the job that turns them, once for all rows of a second.
		if err := errors.Join(insert(tx, added), tx.Enqueue("evidence.turn", nil, at, at.Format(storage.Instant))); err != nil {
			return err
		}
	}
	return askRecalculation(tx)
}
