-- +goose Up
-- What a person was told. Rows prove nothing and change with every look: they are not in the audit log.
CREATE TABLE notification (
	id      TEXT PRIMARY KEY,
	person  TEXT NOT NULL REFERENCES person (id),
	event   TEXT NOT NULL,                        -- task_assigned, mention, ...
	kind    TEXT NOT NULL DEFAULT '',             -- the record it is about, '' for none
	record  TEXT NOT NULL DEFAULT '',
	title   TEXT NOT NULL,                        -- one sentence
	body    TEXT NOT NULL DEFAULT '',
	actor   TEXT NOT NULL DEFAULT '',             -- person id, '' for the system
	at      TEXT NOT NULL,
	inbox   INTEGER NOT NULL DEFAULT 1,           -- 0: only mailed
	read_at TEXT NOT NULL DEFAULT '',
	mail    TEXT NOT NULL DEFAULT ''              -- '' none, due, or the instant it was handed over
) STRICT;
CREATE INDEX notification_person ON notification (person, inbox, at, id);
CREATE INDEX notification_unread ON notification (person) WHERE inbox = 1 AND read_at = '';
CREATE INDEX notification_mail ON notification (at) WHERE mail = 'due';

-- What a person wants to hear of, where it is not what everybody gets.
CREATE TABLE notification_choice (
	person TEXT NOT NULL REFERENCES person (id),
	event  TEXT NOT NULL,
	inbox  INTEGER NOT NULL,
	mail   INTEGER NOT NULL,
	PRIMARY KEY (person, event)
) STRICT;
