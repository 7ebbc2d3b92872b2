package asset

import (
	"cmp"
	"slices"

	"assay/server/op"
	"assay/server/record"
	"assay/storage"
)

// AssetGraph is what depends on what. An edge leads from what depends to what it depends on.
type AssetGraph struct {
	Nodes []AssetNode `json:"nodes" doc:"Assets and processes that an edge joins, the most needed first"`
	Edges []AssetEdge `json:"edges" doc:"Only between nodes that are given"`
	Alone int         `json:"alone" doc:"Assets of the filter that no edge joins; they are not drawn"`
	More  int         `json:"more" doc:"Assets that are left out, so that the picture can be read"`
}

// AssetNode is an asset or a process in the picture.
type AssetNode struct {
	Kind        record.Kind `json:"kind" enum:"asset,process"`
	ID          string      `json:"id"`
	Ref         string      `json:"ref"`
	Name        string      `json:"name"`
	Path        string      `json:"path" doc:"Its page, below that of the organisation"`
	Type        Kind        `json:"type" enum:",application,database,bucket,server,container,network,endpoints,saas,repository,secrets,data_set,facility,other" doc:"Of an asset"`
	Environment Environment `json:"environment" enum:",production,staging,development,corporate" doc:"Of an asset"`
	Gaps        int         `json:"gaps" doc:"How much is missing of a data store"`
	NeededBy    int         `json:"needed_by" doc:"How many of the nodes depend on it directly"`
}

// AssetEdge says that one record depends on another.
type AssetEdge struct {
	From record.Ref `json:"from"`
	To   record.Ref `json:"to"`
}

// A picture of more assets than these says nothing: the most needed stay.
const most = 150

func graph(tx *storage.ReadTx, f AssetFilter) (AssetGraph, error) {
	out := AssetGraph{Nodes: []AssetNode{}, Edges: []AssetEdge{}}
	nodes := map[record.Ref]*AssetNode{}
	if err := assets.Table.Each(tx, f, func(a Asset) error {
		n := AssetNode{Kind: record.Asset, ID: a.ID, Ref: a.Ref, Name: a.Name, Type: a.Kind, Environment: a.Environment, Gaps: len(a.Gaps)}
		nodes[record.Ref{Kind: record.Asset, ID: a.ID}] = &n
		return nil
	}); err != nil {
		return out, err
	}
	all := len(nodes)
	edges, err := depends(tx)
	if err != nil {
		return out, err
	}
	if err := processes(tx, nodes, edges); err != nil {
		return out, err
	}
	edges = between(edges, nodes)
	joined := map[record.Ref]bool{}
	for _, e := range edges {
		joined[e.From], joined[e.To] = true, true
		nodes[e.To].NeededBy++
	}
	for r := range nodes {
		if !joined[r] {
			delete(nodes, r)
			if r.Kind == record.Asset {
				out.Alone++
			}
		}
	}
	out.Nodes = shown(nodes)
	for _, n := range out.Nodes {
		if n.Kind == record.Asset {
			all--
		}
	}
	out.More = all - out.Alone
	out.Edges = between(edges, nodes)
	return out, paths(tx, out.Nodes)
}

// depends are the links between assets and processes that say depends_on.
func depends(tx *storage.ReadTx) ([]AssetEdge, error) {
	rows, err := tx.Query(`SELECT kind, record, other_kind, other FROM record_link
		WHERE type = 'depends_on' AND kind IN ('asset', 'process') AND other_kind IN ('asset', 'process') ORDER BY created_at, id`)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (e AssetEdge, err error) {
		return e, r.Scan(&e.From.Kind, &e.From.ID, &e.To.Kind, &e.To.ID)
	})
}

// processes adds the processes that depend on a node directly.
func processes(tx *storage.ReadTx, nodes map[record.Ref]*AssetNode, edges []AssetEdge) error {
	var need []record.Ref
	for _, e := range edges {
		if e.From.Kind == record.Process && e.To.Kind == record.Asset && nodes[e.To] != nil {
			need = append(need, e.From)
		}
	}
	found, err := record.Lines(tx, need)
	for r, l := range found {
		nodes[r] = &AssetNode{Kind: r.Kind, ID: r.ID, Ref: l.Ref, Name: l.Title}
	}
	return err
}

// between keeps the edges whose ends are both among the nodes.
func between(edges []AssetEdge, nodes map[record.Ref]*AssetNode) []AssetEdge {
	kept := []AssetEdge{}
	for _, e := range edges {
		if nodes[e.From] != nil && nodes[e.To] != nil {
			kept = append(kept, e)
		}
	}
	return kept
}

// shown are the nodes that are drawn, the most needed first; it takes the others out of nodes.
func shown(nodes map[record.Ref]*AssetNode) []AssetNode {
	all := []AssetNode{}
	for _, n := range nodes {
		all = append(all, *n)
	}
	slices.SortFunc(all, func(a, b AssetNode) int {
		return cmp.Or(cmp.Compare(b.NeededBy, a.NeededBy), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Ref, b.Ref))
	})
	for _, n := range all[min(most, len(all)):] {
		delete(nodes, record.Ref{Kind: n.Kind, ID: n.ID})
	}
	return all[:min(most, len(all))]
}

// paths fills in where each node's page is.
func paths(tx *storage.ReadTx, nodes []AssetNode) error {
	refs := make([]record.Ref, len(nodes))
	for i, n := range nodes {
		refs[i] = record.Ref{Kind: n.Kind, ID: n.ID}
	}
	found, err := record.Lines(tx, refs)
	for i, r := range refs {
		nodes[i].Path = found[r].Path
	}
	return err
}
