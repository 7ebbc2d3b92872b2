package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/server/account"
	"assay/server/account/totp"
	"assay/server/op"
	"assay/server/optest"
	"assay/storage"
)

// build makes the installation that all tests copy.
func build(tb testing.TB) *installation {
	dir, err := os.MkdirTemp("", "assay-house-")
	if err != nil {
		tb.Fatal(err)
	}
	h := &house{installation: &installation{dir: dir, now: optest.Start}}
	h.start(tb, dir, optest.Start)
	h.a = h.found("Northwind", "northwind", "northwind.example", "Ada Northwind")
	h.b = h.found(canary+" Quarrystone", "quarry-b", strings.ToLower(canary)+".example", "Zed "+canary)
	h.fill(h.a, "Northwind")
	h.fill(h.b, canary)
	h.sing()
	for _, o := range []*org{h.a, h.b} {
		h.note(o)
	}
	h.branchOff(h.a, "Northwind")
	h.branchOff(h.b, canary)
	if err := h.store.Close(); err != nil {
		tb.Fatal(err)
	}
	return h.installation
}

// branchers have a branch each.
var branchers = []string{"admin", "user", "spare"}

// branchOff makes those branches, and changes something in each.
func (h *house) branchOff(o *org, word string) {
	h.tb.Helper()
	for _, who := range branchers {
		var b struct{ ID string }
		h.do(o.callers[who], "POST", "/branches", m{"name": word + " of " + who, "purpose": word}, &b)
		o.ids["branch"] = append(o.ids["branch"], b.ID)
		c := o.ids["control"][2]
		q := asJSON("PATCH", "/controls/"+c, m{"title": word + " tries"}).with("If-Match", h.text(o, "SELECT version FROM control WHERE id = ?", c))
		h.want(o.callers[who], q.with("Assay-Branch", b.ID), nil)
	}
}

// found makes an organisation with somebody of every role, and those who may no longer come in.
func (h *house) found(name, slug, domain, admin string) *org {
	h.tb.Helper()
	o := &org{callers: map[string]caller{}, ids: map[string][]string{}, links: map[string]string{}}
	email := "admin@" + domain
	id, slug, url, err := h.srv.Door.Found(context.Background(), storage.Actor{Kind: storage.Operator, ID: "test"}, account.Founding{Name: name, Slug: slug, Email: email, Admin: admin})
	h.must(err)
	o.id, o.slug = id, slug
	_, secret, _ := strings.Cut(url, "#")
	o.callers["admin"] = h.join(o, "admin", op.Admin, email, secret, admin)
	for who, role := range map[string]string{"user": "user", "auditor": "auditor", "executive": "executive", "spare": "user", "disabled": "admin", "removed": "admin"} {
		email := who + "@" + domain
		h.do(o.callers["admin"], "POST", "/members", map[string]any{"email": email, "role": role, "title": name + " " + who, "department": name}, nil)
		o.callers[who] = h.join(o, who, op.RoleOf(role), email, h.link(email), who+" "+admin)
	}
	for _, who := range []string{"pending", "invited"} {
		email := who + "@" + domain
		h.do(o.callers["admin"], "POST", "/members", map[string]any{"email": email, "role": "user", "name": who + " " + name}, nil)
		o.links["invitation "+who] = h.link(email)
	}
	return o
}

// join accepts an invitation.
func (h *house) join(o *org, who string, role op.Roles, email, link, name string) caller {
	h.tb.Helper()
	a := h.do(caller{name: "nobody"}, "POST", "/invitations/accept", map[string]any{"token": link, "name": name, "password": housePassword}, nil)
	c := caller{name: who, role: role, email: email, cookie: cookieOf(a)}
	c.account = h.text(nil, "SELECT id FROM account WHERE email = ?", email)
	c.person = h.text(nil, "SELECT person FROM membership WHERE account = ? AND tenant = ?", c.account, o.id)
	o.secrets = append(o.secrets, c.cookie)
	return c
}

func cookieOf(a answer) string {
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if strings.HasSuffix(c.Name, "assay") {
			return c.Value
		}
	}
	return ""
}

