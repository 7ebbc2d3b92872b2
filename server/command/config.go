package command

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"assay/server/cell"
)

// Config is everything an installation can be told. Every field is a flag, and an environment variable
// ASSAY_<FLAG> in capitals with hyphens as underscores; the flag wins. `assay help config` prints the table.
type Config struct {
	Data        string
	Listen      string
	BaseURL     string
	BehindProxy bool
	TLSCert     string
	TLSKey      string
	Metrics     string

	MasterKey string
	S3        string
	S3Region  string
	S3Key     string
	S3Secret  string

	Backup       string
	Durability   string
	BackupDays   int
	BackupMonths int

	Cell      string
	CellLease time.Duration
	Keys      string
	guest     bool // a command that comes beside cells that serve

	Checkpoints    string
	CheckpointDays int

	DeleteAfter int

	SMTP     string
	MailFrom string

	LogFormat string
	LogLevel  string
	MaxOpen   int
}

// Setting is one row of the documented table of settings.
type Setting struct {
	Flag, Default, Help string
	Commands            []string // where it applies; nil means wherever a data directory is used
}

// Env is the name of the setting's environment variable.
func (s Setting) Env() string {
	return "ASSAY_" + strings.ToUpper(strings.ReplaceAll(s.Flag, "-", "_"))
}

func (s Setting) appliesTo(cmd string) bool {
	if s.Commands == nil {
		return cmd != "healthcheck" && cmd != "version" && cmd != "view"
	}
	return slices.Contains(s.Commands, cmd)
}

// settings is the one table of settings: README.md prints it, and a test compares.
var settings = []Setting{
	{"data", "", "Data directory. Required, except for demo, which makes a temporary one.", nil},
	{"listen", "127.0.0.1:8080", "Address to serve on.", []string{"demo", "serve", "healthcheck"}},
	{"base-url", "", "How browsers reach this installation, https://assay.example. Needed unless you serve on a loopback address.", nil},
	{"behind-proxy", "false", "A TLS proxy stands before this program and sets X-Forwarded-For. Plain http on other than loopback addresses is refused without it.", []string{"serve"}},
	{"tls-cert", "", "Certificate chain file (PEM), to serve https directly.", []string{"serve"}},
	{"tls-key", "", "Private key file (PEM) of the certificate.", []string{"serve"}},
	{"metrics", "", "Address for Prometheus metrics, on a listener of its own. Empty means none.", []string{"serve"}},
	{"master-key", "", "Key that wraps every tenant's key: file:PATH of a file with 32 bytes in base64, or the base64 itself. Empty means a key file in the data directory, made at the first start.", nil},
	{"s3", "", "Keep objects in S3 instead of the data directory: https://ENDPOINT/BUCKET/PREFIX.", nil},
	{"s3-region", "us-east-1", "Region of the bucket.", nil},
	{"s3-key", "", "Access key id for the bucket.", nil},
	{"s3-secret", "", "Secret access key for the bucket, or file:PATH.", nil},
	{"backup", "", "Keep every change a second time, to restore from: file:DIR on another disk, or https://ENDPOINT/BUCKET/PREFIX with the keys of s3. Empty means that files are what their disk keeps; a demo then keeps its changes beside its data, to show what can be done with them, unless it is told none.", nil},
	{"durability", "async", "What an acknowledged change survives, with backup: async (this machine's disk; the backup follows within a second), local (the same, at once) or sync (the loss of the machine: every write waits for the backup).", nil},
	{"backup-days", "35", "For how many days the backup keeps every change.", nil},
	{"backup-months", "13", "For how many months after that it keeps the last state of each day. One state a month stays for ever.", nil},
	{"keys", "", "Keep the wrapped keys in a bucket instead of the data directory, where the cells of an installation share them: https://ENDPOINT/BUCKET/PREFIX with the keys of s3. The bucket must not keep old versions, and the master key is given from outside.", nil},
	{"cell", "", "Share this installation with other processes: HOST:PORT at which they reach this one, which listens there by TLS. Needs keys, s3 and backup in buckets, and durability sync.", []string{"serve"}},
	{"cell-lease", "15s", "How long the others wait for a cell that cannot be heard before they take over what it has open. The same for all.", []string{"serve"}},
	{"checkpoints", "", "Keep a signed checkpoint of every audit log where this machine cannot take it back, every night: file:DIR, best on another machine's disk, or https://ENDPOINT/BUCKET/PREFIX with the keys of s3, best with object lock. Who writes a log anew does not get past them.", nil},
	{"checkpoint-days", "400", "For how many days a bucket with object lock lets nobody remove a checkpoint (mode COMPLIANCE: also not its owner).", nil},
	{"delete-after", "30", "For how many days an organisation that is to be deleted waits, and can be kept. At least 1.", nil},
	{"smtp", "", "Mail server: smtp://USER:PASSWORD@HOST:587 (STARTTLS is required), smtps://HOST:465, or smtp+plain://localhost:25 for one on this machine. Empty means mail waits until one is set.", []string{"serve"}},
	{"mail-from", "", "Sender address of mail.", []string{"serve"}},
	{"log-format", "text", "text or json.", nil},
	{"log-level", "info", "debug, info, warn or error.", nil},
	{"max-open", "256", "Tenants whose files are open at a time. Each open one takes about 1 MB and 5 file descriptors.", []string{"demo", "serve"}},
}

