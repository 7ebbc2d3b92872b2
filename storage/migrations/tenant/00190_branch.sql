-- +goose Up
-- What-if branches: copies of this file to try something in. A branch is the file of its own; this says that it is there.
CREATE TABLE branch (
	id         TEXT PRIMARY KEY,
	name       TEXT NOT NULL,
	purpose    TEXT NOT NULL DEFAULT '',
	state      TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'applied', 'discarded')),
	base       INTEGER NOT NULL,              -- how many records the audit log had when the copy was made
	made_by    TEXT NOT NULL DEFAULT '',
	made_at    TEXT NOT NULL,
	closed_by  TEXT NOT NULL DEFAULT '',      -- '' also when it ended by itself
	closed_at  TEXT NOT NULL DEFAULT '',
	note       TEXT NOT NULL DEFAULT '',      -- why it was applied or discarded
	updated_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX branch_list ON branch (state, made_at, id);
CREATE UNIQUE INDEX branch_name ON branch (name COLLATE NOCASE) WHERE state = 'open';

-- +goose StatementBegin
CREATE TRIGGER branch_version AFTER UPDATE ON branch WHEN NEW.version = OLD.version BEGIN
	UPDATE branch SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd

-- The day on which a branch was last used, which the engine keeps: looking at one changes nothing.
CREATE TABLE branch_use (
	branch TEXT PRIMARY KEY REFERENCES branch (id) ON DELETE CASCADE,
	day    TEXT NOT NULL
) STRICT;
