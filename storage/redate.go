package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"assay/storage/keys"
)

// dated is a whole value that is a date or an instant.
var dated = regexp.MustCompile(`^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d\.\d{3}Z)?$`)

// datedJSON is the same as a value inside JSON.
var datedJSON = regexp.MustCompile(`"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d\.\d{3}Z)?"`)

// Redate moves everything in a data directory by whole days, so that the story of a demo ends today
// whenever it is started. It rewrites the audit logs and signs them anew with the directory's own key: it
// is for a directory that was just unpacked and that nobody relies on. Nothing may have it open.
func Redate(ctx context.Context, dir string, keeper keys.Keeper, days int) error {
	if err := chooseLocks(); err != nil {
		return err
	}
	signer, err := keeper.Signer(ctx)
	if err != nil {
		return err
	}
	sign, err := note.NewSigner(signer.SignerKey())
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(dir, "tenants", "*.db"))
	if err != nil {
		return err
	}
	last := map[string]string{} // the newest checkpoint of each tenant, which the installation remembers
	for _, f := range append(files, filepath.Join(dir, "control.db")) {
		id := strings.TrimSuffix(filepath.Base(f), ".db")
		if err := redateFile(ctx, f, id, sign, days, last); err != nil {
			return fmt.Errorf("move the dates of %s: %w", id, err)
		}
	}
	return nil
}

func redateFile(ctx context.Context, path, id string, sign note.Signer, days int, last map[string]string) (err error) {
	w := &watch{phase: schema}
	db := openSQL(path, "rw", w.install)
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	tables, err := readTables(ctx, db)
	if err != nil {
		return err
	}
	for _, q := range []string{"PRAGMA synchronous = OFF", "PRAGMA foreign_keys = OFF"} {
		if _, err := db.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	triggers, err := dropTriggers(ctx, db)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for name, t := range tables {
		if name == "audit" || name == "checkpoint" || name == "session" {
			continue
		}
		if err := redateTable(ctx, tx, name, t, days); err != nil {
			return err
		}
	}
	if err := redateLog(ctx, tx, id, sign, days, last); err != nil {
		return err
	}
	if id == keys.Control {
		for tenant, text := range last {
			if _, err := tx.ExecContext(ctx, "UPDATE tenant_hint SET checkpoint = ? WHERE tenant = ?", text, tenant); err != nil {
				return err
			}
		}
	}
	for _, q := range triggers {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// dropTriggers takes the triggers away, which would count versions and recompute; it returns how to put
// them back.
func dropTriggers(ctx context.Context, db *sql.DB) ([]string, error) {
	rows, err := db.QueryContext(ctx, "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
	if err != nil {
		return nil, err
	}
	var names, back []string
	for rows.Next() {
		var name, q string
		if err := rows.Scan(&name, &q); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		names, back = append(names, name), append(back, q)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	for _, n := range names {
		if _, err := db.ExecContext(ctx, "DROP TRIGGER "+quote(n)); err != nil {
			return nil, err
		}
	}
	return back, nil
}

// redateTable moves every column of a table whose name says that it is a time.
func redateTable(ctx context.Context, tx *sql.Tx, name string, t table, days int) error {
	unique, err := uniqueColumns(ctx, tx, name)
	if err != nil {
		return err
	}
	for _, col := range t.columns {
		if !slices.Contains([]string{"at", "day", "due", "since", "leased", "period_start", "period_end", "next_due", "next_at", "seen", "value", "expires", "first_expiry"}, col) &&
			!strings.HasSuffix(col, "_at") && !strings.HasSuffix(col, "_on") {
			continue
		}
		// A column is moved where it holds a date and nothing else; GLOB keeps other texts as they are.
		q := fmt.Sprintf(`UPDATE %s SET %s = date(substr(%[2]s, 1, 10), ?, ?) || substr(%[2]s, 11)
			WHERE %[2]s GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' OR %[2]s GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*Z'`, quote(name), quote(col))
		back := "+0 years"
		if slices.Contains(unique, col) {
			// Rows of one day must not meet those of another on their way: they go by way of another age.
			// The calendar repeats every 400 years.
			if _, err := tx.ExecContext(ctx, q, "+800 years", "+0 days"); err != nil {
				return fmt.Errorf("%s.%s: %w", name, col, err)
			}
			back = "-800 years"
		}
		if _, err := tx.ExecContext(ctx, q, back, fmt.Sprintf("%+d days", days)); err != nil {
			return fmt.Errorf("%s.%s: %w", name, col, err)
		}
	}
	return nil
}

// uniqueColumns are the columns of a table by which its rows are told apart.
func uniqueColumns(ctx context.Context, tx *sql.Tx, name string) (cols []string, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT i.name FROM pragma_index_list(?) l, pragma_index_info(l.name) i WHERE l."unique" AND i.name IS NOT NULL`, name)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var c string
		if err := rows.Scan(&c); err != nil {
			return nil, err
		}
		cols = append(cols, c)
	}
	return cols, rows.Err()
}

// redateLog rewrites the audit log: records, hashes and checkpoints.
func redateLog(ctx context.Context, tx *sql.Tx, id string, sign note.Signer, days int, last map[string]string) error {
	signed, err := numberedTexts(ctx, tx, "SELECT size, at FROM checkpoint ORDER BY size")
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM checkpoint"); err != nil {
		return err
	}
	records, err := numberedTexts(ctx, tx, "SELECT seq, record FROM audit ORDER BY seq")
	if err != nil {
		return err
	}
	update, err := tx.PrepareContext(ctx, "UPDATE audit SET at = json_extract(?1, '$.at'), record = ?1, hashes = ?2 WHERE seq = ?3")
	if err != nil {
		return err
	}
	defer update.Close()
	var log auditState
	for _, r := range records {
		text := []byte(redateText(r.text, days))
		hashes := make([]byte, 0, 64)
		for _, h := range log.push(text) {
			hashes = append(hashes, h...)
		}
		if _, err := update.ExecContext(ctx, string(text), hashes, r.n); err != nil {
			return err
		}
		if len(signed) > 0 && signed[0].n == log.size {
			text, err := note.Sign(&note.Note{Text: checkpointText(id, log.size, log.root())}, sign)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, "INSERT INTO checkpoint (size, at, note) VALUES (?, ?, ?)", log.size, moveDate(signed[0].text, days), string(text)); err != nil {
				return err
			}
			signed, last[id] = signed[1:], string(text)
		}
	}
	return nil
}

type numbered struct {
	n    int64
	text string
}

func numberedTexts(ctx context.Context, tx *sql.Tx, q string) ([]numbered, error) {
	rows, err := tx.QueryContext(ctx, q)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []numbered
	for rows.Next() {
		var r numbered
		if err := rows.Scan(&r.n, &r.text); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// redateText moves every date that is a whole value of a JSON text.
func redateText(text string, days int) string {
	return datedJSON.ReplaceAllStringFunc(text, func(q string) string { return `"` + moveDate(q[1:len(q)-1], days) + `"` })
}

// moveDate moves one date or instant; anything else stays as it is.
func moveDate(s string, days int) string {
	if !dated.MatchString(s) {
		return s
	}
	d, err := time.Parse(Date, s[:10])
	if err != nil {
		return s
	}
	return d.AddDate(0, 0, days).Format(Date) + s[10:]
}
