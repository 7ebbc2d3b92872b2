-- +goose Up
-- Who decided whether a requirement applies: '' nobody, 'person', or the id of the baseline that set it. A
-- baseline changes only what a baseline set or nobody decided.
ALTER TABLE requirement ADD COLUMN decided TEXT NOT NULL DEFAULT '';
UPDATE requirement SET decided = 'person' WHERE applicable = 0;

-- The same decision for one product; without a row the organisation's holds.
CREATE TABLE requirement_scope (
	requirement   TEXT NOT NULL REFERENCES requirement (id) ON DELETE CASCADE,
	scope         TEXT NOT NULL REFERENCES scope (id),
	applicable    INTEGER NOT NULL,
	justification TEXT NOT NULL DEFAULT '',
	decided       TEXT NOT NULL DEFAULT 'person',
	updated_at    TEXT NOT NULL,
	version       INTEGER NOT NULL DEFAULT 1,
	PRIMARY KEY (requirement, scope)
) STRICT;
CREATE INDEX requirement_scope_scope ON requirement_scope (scope, requirement);

-- Why a requirement is included, for the Statement of Applicability; without a row the framework's reasons
-- in framework_scope hold.
CREATE TABLE requirement_reason (
	requirement TEXT NOT NULL REFERENCES requirement (id) ON DELETE CASCADE,
	scope       TEXT NOT NULL REFERENCES scope (id),
	reasons     TEXT NOT NULL DEFAULT '',         -- risk_treatment, legal, contractual, best_practice, with commas
	note        TEXT NOT NULL DEFAULT '',
	updated_at  TEXT NOT NULL,
	version     INTEGER NOT NULL DEFAULT 1,
	PRIMARY KEY (requirement, scope)
) STRICT;

-- A named selection of a framework's requirements.
CREATE TABLE baseline (
	id          TEXT PRIMARY KEY,
	framework   TEXT NOT NULL REFERENCES framework (id) ON DELETE CASCADE,
	name        TEXT NOT NULL,
	source      TEXT NOT NULL DEFAULT 'own',      -- own, tags, oscal
	source_note TEXT NOT NULL DEFAULT '',
	created_at  TEXT NOT NULL,
	updated_at  TEXT NOT NULL,
	version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX baseline_name ON baseline (framework, name COLLATE NOCASE);
CREATE TABLE baseline_requirement (
	baseline    TEXT NOT NULL REFERENCES baseline (id) ON DELETE CASCADE,
	requirement TEXT NOT NULL REFERENCES requirement (id) ON DELETE CASCADE,
	PRIMARY KEY (baseline, requirement)
) STRICT;
CREATE INDEX baseline_requirement_requirement ON baseline_requirement (requirement);

-- What 45 CFR 164.306(d)(3) asks to be documented of an addressable specification.
CREATE TABLE addressable (
	requirement TEXT NOT NULL REFERENCES requirement (id) ON DELETE CASCADE,
	scope       TEXT NOT NULL REFERENCES scope (id),
	reasonable  INTEGER NOT NULL,                 -- 1: it is reasonable and appropriate, so it has to be implemented
	assessment  TEXT NOT NULL DEFAULT '',         -- why it is, or is not
	alternative TEXT NOT NULL DEFAULT '',         -- the equivalent measure in its place, if one is reasonable
	decided_by  TEXT NOT NULL DEFAULT '',         -- person id
	decided_at  TEXT NOT NULL,
	version     INTEGER NOT NULL DEFAULT 1,
	PRIMARY KEY (requirement, scope)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER requirement_scope_version AFTER UPDATE ON requirement_scope WHEN NEW.version = OLD.version BEGIN
	UPDATE requirement_scope SET version = OLD.version + 1 WHERE requirement = NEW.requirement AND scope = NEW.scope;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER requirement_reason_version AFTER UPDATE ON requirement_reason WHEN NEW.version = OLD.version BEGIN
	UPDATE requirement_reason SET version = OLD.version + 1 WHERE requirement = NEW.requirement AND scope = NEW.scope;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER baseline_version AFTER UPDATE ON baseline WHEN NEW.version = OLD.version BEGIN
	UPDATE baseline SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER addressable_version AFTER UPDATE ON addressable WHEN NEW.version = OLD.version BEGIN
	UPDATE addressable SET version = OLD.version + 1 WHERE requirement = NEW.requirement AND scope = NEW.scope;
END;
-- +goose StatementEnd
