package storage

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// RefKey is a reference as the index knows it, however it is typed: "AC-02 (9)", "ac2(9)" and "AC-2.9" are
// all "ac.2.9".
func RefKey(ref string) string {
	var b strings.Builder
	digits, letters := false, false
	var number strings.Builder
	flush := func() {
		if number.Len() > 0 {
			n := strings.TrimLeft(number.String(), "0")
			if n == "" {
				n = "0"
			}
			b.WriteString(n)
			number.Reset()
		}
	}
	for _, r := range Fold(ref) {
		switch {
		case unicode.IsDigit(r):
			if !digits {
				if b.Len() > 0 {
					b.WriteByte('.')
				}
				digits, letters = true, false
			}
			number.WriteRune(r)
		case unicode.IsLetter(r):
			flush()
			if !letters && b.Len() > 0 {
				b.WriteByte('.')
			}
			digits, letters = false, true
			b.WriteRune(r)
		default:
			flush()
			digits, letters = false, false
		}
		if b.Len()+number.Len() > 64 {
			break
		}
	}
	flush()
	return b.String()
}

// Fold is text without capitals and accents, as the index compares it.
func Fold(s string) string {
	ascii := true
	for i := range len(s) {
		if s[i] >= 0x80 {
			ascii = false
			break
		}
	}
	if ascii {
		return strings.ToLower(s)
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(s))
}

func beginning(title string) string {
	h := []rune(Fold(strings.TrimSpace(title)))
	return string(h[:min(len(h), 24)])
}
