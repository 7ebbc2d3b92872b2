-- +goose Up
-- A table that somebody uploaded, how its columns are understood, what a dry run found, and what became of it.
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
CREATE INDEX import_created ON import (created_at, id);
CREATE INDEX import_heads ON import (target, heads, created_at);
