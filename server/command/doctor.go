package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"assay/backup"
	"assay/backup/witness"
	"assay/storage"
	"assay/storage/keys"
)

// report prints what doctor finds, one line a check, and remembers the worst.
type report struct {
	out   io.Writer
	bad   int
	warns int
}

func (r *report) ok(format string, args ...any) { fmt.Fprintf(r.out, "  ok    "+format+"\n", args...) }
func (r *report) warn(format string, args ...any) {
	r.warns++
	fmt.Fprintf(r.out, "  look  "+format+"\n", args...)
}
func (r *report) fail(format string, args ...any) {
	r.bad++
	fmt.Fprintf(r.out, "  BAD   "+format+"\n", args...)
}

// oldest is a date before which no clock can be right: when this code was written.
var oldest = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func doctor(ctx context.Context, c call) error {
	var bench bool
	cfg, _, err := parse("doctor", c.args, c.getenv, c.out, func(f *flag.FlagSet) {
		f.BoolVar(&bench, "bench", false, "also measure this machine")
	})
	if err != nil {
		return err
	}
	log, err := cfg.logger(io.Discard)
	if err != nil {
		return err
	}
	r := &report{out: c.out}
	fmt.Fprintf(c.out, "Assay %s on %s/%s\n", Version(), runtime.GOOS, runtime.GOARCH)
	if runtime.GOOS != "linux" {
		r.warn("This system is for trying things. Production runs on Linux, where file locks keep other programs off a database.")
	}
	dir, err := cfg.dir(false)
	if err != nil {
		r.fail("%v", err)
		return r.end()
	}
	machine(r, dir, c.disk, c.device, c.sys)
	cfg.guest = true
	in, err := open(ctx, cfg, dir, log, c.now)
	if err != nil {
		r.fail("%s", sentence(err))
		return r.end()
	}
	defer in.close()
	r.ok("The data directory opens: keys, control database, object store.")
	clock(ctx, r, in)
	if err := in.keys.Check(ctx); err != nil {
		r.fail("Keys: %s", sentence(err))
	} else {
		r.ok("Every key opens under the master key.")
	}
	if cfg.MasterKey == "" {
		r.warn("The master key lies in the data directory. A copy of the directory can be read by whoever has it; --master-key keeps it elsewhere.")
	}
	if err := in.blobs.Probe(ctx); err != nil {
		r.fail("The object store: %s", sentence(err))
	} else {
		r.ok("The object store takes, gives and deletes an object.")
	}
	backups(ctx, r, in)
	keptElsewhere(ctx, r, in)
	files(ctx, r, in)
	if bench {
		measure(ctx, r, in)
	}
	return r.end()
}

func (r *report) end() error {
	switch {
	case r.bad == 1:
		return errors.New("one thing needs attention now")
	case r.bad > 1:
		return fmt.Errorf("%d things need attention now", r.bad)
	case r.warns > 0:
		fmt.Fprintln(r.out, "Nothing is wrong. The lines marked \"look\" are worth a thought.")
	default:
		fmt.Fprintln(r.out, "All is well.")
	}
	return nil
}

// machine looks at what the operating system gives.
func machine(r *report, dir string, disk func(string) (free, total uint64, err error), device func(string) (string, error), sys fs.FS) {
	free, total, err := disk(dir)
	switch {
	case err != nil:
		r.warn("How much room the disk has cannot be seen here: %v", err)
	case free < 200<<20:
		r.fail("The disk has only %d MB left. Writes will be refused when it is full; free some room.", free>>20)
	case free < total/20:
		r.warn("The disk is nearly full: %d MB left.", free>>20)
	default:
		r.ok("The disk has %d GB left.", free>>30)
	}
	if n, err := openFiles(); err == nil {
		if want := uint64(5*256 + 200); n < want {
			r.warn("This process may open %d files; 256 open tenants need about %d. Raise the limit (ulimit -n) or lower --max-open.", n, want)
		} else {
			r.ok("This process may open %d files.", n)
		}
	}
	encrypted(r, dir, device, sys)
}

