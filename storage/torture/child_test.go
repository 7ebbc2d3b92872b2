package torture

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	osexec "os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"assay/storage"
)

// child is the process that writes until it is killed. It says what it made and what was acknowledged; a line that
// was cut off lacks its last word.
func child(s string) error {
	var p place
	if err := json.Unmarshal([]byte(s), &p); err != nil {
		return err
	}
	ctx := context.Background()
	h, err := p.open(ctx)
	if err != nil {
		return err
	}
	var out sync.Mutex
	say := func(words ...any) {
		out.Lock()
		defer out.Unlock()
		fmt.Println(append(words, ".")...)
	}
	var ids []string
	if known := os.Getenv("ASSAY_TORTURE_TENANTS"); known != "" {
		ids = strings.Fields(known)
	}
	for len(ids) < p.Tenants {
		id := h.NewID()
		if err := h.CreateTenant(ctx, id); err != nil {
			return err
		}
		say("tenant", id)
		ids = append(ids, id)
	}
	say("ready")
	for w := range 4 {
		go func() {
			rnd := rand.New(rand.NewPCG(uint64(os.Getpid()), uint64(w)))
			for i := w; ; i++ {
				tenant := ids[i%len(ids)]
				switch id, err := h.write(ctx, tenant, strings.Repeat("x", rnd.IntN(900))); {
				case err == nil:
					say("ack", tenant, id, time.Now().UnixNano())
				case errors.Is(err, storage.ErrUnavailable), errors.Is(err, storage.ErrClosed):
					say("refused", tenant)
					time.Sleep(time.Millisecond) // as a client waits before it tries again
				default:
					say("failed", tenant, strings.ReplaceAll(err.Error(), "\n", " "))
					time.Sleep(time.Millisecond)
				}
			}
		}()
	}
	for range p.More {
		id := h.NewID()
		if err := h.CreateTenant(ctx, id); err != nil {
			say("failed", id, strings.ReplaceAll(err.Error(), "\n", " "))
			continue
		}
		say("tenant", id)
		if row, err := h.write(ctx, id, "the first"); err == nil {
			say("ack", id, row, time.Now().UnixNano())
		}
	}
	select {}
}

// writer is a child that runs, and what it said.
type writer struct {
	t     testing.TB
	cmd   *osexec.Cmd
	lines *bufio.Scanner
	book  *book
	off   int64 // when the power of the disk that is to keep its writes went off, 0 when it is on

	acks, refused, failed int
	why                   string // the last failure
}

// start starts a child and waits until it writes.
func (p place) start(t testing.TB, b *book) *writer {
	t.Helper()
	s, err := json.Marshal(p)
	ok(t, err)
	var known []string
	for id := range b.acked {
		known = append(known, id)
	}
	w := &writer{t: t, cmd: osexec.Command(os.Args[0]), book: b}
	w.cmd.Env = append(os.Environ(), "ASSAY_TORTURE_CHILD="+string(s), "ASSAY_TORTURE_TENANTS="+strings.Join(known, " "))
	w.cmd.Stderr = os.Stderr
	out, err := w.cmd.StdoutPipe()
	ok(t, err)
	ok(t, w.cmd.Start())
	w.lines = bufio.NewScanner(out)
	t.Cleanup(func() { w.cmd.Process.Kill() })
	for w.lines.Scan() {
		if w.lines.Text() == "ready ." {
			return w
		}
		w.hear(w.lines.Text())
	}
	t.Fatalf("the writer did not start: %q", w.why)
	return nil
}

func (w *writer) hear(line string) {
	f := strings.Fields(line)
	if len(f) < 2 || f[0] != "error" && f[len(f)-1] != "." {
		return // cut off by the kill
	}
	switch {
	case f[0] == "ack" && len(f) == 5:
		w.book.note(f[1], f[2])
		if at, err := strconv.ParseInt(f[3], 10, 64); err != nil || w.off > 0 && at > w.off {
			w.book.late[f[2]] = true
		}
		w.acks++
	case f[0] == "tenant":
		w.book.tenant(f[1])
	case f[0] == "refused":
		w.refused++
	default:
		w.failed++
		w.why = line
	}
}

// until listens until what was said is enough.
func (w *writer) until(enough func() bool) {
	w.t.Helper()
	for !enough() {
		if !w.lines.Scan() {
			w.t.Fatalf("the writer ended by itself: %v %q", w.lines.Err(), w.why)
		}
		w.hear(w.lines.Text())
	}
}

// kill ends the child at once. What it said before is heard too.
func (w *writer) kill() {
	w.t.Helper()
	ok(w.t, w.cmd.Process.Signal(syscall.SIGKILL))
	for w.lines.Scan() {
		w.hear(w.lines.Text())
	}
	var exit *osexec.ExitError
	if err := w.cmd.Wait(); !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		w.t.Fatalf("the writer ended by itself: %v %q", err, w.why)
	}
}
