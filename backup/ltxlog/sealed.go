package ltxlog

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"github.com/minio/sio"

	"assay/storage/keys"
)

// Sealed is a log whose records say nothing without the tenant's key. Each is sealed (DARE 2.0, AES-256-GCM)
// under a key made from the tenant's key and the record's slot: in another slot or another tenant's log it does
// not open, and with the tenant's key destroyed nothing does. The second argument finds a tenant's key;
// [keys.Keeper.Key] is one such function.
//
// The same content gives the same sealed bytes, and other content another nonce: Append knows a record by its
// bytes, and two owners that try one slot with one key must never share a nonce.
func Sealed(l Log, key func(ctx context.Context, tenant string) (keys.Key, error)) Log {
	return sealedLog{l, key}
}

type sealedLog struct {
	Log
	key func(ctx context.Context, tenant string) (keys.Key, error)
}

func (l sealedLog) config(ctx context.Context, tenant string, e Entry) (cfg sio.Config, nonce []byte, err error) {
	k, err := l.key(ctx, tenant)
	if err != nil {
		return cfg, nil, fmt.Errorf("key of %s: %w", tenant, err)
	}
	return sio.Config{
		MinVersion:   sio.Version20,
		CipherSuites: []byte{sio.AES_256_GCM},
		Key:          k.Derive("ltx", tenant, e.slot()),
	}, k.Derive("ltx-nonce", tenant, e.slot()), nil
}

func (l sealedLog) seal(ctx context.Context, tenant string, e Entry, plain Body) (Body, error) {
	cfg, nonceKey, err := l.config(ctx, tenant, e)
	if err != nil {
		return Body{}, fmt.Errorf("seal %v: %w", e, err)
	}
	size, err := sio.EncryptedSize(uint64(plain.Size))
	if err != nil {
		return Body{}, fmt.Errorf("seal %v: %w", e, err)
	}
	sum, err := plain.sha256()
	if err != nil {
		return Body{}, fmt.Errorf("seal %v: %w", e, err)
	}
	mac := hmac.New(sha256.New, nonceKey)
	mac.Write(sum[:])
	cfg.Nonce = (*[12]byte)(mac.Sum(nil))
	return Body{Size: int64(size), Open: func() (io.Reader, error) {
		r, err := plain.Open()
		if err != nil {
			return nil, err
		}
		return sio.EncryptReader(r, cfg)
	}}, nil
}

func (l sealedLog) Append(ctx context.Context, tenant string, seq uint64, rec Body) error {
	b, err := l.seal(ctx, tenant, Record(seq), rec)
	if err != nil {
		return err
	}
	return l.Log.Append(ctx, tenant, seq, b)
}

func (l sealedLog) PutSnapshot(ctx context.Context, tenant string, max uint64, snap Body) error {
	b, err := l.seal(ctx, tenant, Entry{Snapshot: true, Max: max}, snap)
	if err != nil {
		return err
	}
	return l.Log.PutSnapshot(ctx, tenant, max, b)
}

func (l sealedLog) Get(ctx context.Context, tenant string, e Entry) (io.ReadCloser, error) {
	cfg, _, err := l.config(ctx, tenant, e)
	if err != nil {
		return nil, fmt.Errorf("open %v: %w", e, err)
	}
	body, err := l.Log.Get(ctx, tenant, e)
	if err != nil {
		return nil, err
	}
	in := &source{r: body}
	r, err := sio.DecryptReader(in, cfg)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %v: %w", e, err), body.Close())
	}
	return &unsealed{e, r, body, in}, nil
}

type unsealed struct {
	e    Entry
	r    io.Reader
	body io.Closer
	n    *source // what was sealed
}

func (u *unsealed) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	var tampered sio.Error
	switch {
	case u.n.n == 0 && u.n.err == nil && err != nil:
		err = io.EOF // nothing lies there, which is its own kind of damage
	case errors.As(err, &tampered):
		err = fmt.Errorf("%w: %v does not open with this tenant's key for this slot: it was changed, cut short or moved here", ErrDamaged, u.e)
	}
	return n, err
}

func (u *unsealed) Close() error { return u.body.Close() }
