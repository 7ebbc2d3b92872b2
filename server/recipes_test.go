package server

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"assay/server/account/totp"
	"assay/server/op"
	"assay/storage"
)

// recipe says how an operation is asked so that it succeeds, where the smallest request that the document
// allows would not. A new operation that writes and does not succeed fails TestI1 until it has one.
type recipe struct {
	as     string                           // who; the administrator unless said
	before func(h *house, o *org, c caller) // what must have happened
	path   map[string]func(h *house, o *org, c caller) string
	query  string
	ask    func(h *house, o *org, c caller) string // a query that names what is there
	body   func(h *house, o *org, c caller) any
	file   func() (name string, content []byte)
}

type m = map[string]any

func body(v any) func(*house, *org, caller) any { return func(*house, *org, caller) any { return v } }

func nth(table string, n int) func(*house, *org, caller) string {
	return func(_ *house, o *org, _ caller) string { return o.ids[table][n] }
}

// onVendor names a vendor where others name a control.
var onVendor = map[string]func(*house, *org, caller) string{"id": nth("vendor", 0), "kind": func(*house, *org, caller) string { return "vendor" }}

// at is the nth row of a table, as the id in a path.
func at(table string, n int) map[string]func(*house, *org, caller) string {
	return map[string]func(*house, *org, caller) string{"id": nth(table, n)}
}

// both sets something for the first two rows of a table.
func both(table string, set m) func(*house, *org, caller) any {
	return func(_ *house, o *org, _ caller) any { return m{"ids": o.ids[table][:2], "set": set} }
}

// membership is the membership of one of the people.
func membership(who string) map[string]func(*house, *org, caller) string {
	return map[string]func(*house, *org, caller) string{"id": func(h *house, o *org, _ caller) string {
		domain := o.callers["admin"].email[len("admin"):]
		return h.text(nil, "SELECT coalesce(min(m.id), 'gone') FROM membership m JOIN account a ON a.id = m.account WHERE m.tenant = ? AND a.email = ?", o.id, who+domain)
	}}
}

// aScope is what a snapshot is made of.
func aScope(h *house, o *org, _ caller) string {
	return "from=2020-01-01&to=2099-12-31&frameworks=" + h.text(o, "SELECT coalesce(min(id), 'gone') FROM framework")
}

func ownFramework(h *house, o *org, _ caller) string {
	return h.text(o, "SELECT coalesce(min(id), 'gone') FROM framework WHERE source = 'own'")
}

// suggested is the nth suggestion for the third row of the organisation's own framework.
func suggested(n int) func(*house, *org, caller) any {
	return func(h *house, o *org, _ caller) any {
		return m{"pairs": []m{{"requirement": o.ids["own"][2], "control": h.text(o, "SELECT coalesce((SELECT control FROM mapping WHERE requirement = (SELECT to_requirement FROM relation WHERE id = ?) ORDER BY control LIMIT 1 OFFSET ?), 'gone')", o.ids["relation"][2], n)}}}
	}
}

// outdated makes a built-in framework one of an older edition.
func outdated(h *house, o *org, _ caller) {
	h.write(o, []string{"framework"}, func(tx *storage.WriteTx) error {
		return tx.Exec("UPDATE framework SET digest = 'old' WHERE source = 'builtin'")
	})
}

// leaving asks for the organisation to be deleted.
func leaving(_ *house, o *org, _ caller) any {
	return m{"slug": o.slug, "password": housePassword, "reason": "A trial"}
}

// reviewable is a file that waits for the caller, who did not upload it.
func reviewable(n int) map[string]func(*house, *org, caller) string {
	return map[string]func(*house, *org, caller) string{"id": func(_ *house, o *org, c caller) string {
		if c.person == o.callers["user"].person {
			return o.ids["file"][2+n]
		}
		return o.ids["file"][4+n]
	}}
}

// branched is the caller's own branch, or an administrator's.
var branched = map[string]func(*house, *org, caller) string{"id": func(_ *house, o *org, c caller) string {
	for i, who := range branchers {
		if c.person == o.callers[who].person {
			return o.ids["branch"][i]
		}
	}
	return o.ids["branch"][0]
}}

// own is a row that the caller made: one that is there, else a new one; some row for those who may make none.
func own(table, column, path string, in m) map[string]func(*house, *org, caller) string {
	return map[string]func(*house, *org, caller) string{"id": func(h *house, o *org, c caller) string {
		const none = "none"
		mine := func() string {
			return h.text(o, "SELECT coalesce(max(id), '"+none+"') FROM "+table+" WHERE "+column+" = ?", c.person)
		}
		id := mine()
		if id == none && c.role&op.Readers != 0 && h.text(o, "SELECT count(*) FROM person WHERE id = ?", c.person) == "1" {
			h.send(c, asJSON("POST", strings.Replace(path, "%s", o.ids["control"][0], 1), in))
			id = mine()
		}
		if id == none {
			return o.ids[table][0]
		}
		return id
	}}
}

func code(h *house, o *org) string {
	for _, s := range o.secrets {
		if len(s) == 32 && strings.ToUpper(s) == s {
			h.clock.Advance(time.Minute) // a code counts once
			c, err := totp.Code(s, h.clock.Now())
			h.must(err)
			return c
		}
	}
	panic("nobody has two-step sign-in")
}

