package auditlog

import (
	"fmt"

	"assay/server/op"
	"assay/storage"
)

// What a branch changed, and what is in the way of applying it, in the words of the log.

// InWords puts changed rows into words, with the names that the file has.
func InWords(tx *storage.ReadTx, changes []storage.Change) ([]AuditChange, error) {
	n := newNames("")
	for _, c := range changes {
		wantChange(n, c)
	}
	if err := n.load(tx, nil); err != nil {
		return nil, err
	}
	out := []AuditChange{}
	for _, c := range changes {
		out = append(out, changeInWords(n, c, silent))
	}
	return out, nil
}

// InTheWay puts into words what is in the way of applying a branch, at most some of it. The file is the one it would
// be applied to.
func InTheWay(tx *storage.ReadTx, u *storage.Undoing, some int) ([]Hurdle, error) {
	return hurdlesIn(tx, u, some, hurdle.applying)
}

// Follow asks for what comes after a branch was applied, as after an undo.
func Follow(tx *storage.WriteTx, u *storage.Undoing) error { return follow(tx, u) }

// applying says why a row of a branch cannot be applied. The record is the way back from the branch: what it would
// delete was added there.
func (h hurdle) applying() Hurdle {
	mine := h.of.Changes[h.o.At].Set
	name := orIt(h.n.row(h.o.Row.Table, h.o.Row.PK, mine))
	other := h.n.row(h.o.Other.Table, h.o.Other.PK, h.set)
	out := Hurdle{}
	if h.by.Action != "" {
		out.Seq = h.by.Seq
	}
	out.at(h.n, h.o.Row, mine)
	switch h.o.Why {
	case storage.ChangedSince:
		if h.of.Changes[h.o.At].Op == "insert" {
			out.Why = fmt.Sprintf("%s changed %s%s, and the branch deleted it.", h.who(), name, h.when())
			break
		}
		out.Why = fmt.Sprintf("%s changed the %s of %s%s, and so did the branch.", h.who(), spoken(h.o.Column), name, h.when())
	case storage.DeletedSince:
		out.Why = fmt.Sprintf("%s deleted %s%s, and the branch changed it.", h.who(), name, h.when())
	case storage.ThereAgain:
		out.Why = fmt.Sprintf("%s added %s%s, and so did the branch, otherwise.", h.who(), name, h.when())
	case storage.AddedSince:
		out.Why = fmt.Sprintf("%s added %s %s%s to %s, which the branch deleted.", h.who(), article(thing(h.o.Other.Table, 1)), other, h.when(), name)
	case storage.TakenSince:
		out.at(h.n, h.o.Other, h.set)
		out.Why = fmt.Sprintf("%s %s has the %s that the branch gave to %s.", upper(thing(h.o.Other.Table, 1)), other, spoken(h.o.Column), name)
	case storage.OwnerGone:
		out.Why = fmt.Sprintf("%s deleted %s %s%s, which %s in the branch belongs to.", h.who(), thing(h.o.Other.Table, 1), other, h.when(), name)
	default:
		out.Why = fmt.Sprintf("Changes of %s are not applied.", thing(h.o.Row.Table, 2))
	}
	return out
}

// branchSentence speaks of branches themselves; what applying one changed is said by the record's rows.
func (s *shape) branchSentence(n *names) string {
	e := storage.Event{}
	if len(s.Events) > 0 {
		e = s.Events[0]
	}
	switch s.Action {
	case "branch.create":
		return "made the branch " + e.Subject
	case "branch.rename":
		return "renamed the branch " + e.Subject
	case "branch.discard":
		return "discarded the branch " + e.Subject
	case "branch.apply":
		said := fmt.Sprintf("applied the branch %s: %v rows", e.Subject, e.Detail["rows"])
		if left, ok := number(e.Detail["left"]); ok && left > 0 {
			said += fmt.Sprintf(", %d left as they were", left)
		}
		return said
	}
	if len(s.lead) == 0 {
		return s.eventSentence()
	}
	return s.changeSentence(n)
}

var errNoUndoOfBranch = op.Errorf(op.Conflict, "A branch is made and discarded on the page Branches. What applying one changed can be undone.")
