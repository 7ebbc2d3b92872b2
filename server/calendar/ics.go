package calendar

import (
	"bytes"
	"strings"
	"time"
	"unicode/utf8"
)

// Write writes a calendar as RFC 5545 has it. The few lines that all-day events need are written here, not by
// a library: what matters is that a line is folded by its bytes and never inside a letter, that text is
// escaped, and that the same events are the same bytes, so that a program that asks again is told so. A test
// reads the result with the parser of a library.
func Write(name string, events []Event) []byte {
	var b bytes.Buffer
	line := func(name, value string) { fold(&b, name+":"+value) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//Assay//Calendar//EN")
	line("CALSCALE", "GREGORIAN")
	line("METHOD", "PUBLISH")
	line("X-WR-CALNAME", escape(name))
	line("REFRESH-INTERVAL;VALUE=DURATION", "PT1H")
	line("X-PUBLISHED-TTL", "PT1H")
	for _, e := range events {
		day, err := time.Parse(time.DateOnly, e.Day)
		if err != nil {
			continue // not a day: nothing that a calendar could show
		}
		line("BEGIN", "VEVENT")
		line("UID", escape(e.UID))
		line("DTSTAMP", e.Changed.UTC().Format("20060102T150405Z"))
		line("DTSTART;VALUE=DATE", day.Format("20060102"))
		line("DTEND;VALUE=DATE", day.AddDate(0, 0, 1).Format("20060102"))
		line("SUMMARY", escape(e.Title))
		if e.URL != "" {
			line("URL", e.URL)
		}
		line("TRANSP", "TRANSPARENT")
		line("END", "VEVENT")
	}
	line("END", "VCALENDAR")
	return b.Bytes()
}

// escape is a text as a value. What is no letter is left out: a line must not end where the text says.
func escape(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
	return escapes.Replace(s)
}

var escapes = strings.NewReplacer(`\`, `\\`, `;`, `\;`, `,`, `\,`, "\n", `\n`)

// fold writes a line of at most 75 bytes, and the rest of it on lines that begin with a space.
func fold(b *bytes.Buffer, s string) {
	most := 75
	for len(s) > most {
		cut := most
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		b.WriteString(s[:cut] + "\r\n ")
		s, most = s[cut:], 74
	}
	b.WriteString(s + "\r\n")
}
