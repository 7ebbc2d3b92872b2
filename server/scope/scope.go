// Package scope is what compliance is said of beside the whole organisation: products. A product answers to
// frameworks, and may have evidence, statuses and decisions on applicability of its own.
package scope

import (
	"encoding/json"

	"assay/server/op"
	"assay/storage"
)

// Product is one product, with how much depends on it.
type Product struct {
	ID          string             `json:"id"`
	Name        string             `json:"name"`
	Description string             `json:"description"`
	Archived    bool               `json:"archived" doc:"Kept, but in no figure and no choice"`
	Frameworks  []ProductFramework `json:"frameworks" doc:"Those that it answers to"`
	Controls    int                `json:"controls" doc:"Controls with a status of their own in it"`
	Evidence    int                `json:"evidence" doc:"Evidence requests that belong to it"`
	CreatedAt   string             `json:"created_at"`
	UpdatedAt   string             `json:"updated_at"`
	Version     int                `json:"version"`
}

// ProductFramework is a framework that a product answers to.
type ProductFramework struct {
	ID    string `json:"id"`
	Short string `json:"short"`
	Color string `json:"color"`
}

const columns = `x.id, x.name, x.description, x.archived,
	(SELECT json_group_array(json_object('id', id, 'short', short, 'color', color)) FROM (SELECT f.id, f.short, f.color FROM framework_scope z
		JOIN framework f ON f.id = z.framework WHERE z.scope = x.id ORDER BY f.short COLLATE NOCASE, f.id)),
	(SELECT count(*) FROM control_status s WHERE s.scope = x.id), (SELECT count(*) FROM evidence e WHERE e.scope = x.id),
	x.created_at, x.updated_at, x.version`

func scan(r op.Row) (p Product, err error) {
	var frameworks string
	if err = r.Scan(&p.ID, &p.Name, &p.Description, &p.Archived, &frameworks, &p.Controls, &p.Evidence, &p.CreatedAt, &p.UpdatedAt, &p.Version); err != nil {
		return p, err
	}
	return p, json.Unmarshal([]byte(frameworks), &p.Frameworks)
}

// used reports whether something would lose its product: then it is archived, not deleted.
func (p Product) used() bool { return p.Controls > 0 || p.Evidence > 0 }

func read(tx *storage.ReadTx, id string) (Product, error) {
	return scan(tx.QueryRow("SELECT "+columns+" FROM scope x WHERE x.id = ? AND x.kind = 'product'", id))
}
