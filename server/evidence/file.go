package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"assay/server/op"
	"assay/server/person"
	"assay/storage"
	"assay/storage/blob"
)

// Review is what was decided about a file.
type Review string

// The states of a file.
const (
	Pending  Review = "pending"
	Accepted Review = "accepted"
	Rejected Review = "rejected"
)

// EvidenceFile is one file that answers a request.
type EvidenceFile struct {
	ID             string   `json:"id"`
	Evidence       string   `json:"evidence"`
	Number         int      `json:"number" doc:"1, 2, ... within its request, never given twice"`
	Replaces       string   `json:"replaces" doc:"Id of the file that this is a new version of"`
	Replaced       bool     `json:"replaced" doc:"An accepted newer version stands in its place: it no longer counts"`
	Name           string   `json:"name"`
	Type           string   `json:"type" doc:"Media type, as found by looking at the content"`
	Kind           Kind     `json:"kind" enum:"policy_document,report,configuration,log,screenshot,attestation,other"`
	Size           int      `json:"size"`
	SHA256         string   `json:"sha256" doc:"Of what is kept and sent on download"`
	Original       string   `json:"original" doc:"SHA-256 of what was uploaded. It differs from sha256 when place and time were taken out of a picture"`
	SameAs         []int    `json:"same_as" doc:"Numbers of other files of this request with the same content"`
	CollectedOn    string   `json:"collected_on" doc:"The day the proof is from"`
	PeriodStart    string   `json:"period_start"`
	PeriodEnd      string   `json:"period_end"`
	Note           string   `json:"note"`
	UploadedBy     string   `json:"uploaded_by"`
	UploadedByName string   `json:"uploaded_by_name"`
	UploadedAt     string   `json:"uploaded_at"`
	Review         Review   `json:"review" enum:"pending,accepted,rejected"`
	ReviewNote     string   `json:"review_note"`
	ReviewedBy     string   `json:"reviewed_by" doc:"Empty when it was accepted as it came"`
	ReviewedByName string   `json:"reviewed_by_name"`
	ReviewedAt     string   `json:"reviewed_at"`
	Text           string   `json:"text" enum:"waiting,ok,empty,unreadable,too_large,none" doc:"Whether the text inside it can be searched; waiting means that it will be read in a moment"`
	TextReason     string   `json:"text_reason" doc:"Why not, or how far, as a sentence"`
	Cycle          int      `json:"cycle" doc:"Number of the cycle that it answers; 0 when it came outside of one"`
	Periods        []string `json:"periods" doc:"Names of the compliance periods that it belongs to"`
	Version        int      `json:"version"`
}

const fileColumns = `f.id, f.evidence, f.number, f.replaces, f.replaced, f.name, f.type, f.kind, f.size, f.sha256, f.original,
	f.collected_on, f.period_start, f.period_end, f.note, f.uploaded_by, coalesce(u.name, ''), f.uploaded_at,
	f.review, f.review_note, f.reviewed_by, coalesce(v.name, ''), f.reviewed_at, coalesce(o.state, 'waiting'), coalesce(o.reason, ''),
	coalesce((SELECT number FROM cycle WHERE id = f.cycle AND f.cycle <> ''), 0),
	(SELECT json_group_array(name) FROM (SELECT p.name FROM period p WHERE ` + belongs + ` ORDER BY p.starts_on DESC, p.ends_on)), f.version`

const fileFrom = `file f LEFT JOIN person u ON u.id = f.uploaded_by LEFT JOIN person v ON v.id = f.reviewed_by LEFT JOIN object_text o ON o.object = f.object`

func scanFile(row op.Row) (EvidenceFile, error) {
	f := EvidenceFile{SameAs: []int{}}
	return f, row.Scan(f.into()...)
}

// into are the places for fileColumns.
func (f *EvidenceFile) into() []any {
	return []any{&f.ID, &f.Evidence, &f.Number, &f.Replaces, &f.Replaced, &f.Name, &f.Type, &f.Kind, &f.Size, &f.SHA256, &f.Original,
		&f.CollectedOn, &f.PeriodStart, &f.PeriodEnd, &f.Note, &f.UploadedBy, &f.UploadedByName, &f.UploadedAt,
		&f.Review, &f.ReviewNote, &f.ReviewedBy, &f.ReviewedByName, &f.ReviewedAt, &f.Text, &f.TextReason, &f.Cycle, texts{&f.Periods}, &f.Version}
}

