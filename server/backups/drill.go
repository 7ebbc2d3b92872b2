package backups

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"assay/backup"
	"assay/backup/ltxlog"
	"assay/server/evidence"
	"assay/server/framework/catalog"
	"assay/server/op"
	"assay/server/op/sniff"
	"assay/storage"
	"assay/storage/blob"
	"assay/storage/keys"
)

// BackupDrill is one restore drill: the newest state was restored beside the one in use, and proved.
type BackupDrill struct {
	ID       string `json:"id"`
	At       string `json:"at"`
	OK       bool   `json:"ok"`
	Problem  string `json:"problem" doc:"Why it failed, as a sentence"`
	Record   int    `json:"record" doc:"Number of the state that was restored"`
	Instant  string `json:"instant" doc:"When that state was"`
	TookMS   int    `json:"took_ms" doc:"Milliseconds from the first request to a proved file"`
	Bytes    int    `json:"bytes"`
	Checksum string `json:"checksum" doc:"Over all pages of the file"`
	Records  int    `json:"records" doc:"Records of the audit log, recomputed from the first"`
	Objects  int    `json:"objects" doc:"Stored files that the restored records speak of"`
	Looked   int    `json:"looked" doc:"Of these, drawn by chance, read whole and compared with their SHA-256"`
	File     string `json:"file" doc:"Id of the report, as a file of evidence"`
	Evidence string `json:"evidence" doc:"Id of the request that it proves"`
}

const drillColumns = "id, at, ok, problem, record, instant, took_ms, bytes, checksum, records, objects, looked, file, evidence"

func scanDrill(r op.Row) (d BackupDrill, err error) {
	return d, r.Scan(&d.ID, &d.At, &d.OK, &d.Problem, &d.Record, &d.Instant, &d.TookMS, &d.Bytes, &d.Checksum, &d.Records, &d.Objects, &d.Looked, &d.File, &d.Evidence)
}

// BackupDrills is a page of drills, the newest first.
type BackupDrills struct {
	Items []BackupDrill `json:"items"`
	Total int           `json:"total"`
	Page  int           `json:"page"`
	Limit int           `json:"limit"`
}

func drills(tx *storage.ReadTx, in op.PageIn) (BackupDrills, error) {
	out := BackupDrills{Page: in.Number(), Limit: in.Size()}
	if err := tx.QueryRow("SELECT count(*) FROM drill").Scan(&out.Total); err != nil {
		return out, err
	}
	rows, err := tx.Query("SELECT "+drillColumns+" FROM drill ORDER BY at DESC, id DESC LIMIT ? OFFSET ?", in.Size(), in.Offset())
	if err != nil {
		return out, err
	}
	out.Items, err = op.Scan(rows, scanDrill)
	return out, err
}

