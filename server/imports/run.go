package imports

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"assay/server/auditlog"
	"assay/server/op"
	"assay/server/sheet"
	"assay/storage"
	"assay/storage/blob"
)

// atOnce is how many rows are imported in the request itself, in one transaction. More go on as a job, in
// transactions of so many each as still fit in little memory: fewer are quicker, because each waits for the disk
// and writes every index anew.
const (
	atOnce = 2000
	inJob  = 3000
)

type checkIn struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Mapping ImportMapping `json:"mapping"`
	}
}

// check is the dry run. It reads the whole file and writes nothing but its report.
func (s *service) check(sc *op.Scope, in checkIn) (out TableImportDetail, err error) {
	d, k, err := s.open(sc, in.ID)
	if err != nil {
		return out, err
	}
	if err := d.editable(); err != nil {
		return out, err
	}
	t, m := s.target(d.Target), in.Body.Mapping
	m.Sheet, m.Header = d.Look.Sheet, d.Look.Header
	if err := m.check(t, d.Look); err != nil {
		return out, err
	}
	b, done, err := d.file(sc, k)
	if err != nil {
		return out, err
	}
	defer done.Close()
	var p *planner
	err = sc.Read(func(tx *storage.ReadTx) error {
		p, err = newPlanner(tx, t, m, d.Look, d.Under, admin(sc))
		return err
	})
	if err != nil {
		return out, err
	}
	refused := &refusals{sc: sc}
	err = batches(b, m, batch, func(raws []sheet.Row) error {
		var rows []*Row
		err := sc.Read(func(tx *storage.ReadTx) error {
			rows, err = p.plan(tx, raws)
			return err
		})
		if err != nil {
			return err
		}
		return refused.add(rows)
	})
	kept, endErr := refused.end(err == nil)
	if err = errors.Join(inFile(err), endErr); err != nil {
		return out, err
	}
	report := p.end()
	if report.Rows == 0 {
		return out, op.Errorf(op.Conflict, "There are no rows below the headings.")
	}
	sum, err := digest(k, m)
	if err != nil {
		return out, err
	}
	reportText, err := json.Marshal(report)
	if err != nil {
		return out, err
	}
	mapping, err := json.Marshal(m)
	if err != nil {
		return out, err
	}
	err = sc.Write(func(tx *storage.WriteTx) error {
		err := tx.ExecOne(`UPDATE import SET mapping = ?, checked = ?, report = ?, problems = ?, problems_size = ?, problems_sha256 = ?, state = 'checked',
			rows = ?, created = ?, changed = ?, same = ?, refused = ?, done_rows = 0, failure = '', updated_at = ? WHERE id = ? AND state IN ('draft', 'checked')`,
			string(mapping), sum, string(reportText), kept.Name, kept.Size, kept.SHA256,
			report.Rows, report.Create, report.Change, report.Same, report.Refused, tx.Stamp(), in.ID)
		if err != nil {
			return err
		}
		out, err = get(&tx.ReadTx, op.ByID{ID: in.ID})
		return err
	})
	old := k.problems.Name
	if err != nil {
		old = kept.Name
	}
	if old != "" {
		err = errors.Join(err, sc.Blobs().Delete(sc.Context(), sc.Tenant(), old))
	}
	return out, err
}

func admin(sc *op.Scope) bool { return sc.Caller().Role&op.Admin != 0 }

// refusal is a refused row as it is kept.
type refusal struct {
	Cells   []string `json:"cells"`
	Problem string   `json:"problem"`
}

// refusals keeps the refused rows as an object, while they come.
type refusals struct {
	sc   *op.Scope
	w    *io.PipeWriter
	buf  *bufio.Writer
	done chan error
	obj  blob.Object
}

const mostRefusals = 512 << 20

