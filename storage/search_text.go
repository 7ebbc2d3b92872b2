package storage

import (
	"errors"
	"slices"
)

// Text is what is written inside an object.
type Text struct {
	Object string
	State  string // ok, empty, unreadable, too_large, none
	Reason string // for people
	Text   string
}

// KeepText keeps what is written inside an object, for searching. It is not a change of a record.
func (tx *WriteTx) KeepText(t Text) { tx.texts = append(tx.texts, t) }

// ForgetText drops the text of an object that no record refers to any more.
func (tx *WriteTx) ForgetText(object string) { tx.forget = append(tx.forget, object) }

// Unread lists files whose text was not read yet, at most n, oldest rows first.
func (tx *ReadTx) Unread(n int) ([]Unread, error) {
	var out []Unread
	for _, table := range tx.db.search.readableTables() {
		rows, err := tx.Query("SELECT r.object, r.name, r.type, r.size, r.sha256 FROM "+tx.db.search.readable[table]+` r
			WHERE r.object <> '' AND NOT EXISTS (SELECT 1 FROM object_text t WHERE t.object = r.object) GROUP BY r.object LIMIT ?`, n-len(out))
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var u Unread
			if err := rows.Scan(&u.Object, &u.Name, &u.Type, &u.Size, &u.SHA256); err != nil {
				return nil, errors.Join(err, rows.Close())
			}
			out = append(out, u)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Unread is a file whose text was not read yet.
type Unread struct {
	Object, Name, Type string
	Size               int64
	SHA256             string
}

func (s *searchIndex) readableTables() []string {
	var all []string
	for t := range s.readable {
		all = append(all, t)
	}
	slices.Sort(all)
	return all
}

// OrphanTexts are the objects whose text is kept although no record refers to them.
func (tx *ReadTx) OrphanTexts() ([]string, error) {
	q := "SELECT object FROM object_text t WHERE 1"
	for _, table := range tx.db.search.readableTables() {
		q += " AND NOT EXISTS (SELECT 1 FROM " + tx.db.search.readable[table] + " r WHERE r.object = t.object)"
	}
	rows, err := tx.Query(q)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var o string
		if err := rows.Scan(&o); err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, rows.Err()
}

func (db *DB) readableRows(tx *WriteTx, object string) ([]Row, error) {
	var out []Row
	for table, view := range db.search.readable {
		rows, err := tx.tx.QueryContext(tx.ctx, "SELECT id FROM "+view+" WHERE object = ?", object)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			r := Row{Table: table, Op: "update"}
			if err := rows.Scan(&r.PK); err != nil {
				return nil, errors.Join(err, rows.Close())
			}
			out = append(out, r)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
	}
	return out, nil
}
