package command

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"assay/storage"
	"assay/storage/keys"
)

// TestTampering changes an installation in a random way, as somebody who has its disk could, and has `assay verify`
// find it, many times: each finding has to name what was changed, and where. ASSAY_TORTURE=1 makes it a thousand.
func TestTampering(t *testing.T) {
	rounds := 100
	if testing.Short() {
		rounds = 20
	}
	if os.Getenv("ASSAY_TORTURE") != "" {
		rounds = 1000
	}
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("ASSAY_SEED"); s != "" {
		fmt.Sscan(s, &seed)
	}
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	v := newVictim(t, r)
	if code, out := v.verify(); code != 0 {
		t.Fatalf("before: exit code %d\n%s", code, out)
	}
	kinds := map[string]int{}
	found := 0
	for n := range rounds {
		v.restore()
		what := tamperings[n%len(tamperings)]
		if n >= len(tamperings) {
			what = tamperings[r.IntN(len(tamperings))]
		}
		want := what.do(v)
		kinds[what.name]++
		code, out := v.verify()
		if code == 1 && regexp.MustCompile(`(?m)^FOUND .*(`+want+`)`).MatchString(out) {
			found++
			continue
		}
		t.Errorf("round %d, seed %d: %s: exit code %d, nothing says %q\n%s", n, seed, what.name, code, want, out)
	}
	t.Logf("%d of %d tamperings found, each named with its place; %d kinds", found, rounds, len(kinds))
}

// victim is an installation with two organisations, and what was kept of it elsewhere.
type victim struct {
	t       *testing.T
	r       *rand.Rand
	good    string // the directory as it is
	dir     string // the one that is tampered with
	kept    string // a checkpoint of every log
	old     string // as the directory was earlier
	tenants []string
	records map[string]int64 // by file: how many
	objects map[string][]stored
}

type stored struct{ name, object, path string }

func newVictim(t *testing.T, r *rand.Rand) *victim {
	v := &victim{t: t, r: r, good: filepath.Join(t.TempDir(), "good"), dir: filepath.Join(t.TempDir(), "data"), old: filepath.Join(t.TempDir(), "old"),
		kept: filepath.Join(t.TempDir(), "kept.txt"), records: map[string]int64{}, objects: map[string][]stored{}}
	if err := os.Mkdir(v.good, 0o700); err != nil {
		t.Fatal(err)
	}
	v.assay(v.good, "doctor")
	for _, slug := range []string{"acme", "harbor"} {
		v.assay(v.good, "tenant", "create", slug, "--name", slug, "--admin", slug+"@example.com")
	}
	now := time.Now()
	v.fill(now, 12)
	copyDir(t, v.good, v.old)
	v.fill(now.Add(2*time.Hour), 12) // later: checkpoints come by the hour
	v.fill(now.Add(4*time.Hour), 12)
	return v
}