// hipaa turns on the framework that has addressable specifications.
func hipaa(h *house, o *org, _ caller) {
	h.do(o.callers["admin"], "POST", "/frameworks", m{"key": "hipaa"}, nil)
}

var specification = map[string]func(*house, *org, caller) string{"id": func(h *house, o *org, _ caller) string {
	return h.text(o, "SELECT coalesce(min(id), 'none') FROM requirement WHERE tags = '[\"addressable\"]'")
}}

// imported names the framework that came from an OSCAL file.
var imported = map[string]func(*house, *org, caller) string{"id": func(h *house, o *org, _ caller) string {
	return h.text(o, "SELECT coalesce(min(id), 'gone') FROM framework WHERE source = 'oscal'")
}}

var recipes = map[string]recipe{
	"branch.rename":  {path: branched, body: body(m{"name": "Another name"})},
	"branch.discard": {path: branched, body: body(m{"reason": "Seen enough"})},
	"branch.apply":   {path: branched, body: body(m{"reason": "Decided", "rows": 1})},
	"backup.preview": {query: "record=1"},
	"backup.export":  {query: "format=plain"},

	"snapshot.preview": {ask: aScope},
	"snapshot.make":    {ask: aScope},
	"backup.restore": {
		before: func(h *house, o *org, c caller) {
			h.write(o, []string{"task"}, func(tx *storage.WriteTx) error { return tx.Exec("UPDATE task SET title = title || '!'") })
		},
		body: body(m{"record": 1, "reason": "To show it"}),
	},
	"backup.release": {before: func(h *house, o *org, c caller) {
		h.write(nil, []string{"tenant"}, func(tx *storage.WriteTx) error {
			return tx.Exec("UPDATE tenant SET held_at = ? WHERE id = ?", tx.Stamp(), o.id)
		})
	}},
	"audit.restore": {
		before: func(h *house, o *org, c caller) {
			var made m
			h.do(c, "POST", "/tasks", m{"title": "A task to throw away"}, &made)
			h.do(c, "DELETE", fmt.Sprint("/tasks/", made["id"]), nil, nil)
		},
		path: map[string]func(*house, *org, caller) string{"seq": func(h *house, o *org, c caller) string {
			if c.role != op.Admin {
				return "999999"
			}
			return h.text(o, "SELECT coalesce(max(t.seq), 999999) FROM trash t JOIN audit a ON a.seq = t.seq WHERE a.action = 'task.delete'")
		}},
	},
	"audit.undo": {
		before: func(h *house, o *org, c caller) {
			h.do(c, "POST", "/controls/"+o.ids["control"][1]+"/status", m{"status": "in_progress"}, nil)
		},
		body: func(h *house, o *org, c caller) any {
			var seq int
			if c.role != op.Admin {
				return m{"seq": 999999}
			}
			fmt.Sscan(h.text(o, "SELECT coalesce(max(seq), 999999) FROM audit WHERE action = 'control.claim' AND actor = ?", c.person), &seq)
			return m{"seq": seq}
		},
	},
	"audit.undo_preview": {
		before: func(h *house, o *org, c caller) {
			h.send(c, asJSON("POST", "/tasks", m{"title": "A task to look at"})) // refused to whoever may not look, either
		},
		path: map[string]func(*house, *org, caller) string{"seq": func(h *house, o *org, c caller) string {
			return h.text(o, "SELECT coalesce(max(seq), 999999) FROM audit WHERE action = 'task.create' AND actor = ?", c.person)
		}},
	},
	"activity.create":     {body: body(m{"name": "A new activity", "frequency": "monthly"})},
	"activity.update":     {body: body(m{"name": "Another name"})},
	"activity.add":        {path: map[string]func(*house, *org, caller) string{"id": nth("activity", 2)}, body: body(m{"due_on": "2026-12-01"})},
	"activity.calendar":   {query: "from=2026-03-01&to=2026-03-31"},
	"activity.reschedule": {body: body(m{"due_on": "2026-12-01"})},
	"activity.say":        {body: body(m{"status": "in_progress", "note": "Begun"})},
	"activity.prove":      {query: "complete=true", file: func() (string, []byte) { return "review.txt", []byte("It was reviewed.\n") }},
	"control.create":      {body: body(m{"ref": "NEW-1", "title": "A new control", "description": "New"})},
	"control.bulk": {body: func(_ *house, o *org, _ caller) any {
		return m{"ids": o.ids["control"][1:3], "set": m{"domain": "Elsewhere"}}
	}},
	"control.delete": {path: map[string]func(*house, *org, caller) string{"id": nth("control", 2)}},
	"control.update": {body: body(m{"title": "Another title"})},
	"control.claim":  {path: map[string]func(*house, *org, caller) string{"id": nth("control", 1)}, body: body(m{"status": "implemented"})},

	"policy.create": {body: body(m{"title": "A new policy"})},
	"policy.update": {body: body(m{"title": "Another title"})},
	"policy.bulk": {body: func(_ *house, o *org, _ caller) any {
		return m{"ids": o.ids["policy"][:2], "set": m{"category": "Elsewhere"}}
	}},
	"policy.remind":      {path: map[string]func(*house, *org, caller) string{"id": nth("policy_request", 1)}},
	"policy.delete":      {path: map[string]func(*house, *org, caller) string{"id": nth("policy", policyDeleted)}},
	"policy.archive":     {path: map[string]func(*house, *org, caller) string{"id": nth("policy", policyEmpty)}},
	"policy.unarchive":   {path: map[string]func(*house, *org, caller) string{"id": nth("policy", policyArchived)}},
	"policy.flag":        {body: body(m{"reason": "There is a new law."}), path: map[string]func(*house, *org, caller) string{"id": nth("policy", policyDocument)}},
	"policy.begin":       {body: body(m{})},
	"policy.write":       {body: body(m{"content": words("Other words.")}), path: map[string]func(*house, *org, caller) string{"id": nth("policy_version", policyDraft)}},
	"policy.upload":      {path: map[string]func(*house, *org, caller) string{"id": nth("policy_version", policyDraft)}, file: func() (string, []byte) { return "policy.txt", []byte("Doors are locked.\n") }},
	"policy.document":    {path: map[string]func(*house, *org, caller) string{"id": nth("policy_version", policyDocument)}},
	"policy.my_document": {path: map[string]func(*house, *org, caller) string{"id": nth("policy_version", policyDocument)}},
	"policy.discard":     {path: map[string]func(*house, *org, caller) string{"id": nth("policy_version", policyDiscarded)}},
	"policy.submit": {path: map[string]func(*house, *org, caller) string{"id": nth("policy_version", policyDraft)}, body: func(_ *house, o *org, _ caller) any {
		return m{"approvers": []string{o.callers["user"].person, o.callers["auditor"].person}}
	}},
	"policy.withdraw": {path: map[string]func(*house, *org, caller) string{"id": nth("policy_version", policyWithdrawn)}},
	"policy.approve":  {path: map[string]func(*house, *org, caller) string{"id": nth("policy_version", policyApproved)}, body: digestOf(policyApproved)},
	"policy.reject":   {path: map[string]func(*house, *org, caller) string{"id": nth("policy_version", policyRejected)}, body: digestOf(policyRejected)},
	"policy.publish":  {path: map[string]func(*house, *org, caller) string{"id": nth("policy_version", policyRatified)}},
	"policy.ask": {body: func(_ *house, o *org, _ caller) any {
		return m{"audience": "people", "chosen": []string{o.callers["user"].person}, "due_on": "2026-12-01"}
	}},
	"policy.close": {path: map[string]func(*house, *org, caller) string{"id": nth("policy_request", 1)}},
	"policy.acknowledge": {body: func(h *house, o *org, c caller) any {
		return m{"digest": h.text(o, "SELECT coalesce(max(digest), printf('%064d', 0)) FROM policy_version WHERE id = ?", o.ids["policy_version"][policyPublished]),
			"name": h.text(o, "SELECT coalesce(max(name), 'Nobody') FROM person WHERE id = ?", c.person)}
	}},
	"policy.except":           {body: body(m{"subject": "A door", "what": "Locks", "reason": "It is rebuilt.", "expires_on": "2026-12-01"})},
	"policy.update_exception": {body: body(m{"subject": "Another door"})},
	"policy.allow":            {path: map[string]func(*house, *org, caller) string{"id": nth("policy_exception", 1)}},
	"policy.decline":          {path: map[string]func(*house, *org, caller) string{"id": nth("policy_exception", 2)}, body: body(m{"note": "No."})},
	"policy.end_exception":    {path: map[string]func(*house, *org, caller) string{"id": nth("policy_exception", 3)}},
	"policy.delete_exception": {path: map[string]func(*house, *org, caller) string{"id": nth("policy_exception", 4)}},
	"policy.adopt":            {body: body(m{"keys": []string{"access-control"}})},
	"policy.set":              {body: body(m{"amber_days": 20, "red_days": 5})},
	"comment.create":          {body: body(m{"body": "Is this **still** so?"})},
	"comment.delete":          {path: own("comment", "author", "/records/control/%s/comments", m{"body": "Taken back soon"})},
	"comment.update":          {path: own("comment", "author", "/records/control/%s/comments", m{"body": "Said so"}), body: body(m{"body": "In other words"})},
	"comment.resolve":         {body: body(m{"resolved": true})},
	"link.create": {body: func(_ *house, o *org, _ caller) any {
		return m{"type": "relates", "kind": "evidence", "record": o.ids["evidence"][1]}
	}},
	"link.update":  {body: body(m{"note": "Because"})},
	"tag.create":   {body: body(m{"name": "A new tag"})},
	"tag.update":   {body: body(m{"name": "Another name"})},
	"tag.merge":    {body: func(_ *house, o *org, _ caller) any { return m{"into": o.ids["tag"][1]} }},
	"tag.put":      {body: body(m{"add": []string{"New here"}})},
	"field.create": {body: body(m{"kind": "control", "name": "Maturity", "type": "number"})},
	"field.update": {body: body(m{"name": "Another field"})},
	"field.set":    {body: body(m{"custom": m{"tier": "gold"}})},
	"view.create":  {body: body(m{"list": "control", "name": "A new view"})},
	"view.update":  {path: own("saved_view", "owner", "/views", m{"list": "control", "name": "My own"}), body: body(m{"name": "Another view"})},
	"view.delete":  {path: own("saved_view", "owner", "/views", m{"list": "control", "name": "My own"})},
	"view.set_default": {body: func(_ *house, o *org, _ caller) any { return m{"list": "evidence", "view": ""} },
		before: func(h *house, o *org, c caller) {
			var v struct{ ID string }
			h.must(json.Unmarshal(h.do(c, "POST", "/views", m{"list": "evidence", "name": "Mine"}, nil).body, &v))
			h.do(c, "POST", "/views/default", m{"list": "evidence", "view": v.ID}, nil)
		}},

	"evidence.create": {body: body(m{"name": "A new request"})},
	"evidence.bulk": {body: func(_ *house, o *org, _ caller) any {
		return m{"ids": o.ids["evidence"], "frequency": "monthly"}
	}},
	"evidence.update":      {body: body(m{"name": "Another name"})},
	"evidence.link":        {body: func(_ *house, o *org, _ caller) any { return m{"controls": o.ids["control"][1:2]} }},
	"evidence.upload":      {file: func() (string, []byte) { return "proof.txt", []byte("The door is locked.\n") }},
	"evidence.update_file": {body: body(m{"note": "Another note"})},
	"evidence.accept":      {path: reviewable(0)},
	"evidence.reject":      {path: reviewable(1), body: body(m{"note": "It cannot be read."})},

	"search.find":                   {query: "q=doors&limit=50"}, // both organisations have some
	"framework.delete":              {path: imported},
	"framework.create":              {body: body(m{"name": "Our own"})},
	"framework.add":                 {body: body(m{"ref": "NEW-3", "title": "A new row"}), path: map[string]func(*house, *org, caller) string{"id": ownFramework}},
	"framework.move":                {body: body(m{"step": "up"}), path: map[string]func(*house, *org, caller) string{"id": nth("own", 2)}},
	"framework.delete_requirement":  {path: map[string]func(*house, *org, caller) string{"id": nth("own", 3)}},
	"framework.relate":              {path: map[string]func(*house, *org, caller) string{"id": nth("own", 0)}, body: func(_ *house, o *org, _ caller) any { return m{"to": o.ids["own"][1], "kind": "subset"} }},
	"framework.update_relation":     {body: body(m{"rationale": "Another reason"})},
	"framework.unrelate":            {path: map[string]func(*house, *org, caller) string{"id": nth("relation", 1)}},
	"framework.accept_suggestions":  {body: suggested(0)},
	"framework.dismiss_suggestions": {body: suggested(1)},
	"framework.recall_suggestions": {body: suggested(2), before: func(h *house, o *org, c caller) {
		h.do(o.callers["admin"], "POST", "/suggestions/dismiss", suggested(2)(h, o, c), nil)
	}},
	"framework.newer": {before: outdated},
	"framework.accept_rows": {body: func(h *house, o *org, _ caller) any { // words that were changed here would stay
		return m{"rows": []string{h.text(o, "SELECT coalesce((SELECT x.id FROM edition_row x JOIN requirement r ON r.id = x.requirement WHERE x.status = 'open' AND r.digest <> '' ORDER BY x.position DESC), 'gone')")}}
	}},
	"framework.decline_rows": {body: func(_ *house, o *org, _ caller) any { return m{"rows": o.ids["edition_row"][1:2]} }},
	"framework.discard_edition": {
		before: func(h *house, o *org, c caller) {
			outdated(h, o, c)
			h.do(o.callers["admin"], "POST", "/frameworks/"+o.id1("framework")+"/editions", nil, nil)
		},
		path: map[string]func(*house, *org, caller) string{"id": func(h *house, o *org, _ caller) string {
			return h.text(o, "SELECT coalesce(max(id), 'gone') FROM edition WHERE framework = ?", o.id1("framework"))
		}},
	},
	"framework.compare":        {path: map[string]func(*house, *org, caller) string{"other": ownFramework}},
	"framework.compare_export": {path: map[string]func(*house, *org, caller) string{"other": ownFramework}},
	"framework.enable":         {body: body(m{"key": "gdpr"})},
	"evidence.ask": {body: func(_ *house, o *org, _ caller) any {
		return m{"person": o.callers["user"].person, "due_on": "2026-12-31"}
	}},
	"evidence.withdraw": {path: map[string]func(*house, *org, caller) string{"id": func(_ *house, o *org, c caller) string {
		if c.person == o.callers["user"].person {
			return o.ids["evidence_ask"][2] // their own
		}
		return o.ids["evidence_ask"][1]
	}}},
	"evidence.skip":           {body: body(m{"reason": "Nobody was there."})},
	"evidence.create_periods": {body: body(m{"items": []m{{"name": "Another", "starts_on": "2027-01-01", "ends_on": "2027-03-31"}}})},
	"evidence.update_period":  {body: body(m{"name": "Another name"})},
	"evidence.create_package": {body: func(_ *house, o *org, _ caller) any { return m{"frameworks": o.ids["framework"][:1]} }},

	"framework.import": {query: "short=Two", file: func() (string, []byte) {
		return "two.json", []byte(strings.ReplaceAll(string(oscal("Second")), "74c8ba1e", "84c8ba1e"))
	}},
	"framework.update": {body: body(m{"name": "Another name"})},
	"framework.restore": {before: func(h *house, o *org, _ caller) {
		h.do(o.callers["admin"], "POST", "/frameworks/"+o.id1("framework")+"/archive", nil, nil)
	}},
	"framework.applicability": {body: func(_ *house, o *org, _ caller) any {
		return m{"ids": o.ids["requirement"][:2], "applicable": false, "justification": "We have none of it."}
	}},
	"framework.update_requirement": {body: body(m{"guidance": "Look at the door."})},
	"framework.map":                {body: func(_ *house, o *org, _ caller) any { return m{"control": o.ids["control"][1]} }},
	"framework.add_control":        {body: body(m{"ref": "NEW-2", "title": "A control for it"})},
	"framework.unmap": {path: map[string]func(*house, *org, caller) string{
		"id": func(h *house, o *org, _ caller) string {
			return h.text(o, "SELECT coalesce(min(requirement), '') FROM mapping WHERE control = (SELECT min(control) FROM mapping)")
		},
		"control": func(h *house, o *org, _ caller) string {
			return h.text(o, "SELECT coalesce(min(control), '') FROM mapping")
		},
	}},

	"framework.add_baseline": {path: imported, body: func(h *house, o *org, _ caller) any {
		return m{"name": "Another baseline", "requirements": []string{h.text(o, "SELECT coalesce(min(id), '') FROM requirement WHERE framework = ? AND assessable = 1", imported["id"](h, o, caller{}))}}
	}},
	"framework.import_baseline": {path: imported, file: func() (string, []byte) {
		return "profile.json", []byte(`{"profile":{"uuid":"94c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724","metadata":{"title":"A profile","version":"1","oscal-version":"1.1.2"},
			"imports":[{"href":"catalog.json","include-controls":[{"with-ids":["c1"]}]}]}}`)
	}},
	"framework.choose_baseline": {path: imported, body: func(_ *house, o *org, _ caller) any {
		return m{"baseline": o.ids["baseline"][0]}
	}},
	"framework.delete_baseline":  {path: map[string]func(*house, *org, caller) string{"id": nth("baseline", 1)}},
	"framework.update_statement": {body: body(m{"reasons": []string{"legal"}, "issue": "2"})},
	"framework.include":          {body: body(m{"reasons": []string{"contractual"}})},
	"framework.address":          {before: hipaa, path: specification, body: body(m{"reasonable": false, "assessment": "Too costly here.", "alternative": "Something as good."})},
	"framework.unaddress": {path: specification, before: func(h *house, o *org, c caller) {
		hipaa(h, o, c)
		h.do(o.callers["admin"], "POST", "/requirements/"+specification["id"](h, o, c)+"/addressed", m{"reasonable": true, "assessment": "It is."}, nil)
	}},

	"scope.create": {body: body(m{"name": "A new product"})},
	"scope.update": {body: body(m{"name": "Another name"})},
	"scope.delete": {path: map[string]func(*house, *org, caller) string{"id": nth("scope", 1)}},
	"scope.restore": {before: func(h *house, o *org, _ caller) {
		h.do(o.callers["admin"], "POST", "/products/"+o.id1("scope")+"/archive", nil, nil)
	}},
	"statement.create":            {path: map[string]func(*house, *org, caller) string{"id": nth("requirement", 3)}, body: body(m{"body": "We lock the door."})},
	"statement.update":            {body: body(m{"body": "We lock the door twice."})},
	"statement.update_system":     {body: body(m{"boundary": "Another boundary"})},
	"statement.import_ssp":        {path: imported, file: func() (string, []byte) { return "ssp.json", plan("Another") }},
	"statement.import_components": {path: imported, file: func() (string, []byte) { return "components.json", components("Another") }},
	"imports.upload": {query: "target=controls", file: func() (string, []byte) {
		return "controls.csv", []byte("Ref,Title\nNEW-3,A control from a file\n")
	}},
	"imports.read":  {body: body(m{"header": 1})},
	"imports.check": {body: body(m{"mapping": m{"header": 1, "key": "ref", "exact": true, "fields": []m{{"field": "ref", "column": "Ref"}, {"field": "title", "column": "Title"}}}})},
	"imports.undo": {path: map[string]func(*house, *org, caller) string{"id": func(_ *house, o *org, c caller) string {
		if c.role != op.Admin && c.person != o.callers["user"].person {
			return "nothing" // it is another's
		}
		return o.ids["import"][1]
	}}},
	"imports.problems": {path: map[string]func(*house, *org, caller) string{"id": nth("import", 1)}},
	"risk.create":      {body: body(m{"title": "A new risk"})},
	"risk.update":      {body: body(m{"title": "Another title"})},
	"risk.pick":        {body: body(m{"keys": []string{"R-003"}})},
	"risk.accept":      {body: body(m{"reason": "It is small", "until": "2026-12-31"})},
	"risk.unaccept":    {path: map[string]func(*house, *org, caller) string{"id": nth("risk", 2)}},
	"risk.delete":      {path: map[string]func(*house, *org, caller) string{"id": nth("risk", 1)}},
	"risk.bulk": {body: func(_ *house, o *org, _ caller) any {
		return m{"ids": o.ids["risk"][:2], "set": m{"category": "Elsewhere"}}
	}},
	"risk.preview": {query: "currency=USD&residual_unit=a_year&residual=2000,5000,20000,1000,5000,90000"},
	"risk.set_loss": {path: map[string]func(*house, *org, caller) string{"id": nth("risk", 1)}, body: body(m{"currency": "USD",
		"inherent": m{"often": m{"unit": "once_in", "low": 200_000, "likely": 50_000, "high": 20_000}, "cost": m{"low": 100, "likely": 500, "high": 900}}})},
	"risk.update_appetite": {body: body(m{"amount": 5_000_000})},
	"risk.update_scale":    {body: body(m{"critical": 21})},
	"task.create":          {body: body(m{"title": "A new task"})},
	"task.update":          {body: body(m{"title": "Another title"})},
	"task.assign":          {body: func(_ *house, o *org, _ caller) any { return m{"owner": o.callers["auditor"].person} }},
	"asset.create":         {body: body(m{"name": "A new asset"})},
	"asset.update":         {body: body(m{"name": "Another name"})},
	"asset.delete":         {path: map[string]func(*house, *org, caller) string{"id": nth("asset", 1)}},
	"asset.bulk": {body: func(_ *house, o *org, _ caller) any {
		return m{"ids": o.ids["asset"][:2], "set": m{"region": "Elsewhere"}}
	}},
	"bia.create": {body: body(m{"name": "A new process"})},
	"bia.update": {body: body(m{"name": "Another name"})},
	"bia.delete": {path: map[string]func(*house, *org, caller) string{"id": nth("process", 1)}},
	"bia.bulk": {body: func(_ *house, o *org, _ caller) any {
		return m{"ids": o.ids["process"][:2], "set": m{"managed_by": "Elsewhere"}}
	}},
	"vendor.create": {body: body(m{"name": "A new vendor"})},
	"vendor.update": {body: body(m{"name": "Another name"})},
	"vendor.delete": {path: map[string]func(*house, *org, caller) string{"id": nth("vendor", 2)}},
	"vendor.bulk": {body: func(_ *house, o *org, _ caller) any {
		return m{"ids": o.ids["vendor"][:2], "set": m{"category": "Elsewhere"}}
	}},
	"vendor.decide":             {path: map[string]func(*house, *org, caller) string{"id": nth("vendor", 2)}, body: body(m{"decision": "rejected", "reason": "No need"})},
	"vendor.assess":             {path: map[string]func(*house, *org, caller) string{"id": nth("vendor", 2)}},
	"vendor.save_assessment":    {path: map[string]func(*house, *org, caller) string{"id": nth("vendor_assessment", 1)}, body: body(m{"notes": "Other notes"})},
	"vendor.discard_assessment": {path: map[string]func(*house, *org, caller) string{"id": nth("vendor_assessment", 1)}},
	"vendor.conclude": {path: map[string]func(*house, *org, caller) string{"id": nth("vendor_assessment", 1)}, body: body(m{"conclusion": "Well"}), before: func(h *house, o *org, c caller) {
		v := h.text(o, "SELECT coalesce((SELECT version FROM vendor_assessment WHERE id = ?), 0)", o.ids["vendor_assessment"][1])
		h.send(o.callers["admin"], asJSON("PATCH", "/vendor-assessments/"+o.ids["vendor_assessment"][1], m{"likelihood": 2, "impact": 2}).with("If-Match", v))
	}},
	"vendor.add_attestation":      {body: body(m{"type": "iso27001"})},
	"vendor.update_attestation":   {body: body(m{"title": "Another title"})},
	"vendor.add_contract":         {body: body(m{"title": "A new contract"})},
	"vendor.update_contract":      {body: body(m{"title": "Another title"})},
	"vendor.ask":                  {body: body(m{"depth": 3})},
	"vendor.answer":               {body: body(m{"answer": []string{"Yes"}})},
	"vendor.delete_questionnaire": {path: map[string]func(*house, *org, caller) string{"id": nth("vendor_questionnaire", 1)}},
	"attachment.list":             {path: onVendor},
	"attachment.upload":           {path: onVendor, file: func() (string, []byte) { return "report.txt", []byte("All is well.\n") }},

	"personnel.create":       {body: body(m{"name": "A new person", "email": "new.person@example.com", "employee_id": "N-1"})},
	"personnel.update":       {body: body(m{"name": "Another name"})},
	"personnel.delete":       {path: at("personnel", 1)},
	"personnel.bulk":         {body: both("personnel", m{"location": "Elsewhere"})},
	"personnel.update_rules": {body: body(m{"training_months": 18})},
	"personnel.set_steps":    {body: body(m{"items": []m{{"title": "Take back the keys", "days": 1}}})},
	"personnel.add_item":     {path: at("personnel", 3), body: body(m{"title": "Take back the bicycle"})},
	"personnel.hand_over": {before: func(h *house, o *org, _ caller) {
		h.write(o, []string{"personnel"}, func(tx *storage.WriteTx) error {
			return tx.Exec("UPDATE personnel SET email = ? WHERE id = ?", o.callers["user"].email, o.ids["personnel"][2])
		})
	}, path: at("personnel", 2), body: func(_ *house, o *org, _ caller) any { return m{"to": o.callers["admin"].person} }},
	"department.create": {body: body(m{"name": "A new department"})},
	"department.update": {body: body(m{"name": "Another department"})},
	"department.delete": {path: at("empty", 0)},
	"department.merge":  {path: at("empty", 2), body: func(_ *house, o *org, _ caller) any { return m{"into": o.ids["department"][0]} }},
	"department.bulk":   {body: both("department", m{"color": "blue"})},
	"job_role.create":   {body: body(m{"name": "A new role"})},
	"job_role.update":   {body: body(m{"name": "Another role"})},
	"job_role.delete":   {path: at("empty", 1)},
	"job_role.merge":    {path: at("empty", 3), body: func(_ *house, o *org, _ caller) any { return m{"into": o.ids["job_role"][0]} }},
	"job_role.bulk": {body: func(_ *house, o *org, _ caller) any {
		return m{"ids": o.ids["job_role"][:2], "set": m{"owner": ""}}
	}},

	"application.create": {body: body(m{"name": "A new application"})},
	"application.update": {body: body(m{"vendor": "Somebody else"})},
	"application.delete": {path: at("application", 1)},
	"application.bulk":   {body: both("application", m{"criticality": "high"})},
	"grant.create": {body: func(_ *house, o *org, _ caller) any {
		return m{"personnel": o.ids["personnel"][0], "application": o.ids["application"][0], "level": "New"}
	}},
	"grant.update": {body: body(m{"status": "revoked"})},
	"grant.delete": {path: at("access_grant", 1)},
	"grant.bulk": {body: func(_ *house, o *org, _ caller) any {
		return m{"ids": o.ids["access_grant"][2:4], "set": m{"status": "revoked"}}
	}},
	"task.bulk": {body: func(_ *house, o *org, _ caller) any {
		return m{"ids": o.ids["task"][:2], "set": m{"due_on": "2026-05-01"}}
	}},
	"task.done":   {path: map[string]func(*house, *org, caller) string{"id": nth("task", 1)}, body: body(m{"outcome": "Done"})},
	"task.cancel": {path: map[string]func(*house, *org, caller) string{"id": nth("task", 2)}, body: body(m{"outcome": "Not wanted"})},
	"task.reopen": {path: map[string]func(*house, *org, caller) string{"id": nth("task", 3)}},
	"task.delete": {path: map[string]func(*house, *org, caller) string{"id": nth("task", 2)}},

	"notification.read":        {body: body(m{"all": true})},
	"notification.choose":      {body: body(m{"event": "mention", "mail": false})},
	"notification.set_default": {body: body(m{"event": "mention", "mail": false})},
	"delivery.update_digest":   {body: body(m{"active": true, "hour": 9})},
	"checkpoint.update":        {body: body(m{"address": "auditor@example.com"})},
	"erasure.ask":              {body: leaving},
	"erasure.erase_person": {path: map[string]func(*house, *org, caller) string{"id": func(_ *house, o *org, _ caller) string { return o.callers["spare"].person }},
		body: func(_ *house, o *org, _ caller) any {
			return m{"confirm": o.callers["spare"].email, "password": housePassword, "reason": "They left"}
		}},
	"erasure.cancel": {before: func(h *house, o *org, c caller) {
		h.send(o.callers["admin"], asJSON("POST", "/erasure", leaving(h, o, c)))
	}},
	"calendar.revoke": {before: func(h *house, o *org, c caller) {
		if c.role != op.Executive {
			h.send(c, asJSON("POST", "/calendar", m{"what": "mine"}))
		}
	}},

	"member.invite":       {body: body(m{"email": "new@elsewhere.example", "role": "user"})},
	"member.update":       {path: membership("spare"), body: body(m{"title": "Another title"})},
	"member.remove":       {path: membership("spare")},
	"member.end_sessions": {path: membership("spare")},
	"member.resend":       {path: membership("pending")},
	"member.reset_mfa":    {path: membership("auditor")},

	"account.sign_in": {body: func(_ *house, o *org, _ caller) any {
		return m{"email": o.callers["user"].email, "password": housePassword}
	}},
	"account.switch":          {body: func(_ *house, o *org, _ caller) any { return m{"slug": o.slug} }},
	"account.change_password": {body: body(m{"current": housePassword, "password": "loud harbor tin lantern"})},
	"account.request_reset":   {body: func(_ *house, o *org, _ caller) any { return m{"email": o.callers["user"].email} }},
	"account.reset_password": {body: func(_ *house, o *org, _ caller) any {
		return m{"token": o.links["reset"], "password": "loud harbor tin lantern"}
	}},
	"account.accept_invitation": {as: "nobody", body: func(_ *house, o *org, _ caller) any {
		return m{"token": o.links["invitation invited"], "name": "Ida Invited", "password": housePassword}
	}},
	"account.start_totp": {body: body(m{"password": housePassword})},
	"account.confirm_totp": {
		before: func(h *house, o *org, c caller) {
			var start struct{ Secret string }
			h.do(c, "POST", "/mfa/totp", m{"password": housePassword}, &start)
			typed, err := totp.Code(start.Secret, h.clock.Now())
			h.must(err)
			h.code = typed
		},
		body: func(h *house, o *org, c caller) any { return m{"code": h.code} },
	},
	"account.disable_totp": {as: "auditor", body: func(h *house, o *org, _ caller) any {
		return m{"password": housePassword, "code": code(h, o)}
	}},
	"account.make_recovery_codes": {as: "auditor", body: func(h *house, o *org, _ caller) any {
		return m{"password": housePassword, "code": code(h, o)}
	}},
	"account.create_token":   {body: body(m{"name": "New", "role": "user", "expires_on": "2026-06-01"})},
	"account.update_profile": {body: body(m{"name": "Another Name", "preferences": m{"theme": "dark"}})},
	"account.set_up":         {as: "nobody", body: body(m{"token": "AAAAAAAAAAAAAAAAAAAAAAAAAA", "organisation": "X", "name": "Y", "email": "y@elsewhere.example", "password": housePassword})},

	"settings.update":   {body: body(m{"name": "Another name", "industry": "Other"})},
	"settings.rename":   {body: body(m{"slug": "another-name"})},
	"settings.set_logo": {file: func() (string, []byte) { return "logo.png", logo(99) }},
}

