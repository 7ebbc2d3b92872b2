package ltxlog_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/backup/ltxlog"
)

// TestVerify reads a log that two owners wrote, whole, with one byte changed in each of its files in turn, and with
// each of them gone; and a copy of it, which is the same to the byte.
func TestVerify(t *testing.T) {
	l := ltxlog.FileLog{Dir: t.TempDir()}
	c := newClock()
	for node := range 2 {
		o := start(t, l, filepath.Join(t.TempDir(), "a.db"), ltxlog.Config{Now: c.Now, Node: uint64(node + 1), SnapshotEvery: 1 << 60})
		for i := range 4 {
			ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES (?, 'x')", fmt.Sprint(node, i))))
		}
		_, err := o.ship.Snapshot(t.Context())
		ok(t, err)
		ok(t, o.write(t.Context(), exec("INSERT INTO ev (id, pad) VALUES (?, 'y')", fmt.Sprint(node, "last"))))
		ok(t, o.close(t.Context()))
	}
	v, err := ltxlog.Verify(t.Context(), l, tenant)
	ok(t, err)
	if !v.OK() || v.Records < 10 || v.Snapshots != 2 || v.First != 1 || v.Last.Seq != uint64(v.Records) || v.Bytes == 0 {
		t.Fatalf("%+v", v)
	}
	copied := ltxlog.FileLog{Dir: t.TempDir()}
	n, err := ltxlog.Copy(t.Context(), l, copied, tenant, t.TempDir())
	ok(t, err)
	if again, err := ltxlog.Verify(t.Context(), copied, tenant); err != nil || n != v.Records+v.Snapshots || fmt.Sprint(again) != fmt.Sprint(v) {
		t.Errorf("the copy: %d %+v %v", n, again, err)
	}
	if _, err := ltxlog.Verify(t.Context(), l, "nobody"); err == nil {
		t.Error("nobody has a log")
	}
	var files []string
	ok(t, filepath.WalkDir(l.Dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".ltx") {
			files = append(files, path)
		}
		return err
	}))
	for i, path := range files {
		was, err := os.ReadFile(path)
		ok(t, err)
		is := append([]byte(nil), was...)
		is[len(is)/2] ^= 4
		ok(t, os.WriteFile(path, is, 0o600))
		if v, err := ltxlog.Verify(t.Context(), l, tenant); err != nil || v.OK() {
			t.Errorf("%s was changed: %+v %v", path, v, err)
		}
		ok(t, os.WriteFile(path, was, 0o600))
		record := !strings.Contains(path, "/ltx/9/")
		if record && i > 0 && !strings.Contains(path, fmt.Sprintf("%016x-%016x", 1, 1)) && !strings.HasSuffix(path, fmt.Sprintf("%016x.ltx", v.Last.Seq)) {
			ok(t, os.Rename(path, path+".gone"))
			if v, err := ltxlog.Verify(t.Context(), l, tenant); err != nil || v.OK() {
				t.Errorf("%s is gone: %+v %v", path, v, err)
			}
			ok(t, os.Rename(path+".gone", path))
		}
	}
}
