package optest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"

	"assay/server/op"
)

// Do sends a request to a path below /api/v1, with in as JSON unless it is nil, and decodes the answer into
// out unless that is nil. It returns the status, or 0 when the server cut the connection.
func (a *API) Do(method, path string, in, out any) int {
	a.tb.Helper()
	var body io.Reader = http.NoBody
	kind := ""
	switch v := in.(type) {
	case nil:
	case string: // sent as it is
		body, kind = strings.NewReader(v), "application/json"
	default:
		b, err := json.Marshal(in)
		if err != nil {
			a.tb.Fatal(err)
		}
		body, kind = bytes.NewReader(b), "application/json"
	}
	r := httptest.NewRequestWithContext(a.tb.Context(), method, "/api/v1"+path, body)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	return a.send(r, out)
}

// Must is Do that fails the test unless the answer is a success.
func (a *API) Must(method, path string, in, out any) {
	a.tb.Helper()
	if got := a.Do(method, path, in, out); got < 200 || got > 299 {
		a.tb.Fatalf("%s %s: %d %s", method, path, got, a.Body())
	}
}

// Upload sends a file to a path below /api/v1 and decodes the answer into out unless that is nil.
func (a *API) Upload(path, name string, content []byte, out any) int {
	a.tb.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		a.tb.Fatal(err)
	}
	part.Write(content)
	w.Close()
	r := httptest.NewRequestWithContext(a.tb.Context(), "POST", "/api/v1"+path, &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return a.send(r, out)
}

// Send sends any request as this API's caller: for what Do and Upload cannot say.
func (a *API) Send(r *http.Request) int {
	a.tb.Helper()
	return a.send(r, nil)
}

func (a *API) send(r *http.Request, out any) (status int) {
	a.tb.Helper()
	for k, v := range a.headers {
		r.Header[k] = v
	}
	r = r.WithContext(context.WithValue(r.Context(), callerKey{}, a.caller))
	w := httptest.NewRecorder()
	a.last.answer = nil
	func() {
		defer func() {
			if p := recover(); p != nil && p != http.ErrAbortHandler {
				panic(p)
			} else if p != nil {
				w.Code = 0
			}
		}()
		a.router.ServeHTTP(w, r)
	}()
	a.last.answer = &http.Response{StatusCode: w.Code, Header: w.Header(), Body: io.NopCloser(bytes.NewReader(w.Body.Bytes()))}
	if out != nil && w.Code != 0 && w.Code != http.StatusNoContent {
		if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
			a.tb.Fatalf("%s %s: %d: %v: %.500s", r.Method, r.URL, w.Code, err, w.Body)
		}
	}
	return w.Code
}

// Last is the last answer to any view of this API, its body unread.
func (a *API) Last() *http.Response {
	a.tb.Helper()
	if a.last.answer == nil {
		a.tb.Fatal("no request was sent")
	}
	r := *a.last.answer
	r.Body = io.NopCloser(strings.NewReader(a.Body()))
	return &r
}

// Body is the last answer's body.
func (a *API) Body() string {
	a.tb.Helper()
	if a.last.answer == nil {
		return ""
	}
	b, err := io.ReadAll(a.last.answer.Body)
	if err != nil {
		a.tb.Fatal(err)
	}
	a.last.answer.Body = io.NopCloser(bytes.NewReader(b))
	return string(b)
}

// Problem is the last answer's body as a problem.
func (a *API) Problem() op.Problem {
	a.tb.Helper()
	var p op.Problem
	if err := json.Unmarshal([]byte(a.Body()), &p); err != nil {
		a.tb.Fatalf("not a problem: %v: %s", err, a.Body())
	}
	return p
}

// FieldError is what the last answer said of one field ("title", "query.sort"), empty for nothing.
func (a *API) FieldError(field string) string {
	a.tb.Helper()
	for _, e := range a.Problem().Errors {
		if e.Location == field || e.Location == "body."+field {
			return e.Message
		}
	}
	return ""
}

// Handler is all that is mounted, as this API's caller: for tests that need a real connection.
func (a *API) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.router.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, a.caller)))
	})
}

// Tick makes every open stream send its heartbeat.
func (a *API) Tick() { a.tick <- a.Clock.Now() }
