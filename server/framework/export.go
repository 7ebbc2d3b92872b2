package framework

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"strings"

	"assay/server/framework/catalog"
	"assay/server/framework/oscal"
	"assay/server/op"
	"assay/storage"
)

// Document is a framework on its way out: what it says of itself, and its rows.
type Document struct {
	oscal.About
	ID, Short string
	Kind      oscal.Kind // of the document it was imported from, "" for a built-in one
	Names     string     // the title by which a profile finds the catalog here
	Rows      []oscal.Entry
	IDs       map[string]string // of the requirements in OSCAL, by reference
	Requires  map[string]string // ids of the requirements in Assay, by reference
	raw       []byte
}

// Outgoing gathers what is exported of a framework.
func Outgoing(tx *storage.ReadTx, id string) (Document, error) {
	d := Document{ID: id, Requires: map[string]string{}}
	var key, source, edition, digest string
	var uuid, title, kind string
	err := tx.QueryRow(`SELECT f.key, f.name, f.short, f.edition, f.publisher, f.source, f.source_note, f.digest, f.updated_at,
			coalesce(x.uuid, ''), coalesce(x.title, ''), coalesce(json_extract(f.report, '$.kind'), ''), coalesce(x.content, x'')
		FROM framework f LEFT JOIN framework_source x ON x.framework = f.id WHERE f.id = ?`, id).
		Scan(&key, &d.Title, &d.Short, &edition, &d.Publisher, &source, &d.Note, &digest, &d.Modified, &uuid, &title, &kind, &d.raw)
	if err != nil {
		return d, none(err)
	}
	d.Version, d.Kind, d.Names = edition, oscal.Kind(kind), title
	d.UUID = oscal.UUID("catalog", id)
	if d.Kind == oscal.Catalog && uuid != "" {
		d.UUID = uuid
	}
	if source == "builtin" {
		f, _ := catalog.Get(key)
		d.Names = f.Title
	}
	rows, err := tx.Query(`SELECT r.id, r.source_id, r.ref, coalesce(p.ref, ''), r.title, r.body, r.guidance, r.assessable, r.withdrawn, r.applicable, r.tags, r.updated_at
		FROM requirement r LEFT JOIN requirement p ON p.id = r.parent WHERE r.framework = ? ORDER BY r.position`, id)
	if err != nil {
		return d, err
	}
	d.Rows, err = op.Scan(rows, func(r op.Row) (e oscal.Entry, err error) {
		var id, tags, updated string
		if err := r.Scan(&id, &e.SourceID, &e.Ref, &e.Parent, &e.Title, &e.Text, &e.Guidance, &e.Assessable, &e.Withdrawn, &e.Applicable, &tags, &updated); err != nil {
			return e, err
		}
		d.Requires[e.Ref] = id
		d.Modified = max(d.Modified, updated)
		return e, json.Unmarshal([]byte(tags), &e.Tags)
	})
	d.IDs = oscal.IDs(d.Rows)
	return d, err
}

// File is what a document of a framework is called in somebody's downloads.
func (d Document) File(what, extension string) string {
	name := strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r == '.' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, d.Short), "-.")
	return name + "-" + what + "." + extension
}

// Applicable are the OSCAL ids of the requirements that count and apply.
func (d Document) Applicable() (ids []string) {
	for _, r := range d.Rows {
		if r.Assessable && r.Applicable && !r.Withdrawn {
			ids = append(ids, d.IDs[r.Ref])
		}
	}
	return ids
}

// Catalog is the framework as an OSCAL catalog. One that was imported as a catalog is the file that came,
// with the words that were changed here: what Assay has no place for is still in it.
func (d Document) Catalog() (*oscal.Object, error) {
	if d.Kind != oscal.Catalog {
		return oscal.Emit(d.About, d.Rows), nil
	}
	kept, read, err := d.kept()
	if err != nil {
		return nil, err
	}
	was, _, err := read.Rows(nil)
	if err != nil {
		return nil, fmt.Errorf("read the stored document of %s: %w", d.ID, err)
	}
	if c := kept.Object(string(oscal.Catalog)); oscal.Amend(c, was, d.Rows) > 0 {
		c.Object("metadata").Set("last-modified", oscal.Instant(d.Modified))
	}
	return kept, nil
}

