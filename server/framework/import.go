package framework

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"

	"assay/server/control"
	"assay/server/framework/catalog"
	"assay/server/framework/ciso"
	"assay/server/framework/oscal"
	"assay/server/op"
	"assay/storage"
)

type importIn struct {
	Name  string `query:"name" maxLength:"300" doc:"What to call it; the document's title unless given"`
	Short string `query:"short" maxLength:"40" doc:"For chips and table cells"`
	As    string `query:"as" enum:"edition,new" doc:"When another edition of it is here: lay the two beside each other (edition, which is so unless said), or import it as a framework of its own"`
}

// Parsed is a file that was read and not yet written.
type Parsed struct {
	main   source
	beside []oscal.Named
}

// source is a document with what it was read from.
type source struct {
	oscal.Named
	sum     string
	zipped  []byte
	library *ciso.Library // in place of Document
}

// parse reads the file while no transaction is open.
func parse(_ context.Context, _ importIn, r io.Reader) (Parsed, error) {
	rec, ok := r.(*op.Received)
	if !ok {
		return Parsed{}, errors.New("an import needs a received file")
	}
	return Parse(rec.Name, rec, rec.Size())
}

// Parse reads an OSCAL document, a ZIP file with a profile and the catalogs it selects from, or a library
// file of CISO Assistant.
func Parse(name string, r io.ReaderAt, size int64) (Parsed, error) {
	var magic [4]byte
	if _, err := r.ReadAt(magic[:], 0); err == nil && string(magic[:]) == "PK\x03\x04" {
		return parseZip(r, size)
	}
	s, err := readSource(name, io.NewSectionReader(r, 0, size))
	return Parsed{main: s}, err
}

// Beside adds a document that a profile may select from.
func (p *Parsed) Beside(name string, r io.ReaderAt, size int64) error {
	s, err := readSource(name, io.NewSectionReader(r, 0, size))
	if err == nil && s.library != nil {
		err = refused(oscal.Problem(name + " is a library of CISO Assistant. Import it by itself."))
	}
	if err == nil {
		p.beside = append(p.beside, s.Named)
	}
	return err
}

// MostMB is how large a file may be.
const MostMB = 32

func readSource(name string, r io.Reader) (source, error) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	sum := sha256.New()
	head := bufio.NewReaderSize(r, 4096)
	begin, err := head.Peek(4096)
	if err != nil && err != io.EOF {
		return source{}, err
	}
	tee := io.TeeReader(head, io.MultiWriter(z, sum))
	var d *oscal.Document
	var l *ciso.Library
	if ciso.Looks(name, begin) {
		l, err = ciso.Read(tee)
	} else {
		d, err = oscal.Read(tee)
	}
	if err != nil {
		return source{}, refused(err)
	}
	if _, err := io.Copy(io.Discard, tee); err != nil {
		return source{}, err
	}
	if err := z.Close(); err != nil {
		return source{}, err
	}
	if d != nil && d.Converted != nil { // what is kept is JSON, so that it can be patched and selected from
		packed.Reset()
		z.Reset(&packed)
		if _, err := z.Write(d.Converted); err != nil {
			return source{}, err
		}
		if err := z.Close(); err != nil {
			return source{}, err
		}
		d.Converted = nil
	}
	return source{oscal.Named{Document: d, File: name}, hex.EncodeToString(sum.Sum(nil)), packed.Bytes(), l}, nil
}

// refused gives the person the sentence that the reader has for the file.
func refused(err error) error {
	var p oscal.Problem
	if errors.As(err, &p) {
		return &op.Error{Kind: op.Invalid, Message: string(p), Fields: map[string]string{"file": string(p)}}
	}
	return err
}

const mostInZip = 20

