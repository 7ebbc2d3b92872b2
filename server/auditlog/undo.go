package auditlog

import (
	"errors"
	"slices"
	"strings"
	"time"

	"assay/server/op"
	"assay/storage"
)

// Who may undo what is decided in may, and said to clients in whoUndoes. Whether something later depends on it is
// the engine's to find (storage.Undoable); hurdle.go puts that into words.

const whoUndoes = `An administrator undoes the change of anybody, of any age; a user their own, as far as their role allows the opposite today. ` +
	`It is refused, with the reason in a sentence, while something later depends on it; of a change of many rows, leave puts back those that nobody has changed since. ` +
	`Some things have a way back of their own: imports of tables (POST /imports/{id}/undo), an imported framework (DELETE /frameworks/{id}), members and the organisation's settings (their own page), ` +
	`a restore (another restore). What the system works out by itself is not undone.`

// fresh is how long undoing one's own creation is no deletion: what was just made by mistake is nobody's yet.
const fresh = 24 * time.Hour

// administrators reports whether a change is one that only they make. Whoever was one yesterday does not
// undo such a change today.
func administrators(c storage.Change) bool {
	status := c.Set["status"]
	return c.Table == "framework" || c.Table == "control_status" && c.Op == "update" && (status[0] == "not_applicable" || status[1] == "not_applicable")
}

// half reports whether a change is one half of what was done: the installation keeps the other, which
// putting back this one would not reach.
func half(c storage.Change) bool { return c.Table == "person" || c.Table == "organisation" }

// night reports whether a row is of the figures that a night kept: they say how it was.
func night(c storage.Change) bool { return c.Table == "readiness_day" || c.Table == "readiness_part" }

// may is the rule: who may undo which record.
func may(s *op.Scope, tx *storage.ReadTx, r storage.Record) error {
	at, err := time.Parse(storage.Instant, r.At)
	if err != nil {
		return err
	}
	first, err := origin(tx, r)
	if err != nil {
		return err
	}
	who := s.Caller()
	admin := who.Role&op.Admin != 0
	people := []storage.ActorKind{storage.Person, storage.Token} // by hand or by one's own program
	old := tx.Now().Sub(at) > fresh
	has := func(is func(storage.Change) bool) bool { return slices.ContainsFunc(r.Changes, is) }
	switch {
	case !admin && (r.Actor.ID != who.Person || !slices.Contains(people, r.Actor.Kind)):
		return op.Errorf(op.Forbidden, "You can undo your own changes only. Ask an administrator to undo this one.")
	case r.Kind != "change":
		return op.Errorf(op.Conflict, "This record changed nothing, so there is nothing to undo.")
	case strings.HasPrefix(r.Action, "backup."):
		return op.Errorf(op.Conflict, "A restore is not undone. Restore the organisation to the moment before it instead.")
	case strings.HasPrefix(r.Action, "branch.") && r.Action != "branch.apply":
		return errNoUndoOfBranch
	case strings.HasPrefix(r.Action, "imports.") || strings.HasPrefix(r.Action, "system.imports."):
		return op.Errorf(op.Conflict, "An import is undone as a whole, on its own page under Import.")
	case r.Action == "framework.import":
		return op.Errorf(op.Conflict, "An imported framework is not undone. Delete it on its own page instead.")
	case r.Action == "vendor.conclude":
		return op.Errorf(op.Conflict, "An assessment that was concluded stays as it was. Assess the vendor again instead.")
	case has(half):
		return op.Errorf(op.Conflict, "Members and the organisation's settings are not undone. Change them back on their own page.")
	case r.Actor.Kind == storage.System || has(night):
		return op.Errorf(op.Conflict, "The system worked this out by itself, and would do so again. Undo the change that led to it.")
	case !admin && (has(administrators) || !s.Does(first.Action)):
		return op.Errorf(op.Forbidden, "Only an administrator changes this, so only one can undo it.")
	case !admin && old && has(func(c storage.Change) bool { return c.Op == "insert" && slices.Contains(recordKinds, c.Table) }):
		return op.Errorf(op.Forbidden, "Undoing this deletes a record that is more than a day old, which only an administrator does.")
	case tx.Now().Sub(at) > keepTakenBack && has(func(c storage.Change) bool { return c.Op == "delete" && (c.Table == "file" || c.Table == "attachment") }):
		return op.Errorf(op.Conflict, "The files that were deleted with this were kept for 30 days and are gone, so it cannot come back.")
	}
	return nil
}

