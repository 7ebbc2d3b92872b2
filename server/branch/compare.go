package branch

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"assay/server/auditlog"
	"assay/server/dashboard"
	"assay/server/op"
	"assay/storage"
)

// BranchComparison sets the organisation and a branch side by side.
type BranchComparison struct {
	Branch   Branch            `json:"branch"`
	Day      string            `json:"day" doc:"Today in the organisation's time zone: both are counted for it"`
	Defined  map[string]string `json:"defined" doc:"What each figure means, to show beside it"`
	Scopes   []BranchScope     `json:"scopes" doc:"The organisation first, then its products by name"`
	Kinds    []BranchKind      `json:"kinds" doc:"What the branch changed, by kind of row"`
	Rows     int               `json:"rows" doc:"How many rows it changed"`
	Settled  int               `json:"settled" doc:"How many of them are so in the organisation, too: nothing is to be done about them"`
	Applies  int               `json:"applies" doc:"How many rows would be written now, leaving those that are in the way"`
	Left     int               `json:"left" doc:"How many would stay then: those in the way, and what was changed together with them"`
	InTheWay int               `json:"in_the_way" doc:"How many rows were changed on both sides, or cannot be as in the branch any more"`
	Why      []auditlog.Hurdle `json:"why" doc:"What is in the way, the first fifty"`
}

// BranchScope are the figures of the organisation or of a product. One side is null where there is no such product.
type BranchScope struct {
	ID     string                      `json:"id" doc:"organisation, or a product's id"`
	Name   string                      `json:"name"`
	Now    *dashboard.DashboardFigures `json:"now"`
	Branch *dashboard.DashboardFigures `json:"branch"`
}

// BranchKind is how many rows of one kind a branch changed.
type BranchKind struct {
	Table   string `json:"table"`
	Added   int    `json:"added"`
	Changed int    `json:"changed"`
	Removed int    `json:"removed"`
}

// shown is how much of what is in the way is told.
const shown = 50

func compare(s *op.Scope, in op.ByID) (out BranchComparison, err error) {
	if out.Branch, err = there(s, in.ID); err != nil {
		return out, err
	}
	out.Defined = dashboard.Defined()
	var d storage.Draft
	sides := &sides{}
	err = s.ReadBranch(in.ID, func(tx *storage.ReadTx) error {
		if d, err = tx.Draft(); err != nil {
			return err
		}
		return sides.count(tx, func(b *BranchScope, f *dashboard.DashboardFigures) { b.Branch = f })
	})
	if err != nil {
		return out, err
	}
	out.Kinds, out.Rows, out.Why = kinds(d), len(d.Changes), []auditlog.Hurdle{}
	err = s.Read(func(tx *storage.ReadTx) error {
		out.Day = tx.Today()
		if err := sides.count(tx, func(b *BranchScope, f *dashboard.DashboardFigures) { b.Now = f }); err != nil {
			return err
		}
		u, err := tx.Appliable(d)
		if err != nil || u == nil {
			out.Settled = len(d.Changes)
			return err
		}
		out.Settled, out.Applies, out.Left, out.InTheWay = len(d.Changes)-len(u.Record.Changes), u.Rows, u.Left, len(u.InTheWay)
		out.Why, err = auditlog.InTheWay(tx, u, shown)
		return err
	})
	out.Scopes = sides.sorted()
	return out, err
}

// there is an open branch with its file.
func there(s *op.Scope, id string) (b Branch, err error) {
	if err := s.Read(func(tx *storage.ReadTx) (err error) { b, err = open(tx, id); return err }); err != nil {
		return b, err
	}
	b.whose(s)
	return b, nil
}

// sides gathers the figures of both files by scope.
type sides struct {
	all []*BranchScope
}

// count counts the organisation and each product of one file.
func (x *sides) count(tx *storage.ReadTx, put func(*BranchScope, *dashboard.DashboardFigures)) error {
	products, err := dashboard.Products(tx)
	if err != nil {
		return err
	}
	for _, p := range append([]dashboard.DashboardProduct{{ID: "organisation"}}, products...) {
		f, err := dashboard.Count(tx, p.ID)
		if err != nil {
			return fmt.Errorf("count %s: %w", p.ID, err)
		}
		i := slices.IndexFunc(x.all, func(b *BranchScope) bool { return b.ID == p.ID })
		if i < 0 {
			i = len(x.all)
			x.all = append(x.all, &BranchScope{ID: p.ID})
		}
		x.all[i].Name = p.Name
		put(x.all[i], &f)
	}
	return nil
}

func (x *sides) sorted() []BranchScope {
	out := []BranchScope{}
	for _, b := range x.all {
		out = append(out, *b)
	}
	slices.SortFunc(out, func(a, b BranchScope) int { // the organisation has no name here, so it is the first
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.ID, b.ID))
	})
	return out
}

