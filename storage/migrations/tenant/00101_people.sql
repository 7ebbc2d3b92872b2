-- +goose Up
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

-- Everyone the organisation's records speak of: owners, reviewers, actors. Whoever signs in is linked
-- from a membership in the installation's database.
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
CREATE INDEX person_name ON person (name, id);
CREATE UNIQUE INDEX person_email ON person (email) WHERE email <> '';

-- What controls and evidence are about: the organisation, later also its products.
CREATE TABLE scope (
	id         TEXT PRIMARY KEY,
	name       TEXT NOT NULL,
	kind       TEXT NOT NULL DEFAULT 'organisation',
	archived   INTEGER NOT NULL DEFAULT 0,
	created_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;