// fill adds records and files to both organisations, and keeps a checkpoint of every log.
func (v *victim) fill(now time.Time, n int) {
	ctx := v.t.Context()
	log, err := Config{}.logger(io.Discard)
	if err != nil {
		v.t.Fatal(err)
	}
	in, err := open(ctx, Config{DeleteAfter: 30}, v.good, log, func() time.Time { return now })
	if err != nil {
		v.t.Fatal(err)
	}
	var notes []string
	sign := func(name string, db *storage.DB) {
		note, err := db.Checkpoint(ctx)
		if err != nil {
			v.t.Fatal(err)
		}
		c, err := storage.ParseCheckpoint(note)
		if err != nil {
			v.t.Fatal(err)
		}
		v.records[name] = c.Size
		notes = append(notes, note)
	}
	all, err := in.organisations(ctx)
	if err != nil {
		v.t.Fatal(err)
	}
	v.tenants = v.tenants[:0]
	for _, o := range all {
		file := filepath.Join("tenants", o.id+".db")
		v.tenants = append(v.tenants, o.id)
		db, done, err := in.store.Tenant(ctx, o.id)
		if err != nil {
			v.t.Fatal(err)
		}
		for i := range n {
			var object, sum, name string
			var size int64
			if i%3 == 0 {
				name = fmt.Sprintf("proof-%d-%d.txt", len(v.objects[file]), i)
				was := v.listed(filepath.Join("objects"))
				put, err := in.blobs.Put(ctx, o.id, strings.NewReader(strings.Repeat(name+o.slug, 50+v.r.IntN(4000))), 1<<20)
				if err != nil {
					v.t.Fatal(err)
				}
				object, sum, size = put.Name, put.SHA256, put.Size
				for path := range v.listed(filepath.Join("objects")) {
					if !was[path] {
						v.objects[file] = append(v.objects[file], stored{name, object, path})
					}
				}
			}
			call := storage.Call{Actor: storage.Actor{Kind: storage.Person, ID: "p1"}, Action: "evidence.upload", Owns: []string{"evidence", "file", "person"}}
			_, err := db.Write(ctx, call, func(tx *storage.WriteTx) error {
				id := tx.NewID()
				err := tx.Exec("INSERT INTO evidence (id, name, created_at, updated_at) VALUES (?, ?, '', '')", id, fmt.Sprint("Access review ", i))
				if err == nil && object != "" {
					err = tx.Exec("INSERT INTO file (id, evidence, number, name, type, size, sha256, object, collected_on, uploaded_at) VALUES (?, ?, 1, ?, 'text/plain', ?, ?, ?, '', '')", tx.NewID(), id, name, size, sum, object)
				}
				return err
			})
			if err != nil {
				v.t.Fatal(err)
			}
		}
		sign(file, db)
		done()
	}
	for i := range n {
		call := storage.Call{Actor: byHand, Action: "tenant.rename", Tenant: all[i%2].id, Owns: []string{"tenant"}}
		if _, err := in.store.Control().Write(ctx, call, func(tx *storage.WriteTx) error {
			return tx.ExecOne("UPDATE tenant SET name = ? WHERE id = ?", fmt.Sprint(n, "/", i, now.Unix()), all[i%2].id)
		}); err != nil {
			v.t.Fatal(err)
		}
	}
	sign("control.db", in.store.Control())
	if err := in.close(); err != nil {
		v.t.Fatal(err)
	}
	if err := os.WriteFile(v.kept, []byte("Kept by the auditor:\n\n  "+strings.Join(notes, "\n  ")), 0o600); err != nil {
		v.t.Fatal(err)
	}
}

func (v *victim) listed(under string) map[string]bool {
	out := map[string]bool{}
	filepath.WalkDir(filepath.Join(v.good, under), func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			rel, _ := filepath.Rel(v.good, path)
			out[rel] = true
		}
		return nil
	})
	return out
}

func (v *victim) assay(dir string, args ...string) (int, string) {
	var out bytes.Buffer
	c := call{args: append(args, "--data", dir), getenv: func(string) string { return "" }, out: &out, err: &out, now: time.Now, disk: diskSpace, device: deviceOf, sys: os.DirFS("/sys")}
	return dispatch(context.Background(), c), out.String()
}

func (v *victim) verify() (int, string) {
	if _, err := os.Stat(v.dir); err != nil {
		v.restore()
	}
	return v.assay(v.dir, "verify", "--all", "--objects", "--checkpoint", v.kept)
}

// restore makes the directory good again.
func (v *victim) restore() {
	if err := os.RemoveAll(v.dir); err != nil {
		v.t.Fatal(err)
	}
	copyDir(v.t, v.good, v.dir)
}

