package op

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// heartbeat is how often a stream says that it is alive, and looks whether its caller still may listen.
const heartbeat = 25 * time.Second

// Stream makes an operation that sends events as they happen (SSE) until its function returns, the client
// goes away, the program ends, or the caller's session or role does. No transaction is open between events.
func Stream[In any](name, route string, may Roles, fn func(*Scope, In, func(event string, data any) error) error, opts ...Option) Op {
	o := describe[In, struct{}](WayStream, name, route, may, opts)
	o.register = func(m *mounted) {
		stream(m, func(ctx context.Context, rq *request, in *In) (func(), error) {
			return func() { rq.events(ctx, func(s *Scope, send func(string, any) error) error { return fn(s, *in, send) }) }, nil
		})
	}
	return o
}

func (rq *request) events(ctx context.Context, fn func(*Scope, func(string, any) error) error) {
	ctx, cancel := context.WithCancel(ctx)
	h := rq.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	out := &sse{slowly: rq.slowly()}
	defer out.done()
	beat, stop := rq.site.Ticker(heartbeat)
	var alive sync.WaitGroup
	alive.Go(func() {
		defer cancel()
		for {
			select {
			case <-ctx.Done():
				return
			case <-rq.site.Closing: // a nil channel never ends
				return
			case <-beat:
				c, err := rq.site.Authenticate(rq.r)
				if err != nil || c.Tenant != rq.caller.Tenant || c.Role != rq.caller.Role || out.write(":\n\n") != nil {
					return
				}
			}
		}
	})
	defer alive.Wait()
	defer cancel()
	defer stop()
	if out.write(":\n\n") != nil {
		return
	}
	err := fn(&Scope{&Visit{rq: rq, ctx: ctx}}, func(event string, data any) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		b, err := json.Marshal(data)
		if err != nil {
			return fmt.Errorf("event %s: %w", event, err)
		}
		return out.write("event: " + strings.Map(oneLine, event) + "\ndata: " + string(b) + "\n\n")
	})
	if err != nil && ctx.Err() == nil && !errors.Is(err, out.broken()) {
		rq.site.log(rq, "stream failed", err)
	}
}

func oneLine(r rune) rune {
	if r == '\n' || r == '\r' {
		return -1
	}
	return r
}

// sse writes one event at a time: heartbeats come from beside.
type sse struct {
	*slowly
	mu  sync.Mutex
	err error
}

func (s *sse) write(text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	if _, s.err = s.Write([]byte(text)); s.err == nil {
		if err := s.rc.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
			s.err = err
		}
	}
	return s.err
}

func (s *sse) broken() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}
