package snapshot

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"assay/server/record"
	"assay/storage"
)

// What belongs to the frameworks, as ids. @frameworks is a JSON array.
const (
	ofFrameworks  = "SELECT value FROM json_each(@frameworks)"
	ofControls    = "SELECT m.control FROM mapping m JOIN requirement q ON q.id = m.requirement WHERE q.framework IN (" + ofFrameworks + ")"
	ofEvidence    = "SELECT l.evidence FROM evidence_control l WHERE l.control IN (" + ofControls + ")"
	inOccurrences = "t.period_start <= @to AND t.period_end >= @from"
)

// Covers is the rule by which a file is in an auditor snapshot: it belongs to the period, by the time it is about, else
// by the day it is from; or it is accepted and was valid on a day of it. expires is the last day it counts, empty when
// it counts for ever.
func Covers(s SnapshotScope, collected, start, end string, accepted bool, expires string) bool {
	if start != "" && end != "" {
		if start <= s.To && end >= s.From {
			return true
		}
	} else if s.From <= collected && collected <= s.To {
		return true
	}
	return accepted && collected <= s.To && (expires == "" || expires >= s.From)
}

// covered is Covers in SQL, over file t. A test compares both.
const covered = `(CASE WHEN t.period_start <> '' AND t.period_end <> '' THEN t.period_start <= @to AND t.period_end >= @from
	ELSE t.collected_on BETWEEN @from AND @to END
	OR t.review = 'accepted' AND t.collected_on <= @to AND (SELECT e.validity_days = 0 OR date(t.collected_on, '+' || e.validity_days || ' days') >= @from
		FROM evidence e WHERE e.id = t.evidence))`

// there says that the record which two columns name is in the snapshot.
func there(kind, id string) string {
	var or []string
	for _, k := range record.Kinds() {
		or = append(or, fmt.Sprintf("%s = '%s' AND %s IN (SELECT id FROM %s)", kind, k, id, k))
	}
	return "(" + strings.Join(or, " OR ") + ")"
}

// with says that what a column names is in the snapshot.
func with(column, table string) string { return "t." + column + " IN (SELECT id FROM " + table + ")" }

