package storage

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing/fstest"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

// kind is which schema a file has.
type kind string

const (
	tenantKind  kind = "tenant"
	controlKind kind = "control"
)

// migrationsOf are the migrations of a kind: the engine's and its own, as one folder.
func migrationsOf(k kind) (fs.FS, int, error) {
	all := fstest.MapFS{}
	for _, dir := range []string{"migrations/engine", "migrations/" + string(k)} {
		names, err := fs.Glob(migrations, dir+"/*.sql")
		if err != nil {
			return nil, 0, err
		}
		for _, n := range names {
			b, err := migrations.ReadFile(n)
			if err != nil {
				return nil, 0, err
			}
			all[n[strings.LastIndexByte(n, '/')+1:]] = &fstest.MapFile{Data: b}
		}
	}
	return all, len(all), nil
}

// migrate brings the file behind db to this program's schema and says whether it had to. A failing
// migration leaves the file as it was.
func migrate(ctx context.Context, db *sql.DB, k kind) (bool, error) {
	all, want, err := migrationsOf(k)
	if err != nil {
		return false, err
	}
	var have int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&have); err != nil {
		return false, err
	}
	if have == want {
		return false, nil
	}
	if have > want {
		return false, fmt.Errorf("%w: it was written by a newer version of this program (schema %d, this one knows %d): run that version", errOther, have, want)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, all, goose.WithAllowOutofOrder(true))
	if err != nil {
		return false, fmt.Errorf("read migrations: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return false, fmt.Errorf("migrate: %w", err)
	}
	if err := versionTriggers(ctx, db); err != nil {
		return false, fmt.Errorf("migrate: %w", err)
	}
	if _, err := db.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", want)); err != nil {
		return false, fmt.Errorf("migrate: %w", err)
	}
	return true, nil
}

// versionTriggers makes SQLite count the versions of every record that has one, so that no operation can
// forget to (decisions.md 5).
func versionTriggers(ctx context.Context, db *sql.DB) error {
	tables, err := readTables(ctx, db)
	if err != nil {
		return err
	}
	for name, t := range tables {
		if !slices.Contains(t.columns, "version") {
			continue
		}
		var same []string
		for _, i := range t.key {
			same = append(same, fmt.Sprintf("%s = NEW.%[1]s", t.columns[i]))
		}
		q := fmt.Sprintf(`CREATE TRIGGER IF NOT EXISTS %s_version AFTER UPDATE ON %[1]s WHEN NEW.version = OLD.version BEGIN
	UPDATE %[1]s SET version = OLD.version + 1 WHERE %s;
END`, name, strings.Join(same, " AND "))
		if _, err := db.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// readTables lists the file's tables with their columns and keys.
func readTables(ctx context.Context, db *sql.DB) (map[string]table, error) {
	rows, err := db.QueryContext(ctx, `
		SELECT t.name, c.name, c.pk, c.type FROM pragma_table_list t, pragma_table_xinfo(t.name) c
		WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE 'goose_%'
		ORDER BY t.name, c.cid`)
	if err != nil {
		return nil, fmt.Errorf("read schema: %w", err)
	}
	defer rows.Close()
	out := map[string]table{}
	place := map[string]map[int]int{}
	for rows.Next() {
		var name, column, kind string
		var pk int
		if err := rows.Scan(&name, &column, &pk, &kind); err != nil {
			return nil, fmt.Errorf("read schema: %w", err)
		}
		t := out[name]
		if pk > 0 {
			if place[name] == nil {
				place[name] = map[int]int{}
			}
			place[name][pk] = len(t.columns)
		}
		t.columns = append(t.columns, column)
		if kind == "BLOB" {
			t.blobs = append(t.blobs, column)
		}
		out[name] = t
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read schema: %w", err)
	}
	for name, keys := range place {
		t := out[name]
		for i := 1; i <= len(keys); i++ {
			t.key = append(t.key, keys[i])
		}
		out[name] = t
	}
	return out, readReferences(ctx, db, out)
}

// Schema is the SQL of a fresh file of the named kind ("tenant" or "control"), for people to read.
func Schema(ctx context.Context, k string) (string, error) {
	db, err := sql.Open("sqlite", "file::memory:")
	if err != nil {
		return "", err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := migrate(ctx, db, kind(k)); err != nil {
		return "", err
	}
	rows, err := db.QueryContext(ctx, `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'goose_%' AND name NOT LIKE 'sqlite_%'
		ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 ELSE 2 END, tbl_name, name`)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var b strings.Builder
	for rows.Next() {
		var q string
		if err := rows.Scan(&q); err != nil {
			return "", err
		}
		b.WriteString(q + ";\n\n")
	}
	return b.String(), rows.Err()
}
