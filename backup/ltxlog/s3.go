package ltxlog

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/superfly/ltx"
)

// S3Log keeps logs in a bucket whose store honours conditional writes (see [Probe]): <prefix><tenant>/0000 holds
// records, <prefix><tenant>/0009 snapshots, which is where Litestream's S3 replica looks.
type S3Log struct {
	core   minio.Core
	bucket string
	prefix string
}

// NewS3Log keeps logs under a prefix of a bucket; "" means the whole bucket.
func NewS3Log(client *minio.Client, bucket, prefix string) *S3Log {
	if prefix = strings.Trim(prefix, "/"); prefix != "" {
		prefix += "/"
	}
	return &S3Log{core: minio.Core{Client: client}, bucket: bucket, prefix: prefix}
}

const (
	// sumHeader holds the SHA-256 of a record, by which an owner knows its own again.
	sumHeader = "Assay-Sha256"
	// instantHeader is where Litestream looks for the instant of a record when it restores to one.
	instantHeader = "Litestream-Timestamp"
	// oneRequest is the most that S3 takes in one conditional request.
	oneRequest = 5 << 30
	// inMemory is up to what size a body is sent from memory, which lets the client try again by itself.
	inMemory = 4 << 20
	partSize = 16 << 20
)

func (l *S3Log) dir(tenant string, e Entry) string {
	return fmt.Sprintf("%s%s/%04x/", l.prefix, tenant, e.level())
}

func (l *S3Log) key(tenant string, e Entry) string { return l.dir(tenant, e) + e.file() }

// Append implements [Log]. The store may have taken a record whose answer was lost, so a slot that is taken is
// looked at: if it holds these bytes it is ours.
func (l *S3Log) Append(ctx context.Context, tenant string, seq uint64, rec Body) error {
	if err := checkTenant(tenant); err != nil {
		return err
	}
	e := Record(seq)
	if rec.Size > oneRequest {
		return fmt.Errorf("store %v: one transaction of %d bytes is more than S3 takes at once", e, rec.Size)
	}
	sum, err := rec.sha256()
	if err != nil {
		return fmt.Errorf("store %v: %w", e, err)
	}
	o := minio.PutObjectOptions{DisableMultipart: true}
	o.SetMatchETagExcept("*")
	err = l.put(ctx, tenant, e, rec, hex.EncodeToString(sum[:]), o)
	if err == nil {
		return nil
	}
	failed := fmt.Errorf("store %v: %w", e, err)
	r := answer(err)
	taken := r.StatusCode == http.StatusPreconditionFailed || r.Code == minio.PreconditionFailed
	// A store may refuse a large record before it has read it, and hang up; then nobody hears the refusal.
	if unheard := r.Code == "" && rec.Size > inMemory; !taken && !unheard {
		return failed // 409 too: somebody else is at this slot, nobody has it yet
	}
	st, err := l.core.StatObject(ctx, l.bucket, l.key(tenant, e), minio.StatObjectOptions{})
	if err != nil {
		return failed
	}
	if st.Metadata.Get("X-Amz-Meta-"+sumHeader) == hex.EncodeToString(sum[:]) {
		return nil
	}
	return fmt.Errorf("store %v: %w", e, ErrFenced)
}

// PutSnapshot implements [Log].
func (l *S3Log) PutSnapshot(ctx context.Context, tenant string, max uint64, snap Body) error {
	if err := checkTenant(tenant); err != nil {
		return err
	}
	e := Entry{Snapshot: true, Max: max}
	sum, err := snap.sha256()
	if err == nil {
		err = l.put(ctx, tenant, e, snap, hex.EncodeToString(sum[:]), minio.PutObjectOptions{PartSize: partSize})
	}
	if err != nil {
		return fmt.Errorf("store %v: %w", e, err)
	}
	return nil
}

func (l *S3Log) put(ctx context.Context, tenant string, e Entry, b Body, sum string, o minio.PutObjectOptions) error {
	r, err := b.Open()
	if err != nil {
		return err
	}
	if b.Size <= inMemory {
		whole, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		r = bytes.NewReader(whole)
	}
	head := make([]byte, ltx.HeaderSize)
	n, err := io.ReadFull(r, head)
	if err != nil && err != io.ErrUnexpectedEOF {
		return err
	}
	o.ContentType = "application/octet-stream"
	o.UserMetadata = map[string]string{sumHeader: sum}
	if h, _, err := ltx.DecodeHeader(bytes.NewReader(head[:n])); err == nil {
		o.UserMetadata[instantHeader] = time.UnixMilli(h.Timestamp).UTC().Format(time.RFC3339Nano)
	}
	o.SendContentMd5 = b.Size <= inMemory // the store refuses what was damaged on its way
	if s, ok := r.(io.Seeker); ok {
		if _, err := s.Seek(0, io.SeekStart); err != nil {
			return err
		}
	} else {
		r = io.MultiReader(bytes.NewReader(head[:n]), r)
	}
	_, err = l.core.Client.PutObject(ctx, l.bucket, l.key(tenant, e), r, b.Size, o)
	return err
}

