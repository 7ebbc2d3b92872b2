// Package record names records of every kind to those that lean on them: a task is about one, a comment
// stands under one, a link joins two, a notification leads to one. It is the one list of kinds.
package record

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"assay/server/op"
	"assay/storage"
)

// Kind is a kind of record: the name of its table.
type Kind string

// The kinds.
const (
	Activity    Kind = "activity"
	Asset       Kind = "asset"
	Application Kind = "application"
	Control     Kind = "control"
	Department  Kind = "department"
	Evidence    Kind = "evidence"
	File        Kind = "file"
	Framework   Kind = "framework"
	Policy      Kind = "policy"
	Process     Kind = "process"
	Grant       Kind = "access_grant"
	JobRole     Kind = "job_role"
	Personnel   Kind = "personnel"
	Requirement Kind = "requirement"
	Risk        Kind = "risk"
	Task        Kind = "task"
	Vendor      Kind = "vendor"
)

// Ref names one record.
type Ref struct {
	Kind Kind   `json:"kind"`
	ID   string `json:"id"`
}

// Line is a record as others show it: in a row, on a chip, in a mail.
type Line struct {
	Kind  Kind   `json:"kind"`
	ID    string `json:"id"`
	Ref   string `json:"ref" doc:"As people write it: AC-01; empty for kinds without one"`
	Title string `json:"title"`
	Owner string `json:"owner" doc:"Id of the person it belongs to, or empty"`
	Path  string `json:"path" doc:"Its page, below that of the organisation"`
}

// lines reads, for a JSON array of ids, the columns of a Line: id, ref, title, owner, path.
var lines = map[Kind]string{
	Application: `SELECT id, '', name, owner, 'applications?open=' || id FROM application WHERE id IN (SELECT value FROM json_each(?))`,
	Department:  `SELECT id, '', name, '', 'departments?open=' || id FROM department WHERE id IN (SELECT value FROM json_each(?))`,
	Grant: `SELECT g.id, '', p.name || ', ' || a.name, '', 'grants?open=' || g.id
		FROM access_grant g JOIN personnel p ON p.id = g.personnel JOIN application a ON a.id = g.application WHERE g.id IN (SELECT value FROM json_each(?))`,
	JobRole:   `SELECT id, '', name, owner, 'job-roles?open=' || id FROM job_role WHERE id IN (SELECT value FROM json_each(?))`,
	Personnel: `SELECT id, employee_id, name, '', 'personnel?open=' || id FROM personnel WHERE id IN (SELECT value FROM json_each(?))`,
	Activity:  `SELECT id, '', name, owner, 'activities?open=' || id FROM activity WHERE id IN (SELECT value FROM json_each(?))`,
	Asset:     `SELECT id, ref, name, owner, 'assets?open=' || id FROM asset WHERE id IN (SELECT value FROM json_each(?))`,
	Control:   `SELECT id, ref, title, owner, 'controls/' || id FROM control WHERE id IN (SELECT value FROM json_each(?))`,
	Evidence:  `SELECT id, '', name, owner, 'evidence/' || id FROM evidence WHERE id IN (SELECT value FROM json_each(?))`,
	File:      `SELECT f.id, '', f.name, e.owner, 'evidence/' || e.id FROM file f JOIN evidence e ON e.id = f.evidence WHERE f.id IN (SELECT value FROM json_each(?))`,
	Framework: `SELECT id, '', name, '', 'frameworks/' || id FROM framework WHERE id IN (SELECT value FROM json_each(?))`,
	Process:   `SELECT id, ref, name, owner, 'bia?open=' || id FROM process WHERE id IN (SELECT value FROM json_each(?))`,
	Requirement: `SELECT q.id, f.short || ' ' || q.ref, q.title, '', 'frameworks/' || f.id || '?open=' || q.id
		FROM requirement q JOIN framework f ON f.id = q.framework WHERE q.id IN (SELECT value FROM json_each(?))`,
	Policy: `SELECT id, ref, title, owner, 'policies/' || id FROM policy WHERE id IN (SELECT value FROM json_each(?))`,
	Risk:   `SELECT id, ref, title, owner, 'risks?open=' || id FROM risk WHERE id IN (SELECT value FROM json_each(?))`,
	Vendor: `SELECT id, ref, name, owner, 'vendors?open=' || id FROM vendor WHERE id IN (SELECT value FROM json_each(?))`,
	Task:   `SELECT id, '', title, owner, 'tasks/' || id FROM task WHERE id IN (SELECT value FROM json_each(?))`,
}

// of is how every query of lines ends, so that the others can be made of them.
const of = " IN (SELECT value FROM json_each(?))"

// With begins a query of all records of a known kind, as a table r with the columns id, ref, title, owner, path.
func With(k Kind) string {
	return "WITH r (id, ref, title, owner, path) AS (" + strings.TrimSuffix(lines[k], of) + " IS NOT NULL) "
}

// Kinds are all kinds, in the order of their names.
func Kinds() []Kind {
	var all []Kind
	for k := range lines {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}

// Known says whether there is such a kind.
func (k Kind) Known() bool { return lines[k] != "" }

// Find reads one record. It is [storage.ErrNotFound] when there is none, also for a kind that is not known.
func Find(tx *storage.ReadTx, r Ref) (Line, error) {
	found, err := Lines(tx, []Ref{r})
	if err != nil {
		return Line{}, err
	}
	l, ok := found[r]
	if !ok {
		return Line{}, storage.ErrNotFound
	}
	return l, nil
}

// Lines reads many records, one query a kind. Those that are gone are absent.
func Lines(tx *storage.ReadTx, refs []Ref) (map[Ref]Line, error) {
	ids := map[Kind][]string{}
	for _, r := range refs {
		if r.Kind.Known() {
			ids[r.Kind] = append(ids[r.Kind], r.ID)
		}
	}
	found := map[Ref]Line{}
	for k, of := range ids {
		list, err := json.Marshal(of)
		if err != nil {
			return nil, err
		}
		rows, err := tx.Query(lines[k], string(list))
		if err != nil {
			return nil, fmt.Errorf("read records of kind %s: %w", k, err)
		}
		all, err := op.Scan(rows, func(r op.Row) (Line, error) {
			l := Line{Kind: k}
			return l, r.Scan(&l.ID, &l.Ref, &l.Title, &l.Owner, &l.Path)
		})
		if err != nil {
			return nil, fmt.Errorf("read records of kind %s: %w", k, err)
		}
		for _, l := range all {
			found[Ref{k, l.ID}] = l
		}
	}
	return found, nil
}

// Search finds the records of one kind whose reference or title has every word of q, at most limit of them.
func Search(tx *storage.ReadTx, k Kind, q string, limit int) ([]Line, error) {
	if !k.Known() {
		return nil, storage.ErrNotFound
	}
	words, err := json.Marshal(strings.Fields(strings.ToLower(q)))
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(With(k)+`SELECT id, ref, title, owner, path FROM r
		WHERE NOT EXISTS (SELECT 1 FROM json_each(?) WHERE instr(lower(ref || ' ' || title), value) = 0)
		ORDER BY length(title) LIMIT ?`, string(words), limit)
	if err != nil {
		return nil, fmt.Errorf("search records of kind %s: %w", k, err)
	}
	return op.Scan(rows, func(r op.Row) (Line, error) {
		l := Line{Kind: k}
		return l, r.Scan(&l.ID, &l.Ref, &l.Title, &l.Owner, &l.Path)
	})
}

// Name is a record in the middle of a sentence: "AC-01 Access reviews".
func (l Line) Name() string {
	return strings.TrimSpace(l.Ref + " " + l.Title)
}
