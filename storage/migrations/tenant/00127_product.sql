-- +goose Up
-- Products are scopes beside the organisation.
ALTER TABLE scope ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE scope ADD COLUMN updated_at TEXT NOT NULL DEFAULT '';
CREATE INDEX evidence_scope ON evidence (scope, name COLLATE NOCASE, id);

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
	PRIMARY KEY (control, scope)
) STRICT, WITHOUT ROWID;
CREATE INDEX control_proof_claim ON control_proof (scope, claim, control);

CREATE VIEW control_proof_now (control, scope, requests, missing, first_expiry, claimed_in, claim) AS
SELECT c.id, x.id,
	(SELECT count(*) FROM evidence_control l JOIN evidence e ON e.id = l.evidence
		WHERE l.control = c.id AND e.not_applicable = 0 AND (x.id = 'organisation' OR e.scope IN ('organisation', x.id))),
	(SELECT count(*) FROM evidence_control l JOIN evidence e ON e.id = l.evidence JOIN evidence_clock k ON k.evidence = e.id
		WHERE l.control = c.id AND e.not_applicable = 0 AND k.collected_on = '' AND (x.id = 'organisation' OR e.scope IN ('organisation', x.id))),
	(SELECT coalesce(min(k.expires_on), '') FROM evidence_control l JOIN evidence e ON e.id = l.evidence JOIN evidence_clock k ON k.evidence = e.id
		WHERE l.control = c.id AND e.not_applicable = 0 AND k.expires_on <> '' AND (x.id = 'organisation' OR e.scope IN ('organisation', x.id))),
	CASE WHEN EXISTS (SELECT 1 FROM control_status s WHERE s.control = c.id AND s.scope = x.id) THEN x.id ELSE 'organisation' END,
	coalesce((SELECT s.status FROM control_status s WHERE s.control = c.id AND s.scope = x.id),
		(SELECT s.status FROM control_status s WHERE s.control = c.id AND s.scope = 'organisation'), '')
FROM control c CROSS JOIN scope x;

INSERT INTO control_proof (control, scope, requests, missing, first_expiry, claimed_in, claim)
SELECT control, scope, requests, missing, first_expiry, claimed_in, claim FROM control_proof_now;

-- +goose StatementBegin
CREATE TRIGGER control_proof_new AFTER INSERT ON control BEGIN
	INSERT INTO control_proof (control, scope, requests, missing, first_expiry, claimed_in, claim)
	SELECT control, scope, requests, missing, first_expiry, claimed_in, claim FROM control_proof_now WHERE control = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_gone AFTER DELETE ON control BEGIN
	DELETE FROM control_proof WHERE control = OLD.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_scope AFTER INSERT ON scope BEGIN
	INSERT INTO control_proof (control, scope, requests, missing, first_expiry, claimed_in, claim)
	SELECT control, scope, requests, missing, first_expiry, claimed_in, claim FROM control_proof_now WHERE scope = NEW.id;
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
