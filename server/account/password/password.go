// Package password hashes passwords and says which ones are good enough.
//
// A hash is a PHC string of argon2id. A few hashes run at a time, whoever
// asks: a crowd of sign-ins waits in line instead of taking the memory.
package password

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// The cost of one hash: 19 MiB and two passes, about 50 ms of one core.
// Raise them when cores get faster; older hashes still verify and are renewed
// at the next sign-in.
const (
	memory  = 19 << 10 // KiB
	passes  = 2
	lanes   = 1
	saltLen = 16
	keyLen  = 32
)

// Longest is the most bytes Verify looks at. A password of Max code points is
// always shorter.
const Longest = 4 * Max

// ErrHash says that a stored hash is not one this package can read.
var ErrHash = errors.New("password: the stored hash is unreadable")

// A Hasher makes and checks hashes, a few at a time.
type Hasher struct {
	rand  io.Reader
	seats chan struct{}
	dummy string
}

// NewHasher takes salts from rand and hashes at most as many passwords at once
// as there are cores, and never more than four.
func NewHasher(rand io.Reader) *Hasher {
	h := &Hasher{rand: rand, seats: make(chan struct{}, min(4, runtime.GOMAXPROCS(0)))}
	h.dummy = format(make([]byte, saltLen), make([]byte, keyLen))
	return h
}

// Hash is the PHC string to store for a password.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltLen)
	if _, err := io.ReadFull(h.rand, salt); err != nil {
		return "", fmt.Errorf("make a salt: %w", err)
	}
	if err := h.sit(ctx); err != nil {
		return "", err
	}
	defer h.stand()
	return format(salt, argon2.IDKey(normal(password), salt, passes, memory, lanes, keyLen)), nil
}

// Verify says whether the password is the one that phc was made from, and
// whether phc was made with older costs and should be replaced.
func (h *Hasher) Verify(ctx context.Context, password, phc string) (ok, stale bool, err error) {
	p, err := parse(phc)
	if err != nil {
		return false, false, err
	}
	if len(password) > Longest {
		password = "" // no such password can have been stored; take the same time
	}
	if err := h.sit(ctx); err != nil {
		return false, false, err
	}
	defer h.stand()
	key := argon2.IDKey(normal(password), p.salt, p.passes, p.memory, p.lanes, uint32(len(p.key)))
	ok = subtle.ConstantTimeCompare(key, p.key) == 1 && password != ""
	return ok, ok && (p.memory != memory || p.passes != passes || p.lanes != lanes || len(p.key) != keyLen), nil
}

// Burn takes the time of a Verify and gives nothing away. Sign-in calls it when
// there is no account, or none that may try.
func (h *Hasher) Burn(ctx context.Context, password string) error {
	_, _, err := h.Verify(ctx, password, h.dummy)
	return err
}

func (h *Hasher) sit(ctx context.Context) error {
	select {
	case h.seats <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *Hasher) stand() { <-h.seats }

// normal is the form that is hashed: one accented letter is the same password
// whether a keyboard sends it as one code point or two.
func normal(password string) []byte { return norm.NFKC.Bytes([]byte(password)) }

type parsed struct {
	memory, passes uint32
	lanes          uint8
	salt, key      []byte
}

var b64 = base64.RawStdEncoding

func format(salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, lanes, b64.EncodeToString(salt), b64.EncodeToString(key))
}

func parse(phc string) (parsed, error) {
	var p parsed
	part := strings.Split(phc, "$")
	if len(part) != 6 || part[0] != "" || part[1] != "argon2id" || part[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, ErrHash
	}
	if _, err := fmt.Sscanf(part[3], "m=%d,t=%d,p=%d", &p.memory, &p.passes, &p.lanes); err != nil {
		return p, ErrHash
	}
	var err1, err2 error
	p.salt, err1 = b64.DecodeString(part[4])
	p.key, err2 = b64.DecodeString(part[5])
	// A tampered row must not make the process allocate gigabytes.
	if err1 != nil || err2 != nil || len(p.salt) < 8 || len(p.key) < 16 || len(p.key) > 64 ||
		p.memory < 8 || p.memory > 1<<18 || p.passes < 1 || p.passes > 16 || p.lanes < 1 || p.lanes > 8 {
		return p, ErrHash
	}
	return p, nil
}
