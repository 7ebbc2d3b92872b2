package command

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/storage/blob/s3test"
)

// TestBackupOnS3: files and the backup are in a real S3 server, and every change waits for it. The machine is lost;
// another one has the keys and takes over, while the first does not know yet that it is dead: what was answered is
// there, and the first can answer nothing more. What the backup holds is restored by stock Litestream.
func TestBackupOnS3(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes; not with -short")
	}
	addr, _ := gateway(t)
	first, second := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "data")
	env := func(dir string) []string {
		return []string{"ASSAY_S3=http://" + addr + "/objects/files", "ASSAY_BACKUP=http://" + addr + "/objects/backup", "ASSAY_DURABILITY=sync",
			"ASSAY_S3_KEY=assay-test", "ASSAY_S3_SECRET=" + gatewaySecret, "ASSAY_DATA=" + dir}
	}
	p := begin(t, env(first), "serve", "--listen", "127.0.0.1:0")
	v := founder(p)
	content := []byte(strings.Repeat("what proves it\n", 1000))
	id := v.upload("log.txt", content)

	if err := os.CopyFS(filepath.Join(second, "keys"), os.DirFS(filepath.Join(first, "keys"))); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(second, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.Chmod(path, 0o700)
		}
		return os.Chmod(path, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	q := begin(t, env(second), "serve", "--listen", "127.0.0.1:0")
	old := *v
	v.base = q.base // sessions came along
	v.must(200, "GET", "/files/"+id+"/verify", nil, nil)
	v.must(200, "POST", "/evidence", map[string]any{"name": "Written on the second machine"}, nil)
	if got, err := old.do("POST", "/evidence", map[string]any{"name": "Written by a dead machine"}, nil); got != 503 {
		t.Errorf("the first machine answers %d %v", got, err)
	}
	var list struct{ Items []struct{ Name string } }
	v.must(200, "GET", "/evidence?sort=name", nil, &list)
	names := fmt.Sprint(list.Items) // the first night may have filed its drill's report, too
	if !strings.Contains(names, "{Proof of log.txt}") || !strings.Contains(names, "{Written on the second machine}") || strings.Contains(names, "dead") {
		t.Errorf("there are %s", names)
	}
	p.cmd.Process.Kill()
	<-p.done
	var state struct {
		On         bool
		Durability string
		Place      string
		Behind     int
		Trouble    string
	}
	// The night's jobs write beside us: what they wrote a moment ago may be on its way.
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if v.must(200, "GET", "/backups", nil, &state); state.Behind == 0 || time.Now().After(end) {
			break
		}
	}
	if !state.On || state.Durability != "sync" || state.Place != "a bucket" || state.Behind != 0 || state.Trouble != "" {
		t.Errorf("%+v", state)
	}
	if code := q.end(); code != 0 {
		t.Fatalf("exit code %d\n%s", code, q.out)
	}

	run := func(args ...string) (int, string) {
		var out bytes.Buffer
		code := Run(t.Context(), args, func(name string) string {
			for _, e := range env(second) {
				if is, ok := strings.CutPrefix(e, name+"="); ok {
					return is
				}
			}
			return ""
		}, &out, &out)
		return code, out.String()
	}
	if code, out := run("backup", "verify"); code != 0 || !strings.Contains(out, "were read to their end") {
		t.Errorf("verify: %d\n%s", code, out)
	}
	plain := filepath.Join(t.TempDir(), "plain")
	if code, out := run("backup", "export", "northwind-health", "--plain", plain); code != 0 {
		t.Fatalf("export: %d\n%s", code, out)
	}
	if code, out := run("restore", "northwind-health", "--to", filepath.Join(t.TempDir(), "ours.db")); code != 0 {
		t.Errorf("restore: %d\n%s", code, out)
	}
	litestream := s3test.Tool("ASSAY_LITESTREAM", "litestream")
	if litestream == "" {
		t.Log("no Litestream to restore with; see TestLitestream")
		return
	}
	tenants, err := os.ReadDir(plain)
	if err != nil || len(tenants) != 1 {
		t.Fatalf("%v %v", tenants, err)
	}
	theirs := filepath.Join(t.TempDir(), "theirs.db")
	cmd := osexec.Command(litestream, "restore", "-o", theirs, "-integrity-check", "full", "file://"+filepath.Join(plain, tenants[0].Name()))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("litestream: %v\n%s", err, out)
	}
	b, err := os.ReadFile(theirs)
	if err != nil || !bytes.Contains(b, []byte("Written on the second machine")) || bytes.Contains(b, []byte("Written by a dead machine")) {
		t.Errorf("Litestream restored something else: %v", err)
	}
}

