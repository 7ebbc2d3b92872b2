package storage

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"
	"time"
)

// Ids ascend: within a millisecond, over milliseconds, and when the clock is set back; whatever was drawn.
func TestIDsAscend(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for name, draw := range map[string]func() []byte{
		"chance":    func() []byte { b := make([]byte, chanceLetters); rand.Read(b); return b },
		"the last":  func() []byte { return bytes.Repeat([]byte{31}, chanceLetters) },
		"the first": func() []byte { return make([]byte, chanceLetters) },
	} {
		var x ids
		last := ""
		for i, now := range []time.Time{at, at, at, at.Add(time.Millisecond), at.Add(-time.Hour), at.Add(2 * time.Millisecond), at.AddDate(50, 0, 0)} {
			id := x.next(now, bytes.NewReader(draw()))
			if id <= last || !tenantID.MatchString(id) {
				t.Errorf("%s, %d: %s after %s", name, i, id, last)
			}
			last = id
		}
	}
	var x ids
	seen := map[string]bool{}
	for range 100_000 {
		seen[x.next(at, rand.Reader)] = true
	}
	if len(seen) != 100_000 {
		t.Errorf("%d different ids of 100000", len(seen))
	}
	if id := newID(bytes.NewReader(make([]byte, idLetters))); id != strings.Repeat(letters[:1], idLetters) {
		t.Errorf("an id of chance: %s", id)
	}
}
