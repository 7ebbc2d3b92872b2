package sniff

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// checkText reads a text to its end: no byte that text does not have, and JSON that is JSON.
func checkText(r io.ReaderAt, size int64, t Type) error {
	buf := make([]byte, 64<<10)
	s := io.NewSectionReader(r, 0, size)
	for {
		n, err := s.Read(buf)
		if untext(buf[:n]) {
			return refuse("This is named like text but holds bytes that text does not have.")
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read text: %w", err)
		}
	}
	if t.Name != JSON.Name {
		return nil
	}
	if _, err := s.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return checkJSON(s)
}

// checkJSON reads one JSON value and nothing after it, without holding it.
func checkJSON(r io.Reader) error {
	d := json.NewDecoder(skipBOM(r))
	d.UseNumber()
	depth := 0
	for {
		tok, err := d.Token()
		if err != nil {
			return refuse("This is named .json but is not JSON: it breaks off or has a mistake near byte %d.", d.InputOffset())
		}
		if delim, ok := tok.(json.Delim); ok {
			if delim == '{' || delim == '[' {
				depth++
			} else {
				depth--
			}
		}
		if depth > 500 {
			return refuse("This JSON is nested too deeply.")
		}
		if depth == 0 {
			if _, err := d.Token(); !errors.Is(err, io.EOF) {
				return refuse("This is named .json but something follows its end, near byte %d.", d.InputOffset())
			}
			return nil
		}
	}
}

func skipBOM(r io.Reader) io.Reader {
	head := make([]byte, 3)
	n, _ := io.ReadFull(r, head) // a shorter file ends again below
	head = bytes.TrimPrefix(head[:n], []byte("\xef\xbb\xbf"))
	return io.MultiReader(bytes.NewReader(head), r)
}

// checkDOC tells a Word document from the other kinds in the same container, and refuses macros.
func checkDOC(r io.ReaderAt, size int64, _ Type) error {
	word, err := contains(r, size, utf16("WordDocument"))
	if err != nil {
		return err
	}
	if !word {
		return refuse("This is an old Office file but not a Word document.")
	}
	macros, err := contains(r, size, utf16("_VBA_PROJECT"))
	if err != nil {
		return err
	}
	if macros {
		return refuse("This document has macros. Save it without them.")
	}
	return nil
}

// utf16 is how names stand in an old Office file.
func utf16(s string) []byte {
	b := make([]byte, 0, 2*len(s))
	for _, c := range []byte(s) {
		b = append(b, c, 0)
	}
	return b
}

// contains looks for a short sequence in the whole file.
func contains(r io.ReaderAt, size int64, what []byte) (bool, error) {
	buf := make([]byte, 256<<10)
	for at := int64(0); at < size; at += int64(len(buf) - len(what)) {
		n, err := r.ReadAt(buf, at)
		if bytes.Contains(buf[:n], what) {
			return true, nil
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return false, fmt.Errorf("read document: %w", err)
		}
	}
	return false, nil
}