// origin is the change that a chain of undoing and redoing began with.
func origin(tx *storage.ReadTx, r storage.Record) (storage.Record, error) {
	for {
		seq, ok := undoes(r)
		if !ok || seq >= r.Seq {
			return r, nil
		}
		var err error
		if r, err = tx.Audit(seq); err != nil {
			return r, err
		}
	}
}

// undoes is the number of the record that a record put back.
func undoes(r storage.Record) (int64, bool) {
	for _, e := range r.Events {
		for _, k := range []string{"undoes", "restores"} {
			if n, ok := number(e.Detail[k]); ok {
				return n, true
			}
		}
	}
	return 0, false
}

type undoIn struct {
	Body struct {
		Seq   int64 `json:"seq" minimum:"0" doc:"Number of the record to undo, as Assay-Audit gave it"`
		Leave bool  `json:"leave,omitempty" doc:"Leave the rows that were changed since, and what belongs to them, and put back the rest"`
	}
}

// Undone says what was put back.
type Undone struct {
	Seq  int64    `json:"seq" doc:"The record that was undone"`
	Rows int      `json:"rows" doc:"How many rows were put back"`
	Left int      `json:"left" doc:"How many were left as they are, because something later depends on them"`
	Why  []Hurdle `json:"why" doc:"What was in the way of those, the first fifty"`
}

func undo(s *op.Scope, in undoIn) (Undone, error) {
	out := Undone{Seq: in.Body.Seq, Why: []Hurdle{}}
	texts, lost, err := recall(s, in.Body.Seq)
	if err != nil {
		return out, err
	}
	return out, s.Write(func(tx *storage.WriteTx) error {
		r, err := tx.Audit(in.Body.Seq)
		if err != nil {
			return err
		}
		if err := may(s, &tx.ReadTx, r); err != nil {
			return err
		}
		if len(r.Changes) > 1000 {
			if err := tx.Bulk(); err != nil {
				return err
			}
		}
		at, err := time.Parse(storage.Instant, r.At)
		if err != nil {
			return err
		}
		_, again := undoes(r)
		u, err := tx.PutBack(r.Seq, storage.Manner{Leave: in.Body.Leave, Texts: texts, Rest: again || tx.Now().Sub(at) > fresh})
		if err != nil {
			return cannot(&tx.ReadTx, err, lost)
		}
		out.Rows, out.Left = u.Rows, u.Left
		if out.Why, err = hurdles(&tx.ReadTx, u, lost, shown); err != nil {
			return err
		}
		detail := map[string]any{"undoes": r.Seq}
		if u.Left > 0 {
			detail["left"] = u.Left
		}
		tx.Event(storage.Event{Subject: r.Action, Detail: detail})
		return follow(tx, u)
	})
}

// shown is how many rows are told of one by one.
const shown = 50

// UndoPreview says what undoing a record would do as things stand.
type UndoPreview struct {
	AuditEntry
	Possible bool          `json:"possible" doc:"All of it can be undone"`
	Why      []Hurdle      `json:"why" doc:"What is in the way, the first fifty"`
	InTheWay int           `json:"in_the_way" doc:"How many of its rows something later depends on"`
	Rows     int           `json:"rows" doc:"How many rows would be put back, when those in the way are left"`
	Left     int           `json:"left" doc:"How many would stay then: those, and what belongs to them"`
	Changes  []AuditChange `json:"changes" doc:"What would change, from how it is to how it was: the first fifty rows"`
}

type previewIn struct {
	Seq int64 `path:"seq" minimum:"0" doc:"Number of the record"`
}

