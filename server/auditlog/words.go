package auditlog

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"assay/storage"
)

// Every sentence about a record is made in this file. It follows the actor's name and names what was done
// by the names that people use today.

// sentence says what was done, to be read after the actor's name.
func (s *shape) sentence(n *names) string {
	if strings.HasPrefix(s.Action, "backup.") {
		return s.backupSentence()
	}
	if strings.HasPrefix(s.Action, "branch.") {
		return s.branchSentence(n)
	}
	if len(s.lead) == 0 {
		return s.eventSentence()
	}
	said := s.changeSentence(n)
	for _, e := range s.Events {
		if seq, ok := e.Detail["undoes"].(float64); ok {
			return fmt.Sprintf("undid record %d: %s", int64(seq), said)
		}
		if _, ok := e.Detail["restores"].(float64); ok {
			return "brought back " + s.subject(n)
		}
	}
	return said
}

// subject is what a change was about: the record, or how many of which kind.
func (s *shape) subject(n *names) string {
	c := s.lead[0]
	if len(s.lead) > 1 {
		return fmt.Sprintf("%d %s", len(s.lead), thing(c.Table, len(s.lead)))
	}
	return thing(c.Table, 1) + " " + n.row(c.Table, c.PK, s.values[0])
}

func (s *shape) changeSentence(n *names) string {
	c, set, many := s.lead[0], s.values[0], len(s.lead)
	name := func() string { return n.row(c.Table, c.PK, set) }
	things := fmt.Sprintf("%d %s", many, thing(c.Table, many))
	is := func(table, op string) bool { return c.Table == table && c.Op == op }
	changed := func(col string) (old, new string, ok bool) {
		pair, ok := set[col]
		return value(n, col, pair[0]), value(n, col, pair[1]), ok
	}
	switch {
	case is("import", "insert"):
		return "uploaded the table " + name()
	case is("import", "update") && many == 1:
		return s.importSentence(name())
	case is("framework", "insert") && many == 1:
		return "turned on " + name() + s.with("requirement", "control", "evidence")
	case is("framework", "update") && many == 1 && set["archived"] != [2]any{}:
		if fmt.Sprint(set["archived"][1]) == "1" {
			return "turned off " + name()
		}
		return "turned on " + name() + " again" + s.with("requirement", "control", "evidence")
	case is("file", "insert") && many == 1:
		return "uploaded " + name() + " to " + n.orGone("evidence", text(set["evidence"]), nil)
	case is("file", "update") && many == 1 && set["review"] != [2]any{}:
		switch fmt.Sprint(set["review"][1]) {
		case "accepted":
			return "accepted " + name()
		case "rejected":
			return "rejected " + name() + because(given(set["review_note"]))
		}
		return "asked for another review of " + name()
	case is("membership", "insert") && many == 1:
		_, role, _ := changed("role")
		return "invited " + name() + " as " + role
	case is("membership", "update") && many == 1 && set["status"] != [2]any{}:
		switch fmt.Sprint(set["status"][1]) {
		case "disabled":
			return "disabled the access of " + name()
		case "active":
			if set["status"][0] == "disabled" {
				return "gave access back to " + name()
			}
			return "joined as " + name()
		}
		return "invited " + name() + " again"
	case is("membership", "delete") && many == 1:
		return "removed " + name() + " from the organisation"
	case is("token", "insert") && many == 1:
		return "made the access token " + name()
	case is("token", "delete") && many == 1:
		return "revoked the access token " + name()
	case is("account", "update") && set["password"] != [2]any{}:
		return "changed their password"
	case is("account", "update") && set["totp"] != [2]any{}:
		return "changed their two-factor sign-in"
	case is("statement", "insert") && many == 1:
		return "wrote how " + name() + " is met"
	case is("statement", "update") && many == 1:
		return s.updateSentence(n, "the statement for "+name())
	case is("mapping", "insert") && many == 1:
		return "mapped " + name()
	case is("mapping", "delete") && many == 1:
		return "unmapped " + n.joined(c.Table, c.PK, set, " from ")
	case is("relation", "insert") && many == 1:
		return "related " + name()
	case is("relation", "delete") && many == 1:
		return "unrelated " + n.joined(c.Table, c.PK, set, " from ")
	case is("dismissal", "insert") && many == 1:
		return "dismissed the suggestion " + n.joined(c.Table, c.PK, set, " for ")
	case is("dismissal", "delete") && many == 1:
		return "brought back the suggestion " + n.joined(c.Table, c.PK, set, " for ")
	case pairs[c.Table] != [2]string{} && c.Op == "insert" && many == 1:
		return "linked " + name()
	case pairs[c.Table] != [2]string{} && c.Op == "delete" && many == 1:
		return "unlinked " + n.joined(c.Table, c.PK, set, " from ")
	case is("record_link", "insert") && many == 1:
		return "linked " + name()
	case is("record_link", "delete") && many == 1:
		return "unlinked " + n.joined(c.Table, c.PK, set, " from ")
	case is("comment", "insert") && many == 1:
		return "commented on " + name()
	case is("comment", "delete") && many == 1, is("comment", "update") && set["deleted_at"] != [2]any{}:
		return "took a comment back"
	case is("comment", "update") && set["resolved_at"] != [2]any{}:
		if given(set["resolved_at"]) == "" {
			return "opened a thread again"
		}
		return "settled a thread"
	case is("comment", "update") && many == 1:
		return "put a comment in other words"
	case is("tag", "insert") && many == 1 && s.with("record_tag") != "": // made while it was added
		return "made the tag " + name() + " and added it" + s.with("record_tag")
	case is("record_tag", "insert") && many > 1:
		return fmt.Sprintf("tagged %d records", many)
	case is("record_tag", "delete") && many > 1:
		return fmt.Sprintf("untagged %d records", many)
	case is("record_tag", "insert") && many == 1:
		return "tagged " + n.joined(c.Table, c.PK, set, " as ")
	case is("record_tag", "delete") && many == 1:
		return "untagged " + n.joined(c.Table, c.PK, set, " as ")
	case c.Table == "field_value" && c.Op == "delete" && many == 1:
		return "emptied " + name()
	case c.Table == "field_value" && many == 1:
		if to := given(set["value"]); to != "" && utf8.RuneCountInString(to) <= 60 && !strings.HasPrefix(to, "[") {
			return "set " + name() + " to " + strings.Trim(to, `"`)
		}
		return "set " + name()
	case c.Table == "view_default":
		return "chose how a list opens for them"
	case is("evidence_ask", "insert") && many == 1:
		return "asked " + n.orGone("person", text(set["asked"]), nil) + " for proof: " + n.orGone("evidence", text(set["evidence"]), nil)
	case is("evidence_ask", "update") && many == 1 && !blank(set["withdrawn_at"][1]):
		return "withdrew what was asked for: " + name()
	case is("cycle", "update") && many == 1 && set["state"] != [2]any{}:
		switch fmt.Sprint(set["state"][1]) {
		case "skipped":
			return "skipped " + name() + because(given(set["reason"]))
		case "open":
			return "opened " + name()
		}
	case is("evidence_reminder", "insert"), is("evidence_reminder", "update"):
		return "reminded of proof that ends: " + map[bool]string{true: name(), false: things}[many == 1]
	case c.Table == "control_effective" && c.Op != "delete":
		if many > 1 {
			return fmt.Sprintf("recalculated the effective status of %d controls", many)
		}
		_, effective, ok := changed("effective")
		if !ok {
			return "gave the effective status of " + name() + " another reason" + because(given(set["reason"]))
		}
		return "found " + name() + " to be " + effective + because(given(set["reason"]))
	case c.Table == "readiness_day", c.Table == "readiness_part":
		return "kept the day's readiness figures"
	case is("framework_scope", c.Op) && many == 1 && set["baseline"] != [2]any{} && c.Op != "delete" && text(set["baseline"]) != "":
		if _, to, _ := changed("baseline"); fmt.Sprint(set["baseline"][1]) != "" {
			return "chose the baseline " + to + " for " + name()
		}
		return "took the baseline away from " + name()
	case is("addressable", "insert") && many == 1, is("addressable", "update") && many == 1:
		return "documented the decision on " + name()
	case is("requirement_reason", "insert") && many == 1, is("requirement_reason", "update") && many == 1:
		return "said why " + name() + " is included"
	case c.Table == "requirement_scope" && many == 1 && c.Op != "delete" && set["applicable"] != [2]any{}:
		if fmt.Sprint(set["applicable"][1]) == "0" {
			return "said that " + name() + " does not apply" + because(given(set["justification"]))
		}
		return "said that " + name() + " applies"
	case is("control_status", "insert") && !strings.HasSuffix(c.PK, "/organisation"):
		if n := controls(s.lead); n > 1 {
			return fmt.Sprintf("gave %d controls a status in each product", n)
		}
		return "gave " + n.orGone("control", strings.Split(c.PK, "/")[0], nil) + " a status in each product"
	case is("control_status", "delete") && !strings.HasSuffix(c.PK, "/organisation"):
		if n := controls(s.lead); n > 1 {
			return fmt.Sprintf("gave %d controls one status again", n)
		}
		return "gave " + n.orGone("control", strings.Split(c.PK, "/")[0], nil) + " one status again"
	case is("control_status", "insert"):
		if many > 1 {
			return "set the status of " + things
		}
		_, status, _ := changed("status")
		return "set status of " + name() + " to " + status
	case c.Op == "insert" && many == 1:
		return "added " + thing(c.Table, 1) + " " + name()
	case c.Op == "insert":
		return "added " + things
	case c.Op == "delete" && many == 1:
		return "deleted " + thing(c.Table, 1) + " " + name()
	case c.Op == "delete":
		return "deleted " + things
	case many == 1:
		return s.updateSentence(n, name())
	}
	if col, to, ok := s.alike(n); ok {
		return fmt.Sprintf("changed %s of %s to %s", spoken(col), things, to)
	}
	return "changed " + things
}

