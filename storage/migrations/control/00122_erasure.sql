-- +goose Up
-- Organisations on their way out. While one waits, everything works and it can be taken back. What stays when it is
-- gone says that it was: no name, no reason, and of its audit log only how it ended.
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
CREATE UNIQUE INDEX erasure_open ON erasure (tenant) WHERE ended_at = '';
