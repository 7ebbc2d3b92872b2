-- +goose Up
-- Restore drills: the file was restored beside itself from its log and proved.
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
CREATE INDEX drill_at ON drill (at, id);
