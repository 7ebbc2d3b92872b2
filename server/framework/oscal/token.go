package oscal

import (
	"encoding/json"
	"strings"
)

// The few steps that everything in read.go is made of. Each reads one JSON
// value, complains in words when it is of the wrong sort, and refuses to go
// deeper than maxNest.

func (r *reader) object(field func(name string) error) error {
	if err := r.open('{'); err != nil {
		return err
	}
	for r.dec.More() {
		t, err := r.dec.Token()
		if err != nil {
			return err
		}
		if err := field(t.(string)); err != nil { // a key is always text
			return err
		}
	}
	return r.close()
}

func (r *reader) list(item func() error) error {
	if err := r.open('['); err != nil {
		return err
	}
	for r.dec.More() {
		if err := item(); err != nil {
			return err
		}
	}
	return r.close()
}

func (r *reader) open(want json.Delim) error {
	t, err := r.dec.Token()
	if err != nil {
		return err
	}
	if t != want {
		return r.wrong(map[json.Delim]string{'{': "an object", '[': "a list"}[want], t)
	}
	return r.deeper()
}

func (r *reader) deeper() error {
	if r.depth++; r.depth > maxNest {
		return problem("The file is nested more than %d levels deep%s: no OSCAL file is. It is damaged or was made to do harm.", maxNest, r.place())
	}
	return nil
}

func (r *reader) close() error {
	r.depth--
	_, err := r.dec.Token()
	return err
}

func (r *reader) text(into *string) error {
	t, err := r.dec.Token()
	if err != nil {
		return err
	}
	s, ok := t.(string)
	if !ok {
		return r.wrong("text", t)
	}
	*into = strings.ReplaceAll(s, "\x00", "")
	return nil
}

func (r *reader) texts(into *[]string) error {
	return r.list(func() error {
		var s string
		err := r.text(&s)
		*into = append(*into, s)
		return err
	})
}

// leave steps over a field and counts what was in it.
func (r *reader) leave(name string) error {
	n, err := r.skipCount()
	r.doc.report.drop(clip(name), n)
	return err
}

func (r *reader) skip() error {
	_, err := r.skipCount()
	return err
}

// skipCount steps over one value without keeping it; the items of a list are
// counted one by one, anything else is one.
func (r *reader) skipCount() (int, error) {
	t, err := r.dec.Token()
	if err != nil {
		return 0, err
	}
	d, nested := t.(json.Delim)
	if !nested {
		return 1, nil
	}
	if err := r.deeper(); err != nil {
		return 0, err
	}
	n := 0
	for r.dec.More() {
		if d == '{' {
			if _, err := r.dec.Token(); err != nil {
				return 0, err
			}
		}
		if _, err := r.skipCount(); err != nil {
			return 0, err
		}
		n++
	}
	if d == '{' {
		n = 1
	}
	return n, r.close()
}

func (r *reader) wrong(want string, got json.Token) error {
	is := "nothing"
	switch v := got.(type) {
	case string:
		is = "text"
	case json.Number:
		is = "a number"
	case bool:
		is = "true or false"
	case json.Delim:
		is = map[json.Delim]string{'{': "an object", '[': "a list"}[v]
	}
	return problem("The file does not follow the OSCAL format%s (byte %d): %s is expected where it has %s.", r.place(), r.dec.InputOffset(), want, is)
}

func (r *reader) place() string {
	if r.at == "" {
		return ""
	}
	return " in or after " + r.at
}

func appendTo[T any](list *[]T, read func() (T, error)) error {
	v, err := read()
	*list = append(*list, v)
	return err
}
