-- +goose Up
-- What is done again and again: its schedule, what it serves, what it proves.
CREATE TABLE activity (
	id          TEXT PRIMARY KEY,
	name        TEXT NOT NULL,
	description TEXT NOT NULL DEFAULT '',         -- what is to be done, and how
	frequency   TEXT NOT NULL,                    -- daily, weekly, monthly, quarterly, yearly, as_needed
	starts_on   TEXT NOT NULL,                    -- first day of the first period; all others are counted from it
	due_days    INTEGER NOT NULL DEFAULT 0,       -- days from the first day of a period until it is due; 0: its last day
	since       TEXT NOT NULL,                    -- periods that ended before this day have no occurrence: when it was written down, or resumed
	owner       TEXT NOT NULL DEFAULT '',
	scope       TEXT NOT NULL DEFAULT 'organisation' REFERENCES scope (id),
	policy      TEXT NOT NULL DEFAULT '',         -- the supporting policy, in words
	notes       TEXT NOT NULL DEFAULT '',
	paused      INTEGER NOT NULL DEFAULT 0,       -- 1: no new occurrences
	created_at  TEXT NOT NULL,
	updated_at  TEXT NOT NULL,
	version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX activity_name ON activity (name COLLATE NOCASE, id);
CREATE INDEX activity_owner ON activity (owner, name, id);

CREATE TABLE activity_control (
	activity TEXT NOT NULL REFERENCES activity (id) ON DELETE CASCADE,
	control  TEXT NOT NULL REFERENCES control (id) ON DELETE CASCADE,
	PRIMARY KEY (activity, control)
) STRICT;
CREATE INDEX activity_control_control ON activity_control (control, activity);

CREATE TABLE activity_evidence (
	activity TEXT NOT NULL REFERENCES activity (id) ON DELETE CASCADE,
	evidence TEXT NOT NULL REFERENCES evidence (id) ON DELETE CASCADE,
	PRIMARY KEY (activity, evidence)
) STRICT;
CREATE INDEX activity_evidence_evidence ON activity_evidence (evidence, activity);

-- One time that it is done. There is one a period; those of an activity as needed are made by hand.
CREATE TABLE occurrence (
	id           TEXT PRIMARY KEY,
	activity     TEXT NOT NULL REFERENCES activity (id) ON DELETE CASCADE,
	period_start TEXT NOT NULL,
	period_end   TEXT NOT NULL,
	due_on       TEXT NOT NULL,                       -- last day on which it is not late
	status       TEXT NOT NULL DEFAULT 'not_started', -- not_started, in_progress, completed, not_applicable; overdue is computed
	note         TEXT NOT NULL DEFAULT '',            -- what was found, or why it did not apply
	ended_at     TEXT NOT NULL DEFAULT '',
	ended_on     TEXT NOT NULL DEFAULT '',            -- that day, where the organisation is
	ended_by     TEXT NOT NULL DEFAULT '',
	created_at   TEXT NOT NULL,
	version      INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX occurrence_period ON occurrence (activity, period_start);
CREATE INDEX occurrence_open ON occurrence (activity, due_on, id) WHERE status IN ('not_started', 'in_progress');
CREATE INDEX occurrence_due ON occurrence (due_on, activity);

CREATE TABLE occurrence_file (
	occurrence TEXT NOT NULL REFERENCES occurrence (id) ON DELETE CASCADE,
	file       TEXT NOT NULL REFERENCES file (id) ON DELETE CASCADE,
	PRIMARY KEY (occurrence, file)
) STRICT;
CREATE INDEX occurrence_file_file ON occurrence_file (file);

-- +goose StatementBegin
CREATE TRIGGER activity_version AFTER UPDATE ON activity WHEN NEW.version = OLD.version BEGIN
	UPDATE activity SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER occurrence_version AFTER UPDATE ON occurrence WHEN NEW.version = OLD.version BEGIN
	UPDATE occurrence SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd
