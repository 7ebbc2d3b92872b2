-- +goose Up
-- Products are scopes beside the organisation.
ALTER TABLE scope ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE scope ADD COLUMN updated_at TEXT NOT NULL DEFAULT '';
CREATE INDEX evidence_scope ON evidence (scope, name COLLATE NOCASE, id);

-- A framework in a scope. A product's row says that it answers to the framework; both kinds hold the baseline
-- that was chosen, and the head of the Statement of Applicability.
CREATE TABLE framework_scope (
	framework     TEXT NOT NULL REFERENCES framework (id) ON DELETE CASCADE,
	scope         TEXT NOT NULL REFERENCES scope (id),
	baseline      TEXT NOT NULL DEFAULT '',
	reasons       TEXT NOT NULL DEFAULT '',       -- '': what fits the framework's kind
	note          TEXT NOT NULL DEFAULT '',
	edition       TEXT NOT NULL DEFAULT '',       -- of the statement: 1.2
	owner         TEXT NOT NULL DEFAULT '',       -- person id
	approver      TEXT NOT NULL DEFAULT '',       -- person id
	approved_on   TEXT NOT NULL DEFAULT '',
	updated_at    TEXT NOT NULL,
	version       INTEGER NOT NULL DEFAULT 1,
	PRIMARY KEY (framework, scope)
) STRICT;
CREATE INDEX framework_scope_scope ON framework_scope (scope, framework);

-- +goose StatementBegin
CREATE TRIGGER framework_scope_version AFTER UPDATE ON framework_scope WHEN NEW.version = OLD.version BEGIN
	UPDATE framework_scope SET version = OLD.version + 1 WHERE framework = NEW.framework AND scope = NEW.scope;
END;
-- +goose StatementEnd

-- The proof of a control is kept for every scope: the organisation's is all that is linked, a product's is
-- what belongs to the whole organisation and what is its own. Beside it stands whose claim speaks there: the
-- product's, or the organisation's where the control is not kept per product.
DROP TRIGGER control_proof_new;
DROP TRIGGER control_proof_gone;
DROP TRIGGER control_proof_clock;
DROP TRIGGER control_proof_link;
DROP TRIGGER control_proof_unlink;
DROP VIEW control_proof_now;
DROP TABLE control_proof;

CREATE TABLE control_proof (
	control      TEXT NOT NULL,
	scope        TEXT NOT NULL,
	requests     INTEGER NOT NULL DEFAULT 0,      -- linked evidence that applies
	missing      INTEGER NOT NULL DEFAULT 0,      -- of these, without an accepted file
	first_expiry TEXT NOT NULL DEFAULT '',        -- earliest expires_on among them
	claimed_in   TEXT NOT NULL DEFAULT '',        -- the scope of the control_status that speaks here
	claim        TEXT NOT NULL DEFAULT '',        -- its status
	answers      INTEGER NOT NULL DEFAULT 0,      -- 1: it serves a framework that the scope answers to
	PRIMARY KEY (control, scope)
) STRICT, WITHOUT ROWID;
CREATE INDEX control_proof_claim ON control_proof (scope, claim, control);

CREATE VIEW control_proof_now (control, scope, requests, missing, first_expiry, claimed_in, claim, answers) AS
SELECT c.id, x.id,
	(SELECT count(*) FROM evidence_control l JOIN evidence e ON e.id = l.evidence
		WHERE l.control = c.id AND e.not_applicable = 0 AND (x.id = 'organisation' OR e.scope IN ('organisation', x.id))),
	(SELECT count(*) FROM evidence_control l JOIN evidence e ON e.id = l.evidence JOIN evidence_clock k ON k.evidence = e.id
		WHERE l.control = c.id AND e.not_applicable = 0 AND k.collected_on = '' AND (x.id = 'organisation' OR e.scope IN ('organisation', x.id))),
	(SELECT coalesce(min(k.expires_on), '') FROM evidence_control l JOIN evidence e ON e.id = l.evidence JOIN evidence_clock k ON k.evidence = e.id
		WHERE l.control = c.id AND e.not_applicable = 0 AND k.expires_on <> '' AND (x.id = 'organisation' OR e.scope IN ('organisation', x.id))),
	CASE WHEN EXISTS (SELECT 1 FROM control_status s WHERE s.control = c.id AND s.scope = x.id) THEN x.id ELSE 'organisation' END,
	coalesce((SELECT s.status FROM control_status s WHERE s.control = c.id AND s.scope = x.id),
		(SELECT s.status FROM control_status s WHERE s.control = c.id AND s.scope = 'organisation'), ''),
	x.id = 'organisation' OR EXISTS (SELECT 1 FROM mapping m JOIN requirement q ON q.id = m.requirement
		JOIN framework_scope a ON a.framework = q.framework AND a.scope = x.id WHERE m.control = c.id)
FROM control c CROSS JOIN scope x;

INSERT INTO control_proof (control, scope, requests, missing, first_expiry, claimed_in, claim, answers)
SELECT control, scope, requests, missing, first_expiry, claimed_in, claim, answers FROM control_proof_now;

