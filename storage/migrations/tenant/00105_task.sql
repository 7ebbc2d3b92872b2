-- +goose Up
-- What somebody has to do, with the record it is about. What the program asks for has a key: one open task each.
CREATE TABLE task (
	id          TEXT PRIMARY KEY,
	key         TEXT NOT NULL DEFAULT '',         -- "evidence.collect/<id>"; '' for one that a person wrote
	title       TEXT NOT NULL,
	description TEXT NOT NULL DEFAULT '',
	status      TEXT NOT NULL DEFAULT 'open',     -- open, in_progress, done, cancelled
	owner       TEXT NOT NULL DEFAULT '',         -- person id, '' when nobody
	due_on      TEXT NOT NULL DEFAULT '',         -- last day on which it is not late
	kind        TEXT NOT NULL DEFAULT '',         -- the record it is about, '' for none
	record      TEXT NOT NULL DEFAULT '',
	source      TEXT NOT NULL DEFAULT 'person',   -- person, or the module that asked
	created_at  TEXT NOT NULL,
	created_by  TEXT NOT NULL DEFAULT '',         -- person id, '' for the system
	ended_at    TEXT NOT NULL DEFAULT '',         -- when it was done or cancelled
	ended_by    TEXT NOT NULL DEFAULT '',
	outcome     TEXT NOT NULL DEFAULT '',         -- how it ended, in a sentence
	updated_at  TEXT NOT NULL,
	version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX task_key ON task (key) WHERE key <> '' AND status IN ('open', 'in_progress');
CREATE INDEX task_owner ON task (owner, status, due_on, id);
CREATE INDEX task_due ON task (status, due_on, id);
CREATE INDEX task_record ON task (kind, record) WHERE record <> '';
-- +goose StatementBegin
CREATE TRIGGER task_version AFTER UPDATE ON task WHEN NEW.version = OLD.version BEGIN
	UPDATE task SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd
