package erasure

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"assay/server/account"
	"assay/server/member"
	"assay/server/op"
	"assay/storage"
	"assay/storage/keys"
)

// A person is erased in steps, too, and every one can be done again: their key, which is their name in the audit log
// and a tombstone for every copy; what the installation knows of them; their rows; what the engine and SQLite keep.

// Erasing is what an administrator should know before somebody is erased.
type Erasing struct {
	ID        string           `json:"id"`
	Name      string           `json:"name"`
	Email     string           `json:"email"`
	Pseudonym string           `json:"pseudonym" doc:"What records will call them"`
	Member    bool             `json:"member" doc:"They belong to the organisation; erasing them ends that"`
	Elsewhere bool             `json:"elsewhere" doc:"Their account is used in other organisations too, where it stays as it is"`
	Erased    bool             `json:"erased" doc:"It was done already"`
	Mentions  []ErasingMention `json:"mentions" doc:"Where their name or address stands in texts that people wrote: no program can tell what else of it is about them"`
	More      bool             `json:"more" doc:"There are more mentions than these"`
}

// ErasingMention is one of them.
type ErasingMention struct {
	Kind   string `json:"kind" doc:"The table"`
	ID     string `json:"id"`
	Ref    string `json:"ref"`
	Title  string `json:"title"`
	Column string `json:"column" doc:"Where in the record"`
}

// mostMentions is how many are shown.
const mostMentions = 200

// machineTexts are texts that erasing changes by itself.
var machineTexts = map[string]bool{"notification": true, "organisation": true, "checkpoint_mail": true, "checkpoint_kept": true, "import": true, "digest_sent": true}

