// Package token makes the random strings that open something: personal access
// tokens and the links in mails. Only their hash is ever stored.
package token

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"math/big"
	"strings"
	"time"
)

// Prefix starts every personal access token, so that a person and a secret
// scanner know one when they see it: assay_ + 43 + 6 letters and digits.
const Prefix = "assay_"

const (
	digits  = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	bodyLen = 43 // 256 bits in base 62
	sumLen  = 6  // 32 bits in base 62
)

// NewAccess is a personal access token of 256 random bits. Its last six
// characters are a checksum of the others: a scanner can tell a token from a
// string that only looks like one without asking anybody.
func NewAccess(rand io.Reader) (string, error) {
	b := make([]byte, 32)
	if _, err := io.ReadFull(rand, b); err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	body := Prefix + base62(new(big.Int).SetBytes(b), bodyLen)
	return body + checksum(body), nil
}

// IsAccess says whether s is a personal access token, issued or not.
func IsAccess(s string) bool {
	if len(s) != len(Prefix)+bodyLen+sumLen || !strings.HasPrefix(s, Prefix) {
		return false
	}
	cut := len(s) - sumLen
	return checksum(s[:cut]) == s[cut:]
}

// NewLink is the secret part of a link in a mail: 256 random bits, safe in a URL.
func NewLink(rand io.Reader) (string, error) {
	b := make([]byte, 32)
	if _, err := io.ReadFull(rand, b); err != nil {
		return "", fmt.Errorf("make a link: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// Hash is what is stored of a token or a link. So many random bits need no
// slow hash and no salt.
func Hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// Kind is what a link opens.
type Kind string

// The kinds of links.
const (
	Setup      Kind = "setup"
	Reset      Kind = "reset"
	Invitation Kind = "invitation"
)

// Lifetime is how long a link of a kind works. The one table of lifetimes;
// kinds of later doors get their line here.
func (k Kind) Lifetime() time.Duration {
	switch k {
	case Setup, Reset:
		return time.Hour
	case Invitation:
		return 7 * 24 * time.Hour
	}
	return 0 // an unknown kind opens nothing
}

func checksum(body string) string {
	return base62(big.NewInt(int64(crc32.ChecksumIEEE([]byte(body)))), sumLen)
}

func base62(n *big.Int, width int) string {
	out := make([]byte, width)
	base, digit := big.NewInt(62), new(big.Int)
	n = new(big.Int).Set(n)
	for i := width - 1; i >= 0; i-- {
		n.DivMod(n, base, digit)
		out[i] = digits[digit.Int64()]
	}
	return string(out)
}
