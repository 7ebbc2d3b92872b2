package risk

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"assay/server/op"
	"assay/server/optest"
	"assay/storage"
)

// said is a state in money: once in so many years, and thousands of dollars.
func said(rare, likely, frequent, low, middle, high int) m {
	return m{"often": m{"unit": "once_in", "low": rare * 10_000, "likely": likely * 10_000, "high": frequent * 10_000},
		"cost": m{"low": low * 100_000, "likely": middle * 100_000, "high": high * 100_000}}
}

func setTo(api *optest.API, d *RiskDetail, body m) (l RiskLoss) {
	api.Version(d.Version).Must("PUT", "/risks/"+d.ID+"/loss", body, &l)
	d.Version = l.Version
	return l
}

// A risk is said in money, read with its figures, said again, and no longer said.
func TestLoss(t *testing.T) {
	api := open(t)
	d := add(api, m{"title": "Ransomware"})
	var none RiskLoss
	api.As(op.Auditor).Must("GET", "/risks/"+d.ID+"/loss", nil, &none)
	if none.Said || none.Currency != "USD" || none.Digits != 2 || len(none.Curve) != 0 || none.Figures.Inherent != nil {
		t.Errorf("%+v", none)
	}
	before := d.Version
	l := setTo(api, &d, m{"currency": "USD", "inherent": said(20, 5, 2, 50, 250, 2000)})
	f := l.Figures.Inherent
	if !l.Said || l.Version != before+1 || l.Residual != nil || l.Figures.Residual != nil || f == nil || len(l.Curve) != 40 {
		t.Fatalf("%+v", l)
	}
	// Once in five years makes a loss in about one year of five, and the mean of the cost is 486,000 by the closed form.
	if f.Any < 1800 || f.Any > 2300 || f.Median != 0 || !(0 < f.P90 && f.P90 < f.P95 && f.P95 < f.P99) || f.Expected < 9_000_000 || f.Expected > 14_000_000 || f.Above != nil {
		t.Errorf("%+v", f)
	}
	for i, p := range l.Curve[1:] {
		if p.Residual != nil || *p.Inherent > *l.Curve[i].Inherent || p.Amount <= l.Curve[i].Amount {
			t.Errorf("the curve rises at %+v", p)
		}
	}
	lower := setTo(api, &d, m{"currency": "USD", "inherent": said(20, 5, 2, 50, 250, 2000), "residual": said(40, 10, 4, 5, 25, 200)})
	if *lower.Figures.Inherent != *f || lower.Figures.Residual.P95 >= f.P95 || lower.Figures.Residual.Expected >= f.Expected/5 {
		t.Errorf("%+v %+v", lower.Figures.Inherent, lower.Figures.Residual)
	}
	// The same again changes nothing, and makes no version.
	if again := setTo(api, &d, m{"currency": "USD", "inherent": said(20, 5, 2, 50, 250, 2000), "residual": said(40, 10, 4, 5, 25, 200)}); again.Version != lower.Version {
		t.Errorf("version %d after %d", again.Version, lower.Version)
	}
	if api.Version(1).Do("PUT", "/risks/"+d.ID+"/loss", m{"currency": "USD", "inherent": said(2, 2, 2, 1, 1, 1)}, nil) != 412 {
		t.Error("a stale change went through")
	}
	if api.As(op.User).Do("DELETE", "/risks/"+d.ID+"/loss", nil, nil) != 204 || api.Do("DELETE", "/risks/"+d.ID+"/loss", nil, nil) != 404 {
		t.Error("the way back to likelihood and impact")
	}
	api.Must("GET", "/risks/"+d.ID+"/loss", nil, &none)
	if none.Said || none.Version != lower.Version+1 {
		t.Errorf("%+v", none)
	}
	for path, want := range map[string]int{"/risks/gone/loss": 404, "/risks/gone/loss/preview?currency=USD&inherent_unit=a_year&inherent=10000,10000,10000,1,1,1": 404} {
		if got := api.Do("GET", path, nil, nil); got != want {
			t.Errorf("%s: %d", path, got)
		}
	}
}

