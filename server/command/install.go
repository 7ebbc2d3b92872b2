package command

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
	_ "time/tzdata" // an empty container has no time zones of its own

	"github.com/minio/minio-go/v7"

	"assay/backup"
	"assay/backup/ltxlog"
	"assay/backup/witness"
	"assay/server"
	"assay/server/cell"
	"assay/storage"
	"assay/storage/blob"
	"assay/storage/keys"
)

// installation is a data directory with everything opened.
type installation struct {
	dir   string
	keys  *keys.Ring
	store *storage.Store
	blobs *blob.Store
	logs  *backup.Logs // nil when changes are not kept a second time
	kept  server.Checkpoints
	cell  *cell.Cell // nil when no other process shares the installation
	jobs  *server.Jobs
	log   *slog.Logger

	eraseAfter time.Duration
}

// unnamed says that changes were kept a second time once, in a place that no setting names now.
func (in *installation) unnamed() bool { return in.logs == nil && backup.Kept(in.dir) }

// inUseError says that another process has the data directory: nothing is wrong with that.
type inUseError struct{ error }

// open opens the data directory that the settings name. now is the clock.
func open(ctx context.Context, c Config, dir string, log *slog.Logger, now func() time.Time) (_ *installation, err error) {
	master, err := secret("master-key", c.MasterKey)
	if err != nil {
		return nil, err
	}
	in := &installation{dir: dir, log: log, jobs: server.NewJobs()}
	defer func() {
		if err != nil {
			err = errors.Join(err, in.close())
		}
	}()
	if in.eraseAfter, err = c.eraseAfter(); err != nil {
		return nil, err
	}
	if in.kept, err = c.checkpoints(); err != nil {
		return nil, err
	}
	if in.keys, err = c.keyRing(ctx, dir, master); err != nil {
		return nil, fmt.Errorf("open keys: %w", err)
	}
	files := storage.Config{Dir: dir, Keys: in.keys, Now: now, Log: log, MaxOpen: c.MaxOpen, OnDue: in.jobs.Notify}
	if c.Backup != "" {
		var to ltxlog.Log
		if in.logs, to, err = openLogs(ctx, c, dir, in.keys, now, log); err != nil {
			return nil, err
		}
		files.Logs, files.Past = in.logs, in.logs
		switch {
		case c.Cell != "":
			in.cell, err = joinCells(ctx, c, in, to)
		case c.guest && c.shared():
			in.cell, err = visitCells(ctx, c, in, to)
		}
		if err != nil {
			return nil, err
		}
		if in.cell != nil {
			files.Cells = in.cell
		}
	} else if backup.Kept(dir) {
		log.WarnContext(ctx, "changes are not kept a second time now, although they were before: say --backup as then, or what is changed now may be lost when that comes back")
	}
	in.store, err = storage.Open(ctx, files)
	if errors.Is(err, storage.ErrLocked) {
		return nil, inUseError{fmt.Errorf("another assay uses %s now. Stop it first, or do this in the browser", dir)}
	}
	if err != nil {
		return nil, err
	}
	back, err := objects(ctx, c, dir)
	if err != nil {
		return nil, err
	}
	in.blobs = blob.New(back, in.keys, nil)
	return in, backup.Sweep(ctx, in.importer())
}

// keyRing opens the keys, where they are.
func (c Config) keyRing(ctx context.Context, dir, master string) (*keys.Ring, error) {
	if c.Keys == "" {
		var opts []keys.Option
		if master != "" {
			opts = append(opts, keys.WithMaster(master))
		}
		return keys.OpenDir(filepath.Join(dir, "keys"), nil, opts...)
	}
	s3, client, err := c.reach("keys", c.Keys)
	if err != nil {
		return nil, err
	}
	return keys.OpenBucket(ctx, client, s3.Bucket, s3.Prefix, master, nil)
}

// objects is where files are kept: in the data directory, or in a bucket.
func objects(ctx context.Context, c Config, dir string) (blob.Backend, error) {
	if c.S3 == "" {
		return blob.Disk(filepath.Join(dir, "objects"))
	}
	s3, err := c.bucket("s3", c.S3)
	if err != nil {
		return nil, err
	}
	return blob.OpenS3(ctx, s3)
}

// bucket reads the address of a bucket, which a setting names.
func (c Config) bucket(setting, address string) (s blob.S3Config, err error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return s, usagef("%s: %q is not an address like https://s3.eu-central-1.amazonaws.com/BUCKET/PREFIX", setting, address)
	}
	bucket, prefix, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	if bucket == "" {
		return s, usagef("%s: %q names no bucket", setting, address)
	}
	key, err := secret("s3-secret", c.S3Secret)
	return blob.S3Config{Endpoint: u.Host, Secure: u.Scheme == "https", Region: c.S3Region, Bucket: bucket, Prefix: prefix, AccessKey: c.S3Key, SecretKey: key}, err
}

