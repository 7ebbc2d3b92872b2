-- +goose Up
-- Whom the log's newest checkpoint is mailed to every week; nobody unless an administrator says so.
CREATE TABLE checkpoint_mail (
	id         TEXT PRIMARY KEY CHECK (id = 'checkpoint'),
	address    TEXT NOT NULL DEFAULT '',
	updated_at TEXT NOT NULL DEFAULT '',
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO checkpoint_mail (id) VALUES ('checkpoint');

-- Where a checkpoint left for last, each way. Not in the audit log: a log that grows by being kept would never rest.
CREATE TABLE checkpoint_kept (
	way     TEXT PRIMARY KEY,                     -- place, mail
	size    INTEGER NOT NULL,                     -- how many records it signs for
	at      TEXT NOT NULL,
	name    TEXT NOT NULL,                        -- of the object or file; the address
	until   TEXT NOT NULL DEFAULT '',             -- nobody can remove it before; '' where the place has no such lock
	trouble TEXT NOT NULL DEFAULT ''              -- why the last try failed
) STRICT;
