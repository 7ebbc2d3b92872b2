// Package branch lets an organisation try something before it does it: a branch is a copy of its file in which
// everything can be changed, the figures of both stand side by side, and what the branch changed is applied as one
// change, or discarded.
//
// A branch shares the organisation's objects and people, and nothing of it leaves: it sends no mail, runs no job and is
// in no backup (decisions.md 31). How an operation works in one is said in server/op/branch.go; how one is applied, in
// storage/draft.go.
package branch

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"assay/server/op"
	"assay/server/person"
	"assay/storage"
)

// Module is the branches' part of the API.
var Module = op.Module{
	Name: "branch", Present: true,
	Owns: []string{"branch"},
	Ops: []op.Op{
		op.Steps("list", "GET /branches", op.Readers, list, op.Doc("The branches that are open, the newest first, then those that were closed last")),
		op.Steps("create", "POST /branches", op.Editors, create, op.Doc("Make a branch: a copy of all records as they are now, to try something in")),
		op.Steps("rename", "PATCH /branches/{id}", op.Editors, rename, op.Versioned("branch"), op.Doc("Change a branch's name, or what it is for: who made it may, or an administrator")),
		op.Steps("discard", "POST /branches/{id}/discard", op.Editors, discard, op.Doc("Close a branch and keep nothing of it: who made it may, or an administrator")),
		op.Steps("compare", "GET /branches/{id}/compare", op.Readers, compare, op.Doc("The dashboard's figures now and in the branch, what the branch changed, and what is in the way of applying it")),
		op.Steps("changes", "GET /branches/{id}/changes", op.Readers, changes, op.Doc("What the branch changed since it was made, row by row: once for each row, however often it was changed")),
		op.Steps("apply", "POST /branches/{id}/apply", op.Admin, apply, op.Doc("Make what the branch changed a change of the organisation, in one step that can be undone; then the branch is closed"),
			op.Rules("Refused with what is in the way while a row was changed on both sides, its owner is gone, or others have its values. "+
				"leave applies the rest: those rows stay, with what was changed together with them. What both sides made the same is no conflict.")),
	},
	Jobs: []op.Job{{Name: "tidy", Nightly: true, Run: tidy}},
}

const (
	// mostOpen is how many branches an organisation may have open: each is as large as its file.
	mostOpen = 5
	// unused is for how many days a branch stays that nobody comes to.
	unused = 30
	// closedShown is how many of those that are closed are listed.
	closedShown = 20
)

// State is what became of a branch.
type State string

// The states.
const (
	Open      State = "open"
	Applied   State = "applied"
	Discarded State = "discarded"
)

// Branch is one what-if branch.
type Branch struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Purpose  string `json:"purpose" doc:"What it is to find out"`
	State    State  `json:"state" enum:"open,applied,discarded"`
	MadeBy   string `json:"made_by" doc:"Person"`
	Maker    string `json:"maker" doc:"What they are called"`
	MadeAt   string `json:"made_at" doc:"The moment of which it is a copy"`
	UsedOn   string `json:"used_on" doc:"The last day on which somebody came to it"`
	EndsOn   string `json:"ends_on" doc:"The day on which it ends by itself, unless somebody comes to it; empty when it is closed"`
	ClosedBy string `json:"closed_by" doc:"What who closed it is called; empty when it ended by itself"`
	ClosedAt string `json:"closed_at"`
	Note     string `json:"note" doc:"Why it was closed"`
	Gone     bool   `json:"gone" doc:"It is open, but its file is gone: it can be discarded"`
	Mine     bool   `json:"mine" doc:"The caller may rename and discard it"`
	Since    int    `json:"since" doc:"How many changes the organisation has seen since it was made"`
	Version  int    `json:"version"`
}

// Branches are those of the organisation.
type Branches struct {
	Items []Branch `json:"items"`
	Open  int      `json:"open"`
	Most  int      `json:"most" doc:"How many may be open"`
	Days  int      `json:"days" doc:"After how many days one ends that nobody comes to"`
}

