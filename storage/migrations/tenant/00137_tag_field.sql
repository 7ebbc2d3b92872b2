-- +goose Up
-- Words that group records across their kinds.
CREATE TABLE tag (
	id         TEXT PRIMARY KEY,
	name       TEXT NOT NULL,
	color      TEXT NOT NULL DEFAULT 'grey',      -- grey, violet, green, blue, amber, red
	created_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX tag_name ON tag (name COLLATE NOCASE);
-- +goose StatementBegin
CREATE TRIGGER tag_version AFTER UPDATE ON tag WHEN NEW.version = OLD.version BEGIN
	UPDATE tag SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd

-- A record's tags outlive it, hidden, so that undoing its deletion brings them back.
CREATE TABLE record_tag (
	tag    TEXT NOT NULL REFERENCES tag (id) ON DELETE CASCADE,
	kind   TEXT NOT NULL,
	record TEXT NOT NULL,
	PRIMARY KEY (tag, kind, record)
) STRICT;
CREATE INDEX record_tag_record ON record_tag (kind, record);

-- A property that the organisation gave to records of one kind.
CREATE TABLE field (
	id         TEXT PRIMARY KEY,
	kind       TEXT NOT NULL,
	key        TEXT NOT NULL,                     -- what programs and exports call it; never changes
	name       TEXT NOT NULL,
	type       TEXT NOT NULL,                     -- text, number, date, select, multiselect, person, url, checkbox; never changes
	options    TEXT NOT NULL DEFAULT '[]',        -- JSON array of what a select offers
	help       TEXT NOT NULL DEFAULT '',
	required   INTEGER NOT NULL DEFAULT 0,        -- 1: a value once given can be changed, not taken away
	archived   INTEGER NOT NULL DEFAULT 0,        -- 1: no longer shown; its values stay
	position   INTEGER NOT NULL DEFAULT 0,
	created_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX field_key ON field (kind, key);
-- +goose StatementBegin
CREATE TRIGGER field_version AFTER UPDATE ON field WHEN NEW.version = OLD.version BEGIN
	UPDATE field SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd

-- What a record has in such a field. It outlives the record as its tags do.
CREATE TABLE field_value (
	field  TEXT NOT NULL REFERENCES field (id),
	record TEXT NOT NULL,
	value  TEXT NOT NULL,                         -- JSON: a text, a number, true, or an array of texts
	PRIMARY KEY (field, record)
) STRICT;
CREATE INDEX field_value_record ON field_value (record);
