package storage

import (
	"maps"
	"slices"
)

// Which tables are whose, beyond what modules own. Each list is short on purpose: a table that is on none
// of them is a record, and every change of a record stands in the audit log.

// engineTables are written by the engine alone, after an operation's function and in the same
// transaction. No module can reach them, not even through a trigger.
var engineTables = set("meta", "audit", "audit_row", "checkpoint", "job", "idempotency",
	"goose_db_version", "sqlite_sequence", "sqlite_stat1", "sqlite_stat4", "tenant_hint",
	"search_kind", "search_doc", "object_text", "trash", "trash_value", "branch_use",
	"search_text", "search_text_data", "search_text_idx", "search_text_docsize", "search_text_config")

// derivedTables are kept by SQL triggers from the rows they summarise and can be rebuilt from them; they
// are not audited and only a trigger may write them.
var derivedTables = set("evidence_clock", "control_proof", "policy_state")

// exemptTables change with every request and prove nothing (decisions.md 16): their modules write them
// as any other, but no audit record is made of it.
var exemptTables = set("session", "sign_in", "throttle", "auth_log", "token_use", "mail", "notification",
	"digest_sent", "calendar_use", "package_progress", "checkpoint_kept", "number_given")

// sealedTables hold rows that no module changes any more once a column of theirs says something: what was
// published, decided or acknowledged stays as it was. They go with the record they belong to, and only the engine
// makes them what they were: out of the trash, or when the organisation goes back.
var sealedTables = map[string]string{
	"policy_version": "published_at", "policy_approval": "at", "policy_acknowledgment": "acknowledged_at",
}

// SealedTables lists them.
func SealedTables() []string { return slices.Sorted(maps.Keys(sealedTables)) }

// secretColumns never show their values in the audit trail, not even as a digest.
var secretColumns = map[string]map[string]bool{
	"account":       set("password", "totp", "totp_pending"),
	"recovery_code": set("hash"),
	"link":          set("hash"),
	"token":         set("hash"),
	"calendar_feed": set("hash"),
}

// personalColumns hold what says who a person is. In the audit log their values are sealed under that
// person's own key, so that destroying the key erases them from a log that cannot be edited
// (decisions.md 14). The row's primary key names the person, or stands for them.
// In the installation's file an organisation is treated as a person: when it is erased nothing may name it.
var personalColumns = map[string]map[string]bool{
	"person":     set("name", "email", "title", "department", "phone"),
	"account":    set("name", "email"),
	"membership": set("title", "department"),
	"token":      set("name"),
	"tenant":     set("name", "slug"),
	"erasure":    set("reason"),
	"personnel":  set("name", "email", "employee_id", "phone", "location", "notes"),
	"import":     set("name", "look", "report"), // the first rows of a file, and what was wrong with it
}

// longest is how much of a value the log repeats; longer ones are recorded as length and SHA-256.
const longest = 4096

func set(names ...string) map[string]bool {
	s := make(map[string]bool, len(names))
	for _, n := range names {
		s[n] = true
	}
	return s
}

// EngineTables lists the tables that no module may own.
func EngineTables() []string {
	var all []string
	for t := range maps.Keys(engineTables) {
		all = append(all, t)
	}
	for t := range maps.Keys(derivedTables) {
		all = append(all, t)
	}
	return all
}
