// Package ui carries the built web pages inside the binary.
//
// Files keep the same name from build to build, so that their history in git
// stays small and two branches seldom meet in one file. On the wire each build
// has a path of its own, so that browsers may keep files for ever and never mix
// two builds.
package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

//go:embed dist
var dist embed.FS

// ContentSecurityPolicy is sent with every page. It has no unsafe-inline, and
// trusted-types 'none' makes the browser refuse every string that becomes HTML.
// frame-src is for PDF files, which the server sends with a sandbox of their own; no page lets itself be framed.
const ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
	"font-src 'self'; connect-src 'self'; frame-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types 'none'"

// PermissionsPolicy gives up what the product does not use.
const PermissionsPolicy = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), " +
	"magnetometer=(), microphone=(), midi=(), payment=(), usb=()"

// Handler serves the page for every path but the files of the build, which
// stand under /ui/<digest of the build>/. A path of another build answers 410:
// the page then loads itself again.
func Handler() (http.Handler, error) { return whole() }

// whole is made once: the files never change, and compressing them takes a moment.
var whole = sync.OnceValues(func() (http.Handler, error) {
	built, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, err
	}
	return handler(built)
})

func handler(built fs.FS) (http.Handler, error) {
	assets, digest, err := load(built)
	if err != nil {
		return nil, err
	}
	index, ok := assets["index.html"]
	if !ok {
		return nil, fmt.Errorf("ui: the build has no index.html")
	}
	delete(assets, "index.html")
	prefix := "/ui/" + digest + "/"
	index.body = bytes.ReplaceAll(index.body, []byte(`"./`), []byte(`"`+prefix))
	index.tag = `W/"` + digest + `"`

	// Compressing takes longer than the first page may: until it is done the
	// files go out as they are.
	go func() {
		index.compress()
		for _, a := range assets {
			a.compress()
		}
	}()

	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		if name, ok := strings.CutPrefix(r.URL.Path, prefix); ok {
			a, ok := assets[name]
			if !ok {
				http.NotFound(w, r)
				return
			}
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
			a.serve(w, r)
			return
		}
		if strings.HasPrefix(r.URL.Path, "/ui/") {
			h.Set("Cache-Control", "no-store")
			http.Error(w, "this build of the pages is gone: load the page again", http.StatusGone)
			return
		}
		if r.URL.Path == "/favicon.ico" || r.URL.Path == "/robots.txt" {
			http.NotFound(w, r) // asked for by machines; the page is no answer to them
			return
		}
		PageHeaders(h)
		h.Set("Cache-Control", "no-cache")
		index.serve(w, r)
	}), nil
}

// PageHeaders sets what every page of the product carries, also the pages that
// are not served from here.
func PageHeaders(h http.Header) {
	h.Set("Content-Security-Policy", ContentSecurityPolicy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", PermissionsPolicy)
	h.Set("Referrer-Policy", "same-origin") // no-referrer would also blank the Origin of our own requests
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
}

// asset is one file of the build, with its compressed form once that is ready.
type asset struct {
	kind string
	tag  string
	body []byte
	gz   atomic.Pointer[[]byte]
}

func (a *asset) compress() {
	if strings.HasPrefix(a.kind, "font/") || len(a.body) < 1024 {
		return
	}
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	z.Write(a.body) // a bytes.Buffer does not fail
	z.Close()
	body := b.Bytes()
	a.gz.Store(&body)
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Vary", "Accept-Encoding")
	body := a.body
	if gz := a.gz.Load(); gz != nil && accepts(r, "gzip") && r.Header.Get("Range") == "" {
		h.Set("Content-Encoding", "gzip")
		body = *gz
	}
	if a.tag != "" {
		h.Set("ETag", a.tag)
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

func accepts(r *http.Request, encoding string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name == encoding {
			return strings.ReplaceAll(q, " ", "") != "q=0"
		}
	}
	return false
}

// load reads the files of the build and the digest of them all.
func load(built fs.FS) (map[string]*asset, string, error) {
	assets := map[string]*asset{}
	var names []string
	err := fs.WalkDir(built, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name == "source.sha256" {
			return err
		}
		body, err := fs.ReadFile(built, name)
		assets[name] = &asset{kind: kindOf(name), body: body}
		names = append(names, name)
		return err
	})
	slices.Sort(names)
	sum := sha256.New()
	for _, n := range names {
		fmt.Fprintf(sum, "%s %d\n", n, len(assets[n].body))
		sum.Write(assets[n].body)
	}
	return assets, hex.EncodeToString(sum.Sum(nil)[:8]), err
}

// kindOf does not ask the machine's own table, which differs from one to the next.
func kindOf(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}
