package register

import (
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"assay/server/op"
	"assay/storage"
)

// PartRow is embedded in every row of a part.
type PartRow struct {
	ID        string `json:"id"`
	Of        string `json:"of" doc:"Id of the record it belongs to"`
	UpdatedAt string `json:"updated_at"`
	Version   int    `json:"version"`
}

// Part is what belongs to the records of a register and is said in rows of its own: the contracts of a vendor. D is what
// people say of one, declared as a register's is; R is its row, which embeds [PartRow] and D.
type Part[D, R any] struct {
	Table string // "vendor_contract", which queries call t
	Owner string // the column with the record, and its table: "vendor"
	One   string // "contract", in sentences
	Path  string // "contracts", below that of the record; one alone is at /vendor-contracts/{id}

	Row  func(*R) *PartRow
	Said func(*R) *D

	From    string                      // joins
	Columns string                      // that Into gives room for
	Args    func(*storage.ReadTx) []any // values of the ? in Columns and From
	Into    func(*R) []any
	Rules   func(*storage.ReadTx, *R) error // works on a row that was read
	Order   string                          // "t.ends_on DESC"

	Settle  func(tx *storage.ReadTx, was D, now *D) error                 // completes what was said: a day that follows from another
	Check   func(c *op.Check, tx *storage.ReadTx, of string, now D) error // the part's own rules
	Written func(tx *storage.WriteTx, of, id string, was, now D) error    // what follows from a change, in its transaction

	leaves []leaf
}

// NewPart completes a declaration.
func NewPart[D, R any](p Part[D, R]) *Part[D, R] {
	p.leaves = leavesOf[D]()
	return &p
}

type partIn[D any] struct {
	op.ByID
	Body op.Draft[D]
}

// PartOps are the operations that every part has: adding one to a record, changing and deleting it.
func PartOps[D, R any](p *Part[D, R], many string) []op.Op {
	name, below, alone := strings.ReplaceAll(p.One, " ", "_"), "/"+many+"/{id}/"+p.Path, "/"+p.Owner+"-"+p.Path+"/{id}"
	return []op.Op{
		op.Write("add_"+name, "POST "+below, op.Editors, func(tx *storage.WriteTx, in partIn[D]) (r R, err error) {
			id, err := p.Create(tx, in.ID, in.Body.Said)
			if err != nil {
				return r, err
			}
			return p.Get(&tx.ReadTx, id)
		}, op.Doc("Add "+article(p.One)+" to a "+p.Owner)),
		op.Write("update_"+name, "PATCH "+alone, op.Editors, func(tx *storage.WriteTx, in updateIn[D]) (r R, err error) {
			if err := p.Change(tx, in.ID, in.Body.After); err != nil {
				return r, err
			}
			return p.Get(&tx.ReadTx, in.ID)
		}, op.Versioned(p.Table), op.Doc("Change "+article(p.One)+" of a "+p.Owner)),
		op.Write("delete_"+name, "DELETE "+alone, op.Admin, func(tx *storage.WriteTx, in op.ByID) (struct{}, error) {
			return struct{}{}, tx.ExecOne("DELETE FROM "+p.Table+" WHERE id = ?", in.ID)
		}, op.Doc("Delete "+article(p.One)+" of a "+p.Owner)),
	}
}

func article(noun string) string {
	if strings.ContainsAny(noun[:1], "aeiou") {
		return "an " + noun
	}
	return "a " + noun
}

func (p *Part[D, R]) query(where string) string {
	q := "SELECT t.id, t." + p.Owner + ", t.updated_at, t.version"
	for _, l := range p.leaves {
		q += ", t." + l.Name
	}
	if p.Columns != "" {
		q += ", " + p.Columns
	}
	return q + " FROM " + p.Table + " t " + p.From + " WHERE " + where
}

func (p *Part[D, R]) read(tx *storage.ReadTx, row op.Row) (r R, err error) {
	of, said := p.Row(&r), reflect.ValueOf(p.Said(&r))
	to := []any{&of.ID, &of.Of, &of.UpdatedAt, &of.Version}
	for _, l := range p.leaves {
		to = append(to, l.into(said))
	}
	if p.Into != nil {
		to = append(to, p.Into(&r)...)
	}
	if err := row.Scan(to...); err != nil || p.Rules == nil {
		return r, err
	}
	return r, p.Rules(tx, &r)
}