// places says which rows stand behind the first part of a path. A new part without its line stops the tests.
var places = map[string]string{
	"controls": "control", "evidence": "evidence", "files": "file", "frameworks": "framework",
	"requirements": "requirement", "members": "membership", "sessions": "session", "tokens": "token",
	"activities": "activity", "occurrences": "occurrence", "products": "scope", "baselines": "baseline",
	"statements": "statement", "imports": "import", "relations": "relation", "relation-sets": "relation_set",
	"editions": "edition", "tasks": "task", "comments": "comment", "links": "record_link",
	"tags": "tag", "fields": "field", "views": "saved_view", "records": "control",
	"policies": "policy", "policy-versions": "policy_version", "policy-requests": "policy_request", "policy-exceptions": "policy_exception", "my-policies": "policy_version",
	"periods": "period", "cycles": "cycle", "branches": "branch", "asks": "evidence_ask", "packages": "package",
	"people": "person", "risks": "risk", "assets": "asset", "processes": "process",
	"vendors": "vendor", "vendor-assessments": "vendor_assessment", "vendor-attestations": "vendor_attestation",
	"vendor-contracts": "vendor_contract", "vendor-questionnaires": "vendor_questionnaire", "vendor-answers": "vendor_answer", "attachments": "attachment",
	"personnel": "personnel", "departments": "department", "job-roles": "job_role", "applications": "application", "grants": "access_grant",
}

