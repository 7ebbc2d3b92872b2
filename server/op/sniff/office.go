package sniff

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
)

// main is the part that makes an archive a document of a kind.
var mainPart = map[string]string{"DOCX": "word/document.xml", "XLSX": "xl/workbook.xml"}

// archives are endings of parts that are archives themselves.
var archives = []string{".zip", ".jar", ".7z", ".rar", ".gz", ".tar", ".bz2", ".xz", ".docx", ".docm", ".xlsx", ".xlsm", ".pptx", ".pptm"}

// checkOffice unpacks a document to nowhere: what its parts claim about themselves is not believed.
func checkOffice(r io.ReaderAt, size int64, t Type) error {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return refuse("This file is damaged or cut off: its archive cannot be read.")
	}
	if len(z.File) > MaxEntries {
		return refuse("This document has more than %d parts, which no ordinary document has.", MaxEntries)
	}
	left := int64(MaxUnpacked)
	has := map[string]bool{}
	for _, f := range z.File {
		name := strings.ReplaceAll(f.Name, `\`, "/")
		switch lower := strings.ToLower(name); {
		case strings.HasPrefix(name, "/"), slices.Contains(strings.Split(name, "/"), ".."), !f.Mode().IsRegular() && !f.Mode().IsDir():
			return refuse("This archive has a part that points outside of itself.")
		case path.Base(lower) == "vbaproject.bin", path.Base(lower) == "vbadata.xml":
			return refuse("This document has macros. Save it as %s without them.", t.Ext[0])
		case slices.Contains(archives, path.Ext(lower)):
			return refuse("This document has another archive inside (%s). Upload that on its own.", path.Base(name))
		case has[lower]:
			return refuse("This archive has two parts of the same name.")
		default:
			has[lower] = true
		}
		n, err := unpack(f, left, strings.EqualFold(name, "[Content_Types].xml"))
		if err != nil {
			return err
		}
		left -= n
		if unpacked := int64(MaxUnpacked) - left; unpacked > 1<<20 && unpacked/MaxRatio > size {
			return refuse("This file unpacks to more than %d times its size, which no ordinary document does.", MaxRatio)
		}
	}
	if !has["[content_types].xml"] || !has[mainPart[t.Name]] {
		return refuse("The name ends in %s, but this is a ZIP archive. Upload the real file, or give it its right ending.", t.Ext[0])
	}
	return nil
}

// unpack reads one part to its end and returns its real size.
func unpack(f *zip.File, left int64, contentTypes bool) (int64, error) {
	rc, err := f.Open()
	if err != nil {
		return 0, refuse("This document has a part that cannot be unpacked.")
	}
	defer rc.Close()
	w := &peek{}
	if contentTypes {
		w.max = 1 << 20
	} else {
		w.max = 4
	}
	n, err := io.Copy(w, io.LimitReader(rc, left+1))
	switch {
	case n > left:
		return 0, refuse("This document unpacks to more than %d MB, which no ordinary document does.", MaxUnpacked>>20)
	case err != nil && !errors.Is(err, io.EOF):
		return 0, refuse("This document has a part that cannot be unpacked. It may be damaged.")
	case bytes.HasPrefix(w.head, []byte("PK\x03\x04")):
		return 0, refuse("This document has another archive inside. Upload that on its own.")
	case contentTypes && bytes.Contains(bytes.ToLower(w.head), []byte("macroenabled")):
		return 0, refuse("This document has macros. Save it without them.")
	}
	return n, nil
}

// peek keeps the beginning of what is written to it.
type peek struct {
	head []byte
	max  int
}

func (p *peek) Write(b []byte) (int, error) {
	if n := p.max - len(p.head); n > 0 {
		p.head = append(p.head, b[:min(n, len(b))]...)
	}
	return len(b), nil
}
