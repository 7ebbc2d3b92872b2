// Package money is what amounts are: whole minor units (cents) of a currency by its code of ISO 4217.
package money

import (
	"strconv"
	"strings"
)

// Of most currencies a unit has a hundred parts. These have none, and these a thousand.
const (
	undivided = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
	thousands = "BHD IQD JOD KWD LYD OMR TND"
)

// Digits is how many digits of an amount in minor units stand behind the point.
func Digits(currency string) int {
	switch {
	case strings.Contains(undivided, currency):
		return 0
	case strings.Contains(thousands, currency):
		return 3
	}
	return 2
}

// Text is an amount for a sentence, in whole units: "1,250,000 EUR".
func Text(minor int64, currency string) string {
	for range Digits(currency) {
		minor /= 10
	}
	s := strconv.FormatInt(minor, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s + " " + currency
}
