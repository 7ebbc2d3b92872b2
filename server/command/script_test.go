package command

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite"
)

var update = flag.Bool("update", false, "rewrite golden files")

// asProgram makes a child process of the test be the program.
const asProgram = "ASSAY_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		code := Run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
		stop()
		os.Exit(code)
	}
	os.Exit(m.Run())
}

// TestScripts runs the real commands, in this process, as testdata/script tells.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		UpdateScripts:       *update,
		Setup: func(e *testscript.Env) error {
			e.Values[machineKey{}] = &fakeMachine{now: time.Now, disk: diskSpace, device: deviceOf, sys: os.DirFS("/sys")}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"assay": assayCmd, "exits": exitsCmd, "start": startCmd, "finish": finishCmd, "clock": clockCmd, "disk": diskCmd, "device": deviceCmd,
			"sql": sqlCmd, "flip": flipCmd, "tenantfile": tenantFileCmd, "get": getCmd, "setenv": setenvCmd, "founds": foundsCmd, "joins": joinsCmd,
			"resets": resetsCmd, "rows": rowsCmd, "cut": cutCmd, "hears": hearsCmd,
		},
	})
}

// fakeMachine is what a script says of the machine, and the servers it has started.
type fakeMachine struct {
	now    func() time.Time
	disk   func(string) (free, total uint64, err error)
	device func(string) (string, error)
	sys    fs.FS
	server *running
}

type machineKey struct{}

func machineOf(ts *testscript.TestScript) *fakeMachine { return ts.Value(machineKey{}).(*fakeMachine) }

func (m *fakeMachine) call(ts *testscript.TestScript, args []string) call {
	return call{args: args, getenv: ts.Getenv, out: ts.Stdout(), err: ts.Stderr(), now: func() time.Time { return m.now() }, disk: m.disk, device: m.device, sys: m.sys}
}

// assay ARGS: the command succeeds; with ! it fails with code 1.
func assayCmd(ts *testscript.TestScript, neg bool, args []string) {
	want := 0
	if neg {
		want = 1
	}
	exits(ts, want, args)
}

// exits CODE ARGS: the command ends with this code.
func exitsCmd(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	exits(ts, want, args[1:])
}

func exits(ts *testscript.TestScript, want int, args []string) {
	if got := dispatch(context.Background(), machineOf(ts).call(ts, args)); got != want {
		ts.Fatalf("assay %s: exit code %d, want %d", strings.Join(args, " "), got, want)
	}
}

// running is a command that serves.
type running struct {
	out, log *output
	stop     context.CancelFunc
	ended    chan int
}

var ready = regexp.MustCompile(`(?m)^(?:Open (\S+)|Assay .* serves (\S+) from .*)$`)

// start ARGS: begins a command that serves, and sets $BASE when it does, and $SETUP to the link it printed.
func startCmd(ts *testscript.TestScript, neg bool, args []string) {
	m := machineOf(ts)
	c := m.call(ts, args)
	r := &running{out: &output{}, log: &output{}, ended: make(chan int, 1)}
	c.out, c.err = r.out, r.log
	ctx, stop := context.WithCancel(context.Background())
	r.stop = stop
	go func() { r.ended <- dispatch(ctx, c) }()
	ts.Defer(func() {
		if m.server == r {
			stop()
			<-r.ended
		}
	})
	select {
	case text := <-r.out.wait(ready):
		m.server = r
		found := ready.FindStringSubmatch(text)
		ts.Setenv("BASE", found[1]+found[2])
		_, addr, _ := strings.Cut(found[1]+found[2], "://")
		ts.Setenv("ADDR", addr)
		setup := <-r.out.wait(regexp.MustCompile(`(?m)^(  http\S+/setup#\S+|No mail server.*|Started in.*)$`))
		ts.Setenv("SETUP", strings.TrimSpace(regexp.MustCompile(`http\S+/setup#\S+`).FindString(setup)))
		if neg {
			ts.Fatalf("it started")
		}
	case code := <-r.ended:
		stop()
		fmt.Fprint(ts.Stdout(), r.out)
		fmt.Fprint(ts.Stderr(), r.log)
		if !neg {
			ts.Fatalf("it did not start: exit code %d\n%s%s", code, r.out, r.log)
		}
	}
}