func lastDrill(tx *storage.ReadTx) (*BackupDrill, error) {
	rows, err := tx.Query("SELECT " + drillColumns + " FROM drill ORDER BY at DESC, id DESC LIMIT 1")
	if err != nil {
		return nil, err
	}
	all, err := op.Scan(rows, scanDrill)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// night keeps the organisation's log in order, and asks for a drill when the last is a week ago.
func (s *service) night(sc *op.Scope, _ json.RawMessage) error {
	if s.logs == nil {
		return nil
	}
	if _, err := s.logs.Keep(sc.Context(), sc.Tenant(), sc.Now()); err != nil {
		return err
	}
	return sc.Write(func(tx *storage.WriteTx) error {
		last, err := lastDrill(&tx.ReadTx)
		if err != nil {
			return err
		}
		// A night comes a little sooner or later than the one a week before.
		if last != nil && last.At > tx.Now().Add(12*time.Hour-between).Format(storage.Instant) {
			return nil
		}
		return tx.Enqueue("backup.drill", nil, tx.Now(), "drill")
	})
}

// controlNight is the same for the installation's own file, without drills: they are an organisation's proof.
func (s *service) controlNight(sc *op.Scope, _ json.RawMessage) error {
	if s.logs == nil {
		return nil
	}
	_, err := s.logs.Keep(sc.Context(), keys.Control, sc.Now())
	return err
}

func (s *service) drillJob(sc *op.Scope, _ json.RawMessage) error {
	if s.logs == nil {
		return nil
	}
	_, err := s.drill(sc)
	return err
}

func (s *service) drillNow(sc *op.Scope, _ struct{}) (BackupDrill, error) {
	if s.logs == nil {
		return BackupDrill{}, errOff
	}
	return s.drill(sc)
}

// drill restores, proves and reports. A drill that fails is a result, too: it is kept and files no proof, so that
// the control it would have proved asks for attention.
func (s *service) drill(sc *op.Scope) (d BackupDrill, err error) {
	began := time.Now() // not the store's clock: how long it takes is about this machine
	d.At = sc.Now().UTC().Format(storage.Instant)
	if failed := s.try(sc, &d); failed != nil {
		if err := sc.Context().Err(); err != nil { // it was stopped, and found nothing
			return d, err
		}
		sc.Log().ErrorContext(sc.Context(), "restore drill", "tenant", sc.Tenant(), "err", failed)
		d.Problem = sentence(failed)
	}
	d.OK, d.TookMS = d.Problem == "", int(time.Since(began).Milliseconds())
	if !d.OK {
		return d, sc.Write(func(tx *storage.WriteTx) error { return d.insert(tx) })
	}
	place, mode, _ := s.logs.Settings()
	text := d.report(place, modes[mode])
	o, err := sc.Blobs().Put(sc.Context(), sc.Tenant(), strings.NewReader(text), int64(len(text)))
	if err != nil {
		return d, fmt.Errorf("keep the report of a drill: %w", err)
	}
	err = sc.Write(func(tx *storage.WriteTx) error {
		if d.Evidence, err = request(tx); err != nil {
			return err
		}
		f := op.File{Object: o, Original: o.SHA256, Type: sniff.TXT, Name: "restore-drill-" + tx.Today() + ".txt"}
		proof, err := evidence.Answer(tx, d.Evidence, f, "", "Made by the weekly restore drill.")
		if err != nil {
			return err
		}
		d.File = proof.ID
		return d.insert(tx)
	})
	if err != nil {
		err = errors.Join(err, sc.Blobs().Delete(context.WithoutCancel(sc.Context()), sc.Tenant(), o.Name))
	}
	return d, err
}

func (d *BackupDrill) insert(tx *storage.WriteTx) error {
	d.ID = tx.NewID()
	return tx.Exec("INSERT INTO drill ("+drillColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		d.ID, d.At, d.OK, d.Problem, d.Record, d.Instant, d.TookMS, d.Bytes, d.Checksum, d.Records, d.Objects, d.Looked, d.File, d.Evidence)
}

// mostLooked is how many stored files a drill reads whole.
const mostLooked = 20

// try restores the newest state and looks at all of it but the stored files, of which it draws some.
func (s *service) try(sc *op.Scope, d *BackupDrill) error {
	m, err := s.logs.Moment(sc.Context(), sc.Visit.Store(), sc.Tenant(), ltxlog.Point{}, sc.TempDir())
	if err != nil {
		return err
	}
	defer m.Close()
	d.Record, d.Instant, d.Bytes, d.Checksum, d.Records = int(m.Report.Seq), m.Report.Time.UTC().Format(storage.Instant), int(m.Report.Bytes), m.Report.Checksum, int(m.Records)
	objects, err := m.Objects(sc.Context())
	if err != nil {
		return err
	}
	d.Objects = len(objects)
	rand.Shuffle(len(objects), func(i, j int) { objects[i], objects[j] = objects[j], objects[i] })
	for _, o := range objects[:min(len(objects), mostLooked)] {
		if err := sc.Blobs().Verify(sc.Context(), sc.Tenant(), o.Object); err != nil {
			return fmt.Errorf("stored file %q: %w", o.File, &unreadable{o, err})
		}
		d.Looked++
	}
	return nil
}

// request is the evidence request that drills prove: it is made with the first, and belongs to the common
// controls about restore tests and backups, where the organisation has them. People may change all of it.
func request(tx *storage.WriteTx) (id string, err error) {
	const key = "backup/drill"
	rows, err := tx.Query("SELECT id FROM control WHERE source_key IN ('BCD-04', 'BCD-05')")
	if err != nil {
		return "", err
	}
	controls, err := op.Scan(rows, func(r op.Row) (id string, err error) { return id, r.Scan(&id) })
	if err != nil {
		return "", err
	}
	_, err = evidence.Adopt(tx, []evidence.Item{{Key: key, Name: "Restore drill report", Category: "Continuity", Kind: "report", Frequency: catalog.Monthly, Controls: controls}})
	if err != nil {
		return "", err
	}
	var linked bool
	if err := tx.QueryRow("SELECT e.id, EXISTS (SELECT 1 FROM evidence_control WHERE evidence = e.id) FROM evidence e WHERE e.source_key = ?", key).Scan(&id, &linked); err != nil {
		return "", err
	}
	if linked {
		return id, nil
	}
	for _, c := range controls { // they came after the first drill
		if err := tx.Exec("INSERT INTO evidence_control (evidence, control) VALUES (?, ?)", id, c); err != nil {
			return "", err
		}
	}
	return id, nil
}

// report is what an auditor reads.
func (d *BackupDrill) report(place, mode string) string {
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-22s %s\n", name, fmt.Sprintf(format, args...))
	}
	fmt.Fprintf(&b, "Restore drill\n=============\n\nThe newest state of this organisation's data was restored from its backup beside the data in use, and proved.\n\n")
	line("Made at", "%s", d.At)
	line("Backup", "%s (%s)", place, mode)
	line("Restored state", "record %d of %s", d.Record, d.Instant)
	line("Time to restore", "%d ms, until the file was proved", d.TookMS)
	line("Size", "%d bytes", d.Bytes)
	line("Checksum", "%s over all pages, equal to that of the record", d.Checksum)
	line("Database", "SQLite's integrity check and foreign key check found no fault")
	line("Audit log", "%d records, recomputed from the first; every signed checkpoint holds", d.Records)
	line("Stored files", "%d; %d drawn by chance were read whole and have their SHA-256", d.Objects, d.Looked)
	line("Result", "passed")
	return b.String()
}

// unreadable is a stored file that a drill could not read whole.
type unreadable struct {
	backup.Stored
	err error
}

func (u *unreadable) Error() string { return fmt.Sprintf("object %s: %v", u.Name, u.err) }

// sentence says why a drill failed, for people. What the error says itself names folders and addresses, and is for
// whoever runs the installation.
func sentence(err error) string {
	var u *unreadable
	switch {
	case errors.As(err, &u) && (errors.Is(u.err, blob.ErrNotFound) || errors.Is(u.err, blob.ErrCorrupt)):
		return fmt.Sprintf("The stored file %q, object %s, could not be read: %s.", u.File, u.Name, backup.Why(u.err))
	case errors.As(err, &u):
		return fmt.Sprintf("The stored file %q, object %s, could not be read.", u.File, u.Name)
	case errors.Is(err, storage.ErrNotFound):
		return "The backup has no state of this organisation."
	case errors.Is(err, storage.ErrDamaged):
		return "What the backup has is damaged: the newest state cannot be restored from it."
	case errors.Is(err, storage.ErrUnavailable):
		return "The backup could not be reached."
	case errors.Is(err, storage.ErrFull):
		return "There is no room to restore beside the data in use."
	}
	return "It could not be restored."
}
