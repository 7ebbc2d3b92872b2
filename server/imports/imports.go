package imports

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"assay/server/op"
	"assay/server/sheet"
	"assay/storage"
	"assay/storage/blob"
)

// mostMB is the largest file that is taken: a hundred thousand rows of long texts.
const mostMB = 64

// fresh is how long undoing one's own run is no deletion of what it created.
const fresh = 24 * time.Hour

// mostUndo is the most rows that are put back in one transaction.
const mostUndo = 20_000

// State is how far an import is.
type State string

// The states.
const (
	Draft     State = "draft"     // uploaded, or its mapping was changed
	Checked   State = "checked"   // the dry run is of this file and this mapping
	Running   State = "running"   // its job has begun
	Done      State = "done"      //
	Undone    State = "undone"    //
	Failed    State = "failed"    // its job could not go on
	Discarded State = "discarded" // nobody wants it
)

// service is the module with the targets that it was given.
type service struct{ targets []*Target }

// Module is the imports' part of the API, for these targets.
func Module(targets ...*Target) op.Module {
	s := &service{targets}
	m := op.Module{
		Name: "imports",
		Owns: []string{"import"},
		Ops: append(op.List("list", "GET /imports", op.Readers, table, op.Doc("Imports")),
			op.Read("targets", "GET /imports/targets", op.Readers, s.list, op.Doc("What can be imported, with the fields of each")),
			op.Keep("upload", "POST /imports", op.Editors, op.Limit{MB: mostMB}, s.look, s.upload,
				op.Doc("Upload a CSV or XLSX file. Nothing is written yet: the answer shows its headings and first rows and proposes which column is which field")),
			op.Read("get", "GET /imports/{id}", op.Readers, get, op.Doc("One import: its file, how it is understood, what the dry run found, how far it is")),
			op.Steps("read", "POST /imports/{id}/read", op.Editors, s.read, op.Doc("Read another sheet of the file, or another row as its headings")),
			op.Steps("check", "POST /imports/{id}/check", op.Editors, s.check, op.Doc("Try a mapping without writing: what would be created, changed and refused, and why")),
			op.Steps("run", "POST /imports/{id}/run", op.Editors, s.start, op.Doc("Import what was checked. A large file goes on as a job")),
			op.Steps("undo", "POST /imports/{id}/undo", op.Editors, s.undo, op.Doc("Put back everything that an import wrote, unless something later depends on it; or only what nothing does")),
			op.Write("discard", "POST /imports/{id}/discard", op.Editors, discard, op.Doc("Put an import away that was not run")),
			op.Produce("problems", "GET /imports/{id}/problems", op.Readers, problems, op.Doc("The refused rows in the format of the file, each with its problem behind, to correct and upload again")),
		),
		Jobs: []op.Job{
			{Name: "work", Run: s.work},
			{Name: "clear", Nightly: true, Run: clearAway},
		},
	}
	for _, t := range targets {
		for _, w := range t.Writes {
			if !slices.Contains(m.Also, w) {
				m.Also = append(m.Also, w)
			}
		}
	}
	return m
}

func (s *service) target(name string) *Target {
	i := slices.IndexFunc(s.targets, func(t *Target) bool { return t.Name == name })
	if i < 0 {
		return nil
	}
	return s.targets[i]
}

// ImportTargets are the answer of targets.
type ImportTargets struct {
	Items []ImportTarget `json:"items"`
}

// ImportTarget is a kind of record that can be imported.
type ImportTarget struct {
	Name   string        `json:"name"`
	One    string        `json:"one" doc:"One of them, in a sentence"`
	Under  string        `json:"under" doc:"What its records belong to, or empty"`
	Keys   []string      `json:"keys" doc:"The fields by which a record can be recognised"`
	Fields []ImportField `json:"fields"`
}

// ImportField is a field that a column can be mapped to.
type ImportField struct {
	Name     string         `json:"name"`
	Label    string         `json:"label"`
	Kind     Kind           `json:"kind" enum:"text,long,ref,choice,flag,number,person,list"`
	Required bool           `json:"required" doc:"A new record needs it"`
	Hint     string         `json:"hint"`
	Options  []ImportOption `json:"options"`
}

// ImportOption is a value that a field may have.
type ImportOption struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

func (s *service) list(*storage.ReadTx, struct{}) (ImportTargets, error) {
	out := ImportTargets{[]ImportTarget{}}
	for _, t := range s.targets {
		it := ImportTarget{Name: t.Name, One: t.One, Under: t.Under, Keys: append([]string{ID}, t.Keys...)}
		for _, f := range t.all() {
			fi := ImportField{f.Name, f.Label, f.Kind, f.Required, f.Hint, []ImportOption{}}
			for _, o := range f.Options {
				fi.Options = append(fi.Options, ImportOption{o.Value, o.Label})
			}
			it.Fields = append(it.Fields, fi)
		}
		out.Items = append(out.Items, it)
	}
	return out, nil
}

