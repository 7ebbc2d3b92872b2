package ltxlog_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"net"
	"net/http"
	"os"
	osexec "os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"assay/backup/ltxlog"
)

const (
	accessKey = "assay-test"
	secretKey = "assay-test-secret"
	bucket    = "logs"
)

// gateway is one versitygw for all tests of this package, stopped by TestMain.
var gateway struct {
	once sync.Once
	addr string
	dir  string // what it serves
	stop func()
	skip string // why there is none
	err  error
}

func findTool(env, name string) string {
	cache, _ := os.UserCacheDir()
	for _, file := range []string{os.Getenv(env), name, filepath.Join(cache, "assay-tools", name)} {
		if p, err := osexec.LookPath(file); err == nil {
			return p
		}
	}
	return ""
}

func startGateway() {
	program := findTool("ASSAY_VERSITYGW", "versitygw")
	if program == "" {
		gateway.skip = "no S3 server to test with: run `go install github.com/versity/versitygw/cmd/versitygw@v1.8.0`, or set ASSAY_VERSITYGW to its path"
		return
	}
	dir, err := os.MkdirTemp("", "assay-s3-")
	if err != nil {
		gateway.err = err
		return
	}
	gateway.dir = dir
	gateway.stop = func() { os.RemoveAll(dir) }
	// A free port may be taken by someone else before the gateway has it.
	for range 5 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			gateway.err = err
			return
		}
		gateway.addr = l.Addr().String()
		l.Close()
		if gateway.err = runGateway(program, dir); gateway.err == nil {
			return
		}
	}
}

func runGateway(program, dir string) error {
	var out bytes.Buffer
	cmd := osexec.Command(program, "--port", gateway.addr, "--access", accessKey, "--secret", secretKey, "--keep-alive", "--quiet", "posix", dir)
	cmd.Env = []string{"HOME=" + dir, "TMPDIR=" + dir, "PATH=" + os.Getenv("PATH")}
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.Dir = dir
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	gateway.stop = func() {
		cmd.Process.Kill()
		<-ended
		os.RemoveAll(dir)
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(20 * time.Second)
	for {
		select {
		case err := <-ended:
			ended <- err
			return errors.New("versitygw ended: " + out.String())
		case <-late:
			gateway.stop()
			return errors.New("versitygw did not answer in 20 s")
		case <-tick.C:
			if c, err := net.Dial("tcp", gateway.addr); err == nil {
				c.Close()
				return nil
			}
		}
	}
}

func client(addr string, transport http.RoundTripper) (*minio.Client, error) {
	return minio.New(addr, &minio.Options{Creds: credentials.NewStaticV4(accessKey, secretKey, ""), Region: "us-east-1", Transport: transport, MaxRetries: 1})
}

// newPrefix is a place of the test's own in the gateway's one bucket.
func newPrefix(t testing.TB) string {
	t.Helper()
	gateway.once.Do(startGateway)
	if gateway.skip != "" {
		t.Skip(gateway.skip)
	}
	ok(t, gateway.err)
	c, err := client(gateway.addr, nil)
	ok(t, err)
	if err := c.MakeBucket(t.Context(), bucket, minio.MakeBucketOptions{}); err != nil && minio.ToErrorResponse(err).Code != minio.BucketAlreadyOwnedByYou {
		t.Fatal(err)
	}
	return "ltx-" + rand.Text()
}

func s3Log(t testing.TB) *ltxlog.S3Log { return s3Through(t, newPrefix(t), nil) }

func s3Through(t testing.TB, prefix string, transport http.RoundTripper) *ltxlog.S3Log {
	t.Helper()
	c, err := client(gateway.addr, transport)
	ok(t, err)
	return ltxlog.NewS3Log(c, bucket, prefix)
}