func parseZip(r io.ReaderAt, size int64) (Parsed, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return Parsed{}, refused(oscal.Problem("The ZIP file cannot be opened: it is damaged or was cut off."))
	}
	var all []source
	for _, f := range z.File {
		name := path.Base(f.Name)
		if f.FileInfo().IsDir() || strings.HasPrefix(name, ".") || strings.Contains(f.Name, "__MACOSX") || !strings.EqualFold(path.Ext(name), ".json") && !strings.EqualFold(path.Ext(name), ".xml") {
			continue
		}
		if len(all) == mostInZip {
			return Parsed{}, refused(oscal.Problem(fmt.Sprintf("The ZIP file holds more than %d JSON and XML files. Put in only the profile and the catalogs it needs.", mostInZip)))
		}
		in, err := f.Open()
		if err != nil {
			return Parsed{}, refused(oscal.Problem("The ZIP file cannot be unpacked: " + name + " is damaged or locked with a password."))
		}
		s, err := readSource(name, in)
		in.Close()
		if err != nil {
			var e *op.Error
			if errors.As(err, &e) {
				return Parsed{}, refused(oscal.Problem(name + ": " + e.Message))
			}
			return Parsed{}, refused(oscal.Problem("The ZIP file cannot be unpacked: " + name + " is damaged."))
		}
		all = append(all, s)
	}
	main := -1
	for i, s := range all {
		named := slices.ContainsFunc(all, func(o source) bool {
			return o.Document != s.Document && slices.ContainsFunc(o.References(), func(ref oscal.Reference) bool { return ref.Names(s.UUID, s.Title, s.File) })
		})
		if named || s.Kind == oscal.Catalog && len(all) > 1 && slices.ContainsFunc(all, func(o source) bool { return o.Kind == oscal.Profile }) {
			continue // something to select from
		}
		if main >= 0 {
			return Parsed{}, refused(oscal.Problem("The ZIP file holds several documents that could be imported (" + all[main].File + ", " + s.File + "). Import them one at a time; a profile may bring the catalogs it needs."))
		}
		main = i
	}
	if main < 0 {
		return Parsed{}, refused(oscal.Problem("The ZIP file holds no OSCAL catalog or profile."))
	}
	out := Parsed{main: all[main]}
	for i, s := range all {
		if i != main {
			out.beside = append(out.beside, s.Named)
		}
	}
	return out, nil
}

// Imported is what an import has made.
type Imported struct {
	Framework *FrameworkDetail `json:"framework,omitempty" doc:"With the report of what has no place in Assay; absent when the file brought none"`
	Mappings  int              `json:"mappings" doc:"Mappings from controls that know this framework"`
	Sets      []RelationSet    `json:"sets,omitempty" doc:"Mapping sets between frameworks"`
	Related   int              `json:"related" doc:"Relations that mapping sets give this framework"`
	Edition   *EditionDetail   `json:"edition,omitempty" doc:"When the file is another edition of a framework that is here: what differs, to accept row by row"`
}

func imported(tx *storage.WriteTx, in importIn, p Parsed) (Imported, error) {
	return Import(tx, p, in.Name, in.Short, in.As == "new")
}