// clock compares this machine's time with what is written down already.
func clock(ctx context.Context, r *report, in *installation) {
	now := in.store.Now().UTC()
	var last string
	err := in.store.Control().Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT coalesce(max(at), '') FROM audit").Scan(&last)
	})
	switch at, perr := time.Parse(storage.Instant, last); {
	case err != nil:
		r.fail("The control database cannot be read: %v", err)
	case now.Before(oldest):
		r.fail("The clock of this machine says %s, which cannot be. Set it: sign-in codes and expiry dates go by it.", now.Format(time.DateTime))
	case perr == nil && at.After(now.Add(2*time.Minute)):
		r.fail("The clock of this machine says %s, but the last record was written at %s. One of them was wrong; set the clock.", now.Format(time.DateTime), at.Format(time.DateTime))
	default:
		r.ok("The clock fits what was written last.")
	}
}

// files looks at every database: the installation's, each tenant's, and what lies beside them.
func files(ctx context.Context, r *report, in *installation) {
	checkLog(ctx, r, "The control database", in.store.Control())
	checkJobs(ctx, r, "The control database", in.store.Control())
	var waiting int
	err := in.store.Control().Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT count(*) FROM mail WHERE sent_at = ''").Scan(&waiting)
	})
	var tenants []organisation
	if err == nil {
		tenants, err = in.organisations(ctx)
	}
	if err != nil {
		r.fail("The control database cannot be read: %v", err)
		return
	}
	if waiting > 0 {
		r.warn("%d mails wait to be sent. `assay serve` sends them when --smtp is set.", waiting)
	}
	known := map[string]bool{}
	for _, t := range tenants {
		known[t.id+".db"] = true
		name := "Organisation " + t.slug
		db, done, err := in.store.Tenant(ctx, t.id)
		if err != nil {
			r.fail("%s cannot be opened: %s", name, sentence(err))
			continue
		}
		checkLog(ctx, r, name, db)
		problems, n, err := backup.Check(ctx, db, in.blobs)
		switch {
		case err != nil:
			r.fail("%s: its files cannot be checked: %v", name, err)
		case len(problems) > 0:
			for _, p := range problems {
				r.fail("%s: %s", name, p)
			}
		default:
			r.ok("%s: %d stored files match their SHA-256.", name, n)
		}
		checkJobs(ctx, r, name, db)
		checkSearch(ctx, r, name, db)
		if due, ok, err := db.NextDue(ctx); err == nil && ok {
			if err := in.store.HintDue(ctx, t.id, due); err != nil {
				r.warn("%s: when its next job is due could not be noted: %v", name, err)
			}
		}
		done()
	}
	entries, err := os.ReadDir(filepath.Join(in.dir, "tenants"))
	if err != nil {
		r.fail("The folder of the organisations cannot be read: %v", err)
		return
	}
	for _, e := range entries {
		base := strings.TrimSuffix(strings.TrimSuffix(e.Name(), "-wal"), "-shm")
		if !known[base] && !slices.Contains([]string{".", ".."}, base) {
			r.warn("tenants/%s belongs to no organisation: a creation that was cut off, or a file somebody put there.", e.Name())
		}
	}
}

func checkLog(ctx context.Context, r *report, name string, db *storage.DB) {
	if err := db.CheckFile(ctx); err != nil {
		r.fail("%s is damaged: %s", name, sentence(err))
	}
	rep, err := db.Verify(ctx)
	switch {
	case err != nil:
		r.fail("%s: its audit log cannot be read: %v", name, err)
	case !rep.OK():
		for _, p := range rep.Problems {
			r.fail("%s: %s", name, p.What)
		}
	default:
		r.ok("%s: %d audit records prove themselves, %d signed checkpoints fit.", name, rep.Records, rep.Checkpoints)
	}
}