// idIn is a real id for a parameter of an operation's path.
func (o *org) idIn(a action, param string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(a.Path, "/"), "/")
	switch {
	case param == "control":
		return o.ids["control"][0]
	case param == "token":
		return o.links["invitation pending"]
	case param == "log":
		return "tenant"
	case param == "seq":
		return "2"
	case param == "table", param == "kind":
		return "control"
	case first == "history":
		return o.ids["control"][0]
	case places[first] == "":
		panic(fmt.Sprintf("%s: say in places which rows %s names", a.name, a.Path))
	}
	return o.id1(places[first])
}

// plain is a plausible request for an operation: its paths name rows of o, its body is the recipe's or the
// smallest that the document allows.
func (h *house) plain(o *org, a action, c caller) request {
	r := recipes[a.name]
	path := parameter.ReplaceAllStringFunc(a.Path, func(p string) string {
		p = strings.Trim(p, "{}")
		if own := r.path[p]; own != nil {
			return own(h, o, c)
		}
		return o.idIn(a, p)
	})
	if r.ask != nil {
		r.query = r.ask(h, o, c)
	}
	if r.query != "" {
		path += "?" + r.query
	}
	q := request{method: a.Method, path: path}
	switch {
	case r.file != nil:
		name, content := r.file()
		q = asFile(path, name, content)
	case r.body != nil:
		q = asJSON(a.Method, path, r.body(h, o, c))
	case h.doc.input(a.name) != nil:
		q = asJSON(a.Method, path, h.doc.valid(h.doc.input(a.name), nil))
	}
	if table := versioned[a.name]; a.Table != "" || table != "" {
		if a.Table != "" {
			table = a.Table
		}
		in := o
		if table == "membership" {
			in = nil
		}
		query := "SELECT coalesce(max(version), 1) FROM " + table
		if !slices.Contains(singles, table) {
			query += " WHERE id = '" + strings.Split(strings.Trim(q.path, "/"), "/")[1] + "'"
		}
		q = q.with("If-Match", h.text(in, query))
	}
	return q
}

// versioned are the operations that compare If-Match themselves, with the table whose version it names.
var versioned = map[string]string{
	"member.update":           "membership",
	"settings.update":         "organisation",
	"statement.update_system": "system",
	"delivery.update_digest":  "digest",
	"checkpoint.update":       "checkpoint_mail",
	"personnel.update_rules":  "personnel_rule",
	"policy.set":              "policy_setting",
	"risk.update_scale":       "risk_scale",
	"risk.update_appetite":    "risk_appetite",
}

// singles are the tables of one row, which no id in a path names.
var singles = []string{
	"organisation",
	"system",
	"digest",
	"checkpoint_mail",
	"personnel_rule",
	"policy_setting",
	"risk_scale",
	"risk_appetite",
}

// ready is plain after all that the operation needs has happened, and who asks it.
func (h *house) ready(o *org, a action) (caller, request) {
	r := recipes[a.name]
	c := o.callers["admin"]
	if a.How == op.WayPublic && r.as == "" || r.as == "nobody" {
		c = caller{name: "nobody"}
	} else if r.as != "" {
		c = o.callers[r.as]
	}
	if a.name == "account.sign_out" {
		c = o.callers["admin"]
	}
	if r.before != nil {
		r.before(h, o, c)
	}
	return c, h.plain(o, a, c)
}
