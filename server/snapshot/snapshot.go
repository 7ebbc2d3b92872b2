// Package snapshot makes auditor snapshots: an organisation as it is shown to an auditor, for some frameworks and a
// period, in one signed file that [Open] proves and `assay view` shows, without an account and without a network.
//
// What a snapshot has of each table says holds.go, the frame of the file zip.go, how it is proved open.go.
package snapshot

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"assay/storage"
)

// Format is what a snapshot says that it is. A change that an older program would misread gets a new number.
const Format = "assay-snapshot/1"

// Extension is how the name of a snapshot ends.
const Extension = ".assay-snapshot"

// The members of a snapshot, in their order. Objects come before the signature, by their digest.
const (
	manifestMember   = "manifest.json"
	readmeMember     = "README.txt"
	checkpointMember = "checkpoint.txt"
	proofsMember     = "proofs.txt"
	databaseMember   = "organisation.db"
	objectsFolder    = "objects/"
	signatureMember  = "manifest.sig"
)

// SnapshotScope is what a snapshot is about.
type SnapshotScope struct {
	Frameworks []SnapshotFramework `json:"frameworks"`
	From       string              `json:"from" format:"date"`
	To         string              `json:"to" format:"date" doc:"Its last day"`
}

// SnapshotFramework names a framework.
type SnapshotFramework struct {
	ID    string `json:"id"`
	Short string `json:"short"`
	Name  string `json:"name"`
}

func (s SnapshotScope) ids() []string {
	ids := []string{}
	for _, f := range s.Frameworks {
		ids = append(ids, f.ID)
	}
	return ids
}

// Manifest is manifest.json: what the snapshot is, and the digest of every other member but the signature.
type Manifest struct {
	Format       string         `json:"format"`
	Tenant       string         `json:"tenant"`
	Organisation string         `json:"organisation"`
	Slug         string         `json:"slug"`
	Scope        SnapshotScope  `json:"scope"`
	MadeAt       string         `json:"made_at"`
	MadeBy       string         `json:"made_by"`
	Program      string         `json:"program"` // version that wrote it
	Holds        SnapshotCounts `json:"holds"`
	Records      int64          `json:"records"` // of the audit log, each of which is proved
	Missing      []SnapshotLost `json:"missing"` // files that could not be read whole when it was made
	Verifier     string         `json:"verifier"`
	Members      []Member       `json:"members"`
}

// SnapshotCounts are what a snapshot has.
type SnapshotCounts struct {
	Requirements int   `json:"requirements" doc:"Assessable ones"`
	Controls     int   `json:"controls"`
	Evidence     int   `json:"evidence" doc:"Evidence requests"`
	Files        int   `json:"files"`
	Bytes        int64 `json:"bytes" doc:"Of the files"`
}

// Member is one file in the snapshot.
type Member struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// SnapshotLost is a file whose content is not in the snapshot.
type SnapshotLost struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Why    string `json:"why"`
}

// signedText is what is signed of a manifest. Its first line keeps it from being taken for anything else.
func signedText(m Manifest, manifest []byte) string {
	return fmt.Sprintf("%s\n%s\n%s\n", Format, m.Tenant, digest(manifest))
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Fingerprint is how people compare keys: the SHA-256 of the public key as the signature has it, in groups.
func Fingerprint(verifier string) string {
	sum := digest([]byte(verifier))
	var groups []string
	for g := range slices.Chunk([]byte(sum), 8) {
		groups = append(groups, string(g))
	}
	return strings.Join(groups, " ")
}

var notHex = regexp.MustCompile(`[^0-9a-f]`)

// SameKey reports whether somebody who was told text, a fingerprint or a whole public key, means this key.
func SameKey(verifier, text string) bool {
	if text = strings.TrimSpace(text); text == verifier {
		return true
	}
	text = notHex.ReplaceAllString(strings.TrimPrefix(strings.ToLower(text), "sha256"), "")
	return text == digest([]byte(verifier))
}

// FileName is how a snapshot of an organisation is called.
func FileName(slug string, s SnapshotScope) string {
	parts := []string{slug}
	for _, f := range s.Frameworks {
		parts = append(parts, f.Short)
	}
	name := strings.ToLower(strings.Join(append(parts, s.From, s.To), "-"))
	name = strings.Trim(notPlain.ReplaceAllString(name, "-"), "-")
	return name[:min(len(name), 90)] + Extension
}

var notPlain = regexp.MustCompile(`[^a-z0-9]+`)

// zoned are the values of the scope's conditions where the organisation is.
func zoned(tx *storage.ReadTx, s SnapshotScope) ([]any, error) {
	args, err := s.args(tx.Zone())
	out := make([]any, len(args))
	for i, a := range args {
		out[i] = a
	}
	return out, err
}

// Preview counts what a snapshot would have.
func Preview(tx *storage.ReadTx, s SnapshotScope) (c SnapshotCounts, err error) {
	args, err := zoned(tx, s)
	if err != nil {
		return c, err
	}
	err = tx.QueryRow(`SELECT (SELECT count(*) FROM requirement WHERE assessable = 1 AND framework IN (`+ofFrameworks+`)),
		(SELECT count(DISTINCT control) FROM (`+ofControls+`)), (SELECT count(DISTINCT evidence) FROM (`+ofEvidence+`)),
		count(*), coalesce(sum(t.size), 0) FROM file t WHERE t.evidence IN (`+ofEvidence+`) AND `+covered, args...).
		Scan(&c.Requirements, &c.Controls, &c.Evidence, &c.Files, &c.Bytes)
	if err != nil {
		return c, fmt.Errorf("count what a snapshot has: %w", err)
	}
	return c, nil
}
