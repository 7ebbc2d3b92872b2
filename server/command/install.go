package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
	_ "time/tzdata" // an empty container has no time zones of its own

	"assay/server"
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
	jobs  *server.Jobs
	log   *slog.Logger
}

// open opens the data directory that the settings name. now is the clock.
func open(ctx context.Context, c Config, dir string, log *slog.Logger, now func() time.Time) (_ *installation, err error) {
	master, err := secret("master-key", c.MasterKey)
	if err != nil {
		return nil, err
	}
	var opts []keys.Option
	if master != "" {
		opts = append(opts, keys.WithMaster(master))
	}
	in := &installation{dir: dir, log: log, jobs: server.NewJobs()}
	defer func() {
		if err != nil {
			err = errors.Join(err, in.close())
		}
	}()
	if in.keys, err = keys.OpenDir(filepath.Join(dir, "keys"), nil, opts...); err != nil {
		return nil, fmt.Errorf("open keys: %w", err)
	}
	in.store, err = storage.Open(ctx, storage.Config{Dir: dir, Keys: in.keys, Now: now, Log: log, MaxOpen: c.MaxOpen, OnDue: in.jobs.Notify})
	if errors.Is(err, storage.ErrLocked) {
		return nil, fmt.Errorf("another assay uses %s now. Stop it first, or do this in the browser", dir)
	}
	if err != nil {
		return nil, err
	}
	back, err := objects(ctx, c, dir)
	if err != nil {
		return nil, err
	}
	in.blobs = blob.New(back, in.keys, nil)
	return in, nil
}

// objects is where files are kept: in the data directory, or in a bucket.
func objects(ctx context.Context, c Config, dir string) (blob.Backend, error) {
	if c.S3 == "" {
		return blob.Disk(filepath.Join(dir, "objects"))
	}
	u, err := url.Parse(c.S3)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, usagef("s3: %q is not an address like https://s3.eu-central-1.amazonaws.com/BUCKET/PREFIX", c.S3)
	}
	bucket, prefix, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	if bucket == "" {
		return nil, usagef("s3: %q names no bucket", c.S3)
	}
	key, err := secret("s3-secret", c.S3Secret)
	if err != nil {
		return nil, err
	}
	return blob.OpenS3(ctx, blob.S3Config{Endpoint: u.Host, Secure: u.Scheme == "https", Region: c.S3Region, Bucket: bucket, Prefix: prefix, AccessKey: c.S3Key, SecretKey: key})
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