func (e *Eraser) lookAtPerson(sc *op.Scope, in op.ByID) (out Erasing, err error) {
	err = sc.Read(func(tx *storage.ReadTx) error {
		p, err := personOf(tx, in.ID)
		if err != nil {
			return err
		}
		out = Erasing{ID: p.id, Name: p.name, Email: p.email, Pseudonym: storage.Pseudonym(p.id), Erased: p.erased(), Mentions: []ErasingMention{}}
		if out.Erased {
			return nil
		}
		seen := map[string]bool{}
		for _, text := range []string{p.name, p.email} {
			found, err := tx.Containing(text, mostMentions)
			if err != nil {
				return err
			}
			for _, m := range found {
				key := m.Table + " " + m.PK + " " + m.Column
				if machineTexts[m.Table] || seen[key] {
					continue
				}
				seen[key] = true
				if out.More = len(out.Mentions) >= mostMentions; out.More {
					return nil
				}
				out.Mentions = append(out.Mentions, ErasingMention{Kind: m.Table, ID: m.PK, Ref: m.Ref, Title: m.Title, Column: m.Column})
			}
		}
		return nil
	})
	if err != nil || out.Erased {
		return out, err
	}
	return out, sc.ReadControl(func(tx *storage.ReadTx) error {
		account, err := accountOf(tx, sc.Tenant(), out.ID, out.Email)
		if err != nil {
			return err
		}
		return tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM membership WHERE tenant = ?1 AND person = ?2),
			EXISTS (SELECT 1 FROM membership WHERE account = ?3 AND tenant <> ?1)`, sc.Tenant(), out.ID, account).Scan(&out.Member, &out.Elsewhere)
	})
}

type person struct{ id, name, email string }

func (p person) erased() bool { return p.name == storage.Pseudonym(p.id) }

// personOf is who has an id: a person, or one of the personnel. Who is both is the person.
func personOf(tx *storage.ReadTx, id string) (p person, err error) {
	return p, tx.QueryRow(`SELECT id, name, email FROM person WHERE id = ?1 OR email <> '' AND email = (SELECT lower(email) FROM personnel WHERE id = ?1)
		UNION ALL SELECT id, name, email FROM personnel WHERE id = ?1 LIMIT 1`, id).Scan(&p.id, &p.name, &p.email)
}

// accountOf is the account of a person who belongs to an organisation, or did; empty when they never had one.
func accountOf(tx *storage.ReadTx, tenant, person, email string) (account string, err error) {
	err = tx.QueryRow(`SELECT coalesce((SELECT account FROM membership WHERE tenant = ?1 AND person = ?2),
		(SELECT id FROM account WHERE email = ?3 AND ?3 <> ''), '')`, tenant, person, email).Scan(&account)
	return account, err
}

type eraseIn struct {
	ID   string `path:"id" maxLength:"64" doc:"The person"`
	Body struct {
		Confirm  string `json:"confirm" maxLength:"254" doc:"The person's name or address, typed to say that it is meant"`
		Password string `json:"password" maxLength:"1024" doc:"The caller's"`
		Reason   string `json:"reason" maxLength:"500" doc:"Why, without naming them: it stands in the audit log for ever"`
	}
}

// Erased says what is being done.
type Erased struct {
	Pseudonym string `json:"pseudonym" doc:"What records call them in a moment"`
}

func (e *Eraser) erasePerson(sc *op.Scope, in eraseIn) (out Erased, err error) {
	c := sc.Caller()
	var p person
	err = sc.Read(func(tx *storage.ReadTx) error {
		p, err = personOf(tx, in.ID)
		return err
	})
	if err != nil {
		return out, err
	}
	typed := strings.TrimSpace(in.Body.Confirm)
	var v op.Check
	v.That(typed != "" && (typed == p.name || strings.EqualFold(typed, p.email)), "confirm", "This is neither the person's name nor their address.")
	v.Required(in.Body.Reason, "reason")
	v.That(p.email == "" || !strings.Contains(strings.ToLower(in.Body.Reason), p.email), "reason", "This would keep their address for ever.")
	v.That(len(p.name) < 3 || !strings.Contains(strings.ToLower(in.Body.Reason), strings.ToLower(p.name)), "reason", "This would keep their name for ever.")
	switch {
	case p.erased():
		return out, op.Errorf(op.Conflict, "This person was erased already.")
	case p.id == c.Person:
		return out, op.Errorf(op.Conflict, "You cannot erase yourself. Ask another administrator.")
	}
	if err := v.Err(); err != nil {
		return out, err
	}
	if err := e.Door.Confirm(sc, in.Body.Password, "person_erased"); err != nil {
		return out, err
	}
	r := personRow{tenant: c.Tenant, person: p.id, by: c.Person}
	err = sc.WriteControl(func(tx *storage.WriteTx) error {
		tx.Note(strings.TrimSpace(in.Body.Reason))
		if r.account, err = accountOf(&tx.ReadTx, c.Tenant, p.id, p.email); err != nil {
			return err
		}
		if err := member.End(tx, c, p.id); err != nil {
			return err
		}
		var begun bool
		if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM person_erasure WHERE tenant = ? AND person = ? AND ended_at = '')", r.tenant, r.person).Scan(&begun); err != nil {
			return err
		}
		if begun {
			return op.Errorf(op.Conflict, "This person is being erased already.")
		}
		err = tx.Exec("INSERT INTO person_erasure (id, tenant, person, account, asked_at, asked_by) VALUES (?, ?, ?, ?, ?, ?)", tx.NewID(), r.tenant, r.person, r.account, tx.Stamp(), r.by)
		if err != nil {
			return err
		}
		return tx.Enqueue(peopleJob, nil, tx.Now(), peopleJob) // it goes through whole files, and on after a crash
	})
	return Erased{Pseudonym: storage.Pseudonym(p.id)}, err
}

// peopleJob is the job of the installation that erases the people who were asked for.
const peopleJob = "erasure.people"

func (e *Eraser) peopleNow(sc *op.Scope, _ json.RawMessage) error {
	e.one.Lock()
	defer e.one.Unlock()
	return e.people(sc.Context())
}

// personRow is the erasure of a person that is not over.
type personRow struct{ id, tenant, person, account, by string }

// people goes on with the erasures of people that were cut off.
func (e *Eraser) people(ctx context.Context) error {
	var all []personRow
	err := e.read(ctx, func(tx *storage.ReadTx) error {
		rows, err := tx.Query("SELECT p.id, p.tenant, p.person, p.account, p.asked_by FROM person_erasure p JOIN tenant t ON t.id = p.tenant WHERE p.ended_at = '' AND t.status = 'active' ORDER BY p.asked_at, p.id")
		if err != nil {
			return err
		}
		all, err = op.Scan(rows, func(r op.Row) (p personRow, err error) {
			return p, r.Scan(&p.id, &p.tenant, &p.person, &p.account, &p.by)
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("erase people: %w", err)
	}
	var errs []error
	for _, r := range all {
		if err := e.endPerson(ctx, r); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// endPerson goes through all steps. Those that were done are found done.
func (e *Eraser) endPerson(ctx context.Context, r personRow) error {
	fail := func(err error) error { return fmt.Errorf("erase person %s of %s: %w", r.person, r.tenant, err) }
	record, err := e.fromFile(ctx, r)
	if err != nil {
		return fail(err)
	}
	if err := e.In.Store.ClearElsewhere(ctx, r.tenant); err != nil {
		return fail(err)
	}
	control := e.In.Store.Control()
	if err := control.Scrub(ctx); err != nil {
		return fail(err)
	}
	_, err = control.Write(ctx, storage.Call{Actor: storage.Actor{Kind: storage.System, ID: "erasure"}, Action: "erasure.person_end", Tenant: r.tenant, Owns: owns}, func(tx *storage.WriteTx) error {
		return tx.ExecOne("UPDATE person_erasure SET record = ?2, ended_at = ?3 WHERE id = ?1", r.id, int64(record), tx.Stamp())
	})
	if err != nil {
		return fail(err)
	}
	return nil
}

// fromFile takes somebody from the organisation's file, and from the installation's database as a member. It returns
// the number of the log's record that has the file without them.
func (e *Eraser) fromFile(ctx context.Context, r personRow) (record uint64, err error) {
	db, done, err := e.In.Store.Local(ctx, r.tenant) // from here on no other process seals anything with the key
	if err != nil {
		return 0, err
	}
	defer done()
	if err := e.In.Keys.ErasePerson(ctx, r.tenant, r.person); err != nil {
		return 0, err
	}
	call := storage.Call{Actor: storage.Actor{Kind: storage.Person, ID: r.by}, Action: "erasure.person", Owns: storage.PersonTables}
	var p person
	var imports []imported
	var rows []string // of theirs among the personnel
	err = db.Read(ctx, call, func(tx *storage.ReadTx) error {
		if p, err = personOf(tx, r.person); err != nil {
			return err
		}
		theirs, err := tx.Query("SELECT id FROM personnel WHERE id = ?1 OR email = ?2 COLLATE NOCASE AND ?2 <> ''", p.id, p.email)
		if err != nil {
			return err
		}
		if rows, err = op.Scan(theirs, func(r op.Row) (id string, err error) { return id, r.Scan(&id) }); err != nil {
			return err
		}
		found, err := tx.Query(`SELECT id, object, problems FROM import WHERE ?1 <> '' AND (instr(look, ?1) OR instr(report, ?1) OR instr(name, ?1))
			OR length(?2) > 2 AND (instr(look, ?2) OR instr(report, ?2) OR instr(name, ?2))`, p.email, p.name)
		if err != nil {
			return err
		}
		imports, err = op.Scan(found, func(r op.Row) (i imported, err error) { return i, r.Scan(&i.id, &i.file, &i.problems) })
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, id := range rows {
		if err := e.In.Keys.ErasePerson(ctx, r.tenant, id); err != nil {
			return 0, err
		}
	}
	for _, i := range imports {
		if err := e.In.Keys.ErasePerson(ctx, r.tenant, i.id); err != nil {
			return 0, err
		}
		for _, object := range []string{i.file, i.problems} {
			if object == "" {
				continue
			}
			if err := e.In.Blobs.Delete(ctx, r.tenant, object); err != nil {
				return 0, err
			}
		}
	}
	if err := e.forgetMember(ctx, r, p.email); err != nil {
		return 0, err
	}
	if !p.erased() {
		_, err = db.Write(ctx, call, func(tx *storage.WriteTx) error {
			tx.Event(storage.Event{Subject: r.person, Detail: map[string]any{"pseudonym": storage.Pseudonym(r.person)}})
			return tx.ErasePerson(r.person)
		})
		if err != nil {
			return 0, err
		}
	}
	if err := db.ForgetPerson(ctx); err != nil {
		return 0, err
	}
	if e.In.Logs == nil {
		return 0, nil
	}
	return e.In.Logs.Fresh(ctx, r.tenant)
}

// imported is an import whose file names the person.
type imported struct{ id, file, problems string }

// forgetMember removes what the installation's database has of somebody as a member of an organisation, and their
// account where it was for that one alone.
func (e *Eraser) forgetMember(ctx context.Context, r personRow, email string) error {
	alone := false
	var names []string
	err := e.read(ctx, func(tx *storage.ReadTx) error {
		var address string
		err := tx.QueryRow("SELECT email, NOT EXISTS (SELECT 1 FROM membership m WHERE m.account = a.id AND m.tenant <> ?2) FROM account a WHERE id = ?1", r.account, r.tenant).Scan(&address, &alone)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if address != "" {
			email = address
		}
		names, err = sealedFor(tx, r)
		return err
	})
	if err != nil {
		return err
	}
	if alone {
		names = append(names, r.account)
	}
	for _, n := range names {
		if err := e.In.Keys.ErasePerson(ctx, keys.Control, n); err != nil {
			return err
		}
	}
	_, err = e.In.Store.Control().Write(ctx, call(r.tenant, "erasure.person", ended...), func(tx *storage.WriteTx) error {
		for _, q := range []string{
			"DELETE FROM token_use WHERE token IN (SELECT id FROM token WHERE account = ?1 AND tenant = ?2)",
			"DELETE FROM token WHERE account = ?1 AND tenant = ?2",
			"DELETE FROM calendar_use WHERE feed IN (SELECT id FROM calendar_feed WHERE account = ?1 AND tenant = ?2)",
			"DELETE FROM calendar_feed WHERE account = ?1 AND tenant = ?2",
			"DELETE FROM link WHERE account = ?1 AND tenant = ?2",
			"DELETE FROM session WHERE account = ?1 AND tenant = ?2",
			"DELETE FROM auth_log WHERE account = ?1 AND account <> '' AND tenant = ?2",
			"DELETE FROM membership WHERE account = ?1 AND tenant = ?2",
		} {
			if err := tx.Exec(q, r.account, r.tenant); err != nil {
				return err
			}
		}
		for _, q := range []string{
			"DELETE FROM auth_log WHERE email = ?1 AND email <> '' AND tenant = ?2",
			"DELETE FROM mail WHERE recipient = ?1 AND tenant = ?2",
		} {
			if err := tx.Exec(q, email, r.tenant); err != nil {
				return err
			}
		}
		if !alone {
			return nil
		}
		return account.Remove(tx, r.account, email)
	})
	return err
}

// sealedFor are the rows under whose names the installation's log has sealed something of a person here: memberships
// and tokens, also those that were removed.
func sealedFor(tx *storage.ReadTx, r personRow) ([]string, error) {
	rows, err := tx.Query(`SELECT c.value ->> '$.pk' FROM audit a, json_each(a.record, '$.changes') c
		WHERE a.tenant = ?1 AND (c.value ->> '$.table' = 'membership' AND ?2 IN (c.value ->> '$.set.person[0]', c.value ->> '$.set.person[1]')
			OR c.value ->> '$.table' = 'token' AND ?3 <> '' AND ?3 IN (c.value ->> '$.set.account[0]', c.value ->> '$.set.account[1]'))
		UNION SELECT id FROM token WHERE account = ?3 AND tenant = ?1`, r.tenant, r.person, r.account)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (id string, err error) { return id, r.Scan(&id) })
}