func (f *refusals) add(rows []*Row) error {
	for _, r := range rows {
		if r.Good() {
			continue
		}
		if f.w == nil {
			var read *io.PipeReader
			read, f.w = io.Pipe()
			f.buf, f.done = bufio.NewWriterSize(f.w, 64<<10), make(chan error, 1)
			go func() {
				obj, err := f.sc.Blobs().Put(f.sc.Context(), f.sc.Tenant(), read, mostRefusals)
				f.obj = obj
				read.CloseWithError(errors.Join(err, io.ErrClosedPipe))
				f.done <- err
			}()
		}
		var why []string
		for _, p := range r.problems {
			why = append(why, p.Sentence)
		}
		line, err := json.Marshal(refusal{r.cells, strings.Join(why, " ")})
		if err != nil {
			return err
		}
		if _, err := f.buf.Write(append(line, '\n')); err != nil {
			return fmt.Errorf("keep refused rows: %w", err)
		}
	}
	return nil
}

// end gives the object, which has no name when nothing was refused.
func (f *refusals) end(whole bool) (blob.Object, error) {
	if f.w == nil {
		return blob.Object{}, nil
	}
	err := f.buf.Flush()
	if !whole {
		f.w.CloseWithError(io.ErrUnexpectedEOF)
		<-f.done
		return blob.Object{}, nil // what failed is told by whoever failed; nothing was stored
	}
	err = errors.Join(err, f.w.Close(), <-f.done)
	return f.obj, err
}

// problems writes the refused rows as a file like the one that came.
func problems(sc *op.Scope, in op.ByID, w io.Writer) (op.Sent, error) {
	var d TableImportDetail
	var k kept
	var today string
	err := sc.Read(func(tx *storage.ReadTx) (err error) {
		today = tx.Today()
		d, k, err = open(tx, in.ID)
		return err
	})
	if err != nil {
		return op.Sent{}, err
	}
	if k.problems.Name == "" {
		return op.Sent{}, op.Errorf(op.NotFound, "No row of this import was refused, or its files were cleared away.")
	}
	heads := slices.DeleteFunc(slices.Clone(d.Look.Headings), func(h string) bool { return h == problemHeading })
	comma := ','
	for _, c := range d.Comma {
		comma = c
	}
	out, err := op.NewTable(w, "", d.Kind, comma, append(heads, problemHeading)...)
	if err != nil {
		return op.Sent{}, err
	}
	r, err := sc.Blobs().Open(sc.Context(), sc.Tenant(), k.problems)
	if err != nil {
		return op.Sent{}, err
	}
	defer r.Close()
	lines := json.NewDecoder(bufio.NewReaderSize(r, 64<<10))
	for {
		var one refusal
		if err := lines.Decode(&one); isEnd(err) {
			break
		} else if err != nil {
			return op.Sent{}, fmt.Errorf("read refused rows: %w", err)
		}
		cells := make([]any, 0, len(heads)+1)
		for i, h := range d.Look.Headings {
			switch {
			case h == problemHeading:
			case i < len(one.Cells):
				cells = append(cells, one.Cells[i])
			default:
				cells = append(cells, "")
			}
		}
		if err := out.Row(append(cells, one.Problem)...); err != nil {
			return op.Sent{}, err
		}
	}
	media := "text/csv; charset=utf-8"
	if d.Kind == sheet.XLSX {
		media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return op.Sent{Name: clip(baseName(d.Name), 100) + "-problems-" + today + "." + d.Kind, Type: media}, out.End()
}

// errMoved says that the dry run no longer tells what would happen.
var errMoved = op.Errorf(op.Conflict, "Records have changed since this was checked, so something else would happen than what you saw. Check again.")

// start runs what was checked: at once when it is small, else as a job.
func (s *service) start(sc *op.Scope, in op.ByID) (out TableImportDetail, err error) {
	d, k, err := s.open(sc, in.ID)
	if err != nil {
		return out, err
	}
	if err := d.editable(); err != nil {
		return out, err
	}
	sum, err := digest(k, d.Mapping)
	if err != nil {
		return out, err
	}
	switch {
	case d.State != Checked || k.checked != sum:
		return out, op.Errorf(op.Conflict, "Check the file first: only what was checked is imported.")
	case d.Report.Create+d.Report.Change == 0:
		return out, op.Errorf(op.Conflict, "There is nothing to import: no row would create or change anything.")
	}
	if d.Rows > atOnce {
		err = sc.Write(func(tx *storage.WriteTx) error {
			err := tx.ExecOne(`UPDATE import SET state = 'running', done_rows = 0, created = 0, changed = 0, same = 0, refused = 0, person = ?, admin = ?, updated_at = ?
				WHERE id = ? AND state = 'checked' AND checked = ?`, personOf(tx), admin(sc), tx.Stamp(), in.ID, sum)
			if err != nil {
				return moved(err)
			}
			out, err = get(&tx.ReadTx, in)
			return errors.Join(err, tx.Enqueue("imports.work", workArgs{in.ID}, tx.Now(), in.ID))
		})
		return out, err
	}
	b, done, err := d.file(sc, k)
	if err != nil {
		return out, err
	}
	defer done.Close()
	var raws []sheet.Row
	err = batches(b, d.Mapping, batch, func(part []sheet.Row) error {
		raws = append(raws, part...)
		return nil
	})
	if err != nil {
		return out, inFile(err)
	}
	err = sc.Write(func(tx *storage.WriteTx) error {
		p, err := newPlanner(&tx.ReadTx, s.target(d.Target), d.Mapping, d.Look, d.Under, admin(sc))
		if err != nil {
			return err
		}
		for part := range slices.Chunk(raws, batch) {
			if err := p.write(tx, part); err != nil {
				return err
			}
		}
		if r := p.report; r.Create != d.Report.Create || r.Change != d.Report.Change || r.Refused != d.Report.Refused {
			return errMoved
		}
		err = tx.ExecOne(`UPDATE import SET state = 'done', done_rows = rows, person = ?, admin = ?, updated_at = ?4, ended_at = ?4 WHERE id = ?3 AND state = 'checked' AND checked = ?5`,
			personOf(tx), admin(sc), in.ID, tx.Stamp(), sum)
		if err != nil {
			return moved(err)
		}
		tx.Note("Import of " + d.Name)
		out, err = get(&tx.ReadTx, in)
		return err
	})
	return out, err
}

// moved gives a lost race its sentence.
func moved(err error) error {
	if errors.Is(err, storage.ErrNotFound) {
		return errMoved
	}
	return err
}

// write plans a batch and writes what may be written of it.
func (p *planner) write(tx *storage.WriteTx, raws []sheet.Row) error {
	rows, err := p.plan(&tx.ReadTx, raws)
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(r *Row) bool { return !r.Good() || len(r.Changed) == 0 && r.Was != nil })
	if len(rows) == 0 {
		return nil
	}
	return p.t.Apply(tx, p.run, rows)
}

