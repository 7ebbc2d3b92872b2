package link

import (
	"assay/server/op"
	"assay/server/record"
	"assay/storage"
)

// ReachedRecord is a record at the other end of a chain of dependencies.
type ReachedRecord struct {
	record.Line
	Distance int    `json:"distance" doc:"How many steps away: 1 for what is linked directly"`
	Through  string `json:"through" doc:"The name of the record before it on the shortest way, empty for what is linked directly"`
}

// Reach is what a record needs, or what needs it, over any number of steps, the nearest first.
type Reach struct {
	Items []ReachedRecord `json:"items"`
	More  bool            `json:"more" doc:"There are more than were followed"`
}

// Direction is which way chains of dependencies are followed.
type Direction string

// The directions.
const (
	Needs    Direction = "needs"     // what a record depends on
	NeededBy Direction = "needed_by" // what depends on a record: it falls when the record falls
)

// farthest is how many records are followed.
const farthest = 500

// next are the records one step further. ?1 is a JSON array of [kind, id].
const next = `WITH me (kind, id) AS MATERIALIZED (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?1)) `

var steps = map[Direction]string{
	Needs: next + `SELECT me.kind, me.id, l.other_kind, l.other FROM me JOIN record_link l ON l.kind = me.kind AND l.record = me.id
		WHERE l.type = 'depends_on' ORDER BY l.created_at, l.id`,
	NeededBy: next + `SELECT me.kind, me.id, l.kind, l.record FROM me JOIN record_link l ON l.other_kind = me.kind AND l.other = me.id
		WHERE l.type = 'depends_on' ORDER BY l.created_at, l.id`,
}

// Follow follows the links that say depends_on from a record, ring by ring, so that a circle ends where it began. A
// record that was deleted holds nothing together.
func Follow(tx *storage.ReadTx, from record.Ref, d Direction) (Reach, error) {
	out := Reach{Items: []ReachedRecord{}}
	seen := map[record.Ref]bool{from: true}
	names := map[record.Ref]string{}
	for ring, distance := []record.Ref{from}, 1; len(ring) > 0; distance++ {
		list, err := pairs(ring)
		if err != nil {
			return out, err
		}
		rows, err := tx.Query(steps[d], list)
		if err != nil {
			return out, err
		}
		before := map[record.Ref]record.Ref{}
		ring = nil
		err = op.Each(rows, func(r op.Row) error {
			var near, far record.Ref
			err := r.Scan(&near.Kind, &near.ID, &far.Kind, &far.ID)
			if !seen[far] {
				seen[far], before[far] = true, near
				ring = append(ring, far)
			}
			return err
		})
		if err != nil {
			return out, err
		}
		found, err := record.Lines(tx, ring)
		if err != nil {
			return out, err
		}
		there := ring[:0]
		for _, r := range ring {
			l, ok := found[r]
			if !ok {
				continue
			}
			if len(out.Items) == farthest {
				out.More = true
				return out, nil
			}
			there, names[r] = append(there, r), l.Name()
			out.Items = append(out.Items, ReachedRecord{Line: l, Distance: distance, Through: names[before[r]]})
		}
		ring = there
	}
	return out, nil
}

type reachIn struct {
	Kind      record.Kind `path:"kind" maxLength:"40"`
	ID        string      `path:"id" maxLength:"26"`
	Direction Direction   `query:"direction" enum:"needs,needed_by" doc:"What it needs, or what needs it; the latter unless given"`
}

func reach(tx *storage.ReadTx, in reachIn) (Reach, error) {
	from := record.Ref{Kind: in.Kind, ID: in.ID}
	if _, err := record.Find(tx, from); err != nil {
		return Reach{}, err
	}
	if in.Direction == "" {
		in.Direction = NeededBy
	}
	return Follow(tx, from, in.Direction)
}