// wire is a way to a server that can be cut.
type wire struct {
	l    net.Listener
	to   string
	mu   sync.Mutex
	cut  bool
	ends []net.Conn
}

func newWire(t *testing.T, to string) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{l: l, to: to}
	t.Cleanup(func() { l.Close(); w.set(true) })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go w.carry(c)
		}
	}()
	return w
}

func (w *wire) carry(c net.Conn) {
	far, err := net.Dial("tcp", w.to)
	w.mu.Lock()
	if w.cut || err != nil {
		w.mu.Unlock()
		c.Close()
		return
	}
	w.ends = append(w.ends, c, far)
	w.mu.Unlock()
	go func() { io.Copy(far, c); far.Close() }()
	io.Copy(c, far)
	c.Close()
}

// set cuts the wire, or mends it.
func (w *wire) set(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
	for _, c := range w.ends {
		c.Close()
	}
	w.ends = nil
}

// TestBucketIsGone: while the bucket cannot be reached, writes are told to come again and reads go on; the page says
// since when. When it is back, writes go on without a restart, and nothing that was answered is missing.
func TestBucketIsGone(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes; not with -short")
	}
	addr, _ := gateway(t)
	w := newWire(t, addr)
	p := begin(t, []string{"ASSAY_BACKUP=http://" + w.l.Addr().String() + "/objects/backup", "ASSAY_DURABILITY=sync",
		"ASSAY_S3_KEY=assay-test", "ASSAY_S3_SECRET=" + gatewaySecret, "ASSAY_DATA=" + filepath.Join(t.TempDir(), "data")}, "serve", "--listen", "127.0.0.1:0")
	v := founder(p)
	write := func(name string) *http.Response {
		t.Helper()
		req, err := http.NewRequest("POST", v.base+"/api/v1/evidence", strings.NewReader(`{"name": "`+name+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		resp, err := v.http.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp
	}
	if r := write("before"); r.StatusCode != 200 {
		t.Fatal(r.Status)
	}
	w.set(true)
	began := time.Now()
	if r := write("during"); r.StatusCode != 503 || r.Header.Get("Retry-After") == "" || time.Since(began) > 20*time.Second {
		t.Errorf("%s, Retry-After %q, after %s", r.Status, r.Header.Get("Retry-After"), time.Since(began))
	}
	var list struct{ Items []struct{ Name string } }
	v.must(200, "GET", "/evidence?sort=name", nil, &list)
	var state struct {
		Trouble string
		Down    int
	}
	v.must(200, "GET", "/backups", nil, &state)
	if state.Trouble == "" || state.Down == 0 {
		t.Errorf("%+v", state)
	}
	w.set(false)
	for deadline := time.Now().Add(40 * time.Second); ; {
		if r := write("after"); r.StatusCode == 200 {
			break
		} else if r.StatusCode != 503 || time.Now().After(deadline) {
			t.Fatalf("%s, %s after it came back", r.Status, time.Since(deadline.Add(-40*time.Second)))
		}
	}
	v.must(200, "GET", "/evidence?sort=name", nil, &list)
	if names := fmt.Sprint(list.Items); !strings.Contains(names, "{before}") || !strings.Contains(names, "{after}") {
		t.Errorf("there are %s", names)
	}
	if code := p.end(); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.out)
	}
}
