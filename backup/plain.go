package backup

import (
	"archive/zip"
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"assay/storage"
	"assay/storage/blob"
)

// Shelf is where the files of a plain export go. A path has slashes, and is created once.
type Shelf interface {
	Create(path string) (io.WriteCloser, error)
}

// Folder is a shelf that is a folder of the disk. Nothing can be created outside of it, or over what is there.
type Folder struct {
	root *os.Root
	made map[string]bool
}

// NewFolder makes the folder, which must not exist or be empty.
func NewFolder(dir string) (*Folder, error) {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	d, err := root.Open(".")
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	there, err := d.Readdirnames(1)
	if err = errors.Join(d.Close(), ignore(err, io.EOF)); err == nil && len(there) > 0 {
		err = fmt.Errorf("%s holds something already; name a folder that is empty or not there", dir)
	}
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return &Folder{root, map[string]bool{}}, nil
}

func ignore(err, not error) error {
	if errors.Is(err, not) {
		return nil
	}
	return err
}

// Create implements Shelf.
func (f *Folder) Create(name string) (io.WriteCloser, error) {
	if dir := path.Dir(name); !f.made[dir] {
		if err := f.root.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
		f.made[dir] = true
	}
	return f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

// Close lets go of the folder.
func (f *Folder) Close() error { return f.root.Close() }

// Zipped is a shelf that is a ZIP file. One file is written at a time.
type Zipped struct {
	z   *zip.Writer
	now time.Time
}

// NewZipped begins a ZIP file whose entries have the given time.
func NewZipped(w io.Writer, now time.Time) *Zipped {
	return &Zipped{zip.NewWriter(w), now.UTC().Truncate(time.Second)}
}

// Create implements Shelf.
func (z *Zipped) Create(name string) (io.WriteCloser, error) {
	w, err := z.z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: z.now})
	return entry{w}, err
}

// entry is an entry of a ZIP file, which ends when the next one begins.
type entry struct{ io.Writer }

func (entry) Close() error { return nil }

// Close writes the ZIP file's list of contents.
func (z *Zipped) Close() error { return z.z.Close() }

// ErrMissing means that everything was written but files that could not be read whole.
var ErrMissing = errors.New("files could not be read whole")

// Plainly is what a plain export has written.
type Plainly struct {
	Tables, Rows, Pages, Files int
	Records                    int64     // of the audit log
	Missing                    []Missing // objects that could not be read whole
}

