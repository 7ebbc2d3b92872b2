// Package command is what the assay program can be told to do: its commands, their settings, and what they
// say. Settings come as flags or from the environment; the table of them is in config.go.
package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// call is one call of a command: where it reads settings from, what it prints to, and what it takes from the
// machine.
type call struct {
	args   []string
	getenv func(string) string
	out    io.Writer // what was asked for
	err    io.Writer // log and mistakes

	now  func() time.Time
	disk func(dir string) (free, total uint64, err error)

	device func(dir string) (string, error) // the number of the block device under it
	sys    fs.FS                            // what Linux shows as /sys
}

type command struct {
	name, summary string
	run           func(context.Context, call) error
}

// commands in the order that help lists them.
func commands() []command {
	return []command{
		{"demo", "Try it: a made-up company with its history, nothing to set up", demoCommand},
		{"serve", "Run an installation", serve},
		{"tenant", "create, list, export, import or delete organisations", tenant},
		{"cell", "list the processes that share the installation", cellCommand},
		{"backup", "status, verify, drill or export what is kept of every change", backupCommand},
		{"restore", "Take an organisation back to an earlier moment", restoreCommand},
		{"verify", "Prove that audit logs, checkpoints and stored files are as they were", verifyCommand},
		{"snapshot", "Make an auditor snapshot: one signed file for an audit", snapshotCommand},
		{"view", "Prove an auditor snapshot and show it in a browser", view},
		{"user", "invite somebody, or let them choose a new password", user},
		{"import", "Import an OSCAL catalog or profile as a framework", importCommand},
		{"doctor", "Check files, keys, disk and clock, and say in words what is wrong", doctor},
		{"healthcheck", "Ask a running installation whether it is well (for containers)", healthcheck},
		{"version", "Print the version", version},
	}
}

// details are what `assay COMMAND --help` says first.
var details = map[string]string{
	"demo":        "assay demo [--listen ADDR] [--data DIR]\n\nStarts with a made-up health-software company and fourteen months of its history. Mails are shown at\n/demo/outbox. Without --data everything is gone when it stops; with it the demo can be continued.",
	"serve":       "assay serve --data DIR [--listen ADDR] [--base-url URL]\n\nRuns an installation. The first start prints a link that makes the first organisation and its\nadministrator; it works once and for an hour.",
	"tenant":      "assay tenant create SLUG --name NAME [--admin EMAIL] [--zone Europe/Berlin]\nassay tenant list\nassay tenant export SLUG [--to FILE]\nassay tenant export SLUG --plain FOLDER|FILE.zip\nassay tenant import FILE --admin EMAIL [--slug SLUG] [--name NAME]\nassay tenant delete SLUG --reason TEXT [--now --confirm SLUG]\nassay tenant undelete SLUG\n\nexport writes everything an organisation has as one archive, or with --plain as a folder that needs no program\nto be read. import brings an archive into this installation, after checking all of it; an organisation can be\nin an installation once. delete has one go for good, after the days of --delete-after, in which it works as before\nand undelete keeps it; then its keys, backup, files and rows are destroyed, and no copy made before can be read.\nThe program must not be running on the data directory meanwhile.",
	"cell":        "assay cell list\n\nShows the cells that share this installation: their names, where the others reach them, which program they run, how\nmany organisations each has open, and which one writes the installation's own database. Needs --keys, --s3, --backup and\n--durability sync as the cells have them.",
	"backup":      "assay backup status [SLUG]\nassay backup verify [SLUG]\nassay backup drill SLUG\nassay backup export SLUG --plain FOLDER\n\nstatus says how far the backup of each organisation reaches, verify reads all of it, drill restores the newest\nstate, proves it and files the report as evidence, as happens every week by itself. export writes the backup\nwithout its seal, in the layout of Litestream, which restores it without this program: keep that folder safe.\nThe program must not be running on the data directory meanwhile; the page Backups has the same.",
	"restore":     "assay restore SLUG --at INSTANT|RECORD --reason TEXT\nassay restore SLUG [--at INSTANT|RECORD] --to FILE\n\nTakes an organisation back to how it was. Its audit log goes on with a record of all that was changed by it, and\nits mails wait until an administrator releases them. With --to its SQLite file is written as it was, and proved;\nthe organisation stays as it is. The program must not be running on the data directory meanwhile.",
	"verify":      "assay verify SLUG|--all [--checkpoint FILE ...] [--objects]\nassay verify ARCHIVE.zip\n\nComputes the audit logs anew, the organisation's and the installation's, and compares them with every signed\ncheckpoint, the columns and indexes that repeat a record, and old checkpoints that were kept elsewhere: a note, a\nletter, a proof, an export or a package, whichever has one in it. One line for each thing that is not as it was says\nwhat and where, and the exit code is 1. An archive is looked at as an import does, and not brought in. The program\nmust not be running on the data directory meanwhile; the page Proof has the same.",
	"snapshot":    "assay snapshot SLUG --frameworks \"SOC 2,HIPAA\" --from 2026-01-01 [--to 2026-12-31] [--out FILE]\n\nWrites one signed file with these frameworks, the controls mapped to them, and what proves those in the period, for\nan auditor who opens it with `assay view`. The program must not be running on the data directory meanwhile; the\npage Auditor snapshots has the same.",
	"view":        "assay view FILE [--key FINGERPRINT] [--checkpoint FILE] [--against FILE] [--listen 127.0.0.1:0] [--no-browser]\nassay view FILE [--against FILE] --text\n\nProves every byte of an auditor snapshot, and shows it in a browser on this machine: no account, no network, nothing\ncan be changed. A file that was changed is shown as far as that is safe, and every page says what was changed. With\n--against it is compared with another snapshot of the same organisation. With --text it only prints what it found,\nand the exit code is 1 when something is not as it was signed.",
	"user":        "assay user invite EMAIL --tenant SLUG [--role admin|user|auditor|executive] [--name NAME]\nassay user reset EMAIL\n\nBoth print the link that would be mailed, and mail it at the next start if a mail server is set.",
	"import":      "assay import FILE --tenant SLUG [--with CATALOG ...]\n\nImports an OSCAL catalog or profile (JSON or XML) as a framework and prints what has no place in it. A profile\nneeds its catalog: one that was imported before, or given with --with.",
	"doctor":      "assay doctor --data DIR [--bench]\n\nChecks an installation and prints one line for each thing it looked at. The exit code is 1 when\nsomething needs attention. With --bench it also measures this machine.",
	"version":     "assay version\n\nPrints the version, and what the program was built with.",
	"healthcheck": "assay healthcheck [--listen ADDR]\n\nExit code 0 when the installation at that address can write.",
}

