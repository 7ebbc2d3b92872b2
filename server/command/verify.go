package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"assay/backup"
	"assay/backup/witness"
	"assay/storage"
	"assay/storage/keys"
)

// verification goes over logs, files and objects and prints one line for each thing that is not as it was.
type verification struct {
	call
	in      *installation
	objects bool
	kept    map[string][]storage.Kept // by log
	found   int
	unread  int // organisations whose objects were not looked at
}

func (v *verification) finding(where, format string, args ...any) {
	v.found++
	fmt.Fprintf(v.out, "FOUND %s: %s\n", where, fmt.Sprintf(format, args...))
}

type paths []string

func (p *paths) String() string     { return strings.Join(*p, " ") }
func (p *paths) Set(s string) error { *p = append(*p, s); return nil }

func verifyCommand(ctx context.Context, c call) error {
	var all, objects bool
	var files paths
	cfg, rest, err := parse("verify", c.args, c.getenv, c.out, func(f *flag.FlagSet) {
		f.BoolVar(&all, "all", false, "every organisation")
		f.BoolVar(&objects, "objects", false, "also read every stored file and compare it with its SHA-256")
		f.Var(&files, "checkpoint", "a file with an old checkpoint, which today's log must extend; may be given several times")
	})
	if err != nil {
		return err
	}
	if !all && len(rest) == 1 && strings.HasSuffix(strings.ToLower(rest[0]), ".zip") {
		if len(files) > 0 {
			return usagef("--checkpoint is compared with the log of an installation; an archive has its own checkpoint in it")
		}
		return verifyArchive(ctx, c, rest[0])
	}
	if all == (len(rest) > 0) || len(rest) > 1 {
		return usagef("say what to verify: assay verify SLUG, assay verify --all, or assay verify ARCHIVE.zip")
	}
	v := &verification{call: c, objects: objects, kept: map[string][]storage.Kept{}}
	for _, path := range files {
		notes, err := witness.FindIn(path)
		if err != nil {
			return err
		}
		v.keep(notes, filepath.Base(path))
	}
	dir, err := cfg.dir(false)
	if err != nil {
		return err
	}
	log, err := cfg.logger(c.err)
	if err != nil {
		return err
	}
	var usage usageError
	var inUse inUseError
	cfg.guest = true
	if v.in, err = open(ctx, cfg, dir, log, c.now); errors.As(err, &usage) || errors.As(err, &inUse) {
		return err
	}
	if err != nil {
		v.finding("installation", "it cannot be opened: %s", sentence(err))
		return v.end()
	}
	err = v.installation(ctx, rest)
	if err = errors.Join(err, v.in.close()); err != nil {
		return err
	}
	return v.end()
}

// keep sorts checkpoints by the log they are of.
func (v *verification) keep(notes []string, from string) {
	for _, text := range notes {
		c, err := storage.ParseCheckpoint(text)
		if err != nil {
			v.finding("checkpoint in "+from, "%s", sentence(err))
			continue
		}
		where := fmt.Sprintf("The checkpoint at %d in %s", c.Size, from)
		v.kept[c.Log] = append(v.kept[c.Log], storage.Kept{Where: where, Note: text})
	}
}

func (v *verification) installation(ctx context.Context, slugs []string) error {
	v.log(ctx, "installation", v.in.store.Control())
	tenants, err := v.in.organisations(ctx, slugs...)
	if err != nil {
		return err
	}
	for _, t := range tenants {
		v.tenant(ctx, t)
		delete(v.kept, t.id)
	}
	delete(v.kept, keys.Control)
	for id, kept := range v.kept {
		for _, k := range kept {
			v.finding("checkpoints", "%s is of a log that was not looked at: %s.", k.Where, id)
		}
	}
	return nil
}

func (v *verification) tenant(ctx context.Context, t organisation) {
	db, done, err := v.in.store.Tenant(ctx, t.id)
	if err != nil {
		v.finding(t.slug, "its file tenants/%s.db cannot be opened: %s", t.id, sentence(err))
		for _, k := range v.kept[t.id] {
			v.finding(t.slug, "%s cannot be compared.", k.Where)
		}
		return
	}
	defer done()
	v.log(ctx, t.slug, db)
	if !v.objects {
		v.unread++
		return
	}
	problems, n, err := backup.Check(ctx, db, v.in.blobs)
	if err != nil {
		v.finding(t.slug, "its stored files cannot be listed: %s", sentence(err))
	}
	for _, p := range problems {
		v.finding(t.slug+", stored files", "%s", p)
	}
	if err == nil && len(problems) == 0 {
		fmt.Fprintf(v.out, "ok    %s: %d stored files match their SHA-256.\n", t.slug, n)
	}
}

// log looks at one file: what SQLite sees of it, and what its audit log proves.
func (v *verification) log(ctx context.Context, name string, db *storage.DB) {
	if err := db.CheckWhole(ctx); err != nil {
		v.finding(name+", database file", "SQLite finds it damaged: %s", sentence(err))
	}
	kept := v.kept[db.ID()]
	if place := v.in.kept.Place; place != nil {
		more, err := witness.All(ctx, place, db.ID())
		if err != nil {
			v.finding(name, "the checkpoints kept in %s cannot be read: %s", place, sentence(err))
		}
		kept = append(kept, more...)
	}
	rep, err := db.Verify(ctx, kept...)
	switch {
	case err != nil:
		v.finding(name+", audit log", "it cannot be read: %s", sentence(err))
	case !rep.OK():
		for _, p := range rep.Problems {
			v.finding(name+", audit log", "%s", p.What)
		}
	default:
		fmt.Fprintf(v.out, "ok    %s: %d audit records prove themselves, %d signed checkpoints fit%s. Root %s\n", name, rep.Records, rep.Checkpoints, extended(len(kept)), rep.Root)
		if rep.Unsigned > 0 {
			fmt.Fprintf(v.out, "look  %s: the newest %d records are not signed for yet: the program did not come to its end. Read them.\n", name, rep.Unsigned)
		}
	}
}

func extended(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return ", and the log extends the one kept elsewhere"
	}
	return fmt.Sprintf(", and the log extends the %d kept elsewhere", n)
}

func (v *verification) end() error {
	switch {
	case v.found == 1:
		return errors.New("one thing is not as it was")
	case v.found > 1:
		return fmt.Errorf("%d things are not as they were", v.found)
	}
	if v.unread > 0 {
		fmt.Fprintln(v.out, "Everything that was looked at is as it was. Stored files were not read; --objects does.")
		return nil
	}
	fmt.Fprintln(v.out, "Everything that was looked at is as it was.")
	return nil
}

func verifyArchive(ctx context.Context, c call, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	got, err := backup.Examine(ctx, "", f, st.Size())
	var refused *backup.Refused
	if errors.As(err, &refused) {
		fmt.Fprintf(c.out, "FOUND %s: %s\n", filepath.Base(path), refused.Sentence)
		return errors.New("the archive is not as it was")
	}
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	m := got.Manifest
	fmt.Fprintf(c.out, "ok    %s: %s (%s) as it was exported at %s: %d audit records prove themselves, %d stored files match their SHA-256.\n", filepath.Base(path), m.Name, m.Slug, m.ExportedAt, got.Records, got.Objects)
	fmt.Fprintf(c.out, "Its log was signed with %s; compare that with the installation it comes from.\n", m.Verifier)
	return nil
}
