package password

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The lengths, in code points. There is no rule about which characters.
const (
	MinAlone   = 15  // the password is all that is asked
	MinWithMFA = 8   // a code is asked as well
	Max        = 128 // longer is refused, never cut
)

// Owner is what is known about the person who chooses the password.
type Owner struct {
	MFA   bool     // a second factor is on
	Words []string // product, organisation, e-mail address, name: each is taken apart into words
}

// Problem is a sentence about what is wrong with a password, or "" when it is
// good.
func Problem(password string, o Owner) string {
	n := utf8.RuneCountInString(norm.NFKC.String(password))
	switch {
	case !utf8.ValidString(password):
		return "The password holds characters that cannot be read. Please type it again."
	case n > Max:
		return "The password may have at most 128 characters."
	case n < MinWithMFA && o.MFA:
		return "Use at least 8 characters."
	case n < MinAlone && !o.MFA:
		return "Use at least 15 characters. A few unrelated words make a good password; with two-step sign-in turned on, 8 characters are enough."
	}
	low := strings.ToLower(norm.NFKC.String(password))
	switch {
	case common(low):
		return "This password is on a list of passwords that attackers try first. Please choose another one."
	case repeated(low):
		return "This password repeats the same few characters. Please choose another one."
	case walk(low):
		return "This password is a row of neighbouring characters. Please choose another one."
	case common(core(low)) && len(core(low)) >= 4:
		return "This is a common password with digits or signs around it. Please choose another one."
	case own(low, o.Words):
		return "This password is made of your name, your e-mail address or your organisation's name. Please choose another one."
	}
	return ""
}

// repeated says whether s is one short piece, or one common password, again and
// again: aaaaaaaa, abcabcabc, passwordpassword.
func repeated(s string) bool {
	for n := 1; n <= len(s)/2; n++ {
		if len(s)%n == 0 && strings.Repeat(s[:n], len(s)/n) == s && (n <= 4 || common(s[:n])) {
			return true
		}
	}
	return false
}

// rows are what a finger runs along.
var rows = []string{"abcdefghijklmnopqrstuvwxyz", "01234567890", "1234567890", "qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm", "azertyuiop", "qsdfghjklm"}

// walk says whether s is put together from at most three runs of at least four
// neighbours: 123456789012345, abcdefgh12345678, qwertyuiopasdfghjkl.
func walk(s string) bool {
	for range 3 {
		n := run(s)
		if n < 4 {
			return false
		}
		if s = s[n:]; s == "" {
			return true
		}
	}
	return false
}

// run is the length of the longest row, or reversed row, that s starts with.
func run(s string) int {
	longest := 0
	for _, row := range rows {
		for _, r := range []string{row + row, reverse(row + row)} {
			n := 0
			for n < len(s) && n < len(r) && strings.Contains(r, s[:n+1]) {
				n++
			}
			longest = max(longest, n)
		}
	}
	return longest
}

func reverse(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

// core is s without the digits and signs at its two ends.
func core(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
}

// own says whether, once the owner's words are taken out, fewer than six
// letters of the password are left, or fewer than eight characters at all.
func own(s string, texts []string) bool {
	rest, found := s, false
	for _, w := range words(texts) {
		if strings.Contains(rest, w) {
			rest, found = strings.ReplaceAll(rest, w, ""), true
		}
	}
	if !found {
		return false
	}
	letters := 0
	for _, r := range rest {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	return letters < 6 || utf8.RuneCountInString(rest) < 8
}

// words takes texts apart: "maria.lopez@acme.example" gives maria, lopez, acme
// and example. Pieces under three characters say nothing; longer words come
// first so that they are taken out whole.
func words(texts []string) []string {
	var out []string
	for _, t := range texts {
		t = strings.ToLower(norm.NFKC.String(t))
		for _, w := range strings.FieldsFunc(t, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if utf8.RuneCountInString(w) >= 3 {
				out = append(out, w)
			}
		}
	}
	// Insertion sort by length, longest first: there are a dozen at most.
	for i := range out {
		for j := i; j > 0 && len(out[j]) > len(out[j-1]); j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out
}
