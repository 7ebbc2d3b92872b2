package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"assay/backup"
	"assay/server"
	"assay/server/account"
	"assay/server/member"
	"assay/server/op"
	"assay/storage"
)

// importer is the installation as imports see it.
func (in *installation) importer() backup.Installation {
	return backup.Installation{Store: in.store, Blobs: in.blobs, Keys: in.keys, Logs: in.logs}
}

// importTenant brings an organisation in from an archive, and invites the one who comes in first.
func importTenant(ctx context.Context, c call, in *installation, srv *server.Server, from string, f account.Founding, incomplete bool) error {
	if f.Slug != "" && !account.ValidSlug(f.Slug) {
		return usagef("slug: %q must be 2 to 40 lower-case letters, digits and single dashes", f.Slug)
	}
	file, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	defer file.Close()
	st, err := file.Stat()
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	var link string
	got, err := backup.Import(ctx, in.importer(), file, st.Size(), backup.Importing{Actor: byHand, Program: Version(), Incomplete: incomplete,
		Look: func(m backup.Manifest) error {
			if f.Slug == "" {
				f.Slug = m.Slug
			}
			return freeSlug(ctx, in, f.Slug)
		}},
		func(got backup.Imported) error {
			renamed := f.Name != "" && f.Name != got.Manifest.Name
			if f.Name == "" {
				f.Name = got.Manifest.Name
			}
			link, err = settle(ctx, in, srv, got.Manifest.Tenant, f, renamed)
			return err
		})
	if err != nil {
		return err
	}
	m := got.Manifest
	fmt.Fprintf(c.out, "Imported the organisation %s (%s): %d audit records, which prove themselves, and %d files.\n", f.Name, f.Slug, got.Records, got.Objects)
	fmt.Fprintf(c.out, "Its log was signed with %s; compare that with the installation it comes from.\n", m.Verifier)
	if got.Migrated {
		fmt.Fprintf(c.out, "It was made by an older version (%s) and was brought to this one.\n", m.Program)
	}
	for _, lost := range got.Missing {
		fmt.Fprintf(c.out, "Missing: %s (%s): %s\n", lost.Name, lost.Object, lost.Why)
	}
	if got.Unmailed > 0 {
		fmt.Fprintf(c.out, "%d notifications waited to be mailed. They stay in the inbox and are not mailed from here, so that nobody gets them twice.\n", got.Unmailed)
	}
	out, all, err := outsiders(ctx, in, m.Tenant)
	if err != nil {
		return err
	}
	if out > 0 {
		fmt.Fprintf(c.out, "%d of its %d people with an address cannot come in here yet. Accounts are not in an archive: invite them again, as records stay theirs by their address: assay user invite EMAIL --tenant %s\n", out, all, f.Slug)
	}
	fmt.Fprintf(c.out, "%s is invited as its administrator, with this link, which works once and for seven days:\n  %s\n", f.Email, link)
	return nil
}

// freeSlug says early that a short name is taken, before the archive is unpacked.
func freeSlug(ctx context.Context, in *installation, slug string) error {
	var taken bool
	err := in.store.Control().Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT EXISTS (SELECT 1 FROM tenant WHERE slug = ?)", slug).Scan(&taken)
	})
	switch {
	case err != nil:
		return err
	case taken:
		return fmt.Errorf("another organisation has the short name %q here; give this one another: --slug NAME", slug)
	case !account.ValidSlug(slug):
		return fmt.Errorf("the short name %q cannot be; give another: --slug NAME", slug)
	}
	return nil
}

// settle makes an imported organisation somebody's: its row, and the invitation of its administrator. Both come
// in one transaction, so that nobody sees the one without the other.
func settle(ctx context.Context, in *installation, srv *server.Server, id string, f account.Founding, renamed bool) (link string, err error) {
	db, done, err := in.store.Tenant(ctx, id)
	if err != nil {
		return "", err
	}
	defer done()
	var person string
	_, err = db.Write(ctx, storage.Call{Actor: byHand, Action: "member.invite", Owns: []string{"person", "organisation"}}, func(tx *storage.WriteTx) error {
		if person, err = member.Named(tx, f.Email, "", "", ""); err != nil || !renamed {
			return err
		}
		return tx.ExecOne("UPDATE organisation SET name = ?, updated_at = ?", f.Name, tx.Stamp())
	})
	if err != nil {
		return "", fmt.Errorf("invite the administrator: %w", err)
	}
	call := storage.Call{Actor: byHand, Action: storage.ImportAction, Tenant: id, Owns: []string{"tenant", "account", "membership", "link", "mail"}}
	_, err = in.store.Control().Write(ctx, call, func(tx *storage.WriteTx) error {
		if _, err := account.Register(tx, id, f); err != nil {
			return err
		}
		_, link, err = srv.Door.Invite(tx, account.Invitation{Tenant: id, Email: f.Email, Role: op.Admin, Person: person, By: "Assay"})
		return err
	})
	srv.Door.Wake()
	return link, err
}

