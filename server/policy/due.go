package policy

import (
	"cmp"

	"assay/server/record"
	"assay/storage"
)

// dueSQL is when a policy is reviewed next. What was published so lately that no policy is reviewed by the last day that is
// asked for, ?1, is left out first, with some days to spare because months differ: counting months for every policy costs
// more.
const dueSQL = `SELECT p.id, p.ref, 'review' AS what, '' AS part, '' AS part_id, p.owner, ` + nextSQL + ` AS day, p.updated_at AS changed
	FROM policy_version k CROSS JOIN policy p ON p.id = k.policy` + inForceSQL

// ownDueSQL is the same where somebody's few policies are asked for, by way of their index.
const ownDueSQL = `SELECT p.id, p.ref, 'review' AS what, '' AS part, '' AS part_id, p.owner, ` + nextSQL + ` AS day, p.updated_at AS changed
	FROM policy p CROSS JOIN policy_version k ON p.id = k.policy` + inForceSQL

const inForceSQL = `
	WHERE k.published_at <> '' AND k.published_on <= date(?1, '-' || (SELECT min(review_months) FROM policy WHERE review_months > 0) || ' months', '+4 days')
	AND p.archived_at = '' AND p.review_months > 0
	AND k.id = (SELECT id FROM policy_version WHERE policy = p.id AND published_at <> '' ORDER BY major DESC, minor DESC LIMIT 1)`

// Due lists when policies are to be reviewed.
func Due(tx *storage.ReadTx, f record.DueFilter) ([]record.Due, error) {
	query := dueSQL
	if f.Owner != "" {
		query = ownDueSQL
	}
	return record.Dues(tx, record.Policy, f, query, cmp.Or(f.To, "9000-01-01"))
}