// Import writes a document that was parsed as a framework. One that is another edition of a framework that is
// here becomes a list of differences, unless it is to be a framework of its own.
func Import(tx *storage.WriteTx, p Parsed, name, short string, asNew bool) (Imported, error) {
	s := p.main
	a := arrival{source: s}
	what := "ciso"
	if s.library == nil {
		what, a.uuid, a.title, a.name = "oscal", s.UUID, s.Title, s.Version
	} else if f := s.library.Framework; f != nil {
		a.uuid, a.title, a.name = f.URN, f.Name, s.library.Version
	} else {
		return importSets(tx, s, Imported{})
	}
	var there string
	err := none(tx.QueryRow(`SELECT f.name FROM framework_source x JOIN framework f ON f.id = x.framework
		WHERE x.sha256 = ?1 OR (x.uuid <> '' AND x.uuid = ?2 AND x.edition = ?3)`, s.sum, a.uuid, a.name).Scan(&there))
	if err == nil {
		return Imported{}, op.Errorf(op.Conflict, "This document is here already, as “%s”. Delete that framework first if you want to import it anew.", there)
	}
	if err != storage.ErrNotFound {
		return Imported{}, err
	}
	note := "Imported from " + s.File + ", a library of CISO Assistant."
	if s.library == nil {
		st := shelf{tx: &tx.ReadTx, beside: oscal.From(p.beside, nil)}
		var rows []oscal.Row
		rows, a.report, err = s.Rows(st.find)
		if err = errors.Join(st.err, err); err != nil {
			return Imported{}, refused(err)
		}
		note = "Imported from " + s.File + ", an OSCAL " + string(a.report.Kind) + "."
		for _, r := range rows {
			a.rows = append(a.rows, row{ref: r.Ref, parent: r.Parent, title: r.Title, body: r.Text, guidance: r.Guidance, sourceID: r.SourceID,
				assessable: r.Assessable, withdrawn: r.Withdrawn, tags: tagsOf(r.Props)})
		}
	} else {
		var rows []ciso.Row
		if rows, a.report, err = s.library.Rows("en"); err != nil {
			return Imported{}, refused(err)
		}
		for _, r := range rows {
			a.rows = append(a.rows, row{ref: r.Ref, parent: r.Parent, title: r.Title, body: r.Text, guidance: r.Guidance, sourceID: r.URN,
				assessable: r.Assessable, withdrawn: r.Withdrawn, tags: r.Tags})
		}
	}
	if !asNew {
		// A publisher keeps the id of a document, or its title, from one edition to the next.
		var id string
		err := none(tx.QueryRow(`SELECT f.id FROM framework_source x JOIN framework f ON f.id = x.framework
			WHERE f.source = ?1 AND (x.uuid <> '' AND x.uuid = ?2 OR x.title = ?3 COLLATE NOCASE AND x.edition <> ?4) ORDER BY x.uuid = ?2 DESC, f.archived, f.created_at DESC LIMIT 1`, what, a.uuid, a.title, a.name).Scan(&id))
		if err == nil {
			laid, err := lay(tx, id, a)
			if err != nil {
				return Imported{}, err
			}
			return importSets(tx, s, Imported{Edition: &laid})
		}
		if err != storage.ErrNotFound {
			return Imported{}, err
		}
	}
	if name = strings.TrimSpace(name); name == "" {
		name = clip(a.report.Title, 300)
	}
	if short = strings.TrimSpace(short); short == "" {
		short = shortName(name)
	}
	key, err := freeKey(&tx.ReadTx, name)
	if err != nil {
		return Imported{}, err
	}
	said, err := json.Marshal(a.report)
	if err != nil {
		return Imported{}, err
	}
	color, err := nextColor(&tx.ReadTx)
	if err != nil {
		return Imported{}, err
	}
	publisher := ""
	if s.library != nil {
		publisher = clip(s.library.Provider, 200)
	}
	id := tx.NewID()
	err = tx.Exec(`INSERT INTO framework (id, key, name, short, edition, publisher, source, source_note, color, digest, report, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?12, ?12)`,
		id, key, name, short, a.report.Version, publisher, what, note, color, s.sum, string(said), tx.Stamp())
	if err != nil {
		return Imported{}, err
	}
	err = tx.Exec("INSERT INTO framework_source (framework, file, uuid, title, edition, sha256, content) VALUES (?, ?, ?, ?, ?, ?, ?)",
		id, s.File, a.uuid, a.title, a.name, s.sum, s.zipped)
	if err != nil {
		return Imported{}, err
	}
	at, _, err := copyRequirements(tx, id, a.rows)
	if err != nil {
		return Imported{}, err
	}
	var out Imported
	if out.Mappings, err = mapKnown(tx, catalogKey(key, name, a.report.Version), at); err != nil {
		return out, err
	}
	if out.Related, err = bind(tx, at); err != nil {
		return out, err
	}
	made, err := detail(&tx.ReadTx, id)
	if err != nil {
		return out, err
	}
	out.Framework = &made
	return importSets(tx, s, out)
}

// importSets writes the mapping sets of a library, if it has any.
func importSets(tx *storage.WriteTx, s source, out Imported) (Imported, error) {
	if s.library == nil {
		return out, nil
	}
	var warnings []string
	if s.library.Framework == nil {
		warnings = s.library.Warnings // else they stand in the framework's report
	}
	for _, set := range s.library.Sets {
		kept, err := keepSet(tx, set, warnings, s.sum)
		if err != nil {
			return out, err
		}
		out.Sets = append(out.Sets, kept)
	}
	return out, nil
}

// palette colours imported frameworks, in turn.
var palette = [...]string{"#3b6ea5", "#8a5a00", "#a3346b", "#2f7d4f", "#6b4fbb", "#9c4221", "#4a6572", "#7a6b00"}

