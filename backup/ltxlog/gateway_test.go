package ltxlog_test

import (
	"crypto/rand"
	"errors"
	"net/http"
	"sync"
	"testing"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"assay/backup/ltxlog"
	"assay/storage/blob/s3test"
)

const (
	accessKey = s3test.AccessKey
	secretKey = s3test.SecretKey
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

func startGateway() {
	s, err := s3test.Start()
	if errors.Is(err, s3test.ErrNone) {
		gateway.skip = err.Error()
		return
	}
	if gateway.err = err; err == nil {
		gateway.addr, gateway.dir, gateway.stop = s.Addr, s.Dir, s.Stop
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
