package auditlog

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"assay/server/op"
	"assay/storage"
)

// Hurdle says what is in the way of undoing a change, and where to look.
type Hurdle struct {
	Why   string `json:"why" doc:"What was changed since, by whom and when, in a sentence"`
	Table string `json:"table,omitempty" doc:"The kind of the record that stands in the way, if it is one"`
	ID    string `json:"id,omitempty"`
	Name  string `json:"name,omitempty" doc:"What it is called"`
	Seq   int64  `json:"seq,omitempty" doc:"The record of the log that made it so"`
}

// Why puts into one sentence why an earlier change cannot be put back; any other error comes back as it is.
func Why(tx *storage.ReadTx, err error) error {
	return cannot(tx, err, "no backup has it as it was then")
}

// cannot is Why where it is known why long texts could not be had.
func cannot(tx *storage.ReadTx, err error, lost string) error {
	var b *storage.Blocked
	var broken interface{ Code() int }
	switch {
	case errors.As(err, &b):
		all, err := hurdles(tx, b.Undoing, lost, 1)
		if err != nil {
			return err
		}
		if b.Rows > 0 {
			return op.Errorf(op.Conflict, "%s Or leave the %d of its %d rows that are in the way, and undo the rest.", all[0].Why, b.Left, len(b.Record.Changes))
		}
		return op.Errorf(op.Conflict, "%s", all[0].Why)
	case errors.As(err, &broken) && broken.Code()&0xff == constraint, errors.Is(err, storage.ErrConflict):
		return op.Errorf(op.Conflict, "This can no longer be undone: records that it needs are gone, or others have taken their place.")
	}
	return err
}

// constraint is SQLite's primary result code for a reference or a uniqueness that does not hold.
const constraint = 19

// hurdles puts what is in the way of an undo into words, at most some of it.
func hurdles(tx *storage.ReadTx, u *storage.Undoing, lost string, some int) ([]Hurdle, error) {
	return hurdlesIn(tx, u, some, func(h hurdle) Hurdle { h.lost = lost; return h.words() })
}

func hurdlesIn(tx *storage.ReadTx, u *storage.Undoing, some int, words func(hurdle) Hurdle) ([]Hurdle, error) {
	out := []Hurdle{}
	found := u.InTheWay[:min(some, len(u.InTheWay))]
	n := newNames("")
	by := make([]storage.Record, len(found))
	set := make([]map[string][2]any, len(found)) // of the row that stands in the way, as its record has it
	seen := map[int64]storage.Record{}
	for i, o := range found {
		row, col := o.Row, ""
		switch o.Why {
		case storage.ChangedSince:
			col = o.Column
		case storage.AddedSince, storage.TakenSince, storage.OwnerGone:
			row = o.Other
		}
		since := u.Record.Seq
		if o.Why == storage.TakenSince || o.Why == storage.OwnerGone {
			since = -1 // it may have been so before
		}
		r, err := tx.Since(since, row, col, seen)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return nil, err
		}
		by[i] = r
		for _, c := range r.Changes {
			if c.Table == row.Table && c.PK == row.PK {
				set[i] = c.Set
				wantChange(n, c)
			}
		}
		n.wantActor(r.Actor)
		wantChange(n, u.Record.Changes[o.At])
		n.wantRow(row.Table, row.PK)
	}
	if err := n.load(tx, nil); err != nil {
		return nil, err
	}
	for i, o := range found {
		out = append(out, words(hurdle{tx: tx, n: n, of: u.Record, o: o, by: by[i], set: set[i]}))
	}
	return out, nil
}

// hurdle is one obstacle with what is known of it.
type hurdle struct {
	tx   *storage.ReadTx
	n    *names
	of   storage.Record // that is to be undone
	o    storage.Obstacle
	by   storage.Record // that brought it about; empty when nothing tells
	set  map[string][2]any
	lost string
}

