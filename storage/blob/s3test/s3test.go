// Package s3test starts a real S3 server for tests: versitygw, on a free port of this machine, over an empty folder.
package s3test

import (
	"bytes"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// The keys of every server.
const (
	AccessKey = "assay-test"
	SecretKey = "assay-test-secret"
)

// ErrNone says that there is no such program on this machine, and how to get it. Tests are skipped with it.
var ErrNone = errors.New("no S3 server to test with: run `go install github.com/versity/versitygw/cmd/versitygw@v1.8.0`, or set ASSAY_VERSITYGW to its path")

// Server is one that runs. Buckets are folders below Dir.
type Server struct {
	Addr, Dir string
	stop      func()
}

// Stop ends the server and removes what it held.
func (s *Server) Stop() { s.stop() }

// Tool finds a program that tests need: named by an environment variable, in the path, or where the project keeps
// its tools. It is empty when there is none.
func Tool(env, name string) string {
	cache, _ := os.UserCacheDir()
	for _, file := range []string{os.Getenv(env), name, filepath.Join(cache, "assay-tools", name)} {
		if p, err := exec.LookPath(file); err == nil {
			return p
		}
	}
	return ""
}

// Start starts a server and waits until it answers.
func Start() (*Server, error) {
	program := Tool("ASSAY_VERSITYGW", "versitygw")
	if program == "" {
		return nil, ErrNone
	}
	dir, err := os.MkdirTemp("", "assay-s3-")
	if err != nil {
		return nil, err
	}
	// A free port may be taken by someone else before the server has it.
	for range 5 {
		var l net.Listener
		if l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			break
		}
		s := &Server{Addr: l.Addr().String(), Dir: dir}
		l.Close()
		if err = s.run(program); err == nil {
			return s, nil
		}
	}
	return nil, errors.Join(err, os.RemoveAll(dir))
}

func (s *Server) run(program string) error {
	var out bytes.Buffer
	cmd := exec.Command(program, "--port", s.Addr, "--access", AccessKey, "--secret", SecretKey, "--keep-alive", "--quiet", "posix", s.Dir)
	cmd.Env = []string{"HOME=" + s.Dir, "TMPDIR=" + s.Dir, "PATH=" + os.Getenv("PATH")}
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.Dir, &out, &out
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	s.stop = func() {
		cmd.Process.Kill()
		<-ended
		os.RemoveAll(s.Dir)
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(20 * time.Second)
	for {
		select {
		case <-ended:
			return errors.New("versitygw ended: " + out.String())
		case <-late:
			cmd.Process.Kill()
			<-ended
			return errors.New("versitygw did not answer in 20 s")
		case <-tick.C:
			if c, err := net.Dial("tcp", s.Addr); err == nil {
				c.Close()
				return nil
			}
		}
	}
}
