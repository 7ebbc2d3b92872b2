package token

import (
	"crypto/rand"
	"encoding/base64"
	"regexp"
	"testing"
	"time"
)

func TestAccessToken(t *testing.T) {
	form := regexp.MustCompile(`^assay_[0-9A-Za-z]{49}$`)
	seen := map[string]bool{}
	for range 1000 {
		s, err := NewAccess(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if !form.MatchString(s) || !IsAccess(s) || seen[s] {
			t.Fatalf("%q", s)
		}
		seen[s] = true
		b := []byte(s)
		if b[20] = 'x'; s[20] == 'x' {
			b[20] = 'y'
		}
		if IsAccess(string(b)) {
			t.Fatalf("%q passes with one letter changed", b)
		}
	}
	for _, s := range []string{"", "assay_", "assay_abc", "ghp_0123456789012345678901234567890123456789012345678"} {
		if IsAccess(s) {
			t.Errorf("%q passes", s)
		}
	}
}

func TestB9Links(t *testing.T) {
	s, err := NewLink(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(raw)*8 < 128 {
		t.Errorf("%d bits, %v", len(raw)*8, err)
	}
	if len(Hash(s)) != 64 || Hash(s) == Hash(s+"x") {
		t.Error("hash")
	}
	for kind, want := range map[Kind]time.Duration{Setup: time.Hour, Reset: time.Hour, Invitation: 168 * time.Hour, "other": 0} {
		if got := kind.Lifetime(); got != want {
			t.Errorf("%s lives %v", kind, got)
		}
	}
}