type workArgs struct {
	ID string `json:"id"`
}

// work is the job of a large import. Each of its transactions notes how far it has come; one that was cut off
// goes on there.
func (s *service) work(sc *op.Scope, raw json.RawMessage) error {
	var args workArgs
	if err := json.Unmarshal(raw, &args); err != nil {
		return fmt.Errorf("read what to import: %w", err)
	}
	d, k, err := s.open(sc, args.ID)
	if errors.Is(err, storage.ErrNotFound) || err == nil && d.State != Running {
		return nil
	}
	if err == nil {
		err = s.goOn(sc, d, k)
	}
	var said *op.Error
	if errors.As(err, &said) { // trying again would say the same
		return sc.Write(func(tx *storage.WriteTx) error {
			return tx.ExecOne("UPDATE import SET state = 'failed', failure = ?, updated_at = ?3, ended_at = ?3 WHERE id = ?2", said.Message, args.ID, tx.Stamp())
		})
	}
	return err
}

func (s *service) goOn(sc *op.Scope, d TableImportDetail, k kept) error {
	b, done, err := d.file(sc, k)
	if err != nil {
		return err
	}
	defer done.Close()
	var p *planner
	err = sc.Read(func(tx *storage.ReadTx) error {
		p, err = newPlanner(tx, s.target(d.Target), d.Mapping, d.Look, d.Under, k.admin)
		return err
	})
	if err != nil {
		return err
	}
	skip, at := d.DoneRows, d.DoneRows
	first := ImportReport{Create: d.Created, Change: d.Changed, Same: d.Same, Refused: d.Refused}
	err = batches(b, d.Mapping, inJob, func(raws []sheet.Row) error {
		for skip > 0 && len(raws) > 0 { // it was done before; its keys still count as seen
			p.read(raws[0])
			skip, raws = skip-1, raws[1:]
		}
		if len(raws) == 0 {
			return nil
		}
		err := sc.Write(func(tx *storage.WriteTx) error {
			if err := tx.Bulk(); err != nil {
				return err
			}
			for part := range slices.Chunk(raws, batch) {
				if err := p.write(tx, part); err != nil {
					return err
				}
			}
			r := p.report
			tx.Note("Import of " + d.Name)
			return tx.ExecOne(`UPDATE import SET done_rows = ?, created = ?, changed = ?, same = ?, refused = ?, updated_at = ? WHERE id = ? AND state = 'running' AND done_rows = ?`,
				at+len(raws), first.Create+r.Create, first.Change+r.Change, first.Same+r.Same, first.Refused+r.Refused, tx.Stamp(), d.ID, at)
		})
		at += len(raws)
		return err
	})
	if err != nil {
		return inFile(err)
	}
	return sc.Write(func(tx *storage.WriteTx) error {
		tx.Note("Import of " + d.Name)
		return tx.ExecOne("UPDATE import SET state = 'done', updated_at = ?2, ended_at = ?2 WHERE id = ?1 AND state = 'running'", d.ID, tx.Stamp())
	})
}