// Run runs one command and returns the exit code: 0 done, 1 failed, 2 called wrongly.
func Run(ctx context.Context, args []string, getenv func(string) string, out, errOut io.Writer) int {
	return dispatch(ctx, call{args: args, getenv: getenv, out: out, err: errOut, now: time.Now, disk: diskSpace, device: deviceOf, sys: os.DirFS("/sys")})
}

func dispatch(ctx context.Context, c call) int {
	args := c.args
	if len(args) == 0 || args[0] == "help" || args[0] == "--help" || args[0] == "-h" {
		if len(args) > 1 && args[0] == "help" {
			if args[1] == "config" {
				printConfig(c.out)
				return 0
			}
			c.args = []string{args[1], "--help"}
			return dispatch(ctx, c)
		}
		help(c.out)
		return 0
	}
	all := commands()
	i := slices.IndexFunc(all, func(c command) bool { return c.name == args[0] })
	if i < 0 {
		fmt.Fprintf(c.err, "assay: there is no command %q. `assay help` lists what there is.\n", args[0])
		return 2
	}
	c.args = args[1:]
	err := all[i].run(ctx, c)
	var usage usageError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.As(err, &usage):
		fmt.Fprintf(c.err, "assay %s: %v\n", args[0], err)
		return 2
	}
	fmt.Fprintf(c.err, "assay %s: %v\n", args[0], err)
	return 1
}

func help(out io.Writer) {
	fmt.Fprint(out, "Assay: governance, risk and compliance in one binary.\n\n  assay demo                    try it\n  assay serve --data DIR        run it\n\nCommands:\n")
	for _, c := range commands() {
		fmt.Fprintf(out, "  %-12s  %s\n", c.name, c.summary)
	}
	fmt.Fprint(out, "\n`assay COMMAND --help` explains a command, `assay help config` lists every setting.\n")
}

func printConfig(out io.Writer) {
	fmt.Fprint(out, "Every setting is a flag and an environment variable; the flag wins.\n\n")
	for _, s := range settings {
		where := "every command with a data directory"
		if len(s.Commands) > 0 {
			where = strings.Join(s.Commands, ", ")
		}
		def := s.Default
		if def == "" {
			def = "none"
		}
		fmt.Fprintf(out, "--%s  %s\n    %s\n    Default: %s. For: %s.\n", s.Flag, s.Env(), s.Help, def, where)
	}
}

// Version is what this program calls itself: the module's version, or the commit it was built from.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	rev, dirty := "development", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && len(s.Value) >= 12:
			rev = s.Value[:12]
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "+changes"
		}
	}
	return rev + dirty
}

func version(_ context.Context, c call) error {
	if _, rest, err := parse("version", c.args, c.getenv, c.out, nil); err != nil {
		return err
	} else if len(rest) > 0 {
		return usagef("%q is one word too many", rest[0])
	}
	fmt.Fprintf(c.out, "assay %s (%s, %s/%s)\n", Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}
