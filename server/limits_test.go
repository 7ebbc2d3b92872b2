package server

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"assay/server/op"
)

// listen serves h on a real connection, as the program does.
func listen(t *testing.T, h *house) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	h.must(err)
	srv := HTTPServer(h.h, slog.New(slog.NewTextHandler(h.log, nil)))
	go srv.Serve(l)
	t.Cleanup(func() { srv.Close() })
	return l.Addr().String()
}

// TestE4SlowClients: clients that send their headers one by one, or a body that never ends, are cut off
// within 15 seconds, and others are answered as if they were not there.
func TestE4SlowClients(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for real time-outs; not with -short")
	}
	t.Parallel()
	h := open(t)
	addr := listen(t, h)
	const clients = 60
	var wg sync.WaitGroup
	var worst atomic.Int64
	start := time.Now()
	for i := range clients {
		wg.Go(func() {
			c, err := net.Dial("tcp", addr)
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			c.SetDeadline(time.Now().Add(30 * time.Second))
			switch i % 3 {
			case 0: // headers that never end
				fmt.Fprintf(c, "GET /api/v1/controls HTTP/1.1\r\nHost: assay.example\r\nX-A: b\r\n")
			case 1: // a body that never comes
				fmt.Fprintf(c, "POST /api/v1/session HTTP/1.1\r\nHost: assay.example\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
			case 2: // nothing at all
			}
			io.Copy(io.Discard, c) // until the server hangs up
			worst.Store(max(worst.Load(), int64(time.Since(start))))
		})
	}
	var took []time.Duration
	client := &http.Client{Timeout: 10 * time.Second}
	for range 50 {
		at := time.Now()
		r, err := http.NewRequest("GET", "http://"+addr+"/api/v1/controls", nil)
		h.must(err)
		r.Header.Set("Cookie", "assay="+h.a.callers["admin"].cookie)
		res, err := client.Do(r)
		h.must(err)
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
		if res.StatusCode != 200 {
			t.Fatal(res.Status)
		}
		took = append(took, time.Since(at))
	}
	slices.Sort(took)
	if took[49] > 500*time.Millisecond {
		t.Errorf("others waited up to %v", took[49])
	}
	wg.Wait()
	if w := time.Duration(worst.Load()); w > 16*time.Second {
		t.Errorf("a slow client was served for %v", w)
	} else {
		t.Logf("all were cut off after at most %v; others waited %v at most", w.Round(time.Millisecond), took[49])
	}
}

// TestE3Header: more headers than a request needs are refused.
func TestE3Header(t *testing.T) {
	h := open(t)
	addr := listen(t, h)
	r, err := http.NewRequest("GET", "http://"+addr+"/api/v1/door", nil)
	h.must(err)
	r.Header.Set("X-Large", strings.Repeat("x", 40<<10))
	res, err := http.DefaultClient.Do(r)
	h.must(err)
	res.Body.Close()
	if res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Error(res.Status)
	}
	// Half a request, and one that is no HTTP.
	for _, raw := range []string{"GET / HTTP/1.1\r\n\r\n", "GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n", "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x"} {
		c, err := net.Dial("tcp", addr)
		h.must(err)
		io.WriteString(c, raw)
		c.SetReadDeadline(time.Now().Add(10 * time.Second))
		line, _ := bufio.NewReader(c).ReadString('\n')
		if strings.Contains(line, " 2") || strings.Contains(line, " 5") {
			t.Errorf("%.20q: %s", raw, line)
		}
		c.Close()
	}
}

// TestB3ManySignIns: many at once make no more hashes at a time than the program allows, so that its memory
// stays bounded.
func TestB3ManySignIns(t *testing.T) {
	h := open(t)
	n := 40
	if testing.Short() {
		n = 10
	}
	runtime.GC()
	var peak atomic.Uint64
	done := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			var s runtime.MemStats
			runtime.ReadMemStats(&s)
			peak.Store(max(peak.Load(), s.HeapInuse))
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			email := []string{"user@northwind.example", "nobody@northwind.example", "admin@northwind.example"}[i%3]
			got := h.send(caller{}, asJSON("POST", "/session", m{"email": email, "password": "wrong wrong wrong wrong"}))
			if got.status != 401 && got.status != 429 && got.status != 503 {
				t.Errorf("%s", got)
			}
		})
	}
	wg.Wait()
	close(done)
	watch.Wait()
	if mb := peak.Load() >> 20; mb > 400 {
		t.Errorf("%d sign-ins at once took %d MB", n, mb)
	} else {
		t.Logf("%d sign-ins at once: at most %d MB", n, mb)
	}
}

