package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"assay/server/calendar"
	"assay/server/delivery"
	"assay/server/mail"
	"assay/server/notification"
	"assay/server/op"
	"assay/server/optest"
	"assay/storage"
)

// letters lets jobs and post do what is due after a while, and gives the mails that left since the last time.
func (h *house) letters(after time.Duration) (new []mail.Message) {
	h.tb.Helper()
	h.clock.Advance(after)
	h.srv.jobs.Drain(context.Background())
	_, err := h.srv.Post.Deliver(context.Background())
	h.must(err)
	h.post.mu.Lock()
	defer h.post.mu.Unlock()
	new, h.post.sent = h.post.sent, nil
	return new
}

// tell sends notifications to somebody as the system.
func (h *house) tell(o *org, e notification.Event, person string, titles ...string) {
	h.tb.Helper()
	h.write(o, []string{"notification"}, func(tx *storage.WriteTx) error {
		for _, title := range titles {
			if err := notification.Send(tx, notification.Notice{Event: e, To: []string{person}, Title: title}); err != nil {
				return err
			}
		}
		return nil
	})
}

// calm is an installation in which everything that was due is over, and whose people stay signed in while
// the test moves the clock.
func calm(t *testing.T) *house { return calmAs(t, &house{}) }

// calmAs is calm for a house that differs.
func calmAs(t *testing.T, h *house) *house {
	openAs(t, h, func(c *Config) {
		c.Authenticate = func(r *http.Request) (op.Caller, error) {
			cookie, err := r.Cookie("assay")
			if err != nil {
				return h.srv.Door.Authenticate(r)
			}
			for _, who := range h.a.callers {
				if who.cookie != cookie.Value {
					continue
				}
				c := op.Caller{Account: who.account, Person: who.person, Tenant: h.a.id, TenantSlug: h.a.slug, Email: who.email, Session: "test"}
				c.Role = op.RoleOf(h.text(nil, "SELECT coalesce(max(role), '') FROM membership WHERE account = ? AND tenant = ? AND status = 'active'", who.account, h.a.id))
				return c, nil
			}
			return op.Caller{}, op.Errorf(op.Unauthenticated, "Nobody.")
		}
	})
	h.must(h.srv.jobs.recall(context.Background()))
	h.letters(time.Hour)
	h.letters(time.Hour)
	return h
}

func membershipOf(h *house, c caller, o *org) string {
	return h.text(nil, "SELECT id FROM membership WHERE account = ? AND tenant = ?", c.account, o.id)
}

// A task that is given to somebody reaches their inbox at once and their mailbox in a moment, with a link
// that leads to it and one to the switches. Several things are one mail, and there is a pause between two.
func TestMailDelivery(t *testing.T) {
	t.Parallel()
	h := calm(t)
	admin, user := h.a.callers["admin"], h.a.callers["user"]
	var made struct{ ID string }
	h.do(admin, "POST", "/tasks", m{"title": "Change the locks", "owner": user.person, "kind": "control", "record": h.a.ids["control"][1]}, &made)
	var inbox struct{ Unread int }
	h.do(user, "GET", "/notifications/count", nil, &inbox)
	if inbox.Unread == 0 {
		t.Error("the bell does not ring")
	}
	if got := h.letters(time.Second); len(got) != 0 {
		t.Fatalf("a mail that waits for no other: %+v", got)
	}
	got := h.letters(time.Minute)
	if len(got) != 1 || got[0].To != user.email || got[0].Subject != "A task is yours: Change the locks" {
		t.Fatalf("%+v", got)
	}
	for _, want := range []string{"http://assay.example/o/northwind/tasks/" + made.ID, "/o/northwind/profile?tab=notifications", "Ada Northwind"} {
		if !strings.Contains(got[0].Text, want) || !strings.Contains(got[0].HTML, want) {
			t.Errorf("%q is not in %s", want, got[0].Text)
		}
	}
	// What comes within the pause waits, and leaves in one mail.
	h.tell(h.a, notification.TaskDue, user.person, "One", "Two")
	h.tell(h.a, notification.ReviewAsked, user.person, "Three")
	if got := h.letters(time.Minute); len(got) != 0 {
		t.Errorf("a second mail within the pause: %+v", got)
	}
	got = h.letters(delivery.Pause)
	if len(got) != 1 || got[0].Subject != "3 things for you at Northwind" || strings.Index(got[0].Text, "One") > strings.Index(got[0].Text, "Three") {
		t.Fatalf("%+v", got)
	}
	if got := h.letters(time.Hour); len(got) != 0 {
		t.Errorf("told twice: %+v", got)
	}
	// What is urgent takes along what waits.
	h.tell(h.a, notification.TaskDue, user.person, "Four")
	h.letters(time.Minute)
	h.tell(h.a, notification.TaskDue, user.person, "Five")
	h.tell(h.a, notification.Mention, user.person, "You are named")
	if got := h.letters(time.Minute); len(got) != 1 || !strings.Contains(got[0].Text, "Five") || !strings.Contains(got[0].Text, "You are named") {
		t.Errorf("%+v", got)
	}
	// What is switched off is not mailed.
	h.do(user, "POST", "/notifications/choices", m{"event": "task_due", "mail": false}, nil)
	h.tell(h.a, notification.TaskDue, user.person, "Six")
	if got := h.letters(time.Hour); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

// Nobody is written to who may not read: not who is disabled or removed, nor an executive, also when they
// were shut out between the cause and the mail, or while the mail lay in the queue.
func TestMailToNobody(t *testing.T) {
	t.Parallel()
	h := calm(t)
	admin, user, executive := h.a.callers["admin"], h.a.callers["user"], h.a.callers["executive"]
	h.tell(h.a, notification.Mention, executive.person, "You are named")
	h.tell(h.a, notification.Mention, user.person, "You are named")
	h.do(admin, "DELETE", "/members/"+membershipOf(h, user, h.a), nil, nil)
	if got := h.letters(time.Hour); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	if n := h.text(h.a, "SELECT count(*) FROM notification WHERE mail = 'due'"); n != "0" {
		t.Errorf("%s wait for ever", n)
	}
	spare := h.a.callers["spare"]
	h.tell(h.a, notification.Mention, spare.person, "You are named")
	h.clock.Advance(time.Minute)
	h.srv.jobs.Drain(context.Background())
	if n := h.text(nil, "SELECT count(*) FROM mail WHERE kind = 'notice' AND recipient = ? AND next_at <> ''", spare.email); n != "1" {
		t.Fatalf("%s in the queue", n)
	}
	h.do(admin, "DELETE", "/members/"+membershipOf(h, spare, h.a), nil, nil)
	if got := h.letters(time.Hour); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	if n := h.text(nil, "SELECT count(*) FROM mail WHERE kind = 'notice' AND (next_at <> '' OR body <> '' AND sent_at = '')"); n != "0" {
		t.Errorf("%s of them are kept", n)
	}
}

// Wherever a run is cut off, the letter is in the queue once: between giving it its id and queuing it,
// between queuing it and noting that.
func TestMailOnce(t *testing.T) {
	t.Parallel()
	h := calm(t)
	user := h.a.callers["user"]
	h.tell(h.a, notification.Mention, user.person, "You are named")
	if len(h.letters(time.Minute)) != 1 {
		t.Fatal("no mail")
	}
	const queued = "SELECT count(*) FROM mail WHERE kind = 'notice' AND recipient = ?"
	before := h.text(nil, queued, user.email)
	// The second file never heard that the first has it.
	h.write(h.a, []string{"notification"}, func(tx *storage.WriteTx) error {
		if err := tx.Exec("UPDATE notification SET mail = 'due', mailed_at = '' WHERE mail = 'sent'"); err != nil {
			return err
		}
		return notification.AskMail(tx, tx.Now())
	})
	if got := h.letters(time.Minute); len(got) != 0 || h.text(nil, queued, user.email) != before {
		t.Errorf("queued again: %+v", got)
	}
	// The first file never got it.
	h.write(h.a, []string{"notification"}, func(tx *storage.WriteTx) error {
		if err := notification.Send(tx, notification.Notice{Event: notification.Mention, To: []string{user.person}, Title: "Begun"}); err != nil {
			return err
		}
		return tx.Exec("UPDATE notification SET batch = 'BEGUNBEFORETHECRASH' WHERE mail = 'due'")
	})
	if got := h.letters(time.Minute); len(got) != 1 || got[0].ID != "BEGUNBEFORETHECRASH" || !strings.Contains(got[0].Text+got[0].Subject, "Begun") {
		t.Errorf("%+v", got)
	}
}

// The digest goes out by the organisation's clock, to whom it has something to say and who wants it.
func TestDigest(t *testing.T) {
	t.Parallel()
	h := calm(t)
	admin, user := h.a.callers["admin"], h.a.callers["user"]
	set := func(body m) {
		t.Helper()
		h.want(admin, asJSON("PATCH", "/digest", body).with("If-Match", h.text(h.a, "SELECT version FROM digest")), nil)
	}
	h.want(admin, asJSON("PATCH", "/settings", m{"zone": "America/New_York"}).with("If-Match", h.text(h.a, "SELECT version FROM organisation")), nil)
	for field, body := range map[string]m{"hour": {"hour": 24}, "weekday": {"weekday": 0}, "rhythm": {"rhythm": "hourly"}} {
		if got := h.send(admin, asJSON("PATCH", "/digest", body).with("If-Match", "1")); got.status != 422 {
			t.Errorf("%s: %s", field, got)
		}
	}
	if got := h.send(admin, asJSON("PATCH", "/digest", m{"hour": 8})); got.status != 428 {
		t.Errorf("without a version: %s", got)
	}
	h.clock.Set(time.Date(2026, 3, 5, 20, 0, 0, 0, time.UTC)) // Thursday
	h.do(admin, "POST", "/tasks", m{"title": "Long since due", "owner": user.person, "due_on": "2026-02-01"}, nil)
	h.letters(time.Hour)
	set(m{"active": true, "rhythm": "daily", "hour": 8})
	var d delivery.Digest
	if h.do(user, "GET", "/digest", nil, &d); d.NextAt != "2026-03-06T13:00:00.000Z" || d.Zone != "America/New_York" {
		t.Errorf("%+v", d)
	}
	digests := func(until time.Time) (got []mail.Message) {
		for h.clock.Now().Before(until) {
			for _, m := range h.letters(15 * time.Minute) {
				if strings.Contains(m.Text, "This is the digest") {
					got = append(got, m)
				}
			}
		}
		return got
	}
	before := digests(time.Date(2026, 3, 6, 12, 40, 0, 0, time.UTC))
	got := digests(time.Date(2026, 3, 6, 13, 15, 0, 0, time.UTC))
	to := map[string]mail.Message{}
	for _, m := range got {
		to[m.To] = m
	}
	if len(before) != 0 || len(to) != len(got) || to[user.email].Subject != "1 task is overdue at Northwind" || !strings.Contains(to[user.email].Text, "Long since due (due on 1 February 2026)") {
		t.Fatalf("%d too early, %+v", len(before), got)
	}
	for _, who := range []string{"executive", "disabled", "removed"} {
		if _, ok := to[h.a.callers[who].email]; ok {
			t.Errorf("%s has a digest", who)
		}
	}
	auditor := h.a.callers["auditor"].email
	if text := to[auditor].Text; !strings.Contains(text, "Policies to read and acknowledge") || !strings.Contains(text, "/my-policies/") {
		t.Errorf("the auditor is asked to acknowledge a policy: %s", text)
	}
	h.write(h.a, []string{"policy_request"}, func(tx *storage.WriteTx) error { return tx.Exec("UPDATE policy_request SET closed_at = ?", tx.Stamp()) })
	// Across the change to summer time it comes once a day, at eight by the clock on the wall.
	h.do(user, "POST", "/notifications/choices", m{"event": "task_overdue", "mail": false}, nil)
	got = digests(time.Date(2026, 3, 9, 12, 15, 0, 0, time.UTC))
	n := 0
	for _, m := range got {
		if m.To == user.email {
			n++
		}
		if m.To == auditor {
			t.Error("a digest that says nothing")
		}
	}
	if n != 3 {
		t.Errorf("%d digests in three days", n)
	}
	if at := h.text(h.a, "SELECT at FROM digest_sent WHERE person = ?", user.person); !strings.HasPrefix(at, "2026-03-09T12:") {
		t.Errorf("in summer it went out at %s", at)
	}
	// Who turns it down gets none; turned off, nobody does.
	h.do(user, "POST", "/notifications/choices", m{"event": "digest", "mail": false}, nil)
	for _, m := range digests(time.Date(2026, 3, 10, 13, 0, 0, 0, time.UTC)) {
		if m.To == user.email {
			t.Error("a digest that was turned down")
		}
	}
	set(m{"active": false})
	if got := digests(time.Date(2026, 3, 11, 13, 0, 0, 0, time.UTC)); len(got) != 0 {
		t.Errorf("%d digests that are off", len(got))
	}
	// A round that was cut off after queuing is not queued again.
	var sent struct{ To string }
	h.do(admin, "POST", "/digest/send", nil, &sent)
	if got := h.letters(time.Minute); len(got) != 1 || got[0].To != admin.email || sent.To != admin.email {
		t.Errorf("%+v", got)
	}
	var view delivery.DigestView
	if h.do(admin, "GET", "/digest/preview", nil, &view); view.Subject == "" || view.Parts == nil {
		t.Errorf("%+v", view)
	}
}

// The feed of a person: what is theirs, read by another program's parser, unchanged while nothing changes,
// and gone with whatever it rests on.
func TestCalendar(t *testing.T) {
	t.Parallel()
	h := calm(t)
	admin, user := h.a.callers["admin"], h.a.callers["user"]
	long := "Größe, Fläche; Höhe\\Tiefe " + strings.Repeat("ünïcödé ", 20)
	var task struct{ ID string }
	h.write(h.a, []string{"task", "policy"}, func(tx *storage.WriteTx) error {
		return errors.Join(tx.Exec("DELETE FROM task"), tx.Exec("UPDATE policy SET archived_at = '2026-03-01T00:00:00.000Z'"))
	})
	h.do(admin, "POST", "/tasks", m{"title": long, "owner": user.person, "due_on": "2026-03-09"}, &task)
	h.do(admin, "POST", "/tasks", m{"title": "Of somebody else", "owner": admin.person, "due_on": "2026-03-10"}, nil)
	h.do(admin, "POST", "/tasks", m{"title": "No day", "owner": user.person}, nil)
	read := func(url string, header ...string) *httptest.ResponseRecorder {
		t.Helper()
		r := httptest.NewRequest("GET", strings.TrimPrefix(url, "http://assay.example"), nil)
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		h.h.ServeHTTP(w, r)
		return w
	}
	var made calendar.CalendarMade
	make := func(c caller, what string) string {
		t.Helper()
		h.do(c, "POST", "/calendar", m{"what": what}, &made)
		return made.URL
	}
	url := make(user, "mine")
	if !strings.HasPrefix(made.Webcal, "webcal://assay.example/calendar/") {
		t.Errorf("%+v", made)
	}
	secret := strings.TrimSuffix(url[strings.LastIndex(url, "/")+1:], ".ics")
	if len(secret) < 43 {
		t.Errorf("a secret of %d letters", len(secret))
	}
	got := read(url)
	if got.Code != 200 || got.Header().Get("Content-Type") != "text/calendar; charset=utf-8" || got.Header().Get("Set-Cookie") != "" {
		t.Fatalf("%d %v", got.Code, got.Header())
	}
	for l := range strings.SplitSeq(strings.TrimSuffix(got.Body.String(), "\r\n"), "\r\n") {
		if len(l) > 75 || strings.ContainsAny(l, "\r\n") {
			t.Errorf("a line of %d bytes: %q", len(l), l)
		}
	}
	cal, err := ics.ParseCalendar(strings.NewReader(got.Body.String()))
	h.must(err)
	tasks := slices.DeleteFunc(cal.Events(), func(e *ics.VEvent) bool { return !strings.HasPrefix(e.Id(), "task-") })
	if len(tasks) != 1 {
		t.Fatalf("%d tasks: %s", len(tasks), got.Body)
	}
	e := tasks[0]
	day, err := e.GetAllDayStartAt()
	h.must(err)
	if summary := ics.FromText(e.GetProperty(ics.ComponentPropertySummary).Value); summary != strings.TrimSpace(long) && summary != long || day.Format(storage.Date) != "2026-03-09" {
		t.Errorf("%q on %s", summary, day)
	}
	if e.Id() != "task-"+task.ID+"@assay" || e.GetProperty(ics.ComponentPropertyUrl).Value != "http://assay.example/o/northwind/tasks/"+task.ID {
		t.Errorf("%s %s", e.Id(), e.GetProperty(ics.ComponentPropertyUrl).Value)
	}
	tag := got.Header().Get("ETag")
	if got := read(url, "If-None-Match", tag); got.Code != 304 || got.Body.Len() != 0 {
		t.Errorf("%d", got.Code)
	}
	h.do(user, "POST", "/tasks/"+task.ID+"/done", m{}, nil)
	if got := read(url, "If-None-Match", tag); got.Code != 200 || strings.Contains(got.Body.String(), "UID:task-") {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	all := make(user, "all") // the older address ends
	if got := read(all); got.Code != 200 || !strings.Contains(got.Body.String(), "Of somebody else") || strings.Contains(got.Body.String(), canary) {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	// What the registers have to look at again stands there, too, by its title; once it has ended, no longer.
	var flood struct {
		ID, Ref string
		Version int
	}
	h.do(admin, "POST", "/risks", m{"title": "Flood", "plan": "Confidential", "owner": user.person, "due_on": "2026-03-12", "review_on": "2026-03-20"}, &flood)
	got = read(all)
	for _, want := range []string{"SUMMARY:Risk treatment: " + flood.Ref + " Flood\r\n", "SUMMARY:Risk review: " + flood.Ref + " Flood\r\n", "UID:risk-" + flood.ID + "-treatment@assay\r\n", "UID:risk-" + flood.ID + "@assay\r\n"} {
		if !strings.Contains(got.Body.String(), want) {
			t.Errorf("no %q in %s", want, got.Body)
		}
	}
	h.want(admin, asJSON("PATCH", "/risks/"+flood.ID, m{"status": "closed"}).with("If-Match", fmt.Sprintf("%q", fmt.Sprint(flood.Version))), nil)
	if got := read(all); strings.Contains(got.Body.String(), flood.Ref) || strings.Contains(got.Body.String(), "Confidential") {
		t.Errorf("a risk that is closed: %s", got.Body)
	}
	var feed calendar.CalendarFeed
	if h.do(user, "GET", "/calendar", nil, &feed); !feed.Exists || feed.What != "all" || feed.UsedAt == "" {
		t.Errorf("%+v", feed)
	}
	// Whatever is wrong, the answer is the same.
	want := read("http://assay.example/calendar/" + strings.Repeat("A", 43) + ".ics")
	gone := func(what, url string) {
		t.Helper()
		got := read(url)
		if got.Code != 404 || got.Body.String() != want.Body.String() || fmt.Sprint(got.Header()) != fmt.Sprint(want.Header()) {
			t.Errorf("%s: %d %s %v", what, got.Code, got.Body, got.Header())
		}
	}
	gone("the older address", url)
	gone("without .ics", strings.TrimSuffix(all, ".ics"))
	gone("nothing", "http://assay.example/calendar/")
	h.do(user, "DELETE", "/calendar", nil, nil)
	gone("revoked", all)
	id := membershipOf(h, user, h.a)
	change := func(body m) {
		t.Helper()
		h.want(admin, asJSON("PATCH", "/members/"+id, body).with("If-Match", h.text(nil, "SELECT version FROM membership WHERE id = ?", id)), nil)
	}
	again := make(user, "mine")
	change(m{"role": "executive"})
	gone("an executive", again)
	change(m{"role": "user"})
	if got := read(again); got.Code != 200 {
		t.Errorf("a user again: %d", got.Code)
	}
	change(m{"status": "disabled"})
	gone("disabled", again)
	h.do(admin, "DELETE", "/members/"+id, nil, nil)
	gone("removed", again)
	if n := h.text(nil, "SELECT count(*) FROM calendar_feed WHERE hash LIKE ?", "%"+secret+"%"); n != "0" {
		t.Error("the secret is kept as it is")
	}
	if strings.Contains(h.log.String(), secret) {
		t.Error("the secret stands in the log")
	}
	if got := h.send(h.a.callers["token admin"], asJSON("POST", "/calendar", m{"what": "all"})); got.status != 403 {
		t.Errorf("a token makes a feed: %s", got)
	}
	r := httptest.NewRequest("POST", "/calendar/x.ics", nil)
	w := httptest.NewRecorder()
	if h.h.ServeHTTP(w, r); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", w.Code)
	}
}

// What the organisation and the person chose decides, in that order: off, the person, the organisation, the
// program. An inbox is its owner's alone.
func TestInbox(t *testing.T) {
	t.Parallel()
	h := calm(t)
	admin, user, auditor := h.a.callers["admin"], h.a.callers["user"], h.a.callers["auditor"]
	unread := func(c caller) (n int) {
		var out notification.InboxCount
		h.do(c, "GET", "/notifications/count", nil, &out)
		return out.Unread
	}
	for _, c := range []caller{user, auditor} {
		h.do(c, "POST", "/notifications/read", m{"all": true}, nil)
	}
	h.tell(h.a, notification.Reply, user.person, "One", "Two")
	h.tell(h.a, notification.Reply, auditor.person, "Three")
	if unread(user) != 2 || unread(auditor) != 1 {
		t.Errorf("%d and %d", unread(user), unread(auditor))
	}
	var list struct {
		Items []notification.Notification
		Total int
	}
	if h.do(user, "GET", "/notifications?show=unread", nil, &list); list.Total != 2 || list.Items[0].Read {
		t.Errorf("%+v", list)
	}
	id := list.Items[0].ID
	h.do(auditor, "POST", "/notifications/read", m{"ids": []string{id}}, nil)
	if unread(user) != 2 {
		t.Error("somebody reads for another")
	}
	h.do(user, "POST", "/notifications/read", m{"ids": []string{id}}, nil)
	h.do(user, "POST", "/notifications/read", m{"ids": []string{id}, "unread": true}, nil)
	if h.do(user, "POST", "/notifications/read", m{"ids": []string{id}}, nil); unread(user) != 1 {
		t.Errorf("%d", unread(user))
	}
	if got := h.send(h.a.callers["executive"], request{method: "GET", path: "/notifications"}); got.status != 403 {
		t.Errorf("an executive: %s", got)
	}
	// Switches.
	h.do(admin, "POST", "/notifications/defaults", m{"event": "reply", "active": false}, nil)
	h.do(user, "POST", "/notifications/choices", m{"event": "reply", "mail": true}, nil)
	if h.tell(h.a, notification.Reply, user.person, "Four"); unread(user) != 1 {
		t.Error("told of what is off")
	}
	h.do(admin, "POST", "/notifications/defaults", m{"event": "reply", "active": true, "inbox": false, "mail": false}, nil)
	h.tell(h.a, notification.Reply, user.person, "Five")
	h.tell(h.a, notification.Reply, auditor.person, "Six")
	if unread(user) != 2 || unread(auditor) != 1 {
		t.Errorf("%d and %d", unread(user), unread(auditor))
	}
	var choices notification.Choices
	h.do(user, "POST", "/notifications/choices", m{"event": "reply", "reset": true}, &choices)
	for _, c := range choices.Items {
		if c.Event == "reply" && (c.Own || c.Inbox || c.Mail) {
			t.Errorf("%+v", c)
		}
	}
	h.do(admin, "POST", "/notifications/defaults", m{"event": "reply", "reset": true}, nil)
	if got := h.send(user, asJSON("POST", "/notifications/choices", m{"event": "nothing", "mail": true})); got.status != 422 {
		t.Errorf("no event: %s", got)
	}
	if got := h.send(user, asJSON("POST", "/notifications/defaults", m{"event": "reply", "reset": true})); got.status != 403 {
		t.Errorf("a user sets for all: %s", got)
	}
	// Half a year later it is gone.
	h.clock.Advance((notification.Keep + 2) * 24 * time.Hour)
	h.must(h.srv.jobs.recall(context.Background()))
	h.srv.jobs.Drain(context.Background())
	h.srv.jobs.Drain(context.Background())
	if n := h.text(h.a, "SELECT count(*) FROM notification WHERE title IN ('One', 'Two')"); n != "0" {
		t.Errorf("%s are kept", n)
	}
}

// By whatever clock, there is one digest a day, or a week.
func TestDigestNext(t *testing.T) {
	for _, name := range []string{"UTC", "Europe/Berlin", "America/Santiago", "America/Havana", "Australia/Lord_Howe", "Pacific/Apia"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for hour := range 24 {
			d := delivery.Digest{Rhythm: delivery.Daily, Hour: hour}
			at := optest.Start
			days := map[string]bool{}
			for range 400 {
				next := d.Next(at, zone)
				if !next.After(at) || next.Sub(at) > 26*time.Hour && len(days) > 0 {
					t.Fatalf("%s at %d: after %s comes %s", name, hour, at, next)
				}
				day := next.In(zone).Format(storage.Date)
				if days[day] {
					t.Errorf("%s at %d: twice on %s", name, hour, day)
				}
				days[day], at = true, next
			}
		}
		w := delivery.Digest{Rhythm: delivery.Weekly, Weekday: 7, Hour: 2}
		at := optest.Start
		for range 60 {
			at = w.Next(at, zone)
			if at.In(zone).Weekday() != time.Sunday {
				t.Errorf("%s: on a %s", name, at.In(zone).Weekday())
			}
		}
	}
	b, _ := json.Marshal(delivery.Digest{})
	if !strings.Contains(string(b), `"next_at":""`) {
		t.Error(string(b))
	}
}

// TestNoMailTwiceAfterRestore: after the organisation went back, what was mailed before is not mailed again, and what
// becomes due waits until an administrator has looked: then it is mailed once, or never.
func TestNoMailTwiceAfterRestore(t *testing.T) {
	t.Parallel()
	h := calmAs(t, &house{kept: t.TempDir()})
	admin, user := h.a.callers["admin"], h.a.callers["user"]
	task := func(title string) {
		t.Helper()
		h.do(admin, "POST", "/tasks", m{"title": title, "owner": user.person}, nil)
	}
	var state struct {
		Record int
		HeldAt string `json:"held_at"`
		Held   int
	}
	task("Told before")
	h.do(admin, "GET", "/backups", nil, &state)
	if sent := h.letters(time.Hour); len(sent) != 1 {
		t.Fatalf("%d mails left", len(sent))
	}
	task("Told after")
	if sent := h.letters(time.Hour); len(sent) != 1 {
		t.Fatalf("%d mails left", len(sent))
	}
	// Back to when the first was due and not yet mailed. The second is gone.
	restore := func() {
		t.Helper()
		h.do(admin, "POST", "/backups/restore", m{"record": state.Record, "reason": "A test"}, nil)
	}
	restore()
	if n := h.text(h.a, "SELECT count(*) FROM task WHERE title LIKE 'Told %'"); n != "1" {
		t.Fatalf("%s tasks are there", n)
	}
	task("Waits")
	for range 3 {
		if sent := h.letters(24 * time.Hour); len(sent) != 0 {
			t.Errorf("%d mails left while they were held: %q", len(sent), sent[0].Subject)
		}
	}
	h.do(admin, "GET", "/backups", nil, &state)
	if state.HeldAt == "" || state.Held == 0 {
		t.Errorf("%+v", state)
	}
	var out struct{ Mailed, Dropped int }
	h.do(admin, "POST", "/backups/release", m{}, &out)
	sent := h.letters(time.Hour)
	if len(sent) == 0 || out.Mailed != state.Held {
		t.Errorf("%d mails left, %+v", len(sent), out)
	}
	for _, letter := range sent {
		if strings.Contains(letter.Text, "Told ") {
			t.Errorf("it was told before: %s", letter.Text)
		}
	}
	// The other organisation's mails never waited, and what is dropped never leaves.
	restore()
	h.tell(h.b, notification.Mention, h.b.callers["user"].person, "Elsewhere")
	task("Dropped")
	if sent := h.letters(time.Hour); len(sent) != 1 || sent[0].To != h.b.callers["user"].email {
		t.Errorf("%d mails left", len(sent))
	}
	h.do(admin, "POST", "/backups/release", m{"drop": true}, &out)
	if sent := h.letters(time.Hour); len(sent) != 0 || out.Dropped == 0 {
		t.Errorf("%d mails left, %+v", len(sent), out)
	}
	task("After all")
	if sent := h.letters(time.Hour); len(sent) != 1 {
		t.Errorf("%d mails left", len(sent))
	}
}
