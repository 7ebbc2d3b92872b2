// Package loss is what a risk costs in a year, as a distribution: from how often something happens and what it costs
// each time, both as ranges, ten thousand years are simulated and counted.
//
// The model is the usual one of operational risk, a compound Poisson process with an uncertain rate:
//
//   - A [Range] is three quantiles that a person gives: 5 %, 50 % and 95 %. Between and beyond them it is a lognormal
//     below the middle and a lognormal above it, each with its own spread, so that all three are met exactly, a lopsided
//     range stays lopsided, and a tail goes on beyond what was said, as losses do. With equal spreads it is the plain
//     lognormal. A PERT distribution, the common other choice, ends where the person's range ends: there the worst year
//     could not be worse than somebody imagined.
//   - Every year draws a rate from the first range, a number of occurrences from the Poisson distribution of that rate,
//     and a cost for each of them from the second range.
//
// The expected loss of a year has a closed form and is not simulated. The other figures are counted in the simulated
// years. Draws come from the risk's id alone: the same ranges give the same figures at any time on any machine, and
// other ranges of the same risk meet the same fate, so that before and after a control differ by the ranges and not by
// luck.
package loss

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"
)

// Range is what somebody is nine times out of ten right to say of a quantity: in one case of twenty it is below Low, in
// one of twenty above High, and as often below Likely as above. 0 < Low <= Likely <= High.
type Range struct{ Low, Likely, High float64 }

// z95 is the standard normal quantile of 95 %.
const z95 = 1.6448536269514722

// spreads are the standard deviations of the logarithm below and above the middle.
func (r Range) spreads() (below, above float64) {
	return math.Log(r.Likely/r.Low) / z95, math.Log(r.High/r.Likely) / z95
}

// Mean is the mean, in closed form: that of each lognormal cut at the middle.
func (r Range) Mean() float64 {
	below, above := r.spreads()
	return r.Likely * (math.Exp(below*below/2)*normal(-below) + math.Exp(above*above/2)*normal(above))
}

// normal is the standard normal distribution function.
func normal(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

// Scenario is a risk in one state: how often a year it happens, and what one occurrence costs in minor units.
type Scenario struct{ Often, Cost Range }

// Expected is the mean loss of a year.
func (s Scenario) Expected() float64 { return s.Often.Mean() * s.Cost.Mean() }

// Simulated is how many years are simulated, so that a count of years is a chance in basis points.
const Simulated = 10_000

// Years are losses, one for each simulated year.
type Years []float64

// Add adds the years of a risk to the years so far. The order of the years is the same for every scenario of a risk,
// and independent between risks.
func (y Years) Add(risk string, s Scenario) {
	sum := sha256.Sum256([]byte(risk))
	seed := binary.BigEndian.Uint64(sum[:])
	often, cost := s.Often.quantiles(), s.Cost.quantiles()
	for i := range y {
		d := draws(scramble(seed + uint64(i)*step))
		rate := often.at(&d)
		for at := d.wait(); at <= rate; at += d.wait() {
			y[i] += math.Round(cost.at(&d))
		}
	}
}

// quantiles is a range ready to be drawn from.
type quantiles struct{ likely, below, above float64 }

func (r Range) quantiles() quantiles {
	below, above := r.spreads()
	return quantiles{r.Likely, below, above}
}

func (q quantiles) at(d *draws) float64 {
	z := d.normal()
	if z < 0 {
		return q.likely * math.Exp(z*q.below)
	}
	return q.likely * math.Exp(z*q.above)
}

// draws is a stream of random numbers: SplitMix64 (Steele, Lea and Flood, 2014), one stream a year. Numbers become
// quantities by the inverse of their distribution, one for one, so that the k-th occurrence of a year has the same luck
// in every scenario, and a last bit that another processor rounds differently never moves the stream.
type draws uint64

const step = 0x9e3779b97f4a7c15

func scramble(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// uniform is between 0 and 1 and neither.
func (d *draws) uniform() float64 {
	*d += step
	return (float64(scramble(uint64(*d))>>11) + 0.5) / (1 << 53)
}

func (d *draws) normal() float64 { return math.Sqrt2 * math.Erfinv(2*d.uniform()-1) }

// wait is the time to the next occurrence of what happens once a year on average.
func (d *draws) wait() float64 { return -math.Log(d.uniform()) }

// Sorted makes of the years a distribution that can be asked.
func (y Years) Sorted() Distribution {
	d := slices.Clone(y)
	slices.Sort(d)
	return Distribution(d)
}

// Distribution are losses of years, the smallest first.
type Distribution []float64

// Percentile is the loss that so many of a hundred years do not exceed. It has three digits: ten thousand years do not
// know more.
func (d Distribution) Percentile(p int) float64 { return round3(d[(len(d)*p+99)/100-1]) }

// Above is in how many of ten thousand years the loss is more than an amount: a chance in basis points.
func (d Distribution) Above(amount float64) int {
	i, _ := slices.BinarySearchFunc(d, amount, func(x, a float64) int {
		if x <= a {
			return -1
		}
		return 1
	})
	return (len(d) - i) * 10_000 / len(d)
}

// points is of how many points a curve is made.
const points = 40

// Steps are the amounts at which distributions are drawn in one picture: evenly apart on a logarithmic axis, from the
// smallest losses to the worst year in two thousand, further where an amount that must be seen lies outside. Nil when
// no year has a loss.
func Steps(see float64, all ...Distribution) []float64 {
	from, to := math.Inf(1), 0.0
	for _, d := range all {
		if none := len(d) - d.Above(0)*len(d)/10_000; none < len(d) {
			from = min(from, max(1, d[none+(len(d)-none)/50]))
			to = max(to, d[len(d)-1-len(d)/2000])
		}
	}
	if to == 0 {
		return nil
	}
	if see > 0 {
		from, to = min(from, see), max(to, see)
	}
	from, to = from/1.25, to*1.25
	out := make([]float64, points)
	for i := range out {
		out[i] = round3(from * math.Pow(to/from, float64(i)/(points-1)))
	}
	return out
}

// round3 rounds to three digits.
func round3(x float64) float64 {
	if x < 1000 {
		return math.Round(x)
	}
	unit := math.Pow10(int(math.Floor(math.Log10(x))) - 2)
	return math.Round(x/unit) * unit
}
