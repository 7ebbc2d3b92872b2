package op_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/server/op"
	"assay/server/optest"
)

func pdf(size int) []byte {
	b := append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("proof "), size/6+1)...)
	return b[:max(size, 9)]
}

// objects is how many files the store holds.
func objects(t testing.TB, api *optest.API) (n int) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(api.Dir(), "objects"), func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestUploadAndDownload(t *testing.T) {
	api := fixture(t)
	content := pdf(300_000)
	var p Proof
	if got := api.As(op.User).Upload("/things/proofs", `C:\fakepath\Bericht „März“.pdf`, content, &p); got != 200 {
		t.Fatalf("upload: %d %s", got, api.Body())
	}
	sum := sha256.Sum256(content)
	if p.Name != "Bericht „März“.pdf" || p.Type != "application/pdf" || p.Object.Size != 300_000 || p.Object.SHA256 != hex.EncodeToString(sum[:]) || p.Sent != p.Object.SHA256 {
		t.Errorf("%+v", p)
	}
	if api.Last().Header.Get("Assay-Audit") == "" {
		t.Error("no audit record")
	}
	api.As(op.Auditor).Must("GET", "/things/"+p.ID+"/proof", nil, nil)
	h := api.Last().Header
	if api.Body() != string(content) {
		t.Error("it came back different")
	}
	for name, want := range map[string]string{
		"Content-Type":            "application/pdf",
		"Content-Disposition":     `attachment; filename="Bericht _M_rz_.pdf"; filename*=UTF-8''Bericht%20%E2%80%9EM%C3%A4rz%E2%80%9C.pdf`,
		"X-Content-Type-Options":  "nosniff",
		"Content-Security-Policy": "sandbox; default-src 'none'",
		"Cache-Control":           "private, no-store",
		"Content-Length":          "300000",
		"Accept-Ranges":           "bytes",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if n := api.Count("SELECT count(*) FROM audit WHERE action = 'thing.download' AND actor = 'auditor'"); n != 1 {
		t.Errorf("%d records of a download", n)
	}
	if got := api.Header("Range", "bytes=100-199").Do("GET", "/things/"+p.ID+"/proof", nil, nil); got != 206 || api.Body() != string(content[100:200]) {
		t.Errorf("range: %d, %d bytes", got, len(api.Body()))
	}
	if got := api.Header("Range", "bytes=-10").Do("GET", "/things/"+p.ID+"/proof", nil, nil); got != 206 || api.Body() != string(content[299_990:]) {
		t.Errorf("range from the end: %d", got)
	}
	if got := api.Header("Range", "bytes=400000-").Do("GET", "/things/"+p.ID+"/proof", nil, nil); got != 416 {
		t.Errorf("range beyond: %d", got)
	}
	api.Must("GET", "/things/"+p.ID+"/proof?inline=true", nil, nil)
	if d := api.Last().Header.Get("Content-Disposition"); !strings.HasPrefix(d, "inline") {
		t.Errorf("a PDF may be shown: %s", d)
	}
	var text Proof
	api.Upload("/things/proofs", "a.txt", []byte("hello"), &text)
	api.Must("GET", "/things/"+text.ID+"/proof?inline=true&as=..%2F..%2Fx%0d%0aSet-Cookie:a%22.txt", nil, nil)
	if h := api.Last().Header; !strings.HasPrefix(h.Get("Content-Disposition"), "attachment; filename=") || strings.Contains(h.Get("Content-Disposition"), "\n") ||
		strings.Contains(h.Get("Content-Disposition"), "..") || h.Get("Set-Cookie") != "" || h.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("text, inline, with a hostile name: %v", h)
	}
	if got := api.InTenant(1).Do("GET", "/things/"+p.ID+"/proof", nil, nil); got != 404 {
		t.Errorf("another tenant: %d", got)
	}
}

