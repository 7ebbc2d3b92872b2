package ltxlog_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	osexec "os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/backup/ltxlog"
	"assay/storage/blob/s3test"
)

// TestLitestream restores a plain log with stock Litestream: the way out for whoever does not want our program.
func TestLitestream(t *testing.T) {
	program := s3test.Tool("ASSAY_LITESTREAM", "litestream")
	if program == "" {
		t.Skip("no Litestream to restore with: run `go install github.com/benbjohnson/litestream/cmd/litestream@v0.5.18`, or set ASSAY_LITESTREAM to its path")
	}
	files := t.TempDir()
	prefix := ""
	for name, place := range map[string]func(t *testing.T) (ltxlog.Log, string){
		"file": func(t *testing.T) (ltxlog.Log, string) {
			return ltxlog.FileLog{Dir: files}, "file://" + filepath.Join(files, tenant)
		},
		"S3": func(t *testing.T) (ltxlog.Log, string) {
			prefix = newPrefix(t)
			return s3Through(t, prefix, nil), fmt.Sprintf("s3://%s/%s/%s?endpoint=http://%s&region=us-east-1&force-path-style=true", bucket, prefix, tenant, gateway.addr)
		},
	} {
		t.Run(name, func(t *testing.T) {
			l, url := place(t)
			c := &clock{newLock(), time.Now()}
			r := rand.New(rand.NewPCG(8, 9))
			var o *owner
			write := func(n int) {
				for range n {
					c.add(2 * time.Millisecond)
					if err := o.write(t.Context(), change(r, fmt.Sprint(c.Now().UnixNano()))); err != nil && err.Error() != errRollback.Error() {
						t.Fatal(err)
					}
				}
			}
			o = start(t, l, filepath.Join(t.TempDir(), "a.db"), ltxlog.Config{Now: c.Now, Node: 1, SnapshotEvery: 1 << 60})
			write(15)
			_, err := o.ship.Snapshot(t.Context())
			ok(t, err)
			write(10)
			o = start(t, l, filepath.Join(t.TempDir(), "b.db"), ltxlog.Config{Now: c.Now, Node: 2, SnapshotEvery: 1 << 60}) // an empty record
			write(5)
			early, earlyDump := o.ship.Status(), dump(t, o.r)
			write(5)
			run := func(args ...string) string {
				t.Helper()
				out := filepath.Join(t.TempDir(), "out.db")
				cmd := osexec.Command(program, append(append([]string{"restore", "-o", out, "-integrity-check", "full"}, args...), url)...)
				// Litestream's client fails when it is given certificates by name.
				cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "AWS_CA_BUNDLE=") }), "LITESTREAM_ACCESS_KEY_ID="+accessKey, "LITESTREAM_SECRET_ACCESS_KEY="+secretKey)
				if b, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("litestream restore %s: %v\n%s", strings.Join(args, " "), err, b)
				}
				return dumpFile(t, out)
			}
			if run() != dump(t, o.r) {
				t.Error("Litestream restored something else than was written")
			}
			if run("-txid", fmt.Sprintf("%016x", early.Seq)) != earlyDump {
				t.Error("Litestream restored something else for a record")
			}
			if name == "S3" { // on files it goes by the file's time
				// It looks whether the store's clock, in whole seconds, ever saw the instant.
				newest := fmt.Sprintf("%016x-%016[1]x.ltx", o.ship.Status().Seq)
				ok(t, os.Chtimes(filepath.Join(gateway.dir, bucket, prefix, tenant, "0000", newest), time.Time{}, time.Now().Add(time.Hour)))
				if run("-timestamp", early.Time.Add(time.Millisecond).Format("2006-01-02T15:04:05.000Z")) != earlyDump {
					t.Error("Litestream restored something else for an instant")
				}
			}
		})
	}
}
