// Package delivery carries to people's mailboxes what they are told: notifications that are due by mail,
// several in one letter, and the organisation's digest.
//
// Who may be written to is asked of the installation when a letter is written and once more right before it
// leaves: a person who was shut out gets nothing, nor does an executive, because letters name records.
package delivery

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"assay/server/mail"
	"assay/server/notification"
	"assay/server/op"
	"assay/server/record"
	"assay/storage"
)

// Kinds of mail, as the queue knows them.
const (
	notices = "notice"
	digests = "digest"
)

// Courier writes letters and hands them to the post.
type Courier struct {
	post *mail.Post
	base string // how browsers reach this installation
}

// New makes the courier of an installation; base is how browsers reach it.
func New(post *mail.Post, base string) *Courier {
	post.OnlyIf(notices, mayRead)
	post.OnlyIf(digests, mayRead)
	return &Courier{post, strings.TrimRight(base, "/")}
}

// Module is the part of the API about mail to the organisation's people.
func (c *Courier) Module() op.Module {
	return op.Module{
		Name: "delivery", Present: true,
		Owns: []string{"digest", "digest_sent"},
		Also: []string{"notification", "mail"},
		Ops: []op.Op{
			op.Read("digest", "GET /digest", op.Readers, getDigest, op.Doc("When the digest goes out")),
			op.Write("update_digest", "PATCH /digest", op.Admin, updateDigest, op.Unversioned("there is one digest: If-Match is compared with its version by the function"), op.Doc("Set when the digest goes out, or that none does")),
			op.Steps("preview_digest", "GET /digest/preview", op.Admin, c.preview, op.Doc("What a digest would tell the caller now")),
			op.Steps("send_digest", "POST /digest/send", op.Admin, c.sendNow, op.Doc("Mail the caller a digest now")),
		},
		Jobs: []op.Job{
			{Name: "mail", Run: c.mail},
			{Name: "digest", Run: c.digest},
			{Name: "plan", Nightly: true, Run: plan},
		},
	}
}