// fill gives an organisation something of every kind, through its own operations.
func (h *house) fill(o *org, word string) {
	h.tb.Helper()
	admin := o.callers["admin"]
	id := func(a answer) string {
		var r struct{ ID string }
		h.must(json.Unmarshal(a.body, &r))
		return r.ID
	}
	h.do(admin, "POST", "/frameworks", map[string]any{"key": "soc2-2017"}, nil)
	h.want(admin, asFile("/frameworks/import?short=Own", "catalog.json", oscal(word)), nil)
	h.want(admin, asFile("/frameworks/import", "rules.yaml", rules(word, 1)), nil)
	h.want(admin, asFile("/frameworks/import", "rules.yaml", rules(word, 2)), nil)
	own := id(h.do(admin, "POST", "/frameworks/own", map[string]any{"name": word + " contract"}, nil))
	for i, ref := range []string{"CC6.1", "CC6.2", "CC6.3", "CC6.4"} {
		q := id(h.do(admin, "POST", "/frameworks/"+own+"/requirements", map[string]any{"ref": fmt.Sprint("W-", i), "title": word + " row", "body": word, "guidance": word}, nil))
		o.ids["own"] = append(o.ids["own"], q)
		to := h.text(o, "SELECT id FROM requirement WHERE ref = ?", ref)
		o.ids["relation"] = append(o.ids["relation"], id(h.do(admin, "POST", "/requirements/"+q+"/relations", map[string]any{"to": to, "kind": "equal", "rationale": word}, nil)))
	}
	h.want(admin, asFile("/settings/logo", "logo.png", logo(len(word))), nil)
	h.do(admin, "PATCH", "/settings", map[string]any{"industry": word, "address": word, "website": "https://" + strings.ToLower(word) + ".example"}, nil, version(h.text(o, "SELECT version FROM organisation")))
	var controls []string
	for i := range 3 {
		controls = append(controls, id(h.do(admin, "POST", "/controls", map[string]any{"ref": fmt.Sprint("OWN-", i), "title": word + " doors are locked", "description": word, "test": word, "domain": word, "owner": o.callers["user"].person}, nil)))
	}
	o.ids["control"] = controls
	h.do(admin, "POST", "/controls/"+controls[0]+"/status", map[string]any{"status": "not_applicable", "justification": word + " has no doors"}, nil)
	own = h.text(o, "SELECT id FROM framework WHERE source = 'oscal'")
	h.do(admin, "PATCH", "/system", map[string]any{"name": word, "description": word, "sensitivity": "low", "boundary": word, "status": "operational", "status_note": word, "information": []map[string]any{{"title": word, "description": word}}}, nil, version("0"))
	h.want(admin, asFile("/frameworks/"+own+"/ssp", "ssp.json", plan(word)), nil)
	h.want(admin, asFile("/frameworks/"+own+"/components", "components.json", components(word)), nil)
	for i := range 3 {
		e := id(h.do(admin, "POST", "/evidence", map[string]any{"name": fmt.Sprint(word, " photo ", i), "description": word, "guidance": word, "category": word, "controls": controls[:1], "reviewer": o.callers[[]string{"admin", "user", "admin"}[i]].person}, nil))
		o.ids["evidence"] = append(o.ids["evidence"], e)
		for j := range 2 {
			a := h.want(o.callers["spare"], asFile("/evidence/"+e+"/files?note="+word, fmt.Sprint(word, j, ".txt"), fmt.Appendf(nil, "%s proof %d %d\n", word, i, j)), nil)
			o.ids["file"] = append(o.ids["file"], id(a))
		}
	}
	var act struct{ ID, Current string }
	for _, often := range []string{"quarterly", "monthly", "as_needed"} {
		h.do(admin, "POST", "/activities", map[string]any{"name": word + " review " + often, "frequency": often, "owner": o.callers["user"].person, "policy": word, "controls": controls[:1], "evidence": o.ids["evidence"][:1]}, &act)
		o.ids["activity"] = append(o.ids["activity"], act.ID)
		if act.Current != "" {
			o.ids["occurrence"] = append(o.ids["occurrence"], act.Current)
		}
	}
	for i := range 3 { // one that is used, one that is free, one that answers to nothing
		p := id(h.do(admin, "POST", "/products", map[string]any{"name": fmt.Sprint(i, " ", word), "description": word, "frameworks": []string{own}[:1-i/2]}, nil))
		o.ids["scope"] = append(o.ids["scope"], p)
	}
	row := h.text(o, "SELECT id FROM requirement WHERE framework = ? AND ref = 'C1'", own)
	for i := range 2 {
		h.do(admin, "POST", "/frameworks/"+own+"/baselines", map[string]any{"name": fmt.Sprint(word, i), "requirements": []string{row}}, nil)
	}
	h.do(admin, "POST", "/requirements/"+row+"/reasons", map[string]any{"reasons": []string{"legal"}, "note": word}, nil)
	h.do(admin, "POST", "/frameworks/"+own+"/statement", map[string]any{"scope": o.ids["scope"][0], "note": word, "issue": word, "reasons": []string{"legal"}}, nil)
	h.do(admin, "POST", "/requirements/applicability", map[string]any{"ids": []string{row}, "scope": o.ids["scope"][0], "applicable": false, "justification": word}, nil)
	// One import waits, one is over and refused a row.
	for i, c := range []string{"Ref,Title\nIN-1," + word + " comes in\n", "Ref,Title\nIN-2," + word + " came in\n," + word + "\n"} {
		var made struct {
			ID      string
			Mapping any
		}
		h.must(json.Unmarshal(h.want(o.callers["user"], asFile("/imports?target=controls", word+".csv", []byte(c)), nil).body, &made))
		h.do(o.callers["user"], "POST", "/imports/"+made.ID+"/check", map[string]any{"mapping": made.Mapping}, nil)
		if i == 1 {
			h.do(o.callers["user"], "POST", "/imports/"+made.ID+"/run", nil, nil)
		}
		o.ids["import"] = append(o.ids["import"], made.ID)
	}
	h.do(admin, "POST", "/files/"+o.ids["file"][0]+"/accept", map[string]any{"note": word}, nil)
	h.do(admin, "POST", "/files/"+o.ids["file"][1]+"/reject", map[string]any{"note": word}, nil)
	for i := range 4 {
		t := id(h.do(admin, "POST", "/tasks", map[string]any{"title": fmt.Sprint(word, " task ", i), "description": word, "owner": o.callers["user"].person, "due_on": "2026-03-20",
			"kind": "control", "record": controls[1]}, nil))
		o.ids["task"] = append(o.ids["task"], t)
	}
	h.policies(o, word)
	h.do(admin, "POST", "/tasks/"+o.ids["task"][3]+"/done", map[string]any{"outcome": word}, nil)
	for i := range 3 {
		o.ids["risk"] = append(o.ids["risk"], id(h.do(admin, "POST", "/risks", map[string]any{"title": fmt.Sprint(word, " risk ", i), "description": word, "category": word, "plan": word,
			"owner": o.callers["user"].person, "inherent": map[string]any{"likelihood": i + 1, "impact": 5}}, nil)))
	}
	h.do(admin, "PUT", "/risks/"+o.ids["risk"][0]+"/loss", map[string]any{"currency": "USD", "residual": map[string]any{
		"often": map[string]any{"unit": "a_year", "low": 2000, "likely": 5000, "high": 20_000}, "cost": map[string]any{"low": 1000, "likely": 5000, "high": 90_000}}}, nil, version(h.text(o, "SELECT version FROM risk WHERE id = ?", o.ids["risk"][0])))
	h.do(admin, "POST", "/risks/"+o.ids["risk"][2]+"/accept", map[string]any{"reason": word, "until": "2026-12-31"}, nil)
	for i := range 3 {
		o.ids["asset"] = append(o.ids["asset"], id(h.do(admin, "POST", "/assets", map[string]any{"name": fmt.Sprint(word, " store ", i), "kind": "database", "identifier": word, "provider": word,
			"account_id": word, "region": word, "description": word, "custodian": word, "retention": word, "owner": o.callers["user"].person}, nil)))
		o.ids["process"] = append(o.ids["process"], id(h.do(admin, "POST", "/processes", map[string]any{"name": fmt.Sprint(word, " process ", i), "description": word, "managed_by": word, "backup_needs": word,
			"financial_note": word, "operational_note": word, "legal_note": word, "reputational_note": word, "rto": "le_4h", "rpo": "le_1h", "classification": "internal", "owner": o.callers["user"].person}, nil)))
	}
	h.do(admin, "POST", "/records/process/"+o.ids["process"][0]+"/links", map[string]any{"type": "depends_on", "kind": "asset", "record": o.ids["asset"][0], "note": word}, nil)
	h.vendors(o, word, id)
	for i := range 2 {
		add := func(table, path string, in map[string]any) string {
			made := id(h.do(admin, "POST", path, in, nil))
			o.ids[table] = append(o.ids[table], made)
			return made
		}
		in := add("department", "/departments", map[string]any{"name": fmt.Sprint(word, " office ", i), "description": word})
		as := add("job_role", "/job-roles", map[string]any{"name": fmt.Sprint(word, " keeper ", i), "description": word, "owner": o.callers["user"].person})
		for j := range 2 {
			add("personnel", "/personnel", map[string]any{"name": fmt.Sprint(word, " worker ", i, j), "email": fmt.Sprintf("worker%d%d@%s.example", i, j, strings.ToLower(word)), "employee_id": fmt.Sprint(word, i, j), "phone": "555",
				"department": in, "job_role": as, "manager": append(o.ids["personnel"], "")[0], "location": word, "notes": word, "nda": "not_signed"})
		}
		app := add("application", "/applications", map[string]any{"name": fmt.Sprint(word, " app ", i), "description": word, "vendor": word, "url": "https://app.example", "owner": admin.person})
		for j := range 4 {
			add("access_grant", "/grants", map[string]any{"personnel": o.ids["personnel"][j%(2*i+2)], "application": app, "level": fmt.Sprint(word, j), "note": word})
		}
	}
	for i := range 2 { // without anybody in it
		o.ids["empty"] = append(o.ids["empty"], id(h.do(admin, "POST", "/departments", map[string]any{"name": fmt.Sprint(word, " attic ", i)}, nil)), id(h.do(admin, "POST", "/job-roles", map[string]any{"name": fmt.Sprint(word, " ghost ", i)}, nil)))
	}
	h.do(admin, "PATCH", "/personnel/"+o.ids["personnel"][3], map[string]any{"status": "terminated", "ended_on": "2026-12-01"}, nil, version("1"))
	o.ids["leaving"] = []string{h.text(o, "SELECT id FROM leaving")}
	h.do(o.callers["user"], "POST", "/notifications/choices", map[string]any{"event": "reply", "mail": true}, nil)
	h.do(admin, "POST", "/notifications/defaults", map[string]any{"event": "reply", "inbox": true}, nil)
	about := "/records/control/" + controls[0]
	thread := id(h.do(admin, "POST", about+"/comments", map[string]any{"body": word + " asks **why**"}, nil))
	o.ids["comment"] = []string{thread, id(h.do(o.callers["user"], "POST", about+"/comments", map[string]any{"body": word + " answers", "parent": thread}, nil))}
	o.ids["record_link"] = []string{id(h.do(admin, "POST", about+"/links", map[string]any{"type": "depends_on", "kind": "evidence", "record": o.ids["evidence"][0], "note": word}, nil))}
	for _, name := range []string{word + " one", word + " two"} {
		o.ids["tag"] = append(o.ids["tag"], id(h.do(admin, "POST", "/tags", map[string]any{"name": name, "color": "blue"}, nil)))
	}
	h.do(admin, "POST", about+"/tags", map[string]any{"add": []string{word + " one"}}, nil)
	o.ids["field"] = []string{id(h.do(admin, "POST", "/fields", map[string]any{"kind": "control", "key": "tier", "name": word + " tier", "type": "text", "help": word}, nil))}
	h.do(admin, "PATCH", about+"/custom", map[string]any{"custom": map[string]any{"tier": word}}, nil)
	for _, shared := range []bool{true, false} {
		o.ids["saved_view"] = append(o.ids["saved_view"], id(h.do(admin, "POST", "/views", map[string]any{"list": "control", "name": fmt.Sprint(word, shared), "search": `{"q":"` + word + `"}`, "shared": shared}, nil)))
	}
	h.do(admin, "POST", "/views/default", map[string]any{"list": "control", "view": o.ids["saved_view"][0]}, nil)
	var periods struct{ Items []struct{ ID string } }
	h.do(admin, "POST", "/periods", map[string]any{"items": []map[string]any{{"name": word + " quarter", "starts_on": "2026-01-01", "ends_on": "2026-12-31"}}}, &periods)
	o.ids["period"] = []string{periods.Items[0].ID}
	for i := range 3 {
		var d struct{ Asks, Cycles []struct{ ID string } }
		h.do(o.callers[[]string{"admin", "admin", "user"}[i]], "POST", "/evidence/"+o.ids["evidence"][i]+"/asks", map[string]any{"person": o.callers["spare"].person, "message": word, "due_on": "2026-12-31"}, &d)
		o.ids["evidence_ask"] = append(o.ids["evidence_ask"], d.Asks[0].ID)
	}
	idle := id(h.do(admin, "POST", "/evidence", map[string]any{"name": word + " log", "controls": controls[:1]}, nil))
	o.ids["cycle"] = []string{h.text(o, "SELECT id FROM cycle WHERE evidence = ?", idle)}
	o.ids["package"] = []string{id(h.do(admin, "POST", "/packages", map[string]any{"frameworks": []string{h.text(o, "SELECT min(id) FROM framework")}, "status": "all"}, nil))}
	module, job := h.jobs.find("evidence.package")
	args, err := json.Marshal(map[string]string{"ID": o.ids["package"][0]})
	h.must(err)
	h.must(h.jobs.ops.RunJob(context.Background(), o.id, module, *job, args, "test"))
	for _, r := range roleNames {
		var made struct{ ID, Token string }
		h.do(admin, "POST", "/tokens", map[string]any{"name": word + " " + r, "role": r, "expires_on": "2026-12-31"}, &made)
		o.callers["token "+r] = caller{name: "token " + r, account: admin.account, person: admin.person, email: admin.email, role: op.RoleOf(r), bearer: made.Token}
		o.secrets = append(o.secrets, made.Token)
	}
	h.clock.Advance(-72 * time.Hour)
	var made struct{ Token string }
	h.do(admin, "POST", "/tokens", map[string]any{"name": "old " + word, "role": "admin", "expires_on": h.clock.Now().Format(storage.Date)}, &made)
	o.callers["expired token"] = caller{name: "expired token", bearer: made.Token}
	h.clock.Advance(71 * time.Hour)
	old := h.do(caller{}, "POST", "/session", map[string]any{"email": admin.email, "password": housePassword}, nil)
	o.callers["expired session"] = caller{name: "expired session", cookie: cookieOf(old)}
	h.clock.Set(h.now)
	for _, who := range []string{"disabled", "removed"} {
		c := o.callers[who]
		m := h.text(nil, "SELECT id FROM membership WHERE account = ?", c.account)
		var made struct{ Token string }
		h.do(c, "POST", "/tokens", map[string]any{"name": who, "role": "admin", "expires_on": "2026-12-31"}, &made)
		o.callers[who+" token"] = caller{name: who + " token", bearer: made.Token}
		if who == "removed" {
			h.do(admin, "DELETE", "/members/"+m, nil, nil)
			continue
		}
		h.want(admin, asJSON("PATCH", "/members/"+m, map[string]any{"status": "disabled"}).with("If-Match", h.text(nil, "SELECT version FROM membership WHERE id = ?", m)), nil)
	}
	h.do(caller{}, "POST", "/password/reset-request", map[string]any{"email": o.callers["spare"].email}, nil)
	o.links["reset"] = h.link(o.callers["spare"].email)
	for _, l := range o.links {
		o.secrets = append(o.secrets, l)
	}
	// The auditor has two-step sign-in.
	c := o.callers["auditor"]
	var start struct{ Secret string }
	h.do(c, "POST", "/mfa/totp", map[string]any{"password": housePassword}, &start)
	code, err := totp.Code(start.Secret, h.clock.Now())
	h.must(err)
	var codes struct {
		Codes []string `json:"recovery_codes"`
	}
	a := h.do(c, "POST", "/mfa/totp/confirm", map[string]any{"code": code}, &codes)
	c.cookie = cookieOf(a)
	o.callers["auditor"] = c
	o.secrets = append(append(o.secrets, c.cookie, start.Secret), codes.Codes...)
}

