// Package attachment is files that hang at records: the contract of a vendor, its report, its certificate. They are kept
// as proofs are: sealed, looked at before anything is stored, sent in ranges, every download in the log.
//
// A record that is deleted leaves its files behind, hidden, as it does its links: undoing the deletion brings them back.
package attachment

import (
	"database/sql"
	"encoding/json"
	"errors"

	"assay/server/evidence"
	"assay/server/op"
	"assay/server/person"
	"assay/server/record"
	"assay/storage"
	"assay/storage/blob"
)

// Module is the attachments' part of the API.
var Module = op.Module{
	Name: "attachment",
	Owns: []string{"attachment"},
	Ops: []op.Op{
		op.Read("list", "GET /records/{kind}/{id}/attachments", op.Readers, list, op.Doc("The files of a record, newest first")),
		op.Upload("upload", "POST /records/{kind}/{id}/attachments", op.Editors, op.Limit{MB: 25}, upload, op.Doc("Hang a file at a record")),
		op.Download("download", "GET /attachments/{id}", op.Readers, download, op.Present(), op.Doc("Download a file; PDF and pictures can be shown inline")),
		op.Write("delete", "DELETE /attachments/{id}", op.Admin, remove, op.Doc("Delete a file; its content is kept for 30 days, so that this can be undone")),
	},
	Jobs: []op.Job{{Name: "purge", Run: purge}},
}

// Attachment is a file that hangs at a record.
type Attachment struct {
	ID             string `json:"id"`
	Name           string `json:"name"`
	Type           string `json:"type" doc:"Media type, as found by looking at the content"`
	Size           int    `json:"size"`
	SHA256         string `json:"sha256" doc:"Of what is kept and sent on download"`
	UploadedBy     string `json:"uploaded_by"`
	UploadedByName string `json:"uploaded_by_name"`
	UploadedAt     string `json:"uploaded_at"`
}

const (
	columns = "a.id, a.name, a.type, a.size, a.sha256, a.uploaded_by, coalesce(p.name, ''), a.uploaded_at"
	from    = "attachment a LEFT JOIN person p ON p.id = a.uploaded_by"
)

func scan(r op.Row) (a Attachment, err error) {
	return a, r.Scan(&a.ID, &a.Name, &a.Type, &a.Size, &a.SHA256, &a.UploadedBy, &a.UploadedByName, &a.UploadedAt)
}

// Attachments are the files of a record.
type Attachments struct {
	Items []Attachment `json:"items"`
}

// Host names the record in a path.
type Host struct {
	Kind record.Kind `path:"kind" maxLength:"40"`
	ID   string      `path:"id" maxLength:"26"`
}

func list(tx *storage.ReadTx, in Host) (Attachments, error) {
	if err := there(tx, in); err != nil {
		return Attachments{}, err
	}
	items, err := Of(tx, record.Ref{Kind: in.Kind, ID: in.ID})
	return Attachments{items}, err
}

// Of are the files of a record, newest first.
func Of(tx *storage.ReadTx, r record.Ref) ([]Attachment, error) {
	rows, err := tx.Query("SELECT "+columns+" FROM "+from+" WHERE a.kind = ? AND a.record = ? ORDER BY a.uploaded_at DESC, a.id", string(r.Kind), r.ID)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, scan)
}

// Check notes a field that names a file which does not hang at the record. Empty means none, which is well.
func Check(c *op.Check, tx *storage.ReadTx, field, id string, r record.Ref) error {
	if id == "" {
		return nil
	}
	var n int
	err := tx.QueryRow("SELECT count(*) FROM attachment WHERE id = ? AND kind = ? AND record = ?", id, string(r.Kind), r.ID).Scan(&n)
	c.That(n > 0, field, "There is no such file here. Upload it first.")
	return err
}

// hosts are the kinds of records whose page shows files.
var hosts = map[record.Kind]bool{record.Vendor: true}

func there(tx *storage.ReadTx, in Host) error {
	if !hosts[in.Kind] {
		return storage.ErrNotFound
	}
	_, err := record.Find(tx, record.Ref{Kind: in.Kind, ID: in.ID})
	return err
}

func upload(tx *storage.WriteTx, in Host, f op.File) (Attachment, error) {
	if err := there(&tx.ReadTx, in); err != nil {
		return Attachment{}, err
	}
	id := tx.NewID()
	err := tx.Exec(`INSERT INTO attachment (id, kind, record, name, type, size, sha256, original, object, uploaded_by, uploaded_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, id, string(in.Kind), in.ID, f.Name, f.Type.Media, f.Object.Size, f.Object.SHA256, f.Original, f.Object.Name,
		person.Acting(&tx.ReadTx), tx.Stamp())
	if err != nil {
		return Attachment{}, err
	}
	return one(&tx.ReadTx, id)
}

func one(tx *storage.ReadTx, id string) (Attachment, error) {
	a, err := scan(tx.QueryRow("SELECT "+columns+" FROM "+from+" WHERE a.id = ?", id))
	return a, none(err)
}

func none(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return storage.ErrNotFound
	}
	return err
}

type downloadIn struct {
	ID     string `path:"id" maxLength:"26"`
	Inline bool   `query:"inline" doc:"Show a PDF or picture in the browser instead of saving it"`
}

func download(tx *storage.ReadTx, in downloadIn) (op.Sent, error) {
	s := op.Sent{Inline: in.Inline}
	var err error
	s.Name, s.Type, s.Object, err = content(tx, in.ID)
	return s, err
}

func content(tx *storage.ReadTx, id string) (name, media string, o blob.Object, err error) {
	err = tx.QueryRow("SELECT name, type, object, size, sha256 FROM attachment WHERE id = ?", id).Scan(&name, &media, &o.Name, &o.Size, &o.SHA256)
	return name, media, o, none(err)
}

func remove(tx *storage.WriteTx, in op.ByID) (struct{}, error) {
	_, _, o, err := content(&tx.ReadTx, in.ID)
	if err != nil {
		return struct{}{}, err
	}
	if err := tx.ExecOne("DELETE FROM attachment WHERE id = ?", in.ID); err != nil {
		return struct{}{}, err
	}
	return struct{}{}, evidence.AskPurge(tx, "attachment.purge", []string{o.Name})
}

// purge removes the content of deleted files when it can no longer be asked back.
func purge(s *op.Scope, raw json.RawMessage) error {
	return evidence.Purge(s, raw, "SELECT EXISTS (SELECT 1 FROM attachment WHERE object = ?)")
}
