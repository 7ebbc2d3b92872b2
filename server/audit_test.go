package server

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"assay/server/op"
	"assay/storage"
)

// unaudited are tables whose changes leave no audit record (decisions.md 16), beside the engine's own.
var unaudited = append(storage.EngineTables(), "session", "sign_in", "throttle", "auth_log", "token_use", "mail", "notification", "digest_sent", "calendar_use", "package_progress", "checkpoint_kept")

// unlogged are the writes that may succeed without an audit record: what they change is exempt, and stands
// in the log of the door instead.
var unlogged = map[string]string{
	"account.sign_in":            "a session and the log of sign-ins",
	"account.sign_out":           "a session and the log of sign-ins",
	"account.request_reset":      "a mail; its link is made when it is sent, by the system",
	"account.switch":             "a session and the log of sign-ins",
	"account.end_session":        "a session and the log of sign-ins",
	"account.end_other_sessions": "sessions and the log of sign-ins",
	"member.end_sessions":        "sessions and the log of sign-ins",
	"notification.read":          "an inbox, which proves nothing",
	"delivery.send_digest":       "a mail to oneself",
}

// logged is one audit record as its columns have it.
type logged struct{ kind, actorKind, actor, action, tenant, record string }

// state is what a file holds: a digest of every audited table, and its log.
type state struct {
	tables map[string]string
	log    []logged
}

// files are the three files of the installation by name. The installation's own is nil.
func (h *house) files() map[string]*org {
	return map[string]*org{"Northwind": h.a, "Quarrystone": h.b, "installation": nil}
}

func (h *house) states() map[string]state {
	h.tb.Helper()
	all := map[string]state{}
	for name, o := range h.files() {
		all[name] = h.state(o)
	}
	return all
}

func (h *house) state(o *org) state {
	h.tb.Helper()
	s := state{tables: map[string]string{}}
	h.in(o, func(tx *storage.ReadTx) error {
		names, err := strs(tx, "SELECT name FROM sqlite_master WHERE type = 'table'")
		if err != nil {
			return err
		}
		for _, table := range names {
			if slices.Contains(unaudited, table) {
				continue
			}
			rows, err := tx.Query("SELECT * FROM " + table)
			if err != nil {
				return err
			}
			columns, err := rows.Columns()
			if err != nil {
				return err
			}
			sum := sha256.New()
			values, places := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				places[i] = &values[i]
			}
			_, err = op.Scan(rows, func(r op.Row) (struct{}, error) {
				err := r.Scan(places...)
				fmt.Fprintln(sum, values...)
				return struct{}{}, err
			})
			if err != nil {
				return err
			}
			s.tables[table] = hex.EncodeToString(sum.Sum(nil))
		}
		rows, err := tx.Query("SELECT kind, actor_kind, actor, action, tenant, record FROM audit ORDER BY seq")
		if err != nil {
			return err
		}
		s.log, err = op.Scan(rows, func(r op.Row) (l logged, err error) {
			return l, r.Scan(&l.kind, &l.actorKind, &l.actor, &l.action, &l.tenant, &l.record)
		})
		return err
	})
	return s
}

func strs(tx *storage.ReadTx, query string, args ...any) ([]string, error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	return op.Scan(rows, func(r op.Row) (s string, err error) { return s, r.Scan(&s) })
}

// changed are the audited tables that differ.
func changed(was, is state) (tables []string) {
	for t, sum := range is.tables {
		if was.tables[t] != sum {
			tables = append(tables, t)
		}
	}
	slices.Sort(tables)
	return tables
}

// writes are the operations that may change something.
func (h *house) writes() (all []action) {
	for _, a := range h.ops {
		if a.Method != "GET" {
			all = append(all, a)
		}
	}
	return all
}

// once asks an operation so that it succeeds, in h if it can or else in a fresh copy, which it gives back.
func once(t *testing.T, h *house, a action) (in *house, c caller, was map[string]state, got answer) {
	t.Helper()
	for _, in := range []*house{h, nil} {
		if in == nil {
			in = openKept(t)
		}
		c, q := in.ready(in.a, a)
		if who, _ := in.a.callers[c.name]; who.cookie != "" && in.send(who, request{method: "GET", path: "/session"}).status != 200 {
			continue // an operation before ended the session
		}
		was = in.states()
		if got = in.send(c, q); got.ok() {
			return in, c, was, got
		}
	}
	return nil, c, nil, got
}

