package field

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"assay/server/op"
	"assay/server/record"
	"assay/storage"
)

const columns = "id, kind, key, name, type, options, help, required, archived, position, version"

func scan(r op.Row) (f Field, err error) {
	var options string
	err = r.Scan(&f.ID, &f.Kind, &f.Key, &f.Name, &f.Type, &options, &f.Help, &f.Required, &f.Archived, &f.Position, &f.Version)
	if err != nil {
		return f, err
	}
	return f, json.Unmarshal([]byte(options), &f.Options)
}

// Fields are definitions.
type Fields struct {
	Items []Field `json:"items"`
}

type listIn struct {
	Kind record.Kind `query:"kind" maxLength:"40" doc:"Only those of this kind of record"`
}

func list(tx *storage.ReadTx, in listIn) (Fields, error) {
	rows, err := tx.Query("SELECT "+columns+" FROM field WHERE ?1 IN ('', kind) ORDER BY kind, archived, position, name, id", string(in.Kind))
	if err != nil {
		return Fields{}, err
	}
	items, err := op.Scan(rows, scan)
	return Fields{items}, err
}

// shown are the fields of a kind that are not archived.
func shown(tx *storage.ReadTx, kind record.Kind) ([]Field, error) {
	all, err := list(tx, listIn{kind})
	return slices.DeleteFunc(all.Items, func(f Field) bool { return f.Archived }), err
}

func one(tx *storage.ReadTx, id string) (Field, error) {
	f, err := scan(tx.QueryRow("SELECT "+columns+" FROM field WHERE id = ?", id))
	if errors.Is(err, sql.ErrNoRows) {
		err = storage.ErrNotFound
	}
	return f, err
}

type createIn struct {
	Body struct {
		Kind     record.Kind `json:"kind" maxLength:"40" doc:"control, evidence ..."`
		Key      string      `json:"key,omitempty" maxLength:"40" doc:"Made of the name unless given"`
		Name     string      `json:"name" minLength:"1" maxLength:"60"`
		Type     Type        `json:"type" enum:"text,number,date,select,multiselect,person,url,checkbox"`
		Options  []string    `json:"options,omitempty" maxItems:"100"`
		Help     string      `json:"help,omitempty" maxLength:"300"`
		Required bool        `json:"required,omitempty"`
	}
}

// kinds are the records that can have custom fields: those whose page shows them.
var kinds = []record.Kind{record.Control, record.Evidence, record.Requirement, record.Activity, record.Policy, record.Risk, record.Vendor, record.Asset, record.Process, record.Personnel, record.Application}

func create(tx *storage.WriteTx, in createIn) (Field, error) {
	b := in.Body
	f := Field{Kind: b.Kind, Key: b.Key, Name: strings.TrimSpace(b.Name), Type: b.Type, Options: b.Options, Help: strings.TrimSpace(b.Help), Required: b.Required}
	if f.Key == "" {
		f.Key = KeyOf(f.Name)
	}
	var c op.Check
	f.check(&c)
	c.That(slices.Contains(kinds, f.Kind), "kind", "Records of this kind have no custom fields.")
	var archived bool
	err := tx.QueryRow("SELECT archived FROM field WHERE kind = ? AND key = ?", string(f.Kind), f.Key).Scan(&archived)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return f, err
	}
	at := "key"
	if b.Key == "" {
		at = "name"
	}
	c.That(err != nil || archived, at, "Another field has this key already. Choose another.")
	c.That(err != nil || !archived, at, "An archived field has this key. Bring it back, or choose another.")
	now, err := shown(&tx.ReadTx, f.Kind)
	if err != nil {
		return f, err
	}
	c.That(len(now) < most, "kind", fmt.Sprintf("There are %d fields already. Archive one first.", most))
	if err := c.Err(); err != nil {
		return f, err
	}
	options, err := json.Marshal(append([]string{}, f.Options...))
	if err != nil {
		return f, err
	}
	id := tx.NewID()
	err = tx.Exec(`INSERT INTO field (id, kind, key, name, type, options, help, required, position, created_at)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, (SELECT coalesce(max(position), 0) + 1 FROM field WHERE kind = ?2), ?9)`,
		id, string(f.Kind), f.Key, f.Name, string(f.Type), string(options), f.Help, f.Required, tx.Stamp())
	if err != nil {
		return f, err
	}
	return one(&tx.ReadTx, id)
}

type updateIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Name     *string   `json:"name,omitempty" minLength:"1" maxLength:"60"`
		Options  *[]string `json:"options,omitempty" maxItems:"100" doc:"Values that are no longer offered stay where they are"`
		Help     *string   `json:"help,omitempty" maxLength:"300"`
		Required *bool     `json:"required,omitempty"`
		Archived *bool     `json:"archived,omitempty"`
		Position *int      `json:"position,omitempty" minimum:"0" maximum:"1000"`
	}
}

