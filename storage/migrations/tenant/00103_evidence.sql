-- +goose Up
CREATE TABLE evidence (
	id             TEXT PRIMARY KEY,
	scope          TEXT NOT NULL DEFAULT 'organisation' REFERENCES scope (id),
	name           TEXT NOT NULL,
	description    TEXT NOT NULL DEFAULT '',
	guidance       TEXT NOT NULL DEFAULT '',
	category       TEXT NOT NULL DEFAULT '',
	kind           TEXT NOT NULL DEFAULT 'other',
	frequency      TEXT NOT NULL DEFAULT 'annual',
	validity_days  INTEGER NOT NULL DEFAULT 365,  -- 0: never expires
	owner          TEXT NOT NULL DEFAULT '',
	reviewer       TEXT NOT NULL DEFAULT '',      -- '': files are accepted as they come
	not_applicable INTEGER NOT NULL DEFAULT 0,
	na_reason      TEXT NOT NULL DEFAULT '',
	source         TEXT NOT NULL DEFAULT 'own',
	source_key     TEXT NOT NULL DEFAULT '',
	digest         TEXT NOT NULL DEFAULT '',
	created_at     TEXT NOT NULL,
	updated_at     TEXT NOT NULL,
	version        INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX evidence_name ON evidence (name, id);
CREATE INDEX evidence_owner ON evidence (owner, name, id);
CREATE INDEX evidence_category ON evidence (category, name, id);
CREATE UNIQUE INDEX evidence_source ON evidence (source_key) WHERE source_key <> '';

CREATE TABLE evidence_control (
	evidence TEXT NOT NULL REFERENCES evidence (id) ON DELETE CASCADE,
	control  TEXT NOT NULL REFERENCES control (id) ON DELETE CASCADE,
	PRIMARY KEY (evidence, control)
) STRICT;
CREATE INDEX evidence_control_control ON evidence_control (control, evidence);

CREATE TABLE file (
	id           TEXT PRIMARY KEY,
	evidence     TEXT NOT NULL REFERENCES evidence (id) ON DELETE CASCADE,
	number       INTEGER NOT NULL,                -- 1, 2, ... within its evidence, never reused
	replaces     TEXT NOT NULL DEFAULT '',        -- id of the file this is a new version of
	replaced     INTEGER NOT NULL DEFAULT 0,
	name         TEXT NOT NULL,
	type         TEXT NOT NULL,
	kind         TEXT NOT NULL DEFAULT 'other',
	size         INTEGER NOT NULL,
	sha256       TEXT NOT NULL,
	object       TEXT NOT NULL,
	collected_on TEXT NOT NULL,                   -- when the proof is from; uploaded_at is when it came here
	period_start TEXT NOT NULL DEFAULT '',
	period_end   TEXT NOT NULL DEFAULT '',
	note         TEXT NOT NULL DEFAULT '',
	uploaded_by  TEXT NOT NULL DEFAULT '',
	uploaded_at  TEXT NOT NULL,
	review       TEXT NOT NULL DEFAULT 'pending', -- pending, accepted, rejected
	review_note  TEXT NOT NULL DEFAULT '',
	reviewed_by  TEXT NOT NULL DEFAULT '',
	reviewed_at  TEXT NOT NULL DEFAULT '',
	version      INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX file_evidence ON file (evidence, number);
CREATE INDEX file_review ON file (review, uploaded_at);
CREATE INDEX file_object ON file (object);

-- Derived rows, kept by the triggers below whoever changes what they come from; never written directly.
CREATE TABLE evidence_clock (
	evidence     TEXT PRIMARY KEY,
	accepted     INTEGER NOT NULL DEFAULT 0,
	pending      INTEGER NOT NULL DEFAULT 0,
	collected_on TEXT NOT NULL DEFAULT '',        -- '': nothing accepted yet
	expires_on   TEXT NOT NULL DEFAULT ''         -- last day it counts; '': never collected, or never expires
) STRICT;
CREATE INDEX evidence_clock_expires ON evidence_clock (expires_on, evidence);

CREATE TABLE control_proof (
	control      TEXT NOT NULL,
	scope        TEXT NOT NULL,
	requests     INTEGER NOT NULL DEFAULT 0,      -- linked evidence that applies
	missing      INTEGER NOT NULL DEFAULT 0,      -- of these, without an accepted file
	first_expiry TEXT NOT NULL DEFAULT '',        -- earliest expires_on among them
	PRIMARY KEY (control, scope)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER control_proof_new AFTER INSERT ON control BEGIN
	INSERT OR IGNORE INTO control_proof (control, scope) VALUES (NEW.id, 'organisation');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_gone AFTER DELETE ON control BEGIN
	DELETE FROM control_proof WHERE control = OLD.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_clock_new AFTER INSERT ON evidence BEGIN
	INSERT OR REPLACE INTO evidence_clock (evidence, accepted, pending, collected_on, expires_on)
	SELECT NEW.id, coalesce(sum(f.review = 'accepted'), 0), coalesce(sum(f.review = 'pending'), 0),
		coalesce(max(CASE WHEN f.review = 'accepted' THEN f.collected_on END), ''),
		CASE WHEN NEW.validity_days = 0 THEN '' ELSE coalesce(date(max(CASE WHEN f.review = 'accepted' THEN f.collected_on END), '+' || NEW.validity_days || ' days'), '') END
	FROM file f WHERE f.evidence = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_clock_set AFTER UPDATE OF validity_days, not_applicable ON evidence BEGIN
	INSERT OR REPLACE INTO evidence_clock (evidence, accepted, pending, collected_on, expires_on)
	SELECT NEW.id, coalesce(sum(f.review = 'accepted'), 0), coalesce(sum(f.review = 'pending'), 0),
		coalesce(max(CASE WHEN f.review = 'accepted' THEN f.collected_on END), ''),
		CASE WHEN NEW.validity_days = 0 THEN '' ELSE coalesce(date(max(CASE WHEN f.review = 'accepted' THEN f.collected_on END), '+' || NEW.validity_days || ' days'), '') END
	FROM file f WHERE f.evidence = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_clock_gone AFTER DELETE ON evidence BEGIN
	DELETE FROM evidence_clock WHERE evidence = OLD.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER file_clock_new AFTER INSERT ON file BEGIN
	INSERT OR REPLACE INTO evidence_clock (evidence, accepted, pending, collected_on, expires_on)
	SELECT e.id, coalesce(sum(f.review = 'accepted'), 0), coalesce(sum(f.review = 'pending'), 0),
		coalesce(max(CASE WHEN f.review = 'accepted' THEN f.collected_on END), ''),
		CASE WHEN e.validity_days = 0 THEN '' ELSE coalesce(date(max(CASE WHEN f.review = 'accepted' THEN f.collected_on END), '+' || e.validity_days || ' days'), '') END
	FROM evidence e LEFT JOIN file f ON f.evidence = e.id WHERE e.id = NEW.evidence GROUP BY e.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER file_clock_set AFTER UPDATE OF review, collected_on, evidence ON file BEGIN
	INSERT OR REPLACE INTO evidence_clock (evidence, accepted, pending, collected_on, expires_on)
	SELECT e.id, coalesce(sum(f.review = 'accepted'), 0), coalesce(sum(f.review = 'pending'), 0),
		coalesce(max(CASE WHEN f.review = 'accepted' THEN f.collected_on END), ''),
		CASE WHEN e.validity_days = 0 THEN '' ELSE coalesce(date(max(CASE WHEN f.review = 'accepted' THEN f.collected_on END), '+' || e.validity_days || ' days'), '') END
	FROM evidence e LEFT JOIN file f ON f.evidence = e.id WHERE e.id = NEW.evidence GROUP BY e.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER file_clock_gone AFTER DELETE ON file BEGIN
	INSERT OR REPLACE INTO evidence_clock (evidence, accepted, pending, collected_on, expires_on)
	SELECT e.id, coalesce(sum(f.review = 'accepted'), 0), coalesce(sum(f.review = 'pending'), 0),
		coalesce(max(CASE WHEN f.review = 'accepted' THEN f.collected_on END), ''),
		CASE WHEN e.validity_days = 0 THEN '' ELSE coalesce(date(max(CASE WHEN f.review = 'accepted' THEN f.collected_on END), '+' || e.validity_days || ' days'), '') END
	FROM evidence e LEFT JOIN file f ON f.evidence = e.id WHERE e.id = OLD.evidence GROUP BY e.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_clock AFTER INSERT ON evidence_clock BEGIN
	INSERT OR REPLACE INTO control_proof (control, scope, requests, missing, first_expiry)
	SELECT x.control, 'organisation', sum(e.not_applicable = 0), sum(e.not_applicable = 0 AND k.collected_on = ''),
		coalesce(min(CASE WHEN e.not_applicable = 0 AND k.expires_on <> '' THEN k.expires_on END), '')
	FROM evidence_control x JOIN evidence e ON e.id = x.evidence JOIN evidence_clock k ON k.evidence = e.id
	WHERE x.control IN (SELECT control FROM evidence_control WHERE evidence = NEW.evidence)
	GROUP BY x.control;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_link AFTER INSERT ON evidence_control BEGIN
	INSERT OR REPLACE INTO control_proof (control, scope, requests, missing, first_expiry)
	SELECT NEW.control, 'organisation', coalesce(sum(e.not_applicable = 0), 0), coalesce(sum(e.not_applicable = 0 AND k.collected_on = ''), 0),
		coalesce(min(CASE WHEN e.not_applicable = 0 AND k.expires_on <> '' THEN k.expires_on END), '')
	FROM evidence_control x JOIN evidence e ON e.id = x.evidence JOIN evidence_clock k ON k.evidence = e.id
	WHERE x.control = NEW.control;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_unlink AFTER DELETE ON evidence_control WHEN EXISTS (SELECT 1 FROM control WHERE id = OLD.control) BEGIN
	INSERT OR REPLACE INTO control_proof (control, scope, requests, missing, first_expiry)
	SELECT OLD.control, 'organisation', coalesce(sum(e.not_applicable = 0), 0), coalesce(sum(e.not_applicable = 0 AND k.collected_on = ''), 0),
		coalesce(min(CASE WHEN e.not_applicable = 0 AND k.expires_on <> '' THEN k.expires_on END), '')
	FROM evidence_control x JOIN evidence e ON e.id = x.evidence JOIN evidence_clock k ON k.evidence = e.id
	WHERE x.control = OLD.control;
END;
-- +goose StatementEnd
