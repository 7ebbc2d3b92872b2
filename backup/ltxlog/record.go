package ltxlog

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/superfly/ltx"
)

// Position is a state of one tenant's database: the one after record Seq.
type Position struct {
	Seq      uint64
	Time     time.Time    // of the record
	Node     uint64       // who wrote it
	Sum      ltx.Checksum // of the whole database
	PageSize int
	Pages    uint32
}

// Instant of a record: later than every record before it, whatever the clock says.
func after(last, now time.Time) time.Time {
	now = now.UTC().Truncate(time.Millisecond)
	if !now.After(last) {
		return last.Add(time.Millisecond)
	}
	return now
}

func header(seq uint64, pageSize int, pages uint32, at time.Time, node uint64, pre ltx.Checksum) ltx.Header {
	h := ltx.Header{
		Version: ltx.Version, PageSize: uint32(pageSize), Commit: pages, MinTXID: ltx.TXID(seq), MaxTXID: ltx.TXID(seq),
		Timestamp: at.UnixMilli(), NodeID: node, PreApplyChecksum: pre,
	}
	if seq == 1 {
		h.PreApplyChecksum = 0
	}
	return h
}

// sums knows the checksum of every page of a database, and so that of the database after any change to it.
type sums struct {
	page []ltx.Checksum // page n at n-1; 0 for the page that holds SQLite's locks
	all  ltx.Checksum   // without the flag
}

func (s *sums) total() ltx.Checksum { return s.all | ltx.ChecksumFlag }

func (s *sums) set(no uint32, c ltx.Checksum) {
	for uint32(len(s.page)) < no {
		s.page = append(s.page, 0)
	}
	s.all = (s.all ^ s.page[no-1] ^ c) &^ ltx.ChecksumFlag
	s.page[no-1] = c
}

// resize makes the database so many pages long.
func (s *sums) resize(pages uint32) {
	for i := int(pages); i < len(s.page); i++ {
		s.all = (s.all ^ s.page[i]) &^ ltx.ChecksumFlag
	}
	for uint32(len(s.page)) < pages {
		s.page = append(s.page, 0)
	}
	s.page = s.page[:pages]
}

// record is one encoded record: what it does to the database, and its bytes.
type record struct {
	to      Position
	body    Body
	changed map[uint32]ltx.Checksum // of pages
	whole   *sums                   // instead of changed: of the whole database
	batch   *batch
	upto    uint64 // commits that are durable with it
	free    func()
}

// inRAM is up to what size of pages a record is made in memory; beyond, in a file without a name.
const inRAM = 8 << 20

// spool takes a record while it is made.
type spool struct {
	buf  bytes.Buffer
	file *os.File
	size int64
}

// newSpool makes room for about so many bytes.
func newSpool(dir string, about int64) (*spool, error) {
	s := &spool{}
	if about <= inRAM {
		return s, nil
	}
	f, err := os.CreateTemp(dir, "ltx-*")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name()) // so that a crash leaves nothing; where that cannot be, free does it
	s.file = f
	return s, nil
}

func (s *spool) Write(p []byte) (n int, err error) {
	if s.file != nil {
		n, err = s.file.Write(p)
	} else {
		n, err = s.buf.Write(p)
	}
	s.size += int64(n)
	return n, err
}

func (s *spool) body() Body {
	if s.file != nil {
		return section(s.file, s.size)
	}
	return Bytes(s.buf.Bytes())
}

func (s *spool) free() {
	if s.file != nil {
		_ = s.file.Close()
		_ = os.Remove(s.file.Name())
	}
}

// pageSource calls fn with every page in ascending order.
type pageSource func(fn func(no uint32, data []byte) error) error

// encode makes the LTX file of pages. It leaves out the page that holds SQLite's locks, which is no page of the
// database. The checksum after it is asked for when all pages were seen.
func encode(h ltx.Header, dir string, about int64, pages pageSource, post func() ltx.Checksum) (*spool, error) {
	s, err := newSpool(dir, about)
	if err != nil {
		return nil, err
	}
	err = func() error {
		var w io.Writer = s
		enc, err := ltx.NewEncoder(w)
		if err != nil {
			return err
		}
		if err := enc.EncodeHeader(h); err != nil {
			return err
		}
		lock := h.LockPgno()
		if err := pages(func(no uint32, data []byte) error {
			if no == lock {
				return nil
			}
			return enc.EncodePage(ltx.PageHeader{Pgno: no}, data)
		}); err != nil {
			return err
		}
		enc.SetPostApplyChecksum(post())
		return enc.Close()
	}()
	if err != nil {
		s.free()
		return nil, err
	}
	return s, nil
}

