package bia

import (
	"assay/server/asset"
	"assay/server/op"
	"assay/server/record"
	"assay/storage"
)

// ProcessFigures are the processes in figures. They name no process and no person.
type ProcessFigures struct {
	Total      int                    `json:"total"`
	Tiers      map[Tier]int           `json:"tiers"`
	Nobodys    int                    `json:"nobodys" doc:"Processes without an owner"`
	Overdue    int                    `json:"overdue" doc:"Processes whose review is late"`
	Unreviewed int                    `json:"unreviewed" doc:"Processes that were never reviewed"`
	Late       int                    `json:"late" doc:"Processes that depend on what comes back later than they must"`
	RTO        map[asset.Recovery]int `json:"rto" doc:"Processes by recovery time, under an empty key those of which nobody has said"`
	RPO        map[asset.Recovery]int `json:"rpo" doc:"Processes by recovery point, under an empty key those of which nobody has said"`
	Scores     []ProcessBand          `json:"scores" doc:"Processes with a score, in bands of ten points"`
	Defined    string                 `json:"defined" doc:"How the score is made, to show beside it"`
}

// ProcessBand is how many processes have a score in a band.
type ProcessBand struct {
	From  int `json:"from"`
	To    int `json:"to"`
	Count int `json:"count"`
}

func figures(tx *storage.ReadTx, _ struct{}) (ProcessFigures, error) {
	f := ProcessFigures{Tiers: map[Tier]int{}, RTO: map[asset.Recovery]int{}, RPO: map[asset.Recovery]int{}, Defined: defined}
	for _, t := range Tiers {
		f.Tiers[t] = 0
	}
	for from := 1; from <= 100; from += 10 {
		f.Scores = append(f.Scores, ProcessBand{From: from, To: from + 9})
	}
	err := processes.Table.Each(tx, ProcessFilter{}, func(p Process) error {
		f.Total++
		f.Tiers[p.Tier]++
		f.RTO[p.RTO]++
		f.RPO[p.RPO]++
		for _, n := range []struct {
			is    bool
			count *int
		}{{p.Owner == "", &f.Nobodys}, {p.Overdue, &f.Overdue}, {p.ReviewedOn == "", &f.Unreviewed}, {p.Late > 0, &f.Late}} {
			if n.is {
				*n.count++
			}
		}
		if p.Score > 0 {
			f.Scores[(p.Score-1)/10].Count++
		}
		return nil
	})
	return f, err
}

// ProcessSpread is who owns processes, and what most of them depend on.
type ProcessSpread struct {
	Owners []ProcessOwner  `json:"owners" doc:"Those with most processes first"`
	Needed []ProcessNeeded `json:"needed" doc:"What most processes depend on directly, at most ten"`
}

// ProcessOwner is how many processes belong to somebody.
type ProcessOwner struct {
	ID    string `json:"id" doc:"Empty for nobody"`
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// ProcessNeeded is how many processes depend on a record.
type ProcessNeeded struct {
	record.Line
	Count int `json:"count"`
}

func spread(tx *storage.ReadTx, _ struct{}) (ProcessSpread, error) {
	out := ProcessSpread{Needed: []ProcessNeeded{}}
	rows, err := tx.Query(`SELECT r.owner, coalesce(p.name, ''), count(*) FROM process r LEFT JOIN person p ON p.id = r.owner GROUP BY r.owner ORDER BY 3 DESC, 2`)
	if err != nil {
		return out, err
	}
	if out.Owners, err = op.Scan(rows, func(r op.Row) (o ProcessOwner, err error) { return o, r.Scan(&o.ID, &o.Name, &o.Count) }); err != nil {
		return out, err
	}
	rows, err = tx.Query(`SELECT l.other_kind, l.other, count(*) FROM record_link l JOIN process r ON r.id = l.record
		JOIN ` + asset.Recovers + ` b ON b.kind = l.other_kind AND b.id = l.other
		WHERE l.type = 'depends_on' AND l.kind = 'process' GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 10`)
	if err != nil {
		return out, err
	}
	all, err := op.Scan(rows, func(r op.Row) (n ProcessNeeded, err error) { return n, r.Scan(&n.Kind, &n.ID, &n.Count) })
	if err != nil {
		return out, err
	}
	var refs []record.Ref
	for _, n := range all {
		refs = append(refs, record.Ref{Kind: n.Kind, ID: n.ID})
	}
	found, err := record.Lines(tx, refs)
	for i, n := range all {
		out.Needed = append(out.Needed, ProcessNeeded{found[refs[i]], n.Count})
	}
	return out, err
}
