package op

import (
	"fmt"
	"net/mail"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Check gathers what is wrong with an input, one message a field. Fields are named as the caller sent
// them ("title", "items[2].due"); a name that begins with "query." or "path." is looked for there, any
// other in the body.
type Check struct{ fields map[string]string }

// That notes message for field unless ok. The first message of a field stands.
func (c *Check) That(ok bool, field, message string) {
	if ok {
		return
	}
	if c.fields == nil {
		c.fields = map[string]string{}
	}
	if _, said := c.fields[field]; !said {
		c.fields[field] = message
	}
}

// Required notes text that is empty or only blanks.
func (c *Check) Required(v, field string) {
	c.That(strings.TrimSpace(v) != "", field, "This field is required.")
}

// MaxLen notes text of more than n characters.
func (c *Check) MaxLen(v string, n int, field string) {
	c.That(utf8.RuneCountInString(v) <= n, field, fmt.Sprintf("Use at most %d characters.", n))
}

// OneOf notes a value that is not among the allowed ones. Its type may be any string type.
func (c *Check) OneOf(v any, field string, allowed ...string) {
	c.That(slices.Contains(allowed, reflect.ValueOf(v).String()), field, "Choose one of: "+strings.Join(allowed, ", ")+".")
}

// Between notes a number outside lo..hi.
func (c *Check) Between(n, lo, hi int, field string) {
	c.That(lo <= n && n <= hi, field, fmt.Sprintf("Choose a number from %d to %d.", lo, hi))
}

// Date notes text that is neither empty nor a day that exists, as YYYY-MM-DD.
func (c *Check) Date(v, field string) {
	if v == "" {
		return
	}
	_, err := time.Parse(time.DateOnly, v)
	c.That(err == nil, field, "Give a date as YYYY-MM-DD.")
}

// Email notes text that is neither empty nor one bare e-mail address.
func (c *Check) Email(v, field string) {
	if v == "" {
		return
	}
	c.That(validEmail(v), field, "Give an e-mail address such as name@example.com.")
}

// validEmail accepts what a person writes in a form: local@domain.tld, no display name, no comment, no
// second @, nothing that could end a header line.
func validEmail(v string) bool {
	if len(v) > 254 || strings.Count(v, "@") != 1 || strings.ContainsFunc(v, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return false
	}
	a, err := mail.ParseAddress(v)
	if err != nil || a.Name != "" || a.Address != v {
		return false
	}
	_, domain, _ := strings.Cut(v, "@")
	return strings.Contains(strings.Trim(domain, "."), ".") && !strings.ContainsAny(v, "<>(),;:\\\"[]")
}

// Fields is what was noted, by field, for who says it otherwise than in an answer.
func (c *Check) Fields() map[string]string { return c.fields }

// Err is nil when nothing was noted.
func (c *Check) Err() error {
	if c.fields == nil {
		return nil
	}
	return &Error{Kind: Invalid, Message: "Please correct the marked fields.", Fields: c.fields}
}
