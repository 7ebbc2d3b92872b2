package policy

import (
	"slices"
	"strings"
	"unicode"
)

// Change says what became of a piece of text.
type Change string

// The changes. Changed is said of a block of which some words stayed.
const (
	Same    Change = "same"
	Added   Change = "added"
	Removed Change = "removed"
	Changed Change = "changed"
)

// DiffPart is some words of a block.
type DiffPart struct {
	Change Change `json:"change" enum:"same,added,removed"`
	Text   string `json:"text"`
}

// DiffBlock is a paragraph, heading, list entry or cell of one version or of both.
type DiffBlock struct {
	Change Change     `json:"change" enum:"same,added,removed,changed"`
	Parts  []DiffPart `json:"parts"`
}

// mostCells is how much work comparing two rows of things may be. Longer ones count as replaced as a whole.
const mostCells = 4 << 20

// Compare says block by block, and in changed blocks word by word, how a text became another. What is same or
// removed is the old text, what is same or added the new one.
func Compare(old, now []string) []DiffBlock {
	out := []DiffBlock{}
	var gone, come []string
	flush := func() {
		// Blocks that stand in each other's place are compared by their words.
		for i := range max(len(gone), len(come)) {
			switch {
			case i >= len(gone):
				out = append(out, DiffBlock{Added, []DiffPart{{Added, come[i]}}})
			case i >= len(come):
				out = append(out, DiffBlock{Removed, []DiffPart{{Removed, gone[i]}}})
			default:
				out = append(out, between(gone[i], come[i])...)
			}
		}
		gone, come = nil, nil
	}
	for _, s := range steps(old, now) {
		switch s.change {
		case Removed:
			gone = append(gone, s.item)
		case Added:
			come = append(come, s.item)
		default:
			flush()
			out = append(out, DiffBlock{Same, []DiffPart{{Same, s.item}}})
		}
	}
	flush()
	return out
}

// between compares two blocks by their words. With less than a third in common they are two different blocks.
func between(old, now string) []DiffBlock {
	var parts []DiffPart
	same, all := 0, 0
	for _, s := range steps(words(old), words(now)) {
		n := len(strings.TrimSpace(s.item))
		all += n
		if s.change == Same {
			same += n
			all += n
		}
		if last := len(parts) - 1; last >= 0 && parts[last].Change == s.change {
			parts[last].Text += s.item
			continue
		}
		parts = append(parts, DiffPart{s.change, s.item})
	}
	if 6*same < all {
		return []DiffBlock{{Removed, []DiffPart{{Removed, old}}}, {Added, []DiffPart{{Added, now}}}}
	}
	return []DiffBlock{{Changed, parts}}
}

// words takes a text apart into words, blanks and other signs, none of which is lost.
func words(s string) (out []string) {
	start, was := 0, 0
	for i, r := range s {
		kind := 1
		switch {
		case unicode.IsSpace(r):
			kind = 2
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			kind = 3
		}
		if i > 0 && (kind != was || kind == 3) {
			out = append(out, s[start:i])
			start = i
		}
		was = kind
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}

type diffStep struct {
	change Change
	item   string
}

// steps is the shortest way from one row of things to another.
func steps(old, now []string) (out []diffStep) {
	head := 0
	for head < min(len(old), len(now)) && old[head] == now[head] {
		head++
	}
	tail := 0
	for tail < min(len(old), len(now))-head && old[len(old)-1-tail] == now[len(now)-1-tail] {
		tail++
	}
	for _, s := range old[:head] {
		out = append(out, diffStep{Same, s})
	}
	a, b := old[head:len(old)-tail], now[head:len(now)-tail]
	out = append(out, middle(a, b)...)
	for _, s := range old[len(old)-tail:] {
		out = append(out, diffStep{Same, s})
	}
	return out
}

// middle is steps for what begins and ends differently: by the longest common subsequence.
func middle(a, b []string) (out []diffStep) {
	if len(a) == 0 || len(b) == 0 || len(a)*len(b) > mostCells {
		for _, s := range a {
			out = append(out, diffStep{Removed, s})
		}
		for _, s := range b {
			out = append(out, diffStep{Added, s})
		}
		return out
	}
	wide := len(b) + 1
	longest := make([]int32, (len(a)+1)*wide) // of a[i:] and b[j:]
	for i := range slices.Backward(a) {
		for j := range slices.Backward(b) {
			if a[i] == b[j] {
				longest[i*wide+j] = longest[(i+1)*wide+j+1] + 1
				continue
			}
			longest[i*wide+j] = max(longest[(i+1)*wide+j], longest[i*wide+j+1])
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, diffStep{Same, a[i]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && longest[(i+1)*wide+j] >= longest[i*wide+j+1]:
			out = append(out, diffStep{Removed, a[i]})
			i++
		default:
			out = append(out, diffStep{Added, b[j]})
			j++
		}
	}
	return out
}
