package evidence

import (
	"assay/server/control"
	"assay/server/op"
	"assay/storage"
)

// EvidenceHealth counts requests by status: the stat cards of the list and the bar of the dashboard.
type EvidenceHealth struct {
	Total         int `json:"total"`
	Current       int `json:"current"`
	ExpiringSoon  int `json:"expiring_soon"`
	Expired       int `json:"expired"`
	NotCollected  int `json:"not_collected"`
	NotApplicable int `json:"not_applicable"`
	PendingFiles  int `json:"pending_files" doc:"Files that wait for review"`
}

// Health counts every request of the organisation as it stands today.
func Health(tx *storage.ReadTx) (EvidenceHealth, error) { return HealthIn(tx, control.Organisation) }

// HealthIn is Health for a product: its own requests, and those of the whole organisation, which prove it too.
func HealthIn(tx *storage.ReadTx, scope string) (EvidenceHealth, error) {
	var h EvidenceHealth
	err := tx.QueryRow(`
		SELECT count(*), count(*) FILTER (WHERE s = 'current'), count(*) FILTER (WHERE s = 'expiring_soon'),
			count(*) FILTER (WHERE s = 'expired'), count(*) FILTER (WHERE s = 'not_collected'),
			count(*) FILTER (WHERE s = 'not_applicable'), coalesce(sum(pending), 0)
		FROM (SELECT `+statusSQL+` AS s, k.pending FROM evidence e JOIN evidence_clock k ON k.evidence = e.id`+daysSQL+`
			WHERE ? = 'organisation' OR e.scope IN ('organisation', ?))`, append(days(tx), scope, scope)...).
		Scan(&h.Total, &h.Current, &h.ExpiringSoon, &h.Expired, &h.NotCollected, &h.NotApplicable, &h.PendingFiles)
	return h, err
}

// EvidenceCoverage says how much of a framework has something to prove it by.
type EvidenceCoverage struct {
	Framework string `json:"framework"`
	Short     string `json:"short"`
	Color     string `json:"color"`
	Controls  int    `json:"controls" doc:"Controls that apply and serve a requirement of it that counts and applies"`
	Covered   int    `json:"covered" doc:"Of these, with at least one evidence request that applies"`
	Proven    int    `json:"proven" doc:"Of these, with at least one accepted file"`
	Share     *int   `json:"share" doc:"covered of controls in basis points, rounded down; null when no control serves it"`
	Full      bool   `json:"full" doc:"Every control is covered"`
}

// Share is part of whole in basis points, rounded down so that 100 % means all of it; nil for 0 of 0.
func Share(part, whole int) *int {
	if whole == 0 {
		return nil
	}
	bp := part * 10000 / whole
	return &bp
}

// Coverage gives the figures of every framework that is on, in the order of their names. Package framework
// counts covered controls too, beside readiness; a test holds the two to the same figures.
func Coverage(tx *storage.ReadTx) ([]EvidenceCoverage, error) {
	rows, err := tx.Query(`
		SELECT f.id, f.short, f.color, count(s.control), coalesce(sum(p.requests > 0), 0), coalesce(sum(p.requests > p.missing), 0)
		FROM framework f
		LEFT JOIN (SELECT DISTINCT q.framework, m.control FROM requirement q JOIN mapping m ON m.requirement = q.id
			WHERE q.assessable = 1 AND q.applicable = 1 AND NOT EXISTS (SELECT 1 FROM control_status c WHERE c.control = m.control AND c.scope = 'organisation' AND c.status = 'not_applicable')) s
			ON s.framework = f.id
		LEFT JOIN control_proof p ON p.control = s.control AND p.scope = 'organisation'
		WHERE f.archived = 0
		GROUP BY f.id ORDER BY f.short COLLATE NOCASE, f.id`)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (c EvidenceCoverage, err error) {
		err = r.Scan(&c.Framework, &c.Short, &c.Color, &c.Controls, &c.Covered, &c.Proven)
		c.Share, c.Full = Share(c.Covered, c.Controls), c.Controls > 0 && c.Covered == c.Controls
		return c, err
	})
}

// EvidenceDue is a request whose proof ends soon or has ended.
type EvidenceDue struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Owner     string `json:"owner"`
	OwnerName string `json:"owner_name"`
	Status    Status `json:"status" enum:"current,expiring_soon,expired"`
	ExpiresOn string `json:"expires_on"`
	DaysLeft  int    `json:"days_left" doc:"Negative when it has expired"`
}

// Due lists what expires within days from today or has expired, most urgent first. What was never collected
// has no day on which it is due: [Health] counts it.
func Due(tx *storage.ReadTx, days int) ([]EvidenceDue, error) {
	today := tx.Today()
	rows, err := tx.Query(`
		SELECT e.id, e.name, e.owner, coalesce(o.name, ''), k.collected_on, k.expires_on
		FROM evidence_clock k JOIN evidence e ON e.id = k.evidence LEFT JOIN person o ON o.id = e.owner
		WHERE k.expires_on <> '' AND k.expires_on <= date(?, '+' || ? || ' days') AND e.not_applicable = 0
		ORDER BY k.expires_on, e.name COLLATE NOCASE, e.id`, today, days)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (d EvidenceDue, err error) {
		var collected string
		err = r.Scan(&d.ID, &d.Name, &d.Owner, &d.OwnerName, &collected, &d.ExpiresOn)
		d.Status, d.DaysLeft = StatusOf(today, false, collected, d.ExpiresOn), DaysLeft(today, d.ExpiresOn)
		return d, err
	})
}
