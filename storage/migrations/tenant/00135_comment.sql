-- +goose Up
-- What people say under a record, in threads of one level. A record that is deleted leaves its comments here,
-- hidden, so that undoing the deletion brings them back; therefore kind and record are no foreign key.
CREATE TABLE comment (
	id          TEXT PRIMARY KEY,
	kind        TEXT NOT NULL,
	record      TEXT NOT NULL,
	parent      TEXT NOT NULL DEFAULT '',         -- the comment that began the thread, '' for that one itself
	body        TEXT NOT NULL,                    -- people are named as @[person id]
	author      TEXT NOT NULL,                    -- person id
	created_at  TEXT NOT NULL,
	edited_at   TEXT NOT NULL DEFAULT '',
	deleted_at  TEXT NOT NULL DEFAULT '',         -- its words were taken back, but others answered: the place stays
	resolved_at TEXT NOT NULL DEFAULT '',         -- of the thread
	resolved_by TEXT NOT NULL DEFAULT '',
	version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX comment_record ON comment (kind, record, created_at, id);
CREATE INDEX comment_parent ON comment (parent) WHERE parent <> '';
-- +goose StatementBegin
CREATE TRIGGER comment_version AFTER UPDATE ON comment WHEN NEW.version = OLD.version BEGIN
	UPDATE comment SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd
