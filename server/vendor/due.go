package vendor

import (
	"cmp"
	"fmt"
	"slices"

	"assay/server/record"
	"assay/server/risk"
	"assay/storage"
)

const (
	// nextDueSQL is when a vendor is reviewed next. Nobody reviews who was rejected or is gone. Whoever was assessed so lately
	// that it is not by the last day that is asked for is left out first: counting months for every vendor costs more.
	nextDueSQL = `SELECT r.id, r.ref, 'review' AS what, '' AS part, '' AS part_id, r.owner, ` + nextSQL + ` AS day, r.updated_at AS changed FROM vendor r CROSS JOIN risk_scale k
		CROSS JOIN (SELECT ? AS critical, ? AS critical_by, ? AS high, ? AS high_by, ? AS medium, ? AS medium_by, ? AS low, ? AS low_by FROM (SELECT 1)) d WHERE r.assessed_on <> ''
		AND r.assessed_on < CASE ` + tierSQL + ` WHEN 'critical' THEN d.critical_by WHEN 'high' THEN d.high_by WHEN 'medium' THEN d.medium_by WHEN 'low' THEN d.low_by END AND ` + worksSQL

	// attestationDueSQL is the last day of a proof that is there.
	attestationDueSQL = `SELECT r.id, r.ref, 'attestation' AS what, iif(t.title <> '', t.title, t.type) AS part, t.id AS part_id, r.owner, ` + endSQL + ` AS day, t.updated_at AS changed
		FROM vendor_attestation t JOIN attachment f ON f.id = t.attachment JOIN vendor r ON r.id = t.vendor WHERE ` + worksSQL

	// decideDueSQL is the last day to give notice of a contract that has to be decided on, now or later. What ends too late
	// for the last day that is asked for is left out first, here too.
	decideDueSQL = `SELECT r.id, r.ref, 'contract' AS what, c.title AS part, c.id AS part_id, iif(c.owner <> '', c.owner, r.owner) AS owner, ` + noticeSQL + ` AS day, c.updated_at AS changed
		FROM (SELECT ? AS today, ? AS soon, ? AS last FROM (SELECT 1)) d
		CROSS JOIN vendor_contract c ON c.ends_on > '' AND c.ends_on <= date(d.last, '+' || (SELECT max(notice_days) FROM vendor_contract) || ' days')
		CROSS JOIN vendor r ON r.id = c.vendor WHERE ` + worksSQL + ` AND (` + dueSQL + ` OR ` + noticeSQL + ` > d.soon)`

	noticeSQL = `date(c.ends_on, '-' || c.notice_days || ' days')`
	worksSQL  = `r.status NOT IN ('rejected', 'offboarded')` // not [Status.Ended]
)

// Due lists what the vendors have by a day: reviews, proofs that end, contracts to decide on.
func Due(tx *storage.ReadTx, f record.DueFilter) ([]record.Due, error) {
	today, soon, _ := days(tx)
	to := cmp.Or(f.To, "9000-01-01")
	var clock []any
	for _, tier := range []risk.Level{risk.Critical, risk.High, risk.Medium, risk.Low} {
		clock = append(clock, fmt.Sprintf("+%d months", cadences[tier]), Before(later(to, 1), cadences[tier]))
	}
	reviews, err := record.Dues(tx, record.Vendor, f, nextDueSQL, clock...)
	if err != nil {
		return nil, err
	}
	proofs, err := record.Dues(tx, record.Vendor, f, attestationDueSQL)
	if err != nil {
		return nil, err
	}
	papers, err := record.Dues(tx, record.Vendor, f, decideDueSQL, today, soon, to)
	if err != nil {
		return nil, err
	}
	for i := range reviews {
		reviews[i].Task = reviewKey + reviews[i].ID
	}
	for i, d := range proofs {
		proofs[i].Task = attestationKey + d.PartID
		if name := (VendorAttestationSaid{Type: d.Part}).called(); name != "" {
			proofs[i].Part = name
		}
	}
	for i, d := range papers {
		papers[i].Task = contractKey + d.PartID
	}
	return slices.Concat(reviews, proofs, papers), nil
}
