// Package ltxlog keeps, for every tenant, one totally ordered log of everything its file went through, so that
// nothing is ever lost: the log is the backup, the way back to any commit, and the proof of who owns a tenant.
//
// A [Shipper] follows the write-ahead log of a file that this process alone writes, and appends what was
// committed as records in the LTX format. Record N lies in slot N, and a slot is taken by a compare-and-append
// that only one writer can win. From that one primitive follows the rest: [Claim] takes a tenant over by taking
// the next slot, after which every append of an older owner ends in [ErrFenced]; [Restore] makes the file of any
// record or instant again and proves by a checksum over the whole database that it is the same; [Trim] forgets
// what is older than it need be.
//
// Stock Litestream (0.5.18 and later) restores a log that is not [Sealed]: see [FileLog] and [S3Log] for where
// it looks.
//
// # How an owner of files uses it
//
//	base, _, err := ltxlog.Take(ctx, log, tenant, path, ...)  // claims; path then holds the newest state
//	...open the file, migrate; fold nothing...
//	s, err := ltxlog.Start(ctx, ltxlog.Config{Base: base, ...})
//
//	writer.Lock(); s.Ready(); BEGIN ... COMMIT; n := s.Committed(); writer.Unlock()
//	err = s.Durable(ctx, n)   // answer only after it
//	...
//	err = s.Close(ctx)        // ships the rest; only then may the owner fold and close
//
// # Where this differs from the design it follows, and why
//
//   - Records are sealed with a nonce made from their content, not a random one. A record whose answer was lost is
//     sent again and recognised by its bytes; with a fresh nonce the owner would have fenced itself.
//   - Files lie where Litestream's file replica looks (ltx/0 and ltx/9); its S3 replica looks in 0000 and 0009.
//     A slot is taken by link(2), which is as exclusive as O_EXCL but never leaves half a record in a slot.
//   - Whether a restart of the write-ahead log was ours is decided at our first commit after a fold, from salts
//     that count restarts. Before, a foreign fold between that commit and its shipping went unnoticed.
//   - Take keeps a local file that equals the log, and in the modes where the disk is the durability also one that
//     is ahead of it: restoring over it would lose commits that were acknowledged.
//   - A record's instant is found in its header, by binary search; listings know only the store's clock.
//   - Trim measures age on the store's clock, never frees the newest slot, and an owner that has not appended for
//     half a day looks whether it still owns the log: a freed slot fences nobody.
//
// # Tests
//
// The usual run takes seconds. ASSAY_TORTURE=1 runs the long versions: 200 kills on files and 60 on S3, chains of
// 12 owners, and a tenant beyond 1 GiB (needs 4 GB of disk). Package storage/torture does the same to the whole engine,
// and says with which command. ASSAY_VERSITYGW and ASSAY_LITESTREAM name the two
// programs to test with; without them those tests are skipped with a line that says how to get them.
package ltxlog

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/superfly/ltx"

	"assay/storage/keys"
)

// Errors that callers match.
var (
	// ErrFenced means that another owner took the slot. It is final: this process does not own the tenant any
	// more, and what it committed since its last durable record is not part of history.
	ErrFenced = errors.New("another owner has taken this tenant over")
	// ErrUnavailable means that the log could not be reached in time. The commit is kept and shipped as soon as
	// the log is back; whoever waits for it should be told to try again.
	ErrUnavailable = errors.New("the log cannot be reached")
	// ErrDamaged means that a record or snapshot is not what was written there.
	ErrDamaged = errors.New("the log is damaged")
	// ErrNotFound means that the log has nothing of what was asked for.
	ErrNotFound = errors.New("the log does not have it")
	// ErrForeignCheckpoint means that somebody else folded the write-ahead log of a file of ours. The shipper
	// answers it by itself, with a record of the whole file.
	ErrForeignCheckpoint = errors.New("another program folded the write-ahead log")
	// ErrNoCompare means that a store lets two writers have the same slot. See [Probe].
	ErrNoCompare = errors.New("this store ignores If-None-Match, so it cannot tell two owners apart")
	// ErrTooYoung means that a slot was to be freed while an owner could still come for it. See [Trim].
	ErrTooYoung = errors.New("a slot stays taken for at least 24 hours")
	// ErrClosed means that the shipper was closed.
	ErrClosed = errors.New("the shipper is closed")
)

