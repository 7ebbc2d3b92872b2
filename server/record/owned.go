package record

import (
	"fmt"

	"assay/storage"
)

// OwnedKind is how many records of a kind belong to somebody.
type OwnedKind struct {
	Kind  Kind `json:"kind"`
	Count int  `json:"count"`
}

// owned are the kinds whose records belong to a person, and which of them still matter. What has ended stays with whoever
// ended it.
var owned = []struct {
	kind  Kind
	while string
}{
	{Control, ""}, {Evidence, ""}, {Activity, ""}, {Risk, " AND status <> 'closed'"}, {Task, " AND status IN ('open', 'in_progress')"}, {Application, ""}, {JobRole, ""},
}

// OwnedTables are the tables that [HandOver] changes.
func OwnedTables() []string {
	var all []string
	for _, o := range owned {
		all = append(all, string(o.kind))
	}
	return all
}

// Owned counts what belongs to a person, kind by kind. Kinds of which they have nothing are absent.
func Owned(tx *storage.ReadTx, person string) ([]OwnedKind, error) {
	all := []OwnedKind{}
	for _, o := range owned {
		n := OwnedKind{Kind: o.kind}
		if err := tx.QueryRow("SELECT count(*) FROM "+string(o.kind)+" WHERE owner = ? AND owner <> ''"+o.while, person).Scan(&n.Count); err != nil {
			return nil, fmt.Errorf("count what somebody owns: %w", err)
		}
		if n.Count > 0 {
			all = append(all, n)
		}
	}
	return all, nil
}

// HandOver gives what belongs to one person to another, and says how many records that were.
func HandOver(tx *storage.WriteTx, from, to string) (int, error) {
	of, err := Owned(&tx.ReadTx, from)
	n := 0
	for _, k := range of {
		for _, o := range owned {
			if o.kind != k.Kind {
				continue
			}
			err := tx.Exec("UPDATE "+string(o.kind)+" SET owner = ?, updated_at = ? WHERE owner = ?"+o.while, to, tx.Stamp(), from)
			if err != nil {
				return n, fmt.Errorf("hand over: %w", err)
			}
			n += k.Count
		}
	}
	return n, err
}