// texts reads a JSON array of SQL's.
type texts struct{ to *[]string }

// Scan is for database/sql.
func (t texts) Scan(v any) error {
	s, _ := v.(string)
	return json.Unmarshal([]byte(s), t.to)
}

// filesOf lists a request's files, newest first.
func filesOf(tx *storage.ReadTx, evidence string) ([]EvidenceFile, error) {
	rows, err := tx.Query("SELECT "+fileColumns+" FROM "+fileFrom+" WHERE f.evidence = ? ORDER BY f.number DESC", evidence)
	if err != nil {
		return nil, err
	}
	all, err := op.Scan(rows, scanFile)
	if err != nil {
		return nil, err
	}
	same := map[string][]int{}
	for _, f := range all {
		same[f.SHA256] = append(same[f.SHA256], f.Number)
	}
	for i, f := range all {
		for _, n := range same[f.SHA256] {
			if n != f.Number {
				all[i].SameAs = append(all[i].SameAs, n)
			}
		}
	}
	return all, nil
}

func fileByID(tx *storage.ReadTx, id string) (EvidenceFile, error) {
	f, err := scanFile(tx.QueryRow("SELECT "+fileColumns+" FROM "+fileFrom+" WHERE f.id = ?", id))
	if err != nil {
		return f, none(err)
	}
	rows, err := tx.Query("SELECT number FROM file WHERE evidence = ? AND sha256 = ? AND id <> ? ORDER BY number DESC", f.Evidence, f.SHA256, f.ID)
	if err != nil {
		return f, err
	}
	f.SameAs, err = op.Scan(rows, func(r op.Row) (n int, err error) { return n, r.Scan(&n) })
	return f, err
}

type uploadIn struct {
	ID          string `path:"id" maxLength:"26"`
	CollectedOn string `query:"collected_on" doc:"The day the proof is from; today unless given"`
	PeriodStart string `query:"period_start" doc:"First day the proof is about"`
	PeriodEnd   string `query:"period_end" doc:"Last day the proof is about"`
	Kind        Kind   `query:"kind" enum:"policy_document,report,configuration,log,screenshot,attestation,other" doc:"The request's kind unless given"`
	Note        string `query:"note" maxLength:"2000"`
	Replaces    string `query:"replaces" maxLength:"26" doc:"Id of the file of this request that this is a new version of"`
}

func upload(tx *storage.WriteTx, in uploadIn, f op.File) (EvidenceFile, error) {
	var reviewer, kind string
	var notApplicable bool
	err := tx.QueryRow("SELECT reviewer, kind, not_applicable FROM evidence WHERE id = ?", in.ID).Scan(&reviewer, &kind, &notApplicable)
	if err != nil {
		return EvidenceFile{}, none(err)
	}
	if notApplicable {
		return EvidenceFile{}, op.Errorf(op.Conflict, "This request is marked as not applicable. Take that back before you upload proof for it.")
	}
	if in.CollectedOn == "" {
		in.CollectedOn = tx.Today()
	}
	if in.Kind != "" {
		kind = string(in.Kind)
	}
	var c op.Check
	checkDates(&c, "query.", tx.Today(), in.CollectedOn, in.PeriodStart, in.PeriodEnd)
	if err := c.Err(); err != nil {
		return EvidenceFile{}, err
	}
	if err := checkReplaces(&tx.ReadTx, in.ID, in.Replaces); err != nil {
		return EvidenceFile{}, err
	}
	var number int
	if err := tx.QueryRow("SELECT last_number + 1 FROM evidence_clock WHERE evidence = ?", in.ID).Scan(&number); err != nil {
		return EvidenceFile{}, err
	}
	review, reviewedAt := Pending, ""
	if reviewer == "" {
		review, reviewedAt = Accepted, tx.Stamp()
	}
	cycle, err := answers(tx, in.ID)
	if err != nil {
		return EvidenceFile{}, err
	}
	id := tx.NewID()
	err = tx.Exec(`INSERT INTO file (id, evidence, number, replaces, name, type, kind, size, sha256, original, object, collected_on,
			period_start, period_end, note, uploaded_by, uploaded_at, review, reviewed_at, cycle)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id, in.ID, number, in.Replaces, f.Name, f.Type.Media, kind, f.Object.Size, f.Object.SHA256, f.Original, f.Object.Name, in.CollectedOn,
		in.PeriodStart, in.PeriodEnd, strings.TrimSpace(in.Note), person.Acting(&tx.ReadTx), tx.Stamp(), string(review), reviewedAt, cycle)
	if err != nil {
		return EvidenceFile{}, err
	}
	if err := answered(tx, in.ID, id, f.Name); err != nil {
		return EvidenceFile{}, err
	}
	if review == Accepted { // it came and was accepted at once: both are told
		if cycle != "" {
			err = step(tx, cycle, move{as: string(Submitted), file: id})
		}
		if err != nil {
			return EvidenceFile{}, err
		}
	}
	out, err := settled(tx, in.ID, move{as: string(moves[review]), file: id})
	if err != nil {
		return out, err
	}
	return out, askReview(tx, out, reviewer)
}

// Answer keeps a file that another record brought as proof of a request, like an upload of today. The caller's
// module lists the tables of this one.
func Answer(tx *storage.WriteTx, request string, f op.File, collectedOn, note string) (EvidenceFile, error) {
	return upload(tx, uploadIn{ID: request, CollectedOn: collectedOn, Note: note}, f)
}

// moves are what a file does to its cycle.
var moves = map[Review]CycleState{Pending: Submitted, Accepted: CycleAccepted, Rejected: "rejected"}

// checkReplaces sees that a new version stands at the end of its row of versions: one file, one successor.
func checkReplaces(tx *storage.ReadTx, evidence, replaces string) error {
	if replaces == "" {
		return nil
	}
	var there bool
	var newer int
	err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM file WHERE id = ?1 AND evidence = ?2),
		coalesce((SELECT number FROM file WHERE replaces = ?1 AND evidence = ?2), 0)`, replaces, evidence).Scan(&there, &newer)
	if err != nil {
		return err
	}
	var c op.Check
	c.That(there, "query.replaces", "This request has no such file.")
	if there && newer > 0 {
		return op.Errorf(op.Conflict, "File %d is already a new version of this one. Replace that file instead.", newer)
	}
	return c.Err()
}

