package framework

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"assay/server/framework/ciso"
	"assay/server/op"
	"assay/storage"
)

// Kind says how a requirement stands to another.
type Kind string

// The kinds. "A is a subset of B" means that B asks for all that A asks for, and more.
const (
	Equal      Kind = "equal"
	Subset     Kind = "subset"
	Superset   Kind = "superset"
	Intersects Kind = "intersects"
)

// Inverse is the same relation seen from its other end.
func (k Kind) Inverse() Kind {
	switch k {
	case Subset:
		return Superset
	case Superset:
		return Subset
	}
	return k
}

// Compose is what two relations one behind the other say together. What is equal changes nothing; a part of
// a part is a part; whatever else is only known to overlap.
func Compose(a, b Kind) Kind {
	switch {
	case a == Equal:
		return b
	case b == Equal || a == b:
		return a
	}
	return Intersects
}

// Whole says that what meets the other requirement meets this one.
func (k Kind) Whole() bool { return k == Equal || k == Subset }

// rank orders kinds by what they are worth to the requirement they are seen from.
func (k Kind) rank() int { return slices.Index([]Kind{Equal, Subset, Superset, Intersects}, k) }

// StrengthOf is a relation's strength, 0 to 100. Where nobody said, the kind says.
func StrengthOf(k Kind, said *int) int {
	if said != nil {
		return *said
	}
	switch k {
	case Equal:
		return 100
	case Subset:
		return 90
	case Superset:
		return 60
	}
	return 40
}

// Sign is a kind in a path.
func (k Kind) Sign() string {
	switch k {
	case Equal:
		return "="
	case Subset:
		return "is part of"
	case Superset:
		return "contains"
	}
	return "overlaps"
}

// Relation is how one requirement stands to another, seen from one of the two.
type Relation struct {
	ID        string             `json:"id"`
	Kind      Kind               `json:"kind" enum:"equal,subset,superset,intersects" doc:"This requirement is … the other"`
	Strength  *int               `json:"strength" doc:"0 to 100; null when nobody said"`
	Rationale string             `json:"rationale"`
	Source    string             `json:"source" enum:"catalog,import,person"`
	Set       string             `json:"set" doc:"Name of the mapping set it came with, if any"`
	Of        string             `json:"of" doc:"Id of the requirement it is seen from"`
	Other     RelatedRequirement `json:"other"`
	UpdatedAt string             `json:"updated_at"`
	Version   int                `json:"version"`
}

// RelatedRequirement is the other end of a relation.
type RelatedRequirement struct {
	ID        string `json:"id"`
	Framework string `json:"framework"`
	Short     string `json:"short"`
	Color     string `json:"color"`
	Ref       string `json:"ref"`
	Title     string `json:"title"`
	Controls  int    `json:"controls" doc:"Controls mapped to it"`
}

// Relations are those of one requirement.
type Relations struct {
	Items []Relation `json:"items"`
}

const relationColumns = `x.id, x.kind, x.strength, x.rationale, x.source, coalesce(s.name, ''), x.of, x.updated_at, x.version,
	r.id, r.framework, f.short, f.color, r.ref, r.title, (SELECT count(*) FROM mapping m WHERE m.requirement = r.id)`

const relationFrom = `(SELECT id, kind, strength, rationale, source, relation_set, from_requirement AS of, to_requirement AS other, updated_at, version FROM relation WHERE from_requirement = ?1
		UNION ALL SELECT id, CASE kind WHEN 'subset' THEN 'superset' WHEN 'superset' THEN 'subset' ELSE kind END, strength, rationale, source, relation_set, to_requirement, from_requirement, updated_at, version
		FROM relation WHERE to_requirement = ?1) x
	JOIN requirement r ON r.id = x.other JOIN framework f ON f.id = r.framework LEFT JOIN relation_set s ON s.id = x.relation_set`

func scanRelation(row op.Row) (x Relation, err error) {
	var strength sql.NullInt64
	err = row.Scan(&x.ID, &x.Kind, &strength, &x.Rationale, &x.Source, &x.Set, &x.Of, &x.UpdatedAt, &x.Version,
		&x.Other.ID, &x.Other.Framework, &x.Other.Short, &x.Other.Color, &x.Other.Ref, &x.Other.Title, &x.Other.Controls)
	if strength.Valid {
		n := int(strength.Int64)
		x.Strength = &n
	}
	return x, err
}

func relations(tx *storage.ReadTx, in byID) (Relations, error) {
	if err := thereIs(tx, in.ID); err != nil {
		return Relations{}, err
	}
	rows, err := tx.Query("SELECT "+relationColumns+" FROM "+relationFrom+" ORDER BY f.short COLLATE NOCASE, f.id, r.position", in.ID)
	if err != nil {
		return Relations{}, err
	}
	items, err := op.Scan(rows, scanRelation)
	return Relations{items}, err
}

