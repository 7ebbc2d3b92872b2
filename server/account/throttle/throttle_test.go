package throttle

import (
	"testing"
	"time"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

func TestB4Delay(t *testing.T) {
	for _, c := range []struct {
		failures int
		want     time.Duration
	}{
		{0, 0}, {4, 0}, {5, time.Second}, {6, 2 * time.Second}, {7, 4 * time.Second}, {14, 512 * time.Second},
		{15, 15 * time.Minute}, {99, 15 * time.Minute}, {1 << 30, 15 * time.Minute},
	} {
		if got := Delay(c.failures); got != c.want {
			t.Errorf("after %d: %v, want %v", c.failures, got, c.want)
		}
	}
}

func TestB4Wait(t *testing.T) {
	for _, c := range []struct {
		name     string
		failures int
		ago      time.Duration
		left     time.Duration
		stopped  bool
	}{
		{"never failed", 0, 0, 0, false},
		{"four failures", 4, 0, 0, false},
		{"the fifth just now", 5, 0, time.Second, false},
		{"waited long enough", 5, time.Second, 0, false},
		{"half of it", 7, 2 * time.Second, 2 * time.Second, false},
		{"99 failures, a quarter of an hour ago", 99, 15 * time.Minute, 0, false},
		{"100 failures, a year ago", 100, 365 * 24 * time.Hour, 0, true},
		{"the clock was set back an hour", 50, -time.Hour, 0, false},
		{"the clock jumped 400 days", 50, 400 * 24 * time.Hour, 0, false},
	} {
		left, stopped := Wait(c.failures, noon.Add(-c.ago), noon)
		if left != c.left || stopped != c.stopped {
			t.Errorf("%s: %v %v", c.name, left, stopped)
		}
	}
}

func TestB4AddressAndB6Codes(t *testing.T) {
	for _, l := range []Limit{PerAddress, PerCode, PerMail} {
		var tries []time.Time
		var wait time.Duration
		for i := range l.Tries {
			if tries, wait = l.Try(tries, noon.Add(time.Duration(i)*time.Second)); wait != 0 {
				t.Errorf("%v: try %d waits %v", l, i+1, wait)
			}
		}
		last := noon.Add(time.Duration(l.Tries-1) * time.Second)
		if tries, wait = l.Try(tries, last); wait != l.Per-last.Sub(noon) {
			t.Errorf("%v: one too many waits %v", l, wait)
		}
		if len(tries) != l.Tries {
			t.Errorf("%v: a refused try is kept: %d", l, len(tries))
		}
		if _, again := l.Try(tries, last.Add(wait-time.Millisecond)); again != time.Millisecond {
			t.Errorf("%v: a moment early waits %v", l, again)
		}
		if _, again := l.Try(tries, last.Add(wait)); again != 0 {
			t.Errorf("%v: after the wait it waits %v", l, again)
		}
		if kept, again := l.Try(tries, noon.Add(-time.Hour)); again != 0 || len(kept) != 1 {
			t.Errorf("%v: a clock set back locks: %v", l, again)
		}
	}
}
