package record

import (
	"fmt"

	"assay/server/op"
	"assay/storage"
)

// Due is a day by which somebody has to look at a record again, or at a part of it.
type Due struct {
	Line
	What      DueWhat `json:"what" enum:"review,treatment,acceptance,contract,attestation"`
	Part      string  `json:"part" doc:"What of the record it is about: the title of a contract, the name of an attestation; else empty"`
	OwnerName string  `json:"owner_name"`
	DueOn     string  `json:"due_on"`
	Overdue   bool    `json:"overdue"`

	PartID    string `json:"-"` // that of the contract or the attestation, else empty
	Task      string `json:"-"` // key of the task that asks for it when it is near, or empty
	ChangedAt string `json:"-"`
}

// DueWhat is what has to be done by a day.
type DueWhat string

// What is due.
const (
	Review      DueWhat = "review"      // to look at the record again
	Treatment   DueWhat = "treatment"   // of a risk
	Acceptance  DueWhat = "acceptance"  // of a risk: its last day
	Contract    DueWhat = "contract"    // with a vendor: the last day to give notice, or one that renewed by itself
	Attestation DueWhat = "attestation" // of a vendor: its last day
)

// SoonDays is how many days ahead something is said to be due soon.
const SoonDays = 30

// DueFilter says what is wanted of what is due.
type DueFilter struct {
	Owner string // id of a person, or empty for everybody's
	From  string // first day, or empty
	To    string // last day, or empty
}

// says are the words of [Due.Says].
var says = map[Kind]map[DueWhat]string{
	Policy:  {Review: "Policy review"},
	Vendor:  {Review: "Vendor review", Contract: "Contract to decide", Attestation: "Attestation ends"},
	Risk:    {Review: "Risk review", Treatment: "Risk treatment", Acceptance: "Risk acceptance ends"},
	Asset:   {Review: "Asset review"},
	Process: {Review: "Process review"},
}

// Says is it in words: "Vendor review: VEN-0001 Acme". It tells nothing beyond titles.
func (d Due) Says() string {
	s := says[d.Kind][d.What] + ": " + d.Ref + " " + d.Title
	if d.Part != "" {
		s += ", " + d.Part
	}
	return s
}

// Dues reads what is due of records of one kind, the most urgent first. clock is a query of theirs with the columns id,
// ref, what, part, part_id, owner, day and changed, where day is empty where nothing is due.
func Dues(tx *storage.ReadTx, k Kind, f DueFilter, clock string, args ...any) ([]Due, error) {
	q := "SELECT x.id, x.what, x.part, x.part_id, x.owner, coalesce(o.name, ''), x.day, x.changed FROM (" + clock + ") x LEFT JOIN person o ON o.id = x.owner WHERE x.day <> ''"
	for _, w := range []struct{ where, value string }{{" AND x.owner = ?", f.Owner}, {" AND x.day >= ?", f.From}, {" AND x.day <= ?", f.To}} {
		if w.value != "" {
			q += w.where
			args = append(args, w.value)
		}
	}
	rows, err := tx.Query(q+" ORDER BY x.day, x.ref, x.what, x.part_id", args...)
	if err != nil {
		return nil, fmt.Errorf("what is due of kind %s: %w", k, err)
	}
	today := tx.Today()
	return op.Scan(rows, func(r op.Row) (Due, error) {
		d := Due{Line: Line{Kind: k}}
		err := r.Scan(&d.ID, &d.What, &d.Part, &d.PartID, &d.Owner, &d.OwnerName, &d.DueOn, &d.ChangedAt)
		d.Overdue = d.DueOn < today
		return d, err
	})
}

// Named fills in how records are called and where their pages are. Whose it is stays as it was found.
func Named(tx *storage.ReadTx, all []Due) error {
	refs := make([]Ref, len(all))
	for i, d := range all {
		refs[i] = Ref{d.Kind, d.ID}
	}
	found, err := Lines(tx, refs)
	for i := range all {
		owner := all[i].Owner
		all[i].Line = found[refs[i]]
		all[i].Owner = owner
	}
	return err
}
