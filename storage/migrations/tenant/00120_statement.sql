-- +goose Up
-- How a requirement is met here, in words: one text for each scope.
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
CREATE UNIQUE INDEX statement_requirement ON statement (requirement, scope);
CREATE INDEX statement_updated ON statement (updated_at, id);

-- What a system security plan says of the system itself. The id is that of its scope.
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
