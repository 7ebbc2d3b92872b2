package evidence

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"assay/server/auditlog"
	"assay/server/op"
	"assay/storage"
	"assay/storage/blob"
)

// PackageManifest is manifest.json of an auditor package.
type PackageManifest struct {
	Format       string        `json:"format"` // "assay-evidence/1"
	Organisation string        `json:"organisation"`
	Package      string        `json:"package"`
	Name         string        `json:"name"`
	MadeAt       string        `json:"made_at"`
	Choice       PackageChoice `json:"choice"`
	Files        int           `json:"files"`   // in files/
	Missing      int           `json:"missing"` // of them, that could not be read whole
	Entries      []packEntry   `json:"entries"` // all but hashes.txt, proof.json, checkpoint.txt and this file
	Hashes       string        `json:"hashes"`  // SHA-256 of hashes.txt; the log's record names it
	Record       int64         `json:"record"`  // number of that record
	Checkpoint   string        `json:"checkpoint"`
	Verifier     string        `json:"verifier"`
}

type packEntry struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// packRow is one line of the index: a requirement, a control that serves it, what proves that.
type packRow struct {
	framework, requirement, title, control, controlTitle, evidence, evidenceName string
	applicable                                                                   bool
}

// packFile is one file that may come into a package.
type packFile struct {
	EvidenceFile
	object blob.Object
	drawn  bool
	path   string
	lost   bool // it could not be read whole
}

func (f *packFile) status() string {
	switch {
	case f.lost:
		return "content missing"
	case f.Replaced:
		return string(f.Review) + ", replaced"
	}
	return string(f.Review)
}

// plan is what a package will hold, as it was in one transaction.
type plan struct {
	organisation string
	rows         []packRow
	files        map[string][]*packFile // by request, oldest first
	order        []*packFile
	madeAt       string
}

type packed struct {
	object         blob.Object
	files, missing int
}

// mostBytes is the largest package that is made.
const mostBytes = 16 << 30

// pack writes the archive straight into the object store: neither memory nor disk holds it meanwhile.
func pack(s *op.Scope, p EvidencePackage) (packed, error) {
	var pl plan
	err := s.Read(func(tx *storage.ReadTx) (err error) {
		pl, err = planOf(tx, p.Choice)
		return err
	})
	if err != nil {
		return packed{}, err
	}
	pr, pw := io.Pipe()
	written := make(chan error, 1)
	var missing int
	go func() {
		lost, err := archive(s, p, pl, pw)
		missing = lost
		pw.CloseWithError(err)
		written <- err
	}()
	o, err := s.Blobs().Put(s.Context(), s.Tenant(), pr, mostBytes)
	pr.CloseWithError(io.ErrClosedPipe) // whoever still writes need not
	if failed := <-written; failed != nil {
		err = failed // what went wrong first explains the rest
	}
	if err != nil && o.Name != "" {
		return packed{}, errors.Join(err, s.Blobs().Delete(s.Context(), s.Tenant(), o.Name))
	}
	return packed{object: o, files: len(pl.order), missing: missing}, err
}

