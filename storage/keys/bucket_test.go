package keys

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"assay/storage/blob/s3test"
)

// gateway is a bucket of a real S3 server.
func gateway(t *testing.T) *minio.Client {
	t.Helper()
	s, err := s3test.Start()
	if errors.Is(err, s3test.ErrNone) {
		t.Skip(err)
	}
	ok(t, err)
	t.Cleanup(s.Stop)
	client := must(minio.New(s.Addr, &minio.Options{Creds: credentials.NewStaticV4(s3test.AccessKey, s3test.SecretKey, ""), Region: "us-east-1"}))(t)
	ok(t, client.MakeBucket(ctx, "keys", minio.MakeBucketOptions{}))
	return client
}

const testMaster = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

// Three processes begin at once with an empty bucket: they come to the same keys, and what one destroys is
// destroyed for all.
func TestProcessesShareKeysInABucket(t *testing.T) {
	client := gateway(t)
	rings := make([]*Ring, 3)
	var wg sync.WaitGroup
	for i := range rings {
		wg.Go(func() {
			r, err := OpenBucket(context.Background(), client, "keys", "assay", testMaster, nil)
			if err == nil {
				if err = r.Create(ctx, Control); errors.Is(err, ErrExists) {
					err = nil
				}
			}
			if err == nil {
				_, err = r.Signer(ctx)
			}
			if err != nil {
				t.Error(err)
			}
			rings[i] = r
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	first, signer := must(rings[0].Key(ctx, Control))(t), must(rings[0].Signer(ctx))(t)
	for _, r := range rings[1:] {
		if must(r.Key(ctx, Control))(t).ID() != first.ID() || must(r.Signer(ctx))(t).VerifierKey() != signer.VerifierKey() {
			t.Fatal("two processes have different keys")
		}
	}

	ok(t, rings[0].Create(ctx, "tenant"))
	sealed := must(must(rings[1].Key(ctx, "tenant"))(t).SealField("here", []byte("secret")))(t)
	must(rings[1].Person(ctx, "tenant", "ada", true))(t)
	ok(t, rings[2].ErasePerson(ctx, "tenant", "ada"))
	rings[1].Fresh("tenant")
	if _, err := rings[1].Person(ctx, "tenant", "ada", true); !errors.Is(err, ErrErased) {
		t.Fatalf("another process still has the key of an erased person: %v", err)
	}
	ok(t, rings[0].Shred(ctx, "tenant"))
	rings[1].Fresh("tenant")
	if _, err := rings[1].Key(ctx, "tenant"); !errors.Is(err, ErrShredded) {
		t.Fatalf("another process still has the destroyed key: %v", err)
	}
	ok(t, rings[2].Check(ctx))
	if _, err := must(rings[2].Key(ctx, Control))(t).OpenField("here", sealed); err == nil {
		t.Fatal("another owner's key opens it")
	}

	if _, err := OpenBucket(ctx, client, "keys", "assay", strings.Replace(testMaster, "A", "B", 1), nil); err == nil || !strings.Contains(err.Error(), "not the master key") {
		t.Fatalf("another master key was taken: %v", err)
	}
	if _, err := OpenBucket(ctx, client, "keys", "assay", "", nil); err == nil {
		t.Fatal("a bucket was opened without a master key from outside")
	}
	file := filepath.Join(t.TempDir(), "master")
	ok(t, os.WriteFile(file, []byte(testMaster), 0o600))
	must(OpenBucket(ctx, client, "keys", "assay", "file:"+file, nil))(t)
}
