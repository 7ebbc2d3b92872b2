package auditlog

import (
	"encoding/json"
	"slices"

	"assay/server/op"
	"assay/storage"
)

// Trash is what was deleted and can be brought back, the newest first.
type Trash struct {
	Items []Rested `json:"items"`
	Total int      `json:"total" doc:"Deletions on all pages together"`
	Page  int      `json:"page"`
	Limit int      `json:"limit"`
	Days  int      `json:"days" doc:"How long a deletion can be taken back"`
}

// Rested is one deletion: a record with all that went with it.
type Rested struct {
	AuditEntry
	Table string `json:"table" doc:"What kind of record it was"`
	Ref   string `json:"ref" doc:"Its reference, empty for kinds without one"`
	Title string `json:"title"`
	With  int    `json:"with" doc:"How many other records went with it"`
	Until string `json:"until" doc:"The instant from which it cannot be brought back"`
}

// recordKinds are the tables of records, in the order in which one takes others along.
var recordKinds = []string{"framework", "scope", "control", "evidence", "policy", "activity", "risk", "vendor", "asset", "process", "personnel", "department", "job_role", "application", "access_grant", "task", "statement", "period", "baseline", "requirement", "file", "attachment"}

func trash(tx *storage.ReadTx, in op.PageIn) (Trash, error) {
	out := Trash{Items: []Rested{}, Page: in.Number(), Limit: in.Size(), Days: int(storage.Rest.Hours() / 24)}
	now := tx.Now().Format(storage.Instant)
	if err := tx.QueryRow("SELECT count(*) FROM trash WHERE until > ?", now).Scan(&out.Total); err != nil {
		return out, err
	}
	rows, err := tx.Query("SELECT seq, until FROM trash WHERE until > ? ORDER BY seq DESC LIMIT ? OFFSET ?", now, in.Size(), in.Offset())
	if err != nil {
		return out, err
	}
	var keys []key
	var until []string
	err = op.Each(rows, func(r op.Row) error {
		var k key
		var u string
		err := r.Scan(&k.seq, &u)
		keys, until = append(keys, k), append(until, u)
		return err
	})
	if err != nil {
		return out, err
	}
	entries, err := describe(tx, nil, "", keys)
	for i, e := range entries {
		item := Rested{AuditEntry: e, Until: until[i]}
		for _, c := range e.Counts {
			if c.Op != "delete" || !slices.Contains(recordKinds, c.Table) {
				continue
			}
			item.With += c.N
			if item.Table == "" || slices.Index(recordKinds, c.Table) < slices.Index(recordKinds, item.Table) {
				item.Table = c.Table
			}
		}
		item.With--
		if err := item.name(tx); err != nil {
			return out, err
		}
		out.Items = append(out.Items, item)
	}
	return out, err
}

// name says how the record was called: the first of its kind that the deletion took.
func (r *Rested) name(tx *storage.ReadTx) error {
	of, err := tx.Audit(r.Seq)
	if err != nil {
		return err
	}
	for _, ch := range of.Changes {
		if ch.Table != r.Table || ch.Op != "delete" {
			continue
		}
		r.Ref, _ = ch.Set["ref"][0].(string)
		for _, col := range []string{"title", "name", "body"} {
			if r.Title == "" {
				r.Title, _ = ch.Set[col][0].(string)
			}
		}
		return nil
	}
	return nil
}

type restoreIn struct {
	Seq int64 `path:"seq" minimum:"0" doc:"Number of the deletion's record"`
}

// Restored says what came back.
type Restored struct {
	Seq  int64 `json:"seq" doc:"The deletion that was taken back"`
	Rows int   `json:"rows" doc:"How many rows came back"`
	Left int   `json:"left" doc:"How many links did not, because what they led to is gone itself"`
}

func restore(s *op.Scope, in restoreIn) (Restored, error) {
	out := Restored{Seq: in.Seq}
	err := s.Write(func(tx *storage.WriteTx) error {
		r, err := tx.Audit(in.Seq)
		if err != nil {
			return err
		}
		tx.Event(storage.Event{Subject: r.Action, Detail: map[string]any{"restores": r.Seq}})
		u, left, err := tx.Restore(r.Seq)
		if err != nil {
			return cannot(&tx.ReadTx, err, "the trash no longer has it")
		}
		out.Left, out.Rows = left, len(r.Changes)-left
		return follow(tx, u)
	})
	return out, err
}

// emptyTrash runs every night.
func emptyTrash(s *op.Scope, _ json.RawMessage) error { return s.EmptyTrash() }