// encodeEmpty makes a record that changes nothing but who owns the tenant.
func encodeEmpty(from Position, at time.Time, node uint64) (Body, error) {
	s, err := encode(header(from.Seq+1, from.PageSize, from.Pages, at, node, from.Sum), "", 0,
		func(func(uint32, []byte) error) error { return nil }, func() ltx.Checksum { return from.Sum })
	if err != nil {
		return Body{}, err
	}
	return s.body(), nil
}

// errIncomplete means that frames do not say all of what changed.
var errIncomplete = errors.New("the write-ahead log is incomplete")

// encodeBatch makes the next record of what was committed.
func encodeBatch(w *follower, b *batch, from Position, known *sums, at time.Time, node uint64, dir string) (*record, error) {
	lock := ltx.LockPgno(uint32(b.pageSize))
	numbers := make([]uint32, 0, len(b.pages))
	for no := range b.pages {
		if no <= b.commit && no != lock { // a page beyond the end was cut off later in the same batch
			numbers = append(numbers, no)
		}
	}
	// A page that is new has a frame. SQLite sees to that; were it ever not so, only the whole file would do.
	for no := min(b.low, uint32(len(known.page))) + 1; no <= b.commit; no++ {
		if _, written := b.pages[no]; !written && no != lock {
			return nil, fmt.Errorf("%w: page %d was never written", errIncomplete, no)
		}
	}
	slices.Sort(numbers)
	r := &record{changed: make(map[uint32]ltx.Checksum, len(numbers)), batch: b}
	sum := known.all
	for i := int(b.commit); i < len(known.page); i++ {
		sum ^= known.page[i]
	}
	buf := make([]byte, b.pageSize)
	s, err := encode(header(from.Seq+1, b.pageSize, b.commit, at, node, from.Sum), dir, int64(len(numbers))*int64(b.pageSize),
		func(fn func(uint32, []byte) error) error {
			for _, no := range numbers {
				if err := w.page(b, no, buf); err != nil {
					return err
				}
				c := ltx.ChecksumPage(no, buf)
				if int(no) <= len(known.page) {
					sum ^= known.page[no-1]
				}
				sum ^= c
				r.changed[no] = c
				if err := fn(no, buf); err != nil {
					return err
				}
			}
			return w.still(b)
		}, func() ltx.Checksum { return sum | ltx.ChecksumFlag })
	if err != nil {
		return nil, err
	}
	r.body, r.free = s.body(), s.free
	r.to = Position{Seq: from.Seq + 1, Time: at, Node: node, Sum: sum | ltx.ChecksumFlag, PageSize: b.pageSize, Pages: b.commit}
	return r, nil
}

// reading is one state of a live database, held still by a read transaction.
type reading struct {
	conn     *sql.Conn
	pageSize int
	count    uint32
}

// beginReading fixes the state that is committed now. The connection is closed with the reading.
func beginReading(ctx context.Context, conn *sql.Conn) (_ *reading, err error) {
	defer func() {
		if err != nil {
			err = errors.Join(err, conn.Close())
		}
	}()
	if _, err := conn.ExecContext(ctx, "BEGIN"); err != nil {
		return nil, err
	}
	r := &reading{conn: conn}
	// The first page says how large pages are and how many there are; reading it begins the transaction.
	var first []byte
	if err := conn.QueryRowContext(ctx, "SELECT data FROM sqlite_dbpage WHERE pgno = 1").Scan(&first); err != nil {
		return nil, errors.Join(err, r.rollback())
	}
	if len(first) < 512 {
		return nil, errors.Join(errors.New("the first page is too short"), r.rollback())
	}
	r.pageSize, r.count = len(first), binary.BigEndian.Uint32(first[28:])
	return r, nil
}

func (r *reading) rollback() error {
	_, err := r.conn.ExecContext(context.Background(), "ROLLBACK")
	return err
}

func (r *reading) close() error { return errors.Join(r.rollback(), r.conn.Close()) }

// pages reads every page as SQLite sees it, one at a time.
func (r *reading) pages(ctx context.Context) pageSource {
	return func(fn func(uint32, []byte) error) (err error) {
		rows, err := r.conn.QueryContext(ctx, "SELECT pgno, data FROM sqlite_dbpage")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, rows.Close()) }()
		var next uint32
		var data sql.RawBytes
		for rows.Next() {
			var no uint32
			if err := rows.Scan(&no, &data); err != nil {
				return err
			}
			if next++; no != next || len(data) != r.pageSize {
				return fmt.Errorf("page %d of %d bytes came where page %d of %d was expected", no, len(data), next, r.pageSize)
			}
			if err := fn(no, data); err != nil {
				return err
			}
		}
		if err := rows.Err(); err != nil {
			return err
		}
		if next != r.count {
			return fmt.Errorf("%d pages were read of %d", next, r.count)
		}
		return nil
	}
}

// checksums reads every page and returns their checksums.
func (r *reading) checksums(ctx context.Context) (*sums, error) {
	s := &sums{page: make([]ltx.Checksum, 0, r.count)}
	return s, r.pages(ctx)(s.adding(r.pageSize, nil))
}