func (h hurdle) words() Hurdle {
	mine := h.of.Changes[h.o.At].Set
	name := h.n.row(h.o.Row.Table, h.o.Row.PK, mine)
	field := "the " + strings.TrimPrefix(spoken(h.o.Column), "the ")
	if h.o.Row.Table == "field_value" || h.o.Row.Table == "comment" {
		field, name = "it", "" // its name says all
	}
	of := ""
	if name != "" {
		of = " of " + name
	}
	next := " Undo that first."
	if h.by.Actor.Kind == storage.System {
		next = ""
	}
	out := Hurdle{}
	if h.by.Action != "" {
		out.Seq = h.by.Seq
	}
	out.at(h.n, h.o.Row, mine)
	who := h.who()
	if seq, ok := undoes(h.by); ok && seq == h.of.Seq && (h.o.Why == storage.ChangedSince || h.o.Why == storage.DeletedSince || h.o.Why == storage.ThereAgain) {
		out.Why = fmt.Sprintf("%s has undone this already%s.", who, h.when())
		return out
	}
	switch h.o.Why {
	case storage.ChangedSince:
		out.Why = fmt.Sprintf("%s changed %s%s%s.%s", who, field, of, h.when(), next)
	case storage.DeletedSince:
		out.Why = fmt.Sprintf("%s deleted %s%s.%s", who, orIt(name), h.when(), next)
	case storage.ThereAgain:
		out.Why = fmt.Sprintf("%s brought %s back%s.", who, orIt(name), h.when())
	case storage.AddedSince:
		added := h.n.row(h.o.Other.Table, h.o.Other.PK, h.set)
		did, ok := joins[h.o.Other.Table]
		if !ok {
			did = "added " + article(thing(h.o.Other.Table, 1))
			added += " to " + orIt(name)
		}
		out.Why = fmt.Sprintf("%s %s %s%s.", who, did, added, h.when())
		if next != "" {
			out.Why += next
		} else {
			out.Why += " Delete it instead."
		}
	case storage.TakenSince:
		out.at(h.n, h.o.Other, h.set)
		out.Why = fmt.Sprintf("%s %s has the %s that %s had. Change that first.", upper(thing(h.o.Other.Table, 1)), h.n.row(h.o.Other.Table, h.o.Other.PK, h.set), spoken(h.o.Column), orIt(name))
		if name := h.n.row(h.o.Other.Table, h.o.Other.PK, h.set); name == h.n.orGone(h.o.Row.Table, h.o.Row.PK, mine) {
			out.Why = fmt.Sprintf("Another %s has the %s %s now. Change that first.", thing(h.o.Other.Table, 1), spoken(h.o.Column), name)
		}
	case storage.OwnerGone:
		out.Why = fmt.Sprintf("%s deleted %s %s%s, without which this cannot be. Bring that back first.", who, thing(h.o.Other.Table, 1), h.n.row(h.o.Other.Table, h.o.Other.PK, h.set), h.when())
	case storage.NotKept:
		out.Why = fmt.Sprintf("The earlier text of %s%s is longer than the log keeps, and %s.", field, of, h.lost)
	case storage.NotReadable:
		out.Why = fmt.Sprintf("The log does not hold what %s%s was: it is secret, or was erased.", field, of)
	case storage.SealedSince:
		out.Why = fmt.Sprintf("%s stands for good: what was published, decided or acknowledged is never changed.", upper(orIt(name)))
	default:
		out.Why = fmt.Sprintf("Changes of %s are not undone.", thing(h.o.Row.Table, 2))
	}
	return out
}

// joins say what was done by a row that does nothing but connect records, or speak of one.
var joins = map[string]string{"comment": "commented on", "mapping": "mapped", "record_link": "linked", "record_tag": "tagged", "field_value": "filled in",
	"evidence_control": "linked", "activity_control": "linked", "policy_control": "linked", "policy_requirement": "linked", "activity_evidence": "linked", "occurrence_file": "linked"}

func (h hurdle) who() string {
	if h.by.Action == "" {
		return "Somebody"
	}
	return h.n.actor(h.by.Actor)
}

// when is the day of what happened, where the organisation is.
func (h hurdle) when() string {
	at, err := time.Parse(storage.Instant, h.by.At)
	if err != nil {
		return ""
	}
	zone := h.tx.Zone()
	if at = at.In(zone); at.Year() != h.tx.Now().In(zone).Year() {
		return at.Format(" on 2 January 2006")
	}
	return at.Format(" on 2 January")
}

// at says which record to look at: for a row that speaks of one, that one.
func (h *Hurdle) at(n *names, row storage.Row, set map[string][2]any) {
	first, second, _ := strings.Cut(row.PK, "/")
	h.Table, h.ID = row.Table, row.PK
	switch row.Table {
	case "control_status", "control_effective":
		h.Table, h.ID = "control", first
	case "requirement_scope", "requirement_reason", "addressable":
		h.Table, h.ID = "requirement", first
	case "framework_scope":
		h.Table, h.ID = "framework", first
	case "record_tag":
		h.Table, h.ID, _ = strings.Cut(second, "/")
	case "file":
		h.Table, h.ID = "evidence", text(set["evidence"])
	case "mapping", "statement":
		h.Table, h.ID = "requirement", text(set["requirement"])
	case "policy_version", "policy_request", "policy_exception":
		h.Table, h.ID = "policy", text(set["policy"])
	case "comment", "record_link":
		h.Table, h.ID = text(set["kind"]), text(set["record"])
	default:
		if of, ok := pairs[row.Table]; ok {
			h.Table, h.ID = of[0], first
		}
	}
	if h.ID == "" || n.get(h.Table, h.ID) == "" {
		h.Table, h.ID = "", "" // gone, or nothing with a page
		return
	}
	h.Name = n.get(h.Table, h.ID)
}

func orIt(name string) string {
	if name == "" {
		return "it"
	}
	return name
}

func article(noun string) string {
	if strings.ContainsAny(noun[:1], "aeiou") {
		return "an " + noun
	}
	return "a " + noun
}

// number is a whole number of an event's details, which JSON has read.
func number(v any) (int64, bool) {
	switch v := v.(type) {
	case json.Number:
		n, err := v.Int64()
		return n, err == nil
	case float64:
		return int64(v), true
	case int64:
		return v, true
	}
	return 0, false
}
