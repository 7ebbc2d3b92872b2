package scope

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"assay/server/control"
	"assay/server/framework"
	"assay/server/op"
	"assay/storage"
)

// Module is the products' part of the API.
var Module = op.Module{
	Name: "scope",
	Owns: []string{"scope"},
	Also: []string{"control_status", "framework_scope", // by control.ProductsChanged and framework.Answer
		"requirement_scope", "requirement_reason", "addressable"}, // by framework.Forget
	Ops: []op.Op{
		op.Read("list", "GET /products", op.Readers, list, op.Doc("The organisation's products")),
		op.Read("get", "GET /products/{id}", op.Readers, get, op.Doc("One product with the frameworks it answers to")),
		op.Write("create", "POST /products", op.Admin, create, op.Doc("Add a product")),
		op.Write("update", "PATCH /products/{id}", op.Admin, update, op.Versioned("scope"), op.Doc("Change a product, or which frameworks it answers to")),
		op.Write("archive", "POST /products/{id}/archive", op.Admin, archive, op.Doc("Take a product out of every figure and choice; what was said in it is kept")),
		op.Write("restore", "POST /products/{id}/restore", op.Admin, restore, op.Doc("Bring an archived product back")),
		op.Write("delete", "DELETE /products/{id}", op.Admin, remove, op.Doc("Delete a product that nothing belongs to")),
	},
}

type byID struct {
	ID string `path:"id"`
}

// Most is how many products an organisation may have: the proof of every control is kept for each.
const Most = 50

type listIn struct {
	Archived bool `query:"archived" doc:"Also those that are archived"`
}

// Products are the organisation's products.
type Products struct {
	Items []Product `json:"items"`
}

func list(tx *storage.ReadTx, in listIn) (Products, error) {
	rows, err := tx.Query("SELECT "+columns+" FROM scope x WHERE x.kind = 'product' AND (? OR x.archived = 0) ORDER BY x.archived, x.name COLLATE NOCASE, x.id", in.Archived)
	if err != nil {
		return Products{}, err
	}
	all, err := op.Scan(rows, scan)
	return Products{all}, err
}

func get(tx *storage.ReadTx, in byID) (Product, error) {
	p, err := read(tx, in.ID)
	return p, none(err)
}

func none(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return storage.ErrNotFound
	}
	return err
}

type createIn struct {
	Body struct {
		Name        string   `json:"name" minLength:"1" maxLength:"100"`
		Description string   `json:"description,omitempty" maxLength:"4000"`
		Frameworks  []string `json:"frameworks,omitempty" maxItems:"100" doc:"Ids of the frameworks it answers to"`
	}
}

func create(tx *storage.WriteTx, in createIn) (Product, error) {
	b := in.Body
	b.Name = strings.TrimSpace(b.Name)
	var c op.Check
	if err := check(&c, &tx.ReadTx, "", b.Name, b.Frameworks); err != nil {
		return Product{}, err
	}
	var n int
	if err := tx.QueryRow("SELECT count(*) FROM scope WHERE kind = 'product'").Scan(&n); err != nil {
		return Product{}, err
	}
	if err := c.Err(); err != nil {
		return Product{}, err
	}
	if n >= Most {
		return Product{}, op.Errorf(op.Conflict, "An organisation has at most %d products. Delete or reuse one that is archived.", Most)
	}
	id := tx.NewID()
	err := tx.Exec("INSERT INTO scope (id, name, description, kind, created_at, updated_at) VALUES (?1, ?2, ?3, 'product', ?4, ?4)", id, b.Name, strings.TrimSpace(b.Description), tx.Stamp())
	if err != nil {
		return Product{}, err
	}
	if err := framework.Answer(tx, id, b.Frameworks); err != nil {
		return Product{}, err
	}
	if err := control.ProductsChanged(tx); err != nil {
		return Product{}, err
	}
	return get(&tx.ReadTx, byID{id})
}