// What is typed is reckoned as it would be when it was saved, and nothing is written.
func TestLossPreview(t *testing.T) {
	api := open(t)
	d := add(api, m{"title": "A"})
	var p RiskLoss
	api.As(op.User).Must("GET", "/risks/"+d.ID+"/loss/preview?currency=USD&inherent_unit=once_in&inherent=200000,50000,20000,5000000,25000000,200000000&residual_unit=a_year&residual=1000,2000,5000,1000,2000,3000", nil, &p)
	if api.Count("SELECT count(*) FROM risk_loss") != 0 {
		t.Fatal("a preview was written")
	}
	l := setTo(api, &d, m{"currency": "USD", "inherent": said(20, 5, 2, 50, 250, 2000),
		"residual": m{"often": m{"unit": "a_year", "low": 1000, "likely": 2000, "high": 5000}, "cost": m{"low": 1000, "likely": 2000, "high": 3000}}})
	if *l.Figures.Inherent != *p.Figures.Inherent || *l.Figures.Residual != *p.Figures.Residual || fmt.Sprint(len(l.Curve), l.Curve[7].Amount) != fmt.Sprint(len(p.Curve), p.Curve[7].Amount) {
		t.Error("the preview promised something else")
	}
	if api.Do("GET", "/risks/"+d.ID+"/loss/preview?currency=USD&inherent_unit=once_in&inherent=20000,50000,20000,50,25,200", nil, nil) != 422 ||
		api.FieldError("inherent.often.low") == "" || api.FieldError("inherent.cost.low") == "" {
		t.Error(api.Body())
	}
}

// Every field says what is wrong with it.
func TestLossRefused(t *testing.T) {
	api := open(t)
	d := add(api, m{"title": "A"})
	in := func(change func(often, cost m)) m {
		s := said(20, 5, 2, 50, 250, 2000)
		change(s["often"].(m), s["cost"].(m))
		return m{"currency": "USD", "inherent": s}
	}
	for field, body := range map[string]m{
		"inherent.often.low":    in(func(o, _ m) { o["low"] = 40_000 }),
		"inherent.often.high":   in(func(o, _ m) { o["high"] = 60_000 }),
		"inherent.often.likely": in(func(o, _ m) { maps.Copy(o, m{"unit": "a_year", "low": 1, "likely": 1_010_000, "high": 1_000_000}) }),
		"inherent.cost.low":     in(func(_, c m) { c["low"] = 25_000_001 }),
		"inherent.cost.high":    in(func(_, c m) { c["high"] = 24_999_999 }),
		"inherent":              {"currency": "USD"},
		"currency":              {"currency": "EUR", "inherent": said(2, 2, 2, 1, 1, 1)},
		"residual.often.high":   {"currency": "USD", "residual": said(1000, 1000, 9, 1, 1, 1)},
		"residual.cost.high":    {"currency": "USD", "residual": said(2, 2, 2, 1, 1, 101)},
	} {
		if got := api.Version(d.Version).Do("PUT", "/risks/"+d.ID+"/loss", body, nil); got != 422 || !strings.HasSuffix(api.FieldError(field), ".") {
			t.Errorf("%s: %d %s", field, got, api.Body())
		}
	}
	for _, body := range []m{in(func(o, _ m) { o["low"] = 0 }), in(func(_, c m) { c["high"] = 10_000_000_000_001 }), in(func(_, c m) { c["low"] = -5 }), in(func(_, c m) { c["low"] = 1e300 }), in(func(o, _ m) { o["unit"] = "daily" })} {
		if got := api.Version(d.Version).Do("PUT", "/risks/"+d.ID+"/loss", body, nil); got != 422 {
			t.Errorf("%v: %d", body, got)
		}
	}
	if api.Count("SELECT count(*) FROM risk_loss") != 0 {
		t.Error("what was refused was written")
	}
	for role, want := range map[op.Roles]int{op.Auditor: 403, op.Executive: 403} {
		for _, c := range [][2]string{{"PUT", "/risks/" + d.ID + "/loss"}, {"DELETE", "/risks/" + d.ID + "/loss"}, {"PATCH", "/risk-appetite"}} {
			if got := api.As(role).Version(1).Do(c[0], c[1], in(func(_, _ m) {}), nil); got != want {
				t.Errorf("%v %v: %d", role, c, got)
			}
		}
	}
	for _, path := range []string{"/risks/" + d.ID + "/loss", "/risks/loss/top", "/risk-appetite"} {
		if got := api.As(op.Executive).Do("GET", path, nil, nil); got != 403 {
			t.Errorf("an executive at %s: %d", path, got)
		}
	}
}

