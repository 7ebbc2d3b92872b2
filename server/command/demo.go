package command

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"assay/server"
	"assay/server/account"
	"assay/server/demo"
	"assay/server/demo/people"
)

func demoCommand(ctx context.Context, c call) (err error) {
	start := time.Now()
	cfg, rest, err := parse("demo", c.args, c.getenv, c.out, nil)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return usagef("%q is one word too many", rest[0])
	}
	base, err := cfg.base()
	if err != nil {
		return err
	}
	if c.getenv("ASSAY_LOG_LEVEL") == "" && cfg.LogLevel == "info" {
		cfg.LogLevel = "warn" // a demo's terminal is for its addresses
	}
	log, err := cfg.logger(c.err)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w. Another address: assay demo --listen 127.0.0.1:8081", err)
	}
	defer l.Close()
	if cfg.BaseURL == "" {
		base = "http://" + l.Addr().String() // port 0 means any
	}
	hashed := freshPasswords(ctx)
	dir, ready, done, err := demoDir(ctx, cfg, c.now())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	switch cfg.Backup {
	case "": // beside the data: to try it, not to keep anything
		cfg.Backup = "file:" + filepath.Join(dir, "backup")
	case "none":
		cfg.Backup = ""
	}
	in, err := open(ctx, cfg, dir, log, c.now)
	if err != nil {
		return err
	}
	defer in.close()
	srv, err := server.New(server.Config{Store: in.store, Keys: in.keys, Blobs: in.blobs, Logs: in.logs, Checkpoints: in.kept, Jobs: in.jobs, Program: Version(), EraseAfter: in.eraseAfter, Unnamed: in.unnamed(), Base: base, TempDir: in.temp(), CacheDir: in.cache(), Demo: true, Ready: ready, Log: log})
	if err != nil {
		return err
	}
	passwords, err := hashed()
	if err != nil {
		return err
	}
	if err := srv.Door.SetHashed(ctx, byHand, passwords...); err != nil {
		return err
	}
	fmt.Fprintf(c.out, "Open %s\n", base)
	for i, a := range accounts {
		fmt.Fprintf(c.out, "Sign in as %s with %s (%s at %s)\n", a.Email, passwords[i].Password, a.Role, a.at)
	}
	fmt.Fprintf(c.out, "Mails the product sends: %s/demo/outbox\nStarted in %d ms. Stop with Ctrl-C", base, time.Since(start).Milliseconds())
	if cfg.Data == "" {
		fmt.Fprint(c.out, "; nothing is kept (--data DIR keeps it)")
	} else {
		fmt.Fprintf(c.out, "; everything is kept in %s", dir)
	}
	fmt.Fprintln(c.out, ".")
	debug.FreeOSMemory() // unpacking took more than serving does
	return run(ctx, srv, l, nil, c.out)
}

// account is one that the demo prints.
type demoAccount struct {
	people.Person
	at string
}

var accounts = []demoAccount{
	{people.Northwind[0], "Northwind Health and, as auditor, Harbor Labs"},
	{people.Northwind[1], "Northwind Health"},
	{people.Northwind[2], "Northwind Health"},
	{people.Northwind[3], "Northwind Health"},
	{people.Harbor[0], "Harbor Labs"},
}

// demoDir is the demo's data directory: a given one, filled if it is empty, or a temporary one that done
// removes. ready returns when all of its files are there.
func demoDir(ctx context.Context, cfg Config, now time.Time) (dir string, ready func(), done func() error, err error) {
	ready, done = func() {}, func() error { return nil }
	if cfg.Data == "" {
		if dir, err = os.MkdirTemp("", "assay-demo-"); err != nil {
			return "", ready, done, err
		}
		done = func() error { return os.RemoveAll(dir) }
	} else if dir, err = cfg.dir(true); err != nil {
		return "", ready, done, err
	}
	if _, err := os.Stat(filepath.Join(dir, "control.db")); err == nil {
		return dir, ready, done, nil // to be continued
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		return "", ready, done, errors.Join(err, fmt.Errorf("%s holds something else; give the demo an empty directory", dir))
	}
	rest, err := demo.Unpack(ctx, dir, now)
	if err != nil {
		return "", ready, done, errors.Join(err, done())
	}
	remove := done
	rest = sync.OnceValue(rest)
	return dir, func() { rest() }, func() error { return errors.Join(rest(), remove()) }, nil
}

// freshPasswords makes a password for each account that is good for this start only, and hashes it beside what
// else is done. What it returns waits for that.
func freshPasswords(ctx context.Context) func() ([]account.Hashed, error) {
	var all []account.Hashed
	for _, a := range accounts {
		all = append(all, account.Hashed{Email: a.Email, Password: newPassword()})
	}
	ended := make(chan error, 1)
	go func() { ended <- account.Hash(ctx, all) }()
	return func() ([]account.Hashed, error) { return all, <-ended }
}

// newPassword is sixteen letters in four groups: 76 bits, and easy to type.
func newPassword() string {
	s := strings.ToLower(rand.Text())
	return s[:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:16]
}