// holds is what a snapshot has of each table, in an order in which what a row belongs to comes before it. A table that
// is not here is empty in every snapshot: a test asks for a decision about each new one.
func holds() []storage.Part {
	appears := []string{ // who is named by what is in the snapshot
		"SELECT owner FROM control", "SELECT owner FROM evidence", "SELECT reviewer FROM evidence", "SELECT changed_by FROM control_status",
		"SELECT uploaded_by FROM file", "SELECT reviewed_by FROM file", "SELECT person FROM cycle_step", "SELECT owner FROM activity",
		"SELECT ended_by FROM occurrence", "SELECT owner FROM task", "SELECT created_by FROM task", "SELECT ended_by FROM task",
		"SELECT author FROM comment", "SELECT resolved_by FROM comment", "SELECT owner FROM framework_scope", "SELECT approver FROM framework_scope",
		"SELECT decided_by FROM addressable", "SELECT owner FROM statement", "SELECT created_by FROM record_link", "SELECT owner FROM policy", "SELECT created_by FROM policy", "SELECT author FROM policy_version",
		"SELECT submitted_by FROM policy_version", "SELECT published_by FROM policy_version", "SELECT person FROM policy_approver", "SELECT person FROM policy_approval",
		"SELECT requested_by FROM policy_exception", "SELECT decided_by FROM policy_exception", "SELECT actor FROM audit",
		"SELECT j.value FROM field_value v JOIN field f ON f.id = v.field AND f.type = 'person', json_each(json_array(json(v.value))) j",
	}
	none := func(columns ...string) map[string]string {
		put := map[string]string{}
		for _, c := range columns {
			put[c] = "''"
		}
		return put
	}
	now := func(view, key string, columns ...string) map[string]string {
		put := map[string]string{}
		for _, c := range columns {
			put[c] = "(SELECT n." + c + " FROM main." + view + " n WHERE n." + key + " = t." + key + ")"
		}
		return put
	}
	kept := "(" + with("activity", "activity") + ")"
	return []storage.Part{
		{Table: "organisation", Rows: "1", Put: map[string]string{"industry": "''", "website": "''", "address": "''", "contact_email": "''",
			"logo_object": "''", "logo_type": "''", "logo_sha256": "''", "logo_size": "0"}},
		{Table: "framework", Rows: "t.id IN (" + ofFrameworks + ")"},
		{Table: "requirement", Rows: with("framework", "framework")},
		{Table: "mapping", Rows: with("requirement", "requirement")},
		{Table: "control", Rows: "t.id IN (SELECT control FROM mapping)"},
		{Table: "evidence_control", Rows: with("control", "control")},
		{Table: "evidence", Rows: "t.id IN (SELECT evidence FROM evidence_control)"},
		{Table: "control_status", Rows: with("control", "control")},
		{Table: "control_effective", Rows: with("control", "control")},
		{Table: "file", Rows: with("evidence", "evidence") + " AND " + covered},
		{Table: "cycle", Rows: with("evidence", "evidence") + " AND t.opens_on <= @to AND (t.ended_at = '' OR t.ended_at >= @start)"},
		{Table: "cycle_step", Rows: with("cycle", "cycle"), Put: map[string]string{
			"file": "CASE WHEN t.file IN (SELECT id FROM file) THEN t.file ELSE '' END"}},
		{Table: "activity", Rows: "t.id IN (SELECT x.activity FROM whole.activity_control x WHERE x.control IN (SELECT id FROM control)" +
			" UNION SELECT x.activity FROM whole.activity_evidence x WHERE x.evidence IN (SELECT id FROM evidence))"},
		{Table: "activity_control", Rows: kept + " AND " + with("control", "control")},
		{Table: "activity_evidence", Rows: kept + " AND " + with("evidence", "evidence")},
		{Table: "occurrence", Rows: kept + " AND " + inOccurrences},
		{Table: "occurrence_file", Rows: with("occurrence", "occurrence") + " AND " + with("file", "file")},
		{Table: "task", Rows: there("t.kind", "t.record") + " AND t.created_at < @end AND (t.ended_at = '' OR t.ended_at >= @start)"},
		// The policies that govern what is in the snapshot, with what was published of them by its last day. Who was asked to
		// acknowledge them, and what else is being written, is not an auditor's business until they ask.
		{Table: "policy", Rows: "t.id IN (SELECT x.policy FROM whole.policy_control x WHERE x.control IN (SELECT id FROM control)" +
			" UNION SELECT x.policy FROM whole.policy_requirement x WHERE x.requirement IN (SELECT id FROM requirement))"},
		{Table: "policy_control", Rows: with("policy", "policy") + " AND " + with("control", "control")},
		{Table: "policy_requirement", Rows: with("policy", "policy") + " AND " + with("requirement", "requirement")},
		{Table: "policy_version", Rows: with("policy", "policy") + " AND t.published_on <> '' AND t.published_on <= @to"},
		{Table: "policy_approver", Rows: with("policy_version", "policy_version")},
		{Table: "policy_approval", Rows: with("policy_version", "policy_version")},
		{Table: "policy_exception", Rows: with("policy", "policy") + " AND t.created_at < @end AND t.expires_on >= @from"},
		{Table: "policy_setting", Rows: "1"},
		{Table: "baseline", Rows: with("framework", "framework")},
		{Table: "baseline_requirement", Rows: with("baseline", "baseline") + " AND " + with("requirement", "requirement")},
		{Table: "framework_scope", Rows: with("framework", "framework")},
		{Table: "requirement_scope", Rows: with("requirement", "requirement")},
		{Table: "requirement_reason", Rows: with("requirement", "requirement")},
		{Table: "addressable", Rows: with("requirement", "requirement")},
		{Table: "statement", Rows: with("requirement", "requirement")},
		{Table: "relation", Rows: with("from_requirement", "requirement") + " AND " + with("to_requirement", "requirement"),
			Put: map[string]string{"relation_set": "NULL"}}, // a set speaks of other frameworks, too
		{Table: "period", Rows: "t.starts_on >= @from AND t.ends_on <= @to"},
		{Table: "comment", Rows: there("t.kind", "t.record") + " AND (t.created_at >= @start AND t.created_at < @end" +
			" OR t.id IN (SELECT a.parent FROM whole.comment a WHERE a.created_at >= @start AND a.created_at < @end))"},
		{Table: "record_link", Rows: there("t.kind", "t.record") + " AND " + there("t.other_kind", "t.other")},
		{Table: "tag", Rows: "t.id IN (SELECT x.tag FROM whole.record_tag x WHERE " + there("x.kind", "x.record") + ")"},
		{Table: "record_tag", Rows: there("t.kind", "t.record")},
		{Table: "field", Rows: "t.id IN (SELECT x.field FROM whole.field_value x WHERE " + there("t.kind", "x.record") + ")"},
		{Table: "field_value", Rows: "t.field IN (SELECT f.id FROM field f WHERE " + there("f.kind", "t.record") + ")"},
		{Table: "object_text", Rows: "t.object IN (SELECT object FROM file UNION SELECT object FROM policy_version)"},
		{Table: "readiness_day", Rows: with("framework", "framework") + " AND t.day BETWEEN @from AND @to",
			Put: map[string]string{"needing": "0", "expiring": "0"}}, // these are of the whole program
		{Table: "scope", Rows: "t.id = 'organisation' OR t.id IN (SELECT scope FROM framework_scope UNION SELECT scope FROM control_status" +
			" UNION SELECT scope FROM control_effective UNION SELECT scope FROM evidence UNION SELECT scope FROM activity UNION SELECT scope FROM requirement_scope" +
			" UNION SELECT scope FROM policy UNION SELECT scope FROM requirement_reason UNION SELECT scope FROM addressable UNION SELECT scope FROM statement)"},
		// Status and figures are those of the organisation, also where they rest on a file from outside of the period.
		{Table: "evidence_clock", Rows: with("evidence", "evidence")},
		// How far a policy is follows from what the snapshot has of its versions.
		{Table: "policy_state", Rows: with("policy", "policy"), Put: now("policy_state_now", "policy", "status", "working", "current", "published_on", "next_on")},
		{Table: "control_proof", Rows: with("control", "control") + " AND " + with("scope", "scope")},
		{Table: "audit", Rows: "t.at >= @start AND t.at < @end"},
		{Table: "person", Rows: "t.id IN (" + strings.Join(appears, " UNION ") + ") OR EXISTS (SELECT 1 FROM comment c WHERE instr(c.body, '@[' || t.id || ']') > 0)",
			Put: none("email", "title", "department", "phone")},
	}
}