// outsiders counts the people of an organisation's records with an address, and those of them without a membership.
func outsiders(ctx context.Context, in *installation, id string) (out, all int, err error) {
	members := map[string]bool{}
	err = in.store.Control().Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		rows, err := tx.Query("SELECT person FROM membership WHERE tenant = ?", id)
		if err != nil {
			return err
		}
		return op.Each(rows, func(r op.Row) error {
			var person string
			err := r.Scan(&person)
			members[person] = true
			return err
		})
	})
	if err != nil {
		return 0, 0, err
	}
	db, done, err := in.store.Tenant(ctx, id)
	if err != nil {
		return 0, 0, err
	}
	defer done()
	err = db.Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		rows, err := tx.Query("SELECT id FROM person WHERE email <> '' AND active = 1")
		if err != nil {
			return err
		}
		return op.Each(rows, func(r op.Row) error {
			var person string
			err := r.Scan(&person)
			if all++; !members[person] {
				out++
			}
			return err
		})
	})
	return out, all, err
}

func exportTenant(ctx context.Context, c call, in *installation, slug, to string) error {
	id, name, err := in.tenant(ctx, slug)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	m, err := backup.Export(ctx, in.store, in.blobs, in.keys, backup.Tenant{ID: id, Slug: slug, Name: name, Temp: in.temp()}, Version(), f)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil && len(m.Missing) == 0 {
		return errors.Join(err, os.Remove(to))
	}
	fmt.Fprintf(c.out, "Wrote %s: %d files, %d audit records. It holds everything this organisation has, readable by whoever has the file.\n", to, len(m.Entries), m.Records)
	for _, lost := range m.Missing {
		fmt.Fprintf(c.out, "Missing: %s (%s): %s\n", lost.Name, lost.Object, lost.Why)
	}
	return err
}

// plainTenant writes an organisation as files that need no program: into a folder, or into a ZIP file when the
// name ends like one. What is cut off or fails leaves nothing.
func plainTenant(ctx context.Context, c call, in *installation, slug, to string) (err error) {
	id, name, err := in.tenant(ctx, slug)
	if err != nil {
		return err
	}
	t := backup.Tenant{ID: id, Slug: slug, Name: name}
	var got backup.Plainly
	if strings.HasSuffix(strings.ToLower(to), ".zip") {
		f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return fmt.Errorf("export: %w", err)
		}
		z := backup.NewZipped(f, in.store.Now())
		got, err = backup.Plain(ctx, in.store, in.blobs, t, Version(), z)
		if err = errors.Join(err, z.Close(), f.Sync(), f.Close()); err != nil && !errors.Is(err, backup.ErrMissing) {
			return errors.Join(err, os.Remove(to))
		}
		return plainly(c, to, got, err)
	}
	_, there := os.Stat(to)
	folder, err := backup.NewFolder(to)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	got, err = backup.Plain(ctx, in.store, in.blobs, t, Version(), folder)
	if err = errors.Join(err, folder.Close()); err != nil && !errors.Is(err, backup.ErrMissing) {
		if errors.Is(there, os.ErrNotExist) {
			err = errors.Join(err, os.RemoveAll(to))
		}
		return err
	}
	return plainly(c, to, got, err)
}

func plainly(c call, to string, got backup.Plainly, err error) error {
	fmt.Fprintf(c.out, "Wrote %s: %d pages, %d tables with %d rows, %d files, %d audit records. Begin with its README.md. Whoever has it can read it.\n",
		to, got.Pages, got.Tables, got.Rows, got.Files, got.Records)
	for _, lost := range got.Missing {
		fmt.Fprintf(c.out, "Missing: %s (%s): %s\n", lost.Name, lost.Object, lost.Why)
	}
	return err
}
