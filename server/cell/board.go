package cell

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/minio/minio-go/v7"
)

// Errors of a board.
var (
	errNone  = errors.New("there is no such note")
	errTaken = errors.New("the note was changed meanwhile")
)

// Board is where cells leave word for each other: a few small notes in the bucket of the logs. What is in a note is
// never needed for a write to be right.
type Board struct {
	client         *minio.Client
	bucket, prefix string
}

// NewBoard is a board under a prefix of a bucket.
func NewBoard(client *minio.Client, bucket, prefix string) *Board {
	if prefix = strings.Trim(prefix, "/"); prefix != "" {
		prefix += "/"
	}
	return &Board{client, bucket, prefix}
}

const mostNote = 64 << 10

// get reads a note, and the tag by which a change of it is known.
func (b *Board) get(ctx context.Context, name string) (text []byte, tag string, err error) {
	o, err := b.client.GetObject(ctx, b.bucket, b.prefix+name, minio.GetObjectOptions{})
	if err != nil {
		return nil, "", err
	}
	defer o.Close()
	if text, err = io.ReadAll(io.LimitReader(o, mostNote)); err == nil {
		var st minio.ObjectInfo
		st, err = o.Stat() // of the answer that was read
		tag = st.ETag
	}
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		err = errNone
	}
	return text, tag, err
}

// put writes a note whatever is there, or, with a tag, only over the note that has it.
func (b *Board) put(ctx context.Context, name string, text []byte, over string) (tag string, err error) {
	o := minio.PutObjectOptions{DisableMultipart: true, ContentType: "application/json"}
	if over != "" {
		o.SetMatchETag(over)
	}
	info, err := b.client.PutObject(ctx, b.bucket, b.prefix+name, bytes.NewReader(text), int64(len(text)), o)
	r := minio.ToErrorResponse(err)
	if err != nil && (r.StatusCode == http.StatusPreconditionFailed || r.Code == minio.PreconditionFailed || r.StatusCode == http.StatusNotFound) {
		err = errTaken
	}
	return info.ETag, err
}

func (b *Board) remove(ctx context.Context, name string) error {
	return b.client.RemoveObject(ctx, b.bucket, b.prefix+name, minio.RemoveObjectOptions{})
}

// list names the notes in a folder.
func (b *Board) list(ctx context.Context, dir string) (names []string, err error) {
	for o := range b.client.ListObjects(ctx, b.bucket, minio.ListObjectsOptions{Prefix: b.prefix + dir}) {
		if o.Err != nil {
			return nil, o.Err
		}
		names = append(names, strings.TrimPrefix(o.Key, b.prefix))
	}
	return names, nil
}
