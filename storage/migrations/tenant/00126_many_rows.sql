-- +goose Up
-- What makes a hundred thousand new rows quick. References are compared without case, so they are found without it;
-- a new evidence request has no files, unless a deletion was undone, so its clock need not be computed.
CREATE INDEX control_ref_nocase ON control (ref COLLATE NOCASE);

DROP TRIGGER evidence_clock_new;
-- +goose StatementBegin
CREATE TRIGGER evidence_clock_new AFTER INSERT ON evidence WHEN NOT EXISTS (SELECT 1 FROM file WHERE evidence = NEW.id) BEGIN
	INSERT INTO evidence_clock (evidence) VALUES (NEW.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_clock_back AFTER INSERT ON evidence WHEN EXISTS (SELECT 1 FROM file WHERE evidence = NEW.id) BEGIN
	INSERT INTO evidence_clock (evidence, last_number) SELECT NEW.id, coalesce(max(number), 0) FROM file WHERE evidence = NEW.id;
	UPDATE evidence_clock SET (accepted, pending, collected_on, expires_on) =
		(SELECT accepted, pending, collected_on, expires_on FROM evidence_clock_now n WHERE n.evidence = NEW.id) WHERE evidence = NEW.id;
END;
-- +goose StatementEnd