func preview(s *op.Scope, in previewIn) (out UndoPreview, err error) {
	texts, lost, err := recall(s, in.Seq)
	if err != nil {
		return out, err
	}
	return out, s.Read(func(tx *storage.ReadTx) error {
		u, err := tx.Undoable(in.Seq, texts)
		if err != nil {
			return err
		}
		lines, err := describe(tx, nil, s.Tenant(), []key{{seq: in.Seq}})
		if err != nil {
			return err
		}
		out = UndoPreview{AuditEntry: lines[0], Possible: len(u.InTheWay) == 0, InTheWay: len(u.InTheWay), Rows: u.Rows, Left: u.Left, Changes: []AuditChange{}}
		if out.Why, err = hurdles(tx, u, lost, shown); err != nil {
			return err
		}
		var back []storage.Change
		n := newNames(s.Tenant())
		for i, c := range slices.Backward(u.Record.Changes) {
			if !u.Stays(i) && len(back) < shown {
				back = append(back, opposite(c))
				wantChange(n, back[len(back)-1])
			}
		}
		if err := n.load(tx, nil); err != nil {
			return err
		}
		for _, c := range back {
			out.Changes = append(out.Changes, changeInWords(n, c, silent))
		}
		return nil
	})
}

// opposite is the change that puts another back.
func opposite(c storage.Change) storage.Change {
	o := storage.Change{Table: c.Table, PK: c.PK, Op: c.Op, Set: map[string][2]any{}}
	switch c.Op {
	case "insert":
		o.Op = "delete"
	case "delete":
		o.Op = "insert"
	}
	for col, pair := range c.Set {
		o.Set[col] = [2]any{pair[1], pair[0]}
	}
	return o
}

// recall reads the texts that a record changed and the log holds only as digests, from the file as it was just
// before. lost says why those that are not among them could not be had.
func recall(s *op.Scope, seq int64) (texts storage.Texts, lost string, err error) {
	var u *storage.Undoing
	err = s.Read(func(tx *storage.ReadTx) error {
		r, err := tx.Audit(seq)
		if err == nil {
			err = may(s, tx, r)
		}
		if err == nil {
			u, err = tx.Undoable(seq, nil)
		}
		return err
	})
	if err != nil || len(u.Lacks()) == 0 {
		return nil, "", err
	}
	at, err := time.Parse(storage.Instant, u.Record.At)
	if err != nil {
		return nil, "", err
	}
	texts, lost = storage.Texts{}, "no backup has it as it was then"
	// The state before the record may have been kept in the same millisecond. Its digest says whether it is that one.
	for _, at := range []time.Time{at.Add(-time.Millisecond), at} {
		err := s.Earlier(at, func(tx *storage.ReadTx) error { return u.Recall(tx, texts) })
		switch {
		case errors.Is(err, storage.ErrNoPast):
			return nil, "there is no backup to take it from", nil
		case errors.Is(err, storage.ErrNotFound):
		case errors.Is(err, storage.ErrUnavailable):
			e := op.Errorf(op.Unavailable, "An earlier text has to come from the backup, which cannot be read at the moment. Try again soon.")
			e.After = 5 * time.Second
			return nil, "", e
		case err != nil:
			return nil, "", err
		}
	}
	return texts, lost, nil
}

// follow asks for what comes after: claims and proofs may have moved, and the content of an upload that was
// taken back goes when nobody can ask for it again.
func follow(tx *storage.WriteTx, u *storage.Undoing) error {
	at := tx.Now().Truncate(time.Second).Add(time.Second)
	if err := tx.Enqueue("control.settle", nil, at, at.Format(storage.Instant)); err != nil {
		return err // one run for all writes of a second
	}
	for _, of := range []struct{ table, op, job string }{
		{"file", "insert", "evidence.purge"}, {"policy_version", "update", "policy.purge"}, {"attachment", "insert", "attachment.purge"},
	} {
		objects := []string{}
		for i, c := range u.Record.Changes {
			if object, ok := c.Set["object"][1].(string); ok && object != "" && c.Table == of.table && c.Op == of.op && !u.Stays(i) {
				objects = append(objects, object)
			}
		}
		if len(objects) == 0 {
			continue
		}
		if err := tx.Enqueue(of.job, map[string]any{"objects": objects}, tx.Now().Add(keepTakenBack), ""); err != nil {
			return err
		}
	}
	return nil
}

// keepTakenBack is how long the content of an upload that was undone stays: as long as that of a deleted file.
const keepTakenBack = 30 * 24 * time.Hour