// planOf chooses and names the files.
func planOf(tx *storage.ReadTx, ch PackageChoice) (pl plan, err error) {
	var ids []string
	for _, f := range ch.Frameworks {
		ids = append(ids, f.ID)
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return pl, err
	}
	pl.files, pl.madeAt = map[string][]*packFile{}, tx.Stamp()
	if err := tx.QueryRow("SELECT name FROM organisation").Scan(&pl.organisation); err != nil {
		return pl, err
	}
	rows, err := tx.Query(`SELECT coalesce(nullif(f.short, ''), f.name), q.ref, q.title, q.applicable, coalesce(c.ref, ''), coalesce(c.title, ''), coalesce(e.id, ''), coalesce(e.name, '')
		FROM requirement q JOIN framework f ON f.id = q.framework LEFT JOIN mapping m ON m.requirement = q.id AND q.applicable = 1 LEFT JOIN control c ON c.id = m.control
		LEFT JOIN evidence_control x ON x.control = c.id LEFT JOIN evidence e ON e.id = x.evidence AND e.not_applicable = 0
		WHERE q.assessable = 1 AND q.framework IN (SELECT value FROM json_each(?))
		ORDER BY f.short, f.id, q.position, q.id, c.sort_ref, c.id, e.name COLLATE NOCASE, e.id`, string(list))
	if err != nil {
		return pl, err
	}
	pl.rows, err = op.Scan(rows, func(r op.Row) (p packRow, err error) {
		return p, r.Scan(&p.framework, &p.requirement, &p.title, &p.applicable, &p.control, &p.controlTitle, &p.evidence, &p.evidenceName)
	})
	if err != nil {
		return pl, err
	}
	seen, folders := map[string]bool{}, map[string]bool{}
	for _, row := range pl.rows {
		if row.evidence == "" || seen[row.evidence] {
			continue
		}
		seen[row.evidence] = true
		files, err := packFiles(tx, row.evidence, ch)
		if err != nil {
			return pl, err
		}
		var all []string
		for _, f := range files {
			all = append(all, f.ID)
		}
		drawn := Draw(all, ch.Seed, ch.Sample)
		folder := unique(folders, plainName(row.evidenceName, 60))
		names := map[string]bool{}
		for _, f := range files {
			f.drawn = slices.Contains(drawn, f.ID)
			ext := path.Ext(f.Name)
			f.path = "files/" + folder + "/" + unique(names, fmt.Sprintf("%03d-%s", f.Number, plainName(strings.TrimSuffix(f.Name, ext), 60))) + strings.ToLower(plainExt(ext))
			if f.drawn {
				pl.order = append(pl.order, f)
			}
		}
		pl.files[row.evidence] = files
	}
	return pl, nil
}

func packFiles(tx *storage.ReadTx, evidence string, ch PackageChoice) ([]*packFile, error) {
	rows, err := tx.Query("SELECT "+fileColumns+", f.object FROM "+fileFrom+` WHERE f.evidence = ?1 AND (NOT ?2 OR f.review = 'accepted' AND f.replaced = 0) ORDER BY f.number`, evidence, ch.Accepted)
	if err != nil {
		return nil, err
	}
	all, err := op.Scan(rows, func(r op.Row) (*packFile, error) {
		f := &packFile{}
		err := r.Scan(append(f.EvidenceFile.into(), &f.object.Name)...)
		f.object.Size, f.object.SHA256 = int64(f.Size), f.SHA256
		return f, err
	})
	in := Period{StartsOn: ch.StartsOn, EndsOn: ch.EndsOn}
	return slices.DeleteFunc(all, func(f *packFile) bool {
		return ch.Period != "" && !in.Contains(f.CollectedOn, f.PeriodStart, f.PeriodEnd)
	}), err
}

// plainName makes a name that every file system and tool takes: small letters, digits and dashes.
func plainName(name string, most int) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	s := b.String()
	s = strings.Trim(s[:min(len(s), most)], "-")
	if s == "" {
		return "file"
	}
	return s
}

func plainExt(ext string) string {
	if ext == "" {
		return ""
	}
	return "." + plainName(ext, 8)
}

// unique gives a name that was not given before, with a number if it must.
func unique(given map[string]bool, name string) string {
	free := name
	for n := 2; given[free]; n++ {
		free = fmt.Sprintf("%s-%d", name, n)
	}
	given[free] = true
	return free
}

