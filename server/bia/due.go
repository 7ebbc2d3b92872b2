package bia

import (
	"assay/server/record"
	"assay/storage"
)

// dueSQL is when a process is looked at again. One that is overdue by it is [ProcessSaid.Overdue].
const dueSQL = `SELECT r.id, r.ref, 'review' AS what, '' AS part, '' AS part_id, r.owner, r.review_on AS day, r.updated_at AS changed FROM process r`

// Due lists when processes are to be looked at again.
func Due(tx *storage.ReadTx, f record.DueFilter) ([]record.Due, error) {
	return record.Dues(tx, record.Process, f, dueSQL)
}
