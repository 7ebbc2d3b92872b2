package snapshot

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"assay/backup"
	"assay/storage"
	"assay/storage/blob"
)

// Blobs are where the content of files is.
type Blobs interface {
	Open(ctx context.Context, tenant string, o blob.Object) (io.ReadSeekCloser, error)
}

// Order says what to make a snapshot of, and on whose behalf.
type Order struct {
	Scope   SnapshotScope
	Slug    string // of the organisation
	By      string // name of who makes it
	Program string // version of this program
	Temp    string // where its parts rest meanwhile; empty means the system's temporary folder
}

// content is a member with a way to read it again.
type content struct {
	Member
	crc  uint32
	open func() (io.ReadCloser, error)
}

// Make writes a snapshot. The frameworks of the scope are known by their ids; what they are called is looked up.
func Make(ctx context.Context, db *storage.DB, blobs Blobs, o Order, to io.Writer) (m Manifest, err error) {
	fail := func(err error) (Manifest, error) { return m, fmt.Errorf("make a snapshot: %w", err) }
	m = Manifest{Format: Format, Tenant: db.ID(), Slug: o.Slug, MadeBy: o.By, Program: o.Program, Scope: o.Scope, Missing: []SnapshotLost{}, Members: []Member{}}
	dir, err := os.MkdirTemp(o.Temp, "assay-snapshot-")
	if err != nil {
		return fail(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, databaseMember)
	var args []sql.NamedArg
	err = db.Read(ctx, storage.Call{}, func(tx *storage.ReadTx) (err error) {
		if m.Scope, err = named(tx, o.Scope); err == nil {
			args, err = m.Scope.args(tx.Zone())
		}
		return err
	})
	if err != nil {
		return fail(err)
	}
	if err := db.Excerpt(ctx, path, holds(), args...); err != nil {
		return fail(err)
	}
	checkpoint, err := db.Checkpoint(ctx)
	if err != nil {
		return fail(err)
	}
	if m.Verifier, _, err = db.VerifierKey(ctx); err != nil {
		return fail(err)
	}
	files, seqs, err := survey(ctx, path, &m)
	if err != nil {
		return fail(err)
	}
	signed, err := storage.ParseCheckpoint(checkpoint)
	if err != nil {
		return fail(err)
	}
	var nodes storage.Nodes
	err = db.Read(ctx, storage.Call{}, func(tx *storage.ReadTx) (err error) {
		m.MadeAt = tx.Stamp()
		lengths, err := tx.Signed()
		if err == nil {
			nodes, err = tx.ProveAll(signed.Size, seqs, lengths)
		}
		return err
	})
	if err != nil {
		return fail(err)
	}
	database, err := measure(databaseMember, func() (io.ReadCloser, error) { return os.Open(path) }) // a file that nobody else has open
	if err != nil {
		return fail(err)
	}
	objects, err := gather(ctx, db.ID(), blobs, files, &m)
	if err != nil {
		return fail(err)
	}
	all := []content{held(readmeMember, []byte(readme(m))), held(checkpointMember, []byte(checkpoint)), held(proofsMember, encode(nodes)), database}
	all = append(all, objects...)
	for _, c := range all {
		m.Members = append(m.Members, c.Member)
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fail(err)
	}
	text = append(text, '\n')
	signature, err := db.Sign(signedText(m, text))
	if err != nil {
		return fail(err)
	}
	all = append([]content{held(manifestMember, text)}, append(all, held(signatureMember, []byte(signature)))...)
	frames := make([]framed, len(all))
	for i, c := range all {
		frames[i] = framed{c.Path, c.Size, c.crc}
	}
	if err := writeZip(to, frames, func(i int) (io.ReadCloser, error) { return all[i].open() }); err != nil {
		return fail(err)
	}
	return m, nil
}

// named looks the frameworks up. Those in the trash or never there are [storage.ErrNotFound].
func named(tx *storage.ReadTx, s SnapshotScope) (SnapshotScope, error) {
	out := SnapshotScope{From: s.From, To: s.To}
	for _, f := range s.Frameworks {
		err := tx.QueryRow("SELECT coalesce(nullif(short, ''), name), name FROM framework WHERE id = ?", f.ID).Scan(&f.Short, &f.Name)
		if errors.Is(err, sql.ErrNoRows) {
			return s, fmt.Errorf("framework %.40q: %w", f.ID, storage.ErrNotFound)
		}
		if err != nil {
			return s, fmt.Errorf("read framework %s: %w", f.ID, err)
		}
		if !slices.Contains(out.Frameworks, f) {
			out.Frameworks = append(out.Frameworks, f)
		}
	}
	return out, nil
}

// survey reads from the excerpt what it has: its files, each content once, and the records to be proved.
func survey(ctx context.Context, path string, m *Manifest) (files map[string]backup.Stored, seqs []int64, err error) {
	db, err := storage.OpenCopy(path)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	err = db.QueryRowContext(ctx, `SELECT (SELECT name FROM organisation), (SELECT count(*) FROM requirement WHERE assessable = 1), (SELECT count(*) FROM control),
		(SELECT count(*) FROM evidence), count(*), coalesce(sum(size), 0) FROM file`).
		Scan(&m.Organisation, &m.Holds.Requirements, &m.Holds.Controls, &m.Holds.Evidence, &m.Holds.Files, &m.Holds.Bytes)
	if err != nil {
		return nil, nil, fmt.Errorf("survey the excerpt: %w", err)
	}
	files = map[string]backup.Stored{}
	err = each(ctx, db, "SELECT name, object, size, sha256 FROM file WHERE object <> '' UNION ALL SELECT name, object, size, digest FROM policy_version WHERE object <> '' ORDER BY 2", func(scan func(...any) error) error {
		var f backup.Stored
		err := scan(&f.File, &f.Name, &f.Size, &f.SHA256)
		files[f.SHA256] = f
		return err
	})
	if err == nil {
		err = each(ctx, db, "SELECT seq FROM audit ORDER BY seq", func(scan func(...any) error) error {
			var n int64
			err := scan(&n)
			seqs = append(seqs, n)
			return err
		})
	}
	m.Records = int64(len(seqs))
	return files, seqs, err
}

func each(ctx context.Context, db *sql.DB, query string, fn func(scan func(...any) error) error) error {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return fmt.Errorf("survey the excerpt: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows.Scan); err != nil {
			return fmt.Errorf("survey the excerpt: %w", err)
		}
	}
	return rows.Err()
}

