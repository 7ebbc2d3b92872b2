package auditlog

import (
	"cmp"
	"slices"

	"assay/server/op"
	"assay/storage"
)

// AuditFacets are the values that the log can be filtered by.
type AuditFacets struct {
	Actors  []AuditActorCount `json:"actors"`
	Actions []op.FacetValue   `json:"actions"`
}

// AuditActorCount is how many records one actor left.
type AuditActorCount struct {
	Kind  storage.ActorKind `json:"kind"`
	ID    string            `json:"id"`
	Name  string            `json:"name"`
	Count int               `json:"count"`
}

func facets(s *op.Scope, _ struct{}) (out AuditFacets, err error) {
	return out, both(s, func(tx, control *storage.ReadTx) error {
		actions, actors := map[string]int{}, map[string]*AuditActorCount{}
		own, err := tx.Query("SELECT action, count(*) FROM audit GROUP BY action")
		if err != nil {
			return err
		}
		if err := addActions(actions, own); err != nil {
			return err
		}
		others, err := control.Query("SELECT action, count(*) FROM audit WHERE tenant = ? GROUP BY action", s.Tenant())
		if err != nil {
			return err
		}
		if err := addActions(actions, others); err != nil {
			return err
		}
		// The kind of an actor stands in any of its records; all of them can be counted in the index.
		if own, err = tx.Query("SELECT g.actor, a.actor_kind, g.n FROM (SELECT actor, max(seq) AS seq, count(*) AS n FROM audit GROUP BY actor) g JOIN audit a ON a.seq = g.seq"); err != nil {
			return err
		}
		if err := addActors(actors, own); err != nil {
			return err
		}
		if others, err = control.Query("SELECT actor, max(actor_kind), count(*) FROM audit WHERE tenant = ? GROUP BY actor", s.Tenant()); err != nil {
			return err
		}
		if err := addActors(actors, others); err != nil {
			return err
		}
		n := newNames(s.Tenant())
		for _, a := range actors {
			n.wantActor(storage.Actor{Kind: a.Kind, ID: a.ID})
		}
		if err := n.load(tx, control); err != nil {
			return err
		}
		out = AuditFacets{Actors: []AuditActorCount{}, Actions: []op.FacetValue{}}
		for _, a := range actors {
			a.Name = n.actor(storage.Actor{Kind: a.Kind, ID: a.ID})
			out.Actors = append(out.Actors, *a)
		}
		slices.SortFunc(out.Actors, func(a, b AuditActorCount) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
		for v, c := range actions {
			out.Actions = append(out.Actions, op.FacetValue{Value: v, Count: c})
		}
		slices.SortFunc(out.Actions, func(a, b op.FacetValue) int { return cmp.Compare(a.Value, b.Value) })
		return nil
	})
}

func addActions(to map[string]int, rows rows) error {
	found, err := op.Scan(rows, func(r op.Row) (v op.FacetValue, err error) { return v, r.Scan(&v.Value, &v.Count) })
	for _, v := range found {
		to[v.Value] += v.Count
	}
	return err
}

func addActors(to map[string]*AuditActorCount, rows rows) error {
	found, err := op.Scan(rows, func(r op.Row) (a AuditActorCount, err error) { return a, r.Scan(&a.ID, &a.Kind, &a.Count) })
	for _, a := range found {
		if a.Kind == storage.Token {
			a.Kind = storage.Person // the same person, by a program
		}
		if was := to[a.ID]; was != nil {
			was.Count += a.Count
			continue
		}
		to[a.ID] = &a
	}
	return err
}
