package risk

import (
	"fmt"
	"strconv"
	"time"

	"assay/server/control"
	"assay/server/op"
	"assay/storage"
)

// RiskFigures are the risks in figures. They name no risk and no person.
type RiskFigures struct {
	Total    int            `json:"total" doc:"Risks that are not closed"`
	Levels   map[Level]int  `json:"levels" doc:"Of these, how many there are of each level"`
	Statuses map[Status]int `json:"statuses" doc:"All risks by status"`
	Overdue  int            `json:"overdue"`
	Maps     RiskMaps       `json:"maps" doc:"Where the risks that are not closed stand"`
	Weeks    []RiskWeek     `json:"weeks" doc:"The last thirteen weeks and today, the oldest first"`
	Scale    RiskScale      `json:"scale"`
	Defined  string         `json:"defined" doc:"What the level of a risk is, to show beside it"`
}

// RiskMaps are the three maps of likelihood and impact.
type RiskMaps struct {
	Inherent []RiskCell `json:"inherent"`
	Residual []RiskCell `json:"residual"`
	Target   []RiskCell `json:"target"`
}

// RiskCell is a cell of a map that holds risks.
type RiskCell struct {
	Point
	Level Level `json:"level" enum:"critical,high,medium,low"`
	Count int   `json:"count"`
}

// RiskWeek is how many risks there were of each level at the end of a day, as they were scored then.
type RiskWeek struct {
	Day      string `json:"day"`
	Critical int    `json:"critical"`
	High     int    `json:"high"`
	Medium   int    `json:"medium"`
	Low      int    `json:"low"`
}

const weeks = 13

func figures(tx *storage.ReadTx, _ struct{}) (f RiskFigures, err error) {
	if f.Scale, err = scaleOf(tx, struct{}{}); err != nil {
		return f, err
	}
	f.Levels, f.Statuses = map[Level]int{Critical: 0, High: 0, Medium: 0, Low: 0, Unscored: 0}, map[Status]int{}
	for _, s := range []Status{Open, InProgress, OffTrack, Mitigated, Accepted, Closed} {
		f.Statuses[s] = 0
	}
	f.Defined = fmt.Sprintf("Likelihood times impact, 1 to 25, of the residual score where there is one, else of the inherent one. Critical from %d, high from %d, medium from %d on.",
		f.Scale.Critical, f.Scale.High, f.Scale.Medium)
	maps := map[string]map[Point]int{"inherent": {}, "residual": {}, "target": {}}
	err = op.Tally(tx, op.Columns(statusSQL, levelSQL, overdueSQL, "r.inherent_likelihood", "r.inherent_impact", "r.residual_likelihood", "r.residual_impact",
		"r.target_likelihood", "r.target_impact"), from, control.Days(tx), func(values []string, n int) error {
		r := Risk{Level: Level(values[1]), Overdue: values[2] == "true"}
		r.Status = Status(values[0])
		for i, to := range []*int{&r.Inherent.Likelihood, &r.Inherent.Impact, &r.Residual.Likelihood, &r.Residual.Impact, &r.Target.Likelihood, &r.Target.Impact} {
			var err error
			if *to, err = strconv.Atoi(values[3+i]); err != nil {
				return err
			}
		}
		f.Statuses[r.Status] += n
		if r.Status == Closed {
			return nil
		}
		f.Total += n
		f.Levels[r.Level] += n
		if r.Overdue {
			f.Overdue += n
		}
		maps["inherent"][r.Inherent] += n
		maps["residual"][r.Residual] += n
		maps["target"][r.Target] += n
		return nil
	})
	if err != nil {
		return f, err
	}
	f.Maps = RiskMaps{f.Scale.cells(maps["inherent"]), f.Scale.cells(maps["residual"]), f.Scale.cells(maps["target"])}
	f.Weeks, err = f.Scale.moved(tx)
	return f, err
}

// cells are the counts of a map, cell by cell.
func (s RiskScale) cells(counts map[Point]int) []RiskCell {
	out := []RiskCell{}
	for l := 1; l <= 5; l++ {
		for i := 1; i <= 5; i++ {
			p := Point{l, i}
			if n := counts[p]; n > 0 {
				out = append(out, RiskCell{p, s.Level(p.Score()), n})
			}
		}
	}
	return out
}

// moved counts, week by week, the levels as risks were scored then: by the last change up to each day.
func (s RiskScale) moved(tx *storage.ReadTx) ([]RiskWeek, error) {
	today, err := time.Parse(storage.Date, tx.Today())
	if err != nil {
		return nil, fmt.Errorf("today: %w", err)
	}
	out := make([]RiskWeek, weeks+1)
	for i := range out {
		out[i].Day = today.AddDate(0, 0, -7*(weeks-i)).Format(storage.Date)
	}
	rows, err := tx.Query(`SELECT x.risk, x.day, coalesce(nullif(x.residual_likelihood * x.residual_impact, 0), x.inherent_likelihood * x.inherent_impact)
		FROM risk_score x ORDER BY x.risk, x.at, x.id`)
	if err != nil {
		return nil, err
	}
	type step struct {
		risk, day string
		score     int
	}
	steps, err := op.Scan(rows, func(r op.Row) (x step, err error) { return x, r.Scan(&x.risk, &x.day, &x.score) })
	if err != nil {
		return nil, err
	}
	for n, x := range steps {
		until := "9999" // this score stood until the day of the risk's next one
		if n+1 < len(steps) && steps[n+1].risk == x.risk {
			until = steps[n+1].day
		}
		for i := range out {
			if x.day <= out[i].Day && out[i].Day < until {
				out[i].add(s.Level(x.score))
			}
		}
	}
	return out, nil
}

func (w *RiskWeek) add(l Level) {
	switch l {
	case Critical:
		w.Critical++
	case High:
		w.High++
	case Medium:
		w.Medium++
	case Low:
		w.Low++
	}
}

// scores are the changes of a risk's score, the oldest first.
func scores(tx *storage.ReadTx, id string) ([]RiskScore, error) {
	rows, err := tx.Query(`SELECT x.at, coalesce(p.name, ''), x.inherent_likelihood, x.inherent_impact, x.residual_likelihood, x.residual_impact, x.target_likelihood, x.target_impact
		FROM risk_score x LEFT JOIN person p ON p.id = x.changed_by WHERE x.risk = ? ORDER BY x.at, x.id`, id)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (s RiskScore, err error) {
		return s, r.Scan(&s.At, &s.By, &s.Inherent.Likelihood, &s.Inherent.Impact, &s.Residual.Likelihood, &s.Residual.Impact, &s.Target.Likelihood, &s.Target.Impact)
	})
}
