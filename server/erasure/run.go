package erasure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"assay/backup"
	"assay/server/account"
	"assay/server/mail"
	"assay/server/op"
	"assay/storage"
	"assay/storage/keys"
)

func (e *Eraser) night(sc *op.Scope, _ json.RawMessage) error {
	return errors.Join(e.remind(sc.Context()), e.Due(sc.Context()))
}

// Due erases the organisations whose time has come, and goes on with those whose erasure was cut off. One that cannot
// be ended now does not hold up the others.
func (e *Eraser) Due(ctx context.Context) error {
	e.one.Lock()
	defer e.one.Unlock()
	now := e.In.Store.Now().UTC().Format(storage.Instant)
	people := e.people(ctx)
	all, err := e.open(ctx)
	if err != nil {
		return err
	}
	errs := []error{people}
	for _, r := range all {
		if r.step == waiting && r.goesAt > now {
			continue
		}
		if err := e.erase(ctx, r); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Now erases an organisation that somebody asked for, without waiting.
func (e *Eraser) Now(ctx context.Context, tenant string) error {
	var r row
	err := e.read(ctx, func(tx *storage.ReadTx) (err error) {
		r, err = of(tx, tenant)
		return err
	})
	if err == nil && r.id == "" {
		err = storage.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("erase organisation: %w", err)
	}
	e.one.Lock()
	defer e.one.Unlock()
	return e.erase(ctx, r)
}

func (e *Eraser) open(ctx context.Context) (all []row, err error) {
	err = e.read(ctx, func(tx *storage.ReadTx) error {
		rows, err := tx.Query("SELECT " + columns + " FROM erasure WHERE ended_at = '' ORDER BY goes_at, id")
		if err != nil {
			return err
		}
		all, err = op.Scan(rows, scan)
		return err
	})
	return all, err
}

func (e *Eraser) read(ctx context.Context, fn func(*storage.ReadTx) error) error {
	return e.In.Store.Control().Read(ctx, call("", "erasure.read"), fn)
}

// remind mails the administrators a week and a day before their organisation goes.
func (e *Eraser) remind(ctx context.Context) error {
	all, err := e.open(ctx)
	if err != nil {
		return err
	}
	for _, r := range all {
		goes, err := time.Parse(storage.Instant, r.goesAt)
		if err != nil {
			return fmt.Errorf("remind of an erasure: %w", err)
		}
		begun, err := time.Parse(storage.Instant, r.askedAt)
		if err != nil {
			return fmt.Errorf("remind of an erasure: %w", err)
		}
		told := dueReminder(r.told, goes.Sub(begun), goes.Sub(e.In.Store.Now()))
		if r.step != waiting || told == "" {
			continue
		}
		_, err = e.In.Store.Control().Write(ctx, call(r.tenant, "erasure.remind", "mail"), func(tx *storage.WriteTx) error {
			if err := tx.ExecOne("UPDATE erasure SET told = ?2 WHERE id = ?1", r.id, told); err != nil {
				return err
			}
			return e.tell(tx, r.tenant, func(organisation, url string) mail.Letter { return soon(organisation, goes, url) })
		})
		if err != nil {
			return fmt.Errorf("remind of an erasure: %w", err)
		}
	}
	e.Post.Wake()
	return nil
}

// dueReminder is which reminder is due now, empty for none. Nights come once a day, so each is sent in the night before
// it would be late. One that would follow the request at once is not sent.
func dueReminder(told string, whole, left time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case left <= 0:
		return ""
	case left < 2*day && told != "day" && whole > 2*day:
		return "day"
	case left >= 2*day && left < 8*day && told == "" && whole > 8*day:
		return "week"
	}
	return ""
}

// erase goes on where the erasure of an organisation stands. Every step is remembered before the next, so that one
// that is cut off anywhere ends as if it had not been.
func (e *Eraser) erase(ctx context.Context, r row) error {
	control := e.In.Store.Control()
	last := backup.EraseStep(r.step)
	if r.step == waiting {
		last = ""
		size, root := e.end(ctx, r.tenant)
		_, err := control.Write(ctx, call(r.tenant, "erasure.begin", "tenant", "session"), func(tx *storage.WriteTx) error {
			if err := tx.ExecOne("UPDATE erasure SET step = 'begun', size = ?2, root = ?3 WHERE id = ?1 AND step = 'waiting'", r.id, size, root); err != nil {
				return err // somebody took it back just now
			}
			// Nobody comes in by any door from now on.
			if err := tx.Exec("UPDATE tenant SET status = 'erased' WHERE id = ?", r.tenant); err != nil {
				return err
			}
			return tx.Exec("DELETE FROM session WHERE tenant = ?", r.tenant)
		})
		if err != nil {
			return fmt.Errorf("begin to erase: %w", err)
		}
		e.Log.WarnContext(ctx, "an organisation is erased", "tenant", r.tenant, "asked", r.askedAt)
	}
	if r.step == rowsGone {
		return e.over(ctx, r)
	}
	err := e.In.Erase(ctx, r.tenant, last, func(s backup.EraseStep, remains string) error {
		_, err := control.Write(ctx, call(r.tenant, "erasure.step"), func(tx *storage.WriteTx) error {
			return tx.ExecOne("UPDATE erasure SET step = ?2, remains = remains || iif(remains <> '' AND ?3 <> '', '; ', '') || ?3 WHERE id = ?1", r.id, string(s), remains)
		})
		return err
	})
	if err != nil {
		return err
	}
	return e.forget(ctx, r)
}

// end is how long an organisation's audit log is and the hash over it, so that a copy that turns up can be told from
// another. A file that cannot be opened any more is erased all the same.
func (e *Eraser) end(ctx context.Context, tenant string) (size int64, root string) {
	db, done, err := e.In.Store.Tenant(ctx, tenant)
	if err != nil {
		return 0, ""
	}
	defer done()
	note, err := db.Checkpoint(ctx)
	if err != nil {
		return 0, ""
	}
	c, err := storage.ParseCheckpoint(note)
	if err != nil {
		return 0, ""
	}
	return c.Size, c.Root
}

// forget removes what the installation's database has of an organisation and of people who were nowhere else. Their
// keys go first: the log of what is removed here, and of what was written before, says nothing of them any more.
func (e *Eraser) forget(ctx context.Context, r row) error {
	fail := func(err error) error { return fmt.Errorf("erase what the installation knows of %s: %w", r.tenant, err) }
	control := e.In.Store.Control()
	people, err := e.peopleOf(ctx, r.tenant)
	if err != nil {
		return fail(err)
	}
	names := []string{r.tenant, r.id}
	err = e.read(ctx, func(tx *storage.ReadTx) error {
		written, err := writtenOf(tx, r.tenant)
		names = append(names, written...)
		return err
	})
	if err != nil {
		return fail(err)
	}
	for _, p := range people {
		names = append(names, p.account)
	}
	for _, n := range names {
		if err := e.In.Keys.ErasePerson(ctx, keys.Control, n); err != nil {
			return fail(err)
		}
	}
	_, err = control.Write(ctx, call(r.tenant, "erasure.end", ended...), func(tx *storage.WriteTx) error {
		for _, q := range []string{
			"DELETE FROM token_use WHERE token IN (SELECT id FROM token WHERE tenant = ?1)",
			"DELETE FROM token WHERE tenant = ?1",
			"DELETE FROM calendar_use WHERE feed IN (SELECT id FROM calendar_feed WHERE tenant = ?1)",
			"DELETE FROM calendar_feed WHERE tenant = ?1",
			"DELETE FROM link WHERE tenant = ?1",
			"DELETE FROM session WHERE tenant = ?1",
			"DELETE FROM auth_log WHERE tenant = ?1",
			"DELETE FROM mail WHERE tenant = ?1",
			"DELETE FROM membership WHERE tenant = ?1",
		} {
			if err := tx.Exec(q, r.tenant); err != nil {
				return err
			}
		}
		for _, p := range people {
			if err := account.Remove(tx, p.account, p.email); err != nil {
				return err
			}
		}
		if err := tx.Exec("DELETE FROM person_erasure WHERE tenant = ?", r.tenant); err != nil {
			return err
		}
		if err := tx.Exec("DELETE FROM tenant WHERE id = ?", r.tenant); err != nil {
			return err
		}
		if err := tx.Exec("UPDATE erasure SET reason = '' WHERE tenant = ?", r.tenant); err != nil {
			return err
		}
		return tx.ExecOne("UPDATE erasure SET step = ?2 WHERE id = ?1", r.id, rowsGone)
	})
	if err != nil {
		return fail(err)
	}
	return e.over(ctx, r)
}

// rowsGone is the step after those of package backup.
const rowsGone = "rows"

// over ends an erasure when the installation's database has no trace of what was deleted in it either.
func (e *Eraser) over(ctx context.Context, r row) error {
	control := e.In.Store.Control()
	if err := control.Scrub(ctx); err != nil {
		return fmt.Errorf("end the erasure of %s: %w", r.tenant, err)
	}
	_, err := control.Write(ctx, call(r.tenant, "erasure.end"), func(tx *storage.WriteTx) error {
		return tx.ExecOne("UPDATE erasure SET step = 'done', ended_at = ?2 WHERE id = ?1", r.id, tx.Stamp())
	})
	if err == nil {
		e.Log.InfoContext(ctx, "an organisation was erased", "tenant", r.tenant)
	}
	return err
}

type holder struct{ account, email string }

// peopleOf are the accounts that belong to this organisation, or did, and to no other.
func (e *Eraser) peopleOf(ctx context.Context, tenant string) (all []holder, err error) {
	err = e.read(ctx, func(tx *storage.ReadTx) error {
		rows, err := tx.Query(`SELECT a.id, a.email FROM account a WHERE NOT EXISTS (SELECT 1 FROM membership o WHERE o.account = a.id AND o.tenant <> ?1)
			AND a.id IN (SELECT account FROM membership WHERE tenant = ?1 UNION
				SELECT c.value ->> '$.set.account[1]' FROM audit r, json_each(r.record, '$.changes') c
				WHERE r.tenant = ?1 AND c.value ->> '$.table' = 'membership' AND c.value ->> '$.op' = 'insert') ORDER BY a.id`, tenant)
		if err != nil {
			return err
		}
		all, err = op.Scan(rows, func(r op.Row) (h holder, err error) { return h, r.Scan(&h.account, &h.email) })
		return err
	})
	return all, err
}

// writtenOf are the rows under whose names the installation's log has sealed something of an organisation: its
// memberships and tokens, also those that were removed.
func writtenOf(tx *storage.ReadTx, tenant string) ([]string, error) {
	rows, err := tx.Query(`SELECT DISTINCT r.pk FROM audit a JOIN audit_row r ON r.seq = a.seq
		WHERE a.tenant = ?1 AND r.tbl IN ('membership', 'token', 'erasure')
		UNION SELECT id FROM membership WHERE tenant = ?1 UNION SELECT id FROM token WHERE tenant = ?1`, tenant)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (id string, err error) { return id, r.Scan(&id) })
}
