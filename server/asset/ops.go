package asset

import (
	"assay/server/op"
	"assay/server/register"
	"assay/storage"
)

// Module is the assets' part of the API.
var Module = op.Module{
	Name: "asset",
	Owns: []string{"asset"},
	Also: append([]string{"notification"}, register.Also...),
	Ops: append(register.Ops(assets, get),
		// Executives get the figures and nothing that names an asset.
		op.Read("figures", "GET /assets/figures", op.Everyone, figures, op.AsOf(), op.Doc("Assets in figures: by kind, environment and classification, and what is missing of data stores")),
		op.Read("graph", "GET /assets/graph", op.Readers, graph, op.Doc("What depends on what, among the assets that a filter finds and the processes that need them")),
	),
}

// AssetDetail is one asset with all that belongs to it.
type AssetDetail struct {
	Asset
	Defined AssetDefined `json:"defined" doc:"How what is computed is made, to show beside it"`
}

// AssetDefined says in sentences what is computed.
type AssetDefined struct {
	Store string `json:"store"`
	Gaps  string `json:"gaps"`
}

var defined = AssetDefined{
	Store: "An asset is a data store where somebody says so. Databases, buckets and data sets are until somebody says no.",
	Gaps:  "Of every data store that is not retired these must be known: its classification, whether it is encrypted at rest and in transit, a backup, and an owner. What nobody has said is a gap; so is a backup that never happens.",
}

func get(tx *storage.ReadTx, in op.ByID) (AssetDetail, error) {
	r, err := assets.Get(tx, in.ID)
	return AssetDetail{r, defined}, err
}

// AssetFigures are the assets in figures. They name no asset and no person. All are of assets that are not retired.
type AssetFigures struct {
	Total        int                 `json:"total"`
	Kinds        map[Kind]int        `json:"kinds"`
	Environments map[Environment]int `json:"environments" doc:"Under an empty key those of which nobody has said"`
	Stores       int                 `json:"stores" doc:"Data stores"`
	Classes      map[Class]int       `json:"classes" doc:"Data stores by classification, under an empty key those of which nobody has said"`
	Gaps         map[Gap]int         `json:"gaps" doc:"Data stores that have each gap"`
	Gapped       int                 `json:"gapped" doc:"Data stores that have any gap"`
	Nobodys      int                 `json:"nobodys" doc:"Assets without an owner"`
	Overdue      int                 `json:"overdue" doc:"Assets whose review is late"`
	Defined      AssetDefined        `json:"defined"`
}

func figures(tx *storage.ReadTx, _ struct{}) (AssetFigures, error) {
	f := AssetFigures{Kinds: map[Kind]int{}, Environments: map[Environment]int{}, Classes: map[Class]int{}, Gaps: map[Gap]int{}, Defined: defined}
	for _, g := range Gaps {
		f.Gaps[g] = 0
	}
	err := assets.Table.Each(tx, AssetFilter{}, func(a Asset) error {
		if a.Status == Retired {
			return nil
		}
		f.Total++
		f.Kinds[a.Kind]++
		f.Environments[a.Environment]++
		if a.Owner == "" {
			f.Nobodys++
		}
		if a.Overdue {
			f.Overdue++
		}
		if !a.Store {
			return nil
		}
		f.Stores++
		f.Classes[a.Classification]++
		if len(a.Gaps) > 0 {
			f.Gapped++
		}
		for _, g := range a.Gaps {
			f.Gaps[g]++
		}
		return nil
	})
	return f, err
}