// hears PATTERN: waits until the log of what was started says it.
func hearsCmd(ts *testscript.TestScript, _ bool, args []string) {
	r := machineOf(ts).server
	select {
	case <-r.log.wait(regexp.MustCompile(args[0])):
	case code := <-r.ended:
		ts.Fatalf("it ended with exit code %d\n%s", code, r.log)
	case <-time.After(30 * time.Second):
		ts.Fatalf("the log does not say %s\n%s", args[0], r.log)
	}
}

// finish: ends what was started, in good order, and prints what it said.
func finishCmd(ts *testscript.TestScript, _ bool, _ []string) {
	m := machineOf(ts)
	r := m.server
	m.server = nil
	r.stop()
	code := <-r.ended
	fmt.Fprint(ts.Stdout(), r.out)
	fmt.Fprint(ts.Stderr(), r.log)
	if code != 0 {
		ts.Fatalf("exit code %d\n%s", code, r.log)
	}
}

// clock +DURATION | -DURATION | real: what time it is for the commands after.
func clockCmd(ts *testscript.TestScript, _ bool, args []string) {
	m := machineOf(ts)
	if m.now = time.Now; args[0] != "real" {
		d, err := time.ParseDuration(args[0])
		ts.Check(err)
		m.now = func() time.Time { return time.Now().Add(d) }
	}
}

// disk FREE-MB TOTAL-MB: how much room the disk has.
func diskCmd(ts *testscript.TestScript, _ bool, args []string) {
	free, err := strconv.ParseUint(args[0], 10, 64)
	ts.Check(err)
	total, err := strconv.ParseUint(args[1], 10, 64)
	ts.Check(err)
	machineOf(ts).disk = func(string) (uint64, uint64, error) { return free << 20, total << 20, nil }
}

// device NUMBER SYS: the block device that everything is on, and what Linux shows of the machine.
func deviceCmd(ts *testscript.TestScript, _ bool, args []string) {
	m := machineOf(ts)
	m.device = func(string) (string, error) { return args[0], nil }
	m.sys = os.DirFS(ts.MkAbs(args[1]))
}

// sql FILE STATEMENT: what somebody with a SQLite shell can do to a file.
func sqlCmd(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", "file:"+ts.MkAbs(args[0])+"?_pragma=journal_mode(WAL)")
	ts.Check(err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	res, err := db.Exec(args[1])
	ts.Check(err)
	if n, err := res.RowsAffected(); err == nil && n == 0 {
		ts.Fatalf("no row was changed")
	}
}

// flip FILE: turns over one bit in the middle of it. A pattern takes the first file it names.
func flipCmd(ts *testscript.TestScript, _ bool, args []string) {
	names, err := filepath.Glob(ts.MkAbs(args[0]))
	ts.Check(err)
	if len(names) == 0 {
		ts.Fatalf("no file %s", args[0])
	}
	b, err := os.ReadFile(names[0])
	ts.Check(err)
	b[len(b)/2] ^= 1
	ts.Check(os.WriteFile(names[0], b, 0o600))
}

// tenantfile DATA SLUG NAME: sets $NAME to the id of a tenant.
func tenantFileCmd(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(ts.MkAbs(args[0]), "control.db")+"?mode=ro")
	ts.Check(err)
	defer db.Close()
	var id string
	ts.Check(db.QueryRow("SELECT id FROM tenant WHERE slug = ?", args[1]).Scan(&id))
	ts.Setenv(args[2], id)
}

// get STATUS URL: prints what comes.
func getCmd(ts *testscript.TestScript, _ bool, args []string) {
	resp, err := http.Get(args[1])
	ts.Check(err)
	answered(ts, args[0], resp)
}

// post sends what a page would send with the secret of a link.
func post(ts *testscript.TestScript, status, path string, body map[string]string) {
	b, err := json.Marshal(body)
	ts.Check(err)
	resp, err := http.Post(ts.Getenv("BASE")+"/api/v1"+path, "application/json", bytes.NewReader(b))
	ts.Check(err)
	answered(ts, status, resp)
}

func secretOf(link string) string {
	_, s, _ := strings.Cut(link, "#")
	return s
}

const password = "quiet harbor tin lantern"