// mayRead says whether an address is that of somebody who may read records of an organisation now, and that its
// letters may leave.
func mayRead(tx *storage.ReadTx, tenant, to string) (ok bool, err error) {
	var held bool
	err = tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM membership m JOIN account a ON a.id = m.account JOIN tenant t ON t.id = m.tenant
		WHERE m.tenant = ?1 AND a.email = ?2 AND m.status = 'active' AND t.status = 'active' AND m.role IN ('admin', 'user', 'auditor')),
		coalesce((SELECT held_at FROM tenant WHERE id = ?1), '') <> ''`, tenant, to).Scan(&ok, &held)
	if err == nil && ok && held {
		err = mail.ErrHeld
	}
	return ok, err
}

// place is an organisation as letters name it, with those of its people who may read records.
type place struct {
	slug, name string
	held       bool              // nothing leaves until somebody releases it
	people     map[string]reader // by person
}

type reader struct{ email, name string }

func placeOf(s *op.Scope) (p place, err error) {
	p.people = map[string]reader{}
	return p, s.ReadControl(func(tx *storage.ReadTx) error {
		if err := tx.QueryRow("SELECT slug, name, held_at <> '' FROM tenant WHERE id = ?", s.Tenant()).Scan(&p.slug, &p.name, &p.held); err != nil {
			return err
		}
		rows, err := tx.Query(`SELECT m.person, a.email, a.name FROM membership m JOIN account a ON a.id = m.account JOIN tenant t ON t.id = m.tenant
			WHERE m.tenant = ? AND m.status = 'active' AND t.status = 'active' AND m.role IN ('admin', 'user', 'auditor')`, s.Tenant())
		if err != nil {
			return err
		}
		err = op.Each(rows, func(r op.Row) (err error) {
			var person string
			var one reader
			err = r.Scan(&person, &one.email, &one.name)
			p.people[person] = one
			return err
		})
		return err
	})
}

// page is the address of a page of an organisation.
func (c *Courier) page(p place, path string) string {
	return c.base + "/o/" + p.slug + "/" + path
}

// Pause is the least time between two mails to one person, but for what is urgent.
const Pause = 10 * time.Minute

// told is a notification that is to be mailed.
type told struct {
	id, person, title, body, actor, at, batch, due string
	event                                          notification.Event
	about                                          record.Ref
}

// mail is the job that mails what is due. It first gives the notifications of a letter its id, then queues
// the letter under that id, then notes that it is queued: wherever it is cut off, the next run goes on
// there, and a letter is in the queue once.
func (c *Courier) mail(s *op.Scope, _ json.RawMessage) error {
	where, err := placeOf(s)
	if err != nil || where.held { // releasing asks for this job again
		return err
	}
	var due []told
	last := map[string]string{}
	err = s.Read(func(tx *storage.ReadTx) error {
		due, err = waiting(tx)
		if err != nil {
			return err
		}
		for _, n := range due {
			var at string
			if err := tx.QueryRow("SELECT coalesce(max(mailed_at), '') FROM notification WHERE person = ? AND mailed_at <> ''", n.person).Scan(&at); err != nil {
				return err
			}
			last[n.person] = at
		}
		return nil
	})
	if err != nil || len(due) == 0 {
		return err
	}
	var letters []letter
	var dropped []string
	var again time.Time
	for _, group := range groups(due) {
		if _, ok := where.people[group[0].person]; !ok {
			for _, n := range group {
				dropped = append(dropped, n.id)
			}
			continue
		}
		if until := pause(group, last[group[0].person], s.Now()); !until.IsZero() {
			if again.IsZero() || until.Before(again) {
				again = until
			}
			continue
		}
		letters = append(letters, letter{batch: group[0].batch, of: group})
	}
	if err := claim(s, letters, dropped, again); err != nil || len(letters) == 0 {
		return err
	}
	err = s.Read(func(tx *storage.ReadTx) error {
		for i, l := range letters {
			if letters[i].words, err = c.write(tx, where, l.of); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = s.WriteControl(func(tx *storage.WriteTx) error {
		for _, l := range letters {
			if err := c.post.PutOnce(tx, l.batch, notices, s.Tenant(), l.words.To(where.people[l.of[0].person].email)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	c.post.Wake()
	return s.Write(func(tx *storage.WriteTx) error {
		for _, l := range letters {
			if err := tx.Exec("UPDATE notification SET mail = 'sent', mailed_at = ? WHERE mail = 'due' AND batch = ?", tx.Stamp(), l.batch); err != nil {
				return err
			}
		}
		return nil
	})
}

// letter is one mail with the notifications that travel in it.
type letter struct {
	batch string
	of    []told
	words mail.Letter
}

// waiting lists what is due by mail, the oldest first.
func waiting(tx *storage.ReadTx) ([]told, error) {
	rows, err := tx.Query(`SELECT n.id, n.person, n.event, n.title, n.body, coalesce(a.name, ''), n.at, n.batch, n.kind, n.record, coalesce(t.due_on, '')
		FROM notification n LEFT JOIN person a ON a.id = n.actor LEFT JOIN task t ON n.kind = 'task' AND t.id = n.record WHERE n.mail = 'due' ORDER BY n.at, n.rowid`)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (n told, err error) {
		return n, r.Scan(&n.id, &n.person, &n.event, &n.title, &n.body, &n.actor, &n.at, &n.batch, &n.about.Kind, &n.about.ID, &n.due)
	})
}

// groups puts together what travels together: those of a letter that was begun, and the rest of each person.
func groups(due []told) [][]told {
	type key struct{ person, batch string }
	place := map[key]int{}
	var all [][]told
	for _, n := range due {
		k := key{n.person, n.batch}
		i, ok := place[k]
		if !ok {
			i = len(all)
			place[k] = i
			all = append(all, nil)
		}
		all[i] = append(all[i], n)
	}
	return all
}

// pause is until when a letter has to wait, because the person was written to a moment ago. A letter that
// was begun is finished, and what is urgent takes the rest along.
func pause(group []told, last string, now time.Time) time.Time {
	if group[0].batch != "" || slices.ContainsFunc(group, func(n told) bool { return n.event.Urgent() }) {
		return time.Time{}
	}
	at, err := time.Parse(storage.Instant, last)
	if err != nil || !now.Before(at.Add(Pause)) {
		return time.Time{} // never written to
	}
	return at.Add(Pause)
}

// claim gives letters their ids, drops what nobody may read, and asks for the next run, if there is to be one.
func claim(s *op.Scope, letters []letter, dropped []string, again time.Time) error {
	return s.Write(func(tx *storage.WriteTx) error {
		for i, l := range letters {
			if l.batch != "" {
				continue
			}
			letters[i].batch = tx.NewID()
			for _, n := range l.of {
				if err := tx.ExecOne("UPDATE notification SET batch = ? WHERE id = ?", letters[i].batch, n.id); err != nil {
					return err
				}
			}
		}
		for _, id := range dropped {
			if err := tx.ExecOne("UPDATE notification SET mail = 'dropped' WHERE id = ?", id); err != nil {
				return err
			}
		}
		if again.IsZero() {
			return nil
		}
		return notification.AskMail(tx, again)
	})
}

// most is how many lines a list of a letter has.
const most = 20

// write writes the letter about some notifications.
func (c *Courier) write(tx *storage.ReadTx, p place, of []told) (mail.Letter, error) {
	var refs []record.Ref
	for _, n := range of {
		refs = append(refs, n.about)
	}
	lines, err := record.Lines(tx, refs)
	if err != nil {
		return mail.Letter{}, err
	}
	link := func(n told) string {
		if l, ok := lines[n.about]; ok {
			return c.page(p, l.Path)
		}
		return c.page(p, "inbox")
	}
	l := mail.Letter{Notes: []string{
		"You get this mail because it concerns you at " + p.name + ".",
		"Choose in your profile what is mailed to you: " + c.page(p, "profile?tab=notifications"),
	}}
	if len(of) == 1 {
		n := of[0]
		l.Subject, l.Button, l.URL = withDates(n.title), "Open it in Assay", link(n)
		if n.actor != "" {
			l.Lines = append(l.Lines, "From "+n.actor+", at "+p.name+".")
		}
		if n.body != "" {
			l.Lines = append(l.Lines, clip(n.body, 600))
		}
		if n.due != "" {
			l.Lines = append(l.Lines, "Due on "+withDates(n.due)+".")
		}
		if about, ok := lines[n.about]; ok && !strings.Contains(n.title, about.Title) {
			l.Lines = append(l.Lines, "It is about: "+strings.TrimSpace(about.Ref+" "+about.Title))
		}
		return l, nil
	}
	l.Subject = plural(len(of), "thing", "things") + " for you at " + p.name
	var part mail.Part
	for _, n := range of[:min(len(of), most)] {
		note := clip(n.body, 160)
		if note == "" && n.actor != "" {
			note = "from " + n.actor
		}
		if n.due != "" {
			note = strings.TrimPrefix(note+", due on "+withDates(n.due), ", ")
		}
		part.Items = append(part.Items, mail.Item{Text: withDates(n.title), Note: note, URL: link(n)})
	}
	if more := len(of) - most; more > 0 {
		part.Items = append(part.Items, mail.Item{Text: plural(more, "more is", "more are") + " in your inbox", URL: c.page(p, "inbox")})
	}
	l.Parts, l.Button, l.URL = []mail.Part{part}, "Open your inbox", c.page(p, "inbox")
	return l, nil
}

var date = regexp.MustCompile(`\b\d{4}-\d{2}-\d{2}\b`)

// withDates writes the dates of a sentence as people read them.
func withDates(s string) string {
	return date.ReplaceAllStringFunc(s, func(d string) string {
		t, err := time.Parse(storage.Date, d)
		if err != nil {
			return d
		}
		return t.Format("2 January 2006")
	})
}

// clip shortens a text at a word.
func clip(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	cut := string(r[:n])
	if i := strings.LastIndexByte(cut, ' '); i > n/2 {
		cut = cut[:i]
	}
	return cut + " …"
}
