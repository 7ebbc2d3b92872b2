-- +goose Up
-- A time that an organisation collects proof for: a quarter, a fiscal year, the window of an audit. Which files
-- belong to one follows from their dates and is never stored.
CREATE TABLE period (
	id         TEXT PRIMARY KEY,
	name       TEXT NOT NULL,
	kind       TEXT NOT NULL DEFAULT 'custom',    -- quarter, fiscal_year, custom
	starts_on  TEXT NOT NULL,
	ends_on    TEXT NOT NULL,                     -- its last day
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX period_name ON period (name COLLATE NOCASE);
CREATE INDEX period_starts ON period (starts_on, id);
-- +goose StatementBegin
CREATE TRIGGER period_version AFTER UPDATE ON period WHEN NEW.version = OLD.version BEGIN
	UPDATE period SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd
