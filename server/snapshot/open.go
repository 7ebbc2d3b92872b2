package snapshot

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"assay/storage"
)

// Refused is why a file is not opened, as a sentence for whoever brought it.
type Refused struct{ Sentence string }

func (r *Refused) Error() string { return r.Sentence }

func refuse(format string, args ...any) error { return &Refused{fmt.Sprintf(format, args...)} }

// SnapshotProblem is one thing that is not as it was signed.
type SnapshotProblem struct {
	Member string `json:"member" doc:"The part of the file; empty for what is between and after them"`
	What   string `json:"what"`
}

// Snapshot is one that was opened. What is wrong with it is in Problems; it can be read all the same.
type Snapshot struct {
	Manifest
	Problems []SnapshotProblem
	Past     *storage.Past

	file   *os.File
	size   int64
	places map[string]place // of members
	known  map[string]Member
	done   func() error
}

type place struct{ at, size int64 }

// Limits of what is read into memory.
const (
	mostManifest  = 64 << 20
	mostSignature = 64 << 10
	mostProofs    = 256 << 20
)

var memberName = regexp.MustCompile(`^(README\.txt|checkpoint\.txt|proofs\.txt|organisation\.db|objects/[0-9a-f]{64})$`)

// Open proves a snapshot, every byte of it, and opens what is in it for reading, below a folder that the caller removes.
// What was changed is in its Problems, by the member that it is in; an error that is a [Refused] means that the file
// is none, or was changed so that it cannot be opened safely.
func Open(ctx context.Context, path, temp string, log *slog.Logger) (_ *Snapshot, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open snapshot: %w", err)
	}
	s := &Snapshot{file: f, Problems: []SnapshotProblem{}, places: map[string]place{}, known: map[string]Member{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	st, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("open snapshot: %w", err)
	}
	s.size = st.Size()
	manifest, listed, err := s.readManifest()
	if err != nil {
		return nil, err
	}
	made, err := time.Parse(storage.Instant, s.MadeAt)
	if err != nil {
		return nil, refuse("manifest.json in the snapshot does not say when it was made: it was changed.")
	}
	// Where everything is follows from the manifest: a frame that was changed misleads nobody.
	frames := []framed{{manifestMember, int64(len(manifest)), crc32.ChecksumIEEE(manifest)}}
	at := int64(len(frames[0].local())) + frames[0].size
	for _, m := range s.Members {
		fr := framed{name: m.Path, size: m.Size}
		at += int64(len(fr.local()))
		s.places[m.Path] = place{at, m.Size}
		at += m.Size
		frames = append(frames, fr)
	}
	signature := s.readSignature(at, listed)
	s.checkSignature(manifest, signature)
	database := filepath.Join(temp, databaseMember)
	for i, m := range s.Members {
		if frames[i+1].crc, err = s.checkMember(ctx, m, database); err != nil {
			return nil, err
		}
	}
	frames = append(frames, framed{signatureMember, int64(len(signature)), crc32.ChecksumIEEE(signature)})
	err = checkZip(f, s.size, frames, func(name string) {
		if name == "" {
			s.problem("", "The list at the end of the file was changed, or something was added or cut off.")
		} else if !s.wrong(name) {
			s.problem(name, "%s differs: the frame around it was changed.", name)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("open snapshot: %w", err)
	}
	if err := s.openDatabase(ctx, database, made, log); err != nil {
		return nil, err
	}
	return s, s.checkRecords(ctx)
}

// Close lets go of the file, and of what was opened of it.
func (s *Snapshot) Close() error {
	if s.done != nil {
		return errors.Join(s.done(), s.file.Close())
	}
	return s.file.Close()
}

func (s *Snapshot) problem(member, format string, args ...any) {
	s.Problems = append(s.Problems, SnapshotProblem{member, fmt.Sprintf(format, args...)})
}

// wrong reports whether something is known to be wrong with a member.
func (s *Snapshot) wrong(member string) bool {
	return slices.ContainsFunc(s.Problems, func(p SnapshotProblem) bool { return p.Member == member })
}

func (s *Snapshot) read(at, size int64) []byte {
	if at < 0 || size < 0 || at+size > s.size {
		return nil
	}
	b := make([]byte, size)
	if n, err := s.file.ReadAt(b, at); int64(n) < size && err != nil {
		return nil
	}
	return b
}

// readManifest finds the manifest, which comes first, by what its own frame says of it, else by the list at the end.
// listed is where that list has the signature.
func (s *Snapshot) readManifest() (manifest []byte, listed place, err error) {
	begin := int64(len(framed{name: manifestMember}.local()))
	var sizes []int64
	if head := s.read(0, begin); head != nil {
		sizes = append(sizes, int64(le.Uint32(head[22:])))
	}
	z, err := zip.NewReader(s.file, s.size)
	if err == nil {
		for _, f := range z.File {
			switch f.Name {
			case manifestMember:
				sizes = append(sizes, int64(f.UncompressedSize64))
			case signatureMember:
				if at, err := f.DataOffset(); err == nil {
					listed = place{at, int64(f.UncompressedSize64)}
				}
			}
		}
	}
	if err != nil && !bytes.HasPrefix(s.read(0, min(4, s.size)), []byte("PK\x03\x04")) {
		return nil, listed, refuse("This is not an auditor snapshot, or no whole one.")
	}
	for _, n := range sizes {
		if n > mostManifest {
			continue
		}
		b := s.read(begin, n)
		var m Manifest
		if b == nil || json.Unmarshal(b, &m) != nil {
			continue
		}
		switch {
		case m.Format == Format:
			s.Manifest = m
			return b, listed, s.declared()
		case strings.HasPrefix(m.Format, "assay-snapshot/"):
			return nil, listed, refuse("manifest.json in the snapshot has the format %.40q: a newer version of this program has made it, or it was changed.", m.Format)
		}
	}
	return nil, listed, refuse("This is not an auditor snapshot, or its manifest.json was changed so that it cannot be read.")
}

// declared holds the manifest to what a snapshot can have.
func (s *Snapshot) declared() error {
	var sum int64
	for _, m := range s.Members {
		switch sum += m.Size; {
		case !memberName.MatchString(m.Path), s.known[m.Path].Path != "", m.Size < 0, m.Size > s.size, sum > s.size:
			return refuse("manifest.json in the snapshot was changed: it speaks of a part %.80q that cannot be in it.", m.Path)
		}
		s.known[m.Path] = m
	}
	for _, name := range []string{readmeMember, checkpointMember, proofsMember, databaseMember} {
		if s.known[name].Path == "" {
			return refuse("manifest.json in the snapshot was changed: it does not speak of %s.", name)
		}
	}
	return nil
}

// readSignature reads the last member, which begins at a place if the manifest is right, and else where the list at the
// end has it.
func (s *Snapshot) readSignature(at int64, listed place) (signature []byte) {
	begin := int64(len(framed{name: signatureMember}.local()))
	if head := s.read(at, begin); head != nil {
		signature = s.read(at+begin, min(int64(le.Uint32(head[22:])), mostSignature))
	}
	if other := s.read(listed.at, min(listed.size, mostSignature)); !opens(s.Verifier, string(signature), "") && opens(s.Verifier, string(other), "") {
		return other
	}
	return signature
}

// checkSignature tells a changed signature from a changed manifest: with the key in the manifest, which the checkpoint
// was signed with, too.
func (s *Snapshot) checkSignature(manifest, signature []byte) {
	if opens(s.Verifier, string(signature), signedText(s.Manifest, manifest)) {
		return
	}
	checkpoint := s.read(s.places[checkpointMember].at, s.places[checkpointMember].size)
	if opens(s.Verifier, string(checkpoint), "") && !opens(s.Verifier, string(signature), "") {
		s.problem(signatureMember, "manifest.sig differs: it is no signature by the key of the snapshot.")
		return
	}
	s.problem(manifestMember, "manifest.json differs: it is not what was signed.")
}

// opens reports whether a note was signed by the key and has the text, any when that is empty.
func opens(verifier, signed, text string) bool {
	v, err := note.NewVerifier(verifier)
	if err != nil {
		return false
	}
	n, err := note.Open([]byte(signed), note.VerifierList(v))
	return err == nil && (text == "" || n.Text == text)
}

// checkMember reads a member whole and compares it with the manifest. The database it copies out on the way.
func (s *Snapshot) checkMember(ctx context.Context, m Member, database string) (uint32, error) {
	p := s.places[m.Path]
	sum, crc := sha256.New(), crc32.NewIEEE()
	to := io.MultiWriter(sum, crc)
	var out *os.File
	if m.Path == databaseMember {
		var err error
		if out, err = os.OpenFile(database, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
			return 0, fmt.Errorf("open snapshot: %w", err)
		}
		to = io.MultiWriter(sum, crc, out)
	}
	n, err := io.Copy(to, io.NewSectionReader(s.file, p.at, p.size))
	if out != nil {
		err = errors.Join(err, out.Close())
	}
	if err = errors.Join(err, ctx.Err()); err != nil {
		return 0, fmt.Errorf("open snapshot: read %s: %w", m.Path, err)
	}
	if n != m.Size || hex.EncodeToString(sum.Sum(nil)) != m.SHA256 {
		s.problem(m.Path, "%s differs: it is not what was signed.", m.Path)
	}
	return crc.Sum32(), nil
}

func (s *Snapshot) openDatabase(ctx context.Context, path string, made time.Time, log *slog.Logger) (err error) {
	s.Past, s.done, err = storage.OpenExcerpt(ctx, path, s.Tenant, made, log)
	switch {
	case err == nil || ctx.Err() != nil:
		return err
	case s.wrong(manifestMember):
		return refuse("manifest.json in the snapshot was changed, so what it holds cannot be opened safely.")
	case s.wrong(databaseMember):
		return refuse("organisation.db in the snapshot was changed, so it cannot be opened safely.")
	case errors.Is(err, storage.ErrNewer):
		return refuse("A newer version of this program has made this snapshot (%.40s). Get that version to open it.", s.Program)
	case errors.Is(err, storage.ErrDamaged):
		return refuse("organisation.db in the snapshot is none that this program makes, so it cannot be opened safely.")
	}
	return fmt.Errorf("open snapshot: %w", err)
}

// checkRecords looks whether the records of the audit log are those that were signed, and the files those that the
// records speak of. Where a part is known to be changed it would only say so again.
func (s *Snapshot) checkRecords(ctx context.Context) error {
	if s.wrong(databaseMember) || s.wrong(checkpointMember) || s.wrong(proofsMember) || s.wrong(manifestMember) {
		return nil
	}
	nodes, err := decode(s.read(s.places[proofsMember].at, min(s.places[proofsMember].size, mostProofs)))
	if err != nil {
		s.problem(proofsMember, "proofs.txt cannot be read.")
		return nil
	}
	p := s.places[checkpointMember]
	return s.Past.Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		rep, err := storage.VerifyExcerpt(tx, s.Verifier, string(s.read(p.at, p.size)), nodes)
		if err != nil {
			return fmt.Errorf("prove its audit records: %w", err)
		}
		for _, found := range rep.Problems {
			s.problem(databaseMember, "%s", found.What)
		}
		if rep.Records != s.Records {
			s.problem(databaseMember, "It has %d audit records; the manifest speaks of %d.", rep.Records, s.Records)
		}
		return s.checkFiles(tx)
	})
}

