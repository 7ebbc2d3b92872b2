package link

import (
	"encoding/json"
	"fmt"
	"slices"

	"assay/server/op"
	"assay/server/record"
	"assay/storage"
)

// GraphNode is a record in a graph.
type GraphNode struct {
	record.Line
	Distance int `json:"distance" doc:"0 for the record in the middle, 1 for its neighbours, 2 for theirs"`
}

// GraphEdge joins two records of a graph.
type GraphEdge struct {
	From   record.Ref `json:"from"`
	To     record.Ref `json:"to"`
	Type   Type       `json:"type" enum:"relates,depends_on,duplicates,mitigates,implements,evidences,governs,affects,causes"`
	Source string     `json:"source" enum:"link,mapping,evidence,task" doc:"A link that somebody drew, or what the program knows anyway"`
	Note   string     `json:"note"`
}

// Graph is a record with its neighbours.
type Graph struct {
	Nodes []GraphNode `json:"nodes" doc:"The record in the middle first"`
	Edges []GraphEdge `json:"edges" doc:"Only between nodes that are given"`
	More  int         `json:"more" doc:"Neighbours that are left out, so that the picture can be read"`
}

type graphIn struct {
	Kind  record.Kind `path:"kind" maxLength:"40"`
	ID    string      `path:"id" maxLength:"26"`
	Depth int         `query:"depth" minimum:"1" maximum:"2" doc:"How far to look; 1 unless given"`
}

// A picture of more than so many records says nothing. At one step come at most near, so that a second step
// still has room.
const (
	widest = 60
	near   = 40
)

// edges is every way in which records are joined. ?1 is a JSON array of [kind, id]; what a person drew comes
// first, so that it is never what is left out.
const edges = `WITH me (kind, id) AS MATERIALIZED (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?1))
	SELECT l.kind, l.record, l.other_kind, l.other, l.type, 'link', l.note, 1 FROM me JOIN record_link l ON l.kind = me.kind AND l.record = me.id
	UNION SELECT l.kind, l.record, l.other_kind, l.other, l.type, 'link', l.note, 1 FROM me JOIN record_link l ON l.other_kind = me.kind AND l.other = me.id
	UNION SELECT 'evidence', x.evidence, 'control', x.control, 'evidences', 'evidence', '', 2 FROM me JOIN evidence_control x ON me.kind = 'control' AND x.control = me.id
	UNION SELECT 'evidence', x.evidence, 'control', x.control, 'evidences', 'evidence', '', 2 FROM me JOIN evidence_control x ON me.kind = 'evidence' AND x.evidence = me.id
	UNION SELECT 'control', m.control, 'requirement', m.requirement, 'implements', 'mapping', '', 3 FROM me JOIN mapping m ON me.kind = 'control' AND m.control = me.id
		JOIN requirement q ON q.id = m.requirement JOIN framework f ON f.id = q.framework AND f.archived = 0
	UNION SELECT 'control', m.control, 'requirement', m.requirement, 'implements', 'mapping', '', 3 FROM me JOIN mapping m ON me.kind = 'requirement' AND m.requirement = me.id
	UNION SELECT 'task', t.id, t.kind, t.record, 'relates', 'task', '', 4 FROM me JOIN task t ON t.kind = me.kind AND t.record = me.id WHERE t.record <> ''
	UNION SELECT 'task', t.id, t.kind, t.record, 'relates', 'task', '', 4 FROM me JOIN task t ON me.kind = 'task' AND t.id = me.id WHERE t.record <> ''
	ORDER BY 8, 1, 2, 3, 4, 5 LIMIT 5000`

// pairs are records as a query takes them: a JSON array of [kind, id].
func pairs(refs []record.Ref) (string, error) {
	all := make([][2]string, len(refs))
	for i, r := range refs {
		all[i] = [2]string{string(r.Kind), r.ID}
	}
	b, err := json.Marshal(all)
	return string(b), err
}

func edgesOf(tx *storage.ReadTx, refs []record.Ref) ([]GraphEdge, error) {
	list, err := pairs(refs)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(edges, list)
	if err != nil {
		return nil, fmt.Errorf("neighbours: %w", err)
	}
	return op.Scan(rows, func(r op.Row) (e GraphEdge, err error) {
		var rank int
		return e, r.Scan(&e.From.Kind, &e.From.ID, &e.To.Kind, &e.To.ID, &e.Type, &e.Source, &e.Note, &rank)
	})
}

func graph(tx *storage.ReadTx, in graphIn) (Graph, error) {
	middle := record.Ref{Kind: in.Kind, ID: in.ID}
	out := Graph{Nodes: []GraphNode{}, Edges: []GraphEdge{}}
	line, err := record.Find(tx, middle)
	if err != nil {
		return out, err
	}
	out.Nodes = append(out.Nodes, GraphNode{Line: line})
	shown := map[record.Ref]bool{middle: true}
	all := []GraphEdge{}
	ring := []record.Ref{middle}
	for step := 1; step <= max(in.Depth, 1); step++ {
		joined, err := edgesOf(tx, ring)
		if err != nil {
			return out, err
		}
		all = append(all, joined...)
		var fresh []record.Ref
		seen := map[record.Ref]bool{}
		for _, e := range joined {
			for _, r := range []record.Ref{e.From, e.To} {
				if !shown[r] && !seen[r] {
					seen[r] = true
					fresh = append(fresh, r)
				}
			}
		}
		found, err := record.Lines(tx, fresh)
		if err != nil {
			return out, err
		}
		fresh = slices.DeleteFunc(fresh, func(r record.Ref) bool { _, there := found[r]; return !there })
		room := near
		if step > 1 {
			room = widest - len(out.Nodes) + 1
		}
		if len(fresh) > room {
			out.More += len(fresh) - room
			fresh = fresh[:room]
		}
		for _, r := range fresh {
			shown[r] = true
			out.Nodes = append(out.Nodes, GraphNode{Line: found[r], Distance: step})
		}
		ring = fresh
	}
	drawn := map[GraphEdge]bool{}
	for _, e := range all {
		if shown[e.From] && shown[e.To] && !drawn[e] {
			drawn[e] = true
			out.Edges = append(out.Edges, e)
		}
	}
	return out, nil
}
