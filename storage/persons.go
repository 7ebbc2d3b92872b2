package storage

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base32"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
)

// A person is erased by their key: with it go their values in the audit log, which cannot be changed. What stays is
// the tombstone of that key, and it says for ever that nothing of that person may be seen: every copy of the file from
// before is cleared of them before anybody reads it.

// Pseudonym is what an erased person is called, wherever records speak of them.
func Pseudonym(person string) string {
	sum := sha256.Sum256([]byte("pseudonym of " + person))
	return "Person " + base32.StdEncoding.EncodeToString(sum[:])[:6]
}

// addressColumns may hold somebody's e-mail address although their row is not a person's. In the audit log such a
// value is sealed under the key of whoever has the address then.
var addressColumns = map[string]map[string]bool{
	"organisation":    set("contact_email"),
	"checkpoint_mail": set("address"),
	"vendor":          set("contact_email"),
}

// PersonTables are changed when a person is erased, beside what the engine keeps.
var PersonTables = []string{"person", "notification", "notification_choice", "digest_sent", "organisation", "checkpoint_mail", "checkpoint_kept", "import", "vendor", "personnel"}

// erasing are the statements that leave a file without a person: ?1 is their id, ?2 their pseudonym, ?3 the name and
// ?4 the address that they have in it. The person comes last: until then it says who they are.
var erasing = []string{
	"DELETE FROM notification WHERE person = ?1",
	"DELETE FROM notification_choice WHERE person = ?1",
	"DELETE FROM digest_sent WHERE person = ?1",
	"UPDATE notification SET title = replace(title, ?3, ?2), body = replace(body, ?3, ?2) WHERE length(?3) > 2 AND (instr(title, ?3) OR instr(body, ?3)) AND ?1 <> ''",
	"UPDATE notification SET title = replace(title, ?4, ?2), body = replace(body, ?4, ?2) WHERE ?4 <> '' AND (instr(title, ?4) OR instr(body, ?4)) AND ?1 || ?3 <> ''",
	"UPDATE organisation SET contact_email = '' WHERE contact_email = ?4 AND ?4 <> '' AND ?1 || ?2 || ?3 <> ''",
	"UPDATE checkpoint_mail SET address = '' WHERE address = ?4 AND ?4 <> '' AND ?1 || ?2 || ?3 <> ''",
	"UPDATE vendor SET contact_email = '', contact_name = '' WHERE contact_email = ?4 AND ?4 <> '' AND ?1 || ?2 || ?3 <> ''",
	"UPDATE checkpoint_kept SET name = '' WHERE name = ?4 AND ?4 <> '' AND ?1 || ?2 || ?3 <> ''",
	// What an import says of its file goes with the file, whose objects are removed by whoever asked for the erasure.
	`UPDATE import SET object = '', problems = '', look = '{}', report = '{}', name = replace(replace(name, ?3, ?2), ?4, ?2)
		WHERE ?4 <> '' AND (instr(look, ?4) OR instr(report, ?4) OR instr(name, ?4)) OR length(?3) > 2 AND (instr(look, ?3) OR instr(report, ?3) OR instr(name, ?3)) AND ?1 <> ''`,
	// Who works here is the same human being where the address is the same.
	`UPDATE personnel SET name = ?2, email = '', employee_id = '', phone = '', location = '', notes = ''
		WHERE (id = ?1 OR email = ?4 COLLATE NOCASE AND ?4 <> '') AND (name <> ?2 OR email || employee_id || phone || location || notes <> '') AND ?3 IS NOT NULL`,
	"UPDATE person SET name = ?2, email = '', title = '', department = '', phone = '', active = 0 WHERE id = ?1 AND (name <> ?2 OR email || title || department || phone <> '' OR active = 1) AND ?3 || ?4 IS NOT NULL",
}

// whoIs is what a file calls somebody: a person, or one of the personnel who is no person.
const whoIs = "SELECT name, email FROM person WHERE id = ?1 UNION ALL SELECT name, email FROM personnel WHERE id = ?1 LIMIT 1"

