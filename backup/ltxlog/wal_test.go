package ltxlog

import (
	"bytes"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/superfly/ltx"
	_ "modernc.org/sqlite"
)

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// openLive opens a database whose write-ahead log nobody folds.
func openLive(t *testing.T, pageSize int) (*sql.DB, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := sql.Open("sqlite", "file:"+path)
	ok(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	for _, q := range []string{fmt.Sprint("PRAGMA page_size = ", pageSize), "PRAGMA journal_mode = WAL", "PRAGMA wal_autocheckpoint = 0", "PRAGMA synchronous = OFF"} {
		run(t, db, q)
	}
	run(t, db, "CREATE TABLE x (a)")
	return db, path
}

func run(t *testing.T, db *sql.DB, q string, args ...any) {
	t.Helper()
	_, err := db.Exec(q, args...)
	ok(t, err)
}

func follow(t *testing.T, path string) *follower {
	w := &follower{path: path + "-wal"}
	t.Cleanup(func() { w.close() })
	return w
}

const all = 1 << 62

// TestFollowerReadsEachCommitOnce checks pages against what SQLite itself has in the file after folding.
func TestFollowerReadsEachCommitOnce(t *testing.T) {
	for _, pageSize := range []int{512, 4096, 65536} {
		t.Run(fmt.Sprint(pageSize), func(t *testing.T) {
			db, path := openLive(t, pageSize)
			w := follow(t, path)
			image := map[uint32][]byte{}
			commit := uint32(0)
			take := func(max int64) bool {
				t.Helper()
				b, err := w.read(max)
				ok(t, err)
				if b == nil {
					return false
				}
				for no := range b.pages {
					p := make([]byte, pageSize)
					ok(t, w.page(b, no, p))
					image[no] = p
				}
				ok(t, w.still(b))
				commit = b.commit
				w.advance(b)
				return b.more
			}
			take(all)
			if commit == 0 || take(all) || w.frames() == 0 {
				t.Fatal("the first commit was not read once")
			}
			for i := range 40 {
				run(t, db, "INSERT INTO x SELECT randomblob(?)", 100+i*300)
				if i%3 == 0 && i < 30 {
					take(all)
				}
				if i == 30 {
					run(t, db, "DELETE FROM x WHERE rowid % 2")
				}
			}
			rounds := 0
			for take(1) { // one commit at a time
				rounds++
			}
			if rounds == 0 {
				t.Error("a capped batch did not say that there is more")
			}
			run(t, db, "PRAGMA wal_checkpoint(PASSIVE)")
			ok(t, db.Close())
			file, err := os.ReadFile(path)
			ok(t, err)
			if len(file) != int(commit)*pageSize {
				t.Fatalf("%d bytes, %d pages were read", len(file), commit)
			}
			for no := uint32(1); no <= commit; no++ {
				if !bytes.Equal(image[no], file[int(no-1)*pageSize:int(no)*pageSize]) {
					t.Errorf("page %d is another", no)
				}
			}
		})
	}
}

// TestFollowerStopsAtTornFrames cuts and flips the log at every place: what is read is always a prefix of what was
// committed, and never a part of a transaction.
func TestFollowerStopsAtTornFrames(t *testing.T) {
	db, path := openLive(t, 512)
	whole := map[int64]uint32{walHeader: 0} // end of each commit: pages after it
	w := follow(t, path)
	for i := range 7 {
		if i > 0 { // the first is the table's
			run(t, db, "INSERT INTO x SELECT randomblob(?)", 200+i*700)
		}
		b, err := w.read(all)
		ok(t, err)
		whole[b.end] = b.commit
		w.advance(b)
	}
	log, err := os.ReadFile(path + "-wal")
	ok(t, err)
	copyPath := filepath.Join(t.TempDir(), "copy.db")
	try := func(what string, log []byte, upto int64) {
		t.Helper()
		ok(t, os.WriteFile(copyPath+"-wal", log, 0o600))
		w := &follower{path: copyPath + "-wal"}
		defer w.close()
		b, err := w.read(all)
		if err != nil || b == nil {
			return // no header, or nothing whole
		}
		if pages, at := whole[b.end]; !at || pages != b.commit || b.end > upto {
			t.Errorf("%s: read up to %d of %d", what, b.end, upto)
		}
	}
	r := rand.New(rand.NewPCG(1, 1))
	for range 150 {
		cut := r.IntN(len(log))
		try(fmt.Sprint("cut at ", cut), log[:cut], int64(cut))
		bit := r.IntN(len(log) * 8)
		flipped := bytes.Clone(log)
		flipped[bit/8] ^= 1 << (bit % 8)
		frame := int64(512 + frameHeader)
		upto := walHeader + (int64(bit/8)-walHeader)/frame*frame
		if bit/8 < walHeader {
			upto = 0
		}
		try(fmt.Sprint("flipped bit ", bit), flipped, upto)
	}
}

// frame is a page in a log, and the pages after it if it ends a transaction.
type frame struct{ page, commit uint32 }

// writeLog writes a log of pages of 512 bytes as SQLite on some machine would.
func writeLog(t *testing.T, path string, order binary.ByteOrder, frames ...frame) {
	t.Helper()
	magic := uint32(0x377f0682)
	if order == binary.BigEndian {
		magic = 0x377f0683
	}
	log := make([]byte, walHeader)
	for i, v := range []uint32{magic, 3007000, 512, 7, 11, 12} {
		binary.BigEndian.PutUint32(log[4*i:], v)
	}
	sum := frameSum(order, [2]uint32{}, log[:24])
	binary.BigEndian.PutUint32(log[24:], sum[0])
	binary.BigEndian.PutUint32(log[28:], sum[1])
	for n, fr := range frames {
		f := make([]byte, frameHeader+512)
		binary.BigEndian.PutUint32(f, fr.page)
		binary.BigEndian.PutUint32(f[4:], fr.commit)
		copy(f[8:], log[16:24])
		for i := range 512 {
			f[frameHeader+i] = byte(i + n)
		}
		sum = frameSum(order, frameSum(order, sum, f[:8]), f[frameHeader:])
		binary.BigEndian.PutUint32(f[16:], sum[0])
		binary.BigEndian.PutUint32(f[20:], sum[1])
		log = append(log, f...)
	}
	ok(t, os.WriteFile(path+"-wal", log, 0o600))
}

// TestFollowerByteOrders reads logs as machines of either kind write them.
func TestFollowerByteOrders(t *testing.T) {
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		path := filepath.Join(t.TempDir(), "a.db")
		writeLog(t, path, order, frame{1, 0}, frame{2, 2}, frame{3, 0})
		b, err := follow(t, path).read(all)
		if err != nil || b == nil || b.commit != 2 || len(b.pages) != 2 {
			t.Fatalf("%v: %+v %v", order, b, err)
		}
	}
}