const columns = `b.id, b.name, b.purpose, b.state, b.made_by, coalesce(m.name, ''), b.made_at, max(substr(b.made_at, 1, 10), coalesce(u.day, '')),
	coalesce(c.name, ''), b.closed_at, b.note, (SELECT count(*) FROM audit WHERE seq >= b.base AND kind = 'change' AND b.state = 'open'), b.version
	FROM branch b LEFT JOIN branch_use u ON u.branch = b.id LEFT JOIN person m ON m.id = b.made_by LEFT JOIN person c ON c.id = b.closed_by`

func scan(r op.Row) (b Branch, err error) {
	err = r.Scan(&b.ID, &b.Name, &b.Purpose, &b.State, &b.MadeBy, &b.Maker, &b.MadeAt, &b.UsedOn, &b.ClosedBy, &b.ClosedAt, &b.Note, &b.Since, &b.Version)
	if err != nil || b.State != Open {
		return b, err
	}
	day, err := time.Parse(storage.Date, b.UsedOn)
	b.EndsOn = day.AddDate(0, 0, unused).Format(storage.Date)
	return b, err
}

func byID(tx *storage.ReadTx, id string) (Branch, error) {
	return scan(tx.QueryRow("SELECT "+columns+" WHERE b.id = ?", id))
}

// open is a branch that is open.
func open(tx *storage.ReadTx, id string) (Branch, error) {
	b, err := byID(tx, id)
	if err == nil && b.State != Open {
		return b, op.Errorf(op.Conflict, "This branch is %s already.", b.State)
	}
	return b, err
}

// whose marks what the caller may do with a branch: who made it may, or an administrator.
func (b *Branch) whose(s *op.Scope) {
	c := s.Caller()
	b.Mine = c.Role&op.Admin != 0 || c.Role&op.Editors != 0 && b.MadeBy == c.Person
	b.Gone = b.State == Open && !s.HasBranch(b.ID)
}

func list(s *op.Scope, _ struct{}) (Branches, error) {
	out := Branches{Most: mostOpen, Days: unused}
	err := s.Read(func(tx *storage.ReadTx) error {
		rows, err := tx.Query("SELECT "+columns+" ORDER BY b.state = 'open' DESC, max(b.closed_at, b.made_at) DESC, b.id LIMIT ?", mostOpen+closedShown)
		if err == nil {
			out.Items, err = op.Scan(rows, scan)
		}
		return err
	})
	for i := range out.Items {
		out.Items[i].whose(s)
		if out.Items[i].State == Open {
			out.Open++
		}
	}
	return out, err
}

// BranchDraft is what is said of a branch.
type BranchDraft struct {
	Name    string `json:"name" minLength:"1" maxLength:"80"`
	Purpose string `json:"purpose,omitempty" maxLength:"500" doc:"What it is to find out"`
}

func (d *BranchDraft) check(tx *storage.ReadTx, id string) error {
	d.Name, d.Purpose = strings.TrimSpace(d.Name), strings.TrimSpace(d.Purpose)
	var c op.Check
	c.Required(d.Name, "name")
	var taken bool
	err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM branch WHERE name = ? COLLATE NOCASE AND state = 'open' AND id <> ?)", d.Name, id).Scan(&taken)
	c.That(!taken, "name", "There is an open branch of this name.")
	return errors.Join(err, c.Err())
}

// room refuses one branch too many.
func room(tx *storage.ReadTx) error {
	var n int
	if err := tx.QueryRow("SELECT count(*) FROM branch WHERE state = 'open'").Scan(&n); err != nil {
		return err
	}
	if n >= mostOpen {
		return op.Errorf(op.Conflict, "There are %d open branches already. Apply or discard one first.", n)
	}
	return nil
}

type createIn struct{ Body BranchDraft }