// vendors fills the register of vendors: one with all that can belong to it, one that is reviewed, one that is free.
func (h *house) vendors(o *org, word string, id func(answer) string) {
	admin := o.callers["admin"]
	one := func(table, path string, body any) string {
		made := id(h.do(admin, "POST", path, body, nil))
		o.ids[table] = append(o.ids[table], made)
		return made
	}
	for i := range 3 {
		one("vendor", "/vendors", map[string]any{"name": fmt.Sprint(word, " vendor ", i), "service": word, "description": word, "category": word, "contact_name": word, "location": word, "purpose": word,
			"owner": o.callers["user"].person, "data": []string{"pii"}, "classification": "restricted", "subservice": true})
	}
	path := "/vendors/" + o.ids["vendor"][0]
	attached := id(h.want(admin, asFile("/records/vendor/"+o.ids["vendor"][0]+"/attachments", word+".txt", []byte("What "+word+" was promised.\n")), nil))
	o.ids["attachment"] = []string{attached}
	one("vendor_attestation", path+"/attestations", map[string]any{"type": "soc2_type2", "title": word, "attachment": attached, "period_end": "2026-01-31", "exceptions": word})
	one("vendor_contract", path+"/contracts", map[string]any{"title": word, "number": word, "note": word, "attachment": attached, "ends_on": "2027-12-31"})
	one("vendor_questionnaire", path+"/questionnaires", map[string]any{"depth": 3})
	one("vendor_questionnaire", path+"/questionnaires", map[string]any{"depth": 3})
	o.ids["vendor_answer"] = h.column(o, "SELECT id FROM vendor_answer WHERE questionnaire = '"+o.ids["vendor_questionnaire"][0]+"' ORDER BY position")
	h.want(admin, asJSON("PATCH", "/vendor-answers/"+o.ids["vendor_answer"][1], map[string]any{"answer": []string{word}, "detail": word, "note": word, "mark": "accepted"}).with("If-Match", "1"), nil)
	done := one("vendor_assessment", path+"/assessments", nil)
	h.want(admin, asJSON("PATCH", "/vendor-assessments/"+done, map[string]any{"likelihood": 2, "impact": 4, "notes": word}).with("If-Match", "1"), nil)
	h.do(admin, "POST", "/vendor-assessments/"+done+"/conclude", map[string]any{"decision": "approved", "conclusion": word}, nil)
	one("vendor_assessment", "/vendors/"+o.ids["vendor"][1]+"/assessments", nil)
}