// Plain writes everything an organisation has as files that need no program to be read: pages of Markdown, a CSV
// and a JSON file of every kind of record, the stored files under the names people gave them, and the audit log.
// Personal values that were erased stay so, and secrets are not in it. It holds one moment of the tenant, however
// long it takes. An object that cannot be read whole is named in Missing, and Plain
// then returns [ErrMissing] beside.
func Plain(ctx context.Context, store *storage.Store, blobs *blob.Store, t Tenant, program string, to Shelf) (done Plainly, err error) {
	db, release, err := store.Tenant(ctx, t.ID)
	if err != nil {
		return done, err
	}
	defer release()
	if err := t.tell(ctx, db, storage.Event{Subject: t.Slug, Detail: map[string]any{"format": "plain"}}); err != nil {
		return done, fmt.Errorf("export: %w", err)
	}
	p := &plain{ctx: ctx, db: db, blobs: blobs, tenant: t, to: to, taken: map[string]bool{}, done: &done}
	if p.checkpoint, err = db.Checkpoint(ctx); err != nil {
		return done, fmt.Errorf("export: %w", err)
	}
	if p.verifier, _, err = db.VerifierKey(ctx); err != nil {
		return done, fmt.Errorf("export: %w", err)
	}
	err = db.Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		p.tx = tx
		for _, step := range []func() error{p.know, p.objects, p.tables, p.pages, p.log, func() error { return p.members(store.Control()) }, func() error { return p.readme(program) }} {
			if err := errors.Join(step(), ctx.Err()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return done, fmt.Errorf("export: %w", err)
	}
	if n := len(done.Missing); n > 0 {
		return done, fmt.Errorf("%d %w; README.md names them", n, ErrMissing)
	}
	return done, nil
}

// plain is a plain export under way.
type plain struct {
	ctx    context.Context
	db     *storage.DB
	tx     *storage.ReadTx
	blobs  *blob.Store
	tenant Tenant
	to     Shelf
	done   *Plainly

	checkpoint, verifier string

	names map[string]string // what people call a record, by its id
	page  map[string]string // path of a record's page, by its id
	file  map[string]string // path of an object
	taken map[string]bool   // paths, in lower case: some disks do not tell capitals apart
	sums  []sum
	told  []string // a line of the README for each table
}

type sum struct{ path, sha256 string }

// create writes one file and remembers its digest.
func (p *plain) create(name string, fill func(*bufio.Writer) error) error {
	f, err := p.to.Create(name)
	if err != nil {
		return err
	}
	digest := sha256.New()
	w := bufio.NewWriterSize(io.MultiWriter(f, digest), 64<<10)
	err = fill(w)
	if err = errors.Join(err, w.Flush(), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	p.sums = append(p.sums, sum{name, hex.EncodeToString(digest.Sum(nil))})
	return nil
}

// each reads the rows of a query one by one.
func (p *plain) each(query string, fn func(scan func(...any) error) error, args ...any) error {
	rows, err := p.tx.Query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// objects writes the stored files. Those of a request lie in a folder that has its name.
func (p *plain) objects() error {
	all, err := Objects(p.tx)
	if err != nil {
		return err
	}
	p.file = map[string]string{}
	for _, o := range all {
		err := p.blobs.Verify(p.ctx, p.tenant.ID, o.Object)
		if p.ctx.Err() != nil {
			return p.ctx.Err()
		}
		if err != nil {
			p.done.Missing = append(p.done.Missing, Missing{Name: o.File, Object: o.Name, Why: Why(err)})
			continue
		}
		folder := "files"
		if o.Of != "" {
			folder += "/" + safe(o.Of)
		}
		name := p.unique(folder, safe(o.File))
		r, err := p.blobs.OpenChecked(p.ctx, p.tenant.ID, o.Object)
		if err != nil {
			return err
		}
		err = p.create(name, func(w *bufio.Writer) error { _, err := io.Copy(w, r); return err })
		if err = errors.Join(err, r.Close()); err != nil {
			return err
		}
		p.file[o.Name] = name
		p.done.Files++
	}
	return nil
}

// members writes who may come in: memberships are the installation's, so they are in no table of the tenant.
func (p *plain) members(control *storage.DB) error {
	return p.create("members.csv", func(w *bufio.Writer) error {
		out := newTable(w, "Name", "Address", "Role", "Status", "Title", "Department", "Since")
		err := control.Read(p.ctx, storage.Call{}, func(tx *storage.ReadTx) error {
			rows, err := tx.Query(`SELECT a.name, a.email, m.role, m.status, m.title, m.department, m.created_at
				FROM membership m JOIN account a ON a.id = m.account WHERE m.tenant = ? ORDER BY a.name, a.email`, p.tenant.ID)
			if err != nil {
				return err
			}
			defer rows.Close()
			cells := make([]string, 7)
			for rows.Next() {
				if err := rows.Scan(&cells[0], &cells[1], &cells[2], &cells[3], &cells[4], &cells[5], &cells[6]); err != nil {
					return err
				}
				if err := out.row(cells...); err != nil {
					return err
				}
			}
			return rows.Err()
		})
		return errors.Join(err, out.end())
	})
}

// log writes the audit log twice: as the records that its tree is made of, and to be read.
func (p *plain) log() error {
	err := p.create("audit-log.jsonl", func(w *bufio.Writer) error {
		return p.each("SELECT record FROM audit ORDER BY seq", func(scan func(...any) error) error {
			var record string
			if err := scan(&record); err != nil {
				return err
			}
			p.done.Records++
			_, err := w.WriteString(record + "\n")
			return err
		})
	})
	if err != nil {
		return err
	}
	err = p.create("audit-checkpoint.txt", func(w *bufio.Writer) error { _, err := w.WriteString(p.checkpoint); return err })
	if err != nil {
		return err
	}
	return p.create("audit.csv", func(w *bufio.Writer) error {
		out := newTable(w, "Number", "Time", "Who", "Action", "Reason", "What was changed")
		err := p.each("SELECT record FROM audit ORDER BY seq", func(scan func(...any) error) error {
			var text string
			if err := scan(&text); err != nil {
				return err
			}
			r, err := p.tx.OpenRecord(text)
			if err != nil {
				return err
			}
			return out.row(fmt.Sprint(r.Seq), r.At, p.actor(string(r.Actor.Kind), r.Actor.ID), r.Action, r.Note, p.changes(r))
		})
		return errors.Join(err, out.end())
	})
}

// longestChanges is how much of a record's changes the table to be read repeats; the records themselves have all.
const longestChanges = 4000

// tiresome are columns whose changes say nothing to a reader.
var tiresome = map[string]bool{"id": true, "version": true, "created_at": true, "updated_at": true}

func (p *plain) changes(r storage.Record) string {
	var out []string
	size := 0
	for _, c := range r.Changes {
		var fields []string
		for col, pair := range c.Set {
			if tiresome[col] || c.Op != "update" && pair[0] == nil && (pair[1] == "" || pair[1] == nil) {
				continue
			}
			switch c.Op {
			case "insert":
				fields = append(fields, col+": "+p.value(pair[1]))
			case "delete":
				fields = append(fields, col+": "+p.value(pair[0]))
			default:
				fields = append(fields, col+": "+p.value(pair[0])+" -> "+p.value(pair[1]))
			}
		}
		slices.Sort(fields)
		name := c.PK
		if known := p.names[c.PK]; known != "" {
			name = known
		}
		line := fmt.Sprintf("%s %s %s (%s)", c.Op, words(c.Table), name, strings.Join(fields, "; "))
		if size += len(line); size > longestChanges {
			out = append(out, fmt.Sprintf("and %d more", len(r.Changes)-len(out)))
			break
		}
		out = append(out, line)
	}
	for _, e := range r.Events {
		if e.Subject != "" {
			out = append(out, "about "+e.Subject)
		}
	}
	return strings.Join(out, "\n")
}

// value is a value of the log as a person reads it.
func (p *plain) value(v any) string {
	switch v := v.(type) {
	case nil:
		return "nothing"
	case storage.Erased:
		return "(erased)"
	case storage.Secret:
		return "(secret)"
	case storage.Long:
		return fmt.Sprintf("(%d characters)", v.Length)
	case string:
		if name := p.names[v]; name != "" {
			return name
		}
		return clip(v, 300)
	}
	return fmt.Sprint(v)
}

func (p *plain) actor(kind, id string) string {
	if name := p.names[id]; name != "" {
		return name
	}
	return strings.TrimSpace(kind + " " + id)
}
