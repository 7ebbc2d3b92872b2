package loss

import (
	"fmt"
	"math"
	"testing"
)

func years(id string, s Scenario, n int) Years {
	y := make(Years, n)
	y.Add(id, s)
	return y
}

func exactly(v float64) Range { return Range{v, v, v} }

func mean(y Years) (sum float64) {
	for _, v := range y {
		sum += v / float64(len(y))
	}
	return sum
}

// The three quantiles that a person gave are met, and the mean is the closed form.
func TestRange(t *testing.T) {
	for _, r := range []Range{{10, 100, 1000}, {50, 60, 500}, {1, 90, 100}, {7, 7, 7}} {
		q, d := r.quantiles(), draws(1)
		const n = 400_000
		var low, half, high int
		var sum float64
		for range n {
			v := q.at(&d)
			sum += v / n
			if v <= r.Low {
				low++
			}
			if v <= r.Likely {
				half++
			}
			if v <= r.High {
				high++
			}
		}
		if r.Low < r.High && (off(low, n*0.05) > 0.01 || off(half, n*0.5) > 0.01 || off(high, n*0.95) > 0.01) {
			t.Errorf("%v: %d at most low, %d at most likely, %d at most high", r, low, half, high)
		}
		if math.Abs(sum/r.Mean()-1) > 0.01 {
			t.Errorf("%v: mean %g, closed form %g", r, sum, r.Mean())
		}
	}
	// With equal spreads it is the lognormal of the textbooks: exp(mu + sigma²/2).
	sigma := math.Log(10) / z95
	if got, want := (Range{10, 100, 1000}).Mean(), 100*math.Exp(sigma*sigma/2); math.Abs(got/want-1) > 1e-12 {
		t.Errorf("mean %g, want %g", got, want)
	}
}

func off(n int, want float64) float64 { return math.Abs(float64(n)/want - 1) }

// With a fixed rate and a fixed cost the number of occurrences is Poisson's.
func TestPoisson(t *testing.T) {
	for _, rate := range []float64{0.1, 1, 4} {
		d := years("poisson", Scenario{exactly(rate), exactly(1000)}, 200_000).Sorted()
		chance, more := math.Exp(-rate), 1.0
		for k := range 6 {
			more -= chance // the chance of more than k
			if got := float64(d.Above(float64(k)*1000)) / 10_000; math.Abs(got-more) > 0.004 {
				t.Errorf("rate %g: more than %d in %.4f of the years, want %.4f", rate, k, got, more)
			}
			chance *= rate / float64(k+1)
		}
	}
}

// The simulated mean is the closed form, within a hundredth.
func TestExpected(t *testing.T) {
	for _, s := range []Scenario{
		{exactly(2), exactly(50_000)},
		{Range{1, 3, 8}, Range{100_000, 250_000, 600_000}},
		{Range{5, 10, 20}, Range{1_000, 30_000, 60_000}},
	} {
		if got := mean(years("mean", s, 100_000)); math.Abs(got/s.Expected()-1) > 0.01 {
			t.Errorf("%v: simulated %g, expected %g", s, got, s.Expected())
		}
	}
}

// The same risk has the same years, on every machine and for ever: these figures are printed in reports.
func TestGolden(t *testing.T) {
	s := Scenario{Range{0.1, 0.25, 1}, Range{2_000_000, 15_000_000, 120_000_000}}
	y := years("golden", s, Simulated)
	d := y.Sorted()
	got := fmt.Sprintf("%.0f %.0f | %.0f %.0f %.0f %.0f %.0f | %d %d", y[:8], s.Expected(), d.Percentile(50), d.Percentile(90), d.Percentile(95), d.Percentile(99), d[Simulated-1], d.Above(0), d.Above(50_000_000))
	const want = "[79649264 8445625 0 0 0 0 184852163 18483421] 12355031 | 0 32500000 64500000 193000000 1697839765 | 2775 673"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// What happens less often or costs less is never worse in any year: both scenarios of a risk have the same luck.
func TestSameLuck(t *testing.T) {
	worse := years("r", Scenario{Range{0.5, 1, 4}, Range{1e6, 5e6, 9e7}}, Simulated)
	better := years("r", Scenario{Range{0.25, 0.5, 2}, Range{1e5, 5e5, 9e6}}, Simulated)
	other := years("s", Scenario{Range{0.5, 1, 4}, Range{1e6, 5e6, 9e7}}, Simulated)
	same := 0
	for i := range worse {
		if better[i] > worse[i] {
			t.Fatalf("year %d: %.0f after, %.0f before", i, better[i], worse[i])
		}
		if worse[i] > 0 && worse[i] == other[i] {
			same++
		}
	}
	if same > 0 {
		t.Errorf("two risks share %d years", same)
	}
}

// What lies at the edges of what may be said stays finite and in order.
func TestEdges(t *testing.T) {
	for _, s := range []Scenario{
		{exactly(0.0001), exactly(1)},
		{Range{0.0001, 1, 100}, Range{1, 1e11, 1e13}},
		{exactly(100), exactly(1e13)},
	} {
		d := years("edge", s, Simulated).Sorted()
		last := 0.0
		for _, p := range []int{1, 50, 90, 95, 99, 100} {
			v := d.Percentile(p)
			if v < last || math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("%v: percentile %d is %g after %g", s, p, v, last)
			}
			last = v
		}
		if e := s.Expected(); !(e > 0) || math.IsInf(e, 0) {
			t.Errorf("%v: expected %g", s, e)
		}
	}
	never := make(Years, Simulated).Sorted()
	if Steps(0, never) != nil || never.Above(0) != 0 || never.Percentile(99) != 0 {
		t.Error("a risk that never happens has a curve")
	}
}

// The curve begins near certainty, ends near never, and reaches the amount that must be seen.
func TestSteps(t *testing.T) {
	d := years("steps", Scenario{exactly(3), Range{1e5, 1e6, 1e7}}, Simulated).Sorted()
	s := Steps(1e9, d)
	if len(s) != points || d.Above(s[0]) < 9000 || d.Above(s[points-1]) > 5 || s[points-1] < 1e9 {
		t.Errorf("%v", s)
	}
	for i := 1; i < points; i++ {
		if s[i] <= s[i-1] || d.Above(s[i]) > d.Above(s[i-1]) {
			t.Errorf("%g after %g", s[i], s[i-1])
		}
	}
}

func BenchmarkUsual(b *testing.B) {
	s := Scenario{Range{0.1, 0.3, 1}, Range{1e6, 1e7, 1e8}}
	for b.Loop() {
		years("bench", s, Simulated).Sorted()
	}
}

func BenchmarkBusiest(b *testing.B) {
	for b.Loop() {
		years("bench", Scenario{exactly(100), Range{1e6, 1e7, 1e8}}, Simulated).Sorted()
	}
}

// Five hundred risks, before and today, as one.
func BenchmarkPortfolio(b *testing.B) {
	s := Scenario{Range{0.1, 0.3, 1}, Range{1e6, 1e7, 1e8}}
	for b.Loop() {
		before, today := make(Years, Simulated), make(Years, Simulated)
		for i := range 500 {
			before.Add(fmt.Sprint(i), s)
			today.Add(fmt.Sprint(i), s)
		}
	}
}
