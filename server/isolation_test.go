package server

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/server/op"
)

// TestC1ForeignIDs asks every operation with the real ids of another organisation, in every parameter of
// its path: there is no such record, and never a word of it.
func TestC1ForeignIDs(t *testing.T) {
	t.Parallel()
	h := open(t)
	ids := h.foreign()
	admin := h.a.callers["admin"]
	before := h.state(h.b)
	tried := 0
	for _, a := range h.ops {
		params := parameter.FindAllStringSubmatch(a.Path, -1)
		if len(params) == 0 || a.name == "account.link" { // a mailed link is its own permission
			continue
		}
		own := h.plain(h.a, a, admin)
		for mask := 1; mask < 1<<len(params); mask++ {
			q, path, numbered := own, a.Path, false
			for i, p := range params {
				o := h.a
				if mask&(1<<i) != 0 {
					o = h.b
				}
				value := o.idIn(a, p[1])
				switch {
				case p[1] == "log" && o == h.b:
					value = "installation"
				case p[1] == "seq" && o == h.b:
					value = h.text(nil, "SELECT max(seq) FROM audit WHERE tenant = ?", h.b.id)
					numbered = true
				case p[1] == "seq":
					value = h.text(nil, "SELECT max(seq) FROM audit WHERE tenant = ?", h.a.id)
				}
				path = strings.Replace(path, p[0], value, 1)
			}
			if strings.Contains(a.Path, "{seq}") && !(numbered && strings.Contains(path, "/installation/")) {
				continue // a number of one's own log
			}
			if strings.Contains(path, "{table}") || (strings.Contains(a.Path, "{table}") || strings.Contains(a.Path, "{kind}")) && mask&2 == 0 {
				continue // one's own record
			}
			q.path = path
			tried++
			got := h.send(admin, q)
			if got.status != 404 && got.status != 422 {
				t.Errorf("%s %s: %s", a.Method, path, got)
			}
			if what := leak(got, ids); what != "" {
				t.Errorf("%s %s: the answer holds %q", a.Method, path, what)
			}
		}
	}
	if c := changed(before, h.state(h.b)); len(c) > 0 {
		t.Errorf("Quarrystone's %v changed", c)
	}
	h.silent(t)
	t.Logf("%d requests", tried)
}

// silent checks that nothing of Quarrystone was logged.
func (h *house) silent(t *testing.T) {
	t.Helper()
	if log := h.log.String(); strings.Contains(strings.ToLower(log), strings.ToLower(canary)) {
		i := strings.Index(strings.ToLower(log), strings.ToLower(canary))
		t.Errorf("the log holds %q", log[max(0, i-300):min(len(log), i+100)])
	}
}

// spots are the places in a body where an id may stand: text that is at most as long as an id, and lists of
// text. Each is a function that makes a body with a value there.
func (d *document) spots(s *schema, base any, at string) map[string]func(id string) any {
	s = d.of(s)
	all := map[string]func(string) any{}
	switch {
	case s == nil || len(s.Enum) > 0:
	case s.is("object"):
		m, _ := base.(map[string]any)
		for k, p := range s.Properties {
			for name, put := range d.spots(p, m[k], at+"."+k) {
				all[name] = func(id string) any {
					c := maps.Clone(m)
					if c == nil {
						c = map[string]any{}
					}
					c[k] = put(id)
					return c
				}
			}
		}
	case s.is("array"):
		for name, put := range d.spots(s.Items, nil, at+"[]") {
			all[name] = func(id string) any { return []any{put(id)} }
		}
	case s.is("string") && s.Format == "" && s.Pattern == "" && (s.MaxLength == nil || *s.MaxLength <= 100):
		all[at] = func(id string) any { return id }
	}
	return all
}

