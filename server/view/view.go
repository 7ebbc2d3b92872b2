// Package view keeps how people like to look at lists: a filter with its order, columns and density under a
// name, for oneself or for everybody.
package view

import (
	"database/sql"
	"encoding/json"
	"errors"
	"regexp"
	"strings"

	"assay/server/op"
	"assay/server/person"
	"assay/storage"
)

// Module is the saved views' part of the API.
var Module = op.Module{
	Name: "view",
	Owns: []string{"saved_view", "view_default"},
	Ops: []op.Op{
		op.Read("list", "GET /views", op.Readers, list, op.Doc("One's own views of a list, and those that are shared")),
		// Auditors keep views of their own; sharing is for editors.
		op.Steps("create", "POST /views", op.Readers, create, op.InBranch(), op.Doc("Save a view of a list. Administrators and users may share it")),
		op.Steps("update", "PATCH /views/{id}", op.Readers, update, op.InBranch(), op.Versioned("saved_view"), op.Doc("Change a view: its owner, or an administrator if it is shared")),
		op.Steps("delete", "DELETE /views/{id}", op.Readers, remove, op.InBranch(),
			op.OwnOnly("People delete their own views; an administrator also shared ones."), op.Doc("Delete a view")),
		op.Write("set_default", "POST /views/default", op.Readers, setDefault, op.Doc("Choose the view with which a list opens for oneself")),
	},
}

// View is a way to look at a list.
type View struct {
	ID        string   `json:"id"`
	List      string   `json:"list" doc:"control, evidence ..."`
	Name      string   `json:"name"`
	Search    string   `json:"search" doc:"JSON object: the words of the list's address, filter and sort"`
	Columns   []string `json:"columns" doc:"The columns that are shown; empty for those that everybody sees"`
	Compact   bool     `json:"compact"`
	Owner     string   `json:"owner" doc:"Id of a person"`
	OwnerName string   `json:"owner_name"`
	Shared    bool     `json:"shared"`
	Default   bool     `json:"default" doc:"The list opens with it for the caller"`
	Version   int      `json:"version"`
}

// Body is what a view says.
type Body struct {
	Name    string   `json:"name" minLength:"1" maxLength:"60"`
	Search  string   `json:"search,omitempty" maxLength:"4000" doc:"JSON object of texts, numbers, true, and lists of texts"`
	Columns []string `json:"columns,omitempty" maxItems:"100"`
	Compact bool     `json:"compact,omitempty"`
	Shared  bool     `json:"shared,omitempty"`
}

// plainList is what a list may be called; which lists there are is the pages' business.
var plainList = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// Searchable says what is wrong with the words of an address, or nothing. They are not understood here: a
// page reads them as it reads its own address, and what is wrong in them is ignored there.
func Searchable(search string) string {
	const form = "Give a JSON object of texts, numbers, true, and lists of texts."
	var m map[string]any
	if json.Unmarshal([]byte(search), &m) != nil || m == nil || len(m) > 50 {
		return form
	}
	for k, v := range m {
		if k == "" || len(k) > 60 {
			return form
		}
		switch v := v.(type) {
		case string, float64, bool:
		case []any:
			for _, x := range v {
				if _, ok := x.(string); !ok {
					return form
				}
			}
		default:
			return form
		}
	}
	return ""
}

// Refusal is why somebody may not change or delete a view; empty when they may.
func Refusal(v View, person string, role op.Roles) string {
	switch {
	case v.Owner == person, v.Shared && role&op.Admin != 0:
		return ""
	case v.Shared:
		return "Only who made a shared view or an administrator can change it. Save it under another name instead."
	}
	return "This view belongs to somebody else."
}

func (b *Body) check(c *op.Check, shares bool) {
	b.Name = strings.TrimSpace(b.Name)
	c.Required(b.Name, "name")
	if b.Search == "" {
		b.Search = "{}"
	}
	wrong := Searchable(b.Search)
	c.That(wrong == "", "search", wrong)
	for _, col := range b.Columns {
		c.That(len(col) > 0 && len(col) <= 60, "columns", "Give the names of columns.")
	}
	c.That(!b.Shared || shares, "shared", "Auditors keep views for themselves. Save it without sharing it.")
}

