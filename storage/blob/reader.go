package blob

import (
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/minio/sio"
)

// packageSize is how much plaintext DARE seals as one.
const packageSize = 64 << 10

// reader reads an object from anywhere. Reading on is one pass over one stream
// from the store (one request to a bucket); a seek elsewhere starts a new one at
// the package that holds the place. sio.DecryptReaderAt would open every package
// twice and ask a bucket once per package.
type reader struct {
	src    source
	cfg    sio.Config
	object Object
	off    int64 // where the caller reads next
	at     int64 // where plain is
	plain  io.Reader
	body   io.Closer
}

func (r *reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if r.off >= r.object.Size {
		return 0, io.EOF
	}
	if r.plain == nil || r.at != r.off {
		if err := r.start(); err != nil {
			return 0, r.explain(err)
		}
	}
	n, err := r.plain.Read(p[:min(int64(len(p)), r.object.Size-r.off)])
	r.off += int64(n)
	r.at = r.off
	switch {
	case err == io.EOF && r.off == r.object.Size:
		err = nil // said at the next Read
	case err == io.EOF:
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		r.stop()
		return n, r.explain(err)
	}
	return n, nil
}

// start opens the stream at the package that holds r.off and skips up to it.
func (r *reader) start() error {
	r.stop()
	first := r.off / packageSize
	body, err := r.src.from(first * sealedPackage)
	if err != nil {
		return err
	}
	r.body = body
	cfg := r.cfg
	cfg.SequenceNumber = uint32(first)
	if r.plain, err = sio.DecryptReader(body, cfg); err != nil {
		return err
	}
	r.at = r.off
	_, err = io.CopyN(io.Discard, r.plain, r.off%packageSize)
	return err
}

// sealedPackage is packageSize with its 16-byte header and 16-byte tag.
const sealedPackage = packageSize + 32

func (r *reader) stop() {
	if r.body != nil {
		r.body.Close()
	}
	r.body, r.plain = nil, nil
}

// explain tells damage from a store that cannot be reached.
func (r *reader) explain(err error) error {
	var broken sio.Error
	if errors.As(err, &broken) || err == io.ErrUnexpectedEOF || err == io.EOF {
		return fmt.Errorf("object %s: %w", r.object.Name, ErrCorrupt)
	}
	return fmt.Errorf("read object %s: %w", r.object.Name, err)
}

func (r *reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekStart:
	case io.SeekCurrent:
		offset += r.off
	case io.SeekEnd:
		offset += r.object.Size
	default:
		return 0, fmt.Errorf("seek from %d is not possible", whence)
	}
	if offset < 0 {
		return 0, errors.New("seek before the beginning")
	}
	r.off = offset
	return offset, nil
}

func (r *reader) Close() error {
	r.stop()
	return r.src.close()
}

// checked compares the SHA-256 when the content has been read to its end.
type checked struct {
	io.ReadCloser
	object Object
	sum    hash.Hash
}

func (c *checked) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.sum.Write(p[:n])
	if err == io.EOF && hex.EncodeToString(c.sum.Sum(nil)) != c.object.SHA256 {
		return n, fmt.Errorf("object %s has another SHA-256: %w", c.object.Name, ErrCorrupt)
	}
	return n, err
}