type undoIn struct {
	op.ByID
	Leave bool `query:"leave" doc:"Leave the records that were changed since, and put back the rest"`
}

// undo puts back every record of a run, the last first, in one transaction.
func (s *service) undo(sc *op.Scope, in undoIn) (out TableImportDetail, err error) {
	err = sc.Write(func(tx *storage.WriteTx) error {
		d, k, err := open(&tx.ReadTx, in.ID)
		if err != nil {
			return err
		}
		at, timeErr := time.Parse(storage.Instant, d.EndedAt)
		switch {
		case d.State != Done || timeErr != nil:
			return op.Errorf(op.Conflict, "Only an import that was run can be undone.")
		case !admin(sc) && (k.admin || d.Person != personOf(tx)):
			return op.Errorf(op.Forbidden, "You can undo your own imports only. Ask an administrator.")
		case !admin(sc) && tx.Now().Sub(at) > fresh && d.Created > 0:
			return op.Errorf(op.Forbidden, "Undoing this deletes records that are more than a day old, which only an administrator does.")
		case d.Created+d.Changed > mostUndo:
			return op.Errorf(op.Conflict, "This import wrote more than %d records, which cannot be put back at once.", mostUndo)
		}
		rows, err := tx.Query(`SELECT a.seq FROM audit_row r JOIN audit a ON a.seq = r.seq WHERE r.tbl = 'import' AND r.pk = ?
			AND a.action IN ('imports.run', 'imports.work', 'system.imports.work') ORDER BY a.seq DESC`, in.ID)
		if err != nil {
			return err
		}
		seqs, err := op.Scan(rows, func(r op.Row) (n int64, err error) { return n, r.Scan(&n) })
		if err != nil {
			return err
		}
		left := 0
		for _, seq := range seqs {
			u, err := tx.PutBack(seq, storage.Manner{Leave: in.Leave, Rest: tx.Now().Sub(at) > fresh})
			if err != nil {
				return auditlog.Why(&tx.ReadTx, err)
			}
			left += u.Left
		}
		tx.Event(storage.Event{Subject: d.Name, Detail: map[string]any{"undoes": seqs, "left": left}})
		if err := tx.ExecOne(`UPDATE import SET state = 'undone', created = ?, changed = ?, same = ?, refused = ?, done_rows = rows, person = ?, admin = ?, ended_at = ?, updated_at = ? WHERE id = ?`,
			d.Created, d.Changed, d.Same, d.Refused, d.Person, k.admin, d.EndedAt, tx.Stamp(), in.ID); err != nil {
			return err
		}
		settle := tx.Now().Truncate(time.Second).Add(time.Second)
		if err := tx.Enqueue("control.settle", nil, settle, settle.Format(storage.Instant)); err != nil {
			return err
		}
		out, err = get(&tx.ReadTx, in.ByID)
		return err
	})
	return out, err
}
