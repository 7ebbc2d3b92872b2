// Package number gives records the numbers that people call them by: RSK-0001. A number is given once, whatever
// becomes of the record.
package number

import (
	"database/sql"
	"errors"
	"fmt"

	"assay/server/op"
	"assay/storage"
)

// Module owns the numbers and has no operations. A module that gives numbers lists number_given among the tables it
// may change.
var Module = op.Module{Name: "number", Owns: []string{"number_given"}}

// Next is the number after the last one of a kind. used is the highest that a record has: one that came from a
// branch, or was there before an earlier state was restored, was not given here.
func Next(tx *storage.WriteTx, kind string, used int) (int, error) {
	var last int
	err := tx.QueryRow("SELECT last FROM number_given WHERE kind = ?", kind).Scan(&last)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("number a %s: %w", kind, err)
	}
	n := max(last, used) + 1
	err = tx.Exec("INSERT INTO number_given (kind, last) VALUES (?, ?) ON CONFLICT (kind) DO UPDATE SET last = excluded.last", kind, n)
	if err != nil {
		return 0, fmt.Errorf("number a %s: %w", kind, err)
	}
	return n, nil
}
