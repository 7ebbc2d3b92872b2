package ltxlog

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/superfly/ltx"
)

// Replica keeps a copy of a tenant's database that follows its log and claims nothing: another process writes the
// tenant. What it shows is a state of history, every page of it proved by the record's checksum.
//
// SQLite reads the copy as a database with a rollback journal, so that every transaction looks first whether the
// file has changed since the last one; that is why the first page differs from the tenant's in a few bytes of its
// header.
type Replica struct {
	l      Log
	tenant string
	now    func() time.Time

	hold  sync.Locker // held while pages change: nobody reads then
	file  *os.File
	turns uint32 // what the header says: how often the file was changed

	mu    sync.Mutex // one Advance at a time; guards what follows
	at    Position
	sums  *sums
	first []byte    // the first page as the log has it
	asked time.Time // when the log was last seen to have nothing newer
}

// forgotten is after how long a replica that heard nothing makes its copy anew: the records that it would need may
// have been trimmed, and a missing record looks like the end of the log.
const forgotten = youngest / 2

// NewReplica restores the newest state to path, over what is there. Whoever reads the copy holds what hold guards
// for as long as a transaction lasts. Errors are those of [Restore].
func NewReplica(ctx context.Context, l Log, tenant, path string, hold sync.Locker, now func() time.Time) (*Replica, error) {
	r := &Replica{l: l, tenant: tenant, now: now, hold: hold}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("replica of %s: %w", tenant, err)
	}
	r.file = f
	if err := r.renew(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("replica of %s: %w", tenant, err), f.Close())
	}
	return r, nil
}

// Position is the state that the copy shows.
func (r *Replica) Position() Position {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.at
}

// Close lets go of the copy, which stays.
func (r *Replica) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.file.Close()
}

// Advance takes what the log has that is newer, and says whether there was anything. After it the copy shows
// everything that was acknowledged before it was called, by whichever owner.
func (r *Replica) Advance(ctx context.Context) (moved bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.now().Sub(r.asked) > forgotten {
		if err := r.renew(ctx); err != nil {
			return false, fmt.Errorf("follow %s: %w", r.tenant, err)
		}
		moved = true
	}
	for tries := 0; ; {
		switch ok, err := r.step(ctx); {
		case errors.Is(err, ErrDamaged) && tries < 2: // a store may show a record before all of it is there
			if tries++; tries == 2 { // of the copy or of the record: only a whole restore can tell
				if err := r.renew(ctx); err != nil {
					return moved, fmt.Errorf("follow %s: %w", r.tenant, err)
				}
				moved = true
			}
		case err != nil:
			return moved, fmt.Errorf("follow %s: %w", r.tenant, err)
		case !ok:
			r.asked = r.now()
			return moved, nil
		default:
			moved, tries = true, 0
		}
	}
}

// page is one that a record changes.
type page struct {
	no   uint32
	data []byte
}

// step applies the next record, if there is one. The pages change only once the whole record is known to lead to
// the state that it says.
func (r *Replica) step(ctx context.Context) (bool, error) {
	var pages []page
	body, err := r.l.Get(ctx, r.tenant, Record(r.at.Seq+1))
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	h, to, err := decodeFrom(body, Record(r.at.Seq+1), func(no uint32, data []byte) error {
		pages = append(pages, page{no, append([]byte(nil), data...)})
		return nil
	})
	if err = errors.Join(err, body.Close()); err != nil {
		return false, err
	}
	if h.PreApplyChecksum != r.at.Sum || to.PageSize != r.at.PageSize {
		return false, fmt.Errorf("%w: record %d does not follow record %d", ErrDamaged, to.Seq, r.at.Seq)
	}
	next := &sums{page: append([]ltx.Checksum(nil), r.sums.page...), all: r.sums.all}
	for _, p := range pages {
		next.set(p.no, ltx.ChecksumPage(p.no, p.data))
	}
	next.resize(to.Pages)
	if next.total() != to.Sum {
		return false, fmt.Errorf("%w: record %d leads to checksum %s, but says %s", ErrDamaged, to.Seq, next.total(), to.Sum)
	}
	if len(pages) > 0 || to.Pages != r.at.Pages {
		if err := r.write(pages, to); err != nil {
			r.asked = time.Time{} // what the copy holds now nobody knows: it is made anew
			return false, err
		}
	}
	r.at, r.sums = to, next
	return true, nil
}

// write changes pages of the copy while nobody reads it.
func (r *Replica) write(pages []page, to Position) error {
	r.hold.Lock()
	defer r.hold.Unlock()
	for _, p := range pages {
		if p.no == 1 {
			r.first = p.data
			continue
		}
		if _, err := r.file.WriteAt(p.data, (int64(p.no)-1)*int64(to.PageSize)); err != nil {
			return err
		}
	}
	if err := r.file.Truncate(int64(to.Pages) * int64(to.PageSize)); err != nil {
		return err
	}
	return r.writeFirst(to.Pages)
}

// writeFirst writes the first page with a header by which SQLite sees that the file was changed.
func (r *Replica) writeFirst(pages uint32) error {
	r.turns++
	head := append([]byte(nil), r.first...)
	head[18], head[19] = 1, 1                      // a rollback journal, not a write-ahead log
	binary.BigEndian.PutUint32(head[24:], r.turns) // the change counter
	binary.BigEndian.PutUint32(head[28:], pages)   // the size of the file, which counts
	binary.BigEndian.PutUint32(head[92:], r.turns) // if these two agree
	_, err := r.file.WriteAt(head, 0)
	return err
}

// renew makes the copy anew from the log. It is made beside and copied over: readers keep the file they have open.
func (r *Replica) renew(ctx context.Context) error {
	side := r.file.Name() + ".new"
	if err := removeDatabase(side); err != nil {
		return err
	}
	rep, err := Restore(ctx, r.l, r.tenant, side, Point{}, RestoreOptions{Unchecked: true, Now: r.now})
	if err != nil {
		return err
	}
	defer os.Remove(side)
	if rep.Seq < r.at.Seq { // a reader has seen more than that
		return fmt.Errorf("%w: it leads to record %d, and had record %d before", ErrDamaged, rep.Seq, r.at.Seq)
	}
	from, err := os.Open(side)
	if err != nil {
		return err
	}
	defer from.Close()
	size := int(rep.Bytes / int64(rep.Pages))
	var pages []page
	buf := make([]byte, rep.Bytes) // an installation's database, not a tenant's: some megabytes
	if _, err := from.ReadAt(buf, 0); err != nil {
		return err
	}
	for no := uint32(1); no <= rep.Pages; no++ {
		pages = append(pages, page{no, buf[int(no-1)*size : int(no)*size]})
	}
	to := Position{Seq: rep.Seq, Time: rep.Time, Sum: rep.sums.total(), PageSize: size, Pages: rep.Pages}
	if err := r.write(pages, to); err != nil {
		return err
	}
	r.at, r.sums, r.asked = to, rep.sums, r.now()
	return nil
}
