package op

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"

	"assay/server/op/sniff"
	"assay/storage"
	"assay/storage/blob"
)

// Limit says which files an operation takes.
type Limit struct {
	MB    int          // 0 means 25
	Types []sniff.Type // none: an Upload takes sniff.Documents, an Import whatever its parser understands
}

func (l Limit) bytes() int64 {
	if l.MB <= 0 {
		return 25 << 20
	}
	return int64(l.MB) << 20
}

// File is an uploaded file that is already kept. What a picture said about its place and time is removed
// before; Original is the digest of what was sent, Object's that of what is kept.
type File struct {
	Object   blob.Object
	Original string // SHA-256 in lower-case hex
	Name     string // without folders and invisible characters
	Type     sniff.Type
}

// Upload makes an operation that takes one file as multipart/form-data, in the part "file". The file is
// looked at, sealed and stored before the transaction begins; when the transaction fails it is removed.
func Upload[In, Out any](name, route string, may Roles, l Limit, fn func(*storage.WriteTx, In, File) (Out, error), opts ...Option) Op {
	if l.Types == nil {
		l.Types = sniff.Documents
	}
	o := describe[In, Out](WayUpload, name, route, may, opts)
	o.Writes, o.Audited, o.Limit = true, true, l
	o.register = func(m *mounted) {
		handle(m, func(ctx context.Context, rq *request, in *In) (out Out, err error) {
			got, err := rq.receive(l)
			if err != nil {
				return out, err
			}
			defer got.Close()
			content, err := sniff.Clean(got, got.size, got.kind)
			if err != nil {
				return out, refusedFile(err)
			}
			return keep(ctx, rq, got, content, l, func(tx *storage.WriteTx, f File) (Out, error) { return fn(tx, *in, f) })
		})
	}
	return o
}

// Keep is Upload for files that are read as well as kept: look is given the file while no transaction is open,
// and what it finds goes to fn beside the stored file. Limit.Types nil leaves it to look what is taken.
func Keep[In, P, Out any](name, route string, may Roles, l Limit, look func(context.Context, In, *Received) (P, error),
	fn func(*storage.WriteTx, In, File, P) (Out, error), opts ...Option) Op {
	o := describe[In, Out](WayImport, name, route, may, opts)
	o.Writes, o.Audited, o.Limit = true, true, l
	o.register = func(m *mounted) {
		handle(m, func(ctx context.Context, rq *request, in *In) (out Out, err error) {
			got, err := rq.receive(l)
			if err != nil {
				return out, err
			}
			defer got.Close()
			seen, err := look(ctx, *in, got)
			if err != nil {
				return out, err
			}
			whole := io.NewSectionReader(got, 0, got.size)
			return keep(ctx, rq, got, whole, l, func(tx *storage.WriteTx, f File) (Out, error) { return fn(tx, *in, f, seen) })
		})
	}
	return o
}

// keep seals and stores the content of what came, then writes, in one transaction, what names it. When no row
// has come to name it, because the write failed or was done before, the file is removed.
func keep[Out any](ctx context.Context, rq *request, got *Received, content io.Reader, l Limit, fn func(*storage.WriteTx, File) (Out, error)) (out Out, err error) {
	obj, err := rq.site.Blobs.Put(ctx, rq.caller.Tenant, content, l.bytes())
	if err != nil {
		return out, fmt.Errorf("store a file: %w", err)
	}
	err = rq.write(ctx, func(tx *storage.WriteTx) error {
		return once24(tx, rq, &out, func() error {
			out, err = fn(tx, File{Object: obj, Original: got.sum, Name: got.Name, Type: got.kind})
			return err
		})
	})
	if err != nil || rq.replay {
		if e := rq.site.Blobs.Delete(context.WithoutCancel(ctx), rq.caller.Tenant, obj.Name); e != nil {
			rq.site.log(rq, "remove the file of a failed upload", e)
		}
	}
	return out, err
}