// TableImport is an import as the history shows it.
type TableImport struct {
	ID         string `json:"id"`
	Target     string `json:"target"`
	Under      string `json:"under" doc:"Id of the record that its rows belong to, or empty"`
	UnderName  string `json:"under_name"`
	Name       string `json:"name" doc:"Of the file"`
	Kind       string `json:"kind" enum:"csv,xlsx"`
	Size       int    `json:"size"`
	State      State  `json:"state" enum:"draft,checked,running,done,undone,failed,discarded"`
	Rows       int    `json:"rows"`
	Created    int    `json:"created" doc:"Of the dry run, and then of the run"`
	Changed    int    `json:"changed"`
	Same       int    `json:"same"`
	Refused    int    `json:"refused"`
	DoneRows   int    `json:"done_rows" doc:"How far a run has come"`
	Failure    string `json:"failure" doc:"Why it could not go on, in a sentence"`
	Person     string `json:"person"`
	PersonName string `json:"person_name"`
	CreatedAt  string `json:"created_at"`
	EndedAt    string `json:"ended_at"`
	Version    int    `json:"version"`
}

// ImportFilter is what imports may be listed by.
type ImportFilter struct {
	op.PageIn
	Target string `query:"target" json:"target,omitempty" maxLength:"40"`
	State  State  `query:"state" json:"state,omitempty" enum:"draft,checked,running,done,undone,failed,discarded" doc:"All but discarded ones unless given"`
}

const from = `import i LEFT JOIN person o ON o.id = i.person LEFT JOIN framework f ON f.id = i.under`

const columns = `i.id, i.target, i.under, coalesce(f.short, ''), i.name, i.kind, i.size, i.state, i.rows, i.created, i.changed, i.same, i.refused,
	i.done_rows, i.failure, i.person, coalesce(o.name, ''), i.created_at, i.ended_at, i.version`

func scan(r op.Row) (i TableImport, err error) {
	return i, r.Scan(&i.ID, &i.Target, &i.Under, &i.UnderName, &i.Name, &i.Kind, &i.Size, &i.State, &i.Rows, &i.Created, &i.Changed, &i.Same, &i.Refused,
		&i.DoneRows, &i.Failure, &i.Person, &i.PersonName, &i.CreatedAt, &i.EndedAt, &i.Version)
}

var table = op.Table[ImportFilter, TableImport]{
	From: from, Columns: columns, Scan: scan, Key: "i.id",
	Where: func(w *op.Where, f ImportFilter) {
		w.Eq("i.target", f.Target)
		if f.State == "" {
			w.And("i.state <> 'discarded'")
		}
		w.Eq("i.state", string(f.State))
		w.Search(f.Q, "i.name")
	},
	Sort:    map[string]string{"created_at": "i.created_at", "name": "i.name COLLATE NOCASE"},
	Default: "-created_at",
}

// TableImportDetail is one import with all that is known of it.
type TableImportDetail struct {
	TableImport
	Encoding string        `json:"encoding" doc:"Of a CSV"`
	Comma    string        `json:"comma" doc:"What parts the cells of a CSV"`
	Look     ImportLook    `json:"look"`
	Mapping  ImportMapping `json:"mapping" doc:"As it was checked, or as it is proposed"`
	Report   *ImportReport `json:"report,omitempty" doc:"What the dry run found; absent before it"`
	Undoable bool          `json:"undoable" doc:"It was run, and is small enough to be put back at once"`
}

func get(tx *storage.ReadTx, in op.ByID) (TableImportDetail, error) {
	i, _, err := open(tx, in.ID)
	return i, err
}

// kept is what the file's own row says beside what people see.
type kept struct {
	object, problems blob.Object
	checked          string
	admin            bool
}

func open(tx *storage.ReadTx, id string) (d TableImportDetail, k kept, err error) {
	if d.TableImport, err = scan(tx.QueryRow("SELECT "+columns+" FROM "+from+" WHERE i.id = ?", id)); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			err = storage.ErrNotFound
		}
		return d, k, err
	}
	var seen, mapping, report string
	err = tx.QueryRow("SELECT encoding, comma, look, mapping, report, object, size, sha256, problems, problems_size, problems_sha256, checked, admin FROM import WHERE id = ?", id).
		Scan(&d.Encoding, &d.Comma, &seen, &mapping, &report, &k.object.Name, &k.object.Size, &k.object.SHA256,
			&k.problems.Name, &k.problems.Size, &k.problems.SHA256, &k.checked, &k.admin)
	if err == nil {
		err = errors.Join(json.Unmarshal([]byte(seen), &d.Look), json.Unmarshal([]byte(mapping), &d.Mapping))
	}
	if err == nil && report != "{}" {
		d.Report = &ImportReport{}
		err = json.Unmarshal([]byte(report), d.Report)
	}
	d.Undoable = d.State == Done && d.Created+d.Changed > 0 && d.Created+d.Changed <= mostUndo
	return d, k, err
}