// usageError is a mistake in how the command was called: exit code 2.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// parse reads the settings that apply to a command from arguments and environment. own are flags only this
// command has. It returns what is left of the arguments.
func parse(cmd string, args []string, env func(string) string, out io.Writer, own func(*flag.FlagSet)) (Config, []string, error) {
	var c Config
	f := flag.NewFlagSet(cmd, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	strs := map[string]*string{"data": &c.Data, "listen": &c.Listen, "base-url": &c.BaseURL, "tls-cert": &c.TLSCert, "tls-key": &c.TLSKey,
		"metrics": &c.Metrics, "master-key": &c.MasterKey, "s3": &c.S3, "s3-region": &c.S3Region, "s3-key": &c.S3Key, "s3-secret": &c.S3Secret,
		"backup": &c.Backup, "durability": &c.Durability, "keys": &c.Keys, "cell": &c.Cell, "checkpoints": &c.Checkpoints,
		"smtp": &c.SMTP, "mail-from": &c.MailFrom, "log-format": &c.LogFormat, "log-level": &c.LogLevel}
	for _, s := range settings {
		if !s.appliesTo(cmd) {
			continue
		}
		switch to := strs[s.Flag]; {
		case to != nil:
			f.StringVar(to, s.Flag, s.Default, s.Help)
		case s.Flag == "behind-proxy":
			f.BoolVar(&c.BehindProxy, s.Flag, false, s.Help)
		case s.Flag == "backup-days":
			f.IntVar(&c.BackupDays, s.Flag, 35, s.Help)
		case s.Flag == "backup-months":
			f.IntVar(&c.BackupMonths, s.Flag, 13, s.Help)
		case s.Flag == "checkpoint-days":
			f.IntVar(&c.CheckpointDays, s.Flag, 400, s.Help)
		case s.Flag == "cell-lease":
			f.DurationVar(&c.CellLease, s.Flag, cell.DefaultLease, s.Help)
		case s.Flag == "delete-after":
			f.IntVar(&c.DeleteAfter, s.Flag, 30, s.Help)
		case s.Flag == "max-open":
			f.IntVar(&c.MaxOpen, s.Flag, 256, s.Help)
		}
	}
	if own != nil {
		own(f)
	}
	var bad error
	f.VisitAll(func(fl *flag.Flag) {
		name := Setting{Flag: fl.Name}.Env()
		if v := env(name); v != "" {
			if err := f.Set(fl.Name, v); err != nil {
				bad = errors.Join(bad, usagef("%s: %q does not fit: %v", name, v, err))
			}
		}
	})
	if bad != nil {
		return c, nil, bad
	}
	// Flags may stand after the names they belong to: assay tenant create acme --data DIR.
	var rest []string
	for {
		if err := f.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				printFlags(out, cmd, f)
				return c, nil, err
			}
			return c, nil, usagef("%v. `assay %s --help` lists what there is", err, cmd)
		}
		if f.NArg() == 0 {
			return c, rest, nil
		}
		rest, args = append(rest, f.Arg(0)), f.Args()[1:]
	}
}

func printFlags(out io.Writer, cmd string, f *flag.FlagSet) {
	if d, ok := details[cmd]; ok {
		fmt.Fprintf(out, "%s\n\n", d)
	}
	if cmd != "version" {
		fmt.Fprintln(out, "Settings (each also as an environment variable ASSAY_<FLAG>):")
	}
	f.VisitAll(func(fl *flag.Flag) {
		def := ""
		if fl.DefValue != "" && fl.DefValue != "false" && fl.DefValue != "0" {
			def = " Default: " + fl.DefValue + "."
		}
		fmt.Fprintf(out, "  --%s\n        %s%s\n", fl.Name, fl.Usage, def)
	})
}

