-- +goose Up
-- An archive for an auditor: what was chosen, who asked for it, and where it lies until it is removed.
CREATE TABLE package (
	id          TEXT PRIMARY KEY,
	name        TEXT NOT NULL,
	choice      TEXT NOT NULL,                    -- JSON: frameworks, period, sampling, seed
	state       TEXT NOT NULL DEFAULT 'waiting',  -- waiting, done, failed, removed
	problem     TEXT NOT NULL DEFAULT '',         -- why it failed, in a sentence
	files       INTEGER NOT NULL DEFAULT 0,
	missing     INTEGER NOT NULL DEFAULT 0,       -- files that could not be read whole
	object      TEXT NOT NULL DEFAULT '',
	size        INTEGER NOT NULL DEFAULT 0,
	sha256      TEXT NOT NULL DEFAULT '',
	created_at  TEXT NOT NULL,
	created_by  TEXT NOT NULL DEFAULT '',
	ended_at    TEXT NOT NULL DEFAULT '',
	expires_at  TEXT NOT NULL DEFAULT '',         -- when its object is removed
	version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX package_created ON package (created_at, id);
-- +goose StatementBegin
CREATE TRIGGER package_version AFTER UPDATE ON package WHEN NEW.version = OLD.version BEGIN
	UPDATE package SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd

-- How far the making of one has come: it changes with every few files and proves nothing.
CREATE TABLE package_progress (
	package TEXT PRIMARY KEY REFERENCES package (id) ON DELETE CASCADE,
	done    INTEGER NOT NULL DEFAULT 0,
	total   INTEGER NOT NULL DEFAULT 0
) STRICT;
