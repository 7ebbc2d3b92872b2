package snapshot

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
)

// A snapshot is a ZIP file that any program opens, written by ourselves for two reasons: the same members make the
// same file, byte for byte, and whoever knows the members knows every byte between them. So a changed byte is found
// also where no member is, and it can be said whose frame it stands in. Members are stored, not packed; they carry no
// time.

// framed is what the frame of a member is made of.
type framed struct {
	name string
	size int64
	crc  uint32
}

// The largest member, and what makes a place or a number need the longer form (APPNOTE 4.3.14).
const (
	mostOfMember = math.MaxUint32 - 1
	beyond       = math.MaxUint32
	many         = math.MaxUint16
)

var le = binary.LittleEndian

// common is what both headers of a member say.
func (m framed) common(version uint16) []byte {
	b := le.AppendUint16(nil, version)
	b = le.AppendUint16(b, 1<<11)      // the name is UTF-8
	b = le.AppendUint16(b, 0)          // stored
	b = le.AppendUint32(b, 0x00210000) // 1 January 1980, as if nobody had made it
	b = le.AppendUint32(b, m.crc)
	b = le.AppendUint32(b, uint32(m.size))
	b = le.AppendUint32(b, uint32(m.size))
	return le.AppendUint16(b, uint16(len(m.name)))
}

// local is what stands before a member.
func (m framed) local() []byte {
	b := append([]byte("PK\x03\x04"), m.common(20)...)
	b = le.AppendUint16(b, 0)
	return append(b, m.name...)
}

// listed is what the list at the end says of a member that begins at a place.
func (m framed) listed(at int64) []byte {
	var extra []byte
	version, place := uint16(20), uint32(min(at, beyond))
	if at >= beyond {
		version = 45
		extra = le.AppendUint64(append(le.AppendUint16(nil, 1), 8, 0), uint64(at))
	}
	b := append([]byte("PK\x01\x02"), le.AppendUint16(nil, version)...)
	b = append(b, m.common(version)...)
	b = le.AppendUint16(b, uint16(len(extra)))
	b = append(b, make([]byte, 10)...) // no comment, first disk, no attributes
	b = le.AppendUint32(b, place)
	b = append(b, m.name...)
	return append(b, extra...)
}

// end closes a file whose list of n members begins at a place and has a size.
func end(n int, at, size int64) []byte {
	var b []byte
	if n >= many || at >= beyond || size >= beyond {
		b = append([]byte("PK\x06\x06"), le.AppendUint64(nil, 44)...)
		b = le.AppendUint16(le.AppendUint16(b, 45), 45)
		b = append(b, make([]byte, 8)...)
		for _, v := range []int64{int64(n), int64(n), size, at} {
			b = le.AppendUint64(b, uint64(v))
		}
		b = append(b, "PK\x06\x07\x00\x00\x00\x00"...)
		b = le.AppendUint64(b, uint64(at+size))
		b = le.AppendUint32(b, 1)
	}
	b = append(b, "PK\x05\x06\x00\x00\x00\x00"...)
	b = le.AppendUint16(b, uint16(min(n, many)))
	b = le.AppendUint16(b, uint16(min(n, many)))
	b = le.AppendUint32(b, uint32(min(size, beyond)))
	b = le.AppendUint32(b, uint32(min(at, beyond)))
	return append(b, 0, 0)
}

// writeZip writes the members in their order.
func writeZip(w io.Writer, members []framed, content func(i int) (io.ReadCloser, error)) error {
	var at int64
	put := func(b []byte) error {
		n, err := w.Write(b)
		at += int64(n)
		return err
	}
	var list []byte
	for i, m := range members {
		if m.size > mostOfMember {
			return fmt.Errorf("%s has %d bytes, more than a snapshot takes", m.name, m.size)
		}
		list = append(list, m.listed(at)...)
		if err := put(m.local()); err != nil {
			return err
		}
		r, err := content(i)
		if err != nil {
			return err
		}
		crc := crc32.NewIEEE()
		n, err := io.Copy(io.MultiWriter(w, crc), r)
		at += n
		if cerr := r.Close(); err == nil {
			err = cerr
		}
		if err == nil && n != m.size {
			err = fmt.Errorf("it has %d bytes now and had %d", n, m.size)
		}
		if err == nil && crc.Sum32() != m.crc {
			err = errors.New("it was changed meanwhile")
		}
		if err != nil {
			return fmt.Errorf("write %s: %w", m.name, err)
		}
	}
	begin := at
	return put(append(list, end(len(members), begin, int64(len(list)))...))
}

// checkZip compares what stands between the members with what has to. It calls found with the member whose frame
// differs, or with the empty name for the file's end. What the members themselves hold is not looked at.
func checkZip(r io.ReaderAt, size int64, members []framed, found func(name string)) error {
	var at int64
	is := func(want []byte) (bool, error) {
		got := make([]byte, len(want))
		n, err := r.ReadAt(got, at)
		if err != nil && err != io.EOF {
			return false, err
		}
		at += int64(len(want))
		return n == len(want) && bytes.Equal(got, want), nil
	}
	places := make([]int64, len(members))
	for i, m := range members {
		places[i] = at
		ok, err := is(m.local())
		if err != nil {
			return err
		}
		if !ok {
			found(m.name)
		}
		at += m.size
	}
	begin := at
	for i, m := range members {
		ok, err := is(m.listed(places[i]))
		if err != nil {
			return err
		}
		if !ok {
			found(m.name)
		}
	}
	ok, err := is(end(len(members), begin, at-begin))
	if err != nil {
		return err
	}
	if !ok || at != size {
		found("")
	}
	return nil
}
