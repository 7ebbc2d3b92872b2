package calendar

import (
	"strings"
	"testing"
	"time"
)

// What a title says cannot end a line, begin another, or be cut inside a letter.
func TestWrite(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for title, want := range map[string]string{
		"Plain":                      "SUMMARY:Plain\r\n",
		"a;b,c\\d":                   "SUMMARY:a\\;b\\,c\\\\d\r\n",
		"two\nlines":                 "SUMMARY:two\\nlines\r\n",
		"x\r\nEND:VCALENDAR\r\nY":    "SUMMARY:x\\nEND:VCALENDAR\\nY\r\n",
		"bell\aand\x7f":              "SUMMARY:belland\r\n",
		"":                           "SUMMARY:\r\n",
		strings.Repeat("é", 60):      "SUMMARY:" + strings.Repeat("é", 33) + "\r\n " + strings.Repeat("é", 27) + "\r\n",
		strings.Repeat("x", 67):      "SUMMARY:" + strings.Repeat("x", 67) + "\r\n",
		strings.Repeat("x", 68):      "SUMMARY:" + strings.Repeat("x", 67) + "\r\n x\r\n",
		strings.Repeat("x", 67+74+1): "SUMMARY:" + strings.Repeat("x", 67) + "\r\n " + strings.Repeat("x", 74) + "\r\n x\r\n",
	} {
		got := string(Write("Test", []Event{{UID: "1@assay", Day: "2026-12-31", Title: title, Changed: at}}))
		if !strings.Contains(got, "\r\n"+want) {
			t.Errorf("%q: %q", title, got)
		}
		if !strings.Contains(got, "DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n") || strings.Count(got, "END:VCALENDAR\r\n") != 1 {
			t.Errorf("%q: %q", title, got)
		}
	}
	if got := string(Write("None", nil)); !strings.HasPrefix(got, "BEGIN:VCALENDAR\r\n") || strings.Contains(got, "VEVENT") {
		t.Errorf("an empty calendar: %q", got)
	}
}

func TestMatches(t *testing.T) {
	for header, want := range map[string]bool{`"a"`: true, `W/"a"`: true, `"b", "a"`: true, "*": true, `"b"`: false, "": false, "a": false} {
		if matches(header, `"a"`) != want {
			t.Errorf("%s: %v", header, !want)
		}
	}
}
