package auditlog

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"assay/storage"
)

func set(list string) map[string]bool {
	m := map[string]bool{}
	for _, s := range strings.Fields(list) {
		m[s] = true
	}
	return m
}

// What columns hold, for the words around them. A column that is on none of these lists is shown as it is.
var (
	// silent columns move with every change, or serve the program: no person would speak of them.
	silent = set("id version created_at updated_at changed_at changed_by digest sort_ref source_key source_id position replaced object since logo_object logo_sha256 logo_size decided decided_at look heads checked problems problems_size problems_sha256 mapping created_by ended_at ended_by latest choice expires_at")
	// people are columns that hold a person's id.
	people = set("owner reviewer changed_by uploaded_by reviewed_by person invited_by approver decided_by created_by ended_by author resolved_by asked asked_by")
	// rowsOf are columns that hold the key of a row of the table of that name.
	rowsOf = set("control requirement framework evidence scope baseline account tenant membership cycle")
	// people are columns that hold a person's id.
	// rowsOf are columns that hold the key of a row of the table of that name.
	// yesNo are columns of 0 and 1.
	yesNo = set("reasonable applicable assessable withdrawn archived evidence_required not_applicable core replaced active password_long required shared compact")
	// choices are columns of one word out of a list.
	choices = set("status state effective review role source kind frequency relation type_of")
	// wordy columns are too long for a sentence.
	wordy = set("description test body guidance justification note review_note reason report tags assessment alternative preferences address source_note na_reason failure outcome")
)

// spoken is a column in the middle of a sentence.
func spoken(col string) string {
	switch col {
	case "validity_days":
		return "validity in days"
	case "na_reason":
		return "the reason it does not apply"
	case "collected_on":
		return "collection date"
	case "ref":
		return "reference"
	case "zone":
		return "time zone"
	case "test":
		return "test procedure"
	case "body":
		return "text"
	case "totp":
		return "two-factor sign-in"
	case "sha256":
		return "SHA-256"
	case "original":
		return "original SHA-256"
	case "expected_loss":
		return "expected loss in minor units"
	}
	switch words := strings.ReplaceAll(col, "_", " "); {
	case strings.Contains(col, "_often_"):
		return words + " in ten-thousandths"
	case strings.Contains(col, "_cost_"):
		return words + " in minor units"
	}
	return strings.ReplaceAll(col, "_", " ")
}

// heading is a column as the name of a field.
func heading(col string) string { return upper(spoken(col)) }

// thing names rows of a table.
func thing(table string, n int) string {
	one, many := strings.ReplaceAll(table, "_", " "), ""
	switch table {
	case "evidence":
		one, many = "evidence request", "evidence requests"
	case "person":
		many = "people"
	case "membership":
		one, many = "member", "members"
	case "token":
		one, many = "access token", "access tokens"
	case "record_link":
		one, many = "link", "links"
	case "record_tag":
		one, many = "record's tag", "records' tags"
	case "field":
		one, many = "custom field", "custom fields"
	case "field_value":
		one, many = "value", "values"
	case "saved_view":
		one, many = "view", "views"
	case "view_default":
		one, many = "choice of view", "choices of view"
	case "control_status", "control_effective":
		one, many = "control", "controls"
	case "evidence_control", "activity_evidence":
		one, many = "evidence link", "evidence links"
	case "risk_score":
		one, many = "score", "scores"
	case "risk_loss":
		one, many = "loss", "losses"
	case "risk_appetite":
		one, many = "appetite for risk", "appetites for risk"
	case "risk_scale":
		one, many = "scale of risks", "scales of risks"
	case "activity":
		many = "activities"
	case "policy":
		many = "policies"
	case "policy_version":
		one, many = "version of a policy", "versions of policies"
	case "policy_approval":
		one, many = "decision on a policy", "decisions on policies"
	case "policy_approver":
		one, many = "approver", "approvers"
	case "policy_control", "policy_requirement":
		one, many = "policy link", "policy links"
	case "policy_request":
		one, many = "request to acknowledge", "requests to acknowledge"
	case "policy_acknowledgment":
		one, many = "acknowledgment", "acknowledgments"
	case "policy_exception":
		one, many = "exception from a policy", "exceptions from policies"
	case "policy_setting":
		one, many = "setting of policies", "settings of policies"
	case "activity_control":
		one, many = "control link", "control links"
	case "occurrence_file":
		one, many = "file of an occurrence", "files of occurrences"
	case "scope":
		one = "product"
	case "requirement_scope", "requirement_reason":
		one = "requirement"
	case "framework_scope":
		one = "framework"
	case "addressable":
		one = "decision on an addressable specification"
		many = "decisions on addressable specifications"
	case "oscal_document":
		one, many = "OSCAL document", "OSCAL documents"
	case "relation_set":
		one, many = "mapping set", "mapping sets"
	case "dismissal":
		one, many = "dismissed suggestion", "dismissed suggestions"
	case "edition_row":
		one, many = "difference of an edition", "differences of an edition"
	case "period":
		one, many = "compliance period", "compliance periods"
	case "cycle":
		one, many = "collection cycle", "collection cycles"
	case "evidence_ask":
		one, many = "request to a colleague", "requests to colleagues"
	case "evidence_reminder":
		one, many = "reminder", "reminders"
	case "package":
		one, many = "auditor package", "auditor packages"
	case "recovery_code":
		one, many = "recovery code", "recovery codes"
	case "readiness_day", "readiness_part":
		one, many = "day's figures", "days' figures"
	case "audit":
		one, many = "audit record", "audit records"
	}
	switch {
	case n == 1:
		return one
	case many != "":
		return many
	}
	return one + "s"
}

func wantValue(n *names, col string, pair [2]any) {
	for _, v := range pair {
		s, _ := v.(string)
		switch {
		case people[col]:
			n.want("person", s)
		case rowsOf[col]:
			n.want(col, s)
		}
	}
}

// value puts one value of a column into words.
func value(n *names, col string, v any) string {
	switch v := v.(type) {
	case storage.Long:
		return fmt.Sprintf("(a text of %d bytes)", v.Length)
	case storage.Secret:
		return "(secret)"
	case storage.Erased:
		return "(erased)"
	case map[string]any: // as it stands in the log
		switch {
		case v["length"] != nil:
			return fmt.Sprintf("(a text of %v bytes)", v["length"])
		case v["secret"] == true:
			return "(secret)"
		case v["erased"] == true:
			return "(erased)"
		}
		return "(personal)"
	case nil:
		return nothing(col)
	case string:
		return textValue(n, col, v)
	case int64:
		return numberValue(col, strconv.FormatInt(v, 10))
	case json.Number:
		return numberValue(col, v.String())
	}
	return fmt.Sprint(v)
}

func textValue(n *names, col, v string) string {
	switch {
	case v == "":
		return nothing(col)
	case people[col]:
		return n.person(v)
	case rowsOf[col]:
		if name := n.get(col, v); name != "" {
			return name
		}
		if v == "organisation" {
			return "Organisation"
		}
		return "a " + thing(col, 1) + " that is gone"
	case choices[col]:
		return upper(strings.ReplaceAll(v, "_", " "))
	}
	return v
}

func numberValue(col, v string) string {
	if yesNo[col] {
		return map[string]string{"0": "No", "1": "Yes"}[v]
	}
	return v
}

func nothing(col string) string {
	if people[col] {
		return "nobody"
	}
	return "nothing"
}

func upper(s string) string {
	if s == "" {
		return s
	}
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}
