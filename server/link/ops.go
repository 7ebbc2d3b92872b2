package link

import (
	"database/sql"
	"errors"
	"strings"

	"assay/server/op"
	"assay/server/person"
	"assay/server/record"
	"assay/storage"
)

// RecordLink is a link as one of its records shows it.
type RecordLink struct {
	ID        string      `json:"id"`
	Type      Type        `json:"type" enum:"relates,depends_on,duplicates,mitigates,implements,evidences,governs,affects,causes"`
	Inverse   bool        `json:"inverse" doc:"The type is said of the other record: it depends on this one"`
	Other     record.Line `json:"other"`
	Note      string      `json:"note"`
	CreatedBy string      `json:"created_by" doc:"Name of who drew it"`
	CreatedAt string      `json:"created_at"`
	Version   int         `json:"version"`
}

// RecordLinks are the links of one record.
type RecordLinks struct {
	Items []RecordLink `json:"items"`
}

type recordIn struct {
	Kind record.Kind `path:"kind" maxLength:"40" doc:"control, evidence, requirement ..."`
	ID   string      `path:"id" maxLength:"26"`
}

func (in recordIn) ref() record.Ref { return record.Ref{Kind: in.Kind, ID: in.ID} }

// most is how many links of one record are given.
const most = 500

const columns = `l.id, l.type, l.kind, l.record, l.other_kind, l.other, l.note, coalesce(p.name, ''), l.created_at, l.version
	FROM record_link l LEFT JOIN person p ON p.id = l.created_by `

type ends struct {
	RecordLink
	first, second record.Ref
}

func scan(r op.Row) (e ends, err error) {
	return e, r.Scan(&e.ID, &e.Type, &e.first.Kind, &e.first.ID, &e.second.Kind, &e.second.ID, &e.Note, &e.CreatedBy, &e.CreatedAt, &e.Version)
}

func list(tx *storage.ReadTx, in recordIn) (RecordLinks, error) {
	out := RecordLinks{Items: []RecordLink{}}
	if _, err := record.Find(tx, in.ref()); err != nil {
		return out, err
	}
	rows, err := tx.Query("SELECT "+columns+"WHERE l.kind = ?1 AND l.record = ?2 OR l.other_kind = ?1 AND l.other = ?2 ORDER BY l.created_at, l.id LIMIT ?3", string(in.Kind), in.ID, most)
	if err != nil {
		return out, err
	}
	all, err := op.Scan(rows, scan)
	if err != nil {
		return out, err
	}
	out.Items, err = seenFrom(tx, in.ref(), all)
	return out, err
}

// seenFrom turns links so that they are read from one record. Those whose other end is gone are left out.
func seenFrom(tx *storage.ReadTx, me record.Ref, all []ends) ([]RecordLink, error) {
	others := make([]record.Ref, len(all))
	for i, e := range all {
		others[i] = e.second
		if e.second == me {
			others[i] = e.first
		}
	}
	found, err := record.Lines(tx, others)
	if err != nil {
		return nil, err
	}
	out := []RecordLink{}
	for i, e := range all {
		l, there := found[others[i]]
		if !there {
			continue
		}
		e.Other, e.Inverse = l, e.second == me
		out = append(out, e.RecordLink)
	}
	return out, nil
}

// one reads a link as its first record shows it, or as me does. It is not there while one of its records is
// gone.
func one(tx *storage.ReadTx, id string, me record.Ref) (RecordLink, error) {
	e, err := scan(tx.QueryRow("SELECT "+columns+"WHERE l.id = ?", id))
	if errors.Is(err, sql.ErrNoRows) {
		return e.RecordLink, storage.ErrNotFound
	}
	if err != nil {
		return e.RecordLink, err
	}
	if me.ID == "" {
		me = e.first
	}
	if _, err := record.Find(tx, me); err != nil {
		return e.RecordLink, err
	}
	seen, err := seenFrom(tx, me, []ends{e})
	if err == nil && len(seen) == 0 {
		err = storage.ErrNotFound
	}
	if err != nil {
		return e.RecordLink, err
	}
	return seen[0], nil
}