// What is not taken leaves nothing: no object, no row, no temporary file.
func TestRefusedUploads(t *testing.T) {
	api := fixture(t)
	html := []byte("<!DOCTYPE html><script>alert(1)</script>")
	for _, c := range []struct {
		name    string
		content []byte
		status  int
		says    string
	}{
		{"report.pdf", html, 422, "HTML page"},
		{"report.txt", html, 422, "HTML page"},
		{"report.html", html, 422, "cannot be uploaded"},
		{"logo.svg", []byte("<svg/>"), 422, "cannot be uploaded"},
		{"logo.png", []byte(`<?xml version="1.0"?><svg onload="x"/>`), 422, "SVG"},
		{"report.pdf", []byte("MZ\x90\x00\x03"), 422, "Windows program"},
		{"report.pdf.exe", []byte("MZ\x90\x00\x03"), 422, "cannot be uploaded"},
		{"report.pdf", nil, 422, "empty"},
		{"report", pdf(10), 422, "cannot be uploaded"},
		{"report.pdf", pdf(26 << 20), 413, "larger than 25 MB"},
		{"report.pdf", pdf(25<<20 + 1), 413, "larger than 25 MB"},
	} {
		if got := api.Upload("/things/proofs", c.name, c.content, nil); got != c.status || !strings.Contains(api.Problem().Detail, c.says) {
			t.Errorf("%s: %d %s", c.name, got, api.Body())
		}
	}
	if got := api.Upload("/things/proofs", "report.pdf", pdf(25<<20), nil); got != 200 {
		t.Errorf("25 MB to the byte: %d %s", got, api.Body())
	}
	if got := api.Upload("/things/proofs?fail=true", "report.pdf", pdf(100), nil); got != 409 {
		t.Errorf("a failing transaction: %d", got)
	}
	if got := api.As(op.Auditor).Upload("/things/proofs", "report.pdf", pdf(100), nil); got != 403 {
		t.Errorf("auditor: %d", got)
	}
	if n := objects(t, api); n != 1 {
		t.Errorf("%d objects of 1 accepted upload", n)
	}
	if n := api.Count("SELECT count(*) FROM scope WHERE kind = 'proof'"); n != 1 {
		t.Errorf("%d rows of 1 accepted upload", n)
	}
	for _, c := range []struct{ name, kind, body string }{
		{"no multipart", "application/json", "{}"},
		{"no parts", "multipart/form-data; boundary=x", "--x--\r\n"},
		{"cut off", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1"},
		{"another field", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--x--\r\n"},
		{"two files", "multipart/form-data; boundary=x", strings.Repeat("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nx\r\n", 2) + "--x--\r\n"},
	} {
		r := httptest.NewRequest("POST", "/api/v1/things/proofs", strings.NewReader(c.body))
		r.Header.Set("Content-Type", c.kind)
		if got := api.Send(r); got != 422 || api.FieldError("file") == "" {
			t.Errorf("%s: %d %s", c.name, got, api.Body())
		}
	}
	if n := objects(t, api); n != 1 {
		t.Errorf("%d objects", n)
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "multipart-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// A repeated upload under one key is one row and one object.
func TestUploadTwice(t *testing.T) {
	api := fixture(t)
	a := api.Header("Idempotency-Key", "k")
	var first, again Proof
	a.Upload("/things/proofs", "a.pdf", pdf(100), &first)
	a.Upload("/things/proofs", "a.pdf", pdf(100), &again)
	if first != again || objects(t, api) != 1 {
		t.Errorf("%+v %+v, %d objects", first, again, objects(t, api))
	}
	if got := a.Upload("/things/proofs", "a.pdf", pdf(200), nil); got != 422 || objects(t, api) != 1 {
		t.Errorf("another file: %d, %d objects", got, objects(t, api))
	}
}

func TestImport(t *testing.T) {
	api := fixture(t)
	var n Changed
	if got := api.Upload("/things/import", "names.json", []byte(`["Lamp","Bell"]`), &n); got != 200 || n.Count != 2 {
		t.Errorf("%d %+v", got, n)
	}
	for content, want := range map[string]string{`["Lamp",`: "not JSON", `{"a":1}`: "not a list", `["ok","bomb"]`: "correct", `<html>`: "HTML"} {
		if got := api.Upload("/things/import", "names.json", []byte(content), nil); got != 422 || !strings.Contains(api.Problem().Detail, want) {
			t.Errorf("%s: %d %s", content, got, api.Body())
		}
	}
	if got := api.Upload("/things/import", "names.json", append([]byte(`["`), bytes.Repeat([]byte("a"), 1<<20)...), nil); got != 413 {
		t.Errorf("too large: %d", got)
	}
	if rows := api.Count("SELECT count(*) FROM scope WHERE kind = 'good'"); rows != 2 {
		t.Errorf("%d rows: something half-done stayed", rows)
	}
}

// A damaged object never ends as a success.
func TestDamagedObject(t *testing.T) {
	api := fixture(t)
	var p Proof
	api.Upload("/things/proofs", "a.pdf", pdf(200_000), &p)
	err := filepath.WalkDir(filepath.Join(api.Dir(), "objects"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		b[len(b)/2] ^= 1
		return os.WriteFile(path, b, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(api.Handler())
	defer ts.Close()
	answer, err := http.Get(ts.URL + "/api/v1/things/" + p.ID + "/proof")
	if err == nil {
		defer answer.Body.Close()
		if _, err := io.Copy(io.Discard, answer.Body); err == nil && answer.StatusCode == 200 {
			t.Error("a damaged file was sent as if it were whole")
		}
	}
	if !strings.Contains(api.Log(), "could not be sent whole") {
		t.Errorf("not logged: %s", api.Log())
	}
	if n := api.Count("SELECT count(*) FROM audit WHERE action = 'file.damaged'"); n != 1 {
		t.Errorf("%d records of the damage", n)
	}
}

// Over a real connection: a browser that sends 26 MB is told why not, although it is still sending.
func TestTooLargeOverTheWire(t *testing.T) {
	api := fixture(t)
	ts := httptest.NewServer(api.Handler())
	defer ts.Close()
	for _, known := range []bool{true, false} {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		part, _ := w.CreateFormFile("file", "a.pdf")
		part.Write(pdf(26 << 20))
		w.Close()
		var body io.Reader = &b
		if !known {
			body = io.MultiReader(&b) // sent in chunks, without a length
		}
		answer, err := http.Post(ts.URL+"/api/v1/things/proofs", w.FormDataContentType(), body)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode != 413 || !strings.Contains(string(text), "25 MB") {
			t.Errorf("length known %v: %d %s", known, answer.StatusCode, text)
		}
	}
}
