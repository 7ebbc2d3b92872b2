package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"
)

// create makes a new file under another name and moves it into place when it is whole.
func (s *Store) create(ctx context.Context, path, id string, k kind) error {
	tmp := path + ".new"
	if err := removeFile(tmp); err != nil {
		return fmt.Errorf("create %s: %w", k, err)
	}
	err := s.blanks.write(ctx, tmp, k)
	if err == nil {
		err = s.name(ctx, tmp, id, k)
	}
	if err != nil {
		return fmt.Errorf("create %s: %w", k, errors.Join(explain(err), removeFile(tmp)))
	}
	if err := os.Chmod(tmp, 0o600); err != nil {
		return fmt.Errorf("create %s: %w", k, err)
	}
	if err := os.Rename(tmp, path); err != nil {
		return fmt.Errorf("create %s: %w", k, err)
	}
	return syncDir(path)
}

// name makes a blank file somebody's. Folding what it wrote waits until the disk has the whole file.
func (s *Store) name(ctx context.Context, path, id string, k kind) error {
	return alone(path, func(db *sql.DB) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		now := s.cfg.Now().UTC().Format(Instant)
		if _, err := tx.ExecContext(ctx, "INSERT INTO meta (key, value) VALUES ('id', ?), ('kind', ?), ('created_at', ?)", id, string(k), now); err != nil {
			return err
		}
		// Every file is born with its nightly work due; the first night asks for the second.
		if _, err := tx.ExecContext(ctx, "INSERT INTO job (id, name, args, key, due) VALUES (?, ?, 'null', 'first', ?)", s.NewID(), Nightly, now); err != nil {
			return err
		}
		if err := tx.Commit(); err != nil {
			return err
		}
		_, err = db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
		return err
	})
}

// alone calls fn with a file that nobody else has open.
func alone(path string, fn func(*sql.DB) error) (err error) {
	w := &watch{phase: schema}
	db := openSQL(path, "rwc", w.install)
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	return fn(db)
}

// blanks are fresh files of every kind, with their schema and nothing else. A process runs the migrations once; all
// files but the first are made from what it has then.
type blanks struct {
	mu sync.Mutex
	of map[kind][]byte
}

func (b *blanks) write(ctx context.Context, path string, k kind) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if file := b.of[k]; file != nil {
		return os.WriteFile(path, file, 0o600)
	}
	err := alone(path, func(db *sql.DB) error {
		if _, err := db.ExecContext(ctx, "PRAGMA synchronous = OFF"); err != nil { // it is waited for once, with its name
			return err
		}
		if _, err := migrate(ctx, db, k); err != nil {
			return err
		}
		_, err := db.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", appID))
		return err
	})
	if err != nil {
		return err
	}
	file, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if b.of == nil {
		b.of = map[kind][]byte{}
	}
	b.of[k] = file
	return nil
}

// removeFile removes a database that nobody has open, and what lies beside it.
func removeFile(path string) error {
	for _, f := range []string{path, path + "-wal", path + "-shm"} {
		if err := os.Remove(f); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}