// replaced marks the files that an accepted newer version stands in the place of, for one request.
const replaced = `
	WITH RECURSIVE gone (id) AS (
		SELECT replaces FROM file WHERE evidence = ?1 AND review = 'accepted' AND replaces <> ''
		UNION SELECT f.replaces FROM file f JOIN gone g ON f.id = g.id WHERE f.replaces <> '')
	UPDATE file SET replaced = (id IN (SELECT id FROM gone))
	WHERE evidence = ?1 AND replaced <> (id IN (SELECT id FROM gone))`

// settled ends every change of a file: it marks replaced versions, brings the cycles to where they are now, ends
// the task that asked for the proof, and asks for a recalculation. m is what happened with which file.
func settled(tx *storage.WriteTx, evidence string, m move) (EvidenceFile, error) {
	if err := tx.Exec(replaced, evidence); err != nil {
		return EvidenceFile{}, fmt.Errorf("mark replaced files: %w", err)
	}
	file := m.file
	if m.as == "" {
		m = move{}
	}
	if err := errors.Join(advance(tx, evidence, m), collected(tx, evidence), askRecalculation(tx)); err != nil {
		return EvidenceFile{}, err
	}
	return fileByID(&tx.ReadTx, file)
}

type downloadIn struct {
	ID     string `path:"id" maxLength:"26"`
	Inline bool   `query:"inline" doc:"Show a PDF or picture in the browser instead of saving it"`
}

func download(tx *storage.ReadTx, in downloadIn) (op.Sent, error) {
	s := op.Sent{Inline: in.Inline}
	err := tx.QueryRow("SELECT name, type, object, size, sha256 FROM file WHERE id = ?", in.ID).
		Scan(&s.Name, &s.Type, &s.Object.Name, &s.Object.Size, &s.Object.SHA256)
	return s, none(err)
}

// FileCheck says whether a file still is what was uploaded.
type FileCheck struct {
	Intact   bool   `json:"intact"`
	SHA256   string `json:"sha256" doc:"Noted at upload"`
	Found    string `json:"found" doc:"Of what is kept now; empty when it cannot be read whole"`
	Sentence string `json:"sentence"`
}

