package auditlog

import (
	"slices"

	"assay/server/op"
	"assay/storage"
)

// AuditRecord is one record with what it changed.
type AuditRecord struct {
	AuditEntry
	Events  []storage.Event      `json:"events" doc:"What was read, or what the changed rows do not say"`
	Changes op.Page[AuditChange] `json:"changes" doc:"Changed rows, page by page: an import's record has thousands"`
	Undo    bool                 `json:"undo" doc:"You may undo it, unless something later depends on it"`
}

// AuditChange is one changed row.
type AuditChange struct {
	Table  string       `json:"table"`
	PK     string       `json:"pk"`
	Op     string       `json:"op" enum:"insert,update,delete"`
	Name   string       `json:"name" doc:"What the row is called"`
	Fields []AuditField `json:"fields"`
}

// AuditField is one column of a changed row, before and after, in words: people and records by their names,
// long texts by their length, secrets and erased values as such.
type AuditField struct {
	Column string `json:"column"`
	Name   string `json:"name"`
	Old    string `json:"old"`
	New    string `json:"new"`
}

type recordIn struct {
	Log   string `path:"log" enum:"tenant,installation"`
	Seq   int64  `path:"seq" minimum:"0"`
	Page  int    `query:"page" minimum:"1" maximum:"1000000" doc:"Which page of the changed rows, from 1"`
	Limit int    `query:"limit" minimum:"1" maximum:"100" doc:"Changed rows on a page; 50 unless given"`
}

func get(s *op.Scope, in recordIn) (out AuditRecord, err error) {
	return out, both(s, func(tx, control *storage.ReadTx) error {
		k := key{installation: in.Log == Installation, seq: in.Seq}
		r, err := read(tx, control, s.Tenant(), k)
		if err != nil {
			return err
		}
		lines, err := describe(tx, control, s.Tenant(), []key{k})
		if err != nil {
			return err
		}
		out.AuditEntry, out.Events = lines[0], append([]storage.Event{}, r.Events...)
		out.Undo = !k.installation && may(s, tx, r) == nil
		p := op.PageIn{Page: in.Page, Limit: in.Limit}
		out.Changes = op.Page[AuditChange]{Items: []AuditChange{}, Total: len(r.Changes), Page: p.Number(), Limit: p.Size()}
		shown := r.Changes[min(p.Offset(), len(r.Changes)):min(p.Offset()+p.Size(), len(r.Changes))]
		n := newNames(s.Tenant())
		for _, c := range shown {
			wantChange(n, c)
		}
		if err := n.load(tx, control); err != nil {
			return err
		}
		for _, c := range shown {
			out.Changes.Items = append(out.Changes.Items, changeInWords(n, c, nil))
		}
		return nil
	})
}

// read gives one record with its personal values opened. A record of the installation that is not of this
// organisation does not exist for it.
func read(tx, control *storage.ReadTx, tenant string, k key) (storage.Record, error) {
	if !k.installation {
		return tx.Audit(k.seq)
	}
	r, err := control.Audit(k.seq)
	if err == nil && r.Tenant != tenant {
		return storage.Record{}, storage.ErrNotFound
	}
	return r, err
}

func wantChange(n *names, c storage.Change) {
	n.wantRow(c.Table, c.PK)
	n.want(text(c.Set["kind"]), text(c.Set["record"]))
	n.want(text(c.Set["other_kind"]), text(c.Set["other"]))
	for col, pair := range c.Set {
		wantValue(n, col, pair)
	}
}

// changeInWords leaves out the columns in without.
func changeInWords(n *names, c storage.Change, without map[string]bool) AuditChange {
	out := AuditChange{Table: c.Table, PK: c.PK, Op: c.Op, Name: n.row(c.Table, c.PK, c.Set), Fields: []AuditField{}}
	cols := []string{}
	for col, pair := range c.Set {
		empty := c.Op != "update" && blank(pair[0]) && blank(pair[1]) // a new row's empty columns say nothing
		if !without[col] && !empty {
			cols = append(cols, col)
		}
	}
	slices.Sort(cols)
	for _, col := range cols {
		f := AuditField{Column: col, Name: heading(col), Old: value(n, col, c.Set[col][0]), New: value(n, col, c.Set[col][1])}
		switch c.Op {
		case "insert":
			f.Old = ""
		case "delete":
			f.New = ""
		}
		out.Fields = append(out.Fields, f)
	}
	return out
}

func blank(v any) bool { return v == nil || v == "" }