// reach is bucket with a client for it.
func (c Config) reach(setting, address string) (s3 blob.S3Config, client *minio.Client, err error) {
	if s3, err = c.bucket(setting, address); err == nil {
		client, err = s3.Client()
	}
	return s3, client, err
}

// durabilities are the words of the setting.
var durabilities = map[string]ltxlog.Durability{"async": ltxlog.Async, "local": ltxlog.Local, "sync": ltxlog.Sync}

// openLogs opens where every change is kept a second time.
func openLogs(ctx context.Context, c Config, dir string, k keys.Keeper, now func() time.Time, log *slog.Logger) (*backup.Logs, ltxlog.Log, error) {
	mode, ok := durabilities[c.Durability]
	if !ok {
		return nil, nil, usagef("durability: %q is none of async, local and sync", c.Durability)
	}
	if c.BackupDays < 1 || c.BackupMonths < 0 {
		return nil, nil, usagef("backup-days must be at least 1, backup-months at least 0")
	}
	const day = 24 * time.Hour
	keep := ltxlog.Retention{Every: time.Duration(c.BackupDays) * day, Daily: time.Duration(c.BackupMonths) * 31 * day}
	var to ltxlog.Log
	place := "a bucket"
	if folder, is := strings.CutPrefix(c.Backup, "file:"); is {
		if !filepath.IsAbs(folder) {
			return nil, nil, usagef("backup: %q is not the whole path of a folder", folder)
		}
		l := ltxlog.FileLog{Dir: folder}
		if err := l.Clean(time.Now().Add(-24 * time.Hour)); err != nil {
			log.WarnContext(ctx, "clear up the backup", "err", err)
		}
		to, place = l, "a folder"
	} else {
		s3, client, err := c.reach("backup", c.Backup)
		if err != nil {
			return nil, nil, err
		}
		to = ltxlog.NewS3Log(client, s3.Bucket, s3.Prefix)
	}
	if mode == ltxlog.Sync {
		if err := ltxlog.Probe(ctx, to, now()); err != nil {
			return nil, nil, fmt.Errorf("backup: %w", err)
		}
	}
	to = ltxlog.Sealed(to, k.Key)
	logs, err := backup.NewLogs(backup.LogsConfig{Log: to, Dir: dir, Cache: c.Cell != "" || c.guest && c.shared(), Durability: mode, Place: place, Retention: keep, Rand: rand.Reader, Now: now, Logger: log})
	return logs, to, err
}

// checkpoints is where signed checkpoints are kept, nowhere unless a setting says.
func (c Config) checkpoints() (k server.Checkpoints, err error) {
	if c.Checkpoints == "" {
		return k, nil
	}
	if c.CheckpointDays < 1 || c.CheckpointDays > 36500 {
		return k, usagef("checkpoint-days: %d is not a number of days from 1 to 36500", c.CheckpointDays)
	}
	k.Lock = time.Duration(c.CheckpointDays) * 24 * time.Hour
	if folder, is := strings.CutPrefix(c.Checkpoints, "file:"); is {
		if !filepath.IsAbs(folder) {
			return k, usagef("checkpoints: %q is not the whole path of a folder", folder)
		}
		k.Place = witness.Folder{Dir: folder}
		return k, nil
	}
	s3, client, err := c.reach("checkpoints", c.Checkpoints)
	if err != nil {
		return k, err
	}
	k.Place = witness.NewBucket(client, s3.Bucket, s3.Prefix)
	return k, nil
}

// temp is where files rest on their way in and out: on the data's own disk, and empty at every start.
func (in *installation) temp() string {
	dir := filepath.Join(in.dir, "tmp")
	os.RemoveAll(dir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		in.log.Warn("use the system's temporary folder", "err", err)
		return ""
	}
	return dir
}

func (in *installation) close() error {
	var errs []error
	if in.store != nil {
		errs = append(errs, in.store.Close())
	}
	if in.blobs != nil {
		errs = append(errs, in.blobs.Close())
	}
	if in.cell != nil {
		errs = append(errs, in.cell.Close())
	}
	if in.keys != nil {
		errs = append(errs, in.keys.Close())
	}
	return errors.Join(errs...)
}

// tenant finds an organisation by its slug.
func (in *installation) tenant(ctx context.Context, slug string) (id, name string, err error) {
	err = in.store.Control().Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT id, name FROM tenant WHERE slug = ?", slug).Scan(&id, &name)
	})
	if err != nil {
		return "", "", fmt.Errorf("there is no organisation %q; `assay tenant list` shows them", slug)
	}
	return id, name, nil
}

// cache is where what is dear to make is kept between starts: the program that reads PDF, compiled for this machine.
func (in *installation) cache() string { return filepath.Join(in.dir, "cache") }
