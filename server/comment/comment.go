// Package comment is what people say to each other under a record: threads of one level, in which they name
// each other.
//
// A record that is deleted leaves its comments behind, hidden, because every way to them leads over
// [record.Find]: undoing the deletion brings them back as they were.
package comment

import (
	"regexp"
	"slices"
	"strings"

	"assay/server/op"
	"assay/server/record"
	"assay/storage"
)

// Module is the comments' part of the API.
var Module = op.Module{
	Name: "comment",
	Owns: []string{"comment"},
	Also: []string{"notification"},
	Ops: []op.Op{
		op.Read("list", "GET /records/{kind}/{id}/comments", op.Readers, list, op.Doc("What was said under a record, oldest first")),
		// Auditors write here too: a question about a proof belongs beside the proof, under the name of who
		// asks, and changes no record. Executives see figures, not records.
		op.Write("create", "POST /records/{kind}/{id}/comments", op.Readers, create, op.Doc("Say something under a record, or answer. People named as @[person id] are told, and so are those who spoke in the thread and the record's owner")),
		op.Write("update", "PATCH /comments/{id}", op.Readers, update, op.Versioned("comment"), op.Doc("Put one's own comment in other words")),
		op.Write("resolve", "POST /comments/{id}/resolve", op.Readers, resolve, op.Doc("Say that a thread is settled, or open again")),
		op.Steps("delete", "DELETE /comments/{id}", op.Readers, remove, op.InBranch(),
			op.OwnOnly("People take back their own words; an administrator takes back anyone's."), op.Doc("Take a comment back. When others answered it, its place in the thread stays")),
	},
}

// Comment is one thing somebody said.
type Comment struct {
	ID         string `json:"id"`
	Parent     string `json:"parent" doc:"The comment that began the thread; empty for that one itself"`
	Body       string `json:"body" doc:"Light Markdown; people are named as @[person id]. Empty when it was taken back"`
	Author     string `json:"author" doc:"Id of a person"`
	AuthorName string `json:"author_name"`
	CreatedAt  string `json:"created_at"`
	EditedAt   string `json:"edited_at" doc:"When it was last put in other words, or empty"`
	DeletedAt  string `json:"deleted_at" doc:"When it was taken back though others had answered, or empty"`
	ResolvedAt string `json:"resolved_at" doc:"When the thread was settled, or empty"`
	ResolvedBy string `json:"resolved_by" doc:"Name of who settled it"`
	Version    int    `json:"version"`
}

var mention = regexp.MustCompile(`@\[([A-Za-z0-9_-]{1,26})\]`)

// Mentioned are the ids of the people whom a text names, each once.
func Mentioned(body string) []string {
	ids := []string{}
	for _, m := range mention.FindAllStringSubmatch(body, -1) {
		if !slices.Contains(ids, m[1]) {
			ids = append(ids, m[1])
		}
	}
	return ids
}

// Spoken is a text with the names of people in place of their ids, for a mail or an inbox.
func Spoken(body string, names map[string]string) string {
	return mention.ReplaceAllStringFunc(body, func(m string) string {
		if name := names[m[2:len(m)-1]]; name != "" {
			return "@" + name
		}
		return "@somebody"
	})
}

const columns = `c.id, c.parent, iif(c.deleted_at = '', c.body, ''), c.author, coalesce(p.name, ''), c.created_at, c.edited_at, c.deleted_at,
	c.resolved_at, coalesce(r.name, ''), c.version`

const from = ` FROM comment c LEFT JOIN person p ON p.id = c.author LEFT JOIN person r ON r.id = c.resolved_by `

func scan(r op.Row) (c Comment, err error) {
	return c, r.Scan(&c.ID, &c.Parent, &c.Body, &c.Author, &c.AuthorName, &c.CreatedAt, &c.EditedAt, &c.DeletedAt, &c.ResolvedAt, &c.ResolvedBy, &c.Version)
}

// names are the names of people by their ids.
func names(tx *storage.ReadTx, ids []string) (map[string]string, error) {
	found := map[string]string{}
	for _, id := range ids {
		rows, err := tx.Query("SELECT name FROM person WHERE id = ?", id)
		if err != nil {
			return nil, err
		}
		got, err := op.Scan(rows, func(r op.Row) (n string, err error) { return n, r.Scan(&n) })
		if err != nil {
			return nil, err
		}
		if len(got) > 0 {
			found[id] = got[0]
		}
	}
	return found, nil
}

// check holds a text to what can be said, and to people who are there.
func check(tx *storage.ReadTx, body string) (map[string]string, error) {
	var c op.Check
	c.Required(strings.TrimSpace(body), "body")
	ids := Mentioned(body)
	c.That(len(ids) <= 20, "body", "Name at most 20 people in one comment.")
	known, err := names(tx, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		c.That(known[id] != "", "body", "Somebody named here is not a person of this organisation.")
	}
	return known, c.Err()
}

// about names the record that a comment stands under.
type about struct {
	record.Line
	ref record.Ref
}

// under reads the record and the thread of a comment; it is [storage.ErrNotFound] when the record is gone.
func under(tx *storage.ReadTx, id string) (Comment, about, error) {
	c, err := scan(tx.QueryRow("SELECT "+columns+from+"WHERE c.id = ?", id))
	if err != nil {
		return c, about{}, none(err)
	}
	var a about
	if err := tx.QueryRow("SELECT kind, record FROM comment WHERE id = ?", id).Scan(&a.ref.Kind, &a.ref.ID); err != nil {
		return c, a, err
	}
	a.Line, err = record.Find(tx, a.ref)
	return c, a, err
}
