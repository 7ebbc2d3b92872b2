package keys

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
)

// Signer signs the audit checkpoints of an installation. Its name is random and
// has only lower-case letters, digits and a hyphen, as the note format wants.
type Signer struct {
	Name    string
	Public  ed25519.PublicKey
	private ed25519.PrivateKey
}

// Private returns the secret half.
func (s Signer) Private() ed25519.PrivateKey { return s.private }

// SignerKey is the secret half in the text form golang.org/x/mod/sumdb/note takes.
func (s Signer) SignerKey() string {
	return fmt.Sprintf("PRIVATE+KEY+%s+%x+%s", s.Name, s.hash(), noteKey(s.private.Seed()))
}

// VerifierKey is the public half in the text form of the note package: what an
// auditor needs to check a checkpoint.
func (s Signer) VerifierKey() string {
	return fmt.Sprintf("%s+%x+%s", s.Name, s.hash(), noteKey(s.Public))
}

const noteEd25519 = 1

func (s Signer) hash() []byte {
	sum := sha256.Sum256(append([]byte(s.Name+"\n\x01"), s.Public...))
	return sum[:4]
}

func noteKey(key []byte) string {
	return base64.StdEncoding.EncodeToString(append([]byte{noteEd25519}, key...))
}

// Format keeps the private half out of every print and log.
func (s Signer) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "signer(%s)", s.Name) }

// savedSigner is a signer as it is wrapped and exported: the seed says it all.
type savedSigner struct {
	Name string `json:"name"`
	Seed []byte `json:"seed"`
}

func newSigner(random io.Reader) (Signer, error) {
	b := make([]byte, 8+ed25519.SeedSize)
	if random == nil {
		random = rand.Reader
	}
	if _, err := io.ReadFull(random, b); err != nil {
		return Signer{}, fmt.Errorf("read randomness: %w", err)
	}
	return savedSigner{Name: "assay-" + hex.EncodeToString(b[:8]), Seed: b[8:]}.signer()
}

func (s Signer) saved() savedSigner { return savedSigner{s.Name, s.private.Seed()} }

func (s savedSigner) signer() (Signer, error) {
	if len(s.Seed) != ed25519.SeedSize || !ValidName(s.Name) {
		return Signer{}, fmt.Errorf("not a signer")
	}
	p := ed25519.NewKeyFromSeed(s.Seed)
	return Signer{Name: s.Name, Public: p.Public().(ed25519.PublicKey), private: p}, nil
}

func (s savedSigner) encode() []byte {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // strings and bytes always encode
	}
	return b
}

func decodeSigner(b []byte) (Signer, error) {
	var s savedSigner
	if err := json.Unmarshal(b, &s); err != nil {
		return Signer{}, fmt.Errorf("not a signer")
	}
	return s.signer()
}
