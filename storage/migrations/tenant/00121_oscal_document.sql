-- +goose Up
-- Plans and component definitions as they came, gzipped: the next export is this file with what was changed here.
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
CREATE UNIQUE INDEX oscal_document_place ON oscal_document (framework, kind, scope);

-- Which component of a document a control was made of.
CREATE TABLE component (
	id       TEXT PRIMARY KEY,
	document TEXT NOT NULL REFERENCES oscal_document (id) ON DELETE CASCADE,
	control  TEXT NOT NULL REFERENCES control (id) ON DELETE CASCADE,
	uuid     TEXT NOT NULL,
	version  INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX component_control ON component (document, control);
CREATE UNIQUE INDEX component_uuid ON component (document, uuid);
