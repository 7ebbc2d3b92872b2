package server

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/server/op"
	"assay/storage"
)

// openPast is an installation whose log has every change at once, from its first moment on.
func openPast(tb testing.TB) (*house, time.Time) {
	tb.Helper()
	h := openKept(tb)
	for _, o := range []*org{h.a, h.b} {
		h.in(o, func(*storage.ReadTx) error { return nil }) // what is opened is kept from then on
	}
	return h, h.clock.Now()
}

// at is a request about a moment of the past.
func (q request) at(t time.Time) request { return q.with("Assay-As-Of", t.Format(time.RFC3339Nano)) }

func get(path string) request { return request{method: "GET", path: path} }

// A control is made, renamed and deleted. At each instant lists, record, search, figures and export show what was
// there, and today shows that nothing is.
func TestPastOfARecord(t *testing.T) {
	t.Parallel()
	h, began := openPast(t)
	admin := h.a.callers["token admin"] // a session would be over
	var made struct {
		ID      string
		Version int
	}
	h.clock.Advance(time.Hour)
	h.do(admin, "POST", "/controls", map[string]any{"ref": "QRY-1", "title": "Quarrying of amber"}, &made)
	amber := h.clock.Now()
	h.clock.Advance(48 * time.Hour)
	h.do(admin, "PATCH", "/controls/"+made.ID, map[string]any{"title": "Quarrying of basalt"}, &made, http.Header{"If-Match": {fmt.Sprint(made.Version)}})
	basalt := h.clock.Now()
	h.clock.Advance(24 * time.Hour)
	h.do(admin, "DELETE", "/controls/"+made.ID, nil, nil)
	h.clock.Advance(time.Hour)

	type shown struct {
		listed, record, found, exported string
		controls                        int
		day                             string
	}
	look := func(with func(request) request) (s shown) {
		t.Helper()
		var list struct{ Items []struct{ Title string } }
		a := h.want(admin, with(get("/controls?q=quarrying")), &list)
		if len(list.Items) == 1 {
			s.listed = list.Items[0].Title
		}
		if past := with(get("/x")).header != nil; past != (a.header.Get("Assay-As-Of") != "") {
			t.Errorf("a list says %q", a.header.Get("Assay-As-Of"))
		}
		var record struct{ Title string }
		if a = h.send(admin, with(get("/controls/"+made.ID))); a.ok() {
			h.must(json.Unmarshal(a.body, &record))
			s.record = record.Title
			if a.header.Get("ETag") != "" && with(get("/x")).header != nil {
				t.Error("a record of the past has a version to write with")
			}
		}
		var found struct {
			Groups []struct{ Hits []struct{ Title string } }
		}
		h.want(admin, with(get("/search?q=quarrying&kinds=control")), &found)
		for _, g := range found.Groups {
			for _, hit := range g.Hits {
				s.found += hit.Title
			}
		}
		rows, err := csv.NewReader(strings.NewReader(string(h.want(admin, with(get("/controls/export?columns=title")), nil).body))).ReadAll()
		h.must(err)
		for _, r := range rows {
			if strings.HasPrefix(r[0], "Quarrying") {
				s.exported = r[0]
			}
		}
		var d struct {
			Day      string
			Controls struct{ Total int }
		}
		h.want(admin, with(get("/dashboard")), &d)
		s.controls, s.day = d.Controls.Total, d.Day
		return s
	}
	now := look(func(q request) request { return q })
	if now.listed+now.record+now.found+now.exported != "" {
		t.Fatalf("today still shows %+v", now)
	}
	n := now.controls
	day := func(t time.Time) string { return t.Format(storage.Date) } // Northwind is in UTC
	for name, c := range map[string]struct {
		at   time.Time
		want shown
	}{
		"before":        {amber.Add(-time.Millisecond), shown{controls: n, day: day(amber)}},
		"made":          {amber, shown{"Quarrying of amber", "Quarrying of amber", "Quarrying of amber", "Quarrying of amber", n + 1, day(amber)}},
		"next day":      {amber.Add(24 * time.Hour), shown{"Quarrying of amber", "Quarrying of amber", "Quarrying of amber", "Quarrying of amber", n + 1, day(amber.Add(24 * time.Hour))}},
		"renamed":       {basalt.Add(time.Hour), shown{"Quarrying of basalt", "Quarrying of basalt", "Quarrying of basalt", "Quarrying of basalt", n + 1, day(basalt.Add(time.Hour))}},
		"today, as now": {h.clock.Now(), now},
	} {
		if got := look(func(q request) request { return q.at(c.at) }); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	// A day is its end, and a link says it in its address.
	if got := look(func(q request) request { return q.with("Assay-As-Of", day(basalt)) }); got.record != "Quarrying of basalt" || got.day != day(basalt) {
		t.Errorf("at the end of a day: %+v", got)
	}
	link := h.want(admin, get("/controls/export?columns=title&as_of="+url.QueryEscape(amber.Format(time.RFC3339))), nil)
	if !strings.Contains(string(link.body), "amber") || !strings.Contains(link.header.Get("Content-Disposition"), day(amber)) {
		t.Errorf("a link into the past: %v %s", link.header, link)
	}
	// One record of the person who looked, for each instant, and the export says which past it is of.
	count := func(like string) string {
		return h.text(h.a, "SELECT count(*) FROM audit WHERE record LIKE ?", like)
	}
	if got := count("%past.look%" + amber.Format(storage.Instant) + "%"); got != "1" {
		t.Errorf("%s records of looking at %v", got, amber)
	}
	if got := count("%control.export%as_of%" + amber.Format(storage.Instant) + "%"); got != "2" {
		t.Errorf("%s records of exports of %v, want 2", got, amber)
	}
	// The record's own history ends there, too.
	var steps struct{ Total int }
	h.want(admin, get("/history/control/"+made.ID).at(amber), &steps)
	if steps.Total != 1 {
		t.Errorf("%d steps at %v", steps.Total, amber)
	}
	var span struct {
		Kept  bool
		First string
		Days  []struct{ On string }
	}
	h.want(h.a.callers["token executive"], get("/past"), &span)
	if first, err := time.Parse(storage.Instant, span.First); !span.Kept || err != nil || first.After(began) {
		t.Errorf("span %+v, began %v", span, began)
	}
}

// Every operation is asked about the past: those that show it do, all others refuse, and nothing changes.
func TestPastOfEveryOperation(t *testing.T) {
	t.Parallel()
	h, began := openPast(t)
	h.clock.Advance(10 * time.Minute)
	inPast := taking(t, "AsOf")
	changes := func() string {
		return h.text(h.a, "SELECT count(*) FROM audit WHERE kind = 'change'")
	}
	before, foreign, shows := changes(), h.foreign(), 0
	for _, a := range h.ops {
		admin := h.a.callers["admin"]
		q := h.plain(h.a, a, admin)
		got := h.send(admin, q.at(began))
		switch {
		case !inPast[a.name]:
			if got.status != 409 {
				t.Errorf("%s has no past: %s", a.name, got)
			}
		case a.Writes || a.Method != "GET":
			t.Errorf("%s writes, and says that it shows the past", a.name)
		default:
			if shows++; got.status >= 500 || got.status == 409 || got.status == 422 || got.ok() && (got.header.Get("Assay-As-Of") == "" || got.header.Get("ETag") != "") {
				t.Errorf("%s: %s %v", a.name, got, got.header)
			}
			if l := leak(got, foreign); l != "" {
				t.Errorf("%s shows what is another organisation's: %s", a.name, l)
			}
			// Nothing has happened since, so what was is what is.
			if now := h.send(admin, q); a.How != op.WayDownload && now.status != got.status {
				t.Errorf("%s: %s, and today %s", a.name, got, now)
			}
		}
	}
	if after := changes(); after != before {
		t.Errorf("%s changes in the log, %s before", after, before)
	}
	if shows < 60 {
		t.Errorf("only %d operations show the past", shows)
	}
	for _, name := range []string{"control.list", "control.get", "control.export", "dashboard.get", "search.find", "audit.history", "framework.statement_pdf"} {
		if !inPast[name] {
			t.Errorf("%s does not show the past", name)
		}
	}
	t.Logf("%d of %d operations show the past", shows, len(h.ops))
}

// Who may see is decided by what is true now; each sees their own organisation.
func TestPastRoles(t *testing.T) {
	t.Parallel()
	h, began := openPast(t)
	h.clock.Advance(10 * time.Minute)
	for who, want := range map[string]int{"admin": 200, "user": 200, "auditor": 200, "executive": 403, "disabled": 401, "removed": 401, "expired session": 401, "token auditor": 200} {
		if got := h.send(h.a.callers[who], get("/controls").at(began)); got.status != want {
			t.Errorf("controls as %s: %s, want %d", who, got, want)
		}
	}
	if got := h.send(h.a.callers["executive"], get("/dashboard").at(began)); !got.ok() {
		t.Errorf("figures for an executive: %s", got)
	}
	if got := h.send(h.a.callers["admin"], get("/search?q="+canary).at(began)); !strings.Contains(string(got.body), `"groups":[]`) {
		t.Errorf("Northwind found %s", got)
	}
	if got := h.send(h.b.callers["admin"], get("/search?q="+canary).at(began)); !strings.Contains(string(got.body), canary) {
		t.Errorf("Quarrystone did not find its own: %s", got)
	}
	for _, q := range []request{asJSON("POST", "/controls", map[string]any{"title": "x"}), asJSON("PATCH", "/controls/"+h.a.id1("control"), map[string]any{"title": "x"})} {
		got := h.send(h.a.callers["admin"], q.at(began))
		if got.status != 409 || !strings.Contains(string(got.body), "This shows the past; it cannot be changed.") {
			t.Errorf("%s: %s", q.method, got)
		}
	}
}

// What cannot be shown is refused by a sentence that names what can.
func TestPastSpan(t *testing.T) {
	t.Parallel()
	h, began := openPast(t)
	h.clock.Advance(10 * time.Minute)
	admin := h.a.callers["admin"]
	from := "Choose one from "
	for in, want := range map[string]string{
		began.Add(-48 * time.Hour).Format(time.RFC3339): "Nothing is kept of that moment. " + from,
		began.Add(2 * time.Hour).Format(time.RFC3339):   "That moment has not come yet. " + from,
		began.Add(time.Hour).Format(storage.Date):       "That moment has not come yet. " + from,
		"yesterday":                           "Give a moment as 2006-01-02T15:04:05Z, or a day as 2006-01-02, which means its end. " + from,
		"2026-02-30":                          "Give a moment as",
		began.Format(time.RFC3339) + "' OR 1": "Give a moment as",
		"2006-01-02T15:04:05":                 "Give a moment as",
		strings.Repeat("9", 300):              "Give a moment as",
		began.Add(time.Minute).Format(time.RFC3339Nano) + "": "",
	} {
		got := h.send(admin, get("/controls").with("Assay-As-Of", in))
		var p op.Problem
		if want == "" {
			if !got.ok() {
				t.Errorf("%s: %s", in, got)
			}
			continue
		}
		if json.Unmarshal(got.body, &p); got.status != 422 || !strings.HasPrefix(p.Detail, want) || len(p.Errors) != 1 || p.Errors[0].Location != "header.Assay-As-Of" {
			t.Errorf("%s: %s", in, got)
		}
	}
	if got := h.send(admin, get("/controls/export?as_of=never")); got.status != 422 || !strings.Contains(string(got.body), "query.as_of") {
		t.Errorf("in the address: %s", got)
	}
	// The sentence's own moment is good.
	got := h.send(admin, get("/controls").with("Assay-As-Of", "2001-01-01"))
	_, text, _ := strings.Cut(string(got.body), from)
	text, _, _ = strings.Cut(text, " (")
	first, err := time.Parse("2 January 2006, 15:04", text)
	if err != nil {
		t.Fatalf("%v in %s", err, got)
	}
	if got := h.send(admin, get("/controls").at(first)); !got.ok() {
		t.Errorf("the first moment: %s", got)
	}

	plain := open(t)
	if got := plain.send(plain.a.callers["admin"], get("/controls").at(began)); got.status != 409 || !strings.Contains(string(got.body), "not kept") {
		t.Errorf("without a log: %s", got)
	}
	var span struct{ Kept bool }
	if plain.want(plain.a.callers["admin"], get("/past"), &span); span.Kept {
		t.Error("a past without a log")
	}
}

// A page asks ten things at once: one copy answers them.
func TestPastAtOnce(t *testing.T) {
	t.Parallel()
	h, began := openPast(t)
	h.clock.Advance(10 * time.Minute)
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			at := began.Add(time.Duration(i%5) * time.Minute) // nothing happened in between
			if got := h.send(h.a.callers["auditor"], get("/controls").at(at)); !got.ok() {
				t.Errorf("%s", got)
			}
		})
	}
	wg.Wait()
	files, err := filepath.Glob(filepath.Join(h.dir, "cache", "asof", "*.db"))
	if err != nil || len(files) != 1 {
		t.Errorf("%d copies, %v", len(files), err)
	}
	if slices.ContainsFunc(files, func(f string) bool { return !strings.Contains(f, h.a.id) }) {
		t.Errorf("copies %v of another", files)
	}
}