// adding takes pages in and hands them on.
func (s *sums) adding(pageSize int, next func(uint32, []byte) error) func(uint32, []byte) error {
	lock := ltx.LockPgno(uint32(pageSize))
	return func(no uint32, data []byte) error {
		if no == lock {
			s.set(no, 0)
		} else {
			s.set(no, ltx.ChecksumPage(no, data))
		}
		if next == nil {
			return nil
		}
		return next(no, data)
	}
}

// encodeWhole makes a record or snapshot of a whole database. The checksum after it is that of what was read.
func encodeWhole(ctx context.Context, h ltx.Header, r *reading, dir string) (*spool, *sums, error) {
	s := &sums{page: make([]ltx.Checksum, 0, r.count)}
	out, err := encode(h, dir, int64(r.count)*int64(r.pageSize), func(fn func(uint32, []byte) error) error {
		return r.pages(ctx)(s.adding(r.pageSize, fn))
	}, s.total)
	return out, s, err
}

// decode reads an entry of a log to its end, calls fn with each page, and returns what it leads to. Whatever is
// not exactly what was written is ErrDamaged, with a sentence that says which entry and why.
func decode(ctx context.Context, l Log, tenant string, e Entry, fn func(no uint32, data []byte) error) (h ltx.Header, to Position, err error) {
	body, err := l.Get(ctx, tenant, e)
	if err != nil {
		return h, to, err
	}
	h, to, err = decodeFrom(body, e, fn)
	return h, to, errors.Join(err, body.Close())
}

// source remembers why reading failed, so that a broken connection is not taken for a damaged record.
type source struct {
	r   io.Reader
	n   int64
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.n += int64(n)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

func decodeFrom(body io.Reader, e Entry, fn func(no uint32, data []byte) error) (h ltx.Header, to Position, err error) {
	in := &source{r: body}
	var ours error // of fn
	dec := ltx.NewDecoder(in)
	dec.SetRetainPageIndex(false)
	err = func() error {
		if err := dec.DecodeHeader(); err != nil {
			return err
		}
		h = dec.Header()
		if uint64(h.MinTXID) != e.min() || uint64(h.MaxTXID) != e.Max {
			return fmt.Errorf("it holds record %d to %d", h.MinTXID, h.MaxTXID)
		}
		if h.NoChecksum() {
			return errors.New("it carries no checksum of the database")
		}
		data := make([]byte, h.PageSize)
		for {
			var p ltx.PageHeader
			if err := dec.DecodePage(&p, data); err == io.EOF {
				return dec.Close()
			} else if err != nil {
				return err
			}
			if p.Pgno > h.Commit || p.Pgno == h.LockPgno() {
				return fmt.Errorf("it holds page %d of %d", p.Pgno, h.Commit)
			}
			if fn != nil {
				if ours = fn(p.Pgno, data); ours != nil {
					return ours
				}
			}
		}
	}()
	switch {
	case err == nil:
	case ours != nil:
		return h, to, ours
	case in.err != nil && errors.Is(in.err, ErrDamaged):
		return h, to, in.err // sealed, and does not open
	case in.err != nil:
		return h, to, fmt.Errorf("read %v: %w", e, in.err)
	case in.n == 0:
		return h, to, fmt.Errorf("%w: %v is empty", ErrDamaged, e)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return h, to, fmt.Errorf("%w: %v is cut short", ErrDamaged, e)
	default:
		return h, to, fmt.Errorf("%w: %v was changed: %s", ErrDamaged, e, firstLine(err))
	}
	return h, Position{
		Seq: e.Max, Time: time.UnixMilli(h.Timestamp).UTC(), Node: h.NodeID,
		Sum: dec.Trailer().PostApplyChecksum, PageSize: int(h.PageSize), Pages: h.Commit,
	}, nil
}

// instant reads when a record or snapshot was made.
func instant(ctx context.Context, l Log, tenant string, e Entry) (time.Time, error) {
	body, err := l.Get(ctx, tenant, e)
	if err != nil {
		return time.Time{}, err
	}
	defer body.Close()
	in := &source{r: body}
	h, _, err := ltx.DecodeHeader(in)
	switch {
	case err == nil && uint64(h.MaxTXID) == e.Max:
		return time.UnixMilli(h.Timestamp).UTC(), nil
	case in.err != nil:
		return time.Time{}, fmt.Errorf("read %v: %w", e, in.err)
	case in.n == 0:
		return time.Time{}, fmt.Errorf("%w: %v is empty", ErrDamaged, e)
	case err != nil:
		return time.Time{}, fmt.Errorf("%w: %v was changed: %s", ErrDamaged, e, firstLine(err))
	}
	return time.Time{}, fmt.Errorf("%w: %v was changed: it holds record %d", ErrDamaged, e, h.MaxTXID)
}
