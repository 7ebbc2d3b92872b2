package backup

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"assay/backup/ltxlog"
	"assay/storage"
)

// Logs take what is committed in every file of an installation to its log, by package ltxlog.
type Logs struct {
	log  ltxlog.Log
	cfg  LogsConfig
	node uint64

	mu   sync.Mutex
	open map[string]*ltxlog.Shipper
}

// LogsConfig says where logs lie and what an acknowledged write survives. Log, Dir, Rand and Durability are
// required.
type LogsConfig struct {
	Log        ltxlog.Log // sealed, where what it holds must not be read
	Dir        string     // the data directory: it says which node this is, and keeps files that lost their tenant
	Durability ltxlog.Durability
	Cache      bool             // files on the disk are what the log has, and no more: an older one is removed, not put aside
	Place      string           // in words, for people: where the logs lie
	Retention  ltxlog.Retention // zero means DefaultRetention
	Rand       io.Reader        // the node's number comes from here, once
	Now        func() time.Time // nil means time.Now
	Logger     *slog.Logger     // nil means nowhere

	// Pace has the intervals, deadlines and sizes of shipping; what is 0 is as ltxlog says. Nothing else of it counts.
	Pace ltxlog.Config
}

// DefaultRetention is decisions.md 29: every commit for 35 days, the last state of each day for 13 months, of each
// month for ever.
var DefaultRetention = ltxlog.Retention{Every: 35 * 24 * time.Hour, Daily: 13 * 31 * 24 * time.Hour}

// NewLogs opens the logs of an installation.
func NewLogs(c LogsConfig) (*Logs, error) {
	if c.Log == nil || c.Dir == "" || c.Rand == nil {
		return nil, errors.New("open logs: a log, a directory and randomness are needed")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Retention == (ltxlog.Retention{}) {
		c.Retention = DefaultRetention
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	node, err := nodeOf(c.Dir, c.Rand)
	if err != nil {
		return nil, fmt.Errorf("open logs: %w", err)
	}
	return &Logs{log: c.Log, cfg: c, node: node, open: map[string]*ltxlog.Shipper{}}, nil
}

// Kept says whether what a data directory holds was ever kept a second time.
func Kept(dir string) bool {
	_, err := os.Stat(nodeFile(dir))
	return err == nil
}

func nodeFile(dir string) string { return filepath.Join(dir, "node") }

// nodeOf is the number of a data directory, which tells its records from those of another. It is drawn once, and is
// on the disk before the first record has it: a directory that forgot its number would take its own records for
// somebody else's, and put files aside that are ahead of them.
func nodeOf(dir string, r io.Reader) (uint64, error) {
	path := nodeFile(dir)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		b = make([]byte, 8)
		if _, err := io.ReadFull(r, b); err != nil {
			return 0, err
		}
		b[7] |= 1 // never 0
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return 0, err
		}
		err = writeSynced(path, b)
	}
	if err == nil && len(b) != 8 {
		err = fmt.Errorf("%s is damaged; remove it if no other process uses the same logs", path)
	}
	if err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint64(b), nil
}

// writeSynced writes a file that is whole or absent after a power cut, and present once this returned.
func writeSynced(path string, b []byte) error {
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Take is [storage.Logs].
func (l *Logs) Take(ctx context.Context, id, path string) (storage.Taken, error) {
	return l.take(ctx, id, path, false)
}

// Retake is [storage.Logs].
func (l *Logs) Retake(ctx context.Context, id, path string) (storage.Taken, error) {
	return l.take(ctx, id, path, true)
}

func (l *Logs) take(ctx context.Context, id, path string, afresh bool) (storage.Taken, error) {
	base, rep, err := ltxlog.Take(ctx, l.log, id, path, ltxlog.TakeOptions{Node: l.node, DiskCounts: l.cfg.Durability != ltxlog.Sync, Afresh: afresh,
		Aside: l.aside(), Now: l.cfg.Now, Open: storage.OpenCopy})
	if err != nil {
		return nil, err
	}
	if rep.Aside != "" {
		l.cfg.Logger.WarnContext(ctx, "a file that is not the newest state of its log was moved aside", "db", id, "to", rep.Aside)
	}
	if rep.Seq > 0 {
		l.cfg.Logger.InfoContext(ctx, "restored from the log", "db", id, "record", rep.Seq, "instant", rep.Time, "bytes", rep.Bytes)
	}
	return taken{l, base}, nil
}

// aside is where files go that history went on without.
func (l *Logs) aside() string {
	if l.cfg.Cache {
		return ""
	}
	return filepath.Join(l.cfg.Dir, "lost+found")
}

type taken struct {
	l    *Logs
	base ltxlog.Base
}

// Follow is [storage.Taken].
func (t taken) Follow(ctx context.Context, f storage.Followed) (storage.Follower, error) {
	c := t.l.cfg.Pace
	c.Log, c.Tenant, c.Node, c.Base, c.Durability = t.l.log, f.ID, t.l.node, t.base, t.l.cfg.Durability
	c.File = ltxlog.File{Path: f.Path, Writer: f.Writer, Checkpoint: f.Checkpoint, Reader: f.Reader, Sound: f.Sound}
	c.Now, c.Logger, c.OnFenced = t.l.cfg.Now, t.l.cfg.Logger, f.Lost
	s, err := ltxlog.Start(ctx, c)
	if err != nil {
		return nil, err
	}
	t.l.mu.Lock()
	t.l.open[f.ID] = s
	t.l.mu.Unlock()
	return &following{s, t.l, f.ID}, nil
}

// following is a shipper that its Logs know while it works.
type following struct {
	*ltxlog.Shipper
	l  *Logs
	id string
}

func (f *following) Close(ctx context.Context) error {
	err := f.Shipper.Close(ctx)
	f.l.mu.Lock()
	if f.l.open[f.id] == f.Shipper {
		delete(f.l.open, f.id)
	}
	f.l.mu.Unlock()
	return err
}

// Status tells where the files stand that are open now, by id.
func (l *Logs) Status() map[string]ltxlog.Status {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make(map[string]ltxlog.Status, len(l.open))
	for id, s := range l.open {
		out[id] = s.Status()
	}
	return out
}

// Restore writes a file of the installation as it was at a point to path, which must not exist, and proves it.
// The file in use is not touched.
func (l *Logs) Restore(ctx context.Context, id, path string, at ltxlog.Point) (ltxlog.Report, error) {
	return ltxlog.Restore(ctx, l.log, id, path, at, ltxlog.RestoreOptions{Open: storage.OpenCopy, Now: l.cfg.Now})
}

// knows says whether the log has anything of a file.
func (l *Logs) knows(ctx context.Context, id string) (bool, error) {
	for _, list := range []iter.Seq2[ltxlog.Entry, error]{l.log.Snapshots(ctx, id), l.log.Records(ctx, id, 0)} {
		for _, err := range list {
			if err != nil {
				return false, fmt.Errorf("look into the log of %s: %w", id, err)
			}
			return true, nil
		}
	}
	return false, nil
}

// forget removes everything of a file that nobody has open and that never was anybody's.
func (l *Logs) forget(ctx context.Context, id string) error {
	if err := l.log.Destroy(ctx, id); err != nil {
		return fmt.Errorf("forget the log of %s: %w", id, err)
	}
	return nil
}
