package totp

import (
	"bytes"
	"crypto/rand"
	"encoding/base32"
	"image/png"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestB6EachCodeOnce(t *testing.T) {
	k, err := NewKey(rand.Reader, "Assay", "maria@northwind.example")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 5, 4, 12, 0, 10, 0, time.UTC)
	at := func(d time.Duration) string {
		c, err := Code(k.Secret, now.Add(d))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, c := range []struct {
		name string
		code string
		last int64
		ok   bool
	}{
		{"this step", at(0), 0, true},
		{"this step, typed with a blank", at(0)[:3] + " " + at(0)[3:], 0, true},
		{"one step late", at(-30 * time.Second), 0, true},
		{"one step early", at(30 * time.Second), 0, true},
		{"two steps late", at(-60 * time.Second), 0, false},
		{"two steps early", at(60 * time.Second), 0, false},
		{"used before", at(0), now.Unix() / 30, false},
		{"older than the one used", at(-30 * time.Second), now.Unix() / 30, false},
		{"newer than the one used", at(30 * time.Second), now.Unix() / 30, true},
		{"empty", "", 0, false},
		{"letters", "abcdef", 0, false},
		{"seven digits", at(0) + "0", 0, false},
	} {
		if _, ok := Verify(k.Secret, c.code, now, c.last); ok != c.ok {
			t.Errorf("%s: %v", c.name, ok)
		}
	}
	step, _ := Verify(k.Secret, at(0), now, 0)
	if step != now.Unix()/30 {
		t.Errorf("step %d", step)
	}
	if _, ok := Verify("not base32!", "123456", now, 0); ok {
		t.Error("a broken secret accepts")
	}
}

// RFC 6238, appendix B, cut to six digits.
func TestRFC6238(t *testing.T) {
	secret := base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))
	for unix, want := range map[int64]string{59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"} {
		if got, _ := Code(secret, time.Unix(unix, 0)); got != want {
			t.Errorf("at %d: %s, want %s", unix, got, want)
		}
	}
}

func TestEnrol(t *testing.T) {
	k, err := NewKey(rand.Reader, "Assay", "maria@northwind.example")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(k.Secret)
	if err != nil || len(raw)*8 != 160 {
		t.Errorf("%d bits, %v", len(raw)*8, err)
	}
	u, err := url.Parse(k.URL)
	if err != nil || u.Scheme != "otpauth" || u.Host != "totp" || u.Query().Get("secret") != k.Secret || u.Query().Get("issuer") != "Assay" {
		t.Errorf("%s %v", k.URL, err)
	}
	b, err := k.PNG(264)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil || img.Bounds().Dx() != 264 {
		t.Errorf("%v %v", img.Bounds(), err)
	}
}

func TestRecoveryCodes(t *testing.T) {
	codes, err := RecoveryCodes(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile(`^([a-z2-7]{4}-){3}[a-z2-7]{4}$`)
	seen := map[string]bool{}
	for _, c := range codes {
		if !form.MatchString(c) || seen[c] {
			t.Errorf("%q", c)
		}
		seen[c] = true
		if HashCode(c) != HashCode(" "+strings.ToUpper(strings.ReplaceAll(c, "-", " "))) {
			t.Errorf("%q typed differently is another code", c)
		}
	}
	if len(seen) != Codes {
		t.Errorf("%d codes", len(seen))
	}
}
