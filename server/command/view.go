package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"assay/backup/witness"
	"assay/server"
	"assay/server/snapshot"
	"assay/storage"
	"assay/storage/blob"
	"assay/storage/keys"
)

// viewing is what `assay view` was told.
type viewing struct {
	listen, key, against string
	kept                 paths
	alone, text          bool
}

// view proves an auditor snapshot and shows it in a browser, on this machine alone. It needs no data directory: what it
// unpacks lies in a temporary folder, and is gone when it ends.
func view(ctx context.Context, c call) (err error) {
	start := time.Now()
	var v viewing
	_, rest, err := parse("view", c.args, c.getenv, c.out, func(f *flag.FlagSet) {
		f.StringVar(&v.listen, "listen", "127.0.0.1:0", "loopback address to serve on; port 0 means any")
		f.BoolVar(&v.alone, "no-browser", false, "only print the address")
		f.StringVar(&v.key, "key", "", "fingerprint of the key, or the key, as you were told by another way")
		f.Var(&v.kept, "checkpoint", "a file with an old checkpoint of the organisation, which the snapshot's log must extend; may be given several times")
		f.StringVar(&v.against, "against", "", "another snapshot of the organisation, to compare it with")
		f.BoolVar(&v.text, "text", false, "print what was found, and the comparison, instead of showing pages")
	})
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return usagef("say which file: assay view FILE%s", snapshot.Extension)
	}
	if err := loopback(v.listen); err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "assay-view-")
	if err != nil {
		return fmt.Errorf("view: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	log := slog.New(slog.NewTextHandler(c.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	// The frame of an installation, empty: no account, no organisation, and keys that are forgotten with it.
	ring := keys.NewMemory(nil)
	store, err := storage.Open(ctx, storage.Config{Dir: filepath.Join(temp, "frame"), Keys: ring, Now: c.now, Log: log, Careless: true})
	if err != nil {
		return fmt.Errorf("view: %w", err)
	}
	defer func() { err = errors.Join(err, store.Close(), ring.Close()) }()
	shown := &snapshot.Viewer{}
	if shown.Snapshot, err = openSnapshot(ctx, rest[0], filepath.Join(temp, "one"), log); err != nil {
		return err
	}
	defer shown.Snapshot.Close()
	if v.against != "" {
		if shown.Against, err = openSnapshot(ctx, v.against, filepath.Join(temp, "other"), log); err != nil {
			return err
		}
		defer shown.Against.Close()
		if shown.Against.MadeAt > shown.Snapshot.MadeAt { // the newer one is shown
			shown.Snapshot, shown.Against = shown.Against, shown.Snapshot
			rest[0], v.against = v.against, rest[0]
		}
	}
	if err := v.judge(shown); err != nil {
		return err
	}
	found := v.report(c, filepath.Base(rest[0]), shown)
	if v.text {
		return v.compare(ctx, c, shown, found)
	}
	l, err := net.Listen("tcp", v.listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer l.Close()
	base := "http://" + l.Addr().String()
	srv, err := server.New(server.Config{Store: store, Keys: ring, Blobs: blob.New(blob.Memory(), ring, nil), Jobs: server.NewJobs(), Program: Version(),
		Base: base, TempDir: temp, View: shown, Log: log})
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "Open %s\nStarted in %d ms. Nothing is sent anywhere. Stop with Ctrl-C.\n", base, time.Since(start).Milliseconds())
	if !v.alone {
		browse(base)
	}
	return show(ctx, srv, onlyHere(l.Addr().String(), srv.Handler()), l)
}

// loopback refuses an address that others reach: whoever reaches it reads the snapshot.
func loopback(listen string) error {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return usagef("listen: %q is not an address like 127.0.0.1:8080", listen)
	}
	if ip, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return usagef("listen: %s is not an address of this machine alone; a snapshot is shown without an account, so only loopback addresses are served", host)
	}
	return nil
}

// openSnapshot proves a snapshot and opens it below a folder.
func openSnapshot(ctx context.Context, path, folder string, log *slog.Logger) (*snapshot.Snapshot, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("view: %w", err)
	}
	s, err := snapshot.Open(ctx, path, folder, log)
	var refused *snapshot.Refused
	if errors.As(err, &refused) {
		return nil, fmt.Errorf("%s: %s", filepath.Base(path), refused.Sentence)
	}
	return s, err
}

// judge compares the snapshot with what the auditor got by another way.
func (v viewing) judge(shown *snapshot.Viewer) error {
	s := shown.Snapshot
	if v.key != "" && !snapshot.SameKey(s.Verifier, v.key) {
		shown.Findings = append(shown.Findings, "It was signed with another key than the one you gave: its fingerprint is "+snapshot.Fingerprint(s.Verifier)+".")
	}
	if o := shown.Against; o != nil && o.Verifier != s.Verifier {
		shown.Findings = append(shown.Findings, "The two snapshots were signed with different keys.")
	}
	for _, path := range v.kept {
		notes, err := witness.FindIn(path)
		if err != nil {
			return err
		}
		for _, f := range s.Extends(notes) {
			shown.Findings = append(shown.Findings, filepath.Base(path)+": "+f)
		}
	}
	return nil
}

// report prints what was found, and says how much that is.
func (v viewing) report(c call, name string, shown *snapshot.Viewer) int {
	x := shown.Shown()
	var names []string
	for _, f := range x.Scope.Frameworks {
		names = append(names, f.Short)
	}
	fmt.Fprintf(c.out, "Auditor snapshot of %s: %s, %s to %s, made at %s by %s.\n", x.Organisation, strings.Join(names, ", "), x.Scope.From, x.Scope.To, x.MadeAt, x.MadeBy)
	for _, p := range x.Problems {
		where := p.Member
		if where == "" {
			where = name
		}
		fmt.Fprintf(c.out, "FOUND %s: %s\n", where, p.What)
	}
	if len(x.Problems) == 0 {
		fmt.Fprintf(c.out, "ok    %s: all of its %d bytes are as they were signed, and %d audit records stand in the log that was signed.\n", name, shown.Snapshot.Size(), x.Records)
	}
	for _, l := range x.Missing {
		fmt.Fprintf(c.out, "look  %s: %s could not be read when the snapshot was made: %s.\n", name, l.Name, l.Why)
	}
	fmt.Fprintf(c.out, "Key   %s\n", x.Key)
	if v.key == "" {
		fmt.Fprintln(c.out, "Compare the key with what the organisation told you by another way, or give it with --key.")
	}
	return len(x.Problems)
}

// compare prints what became of the organisation, if there are two snapshots, and fails when one was changed.
func (v viewing) compare(ctx context.Context, c call, shown *snapshot.Viewer, found int) error {
	if shown.Against != nil {
		diff, err := snapshot.Compare(ctx, shown.Snapshot, shown.Against)
		if err != nil {
			return err
		}
		if err := diff.Write(c.out); err != nil {
			return err
		}
	}
	if found > 0 {
		return errors.New("the snapshot is not as it was signed")
	}
	return nil
}

// onlyHere answers requests to the address that was printed: another web site that the browser is made to take for this
// one gets nothing.
func onlyHere(addr string, next http.Handler) http.Handler {
	_, port, _ := net.SplitHostPort(addr)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != addr && r.Host != net.JoinHostPort("localhost", port) {
			http.Error(w, "This address belongs to another page.", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// show serves until ctx ends. There is nothing to finish: nobody can have changed anything.
func show(ctx context.Context, srv *server.Server, h http.Handler, l net.Listener) error {
	hs := server.HTTPServer(h, srv.Log())
	failed := make(chan error, 1)
	go func() { failed <- hs.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		srv.EndStreams()
		return hs.Close()
	}
}

// browse opens the page in the browser of whoever is at the screen. Where there is none the address is printed.
func browse(url string) {
	name := "xdg-open"
	if runtime.GOOS == "darwin" {
		name = "open"
	}
	cmd := exec.Command(name, url)
	if cmd.Start() == nil {
		go cmd.Wait()
	}
}
