package storage_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/storage"
)

// tamper changes a tenant's file as somebody with the disk would: with another program, while we are not
// looking.
func tamper(t *testing.T, f *fixture, qs ...string) {
	t.Helper()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(f.dir, "tenants", f.id+".db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range qs {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(q, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	f.Store = nil
	f.reopen()
}

func fill(f *fixture, n int) {
	for i := range n {
		f.write(people, exec(newPerson, fmt.Sprint("p", i+10), "Ada"))
	}
}

func TestVerifyFindsTampering(t *testing.T) {
	for name, qs := range map[string][]string{
		"edited record":    {"UPDATE audit SET record = replace(record, 'person.test', 'person.tost') WHERE seq = 5"},
		"edited column":    {"UPDATE audit SET actor = 'someone' WHERE seq = 5"},
		"deleted record":   {"DELETE FROM audit WHERE seq = 5"},
		"deleted last":     {"DELETE FROM audit WHERE seq = 20"},
		"swapped records":  {"UPDATE audit SET seq = 100 WHERE seq = 3", "UPDATE audit SET seq = 3 WHERE seq = 4", "UPDATE audit SET seq = 4 WHERE seq = 100"},
		"edited hash":      {"UPDATE audit SET hashes = zeroblob(64) WHERE seq = 1"},
		"edited signature": {"UPDATE checkpoint SET note = replace(note, '— ', '— x')"},
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t)
			fill(f, 20)
			if rep, err := f.tenant().Verify(t.Context()); err != nil || !rep.OK() || rep.Records != 21 {
				t.Fatalf("before: %v %+v", err, rep)
			}
			tamper(t, f, qs...)
			rep, err := f.tenantErr()
			if err == nil && rep.OK() {
				t.Errorf("not found: %+v", rep)
			}
		})
	}
}

// tenantErr verifies, or says why the file could not even be opened.
func (f *fixture) tenantErr() (storage.Report, error) {
	db, done, err := f.Tenant(f.t.Context(), f.id)
	if err != nil {
		return storage.Report{}, err
	}
	defer done()
	return db.Verify(f.t.Context())
}

// TestVerifyFindsAnOlderCopy: the installation remembers the last signed checkpoint of each tenant.
func TestVerifyFindsAnOlderCopy(t *testing.T) {
	f := open(t)
	fill(f, 5)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(f.dir, "tenants", f.id+".db")
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f.Store = nil
	f.reopen()
	f.write(people, exec(newPerson, "later", "Ada"))
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, old, 0o600); err != nil {
		t.Fatal(err)
	}
	f.Store = nil
	f.reopen()
	rep, err := f.tenantErr()
	if err != nil || rep.OK() || !strings.Contains(rep.Problems[0].What, "older copy") {
		t.Errorf("an older copy was not noticed: %v %+v", err, rep)
	}
}

// TestVerifyFindsFlippedBits flips one bit in the text of a record, many times (A8, I3).
func TestVerifyFindsFlippedBits(t *testing.T) {
	f := open(t)
	fill(f, 30)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(f.dir, "tenants", f.id+".db")
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// Where records stand in the file. A text that is there twice has a stale copy in the slack of a page,
	// where a flipped bit harms nobody.
	var places []int
	for n := 1; n <= 30; n++ {
		mark := fmt.Appendf(nil, `{"seq":%d,"at"`, n)
		if bytes.Count(good, mark) == 1 {
			places = append(places, bytes.Index(good, mark))
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	found, tried := 0, 0
	for range 25 {
		bad := bytes.Clone(good)
		bad[places[r.IntN(len(places))]+r.IntN(150)] ^= 1 << r.IntN(8)
		tried++
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		f.Store = nil
		f.reopen()
		if rep, err := f.tenantErr(); err != nil || !rep.OK() {
			found++
		}
		f.Close()
	}
	f.Store = nil
	if tried == 0 || found < tried {
		t.Errorf("found %d of %d flipped bits", found, tried)
	}
}
