package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"assay/server"
	"assay/server/account"
	"assay/server/member"
	"assay/server/op"
	"assay/storage"
)

// byHand is who acts in commands: whoever may run the program on this machine.
var byHand = storage.Actor{Kind: storage.System, ID: "command"}

// with opens the installation for one command, with its door, and closes it again.
func with(ctx context.Context, c call, cfg Config, fn func(*installation, *server.Server) error) error {
	dir, err := cfg.dir(false)
	if err != nil {
		return err
	}
	log, err := cfg.logger(c.err)
	if err != nil {
		return err
	}
	cfg.guest = true
	in, err := open(ctx, cfg, dir, log, c.now)
	if err != nil {
		return err
	}
	base := cfg.BaseURL
	if base == "" {
		base = "http://127.0.0.1:8080"
	}
	srv, err := server.New(server.Config{Store: in.store, Keys: in.keys, Blobs: in.blobs, Logs: in.logs, Checkpoints: in.kept, Jobs: in.jobs, Program: Version(), EraseAfter: in.eraseAfter, Unnamed: in.unnamed(),
		Base: strings.TrimRight(base, "/"), TempDir: in.temp(), CacheDir: in.cache(), Log: log})
	if err == nil {
		err = fn(in, srv)
	}
	return errors.Join(err, in.close())
}

func tenant(ctx context.Context, c call) error {
	var name, admin, zone, to, slug, plain, reason, confirm string
	var incomplete, now bool
	cfg, rest, err := parse("tenant", c.args, c.getenv, c.out, func(f *flag.FlagSet) {
		f.StringVar(&name, "name", "", "create: the organisation's name; import: the one it gets here, its own unless given")
		f.StringVar(&admin, "admin", "", "create, import: e-mail address of its first administrator, who is invited")
		f.StringVar(&zone, "zone", "UTC", "create: its time zone, such as Europe/Berlin")
		f.StringVar(&to, "to", "", "export: file to write; SLUG.zip unless given")
		f.StringVar(&plain, "plain", "", "export: a folder, or a file that ends in .zip, for everything as Markdown, CSV, JSON and files instead of an archive")
		f.StringVar(&slug, "slug", "", "import: the short name it gets here, its own unless given")
		f.StringVar(&reason, "reason", "", "delete: why; every administrator is mailed it")
		f.BoolVar(&now, "now", false, "delete: at once, without a time to take it back")
		f.StringVar(&confirm, "confirm", "", "delete --now: the short name once more")
		f.BoolVar(&incomplete, "incomplete", false, "import: go on without files that were missing when the archive was made")
	})
	if err != nil {
		return err
	}
	if len(rest) == 0 {
		return usagef("say what to do: create, list, export, import, delete or undelete. `assay tenant --help` explains them")
	}
	switch what, args := rest[0], rest[1:]; {
	case what == "list" && len(args) == 0:
		return with(ctx, c, cfg, func(in *installation, _ *server.Server) error { return listTenants(ctx, in, c.out) })
	case what == "create" && len(args) == 1:
		f := account.Founding{Name: name, Slug: args[0], Zone: zone, Email: admin}
		if f.Name == "" {
			return usagef("give the organisation a name: --name NAME")
		}
		return with(ctx, c, cfg, func(_ *installation, srv *server.Server) error { return createTenant(ctx, c, srv, f) })
	case what == "import" && len(args) == 1:
		f := account.Founding{Name: name, Slug: slug, Email: strings.ToLower(strings.TrimSpace(admin))}
		if f.Email == "" {
			return usagef("say who comes in first: --admin EMAIL. Accounts are not in an archive; that person is invited, and invites the others")
		}
		return with(ctx, c, cfg, func(in *installation, srv *server.Server) error {
			return importTenant(ctx, c, in, srv, args[0], f, incomplete)
		})
	case what == "delete" && len(args) == 1:
		return deleteTenant(ctx, c, cfg, args[0], strings.TrimSpace(reason), now, confirm)
	case what == "undelete" && len(args) == 1:
		return with(ctx, c, cfg, func(in *installation, srv *server.Server) error { return keepTenant(ctx, c, in, srv, args[0]) })
	case what == "export" && len(args) == 1 && plain != "":
		if to != "" {
			return usagef("--plain says where to write already; leave --to out")
		}
		return with(ctx, c, cfg, func(in *installation, _ *server.Server) error { return plainTenant(ctx, c, in, args[0], plain) })
	case what == "export" && len(args) == 1:
		if to == "" {
			to = args[0] + ".zip"
		}
		return with(ctx, c, cfg, func(in *installation, _ *server.Server) error { return exportTenant(ctx, c, in, args[0], to) })
	}
	return usagef("%q is not understood. `assay tenant --help` explains what there is", strings.Join(rest, " "))
}

