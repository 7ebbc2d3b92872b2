package witness

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
)

// most is how much of a file is looked at: an audit log as JSON lines has its checkpoints at its end.
const most = 1 << 30

// FindIn looks for signed checkpoints in a file: a note by itself, a letter, a proof of one record, an audit log as
// JSON lines, an auditor package, an archive or a plain export.
func FindIn(path string) ([]string, error) {
	b, err := readSome(path)
	if err != nil {
		return nil, fmt.Errorf("look for checkpoints: %w", err)
	}
	notes := Find(string(b))
	if z, err := zip.NewReader(bytes.NewReader(b), int64(len(b))); err == nil {
		for _, f := range z.File {
			if !named.MatchString(f.Name) {
				continue
			}
			rc, err := f.Open()
			if err != nil {
				return nil, fmt.Errorf("look for checkpoints in %s: %w", f.Name, err)
			}
			text, err := io.ReadAll(io.LimitReader(rc, 64<<20))
			if err = errors.Join(err, rc.Close()); err != nil {
				return nil, fmt.Errorf("look for checkpoints in %s: %w", f.Name, err)
			}
			notes = append(notes, Find(string(text))...)
		}
	}
	if len(notes) == 0 {
		return nil, fmt.Errorf("there is no signed checkpoint in %s", path)
	}
	return unique(notes), nil
}

func readSome(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(f, most))
	return b, errors.Join(err, f.Close())
}

// named are the entries of our archives that hold a checkpoint.
var named = regexp.MustCompile(`(^|/)(manifest\.json|proof\.json|(audit-)?checkpoint\.txt)$`)

// Find gives the signed checkpoints that stand in a text, whatever stands around them: in a letter, indented or quoted,
// or as a value in JSON.
func Find(text string) []string {
	var found []string
	d := json.NewDecoder(strings.NewReader(text))
	for {
		var v any
		if err := d.Decode(&v); err != nil {
			break
		}
		each(v, func(s string) { found = append(found, find(s)...) })
	}
	return unique(append(found, find(text)...))
}

func each(v any, fn func(string)) {
	switch v := v.(type) {
	case string:
		fn(v)
	case []any:
		for _, e := range v {
			each(e, fn)
		}
	case map[string]any:
		for _, e := range v {
			each(e, fn)
		}
	}
}

func unique(notes []string) []string {
	slices.Sort(notes)
	return slices.Compact(notes)
}

// form is a note as it is signed: its lines, an empty one, a signature or several.
var form = regexp.MustCompile(`(?m)^assay/[A-Za-z0-9]+\n[0-9]+\n[A-Za-z0-9+/=]+\n(?:[a-z]+ [^\n]+\n)*\n(?:— \S+ [A-Za-z0-9+/=]+\n)+`)

// find takes off what letters put before their lines.
func find(text string) []string {
	if !strings.Contains(text, "assay/") {
		return nil
	}
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.Trim(l, "> \t")
	}
	return form.FindAllString(strings.Join(lines, "\n")+"\n", -1)
}
