package op_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"assay/server/op"
	"assay/server/op/sniff"
	"assay/server/optest"
	"assay/storage"
	"assay/storage/blob"
)

// The tests of this package run on a small register of things, kept in the table scope because modules
// cannot make tables. Every way of carrying out an operation has one.

// Thing is a row of the register.
type Thing struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Kind    string `json:"kind" enum:"good,bad"`
	Version int    `json:"version"`
}

// ThingDraft is what may be said about a thing.
type ThingDraft struct {
	Name string   `json:"name" minLength:"1" maxLength:"40" doc:"What it is called"`
	Kind string   `json:"kind,omitempty" enum:"good,bad"`
	Due  string   `json:"due,omitempty" format:"date"`
	Tags []string `json:"tags,omitempty" maxItems:"3"`
}

// ThingFilter is what things may be listed by.
type ThingFilter struct {
	op.PageIn
	Kind []string `query:"kind" json:"kind,omitempty" enum:"good,bad"`
	Name string   `query:"name" json:"name,omitempty"`
}

const columns = "s.id, s.name, s.kind, s.version"

func scan(r op.Row) (t Thing, err error) {
	return t, r.Scan(&t.ID, &t.Name, &t.Kind, &t.Version)
}

var things = op.Table[ThingFilter, Thing]{
	From: "scope s", Columns: columns, Key: "s.id", Scan: scan,
	Where: func(w *op.Where, f ThingFilter) {
		w.And("s.kind <> ?", "organisation")
		w.In("s.kind", f.Kind)
		w.Eq("s.name", f.Name)
		w.Search(f.Q, "s.name", "s.kind")
	},
	Sort:    map[string]string{"name": "s.name", "kind": "s.kind", "length": "length(s.name)"},
	Default: "name",
	Facets:  []op.Facet{{Name: "kind", SQL: "s.kind"}, {Name: "archived", SQL: "nullif(s.archived, 0)"}},
	Export: []op.Col[Thing]{
		{Header: "Name", Value: func(t Thing) any { return t.Name }},
		{Header: "Its kind", Value: func(t Thing) any { return t.Kind }},
		{Header: "Version", Value: func(t Thing) any { return t.Version }},
	},
}

func get(tx *storage.ReadTx, in op.ByID) (Thing, error) {
	return scan(tx.QueryRow("SELECT "+columns+" FROM scope s WHERE s.id = ?", in.ID))
}

type createIn struct{ Body ThingDraft }

func create(tx *storage.WriteTx, in createIn) (Thing, error) {
	var v op.Check
	v.Required(in.Body.Name, "name")
	v.That(!strings.Contains(in.Body.Name, "bomb") || in.Body.Kind == "bad", "kind", "A bomb is bad.")
	if err := v.Err(); err != nil {
		return Thing{}, err
	}
	id := tx.NewID()
	if in.Body.Kind == "" {
		in.Body.Kind = "good"
	}
	if err := tx.Exec("INSERT INTO scope (id, name, kind, created_at) VALUES (?, ?, ?, ?)", id, in.Body.Name, in.Body.Kind, tx.Stamp()); err != nil {
		return Thing{}, err
	}
	return get(&tx.ReadTx, op.ByID{ID: id})
}

type updateIn struct {
	op.ByID
	Body struct {
		Name string `json:"name" minLength:"1"`
	}
}

func update(tx *storage.WriteTx, in updateIn) (Thing, error) {
	if err := tx.ExecOne("UPDATE scope SET name = ? WHERE id = ?", in.Body.Name, in.ID); err != nil {
		return Thing{}, err
	}
	return get(&tx.ReadTx, in.ByID)
}

type bulkIn struct {
	Body struct {
		Match ThingFilter `json:"match"`
		Kind  string      `json:"kind" enum:"good,bad"`
	}
}

// Changed is how many rows a bulk operation changed.
type Changed struct {
	Count int `json:"count"`
}

func bulk(tx *storage.WriteTx, in bulkIn) (Changed, error) {
	ids, err := things.IDs(&tx.ReadTx, in.Body.Match)
	if err != nil {
		return Changed{}, err
	}
	for _, id := range ids {
		if err := tx.ExecOne("UPDATE scope SET kind = ? WHERE id = ?", in.Body.Kind, id); err != nil {
			return Changed{}, err
		}
	}
	return Changed{len(ids)}, nil
}

func fails(tx *storage.ReadTx, in struct {
	How string `query:"how"`
}) (Thing, error) {
	switch in.How {
	case "panic":
		panic("the canary sang")
	case "full":
		return Thing{}, fmt.Errorf("write: %w", storage.ErrFull)
	case "wait":
		return Thing{}, &op.Error{Kind: op.TooMany, Message: "Slow down.", After: 90_500_000_000}
	}
	return Thing{}, errors.New("disk I/O error at /secret/path: SELECT canary")
}

// Proof is a file that was uploaded.
type Proof struct {
	ID     string      `json:"id"`
	Object blob.Object `json:"object"`
	Name   string      `json:"name"`
	Type   string      `json:"type"`
	Sent   string      `json:"sent"`
}

func upload(tx *storage.WriteTx, in struct {
	Fail bool `query:"fail"`
}, f op.File) (Proof, error) {
	p := Proof{ID: tx.NewID(), Object: f.Object, Name: f.Name, Type: f.Type.Media, Sent: f.Original}
	b, err := json.Marshal(p)
	if err != nil {
		return p, err
	}
	if err := tx.Exec("INSERT INTO scope (id, name, kind, created_at) VALUES (?, ?, 'proof', ?)", p.ID, string(b), tx.Stamp()); err != nil {
		return p, err
	}
	if in.Fail {
		return p, op.Errorf(op.Conflict, "This is closed.")
	}
	return p, nil
}

func download(tx *storage.ReadTx, in struct {
	op.ByID
	Inline bool   `query:"inline"`
	As     string `query:"as"`
}) (op.Sent, error) {
	var text string
	if err := tx.QueryRow("SELECT name FROM scope WHERE id = ?", in.ID).Scan(&text); err != nil {
		return op.Sent{}, err
	}
	var p Proof
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return op.Sent{}, err
	}
	if in.As != "" {
		p.Name = in.As
	}
	return op.Sent{Object: p.Object, Name: p.Name, Type: p.Type, Inline: in.Inline}, nil
}

var module = op.Module{
	Name: "thing",
	Owns: []string{"scope"},
	Ops: append(op.List("list", "GET /things", op.Everyone, things, op.Doc("Things")),
		op.Read("get", "GET /things/{id}", op.Readers, get),
		op.Write("create", "POST /things", op.Editors, create, op.Doc("Add a thing")),
		op.Write("update", "PATCH /things/{id}", op.Editors, update, op.Versioned("scope")),
		op.Write("delete", "DELETE /things/{id}", op.Admin, func(tx *storage.WriteTx, in op.ByID) (struct{}, error) {
			return struct{}{}, tx.ExecOne("DELETE FROM scope WHERE id = ?", in.ID)
		}),
		op.Write("bulk", "POST /things/bulk", op.Editors, bulk),
		op.Write("secret", "POST /things/secret", op.Editors, create, op.Secret()),
		op.Read("fails", "GET /things/fails", op.Readers, fails),
		op.Upload("upload", "POST /things/proofs", op.Editors, op.Limit{}, upload),
		op.Download("download", "GET /things/{id}/proof", op.Readers, download),
		op.Import("import", "POST /things/import", op.Editors, op.Limit{MB: 1, Types: []sniff.Type{sniff.JSON}},
			func(_ context.Context, _ struct{}, r io.Reader) (names []string, err error) {
				if json.NewDecoder(r).Decode(&names) != nil {
					return nil, op.Errorf(op.Invalid, "This is not a list of names.")
				}
				return names, nil
			},
			func(tx *storage.WriteTx, _ struct{}, names []string) (Changed, error) {
				for _, n := range names {
					if _, err := create(tx, createIn{ThingDraft{Name: n}}); err != nil {
						return Changed{}, err
					}
				}
				return Changed{len(names)}, nil
			}),
		op.Steps("steps", "POST /things/steps", op.Editors, func(s *op.Scope, in createIn) (Changed, error) {
			for range 2 {
				if err := s.Write(func(tx *storage.WriteTx) error { _, err := create(tx, in); return err }); err != nil {
					return Changed{}, err
				}
			}
			return Changed{2}, nil
		}),
		op.Stream("events", "GET /things/events", op.Readers, func(s *op.Scope, in struct{}, send func(string, any) error) error {
			changes, stop, err := s.Subscribe()
			if err != nil {
				return err
			}
			defer stop()
			for {
				select {
				case <-s.Context().Done():
					return nil
				case c := <-changes:
					if err := send("changed", c); err != nil {
						return err
					}
				}
			}
		}),
		op.Public("hello", "POST /hello", func(v *op.Visit, in struct {
			Body struct {
				Password string `json:"password" minLength:"8"`
			}
		}) (Changed, error) {
			if v.IP() == "" || v.Request() == "" {
				return Changed{}, errors.New("a visit without address or id")
			}
			return Changed{1}, nil
		}),
	),
	Jobs: []op.Job{{Name: "tidy", Run: func(s *op.Scope, args json.RawMessage) error {
		return s.Write(func(tx *storage.WriteTx) error { return tx.Exec("DELETE FROM scope WHERE kind = 'bad'") })
	}}},
}

func fixture(t testing.TB) *optest.API {
	t.Helper()
	return optest.New(t, module)
}

func add(a *optest.API, name string) Thing {
	var th Thing
	a.Must("POST", "/things", ThingDraft{Name: name}, &th)
	return th
}

type (
	storageReadTx  = storage.ReadTx
	storageWriteTx = storage.WriteTx
)

type page struct {
	code   int
	header http.Header
	body   string
}

// get2 fetches what lies outside /api/v1.
func get2(t *testing.T, api *optest.API, path string) page {
	t.Helper()
	w := httptest.NewRecorder()
	api.Handler().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return page{w.Code, w.Header(), w.Body.String()}
}
