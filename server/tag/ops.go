package tag

import (
	"errors"
	"fmt"
	"strings"

	"assay/server/op"
	"assay/server/record"
	"assay/storage"
)

// Tags are all tags of the organisation.
type Tags struct {
	Items []Tag `json:"items"`
}

func list(tx *storage.ReadTx, _ struct{}) (Tags, error) {
	out := Tags{}
	rows, err := tx.Query("SELECT id, name, color, version FROM tag ORDER BY name COLLATE NOCASE, id")
	if err != nil {
		return out, err
	}
	out.Items, err = op.Scan(rows, func(r op.Row) (t Tag, err error) {
		t.Kinds = map[string]int{}
		return t, r.Scan(&t.ID, &t.Name, &t.Color, &t.Version)
	})
	if err != nil {
		return out, err
	}
	at := map[string]*Tag{}
	for i := range out.Items {
		at[out.Items[i].ID] = &out.Items[i]
	}
	type count struct {
		tag string
		n   int
	}
	for _, k := range record.Kinds() {
		rows, err := tx.Query(record.With(k)+"SELECT rt.tag, count(*) FROM record_tag rt JOIN r ON r.id = rt.record WHERE rt.kind = ? GROUP BY 1", string(k))
		if err != nil {
			return out, fmt.Errorf("count tags of %s: %w", k, err)
		}
		counts, err := op.Scan(rows, func(r op.Row) (c count, err error) { return c, r.Scan(&c.tag, &c.n) })
		if err != nil {
			return out, err
		}
		for _, c := range counts {
			at[c.tag].Kinds[string(k)] = c.n
			at[c.tag].Used += c.n
		}
	}
	return out, nil
}

func one(tx *storage.ReadTx, id string) (Tag, error) {
	all, err := list(tx, struct{}{})
	if err != nil {
		return Tag{}, err
	}
	for _, t := range all.Items {
		if t.ID == id {
			return t, nil
		}
	}
	return Tag{}, storage.ErrNotFound
}

type createIn struct {
	Body struct {
		Name  string `json:"name" minLength:"1" maxLength:"100" doc:"At most 40 characters, without a comma"`
		Color Color  `json:"color,omitempty" enum:"grey,violet,green,blue,amber,red" doc:"grey unless given"`
	}
}

func create(tx *storage.WriteTx, in createIn) (Tag, error) {
	name := strings.Join(strings.Fields(in.Body.Name), " ")
	if err := free(&tx.ReadTx, name, ""); err != nil {
		return Tag{}, err
	}
	color := in.Body.Color
	if color == "" {
		color = "grey"
	}
	id, err := insert(tx, name, color)
	if err != nil {
		return Tag{}, err
	}
	return one(&tx.ReadTx, id)
}

// free holds a name to what a tag may be called and that no other tag is called so.
func free(tx *storage.ReadTx, name, self string) error {
	var c op.Check
	wrong := named(name)
	c.That(wrong == "", "name", wrong)
	var taken bool
	if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM tag WHERE name = ? COLLATE NOCASE AND id <> ?)", name, self).Scan(&taken); err != nil {
		return err
	}
	c.That(!taken, "name", "There is a tag of this name already. Merge the two instead.")
	return c.Err()
}

type updateIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Name  *string `json:"name,omitempty" minLength:"1" maxLength:"100"`
		Color *Color  `json:"color,omitempty" enum:"grey,violet,green,blue,amber,red"`
	}
}

func update(tx *storage.WriteTx, in updateIn) (Tag, error) {
	was, err := one(&tx.ReadTx, in.ID)
	if err != nil {
		return was, err
	}
	name, color := was.Name, was.Color
	if in.Body.Name != nil {
		name = strings.Join(strings.Fields(*in.Body.Name), " ")
	}
	if in.Body.Color != nil {
		color = *in.Body.Color
	}
	if name == was.Name && color == was.Color {
		return was, nil
	}
	if err := free(&tx.ReadTx, name, in.ID); err != nil {
		return was, err
	}
	if err := tx.ExecOne("UPDATE tag SET name = ?, color = ? WHERE id = ?", name, string(color), in.ID); err != nil {
		return was, err
	}
	return one(&tx.ReadTx, in.ID)
}

type mergeIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Into string `json:"into" maxLength:"26" doc:"Id of the tag that stays"`
	}
}

func merge(tx *storage.WriteTx, in mergeIn) (Tag, error) {
	if _, err := one(&tx.ReadTx, in.ID); err != nil {
		return Tag{}, err
	}
	var c op.Check
	c.That(in.Body.Into != in.ID, "into", "Choose another tag: this is the same one.")
	_, err := one(&tx.ReadTx, in.Body.Into)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return Tag{}, err
	}
	c.That(err == nil, "into", "There is no such tag.")
	if err := c.Err(); err != nil {
		return Tag{}, err
	}
	err = tx.Exec("INSERT INTO record_tag (tag, kind, record) SELECT ?, kind, record FROM record_tag WHERE tag = ? ON CONFLICT DO NOTHING", in.Body.Into, in.ID)
	if err != nil {
		return Tag{}, err
	}
	if err := tx.ExecOne("DELETE FROM tag WHERE id = ?", in.ID); err != nil {
		return Tag{}, err
	}
	return one(&tx.ReadTx, in.Body.Into)
}

type byID struct {
	ID string `path:"id" maxLength:"26"`
}

func remove(tx *storage.WriteTx, in byID) (struct{}, error) {
	return struct{}{}, tx.ExecOne("DELETE FROM tag WHERE id = ?", in.ID) // it goes from the records too
}

// RecordTags are the tags of one record.
type RecordTags struct {
	Tags []RecordTag `json:"tags"`
}

type recordIn struct {
	Kind record.Kind `path:"kind" maxLength:"40" doc:"control, evidence, requirement ..."`
	ID   string      `path:"id" maxLength:"26"`
}

func of(tx *storage.ReadTx, in recordIn) (RecordTags, error) {
	if _, err := record.Find(tx, record.Ref{Kind: in.Kind, ID: in.ID}); err != nil {
		return RecordTags{}, err
	}
	rows, err := tx.Query("SELECT t.id, t.name, t.color FROM record_tag rt JOIN tag t ON t.id = rt.tag WHERE rt.kind = ? AND rt.record = ? ORDER BY t.name COLLATE NOCASE",
		string(in.Kind), in.ID)
	if err != nil {
		return RecordTags{}, err
	}
	tags, err := op.Scan(rows, func(r op.Row) (t RecordTag, err error) { return t, r.Scan(&t.ID, &t.Name, &t.Color) })
	return RecordTags{tags}, err
}

type putIn struct {
	Kind record.Kind `path:"kind" maxLength:"40"`
	ID   string      `path:"id" maxLength:"26"`
	Body struct {
		Add    []string `json:"add,omitempty" maxItems:"50" doc:"Names of tags; those that are not there yet are made"`
		Remove []string `json:"remove,omitempty" maxItems:"50" doc:"Ids of tags"`
	}
}

func put(tx *storage.WriteTx, in putIn) (RecordTags, error) {
	if _, err := record.Find(&tx.ReadTx, record.Ref{Kind: in.Kind, ID: in.ID}); err != nil {
		return RecordTags{}, err
	}
	if _, err := Change(tx, in.Kind, []string{in.ID}, in.Body.Add, in.Body.Remove, "add"); err != nil {
		return RecordTags{}, err
	}
	return of(&tx.ReadTx, recordIn{in.Kind, in.ID})
}
