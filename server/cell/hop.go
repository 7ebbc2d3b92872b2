package cell

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httputil"
	"strings"
	"time"
)

// A request about a tenant that is open elsewhere is passed on, once: the cell that it comes to answers it, whatever
// it thinks about who should.

const clientHeader = "Assay-Cell-Client" // the address of the browser; only a cell's word counts

type hopKey struct{}

// arrive answers a request that another cell passed on.
func (c *Cell) arrive(w http.ResponseWriter, r *http.Request) {
	c.hops.Add(1)
	defer c.hops.Add(-1)
	client := r.Header.Get(clientHeader)
	r.Header.Del(clientHeader)
	c.app.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), hopKey{}, client)))
}

// Client is the address of the browser whose request another cell passed on.
func Client(r *http.Request) (address string, passed bool) {
	address, passed = r.Context().Value(hopKey{}).(string)
	return address, passed
}

// Route passes on what belongs elsewhere. tenant is the organisation that a request is about, "" for none; client is
// the address of the browser.
func (c *Cell) Route(tenant, client func(*http.Request) string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, passed := Client(r); passed || !strings.HasPrefix(r.URL.Path, "/api/") {
			next.ServeHTTP(w, r)
			return
		}
		id := tenant(r)
		if id == "" || c.store.Has(id) && c.Alive() == nil {
			next.ServeHTTP(w, r)
			return
		}
		to := c.place(id)
		if to.Name == c.name {
			next.ServeHTTP(w, r)
			return
		}
		c.pass(w, r, to, client(r))
	})
}

func (c *Cell) pass(w http.ResponseWriter, r *http.Request, to lease, client string) {
	browser := r.Context()
	ctx, cancel := context.WithCancel(browser)
	defer cancel()
	go c.whileAlive(ctx, to.Name, cancel)
	p := &httputil.ReverseProxy{
		Transport:     c.client.Transport,
		FlushInterval: -1, // events arrive as they happen
		Rewrite: func(p *httputil.ProxyRequest) {
			p.Out.URL.Scheme, p.Out.URL.Host = "https", to.Address
			p.Out.Host = p.In.Host
			p.Out.Header.Set(clientHeader, client)
		},
		ModifyResponse: func(resp *http.Response) error {
			for name := range resp.Header { // what the other cell says of the answer counts, not what was said on the way
				if name != "Vary" {
					w.Header().Del(name)
				}
			}
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if browser.Err() != nil {
				return // it went away
			}
			c.log.WarnContext(r.Context(), "pass a request on", "to", to.Name, "err", err)
			h := w.Header()
			h.Set("Content-Type", "application/problem+json")
			h.Set("Cache-Control", "no-store")
			h.Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
			json.NewEncoder(w).Encode(map[string]any{"type": "/api/reference#unavailable", "kind": "unavailable", "title": http.StatusText(http.StatusServiceUnavailable), "status": 503,
				"detail": "Your organisation is moving to another machine. Look whether your change is there, and try again in a moment."})
		},
	}
	p.ServeHTTP(w, r.WithContext(ctx))
}

// whileAlive gives a request up when the cell that has it is dead for the others: it may hang without a word.
func (c *Cell) whileAlive(ctx context.Context, name string, giveUp func()) {
	t := time.NewTicker(max(c.cfg.Lease/30, 20*time.Millisecond))
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			if _, lives := c.peer(name); !lives {
				giveUp()
				return
			}
		}
	}
}
