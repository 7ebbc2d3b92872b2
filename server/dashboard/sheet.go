package dashboard

import (
	"assay/server/op"
	"assay/storage"
)

// percent is a figure in basis points as a sheet shows it: 54.32; nothing where it is not known.
func percent(bp *int) any {
	if bp == nil {
		return nil
	}
	return float64(*bp) / 100
}

// of is a count of requirements; groups that have none of their own show nothing, not 0.
func (g ReadinessGroup) of(n int) any {
	if g.part != "" || g.Key == none {
		return nil
	}
	return n
}

// name is how a group is called in a sheet.
func (g ReadinessGroup) name() string {
	switch {
	case g.Key == "":
		return "Whole program"
	case g.Key == none:
		return "None"
	}
	return g.Name
}

var groupSheet = []op.Col[ReadinessGroup]{
	{Header: "Name", Value: func(g ReadinessGroup) any { return g.name() }},
	{Header: "Requirements", Value: func(g ReadinessGroup) any { return g.of(g.Applicable) }},
	{Header: "Met", Value: func(g ReadinessGroup) any { return g.of(g.Met) }},
	{Header: "Attention", Value: func(g ReadinessGroup) any { return g.of(g.Attention) }},
	{Header: "In progress", Value: func(g ReadinessGroup) any { return g.of(g.InProgress) }},
	{Header: "Not started", Value: func(g ReadinessGroup) any { return g.of(g.NotStarted) }},
	{Header: "Not applicable", Value: func(g ReadinessGroup) any { return g.of(g.NotApplicable) }},
	{Header: "Met %", Value: func(g ReadinessGroup) any { return percent(g.Progress) }},
	{Header: "Controls", Value: func(g ReadinessGroup) any { return g.Controls }},
	{Header: "Effective", Value: func(g ReadinessGroup) any { return g.Effective }},
	{Header: "Effective %", Value: func(g ReadinessGroup) any { return percent(g.Share) }},
	{Header: "Need attention", Value: func(g ReadinessGroup) any { return g.Needing }},
	{Header: "With evidence requests", Value: func(g ReadinessGroup) any { return g.Covered }},
	{Header: "Coverage %", Value: func(g ReadinessGroup) any { return percent(g.Coverage) }},
	{Header: "Readiness %", Value: func(g ReadinessGroup) any { return percent(g.ControlFigures.Readiness) }},
}

// groupRows are the groups and, last, the whole.
func groupRows(tx *storage.ReadTx, in readinessIn) ([]ReadinessGroup, error) {
	f, err := readinessOf(tx, in)
	return append(f.Groups, f.Total), err
}

// weekRow is one group on one day.
type weekRow struct {
	day, name                  string
	progress, share, readiness *int
}

var weekSheet = []op.Col[weekRow]{
	{Header: "Day", Value: func(r weekRow) any { return r.day }},
	{Header: "Name", Value: func(r weekRow) any { return r.name }},
	{Header: "Met %", Value: func(r weekRow) any { return percent(r.progress) }},
	{Header: "Effective %", Value: func(r weekRow) any { return percent(r.share) }},
	{Header: "Readiness %", Value: func(r weekRow) any { return percent(r.readiness) }},
}

// weekRows are the days of each group and of the whole. A day on which nothing was known of a group is left out.
func weekRows(tx *storage.ReadTx, in readinessIn) ([]weekRow, error) {
	f, err := readinessOf(tx, in)
	if err != nil {
		return nil, err
	}
	var out []weekRow
	for i, day := range f.Days {
		for _, g := range append(f.Groups, f.Total) {
			r := weekRow{day, g.name(), g.Past.Progress[i], g.Past.Share[i], g.Past.Readiness[i]}
			if r.progress != nil || r.share != nil || r.readiness != nil {
				out = append(out, r)
			}
		}
	}
	return out, nil
}
