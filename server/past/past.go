// Package past says how far back an organisation can be shown as it was. Showing it is no operation of its own:
// any that reads takes the instant (server/op/asof.go).
package past

import (
	"errors"
	"time"

	"assay/server/op"
	"assay/storage"
)

// Module is the past's part of the API.
var Module = op.Module{
	Name: "past", Present: true,
	Ops: []op.Op{
		op.Steps("get", "GET /past", op.Everyone, get, // executives too: they see the figures of then
			op.Doc("Whether the organisation can be shown as it was, how far back, and the days that people ask for")),
	},
}

// Past is what a person may choose from.
type Past struct {
	Kept  bool   `json:"kept" doc:"Whether this installation keeps the past"`
	First string `json:"first" doc:"The first moment that can be shown; empty when nothing is kept yet"`
	Every string `json:"every" doc:"From here on every change is kept; before it, the state at the end of each day, then of each month"`
	Today string `json:"today" doc:"The date in the organisation's zone: the day before is the last that can be named as a day"`
	Zone  string `json:"zone" doc:"IANA time zone in which days end"`
	Days  []Day  `json:"days" doc:"Days that people ask for, the latest first"`
}

// Day is one that people ask for. It means its end.
type Day struct {
	Kind string `json:"kind" enum:"month,quarter,period" doc:"The last day of last month, of last quarter, of a compliance period"`
	Name string `json:"name" doc:"What the period is called"`
	On   string `json:"on" format:"date"`
}

// mostPeriods is how many compliance periods are offered.
const mostPeriods = 8

func get(s *op.Scope, _ struct{}) (out Past, err error) {
	reach, err := s.PastReach()
	switch {
	case errors.Is(err, storage.ErrNoPast):
	case errors.Is(err, storage.ErrNotFound):
		out.Kept = true
	case err != nil:
		return out, err
	default:
		out.Kept = true
		out.First, out.Every = reach.First.UTC().Format(storage.Instant), reach.Every.UTC().Format(storage.Instant)
	}
	out.Days = []Day{}
	return out, s.Read(func(tx *storage.ReadTx) error {
		out.Today, out.Zone = tx.Today(), tx.Zone().String()
		if out.First == "" {
			return nil
		}
		first := reach.First.In(tx.Zone()).Format(storage.Date)
		periods, err := ended(tx)
		if err != nil {
			return err
		}
		for _, d := range append(lastDays(tx.Now().In(tx.Zone())), periods...) {
			if d.On >= first { // the end of the day on which it began is kept
				out.Days = append(out.Days, d)
			}
		}
		return nil
	})
}

// lastDays are the last days of last month and of last quarter: one day when they are the same.
func lastDays(now time.Time) []Day {
	y, m, _ := now.Date()
	month := time.Date(y, m, 0, 0, 0, 0, 0, time.UTC)
	quarter := time.Date(y, (m-1)/3*3+1, 0, 0, 0, 0, 0, time.UTC)
	days := []Day{{Kind: "month", On: month.Format(storage.Date)}}
	if !quarter.Equal(month) {
		return append(days, Day{Kind: "quarter", On: quarter.Format(storage.Date)})
	}
	days[0].Kind = "quarter"
	return days
}

// ended are the compliance periods that are over.
func ended(tx *storage.ReadTx) ([]Day, error) {
	rows, err := tx.Query("SELECT name, ends_on FROM period WHERE ends_on < ? ORDER BY ends_on DESC, starts_on, id LIMIT ?", tx.Today(), mostPeriods)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (d Day, err error) {
		d.Kind = "period"
		return d, r.Scan(&d.Name, &d.On)
	})
}
