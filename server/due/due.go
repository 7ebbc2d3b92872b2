// Package due puts together what the registers say has to be looked at again, and by when. Each register knows its own
// clock; nothing is counted here.
package due

import (
	"cmp"
	"slices"
	"time"

	"assay/server/asset"
	"assay/server/bia"
	"assay/server/op"
	"assay/server/policy"
	"assay/server/record"
	"assay/server/risk"
	"assay/server/vendor"
	"assay/storage"
)

// clocks are the registers whose records have days. A new register is a line here.
var clocks = []func(*storage.ReadTx, record.DueFilter) ([]record.Due, error){policy.Due, vendor.Due, risk.Due, asset.Due, bia.Due}

// Of lists what is due, the most urgent first. [record.Named] says how the records are called.
func Of(tx *storage.ReadTx, f record.DueFilter) ([]record.Due, error) {
	all := []record.Due{}
	for _, clock := range clocks {
		some, err := clock(tx, f)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.SortStableFunc(all, func(a, b record.Due) int { return cmp.Compare(a.DueOn, b.DueOn) })
	return all, nil
}

// Soon lists what is overdue or due within [record.SoonDays]: of somebody, or of everybody where nobody is named.
func Soon(tx *storage.ReadTx, owner string) ([]record.Due, error) {
	today, err := time.Parse(storage.Date, tx.Today())
	if err != nil {
		return nil, err
	}
	return Of(tx, record.DueFilter{Owner: owner, To: today.AddDate(0, 0, record.SoonDays).Format(storage.Date)})
}

// Untasked leaves out what a task asks for already: an open one of a person, or of anybody where nobody is named.
func Untasked(tx *storage.ReadTx, person string, all []record.Due) ([]record.Due, error) {
	rows, err := tx.Query("SELECT key, 1 FROM task WHERE status IN ('open', 'in_progress') AND key <> '' AND (?1 = '' OR owner = ?1)", person)
	if err != nil {
		return nil, err
	}
	asked, err := op.Map[string, bool](rows)
	return slices.DeleteFunc(all, func(d record.Due) bool { return asked[d.Task] }), err
}
