package ltxlog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// Sizes in a write-ahead log: https://www.sqlite.org/fileformat2.html#walformat
const (
	walHeader   = 32
	frameHeader = 24
)

// follower reads the write-ahead log of a file, frame by frame, each frame once.
//
// A log file begins anew when all of it was folded; the salts in its header then change, the first by one. That
// is expected only after a fold of our own and before anything was committed after it. Any other restart may
// have taken frames away that were not read: ErrForeignCheckpoint.
type follower struct {
	path string

	mu       sync.Mutex // a commit looks at the header while a record is read
	f        *os.File   // nil until there is a log
	order    binary.ByteOrder
	pageSize int
	salt     [8]byte
	sum      [2]uint32 // cumulative checksum of everything before off
	off      int64     // the next frame; 0 while there is no log
	free     bool      // nothing was committed since our own fold
	foreign  bool
}

// batch is what was committed since the last batch: where the newest version of each page lies.
type batch struct {
	pages    map[uint32]int64 // by page number: offset of its content
	commit   uint32           // pages of the database after it
	low      uint32           // the fewest that it had on the way
	pageSize int
	salt     [8]byte
	start    int64
	end      int64
	sum      [2]uint32
	more     bool // the batch was capped, there is more
}

func frameSum(order binary.ByteOrder, s [2]uint32, b []byte) [2]uint32 {
	s0, s1 := s[0], s[1]
	if order == binary.LittleEndian { // the usual one, spelled out: it is read for every byte ever written
		for ; len(b) >= 8; b = b[8:] {
			s0 += binary.LittleEndian.Uint32(b) + s1
			s1 += binary.LittleEndian.Uint32(b[4:]) + s0
		}
		return [2]uint32{s0, s1}
	}
	for ; len(b) >= 8; b = b[8:] {
		s0 += order.Uint32(b) + s1
		s1 += order.Uint32(b[4:]) + s0
	}
	return [2]uint32{s0, s1}
}

// refresh looks whether the log began anew. It is called after each of our commits and before each reading.
func (w *follower) refresh() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.look()
}

func (w *follower) look() error {
	if w.foreign {
		return ErrForeignCheckpoint
	}
	if w.off != 0 && !w.free {
		// Nothing but a restart is to be found out here, and reading finds that too.
		return w.compare()
	}
	return w.accept()
}

// header reads the log's header; false when there is none.
func (w *follower) header() (h [walHeader]byte, ok bool, err error) {
	if w.f == nil {
		f, err := os.Open(w.path) // SQLite takes no locks on it
		if errors.Is(err, os.ErrNotExist) {
			return h, false, nil
		}
		if err != nil {
			return h, false, err
		}
		w.f = f
	}
	switch _, err := w.f.ReadAt(h[:], 0); {
	case err == io.EOF:
		return h, false, nil
	case err != nil:
		return h, false, fmt.Errorf("read write-ahead log: %w", err)
	}
	return h, true, nil
}

// compare finds a restart that must not be.
func (w *follower) compare() error {
	h, ok, err := w.header()
	if err != nil {
		return err
	}
	if !ok || [8]byte(h[16:24]) != w.salt {
		w.foreign = true
		return ErrForeignCheckpoint
	}
	return nil
}

// accept finds a restart that may be, or the first frame after our fold that came without one.
func (w *follower) accept() error {
	h, ok, err := w.header()
	if err != nil || !ok {
		return err
	}
	salt := [8]byte(h[16:24])
	if w.off != 0 && salt == w.salt {
		var frame [frameHeader]byte
		if _, err := w.f.ReadAt(frame[:], w.off); err == nil && [8]byte(frame[8:16]) == w.salt {
			w.free = false
		}
		return nil
	}
	if w.off != 0 && binary.BigEndian.Uint32(salt[:]) != binary.BigEndian.Uint32(w.salt[:])+1 {
		w.foreign = true // more than one restart
		return ErrForeignCheckpoint
	}
	return w.begin(h)
}

// begin takes a header as that of a new log.
func (w *follower) begin(h [walHeader]byte) error {
	switch magic := binary.BigEndian.Uint32(h[:]); magic {
	case 0x377f0682:
		w.order = binary.LittleEndian
	case 0x377f0683:
		w.order = binary.BigEndian
	default:
		return fmt.Errorf("read write-ahead log: it begins with %08x", magic)
	}
	sum := frameSum(w.order, [2]uint32{}, h[:24])
	if sum[0] != binary.BigEndian.Uint32(h[24:]) || sum[1] != binary.BigEndian.Uint32(h[28:]) {
		return errors.New("read write-ahead log: its header is being written or damaged")
	}
	size := int(binary.BigEndian.Uint32(h[8:]))
	if w.pageSize != 0 && size != w.pageSize {
		return fmt.Errorf("read write-ahead log: pages of %d bytes in a database of %d", size, w.pageSize)
	}
	w.pageSize, w.salt, w.sum, w.off, w.free = size, [8]byte(h[16:24]), sum, walHeader, false
	return nil
}

// chunk is how much of the log is read at once.
const chunk = 256 << 10

// read returns what was committed since the last advance, nil when nothing was. It stops at the first commit
// after max bytes; one transaction is never cut.
func (w *follower) read(max int64) (*batch, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.look(); err != nil || w.off == 0 {
		return nil, err
	}
	size := int64(w.pageSize + frameHeader)
	b := &batch{pages: map[uint32]int64{}, pageSize: w.pageSize, salt: w.salt, start: w.off, low: 1<<32 - 1}
	open := map[uint32]int64{} // of a transaction whose end was not read yet
	buf := make([]byte, 0, size*(1+chunk/size))
	off, sum := w.off, w.sum
	for {
		n, err := w.f.ReadAt(buf[:cap(buf)], off)
		if err != nil && err != io.EOF {
			return nil, fmt.Errorf("read write-ahead log: %w", err)
		}
		last := int64(n) < int64(cap(buf))
		for buf := buf[:n]; int64(len(buf)) >= size; buf = buf[size:] {
			frame := buf[:size]
			if [8]byte(frame[8:16]) != w.salt {
				last = true // left from before the log began anew
				break
			}
			next := frameSum(w.order, frameSum(w.order, sum, frame[:8]), frame[frameHeader:])
			if next[0] != binary.BigEndian.Uint32(frame[16:]) || next[1] != binary.BigEndian.Uint32(frame[20:]) {
				last = true // being written, or torn by a crash
				break
			}
			sum = next
			open[binary.BigEndian.Uint32(frame)] = off + frameHeader
			off += size
			if pages := binary.BigEndian.Uint32(frame[4:]); pages != 0 {
				for page, at := range open {
					b.pages[page] = at
				}
				clear(open)
				if b.low = min(b.low, pages); pages < b.commit {
					for page := range b.pages {
						if page > pages { // what comes there later is another page
							delete(b.pages, page)
						}
					}
				}
				b.commit, b.end, b.sum = pages, off, sum
				if off-b.start >= max {
					b.more, last = true, true
					break
				}
			}
		}
		if last {
			break
		}
	}
	if b.commit == 0 {
		return nil, nil
	}
	w.free = false
	return b, nil
}

// page reads one page of a batch.
func (w *follower) page(b *batch, no uint32, into []byte) error {
	if _, err := w.f.ReadAt(into, b.pages[no]); err == io.EOF {
		return ErrForeignCheckpoint
	} else if err != nil {
		return fmt.Errorf("read write-ahead log: %w", err)
	}
	return nil
}

// still reports whether the batch's frames are where they were: whatever was read of them before is good.
func (w *follower) still(b *batch) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	h, ok, err := w.header()
	if err == nil && (!ok || [8]byte(h[16:24]) != b.salt) {
		w.foreign = true
		return ErrForeignCheckpoint
	}
	return err
}

// advance puts a batch behind us.
func (w *follower) advance(b *batch) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.salt == b.salt {
		w.off, w.sum = b.end, b.sum
	}
}

// folded notes that we folded everything that was read. The caller holds the writer, and nothing is unread.
func (w *follower) folded() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.free = true
}

// skip goes to the end of what is committed now, whatever came before, and forgets that the log was foreign. The
// caller reads the whole file next, so the log may begin anew as after a fold of our own.
func (w *follower) skip() error {
	w.mu.Lock()
	w.foreign, w.off, w.salt, w.free = false, 0, [8]byte{}, false
	err := w.accept()
	w.mu.Unlock()
	if err != nil {
		return err
	}
	b, err := w.read(1 << 62)
	if err != nil {
		return err
	}
	if b != nil {
		w.advance(b)
	}
	w.folded()
	return nil
}

// size is how much of the log is read.
func (w *follower) size() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.off
}

// frames is how many frames of the log are read.
func (w *follower) frames() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.off == 0 {
		return 0
	}
	return int((w.off - walHeader) / int64(w.pageSize+frameHeader))
}

func (w *follower) close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.f == nil {
		return nil
	}
	f := w.f
	w.f = nil
	return f.Close()
}