func kinds(d storage.Draft) []BranchKind {
	out := []BranchKind{}
	for _, ch := range d.Changes {
		i := slices.IndexFunc(out, func(k BranchKind) bool { return k.Table == ch.Table })
		if i < 0 {
			i = len(out)
			out = append(out, BranchKind{Table: ch.Table})
		}
		switch ch.Op {
		case "insert":
			out[i].Added++
		case "delete":
			out[i].Removed++
		default:
			out[i].Changed++
		}
	}
	slices.SortFunc(out, func(a, b BranchKind) int { return strings.Compare(a.Table, b.Table) })
	return out
}

type changesIn struct {
	op.ByID
	Table string `query:"table" maxLength:"40" doc:"Only rows of this kind"`
	Page  int    `query:"page" minimum:"1" maximum:"1000000" doc:"Which page, from 1"`
	Limit int    `query:"limit" minimum:"1" maximum:"100" doc:"Rows on a page; 50 unless given"`
}

func changes(s *op.Scope, in changesIn) (out op.Page[auditlog.AuditChange], err error) {
	if _, err := there(s, in.ID); err != nil {
		return out, err
	}
	p := op.PageIn{Page: in.Page, Limit: in.Limit}
	return out, s.ReadBranch(in.ID, func(tx *storage.ReadTx) error {
		d, err := tx.Draft()
		if err != nil {
			return err
		}
		all := slices.DeleteFunc(d.Changes, func(ch storage.Change) bool { return in.Table != "" && ch.Table != in.Table })
		out = op.Page[auditlog.AuditChange]{Total: len(all), Page: p.Number(), Limit: p.Size()}
		out.Items, err = auditlog.InWords(tx, all[min(p.Offset(), len(all)):min(p.Offset()+p.Size(), len(all))])
		return err
	})
}

type applyIn struct {
	op.ByID
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500" doc:"Why; it stands in the audit log"`
		Rows   int    `json:"rows" minimum:"0" doc:"How many rows the branch changed, as the comparison said: refused when it is another number by now"`
		Leave  bool   `json:"leave,omitempty" doc:"Leave what is in the way, and what was changed together with it, and apply the rest"`
	}
}

// BranchApplied says what was done.
type BranchApplied struct {
	Branch Branch            `json:"branch"`
	Audit  int               `json:"audit" doc:"Number of the audit record that says all that was changed"`
	Rows   int               `json:"rows" doc:"How many rows were written"`
	Left   int               `json:"left" doc:"How many stay as they were"`
	Why    []auditlog.Hurdle `json:"why" doc:"What was in the way of those, the first fifty"`
}

func apply(s *op.Scope, in applyIn) (out BranchApplied, err error) {
	var c op.Check
	c.Required(in.Body.Reason, "reason")
	if err := c.Err(); err != nil {
		return out, err
	}
	if out.Branch, err = there(s, in.ID); err != nil {
		return out, err
	}
	if err := s.ReadBranch(in.ID, func(tx *storage.ReadTx) error { return unmoved(tx, in.Body.Rows) }); err != nil {
		return out, err
	}
	seq, err := s.ApplyBranch(in.ID, in.Body.Leave, func(tx *storage.WriteTx, u *storage.Undoing) (err error) {
		out.Rows, out.Left = u.Rows, u.Left
		if out.Why, err = auditlog.InTheWay(&tx.ReadTx, u, shown); err != nil {
			return err
		}
		tx.Event(storage.Event{Subject: out.Branch.Name, Detail: map[string]any{"branch": in.ID, "rows": u.Rows, "left": u.Left}})
		if err := shut(tx, &out.Branch, Applied, s.Caller().Person, in.Body.Reason); err != nil {
			return err
		}
		return auditlog.Follow(tx, u)
	})
	out.Audit = int(seq)
	if err == nil {
		return out, nil
	}
	return out, s.Read(func(tx *storage.ReadTx) error { return refused(tx, err) })
}

// unmoved refuses to apply what nobody has seen.
func unmoved(tx *storage.ReadTx, rows int) error {
	d, err := tx.Draft()
	switch {
	case err != nil:
		return err
	case len(d.Changes) == 0:
		return op.Errorf(op.Conflict, "This branch changed nothing, so there is nothing to apply. Discard it.")
	case len(d.Changes) != rows:
		return op.Errorf(op.Conflict, "The branch was changed since you compared it: %d rows by now. Look at the comparison again.", len(d.Changes))
	}
	return nil
}

// refused says why a branch was not applied.
func refused(tx *storage.ReadTx, err error) error {
	var b *storage.Blocked
	var broken interface{ Code() int }
	switch {
	case errors.As(err, &b):
		why, err := auditlog.InTheWay(tx, b.Undoing, 1)
		if err != nil {
			return err
		}
		if b.Rows == 0 {
			return op.Errorf(op.Conflict, "%s Nothing is left that could be applied.", why[0].Why)
		}
		return op.Errorf(op.Conflict, "%s Solve that first, or leave the %d rows that are in the way and apply the rest.", why[0].Why, b.Left)
	case errors.As(err, &broken) && broken.Code()&0xff == constraint, errors.Is(err, storage.ErrConflict):
		return op.Errorf(op.Conflict, "Nothing was applied: all of it is so already, or records that it needs are gone, or others have taken their place.")
	}
	return err
}

// constraint is SQLite's primary result code for a reference or a uniqueness that does not hold.
const constraint = 19
