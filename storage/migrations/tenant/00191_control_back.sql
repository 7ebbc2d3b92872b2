-- +goose Up
-- A control that comes back, by an undo or out of the trash, may find its claims there before it. It was counted as if
-- it had none, unless it had evidence.
DROP TRIGGER control_proof_back;
DROP TRIGGER control_proof_new;

-- +goose StatementBegin
CREATE TRIGGER control_proof_back AFTER INSERT ON control
WHEN EXISTS (SELECT 1 FROM evidence_control WHERE control = NEW.id) OR EXISTS (SELECT 1 FROM control_status WHERE control = NEW.id) BEGIN
	INSERT INTO control_proof (control, scope, requests, missing, first_expiry, claimed_in, claim, answers)
	SELECT control, scope, requests, missing, first_expiry, claimed_in, claim, answers FROM control_proof_now WHERE control = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER control_proof_new AFTER INSERT ON control
WHEN NOT EXISTS (SELECT 1 FROM evidence_control WHERE control = NEW.id) AND NOT EXISTS (SELECT 1 FROM control_status WHERE control = NEW.id) BEGIN
	INSERT INTO control_proof (control, scope, claimed_in, answers) SELECT NEW.id, id, 'organisation', id = 'organisation' FROM scope;
END;
-- +goose StatementEnd

UPDATE control_proof SET (claimed_in, claim) =
	(SELECT n.claimed_in, n.claim FROM control_proof_now n WHERE n.control = control_proof.control AND n.scope = control_proof.scope)
WHERE claim = '' AND EXISTS (SELECT 1 FROM control_status s WHERE s.control = control_proof.control);
