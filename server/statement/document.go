package statement

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"assay/server/framework"
	"assay/server/framework/oscal"
	"assay/server/op"
	"assay/storage"
)

// mostMB is how large a plan or a component definition may be.
const mostMB = 16

type importIn struct {
	ID  string `path:"id"`
	Dry bool   `query:"dry" doc:"Only say what would change"`
}

// Parsed is a document that was read and not yet written.
type Parsed struct {
	file, sum string
	root      *oscal.Object
	packed    []byte
}

func parse(r io.Reader, kind oscal.Kind) (p Parsed, err error) {
	rec, ok := r.(*op.Received)
	if !ok {
		return p, errors.New("an import needs a received file")
	}
	b, err := io.ReadAll(rec)
	if err != nil {
		return p, err
	}
	p.root, err = oscal.Open(bytes.NewReader(b), kind)
	var problem oscal.Problem
	if errors.As(err, &problem) {
		return p, refused(string(problem))
	}
	if err != nil {
		return p, err
	}
	sum := sha256.Sum256(b)
	p.file, p.sum = rec.Name, hex.EncodeToString(sum[:])
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))); err != nil {
		return p, err
	}
	if err := z.Close(); err != nil {
		return p, err
	}
	p.packed = packed.Bytes()
	return p, nil
}

func refused(sentence string) error {
	return &op.Error{Kind: op.Invalid, Message: sentence, Fields: map[string]string{"file": sentence}}
}

// OscalPlan is what an import changes, or would change.
type OscalPlan struct {
	Dry     bool          `json:"dry" doc:"Nothing was written"`
	Report  oscal.Report  `json:"report" doc:"What was read, and what has no place in Assay. It stays in the document and goes out with the next export"`
	Created int           `json:"created"`
	Changed int           `json:"changed"`
	Same    int           `json:"same" doc:"What was like this already"`
	Changes []OscalChange `json:"changes" doc:"The first three hundred of what is new or changed"`
}

// OscalChange is one thing that an import adds or changes.
type OscalChange struct {
	Kind  string `json:"kind" enum:"statement,system,control,mapping"`
	What  string `json:"what" enum:"new,changed"`
	Ref   string `json:"ref"`
	Title string `json:"title"`
}

const mostChanges = 300

func newPlan(in importIn, kind oscal.Kind, doc *oscal.Object, paths []string) OscalPlan {
	m := doc.Object("metadata")
	return OscalPlan{Dry: in.Dry, Changes: []OscalChange{}, Report: oscal.Report{Kind: kind, Title: m.Text("title"), Version: m.Text("version"),
		OSCALVersion: strings.TrimPrefix(m.Text("oscal-version"), "v"), Warnings: []string{}, NotKept: oscal.Lost(doc, paths...)}}
}

func (p *OscalPlan) add(kind string, fresh, same bool, ref, title string) {
	what := "changed"
	switch {
	case fresh:
		p.Created++
		what = "new"
	case same:
		p.Same++
		return
	default:
		p.Changed++
	}
	if len(p.Changes) < mostChanges {
		p.Changes = append(p.Changes, OscalChange{kind, what, ref, title})
	}
}

const mostWarnings = 100

func (p *OscalPlan) warn(format string, args ...any) {
	switch n := len(p.Report.Warnings); {
	case n < mostWarnings:
		p.Report.Warnings = append(p.Report.Warnings, fmt.Sprintf(format, args...))
	case n == mostWarnings:
		p.Report.Warnings = append(p.Report.Warnings, "And more of the same kind.")
	}
}

// places finds the requirements that count by what OSCAL documents call them, in any case.
func places(d framework.Document) map[string]oscal.Entry {
	out := map[string]oscal.Entry{}
	for _, r := range d.Rows {
		if r.Assessable && !r.Withdrawn {
			for _, name := range []string{oscal.Token(r.Ref), r.Ref, d.IDs[r.Ref]} {
				out[strings.ToLower(name)] = r
			}
		}
	}
	return out
}

// keep stores the document in place of an earlier one of its kind, and says which it is.
func keep(tx *storage.WriteTx, framework string, kind oscal.Kind, p Parsed) (string, error) {
	doc := p.root.Object(string(kind))
	uuid, title := doc.Text("uuid"), doc.Object("metadata").Text("title")
	var id, sum string
	err := tx.QueryRow("SELECT id, sha256 FROM oscal_document WHERE framework = ? AND kind = ? AND scope = ?", framework, kind, Scope).Scan(&id, &sum)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		id = tx.NewID()
		return id, tx.Exec("INSERT INTO oscal_document (id, kind, framework, scope, file, uuid, title, sha256, content, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			id, kind, framework, Scope, p.file, uuid, title, p.sum, p.packed, tx.Stamp())
	case err != nil || sum == p.sum:
		return id, err
	}
	return id, tx.ExecOne("UPDATE oscal_document SET file = ?, uuid = ?, title = ?, sha256 = ?, content = ?, updated_at = ? WHERE id = ?",
		p.file, uuid, title, p.sum, p.packed, tx.Stamp(), id)
}

// kept is the document that an export is based on, nil when none was imported.
func kept(tx *storage.ReadTx, framework string, kind oscal.Kind) (id string, root *oscal.Object, err error) {
	var packed []byte
	err = tx.QueryRow("SELECT id, content FROM oscal_document WHERE framework = ? AND kind = ? AND scope = ?", framework, kind, Scope).Scan(&id, &packed)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err == nil {
		root, err = oscal.Parse(z)
	}
	if err != nil {
		return "", nil, fmt.Errorf("read the stored document %s: %w", id, err)
	}
	return id, root, nil
}
