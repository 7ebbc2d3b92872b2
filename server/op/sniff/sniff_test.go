package sniff_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"strings"
	"testing"

	"assay/server/op/sniff"
)

func check(name string, content []byte) (sniff.Type, error) {
	return sniff.Check(bytes.NewReader(content), int64(len(content)), name, sniff.Documents)
}

// zipped makes an archive of name, content, name, content...
func zipped(parts ...string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		p, err := w.Create(parts[i])
		if err != nil {
			panic(err)
		}
		io.WriteString(p, parts[i+1])
	}
	w.Close()
	return b.Bytes()
}

func docx(more ...string) []byte {
	return zipped(append([]string{"[Content_Types].xml", "<Types/>", "word/document.xml", "<w:document/>"}, more...)...)
}

func xlsx(more ...string) []byte {
	return zipped(append([]string{"[Content_Types].xml", "<Types/>", "xl/workbook.xml", "<workbook/>"}, more...)...)
}

func ole(names ...string) []byte {
	b := append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 300_000)...)
	for _, n := range names {
		for _, c := range []byte(n) {
			b = append(b, c, 0)
		}
		b = append(b, make([]byte, 1000)...)
	}
	return b
}

func picture(w, h int) image.Image { return image.NewGray(image.Rect(0, 0, w, h)) }

