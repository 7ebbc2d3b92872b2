package risk

import (
	"math"

	"assay/server/money"
	"assay/server/op"
	"assay/server/risk/loss"
)

// LossOften is how often something happens, as a person says it: so many times a year, or once in so many years. Low is
// the rarest and high the most frequent, in both ways of saying it.
type LossOften struct {
	Unit   string `json:"unit" enum:"a_year,once_in" doc:"Times a year, or once in so many years"`
	Low    int64  `json:"low" minimum:"1" maximum:"100000000" doc:"In ten-thousandths: 25000 is 2.5. Nine times of ten it is between low and high"`
	Likely int64  `json:"likely" minimum:"1" maximum:"100000000" doc:"As often more as less"`
	High   int64  `json:"high" minimum:"1" maximum:"100000000"`
}

// LossCost is what one occurrence costs, in minor units.
type LossCost struct {
	Low    int64 `json:"low" minimum:"1" maximum:"10000000000000" doc:"In minor units. Nine times of ten it is between low and high"`
	Likely int64 `json:"likely" minimum:"1" maximum:"10000000000000" doc:"As often more as less"`
	High   int64 `json:"high" minimum:"1" maximum:"10000000000000"`
}

// LossSaid is what a person says of a risk in one state, before controls or today.
type LossSaid struct {
	Often LossOften `json:"often"`
	Cost  LossCost  `json:"cost"`
}

// What may be said. A high far beyond the likely would make a figure of the tail alone.
const (
	mostOften  = 100.0    // times a year
	leastOften = 0.000099 // once in ten thousand years, and a little for the division
	widest     = 100.0    // high over likely
	mostCost   = 10_000_000_000_000
)

// aYear is a number of the unit as times a year.
func (o LossOften) aYear(n int64) float64 {
	if o.Unit == "once_in" {
		return 10_000 / float64(n)
	}
	return float64(n) / 10_000
}

// scenario is what was said, to reckon with.
func (s LossSaid) scenario() loss.Scenario {
	o, c := s.Often, s.Cost
	return loss.Scenario{
		Often: loss.Range{Low: o.aYear(o.Low), Likely: o.aYear(o.Likely), High: o.aYear(o.High)},
		Cost:  loss.Range{Low: float64(c.Low), Likely: float64(c.Likely), High: float64(c.High)},
	}
}

// check notes what is wrong with what is said of a state, under the names of its fields.
func (s LossSaid) check(c *op.Check, state, currency string) {
	o, at := s.Often, state+".often."
	for _, n := range []struct {
		name  string
		value int64
	}{{"low", o.Low}, {"likely", o.Likely}, {"high", o.High}} {
		switch {
		case n.value <= 0:
			c.That(false, at+n.name, "Give a number above 0. What never happens is no risk.")
		case o.aYear(n.value) > mostOften:
			c.That(false, at+n.name, "Give at most 100 times a year: put together what happens more often.")
		default:
			c.That(o.aYear(n.value) >= leastOften, at+n.name, "Give at least once in 10,000 years.")
		}
	}
	if o.Low > 0 && o.Likely > 0 && o.High > 0 {
		low, likely, high := o.aYear(o.Low), o.aYear(o.Likely), o.aYear(o.High)
		c.That(low <= likely, at+"low", "The low is the rarest: it cannot be more often than the likely.")
		c.That(likely <= high, at+"high", "The high is the most often: it cannot be rarer than the likely.")
		c.That(high <= likely*widest*(1+1e-9), at+"high", "Give a high of at most 100 times the likely: a wider range says nothing.")
	}
	m, at := s.Cost, state+".cost."
	for _, n := range []struct {
		name  string
		value int64
	}{{"low", m.Low}, {"likely", m.Likely}, {"high", m.High}} {
		c.That(n.value > 0, at+n.name, "Give an amount above 0. What costs nothing is no loss.")
		c.That(n.value <= mostCost, at+n.name, "Give at most "+money.Text(mostCost, currency)+".")
	}
	if m.Low > 0 && m.Likely > 0 && m.High > 0 && m.Likely <= mostCost {
		c.That(m.Low <= m.Likely, at+"low", "The low cannot be above the likely.")
		c.That(m.Likely <= m.High, at+"high", "The high cannot be below the likely.")
		c.That(m.High <= m.Likely*widest, at+"high", "Give a high of at most 100 times the likely: a wider range says nothing.")
	}
}

// amount is a figure in whole minor units, as far as every reader of JSON holds them.
func amount(x float64) int64 { return int64(math.Round(min(x, 1<<53-1))) }

// LossFigures are what is known of the losses of a year.
type LossFigures struct {
	Expected int64 `json:"expected" doc:"The mean loss of a year, in minor units: mean times a year by mean cost"`
	Median   int64 `json:"median" doc:"Half of the years cost at most this"`
	P90      int64 `json:"p90" doc:"Nine of ten years cost at most this"`
	P95      int64 `json:"p95"`
	P99      int64 `json:"p99"`
	Any      int   `json:"any" doc:"The chance of a loss in a year, in basis points"`
	Above    *int  `json:"above,omitempty" doc:"The chance of more than the appetite in a year, in basis points; absent while there is none"`
}

// lossFigures are the figures of simulated years.
func lossFigures(expected float64, d loss.Distribution, appetite int64) *LossFigures {
	f := &LossFigures{Expected: amount(expected), Median: amount(d.Percentile(50)), P90: amount(d.Percentile(90)), P95: amount(d.Percentile(95)),
		P99: amount(d.Percentile(99)), Any: d.Above(0)}
	if appetite > 0 {
		above := d.Above(float64(appetite))
		f.Above = &above
	}
	return f
}

// LossPoint is a point of the curve: how likely a year costs more than an amount.
type LossPoint struct {
	Amount   int64 `json:"amount" doc:"In minor units"`
	Inherent *int  `json:"inherent,omitempty" doc:"The chance of more in a year before controls, in basis points"`
	Residual *int  `json:"residual,omitempty" doc:"The same as it is today"`
}

// lossCurve draws one or both states over the same amounts, so that they can be compared.
func lossCurve(inherent, residual loss.Distribution, appetite int64) []LossPoint {
	out := []LossPoint{}
	var all []loss.Distribution
	for _, d := range []loss.Distribution{inherent, residual} {
		if d != nil {
			all = append(all, d)
		}
	}
	for _, x := range loss.Steps(float64(appetite), all...) {
		p := LossPoint{Amount: amount(x)}
		if inherent != nil {
			n := inherent.Above(x)
			p.Inherent = &n
		}
		if residual != nil {
			n := residual.Above(x)
			p.Residual = &n
		}
		out = append(out, p)
	}
	return out
}

// How the figures are made, for the hover.
const lossHow = "10,000 years are simulated: each draws how often it happens and what it costs each time from the two ranges, which hold nine times out of ten. " +
	"The expected loss is how often it happens on average times what it costs on average. The same ranges always give the same figures."
