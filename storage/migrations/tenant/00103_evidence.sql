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
CREATE INDEX evidence_name ON evidence (name COLLATE NOCASE, id);
CREATE INDEX evidence_owner ON evidence (owner, name, id);
CREATE INDEX evidence_reviewer ON evidence (reviewer, name, id);
CREATE INDEX evidence_updated ON evidence (updated_at, id);
CREATE INDEX evidence_category ON evidence (category COLLATE NOCASE, name COLLATE NOCASE, id);
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
	replaced     INTEGER NOT NULL DEFAULT 0,      -- 1: an accepted newer version stands in its place
	name         TEXT NOT NULL,
	type         TEXT NOT NULL,
	kind         TEXT NOT NULL DEFAULT 'other',
	size         INTEGER NOT NULL,
	sha256       TEXT NOT NULL,                   -- of what is kept
	original     TEXT NOT NULL DEFAULT '',        -- SHA-256 of what was sent, where a picture's place and time were taken out
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
CREATE UNIQUE INDEX file_evidence ON file (evidence, number);
CREATE INDEX file_object ON file (object);

-- Derived rows, kept by the triggers below whoever changes what they come from; never written directly.
-- The two views say what the rows must be; the triggers copy them. The triggers use neither OR REPLACE nor
-- OR IGNORE: the statement that fires a trigger would put its own conflict clause in their place.
CREATE TABLE evidence_clock (
	evidence     TEXT PRIMARY KEY,
	accepted     INTEGER NOT NULL DEFAULT 0,
	pending      INTEGER NOT NULL DEFAULT 0,
	collected_on TEXT NOT NULL DEFAULT '',        -- '': nothing accepted yet
	expires_on   TEXT NOT NULL DEFAULT '',        -- last day it counts; '': never collected, or never expires
	last_number  INTEGER NOT NULL DEFAULT 0       -- highest number a file ever had; outlives that file
) STRICT;
CREATE INDEX evidence_clock_expires ON evidence_clock (expires_on, evidence);

CREATE TABLE control_proof (
	control      TEXT NOT NULL,
	scope        TEXT NOT NULL,
	requests     INTEGER NOT NULL DEFAULT 0,      -- linked evidence that applies
	missing      INTEGER NOT NULL DEFAULT 0,      -- of these, without an accepted file
	first_expiry TEXT NOT NULL DEFAULT '',        -- earliest expires_on among them
	PRIMARY KEY (control, scope)
) STRICT, WITHOUT ROWID;

CREATE VIEW evidence_clock_now (evidence, accepted, pending, collected_on, expires_on) AS
SELECT id, accepted, pending, collected_on,
	CASE WHEN validity_days = 0 OR collected_on = '' THEN '' ELSE date(collected_on, '+' || validity_days || ' days') END
FROM (SELECT e.id, e.validity_days,
	(SELECT count(*) FROM file f WHERE f.evidence = e.id AND f.replaced = 0 AND f.review = 'accepted') AS accepted,
	(SELECT count(*) FROM file f WHERE f.evidence = e.id AND f.replaced = 0 AND f.review = 'pending') AS pending,
	(SELECT coalesce(max(f.collected_on), '') FROM file f WHERE f.evidence = e.id AND f.replaced = 0 AND f.review = 'accepted') AS collected_on
	FROM evidence e);

CREATE VIEW control_proof_now (control, scope, requests, missing, first_expiry) AS
SELECT c.id, 'organisation',
	(SELECT count(*) FROM evidence_control x JOIN evidence e ON e.id = x.evidence WHERE x.control = c.id AND e.not_applicable = 0),
	(SELECT count(*) FROM evidence_control x JOIN evidence e ON e.id = x.evidence JOIN evidence_clock k ON k.evidence = e.id
		WHERE x.control = c.id AND e.not_applicable = 0 AND k.collected_on = ''),
	(SELECT coalesce(min(k.expires_on), '') FROM evidence_control x JOIN evidence e ON e.id = x.evidence JOIN evidence_clock k ON k.evidence = e.id
		WHERE x.control = c.id AND e.not_applicable = 0 AND k.expires_on <> '')
FROM control c;

-- +goose StatementBegin
CREATE TRIGGER evidence_clock_new AFTER INSERT ON evidence BEGIN
	INSERT INTO evidence_clock (evidence, last_number) SELECT NEW.id, coalesce(max(number), 0) FROM file WHERE evidence = NEW.id;
	UPDATE evidence_clock SET (accepted, pending, collected_on, expires_on) =
		(SELECT accepted, pending, collected_on, expires_on FROM evidence_clock_now n WHERE n.evidence = NEW.id) WHERE evidence = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_clock_set AFTER UPDATE OF validity_days, not_applicable ON evidence BEGIN
	UPDATE evidence_clock SET (accepted, pending, collected_on, expires_on) =
		(SELECT accepted, pending, collected_on, expires_on FROM evidence_clock_now n WHERE n.evidence = NEW.id) WHERE evidence = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_clock_gone AFTER DELETE ON evidence BEGIN
	DELETE FROM evidence_clock WHERE evidence = OLD.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER file_clock_new AFTER INSERT ON file BEGIN
	UPDATE evidence_clock SET last_number = max(last_number, NEW.number), (accepted, pending, collected_on, expires_on) =
		(SELECT accepted, pending, collected_on, expires_on FROM evidence_clock_now n WHERE n.evidence = NEW.evidence) WHERE evidence = NEW.evidence;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER file_clock_set AFTER UPDATE OF review, replaced, collected_on ON file BEGIN
	UPDATE evidence_clock SET (accepted, pending, collected_on, expires_on) =
		(SELECT accepted, pending, collected_on, expires_on FROM evidence_clock_now n WHERE n.evidence = NEW.evidence) WHERE evidence = NEW.evidence;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER file_clock_gone AFTER DELETE ON file BEGIN
	UPDATE evidence_clock SET (accepted, pending, collected_on, expires_on) =
		(SELECT accepted, pending, collected_on, expires_on FROM evidence_clock_now n WHERE n.evidence = OLD.evidence)
	WHERE evidence = OLD.evidence AND EXISTS (SELECT 1 FROM evidence WHERE id = OLD.evidence);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_new AFTER INSERT ON control BEGIN
	INSERT INTO control_proof (control, scope, requests, missing, first_expiry)
	SELECT control, scope, requests, missing, first_expiry FROM control_proof_now WHERE control = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_gone AFTER DELETE ON control BEGIN
	DELETE FROM control_proof WHERE control = OLD.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_clock AFTER UPDATE ON evidence_clock BEGIN
	UPDATE control_proof SET (requests, missing, first_expiry) =
		(SELECT requests, missing, first_expiry FROM control_proof_now n WHERE n.control = control_proof.control)
	WHERE scope = 'organisation' AND control IN (SELECT control FROM evidence_control WHERE evidence = NEW.evidence);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_link AFTER INSERT ON evidence_control BEGIN
	UPDATE control_proof SET (requests, missing, first_expiry) =
		(SELECT requests, missing, first_expiry FROM control_proof_now n WHERE n.control = NEW.control)
	WHERE scope = 'organisation' AND control = NEW.control;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_unlink AFTER DELETE ON evidence_control WHEN EXISTS (SELECT 1 FROM control WHERE id = OLD.control) BEGIN
	UPDATE control_proof SET (requests, missing, first_expiry) =
		(SELECT requests, missing, first_expiry FROM control_proof_now n WHERE n.control = OLD.control)
	WHERE scope = 'organisation' AND control = OLD.control;
END;
-- +goose StatementEnd