func (s *shape) updateSentence(n *names, name string) string {
	set := s.values[0]
	if set["status"] != [2]any{} { // what else changed with a status explains it
		return fmt.Sprintf("changed status of %s from %s to %s%s", name, value(n, "status", set["status"][0]), value(n, "status", set["status"][1]), because(given(set["justification"])))
	}
	switch len(s.fields) {
	case 0:
		return "touched " + name
	case 1:
		col := s.fields[0]
		old, new := value(n, col, set[col][0]), value(n, col, set[col][1])
		if wordy[col] || utf8.RuneCountInString(old) > 60 || utf8.RuneCountInString(new) > 60 {
			return fmt.Sprintf("changed %s of %s", spoken(col), name)
		}
		return fmt.Sprintf("changed %s of %s from %s to %s", spoken(col), name, old, new)
	case 2, 3:
		var cols []string
		for _, col := range s.fields {
			cols = append(cols, spoken(col))
		}
		return fmt.Sprintf("changed %s and %s of %s", strings.Join(cols[:len(cols)-1], ", "), cols[len(cols)-1], name)
	}
	return fmt.Sprintf("changed %d fields of %s", len(s.fields), name)
}

// alike reports whether all rows were given the same value in one column.
func (s *shape) alike(n *names) (col, to string, ok bool) {
	col = "status"
	if s.values[0]["status"] == [2]any{} {
		if len(s.fields) != 1 {
			return "", "", false
		}
		col = s.fields[0]
	}
	if len(s.lead) > compared {
		for _, c := range s.lead[compared:] {
			s.values = append(s.values, c.set())
		}
	}
	for _, set := range s.values {
		if set[col] == [2]any{} || value(n, col, set[col][1]) != value(n, col, s.values[0][col][1]) {
			return "", "", false
		}
	}
	to = value(n, col, s.values[0][col][1])
	return col, to, !wordy[col] && utf8.RuneCountInString(to) <= 60
}