// Profile is what applies here of the framework, as an OSCAL profile. One that was imported as a profile is
// the file that came, without the controls that do not apply.
func (d Document) Profile() (*oscal.Object, error) {
	if d.Kind == oscal.Profile {
		kept, _, err := d.kept()
		if err != nil {
			return nil, err
		}
		var out []string
		for _, r := range d.Rows {
			if r.Assessable && !r.Applicable && r.SourceID != "" {
				out = append(out, r.SourceID)
			}
		}
		if p := kept.Object(string(oscal.Profile)); oscal.Exclude(p, out) {
			p.Object("metadata").Set("last-modified", oscal.Instant(d.Modified))
		}
		return kept, nil
	}
	ids := d.Applicable()
	if len(ids) == 0 {
		return nil, op.Errorf(op.Conflict, "No requirement of this framework applies: there is nothing to put into a profile.")
	}
	about := d.About
	about.UUID, about.Title = oscal.UUID("profile", d.ID), d.Title+": what applies"
	return oscal.Select(about, d.Names, d.UUID, d.File("catalog", "json"), ids), nil
}

func (d Document) kept() (*oscal.Object, *oscal.Document, error) {
	z, err := gzip.NewReader(bytes.NewReader(d.raw))
	if err != nil {
		return nil, nil, fmt.Errorf("unpack the stored document of %s: %w", d.ID, err)
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(z); err != nil {
		return nil, nil, fmt.Errorf("unpack the stored document of %s: %w", d.ID, err)
	}
	read, err := oscal.Read(bytes.NewReader(b.Bytes()))
	if err != nil {
		return nil, nil, fmt.Errorf("read the stored document of %s: %w", d.ID, err)
	}
	o, err := oscal.Parse(bytes.NewReader(bytes.TrimPrefix(b.Bytes(), []byte("\xef\xbb\xbf"))))
	return o, read, err
}

type exportIn struct {
	ID     string `path:"id"`
	Format string `query:"format" enum:"json,xml" default:"json" doc:"How it is written"`
}

func exportCatalog(tx *storage.ReadTx, in exportIn) (op.Sent, error) {
	return export(tx, in, "catalog", oscal.Catalog, Document.Catalog)
}

func exportProfile(tx *storage.ReadTx, in exportIn) (op.Sent, error) {
	return export(tx, in, "profile", oscal.Profile, Document.Profile)
}

func export(tx *storage.ReadTx, in exportIn, what string, kind oscal.Kind, make func(Document) (*oscal.Object, error)) (op.Sent, error) {
	d, err := Outgoing(tx, in.ID)
	if err != nil {
		return op.Sent{}, err
	}
	if len(d.Rows) == 0 {
		return op.Sent{}, op.Errorf(op.Conflict, "This framework has no requirements: there is nothing to export.")
	}
	o, err := make(d)
	if err != nil {
		return op.Sent{}, err
	}
	if in.Format == "xml" {
		return op.Sent{Bytes: oscal.XML(kind, o.Object(string(kind))), Name: d.File(what, "xml"), Type: "application/xml"}, nil
	}
	return op.Sent{Bytes: o.JSON(), Name: d.File(what, "json"), Type: "application/json"}, nil
}

// Map lets a control serve a requirement, with a note on how. The caller's module must list mapping.
func Map(tx *storage.WriteTx, requirement, control, note string) error {
	if err := mayServe(&tx.ReadTx, requirement); err != nil {
		return err
	}
	return connect(tx, requirement, control, strings.TrimSpace(note))
}

// FreeRef is ref, or ref with the first number behind it that no control has.
func FreeRef(tx *storage.ReadTx, ref string) (string, error) { return freeRef(tx, ref) }