// TestC1ForeignIDsInside puts the ids of another organisation into every field of every body and every
// parameter of every query. Whatever is answered, nothing of the other organisation is in it, and no row
// here points there.
func TestC1ForeignIDsInside(t *testing.T) {
	t.Parallel()
	h := open(t)
	ids := h.foreign()
	admin := h.a.callers["admin"]
	before := h.state(h.b)
	tried := 0
	look := func(a action, where string, q request) {
		t.Helper()
		tried++
		got := h.send(admin, q)
		if got.status >= 500 || got.status <= 0 || got.status == 403 {
			t.Errorf("%s %s: %s", a.name, where, got)
		}
		if got.status == 401 {
			h = open(t) // an operation ended the session
			return
		}
		// What was sent may come back as what it is taken for, text.
		if what := leak(got, slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return strings.Contains(string(q.body)+q.path, id) })); what != "" {
			t.Errorf("%s %s: the answer holds %q", a.name, where, what)
		}
	}
	kinds := []string{"control", "evidence", "requirement", "framework", "person", "file", "membership", "account", "slug", "tenant"}
	free := map[string]bool{".title": true, ".ref": true, ".domain": true, ".owner_role": true, ".category": true, ".name": true, ".short": true, ".department": true, ".industry": true,
		".set.domain": true, ".set.category": true, ".note": true, ".number": true, ".reason": true, ".issue": true, ".organisation": true, ".password": true, ".match.q": true, ".match.domain": true, ".match.category": true,
		".phone": true, ".employee_id": true, ".location": true, ".set.location": true, ".match.location": true, ".vendor": true, ".set.vendor": true, ".match.vendor": true, ".level": true, ".set.level": true, ".match.level": true, ".set.note": true,
		".key": true, ".list": true, ".columns[]": true, ".options[]": true, ".add[]": true, ".add_tags[]": true, ".set.add_tags[]": true} // text for people: a name may read like an id
	for _, a := range h.ops {
		if a.How == op.WayPublic {
			continue
		}
		if s := h.doc.input(a.name); s != nil {
			base := h.plain(h.a, a, admin)
			var was any
			if err := json.Unmarshal(base.body, &was); err != nil {
				t.Fatal(err)
			}
			for where, put := range h.doc.spots(s, was, "") {
				if free[where] {
					continue
				}
				for _, kind := range kinds {
					q := h.plain(h.a, a, admin)
					q.body, _ = json.Marshal(put(h.b.id1(kind)))
					look(a, where+" = "+kind, q)
				}
			}
		}
		for _, p := range h.doc.byName[a.name].Parameters {
			if s := h.doc.of(p.Schema); p.In == "query" && !free["."+p.Name] && !s.is("boolean") && !s.is("integer") && len(s.Enum) == 0 {
				for _, kind := range kinds {
					q := h.plain(h.a, a, admin)
					path, _, _ := strings.Cut(q.path, "?")
					q.path = path + "?" + p.Name + "=" + url.QueryEscape(h.b.id1(kind))
					look(a, p.Name+" = "+kind, q)
				}
			}
		}
	}
	if c := changed(before, h.state(h.b)); len(c) > 0 {
		t.Errorf("Quarrystone's %v changed", c)
	}
	pointers := "SELECT owner FROM control UNION SELECT owner FROM evidence UNION SELECT reviewer FROM evidence UNION SELECT control FROM evidence_control UNION SELECT control FROM mapping UNION SELECT requirement FROM mapping UNION SELECT replaces FROM file" +
		" UNION SELECT record FROM comment UNION SELECT parent FROM comment UNION SELECT other FROM record_link UNION SELECT tag FROM record_tag UNION SELECT record FROM record_tag UNION SELECT record FROM field_value UNION SELECT view FROM view_default"
	for _, id := range h.column(h.a, pointers) {
		if slices.Contains(ids, id) {
			t.Errorf("a row of Northwind points to %s of Quarrystone", id)
		}
	}
	h.silent(t)
	t.Logf("%d requests", tried)
}

// TestC1NothingOfTheOthers reads everything that everybody at Northwind may read, in every format.
func TestC1NothingOfTheOthers(t *testing.T) {
	t.Parallel()
	h := open(t)
	ids := h.foreign()
	read := 0
	for _, role := range roleNames {
		c := h.a.callers[role]
		for _, a := range h.ops {
			if a.Method != "GET" {
				continue
			}
			q := h.plain(h.a, a, c)
			queries := []string{""}
			for _, p := range h.doc.byName[a.name].Parameters {
				for _, v := range h.doc.of(p.Schema).Enum {
					if p.Name == "format" {
						queries = append(queries, fmt.Sprintf("?format=%v", v))
					}
				}
				if p.Name == "q" {
					queries = append(queries, "?q="+canary[1:8])
				}
			}
			for _, query := range queries {
				ask := q
				ask.path += query
				got := h.send(c, ask)
				if got.status >= 500 || got.status <= 0 {
					t.Errorf("%s %s: %s", a.name, query, got)
				}
				if what := leak(got, ids); what != "" {
					t.Errorf("%s as %s%s: the answer holds %q", a.name, role, query, what)
				}
				read += len(got.body)
			}
		}
	}
	h.silent(t)
	if read < 500_000 {
		t.Errorf("only %d bytes were read", read)
	}
	// The other side of the test: Quarrystone reads its own canary in most of its answers.
	seen := 0
	for _, a := range h.ops {
		if a.Method == "GET" && a.How != op.WayPublic {
			if strings.Contains(unzipped(h.send(h.b.callers["admin"], h.plain(h.b, a, h.b.callers["admin"])).body), canary) {
				seen++
			}
		}
	}
	if seen < 25 {
		t.Errorf("Quarrystone reads its own texts in %d operations only: the canary proves little", seen)
	}
}

// TestC2NothingChoosesATenant sends every operation with all that has ever chosen a tenant in a program:
// headers are not looked at, and fields that are not known are refused.
func TestC2NothingChoosesATenant(t *testing.T) {
	t.Parallel()
	h := open(t)
	ids := h.foreign()
	for _, a := range h.ops {
		if a.How == op.WayPublic || a.Method != "GET" && a.name != "control.create" && a.name != "evidence.create" && a.name != "settings.update" {
			continue
		}
		admin := h.a.callers["admin"]
		q := h.plain(h.a, a, admin)
		for _, v := range []string{h.b.id, h.b.slug, h.b.slug + ".assay.example"} {
			named := q // by every name at once: whichever is listened to says the same
			for _, name := range []string{"X-Tenant", "X-Tenant-Id", "Tenant", "X-Org", "X-Forwarded-Host", "X-Original-Url", "Forwarded", "Host"} {
				named = named.with(name, v)
			}
			got := h.send(admin, named)
			if got.status >= 500 || got.status == 401 || got.status == 403 {
				t.Errorf("%s naming %s: %s", a.name, v, got)
			}
			if what := leak(got, ids); what != "" {
				t.Errorf("%s naming %s: the answer holds %q", a.name, v, what)
			}
		}
		if got := h.send(admin, q.with("Assay-Expect-Tenant", h.b.id)); got.status != 409 || leak(got, ids) != "" {
			t.Errorf("%s with Assay-Expect-Tenant: %s", a.name, got)
		}
	}
	for _, a := range h.ops {
		if a.How == op.WayStream {
			continue
		}
		c := h.a.callers["admin"]
		if a.How == op.WayPublic {
			c = caller{}
		}
		for _, name := range []string{"tenant", "tenant_id", "org", "organisation_id"} {
			q := h.plain(h.a, a, c)
			sep := "?"
			if strings.Contains(q.path, "?") {
				sep = "&"
			}
			q.path += sep + name + "=" + h.b.id
			if got := h.send(c, q); got.status != 422 {
				t.Errorf("%s %s: %s", a.Method, q.path, got)
			}
			if h.doc.input(a.name) != nil {
				q := h.plain(h.a, a, c)
				var b map[string]any
				json.Unmarshal(q.body, &b)
				b[name] = h.b.id
				q.body, _ = json.Marshal(b)
				if got := h.send(c, q); got.status != 422 {
					t.Errorf("%s with %s in its body: %s", a.name, name, got)
				}
			}
		}
	}
	if c := changed(open(t).state(h.b), h.state(h.b)); len(c) > 0 {
		t.Errorf("Quarrystone's %v changed", c)
	}
}

// TestC3Stream listens at Northwind while both organisations write: only its own changes come.
func TestC3Stream(t *testing.T) {
	t.Parallel()
	h := open(t)
	srv := httptest.NewServer(h.h)
	defer srv.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", srv.URL+"/api/v1/events", nil)
	h.must(err)
	r.Header.Set("Cookie", "assay="+h.a.callers["admin"].cookie)
	res, err := http.DefaultClient.Do(r)
	h.must(err)
	defer res.Body.Close()
	events := bufio.NewScanner(res.Body)
	wait := func(until string) (all string) {
		for events.Scan() {
			all += events.Text() + "\n"
			if strings.Contains(events.Text(), until) {
				return all
			}
		}
		t.Fatalf("the stream ended: %s", all)
		return ""
	}
	wait("begin")
	before := h.text(h.a, "SELECT max(seq) FROM audit")
	for range 3 {
		h.want(h.b.callers["admin"], asJSON("POST", "/controls/"+h.b.ids["control"][1]+"/status", m{"status": "in_progress"}), nil)
		h.want(h.b.callers["admin"], asJSON("POST", "/controls/"+h.b.ids["control"][1]+"/status", m{"status": "implemented"}), nil)
	}
	h.want(h.a.callers["admin"], asJSON("POST", "/controls/"+h.a.ids["control"][1]+"/status", m{"status": "in_progress"}), nil)
	got := wait(h.a.ids["control"][1])
	if n := strings.Count(got, "event: changed"); n != 1 {
		t.Errorf("%d events for one change here (after record %s):\n%s", n, before, got)
	}
	if what := leak(answer{body: []byte(got)}, h.foreign()); what != "" {
		t.Errorf("the stream holds %q", what)
	}
}
