-- +goose Up
-- Another edition of a framework that is here, waiting to be taken over row by row.
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
CREATE INDEX edition_framework ON edition (framework, created_at);

-- One difference between the framework and its new edition, with the words as they would be.
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
CREATE INDEX edition_row_edition ON edition_row (edition, position);
