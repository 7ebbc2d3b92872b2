package cell

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"assay/storage/keys"
)

// among is a cell that sees others: names with their schema.
func among(name string, schema int, others map[string]int) *Cell {
	c := &Cell{name: name, log: slog.New(slog.DiscardHandler), peers: map[string]*peer{}, cfg: Config{Lease: time.Minute}}
	c.self = lease{Name: name, Schema: schema, Lease: time.Minute}
	for n, s := range others {
		c.peers[n] = &peer{lease: lease{Name: n, Schema: s, Lease: time.Minute}, seen: time.Now()}
	}
	return c
}

func ids() (all []string) {
	for i := range 3000 {
		all = append(all, fmt.Sprintf("%026d", i))
	}
	return all
}

// Every cell comes to the same answer, each has about its share, and when one goes only what it had moves.
func TestPlaces(t *testing.T) {
	a := among("a", 1, map[string]int{"b": 1, "c": 1})
	b := among("b", 1, map[string]int{"a": 1, "c": 1})
	without := among("a", 1, map[string]int{"b": 1})
	share := map[string]int{}
	for _, id := range ids() {
		at := a.place(id).Name
		share[at]++
		if other := b.place(id).Name; other != at {
			t.Fatalf("%s belongs to %s for one cell and to %s for another", id, at, other)
		}
		if now := without.place(id).Name; at != "c" && now != at {
			t.Fatalf("%s moved from %s to %s although neither went", id, at, now)
		}
	}
	for name, n := range share {
		if n < 850 || n > 1150 {
			t.Errorf("%s has %d of 3000", name, n)
		}
	}
}

func TestWhoIsNoCandidate(t *testing.T) {
	newer := among("a", 1, map[string]int{"b": 2, "c": 1})
	leaving := among("a", 1, map[string]int{"b": 1})
	leaving.leaving = true
	dead := among("a", 1, map[string]int{"b": 1})
	dead.peers["b"].seen = time.Now().Add(-2 * time.Minute)
	alone := among("a", 1, nil)
	alone.leaving = true
	for _, id := range ids()[:200] {
		if at := newer.place(id).Name; at != "b" {
			t.Fatalf("%s belongs to %s, which could not read what b wrote", id, at)
		}
		if at := leaving.place(id).Name; at != "b" {
			t.Fatalf("%s belongs to %s, which leaves", id, at)
		}
		if at := dead.place(id).Name; at != "a" {
			t.Fatalf("%s belongs to %s, which is dead", id, at)
		}
		if at := alone.place(id).Name; at != "a" {
			t.Fatalf("%s belongs to %s", id, at)
		}
	}
}

// What another has seen of a dead cell counts; what it has seen of an older lease does not.
func TestBelievesTheOthersAboutTheDead(t *testing.T) {
	c := among("a", 1, map[string]int{"b": 1, "c": 1})
	c.peers["b"].tag, c.peers["c"].tag = "1", "2"
	c.believe(map[string]sight{"b": {"1", 2 * time.Minute}, "c": {"1", 2 * time.Minute}, "d": {"1", time.Hour}})
	if _, lives := c.peer("b"); lives {
		t.Error("a cell that others have not heard of for longer than its lease is alive")
	}
	if _, lives := c.peer("c"); !lives {
		t.Error("a cell is dead because of a lease that it has renewed since")
	}
}

// Nobody is listened to who has not the installation's key, and a browser cannot say that it is a cell.
func TestStrangersAreRefused(t *testing.T) {
	trusted := func(secret byte) *trust {
		k, err := keys.New(keys.Control, bytes.Repeat([]byte{secret}, keys.Size), nil)
		if err != nil {
			t.Fatal(err)
		}
		tr, err := newTrust(k.Derive("cells"))
		if err != nil {
			t.Fatal(err)
		}
		return tr
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ready := make(chan struct{})
	close(ready)
	var client string
	c := &Cell{trust: trusted(1), ready: ready, app: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client, _ = Client(r)
		io.WriteString(w, "hello")
	})}
	hs := &http.Server{ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)}
	go c.Serve(l, hs)
	t.Cleanup(func() { hs.Close() })

	ask := func(h *http.Client) error {
		r, err := http.NewRequest("GET", "https://"+l.Addr().String()+"/api/v1/session", nil)
		if err != nil {
			return err
		}
		r.Header.Set(clientHeader, "192.0.2.7")
		resp, err := h.Do(r)
		if err == nil {
			resp.Body.Close()
		}
		return err
	}
	plain := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	for name, h := range map[string]*http.Client{"nobody": plain, "another installation": trusted(2).client()} {
		if err := ask(h); err == nil {
			t.Errorf("%s is listened to", name)
		}
	}
	if err := ask(trusted(1).client()); err != nil || client != "192.0.2.7" {
		t.Errorf("a cell is not listened to: %v, client %q", err, client)
	}

	w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/api/v1/session", nil)
	r.Header.Set(clientHeader, "192.0.2.7")
	http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if _, passed := Client(r); passed {
			t.Error("a header makes a browser a cell")
		}
	}).ServeHTTP(w, r)
}
