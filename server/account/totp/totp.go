// Package totp is the second step of signing in: codes of an authenticator app
// (RFC 6238) and recovery codes for the day the phone is lost.
package totp

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"image/png"
	"io"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	lib "github.com/pquerna/otp/totp"
)

const (
	period = 30 // seconds a code lives
	skew   = 1  // steps a phone's clock may be off, either way
)

// A Key is what an authenticator app is given.
type Key struct {
	Secret string // 160 bits in base32, for typing
	URL    string // otpauth://, for the QR code
}

// NewKey makes a key for an account of issuer.
func NewKey(rand io.Reader, issuer, account string) (Key, error) {
	k, err := lib.Generate(lib.GenerateOpts{Issuer: issuer, AccountName: account, SecretSize: 20, Rand: rand})
	if err != nil {
		return Key{}, fmt.Errorf("make a one-time-code key: %w", err)
	}
	return Key{Secret: k.Secret(), URL: k.URL()}, nil
}

// PNG is the key as a QR code of size pixels a side.
func (k Key) PNG(size int) ([]byte, error) {
	o, err := otp.NewKeyFromURL(k.URL)
	if err != nil {
		return nil, fmt.Errorf("read a one-time-code key: %w", err)
	}
	img, err := o.Image(size, size)
	if err != nil {
		return nil, fmt.Errorf("draw a QR code: %w", err)
	}
	var b bytes.Buffer
	err = png.Encode(&b, img)
	return b.Bytes(), err
}

// Verify says whether code belongs to a step near now that is later than last,
// and which step. Store the step: that is what makes each code good once.
func Verify(secret, code string, now time.Time, last int64) (step int64, ok bool) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	if len(code) != 6 {
		return 0, false
	}
	for s := now.Unix()/period - skew; s <= now.Unix()/period+skew; s++ {
		want, err := hotp.GenerateCode(secret, uint64(s))
		if err != nil {
			return 0, false
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && s > last {
			step, ok = s, true
		}
	}
	return step, ok
}

// Code is what an app shows at an instant. Tests and the demo's help use it.
func Code(secret string, at time.Time) (string, error) {
	return hotp.GenerateCode(secret, uint64(at.Unix()/period))
}

// Codes is how many recovery codes a set has.
const Codes = 10

// RecoveryCodes makes a set of codes of 80 random bits, such as
// k4qf-5x2m-htwp-7cdr. There is no 0, 1, 8 or 9 in them to misread.
func RecoveryCodes(rand io.Reader) ([]string, error) {
	codes := make([]string, Codes)
	for i := range codes {
		b := make([]byte, 10)
		if _, err := io.ReadFull(rand, b); err != nil {
			return nil, fmt.Errorf("make recovery codes: %w", err)
		}
		s := strings.ToLower(base32.StdEncoding.EncodeToString(b)) // 16 letters and digits 2-7
		codes[i] = s[0:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:16]
	}
	return codes, nil
}

// HashCode is what is stored of a recovery code. Eighty random bits need no
// slow hash. Capitals, blanks and dashes do not matter.
func HashCode(code string) string {
	code = strings.NewReplacer("-", "", " ", "").Replace(strings.ToLower(code))
	sum := sha256.Sum256([]byte("assay recovery code\x00" + code))
	return hex.EncodeToString(sum[:])
}