func (s *Snapshot) checkFiles(tx *storage.ReadTx) error {
	rows, err := tx.Query("SELECT sha256 FROM file WHERE object <> '' UNION SELECT digest FROM policy_version WHERE object <> ''")
	if err != nil {
		return fmt.Errorf("list its files: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var sum string
		if err := rows.Scan(&sum); err != nil {
			return fmt.Errorf("list its files: %w", err)
		}
		said := slices.ContainsFunc(s.Missing, func(l SnapshotLost) bool { return l.SHA256 == sum })
		if s.known[objectsFolder+sum].Path == "" && !said {
			s.problem(objectsFolder+sum, "%s%s is missing.", objectsFolder, sum)
		}
	}
	return rows.Err()
}

// decode reads what encode wrote.
func decode(b []byte) (storage.Nodes, error) {
	nodes := storage.Nodes{}
	lines := bufio.NewScanner(bytes.NewReader(b))
	for lines.Scan() {
		number, hash, _ := strings.Cut(lines.Text(), " ")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, err
		}
		if nodes[n], err = tlog.ParseHash(hash); err != nil {
			return nil, err
		}
	}
	return nodes, lines.Err()
}

// Checkpoint is the signed state of the audit log that its records are proved against.
func (s *Snapshot) Checkpoint() string {
	p := s.places[checkpointMember]
	return string(s.read(p.at, p.size))
}

