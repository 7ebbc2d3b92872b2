package op

import (
	"path"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"
)

// safeName is a file's name as it may be kept and shown: no folders, no control or direction characters,
// at most 150 characters with its ending.
func safeName(name string) string {
	name = path.Base("/" + strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError || strings.ContainsRune(`<>:"|?*/`, r) {
			return -1 // Cf holds the characters that make evil.fdp.exe read as evil.exe.pdf
		}
		return r
	}, name)
	name = strings.Trim(name, " .")
	if ext := path.Ext(name); utf8.RuneCountInString(name) > 150 {
		ext = clip(ext, 20)
		name = clip(strings.TrimSuffix(name, path.Ext(name)), 150-utf8.RuneCountInString(ext)) + ext
	}
	if name == "" {
		return "file"
	}
	return name
}

// clip is at most n characters of s.
func clip(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// asText is the text of a value whose type is a string by another name.
func asText(v any) (string, bool) {
	if r := reflect.ValueOf(v); r.IsValid() && r.Kind() == reflect.String {
		return r.String(), true
	}
	return "", false
}
