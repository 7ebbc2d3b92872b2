package comment_test

import (
	"slices"
	"strings"
	"testing"

	"assay/server/comment"
	"assay/server/control"
	"assay/server/op"
	"assay/server/optest"
	"assay/storage"
)

// table is a control that the user owns, and where its comments are.
func table(t *testing.T) (api *optest.API, on string) {
	api = optest.New(t, control.Module, comment.Module)
	var c struct{ ID string }
	api.Must("POST", "/controls", map[string]any{"ref": "AC-01", "title": "Doors are locked", "owner": "user"}, &c)
	return api, "/records/control/" + c.ID + "/comments"
}

func said(body string) map[string]any { return map[string]any{"body": body} }

func all(api *optest.API, on string) (c comment.Comments) {
	api.Must("GET", on, nil, &c)
	return c
}

// told are the people whom an event told, in order.
func told(t *testing.T, api *optest.API, event string) (people string) {
	t.Helper()
	err := api.DB().Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
		return tx.QueryRow("SELECT coalesce(group_concat(person, ' '), '') FROM (SELECT person FROM notification WHERE event = ? ORDER BY person)", event).Scan(&people)
	})
	if err != nil {
		t.Fatal(err)
	}
	return people
}

// A thread has one level; who is named, who spoke and who owns the record are told, nobody of their own words.
func TestThread(t *testing.T) {
	api, on := table(t)
	if c := all(api, on); len(c.Items) != 0 || c.Items == nil || c.Open != 0 {
		t.Errorf("nothing was said: %+v", c)
	}
	var first, answer, third comment.Comment
	api.As(op.Auditor).Must("POST", on, said(" Is this **still** so, @[admin]? "), &first)
	if first.Body != "Is this **still** so, @[admin]?" || first.AuthorName != "The auditor" {
		t.Errorf("%+v", first)
	}
	if m, r := told(t, api, "mention"), told(t, api, "reply"); m != "admin" || r != "user" {
		t.Errorf("mentioned %q, replied %q", m, r)
	}
	api.As(op.User).Must("POST", on, map[string]any{"body": "It is.", "parent": first.ID}, &answer)
	if r := told(t, api, "reply"); r != "auditor user" {
		t.Errorf("the answer told %q", r)
	}
	api.Must("POST", on, map[string]any{"body": "Thank you, @[auditor] @[auditor].", "parent": answer.ID}, &third)
	if third.Parent != first.ID {
		t.Errorf("an answer to an answer stands under %q, not in the thread", third.Parent)
	}
	if m, r := told(t, api, "mention"), told(t, api, "reply"); m != "admin auditor" || r != "auditor user user" {
		t.Errorf("mentioned %q, replied %q: who is named is not told twice", m, r)
	}
	api.Must("POST", "/comments/"+first.ID+"/resolve", map[string]any{"resolved": true}, nil)
	if c := all(api, on); c.Open != 0 || c.Items[0].ResolvedBy != "The admin" {
		t.Errorf("%+v", c)
	}
	api.Must("POST", on, map[string]any{"body": "One more thing.", "parent": first.ID}, nil)
	if all(api, on).Open != 1 {
		t.Error("an answer does not open a settled thread again")
	}
	if s := api.Do("POST", "/comments/"+answer.ID+"/resolve", map[string]any{"resolved": true}, nil); s != 409 {
		t.Errorf("an answer was settled: %d", s)
	}
}

// People change and take back their own words; an administrator takes back anyone's.
func TestOwnWords(t *testing.T) {
	api, on := table(t)
	var mine, answer comment.Comment
	api.As(op.User).Must("POST", on, said("First"), &mine)
	api.As(op.Auditor).Must("POST", on, map[string]any{"body": "Second", "parent": mine.ID}, &answer)
	at := "/comments/" + mine.ID
	for _, role := range []op.Roles{op.Admin, op.Auditor} {
		if s := api.As(role).Version(1).Do("PATCH", at, said("Not mine"), nil); s != 403 {
			t.Errorf("%s changed another's words: %d", role, s)
		}
	}
	var now comment.Comment
	api.As(op.User).Version(1).Must("PATCH", at, said("First, @[admin]"), &now)
	if now.EditedAt == "" || now.Version != 2 || told(t, api, "mention") != "admin" {
		t.Errorf("%+v", now)
	}
	if s := api.As(op.User).Version(1).Do("PATCH", at, said("Stale"), nil); s != 412 {
		t.Errorf("an old version: %d", s)
	}
	api.As(op.User).Version(2).Must("PATCH", at, said("First, really, @[admin]"), nil)
	if m := told(t, api, "mention"); m != "admin" {
		t.Errorf("an edit told again: %q", m)
	}
	if s := api.As(op.Auditor).Do("DELETE", at, nil, nil); s != 403 {
		t.Errorf("another's comment was deleted: %d", s)
	}
	api.As(op.User).Must("DELETE", at, nil, nil)
	if c := all(api, on).Items; len(c) != 2 || c[0].DeletedAt == "" || c[0].Body != "" {
		t.Errorf("its place in the thread should stay, without words: %+v", c)
	}
	api.Must("DELETE", "/comments/"+answer.ID, nil, nil) // the administrator
	if c := all(api, on).Items; len(c) != 1 {
		t.Errorf("%+v", c)
	}
}

func TestCommentRefused(t *testing.T) {
	api, on := table(t)
	for name, body := range map[string]any{
		"empty": said(""), "blank": said(" \n "), "long": said(strings.Repeat("x", 4001)),
		"nobody": said("Hello @[nobody]"), "no thread": map[string]any{"body": "x", "parent": "gone"}, "unknown": map[string]any{"body": "x", "author": "user"},
	} {
		if s := api.Do("POST", on, body, nil); s != 422 {
			t.Errorf("%s: %d", name, s)
		}
	}
	if s := api.As(op.Executive).Do("GET", on, nil, nil); s != 403 {
		t.Errorf("an executive reads comments: %d", s)
	}
	var c comment.Comment
	api.Must("POST", on, said("Hello"), &c)
	for _, path := range []string{on, "/records/control/gone/comments", "/records/session/1/comments"} {
		other := api
		if path == on {
			other = api.InTenant(1)
		}
		if s := other.Do("GET", path, nil, nil); s != 404 {
			t.Errorf("%s: %d", path, s)
		}
	}
	if s := api.InTenant(1).Do("DELETE", "/comments/"+c.ID, nil, nil); s != 404 {
		t.Errorf("the other organisation's comment: %d", s)
	}
}

// A record that is deleted hides its comments; undoing the deletion brings them back.
func TestCommentsOutliveTheirRecord(t *testing.T) {
	api, on := table(t)
	var c comment.Comment
	api.Must("POST", on, said("Hello"), &c)
	record := strings.TrimSuffix(strings.TrimPrefix(on, "/records/control/"), "/comments")
	api.Must("DELETE", "/controls/"+record, nil, nil)
	if s := api.Do("GET", on, nil, nil); s != 404 {
		t.Errorf("comments of a record that is gone: %d", s)
	}
	if s := api.Do("DELETE", "/comments/"+c.ID, nil, nil); s != 404 {
		t.Errorf("a comment of a record that is gone: %d", s)
	}
	if api.Count("SELECT count(*) FROM comment") != 1 {
		t.Error("the comment went with its record")
	}
}

func TestMentioned(t *testing.T) {
	got := comment.Mentioned("@[a] @[b-1] @[a] a@[b] @[] @[too/odd] [c](http://x)")
	if !slices.Equal(got, []string{"a", "b-1", "b"}) {
		t.Errorf("%q", got)
	}
	if s := comment.Spoken("Hi @[a], @[x].", map[string]string{"a": "Ada"}); s != "Hi @Ada, @somebody." {
		t.Error(s)
	}
}
