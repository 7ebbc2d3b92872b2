package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"assay/storage/blob/s3test"
	"assay/storage/keys"
)

const (
	accessKey = s3test.AccessKey
	secretKey = s3test.SecretKey
	bucketFor = "objects"
)

// gateway is one versitygw for all tests of this package, stopped by TestMain.
var gateway struct {
	once sync.Once
	addr string
	stop func()
	skip string // why there is none
	err  error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if gateway.stop != nil {
		gateway.stop()
	}
	os.Exit(code)
}

func startGateway() {
	s, err := s3test.Start()
	if errors.Is(err, s3test.ErrNone) {
		gateway.skip = err.Error()
		return
	}
	if gateway.err = err; err == nil {
		gateway.addr, gateway.stop = s.Addr, s.Stop
	}
}

func client(t testing.TB) *minio.Client {
	t.Helper()
	gateway.once.Do(startGateway)
	if gateway.skip != "" {
		t.Skip(gateway.skip)
	}
	ok(t, gateway.err)
	c, err := minio.New(gateway.addr, &minio.Options{Creds: credentials.NewStaticV4(accessKey, secretKey, ""), Region: "us-east-1"})
	ok(t, err)
	return c
}

// config is a place of the test's own in the gateway's one bucket.
func config(t testing.TB) S3Config {
	t.Helper()
	if err := client(t).MakeBucket(ctx, bucketFor, minio.MakeBucketOptions{}); err != nil && minio.ToErrorResponse(err).Code != minio.BucketAlreadyOwnedByYou {
		t.Fatal(err)
	}
	return S3Config{Endpoint: gateway.addr, Region: "us-east-1", Bucket: bucketFor, Prefix: "/assay/" + rand.Text() + "/", AccessKey: accessKey, SecretKey: secretKey}
}

func onS3(t testing.TB) Backend {
	t.Helper()
	b, err := OpenS3(ctx, config(t))
	ok(t, err)
	return b
}

func TestS3SaysWhatIsWrong(t *testing.T) {
	good := config(t)
	for what, change := range map[string]func(*S3Config){
		"does not exist; create it first": func(c *S3Config) { c.Bucket = "nowhere" },
		"refuses the secret key":          func(c *S3Config) { c.SecretKey = "wrong" },
		"does not know the access key":    func(c *S3Config) { c.AccessKey = "nobody" },
		"without a scheme":                func(c *S3Config) { c.Endpoint = "http://" + c.Endpoint },
		"the S3 endpoint is a host name":  func(c *S3Config) { c.Endpoint = "" },
		"cannot be reached":               func(c *S3Config) { c.Endpoint = closedPort(t) },
	} {
		c := good
		change(&c)
		_, err := OpenS3(ctx, c)
		if err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("want %q, got %v", what, err)
		}
		if err != nil && strings.Contains(err.Error(), secretKey) {
			t.Errorf("%q shows the secret", err)
		}
	}
}

func closedPort(t testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	defer l.Close()
	return l.Addr().String()
}

func TestS3EmptyObjectsDoNotSpoilTheConnection(t *testing.T) {
	s, _ := store(t, onS3(t))
	for range 30 {
		ok(t, s.Verify(ctx, "acme", put(t, s, "acme", nil)))
	}
}

func TestS3PrefixesStayApart(t *testing.T) {
	one, two := onS3(t), onS3(t)
	k := keys.NewMemory(nil)
	ok(t, k.Create(ctx, "acme"))
	a, b := New(one, k, nil), New(two, k, nil)
	o := put(t, a, "acme", content(100))
	if _, err := b.Open(ctx, "acme", o); !errors.Is(err, ErrNotFound) {
		t.Fatal(err)
	}
	ok(t, b.DestroyTenant(ctx, "acme"))
	ok(t, a.Verify(ctx, "acme", o))
}

func TestS3DestroysMoreThanOnePage(t *testing.T) {
	if testing.Short() {
		t.Skip("1,100 uploads")
	}
	s, _ := store(t, onS3(t))
	for range 1100 {
		put(t, s, "acme", []byte("x"))
	}
	if n := len(names(t, s, "acme")); n != 1100 {
		t.Fatalf("%d listed", n)
	}
	ok(t, s.DestroyTenant(ctx, "acme"))
	if n := len(names(t, s, "acme")); n != 0 {
		t.Fatalf("%d left", n)
	}
}

func TestS3CleanEndsOldUploads(t *testing.T) {
	b := onS3(t).(*bucket)
	s, _ := store(t, b)
	name := b.prefix + "t/acme/o/" + strings.Repeat("A", nameSize)
	id, err := b.core.NewMultipartUpload(ctx, b.name, name, minio.PutObjectOptions{})
	ok(t, err)
	_, err = b.core.PutObjectPart(ctx, b.name, name, id, 1, strings.NewReader("part"), 4, minio.PutObjectPartOptions{})
	ok(t, err)
	count := func() (n int) {
		for u := range b.core.Client.ListIncompleteUploads(ctx, b.name, b.prefix, true) {
			ok(t, u.Err)
			n++
		}
		return n
	}
	ok(t, s.Clean(ctx, time.Now().Add(-time.Hour)))
	if count() != 1 {
		t.Fatal("a young upload was ended")
	}
	ok(t, s.Clean(ctx, time.Now().Add(time.Hour)))
	if count() != 0 {
		t.Fatal("an old upload was left")
	}
}

// Through a counting proxy: reading on is one request, however long the object.
func TestS3ReadsInOneRequest(t *testing.T) {
	c := config(t)
	var mu sync.Mutex
	gets := 0
	var breakAt int64
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		if r.Method == "GET" && strings.Contains(r.URL.Path, "/t/acme/o/") {
			gets++
		}
		cut := breakAt
		mu.Unlock()
		q := r.Clone(r.Context())
		q.RequestURI, q.URL.Scheme, q.URL.Host = "", "http", gateway.addr // Host stays: it is signed
		a, err := http.DefaultTransport.RoundTrip(q)
		if err != nil {
			w.WriteHeader(502)
			return
		}
		defer a.Body.Close()
		for k, v := range a.Header {
			w.Header()[k] = v
		}
		w.WriteHeader(a.StatusCode)
		if cut > 0 && r.Method == "GET" {
			io.CopyN(w, a.Body, cut)
			panic(http.ErrAbortHandler)
		}
		io.Copy(w, a.Body)
	}))
	defer proxy.Close()
	c.Endpoint = strings.TrimPrefix(proxy.URL, "http://")
	b, err := OpenS3(ctx, c)
	ok(t, err)
	s, _ := store(t, b)
	o := put(t, s, "acme", content(10*packageSize))
	ok(t, s.Verify(ctx, "acme", o))
	if gets != 1 {
		t.Errorf("%d requests for one reading", gets)
	}

	// A connection that breaks is not a damaged object.
	mu.Lock()
	breakAt = 3*packageSize + 17
	mu.Unlock()
	err = s.Verify(ctx, "acme", o)
	if err == nil || errors.Is(err, ErrCorrupt) {
		t.Errorf("a broken connection gave %v", err)
	}
}

func TestS3UploadEndsWithItsCaller(t *testing.T) {
	s, _ := store(t, onS3(t))
	o := put(t, s, "acme", content(10))
	gone, cancel := context.WithCancel(ctx)
	cancel()
	_, err := s.Open(gone, "acme", o)
	is(t, err, context.Canceled)
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrCorrupt) {
		t.Fatalf("a cancelled reading gave %v", err)
	}
}