func (p *Part[D, R]) args(tx *storage.ReadTx, more ...any) []any {
	if p.Args == nil {
		return more
	}
	return append(p.Args(tx), more...)
}

// All are the parts of a record.
func (p *Part[D, R]) All(tx *storage.ReadTx, of string) ([]R, error) {
	rows, err := tx.Query(p.query("t."+p.Owner+" = ? ORDER BY "+p.Order+", t.id"), p.args(tx, of)...)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (R, error) { return p.read(tx, r) })
}

// Get is one of them, or [storage.ErrNotFound].
func (p *Part[D, R]) Get(tx *storage.ReadTx, id string) (R, error) {
	r, err := p.read(tx, tx.QueryRow(p.query("t.id = ?"), p.args(tx, id)...))
	if errors.Is(err, sql.ErrNoRows) {
		err = storage.ErrNotFound
	}
	return r, err
}

// Create adds a part to a record and gives its id.
func (p *Part[D, R]) Create(tx *storage.WriteTx, of string, said D) (string, error) {
	var n int
	if err := tx.QueryRow("SELECT count(*) FROM "+p.Owner+" WHERE id = ?", of).Scan(&n); err != nil {
		return "", err
	}
	if n == 0 {
		return "", storage.ErrNotFound
	}
	var nothing D
	now, err := p.judge(tx, of, nothing, begin(p.leaves, said))
	if err != nil {
		return "", err
	}
	id := tx.NewID()
	columns, values := []string{"id", p.Owner, "created_at", "updated_at"}, []any{id, of, tx.Stamp(), tx.Stamp()}
	v := reflect.ValueOf(&now)
	for _, l := range p.leaves {
		columns, values = append(columns, l.Name), append(values, l.value(v))
	}
	err = tx.Exec("INSERT INTO "+p.Table+" ("+strings.Join(columns, ", ")+") VALUES (?"+strings.Repeat(", ?", len(columns)-1)+")", values...)
	if err != nil {
		return "", fmt.Errorf("add a %s: %w", p.One, err)
	}
	return id, p.written(tx, of, id, nothing, now)
}

// Change makes a part what after says of it. Nothing is written when that is the same.
func (p *Part[D, R]) Change(tx *storage.WriteTx, id string, after func(D) D) error {
	r, err := p.Get(&tx.ReadTx, id)
	if err != nil {
		return err
	}
	of, was := p.Row(&r).Of, *p.Said(&r)
	now, err := p.judge(tx, of, was, after(was))
	if err != nil {
		return err
	}
	before, then := reflect.ValueOf(&was), reflect.ValueOf(&now)
	set, values := "updated_at = ?", []any{tx.Stamp()}
	for _, l := range p.leaves {
		if v := l.value(then); v != l.value(before) {
			set, values = set+", "+l.Name+" = ?", append(values, v)
		}
	}
	if len(values) == 1 {
		return nil
	}
	if err := tx.ExecOne("UPDATE "+p.Table+" SET "+set+" WHERE id = ?", append(values, id)...); err != nil {
		return fmt.Errorf("change a %s: %w", p.One, err)
	}
	return p.written(tx, of, id, was, now)
}

// judge is what is said, tidied and completed, or what is wrong with it.
func (p *Part[D, R]) judge(tx *storage.WriteTx, of string, was, now D) (D, error) {
	now = tidy(p.leaves, now)
	if p.Settle != nil {
		if err := p.Settle(&tx.ReadTx, was, &now); err != nil {
			return now, err
		}
	}
	var c op.Check
	before, after := reflect.ValueOf(&was), reflect.ValueOf(&now)
	for _, l := range p.leaves {
		if err := l.check(&c, &tx.ReadTx, before, after); err != nil {
			return now, err
		}
	}
	if p.Check != nil {
		if err := p.Check(&c, &tx.ReadTx, of, now); err != nil {
			return now, err
		}
	}
	return now, c.Err()
}

func (p *Part[D, R]) written(tx *storage.WriteTx, of, id string, was, now D) error {
	if p.Written == nil {
		return nil
	}
	return p.Written(tx, of, id, was, now)
}
