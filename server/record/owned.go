package record

import (
	"fmt"

	"assay/storage"
)

// OwnedKind is how many records of a table belong to somebody.
type OwnedKind struct {
	Kind  string `json:"kind" doc:"Name of the table: that of a kind of record, or vendor_contract, statement, framework_scope, leaver_step"`
	Count int    `json:"count"`
}

// owned are the tables whose rows belong to a person, in the order in which they are told, and which rows still matter.
// What has ended stays with whoever ended it. A test finds every table with an owner that is not here.
var owned = []struct {
	table string
	while string
	stamp string // what a change sets besides
}{
	{"control", "", stamped},
	{"evidence", "", stamped},
	{"policy", " AND archived_at = ''", stamped},
	{"activity", "", stamped},
	{"risk", " AND status <> 'closed'", stamped},
	{"vendor", " AND " + working, stamped},
	{"vendor_contract", " AND (ends_on = '' OR renews OR ends_on >= (SELECT day FROM today)) AND vendor IN (SELECT id FROM vendor WHERE " + working + ")", stamped},
	{"asset", " AND status <> 'retired'", stamped},
	{"process", "", stamped},
	{"application", "", stamped},
	{"job_role", "", stamped},
	{"statement", "", stamped},
	{"framework_scope", "", stamped},
	{"leaver_step", "", ""},
	{"task", " AND status IN ('open', 'in_progress')", stamped},
}

const (
	working = "status NOT IN ('rejected', 'offboarded')" // of a vendor
	stamped = ", updated_at = ?4"
	theirs  = " WHERE owner = ?1 AND owner <> ''"
	today   = "WITH today (day) AS (SELECT ?2) "
)

// OwnedTables are the tables that [HandOver] changes.
func OwnedTables() []string {
	var all []string
	for _, o := range owned {
		all = append(all, o.table)
	}
	return all
}

// Owned counts what belongs to a person, table by table. Those in which they have nothing are absent.
func Owned(tx *storage.ReadTx, person string) ([]OwnedKind, error) {
	all := []OwnedKind{}
	for _, o := range owned {
		n := OwnedKind{Kind: o.table}
		if err := tx.QueryRow(today+"SELECT count(*) FROM "+o.table+theirs+o.while, person, tx.Today()).Scan(&n.Count); err != nil {
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
			if o.table != k.Kind {
				continue
			}
			args := []any{from, tx.Today(), to}
			if o.stamp != "" {
				args = append(args, tx.Stamp())
			}
			if err := tx.Exec(today+"UPDATE "+o.table+" SET owner = ?3"+o.stamp+theirs+o.while, args...); err != nil {
				return n, fmt.Errorf("hand over: %w", err)
			}
			n += k.Count
		}
	}
	return n, err
}
