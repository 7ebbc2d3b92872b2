package comment

import (
	"database/sql"
	"errors"
	"slices"
	"strings"

	"assay/server/notification"
	"assay/server/op"
	"assay/server/person"
	"assay/server/record"
	"assay/storage"
)

// Comments is all that was said under one record.
type Comments struct {
	Items []Comment `json:"items"`
	Open  int       `json:"open" doc:"Threads that are not settled"`
}

// most is how many comments of a record are given: more than anyone reads.
const most = 1000

type listIn struct {
	Kind record.Kind `path:"kind" maxLength:"40" doc:"control, evidence, requirement ..."`
	ID   string      `path:"id" maxLength:"26"`
}

func list(tx *storage.ReadTx, in listIn) (Comments, error) {
	out := Comments{Items: []Comment{}}
	if _, err := record.Find(tx, record.Ref{Kind: in.Kind, ID: in.ID}); err != nil {
		return out, err
	}
	rows, err := tx.Query("SELECT * FROM (SELECT "+columns+from+"WHERE c.kind = ? AND c.record = ? ORDER BY c.created_at DESC, c.id LIMIT ?) ORDER BY created_at, parent <> '', id", string(in.Kind), in.ID, most)
	if err != nil {
		return out, err
	}
	if out.Items, err = op.Scan(rows, scan); err != nil {
		return out, err
	}
	for _, c := range out.Items {
		if c.Parent == "" && c.ResolvedAt == "" {
			out.Open++
		}
	}
	return out, nil
}

type createIn struct {
	Kind record.Kind `path:"kind" maxLength:"40"`
	ID   string      `path:"id" maxLength:"26"`
	Body struct {
		Body   string `json:"body" minLength:"1" maxLength:"4000" doc:"Light Markdown: **bold**, *italic*, lists, links, code. Name people as @[person id]"`
		Parent string `json:"parent,omitempty" maxLength:"26" doc:"The comment that is answered"`
	}
}

func create(tx *storage.WriteTx, in createIn) (Comment, error) {
	a := about{ref: record.Ref{Kind: in.Kind, ID: in.ID}}
	var err error
	if a.Line, err = record.Find(&tx.ReadTx, a.ref); err != nil {
		return Comment{}, err
	}
	body := strings.TrimSpace(in.Body.Body)
	known, err := check(&tx.ReadTx, body)
	if err != nil {
		return Comment{}, err
	}
	thread, err := threadOf(&tx.ReadTx, a.ref, in.Body.Parent)
	if err != nil {
		return Comment{}, err
	}
	id, me := tx.NewID(), person.Acting(&tx.ReadTx)
	err = tx.Exec("INSERT INTO comment (id, kind, record, parent, body, author, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
		id, string(in.Kind), in.ID, thread, body, me, tx.Stamp())
	if err != nil {
		return Comment{}, err
	}
	if thread != "" { // an answer opens a settled thread again: somebody should see it
		if err := tx.Exec("UPDATE comment SET resolved_at = '', resolved_by = '' WHERE id = ? AND resolved_at <> ''", thread); err != nil {
			return Comment{}, err
		}
	}
	if err := tell(tx, a, thread, body, nil, known); err != nil {
		return Comment{}, err
	}
	return scan(tx.QueryRow("SELECT "+columns+from+"WHERE c.id = ?", id))
}

// threadOf is the first comment of the thread in which parent stands: an answer to an answer belongs to the
// same thread, so that threads have one level.
func threadOf(tx *storage.ReadTx, r record.Ref, parent string) (string, error) {
	if parent == "" {
		return "", nil
	}
	var first string
	err := tx.QueryRow("SELECT iif(parent = '', id, parent) FROM comment WHERE id = ? AND kind = ? AND record = ?", parent, string(r.Kind), r.ID).Scan(&first)
	if errors.Is(err, sql.ErrNoRows) {
		var c op.Check
		c.That(false, "parent", "The comment that you answer is no longer there.")
		return "", c.Err()
	}
	return first, err
}

