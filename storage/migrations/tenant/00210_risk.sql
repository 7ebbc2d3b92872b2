-- +goose Up
-- The number that was given last, for each kind of record that people call by a number. Not in the audit log: what is
-- undone there does not give its number back.
CREATE TABLE number_given (
	kind TEXT PRIMARY KEY,
	last INTEGER NOT NULL
) STRICT;

-- From which score on a risk is critical, high or medium.
CREATE TABLE risk_scale (
	id         TEXT PRIMARY KEY CHECK (id = 'risk_scale'),
	critical   INTEGER NOT NULL DEFAULT 20,
	high       INTEGER NOT NULL DEFAULT 12,
	medium     INTEGER NOT NULL DEFAULT 6,
	updated_at TEXT NOT NULL DEFAULT '',
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO risk_scale (id) VALUES ('risk_scale');

-- What could happen. Likelihood and impact are 1 to 5, and 0 while nobody has said.
CREATE TABLE risk (
	id                  TEXT PRIMARY KEY,
	ref                 TEXT NOT NULL,                    -- RSK-0001
	title               TEXT NOT NULL,
	description         TEXT NOT NULL DEFAULT '',
	category            TEXT NOT NULL DEFAULT '',
	source_key          TEXT NOT NULL DEFAULT '',         -- its id in the library, '' for one that was written here
	owner               TEXT NOT NULL DEFAULT '',
	status              TEXT NOT NULL DEFAULT 'open',     -- open, in_progress, off_track, mitigated, accepted, closed
	inherent_likelihood INTEGER NOT NULL DEFAULT 0,       -- before anything is done about it
	inherent_impact     INTEGER NOT NULL DEFAULT 0,
	residual_likelihood INTEGER NOT NULL DEFAULT 0,       -- as it is today
	residual_impact     INTEGER NOT NULL DEFAULT 0,
	target_likelihood   INTEGER NOT NULL DEFAULT 0,       -- where it shall come to
	target_impact       INTEGER NOT NULL DEFAULT 0,
	treatment           TEXT NOT NULL DEFAULT '',         -- mitigate, accept, transfer, avoid
	plan                TEXT NOT NULL DEFAULT '',         -- how; single actions are tasks about the risk
	due_on              TEXT NOT NULL DEFAULT '',         -- last day on which the treatment is not late
	review_on           TEXT NOT NULL DEFAULT '',         -- when it is looked at again
	accepted_until      TEXT NOT NULL DEFAULT '',         -- last day of the acceptance
	accepted_reason     TEXT NOT NULL DEFAULT '',
	accepted_at         TEXT NOT NULL DEFAULT '',
	accepted_by         TEXT NOT NULL DEFAULT '',
	created_at          TEXT NOT NULL,
	updated_at          TEXT NOT NULL,
	version             INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX risk_ref ON risk (ref);
CREATE INDEX risk_owner ON risk (owner, ref);
CREATE INDEX risk_status ON risk (status, accepted_until);

-- Every change of a score. A risk stands as its last row says.
CREATE TABLE risk_score (
	id                  TEXT PRIMARY KEY,
	risk                TEXT NOT NULL REFERENCES risk (id) ON DELETE CASCADE,
	at                  TEXT NOT NULL,
	day                 TEXT NOT NULL,                    -- of the organisation
	inherent_likelihood INTEGER NOT NULL,
	inherent_impact     INTEGER NOT NULL,
	residual_likelihood INTEGER NOT NULL,
	residual_impact     INTEGER NOT NULL,
	target_likelihood   INTEGER NOT NULL,
	target_impact       INTEGER NOT NULL,
	changed_by          TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX risk_score_risk ON risk_score (risk, at);

CREATE VIEW searchable_risk (id, ref, title, body) AS
SELECT id, ref, title, description || char(30) || plan || char(30) || category || char(30) || accepted_reason FROM risk;

-- +goose StatementBegin
CREATE TRIGGER risk_version AFTER UPDATE ON risk WHEN NEW.version = OLD.version BEGIN
	UPDATE risk SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER risk_scale_version AFTER UPDATE ON risk_scale WHEN NEW.version = OLD.version BEGIN
	UPDATE risk_scale SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd
