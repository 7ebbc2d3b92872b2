-- +goose Up
-- How far every policy is, as lists filter and sort by it. Derived rows, kept by the triggers below whoever changes
-- what they come from; never written directly. The view says what they must be; the triggers copy it.
CREATE TABLE policy_state (
	policy       TEXT PRIMARY KEY,
	status       TEXT NOT NULL,
	working      TEXT NOT NULL DEFAULT '',          -- id of the version that is being worked on
	current      TEXT NOT NULL DEFAULT '',          -- id of the version in force
	published_on TEXT NOT NULL DEFAULT '',          -- the day of that one
	next_on      TEXT NOT NULL DEFAULT ''           -- day of the next review; '': not in force, archived, or not reviewed
) STRICT, WITHOUT ROWID;
CREATE INDEX policy_state_status ON policy_state (status, next_on);
CREATE INDEX policy_state_next ON policy_state (next_on);

CREATE VIEW policy_state_now (policy, status, working, current, published_on, next_on) AS
SELECT p.id,
	CASE WHEN p.archived_at <> '' THEN 'archived' WHEN w.id IS NOT NULL THEN w.state WHEN k.id IS NOT NULL AND p.outdated <> '' THEN 'needs_update'
		WHEN k.id IS NOT NULL THEN 'published' WHEN p.suggested = 1 THEN 'suggested' ELSE 'not_started' END,
	coalesce(w.id, ''), coalesce(k.id, ''), coalesce(k.published_on, ''),
	CASE WHEN k.id IS NULL OR p.archived_at <> '' OR p.review_months = 0 THEN ''
		ELSE coalesce(date(max(k.published_on, p.reviewed_on), '+' || p.review_months || ' months', 'floor'), '') END
FROM policy p LEFT JOIN policy_version w ON w.policy = p.id AND w.published_at = ''
LEFT JOIN policy_version k ON k.id = (SELECT v.id FROM policy_version v WHERE v.policy = p.id AND v.published_at <> '' ORDER BY v.major DESC, v.minor DESC LIMIT 1);

INSERT INTO policy_state (policy, status, working, current, published_on, next_on)
SELECT policy, status, working, current, published_on, next_on FROM policy_state_now;

-- +goose StatementBegin
CREATE TRIGGER policy_state_new AFTER INSERT ON policy BEGIN
	INSERT INTO policy_state (policy, status, working, current, published_on, next_on)
	SELECT policy, status, working, current, published_on, next_on FROM policy_state_now WHERE policy = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER policy_state_set AFTER UPDATE OF archived_at, suggested, outdated, review_months, reviewed_on ON policy BEGIN
	UPDATE policy_state SET (status, working, current, published_on, next_on) =
		(SELECT status, working, current, published_on, next_on FROM policy_state_now n WHERE n.policy = NEW.id) WHERE policy = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER policy_state_gone AFTER DELETE ON policy BEGIN
	DELETE FROM policy_state WHERE policy = OLD.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER policy_state_version_new AFTER INSERT ON policy_version WHEN EXISTS (SELECT 1 FROM policy WHERE id = NEW.policy) BEGIN
	UPDATE policy_state SET (status, working, current, published_on, next_on) =
		(SELECT status, working, current, published_on, next_on FROM policy_state_now n WHERE n.policy = NEW.policy) WHERE policy = NEW.policy;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER policy_state_version_set AFTER UPDATE OF major, minor, state, published_at, published_on ON policy_version
WHEN EXISTS (SELECT 1 FROM policy WHERE id = NEW.policy) BEGIN
	UPDATE policy_state SET (status, working, current, published_on, next_on) =
		(SELECT status, working, current, published_on, next_on FROM policy_state_now n WHERE n.policy = NEW.policy) WHERE policy = NEW.policy;
END;
-- +goose StatementEnd
-- A policy that goes takes its versions along.
-- +goose StatementBegin
CREATE TRIGGER policy_state_version_gone AFTER DELETE ON policy_version WHEN EXISTS (SELECT 1 FROM policy WHERE id = OLD.policy) BEGIN
	UPDATE policy_state SET (status, working, current, published_on, next_on) =
		(SELECT status, working, current, published_on, next_on FROM policy_state_now n WHERE n.policy = OLD.policy) WHERE policy = OLD.policy;
END;
-- +goose StatementEnd

-- Lists by title and by what changed last, without sorting all.
CREATE INDEX policy_title ON policy (title COLLATE NOCASE, id);
CREATE INDEX policy_updated ON policy (updated_at, id);
-- Who was asked and has acknowledged, without reading the rows.
CREATE INDEX policy_acknowledgment_state ON policy_acknowledgment (policy_request, person, acknowledged_at);
DROP INDEX policy_request_version;
CREATE INDEX policy_request_version ON policy_request (policy_version, id, closed_at, due_on);
