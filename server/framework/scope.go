package framework

import (
	"encoding/json"
	"errors"

	"assay/server/control"
	"assay/server/op"
	"assay/storage"
)

// FrameworkProduct is how far a framework is in one scope that answers to it.
type FrameworkProduct struct {
	Scope     string         `json:"scope" doc:"Id of the product, or organisation"`
	Name      string         `json:"name"`
	Baseline  string         `json:"baseline" doc:"The name of the baseline chosen there, or empty"`
	Claims    map[string]int `json:"claims" doc:"Controls that serve it, by the status claimed there"`
	Readiness Readiness      `json:"readiness"`
}

// FrameworkProducts are the organisation and the products that answer to a framework.
type FrameworkProducts struct {
	Items []FrameworkProduct `json:"items"`
}

func products(tx *storage.ReadTx, in byID) (FrameworkProducts, error) {
	out := FrameworkProducts{Items: []FrameworkProduct{}}
	if err := exists(tx, in.ID); err != nil {
		return out, err
	}
	rows, err := tx.Query(`SELECT x.id, x.name, coalesce(b.name, '') FROM scope x LEFT JOIN framework_scope z ON z.scope = x.id AND z.framework = ?1
		LEFT JOIN baseline b ON b.id = z.baseline
		WHERE x.archived = 0 AND (x.id = 'organisation' OR z.framework IS NOT NULL) ORDER BY x.id <> 'organisation', x.name COLLATE NOCASE, x.id`, in.ID)
	if err != nil {
		return out, err
	}
	out.Items, err = op.Scan(rows, func(r op.Row) (p FrameworkProduct, err error) {
		p.Claims = map[string]int{}
		return p, r.Scan(&p.Scope, &p.Name, &p.Baseline)
	})
	if err != nil {
		return out, err
	}
	at := map[string]*FrameworkProduct{}
	for i := range out.Items {
		p := &out.Items[i]
		at[p.Scope] = p
		figures, err := MeasureIn(tx, p.Scope)
		if err != nil {
			return out, err
		}
		p.Readiness = figures.Frameworks[in.ID]
	}
	rows, err = tx.Query(`SELECT p.scope, p.claim, count(*) FROM (SELECT DISTINCT m.control FROM requirement r JOIN mapping m ON m.requirement = r.id
			WHERE r.framework = ? AND r.assessable = 1) m CROSS JOIN control_proof p ON p.control = m.control GROUP BY 1, 2`, in.ID)
	if err != nil {
		return out, err
	}
	err = op.Each(rows, func(r op.Row) (err error) {
		var scope, claim string
		var n int
		if err = r.Scan(&scope, &claim, &n); err == nil && at[scope] != nil {
			at[scope].Claims[claim] = n
		}
		return err
	})
	return out, err
}

// Answer says which frameworks a product answers to. What people decided of the others in it is kept. The
// caller's module must list framework_scope and requirement_scope.
func Answer(tx *storage.WriteTx, product string, frameworks []string) error {
	list, err := json.Marshal(append([]string{}, frameworks...)) // never null
	if err != nil {
		return err
	}
	// What a baseline set goes with its choice.
	err = tx.Exec(`DELETE FROM requirement_scope WHERE scope = ?1 AND decided <> 'person' AND requirement IN (SELECT r.id FROM framework_scope z
		JOIN requirement r ON r.framework = z.framework WHERE z.scope = ?1 AND z.framework NOT IN (SELECT value FROM json_each(?2)))`, product, string(list))
	if err != nil {
		return err
	}
	if err := tx.Exec("DELETE FROM framework_scope WHERE scope = ? AND framework NOT IN (SELECT value FROM json_each(?))", product, string(list)); err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO framework_scope (framework, scope, updated_at) SELECT f.id, ?, ? FROM json_each(?) j JOIN framework f ON f.id = j.value WHERE true
		ON CONFLICT (framework, scope) DO NOTHING`, product, tx.Stamp(), string(list))
}

// Forget takes away what was said of frameworks in a product that goes. The caller's module must list the
// tables.
func Forget(tx *storage.WriteTx, product string) error {
	return errors.Join(
		tx.Exec("DELETE FROM framework_scope WHERE scope = ?", product), tx.Exec("DELETE FROM requirement_scope WHERE scope = ?", product),
		tx.Exec("DELETE FROM requirement_reason WHERE scope = ?", product), tx.Exec("DELETE FROM addressable WHERE scope = ?", product))
}

// checkScope notes a scope that is not there or archived.
func checkScope(c *op.Check, tx *storage.ReadTx, field, id string) error {
	if control.In(id) == control.Organisation {
		return nil
	}
	var ok bool
	if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM scope WHERE id = ? AND archived = 0)", id).Scan(&ok); err != nil {
		return err
	}
	c.That(ok, field, "There is no such product, or it is archived.")
	return nil
}

// seen refuses to look at a scope that is not there or archived.
func seen(tx *storage.ReadTx, scope string) error {
	var c op.Check
	if err := checkScope(&c, tx, "query.scope", scope); err != nil {
		return err
	}
	return c.Err()
}

// checkAnswers notes a product that does not answer to a framework.
func checkAnswers(c *op.Check, tx *storage.ReadTx, field, framework, scope string) error {
	if control.In(scope) == control.Organisation {
		return nil
	}
	var ok bool
	err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM framework_scope z JOIN scope x ON x.id = z.scope WHERE z.framework = ? AND z.scope = ? AND x.archived = 0)", framework, scope).Scan(&ok)
	c.That(ok, field, "This product does not answer to this framework. An administrator says so under Products.")
	return err
}
