-- +goose Up
-- Who does something for the organisation. Tier and clock are not here: they are computed from what is.
CREATE TABLE vendor (
	id              TEXT PRIMARY KEY,
	ref             TEXT NOT NULL,                    -- VEN-0001
	name            TEXT NOT NULL,
	service         TEXT NOT NULL DEFAULT '',         -- what they do for us
	description     TEXT NOT NULL DEFAULT '',
	type            TEXT NOT NULL DEFAULT '',
	website         TEXT NOT NULL DEFAULT '',
	owner           TEXT NOT NULL DEFAULT '',
	contact_name    TEXT NOT NULL DEFAULT '',
	contact_email   TEXT NOT NULL DEFAULT '',
	category        TEXT NOT NULL DEFAULT '',         -- of spending
	status          TEXT NOT NULL DEFAULT 'requested', -- requested, in_review, approved, rejected, offboarding, offboarded
	data            TEXT NOT NULL DEFAULT '[]',       -- JSON array of the kinds of data they see
	classification  TEXT NOT NULL DEFAULT '',         -- the highest: public, internal, confidential, restricted
	subservice      INTEGER NOT NULL DEFAULT 0,       -- they work with data that others gave us
	location        TEXT NOT NULL DEFAULT '',         -- where, for the list of sub-processors
	purpose         TEXT NOT NULL DEFAULT '',
	legal_review    TEXT NOT NULL DEFAULT 'not_needed', -- not_needed, needed, done
	risk_likelihood INTEGER NOT NULL DEFAULT 0,       -- 1 to 5, 0 while nobody has said
	risk_impact     INTEGER NOT NULL DEFAULT 0,
	assessed_on     TEXT NOT NULL DEFAULT '',         -- the day of the last assessment, from which the clock runs
	assessment      TEXT NOT NULL DEFAULT '',         -- that assessment, '' where it was made elsewhere
	decided_at      TEXT NOT NULL DEFAULT '',         -- when it was last approved or rejected
	decided_by      TEXT NOT NULL DEFAULT '',
	decision_reason TEXT NOT NULL DEFAULT '',
	created_at      TEXT NOT NULL,
	updated_at      TEXT NOT NULL,
	version         INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX vendor_ref ON vendor (ref);
CREATE INDEX vendor_name ON vendor (name COLLATE NOCASE, id);
CREATE INDEX vendor_owner ON vendor (owner, ref);
CREATE INDEX vendor_status ON vendor (status, assessed_on);

-- A review of a vendor. A draft changes; one that is concluded never does.
CREATE TABLE vendor_assessment (
	id             TEXT PRIMARY KEY,
	vendor         TEXT NOT NULL REFERENCES vendor (id) ON DELETE CASCADE,
	number         INTEGER NOT NULL,                  -- 1, 2, ... of this vendor
	status         TEXT NOT NULL DEFAULT 'draft',     -- draft, concluded
	step           INTEGER NOT NULL DEFAULT 1,        -- of five, to which the draft has come
	likelihood     INTEGER NOT NULL DEFAULT 0,
	impact         INTEGER NOT NULL DEFAULT 0,
	notes          TEXT NOT NULL DEFAULT '',          -- of the due diligence
	conclusion     TEXT NOT NULL DEFAULT '',          -- in words, and the reason of the decision
	decision       TEXT NOT NULL DEFAULT '',          -- approved, rejected, '' for none
	started_by     TEXT NOT NULL DEFAULT '',
	started_at     TEXT NOT NULL,
	concluded_by   TEXT NOT NULL DEFAULT '',
	concluded_at   TEXT NOT NULL DEFAULT '',
	concluded_on   TEXT NOT NULL DEFAULT '',          -- the day of that, of the organisation
	score          INTEGER NOT NULL DEFAULT 0,        -- all of the following as it was then
	tier           TEXT NOT NULL DEFAULT '',
	next_review_on TEXT NOT NULL DEFAULT '',
	facts          TEXT NOT NULL DEFAULT '{}',        -- JSON: the vendor, its attestations, its questionnaire
	updated_at     TEXT NOT NULL,
	version        INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX vendor_assessment_number ON vendor_assessment (vendor, number);

-- What a vendor has to show for itself: a report, a certificate, an agreement. Without a file it is missing.
CREATE TABLE vendor_attestation (
	id           TEXT PRIMARY KEY,
	vendor       TEXT NOT NULL REFERENCES vendor (id) ON DELETE CASCADE,
	type         TEXT NOT NULL,
	title        TEXT NOT NULL DEFAULT '',
	attachment   TEXT NOT NULL DEFAULT '',
	issued_on    TEXT NOT NULL DEFAULT '',
	period_start TEXT NOT NULL DEFAULT '',
	period_end   TEXT NOT NULL DEFAULT '',
	expires_on   TEXT NOT NULL DEFAULT '',
	bridge_until TEXT NOT NULL DEFAULT '',            -- a letter covers the time until the next report
	exceptions   TEXT NOT NULL DEFAULT '',            -- what the auditors noted
	created_at   TEXT NOT NULL,
	updated_at   TEXT NOT NULL,
	version      INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX vendor_attestation_vendor ON vendor_attestation (vendor, attachment, expires_on, bridge_until);

CREATE TABLE vendor_contract (
	id          TEXT PRIMARY KEY,
	vendor      TEXT NOT NULL REFERENCES vendor (id) ON DELETE CASCADE,
	title       TEXT NOT NULL,
	number      TEXT NOT NULL DEFAULT '',             -- as the vendor calls it
	owner       TEXT NOT NULL DEFAULT '',
	starts_on   TEXT NOT NULL DEFAULT '',
	ends_on     TEXT NOT NULL DEFAULT '',             -- '' for one without an end
	notice_days INTEGER NOT NULL DEFAULT 0,           -- so long before the end it must be given notice of
	renews      INTEGER NOT NULL DEFAULT 0,           -- by itself
	amount      INTEGER NOT NULL DEFAULT 0,           -- in minor units, per year
	currency    TEXT NOT NULL DEFAULT '',
	attachment  TEXT NOT NULL DEFAULT '',
	note        TEXT NOT NULL DEFAULT '',
	created_at  TEXT NOT NULL,
	updated_at  TEXT NOT NULL,
	version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX vendor_contract_vendor ON vendor_contract (vendor, ends_on);
CREATE INDEX vendor_contract_end ON vendor_contract (ends_on);

-- Questions that were put to a vendor, as they were then.
CREATE TABLE vendor_questionnaire (
	id         TEXT PRIMARY KEY,
	vendor     TEXT NOT NULL REFERENCES vendor (id) ON DELETE CASCADE,
	title      TEXT NOT NULL,
	depth      INTEGER NOT NULL,                      -- 1 all questions, 2 most, 3 the shortest
	opened_by  TEXT NOT NULL DEFAULT '',
	opened_at  TEXT NOT NULL,
	due_on     TEXT NOT NULL DEFAULT '',
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX vendor_questionnaire_vendor ON vendor_questionnaire (vendor, opened_at);

CREATE TABLE vendor_answer (
	id            TEXT PRIMARY KEY,
	questionnaire TEXT NOT NULL REFERENCES vendor_questionnaire (id) ON DELETE CASCADE,
	position      INTEGER NOT NULL,
	source_key    TEXT NOT NULL,                      -- VQ-001 of the catalog
	section       TEXT NOT NULL,
	question      TEXT NOT NULL,
	type          TEXT NOT NULL,                      -- single, single_with_text, multiple, text
	options       TEXT NOT NULL DEFAULT '[]',         -- JSON array
	adverse       TEXT NOT NULL DEFAULT '[]',         -- JSON array: the options that call for a second look
	proof         TEXT NOT NULL DEFAULT '',           -- what to ask for beside the answer
	hint          TEXT NOT NULL DEFAULT '',           -- for who reviews it
	answer        TEXT NOT NULL DEFAULT '[]',         -- JSON array: the chosen options, or one text
	detail        TEXT NOT NULL DEFAULT '',
	note          TEXT NOT NULL DEFAULT '',           -- of who reviews it
	mark          TEXT NOT NULL DEFAULT '',           -- accepted, follow_up, '' for none
	answered_by   TEXT NOT NULL DEFAULT '',           -- a person of the organisation, or the address of a guest
	answered_at   TEXT NOT NULL DEFAULT '',
	reviewed_by   TEXT NOT NULL DEFAULT '',
	reviewed_at   TEXT NOT NULL DEFAULT '',
	version       INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX vendor_answer_questionnaire ON vendor_answer (questionnaire, position);

-- What was reminded of last: of which clock (review of a vendor, an attestation, a contract), for which day of its.
CREATE TABLE vendor_reminder (
	id  TEXT PRIMARY KEY,                             -- of the vendor, the attestation or the contract
	day TEXT NOT NULL,                                -- when it runs out
	due TEXT NOT NULL                                 -- soon, over
) STRICT;

CREATE VIEW searchable_vendor (id, ref, title, body) AS
SELECT id, ref, name, service || char(30) || description || char(30) || category || char(30) || purpose || char(30) || location || char(30) || decision_reason FROM vendor;

-- +goose StatementBegin
CREATE TRIGGER vendor_version AFTER UPDATE ON vendor WHEN NEW.version = OLD.version BEGIN
	UPDATE vendor SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER vendor_assessment_version AFTER UPDATE ON vendor_assessment WHEN NEW.version = OLD.version BEGIN
	UPDATE vendor_assessment SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER vendor_attestation_version AFTER UPDATE ON vendor_attestation WHEN NEW.version = OLD.version BEGIN
	UPDATE vendor_attestation SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER vendor_contract_version AFTER UPDATE ON vendor_contract WHEN NEW.version = OLD.version BEGIN
	UPDATE vendor_contract SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER vendor_questionnaire_version AFTER UPDATE ON vendor_questionnaire WHEN NEW.version = OLD.version BEGIN
	UPDATE vendor_questionnaire SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER vendor_answer_version AFTER UPDATE ON vendor_answer WHEN NEW.version = OLD.version BEGIN
	UPDATE vendor_answer SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd
