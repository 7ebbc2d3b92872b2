-- +goose Up
-- When the organisation's digest goes out, by its own clock.
CREATE TABLE digest (
	id         TEXT PRIMARY KEY CHECK (id = 'digest'),
	active     INTEGER NOT NULL DEFAULT 0,
	rhythm     TEXT NOT NULL DEFAULT 'weekly',    -- daily, weekly
	weekday    INTEGER NOT NULL DEFAULT 1,        -- of a weekly one: 1 is Monday, 7 is Sunday
	hour       INTEGER NOT NULL DEFAULT 8,
	updated_at TEXT NOT NULL DEFAULT '',
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO digest (id) VALUES ('digest');

-- When somebody was last sent one, so that the next says what is new since. Not in the audit log.
CREATE TABLE digest_sent (
	person TEXT PRIMARY KEY REFERENCES person (id),
	at     TEXT NOT NULL
) STRICT;
