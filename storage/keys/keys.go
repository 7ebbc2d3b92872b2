// Package keys holds the secrets an installation is sealed with: one data key
// per tenant, one key per person inside it, and the key that signs audit
// checkpoints. Everything a tenant owns is sealed under keys derived from its
// data key, so destroying that one key makes rows, files, logs and every
// backup of them unreadable.
//
// Wrapped keys live in their own place, outside everything that can be rewound:
// restoring an old database must never bring a destroyed key back.
package keys

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
)

// Control is the owner name of the installation itself: its control database
// and everything in it are sealed under this owner's data key.
const Control = "control"

// Size is the length of every secret in this package.
const Size = 32

var (
	// ErrNoKey means the owner or person has no key here. ErrShredded and
	// ErrErased match it too: whatever the reason, nothing can be opened.
	ErrNoKey = errors.New("no such key")
	// ErrShredded means the owner's key was destroyed on purpose, for ever.
	ErrShredded = fmt.Errorf("the key was destroyed: %w", ErrNoKey)
	// ErrErased means the person's key was destroyed on purpose, for ever.
	ErrErased = fmt.Errorf("the person was erased: %w", ErrNoKey)
	// ErrExists means a key is already there; keys are never replaced.
	ErrExists = errors.New("the key exists already")
	// ErrName means an owner or person id is not 2 to 64 of A-Z a-z 0-9 _ -.
	ErrName = errors.New("not a valid key name")
	// ErrSealed means a sealed value does not open: another key, another place,
	// or a changed bit. It never says which.
	ErrSealed = errors.New("the sealed value does not open")
)

// Keeper keeps the keys of one installation. An owner is a tenant's id or
// Control. Every method is safe for concurrent use, and what a method promised
// survives a power cut once it returned nil.
type Keeper interface {
	// Create makes a new random data key. ErrExists when the owner has one,
	// ErrShredded when it had one.
	Create(ctx context.Context, owner string) error

	// Key returns the owner's data key: ErrNoKey when there is none,
	// ErrShredded when it was destroyed.
	Key(ctx context.Context, owner string) (Key, error)

	// Shred destroys the owner's key, and the keys of its persons, for ever.
	// A tombstone stays, so that Create, Import and Key fail with ErrShredded
	// from then on. Shredding twice is no error; an owner never seen is ErrNoKey.
	// A Key handed out before keeps working in memory: close the tenant first.
	// Copies of the key folder made before are out of reach; doctor says so.
	Shred(ctx context.Context, owner string) error

	// Person returns the key that seals one person's values in the owner's audit
	// log. With create a missing one is made. ErrErased after ErasePerson (also
	// with create), ErrNoKey when missing and not to be made.
	Person(ctx context.Context, owner, person string, create bool) ([]byte, error)

	// ErasePerson destroys a person's key for ever and leaves a tombstone. It
	// also stops a person who never had a key from getting one, so that an
	// erasure cannot be outrun. Erasing twice is no error.
	ErasePerson(ctx context.Context, owner, person string) error

	// Erased lists the owner's persons whose keys were destroyed, in order.
	Erased(ctx context.Context, owner string) ([]string, error)

	// Signer returns the key that signs audit checkpoints: one for the whole
	// installation, made on first use, never changed by Rewrap or Shred.
	Signer(ctx context.Context) (Signer, error)

	// Export returns the owner's keys as plain JSON: data key, person keys,
	// tombstones of persons, and for Control the signer too.
	// THE RESULT IS SECRET MATERIAL: who holds it reads everything of this owner.
	// It exists for two uses: inside a tenant's export, sealed for its receiver,
	// and inside the public demo seed, whose keys protect nothing.
	Export(ctx context.Context, owner string) ([]byte, error)

	// Import takes what Export gave, under the same owner name. ErrExists when
	// the owner has a key here, ErrShredded when it had one. A signer in a Control
	// bundle is taken only when this installation has none yet.
	// The bundle is secret material; see Export.
	Import(ctx context.Context, owner string, bundle []byte) error

	// Forget removes what Import brought, without a tombstone, so that it can be
	// imported again: for an import that was cut off before anything was sealed
	// here. Forgetting what is not there is no error; ErrShredded when the key was
	// destroyed, and then nothing is removed.
	Forget(ctx context.Context, owner string) error

	// Check opens every key once and tries to write, for doctor. It changes
	// nothing and returns everything it found wrong, joined.
	Check(ctx context.Context) error
}

var name = regexp.MustCompile(`^[A-Za-z0-9_-]{2,64}$`)

// ValidName reports whether s may name an owner or a person. Names become file
// names and parts of object keys, so nothing else is ever let through.
func ValidName(s string) bool { return name.MatchString(s) }

func checkNames(names ...string) error {
	for _, n := range names {
		if !ValidName(n) {
			return fmt.Errorf("%w: %.80q", ErrName, n)
		}
	}
	return nil
}

// Key is an owner's secret. It never prints: every verb of fmt, slog and JSON
// shows only its id. The zero Key seals and opens nothing.
type Key struct{ s *secret }

type secret struct {
	owner string
	raw   [Size]byte
	id    [4]byte
	field cipher.AEAD
	rand  io.Reader
}

// New makes a Key of 32 secret bytes, for instance a person's, with everything
// a data key can do. The owner's name is bound into every derived key. Nonces
// come from random (nil means crypto/rand): it must never repeat itself under
// the same key, and must be safe for concurrent use.
func New(owner string, raw []byte, random io.Reader) (Key, error) {
	if len(raw) != Size {
		return Key{}, fmt.Errorf("a key has %d bytes, not %d", Size, len(raw))
	}
	if random == nil {
		random = rand.Reader
	}
	s := &secret{owner: owner, rand: random}
	copy(s.raw[:], raw)
	k := Key{s}
	copy(s.id[:], k.Derive("id"))
	block, err := aes.NewCipher(k.Derive("field", owner))
	if err != nil {
		return Key{}, err
	}
	s.field, err = cipher.NewGCM(block)
	return k, err
}

// Derive gives 32 bytes for one purpose: HKDF-SHA-256 over the secret, with
// label and every part of context framed by its length, so that ("a", "bc") and
// ("ab", "c") never meet. The same input gives the same bytes for ever.
// It panics on the zero Key: sealing under nothing must not go on.
func (k Key) Derive(label string, context ...string) []byte {
	if k.s == nil {
		panic("keys: Derive on a key that does not exist")
	}
	info := frame([]byte("assay/1"), label)
	for _, c := range context {
		info = frame(info, c)
	}
	out, err := hkdf.Key(sha256.New, k.s.raw[:], nil, string(info), Size)
	if err != nil {
		panic(err) // only for absurd lengths
	}
	return out
}

func frame(to []byte, part string) []byte {
	return append(binary.BigEndian.AppendUint32(to, uint32(len(part))), part...)
}

// A sealed field is version (1 byte), key id (4), nonce (12), AES-256-GCM text.
const (
	fieldVersion = 1
	headSize     = 1 + 4
)

// SealField encrypts one small value. aad names its place (table, column, row);
// the same place must be given to open it, so a value copied elsewhere is dead.
// 33 bytes are added. The owner is bound through the key.
func (k Key) SealField(aad string, plain []byte) ([]byte, error) {
	if k.s == nil {
		return nil, ErrNoKey
	}
	f := k.s.field
	out := make([]byte, headSize+f.NonceSize(), headSize+f.NonceSize()+len(plain)+f.Overhead())
	out[0] = fieldVersion
	copy(out[1:headSize], k.s.id[:])
	if _, err := io.ReadFull(k.s.rand, out[headSize:]); err != nil {
		return nil, fmt.Errorf("read randomness: %w", err)
	}
	return f.Seal(out, out[headSize:], plain, place(out[:headSize], aad)), nil
}

// OpenField gives back what SealField sealed for the same place, else ErrSealed.
func (k Key) OpenField(aad string, sealed []byte) ([]byte, error) {
	if k.s == nil {
		return nil, ErrNoKey
	}
	f := k.s.field
	if len(sealed) < headSize+f.NonceSize()+f.Overhead() || sealed[0] != fieldVersion || [4]byte(sealed[1:headSize]) != k.s.id {
		return nil, ErrSealed
	}
	nonce, text := sealed[headSize:headSize+f.NonceSize()], sealed[headSize+f.NonceSize():]
	plain, err := f.Open(nil, nonce, text, place(sealed[:headSize], aad))
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

// place binds the header as well, so that no bit of a sealed value is free.
func place(head []byte, aad string) []byte {
	return append(append(make([]byte, 0, len(head)+len(aad)), head...), aad...)
}

// ID names the key without revealing it; sealed fields carry it.
func (k Key) ID() string {
	if k.s == nil {
		return "none"
	}
	return hex.EncodeToString(k.s.id[:])
}

// Format keeps the secret out of every print and log.
func (k Key) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "key(%s)", k.ID()) }

// MarshalText keeps the secret out of JSON.
func (k Key) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "key(%s)", k.ID()), nil }