func update(tx *storage.WriteTx, in updateIn) (Field, error) {
	f, err := one(&tx.ReadTx, in.ID)
	if err != nil {
		return f, err
	}
	b := in.Body
	take(&f.Name, b.Name)
	take(&f.Options, b.Options)
	take(&f.Help, b.Help)
	take(&f.Required, b.Required)
	take(&f.Archived, b.Archived)
	take(&f.Position, b.Position)
	f.Name, f.Help = strings.TrimSpace(f.Name), strings.TrimSpace(f.Help)
	var c op.Check
	f.check(&c)
	if err := c.Err(); err != nil {
		return f, err
	}
	options, err := json.Marshal(append([]string{}, f.Options...))
	if err != nil {
		return f, err
	}
	err = tx.ExecOne("UPDATE field SET name = ?, options = ?, help = ?, required = ?, archived = ?, position = ? WHERE id = ?",
		f.Name, string(options), f.Help, f.Required, f.Archived, f.Position, in.ID)
	if err != nil {
		return f, err
	}
	return one(&tx.ReadTx, in.ID)
}

// take takes a field that was sent; one that was not stays as it is.
func take[T any](to *T, sent *T) {
	if sent != nil {
		*to = *sent
	}
}

type byID struct {
	ID string `path:"id" maxLength:"26"`
}

func archive(tx *storage.WriteTx, in byID) (Field, error) {
	if err := tx.ExecOne("UPDATE field SET archived = 1 WHERE id = ?", in.ID); err != nil {
		return Field{}, err
	}
	return one(&tx.ReadTx, in.ID)
}

// RecordFields are the custom fields of one record, and what stands in them.
type RecordFields struct {
	Fields []Field        `json:"fields" doc:"The definitions, in their order"`
	Custom map[string]any `json:"custom" doc:"Values by key; fields without one are absent"`
}

type recordIn struct {
	Kind record.Kind `path:"kind" maxLength:"40" doc:"control, evidence, requirement ..."`
	ID   string      `path:"id" maxLength:"26"`
}

func of(tx *storage.ReadTx, in recordIn) (RecordFields, error) {
	var out RecordFields
	if _, err := record.Find(tx, record.Ref{Kind: in.Kind, ID: in.ID}); err != nil {
		return out, err
	}
	var err error
	if out.Fields, err = shown(tx, in.Kind); err != nil {
		return out, err
	}
	var text string
	if err := tx.QueryRow("SELECT "+Column+"? AND v.record = ?)", string(in.Kind), in.ID).Scan(&text); err != nil {
		return out, err
	}
	out.Custom, err = Scan(text)
	return out, err
}

type setIn struct {
	Kind record.Kind `path:"kind" maxLength:"40"`
	ID   string      `path:"id" maxLength:"26"`
	Body struct {
		Custom map[string]any `json:"custom" doc:"Values by key; null empties a field"`
	}
}

func set(tx *storage.WriteTx, in setIn) (RecordFields, error) {
	now, err := of(&tx.ReadTx, recordIn{in.Kind, in.ID})
	if err != nil {
		return now, err
	}
	known := map[string]Field{}
	for _, f := range now.Fields {
		known[f.Key] = f
	}
	var c op.Check
	kept := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(in.Body.Custom)) {
		at := "custom." + key
		f, ok := known[key]
		if !ok {
			c.That(false, at, "There is no such field.")
			continue
		}
		v, wrong := f.Check(in.Body.Custom[key])
		if wrong == "" && f.Type == Person && v != nil {
			var there bool
			if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM person WHERE id = ? AND active = 1)", v).Scan(&there); err != nil {
				return now, err
			}
			if !there {
				wrong = "There is no active person with this id."
			}
		}
		c.That(wrong == "", at, wrong)
		kept[key] = v
	}
	if err := c.Err(); err != nil {
		return now, err
	}
	for _, key := range slices.Sorted(maps.Keys(kept)) {
		f, v := known[key], kept[key]
		if v == nil {
			err = tx.Exec("DELETE FROM field_value WHERE field = ? AND record = ?", f.ID, in.ID)
		} else {
			var text []byte
			if text, err = json.Marshal(v); err != nil {
				return now, err
			}
			err = tx.Exec(`INSERT INTO field_value (field, record, value) VALUES (?, ?, ?)
				ON CONFLICT (field, record) DO UPDATE SET value = excluded.value WHERE value <> excluded.value`, f.ID, in.ID, string(text))
		}
		if err != nil {
			return now, err
		}
	}
	return of(&tx.ReadTx, recordIn{in.Kind, in.ID})
}