// version is a header for do.
func version(v string) http.Header { return http.Header{"If-Match": {v}} }

// machine are text columns whose values the program chooses: ids, references, words of a vocabulary, times,
// digests. Every other text column of Quarrystone is given the canary, also one that is added later.
var machine = regexp.MustCompile(`^(\w+\.)?(` + strings.Join([]string{
	`id`, `policy`, `policy_version`, `policy_request`, `audience`, `chosen`, `decision`, `template`, `content`, `requested_by`, `activity`, `occurrence`, `file`, `record`, `event`, `actor`, `mail`,
	`inbox`, `scope`, `owner`, `reviewer`, `control`, `evidence`, `requirement`, `framework`,
	`parent`, `person`, `uploaded_by`, `reviewed_by`, `changed_by`, `replaces`, `\w+_at`, `\w+_on`,
	`\w+_start`, `\w+_end`, `day`, `since`, `first_expiry`, `source`, `source_key`, `source_id`,
	`key`, `ref`, `sort_ref`, `digest`, `sha256`, `original`, `object`, `\w+_sha256`,
	`\w+_object`, `\w+_type`, `type`, `kind`, `status`, `effective`, `relation`, `frequency`,
	`review`, `tags`, `report`, `color`, `zone`, `currency`, `decided`, `baseline`,
	`reasons`, `approver`, `email`, `contact_email`, `website`, `uuid`, `reason`, `information`,
	`document`, `sensitivity`, `confidentiality`, `integrity`, `availability`, `look`, `heads`, `mapping`,
	`checked`, `problems`, `target`, `under`, `encoding`, `comma`, `state`, `\w+_requirement`,
	`\w+_key`, `relation_set`, `pairs`, `edition`, `follows`, `origin`, `batch`, `rhythm`,
	`created_by`, `ended_by`, `other`, `other_kind`, `author`, `\w+_by`, `tag`, `field`,
	`view`, `list`, `options`, `columns`, `search`, `value`, `choice`, `asked`,
	`asked_by`, `cycle`, `package`, `risk`, `treatment`, `accepted_until`,
	`environment`, `criticality`, `stores_data`, `classification`, `data_types`, `encrypted_\w+`, `backup`,
	`rto`, `rpo`, `mtd`, `financial`, `operational`, `legal`, `reputational`, `antimalware`, `log_review`,
	`asked_by`, `cycle`, `package`, `risk`, `vendor`, `attachment`, `questionnaire`, `assessment`, `classification`, `legal_review`, `decision`, `tier`, `mark`, `proof`, `due`, `adverse`, `answer`, `data`, `facts`, `treatment`, `accepted_until`,
	`personnel`, `department`, `job_role`, `manager`, `head`, `application`, `employment`, `background`,
	`nda`, `training`, `mfa`, `admin_rights`, `sso`, `classification`, `criticality`, `review_every`,
	`url`, `flag`,
}, "|") + `)$`)

// sing writes the canary into every text of Quarrystone, that of the catalogs too.
func (h *house) sing() {
	h.tb.Helper()
	var tables []string
	set := map[string][]string{}
	for _, table := range h.column(h.b, "SELECT name FROM sqlite_master WHERE type = 'table'") {
		if !slices.ContainsFunc(h.srv.Modules, func(m op.Module) bool { return slices.Contains(m.Owns, table) }) {
			continue
		}
		if slices.Contains(storage.SealedTables(), table) {
			continue // nobody changes their rows: fill wrote the word into them
		}
		h.in(h.b, func(tx *storage.ReadTx) error {
			rows, err := tx.Query("SELECT * FROM " + table + " LIMIT 0")
			if err != nil {
				return err
			}
			defer rows.Close()
			columns, err := rows.ColumnTypes()
			for _, c := range columns {
				if c.DatabaseTypeName() == "TEXT" && !machine.MatchString(c.Name()) {
					set[table] = append(set[table], c.Name())
				}
			}
			return err
		})
		if set[table] != nil {
			tables = append(tables, table)
		}
	}
	if len(tables) < 8 {
		h.tb.Fatalf("only %v have texts", tables)
	}
	h.write(h.b, tables, func(tx *storage.WriteTx) error {
		for table, columns := range set {
			for _, c := range columns {
				if err := tx.Exec(fmt.Sprintf("UPDATE %s SET %s = '%s %s.%s ' || %[2]s WHERE %[2]s NOT LIKE '%%%[3]s%%'", table, c, canary, table, c)); err != nil {
					return fmt.Errorf("%s.%s: %w", table, c, err)
				}
			}
		}
		return nil
	})
}