func create(s *op.Scope, in createIn) (b Branch, err error) {
	fits := func(tx *storage.ReadTx) error {
		if err := in.Body.check(tx, ""); err != nil {
			return err
		}
		return room(tx)
	}
	if err := s.Read(fits); err != nil {
		return b, err
	}
	id := s.NewID()
	base, err := s.MakeBranch(id)
	if err != nil {
		return b, err
	}
	err = s.Write(func(tx *storage.WriteTx) error {
		if err := fits(&tx.ReadTx); err != nil { // somebody else may have been quicker
			return err
		}
		tx.Event(storage.Event{Subject: in.Body.Name, Detail: map[string]any{"branch": id}})
		err := tx.Exec("INSERT INTO branch (id, name, purpose, base, made_by, made_at, updated_at) VALUES (?, ?, ?, ?, ?, ?6, ?6)",
			id, in.Body.Name, in.Body.Purpose, base, person.Acting(&tx.ReadTx), tx.Stamp())
		if err == nil {
			b, err = byID(&tx.ReadTx, id)
		}
		return err
	})
	if err != nil {
		return b, errors.Join(err, s.DropBranch(id))
	}
	b.whose(s)
	return b, nil
}

type renameIn struct {
	op.ByID
	Body BranchDraft
}

func rename(s *op.Scope, in renameIn) (b Branch, err error) {
	err = s.Write(func(tx *storage.WriteTx) error {
		if b, err = open(&tx.ReadTx, in.ID); err != nil {
			return err
		}
		if b.whose(s); !b.Mine {
			return op.Errorf(op.Forbidden, "Only %s, who made this branch, or an administrator can rename it.", b.Maker)
		}
		if err := in.Body.check(&tx.ReadTx, in.ID); err != nil {
			return err
		}
		tx.Event(storage.Event{Subject: in.Body.Name, Detail: map[string]any{"branch": in.ID}})
		err := tx.ExecOne("UPDATE branch SET name = ?, purpose = ?, updated_at = ? WHERE id = ?", in.Body.Name, in.Body.Purpose, tx.Stamp(), in.ID)
		if err == nil {
			b, err = byID(&tx.ReadTx, in.ID)
		}
		return err
	})
	b.whose(s)
	return b, err
}

type discardIn struct {
	op.ByID
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"500" doc:"Why, for the list and the audit log"`
	}
}

func discard(s *op.Scope, in discardIn) (b Branch, err error) {
	c := s.Caller()
	err = s.Write(func(tx *storage.WriteTx) error {
		if b, err = open(&tx.ReadTx, in.ID); err != nil {
			return err
		}
		if b.whose(s); !b.Mine {
			return op.Errorf(op.Forbidden, "Only %s, who made this branch, or an administrator can discard it.", b.Maker)
		}
		return shut(tx, &b, Discarded, c.Person, in.Body.Reason)
	})
	if err != nil {
		return b, err
	}
	return b, s.DropBranch(in.ID)
}

// shut closes a branch: its file is the caller's to remove.
func shut(tx *storage.WriteTx, b *Branch, as State, by, why string) (err error) {
	why = strings.TrimSpace(why)
	tx.Note(why)
	if as == Discarded {
		tx.Event(storage.Event{Subject: b.Name, Detail: map[string]any{"branch": b.ID}})
	}
	err = tx.ExecOne("UPDATE branch SET state = ?, closed_by = ?, closed_at = ?4, note = ?3, updated_at = ?4 WHERE id = ?5 AND state = 'open'", as, by, why, tx.Stamp(), b.ID)
	if err == nil {
		*b, err = byID(&tx.ReadTx, b.ID)
	}
	return err
}

// tidy ends what nobody came to for a long time, and removes files that no open branch has.
func tidy(s *op.Scope, _ json.RawMessage) error {
	var keep []string
	err := s.Write(func(tx *storage.WriteTx) error {
		keep = nil
		rows, err := tx.Query("SELECT " + columns + " WHERE b.state = 'open' ORDER BY b.id")
		if err != nil {
			return err
		}
		all, err := op.Scan(rows, scan)
		if err != nil {
			return err
		}
		for _, b := range all {
			if b.EndsOn > tx.Today() {
				keep = append(keep, b.ID)
				continue
			}
			if err := shut(tx, &b, Discarded, "", fmt.Sprintf("Nobody came to it for %d days.", unused)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.TidyBranches(keep...)
}
