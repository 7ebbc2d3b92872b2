package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Job is one piece of work that waits in a file, or is being done.
type Job struct {
	ID      string
	Name    string
	Args    []byte
	Attempt int    // 1 the first time
	Cause   string // request id of the write that asked for it
}

// Nightly is the name of the job that starts a file's daily work and asks for its own next run.
const Nightly = "nightly"

// ErrNoJob means that no job is due.
var ErrNoJob = errors.New("no job is due")

func (tx *WriteTx) earliest() time.Time {
	var first time.Time
	for _, j := range tx.jobs {
		if first.IsZero() || j.due.Before(first) {
			first = j.due
		}
	}
	return first
}

// Enqueue adds a job that starts after this write is committed, at the earliest at the given time. A job
// with a key that is already waiting is not added again, but comes sooner if this write asks for that.
func (tx *WriteTx) Enqueue(name string, args any, at time.Time, key string) error {
	if tx.db.draft {
		return nil // a branch has no work of its own: no mail, no purge, no night
	}
	b, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", name, err)
	}
	tx.jobs = append(tx.jobs, newJob{id: tx.NewID(), name: name, args: string(b), key: key, due: at.UTC(), cause: tx.call.Request})
	return nil
}

type newJob struct {
	id, name, args, key, cause string
	due                        time.Time
}

// flush writes what a write asked of the engine: jobs and the answer to an idempotent call.
func (db *DB) flush(tx *WriteTx) error {
	for _, j := range tx.jobs {
		if _, err := tx.tx.StmtContext(tx.ctx, db.stmts.job).ExecContext(tx.ctx, j.id, j.name, j.args, j.key, j.due.Format(Instant), j.cause); err != nil {
			return err
		}
	}
	if i := tx.idem; i != nil {
		if _, err := tx.tx.ExecContext(tx.ctx, "DELETE FROM idempotency WHERE at < ?", tx.now.Add(-24*time.Hour).Format(Instant)); err != nil {
			return err
		}
		if _, err := tx.tx.StmtContext(tx.ctx, db.stmts.idem).ExecContext(tx.ctx, i.key, i.digest, tx.Stamp(), i.status, i.body); err != nil {
			return err
		}
	}
	return nil
}

// ClaimJob takes the job that is due longest and leases it: when the lease runs out before EndJob, the
// job is due again, so a process that dies loses nothing.
func (db *DB) ClaimJob(ctx context.Context, lease time.Duration) (Job, error) {
	var j Job
	now := db.cfg.Now().UTC()
	err := db.maintain(ctx, func(tx *sql.Tx) error {
		var args string
		err := tx.QueryRowContext(ctx, `
			UPDATE job SET state = 'running', attempt = attempt + 1, due = ?1, leased = ?2
			WHERE id = (SELECT id FROM job WHERE state IN ('ready', 'running') AND due <= ?2 ORDER BY due, id LIMIT 1)
			RETURNING id, name, args, attempt, cause`,
			now.Add(lease).Format(Instant), now.Format(Instant)).Scan(&j.ID, &j.Name, &args, &j.Attempt, &j.Cause)
		j.Args = []byte(args)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNoJob
		}
		return err
	})
	return j, err
}

// EndJob notes how a job ended. With a retry time it waits again until then; without one it is over.
func (db *DB) EndJob(ctx context.Context, j Job, failure error, retry time.Time) error {
	now := db.cfg.Now().UTC()
	return db.maintain(ctx, func(tx *sql.Tx) error {
		state, due, msg := "done", now, ""
		switch {
		case failure != nil && !retry.IsZero():
			state, due, msg = "ready", retry.UTC(), failure.Error()
		case failure != nil:
			state, msg = "dead", failure.Error()
		}
		if len(msg) > 500 {
			msg = msg[:500]
		}
		if _, err := tx.ExecContext(ctx, "UPDATE job SET state = ?, due = ?, error = ?, ended_at = ? WHERE id = ?",
			state, due.Format(Instant), msg, now.Format(Instant), j.ID); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM job WHERE state = 'done' AND ended_at < ?", now.Add(-7*24*time.Hour).Format(Instant))
		return err
	})
}

// NextDue is when the next job of this file is due; ok is false when none waits.
func (db *DB) NextDue(ctx context.Context) (due time.Time, ok bool, err error) {
	var at sql.NullString
	err = db.Read(ctx, Call{}, func(tx *ReadTx) error {
		return tx.QueryRow("SELECT min(due) FROM job WHERE state IN ('ready', 'running')").Scan(&at)
	})
	if err != nil || !at.Valid {
		return time.Time{}, false, err
	}
	due, err = time.Parse(Instant, at.String)
	return due, err == nil, err
}

// HintDue keeps a tenant's next due time with the installation, so that a closed tenant costs nothing and
// is still opened in time. It is a hint: doctor can rebuild it from the tenants' files.
func (s *Store) HintDue(ctx context.Context, tenant string, due time.Time) error {
	text := ""
	if !due.IsZero() {
		text = due.UTC().Format(Instant)
	}
	return s.Control().maintain(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO tenant_hint (tenant, next_due) VALUES (?1, ?2) ON CONFLICT (tenant) DO UPDATE SET next_due = ?2 WHERE next_due <> ?2", tenant, text)
		return err
	})
}

// Due lists the tenants with a job due before the given time, by the installation's hints.
func (s *Store) Due(ctx context.Context, before time.Time) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	err := s.Control().Read(ctx, Call{}, func(tx *ReadTx) error {
		rows, err := tx.Query("SELECT tenant, next_due FROM tenant_hint WHERE next_due <> '' AND next_due <= ?", before.UTC().Format(Instant))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id, at string
			if err := rows.Scan(&id, &at); err != nil {
				return err
			}
			if out[id], err = time.Parse(Instant, at); err != nil {
				return err
			}
		}
		return rows.Err()
	})
	return out, err
}

// Alive proves that the installation can write: it does, to the control database, and waits for the disk.
func (s *Store) Alive(ctx context.Context) error {
	if s.cfg.Cells != nil {
		if err := s.cfg.Cells.Alive(); err != nil {
			return err
		}
	}
	if db := s.Control(); db.far != nil { // it is written elsewhere; here it can be read
		return db.Read(ctx, Call{}, func(*ReadTx) error { return nil })
	}
	return s.Control().maintain(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO meta (key, value) VALUES ('alive', ?1) ON CONFLICT (key) DO UPDATE SET value = ?1", s.cfg.Now().UTC().Format(Instant))
		return err
	})
}
