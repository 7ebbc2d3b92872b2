package auditlog

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"assay/server/op"
	"assay/storage"
)

// HistoryStep is one record as far as it is about one row and its parts.
type HistoryStep struct {
	Seq     int64         `json:"seq"`
	At      string        `json:"at"`
	Actor   AuditActor    `json:"actor"`
	Action  string        `json:"action"`
	Because string        `json:"because,omitempty" doc:"Why: the reason a person gave, or the rule by which the system did it"`
	Changes []AuditChange `json:"changes"`
	Undo    bool          `json:"undo" doc:"You may undo it, unless something later depends on it"`
}

type historyIn struct {
	Table string `path:"table" enum:"framework,requirement,control,evidence,policy,activity,risk,task,person,organisation"`
	ID    string `path:"id" maxLength:"60"`
	Page  int    `query:"page" minimum:"1" maximum:"1000000" doc:"Which page, from 1"`
	Limit int    `query:"limit" minimum:"1" maximum:"100" doc:"Records on a page; 50 unless given"`
}

// part is a table whose rows are parts of a record: where its key stands in theirs, or in which column.
type part struct {
	table  string
	head   bool   // keys begin with the record's
	tail   bool   // keys end with it
	column string // or this column holds it
}

// said are what people add to a record of any kind. Comments are not among them: they stand beside the history.
var said = []part{{table: "record_tag", tail: true}, {table: "field_value", tail: true}, {table: "record_link", column: "record"}, {table: "record_link", column: "other"}}

// parts are, for each table with a history, the tables whose rows belong to it.
var parts = map[string][]part{
	"framework":   nil,
	"requirement": append([]part{{table: "mapping", column: "requirement"}, {table: "statement", column: "requirement"}}, said...),
	"control":     append([]part{{table: "control_status", head: true}, {table: "control_effective", head: true}, {table: "mapping", column: "control"}, {table: "evidence_control", tail: true}}, said...),
	"evidence":    append([]part{{table: "evidence_control", head: true}, {table: "file", column: "evidence"}, {table: "cycle", column: "evidence"}, {table: "evidence_ask", column: "evidence"}}, said...),
	"activity":    append([]part{{table: "activity_control", head: true}, {table: "activity_evidence", head: true}, {table: "occurrence", column: "activity"}}, said...),
	"policy": append([]part{{table: "policy_version", column: "policy"}, {table: "policy_control", head: true}, {table: "policy_requirement", head: true},
		{table: "policy_request", column: "policy"}, {table: "policy_exception", column: "policy"}}, said...),
	"risk":         append([]part{{table: "risk_score", column: "risk"}, {table: "risk_loss", column: "risk"}}, said...),
	"task":         said,
	"person":       nil,
	"organisation": nil,
}

func history(s *op.Scope, in historyIn) (out op.Page[HistoryStep], err error) {
	p := op.PageIn{Page: in.Page, Limit: in.Limit}
	out = op.Page[HistoryStep]{Items: []HistoryStep{}, Page: p.Number(), Limit: p.Size()}
	return out, both(s, func(tx, control *storage.ReadTx) error {
		mine, seqs, err := rowsOfRecord(tx, in.Table, in.ID)
		if err != nil {
			return err
		}
		if len(seqs) == 0 && !s.InSnapshot() {
			return storage.ErrNotFound
		}
		out.Total = len(seqs)
		n := newNames(s.Tenant())
		var records []storage.Record
		var mayUndo []bool
		for _, seq := range seqs[min(p.Offset(), len(seqs)):min(p.Offset()+p.Size(), len(seqs))] {
			r, err := tx.Audit(seq)
			if err != nil {
				return err
			}
			mayUndo = append(mayUndo, s.Caller().Role&op.Editors != 0 && may(s, tx, r) == nil)
			r.Changes = slices.DeleteFunc(r.Changes, func(c storage.Change) bool { return !mine[storage.Row{Table: c.Table, PK: c.PK}] })
			n.wantActor(r.Actor)
			n.want("token", r.Token)
			for _, c := range r.Changes {
				wantChange(n, c)
			}
			records = append(records, r)
		}
		if err := n.load(tx, control); err != nil {
			return err
		}
		for i, r := range records {
			st := step(n, r)
			st.Undo = mayUndo[i]
			out.Items = append(out.Items, st)
		}
		return nil
	})
}