// ErasePerson makes every row of the file that says who somebody is say only their pseudonym. Their key, and those of
// their rows among the personnel, must be gone by then: what this write records of the old values would keep them. Its
// operation owns [PersonTables].
func (tx *WriteTx) ErasePerson(person string) error {
	var name, email string
	if err := tx.QueryRow(whoIs, person).Scan(&name, &email); err != nil {
		return err
	}
	for _, q := range erasing {
		if err := tx.Exec(q, person, Pseudonym(person), name, email); err != nil {
			return fmt.Errorf("erase person: %w", err)
		}
	}
	return nil
}

// ForgetPerson removes what the engine itself kept of a person who was erased: answers to repeated calls, what jobs
// were asked, the words of the search index, and what SQLite leaves in pages that it will use again. It goes through
// the whole file.
func (db *DB) ForgetPerson(ctx context.Context) error {
	fail := func(err error) error { return fmt.Errorf("forget a person: %w", err) }
	err := db.maintain(ctx, func(tx *sql.Tx) error {
		for _, q := range kept {
			if _, err := tx.ExecContext(ctx, q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fail(err)
	}
	if err := db.Reindex(ctx); err != nil {
		return fail(err)
	}
	if err := db.Scrub(ctx); err != nil {
		return fail(err)
	}
	if err := errors.Join(db.store.pasts.drop(db.id), db.store.clearBranches(ctx, db.id)); err != nil {
		return fail(err)
	}
	return nil
}

// ClearElsewhere has every other process take the people who were erased from what it has of a tenant. The caller has
// let go of the tenant's file: another process may be waiting for it, and could not clear what it is about to open.
func (s *Store) ClearElsewhere(ctx context.Context, id string) error {
	if s.cfg.Cells == nil {
		return nil
	}
	if err := s.cfg.Cells.Clear(ctx, id); err != nil {
		return fmt.Errorf("forget a person elsewhere: %w", err)
	}
	return nil
}

// clearBranches takes everybody who was erased from a tenant's branches, which are copies of its file as it was.
func (s *Store) clearBranches(ctx context.Context, id string) error {
	erased, err := s.cfg.Keys.Erased(ctx, id)
	if err != nil {
		return err
	}
	branches, err := s.branchFiles(id)
	if err != nil || len(erased) == 0 {
		return err
	}
	for _, b := range branches {
		err := s.whileClosed(ctx, branchName(id, b), func() error {
			return clearErased(ctx, id, filepath.Join(s.branchDir(id), b+".db"), erased)
		})
		if err != nil {
			return fmt.Errorf("branch %s: %w", b, explain(err))
		}
	}
	return nil
}

// kept is what the engine keeps for some time and can do without.
var kept = []string{"DELETE FROM idempotency", "DELETE FROM job WHERE state NOT IN ('ready', 'running')"}

// wipes empty the search index of a copy, which is built again where somebody searches.
var wipes = []string{"INSERT INTO search_text (search_text) VALUES ('delete-all')", "DELETE FROM search_doc", "DELETE FROM meta WHERE key = 'search'"}

// ClearErased takes from a copy of a tenant's file, from whenever it is, everybody who was erased since, and says how
// many they are. Nobody else may have it open. Everything that makes a file of the past calls it before the file is
// read: the keys remember who may not be seen, the copy does not.
func (s *Store) ClearErased(ctx context.Context, id, path string) (int, error) {
	erased, err := s.cfg.Keys.Erased(ctx, id)
	if err == nil && len(erased) > 0 {
		err = clearErased(ctx, id, path, erased)
	}
	if err != nil {
		return 0, fmt.Errorf("take erased people from a copy: %w", explain(err))
	}
	return len(erased), nil
}

func clearErased(ctx context.Context, id, path string, erased []string) (err error) {
	if _, err := update(ctx, id, path); err != nil {
		return err
	}
	db := openSQL(path, "rw", unwatched)
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, person := range erased {
		var name, email string
		err := tx.QueryRowContext(ctx, whoIs, person).Scan(&name, &email)
		if errors.Is(err, sql.ErrNoRows) {
			continue // they came later
		}
		if err != nil {
			return err
		}
		for _, q := range erasing {
			if _, err := tx.ExecContext(ctx, q, person, Pseudonym(person), name, email); err != nil {
				return err
			}
		}
	}
	for _, q := range slices.Concat(kept, wipes) {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	for _, q := range []string{"VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"} {
		if _, err := db.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}
