package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// S3Config says where a bucket is. Without AccessKey and SecretKey they come
// from the AWS environment variables or the machine's role.
type S3Config struct {
	Endpoint  string // host or host:port, no scheme
	Region    string
	Bucket    string
	Prefix    string // objects live under it; "" means the whole bucket
	AccessKey string
	SecretKey string
	Secure    bool // https
}

// Client is how the bucket's server is reached.
func (c S3Config) Client() (*minio.Client, error) {
	if strings.Contains(c.Endpoint, "://") || c.Endpoint == "" {
		return nil, fmt.Errorf("the S3 endpoint is a host name such as s3.eu-central-1.amazonaws.com, without a scheme; got %q", c.Endpoint)
	}
	creds := credentials.NewStaticV4(c.AccessKey, c.SecretKey, "")
	if c.AccessKey == "" && c.SecretKey == "" {
		creds = credentials.NewChainCredentials([]credentials.Provider{&credentials.EnvAWS{}, &credentials.IAM{}})
	}
	client, err := minio.New(c.Endpoint, &minio.Options{
		Creds:      creds,
		Secure:     c.Secure,
		Region:     c.Region,
		MaxRetries: 4,
	})
	if err != nil {
		return nil, fmt.Errorf("S3 settings: %w", err)
	}
	return client, nil
}

// OpenS3 opens the bucket and checks that it is there and may be listed.
func OpenS3(ctx context.Context, c S3Config) (Backend, error) {
	client, err := c.Client()
	if err != nil {
		return nil, err
	}
	b := S3(client, c.Bucket, c.Prefix).(*bucket)
	// A listing is asked for, not HEAD: only an answer with a body says what is wrong.
	for _, err := range b.list(ctx, "t") {
		if err != nil {
			return nil, c.explain(err)
		}
		break
	}
	return b, nil
}

// explain says in a sentence why a bucket cannot be used.
func (c S3Config) explain(err error) error {
	why := "cannot be reached"
	switch answer(err).Code {
	case minio.NoSuchBucket:
		why = "does not exist; create it first"
	case "SignatureDoesNotMatch":
		why = "refuses the secret key"
	case "InvalidAccessKeyId", "XAdminUserNotFound": // AWS, versitygw
		why = "does not know the access key"
	case minio.AccessDenied:
		why = "may not be listed with this access key"
	case "AuthorizationHeaderMalformed", "PermanentRedirect":
		why = "is in another region"
	}
	return fmt.Errorf("bucket %q at %s %s: %w", c.Bucket, c.Endpoint, why, err)
}

// S3 keeps objects in a bucket that a client reaches. See OpenS3.
func S3(client *minio.Client, name, prefix string) Backend {
	if prefix = strings.Trim(prefix, "/"); prefix != "" {
		prefix += "/"
	}
	return &bucket{core: minio.Core{Client: client}, name: name, prefix: prefix}
}

type bucket struct {
	core   minio.Core
	name   string
	prefix string
}

// An upload's size is not known before its end. Up to wholeSize it is gathered
// and sent in one request; beyond, in parts of partSize, one at a time. Both
// together bound the memory of an upload; 10,000 parts bound its size, 80 GB.
const (
	wholeSize = 4 << 20
	partSize  = 8 << 20
)

func (b *bucket) put(ctx context.Context, name string, r io.Reader) error {
	var head bytes.Buffer
	size, err := io.CopyN(&head, r, wholeSize)
	if err != nil && err != io.EOF {
		return err
	}
	var body io.Reader = bytes.NewReader(head.Bytes())
	if err == nil {
		body, size = io.MultiReader(body, r), -1
	}
	_, err = b.core.Client.PutObject(ctx, b.name, b.prefix+name, body, size, minio.PutObjectOptions{
		ContentType: "application/octet-stream",
		PartSize:    partSize,
		// The store refuses what was damaged on its way; every server knows this
		// header, and a bucket with object lock demands it.
		SendContentMd5: true,
		// On plain http a body is signed in chunks. The one chunk of an empty body
		// would stay on the connection and spoil the request after it.
		DisableContentSha256: size == 0,
	})
	if err != nil {
		// minio-go aborts the parts; an answer that was lost may hide an object.
		after, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		_ = b.remove(after, name)
	}
	return err
}

