package sniff

import (
	"bytes"
	"encoding/binary"
	"image"
	_ "image/jpeg" // registers what DecodeConfig reads
	_ "image/png"
	"io"
	"slices"
)

// checkImage reads a picture's size before anybody decodes it.
func checkImage(r io.ReaderAt, size int64, t Type) error {
	c, _, err := image.DecodeConfig(io.NewSectionReader(r, 0, size))
	switch {
	case err != nil:
		return refuse("This picture is damaged or cut off.")
	case int64(c.Width)*int64(c.Height) > MaxPixels:
		return refuse("This picture has more than %d million pixels. Make it smaller.", MaxPixels/1_000_000)
	}
	_, err = Clean(r, size, t)
	return err
}

// Clean is the file without what it says about where, when and with what it was made: EXIF with its places,
// XMP, IPTC, comments and texts of JPEG and PNG. The picture itself is not touched, only how it is turned is
// kept. Anything after a picture's end is dropped. Other types are returned as they are.
func Clean(r io.ReaderAt, size int64, t Type) (io.Reader, error) {
	switch t.Name {
	case JPEG.Name:
		return cleanJPEG(r, size)
	case PNG.Name:
		return cleanPNG(r, size)
	}
	return io.NewSectionReader(r, 0, size), nil
}

var errPicture = refuse("This picture is damaged or cut off.")

// keep gathers the stretches of a file that stay.
type keep struct {
	r     io.ReaderAt
	parts []io.Reader
	from  int64 // start of the stretch being gathered
	to    int64
}

func (k *keep) add(from, to int64) {
	if from != k.to {
		k.flush()
		k.from = from
	}
	k.to = to
}

func (k *keep) put(b []byte) {
	k.flush()
	k.parts = append(k.parts, bytes.NewReader(b))
	k.from, k.to = -1, -1
}

func (k *keep) flush() {
	if k.to > k.from {
		k.parts = append(k.parts, io.NewSectionReader(k.r, k.from, k.to-k.from))
	}
	k.from = k.to
}

func (k *keep) reader() io.Reader {
	k.flush()
	return io.MultiReader(k.parts...)
}

// pngKept are the chunks of a PNG that make the picture.
var pngKept = []string{"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP", "bKGD",
	"pHYs", "hIST", "sPLT", "acTL", "fcTL", "fdAT"}

func cleanPNG(r io.ReaderAt, size int64) (io.Reader, error) {
	k := &keep{r: r}
	k.add(0, 8)
	var head [8]byte
	for at := int64(8); ; {
		if _, err := r.ReadAt(head[:], at); err != nil {
			return nil, errPicture
		}
		end := at + 12 + int64(binary.BigEndian.Uint32(head[:4])) // length, name, data, checksum
		if end > size {
			return nil, errPicture
		}
		name := string(head[4:])
		if slices.Contains(pngKept, name) {
			k.add(at, end)
		}
		if name == "IEND" {
			return k.reader(), nil
		}
		at = end
	}
}

func cleanJPEG(r io.ReaderAt, size int64) (io.Reader, error) {
	k := &keep{r: r}
	k.add(0, 2)
	at := int64(2)
	for {
		var m [4]byte
		n, _ := r.ReadAt(m[:], at)
		if n < 2 || m[0] != 0xff {
			return nil, errPicture
		}
		marker := m[1]
		switch {
		case marker == 0xff: // filling
			at++
			continue
		case marker == 0xd9: // end
			k.add(at, at+2)
			return k.reader(), nil
		case marker == 0x01 || 0xd0 <= marker && marker <= 0xd7:
			k.add(at, at+2)
			at += 2
			continue
		case n < 4:
			return nil, errPicture
		}
		end := at + 2 + int64(binary.BigEndian.Uint16(m[2:]))
		if end > size || end < at+4 {
			return nil, errPicture
		}
		body := make([]byte, min(end-at-4, 64))
		if _, err := r.ReadAt(body, at+4); err != nil && err != io.EOF {
			return nil, errPicture
		}
		switch {
		case marker == 0xe1 && bytes.HasPrefix(body, []byte("Exif\x00\x00")):
			whole := make([]byte, end-at-4)
			if _, err := r.ReadAt(whole, at+4); err != nil && err != io.EOF {
				return nil, errPicture
			}
			if o := orientation(whole[6:]); o > 1 {
				k.put(onlyOrientation(o))
			}
		case marker == 0xe0, marker == 0xee, marker == 0xe2 && bytes.HasPrefix(body, []byte("ICC_PROFILE\x00")):
			k.add(at, end) // how colours are meant
		case 0xe0 <= marker && marker <= 0xef, marker == 0xfe:
			// everything else applications and people write beside a picture
		default:
			k.add(at, end)
		}
		at = end
		if marker == 0xda {
			next, err := skipScan(r, at, size)
			if err != nil {
				return nil, err
			}
			k.add(at, next)
			at = next
		}
	}
}

// skipScan finds the marker after the picture's own bytes, in which 0xff is followed by 0 or a restart.
func skipScan(r io.ReaderAt, at, size int64) (int64, error) {
	buf := make([]byte, 64<<10)
	for at < size {
		n, err := r.ReadAt(buf, at)
		if n < 2 {
			return 0, errPicture
		}
		for i := 0; i+1 < n; i++ {
			if next := buf[i+1]; buf[i] == 0xff && next != 0 && next != 0xff && !(0xd0 <= next && next <= 0xd7) {
				return at + int64(i), nil
			}
		}
		if err != nil && err != io.EOF {
			return 0, err
		}
		at += int64(n - 1) // the last byte may begin a marker
		if err == io.EOF {
			return 0, errPicture
		}
	}
	return 0, errPicture
}

// orientation reads how a picture is turned from its EXIF block, 1 when it does not say.
func orientation(tiff []byte) uint16 {
	if len(tiff) < 14 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	n := int64(order.Uint16(tiff[at:]))
	for i := range n {
		e := at + 2 + 12*i
		if e+12 > int64(len(tiff)) {
			return 1
		}
		if order.Uint16(tiff[e:]) == 0x0112 {
			if v := order.Uint16(tiff[e+8:]); 1 <= v && v <= 8 {
				return v
			}
			return 1
		}
	}
	return 1
}

// onlyOrientation is an EXIF block that says how the picture is turned and nothing else.
func onlyOrientation(o uint16) []byte {
	b := []byte{0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}
	binary.BigEndian.PutUint16(b[28:], o)
	return b
}
