-- +goose Up
-- How somebody likes to look at a list: its filter, order, columns and density. A shared one is everybody's to use.
CREATE TABLE saved_view (
	id         TEXT PRIMARY KEY,
	list       TEXT NOT NULL,                     -- control, evidence, ...
	name       TEXT NOT NULL,
	search     TEXT NOT NULL DEFAULT '{}',        -- JSON object: the words of the list's address
	columns    TEXT NOT NULL DEFAULT '[]',        -- JSON array of columns, [] for those that everybody sees
	compact    INTEGER NOT NULL DEFAULT 1,
	owner      TEXT NOT NULL,                     -- person id
	shared     INTEGER NOT NULL DEFAULT 0,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX saved_view_list ON saved_view (list, shared, owner);
-- +goose StatementBegin
CREATE TRIGGER saved_view_version AFTER UPDATE ON saved_view WHEN NEW.version = OLD.version BEGIN
	UPDATE saved_view SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd

-- The view with which a list opens for a person.
CREATE TABLE view_default (
	person TEXT NOT NULL REFERENCES person (id),
	list   TEXT NOT NULL,
	view   TEXT NOT NULL REFERENCES saved_view (id) ON DELETE CASCADE,
	PRIMARY KEY (person, list)
) STRICT;
