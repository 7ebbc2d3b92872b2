package keys

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
)

// OpenBucket opens keys that lie in a bucket, where the processes of an installation share them. The master key is
// given from outside, as for WithMaster, and never lies there. A bucket that keeps old versions is refused: a key
// that was destroyed in it would still be there. A nil random means crypto/rand.
func OpenBucket(ctx context.Context, client *minio.Client, name, prefix, master string, random io.Reader) (*Ring, error) {
	fail := func(err error) (*Ring, error) { return nil, fmt.Errorf("keys in bucket %s: %w", name, err) }
	if master == "" {
		return fail(errors.New("keys that are shared need a master key from outside"))
	}
	raw, err := ReadMaster(master)
	if err != nil {
		return fail(err)
	}
	if v, err := client.GetBucketVersioning(ctx, name); err == nil && v.Enabled() { // a store that cannot say has none
		return fail(errors.New("it keeps old versions of objects, so no key in it could ever be destroyed; take a bucket without versioning"))
	}
	if prefix = strings.Trim(prefix, "/"); prefix != "" {
		prefix += "/"
	}
	s := bucket{client, name, prefix}
	used, err := used(s)
	if err != nil {
		return fail(err)
	}
	r, err := openShelf(s, locked(random), raw, true, used)
	if err != nil {
		return fail(err)
	}
	return r, nil
}

// bucket is a shelf in a bucket. A write is acknowledged when the store has it.
type bucket struct {
	client       *minio.Client
	name, prefix string
}

// answers is how long the store may take for one request.
const answers = 20 * time.Second

func limited() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), answers)
}

func (b bucket) read(name string) ([]byte, error) {
	ctx, cancel := limited()
	defer cancel()
	o, err := b.client.GetObject(ctx, b.name, b.prefix+name, minio.GetObjectOptions{})
	if err != nil {
		return nil, err
	}
	defer o.Close()
	data, err := io.ReadAll(o)
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		return nil, fs.ErrNotExist
	}
	return data, err
}

func (b bucket) create(name string, data []byte) error {
	o := minio.PutObjectOptions{DisableMultipart: true}
	o.SetMatchETagExcept("*")
	err := b.put(name, data, o)
	if r := minio.ToErrorResponse(err); err != nil && (r.StatusCode == http.StatusPreconditionFailed || r.Code == minio.PreconditionFailed) {
		// An answer that was lost makes the client ask again: then it is our own that is there.
		if there, e := b.read(name); e == nil && bytes.Equal(there, data) {
			return nil
		}
		return fs.ErrExist
	}
	return err
}

func (b bucket) replace(name string, data []byte) error {
	return b.put(name, data, minio.PutObjectOptions{DisableMultipart: true})
}

func (b bucket) put(name string, data []byte, o minio.PutObjectOptions) error {
	ctx, cancel := limited()
	defer cancel()
	_, err := b.client.PutObject(ctx, b.name, b.prefix+name, bytes.NewReader(data), int64(len(data)), o)
	return err
}

func (b bucket) list(dir string) ([]string, error) {
	ctx, cancel := limited()
	defer cancel()
	under := b.prefix
	if dir != "." {
		under += dir + "/"
	}
	var names []string
	for o := range b.client.ListObjects(ctx, b.name, minio.ListObjectsOptions{Prefix: under}) {
		if o.Err != nil {
			return nil, o.Err
		}
		names = append(names, strings.TrimSuffix(strings.TrimPrefix(o.Key, under), "/"))
	}
	slices.Sort(names)
	return names, nil
}

func (b bucket) clear(dir string) error {
	ctx, cancel := limited()
	defer cancel()
	for o := range b.client.ListObjects(ctx, b.name, minio.ListObjectsOptions{Prefix: b.prefix + dir + "/", Recursive: true}) {
		if o.Err != nil {
			return o.Err
		}
		if err := b.client.RemoveObject(ctx, b.name, o.Key, minio.RemoveObjectOptions{}); err != nil {
			return err
		}
	}
	return b.client.RemoveObject(ctx, b.name, b.prefix+dir, minio.RemoveObjectOptions{})
}
