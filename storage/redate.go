package storage

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"assay/storage/keys"
)

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
	r := redating{sign: sign, days: days, moved: map[string]string{}, last: map[string]string{}}
	for _, f := range append(files, filepath.Join(dir, "control.db")) {
		id := strings.TrimSuffix(filepath.Base(f), ".db")
		if err := r.file(ctx, f, id); err != nil {
			return fmt.Errorf("move the dates of %s: %w", id, err)
		}
	}
	return nil
}

type redating struct {
	sign  note.Signer
	days  int
	moved map[string]string // dates that were moved before: a story has few
	last  map[string]string // the newest checkpoint of each tenant, which the installation remembers
}

func (r *redating) file(ctx context.Context, path, id string) (err error) {
	db := openSQL(path, "rw", unwatched) // watching costs every row
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	tables, err := readTables(ctx, db)
	if err != nil {
		return err
	}
	for _, q := range []string{"PRAGMA synchronous = OFF", "PRAGMA foreign_keys = OFF", fmt.Sprintf("PRAGMA cache_size = -%d", bulkPages)} {
		if _, err := db.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	back, err := setAside(ctx, db)
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
		if err := r.table(ctx, tx, name, t); err != nil {
			return err
		}
	}
	if _, ok := tables["policy_state"]; ok { // reviews come after so many months, which are not always as many days
		if _, err := tx.ExecContext(ctx, "UPDATE policy_state AS x SET next_on = (SELECT n.next_on FROM policy_state_now n WHERE n.policy = x.policy)"); err != nil {
			return err
		}
	}
	if err := r.log(ctx, tx, id); err != nil {
		return err
	}
	if id == keys.Control {
		for tenant, text := range r.last {
			if _, err := tx.ExecContext(ctx, "UPDATE tenant_hint SET checkpoint = ? WHERE tenant = ?", text, tenant); err != nil {
				return err
			}
		}
	}
	for _, q := range back {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// setAside takes away the triggers, which would count versions and recompute, and the indexes of the audit log,
// which are sooner built anew; it returns how to put them back.
func setAside(ctx context.Context, db *sql.DB) (back []string, err error) {
	rows, err := db.QueryContext(ctx, "SELECT type, name, sql FROM sqlite_schema WHERE type = 'trigger' OR type = 'index' AND tbl_name = 'audit'")
	if err != nil {
		return nil, err
	}
	var drop []string
	for rows.Next() {
		var kind, name, q string
		if err := rows.Scan(&kind, &name, &q); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		drop, back = append(drop, "DROP "+kind+" "+quote(name)), append(back, q)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	for _, q := range drop {
		if _, err := db.ExecContext(ctx, q); err != nil {
			return nil, err
		}
	}
	return back, nil
}

// table moves every column of a table whose name says that it is a time.
func (r *redating) table(ctx context.Context, tx *sql.Tx, name string, t table) error {
	unique, err := uniqueColumns(ctx, tx, name)
	if err != nil {
		return err
	}
	var apart, other []string
	for _, col := range t.columns {
		if !slices.Contains([]string{"at", "day", "due", "since", "leased", "period_start", "period_end", "next_due", "next_at", "seen", "value", "expires", "first_expiry"}, col) &&
			!strings.HasSuffix(col, "_at") && !strings.HasSuffix(col, "_on") && (name != "audit_row" || col != "pk") { // moved in the records, too
			continue
		}
		if slices.Contains(unique, col) {
			apart = append(apart, col)
		} else {
			other = append(other, col)
		}
	}
	days := fmt.Sprintf("%+d days", r.days)
	err = moveColumns(ctx, tx, name, other, "+0 years", days)
	if err == nil {
		// Rows of one day must not meet those of another on their way: they go by way of another age. The
		// calendar repeats every 400 years.
		err = moveColumns(ctx, tx, name, apart, "+800 years", "+0 days")
	}
	if err == nil {
		err = moveColumns(ctx, tx, name, apart, "-800 years", days)
	}
	return err
}

// moveColumns moves columns of a table where they hold a date and nothing else; GLOB keeps other texts as they
// are.
func moveColumns(ctx context.Context, tx *sql.Tx, name string, cols []string, years, days string) error {
	if len(cols) == 0 {
		return nil
	}
	var set, where []string
	for _, col := range cols {
		col = quote(col)
		dated := fmt.Sprintf("(%[1]s GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' OR %[1]s GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*Z')", col)
		set = append(set, fmt.Sprintf("%[1]s = CASE WHEN %[2]s THEN date(substr(%[1]s, 1, 10), ?1, ?2) || substr(%[1]s, 11) ELSE %[1]s END", col, dated))
		where = append(where, dated)
	}
	if _, err := tx.ExecContext(ctx, "UPDATE "+quote(name)+" SET "+strings.Join(set, ", ")+" WHERE "+strings.Join(where, " OR "), years, days); err != nil {
		return fmt.Errorf("%s: %w", name, err)
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

// log rewrites the audit log: records, hashes and checkpoints.
func (r *redating) log(ctx context.Context, tx *sql.Tx, id string) error {
	signed, err := numberedTexts(ctx, tx, "SELECT size, at, '' FROM checkpoint ORDER BY size")
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM checkpoint"); err != nil {
		return err
	}
	records, err := numberedTexts(ctx, tx, "SELECT seq, at, record FROM audit ORDER BY seq")
	if err != nil {
		return err
	}
	update, err := tx.PrepareContext(ctx, "UPDATE audit SET at = ?, record = ?, hashes = ? WHERE seq = ?")
	if err != nil {
		return err
	}
	defer update.Close()
	insert, err := tx.PrepareContext(ctx, "INSERT INTO checkpoint (size, at, note) VALUES (?, ?, ?)")
	if err != nil {
		return err
	}
	defer insert.Close()
	var log auditState
	number := 0
	for _, e := range records {
		text := r.text(e.text)
		if _, err := update.ExecContext(ctx, r.date(e.at), text, bytes.Join(log.push([]byte(text)), nil), e.n); err != nil {
			return err
		}
		if len(signed) > 0 && signed[0].n == log.size {
			number++
			at := r.date(signed[0].at)
			text, err := note.Sign(&note.Note{Text: checkpointText(id, log.size, log.root(), number, at)}, r.sign)
			if err != nil {
				return err
			}
			if _, err := insert.ExecContext(ctx, log.size, at, string(text)); err != nil {
				return err
			}
			signed, r.last[id] = signed[1:], string(text)
		}
	}
	return nil
}

type numbered struct {
	n        int64
	at, text string
}

func numberedTexts(ctx context.Context, tx *sql.Tx, q string) ([]numbered, error) {
	rows, err := tx.QueryContext(ctx, q)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []numbered
	for rows.Next() {
		var e numbered
		if err := rows.Scan(&e.n, &e.at, &e.text); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

// text moves every date that is a whole value of a JSON text.
func (r *redating) text(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for {
		i := strings.IndexByte(s, '"') + 1
		b.WriteString(s[:i])
		if s = s[i:]; i == 0 {
			b.WriteString(s)
			return b.String()
		}
		if n := dated(s); n > 0 && n < len(s) && s[n] == '"' {
			b.WriteString(r.date(s[:n]))
			s = s[n:]
		}
	}
}

// date moves one date or instant; anything else stays as it is.
func (r *redating) date(s string) string {
	if n := dated(s); n == 0 || n < len(s) {
		return s
	}
	to, ok := r.moved[s[:len(Date)]]
	if !ok {
		d, err := time.Parse(Date, s[:len(Date)])
		if err != nil {
			return s
		}
		to = d.AddDate(0, 0, r.days).Format(Date)
		r.moved[s[:len(Date)]] = to
	}
	return to + s[len(Date):]
}

// dated is how long the date or the instant is that s begins with, 0 when it begins with neither.
func dated(s string) int {
	like := func(form string) bool {
		if len(s) < len(form) {
			return false
		}
		for i := range len(form) {
			if digit := '0' <= s[i] && s[i] <= '9'; digit != ('0' <= form[i] && form[i] <= '9') || !digit && s[i] != form[i] {
				return false
			}
		}
		return true
	}
	switch {
	case like(Instant):
		return len(Instant)
	case like(Date):
		return len(Date)
	}
	return 0
}