// TestE5RateLimit: an address that floods is told when to come back; others are not concerned.
func TestE5RateLimit(t *testing.T) {
	h := open(t, func(c *Config) { c.Unlimited = false })
	ask := func(ip string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "/api/v1/door", nil)
		r.RemoteAddr = ip + ":1"
		w := httptest.NewRecorder()
		h.h.ServeHTTP(w, r)
		return w
	}
	var limited *httptest.ResponseRecorder
	for range 5000 {
		if w := ask("192.0.2.1"); w.Code != 200 {
			limited = w
			break
		}
	}
	if limited == nil {
		t.Fatal("nobody was limited")
	}
	if limited.Code != 429 || limited.Header().Get("Retry-After") == "" {
		t.Errorf("%d %v", limited.Code, limited.Header())
	}
	if bad := h.doc.holds("account.door", answer{limited.Code, limited.Header(), limited.Body.Bytes()}); bad != "" {
		t.Error(bad)
	}
	h.guarded(t, "429", answer{limited.Code, limited.Header(), limited.Body.Bytes()})
	if w := ask("192.0.2.2"); w.Code != 200 {
		t.Errorf("another address: %d", w.Code)
	}
	var l rates
	for i := range 100_000 {
		l.allow(fmt.Sprint(i), time.Time{})
	}
	if n := len(l.list) + len(l.older); n > 2*rateKeys {
		t.Errorf("%d addresses are remembered", n)
	}
}

// TestE10Panic: a fault in one request is its 500 and nobody else's business.
func TestE10Panic(t *testing.T) {
	boom := atomic.Bool{}
	var h *house
	h = open(t, func(c *Config) {
		c.Authenticate = func(r *http.Request) (op.Caller, error) {
			if boom.Load() && r.Header.Get("Boom") != "" {
				panic("a fault of our own")
			}
			return h.srv.Door.Authenticate(r)
		}
	})
	boom.Store(true)
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			q := request{method: "GET", path: "/controls"}
			want := 200
			if i%2 == 0 {
				q, want = q.with("Boom", "1"), 500
			}
			got := h.send(h.a.callers["admin"], q)
			if got.status != want {
				t.Errorf("%s, want %d", got, want)
			}
			if want == 500 {
				var p op.Problem
				if err := json.Unmarshal(got.body, &p); err != nil || p.Request == "" || inside.Match(got.body) {
					t.Errorf("%s", got)
				}
			}
		})
	}
	wg.Wait()
	if !strings.Contains(h.log.String(), "a fault of our own") {
		t.Error("the fault is not in the log")
	}
}

// TestD6OneWinner: of many who change one record at once one wins and the others are told; of many who use
// a thing that works once, one gets it.
func TestD6OneWinner(t *testing.T) {
	h := open(t)
	count := func(n int, make func(i int) (caller, request)) map[int]int {
		var mu sync.Mutex
		var wg sync.WaitGroup
		all := map[int]int{}
		for i := range n {
			c, q := make(i)
			wg.Go(func() {
				got := h.send(c, q)
				mu.Lock()
				defer mu.Unlock()
				all[got.status]++
			})
		}
		wg.Wait()
		return all
	}
	id := h.a.ids["control"][1]
	v := h.text(h.a, "SELECT version FROM control WHERE id = ?", id)
	got := count(50, func(i int) (caller, request) {
		return h.a.callers[[]string{"admin", "user"}[i%2]], asJSON("PATCH", "/controls/"+id, m{"title": fmt.Sprint("Title ", i)}).with("If-Match", v)
	})
	if got[200] != 1 || got[412] != 49 {
		t.Errorf("50 edits: %v", got)
	}
	before := len(h.state(h.a).log)
	got = count(20, func(i int) (caller, request) {
		return h.a.callers["admin"], asJSON("POST", "/controls", m{"ref": "ONCE-1", "title": "Once"}).with("Idempotency-Key", "k1")
	})
	if got[200] != 20 || h.text(h.a, "SELECT count(*) FROM control WHERE ref = 'ONCE-1'") != "1" || len(h.state(h.a).log) != before+1 {
		t.Errorf("20 tries with one Idempotency-Key: %v", got)
	}
	got = count(8, func(i int) (caller, request) {
		return caller{}, asJSON("POST", "/invitations/accept", m{"token": h.a.links["invitation invited"], "name": "Ida", "password": housePassword})
	})
	if got[200] != 1 || got[200]+got[409]+got[401] != 8 {
		t.Errorf("8 uses of one invitation: %v", got)
	}
	got = count(8, func(i int) (caller, request) {
		return caller{}, asJSON("POST", "/password/reset", m{"token": h.a.links["reset"], "password": fmt.Sprint("loud harbor tin lantern ", i)})
	})
	if got[204] != 1 || got[204]+got[409] != 8 {
		t.Errorf("8 uses of one reset: %v", got)
	}
}
