package delivery

import (
	"crypto/sha256"
	"database/sql"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"assay/server/framework"
	"assay/server/mail"
	"assay/server/mywork"
	"assay/server/notification"
	"assay/server/op"
	"assay/server/task"
	"assay/storage"
)

// Rhythm is how often the digest goes out.
type Rhythm string

// The rhythms.
const (
	Daily  Rhythm = "daily"
	Weekly Rhythm = "weekly"
)

// Digest is when the organisation's digest goes out.
type Digest struct {
	Active    bool   `json:"active"`
	Rhythm    Rhythm `json:"rhythm" enum:"daily,weekly"`
	Weekday   int    `json:"weekday" doc:"Of a weekly one: 1 is Monday, 7 is Sunday"`
	Hour      int    `json:"hour" doc:"Of the organisation's day, 0 to 23"`
	Zone      string `json:"zone" doc:"The organisation's time zone"`
	NextAt    string `json:"next_at" doc:"When the next one goes out; empty when none does"`
	UpdatedAt string `json:"updated_at"`
	Version   int    `json:"version"`
}

// Next is the first time after now at which the digest goes out by the clocks of a zone: once a day or week,
// also where that day has 23 or 25 hours, or no such hour at all.
func (d Digest) Next(now time.Time, zone *time.Location) time.Time {
	local := now.In(zone)
	for n := -1; ; n++ {
		day := time.Date(local.Year(), local.Month(), local.Day()+n, 12, 0, 0, 0, time.UTC)
		if d.Rhythm == Weekly && (int(day.Weekday())+6)%7+1 != d.Weekday {
			continue
		}
		at := time.Date(day.Year(), day.Month(), day.Day(), d.Hour, 0, 0, 0, zone)
		for at.Day() != day.Day() { // that hour is left out, and the day before would have two
			at = at.Add(time.Hour)
		}
		if at.After(now) {
			return at.UTC()
		}
	}
}

func readDigest(tx *storage.ReadTx) (d Digest, err error) {
	err = tx.QueryRow("SELECT active, rhythm, weekday, hour, updated_at, version FROM digest").Scan(&d.Active, &d.Rhythm, &d.Weekday, &d.Hour, &d.UpdatedAt, &d.Version)
	d.Zone = tx.Zone().String()
	if d.Active {
		d.NextAt = d.Next(tx.Now(), tx.Zone()).Format(storage.Instant)
	}
	return d, err
}

func getDigest(tx *storage.ReadTx, _ struct{}) (Digest, error) { return readDigest(tx) }

type updateIn struct {
	IfMatch string `header:"If-Match" maxLength:"24" doc:"The version that was read"`
	Body    struct {
		Active  *bool   `json:"active,omitempty"`
		Rhythm  *Rhythm `json:"rhythm,omitempty" enum:"daily,weekly"`
		Weekday *int    `json:"weekday,omitempty" minimum:"1" maximum:"7"`
		Hour    *int    `json:"hour,omitempty" minimum:"0" maximum:"23"`
	}
}

func updateDigest(tx *storage.WriteTx, in updateIn) (Digest, error) {
	if in.IfMatch == "" {
		return Digest{}, op.Errorf(op.Precondition, "Send the version you read as If-Match, so that nobody's change is lost.")
	}
	d, err := readDigest(&tx.ReadTx)
	if err != nil {
		return d, err
	}
	if strings.Trim(in.IfMatch, `"`) != strconv.Itoa(d.Version) {
		return d, storage.ErrStale
	}
	was, b := d, in.Body
	put(&d.Active, b.Active)
	put(&d.Rhythm, b.Rhythm)
	put(&d.Weekday, b.Weekday)
	put(&d.Hour, b.Hour)
	if d != was {
		if err := tx.ExecOne("UPDATE digest SET active = ?, rhythm = ?, weekday = ?, hour = ?, updated_at = ?", d.Active, string(d.Rhythm), d.Weekday, d.Hour, tx.Stamp()); err != nil {
			return d, err
		}
		if err := ask(tx, d); err != nil {
			return d, err
		}
	}
	return readDigest(&tx.ReadTx)
}