func check(c *op.Check, tx *storage.ReadTx, self, name string, frameworks []string) error {
	c.Required(name, "name")
	var taken bool
	if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM scope WHERE name = ? COLLATE NOCASE AND id <> ?)", name, self).Scan(&taken); err != nil {
		return err
	}
	c.That(!taken, "name", "There is a product of this name already; look among the archived ones, too.")
	list, err := json.Marshal(append([]string{}, frameworks...)) // never null
	if err != nil {
		return err
	}
	var n int
	err = tx.QueryRow("SELECT count(*) FROM json_each(?) j WHERE NOT EXISTS (SELECT 1 FROM framework f WHERE f.id = j.value)", string(list)).Scan(&n)
	c.That(n == 0, "frameworks", "One of these frameworks is not here.")
	return err
}

type updateIn struct {
	ID   string `path:"id"`
	Body struct {
		Name        *string   `json:"name,omitempty" minLength:"1" maxLength:"100"`
		Description *string   `json:"description,omitempty" maxLength:"4000"`
		Frameworks  *[]string `json:"frameworks,omitempty" maxItems:"100" doc:"Ids of the frameworks it answers to"`
	}
}

func update(tx *storage.WriteTx, in updateIn) (Product, error) {
	was, err := get(&tx.ReadTx, byID{in.ID})
	if err != nil {
		return was, err
	}
	name, description, frameworks := was.Name, was.Description, []string{}
	for _, f := range was.Frameworks {
		frameworks = append(frameworks, f.ID)
	}
	if in.Body.Name != nil {
		name = strings.TrimSpace(*in.Body.Name)
	}
	if in.Body.Description != nil {
		description = strings.TrimSpace(*in.Body.Description)
	}
	if in.Body.Frameworks != nil {
		frameworks = *in.Body.Frameworks
	}
	var c op.Check
	if err := check(&c, &tx.ReadTx, in.ID, name, frameworks); err != nil {
		return was, err
	}
	if err := c.Err(); err != nil {
		return was, err
	}
	if name != was.Name || description != was.Description || in.Body.Frameworks != nil {
		if err := tx.ExecOne("UPDATE scope SET name = ?, description = ?, updated_at = ? WHERE id = ?", name, description, tx.Stamp(), in.ID); err != nil {
			return was, err
		}
	}
	if in.Body.Frameworks != nil {
		if err := framework.Answer(tx, in.ID, frameworks); err != nil {
			return was, err
		}
	}
	return get(&tx.ReadTx, byID{in.ID})
}

func archive(tx *storage.WriteTx, in byID) (Product, error) { return turn(tx, in.ID, true) }
func restore(tx *storage.WriteTx, in byID) (Product, error) { return turn(tx, in.ID, false) }

func turn(tx *storage.WriteTx, id string, archived bool) (Product, error) {
	was, err := get(&tx.ReadTx, byID{id})
	if err != nil || was.Archived == archived {
		return was, err
	}
	if err := tx.ExecOne("UPDATE scope SET archived = ?, updated_at = ? WHERE id = ?", archived, tx.Stamp(), id); err != nil {
		return was, err
	}
	if err := control.ProductsChanged(tx); err != nil {
		return was, err
	}
	return get(&tx.ReadTx, byID{id})
}

func remove(tx *storage.WriteTx, in byID) (struct{}, error) {
	p, err := get(&tx.ReadTx, in)
	if err != nil {
		return struct{}{}, err
	}
	if p.used() {
		return struct{}{}, op.Errorf(op.Conflict, "%s Archive it instead: it leaves every figure and keeps its history.", p.uses())
	}
	if err := framework.Forget(tx, in.ID); err != nil {
		return struct{}{}, err
	}
	return struct{}{}, tx.ExecOne("DELETE FROM scope WHERE id = ?", in.ID)
}

// uses says what depends on a product.
func (p Product) uses() string {
	var s []string
	if p.Controls > 0 {
		s = append(s, count(p.Controls, "control has a status", "controls have a status"))
	}
	if p.Evidence > 0 {
		s = append(s, count(p.Evidence, "evidence request belongs to it", "evidence requests belong to it"))
	}
	return "This product is in use: " + strings.Join(s, ", ") + "."
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
