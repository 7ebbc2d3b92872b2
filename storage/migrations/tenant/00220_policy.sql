-- +goose Up
-- Policies: what the organisation has decided its people do. The words stand in versions; what is published of
-- them never changes again.
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
) STRICT;
CREATE INDEX policy_owner ON policy (owner, number);
CREATE INDEX policy_scope ON policy (scope);

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
CREATE UNIQUE INDEX policy_version_number ON policy_version (policy, major, minor);
CREATE UNIQUE INDEX policy_version_working ON policy_version (policy) WHERE published_at = '';
-- Which version is in force, without reading its words.
CREATE INDEX policy_version_in_force ON policy_version (policy, major DESC, minor DESC, id) WHERE published_at <> '';

-- Who has to approve a version, in the order in which they are listed.
CREATE TABLE policy_approver (
	policy_version TEXT NOT NULL REFERENCES policy_version (id) ON DELETE CASCADE,
	person         TEXT NOT NULL,
	position       INTEGER NOT NULL,
	PRIMARY KEY (policy_version, person)
) STRICT;
CREATE INDEX policy_approver_person ON policy_approver (person);

-- What they decided, each time. A row is never changed.
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
CREATE UNIQUE INDEX policy_approval_once ON policy_approval (policy_version, round, person, digest);

CREATE TABLE policy_control (
	policy  TEXT NOT NULL REFERENCES policy (id) ON DELETE CASCADE,
	control TEXT NOT NULL REFERENCES control (id) ON DELETE CASCADE,
	PRIMARY KEY (policy, control)
) STRICT;
CREATE INDEX policy_control_control ON policy_control (control, policy);

CREATE TABLE policy_requirement (
	policy      TEXT NOT NULL REFERENCES policy (id) ON DELETE CASCADE,
	requirement TEXT NOT NULL REFERENCES requirement (id) ON DELETE CASCADE,
	PRIMARY KEY (policy, requirement)
) STRICT;
CREATE INDEX policy_requirement_requirement ON policy_requirement (requirement, policy);

-- Somebody asks people to read a published version and to say that they have.
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
CREATE INDEX policy_request_policy ON policy_request (policy, created_at);
CREATE INDEX policy_request_version ON policy_request (policy_version);

CREATE TABLE policy_acknowledgment (
	id              TEXT PRIMARY KEY,
	policy_request  TEXT NOT NULL REFERENCES policy_request (id) ON DELETE CASCADE,
	person          TEXT NOT NULL,
	asked_on        TEXT NOT NULL,
	reminded_on     TEXT NOT NULL DEFAULT '',
	acknowledged_at TEXT NOT NULL DEFAULT '',       -- from then on nobody changes this row
	digest          TEXT NOT NULL DEFAULT ''        -- of what was read
) STRICT;
CREATE UNIQUE INDEX policy_acknowledgment_once ON policy_acknowledgment (policy_request, person);
CREATE INDEX policy_acknowledgment_person ON policy_acknowledgment (person, policy_request);

-- What is allowed not to follow a policy, why, and until when.
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
CREATE INDEX policy_exception_policy ON policy_exception (policy, expires_on);
CREATE INDEX policy_exception_expires ON policy_exception (expires_on, id);

-- How reviews are shown and reminded of; without a row as the program has it.
CREATE TABLE policy_setting (
	id         TEXT PRIMARY KEY CHECK (id = 'policy'),
	amber_days INTEGER NOT NULL,                    -- a review that is due within so many days is amber
	red_days   INTEGER NOT NULL,                    -- within fewer than these, red; 0: only when it is overdue
	updated_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE VIEW searchable_policy (id, ref, title, body) AS
SELECT id, ref, title, summary || char(30) || category || char(30) || outdated FROM policy;

CREATE VIEW searchable_policy_version (id, ref, title, body) AS
SELECT v.id, '', '', v.text || CASE WHEN v.text = '' THEN '' ELSE char(30) END || v.change_summary || char(30) || coalesce(t.text, '')
FROM policy_version v LEFT JOIN object_text t ON t.object = v.object AND v.object <> '';

CREATE VIEW readable_policy_version (id, object, name, type, size, sha256) AS
SELECT id, object, name, type, size, digest FROM policy_version WHERE object <> '';
