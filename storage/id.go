package storage

import (
	"fmt"
	"io"
	"time"
)

// letters are what ids are made of, in the order in which they sort.
const letters = "234567ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// The parts of a row's id: milliseconds since 1970, enough until the year 37648, and 80 bits of chance.
const (
	timeLetters   = 10
	chanceLetters = 16
	idLetters     = timeLetters + chanceLetters
)

// newID makes an id of chance alone, for what must not be guessed or tell when it was made.
func newID(r io.Reader) string {
	var b [idLetters]byte
	random(r, b[:])
	return string(b[:])
}

func random(r io.Reader, b []byte) {
	if _, err := io.ReadFull(r, b); err != nil {
		panic(fmt.Sprintf("storage: no randomness: %v", err))
	}
	for i := range b {
		b[i] = letters[b[i]&31]
	}
}

// ids makes the ids of a file's rows. It is not safe for concurrent use: a file has one writer.
type ids struct {
	at   int64 // the millisecond of the last one
	last [idLetters]byte
}

// next is an id that sorts after all before it. The first of a millisecond is drawn, the others follow it; so
// they do when the clock was set back.
func (x *ids) next(now time.Time, r io.Reader) string {
	if ms := now.UnixMilli(); ms > x.at {
		x.at = ms
		for i := range timeLetters {
			x.last[i] = letters[ms>>(5*(timeLetters-1-i))&31]
		}
		random(r, x.last[timeLetters:])
		return string(x.last[:])
	}
	for i := idLetters - 1; i >= 0; i-- { // after the last of a millisecond comes the first of the next
		if c := x.last[i]; c != letters[31] {
			x.last[i] = after(c)
			break
		}
		x.last[i] = letters[0]
	}
	return string(x.last[:])
}

// after is the letter behind c.
func after(c byte) byte {
	if c == '7' {
		return 'A'
	}
	return c + 1
}