func thereIs(tx *storage.ReadTx, requirement string) error {
	var n int
	return none(tx.QueryRow("SELECT 1 FROM requirement WHERE id = ?", requirement).Scan(&n))
}

func relationOf(tx *storage.ReadTx, id, of string) (Relation, error) {
	x, err := scanRelation(tx.QueryRow("SELECT "+relationColumns+" FROM "+relationFrom+" WHERE x.id = ?2", of, id))
	return x, none(err)
}

type relateIn struct {
	ID   string `path:"id"`
	Body struct {
		To        string `json:"to" minLength:"1" maxLength:"26" doc:"Id of the other requirement"`
		Kind      Kind   `json:"kind" enum:"equal,subset,superset,intersects" doc:"The requirement in the address is … the other"`
		Strength  *int   `json:"strength,omitempty" minimum:"0" maximum:"100"`
		Rationale string `json:"rationale,omitempty" maxLength:"2000"`
	}
}

func relate(tx *storage.WriteTx, in relateIn) (Relation, error) {
	if err := thereIs(&tx.ReadTx, in.ID); err != nil {
		return Relation{}, err
	}
	b := in.Body
	var c op.Check
	c.That(b.To != in.ID, "to", "Choose another requirement than this one.")
	if err := thereIs(&tx.ReadTx, b.To); errors.Is(err, storage.ErrNotFound) {
		c.That(false, "to", "There is no such requirement.")
	} else if err != nil {
		return Relation{}, err
	}
	if err := c.Err(); err != nil {
		return Relation{}, err
	}
	var taken bool
	err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM relation WHERE from_requirement = ?1 AND to_requirement = ?2 OR from_requirement = ?2 AND to_requirement = ?1)", in.ID, b.To).Scan(&taken)
	if err != nil {
		return Relation{}, err
	}
	if taken {
		return Relation{}, op.Errorf(op.Conflict, "These two are related already. Change that relation instead.")
	}
	id := tx.NewID()
	err = tx.Exec(`INSERT INTO relation (id, from_requirement, to_requirement, kind, strength, rationale, source, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, 'person', ?7, ?7)`, id, in.ID, b.To, string(b.Kind), orNull(b.Strength), strings.TrimSpace(b.Rationale), tx.Stamp())
	if err != nil {
		return Relation{}, err
	}
	return relationOf(&tx.ReadTx, id, in.ID)
}

func orNull(n *int) any {
	if n == nil {
		return nil
	}
	return *n
}

type updateRelationIn struct {
	ID   string `path:"id"`
	Body struct {
		Of        string  `json:"of,omitempty" maxLength:"26" doc:"Id of the requirement that kind is said from; the one it was made from unless given"`
		Kind      *Kind   `json:"kind,omitempty" enum:"equal,subset,superset,intersects"`
		Strength  *int    `json:"strength,omitempty" minimum:"-1" maximum:"100" doc:"-1 takes it away"`
		Rationale *string `json:"rationale,omitempty" maxLength:"2000"`
	}
}

func updateRelation(tx *storage.WriteTx, in updateRelationIn) (Relation, error) {
	var from, to string
	if err := tx.QueryRow("SELECT from_requirement, to_requirement FROM relation WHERE id = ?", in.ID).Scan(&from, &to); err != nil {
		return Relation{}, none(err)
	}
	b := in.Body
	if b.Of == "" {
		b.Of = from
	}
	var c op.Check
	c.That(b.Of == from || b.Of == to, "of", "This is neither of the two requirements.")
	if err := c.Err(); err != nil {
		return Relation{}, err
	}
	was, err := relationOf(&tx.ReadTx, in.ID, b.Of)
	if err != nil {
		return was, err
	}
	now := was
	put(&now.Kind, b.Kind)
	text(&now.Rationale, b.Rationale)
	if b.Strength != nil {
		now.Strength = b.Strength
		if *b.Strength < 0 {
			now.Strength = nil
		}
	}
	if now.Kind == was.Kind && now.Rationale == was.Rationale && (now.Strength == nil) == (was.Strength == nil) && (now.Strength == nil || *now.Strength == *was.Strength) {
		return was, nil
	}
	kind := now.Kind
	if b.Of == to {
		kind = kind.Inverse()
	}
	// What somebody changed is that person's word now, whoever said it first.
	err = tx.ExecOne("UPDATE relation SET kind = ?, strength = ?, rationale = ?, source = 'person', updated_at = ? WHERE id = ?",
		string(kind), orNull(now.Strength), now.Rationale, tx.Stamp(), in.ID)
	if err != nil {
		return was, err
	}
	return relationOf(&tx.ReadTx, in.ID, b.Of)
}