// note writes down the ids of an organisation's rows.
func (h *house) note(o *org) {
	h.tb.Helper()
	add := func(in *org, table, query string, args ...any) {
		for _, id := range h.column(in, query, args...) {
			if !strings.Contains(strings.Join(o.ids[table], " "), id) {
				o.ids[table] = append(o.ids[table], id)
			}
		}
	}
	add(o, "control", "SELECT id FROM control ORDER BY ref LIMIT 20")
	add(o, "framework", "SELECT id FROM framework ORDER BY source")
	add(o, "requirement", "SELECT id FROM requirement WHERE assessable = 1 ORDER BY framework, position LIMIT 20")
	add(o, "statement", "SELECT id FROM statement")
	add(o, "relation_set", "SELECT id FROM relation_set")
	add(o, "edition", "SELECT id FROM edition")
	add(o, "edition_row", "SELECT id FROM edition_row ORDER BY position")
	add(o, "person", "SELECT id FROM person ORDER BY email")
	add(o, "scope", "SELECT id FROM scope WHERE kind = 'product' ORDER BY name")
	add(o, "baseline", "SELECT id FROM baseline ORDER BY created_at, id")
	add(o, "mapping", "SELECT id FROM mapping LIMIT 20")
	add(nil, "membership", "SELECT m.id FROM membership m JOIN account a ON a.id = m.account WHERE m.tenant = ? ORDER BY a.email = ? DESC", o.id, o.callers["spare"].email)
	add(nil, "account", "SELECT account FROM membership WHERE tenant = ?", o.id)
	add(nil, "token", "SELECT id FROM token WHERE tenant = ? AND account = ?", o.id, o.callers["admin"].account)
	add(nil, "session", "SELECT id FROM session WHERE tenant = ? AND account = ? AND expires > ?", o.id, o.callers["admin"].account, h.clock.Now().Format(storage.Instant))
	o.ids["tenant"] = []string{o.id}
	o.ids["slug"] = []string{o.slug}
}