// Extends says, in a sentence each, what is wrong with signed checkpoints that somebody kept: the log of the snapshot has
// to be theirs, gone on.
func (s *Snapshot) Extends(kept []string) (findings []string) {
	own, err := storage.ParseCheckpoint(s.Checkpoint())
	nodes, err2 := decode(s.read(s.places[proofsMember].at, min(s.places[proofsMember].size, mostProofs)))
	if errors.Join(err, err2) != nil {
		return []string{"The kept checkpoint cannot be compared: checkpoint.txt or proofs.txt was changed."}
	}
	for _, text := range kept {
		old, err := storage.ParseCheckpoint(text)
		switch {
		case err != nil:
			findings = append(findings, "The kept checkpoint cannot be read.")
		case !opens(s.Verifier, text, ""):
			findings = append(findings, fmt.Sprintf("The kept checkpoint over %d records was signed with another key.", old.Size))
		case old.Log == own.Log && old.Size > own.Size:
			findings = append(findings, fmt.Sprintf("The kept checkpoint is of %d records, the snapshot's log had only %d: it was made of an older copy, or the checkpoint is newer.", old.Size, own.Size))
		case nodes.Extends(own, old) != nil:
			findings = append(findings, fmt.Sprintf("The kept checkpoint over %d records does not fit: the log of the snapshot is not the one that was signed then.", old.Size))
		}
	}
	return findings
}

// Size is how many bytes the file has.
func (s *Snapshot) Size() int64 { return s.size }
