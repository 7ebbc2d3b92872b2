package search_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/server/op"
	"assay/server/optest"
	"assay/server/search"
	"assay/storage"
)

// vocabulary are words as catalogs use them; the rest are made up, so that there are as many as in life.
var vocabulary = strings.Fields(`the of and to security information access control system organization policy risk data management review shall implement
	define document process procedures personnel assets requirements monitoring incident response audit records user accounts authentication factor multi
	encryption cryptographic keys network traffic logging backup recovery continuity supplier vendor third party privacy protection training awareness
	physical environmental change configuration vulnerability patch malware detection privileged least duties separation remote mobile media disposal`)

// writer makes text whose words are as frequent as words are: the second half as often as the first, and so on.
type writer struct {
	r *rand.Rand
	z *rand.Zipf
}

func newWriter() *writer {
	r := rand.New(rand.NewPCG(1, 2))
	return &writer{r, rand.NewZipf(r, 1.07, 3, 19_999)}
}

func (w *writer) word() string {
	n := int(w.z.Uint64())
	if n < len(vocabulary) {
		return vocabulary[n]
	}
	const c, v = "bcdfglmnprstvac", "aeiou"
	var b strings.Builder
	for n += 7; n > 0; n /= 75 {
		b.WriteByte(c[n%15])
		b.WriteByte(v[n/15%5])
	}
	return b.String() + "tion"
}

func (w *writer) words(n int) string {
	var all []string
	for range n {
		all = append(all, w.word())
	}
	return strings.Join(all, " ")
}

// catalogs is a tenant with so many requirements, in frameworks of 350, and some controls.
func catalogs(tb testing.TB, n int) *optest.API {
	api := optest.New(tb, search.Module())
	w := newWriter()
	at := time.Now()
	for f := range n / 350 {
		api.Seed([]string{"framework", "requirement", "control"}, func(tx *storage.WriteTx) error {
			if err := tx.Exec("INSERT INTO framework (id, key, name, short, source, created_at, updated_at) VALUES (?1, ?1, ?1, ?1, 'oscal', '', '')", fmt.Sprint("FW-", f)); err != nil {
				return err
			}
			if err := tx.Exec("INSERT INTO control (id, ref, title, description, created_at, updated_at) VALUES (?1, ?1, ?2, ?3, '', '')", fmt.Sprint("OWN-", f), w.words(6), w.words(30)); err != nil {
				return err
			}
			for i := range 350 {
				if err := tx.Exec("INSERT INTO requirement (id, framework, ref, title, body, position, updated_at) VALUES (?, ?, ?, ?, ?, ?, '')",
					fmt.Sprintf("R%d-%d", f, i), fmt.Sprint("FW-", f), fmt.Sprintf("%c%c-%d(%d)", 'A'+f%26, 'A'+i/14, i%14, f/26), w.words(4), w.words(40), i); err != nil {
					return err
				}
			}
			return nil
		})
	}
	tb.Logf("%d rows written and indexed in %.1f s", n, time.Since(at).Seconds())
	return api
}

// BenchmarkSearch is one search as it is typed, over 70,000 requirements. Budget: p95 below 50 ms.
func BenchmarkSearch(b *testing.B) {
	api := catalogs(b, 70_000).As(op.Auditor)
	for _, c := range []struct{ name, q string }{
		{"common word", "security"}, {"common prefix", "sec"}, {"rare word", "mobile"}, {"two words and a prefix", "access revi"}, {"two common words", "the security"},
		{"two letters", "ac"}, {"two other letters", "se"}, {"one letter", "a"}, {"phrase", `"access control"`}, {"reference", "AC-2(5)"}, {"nothing", "xylophone"},
	} {
		b.Run(c.name, func(b *testing.B) {
			path := "/search?q=" + url.QueryEscape(c.q)
			var out search.Found
			api.Must("GET", path, nil, &out)
			var took []time.Duration
			for b.Loop() {
				at := time.Now()
				api.Must("GET", path, nil, &out)
				took = append(took, time.Since(at))
			}
			slices.Sort(took)
			n := 0
			for _, g := range out.Groups {
				n += g.Total
			}
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
			b.ReportMetric(float64(n), "found")
		})
	}
}