// logo is a small picture, another one for each n.
func logo(n int) []byte {
	m := image.NewGray(image.Rect(0, 0, 64, 64))
	m.Pix[n%len(m.Pix)] = 200
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// rules is a small library of CISO Assistant with a mapping set to SOC 2, in one of two editions.
func rules(word string, edition int) []byte {
	text := fmt.Sprintf(`name: %[1]s rules
version: %[2]d
provider: %[1]s
objects:
  framework:
    urn: urn:rules:framework:rules
    name: %[1]s rules
    requirement_nodes:
    - {urn: "urn:rules:req_node:rules:r.1", assessable: true, ref_id: R.1, name: "%[1]s doors", description: "%[1]s edition %[2]d"}
    - {urn: "urn:rules:req_node:rules:r.2", assessable: true, ref_id: R.2, name: "%[1]s windows", description: "%[1]s edition %[2]d"}
    - {urn: "urn:rules:req_node:rules:r.3", assessable: true, ref_id: R.3, name: "%[1]s roofs", description: "%[1]s edition %[2]d"}
`, word, edition)
	if edition > 1 {
		return []byte(text)
	}
	return []byte(text + `  requirement_mapping_sets:
  - urn: urn:rules:req_mapping_set:rules
    name: ` + word + ` rules to SOC 2
    source_framework_urn: urn:rules:framework:rules
    target_framework_urn: urn:x:framework:soc2-2017
    requirement_mappings:
    - {source_requirement_urn: "urn:rules:req_node:rules:r.1", target_requirement_urn: "urn:x:req_node:soc2-2017:cc7.1", relationship: equal, rationale: ` + word + `}
`)
}

// oscal is a small catalog.
func oscal(word string) []byte {
	return fmt.Appendf(nil, `{"catalog":{"uuid":"74c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724","metadata":{"title":"%[1]s catalog","last-modified":"2026-01-01T00:00:00Z","version":"1","oscal-version":"1.1.2"},
"groups":[{"id":"g1","title":"%[1]s group","controls":[
{"id":"c1","title":"%[1]s one","parts":[{"id":"c1_smt","name":"statement","prose":"%[1]s says so."}]},
{"id":"c2","title":"%[1]s two","parts":[{"id":"c2_smt","name":"statement","prose":"%[1]s says so too."}]}]}]}}`, word)
}

// plan is a small system security plan for that catalog.
func plan(word string) []byte {
	return fmt.Appendf(nil, `{"system-security-plan":{"uuid":"84c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724","metadata":{"title":"%[1]s plan","last-modified":"2026-01-01T00:00:00Z","version":"1","oscal-version":"1.1.2","roles":[{"id":"r","title":"%[1]s team"}]},
"system-characteristics":{"system-ids":[{"id":"x"}],"system-name":"%[1]s system","description":"%[1]s","system-information":{"information-types":[{"title":"%[1]s records","description":"%[1]s"}]},"status":{"state":"operational","remarks":"%[1]s"},"authorization-boundary":{"description":"%[1]s"}},
"system-implementation":{"components":[{"uuid":"94c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724","type":"this-system","title":"%[1]s","description":"%[1]s","status":{"state":"operational"}}]},
"control-implementation":{"description":"%[1]s","implemented-requirements":[{"uuid":"a4c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724","control-id":"c1","responsible-roles":[{"role-id":"r"}],
"by-components":[{"component-uuid":"94c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724","uuid":"b4c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724","description":"%[1]s does so."}]}]}}}`, word)
}

// components is a small component definition for it.
func components(word string) []byte {
	return fmt.Appendf(nil, `{"component-definition":{"uuid":"c4c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724","metadata":{"title":"%[1]s components","last-modified":"2026-01-01T00:00:00Z","version":"1","oscal-version":"1.1.2"},
"components":[{"uuid":"d4c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724","type":"software","title":"%[1]s database","description":"%[1]s","control-implementations":[{"uuid":"e4c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724","source":"catalog.json","description":"%[1]s",
"implemented-requirements":[{"uuid":"f4c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724","control-id":"c2","description":"%[1]s encrypts."}]}]}]}}`, word)
}
