package op_test

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"assay/server/optest"
)

// follow opens the stream of events.
func follow(t *testing.T, api *optest.API) *bufio.Reader {
	t.Helper()
	ts := httptest.NewServer(api.Handler())
	t.Cleanup(ts.Close)
	answer, err := http.Get(ts.URL + "/api/v1/things/events")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	if answer.StatusCode != 200 || answer.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%d %v", answer.StatusCode, answer.Header)
	}
	r := bufio.NewReader(answer.Body)
	if line, err := r.ReadString('\n'); err != nil || line != ":\n" {
		t.Fatalf("greeting: %q %v", line, err)
	}
	r.ReadString('\n')
	return r
}

func TestStream(t *testing.T) {
	api := fixture(t)
	r := follow(t, api)
	th := add(api, "Lamp")
	add(api.InTenant(1), "Secret")
	var text strings.Builder
	for range 3 {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		text.WriteString(line)
	}
	if got := text.String(); !strings.HasPrefix(got, "event: changed\ndata: {") || !strings.Contains(got, th.ID) || strings.Contains(got, "Lamp") {
		t.Errorf("event: %s", got)
	}
	api.Tick()
	if line, err := r.ReadString('\n'); err != nil || line != ":\n" {
		t.Errorf("heartbeat: %q %v", line, err)
	}
	r.ReadString('\n')
	// A session that ended, or a role that was taken away, ends the stream with the next heartbeat.
	api.EndSessions()
	api.Tick()
	if rest, err := io.ReadAll(r); err != nil || len(rest) != 0 {
		t.Errorf("after the session: %q %v", rest, err)
	}
}
