-- +goose Up
-- Addresses under which a calendar program reads what is due, one a person and organisation.
CREATE TABLE calendar_feed (
	id         TEXT PRIMARY KEY,
	account    TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
	tenant     TEXT NOT NULL REFERENCES tenant (id),
	hash       TEXT NOT NULL,                    -- of the secret in the address
	what       TEXT NOT NULL DEFAULT 'mine',     -- mine, all
	created_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX calendar_feed_hash ON calendar_feed (hash);
CREATE UNIQUE INDEX calendar_feed_pair ON calendar_feed (account, tenant);

-- When one was last read, to the minute. Not in the audit log.
CREATE TABLE calendar_use (
	feed TEXT PRIMARY KEY,
	at   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