-- +goose StatementBegin
CREATE TRIGGER control_proof_new AFTER INSERT ON control WHEN NOT EXISTS (SELECT 1 FROM evidence_control WHERE control = NEW.id) BEGIN
	INSERT INTO control_proof (control, scope, claimed_in, answers) SELECT NEW.id, id, 'organisation', id = 'organisation' FROM scope;
END;
-- +goose StatementEnd
-- Nothing proves a new control yet, unless a deletion was undone.
-- +goose StatementBegin
CREATE TRIGGER control_proof_back AFTER INSERT ON control WHEN EXISTS (SELECT 1 FROM evidence_control WHERE control = NEW.id) BEGIN
	INSERT INTO control_proof (control, scope, requests, missing, first_expiry, claimed_in, claim, answers)
	SELECT control, scope, requests, missing, first_expiry, claimed_in, claim, answers FROM control_proof_now WHERE control = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_gone AFTER DELETE ON control BEGIN
	DELETE FROM control_proof WHERE control = OLD.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_scope AFTER INSERT ON scope BEGIN
	INSERT INTO control_proof (control, scope, requests, missing, first_expiry, claimed_in, claim, answers)
	SELECT control, scope, requests, missing, first_expiry, claimed_in, claim, answers FROM control_proof_now WHERE scope = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_scope_gone AFTER DELETE ON scope BEGIN
	DELETE FROM control_proof WHERE scope = OLD.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_clock AFTER UPDATE ON evidence_clock BEGIN
	UPDATE control_proof SET (requests, missing, first_expiry) =
		(SELECT requests, missing, first_expiry FROM control_proof_now n WHERE n.control = control_proof.control AND n.scope = control_proof.scope)
	WHERE control IN (SELECT control FROM evidence_control WHERE evidence = NEW.evidence);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_move AFTER UPDATE OF scope ON evidence WHEN NEW.scope <> OLD.scope BEGIN
	UPDATE control_proof SET (requests, missing, first_expiry) =
		(SELECT requests, missing, first_expiry FROM control_proof_now n WHERE n.control = control_proof.control AND n.scope = control_proof.scope)
	WHERE control IN (SELECT control FROM evidence_control WHERE evidence = NEW.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_link AFTER INSERT ON evidence_control BEGIN
	UPDATE control_proof SET (requests, missing, first_expiry) =
		(SELECT requests, missing, first_expiry FROM control_proof_now n WHERE n.control = NEW.control AND n.scope = control_proof.scope)
	WHERE control = NEW.control;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_unlink AFTER DELETE ON evidence_control WHEN EXISTS (SELECT 1 FROM control WHERE id = OLD.control) BEGIN
	UPDATE control_proof SET (requests, missing, first_expiry) =
		(SELECT requests, missing, first_expiry FROM control_proof_now n WHERE n.control = OLD.control AND n.scope = control_proof.scope)
	WHERE control = OLD.control;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_claimed AFTER INSERT ON control_status BEGIN
	UPDATE control_proof SET claimed_in = NEW.scope, claim = NEW.status
	WHERE control = NEW.control AND (scope = NEW.scope OR NEW.scope = 'organisation' AND claimed_in = 'organisation');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_claim AFTER UPDATE OF status ON control_status WHEN NEW.status <> OLD.status BEGIN
	UPDATE control_proof SET claim = NEW.status WHERE control = NEW.control AND claimed_in = NEW.scope;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_unclaimed AFTER DELETE ON control_status WHEN EXISTS (SELECT 1 FROM control WHERE id = OLD.control) BEGIN
	UPDATE control_proof SET (claimed_in, claim) =
		(SELECT claimed_in, claim FROM control_proof_now n WHERE n.control = OLD.control AND n.scope = control_proof.scope)
	WHERE control = OLD.control AND claimed_in = OLD.scope;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_mapped AFTER INSERT ON mapping BEGIN
	UPDATE control_proof SET answers = 1 WHERE control = NEW.control AND answers = 0
		AND scope IN (SELECT a.scope FROM requirement q JOIN framework_scope a ON a.framework = q.framework WHERE q.id = NEW.requirement);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_unmapped AFTER DELETE ON mapping WHEN EXISTS (SELECT 1 FROM control WHERE id = OLD.control) BEGIN
	UPDATE control_proof SET answers = (SELECT answers FROM control_proof_now n WHERE n.control = OLD.control AND n.scope = control_proof.scope)
	WHERE control = OLD.control AND scope <> 'organisation' AND answers = 1;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_answers AFTER INSERT ON framework_scope BEGIN
	UPDATE control_proof SET answers = 1 WHERE scope = NEW.scope AND answers = 0
		AND control IN (SELECT m.control FROM requirement q JOIN mapping m ON m.requirement = q.id WHERE q.framework = NEW.framework);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_answers_gone AFTER DELETE ON framework_scope WHEN OLD.scope <> 'organisation' AND EXISTS (SELECT 1 FROM scope WHERE id = OLD.scope) BEGIN
	UPDATE control_proof SET answers = (SELECT answers FROM control_proof_now n WHERE n.control = control_proof.control AND n.scope = OLD.scope)
	WHERE scope = OLD.scope AND answers = 1;
END;
-- +goose StatementEnd
