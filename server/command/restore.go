package command

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"assay/backup/ltxlog"
	"assay/server"
	"assay/storage"
)

func restoreCommand(ctx context.Context, c call) error {
	var to, at, reason string
	cfg, rest, err := parse("restore", c.args, c.getenv, c.out, func(f *flag.FlagSet) {
		f.StringVar(&at, "at", "", "an instant such as 2026-11-20T17:00:00Z, or the number of a record; with --to the newest unless given")
		f.StringVar(&to, "to", "", "write the organisation's SQLite file here instead of taking the organisation back")
		f.StringVar(&reason, "reason", "", "why: it stands in the audit log")
	})
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return usagef("say which organisation: assay restore SLUG")
	}
	point, err := pointOf(at)
	if err != nil {
		return err
	}
	switch {
	case to == "" && at == "":
		return usagef("say to when: --at INSTANT, or the number of a record")
	case to == "" && strings.TrimSpace(reason) == "":
		return usagef("say why: --reason TEXT. It stands in the audit log")
	}
	return with(ctx, c, cfg, func(in *installation, srv *server.Server) error {
		if in.logs == nil {
			return usagef("say where the backup is: --backup")
		}
		id, name, err := in.tenant(ctx, rest[0])
		if err != nil {
			return err
		}
		if to != "" {
			r, err := in.logs.Restore(ctx, id, to, point)
			if err != nil {
				return err
			}
			erased, err := in.store.ClearErased(ctx, id, to)
			if err != nil {
				return errors.Join(err, os.Remove(to)) // a file of the past that shows them must not stay
			}
			if erased > 0 {
				fmt.Fprintf(c.out, "Wrote %s: %s as it was after record %d, at %s. Its pages had the checksum of that record, and SQLite found no fault in it; then %d people who were erased since were taken out, and it was brought to this version.\n",
					to, name, r.Seq, r.Time.UTC().Format(time.RFC3339), erased)
				return nil
			}
			fmt.Fprintf(c.out, "Wrote %s: %s as it was after record %d, at %s. Its %d pages have the checksum of that record, and SQLite finds no fault in it.\n",
				to, name, r.Seq, r.Time.UTC().Format(time.RFC3339), r.Pages)
			return nil
		}
		args := map[string]any{"record": point.Seq, "reason": reason}
		if !point.Time.IsZero() {
			args["at"] = point.Time.UTC().Format(storage.Instant)
		}
		if err := srv.RunJob(ctx, id, "backup.restore", args); err != nil {
			return err
		}
		return restored(ctx, c, in, id, name)
	})
}

// restored says what the newest record of an organisation says of going back.
func restored(ctx context.Context, c call, in *installation, id, name string) error {
	db, done, err := in.store.Tenant(ctx, id)
	if err != nil {
		return err
	}
	defer done()
	var text string
	var seq, rows int
	err = db.Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT seq, rows, record FROM audit WHERE action = 'backup.restore' ORDER BY seq DESC LIMIT 1").Scan(&seq, &rows, &text)
	})
	if err != nil {
		return err
	}
	var r struct {
		Events []struct {
			Detail struct {
				Record, Before int
				Instant        string
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return fmt.Errorf("read audit record %d: %w", seq, err)
	}
	if len(r.Events) == 0 {
		return fmt.Errorf("audit record %d does not say what was restored", seq)
	}
	d := r.Events[0].Detail
	fmt.Fprintf(c.out, "%s is as it was after record %d, at %s: %d rows were changed, as audit record %d says. It was in state %d before. Its mails wait until an administrator releases them on the page Backups.\n",
		name, d.Record, d.Instant, rows, seq, d.Before)
	return nil
}

// pointOf reads a moment of a file's history.
func pointOf(at string) (p ltxlog.Point, err error) {
	if at == "" {
		return p, nil
	}
	if p.Seq, err = strconv.ParseUint(at, 10, 64); err == nil && p.Seq > 0 {
		return p, nil
	}
	p.Seq = 0
	if p.Time, err = time.Parse(time.RFC3339, at); err != nil {
		return p, usagef("at: %q is neither an instant such as 2026-11-20T17:00:00Z nor the number of a record", at)
	}
	return p, nil
}