// gather measures the content of the files. What cannot be read whole is named in the manifest.
func gather(ctx context.Context, tenant string, blobs Blobs, files map[string]backup.Stored, m *Manifest) (out []content, err error) {
	for _, sum := range slices.Sorted(maps.Keys(files)) {
		f := files[sum]
		c, err := measure(objectsFolder+sum, func() (io.ReadCloser, error) { return blobs.Open(ctx, tenant, f.Object) })
		if err == nil && c.SHA256 != sum {
			err = blob.ErrCorrupt
		}
		if ctx.Err() != nil { // which says nothing of the file
			return nil, ctx.Err()
		}
		if err != nil {
			m.Missing = append(m.Missing, SnapshotLost{Name: f.File, SHA256: sum, Why: backup.Why(err)})
			continue
		}
		out = append(out, c)
	}
	return out, nil
}

// measure reads a member once for what its frame and the manifest say of it.
func measure(path string, open func() (io.ReadCloser, error)) (content, error) {
	r, err := open()
	if err != nil {
		return content{}, err
	}
	sum, crc := sha256.New(), crc32.NewIEEE()
	n, err := io.Copy(io.MultiWriter(sum, crc), r)
	err = errors.Join(err, r.Close())
	return content{Member{path, n, hex.EncodeToString(sum.Sum(nil))}, crc.Sum32(), open}, err
}

// held is a member that is in memory.
func held(path string, b []byte) content {
	return content{Member{path, int64(len(b)), digest(b)}, crc32.ChecksumIEEE(b),
		func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }}
}

// encode writes nodes as lines: the number, a blank, the hash in base64.
func encode(nodes storage.Nodes) []byte {
	var b bytes.Buffer
	for _, n := range slices.Sorted(maps.Keys(nodes)) {
		fmt.Fprintf(&b, "%d %s\n", n, nodes[n])
	}
	return b.Bytes()
}

func readme(m Manifest) string {
	var names []string
	for _, f := range m.Scope.Frameworks {
		names = append(names, f.Name)
	}
	return fmt.Sprintf(`AUDITOR SNAPSHOT

Organisation: %s
Frameworks:   %s
Period:       %s to %s
Made:         %s by %s
Signed with:  %s
Fingerprint:  %s

TO READ IT
Run: assay view FILE%s
It proves the file and opens it in a browser, on this machine alone, without an account. Ask the
organisation for the fingerprint by another way, and compare:
assay view FILE%s --key FINGERPRINT

WHAT IS IN IT
organisation.db  the frameworks, the controls mapped to them, what proves those, who is named there,
                 as an SQLite database. Statuses and figures are those of the organisation at the
                 time above. Files, comments, tasks and records of the audit log are those of the
                 period: a file belongs to it by the time it is about, else by the day it is from, or
                 because it was accepted and valid on one of its days.
objects/         the content of the files, each named by its SHA-256
checkpoint.txt   the signed state of the organisation's audit log (a C2SP tlog-checkpoint)
proofs.txt       nodes of the log's tree, by their number in golang.org/x/mod/sumdb/tlog, that lead from
                 every record in the table audit to the root in checkpoint.txt
manifest.json    size and SHA-256 of all of these, and the public key
manifest.sig     the signature of manifest.json's SHA-256 by that key, as a signed note

TO CHECK IT WITHOUT THIS PROGRAM
1. Unpack it: it is a ZIP file. Compare sha256sum of every file with manifest.json.
2. The third line of manifest.sig is the SHA-256 of manifest.json. Its signature is Ed25519 by the key
   "verifier" in manifest.json, in the form that golang.org/x/mod/sumdb/note describes.
3. The fingerprint is the SHA-256 of that key, as it is written there.
`, m.Organisation, strings.Join(names, ", "), m.Scope.From, m.Scope.To, m.MadeAt, m.MadeBy, m.Verifier, Fingerprint(m.Verifier), Extension, Extension)
}