// leftOut are the tables of which a snapshot has nothing, and why.
var leftOut = map[string]string{
	"checkpoint": "the snapshot has one of its own", "audit_row": "made of the records that are in it", "meta": "says whose file it is, and no more",
	"search_kind": "made anew of what is in it", "search_doc": "made anew of what is in it",
	"checkpoint_kept": "about the installation", "checkpoint_mail": "an address", "digest": "settings", "digest_sent": "about members",
	"notification": "what somebody was told", "notification_choice": "about members", "notification_default": "settings",
	"saved_view": "somebody's own", "view_default": "somebody's own", "idempotency": "answers to requests", "job": "work that waits",
	"trash": "deleted", "trash_value": "deleted", "import": "tables that came in", "package": "other archives", "package_progress": "other archives",
	"branch": "drafts", "branch_use": "drafts", "policy_request": "what people were asked to read", "policy_acknowledgment": "who has read it",
	"drill": "about the backup", "evidence_ask": "between colleagues", "evidence_reminder": "what the program remembers of mails",
	"dismissal": "what somebody did not want to see", "edition": "not yet accepted", "edition_row": "not yet accepted",
	"framework_source": "files that came from others, with all that was in them", "oscal_document": "files that came from others, with all that was in them",
	"component": "belongs to such a file", "relation_set": "speaks of other frameworks, too", "readiness_part": "figures of the whole program",
	"risk": "weighed for the whole organisation, beyond its frameworks", "risk_score": "of risks", "risk_scale": "of risks", "risk_loss": "of risks", "risk_appetite": "of risks", "number_given": "of risks",
	"asset": "kept for the whole organisation, beyond its frameworks", "process": "weighed for the whole organisation, beyond its frameworks",
	"vendor": "weighed for the whole organisation, beyond its frameworks", "vendor_assessment": "of vendors", "vendor_attestation": "of vendors", "vendor_contract": "of vendors",
	"vendor_questionnaire": "of vendors", "vendor_answer": "of vendors", "vendor_reminder": "what the program remembers of mails", "attachment": "of vendors",
	"personnel": "everybody who works here, beyond what is proved", "personnel_day": "figures of the whole organisation", "personnel_rule": "settings",
	"department": "of the personnel", "job_role": "of the personnel", "leaving": "of the personnel", "leaver_step": "settings",
	"application": "beyond its frameworks", "access_grant": "of the personnel",
	"system": "facts about the organisation beyond its frameworks",
}

// args are the values of the conditions.
func (s SnapshotScope) args(zone *time.Location) ([]sql.NamedArg, error) {
	ids, err := json.Marshal(s.ids())
	if err != nil {
		return nil, err
	}
	midnight := func(day string, days int) (string, error) {
		d, err := time.Parse(storage.Date, day)
		if err != nil {
			return "", fmt.Errorf("read the period: %w", err)
		}
		y, m, n := d.Date()
		return time.Date(y, m, n+days, 0, 0, 0, 0, zone).UTC().Format(storage.Instant), nil
	}
	start, err := midnight(s.From, 0)
	if err != nil {
		return nil, err
	}
	end, err := midnight(s.To, 1)
	return []sql.NamedArg{sql.Named("frameworks", string(ids)), sql.Named("from", s.From), sql.Named("to", s.To),
		sql.Named("start", start), sql.Named("end", end)}, err
}

// Tables are those of which a snapshot has rows, and those of which it has none.
func Tables() (in, out []string) {
	for _, p := range holds() {
		in = append(in, p.Table)
	}
	return in, slices.Collect(maps.Keys(leftOut))
}