const columns = `v.id, v.list, v.name, v.search, v.columns, v.compact, v.owner, coalesce(p.name, ''), v.shared, d.view IS NOT NULL, v.version
	FROM saved_view v LEFT JOIN person p ON p.id = v.owner LEFT JOIN view_default d ON d.view = v.id AND d.person = ?1 `

func scan(r op.Row) (v View, err error) {
	var cols string
	err = r.Scan(&v.ID, &v.List, &v.Name, &v.Search, &cols, &v.Compact, &v.Owner, &v.OwnerName, &v.Shared, &v.Default, &v.Version)
	if err != nil {
		return v, err
	}
	return v, json.Unmarshal([]byte(cols), &v.Columns)
}

// Views are the views of one list.
type Views struct {
	Items []View `json:"items"`
}

type listIn struct {
	List string `query:"list" maxLength:"40" doc:"Of one list only: control, evidence ..."`
}

func list(tx *storage.ReadTx, in listIn) (Views, error) {
	rows, err := tx.Query("SELECT "+columns+"WHERE ?2 IN ('', v.list) AND (v.shared = 1 OR v.owner = ?1) ORDER BY v.shared, v.name COLLATE NOCASE, v.id", person.Acting(tx), in.List)
	if err != nil {
		return Views{}, err
	}
	items, err := op.Scan(rows, scan)
	return Views{items}, err
}

// one reads a view that the caller may see. Somebody else's own view is not there.
func one(tx *storage.ReadTx, id string) (View, error) {
	v, err := scan(tx.QueryRow("SELECT "+columns+"WHERE v.id = ?2 AND (v.shared = 1 OR v.owner = ?1)", person.Acting(tx), id))
	if errors.Is(err, sql.ErrNoRows) {
		err = storage.ErrNotFound
	}
	return v, err
}

// most is how many views of one list somebody may have.
const most = 50

type createIn struct {
	Body struct {
		Body
		List string `json:"list" maxLength:"40" doc:"control, evidence ..."`
	}
}

func create(s *op.Scope, in createIn) (v View, err error) {
	b, list := in.Body.Body, in.Body.List
	var c op.Check
	b.check(&c, s.Caller().Role&op.Editors != 0)
	c.That(plainList.MatchString(list), "list", "Give the name of a list, such as control.")
	if err := c.Err(); err != nil {
		return v, err
	}
	return v, s.Write(func(tx *storage.WriteTx) error {
		me := person.Acting(&tx.ReadTx)
		var n int
		if err := tx.QueryRow("SELECT count(*) FROM saved_view WHERE list = ? AND owner = ?", list, me).Scan(&n); err != nil {
			return err
		}
		if n >= most {
			return op.Errorf(op.Conflict, "You have %d views of this list already. Delete one first.", most)
		}
		if err := free(&tx.ReadTx, list, b.Name, b.Shared, ""); err != nil {
			return err
		}
		id := tx.NewID()
		err := tx.Exec(`INSERT INTO saved_view (id, list, name, search, columns, compact, owner, shared, created_at, updated_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?9, ?9)`, id, list, b.Name, b.Search, asJSON(b.Columns), b.Compact, me, b.Shared, tx.Stamp())
		if err == nil {
			v, err = one(&tx.ReadTx, id)
		}
		return err
	})
}

func asJSON(cols []string) string {
	b, err := json.Marshal(append([]string{}, cols...))
	if err != nil {
		panic(err) // texts always have JSON
	}
	return string(b)
}

// free holds a name to being the only one among those that its owner sees: their own, and the shared ones.
func free(tx *storage.ReadTx, list, name string, shared bool, self string) error {
	var taken bool
	err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM saved_view WHERE list = ? AND name = ? COLLATE NOCASE AND id <> ? AND iif(?, shared, owner = ?) = 1)",
		list, name, self, shared, person.Acting(tx)).Scan(&taken)
	if err != nil {
		return err
	}
	var c op.Check
	c.That(!taken, "name", "There is a view of this name already. Choose another.")
	return c.Err()
}

type updateIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Name    *string   `json:"name,omitempty" minLength:"1" maxLength:"60"`
		Search  *string   `json:"search,omitempty" maxLength:"4000"`
		Columns *[]string `json:"columns,omitempty" maxItems:"100"`
		Compact *bool     `json:"compact,omitempty"`
		Shared  *bool     `json:"shared,omitempty"`
	}
}

func update(s *op.Scope, in updateIn) (v View, err error) {
	who := s.Caller()
	return v, s.Write(func(tx *storage.WriteTx) error {
		v, err = one(&tx.ReadTx, in.ID)
		if err != nil {
			return err
		}
		if why := Refusal(v, who.Person, who.Role); why != "" {
			return op.Errorf(op.Forbidden, "%s", why)
		}
		b := Body{v.Name, v.Search, v.Columns, v.Compact, v.Shared}
		take(&b.Name, in.Body.Name)
		take(&b.Search, in.Body.Search)
		take(&b.Columns, in.Body.Columns)
		take(&b.Compact, in.Body.Compact)
		take(&b.Shared, in.Body.Shared)
		var c op.Check
		b.check(&c, who.Role&op.Editors != 0)
		if err := c.Err(); err != nil {
			return err
		}
		if b.Name != v.Name || b.Shared != v.Shared {
			if err := free(&tx.ReadTx, v.List, b.Name, b.Shared, in.ID); err != nil {
				return err
			}
		}
		if v.Shared && !b.Shared { // for the others it is gone
			if err := tx.Exec("DELETE FROM view_default WHERE view = ? AND person <> ?", in.ID, v.Owner); err != nil {
				return err
			}
		}
		err := tx.ExecOne("UPDATE saved_view SET name = ?, search = ?, columns = ?, compact = ?, shared = ?, updated_at = ? WHERE id = ?",
			b.Name, b.Search, asJSON(b.Columns), b.Compact, b.Shared, tx.Stamp(), in.ID)
		if err != nil {
			return err
		}
		after, err := one(&tx.ReadTx, in.ID)
		if errors.Is(err, storage.ErrNotFound) { // an administrator made it its owner's own again
			v.Shared, v.Version = false, v.Version+1
			return nil
		}
		v = after
		return err
	})
}

func take[T any](to *T, sent *T) {
	if sent != nil {
		*to = *sent
	}
}

type byID struct {
	ID string `path:"id" maxLength:"26"`
}

func remove(s *op.Scope, in byID) (struct{}, error) {
	who := s.Caller()
	return struct{}{}, s.Write(func(tx *storage.WriteTx) error {
		v, err := one(&tx.ReadTx, in.ID)
		if err != nil {
			return err
		}
		if why := Refusal(v, who.Person, who.Role); why != "" {
			return op.Errorf(op.Forbidden, "%s", why)
		}
		return tx.ExecOne("DELETE FROM saved_view WHERE id = ?", in.ID)
	})
}

type defaultIn struct {
	Body struct {
		List string `json:"list" maxLength:"40"`
		View string `json:"view" maxLength:"26" doc:"Id of a view; empty for the list as it comes"`
	}
}

func setDefault(tx *storage.WriteTx, in defaultIn) (Views, error) {
	me, b := person.Acting(&tx.ReadTx), in.Body
	if b.View == "" {
		if err := tx.Exec("DELETE FROM view_default WHERE person = ? AND list = ?", me, b.List); err != nil {
			return Views{}, err
		}
		return list(&tx.ReadTx, listIn{b.List})
	}
	v, err := one(&tx.ReadTx, b.View)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return Views{}, err
	}
	var c op.Check
	c.That(err == nil && v.List == b.List, "view", "There is no such view of this list.")
	if err := c.Err(); err != nil {
		return Views{}, err
	}
	err = tx.Exec("INSERT INTO view_default (person, list, view) VALUES (?, ?, ?) ON CONFLICT (person, list) DO UPDATE SET view = excluded.view", me, b.List, b.View)
	if err != nil {
		return Views{}, err
	}
	return list(&tx.ReadTx, listIn{b.List})
}
