-- +goose Up
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
CREATE UNIQUE INDEX framework_key ON framework (key);

-- The OSCAL file an imported framework was read from, gzipped: profiles that are imported later select from it.
CREATE TABLE framework_source (
	framework TEXT PRIMARY KEY REFERENCES framework (id) ON DELETE CASCADE,
	file      TEXT NOT NULL,
	uuid      TEXT NOT NULL DEFAULT '',
	title     TEXT NOT NULL,
	edition   TEXT NOT NULL DEFAULT '',
	sha256    TEXT NOT NULL,
	content   BLOB NOT NULL
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
) STRICT;
CREATE INDEX requirement_framework ON requirement (framework, position);
CREATE INDEX requirement_ref ON requirement (framework, ref);
CREATE INDEX requirement_parent ON requirement (parent) WHERE parent <> '';

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
CREATE UNIQUE INDEX control_ref ON control (ref);
CREATE INDEX control_sort ON control (sort_ref, id);
CREATE INDEX control_title ON control (title, id);
CREATE INDEX control_owner ON control (owner, sort_ref, id);
CREATE INDEX control_domain ON control (domain, sort_ref, id);
CREATE INDEX control_updated ON control (updated_at, id);
CREATE UNIQUE INDEX control_source ON control (source_key) WHERE source_key <> '';

-- What a person says of a control, a scope each.
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
CREATE INDEX control_status_status ON control_status (scope, status, control);

-- What the nightly recalculation last saw: a changed row here is the history "by system, because ...".
CREATE TABLE control_effective (
	control   TEXT NOT NULL REFERENCES control (id) ON DELETE CASCADE,
	scope     TEXT NOT NULL REFERENCES scope (id),
	effective TEXT NOT NULL,
	reason    TEXT NOT NULL DEFAULT '',
	since     TEXT NOT NULL,
	version   INTEGER NOT NULL DEFAULT 1,
	PRIMARY KEY (control, scope)
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
CREATE UNIQUE INDEX mapping_pair ON mapping (requirement, control);
CREATE INDEX mapping_control ON mapping (control, requirement);