func checkSearch(ctx context.Context, r *report, name string, db *storage.DB) {
	s, err := db.CheckSearch(ctx)
	switch {
	case err != nil:
		r.fail("%s: its search index cannot be read: %v", name, err)
	case s.Stale:
		r.warn("%s: its search index is being built again; a job of assay serve does that.", name)
	case s.Docs != s.Rows:
		if err := db.Reindex(ctx); err != nil {
			r.fail("%s: its search index has %d of %d records and cannot be built again: %v", name, s.Docs, s.Rows, err)
			return
		}
		r.warn("%s: its search index had %d of %d records; it was built again just now.", name, s.Docs, s.Rows)
	case s.Unread > 0:
		r.ok("%s: %d records can be searched. The text of %d files waits to be read.", name, s.Docs, s.Unread)
	default:
		r.ok("%s: %d records can be searched.", name, s.Docs)
	}
}

func checkJobs(ctx context.Context, r *report, name string, db *storage.DB) {
	err := db.Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		rows, err := tx.Query("SELECT name, error, substr(ended_at, 1, 16) FROM job WHERE state = 'dead' ORDER BY ended_at")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var job, why, at string
			if err := rows.Scan(&job, &why, &at); err != nil {
				return err
			}
			r.warn("%s: the job %s was given up at %s: %s", name, job, at, firstLine(why))
		}
		return rows.Err()
	})
	if err != nil {
		r.fail("%s: its jobs cannot be read: %v", name, err)
	}
}

// keptElsewhere looks at the place of checkpoints, if there is one.
func keptElsewhere(ctx context.Context, r *report, in *installation) {
	place := in.kept.Place
	if place == nil {
		r.warn("Signed checkpoints stay on this machine. --checkpoints keeps them elsewhere, where a log that is written anew does not fit them.")
		return
	}
	locks, err := place.Locks(ctx)
	var newest int64
	if err == nil {
		newest, err = witness.Newest(ctx, place, in.store.Control().ID())
	}
	switch {
	case err != nil:
		r.fail("Checkpoints are to be kept in %s, which cannot be reached: %s", place, sentence(err))
	case newest < 0:
		r.warn("Checkpoints are to be kept in %s, which has none yet; `assay serve` puts them there every night.", place)
	case locks:
		r.ok("Checkpoints are kept in %s, where nobody can remove them for %d days.", place, int(in.kept.Lock.Hours()/24))
	default:
		r.warn("Checkpoints are kept in %s, without object lock: whoever may write there may remove them.", place)
	}
}

// measure says what this machine does in a second, on a database of its own.
func measure(ctx context.Context, r *report, in *installation) {
	dir, err := os.MkdirTemp(in.dir, "bench-")
	if err != nil {
		r.warn("Nothing measured: %v", err)
		return
	}
	defer os.RemoveAll(dir)
	s, err := storage.Open(ctx, storage.Config{Dir: dir, Keys: keys.NewMemory(nil)})
	if err != nil {
		r.warn("Nothing measured: %v", err)
		return
	}
	defer s.Close()
	id := s.NewID()
	if err := s.CreateTenant(ctx, id); err != nil {
		r.warn("Nothing measured: %v", err)
		return
	}
	start := time.Now()
	db, done, err := s.Tenant(ctx, id)
	if err != nil {
		r.warn("Nothing measured: %v", err)
		return
	}
	defer done()
	opened := time.Since(start)
	start = time.Now()
	const n = 300
	for range n {
		if _, err := db.Write(ctx, storage.Call{Actor: byHand, Action: "bench", Owns: []string{"person"}}, func(tx *storage.WriteTx) error {
			return tx.Exec("INSERT INTO person (id, name, created_at, updated_at) VALUES (?, 'x', '', '')", tx.NewID())
		}); err != nil {
			r.warn("Nothing measured: %v", err)
			return
		}
	}
	write := time.Since(start) / n
	start = time.Now()
	for range n {
		if err := db.Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
			var k int
			return tx.QueryRow("SELECT count(*) FROM person").Scan(&k)
		}); err != nil {
			r.warn("Nothing measured: %v", err)
			return
		}
	}
	r.ok("Measured: opening a tenant %.1f ms, an audited write that the disk has %.2f ms, a read %.0f µs.",
		float64(opened.Microseconds())/1000, float64(write.Microseconds())/1000, float64(time.Since(start).Microseconds())/n)
}

// sentence makes an error readable as one: capital letter, full stop.
func sentence(err error) string {
	s := firstLine(err.Error())
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + strings.TrimRight(s[1:], ".") + "."
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}
