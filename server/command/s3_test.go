package command

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"assay/storage/blob/s3test"
)

const gatewaySecret = s3test.SecretKey

// gateway starts a real S3 server with one bucket, "objects", and gives its address and its folder.
func gateway(t *testing.T) (addr, folder string) {
	t.Helper()
	s, err := s3test.Start()
	if errors.Is(err, s3test.ErrNone) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	folder = filepath.Join(s.Dir, "objects")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	return s.Addr, folder
}

// TestServeOnS3 keeps files in a real S3 server: uploaded, read back in ranges, verified, checked by doctor
// and exported; and says what is wrong when it cannot.
func TestServeOnS3(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes; not with -short")
	}
	addr, folder := gateway(t)
	dir := filepath.Join(t.TempDir(), "data")
	env := []string{"ASSAY_S3=http://" + addr + "/objects/grc/prod", "ASSAY_S3_KEY=assay-test", "ASSAY_S3_SECRET=" + gatewaySecret, "ASSAY_DATA=" + dir}
	getenv := func(env []string) func(string) string {
		return func(name string) string {
			for _, e := range slices.Backward(env) {
				if v, ok := strings.CutPrefix(e, name+"="); ok {
					return v
				}
			}
			return ""
		}
	}
	run := func(env []string, args ...string) (int, string) {
		var out bytes.Buffer
		code := Run(t.Context(), args, getenv(env), &out, &out)
		return code, out.String()
	}

	p := begin(t, env, "serve", "--listen", "127.0.0.1:0")
	v := founder(p)
	content := []byte(strings.Repeat("a line of a long log\n", 60_000)) // several sealed packages
	id := v.upload("log.txt", content)
	if _, err := os.Stat(filepath.Join(dir, "objects")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("there are objects on the disk: %v", err)
	}
	var stored []string
	filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			stored = append(stored, path)
		}
		return err
	})
	if len(stored) != 1 || !strings.HasPrefix(stored[0], filepath.Join(folder, "grc", "prod")) {
		t.Fatalf("in the bucket: %v", stored)
	}
	if b, err := os.ReadFile(stored[0]); err != nil || bytes.Contains(b, []byte("a line of")) {
		t.Errorf("the object can be read: %v", err)
	}
	for _, c := range []struct{ ask, want string }{{"", string(content)}, {"bytes=70000-70041", string(content[70000:70042])}, {"bytes=-21", string(content[len(content)-21:])}} {
		req, _ := http.NewRequest("GET", v.base+"/api/v1/files/"+id, nil)
		if c.ask != "" {
			req.Header.Set("Range", c.ask)
		}
		resp, err := v.http.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || string(got) != c.want || c.ask != "" && resp.StatusCode != 206 {
			t.Errorf("%s: %s, %d bytes, %v", c.ask, resp.Status, len(got), err)
		}
	}
	v.must(200, "GET", "/files/"+id+"/verify", nil, nil)
	if code := p.end(); code != 0 {
		t.Fatalf("exit code %d\n%s", code, p.out)
	}

	if code, out := run(env, "doctor"); code != 0 || !strings.Contains(out, "Organisation northwind-health: 1 stored files match") {
		t.Errorf("doctor: %d\n%s", code, out)
	}
	archive := filepath.Join(t.TempDir(), "n.zip")
	if code, out := run(env, "tenant", "export", "northwind-health", "--to", archive); code != 0 {
		t.Errorf("export: %d\n%s", code, out)
	}
	for what, c := range map[string]struct {
		env  string
		want string
	}{
		"wrong secret":  {"ASSAY_S3_SECRET=wrong", "refuses the secret key"},
		"wrong key":     {"ASSAY_S3_KEY=nobody", "does not know the access key"},
		"no bucket":     {"ASSAY_S3=http://" + addr + "/nowhere", `bucket "nowhere" at ` + addr + " does not exist; create it first"},
		"nobody there":  {"ASSAY_S3=http://" + freePort(t) + "/objects", "cannot be reached"},
		"secret's file": {"ASSAY_S3_SECRET=file:/nonexistent/secret", "s3-secret: open /nonexistent/secret"},
	} {
		for _, args := range [][]string{{"serve", "--listen", "127.0.0.1:0"}, {"doctor"}} {
			code, out := run(append(env[:len(env):len(env)], c.env), args...)
			if code != 1 || !strings.Contains(strings.ToLower(out), strings.ToLower(c.want)) || strings.Contains(out, gatewaySecret) {
				t.Errorf("%s, %s: %d\n%s", args[0], what, code, out)
			}
		}
	}

	// The secret from a file.
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(gatewaySecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out := run(append(env[:len(env):len(env)], "ASSAY_S3_SECRET=file:"+file), "doctor"); code != 0 {
		t.Errorf("secret from a file: %d\n%s", code, out)
	}

	// One bit in the bucket.
	b, err := os.ReadFile(stored[0])
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(stored[0], b, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out := run(env, "doctor"); code != 1 || !strings.Contains(out, `The file "log.txt"`) {
		t.Errorf("doctor on a flipped bit: %d\n%s", code, out)
	}
}
