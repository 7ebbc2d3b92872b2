package witness_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"

	"assay/backup/witness"
	"assay/storage"
	"assay/storage/blob"
	"assay/storage/blob/s3test"
)

// TestBucket keeps checkpoints in a real S3 server, in a bucket with object lock and in one without: written once, and
// where there is a lock nobody removes them, not even with the keys of the bucket.
func TestBucket(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a process; not with -short")
	}
	s, err := s3test.Start()
	if errors.Is(err, s3test.ErrNone) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	ctx := t.Context()
	client, err := blob.S3Config{Endpoint: s.Addr, Region: "us-east-1", AccessKey: s3test.AccessKey, SecretKey: s3test.SecretKey}.Client()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(s.Dir, "plain"), 0o700); err != nil {
		t.Fatal(err)
	}
	const name = "ABCDEFGHIJKLMNOPQRSTUVWXY2/000000000007-20260302T090000Z.txt"
	until := time.Now().Add(24 * time.Hour)
	for _, bucket := range []string{"plain", "locked"} {
		t.Run(bucket, func(t *testing.T) {
			if bucket == "locked" {
				if err := client.MakeBucket(ctx, bucket, minio.MakeBucketOptions{ObjectLocking: true}); err != nil {
					t.Skipf("this S3 server makes no bucket with object lock: %v", err)
				}
			}
			place := witness.NewBucket(client, bucket, "assay/checkpoints")
			locks, err := place.Locks(ctx)
			if err != nil || locks != (bucket == "locked") {
				t.Fatalf("locks: %v %v", locks, err)
			}
			if n, err := witness.Newest(ctx, place, "ABCDEFGHIJKLMNOPQRSTUVWXY2"); err != nil || n != -1 {
				t.Errorf("newest of none: %d %v", n, err)
			}
			if err := place.Put(ctx, name, "a note", until); err != nil {
				t.Fatal(err)
			}
			if err := place.Put(ctx, name, "another", until); err == nil || !locks && !errors.Is(err, storage.ErrExists) {
				t.Errorf("written over: %v", err)
			}
			if text, err := place.Get(ctx, name); err != nil || text != "a note" {
				t.Errorf("%q %v", text, err)
			}
			if n, err := witness.Newest(ctx, place, "ABCDEFGHIJKLMNOPQRSTUVWXY2"); err != nil || n != 7 {
				t.Errorf("newest: %d %v", n, err)
			}
			err = client.RemoveObject(ctx, bucket, "assay/checkpoints/"+name, minio.RemoveObjectOptions{ForceDelete: false, GovernanceBypass: true})
			if removed := err == nil; removed == locks {
				t.Errorf("removed: %v, %v", removed, err)
			}
		})
	}
	if _, err := witness.NewBucket(client, "absent", "").Locks(ctx); err == nil {
		t.Error("a bucket that is not there can be asked")
	}
}
