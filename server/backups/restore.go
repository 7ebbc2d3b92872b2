package backups

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"assay/backup"
	"assay/backup/ltxlog"
	"assay/server/notification"
	"assay/server/op"
	"assay/storage"
	"assay/storage/blob"
)

type previewIn struct {
	At     string `query:"at" doc:"An instant: the state is the last one from before it"`
	Record int    `query:"record" minimum:"0" doc:"Or the number of a state"`
}

// BackupPreview is what would change if the organisation went back.
type BackupPreview struct {
	Record  int            `json:"record" doc:"Number of the state"`
	Instant string         `json:"instant" doc:"When that state was"`
	Rows    int            `json:"rows" doc:"How many rows would change"`
	Tables  []BackupChange `json:"tables"`
	Lost    int            `json:"lost" doc:"Files of that state whose content was deleted for good since"`
	Since   int            `json:"since" doc:"Audit records that were made since; they stay"`
}

// BackupChange is what would change of one kind of record.
type BackupChange struct {
	Table   string      `json:"table"`
	Gone    int         `json:"gone" doc:"Were added since, and would go to the trash"`
	Back    int         `json:"back" doc:"Were deleted since, and would come back"`
	Changed int         `json:"changed" doc:"Were changed since, and would be what they were"`
	Some    []BackupRow `json:"some" doc:"A few of them"`
}

// BackupRow is one of them.
type BackupRow struct {
	ID    string `json:"id"`
	Op    string `json:"op" enum:"insert,update,delete" doc:"insert: comes back; delete: goes"`
	Ref   string `json:"ref"`
	Title string `json:"title"`
}

// someRows is how many rows of each kind a preview names.
const someRows = 8

func (in previewIn) point() (p ltxlog.Point, err error) {
	var c op.Check
	c.That((in.At == "") != (in.Record == 0), "query.at", "Say an instant or a record.")
	if in.At != "" {
		p.Time, err = time.Parse(time.RFC3339, in.At)
		c.That(err == nil, "query.at", "This is not an instant such as 2026-11-20T17:00:00Z.")
	}
	p.Seq = uint64(in.Record)
	return p, c.Err()
}

func (s *service) preview(sc *op.Scope, in previewIn) (out BackupPreview, err error) {
	if s.logs == nil {
		return out, errOff
	}
	at, err := in.point()
	if err != nil {
		return out, err
	}
	m, err := s.moment(sc, at)
	if err != nil {
		return out, err
	}
	defer m.Close()
	return s.look(sc, m)
}

// moment restores a state beside the one in use.
func (s *service) moment(sc *op.Scope, at ltxlog.Point) (backup.Moment, error) {
	m, err := s.logs.Moment(sc.Context(), sc.Visit.Store(), sc.Tenant(), at, sc.TempDir())
	return m, told(sc, err)
}

func (s *service) look(sc *op.Scope, m backup.Moment) (BackupPreview, error) {
	out := BackupPreview{Record: int(m.Report.Seq), Instant: m.Report.Time.UTC().Format(storage.Instant), Tables: []BackupChange{}}
	tables, err := sc.Compare(m.Path, someRows)
	if err != nil {
		return out, err
	}
	for _, t := range tables {
		c := BackupChange{Table: t.Table, Gone: t.Gone, Back: t.Back, Changed: t.Other, Some: []BackupRow{}}
		for _, r := range t.Some {
			c.Some = append(c.Some, BackupRow{r.PK, r.Op, r.Ref, r.Title})
		}
		out.Rows += t.Gone + t.Back + t.Other
		out.Tables = append(out.Tables, c)
	}
	if out.Lost, err = s.lost(sc, m); err != nil {
		return out, err
	}
	return out, sc.Read(func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT count(*) FROM audit WHERE seq >= ? AND kind = 'change'", m.Records).Scan(&out.Since)
	})
}

