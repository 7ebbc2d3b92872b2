package auditlog_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"assay/server/auditlog"
)

// TestVerifierNeedsNothingOfOurs downloads a proof and the program that checks it, and runs that in an empty folder
// without a module, a network or a cache of modules.
func TestVerifierNeedsNothingOfOurs(t *testing.T) {
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command to run the verifier with")
	}
	api := setUp(t)
	id := create(t, api, "GOV-01")
	for range 5 {
		set(api, id, "implemented")
		set(api, id, "in_progress")
	}
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(name string, args ...string) (string, error) {
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		cmd.Env = []string{"GOFLAGS=-mod=mod", "GOPROXY=off", "GO111MODULE=on", "CGO_ENABLED=0", "HOME=" + dir, "GOPATH=" + filepath.Join(dir, "gopath"),
			"PATH=" + os.Getenv("PATH"), "GOCACHE=" + buildCache(t, tool)}
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	api.Must("GET", "/audit/verifier", nil, nil)
	write("verify.go", api.Body())
	if n := strings.Count(api.Body(), "\n"); n > 100 {
		t.Errorf("the verifier has %d lines: nobody reads that", n)
	}
	api.Must("GET", "/audit/checkpoints/newest", nil, nil)
	write("kept.txt", api.Body())
	var c auditlog.AuditCheckpoints
	api.Must("GET", "/audit/checkpoints", nil, &c)
	kept := c.Items[0].Size
	set(api, id, "implemented") // the log goes on
	seq := list(api, "?table=control_status").Items[2].Seq
	api.Must("GET", fmt.Sprintf("/audit/tenant/%d/proof", seq), nil, nil)
	good := api.Body()
	write("now.json", good)
	api.Must("GET", fmt.Sprintf("/audit/tenant/%d/proof?size=%d", seq, kept), nil, nil)
	write("proof.json", api.Body())
	if got := api.Do("GET", fmt.Sprintf("/audit/tenant/%d/proof?size=%d", seq, kept+9), nil, nil); got != 404 {
		t.Errorf("a proof against a checkpoint that never was: %d", got)
	}

	out, err := run("go", "run", "verify.go", "proof.json", "kept.txt")
	for _, want := range []string{"The checkpoint in kept.txt is the one", fmt.Sprintf("PROVED: record %d of the log \"assay/%s\"", seq, api.Caller().Tenant),
		`who:  "person"`, `did:  "control.`, `what: "update" of "control_status" "`, fmt.Sprintf("One of the first %d records", kept), c.Verifier} {
		if err != nil || !strings.Contains(out, want) {
			t.Fatalf("%v\n%s\nwant %q", err, out, want)
		}
	}
	if out, err = run("go", "build", "-o", "verify", "verify.go"); err != nil {
		t.Fatal(err, out)
	}
	program := filepath.Join(dir, "verify")
	if out, err = run(program, "now.json", "kept.txt"); err == nil || !strings.Contains(out, "NOT PROVED: kept.txt is not the checkpoint of this proof") {
		t.Errorf("against another checkpoint: %v %s", err, out)
	}
	if out, err = run(program, "kept.txt"); err == nil || !strings.Contains(out, "NOT PROVED: this is not a proof") {
		t.Errorf("what is no proof: %v %s", err, out)
	}
	// One letter changed anywhere in what the proof stands on.
	var p map[string]any
	if err := json.Unmarshal([]byte(good), &p); err != nil {
		t.Fatal(err)
	}
	change := func(s string, at int) string {
		b := []byte(s)
		for !bytes.ContainsRune([]byte("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"), rune(b[at])) {
			at--
		}
		if b[at]++; b[at] == '9'+1 || b[at] == 'z'+1 || b[at] == 'Z'+1 {
			b[at] -= 2
		}
		return string(b)
	}
	refused := 0
	for _, field := range []string{"record", "checkpoint", "verifier", "proof", "seq", "format"} {
		for part := range 6 {
			bad := map[string]any{}
			for k, v := range p {
				bad[k] = v
			}
			switch v := bad[field].(type) {
			case string:
				bad[field] = change(v, (len(v)-1)*(part+1)/6-1)
			case float64:
				bad[field] = v + float64(part) - 6
			case []any:
				path := append([]any{}, v...)
				path[part%len(path)] = change(path[part%len(path)].(string), part*7)
				bad[field] = path
			}
			text, err := json.Marshal(bad)
			if err != nil {
				t.Fatal(err)
			}
			write("bad.json", string(text))
			if out, err := run(program, "bad.json"); err == nil || !strings.HasPrefix(out, "NOT PROVED: ") {
				t.Errorf("%s changed: %v %s", field, err, out)
				continue
			}
			refused++
		}
	}
	t.Logf("a proof of %d bytes, of which the record is %d; %d of 36 changed ones refused", len(good), len(p["record"].(string)), refused)
}

// buildCache is where the go command that runs this test keeps what it has built: the standard library is in it.
func buildCache(t *testing.T, tool string) string {
	t.Helper()
	out, err := exec.Command(tool, "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}
