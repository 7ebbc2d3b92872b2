package optest

import (
	"slices"
	"testing"
	"time"
)

// Times gets each path as often as the benchmark wants, and prints the middle, the 95th percentile and the
// quickest: what it costs when nothing else runs.
func (a *API) Times(b *testing.B, paths ...string) {
	for _, path := range paths {
		b.Run(path[1:], func(b *testing.B) {
			a.Must("GET", path, nil, nil) // caches are warm
			var took []time.Duration
			for b.Loop() {
				at := time.Now()
				a.Must("GET", path, nil, nil)
				took = append(took, time.Since(at))
			}
			slices.Sort(took)
			for unit, d := range map[string]time.Duration{"p50-ms": took[len(took)/2], "p95-ms": took[len(took)*95/100], "best-ms": took[0]} {
				b.ReportMetric(float64(d.Microseconds())/1000, unit)
			}
		})
	}
}