func step(n *names, r storage.Record) HistoryStep {
	st := HistoryStep{Seq: r.Seq, At: r.At, Action: r.Action, Because: r.Note, Changes: []AuditChange{},
		Actor: AuditActor{Kind: r.Actor.Kind, ID: r.Actor.ID, Name: n.actor(r.Actor)}}
	if r.Token != "" {
		st.Actor.Token = n.get("token", r.Token)
	}
	for _, c := range r.Changes {
		if c.Table == "control_effective" && st.Because == "" {
			st.Because = given(c.Set["reason"])
		}
		w := changeInWords(n, c, silent)
		if len(w.Fields) > 0 || c.Op != "update" {
			st.Changes = append(st.Changes, w)
		}
	}
	return st
}

// rowsOfRecord finds the row, its parts, those that are gone too, and the numbers of all records that
// changed any of them, newest first.
func rowsOfRecord(tx *storage.ReadTx, table, id string) (map[storage.Row]bool, []int64, error) {
	mine := map[storage.Row]bool{}
	seqs := map[int64]bool{}
	collect := func(query string, args ...any) error {
		rows, err := tx.Query(query, args...)
		if err != nil {
			return fmt.Errorf("history of %s: %w", table, err)
		}
		_, err = op.Scan(rows, func(r op.Row) (struct{}, error) {
			var row storage.Row
			var seq int64
			err := r.Scan(&row.Table, &row.PK, &seq)
			mine[row], seqs[seq] = true, true
			return struct{}{}, err
		})
		return err
	}
	if err := collect("SELECT tbl, pk, seq FROM audit_row WHERE tbl = ? AND pk = ?", table, id); err != nil {
		return nil, nil, err
	}
	if len(seqs) == 0 {
		return nil, nil, nil
	}
	for _, p := range parts[table] {
		var err error
		switch {
		case p.head: // '0' comes after '/'
			err = collect("SELECT tbl, pk, seq FROM audit_row WHERE tbl = ? AND pk >= ?2 || '/' AND pk < ?2 || '0'", p.table, id)
		case p.tail:
			err = collect("SELECT tbl, pk, seq FROM audit_row WHERE tbl = ? AND substr(pk, -length(?2) - 1) = '/' || ?2", p.table, id)
		default:
			var keys string
			if keys, err = keysHolding(tx, p.table, p.column, id); err == nil {
				err = collect("SELECT tbl, pk, seq FROM audit_row WHERE tbl = ? AND pk IN (SELECT value FROM json_each(?))", p.table, keys)
			}
		}
		if err != nil {
			return nil, nil, err
		}
	}
	all := []int64{}
	for seq := range seqs {
		all = append(all, seq)
	}
	slices.Sort(all)
	slices.Reverse(all)
	return mine, all, nil
}

// keysHolding are the keys, as a JSON array, of rows that ever had id in the column. Rows that are gone
// stand in the log alone: a row's first record names all its columns.
func keysHolding(tx *storage.ReadTx, table, column, id string) (string, error) {
	rows, err := tx.Query("SELECT record FROM audit WHERE seq IN (SELECT seq FROM audit_row WHERE tbl = ?) AND instr(record, ?) > 0", table, id)
	if err != nil {
		return "", fmt.Errorf("rows of %s: %w", table, err)
	}
	keys := map[string]bool{}
	_, err = op.Scan(rows, func(r op.Row) (struct{}, error) {
		var text string
		if err := r.Scan(&text); err != nil {
			return struct{}{}, err
		}
		var rec record
		if json.Unmarshal([]byte(text), &rec) != nil {
			return struct{}{}, nil // tampered with: for verify to say
		}
		for _, c := range rec.Changes {
			if c.Table != table || !strings.Contains(string(c.Set), id) {
				continue
			}
			if pair := c.set()[column]; pair[0] == id || pair[1] == id {
				keys[c.PK] = true
			}
		}
		return struct{}{}, nil
	})
	if err != nil {
		return "", err
	}
	list := []string{}
	for k := range keys {
		list = append(list, k)
	}
	text, err := json.Marshal(list)
	return string(text), err
}