func listTenants(ctx context.Context, in *installation, out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SLUG\tNAME\tMEMBERS\tSTATUS\tCREATED")
	err := in.store.Control().Read(ctx, storage.Call{}, func(tx *storage.ReadTx) error {
		rows, err := tx.Query(`SELECT slug, name, (SELECT count(*) FROM membership m WHERE m.tenant = t.id AND m.status <> 'disabled'),
			coalesce((SELECT iif(e.step = 'waiting', 'goes on ' || substr(e.goes_at, 1, 10), 'being erased') FROM erasure e WHERE e.tenant = t.id AND e.ended_at = ''), status),
			substr(created_at, 1, 10) FROM tenant t ORDER BY slug`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var slug, name, status, created string
			var members int
			if err := rows.Scan(&slug, &name, &members, &status, &created); err != nil {
				return err
			}
			fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\n", slug, name, members, status, created)
		}
		return rows.Err()
	})
	return errors.Join(err, w.Flush())
}

func createTenant(ctx context.Context, c call, srv *server.Server, f account.Founding) error {
	_, slug, link, err := srv.Door.Found(ctx, byHand, f)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "Made the organisation %s (%s).\n", f.Name, slug)
	if link != "" {
		fmt.Fprintf(c.out, "%s is invited as its administrator, with this link, which works once and for seven days:\n  %s\n", f.Email, link)
	}
	return nil
}

func user(ctx context.Context, c call) error {
	var slug, role, name string
	cfg, rest, err := parse("user", c.args, c.getenv, c.out, func(f *flag.FlagSet) {
		f.StringVar(&slug, "tenant", "", "invite: the organisation's slug")
		f.StringVar(&role, "role", "user", "invite: admin, user, auditor or executive")
		f.StringVar(&name, "name", "", "invite: the person's name")
	})
	if err != nil {
		return err
	}
	if len(rest) != 2 || rest[0] != "invite" && rest[0] != "reset" {
		return usagef("say `assay user invite EMAIL --tenant SLUG` or `assay user reset EMAIL`")
	}
	email := strings.ToLower(strings.TrimSpace(rest[1]))
	if rest[0] == "reset" {
		return with(ctx, c, cfg, func(_ *installation, srv *server.Server) error {
			link, err := srv.Door.ResetLink(ctx, byHand, email)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.out, "%s can choose a new password with this link, which works once and for an hour:\n  %s\n", email, link)
			return nil
		})
	}
	r := op.RoleOf(role)
	if r&op.Everyone == 0 {
		return usagef("role: %q is not admin, user, auditor or executive", role)
	}
	if slug == "" {
		return usagef("say into which organisation: --tenant SLUG")
	}
	return with(ctx, c, cfg, func(in *installation, srv *server.Server) error {
		id, _, err := in.tenant(ctx, slug)
		if err != nil {
			return err
		}
		link, err := member.Invite(ctx, in.store, srv.Door, byHand, account.Invitation{Tenant: id, Email: email, Name: name, Role: r, By: "Your administrator"})
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "%s is invited as %s, with this link, which works once and for seven days:\n  %s\n", email, role, link)
		return nil
	})
}
