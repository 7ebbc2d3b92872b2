package op

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// spool is a temporary file without a name: whatever happens to this process, nothing is left on the disk.
type spool struct{ *os.File }

func newSpool(dir string) (*spool, error) {
	f, err := os.CreateTemp(dir, "assay-*")
	if err != nil {
		return nil, fmt.Errorf("make room for a file: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(fmt.Errorf("make room for a file: %w", err), f.Close())
	}
	return &spool{f}, nil
}

var errSpool = errors.New("write a temporary file")

func (s *spool) Write(b []byte) (int, error) {
	n, err := s.File.Write(b)
	if err != nil {
		err = fmt.Errorf("%w: %w", errSpool, err)
	}
	return n, err
}

// stall is how long a client may go without taking or sending a byte of a transfer. There is no limit on
// the whole: a large file over a slow line may take its time.
const stall = 30 * time.Second

// patient reads a request body that may take long, but not one that stands still.
type patient struct {
	io.ReadCloser
	rc *http.ResponseController
}

func (p *patient) Read(b []byte) (int, error) {
	_ = p.rc.SetReadDeadline(time.Now().Add(stall)) // not supported in tests: then there is no deadline to move
	return p.ReadCloser.Read(b)
}

// slowly writes an answer that may take long. done must be called when it is written.
type slowly struct {
	http.ResponseWriter
	rc *http.ResponseController
}

func (rq *request) slowly() *slowly { return &slowly{rq.w, http.NewResponseController(rq.w)} }

func (s *slowly) Write(b []byte) (int, error) {
	_ = s.rc.SetWriteDeadline(time.Now().Add(stall))
	return s.ResponseWriter.Write(b)
}

func (s *slowly) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// done takes the deadline off the connection: its next request is another matter.
func (s *slowly) done() {
	_ = s.rc.Flush()
	_ = s.rc.SetWriteDeadline(time.Time{})
}

// arrived says that the request's body is read. The deadline that it had would otherwise run on, and end the
// request's context while its function still works.
func (rq *request) arrived() {
	_ = http.NewResponseController(rq.w).SetReadDeadline(time.Time{})
}
