package command

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"assay/backup/witness"
	"assay/server"
	"assay/server/cell"
	"assay/server/mail"
)

func serve(ctx context.Context, c call) error {
	cfg, rest, err := parse("serve", c.args, c.getenv, c.out, nil)
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
	log, err := cfg.logger(c.err)
	if err != nil {
		return err
	}
	var sender mail.Sender
	if cfg.SMTP != "" {
		if sender, err = mail.ParseSMTP(cfg.SMTP, cfg.MailFrom); err != nil {
			return usagef("smtp: %v", err)
		}
	}
	l, err := cfg.listener()
	if err != nil {
		return err
	}
	defer l.Close()
	if cfg.BaseURL == "" {
		base = "http://" + l.Addr().String() // port 0 means any
	}
	dir, err := cfg.dir(true)
	if err != nil {
		return err
	}
	in, err := open(ctx, cfg, dir, log, c.now)
	if err != nil {
		return err
	}
	defer in.close()
	if err := in.blobs.Clean(ctx, c.now().Add(-24*time.Hour)); err != nil {
		log.WarnContext(ctx, "clean up after cut-off uploads", "err", err)
	}
	srv, err := server.New(server.Config{Store: in.store, Keys: in.keys, Blobs: in.blobs, Logs: in.logs, Checkpoints: in.kept, Cell: in.cell, Jobs: in.jobs, Program: Version(), EraseAfter: in.eraseAfter, Unnamed: in.unnamed(),
		Base: base, BehindProxy: cfg.BehindProxy, Sender: sender, TempDir: in.temp(), CacheDir: in.cache(), Log: log})
	if err != nil {
		return err
	}
	if in.cell != nil { // from here on it may be the one that writes the installation's database
		in.cell.Attach(in.store, srv.Handler(), func() { in.jobs.Recall(ctx) }, srv.Post.Wake)
		fmt.Fprintf(c.out, "This is cell %s; others reach it at %s\n", in.cell.Name(), in.cell.Address())
	}
	sayWhereCheckpointsGo(ctx, log, in.kept.Place)
	if cfg.Metrics != "" {
		ml, err := net.Listen("tcp", cfg.Metrics)
		if err != nil {
			return fmt.Errorf("metrics: %w", err)
		}
		m := server.HTTPServer(metricsOnly(srv.Metrics()), log)
		defer m.Close()
		go m.Serve(ml)
	}
	fmt.Fprintf(c.out, "Assay %s serves %s from %s\n", Version(), base, dir)
	setup, err := srv.Door.SetupLink(ctx)
	if err != nil {
		return err
	}
	if setup != "" {
		fmt.Fprintf(c.out, "Nobody is here yet. Make the first organisation with this link, which works once and for an hour:\n  %s\n", setup)
	}
	if sender == nil {
		fmt.Fprintln(c.out, "No mail server is set (--smtp), so mails wait. `assay user invite` prints the links they would carry.")
	}
	return run(ctx, srv, l, in.cell, c.out)
}

// sayWhereCheckpointsGo logs whether the place of checkpoints keeps them from being removed. One that cannot be
// reached now is tried every night all the same.
func sayWhereCheckpointsGo(ctx context.Context, log *slog.Logger, place witness.Place) {
	if place == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	switch locks, err := place.Locks(ctx); {
	case err != nil:
		log.WarnContext(ctx, "the place for checkpoints cannot be reached", "place", place.String(), "err", err)
	default:
		log.InfoContext(ctx, "checkpoints are kept", "place", place.String(), "nobody can remove them", locks)
	}
}

// listener is where requests come in, by TLS if there is a certificate.
func (c Config) listener() (net.Listener, error) {
	var pair tls.Certificate
	if c.TLSCert != "" {
		var err error
		if pair, err = tls.LoadX509KeyPair(c.TLSCert, c.TLSKey); err != nil {
			return nil, fmt.Errorf("tls-cert and tls-key: %w", err)
		}
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	if c.TLSCert == "" {
		return l, nil
	}
	return tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}), nil
}

// metricsOnly answers /metrics and nothing else.
func metricsOnly(h http.Handler) http.Handler {
	m := http.NewServeMux()
	m.Handle("GET /metrics", h)
	return m
}

// patience is how long a shutdown waits for requests under way.
const patience = 20 * time.Second

// run serves until ctx ends, then lets what is under way come to its end: first other cells take what comes from then
// on, then requests, then jobs, then the caller closes the files.
func run(ctx context.Context, srv *server.Server, l net.Listener, one *cell.Cell, out io.Writer) error {
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	var wg sync.WaitGroup
	wg.Go(func() { srv.Run(work) })
	hs := server.HTTPServer(srv.Handler(), srv.Log())
	failed := make(chan error, 1)
	go func() { failed <- hs.Serve(l) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		fmt.Fprintln(out, "Stopping: finishing what is under way.")
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		if one != nil {
			one.Leave(end)
		}
		srv.EndStreams()
		if err = hs.Shutdown(end); errors.Is(err, context.DeadlineExceeded) {
			err = errors.Join(fmt.Errorf("some requests were not answered within %s and were cut off", patience), hs.Close())
		}
		if one != nil {
			one.Drain(end)
		}
		cancel()
	}
	stop()
	wg.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

func healthcheck(ctx context.Context, c call) error {
	cfg, _, err := parse("healthcheck", c.args, c.getenv, c.out, nil)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	host, port, err := net.SplitHostPort(cfg.Listen)
	if err != nil {
		return usagef("listen: %q is not an address like 127.0.0.1:8080", cfg.Listen)
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	at := net.JoinHostPort(host, port)
	for _, scheme := range []string{"http", "https"} {
		req, err := http.NewRequestWithContext(ctx, "GET", scheme+"://"+at+"/healthz", nil)
		if err != nil {
			return err
		}
		// Only whether it answers matters here, on this machine: its certificate is for another name.
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
		resp, err := client.Do(req)
		if err != nil {
			continue
		}
		resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return nil
		}
		if resp.StatusCode != http.StatusBadRequest { // plain http to a TLS port
			return fmt.Errorf("the installation answers %s: it cannot write", resp.Status)
		}
	}
	return fmt.Errorf("nothing answers at %s", at)
}