// Import makes an operation that takes one file, reads it with parse while no transaction is open, and
// writes what was read in one. The reader that parse is given is a [*Received].
func Import[In, P, Out any](name, route string, may Roles, l Limit, parse func(context.Context, In, io.Reader) (P, error),
	write func(*storage.WriteTx, In, P) (Out, error), opts ...Option) Op {
	o := describe[In, Out](WayImport, name, route, may, opts)
	o.Writes, o.Audited, o.Limit = true, true, l
	o.register = func(m *mounted) {
		handle(m, func(ctx context.Context, rq *request, in *In) (out Out, err error) {
			got, err := rq.receive(l)
			if err != nil {
				return out, err
			}
			defer got.Close()
			parsed, err := parse(ctx, *in, got)
			if err != nil {
				return out, err
			}
			err = rq.write(ctx, func(tx *storage.WriteTx) error {
				return once24(tx, rq, &out, func() error {
					out, err = write(tx, *in, parsed)
					return err
				})
			})
			return out, err
		})
	}
	return o
}

// Received is an uploaded file while its operation runs. It can be read, sought in and read at any place;
// it lies in a file without a name that is gone when the operation ends.
type Received struct {
	*spool
	Name string
	size int64
	sum  string
	kind sniff.Type
}

// Size is the length of the file in bytes.
func (r *Received) Size() int64 { return r.size }

// receive reads the request's one file to disk, counting, and looks at what it is.
func (rq *request) receive(l Limit) (*Received, error) {
	limit := l.bytes()
	rc := http.NewResponseController(rq.w)
	body := &patient{rq.r.Body, rc}
	if rq.r.ContentLength > limit+64<<10 {
		rq.drain(body, limit)
		return nil, tooLarge(l)
	}
	rq.r.Body = http.MaxBytesReader(rq.w, body, limit+64<<10) // the rest is the multipart frame
	mr, err := rq.r.MultipartReader()
	if err != nil {
		return nil, badFile("Send the file as multipart/form-data, in the part named file.")
	}
	part, err := mr.NextPart()
	if err != nil {
		return nil, broke(err, l, "There is no file in the request. Send it in the part named file.")
	}
	if part.FormName() != "file" || part.FileName() == "" {
		return nil, badFile("Send one part named file, with the file's name. Other parts are not known here.")
	}
	f, err := newSpool(rq.site.TempDir)
	if err != nil {
		return nil, err
	}
	got := &Received{spool: f, Name: safeName(fileName(part))}
	if err := got.fill(part, mr, l); err != nil {
		if e := (*Error)(nil); errors.As(err, &e) && e.Kind == TooLarge {
			rq.drain(body, limit)
		}
		return nil, errors.Join(err, f.Close())
	}
	rq.arrived()
	if rq.body != nil {
		io.WriteString(rq.body, got.Name+"\n"+got.sum)
	}
	return got, nil
}

func (got *Received) fill(part *multipart.Part, mr *multipart.Reader, l Limit) error {
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(got.spool, sum), io.LimitReader(part, l.bytes()+1))
	if n > l.bytes() {
		return tooLarge(l)
	}
	if err != nil {
		return broke(err, l, "The file did not arrive whole. Please try again.")
	}
	if _, err := mr.NextPart(); !errors.Is(err, io.EOF) {
		return broke(err, l, "Send one file in one request.")
	}
	got.size, got.sum = n, hex.EncodeToString(sum.Sum(nil))
	if n == 0 {
		return badFile("The file is empty.")
	}
	if l.Types != nil {
		if got.kind, err = sniff.Check(got, n, got.Name, l.Types); err != nil {
			return refusedFile(err)
		}
	}
	_, err = got.Seek(0, io.SeekStart)
	return err
}

// drain reads on for a while after a refusal: a browser that is still sending would otherwise see a broken
// connection in place of the reason.
func (rq *request) drain(body io.Reader, limit int64) {
	_, _ = io.CopyN(io.Discard, body, 4*limit)
}

// fileName is the name the client gave, folders and all: part.FileName would cut it after its own rules.
func fileName(p *multipart.Part) string { return p.FileName() }

func badFile(sentence string) error {
	return &Error{Kind: Invalid, Message: sentence, Fields: map[string]string{"file": sentence}}
}

func tooLarge(l Limit) error {
	return Errorf(TooLarge, "The file is larger than %d MB, which is the most that can be uploaded here.", l.bytes()>>20)
}

// broke says why a request's parts could not be read.
func broke(err error, l Limit, sentence string) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return tooLarge(l)
	}
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && errors.Is(err, errSpool) {
		return err
	}
	return badFile(sentence)
}

// refusedFile gives the person the sentence that sniff has for the file.
func refusedFile(err error) error {
	var r *sniff.Refused
	if errors.As(err, &r) {
		return badFile(r.Sentence)
	}
	return err
}