// All risks together: what counts, what it adds up to, and against what the organisation bears.
func TestPortfolio(t *testing.T) {
	api := open(t)
	var p RiskPortfolio
	exec := api.As(op.Executive)
	exec.Must("GET", "/risks/loss", nil, &p)
	if p.Said != 0 || p.Figures.Residual != nil || len(p.Curve) != 0 {
		t.Errorf("%+v", p)
	}
	a, b, c := add(api, m{"title": "A"}), add(api, m{"title": "B"}), add(api, m{"title": "C", "status": "closed"})
	add(api, m{"title": "D"})
	foreign := add(api, m{"title": "E"})
	la := setTo(api, &a, m{"currency": "USD", "inherent": said(10, 2, 1, 50, 250, 2000), "residual": said(20, 4, 2, 50, 250, 2000)})
	lb := setTo(api, &b, m{"currency": "USD", "residual": said(5, 2, 1, 5, 10, 30)})
	setTo(api, &c, m{"currency": "USD", "residual": said(5, 2, 1, 5, 10, 30)})
	setTo(api, &foreign, m{"currency": "USD", "residual": said(5, 2, 1, 5, 10, 30)})
	api.Seed([]string{"risk_loss"}, func(tx *storage.WriteTx) error {
		return tx.Exec("UPDATE risk_loss SET currency = 'CHF' WHERE risk = ?", foreign.ID)
	})
	var ap RiskAppetite
	api.Version(1).Must("PATCH", "/risk-appetite", m{"amount": 100_000_000}, &ap)
	exec.Must("GET", "/risks/loss", nil, &p)
	if p.Said != 2 || p.Unsaid != 2 || p.Foreign != 1 || p.Currency != "USD" {
		t.Errorf("%+v", p)
	}
	// The mean of a sum is the sum of the means; a sum's tail is smaller than the sum of the tails.
	in, today := p.Figures.Inherent, p.Figures.Residual
	if got, want := today.Expected, la.Figures.Residual.Expected+lb.Figures.Residual.Expected; got-want > 1 || want-got > 1 {
		t.Errorf("expected %d, its parts %d", got, want)
	}
	if got := in.Expected - today.Expected - (la.Figures.Inherent.Expected - la.Figures.Residual.Expected); got > 1 || got < -1 {
		t.Error("what only today is known of gained something")
	}
	if today.P99 >= la.Figures.Residual.P99+lb.Figures.Residual.P99 || today.P99 < la.Figures.Residual.P99 {
		t.Errorf("99 %%: %d", today.P99)
	}
	if in.Above == nil || *in.Above <= *today.Above || *today.Above == 0 || *in.Above >= in.Any {
		t.Errorf("more than the appetite: %v before, %v today", in.Above, today.Above)
	}
	if strings.Contains(exec.Body(), a.ID) || strings.Contains(exec.Body(), `"A"`) {
		t.Error("the figures name a risk")
	}
	var top LossTop
	api.As(op.Auditor).Must("GET", "/risks/loss/top", nil, &top)
	if len(top.Items) != 2 || top.Items[0].ID != a.ID || top.Items[0].Residual != la.Figures.Residual.Expected || top.Items[1].Inherent != lb.Figures.Residual.Expected ||
		top.Items[0].Share+top.Items[1].Share != 10_000 {
		t.Errorf("%+v", top)
	}
	api.Version(a.Version).Must("PATCH", "/risks/"+a.ID, m{"status": "closed"}, nil)
	api.Must("GET", "/risks/loss", nil, &p)
	if p.Said != 1 || p.Figures.Residual.Expected != lb.Figures.Residual.Expected || p.Figures.Residual.P95 != lb.Figures.Residual.P95 {
		t.Errorf("one risk alone is not its portfolio: %+v", p.Figures.Residual)
	}
	api.Version(ap.Version).Must("PATCH", "/risk-appetite", m{"amount": 0}, &ap)
	p = RiskPortfolio{}
	api.Must("GET", "/risks/loss", nil, &p)
	if p.Figures.Residual.Above != nil || p.Appetite.Amount != 0 {
		t.Error("an appetite that was taken back")
	}
	if api.Version(1).Do("PATCH", "/risk-appetite", m{"amount": 5}, nil) != 412 {
		t.Error("a stale appetite went through")
	}
}

// What the columns keep to sort by is what the figures say.
func TestExpectedLossIsKept(t *testing.T) {
	api := open(t)
	d := add(api, m{"title": "A"})
	l := setTo(api, &d, m{"currency": "USD", "inherent": said(20, 5, 2, 50, 250, 2000)})
	if got := api.Count("SELECT expected_loss FROM risk_loss"); int64(got) != l.Figures.Inherent.Expected {
		t.Errorf("kept %d, reckoned %d", got, l.Figures.Inherent.Expected)
	}
	l = setTo(api, &d, m{"currency": "USD", "inherent": said(20, 5, 2, 50, 250, 2000), "residual": said(20, 5, 2, 5, 25, 200)})
	if got := api.Count("SELECT expected_loss FROM risk_loss"); int64(got) != l.Figures.Residual.Expected {
		t.Errorf("kept %d, reckoned %d", got, l.Figures.Residual.Expected)
	}
	api.Must("DELETE", "/risks/"+d.ID, nil, nil)
	if api.Count("SELECT count(*) FROM risk_loss") != 0 {
		t.Error("a loss outlived its risk")
	}
}