// tell tells those whom a text names, and, of a new comment, those who spoke in its thread and the record's
// owner. before are the people who were named already when a comment was edited; then nobody else is told.
func tell(tx *storage.WriteTx, a about, thread, body string, before []string, known map[string]string) error {
	me := person.Acting(&tx.ReadTx)
	who, err := names(&tx.ReadTx, []string{me})
	if err != nil {
		return err
	}
	named := slices.DeleteFunc(Mentioned(body), func(id string) bool { return slices.Contains(before, id) })
	n := notification.Notice{Event: notification.Mention, To: named, About: a.ref,
		Title: who[me] + " mentioned you on " + a.Name(), Body: Spoken(body, known)}
	if err := notification.Send(tx, n); err != nil || before != nil {
		return err
	}
	others := []string{a.Owner}
	if thread != "" {
		rows, err := tx.Query("SELECT DISTINCT author FROM comment WHERE ? IN (id, parent)", thread)
		if err != nil {
			return err
		}
		spoke, err := op.Scan(rows, func(r op.Row) (id string, err error) { return id, r.Scan(&id) })
		if err != nil {
			return err
		}
		others = append(others, spoke...)
	}
	n.Event, n.To, n.Title = notification.Reply, slices.DeleteFunc(others, func(id string) bool { return slices.Contains(named, id) }), who[me]+" commented on "+a.Name()
	return notification.Send(tx, n)
}

type updateIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Body string `json:"body" minLength:"1" maxLength:"4000"`
	}
}

func update(tx *storage.WriteTx, in updateIn) (Comment, error) {
	was, a, err := under(&tx.ReadTx, in.ID)
	if err != nil {
		return was, err
	}
	if was.Author != person.Acting(&tx.ReadTx) {
		return was, op.Errorf(op.Forbidden, "Only who wrote a comment can change its words.")
	}
	if was.DeletedAt != "" {
		return was, op.Errorf(op.Conflict, "This comment was taken back.")
	}
	body := strings.TrimSpace(in.Body.Body)
	if body == was.Body {
		return was, nil
	}
	known, err := check(&tx.ReadTx, body)
	if err != nil {
		return was, err
	}
	if err := tx.ExecOne("UPDATE comment SET body = ?, edited_at = ? WHERE id = ?", body, tx.Stamp(), in.ID); err != nil {
		return was, err
	}
	if err := tell(tx, a, was.Parent, body, append([]string{""}, Mentioned(was.Body)...), known); err != nil {
		return was, err
	}
	return scan(tx.QueryRow("SELECT "+columns+from+"WHERE c.id = ?", in.ID))
}

type resolveIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body struct {
		Resolved bool `json:"resolved"`
	}
}

func resolve(tx *storage.WriteTx, in resolveIn) (Comment, error) {
	was, _, err := under(&tx.ReadTx, in.ID)
	if err != nil {
		return was, err
	}
	if was.Parent != "" {
		return was, op.Errorf(op.Conflict, "Settle the whole thread: this is an answer in it.")
	}
	if (was.ResolvedAt != "") == in.Body.Resolved {
		return was, nil
	}
	at, by := "", ""
	if in.Body.Resolved {
		at, by = tx.Stamp(), person.Acting(&tx.ReadTx)
	}
	if err := tx.ExecOne("UPDATE comment SET resolved_at = ?, resolved_by = ? WHERE id = ?", at, by, in.ID); err != nil {
		return was, err
	}
	return scan(tx.QueryRow("SELECT "+columns+from+"WHERE c.id = ?", in.ID))
}

type byID struct {
	ID string `path:"id" maxLength:"26"`
}

func remove(s *op.Scope, in byID) (struct{}, error) {
	c := s.Caller()
	return struct{}{}, s.Write(func(tx *storage.WriteTx) error {
		was, _, err := under(&tx.ReadTx, in.ID)
		if err != nil {
			return err
		}
		if was.Author != c.Person && c.Role&op.Admin == 0 {
			return op.Errorf(op.Forbidden, "You can take back your own comments. An administrator can take back this one.")
		}
		var answers int
		if err := tx.QueryRow("SELECT count(*) FROM comment WHERE parent = ?", in.ID).Scan(&answers); err != nil {
			return err
		}
		if answers > 0 {
			return tx.Exec("UPDATE comment SET deleted_at = ? WHERE id = ? AND deleted_at = ''", tx.Stamp(), in.ID)
		}
		return tx.ExecOne("DELETE FROM comment WHERE id = ?", in.ID)
	})
}

func none(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return storage.ErrNotFound
	}
	return err
}
