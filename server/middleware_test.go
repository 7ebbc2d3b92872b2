package server

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/klauspost/compress/gzhttp"
)

// A stream's first event must reach the browser before there is a second one: through the compressor, which
// holds back what is short, and through what counts the bytes.
func TestFlushReachesTheConnection(t *testing.T) {
	compress, err := gzhttp.NewWrapper(gzhttp.MinSize(1400), gzhttp.ContentTypes([]string{"application/json"}))
	if err != nil {
		t.Fatal(err)
	}
	stream := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		io.WriteString(w, "event: begin\n\n")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		<-r.Context().Done()
	})
	for _, encoding := range []string{"gzip", "identity"} {
		srv := httptest.NewServer(logRequests(slog.New(slog.DiscardHandler), newMetrics(nil), compress(stream)))
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		req, _ := http.NewRequestWithContext(ctx, "GET", srv.URL, nil)
		req.Header.Set("Accept-Encoding", encoding)
		res, err := srv.Client().Do(req)
		if err != nil {
			t.Fatalf("%s: nothing came: %v", encoding, err)
		}
		b := make([]byte, len("event: begin"))
		if _, err := io.ReadFull(res.Body, b); err != nil || string(b) != "event: begin" {
			t.Errorf("%s: %q %v", encoding, b, err)
		}
		cancel()
		res.Body.Close()
		srv.Close()
	}
}