// founds LINK STATUS: uses a set-up link.
func foundsCmd(ts *testscript.TestScript, _ bool, args []string) {
	post(ts, args[1], "/setup", map[string]string{"token": secretOf(args[0]), "organisation": "Northwind Health", "name": "Maria López", "email": "maria@northwind.example", "password": password})
}

// joins LINK NAME STATUS: accepts an invitation.
func joinsCmd(ts *testscript.TestScript, _ bool, args []string) {
	post(ts, args[2], "/invitations/accept", map[string]string{"token": secretOf(args[0]), "name": args[1], "password": password})
}

// resets LINK STATUS: chooses a new password.
func resetsCmd(ts *testscript.TestScript, _ bool, args []string) {
	post(ts, args[1], "/password/reset", map[string]string{"token": secretOf(args[0]), "password": "a new " + password})
}

// rows N FILE QUERY: a query that gives one number gives N.
func rowsCmd(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", "file:"+ts.MkAbs(args[1])+"?mode=ro")
	ts.Check(err)
	defer db.Close()
	var n string
	ts.Check(db.QueryRow(args[2]).Scan(&n))
	if n != args[0] {
		ts.Fatalf("%s, want %s", n, args[0])
	}
}

// cut FILE: keeps the first half of it.
func cutCmd(ts *testscript.TestScript, _ bool, args []string) {
	st, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), st.Size()/2))
}

func answered(ts *testscript.TestScript, want string, resp *http.Response) {
	defer resp.Body.Close()
	for _, k := range slices.Sorted(func(yield func(string) bool) {
		for k := range resp.Header {
			if !yield(k) {
				return
			}
		}
	}) {
		fmt.Fprintf(ts.Stdout(), "%s: %s\n", k, resp.Header.Get(k))
	}
	var b bytes.Buffer
	b.ReadFrom(resp.Body)
	fmt.Fprintln(ts.Stdout(), b.String())
	if strconv.Itoa(resp.StatusCode) != want {
		ts.Fatalf("%s: %s\n%s", resp.Request.URL, resp.Status, b.String())
	}
}

// setenv NAME FILE PATTERN: sets $NAME to what the pattern's group finds in a file or in stdout.
func setenvCmd(ts *testscript.TestScript, _ bool, args []string) {
	found := regexp.MustCompile(args[2]).FindStringSubmatch(ts.ReadFile(args[1]))
	if found == nil {
		ts.Fatalf("%s is not in %s", args[2], args[1])
	}
	ts.Setenv(args[0], found[len(found)-1])
}

// output gathers what a command prints, and says when something was.
type output struct {
	mu      sync.Mutex
	text    bytes.Buffer
	waiting []wanted
}

type wanted struct {
	what *regexp.Regexp
	tell chan string
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text.Write(p)
	o.look()
	return len(p), nil
}

func (o *output) look() {
	o.waiting = slices.DeleteFunc(o.waiting, func(w wanted) bool {
		found := w.what.FindString(o.text.String())
		if found != "" {
			w.tell <- found
		}
		return found != ""
	})
}

func (o *output) wait(what *regexp.Regexp) <-chan string {
	o.mu.Lock()
	defer o.mu.Unlock()
	tell := make(chan string, 1)
	o.waiting = append(o.waiting, wanted{what, tell})
	o.look()
	return tell
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// TestReadme keeps README.md's table of settings equal to the program's.
func TestReadme(t *testing.T) {
	const file, begin, end = "../../README.md", "<!-- settings -->\n", "<!-- /settings -->"
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(b), begin)
	was, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no block between %q and %q", file, begin, end)
	}
	want := settingsTable()
	if was == want {
		return
	}
	if !*update {
		t.Fatalf("the settings in %s are stale: run go test ./server/command -update", file)
	}
	if err := os.WriteFile(file, []byte(before+begin+want+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

func settingsTable() string {
	var b strings.Builder
	b.WriteString("| flag | environment | default | for | what |\n|---|---|---|---|---|\n")
	for _, s := range settings {
		where, def := "all with a data directory", "none"
		if len(s.Commands) > 0 {
			where = strings.Join(s.Commands, ", ")
		}
		if s.Default != "" {
			def = "`" + s.Default + "`"
		}
		fmt.Fprintf(&b, "| `--%s` | `%s` | %s | %s | %s |\n", s.Flag, s.Env(), def, where, strings.ReplaceAll(s.Help, "|", "\\|"))
	}
	return b.String()
}
