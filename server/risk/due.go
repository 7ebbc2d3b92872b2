package risk

import (
	"assay/server/record"
	"assay/storage"
)

// dueSQL are the days of a risk: that of its treatment, until that has ended; that of its review, until it is closed;
// and the last of its acceptance, until that has run out.
const dueSQL = `SELECT r.id, r.ref, 'treatment' AS what, '' AS part, '' AS part_id, r.owner, iif(` + statusSQL + ` IN ('mitigated', 'accepted', 'closed'), '', r.due_on) AS day, r.updated_at AS changed FROM ` + onDay + `
	UNION ALL SELECT r.id, r.ref, 'review', '', '', r.owner, r.review_on, r.updated_at FROM risk r WHERE r.status <> 'closed'
	UNION ALL SELECT r.id, r.ref, 'acceptance', '', '', r.owner, r.accepted_until, r.updated_at FROM ` + onDay + ` WHERE ` + statusSQL + ` = 'accepted'`

const onDay = `risk r CROSS JOIN (SELECT ?1 AS today FROM (SELECT 1)) d`

// Due lists what the risks have by a day: treatments, reviews, and acceptances that end.
func Due(tx *storage.ReadTx, f record.DueFilter) ([]record.Due, error) {
	return record.Dues(tx, record.Risk, f, dueSQL, tx.Today())
}
