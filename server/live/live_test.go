package live_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"assay/server/live"
	"assay/server/op"
	"assay/server/optest"
	"assay/storage"
)

// stream is one open browser.
type stream struct {
	t      *testing.T
	answer *http.Response
	blocks chan string
}

func listen(t *testing.T, api *optest.API) *stream {
	t.Helper()
	srv := httptest.NewServer(api.Handler())
	t.Cleanup(srv.Close)
	answer, err := http.Get(srv.URL + "/api/v1/events")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	if answer.StatusCode != 200 || answer.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%d %s", answer.StatusCode, answer.Header)
	}
	s := &stream{t, answer, make(chan string, 100)}
	go func() {
		defer close(s.blocks)
		r := bufio.NewReader(answer.Body)
		block := ""
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			if line == "\n" {
				s.blocks <- block
				block = ""
				continue
			}
			block += line
		}
	}()
	if a, b := s.next(), s.next(); a != ":\n" || b != "event: begin\ndata: {}\n" {
		t.Fatalf("it begins with %q %q", a, b)
	}
	return s
}

func (s *stream) next() string {
	s.t.Helper()
	select {
	case b, ok := <-s.blocks:
		if !ok {
			return "end"
		}
		return b
	case <-time.After(10 * time.Second):
		s.t.Fatal("nothing came")
		return ""
	}
}

func change(api *optest.API, name string) {
	api.Seed([]string{"person"}, func(tx *storage.WriteTx) error {
		return tx.ExecOne("UPDATE person SET title = ? WHERE id = 'user'", name)
	})
}

func TestEightStreamsInTwoTenants(t *testing.T) {
	api := optest.New(t, live.Module)
	var mine, theirs []*stream
	for range 8 {
		mine = append(mine, listen(t, api.As(op.User)))
	}
	theirs = append(theirs, listen(t, api.InTenant(1)))
	figures := listen(t, api.As(op.Executive))

	change(api, "Engineer")
	for i, s := range mine {
		var c live.Changed
		block := s.next()
		event, data, _ := strings.Cut(strings.TrimSuffix(block, "\n"), "\ndata: ")
		if err := json.Unmarshal([]byte(data), &c); err != nil || event != "event: changed" {
			t.Fatalf("stream %d: %q", i, block)
		}
		if len(c.Rows) != 1 || c.Rows[0] != (storage.Row{Table: "person", PK: "user", Op: "update"}) || c.Seq == 0 {
			t.Errorf("stream %d: %+v", i, c)
		}
	}
	if b := figures.next(); b != "event: changed\ndata: {}\n" {
		t.Errorf("an executive is told %q", b)
	}
	change(api.InTenant(1), "Their own")
	if b := theirs[0].next(); !strings.Contains(b, `"person"`) {
		t.Errorf("the other organisation: %q", b)
	}
	api.Seed([]string{"scope"}, func(tx *storage.WriteTx) error {
		return tx.ExecOne("UPDATE scope SET name = 'Company'")
	})
	for i, s := range mine {
		if b := s.next(); !strings.Contains(b, `"scope"`) {
			t.Errorf("stream %d hears of the other organisation: %q", i, b)
		}
	}
}

func TestStreamEndsWithTheSession(t *testing.T) {
	api := optest.New(t, live.Module)
	s := listen(t, api)
	api.Tick()
	if b := s.next(); b != ":\n" {
		t.Fatalf("heartbeat: %q", b)
	}
	api.EndSessions()
	api.Tick()
	if b := s.next(); b != "end" {
		t.Errorf("after the session ended: %q", b)
	}
}

func TestManyRowsAreNamedByTable(t *testing.T) {
	api := optest.New(t, live.Module)
	s := listen(t, api)
	api.Seed([]string{"person"}, func(tx *storage.WriteTx) error {
		for range 500 {
			if err := tx.Exec("INSERT INTO person (id, name, created_at, updated_at) VALUES (?, 'Ada', '', '')", tx.NewID()); err != nil {
				return err
			}
		}
		return nil
	})
	if b := s.next(); !strings.Contains(b, `"rows":[{"table":"person","pk":"","op":"insert"}]`) {
		t.Errorf("%.300s", b)
	}
}

func TestNobodyListens(t *testing.T) {
	api := optest.New(t, live.Module).As(0)
	srv := httptest.NewServer(api.Handler())
	defer srv.Close()
	answer, err := http.Get(srv.URL + "/api/v1/events")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if b, _ := io.ReadAll(answer.Body); answer.StatusCode != 401 {
		t.Errorf("%d %s", answer.StatusCode, b)
	}
}
