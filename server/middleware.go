package server

import (
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"assay/server/calendar"
	"assay/server/cell"
)

// Limits of the HTTP server. A request that is slower or larger than this is not a person's.
const (
	readHeaderTimeout = 5 * time.Second
	writeTimeout      = 60 * time.Second // op makes it longer for downloads and streams
	idleTimeout       = 2 * time.Minute
	maxHeader         = 16 << 10
)

// HTTPServer is an http.Server with the limits of the house: slow clients are cut off, large headers refused.
func HTTPServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: readHeaderTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
}

// headers are sent with every answer; pages and downloads add a stricter policy of their own.
func headers(https bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'")
		if https {
			h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

// clientIP is the address a request came from: the connection's, or what the one proxy before us says
// when the installation was told that there is one.
func clientIP(behindProxy bool) func(*http.Request) string {
	return func(r *http.Request) string {
		if ip, passed := cell.Client(r); passed {
			return ip
		}
		if behindProxy {
			hops := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
			if ip, err := netip.ParseAddr(strings.TrimSpace(hops[len(hops)-1])); err == nil {
				return ip.Unmap().String()
			}
		}
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if err != nil {
			return r.RemoteAddr
		}
		return host
	}
}

// rates holds one bucket an address, in bounded memory.
type rates struct {
	mu    sync.Mutex
	list  map[string]*rate.Limiter
	older map[string]*rate.Limiter
}

// What one address may ask: enough for an office behind one address, not for a flood.
const (
	ratePerSecond = 100
	rateBurst     = 400
	rateKeys      = 20_000
)

func (l *rates) allow(key string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.list[key]
	if b == nil {
		if b = l.older[key]; b == nil {
			b = rate.NewLimiter(ratePerSecond, rateBurst)
		}
		if len(l.list) >= rateKeys { // the half that was not seen for longest is forgotten
			l.older, l.list = l.list, nil
		}
		if l.list == nil {
			l.list = map[string]*rate.Limiter{}
		}
		l.list[key] = b
	}
	return b.AllowN(now, 1)
}

// limit refuses an address that asks too much, before anything is looked up for it.
func limit(ip func(*http.Request) string, now func() time.Time, next http.Handler) http.Handler {
	var l rates
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !l.allow(ip(r), now()) {
			w.Header().Set("Retry-After", "2")
			w.Header().Set("Content-Type", "application/problem+json")
			w.Header().Set("Cache-Control", "no-store")
			w.WriteHeader(http.StatusTooManyRequests)
			w.Write([]byte(`{"type":"/api/reference#too_many_requests","kind":"too_many_requests","title":"Too Many Requests","status":429,"detail":"Too many requests came from your address. Wait a moment and try again."}`))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// logRequests writes one line a request: what was asked, how it ended, how long it took. Query strings and
// bodies stay out of it.
func logRequests(log *slog.Logger, m *metrics, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		rec := &statusWriter{ResponseWriter: w}
		defer func() {
			took := time.Since(start)
			m.observe(r, rec.status, took)
			level := slog.LevelInfo
			if rec.status < 400 && !strings.HasPrefix(r.URL.Path, "/api/") {
				level = slog.LevelDebug
			}
			log.Log(r.Context(), level, "request", "method", r.Method, "path", withoutSecret(r.URL.Path), "status", rec.status,
				"ms", took.Milliseconds(), "bytes", rec.bytes, "request", rec.Header().Get("Assay-Request"))
		}()
		next.ServeHTTP(rec, r)
	})
}

// withoutSecret leaves out the secrets that stand in a path: that of a mailed link, that of a calendar.
func withoutSecret(path string) string {
	for _, before := range []string{"/api/v1/links/", calendar.Path} {
		if strings.HasPrefix(path, before) {
			return before + "..."
		}
	}
	return path
}

type statusWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *statusWriter) WriteHeader(code int) {
	if w.status == 0 || w.status < 200 {
		w.status = code
	}
	w.ResponseWriter.WriteHeader(code)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection, for streams and deadlines.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Flush sends what a stream has written so far. The compressor asks for a flusher by this name and does not unwrap.
func (w *statusWriter) Flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }

// statusClass is "2xx" and so on, so that metrics stay few.
func statusClass(code int) string { return strconv.Itoa(code/100) + "xx" }
