package backup

import (
	"cmp"
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// nameOf says for each kind of record what people call one; ids are unique across the whole file.
const nameOf = `
	SELECT id, name FROM person
	UNION ALL SELECT id, name FROM scope
	UNION ALL SELECT id, name FROM framework
	UNION ALL SELECT q.id, trim(f.short || ' ' || q.ref) FROM requirement q JOIN framework f ON f.id = q.framework
	UNION ALL SELECT id, trim(ref || ' ' || title) FROM control
	UNION ALL SELECT id, name FROM evidence
	UNION ALL SELECT id, name FROM file
	UNION ALL SELECT id, trim(ref || ' ' || title) FROM policy
	UNION ALL SELECT v.id, p.ref || ' ' || v.major || '.' || v.minor FROM policy_version v JOIN policy p ON p.id = v.policy
	UNION ALL SELECT id, subject FROM policy_exception
	UNION ALL SELECT id, name FROM activity
	UNION ALL SELECT o.id, a.name || ' ' || o.period_start FROM occurrence o JOIN activity a ON a.id = o.activity
	UNION ALL SELECT c.id, e.name || ' ' || c.number FROM cycle c JOIN evidence e ON e.id = c.evidence
	UNION ALL SELECT id, trim(ref || ' ' || title) FROM risk
	UNION ALL SELECT id, trim(ref || ' ' || name) FROM asset
	UNION ALL SELECT id, trim(ref || ' ' || name) FROM process
	UNION ALL SELECT id, trim(ref || ' ' || name) FROM vendor
	UNION ALL SELECT id, title FROM vendor_contract
	UNION ALL SELECT id, name FROM attachment
	UNION ALL SELECT id, name FROM personnel
	UNION ALL SELECT id, name FROM department
	UNION ALL SELECT id, name FROM job_role
	UNION ALL SELECT id, name FROM application
	UNION ALL SELECT id, title FROM leaver_step
	UNION ALL SELECT id, title FROM task
	UNION ALL SELECT id, name FROM tag
	UNION ALL SELECT id, name FROM field
	UNION ALL SELECT id, name FROM period
	UNION ALL SELECT id, name FROM package
	UNION ALL SELECT id, name FROM baseline
	UNION ALL SELECT id, name FROM relation_set
	UNION ALL SELECT id, name FROM saved_view`

// know reads what records are called, and gives those that get a page its path.
func (p *plain) know() error {
	p.names, p.page = map[string]string{}, map[string]string{}
	err := p.each(nameOf, func(scan func(...any) error) error {
		var id, name string
		err := scan(&id, &name)
		p.names[id] = name
		return err
	})
	if err != nil {
		return err
	}
	for _, k := range pageKinds {
		err := p.each(k.ids, func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			p.page[id] = p.unique(k.folder, safe(p.names[id])+".md")
			return err
		})
		if err != nil {
			return err
		}
	}
	return p.each(within, func(scan func(...any) error) error {
		var id, of string
		err := scan(&id, &of)
		p.page[id] = p.page[of]
		return err
	})
}

// within are records that are shown on the page of another.
const within = `SELECT id, framework FROM requirement UNION ALL SELECT id, evidence FROM file UNION ALL SELECT id, activity FROM occurrence
	UNION ALL SELECT id, policy FROM policy_version UNION ALL SELECT id, policy FROM policy_exception`

// unique is a path that nothing else has, on any disk.
func (p *plain) unique(folder, name string) string {
	ext := path.Ext(name)
	base := strings.TrimSuffix(name, ext)
	for n := 1; ; n++ {
		full := folder + "/" + name
		if key := strings.ToLower(full); !p.taken[key] {
			p.taken[key] = true
			return full
		}
		name = fmt.Sprintf("%s (%d)%s", base, n+1, ext)
	}
}

// reserved are names that mean a device on some systems, whatever their ending.
var reserved = map[string]bool{"con": true, "prn": true, "aux": true, "nul": true}

// safe makes a name that any disk takes: no separators, nothing that a shell or a system reads in its own way.
func safe(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), strings.ContainsRune(" -_.,()&+", r):
			return r
		case unicode.IsMark(r), unicode.Is(unicode.Cf, r), unicode.IsControl(r), r == utf8.RuneError:
			return -1
		}
		return '-'
	}, name)
	name = strings.Trim(strings.Join(strings.Fields(name), " "), " .-")
	if ext := path.Ext(name); len(name) > 100 {
		if len(ext) > 12 {
			ext = ""
		}
		name = strings.TrimRight(bytesOf(name, 100-len(ext)), " .-") + ext
	}
	first, _, _ := strings.Cut(strings.ToLower(name), ".")
	first = strings.TrimSpace(first)
	if reserved[first] || len(first) == 4 && (strings.HasPrefix(first, "com") || strings.HasPrefix(first, "lpt")) {
		name = "_" + name
	}
	return cmp.Or(name, "unnamed")
}

// bytesOf is the beginning of s, at most n bytes of it.
func bytesOf(s string, n int) string {
	for n < len(s) && n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:min(n, len(s))]
}

// clip is the beginning of s, at most n bytes of it, and says when there is more.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return bytesOf(s, n) + " ..."
}
