package story

import (
	"strconv"
	"time"
)

// costly is a risk that the company says in money, a year after it was first weighed: before controls and as it is today.
type costly struct{ inherent, residual inMoney }

// inMoney is how often something happens and what it costs each time in dollars: low, likely, high.
type inMoney struct {
	unit        string
	often, cost [3]int
}

var losses = map[string]costly{
	"R-001": {inMoney{"once_in", [3]int{20, 6, 2}, [3]int{120_000, 600_000, 4_000_000}}, inMoney{"once_in", [3]int{60, 15, 5}, [3]int{60_000, 250_000, 1_500_000}}},
	"R-002": {inMoney{"a_year", [3]int{1, 2, 6}, [3]int{4_000, 25_000, 180_000}}, inMoney{"once_in", [3]int{4, 2, 1}, [3]int{3_000, 15_000, 90_000}}},
	"R-004": {inMoney{"once_in", [3]int{8, 3, 1}, [3]int{40_000, 180_000, 1_200_000}}, inMoney{"once_in", [3]int{15, 6, 2}, [3]int{30_000, 140_000, 900_000}}},
	"R-006": {inMoney{"once_in", [3]int{6, 3, 1}, [3]int{8_000, 60_000, 500_000}}, inMoney{"once_in", [3]int{25, 10, 4}, [3]int{5_000, 40_000, 300_000}}},
}

// appetite is what the board is ready to lose in a year, in dollars.
const appetite = 1_000_000

// cost says a risk in money, three quarters of a year after it came, if it is one of those that the board asks about.
func (p *program) cost(key, id string) {
	l, ok := losses[key]
	if !ok {
		return
	}
	p.later(280*24*time.Hour, func() {
		var now riskRow
		p.do("Ingrid", "GET", "/risks/"+id, nil, &now)
		body := map[string]any{"currency": "USD", "inherent": l.inherent.said(), "residual": l.residual.said()}
		p.do("Ingrid", "PUT", "/risks/"+id+"/loss", body, nil, "If-Match", strconv.Itoa(now.Version))
		p.do("Ingrid", "GET", "/risk-appetite", nil, &now)
		p.do("Ingrid", "PATCH", "/risk-appetite", map[string]any{"amount": appetite * 100}, nil, "If-Match", strconv.Itoa(now.Version))
	})
}

// said is a state as the API takes it: ten-thousandths, and cents.
func (s inMoney) said() map[string]any {
	three := func(of [3]int, parts int) map[string]any {
		return map[string]any{"low": of[0] * parts, "likely": of[1] * parts, "high": of[2] * parts}
	}
	often := three(s.often, 10_000)
	often["unit"] = s.unit
	return map[string]any{"often": often, "cost": three(s.cost, 100)}
}
