package op_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What huma does unless it is told otherwise, each once (the body limit of multipart and its temporary
// files: TestRefusedUploads, TestTooLargeOverTheWire; values echoed and inner errors shown: TestInput,
// TestFailures; casing and keys given twice: TestInput).

func multi(declared, name string, content []byte) (*bytes.Buffer, string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", fmt.Sprintf(`form-data; name="file"; filename="%s"`, name))
	h.Set("Content-Type", declared)
	part, _ := w.CreatePart(h)
	part.Write(content)
	w.Close()
	return &b, w.FormDataContentType()
}

// What a client says a file is does not count.
func TestDeclaredTypeIsNotBelieved(t *testing.T) {
	api := fixture(t)
	for _, c := range []struct {
		declared, name string
		content        []byte
		want           int
	}{
		{"application/pdf", "a.pdf", []byte("<html>"), 422},
		{"text/html", "a.pdf", pdf(50), 200},
		{"application/pdf", "a.html", pdf(50), 422},
	} {
		b, kind := multi(c.declared, c.name, c.content)
		r := httptest.NewRequest("POST", "/api/v1/things/proofs", b)
		r.Header.Set("Content-Type", kind)
		if got := api.Send(r); got != c.want {
			t.Errorf("%+v: %d %s", c, got, api.Body())
		}
	}
}

// No transfer leaves a file in the temporary folder, whether it succeeds or not.
func TestNothingIsLeftInTheTemporaryFolder(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	api := fixture(t)
	ts := httptest.NewServer(api.Handler())
	defer ts.Close()
	for _, content := range [][]byte{pdf(1 << 20), []byte("<html>"), pdf(26 << 20)} {
		b, kind := multi("application/pdf", "a.pdf", content)
		answer, err := http.Post(ts.URL+"/api/v1/things/proofs", kind, b)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
	}
	for _, format := range []string{"csv", "xlsx"} {
		api.Must("GET", "/things/export?format="+format, nil, nil)
	}
	// dir lies beside the folders that the fixture was given
	err := filepath.WalkDir(filepath.Dir(dir), func(path string, f fs.DirEntry, err error) error {
		if name := filepath.Base(path); err == nil && !f.IsDir() && (strings.HasPrefix(name, "assay-") || strings.HasPrefix(name, "multipart-") || strings.HasPrefix(name, "excelize-")) {
			t.Errorf("left behind: %s", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// deadlines notices what a connection is asked to wait for.
type deadlines struct {
	*httptest.ResponseRecorder
	read []time.Time
}

func (d *deadlines) SetReadDeadline(t time.Time) error {
	d.read = append(d.read, t)
	return nil
}

// A JSON body has to arrive within 15 seconds; a file may take as long as it moves. Once a body is read its
// deadline is taken away: it would otherwise end the context of an operation that takes longer.
func TestBodyDeadlines(t *testing.T) {
	api := fixture(t)
	send := func(path, kind string, body io.Reader) *deadlines {
		d := &deadlines{ResponseRecorder: httptest.NewRecorder()}
		r := httptest.NewRequest("POST", "/api/v1"+path, body)
		r.Header.Set("Content-Type", kind)
		api.Handler().ServeHTTP(d, r)
		if d.Code != 200 {
			t.Fatalf("%s: %d %s", path, d.Code, d.Body)
		}
		return d
	}
	if d := send("/things", "application/json", strings.NewReader(`{"name":"Lamp"}`)); len(d.read) != 2 || time.Until(d.read[0]) > 15*time.Second || !d.read[1].IsZero() {
		t.Errorf("JSON: %v", d.read)
	}
	b, kind := multi("application/pdf", "a.pdf", pdf(1<<20))
	d := send("/things/proofs", kind, b)
	if n := len(d.read); n < 10 || d.read[n-2].Before(d.read[1]) || !d.read[n-1].IsZero() {
		t.Errorf("a file's deadline moved %d times", len(d.read))
	}
}

// None of huma's own pages is served, nothing comes from elsewhere, and answers have no link to a schema.
func TestNoPagesOfHuma(t *testing.T) {
	api := fixture(t)
	for _, path := range []string{"/docs", "/openapi.json", "/openapi.yaml", "/schemas/Thing.json", "/api/docs", "/api/v1/docs", "/api/v1/openapi.yaml", "/api/v1/schemas/Thing.json"} {
		if p := get2(t, api, path); p.code != 404 {
			t.Errorf("%s: %d", path, p.code)
		}
	}
	add(api, "Lamp")
	if strings.Contains(api.Body(), "$schema") || api.Last().Header.Get("Link") != "" {
		t.Errorf("a link to a schema: %s", api.Body())
	}
}

// Answers are JSON whatever the client says it accepts, lists are lists when empty, and text is not escaped
// for a page it does not stand in.
func TestAnswers(t *testing.T) {
	api := fixture(t)
	add(api.Header("Accept", "application/cbor, text/html;q=0.1"), "<Lamp & co>")
	if h := api.Last().Header.Get("Content-Type"); h != "application/json" || !strings.Contains(api.Body(), "<Lamp & co>") {
		t.Errorf("%s %s", h, api.Body())
	}
	var page map[string]json.RawMessage
	api.Must("GET", "/things?q=nothing", nil, &page)
	if string(page["items"]) != "[]" {
		t.Errorf("no items: %s", page["items"])
	}
}