// TestIncomplete: a page that went and came back without a frame is not guessed.
func TestIncomplete(t *testing.T) {
	for name, c := range map[string]struct {
		frames []frame
		known  int
		whole  bool
	}{
		"all written":                     {[]frame{{1, 0}, {2, 0}, {3, 3}}, 0, true},
		"one changed":                     {[]frame{{2, 3}}, 3, true},
		"longer by one":                   {[]frame{{4, 4}}, 3, true},
		"shorter":                         {[]frame{{1, 2}}, 3, true},
		"shorter, then longer":            {[]frame{{1, 1}, {2, 0}, {3, 3}}, 3, true},
		"longer by two, one unwritten":    {[]frame{{5, 5}}, 3, false},
		"gone and back, not written":      {[]frame{{1, 1}, {3, 3}}, 3, false},
		"written, gone, back unwritten":   {[]frame{{2, 0}, {3, 3}, {1, 1}, {3, 3}}, 3, false},
		"written, gone, back and written": {[]frame{{2, 0}, {3, 3}, {1, 1}, {2, 0}, {3, 3}}, 3, true},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.db")
			writeLog(t, path, binary.LittleEndian, c.frames...)
			w := follow(t, path)
			b, err := w.read(all)
			ok(t, err)
			known := &sums{}
			for no := range c.known {
				known.set(uint32(no+1), ltx.ChecksumFlag|ltx.Checksum(no+1))
			}
			r, err := encodeBatch(w, b, Position{Seq: 5, Sum: known.total(), PageSize: 512}, known, time.UnixMilli(1), 1, "")
			if c.whole {
				ok(t, err)
				after := &sums{page: append([]ltx.Checksum(nil), known.page...), all: known.all}
				after.resize(b.commit)
				for no, c := range r.changed {
					after.set(no, c)
				}
				if r.to.Sum != after.total() || r.to.Pages != b.commit {
					t.Errorf("%+v, want checksum %v", r.to, after.total())
				}
			} else if !errors.Is(err, errIncomplete) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestFollowerKnowsWhoFolded walks through every order of folds and commits.
func TestFollowerKnowsWhoFolded(t *testing.T) {
	for name, c := range map[string]struct {
		// c: commit, r: read, F: our fold; another's commit: x, fold: f, fold that empties the file: t;
		// p: a reader begins, u: it ends
		steps   string
		foreign bool
	}{
		"nobody":                              {"crcrccr", false},
		"we, all read":                        {"ccrFcr", false},
		"we, again and again":                 {"crFcrFcrFccrFcr", false},
		"we, twice without a commit":          {"crFFcr", false},
		"another, all read":                   {"crfcr", true},
		"another, something unread":           {"crcfcr", true},
		"another, who empties it":             {"crtcr", true},
		"another, after we did":               {"crFcfcr", true},
		"another, after we did, all read":     {"crFcrfcr", true},
		"another, twice, after we did":        {"crFcfcfcr", true},
		"another, after we did, nothing else": {"crFfcr", false},
		// The first restart of a connection gives the log random salts; from the second on they count.
		"we, a reader in the way":                         {"crFcrcprFcucr", false},
		"another, after a reader kept us from beginning":  {"crFcrcprFcutcr", true},
		"another, who also committed where we might have": {"crFcrFxfcr", true},
		"another, who only committed":                     {"crFcrFxrcr", false},
	} {
		t.Run(name, func(t *testing.T) {
			db, path := openLive(t, 4096)
			w := follow(t, path)
			other, err := sql.Open("sqlite", "file:"+path+"?_pragma=wal_autocheckpoint(0)&_pragma=synchronous(OFF)")
			ok(t, err)
			defer other.Close()
			other.SetMaxIdleConns(1)
			var reader *sql.Tx
			foreign := false
			see := func(err error) {
				t.Helper()
				if errors.Is(err, ErrForeignCheckpoint) {
					foreign = true
				} else {
					ok(t, err)
				}
			}
			for _, s := range c.steps {
				switch s {
				case 'c':
					run(t, db, "INSERT INTO x VALUES (randomblob(500))")
					see(w.refresh())
				case 'r':
					b, err := w.read(all)
					if see(err); b != nil {
						w.advance(b)
					}
				case 'F':
					var busy, frames, folded int
					ok(t, db.QueryRow("PRAGMA wal_checkpoint(PASSIVE)").Scan(&busy, &frames, &folded))
					if frames != folded || frames != w.frames() {
						t.Fatalf("%d frames, %d folded, %d read", frames, folded, w.frames())
					}
					w.folded()
				case 'x':
					run(t, other, "INSERT INTO x VALUES (randomblob(900))")
				case 'f':
					run(t, other, "PRAGMA wal_checkpoint(PASSIVE)")
				case 't':
					run(t, other, "PRAGMA wal_checkpoint(TRUNCATE)")
				case 'p':
					var err error
					reader, err = other.Begin()
					ok(t, err)
					ok(t, reader.QueryRow("SELECT count(*) FROM x").Scan(new(int)))
				case 'u':
					ok(t, reader.Rollback())
				}
			}
			if foreign != c.foreign {
				t.Errorf("foreign: %v", foreign)
			}
			if foreign { // once it was dealt with it goes on
				ok(t, w.skip())
				run(t, db, "INSERT INTO x VALUES (1)")
				ok(t, w.refresh())
				if b, err := w.read(all); err != nil || b == nil {
					t.Errorf("after it: %v %v", b, err)
				}
			}
		})
	}
}

// TestLockPage: the page at 1 GiB, which SQLite keeps for its locks, is in no record and counts in no checksum.
func TestLockPage(t *testing.T) {
	const size = 65536
	lock := ltx.LockPgno(size)
	if lock != 16385 {
		t.Fatal(lock)
	}
	page := func(b byte) []byte { return bytes.Repeat([]byte{b}, size) }
	s := &sums{}
	pages := func(fn func(uint32, []byte) error) error {
		return errors.Join(fn(lock-1, page(1)), fn(lock, page(2)), fn(lock+1, page(3)))
	}
	s.resize(lock + 1)
	out, err := encode(header(2, size, lock+1, time.UnixMilli(1), 1, ltx.ChecksumFlag|1), t.TempDir(), 0, func(fn func(uint32, []byte) error) error {
		return pages(s.adding(size, fn))
	}, s.total)
	ok(t, err)
	defer out.free()
	var seen []uint32
	r, err := out.body().Open()
	ok(t, err)
	_, to, err := decodeFrom(r, Record(2), func(no uint32, _ []byte) error { seen = append(seen, no); return nil })
	ok(t, err)
	if fmt.Sprint(seen) != fmt.Sprint([]uint32{lock - 1, lock + 1}) {
		t.Errorf("pages %v", seen)
	}
	want := (ltx.ChecksumPage(lock-1, page(1)) ^ ltx.ChecksumPage(lock+1, page(3))) | ltx.ChecksumFlag
	if to.Sum != want || s.total() != want {
		t.Errorf("checksum %v, want %v", to.Sum, want)
	}
	// A file that is sparse up to there, as a restore leaves it: the hole is read as the page it is.
	path := filepath.Join(t.TempDir(), "sparse.db")
	f, err := os.Create(path)
	ok(t, err)
	defer f.Close()
	_, err = f.WriteAt(page(9), int64(lock-1)*size) // what lies there does not count
	ok(t, err)
	_, err = f.WriteAt(page(3), int64(lock)*size)
	ok(t, err)
	if os.Getenv("ASSAY_TORTURE") == "" {
		return // a GiB of nothing takes seconds
	}
	read, err := sumFile(path, size)
	ok(t, err)
	if len(read.page) != int(lock)+1 || read.page[lock-1] != 0 || read.page[lock] != ltx.ChecksumPage(lock+1, page(3)) {
		t.Errorf("%d pages", len(read.page))
	}
}

// TestSums: the rolling checksum is that of the pages, however they came and went.
func TestSums(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	s := &sums{}
	model := map[uint32]ltx.Checksum{}
	for range 2000 {
		if r.IntN(20) == 0 {
			n := r.Uint32N(60)
			s.resize(n)
			for no := range model {
				if no > n {
					delete(model, no)
				}
			}
			continue
		}
		no, c := 1+r.Uint32N(60), ltx.Checksum(r.Uint64())|ltx.ChecksumFlag
		s.set(no, c)
		model[no] = c
		var want ltx.Checksum
		for _, c := range model {
			want ^= c
		}
		if s.total() != want|ltx.ChecksumFlag {
			t.Fatal("another checksum")
		}
	}
}

// TestSnapshotIsCheckedBeforeUpload: a snapshot that is not the state of its record, or does not decode, is not
// uploaded.
func TestSnapshotIsCheckedBeforeUpload(t *testing.T) {
	const size = 512
	s := &sums{}
	page := make([]byte, size) // of noise: in what compresses, some bits say nothing
	for i, r := 0, rand.New(rand.NewPCG(4, 4)); i < size; i++ {
		page[i] = byte(r.Uint32())
	}
	h := header(3, size, 1, time.UnixMilli(1), 1, 0)
	h.MinTXID = 1
	out, err := encode(h, "", 0, func(fn func(uint32, []byte) error) error { return s.adding(size, fn)(1, page) }, s.total)
	ok(t, err)
	at := Position{Seq: 3, Sum: s.total(), PageSize: size, Pages: 1}
	ok(t, checkSnapshot(out.body(), at, s))
	wrong := at
	wrong.Sum ^= 1
	if err := checkSnapshot(out.body(), wrong, s); !errors.Is(err, errDiffers) {
		t.Error(err)
	}
	wrong = at
	wrong.Seq = 4
	if err := checkSnapshot(out.body(), wrong, s); !errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
	b := bytes.Clone(out.buf.Bytes())
	for i := range b {
		b[i] ^= 16
		if err := checkSnapshot(Bytes(b), at, s); !errors.Is(err, ErrDamaged) {
			t.Errorf("byte %d of %d: %v", i, len(b), err)
		}
		b[i] ^= 16
	}
}

// TestInstantsGoForward: whatever the clock does.
func TestInstantsGoForward(t *testing.T) {
	last := time.Time{}
	now := time.Date(2026, 3, 29, 1, 59, 59, 999_999_999, time.UTC)
	for _, step := range []time.Duration{0, 1, time.Millisecond, -time.Hour, 400 * 24 * time.Hour, -400 * 24 * time.Hour, 0, time.Hour} {
		now = now.Add(step)
		next := after(last, now)
		if !next.After(last) || next.UnixMilli() <= last.UnixMilli() || !next.Equal(next.Truncate(time.Millisecond)) {
			t.Errorf("after %v at %v came %v", last, now, next)
		}
		last = next
	}
}