func put[T any](to, sent *T) {
	if sent != nil {
		*to = *sent
	}
}

type digestArgs struct {
	At string `json:"at"`
}

// ask asks for the job of the next digest. Its key is its time: asked for again it is the same.
func ask(tx *storage.WriteTx, d Digest) error {
	if !d.Active {
		return nil
	}
	at := d.Next(tx.Now(), tx.Zone())
	stamp := at.Format(storage.Instant)
	return tx.Enqueue("delivery.digest", digestArgs{stamp}, at, stamp)
}

// plan sees every night to it that what waits is asked for: the digest by the settings and the zone of today,
// mail whose job was given up.
func plan(s *op.Scope, _ json.RawMessage) error {
	return s.Write(func(tx *storage.WriteTx) error {
		d, err := readDigest(&tx.ReadTx)
		if err != nil {
			return err
		}
		if err := ask(tx, d); err != nil {
			return err
		}
		var due bool
		if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM notification WHERE mail = 'due')").Scan(&due); err != nil || !due {
			return err
		}
		return notification.AskMail(tx, tx.Now())
	})
}

// late is how much later than planned a digest still goes out.
const late = 24 * time.Hour

// digest is the job that sends one round. The id of each letter follows from its round: a round that is cut
// off and begun again queues no letter twice.
func (c *Courier) digest(s *op.Scope, raw json.RawMessage) error {
	var args digestArgs
	if err := json.Unmarshal(raw, &args); err != nil {
		return fmt.Errorf("read which digest: %w", err)
	}
	at, err := time.Parse(storage.Instant, args.At)
	if err != nil {
		return fmt.Errorf("read which digest: %w", err)
	}
	where, err := placeOf(s)
	if err != nil {
		return err
	}
	var send []round
	err = s.Read(func(tx *storage.ReadTx) error {
		d, err := readDigest(tx)
		if err != nil {
			return err
		}
		// The settings or the zone may have changed since this round was planned, or nothing may leave.
		if where.held || !d.Active || !d.Next(at.Add(-time.Millisecond), tx.Zone()).Equal(at) || s.Now().Sub(at) > late {
			return nil
		}
		send, err = c.compose(tx, where, d, at)
		return err
	})
	if err != nil {
		return err
	}
	if len(send) > 0 {
		err = s.WriteControl(func(tx *storage.WriteTx) error {
			for _, r := range send {
				id := roundID(s.Tenant(), r.person, args.At)
				if err := c.post.PutOnce(tx, id, digests, s.Tenant(), c.letter(where, r.view).To(where.people[r.person].email)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		c.post.Wake()
	}
	return s.Write(func(tx *storage.WriteTx) error {
		for _, r := range send {
			if err := tx.Exec("INSERT INTO digest_sent (person, at) VALUES (?1, ?2) ON CONFLICT (person) DO UPDATE SET at = ?2", r.person, tx.Stamp()); err != nil {
				return err
			}
		}
		d, err := readDigest(&tx.ReadTx)
		if err != nil {
			return err
		}
		return ask(tx, d)
	})
}

// roundID names the letter of a person in a round.
func roundID(tenant, person, at string) string {
	sum := sha256.Sum256([]byte("digest\n" + tenant + "\n" + person + "\n" + at))
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:])[:26]
}

type round struct {
	person string
	view   DigestView
}

// compose writes the digests of everybody who wants one and to whom there is something to say.
func (c *Courier) compose(tx *storage.ReadTx, p place, d Digest, at time.Time) ([]round, error) {
	wants, err := notification.WantsDigest(tx)
	if err != nil {
		return nil, err
	}
	f, err := look(tx)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(`SELECT p.id, coalesce(s.at, '') FROM person p LEFT JOIN digest_sent s ON s.person = p.id WHERE p.active ORDER BY p.id`)
	if err != nil {
		return nil, err
	}
	people, err := op.Scan(rows, func(r op.Row) (one [2]string, err error) { return one, r.Scan(&one[0], &one[1]) })
	if err != nil {
		return nil, err
	}
	var all []round
	for _, one := range people {
		person, last := one[0], one[1]
		if _, ok := p.people[person]; !ok || !wants(person) || last >= at.Format(storage.Instant) {
			continue
		}
		v, err := f.view(tx, p.name, person, since(tx, d, last))
		if err != nil {
			return nil, err
		}
		if !v.Empty {
			all = append(all, round{person, v})
		}
	}
	return all, nil
}

// since is the day with which a digest compares: that of the last one, or as long ago as one would have been.
func since(tx *storage.ReadTx, d Digest, last string) string {
	if t, err := time.Parse(storage.Instant, last); err == nil {
		return t.In(tx.Zone()).Format(storage.Date)
	}
	days := -7
	if d.Rhythm == Daily {
		days = -1
	}
	return tx.Now().In(tx.Zone()).AddDate(0, 0, days).Format(storage.Date)
}

// figures are what all digests of a round have in common.
type figures struct {
	ahead     mywork.Ahead
	readiness *int
}

func look(tx *storage.ReadTx) (f figures, err error) {
	if f.ahead, err = mywork.Look(tx, ""); err != nil {
		return f, err
	}
	m, err := framework.Measure(tx)
	f.readiness = m.Overall.Readiness
	return f, err
}

// DigestView is what a digest says.
type DigestView struct {
	Subject string       `json:"subject"`
	Lines   []string     `json:"lines"`
	Parts   []DigestPart `json:"parts"`
	Empty   bool         `json:"empty" doc:"There is nothing to say: then none is sent"`
}

// DigestPart is one list of it.
type DigestPart struct {
	Title string       `json:"title"`
	Items []DigestItem `json:"items"`
}

// DigestItem is one line of a list.
type DigestItem struct {
	Text string `json:"text"`
	Note string `json:"note"`
	Path string `json:"path" doc:"Its page, below that of the organisation"`
}

// moved is by how many basis points readiness must have moved to be worth a line.
const moved = 100

// view says what there is to tell a person.
func (f figures) view(tx *storage.ReadTx, name, person, since string) (DigestView, error) {
	v := DigestView{Subject: "Your work at " + name, Lines: []string{}, Parts: []DigestPart{}}
	m, err := mywork.Of(tx, person, f.ahead, 1000)
	if err != nil {
		return v, err
	}
	var overdue, week, expiring, reviews, approve, acknowledge, again []DigestItem
	for _, t := range m.Tasks {
		item := DigestItem{Text: t.Title, Note: "due on " + withDates(t.DueOn), Path: "tasks/" + t.ID}
		switch t.Bucket {
		case task.Overdue:
			overdue = append(overdue, item)
		case task.Today, task.Week:
			week = append(week, item)
		}
	}
	for _, e := range m.Evidence {
		switch {
		case e.ExpiresOn == "":
		case e.DaysLeft < 0:
			expiring = append(expiring, DigestItem{Text: e.Name, Note: "expired on " + withDates(e.ExpiresOn), Path: "evidence/" + e.ID})
		default:
			expiring = append(expiring, DigestItem{Text: e.Name, Note: "expires on " + withDates(e.ExpiresOn), Path: "evidence/" + e.ID})
		}
	}
	for _, r := range m.Reviews {
		note := r.Name
		if r.UploadedBy != "" {
			note += ", from " + r.UploadedBy
		}
		reviews = append(reviews, DigestItem{Text: r.EvidenceName, Note: note, Path: "evidence/" + r.Evidence})
	}
	for _, p := range m.Approve {
		approve = append(approve, DigestItem{Text: p.Ref + " " + p.Title, Note: "version " + p.Number, Path: "my-policies/" + p.VersionID})
	}
	for _, p := range m.Acknowledge {
		acknowledge = append(acknowledge, DigestItem{Text: p.Ref + " " + p.Title, Note: "by " + withDates(p.DueOn), Path: "my-policies/" + p.VersionID})
	}
	for _, d := range m.Due {
		note := "due on "
		if d.Overdue {
			note = "overdue since "
		}
		again = append(again, DigestItem{Text: d.Says(), Note: note + withDates(d.DueOn), Path: d.Path})
	}
	for _, p := range []DigestPart{{"Overdue", overdue}, {"Due this week", week}, {"Policies to approve", approve}, {"Policies to read and acknowledge", acknowledge},
		{"Waiting for your review", reviews}, {"To be looked at again", again}, {"Evidence to collect again", expiring}} {
		if len(p.Items) == 0 {
			continue
		}
		if more := len(p.Items) - most; more > 0 {
			p.Items = append(p.Items[:most:most], DigestItem{Text: plural(more, "more", "more"), Path: "work"})
		}
		v.Parts = append(v.Parts, p)
	}
	if line, err := f.change(tx, since); err != nil {
		return v, err
	} else if line != "" {
		v.Lines = append(v.Lines, line)
	}
	if n := len(overdue); n > 0 {
		v.Subject = plural(n, "task is", "tasks are") + " overdue at " + name
	}
	v.Empty = len(v.Parts) == 0 && len(v.Lines) == 0
	return v, nil
}

// change says how readiness moved since a day, if it did.
func (f figures) change(tx *storage.ReadTx, since string) (string, error) {
	if f.readiness == nil {
		return "", nil
	}
	var was int
	var day string
	err := tx.QueryRow("SELECT readiness, day FROM readiness_day WHERE framework = '' AND day <= ?1 AND day >= date(?1, '-14 days') ORDER BY day DESC LIMIT 1", since).Scan(&was, &day)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	now := *f.readiness
	by, word := now-was, "more"
	if by < 0 {
		by, word = -by, "less"
	}
	if by < moved {
		return "", nil
	}
	return fmt.Sprintf("Control readiness is %d%%, %s %s than on %s.", now/100, plural(by/100, "point", "points"), word, withDates(day)), nil
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// letter puts a digest into a letter.
func (c *Courier) letter(p place, v DigestView) mail.Letter {
	l := mail.Letter{Subject: v.Subject, Lines: v.Lines, Button: "Open your work", URL: c.page(p, "work"), Notes: []string{
		"This is the digest of " + p.name + " on Assay.",
		"You can turn it off in your profile: " + c.page(p, "profile?tab=notifications"),
	}}
	if v.Empty {
		l.Lines = []string{"Nothing waits for you. On such a day no digest is sent."}
	}
	for _, part := range v.Parts {
		to := mail.Part{Title: part.Title}
		for _, i := range part.Items {
			to.Items = append(to.Items, mail.Item{Text: i.Text, Note: i.Note, URL: c.page(p, i.Path)})
		}
		l.Parts = append(l.Parts, to)
	}
	return l
}

// preview is what a digest would tell the caller now.
func (c *Courier) preview(s *op.Scope, _ struct{}) (v DigestView, err error) {
	p, err := placeOf(s)
	if err != nil {
		return v, err
	}
	return v, s.Read(func(tx *storage.ReadTx) error {
		d, err := readDigest(tx)
		if err != nil {
			return err
		}
		f, err := look(tx)
		if err != nil {
			return err
		}
		v, err = f.view(tx, p.name, s.Caller().Person, since(tx, d, ""))
		return err
	})
}

// DigestSent says where a digest went.
type DigestSent struct {
	To string `json:"to"`
}

// sendNow mails the caller a digest, also one that has nothing to say.
func (c *Courier) sendNow(s *op.Scope, _ struct{}) (out DigestSent, err error) {
	v, err := c.preview(s, struct{}{})
	if err != nil {
		return out, err
	}
	p, err := placeOf(s)
	if err != nil {
		return out, err
	}
	me, ok := p.people[s.Caller().Person]
	if !ok {
		return out, op.Errorf(op.Conflict, "There is nobody to send it to.")
	}
	err = s.WriteControl(func(tx *storage.WriteTx) error {
		return c.post.Put(tx, digests, s.Tenant(), c.letter(p, v).To(me.email))
	})
	c.post.Wake()
	return DigestSent{me.email}, err
}
