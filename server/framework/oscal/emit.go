package oscal

import (
	"crypto/sha1" //nolint:gosec // what RFC 9562 says of names, not a secret
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Version is the version of OSCAL that is written.
const Version = "1.1.3"

// NS is the namespace of what only Assay has a word for.
const NS = "https://assay.example/ns/oscal"

// An Entry is a requirement as it stands in Assay, on its way out.
type Entry struct {
	SourceID, Ref, Parent, Title, Text, Guidance string
	Assessable, Withdrawn, Applicable            bool
	Tags                                         []string
}

// About is what a document says of itself.
type About struct {
	UUID, Title, Version string
	Modified             string // an instant
	Publisher, Note      string
}

// UUID is one and the same for the same words: what is exported twice is the same document.
func UUID(words ...string) string {
	sum := sha1.Sum([]byte("assay\x00" + strings.Join(words, "\x00")))
	b := sum[:16]
	b[6] = b[6]&0x0f | 0x50
	b[8] = b[8]&0x3f | 0x80
	h := hex.EncodeToString(b)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// Instant is a time as OSCAL writes it; one that cannot be read is the beginning of time, as an export must
// not fail on it.
func Instant(s string) string {
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		at = time.Unix(0, 0)
	}
	return at.UTC().Format("2006-01-02T15:04:05.000Z")
}

var (
	token = regexp.MustCompile(`^[\p{L}_][\p{L}\p{N}.\-_]*$`)
	uuid  = regexp.MustCompile(`^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[45][0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}$`)
)

// Token makes a name of OSCAL's of a reference: "3.10" is "req-3.10", "164.308(a)(1)" is "req-164.308.a.1".
func Token(ref string) string {
	var b strings.Builder
	for _, r := range strings.ReplaceAll(ref, ")", "") {
		switch {
		case r == '(':
			b.WriteByte('.')
		case r == '.' || r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r):
			b.WriteRune(r)
		default:
			b.WriteByte('-')
		}
	}
	t := strings.Trim(b.String(), "-")
	if !token.MatchString(t) {
		t = "req-" + t
	}
	return t
}

// ControlID is the id of a requirement in OSCAL: that of the file it came from, else one made of its reference.
func ControlID(sourceID, ref string) string {
	if token.MatchString(sourceID) {
		return sourceID
	}
	return Token(ref)
}

// IDs are the ids of a framework's requirements by their references, each once.
func IDs(rows []Entry) map[string]string {
	out, taken := make(map[string]string, len(rows)), make(map[string]bool, len(rows))
	for _, r := range rows {
		id := ControlID(r.SourceID, r.Ref)
		free := id
		for n := 2; taken[free]; n++ {
			free = id + "-" + strconv.Itoa(n)
		}
		out[r.Ref], taken[free] = free, true
	}
	return out
}

// Line is text as OSCAL's one-line fields take it, or what stands in for it.
func Line(s, or string) string {
	if s = strings.Join(strings.Fields(s), " "); s != "" {
		return s
	}
	return or
}

// Metadata is the head that every document has.
func (a About) Metadata() *Object {
	m := Make("title", Line(a.Title, "Untitled"), "last-modified", Instant(a.Modified), "version", Line(a.Version, "1"), "oscal-version", Version)
	if p := Line(a.Publisher, ""); p != "" {
		id := UUID("party", p)
		m.Set("roles", []*Object{Make("id", "publisher", "title", "Publisher")})
		m.Set("parties", []*Object{Make("uuid", id, "type", "organization", "name", p)})
		m.Set("responsible-parties", []*Object{Make("role-id", "publisher", "party-uuids", []string{id})})
	}
	m.Set("remarks", a.Note)
	return m
}

// Emit is a framework as a catalog. Parents stand before their children. Read again, it gives the same rows.
func Emit(about About, rows []Entry) *Object {
	below := map[string][]Entry{}
	for _, r := range rows {
		below[r.Parent] = append(below[r.Parent], r)
	}
	ids := IDs(rows)
	c := Make("uuid", about.UUID, "metadata", about.Metadata())
	groups, controls := children(below, ids, "", false)
	c.Set("controls", controls)
	c.Set("groups", groups)
	return Make(string(Catalog), c)
}

// children are groups where all are headings, else controls: OSCAL does not mix the two. A heading that has
// to stand among controls says so by its class, as those of CSF 2.0 do.
func children(below map[string][]Entry, ids map[string]string, parent string, inControl bool) (groups, controls []*Object) {
	list := below[parent]
	grouped := !inControl
	for _, r := range list {
		grouped = grouped && !r.Assessable && !r.Withdrawn
	}
	for _, r := range list {
		id := ids[r.Ref]
		o := Make("id", id)
		if !grouped && !r.Assessable && !r.Withdrawn {
			o.Set("class", "category")
		}
		o.Set("title", Line(r.Title, r.Ref))
		props := []*Object{Make("name", "label", "value", Line(r.Ref, id))}
		if r.Withdrawn {
			props = append(props, Make("name", "status", "value", "withdrawn"))
		}
		o.Set("props", append(props, tagProps(r)...))
		var parts []*Object
		if s := strings.TrimSpace(r.Text); s != "" {
			parts = append(parts, Make("id", id+"_smt", "name", "statement", "prose", s))
		}
		if s := strings.TrimSpace(r.Guidance); s != "" {
			parts = append(parts, Make("id", id+"_gdn", "name", "guidance", "prose", s))
		}
		o.Set("parts", parts)
		gs, cs := children(below, ids, r.Ref, !grouped)
		o.Set("groups", gs)
		o.Set("controls", cs)
		if grouped {
			groups = append(groups, o)
		} else {
			controls = append(controls, o)
		}
	}
	return groups, controls
}

// tagProps are the tags of a requirement. One that came as a property reads "name: value".
func tagProps(r Entry) (out []*Object) {
	for _, tag := range r.Tags {
		name, value, ok := strings.Cut(tag, ": ")
		switch {
		case r.Withdrawn && tag == "status: withdrawn":
			// It stands there already.
		case ok && token.MatchString(name) && name != "status" && name != "label" && Line(value, "") != "":
			out = append(out, Make("name", name, "ns", NS, "value", Line(value, "")))
		case Line(tag, "") != "":
			out = append(out, Make("name", "tag", "ns", NS, "value", Line(tag, "")))
		}
	}
	return out
}

// Select is a profile of those of a catalog's controls that have these ids.
func Select(about About, catalog, uuid, file string, ids []string) *Object {
	res := UUID("resource", uuid)
	return Make(string(Profile), Make("uuid", about.UUID, "metadata", about.Metadata(),
		"imports", []*Object{Make("href", "#"+res, "include-controls", []*Object{Make("with-ids", ids)})},
		"merge", Make("as-is", true),
		"back-matter", Make("resources", []*Object{Resource(res, catalog, file, "application/oscal.catalog+json")})))
}

// Resource names another document.
func Resource(uuid, title, file, media string) *Object {
	return Make("uuid", uuid, "title", Line(title, "Untitled"), "rlinks", []*Object{Make("href", file, "media-type", media)})
}

// Exclude takes controls out of a profile that was kept, and says whether there was anything to do.
func Exclude(profile *Object, ids []string) bool {
	if len(ids) == 0 {
		return false
	}
	for _, in := range profile.List("imports") {
		in.Add("exclude-controls", Make("with-ids", ids))
	}
	return true
}

// Amend puts the words that were changed in Assay into a catalog that was kept: was are its own rows, now
// those of the framework. It says how many rows were changed; everything else in the file stays as it is.
func Amend(catalog *Object, was []Row, now []Entry) int {
	have := make(map[string]Entry, len(now))
	for _, r := range now {
		have[r.Ref] = r
	}
	changed := map[string][2]Entry{} // by the id in the file
	for _, r := range was {
		e, ok := have[r.Ref]
		if ok && r.SourceID != "" && (e.Title != r.Title || e.Text != r.Text || e.Guidance != r.Guidance) {
			changed[r.SourceID] = [2]Entry{{Title: r.Title, Text: r.Text, Guidance: r.Guidance}, e}
		}
	}
	n := 0
	var walk func(o *Object)
	walk = func(o *Object) {
		for _, name := range []string{"groups", "controls"} {
			for _, c := range o.List(name) {
				if pair, ok := changed[c.Text("id")]; ok {
					amend(c, pair[0], pair[1])
					delete(changed, c.Text("id"))
					n++
				}
				walk(c)
			}
		}
	}
	walk(catalog)
	return n
}

var (
	asking  = map[string]bool{"statement": true, "item": true}
	helping = map[string]bool{"guidance": true, "implementation": true, "discussion": true, "information": true, "note": true, "example": true}
)

func amend(c *Object, was, now Entry) {
	// A title that was taken from the start of the text must not follow the new text.
	if now.Title != was.Title || now.Text != was.Text && Line(c.Text("title"), "") != now.Title {
		c.Set("title", Line(now.Title, now.Ref))
	}
	if now.Text == was.Text && now.Guidance == was.Guidance {
		return
	}
	asks := false
	for _, p := range c.List("parts") {
		asks = asks || asking[p.Text("name")] && (p.Text("prose") != "" || p.Get("parts") != nil)
	}
	asked := func(name string) bool { return asking[name] || !asks && name == "overview" }
	if now.Text != was.Text {
		name := "statement"
		if !asks && was.Text != "" {
			name = "overview"
		}
		reword(c, asked, name, "_smt", now.Text)
		asks = asks || name == "statement"
	}
	if now.Guidance != was.Guidance {
		reword(c, func(name string) bool { return helping[name] || asks && name == "overview" }, "guidance", "_gdn", now.Guidance)
	}
}

// reword leaves of the parts that is means the first, with text in place of all that they said.
func reword(c *Object, is func(string) bool, name, suffix, text string) {
	var keep []*Object
	done := strings.TrimSpace(text) == ""
	for _, p := range c.List("parts") {
		if !is(p.Text("name")) {
			keep = append(keep, p)
			continue
		}
		if done {
			continue
		}
		done = true
		p.Set("name", name)
		p.Set("title", nil)
		p.Set("parts", nil)
		var props []*Object
		for _, q := range p.List("props") {
			if q.Text("name") != "label" {
				props = append(props, q)
			}
		}
		p.Set("props", props)
		p.Set("prose", strings.TrimSpace(text))
		keep = append(keep, p)
	}
	if !done {
		keep = append(keep, Make("id", Token(c.Text("id"))+suffix, "name", name, "prose", strings.TrimSpace(text)))
	}
	c.Set("parts", keep)
}

// IsUUID is true for what OSCAL takes as one.
func IsUUID(s string) bool { return uuid.MatchString(s) }
