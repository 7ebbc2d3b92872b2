package auditlog

import (
	"errors"
	"slices"
	"strings"
	"time"

	"assay/server/op"
	"assay/storage"
)

// undoable is how long one's own change can be undone.
const undoable = 24 * time.Hour

// administrators reports whether a change is one that only they make. Whoever was one yesterday does not
// undo such a change today.
func administrators(c storage.Change) bool {
	status := c.Set["status"]
	return c.Table == "framework" || c.Table == "control_status" && c.Op == "update" && (status[0] == "not_applicable" || status[1] == "not_applicable")
}

// half reports whether a change is one half of what was done: the installation keeps the other, which
// putting back this one would not reach.
func half(c storage.Change) bool { return c.Table == "person" || c.Table == "organisation" }

type undoIn struct {
	Body struct {
		Seq int64 `json:"seq" minimum:"0" doc:"Number of the record to undo, as Assay-Audit gave it"`
	}
}

// Undone says what was put back.
type Undone struct {
	Seq  int64 `json:"seq" doc:"The record that was undone"`
	Rows int   `json:"rows" doc:"How many rows were put back"`
}

func undo(s *op.Scope, in undoIn) (Undone, error) {
	out := Undone{Seq: in.Body.Seq}
	err := s.Write(func(tx *storage.WriteTx) error {
		r, err := tx.Audit(in.Body.Seq)
		if err != nil {
			return err
		}
		if err := mayUndo(r, tx.Call().Actor, s.Caller().Role, tx.Now()); err != nil {
			return err
		}
		out.Rows = len(r.Changes)
		tx.Event(storage.Event{Subject: r.Action, Detail: map[string]any{"undoes": r.Seq}})
		if err := tx.Undo(r.Seq); err != nil {
			return err
		}
		return follow(tx, r)
	})
	return out, cannot(err, "This can no longer be undone")
}

// cannot puts the reason why an earlier change cannot be put back into words for a person.
func cannot(err error, what string) error {
	var broken interface{ Code() int }
	switch {
	case errors.Is(err, storage.ErrConflict):
		why := strings.TrimPrefix(err.Error(), storage.ErrConflict.Error()+": ")
		return op.Errorf(op.Conflict, "%s: %s.", what, strings.ReplaceAll(why, "_", " "))
	case errors.As(err, &broken) && broken.Code()&0xff == constraint:
		return op.Errorf(op.Conflict, "%s: records that it needs are gone, or others have taken their place.", what)
	}
	return err
}

// follow asks for what comes after: claims and proofs may have moved, and the content of an upload that was
// taken back goes when nobody can ask for it again.
func follow(tx *storage.WriteTx, r storage.Record) error {
	at := tx.Now().Truncate(time.Second).Add(time.Second)
	if err := tx.Enqueue("control.settle", nil, at, at.Format(storage.Instant)); err != nil {
		return err // one run for all writes of a second
	}
	objects := []string{}
	for _, c := range r.Changes {
		if object, ok := c.Set["object"][1].(string); ok && c.Table == "file" && c.Op == "insert" {
			objects = append(objects, object)
		}
	}
	if len(objects) == 0 {
		return nil
	}
	return tx.Enqueue("evidence.purge", map[string]any{"objects": objects}, tx.Now().Add(keepTakenBack), "")
}

// keepTakenBack is how long the content of an upload that was undone stays: as long as that of a deleted file.
const keepTakenBack = 30 * 24 * time.Hour

// constraint is SQLite's primary result code for a reference or a uniqueness that does not hold.
const constraint = 19

// mayUndo is the rule: one's own change, of the last day, of something one may still change.
func mayUndo(r storage.Record, who storage.Actor, role op.Roles, now time.Time) error {
	at, err := time.Parse(storage.Instant, r.At)
	if err != nil {
		return err
	}
	people := []storage.ActorKind{storage.Person, storage.Token} // by hand or by one's own program
	switch {
	case r.Kind != "change":
		return op.Errorf(op.Conflict, "This record changed nothing, so there is nothing to undo.")
	case r.Actor.ID != who.ID || !slices.Contains(people, r.Actor.Kind) || !slices.Contains(people, who.Kind):
		return op.Errorf(op.Forbidden, "You can undo your own changes only. Ask an administrator to correct this one.")
	case now.Sub(at) > undoable:
		return op.Errorf(op.Conflict, "This is more than a day old. Change it by hand instead.")
	case slices.ContainsFunc(r.Changes, half):
		return op.Errorf(op.Conflict, "Members and the organisation's settings are not undone. Change them back on their own page.")
	case role&op.Admin == 0 && slices.ContainsFunc(r.Changes, administrators):
		return op.Errorf(op.Forbidden, "Only an administrator changes this, so only one can undo it.")
	}
	return nil
}
