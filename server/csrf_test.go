package server

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"assay/server/op"
)

// TestF4CrossSite: a page of another site makes a browser send everything it can, with the cookie. Nothing
// that changes state comes through; programs with a token are not browsers and are not concerned.
func TestF4CrossSite(t *testing.T) {
	h := open(t)
	before := h.states()
	admin := h.a.callers["admin"]
	for _, a := range h.writes() {
		q := h.plain(h.a, a, admin)
		for what, hd := range map[string]http.Header{
			"another site":         {"Origin": {"https://evil.example"}, "Sec-Fetch-Site": {"cross-site"}},
			"an old browser":       {"Origin": {"https://evil.example"}},
			"a neighbour":          {"Origin": {"http://blog.assay.example"}, "Sec-Fetch-Site": {"same-site"}},
			"no origin to name":    {"Origin": {"null"}},
			"a frame without one":  {"Origin": {"null"}, "Sec-Fetch-Site": {"cross-site"}},
			"another port":         {"Origin": {"http://assay.example:8081"}, "Sec-Fetch-Site": {"same-site"}},
			"another port, an old": {"Origin": {"http://assay.example:8081"}},
		} {
			ask := q
			for k, v := range hd {
				ask = ask.with(k, v[0])
			}
			got := h.send(admin, ask)
			if got.status != 403 || !strings.Contains(string(got.body), "another web site") {
				t.Errorf("%s from %s: %s", a.name, what, got)
			}
			if bad := h.doc.holds(a.name, got); bad != "" {
				t.Errorf("%s from %s: %s", a.name, what, bad)
			}
		}
	}
	for name, is := range h.states() {
		if c := changed(before[name], is); len(c) > 0 || len(is.log) > len(before[name].log) {
			t.Errorf("%v of %s changed", c, name)
		}
	}
	q := asJSON("POST", "/controls", m{"ref": "X-1", "title": "x"})
	if got := h.send(h.a.callers["token user"], q); !got.ok() {
		t.Errorf("with a token: %s", got)
	}
	q = asJSON("POST", "/controls", m{"ref": "X-2", "title": "x"}).with("Origin", "http://assay.example").with("Sec-Fetch-Site", "same-origin")
	if got := h.send(admin, q); !got.ok() {
		t.Errorf("from our own page: %s", got)
	}
}

// TestF6NothingIsKept: no answer of the API may be kept by a browser or a proxy, whatever it says.
func TestF6NothingIsKept(t *testing.T) {
	h := open(t)
	for _, a := range h.ops {
		admin := h.a.callers["admin"]
		for _, c := range []caller{admin, {}, h.a.callers["executive"]} {
			q := h.plain(h.a, a, c)
			if a.How != op.WayRead && a.Method != "GET" {
				q.body = []byte("{")
			}
			h.guarded(t, a.name, h.send(c, q))
		}
	}
	for _, path := range []string{"/nothing", "/controls/x/y/z", "/"} {
		h.guarded(t, path, h.send(caller{}, request{method: "GET", path: path}))
	}
	h.guarded(t, "a wrong method", h.send(caller{}, request{method: "PUT", path: "/controls"}))
	h.guarded(t, "another site", h.send(caller{}, asJSON("POST", "/controls", m{}).with("Origin", "https://evil.example")))
}

func (h *house) guarded(t *testing.T, what string, got answer) {
	t.Helper()
	if cc := got.header.Get("Cache-Control"); cc != "no-store" && cc != "private, no-store" && !(strings.HasPrefix(what, "settings.logo") && strings.HasPrefix(cc, "private")) {
		t.Errorf("%s: %d with Cache-Control %q", what, got.status, cc)
	}
	secured(t, what, got.header)
}

func secured(t *testing.T, what string, hd http.Header) {
	t.Helper()
	for k, v := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"} {
		if hd.Get(k) != v {
			t.Errorf("%s: %s is %q, not %q", what, k, hd.Get(k), v)
		}
	}
	if hd.Get("Referrer-Policy") == "" {
		t.Errorf("%s: no Referrer-Policy", what)
	}
	csp := hd.Get("Content-Security-Policy")
	if csp == "" || strings.Contains(csp, "unsafe") && !strings.HasSuffix(what, "/demo/outbox") || !strings.Contains(csp, "sandbox") && !(strings.Contains(csp, "default-src 'none'") && strings.Contains(csp, "base-uri 'none'") && strings.Contains(csp, "frame-ancestors 'none'")) {
		t.Errorf("%s: Content-Security-Policy is %q", what, csp)
	}
	if s := hd.Get("Server") + hd.Get("X-Powered-By"); s != "" {
		t.Errorf("%s says what serves it: %q", what, s)
	}
}

// TestF1Headers looks at every page and at what stands beside the API.
func TestF1Headers(t *testing.T) {
	for _, base := range []string{"http://assay.example", "https://assay.example"} {
		h := open(t, func(c *Config) { c.Base = base; c.Demo = base[:5] != "https" })
		pages := []string{"/", "/sign-in", "/o/northwind", "/o/northwind/controls", "/setup", "/join", "/reset", "/api/reference", "/api/reference.css", "/api/v1/openapi.json", "/healthz", "/nothing.js", "/assets/nothing", "/../etc/passwd"}
		if base[:5] != "https" {
			pages = append(pages, "/demo/outbox")
		}
		for _, p := range pages {
			r := httptest.NewRequest("GET", base+p, nil)
			w := httptest.NewRecorder()
			h.h.ServeHTTP(w, r)
			secured(t, base+p, w.Header())
			if (w.Header().Get("Strict-Transport-Security") != "") != strings.HasPrefix(base, "https:") {
				t.Errorf("%s: Strict-Transport-Security %q", base+p, w.Header().Get("Strict-Transport-Security"))
			}
			if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") && p != "/demo/outbox" && p != "/api/reference" && !strings.Contains(w.Header().Get("Content-Security-Policy"), "require-trusted-types-for") {
				t.Errorf("%s: no Trusted Types: %q", p, w.Header().Get("Content-Security-Policy"))
			}
		}
	}
}

// TestD5Routes: what is served is what is written down, and a method that is not is refused by name.
func TestD5Routes(t *testing.T) {
	h := open(t)
	have := map[string][]string{}
	for _, a := range h.ops {
		have[a.Path] = append(have[a.Path], a.Method)
		if h.doc.Paths["/api/v1"+a.Path][strings.ToLower(a.Method)] == nil {
			t.Errorf("%s is served and not in the document", a.name)
		}
	}
	n := 0
	for _, methods := range h.doc.Paths {
		n += len(methods)
	}
	if n != len(h.ops) {
		t.Errorf("the document has %d operations, the program %d", n, len(h.ops))
	}
	for path, methods := range have {
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			if slices.Contains(methods, method) {
				continue
			}
			at := parameter.ReplaceAllString(path, "x")
			got := h.send(h.a.callers["admin"], request{method: method, path: at})
			allow := strings.Split(got.header.Get("Allow"), ", ")
			// A fixed path may be taken for a parameter: /controls/bulk for a control that is not there.
			if got.status < 400 || got.status >= 500 || got.status == 405 && slices.Contains(allow, method) {
				t.Errorf("%s %s: %s, Allow %v", method, at, got, allow)
			}
		}
	}
}