type uploadIn struct {
	Target string `query:"target" required:"true" maxLength:"40" doc:"What its rows are"`
	Under  string `query:"under" maxLength:"26" doc:"Id of the record that they belong to, for a target that has one"`
}

// seen is what look found in a file.
type seen struct {
	book *sheet.Book
	look ImportLook
}

func (s *service) look(_ context.Context, in uploadIn, got *op.Received) (seen, error) {
	if s.target(in.Target) == nil {
		var c op.Check
		c.That(false, "query.target", "There is nothing of this kind to import.")
		return seen{}, c.Err()
	}
	b, err := sheet.Open(got, got.Size())
	if err != nil {
		return seen{}, inFile(err)
	}
	l, err := look(b, "", 0)
	return seen{b, l}, inFile(err)
}

// inFile gives what is wrong with a file to the person who sent it.
func inFile(err error) error {
	var no *sheet.Refused
	if errors.As(err, &no) {
		var c op.Check
		c.That(false, "file", no.Sentence)
		e := c.Err().(*op.Error)
		e.Message = no.Sentence
		return e
	}
	return err
}

func (s *service) upload(tx *storage.WriteTx, in uploadIn, f op.File, got seen) (TableImportDetail, error) {
	t := s.target(in.Target)
	if (t.Under == "") != (in.Under == "") {
		var c op.Check
		c.That(false, "query.under", "Say which "+t.Under+" the rows belong to.")
		return TableImportDetail{}, c.Err()
	}
	if t.Ready != nil {
		if err := t.Ready(&tx.ReadTx, in.Under); err != nil {
			return TableImportDetail{}, err
		}
	}
	m, err := s.proposal(&tx.ReadTx, t, got.look)
	if err != nil {
		return TableImportDetail{}, err
	}
	seenText, err := json.Marshal(got.look)
	if err != nil {
		return TableImportDetail{}, err
	}
	mapping, err := json.Marshal(m)
	if err != nil {
		return TableImportDetail{}, err
	}
	comma := ""
	if got.book.Kind == sheet.CSV {
		comma = string(got.book.Comma)
	}
	id := tx.NewID()
	err = tx.Exec(`INSERT INTO import (id, target, under, name, kind, encoding, comma, object, size, sha256, look, heads, mapping, person, created_at, updated_at)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?15)`,
		id, t.Name, in.Under, f.Name, got.book.Kind, got.book.Encoding, comma, f.Object.Name, f.Object.Size, f.Object.SHA256,
		string(seenText), headsOf(got.look), string(mapping), personOf(tx), tx.Stamp())
	if err != nil {
		return TableImportDetail{}, err
	}
	return get(&tx.ReadTx, op.ByID{ID: id})
}

func personOf(tx *storage.WriteTx) string { return tx.Call().Actor.ID }

// proposal is how the last file with the same headings was understood, or what the headings say.
func (s *service) proposal(tx *storage.ReadTx, t *Target, l ImportLook) (ImportMapping, error) {
	var text string
	err := tx.QueryRow("SELECT mapping FROM import WHERE target = ? AND heads = ? AND checked <> '' ORDER BY created_at DESC LIMIT 1", t.Name, headsOf(l)).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return propose(t, l), nil
	}
	if err != nil {
		return ImportMapping{}, err
	}
	var m ImportMapping
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return m, err
	}
	m.Sheet, m.Header = l.Sheet, l.Header
	if m.check(t, l) != nil {
		return propose(t, l), nil
	}
	return m, nil
}

// file opens the kept file again. Nothing of it is in memory but what is being read.
func (d *TableImportDetail) file(s *op.Scope, k kept) (*sheet.Book, io.Closer, error) {
	if k.object.Name == "" {
		return nil, nil, op.Errorf(op.Conflict, "The file of this import was cleared away. Upload it again.")
	}
	r, err := s.Blobs().Open(s.Context(), s.Tenant(), k.object)
	if err != nil {
		return nil, nil, err
	}
	comma := ','
	for _, c := range d.Comma {
		comma = c
	}
	b, err := sheet.Reopen(&readerAt{r: r}, k.object.Size, d.Kind, d.Encoding, comma)
	if err != nil {
		return nil, nil, errors.Join(inFile(err), r.Close())
	}
	return b, r, nil
}

// readerAt reads an object at any place; it is read on where it is, which costs no seek.
type readerAt struct {
	r  io.ReadSeeker
	at int64
}