func pngOf(w, h int) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, picture(w, h)); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func jpegOf(w, h int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(w, h), nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func TestWhatIsTaken(t *testing.T) {
	for _, c := range []struct {
		name    string
		content []byte
		want    string
	}{
		{"a.pdf", []byte("%PDF-1.7\n..."), "application/pdf"},
		{"A.PDF", []byte("%PDF-1.4"), "application/pdf"},
		{"a.docx", docx("word/media/image1.png", "\x89PNG"), sniff.DOCX.Media},
		{"a.xlsx", xlsx(), sniff.XLSX.Media},
		{"a.doc", ole("WordDocument"), "application/msword"},
		{"a.txt", []byte("hello"), "text/plain"},
		{"a.txt", []byte("\xef\xbb\xbfünïcode\r\n\tx"), "text/plain"},
		{"a.txt", []byte("caf\xe9 in an old encoding"), "text/plain"},
		{"a.txt", []byte("BM is how this note begins, and MZ is in it"), "text/plain"},
		{"a.txt", []byte("1 < 2 and <b>"), "text/plain"},
		{"a.md", []byte("# Title"), "text/plain"},
		{"a.log", []byte("\x1b[31mred\x1b[0m"), "text/plain"},
		{"a.json", []byte(` {"a": [1, 2, {"b": null}]} ` + "\n"), "application/json"},
		{"a.json", []byte("\xef\xbb\xbf[]"), "application/json"},
		{"a.csv", []byte("a,b\n1,=2\n"), "text/csv"},
		{"a.png", pngOf(10, 10), "image/png"},
		{"a.jpg", jpegOf(10, 10), "image/jpeg"},
		{"a.jpeg", jpegOf(10, 10), "image/jpeg"},
	} {
		got, err := check(c.name, c.content)
		if err != nil || got.Media != c.want {
			t.Errorf("%s %.20q: %s %v", c.name, c.content, got.Media, err)
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	html := "<!DOCTYPE html><html><script>alert(1)</script>"
	bomb := strings.Repeat("\x00", 30<<20)
	for _, c := range []struct {
		name, content, says string
	}{
		{"a.pdf", html, "HTML page"},
		{"a.pdf", "  \r\n\t<HTML>", "HTML page"},
		{"a.txt", html, "HTML page"},
		{"a.csv", "\xef\xbb\xbf <script>", "HTML page"},
		{"a.txt", "<!-- x --><b>", "HTML page"},
		{"a.txt", "<body onload=x>", "HTML page"},
		{"a.json", "<svg/onload=x>", "SVG"},
		{"a.png", `<?xml version="1.0"?>` + "\n<svg xmlns=x>", "SVG"},
		{"a.txt", `<?xml version="1.0"?><a/>`, "XML"},
		{"a.txt", "<?php system(1)", "web program"},
		{"a.txt", "#!/bin/sh\nrm", "script"},
		{"a.pdf", "MZ\x90\x00", "Windows program"},
		{"a.txt", "MZ\x90\x00", "Windows program"},
		{"a.pdf", "\x7fELF\x02", "Linux program"},
		{"a.pdf", "\xca\xfe\xba\xbe\x00", "program"},
		{"a.pdf", "\x00asm\x01", "program"},
		{"a.docx", "\x00\x01\x02\x03garbage", "no kind we know"},
		{"a.pdf", "just text", "this is text"},
		{"a.pdf", " %PDF-1.7", "this is text"}, // not at the start: it may be two things at once
		{"a.txt", "%PDF-1.7", "a PDF"},
		{"a.jpg", string(pngOf(5, 5)), "PNG"},
		{"a.png", "GIF89a", "GIF"},
		{"a.txt", "\xff\xfea\x00", "UTF-16"},
		{"a.txt", "fine until" + strings.Repeat(" ", 100_000) + "\x00", "bytes that text does not have"},
		{"a.html", "hello", "cannot be uploaded"},
		{"a.svg", "<svg/>", "cannot be uploaded"},
		{"a.exe", "MZ", "cannot be uploaded"},
		{"a", "hello", "cannot be uploaded"},
		{"a.pdf.js", "x", "cannot be uploaded"},
		{"a.docm", string(docx()), "cannot be uploaded"},
		{"a.pdf", "", "empty"},
		{"a.json", `{"a":`, "not JSON"},
		{"a.json", `{"a":1} x`, "something follows"},
		{"a.json", `hello`, "not JSON"},
		{"a.json", strings.Repeat("[", 100_000), "nested too deeply"},
		{"a.doc", string(ole("Workbook")), "not a Word document"},
		{"a.doc", string(ole("WordDocument", "_VBA_PROJECT")), "macros"},
		{"a.docx", string(zipped("a", "b")), "ZIP archive"},
		{"a.docx", string(xlsx()), "ZIP archive"},
		{"a.xlsx", string(docx()), "ZIP archive"},
		{"a.docx", string(docx())[:200], "damaged"},
		{"a.docx", "PK\x05\x06" + strings.Repeat("\x00", 18), "empty ZIP"},
		{"a.docx", string(docx("word/vbaProject.bin", "x")), "macros"},
		{"a.docx", string(zipped("[Content_Types].xml", "application/vnd.ms-word.document.macroEnabled.main+xml", "word/document.xml", "x")), "macros"},
		{"a.docx", string(docx("../evil", "x")), "outside"},
		{"a.docx", string(docx(`..\evil`, "x")), "outside"},
		{"a.docx", string(docx("/etc/x", "x")), "outside"},
		{"a.docx", string(docx("word/embeddings/a.xlsx", "x")), "another archive"},
		{"a.docx", string(docx("word/media/image1.png", string(docx()))), "another archive"},
		{"a.docx", string(docx("word/document.xml", "again")), "same name"},
		{"a.docx", string(docx("word/x.bin", bomb)), "100 times"},
		{"a.png", string(pngOf(5, 5))[:40], "damaged"},
		{"a.jpg", string(jpegOf(5, 5))[:100], "damaged"},
		{"a.png", string(hugePNG()), "40 million pixels"},
	} {
		_, err := check(c.name, []byte(c.content))
		var r *sniff.Refused
		if !errors.As(err, &r) || !strings.Contains(r.Sentence, c.says) {
			t.Errorf("%s %.30q: %v, want %q", c.name, c.content, err, c.says)
		}
	}
}

func TestArchiveLimits(t *testing.T) {
	var parts []string
	for i := range sniff.MaxEntries {
		parts = append(parts, fmt.Sprintf("word/%d.xml", i), "")
	}
	if _, err := check("a.docx", docx(parts...)); err == nil || !strings.Contains(err.Error(), "1000 parts") {
		t.Errorf("1,002 parts: %v", err)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range []string{"[Content_Types].xml", "word/document.xml"} {
		w.Create(name)
	}
	h := &zip.FileHeader{Name: "word/link"}
	h.SetMode(fs.ModeSymlink | 0o777)
	p, _ := w.CreateHeader(h)
	io.WriteString(p, "/etc/passwd")
	w.Close()
	if _, err := check("a.docx", b.Bytes()); err == nil || !strings.Contains(err.Error(), "outside") {
		t.Errorf("a link: %v", err)
	}
	// A part that claims to be small and is not: the claim is not believed.
	lying := docx("word/x.bin", strings.Repeat("a", 5<<20))
	for i := 0; ; {
		j := bytes.Index(lying[i:], []byte("word/x.bin"))
		if j < 0 {
			break
		}
		i += j
		if i >= 46 && bytes.HasPrefix(lying[i-46:], []byte("PK\x01\x02")) {
			binary.LittleEndian.PutUint32(lying[i-46+24:], 10)
		}
		i++
	}
	if _, err := check("a.docx", lying); err == nil {
		t.Error("a part that lies about its size was taken")
	}
}

// hugePNG says that it has 10,000 x 10,000 pixels.
func hugePNG() []byte {
	b := pngOf(5, 5)
	binary.BigEndian.PutUint32(b[16:], 10_000)
	binary.BigEndian.PutUint32(b[20:], 10_000)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

func chunk(name, data string) string {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(b, name+data...)
	return string(binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:])))
}

func segment(marker byte, data string) string {
	return string([]byte{0xff, marker, byte((len(data) + 2) >> 8), byte(len(data) + 2)}) + data
}

// exif is a block that says how the picture is turned and where it was taken.
func exif(orientation byte) string {
	return segment(0xe1, "Exif\x00\x00II*\x00\x08\x00\x00\x00\x02\x00"+
		"\x0f\x01\x02\x00\x06\x00\x00\x00CANA"+
		"\x12\x01\x03\x00\x01\x00\x00\x00"+string(orientation)+"\x00\x00\x00"+"canary GPS 52.5 13.4")
}

func clean(t *testing.T, content []byte, typ sniff.Type) []byte {
	t.Helper()
	r, err := sniff.Clean(bytes.NewReader(content), int64(len(content)), typ)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What a picture says beside itself is gone, and the picture is the same.
func TestPicturesTellNothing(t *testing.T) {
	plain := string(pngOf(20, 10))
	head, rest := plain[:33], plain[33:] // signature and IHDR
	dirty := head + chunk("tEXt", "Author\x00canary") + chunk("eXIf", "canary") + chunk("gAMA", "\x00\x00\xb1\x8f") +
		chunk("zTXt", "canary") + chunk("iTXt", "canary") + chunk("tIME", "canary!") + chunk("prVt", "canary") + rest + "canary after the end"
	if got, want := string(clean(t, []byte(dirty), sniff.PNG)), head+chunk("gAMA", "\x00\x00\xb1\x8f")+rest; got != want {
		t.Errorf("PNG: %d bytes, want %d", len(got), len(want))
	}

	plain = string(jpegOf(200, 100))
	for orientation := range byte(10) {
		dirty = plain[:2] + exif(orientation) + segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00canary") + segment(0xed, "Photoshop 3.0\x00canary") +
			segment(0xfe, "canary") + segment(0xe2, "MPF\x00canary") + segment(0xe2, "ICC_PROFILE\x00\x01\x01colour") + plain[2:] + "canary after the end"
		got := clean(t, []byte(dirty), sniff.JPEG)
		if bytes.Contains(got, []byte("canary")) || bytes.Contains(got, []byte("CANA")) {
			t.Fatal("something was left")
		}
		if !bytes.Contains(got, []byte("ICC_PROFILE")) || !bytes.HasSuffix(got, []byte(plain[2:])) {
			t.Error("the picture changed")
		}
		_, err := jpeg.Decode(bytes.NewReader(got))
		if err != nil {
			t.Error(err)
		}
		if turned := bytes.Contains(got, []byte{0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0}); turned != (2 <= orientation && orientation <= 8) {
			t.Errorf("orientation %d: kept %v", orientation, turned)
		}
	}
}

// Whatever bytes come, there is an answer and no panic; and what is taken as a picture can be cleaned.
func FuzzCheck(f *testing.F) {
	for _, b := range [][]byte{docx(), xlsx(), pngOf(3, 3), jpegOf(3, 3), []byte("%PDF-1"), []byte(`{"a":1}`), ole("WordDocument")[:2000],
		[]byte(string(jpegOf(3, 3)[:2]) + exif(6) + string(jpegOf(3, 3)[2:]))} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, d := range sniff.Documents {
			typ, err := sniff.Check(bytes.NewReader(b), int64(len(b)), "a"+d.Ext[0], sniff.Documents)
			if err != nil {
				continue
			}
			r, err := sniff.Clean(bytes.NewReader(b), int64(len(b)), typ)
			if err != nil {
				t.Fatalf("taken but not cleaned: %v", err)
			}
			if n, err := io.Copy(io.Discard, r); err != nil || n > int64(len(b))+64 {
				t.Fatalf("%d bytes of %d: %v", n, len(b), err)
			}
		}
	})
}
