package control

import (
	"encoding/json"

	"assay/server/op"
	"assay/storage"
)

// Organisation is the scope that every control has a status in. The others are products; a control that is
// kept per product has a status in each of those that are not archived.
const Organisation = "organisation"

// In is a scope as a request names it: nothing is the organisation.
func In(scope string) string {
	if scope == "" {
		return Organisation
	}
	return scope
}

// Worst is the claim of a control that is kept per product: the worst of those that apply, and not
// applicable when it applies to no product. [worstSQL] is the same rule.
func Worst(claims []Status) Status {
	worst := NotApplicable
	for _, s := range claims {
		if rank[s] < rank[worst] {
			worst = s
		}
	}
	return worst
}

var rank = map[Status]int{Gap: 1, NotStarted: 2, InProgress: 3, Implemented: 4, NotApplicable: 5}

// worstSQL is Worst for a group of rows s of control_status.
const worstSQL = `CASE min(CASE s.status WHEN 'gap' THEN 1 WHEN 'not_started' THEN 2 WHEN 'in_progress' THEN 3 WHEN 'implemented' THEN 4 ELSE 5 END)
	WHEN 1 THEN 'gap' WHEN 2 THEN 'not_started' WHEN 3 THEN 'in_progress' WHEN 4 THEN 'implemented' ELSE 'not_applicable' END`

// ControlProduct is how a control stands in one product.
type ControlProduct struct {
	ID            string        `json:"id" doc:"Id of the product"`
	Name          string        `json:"name"`
	Own           bool          `json:"own" doc:"It has a status of its own here; otherwise that of the organisation holds"`
	Answers       bool          `json:"answers" doc:"The product answers to a framework that this control serves"`
	Status        Status        `json:"status" enum:"not_started,in_progress,implemented,gap,not_applicable"`
	Justification string        `json:"justification"`
	Effective     Effective     `json:"effective" enum:"not_started,in_progress,implemented,gap,not_applicable,needs_evidence,unproven" doc:"What the claim is worth, looking at the proof of the whole organisation and that of the product"`
	Reason        string        `json:"reason"`
	Evidence      EvidenceState `json:"evidence" enum:"complete,partial,missing,none"`
	Requests      int           `json:"requests"`
	StatusSince   string        `json:"status_since"`
}

// productsOf lists the products that are not archived with how a control stands in each.
func productsOf(tx *storage.ReadTx, id string) ([]ControlProduct, error) {
	rows, err := tx.Query(`SELECT x.id, x.name, p.claimed_in = x.id, s.status, s.justification, p.requests, p.missing, p.first_expiry, s.changed_at, d.today,
		p.answers
		FROM control_proof p JOIN scope x ON x.id = p.scope JOIN control_status s ON s.control = p.control AND s.scope = p.claimed_in `+DaysSQL+`
		WHERE p.control = ? AND x.kind = 'product' AND x.archived = 0 ORDER BY x.name COLLATE NOCASE, x.id`, append(Days(tx), id)...)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (c ControlProduct, err error) {
		var p Proof
		var today string
		err = r.Scan(&c.ID, &c.Name, &c.Own, &c.Status, &c.Justification, &p.Requests, &p.Missing, &p.FirstExpiry, &c.StatusSince, &today, &c.Answers)
		c.Effective, c.Reason = EffectiveOf(c.Status, p, today)
		c.Evidence, c.Requests = EvidenceOf(p, today), p.Requests
		return c, err
	})
}

const (
	keptPerProduct = "This control has a status in each product, and its own is the worst of them. Set it in a product, or stop keeping it per product."
	notPerProduct  = "This control has one status for the whole organisation. Keep it per product first."
	noProducts     = "There is no product yet. An administrator adds them under Products."
)

// checkProduct notes a product that is not there or archived.
func checkProduct(c *op.Check, tx *storage.ReadTx, field, id string) error {
	if id == "" || id == Organisation {
		return nil
	}
	var ok bool
	if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM scope WHERE id = ? AND archived = 0)", id).Scan(&ok); err != nil {
		return err
	}
	c.That(ok, field, "There is no such product, or it is archived.")
	return nil
}

// split gives controls a status in each product that is not archived: until now the organisation's was said
// of them all, so they begin with it. Where a control is kept per product already, a product that is missing
// begins with not started, because nobody has said anything of it.
func split(tx *storage.WriteTx, ids []string) error {
	list, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO control_status (control, scope, status, justification, changed_at, changed_by)
		SELECT s.control, x.id, CASE WHEN t.n > 0 THEN 'not_started' ELSE s.status END, CASE WHEN t.n > 0 THEN '' ELSE s.justification END, ?1, ?2
		FROM json_each(?3) j JOIN control_status s ON s.control = j.value AND s.scope = 'organisation'
		JOIN (SELECT j.value AS control, (SELECT count(*) FROM control_status o WHERE o.control = j.value AND o.scope <> 'organisation') AS n FROM json_each(?3) j) t ON t.control = s.control
		JOIN scope x ON x.kind = 'product' AND x.archived = 0
		WHERE NOT EXISTS (SELECT 1 FROM control_status h WHERE h.control = s.control AND h.scope = x.id)`, tx.Stamp(), tx.Call().Actor.ID, string(list))
}

// merge takes the statuses in products away again; the organisation's stays as the worst of them was.
func merge(tx *storage.WriteTx, ids []string) error {
	list, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	if err := tx.Exec("DELETE FROM control_effective WHERE scope <> 'organisation' AND control IN (SELECT value FROM json_each(?))", string(list)); err != nil {
		return err
	}
	return tx.Exec("DELETE FROM control_status WHERE scope <> 'organisation' AND control IN (SELECT value FROM json_each(?))", string(list))
}

// roll sets the organisation's status of controls that are kept per product to the worst of their products.
func roll(tx *storage.WriteTx, ids []string) error {
	list, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	return tx.Exec(`UPDATE control_status SET status = w.status, changed_at = ?1, changed_by = ?2,
			justification = CASE w.status WHEN 'not_applicable' THEN 'It applies to none of the products.' ELSE '' END
		FROM (SELECT s.control, `+worstSQL+` AS status FROM json_each(?3) j CROSS JOIN control_status s ON s.control = j.value
			JOIN scope x ON x.id = s.scope AND x.kind = 'product' AND x.archived = 0 GROUP BY s.control) w
		WHERE control_status.control = w.control AND control_status.scope = 'organisation' AND control_status.status <> w.status`,
		tx.Stamp(), tx.Call().Actor.ID, string(list))
}

// ProductsChanged follows a product that was added, archived or brought back: controls that are kept per
// product get a status in it, and their own status follows. The caller's module must list control_status.
func ProductsChanged(tx *storage.WriteTx) error {
	rows, err := tx.Query("SELECT DISTINCT control FROM control_status WHERE scope <> 'organisation'")
	if err != nil {
		return err
	}
	ids, err := op.Scan(rows, func(r op.Row) (id string, err error) { return id, r.Scan(&id) })
	if err != nil || len(ids) == 0 {
		return err
	}
	if err := split(tx, ids); err != nil {
		return err
	}
	return roll(tx, ids)
}
