-- +goose Up
-- What the organisation does, how soon it must be able to do it again, and what it costs while it cannot.
-- Where a word is empty nobody has said.
CREATE TABLE process (
	id                TEXT PRIMARY KEY,
	ref               TEXT NOT NULL,                   -- PRC-0001
	name              TEXT NOT NULL,
	description       TEXT NOT NULL DEFAULT '',
	owner             TEXT NOT NULL DEFAULT '',
	managed_by        TEXT NOT NULL DEFAULT '',        -- a department
	rto               TEXT NOT NULL DEFAULT '',        -- le_1h, le_4h, le_8h, le_24h, le_72h, le_7d, gt_7d: how soon it is back
	rpo               TEXT NOT NULL DEFAULT '',        -- how much of its data may be lost, as time
	mtd               TEXT NOT NULL DEFAULT '',        -- how long it can be missed at all
	classification    TEXT NOT NULL DEFAULT '',        -- public, internal, confidential, restricted
	backup            TEXT NOT NULL DEFAULT '',        -- continuous, hourly, daily, weekly, monthly, never
	backup_needs      TEXT NOT NULL DEFAULT '',
	financial         TEXT NOT NULL DEFAULT '',        -- what an outage does: none, low, medium, high, severe
	financial_note    TEXT NOT NULL DEFAULT '',
	operational       TEXT NOT NULL DEFAULT '',
	operational_note  TEXT NOT NULL DEFAULT '',
	legal             TEXT NOT NULL DEFAULT '',
	legal_note        TEXT NOT NULL DEFAULT '',
	reputational      TEXT NOT NULL DEFAULT '',
	reputational_note TEXT NOT NULL DEFAULT '',
	antimalware       TEXT NOT NULL DEFAULT '',        -- yes, no
	log_review        TEXT NOT NULL DEFAULT '',        -- daily, weekly, monthly, quarterly, yearly, never
	review_on         TEXT NOT NULL DEFAULT '',        -- when it is looked at again
	reviewed_on       TEXT NOT NULL DEFAULT '',        -- when it last was, of the organisation's days
	reviewed_by       TEXT NOT NULL DEFAULT '',
	created_at        TEXT NOT NULL,
	updated_at        TEXT NOT NULL,
	version           INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX process_ref ON process (ref);
CREATE INDEX process_name ON process (name COLLATE NOCASE, id);
CREATE INDEX process_owner ON process (owner, ref);
CREATE INDEX process_updated ON process (updated_at, id);
-- The columns of which the score is made, so that a list is sorted by it without reading the texts.
CREATE INDEX process_score ON process (rto, rpo, mtd, classification, owner, review_on);

CREATE VIEW searchable_process (id, ref, title, body) AS
SELECT id, ref, name, description || char(30) || managed_by || char(30) || backup_needs || char(30) || financial_note || char(30) || operational_note
	|| char(30) || legal_note || char(30) || reputational_note FROM process;

-- +goose StatementBegin
CREATE TRIGGER process_version AFTER UPDATE ON process WHEN NEW.version = OLD.version BEGIN
	UPDATE process SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd
