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
	"time"

	"assay/storage"
	"assay/storage/keys"
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

// TestVerifyNamesWhatAndWhere: what was done to the file is one finding, at its place, and nothing that only follows
// from it.
func TestVerifyNamesWhatAndWhere(t *testing.T) {
	for name, c := range map[string]struct{ q, want string }{
		"text":             {"UPDATE audit SET record = replace(record, 'person.test', 'person.tost'), action = 'person.tost' WHERE seq = 6", "Record 6 was changed: it does not match its hash."},
		"number of rows":   {"UPDATE audit SET rows = 9 WHERE seq = 6", "Record 6 differs from the columns that repeat it."},
		"index lacks":      {"DELETE FROM audit_row WHERE seq = 6", "The index of rows does not have the person p15, which record 6 changed."},
		"index says more":  {"INSERT INTO audit_row VALUES ('person', 'p99', 6)", "The index of rows says that record 6 changed the person p99; the record does not."},
		"hash above":       {"UPDATE audit SET hashes = CAST(substr(hashes, 1, 32) || zeroblob(32) AS BLOB) WHERE seq = 5", "The tree above record 5 does not match its records: one of 4 to 5 was changed together with its hash, or the hash above them was."},
		"checkpoint gone":  {"DELETE FROM checkpoint WHERE size = 10", "The checkpoint at 20 says that it is number 3; in the file it is number 2: one before it was removed or added."},
		"newest gone":      {"DELETE FROM checkpoint WHERE size = 20", "The checkpoint that the installation remembers, of 20 records, is not in the file any more: it was removed there."},
		"time of another":  {"UPDATE checkpoint SET at = '2026-03-01T09:00:00.001Z' WHERE size = 10", "The checkpoint at 10 was signed at 2026-03-01T09:00:00.000Z, not at 2026-03-01T09:00:00.001Z as its row says."},
		"size of another":  {"UPDATE checkpoint SET size = 11 WHERE size = 10", "The checkpoint at 11 is of another size than it says: 10."},
		"text of a signed": {"UPDATE checkpoint SET note = replace(note, 'checkpoint 2', 'checkpoint 4') WHERE size = 10", "The checkpoint at 10 has a signature that is not this installation's."},
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t)
			for _, n := range []int{4, 5, 10} {
				for range n {
					f.write(people, exec(newPerson, fmt.Sprint("p", 9+f.count("SELECT count(*) FROM audit")), "Ada"))
				}
				if _, err := f.tenant().Checkpoint(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			tamper(t, f, c.q)
			rep, err := f.tenantErr()
			most := 1
			if name == "hash above" { // what is made from it does not fit either
				most = 2
			}
			if err != nil || len(rep.Problems) < 1 || len(rep.Problems) > most || rep.Problems[0].What != c.want {
				t.Errorf("%v %+v, want %q", err, rep.Problems, c.want)
			}
		})
	}
}

// TestVerifyAgainstAnOldCheckpoint: a log that was written anew, signed with the right key, proves itself. Only a
// checkpoint that was kept elsewhere tells it from the one that was there.
func TestVerifyAgainstAnOldCheckpoint(t *testing.T) {
	f := open(t)
	fill(f, 6)
	kept, err := f.tenant().Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f.write(people, exec(newPerson, "later", "Ada"))
	rep, err := f.tenant().Verify(t.Context(), storage.Kept{Where: "The auditor's checkpoint", Note: kept})
	if err != nil || !rep.OK() {
		t.Fatalf("before: %v %+v", err, rep)
	}
	// What the forger does with the key of the installation is what the program itself does when it moves dates: every
	// record, hash and signature is made anew.
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := storage.Redate(t.Context(), f.dir, f.keys, 1); err != nil {
		t.Fatal(err)
	}
	f.Store = nil
	f.reopen()
	if rep, err = f.tenantErr(); err != nil || !rep.OK() {
		t.Fatalf("the forged log: %v %+v", err, rep)
	}
	rep, err = f.tenant().Verify(t.Context(), storage.Kept{Where: "The auditor's checkpoint", Note: kept})
	want := "The auditor's checkpoint does not fit: the log up to record 6 is not the one that was signed."
	if err != nil || len(rep.Problems) != 1 || rep.Problems[0].What != want {
		t.Errorf("%v %+v, want %q", err, rep.Problems, want)
	}
}

// TestVerifyIsQuick recomputes a log of changes. Seconds are held to only where ASSAY_QUIET says that nothing else
// runs: 100,000 records in five (I3). Elsewhere fewer records show that it works.
func TestVerifyIsQuick(t *testing.T) {
	n := 3000
	quiet := os.Getenv("ASSAY_QUIET") != ""
	if quiet {
		n = 100_000
	}
	f := &fixture{t: t, dir: t.TempDir(), keys: keys.NewMemory(nil), now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	s, err := storage.Open(t.Context(), storage.Config{Dir: f.dir, Keys: f.keys, Now: f.clock, Careless: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	f.Store, f.id = s, s.NewID()
	if err := s.CreateTenant(t.Context(), f.id); err != nil {
		t.Fatal(err)
	}
	db := f.tenant()
	c := call("control.update", "control")
	if _, err := db.Write(t.Context(), c, exec("INSERT INTO control (id, ref, title, created_at, updated_at) VALUES ('c', 'A-1', 'Access', '', '')")); err != nil {
		t.Fatal(err)
	}
	for i := 1; i < n; i++ {
		if _, err := db.Write(t.Context(), c, exec("UPDATE control SET title = ?, description = ? WHERE id = 'c'", fmt.Sprint(i), strings.Repeat("who may enter ", 10+i%20))); err != nil {
			t.Fatal(err)
		}
		if i%100 == 0 {
			f.advance(10 * time.Minute)
		}
	}
	start := time.Now()
	rep, err := db.Verify(t.Context())
	took := time.Since(start)
	if err != nil || !rep.OK() || rep.Records != int64(n) {
		t.Fatalf("%v %+v", err, rep)
	}
	t.Logf("%d records and %d checkpoints verified in %.2f s", rep.Records, rep.Checkpoints, took.Seconds())
	if quiet && took > 5*time.Second {
		t.Errorf("%d records took %s", n, took)
	}
}
