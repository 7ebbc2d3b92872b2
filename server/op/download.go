package op

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"assay/storage"
	"assay/storage/blob"
)

// Sent is a file on its way to a person: an object of the store, or bytes made for the occasion.
type Sent struct {
	Object blob.Object
	Bytes  []byte // instead of Object
	Name   string // as the person will find it in their downloads
	Type   string // media type, as it was found at upload
	Inline bool   // may be shown in the browser, if its type cannot run anything
}

// shown are the types a browser may show in place. None of them can carry a script that runs: SVG and HTML
// are not among them.
var shown = []string{"application/pdf", "image/png", "image/jpeg", "image/webp", "image/gif"}

// Download makes an operation that sends a file, whole or in ranges, and leaves an event record. A browser
// saves the file or shows it in a sandbox; it never runs it with our origin.
func Download[In any](name, route string, may Roles, fn func(*storage.ReadTx, In) (Sent, error), opts ...Option) Op {
	o := describe[In, Sent](WayDownload, name, route, may, opts)
	o.Audited = true
	o.register = func(m *mounted) {
		stream(m, func(ctx context.Context, rq *request, in *In) (func(), error) {
			var s Sent
			err := rq.read(ctx, func(tx *storage.ReadTx) (err error) {
				s, err = fn(tx, *in)
				return err
			})
			if err != nil {
				return nil, err
			}
			return rq.sending(ctx, s)
		})
	}
	return o
}

// handler that writes its answer itself. run returns what writes it: until then an error is still an error.
func stream[In any](m *mounted, run func(context.Context, *request, *In) (func(), error)) {
	type raw struct{ Body func(huma.Context) }
	huma.Register(m.site.api, m.operation(), func(ctx context.Context, in *In) (*raw, error) {
		rq := requestOf(ctx)
		rq.arrived()
		write, err := run(ctx, rq, in)
		if err != nil {
			return nil, rq.fail(err)
		}
		return &raw{func(huma.Context) { write() }}, nil
	})
}

// sending opens what is to be sent, records that it is, and returns what sends it.
func (rq *request) sending(ctx context.Context, s Sent) (func(), error) {
	var content io.ReadSeekCloser = nopCloser{bytes.NewReader(s.Bytes)}
	sum, size := "", int64(len(s.Bytes))
	if s.Bytes == nil {
		if rq.past != nil && rq.frozen() == nil { // it may be gone since
			return nil, Errorf(Conflict, "The past shows what is said of a file, not the file. Go back to today to open it.")
		}
		opened, err := rq.site.Blobs.Open(ctx, rq.caller.Tenant, s.Object)
		if err != nil {
			rq.noteDamage(s, err)
			return nil, fmt.Errorf("open %s: %w", s.Object.Name, err)
		}
		content, sum, size = opened, s.Object.SHA256, s.Object.Size
	}
	if rq.site.read.first(rq.caller.Account+" "+rq.caller.Person+" "+rq.m.action()+" "+rq.r.URL.Path, rq.site.Now()) {
		if err := rq.record(rq.call(), storage.Event{Subject: s.Name, Detail: map[string]any{"path": rq.r.URL.Path, "sha256": sum, "bytes": size}}); err != nil {
			return nil, errors.Join(err, content.Close())
		}
	}
	return func() {
		defer content.Close()
		h := rq.w.Header()
		disposition := "attachment"
		if s.Inline && slices.Contains(shown, s.Type) {
			disposition = "inline"
		}
		safeHeaders(h, s.Name, s.Type, disposition)
		if disposition == "inline" && s.Type == "application/pdf" { // our own pages show it in a frame; the sandbox keeps it apart from them
			h.Set("X-Frame-Options", "SAMEORIGIN")
			h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'self'")
		}
		h.Set("Assay-Audit", rq.seqs())
		if h.Get("Assay-Audit") == "" {
			h.Del("Assay-Audit")
		}
		if sum != "" {
			h.Set("ETag", `"`+sum+`"`)
		}
		out := rq.slowly()
		defer out.done()
		v := &verified{ReadSeeker: content, size: size, want: sum, hash: sha256.New()}
		http.ServeContent(out, rq.r, "", time.Time{}, v)
		if v.err != nil && !errors.Is(v.err, io.EOF) {
			rq.site.log(rq, "a file could not be sent whole", v.err)
			rq.noteDamage(s, v.err)
			panic(http.ErrAbortHandler) // the client must not take it for whole
		}
	}, nil
}

// noteDamage leaves a record of an object that is not what was stored, if that is what err says.
func (rq *request) noteDamage(s Sent, err error) {
	if !errors.Is(err, errDamaged) && !errors.Is(err, blob.ErrCorrupt) {
		return
	}
	call := rq.call()
	call.Action = "file.damaged"
	e := storage.Event{Subject: s.Object.Name, Detail: map[string]any{"name": s.Name, "sha256": s.Object.SHA256, "path": rq.r.URL.Path}}
	if err := rq.record(call, e); err != nil {
		rq.site.log(rq, "record a damaged file", err)
	}
}

// safeHeaders keeps a browser from doing anything with a file but save it or show it.
func safeHeaders(h http.Header, name, contentType, disposition string) {
	if contentType == "" {
		contentType = "application/octet-stream"
	}
	if strings.HasPrefix(contentType, "text/") && !strings.Contains(contentType, "charset") {
		contentType += "; charset=utf-8"
	}
	h.Set("Content-Type", contentType)
	h.Set("Content-Disposition", contentDisposition(disposition, name))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cache-Control", "private, no-store")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// contentDisposition names a file as RFC 6266 says: plain letters for old readers, the real name beside.
func contentDisposition(how, name string) string {
	name = safeName(name)
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' || r == '%' {
			return '_'
		}
		return r
	}, name)
	return mime.FormatMediaType(how, map[string]string{"filename": plain}) + "; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}

var errDamaged = errors.New("the object is not what was stored")

// verified reads an object and, when it is read from start to end, holds its last bytes back until the
// whole has the digest it was stored with: a damaged file ends as a broken transfer, never as a success.
type verified struct {
	io.ReadSeeker
	size, at int64
	hashed   int64 // how far hash has come without a gap; -1 when there was one
	want     string
	hash     hash.Hash
	err      error
}

func (v *verified) Seek(offset int64, whence int) (int64, error) {
	if whence == io.SeekEnd { // ServeContent asks for the size
		v.at = v.size + offset
	} else {
		n, err := v.ReadSeeker.Seek(offset, whence)
		if err != nil {
			v.err = err
			return n, err
		}
		v.at = n
		return n, nil
	}
	return v.ReadSeeker.Seek(v.at, io.SeekStart)
}

func (v *verified) Read(b []byte) (int, error) {
	n, err := v.ReadSeeker.Read(b)
	if v.at == v.hashed && v.want != "" {
		v.hash.Write(b[:n])
		v.hashed += int64(n)
	} else {
		v.hashed = -1
	}
	v.at += int64(n)
	if v.hashed == v.size && n > 0 && v.want != "" && hex.EncodeToString(v.hash.Sum(nil)) != v.want {
		v.err = errDamaged
		return 0, v.err
	}
	if err == nil || v.at == v.size {
		return n, err
	}
	if errors.Is(err, io.EOF) {
		err = fmt.Errorf("%w: it ends after %d of %d bytes", errDamaged, v.at, v.size)
	}
	v.err = err
	return n, err
}

type nopCloser struct{ io.ReadSeeker }

func (nopCloser) Close() error { return nil }
