package command

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// program is assay in a process of its own, as an operator runs it.
type program struct {
	t    *testing.T
	cmd  *exec.Cmd
	out  *output
	base string
	done chan error
}

// begin starts the program and waits until it serves. env are settings as KEY=VALUE.
func begin(t *testing.T, env []string, args ...string) *program {
	t.Helper()
	p := &program{t: t, cmd: exec.Command(os.Args[0], args...), out: &output{}, done: make(chan error, 1)}
	p.cmd.Env = append([]string{asProgram + "=1", "PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}, env...)
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.done <- p.cmd.Wait() }()
	t.Cleanup(func() { p.cmd.Process.Kill() })
	text := p.says(`(?m)^(?:Open (\S+)|Assay .* serves (\S+) from .*)$`)
	found := ready.FindStringSubmatch(text)
	p.base = found[1] + found[2]
	return p
}

// says waits until the program has printed what the pattern finds.
func (p *program) says(pattern string) string {
	p.t.Helper()
	select {
	case s := <-p.out.wait(regexp.MustCompile(pattern)):
		return s
	case err := <-p.done:
		p.t.Fatalf("the program ended: %v\n%s", err, p.out)
	case <-time.After(30 * time.Second):
		p.t.Fatalf("it never said %s:\n%s", pattern, p.out)
	}
	return ""
}

// end asks the program to end, as a service manager does, and gives its exit code.
func (p *program) end() int {
	p.t.Helper()
	p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(40 * time.Second):
		p.t.Fatalf("it did not end:\n%s", p.out)
	}
	return p.cmd.ProcessState.ExitCode()
}

// visitor is somebody with a browser.
type visitor struct {
	t    *testing.T
	base string
	http *http.Client
	last *http.Response
}

func visit(t *testing.T, base string) *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t: t, base: base, http: &http.Client{Jar: jar, Timeout: 30 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 60}}}
}

// founder visits by the set-up link that the program printed.
func founder(p *program) *visitor {
	p.t.Helper()
	link := strings.TrimSpace(p.says(`  http\S+/setup#\S+`))
	v := visit(p.t, p.base)
	v.must(200, "POST", "/setup", map[string]string{"token": secretOf(link), "organisation": "Northwind Health", "name": "Maria López", "email": "maria@northwind.example", "password": password}, nil)
	return v
}

// do sends a request, JSON if body is not a reader, and decodes the answer into out.
func (v *visitor) do(method, path string, body, out any) (int, error) {
	var r io.Reader
	kind := "application/json"
	switch b := body.(type) {
	case nil:
	case form:
		r, kind = b.body()
	default:
		j, err := json.Marshal(body)
		if err != nil {
			return 0, err
		}
		r = bytes.NewReader(j)
	}
	req, err := http.NewRequest(method, v.base+"/api/v1"+path, r)
	if err != nil {
		return 0, err
	}
	if body != nil {
		req.Header.Set("Content-Type", kind)
	}
	resp, err := v.http.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return resp.StatusCode, err
	}
	if out != nil && resp.StatusCode < 300 {
		if err := json.Unmarshal(text, out); err != nil {
			return resp.StatusCode, fmt.Errorf("%s: %w", text, err)
		}
	}
	v.last = resp
	if resp.StatusCode >= 300 {
		return resp.StatusCode, fmt.Errorf("%s %s: %s %s", method, path, resp.Status, text)
	}
	return resp.StatusCode, nil
}

func (v *visitor) must(status int, method, path string, body, out any) {
	v.t.Helper()
	if got, err := v.do(method, path, body, out); got != status {
		v.t.Fatalf("%s %s: %d %v, want %d", method, path, got, err, status)
	}
}

// form is one file to upload.
type form struct {
	name    string
	content []byte
}

func (f form) body() (io.Reader, string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, _ := w.CreateFormFile("file", f.name)
	part.Write(f.content)
	w.Close()
	return &b, w.FormDataContentType()
}

// upload makes an evidence request and puts a file under it; it gives the file's id.
func (v *visitor) upload(name string, content []byte) string {
	v.t.Helper()
	var e struct {
		ID string `json:"id"`
	}
	v.must(200, "POST", "/evidence", map[string]any{"name": "Proof of " + name}, &e)
	var f map[string]any
	v.must(200, "POST", "/evidence/"+e.ID+"/files", form{name, content}, &f)
	id, _ := f["id"].(string)
	if id == "" {
		v.t.Fatalf("an upload without an id: %v", f)
	}
	return id
}
