package backup

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"regexp"
	"strings"

	"assay/server/op/sniff"
)

// Limits of an archive. An organisation may have many files, so its archive may have more entries than an
// uploaded document, and may unpack to a good deal before the ratio counts.
const (
	maxEntries  = 500_000
	maxFree     = 1 << 30   // what every archive may unpack to
	maxManifest = 256 << 20 // a manifest of that many entries takes less
	maxKeys     = 64 << 20
)

// Refused is why an archive is not imported, as a sentence for whoever brought it.
type Refused struct{ Sentence string }

func (r *Refused) Error() string { return r.Sentence }

func refuse(format string, args ...any) error { return &Refused{fmt.Sprintf(format, args...)} }

// archive is an opened archive: every entry is named by its manifest, and none else is there.
type archive struct {
	manifest Manifest
	digest   string // SHA-256 of the whole archive
	files    map[string]*zip.File
	entries  map[string]Entry
}

var objectEntry = regexp.MustCompile(`^objects/[A-Z2-7]{26}$`)

// openArchive reads the list and the manifest of an archive, and refuses what is not one of ours.
func openArchive(ctx context.Context, r io.ReaderAt, size int64) (*archive, error) {
	sum := sha256.New()
	if _, err := io.Copy(sum, reader{ctx, io.NewSectionReader(r, 0, size)}); err != nil {
		return nil, fmt.Errorf("read the archive: %w", err)
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, refuse("This is not a whole ZIP file: it is damaged, was cut off, or is something else.")
	}
	a := &archive{digest: hex.EncodeToString(sum.Sum(nil)), files: map[string]*zip.File{}, entries: map[string]Entry{}}
	if err := a.list(z, size); err != nil {
		return nil, err
	}
	text, err := a.read(ctx, Entry{Path: manifestEntry, Size: -1}, maxManifest)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &a.manifest); err != nil {
		return nil, refuse("manifest.json in the archive cannot be read: it is damaged, or this is not an export of this program.")
	}
	switch f := a.manifest.Format; {
	case f == archiveFormat:
	case strings.HasPrefix(f, "assay-tenant/"):
		return nil, refuse("The archive has the format %.40q, which a newer version of this program has made. Update this installation first.", f)
	default:
		return nil, refuse("This archive is not an export of an organisation.")
	}
	return a, a.declared()
}

// list takes the entries of the ZIP: names that an export of ours has, each once, and no more than an archive of
// that size holds.
func (a *archive) list(z *zip.Reader, size int64) error {
	if len(z.File) > maxEntries {
		return refuse("The archive has more than %d entries.", maxEntries)
	}
	var packed, unpacked uint64
	for _, f := range z.File {
		switch {
		case f.Name != manifestEntry && f.Name != databaseEntry && f.Name != keysEntry && !objectEntry.MatchString(f.Name):
			return refuse("The archive has an entry %.80q, which no export of this program has.", f.Name)
		case a.files[f.Name] != nil:
			return refuse("The archive has the entry %s twice.", f.Name)
		case f.Method != zip.Store && f.Method != zip.Deflate || f.Flags&1 != 0:
			return refuse("The entry %s of the archive is packed in a way that no export of this program uses.", f.Name)
		}
		a.files[f.Name] = f
		packed += f.CompressedSize64
		unpacked += f.UncompressedSize64
		if packed > uint64(size) || unpacked > max(maxFree, sniff.MaxRatio*uint64(size)) {
			return refuse("The archive claims to unpack to far more than its %d bytes hold.", size)
		}
	}
	if a.files[manifestEntry] == nil {
		return refuse("The archive has no manifest.json: it is not an export of an organisation.")
	}
	return nil
}

// declared compares the entries with the manifest, both ways.
func (a *archive) declared() error {
	for _, e := range a.manifest.Entries {
		f := a.files[e.Path]
		switch {
		case f == nil || e.Path == manifestEntry:
			return refuse("The entry %.80q is missing from the archive; its manifest speaks of it.", e.Path)
		case a.entries[e.Path].Path != "":
			return refuse("The manifest of the archive speaks of %s twice.", e.Path)
		case e.Size < 0 || uint64(e.Size) != f.UncompressedSize64:
			return differs(e.Path)
		}
		a.entries[e.Path] = e
	}
	for name := range a.files {
		if name != manifestEntry && a.entries[name].Path == "" {
			return refuse("The archive has an entry %s of which its manifest says nothing.", name)
		}
	}
	for _, name := range []string{databaseEntry, keysEntry} {
		if a.entries[name].Path == "" {
			return refuse("The archive has no %s.", name)
		}
	}
	return nil
}

func differs(name string) error {
	return refuse("%s in the archive is not what its manifest says: the archive was damaged or changed.", name)
}

// checked reads an entry, and gives a refusal in place of its end when it is not what the manifest says.
type checked struct {
	io.ReadCloser
	entry Entry
	n     int64
	sum   hash.Hash
}

func (c *checked) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.n += int64(n)
	c.sum.Write(p[:n])
	switch manifest := c.entry.Size < 0; { // of which the ZIP's own sum is all there is
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return n, err
	case err != nil && err != io.EOF, !manifest && c.n > c.entry.Size:
		return 0, differs(c.entry.Path)
	case err == io.EOF && !manifest && (c.n != c.entry.Size || hex.EncodeToString(c.sum.Sum(nil)) != c.entry.SHA256):
		return 0, differs(c.entry.Path)
	}
	return n, err
}

// open reads an entry of the archive while it is compared with the manifest.
func (a *archive) open(ctx context.Context, e Entry) (io.ReadCloser, error) {
	f := a.files[e.Path]
	if f == nil {
		return nil, refuse("The entry %.80q is missing from the archive.", e.Path)
	}
	rc, err := f.Open()
	if err != nil {
		return nil, differs(e.Path)
	}
	return &checked{ReadCloser: struct {
		io.Reader
		io.Closer
	}{reader{ctx, rc}, rc}, entry: e, sum: sha256.New()}, nil
}

// read is a small entry as a whole.
func (a *archive) read(ctx context.Context, e Entry, limit int64) ([]byte, error) {
	rc, err := a.open(ctx, e)
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	var b bytes.Buffer
	if n, err := io.Copy(&b, io.LimitReader(rc, limit+1)); err != nil {
		return nil, err
	} else if n > limit {
		return nil, refuse("%s in the archive is larger than any export makes it.", e.Path)
	}
	return b.Bytes(), nil
}

// verify reads an entry to its end.
func (a *archive) verify(ctx context.Context, e Entry) error {
	rc, err := a.open(ctx, e)
	if err != nil {
		return err
	}
	defer rc.Close()
	_, err = io.Copy(io.Discard, rc)
	return err
}

// reader ends when the context does.
type reader struct {
	ctx context.Context
	io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}