func copyDir(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Mkdir(to, 0o700); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(from, func(path string, d os.DirEntry, err error) error {
		rel, _ := filepath.Rel(from, path)
		switch {
		case err != nil || rel == ".":
			return err
		case d.IsDir():
			return os.Mkdir(filepath.Join(to, rel), 0o700)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), b, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// exec changes a file of the victim as any SQLite shell does; without its checks, as a program of one's own would.
func (v *victim) exec(file, query string, args ...any) {
	v.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(v.dir, file))
	if err != nil {
		v.t.Fatal(err)
	}
	defer db.Close()
	res, err := db.Exec(query, args...)
	if err != nil {
		v.t.Fatalf("%s: %v", query, err)
	}
	if n, err := res.RowsAffected(); err == nil && n == 0 {
		v.t.Fatalf("%s: no row was changed", query)
	}
}

func (v *victim) ask(file, query string, args []any, to ...any) {
	v.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(v.dir, file))
	if err != nil {
		v.t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow(query, args...).Scan(to...); err != nil {
		v.t.Fatalf("%s: %v", query, err)
	}
}

// log chooses a file, gives how its lines begin, and one of its records.
func (v *victim) log() (file, where string, seq int64) {
	i := v.r.IntN(3)
	if i == 2 {
		file, where = "control.db", "installation, audit log: "
	} else {
		file, where = v.file(i), []string{"acme", "harbor"}[i]+", audit log: "
	}
	return file, where, v.r.Int64N(v.records[file])
}

func (v *victim) file(i int) string { return filepath.Join("tenants", v.tenants[i]+".db") }

func (v *victim) record(file string, seq int64) (text string, hashes []byte) {
	v.ask(file, "SELECT record, hashes FROM audit WHERE seq = ?", []any{seq}, &text, &hashes)
	return text, hashes
}

// other is the text with one letter or digit changed.
func (v *victim) other(s string) string {
	for {
		i := v.r.IntN(len(s))
		if c := s[i]; c >= '0' && c <= '9' || c >= 'a' && c <= 'z' {
			b := []byte(s)
			b[i] = "0123456789abcdefghijklmnopqrstuvwxyz"[v.r.IntN(36)]
			if b[i] != c {
				return string(b)
			}
		}
	}
}

// covers is a finding of the tree whose span has the record in it, or of a checkpoint above it: for the log as a whole
// the newest one.
func covers(where string, seq, size int64) string {
	var all []string
	for width := int64(2); ; width *= 2 {
		first := seq / width * width
		if first+width > size {
			break
		}
		all = append(all, fmt.Sprintf("The tree above record %d does not match its records: one of %d to %[1]d", first+width-1, first))
	}
	return regexp.QuoteMeta(where) + "(" + strings.Join(append(all, `The checkpoint at \d+.* does not fit: the log up to record \d+ `), "|") + ")"
}

func first(n int64) string { return fmt.Sprintf(`Record %d `, n) }

// lost is what is said of a record that is not there: its number, or, when the file cannot be opened without it, which
// hash it had.
func (v *victim) lost(file, where string, seq int64) string {
	name, _, _ := strings.Cut(where, ",")
	return fmt.Sprintf(`%sRecord %d |%sA signed checkpoint speaks of %d records; the log has %d|%s: it?s? .*cannot be opened: .*record %[2]d, which has it`, where, seq, where, v.records[file], seq, name)
}

type tampering struct {
	name string
	do   func(v *victim) (want string)
}

var tamperings = []tampering{
	{"a letter of a record", func(v *victim) string {
		file, where, seq := v.log()
		text, _ := v.record(file, seq)
		v.exec(file, "UPDATE audit SET record = ? WHERE seq = ?", v.other(text), seq)
		return where + first(seq)
	}},
	{"a hash", func(v *victim) string {
		file, where, seq := v.log()
		_, hashes := v.record(file, seq)
		i := v.r.IntN(len(hashes))
		hashes[i] ^= byte(1 + v.r.IntN(255))
		v.exec(file, "UPDATE audit SET hashes = ? WHERE seq = ?", hashes, seq)
		if i < tlog.HashSize {
			return where + first(seq)
		}
		return where + fmt.Sprintf(`The tree above record %d `, seq)
	}},
	{"hashes cut off", func(v *victim) string {
		file, where, seq := v.log()
		_, hashes := v.record(file, seq)
		v.exec(file, "UPDATE audit SET hashes = ? WHERE seq = ?", hashes[:v.r.IntN(len(hashes))], seq)
		return v.lost(file, where, seq)
	}},
	{"a record with its hash", func(v *victim) string {
		file, where, seq := v.log()
		text, hashes := v.record(file, seq)
		text = strings.Replace(text, `"kind":"`, `"kind" :"`, 1) // it says the same
		h := tlog.RecordHash([]byte(text))
		v.exec(file, "UPDATE audit SET record = ?, hashes = ? WHERE seq = ?", text, append(h[:], hashes[tlog.HashSize:]...), seq)
		return covers(where, seq, v.records[file])
	}},
	{"two records in another order", func(v *victim) string {
		file, where, a := v.log()
		b := (a + 1 + v.r.Int64N(v.records[file]-1)) % v.records[file]
		v.exec(file, "UPDATE audit SET seq = -1 WHERE seq = ?", a)
		v.exec(file, "UPDATE audit SET seq = ? WHERE seq = ?", a, b)
		v.exec(file, "UPDATE audit SET seq = ? WHERE seq = -1", b)
		return v.lost(file, where, a) + "|" + v.lost(file, where, b)
	}},
	{"a record removed", func(v *victim) string {
		file, where, seq := v.log()
		v.exec(file, "DELETE FROM audit WHERE seq = ?", seq)
		return v.lost(file, where, seq)
	}},
	{"a record removed and the others moved up", func(v *victim) string {
		file, where, seq := v.log()
		v.exec(file, "DELETE FROM audit WHERE seq = ?", seq)
		v.exec(file, "UPDATE audit SET seq = -seq WHERE seq >= ?", min(seq, v.records[file]-2))
		v.exec(file, "UPDATE audit SET seq = -seq - CASE WHEN -seq > ? THEN 1 ELSE 0 END WHERE seq < 0", seq)
		size := v.records[file]
		return v.lost(file, where, seq) + fmt.Sprintf("|%sA signed checkpoint speaks of %d records; the log has %d", where, size, size-1) + "|" + v.lost(file, where, size-1) + "|cannot be opened: .*record \\d+, which has it"
	}},
	{"a record put in between", func(v *victim) string {
		file, where, seq := v.log()
		text, hashes := v.record(file, seq)
		v.exec(file, "UPDATE audit SET seq = -seq - 1 WHERE seq >= ?", seq)
		v.exec(file, "UPDATE audit SET seq = -seq WHERE seq < 0")
		v.insert(file, seq, v.other(text), hashes)
		return where + first(seq) + "|" + where + first(seq+1) + "|cannot be opened: .*record \\d+, which has it"
	}},
	{"a record added at the end", func(v *victim) string {
		file, where, _ := v.log()
		size := v.records[file]
		text, hashes := v.record(file, size-1)
		v.insert(file, size, v.other(text), hashes)
		return v.lost(file, where, size)
	}},
	{"a column beside a record", func(v *victim) string {
		file, where, seq := v.log()
		col := []string{"at", "kind", "actor_kind", "actor", "action", "tenant"}[v.r.IntN(6)]
		v.exec(file, "UPDATE audit SET "+col+" = "+col+" || 'x' WHERE seq = ?", seq)
		return where + first(seq) + "differs from the columns"
	}},
	{"how many rows a record changed", func(v *victim) string {
		file, where, seq := v.log()
		v.exec(file, "UPDATE audit SET rows = rows + 1 WHERE seq = ?", seq)
		return where + first(seq) + "differs from the columns"
	}},
	{"an entry of the index of rows", func(v *victim) string {
		file, where, _ := v.log()
		var table, pk string
		var seq int64
		v.ask(file, "SELECT tbl, pk, seq FROM audit_row ORDER BY random() LIMIT 1", nil, &table, &pk, &seq)
		q := []string{"DELETE FROM audit_row WHERE tbl = ? AND pk = ? AND seq = ?", "UPDATE audit_row SET pk = pk || 'x' WHERE tbl = ? AND pk = ? AND seq = ?"}[v.r.IntN(2)]
		v.exec(file, q, table, pk, seq)
		return where + fmt.Sprintf("The index of rows does not have the %s %s, which record %d changed", table, pk, seq)
	}},
	{"a letter of a checkpoint", func(v *victim) string {
		file, where, size := v.checkpoint()
		var note string
		v.ask(file, "SELECT note FROM checkpoint WHERE size = ?", []any{size}, &note)
		body, signature, _ := strings.Cut(note, "\n\n")
		v.exec(file, "UPDATE checkpoint SET note = ? WHERE size = ?", v.other(body)+"\n\n"+signature, size)
		return where + fmt.Sprintf("The checkpoint at %d ", size)
	}},
	{"a signature", func(v *victim) string {
		file, where, size := v.checkpoint()
		var note string
		v.ask(file, "SELECT note FROM checkpoint WHERE size = ?", []any{size}, &note)
		i := strings.LastIndexByte(note, ' ') + 3 + v.r.IntN(40)
		b := []byte(note)
		b[i] ^= 1
		v.exec(file, "UPDATE checkpoint SET note = ? WHERE size = ?", string(b), size)
		return where + fmt.Sprintf("The checkpoint at %d ", size)
	}},
	{"where or when a checkpoint stands", func(v *victim) string {
		file, where, size := v.checkpoint()
		q := []string{"UPDATE checkpoint SET size = size + 1000 WHERE size = ?", "UPDATE checkpoint SET at = '2026-01-01T00:00:00.000Z' WHERE size = ?"}[v.r.IntN(2)]
		v.exec(file, q, size)
		return where + fmt.Sprintf("The checkpoint at 1?0*%d (is of another size|was signed at)", size) + "|" + where + `The checkpoint at 10\d\d is of another size`
	}},
	{"a checkpoint removed", func(v *victim) string {
		file, where, size := v.checkpoint()
		v.exec(file, "DELETE FROM checkpoint WHERE size = ?", size)
		return where + fmt.Sprintf(`The checkpoint .*, of %d records, is not in the file any more|%sThe checkpoint at \d+ says that it is number \d+; in the file it is number`, size, where)
	}},
	{"the newest records and what was signed for them", func(v *victim) string {
		file, where, seq := v.log()
		seq = max(1, seq)
		v.exec(file, "DELETE FROM audit WHERE seq >= ?", seq)
		v.exec(file, "DELETE FROM checkpoint WHERE size > ?", seq)
		return where + fmt.Sprintf("A signed checkpoint speaks of %d records; the log has %d", v.records[file], seq) + "|cannot be opened: .*record \\d+, which has it"
	}},
	{"an organisation's file as it was", func(v *victim) string {
		i := v.r.IntN(2)
		v.copy(v.old, v.file(i), v.file(i))
		return []string{"acme", "harbor"}[i] + ", audit log: A signed checkpoint speaks of"
	}},
	{"the installation's file as it was", func(v *victim) string {
		v.copy(v.old, "control.db", "control.db")
		return "installation, audit log: A signed checkpoint speaks of"
	}},
	{"an organisation's file in the place of another's", func(v *victim) string {
		i := v.r.IntN(2)
		v.copy(v.good, v.file(1-i), v.file(i))
		return []string{"acme", "harbor"}[i] + ": its file " + v.file(i) + " cannot be opened: .*it belongs to tenant " + v.tenants[1-i]
	}},
	{"an organisation's file cut or emptied", func(v *victim) string {
		i := v.r.IntN(2)
		path := filepath.Join(v.dir, v.file(i))
		st, err := os.Stat(path)
		if err == nil {
			err = os.Truncate(path, []int64{0, st.Size() / 2 / 4096 * 4096, 100}[v.r.IntN(3)])
		}
		if err != nil {
			v.t.Fatal(err)
		}
		return []string{"acme", "harbor"}[i] + "(: its file .* cannot be opened|, database file: SQLite finds it damaged)"
	}},
	{"all of it written anew, signed with the right key", func(v *victim) string {
		k, err := keys.OpenDir(filepath.Join(v.dir, "keys"), nil)
		if err == nil {
			err = storage.Redate(v.t.Context(), v.dir, k, 1+v.r.IntN(9))
		}
		if err != nil {
			v.t.Fatal(err)
		}
		if err := k.Close(); err != nil {
			v.t.Fatal(err)
		}
		return `acme, audit log: The checkpoint at \d+ in kept.txt does not fit: the log up to record \d+ is not the one that was signed`
	}},
	{"a byte of an object", func(v *victim) string {
		o, want := v.object()
		v.edit(o.path, func(b []byte) []byte { b[v.r.IntN(len(b))] ^= byte(1 + v.r.IntN(255)); return b })
		return want
	}},
	{"an object cut", func(v *victim) string {
		o, want := v.object()
		v.edit(o.path, func(b []byte) []byte { return b[:v.r.IntN(len(b))] })
		return want
	}},
	{"an object made longer", func(v *victim) string {
		o, want := v.object()
		v.edit(o.path, func(b []byte) []byte { return append(b, make([]byte, 1+v.r.IntN(100))...) })
		return want
	}},
	{"an object removed", func(v *victim) string {
		o, want := v.object()
		if err := os.Remove(filepath.Join(v.dir, o.path)); err != nil {
			v.t.Fatal(err)
		}
		return want
	}},
	{"an object in the place of another", func(v *victim) string {
		o, want := v.object()
		for {
			if other, _ := v.object(); other.path != o.path {
				v.copy(v.good, other.path, o.path)
				return want
			}
		}
	}},
	{"what a row says of its file", func(v *victim) string {
		i := v.r.IntN(2)
		o := v.objects[v.file(i)][v.r.IntN(len(v.objects[v.file(i)]))]
		sum := sha256.Sum256([]byte(o.name))
		if v.r.IntN(2) == 0 {
			v.exec(v.file(i), "UPDATE file SET sha256 = ? WHERE object = ?", hex.EncodeToString(sum[:]), o.object)
		} else {
			v.exec(v.file(i), "UPDATE file SET size = size + 1 WHERE object = ?", o.object)
		}
		return fmt.Sprintf("stored files: The file %q of .*%s", o.name, o.object)
	}},
}

func (v *victim) insert(file string, seq int64, text string, hashes []byte) {
	v.exec(file, `INSERT INTO audit (seq, at, kind, actor_kind, actor, action, tenant, rows, record, hashes)
		VALUES (?1, ?2 ->> 'at', ?2 ->> 'kind', '', '', '', '', 0, ?2, ?3)`, seq, orJSON(text), hashes)
}

// orJSON is the text, unless a changed letter made it none that can be read.
func orJSON(text string) string {
	var r struct {
		At   *string `json:"at"`
		Kind *string `json:"kind"`
	}
	if json.Unmarshal([]byte(text), &r) == nil && r.At != nil && r.Kind != nil {
		return text
	}
	return `{"at":"","kind":""}`
}

func (v *victim) checkpoint() (file, where string, size int64) {
	file, where, _ = v.log()
	v.ask(file, "SELECT size FROM checkpoint ORDER BY random() LIMIT 1", nil, &size)
	return file, where, size
}

func (v *victim) object() (o stored, want string) {
	i := v.r.IntN(2)
	all := v.objects[v.file(i)]
	o = all[v.r.IntN(len(all))]
	return o, fmt.Sprintf("%s, stored files: The file %q of .*%s", []string{"acme", "harbor"}[i], o.name, o.object)
}

func (v *victim) edit(path string, fn func([]byte) []byte) {
	b, err := os.ReadFile(filepath.Join(v.dir, path))
	if err == nil {
		err = os.WriteFile(filepath.Join(v.dir, path), fn(b), 0o600)
	}
	if err != nil {
		v.t.Fatal(err)
	}
}

func (v *victim) copy(from, path, to string) {
	b, err := os.ReadFile(filepath.Join(from, path))
	if err == nil {
		err = os.WriteFile(filepath.Join(v.dir, to), b, 0o600)
	}
	if err != nil {
		v.t.Fatal(err)
	}
}