// backupSentence speaks of drills, and of going back to how the organisation was; what that changed is said by the
// rows themselves.
func (s *shape) backupSentence() string {
	detail := map[string]any{}
	if len(s.Events) > 0 {
		detail = s.Events[0].Detail
	}
	held := len(s.lead) > 0 && s.lead[0].Table == "tenant"
	switch {
	case s.Action == "backup.restore" && held:
		return "held mails until somebody releases them"
	case s.Action == "backup.restore":
		at, _ := detail["instant"].(string)
		return "took the organisation back to how it was on " + strings.Replace(fmt.Sprintf("%.16s UTC", at), "T", " at ", 1)
	case s.Action == "backup.release" && held, s.Action == "backup.release" && detail["dropped"] != true:
		return "let mails leave again"
	case s.Action == "backup.release":
		return fmt.Sprintf("dropped the mails of %v notifications", detail["waited"])
	case s.Action == "backup.drill":
		return "restored the newest state beside the data, for a drill"
	}
	return plainWords(s.Action)
}

// importSentence says how far a table has come, and what it brought.
func (s *shape) importSentence(name string) string {
	switch s.Action {
	case "imports.check":
		return "checked the table " + name
	case "imports.read":
		return "read the table " + name + " again"
	case "imports.discard":
		return "put the table " + name + " away"
	case "imports.undo":
		return "took the import of " + name + " back"
	case "imports.clear":
		return "cleared the file of the import " + name + " away"
	}
	if s.values[0]["state"] == [2]any{"checked", "running"} {
		return "began to import " + name
	}
	var parts []string
	for _, t := range []string{"control", "evidence", "requirement"} {
		for _, c := range s.counts {
			switch {
			case c.Table == t && c.Op == "insert":
				parts = append(parts, fmt.Sprintf("%d new %s", c.N, thing(t, c.N)))
			case c.Table == t && c.Op == "update":
				parts = append(parts, fmt.Sprintf("%d changed %s", c.N, thing(t, c.N)))
			}
		}
	}
	if len(parts) == 0 {
		return "imported " + name
	}
	return "imported " + name + " (" + strings.Join(parts, ", ") + ")"
}

