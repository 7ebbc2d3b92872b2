package policy

import (
	"assay/server/record"
	"assay/storage"
)

// dueSQL is when a policy is reviewed next, as its state says.
const dueSQL = `SELECT p.id, p.ref, 'review' AS what, '' AS part, '' AS part_id, p.owner, x.next_on AS day, p.updated_at AS changed
	FROM policy_state x JOIN policy p ON p.id = x.policy WHERE x.next_on > ''`

// Due lists when policies are to be reviewed.
func Due(tx *storage.ReadTx, f record.DueFilter) ([]record.Due, error) {
	return record.Dues(tx, record.Policy, f, dueSQL)
}