// archive writes the ZIP. The files come first, so that the index knows which could not be read.
func archive(s *op.Scope, p EvidencePackage, pl plan, to io.Writer) (missing int, err error) {
	z := zip.NewWriter(to)
	at, err := time.Parse(storage.Instant, pl.madeAt)
	if err != nil {
		return 0, err
	}
	m := PackageManifest{Format: "assay-evidence/1", Organisation: pl.organisation, Package: p.ID, Name: p.Name, MadeAt: pl.madeAt, Choice: p.Choice, Files: len(pl.order), Entries: []packEntry{}}
	write := func(name string, content []byte) error {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at})
		if err == nil {
			_, err = w.Write(content)
		}
		return err
	}
	add := func(name string, content []byte) error {
		sum := sha256.Sum256(content)
		m.Entries = append(m.Entries, packEntry{Path: name, Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])})
		return write(name, content)
	}
	every := max(1, len(pl.order)/20)
	for i, f := range pl.order {
		if i%every == 0 {
			if err := progress(s, p.ID, i, len(pl.order)); err != nil {
				return missing, err
			}
		}
		if err := s.Context().Err(); err != nil {
			return missing, err
		}
		content, err := whole(s, f.object)
		if e := (*op.Error)(nil); errors.As(err, &e) {
			f.lost = true
			missing++
			continue
		}
		if err == nil {
			err = add(f.path, content)
		}
		if err != nil {
			return missing, fmt.Errorf("file %s: %w", f.ID, err)
		}
	}
	m.Missing = missing
	index, err := indexOf(pl)
	if err != nil {
		return missing, err
	}
	population, err := populationOf(pl)
	if err != nil {
		return missing, err
	}
	if err := errors.Join(add("index.csv", index), add("population.csv", population), add("README.txt", []byte(readme(m)))); err != nil {
		return missing, err
	}
	var hashes bytes.Buffer
	for _, e := range m.Entries {
		fmt.Fprintf(&hashes, "%s  %s\n", e.SHA256, e.Path)
	}
	sum := sha256.Sum256(hashes.Bytes())
	m.Hashes = hex.EncodeToString(sum[:])
	if m.Record, err = noteHashes(s, p, m); err != nil {
		return missing, err
	}
	proof, err := auditlog.Proof(s, auditlog.Tenant, m.Record)
	if err != nil {
		return missing, err
	}
	m.Checkpoint, m.Verifier = proof.Checkpoint, proof.Verifier
	err = errors.Join(write("hashes.txt", hashes.Bytes()), writeJSON(write, "proof.json", proof),
		write("checkpoint.txt", []byte(proof.Checkpoint)), writeJSON(write, "manifest.json", m))
	if err != nil {
		return missing, err
	}
	return missing, errors.Join(z.Close(), progress(s, p.ID, len(pl.order), len(pl.order)))
}

func writeJSON(write func(string, []byte) error, name string, v any) error {
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err := out.Encode(v); err != nil {
		return err
	}
	return write(name, b.Bytes())
}

// noteHashes leaves the record of the export, which names the digest of all digests. What the checkpoint signs
// contains it, so a package cannot be altered and signed anew.
func noteHashes(s *op.Scope, p EvidencePackage, m PackageManifest) (int64, error) {
	db, done, err := s.Store().Tenant(s.Context(), s.Tenant())
	if err != nil {
		return 0, err
	}
	defer done()
	return db.Record(s.Context(), s.Call(), storage.Event{Subject: p.Name, Detail: map[string]any{"package": p.ID, "hashes": m.Hashes, "files": m.Files, "missing": m.Missing}})
}

func progress(s *op.Scope, id string, done, total int) error {
	return s.Write(func(tx *storage.WriteTx) error {
		return tx.ExecOne("UPDATE package_progress SET done = ?, total = ? WHERE package = ?", done, total, id)
	})
}

func indexOf(pl plan) ([]byte, error) {
	var b bytes.Buffer
	out, err := op.NewCSV(&b, "framework", "requirement", "requirement_title", "control", "control_title", "evidence", "path", "sha256", "status",
		"collected_on", "period_start", "period_end", "uploaded_by", "uploaded_at", "reviewed_by", "reviewed_at", "review_note", "note")
	if err != nil {
		return nil, err
	}
	line := func(r packRow, rest ...any) error {
		cells := append([]any{r.framework, r.requirement, r.title, r.control, r.controlTitle, r.evidenceName}, rest...)
		for len(cells) < 18 {
			cells = append(cells, "")
		}
		return out.Row(cells...)
	}
	for _, r := range pl.rows {
		why := ""
		switch {
		case !r.applicable:
			why = "not applicable"
		case r.control == "":
			why = "no control"
		case r.evidence == "":
			why = "no evidence request"
		}
		if why != "" {
			if err := line(r, "", "", why); err != nil {
				return nil, err
			}
			continue
		}
		n := 0
		for _, f := range pl.files[r.evidence] {
			if !f.drawn {
				continue
			}
			n++
			where := f.path
			if f.lost {
				where = ""
			}
			reviewer := f.ReviewedByName
			if f.Review == Accepted && f.ReviewedBy == "" {
				reviewer = "accepted as it came"
			}
			if err := line(r, where, f.SHA256, f.status(), f.CollectedOn, f.PeriodStart, f.PeriodEnd, f.UploadedByName, f.UploadedAt, reviewer, f.ReviewedAt, f.ReviewNote, f.Note); err != nil {
				return nil, err
			}
		}
		if n == 0 {
			if err := line(r, "", "", "no file"); err != nil {
				return nil, err
			}
		}
	}
	err = out.End() // writes what is left
	return b.Bytes(), err
}

