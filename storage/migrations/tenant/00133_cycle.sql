-- +goose Up
-- One round of collecting the proof of a request: when it begins, by when it is wanted, how it went.
CREATE TABLE cycle (
	id         TEXT PRIMARY KEY,
	evidence   TEXT NOT NULL REFERENCES evidence (id) ON DELETE CASCADE,
	number     INTEGER NOT NULL,                  -- 1, 2, ... within its request
	latest     INTEGER NOT NULL DEFAULT 1,        -- 1: no later one of the request
	state      TEXT NOT NULL DEFAULT 'scheduled', -- scheduled, open, submitted, accepted, skipped
	opens_on   TEXT NOT NULL,
	due_on     TEXT NOT NULL,                     -- last day on which it is not late
	reason     TEXT NOT NULL DEFAULT '',          -- why it was skipped
	created_at TEXT NOT NULL,
	ended_at   TEXT NOT NULL DEFAULT '',          -- when it was accepted or skipped
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX cycle_number ON cycle (evidence, number);
CREATE INDEX cycle_latest ON cycle (evidence) WHERE latest = 1;
CREATE INDEX cycle_opens ON cycle (state, opens_on);
-- +goose StatementBegin
CREATE TRIGGER cycle_version AFTER UPDATE ON cycle WHEN NEW.version = OLD.version BEGIN
	UPDATE cycle SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd

-- What happened in a cycle, in order. Rows are only added.
CREATE TABLE cycle_step (
	id     TEXT PRIMARY KEY,
	cycle  TEXT NOT NULL REFERENCES cycle (id) ON DELETE CASCADE,
	number INTEGER NOT NULL,                      -- 1, 2, ... within its cycle
	state  TEXT NOT NULL,                         -- open, submitted, accepted, rejected, skipped
	at     TEXT NOT NULL,
	person TEXT NOT NULL DEFAULT '',              -- id, '' for the system
	file   TEXT NOT NULL DEFAULT '',
	note   TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX cycle_step_cycle ON cycle_step (cycle, number);

-- The cycle that a file answers; '' for files from before there were cycles.
ALTER TABLE file ADD COLUMN cycle TEXT NOT NULL DEFAULT '';
CREATE INDEX file_cycle ON file (cycle) WHERE cycle <> '';
CREATE INDEX file_review ON file (review, uploaded_at, id);

-- Somebody asks a colleague for proof.
CREATE TABLE evidence_ask (
	id           TEXT PRIMARY KEY,
	evidence     TEXT NOT NULL REFERENCES evidence (id) ON DELETE CASCADE,
	asked        TEXT NOT NULL,                   -- person id: who is asked
	asked_by     TEXT NOT NULL,                   -- person id: who asks
	message      TEXT NOT NULL DEFAULT '',
	due_on       TEXT NOT NULL,
	asked_at     TEXT NOT NULL,
	answered_on  TEXT NOT NULL DEFAULT '',        -- day of the answer where the organisation is
	answered_at  TEXT NOT NULL DEFAULT '',
	file         TEXT NOT NULL DEFAULT '',        -- the answer
	withdrawn_at TEXT NOT NULL DEFAULT '',
	version      INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX evidence_ask_evidence ON evidence_ask (evidence, asked_at, id);
CREATE INDEX evidence_ask_asked ON evidence_ask (asked) WHERE answered_at = '' AND withdrawn_at = '';
-- +goose StatementBegin
CREATE TRIGGER evidence_ask_version AFTER UPDATE ON evidence_ask WHEN NEW.version = OLD.version BEGIN
	UPDATE evidence_ask SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd

-- How far the reminders of a request have come, so that each goes out once.
CREATE TABLE evidence_reminder (
	evidence   TEXT PRIMARY KEY REFERENCES evidence (id) ON DELETE CASCADE,
	expires_on TEXT NOT NULL,                     -- of the proof it was about
	mark       INTEGER NOT NULL                   -- days left, of the last one sent
) STRICT;
