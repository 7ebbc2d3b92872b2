package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"assay/server"
	"assay/server/op"
	"assay/storage"
)

func backupCommand(ctx context.Context, c call) error {
	var plain string
	cfg, rest, err := parse("backup", c.args, c.getenv, c.out, func(f *flag.FlagSet) {
		f.StringVar(&plain, "plain", "", "export: the folder to write, which must not exist")
	})
	if err != nil {
		return err
	}
	if len(rest) == 0 {
		return usagef("say what to do: status, verify, drill or export. `assay backup --help` explains them")
	}
	what, slugs := rest[0], rest[1:]
	var run func(in *installation, srv *server.Server, o organisation) error
	switch {
	case what == "status" && len(slugs) <= 1:
		w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
		defer w.Flush()
		fmt.Fprintln(w, "SLUG\tNEWEST STATE\tSINCE\tSNAPSHOTS\tLAST DRILL\tMAILS")
		run = func(in *installation, _ *server.Server, o organisation) error { return backupStatus(ctx, w, in, o) }
	case what == "verify" && len(slugs) <= 1:
		run = func(in *installation, _ *server.Server, o organisation) error { return verifyBackup(ctx, c, in, o) }
	case what == "drill" && len(slugs) == 1:
		run = func(in *installation, srv *server.Server, o organisation) error { return drill(ctx, c, in, srv, o) }
	case what == "export" && len(slugs) == 1 && plain != "":
		run = func(in *installation, _ *server.Server, o organisation) error {
			return exportBackup(ctx, c, in, o, plain)
		}
	case what == "export" && len(slugs) == 1:
		return usagef("say where to: --plain FOLDER. `assay tenant export` writes everything an organisation has")
	default:
		return usagef("%q is not something to do. `assay backup --help` lists what there is", strings.Join(rest, " "))
	}
	return with(ctx, c, cfg, func(in *installation, srv *server.Server) error {
		if in.logs == nil {
			return usagef("say where the backup is: --backup")
		}
		all, err := in.organisations(ctx, slugs...)
		if err != nil {
			return err
		}
		var errs []error // one that has trouble does not hide the others
		for _, o := range all {
			if err := run(in, srv, o); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", o.slug, err))
			}
		}
		return errors.Join(errs...)
	})
}

type organisation struct{ id, slug, name string }

// organisations are those with the given slugs, or all.
func (in *installation) organisations(ctx context.Context, slugs ...string) (out []organisation, err error) {
	for _, s := range slugs {
		id, name, err := in.tenant(ctx, s)
		if err != nil {
			return nil, err
		}
		out = append(out, organisation{id, s, name})
	}
	if len(slugs) > 0 {
		return out, nil
	}
	return out, in.store.Control().Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		rows, err := tx.Query("SELECT id, slug, name FROM tenant WHERE status = 'active' ORDER BY slug")
		if err != nil {
			return err
		}
		out, err = op.Scan(rows, func(r op.Row) (o organisation, err error) { return o, r.Scan(&o.id, &o.slug, &o.name) })
		return err
	})
}

func backupStatus(ctx context.Context, w *tabwriter.Writer, in *installation, o organisation) error {
	ok, at, _, err := in.lastDrill(ctx, o.id) // which begins its backup, if it has none yet
	if err != nil {
		return err
	}
	reach, err := in.logs.Reach(ctx, o.id)
	if err != nil {
		return err
	}
	newest, err := in.logs.Find(ctx, o.id, in.store.Now().AddDate(100, 0, 0))
	if err != nil {
		return err
	}
	snaps, err := in.logs.Snapshots(ctx, o.id)
	if err != nil {
		return err
	}
	last, mails := "none yet", "leave"
	switch {
	case at.IsZero():
	case ok:
		last = "passed on " + at.Format(time.DateOnly)
	default:
		last = "failed on " + at.Format(time.DateOnly)
	}
	err = in.store.Control().Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT iif(held_at = '', ?, 'wait since ' || substr(held_at, 1, 10)) FROM tenant WHERE id = ?", mails, o.id).Scan(&mails)
	})
	fmt.Fprintf(w, "%s\t%d at %s\t%s\t%d\t%s\t%s\n", o.slug, newest.Record, newest.At.UTC().Format(time.RFC3339), reach.First.UTC().Format(time.DateOnly), len(snaps), last, mails)
	return err
}

func verifyBackup(ctx context.Context, c call, in *installation, o organisation) error {
	v, err := in.logs.Verify(ctx, o.id)
	if err != nil {
		return err
	}
	for _, p := range v.Problems {
		fmt.Fprintf(c.out, "%s: %s\n", o.slug, p)
	}
	if !v.OK() {
		return errors.New("something is wrong with its backup")
	}
	fmt.Fprintf(c.out, "%s: %d records and %d snapshots, %d bytes, were read to their end; each goes on from the one before and leads to the state it says.\n", o.slug, v.Records, v.Snapshots, v.Bytes)
	return nil
}

func drill(ctx context.Context, c call, in *installation, srv *server.Server, o organisation) error {
	if err := srv.RunJob(ctx, o.id, "backup.drill", nil); err != nil {
		return err
	}
	db, done, err := in.store.Tenant(ctx, o.id)
	if err != nil {
		return err
	}
	defer done()
	var ok bool
	var problem, checksum string
	var record, took, records int
	err = db.Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT ok, problem, record, took_ms, checksum, records FROM drill ORDER BY at DESC, id DESC LIMIT 1").Scan(&ok, &problem, &record, &took, &checksum, &records)
	})
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("the drill failed: %s", problem)
	}
	fmt.Fprintf(c.out, "Restored state %d of %s in %d ms: checksum %s, %d audit records recomputed, SQLite finds no fault. The report is filed as evidence.\n", record, o.name, took, checksum, records)
	return nil
}

func exportBackup(ctx context.Context, c call, in *installation, o organisation, dir string) error {
	dir, err := filepath.Abs(dir) // an address has no other
	if err != nil {
		return err
	}
	// Who was erased is in what the log has from before, and a file without a seal would show them.
	var from int64
	err = in.store.Control().Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT coalesce(max(record), 0) FROM person_erasure WHERE tenant = ?", o.id).Scan(&from)
	})
	if err != nil {
		return err
	}
	n, err := in.logs.ExportPlain(ctx, o.id, dir, uint64(from))
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s exists already", dir)
	}
	if err != nil {
		return err
	}
	if from > 0 {
		fmt.Fprintf(c.out, "People were erased: what is from before record %d is left out.\n", from)
	}
	fmt.Fprintf(c.out, "Wrote %d records and snapshots to %s, readable by whoever has the folder. `litestream restore -o %s.db file://%s/%s` makes the database of them.\n", n, dir, o.slug, dir, o.id)
	return nil
}