// verify reads the whole object again. What it found is recorded: an auditor may ask when that was done.
func verify(s *op.Scope, in byID) (FileCheck, error) {
	var name string
	var o blob.Object
	err := s.Read(func(tx *storage.ReadTx) error {
		return none(tx.QueryRow("SELECT name, object, size, sha256 FROM file WHERE id = ?", in.ID).Scan(&name, &o.Name, &o.Size, &o.SHA256))
	})
	if err != nil {
		return FileCheck{}, err
	}
	c := FileCheck{SHA256: o.SHA256}
	found, err := digest(s, o)
	switch {
	case errors.Is(err, blob.ErrNotFound):
		c.Sentence = "The content of this file is missing from the store. Restore it from a backup."
	case errors.Is(err, blob.ErrCorrupt):
		c.Sentence = "The content of this file was changed or damaged after the upload: its seal does not open. Restore it from a backup."
	case err != nil:
		return c, err
	case found != o.SHA256:
		c.Found, c.Sentence = found, "The content is not the one that was uploaded: its SHA-256 differs. Restore it from a backup."
	default:
		c.Intact, c.Found, c.Sentence = true, found, "The content is exactly what was uploaded."
	}
	return c, s.Record(storage.Event{Subject: in.ID, Detail: map[string]any{"name": name, "intact": c.Intact, "sha256": o.SHA256}})
}

func digest(s *op.Scope, o blob.Object) (string, error) {
	r, err := s.Blobs().Open(s.Context(), s.Tenant(), o)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	_, err = io.Copy(sum, r)
	return hex.EncodeToString(sum.Sum(nil)), errors.Join(err, r.Close())
}

type updateFileIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		CollectedOn *string `json:"collected_on,omitempty" minLength:"10"`
		PeriodStart *string `json:"period_start,omitempty"`
		PeriodEnd   *string `json:"period_end,omitempty"`
		Kind        *Kind   `json:"kind,omitempty" enum:"policy_document,report,configuration,log,screenshot,attestation,other"`
		Note        *string `json:"note,omitempty" maxLength:"2000"`
	}
}

// updateFile corrects what is said of a file. After the review only an administrator may: the reviewer
// decided on what was said then.
func updateFile(s *op.Scope, in updateFileIn) (f EvidenceFile, err error) {
	err = s.Write(func(tx *storage.WriteTx) error {
		if f, err = fileByID(&tx.ReadTx, in.ID); err != nil {
			return err
		}
		if f.Review != Pending && s.Caller().Role&op.Admin == 0 {
			return op.Errorf(op.Forbidden, "This file was reviewed. Only an administrator may change what is said of it now.")
		}
		set(&f.CollectedOn, in.Body.CollectedOn)
		set(&f.PeriodStart, in.Body.PeriodStart)
		set(&f.PeriodEnd, in.Body.PeriodEnd)
		set(&f.Kind, in.Body.Kind)
		set(&f.Note, in.Body.Note)
		var c op.Check
		checkDates(&c, "", tx.Today(), f.CollectedOn, f.PeriodStart, f.PeriodEnd)
		if err := c.Err(); err != nil {
			return err
		}
		err := tx.ExecOne("UPDATE file SET collected_on = ?, period_start = ?, period_end = ?, kind = ?, note = ? WHERE id = ?",
			f.CollectedOn, f.PeriodStart, f.PeriodEnd, string(f.Kind), strings.TrimSpace(f.Note), in.ID)
		if err != nil {
			return err
		}
		f, err = settled(tx, f.Evidence, move{file: f.ID})
		return err
	})
	return f, err
}

// removeFile deletes a file. A version in the middle of a row leaves no gap: its successor follows what it
// followed.
func removeFile(tx *storage.WriteTx, in byID) (struct{}, error) {
	f, err := fileByID(&tx.ReadTx, in.ID)
	if err != nil {
		return struct{}{}, err
	}
	var object string
	if err := tx.QueryRow("SELECT object FROM file WHERE id = ?", in.ID).Scan(&object); err != nil {
		return struct{}{}, err
	}
	if err := tx.Exec("UPDATE file SET replaces = ? WHERE evidence = ? AND replaces = ?", f.Replaces, f.Evidence, f.ID); err != nil {
		return struct{}{}, err
	}
	if err := tx.ExecOne("DELETE FROM file WHERE id = ?", in.ID); err != nil {
		return struct{}{}, err
	}
	if err := tx.Exec(replaced, f.Evidence); err != nil {
		return struct{}{}, err
	}
	if err := advance(tx, f.Evidence, move{}); err != nil {
		return struct{}{}, err
	}
	if err := askPurge(tx, []string{object}); err != nil {
		return struct{}{}, err
	}
	return struct{}{}, askRecalculation(tx)
}
