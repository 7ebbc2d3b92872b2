package command

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"assay/server"
	"assay/server/op"
	"assay/server/snapshot"
	"assay/storage"
)

// snapshotCommand makes an auditor snapshot of an organisation.
func snapshotCommand(ctx context.Context, c call) error {
	var frameworks, from, to, out string
	cfg, rest, err := parse("snapshot", c.args, c.getenv, c.out, func(f *flag.FlagSet) {
		f.StringVar(&frameworks, "frameworks", "", "short names, or ids, joined by commas: \"SOC 2,HIPAA\"")
		f.StringVar(&from, "from", "", "first day of the period: 2026-01-01")
		f.StringVar(&to, "to", "", "its last day, today unless given")
		f.StringVar(&out, "out", "", "file to write; named after what is in it unless given")
	})
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return usagef("say which organisation: assay snapshot SLUG --frameworks \"SOC 2\" --from 2026-01-01")
	}
	if frameworks == "" || from == "" {
		return usagef("say of what: --frameworks, and from when: --from")
	}
	if to == "" {
		to = c.now().Format(storage.Date)
	}
	for name, day := range map[string]string{"from": from, "to": to} {
		if _, err := time.Parse(storage.Date, day); err != nil {
			return usagef("%s: %q is not a day such as 2026-01-31", name, day)
		}
	}
	if from > to {
		return usagef("the period ends before it begins")
	}
	return with(ctx, c, cfg, func(in *installation, _ *server.Server) error {
		return makeSnapshot(ctx, c, in, rest[0], snapshot.SnapshotScope{From: from, To: to}, strings.Split(frameworks, ","), out)
	})
}

func makeSnapshot(ctx context.Context, c call, in *installation, slug string, s snapshot.SnapshotScope, frameworks []string, to string) error {
	id, _, err := in.tenant(ctx, slug)
	if err != nil {
		return err
	}
	db, done, err := in.store.Tenant(ctx, id)
	if err != nil {
		return err
	}
	defer done()
	err = db.Read(ctx, storage.Call{}, func(tx *storage.ReadTx) (err error) {
		s.Frameworks, err = frameworksOf(tx, frameworks)
		return err
	})
	if err != nil {
		return err
	}
	if to == "" {
		to = snapshot.FileName(slug, s)
	}
	f, err := os.OpenFile(to, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	sum := sha256.New()
	m, err := snapshot.Make(ctx, db, in.blobs, snapshot.Order{Scope: s, Slug: slug, By: "the command line", Program: Version(), Temp: in.temp()}, io.MultiWriter(f, sum))
	if err == nil {
		err = f.Sync()
	}
	st, serr := f.Stat()
	if err = errors.Join(err, serr, f.Close()); err == nil {
		_, err = db.Record(ctx, storage.Call{Actor: byHand, Action: "snapshot.make"}, storage.Event{Subject: filepath.Base(to),
			Detail: map[string]any{"sha256": hex.EncodeToString(sum.Sum(nil)), "bytes": st.Size(), "from": s.From, "to": s.To}})
	}
	if err != nil {
		return errors.Join(err, os.Remove(to))
	}
	fmt.Fprintf(c.out, "Wrote %s: %d controls, %d evidence requests, %d files, %d audit records of %s.\nIts key has the fingerprint %s. Tell the auditor by another way.\n",
		to, m.Holds.Controls, m.Holds.Evidence, m.Holds.Files, m.Records, m.Organisation, snapshot.Fingerprint(m.Verifier))
	for _, lost := range m.Missing {
		fmt.Fprintf(c.out, "Missing: %s: %s\n", lost.Name, lost.Why)
	}
	return nil
}

// frameworksOf finds frameworks by short name, key or id.
func frameworksOf(tx *storage.ReadTx, names []string) (out []snapshot.SnapshotFramework, err error) {
	rows, err := tx.Query("SELECT id, key, short, name FROM framework ORDER BY archived, name, id")
	if err != nil {
		return nil, err
	}
	type framework struct {
		snapshot.SnapshotFramework
		key string
	}
	all, err := op.Scan(rows, func(r op.Row) (f framework, err error) { return f, r.Scan(&f.ID, &f.key, &f.Short, &f.Name) })
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		name = strings.TrimSpace(name)
		found := false
		for _, f := range all {
			if found = f.ID == name || f.key == name || strings.EqualFold(f.Short, name); found {
				out = append(out, f.SnapshotFramework)
				break
			}
		}
		if !found {
			var there []string
			for _, f := range all {
				there = append(there, f.Short)
			}
			return nil, fmt.Errorf("there is no framework %q; there are: %s", name, strings.Join(there, ", "))
		}
	}
	return out, nil
}