// TestI1EveryWriteIsRecorded: every operation that writes, once with success: exactly one record in every
// log whose rows it changed, in the name of the caller and of the operation, and none elsewhere.
func TestI1EveryWriteIsRecorded(t *testing.T) {
	t.Parallel()
	h := openKept(t)
	for _, a := range h.writes() {
		if a.name == "account.set_up" {
			continue // TestI1SetUp: there is an organisation here
		}
		in, c, was, got := once(t, h, a)
		if in == nil {
			t.Errorf("%s never succeeded; give it a recipe: %s", a.name, got)
			continue
		}
		h = in
		if bad := h.doc.holds(a.name, got); bad != "" {
			t.Errorf("%s: %s", a.name, bad)
		}
		h.recorded(t, a, c, was, got)
	}
}

func (h *house) recorded(t *testing.T, a action, c caller, was map[string]state, got answer) {
	t.Helper()
	total := 0
	for name, is := range h.states() {
		tables := changed(was[name], is)
		fresh := is.log[len(was[name].log):]
		total += len(fresh)
		switch {
		case name == "Quarrystone" && len(tables)+len(fresh) > 0:
			t.Errorf("%s changed another organisation: %v %v", a.name, tables, fresh)
		case len(tables) > 0 && len(fresh) != 1:
			t.Errorf("%s changed %v of %s and left %d records", a.name, tables, name, len(fresh))
		case len(tables) == 0 && len(fresh) > 0 && fresh[0].kind != "event":
			t.Errorf("%s changed nothing of %s and left %+v", a.name, name, fresh)
		}
		for _, l := range fresh {
			if l.action != a.name || !strings.Contains(l.record, got.header.Get("Assay-Request")) {
				t.Errorf("%s: the record in %s names %s: %s", a.name, name, l.action, l.record)
			}
			if c.person != "" && (l.actor != c.person || l.actorKind != "person") {
				t.Errorf("%s: the record in %s names %s %s, not the caller", a.name, name, l.actorKind, l.actor)
			}
			if name == "installation" && c.person != "" && l.tenant != h.a.id {
				t.Errorf("%s: the installation's record names organisation %q", a.name, l.tenant)
			}
			if len(tables) > 0 && l.kind != "change" {
				t.Errorf("%s changed %v but its record is an %s", a.name, tables, l.kind)
			}
		}
	}
	if total == 0 && unlogged[a.name] == "" {
		t.Errorf("%s succeeded and left no record at all", a.name)
	}
	if head := got.header.Get("Assay-Audit"); a.Audited && unlogged[a.name] == "" && head == "" && a.How != op.WayPublic && len(h.state(h.a).log) > len(was["Northwind"].log) {
		t.Errorf("%s left a record that its answer does not name", a.name)
	}
}

// TestI1ReadsThatMatter: an operation that is marked as audited and only reads leaves exactly one event; one
// that is not leaves nothing.
func TestI1ReadsThatMatter(t *testing.T) {
	t.Parallel()
	h := openKept(t)
	for _, a := range h.ops {
		if a.Method != "GET" {
			continue
		}
		c, q := h.ready(h.a, a)
		was := h.states()
		got := h.send(c, q)
		if !got.ok() {
			t.Errorf("%s: %s", a.name, got)
			continue
		}
		for name, is := range h.states() {
			want := 0
			if a.Audited && name == "Northwind" {
				want = 1
			}
			fresh := is.log[len(was[name].log):]
			if tables := changed(was[name], is); len(tables) > 0 {
				t.Errorf("%s reads, but changed %v of %s", a.name, tables, name)
			}
			if len(fresh) != want {
				t.Errorf("%s left %d records in %s, want %d: %v", a.name, len(fresh), name, want, fresh)
			}
			for _, l := range fresh {
				if l.kind != "event" || l.action != a.name || l.actor != c.person {
					t.Errorf("%s left %+v", a.name, l)
				}
			}
		}
	}
}

// TestI1FailedWritesLeaveNothing: a record that is not there, a body that is not understood, a version that
// is old.
func TestI1FailedWritesLeaveNothing(t *testing.T) {
	t.Parallel()
	h := openKept(t)
	nothing := strings.Repeat("A", 26)
	for _, a := range h.writes() {
		c, q := h.a.callers["admin"], h.plain(h.a, a, h.a.callers["admin"])
		if a.How == op.WayPublic {
			c = caller{name: "nobody"}
		}
		tries := map[string]request{}
		if strings.Contains(a.Path, "{") {
			gone := q
			gone.path = parameter.ReplaceAllString(a.Path, nothing)
			tries["nothing there"] = gone
		}
		if q.body != nil {
			bad := q
			bad.body, bad.kind = []byte(`{"nobody_knows_this":1}`), "application/json"
			tries["unknown field"] = bad
			tries["half a body"] = request{method: q.method, path: q.path, header: q.header, body: q.body[:len(q.body)/2], kind: q.kind}
		}
		if q.header.Get("If-Match") != "" {
			tries["old version"] = q.with("If-Match", `"999"`)
			none := q
			none.header = nil
			tries["no version"] = none
		}
		was := h.states()
		for what, q := range tries {
			if got := h.send(c, q); got.status < 400 || got.status >= 500 {
				t.Errorf("%s, %s: %s", a.name, what, got)
			}
		}
		for name, is := range h.states() {
			if tables := changed(was[name], is); len(tables) > 0 || len(is.log) != len(was[name].log) {
				t.Errorf("%s failed %v and changed %v of %s, with %d records", a.name, slices.Sorted(maps.Keys(tries)), tables, name, len(is.log)-len(was[name].log))
			}
		}
	}
}

// breakAudit makes the audit log of a file refuse every new record, as a full or damaged disk might.
func (h *house) breakAudit(o *org) {
	h.tb.Helper()
	path := filepath.Join(h.dir, "control.db")
	if o != nil {
		path = filepath.Join(h.dir, "tenants", o.id+".db")
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	h.must(err)
	_, err = db.Exec("CREATE TRIGGER broken BEFORE INSERT ON audit BEGIN SELECT json('{'); END")
	h.must(err)
	h.must(db.Close())
}

// TestI2NoRecordNoChange: when the log cannot be written, every write fails with 5xx and changes nothing.
func TestI2NoRecordNoChange(t *testing.T) {
	t.Parallel()
	for _, broken := range [][]string{{"Northwind", "installation"}, {"Northwind"}, {"installation"}} {
		t.Run(strings.Join(broken, " and "), func(t *testing.T) {
			all := len(broken) == 2
			var h *house
			stuck := 0
			for _, a := range (&house{ops: actions(documented())}).writes() {
				alone := recipes[a.name].before != nil || !all
				if a.name == "account.set_up" || unlogged[a.name] != "" || !all && !touchesBoth[a.name] {
					continue
				}
				var c caller
				var q request
				if alone || h == nil {
					h = openKept(t)
					if alone {
						c, q = h.ready(h.a, a)
					}
					for _, name := range broken {
						h.breakAudit(h.files()[name])
					}
				}
				if !alone {
					c, q = h.ready(h.a, a)
				}
				was := h.states()
				got := h.send(c, q)
				if got.status < 500 {
					t.Errorf("%s: %s", a.name, got)
				}
				stuck++
				for name, is := range h.states() {
					tables := changed(was[name], is)
					if all && len(tables) > 0 {
						t.Errorf("%s failed and changed %v of %s", a.name, tables, name)
					}
					// Two files cannot be written at once; what was written in the first has its record there.
					if fresh := len(is.log) - len(was[name].log); len(tables) > 0 && fresh != 1 || slices.Contains(broken, name) && len(tables)+fresh > 0 {
						t.Errorf("%s: %v of %s changed, with %d records", a.name, tables, name, fresh)
					}
				}
				if alone {
					h = nil
				}
			}
			t.Logf("%d writes were refused", stuck)
		})
	}
}

// touchesBoth are the operations that write the organisation's file and the installation's, one after the
// other. Each of the two writes has its own record; if the second fails, the caller is told and asks again.
var touchesBoth = map[string]bool{"member.invite": true, "member.update": true, "member.remove": true, "account.update_profile": true,
	"account.accept_invitation": true, "settings.update": true}
