package money

import "testing"

func TestText(t *testing.T) {
	for _, c := range []struct {
		minor    int64
		currency string
		want     string
	}{{0, "EUR", "0 EUR"}, {99, "EUR", "0 EUR"}, {125_000_000, "EUR", "1,250,000 EUR"}, {1250, "JPY", "1,250 JPY"}, {1_250_000, "KWD", "1,250 KWD"}, {-12_345_600, "USD", "-123,456 USD"}} {
		if got := Text(c.minor, c.currency); got != c.want {
			t.Errorf("%d %s: %q, want %q", c.minor, c.currency, got, c.want)
		}
	}
}