// lost counts files that only the restored state speaks of and whose content is gone.
func (s *service) lost(sc *op.Scope, m backup.Moment) (n int, err error) {
	then, err := m.Objects(sc.Context())
	if err != nil {
		return 0, err
	}
	here := map[string]bool{}
	err = sc.Read(func(tx *storage.ReadTx) error {
		now, err := backup.Objects(tx)
		for _, o := range now {
			here[o.Name] = true
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, o := range then {
		if here[o.Name] {
			continue
		}
		switch r, err := sc.Blobs().Open(sc.Context(), sc.Tenant(), o.Object); {
		case err == nil:
			r.Close()
		case errors.Is(err, blob.ErrNotFound), errors.Is(err, blob.ErrCorrupt):
			n++
		default:
			return 0, fmt.Errorf("look for stored files: %w", err)
		}
	}
	return n, nil
}

type restoreIn struct {
	Body struct {
		Record int    `json:"record" minimum:"1" doc:"Number of the state, as a preview gave it"`
		Reason string `json:"reason" minLength:"1" maxLength:"500" doc:"Why; it stands in the audit log"`
	}
}

// BackupRestored says what was done.
type BackupRestored struct {
	Record  int    `json:"record" doc:"Number of the state that the organisation went back to"`
	Instant string `json:"instant" doc:"When that state was"`
	Before  int    `json:"before" doc:"Number of the state that it was in: the way back"`
	Audit   int    `json:"audit" doc:"Number of the audit record that says all that was changed by it"`
	Rows    int    `json:"rows"`
	HeldAt  string `json:"held_at" doc:"Since when mails wait to be released"`
}

// restore takes the organisation back. Mails are held before anything changes: if it is cut off, somebody has to
// release them for nothing, but none was sent that should not have been.
func (s *service) restore(sc *op.Scope, in restoreIn) (BackupRestored, error) {
	var c op.Check
	c.Required(in.Body.Reason, "reason")
	if err := c.Err(); err != nil {
		return BackupRestored{}, err
	}
	return s.goBack(sc, ltxlog.Point{Seq: uint64(in.Body.Record)}, in.Body.Reason)
}

// restoreArgs are those of the job: how the command line asks for it.
type restoreArgs struct {
	At     string `json:"at"`
	Record uint64 `json:"record"`
	Reason string `json:"reason"`
}

func (s *service) restoreJob(sc *op.Scope, raw json.RawMessage) error {
	var args restoreArgs
	if err := json.Unmarshal(raw, &args); err != nil {
		return fmt.Errorf("read what to restore: %w", err)
	}
	at := ltxlog.Point{Seq: args.Record}
	if args.At != "" {
		var err error
		if at.Time, err = time.Parse(storage.Instant, args.At); err != nil {
			return fmt.Errorf("read what to restore: %w", err)
		}
	}
	_, err := s.goBack(sc, at, args.Reason)
	return err
}

func (s *service) goBack(sc *op.Scope, at ltxlog.Point, reason string) (out BackupRestored, err error) {
	if s.logs == nil {
		return out, errOff
	}
	m, err := s.moment(sc, at)
	if err != nil {
		return out, err
	}
	defer m.Close()
	var before uint64
	err = sc.Read(func(*storage.ReadTx) error { // which keeps the file open
		before, err = s.logs.Flush(sc.Context(), sc.Tenant())
		return err
	})
	if err != nil {
		return out, told(sc, err)
	}
	letGo, err := hold(sc)
	if err != nil {
		return out, err
	}
	out = BackupRestored{Record: int(m.Report.Seq), Instant: m.Report.Time.UTC().Format(storage.Instant), Before: int(before)}
	seq, rows, err := sc.Rewind(m.Path, func(tx *storage.WriteTx) error {
		tx.Note(strings.TrimSpace(reason))
		tx.Event(storage.Event{Subject: "backup", Detail: map[string]any{"record": out.Record, "instant": out.Instant, "before": out.Before, "audit": m.Records}})
		// What the nights since then worked out is worked out again.
		var key string
		if err := tx.QueryRow("SELECT coalesce((SELECT key FROM job WHERE name = ? AND state = 'ready' ORDER BY due LIMIT 1), '')", storage.Nightly).Scan(&key); err != nil || key == "" {
			return err
		}
		return tx.Enqueue(storage.Nightly, nil, tx.Now(), key)
	})
	if err != nil && !errors.Is(err, storage.ErrUnavailable) { // nothing was changed
		err = errors.Join(err, letGo())
	}
	if err != nil {
		return out, err
	}
	out.Audit, out.Rows = int(seq), rows
	out.HeldAt, err = heldAt(sc)
	return out, err
}

// hold has the organisation's mails wait, and returns what undoes that: nothing when they waited before.
func hold(sc *op.Scope) (undo func() error, err error) {
	var held string
	err = sc.WriteControl(func(tx *storage.WriteTx) error {
		var was string
		if err := tx.QueryRow("SELECT held_at FROM tenant WHERE id = ?", sc.Tenant()).Scan(&was); err != nil || was != "" {
			return err
		}
		held = tx.Stamp()
		return tx.ExecOne("UPDATE tenant SET held_at = ? WHERE id = ?", held, sc.Tenant())
	})
	return func() error {
		if held == "" {
			return nil
		}
		return sc.WriteControl(func(tx *storage.WriteTx) error {
			return tx.Exec("UPDATE tenant SET held_at = '' WHERE id = ? AND held_at = ?", sc.Tenant(), held)
		})
	}, err
}

type releaseIn struct {
	Body struct {
		Drop bool `json:"drop,omitempty" doc:"Do not mail what waits; it stays in people's inboxes"`
	}
}

// BackupReleased says what becomes of what waited.
type BackupReleased struct {
	Mailed  int `json:"mailed" doc:"Notifications that are mailed now"`
	Dropped int `json:"dropped"`
}

// release lets mails leave again.
func release(sc *op.Scope, in releaseIn) (out BackupReleased, err error) {
	at, err := heldAt(sc)
	if err != nil {
		return out, err
	}
	if at == "" {
		return out, op.Errorf(op.Conflict, "No mails are held.")
	}
	err = sc.Write(func(tx *storage.WriteTx) error {
		var n int
		if err := tx.QueryRow("SELECT count(*) FROM notification WHERE mail = 'due'").Scan(&n); err != nil {
			return err
		}
		tx.Event(storage.Event{Subject: "mail", Detail: map[string]any{"waited": n, "dropped": in.Body.Drop}})
		if in.Body.Drop {
			out.Dropped = n
			return tx.Exec("UPDATE notification SET mail = '' WHERE mail = 'due'")
		}
		out.Mailed = n
		return notification.AskMail(tx, tx.Now())
	})
	if err != nil {
		return out, err
	}
	return out, sc.WriteControl(func(tx *storage.WriteTx) error {
		q := "UPDATE mail SET next_at = ?2 WHERE tenant = ?1 AND next_at <> ''"
		if in.Body.Drop {
			q = "UPDATE mail SET next_at = '', body = '', error = 'dropped after a restore' WHERE tenant = ?1 AND next_at <> '' AND kind IN ('notice', 'digest') AND ?2 <> ''"
		}
		if err := tx.Exec(q, sc.Tenant(), tx.Stamp()); err != nil {
			return fmt.Errorf("release mails: %w", err)
		}
		return tx.ExecOne("UPDATE tenant SET held_at = '' WHERE id = ?", sc.Tenant())
	})
}