// with counts the rows that came along, in brackets.
func (s *shape) with(tables ...string) string {
	var parts []string
	for _, t := range tables {
		for _, c := range s.counts {
			if c.Table == t && c.Op == "insert" {
				parts = append(parts, fmt.Sprintf("%d %s", c.N, thing(t, c.N)))
			}
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// given is the text that a column was given now.
func given(pair [2]any) string {
	s, _ := pair[1].(string)
	return s
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	if utf8.RuneCountInString(reason) > 200 {
		reason = string([]rune(reason)[:200]) + "…"
	}
	return ", because: " + reason
}

// eventSentence speaks of a read that mattered, or a call that was refused.
func (s *shape) eventSentence() string {
	if len(s.Events) == 0 {
		return plainWords(s.Action)
	}
	e := s.Events[0]
	detail := func(k string) string {
		switch v := e.Detail[k].(type) {
		case nil:
			return ""
		case float64:
			return strconv.FormatFloat(v, 'f', -1, 64)
		case string:
			return v
		default:
			return fmt.Sprint(v)
		}
	}
	_, verb, _ := strings.Cut(s.Action, ".")
	switch {
	case s.Action == "refused":
		return fmt.Sprintf("was refused %s: the role %s does not allow it", plainWords(e.Subject), detail("role"))
	case s.Action == "past.look":
		return "looked at the organisation as it was at " + e.Subject
	case s.Action == "file.damaged":
		return "met a damaged file: " + cmp.Or(detail("name"), e.Subject)
	case s.Action == "evidence.package":
		return "made the auditor package " + e.Subject + " of " + detail("files") + " files"
	case s.Action == "evidence.preview":
		return "looked at " + e.Subject
	case s.Action == "audit.verify":
		return fmt.Sprintf("verified the audit log: %s records, %s", detail("records"), problems(detail("problems")))
	case s.Action == "audit.export":
		return "exported the audit log as " + e.Subject
	case s.Action == "tenant.export":
		if detail("format") == "plain" {
			return "exported the whole organisation as plain files"
		}
		return "exported the whole organisation as an archive"
	case s.Action == storage.ImportAction:
		return fmt.Sprintf("brought the organisation in from an archive of %s records, exported on %.10s", detail("records"), detail("exported_at"))
	case strings.HasSuffix(verb, "export"):
		return fmt.Sprintf("exported %s %s as %s", detail("rows"), thing(e.Subject, 2), strings.ToUpper(detail("format")))
	case strings.Contains(verb, "download") || detail("sha256") != "":
		return "downloaded " + e.Subject
	}
	return strings.TrimSpace(plainWords(s.Action) + " " + e.Subject)
}

func problems(n string) string {
	switch n {
	case "0":
		return "no problem found"
	case "1":
		return "1 problem found"
	}
	return n + " problems found"
}

// plainWords makes "control.bulk_update" readable.
func plainWords(s string) string { return strings.NewReplacer(".", " ", "_", " ").Replace(s) }

// controls counts the controls whose statuses these are.
func controls(rows []change) int {
	of := map[string]bool{}
	for _, c := range rows {
		control, _, _ := strings.Cut(c.PK, "/")
		of[control] = true
	}
	return len(of)
}