func (a *readerAt) ReadAt(p []byte, off int64) (int, error) {
	if off != a.at {
		if _, err := a.r.Seek(off, io.SeekStart); err != nil {
			return 0, err
		}
		a.at = off
	}
	n, err := io.ReadFull(a.r, p)
	a.at += int64(n)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}

type readIn struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Sheet  string `json:"sheet,omitempty" maxLength:"100"`
		Header int    `json:"header,omitempty" minimum:"0" maximum:"1000" doc:"0: find it"`
	}
}

func (s *service) read(sc *op.Scope, in readIn) (out TableImportDetail, err error) {
	d, k, err := s.open(sc, in.ID)
	if err != nil {
		return out, err
	}
	if err := d.editable(); err != nil {
		return out, err
	}
	b, done, err := d.file(sc, k)
	if err != nil {
		return out, err
	}
	defer done.Close()
	l, err := look(b, in.Body.Sheet, in.Body.Header)
	if err != nil {
		return out, inFile(err)
	}
	seenText, err := json.Marshal(l)
	if err != nil {
		return out, err
	}
	err = sc.Write(func(tx *storage.WriteTx) error {
		m, err := s.proposal(&tx.ReadTx, s.target(d.Target), l)
		if err != nil {
			return err
		}
		mapping, err := json.Marshal(m)
		if err != nil {
			return err
		}
		err = tx.ExecOne(`UPDATE import SET look = ?, heads = ?, mapping = ?, checked = '', report = '{}', state = 'draft', updated_at = ?
			WHERE id = ? AND state IN ('draft', 'checked')`, string(seenText), headsOf(l), string(mapping), tx.Stamp(), in.ID)
		if err != nil {
			return err
		}
		out, err = get(&tx.ReadTx, op.ByID{ID: in.ID})
		return err
	})
	return out, err
}

func (s *service) open(sc *op.Scope, id string) (d TableImportDetail, k kept, err error) {
	err = sc.Read(func(tx *storage.ReadTx) error {
		d, k, err = open(tx, id)
		return err
	})
	if err == nil && s.target(d.Target) == nil {
		err = op.Errorf(op.Conflict, "Imports of this kind are not possible any more.")
	}
	return d, k, err
}

// editable refuses what is past the dry run.
func (d *TableImportDetail) editable() error {
	switch d.State {
	case Draft, Checked:
		return nil
	case Running:
		return op.Errorf(op.Conflict, "This import is running.")
	}
	return op.Errorf(op.Conflict, "This import is over. Upload the file again.")
}

// digest names a file and the way it is understood: a run must be of what was checked.
func digest(k kept, m ImportMapping) (string, error) {
	b, err := json.Marshal(m)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(append([]byte(k.object.SHA256+"\x00"), b...))
	return hex.EncodeToString(sum[:]), nil
}

func discard(tx *storage.WriteTx, in op.ByID) (TableImportDetail, error) {
	d, _, err := open(&tx.ReadTx, in.ID)
	if err != nil || d.State == Discarded {
		return d, err
	}
	if d.State != Draft && d.State != Checked && d.State != Failed {
		return d, op.Errorf(op.Conflict, "This import was run. It stays in the history.")
	}
	if err := tx.ExecOne("UPDATE import SET state = 'discarded', updated_at = ? WHERE id = ?", tx.Stamp(), in.ID); err != nil {
		return d, err
	}
	return get(&tx.ReadTx, in)
}

// keepFiles is how long the files of an import stay. Its result stays for good.
const keepFiles = 90 * 24 * time.Hour

// clearAway removes files that nobody needs any more.
func clearAway(s *op.Scope, _ json.RawMessage) error {
	type old struct{ id, object, problems string }
	var list []old
	err := s.Read(func(tx *storage.ReadTx) error {
		rows, err := tx.Query("SELECT id, object, problems FROM import WHERE object <> '' AND updated_at < ? AND state <> 'running' ORDER BY created_at LIMIT 500",
			tx.Now().Add(-keepFiles).Format(storage.Instant))
		if err != nil {
			return err
		}
		list, err = op.Scan(rows, func(r op.Row) (o old, err error) { return o, r.Scan(&o.id, &o.object, &o.problems) })
		return err
	})
	if err != nil || len(list) == 0 {
		return err
	}
	err = s.Write(func(tx *storage.WriteTx) error {
		for _, o := range list {
			if err := tx.ExecOne("UPDATE import SET object = '', problems = '' WHERE id = ?", o.id); err != nil {
				return err
			}
		}
		return nil
	})
	for _, o := range list {
		for _, name := range []string{o.object, o.problems} {
			if err == nil && name != "" {
				err = s.Blobs().Delete(s.Context(), s.Tenant(), name)
			}
		}
	}
	return err
}

// baseName is a file's name without its ending.
func baseName(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		return name[:i]
	}
	return name
}