// Log is where records lie. Its tenants know nothing of each other. Methods are safe for concurrent use.
// Errors other than those named may pass by themselves: trying again with the same arguments is always right.
type Log interface {
	// Append puts rec into slot seq if the slot is free, and returns nil when it will still be there after a
	// power cut. ErrFenced means that something else is there; that these very bytes are there is success.
	Append(ctx context.Context, tenant string, seq uint64, rec Body) error

	// PutSnapshot stores the whole database as it was after record max.
	PutSnapshot(ctx context.Context, tenant string, max uint64, snap Body) error

	// Records lists the records after a number, Snapshots all snapshots, both in ascending order.
	Records(ctx context.Context, tenant string, after uint64) iter.Seq2[Entry, error]
	Snapshots(ctx context.Context, tenant string) iter.Seq2[Entry, error]

	// Get reads what an entry names; ErrNotFound when it is not there.
	Get(ctx context.Context, tenant string, e Entry) (io.ReadCloser, error)

	// Remove frees a slot or drops a snapshot, and is silent about what is not there. Only Trim may use it: a
	// slot freed too early lets an owner that was fenced come back.
	Remove(ctx context.Context, tenant string, e Entry) error

	// Destroy removes everything of a tenant. Close the tenant and destroy its key first.
	Destroy(ctx context.Context, tenant string) error
}

// Entry names one record (Min = Max, its slot) or one snapshot (1 to Max).
type Entry struct {
	Snapshot bool
	Max      uint64
	Size     int64     // as it lies in the log, sealed or not
	Stored   time.Time // by the store's clock
}

// Record names the record in a slot.
func Record(seq uint64) Entry { return Entry{Max: seq} }

func (e Entry) min() uint64 {
	if e.Snapshot {
		return 1
	}
	return e.Max
}

// file is Litestream's name of the entry.
func (e Entry) file() string { return ltx.FormatFilename(ltx.TXID(e.min()), ltx.TXID(e.Max)) }

// slot names the entry's place in one tenant's log, for ever: sealing depends on it.
func (e Entry) slot() string {
	if e.Snapshot {
		return "snapshot/" + e.file()
	}
	return "record/" + e.file()
}

// String names the entry in sentences.
func (e Entry) String() string {
	if e.Snapshot {
		return fmt.Sprintf("snapshot %d", e.Max)
	}
	return fmt.Sprintf("record %d", e.Max)
}

// parseFile reads an entry's name. What is not one of ours is no entry.
func parseFile(name string, snapshot bool) (Entry, bool) {
	lo, hi, err := ltx.ParseFilename(name)
	e := Entry{Snapshot: snapshot, Max: uint64(hi)}
	return e, err == nil && hi > 0 && uint64(lo) == e.min()
}

// Litestream's levels: 0 for records, 9 for snapshots.
const (
	recordLevel   = 0
	snapshotLevel = 9
)

func (e Entry) level() int {
	if e.Snapshot {
		return snapshotLevel
	}
	return recordLevel
}

func checkTenant(tenant string) error {
	if !keys.ValidName(tenant) {
		return fmt.Errorf("%w: %.80q", keys.ErrName, tenant)
	}
	return nil
}

// Body is the content of a record or snapshot: the same bytes every time it is opened.
type Body struct {
	Size int64
	Open func() (io.Reader, error)
}

// Bytes is a body in memory.
func Bytes(b []byte) Body {
	return Body{Size: int64(len(b)), Open: func() (io.Reader, error) { return bytes.NewReader(b), nil }}
}

func section(r io.ReaderAt, size int64) Body {
	return Body{Size: size, Open: func() (io.Reader, error) { return io.NewSectionReader(r, 0, size), nil }}
}

func (b Body) sha256() (sum [sha256.Size]byte, err error) {
	r, err := b.Open()
	if err != nil {
		return sum, err
	}
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return sum, err
	}
	return [sha256.Size]byte(h.Sum(nil)), nil
}

// Probe asks whether a log tells two owners apart: it appends twice to one slot of a tenant named "probe", with
// different content. If both succeed it returns ErrNoCompare, and the log must not be relied on in [Sync] mode.
// The instant picks the slot. Give it the bare log, not the sealed one.
func Probe(ctx context.Context, l Log, now time.Time) (err error) {
	const tenant = "probe"
	seq := uint64(now.UnixNano())
	// Others that probe at the same time may be in the way of a store that keeps folders.
	if err := persist(ctx, func() error { return l.Append(ctx, tenant, seq, Bytes([]byte("the first"))) }); err != nil {
		return fmt.Errorf("probe the log: %w", err)
	}
	defer func() {
		if e := l.Remove(ctx, tenant, Record(seq)); e != nil && err == nil {
			err = fmt.Errorf("probe the log: %w", e)
		}
	}()
	switch err := l.Append(ctx, tenant, seq, Bytes([]byte("the second"))); {
	case errors.Is(err, ErrFenced):
		return nil
	case err != nil:
		return fmt.Errorf("probe the log: %w", err)
	}
	return fmt.Errorf("probe the log: %w", ErrNoCompare)
}

// collect reads a listing to its end.
func collect(seq iter.Seq2[Entry, error]) (all []Entry, err error) {
	for e, err := range seq {
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

// firstLine keeps sentences of other libraries short.
func firstLine(err error) string {
	s, _, _ := strings.Cut(err.Error(), "\n")
	return s
}
