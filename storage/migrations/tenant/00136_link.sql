-- +goose Up
-- That one record has to do with another, said by a person: "AC-01 depends on Backup report". Either may be of
-- any kind, and may be deleted: the link is hidden then, and comes back with the record.
CREATE TABLE record_link (
	id         TEXT PRIMARY KEY,
	type       TEXT NOT NULL,                     -- relates, depends_on, ...
	kind       TEXT NOT NULL,                     -- the record of which the type is said
	record     TEXT NOT NULL,
	other_kind TEXT NOT NULL,
	other      TEXT NOT NULL,
	note       TEXT NOT NULL DEFAULT '',
	created_by TEXT NOT NULL,
	created_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX record_link_pair ON record_link (kind, record, other_kind, other, type);
CREATE INDEX record_link_other ON record_link (other_kind, other);
-- +goose StatementBegin
CREATE TRIGGER record_link_version AFTER UPDATE ON record_link WHEN NEW.version = OLD.version BEGIN
	UPDATE record_link SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd
