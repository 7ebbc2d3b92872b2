package backup

import (
	"bufio"
	"cmp"
	"fmt"
	"net/url"
	"path"
	"strings"
)

// pageKind is a kind of record of which each has a page.
type pageKind struct {
	kind, folder, title string
	ids                 string // their ids, in the order in which people look for them
	write               func(*page, string) error
}

var pageKinds = []pageKind{
	{"framework", "frameworks", "Frameworks", "SELECT id FROM framework ORDER BY name, id", (*page).framework},
	{"control", "controls", "Controls", "SELECT id FROM control ORDER BY sort_ref, ref, id", (*page).control},
	{"evidence", "evidence", "Evidence requests", "SELECT id FROM evidence ORDER BY name, id", (*page).evidence},
	{"policy", "policies", "Policies", "SELECT id FROM policy ORDER BY number, id", (*page).policy},
	{"activity", "activities", "Recurring activities", "SELECT id FROM activity ORDER BY name, id", (*page).activity},
	{"task", "tasks", "Tasks", "SELECT id FROM task ORDER BY due_on, title, id", (*page).task},
	{"scope", "products", "Products", "SELECT id FROM scope WHERE id <> 'organisation' ORDER BY name, id", (*page).scope},
}

// pages writes a page for every record that is read as one, and a list of each kind.
func (p *plain) pages() error {
	for _, k := range pageKinds {
		var ids []string
		err := p.each(k.ids, func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			ids = append(ids, id)
			return err
		})
		if err != nil {
			return err
		}
		for _, id := range ids {
			err := p.create(p.page[id], func(w *bufio.Writer) error {
				g := &page{plain: p, w: w, at: k.folder}
				if err := k.write(g, id); err != nil {
					return err
				}
				return g.about(k.kind, id, "##")
			})
			if err != nil {
				return err
			}
			p.done.Pages++
		}
		if len(ids) == 0 {
			continue
		}
		err = p.create(k.folder+"/README.md", func(w *bufio.Writer) error {
			g := &page{plain: p, w: w, at: k.folder}
			g.line("# %s", k.title)
			g.line("")
			for _, id := range ids {
				g.line("- %s", g.link(id))
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// page is a page being written. What goes wrong with writing stays with w.
type page struct {
	*plain
	w  *bufio.Writer
	at string // its folder
}

func (g *page) line(format string, args ...any) { fmt.Fprintf(g.w, format+"\n", args...) }

// fact is a line with a name, left out when there is nothing to say.
func (g *page) fact(name, value string) {
	if value != "" {
		g.line("- **%s:** %s", name, value)
	}
}

// text is what somebody wrote in several lines, under a heading.
func (g *page) text(head, said string) {
	if strings.TrimSpace(said) != "" {
		g.line("\n%s\n\n%s", head, prose(said))
	}
}

// prose keeps the words of people from being markup of a page that tags could hide in.
func prose(s string) string { return strings.ReplaceAll(strings.TrimSpace(s), "<", "&lt;") }

var marks = strings.NewReplacer("\n", " ", "\r", "", "<", "&lt;", `\`, `\\`, "|", `\|`, "[", `\[`, "]", `\]`, "*", `\*`, "_", `\_`, "`", "\\`")

// inline is a text in the middle of a line.
func inline(s string) string { return marks.Replace(s) }

// name is what people call a record.
func (g *page) name(id string) string {
	if id == "" {
		return ""
	}
	return inline(cmp.Or(g.names[id], "(gone: "+id+")"))
}

// link is a record by its name, which leads to its page when it has one.
func (g *page) link(id string) string {
	if to := g.page[id]; to != "" {
		return g.to(g.name(id), to)
	}
	return g.name(id)
}

// to is a link to another file of the export, from this page.
func (g *page) to(name, file string) string {
	parts := strings.Split(file, "/")
	for i := range parts {
		parts[i] = strings.NewReplacer("(", "%28", ")", "%29").Replace(url.PathEscape(parts[i]))
	}
	up := "../"
	if path.Dir(file) == g.at {
		up, parts = "", parts[len(parts)-1:]
	}
	return fmt.Sprintf("[%s](%s%s)", name, up, strings.Join(parts, "/"))
}

// words is a value of the schema in words: in_progress becomes in progress.
func words(s string) string { return strings.ReplaceAll(s, "_", " ") }

// list writes a heading and a line for every row of a query, and nothing when there is none. fn gives the line.
func (g *page) list(head, query string, fn func(scan func(...any) error) (string, error), args ...any) error {
	return g.each(query, func(scan func(...any) error) error {
		said, err := fn(scan)
		if err != nil {
			return err
		}
		if head != "" {
			g.line("\n%s\n", head)
			head = ""
		}
		g.line("- %s", said)
		return nil
	}, args...)
}

// links is a list of records whose ids a query gives, with a word about each.
func (g *page) links(head, query string, args ...any) error {
	return g.list(head, query, func(scan func(...any) error) (string, error) {
		var id, note string
		err := scan(&id, &note)
		said := g.link(id)
		if note != "" {
			said += ": " + inline(words(note))
		}
		return said, err
	}, args...)
}

// about writes what people added to a record of any kind, and what happened to it.
func (g *page) about(kind, id, level string) error {
	if err := g.list("", `SELECT group_concat(t.name, ', ') FROM record_tag r JOIN tag t ON t.id = r.tag WHERE r.kind = ? AND r.record = ? HAVING count(*) > 0`,
		func(scan func(...any) error) (string, error) {
			var tags string
			err := scan(&tags)
			return "**Tags:** " + inline(tags), err
		}, kind, id); err != nil {
		return err
	}
	if err := g.list("", "SELECT f.name, v.value FROM field_value v JOIN field f ON f.id = v.field WHERE v.record = ? ORDER BY f.position, f.name",
		func(scan func(...any) error) (string, error) {
			var name, value string
			err := scan(&name, &value)
			value = strings.Trim(value, `"`)
			return fmt.Sprintf("**%s:** %s", inline(name), inline(cmp.Or(g.names[value], value))), err
		}, id); err != nil {
		return err
	}
	if err := g.links(level+" Linked records", `SELECT other, type || CASE WHEN note = '' THEN '' ELSE ', ' || note END FROM record_link WHERE kind = ?1 AND record = ?2
		UNION ALL SELECT record, 'said of it: ' || type || CASE WHEN note = '' THEN '' ELSE ', ' || note END FROM record_link WHERE other_kind = ?1 AND other = ?2`, kind, id); err != nil {
		return err
	}
	if err := g.links(level+" Tasks", "SELECT id, status || CASE WHEN due_on = '' THEN '' ELSE ', due ' || due_on END FROM task WHERE kind = ? AND record = ? ORDER BY created_at", kind, id); err != nil {
		return err
	}
	if err := g.comments(kind, id, level); err != nil {
		return err
	}
	return g.history(kind, id, level)
}

func (g *page) comments(kind, id, level string) error {
	return g.list(level+" Comments", `SELECT c.author, c.created_at, c.body, c.parent, c.deleted_at, c.resolved_at FROM comment c LEFT JOIN comment o ON o.id = c.parent
		WHERE c.kind = ? AND c.record = ? ORDER BY coalesce(o.created_at, c.created_at), c.parent <> '', c.created_at`,
		func(scan func(...any) error) (string, error) {
			var author, at, body, parent, deleted, resolved string
			err := scan(&author, &at, &body, &parent, &deleted, &resolved)
			if body = prose(g.mentions(body)); deleted != "" {
				body = "(taken back)"
			}
			if resolved != "" && parent == "" {
				body += " (settled)"
			}
			indent, lead := "  ", ""
			if parent != "" { // an answer
				indent, lead = "    ", "answer by "
			}
			return fmt.Sprintf("%s%s, %s:\n%s%s", lead, g.name(author), day(at), indent, strings.ReplaceAll(body, "\n", "\n"+indent)), err
		}, kind, id)
}

// mentions puts names in the place of the ids that comments hold.
func (g *page) mentions(s string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, "@[")
		b.WriteString(before)
		id, rest, whole := strings.Cut(after, "]")
		if !found || !whole {
			b.WriteString(strings.TrimPrefix(s, before))
			return b.String()
		}
		b.WriteString("@" + cmp.Or(g.names[id], "somebody"))
		s = rest
	}
}

// shown is how many of a record's changes its page names; audit.csv has all.
const shown = 10

func (g *page) history(table, id, level string) error {
	n := 0
	err := g.list(level+" History", "SELECT a.at, a.actor_kind, a.actor, a.action FROM audit_row r JOIN audit a ON a.seq = r.seq WHERE r.tbl = ? AND r.pk = ? ORDER BY r.seq DESC LIMIT ?",
		func(scan func(...any) error) (string, error) {
			var at, kind, actor, action string
			err := scan(&at, &kind, &actor, &action)
			n++
			return fmt.Sprintf("%s: %s by %s", day(at), inline(strings.ReplaceAll(words(action), ".", ": ")), inline(g.actor(kind, actor))), err
		}, table, id, shown)
	if n == shown {
		g.line("- earlier changes are in %s", g.to("audit.csv", "audit.csv"))
	}
	return err
}

// day is the date of an instant.
func day(at string) string { return at[:min(len(at), len("2006-01-02"))] }