// Records implements [Log].
func (l *S3Log) Records(ctx context.Context, tenant string, after uint64) iter.Seq2[Entry, error] {
	return l.list(ctx, tenant, Entry{}, after)
}

// Snapshots implements [Log].
func (l *S3Log) Snapshots(ctx context.Context, tenant string) iter.Seq2[Entry, error] {
	return l.list(ctx, tenant, Entry{Snapshot: true}, 0)
}

func (l *S3Log) list(ctx context.Context, tenant string, kind Entry, after uint64) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		if err := checkTenant(tenant); err != nil {
			yield(Entry{}, err)
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel() // a listing that is not read to its end asks for no further page
		dir := l.dir(tenant, kind)
		o := minio.ListObjectsOptions{Prefix: dir}
		if after > 0 {
			o.StartAfter = l.key(tenant, Entry{Snapshot: kind.Snapshot, Max: after})
		}
		for obj := range l.core.Client.ListObjectsIter(ctx, l.bucket, o) {
			if obj.Err != nil {
				yield(Entry{}, fmt.Errorf("list the log: %w", obj.Err))
				return
			}
			e, ok := parseFile(strings.TrimPrefix(obj.Key, dir), kind.Snapshot)
			if !ok || e.Max <= after {
				continue
			}
			e.Size, e.Stored = obj.Size, obj.LastModified
			if !yield(e, nil) {
				return
			}
		}
	}
}

// Get implements [Log].
func (l *S3Log) Get(ctx context.Context, tenant string, e Entry) (io.ReadCloser, error) {
	if err := checkTenant(tenant); err != nil {
		return nil, err
	}
	body, _, _, err := l.core.GetObject(ctx, l.bucket, l.key(tenant, e), minio.GetObjectOptions{})
	if missing(err) {
		return nil, fmt.Errorf("%v: %w", e, ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("read %v: %w", e, err)
	}
	return bodyOf{body}, nil
}

// errBroken is a connection that ended early.
var errBroken = errors.New("the connection to the bucket broke")

// bodyOf keeps a broken connection from looking like a record that was cut short.
type bodyOf struct{ io.ReadCloser }

func (b bodyOf) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.ErrUnexpectedEOF {
		err = errBroken
	}
	return n, err
}

// Remove implements [Log].
func (l *S3Log) Remove(ctx context.Context, tenant string, e Entry) error {
	if err := checkTenant(tenant); err != nil {
		return err
	}
	if err := l.core.RemoveObject(ctx, l.bucket, l.key(tenant, e), minio.RemoveObjectOptions{}); err != nil && !missing(err) {
		return fmt.Errorf("remove %v: %w", e, err)
	}
	return nil
}

// Destroy implements [Log]. In a bucket with versions or object lock the sealed bytes stay until their time is
// over; without the key they say nothing.
func (l *S3Log) Destroy(ctx context.Context, tenant string) error {
	if err := checkTenant(tenant); err != nil {
		return err
	}
	var listed error
	objects := func(yield func(minio.ObjectInfo) bool) {
		for o := range l.core.Client.ListObjectsIter(ctx, l.bucket, minio.ListObjectsOptions{Prefix: l.prefix + tenant + "/", Recursive: true}) {
			if o.Err != nil {
				listed = o.Err
				return
			}
			if !yield(o) {
				return
			}
		}
	}
	results, err := l.core.RemoveObjectsWithIter(ctx, l.bucket, objects, minio.RemoveObjectsOptions{})
	if err != nil {
		return fmt.Errorf("destroy the log: %w", err)
	}
	for r := range results {
		if r.Err != nil && err == nil {
			err = fmt.Errorf("remove %s: %w", r.ObjectName, r.Err)
		}
	}
	if err = errors.Join(listed, err); err != nil {
		return fmt.Errorf("destroy the log: %w", err)
	}
	return nil
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
