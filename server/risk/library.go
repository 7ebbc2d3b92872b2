package risk

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"assay/server/link"
	"assay/server/op"
	"assay/server/record"
	"assay/storage"
)

// RiskLibrary are risks that many companies have.
type RiskLibrary struct {
	Items []RiskIdea `json:"items"`
}

// RiskIdea is a risk of the library. Its scores are a beginning, before controls.
type RiskIdea struct {
	Key       string    `json:"key"`
	Title     string    `json:"title"`
	Category  string    `json:"category"`
	Inherent  Point     `json:"inherent"`
	Score     int       `json:"score"`
	Level     Level     `json:"level" enum:"critical,high,medium,low"`
	Treatment Treatment `json:"treatment" enum:"mitigate,accept,transfer,avoid"`
	Plan      string    `json:"plan" doc:"How it is usually treated"`
	Controls  []string  `json:"controls" doc:"The common controls that mitigate it, by their references"`
	Picked    string    `json:"picked" doc:"Id of the risk that was made of it, or empty"`
}

//go:embed library.json
var libraryFile []byte

// ideas reads the library once.
var ideas = sync.OnceValues(func() ([]RiskIdea, error) {
	var file struct {
		Risks []struct {
			ID         string    `json:"id"`
			Threat     string    `json:"threat"`
			Category   string    `json:"category"`
			Likelihood int       `json:"likelihood"`
			Impact     int       `json:"impact"`
			Treatment  string    `json:"treatment"`
			Type       Treatment `json:"treatment_type"`
			Controls   []string  `json:"linked_controls"`
		} `json:"risks"`
	}
	if err := json.Unmarshal(libraryFile, &file); err != nil {
		return nil, fmt.Errorf("read the library of risks: %w", err)
	}
	var all []RiskIdea
	for _, r := range file.Risks {
		all = append(all, RiskIdea{Key: r.ID, Title: r.Threat, Category: r.Category, Inherent: Point{r.Likelihood, r.Impact}, Score: Score(r.Likelihood, r.Impact),
			Treatment: r.Type, Plan: r.Treatment, Controls: r.Controls})
	}
	return all, nil
})

func library(tx *storage.ReadTx, _ struct{}) (out RiskLibrary, err error) {
	all, err := ideas()
	if err != nil {
		return out, err
	}
	scale, err := scaleOf(tx, struct{}{})
	if err != nil {
		return out, err
	}
	picked, err := pickedAs(tx)
	if err != nil {
		return out, err
	}
	out.Items = slices.Clone(all)
	for i := range out.Items {
		out.Items[i].Level, out.Items[i].Picked = scale.Level(out.Items[i].Score), picked[out.Items[i].Key]
	}
	return out, nil
}

// pickedAs are the risks that were made of the library, by its keys.
func pickedAs(tx *storage.ReadTx) (map[string]string, error) {
	rows, err := tx.Query("SELECT source_key, min(id) FROM risk WHERE source_key <> '' GROUP BY source_key")
	if err != nil {
		return nil, err
	}
	return op.Map[string, string](rows)
}

type pickIn struct {
	Body struct {
		Keys []string `json:"keys" minItems:"1" maxItems:"100" doc:"Keys of the library"`
	}
}

// RiskPicked says what came of the library.
type RiskPicked struct {
	IDs     []string `json:"ids" doc:"The new risks"`
	Skipped int      `json:"skipped" doc:"How many were here already"`
}

// pick adds risks of the library with what usually mitigates them, as far as those controls are here.
func pick(tx *storage.WriteTx, in pickIn) (RiskPicked, error) {
	out := RiskPicked{IDs: []string{}}
	all, err := ideas()
	if err != nil {
		return out, err
	}
	picked, err := pickedAs(&tx.ReadTx)
	if err != nil {
		return out, err
	}
	rows, err := tx.Query("SELECT source_key, id FROM control WHERE source_key <> ''")
	if err != nil {
		return out, err
	}
	controls, err := op.Map[string, string](rows)
	if err != nil {
		return out, err
	}
	for i, key := range in.Body.Keys {
		n := slices.IndexFunc(all, func(r RiskIdea) bool { return r.Key == key })
		if n < 0 {
			var c op.Check
			c.That(false, fmt.Sprintf("keys[%d]", i), "The library has no such risk.")
			return out, c.Err()
		}
		if picked[key] != "" {
			out.Skipped++
			continue
		}
		idea := all[n]
		id, err := risks.Create(tx, RiskSaid{Title: idea.Title, Category: idea.Category, Inherent: idea.Inherent, Treatment: idea.Treatment, Plan: idea.Plan})
		if err != nil {
			return out, err
		}
		if err := tx.ExecOne("UPDATE risk SET source_key = ? WHERE id = ?", key, id); err != nil {
			return out, err
		}
		for _, ref := range idea.Controls {
			if controls[ref] == "" {
				continue
			}
			if err := link.Draw(tx, link.Mitigates, record.Ref{Kind: record.Control, ID: controls[ref]}, record.Ref{Kind: record.Risk, ID: id}); err != nil {
				return out, err
			}
		}
		picked[key] = id
		out.IDs = append(out.IDs, id)
	}
	return out, nil
}