func (b *bucket) open(ctx context.Context, name string) (source, error) {
	st, err := b.core.StatObject(ctx, b.name, b.prefix+name, minio.StatObjectOptions{})
	if missing(err) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return &bucketObject{ctx: ctx, bucket: b, name: b.prefix + name, length: st.Size}, nil
}

// answer is what the store itself said, nothing when it said nothing.
func answer(err error) (r minio.ErrorResponse) {
	errors.As(err, &r)
	return r
}

func missing(err error) bool {
	if err == nil {
		return false
	}
	r := answer(err)
	return r.Code == minio.NoSuchKey || r.Code == "" && r.StatusCode == http.StatusNotFound
}

type bucketObject struct {
	ctx    context.Context
	bucket *bucket
	name   string
	length int64
}

func (o *bucketObject) size() int64  { return o.length }
func (o *bucketObject) close() error { return nil }

func (o *bucketObject) from(off int64) (io.ReadCloser, error) {
	var opts minio.GetObjectOptions
	if off > 0 {
		if err := opts.SetRange(off, 0); err != nil {
			return nil, err
		}
	}
	body, _, _, err := o.bucket.core.GetObject(o.ctx, o.bucket.name, o.name, opts)
	if missing(err) {
		return nil, ErrNotFound // deleted since it was opened
	}
	if err != nil {
		return nil, err
	}
	return bodyOf{body}, nil
}

// bodyOf keeps a broken connection from looking like a short object.
type bodyOf struct{ io.ReadCloser }

func (b bodyOf) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.ErrUnexpectedEOF {
		err = errors.New("the connection to the bucket broke")
	}
	return n, err
}

func (b *bucket) remove(ctx context.Context, name string) error {
	err := b.core.RemoveObject(ctx, b.name, b.prefix+name, minio.RemoveObjectOptions{})
	if missing(err) {
		return nil
	}
	return err
}

func (b *bucket) removeAll(ctx context.Context, dir string) error {
	var listed error
	objects := func(yield func(minio.ObjectInfo) bool) {
		for o := range b.core.Client.ListObjectsIter(ctx, b.name, minio.ListObjectsOptions{Prefix: b.prefix + dir + "/", Recursive: true}) {
			if o.Err != nil {
				listed = o.Err
				return
			}
			if !yield(o) {
				return
			}
		}
	}
	results, err := b.core.RemoveObjectsWithIter(ctx, b.name, objects, minio.RemoveObjectsOptions{})
	if err != nil {
		return err
	}
	for r := range results {
		if r.Err != nil && err == nil {
			err = fmt.Errorf("remove %s: %w", r.ObjectName, r.Err)
		}
	}
	return errors.Join(listed, err)
}

func (b *bucket) list(ctx context.Context, dir string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		prefix := b.prefix + dir + "/"
		for o := range b.core.Client.ListObjectsIter(ctx, b.name, minio.ListObjectsOptions{Prefix: prefix}) {
			if o.Err != nil {
				yield("", o.Err)
				return
			}
			if last := strings.TrimPrefix(o.Key, prefix); last != "" && !yield(strings.TrimSuffix(last, "/"), nil) {
				return
			}
		}
	}
}

func (b *bucket) clean(ctx context.Context, before time.Time) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends the listing when something fails
	for u := range b.core.ListIncompleteUploads(ctx, b.name, b.prefix+"t/", true) {
		if u.Err != nil {
			return u.Err
		}
		if u.Initiated.Before(before) {
			if err := b.core.AbortMultipartUpload(ctx, b.name, u.Key, u.UploadID); err != nil && !missing(err) && answer(err).Code != minio.NoSuchUpload {
				return err
			}
		}
	}
	return nil
}

func (b *bucket) close() error { return nil }
