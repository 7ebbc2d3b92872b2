// Package search finds records by their words: controls, requirements, frameworks, evidence, files with what is
// written inside them, activities, risks, vendors with their files, assets, business processes, tasks, products, comments, people.
//
// What of a record is searched stands in the schema, as a view searchable_<table>; the engine keeps the index
// with every write (storage/search.go). This package asks it, and reads the text of files.
//
// A record is found when it has every word of what was typed: in its reference, its title or its text, without
// regard to capitals and accents, the last word also when it is only begun. Words in quotation marks stand
// together. First come records whose reference is what was typed, then those whose reference begins like that,
// then those with the words in their title, then the others.
package search

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"assay/server/op"
	"assay/server/record"
	"assay/storage"
)

// kind is one kind of record that can be found: who may, and how a hit is shown.
type kind struct {
	name  string
	roles op.Roles
	// of reads what is shown beside a hit: ref, title, path below /o/<slug>/, and two crumbs.
	of string
	// under says that it stands under another record, whose kind and id of reads in place of ref, title and path.
	under bool
}

// kinds are in the order of the results. Each has a view searchable_<name>; a test compares.
var kinds = []kind{
	{name: "control", roles: op.Readers, of: `SELECT c.ref, c.title, 'controls?open=' || c.id, c.domain, coalesce(p.name, '')
		FROM control c LEFT JOIN person p ON p.id = c.owner WHERE c.id = ?`},
	{name: "requirement", roles: op.Readers, of: `SELECT r.ref, CASE WHEN r.title = '' THEN r.ref ELSE r.title END, 'frameworks/' || r.framework || '?open=' || r.id, f.short, trim(coalesce(u.ref || ' ' || u.title, ''))
		FROM requirement r JOIN framework f ON f.id = r.framework LEFT JOIN requirement u ON u.id = r.parent WHERE r.id = ?`},
	{name: "framework", roles: op.Readers, of: `SELECT short, name, 'frameworks/' || id, publisher, edition FROM framework WHERE id = ?`},
	{name: "evidence", roles: op.Readers, of: `SELECT '', e.name, 'evidence?open=' || e.id, e.category, coalesce(p.name, '')
		FROM evidence e LEFT JOIN person p ON p.id = e.owner WHERE e.id = ?`},
	{name: "file", roles: op.Readers, of: `SELECT '', f.name, 'evidence?open=' || f.evidence, e.name, f.collected_on
		FROM file f JOIN evidence e ON e.id = f.evidence WHERE f.id = ?`},
	{name: "policy", roles: op.Readers, of: `SELECT p.ref, p.title, 'policies/' || p.id, p.category, coalesce(o.name, '')
		FROM policy p LEFT JOIN person o ON o.id = p.owner WHERE p.id = ?`},
	{name: "policy_version", roles: op.Readers, under: true, of: `SELECT 'policy', policy, 'Version ' || major || '.' || minor, replace(state, '_', ' ')
		FROM policy_version WHERE id = ?`},
	{name: "activity", roles: op.Readers, of: `SELECT '', a.name, 'activities?open=' || a.id, a.policy, coalesce(p.name, '')
		FROM activity a LEFT JOIN person p ON p.id = a.owner WHERE a.id = ?`},
	{name: "risk", roles: op.Readers, of: `SELECT r.ref, r.title, 'risks?open=' || r.id, r.category, coalesce(p.name, '')
		FROM risk r LEFT JOIN person p ON p.id = r.owner WHERE r.id = ?`},
	{name: "vendor", roles: op.Readers, of: `SELECT r.ref, r.name, 'vendors?open=' || r.id, r.service, coalesce(p.name, '')
		FROM vendor r LEFT JOIN person p ON p.id = r.owner WHERE r.id = ?`},
	{name: "attachment", roles: op.Readers, under: true, of: `SELECT a.kind, a.record, a.name, substr(a.uploaded_at, 1, 10) FROM attachment a WHERE a.id = ?`},
	{name: "asset", roles: op.Readers, of: `SELECT a.ref, a.name, 'assets?open=' || a.id, a.identifier, coalesce(p.name, '')
		FROM asset a LEFT JOIN person p ON p.id = a.owner WHERE a.id = ?`},
	{name: "process", roles: op.Readers, of: `SELECT r.ref, r.name, 'bia?open=' || r.id, r.managed_by, coalesce(p.name, '')
		FROM process r LEFT JOIN person p ON p.id = r.owner WHERE r.id = ?`},
	{name: "personnel", roles: op.Readers, of: `SELECT '', r.name, 'personnel?open=' || r.id, coalesce(d.name, ''), coalesce(j.name, '')
		FROM personnel r LEFT JOIN department d ON d.id = r.department LEFT JOIN job_role j ON j.id = r.job_role WHERE r.id = ?`},
	{name: "department", roles: op.Readers, of: `SELECT '', d.name, 'departments?open=' || d.id, coalesce(h.name, ''), ''
		FROM department d LEFT JOIN personnel h ON h.id = d.head WHERE d.id = ?`},
	{name: "application", roles: op.Readers, of: `SELECT '', a.name, 'applications?open=' || a.id, a.vendor, coalesce(p.name, '')
		FROM application a LEFT JOIN person p ON p.id = a.owner WHERE a.id = ?`},
	{name: "task", roles: op.Readers, of: `SELECT '', t.title, 'tasks?open=' || t.id, t.due_on, coalesce(p.name, '')
		FROM task t LEFT JOIN person p ON p.id = t.owner WHERE t.id = ?`},
	{name: "scope", roles: op.Readers, of: `SELECT '', name, 'products', '', iif(archived = 1, 'archived', '') FROM scope WHERE id = ?`},
	{name: "comment", roles: op.Readers, under: true, of: `SELECT c.kind, c.record, coalesce(p.name, ''), substr(c.created_at, 1, 10)
		FROM comment c LEFT JOIN person p ON p.id = c.author WHERE c.id = ?`},
	{name: "person", roles: op.Readers, of: `SELECT '', name, 'controls?owner=' || id, title, department FROM person WHERE id = ?`},
}

// most is how many hits of a kind are counted and can be paged to. Who finds more says it more exactly.
const most = 1000

// ranked is up to how many hits are weighed: titles that begin like the query, titles with its words, then how
// often and where the words stand. Of more hits, those with the words in the title come first, as they are.
const ranked = 250

// Part is a piece of text, marked where it was searched for.
type Part struct {
	Text string `json:"text"`
	Hit  bool   `json:"hit"`
}

// Hit is one record that was found.
type Hit struct {
	Kind    string   `json:"kind"`
	ID      string   `json:"id"`
	Ref     string   `json:"ref"`
	Title   string   `json:"title"`
	Marked  []Part   `json:"marked" doc:"The title in pieces: those with hit are what was searched for"`
	Snippet []Part   `json:"snippet" doc:"Where the words stand in the record's text, empty when they do not"`
	Page    int      `json:"page" doc:"Page of a PDF the snippet is from, 0 when there are none"`
	Crumbs  []string `json:"crumbs" doc:"Where it belongs: framework and section, domain and owner"`
	Path    string   `json:"path" doc:"Its page, below the organisation's"`
	Exact   bool     `json:"exact" doc:"Its reference is what was searched for"`
}

// Group is what was found of one kind.
type Group struct {
	Kind  string `json:"kind"`
	Total int    `json:"total" doc:"How many were found, counted up to 1,000"`
	More  bool   `json:"more" doc:"There are more than total says"`
	Hits  []Hit  `json:"hits"`
}

// Found is the answer to a search: the kinds in which something was found.
type Found struct {
	Query  string  `json:"query"`
	Groups []Group `json:"groups"`
}

// query is what was typed, understood.
type query struct {
	match string // for FTS5
	title string // the same, in reference and title only
	ref   string // as a reference
	begin string // as the beginning of a title
	terms []term // to mark
	short bool   // one or two letters
}

type term struct {
	word   string // folded
	prefix bool
}

// parse understands what was typed. A query without a letter or digit finds nothing.
func parse(q string) query {
	var out query
	var match []string
	add := func(text string, prefix bool) {
		words := tokens(text)
		if len(words) == 0 || len(match) == 8 {
			return
		}
		for i, w := range words {
			out.terms = append(out.terms, term{w, prefix && i == len(words)-1})
		}
		m := `"` + strings.ReplaceAll(strings.Join(words, " "), `"`, "") + `"`
		if prefix {
			m += " *"
		}
		match = append(match, m)
	}
	pieces := strings.Split(unquote.Replace(q), `"`)
	for i, piece := range pieces {
		if i%2 == 1 && i < len(pieces)-1 {
			add(piece, false)
			continue
		}
		words := strings.Fields(piece)
		for j, w := range words {
			add(w, i == len(pieces)-1 && j == len(words)-1)
		}
	}
	if len(match) == 0 {
		return out
	}
	out.match = strings.Join(match, " ")
	out.title = "{ref title} : (" + out.match + ")"
	out.begin = strings.Join(tokens(q), " ")
	if len(pieces) == 1 {
		out.ref = storage.RefKey(q)
		out.short = utf8.RuneCountInString(out.begin) <= 2 && len(out.terms) == 1
	}
	return out
}

var unquote = strings.NewReplacer("\u201c", `"`, "\u201d", `"`, "\u201e", `"`, "\u00ab", `"`, "\u00bb", `"`, "\x00", " ")

// tokens are the words of a text as the index has them.
func tokens(s string) []string {
	return strings.FieldsFunc(storage.Fold(s), func(r rune) bool { return !inWord(r) })
}

func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Co, r)
}

// seeker looks for one query in one transaction.
type seeker struct {
	tx     *storage.ReadTx
	q      query
	limit  int
	offset int
}

type found struct {
	record string
	exact  bool
}

func (s *seeker) kind(k kind, span [2]int64) (Group, error) {
	g := Group{Kind: k.name, Hits: []Hit{}}
	var at []found
	var err error
	if s.q.short {
		at, g.Total, g.More, err = s.quick(k, span)
	} else {
		at, g.Total, g.More, err = s.full(k, span)
	}
	if err != nil {
		return g, fmt.Errorf("search %s: %w", k.name, err)
	}
	for _, f := range at {
		h, err := s.hit(k, f)
		if errors.Is(err, sql.ErrNoRows) {
			continue // deleted since the index was brought up to date
		}
		if err != nil {
			return g, fmt.Errorf("show %s: %w", k.name, err)
		}
		g.Hits = append(g.Hits, h)
	}
	return g, nil
}

// after is the first text behind all that begin with s.
func after(s string) string { return s + "\U0010FFFF" }

// byRef finds records by their reference: the one that is exactly this, then those that begin with it.
func (s *seeker) byRef(k kind, n int) ([]found, error) {
	if s.q.ref == "" {
		return nil, nil
	}
	return s.records(s.q.ref, "SELECT record, ref FROM search_doc WHERE kind = ? AND ref >= ? AND ref < ? AND ref <> '' ORDER BY ref, id LIMIT ?", k.name, s.q.ref, after(s.q.ref), n)
}

func (s *seeker) records(ref, q string, args ...any) ([]found, error) {
	rows, err := s.tx.Query(q, args...)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (f found, err error) {
		var is string
		err = r.Scan(&f.record, &is)
		f.exact = ref != "" && is == ref
		return f, err
	})
}

// quick is for one and two letters: references and titles that begin with them, then titles with a word that
// does. Nothing is counted beyond what is shown, nothing weighed.
func (s *seeker) quick(k kind, span [2]int64) ([]found, int, bool, error) {
	want := s.offset + s.limit + 1
	all, err := s.byRef(k, want)
	if err != nil {
		return nil, 0, false, err
	}
	seen := map[string]bool{}
	for _, f := range all {
		seen[f.record] = true
	}
	add := func(more []found, err error) error {
		for _, f := range more {
			if !seen[f.record] {
				seen[f.record] = true
				all = append(all, f)
			}
		}
		return err
	}
	if len(all) < want {
		if err := add(s.records("", "SELECT record, '' FROM search_doc WHERE kind = ? AND head >= ? AND head < ? ORDER BY head, id LIMIT ?", k.name, s.q.begin, after(s.q.begin), want)); err != nil {
			return nil, 0, false, err
		}
	}
	if len(all) < want && utf8.RuneCountInString(s.q.begin) == 2 {
		if err := add(s.records("", "SELECT d.record, '' FROM search_text t JOIN search_doc d ON d.id = t.rowid WHERE t.search_text MATCH ? AND t.rowid BETWEEN ? AND ? LIMIT ?", s.q.title, span[0], span[1], want)); err != nil {
			return nil, 0, false, err
		}
	}
	total := min(len(all), most)
	return window(all, s.offset, s.limit), total, len(all) >= want, nil
}

func window[T any](all []T, offset, limit int) []T {
	all = all[min(offset, len(all)):]
	return all[:min(limit, len(all))]
}

// full is for words of three letters and more.
func (s *seeker) full(k kind, span [2]int64) ([]found, int, bool, error) {
	first, err := s.byRef(k, 50)
	if err != nil {
		return nil, 0, false, err
	}
	var n int
	if err := s.tx.QueryRow("SELECT count(*) FROM (SELECT 1 FROM search_text WHERE search_text MATCH ? AND rowid BETWEEN ? AND ? LIMIT ?)",
		s.q.match, span[0], span[1], most+1).Scan(&n); err != nil {
		return nil, 0, false, err
	}
	seen := map[string]bool{}
	for _, f := range first {
		seen[f.record] = true
	}
	extra := len(first)
	for _, f := range first { // those that the words find too are counted once
		var also bool
		if err := s.tx.QueryRow("SELECT EXISTS (SELECT 1 FROM search_doc d JOIN search_text t ON t.rowid = d.id WHERE d.kind = ? AND d.record = ? AND t.search_text MATCH ?)", k.name, f.record, s.q.match).Scan(&also); err != nil {
			return nil, 0, false, err
		}
		if also {
			extra--
		}
	}
	total := n + extra
	want := s.offset + s.limit
	if n == 0 || len(first) >= want {
		return window(first, s.offset, s.limit), min(total, most), n > most, nil
	}
	all := first
	add := func(q string, args ...any) error {
		more, err := s.records("", q, args...)
		for _, f := range more {
			if !seen[f.record] {
				seen[f.record] = true
				all = append(all, f)
			}
		}
		return err
	}
	const of = "SELECT d.record, '' FROM search_text t JOIN search_doc d ON d.id = t.rowid WHERE t.search_text MATCH ? AND t.rowid BETWEEN ? AND ? "
	if n <= ranked {
		err = add(of+`ORDER BY d.head >= ? AND d.head < ? DESC, t.rowid IN (SELECT rowid FROM search_text WHERE search_text MATCH ? AND rowid BETWEEN ? AND ?) DESC,
			bm25(search_text, 8.0, 5.0, 1.0), t.rowid LIMIT ?`, s.q.match, span[0], span[1], s.q.begin, after(s.q.begin), s.q.title, span[0], span[1], want+len(first))
	} else {
		err = add(of+"ORDER BY t.rowid LIMIT ?", s.q.title, span[0], span[1], want+len(first))
		if err == nil && len(all) < want {
			err = add(of+"ORDER BY t.rowid LIMIT ?", s.q.match, span[0], span[1], want+len(all))
		}
	}
	return window(all, s.offset, s.limit), min(total, most), n > most, err
}

// show reads what stands beside a hit.
func (s *seeker) show(k kind, id string, h *Hit, crumbs *[2]string) error {
	if !k.under {
		return s.tx.QueryRow(k.of, id).Scan(&h.Ref, &h.Title, &h.Path, &crumbs[0], &crumbs[1])
	}
	var r record.Ref
	if err := s.tx.QueryRow(k.of, id).Scan(&r.Kind, &r.ID, &crumbs[0], &crumbs[1]); err != nil {
		return err
	}
	l, err := record.Find(s.tx, r)
	h.Ref, h.Title, h.Path = l.Ref, l.Title, l.Path
	return err
}

func (s *seeker) hit(k kind, f found) (Hit, error) {
	h := Hit{Kind: k.name, ID: f.record, Exact: f.exact, Snippet: []Part{}, Crumbs: []string{}}
	var crumbs [2]string
	var body string
	if err := s.show(k, f.record, &h, &crumbs); err != nil {
		return h, err
	}
	if err := s.tx.QueryRow("SELECT body FROM searchable_"+k.name+" WHERE id = ?", f.record).Scan(&body); err != nil {
		return h, err
	}
	for _, c := range crumbs {
		if c != "" {
			h.Crumbs = append(h.Crumbs, c)
		}
	}
	h.Marked = mark(h.Title, s.q.terms)
	var at int
	if h.Snippet, at = snippet(body, s.q.terms); len(h.Snippet) > 0 && strings.Contains(body, "\f") {
		h.Page = 1 + strings.Count(body[:at], "\f")
	}
	return h, nil
}

func search(tx *storage.ReadTx, in searchIn, role op.Roles) (Found, error) {
	out := Found{Query: in.Q, Groups: []Group{}}
	q := parse(in.Q)
	if q.match == "" {
		return out, nil
	}
	limit := in.Limit
	if limit <= 0 {
		limit = 6
	}
	page := max(in.Page, 1)
	s := &seeker{tx: tx, q: q, limit: limit, offset: min((page-1)*limit, most)}
	spans := tx.SearchKinds()
	for _, k := range kinds {
		span, ok := spans[k.name]
		if !ok || k.roles&role == 0 || len(in.Kinds) > 0 && !slices.Contains(in.Kinds, k.name) {
			continue
		}
		g, err := s.kind(k, span)
		if err != nil {
			return out, err
		}
		if g.Total > 0 {
			out.Groups = append(out.Groups, g)
		}
	}
	return out, nil
}
