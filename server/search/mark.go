package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"assay/storage"
)

// span is a marked piece of a text, in bytes, and which term it is.
type spot struct{ from, to, term int }

// around is how long a snippet is, in bytes, about.
const around = 180

// spots are the words of text that one of the terms names, at most n.
func spots(text string, terms []term, n int) []spot {
	var out []spot
	firsts := [256]bool{} // a word can only be one that begins like a term
	wide := false
	for _, t := range terms {
		firsts[t.word[0]] = true
		wide = wide || t.word[0] >= utf8.RuneSelf
	}
	for i := 0; i < len(text) && len(out) < n; {
		c := text[i]
		if c < utf8.RuneSelf && !asciiWord(c) {
			i++
			continue
		}
		start, ascii := i, true
		for i < len(text) {
			if c := text[i]; c < utf8.RuneSelf {
				if !asciiWord(c) {
					break
				}
				i++
				continue
			}
			r, size := utf8.DecodeRuneInString(text[i:])
			if !inWord(r) && !unicode.Is(unicode.Mn, r) {
				break
			}
			ascii = false
			i += size
		}
		if i == start {
			_, size := utf8.DecodeRuneInString(text[i:])
			i += size
			continue
		}
		if ascii && !firsts[lower(c)] {
			continue
		}
		if ascii && !wide || !ascii || firsts[lower(c)] {
			word := storage.Fold(text[start:i])
			for t, m := range terms {
				if word == m.word || m.prefix && strings.HasPrefix(word, m.word) {
					out = append(out, spot{start, i, t})
					break
				}
			}
		}
	}
	return out
}

func asciiWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// mark is a short text in pieces.
func mark(text string, terms []term) []Part {
	return pieces(text, spots(text, terms, 50), 0, len(text))
}

func pieces(text string, at []spot, from, to int) []Part {
	out := []Part{}
	add := func(s string, hit bool) {
		if s != "" {
			out = append(out, Part{s, hit})
		}
	}
	i := from
	for _, s := range at {
		if s.from < i || s.to > to {
			continue
		}
		add(text[i:s.from], false)
		add(text[s.from:s.to], true)
		i = s.to
	}
	add(text[i:to], false)
	return out
}

// snippet is the place of a text where most of the terms stand together, and where in the text that is. It is
// empty when none does.
func snippet(text string, terms []term) ([]Part, int) {
	text = strings.TrimRight(text, " \n\f")
	all := spots(text, terms, 300)
	if len(all) == 0 {
		return []Part{}, 0
	}
	best, bestCount := 0, 0
	for i := range all {
		seen, count := map[int]bool{}, 0
		for _, s := range all[i:] {
			if s.to-all[i].from > around {
				break
			}
			if !seen[s.term] {
				seen[s.term] = true
				count++
			}
		}
		if count > bestCount {
			best, bestCount = i, count
		}
		if count == len(terms) {
			break
		}
	}
	at := all[best].from
	low, high := field(text, at)
	from := begin(text, low, max(low, at-around/4))
	to := end(text, high, min(high, max(from+around, all[best].to)))
	parts := pieces(text, all, from, to)
	for i := range parts {
		parts[i].Text = strings.Map(oneSpace, parts[i].Text)
	}
	squeeze(parts)
	if from > low {
		parts[0].Text = "…" + parts[0].Text
		if parts[0].Hit { // the mark is the word's alone
			parts[0].Text = strings.TrimPrefix(parts[0].Text, "…")
			parts = append([]Part{{"…", false}}, parts...)
		}
	}
	if to < high {
		if last := &parts[len(parts)-1]; last.Hit {
			parts = append(parts, Part{"…", false})
		} else {
			last.Text += "…"
		}
	}
	return parts, at
}

func oneSpace(r rune) rune {
	if unicode.IsSpace(r) || unicode.IsControl(r) {
		return ' '
	}
	return r
}

// squeeze leaves one space where there were several.
func squeeze(parts []Part) {
	space := true
	for i := range parts {
		var b strings.Builder
		for _, r := range parts[i].Text {
			if r == ' ' && space {
				continue
			}
			space = r == ' '
			b.WriteRune(r)
		}
		parts[i].Text = b.String()
	}
}

// field is where the field of a body begins and ends that has something at i.
func field(text string, i int) (from, to int) {
	from = strings.LastIndexByte(text[:i], fieldEnd) + 1
	if to = strings.IndexByte(text[i:], fieldEnd); to < 0 {
		return from, len(text)
	}
	return from, i + to
}

// fieldEnd stands between the fields of a body, as the views of the schema write it.
const fieldEnd = 30

// begin moves i forward to where a word begins, within reason; end moves it back to where one ends.
func begin(text string, low, i int) int {
	if i == low {
		return i
	}
	for j := i; j < min(i+30, len(text)); j++ {
		if text[j] == ' ' || text[j] == '\n' {
			return j + 1
		}
	}
	for i < len(text) && !utf8.RuneStart(text[i]) {
		i++
	}
	return i
}

func end(text string, high, i int) int {
	if i == high {
		return i
	}
	for j := i; j > max(i-30, 0); j-- {
		if text[j] == ' ' || text[j] == '\n' {
			return j
		}
	}
	for i > 0 && !utf8.RuneStart(text[i]) {
		i--
	}
	return i
}
