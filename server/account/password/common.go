package password

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strings"
	"sync"
)

//go:embed common.txt.gz
var packed []byte

// list is the unpacked list, one sorted word a line: a quarter of a megabyte,
// unpacked when the first password is chosen.
var list = sync.OnceValue(func() string {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		panic(err) // embedded: TestB2 reads it
	}
	text, err := io.ReadAll(z)
	if err != nil {
		panic(err)
	}
	return string(text)
})

// common says whether s, in lower case, is on the list.
func common(s string) bool {
	if s == "" || strings.Contains(s, "\n") {
		return false
	}
	l := list()
	// Binary search over bytes: lo and hi always stand at the start of a line.
	lo, hi := 0, len(l)
	for lo < hi {
		at := strings.LastIndexByte(l[:(lo+hi)/2], '\n') + 1
		if at < lo {
			at = lo
		}
		end := at + strings.IndexByte(l[at:], '\n')
		switch line := l[at:end]; {
		case line == s:
			return true
		case line < s:
			lo = end + 1
		default:
			hi = at
		}
	}
	return false
}