func unrelate(tx *storage.WriteTx, in byID) (struct{}, error) {
	return struct{}{}, tx.ExecOne("DELETE FROM relation WHERE id = ?", in.ID)
}

// RelationSet is a set of relations that came in one piece.
type RelationSet struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Source    string   `json:"source" enum:"catalog,import"`
	From      SetEnd   `json:"from"`
	To        SetEnd   `json:"to"`
	Total     int      `json:"total" doc:"Pairs in the set"`
	Bound     int      `json:"bound" doc:"Of these, relations between requirements that are here"`
	Warnings  []string `json:"warnings" doc:"What was left out when it was read"`
	CreatedAt string   `json:"created_at"`
}

// SetEnd is one of the two frameworks of a set.
type SetEnd struct {
	Key       string `json:"key" doc:"How the set names it"`
	Framework string `json:"framework" doc:"Id, empty while it is not here"`
	Short     string `json:"short"`
	Color     string `json:"color"`
}

// RelationSets is all of them.
type RelationSets struct {
	Items []RelationSet `json:"items"`
}

func relationSets(tx *storage.ReadTx, _ struct{}) (RelationSets, error) {
	rows, err := tx.Query(`SELECT s.id, s.name, s.source, s.from_key, s.to_key, s.total, (SELECT count(*) FROM relation x WHERE x.relation_set = s.id), s.report, s.created_at
		FROM relation_set s ORDER BY s.name COLLATE NOCASE, s.id`)
	if err != nil {
		return RelationSets{}, err
	}
	items, err := op.Scan(rows, func(r op.Row) (s RelationSet, err error) {
		var report string
		if err := r.Scan(&s.ID, &s.Name, &s.Source, &s.From.Key, &s.To.Key, &s.Total, &s.Bound, &report, &s.CreatedAt); err != nil {
			return s, err
		}
		return s, json.Unmarshal([]byte(report), &s.Warnings)
	})
	if err != nil || len(items) == 0 {
		return RelationSets{items}, err
	}
	names, err := known(tx)
	for i := range items {
		for _, e := range []*SetEnd{&items[i].From, &items[i].To} {
			if f, ok := names.find(e.Key); ok {
				e.Framework, e.Short, e.Color = f.id, f.short, f.color
			}
			e.Key = ciso.Last(e.Key)
		}
	}
	return RelationSets{items}, err
}

func removeSet(tx *storage.WriteTx, in byID) (struct{}, error) {
	return struct{}{}, tx.ExecOne("DELETE FROM relation_set WHERE id = ?", in.ID)
}

// named is a framework with the names that a mapping set may know it by.
type named struct {
	id, short, color string
	keys             []string
}

type knownFrameworks []named

// known are the frameworks that are here, those in use first.
func known(tx *storage.ReadTx) (knownFrameworks, error) {
	rows, err := tx.Query(`SELECT f.id, f.short, f.color, f.key, f.name, f.edition, coalesce(x.uuid, '') FROM framework f LEFT JOIN framework_source x ON x.framework = f.id
		ORDER BY f.archived, f.created_at, f.id`)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (n named, err error) {
		var key, name, edition, uuid string
		err = r.Scan(&n.id, &n.short, &n.color, &key, &name, &edition, &uuid)
		n.keys = []string{key, catalogKey(key, name, edition)}
		if uuid != "" {
			n.keys = append(n.keys, uuid, ciso.Last(uuid))
		}
		return n, err
	})
}

func (k knownFrameworks) find(key string) (named, bool) {
	for _, name := range []string{key, ciso.Last(key)} {
		if i := slices.IndexFunc(k, func(n named) bool { return slices.Contains(n.keys, name) }); i >= 0 {
			return k[i], true
		}
	}
	return named{}, false
}