// mapKnown maps the common controls that are here to an imported framework that they know.
func mapKnown(tx *storage.WriteTx, key string, requirements map[string]placed) (int, error) {
	known := catalog.For(key)
	if len(known) == 0 {
		return 0, nil
	}
	rows, err := tx.Query("SELECT source_key, id FROM control WHERE source_key <> ''")
	if err != nil {
		return 0, err
	}
	here := map[string]control.Adopted{}
	err = op.Each(rows, func(r op.Row) (err error) {
		var key, id string
		err = r.Scan(&key, &id)
		here[key] = control.Adopted{ID: id}
		return err
	})
	if err != nil {
		return 0, err
	}
	return mapAll(tx, key, requirements, known, here)
}

func tagsOf(props []oscal.Prop) []string {
	var tags []string
	for _, p := range props {
		word := p.Name + ": " + p.Value
		if p.Name == "tag" && p.NS == oscal.NS {
			word = p.Value
		}
		if tag := clip(word, 200); len(tags) < 20 && !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	return tags
}

// shortName is the part of a title before its subtitle, cut between words.
func shortName(title string) string {
	const most = 40
	s, _, _ := strings.Cut(title, ":")
	s = strings.TrimSpace(strings.ReplaceAll(s, "Special Publication", "SP"))
	if r := []rune(s); len(r) > most {
		s = string(r[:most])
		if i := strings.LastIndexByte(s, ' '); i > most/2 {
			s = s[:i]
		}
	}
	return s
}

// freeKey is a key made of a name that no framework has.
func freeKey(tx *storage.ReadTx, name string) (string, error) {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.'
	})
	key := clip(strings.Join(words, "-"), 60)
	if _, builtIn := catalog.Get(key); key == "" || builtIn {
		key = "import"
	}
	free := key
	for n := 2; ; n++ {
		var taken bool
		if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM framework WHERE key = ?)", free).Scan(&taken); err != nil || !taken {
			return free, err
		}
		free = fmt.Sprintf("%s-%d", key, n)
	}
}

// A shelf finds what a profile selects from: what was sent with it, what was imported before, what is
// built in.
type shelf struct {
	tx     *storage.ReadTx
	beside func(oscal.Reference) (*oscal.Document, bool)
	have   map[string]*oscal.Document // by framework, so that two imports of one document are one
	err    error
}

func (s *shelf) find(ref oscal.Reference) (*oscal.Document, bool) {
	if d, ok := s.beside(ref); ok {
		return d, true
	}
	if d := s.stored(ref); d != nil {
		return d, true
	}
	for _, i := range catalog.Infos() {
		edition, _, _ := strings.Cut(i.Version, " ")
		if ref.Names("", i.Title, "") || ref.Names("", i.Title+" "+edition, "") {
			return builtIn(i.Key), true
		}
	}
	return nil, false
}

func (s *shelf) stored(ref oscal.Reference) *oscal.Document {
	rows, err := s.tx.Query("SELECT framework, uuid, title, file FROM framework_source ORDER BY rowid DESC")
	if err != nil {
		s.err = err
		return nil
	}
	type entry struct{ framework, uuid, title, file string }
	all, err := op.Scan(rows, func(r op.Row) (e entry, err error) {
		return e, r.Scan(&e.framework, &e.uuid, &e.title, &e.file)
	})
	if err != nil {
		s.err = err
		return nil
	}
	for _, e := range all {
		if !ref.Names(e.uuid, e.title, e.file) {
			continue
		}
		if d := s.have[e.framework]; d != nil {
			return d
		}
		d, err := s.open(e.framework)
		if err != nil {
			s.err = fmt.Errorf("read the stored document %s: %w", e.file, err)
			return nil
		}
		if s.have == nil {
			s.have = map[string]*oscal.Document{}
		}
		s.have[e.framework] = d
		return d
	}
	return nil
}

func (s *shelf) open(framework string) (*oscal.Document, error) {
	var packed []byte
	if err := s.tx.QueryRow("SELECT content FROM framework_source WHERE framework = ?", framework).Scan(&packed); err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return oscal.Read(z)
}

func builtIn(key string) *oscal.Document {
	f, _ := catalog.Get(key)
	items := make([]oscal.Item, len(f.Requirements))
	for i, r := range f.Requirements {
		items[i] = oscal.Item{ID: r.Ref, Parent: r.Parent, Title: r.Title, Text: r.Summary, Assessable: r.Assessable}
	}
	return oscal.Made(f.Title, items)
}