type createIn struct {
	Kind record.Kind `path:"kind" maxLength:"40"`
	ID   string      `path:"id" maxLength:"26"`
	Body struct {
		Type    Type        `json:"type" enum:"relates,depends_on,duplicates,mitigates,implements,evidences,governs,affects,causes"`
		Inverse bool        `json:"inverse,omitempty" doc:"The type is said of the other record"`
		Kind    record.Kind `json:"kind" maxLength:"40" doc:"Kind of the other record"`
		Record  string      `json:"record" maxLength:"26" doc:"Id of the other record"`
		Note    string      `json:"note,omitempty" maxLength:"500"`
	}
}

func create(tx *storage.WriteTx, in createIn) (RecordLink, error) {
	me, b := record.Ref{Kind: in.Kind, ID: in.ID}, in.Body
	if _, err := record.Find(&tx.ReadTx, me); err != nil {
		return RecordLink{}, err
	}
	other := record.Ref{Kind: b.Kind, ID: b.Record}
	var c op.Check
	c.That(other != me, "record", "A record cannot be linked to itself. Choose another one.")
	_, err := record.Find(&tx.ReadTx, other)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return RecordLink{}, err
	}
	c.That(err == nil, "record", "There is no such record.")
	first, second := me, other
	if b.Inverse {
		first, second = other, me
	}
	first, second = Order(b.Type, first, second)
	var there bool
	err = tx.QueryRow("SELECT EXISTS (SELECT 1 FROM record_link WHERE type = ? AND kind = ? AND record = ? AND other_kind = ? AND other = ?)",
		string(b.Type), string(first.Kind), first.ID, string(second.Kind), second.ID).Scan(&there)
	if err != nil {
		return RecordLink{}, err
	}
	c.That(!there, "record", "These two are linked like this already.")
	if err := c.Err(); err != nil {
		return RecordLink{}, err
	}
	id, err := insert(tx, b.Type, first, second, strings.TrimSpace(b.Note))
	if err != nil {
		return RecordLink{}, err
	}
	return one(&tx.ReadTx, id, me)
}

// Draw links two records that are there and not yet linked like this. The caller's module lists record_link among the
// tables it may change.
func Draw(tx *storage.WriteTx, t Type, first, second record.Ref) error {
	first, second = Order(t, first, second)
	_, err := insert(tx, t, first, second, "")
	return err
}

func insert(tx *storage.WriteTx, t Type, first, second record.Ref, note string) (id string, err error) {
	id = tx.NewID()
	return id, tx.Exec("INSERT INTO record_link (id, type, kind, record, other_kind, other, note, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		id, string(t), string(first.Kind), first.ID, string(second.Kind), second.ID, note, person.Acting(&tx.ReadTx), tx.Stamp())
}

type updateIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Note string `json:"note" maxLength:"500"`
	}
}

func update(tx *storage.WriteTx, in updateIn) (RecordLink, error) {
	was, err := one(&tx.ReadTx, in.ID, record.Ref{})
	if err != nil {
		return was, err
	}
	note := strings.TrimSpace(in.Body.Note)
	if note == was.Note {
		return was, nil
	}
	if err := tx.ExecOne("UPDATE record_link SET note = ? WHERE id = ?", note, in.ID); err != nil {
		return was, err
	}
	return one(&tx.ReadTx, in.ID, record.Ref{})
}

type byID struct {
	ID string `path:"id" maxLength:"26"`
}

func remove(tx *storage.WriteTx, in byID) (struct{}, error) {
	return struct{}{}, tx.ExecOne("DELETE FROM record_link WHERE id = ?", in.ID)
}

// FoundRecords is the answer of find.
type FoundRecords struct {
	Items []record.Line `json:"items"`
}

type findIn struct {
	Q    string      `query:"q" maxLength:"200" doc:"Words that must all occur in reference or title"`
	Kind record.Kind `query:"kind" maxLength:"40" doc:"Only this kind"`
}

// find gives a few of every kind, so that none hides the others.
func find(tx *storage.ReadTx, in findIn) (FoundRecords, error) {
	out := FoundRecords{Items: []record.Line{}}
	kinds, each := record.Kinds(), 6
	if in.Kind != "" {
		kinds, each = []record.Kind{in.Kind}, 30
	}
	for _, k := range kinds {
		if k == record.File && in.Kind == "" {
			continue // its request is what people mean
		}
		some, err := record.Search(tx, k, in.Q, each)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return out, err
		}
		out.Items = append(out.Items, some...)
	}
	return out, nil
}
