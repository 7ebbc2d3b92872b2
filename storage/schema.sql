-- Made by go test ./storage -update from storage/migrations. Do not edit.

-- ==== tenant ====

CREATE TABLE access_grant (
	id           TEXT PRIMARY KEY,
	personnel    TEXT NOT NULL REFERENCES personnel (id) ON DELETE CASCADE,
	application  TEXT NOT NULL REFERENCES application (id) ON DELETE CASCADE,
	level        TEXT NOT NULL DEFAULT '',           -- as the application calls it: Member, Owner, Billing
	admin        INTEGER NOT NULL DEFAULT 0,         -- it gives the rights of an administrator
	granted_on   TEXT NOT NULL DEFAULT '',
	granted_by   TEXT NOT NULL DEFAULT '',
	last_used_on TEXT NOT NULL DEFAULT '',
	status       TEXT NOT NULL DEFAULT 'active',     -- active, revoked
	revoked_at   TEXT NOT NULL DEFAULT '',
	revoked_by   TEXT NOT NULL DEFAULT '',
	note         TEXT NOT NULL DEFAULT '',
	source       TEXT NOT NULL DEFAULT 'manual',     -- manual, import
	created_at   TEXT NOT NULL,
	updated_at   TEXT NOT NULL,
	version      INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE activity (
	id          TEXT PRIMARY KEY,
	name        TEXT NOT NULL,
	description TEXT NOT NULL DEFAULT '',         -- what is to be done, and how
	frequency   TEXT NOT NULL,                    -- daily, weekly, monthly, quarterly, yearly, as_needed
	starts_on   TEXT NOT NULL,                    -- first day of the first period; all others are counted from it
	due_days    INTEGER NOT NULL DEFAULT 0,       -- days from the first day of a period until it is due; 0: its last day
	since       TEXT NOT NULL,                    -- periods that ended before this day have no occurrence: when it was written down, or resumed
	owner       TEXT NOT NULL DEFAULT '',
	scope       TEXT NOT NULL DEFAULT 'organisation' REFERENCES scope (id),
	policy      TEXT NOT NULL DEFAULT '',         -- the supporting policy, in words
	notes       TEXT NOT NULL DEFAULT '',
	paused      INTEGER NOT NULL DEFAULT 0,       -- 1: no new occurrences
	created_at  TEXT NOT NULL,
	updated_at  TEXT NOT NULL,
	version     INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE activity_control (
	activity TEXT NOT NULL REFERENCES activity (id) ON DELETE CASCADE,
	control  TEXT NOT NULL REFERENCES control (id) ON DELETE CASCADE,
	PRIMARY KEY (activity, control)
) STRICT;

CREATE TABLE activity_evidence (
	activity TEXT NOT NULL REFERENCES activity (id) ON DELETE CASCADE,
	evidence TEXT NOT NULL REFERENCES evidence (id) ON DELETE CASCADE,
	PRIMARY KEY (activity, evidence)
) STRICT;

CREATE TABLE addressable (
	requirement TEXT NOT NULL REFERENCES requirement (id) ON DELETE CASCADE,
	scope       TEXT NOT NULL REFERENCES scope (id),
	reasonable  INTEGER NOT NULL,                 -- 1: it is reasonable and appropriate, so it has to be implemented
	assessment  TEXT NOT NULL DEFAULT '',         -- why it is, or is not
	alternative TEXT NOT NULL DEFAULT '',         -- the equivalent measure in its place, if one is reasonable
	decided_by  TEXT NOT NULL DEFAULT '',         -- person id
	decided_at  TEXT NOT NULL,
	version     INTEGER NOT NULL DEFAULT 1,
	PRIMARY KEY (requirement, scope)
) STRICT;

CREATE TABLE application (
	id             TEXT PRIMARY KEY,
	name           TEXT NOT NULL,
	description    TEXT NOT NULL DEFAULT '',
	owner          TEXT NOT NULL DEFAULT '',
	vendor         TEXT NOT NULL DEFAULT '',
	url            TEXT NOT NULL DEFAULT '',
	classification TEXT NOT NULL DEFAULT '',         -- public, internal, confidential, restricted
	criticality    TEXT NOT NULL DEFAULT '',         -- low, medium, high, critical
	sso            TEXT NOT NULL DEFAULT 'unknown',  -- unknown, yes, no
	mfa            TEXT NOT NULL DEFAULT 'unknown',
	review_every   TEXT NOT NULL DEFAULT '',         -- monthly, quarterly, half_yearly, yearly
	created_at     TEXT NOT NULL,
	updated_at     TEXT NOT NULL,
	version        INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE asset (
	id                   TEXT PRIMARY KEY,
	ref                  TEXT NOT NULL,                      -- AST-0001
	name                 TEXT NOT NULL,
	kind                 TEXT NOT NULL DEFAULT 'other',      -- application, database, bucket ...
	identifier           TEXT NOT NULL DEFAULT '',           -- what its provider or its network calls it: an ARN, a host name
	provider             TEXT NOT NULL DEFAULT '',
	account_id           TEXT NOT NULL DEFAULT '',
	region               TEXT NOT NULL DEFAULT '',
	environment          TEXT NOT NULL DEFAULT '',           -- production, staging, development, corporate
	description          TEXT NOT NULL DEFAULT '',
	owner                TEXT NOT NULL DEFAULT '',
	custodian            TEXT NOT NULL DEFAULT '',           -- the team that runs it
	status               TEXT NOT NULL DEFAULT 'active',     -- planned, active, retiring, retired
	criticality          TEXT NOT NULL DEFAULT '',           -- critical, high, medium, low
	rto                  TEXT NOT NULL DEFAULT '',           -- within what time it is back: le_1h ... gt_7d
	stores_data          TEXT NOT NULL DEFAULT '',           -- yes, no
	classification       TEXT NOT NULL DEFAULT '',           -- public, internal, confidential, restricted
	data_types           TEXT NOT NULL DEFAULT '[]',
	encrypted_at_rest    TEXT NOT NULL DEFAULT '',           -- yes, no
	encrypted_in_transit TEXT NOT NULL DEFAULT '',           -- yes, no
	backup               TEXT NOT NULL DEFAULT '',           -- continuous, hourly, daily, weekly, monthly, never
	backup_tested_on     TEXT NOT NULL DEFAULT '',           -- when it was last restored from
	retention            TEXT NOT NULL DEFAULT '',
	seen_on              TEXT NOT NULL DEFAULT '',           -- when somebody or something last saw it
	review_on            TEXT NOT NULL DEFAULT '',           -- when it is looked at again
	created_at           TEXT NOT NULL,
	updated_at           TEXT NOT NULL,
	version              INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE attachment (
	id          TEXT PRIMARY KEY,
	kind        TEXT NOT NULL,                    -- of the record it hangs at
	record      TEXT NOT NULL,
	name        TEXT NOT NULL,
	type        TEXT NOT NULL,                    -- media type, as found by looking at the content
	size        INTEGER NOT NULL,
	sha256      TEXT NOT NULL,                    -- of what is kept
	original    TEXT NOT NULL,                    -- of what was uploaded
	object      TEXT NOT NULL,
	uploaded_by TEXT NOT NULL DEFAULT '',
	uploaded_at TEXT NOT NULL
) STRICT;

CREATE TABLE audit (
	seq        INTEGER PRIMARY KEY,
	at         TEXT NOT NULL,
	kind       TEXT NOT NULL,
	actor_kind TEXT NOT NULL,
	actor      TEXT NOT NULL,
	action     TEXT NOT NULL,
	tenant     TEXT NOT NULL,
	rows       INTEGER NOT NULL,
	record     TEXT NOT NULL,
	hashes     BLOB NOT NULL
) STRICT;

CREATE TABLE audit_row (
	tbl TEXT NOT NULL,
	pk  TEXT NOT NULL,
	seq INTEGER NOT NULL,
	PRIMARY KEY (tbl, pk, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE baseline (
	id          TEXT PRIMARY KEY,
	framework   TEXT NOT NULL REFERENCES framework (id) ON DELETE CASCADE,
	name        TEXT NOT NULL,
	source      TEXT NOT NULL DEFAULT 'own',      -- own, tags, oscal
	source_note TEXT NOT NULL DEFAULT '',
	created_at  TEXT NOT NULL,
	updated_at  TEXT NOT NULL,
	version     INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE baseline_requirement (
	baseline    TEXT NOT NULL REFERENCES baseline (id) ON DELETE CASCADE,
	requirement TEXT NOT NULL REFERENCES requirement (id) ON DELETE CASCADE,
	PRIMARY KEY (baseline, requirement)
) STRICT;

CREATE TABLE branch (
	id         TEXT PRIMARY KEY,
	name       TEXT NOT NULL,
	purpose    TEXT NOT NULL DEFAULT '',
	state      TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'applied', 'discarded')),
	base       INTEGER NOT NULL,              -- how many records the audit log had when the copy was made
	made_by    TEXT NOT NULL DEFAULT '',
	made_at    TEXT NOT NULL,
	closed_by  TEXT NOT NULL DEFAULT '',      -- '' also when it ended by itself
	closed_at  TEXT NOT NULL DEFAULT '',
	note       TEXT NOT NULL DEFAULT '',      -- why it was applied or discarded
	updated_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE branch_use (
	branch TEXT PRIMARY KEY REFERENCES branch (id) ON DELETE CASCADE,
	day    TEXT NOT NULL
) STRICT;

CREATE TABLE checkpoint (
	size INTEGER PRIMARY KEY,
	at   TEXT NOT NULL,
	note TEXT NOT NULL
) STRICT;

CREATE TABLE checkpoint_kept (
	way     TEXT PRIMARY KEY,                     -- place, mail
	size    INTEGER NOT NULL,                     -- how many records it signs for
	at      TEXT NOT NULL,
	name    TEXT NOT NULL,                        -- of the object or file; the address
	until   TEXT NOT NULL DEFAULT '',             -- nobody can remove it before; '' where the place has no such lock
	trouble TEXT NOT NULL DEFAULT ''              -- why the last try failed
) STRICT;

CREATE TABLE checkpoint_mail (
	id         TEXT PRIMARY KEY CHECK (id = 'checkpoint'),
	address    TEXT NOT NULL DEFAULT '',
	updated_at TEXT NOT NULL DEFAULT '',
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE comment (
	id          TEXT PRIMARY KEY,
	kind        TEXT NOT NULL,
	record      TEXT NOT NULL,
	parent      TEXT NOT NULL DEFAULT '',         -- the comment that began the thread, '' for that one itself
	body        TEXT NOT NULL,                    -- people are named as @[person id]
	author      TEXT NOT NULL,                    -- person id
	created_at  TEXT NOT NULL,
	edited_at   TEXT NOT NULL DEFAULT '',
	deleted_at  TEXT NOT NULL DEFAULT '',         -- its words were taken back, but others answered: the place stays
	resolved_at TEXT NOT NULL DEFAULT '',         -- of the thread
	resolved_by TEXT NOT NULL DEFAULT '',
	version     INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE component (
	id       TEXT PRIMARY KEY,
	document TEXT NOT NULL REFERENCES oscal_document (id) ON DELETE CASCADE,
	control  TEXT NOT NULL REFERENCES control (id) ON DELETE CASCADE,
	uuid     TEXT NOT NULL,
	version  INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE control (
	id          TEXT PRIMARY KEY,
	ref         TEXT NOT NULL,
	sort_ref    TEXT NOT NULL DEFAULT '',
	title       TEXT NOT NULL,
	description TEXT NOT NULL DEFAULT '',
	test        TEXT NOT NULL DEFAULT '',
	domain      TEXT NOT NULL DEFAULT '',
	owner       TEXT NOT NULL DEFAULT '',         -- person id, '' when nobody
	owner_role  TEXT NOT NULL DEFAULT '',
	source      TEXT NOT NULL DEFAULT 'own',      -- own, common
	source_key  TEXT NOT NULL DEFAULT '',
	digest      TEXT NOT NULL DEFAULT '',
	core        INTEGER NOT NULL DEFAULT 0,
	created_at  TEXT NOT NULL,
	updated_at  TEXT NOT NULL,
	version     INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE control_effective (
	control   TEXT NOT NULL REFERENCES control (id) ON DELETE CASCADE,
	scope     TEXT NOT NULL REFERENCES scope (id),
	effective TEXT NOT NULL,
	reason    TEXT NOT NULL DEFAULT '',
	since     TEXT NOT NULL,
	version   INTEGER NOT NULL DEFAULT 1,
	PRIMARY KEY (control, scope)
) STRICT;

CREATE TABLE control_proof (
	control      TEXT NOT NULL,
	scope        TEXT NOT NULL,
	requests     INTEGER NOT NULL DEFAULT 0,      -- linked evidence that applies
	missing      INTEGER NOT NULL DEFAULT 0,      -- of these, without an accepted file
	first_expiry TEXT NOT NULL DEFAULT '',        -- earliest expires_on among them
	claimed_in   TEXT NOT NULL DEFAULT '',        -- the scope of the control_status that speaks here
	claim        TEXT NOT NULL DEFAULT '',        -- its status
	answers      INTEGER NOT NULL DEFAULT 0,      -- 1: it serves a framework that the scope answers to
	PRIMARY KEY (control, scope)
) STRICT, WITHOUT ROWID;

CREATE TABLE control_status (
	control       TEXT NOT NULL REFERENCES control (id) ON DELETE CASCADE,
	scope         TEXT NOT NULL REFERENCES scope (id),
	status        TEXT NOT NULL DEFAULT 'not_started',
	justification TEXT NOT NULL DEFAULT '',
	changed_at    TEXT NOT NULL,
	changed_by    TEXT NOT NULL DEFAULT '',
	version       INTEGER NOT NULL DEFAULT 1,
	PRIMARY KEY (control, scope)
) STRICT, WITHOUT ROWID;

CREATE TABLE cycle (
	id         TEXT PRIMARY KEY,
	evidence   TEXT NOT NULL REFERENCES evidence (id) ON DELETE CASCADE,
	number     INTEGER NOT NULL,                  -- 1, 2, ... within its request
	latest     INTEGER NOT NULL DEFAULT 1,        -- 1: no later one of the request
	state      TEXT NOT NULL DEFAULT 'scheduled', -- scheduled, open, submitted, accepted, skipped
	opens_on   TEXT NOT NULL,
	due_on     TEXT NOT NULL,                     -- last day on which it is not late
	reason     TEXT NOT NULL DEFAULT '',          -- why it was skipped
	created_at TEXT NOT NULL,
	ended_at   TEXT NOT NULL DEFAULT '',          -- when it was accepted or skipped
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE cycle_step (
	id     TEXT PRIMARY KEY,
	cycle  TEXT NOT NULL REFERENCES cycle (id) ON DELETE CASCADE,
	number INTEGER NOT NULL,                      -- 1, 2, ... within its cycle
	state  TEXT NOT NULL,                         -- open, submitted, accepted, rejected, skipped
	at     TEXT NOT NULL,
	person TEXT NOT NULL DEFAULT '',              -- id, '' for the system
	file   TEXT NOT NULL DEFAULT '',
	note   TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE department (
	id          TEXT PRIMARY KEY,
	name        TEXT NOT NULL,
	description TEXT NOT NULL DEFAULT '',
	head        TEXT NOT NULL DEFAULT '',        -- of personnel
	color       TEXT NOT NULL DEFAULT 'grey',    -- in the chart: grey, violet, green, blue, amber, red
	created_at  TEXT NOT NULL,
	updated_at  TEXT NOT NULL,
	version     INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE digest (
	id         TEXT PRIMARY KEY CHECK (id = 'digest'),
	active     INTEGER NOT NULL DEFAULT 0,
	rhythm     TEXT NOT NULL DEFAULT 'weekly',    -- daily, weekly
	weekday    INTEGER NOT NULL DEFAULT 1,        -- of a weekly one: 1 is Monday, 7 is Sunday
	hour       INTEGER NOT NULL DEFAULT 8,
	updated_at TEXT NOT NULL DEFAULT '',
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE digest_sent (
	person TEXT PRIMARY KEY REFERENCES person (id),
	at     TEXT NOT NULL
) STRICT;

CREATE TABLE dismissal (
	id          TEXT PRIMARY KEY,
	requirement TEXT NOT NULL REFERENCES requirement (id) ON DELETE CASCADE,
	control     TEXT NOT NULL,
	created_at  TEXT NOT NULL,
	version     INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE drill (
	id       TEXT PRIMARY KEY,
	at       TEXT NOT NULL,
	ok       INTEGER NOT NULL,
	problem  TEXT NOT NULL DEFAULT '',      -- why not, in a sentence
	record   INTEGER NOT NULL DEFAULT 0,    -- of the log, which was restored
	instant  TEXT NOT NULL DEFAULT '',      -- of that record
	took_ms  INTEGER NOT NULL DEFAULT 0,
	bytes    INTEGER NOT NULL DEFAULT 0,
	checksum TEXT NOT NULL DEFAULT '',      -- over all pages
	records  INTEGER NOT NULL DEFAULT 0,    -- of the audit log, recomputed
	objects  INTEGER NOT NULL DEFAULT 0,    -- files that the restored rows speak of
	looked   INTEGER NOT NULL DEFAULT 0,    -- of these, read whole and compared with their digest
	file     TEXT NOT NULL DEFAULT '',      -- the report, as a file of evidence
	evidence TEXT NOT NULL DEFAULT '',      -- the request that it proves
	version  INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE edition (
	id         TEXT PRIMARY KEY,
	framework  TEXT NOT NULL REFERENCES framework (id) ON DELETE CASCADE,
	name       TEXT NOT NULL,                     -- of the edition: its version
	file       TEXT NOT NULL DEFAULT '',
	uuid       TEXT NOT NULL DEFAULT '',
	title      TEXT NOT NULL DEFAULT '',
	sha256     TEXT NOT NULL DEFAULT '',
	content    BLOB,                              -- the file, gzipped; NULL for one that comes with the program
	digest     TEXT NOT NULL DEFAULT '',          -- of the catalog that comes with the program
	report     TEXT NOT NULL DEFAULT '{}',
	status     TEXT NOT NULL DEFAULT 'open',      -- open, done
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE edition_row (
	id          TEXT PRIMARY KEY,
	edition     TEXT NOT NULL REFERENCES edition (id) ON DELETE CASCADE,
	position    INTEGER NOT NULL,                 -- place in the new edition; what is gone stands last
	kind        TEXT NOT NULL,                    -- added, changed, moved, withdrawn
	requirement TEXT NOT NULL DEFAULT '',         -- '' when the row is new
	ref         TEXT NOT NULL,
	parent      TEXT NOT NULL DEFAULT '',         -- ref of the row above
	follows     TEXT NOT NULL DEFAULT '',         -- ref of the row it stands behind in its edition
	title       TEXT NOT NULL DEFAULT '',
	body        TEXT NOT NULL DEFAULT '',
	guidance    TEXT NOT NULL DEFAULT '',
	tags        TEXT NOT NULL DEFAULT '[]',
	assessable  INTEGER NOT NULL DEFAULT 1,
	withdrawn   INTEGER NOT NULL DEFAULT 0,
	source_id   TEXT NOT NULL DEFAULT '',
	status      TEXT NOT NULL DEFAULT 'open',     -- open, accepted, declined
	version     INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE evidence (
	id             TEXT PRIMARY KEY,
	scope          TEXT NOT NULL DEFAULT 'organisation' REFERENCES scope (id),
	name           TEXT NOT NULL,
	description    TEXT NOT NULL DEFAULT '',
	guidance       TEXT NOT NULL DEFAULT '',
	category       TEXT NOT NULL DEFAULT '',
	kind           TEXT NOT NULL DEFAULT 'other',
	frequency      TEXT NOT NULL DEFAULT 'annual',
	validity_days  INTEGER NOT NULL DEFAULT 365,  -- 0: never expires
	owner          TEXT NOT NULL DEFAULT '',
	reviewer       TEXT NOT NULL DEFAULT '',      -- '': files are accepted as they come
	not_applicable INTEGER NOT NULL DEFAULT 0,
	na_reason      TEXT NOT NULL DEFAULT '',
	source         TEXT NOT NULL DEFAULT 'own',
	source_key     TEXT NOT NULL DEFAULT '',
	digest         TEXT NOT NULL DEFAULT '',
	created_at     TEXT NOT NULL,
	updated_at     TEXT NOT NULL,
	version        INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE evidence_ask (
	id           TEXT PRIMARY KEY,
	evidence     TEXT NOT NULL REFERENCES evidence (id) ON DELETE CASCADE,
	asked        TEXT NOT NULL,                   -- person id: who is asked
	asked_by     TEXT NOT NULL,                   -- person id: who asks
	message      TEXT NOT NULL DEFAULT '',
	due_on       TEXT NOT NULL,
	asked_at     TEXT NOT NULL,
	answered_on  TEXT NOT NULL DEFAULT '',        -- day of the answer where the organisation is
	answered_at  TEXT NOT NULL DEFAULT '',
	file         TEXT NOT NULL DEFAULT '',        -- the answer
	withdrawn_at TEXT NOT NULL DEFAULT '',
	version      INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE evidence_clock (
	evidence     TEXT PRIMARY KEY,
	accepted     INTEGER NOT NULL DEFAULT 0,
	pending      INTEGER NOT NULL DEFAULT 0,
	collected_on TEXT NOT NULL DEFAULT '',        -- '': nothing accepted yet
	expires_on   TEXT NOT NULL DEFAULT '',        -- last day it counts; '': never collected, or never expires
	last_number  INTEGER NOT NULL DEFAULT 0       -- highest number a file ever had; outlives that file
) STRICT;

CREATE TABLE evidence_control (
	evidence TEXT NOT NULL REFERENCES evidence (id) ON DELETE CASCADE,
	control  TEXT NOT NULL REFERENCES control (id) ON DELETE CASCADE,
	PRIMARY KEY (evidence, control)
) STRICT;

CREATE TABLE evidence_reminder (
	evidence   TEXT PRIMARY KEY REFERENCES evidence (id) ON DELETE CASCADE,
	expires_on TEXT NOT NULL,                     -- of the proof it was about
	mark       INTEGER NOT NULL                   -- days left, of the last one sent
) STRICT;

CREATE TABLE field (
	id         TEXT PRIMARY KEY,
	kind       TEXT NOT NULL,
	key        TEXT NOT NULL,                     -- what programs and exports call it; never changes
	name       TEXT NOT NULL,
	type       TEXT NOT NULL,                     -- text, number, date, select, multiselect, person, url, checkbox; never changes
	options    TEXT NOT NULL DEFAULT '[]',        -- JSON array of what a select offers
	help       TEXT NOT NULL DEFAULT '',
	required   INTEGER NOT NULL DEFAULT 0,        -- 1: a value once given can be changed, not taken away
	archived   INTEGER NOT NULL DEFAULT 0,        -- 1: no longer shown; its values stay
	position   INTEGER NOT NULL DEFAULT 0,
	created_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE field_value (
	field  TEXT NOT NULL REFERENCES field (id),
	record TEXT NOT NULL,
	value  TEXT NOT NULL,                         -- JSON: a text, a number, true, or an array of texts
	PRIMARY KEY (field, record)
) STRICT;

CREATE TABLE file (
	id           TEXT PRIMARY KEY,
	evidence     TEXT NOT NULL REFERENCES evidence (id) ON DELETE CASCADE,
	number       INTEGER NOT NULL,                -- 1, 2, ... within its evidence, never reused
	replaces     TEXT NOT NULL DEFAULT '',        -- id of the file this is a new version of
	replaced     INTEGER NOT NULL DEFAULT 0,      -- 1: an accepted newer version stands in its place
	name         TEXT NOT NULL,
	type         TEXT NOT NULL,
	kind         TEXT NOT NULL DEFAULT 'other',
	size         INTEGER NOT NULL,
	sha256       TEXT NOT NULL,                   -- of what is kept
	original     TEXT NOT NULL DEFAULT '',        -- SHA-256 of what was sent, where a picture's place and time were taken out
	object       TEXT NOT NULL,
	collected_on TEXT NOT NULL,                   -- when the proof is from; uploaded_at is when it came here
	period_start TEXT NOT NULL DEFAULT '',
	period_end   TEXT NOT NULL DEFAULT '',
	note         TEXT NOT NULL DEFAULT '',
	uploaded_by  TEXT NOT NULL DEFAULT '',
	uploaded_at  TEXT NOT NULL,
	review       TEXT NOT NULL DEFAULT 'pending', -- pending, accepted, rejected
	review_note  TEXT NOT NULL DEFAULT '',
	reviewed_by  TEXT NOT NULL DEFAULT '',
	reviewed_at  TEXT NOT NULL DEFAULT '',
	version      INTEGER NOT NULL DEFAULT 1
, cycle TEXT NOT NULL DEFAULT '') STRICT;

CREATE TABLE framework (
	id                TEXT PRIMARY KEY,
	key               TEXT NOT NULL,
	name              TEXT NOT NULL,
	short             TEXT NOT NULL,
	edition           TEXT NOT NULL DEFAULT '',
	publisher         TEXT NOT NULL DEFAULT '',
	description       TEXT NOT NULL DEFAULT '',
	source            TEXT NOT NULL,              -- builtin, oscal
	source_note       TEXT NOT NULL DEFAULT '',
	color             TEXT NOT NULL DEFAULT '',
	digest            TEXT NOT NULL DEFAULT '',   -- of the catalog it was copied from
	report            TEXT NOT NULL DEFAULT '{}', -- what the import could not keep
	archived          INTEGER NOT NULL DEFAULT 0,
	evidence_required INTEGER NOT NULL DEFAULT 1,
	created_at        TEXT NOT NULL,
	updated_at        TEXT NOT NULL,
	version           INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE framework_scope (
	framework     TEXT NOT NULL REFERENCES framework (id) ON DELETE CASCADE,
	scope         TEXT NOT NULL REFERENCES scope (id),
	baseline      TEXT NOT NULL DEFAULT '',
	reasons       TEXT NOT NULL DEFAULT '',       -- '': what fits the framework's kind
	note          TEXT NOT NULL DEFAULT '',
	edition       TEXT NOT NULL DEFAULT '',       -- of the statement: 1.2
	owner         TEXT NOT NULL DEFAULT '',       -- person id
	approver      TEXT NOT NULL DEFAULT '',       -- person id
	approved_on   TEXT NOT NULL DEFAULT '',
	updated_at    TEXT NOT NULL,
	version       INTEGER NOT NULL DEFAULT 1,
	PRIMARY KEY (framework, scope)
) STRICT;

CREATE TABLE framework_source (
	framework TEXT PRIMARY KEY REFERENCES framework (id) ON DELETE CASCADE,
	file      TEXT NOT NULL,
	uuid      TEXT NOT NULL DEFAULT '',
	title     TEXT NOT NULL,
	edition   TEXT NOT NULL DEFAULT '',
	sha256    TEXT NOT NULL,
	content   BLOB NOT NULL
) STRICT;

CREATE TABLE idempotency (
	key    TEXT PRIMARY KEY,
	digest TEXT NOT NULL,
	at     TEXT NOT NULL,
	status INTEGER NOT NULL,
	body   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE import (
	id              TEXT PRIMARY KEY,
	target          TEXT NOT NULL,               -- what its rows are: controls, evidence, requirements
	under           TEXT NOT NULL DEFAULT '',    -- the record they belong to: a framework
	name            TEXT NOT NULL,               -- of the file
	kind            TEXT NOT NULL,               -- csv, xlsx
	encoding        TEXT NOT NULL DEFAULT '',
	comma           TEXT NOT NULL DEFAULT '',
	object          TEXT NOT NULL,               -- the file as it came; '' when it was cleared away
	size            INTEGER NOT NULL,
	sha256          TEXT NOT NULL,
	look            TEXT NOT NULL DEFAULT '{}',  -- sheets, headings and the first rows
	heads           TEXT NOT NULL DEFAULT '',    -- digest of the headings: the next file like it is understood in the same way
	mapping         TEXT NOT NULL DEFAULT '{}',
	checked         TEXT NOT NULL DEFAULT '',    -- digest of the file and the mapping that the dry run was of
	report          TEXT NOT NULL DEFAULT '{}',  -- what the dry run found
	problems        TEXT NOT NULL DEFAULT '',    -- object with the rows it refused
	problems_size   INTEGER NOT NULL DEFAULT 0,
	problems_sha256 TEXT NOT NULL DEFAULT '',
	state           TEXT NOT NULL DEFAULT 'draft',
	rows            INTEGER NOT NULL DEFAULT 0,
	created         INTEGER NOT NULL DEFAULT 0,
	changed         INTEGER NOT NULL DEFAULT 0,
	same            INTEGER NOT NULL DEFAULT 0,
	refused         INTEGER NOT NULL DEFAULT 0,
	done_rows       INTEGER NOT NULL DEFAULT 0,  -- how far a run has come
	person          TEXT NOT NULL DEFAULT '',
	admin           INTEGER NOT NULL DEFAULT 0,  -- it was run by an administrator
	failure         TEXT NOT NULL DEFAULT '',
	created_at      TEXT NOT NULL,
	updated_at      TEXT NOT NULL,
	ended_at        TEXT NOT NULL DEFAULT '',
	version         INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE job (
	id       TEXT PRIMARY KEY,
	name     TEXT NOT NULL,
	args     TEXT NOT NULL,
	key      TEXT NOT NULL DEFAULT '',
	due      TEXT NOT NULL,
	attempt  INTEGER NOT NULL DEFAULT 0,
	state    TEXT NOT NULL DEFAULT 'ready',
	leased   TEXT NOT NULL DEFAULT '',
	cause    TEXT NOT NULL DEFAULT '',
	error    TEXT NOT NULL DEFAULT '',
	ended_at TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE job_role (
	id          TEXT PRIMARY KEY,
	name        TEXT NOT NULL,
	description TEXT NOT NULL DEFAULT '',
	owner       TEXT NOT NULL DEFAULT '',        -- who answers for what the role may do: a person of the product
	created_at  TEXT NOT NULL,
	updated_at  TEXT NOT NULL,
	version     INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE leaver_step (
	id       TEXT PRIMARY KEY,
	position INTEGER NOT NULL,
	title    TEXT NOT NULL,
	owner    TEXT NOT NULL DEFAULT '',
	days     INTEGER NOT NULL DEFAULT 0,         -- after the last day
	version  INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE leaving (
	id         TEXT PRIMARY KEY,
	personnel  TEXT NOT NULL REFERENCES personnel (id) ON DELETE CASCADE,
	started_at TEXT NOT NULL,
	started_by TEXT NOT NULL DEFAULT '',
	ended_on   TEXT NOT NULL DEFAULT '',         -- their last day, as it was then
	returned_at TEXT NOT NULL DEFAULT ''         -- they came back, and what was open was cancelled
) STRICT;

CREATE TABLE mapping (
	id          TEXT PRIMARY KEY,
	control     TEXT NOT NULL REFERENCES control (id) ON DELETE CASCADE,
	requirement TEXT NOT NULL REFERENCES requirement (id) ON DELETE CASCADE,
	relation    TEXT NOT NULL DEFAULT 'satisfies',
	source      TEXT NOT NULL DEFAULT 'person',   -- catalog, person
	note        TEXT NOT NULL DEFAULT '',
	created_at  TEXT NOT NULL,
	version     INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE meta (
	key   TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE notification (
	id      TEXT PRIMARY KEY,
	person  TEXT NOT NULL REFERENCES person (id),
	event   TEXT NOT NULL,                        -- task_assigned, mention, ...
	kind    TEXT NOT NULL DEFAULT '',             -- the record it is about, '' for none
	record  TEXT NOT NULL DEFAULT '',
	title   TEXT NOT NULL,                        -- one sentence
	body    TEXT NOT NULL DEFAULT '',
	actor   TEXT NOT NULL DEFAULT '',             -- person id, '' for the system
	at      TEXT NOT NULL,
	inbox   INTEGER NOT NULL DEFAULT 1,           -- 0: only mailed
	read_at TEXT NOT NULL DEFAULT '',
	mail    TEXT NOT NULL DEFAULT ''              -- '' none, due, or the instant it was handed over
, batch TEXT NOT NULL DEFAULT '', mailed_at TEXT NOT NULL DEFAULT '') STRICT;

CREATE TABLE notification_choice (
	person TEXT NOT NULL REFERENCES person (id),
	event  TEXT NOT NULL,
	inbox  INTEGER NOT NULL,
	mail   INTEGER NOT NULL,
	PRIMARY KEY (person, event)
) STRICT;

CREATE TABLE notification_default (
	event  TEXT PRIMARY KEY,
	active INTEGER NOT NULL DEFAULT 1,            -- 0: nobody is told, whatever they chose
	inbox  INTEGER NOT NULL DEFAULT 1,
	mail   INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE number_given (
	kind TEXT PRIMARY KEY,
	last INTEGER NOT NULL
) STRICT;

CREATE TABLE object_text (
	object TEXT PRIMARY KEY,
	state  TEXT NOT NULL,                 -- ok, empty, unreadable, too_large, none
	reason TEXT NOT NULL DEFAULT '',      -- a sentence for people
	text   TEXT NOT NULL DEFAULT '',
	at     TEXT NOT NULL
) STRICT;

CREATE TABLE occurrence (
	id           TEXT PRIMARY KEY,
	activity     TEXT NOT NULL REFERENCES activity (id) ON DELETE CASCADE,
	period_start TEXT NOT NULL,
	period_end   TEXT NOT NULL,
	due_on       TEXT NOT NULL,                       -- last day on which it is not late
	status       TEXT NOT NULL DEFAULT 'not_started', -- not_started, in_progress, completed, not_applicable; overdue is computed
	note         TEXT NOT NULL DEFAULT '',            -- what was found, or why it did not apply
	ended_at     TEXT NOT NULL DEFAULT '',
	ended_on     TEXT NOT NULL DEFAULT '',            -- that day, where the organisation is
	ended_by     TEXT NOT NULL DEFAULT '',
	created_at   TEXT NOT NULL,
	version      INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE occurrence_file (
	occurrence TEXT NOT NULL REFERENCES occurrence (id) ON DELETE CASCADE,
	file       TEXT NOT NULL REFERENCES file (id) ON DELETE CASCADE,
	PRIMARY KEY (occurrence, file)
) STRICT;

CREATE TABLE organisation (
	id                TEXT PRIMARY KEY CHECK (id = 'organisation'),
	name              TEXT NOT NULL,
	industry          TEXT NOT NULL DEFAULT '',
	website           TEXT NOT NULL DEFAULT '',
	address           TEXT NOT NULL DEFAULT '',
	contact_email     TEXT NOT NULL DEFAULT '',
	zone              TEXT NOT NULL DEFAULT 'UTC',
	currency          TEXT NOT NULL DEFAULT 'USD',
	color             TEXT NOT NULL DEFAULT '',
	logo_object       TEXT NOT NULL DEFAULT '',
	logo_type         TEXT NOT NULL DEFAULT '',
	logo_sha256       TEXT NOT NULL DEFAULT '',
	logo_size         INTEGER NOT NULL DEFAULT 0,
	updated_at        TEXT NOT NULL DEFAULT '',
	version           INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE oscal_document (
	id         TEXT PRIMARY KEY,
	kind       TEXT NOT NULL,              -- system-security-plan, component-definition
	framework  TEXT NOT NULL REFERENCES framework (id) ON DELETE CASCADE,
	scope      TEXT NOT NULL DEFAULT 'organisation' REFERENCES scope (id),
	file       TEXT NOT NULL,
	uuid       TEXT NOT NULL DEFAULT '',
	title      TEXT NOT NULL DEFAULT '',
	sha256     TEXT NOT NULL,
	content    BLOB NOT NULL,
	updated_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE package (
	id          TEXT PRIMARY KEY,
	name        TEXT NOT NULL,
	choice      TEXT NOT NULL,                    -- JSON: frameworks, period, sampling, seed
	state       TEXT NOT NULL DEFAULT 'waiting',  -- waiting, done, failed, removed
	problem     TEXT NOT NULL DEFAULT '',         -- why it failed, in a sentence
	files       INTEGER NOT NULL DEFAULT 0,
	missing     INTEGER NOT NULL DEFAULT 0,       -- files that could not be read whole
	object      TEXT NOT NULL DEFAULT '',
	size        INTEGER NOT NULL DEFAULT 0,
	sha256      TEXT NOT NULL DEFAULT '',
	created_at  TEXT NOT NULL,
	created_by  TEXT NOT NULL DEFAULT '',
	ended_at    TEXT NOT NULL DEFAULT '',
	expires_at  TEXT NOT NULL DEFAULT '',         -- when its object is removed
	version     INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE package_progress (
	package TEXT PRIMARY KEY REFERENCES package (id) ON DELETE CASCADE,
	done    INTEGER NOT NULL DEFAULT 0,
	total   INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE period (
	id         TEXT PRIMARY KEY,
	name       TEXT NOT NULL,
	kind       TEXT NOT NULL DEFAULT 'custom',    -- quarter, fiscal_year, custom
	starts_on  TEXT NOT NULL,
	ends_on    TEXT NOT NULL,                     -- its last day
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE person (
	id         TEXT PRIMARY KEY,
	name       TEXT NOT NULL,
	email      TEXT NOT NULL DEFAULT '',
	title      TEXT NOT NULL DEFAULT '',
	department TEXT NOT NULL DEFAULT '',
	phone      TEXT NOT NULL DEFAULT '',
	active     INTEGER NOT NULL DEFAULT 1,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE personnel (
	id            TEXT PRIMARY KEY,
	name          TEXT NOT NULL,
	email         TEXT NOT NULL DEFAULT '',
	employee_id   TEXT NOT NULL DEFAULT '',      -- as the payroll has it
	phone         TEXT NOT NULL DEFAULT '',
	employment    TEXT NOT NULL DEFAULT 'employee', -- employee, contractor, intern, vendor_staff
	department    TEXT NOT NULL DEFAULT '',
	job_role      TEXT NOT NULL DEFAULT '',
	manager       TEXT NOT NULL DEFAULT '',      -- of personnel; never in a circle
	status        TEXT NOT NULL DEFAULT 'active', -- active, inactive, on_leave, terminated
	started_on    TEXT NOT NULL DEFAULT '',
	ended_on      TEXT NOT NULL DEFAULT '',      -- the last day of work
	location      TEXT NOT NULL DEFAULT '',
	background    TEXT NOT NULL DEFAULT 'unknown', -- unknown, not_done, pending, passed, failed
	background_on TEXT NOT NULL DEFAULT '',
	nda           TEXT NOT NULL DEFAULT 'unknown', -- unknown, not_signed, signed
	nda_on        TEXT NOT NULL DEFAULT '',
	training      TEXT NOT NULL DEFAULT 'unknown', -- unknown, never, done
	training_on   TEXT NOT NULL DEFAULT '',      -- last completed
	mfa           TEXT NOT NULL DEFAULT 'unknown', -- unknown, yes, no
	admin_rights  TEXT NOT NULL DEFAULT 'unknown', -- unknown, yes, no
	notes         TEXT NOT NULL DEFAULT '',
	source        TEXT NOT NULL DEFAULT 'manual', -- manual, import
	created_at    TEXT NOT NULL,
	updated_at    TEXT NOT NULL,
	version       INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE personnel_day (
	day     TEXT NOT NULL,
	flag    TEXT NOT NULL,
	raised  INTEGER NOT NULL,
	unknown INTEGER NOT NULL,
	of      INTEGER NOT NULL,                    -- people whom the flag is about
	PRIMARY KEY (day, flag)
) STRICT;

CREATE TABLE personnel_rule (
	id                     TEXT PRIMARY KEY CHECK (id = 'personnel_rule'),
	no_nda                 INTEGER NOT NULL DEFAULT 1,
	training_overdue       INTEGER NOT NULL DEFAULT 1,
	no_background          INTEGER NOT NULL DEFAULT 1,
	terminated_with_access INTEGER NOT NULL DEFAULT 1,
	no_mfa                 INTEGER NOT NULL DEFAULT 1,
	admin_rights           INTEGER NOT NULL DEFAULT 1,
	no_manager             INTEGER NOT NULL DEFAULT 1,
	training_months        INTEGER NOT NULL DEFAULT 12,
	updated_at             TEXT NOT NULL DEFAULT '',
	version                INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE policy (
	id            TEXT PRIMARY KEY,
	number        INTEGER NOT NULL UNIQUE,          -- 1, 2, ..., never given twice
	ref           TEXT NOT NULL UNIQUE,             -- POL-0001
	title         TEXT NOT NULL,
	category      TEXT NOT NULL DEFAULT '',
	summary       TEXT NOT NULL DEFAULT '',         -- what it is for
	location      TEXT NOT NULL DEFAULT '',         -- address of the text where it is kept elsewhere
	owner         TEXT NOT NULL DEFAULT '',
	scope         TEXT NOT NULL DEFAULT 'organisation' REFERENCES scope (id),
	template      TEXT NOT NULL DEFAULT '',         -- key of the template it was made from
	suggested     INTEGER NOT NULL DEFAULT 0,       -- 1: the program suggests it, nobody has taken it up yet
	outdated      TEXT NOT NULL DEFAULT '',         -- why what is published needs an update; empty when it does not
	review_months INTEGER NOT NULL DEFAULT 12,      -- 0: it is not reviewed
	reviewed_on   TEXT NOT NULL DEFAULT '',         -- when somebody last looked and found no change needed
	archived_at   TEXT NOT NULL DEFAULT '',
	created_at    TEXT NOT NULL,
	created_by    TEXT NOT NULL DEFAULT '',
	updated_at    TEXT NOT NULL,
	version       INTEGER NOT NULL DEFAULT 1
, planned_on TEXT NOT NULL DEFAULT '') STRICT;

CREATE TABLE policy_acknowledgment (
	id              TEXT PRIMARY KEY,
	policy_request  TEXT NOT NULL REFERENCES policy_request (id) ON DELETE CASCADE,
	person          TEXT NOT NULL,
	asked_on        TEXT NOT NULL,
	reminded_on     TEXT NOT NULL DEFAULT '',
	acknowledged_at TEXT NOT NULL DEFAULT '',       -- from then on nobody changes this row
	digest          TEXT NOT NULL DEFAULT ''        -- of what was read
) STRICT;

CREATE TABLE policy_approval (
	id             TEXT PRIMARY KEY,
	policy_version TEXT NOT NULL REFERENCES policy_version (id) ON DELETE CASCADE,
	round          INTEGER NOT NULL,
	person         TEXT NOT NULL,
	decision       TEXT NOT NULL,                   -- approved, rejected
	comment        TEXT NOT NULL DEFAULT '',
	digest         TEXT NOT NULL,                   -- of the content it was decided on
	at             TEXT NOT NULL
) STRICT;

CREATE TABLE policy_approver (
	policy_version TEXT NOT NULL REFERENCES policy_version (id) ON DELETE CASCADE,
	person         TEXT NOT NULL,
	position       INTEGER NOT NULL,
	PRIMARY KEY (policy_version, person)
) STRICT;

CREATE TABLE policy_control (
	policy  TEXT NOT NULL REFERENCES policy (id) ON DELETE CASCADE,
	control TEXT NOT NULL REFERENCES control (id) ON DELETE CASCADE,
	PRIMARY KEY (policy, control)
) STRICT;

CREATE TABLE policy_exception (
	id            TEXT PRIMARY KEY,
	policy        TEXT NOT NULL REFERENCES policy (id) ON DELETE CASCADE,
	subject       TEXT NOT NULL,                    -- who or what does not follow it
	what          TEXT NOT NULL,                    -- which part of it
	reason        TEXT NOT NULL,
	compensation  TEXT NOT NULL DEFAULT '',         -- what is done instead
	expires_on    TEXT NOT NULL,                    -- the last day on which it holds
	state         TEXT NOT NULL DEFAULT 'requested',-- requested, approved, declined, closed; reopened is computed
	requested_by  TEXT NOT NULL DEFAULT '',
	decided_by    TEXT NOT NULL DEFAULT '',
	decided_at    TEXT NOT NULL DEFAULT '',
	decision_note TEXT NOT NULL DEFAULT '',
	created_at    TEXT NOT NULL,
	updated_at    TEXT NOT NULL,
	version       INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE policy_request (
	id             TEXT PRIMARY KEY,
	policy         TEXT NOT NULL REFERENCES policy (id) ON DELETE CASCADE,
	policy_version TEXT NOT NULL REFERENCES policy_version (id) ON DELETE CASCADE,
	audience       TEXT NOT NULL,                   -- all, roles, departments, people
	chosen         TEXT NOT NULL DEFAULT '[]',      -- JSON: which roles, departments or people
	message        TEXT NOT NULL DEFAULT '',
	asked_on       TEXT NOT NULL,
	due_on         TEXT NOT NULL,
	remind_days    INTEGER NOT NULL DEFAULT 7,      -- 0: nobody is reminded
	closed_at      TEXT NOT NULL DEFAULT '',
	created_at     TEXT NOT NULL,
	created_by     TEXT NOT NULL DEFAULT '',
	version        INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE policy_requirement (
	policy      TEXT NOT NULL REFERENCES policy (id) ON DELETE CASCADE,
	requirement TEXT NOT NULL REFERENCES requirement (id) ON DELETE CASCADE,
	PRIMARY KEY (policy, requirement)
) STRICT;

CREATE TABLE policy_setting (
	id         TEXT PRIMARY KEY CHECK (id = 'policy'),
	amber_days INTEGER NOT NULL,                    -- a review that is due within so many days is amber
	red_days   INTEGER NOT NULL,                    -- within fewer than these, red; 0: only when it is overdue
	updated_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE policy_state (
	policy       TEXT PRIMARY KEY,
	status       TEXT NOT NULL,
	working      TEXT NOT NULL DEFAULT '',          -- id of the version that is being worked on
	current      TEXT NOT NULL DEFAULT '',          -- id of the version in force
	published_on TEXT NOT NULL DEFAULT '',          -- the day of that one
	next_on      TEXT NOT NULL DEFAULT ''           -- day of the next review; '': not in force, archived, or not reviewed
) STRICT, WITHOUT ROWID;

CREATE TABLE policy_version (
	id             TEXT PRIMARY KEY,
	policy         TEXT NOT NULL REFERENCES policy (id) ON DELETE CASCADE,
	major          INTEGER NOT NULL,
	minor          INTEGER NOT NULL,
	state          TEXT NOT NULL DEFAULT 'draft',   -- draft, in_review, ratified, published
	content        TEXT NOT NULL DEFAULT '',        -- rich text as TipTap's JSON, of known nodes and marks only; empty for a document
	text           TEXT NOT NULL DEFAULT '',        -- its words, a block a line
	name           TEXT NOT NULL DEFAULT '',        -- of the document that was uploaded instead
	type           TEXT NOT NULL DEFAULT '',
	size           INTEGER NOT NULL DEFAULT 0,
	object         TEXT NOT NULL DEFAULT '',
	digest         TEXT NOT NULL DEFAULT '',        -- SHA-256 of the content or the document: what approvals count for
	change_summary TEXT NOT NULL DEFAULT '',
	author         TEXT NOT NULL DEFAULT '',        -- who wrote the content as it is
	round          INTEGER NOT NULL DEFAULT 0,      -- how often it was submitted
	submitted_at   TEXT NOT NULL DEFAULT '',
	submitted_by   TEXT NOT NULL DEFAULT '',
	ratified_at    TEXT NOT NULL DEFAULT '',
	published_at   TEXT NOT NULL DEFAULT '',        -- from then on nobody changes this row
	published_on   TEXT NOT NULL DEFAULT '',        -- that day, where the organisation is
	published_by   TEXT NOT NULL DEFAULT '',
	created_at     TEXT NOT NULL,
	updated_at     TEXT NOT NULL,
	version        INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE process (
	id                TEXT PRIMARY KEY,
	ref               TEXT NOT NULL,                   -- PRC-0001
	name              TEXT NOT NULL,
	description       TEXT NOT NULL DEFAULT '',
	owner             TEXT NOT NULL DEFAULT '',
	managed_by        TEXT NOT NULL DEFAULT '',        -- a department
	rto               TEXT NOT NULL DEFAULT '',        -- le_1h, le_4h, le_8h, le_24h, le_72h, le_7d, gt_7d: how soon it is back
	rpo               TEXT NOT NULL DEFAULT '',        -- how much of its data may be lost, as time
	mtd               TEXT NOT NULL DEFAULT '',        -- how long it can be missed at all
	classification    TEXT NOT NULL DEFAULT '',        -- public, internal, confidential, restricted
	backup            TEXT NOT NULL DEFAULT '',        -- continuous, hourly, daily, weekly, monthly, never
	backup_needs      TEXT NOT NULL DEFAULT '',
	financial         TEXT NOT NULL DEFAULT '',        -- what an outage does: none, low, medium, high, severe
	financial_note    TEXT NOT NULL DEFAULT '',
	operational       TEXT NOT NULL DEFAULT '',
	operational_note  TEXT NOT NULL DEFAULT '',
	legal             TEXT NOT NULL DEFAULT '',
	legal_note        TEXT NOT NULL DEFAULT '',
	reputational      TEXT NOT NULL DEFAULT '',
	reputational_note TEXT NOT NULL DEFAULT '',
	antimalware       TEXT NOT NULL DEFAULT '',        -- yes, no
	log_review        TEXT NOT NULL DEFAULT '',        -- daily, weekly, monthly, quarterly, yearly, never
	review_on         TEXT NOT NULL DEFAULT '',        -- when it is looked at again
	reviewed_on       TEXT NOT NULL DEFAULT '',        -- when it last was, of the organisation's days
	reviewed_by       TEXT NOT NULL DEFAULT '',
	created_at        TEXT NOT NULL,
	updated_at        TEXT NOT NULL,
	version           INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE readiness_day (
	day         TEXT NOT NULL,
	framework   TEXT NOT NULL,
	scope       TEXT NOT NULL DEFAULT 'organisation',
	applicable  INTEGER NOT NULL,   -- assessable requirements that apply
	met         INTEGER NOT NULL,
	attention   INTEGER NOT NULL,
	in_progress INTEGER NOT NULL,
	controls    INTEGER NOT NULL,   -- applicable controls
	effective   INTEGER NOT NULL,
	readiness   INTEGER NOT NULL,   -- basis points, claim x proof
	evidence    INTEGER NOT NULL,   -- evidence requests that apply
	current     INTEGER NOT NULL,   -- of these, current or expiring soon
	needing     INTEGER NOT NULL DEFAULT 0, -- of the whole program: controls that need attention
	expiring    INTEGER NOT NULL DEFAULT 0, -- of the whole program: evidence that expires within 30 days
	PRIMARY KEY (day, framework, scope)
) STRICT;

CREATE TABLE readiness_part (
	scope     TEXT NOT NULL,
	kind      TEXT NOT NULL,        -- family, owner
	part      TEXT NOT NULL,        -- a family's name or a person's id; empty for none
	day       TEXT NOT NULL,
	controls  INTEGER NOT NULL,     -- controls that apply
	effective INTEGER NOT NULL,
	needing   INTEGER NOT NULL,
	readiness INTEGER NOT NULL,     -- basis points, claim x proof
	PRIMARY KEY (scope, kind, part, day)
) STRICT;

CREATE TABLE record_link (
	id         TEXT PRIMARY KEY,
	type       TEXT NOT NULL,                     -- relates, depends_on, ...
	kind       TEXT NOT NULL,                     -- the record of which the type is said
	record     TEXT NOT NULL,
	other_kind TEXT NOT NULL,
	other      TEXT NOT NULL,
	note       TEXT NOT NULL DEFAULT '',
	created_by TEXT NOT NULL,
	created_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE record_tag (
	tag    TEXT NOT NULL REFERENCES tag (id) ON DELETE CASCADE,
	kind   TEXT NOT NULL,
	record TEXT NOT NULL,
	PRIMARY KEY (tag, kind, record)
) STRICT;

CREATE TABLE relation (
	id               TEXT PRIMARY KEY,
	from_requirement TEXT NOT NULL REFERENCES requirement (id) ON DELETE CASCADE,
	to_requirement   TEXT NOT NULL REFERENCES requirement (id) ON DELETE CASCADE,
	kind             TEXT NOT NULL,                    -- equal, subset, superset, intersects
	strength         INTEGER,                          -- 0 to 100; NULL when nobody said
	rationale        TEXT NOT NULL DEFAULT '',
	source           TEXT NOT NULL DEFAULT 'person',   -- catalog, import, person
	relation_set     TEXT REFERENCES relation_set (id) ON DELETE CASCADE,
	created_at       TEXT NOT NULL,
	updated_at       TEXT NOT NULL,
	version          INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE relation_set (
	id         TEXT PRIMARY KEY,
	name       TEXT NOT NULL,
	source     TEXT NOT NULL DEFAULT 'import',    -- catalog, import
	source_key TEXT NOT NULL DEFAULT '',          -- URN of the set, or the catalog's key
	from_key   TEXT NOT NULL,                     -- key or URN of a framework
	to_key     TEXT NOT NULL,
	pairs      TEXT NOT NULL DEFAULT '[]',
	total      INTEGER NOT NULL DEFAULT 0,        -- pairs in it
	report     TEXT NOT NULL DEFAULT '[]',        -- sentences about what was left out
	sha256     TEXT NOT NULL DEFAULT '',
	created_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE requirement (
	id            TEXT PRIMARY KEY,
	framework     TEXT NOT NULL REFERENCES framework (id) ON DELETE CASCADE,
	parent        TEXT NOT NULL DEFAULT '',       -- id of the row above, '' at the top
	ref           TEXT NOT NULL,
	title         TEXT NOT NULL DEFAULT '',
	body          TEXT NOT NULL DEFAULT '',
	guidance      TEXT NOT NULL DEFAULT '',
	assessable    INTEGER NOT NULL DEFAULT 1,
	withdrawn     INTEGER NOT NULL DEFAULT 0,
	applicable    INTEGER NOT NULL DEFAULT 1,
	justification TEXT NOT NULL DEFAULT '',
	tags          TEXT NOT NULL DEFAULT '[]',
	position      INTEGER NOT NULL,
	source_id     TEXT NOT NULL DEFAULT '',
	digest        TEXT NOT NULL DEFAULT '',
	updated_at    TEXT NOT NULL,
	version       INTEGER NOT NULL DEFAULT 1
, origin TEXT NOT NULL DEFAULT '', decided TEXT NOT NULL DEFAULT '') STRICT;

CREATE TABLE requirement_reason (
	requirement TEXT NOT NULL REFERENCES requirement (id) ON DELETE CASCADE,
	scope       TEXT NOT NULL REFERENCES scope (id),
	reasons     TEXT NOT NULL DEFAULT '',         -- risk_treatment, legal, contractual, best_practice, with commas
	note        TEXT NOT NULL DEFAULT '',
	updated_at  TEXT NOT NULL,
	version     INTEGER NOT NULL DEFAULT 1,
	PRIMARY KEY (requirement, scope)
) STRICT;

CREATE TABLE requirement_scope (
	requirement   TEXT NOT NULL REFERENCES requirement (id) ON DELETE CASCADE,
	scope         TEXT NOT NULL REFERENCES scope (id),
	applicable    INTEGER NOT NULL,
	justification TEXT NOT NULL DEFAULT '',
	decided       TEXT NOT NULL DEFAULT 'person',
	updated_at    TEXT NOT NULL,
	version       INTEGER NOT NULL DEFAULT 1,
	PRIMARY KEY (requirement, scope)
) STRICT;

CREATE TABLE risk (
	id                  TEXT PRIMARY KEY,
	ref                 TEXT NOT NULL,                    -- RSK-0001
	title               TEXT NOT NULL,
	description         TEXT NOT NULL DEFAULT '',
	category            TEXT NOT NULL DEFAULT '',
	source_key          TEXT NOT NULL DEFAULT '',         -- its id in the library, '' for one that was written here
	owner               TEXT NOT NULL DEFAULT '',
	status              TEXT NOT NULL DEFAULT 'open',     -- open, in_progress, off_track, mitigated, accepted, closed
	inherent_likelihood INTEGER NOT NULL DEFAULT 0,       -- before anything is done about it
	inherent_impact     INTEGER NOT NULL DEFAULT 0,
	residual_likelihood INTEGER NOT NULL DEFAULT 0,       -- as it is today
	residual_impact     INTEGER NOT NULL DEFAULT 0,
	target_likelihood   INTEGER NOT NULL DEFAULT 0,       -- where it shall come to
	target_impact       INTEGER NOT NULL DEFAULT 0,
	treatment           TEXT NOT NULL DEFAULT '',         -- mitigate, accept, transfer, avoid
	plan                TEXT NOT NULL DEFAULT '',         -- how; single actions are tasks about the risk
	due_on              TEXT NOT NULL DEFAULT '',         -- last day on which the treatment is not late
	review_on           TEXT NOT NULL DEFAULT '',         -- when it is looked at again
	accepted_until      TEXT NOT NULL DEFAULT '',         -- last day of the acceptance
	accepted_reason     TEXT NOT NULL DEFAULT '',
	accepted_at         TEXT NOT NULL DEFAULT '',
	accepted_by         TEXT NOT NULL DEFAULT '',
	created_at          TEXT NOT NULL,
	updated_at          TEXT NOT NULL,
	version             INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE risk_appetite (
	id         TEXT PRIMARY KEY CHECK (id = 'risk_appetite'),
	amount     INTEGER NOT NULL DEFAULT 0,
	currency   TEXT NOT NULL DEFAULT '',
	updated_at TEXT NOT NULL DEFAULT '',
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE risk_loss (
	id                    TEXT PRIMARY KEY,
	risk                  TEXT NOT NULL UNIQUE REFERENCES risk (id) ON DELETE CASCADE,
	currency              TEXT NOT NULL,
	inherent_unit         TEXT NOT NULL DEFAULT '',        -- a_year, or once_in: so many years
	inherent_often_low    INTEGER NOT NULL DEFAULT 0,
	inherent_often_likely INTEGER NOT NULL DEFAULT 0,
	inherent_often_high   INTEGER NOT NULL DEFAULT 0,
	inherent_cost_low     INTEGER NOT NULL DEFAULT 0,
	inherent_cost_likely  INTEGER NOT NULL DEFAULT 0,
	inherent_cost_high    INTEGER NOT NULL DEFAULT 0,
	residual_unit         TEXT NOT NULL DEFAULT '',
	residual_often_low    INTEGER NOT NULL DEFAULT 0,
	residual_often_likely INTEGER NOT NULL DEFAULT 0,
	residual_often_high   INTEGER NOT NULL DEFAULT 0,
	residual_cost_low     INTEGER NOT NULL DEFAULT 0,
	residual_cost_likely  INTEGER NOT NULL DEFAULT 0,
	residual_cost_high    INTEGER NOT NULL DEFAULT 0,
	expected_loss         INTEGER NOT NULL,                -- mean loss of a year, as it is today: made of the above, to sort by
	updated_at            TEXT NOT NULL
) STRICT;

CREATE TABLE risk_scale (
	id         TEXT PRIMARY KEY CHECK (id = 'risk_scale'),
	critical   INTEGER NOT NULL DEFAULT 20,
	high       INTEGER NOT NULL DEFAULT 12,
	medium     INTEGER NOT NULL DEFAULT 6,
	updated_at TEXT NOT NULL DEFAULT '',
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE risk_score (
	id                  TEXT PRIMARY KEY,
	risk                TEXT NOT NULL REFERENCES risk (id) ON DELETE CASCADE,
	at                  TEXT NOT NULL,
	day                 TEXT NOT NULL,                    -- of the organisation
	inherent_likelihood INTEGER NOT NULL,
	inherent_impact     INTEGER NOT NULL,
	residual_likelihood INTEGER NOT NULL,
	residual_impact     INTEGER NOT NULL,
	target_likelihood   INTEGER NOT NULL,
	target_impact       INTEGER NOT NULL,
	changed_by          TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE saved_view (
	id         TEXT PRIMARY KEY,
	list       TEXT NOT NULL,                     -- control, evidence, ...
	name       TEXT NOT NULL,
	search     TEXT NOT NULL DEFAULT '{}',        -- JSON object: the words of the list's address
	columns    TEXT NOT NULL DEFAULT '[]',        -- JSON array of columns, [] for those that everybody sees
	compact    INTEGER NOT NULL DEFAULT 1,
	owner      TEXT NOT NULL,                     -- person id
	shared     INTEGER NOT NULL DEFAULT 0,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE scope (
	id         TEXT PRIMARY KEY,
	name       TEXT NOT NULL,
	kind       TEXT NOT NULL DEFAULT 'organisation',
	archived   INTEGER NOT NULL DEFAULT 0,
	created_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
, description TEXT NOT NULL DEFAULT '', updated_at TEXT NOT NULL DEFAULT '') STRICT;

CREATE TABLE search_doc (
	id     INTEGER PRIMARY KEY,           -- the kind's number * 2^40 + a running number: a kind is a range
	kind   TEXT NOT NULL,
	record TEXT NOT NULL,
	ref    TEXT NOT NULL DEFAULT '',      -- "AC-02 (9)" as "ac.2.9": however it is typed
	head   TEXT NOT NULL DEFAULT '',      -- how the title begins, without capitals and accents
	digest INTEGER NOT NULL               -- of the whole text: a row that reads as before is not indexed again
) STRICT;

CREATE TABLE search_kind (
	kind   TEXT PRIMARY KEY,              -- the table
	number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE search_text USING fts5 (ref, title, body,
	content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');

CREATE TABLE 'search_text_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE TABLE 'search_text_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'search_text_docsize'(id INTEGER PRIMARY KEY, sz BLOB, origin INTEGER);

CREATE TABLE 'search_text_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

CREATE TABLE statement (
	id          TEXT PRIMARY KEY,
	requirement TEXT NOT NULL REFERENCES requirement (id) ON DELETE CASCADE,
	scope       TEXT NOT NULL DEFAULT 'organisation' REFERENCES scope (id),
	body        TEXT NOT NULL DEFAULT '',
	status      TEXT NOT NULL DEFAULT '',  -- '' when nobody said, planned, partial, implemented, alternative, not_applicable
	owner       TEXT NOT NULL DEFAULT '',  -- person id, '' when nobody
	responsible TEXT NOT NULL DEFAULT '',  -- who else, in words: a team, a provider
	source      TEXT NOT NULL DEFAULT 'person', -- person, oscal
	created_at  TEXT NOT NULL,
	updated_at  TEXT NOT NULL,
	version     INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE system (
	id              TEXT PRIMARY KEY REFERENCES scope (id),
	name            TEXT NOT NULL DEFAULT '',
	description     TEXT NOT NULL DEFAULT '',
	sensitivity     TEXT NOT NULL DEFAULT '',
	confidentiality TEXT NOT NULL DEFAULT '',
	integrity       TEXT NOT NULL DEFAULT '',
	availability    TEXT NOT NULL DEFAULT '',
	boundary        TEXT NOT NULL DEFAULT '',
	status          TEXT NOT NULL DEFAULT '',
	status_note     TEXT NOT NULL DEFAULT '',
	information     TEXT NOT NULL DEFAULT '[]', -- kinds of information, as JSON
	updated_at      TEXT NOT NULL DEFAULT '',
	version         INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE tag (
	id         TEXT PRIMARY KEY,
	name       TEXT NOT NULL,
	color      TEXT NOT NULL DEFAULT 'grey',      -- grey, violet, green, blue, amber, red
	created_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE task (
	id          TEXT PRIMARY KEY,
	key         TEXT NOT NULL DEFAULT '',         -- "evidence.collect/<id>"; '' for one that a person wrote
	title       TEXT NOT NULL,
	description TEXT NOT NULL DEFAULT '',
	status      TEXT NOT NULL DEFAULT 'open',     -- open, in_progress, done, cancelled
	owner       TEXT NOT NULL DEFAULT '',         -- person id, '' when nobody
	due_on      TEXT NOT NULL DEFAULT '',         -- last day on which it is not late
	kind        TEXT NOT NULL DEFAULT '',         -- the record it is about, '' for none
	record      TEXT NOT NULL DEFAULT '',
	source      TEXT NOT NULL DEFAULT 'person',   -- person, or the module that asked
	created_at  TEXT NOT NULL,
	created_by  TEXT NOT NULL DEFAULT '',         -- person id, '' for the system
	ended_at    TEXT NOT NULL DEFAULT '',         -- when it was done or cancelled
	ended_by    TEXT NOT NULL DEFAULT '',
	outcome     TEXT NOT NULL DEFAULT '',         -- how it ended, in a sentence
	updated_at  TEXT NOT NULL,
	version     INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE trash (
	seq   INTEGER PRIMARY KEY,      -- of the audit record
	until TEXT NOT NULL             -- the instant from which it can no longer be brought back
) STRICT;

CREATE TABLE trash_value (
	seq   INTEGER NOT NULL REFERENCES trash (seq) ON DELETE CASCADE,
	tbl   TEXT NOT NULL,
	pk    TEXT NOT NULL,
	col   TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (seq, tbl, pk, col)
) STRICT;

CREATE TABLE vendor (
	id              TEXT PRIMARY KEY,
	ref             TEXT NOT NULL,                    -- VEN-0001
	name            TEXT NOT NULL,
	service         TEXT NOT NULL DEFAULT '',         -- what they do for us
	description     TEXT NOT NULL DEFAULT '',
	type            TEXT NOT NULL DEFAULT '',
	website         TEXT NOT NULL DEFAULT '',
	owner           TEXT NOT NULL DEFAULT '',
	contact_name    TEXT NOT NULL DEFAULT '',
	contact_email   TEXT NOT NULL DEFAULT '',
	category        TEXT NOT NULL DEFAULT '',         -- of spending
	status          TEXT NOT NULL DEFAULT 'requested', -- requested, in_review, approved, rejected, offboarding, offboarded
	data            TEXT NOT NULL DEFAULT '[]',       -- JSON array of the kinds of data they see
	classification  TEXT NOT NULL DEFAULT '',         -- the highest: public, internal, confidential, restricted
	subservice      INTEGER NOT NULL DEFAULT 0,       -- they work with data that others gave us
	location        TEXT NOT NULL DEFAULT '',         -- where, for the list of sub-processors
	purpose         TEXT NOT NULL DEFAULT '',
	legal_review    TEXT NOT NULL DEFAULT 'not_needed', -- not_needed, needed, done
	risk_likelihood INTEGER NOT NULL DEFAULT 0,       -- 1 to 5, 0 while nobody has said
	risk_impact     INTEGER NOT NULL DEFAULT 0,
	assessed_on     TEXT NOT NULL DEFAULT '',         -- the day of the last assessment, from which the clock runs
	assessment      TEXT NOT NULL DEFAULT '',         -- that assessment, '' where it was made elsewhere
	decided_at      TEXT NOT NULL DEFAULT '',         -- when it was last approved or rejected
	decided_by      TEXT NOT NULL DEFAULT '',
	decision_reason TEXT NOT NULL DEFAULT '',
	created_at      TEXT NOT NULL,
	updated_at      TEXT NOT NULL,
	version         INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE vendor_answer (
	id            TEXT PRIMARY KEY,
	questionnaire TEXT NOT NULL REFERENCES vendor_questionnaire (id) ON DELETE CASCADE,
	position      INTEGER NOT NULL,
	source_key    TEXT NOT NULL,                      -- VQ-001 of the catalog
	section       TEXT NOT NULL,
	question      TEXT NOT NULL,
	type          TEXT NOT NULL,                      -- single, single_with_text, multiple, text
	options       TEXT NOT NULL DEFAULT '[]',         -- JSON array
	adverse       TEXT NOT NULL DEFAULT '[]',         -- JSON array: the options that call for a second look
	proof         TEXT NOT NULL DEFAULT '',           -- what to ask for beside the answer
	hint          TEXT NOT NULL DEFAULT '',           -- for who reviews it
	answer        TEXT NOT NULL DEFAULT '[]',         -- JSON array: the chosen options, or one text
	detail        TEXT NOT NULL DEFAULT '',
	note          TEXT NOT NULL DEFAULT '',           -- of who reviews it
	mark          TEXT NOT NULL DEFAULT '',           -- accepted, follow_up, '' for none
	answered_by   TEXT NOT NULL DEFAULT '',           -- a person of the organisation, or the address of a guest
	answered_at   TEXT NOT NULL DEFAULT '',
	reviewed_by   TEXT NOT NULL DEFAULT '',
	reviewed_at   TEXT NOT NULL DEFAULT '',
	version       INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE vendor_assessment (
	id             TEXT PRIMARY KEY,
	vendor         TEXT NOT NULL REFERENCES vendor (id) ON DELETE CASCADE,
	number         INTEGER NOT NULL,                  -- 1, 2, ... of this vendor
	status         TEXT NOT NULL DEFAULT 'draft',     -- draft, concluded
	step           INTEGER NOT NULL DEFAULT 1,        -- of five, to which the draft has come
	likelihood     INTEGER NOT NULL DEFAULT 0,
	impact         INTEGER NOT NULL DEFAULT 0,
	notes          TEXT NOT NULL DEFAULT '',          -- of the due diligence
	conclusion     TEXT NOT NULL DEFAULT '',          -- in words, and the reason of the decision
	decision       TEXT NOT NULL DEFAULT '',          -- approved, rejected, '' for none
	started_by     TEXT NOT NULL DEFAULT '',
	started_at     TEXT NOT NULL,
	concluded_by   TEXT NOT NULL DEFAULT '',
	concluded_at   TEXT NOT NULL DEFAULT '',
	concluded_on   TEXT NOT NULL DEFAULT '',          -- the day of that, of the organisation
	score          INTEGER NOT NULL DEFAULT 0,        -- all of the following as it was then
	tier           TEXT NOT NULL DEFAULT '',
	next_review_on TEXT NOT NULL DEFAULT '',
	facts          TEXT NOT NULL DEFAULT '{}',        -- JSON: the vendor, its attestations, its questionnaire
	updated_at     TEXT NOT NULL,
	version        INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE vendor_attestation (
	id           TEXT PRIMARY KEY,
	vendor       TEXT NOT NULL REFERENCES vendor (id) ON DELETE CASCADE,
	type         TEXT NOT NULL,
	title        TEXT NOT NULL DEFAULT '',
	attachment   TEXT NOT NULL DEFAULT '',
	issued_on    TEXT NOT NULL DEFAULT '',
	period_start TEXT NOT NULL DEFAULT '',
	period_end   TEXT NOT NULL DEFAULT '',
	expires_on   TEXT NOT NULL DEFAULT '',
	bridge_until TEXT NOT NULL DEFAULT '',            -- a letter covers the time until the next report
	exceptions   TEXT NOT NULL DEFAULT '',            -- what the auditors noted
	created_at   TEXT NOT NULL,
	updated_at   TEXT NOT NULL,
	version      INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE vendor_contract (
	id          TEXT PRIMARY KEY,
	vendor      TEXT NOT NULL REFERENCES vendor (id) ON DELETE CASCADE,
	title       TEXT NOT NULL,
	number      TEXT NOT NULL DEFAULT '',             -- as the vendor calls it
	owner       TEXT NOT NULL DEFAULT '',
	starts_on   TEXT NOT NULL DEFAULT '',
	ends_on     TEXT NOT NULL DEFAULT '',             -- '' for one without an end
	notice_days INTEGER NOT NULL DEFAULT 0,           -- so long before the end it must be given notice of
	renews      INTEGER NOT NULL DEFAULT 0,           -- by itself
	amount      INTEGER NOT NULL DEFAULT 0,           -- in minor units, per year
	currency    TEXT NOT NULL DEFAULT '',
	attachment  TEXT NOT NULL DEFAULT '',
	note        TEXT NOT NULL DEFAULT '',
	created_at  TEXT NOT NULL,
	updated_at  TEXT NOT NULL,
	version     INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE vendor_questionnaire (
	id         TEXT PRIMARY KEY,
	vendor     TEXT NOT NULL REFERENCES vendor (id) ON DELETE CASCADE,
	title      TEXT NOT NULL,
	depth      INTEGER NOT NULL,                      -- 1 all questions, 2 most, 3 the shortest
	opened_by  TEXT NOT NULL DEFAULT '',
	opened_at  TEXT NOT NULL,
	due_on     TEXT NOT NULL DEFAULT '',
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE vendor_reminder (
	id  TEXT PRIMARY KEY,                             -- of the vendor, the attestation or the contract
	day TEXT NOT NULL,                                -- when it runs out
	due TEXT NOT NULL                                 -- soon, over
) STRICT;

CREATE TABLE view_default (
	person TEXT NOT NULL REFERENCES person (id),
	list   TEXT NOT NULL,
	view   TEXT NOT NULL REFERENCES saved_view (id) ON DELETE CASCADE,
	PRIMARY KEY (person, list)
) STRICT;

CREATE INDEX access_grant_application ON access_grant (application, status, admin);

CREATE UNIQUE INDEX access_grant_once ON access_grant (personnel, application, level COLLATE NOCASE) WHERE status = 'active';

CREATE INDEX access_grant_personnel ON access_grant (personnel, status, admin);

CREATE INDEX access_grant_status ON access_grant (status, updated_at);

CREATE INDEX access_grant_updated ON access_grant (updated_at, id);

CREATE INDEX activity_name ON activity (name COLLATE NOCASE, id);

CREATE INDEX activity_owner ON activity (owner, name, id);

CREATE INDEX activity_control_control ON activity_control (control, activity);

CREATE INDEX activity_evidence_evidence ON activity_evidence (evidence, activity);

CREATE UNIQUE INDEX application_name ON application (name COLLATE NOCASE);

CREATE INDEX application_owner ON application (owner);

CREATE INDEX asset_environment ON asset (environment, kind);

CREATE INDEX asset_name ON asset (name COLLATE NOCASE, id);

CREATE INDEX asset_owner ON asset (owner, name COLLATE NOCASE);

CREATE UNIQUE INDEX asset_ref ON asset (ref);

CREATE INDEX asset_updated ON asset (updated_at, id);

CREATE INDEX attachment_object ON attachment (object);

CREATE INDEX attachment_record ON attachment (kind, record, uploaded_at);

CREATE INDEX audit_list ON audit (at, seq, actor, action, kind, tenant, rows);

CREATE INDEX audit_tenant ON audit (tenant, seq) WHERE tenant <> '';

CREATE UNIQUE INDEX baseline_name ON baseline (framework, name COLLATE NOCASE);

CREATE INDEX baseline_requirement_requirement ON baseline_requirement (requirement);

CREATE INDEX branch_list ON branch (state, made_at, id);

CREATE UNIQUE INDEX branch_name ON branch (name COLLATE NOCASE) WHERE state = 'open';

CREATE INDEX comment_parent ON comment (parent) WHERE parent <> '';

CREATE INDEX comment_record ON comment (kind, record, created_at, id);

CREATE UNIQUE INDEX component_control ON component (document, control);

CREATE UNIQUE INDEX component_uuid ON component (document, uuid);

CREATE INDEX control_domain ON control (domain, sort_ref, id);

CREATE INDEX control_owner ON control (owner, sort_ref, id);

CREATE UNIQUE INDEX control_ref ON control (ref);

CREATE INDEX control_ref_nocase ON control (ref COLLATE NOCASE);

CREATE INDEX control_sort ON control (sort_ref, id);

CREATE UNIQUE INDEX control_source ON control (source_key) WHERE source_key <> '';

CREATE INDEX control_title ON control (title, id);

CREATE INDEX control_updated ON control (updated_at, id);

CREATE INDEX control_proof_claim ON control_proof (scope, claim, control);

CREATE INDEX control_status_status ON control_status (scope, status, control);

CREATE INDEX cycle_latest ON cycle (evidence) WHERE latest = 1;

CREATE UNIQUE INDEX cycle_number ON cycle (evidence, number);

CREATE INDEX cycle_opens ON cycle (state, opens_on);

CREATE INDEX cycle_step_cycle ON cycle_step (cycle, number);

CREATE UNIQUE INDEX department_name ON department (name COLLATE NOCASE);

CREATE UNIQUE INDEX dismissal_pair ON dismissal (requirement, control);

CREATE INDEX drill_at ON drill (at, id);

CREATE INDEX edition_framework ON edition (framework, created_at);

CREATE INDEX edition_row_edition ON edition_row (edition, position);

CREATE INDEX evidence_category ON evidence (category COLLATE NOCASE, name COLLATE NOCASE, id);

CREATE INDEX evidence_name ON evidence (name COLLATE NOCASE, id);

CREATE INDEX evidence_owner ON evidence (owner, name, id);

CREATE INDEX evidence_reviewer ON evidence (reviewer, name, id);

CREATE INDEX evidence_scope ON evidence (scope, name COLLATE NOCASE, id);

CREATE UNIQUE INDEX evidence_source ON evidence (source_key) WHERE source_key <> '';

CREATE INDEX evidence_updated ON evidence (updated_at, id);

CREATE INDEX evidence_ask_asked ON evidence_ask (asked) WHERE answered_at = '' AND withdrawn_at = '';

CREATE INDEX evidence_ask_evidence ON evidence_ask (evidence, asked_at, id);

CREATE INDEX evidence_clock_expires ON evidence_clock (expires_on, evidence);

CREATE INDEX evidence_control_control ON evidence_control (control, evidence);

CREATE UNIQUE INDEX field_key ON field (kind, key);

CREATE INDEX field_value_record ON field_value (record);

CREATE INDEX file_cycle ON file (cycle) WHERE cycle <> '';

CREATE UNIQUE INDEX file_evidence ON file (evidence, number);

CREATE INDEX file_object ON file (object);

CREATE INDEX file_review ON file (review, uploaded_at, id);

CREATE UNIQUE INDEX framework_key ON framework (key);

CREATE INDEX framework_scope_scope ON framework_scope (scope, framework);

CREATE INDEX idempotency_at ON idempotency (at);

CREATE INDEX import_created ON import (created_at, id);

CREATE INDEX import_heads ON import (target, heads, created_at);

CREATE INDEX job_due ON job (due) WHERE state IN ('ready', 'running');

CREATE UNIQUE INDEX job_key ON job (name, key) WHERE key <> '' AND state IN ('ready', 'running');

CREATE UNIQUE INDEX job_role_name ON job_role (name COLLATE NOCASE);

CREATE INDEX leaving_personnel ON leaving (personnel, returned_at);

CREATE INDEX mapping_control ON mapping (control, requirement);

CREATE UNIQUE INDEX mapping_pair ON mapping (requirement, control);

CREATE INDEX notification_at ON notification (at);

CREATE INDEX notification_mail ON notification (at) WHERE mail = 'due';

CREATE INDEX notification_mailed ON notification (person, mailed_at) WHERE mailed_at <> '';

CREATE INDEX notification_person ON notification (person, inbox, at, id);

CREATE INDEX notification_unread ON notification (person) WHERE inbox = 1 AND read_at = '';

CREATE INDEX occurrence_due ON occurrence (due_on, activity);

CREATE INDEX occurrence_open ON occurrence (activity, due_on, id) WHERE status IN ('not_started', 'in_progress');

CREATE UNIQUE INDEX occurrence_period ON occurrence (activity, period_start);

CREATE INDEX occurrence_file_file ON occurrence_file (file);

CREATE UNIQUE INDEX oscal_document_place ON oscal_document (framework, kind, scope);

CREATE INDEX package_created ON package (created_at, id);

CREATE UNIQUE INDEX period_name ON period (name COLLATE NOCASE);

CREATE INDEX period_starts ON period (starts_on, id);

CREATE UNIQUE INDEX person_email ON person (email) WHERE email <> '';

CREATE INDEX person_name ON person (name, id);

CREATE INDEX personnel_department ON personnel (department, status);

CREATE UNIQUE INDEX personnel_email ON personnel (email COLLATE NOCASE) WHERE email <> '';

CREATE UNIQUE INDEX personnel_employee ON personnel (employee_id COLLATE NOCASE) WHERE employee_id <> '';

CREATE INDEX personnel_job_role ON personnel (job_role);

CREATE INDEX personnel_manager ON personnel (manager, status);

CREATE INDEX personnel_name ON personnel (name COLLATE NOCASE, id);

CREATE INDEX personnel_status ON personnel (status, name COLLATE NOCASE, id);

CREATE INDEX personnel_updated ON personnel (updated_at, id);

CREATE INDEX policy_owner ON policy (owner, number);

CREATE INDEX policy_planned ON policy (planned_on) WHERE planned_on <> '';

CREATE INDEX policy_scope ON policy (scope);

CREATE INDEX policy_title ON policy (title COLLATE NOCASE, id);

CREATE INDEX policy_updated ON policy (updated_at, id);

CREATE UNIQUE INDEX policy_acknowledgment_once ON policy_acknowledgment (policy_request, person);

CREATE INDEX policy_acknowledgment_person ON policy_acknowledgment (person, policy_request);

CREATE INDEX policy_acknowledgment_state ON policy_acknowledgment (policy_request, person, acknowledged_at);

CREATE UNIQUE INDEX policy_approval_once ON policy_approval (policy_version, round, person, digest);

CREATE INDEX policy_approver_person ON policy_approver (person);

CREATE INDEX policy_control_control ON policy_control (control, policy);

CREATE INDEX policy_exception_expires ON policy_exception (expires_on, id);

CREATE INDEX policy_exception_policy ON policy_exception (policy, expires_on);

CREATE INDEX policy_request_policy ON policy_request (policy, created_at);

CREATE INDEX policy_request_version ON policy_request (policy_version, id, closed_at, due_on);

CREATE INDEX policy_requirement_requirement ON policy_requirement (requirement, policy);

CREATE INDEX policy_state_next ON policy_state (next_on);

CREATE INDEX policy_state_status ON policy_state (status, next_on);

CREATE INDEX policy_version_in_force ON policy_version (policy, major DESC, minor DESC, id) WHERE published_at <> '';

CREATE UNIQUE INDEX policy_version_number ON policy_version (policy, major, minor);

CREATE UNIQUE INDEX policy_version_working ON policy_version (policy) WHERE published_at = '';

CREATE INDEX process_name ON process (name COLLATE NOCASE, id);

CREATE INDEX process_owner ON process (owner, ref);

CREATE INDEX process_points ON process (
	iif(rto = '' OR rpo = '' OR classification = '', 0, (35 * CASE rto WHEN 'le_1h' THEN 100 WHEN 'le_4h' THEN 85 WHEN 'le_8h' THEN 70 WHEN 'le_24h' THEN 50 WHEN 'le_72h' THEN 30 WHEN 'le_7d' THEN 15 WHEN 'gt_7d' THEN 5 ELSE 0 END + 25 * CASE rpo WHEN 'le_1h' THEN 100 WHEN 'le_4h' THEN 85 WHEN 'le_8h' THEN 70 WHEN 'le_24h' THEN 50 WHEN 'le_72h' THEN 30 WHEN 'le_7d' THEN 15 WHEN 'gt_7d' THEN 5 ELSE 0 END + 15 * CASE mtd WHEN 'le_1h' THEN 100 WHEN 'le_4h' THEN 85 WHEN 'le_8h' THEN 70 WHEN 'le_24h' THEN 50 WHEN 'le_72h' THEN 30 WHEN 'le_7d' THEN 15 WHEN 'gt_7d' THEN 5 ELSE 0 END
	 + 25 * CASE classification WHEN 'restricted' THEN 100 WHEN 'confidential' THEN 70 WHEN 'internal' THEN 35 WHEN 'public' THEN 10 ELSE 0 END + 50) / 100), id);

CREATE UNIQUE INDEX process_ref ON process (ref);

CREATE INDEX process_score ON process (rto, rpo, mtd, classification, owner, review_on);

CREATE INDEX process_tier ON process (
	CASE WHEN rto = '' OR rpo = '' OR classification = '' THEN 'incomplete' ELSE CASE (35 * CASE rto WHEN 'le_1h' THEN 100 WHEN 'le_4h' THEN 85 WHEN 'le_8h' THEN 70 WHEN 'le_24h' THEN 50 WHEN 'le_72h' THEN 30 WHEN 'le_7d' THEN 15 WHEN 'gt_7d' THEN 5 ELSE 0 END + 25 * CASE rpo WHEN 'le_1h' THEN 100 WHEN 'le_4h' THEN 85 WHEN 'le_8h' THEN 70 WHEN 'le_24h' THEN 50 WHEN 'le_72h' THEN 30 WHEN 'le_7d' THEN 15 WHEN 'gt_7d' THEN 5 ELSE 0 END + 15 * CASE mtd WHEN 'le_1h' THEN 100 WHEN 'le_4h' THEN 85 WHEN 'le_8h' THEN 70 WHEN 'le_24h' THEN 50 WHEN 'le_72h' THEN 30 WHEN 'le_7d' THEN 15 WHEN 'gt_7d' THEN 5 ELSE 0 END
	 + 25 * CASE classification WHEN 'restricted' THEN 100 WHEN 'confidential' THEN 70 WHEN 'internal' THEN 35 WHEN 'public' THEN 10 ELSE 0 END + 50) / 100 / 25 WHEN 0 THEN 'low' WHEN 1 THEN 'medium' WHEN 2 THEN 'high' ELSE 'critical' END END,
	iif(rto = '' OR rpo = '' OR classification = '', 0, (35 * CASE rto WHEN 'le_1h' THEN 100 WHEN 'le_4h' THEN 85 WHEN 'le_8h' THEN 70 WHEN 'le_24h' THEN 50 WHEN 'le_72h' THEN 30 WHEN 'le_7d' THEN 15 WHEN 'gt_7d' THEN 5 ELSE 0 END + 25 * CASE rpo WHEN 'le_1h' THEN 100 WHEN 'le_4h' THEN 85 WHEN 'le_8h' THEN 70 WHEN 'le_24h' THEN 50 WHEN 'le_72h' THEN 30 WHEN 'le_7d' THEN 15 WHEN 'gt_7d' THEN 5 ELSE 0 END + 15 * CASE mtd WHEN 'le_1h' THEN 100 WHEN 'le_4h' THEN 85 WHEN 'le_8h' THEN 70 WHEN 'le_24h' THEN 50 WHEN 'le_72h' THEN 30 WHEN 'le_7d' THEN 15 WHEN 'gt_7d' THEN 5 ELSE 0 END
	 + 25 * CASE classification WHEN 'restricted' THEN 100 WHEN 'confidential' THEN 70 WHEN 'internal' THEN 35 WHEN 'public' THEN 10 ELSE 0 END + 50) / 100), id);

CREATE INDEX process_updated ON process (updated_at, id);

CREATE INDEX readiness_day_scope ON readiness_day (scope, framework, day);

CREATE INDEX record_link_other ON record_link (other_kind, other);

CREATE UNIQUE INDEX record_link_pair ON record_link (kind, record, other_kind, other, type);

CREATE INDEX record_tag_record ON record_tag (kind, record);

CREATE INDEX relation_of_set ON relation (relation_set) WHERE relation_set IS NOT NULL;

CREATE UNIQUE INDEX relation_pair ON relation (from_requirement, to_requirement);

CREATE INDEX relation_to ON relation (to_requirement, from_requirement);

CREATE UNIQUE INDEX relation_set_source ON relation_set (source_key) WHERE source_key <> '';

CREATE INDEX requirement_framework ON requirement (framework, position);

CREATE INDEX requirement_parent ON requirement (parent) WHERE parent <> '';

CREATE INDEX requirement_ref ON requirement (framework, ref);

CREATE INDEX requirement_scope_scope ON requirement_scope (scope, requirement);

CREATE INDEX risk_owner ON risk (owner, ref);

CREATE INDEX risk_points ON risk (
	CASE WHEN residual_likelihood * residual_impact > 0 THEN residual_likelihood * residual_impact ELSE inherent_likelihood * inherent_impact END, id);

CREATE UNIQUE INDEX risk_ref ON risk (ref);

CREATE INDEX risk_status ON risk (status, accepted_until);

CREATE INDEX risk_title ON risk (title COLLATE NOCASE, id);

CREATE INDEX risk_score_risk ON risk_score (risk, at);

CREATE INDEX saved_view_list ON saved_view (list, shared, owner);

CREATE INDEX search_doc_head ON search_doc (kind, head);

CREATE UNIQUE INDEX search_doc_record ON search_doc (kind, record);

CREATE INDEX search_doc_ref ON search_doc (kind, ref) WHERE ref <> '';

CREATE UNIQUE INDEX statement_requirement ON statement (requirement, scope);

CREATE INDEX statement_updated ON statement (updated_at, id);

CREATE UNIQUE INDEX tag_name ON tag (name COLLATE NOCASE);

CREATE INDEX task_due ON task (status, due_on, id);

CREATE UNIQUE INDEX task_key ON task (key) WHERE key <> '' AND status IN ('open', 'in_progress');

CREATE INDEX task_owner ON task (owner, status, due_on, id);

CREATE INDEX task_record ON task (kind, record) WHERE record <> '';

CREATE INDEX trash_until ON trash (until);

CREATE INDEX vendor_name ON vendor (name COLLATE NOCASE, id);

CREATE INDEX vendor_owner ON vendor (owner, ref);

CREATE UNIQUE INDEX vendor_ref ON vendor (ref);

CREATE INDEX vendor_status ON vendor (status, assessed_on);

CREATE INDEX vendor_answer_questionnaire ON vendor_answer (questionnaire, position);

CREATE UNIQUE INDEX vendor_assessment_number ON vendor_assessment (vendor, number);

CREATE INDEX vendor_attestation_vendor ON vendor_attestation (vendor, attachment, expires_on, bridge_until);

CREATE INDEX vendor_contract_end ON vendor_contract (ends_on);

CREATE INDEX vendor_contract_vendor ON vendor_contract (vendor, ends_on);

CREATE INDEX vendor_questionnaire_vendor ON vendor_questionnaire (vendor, opened_at);

CREATE TRIGGER access_grant_version AFTER UPDATE ON access_grant WHEN NEW.version = OLD.version BEGIN
	UPDATE access_grant SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER activity_version AFTER UPDATE ON activity WHEN NEW.version = OLD.version BEGIN
	UPDATE activity SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER addressable_version AFTER UPDATE ON addressable WHEN NEW.version = OLD.version BEGIN
	UPDATE addressable SET version = OLD.version + 1 WHERE requirement = NEW.requirement AND scope = NEW.scope;
END;

CREATE TRIGGER application_version AFTER UPDATE ON application WHEN NEW.version = OLD.version BEGIN
	UPDATE application SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER asset_version AFTER UPDATE ON asset WHEN NEW.version = OLD.version BEGIN
	UPDATE asset SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER baseline_version AFTER UPDATE ON baseline WHEN NEW.version = OLD.version BEGIN
	UPDATE baseline SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER branch_version AFTER UPDATE ON branch WHEN NEW.version = OLD.version BEGIN
	UPDATE branch SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER checkpoint_mail_version AFTER UPDATE ON checkpoint_mail WHEN NEW.version = OLD.version BEGIN
	UPDATE checkpoint_mail SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER comment_version AFTER UPDATE ON comment WHEN NEW.version = OLD.version BEGIN
	UPDATE comment SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER component_version AFTER UPDATE ON component WHEN NEW.version = OLD.version BEGIN
	UPDATE component SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER control_proof_back AFTER INSERT ON control
WHEN EXISTS (SELECT 1 FROM evidence_control WHERE control = NEW.id) OR EXISTS (SELECT 1 FROM control_status WHERE control = NEW.id) BEGIN
	INSERT INTO control_proof (control, scope, requests, missing, first_expiry, claimed_in, claim, answers)
	SELECT control, scope, requests, missing, first_expiry, claimed_in, claim, answers FROM control_proof_now WHERE control = NEW.id;
END;

CREATE TRIGGER control_proof_gone AFTER DELETE ON control BEGIN
	DELETE FROM control_proof WHERE control = OLD.id;
END;

CREATE TRIGGER control_proof_new AFTER INSERT ON control
WHEN NOT EXISTS (SELECT 1 FROM evidence_control WHERE control = NEW.id) AND NOT EXISTS (SELECT 1 FROM control_status WHERE control = NEW.id) BEGIN
	INSERT INTO control_proof (control, scope, claimed_in, answers) SELECT NEW.id, id, 'organisation', id = 'organisation' FROM scope;
END;

CREATE TRIGGER control_version AFTER UPDATE ON control WHEN NEW.version = OLD.version BEGIN
	UPDATE control SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER control_effective_version AFTER UPDATE ON control_effective WHEN NEW.version = OLD.version BEGIN
	UPDATE control_effective SET version = OLD.version + 1 WHERE control = NEW.control AND scope = NEW.scope;
END;

CREATE VIEW control_proof_now (control, scope, requests, missing, first_expiry, claimed_in, claim, answers) AS
SELECT c.id, x.id,
	(SELECT count(*) FROM evidence_control l JOIN evidence e ON e.id = l.evidence
		WHERE l.control = c.id AND e.not_applicable = 0 AND (x.id = 'organisation' OR e.scope IN ('organisation', x.id))),
	(SELECT count(*) FROM evidence_control l JOIN evidence e ON e.id = l.evidence JOIN evidence_clock k ON k.evidence = e.id
		WHERE l.control = c.id AND e.not_applicable = 0 AND k.collected_on = '' AND (x.id = 'organisation' OR e.scope IN ('organisation', x.id))),
	(SELECT coalesce(min(k.expires_on), '') FROM evidence_control l JOIN evidence e ON e.id = l.evidence JOIN evidence_clock k ON k.evidence = e.id
		WHERE l.control = c.id AND e.not_applicable = 0 AND k.expires_on <> '' AND (x.id = 'organisation' OR e.scope IN ('organisation', x.id))),
	CASE WHEN EXISTS (SELECT 1 FROM control_status s WHERE s.control = c.id AND s.scope = x.id) THEN x.id ELSE 'organisation' END,
	coalesce((SELECT s.status FROM control_status s WHERE s.control = c.id AND s.scope = x.id),
		(SELECT s.status FROM control_status s WHERE s.control = c.id AND s.scope = 'organisation'), ''),
	x.id = 'organisation' OR EXISTS (SELECT 1 FROM mapping m JOIN requirement q ON q.id = m.requirement
		JOIN framework_scope a ON a.framework = q.framework AND a.scope = x.id WHERE m.control = c.id)
FROM control c CROSS JOIN scope x;

CREATE TRIGGER control_proof_claim AFTER UPDATE OF status ON control_status WHEN NEW.status <> OLD.status BEGIN
	UPDATE control_proof SET claim = NEW.status WHERE control = NEW.control AND claimed_in = NEW.scope;
END;

CREATE TRIGGER control_proof_claimed AFTER INSERT ON control_status BEGIN
	UPDATE control_proof SET claimed_in = NEW.scope, claim = NEW.status
	WHERE control = NEW.control AND (scope = NEW.scope OR NEW.scope = 'organisation' AND claimed_in = 'organisation');
END;

CREATE TRIGGER control_proof_unclaimed AFTER DELETE ON control_status WHEN EXISTS (SELECT 1 FROM control WHERE id = OLD.control) BEGIN
	UPDATE control_proof SET (claimed_in, claim) =
		(SELECT claimed_in, claim FROM control_proof_now n WHERE n.control = OLD.control AND n.scope = control_proof.scope)
	WHERE control = OLD.control AND claimed_in = OLD.scope;
END;

CREATE TRIGGER control_status_version AFTER UPDATE ON control_status WHEN NEW.version = OLD.version BEGIN
	UPDATE control_status SET version = OLD.version + 1 WHERE control = NEW.control AND scope = NEW.scope;
END;

CREATE TRIGGER cycle_version AFTER UPDATE ON cycle WHEN NEW.version = OLD.version BEGIN
	UPDATE cycle SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER department_version AFTER UPDATE ON department WHEN NEW.version = OLD.version BEGIN
	UPDATE department SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER digest_version AFTER UPDATE ON digest WHEN NEW.version = OLD.version BEGIN
	UPDATE digest SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER dismissal_version AFTER UPDATE ON dismissal WHEN NEW.version = OLD.version BEGIN
	UPDATE dismissal SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER drill_version AFTER UPDATE ON drill WHEN NEW.version = OLD.version BEGIN
	UPDATE drill SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER edition_version AFTER UPDATE ON edition WHEN NEW.version = OLD.version BEGIN
	UPDATE edition SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER edition_row_version AFTER UPDATE ON edition_row WHEN NEW.version = OLD.version BEGIN
	UPDATE edition_row SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER control_proof_move AFTER UPDATE OF scope ON evidence WHEN NEW.scope <> OLD.scope BEGIN
	UPDATE control_proof SET (requests, missing, first_expiry) =
		(SELECT requests, missing, first_expiry FROM control_proof_now n WHERE n.control = control_proof.control AND n.scope = control_proof.scope)
	WHERE control IN (SELECT control FROM evidence_control WHERE evidence = NEW.id);
END;

CREATE TRIGGER evidence_clock_back AFTER INSERT ON evidence WHEN EXISTS (SELECT 1 FROM file WHERE evidence = NEW.id) BEGIN
	INSERT INTO evidence_clock (evidence, last_number) SELECT NEW.id, coalesce(max(number), 0) FROM file WHERE evidence = NEW.id;
	UPDATE evidence_clock SET (accepted, pending, collected_on, expires_on) =
		(SELECT accepted, pending, collected_on, expires_on FROM evidence_clock_now n WHERE n.evidence = NEW.id) WHERE evidence = NEW.id;
END;

CREATE TRIGGER evidence_clock_gone AFTER DELETE ON evidence BEGIN
	DELETE FROM evidence_clock WHERE evidence = OLD.id;
END;

CREATE TRIGGER evidence_clock_new AFTER INSERT ON evidence WHEN NOT EXISTS (SELECT 1 FROM file WHERE evidence = NEW.id) BEGIN
	INSERT INTO evidence_clock (evidence) VALUES (NEW.id);
END;

CREATE TRIGGER evidence_clock_set AFTER UPDATE OF validity_days, not_applicable ON evidence BEGIN
	UPDATE evidence_clock SET (accepted, pending, collected_on, expires_on) =
		(SELECT accepted, pending, collected_on, expires_on FROM evidence_clock_now n WHERE n.evidence = NEW.id) WHERE evidence = NEW.id;
END;

CREATE TRIGGER evidence_version AFTER UPDATE ON evidence WHEN NEW.version = OLD.version BEGIN
	UPDATE evidence SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER evidence_ask_version AFTER UPDATE ON evidence_ask WHEN NEW.version = OLD.version BEGIN
	UPDATE evidence_ask SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER control_proof_clock AFTER UPDATE ON evidence_clock BEGIN
	UPDATE control_proof SET (requests, missing, first_expiry) =
		(SELECT requests, missing, first_expiry FROM control_proof_now n WHERE n.control = control_proof.control AND n.scope = control_proof.scope)
	WHERE control IN (SELECT control FROM evidence_control WHERE evidence = NEW.evidence);
END;

CREATE VIEW evidence_clock_now (evidence, accepted, pending, collected_on, expires_on) AS
SELECT id, accepted, pending, collected_on,
	CASE WHEN validity_days = 0 OR collected_on = '' THEN '' ELSE date(collected_on, '+' || validity_days || ' days') END
FROM (SELECT e.id, e.validity_days,
	(SELECT count(*) FROM file f WHERE f.evidence = e.id AND f.replaced = 0 AND f.review = 'accepted') AS accepted,
	(SELECT count(*) FROM file f WHERE f.evidence = e.id AND f.replaced = 0 AND f.review = 'pending') AS pending,
	(SELECT coalesce(max(f.collected_on), '') FROM file f WHERE f.evidence = e.id AND f.replaced = 0 AND f.review = 'accepted') AS collected_on
	FROM evidence e);

CREATE TRIGGER control_proof_link AFTER INSERT ON evidence_control BEGIN
	UPDATE control_proof SET (requests, missing, first_expiry) =
		(SELECT requests, missing, first_expiry FROM control_proof_now n WHERE n.control = NEW.control AND n.scope = control_proof.scope)
	WHERE control = NEW.control;
END;

CREATE TRIGGER control_proof_unlink AFTER DELETE ON evidence_control WHEN EXISTS (SELECT 1 FROM control WHERE id = OLD.control) BEGIN
	UPDATE control_proof SET (requests, missing, first_expiry) =
		(SELECT requests, missing, first_expiry FROM control_proof_now n WHERE n.control = OLD.control AND n.scope = control_proof.scope)
	WHERE control = OLD.control;
END;

CREATE TRIGGER field_version AFTER UPDATE ON field WHEN NEW.version = OLD.version BEGIN
	UPDATE field SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER file_clock_gone AFTER DELETE ON file BEGIN
	UPDATE evidence_clock SET (accepted, pending, collected_on, expires_on) =
		(SELECT accepted, pending, collected_on, expires_on FROM evidence_clock_now n WHERE n.evidence = OLD.evidence)
	WHERE evidence = OLD.evidence AND EXISTS (SELECT 1 FROM evidence WHERE id = OLD.evidence);
END;

CREATE TRIGGER file_clock_new AFTER INSERT ON file BEGIN
	UPDATE evidence_clock SET last_number = max(last_number, NEW.number), (accepted, pending, collected_on, expires_on) =
		(SELECT accepted, pending, collected_on, expires_on FROM evidence_clock_now n WHERE n.evidence = NEW.evidence) WHERE evidence = NEW.evidence;
END;

CREATE TRIGGER file_clock_set AFTER UPDATE OF review, replaced, collected_on ON file BEGIN
	UPDATE evidence_clock SET (accepted, pending, collected_on, expires_on) =
		(SELECT accepted, pending, collected_on, expires_on FROM evidence_clock_now n WHERE n.evidence = NEW.evidence) WHERE evidence = NEW.evidence;
END;

CREATE TRIGGER file_version AFTER UPDATE ON file WHEN NEW.version = OLD.version BEGIN
	UPDATE file SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER framework_version AFTER UPDATE ON framework WHEN NEW.version = OLD.version BEGIN
	UPDATE framework SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER control_proof_answers AFTER INSERT ON framework_scope BEGIN
	UPDATE control_proof SET answers = 1 WHERE scope = NEW.scope AND answers = 0
		AND control IN (SELECT m.control FROM requirement q JOIN mapping m ON m.requirement = q.id WHERE q.framework = NEW.framework);
END;

CREATE TRIGGER control_proof_answers_gone AFTER DELETE ON framework_scope WHEN OLD.scope <> 'organisation' AND EXISTS (SELECT 1 FROM scope WHERE id = OLD.scope) BEGIN
	UPDATE control_proof SET answers = (SELECT answers FROM control_proof_now n WHERE n.control = control_proof.control AND n.scope = OLD.scope)
	WHERE scope = OLD.scope AND answers = 1;
END;

CREATE TRIGGER framework_scope_version AFTER UPDATE ON framework_scope WHEN NEW.version = OLD.version BEGIN
	UPDATE framework_scope SET version = OLD.version + 1 WHERE framework = NEW.framework AND scope = NEW.scope;
END;

CREATE TRIGGER import_version AFTER UPDATE ON import WHEN NEW.version = OLD.version BEGIN
	UPDATE import SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER job_role_version AFTER UPDATE ON job_role WHEN NEW.version = OLD.version BEGIN
	UPDATE job_role SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER leaver_step_version AFTER UPDATE ON leaver_step WHEN NEW.version = OLD.version BEGIN
	UPDATE leaver_step SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER control_proof_mapped AFTER INSERT ON mapping BEGIN
	UPDATE control_proof SET answers = 1 WHERE control = NEW.control AND answers = 0
		AND scope IN (SELECT a.scope FROM requirement q JOIN framework_scope a ON a.framework = q.framework WHERE q.id = NEW.requirement);
END;

CREATE TRIGGER control_proof_unmapped AFTER DELETE ON mapping WHEN EXISTS (SELECT 1 FROM control WHERE id = OLD.control) BEGIN
	UPDATE control_proof SET answers = (SELECT answers FROM control_proof_now n WHERE n.control = OLD.control AND n.scope = control_proof.scope)
	WHERE control = OLD.control AND scope <> 'organisation' AND answers = 1;
END;

CREATE TRIGGER mapping_version AFTER UPDATE ON mapping WHEN NEW.version = OLD.version BEGIN
	UPDATE mapping SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER occurrence_version AFTER UPDATE ON occurrence WHEN NEW.version = OLD.version BEGIN
	UPDATE occurrence SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER organisation_version AFTER UPDATE ON organisation WHEN NEW.version = OLD.version BEGIN
	UPDATE organisation SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER oscal_document_version AFTER UPDATE ON oscal_document WHEN NEW.version = OLD.version BEGIN
	UPDATE oscal_document SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER package_version AFTER UPDATE ON package WHEN NEW.version = OLD.version BEGIN
	UPDATE package SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER period_version AFTER UPDATE ON period WHEN NEW.version = OLD.version BEGIN
	UPDATE period SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER person_version AFTER UPDATE ON person WHEN NEW.version = OLD.version BEGIN
	UPDATE person SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER personnel_version AFTER UPDATE ON personnel WHEN NEW.version = OLD.version BEGIN
	UPDATE personnel SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER personnel_rule_version AFTER UPDATE ON personnel_rule WHEN NEW.version = OLD.version BEGIN
	UPDATE personnel_rule SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER policy_state_gone AFTER DELETE ON policy BEGIN
	DELETE FROM policy_state WHERE policy = OLD.id;
END;

CREATE TRIGGER policy_state_new AFTER INSERT ON policy BEGIN
	INSERT INTO policy_state (policy, status, working, current, published_on, next_on)
	SELECT policy, status, working, current, published_on, next_on FROM policy_state_now WHERE policy = NEW.id;
END;

CREATE TRIGGER policy_state_set AFTER UPDATE OF archived_at, suggested, outdated, review_months, reviewed_on ON policy BEGIN
	UPDATE policy_state SET (status, working, current, published_on, next_on) =
		(SELECT status, working, current, published_on, next_on FROM policy_state_now n WHERE n.policy = NEW.id) WHERE policy = NEW.id;
END;

CREATE TRIGGER policy_version AFTER UPDATE ON policy WHEN NEW.version = OLD.version BEGIN
	UPDATE policy SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER policy_exception_version AFTER UPDATE ON policy_exception WHEN NEW.version = OLD.version BEGIN
	UPDATE policy_exception SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER policy_request_version AFTER UPDATE ON policy_request WHEN NEW.version = OLD.version BEGIN
	UPDATE policy_request SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER policy_setting_version AFTER UPDATE ON policy_setting WHEN NEW.version = OLD.version BEGIN
	UPDATE policy_setting SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE VIEW policy_state_now (policy, status, working, current, published_on, next_on) AS
SELECT p.id,
	CASE WHEN p.archived_at <> '' THEN 'archived' WHEN w.id IS NOT NULL THEN w.state WHEN k.id IS NOT NULL AND p.outdated <> '' THEN 'needs_update'
		WHEN k.id IS NOT NULL THEN 'published' WHEN p.suggested = 1 THEN 'suggested' ELSE 'not_started' END,
	coalesce(w.id, ''), coalesce(k.id, ''), coalesce(k.published_on, ''),
	CASE WHEN k.id IS NULL OR p.archived_at <> '' OR p.review_months = 0 THEN ''
		ELSE coalesce(date(max(k.published_on, p.reviewed_on), '+' || p.review_months || ' months', 'floor'), '') END
FROM policy p LEFT JOIN policy_version w ON w.policy = p.id AND w.published_at = ''
LEFT JOIN policy_version k ON k.id = (SELECT v.id FROM policy_version v WHERE v.policy = p.id AND v.published_at <> '' ORDER BY v.major DESC, v.minor DESC LIMIT 1);

CREATE TRIGGER policy_state_version_gone AFTER DELETE ON policy_version WHEN EXISTS (SELECT 1 FROM policy WHERE id = OLD.policy) BEGIN
	UPDATE policy_state SET (status, working, current, published_on, next_on) =
		(SELECT status, working, current, published_on, next_on FROM policy_state_now n WHERE n.policy = OLD.policy) WHERE policy = OLD.policy;
END;

CREATE TRIGGER policy_state_version_new AFTER INSERT ON policy_version WHEN EXISTS (SELECT 1 FROM policy WHERE id = NEW.policy) BEGIN
	UPDATE policy_state SET (status, working, current, published_on, next_on) =
		(SELECT status, working, current, published_on, next_on FROM policy_state_now n WHERE n.policy = NEW.policy) WHERE policy = NEW.policy;
END;

CREATE TRIGGER policy_state_version_set AFTER UPDATE OF major, minor, state, published_at, published_on ON policy_version
WHEN EXISTS (SELECT 1 FROM policy WHERE id = NEW.policy) BEGIN
	UPDATE policy_state SET (status, working, current, published_on, next_on) =
		(SELECT status, working, current, published_on, next_on FROM policy_state_now n WHERE n.policy = NEW.policy) WHERE policy = NEW.policy;
END;

CREATE TRIGGER policy_version_version AFTER UPDATE ON policy_version WHEN NEW.version = OLD.version BEGIN
	UPDATE policy_version SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER process_version AFTER UPDATE ON process WHEN NEW.version = OLD.version BEGIN
	UPDATE process SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE VIEW readable_attachment (id, object, name, type, size, sha256) AS
SELECT id, object, name, type, size, sha256 FROM attachment;

CREATE VIEW readable_file (id, object, name, type, size, sha256) AS
SELECT id, object, name, type, size, sha256 FROM file;

CREATE VIEW readable_policy_version (id, object, name, type, size, sha256) AS
SELECT id, object, name, type, size, digest FROM policy_version WHERE object <> '';

CREATE TRIGGER record_link_version AFTER UPDATE ON record_link WHEN NEW.version = OLD.version BEGIN
	UPDATE record_link SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER relation_version AFTER UPDATE ON relation WHEN NEW.version = OLD.version BEGIN
	UPDATE relation SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER relation_set_version AFTER UPDATE ON relation_set WHEN NEW.version = OLD.version BEGIN
	UPDATE relation_set SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER requirement_version AFTER UPDATE ON requirement WHEN NEW.version = OLD.version BEGIN
	UPDATE requirement SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER requirement_reason_version AFTER UPDATE ON requirement_reason WHEN NEW.version = OLD.version BEGIN
	UPDATE requirement_reason SET version = OLD.version + 1 WHERE requirement = NEW.requirement AND scope = NEW.scope;
END;

CREATE TRIGGER requirement_scope_version AFTER UPDATE ON requirement_scope WHEN NEW.version = OLD.version BEGIN
	UPDATE requirement_scope SET version = OLD.version + 1 WHERE requirement = NEW.requirement AND scope = NEW.scope;
END;

CREATE TRIGGER risk_version AFTER UPDATE ON risk WHEN NEW.version = OLD.version BEGIN
	UPDATE risk SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER risk_appetite_version AFTER UPDATE ON risk_appetite WHEN NEW.version = OLD.version BEGIN
	UPDATE risk_appetite SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER risk_scale_version AFTER UPDATE ON risk_scale WHEN NEW.version = OLD.version BEGIN
	UPDATE risk_scale SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER saved_view_version AFTER UPDATE ON saved_view WHEN NEW.version = OLD.version BEGIN
	UPDATE saved_view SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER control_proof_scope AFTER INSERT ON scope BEGIN
	INSERT INTO control_proof (control, scope, requests, missing, first_expiry, claimed_in, claim, answers)
	SELECT control, scope, requests, missing, first_expiry, claimed_in, claim, answers FROM control_proof_now WHERE scope = NEW.id;
END;

CREATE TRIGGER control_proof_scope_gone AFTER DELETE ON scope BEGIN
	DELETE FROM control_proof WHERE scope = OLD.id;
END;

CREATE TRIGGER scope_version AFTER UPDATE ON scope WHEN NEW.version = OLD.version BEGIN
	UPDATE scope SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE VIEW searchable_activity (id, ref, title, body) AS
SELECT id, '', name, description || char(30) || policy || char(30) || notes FROM activity;

CREATE VIEW searchable_application (id, ref, title, body) AS
SELECT id, '', name, description || char(30) || vendor || char(30) || url FROM application;

CREATE VIEW searchable_asset (id, ref, title, body) AS
SELECT id, ref, name, identifier || char(30) || description || char(30) || provider || char(30) || account_id || char(30) || custodian FROM asset;

CREATE VIEW searchable_attachment (id, ref, title, body) AS
SELECT a.id, '', a.name, coalesce(t.text, '')
FROM attachment a LEFT JOIN object_text t ON t.object = a.object;

CREATE VIEW searchable_comment (id, ref, title, body) AS
SELECT c.id, '', '', (
	WITH RECURSIVE said (text, n) AS (
		SELECT c.body, 0
		UNION ALL
		SELECT substr(text, 1, instr(text, '@['))
			|| coalesce((SELECT p.name FROM person p WHERE p.id = substr(text, instr(text, '@[') + 2, instr(substr(text, instr(text, '@[')), ']') - 3)), 'somebody')
			|| substr(text, instr(text, '@[') + instr(substr(text, instr(text, '@[')), ']')), n + 1
		FROM said WHERE instr(text, '@[') > 0 AND instr(substr(text, instr(text, '@[')), ']') > 0
	) SELECT text FROM said ORDER BY n DESC LIMIT 1)
FROM comment c WHERE c.deleted_at = '';

CREATE VIEW searchable_control (id, ref, title, body) AS
SELECT id, ref, title, description || char(30) || test || char(30) || domain FROM control;

CREATE VIEW searchable_department (id, ref, title, body) AS SELECT id, '', name, description FROM department;

CREATE VIEW searchable_evidence (id, ref, title, body) AS
SELECT id, '', name, description || char(30) || guidance || char(30) || category FROM evidence;

CREATE VIEW searchable_file (id, ref, title, body) AS
SELECT f.id, '', f.name, CASE WHEN f.note = '' THEN '' ELSE f.note || char(30) END || coalesce(t.text, '')
FROM file f LEFT JOIN object_text t ON t.object = f.object;

CREATE VIEW searchable_framework (id, ref, title, body) AS
SELECT id, short, name, edition || char(30) || publisher || char(30) || description FROM framework;

CREATE VIEW searchable_person (id, ref, title, body) AS
SELECT id, '', name, email || char(30) || title || char(30) || department FROM person;

CREATE VIEW searchable_personnel (id, ref, title, body) AS SELECT id, employee_id, name, location || char(30) || notes FROM personnel;

CREATE VIEW searchable_policy (id, ref, title, body) AS
SELECT id, ref, title, summary || char(30) || category || char(30) || outdated FROM policy;

CREATE VIEW searchable_policy_version (id, ref, title, body) AS
SELECT v.id, '', '', v.text || CASE WHEN v.text = '' THEN '' ELSE char(30) END || v.change_summary || char(30) || coalesce(t.text, '')
FROM policy_version v LEFT JOIN object_text t ON t.object = v.object AND v.object <> '';

CREATE VIEW searchable_process (id, ref, title, body) AS
SELECT id, ref, name, description || char(30) || managed_by || char(30) || backup_needs || char(30) || financial_note || char(30) || operational_note
	|| char(30) || legal_note || char(30) || reputational_note FROM process;

CREATE VIEW searchable_requirement (id, ref, title, body) AS
SELECT id, ref, title, body || char(30) || guidance FROM requirement;

CREATE VIEW searchable_risk (id, ref, title, body) AS
SELECT id, ref, title, description || char(30) || plan || char(30) || category || char(30) || accepted_reason FROM risk;

CREATE VIEW searchable_scope (id, ref, title, body) AS
SELECT id, '', name, description FROM scope WHERE kind = 'product';

CREATE VIEW searchable_task (id, ref, title, body) AS
SELECT id, '', title, description || char(30) || outcome FROM task;

CREATE VIEW searchable_vendor (id, ref, title, body) AS
SELECT id, ref, name, service || char(30) || description || char(30) || category || char(30) || purpose || char(30) || location || char(30) || decision_reason FROM vendor;

CREATE TRIGGER statement_version AFTER UPDATE ON statement WHEN NEW.version = OLD.version BEGIN
	UPDATE statement SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER system_version AFTER UPDATE ON system WHEN NEW.version = OLD.version BEGIN
	UPDATE system SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER tag_version AFTER UPDATE ON tag WHEN NEW.version = OLD.version BEGIN
	UPDATE tag SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER task_version AFTER UPDATE ON task WHEN NEW.version = OLD.version BEGIN
	UPDATE task SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER vendor_version AFTER UPDATE ON vendor WHEN NEW.version = OLD.version BEGIN
	UPDATE vendor SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER vendor_answer_version AFTER UPDATE ON vendor_answer WHEN NEW.version = OLD.version BEGIN
	UPDATE vendor_answer SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER vendor_assessment_version AFTER UPDATE ON vendor_assessment WHEN NEW.version = OLD.version BEGIN
	UPDATE vendor_assessment SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER vendor_attestation_version AFTER UPDATE ON vendor_attestation WHEN NEW.version = OLD.version BEGIN
	UPDATE vendor_attestation SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER vendor_contract_version AFTER UPDATE ON vendor_contract WHEN NEW.version = OLD.version BEGIN
	UPDATE vendor_contract SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER vendor_questionnaire_version AFTER UPDATE ON vendor_questionnaire WHEN NEW.version = OLD.version BEGIN
	UPDATE vendor_questionnaire SET version = OLD.version + 1 WHERE id = NEW.id;
END;


-- ==== control ====

CREATE TABLE account (
	id             TEXT PRIMARY KEY,
	email          TEXT NOT NULL,                -- lower case
	name           TEXT NOT NULL DEFAULT '',
	password       TEXT NOT NULL DEFAULT '',     -- argon2id; '' until a person chose one
	password_at    TEXT NOT NULL DEFAULT '',
	password_long  INTEGER NOT NULL DEFAULT 0,   -- long enough to be all that is asked
	totp           TEXT NOT NULL DEFAULT '',     -- sealed seed; '' when off
	totp_pending   TEXT NOT NULL DEFAULT '',
	preferences    TEXT NOT NULL DEFAULT '{}',
	created_at     TEXT NOT NULL,
	updated_at     TEXT NOT NULL,
	version        INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE audit (
	seq        INTEGER PRIMARY KEY,
	at         TEXT NOT NULL,
	kind       TEXT NOT NULL,
	actor_kind TEXT NOT NULL,
	actor      TEXT NOT NULL,
	action     TEXT NOT NULL,
	tenant     TEXT NOT NULL,
	rows       INTEGER NOT NULL,
	record     TEXT NOT NULL,
	hashes     BLOB NOT NULL
) STRICT;

CREATE TABLE audit_row (
	tbl TEXT NOT NULL,
	pk  TEXT NOT NULL,
	seq INTEGER NOT NULL,
	PRIMARY KEY (tbl, pk, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE auth_log (
	id      TEXT PRIMARY KEY,
	at      TEXT NOT NULL,
	event   TEXT NOT NULL,
	outcome TEXT NOT NULL,
	account TEXT NOT NULL DEFAULT '',
	tenant  TEXT NOT NULL DEFAULT '',
	email   TEXT NOT NULL DEFAULT '',
	ip      TEXT NOT NULL DEFAULT '',
	agent   TEXT NOT NULL DEFAULT '',
	detail  TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE calendar_feed (
	id         TEXT PRIMARY KEY,
	account    TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
	tenant     TEXT NOT NULL REFERENCES tenant (id),
	hash       TEXT NOT NULL,                    -- of the secret in the address
	what       TEXT NOT NULL DEFAULT 'mine',     -- mine, all
	created_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE calendar_use (
	feed TEXT PRIMARY KEY,
	at   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (
	size INTEGER PRIMARY KEY,
	at   TEXT NOT NULL,
	note TEXT NOT NULL
) STRICT;

CREATE TABLE erasure (
	id        TEXT PRIMARY KEY,
	tenant    TEXT NOT NULL,
	asked_at  TEXT NOT NULL,
	asked_by  TEXT NOT NULL,                     -- person id in that organisation, or "command"
	reason    TEXT NOT NULL DEFAULT '',          -- emptied when it is gone
	goes_at   TEXT NOT NULL,
	told      TEXT NOT NULL DEFAULT '',          -- what its administrators were mailed last: week, day
	step      TEXT NOT NULL DEFAULT 'waiting',   -- waiting, closed, keys, log, objects, files, done; cancelled
	size      INTEGER NOT NULL DEFAULT 0,        -- of its audit log, at the end
	root      TEXT NOT NULL DEFAULT '',          -- and the hash over it
	remains   TEXT NOT NULL DEFAULT '',          -- what could not be removed, and cannot be read without the key
	ended_at  TEXT NOT NULL DEFAULT '',
	version   INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE idempotency (
	key    TEXT PRIMARY KEY,
	digest TEXT NOT NULL,
	at     TEXT NOT NULL,
	status INTEGER NOT NULL,
	body   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE installation (
	id         TEXT PRIMARY KEY CHECK (id = 'installation'),
	created_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE job (
	id       TEXT PRIMARY KEY,
	name     TEXT NOT NULL,
	args     TEXT NOT NULL,
	key      TEXT NOT NULL DEFAULT '',
	due      TEXT NOT NULL,
	attempt  INTEGER NOT NULL DEFAULT 0,
	state    TEXT NOT NULL DEFAULT 'ready',
	leased   TEXT NOT NULL DEFAULT '',
	cause    TEXT NOT NULL DEFAULT '',
	error    TEXT NOT NULL DEFAULT '',
	ended_at TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE link (
	id         TEXT PRIMARY KEY,
	kind       TEXT NOT NULL,
	hash       TEXT NOT NULL,
	account    TEXT NOT NULL DEFAULT '',
	membership TEXT NOT NULL DEFAULT '',
	tenant     TEXT NOT NULL DEFAULT '',
	created_at TEXT NOT NULL,
	expires_at TEXT NOT NULL,
	used_at    TEXT NOT NULL DEFAULT '',
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE mail (
	id         TEXT PRIMARY KEY,
	recipient  TEXT NOT NULL,
	kind       TEXT NOT NULL,
	tenant     TEXT NOT NULL DEFAULT '',
	body       TEXT NOT NULL DEFAULT '',         -- sealed; emptied once sent, except in the demo
	created_at TEXT NOT NULL,
	next_at    TEXT NOT NULL DEFAULT '',
	tries      INTEGER NOT NULL DEFAULT 0,
	sent_at    TEXT NOT NULL DEFAULT '',
	error      TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE membership (
	id         TEXT PRIMARY KEY,
	tenant     TEXT NOT NULL REFERENCES tenant (id),
	account    TEXT NOT NULL REFERENCES account (id),
	person     TEXT NOT NULL,                    -- in the tenant's file
	role       TEXT NOT NULL,
	title      TEXT NOT NULL DEFAULT '',
	department TEXT NOT NULL DEFAULT '',
	status     TEXT NOT NULL DEFAULT 'pending',  -- pending, active, disabled
	invited_by TEXT NOT NULL DEFAULT '',
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE meta (
	key   TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE person_erasure (
	id       TEXT PRIMARY KEY,
	tenant   TEXT NOT NULL,
	person   TEXT NOT NULL,
	account  TEXT NOT NULL DEFAULT '',            -- '' when they never had one
	asked_at TEXT NOT NULL,
	asked_by TEXT NOT NULL,                       -- person id
	record   INTEGER NOT NULL DEFAULT 0,
	ended_at TEXT NOT NULL DEFAULT '',
	version  INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE recovery_code (
	id      TEXT PRIMARY KEY,
	account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
	hash    TEXT NOT NULL,
	used_at TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE session (
	token   TEXT PRIMARY KEY,                    -- hash of the cookie
	data    TEXT NOT NULL,
	id      TEXT GENERATED ALWAYS AS (data ->> '$.v.id') VIRTUAL,
	account TEXT GENERATED ALWAYS AS (data ->> '$.v.account') VIRTUAL,
	tenant  TEXT GENERATED ALWAYS AS (data ->> '$.v.tenant') VIRTUAL,
	since   TEXT GENERATED ALWAYS AS (data ->> '$.v.since') VIRTUAL,
	seen    TEXT NOT NULL,
	expires TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sign_in (
	account   TEXT PRIMARY KEY,
	at        TEXT NOT NULL DEFAULT '',
	totp_step INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE tenant (
	id         TEXT PRIMARY KEY,
	slug       TEXT NOT NULL,
	name       TEXT NOT NULL,
	status     TEXT NOT NULL DEFAULT 'active',
	auth_days  INTEGER NOT NULL DEFAULT 365,     -- how long its sign-ins are kept
	created_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
, held_at TEXT NOT NULL DEFAULT '') STRICT;

CREATE TABLE tenant_hint (
	tenant     TEXT PRIMARY KEY,
	next_due   TEXT NOT NULL DEFAULT '',
	checkpoint TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE TABLE throttle (
	key      TEXT PRIMARY KEY,                   -- what is counted and a digest of for whom
	failures INTEGER NOT NULL DEFAULT 0,         -- in a row
	tries    TEXT NOT NULL DEFAULT '[]',         -- instants that still count
	at       TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE token (
	id         TEXT PRIMARY KEY,
	account    TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
	tenant     TEXT NOT NULL REFERENCES tenant (id),
	name       TEXT NOT NULL,
	hash       TEXT NOT NULL,
	role       TEXT NOT NULL,
	created_at TEXT NOT NULL,
	expires_on TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE token_use (
	token TEXT PRIMARY KEY,
	at    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX account_email ON account (email);

CREATE INDEX audit_list ON audit (at, seq, actor, action, kind, tenant, rows);

CREATE INDEX audit_tenant ON audit (tenant, seq) WHERE tenant <> '';

CREATE INDEX auth_log_account ON auth_log (account, at);

CREATE INDEX auth_log_at ON auth_log (at, id);

CREATE INDEX auth_log_tenant ON auth_log (tenant, at);

CREATE UNIQUE INDEX calendar_feed_hash ON calendar_feed (hash);

CREATE UNIQUE INDEX calendar_feed_pair ON calendar_feed (account, tenant);

CREATE UNIQUE INDEX erasure_open ON erasure (tenant) WHERE ended_at = '';

CREATE INDEX idempotency_at ON idempotency (at);

CREATE INDEX job_due ON job (due) WHERE state IN ('ready', 'running');

CREATE UNIQUE INDEX job_key ON job (name, key) WHERE key <> '' AND state IN ('ready', 'running');

CREATE INDEX link_account ON link (account, kind);

CREATE UNIQUE INDEX link_hash ON link (hash);

CREATE INDEX mail_created ON mail (created_at, id);

CREATE INDEX mail_next ON mail (next_at, id) WHERE next_at <> '';

CREATE INDEX membership_account ON membership (account);

CREATE UNIQUE INDEX membership_pair ON membership (tenant, account);

CREATE UNIQUE INDEX person_erasure_open ON person_erasure (tenant, person) WHERE ended_at = '';

CREATE INDEX recovery_code_account ON recovery_code (account);

CREATE INDEX session_account ON session (account);

CREATE INDEX session_expires ON session (expires);

CREATE UNIQUE INDEX tenant_slug ON tenant (slug);

CREATE INDEX tenant_hint_due ON tenant_hint (next_due) WHERE next_due <> '';

CREATE INDEX throttle_at ON throttle (at);

CREATE INDEX token_account ON token (account, tenant);

CREATE UNIQUE INDEX token_hash ON token (hash);

CREATE TRIGGER account_version AFTER UPDATE ON account WHEN NEW.version = OLD.version BEGIN
	UPDATE account SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER calendar_feed_version AFTER UPDATE ON calendar_feed WHEN NEW.version = OLD.version BEGIN
	UPDATE calendar_feed SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER erasure_version AFTER UPDATE ON erasure WHEN NEW.version = OLD.version BEGIN
	UPDATE erasure SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER installation_version AFTER UPDATE ON installation WHEN NEW.version = OLD.version BEGIN
	UPDATE installation SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER link_version AFTER UPDATE ON link WHEN NEW.version = OLD.version BEGIN
	UPDATE link SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER membership_version AFTER UPDATE ON membership WHEN NEW.version = OLD.version BEGIN
	UPDATE membership SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER person_erasure_version AFTER UPDATE ON person_erasure WHEN NEW.version = OLD.version BEGIN
	UPDATE person_erasure SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER tenant_version AFTER UPDATE ON tenant WHEN NEW.version = OLD.version BEGIN
	UPDATE tenant SET version = OLD.version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER token_version AFTER UPDATE ON token WHEN NEW.version = OLD.version BEGIN
	UPDATE token SET version = OLD.version + 1 WHERE id = NEW.id;
END;