// keepSet writes a set down and relates what is here of it. One of the same URN is replaced, with its
// relations; those that somebody changed stay.
func keepSet(tx *storage.WriteTx, s ciso.Set, warnings []string, sum string) (RelationSet, error) {
	var out RelationSet
	pairs := make([][5]any, len(s.Pairs))
	for i, p := range s.Pairs {
		var strength any
		if p.Strength >= 0 {
			strength = p.Strength
		}
		pairs[i] = [5]any{strings.ToLower(ciso.Last(p.From)), strings.ToLower(ciso.Last(p.To)), p.Kind, strength, p.Rationale}
	}
	list, err := json.Marshal(pairs)
	if err != nil {
		return out, err
	}
	said, err := json.Marshal(append([]string{}, warnings...))
	if err != nil {
		return out, err
	}
	var id, was string
	err = none(tx.QueryRow("SELECT id, sha256 FROM relation_set WHERE source_key = ? AND source_key <> ''", s.URN).Scan(&id, &was))
	switch {
	case err == nil && was == sum:
		return out, op.Errorf(op.Conflict, "The mapping set “%s” is here already, as it stands in this file.", s.Name)
	case err == nil:
		if err := tx.Exec("UPDATE relation SET relation_set = NULL WHERE relation_set = ? AND source = 'person'", id); err != nil {
			return out, err
		}
		if err := tx.ExecOne("DELETE FROM relation_set WHERE id = ?", id); err != nil {
			return out, err
		}
	case !errors.Is(err, storage.ErrNotFound):
		return out, err
	}
	id = tx.NewID()
	err = tx.Exec(`INSERT INTO relation_set (id, name, source_key, from_key, to_key, pairs, total, report, sha256, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id, clip(s.Name, 300), s.URN, s.From, s.To, string(list), len(s.Pairs), string(said), sum, tx.Stamp())
	if err != nil {
		return out, err
	}
	if _, err := bind(tx, nil); err != nil {
		return out, err
	}
	all, err := relationSets(&tx.ReadTx, struct{}{})
	for _, x := range all.Items {
		if x.ID == id {
			out = x
		}
	}
	return out, err
}

// bind relates what the sets name and is here now. With fresh, only pairs of which one is among the fresh
// requirements: what was related before, and taken away by somebody, stays away.
func bind(tx *storage.WriteTx, fresh map[string]placed) (int, error) {
	rows, err := tx.Query("SELECT id, source, from_key, to_key, pairs FROM relation_set WHERE ? OR NOT EXISTS (SELECT 1 FROM relation x WHERE x.relation_set = relation_set.id)", fresh != nil)
	if err != nil {
		return 0, err
	}
	type set struct{ id, source, from, to, pairs string }
	sets, err := op.Scan(rows, func(r op.Row) (s set, err error) { return s, r.Scan(&s.id, &s.source, &s.from, &s.to, &s.pairs) })
	if err != nil || len(sets) == 0 {
		return 0, err
	}
	names, err := known(&tx.ReadTx)
	if err != nil {
		return 0, err
	}
	is := map[string]bool{}
	for _, p := range fresh {
		is[p.id] = p.fresh
	}
	places := map[string]map[string]string{}
	n := 0
	for _, s := range sets {
		from, okFrom := names.find(s.from)
		to, okTo := names.find(s.to)
		if !okFrom || !okTo || from.id == to.id {
			continue
		}
		for _, f := range []named{from, to} {
			if places[f.id] == nil {
				if places[f.id], err = bindable(tx, f.id); err != nil {
					return n, err
				}
			}
		}
		var pairs [][5]any
		if err := json.Unmarshal([]byte(s.pairs), &pairs); err != nil {
			return n, fmt.Errorf("read the pairs of a mapping set: %w", err)
		}
		for _, p := range pairs {
			a, _ := p[0].(string)
			b, _ := p[1].(string)
			x, y := places[from.id][a], places[to.id][b]
			if x == "" || y == "" || fresh != nil && !is[x] && !is[y] {
				continue
			}
			changed, err := tx.ExecN(`INSERT INTO relation (id, from_requirement, to_requirement, kind, strength, rationale, source, relation_set, created_at, updated_at)
				SELECT ?, ?2, ?3, ?, ?, ?, ?, ?, ?9, ?9 WHERE NOT EXISTS (SELECT 1 FROM relation WHERE from_requirement = ?3 AND to_requirement = ?2)
				ON CONFLICT (from_requirement, to_requirement) DO NOTHING`, tx.NewID(), x, y, p[2], p[3], p[4], s.source, s.id, tx.Stamp())
			if err != nil {
				return n, err
			}
			n += int(changed)
		}
	}
	return n, nil
}

// bindable are the requirements of a framework by what a mapping set may call them.
func bindable(tx *storage.WriteTx, framework string) (map[string]string, error) {
	rows, err := tx.Query("SELECT id, lower(ref), lower(source_id) FROM requirement WHERE framework = ? ORDER BY position", framework)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	err = op.Each(rows, func(r op.Row) (err error) {
		var id, ref, source string
		if err := r.Scan(&id, &ref, &source); err != nil {
			return err
		}
		if strings.HasPrefix(source, "urn:") {
			out[ciso.Last(source)] = id
		}
		if out[ref] == "" {
			out[ref] = id
		}
		return nil
	})
	return out, err
}