// populationOf lists every file that could have been drawn, so that the drawing can be repeated.
func populationOf(pl plan) ([]byte, error) {
	var b bytes.Buffer
	out, err := op.NewCSV(&b, "evidence_id", "evidence", "file_id", "file", "sha256", "collected_on", "drawn")
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, r := range pl.rows {
		if r.evidence == "" || seen[r.evidence] {
			continue
		}
		seen[r.evidence] = true
		for _, f := range pl.files[r.evidence] {
			drawn := "no"
			if f.drawn {
				drawn = "yes"
			}
			if err := out.Row(r.evidence, r.evidenceName, f.ID, f.Name, f.SHA256, f.CollectedOn, drawn); err != nil {
				return nil, err
			}
		}
	}
	err = out.End() // writes what is left
	return b.Bytes(), err
}

func readme(m PackageManifest) string {
	var frameworks []string
	for _, f := range m.Choice.Frameworks {
		frameworks = append(frameworks, f.Name)
	}
	about := "Files:        only accepted ones that no newer version has replaced"
	if !m.Choice.Accepted {
		about = "Files:        all, also those that wait for review, were rejected or replaced"
	}
	period := "all time"
	if m.Choice.Period != "" {
		period = fmt.Sprintf("%s (%s to %s)", m.Choice.Period, m.Choice.StartsOn, m.Choice.EndsOn)
	}
	sample := "all files of every request"
	if m.Choice.Sample > 0 {
		sample = fmt.Sprintf("at most %d a request, drawn with the seed %s", m.Choice.Sample, m.Choice.Seed)
	}
	return fmt.Sprintf(`EVIDENCE PACKAGE

Organisation: %s
Frameworks:   %s
Period:       %s
%s
Sample:       %s
Made:         %s
In it:        %d files, %d of which could not be read whole

WHAT IS WHAT
index.csv       a line for every requirement, the controls that serve it and each file that proves
                them; requirements without control, request or file have a line too, which says so
files/          the files, in a folder for each evidence request
population.csv  every file that could have been drawn into the sample, and whether it was
hashes.txt      the SHA-256 of everything above
proof.json      the record of this package in the organisation's audit log, and the hashes that
                lead from it to what the checkpoint signs
checkpoint.txt  the signed state of that log (a C2SP tlog-checkpoint in a signed note)
manifest.json   all of this for programs, with the public key that checks the signature

HOW TO CHECK IT
1. Unpack it and run, in its folder:   sha256sum -c hashes.txt
   (on macOS: shasum -a 256 -c hashes.txt). Every line must say OK.
2. Run: sha256sum hashes.txt. The result stands in proof.json, in the record, as "hashes": the
   log remembers this very package.
3. The record's leaf is SHA-256 of a zero byte and the record's text. With the hashes in "proof" it
   leads to the root in checkpoint.txt (RFC 6962, section 2.1.1).
4. The signature in checkpoint.txt is Ed25519 by the key "verifier" in manifest.json, in the form
   that golang.org/x/mod/sumdb/note describes. Get the key from the organisation by another way
   (its page Audit log shows it) and compare: whoever alters a package could replace the key too.
5. A sample can be drawn again: of each request in population.csv, the files with the smallest
   SHA-256 of seed, newline and file_id are drawn.
`, m.Organisation, strings.Join(frameworks, ", "), period, about, sample, m.MadeAt, m.Files, m.Missing)
}