// logger writes to w as the settings say.
func (c Config) logger(w io.Writer) (*slog.Logger, error) {
	var level slog.Level
	if c.LogLevel != "" {
		if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
			return nil, usagef("log-level: %q is not debug, info, warn or error", c.LogLevel)
		}
	}
	opts := &slog.HandlerOptions{Level: level}
	switch c.LogFormat {
	case "json":
		return slog.New(slog.NewJSONHandler(w, opts)), nil
	case "text", "":
		return slog.New(slog.NewTextHandler(w, opts)), nil
	}
	return nil, usagef("log-format: %q is not text or json", c.LogFormat)
}

// dir checks that there is a data directory to work with. With create it may be new.
func (c Config) dir(create bool) (string, error) {
	if c.Data == "" {
		return "", usagef("say where the data is: --data DIR, or ASSAY_DATA in the environment")
	}
	dir, err := filepath.Abs(c.Data)
	if err != nil {
		return "", err
	}
	st, err := os.Stat(dir)
	switch {
	case errors.Is(err, os.ErrNotExist) && create:
		return dir, os.MkdirAll(dir, 0o700)
	case errors.Is(err, os.ErrNotExist):
		return "", fmt.Errorf("there is no data directory %s; `assay serve --data %[1]s` makes one", dir)
	case err != nil:
		return "", err
	case !st.IsDir():
		return "", fmt.Errorf("%s is a file, not a directory", dir)
	case st.Mode().Perm()&0o077 != 0:
		return "", fmt.Errorf("the data directory %s can be read by other users of this machine; run: chmod 700 %[1]s", dir)
	}
	return dir, nil
}

// eraseAfter is how long an organisation that is to be deleted waits.
func (c Config) eraseAfter() (time.Duration, error) {
	if c.DeleteAfter < 1 || c.DeleteAfter > 3650 {
		return 0, usagef("delete-after: %d is not a number of days from 1 to 3650", c.DeleteAfter)
	}
	return time.Duration(c.DeleteAfter) * 24 * time.Hour, nil
}

// secret is a setting's value, read from a file when it says file:PATH.
func secret(name, value string) (string, error) {
	path, ok := strings.CutPrefix(value, "file:")
	if !ok {
		return value, nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return strings.TrimSpace(string(b)), nil
}

// base is how browsers reach the installation. It refuses what would send passwords over a network in the
// clear, and says what to do instead.
func (c Config) base() (string, error) {
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return "", usagef("listen: %q is not an address like 127.0.0.1:8080", c.Listen)
	}
	loopback := host == "localhost"
	if ip, err := netip.ParseAddr(host); err == nil {
		loopback = ip.IsLoopback()
	}
	tls := c.TLSCert != "" || c.TLSKey != ""
	if tls && (c.TLSCert == "" || c.TLSKey == "") {
		return "", usagef("tls-cert and tls-key belong together")
	}
	if c.BaseURL == "" {
		if !loopback || tls || c.BehindProxy {
			return "", usagef("say how browsers reach this installation: --base-url https://assay.example (mailed links need it)")
		}
		return "http://" + net.JoinHostPort(host, port), nil
	}
	u, err := url.Parse(c.BaseURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || strings.Trim(u.Path, "/") != "" {
		return "", usagef("base-url: %q is not an address like https://assay.example", c.BaseURL)
	}
	if u.Scheme == "http" {
		ip, err := netip.ParseAddr(u.Hostname())
		if u.Hostname() != "localhost" && (err != nil || !ip.IsLoopback()) {
			return "", usagef("base-url: passwords would cross the network in the clear. Use https: give --tls-cert and --tls-key, or put a TLS proxy before this program and say --behind-proxy")
		}
	}
	if u.Scheme == "https" && !tls && !c.BehindProxy {
		return "", usagef("base-url is https, but nothing here speaks TLS: give --tls-cert and --tls-key, or say --behind-proxy if a TLS proxy stands before this program")
	}
	if !loopback && !tls && !c.BehindProxy {
		return "", usagef("listen: %s can be reached from other machines without TLS. Listen on 127.0.0.1, give --tls-cert and --tls-key, or say --behind-proxy if a TLS proxy stands before this program", c.Listen)
	}
	return strings.TrimRight(u.Scheme+"://"+u.Host, "/"), nil
}
