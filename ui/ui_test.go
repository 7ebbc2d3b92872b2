package ui

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// TestDistIsFresh fails when the sources changed and dist was not built again.
func TestDistIsFresh(t *testing.T) {
	files := []string{"index.html", "package-lock.json", "package.json", "source.ts", "tsconfig.json", "vite.config.ts"}
	for _, dir := range []string{"public", "src"} {
		err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && !strings.HasSuffix(p, ".test.ts") && !strings.HasSuffix(p, ".test.tsx") && !strings.HasSuffix(p, ".json") {
				files = append(files, filepath.ToSlash(p))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(files)
	sum := sha256.New()
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		sum.Write([]byte(f))
		sum.Write(b)
	}
	want, _ := os.ReadFile("dist/source.sha256")
	if got := hex.EncodeToString(sum.Sum(nil)); got != string(want) {
		t.Error("ui/dist is stale: run npm ci && npm run build in ui/")
	}
}

func get(t *testing.T, h http.Handler, path string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestPage: every path of the product answers the page, with the strict policy,
// and every file that the page names is there under the path of this build.
func TestPage(t *testing.T) {
	h, err := Handler()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/sign-in", "/o/northwind/controls"} {
		r := get(t, h, path)
		if r.StatusCode != 200 || r.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: %d, Cache-Control %q", path, r.StatusCode, r.Header.Get("Cache-Control"))
		}
		want := map[string]string{
			"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
				"connect-src 'self'; frame-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; " +
				"require-trusted-types-for 'script'; trusted-types 'none'",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Referrer-Policy":              "same-origin",
			"X-Content-Type-Options":       "nosniff",
			"X-Frame-Options":              "DENY",
		}
		for k, v := range want {
			if got := r.Header.Get(k); got != v {
				t.Errorf("%s: %s is %q, want %q", path, k, got, v)
			}
		}
		page := body(t, r)
		refs := regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(page, -1)
		if len(refs) < 4 {
			t.Fatalf("the page names only %d files", len(refs))
		}
		for _, ref := range refs {
			if a := get(t, h, ref[1]); a.StatusCode != 200 || !strings.Contains(a.Header.Get("Cache-Control"), "immutable") {
				t.Errorf("%s: %d, Cache-Control %q", ref[1], a.StatusCode, a.Header.Get("Cache-Control"))
			}
		}
		if inline := regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|<script(?:\s[^>]*)?>[^<\s]`).FindString(page); inline != "" {
			t.Errorf("the page has something inline: %s", inline)
		}
	}
}

var small = fstest.MapFS{
	"index.html":        {Data: []byte(`<script src="./assets/console.js"></script>`)},
	"assets/console.js": {Data: []byte(strings.Repeat("let a = 1;\n", 1000))},
	"source.sha256":     {Data: []byte("x")},
}

func TestFiles(t *testing.T) {
	h, err := handler(small)
	if err != nil {
		t.Fatal(err)
	}
	page := body(t, get(t, h, "/"))
	_, rest, _ := strings.Cut(page, `src="`)
	asset, _, _ := strings.Cut(rest, `"`)
	if !strings.HasPrefix(asset, "/ui/") {
		t.Fatalf("the page loads %q", asset)
	}
	r := get(t, h, asset)
	if r.StatusCode != 200 || r.Header.Get("Content-Type") != "text/javascript; charset=utf-8" {
		t.Errorf("%s: %d %s", asset, r.StatusCode, r.Header.Get("Content-Type"))
	}
	for path, want := range map[string]int{
		strings.Replace(asset, "console", "other", 1):                   404, // not in this build
		"/ui/0000000000000000/assets/console.js":                        410, // another build
		"/ui/":                                                          410,
		strings.TrimSuffix(asset, "assets/console.js"):                  404, // no listing
		strings.Replace(asset, "assets/console.js", "source.sha256", 1): 404,
		strings.Replace(asset, "assets/console.js", "index.html", 1):    404,
		"/favicon.ico": 404,
	} {
		if got := get(t, h, path).StatusCode; got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("POST", "/", nil))
	if w.Code != 405 {
		t.Errorf("POST /: %d, want 405", w.Code)
	}
	if r := get(t, h, "/", "If-None-Match", get(t, h, "/").Header.Get("ETag")); r.StatusCode != 304 {
		t.Errorf("an unchanged page: %d, want 304", r.StatusCode)
	}
}

func TestCompressed(t *testing.T) {
	a := &asset{kind: kindOf("a.js"), body: []byte(strings.Repeat("let a = 1;\n", 1000))}
	serve := func(accept string) *http.Response {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Encoding", accept)
		w := httptest.NewRecorder()
		a.serve(w, r)
		return w.Result()
	}
	if r := serve("gzip"); r.Header.Get("Content-Encoding") != "" || body(t, r) != string(a.body) {
		t.Error("a file that is not compressed yet goes out as it is")
	}
	a.compress()
	r := serve("br, gzip")
	if r.Header.Get("Content-Encoding") != "gzip" {
		t.Fatal("not compressed")
	}
	z, err := gzip.NewReader(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := io.ReadAll(z); string(b) != string(a.body) {
		t.Error("the compressed file differs")
	}
	for _, accept := range []string{"", "br", "gzip;q=0"} {
		if r := serve(accept); r.Header.Get("Content-Encoding") != "" {
			t.Errorf("Accept-Encoding %q: compressed", accept)
		}
	}
}

// TestStart: making the handler must not hold up the start of the program.
func TestStart(t *testing.T) {
	began := time.Now()
	if _, err := Handler(); err != nil {
		t.Fatal(err)
	}
	if d := time.Since(began); d > 150*time.Millisecond {
		t.Errorf("took %v, the budget is 150 ms", d)
	}
}
